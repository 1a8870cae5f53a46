//! A line of text in spans, so that our words and others' are never mixed up: only the front end
//! decides how a link, a time or somebody else's text is drawn.

use crate::clock::Millis;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line(pub Vec<Span>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Span {
    /// Lede's own words, drawn as they are.
    Ours(String),
    /// Text of feeds and members: escaped, never able to mention, link or format.
    Theirs(String),
    /// Somebody's text in bold.
    Bold(String),
    /// Their text linking to an address that was checked to be http or https.
    Link { text: String, url: String },
    /// A moment, as `<t:…:R>` or "2 h ago".
    Ago(Millis),
    /// A moment, as `<t:…:f>` or a date and time.
    On(Millis),
    /// A command to click or to type: `brief`, `sources add`.
    Command(String),
}

impl Line {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn ours(text: impl Into<String>) -> Self {
        Self::new().and(text)
    }

    /// Appends Lede's own words.
    pub fn and(self, text: impl Into<String>) -> Self {
        self.with(Span::Ours(text.into()))
    }

    pub fn theirs(self, text: impl Into<String>) -> Self {
        self.with(Span::Theirs(text.into()))
    }

    pub fn bold(self, text: impl Into<String>) -> Self {
        self.with(Span::Bold(text.into()))
    }

    /// A link, or plain text where there is no address.
    pub fn link(self, text: impl Into<String>, url: Option<&str>) -> Self {
        let text = text.into();
        self.with(match url {
            Some(url) => Span::Link {
                text,
                url: url.to_owned(),
            },
            None => Span::Theirs(text),
        })
    }

    pub fn ago(self, at: Millis) -> Self {
        self.with(Span::Ago(at))
    }

    pub fn on(self, at: Millis) -> Self {
        self.with(Span::On(at))
    }

    pub fn command(self, name: impl Into<String>) -> Self {
        self.with(Span::Command(name.into()))
    }

    /// Appends another line's spans.
    pub fn with_all(mut self, other: Line) -> Self {
        self.0.extend(other.0);
        self
    }

    pub fn with(mut self, span: Span) -> Self {
        self.0.push(span);
        self
    }

    /// Its texts, undrawn; times are left out.
    pub fn words(&self) -> String {
        let texts = self.0.iter().filter_map(|span| match span {
            Span::Ours(text) | Span::Theirs(text) | Span::Bold(text) | Span::Link { text, .. } => {
                Some(text.clone())
            }
            Span::Command(name) => Some(format!("/{name}")),
            Span::Ago(_) | Span::On(_) => None,
        });
        texts.collect()
    }
}
