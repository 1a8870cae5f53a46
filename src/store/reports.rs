//! What members said is wrong with stories, until moderators deal with it.

use super::statements::{json_array, statements};
use super::{Result, Store, notices, overlay, stories};
use crate::clock::{DAY, Millis};
use crate::news::{NewsroomId, StoryId};
use sqlx::SqliteConnection;
use std::collections::HashSet;

/// Reports of one person a day, and open ones of a newsroom.
pub const REPORTS_PER_DAY_MAX: i64 = 5;
pub const REPORTS_OPEN_MAX: i64 = 100;

statements! {
    COUNT_OF = "SELECT count(*) FROM report WHERE person = $1 AND at > $2";
    COUNT_OPEN = "SELECT count(*) FROM report WHERE newsroom = $1 AND closed_at IS NULL";
    /// Once a person and story.
    ADD = "INSERT INTO report (id, newsroom, story, person, what, at)
        VALUES ((SELECT coalesce(max(id), 0) + 1 FROM report), $1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING RETURNING id";
    OPEN = "SELECT r.id, r.person, coalesce(s.alias_of, s.id) FROM report AS r
        CROSS JOIN story AS s ON s.id = r.story
        WHERE r.newsroom = $1 AND r.closed_at IS NULL ORDER BY r.id";
    CLOSE = "UPDATE report SET closed_at = $2 WHERE id IN (SELECT value FROM json_each($1))";
}

/// What a member says is wrong with a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    NotOneStory,
    SameAsAnother,
    NotAboutTopic,
    ShouldNotBeHere,
}

/// How a report was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reported {
    Done,
    /// This person's report of this story waits for moderators already.
    Before,
    /// So many a day.
    TooMany {
        max: i64,
    },
    /// As many as moderators can be asked to look at.
    Full,
    /// The newsroom has no such story, or it waits for its place.
    Gone,
}

impl Store {
    /// Keeps a member's report, and has the moderators told (in `notice`), once of a story.
    pub async fn report(
        &self,
        newsroom: NewsroomId,
        story: StoryId,
        person: u64,
        what: What,
        notice: String,
        at: Millis,
    ) -> Result<Reported> {
        self.urgent(move |c| Box::pin(report(c, newsroom, story, person as i64, what, notice, at)))
            .await
    }
}

async fn report(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    story: StoryId,
    person: i64,
    what: What,
    notice: String,
    at: Millis,
) -> Result<Reported> {
    let living = stories::living(c, newsroom, &[story]).await?;
    let Some(story) = living.get(&story).copied() else {
        return Ok(Reported::Gone);
    };
    let today: i64 = sqlx::query_scalar(COUNT_OF)
        .bind(person)
        .bind(at - DAY)
        .fetch_one(&mut *c)
        .await?;
    let open: i64 = sqlx::query_scalar(COUNT_OPEN)
        .bind(newsroom.0)
        .fetch_one(&mut *c)
        .await?;
    if today >= REPORTS_PER_DAY_MAX {
        let max = REPORTS_PER_DAY_MAX;
        return Ok(Reported::TooMany { max });
    }
    if open >= REPORTS_OPEN_MAX {
        return Ok(Reported::Full);
    }
    let what = match what {
        What::NotOneStory => 0,
        What::SameAsAnother => 1,
        What::NotAboutTopic => 2,
        What::ShouldNotBeHere => 3,
    };
    let added: Option<i64> = sqlx::query_scalar(ADD)
        .bind(newsroom.0)
        .bind(story.0)
        .bind(person)
        .bind(what)
        .bind(at)
        .fetch_optional(&mut *c)
        .await?;
    if added.is_none() {
        return Ok(Reported::Before);
    }
    let key = format!("report:{}:{what}", story.0);
    notices::add_for(c, newsroom, 0, key, notice, at).await?;
    Ok(Reported::Done)
}

/// Moderators dealt with the stories: reports of them are closed, and who made them is told.
pub(super) async fn close(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    stories: &[StoryId],
    thanks: &str,
    at: Millis,
) -> Result<()> {
    let open: Vec<(i64, i64, i64)> = sqlx::query_as(OPEN)
        .bind(newsroom.0)
        .fetch_all(&mut *c)
        .await?;
    if open.is_empty() {
        return Ok(());
    }
    let seen = overlay::of(c, newsroom).await?.unwrap_or_default();
    let dealt: HashSet<StoryId> = stories.iter().map(|story| seen.story(*story)).collect();
    let closed: Vec<(i64, i64)> = (open.into_iter())
        .filter(|(_, _, story)| dealt.contains(&seen.story(StoryId(*story))))
        .map(|(id, person, _)| (id, person))
        .collect();
    sqlx::query(CLOSE)
        .bind(json_array(closed.iter().map(|(id, _)| *id)))
        .bind(at)
        .execute(&mut *c)
        .await?;
    for (id, person) in closed {
        let key = format!("report:{id}");
        notices::add_for(c, newsroom, person, key, thanks.to_owned(), at).await?;
    }
    Ok(())
}
