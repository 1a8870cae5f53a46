//! Sightings: articles as one newsroom sees them, by its own sources only.

use super::nouns::Sighting;
use super::statements::{json_array, statements};
use super::{Result, overlay, sources};
use crate::clock::Millis;
use crate::news::source::Weight;
use crate::news::{Article, ArticleId, NewsroomId, Overlay, SourceId, StoryId};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row, SqliteConnection};
use std::collections::HashMap;

statements! {
    VISIBLE = "SELECT c.article, c.source, c.seen_at, ns.weight, ns.muted
        FROM json_each($1) AS w CROSS JOIN carried AS c ON c.article = w.value
        CROSS JOIN newsroom_source AS ns
            ON ns.newsroom = $2 AND ns.source = c.source AND ns.removed_at IS NULL";
    NAMES = "SELECT ns.source, ns.name, s.title FROM newsroom_source AS ns
        JOIN source AS s ON s.id = ns.source WHERE ns.newsroom = $1 AND ns.removed_at IS NULL";
    LOAD = "SELECT a.id, a.revision, a.source, o.domain, a.link, a.title, a.text, a.language,
            a.published, a.seen_at, a.image, p.story, p.same_text
        FROM json_each($1) AS w CROSS JOIN article AS a ON a.id = w.value
        CROSS JOIN outlet AS o ON o.id = a.outlet
        LEFT JOIN placement AS p ON p.article = a.id";
}

/// An article with its place.
struct Placed {
    article: Article,
    story: Option<i64>,
    same_text: Option<i64>,
}

impl FromRow<'_, SqliteRow> for Placed {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        Ok(Self {
            article: Article {
                id: ArticleId(row.try_get(0)?),
                revision: row.try_get(1)?,
                source: SourceId(row.try_get(2)?),
                outlet: row.try_get(3)?,
                link: row.try_get(4)?,
                title: row.try_get(5)?,
                text: row.try_get(6)?,
                language: row.try_get(7)?,
                published: row.try_get(8)?,
                seen: row.try_get(9)?,
                image: row.try_get(10)?,
            },
            story: row.try_get(11)?,
            same_text: row.try_get(12)?,
        })
    }
}

/// By which source a newsroom sees an article.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    source: i64,
    weight: Weight,
    pub at: Millis,
}

/// Those of the articles that the newsroom sees, in the order of `ids`, each once, with its stories
/// as it corrected them. What moderators hid there is left out.
pub(super) async fn load(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    ids: &[ArticleId],
) -> Result<Vec<Sighting>> {
    let overlay = overlay::of(c, newsroom).await?;
    let mut found = load_all(c, newsroom, overlay.as_ref(), ids).await?;
    if let Some(overlay) = overlay {
        found.retain(|one| !one.story.is_some_and(|story| overlay.is_hidden(story)));
    }
    Ok(found)
}

/// The same with what is hidden.
pub(super) async fn load_all(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    overlay: Option<&Overlay>,
    ids: &[ArticleId],
) -> Result<Vec<Sighting>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let seen = seen_by(c, newsroom, ids).await?;
    if seen.is_empty() {
        return Ok(Vec::new());
    }
    let names = names(c, newsroom).await?;
    let visible = json_array(ids.iter().map(|id| id.0).filter(|id| seen.contains_key(id)));
    let rows: Vec<Placed> = sqlx::query_as(LOAD)
        .bind(visible)
        .fetch_all(&mut *c)
        .await?;
    let mut rows: HashMap<i64, Placed> = rows
        .into_iter()
        .map(|row| (row.article.id.0, row))
        .collect();
    let corrected = match overlay {
        Some(overlay) => {
            let placed: Vec<(ArticleId, StoryId)> = (rows.values())
                .filter_map(|row| Some((row.article.id, StoryId(row.story?))))
                .collect();
            overlay::stories_of(c, newsroom, overlay, &placed).await?
        }
        None => HashMap::new(),
    };
    let sighting = |id: &ArticleId| {
        let Placed {
            article,
            story,
            same_text,
        } = rows.remove(&id.0)?;
        let seen = seen[&id.0];
        let name = names.get(&seen.source).filter(|name| !name.is_empty());
        Some(Sighting {
            story: corrected.get(id).copied().or(story.map(StoryId)),
            outlet_name: name.unwrap_or(&article.outlet).clone(),
            source: SourceId(seen.source),
            weight: seen.weight,
            same_text: ArticleId(same_text.unwrap_or(id.0)),
            seen: seen.at,
            article,
        })
    };
    Ok(ids.iter().filter_map(sighting).collect())
}

impl Seen {
    /// Whether it counts for anything.
    pub fn is_counted(&self) -> bool {
        self.weight != Weight::Muted
    }

    /// Whether anything of it is shown.
    pub fn is_heard(&self) -> bool {
        self.weight.is_heard()
    }
}

/// Those of the articles that the newsroom sees, and how.
pub(super) async fn seen_by(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    ids: &[ArticleId],
) -> Result<HashMap<i64, Seen>> {
    type Row = (i64, i64, Millis, i64, i64);
    let ids = json_array(ids.iter().map(|id| id.0));
    let rows: Vec<Row> = sqlx::query_as(VISIBLE)
        .bind(ids)
        .bind(newsroom.0)
        .fetch_all(c)
        .await?;
    let mut seen: HashMap<i64, Seen> = HashMap::with_capacity(rows.len());
    for (article, source, at, weight, muted) in rows {
        let new = Seen {
            source,
            weight: sources::weight(weight, muted),
            at,
        };
        let best = seen.entry(article).or_insert(new);
        // What is not heard tells nothing of when the newsroom saw what is.
        match (best.weight.is_heard(), new.weight.is_heard()) {
            (true, false) => continue,
            (false, true) => *best = new,
            _ => {}
        }
        let earliest = best.at.min(new.at);
        // The heaviest source names it; of equals the one that had it first.
        if (new.weight, -new.at, -new.source) > (best.weight, -best.at, -best.source) {
            *best = new;
        }
        best.at = earliest;
    }
    Ok(seen)
}

/// The moderator's names for the sources, else the feeds' titles.
async fn names(c: &mut SqliteConnection, newsroom: NewsroomId) -> Result<HashMap<i64, String>> {
    let rows: Vec<(i64, Option<String>, String)> =
        sqlx::query_as(NAMES).bind(newsroom.0).fetch_all(c).await?;
    Ok(rows
        .into_iter()
        .map(|(source, name, title)| (source, name.unwrap_or(title).trim().to_owned()))
        .collect())
}
