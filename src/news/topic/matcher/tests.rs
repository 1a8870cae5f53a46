//! Matchers against trying each topic, and what a hit tells.

use super::*;
use crate::news::topic::Fit;
use crate::news::topic::fit::occurrences;
use crate::text::background;
use crate::text::terms::terms;
use crate::text::vector::Vector;
use std::collections::BTreeMap;

const WORDS: &[&str] = &[
    "ferry",
    "ferries",
    "harbour",
    "election",
    "Wahlen",
    "élections",
    "Norland",
    "Oskarsen",
    "crowns",
    "taxes",
    "storm",
    "Ukraine",
    "Kyiv",
    "Ukrainians",
    "Korea",
    "North",
    "South",
    "Pyongyang",
    "Argentina",
    "Buenos",
    "Aires",
    "new",
    "York",
    "United",
    "States",
    "Washington",
    "us",
    "don't",
    "3.5",
    "港湾都市",
    "港湾",
    "l'avel",
    "covid-19",
    "the",
    "x",
];
/// Worlds that are tried.
const SEEDS: u64 = 24;

const LANGUAGES: &[Option<&str>] = &[None, Some("en"), Some("de"), Some("fr"), Some("ja")];

/// The answer for one topic by what was there before matchers.
fn tried((topic, profile, fit): &Tried, article: &Written, collection: &Collection) -> Option<Hit> {
    let of = |text: &str| terms(text, article.language);
    let (title, text) = (of(&article.title), of(&article.text));
    if topic.excludes(&title, &text) {
        return None;
    }
    let stand = |places: &[Vec<String>]| {
        (
            occurrences(places, &title) > 0,
            occurrences(places, &text) > 0,
        )
    };
    let (mut found, mut in_title, mut by_name) = (0, 0, 0);
    let wanted = topic.words.iter().map(std::slice::from_ref);
    for (at, places) in wanted
        .chain(topic.phrases.iter().map(Vec::as_slice))
        .enumerate()
    {
        let own = stand(places);
        let naming = topic.aliases.iter().filter(|alias| alias.of.contains(&at));
        let names: Vec<(bool, bool)> = naming
            .flat_map(|alias| &alias.names)
            .map(|name| stand(name))
            .collect();
        let titled = own.0 || names.iter().any(|name| name.0);
        let any = titled || own.1 || names.iter().any(|name| name.1);
        found |= u32::from(any) << at;
        in_title |= u32::from(titled) << at;
        by_name |= u32::from(any && !own.0 && !own.1) << at;
    }
    let has_every_word = found.count_ones() as usize == topic.words.len() + topic.phrases.len();
    let vector = article.vector();
    let standing = profile.as_ref().map(|profile| {
        let mut standing = profile.standing(fit, &vector, collection);
        standing.has_every_word = has_every_word || (standing.has_every_word && fit.is_shown);
        standing
    });
    (has_every_word || standing.is_some_and(|standing| standing.is_match())).then(|| Hit {
        topic: Handle(0),
        has_every_word,
        words: if has_every_word {
            fit.score(&vector, background::idf)
        } else {
            0.0
        },
        standing,
        found,
        in_title,
        by_name,
    })
}

struct Written {
    title: String,
    text: String,
    language: Option<&'static str>,
}

impl Written {
    fn random(random: &mut fastrand::Rng) -> Self {
        Self {
            title: sentence(random, 4),
            text: sentence(random, 25),
            language: *random.choice(LANGUAGES).unwrap(),
        }
    }

    fn vector(&self) -> Vector {
        Vector::of(&self.title, &self.text, self.language)
    }

    fn terms(&self) -> ArticleTerms {
        ArticleTerms::of(&self.title, &self.text, self.language)
    }
}

fn sentence(random: &mut fastrand::Rng, words_max: usize) -> String {
    // A few words of the list an article, so that texts differ in what they are about.
    let from = random.usize(..WORDS.len());
    let mut word = || WORDS[(from + random.usize(..8) * 3) % WORDS.len()];
    let count = 1 + from % words_max;
    (0..count).map(|_| word()).collect::<Vec<_>>().join(" ")
}

fn random_topic(random: &mut fastrand::Rng) -> Option<Topic> {
    let pieces = (0..1 + random.usize(..3)).map(|_| {
        let mut word = || *random.choice(WORDS).unwrap();
        let (first, second, third) = (word(), word(), word());
        match random.u8(..12) {
            0 => format!("\"{first} {second}\""),
            1 => format!("\"{first} {second} {third}\""),
            2 => format!("-{first}"),
            3 => format!("-\"{first} {second}\""),
            4 => "north korea".to_owned(),
            5 => "argentina".to_owned(),
            _ => first.to_owned(),
        }
    });
    Topic::parse(&pieces.collect::<Vec<_>>().join(" ")).ok()
}

/// A topic, what was learned about it, and its fit.
type Tried = (Topic, Option<Profile>, Fit);

/// Topics by handle, as they should stand in a matcher.
type Expected = BTreeMap<Handle, Tried>;

fn expected(topics: &Expected, article: &Written, collection: &Collection) -> Vec<Hit> {
    let tried = topics.iter().filter_map(|(handle, topic)| {
        let hit = tried(topic, article, collection)?;
        Some(Hit {
            topic: *handle,
            ..hit
        })
    });
    tried.collect()
}

fn sorted(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_by_key(|hit| hit.topic);
    hits
}

/// Inserts, replaces and removes topics at random.
fn churn(
    random: &mut fastrand::Rng,
    matcher: &mut Matcher,
    collection: &Collection,
    teachers: &[&Vector],
) -> Expected {
    let mut topics = Expected::new();
    for _ in 0..60 {
        let Some(topic) = random_topic(random) else {
            continue;
        };
        let profile = random
            .bool()
            .then(|| Profile::learn(&topic, collection, teachers, std::iter::empty()));
        let handle = matcher.insert(&topic, profile.as_ref());
        let fit = Fit::new(&topic);
        topics.insert(handle, (topic, profile, fit));
        if random.u8(..4) == 0 {
            let at = random.usize(..topics.len());
            let handle = *topics.keys().nth(at).unwrap();
            matcher.remove(&topics.remove(&handle).unwrap().0.key);
        }
    }
    topics
}

#[test]
fn the_answer_is_the_one_of_trying_each_topic() {
    let (mut plain, mut by_name, mut learned, mut below, mut phrases) = (0, 0, 0, 0, 0);
    let mut shown = 0;
    for seed in 0..SEEDS {
        let mut random = fastrand::Rng::with_seed(seed);
        let store: Vec<Written> = (0..40).map(|_| Written::random(&mut random)).collect();
        let vectors: Vec<Vector> = store.iter().map(Written::vector).collect();
        let refs: Vec<&Vector> = vectors.iter().collect();
        let collection = Collection::of(vectors.iter());
        let mut matcher = Matcher::new();
        let topics = churn(&mut random, &mut matcher, &collection, &refs[..20]);
        assert_eq!(matcher.len(), topics.len(), "seed {seed}");
        for article in &store {
            let hits = sorted(matcher.matches(&article.terms(), &collection));
            assert_eq!(
                hits,
                expected(&topics, article, &collection),
                "seed {seed}: {} | {} in {:?}",
                article.title,
                article.text,
                article.language
            );
            let count = |is: &dyn Fn(&&Hit) -> bool| hits.iter().filter(is).count();
            plain += count(&|hit| hit.standing.is_none());
            by_name += count(&|hit| hit.by_name > 0);
            learned += count(&|hit| !hit.has_every_word);
            let shows = |hit: &Hit| hit.standing.is_some_and(|standing| standing.has_every_word);
            shown += count(&|hit| !hit.has_every_word && shows(hit));
            below += count(&|hit| hit.score() < hit.bar());
            phrases += count(&|hit| !topics[&hit.topic].0.phrases.is_empty());
        }
        for (topic, ..) in topics.values() {
            matcher.remove(&topic.key);
        }
        assert!(matcher.is_empty());
        assert_eq!(
            matcher.signs.used(),
            (0, 0, 0),
            "seed {seed}: something stays"
        );
        assert_eq!(matcher.lessons.len(), 0);
    }
    // Else the comparison would say little.
    let seen = [plain, by_name, learned, below, phrases, shown];
    assert!(seen.iter().all(|count| *count > 10), "{seen:?}");
}

fn matcher(typed: &[&str]) -> Matcher {
    let mut matcher = Matcher::new();
    for typed in typed {
        matcher.insert(&Topic::parse(typed).unwrap(), None);
    }
    matcher
}

fn hits(matcher: &Matcher, title: &str, text: &str) -> Vec<Hit> {
    let article = ArticleTerms::of(title, text, Some("en"));
    sorted(matcher.matches(&article, &Collection::default()))
}

#[test]
fn a_hit_says_why() {
    let matcher = matcher(&["grain ukraine", "\"north sea\" wind", "wind -storm"]);
    let found = hits(&matcher, "Grain leaves Kyiv", "The wind is calm.");
    let handles: Vec<u32> = found.iter().map(|hit| hit.topic.0).collect();
    assert_eq!(handles, [0, 2]);
    assert!(found[0].has_every_word && found[0].words > 0.0);
    assert_eq!((found[0].found, found[0].in_title), (0b11, 0b11));
    assert_eq!(found[0].by_name, 0b10, "Ukraine stands as Kyiv");
    assert_eq!((found[1].found, found[1].in_title), (0b1, 0));
    assert!(found[1].score() >= found[1].bar());
    let found = hits(&matcher, "Wind", "A storm in the North Sea.");
    assert_eq!(found.len(), 1, "a word is excluded");
    assert_eq!((found[0].topic.0, found[0].found), (1, 0b11));
    assert_eq!(
        hits(&matcher, "Wind over the sea in the north", "Grain storm"),
        []
    );
}

#[test]
fn a_topic_that_is_added_again_is_replaced() {
    let mut matcher = Matcher::new();
    let topic = Topic::parse("ukraine").unwrap();
    let handle = matcher.insert(&topic, None);
    assert_eq!(matcher.insert(&topic.clone().literal(), None), handle);
    assert_eq!(matcher.len(), 1);
    assert_eq!(hits(&matcher, "Kyiv", ""), [], "it has no other names now");
    assert_eq!(hits(&matcher, "Ukraine", "").len(), 1);
    matcher.remove("no such topic");
    matcher.remove(&topic.key);
    assert_eq!(hits(&matcher, "Ukraine", ""), []);
}

#[test]
fn an_article_may_be_empty() {
    assert_eq!(hits(&matcher(&["wind"]), "", ""), []);
    assert_eq!(hits(&Matcher::new(), "Wind", "Wind."), []);
}

#[test]
fn lessons_that_were_given_up_leave_no_score() {
    let store: Vec<Vector> = (0..40)
        .map(|n| {
            let text = if n % 4 == 0 {
                "Norland votes. Oskarsen raises taxes."
            } else {
                "A ferry sails from the harbour."
            };
            Vector::of(text, "", None)
        })
        .collect();
    let collection = Collection::of(store.iter());
    let refs: Vec<&Vector> = store.iter().collect();
    let topic = Topic::parse("norland").unwrap();
    let profile = Profile::learn(&topic, &collection, &refs, std::iter::empty());
    let mut matcher = Matcher::new();
    for _ in 0..1_000 {
        matcher.insert(&topic, Some(&profile));
    }
    assert_eq!(matcher.lessons.len(), 1);
    let article = ArticleTerms::of("Oskarsen raises taxes", "", None);
    let hits = matcher.matches(&article, &collection);
    assert_eq!(hits.len(), 1);
    assert!(!hits[0].has_every_word && hits[0].score() >= hits[0].bar());
    matcher.insert(&topic, None);
    assert_eq!(matcher.matches(&article, &collection), []);
    assert!(
        matcher.lessons.places() < 200,
        "{}",
        matcher.lessons.places()
    );
}
