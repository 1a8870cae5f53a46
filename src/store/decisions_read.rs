//! Decisions as Why? reads them: what was decided of a story, by whom it was carried, and which
//! letter a button stands on.

use super::statements::{json_array, statements};
use super::subscriptions::destination_of;
use super::{Result, Store, StoreError, overlay};
use crate::clock::Millis;
use crate::news::push::{Grounds, Reason};
use crate::news::{ArticleId, Destination, NewsroomId, SourceId, StoryId, SubscriptionId};
use std::collections::HashSet;

statements! {
    OF_STORY = "SELECT d.subscription, d.verdict, d.reason, d.grounds, d.until, d.decided_at, o.sent_at
        FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value
        CROSS JOIN decision AS d ON d.story = s.id
        JOIN subscription AS b ON b.id = d.subscription
        LEFT JOIN outbox AS o ON o.id = d.outbox
        WHERE b.newsroom = $2
        ORDER BY d.subscription, d.decided_at";
    CARRIED_BY = "SELECT c.source, min(c.seen_at) FROM json_each($1) AS w
        CROSS JOIN carried AS c ON c.article = w.value
        CROSS JOIN newsroom_source AS ns
            ON ns.newsroom = $2 AND ns.source = c.source AND ns.removed_at IS NULL
            AND ns.muted <> 1
        GROUP BY c.source ORDER BY min(c.seen_at), c.source";
    LETTER = "SELECT o.subscription, coalesce(s.alias_of, o.story), d.kind, d.discord, w.newsroom
        FROM outbox AS o JOIN destination AS d ON d.id = o.destination
        LEFT JOIN subscription AS w ON w.id = o.subscription
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
    pub destination: Destination,
    /// That of the subscription, also of one that was removed.
    pub newsroom: Option<NewsroomId>,
    /// Living ids: of a push one, of a digest several.
    pub stories: Vec<StoryId>,
}

type LetterRow = (Option<i64>, Option<i64>, i64, i64, Option<i64>);
type Row = (i64, i64, String, String, Option<i64>, i64, Option<i64>);

/// Decisions, for Why?
impl Store {
    /// What the subscriptions of a newsroom (follows made in it included) decided of a story and
    /// of what was merged into it, one of each: the last.
    pub async fn decisions_of(&self, story: StoryId, newsroom: NewsroomId) -> Result<Vec<Decided>> {
        let mut reader = self.reader().await?;
        let overlay = overlay::of(&mut reader, newsroom).await?;
        let parts = overlay::parts_of(overlay.as_ref(), story);
        let rows: Vec<Row> = sqlx::query_as(OF_STORY)
            .bind(json_array(parts.into_iter().map(|part| part.0)))
            .bind(newsroom.0)
            .fetch_all(&mut *reader)
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
        let found: Option<LetterRow> = sqlx::query_as(LETTER)
            .bind(outbox)
            .fetch_optional(&mut *reader)
            .await?;
        let Some((subscription, story, kind, discord, newsroom)) = found else {
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
        if let Some(newsroom) = newsroom.map(NewsroomId)
            && let Some(overlay) = overlay::of(&mut reader, newsroom).await?
        {
            let mut once = HashSet::new();
            stories = (stories.into_iter().map(|story| overlay.story(story)))
                .filter(|story| once.insert(*story))
                .collect();
        }
        Ok(Some(LetterAbout {
            subscription: subscription.map(SubscriptionId),
            destination: destination_of(kind, discord),
            newsroom: newsroom.map(NewsroomId),
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

#[cfg(test)]
mod tests {
    use super::super::NewSubscription;
    use super::super::test::TestFile;
    use super::*;
    use crate::news::Newsroom;
    use crate::news::subscription::{Destination, Form, Place, What, Wish};
    use sqlx::Executor;

    fn grounds(outlets: usize) -> String {
        format!(r#"{{"outlets":{outlets},"fed_at":5}}"#)
    }

    #[tokio::test]
    async fn decisions_are_read_across_merges_and_only_of_the_newsroom() {
        let file = TestFile::new();
        let store = file.open().await;
        let here = store.newsroom(Newsroom::Server(1), 1).await.unwrap();
        let there = store.newsroom(Newsroom::Server(2), 1).await.unwrap();
        for (room, channel) in [(here, 300), (here, 301), (there, 400)] {
            let new = NewSubscription {
                newsroom: room,
                place: Place {
                    destination: Destination::Channel(channel),
                    form: Form::Text,
                    name: "news".into(),
                    readable: true,
                },
                what: What::Everything,
                wish: Wish::of_person(),
                by: 7,
                at: 2,
                digest_at: None,
            };
            store.subscribe(new).await.unwrap();
        }
        let mut raw = file.raw().await;
        let few = grounds(1);
        for sql in [
            "INSERT INTO story (id, made_at) VALUES (10, 1)".to_owned(),
            "INSERT INTO story (id, made_at, alias_of) VALUES (20, 1, 10)".to_owned(),
            "INSERT INTO outbox (id, destination, subscription, kind, story, cause, due_at, made_at, state, sent_at)
                VALUES (41, 1, 1, 0, 20, '{}', 5, 5, 2, 6)"
                .to_owned(),
            format!("INSERT INTO decision VALUES (1, 20, 0, '{{\"Sent\":{{\"mention\":true}}}}', '{few}', NULL, 5, 41)"),
            format!("INSERT INTO decision VALUES (1, 10, 2, '\"Baseline\"', '{few}', NULL, 9, NULL)"),
            format!("INSERT INTO decision VALUES (2, 10, 1, '\"QuietHours\"', '{few}', 90, 7, NULL)"),
            format!("INSERT INTO decision VALUES (3, 10, 2, '\"BelowBar\"', '{few}', NULL, 7, NULL)"),
        ] {
            raw.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
        }
        let found = store.decisions_of(StoryId(10), here).await.unwrap();
        let told: Vec<_> = found
            .iter()
            .map(|one| {
                (
                    one.subscription.0,
                    one.verdict,
                    one.reason.clone(),
                    one.until,
                    one.sent_at,
                )
            })
            .collect();
        let sent = Reason::Sent { mention: true };
        assert_eq!(
            told,
            [
                (1, Verdict::Send, sent, None, Some(6)),
                (2, Verdict::Hold, Reason::QuietHours, Some(90), None),
            ]
        );
        let about = store.letter_about(41).await.unwrap().unwrap();
        assert_eq!(
            (about.subscription, about.stories),
            (Some(SubscriptionId(1)), vec![StoryId(10)])
        );
        assert_eq!(store.letter_about(99).await.unwrap(), None);
    }
}
