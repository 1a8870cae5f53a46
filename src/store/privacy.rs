//! What is stored about a person: counted, exported and deleted in one go.

use super::statements::statements;
use super::{Result, Store, StoreError, newsrooms, sources};
use crate::clock::Millis;
use crate::news::Newsroom;
use serde::Serialize;
use serde_json::Value;
use sqlx::SqliteConnection;

statements! {
    FOLLOWS = "SELECT s.what, s.wish, s.made_at, n.kind, n.discord, s.removed_at
        FROM destination AS d JOIN subscription AS s ON s.destination = d.id
        JOIN newsroom AS n ON n.id = s.newsroom
        WHERE d.kind = 1 AND d.discord = $1 ORDER BY s.id";
    MESSAGES = "SELECT count(*) FROM destination AS d JOIN subscription AS s ON s.destination = d.id
        JOIN outbox AS o ON o.subscription = s.id
        WHERE d.kind = 1 AND d.discord = $1 AND o.state = 2";
    ASKED = "SELECT topic, at FROM asked WHERE person = $1 ORDER BY at DESC";
    NOTICES = "SELECT text, made_at FROM notice WHERE person = $1 AND person > 0 ORDER BY id";
    SUGGESTIONS = "SELECT link, feed, why, made_at, outcome, reason FROM suggestion
        WHERE person = $1 ORDER BY id";
    CHANGES = "SELECT at, what, subject, before, after FROM audit WHERE by = $1 ORDER BY at DESC";
    /// With the story's name, and when moderators dealt with it.
    REPORTS = "SELECT story, what, at, closed_at FROM report WHERE person = $1 ORDER BY id";
    CORRECTED = "SELECT count(*) FROM correction WHERE by = $1";
    MADE = "SELECT count(*) FROM subscription AS s JOIN destination AS d ON d.id = s.destination
        WHERE s.made_by = $1 AND d.kind = 0 AND s.removed_at IS NULL";
    ADDED = "SELECT count(*) FROM newsroom_source WHERE added_by = $1 AND removed_at IS NULL";
    OWN_SETTINGS = "SELECT name, value FROM setting WHERE newsroom = $1 ORDER BY name";
    OWN_SOURCES = "SELECT s.url, ns.name, ns.folder, ns.added_at FROM newsroom_source AS ns
        JOIN source AS s ON s.id = ns.source
        WHERE ns.newsroom = $1 AND ns.removed_at IS NULL ORDER BY s.url";
    FORGET_FOLLOWS = "DELETE FROM subscription WHERE destination IN (
        SELECT id FROM destination WHERE kind = 1 AND discord = $1)";
    /// With all that was sent there and told there.
    FORGET_PLACE = "DELETE FROM destination WHERE kind = 1 AND discord = $1";
    /// What was done with them, in whatever newsroom.
    FORGET_FOLLOWED = "DELETE FROM audit WHERE by = $1 AND what LIKE 'follow.%'";
    FORGET_ASKED = "DELETE FROM asked WHERE person = $1";
    FORGET_NOTICES = "DELETE FROM notice WHERE person = $1 AND person > 0";
    FORGET_REPORTS = "DELETE FROM report WHERE person = $1";
    /// What moderators were told of their suggestions, as it was sent and as it is kept.
    FORGET_CARDS_SENT = "DELETE FROM outbox WHERE id IN (
        SELECT o.id FROM suggestion AS s CROSS JOIN notice AS n
            ON n.newsroom = s.newsroom AND n.key = 'suggestion:' || s.id AND n.person = 0
        CROSS JOIN outbox AS o ON o.cause ->> 'notice' = +n.id AND o.kind = 4
        WHERE s.person = $1)";
    FORGET_CARDS = "DELETE FROM notice WHERE id IN (
        SELECT n.id FROM suggestion AS s CROSS JOIN notice AS n
            ON n.newsroom = s.newsroom AND n.key = 'suggestion:' || s.id AND n.person = 0
        WHERE s.person = $1)";
    WITHDRAW_SUGGESTIONS = "UPDATE suggestion SET decided_at = $2, outcome = 2
        WHERE person = $1 AND decided_at IS NULL";
    FORGET_SUGGESTIONS = "UPDATE suggestion SET person = NULL, why = NULL, reason = NULL
        WHERE person = $1";
    LEAVE_SOURCES = "UPDATE newsroom_source SET removed_at = $2
        WHERE newsroom = $1 AND removed_at IS NULL";
    FORGET_SOURCES = "DELETE FROM newsroom_source WHERE newsroom = $1";
    FORGET_SETTINGS = "DELETE FROM setting WHERE newsroom = $1";
    FORGET_CHANGES = "DELETE FROM audit WHERE newsroom = $1";
    FORGET_CORRECTIONS = "DELETE FROM correction WHERE newsroom = $1";
    /// What is left of it, buttons that live for a while, belongs to nobody.
    FORGET_WHOSE = "UPDATE newsroom SET discord = -id WHERE id = $1 AND kind = 1";
}

/// Something that a person follows, as it is exported.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoredFollow {
    pub what: Value,
    pub wish: Value,
    /// Unix milliseconds.
    pub made_at: Millis,
    /// "server 123", "person 7": whose sources it is made from.
    pub made_in: String,
    pub removed_at: Option<Millis>,
}

/// A topic that a person asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoredAsked {
    /// Empty for top stories.
    pub topic: String,
    pub at: Millis,
}

/// A change that a person made somewhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoredChange {
    pub at: Millis,
    pub what: String,
    pub subject: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// A story of which a person said that something is wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoredReport {
    /// The store's number.
    pub story: i64,
    pub what: &'static str,
    pub at: Millis,
    /// When moderators dealt with it.
    pub closed_at: Option<Millis>,
}

/// A source of a person's own.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoredSource {
    pub url: String,
    pub name: Option<String>,
    pub folder: Option<String>,
    pub added_at: Millis,
}

/// A source that a person suggested.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoredSuggestion {
    pub link: String,
    pub feed: String,
    pub why: Option<String>,
    pub made_at: Millis,
    /// "waiting", "declined", "approved".
    pub outcome: &'static str,
    pub reason: Option<String>,
}

/// All that is stored about a person.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stored {
    pub follows: Vec<StoredFollow>,
    /// Messages that were sent to them.
    pub messages: i64,
    pub asked: Vec<StoredAsked>,
    pub notices: Vec<(String, Millis)>,
    pub reports: Vec<StoredReport>,
    pub suggestions: Vec<StoredSuggestion>,
    pub settings: Vec<(String, String)>,
    pub sources: Vec<StoredSource>,
    /// What they changed, here and in servers.
    pub changes: Vec<StoredChange>,
    /// Subscriptions of servers' channels that they made.
    pub subscriptions_made: i64,
    /// Sources of any newsroom that they added.
    pub sources_added: i64,
    /// Corrections of stories that they made in servers.
    pub corrections_made: i64,
}

/// What is stored about a person.
impl Store {
    /// Of the person with Discord's id.
    pub async fn stored_of(&self, person: u64) -> Result<Stored> {
        let mut reader = self.reader().await?;
        stored(&mut reader, person).await
    }

    /// Forgets a person: what they follow, what was sent to them, what they asked, their own
    /// settings and sources. What they changed in servers stays in the servers' audit.
    pub async fn forget_person(&self, person: u64, at: Millis) -> Result<()> {
        self.urgent(move |c| Box::pin(forget(c, person, at))).await
    }
}

type ChangeRow = (i64, String, String, Option<String>, Option<String>);
type SuggestionRow = (
    String,
    String,
    Option<String>,
    i64,
    Option<i64>,
    Option<String>,
);
type FollowRow = (String, String, i64, i64, i64, Option<i64>);

async fn stored(c: &mut SqliteConnection, person: u64) -> Result<Stored> {
    let id = person as i64;
    let follows: Vec<FollowRow> = sqlx::query_as(FOLLOWS).bind(id).fetch_all(&mut *c).await?;
    let asked: Vec<(String, i64)> = sqlx::query_as(ASKED).bind(id).fetch_all(&mut *c).await?;
    let notices = sqlx::query_as(NOTICES).bind(id).fetch_all(&mut *c).await?;
    let changes: Vec<ChangeRow> = sqlx::query_as(CHANGES).bind(id).fetch_all(&mut *c).await?;
    let suggestions: Vec<SuggestionRow> = sqlx::query_as(SUGGESTIONS)
        .bind(id)
        .fetch_all(&mut *c)
        .await?;
    let mut stored = Stored {
        follows: follows.into_iter().map(follow).collect::<Result<_>>()?,
        messages: count(c, MESSAGES, id).await?,
        asked: asked
            .into_iter()
            .map(|(topic, at)| StoredAsked { topic, at })
            .collect(),
        notices,
        suggestions: suggestions.into_iter().map(suggestion).collect(),
        changes: changes
            .into_iter()
            .map(|(at, what, subject, before, after)| StoredChange {
                at,
                what,
                subject,
                before,
                after,
            })
            .collect(),
        subscriptions_made: count(c, MADE, id).await?,
        sources_added: count(c, ADDED, id).await?,
        corrections_made: count(c, CORRECTED, id).await?,
        reports: sqlx::query_as(REPORTS)
            .bind(id)
            .fetch_all(&mut *c)
            .await?
            .into_iter()
            .map(reported)
            .collect(),
        ..Stored::default()
    };
    if let Some(own) = newsrooms::find(c, Newsroom::Person(person)).await? {
        stored.settings = sqlx::query_as(OWN_SETTINGS)
            .bind(own.0)
            .fetch_all(&mut *c)
            .await?;
        let sources: Vec<(String, Option<String>, Option<String>, i64)> =
            sqlx::query_as(OWN_SOURCES)
                .bind(own.0)
                .fetch_all(&mut *c)
                .await?;
        let source = |(url, name, folder, added_at)| StoredSource {
            url,
            name,
            folder,
            added_at,
        };
        stored.sources = sources.into_iter().map(source).collect();
    }
    Ok(stored)
}

fn reported((story, what, at, closed_at): (i64, i64, i64, Option<i64>)) -> StoredReport {
    let what = match what {
        0 => "it is not one story",
        1 => "it is the same as another story",
        2 => "it is not about its topic",
        _ => "it should not be here",
    };
    StoredReport {
        story,
        what,
        at,
        closed_at,
    }
}

async fn count(c: &mut SqliteConnection, sql: &'static str, person: i64) -> Result<i64> {
    Ok(sqlx::query_scalar(sql).bind(person).fetch_one(c).await?)
}

fn follow(row: FollowRow) -> Result<StoredFollow> {
    let (what, wish, made_at, kind, discord, removed_at) = row;
    let json = |text: &str| {
        serde_json::from_str(text).map_err(|error| StoreError::Failed(error.to_string()))
    };
    let made_in = match kind {
        0 => format!("server {}", discord as u64),
        1 => format!("person {}", discord as u64),
        _ => "terminal".to_owned(),
    };
    Ok(StoredFollow {
        what: json(&what)?,
        wish: json(&wish)?,
        made_at,
        made_in,
        removed_at,
    })
}

fn suggestion(row: SuggestionRow) -> StoredSuggestion {
    let (link, feed, why, made_at, outcome, reason) = row;
    StoredSuggestion {
        link,
        feed,
        why,
        made_at,
        outcome: match outcome {
            None => "waiting",
            Some(1) => "approved",
            Some(_) => "declined",
        },
        reason,
    }
}

async fn forget(c: &mut SqliteConnection, person: u64, at: Millis) -> Result<()> {
    let id = person as i64;
    sqlx::query(WITHDRAW_SUGGESTIONS)
        .bind(id)
        .bind(at)
        .execute(&mut *c)
        .await?;
    for sql in [
        FORGET_FOLLOWS,
        FORGET_PLACE,
        FORGET_FOLLOWED,
        FORGET_ASKED,
        FORGET_NOTICES,
        FORGET_REPORTS,
        FORGET_CARDS_SENT,
        FORGET_CARDS,
        FORGET_SUGGESTIONS,
    ] {
        sqlx::query(sql).bind(id).execute(&mut *c).await?;
    }
    if let Some(own) = newsrooms::find(c, Newsroom::Person(person)).await? {
        // What only they read is read no longer.
        sqlx::query(LEAVE_SOURCES)
            .bind(own.0)
            .bind(at)
            .execute(&mut *c)
            .await?;
        sources::refresh_wanted(c, own).await?;
        for sql in [
            FORGET_SOURCES,
            FORGET_SETTINGS,
            FORGET_CHANGES,
            FORGET_CORRECTIONS,
            FORGET_WHOSE,
        ] {
            sqlx::query(sql).bind(own.0).execute(&mut *c).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::test::{feed, follow, new_source};
    use super::*;
    use crate::clock::DAY;

    async fn follow_of(store: &Store, person: u64, topic: &str) {
        let server = store.newsroom(Newsroom::Server(1), 1).await.unwrap();
        let id = follow(store, server, person, topic, (5, 9)).await;
        let made = store.subscription(id).await.unwrap().unwrap();
        store.post_hello(&made, "Hello".into(), 6).await.unwrap();
    }

    #[tokio::test]
    async fn a_person_is_counted_exported_and_forgotten_and_others_are_not() {
        let store = Store::temporary().await.unwrap();
        let server = store.newsroom(Newsroom::Server(1), 1).await.unwrap();
        let own = store.newsroom(Newsroom::Person(7), 1).await.unwrap();
        for person in [7, 8] {
            follow_of(&store, person, "harbour").await;
            store.set_asked(server, person, "ferry", 30).await.unwrap();
        }
        let zone = Some("Asia/Tokyo".to_owned());
        store.set_setting(own, "zone", zone, 7, 20).await.unwrap();
        let images = Some("off".to_owned());
        let set = store.set_setting(server, "images", images, 7, 21);
        set.await.unwrap();
        store
            .add_source(new_source(
                own,
                "https://avel.example/feed",
                feed("Avel", &[]),
                10,
            ))
            .await
            .unwrap();
        let found = store.stored_of(7).await.unwrap();
        assert_eq!(found.follows.len(), 1);
        assert_eq!(found.follows[0].made_in, "server 1");
        assert_eq!((found.asked.len(), found.settings.len()), (1, 1));
        assert_eq!((found.sources.len(), found.changes.len()), (1, 4));
        let text = serde_json::to_string(&found).unwrap();
        assert!(
            text.contains("harbour") && text.contains("avel.example"),
            "{text}"
        );

        store.forget_person(7, 40).await.unwrap();
        let gone = store.stored_of(7).await.unwrap();
        assert_eq!(
            (gone.follows.len(), gone.asked.len(), gone.sources.len()),
            (0, 0, 0)
        );
        assert_eq!(
            gone.changes.len(),
            1,
            "what they did as a moderator stays there, and no follow"
        );
        assert!(
            store
                .known_newsroom(Newsroom::Person(7))
                .await
                .unwrap()
                .is_none()
        );
        assert!(
            store.due(DAY, 9).await.unwrap().is_empty(),
            "nobody reads it"
        );
        assert_eq!(store.stored_of(8).await.unwrap().follows.len(), 1);
    }
}
