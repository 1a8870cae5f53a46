//! Term vectors: how often each term stands in an article's parts, as kept in the store.

/// One term of an article. The term is a 32-bit hash of its stem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weighted {
    pub term: u32,
    /// Occurrences in title and text.
    pub all: u8,
    /// Occurrences among the first 40 kept terms of title, then text.
    pub lead: u8,
    /// Occurrences in the text with a capital in mid-sentence.
    pub caps: u8,
    /// Occurrences in the title.
    pub title: u8,
}

/// Sorted by term, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vector(pub Vec<Weighted>);

impl Vector {
    pub fn of(title: &str, text: &str, language: Option<&str>) -> Self {
        let _ = (title, text, language);
        todo!()
    }
    pub fn to_bytes(&self) -> Vec<u8> {
        todo!()
    }
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let _ = bytes;
        todo!()
    }
}
