//! Litter: what pages leave between the sentences of a report (log-in hints, captions, credits).

use crate::text::sentences;

/// A sentence with fewer words after litter is litter too.
const TAIL_WORDS_MIN: usize = 6;

/// More of a sentence is not searched.
const SENTENCE_BYTES_MAX: usize = 4_000;

/// A sentence that holds one of these is litter.
const ANYWHERE: &[&str] = &[
    "error in retrieving data",
    "sign in to access",
    "sign in to your",
    "sign in to continue",
    "log in to continue",
    "sign up for our",
    "sign up for the newsletter",
    "sign up to our",
    "sign up here",
    "accept cookies",
    "use cookies",
    "uses cookies",
    "cookie policy",
    "enable javascript",
    "javascript is disabled",
    "your browser",
    "to your inbox",
    "terms of use",
    "terms of service",
    "privacy policy",
    "(getty images)",
    "please disable your ad blocker",
    "appeared first on",
    "($1 =",
    "(1 euro =",
    "(€1 =",
    "datenschutzerklärung",
    "cookies zustimmen",
    "für unseren newsletter",
    "melden sie sich an, um",
    "política de privacidad",
    "política de cookies",
    "suscríbete a nuestr",
    "suscríbase a nuestr",
    "inicia sesión para",
    "politique de confidentialité",
    "inscrivez-vous à notre",
    "abonnez-vous à notre",
    "connectez-vous pour",
    "accepter les cookies",
];

/// A sentence that begins with one of these is litter.
const AT_START: &[&str] = &[
    "read more",
    "read also",
    "also read",
    "see also",
    "read next",
    "related articles",
    "related stories",
    "related:",
    "click here",
    "subscribe",
    "follow us",
    "follow @",
    "share this",
    "share on facebook",
    "facebook twitter",
    "twitter facebook",
    "advertisement",
    "continue reading",
    "story continues",
    "watch:",
    "watch |",
    "listen:",
    "photo:",
    "photos:",
    "image:",
    "image source",
    "image caption",
    "hide caption",
    "toggle caption",
    "play video",
    "skip to",
    "copyright",
    "©",
    "all rights reserved",
    "download the",
    "more from",
    "reporting by",
    "editing by",
    "writing by",
    "additional reporting",
    "pic.twitter",
    "a post shared by",
    "sign up",
    "sign in",
    "newsletter:",
    "our newsletter",
    "e-mail:",
    "email:",
    "this article was originally published",
    "the post appeared first",
    "lesen sie auch",
    "lesen sie mehr",
    "mehr zum thema",
    "mehr dazu",
    "zum thema:",
    "foto:",
    "bild:",
    "quelle:",
    "anzeige",
    "jetzt abonnieren",
    "alle rechte vorbehalten",
    "lea también",
    "lee también",
    "leer más",
    "te puede interesar",
    "ver también",
    "publicidad",
    "síguenos",
    "suscríbete",
    "todos los derechos reservados",
    "lire aussi",
    "à lire aussi",
    "voir aussi",
    "lire la suite",
    "publicité",
    "crédit photo",
    "photo :",
    "suivez-nous",
    "abonnez-vous",
    "tous droits réservés",
];

/// A short sentence that ends with one of these is litter.
const AT_END: &[&str] = &["contributed to this report.", "all rights reserved."];

/// Whether a sentence is no part of the report.
pub fn is_litter(sentence: &str) -> bool {
    let lower = lower_head(sentence);
    let start = lower.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '©' && c != '(');
    is_address(sentence.trim())
        || AT_START.iter().any(|phrase| begins_with(start, phrase))
        || ANYWHERE.iter().any(|phrase| lower.contains(phrase))
        || AT_END.iter().any(|phrase| lower.ends_with(phrase))
        || is_currency_note(&lower)
}

/// A paragraph without the litter that hangs on its end.
pub fn cut_tail(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let first = TAIL_STARTS
        .iter()
        .filter_map(|phrase| lower.find(phrase))
        .min();
    match first {
        Some(at) if follows_an_end(&text[..at]) && only_litter(&text[at..]) => {
            text[..at].trim_end()
        }
        _ => text,
    }
}

/// Phrases that begin a tail: lower case, ASCII.
const TAIL_STARTS: &[&str] = &[
    "error in retrieving data",
    "sign in to access",
    "sign up for our",
    "read more:",
    "read more at",
    "click here to",
    "story continues",
    "continue reading",
    "subscribe to",
    "follow us on",
    "(getty images)",
    "pic.twitter.com",
    "the post appeared first",
    "a post shared by",
    "advertisement",
];

fn follows_an_end(before: &str) -> bool {
    before.trim().is_empty() || sentences::has_end_mark(before) || before.trim_end().ends_with(')')
}

/// Whether no sentence of a report begins in the text.
fn only_litter(text: &str) -> bool {
    sentences::split(text, None).into_iter().all(|range| {
        let sentence = &text[range];
        let long = sentence.split_whitespace().count() >= TAIL_WORDS_MIN;
        !long || !sentences::has_end_mark(sentence) || is_litter(sentence)
    })
}

fn lower_head(sentence: &str) -> String {
    sentence[..sentence.floor_char_boundary(SENTENCE_BYTES_MAX)].to_lowercase()
}

/// The phrase, and then no letter: "Advertisements worked" is no advertisement.
fn begins_with(text: &str, phrase: &str) -> bool {
    text.strip_prefix(phrase).is_some_and(|rest| {
        phrase.ends_with(|c: char| !c.is_alphanumeric()) || !rest.starts_with(char::is_alphanumeric)
    })
}

/// "($1 = 0.8555 euros)": a rate in brackets.
fn is_currency_note(lower: &str) -> bool {
    lower.split('(').skip(1).any(|part| {
        let note = part.split(')').next().unwrap_or_default();
        let equation = note.split_once(" = ");
        let digits = |side: &str| side.contains(|c: char| c.is_ascii_digit());
        equation.is_some_and(|(left, right)| digits(left) && digits(right))
    })
}

fn is_address(sentence: &str) -> bool {
    !sentence.contains(char::is_whitespace)
        && (sentence.contains("://") || sentence.starts_with("www."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn litter_is_known_in_four_languages() {
        for litter in [
            "Read more: The bridge of Avel",
            "Sign in to access your portfolio",
            "Advertisement",
            "Reporting by Mira Holt; Editing by Jon Bell",
            "© 2031 Norvia Press. All rights reserved.",
            "($1 = 0.8555 crowns)",
            "The bridge costs 40 crowns (1 euro = 12 crowns).",
            "We use cookies to improve your visit.",
            "Lesen Sie auch: Die Brücke",
            "The post Bridge shut appeared first on Norvia Press.",
            "Lire aussi : Le pont d'Avel",
            "Lea también: El puente",
            "https://norvia.example/bridge",
            "Jon Bell in Avel contributed to this report.",
        ] {
            assert!(is_litter(litter), "{litter}");
        }
    }

    #[test]
    fn sentences_of_a_report_are_none() {
        for sentence in [
            "The council wants new rules on cookies and advertisements.",
            "Advertisements on the bridge are banned.",
            "About 500 people sign up each day.",
            "Subscribers of the paper complained.",
            "Prices rose (from 40 to 50 crowns) in May.",
            "Readers want more bridges.",
        ] {
            assert!(!is_litter(sentence), "{sentence}");
        }
    }

    #[test]
    fn a_tail_of_litter_is_cut() {
        let text = "The bridge is shut. ($1 = 0.8555 crowns) Error in retrieving data Sign in to access your portfolio Error in retrieving data";
        assert_eq!(cut_tail(text), "The bridge is shut. ($1 = 0.8555 crowns)");
        let whole = "The bridge is shut. Follow us on the way to the old harbour of Avel.";
        assert_eq!(cut_tail(whole), "The bridge is shut.");
        let report =
            "The bank blamed an error in retrieving data. The mayor of Avel denied that on Monday.";
        assert_eq!(cut_tail(report), report);
    }

    proptest! {
        #[test]
        fn cutting_a_tail_keeps_a_beginning(text in "([A-Z]?[a-z ]{0,9}[.!? ]|Sign in to access |\\PC){0,30}") {
            prop_assert!(text.starts_with(cut_tail(&text)));
            let _ = is_litter(&text);
        }
    }
}
