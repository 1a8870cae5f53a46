//! Figures: numbers of a sentence with what they count, to keep clashing ones apart.

use crate::news::differ;
use crate::text::words;

/// Words after a number in which what it counts is looked for.
const COUNTED_WORDS_MAX: usize = 3;

/// Figures of a sentence that are looked at.
const FIGURES_MAX: usize = 12;

/// A number and what it counts: a stem, `%`, or a currency sign.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    pub counted: String,
    pub value: f64,
}

/// The figures of a sentence, years and days of the month left out.
pub(super) fn figures(sentence: &str, language: Option<&str>) -> Vec<Figure> {
    let tokens: Vec<&str> = sentence.split_whitespace().collect();
    let mut figures = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if figures.len() >= FIGURES_MAX {
            break;
        }
        let Some((value, sign)) = number(token, language) else {
            continue;
        };
        let ends_clause = token.ends_with([',', ';', ':', '.', ')']);
        let after = if ends_clause {
            &[][..]
        } else {
            &tokens[at + 1..]
        };
        let scale = after.first().and_then(|word| scale(word, language));
        let after = &after[usize::from(scale.is_some())..];
        let counted = sign.map(str::to_owned).or_else(|| counted(after, language));
        if let Some(counted) = counted {
            figures.push(Figure {
                counted,
                value: value * scale.unwrap_or(1.0),
            });
        }
    }
    figures
}

/// A number's value, and the sign that says what it counts.
fn number(token: &str, language: Option<&str>) -> Option<(f64, Option<&'static str>)> {
    let bare = token
        .trim_matches(|c: char| matches!(c, ',' | '.' | ';' | ':' | '(' | ')' | '"' | '“' | '”'));
    let lower = words::fold(bare);
    if let Some(value) = differ::number_word(&lower, language) {
        return Some((value, None));
    }
    let sign = ["$", "€", "£", "¥"]
        .into_iter()
        .find(|sign| bare.starts_with(sign));
    let percent = bare.ends_with('%').then_some("%");
    let digits = bare
        .trim_start_matches(['$', '€', '£', '¥'])
        .trim_end_matches('%');
    let begins = digits.starts_with(|c: char| c.is_ascii_digit());
    if !begins
        || !digits
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, ',' | '.'))
    {
        return None;
    }
    let value: f64 = digits.replace(',', "").parse().ok()?;
    let year = sign.is_none()
        && percent.is_none()
        && digits.len() == 4
        && (1900.0..2100.0).contains(&value);
    (!year).then_some((value, sign.or(percent)))
}

fn scale(word: &str, language: Option<&str>) -> Option<f64> {
    let lower = words::fold(word.trim_end_matches([',', '.', ';']));
    differ::scale_word(&lower, language)
}

/// The stem of the first word after a number that says something.
fn counted(after: &[&str], language: Option<&str>) -> Option<String> {
    for word in after.iter().take(COUNTED_WORDS_MAX) {
        let bare = words::fold(word.trim_matches(|c: char| !c.is_alphanumeric() && c != '%'));
        if matches!(bare.as_str(), "%" | "percent" | "prozent") {
            return Some("%".to_owned());
        }
        if bare.chars().all(char::is_alphabetic)
            && !words::is_stop_word(&bare, language)
            && !bare.is_empty()
        {
            return Some(words::stem(&bare, language));
        }
        if word.ends_with([',', ';', '.', ':']) {
            return None;
        }
    }
    None
}

/// What both count, with no value in common.
pub(super) fn differing<'a>(one: &'a [Figure], other: &[Figure]) -> Option<&'a str> {
    one.iter()
        .map(|figure| figure.counted.as_str())
        .find(|counted| {
            let values = |figures: &[Figure]| -> Vec<f64> {
                figures
                    .iter()
                    .filter(|figure| figure.counted == **counted)
                    .map(|figure| figure.value)
                    .collect()
            };
            let (mine, theirs) = (values(one), values(other));
            !theirs.is_empty() && mine.iter().all(|value| !theirs.contains(value))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_a_number_and_what_it_counts() {
        let found = figures(
            "About 1,400 people lost $3.2 billion, or 12% of it, in 2031 with two old boats.",
            None,
        );
        let flat: Vec<(&str, f64)> = found
            .iter()
            .map(|figure| (figure.counted.as_str(), figure.value))
            .collect();
        assert_eq!(
            flat,
            [("peopl", 1400.0), ("$", 3.2e9), ("%", 12.0), ("old", 2.0)]
        );
    }

    #[test]
    fn figures_differ_when_no_value_is_shared() {
        let one = figures("At least 14 people died.", None);
        let two = figures("The flood killed 16 people.", None);
        let both = figures("First 14 people, now 16 people.", None);
        assert_eq!(differing(&one, &two), Some("peopl"));
        assert_eq!(differing(&one, &both), None);
        assert_eq!(differing(&one, &figures("It cost 16 crowns.", None)), None);
    }
}
