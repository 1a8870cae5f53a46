//! A new article against very many topics: its terms made, and every topic found that it matches.

use super::cpu::Cpu;
use super::table::Table;
use crate::generate::{self, Words};
use lede::news::Topic;
use lede::news::topic::{ArticleTerms, Collection, Fit, Matcher, Profile};
use lede::text::terms::terms;
use lede::text::vector::Vector;
use std::collections::HashSet;
use std::hint::black_box;

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
/// The naive loop is measured with the first size only.
const TRIED: usize = SIZES[0];
/// Of so many topics one has a profile; each is learned from the articles of a subject.
const PROFILED: usize = 10;
/// Of how many topics one has a profile; none.
const KINDS: [(usize, &str); 2] = [(0, "words only"), (PROFILED, "1 in 10 with a profile")];
const SUBJECTS: usize = 400;
/// Words of a subject, and how many of an article's words are its subject's: one of so many.
const SUBJECT_WORDS: usize = 40;
const SUBJECT_EVERY: usize = 4;
const TAUGHT_BY: usize = 40;
/// Articles that are matched, and others that only say how common words are.
const ARTICLES: usize = 400;
const COUNTED: usize = 4_000;
const ROUNDS: usize = 15;
const MATCHERS_KEPT: usize = 5;
const TRIED_ARTICLES: usize = 10;

type Written = (String, String);

pub fn measure(table: &Table) {
    let words = Words::new();
    let counted: Vec<Vector> = (0..COUNTED as u64)
        .map(|seed| vector(&article(&words, 1_000_000 + seed)))
        .collect();
    let collection = Collection::of(counted.iter());
    let articles: Vec<Written> = (0..ARTICLES as u64)
        .map(|seed| article(&words, seed))
        .collect();
    let topics = topics(&words, SIZES[SIZES.len() - 1]);
    let profiles = profiles(&words, &collection, &topics);
    table.line("an article's terms made", of_terms(&articles), "us CPU", "");
    for (every, which) in KINDS {
        let bytes = memory(&topics, &profiles, every);
        let what = format!("memory, {} topics, {which}", topics.len());
        table.line(&what, bytes, "bytes a topic", "");
    }
    for (size, wanted) in SIZES.into_iter().zip(["", "<= 100", "<= 400"]) {
        for (every, which) in KINDS {
            let of = format!("{size} topics, {which}");
            let matcher = matcher(&topics[..size], &profiles, every);
            let (micros, hits) = matched(&matcher, &articles, &collection);
            table.line(&format!("terms and match, {of}"), micros, "us CPU", wanted);
            table.line(&format!("hits, {of}"), hits, "an article", "");
            if size == TRIED {
                let micros = tried(&topics[..size], &profiles, every, &articles, &collection);
                table.line(&format!("each topic tried, {of}"), micros, "us CPU", "");
            }
        }
    }
}

/// Articles of many subjects: every fourth word is one of the subject's.
fn article(words: &Words, seed: u64) -> Written {
    let entry = generate::entry(words, seed);
    let mut random = fastrand::Rng::with_seed(seed);
    let subject = random.usize(..SUBJECTS);
    let mut woven = |text: &str| -> String {
        let mut number = 0;
        let mut weave = |word| {
            number += 1;
            if number % SUBJECT_EVERY == 0 {
                subject_word(words, subject, random.usize(..SUBJECT_WORDS))
            } else {
                word
            }
        };
        let woven: Vec<&str> = text.split(' ').map(&mut weave).collect();
        woven.join(" ")
    };
    (woven(&entry.title), woven(&entry.text))
}

fn subject_word(words: &Words, subject: usize, number: usize) -> &str {
    words.ranked(100 + (subject * 7_919 + number * 104_729) % 12_000)
}

fn vector((title, text): &Written) -> Vector {
    Vector::of(title, text, Some("en"))
}

/// As many topics as wanted, each with a key of its own.
fn topics(words: &Words, count: usize) -> Vec<Topic> {
    let mut keys = HashSet::new();
    let typed = generate::typed_topics(words, 4 * count);
    let parsed = typed.iter().filter_map(|typed| Topic::parse(typed).ok());
    let topics: Vec<Topic> = parsed
        .filter(|topic| keys.insert(topic.key.clone()))
        .take(count)
        .collect();
    assert_eq!(topics.len(), count, "there are enough different topics");
    topics
}

fn profiles(words: &Words, collection: &Collection, topics: &[Topic]) -> Vec<Profile> {
    let mut by_subject: Vec<Vec<Vector>> = vec![Vec::new(); SUBJECTS];
    for seed in 0..(SUBJECTS * TAUGHT_BY) as u64 {
        let subject = fastrand::Rng::with_seed(seed).usize(..SUBJECTS);
        by_subject[subject].push(vector(&article(words, seed)));
    }
    by_subject
        .iter()
        .enumerate()
        .map(|(subject, teachers)| {
            let teachers: Vec<&Vector> = teachers.iter().collect();
            let shown = (0..SUBJECT_WORDS).map(|number| subject_word(words, subject, number));
            let topic = shown.filter_map(|word| Topic::parse(word).ok()).next();
            let topic = topic.unwrap_or_else(|| topics[0].clone());
            Profile::learn(&topic, collection, &teachers, std::iter::empty())
        })
        .collect()
}

/// The profile of a topic, where it is to have one.
fn profile_of(profiles: &[Profile], every: usize, at: usize) -> Option<&Profile> {
    (every > 0 && at.is_multiple_of(every)).then(|| &profiles[at / every % profiles.len()])
}

fn matcher(topics: &[Topic], profiles: &[Profile], every: usize) -> Matcher {
    let mut matcher = Matcher::new();
    for (at, topic) in topics.iter().enumerate() {
        matcher.insert(topic, profile_of(profiles, every, at));
    }
    matcher
}

/// Memory for a topic. The first matchers take what was used and given back before, so the last
/// of some tells.
fn memory(topics: &[Topic], profiles: &[Profile], every: usize) -> f64 {
    let mut kept = Vec::new();
    let mut bytes = 0;
    for _ in 0..MATCHERS_KEPT {
        let before = resident();
        kept.push(matcher(topics, profiles, every));
        bytes = resident().saturating_sub(before);
    }
    bytes as f64 / topics.len() as f64
}

fn of_terms(articles: &[Written]) -> f64 {
    least(|| {
        for (title, text) in articles {
            black_box(ArticleTerms::of(title, text, Some("en")));
        }
        articles.len()
    })
}

/// CPU time for an article, and its hits.
fn matched(matcher: &Matcher, articles: &[Written], collection: &Collection) -> (f64, f64) {
    let mut hits = 0;
    let micros = least(|| {
        hits = 0;
        for (title, text) in articles {
            let article = ArticleTerms::of(title, text, Some("en"));
            hits += black_box(matcher.matches(&article, collection)).len();
        }
        articles.len()
    });
    (micros, hits as f64 / articles.len() as f64)
}

/// CPU time for an article where each topic is tried.
fn tried(
    topics: &[Topic],
    profiles: &[Profile],
    every: usize,
    articles: &[Written],
    collection: &Collection,
) -> f64 {
    let fits: Vec<Fit> = topics.iter().map(Fit::new).collect();
    least(|| {
        for (title, text) in &articles[..TRIED_ARTICLES] {
            let vector = Vector::of(title, text, Some("en"));
            let (title, text) = (terms(title, Some("en")), terms(text, Some("en")));
            for (at, (topic, fit)) in topics.iter().zip(&fits).enumerate() {
                if topic.excludes(&title, &text) {
                    continue;
                }
                black_box(topic.matches(&title, &text));
                if let Some(profile) = profile_of(profiles, every, at) {
                    black_box(profile.standing(fit, &vector, collection).is_match());
                }
            }
        }
        TRIED_ARTICLES
    })
}

/// The least CPU time of some rounds, for each of what a round says it did.
fn least(mut round: impl FnMut() -> usize) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let began = Cpu::now();
        let done = round();
        began.micros() / done as f64
    });
    rounds.fold(f64::MAX, f64::min)
}

/// Memory of this process, in bytes.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.expect("the system says it") * 1_024
}
