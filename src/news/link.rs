//! Links: one form for each address, free of trackers, that cannot break out of Markdown.

use url::Url;

/// A longer link is refused, before and after cleaning.
pub const LINK_BYTES_MAX: usize = 2_000;
/// Bytes of a link that are looked at before cleaning.
const TYPED_BYTES_MAX: usize = 8_000;

/// Parameters that say where a reader came from.
const TRACKING: &[&str] = &[
    "at_campaign",
    "at_custom1",
    "at_custom2",
    "at_custom3",
    "at_custom4",
    "at_link_id",
    "at_link_origin",
    "at_link_type",
    "at_medium",
    "at_ptr_name",
    "at_bbc_team",
    "at_format",
    "cmp",
    "cmpid",
    "cmpi",
    "dclid",
    "ecid",
    "fbclid",
    "ftag",
    "gclid",
    "gclsrc",
    "icid",
    "igshid",
    "ito",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "msclkid",
    "ncid",
    "ns_campaign",
    "ns_mchannel",
    "ns_source",
    "ref_src",
    "smid",
    "soc_src",
    "soc_trk",
    "spm",
    "sr_share",
    "traffic_source",
    "twclid",
    "wt_mc",
    "xtor",
    "yclid",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
];
/// Beginnings of such parameters.
const TRACKING_PREFIXES: &[&str] = &["utm_", "pk_", "mtm_", "hsa_", "oly_"];
/// Parameters that carry a visitor's session.
const SESSIONS: &[&str] = &["jsessionid", "phpsessid", "sessionid", "session_id"];
/// Parameters that track only with such a value.
const REFERRERS: &[&str] = &["ref", "source", "src", "from", "feed", "partner"];
const REFERRER_VALUES: &[&str] = &[
    "rss", "feed", "atom", "rssfeed", "rss_feed", "feeds", "twitter", "facebook",
];
/// Characters that end a link in Markdown, or change what is around it.
const UNSAFE: &[char] = &[
    '(', ')', '[', ']', '<', '>', '"', '\'', '`', '|', '\\', '*', '~', '{', '}', '^', ' ',
];

/// Signs that end a sentence or a mark, not a link.
const ENDS: &[char] = &[
    '.', ',', ';', ':', '!', '?', '\'', '*', '~', ']', '。', '，', '、', '）', '」', '…', '’', '”',
];
/// Places of a text that are tried as a link.
const LOOKED_AT_MAX: usize = 50;

/// The one form of a link: absolute, http or https, without trackers and fragment. None when it
/// is no such link. Applying it twice changes nothing.
pub fn canonical(link: &str, base: Option<&str>) -> Option<String> {
    let mut url = parse(link, base)?;
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    if !url
        .fragment()
        .is_some_and(|fragment| fragment.starts_with('!'))
    {
        url.set_fragment(None);
    }
    let path = without_session(url.path()).to_string();
    url.set_path(&path);
    clean_query(&mut url);
    let clean = encode(url.as_str());
    // Encoding can make the address another one; the second reading settles it.
    let settled = Url::parse(&clean).ok()?;
    (settled.as_str() == clean && clean.len() <= LINK_BYTES_MAX).then_some(clean)
}

/// The first link to the web in what a person wrote, in its canonical form: it may stand bare, as
/// `<link>` or as `[words](link)`.
pub fn first_in(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let is_scheme = |at: &usize| {
        let rest = &lower[*at..];
        rest.starts_with("http://") || rest.starts_with("https://")
    };
    lower
        .match_indices("http")
        .map(|(at, _)| at)
        .filter(is_scheme)
        .take(LOOKED_AT_MAX)
        .find_map(|at| canonical(written(&text[at..]), None))
}

/// A link as it stands at the beginning of a text, without what only ends it there.
fn written(text: &str) -> &str {
    let mut open = 0_usize;
    let end = text.char_indices().find(|(at, c)| match c {
        '(' => {
            open += 1;
            false
        }
        // Markdown's own, or that of the sentence around it.
        ')' if open == 0 => true,
        ')' => {
            open -= 1;
            false
        }
        '<' | '>' | '"' | '`' => true,
        // Of a link's words, which are an address themselves; and a spoiler's end.
        ']' | '|' => ["](", "||"].iter().any(|end| text[*at..].starts_with(end)),
        c => c.is_whitespace() || c.is_control(),
    });
    text[..end.map_or(text.len(), |(at, _)| at)].trim_end_matches(ENDS)
}

fn parse(link: &str, base: Option<&str>) -> Option<Url> {
    let link = link.trim();
    if link.is_empty() || link.len() > TYPED_BYTES_MAX {
        return None;
    }
    let url = match Url::parse(link) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) => Url::parse(base?).ok()?.join(link).ok()?,
        Err(_) => return None,
    };
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    // No name of a host has such characters, but the standard for addresses lets some pass.
    let is_named = url.domain().is_none_or(|name| !name.contains(UNSAFE));
    (is_web && is_named).then_some(url)
}

/// Cuts `;jsessionid=...` off a path.
fn without_session(path: &str) -> &str {
    let lower = path.to_ascii_lowercase();
    SESSIONS
        .iter()
        .filter_map(|name| lower.find(&format!(";{name}=")))
        .min()
        .map_or(path, |at| &path[..at])
}

/// Leaves out trackers. The rest stays as written: sites may be particular about it.
fn clean_query(url: &mut Url) {
    let Some(query) = url.query() else { return };
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| !pair.is_empty() && !is_noise(pair))
        .collect();
    let kept = kept.join("&");
    url.set_query((!kept.is_empty()).then_some(&kept));
}

fn is_noise(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let (name, value) = (name.to_ascii_lowercase(), value.to_ascii_lowercase());
    let name = name.strip_prefix("amp;").unwrap_or(&name);
    TRACKING.contains(&name)
        || TRACKING_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
        || SESSIONS.contains(&name)
        || (REFERRERS.contains(&name) && REFERRER_VALUES.contains(&value.as_str()))
}

/// Percent-encodes what could end the link in Markdown. The host holds no such characters, save
/// the brackets of an IPv6 address.
fn encode(link: &str) -> String {
    let host_end = link.find("://").map_or(0, |at| at + 3);
    let host_end = link[host_end..]
        .find(['/', '?', '#'])
        .map_or(link.len(), |at| host_end + at);
    let (host, rest) = link.split_at(host_end);
    let mut encoded = String::from(host);
    for c in rest.chars() {
        if UNSAFE.contains(&c) || c.is_control() {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                encoded.push_str(&format!("%{byte:02X}"));
            }
        } else {
            encoded.push(c);
        }
    }
    encoded
}

/// An address as people and logs may see it: without name and password.
pub fn shown(address: &str) -> String {
    let Ok(mut url) = Url::parse(address) else {
        return String::new();
    };
    // Only addresses without a host refuse, and those have neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

/// As [`shown`], of what somebody wrote: what is no whole address ("tern.example") stays as it is,
/// and is left out where it may hold a password.
pub fn shown_as_written(written: &str) -> String {
    match Url::parse(written) {
        Ok(url) if url.has_host() => shown(written),
        _ if written.contains('@') => String::new(),
        _ => written.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_was_written_is_shown_without_a_login() {
        for (written, expected) in [
            (
                "https://ann:hush@tern.example/feed",
                "https://tern.example/feed",
            ),
            ("tern.example/feed", "tern.example/feed"),
            ("ann:hush@tern.example", ""),
        ] {
            assert_eq!(shown_as_written(written), expected);
        }
    }

    #[test]
    fn trackers_sessions_and_fragments_go() {
        for (link, expected) in [
            (
                "https://WWW.Avel.Example:443/a?utm_source=x&id=7&fbclid=q#top",
                "https://www.avel.example/a?id=7",
            ),
            ("http://avel.example/a?ref=rss", "http://avel.example/a"),
            (
                "http://avel.example/a?ref=chapter2",
                "http://avel.example/a?ref=chapter2",
            ),
            (
                "http://avel.example/a;jsessionid=12AB?b=1",
                "http://avel.example/a?b=1",
            ),
            (
                "http://avel.example/#!/story/7",
                "http://avel.example/#!/story/7",
            ),
            (
                "https://ann:secret@avel.example/a?at_medium=RSS&amp;cmp=2",
                "https://avel.example/a",
            ),
            ("https://avel.example", "https://avel.example/"),
        ] {
            assert_eq!(canonical(link, None).as_deref(), Some(expected), "{link}");
        }
        assert_eq!(canonical("https://avel(x).example/a", None), None);
    }

    #[test]
    fn the_first_link_is_found_however_it_is_written() {
        let cases = [
            ("https://avel.example/a", "https://avel.example/a"),
            (
                "Look: HTTP://Avel.example/a, so old",
                "http://avel.example/a",
            ),
            (
                "(see <https://avel.example/a?utm_source=x>)",
                "https://avel.example/a",
            ),
            (
                "[the report](https://avel.example/a)now",
                "https://avel.example/a",
            ),
            (
                "[the report](<https://avel.example/a> \"title\")",
                "https://avel.example/a",
            ),
            (
                "[https://avel.example/a](https://morn.example/b)",
                "https://avel.example/a",
            ),
            (
                "(https://avel.example/Avel_(port)).",
                "https://avel.example/Avel_%28port%29",
            ),
            ("**https://avel.example/a**!", "https://avel.example/a"),
            ("||https://avel.example/a|| hush", "https://avel.example/a"),
            ("`https://avel.example/a`", "https://avel.example/a"),
            (
                "https:// http://\u{0} then https://avel.example/a",
                "https://avel.example/a",
            ),
            (
                "ftp://avel.example/x https://ann:word@avel.example/a#top",
                "https://avel.example/a",
            ),
            (
                "größer: https://avel.example/größe",
                "https://avel.example/gr%C3%B6%C3%9Fe",
            ),
        ];
        for (text, link) in cases {
            assert_eq!(first_in(text).as_deref(), Some(link), "{text}");
        }
        for none in [
            "",
            "http",
            "avel.example/a",
            "https://",
            "the http:/ port",
            "http://)",
        ] {
            assert_eq!(first_in(none), None, "{none}");
        }
    }

    #[test]
    fn credentials_are_not_shown() {
        let bare = "https://avel.example/feed";
        assert_eq!(shown("https://ann:secret@avel.example/feed"), bare);
        assert_eq!(shown(bare), bare);
    }

    #[test]
    fn a_relative_link_needs_its_base() {
        let base = Some("https://avel.example/news/feed.xml");
        assert_eq!(
            canonical("../a?b", base).as_deref(),
            Some("https://avel.example/a?b")
        );
        assert_eq!(
            canonical("//post.example/b", base).as_deref(),
            Some("https://post.example/b")
        );
        assert_eq!(canonical("/a", None), None);
    }

    #[test]
    fn only_the_web_is_linked() {
        for link in [
            "javascript:alert(1)",
            "data:text/html,x",
            "ftp://avel.example/a",
            "mailto:a@b.example",
            "http://",
            "https://ann:secret@",
            "",
            "  ",
            "http://a b/",
        ] {
            assert_eq!(canonical(link, None), None, "{link}");
        }
        assert_eq!(
            canonical(&format!("https://avel.example/{}", "a".repeat(2_000)), None),
            None
        );
        assert_eq!(
            canonical(&format!("https://avel.example/{}", ")".repeat(900)), None),
            None
        );
    }

    #[test]
    fn nothing_breaks_out_of_markdown() {
        let link = canonical("https://avel.example/a(b)[c] d>e?q=<x>|`y`", None).unwrap();
        assert_eq!(
            link,
            "https://avel.example/a%28b%29%5Bc%5D%20d%3Ee?q=%3Cx%3E%7C%60y%60"
        );
    }

    proptest! {
        #[test]
        fn twice_is_once(link in "https?://[a-z]{1,8}\\.(com|example|org)(:[0-9]{1,5})?/\\PC{0,60}") {
            if let Some(once) = canonical(&link, None) {
                prop_assert_eq!(canonical(&once, None), Some(once.clone()));
                let end = once.find('/').unwrap() + 2;
                prop_assert!(!once[end..].contains(UNSAFE), "{}", once);
            }
        }

        #[test]
        fn what_is_found_is_canonical(text in "(http://|https://|\\PC|\\(|\\)|\\]\\(){0,30}") {
            if let Some(found) = first_in(&text) {
                prop_assert_eq!(canonical(&found, None), Some(found));
            }
        }

        #[test]
        fn no_text_panics(link in "\\PC{0,80}", base in "\\PC{0,40}") {
            let _ = canonical(&link, Some(&base));
        }
    }
}
