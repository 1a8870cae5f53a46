//! What a feed shows of itself before it is added: whether it is private, to be paid for, broken, or
//! the same as one that is there. Pure; how sure each sign is stands beside it.

use crate::clock::{MINUTE, Millis};
use crate::news::article::Entry;
use serde::{Deserialize, Serialize};
use url::Url;

/// Share of entries with a mark of readers who pay from which a feed is called so.
const PAID_SHARE_MIN: f32 = 0.2;
/// A value in an address that is shorter is no key of a reader.
const KEY_CHARS_MIN: usize = 12;
/// Names of values in an address that hold the key of one reader, lower case.
const KEYS: [&str; 12] = [
    "token",
    "key",
    "apikey",
    "api_key",
    "auth",
    "secret",
    "password",
    "pass",
    "sig",
    "signature",
    "session",
    "private",
];
/// What stands at the beginning or end of titles of articles for subscribers, lower case.
const PAID_TITLES: [&str; 10] = [
    "[plus]",
    "(plus)",
    "[premium]",
    "(premium)",
    "(abo)",
    "[abo]",
    "(s+)",
    "premium:",
    "abo:",
    "\u{1f512}",
];
/// What stands in teasers of articles for subscribers, lower case.
const PAID_WORDS: [&str; 12] = [
    "subscribe to continue",
    "subscribe to read",
    "subscribers only",
    "subscriber-only",
    "already a subscriber",
    "log in to read",
    "sign in to read",
    "nur für abonnenten",
    "weiterlesen mit abo",
    "réservé aux abonnés",
    "solo para suscriptores",
    "per gli abbonati",
];
/// An article is dated ahead when it says so much more than now.
const AHEAD_MS: Millis = 15 * MINUTE;
/// Entries among which two addresses can be compared, and the share that makes them one feed.
const SAME_ENTRIES_MIN: usize = 2;
const SAME_SHARE_MIN: f32 = 0.8;

/// Why an address seems to be for one reader.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Private {
    /// It holds a name or a password. This is sure.
    Login,
    /// It holds a value of this name that looks like the key of one reader.
    Key(String),
}

/// Whether an address seems to be for one reader.
pub fn private(address: &str) -> Option<Private> {
    let url = Url::parse(address).ok()?;
    if !url.username().is_empty() || url.password().is_some() {
        return Some(Private::Login);
    }
    let is_key = |name: &str, value: &str| {
        KEYS.contains(&name.to_lowercase().as_str()) && value.chars().count() >= KEY_CHARS_MIN
    };
    let mut values = url.query_pairs();
    let key = values.find(|(name, value)| is_key(name, value));
    key.map(|(name, _)| Private::Key(name.into_owned()))
}

/// How many of the entries are marked as for those who pay, where that is worth saying.
pub fn paid(entries: &[Entry]) -> Option<usize> {
    let marked = entries.iter().filter(|entry| is_paid(entry)).count();
    let share = marked as f32 / entries.len().max(1) as f32;
    (marked > 0 && share >= PAID_SHARE_MIN).then_some(marked)
}

fn is_paid(entry: &Entry) -> bool {
    let title = entry.title.trim().to_lowercase();
    let at_an_end = |mark: &str| title.starts_with(mark) || title.ends_with(mark);
    let text = entry.text.to_lowercase();
    PAID_TITLES.iter().any(|mark| at_an_end(mark)) || PAID_WORDS.iter().any(|w| text.contains(w))
}

/// What is wrong with the dates of entries: how many have none, and how many are of the future.
pub fn dates(entries: &[Entry], now: Millis) -> (usize, usize) {
    let undated = entries.iter().filter(|one| one.published.is_none());
    let ahead = entries.iter().filter(|one| {
        let at = one.published.unwrap_or(now);
        at > now.saturating_add(AHEAD_MS)
    });
    (undated.count(), ahead.count())
}

/// Whether two addresses differ only in what leads to the same place: scheme, "www.", a slash at the
/// end, small and large letters of the host, what stands behind "#".
pub fn same_address(one: &str, other: &str) -> bool {
    let bare = |address: &str| {
        let url = Url::parse(address).ok()?;
        let host = url.host_str()?.to_lowercase();
        let host = host.strip_prefix("www.").unwrap_or(&host).to_owned();
        let path = url.path().trim_end_matches('/').to_owned();
        let login = (url.username().to_owned(), url.password().map(str::to_owned));
        Some((
            host,
            url.port(),
            path,
            url.query().map(str::to_owned),
            login,
        ))
    };
    bare(one).is_some_and(|bare_one| bare(other) == Some(bare_one))
}

/// Whether so many of `entries` stand in another feed that the two are one.
pub fn same_entries(shared: usize, entries: usize) -> bool {
    entries >= SAME_ENTRIES_MIN && shared as f32 / entries as f32 >= SAME_SHARE_MIN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(title: &str, text: &str) -> Entry {
        Entry {
            title: title.to_owned(),
            text: text.to_owned(),
            ..Entry::default()
        }
    }

    #[test]
    fn an_address_with_a_login_or_a_key_is_private() {
        for (address, is) in [
            ("https://ann:hush@avel.example/feed", Some(Private::Login)),
            ("https://ann@avel.example/feed", Some(Private::Login)),
            (
                "https://avel.example/feed?Token=8f2c11d09ab4",
                Some(Private::Key("Token".to_owned())),
            ),
            ("https://avel.example/feed?token=1", None),
            (
                "https://avel.example/feed?section=harbour-and-the-sea",
                None,
            ),
            ("https://avel.example/token/8f2c11d09ab4", None),
            ("no address", None),
        ] {
            assert_eq!(private(address), is, "{address}");
        }
    }

    #[test]
    fn marks_of_readers_who_pay_count_from_a_fifth_of_the_entries() {
        let plain = || entry("Harbour opens", "The harbour opened on Tuesday.");
        let all = |paid: Entry, others: usize| {
            let mut all = vec![paid];
            all.extend((0..others).map(|_| plain()));
            self::paid(&all)
        };
        assert_eq!(all(entry("Ferry stops (Plus)", ""), 4), Some(1));
        assert_eq!(all(entry("Ferry stops (Plus)", ""), 5), None);
        assert_eq!(all(entry("ABO: Fähre steht", ""), 0), Some(1));
        let teaser = "The ferry stopped. Subscribe to read the whole report.";
        assert_eq!(all(entry("Ferry stops", teaser), 1), Some(1));
        let no = entry("Plus one: a surplus of premium hay", "Abo lives in Sund.");
        assert_eq!(all(no, 0), None);
        assert_eq!(self::paid(&[]), None);
    }

    #[test]
    fn missing_dates_and_dates_ahead_are_counted() {
        let at = |published| Entry {
            published,
            ..Entry::default()
        };
        let all = [at(None), at(Some(100)), at(Some(100 + AHEAD_MS + 1))];
        assert_eq!(dates(&all, 100), (1, 1));
    }

    #[test]
    fn addresses_of_one_place_are_the_same() {
        let same = |one: &str, other: &str| same_address(one, other) && same_address(other, one);
        assert!(same(
            "https://www.Avel.example/feed/",
            "http://avel.example/feed#top"
        ));
        assert!(!same(
            "https://avel.example/feed",
            "https://avel.example/feed?of=sport"
        ));
        assert!(!same(
            "https://avel.example/feed",
            "https://avel.example/sport"
        ));
        assert!(!same(
            "https://avel.example:8443/feed",
            "https://avel.example/feed"
        ));
        assert!(!same("", ""));
        assert!(same_entries(4, 5) && !same_entries(3, 5) && !same_entries(1, 1));
    }
}
