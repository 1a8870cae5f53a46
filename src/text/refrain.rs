//! Refrains: sentences that a source sets under article after article (newsletter calls, bylines,
//! foot lines of agencies). Learned from the source's last articles, forgotten when they stop.
//!
//! Digits are part of a sentence: folded, the reports of one form ("The quake struck at a depth of
//! 10 km.") would all be refrains, while dates and counters without a verb are never quoted anyway.

use crate::text::{sentences, terms, vector};
use std::borrow::Cow;
use std::collections::VecDeque;

/// Subjects under which a sentence must have stood. Measured on 5,000 labelled articles: every
/// sentence of one outlet with three subjects stood in several stories.
const SUBJECTS_MIN: usize = 3;
/// Title words that make two articles one subject: those of follow-ups, which repeat what happened.
const SHARED_WORDS_MAX: usize = 1;
/// Of the shorter title's words, what else makes them one.
const SHARED_HALVES_MIN: usize = 2;

/// Articles of a source that are remembered, the last ones.
const ARTICLES_MAX: usize = 60;
/// Sentences of an article that are remembered: refrains stand at its end, or else at its head.
const SENTENCES_MAX: usize = 16;
const LAST_SENTENCES: usize = 8;
const HEAD_SENTENCES: usize = 4;
/// Bytes of title, then text, in which the sentences of an article are looked for, at each end.
const END_BYTES: usize = 1_200;
/// Words of a title (of a text's head where there is none) that are its subject.
const SUBJECT_WORDS_MAX: usize = 12;
/// A refrain has so many words at least and so many bytes at most.
const WORDS_MIN: usize = 2;
const SENTENCE_BYTES_MAX: usize = 300;
/// Refrains of one source, the last ones.
const REFRAINS_MAX: usize = 128;

/// The refrains of one source, by the hashes of their words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refrains(Vec<u32>);

/// What is remembered of one article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Hashes of the words that its title is about, sorted.
    subject: Vec<u16>,
    /// Hashes of its sentences, sorted.
    sentences: Vec<u32>,
}

/// What is remembered of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The last articles, oldest first.
    traces: VecDeque<Trace>,
    refrains: Refrains,
}

impl Refrains {
    /// Of a source of which nothing is known.
    pub const NONE: &'static Self = &Self(Vec::new());

    pub fn holds(&self, sentence: &str) -> bool {
        !self.0.is_empty() && key(sentence).is_some_and(|key| self.0.contains(&key))
    }

    /// The text without its refrains; whole when nothing else would be left.
    pub fn cut_from<'a>(&self, text: &'a str, language: Option<&str>) -> Cow<'a, str> {
        if self.0.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut left = String::with_capacity(text.len());
        let (mut from, mut is_cut) = (0, false);
        for sentence in sentences::split(text, language) {
            if self.holds(&text[sentence.clone()]) {
                left.push_str(&text[from..sentence.start]);
                from = sentence.end;
                is_cut = true;
            }
        }
        left.push_str(&text[from..]);
        if is_cut && left.contains(char::is_alphanumeric) {
            Cow::Owned(left)
        } else {
            Cow::Borrowed(text)
        }
    }

    /// The form in which the store keeps it: four bytes each.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|key| key.to_be_bytes()).collect()
    }

    /// Reads what [`Refrains::to_bytes`] wrote; whatever else the bytes are, at most as many.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (keys, _) = bytes.as_chunks::<4>();
        let keys = keys.iter().take(REFRAINS_MAX);
        Self(keys.map(|key| u32::from_be_bytes(*key)).collect())
    }
}

impl Trace {
    /// What is to be remembered of an article.
    pub fn of(title: &str, text: &str, language: Option<&str>) -> Self {
        let head = &text[..text.floor_char_boundary(END_BYTES)];
        let tail = &text[text
            .ceil_char_boundary(text.len().saturating_sub(END_BYTES))
            .max(head.len())..];
        let keys = |part: &str| -> Vec<u32> {
            let sentences = sentences::split(part, language).into_iter();
            sentences.filter_map(|range| key(&part[range])).collect()
        };
        let mut all = keys(head);
        all.extend(keys(tail));
        let last = all.len().saturating_sub(LAST_SENTENCES);
        let first = HEAD_SENTENCES.min(last);
        let between = last
            .saturating_sub(SENTENCES_MAX - LAST_SENTENCES - HEAD_SENTENCES)
            .max(first);
        let mut sentences = all[..first].to_vec();
        sentences.extend(&all[between..]);
        sentences.sort_unstable();
        sentences.dedup();
        Self {
            subject: subject(if title.trim().is_empty() { head } else { title }, language),
            sentences,
        }
    }

    /// Whether two articles are about one thing, as a report and its follow-ups are.
    fn has_subject_of(&self, other: &Self) -> bool {
        let shared = self
            .subject
            .iter()
            .filter(|word| other.subject.binary_search(word).is_ok())
            .count();
        let shorter = self.subject.len().min(other.subject.len());
        shared > SHARED_WORDS_MAX
            || shared * SHARED_HALVES_MIN > shorter
            || self.subject == other.subject
    }
}

impl Memory {
    pub fn refrains(&self) -> &Refrains {
        &self.refrains
    }

    /// Remembers a new article of the source: an edited one would count a sentence twice.
    pub fn take(&mut self, trace: Trace) {
        let keys = trace.sentences.clone();
        self.traces.push_back(trace);
        while self.traces.len() > ARTICLES_MAX {
            self.traces.pop_front();
        }
        for key in keys {
            if !self.refrains.0.contains(&key) && self.is_refrain(key) {
                self.refrains.0.push(key);
            }
        }
        let traces = &self.traces;
        self.refrains.0.retain(|key| {
            traces
                .iter()
                .any(|trace| trace.sentences.binary_search(key).is_ok())
        });
        let over = self.refrains.0.len().saturating_sub(REFRAINS_MAX);
        self.refrains.0.drain(..over);
    }

    /// Whether a sentence stands in articles about so many different things that it is about none.
    fn is_refrain(&self, key: u32) -> bool {
        let mut subjects: Vec<&Trace> = Vec::new();
        for trace in &self.traces {
            if trace.sentences.binary_search(&key).is_ok()
                && !subjects.iter().any(|other| trace.has_subject_of(other))
            {
                subjects.push(trace);
            }
        }
        subjects.len() >= SUBJECTS_MIN
    }

    /// The articles in the form in which the store keeps them: two counts, then the hashes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for Trace { subject, sentences } in &self.traces {
            bytes.extend([subject.len() as u8, sentences.len() as u8]);
            bytes.extend(subject.iter().flat_map(|word| word.to_be_bytes()));
            bytes.extend(sentences.iter().flat_map(|key| key.to_be_bytes()));
        }
        bytes
    }

    /// Reads what [`Memory::to_bytes`] wrote, beside the refrains. Bytes that are something else
    /// are remembered as far as they make sense.
    pub fn from_bytes(refrains: Refrains, mut bytes: &[u8]) -> Self {
        let mut memory = Self {
            traces: VecDeque::new(),
            refrains,
        };
        while let [words, keys, rest @ ..] = bytes {
            let (words, keys) = (usize::from(*words), usize::from(*keys));
            let sizes_fit = words <= SUBJECT_WORDS_MAX && keys <= SENTENCES_MAX;
            let (Some((subject, rest)), true) = (rest.split_at_checked(words * 2), sizes_fit)
            else {
                break;
            };
            let Some((sentences, rest)) = rest.split_at_checked(keys * 4) else {
                break;
            };
            let (subject, _) = subject.as_chunks::<2>();
            let (sentences, _) = sentences.as_chunks::<4>();
            memory.traces.push_back(Trace {
                subject: subject
                    .iter()
                    .map(|word| u16::from_be_bytes(*word))
                    .collect(),
                sentences: sentences
                    .iter()
                    .map(|key| u32::from_be_bytes(*key))
                    .collect(),
            });
            bytes = rest;
        }
        memory
    }
}

/// A sentence by its words alone; none for what is too short or long to be a refrain.
fn key(sentence: &str) -> Option<u32> {
    if sentence.len() > SENTENCE_BYTES_MAX {
        return None;
    }
    let mut hash = vector::Hash::default();
    let (mut words, mut within, mut is_ascii) = (0, false, true);
    for c in sentence.chars() {
        if c.is_ascii_alphanumeric() && within {
            hash.add(c.to_ascii_lowercase() as u8);
            continue;
        }
        if !c.is_alphanumeric() {
            within = false;
            continue;
        }
        if !within {
            hash.add(b' ');
            words += 1;
            within = true;
        }
        if c.is_ascii() {
            hash.add(c.to_ascii_lowercase() as u8);
        } else {
            for c in c.to_lowercase() {
                is_ascii &= c.is_ascii();
                let mut bytes = [0; 4];
                c.encode_utf8(&mut bytes)
                    .bytes()
                    .for_each(|byte| hash.add(byte));
            }
        }
    }
    let is_unspaced = words == 1 && !is_ascii;
    (words >= WORDS_MIN || is_unspaced).then_some(hash.0)
}

fn subject(title: &str, language: Option<&str>) -> Vec<u16> {
    let words = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 1);
    let hashes = words.filter_map(|word| terms::said_by(word, language));
    let mut subject: Vec<u16> = hashes
        .map(|hash| (hash ^ (hash >> 16)) as u16)
        .take(SUBJECT_WORDS_MAX)
        .collect();
    subject.sort_unstable();
    subject.dedup();
    subject
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CALL: &str = "Our Tuesday letter brings the harbour's news to you.";
    const TITLES: [&str; 6] = [
        "Mayor Holt resigns",
        "Bakery wins national prize",
        "Rain floods the eastern quay",
        "Ferry line adds night boats",
        "Choir sings for hospital",
        "Glass works hires fifty",
    ];

    fn told(memory: &mut Memory, title: &str, text: &str) {
        memory.take(Trace::of(title, text, Some("en")));
    }

    /// After articles of these titles, each with its own report and the same last sentence.
    fn after(titles: &[&str], last: &str) -> Memory {
        let mut memory = Memory::default();
        for title in titles {
            told(
                &mut memory,
                title,
                &format!("{title}, as was announced on Monday.\n{last}"),
            );
        }
        memory
    }

    #[test]
    fn a_sentence_under_three_subjects_is_a_refrain() {
        assert!(!after(&TITLES[..2], CALL).refrains().holds(CALL));
        let memory = after(&TITLES[..3], CALL);
        assert!(memory.refrains().holds(CALL));
        assert!(
            memory
                .refrains()
                .holds("Our TUESDAY letter brings the harbour’s news to you!")
        );
        assert!(
            !memory
                .refrains()
                .holds("Mayor Holt resigns, as was announced on Monday.")
        );
    }

    #[test]
    fn what_follow_ups_repeat_is_none() {
        let leader = "“We will not leave the harbour,” Holt said on Sunday.";
        let titles = [
            "Ferry sinks near Port Lind",
            "Port Lind ferry: fourteen dead",
            "Divers at the Port Lind ferry",
            "Ferry of Port Lind had failed its test",
            "Port Lind mourns",
        ];
        assert!(!after(&titles, leader).refrains().holds(leader));
    }

    #[test]
    fn one_title_again_and_again_is_one_subject() {
        let titles = ["Live: the vote", "Live: the vote", "Live: the vote", "Live"];
        assert!(!after(&titles, CALL).refrains().holds(CALL));
    }

    #[test]
    fn reports_of_one_form_are_none() {
        let mut memory = Memory::default();
        for (number, title) in TITLES.iter().enumerate() {
            told(
                &mut memory,
                title,
                &format!("The quake struck at a depth of {number} km."),
            );
        }
        assert!(
            !memory
                .refrains()
                .holds("The quake struck at a depth of 3 km.")
        );
    }

    #[test]
    fn refrains_at_the_head_and_deep_in_long_texts_are_found() {
        let mut memory = Memory::default();
        for title in &TITLES[..3] {
            let body: String = (0..400)
                .map(|n| format!("{title} has part {n} of many.\n"))
                .collect();
            told(
                &mut memory,
                title,
                &format!("By Mira Holt, Avel\n{body}{CALL}\nThank you for reading."),
            );
        }
        for refrain in ["By Mira Holt, Avel", CALL, "Thank you for reading."] {
            assert!(memory.refrains().holds(refrain), "{refrain}");
        }
    }

    #[test]
    fn a_refrain_is_forgotten_when_it_stops() {
        let mut memory = after(&TITLES[..3], CALL);
        for number in 0..ARTICLES_MAX {
            assert!(memory.refrains().holds(CALL) || number >= ARTICLES_MAX - 1);
            told(
                &mut memory,
                &format!("Report{number}"),
                &format!("Part {number} of many."),
            );
        }
        assert!(!memory.refrains().holds(CALL));
    }

    #[test]
    fn a_text_is_cut_down_to_its_report() {
        let refrains = after(&TITLES[..3], CALL).refrains().clone();
        let text = format!("The ferry left. {CALL} It was late.\n{CALL}");
        assert_eq!(
            refrains.cut_from(&text, None),
            "The ferry left.  It was late.\n"
        );
        assert_eq!(refrains.cut_from(CALL, None), CALL, "nothing else is left");
        assert_eq!(Refrains::NONE.cut_from(&text, None), text);
    }

    #[test]
    fn what_is_kept_has_an_end() {
        let mut memory = Memory::default();
        for number in 0..200 {
            let lines: String = (0..600).map(|n| format!("Line {n} of all.\n")).collect();
            told(
                &mut memory,
                &format!("Word{number} and{number} more{number}"),
                &lines,
            );
        }
        assert!(
            memory.to_bytes().len()
                <= ARTICLES_MAX * (2 + SUBJECT_WORDS_MAX * 2 + SENTENCES_MAX * 4)
        );
        assert!(memory.refrains().to_bytes().len() <= REFRAINS_MAX * 4);
    }

    proptest! {
        #[test]
        fn bytes_round_trip(articles in proptest::collection::vec(("\\PC{0,20}", "([A-Z][a-z ]{0,9}[.!\\n]|\\PC){0,20}"), 0..8)) {
            let mut memory = Memory::default();
            for (title, text) in &articles {
                memory.take(Trace::of(title, text, None));
            }
            let refrains = Refrains::from_bytes(&memory.refrains().to_bytes());
            prop_assert_eq!(Memory::from_bytes(refrains, &memory.to_bytes()), memory);
        }

        #[test]
        fn garbage_is_remembered_as_something(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let mut memory = Memory::from_bytes(Refrains::from_bytes(&bytes), &bytes);
            memory.take(Trace::of("Title", "A text. And more.", None));
            prop_assert!(memory.traces.len() <= ARTICLES_MAX);
        }
    }
}
