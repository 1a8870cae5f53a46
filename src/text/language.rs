//! Language: which one a text is written in, and one spelling for a language's tag.

use whatlang::Lang;

/// A shorter text in letters that many languages share is left without a language.
const DETECTED_LETTERS_MIN: usize = 40;

/// The same for scripts that few languages share, where a letter says more.
const DETECTED_LETTERS_OWN_SCRIPT_MIN: usize = 8;

/// More of the text is not looked at.
const DETECTED_CHARS_MAX: usize = 2_000;

/// Three letters (ISO 639-3, and the older 639-2/B) and two.
const CODES: &[(&str, &str)] = &[
    ("afr", "af"),
    ("alb", "sq"),
    ("ara", "ar"),
    ("aze", "az"),
    ("bel", "be"),
    ("ben", "bn"),
    ("bul", "bg"),
    ("cat", "ca"),
    ("ces", "cs"),
    ("chi", "zh"),
    ("cmn", "zh"),
    ("cze", "cs"),
    ("dan", "da"),
    ("deu", "de"),
    ("dut", "nl"),
    ("ell", "el"),
    ("eng", "en"),
    ("epo", "eo"),
    ("est", "et"),
    ("fas", "fa"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("ger", "de"),
    ("gre", "el"),
    ("guj", "gu"),
    ("heb", "he"),
    ("hin", "hi"),
    ("hrv", "hr"),
    ("hun", "hu"),
    ("hye", "hy"),
    ("ind", "id"),
    ("ita", "it"),
    ("jav", "jv"),
    ("jpn", "ja"),
    ("kan", "kn"),
    ("kat", "ka"),
    ("khm", "km"),
    ("kor", "ko"),
    ("lat", "la"),
    ("lav", "lv"),
    ("lit", "lt"),
    ("mal", "ml"),
    ("mar", "mr"),
    ("mkd", "mk"),
    ("mya", "my"),
    ("nep", "ne"),
    ("nld", "nl"),
    ("nob", "nb"),
    ("ori", "or"),
    ("pan", "pa"),
    ("per", "fa"),
    ("pes", "fa"),
    ("pol", "pl"),
    ("por", "pt"),
    ("ron", "ro"),
    ("rum", "ro"),
    ("rus", "ru"),
    ("sin", "si"),
    ("slk", "sk"),
    ("slv", "sl"),
    ("sna", "sn"),
    ("spa", "es"),
    ("srp", "sr"),
    ("swe", "sv"),
    ("tam", "ta"),
    ("tel", "te"),
    ("tgl", "tl"),
    ("tha", "th"),
    ("tuk", "tk"),
    ("tur", "tr"),
    ("ukr", "uk"),
    ("urd", "ur"),
    ("uzb", "uz"),
    ("vie", "vi"),
    ("yid", "yi"),
    ("zho", "zh"),
    ("zul", "zu"),
];

/// Names that feeds write instead of a tag, and tags that were renamed.
const OLD_TAGS: &[(&str, &str)] = &[
    ("in", "id"),
    ("iw", "he"),
    ("ji", "yi"),
    ("english", "en"),
    ("german", "de"),
    ("deutsch", "de"),
    ("french", "fr"),
    ("français", "fr"),
    ("spanish", "es"),
    ("español", "es"),
];

/// The two-letter language of a text, where it is long enough and there is little doubt.
pub fn detect(text: &str) -> Option<&'static str> {
    let end = text
        .char_indices()
        .nth(DETECTED_CHARS_MAX)
        .map_or(text.len(), |(at, _)| at);
    let looked_at = &text[..end];
    let letters = looked_at.chars().filter(|c| c.is_alphabetic()).count();
    if letters < DETECTED_LETTERS_OWN_SCRIPT_MIN {
        return None;
    }
    let found = whatlang::detect(looked_at)?;
    let shared = matches!(
        found.script(),
        whatlang::Script::Latin | whatlang::Script::Cyrillic | whatlang::Script::Arabic
    );
    if !found.is_reliable() || (shared && letters < DETECTED_LETTERS_MIN) {
        return None;
    }
    two_letters(found.lang())
}

fn two_letters(language: Lang) -> Option<&'static str> {
    let code = language.code();
    CODES
        .iter()
        .find(|(three, _)| *three == code)
        .map(|(_, two)| *two)
}

/// A tag in the one form that is kept: its two-letter language in lower case ("en-GB" is "en").
pub fn normal(tag: &str) -> Option<String> {
    let lower = tag.trim().to_lowercase();
    let first = lower.split(['-', '_', '.', ',', ';', ' ']).next()?;
    let known = OLD_TAGS
        .iter()
        .chain(CODES)
        .find(|(from, _)| *from == first);
    match known {
        Some((_, two)) => Some((*two).to_owned()),
        None if first.len() == 2 && first.bytes().all(|b| b.is_ascii_lowercase()) => {
            Some(first.to_owned())
        }
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_has_one_form() {
        assert_eq!(normal("en-GB").as_deref(), Some("en"));
        assert_eq!(normal(" PT_br ").as_deref(), Some("pt"));
        assert_eq!(normal("deu").as_deref(), Some("de"));
        assert_eq!(normal("iw").as_deref(), Some("he"));
        assert_eq!(normal("English").as_deref(), Some("en"));
        for odd in ["", "x", "und", "zxx", "1a", "--", "日本"] {
            assert_eq!(normal(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_long_text_is_known_and_a_short_one_is_left_open() {
        let english = "The harbour council of Avel has voted to close the old bridge for repairs that will last until the autumn.";
        let german = "Der Hafenrat von Avel hat beschlossen, die alte Brücke für Reparaturen zu schließen, die bis zum Herbst dauern.";
        let french = "Le conseil du port d'Avel a voté la fermeture du vieux pont pour des réparations qui dureront jusqu'à l'automne.";
        assert_eq!(detect(english), Some("en"));
        assert_eq!(detect(german), Some("de"));
        assert_eq!(detect(french), Some("fr"));
        assert_eq!(
            detect("港の橋は秋まで閉鎖されることになりました。"),
            Some("ja")
        );
        assert_eq!(detect("Bridge shut"), None);
        assert_eq!(detect("12 345 678"), None);
    }
}
