//! Sentences: where one ends and the next begins, in byte ranges of a text.
//!
//! The rules are written by hand because general segmentation breaks after "Mr." and "No.".

mod abbreviations;

use crate::text::words;
use abbreviations::Kind;
use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;

/// A longer run without white space is no abbreviation.
const TOKEN_BYTES_MAX: usize = 24;

/// The sentences of a text, trimmed, in order, never overlapping. A line break always ends one.
/// Nothing but white space lies between them.
pub fn split(text: &str, language: Option<&str>) -> Vec<Range<usize>> {
    let splitter = Splitter {
        text,
        language,
        names: OnceCell::new(),
    };
    let mut sentences = Vec::new();
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        splitter.line(from..from + line.len(), &mut sentences);
        from += line.len();
    }
    sentences
}

/// Whether a sentence ends as a written one does: an end mark, closing quotes allowed after it.
pub fn has_end_mark(sentence: &str) -> bool {
    sentence
        .trim_end_matches(|c: char| is_closer(c) || c.is_whitespace())
        .ends_with(|c: char| matches!(c, '.' | '!' | '?' | '…') || is_wide_end(c))
}

/// Whether a sentence breaks off, as the cut texts of feeds do.
pub fn breaks_off(sentence: &str) -> bool {
    let bare = sentence.trim_end_matches(|c: char| is_closer(c) || c.is_whitespace());
    bare.ends_with('…') || bare.ends_with("..")
}

struct Splitter<'a> {
    text: &'a str,
    language: Option<&'a str>,
    /// Titles that are somebody's name in this text (Hun Sen); looked for when one is met.
    names: OnceCell<HashSet<String>>,
}

/// Where the scan of a line stands.
struct Scan {
    sentence_from: usize,
    token_from: usize,
    /// Straight quotation marks since the sentence began.
    straight_quotes: usize,
    /// Open brackets of scripts that write full stops without a space after them.
    depth: usize,
}

impl Splitter<'_> {
    fn line(&self, line: Range<usize>, sentences: &mut Vec<Range<usize>>) {
        let written = &self.text[line.clone()];
        let mut closers_left = match written.is_ascii() {
            true => 0,
            false => written.chars().filter(|c| is_wide_closer(*c)).count(),
        };
        let mut scan = Scan {
            sentence_from: line.start,
            token_from: line.start,
            straight_quotes: 0,
            depth: 0,
        };
        let mut at = line.start;
        while let Some(c) = self.text[at..line.end].chars().next() {
            if c.is_ascii_alphanumeric() {
                at += run_of_letters(&self.text.as_bytes()[at..line.end]);
                continue;
            }
            at += c.len_utf8();
            if c == ' ' {
                scan.token_from = at;
                continue;
            }
            if c.is_whitespace() {
                scan.token_from = at;
            } else if c == '"' {
                scan.straight_quotes += 1;
            } else if is_wide_opener(c) && closers_left > 0 {
                scan.depth += 1;
            } else if is_wide_closer(c) {
                closers_left -= 1;
                scan.depth = scan.depth.saturating_sub(1).min(closers_left);
            }
            let end = match c {
                '.' | '!' | '?' | '…' => self.narrow_end(&scan, at - c.len_utf8(), line.end),
                _ if is_wide_end(c) => self.wide_end(&scan, at, line.end),
                _ => Seen::On(at),
            };
            match end {
                Seen::On(next) => {
                    self.count_passed(at..next, &mut scan, &mut closers_left);
                    at = next;
                }
                Seen::End(next) => {
                    self.count_passed(at..next, &mut scan, &mut closers_left);
                    self.keep(scan.sentence_from..next, sentences);
                    scan = Scan {
                        sentence_from: next,
                        token_from: next,
                        straight_quotes: 0,
                        depth: 0,
                    };
                    at = next;
                }
            }
        }
        self.keep(scan.sentence_from..line.end, sentences);
    }

    fn count_passed(&self, passed: Range<usize>, scan: &mut Scan, closers_left: &mut usize) {
        for c in self.text[passed].chars() {
            scan.straight_quotes += usize::from(c == '"');
            if is_wide_closer(c) {
                *closers_left -= 1;
                scan.depth = scan.depth.saturating_sub(1).min(*closers_left);
            }
        }
    }

    fn keep(&self, range: Range<usize>, sentences: &mut Vec<Range<usize>>) {
        let sentence = &self.text[range.clone()];
        let from = range.start + (sentence.len() - sentence.trim_start().len());
        let to = range.start + sentence.trim_end().len();
        if from < to {
            sentences.push(from..to);
        }
    }

    /// Looks at an end mark of scripts that put a space after it.
    fn narrow_end(&self, scan: &Scan, mark: usize, line_end: usize) -> Seen {
        let rest = &self.text[mark..line_end];
        let marks = run(rest, |c| matches!(c, '.' | '!' | '?' | '…'));
        let closers = self.closers(scan, &rest[marks.len()..]);
        let end = mark + marks.len() + closers.len();
        let after = &self.text[end..line_end];
        let Some(next) = after.chars().next() else {
            return Seen::End(end);
        };
        let token = self.text[scan.token_from..mark].trim_start_matches(is_opener);
        if !next.is_whitespace() {
            return if is_glued(token, after) {
                Seen::End(end)
            } else {
                Seen::On(end)
            };
        }
        if let Some(french) = spaced_guillemet(after) {
            let end = end + french;
            return Seen::of(self.may_follow(&self.text[end..line_end]), end);
        }
        let single_dot = marks == "." && closers.is_empty();
        let ends = self.may_follow(after)
            && match marks.contains(['!', '?']) {
                true => true,
                false if marks != "." => follows_capital(after),
                false => !single_dot || self.dot_ends(scan, token, after),
            };
        Seen::of(ends, end)
    }

    /// Quotes and brackets right after an end mark. A straight quote that nothing opened before
    /// belongs to what follows.
    fn closers<'t>(&self, scan: &Scan, rest: &'t str) -> &'t str {
        let closers = run(rest, is_closer);
        let opens_next = closers == "\""
            && scan.straight_quotes.is_multiple_of(2)
            && rest[1..].starts_with(char::is_alphanumeric);
        if opens_next { "" } else { closers }
    }

    /// Whether a new sentence may begin with what comes after the white space.
    fn may_follow(&self, after: &str) -> bool {
        let next = past_openers(after);
        let mut chars = next.chars();
        match chars.next() {
            None => true,
            Some(c) if c.is_lowercase() => chars.next().is_some_and(char::is_uppercase),
            Some(c) => {
                c.is_alphanumeric()
                    || is_bullet(c)
                    || matches!(
                        c,
                        '$' | '#' | '@' | '-' | '+' | '\u{20a0}'..='\u{20cf}' | '£' | '¥' | '¢'
                    )
                    || c as u32 > 0x2fff
            }
        }
    }

    fn names(&self) -> &HashSet<String> {
        let find = || abbreviations::used_as_names(self.text, self.language);
        self.names.get_or_init(find)
    }

    /// Whether a single dot after `token` ends the sentence.
    fn dot_ends(&self, scan: &Scan, token: &str, after: &str) -> bool {
        if token.is_empty() || token.len() > TOKEN_BYTES_MAX {
            return true;
        }
        let next = next_word(after);
        if token.chars().all(|c| c.is_ascii_digit()) {
            return self.number_ends(scan, token, next);
        }
        let mut letters = token.chars();
        if let (Some(letter), None) = (letters.next(), letters.next())
            && (letter.is_uppercase() || is_letter_with_dot(after))
        {
            return false;
        }
        let lower = words::fold(token);
        match abbreviations::kind(&lower, self.language) {
            Some(Kind::Title) => self.names().contains(&lower),
            Some(Kind::BeforeNumber) => !next.starts_with(|c: char| c.is_ascii_digit()),
            Some(Kind::Month) => {
                !next.starts_with(|c: char| c.is_ascii_digit()) && self.opens(next)
            }
            Some(Kind::Either) => self.opens(next),
            Some(Kind::Place) if token.starts_with(char::is_uppercase) => self.opens(next),
            Some(Kind::Place) | None => !is_dotted(token) || self.opens(next),
        }
    }

    /// "28. September" and "1. Liga" go on; so does the number that leads a line.
    fn number_ends(&self, scan: &Scan, token: &str, next: &str) -> bool {
        let leads = self.text[scan.sentence_from..scan.token_from]
            .trim()
            .is_empty();
        if leads && token.len() <= 2 {
            return false;
        }
        let ordinals = matches!(
            self.language,
            Some("de" | "da" | "nb" | "nn" | "no" | "fi" | "cs" | "hu" | "pl")
        );
        !(ordinals && token.len() <= 2) || self.opens(next)
    }

    /// Whether a word usually opens a sentence.
    fn opens(&self, word: &str) -> bool {
        abbreviations::opens(&words::fold(word), self.language)
    }

    /// Looks at an end mark of scripts that write no space after it.
    fn wide_end(&self, scan: &Scan, at: usize, line_end: usize) -> Seen {
        if scan.depth > 0 {
            let rest = &self.text[at..line_end];
            let closes = rest.starts_with(is_wide_closer);
            if !closes || scan.depth > 1 {
                return Seen::On(at);
            }
        }
        let rest = &self.text[at..line_end];
        let run = run(rest, |c| {
            is_wide_end(c) || is_wide_closer(c) || matches!(c, '"' | '”' | '’')
        });
        let end = at + run.len();
        let goes_on = !run.is_empty()
            && self.text[end..line_end].starts_with([
                'と', 'っ', 'が', 'は', 'を', 'に', 'の', 'で', 'も', '、', '，',
            ]);
        Seen::of(!goes_on, end)
    }
}

/// What an end mark turned out to be, and where to go on.
enum Seen {
    On(usize),
    End(usize),
}

impl Seen {
    fn of(ends: bool, at: usize) -> Self {
        if ends { Self::End(at) } else { Self::On(at) }
    }
}

/// Bytes of ASCII letters and digits at the head: they neither end nor divide anything.
fn run_of_letters(bytes: &[u8]) -> usize {
    let end = bytes.iter().position(|byte| !byte.is_ascii_alphanumeric());
    end.unwrap_or(bytes.len())
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    &text[..text.len() - text.trim_start_matches(belongs).len()]
}

/// "… end.Next": a missing space, unless it is an address or an abbreviation.
fn is_glued(token: &str, after: &str) -> bool {
    let mut next = after.chars();
    let capital_word =
        next.next().is_some_and(char::is_uppercase) && next.next().is_some_and(char::is_lowercase);
    capital_word
        && token.len() <= TOKEN_BYTES_MAX
        && token.chars().count() >= 3
        && token
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '\'' | '’' | '-'))
        && token.ends_with(char::is_lowercase)
        && token != "www"
}

/// Bytes up to and with a closing guillemet that French sets apart by a space.
fn spaced_guillemet(after: &str) -> Option<usize> {
    let mark = after.trim_start();
    let rest = mark.strip_prefix('»')?;
    let apart = rest.is_empty() || rest.starts_with(char::is_whitespace);
    apart.then(|| after.len() - rest.len())
}

/// What comes after white space and opening quotes. French sets its opening guillemet apart by a
/// space.
fn past_openers(after: &str) -> &str {
    let next = after.trim_start().trim_start_matches(is_opener);
    match after.trim_start().starts_with('«') {
        true => next.trim_start(),
        false => next,
    }
}

fn follows_capital(after: &str) -> bool {
    past_openers(after).starts_with(char::is_uppercase)
}

fn next_word(after: &str) -> &str {
    let next = past_openers(after);
    run(next, |c| c.is_alphanumeric() || matches!(c, '\'' | '’'))
}

/// "z. B.", "p. ex.": a short word with a dot comes next.
fn is_letter_with_dot(after: &str) -> bool {
    let next = after.trim_start();
    let word = run(next, char::is_alphabetic);
    (1..=2).contains(&word.chars().count()) && next[word.len()..].starts_with('.')
}

/// Single letters with dots between them: U.S, p.m, z.B.
fn is_dotted(token: &str) -> bool {
    token.contains('.')
        && token
            .split('.')
            .all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic))
}

fn is_closer(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '”' | '’' | '“' | '‘' | '»' | '«' | '›' | '‹' | ')' | ']' | '}'
    ) || is_wide_closer(c)
}

fn is_opener(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '“'
            | '‘'
            | '„'
            | '‚'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '('
            | '['
            | '{'
            | '¿'
            | '¡'
            | '”'
    ) || is_wide_opener(c)
}

fn is_wide_opener(c: char) -> bool {
    matches!(c, '「' | '『' | '（' | '《' | '【')
}

fn is_wide_closer(c: char) -> bool {
    matches!(c, '」' | '』' | '）' | '》' | '】')
}

fn is_wide_end(c: char) -> bool {
    matches!(c, '。' | '！' | '？' | '｡' | '।' | '؟' | '۔')
}

fn is_bullet(c: char) -> bool {
    matches!(c, '•' | '·' | '–' | '—' | '*' | '▪' | '●')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Instant;

    fn parts<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
        split(text, Some(language))
            .into_iter()
            .map(|range| &text[range])
            .collect()
    }

    /// Cases are written with `|` at each boundary.
    fn check(language: &str, cases: &[&str]) {
        let mut wrong = Vec::new();
        for case in cases {
            let wanted: Vec<&str> = case.split('|').map(str::trim).collect();
            let text = case.replace('|', "");
            let found = parts(&text, language);
            if found != wanted {
                wrong.push(format!("{found:#?}"));
            }
        }
        assert!(
            wrong.is_empty(),
            "{} of {}: {}",
            wrong.len(),
            cases.len(),
            wrong.join("\n")
        );
    }

    #[test]
    fn english_sentences_end_where_a_reader_would_say() {
        check("en", ENGLISH);
    }

    #[test]
    fn german_french_and_spanish_sentences_end_where_a_reader_would_say() {
        check("de", GERMAN);
        check("fr", FRENCH);
        check("es", SPANISH);
    }

    #[test]
    fn scripts_without_spaces_end_at_their_own_marks() {
        check("ja", JAPANESE);
        check(
            "zh",
            &[
                "港口大桥已经关闭。| 市长说：“我们需要时间。”| 居民感到担忧！",
                "桥关闭了。",
            ],
        );
        check("hi", &["पुल बंद है।| लोग नाराज़ हैं।"]);
    }

    #[test]
    fn an_end_mark_may_be_followed_by_quotes() {
        for ended in [
            "It sank.",
            "It sank!\"",
            "It sank.”)",
            "沈んだ。",
            "« Oui. »",
        ] {
            assert!(has_end_mark(ended), "{ended}");
        }
        for open in ["It sank", "It sank:", "", "Photo: Norvia"] {
            assert!(!has_end_mark(open), "{open}");
        }
    }

    #[test]
    fn a_cut_text_breaks_off() {
        for cut in [
            "The council said it would…",
            "The council said it [...]",
            "The council said it would...\"",
        ] {
            assert!(breaks_off(cut), "{cut}");
        }
        assert!(!breaks_off("The council met.") && !breaks_off(""));
    }

    #[test]
    fn hostile_text_takes_no_longer_than_its_length() {
        for unit in [
            "A. ",
            "a.",
            "\"",
            ".\"",
            "。」",
            "「",
            "(.",
            ". (",
            "Hun Sen. ",
            "..A",
            ".\n",
            "x",
        ] {
            let text = unit.repeat(400_000 / unit.len());
            let began = Instant::now();
            let ranges = split(&text, None);
            assert!(ranges.len() <= text.len());
            assert!(
                began.elapsed().as_secs() < 10,
                "{unit:?} took {:?}",
                began.elapsed()
            );
        }
    }

    const ENGLISH: &[&str] = &[
        "The ferry sank near Avel.| Nobody was hurt.",
        "Mr. Orlan met Dr. Vess and Gen. Toma on Monday.| They agreed.",
        "Sen. Mira Holt of Norvia, Calif. spoke first.| The vote followed.",
        "The U.S. Navy sent two ships.| It gave no reason.",
        "She moved to the U.S.| The firm followed her.",
        "They met at 5 p.m. Monday in Avel.| The mayor left early.",
        "The talks ended at 9 p.m.| The mayor left.",
        "Harbour Corp. Chairman Jon Bell resigned.| Shares fell.",
        "He works for Norvia Inc.| The firm is small.",
        "\"We will rebuild,\" she said.| \"It takes time.\"| Nobody answered.",
        "\"Who pays?\" he asked.| Nobody knew.",
        "The bill costs 3.5 million crowns.| It passes.",
        "It happened on Nov. 5 in Avel.| Rain fell.",
        "No. 10 won the race.| It was close.",
        "\"Was it you?\"| \"No.\"| He left.",
        "J. R. Orlan wrote it.| T. Vess drew it.",
        "He waited ... and waited.| Then he left.",
        "He waited...| Then he left.",
        "The rally (held in Avel.) was calm.",
        "The rally was calm.| (It rained.)| People left.",
        "Prime Minister Tol Sen was there.| The crowd cheered Tol Sen.| Police watched.",
        "What now?| Nobody knows!| Wait.",
        "The site norvia.example is down.| It will return.",
        "The island was lost.|The crew swam.",
        "Visit www.Norvia.example for more.",
        "The price fell to $4.| $5 was expected.",
        "Prices rose.| 400 people protested.",
        "1. Close the bridge.",
        "The report, by E.U. officials, is late.| It is long.",
        "Ph.D. students marched.| They sang.",
        "She said: \"Go.\"| \"Now.\"",
        "\u{201c}We saw it.\u{201d}| \u{201c}It was big,\u{201d} he said.",
        "Sales of the iPhone fell.| iPhone owners shrugged.",
        "They paid £4m.| £5m was asked.",
        "It began in Ore.| The river froze.",
        "He was ill.| They were too.",
        "St. Orla's church burned.| Its roof fell.",
        "Nothing!?| Really.",
        "It is over.\n|The end",
        "AVEL (Norvia Press) - The bridge is shut.| It reopens in May.",
        "Vol. 3 sold well.| Vol. 4 did not.",
        "Lt. Col. Bram Oost fled.| He was found.",
        "Prof. E. Tamm vs. Norvia is open.| It drags on.",
        "The crew of the S.S. Orla swam.| All lived.",
    ];

    const GERMAN: &[&str] = &[
        "Am 28. September sank die Fähre.| Niemand wurde verletzt.",
        "Dr. Vess traf Prof. Toma.| Sie einigten sich.",
        "Das sind z. B. Schiffe.| Das sind z.B. Boote.",
        "Die 1. Liga pausiert.| Der Verband schweigt.",
        "Er zahlte 5 Mio. Kronen.| Das ist viel.",
        "„Wir bauen auf.“| Das sagte sie.",
        "»Wir bauen auf.«| Das sagte sie.",
        "Im 20. Jahrhundert war das üblich.| Heute nicht.",
        "Am Ende waren es 12.| Der Rat staunte.",
        "Schiffe, Boote usw. Das war alles.",
        "Die Brücke ist ca. 40 Jahre alt.| Sie bröckelt.",
    ];

    const FRENCH: &[&str] = &[
        "M. Orlan a rencontré Mme. Vess.| Ils sont d'accord.",
        "« Nous reconstruirons. »| Le maire est parti.",
        "Il a dit : « Oui. »| Élise a souri.",
        "Le canal est fermé.| « Nous voulons 4,5 % de plus », a dit le délégué.",
        "Le canal est fermé.| «\u{a0}Nous voulons plus\u{a0}», a dit le délégué.",
        "Il parle de M. « Nono » Brun et de la rue.",
        "Le pont est fermé.| À midi, il rouvre.",
        "Des bateaux, des ponts, etc.| Le reste suit.",
        "Voir art. 4 du code.| Rien d'autre.",
    ];

    const SPANISH: &[&str] = &[
        "Todo vale para ir a Avel y.| Después nadie habla.",
        "El Sr. Orlan habló con la Dra. Vess.| Nadie protestó.",
        "¿Quién paga?| ¡Nadie!| El puente cerró.",
        "En EE. UU. el puente cerró.| Después llovió.",
        "Véase la pág. 4 del informe.| Es largo.",
    ];

    const JAPANESE: &[&str] = &[
        "橋は閉鎖された。| 市長は「時間が必要だ。待ってほしい。」と述べた。| 住民は困っている！",
        "誰が払うのか？| 分からない。",
    ];

    proptest! {
        #[test]
        fn the_sentences_hold_every_character_that_is_seen(
            text in "([A-Za-z0-9 .!?…\"'()«»“”「」。！？\\n\u{a0}éÉß-]|\\PC|Mr\\. |U\\.S\\. ){0,120}",
            language in prop_oneof![Just(None), Just(Some("en")), Just(Some("de")), Just(Some("fr")), Just(Some("ja")), Just(Some("xx"))],
        ) {
            let ranges = split(&text, language);
            let mut joined = String::new();
            let mut last = 0;
            for range in ranges {
                prop_assert!(range.start >= last && range.start < range.end);
                last = range.end;
                let sentence = &text[range];
                prop_assert_eq!(sentence, sentence.trim());
                prop_assert!(!sentence.contains('\n'));
                joined.push_str(sentence);
            }
            let seen = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(seen(&joined), seen(&text));
        }
    }
}
