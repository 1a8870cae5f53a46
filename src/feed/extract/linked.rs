//! What a page says about its article in JSON-LD.

use crate::feed::entity;
use serde_json::Value;
use std::borrow::Cow;

/// Objects looked at in one page.
const OBJECTS_MAX: usize = 500;
/// Entries taken of a live blog.
const UPDATES_MAX: usize = 100;

/// An article as JSON-LD describes it, as written.
#[derive(Clone, Debug, Default)]
pub struct Linked {
    pub headline: Option<String>,
    pub published: Option<String>,
    /// When the page was published, and when a film on it was, for where nothing better is said.
    pub page: Option<String>,
    pub film: Option<String>,
    pub language: Option<String>,
    pub body: Option<String>,
}

/// The page's article among its JSON-LD texts.
pub fn read(scripts: &[&str]) -> Option<Linked> {
    let mut found = Found::default();
    for script in scripts {
        let values = parse(script);
        if values.is_empty() {
            found.keep(scrape(script));
        }
        let mut left = OBJECTS_MAX;
        for value in &values {
            found.look(value, &mut left);
        }
    }
    let best = found.best.map(|(_, linked)| linked);
    if best.is_none() && found.page.is_none() && found.film.is_none() {
        return None;
    }
    Some(Linked {
        page: found.page,
        film: found.film,
        ..best.unwrap_or_default()
    })
}

/// JSON as pages write it: in comments, with line ends inside strings, with a semicolon behind, one
/// object after another, its quotation marks escaped.
fn parse(script: &str) -> Vec<Value> {
    let script = script.trim();
    if let Ok(value) = serde_json::from_str(script) {
        return vec![value];
    }
    let script = if script.contains('"') {
        Cow::Borrowed(script)
    } else {
        entity::decode(script)
    };
    let (Some(begin), Some(end)) = (script.find(['{', '[']), script.rfind(['}', ']'])) else {
        return Vec::new();
    };
    let inside = script.get(begin..=end).unwrap_or_default();
    let inside: String = inside
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let values = serde_json::Deserializer::from_str(&inside).into_iter();
    values.map_while(Result::ok).take(OBJECTS_MAX).collect()
}

#[derive(Default)]
struct Found {
    /// How much it says, and what.
    best: Option<(usize, Linked)>,
    page: Option<String>,
    film: Option<String>,
}

impl Found {
    fn look(&mut self, value: &Value, left: &mut usize) {
        if *left == 0 {
            return;
        }
        *left -= 1;
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.look(value, left)),
            Value::Object(object) => {
                let text = |key: &str| words(object.get(key)?);
                let is = |of: fn(&str) -> bool| match object.get("@type") {
                    Some(Value::String(kind)) => of(kind),
                    Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(of),
                    _ => false,
                };
                if is(is_article) {
                    self.keep(Linked {
                        headline: text("headline").or_else(|| text("name")),
                        published: text("datePublished").or_else(|| text("dateCreated")),
                        page: None,
                        film: None,
                        language: text("inLanguage"),
                        body: text("articleBody")
                            .or_else(|| updates(object.get("liveBlogUpdate")?))
                            .or_else(|| text("text"))
                            .map(unescaped),
                    });
                } else if is(is_page) {
                    self.page = self.page.take().or_else(|| text("datePublished"));
                } else if is(is_film) {
                    self.film = self.film.take().or_else(|| text("uploadDate"));
                }
                for key in ["@graph", "mainEntity", "mainEntityOfPage"] {
                    if let Some(inner) = object.get(key) {
                        self.look(inner, left);
                    }
                }
            }
            _ => {}
        }
    }

    /// The first that says most.
    fn keep(&mut self, linked: Linked) {
        let says = usize::from(linked.headline.is_some())
            + usize::from(linked.published.is_some()) * 2
            + usize::from(linked.body.is_some());
        if says > self.best.as_ref().map_or(0, |(says, _)| *says) {
            self.best = Some((says, linked));
        }
    }
}

fn bare(kind: &str) -> &str {
    kind.rsplit(['/', ':']).next().unwrap_or(kind)
}

fn is_article(kind: &str) -> bool {
    let kind = bare(kind).to_ascii_lowercase();
    kind.ends_with("article")
        || matches!(
            &*kind,
            "blogposting"
                | "liveblogposting"
                | "socialmediaposting"
                | "discussionforumposting"
                | "newsstory"
                | "report"
        )
}

/// What is no article, but has the time of its page.
fn is_page(kind: &str) -> bool {
    matches!(
        bare(kind),
        "WebPage"
            | "ItemPage"
            | "CreativeWork"
            | "Review"
            | "PodcastEpisode"
            | "ImageGallery"
            | "MediaGallery"
    )
}

fn is_film(kind: &str) -> bool {
    bare(kind) == "VideoObject"
}

/// The entries of a live blog, each with its heading.
fn updates(value: &Value) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    for update in value.as_array()?.iter().take(UPDATES_MAX) {
        let text = |key: &str| words(update.get(key)?).map(unescaped);
        if let Some(body) = text("articleBody") {
            lines.extend(text("headline"));
            lines.push(body);
        }
    }
    (!lines.is_empty()).then(|| lines.join("\n\n"))
}

/// A text whose markup was escaped once more than JSON asks for.
fn unescaped(text: String) -> String {
    if text.contains("&lt;") && !text.contains('<') {
        entity::decode(&text).into_owned()
    } else {
        text
    }
}

fn words(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim(),
        Value::Number(number) => return Some(number.to_string()),
        Value::Array(values) => return values.iter().find_map(words),
        Value::Object(object) => {
            return ["@value", "alternateName", "name"]
                .iter()
                .find_map(|key| words(object.get(*key)?));
        }
        _ => return None,
    };
    (!text.is_empty()).then(|| text.to_owned())
}

/// Single values of a text that is no JSON.
fn scrape(script: &str) -> Linked {
    let field = |key: &str| {
        let (_, rest) = script.split_once(key)?;
        let rest = rest
            .trim_start()
            .strip_prefix(':')?
            .trim_start()
            .strip_prefix('"')?;
        let mut escaped = false;
        let end = rest.find(|c: char| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        })?;
        let text: String = rest[..end]
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        serde_json::from_str(&format!("\"{text}\"")).ok()
    };
    Linked {
        headline: field("\"headline\""),
        published: field("\"datePublished\""),
        page: None,
        film: None,
        language: field("\"inLanguage\""),
        body: field("\"articleBody\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_article_that_says_most_is_taken_wherever_it_stands() {
        let page = r#"{"@graph": [{"@type": "WebPage", "name": "no"},
            {"@type": ["Thing", "NewsArticle"], "headline": "Ferry stops", "datePublished": "2031-03-04", "inLanguage": {"@type": "Language", "alternateName": "en"}},
            {"@type": "Article", "headline": "Other"}]}"#;
        let found = read(&[r#"{"@type": "Organization"}"#, page]).expect("an article");
        assert_eq!(found.headline.as_deref(), Some("Ferry stops"));
        assert_eq!(found.published.as_deref(), Some("2031-03-04"));
        assert_eq!(found.language.as_deref(), Some("en"));
    }

    #[test]
    fn json_is_read_as_pages_write_it() {
        let lines =
            "//<![CDATA[\n{\"@type\": \"NewsArticle\", \"headline\": \"Two\nlines\"};\n//]]>";
        let found = read(&[lines]).expect("an article");
        assert_eq!(found.headline.as_deref(), Some("Two lines"));
        let broken = r#"{"@type": "NewsArticle", "headline": "Said \"no\"", "datePublished" : "2031-03-04", oops}"#;
        let found = read(&[broken]).expect("single values");
        assert_eq!(found.headline.as_deref(), Some("Said \"no\""));
        assert_eq!(found.published.as_deref(), Some("2031-03-04"));
    }

    #[test]
    fn a_page_that_is_no_article_says_its_time_and_an_article_says_it_better() {
        let page = r#"{"@graph": [{"@type": "WebPage", "datePublished": "2031-03-01"}]}"#;
        let found = read(&[page]).expect("a page");
        assert_eq!(
            (found.published, found.page.as_deref()),
            (None, Some("2031-03-01"))
        );
        let article =
            r#"{"@type": "newsarticle", "headline": "Ferry", "datePublished": 1930383000}"#;
        let found = read(&[page, article]).expect("an article");
        assert_eq!(found.published.as_deref(), Some("1930383000"));
    }

    #[test]
    fn objects_in_a_row_and_escaped_ones_are_read() {
        let row = r#"{"@type": "Organization"} {"@type": "NewsArticle", "headline": "Ferry"}"#;
        for script in [row.to_owned(), row.replace('"', "&quot;")] {
            let found = read(&[&script]).expect("an article");
            assert_eq!(found.headline.as_deref(), Some("Ferry"));
        }
    }

    #[test]
    fn a_live_blog_is_the_text_of_its_entries() {
        let blog = r#"{"@type": "LiveBlogPosting", "headline": "Storm", "liveBlogUpdate": [
            {"headline": "Ferry stops", "articleBody": "&lt;p&gt;A pump failed.&lt;/p&gt;"},
            {"@type": "BlogPosting", "articleBody": "Buses run."}]}"#;
        let found = read(&[blog]).expect("an article");
        let body = "Ferry stops\n\n<p>A pump failed.</p>\n\nBuses run.";
        assert_eq!(found.body.as_deref(), Some(body));
    }

    #[test]
    fn deep_json_is_no_trouble() {
        assert!(read(&[&"[".repeat(100_000)]).is_none());
        assert!(read(&[&"{\"@graph\":".repeat(100_000)]).is_none());
    }
}
