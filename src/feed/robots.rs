//! What a site allows programs to read: robots.txt by RFC 9309, for pages only, never for feeds.
//!
//! Own code rather than a crate: the rules are a page long, and paths must be compared as the
//! fetcher writes them.

use crate::clock::{DAY, HOUR, Millis};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use url::Url;

/// The name by which a robots.txt speaks of us.
pub const PRODUCT: &str = "lede";
/// Bytes of a robots.txt that are read (RFC 9309, 2.5: at least 500 KiB).
pub const ROBOTS_BYTES_MAX: usize = 500 * 1024;
/// How long rules are kept (RFC 9309, 2.4).
const KEPT_MS_MAX: Millis = DAY;
/// How long a site is left alone whose rules could not be read.
const UNREADABLE_MS: Millis = HOUR;
/// Longest spacing that a Crawl-delay is honoured with.
const CRAWL_DELAY_SECONDS_MAX: f64 = 30.0;
/// Bytes of rules kept of all sites together.
const KEPT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Sites whose rules are kept.
const SITES_MAX: usize = 5_000;
/// Wildcards of one pattern that are honoured; one with more never matches.
const WILDCARDS_MAX: usize = 50;
/// Longest path that is compared (bytes).
const PATH_BYTES_MAX: usize = 8 * 1024;

/// The rules of one site that speak to us.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rules {
    rules: Vec<Rule>,
    /// Spacing that the site asks for.
    pub crawl_delay: Option<Duration>,
}

#[derive(Clone, Debug, PartialEq)]
struct Rule {
    allow: bool,
    /// As [`normal`] writes it.
    pattern: String,
}

/// How a site's robots.txt was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    Rules(Arc<Rules>),
    /// There is none (4xx): everything is allowed.
    Missing,
    /// It could not be read (5xx, no connection): nothing is allowed for a while.
    Unreadable,
}

impl Rules {
    /// Reads the group that names [`PRODUCT`], else the one for everybody.
    pub fn parse(bytes: &[u8]) -> Self {
        let bytes = &bytes[..bytes.len().min(ROBOTS_BYTES_MAX)];
        let text = String::from_utf8_lossy(bytes);
        let (mut ours, mut everybodys) = (None, None);
        // Whom the lines at hand speak to, and whether the lines are still naming them.
        let (mut to_us, mut to_all, mut naming) = (false, false, false);
        for line in text.trim_start_matches('\u{feff}').split(['\n', '\r']) {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else {
                continue;
            };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            if key == "user-agent" {
                if !std::mem::replace(&mut naming, true) {
                    (to_us, to_all) = (false, false);
                }
                to_us |= product_of(value).eq_ignore_ascii_case(PRODUCT);
                to_all |= value.starts_with('*');
                // A group without rules is one, too: it allows everything.
                if to_us {
                    ours.get_or_insert_with(Rules::default);
                }
                continue;
            }
            let known = ["allow", "disallow", "crawl-delay"].contains(&key.as_str());
            naming &= !known;
            if to_us {
                ours.get_or_insert_with(Rules::default).add(&key, value);
            }
            if to_all {
                everybodys
                    .get_or_insert_with(Rules::default)
                    .add(&key, value);
            }
        }
        ours.or(everybodys).unwrap_or_default()
    }

    fn add(&mut self, key: &str, value: &str) {
        match key {
            "allow" | "disallow" if !value.is_empty() => self.rules.push(Rule {
                allow: key == "allow",
                pattern: normal(value),
            }),
            "crawl-delay" => {
                let seconds = value.parse().ok().filter(|seconds| *seconds > 0.0);
                let seconds = seconds.map(|seconds: f64| seconds.min(CRAWL_DELAY_SECONDS_MAX));
                self.crawl_delay = seconds.map(Duration::from_secs_f64);
            }
            _ => {}
        }
    }

    /// Whether a page may be read: the longest matching rule decides, an allowing one among equals.
    pub fn allow(&self, url: &Url) -> bool {
        let path = path_of(url);
        if path == "/robots.txt" {
            return true;
        }
        let matching = self
            .rules
            .iter()
            .filter(|rule| matches(&rule.pattern, &path));
        let longest = matching.max_by_key(|rule| (rule.pattern.len(), rule.allow));
        longest.is_none_or(|rule| rule.allow)
    }

    fn bytes(&self) -> usize {
        let rules = self.rules.iter();
        let patterns: usize = rules.map(|rule| rule.pattern.len()).sum();
        patterns + self.rules.len() * size_of::<Rule>()
    }
}

/// Whether a page may be read, by what was found of its site's robots.txt.
pub fn page_allowed(found: &Found, url: &Url) -> bool {
    match found {
        Found::Rules(rules) => rules.allow(url),
        Found::Missing => true,
        Found::Unreadable => false,
    }
}

/// The product token at the beginning of a user-agent line's value.
fn product_of(value: &str) -> &str {
    let end = value.find(|c: char| !c.is_ascii_alphabetic() && c != '_' && c != '-');
    &value[..end.unwrap_or(value.len())]
}

/// Path and query, as rules are compared with.
fn path_of(url: &Url) -> String {
    let mut path = url.path().to_owned();
    if let Some(query) = url.query() {
        path.push('?');
        path.push_str(query);
    }
    let mut end = path.len().min(PATH_BYTES_MAX);
    while !path.is_char_boundary(end) {
        end -= 1;
    }
    normal(&path[..end])
}

/// One way of writing for what may be written in several (RFC 9309, 2.2.2): characters outside of
/// ASCII percent-encoded, unreserved ones not, hexadecimal digits upper case. `*`, `$` and a
/// percent-encoded mark stay what they are.
fn normal(path: &str) -> String {
    let bytes = path.as_bytes();
    let mut normal = String::with_capacity(path.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let coded = (byte == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let coded = coded
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match coded {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                normal.push(char::from(byte));
            }
            Some(byte) => normal.push_str(&format!("%{byte:02X}")),
            None if byte.is_ascii_graphic() => normal.push(char::from(byte)),
            None => normal.push_str(&format!("%{byte:02X}")),
        }
        at += if coded.is_some() { 3 } else { 1 };
    }
    normal
}

/// Whether a pattern with `*` (any characters) and a final `$` (the end) fits the beginning of a
/// path. Each part between stars is looked for once, from left to right: the first place is as good
/// as any later one, except for a last part that must stand at the end.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.take(WILDCARDS_MAX + 1).collect();
    if parts.len() > WILDCARDS_MAX {
        return false;
    }
    let Some((last, middle)) = parts.split_last() else {
        return !to_end || rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    if to_end {
        rest.ends_with(last)
    } else {
        rest.contains(last)
    }
}

/// The rules of sites that were read lately.
#[derive(Debug, Default)]
pub struct Kept(Mutex<HashMap<String, (Found, Millis)>>);

impl Kept {
    /// What is known at `now` of the site of `origin`.
    pub fn get(&self, origin: &str, now: Millis) -> Option<Found> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (found, until) = kept.get(origin)?;
        (*until > now).then(|| found.clone())
    }

    /// Keeps what was found at `now`, within bounds.
    pub fn keep(&self, origin: String, found: Found, now: Millis) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = |found: &Found| match found {
            Found::Rules(rules) => rules.bytes(),
            _ => 0,
        };
        let full = |kept: &HashMap<String, (Found, Millis)>| {
            let all: usize = kept.values().map(|(found, _)| bytes(found)).sum();
            kept.len() >= SITES_MAX || all + bytes(&found) > KEPT_BYTES_MAX
        };
        if full(&kept) {
            kept.retain(|_, (_, until)| *until > now);
        }
        if full(&kept) {
            kept.clear();
        }
        let for_ms = match found {
            Found::Unreadable => UNREADABLE_MS,
            _ => KEPT_MS_MAX,
        };
        kept.insert(origin, (found, now.saturating_add(for_ms)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn allowed(robots: &str, path: &str) -> bool {
        let url = Url::parse(&format!("https://tern.example{path}")).unwrap();
        Rules::parse(robots.as_bytes()).allow(&url)
    }

    #[test]
    fn our_own_group_wins_over_everybodys_and_groups_that_name_us_are_one() {
        let robots = "User-agent: *\nDisallow: /\n\nUser-Agent: LEDE/2.0 # us\nUser-agent: other\n\
            Disallow: /drafts\n\nuser-agent: someone\nDisallow: /news\nuser-agent: lede\nDisallow: /paid\n";
        assert!(allowed(robots, "/news/1"));
        assert!(!allowed(robots, "/drafts/1"));
        assert!(!allowed(robots, "/paid/1"));
        let foreign = "User-agent: ledebot\nDisallow: /\nUser-agent: le\nDisallow: /";
        assert!(
            allowed(foreign, "/news"),
            "another's name that begins like ours"
        );
        assert!(!allowed("User-agent: *\nDisallow: /", "/news"));
        assert!(
            allowed("Disallow: /", "/news"),
            "rules that speak to nobody"
        );
    }

    #[test]
    fn a_group_that_names_us_and_forbids_nothing_allows_everything() {
        let robots = "User-agent: *\nDisallow: /\nUser-agent: lede\nDisallow:\n";
        assert!(allowed(robots, "/news"));
        assert!(allowed(
            "User-agent: *\nDisallow: /\n\nUser-agent: lede\n",
            "/news"
        ));
    }

    #[test]
    fn other_lines_between_do_not_end_the_naming_of_a_group() {
        let robots = "User-agent: lede\nSitemap: https://tern.example/map.xml\n\nUser-agent: two\nDisallow: /x";
        assert!(!allowed(robots, "/x"));
    }

    #[test]
    fn the_longest_match_decides_and_an_allowing_one_among_equals() {
        let robots = "User-agent: *\nAllow: /p\nDisallow: /\n";
        assert!(allowed(robots, "/page") && !allowed(robots, "/other"));
        let robots = "User-agent: *\nDisallow: /page\nAllow: /page\n";
        assert!(allowed(robots, "/page"));
        let robots = "User-agent: *\nAllow: /a/\nDisallow: /a/*.pdf$\n";
        assert!(!allowed(robots, "/a/b.pdf") && allowed(robots, "/a/b.pdf?x"));
    }

    #[test]
    fn stars_stand_for_anything_and_a_dollar_for_the_end() {
        for (pattern, path, fits) in [
            ("/*.php", "/x.php5?a", true),
            ("/*.php$", "/x.php5", false),
            ("/*.php$", "/x.php/y.php", true),
            ("/fish*", "/fish", true),
            ("/fish$", "/fishing", false),
            ("/fish*heads$", "/fish.heads", true),
            ("*/print", "/a/print", true),
            ("/a*b*c", "/a-c-b", false),
            ("/$", "/", true),
            ("/$", "/x", false),
            ("/a**b", "/axb", true),
            ("$", "/x", false),
            ("fish", "/fish", false),
        ] {
            assert_eq!(matches(pattern, path), fits, "{pattern} {path}");
        }
    }

    #[test]
    fn ways_of_writing_the_same_path_are_one() {
        let forbids = |rule: &str| format!("User-agent: *\nDisallow: {rule}");
        assert!(!allowed(&forbids("/føø"), "/f%c3%b8%C3%B8/bar"));
        assert!(!allowed(&forbids("/f%c3%b8"), "/fø"));
        assert!(!allowed(&forbids("/%7ejoe"), "/~joe"));
        assert!(
            allowed(&forbids("/a%2fb"), "/a/b"),
            "an encoded slash is another path"
        );
        assert!(!allowed(&forbids("/a%2fb"), "/a%2Fb"));
        assert!(!allowed(&forbids("/s?q=*&page"), "/s?q=x&page=2"));
    }

    #[test]
    fn a_crawl_delay_is_honoured_up_to_half_a_minute() {
        let delay = |value: &str| {
            let robots = format!("User-agent: *\nCrawl-delay: {value}\n");
            Rules::parse(robots.as_bytes()).crawl_delay
        };
        assert_eq!(delay("2.5"), Some(Duration::from_millis(2_500)));
        assert_eq!(delay("1e300"), Some(Duration::from_secs(30)));
        assert_eq!(delay("inf"), Some(Duration::from_secs(30)));
        for none in ["-1", "0", "NaN", "soon"] {
            assert_eq!(delay(none), None, "{none}");
        }
    }

    #[test]
    fn only_the_first_half_mebibyte_is_read_and_any_line_end_will_do() {
        let mut robots = "User-agent: *\r\nDisallow: /early\r".to_owned();
        robots.push_str(&"# nothing\n".repeat(60_000));
        robots.push_str("Disallow: /late\n");
        assert!(!allowed(&robots, "/early") && allowed(&robots, "/late"));
        assert!(!allowed("\u{feff}User-agent: *\nDisallow: /", "/x"));
    }

    #[test]
    fn a_missing_file_allows_and_an_unreadable_one_forbids_for_an_hour() {
        let url = Url::parse("https://tern.example/x").unwrap();
        assert!(page_allowed(&Found::Missing, &url));
        assert!(!page_allowed(&Found::Unreadable, &url));
        let kept = Kept::default();
        kept.keep("a".to_owned(), Found::Unreadable, 0);
        kept.keep("b".to_owned(), Found::Missing, 0);
        assert_eq!(kept.get("a", HOUR - 1), Some(Found::Unreadable));
        assert_eq!(kept.get("a", HOUR), None);
        assert_eq!(kept.get("b", DAY - 1), Some(Found::Missing));
        assert_eq!(kept.get("b", DAY), None);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let kept = Kept::default();
        let long = format!(
            "User-agent: *\n{}",
            "Disallow: /a/long/path\n".repeat(20_000)
        );
        let rules = Arc::new(Rules::parse(long.as_bytes()));
        for n in 0..20 {
            kept.keep(n.to_string(), Found::Rules(rules.clone()), 0);
            let all = kept.0.lock().unwrap();
            let bytes: usize = all.len() * rules.bytes();
            assert!(bytes <= KEPT_BYTES_MAX);
        }
        assert!(kept.get("19", 1).is_some());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_and_any_pattern_is_matched(
            bytes in proptest::collection::vec(any::<u8>(), 0..400), pattern in "[/a*$%]{0,30}", path in "/[a/%é]{0,40}",
        ) {
            let url = Url::parse(&format!("https://tern.example{path}")).unwrap();
            Rules::parse(&bytes).allow(&url);
            let robots = format!("User-agent: lede\nDisallow: {pattern}\n");
            Rules::parse(robots.as_bytes()).allow(&url);
            prop_assert_eq!(normal(&normal(&path)), normal(&path));
        }
    }
}
