//! Decisions as Why? reads them: what was decided of a story, by whom it was carried, and which
//! letter a button stands on.

use super::statements::{json_array, statements};
use super::{Result, Store, StoreError};
use crate::clock::Millis;
use crate::news::push::{Grounds, Reason};
use crate::news::{ArticleId, NewsroomId, SourceId, StoryId, SubscriptionId};

statements! {
    OF_STORY = "SELECT d.subscription, d.verdict, d.reason, d.grounds, d.until, d.decided_at, o.sent_at
        FROM story AS s CROSS JOIN decision AS d ON d.story = s.id
        JOIN subscription AS b ON b.id = d.subscription
        LEFT JOIN outbox AS o ON o.id = d.outbox
        WHERE (s.id = $1 OR s.alias_of = $1) AND b.newsroom = $2
        ORDER BY d.subscription, d.decided_at";
    CARRIED_BY = "SELECT c.source, min(c.seen_at) FROM json_each($1) AS w
        CROSS JOIN carried AS c ON c.article = w.value
        CROSS JOIN newsroom_source AS ns
            ON ns.newsroom = $2 AND ns.source = c.source AND ns.removed_at IS NULL
        GROUP BY c.source ORDER BY min(c.seen_at), c.source";
    LETTER = "SELECT o.subscription, coalesce(s.alias_of, o.story) FROM outbox AS o
        LEFT JOIN story AS s ON s.id = o.story WHERE o.id = $1";
    LETTER_STORIES = "SELECT coalesce(s.alias_of, s.id) FROM digest_story AS g
        JOIN story AS s ON s.id = g.story WHERE g.outbox = $1 ORDER BY g.place";
}

/// What a decision came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Send,
    Hold,
    Skip,
}

/// A decision as it was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    pub subscription: SubscriptionId,
    pub verdict: Verdict,
    pub reason: Reason,
    pub grounds: Grounds,
    /// Of a hold: when it is decided again by itself.
    pub until: Option<Millis>,
    pub decided_at: Millis,
    /// When the message that it led to was sent.
    pub sent_at: Option<Millis>,
}

/// What a message that Lede sent is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterAbout {
    pub subscription: Option<SubscriptionId>,
    /// Living ids: of a push one, of a digest several.
    pub stories: Vec<StoryId>,
}

type Row = (i64, i64, String, String, Option<i64>, i64, Option<i64>);

/// Decisions, for Why?
impl Store {
    /// What the subscriptions of a newsroom (follows made in it included) decided of a story and
    /// of what was merged into it, one of each: the last.
    pub async fn decisions_of(&self, story: StoryId, newsroom: NewsroomId) -> Result<Vec<Decided>> {
        let rows: Vec<Row> = sqlx::query_as(OF_STORY)
            .bind(story.0)
            .bind(newsroom.0)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        let mut decided: Vec<Decided> = Vec::new();
        for row in rows {
            let one = decided_of(row)?;
            match decided.last_mut() {
                Some(last) if last.subscription == one.subscription => {
                    // What was sent stays sent, whatever was decided of a part merged later.
                    if last.verdict != Verdict::Send {
                        *last = one;
                    }
                }
                _ => decided.push(one),
            }
        }
        Ok(decided)
    }

    /// The newsroom's sources that carried any of the articles, each with the first time.
    pub async fn carried_by(
        &self,
        newsroom: NewsroomId,
        articles: &[ArticleId],
    ) -> Result<Vec<(SourceId, Millis)>> {
        let rows: Vec<(i64, i64)> = sqlx::query_as(CARRIED_BY)
            .bind(json_array(articles.iter().map(|article| article.0)))
            .bind(newsroom.0)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        Ok(rows
            .into_iter()
            .map(|(source, at)| (SourceId(source), at))
            .collect())
    }

    /// What a row of the outbox is about.
    pub async fn letter_about(&self, outbox: i64) -> Result<Option<LetterAbout>> {
        let mut reader = self.reader().await?;
        let found: Option<(Option<i64>, Option<i64>)> = sqlx::query_as(LETTER)
            .bind(outbox)
            .fetch_optional(&mut *reader)
            .await?;
        let Some((subscription, story)) = found else {
            return Ok(None);
        };
        let mut stories: Vec<StoryId> = story.into_iter().map(StoryId).collect();
        if stories.is_empty() {
            let listed: Vec<i64> = sqlx::query_scalar(LETTER_STORIES)
                .bind(outbox)
                .fetch_all(&mut *reader)
                .await?;
            stories = listed.into_iter().map(StoryId).collect();
        }
        Ok(Some(LetterAbout {
            subscription: subscription.map(SubscriptionId),
            stories,
        }))
    }
}

fn decided_of(row: Row) -> Result<Decided> {
    let (subscription, verdict, reason, grounds, until, decided_at, sent_at) = row;
    let broken = |error: serde_json::Error| StoreError::Failed(error.to_string());
    Ok(Decided {
        subscription: SubscriptionId(subscription),
        verdict: match verdict {
            0 => Verdict::Send,
            1 => Verdict::Hold,
            _ => Verdict::Skip,
        },
        reason: serde_json::from_str(&reason).map_err(broken)?,
        grounds: serde_json::from_str(&grounds).map_err(broken)?,
        until,
        decided_at,
        sent_at,
    })
}
