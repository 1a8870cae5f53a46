//! What members said is wrong with stories, until moderators deal with it.

use super::statements::{json_array, statements};
use super::{Dealt, NewNotice, Result, Store, Whom, notices, overlay, stories};
use crate::clock::{DAY, HOUR, Millis};
use crate::news::{NewsroomId, StoryId};
use crate::page::{Button, Card};
use sqlx::SqliteConnection;
use std::collections::HashSet;

/// Reports of one person a day, and open ones of a newsroom.
pub const REPORTS_PER_DAY_MAX: i64 = 5;
pub const REPORTS_OPEN_MAX: i64 = 100;

/// Moderators are reminded of what has waited for so long, and so often at most.
const REMIND_AFTER_MS: Millis = HOUR;
const REMIND_EVERY_MS: Millis = DAY;

statements! {
    COUNT_OF = "SELECT count(*) FROM report WHERE person = $1 AND at > $2";
    COUNT_OPEN = "SELECT count(*) FROM report WHERE newsroom = $1 AND closed_at IS NULL";
    /// Whether moderators were told of it, and did not deal with it yet.
    IS_TOLD = "SELECT EXISTS (SELECT 1 FROM report
        WHERE newsroom = $1 AND story = $2 AND what = $3 AND closed_at IS NULL)";
    /// Once a person and story.
    ADD = "INSERT INTO report (id, newsroom, story, person, what, at)
        VALUES ((SELECT coalesce(max(id), 0) + 1 FROM report), $1, $2, $3, $4, $5)
        ON CONFLICT DO NOTHING RETURNING id";
    OPEN = "SELECT r.id, r.person, coalesce(s.alias_of, s.id), r.story, r.what FROM report AS r
        CROSS JOIN story AS s ON s.id = r.story
        WHERE r.newsroom = $1 AND r.closed_at IS NULL ORDER BY r.id";
    /// What is wrong, by how many members and since when; what came first is first.
    WAITING = "SELECT coalesce(s.alias_of, s.id), r.what, count(*), min(r.at) FROM report AS r
        CROSS JOIN story AS s ON s.id = r.story
        WHERE r.newsroom = $1 AND r.closed_at IS NULL GROUP BY 1, 2 ORDER BY min(r.id)";
    /// Sources that wait for moderators, and the oldest of these and of reports; when they were last
    /// reminded, and whether a channel tells them.
    OPEN_OF = "SELECT g.n, min(coalesce(g.at, r.at), coalesce(r.at, g.at)), n.reminded_at,
            EXISTS (SELECT 1 FROM setting AS v LEFT JOIN destination AS d
                ON d.kind = 0 AND d.discord = CAST(v.value AS INTEGER)
                WHERE v.newsroom = n.id AND v.name = 'notices_channel'
                    AND CAST(v.value AS INTEGER) > 0 AND d.lost_at IS NULL)
        FROM newsroom AS n
        CROSS JOIN (SELECT count(*) AS n, min(made_at) AS at FROM suggestion
            WHERE newsroom = $1 AND decided_at IS NULL) AS g
        CROSS JOIN (SELECT min(at) AS at FROM report
            WHERE newsroom = $1 AND closed_at IS NULL) AS r
        WHERE n.id = $1";
    REMIND = "UPDATE newsroom SET reminded_at = $2
        WHERE id = $1 AND coalesce(reminded_at, 0) <= $3";
    CLOSE = "UPDATE report SET closed_at = $2 WHERE id IN (SELECT value FROM json_each($1))";
}

/// What [`OPEN_OF`] reads.
type OpenOf = (u32, Option<Millis>, Option<Millis>, bool);

/// What a member says is wrong with a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    NotOneStory,
    SameAsAnother,
    NotAboutTopic,
    ShouldNotBeHere,
}

/// What a member says of a story, and what moderators are told.
#[derive(Clone, Debug)]
pub struct NewReport {
    pub newsroom: NewsroomId,
    pub story: StoryId,
    /// Discord's id.
    pub person: u64,
    pub what: What,
    pub card: Card,
    pub buttons: Vec<Button>,
}

/// What members say of one story and moderators did not deal with yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenReport {
    pub story: StoryId,
    pub what: What,
    /// So many members say so, since then.
    pub members: u32,
    pub since: Millis,
}

/// How much waits for the moderators of a newsroom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Suggested sources.
    pub sources: u32,
    /// Stories that members say are wrong, counted for each thing that is wrong.
    pub reports: u32,
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
    /// Keeps a member's report, and has the moderators told, once of a story and what is wrong.
    pub async fn report(&self, new: NewReport, at: Millis) -> Result<Reported> {
        self.urgent(move |c| Box::pin(report(c, new, at))).await
    }

    /// What members say is wrong with stories, until moderators deal with it; what came first is
    /// first, under the names that the stories have in the newsroom.
    pub async fn open_reports(&self, newsroom: NewsroomId) -> Result<Vec<OpenReport>> {
        waiting(&mut *self.reader().await?, newsroom).await
    }

    /// What waits for the moderators of a newsroom that no channel tells of it; nothing where they
    /// heard of all of it lately, or were reminded in the last day. Else they are, by this.
    pub async fn remind(&self, newsroom: NewsroomId, now: Millis) -> Result<Option<Waiting>> {
        let mut reader = self.reader().await?;
        let found: Option<OpenOf> = sqlx::query_as(OPEN_OF)
            .bind(newsroom.0)
            .fetch_optional(&mut *reader)
            .await?;
        let Some((sources, oldest, reminded_at, is_told)) = found else {
            return Ok(None);
        };
        let is_due = oldest.is_some_and(|at| now - at >= REMIND_AFTER_MS)
            && reminded_at.is_none_or(|at| now - at >= REMIND_EVERY_MS);
        if is_told || !is_due {
            return Ok(None);
        }
        // As the list has them: of stories that became one they are one.
        let reports = waiting(&mut reader, newsroom).await?.len() as u32;
        drop(reader);
        let first = self.urgent(move |c| Box::pin(reminded(c, newsroom, now)));
        Ok(first.await?.then_some(Waiting { sources, reports }))
    }

    /// Puts aside what members said of a story, of one kind; false where nothing of it waits. Each
    /// of them is told `answer`.
    pub async fn put_aside(
        &self,
        newsroom: NewsroomId,
        story: StoryId,
        what: What,
        answer: String,
        dealt: Dealt,
    ) -> Result<bool> {
        let of = Some(what);
        self.urgent(move |c| {
            Box::pin(async move { close(c, newsroom, &[story], of, &answer, dealt).await })
        })
        .await
    }
}

impl What {
    fn number(self) -> i64 {
        match self {
            What::NotOneStory => 0,
            What::SameAsAnother => 1,
            What::NotAboutTopic => 2,
            What::ShouldNotBeHere => 3,
        }
    }

    fn of_number(number: i64) -> What {
        match number {
            0 => What::NotOneStory,
            1 => What::SameAsAnother,
            2 => What::NotAboutTopic,
            _ => What::ShouldNotBeHere,
        }
    }
}

async fn waiting(c: &mut SqliteConnection, newsroom: NewsroomId) -> Result<Vec<OpenReport>> {
    let rows: Vec<(i64, i64, u32, Millis)> = sqlx::query_as(WAITING)
        .bind(newsroom.0)
        .fetch_all(&mut *c)
        .await?;
    let seen = overlay::of(c, newsroom).await?.unwrap_or_default();
    let mut all: Vec<OpenReport> = Vec::new();
    for (story, what, members, since) in rows {
        let (story, what) = (seen.story(StoryId(story)), What::of_number(what));
        // Of stories that moderators merged the same is said once.
        match all
            .iter_mut()
            .find(|one| one.story == story && one.what == what)
        {
            Some(same) => same.members += members,
            None => all.push(OpenReport {
                story,
                what,
                members,
                since,
            }),
        }
    }
    Ok(all)
}

/// False where another answer did so at the same time.
async fn reminded(c: &mut SqliteConnection, newsroom: NewsroomId, now: Millis) -> Result<bool> {
    let done = sqlx::query(REMIND)
        .bind(newsroom.0)
        .bind(now)
        .bind(now - REMIND_EVERY_MS)
        .execute(c)
        .await?;
    Ok(done.rows_affected() > 0)
}

async fn report(c: &mut SqliteConnection, new: NewReport, at: Millis) -> Result<Reported> {
    let (newsroom, person) = (new.newsroom, new.person as i64);
    let living = stories::living(c, newsroom, &[new.story]).await?;
    let Some(story) = living.get(&new.story).copied() else {
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
    let what = new.what.number();
    let is_told: bool = sqlx::query_scalar(IS_TOLD)
        .bind(newsroom.0)
        .bind(story.0)
        .bind(what)
        .fetch_one(&mut *c)
        .await?;
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
    if is_told {
        return Ok(Reported::Done);
    }
    let notice = NewNotice {
        newsroom,
        whom: Whom::Moderators,
        key: key(story.0, what),
        card: new.card,
        buttons: new.buttons,
    };
    notices::notify(c, notice, at).await?;
    Ok(Reported::Done)
}

/// Under which moderators are told of it.
fn key(story: i64, what: i64) -> String {
    format!("report:{story}:{what}")
}

/// A moderator dealt with the stories: reports of them are closed, `only` those of one kind where it
/// is given, and who made them is told `answer`. False where there are none.
pub(super) async fn close(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    stories: &[StoryId],
    only: Option<What>,
    answer: &str,
    dealt: Dealt,
) -> Result<bool> {
    let open: Vec<(i64, i64, i64, i64, i64)> = sqlx::query_as(OPEN)
        .bind(newsroom.0)
        .fetch_all(&mut *c)
        .await?;
    if open.is_empty() {
        return Ok(false);
    }
    let seen = overlay::of(c, newsroom).await?.unwrap_or_default();
    let names: HashSet<StoryId> = stories.iter().map(|story| seen.story(*story)).collect();
    let closed: Vec<_> = (open.into_iter())
        .filter(|(_, _, story, ..)| names.contains(&seen.story(StoryId(*story))))
        .filter(|(.., what)| only.is_none_or(|only| only.number() == *what))
        .collect();
    let any = !closed.is_empty();
    sqlx::query(CLOSE)
        .bind(json_array(closed.iter().map(|(id, ..)| *id)))
        .bind(dealt.at)
        .execute(&mut *c)
        .await?;
    for (id, person, _, story, what) in closed {
        notices::deal_key(c, newsroom, key(story, what), dealt.clone()).await?;
        let whom = Whom::Person(person as u64);
        let notice = NewNotice::of_words(newsroom, whom, format!("report:{id}"), answer);
        notices::notify(c, notice, dealt.at).await?;
    }
    Ok(any)
}
