//! Quotes: which sentences of a story's articles say the most of it, word for word.
//!
//! Concepts (words and pairs of words) get a worth by a formula whose constants were learned from
//! summaries that people wrote; a quote is good when it covers much worth that no other one covers.
//! What readers expect beyond that (several outlets, no clashing figures) is [`rules`]' part.

mod choice;
mod concepts;
mod figures;
mod outline;
mod rules;
mod sheet;

use crate::clock::Millis;
use crate::text::{refrain::Refrains, report, sentences, words};
use concepts::Concepts;
pub use outline::Outline;
use sheet::Sheet;
use std::collections::HashSet;
use std::ops::Range;

/// A longer sentence is no candidate; it is never cut.
pub const QUOTE_CHARS_MAX: usize = 400;

/// Articles of a story that are looked at, in the caller's order.
const ARTICLES_MAX: usize = 40;

/// One article of a story, with what a quote's choice depends on.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// The caller's index, given back in [`Quote`].
    pub article: usize,
    pub outlet: &'a str,
    /// Equal for articles of near-equal text: copies of one agency's report.
    pub same_text: i64,
    pub title: &'a str,
    pub text: &'a str,
    pub language: Option<&'a str>,
    /// Of its source: never quoted.
    pub refrains: &'a Refrains,
    pub at: Millis,
    /// The newsroom's weight of the source: 1 is usual, 0 is never quoted.
    pub weight: f32,
}

/// A sentence of an article: a byte range of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    pub article: usize,
    pub range: Range<usize>,
}

/// How much is to be quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// At most so many sentences, from several outlets where there are several.
    Sentences(usize),
    /// Whole sentences of at most so many words together.
    Words(usize),
}

/// The sentences that say the most. Of several articles the best sentence comes first, then the
/// others by time; of one article in its own order. Fewer, or none, where nothing is fit to quote.
pub fn select(articles: &[Material], wanted: Wanted) -> Vec<Quote> {
    let quotable: Vec<Material> = articles
        .iter()
        .filter(|article| article.weight > 0.0 && !article.text.trim().is_empty())
        .take(ARTICLES_MAX)
        .copied()
        .collect();
    let sheet = Sheet::read(&quotable, wanted);
    let concepts = Concepts::weigh(&sheet);
    let chosen = match wanted {
        Wanted::Words(_) => choice::choose(&sheet, &concepts, &sheet.fit(), wanted),
        Wanted::Sentences(most) => rules::choose(&sheet, &concepts, &quotable, most),
    };
    ordered(chosen, &sheet, &concepts, &quotable)
        .into_iter()
        .map(|sentence| {
            let sentence = &sheet.sentences[sentence];
            Quote {
                article: quotable[sentence.article].article,
                range: sentence.range.clone(),
            }
        })
        .collect()
}

fn ordered(
    mut chosen: Vec<usize>,
    sheet: &Sheet,
    concepts: &Concepts,
    articles: &[Material],
) -> Vec<usize> {
    chosen.sort_unstable();
    if articles.len() > 1 {
        let worth = |sentence: usize| choice::worth(sheet, concepts, sentence);
        let best = (0..chosen.len()).max_by(|a, b| {
            worth(chosen[*a])
                .total_cmp(&worth(chosen[*b]))
                .then(b.cmp(a))
        });
        if let Some(best) = best {
            let first = chosen.remove(best);
            chosen.sort_by_key(|sentence| {
                (articles[sheet.sentences[*sentence].article].at, *sentence)
            });
            chosen.insert(0, first);
        }
    }
    chosen
}

/// The sentence of an article that holds the most of a question's stems; none if no sentence that
/// is fit to quote holds any.
pub fn best_sentence_for(material: &Material, stems: &[String]) -> Option<Range<usize>> {
    let wanted: HashSet<&str> = stems.iter().map(String::as_str).collect();
    let sheet = Sheet::read(&[*material], Wanted::Sentences(1));
    let mut best: Option<(usize, &sheet::Sentence)> = None;
    for index in sheet.fit() {
        let sentence = &sheet.sentences[index];
        let held: HashSet<&str> = sentence
            .tokens
            .iter()
            .map(|token| sheet.stem(token.stem))
            .collect();
        let folded = words::fold(&material.text[sentence.range.clone()]);
        let found = wanted
            .iter()
            .filter(|stem| held.contains(**stem) || (!stem.is_ascii() && folded.contains(**stem)))
            .count();
        if found > best.map_or(0, |(most, _)| most) {
            best = Some((found, sentence));
        }
    }
    best.map(|(_, sentence)| sentence.range.clone())
}

/// Whether a range is still one whole sentence of the text (less its dateline).
pub fn stands(text: &str, language: Option<&str>, range: &Range<usize>) -> bool {
    sentences::split(text, language)
        .into_iter()
        .any(|sentence| report::without_dateline(text, sentence) == *range)
}

#[cfg(test)]
mod tests;
