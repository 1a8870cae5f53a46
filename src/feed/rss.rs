//! RSS in all its versions, RDF and CDF (whose channels it took over) included: from the tree of a
//! document to drafts.

use super::draft::{Draft, FeedDraft, Markup, absolute, first_filled, largest_image};
use super::element::{Element, Ns};
use super::xml::Document;
use super::{dates, draft};
use crate::clock::Millis;
use crate::news::habits::Skip;
use url::Url;

const OWN: [Ns; 2] = [Ns::Rss, Ns::Rdf];
const DUBLIN: [Ns; 2] = [Ns::Dc, Ns::DcTerms];

/// Reads a document whose root is `rss`, `rdf` or `channel`.
pub fn read(document: &Document, root: &Element) -> (FeedDraft, Vec<Draft>) {
    let channel = if root.name == "channel" {
        root
    } else {
        root.all(&OWN, "channel").next().unwrap_or(root)
    };
    let mut feed = feed(channel);
    feed.language = feed
        .language
        .or_else(|| root.attribute("xml:lang").map(str::to_owned));
    let entries = document
        .entries
        .iter()
        .map(|element| entry(element, &feed))
        .collect();
    (feed, entries)
}

fn feed(channel: &Element) -> FeedDraft {
    let title = first_filled(
        channel,
        &[
            (&OWN, "title"),
            (&DUBLIN, "title"),
            (&[Ns::Atom, Ns::Itunes, Ns::Media], "title"),
        ],
    );
    // Of several the last counts, as other readers have it.
    let link = channel
        .all(&OWN, "link")
        .filter_map(written_link)
        .last()
        .or_else(|| draft::alternate(channel, &[Ns::Atom, Ns::Rss]))
        .or_else(|| {
            channel
                .attribute("rdf:about")
                .or_else(|| channel.attribute("href"))
                .filter(|about| about.starts_with("http"))
                .map(str::to_owned)
        });
    FeedDraft {
        title: title.map(Markup::of_html).unwrap_or_default(),
        link: link.and_then(|link| absolute(channel, &link)),
        language: first_filled(channel, &[(&OWN, "language"), (&DUBLIN, "language")])
            .map(|e| e.text())
            .or_else(|| channel.attribute("xml:lang").map(str::to_owned)),
        ttl_minutes: ttl(channel),
        skip: skip(channel),
        author: first_filled(
            channel,
            &[
                (&DUBLIN, "creator"),
                (&OWN, "managingeditor"),
                (&[Ns::Itunes], "author"),
            ],
        )
        .map(Markup::of_html),
    }
}

/// Elements of a feed's skipHours or skipDays that are looked at.
const SKIPS_MAX: usize = 100;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// What WordPress asks for by default.
const WORDPRESS_MINUTES: u32 = 60;

/// Minutes between readings that a feed asks for. "Once an hour" of the syndication module is what
/// WordPress writes into every feed unless told otherwise, so it asks for nothing.
fn ttl(channel: &Element) -> Option<u32> {
    let text = |spaces: &[Ns], name: &str| {
        first_filled(channel, &[(spaces, name)]).map(|e| e.text().trim().to_lowercase())
    };
    if let Some(minutes) = text(&OWN, "ttl").and_then(|ttl| ttl.parse().ok()) {
        return Some(minutes);
    }
    let period: u32 = match text(&[Ns::Syndication], "updateperiod")?.as_str() {
        "hourly" => 60,
        "daily" => 24 * 60,
        "weekly" => 7 * 24 * 60,
        "monthly" => 30 * 24 * 60,
        "yearly" => 365 * 24 * 60,
        _ => return None,
    };
    let times = text(&[Ns::Syndication], "updatefrequency")
        .and_then(|times| times.parse().ok())
        .unwrap_or(1)
        .max(1);
    let minutes = (period / times).max(1);
    (minutes != WORDPRESS_MINUTES).then_some(minutes)
}

/// Hours (GMT, 24 meaning midnight in older versions) and days on which a feed asks not to be read.
fn skip(channel: &Element) -> Skip {
    let list = |list: &str, name: &str| -> Vec<String> {
        let lists = channel.elements().filter(|e| e.name == list);
        let wishes = lists.flat_map(|list| list.elements());
        let wishes = wishes.filter(|e| e.name == name).take(SKIPS_MAX);
        wishes.map(|e| e.text().trim().to_lowercase()).collect()
    };
    let hours = list("skiphours", "hour").into_iter();
    let hours = hours.filter_map(|hour| hour.parse::<u32>().ok());
    let days = list("skipdays", "day").into_iter();
    let days = days.filter_map(|day| DAYS.iter().position(|name| day.starts_with(name)));
    Skip {
        hours: hours
            .filter(|hour| *hour <= 24)
            .fold(0, |bits, hour| bits | 1 << (hour % 24)),
        days: days.fold(0, |bits, day| bits | 1 << day),
    }
}

/// Names in the order in which they are looked for.
pub type Wishes = [(&'static [Ns], &'static str)];

pub const TITLES: &Wishes = &[
    (&OWN, "title"),
    (&DUBLIN, "title"),
    (&[Ns::Atom], "title"),
    (&[Ns::Media], "title"),
    (&[Ns::Itunes], "title"),
];
pub const SUMMARIES: &Wishes = &[
    (&OWN, "description"),
    (&DUBLIN, "description"),
    (&[Ns::DcTerms, Ns::Rss], "abstract"),
    (&[Ns::Itunes], "summary"),
    (&[Ns::Atom, Ns::Rss], "summary"),
    (&[Ns::Itunes], "subtitle"),
];
pub const CONTENTS: &Wishes = &[
    (&[Ns::Content], "encoded"),
    (&[Ns::Xhtml, Ns::Rss], "body"),
    (&[Ns::Rss, Ns::Xhtml], "fullitem"),
    (&[Ns::Rss], "encoded"),
    (&[Ns::Atom, Ns::Rss], "content"),
];
pub const GUIDS: &Wishes = &[(&OWN, "guid"), (&[Ns::Atom], "id"), (&DUBLIN, "identifier")];
pub const PUBLISHED: &Wishes = &[
    (&OWN, "pubdate"),
    (&[Ns::DcTerms], "issued"),
    (&[Ns::DcTerms], "created"),
    (&DUBLIN, "date"),
    (&[Ns::Rss, Ns::Atom], "published"),
    (&OWN, "date"),
    (&[Ns::Atom], "issued"),
    (&[Ns::Atom], "created"),
    (&[Ns::DcTerms], "available"),
    (&[Ns::DcTerms], "datesubmitted"),
];
const UPDATED: &Wishes = &[
    (&[Ns::Atom, Ns::Rss], "updated"),
    (&[Ns::DcTerms], "modified"),
    (&[Ns::Atom], "modified"),
    (&[Ns::Dc], "date"),
    (&OWN, "lastbuilddate"),
];

fn entry(item: &Element, feed: &FeedDraft) -> Draft {
    let guid = first_filled(item, GUIDS);
    let guid_text = guid
        .map(|guid| guid.text().trim().to_owned())
        .or_else(|| item.attribute("rdf:about").map(str::to_owned));
    let summary =
        first_filled(item, SUMMARIES).or_else(|| media(item).find(|e| e.name == "description"));
    let as_written = |e: &Element| {
        if e.ns == Ns::Atom {
            draft::atom_text(e)
        } else {
            Markup::of_html(e)
        }
    };
    Draft {
        link: link(item, guid),
        original: draft::original(item),
        guid: guid_text.filter(|guid| !guid.is_empty()),
        title: first_filled(item, TITLES)
            .map(as_written)
            .unwrap_or_default(),
        summary: summary.map(as_written),
        content: first_filled(item, CONTENTS).map(as_written),
        published: date(item, PUBLISHED).or_else(|| dates::parse(item.attribute("lastmod")?)),
        updated: date(item, UPDATED),
        author: author(item).or_else(|| feed.author.clone()),
        image: image(item),
        language: first_filled(item, &[(&DUBLIN, "language"), (&OWN, "language")])
            .map(|e| e.text())
            .or_else(|| item.attribute("xml:lang").map(str::to_owned)),
        base: item.base.clone(),
    }
}

/// The first date of these names.
pub fn date(item: &Element, wishes: &Wishes) -> Option<Millis> {
    wishes
        .iter()
        .find_map(|(spaces, name)| item.all(spaces, name).find_map(|e| dates::parse(&e.text())))
}

/// What a `link` says, in its text or, as Atom's, in its `href`.
fn written_link(link: &Element) -> Option<String> {
    let text = link.text();
    let written = if text.trim().is_empty() {
        let address = ["href", "rdf:resource"];
        let address = address.iter().find_map(|name| link.attribute(name));
        address.unwrap_or_default().to_owned()
    } else {
        text
    };
    (!written.trim().is_empty()).then_some(written)
}

/// The link of an entry, else a guid that is one.
fn link(item: &Element, guid: Option<&Element>) -> Option<String> {
    let own = || {
        item.all(&OWN, "link")
            .find_map(|e| absolute(e, &written_link(e)?))
    };
    let permanent = || {
        let guid = guid.filter(|guid| {
            guid.attribute("ispermalink")
                .is_none_or(|value| !value.eq_ignore_ascii_case("false"))
        })?;
        let text = guid.text().trim().to_owned();
        Url::parse(&text)
            .is_ok_and(|url| url.has_host())
            .then_some(text)
    };
    own()
        .or_else(|| draft::alternate(item, &[Ns::Atom]).and_then(|link| absolute(item, &link)))
        .or_else(|| permanent().and_then(|link| absolute(item, &link)))
        .or_else(|| {
            let about = item.attribute("rdf:about");
            about
                .or_else(|| item.attribute("href"))
                .and_then(|about| absolute(item, about))
        })
}

/// Who wrote an entry, as RSS and the modules say it.
pub fn author(item: &Element) -> Option<Markup> {
    let nested = item
        .all(&[Ns::Atom, Ns::Rss], "author")
        .find_map(|author| first_filled(author, &[(&[Ns::Atom, Ns::Rss], "name")]));
    let plain = || {
        first_filled(
            item,
            &[
                (&[Ns::Dc], "creator"),
                (&[Ns::Dc], "author"),
                (&OWN, "author"),
                (&[Ns::Itunes], "author"),
                (&[Ns::DcTerms], "creator"),
                (&[Ns::Media], "credit"),
                (&[Ns::Dc], "contributor"),
            ],
        )
    };
    nested.or_else(plain).map(Markup::of_html)
}

/// Everything of Media RSS in an entry, groups opened.
fn media(item: &Element) -> impl Iterator<Item = &Element> {
    let spaces = |e: &&Element| e.ns == Ns::Media;
    item.elements().filter(spaces).flat_map(|e| {
        std::iter::once(e).chain(
            e.elements()
                .flat_map(|e| std::iter::once(e).chain(e.elements())),
        )
    })
}

pub fn image(item: &Element) -> Option<String> {
    let candidates = media(item)
        .map(|e| (e, "url"))
        .chain(item.all(&OWN, "enclosure").map(|e| (e, "url")));
    largest_image(candidates)
        .or_else(|| {
            item.all(&[Ns::Itunes], "image")
                .find_map(|e| e.attribute("href"))
                .map(str::to_owned)
        })
        .or_else(|| {
            item.all(&OWN, "image").find_map(|e| {
                let url = first_filled(e, &[(&OWN, "url")]).map(Element::text);
                url.or_else(|| e.elements().next().is_none().then(|| e.text()))
            })
        })
        .and_then(|written| absolute(item, &written))
}

#[cfg(test)]
mod tests {
    use crate::news::Feed;
    use crate::news::habits::Skip;

    fn skip(wishes: &str) -> Skip {
        wishing(wishes).skip
    }

    fn wishing(wishes: &str) -> Feed {
        let feed = format!(
            "<rss version=\"2.0\"><channel><title>Tern</title>{wishes}\
             <item><title>Ferry</title></item></channel></rss>"
        );
        let feed = crate::feed::read_bytes(feed.as_bytes(), None, "https://tern.example/");
        feed.expect("a feed")
    }

    #[test]
    fn a_feed_asks_for_minutes_or_for_updates_a_period_and_wordpress_default_is_no_wish() {
        let asks = |wishes: &str| wishing(wishes).ttl_minutes;
        assert_eq!(asks("<ttl>25</ttl>"), Some(25));
        let updates = |period: &str, times: u32| {
            asks(&format!(
                "<sy:updatePeriod xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\">\
                 {period}</sy:updatePeriod><sy:updateFrequency \
                 xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\">{times}\
                 </sy:updateFrequency>"
            ))
        };
        assert_eq!(updates("hourly", 1), None);
        assert_eq!(updates("hourly", 2), Some(30));
        assert_eq!(updates("daily", 4), Some(360));
    }

    #[test]
    fn a_channel_of_the_definition_format_is_read() {
        let feed = "<?xml version='1.0'?><CHANNEL HREF='http://tern.example/'><TITLE>Tern</TITLE>\
            <ITEM HREF='/ferry' LASTMOD='2031-03-04T09:30'><TITLE>Ferry</TITLE>\
            <ABSTRACT>It sails again.</ABSTRACT></ITEM></CHANNEL>";
        let feed = crate::feed::read_bytes(feed.as_bytes(), None, "https://tern.example/a.cdf");
        let feed = feed.expect("a feed");
        assert_eq!(feed.link.as_deref(), Some("http://tern.example/"));
        let entry = &feed.entries[0];
        assert_eq!(entry.link.as_deref(), Some("https://tern.example/ferry"));
        assert_eq!(entry.text, "It sails again.");
        assert!(entry.published.is_some());
    }

    #[test]
    fn a_link_whose_attributes_have_prefixes_leads_there() {
        let feed = "<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>Ferry</title>\
            <link xmlns:n='http://www.w3.org/2005/Atom' n:rel='alternate' n:href='/ferry'/></entry></feed>";
        let feed = crate::feed::read_bytes(feed.as_bytes(), None, "https://tern.example/a");
        let link = feed.expect("a feed").entries[0].link.clone();
        assert_eq!(link.as_deref(), Some("https://tern.example/ferry"));
    }

    #[test]
    fn a_picture_may_be_an_address_alone() {
        for image in ["/a.jpg", "<url>/a.jpg</url><title>Ferry</title>"] {
            let feed = format!(
                "<rss><channel><item><title>Ferry</title><image>{image}</image></item></channel></rss>"
            );
            let feed = crate::feed::read_bytes(feed.as_bytes(), None, "https://tern.example/a");
            let image = feed.expect("a feed").entries[0].image.clone();
            assert_eq!(image.as_deref(), Some("https://tern.example/a.jpg"));
        }
    }

    #[test]
    fn hours_and_days_to_skip_are_read_and_nonsense_among_them_is_not() {
        let wishes = "<skipHours><hour>0</hour><hour> 5 </hour><hour>24</hour><hour>25</hour>\
            <hour>-1</hour><hour>noon</hour></skipHours>\
            <skipDays><day>Sunday</day><day>monday</day><day>Someday</day></skipDays>";
        let wanted = Skip {
            hours: 1 | 1 << 5,
            days: 1 | 1 << 6,
        };
        assert_eq!(skip(wishes), wanted);
        assert_eq!(skip(""), Skip::default());
    }
}
