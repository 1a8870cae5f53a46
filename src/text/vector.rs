//! Term vectors: how often each term stands in an article's parts, as kept in the store.

use crate::text::terms::{self, Word};

/// Distinct terms of an article that are kept, the first ones.
pub const TERMS_MAX: usize = 400;
/// Kept terms of title, then text, that make the lead.
const LEAD_TERMS: usize = 40;
/// Bytes of one term as stored.
const TERM_BYTES: usize = 8;

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

/// The number that stands for a term in vectors: FNV-1a, 32 bits, over its UTF-8 bytes.
/// It is stored, so it must never change.
pub fn hash(term: &str) -> u32 {
    let mut hash = Hash::default();
    term.bytes().for_each(|byte| hash.add(byte));
    hash.0
}

/// The same, byte by byte.
pub struct Hash(pub u32);

impl Default for Hash {
    fn default() -> Self {
        Self(0x811c_9dc5)
    }
}

impl Hash {
    pub fn add(&mut self, byte: u8) {
        self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
}

impl Vector {
    /// Counts the terms of an article; stop words and single letters are left out.
    pub fn of(title: &str, text: &str, language: Option<&str>) -> Self {
        Indexed::of(title, text, language).vector
    }

    /// The form in which the store keeps it: eight bytes a term.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() * TERM_BYTES);
        for w in &self.0 {
            bytes.extend_from_slice(&w.term.to_be_bytes());
            bytes.extend_from_slice(&[w.all, w.lead, w.caps, w.title]);
        }
        bytes
    }

    /// Reads what [`Vector::to_bytes`] wrote. Whatever else the bytes are, the result is sorted,
    /// holds each term once and at most [`TERMS_MAX`] of them.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (chunks, _) = bytes.as_chunks::<TERM_BYTES>();
        let mut terms: Vec<Weighted> = chunks
            .iter()
            .take(TERMS_MAX)
            .map(|&[a, b, c, d, all, lead, caps, title]| Weighted {
                term: u32::from_be_bytes([a, b, c, d]),
                all,
                lead,
                caps,
                title,
            })
            .filter(|weighted| weighted.all > 0)
            .collect();
        terms.sort_unstable_by_key(|weighted| weighted.term);
        terms.dedup_by_key(|weighted| weighted.term);
        Self(terms)
    }

    /// The counts of one term, if the article holds it.
    pub fn get(&self, term: u32) -> Option<&Weighted> {
        self.0
            .binary_search_by_key(&term, |weighted| weighted.term)
            .ok()
            .map(|at| &self.0[at])
    }

    /// How many words were counted.
    pub fn words(&self) -> u32 {
        self.0.iter().map(|weighted| u32::from(weighted.all)).sum()
    }
}

/// What an article is found by, made in one walk over its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indexed {
    pub vector: Vector,
    /// The two columns of the search index: all terms of title and text, divided by blanks.
    pub title: String,
    pub text: String,
}

impl Indexed {
    pub fn of(title: &str, text: &str, language: Option<&str>) -> Self {
        let mut counts = Counts {
            terms: Vec::new(),
            places: [0; PLACES],
            kept: 0,
        };
        let title = counts.add(title, language, true);
        let text = counts.add(text, language, false);
        let mut terms = counts.terms;
        terms.sort_unstable_by_key(|weighted| weighted.term);
        Self {
            vector: Vector(terms),
            title,
            text,
        }
    }
}

/// Places of the table in which a term's number is found; a power of two, well over [`TERMS_MAX`].
const PLACES: usize = 1_024;

struct Counts {
    terms: Vec<Weighted>,
    /// One more than the index of a term, or zero: a term stands in the first free place from its
    /// own on.
    places: [u16; PLACES],
    kept: usize,
}

impl Counts {
    /// Counts the terms of a part; returns it as a column of the search index.
    fn add(&mut self, text: &str, language: Option<&str>, is_title: bool) -> String {
        let text = terms::normal(text);
        let mut index = String::with_capacity(text.len());
        terms::walk(&text, language, &mut index, |word, term| {
            let capital = !is_title && has_capital(word) && is_mid_sentence(&text[..word.start]);
            self.count(term, is_title, capital);
        });
        index
    }

    fn count(&mut self, term: u32, is_title: bool, capital: bool) {
        let in_lead = self.kept < LEAD_TERMS;
        self.kept += 1;
        let Some(weighted) = self.weighted(term) else {
            return;
        };
        let add = |count: &mut u8, counts: bool| *count = count.saturating_add(u8::from(counts));
        add(&mut weighted.all, true);
        add(&mut weighted.lead, in_lead);
        add(&mut weighted.caps, capital);
        add(&mut weighted.title, is_title);
    }

    /// The counts of a term; none for a new one once the vector is full.
    fn weighted(&mut self, term: u32) -> Option<&mut Weighted> {
        let mut place = term as usize % PLACES;
        loop {
            let number = usize::from(self.places[place]);
            if number > 0 && self.terms[number - 1].term == term {
                return self.terms.get_mut(number - 1);
            }
            if number == 0 {
                break;
            }
            place = (place + 1) % PLACES;
        }
        if self.terms.len() >= TERMS_MAX {
            return None;
        }
        self.terms.push(Weighted {
            term,
            all: 0,
            lead: 0,
            caps: 0,
            title: 0,
        });
        self.places[place] = self.terms.len() as u16;
        self.terms.last_mut()
    }
}

fn has_capital(word: &Word<'_>) -> bool {
    word.written.starts_with(char::is_uppercase)
}

/// Whether a word after this stands in mid-sentence: not at the start of the text or of a line,
/// not after a full stop, question or exclamation mark, or an opening quotation mark.
fn is_mid_sentence(before: &str) -> bool {
    let trimmed = before.trim_end_matches([' ', '\t', '\u{a0}']);
    let touching = trimmed.len() == before.len();
    match trimmed.chars().next_back() {
        None | Some('\n' | '.' | '!' | '?' | '“' | '‘' | '«' | '„') => false,
        Some('"' | '\'') => !touching,
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counts(vector: &Vector, word: &str) -> Option<(u8, u8, u8, u8)> {
        vector
            .get(hash(&terms::stem(word, None)))
            .map(|w| (w.all, w.lead, w.caps, w.title))
    }

    #[test]
    fn each_part_is_counted() {
        let text = "Lindholm opened its harbour. Ferries came from Lindholm and Avel.";
        let vector = Vector::of("Harbour opens in Lindholm", text, None);
        assert_eq!(counts(&vector, "harbour"), Some((2, 2, 0, 1)));
        assert_eq!(counts(&vector, "Lindholm"), Some((3, 3, 1, 1)));
        assert_eq!(counts(&vector, "Ferries"), Some((1, 1, 0, 0)));
        assert_eq!(counts(&vector, "Avel"), Some((1, 1, 1, 0)));
        assert_eq!(counts(&vector, "from"), None);
    }

    #[test]
    fn the_lead_ends_after_forty_terms() {
        let words: Vec<String> = (0..60).map(|n| format!("word{n}")).collect();
        let vector = Vector::of("", &words.join(" "), None);
        assert_eq!(vector.0.iter().filter(|w| w.lead > 0).count(), LEAD_TERMS);
        assert_eq!(counts(&vector, "word39"), Some((1, 1, 0, 0)));
        assert_eq!(counts(&vector, "word40"), Some((1, 0, 0, 0)));
    }

    #[test]
    fn a_capital_counts_in_mid_sentence_only() {
        for (before, expected) in [
            ("", false),
            ("It ended. ", false),
            ("line\n", false),
            ("said “", false),
            ("said \"", false),
            ("he met ", true),
            ("the \"best\" ", true),
        ] {
            assert_eq!(is_mid_sentence(before), expected, "{before:?}");
        }
    }

    #[test]
    fn counts_and_terms_have_an_end() {
        let words: Vec<String> = (0..900).map(|n| format!("w{n}x")).collect();
        assert_eq!(Vector::of("", &words.join(" "), None).0.len(), TERMS_MAX);
        assert_eq!(
            counts(&Vector::of("", &"ferry ".repeat(700), None), "ferry")
                .unwrap()
                .0,
            255
        );
    }

    #[test]
    fn the_hash_is_the_one_in_the_books() {
        assert_eq!(hash(""), 0x811c_9dc5);
        assert_eq!(hash("a"), 0xe40c_292c);
        assert_eq!(hash("foobar"), 0xbf9c_f968);
    }

    proptest! {
        #[test]
        fn bytes_round_trip(title in "\\PC{0,30}", text in "\\PC{0,200}") {
            let vector = Vector::of(&title, &text, None);
            prop_assert!(vector.0.windows(2).all(|pair| pair[0].term < pair[1].term));
            prop_assert_eq!(Vector::from_bytes(&vector.to_bytes()), vector);
        }

        #[test]
        fn garbage_is_read_as_some_vector(bytes in proptest::collection::vec(any::<u8>(), 0..4000)) {
            let vector = Vector::from_bytes(&bytes);
            prop_assert!(vector.0.windows(2).all(|pair| pair[0].term < pair[1].term));
            prop_assert_eq!(Vector::from_bytes(&vector.to_bytes()), vector);
        }
    }
}
