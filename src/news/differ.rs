//! Outlets differ: figures of one story that two outlets give differently, both sentences verbatim.
//!
//! A figure is of interest where the other outlet nowhere gives it (an orphan). Two orphans of the
//! same kind, near each other in value and said in the same words, are a difference. What a later
//! report may have corrected, and what may be a rounding, is none: silence is better than a wrong
//! flag.

mod context;
mod figures;
mod lists;
mod numbers;
mod units;

use crate::clock::{DAY, HOUR, Millis};
use crate::news::quote::{Material, QUOTE_CHARS_MAX};
use crate::text::{background, report, sentences, terms, vector, words};
use context::Context;
use figures::{Figure, Kind};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

/// Articles of a story that are looked at, in the caller's order, and sentences of each.
pub const ARTICLES_MAX: usize = 12;
const SENTENCES_MAX: usize = 60;

/// Figures of one kind that are held against each other.
const FIGURES_OF_KIND_MAX: usize = 60;

/// Differences given for a story.
const DIFFERENCES_MAX: usize = 5;

/// Score from which a difference is sure. Years, days, ages and spans stand beside anything, so
/// that theirs must be higher; amounts and counts say by their unit what they are about.
const SCORE_MIN: f32 = 0.33;
const SCORE_MIN_TIMES: f32 = 0.44;

/// Years apart, and times as large, within which two figures can be about the same thing.
const YEARS_APART_MAX: f64 = 3.0;
const TIMES_MAX: f64 = 2.0;

/// Share of the larger one within which two numbers are the same where one is round and hedged.
const HEDGED_SLACK: f64 = 0.15;

/// The same where miles may have been made kilometres.
const CONVERTED_SLACK: f64 = 0.04;

/// Words around a figure that say most of what it is about, and what others count.
const NEAR_WORDS: usize = 10;
const FAR_WEIGHT: f32 = 0.7;

/// Stems that both sentences must hold, and the weight of shared ones that makes them sure.
const SHARED_STEMS_MIN: usize = 2;
const SHARED_WEIGHT_FULL: f32 = 1.2;

/// Words of weight on each side of a figure, one of which both sentences must have there.
const ROLE_WORDS: usize = 4;
const ROLE_WORDS_MEASURE: usize = 3;
const ROLE_WORDS_AGE: usize = 2;

/// What another shared number multiplies the score by.
const SHARED_NUMBER_FACTOR: f32 = 1.3;

/// What every stem weighs beside its rarity, which is at most 1.
const STEM_WEIGHT_BASE: f32 = 0.05;
const IDF_MAX: f32 = 8.52;

/// Tolls grow: of reports further apart the newer one is an update.
const TOLL_APART_MS: Millis = HOUR;

/// Anything may have changed between reports further apart.
const APART_MS_MAX: Millis = 3 * DAY;

/// Things whose number grows while they are counted.
const GROWING: &str = "peopl case vote home hous build death arrest flight signatur menschen fall
    stimm haus cas voix maison caso voto casa";

/// One outlet's side of a difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// The caller's index of the article.
    pub article: usize,
    /// Bytes of the article's text: the sentence, and the figure in it with its unit.
    pub sentence: Range<usize>,
    pub value: Range<usize>,
}

/// Two figures that cannot both be right, the elder article's first.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub a: Side,
    pub b: Side,
    /// How sure it is; from [`SCORE_MIN`] on, rarely above 1.
    pub score: f32,
}

/// The value of a number word of a language, "two" to "ninety".
pub(super) fn number_word(folded: &str, language: Option<&str>) -> Option<f64> {
    numbers::word_value(folded, language.unwrap_or("en"))
}

/// What a word of a language multiplies the number before it by: "million", "m" as newspapers write.
pub(super) fn scale_word(folded: &str, language: Option<&str>) -> Option<f64> {
    numbers::scale(folded, language.unwrap_or("en"))
}

/// What the outlets of a story give differently, the surest first.
pub fn differences(articles: &[Material]) -> Vec<Difference> {
    let accounts: Vec<Account> = articles
        .iter()
        .filter(|article| article.weight > 0.0)
        .take(ARTICLES_MAX)
        .map(Account::read)
        .collect();
    let mut of_kind: BTreeMap<&Kind, Vec<Mention>> = BTreeMap::new();
    for (account, read) in accounts.iter().enumerate() {
        for (place, statement) in read.statements.iter().enumerate() {
            for figure in &statement.figures {
                let mentions = of_kind.entry(&figure.kind).or_default();
                if mentions.len() < FIGURES_OF_KIND_MAX {
                    mentions.push(Mention {
                        account,
                        statement: place,
                        figure,
                    });
                }
            }
        }
    }
    let mut found: Vec<Pair> = Vec::new();
    for mentions in of_kind.values() {
        for (at, one) in mentions.iter().enumerate() {
            let pairs = mentions[at + 1..].iter();
            found.extend(pairs.filter_map(|other| pair(&accounts, *one, *other)));
        }
    }
    choose(&accounts, found)
}

/// One article read for its figures.
struct Account<'a> {
    article: &'a Material<'a>,
    statements: Vec<Statement>,
    /// Every number that it gives anywhere, its title included, and whether it is hedged.
    values: Vec<(f64, usize, bool)>,
    /// Its words, folded.
    words: HashSet<String>,
}

/// A sentence that may be shown, with its figures.
struct Statement {
    range: Range<usize>,
    figures: Vec<Figure>,
    /// Numbers that the sentence gives.
    values: Vec<f64>,
    /// Stems of weight with the place of their token.
    stems: Vec<(u32, usize, f32)>,
    context: Context,
}

#[derive(Clone, Copy)]
struct Mention<'a> {
    account: usize,
    statement: usize,
    figure: &'a Figure,
}

struct Pair<'a> {
    one: Mention<'a>,
    other: Mention<'a>,
    score: f32,
}

impl<'a> Account<'a> {
    fn read(article: &'a Material<'a>) -> Self {
        let language = article.language;
        let mut account = Self {
            article,
            statements: Vec::new(),
            values: Vec::new(),
            words: HashSet::new(),
        };
        account.note(&figures::read(article.title, language));
        let kept = report::sentences(article.text, language, article.refrains).into_iter();
        for kept in kept.take(SENTENCES_MAX) {
            let sentence = &article.text[kept.range.clone()];
            let read = figures::read(sentence, language);
            account.note(&read);
            let fit = sentences::has_end_mark(sentence)
                && !sentences::breaks_off(sentence)
                && sentence.encode_utf16().count() <= QUOTE_CHARS_MAX;
            if fit && !read.figures.is_empty() {
                account.statements.push(Statement {
                    range: kept.range,
                    values: read.numbers.iter().map(|number| number.value).collect(),
                    stems: stems(&read, language),
                    context: Context::read(&read, language, article.at),
                    figures: read.figures,
                });
            }
        }
        account
    }

    fn note(&mut self, read: &figures::Read) {
        let words = read.tokens.iter().map(|token| token.folded.clone());
        self.words.extend(words);
        let hedged = |at: usize| {
            read.figures
                .iter()
                .any(|figure| figure.hedged && figure.tokens.contains(&at))
        };
        let numbers = read.numbers.iter();
        self.values.extend(
            numbers.map(|number| (number.value, number.digits, hedged(number.tokens.start))),
        );
        let in_units = read.figures.iter();
        self.values
            .extend(in_units.map(|figure| (figure.value, figure.digits, figure.hedged)));
    }

    /// Whether it gives this number anywhere, perhaps rounded.
    fn gives(&self, figure: &Figure) -> bool {
        let exact = matches!(figure.kind, Kind::Year | Kind::Date | Kind::Age(_));
        self.values.iter().any(|(value, digits, hedged)| {
            if exact {
                return *value == figure.value;
            }
            let vague = figure.hedged && numbers::is_round(figure.value, figure.digits)
                || *hedged && numbers::is_round(*value, *digits);
            let slack = match figure.kind {
                _ if vague => HEDGED_SLACK,
                Kind::Measure(dimension) if dimension != "time" => CONVERTED_SLACK,
                _ => 0.0,
            };
            numbers::is_rounding(figure.value, *value, (figure.digits, *digits), slack)
        })
    }
}

/// The stems of a sentence that say what it is about, numbers and their words left out.
fn stems(read: &figures::Read, language: Option<&str>) -> Vec<(u32, usize, f32)> {
    let mut stems = Vec::new();
    for (place, token) in read.tokens.iter().enumerate() {
        let of_number = read
            .numbers
            .iter()
            .any(|number| number.tokens.contains(&place));
        let wordy =
            token.folded.chars().count() > 1 && token.folded.chars().any(char::is_alphabetic);
        let is_unit = figures::is_unit(&token.folded);
        if of_number || !wordy || is_unit || words::is_stop_word(&token.folded, language) {
            continue;
        }
        let stem = terms::stem(&british(&token.folded, language), language);
        let term = vector::hash(&stem);
        let rarity = background::idf(term) / IDF_MAX;
        stems.push((term, place, rarity + STEM_WEIGHT_BASE));
    }
    stems
}

/// American spellings as their British ones.
fn british(word: &str, language: Option<&str>) -> String {
    if !matches!(language, None | Some("en")) {
        return word.to_owned();
    }
    match word {
        "defense" => return "defence".to_owned(),
        "offense" => return "offence".to_owned(),
        _ => {}
    }
    let word = word.replace("ization", "isation");
    match word.strip_suffix("or") {
        Some(stem) if word.len() > 5 && stem.ends_with(['b', 'v']) => format!("{stem}our"),
        _ => word,
    }
}

fn pair<'a>(accounts: &[Account], one: Mention<'a>, other: Mention<'a>) -> Option<Pair<'a>> {
    let (mine, theirs) = (&accounts[one.account], &accounts[other.account]);
    let (a, b) = (mine.article, theirs.article);
    let same_voice = a.outlet == b.outlet || a.same_text == b.same_text;
    if same_voice || a.language != b.language || !is_near(one.figure, other.figure) {
        return None;
    }
    let apart = (a.at - b.at).abs();
    let updated = is_toll(&one.figure.kind) && apart > TOLL_APART_MS;
    if updated || apart > APART_MS_MAX {
        return None;
    }
    if theirs.gives(one.figure) || mine.gives(other.figure) {
        return None;
    }
    if is_of_another(
        (mine, &mine.statements[one.statement], one.figure),
        (theirs, &theirs.statements[other.statement], other.figure),
    ) {
        return None;
    }
    let score = score(
        (&mine.statements[one.statement], one.figure),
        (&theirs.statements[other.statement], other.figure),
    );
    let least = match one.figure.kind {
        Kind::Year | Kind::Date | Kind::Age(_) | Kind::Measure(_) => SCORE_MIN_TIMES,
        _ => SCORE_MIN,
    };
    (score >= least).then_some(Pair { one, other, score })
}

/// Whether both figures can be right: each for its own time or place, one as a rate, or within the
/// other's bounds.
fn is_of_another(
    (mine, my_statement, one): (&Account, &Statement, &Figure),
    (theirs, their_statement, other): (&Account, &Statement, &Figure),
) -> bool {
    let least = one.bounds.0.max(other.bounds.0);
    let compatible = least <= one.bounds.1.min(other.bounds.1);
    let words = (&mine.words, &theirs.words);
    let (context, their_context) = (&my_statement.context, &their_statement.context);
    compatible
        || one.per != other.per
        || context.is_another(their_context, &one.kind, words)
        || matches!(one.kind, Kind::Year | Kind::Date) && say_other(my_statement, their_statement)
}

/// Whether what two sentences say beside times differs as well, so that each has its own time.
fn say_other(one: &Statement, other: &Statement) -> bool {
    let amounts = |statement: &Statement| -> Vec<(Kind, f64)> {
        let timed = |kind: &Kind| matches!(kind, Kind::Year | Kind::Date);
        let figures = statement
            .figures
            .iter()
            .filter(|figure| !timed(&figure.kind));
        figures
            .map(|figure| (figure.kind.clone(), figure.value))
            .collect()
    };
    let (mine, theirs) = (amounts(one), amounts(other));
    let alike = mine
        .iter()
        .any(|(kind, _)| theirs.iter().any(|(other, _)| kind == other));
    alike && !mine.iter().any(|one| theirs.contains(one))
}

fn is_toll(kind: &Kind) -> bool {
    match kind {
        Kind::People(..) => true,
        Kind::Count(counted) => GROWING.split_whitespace().any(|known| known == counted),
        _ => false,
    }
}

/// Whether two figures can be about the same thing by their values.
fn is_near(one: &Figure, other: &Figure) -> bool {
    let (less, more) = (one.value.min(other.value), one.value.max(other.value));
    if less == more {
        return false;
    }
    match one.kind {
        Kind::Year | Kind::Date => more - less <= YEARS_APART_MAX,
        _ => less > 0.0 && more <= TIMES_MAX * less,
    }
}

/// How surely two sentences say the same thing with another figure.
fn score(one: (&Statement, &Figure), other: (&Statement, &Figure)) -> f32 {
    let (mine, theirs) = (weights(one.0, one.1), weights(other.0, other.1));
    let mut shared = 0.0;
    let mut stems = 0;
    for (stem, weight) in &mine {
        if let Some(their) = theirs.get(stem) {
            shared += weight.min(*their);
            stems += 1;
        }
    }
    let total = |weights: &HashMap<u32, f32>| weights.values().sum::<f32>();
    let least = total(&mine).min(total(&theirs));
    if stems < SHARED_STEMS_MIN || least <= 0.0 {
        return 0.0;
    }
    if !shares_role(one, other) {
        return 0.0;
    }
    let number = one
        .0
        .values
        .iter()
        .any(|value| other.0.values.contains(value));
    shared / least
        * (shared / SHARED_WEIGHT_FULL).min(1.0)
        * if number { SHARED_NUMBER_FACTOR } else { 1.0 }
}

/// Whether a word of weight stands right beside both figures: they are said of the same thing.
fn shares_role(one: (&Statement, &Figure), other: (&Statement, &Figure)) -> bool {
    let words = match one.1.kind {
        Kind::Year => return true,
        Kind::Age(_) => ROLE_WORDS_AGE,
        Kind::Measure(_) => ROLE_WORDS_MEASURE,
        _ => ROLE_WORDS,
    };
    let mine = beside(one.0, one.1, words);
    let theirs = beside(other.0, other.1, words);
    mine.iter().any(|stem| theirs.contains(stem))
}

/// The nearest stems of weight before and after a figure.
fn beside(statement: &Statement, figure: &Figure, words: usize) -> Vec<u32> {
    let stems = &statement.stems;
    let before = stems
        .iter()
        .rev()
        .filter(|(_, place, _)| *place < figure.tokens.start);
    let after = stems
        .iter()
        .filter(|(_, place, _)| *place >= figure.tokens.end);
    let stem = |(stem, _, _): &(u32, usize, f32)| *stem;
    before
        .take(words)
        .map(stem)
        .chain(after.take(words).map(stem))
        .collect()
}

/// What the words around a figure weigh, by stem.
fn weights(statement: &Statement, figure: &Figure) -> HashMap<u32, f32> {
    let mut weights = HashMap::new();
    for (stem, place, weight) in &statement.stems {
        if figure.tokens.contains(place) {
            continue;
        }
        let near =
            place + NEAR_WORDS >= figure.tokens.start && *place < figure.tokens.end + NEAR_WORDS;
        let weight = if near { *weight } else { weight * FAR_WEIGHT };
        let best: &mut f32 = weights.entry(*stem).or_default();
        *best = best.max(weight);
    }
    weights
}

/// The surest pairs; each sentence of an article is used once, each pair of values told once.
fn choose(accounts: &[Account], mut found: Vec<Pair>) -> Vec<Difference> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut used: HashSet<(usize, usize)> = HashSet::new();
    let mut told: HashSet<(&Kind, [u64; 2])> = HashSet::new();
    let mut differences = Vec::new();
    for pair in found {
        if differences.len() == DIFFERENCES_MAX {
            break;
        }
        let places = [pair.one, pair.other].map(|side| {
            (
                side.account,
                side.figure.range.start
                    + accounts[side.account].statements[side.statement]
                        .range
                        .start,
            )
        });
        let mut values = [
            pair.one.figure.value.to_bits(),
            pair.other.figure.value.to_bits(),
        ];
        values.sort_unstable();
        if places.iter().any(|place| used.contains(place))
            || told.contains(&(&pair.one.figure.kind, values))
        {
            continue;
        }
        used.extend(places);
        told.insert((&pair.one.figure.kind, values));
        let side = |mention: Mention| {
            let account = &accounts[mention.account];
            let sentence = account.statements[mention.statement].range.clone();
            let value = &mention.figure.range;
            Side {
                article: account.article.article,
                value: sentence.start + value.start..sentence.start + value.end,
                sentence,
            }
        };
        let at = |mention: Mention| accounts[mention.account].article.at;
        let (first, second) = if at(pair.other) < at(pair.one) {
            (pair.other, pair.one)
        } else {
            (pair.one, pair.other)
        };
        differences.push(Difference {
            a: side(first),
            b: side(second),
            score: pair.score,
        });
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::refrain::Refrains;

    const HOUR_ZERO: Millis = 1_900_000_000_000;

    /// Articles of outlets a, b, c … with their language and hours after the first.
    fn told(language: &str, articles: &[(&str, i64)]) -> Vec<(String, String)> {
        let outlets = ["a", "b", "c", "d"];
        let material: Vec<Material> = articles
            .iter()
            .enumerate()
            .map(|(index, (text, hours))| Material {
                article: index,
                outlet: outlets[index],
                same_text: index as i64,
                title: "",
                text,
                language: Some(language),
                refrains: Refrains::NONE,
                at: HOUR_ZERO + hours * HOUR,
                weight: 1.0,
            })
            .collect();
        let value = |side: &Side| {
            let (text, _) = articles[side.article];
            assert!(text[side.sentence.clone()].contains(&text[side.value.clone()]));
            text[side.value.clone()].to_owned()
        };
        differences(&material)
            .iter()
            .map(|difference| (value(&difference.a), value(&difference.b)))
            .collect()
    }

    fn pair(a: &str, b: &str) -> (String, String) {
        (a.to_owned(), b.to_owned())
    }

    const FOURTEEN: &str = "The ferry Orla sank off Avel on Monday. The sinking of the ferry off Avel killed 14 people, the coast guard said.";
    const SIXTEEN: &str = "A ferry has sunk near Avel. At least 16 people were killed when the ferry sank off Avel, the coast guard said.";

    #[test]
    fn figures_that_can_both_be_right_are_no_difference() {
        for (language, one, other) in [
            (
                "en",
                "The firm will pay 3 million euros a year for the port of Avel, minister Holt said.",
                "The firm will pay 5 million euros for the port of Avel, minister Holt said.",
            ),
            (
                "en",
                "Families of the crew of the Orla will get 30,000 crowns each, minister Holt said.",
                "Families of the crew of the Orla will get 45,000 crowns, minister Holt said.",
            ),
            (
                "en",
                "Between 10 and 15 people were killed when the ferry Orla sank off Avel, the coast guard said.",
                "The coast guard said that 12 people were killed when the ferry Orla sank off Avel.",
            ),
            (
                "en",
                "Work on the tunnel to Lindholm will cost from 32 to 47 million crowns, minister Holt said.",
                "Work on the tunnel to Lindholm will cost 36 million crowns, minister Holt said.",
            ),
            (
                "en",
                "At least 12 people were killed when the ferry Orla sank off Avel, the coast guard said.",
                "The coast guard said that 14 people were killed when the ferry Orla sank off Avel.",
            ),
            (
                "en",
                "Up to 17 people are missing after the ferry Orla sank off Avel, the coast guard said.",
                "The coast guard said that 14 people are missing after the ferry Orla sank off Avel.",
            ),
            (
                "en",
                "The port of Avel earned 34 million crowns last year, the harbour master said.",
                "The port of Avel earned 41 million crowns this year, the harbour master said.",
            ),
            (
                "en",
                "The port of Avel earned 34 million crowns in 2029, the harbour master said.",
                "The port of Avel earned 41 million crowns in 2030, the harbour master said.",
            ),
            (
                "en",
                "In 2019, a ferry sank off Avel and killed 14 people, the coast guard said.",
                "A ferry sank off Avel and killed 16 people, the coast guard said.",
            ),
            (
                "en",
                "The storm closed 14 schools in Avel on Monday, officials said.",
                "The storm closed 16 schools in Lindholm on Monday, officials said.",
            ),
            (
                "en",
                "Exports of the port of Avel rose 3.4 percent in March, the office said.",
                "Exports of the port of Avel rose 4.1 percent in April, the office said.",
            ),
            (
                "en",
                "The fee for boats in Avel rises from 14 crowns, the harbour master said.",
                "The fee for boats in Avel rises to 16 crowns, the harbour master said.",
            ),
            (
                "de",
                "Die Miete des Hafens von Avel kostet 3 Millionen Euro pro Jahr, sagte Ministerin Holt.",
                "Die Miete des Hafens von Avel kostet 5 Millionen Euro, sagte Ministerin Holt.",
            ),
            (
                "de",
                "Der Tunnel nach Lindholm kostet 3 bis 5 Milliarden Euro, sagte Ministerin Holt.",
                "Der Tunnel nach Lindholm kostet 4 Milliarden Euro, sagte Ministerin Holt.",
            ),
            (
                "fr",
                "Le naufrage du ferry devant Avel a fait au moins 14 morts, selon la garde côtière.",
                "Le naufrage du ferry devant Avel a fait 16 morts, selon la garde côtière.",
            ),
        ] {
            let told = told(language, &[(one, 0), (other, 0)]);
            assert!(told.is_empty(), "{told:?}: {one} {other}");
        }
    }

    #[test]
    fn a_bound_that_the_other_value_breaks_is_a_difference() {
        let up_to =
            "Up to 14 people are missing after the ferry Orla sank off Avel, the coast guard said.";
        let more =
            "The coast guard said that 17 people are missing after the ferry Orla sank off Avel.";
        assert_eq!(
            told("en", &[(up_to, 0), (more, 0)]),
            [pair("14 people", "17 people")]
        );
    }

    #[test]
    fn two_tolls_of_one_hour_differ() {
        assert_eq!(
            told("en", &[(FOURTEEN, 0), (SIXTEEN, 0)]),
            [pair("14 people", "16 people")]
        );
    }

    #[test]
    fn a_newer_toll_is_an_update() {
        assert!(told("en", &[(FOURTEEN, 0), (SIXTEEN, 3)]).is_empty());
    }

    #[test]
    fn who_gives_both_values_does_not_differ() {
        let both = "The ferry Orla sank off Avel. The coast guard said that 16 people were killed when the ferry sank off Avel, after it had spoken of 14.";
        assert!(told("en", &[(FOURTEEN, 0), (both, 0)]).is_empty());
    }

    #[test]
    fn the_killed_are_not_held_against_the_injured() {
        let injured = "A ferry has sunk near Avel. At least 16 people were injured when the ferry sank off Avel, the coast guard said.";
        assert!(told("en", &[(FOURTEEN, 0), (injured, 0)]).is_empty());
    }

    #[test]
    fn copies_of_one_report_and_one_outlet_never_differ_with_themselves() {
        let mut material = [FOURTEEN, SIXTEEN].map(|text| Material {
            article: 0,
            outlet: "a",
            same_text: 0,
            title: "",
            text,
            language: Some("en"),
            refrains: Refrains::NONE,
            at: HOUR_ZERO,
            weight: 1.0,
        });
        material[1].same_text = 1;
        assert!(differences(&material).is_empty());
        material[1].outlet = "b";
        assert_eq!(differences(&material).len(), 1);
        material[1].same_text = 0;
        assert!(differences(&material).is_empty());
    }

    #[test]
    fn plans_prices_and_spans_differ_in_each_language() {
        assert_eq!(
            told(
                "en",
                &[
                    (
                        "Norvia wants to finish the tunnel to Lindholm by 2041, minister Mira Holt said.",
                        0
                    ),
                    (
                        "The tunnel to Lindholm will be finished by 2042, Norvia's minister Mira Holt said.",
                        9
                    ),
                ]
            ),
            [pair("2041", "2042")]
        );
        assert_eq!(
            told(
                "de",
                &[
                    (
                        "Der neue Tunnel nach Lindholm kostet laut Ministerin Holt 3,4 Milliarden Euro.",
                        0
                    ),
                    (
                        "Laut Ministerin Holt kostet der neue Tunnel nach Lindholm 4,1 Milliarden Euro.",
                        9
                    ),
                ]
            ),
            [pair("3,4 Milliarden Euro", "4,1 Milliarden Euro")]
        );
        assert_eq!(
            told(
                "fr",
                &[
                    (
                        "Le tribunal d'Avel a condamné le capitaine du ferry à 18 mois de prison.",
                        0
                    ),
                    (
                        "Le capitaine du ferry a été condamné par le tribunal d'Avel à deux ans de prison.",
                        9
                    ),
                ]
            ),
            [pair("18 mois", "deux ans")]
        );
        assert_eq!(
            told(
                "es",
                &[
                    (
                        "El naufragio del ferry frente a Avel dejó 14 muertos, según la guardia costera.",
                        0
                    ),
                    (
                        "El naufragio del ferry frente a Avel dejó 16 muertos, según la guardia costera.",
                        0
                    ),
                ]
            ),
            [pair("14 muertos", "16 muertos")]
        );
    }

    #[test]
    fn roundings_and_other_units_are_no_difference() {
        let rounded = |a: &str, b: &str| {
            let say = |value: &str| {
                format!("The tunnel to Lindholm will cost {value}, minister Mira Holt said.")
            };
            told("en", &[(&say(a), 0), (&say(b), 0)])
        };
        assert!(rounded("3.2 billion crowns", "3 billion crowns").is_empty());
        assert!(rounded("about 90 million crowns", "100 million crowns").is_empty());
        assert!(rounded("two hours", "120 minutes").is_empty());
        assert_eq!(rounded("3.2 billion crowns", "3.7 billion crowns").len(), 1);
    }

    #[test]
    fn a_text_of_numbers_only_is_read_in_time() {
        let text: String = (0..4_000)
            .map(|n| {
                format!(
                    "The ferry off Avel lost {} boats, crew {n} said. ",
                    100 + n % 97
                )
            })
            .collect();
        let articles: Vec<(String, String)> = (0..40)
            .map(|n| {
                (
                    format!("outlet {n}"),
                    text.replace("100", &(n + 50).to_string()),
                )
            })
            .collect();
        let material: Vec<Material> = articles
            .iter()
            .enumerate()
            .map(|(index, (outlet, text))| Material {
                article: index,
                outlet,
                same_text: index as i64,
                title: "",
                text,
                language: Some("en"),
                refrains: Refrains::NONE,
                at: HOUR_ZERO,
                weight: 1.0,
            })
            .collect();
        let began = std::time::Instant::now();
        assert!(differences(&material).len() <= DIFFERENCES_MAX);
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(
            one in "([0-9]{1,4}[.,:/%-]?|two |million |€|people |killed |\\. |\\PC){0,60}",
            other in "([0-9]{1,4}[.,:/%-]?|zwei |mil |\\$|personas |muertos |\\. |\\PC){0,60}",
            which in 0usize..4,
        ) {
            let language = ["en", "de", "fr", "es"][which];
            told(language, &[(&one, 0), (&other, 0)]);
        }
    }
}
