//! The numbers of a sentence: digits as English, German, French and Spanish write them, number words,
//! and scales multiplied out.

use super::lists::{GLUED_SCALES, NUMBERS, SCALES};
use super::units::CURRENCIES;
use crate::text::words;
use std::ops::Range;

/// More tokens of a sentence are not looked at.
const TOKENS_MAX: usize = 120;

/// Scales after one number: "mil millones".
const SCALES_MAX: usize = 2;

/// A word, or a number with its signs, and what stands right beside it.
#[derive(Debug)]
pub(super) struct Token<'a> {
    /// Bytes of the sentence.
    pub range: Range<usize>,
    pub written: &'a str,
    pub folded: String,
    /// The character before and after it, where that is no white space.
    pub before: Option<char>,
    pub after: Option<char>,
    /// A clause ends after it.
    pub ends: bool,
}

/// A number and the tokens that it takes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Number {
    pub tokens: Range<usize>,
    pub value: f64,
    /// What its currency sign names.
    pub currency: Option<&'static str>,
    pub percent: bool,
    /// Plain digits without a sign, a mark or a scale: what a year may be.
    pub plain: bool,
    /// Digits that say something: 2 of 3.2 and of 320.
    pub digits: usize,
}

/// The tokens of a sentence.
pub(super) fn tokens(sentence: &str) -> Vec<Token<'_>> {
    let mut found: Vec<Token> = Vec::new();
    let mut from = None;
    let mut before = None;
    let chars: Vec<(usize, char)> = sentence.char_indices().collect();
    for (place, (at, c)) in chars.iter().copied().enumerate() {
        let neighbour = |step: isize| {
            let place = place.checked_add_signed(step)?;
            chars.get(place).map(|(_, c)| *c)
        };
        let inner = matches!(c, '.' | ',')
            && neighbour(-1).is_some_and(|c| c.is_ascii_digit())
            && neighbour(1).is_some_and(|c| c.is_ascii_digit());
        if c.is_alphanumeric() || is_sign(c) || inner {
            if from.is_none() {
                from = Some(at);
                before = neighbour(-1).filter(|c| !c.is_whitespace());
            }
            continue;
        }
        if let Some(start) = from.take() {
            if found.len() == TOKENS_MAX {
                return found;
            }
            found.push(token(sentence, start..at, before, &chars[place..]));
        }
    }
    if let Some(start) = from.filter(|_| found.len() < TOKENS_MAX) {
        found.push(token(sentence, start..sentence.len(), before, &[]));
    }
    found
}

fn token<'a>(
    sentence: &'a str,
    range: Range<usize>,
    before: Option<char>,
    rest: &[(usize, char)],
) -> Token<'a> {
    let written = &sentence[range.clone()];
    let marks = rest.iter().map(|(_, c)| *c);
    let ends = marks
        .clone()
        .take_while(|c| !c.is_alphanumeric() && !is_sign(*c))
        .take(4)
        .any(|c| {
            matches!(
                c,
                ',' | ';' | ':' | '.' | '!' | '?' | '(' | ')' | '—' | '–' | '"' | '“' | '”'
            )
        });
    Token {
        folded: words::fold(written),
        written,
        range,
        before,
        after: marks.clone().next().filter(|c| !c.is_whitespace()),
        ends,
    }
}

fn is_sign(c: char) -> bool {
    matches!(c, '%' | '$' | '€' | '£' | '¥' | '₹')
}

/// The numbers of a sentence, first to last. Ranges, scores, times of day, ordinals and numbers
/// that are part of a name are none.
pub(super) fn numbers(sentence: &str, tokens: &[Token], language: Option<&str>) -> Vec<Number> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        match number(sentence, tokens, at, language) {
            Some(number) => {
                at = number.tokens.end;
                found.push(number);
            }
            None => at += 1,
        }
    }
    found
}

fn number(sentence: &str, tokens: &[Token], at: usize, language: Option<&str>) -> Option<Number> {
    let token = &tokens[at];
    let tongue = language.unwrap_or("en");
    let joined = token.before.is_some_and(|c| {
        matches!(
            c,
            '-' | '–' | '/' | ':' | '#' | '+' | '\'' | '’' | '.' | '@' | '_'
        )
    });
    let mut number = if let Some(number) = in_digits(sentence, tokens, at, tongue) {
        let next = tokens.get(number.tokens.end);
        let last = &tokens[number.tokens.end - 1];
        let is_range = matches!(last.after, Some('-' | '–' | '/' | ':'))
            && next.is_some_and(|next| {
                next.before == last.after && next.written.starts_with(|c: char| c.is_ascii_digit())
            });
        if joined || is_range || matches!(last.after, Some('/' | ':' | '_' | '@')) {
            return None;
        }
        number
    } else {
        let (value, end) = in_words(tokens, at, tongue)?;
        if joined {
            return None;
        }
        Number {
            tokens: at..end,
            value,
            currency: None,
            percent: false,
            plain: false,
            digits: significant(value),
        }
    };
    for _ in 0..SCALES_MAX {
        let last = &tokens[number.tokens.end - 1];
        let Some(next) = tokens.get(number.tokens.end).filter(|_| !last.ends) else {
            break;
        };
        let Some(scale) = look_up(SCALES, tongue, &next.folded) else {
            break;
        };
        number.value *= scale;
        number.plain = false;
        number.tokens.end += 1;
    }
    Some(number)
}

/// Digits with their signs: `1,400`, `$3.2bn`, `12%`, `64 000`.
fn in_digits(sentence: &str, tokens: &[Token], at: usize, tongue: &str) -> Option<Number> {
    let token = &tokens[at];
    let folded = token.folded.as_str();
    let from = folded.find(|c: char| c.is_ascii_digit())?;
    let to = folded.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (prefix, suffix) = (&folded[..from], &folded[to..]);
    let mut digits = folded[from..to].to_owned();
    let sign = |written: &str| {
        CURRENCIES
            .iter()
            .find(|(name, _)| *name == written)
            .map(|(_, currency)| *currency)
    };
    let prefixed = sign(prefix);
    if prefixed.is_none() && !prefix.is_empty() {
        return None;
    }
    let mut end = at + 1;
    while suffix.is_empty()
        && end < tokens.len()
        && is_group(sentence, tokens, end - 1, tongue)
        && digits.len() < 16
    {
        digits.push_str(&tokens[end].folded);
        end += 1;
    }
    let scale = GLUED_SCALES
        .iter()
        .find(|(name, _)| *name == suffix)
        .map(|(_, scale)| *scale);
    let suffixed = sign(suffix);
    let fits = match suffix {
        "" | "%" => true,
        _ if suffixed.is_some() => true,
        "bn" | "mn" | "m" => scale.is_some(),
        _ => scale.is_some() && prefixed.is_some(),
    };
    if !fits {
        return None;
    }
    let value = value_of(&digits, tongue)? * scale.unwrap_or(1.0);
    Some(Number {
        tokens: at..end,
        value,
        currency: prefixed.or(suffixed),
        percent: suffix == "%",
        plain: end == at + 1
            && prefix.is_empty()
            && suffix.is_empty()
            && digits.bytes().all(|digit| digit.is_ascii_digit()),
        digits: significant(value),
    })
}

/// Whether the token after `at` is another group of three digits of the same number.
fn is_group(sentence: &str, tokens: &[Token], at: usize, tongue: &str) -> bool {
    let (this, next) = (&tokens[at], &tokens[at + 1]);
    let gap = &sentence[this.range.end..next.range.start];
    let spaced = match gap {
        "\u{a0}" | "\u{202f}" | "\u{2009}" => true,
        " " => matches!(tongue, "fr" | "es"),
        _ => false,
    };
    let digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    let first = this
        .folded
        .trim_start_matches(|c: char| !c.is_ascii_digit());
    spaced
        && digits(&next.folded)
        && next.folded.len() == 3
        && digits(first)
        && (1..=3).contains(&first.len())
}

/// Digits with marks, as the language writes them; none where they could be read in two ways.
fn value_of(digits: &str, tongue: &str) -> Option<f64> {
    let (group, point) = match tongue {
        "de" | "es" | "fr" | "it" | "pt" | "nl" => ('.', ','),
        _ => (',', '.'),
    };
    let (whole, fraction) = match digits.split_once(point) {
        Some((whole, fraction)) => (whole, fraction),
        None => (digits, ""),
    };
    let groups: Vec<&str> = whole.split(group).collect();
    let grouped = groups.len() == 1
        || ((1..=3).contains(&groups[0].len()) && groups[1..].iter().all(|part| part.len() == 3));
    if grouped {
        let digits_only = fraction.bytes().all(|digit| digit.is_ascii_digit());
        let doubtful = point == ',' && fraction.len() == 3 && groups.len() == 1;
        if !digits_only || doubtful {
            return None;
        }
        return format!("{}.{fraction}0", groups.concat()).parse().ok();
    }
    // "3.2" in a text that otherwise writes "3,2".
    let other = point == ',' && groups.len() == 2 && fraction.is_empty() && groups[1].len() < 3;
    other.then(|| digits.parse().ok()).flatten()
}

/// A number in words, and the token after it.
fn in_words(tokens: &[Token], at: usize, tongue: &str) -> Option<(f64, usize)> {
    let word = |at: usize| word_value(&tokens.get(at)?.folded, tongue);
    let mut value = word(at)?;
    let mut end = at + 1;
    while tokens[end - 1].after == Some('-') {
        let Some(next) = word(end) else { break };
        value = if tongue == "fr" && value == 4.0 && next == 20.0 {
            80.0
        } else if next < value && value >= 20.0 {
            value + next
        } else {
            return None;
        };
        end += 1;
    }
    let and = tokens.get(end).is_some_and(|token| token.folded == "y");
    if tongue == "es"
        && value >= 30.0
        && and
        && let Some(unit) = word(end + 1).filter(|unit| *unit < 10.0)
    {
        value += unit;
        end += 2;
    }
    Some((value, end))
}

/// The value of one number word.
pub(super) fn word_value(folded: &str, tongue: &str) -> Option<f64> {
    if let Some(value) = look_up(NUMBERS, tongue, folded) {
        return Some(value);
    }
    if tongue != "de" {
        return None;
    }
    // "einundzwanzig"
    let (unit, tens) = folded.split_once("und")?;
    let unit = if unit == "ein" {
        1.0
    } else {
        look_up(NUMBERS, tongue, unit)?
    };
    let tens = look_up(NUMBERS, tongue, tens)?;
    (unit < 10.0 && tens >= 20.0).then_some(unit + tens)
}

/// What a scale's word or its short form multiplies by.
pub(super) fn scale(folded: &str, tongue: &str) -> Option<f64> {
    let short = || GLUED_SCALES.iter().find(|(name, _)| *name == folded);
    look_up(SCALES, tongue, folded).or_else(|| short().map(|(_, scale)| *scale))
}

fn look_up(table: &[(&str, &[(&str, f64)])], tongue: &str, word: &str) -> Option<f64> {
    let (_, words) = table.iter().find(|(language, _)| *language == tongue)?;
    words
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, value)| *value)
}

/// Digits of a number that say something: without zeros at its ends.
fn significant(value: f64) -> usize {
    let written = format!("{value:.4}");
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len().max(1)
}

/// Whether a number looks like an estimate: 90, 3 billion or 150, not 16 or 121.
pub(super) fn is_round(value: f64, digits: usize) -> bool {
    let last_is_five = digits == 2 && format!("{value:.0}").trim_end_matches('0').ends_with('5');
    value >= 10.0 && (digits == 1 || last_is_five)
}

/// Whether one number may be the other one rounded: to fewer digits, up, down or to the nearest;
/// or the same within `slack` of the larger, where somebody said "about".
pub(super) fn is_rounding(one: f64, other: f64, digits: (usize, usize), slack: f64) -> bool {
    let larger = one.abs().max(other.abs());
    if (one - other).abs() <= larger * slack {
        return true;
    }
    if digits.0 == digits.1 {
        return false;
    }
    let ((coarse, fewer), fine) = if digits.0 < digits.1 {
        ((one, digits.0), other)
    } else {
        ((other, digits.1), one)
    };
    let magnitude = fine.abs().log10().floor() as i32 - fewer as i32 + 1;
    let step = 10f64.powi(magnitude);
    let near = |rounded: f64| (rounded * step - coarse).abs() < step * 1e-6;
    let fine = fine / step;
    // Ten and a hundred are counted, not rounded to, where both are small.
    larger > 20.0
        && [fine.round(), fine.floor(), fine.ceil()]
            .into_iter()
            .any(near)
        || step < 1.0 && [fine.round(), fine.floor()].into_iter().any(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(sentence: &str, language: &str) -> Vec<f64> {
        let tokens = tokens(sentence);
        numbers(sentence, &tokens, Some(language))
            .into_iter()
            .map(|number| number.value)
            .collect()
    }

    #[test]
    fn each_language_writes_numbers_in_its_own_way() {
        assert_eq!(
            values(
                "Of 1,400 boats twenty-five cost $3.2bn and 12% two hundred thousand.",
                "en"
            ),
            [1400.0, 25.0, 3.2e9, 12.0, 200_000.0]
        );
        assert_eq!(
            values(
                "Von 1.400 Booten kosten einundzwanzig 3,2 Milliarden Euro.",
                "de"
            ),
            [1400.0, 21.0, 3.2e9]
        );
        assert_eq!(
            values(
                "Sur 64 000 bateaux, quatre-vingt-dix coûtent 3,2 milliards d'euros.",
                "fr"
            ),
            [64_000.0, 90.0, 3.2e9]
        );
        assert_eq!(
            values(
                "De 1.400 barcos, treinta y cinco cuestan dos mil millones de euros.",
                "es"
            ),
            [1400.0, 35.0, 2e9]
        );
    }

    #[test]
    fn scores_ranges_times_and_names_are_no_numbers() {
        let text = "In G20 talks at 13:30 the COVID-19 team won 5-11 on 3/4 of the 20th and 1980s, 2029-2031.";
        assert!(values(text, "en").is_empty(), "{:?}", values(text, "en"));
        assert!(values("3,200", "de").is_empty());
    }

    #[test]
    fn a_rounding_is_no_other_number() {
        assert!(is_rounding(3.2e9, 3e9, (2, 1), 0.0));
        assert!(is_rounding(1_387.0, 1_400.0, (4, 2), 0.0));
        assert!(!is_rounding(14.0, 16.0, (2, 2), 0.0));
        assert!(!is_rounding(14.0, 10.0, (2, 1), 0.0));
        assert!(!is_rounding(5e5, 1e6, (1, 1), 0.0));
        assert!(is_rounding(95.0, 100.0, (2, 1), 0.15));
    }
}
