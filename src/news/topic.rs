//! Topics: what a person typed, normalised, and how well an article fits it.

mod fit;
mod matcher;
mod parse;
mod places;
mod profile;

pub use fit::{Fit, Match};
pub use matcher::{ArticleTerms, Handle, Hit, Matcher};
pub use parse::{TOPIC_CHARS_MAX, TOPIC_WORDS_MAX, as_link};
pub use profile::{Collection, MATCH_SCORE_MIN, Profile, Standing};

/// Words that an article says, all of them or what stands for them; phrases; exclusions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    /// As typed, trimmed, white space folded: for titles.
    pub shown: String,
    /// Normal form, equal for topics that are one: folded words in order, then phrases, then
    /// exclusions.
    pub key: String,
    /// Each word as the terms that stand for it in any language (stems), at least one each.
    pub words: Vec<Vec<String>>,
    /// What stands for some of the words as well: "Kyiv" for Ukraine.
    pub aliases: Vec<Alias>,
    /// Each phrase as a sequence of such words.
    pub phrases: Vec<Vec<Vec<String>>>,
    pub excluded: Vec<Vec<String>>,
    /// Excluded phrases.
    pub excluded_phrases: Vec<Vec<Vec<String>>>,
}

/// Other names of a place that a topic names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// Indices into the topic's words: those that name the place.
    pub of: Vec<usize>,
    /// Each name as a sequence of words, each as the terms that stand for it.
    pub names: Vec<Vec<Vec<String>>>,
    /// The same names as they are written.
    pub written: Vec<&'static str>,
}

impl Topic {
    /// The topic by its own words alone.
    pub fn literal(self) -> Self {
        Self {
            aliases: Vec::new(),
            ..self
        }
    }

    /// A word or phrase of one character of a script without spaces. Such scripts are searched by
    /// pairs of characters, so it would be found nowhere.
    pub fn lone_character(&self) -> Option<&str> {
        let lone = |word: &'_ &Vec<String>| {
            word.iter()
                .all(|term| term.chars().count() == 1 && fit::terms_are_pairs(term))
        };
        let phrases = self.phrases.iter().filter(|phrase| phrase.len() == 1);
        let mut words = self.words.iter().chain(phrases.flatten());
        words.find(lone)?.first().map(String::as_str)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TopicError {
    #[error("no words")]
    Empty,
    #[error("only exclusions")]
    OnlyExclusions,
    #[error("more than {max} words")]
    TooManyWords { max: usize },
    #[error("more than {max} characters")]
    TooLong { max: usize },
}
