//! Every quote stands verbatim in the raw item of the article that it links to: read with a reader
//! of the test's own, so that nothing of the program vouches for itself.

use quick_xml::events::Event;
use quick_xml::reader::Reader;
use std::collections::HashMap;

/// An item as the feed's bytes have it: entities decoded, tags and white space folded.
#[derive(Clone, Debug, Default)]
pub struct RawEntry {
    pub link: Option<String>,
    pub text: String,
}

/// Reads the items of an RSS or Atom document, or of a JSON Feed.
pub fn raw_entries(bytes: &[u8]) -> Vec<RawEntry> {
    if bytes.first() == Some(&b'{') {
        return json_entries(bytes);
    }
    let mut reader = Reader::from_reader(bytes);
    let mut entries = Vec::new();
    let mut open: Option<RawEntry> = None;
    let mut element = String::new();
    let mut buffer = Vec::new();
    loop {
        match reader
            .read_event_into(&mut buffer)
            .expect("the test's feeds are well-formed")
        {
            Event::Start(start) => {
                element = name_of(start.name().as_ref());
                if element == "item" || element == "entry" {
                    open = Some(RawEntry::default());
                }
            }
            Event::Empty(start) if name_of(start.name().as_ref()) == "link" => {
                let href = start.try_get_attribute("href").ok().flatten();
                if let (Some(entry), Some(href)) = (open.as_mut(), href) {
                    entry.link = Some(decode(&href.value));
                }
            }
            Event::Text(text) => add(open.as_mut(), &element, &text),
            Event::CData(text) => add(open.as_mut(), &element, &text),
            Event::GeneralRef(name) => {
                add(open.as_mut(), &element, &decode(&format!("&{};", &*name)));
            }
            Event::End(end) => {
                if let ("item" | "entry", Some(mut entry)) =
                    (name_of(end.name().as_ref()).as_str(), open.clone())
                {
                    entry.text = reduced(&decode(&entry.text));
                    entry.link = entry.link.map(|link| link.trim().to_owned());
                    entries.push(entry);
                    open = None;
                }
                element.clear();
            }
            Event::Eof => return entries,
            _ => {}
        }
        buffer.clear();
    }
}

fn name_of(name: &str) -> String {
    name.to_owned()
}

fn add(entry: Option<&mut RawEntry>, element: &str, text: &str) {
    let Some(entry) = entry else { return };
    if element == "link" {
        entry.link.get_or_insert_with(String::new).push_str(text);
    }
    entry.text.push_str(text);
}

fn json_entries(bytes: &[u8]) -> Vec<RawEntry> {
    let feed: serde_json::Value = serde_json::from_slice(bytes).expect("a JSON feed");
    let items = feed["items"].as_array().expect("items");
    let field =
        |item: &serde_json::Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    items
        .iter()
        .map(|item| RawEntry {
            link: item["url"].as_str().map(str::to_owned),
            text: reduced(&decode(
                &["title", "content_html", "content_text", "summary"]
                    .map(|name| field(item, name))
                    .join(" "),
            )),
        })
        .collect()
}

/// Entities of the texts at hand.
fn decode(text: &str) -> String {
    let named: HashMap<&str, &str> = HashMap::from([
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&rsquo;", "’"),
        ("&lsquo;", "‘"),
        ("&ldquo;", "“"),
        ("&rdquo;", "”"),
        ("&ndash;", "–"),
        ("&mdash;", "—"),
        ("&hellip;", "…"),
    ]);
    let text = named.iter().fold(text.to_owned(), |text, (entity, plain)| {
        text.replace(entity, plain)
    });
    text.replace("&amp;", "&")
}

/// Without tags, and without anything that is not a letter or digit: white space and marks of
/// drawing cannot hide a changed word.
fn reduced(text: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            c if !inside => plain.push(c),
            _ => {}
        }
    }
    letters(&plain)
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// How many answers and quotes were checked.
#[derive(Debug, Default)]
pub struct Counted {
    pub answers: usize,
    pub quotes: usize,
}

impl Counted {
    /// Checks each `> Sentence. — [Outlet](url)` of a drawn answer against the raw items.
    ///
    /// # Panics
    /// Where a sentence is not in the item that its link names.
    pub fn check(&mut self, drawn: &str, raw: &[RawEntry]) {
        self.answers += 1;
        for line in drawn.lines().filter(|line| line.starts_with("> ")) {
            let (sentence, source) = line[2..]
                .rsplit_once(" — ")
                .unwrap_or_else(|| panic!("no outlet: {line}"));
            let link = source
                .rsplit_once("](")
                .map(|(_, link)| link.trim_end_matches(')'));
            let link = link.unwrap_or_else(|| panic!("no link: {line}"));
            let same = |other: &str| same_page(other, link);
            let entry = raw
                .iter()
                .filter(|entry| entry.link.as_deref().is_some_and(same));
            let wanted = letters(sentence);
            assert!(!wanted.is_empty(), "an empty quote: {line}");
            assert!(entry.clone().count() > 0, "no item has this link: {link}");
            let found = entry.clone().any(|entry| entry.text.contains(&wanted));
            assert!(found, "not in the item: {line}");
            self.quotes += 1;
        }
    }

    pub fn print(&self, of: &str) {
        println!(
            "{of}: {} answers with {} quotes, each verbatim in the item that it links to",
            self.answers, self.quotes
        );
    }
}

/// Equal but for parameters that only count clicks.
fn same_page(raw: &str, shown: &str) -> bool {
    let bare = |link: &str| {
        link.split(['?', '#'])
            .next()
            .unwrap_or_default()
            .trim_end_matches('/')
            .to_owned()
    };
    bare(raw) == bare(shown)
}
