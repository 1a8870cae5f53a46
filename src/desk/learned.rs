//! What the store teaches about topics, kept between answers: counts of its newest articles, and a
//! profile for each topic that was asked for. Both are made anew when they are old or when the
//! store has grown; a topic of which the newsroom has read too little has no profile and goes by
//! its words.

use crate::clock::{DAY, HOUR, Millis};
use crate::desk::Desk;
use crate::news::topic::{Collection, Fit, Profile, Standing};
use crate::news::{ArticleId, NewsroomId, Topic};
use crate::store::Hunt;
use crate::text::terms;
use crate::text::vector::{self, Vector};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Mutex;

/// How far back articles are counted, and how many, the newest of the store: about 4 MiB.
const COUNTED_MS: Millis = 60 * DAY;
const COUNTED_ARTICLES_MAX: u32 = 4_000;
/// Fewer say nothing of how common a word is.
const COUNTED_ARTICLES_MIN: usize = 100;
/// How far back a newsroom's articles teach, and how many.
const TEACHING_MS: Millis = 30 * DAY;
const TEACHING_ARTICLES_MAX: u32 = 500;
/// Fewer articles with the topic's words teach nothing.
const TEACHING_ARTICLES_MIN: usize = 10;
/// Articles in which the written forms of what was learned are looked up, the newest.
const WORDS_ARTICLES_MAX: u32 = 60;
/// Counts and profiles older than that are made anew.
const LEARNED_AGE_MAX_MS: Millis = HOUR;
/// Profiles that are kept: 2 KiB each.
const PROFILES_KEPT_MAX: usize = 2_000;

/// Cheap to clone; the clones share what was learned.
#[derive(Clone, Debug, Default)]
pub struct Learned(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    counted: Option<(Millis, Arc<Counted>)>,
    /// By newsroom, the topic's key and whether it goes by what moderators corrected.
    profiles: HashMap<(NewsroomId, String, bool), Learnt>,
}

/// When a profile was made, and the profile, where there was enough to make one of.
type Learnt = (Millis, Option<Arc<Profile>>);

/// The newest articles of the store.
#[derive(Debug)]
pub struct Counted {
    pub collection: Collection,
    vectors: Vec<Vector>,
}

/// A topic's profile and what its words are weighed by.
#[derive(Clone, Debug)]
pub struct Lesson {
    pub profile: Arc<Profile>,
    pub counted: Arc<Counted>,
}

impl Lesson {
    /// How an article stands to the topic.
    pub fn standing(&self, fit: &Fit, vector: &Vector) -> Standing {
        self.profile.standing(fit, vector, &self.counted.collection)
    }
}

impl Learned {
    /// Stories of a newsroom were corrected: what was learned of its topics is learned anew.
    pub async fn forget(&self, newsroom: NewsroomId) {
        let mut kept = self.0.lock().await;
        kept.profiles.retain(|(room, ..), _| *room != newsroom);
    }
}

/// What the store teaches about a topic; nothing when the newsroom has read too little of it. What
/// its moderators said is not about the topic counts against it.
///
/// # Errors
/// Failures of the store.
pub async fn lesson(
    desk: &Desk,
    newsroom: NewsroomId,
    topic: &Topic,
) -> anyhow::Result<Option<Lesson>> {
    lesson_of(desk, newsroom, topic, true).await
}

/// The same; `corrected`: false where other newsrooms go by it too, whom those corrections are no
/// matter of.
///
/// # Errors
/// Failures of the store.
pub async fn lesson_of(
    desk: &Desk,
    newsroom: NewsroomId,
    topic: &Topic,
    corrected: bool,
) -> anyhow::Result<Option<Lesson>> {
    let now = desk.now();
    let key = (newsroom, topic.key.clone(), corrected);
    let fresh = |at: Millis| (0..LEARNED_AGE_MAX_MS).contains(&(now - at));
    let counted = counted(desk, now, fresh).await?;
    let kept = desk.learned.0.lock().await;
    if let Some((at, profile)) = kept.profiles.get(&key)
        && fresh(*at)
    {
        return Ok(profile.clone().map(|profile| Lesson { profile, counted }));
    }
    // Learning takes some milliseconds; others need not wait for it.
    drop(kept);
    let profile = learn(desk, newsroom, topic, corrected, Arc::clone(&counted)).await?;
    let mut kept = desk.learned.0.lock().await;
    if kept.profiles.len() >= PROFILES_KEPT_MAX {
        kept.profiles.clear();
    }
    kept.profiles.insert(key, (now, profile.clone()));
    Ok(profile.map(|profile| Lesson { profile, counted }))
}

/// The counts, made anew when they are no longer fresh. Whoever finds them so counts; others go on
/// with the old ones meanwhile.
async fn counted(
    desk: &Desk,
    now: Millis,
    fresh: impl Fn(Millis) -> bool,
) -> anyhow::Result<Arc<Counted>> {
    if let Some((at, counted)) = &mut desk.learned.0.lock().await.counted {
        if fresh(*at) {
            return Ok(Arc::clone(counted));
        }
        *at = now;
    }
    let counted = Arc::new(count(desk).await?);
    let mut kept = desk.learned.0.lock().await;
    kept.counted = Some((now, Arc::clone(&counted)));
    kept.profiles.clear();
    Ok(counted)
}

/// The words that the store taught to belong to a topic, the weightiest first, as they are mostly
/// written; nothing when the newsroom has read too little of it.
///
/// # Errors
/// Failures of the store.
pub async fn words(
    desk: &Desk,
    newsroom: NewsroomId,
    topic: &Topic,
    most: usize,
) -> anyhow::Result<Option<Vec<String>>> {
    let Some(lesson) = lesson(desk, newsroom, topic).await? else {
        return Ok(None);
    };
    let mut wanted = lesson.profile.weightiest();
    wanted.truncate(most);
    let hunt = teaching(newsroom, topic, desk.now(), WORDS_ARTICLES_MAX);
    let mut written: HashMap<u32, HashMap<String, usize>> = HashMap::new();
    for sighting in desk.store.hunt(&hunt).await? {
        let article = &sighting.article;
        let normal = terms::normal(&article.text);
        for word in terms::words(&article.title).chain(terms::words(&normal)) {
            for term in terms::kept_of(&word, article.language.as_deref()) {
                let hash = vector::hash(&term);
                if wanted.contains(&hash) {
                    let counts = written.entry(hash).or_default();
                    *counts.entry(word.written.to_owned()).or_default() += 1;
                }
            }
        }
    }
    let mostly = |counts: &HashMap<String, usize>| {
        let most = counts
            .iter()
            .max_by_key(|(word, count)| (**count, std::cmp::Reverse(*word)));
        most.map(|(word, _)| word.clone())
    };
    let found = wanted.iter().filter_map(|hash| written.get(hash));
    Ok(Some(found.filter_map(mostly).collect()))
}

fn teaching(newsroom: NewsroomId, topic: &Topic, now: Millis, newest: u32) -> Hunt<'_> {
    Hunt {
        newsroom,
        topic: Some(topic),
        source: None,
        from: ArticleId::first_at(now - TEACHING_MS),
        until: ArticleId::first_at(now.saturating_add(1)),
        newest,
    }
}

async fn count(desk: &Desk) -> anyhow::Result<Counted> {
    let vectors = desk
        .store
        .newest_vectors(
            ArticleId::first_at(desk.now() - COUNTED_MS),
            COUNTED_ARTICLES_MAX,
        )
        .await?;
    Ok(tokio::task::spawn_blocking(move || Counted {
        collection: Collection::of(vectors.iter()),
        vectors,
    })
    .await?)
}

async fn learn(
    desk: &Desk,
    newsroom: NewsroomId,
    topic: &Topic,
    corrected: bool,
    counted: Arc<Counted>,
) -> anyhow::Result<Option<Arc<Profile>>> {
    if counted.vectors.len() < COUNTED_ARTICLES_MIN {
        return Ok(None);
    }
    let hunt = teaching(newsroom, topic, desk.now(), TEACHING_ARTICLES_MAX);
    let mut ids = desk.store.hunt_ids(&hunt).await?;
    let mut against = Vec::new();
    if corrected {
        against = desk.store.off_topic_articles(newsroom, &topic.key).await?;
        ids.retain(|id| !against.contains(id));
        // The newest are the last.
        let most = TEACHING_ARTICLES_MAX as usize;
        against.drain(..against.len().saturating_sub(most));
    }
    if ids.len() < TEACHING_ARTICLES_MIN {
        return Ok(None);
    }
    let teachers = desk.store.vectors(&ids).await?;
    let against = desk.store.vectors(&against).await?;
    let topic = topic.clone();
    let profile = tokio::task::spawn_blocking(move || {
        let teachers: Vec<&Vector> = teachers.iter().map(|(_, vector)| vector).collect();
        let against: Vec<&Vector> = against.iter().map(|(_, vector)| vector).collect();
        let others = counted.vectors.iter();
        Profile::learn_against(&topic, &counted.collection, &teachers, &against, others)
    });
    Ok(Some(Arc::new(profile.await?)))
}
