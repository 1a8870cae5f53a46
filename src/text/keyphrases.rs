//! Key phrases: runs of words that a text is about, scored by one linear formula for all languages.
//!
//! The weights were fitted on key phrases that people chose for English, Portuguese and French
//! reports; only the order of the scores means anything.

mod measures;

use crate::text::words;
pub use measures::Measures;
use std::collections::{HashMap, HashSet};

/// More of a text is not looked at.
const TOKENS_MAX: usize = 6_000;

/// Words of a phrase, and stop words inside it.
const PHRASE_WORDS_MAX: usize = 4;
const PHRASE_STOPS_MAX: usize = 2;

/// A longer run of letters is no word.
const WORD_BYTES_MAX: usize = 60;

/// Small words inside names.
const PARTICLES: [&str; 14] = [
    "abu", "al", "bin", "da", "de", "del", "den", "der", "di", "el", "ibn", "la", "van", "von",
];

/// Articles of several languages.
const ARTICLES: [&str; 25] = [
    "l", "the", "a", "an", "le", "la", "les", "un", "une", "des", "du", "o", "os", "as", "um",
    "uma", "do", "da", "dos", "das", "no", "na", "el", "los", "las",
];

/// Languages in which small words lose their end before a vowel, and what is left of these words.
const ELIDING: [&str; 3] = ["fr", "it", "ca"];
const ELIDED: [&str; 18] = [
    "l", "d", "qu", "n", "s", "c", "j", "m", "t", "jusqu", "lorsqu", "puisqu", "dell", "all",
    "nell", "sull", "dall", "un",
];

/// One word of a text.
#[derive(Clone, Debug)]
pub struct Token<'a> {
    /// As written, without a possessive ending.
    pub written: &'a str,
    stem: u32,
    pub stop: bool,
    /// Nothing but white space stands between the word before and this one.
    joined: bool,
    capital: bool,
    /// Opens a sentence, a line or a quotation, where a capital says nothing.
    opens: bool,
    sentence: u32,
    /// "The", "une": what a noun follows.
    article: bool,
}

/// A run of words, and how well it says what the text is about.
#[derive(Clone, Debug)]
pub struct Phrase<'a> {
    /// As written where it stands first.
    pub written: Vec<&'a str>,
    /// The stems of its words: equal for phrases that are the same.
    pub stems: Vec<u32>,
    pub score: f32,
    /// What the score was made of.
    pub measures: Measures,
    pub count: usize,
    /// How often it stands without a capitalised word beside it.
    pub alone: usize,
    /// Share of its places in which it is written as a name.
    pub capital: f32,
    /// Stop words inside it.
    pub stops: usize,
}

/// A text's words and what is known of each stem.
pub struct Outline<'a> {
    tokens: Vec<Token<'a>>,
    names: Vec<String>,
    counts: Vec<f32>,
    /// Of each stem: the shares of its places after a stop word or mark, before one, and within
    /// three words after an article.
    beside: Vec<[f32; 3]>,
    /// The language has a list of stop words.
    stops_known: bool,
    /// Stems that are capitalised somewhere in mid-sentence.
    proper: HashSet<u32>,
}

impl<'a> Outline<'a> {
    /// `is_banned` is asked of folded words beyond the stop words of the language: no phrase
    /// begins or ends with such a word.
    pub fn of(text: &'a str, language: Option<&str>, is_banned: &dyn Fn(&str) -> bool) -> Self {
        let mut outline = Self {
            tokens: Vec::new(),
            names: Vec::new(),
            counts: Vec::new(),
            beside: Vec::new(),
            stops_known: words::has_stop_words(language),
            proper: HashSet::new(),
        };
        let mut ids: HashMap<String, u32> = HashMap::new();
        let mut sentence = 0;
        let mut last_end = 0;
        let mut possessive = false;
        let mut elided = false;
        for (from, run) in runs(text, language).take(TOKENS_MAX) {
            let gap = &text[last_end..from];
            let ended = last_end == 0 || gap.contains(['.', '!', '?', '\n', '…', '。', '！', '？']);
            let opens = ended || gap.contains(['"', '“', '„', '«', ':', '•', '-', '–', '—']);
            sentence += u32::from(ended);
            last_end = from + run.len();
            let written = without_possessive(run);
            let folded = words::fold(written);
            let stem = words::stem(&folded, language);
            let next = ids.len() as u32;
            let id = *ids.entry(stem.clone()).or_insert(next);
            if id == next {
                outline.names.push(stem);
                outline.counts.push(0.0);
            }
            outline.counts[id as usize] += 1.0;
            let capital = written.starts_with(char::is_uppercase);
            if capital && !opens {
                outline.proper.insert(id);
            }
            let close = gap.chars().all(char::is_whitespace) || elided && matches!(gap, "'" | "’");
            let joined = !ended && !possessive && close;
            elided = text[last_end..].starts_with(['\'', '’'])
                && language.is_some_and(|language| ELIDING.contains(&language))
                && is_elided(run);
            let stop = elided
                || is_banned(&folded)
                || words::is_stop_word(&folded, language) && !is_acronym(written);
            possessive = written.len() < run.len();
            outline.tokens.push(Token {
                written,
                stem: id,
                stop,
                joined,
                capital,
                opens,
                sentence,
                article: ARTICLES.contains(&folded.as_str()),
            });
        }
        outline.free_name_openers();
        outline.look_beside();
        outline
    }

    /// "New" is a stop word, but not in "New Avel".
    fn free_name_openers(&mut self) {
        for at in 1..self.tokens.len() {
            let named = self.tokens[at].capital && self.tokens[at].joined && !self.tokens[at].stop;
            if named && self.tokens[at - 1].written == "New" {
                self.tokens[at - 1].stop = false;
            }
        }
    }

    fn look_beside(&mut self) {
        self.beside = vec![[0.0; 3]; self.names.len()];
        let mut since_article = 9;
        for at in 0..self.tokens.len() {
            let token = &self.tokens[at];
            if !token.joined {
                since_article = 9;
            }
            let left = !token.joined || self.tokens[at - 1].stop;
            let right = self
                .tokens
                .get(at + 1)
                .is_none_or(|next| !next.joined || next.stop);
            let beside = &mut self.beside[token.stem as usize];
            beside[0] += f32::from(u8::from(left));
            beside[1] += f32::from(u8::from(right));
            beside[2] += f32::from(u8::from(since_article < 3));
            since_article = if token.article { 0 } else { since_article + 1 };
        }
        for (beside, count) in self.beside.iter_mut().zip(&self.counts) {
            for share in beside {
                *share /= count;
            }
        }
    }

    /// The stem with a phrase's number for it.
    pub fn stem(&self, id: u32) -> &str {
        &self.names[id as usize]
    }

    /// The different stems of the text.
    pub fn stems(&self) -> &[String] {
        &self.names
    }

    pub fn words(&self) -> usize {
        self.tokens.len()
    }

    /// All phrases, best first. `rarity` of a stem is `ln((N + 1) / (df + 1)) / ln(N + 1)` over
    /// the N texts that are known; without it rarity is left out.
    pub fn phrases(&self, rarity: Option<&dyn Fn(&str) -> f32>) -> Vec<Phrase<'a>> {
        let rarities: Vec<f32> = self
            .names
            .iter()
            .map(|stem| rarity.map_or(0.0, |rarity| rarity(stem)))
            .collect();
        let sentences = self.tokens.last().map_or(1, |token| token.sentence.max(1)) as f32;
        let mut phrases: Vec<Phrase> = self
            .seen()
            .into_iter()
            .map(|(stems, seen)| {
                let measures = self.measures(&stems, &seen, &rarities, sentences);
                let first = &self.tokens[seen.first..seen.first + stems.len()];
                Phrase {
                    written: first.iter().map(|token| token.written).collect(),
                    score: measures::score(&measures),
                    measures,
                    count: seen.count,
                    alone: seen.alone,
                    capital: seen.capitals as f32 / seen.count as f32,
                    stops: first.iter().filter(|token| token.stop).count(),
                    stems,
                }
            })
            .collect();
        phrases.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then_with(|| a.written.cmp(&b.written))
        });
        phrases
    }

    fn seen(&self) -> HashMap<Vec<u32>, Seen> {
        let mut all: HashMap<Vec<u32>, Seen> = HashMap::new();
        for from in 0..self.tokens.len() {
            let mut stops = 0;
            for length in 1..=PHRASE_WORDS_MAX.min(self.tokens.len() - from) {
                let run = &self.tokens[from..from + length];
                let last = &run[length - 1];
                if length > 1 && !last.joined {
                    break;
                }
                stops += usize::from(last.stop);
                if run[0].stop || stops > PHRASE_STOPS_MAX {
                    break;
                }
                if !last.stop && is_phrase(run) {
                    let stems = run.iter().map(|token| token.stem).collect();
                    self.see(all.entry(stems).or_default(), from, length);
                }
            }
        }
        all
    }

    fn see(&self, seen: &mut Seen, from: usize, length: usize) {
        let run = &self.tokens[from..from + length];
        let before = from
            .checked_sub(1)
            .map(|at| &self.tokens[at])
            .filter(|_| run[0].joined);
        let after = self.tokens.get(from + length).filter(|token| token.joined);
        if seen.count == 0 {
            seen.first = from;
        }
        seen.count += 1;
        seen.last = from;
        seen.ends += usize::from(after.is_none());
        seen.articles += usize::from(before.is_some_and(|token| token.article));
        let proper =
            |token: &Token| token.capital && (!token.opens || self.proper.contains(&token.stem));
        seen.capitals += usize::from(proper(&run[0]) && proper(&run[length - 1]));
        seen.acronym |= run.iter().any(|token| is_acronym(token.written));
        seen.left += usize::from(before.is_none_or(|token| token.stop));
        seen.right += usize::from(after.is_none_or(|token| token.stop));
        // Without a list of stop words, what opens a sentence is not taken for a name.
        let named = |token: &Token| {
            token.capital && !token.stop && (self.stops_known || !token.opens || proper(token))
        };
        let beside = |token: Option<&Token>| token.is_some_and(named);
        // "Jon van Holt", but not "alcalde de Avel": there it is a word of the language.
        let particle =
            before.is_some_and(|token| PARTICLES.contains(&token.written) && !token.stop);
        seen.alone += usize::from(!beside(before) && !beside(after) && !particle);
        if seen.newest_sentence != run[0].sentence {
            seen.newest_sentence = run[0].sentence;
            seen.sentences += 1;
        }
    }
}

#[derive(Default)]
struct Seen {
    first: usize,
    last: usize,
    count: usize,
    capitals: usize,
    alone: usize,
    left: usize,
    right: usize,
    ends: usize,
    articles: usize,
    sentences: usize,
    newest_sentence: u32,
    acronym: bool,
}

impl Outline<'_> {
    /// How often a token's stem stands in the text.
    fn count(&self, token: &Token) -> f32 {
        self.counts[token.stem as usize]
    }
}

/// The best phrases of a text: none twice, and none inside a chosen one that stands as often.
pub fn pick<'p, 'a>(phrases: &'p [Phrase<'a>], most: usize) -> Vec<&'p Phrase<'a>> {
    let mut picked: Vec<&Phrase> = Vec::new();
    for phrase in phrases {
        if picked.len() >= most {
            break;
        }
        let inside = picked
            .iter()
            .any(|other| other.holds(phrase) && phrase.count <= other.count);
        if !inside {
            picked.push(phrase);
        }
    }
    picked
}

impl Phrase<'_> {
    /// Whether the other phrase stands inside this one, or is it.
    pub fn holds(&self, other: &Phrase) -> bool {
        self.stems
            .windows(other.stems.len())
            .any(|window| window == other.stems)
    }
}

fn is_phrase(run: &[Token]) -> bool {
    let begins_with_digit = |token: &Token| token.written.starts_with(|c: char| c.is_numeric());
    let letters = run
        .iter()
        .any(|token| token.written.chars().any(char::is_alphabetic));
    letters
        && !(run.len() == 1 && (begins_with_digit(&run[0]) || run[0].written.chars().count() < 2))
}

/// Runs of letters and digits, hyphens and apostrophes inside them allowed, with their places. What
/// French and Italian leave of an article ("l'", "dell'") is a run of its own.
fn runs<'t>(text: &'t str, language: Option<&str>) -> impl Iterator<Item = (usize, &'t str)> {
    let elides = language.is_some_and(|language| ELIDING.contains(&language));
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '\'' | '’')))
        .map(|run| run.trim_matches(['-', '\'', '’']))
        .filter(|run| !run.is_empty() && run.len() <= WORD_BYTES_MAX)
        .flat_map(move |run| {
            let elided = run
                .split_once(['\'', '’'])
                .filter(|(head, tail)| elides && is_elided(head) && !tail.is_empty());
            let (head, tail) = elided.map_or((None, run), |(head, tail)| (Some(head), tail));
            head.into_iter().chain([tail])
        })
        .map(move |run| (run.as_ptr() as usize - text.as_ptr() as usize, run))
}

fn is_elided(head: &str) -> bool {
    ELIDED.contains(&head.to_ascii_lowercase().as_str())
}

fn without_possessive(run: &str) -> &str {
    let bare = ["'s", "’s", "'S", "’S"]
        .into_iter()
        .find_map(|ending| run.strip_suffix(ending));
    bare.filter(|bare| !bare.is_empty()).unwrap_or(run)
}

/// Two letters or more, all capitals: NATO, US.
fn is_acronym(written: &str) -> bool {
    written.chars().filter(|c| c.is_alphabetic()).count() >= 2
        && !written.contains(char::is_lowercase)
        && written.contains(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REPORT: &str = "The old bridge of Avel is shut. The council of Avel says the old bridge is weak. \
        Jon van Holt, who built the old bridge, denied it. Van Holt's firm is rich.";

    fn keys(text: &str, language: &str) -> Vec<String> {
        let outline = Outline::of(text, Some(language), &|_| false);
        pick(&outline.phrases(None), 10)
            .into_iter()
            .map(|phrase| phrase.written.join(" "))
            .collect()
    }

    #[test]
    fn what_a_text_repeats_is_a_key_phrase() {
        let found = keys(REPORT, "en");
        assert!(found[..3].contains(&"old bridge".to_owned()), "{found:?}");
        assert!(
            found
                .iter()
                .all(|key| !key.starts_with("the ") && !key.ends_with(" is")),
            "{found:?}"
        );
    }

    #[test]
    fn a_phrase_never_crosses_a_mark() {
        let outline = Outline::of("Avel, Norvia. The bridge; the ferry", None, &|_| false);
        assert!(
            outline
                .phrases(None)
                .iter()
                .all(|phrase| phrase.written.len() == 1)
        );
    }

    #[test]
    fn a_name_is_alone_when_no_other_name_stands_beside_it() {
        let outline = Outline::of(REPORT, None, &|_| false);
        let phrases = outline.phrases(None);
        let alone = |word: &str| {
            phrases
                .iter()
                .find(|phrase| phrase.written == [word])
                .map(|phrase| phrase.alone)
        };
        assert_eq!(alone("Avel"), Some(2));
        assert_eq!(alone("Holt"), Some(0));
    }

    proptest! {
        #[test]
        fn every_phrase_stands_in_the_text(text in "([A-Za-z'-]{0,8}[ .,\\n]|\\PC){0,60}") {
            let outline = Outline::of(&text, None, &|_| false);
            for phrase in outline.phrases(Some(&|_| 0.5)) {
                prop_assert!(phrase.score.is_finite());
                prop_assert!(phrase.written.iter().all(|word| text.contains(*word)));
            }
        }
    }
}
