//! The articles of a story as sentences of stems, and which sentences are fit to quote.

use super::{Material, QUOTE_CHARS_MAX, Wanted};
use crate::text::{report, sentences, words};
use std::collections::HashMap;
use std::ops::Range;

/// More sentences of one article are not looked at.
const ARTICLE_SENTENCES_MAX: usize = 120;

/// More words of one sentence are not looked at.
const SENTENCE_TOKENS_MAX: usize = 120;

/// Words of a quote from one of several articles, and from a single one.
const WORDS_MIN: usize = 8;
const WORDS_MIN_SINGLE: usize = 5;
const WORDS_MAX: usize = 60;

/// What a sentence at the head of its article gains, and the sentences over which that fades. The
/// head of one article that has a title gains nothing: the title says already what it is about.
const HEAD_GAIN: f32 = 0.1;
const HEAD_FADES: f32 = 3.0;
const UNTITLED_HEAD_GAIN: f32 = 0.5;
const UNTITLED_HEAD_FADES: f32 = 5.0;

/// What a sentence with all of its article's title gains in a text that stands for the article. Under
/// the headline it would say the same twice.
const TITLE_GAIN: f32 = 0.2;

/// Shorter words are not stemmed.
const UNSTEMMED_BYTES_MAX: usize = 3;

/// Stop words of reports, and what is left of contractions where the apostrophe divides words.
const STOP_WORDS_MORE: &[&str] = &[
    "told",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "don",
    "didn",
    "doesn",
    "isn",
    "aren",
    "wasn",
    "weren",
    "hasn",
    "haven",
    "hadn",
    "couldn",
    "wouldn",
    "shouldn",
    "won",
    "ain",
    "ll",
    "re",
    "ve",
];

/// A first word that leans on a sentence before it.
const LEANING: &[&str] = &[
    "he", "she", "it", "they", "this", "that", "these", "those", "his", "her", "their", "its",
    "we", "i", "you", "my", "our", "such", "there", "but", "and", "so", "or", "yet", "also",
];

/// One word of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub stem: u32,
    pub stop: bool,
}

/// One sentence of one article.
#[derive(Debug)]
pub(super) struct Sentence {
    /// Index among the articles read.
    pub article: usize,
    /// Bytes of the article's text, without a dateline.
    pub range: Range<usize>,
    /// Place among the sentences of its article, which has `of`.
    pub position: usize,
    pub of: usize,
    /// Words as divided by white space (scripts without spaces: two characters a word).
    pub words: usize,
    pub tokens: Vec<Token>,
    pub fit: bool,
    /// How good a quote it makes by its form alone; about 1.
    pub quality: f32,
    /// A quotation in it began or ends in another sentence: never shown alone.
    pub torn: bool,
}

/// The sentences of a story, article by article.
pub(super) struct Sheet {
    pub sentences: Vec<Sentence>,
    pub articles: usize,
    /// Words of each article's title.
    pub titles: Vec<Vec<Token>>,
    stems: Vec<String>,
}

impl Sheet {
    pub fn read(articles: &[Material], wanted: Wanted) -> Self {
        let mut stems = Stems::default();
        let mut sheet = Self {
            sentences: Vec::new(),
            articles: articles.len(),
            titles: Vec::new(),
            stems: Vec::new(),
        };
        for (index, article) in articles.iter().enumerate() {
            sheet
                .titles
                .push(stems.tokens(article.title, article.language));
            sheet.read_article(index, article, &mut stems, articles.len() == 1);
        }
        sheet.stems = stems.names;
        if let (1, Wanted::Words(_)) = (articles.len(), wanted) {
            for sentence in &mut sheet.sentences {
                let share = share_held(&sheet.titles[0], &sentence.tokens);
                sentence.quality *= 1.0 + TITLE_GAIN * share;
            }
        }
        if sheet.fit().is_empty() {
            sheet.fit_shorter();
        }
        sheet
    }

    fn read_article(&mut self, index: usize, article: &Material, stems: &mut Stems, single: bool) {
        let mut kept = report::sentences(article.text, article.language, article.refrains);
        kept.truncate(ARTICLE_SENTENCES_MAX);
        let of = kept.len();
        for (position, kept) in kept.into_iter().enumerate() {
            let sentence = &article.text[kept.range.clone()];
            let headline = kept.whole_line && sentence.ends_with('?');
            let tokens = stems.tokens(sentence, article.language);
            let words = sentence.split_whitespace().count().max(tokens.len() / 2);
            let enough = if single { WORDS_MIN_SINGLE } else { WORDS_MIN };
            let form = is_well_formed(sentence) && !headline;
            let quality = quality(sentence, position, article, single);
            self.sentences.push(Sentence {
                article: index,
                range: kept.range,
                position,
                of,
                words,
                fit: form && (enough..=WORDS_MAX).contains(&words),
                tokens,
                quality: if form { quality } else { 0.0 },
                torn: is_torn(sentence),
            });
        }
    }

    /// A story of short sentences only is quoted by these.
    fn fit_shorter(&mut self) {
        for sentence in &mut self.sentences {
            let enough = (WORDS_MIN_SINGLE..=WORDS_MAX).contains(&sentence.words);
            sentence.fit = enough && sentence.quality > 0.0;
        }
    }

    /// Indices of the sentences that may be quoted.
    pub fn fit(&self) -> Vec<usize> {
        (0..self.sentences.len())
            .filter(|index| self.sentences[*index].fit)
            .collect()
    }

    pub fn stem(&self, id: u32) -> &str {
        &self.stems[id as usize]
    }

    pub fn stems(&self) -> usize {
        self.stems.len()
    }
}

/// The stems of the words that say something, sorted, with how often each stands there.
pub(super) fn content_counts(tokens: &[Token]) -> Vec<(u32, f32)> {
    let mut stems: Vec<u32> = tokens
        .iter()
        .filter(|token| !token.stop)
        .map(|token| token.stem)
        .collect();
    stems.sort_unstable();
    stems
        .chunk_by(|a, b| a == b)
        .map(|equal| (equal[0], equal.len() as f32))
        .collect()
}

/// The share of a title's stems that a sentence holds.
pub(super) fn share_held(title: &[Token], tokens: &[Token]) -> f32 {
    let wanted = content_counts(title);
    let held = content_counts(tokens);
    let found = wanted
        .iter()
        .filter(|(stem, _)| held.binary_search_by_key(stem, |(held, _)| *held).is_ok());
    if wanted.is_empty() {
        0.0
    } else {
        found.count() as f32 / wanted.len() as f32
    }
}

/// Whether a sentence can stand alone: begun and ended as one, not too long for a quote.
fn is_well_formed(sentence: &str) -> bool {
    let first = sentence.chars().find(|c| c.is_alphanumeric());
    sentences::has_end_mark(sentence)
        && !sentences::breaks_off(sentence)
        && first.is_some_and(|c| !c.is_lowercase())
        && sentence.encode_utf16().count() <= QUOTE_CHARS_MAX
}

fn quality(sentence: &str, position: usize, article: &Material, single: bool) -> f32 {
    let (gain, fades) = match (single, article.title.trim().is_empty()) {
        (false, _) => (HEAD_GAIN, HEAD_FADES),
        (true, true) => (UNTITLED_HEAD_GAIN, UNTITLED_HEAD_FADES),
        (true, false) => (0.0, 1.0),
    };
    let early = 1.0 + gain * (-(position as f32) / fades).exp();
    let first = sentence
        .split(|c: char| !c.is_alphanumeric())
        .find(|word| !word.is_empty());
    let first = words::fold(first.unwrap_or_default());
    let english = matches!(article.language, None | Some("en"));
    let leans = english && LEANING.contains(&first.as_str());
    let spoken = sentence.starts_with(['"', '“', '„', '«', '»', '‘', '\'']);
    let trust = 0.8 + 0.2 * article.weight.clamp(0.0, 3.0);
    early
        * if leans { 0.9 } else { 1.0 }
        * if spoken { 0.8 } else { 1.0 }
        * if is_torn(sentence) { 0.6 } else { 1.0 }
        * trust
}

/// Numbers for stems, and the words that were seen before.
#[derive(Default)]
struct Stems {
    names: Vec<String>,
    ids: HashMap<String, u32>,
    /// By language: a story has one or two.
    seen: Vec<(String, HashMap<String, Token>)>,
}

impl Stems {
    fn tokens(&mut self, sentence: &str, language: Option<&str>) -> Vec<Token> {
        let folded = words::fold(sentence);
        pieces(&folded)
            .into_iter()
            .take(SENTENCE_TOKENS_MAX)
            .map(|word| self.token(word, language))
            .collect()
    }

    fn token(&mut self, word: &str, language: Option<&str>) -> Token {
        let tongue = language.unwrap_or("en");
        let of_tongue = self.seen.iter().position(|(of, _)| of == tongue);
        let of_tongue = of_tongue.unwrap_or_else(|| {
            self.seen.push((tongue.to_owned(), HashMap::new()));
            self.seen.len() - 1
        });
        if let Some(token) = self.seen[of_tongue].1.get(word) {
            return *token;
        }
        let stem = if word.len() > UNSTEMMED_BYTES_MAX {
            words::stem(word, language)
        } else {
            word.to_owned()
        };
        let more = tongue == "en" && STOP_WORDS_MORE.contains(&word);
        let letter = word.len() == 1 && !word.as_bytes()[0].is_ascii_digit();
        let stop = more || letter || words::is_stop_word(word, language);
        let next = self.names.len() as u32;
        let id = *self.ids.entry(stem.clone()).or_insert(next);
        if id == next {
            self.names.push(stem);
        }
        let token = Token { stem: id, stop };
        self.seen[of_tongue].1.insert(word.to_owned(), token);
        token
    }
}

/// The words of a folded text; every character of a script without spaces is one.
fn pieces(folded: &str) -> Vec<&str> {
    let mut pieces = Vec::with_capacity(folded.len() / 6);
    for run in folded.split(|c: char| !c.is_alphanumeric()) {
        let mut from = 0;
        if !run.is_ascii() {
            for (at, c) in run.char_indices().filter(|(_, c)| is_unspaced(*c)) {
                if from < at {
                    pieces.push(&run[from..at]);
                }
                from = at + c.len_utf8();
                pieces.push(&run[at..from]);
            }
        }
        if from < run.len() {
            pieces.push(&run[from..]);
        }
    }
    pieces
}

fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A quotation that began or ends in another sentence.
fn is_torn(sentence: &str) -> bool {
    let count = |mark: char| sentence.matches(mark).count();
    !count('"').is_multiple_of(2)
        || count('“') != count('”')
        || count('«') != count('»')
        || count('(') != count(')')
}
