//! When an article was published, as its page shows it: the `<time>` elements with the likeliest
//! first, the words of boxes that are named for a date, and the page's own address.

use super::sift::folded;
use super::tree::{Head, Node, Time, words_of};
use crate::clock::Millis;
use crate::feed::dates;
use crate::feed::html::pairs;

/// Headings that are compared with the title.
const HEADINGS_MAX: usize = 10;
/// A time with more text between it and the heading belongs to something else (bytes).
const NEAR_BYTES_MAX: usize = 2_000;
/// A time in a part of the page that holds no article is nearer to be the article's (bytes).
const ASIDE_BYTES_MAX: usize = 200;
/// Nodes before and behind the heading in which a box with a date is looked for.
const AROUND_NODES: usize = 80;
/// Nodes and letters of such a box.
const BOX_NODES_MAX: usize = 24;
const BOX_CHARS_MAX: usize = 120;

/// Names of boxes that hold a date.
const BOXES: [&str; 19] = [
    "date",
    "dates",
    "datetime",
    "dateline",
    "datum",
    "fecha",
    "time",
    "timestamp",
    "published",
    "publish",
    "publication",
    "posted",
    "byline",
    "meta",
    "postmeta",
    "datepublished",
    "datecreated",
    "entrymeta",
    "pubtime",
];
/// Beginnings of words that say that a text was changed, not published.
const CHANGED: [&str; 9] = [
    "updat",
    "modif",
    "aktuali",
    "actuali",
    "aggiorn",
    "mis à jour",
    "atualiz",
    "обнов",
    "güncel",
];

/// Whether words say that what follows is the time of a change.
pub fn says_changed(words: &str) -> bool {
    let lower = words.to_lowercase();
    CHANGED.iter().any(|word| lower.contains(word))
}

/// The page's times: those near the heading first, of them those that are marked.
pub fn times<'a>(head: &'a Head, nodes: &[Node], heading: Option<usize>) -> Vec<&'a str> {
    let apart = |time: &Time| {
        let Some(heading) = heading else { return 0 };
        let between = if time.at <= heading {
            time.at..heading
        } else {
            nodes[heading].end.min(time.at)..time.at
        };
        let between = nodes.get(between).unwrap_or_default();
        between.iter().map(|node| node.text.trim().len()).sum()
    };
    let mut ranked: Vec<_> = head
        .times
        .iter()
        .filter_map(|time| {
            let apart: usize = apart(time);
            let before = heading.is_some_and(|heading| time.at <= heading);
            let far = apart > NEAR_BYTES_MAX;
            let rank = (time.aside, far, time.stamp, before, apart);
            (!time.aside || apart <= ASIDE_BYTES_MAX).then_some((rank, &*time.text))
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, text)| text).collect()
}

/// The heading that says the title, else the first main one.
pub fn heading(nodes: &[Node], title: Option<&str>) -> Option<usize> {
    let title = title.map(folded);
    let headings = || (1..nodes.len()).filter(|&at| matches!(&*nodes[at].name, "h1" | "h2"));
    headings()
        .take(HEADINGS_MAX)
        .find(|&at| title.as_ref() == Some(&folded(&words_of(nodes, at))))
        .or_else(|| headings().find(|&at| nodes[at].name == "h1"))
}

/// A date in a small box near the heading: behind it, else before it in the box that holds both.
pub fn shown(nodes: &[Node], heading: Option<usize>) -> Option<Millis> {
    // Without a heading all that stands at the beginning is behind it.
    let (heading, end) = heading.map_or((0, 1), |at| (at, nodes[at].end));
    let behind = end..nodes.len().min(end + AROUND_NODES);
    let before = match nodes.get(heading).map_or(0, |node| node.parent) {
        0 => 0..0,
        parent => parent.max(heading.saturating_sub(AROUND_NODES))..heading,
    };
    behind
        .chain(before)
        .filter(|&at| nodes[at].end - at <= BOX_NODES_MAX && is_box(&nodes[at]))
        .find_map(|at| {
            let title =
                pairs(nodes[at].attributes).find(|(key, _)| key.eq_ignore_ascii_case("title"));
            boxed(&words_of(nodes, at)).or_else(|| boxed(title?.1))
        })
}

fn is_box(node: &Node) -> bool {
    let named = |name: &str| {
        let lower = name.to_ascii_lowercase();
        let mut words = lower.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| BOXES.contains(&word) || (word.ends_with("date") && word != "update"))
    };
    !node.is_text()
        && pairs(node.attributes).any(|(key, value)| {
            matches!(&*key.to_ascii_lowercase(), "class" | "id" | "itemprop") && named(value)
        })
}

/// The date of a box's words, which may hold a name or a count beside it.
fn boxed(words: &str) -> Option<Millis> {
    if words.chars().count() > BOX_CHARS_MAX {
        return None;
    }
    // A year and a day at least: titles hold years, too.
    let has_day = |part: &&str| {
        let numbers = part.split(|c: char| !c.is_ascii_digit());
        let mut numbers = numbers.filter(|number| !number.is_empty());
        let is_year = |n: &str| n.len() == 4 && (n.starts_with("19") || n.starts_with("20"));
        numbers.clone().any(is_year)
            && (numbers.clone().nth(2).is_some()
                || numbers.next().is_some_and(|first| !is_year(first)))
    };
    words
        .split(['|', '•', '·', '—'])
        .filter(has_day)
        .filter(|part| !says_changed(part))
        .find_map(dates::parse)
}

/// The day that an address names: `/2031/03/04/`, `/2031-03-04-`.
pub fn of_address(address: &str) -> Option<Millis> {
    let path = address.split(['?', '#']).next()?;
    let parts: Vec<&str> = path.split('/').collect();
    let number = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
    };
    let day = |year: &str, month: &str, day: &str| {
        let fits = number(year, 4..=4) && number(month, 1..=2) && number(day, 1..=2);
        fits.then(|| dates::parse(&format!("{year}-{month}-{day}")))?
    };
    let folders = parts.windows(3).find_map(|p| day(p[0], p[1], p[2]));
    folders.or_else(|| {
        parts.iter().find_map(|part| {
            let mut numbers = part.splitn(4, '-');
            day(numbers.next()?, numbers.next()?, numbers.next()?)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::tree;
    use super::*;
    use crate::feed::dates::rfc_3339;

    fn first(page: &str) -> Option<String> {
        let page = tree::read(page);
        let heading = heading(&page.nodes, Some("Ferry stops"));
        times(&page.head, &page.nodes, heading)
            .first()
            .map(|time| (*time).to_owned())
    }

    #[test]
    fn the_time_beside_the_heading_is_the_articles() {
        for page in [
            "<header><time>1</time></header><h1>Ferry stops</h1><time>2</time>",
            "<time>1</time><ul><li>Storm damages the quay</ul><h1>Ferry stops</h1><time>2</time>",
            "<aside><time>1</time></aside><h2>Ferry stops</h2><time>2</time><time>3</time>",
            "<h1>Ferry stops</h1><time class=updated>1</time><time>2</time>",
            "<h1>Ferry stops</h1>Updated <time>1</time> Published <time>2</time>",
            "<h1>Ferry stops</h1><time>1</time><time class='entry-date published'>2</time>",
            "<time>1</time><h1>Basin</h1><p>The quay</p><h1>Ferry stops</h1><time>2</time>",
        ] {
            assert_eq!(first(page).as_deref(), Some("2"), "{page}");
        }
        let kicker = format!(
            "<time>1</time><h1>Ferry stops</h1><p>{}</p><time>2</time>",
            "The pump failed. ".repeat(200)
        );
        assert_eq!(first(&kicker).as_deref(), Some("1"));
    }

    #[test]
    fn a_box_named_for_a_date_shows_it() {
        let read = |inside: &str| {
            let text = format!(
                "<h1 class=meta>Ferry stops 5 May 2030</h1>{inside}<p>The pump failed in 2029.</p>"
            );
            let page = tree::read(&text);
            shown(&page.nodes, heading(&page.nodes, None)).map(rfc_3339)
        };
        for inside in [
            "<span class=entry-date>4 March 2031</span>",
            "<p class='date'>March 4, 2031</p>",
            "<div class=byline>By Ann Holm | March 4, 2031</div>",
            "<span itemprop=datePublished>4 March 2031</span>",
            "<abbr class=published title='2031-03-04'>4. 3.</abbr>",
            "<div id=articlePublishDate>Published: 4 March 2031</div>",
            "<div class=post-date>Veröffentlicht am <b>4.</b> März <i>2031</i></div>",
        ] {
            assert_eq!(
                read(inside).as_deref(),
                Some("2031-03-04T00:00:00Z"),
                "{inside}"
            );
        }
        for inside in [
            "<p>4 March 2031</p>",
            "<p class=meta>Updated 4 March 2031</p>",
            "<p class=candidates>5 people in 2031</p>",
            "<p class=meta>What will come in May 2031</p>",
        ] {
            assert_eq!(read(inside), None, "{inside}");
        }
    }

    #[test]
    fn dates_of_other_boxes_are_not_the_articles() {
        let page = tree::read(
            "<div class=weather><span class=date>8 March 2031</span></div>\
             <article><p class=date>4 March 2031</p><h1>Ferry stops</h1></article>",
        );
        let found = shown(&page.nodes, heading(&page.nodes, None)).map(rfc_3339);
        assert_eq!(found.as_deref(), Some("2031-03-04T00:00:00Z"));
        let far = format!(
            "<h1>Ferry stops</h1><p>{}</p><aside><time>1</time></aside>",
            "The pump failed. ".repeat(20)
        );
        assert_eq!(first(&far), None);
    }

    #[test]
    fn an_address_may_name_the_day() {
        let read = |address: &str| of_address(address).map(rfc_3339);
        for address in [
            "https://basin.example/news/2031/03/04/ferry",
            "https://basin.example/2031/3/4",
            "https://basin.example/a/2031-03-04-ferry?x=2030/01/01",
        ] {
            assert_eq!(
                read(address).as_deref(),
                Some("2031-03-04T00:00:00Z"),
                "{address}"
            );
        }
        for address in [
            "https://basin.example/2031/03/ferry",
            "https://basin.example/2031/13/43/",
        ] {
            assert_eq!(read(address), None, "{address}");
        }
    }
}
