//! What a page says about its article in JSON-LD.

use serde_json::Value;

/// Objects looked at in one page.
const OBJECTS_MAX: usize = 500;

/// An article as JSON-LD describes it, as written.
#[derive(Clone, Debug, Default)]
pub struct Linked {
    pub headline: Option<String>,
    pub published: Option<String>,
    pub language: Option<String>,
    pub body: Option<String>,
}

/// The page's article among its JSON-LD texts.
pub fn read(scripts: &[&str]) -> Option<Linked> {
    let mut best: Option<(usize, Linked)> = None;
    for script in scripts {
        let mut left = OBJECTS_MAX;
        match parse(script) {
            Some(value) => look(&value, &mut best, &mut left),
            None => keep(&mut best, scrape(script)),
        }
    }
    best.map(|(_, linked)| linked)
}

/// JSON as pages write it: in comments, with line ends inside strings, with a semicolon behind.
fn parse(script: &str) -> Option<Value> {
    let script = script.trim();
    if let Ok(value) = serde_json::from_str(script) {
        return Some(value);
    }
    let begin = script.find(['{', '['])?;
    let end = script.rfind(['}', ']'])?;
    let inside: String = script
        .get(begin..=end)?
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    serde_json::Deserializer::from_str(&inside)
        .into_iter()
        .next()?
        .ok()
}

fn look(value: &Value, best: &mut Option<(usize, Linked)>, left: &mut usize) {
    if *left == 0 {
        return;
    }
    *left -= 1;
    match value {
        Value::Array(values) => values.iter().for_each(|value| look(value, best, left)),
        Value::Object(object) => {
            let kinds = object.get("@type");
            let is_article = match kinds {
                Some(Value::String(kind)) => is_article(kind),
                Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).any(is_article),
                _ => false,
            };
            if is_article {
                let text = |key: &str| words(object.get(key)?);
                keep(
                    best,
                    Linked {
                        headline: text("headline").or_else(|| text("name")),
                        published: text("datePublished").or_else(|| text("dateCreated")),
                        language: text("inLanguage"),
                        body: text("articleBody"),
                    },
                );
            }
            for key in ["@graph", "mainEntity", "mainEntityOfPage"] {
                if let Some(inner) = object.get(key) {
                    look(inner, best, left);
                }
            }
        }
        _ => {}
    }
}

/// The first that says most.
fn keep(best: &mut Option<(usize, Linked)>, linked: Linked) {
    let says = usize::from(linked.headline.is_some())
        + usize::from(linked.published.is_some()) * 2
        + usize::from(linked.body.is_some());
    if says > best.as_ref().map_or(0, |(says, _)| *says) {
        *best = Some((says, linked));
    }
}

fn is_article(kind: &str) -> bool {
    let kind = kind.rsplit(['/', ':']).next().unwrap_or(kind);
    kind.ends_with("Article")
        || matches!(
            kind,
            "BlogPosting" | "LiveBlogPosting" | "SocialMediaPosting" | "Report"
        )
}

fn words(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim(),
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
    fn deep_json_is_no_trouble() {
        assert!(read(&[&"[".repeat(100_000)]).is_none());
        assert!(read(&[&"{\"@graph\":".repeat(100_000)]).is_none());
    }
}
