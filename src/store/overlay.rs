//! A newsroom's corrections as every reading of stories goes by them: for the many newsrooms without
//! any, one look at an index and nothing else.

use super::Result;
use super::Store;
use super::statements::{json_array, statements};
use crate::news::correction::{Correction, Kind};
use crate::news::{ArticleId, NewsroomId, Overlay, StoryId};
use serde_json::json;
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap, HashSet};

statements! {
    LIVE = "SELECT r.id, r.kind, coalesce(s.alias_of, s.id), coalesce(o.alias_of, o.id), r.topic
        FROM correction AS r CROSS JOIN story AS s ON s.id = r.story
        LEFT JOIN story AS o ON o.id = r.other
        WHERE r.newsroom = $1 AND r.undone_at IS NULL ORDER BY r.id";
    /// Which of these newsrooms have corrections.
    CORRECTING = "SELECT w.value FROM json_each($1) AS w WHERE EXISTS (
        SELECT 1 FROM correction AS r WHERE r.newsroom = w.value AND r.undone_at IS NULL)";
    /// Where corrections put articles, the latest last.
    CORRECTED = "SELECT k.article, k.story FROM json_each($2) AS w
        CROSS JOIN corrected AS k ON k.newsroom = $1 AND k.article = w.value
        ORDER BY k.article, k.correction";
    /// The articles of [[part, story], ...]: those that the machine placed there and no correction
    /// elsewhere, and those that a correction did.
    MEMBERS = "SELECT p.article, w.value ->> 1 FROM json_each($2) AS w
        CROSS JOIN placement AS p ON p.story = w.value ->> 0
        WHERE NOT EXISTS (SELECT 1 FROM corrected AS k
            WHERE k.newsroom = $1 AND k.article = p.article)
        UNION ALL
        SELECT k.article, w.value ->> 1 FROM json_each($2) AS w
        CROSS JOIN corrected AS k ON k.story = w.value ->> 0 AND k.newsroom = $1
        WHERE NOT EXISTS (SELECT 1 FROM corrected AS l WHERE l.newsroom = $1
            AND l.article = k.article AND l.correction > k.correction)";
    /// Whose own stories these are: a newsroom's own are seen by no other.
    OWNERS = "SELECT r.other FROM json_each($2) AS w
        CROSS JOIN correction AS r ON r.id = -w.value AND r.newsroom = $1";
}

/// The same rows, each of them.
pub(super) const CORRECTED_ROWS: &str = CORRECTED;

/// A part of a story that corrections made of several: what was decided or told of it under its own
/// name counts for the story, in that newsroom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub newsroom: NewsroomId,
    pub part: StoryId,
    pub story: StoryId,
}

impl Store {
    /// How those of the newsrooms see stories that have corrections in force; others have none.
    pub async fn overlays(&self, newsrooms: &[NewsroomId]) -> Result<HashMap<NewsroomId, Overlay>> {
        of_all(&mut *self.reader().await?, newsrooms.iter().copied()).await
    }

    /// The same for one.
    pub async fn overlay(&self, newsroom: NewsroomId) -> Result<Overlay> {
        let found = of(&mut *self.reader().await?, newsroom).await?;
        Ok(found.unwrap_or_default())
    }
}

/// How a newsroom sees stories; none where nothing is corrected.
pub(super) async fn of(c: &mut SqliteConnection, newsroom: NewsroomId) -> Result<Option<Overlay>> {
    let live = live(c, newsroom).await?;
    Ok((!live.is_empty()).then(|| Overlay::new(&live)))
}

/// The corrections of a newsroom that are in force, the first one first.
pub(super) async fn live(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
) -> Result<Vec<Correction>> {
    type Row = (i64, i64, i64, Option<i64>, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(LIVE).bind(newsroom.0).fetch_all(c).await?;
    let correction = |(id, kind, story, other, topic): Row| {
        let other = other.map(StoryId);
        let kind = match kind {
            0 => Kind::Merge(other?),
            1 => Kind::Split(other?),
            2 => Kind::Hide,
            _ => Kind::OffTopic(topic?),
        };
        Some(Correction {
            id,
            story: StoryId(story),
            kind,
        })
    };
    Ok(rows.into_iter().filter_map(correction).collect())
}

pub(super) async fn of_all(
    c: &mut SqliteConnection,
    newsrooms: impl IntoIterator<Item = NewsroomId>,
) -> Result<HashMap<NewsroomId, Overlay>> {
    let asked: BTreeSet<i64> = newsrooms.into_iter().map(|room| room.0).collect();
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let correcting: Vec<i64> = sqlx::query_scalar(CORRECTING)
        .bind(json_array(asked))
        .fetch_all(&mut *c)
        .await?;
    let mut found = HashMap::new();
    for room in correcting.into_iter().map(NewsroomId) {
        if let Some(overlay) = of(c, room).await? {
            found.insert(room, overlay);
        }
    }
    Ok(found)
}

/// The stories of articles as the newsroom sees them, from where the machine placed them.
pub(super) async fn stories_of(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    overlay: &Overlay,
    placed: &[(ArticleId, StoryId)],
) -> Result<HashMap<ArticleId, StoryId>> {
    let mut stories: HashMap<ArticleId, StoryId> = placed.iter().copied().collect();
    if overlay.has_splits() {
        let articles = json_array(placed.iter().map(|(article, _)| article.0));
        stories.extend(corrected(c, newsroom, articles).await?);
    }
    for story in stories.values_mut() {
        *story = overlay.story(*story);
    }
    Ok(stories)
}

/// Those of the articles that stand in a story of the newsroom's own.
pub(super) async fn corrected(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    articles: String,
) -> Result<HashMap<ArticleId, StoryId>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(CORRECTED)
        .bind(newsroom.0)
        .bind(articles)
        .fetch_all(c)
        .await?;
    // Of several rows of an article the last one counts.
    Ok(rows
        .into_iter()
        .map(|(article, story)| (ArticleId(article), StoryId(story)))
        .collect())
}

/// The articles of stories, named as the newsroom names them: whoever sees them.
pub(super) async fn members(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    overlay: &Overlay,
    stories: &[StoryId],
) -> Result<Vec<(ArticleId, StoryId)>> {
    let once: BTreeSet<StoryId> = stories.iter().copied().collect();
    let pairs: Vec<[i64; 2]> = (once.into_iter())
        .flat_map(|story| {
            let parts = overlay.parts(story).into_iter();
            parts.map(move |part| [part.0, story.0])
        })
        .collect();
    let rows: Vec<(i64, i64)> = sqlx::query_as(MEMBERS)
        .bind(newsroom.0)
        .bind(json!(pairs).to_string())
        .fetch_all(c)
        .await?;
    let mut members: Vec<(ArticleId, StoryId)> = rows
        .into_iter()
        .map(|(article, story)| (ArticleId(article), StoryId(story)))
        .collect();
    members.sort_unstable();
    Ok(members)
}

/// Those of the stories that are another newsroom's own.
pub(super) async fn foreign(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    stories: impl Iterator<Item = StoryId>,
) -> Result<HashSet<StoryId>> {
    let mut own: HashSet<StoryId> = stories.filter(|story| story.is_own()).collect();
    if own.is_empty() {
        return Ok(own);
    }
    let known: Vec<i64> = sqlx::query_scalar(OWNERS)
        .bind(newsroom.0)
        .bind(json_array(own.iter().map(|story| story.0)))
        .fetch_all(c)
        .await?;
    own.retain(|story| !known.contains(&story.0));
    Ok(own)
}

/// A story and all parts of it under whose names something may have been decided or told.
pub(super) fn parts_of(overlay: Option<&Overlay>, story: StoryId) -> Vec<StoryId> {
    match overlay.map(|overlay| overlay.parts(story)) {
        Some(parts) if !parts.is_empty() => parts,
        _ => vec![story],
    }
}

/// Parts of these stories, each as its newsroom names it, beside the stories themselves.
pub fn parts(
    overlays: &HashMap<NewsroomId, Overlay>,
    stories: impl IntoIterator<Item = (NewsroomId, StoryId)>,
) -> Vec<Part> {
    let mut known = HashSet::new();
    let mut found = Vec::new();
    for (newsroom, story) in stories {
        let Some(overlay) = overlays.get(&newsroom) else {
            continue;
        };
        if known.insert((newsroom, story)) {
            let others = overlay.parts(story).into_iter();
            found.extend(others.filter(|part| *part != story).map(|part| Part {
                newsroom,
                part,
                story,
            }));
        }
    }
    found
}

/// As a statement takes them: [[newsroom, part, story], ...].
pub(super) fn parts_json(parts: &[Part]) -> String {
    let rows: Vec<[i64; 3]> = (parts.iter())
        .map(|one| [one.newsroom.0, one.part.0, one.story.0])
        .collect();
    json!(rows).to_string()
}
