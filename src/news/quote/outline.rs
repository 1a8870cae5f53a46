//! What the choice of quotes sees of a story, written out for fitting its constants
//! (`lab sheet`, `tools/quotes.py`).

use super::sheet::{Sheet, Token};
use super::{Material, Wanted};
use serde::Serialize;

/// A story as sentences of stems.
#[derive(Serialize)]
pub struct Outline {
    pub sentences: Vec<Line>,
    /// Words of each article's title.
    pub titles: Vec<Vec<Word>>,
}

/// A stem, and whether it is a stop word's.
pub type Word = (String, bool);

/// One sentence of one article.
#[derive(Serialize)]
pub struct Line {
    pub article: usize,
    pub text: String,
    /// Place among the sentences of its article, which has `of`.
    pub position: usize,
    pub of: usize,
    pub length: usize,
    /// Whether it may be chosen.
    pub fit: bool,
    pub quality: f32,
    pub words: Vec<Word>,
}

impl Outline {
    pub fn of(articles: &[Material], wanted: Wanted) -> Self {
        let sheet = Sheet::read(articles, wanted);
        let by_sentence = matches!(wanted, Wanted::Sentences(_));
        let words = |tokens: &[Token]| -> Vec<Word> {
            let word = |token: &Token| (sheet.stem(token.stem).to_owned(), token.stop);
            tokens.iter().map(word).collect()
        };
        let lines = sheet.sentences.iter().map(|sentence| Line {
            article: sentence.article,
            text: articles[sentence.article].text[sentence.range.clone()].to_owned(),
            position: sentence.position,
            of: sentence.of,
            length: sentence.words,
            fit: sentence.fit && !(by_sentence && sentence.torn),
            quality: sentence.quality,
            words: words(&sentence.tokens),
        });
        Self {
            sentences: lines.collect(),
            titles: sheet.titles.iter().map(|title| words(title)).collect(),
        }
    }
}
