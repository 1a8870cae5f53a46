//! The feeds that a page offers.

use super::guard::{self, Allowance};
use super::html::{Token, attribute, tokens};
use super::{Candidate, clean, entity, opml};
use url::Url;

/// Feeds taken from one page.
const CANDIDATES_MAX: usize = 50;
/// What types of a link that leads to a feed have behind `application/` or `text/`, with or without
/// an `x-`.
const FEED_TYPES: [&str; 8] = [
    "rss+xml",
    "atom+xml",
    "rdf+xml",
    "feed+json",
    "xml",
    "rss",
    "atom",
    "rdf",
];
/// Endings of programs that write feeds.
const PROGRAMS: [&str; 7] = ["php", "aspx", "asp", "ashx", "jsp", "cgi", "xml"];
/// Where feeds lie when no page says so, below the site.
pub const WELL_KNOWN: [&str; 8] = [
    "feed",
    "rss",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "index.xml",
    "feeds/posts/default",
    "feed.json",
];

/// What a page offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    /// In page order, each once, absolute, public. What the page's head names; else links that look like feeds.
    pub candidates: Vec<Candidate>,
    /// Where a frame or a refresh leads.
    pub onward: Option<Url>,
}

/// Like [`page`], from its bytes.
pub fn read(bytes: &[u8], url: &Url, allowance: &Allowance) -> Offers {
    page(&super::decode::text(bytes, None), url, allowance)
}

/// Reads a page that came from `url`.
pub fn page(text: &str, url: &Url, allowance: &Allowance) -> Offers {
    entity::begin();
    let mut base = url.clone();
    let mut based = false;
    let mut found = Finder {
        allowance,
        named: Vec::new(),
        looking: Vec::new(),
    };
    let mut onward = None;
    let mut anchor: Option<usize> = None;
    // An anchor whose words may still say that it leads to a feed.
    let mut unlike: Option<Url> = None;
    for token in tokens(text) {
        let (name, attributes) = match token {
            Token::Open { name, attributes } => (name.to_ascii_lowercase(), attributes),
            Token::Text(words) => {
                if let Some(url) = unlike.take_if(|_| says_feed(words)) {
                    anchor = found.look(&url, None);
                }
                if let Some(at) = anchor {
                    found.name_anchor(at, words);
                }
                continue;
            }
            Token::Close(_) | Token::Raw(_) => {
                (anchor, unlike) = (None, None);
                continue;
            }
        };
        let href = |key: &str| {
            let written = attribute(attributes, key)?;
            base.join(&opml::web(&written)).ok()
        };
        match name.as_str() {
            "base" if !based => {
                if let Some(own) = href("href") {
                    based = true;
                    base = if own.cannot_be_a_base() { base } else { own };
                }
            }
            "link" if is_feed_link(attributes) => {
                if let Some(url) = href("href") {
                    found.name(&url, attribute(attributes, "title").as_deref());
                }
            }
            "a" | "area" => {
                unlike = href("href");
                let is_feed = |url: &mut Url| has_feed_type(attributes) || looks_like_feed(url);
                if let Some(url) = unlike.take_if(is_feed) {
                    anchor = found.look(&url, attribute(attributes, "title").as_deref());
                }
            }
            "frame" => onward = onward.or_else(|| href("src")),
            "meta" => {
                onward = onward.or_else(|| refresh(attributes).and_then(|to| base.join(&to).ok()))
            }
            _ => {}
        }
    }
    let candidates = if found.named.is_empty() {
        found.looking
    } else {
        found.named
    };
    Offers {
        candidates,
        onward: onward.filter(|to| to != url && guard::check(to.as_str(), allowance).is_ok()),
    }
}

fn is_feed_link(attributes: &str) -> bool {
    let rel = attribute(attributes, "rel")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let kind = type_of(attributes);
    let mut words = rel.split_ascii_whitespace();
    if words.clone().any(|word| word == "feed")
        && (kind.is_empty() || kind.contains("xml") || kind.contains("json"))
    {
        return true;
    }
    let json_feed = || {
        attribute(attributes, "href")
            .is_some_and(|href| href.contains("feed") && !href.contains("wp-json"))
    };
    words.any(|word| word == "alternate")
        && (has_feed_type(attributes) || (kind == "application/json" && json_feed()))
}

/// The `type` of a link without its parameters, lower case.
fn type_of(attributes: &str) -> String {
    let kind = attribute(attributes, "type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().to_ascii_lowercase()
}

fn has_feed_type(attributes: &str) -> bool {
    let kind = type_of(attributes);
    let of = kind.strip_prefix("application/");
    let Some(of) = of.or_else(|| kind.strip_prefix("text/")) else {
        return false;
    };
    let bare = of.strip_prefix("x-").or_else(|| of.strip_prefix("x."));
    FEED_TYPES.contains(&bare.unwrap_or(of))
}

/// Whether the words of a link say that it leads to a feed.
fn says_feed(words: &str) -> bool {
    const WORDS: [&str; 7] = [
        "rss",
        "atom",
        "rss feed",
        "atom feed",
        "rss-feed",
        "rss 2.0",
        "flux rss",
    ];
    let words = words.trim();
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(words))
}

/// Whether an address has the shape of a feed's.
fn looks_like_feed(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let last = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let named = matches!(
        last,
        "feed" | "rss" | "atom" | "rss2" | "rdf" | "feed.json" | "index.rdf"
    );
    let written = last.split_once('.').is_some_and(|(stem, end)| {
        matches!(stem, "feed" | "rss" | "atom" | "rss2" | "rdf") && PROGRAMS.contains(&end)
    });
    let ending = [".rss", ".atom", ".rdf"]
        .iter()
        .any(|end| last.ends_with(end));
    let xml = last.ends_with(".xml")
        && ["rss", "feed", "atom", "index.xml"]
            .iter()
            .any(|word| path.contains(word))
        && !last.contains("sitemap");
    let query = url.query_pairs().any(|(key, value)| {
        let format = matches!(&*key, "feed" | "format" | "type" | "output");
        let named = ["rss", "atom", "rdf"]
            .iter()
            .any(|name| value.starts_with(name));
        format && named || key == "format" && value == "feed"
    });
    let host = url
        .host_str()
        .is_some_and(|host| host.starts_with("feeds.") || host.starts_with("rss."));
    named || written || ending || xml || query || (host && path.len() > 1)
}

/// Where `<meta http-equiv=refresh>` leads.
fn refresh(attributes: &str) -> Option<String> {
    attribute(attributes, "http-equiv").filter(|kind| kind.eq_ignore_ascii_case("refresh"))?;
    let content = attribute(attributes, "content")?;
    let (_, to) = content.split_once([';', ','])?;
    let to = to.trim_start();
    let to = if to
        .get(..3)
        .is_some_and(|start| start.eq_ignore_ascii_case("url"))
    {
        to[3..].trim_start().strip_prefix('=')?
    } else {
        to
    };
    Some(to.trim().trim_matches(['"', '\'']).to_owned())
}

struct Finder<'a> {
    allowance: &'a Allowance,
    named: Vec<Candidate>,
    looking: Vec<Candidate>,
}

impl Finder<'_> {
    fn name(&mut self, url: &Url, title: Option<&str>) {
        add(&mut self.named, self.allowance, url, title);
    }

    fn look(&mut self, url: &Url, title: Option<&str>) -> Option<usize> {
        add(&mut self.looking, self.allowance, url, title)
    }

    /// The words of a link are its title when it has none.
    fn name_anchor(&mut self, at: usize, words: &str) {
        let words = clean::one_line(&clean::html(words).text);
        if !words.is_empty()
            && let Some(candidate) = self.looking.get_mut(at)
        {
            candidate.title.get_or_insert(words);
        }
    }
}

/// Adds a candidate that may be fetched and is new; its place in the list.
fn add(
    list: &mut Vec<Candidate>,
    allowance: &Allowance,
    url: &Url,
    title: Option<&str>,
) -> Option<usize> {
    let mut url = url.clone();
    url.set_fragment(None);
    let address = url.to_string();
    let known = list.iter().any(|candidate| candidate.url == address);
    if known || list.len() >= CANDIDATES_MAX || guard::check(&address, allowance).is_err() {
        return None;
    }
    let title = title
        .map(|title| clean::one_line(&clean::html(title).text))
        .filter(|title| !title.is_empty());
    list.push(Candidate {
        url: address,
        title,
    });
    Some(list.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let url = Url::parse("https://basin.example/news/today").expect("an address");
        page(text, &url, &Allowance::default())
            .candidates
            .into_iter()
            .map(|candidate| candidate.url)
            .collect()
    }

    #[test]
    fn the_head_names_feeds_in_page_order_each_once() {
        let text = r#"<base href="/b/"><LINK REL="Alternate" TYPE='application/atom+xml' href=atom.xml title="A &amp; B">
            <link rel=alternate type="application/rss+xml" href="https://basin.example/rss"><link rel=alternate type=application/rss+xml href=/rss>
            <!-- <link rel=alternate type=application/rss+xml href=/no> --><link rel="alternate" type="text/html" hreflang="de" href="/de">
            <a href="/other.rss">x</a>"#;
        assert_eq!(
            found(text),
            [
                "https://basin.example/b/atom.xml",
                "https://basin.example/rss"
            ]
        );
    }

    #[test]
    fn without_them_links_that_look_like_feeds_are_taken() {
        let url = Url::parse("https://basin.example/").expect("an address");
        let offers = page(
            "<a href=/about>About</a> <a href=/local/feed/>Local <b>news</b></a>",
            &url,
            &Allowance::default(),
        );
        assert_eq!(
            offers.candidates,
            [Candidate {
                url: "https://basin.example/local/feed/".to_owned(),
                title: Some("Local".to_owned())
            }]
        );
    }

    #[test]
    fn types_and_addresses_of_feeds_have_many_spellings() {
        for kind in [
            "application/x.atom+xml",
            "application/x-rss+xml",
            "text/rdf",
            "TEXT/ATOM+XML; charset=utf-8",
        ] {
            let page =
                format!("<link rel=alternate type='{kind}' href=feed:https://basin.example/a>");
            assert_eq!(found(&page), ["https://basin.example/a"], "{kind}");
        }
        let other = "<link rel=alternate type=application/rsd+xml href=/a>";
        assert!(found(other).is_empty());
        let anchors = "<base href='javascript:x'><a href=/rss.php>a</a><a href='/news?format=rss'>b</a>\
            <a type=application/rss+xml href=/x1>c</a><a href='/share?to=rss'>d</a>\
            <a href=/out/7> RSS </a>";
        assert_eq!(
            found(anchors),
            [
                "https://basin.example/rss.php",
                "https://basin.example/news?format=rss",
                "https://basin.example/x1",
                "https://basin.example/out/7"
            ]
        );
    }

    #[test]
    fn private_candidates_are_not_offered() {
        assert!(
            found(r#"<link rel=alternate type=application/rss+xml href="http://192.168.0.1/rss">"#)
                .is_empty()
        );
        assert!(
            found(r#"<link rel=alternate type=application/rss+xml href="file:///etc/passwd">"#)
                .is_empty()
        );
    }

    #[test]
    fn what_is_too_long_to_be_fetched_is_not_offered() {
        let link = |letters: usize| {
            let path = "é".repeat(letters);
            found(&format!(
                "<link rel=alternate type=application/rss+xml href='/{path}'>"
            ))
            .len()
        };
        assert_eq!((link(100), link(900)), (1, 0));
    }

    #[test]
    fn frames_and_refreshes_lead_on() {
        let url = Url::parse("https://basin.example/").expect("an address");
        let onward = |text: &str| {
            page(text, &url, &Allowance::default())
                .onward
                .map(String::from)
        };
        assert_eq!(
            onward("<meta http-equiv=Refresh content=\"0; URL='/start'\">").as_deref(),
            Some("https://basin.example/start")
        );
        assert_eq!(
            onward("<frameset><frame src=main.html></frameset>").as_deref(),
            Some("https://basin.example/main.html")
        );
        assert_eq!(onward("<meta http-equiv=refresh content='5'>"), None);
    }
}
