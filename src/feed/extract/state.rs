//! The text of an article in what a page hands to its scripts: pages that draw themselves carry their
//! body as HTML in a string of JSON or JavaScript.

use crate::feed::clean;

/// A string with less text is a teaser or a label (bytes).
const TEXT_BYTES_MIN: usize = 300;
/// Paragraphs of a body.
const PARAGRAPHS_MIN: usize = 2;
/// Strings inside of strings are opened so often.
const DEPTH_MAX: usize = 3;
/// Strings looked at in one page.
const STRINGS_MAX: usize = 200;
/// Beginnings of a paragraph, plain and as scripts write them.
const PARAGRAPHS: [&str; 4] = ["<p>", "<p ", "\\u003cp", "\\u003Cp"];

/// The longest text in the scripts.
pub fn body(scripts: &[&str]) -> Option<String> {
    let mut found = Found {
        best: String::new(),
        left: STRINGS_MAX,
    };
    for script in scripts {
        found.look(script, DEPTH_MAX);
    }
    (found.best.len() >= TEXT_BYTES_MIN).then_some(found.best)
}

struct Found {
    best: String,
    left: usize,
}

impl Found {
    /// Opens each string that holds a paragraph.
    fn look(&mut self, script: &str, depth: usize) {
        let mut from = 0;
        while let Some(at) = next_paragraph(&script[from..]).map(|at| from + at) {
            let begin = script[from..at].rmatch_indices('"').map(|(i, _)| from + i);
            let begin = { begin }.find(|&i| !is_escaped(script, i));
            let end = script[at..].match_indices('"').map(|(i, _)| at + i);
            let Some(end) = { end }.find(|&i| !is_escaped(script, i)) else {
                return;
            };
            from = end + 1;
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            let opened =
                begin.and_then(|begin| serde_json::from_str::<String>(&script[begin..=end]).ok());
            if let Some(opened) = opened {
                self.take(&opened, depth);
            }
        }
    }

    fn take(&mut self, opened: &str, depth: usize) {
        let before = self.best.len();
        let is_markup = opened.trim_start().starts_with('<');
        if !is_markup && depth > 0 {
            self.look(opened, depth - 1);
        }
        let is_other = opened.trim_start().starts_with(['{', '[']) || self.best.len() > before;
        let paragraphs = opened.matches("<p").take(PARAGRAPHS_MIN).count();
        if is_other || paragraphs < PARAGRAPHS_MIN {
            return;
        }
        let text = clean::html(opened).text;
        if text.len() > self.best.len() {
            self.best = text;
        }
    }
}

fn next_paragraph(text: &str) -> Option<usize> {
    PARAGRAPHS.iter().filter_map(|begin| text.find(begin)).min()
}

fn is_escaped(text: &str, at: usize) -> bool {
    text[..at].bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "The ferry between Avel and Morn stopped on Monday morning after a pump failed in the engine room, and it will not sail before Thursday.";

    #[test]
    fn a_body_is_found_however_often_it_is_wrapped() {
        let html = format!("<p class=\"a\">{TEXT}</p><p>{TEXT}</p><p>\"{TEXT}\"</p>");
        let once =
            serde_json::json!({"kind": "x", "teaser": "<p>Short</p>", "body": html}).to_string();
        let twice = format!("push([1,{}])", serde_json::Value::from(once.clone()));
        let written = once.replace('<', "\\u003c");
        for script in [&once, &twice, &written] {
            let found = body(&["var a = 'x';", script]).expect("a body");
            assert_eq!(found, format!("{TEXT}\n{TEXT}\n\"{TEXT}\""));
        }
    }

    #[test]
    fn scripts_without_a_body_give_nothing_and_hostile_ones_end() {
        assert_eq!(body(&["{\"a\":\"<p>Short</p><p>one</p>\"}", "\"<p>"]), None);
        for piece in ["\"<p>", "<p>", "\\\"<p>\"", "\\u003cp\"\""] {
            let _ = body(&[&piece.repeat(50_000)]);
        }
    }
}
