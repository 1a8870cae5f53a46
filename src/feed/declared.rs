//! Entities that a document declares for itself in its DOCTYPE: short texts, put in once, never one
//! inside another, nothing from outside, and of all of them only so much.

use super::entity;

/// Longest text that an entity stands for (bytes).
const TEXT_BYTES_MAX: usize = 200;
/// Entities of one document.
const ENTITIES_MAX: usize = 300;
/// What all references to them together may add to a document (bytes).
const ADDED_BYTES_MAX: usize = 100_000;

/// A document's entities.
#[derive(Debug)]
pub struct Declared {
    /// Names and texts.
    known: Vec<(String, String)>,
    bytes_left: usize,
}

impl Default for Declared {
    fn default() -> Self {
        Self {
            known: Vec::new(),
            bytes_left: ADDED_BYTES_MAX,
        }
    }
}

impl Declared {
    /// Reads the declarations of a DOCTYPE.
    pub fn read(&mut self, doctype: &str) {
        for declaration in doctype.split("<!ENTITY").skip(1).take(ENTITIES_MAX) {
            if let Some(entity) = entity_of(declaration) {
                self.known.push(entity);
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// What a name stands for.
    pub fn get(&mut self, name: &str) -> Option<&str> {
        let (_, text) = self.known.iter().find(|(known, _)| known == name)?;
        self.bytes_left = self.bytes_left.checked_sub(text.len())?;
        Some(text)
    }

    /// A text with the references in it replaced.
    pub fn fill(&mut self, text: &str) -> String {
        let mut parts = text.split('&');
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let found = part
                .split_once(';')
                .and_then(|(name, rest)| Some((self.get(name)?, rest)));
            match found {
                Some((text, rest)) => out.extend([text, rest]),
                None => out.extend(["&", part]),
            }
        }
        out
    }
}

/// Name and text of a declaration, given from behind its keyword. None for what stands in another
/// document, is a parameter of the DTD, or holds markup or references to others.
fn entity_of(declaration: &str) -> Option<(String, String)> {
    let declaration = declaration.trim_start();
    let (name, rest) = declaration.split_once(|c: char| c.is_whitespace())?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (text, _) = rest[1..].split_once(quote)?;
    let text = entity::decode(text);
    let plain = text.len() <= TEXT_BYTES_MAX && !text.contains(['<', '&', '%']);
    (plain && !name.is_empty()).then(|| (name.to_owned(), text.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_are_put_in_and_nothing_else() {
        let mut declared = Declared::default();
        declared.read(
            r#"rss [<!ENTITY post "Basin &#80;ost"><!ENTITY a-b 'x'><!ENTITY twice "&post;&post;">
            <!ENTITY far SYSTEM "file:///etc/passwd"><!ENTITY % of "y"><!ENTITY b "<b>">]"#,
        );
        assert_eq!(
            declared.fill("&post; &a-b;&twice;&far;&of;&b; & R&D;"),
            "Basin Post x&twice;&far;&of;&b; & R&D;"
        );
    }

    #[test]
    fn many_references_do_not_make_a_document_large() {
        let mut declared = Declared::default();
        declared.read(&format!("[<!ENTITY x '{}'>]", "y".repeat(TEXT_BYTES_MAX)));
        let filled = declared.fill(&"&x;".repeat(100_000));
        assert!(filled.len() <= 300_000 + ADDED_BYTES_MAX);
    }
}
