//! Outlets: who publishes an article, and headlines without the outlet's name at their end.

use url::{Host, Url};

/// Divides a headline from the outlet's name.
const SEPARATORS: &[&str] = &[" | ", " - ", " – ", " — ", " :: ", " » ", " · ", " / "];
/// What is left of a headline must be this long for its end to be cut.
const TITLE_CHARS_MIN: usize = 12;

/// The registrable domain of the article's link; without a link that of the site, else of the
/// feed. An address by number, or a name without a registrable domain, counts with its port.
pub fn outlet(link: Option<&str>, site: Option<&str>, feed_url: &str) -> String {
    [link, site, Some(feed_url)]
        .into_iter()
        .flatten()
        .find_map(of_link)
        .unwrap_or_else(|| "unknown".to_string())
}

fn of_link(link: &str) -> Option<String> {
    let url = Url::parse(link.trim()).ok()?;
    let host = url.host()?;
    if let Host::Domain(name) = host {
        let name = name.trim_end_matches('.');
        if let Some(domain) = registrable(name) {
            return Some(domain.to_string());
        }
    }
    let host = host.to_string();
    (!host.is_empty()).then(|| match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host,
    })
}

/// Only suffixes that are on the list count: `localhost` or `server.internal` have no owner. The
/// names reserved for examples are taken as if they were on it.
fn registrable(name: &str) -> Option<&str> {
    let domain = psl::domain(name.as_bytes())?;
    let is_known = domain.suffix().is_known() || domain.suffix() == "example";
    is_known
        .then(|| std::str::from_utf8(domain.as_bytes()).ok())
        .flatten()
}

/// The headline without the outlet's name at its end.
pub fn clean_title(title: &str, outlet_name: &str) -> String {
    let title = title.trim();
    let name = fold(outlet_name);
    if name.is_empty() {
        return title.to_string();
    }
    let cut = SEPARATORS
        .iter()
        .filter_map(|separator| title.rfind(separator).map(|at| (at, at + separator.len())))
        .filter(|(_, end)| is_name(&fold(&title[*end..]), &name))
        .map(|(at, _)| title[..at].trim_end())
        .filter(|rest| rest.chars().count() >= TITLE_CHARS_MIN)
        .min_by_key(|rest| rest.len());
    cut.unwrap_or(title).to_string()
}

/// Equal, or the same but for an article in front or a domain at the end.
fn is_name(tail: &str, name: &str) -> bool {
    let bare = |text: &str| {
        let text = text.strip_prefix("the ").unwrap_or(text);
        let text = text.strip_prefix("www.").unwrap_or(text);
        text.replace(' ', "")
    };
    let (tail, name) = (bare(tail), bare(name));
    let without_suffix = |text: &str| text.rsplit_once('.').map(|(front, _)| front.to_string());
    !tail.is_empty()
        && (tail == name
            || without_suffix(&tail).as_ref() == Some(&name)
            || without_suffix(&name).as_ref() == Some(&tail))
}

fn fold(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outlet_is_a_registrable_domain() {
        let of = |link| outlet(Some(link), None, "https://feeds.example/x");
        assert_eq!(of("https://www.avel.co.uk/a"), "avel.co.uk");
        assert_eq!(of("https://news.lindholm.example/a"), "lindholm.example");
        assert_eq!(of("https://ann.github.io/a"), "ann.github.io");
        assert_eq!(of("https://Avel.COM./a"), "avel.com");
    }

    #[test]
    fn an_address_without_a_domain_counts_with_its_port() {
        let of = |link| outlet(Some(link), None, "https://feeds.example/x");
        assert_eq!(of("http://127.0.0.1:8081/a"), "127.0.0.1:8081");
        assert_eq!(of("http://[::1]/a"), "[::1]:80");
        assert_eq!(of("https://localhost/a"), "localhost:443");
        assert_eq!(of("http://server.internal:81/a"), "server.internal:81");
        assert_eq!(of("https://co.uk/a"), "co.uk:443");
    }

    #[test]
    fn without_a_link_the_site_counts_then_the_feed() {
        let feed = "https://feeds.lindholm.example/x";
        assert_eq!(
            outlet(None, Some("https://avel.example/"), feed),
            "avel.example"
        );
        assert_eq!(outlet(Some("nonsense"), None, feed), "lindholm.example");
        assert_eq!(outlet(None, None, "?"), "unknown");
    }

    #[test]
    fn the_outlets_name_is_cut_off_a_headline() {
        for (title, name, expected) in [
            (
                "Ferry runs aground | Avel Courier",
                "Avel Courier",
                "Ferry runs aground",
            ),
            (
                "Ferry runs aground - The Avel Courier",
                "Avel Courier",
                "Ferry runs aground",
            ),
            (
                "Ferry runs aground – avelcourier.example",
                "Avel Courier",
                "Ferry runs aground",
            ),
            (
                "Lindholm - Avel: a ferry line's end",
                "Avel Courier",
                "Lindholm - Avel: a ferry line's end",
            ),
            ("News | Avel Courier", "Avel Courier", "News | Avel Courier"),
            ("Ferry runs aground", "", "Ferry runs aground"),
        ] {
            assert_eq!(clean_title(title, name), expected);
        }
    }
}
