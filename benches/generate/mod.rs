//! Makes stores of invented news: words by a Zipf distribution, articles of about 1,270 characters,
//! 20,000 sources, thirty days. The same seed makes the same store.

use crate::measure::cpu::Cpu;
use lede::clock::{DAY, HOUR, MINUTE, Millis};
use lede::news::story::{Neighbour, Placed};
use lede::news::{
    ArticleId, Entry, Feed, Newsroom, NewsroomId, Outcome, Reading, SourceId, StoryId, Topic,
};
use lede::store::{Added, NewSource, ReadingToSave, Store};
use lede::text::terms;
use std::path::{Path, PathBuf};

pub const SOURCES: usize = 20_000;
pub const DAYS: i64 = 30;
const WORDS: usize = 50_000;
const TITLE_WORDS: usize = 8;
const TEXT_CHARS: usize = 1_270;
/// Sources of one newsroom that only keeps them wanted.
const NEWSROOM_SOURCES: usize = 200;
/// Articles saved in one transaction.
const BATCH: usize = 200;
/// The last moment of every store.
pub const END: Millis = 20_500 * DAY;

/// Invented words, the commonest first.
pub struct Words {
    words: Vec<String>,
    /// Running sums of 1/rank.
    sums: Vec<f64>,
}

impl Words {
    pub fn new() -> Self {
        let mut random = fastrand::Rng::with_seed(7);
        let mut words = Vec::with_capacity(WORDS);
        let mut sums = Vec::with_capacity(WORDS);
        let mut sum = 0.0;
        for rank in 1..=WORDS {
            let syllables =
                1 + usize::from(rank > 60) + usize::from(rank > 3_000) + random.usize(0..2);
            words.push((0..syllables).map(|_| syllable(&mut random)).collect());
            sum += 1.0 / rank as f64;
            sums.push(sum);
        }
        Self { words, sums }
    }

    pub fn ranked(&self, rank: usize) -> &str {
        &self.words[rank]
    }

    fn draw(&self, random: &mut fastrand::Rng) -> &str {
        let at = random.f64() * self.sums[WORDS - 1];
        let rank = self.sums.partition_point(|sum| *sum < at);
        &self.words[rank.min(WORDS - 1)]
    }

    fn text(&self, random: &mut fastrand::Rng, chars: usize) -> String {
        let mut text = String::with_capacity(chars + 20);
        let mut starts = true;
        while text.len() < chars {
            let word = self.draw(random);
            if starts {
                text.push_str(&word[..1].to_uppercase());
                text.push_str(&word[1..]);
            } else {
                text.push_str(word);
            }
            starts = random.u8(..) < 16;
            text.push_str(if starts { ". " } else { " " });
        }
        text.trim_end().to_owned()
    }

    fn title(&self, random: &mut fastrand::Rng) -> String {
        let words: Vec<&str> = (0..TITLE_WORDS).map(|_| self.draw(random)).collect();
        words.join(" ")
    }
}

fn syllable(random: &mut fastrand::Rng) -> String {
    const FIRST: &[u8] = b"bdfgklmnprtvz";
    const VOWELS: &[u8] = b"aeiou";
    let mut syllable = String::new();
    syllable.push(char::from(FIRST[random.usize(..FIRST.len())]));
    syllable.push(char::from(VOWELS[random.usize(..VOWELS.len())]));
    if random.bool() {
        syllable.push(char::from(FIRST[random.usize(..FIRST.len())]));
    }
    syllable
}

/// Topics as people would type them: frequent and rare words, some with words that stand for them.
pub fn topics(words: &Words, count: usize) -> Vec<Topic> {
    let mut random = fastrand::Rng::with_seed(11);
    let word = |random: &mut fastrand::Rng| terms::terms(wanted(words, random), Some("en"));
    (0..count)
        .map(|number| {
            let choices = match number % 10 {
                0..6 => vec![1],
                6..8 => vec![1, 1],
                8 => vec![1, 1, 1],
                _ => vec![8],
            };
            let words: Vec<Vec<String>> = choices
                .into_iter()
                .map(|alternatives| (0..alternatives).flat_map(|_| word(&mut random)).collect())
                .collect();
            let shown = format!("{words:?}");
            Topic {
                key: shown.clone(),
                shown,
                words,
                aliases: Vec::new(),
                phrases: Vec::new(),
                excluded: Vec::new(),
                excluded_phrases: Vec::new(),
            }
        })
        .collect()
}

/// One to three words, as somebody types them after `/brief`.
pub fn typed_topics(words: &Words, count: usize) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(12);
    (0..count)
        .map(|number| {
            let length = match number % 10 {
                0..6 => 1,
                6..9 => 2,
                _ => 3,
            };
            let topic: Vec<&str> = (0..length).map(|_| wanted(words, &mut random)).collect();
            topic.join(" ")
        })
        .collect()
}

/// A word that somebody may ask for: neither among the commonest nor among the rarest.
fn wanted<'a>(words: &'a Words, random: &mut fastrand::Rng) -> &'a str {
    words.ranked((20.0 * 1_000.0_f64.powf(random.f64())) as usize)
}

/// Title and text of an invented article, always the same for the same seed.
pub fn entry(words: &Words, seed: u64) -> Entry {
    let mut random = fastrand::Rng::with_seed(seed);
    Entry {
        title: words.title(&mut random),
        text: words.text(&mut random, TEXT_CHARS),
        language: Some("en".to_owned()),
        ..Entry::default()
    }
}

/// A store of so many articles, from `target/bench-stores` when it was made before.
pub async fn store(folder: &Path, articles: usize) -> Store {
    let path: PathBuf = folder.join(format!("{articles}.db"));
    let url = format!("sqlite://{}", path.display());
    let done = folder.join(format!("{articles}.done"));
    if !done.exists() {
        std::fs::create_dir_all(folder).expect("a folder can be made");
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.join(format!("{articles}.db{end}")));
        }
        let store = Store::open(&url).await.expect("a new store");
        fill(&store, articles).await;
        store.close().await.expect("closed");
        std::fs::write(done, "").expect("noted");
    }
    Store::open(&url).await.expect("a store")
}

/// Sources that answered that nothing changed: CPU time for each, in microseconds.
pub async fn unchanged(store: &Store) -> f64 {
    let sources = store.due(i64::MAX, 2_000).await.expect("loaded");
    let count = sources.len() as f64;
    let began = Cpu::now();
    for sources in sources.chunks(50) {
        let unchanged = |source: &lede::news::Source| ReadingToSave {
            reading: Reading {
                source: source.id,
                at: END,
                ..bare()
            },
            next_at: END + 10 * MINUTE,
            interval_ms: 10 * MINUTE,
        };
        store
            .save_readings(sources.iter().map(unchanged).collect())
            .await
            .expect("saved");
    }
    began.micros() / count
}

/// Newsrooms that answers are measured for: of few and of many sources, among the busy ones.
pub async fn newsroom(store: &Store, sources: usize) -> NewsroomId {
    store
        .newsroom(Newsroom::Person(sources as u64), 0)
        .await
        .expect("a newsroom")
}

async fn fill(store: &Store, articles: usize) {
    let sources = add_sources(store).await;
    let words = Words::new();
    let mut random = fastrand::Rng::with_seed(articles as u64);
    let (mut saving, mut placing) = (0.0, 0.0);
    let batches = articles.div_ceil(BATCH);
    let mut last_story = None;
    for batch in 0..batches {
        let at = END - DAYS * DAY + (DAYS * DAY) * batch as i64 / batches as i64;
        let readings = (0..BATCH)
            .map(|number| reading(&words, &mut random, &sources, at, batch * BATCH + number));
        let readings: Vec<ReadingToSave> = readings.collect();
        let began = Cpu::now();
        store.save_readings(readings).await.expect("saved");
        saving += began.micros();
        let began = Cpu::now();
        place(store, &mut random, &mut last_story, at).await;
        placing += began.micros();
        if batch % (batches / 10).max(1) == 0 {
            let saved = ((batch + 1) * BATCH) as f64;
            let (saving, placing) = (saving / saved, placing / saved);
            println!(
                "  {saved} articles, CPU each: saved {saving:.0} us, placement kept {placing:.0} us"
            );
        }
    }
}

fn reading(
    words: &Words,
    random: &mut fastrand::Rng,
    sources: &[SourceId],
    at: Millis,
    number: usize,
) -> ReadingToSave {
    let source = (random.f64().powi(2) * SOURCES as f64) as usize;
    let entry = Entry {
        guid: Some(format!("{number}")),
        link: Some(format!("https://s{source}.example/news/{number}")),
        title: words.title(random),
        text: words.text(random, TEXT_CHARS),
        published: Some(at - random.i64(0..HOUR)),
        language: Some("en".to_owned()),
        ..Entry::default()
    };
    full_reading(sources[source], source, vec![entry], at)
}

/// What outlet `number` brought.
pub fn full_reading(
    source: SourceId,
    number: usize,
    entries: Vec<Entry>,
    at: Millis,
) -> ReadingToSave {
    let feed = Feed {
        title: format!("Outlet {number}"),
        entries,
        ..Feed::default()
    };
    let reading = Reading {
        source,
        at,
        outcome: Outcome::Read(Box::new(feed)),
        ..bare()
    };
    ReadingToSave {
        reading,
        next_at: at + 10 * MINUTE,
        interval_ms: 10 * MINUTE,
    }
}

fn bare() -> Reading {
    Reading {
        source: SourceId(0),
        at: 0,
        outcome: Outcome::Unchanged,
        etag: None,
        last_modified: None,
        moved_to: None,
        bytes: 1_500,
        wait_ms: None,
    }
}

/// Stories of two or three articles, with neighbours as a window would find them.
async fn place(store: &Store, random: &mut fastrand::Rng, last: &mut Option<StoryId>, at: Millis) {
    let waiting = store.unplaced(BATCH as u32 * 2).await.expect("loaded");
    let placements = waiting.into_iter().map(|article| {
        let joins = last.filter(|_| random.u8(..) < 150);
        let story = joins.unwrap_or(StoryId(article.id.0));
        *last = Some(story);
        let neighbour = |n: i64| Neighbour {
            article: ArticleId(story.0 + n),
            similarity: 0.1,
        };
        let placed = Placed {
            story,
            score: joins.map(|_| 0.5),
            neighbours: (0..12).map(neighbour).collect(),
            same_text: article.id,
            carried: None,
            merged: Vec::new(),
            moved: Vec::new(),
        };
        (article.id, placed)
    });
    store.place(placements.collect(), at).await.expect("placed");
}

async fn add_sources(store: &Store) -> Vec<SourceId> {
    let mut ids = Vec::with_capacity(SOURCES);
    for number in 0..SOURCES {
        let newsroom = store.newsroom(Newsroom::Server(1 + (number / NEWSROOM_SOURCES) as u64), 0);
        match add(store, newsroom.await.expect("a newsroom"), number).await {
            Added::New(id) => ids.push(id),
            other => panic!("{other:?}"),
        }
    }
    let mut random = fastrand::Rng::with_seed(3);
    for (size, among) in [(9, 1_000), (200, 4_000)] {
        let newsroom = newsroom(store, size).await;
        for number in random.choose_multiple(0..among, size) {
            add(store, newsroom, number).await;
        }
    }
    ids
}

async fn add(store: &Store, newsroom: NewsroomId, number: usize) -> Added {
    let at = END - (DAYS + 1) * DAY;
    let url = format!("https://s{number}.example/feed");
    let source = new_source(newsroom, url, at);
    store.add_source(source).await.expect("added")
}

/// A source that has not been read yet.
pub fn new_source(newsroom: NewsroomId, url: String, at: Millis) -> NewSource {
    NewSource {
        newsroom,
        url,
        name: None,
        folder: None,
        by: 0,
        reading: Reading { at, ..bare() },
        at,
        next_at: at + 10 * MINUTE,
    }
}
