//! Moderators' corrections of stories: making one, taking it back, and what they mean for articles
//! that come later. Each is one transaction with its line in the audit and what it changes of what
//! was decided and told in that newsroom.

mod follow;
mod settle;

use super::audit::{self, Change, Hand};
use super::statements::{insert, json_array, run, statements};
use super::{Dealt, Result, Store, overlay, reports, sightings, stories, values};
use crate::clock::Millis;
use crate::news::correction::{Correction, Kind};
use crate::news::{ArticleId, NewsroomId, Overlay, StoryId};
use sqlx::SqliteConnection;
use std::collections::HashMap;

pub(super) use follow::follow;

/// Corrections of a newsroom that are in force at once.
pub const CORRECTIONS_MAX: usize = 1_000;
/// How often corrections were made and taken back.
const CHANGES: &str = "correction_changes";

statements! {
    /// Never that of a story which a former correction made.
    NEXT_ID = "SELECT 1 + max((SELECT coalesce(max(id), 0) FROM correction),
        (SELECT coalesce(-min(id), 0) FROM story WHERE id < 0))";
    MAKE_STORY = "INSERT INTO story (id, made_at) VALUES ($1, $2)";
    ADD = "INSERT INTO correction (id, newsroom, kind, story, other, topic, by, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    PUT = "INSERT INTO corrected (newsroom, article, correction, story) VALUES (?, ?, ?, ?)
        ON CONFLICT DO NOTHING";
    OF_ID = "SELECT r.kind, coalesce(s.alias_of, s.id), coalesce(o.alias_of, o.id), r.topic, r.at
        FROM correction AS r CROSS JOIN story AS s ON s.id = r.story
        LEFT JOIN story AS o ON o.id = r.other
        WHERE r.id = $2 AND r.newsroom = $1 AND r.undone_at IS NULL";
    /// Whether a story that was split off was hidden, taken off a topic or merged since.
    CHANGED_SINCE = "SELECT EXISTS (SELECT 1 FROM correction
        WHERE (story = $1 OR other = $1) AND kind <> 1 AND undone_at IS NULL)";
    UNDO = "UPDATE correction SET undone_at = $2 WHERE id = $1";
    LEAVE = "DELETE FROM corrected WHERE correction = $1";
    /// A story that was split off goes by the name of what it left.
    MAKE_ALIAS = "UPDATE story SET alias_of = $2 WHERE id = $1 OR alias_of = $1";
    UNDO_LINE = "UPDATE audit SET undone_at = $3
        WHERE newsroom = $1 AND what LIKE 'story.%' AND subject = $2 AND undone_at IS NULL";
    MADE = "SELECT id, by, at FROM correction WHERE id IN (SELECT value FROM json_each($1))";
    PLACES = "SELECT p.article, p.story FROM json_each($1) AS w
        CROSS JOIN placement AS p ON p.article = w.value";
}

#[cfg(test)]
pub(super) const BELOW: [&[(&str, &str)]; 2] = [follow::STATEMENTS, settle::STATEMENTS];

/// What is to be corrected. Stories are named as the newsroom sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    Merge {
        one: StoryId,
        other: StoryId,
    },
    Split {
        story: StoryId,
        articles: Vec<ArticleId>,
    },
    Hide(StoryId),
    OffTopic {
        story: StoryId,
        topic: String,
    },
}

/// A correction to be made, with before and after in words for the audit.
#[derive(Clone, Debug)]
pub struct Correcting {
    pub newsroom: NewsroomId,
    pub wish: Wish,
    pub before: String,
    pub after: String,
    /// What those are told whose reports are dealt with, and under what name that is done.
    pub thanks: String,
    pub dealt: String,
    /// Discord's id of the person; 0 = the host.
    pub by: u64,
    pub at: Millis,
}

/// How that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Corrected {
    /// The audit's line, the story as it is now, and the one that was split off.
    Done {
        change: i64,
        story: StoryId,
        split_off: Option<StoryId>,
    },
    /// It is so already.
    Same,
    /// The newsroom sees no such story, or none of the articles in it.
    Gone,
    /// Nothing would be left of the story.
    Whole,
    Full {
        max: usize,
    },
}

/// What taking a correction back came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakenBack {
    Done,
    /// It was taken back before.
    Before,
    /// A later one is about the story that it split off: of what that left it would be said too.
    ChangedSince,
}

/// A correction in force that concerns a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingCorrection {
    pub correction: Correction,
    pub by: u64,
    pub at: Millis,
}

/// Corrections.
impl Store {
    pub async fn correct(&self, correcting: Correcting) -> Result<Corrected> {
        self.urgent(move |c| Box::pin(correct(c, correcting))).await
    }

    /// Takes a correction back, however old.
    pub async fn undo_correction(
        &self,
        newsroom: NewsroomId,
        correction: i64,
        at: Millis,
    ) -> Result<TakenBack> {
        self.urgent(move |c| Box::pin(undo(c, newsroom, correction, at)))
            .await
    }

    /// The corrections in force that concern a story, the first one first.
    pub async fn corrections_of(
        &self,
        newsroom: NewsroomId,
        story: StoryId,
    ) -> Result<Vec<StandingCorrection>> {
        let mut reader = self.reader().await?;
        let live = overlay::live(&mut reader, newsroom).await?;
        let seen = Overlay::new(&live);
        let own = seen.story(story);
        let concerns = |one: &Correction| {
            let other = match one.kind {
                Kind::Merge(other) | Kind::Split(other) => Some(other),
                Kind::Hide | Kind::OffTopic(_) => None,
            };
            seen.story(one.story) == own || other.is_some_and(|other| seen.story(other) == own)
        };
        let found: Vec<Correction> = live.into_iter().filter(concerns).collect();
        let made: Vec<(i64, i64, Millis)> = sqlx::query_as(MADE)
            .bind(json_array(found.iter().map(|one| one.id)))
            .fetch_all(&mut *reader)
            .await?;
        let made: HashMap<i64, (i64, Millis)> = made
            .into_iter()
            .map(|(id, by, at)| (id, (by, at)))
            .collect();
        let standing = found.into_iter().filter_map(|correction| {
            let (by, at) = made.get(&correction.id).copied()?;
            Some(StandingCorrection {
                correction,
                by: by as u64,
                at,
            })
        });
        Ok(standing.collect())
    }

    /// The articles that the newsroom's moderators said are not about the topic of this key, the
    /// oldest first.
    pub async fn off_topic_articles(
        &self,
        newsroom: NewsroomId,
        topic: &str,
    ) -> Result<Vec<ArticleId>> {
        let mut reader = self.reader().await?;
        let Some(seen) = overlay::of(&mut reader, newsroom).await? else {
            return Ok(Vec::new());
        };
        let stories = seen.off_topic(topic);
        let members = overlay::members(&mut reader, newsroom, &seen, &stories).await?;
        Ok(members.into_iter().map(|(article, _)| article).collect())
    }

    /// Counts what was corrected: while it stays, what was read of stories holds.
    pub async fn correction_changes(&self) -> Result<i64> {
        changes(&mut *self.reader().await?).await
    }
}

pub(super) async fn changes(c: &mut SqliteConnection) -> Result<i64> {
    values::counted(c, CHANGES).await
}

/// A correction as the table has it.
struct Row {
    kind: i64,
    story: StoryId,
    other: Option<StoryId>,
    topic: Option<String>,
    what: &'static str,
}

async fn correct(c: &mut SqliteConnection, correcting: Correcting) -> Result<Corrected> {
    let room = correcting.newsroom;
    let live = overlay::live(c, room).await?;
    if live.len() >= CORRECTIONS_MAX {
        let max = CORRECTIONS_MAX;
        return Ok(Corrected::Full { max });
    }
    let before = Overlay::new(&live);
    let named = correcting.wish.stories();
    let living = stories::living(c, room, &named).await?;
    let mut found: Vec<StoryId> = (named.iter())
        .filter_map(|id| living.get(id).copied())
        .collect();
    if found.len() < named.len() {
        return Ok(Corrected::Gone);
    }
    let story = found[0];
    let members = overlay::members(c, room, &before, &found).await?;
    let members: Vec<ArticleId> = members.into_iter().map(|(article, _)| article).collect();
    let id: i64 = sqlx::query_scalar(NEXT_ID).fetch_one(&mut *c).await?;
    let mut chosen = Vec::new();
    let row = match &correcting.wish {
        Wish::Merge { .. } if found[0] == found[1] => return Ok(Corrected::Same),
        Wish::Hide(_) if before.is_hidden(story) => return Ok(Corrected::Same),
        Wish::OffTopic { topic, .. } if before.is_off_topic(story, topic) => {
            return Ok(Corrected::Same);
        }
        Wish::Merge { .. } => row(0, story, Some(found[1]), None, "story.merge"),
        Wish::Hide(_) => row(2, story, None, None, "story.hide"),
        Wish::OffTopic { topic, .. } => row(3, story, None, Some(topic.clone()), "story.topic"),
        Wish::Split { articles, .. } => {
            chosen = match choose(c, room, &members, articles).await? {
                Ok(chosen) => chosen,
                Err(no) => return Ok(no),
            };
            // What it leaves is the part in which its first article stands.
            let left = part_of(c, room, chosen[0]).await?.unwrap_or(story);
            row(
                1,
                left,
                Some(StoryId::of_correction(id)),
                None,
                "story.split",
            )
        }
    };
    let split_off = row.other.filter(|_| row.kind == 1);
    let what = row.what;
    add(c, &correcting, id, row).await?;
    if let Some(own) = split_off {
        put(c, room, id, own, chosen.iter().copied()).await?;
        // What the newsroom does not see yet of it goes with what it is nearest to.
        let seen = sightings::seen_by(c, room, &members).await?;
        let unseen = members.iter().filter(|id| !seen.contains_key(&id.0));
        follow::assign(c, room, json_array(unseen.map(|id| id.0))).await?;
        settle::tell_apart(c, room, &live, story, own, &chosen).await?;
        found.push(own);
    }
    settle::unsettle(c, room, &live, &found, &members).await?;
    let change = note(c, correcting, id, what, &found).await?;
    let after = overlay::of(c, room).await?.unwrap_or_default();
    Ok(Corrected::Done {
        change,
        story: after.story(story),
        split_off,
    })
}

impl Wish {
    /// The stories that it names.
    fn stories(&self) -> Vec<StoryId> {
        match self {
            Wish::Merge { one, other } => vec![*one, *other],
            Wish::Split { story, .. } | Wish::Hide(story) | Wish::OffTopic { story, .. } => {
                vec![*story]
            }
        }
    }
}

/// Those of the articles that the newsroom sees in the story, in their order; why not, where there
/// are none or nothing would be left.
async fn choose(
    c: &mut SqliteConnection,
    room: NewsroomId,
    members: &[ArticleId],
    articles: &[ArticleId],
) -> Result<std::result::Result<Vec<ArticleId>, Corrected>> {
    let mut seen = sightings::seen_by(c, room, members).await?;
    seen.retain(|_, seen| seen.is_heard());
    let chosen: Vec<ArticleId> = (members.iter().copied())
        .filter(|id| articles.contains(id) && seen.contains_key(&id.0))
        .collect();
    Ok(match chosen.len() {
        0 => Err(Corrected::Gone),
        all if all == seen.len() => Err(Corrected::Whole),
        _ => Ok(chosen),
    })
}

/// The audit's line, and the end of what was reported of the stories.
async fn note(
    c: &mut SqliteConnection,
    correcting: Correcting,
    id: i64,
    what: &'static str,
    stories: &[StoryId],
) -> Result<i64> {
    let line = Change {
        hand: Hand {
            newsroom: correcting.newsroom,
            by: correcting.by,
            at: correcting.at,
        },
        what,
        subject: id.to_string(),
        before: Some(correcting.before),
        after: Some(correcting.after),
    };
    let change = audit::add(c, line).await?;
    let dealt = Dealt {
        by: correcting.by,
        at: correcting.at,
        what: correcting.dealt,
    };
    let (room, thanks) = (correcting.newsroom, &correcting.thanks);
    reports::close(c, room, stories, None, thanks, dealt).await?;
    values::count(c, CHANGES, 1).await?;
    Ok(change)
}

fn row(
    kind: i64,
    story: StoryId,
    other: Option<StoryId>,
    topic: Option<String>,
    what: &'static str,
) -> Row {
    Row {
        kind,
        story,
        other,
        topic,
        what,
    }
}

async fn add(c: &mut SqliteConnection, correcting: &Correcting, id: i64, row: Row) -> Result<()> {
    if row.kind == 1 {
        let own = StoryId::of_correction(id);
        sqlx::query(MAKE_STORY)
            .bind(own.0)
            .bind(correcting.at)
            .execute(&mut *c)
            .await?;
    }
    sqlx::query(ADD)
        .bind(id)
        .bind(correcting.newsroom.0)
        .bind(row.kind)
        .bind(row.story.0)
        .bind(row.other.map(|other| other.0))
        .bind(row.topic)
        .bind(correcting.by as i64)
        .bind(correcting.at)
        .execute(c)
        .await?;
    Ok(())
}

async fn put(
    c: &mut SqliteConnection,
    room: NewsroomId,
    correction: i64,
    own: StoryId,
    articles: impl Iterator<Item = ArticleId>,
) -> Result<()> {
    let rows = insert(PUT, articles, |query, article| {
        query
            .bind(room.0)
            .bind(article.0)
            .bind(correction)
            .bind(own.0)
    });
    run(c, rows).await
}

/// The part of a story in which an article stands: one of the newsroom's own, or the machine's.
async fn part_of(
    c: &mut SqliteConnection,
    room: NewsroomId,
    article: ArticleId,
) -> Result<Option<StoryId>> {
    let corrected = overlay::corrected(c, room, json_array([article.0])).await?;
    if let Some(own) = corrected.get(&article) {
        return Ok(Some(*own));
    }
    let placed = places(c, json_array([article.0])).await?;
    Ok(placed.get(&article).copied())
}

async fn places(c: &mut SqliteConnection, articles: String) -> Result<HashMap<ArticleId, StoryId>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(PLACES).bind(articles).fetch_all(c).await?;
    let place = |(article, story)| (ArticleId(article), StoryId(story));
    Ok(rows.into_iter().map(place).collect())
}

/// As [`Store::undo_correction`].
pub(super) async fn undo(
    c: &mut SqliteConnection,
    room: NewsroomId,
    id: i64,
    at: Millis,
) -> Result<TakenBack> {
    type Found = (i64, i64, Option<i64>, Option<String>, Millis);
    let found: Option<Found> = sqlx::query_as(OF_ID)
        .bind(room.0)
        .bind(id)
        .fetch_optional(&mut *c)
        .await?;
    let Some((kind, story, other, _, made_at)) = found else {
        return Ok(TakenBack::Before);
    };
    if kind == 1 {
        let own = StoryId::of_correction(id);
        let changed = sqlx::query_scalar(CHANGED_SINCE).bind(own.0);
        if changed.fetch_one(&mut *c).await? {
            return Ok(TakenBack::ChangedSince);
        }
    }
    let live = overlay::live(c, room).await?;
    let before = Overlay::new(&live);
    let mut stories = vec![before.story(StoryId(story))];
    stories.extend(other.map(|other| before.story(StoryId(other))));
    let members = overlay::members(c, room, &before, &stories).await?;
    sqlx::query(UNDO).bind(id).bind(at).execute(&mut *c).await?;
    sqlx::query(LEAVE).bind(id).execute(&mut *c).await?;
    if let Some(own) = other.filter(|_| kind == 1) {
        sqlx::query(MAKE_ALIAS)
            .bind(own)
            .bind(story)
            .execute(&mut *c)
            .await?;
    }
    if kind == 0 {
        settle::tell_parted(c, room, &before, stories[0], made_at).await?;
    }
    sqlx::query(UNDO_LINE)
        .bind(room.0)
        .bind(id.to_string())
        .bind(at)
        .execute(&mut *c)
        .await?;
    let touched: Vec<ArticleId> = members.into_iter().map(|(article, _)| article).collect();
    settle::unsettle(c, room, &live, &stories, &touched).await?;
    values::count(c, CHANGES, 1).await?;
    Ok(TakenBack::Done)
}

#[cfg(test)]
mod tests;
