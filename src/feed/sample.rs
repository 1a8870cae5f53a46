//! The bundled sample edition: feeds of invented outlets, whose dates count from its opening.
//!
//! Its bytes go the same way as a server's; only the network is left out.

use super::dates;
use crate::clock::{MINUTE, Millis};

/// A feed of the edition.
#[derive(Clone, Copy, Debug)]
pub struct SampleSource {
    pub url: &'static str,
    pub file: &'static str,
    pub text: &'static str,
}

macro_rules! sources {
    ($(($url:literal, $file:literal)),* $(,)?) => {
        const SOURCES: &[SampleSource] = &[$(SampleSource {
            url: $url,
            file: $file,
            text: include_str!(concat!("../../assets/sample/", $file)),
        }),*];
    };
}

sources![
    ("https://avel-courier.example/feed.rss", "avel-courier.rss"),
    (
        "https://aveler-abendblatt.example/feed.rss",
        "aveler-abendblatt.rss"
    ),
    ("https://basin-weekly.example/feed.rss", "basin-weekly.rss"),
    ("https://coast-radio.example/feed.json", "coast-radio.json"),
    (
        "https://gaceta-costa-malva.example/feed.rss",
        "gaceta-costa-malva.rss"
    ),
    (
        "https://harrow-science.example/feed.atom",
        "harrow-science-digest.atom"
    ),
    (
        "https://lindholm-post.example/feed.rss",
        "lindholm-post.rss"
    ),
    (
        "https://norvia-ledger.example/feed.rss",
        "norvia-ledger.rss"
    ),
    (
        "https://norvian-touchline.example/feed.rss",
        "touchline.rss"
    ),
    ("https://vesk-tribune.example/atom", "vesk-tribune.atom"),
];

/// The feeds of the edition.
pub fn sample_sources() -> &'static [SampleSource] {
    SOURCES
}

/// The feed as its server would give it at `now`, of an edition opened at `opened`.
pub fn render(source: &SampleSource, opened: Millis, now: Millis) -> String {
    let json = source.file.ends_with(".json");
    let written = |at: Millis| {
        if source.file.ends_with(".rss") {
            dates::rfc_2822(at)
        } else {
            dates::rfc_3339(at)
        }
    };
    let (head, pieces, tail) = divide(source.text);
    let mut shown: Vec<(Millis, &Piece)> = Vec::new();
    for piece in &pieces {
        let at = opened.saturating_add(piece.minutes.saturating_mul(MINUTE));
        if at <= now {
            shown.push((at, piece));
        }
    }
    let replaced: Vec<&str> = shown
        .iter()
        .filter_map(|(_, piece)| piece.replaces)
        .collect();
    shown.retain(|(_, piece)| {
        piece
            .key
            .is_none_or(|key| piece.replaces == Some(key) || !replaced.contains(&key))
    });
    shown.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let texts: Vec<String> = shown
        .iter()
        .map(|(at, piece)| piece.text.trim_end().replace("{{date}}", &written(*at)))
        .collect();
    format!(
        "{head}{}\n{tail}",
        texts.join(if json { ",\n" } else { "\n" })
    )
}

/// One item of a file and when it appears.
struct Piece<'a> {
    minutes: Millis,
    key: Option<&'a str>,
    replaces: Option<&'a str>,
    text: &'a str,
}

/// Head, items, tail. A line that begins with `@@` ends what stands before it.
fn divide(text: &str) -> (&str, Vec<Piece<'_>>, &str) {
    let mut marks: Vec<(usize, usize, &str)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(mark) = line.strip_prefix("@@") {
            marks.push((at, at + line.len(), mark.trim()));
        }
        at += line.len();
    }
    let head = &text[..marks.first().map_or(text.len(), |mark| mark.0)];
    let mut pieces = Vec::new();
    let mut tail = "";
    for (index, (_, from, mark)) in marks.iter().enumerate() {
        let until = marks.get(index + 1).map_or(text.len(), |next| next.0);
        let mut words = mark.split_whitespace();
        match words.next() {
            Some("tail") => tail = &text[*from..until],
            Some("item") => {
                let minutes = words
                    .next()
                    .and_then(|offset| offset.parse().ok())
                    .unwrap_or(0);
                let option = |name: &str| {
                    words
                        .clone()
                        .find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
                };
                pieces.push(Piece {
                    minutes,
                    key: option("key"),
                    replaces: option("replaces"),
                    text: &text[*from..until],
                });
            }
            _ => {}
        }
    }
    (head, pieces, tail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::DAY;
    use crate::feed::read_bytes;

    const RSS: &str = "<rss><channel>\n<title>Avel</title>\n@@ item -60 key=quay\n<item><title>Quay shut</title><pubDate>{{date}}</pubDate></item>\n\
        @@ item 30 key=quay2 replaces=quay\n<item><title>Quay open again</title><pubDate>{{date}}</pubDate></item>\n\
        @@ item -30\n<item><title>Fair</title><pubDate>{{date}}</pubDate></item>\n@@ tail\n</channel></rss>\n";

    fn titles(source: &SampleSource, opened: Millis, now: Millis) -> Vec<String> {
        let text = render(source, opened, now);
        let feed = read_bytes(text.as_bytes(), None, source.url).expect("a feed");
        assert!(!feed.repaired, "{text}");
        feed.entries.into_iter().map(|entry| entry.title).collect()
    }

    #[test]
    fn items_appear_when_they_are_due_and_replace_others() {
        let source = SampleSource {
            url: "https://avel.example/feed.rss",
            file: "avel.rss",
            text: RSS,
        };
        let opened = 1_727_863_200_000;
        assert_eq!(titles(&source, opened, opened), ["Fair", "Quay shut"]);
        assert_eq!(
            titles(&source, opened, opened + 29 * MINUTE),
            ["Fair", "Quay shut"]
        );
        assert_eq!(
            titles(&source, opened, opened + 30 * MINUTE),
            ["Quay open again", "Fair"]
        );
        assert!(render(&source, opened, opened).contains("Wed, 02 Oct 2024 09:30:00 +0000"));
    }

    #[test]
    fn json_items_are_divided_by_commas() {
        let text = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[\n@@ item 0\n{\"id\":\"1\",\"title\":\"A\",\"date_published\":\"{{date}}\"}\n@@ item 1\n{\"id\":\"2\",\"title\":\"B\"}\n@@ tail\n]}\n";
        let source = SampleSource {
            url: "https://coast.example/feed.json",
            file: "coast.json",
            text,
        };
        assert_eq!(titles(&source, 0, MINUTE), ["B", "A"]);
        assert_eq!(titles(&source, DAY, 0), Vec::<String>::new());
    }

    #[test]
    fn every_bundled_feed_is_whole_at_any_time() {
        let opened = 1_727_863_200_000;
        for source in sample_sources() {
            let first = titles(source, opened, opened);
            assert!(!first.is_empty(), "{}", source.file);
            assert!(
                titles(source, opened, opened + 3 * DAY).len() >= first.len().saturating_sub(2),
                "{}",
                source.file
            );
        }
    }
}
