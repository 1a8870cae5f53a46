//! Datelines and bylines: what stands before the first word of a report ("AVEL (Norvia Press) - ").

/// A longer lead-in is no dateline.
const DATELINE_BYTES_MAX: usize = 90;

/// What is in brackets before the dash is an agency's name, hence short.
const AGENCY_BYTES_MAX: usize = 40;

/// A longer run of names before a button's caption is no byline.
const BYLINE_BYTES_MAX: usize = 200;

/// Captions of the buttons that pages put between a byline and the text.
const CAPTIONS: &[&str] = &[
    " Save ",
    " Share ",
    " Listen ",
    " Print ",
    " Gift ",
    " Bookmark ",
];

/// Bytes of the dateline or byline at the head of a sentence; 0 where there is none.
pub fn length(sentence: &str) -> usize {
    let bullet = bullet(sentence);
    let byline = bullet + byline(&sentence[bullet..]);
    byline + dateline(&sentence[byline..])
}

/// A bullet or dash at the very front, and the space after it.
fn bullet(sentence: &str) -> usize {
    let rest = sentence.trim_start_matches(['-', '–', '—', '*', '•', '·', '▪', '●']);
    let text = rest.trim_start();
    let stands_apart = rest.len() < sentence.len() && text.len() < rest.len();
    if stands_apart {
        sentence.len() - text.len()
    } else {
        0
    }
}

fn byline(sentence: &str) -> usize {
    let head = head(sentence, BYLINE_BYTES_MAX);
    if !head.starts_with("By ") {
        return 0;
    }
    let ends = CAPTIONS
        .iter()
        .filter_map(|caption| head.find(caption).map(|at| at + caption.len()));
    ends.max().unwrap_or(0)
}

fn dateline(sentence: &str) -> usize {
    let head = head(sentence, DATELINE_BYTES_MAX);
    if !head.starts_with(|c: char| c.is_uppercase() || c == '(') {
        return 0;
    }
    if let Some(end) = bracketed(head) {
        return end;
    }
    dashes(head)
        .find(|(before, _)| is_place(&head[..*before]))
        .map_or(0, |(_, after)| after)
}

/// "AVEL, May 5 (Norvia Press) - The …" and "(NP) The …": up to the text.
fn bracketed(head: &str) -> Option<usize> {
    let open = head.find('(')?;
    let close = open + head[open..].find(')')?;
    let place = head[..open].trim_end();
    let agency = &head[open + 1..close];
    let short = !agency.is_empty()
        && agency.len() <= AGENCY_BYTES_MAX
        && agency.starts_with(char::is_uppercase);
    if !short || place.contains(['"', '“', '”', ':', ';', '!', '?']) {
        return None;
    }
    let after = &head[close + 1..];
    let rest = after.trim_start();
    let text = rest.trim_start_matches(['-', '–', '—', '_', ':', ' ']);
    let dashed = rest.starts_with(['-', '–', '—', '_']);
    let bare = place.is_empty() && rest.len() < after.len() && !agency.contains(' ');
    let begins = text.starts_with(|c: char| !c.is_lowercase());
    ((dashed || bare) && begins).then_some(head.len() - text.len())
}

/// Dashes that stand apart: where each begins, and where the text after it does.
fn dashes(head: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    [" - ", " – ", " — ", " -- ", "—", " _ "]
        .into_iter()
        .filter_map(|dash| {
            let at = head.find(dash)?;
            Some((at, at + dash.len()))
        })
}

/// A place in capitals, and after a comma whatever has no end mark: "AVEL, Norvia", "NEW AVEL, May 5".
fn is_place(text: &str) -> bool {
    let mut parts = text.split(',');
    let place = parts.next().unwrap_or_default().trim();
    let letters = place.chars().filter(|c| c.is_alphabetic()).count();
    let shouted = letters >= 3
        && place
            .chars()
            .all(|c| c.is_uppercase() || matches!(c, ' ' | '.' | '\'' | '’' | '-'));
    shouted && parts.all(|part| part.split_whitespace().count() <= 3)
}

fn head(text: &str, bytes_max: usize) -> &str {
    &text[..text.floor_char_boundary(bytes_max)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rest(sentence: &str) -> &str {
        &sentence[length(sentence)..]
    }

    #[test]
    fn a_dateline_is_known_by_its_capitals_or_its_agency() {
        for line in [
            "AVEL (Norvia Press) - The bridge is shut.",
            "AVEL, Norvia, May 5 (NP) -- The bridge is shut.",
            "(NP) -- The bridge is shut.",
            "(NP) The bridge is shut.",
            "Avel (npa) – The bridge is shut."
                .replace("npa", "NPA")
                .as_str(),
            "AVEL, Norvia — The bridge is shut.",
            "AVEL - The bridge is shut.",
            "AVEL (NP) _ The bridge is shut.",
            "- The bridge is shut.",
            "– AVEL (NP) - The bridge is shut.",
            "By , Mira Holt, and Jon Bell Save The bridge is shut.",
            "By Mira Holt Share Save AVEL (NP) - The bridge is shut.",
        ] {
            assert_eq!(rest(line), "The bridge is shut.", "{line}");
        }
    }

    #[test]
    fn a_plain_sentence_has_none() {
        for line in [
            "The bridge (built in 1950) - a ruin - is shut.",
            "The Harbour Party (HP) won the vote.",
            "The bridge - old and narrow - is shut.",
            "By noon the bridge was shut.",
            "USA - and Norvia - agree",
            "(The bridge is shut.)",
            "",
        ] {
            let expected = if line.starts_with("USA") { 6 } else { 0 };
            assert_eq!(length(line), expected, "{line}");
        }
    }

    proptest! {
        #[test]
        fn the_length_is_a_character_boundary(line in "(By |AVEL|\\(|\\)| - |—|Save |\\PC){0,40}") {
            prop_assert!(line.is_char_boundary(length(&line)));
        }
    }
}
