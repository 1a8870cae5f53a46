//! Stories: placements in the order of placing, and stories as a newsroom sees them.

use super::nouns::{PlacedArticle, Sighting, Unplaced};
use super::statements::{json_array, statements};
use super::{Result, sightings};
use crate::clock::Millis;
use crate::news::story::{Neighbour, Placed};
use crate::news::{ArticleId, NewsroomId, StoryId};
use crate::text::vector::Vector;
use sqlx::SqliteConnection;
use std::collections::{HashMap, HashSet};

/// Articles of one view, the newest of them.
const VIEW_ARTICLES_MAX: u32 = 5_000;
/// Bytes of a neighbour: its id and the similarity.
const NEIGHBOUR_BYTES: usize = 12;

statements! {
    LIVING = "SELECT s.id, coalesce(s.alias_of, s.id) FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value";
    VISIBLE_MEMBERS = "SELECT DISTINCT p.article, p.story FROM json_each($1) AS w
        CROSS JOIN placement AS p ON p.story = w.value
        CROSS JOIN carried AS c ON c.article = p.article
        CROSS JOIN newsroom_source AS ns
            ON ns.newsroom = $2 AND ns.source = c.source AND ns.removed_at IS NULL
        ORDER BY p.article DESC LIMIT $3";
    UNPLACED = "SELECT q.article, o.domain, v.terms FROM (
            SELECT sequence, article FROM waiting ORDER BY sequence LIMIT $1) AS q
        CROSS JOIN article AS a ON a.id = q.article
        CROSS JOIN outlet AS o ON o.id = a.outlet
        LEFT JOIN article_vector AS v ON v.article = q.article ORDER BY q.sequence";
    PLACED = "SELECT q.article, o.domain, v.terms, q.story, q.neighbours, q.same_text FROM (
            SELECT sequence, article, story, neighbours, same_text FROM placement
            ORDER BY sequence DESC LIMIT $1) AS q
        CROSS JOIN article AS a ON a.id = q.article
        CROSS JOIN outlet AS o ON o.id = a.outlet
        CROSS JOIN article_vector AS v ON v.article = q.article ORDER BY q.sequence";
    ALIAS_OF = "SELECT alias_of FROM story WHERE id = $1";
    MAKE_STORY = "INSERT INTO story (id, made_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    PLACE = "INSERT INTO placement (article, story, placed_at, sequence, score, same_text, neighbours)
        VALUES ($1, $2, $3, (SELECT coalesce(max(sequence), 0) + 1 FROM placement), $4, $5, $6)
        ON CONFLICT (article) DO NOTHING";
    WAITS_NO_MORE = "DELETE FROM waiting WHERE article = $1";
    MOVE = "UPDATE placement SET story = $2 WHERE article = $1";
    MOVE_ALL = "UPDATE placement SET story = $2 WHERE story = $1";
    MAKE_ALIAS = "UPDATE story SET alias_of = $2 WHERE id = $1 OR alias_of = $1";
}

pub(super) async fn view(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    stories: &[StoryId],
) -> Result<Vec<(StoryId, Vec<Sighting>)>> {
    let asked = json_array(stories.iter().map(|story| story.0));
    let living: HashMap<i64, i64> = sqlx::query_as(LIVING)
        .bind(asked)
        .fetch_all(&mut *c)
        .await?
        .into_iter()
        .collect();
    let mut known = HashSet::new();
    let order: Vec<i64> = stories
        .iter()
        .filter_map(|story| living.get(&story.0).copied())
        .filter(|id| known.insert(*id))
        .collect();
    let mut members: Vec<(i64, i64)> = sqlx::query_as(VISIBLE_MEMBERS)
        .bind(json_array(order.iter().copied()))
        .bind(newsroom.0)
        .bind(VIEW_ARTICLES_MAX)
        .fetch_all(&mut *c)
        .await?;
    members.sort_unstable();
    let ids: Vec<ArticleId> = members
        .iter()
        .map(|(article, _)| ArticleId(*article))
        .collect();
    let story_of: HashMap<i64, i64> = members.into_iter().collect();
    let mut views: HashMap<i64, Vec<Sighting>> = HashMap::new();
    for sighting in sightings::load(c, newsroom, &ids).await? {
        views
            .entry(story_of[&sighting.article.id.0])
            .or_default()
            .push(sighting);
    }
    Ok(order
        .into_iter()
        .filter_map(|id| Some((StoryId(id), views.remove(&id)?)))
        .collect())
}

pub(super) async fn unplaced(c: &mut SqliteConnection, limit: u32) -> Result<Vec<Unplaced>> {
    let rows: Vec<(i64, String, Option<Vec<u8>>)> =
        sqlx::query_as(UNPLACED).bind(limit).fetch_all(c).await?;
    Ok(rows
        .into_iter()
        .map(|(id, outlet, terms)| unplaced_of(id, outlet, &terms.unwrap_or_default()))
        .collect())
}

fn unplaced_of(id: i64, outlet: String, terms: &[u8]) -> Unplaced {
    let id = ArticleId(id);
    let vector = if terms.is_empty() {
        Vector::default()
    } else {
        Vector::from_bytes(terms)
    };
    Unplaced {
        id,
        at: id.at(),
        outlet,
        vector,
    }
}

pub(super) async fn placed(c: &mut SqliteConnection, limit: u32) -> Result<Vec<PlacedArticle>> {
    type Row = (i64, String, Vec<u8>, i64, Option<Vec<u8>>, i64);
    let rows: Vec<Row> = sqlx::query_as(PLACED).bind(limit).fetch_all(c).await?;
    Ok(rows
        .into_iter()
        .map(
            |(id, outlet, terms, story, neighbours, same_text)| PlacedArticle {
                article: unplaced_of(id, outlet, &terms),
                story: StoryId(story),
                neighbours: neighbours_of(&neighbours.unwrap_or_default()),
                same_text: ArticleId(same_text),
            },
        )
        .collect())
}

/// The same placements saved twice change nothing the second time: an article is placed once, and
/// merges and moves only say where things are.
pub(super) async fn place(
    c: &mut SqliteConnection,
    placements: Vec<(ArticleId, Placed)>,
    at: Millis,
) -> Result<()> {
    for (article, placed) in placements {
        let story = ensure_story(c, placed.story, at).await?;
        let done = sqlx::query(PLACE)
            .bind(article.0)
            .bind(story)
            .bind(at)
            .bind(placed.score)
            .bind(placed.same_text.0)
            .bind(neighbour_bytes(&placed.neighbours))
            .execute(&mut *c)
            .await?;
        sqlx::query(WAITS_NO_MORE)
            .bind(article.0)
            .execute(&mut *c)
            .await?;
        if done.rows_affected() == 0 {
            continue;
        }
        for (younger, elder) in placed.merged {
            merge(c, younger, elder, at).await?;
        }
        for (moved, story) in placed.moved {
            let story = ensure_story(c, story, at).await?;
            sqlx::query(MOVE)
                .bind(moved.0)
                .bind(story)
                .execute(&mut *c)
                .await?;
        }
    }
    Ok(())
}

/// The living story behind an id; it is made when there is none.
async fn ensure_story(c: &mut SqliteConnection, story: StoryId, at: Millis) -> Result<i64> {
    let known: Option<Option<i64>> = sqlx::query_scalar(ALIAS_OF)
        .bind(story.0)
        .fetch_optional(&mut *c)
        .await?;
    match known {
        Some(alias_of) => Ok(alias_of.unwrap_or(story.0)),
        None => {
            sqlx::query(MAKE_STORY)
                .bind(story.0)
                .bind(at)
                .execute(c)
                .await?;
            Ok(story.0)
        }
    }
}

async fn merge(
    c: &mut SqliteConnection,
    younger: StoryId,
    elder: StoryId,
    at: Millis,
) -> Result<()> {
    let younger = ensure_story(c, younger, at).await?;
    let elder = ensure_story(c, elder, at).await?;
    if younger == elder {
        return Ok(());
    }
    sqlx::query(MOVE_ALL)
        .bind(younger)
        .bind(elder)
        .execute(&mut *c)
        .await?;
    sqlx::query(MAKE_ALIAS)
        .bind(younger)
        .bind(elder)
        .execute(c)
        .await?;
    Ok(())
}

fn neighbour_bytes(neighbours: &[Neighbour]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(neighbours.len() * NEIGHBOUR_BYTES);
    for neighbour in neighbours {
        bytes.extend(neighbour.article.0.to_le_bytes());
        bytes.extend(neighbour.similarity.to_le_bytes());
    }
    bytes
}

fn neighbours_of(bytes: &[u8]) -> Vec<Neighbour> {
    let neighbour = |bytes: &[u8]| Neighbour {
        article: ArticleId(i64::from_le_bytes(
            bytes[..8].try_into().expect("eight bytes"),
        )),
        similarity: f32::from_le_bytes(bytes[8..].try_into().expect("four bytes")),
    };
    bytes.chunks_exact(NEIGHBOUR_BYTES).map(neighbour).collect()
}
