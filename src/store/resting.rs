//! What persons follow from the sources of a server that Lede was removed from: nothing comes of it,
//! and it goes with that server. They are told, and may take it over into their own newsroom.

use super::audit::Hand;
use super::deeds::{Deed, note};
use super::notices::{self, NewNotice, Whom};
use super::statements::{json_array, statements};
use super::sweep::LEFT_MS;
use super::{Result, Store, newsrooms, sources, subscriptions};
use crate::clock::Millis;
use crate::news::subscription::What;
use crate::news::{Newsroom, NewsroomId, SubscriptionId};
use crate::page::following::left;
use crate::page::subscriptions::words::what_name;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashMap};

/// Whether Lede was removed from the server of a newsroom, named by a column: nothing is decided or
/// sent for its subscriptions until it is back.
macro_rules! rests {
    ($newsroom:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM newsroom AS r JOIN server AS v ON v.id = r.discord
                AND v.left_at IS NOT NULL WHERE r.kind = 0 AND r.id = ",
            $newsroom,
            ")"
        )
    };
}
pub(super) use rests;

statements! {
    FOLLOWED = "SELECT d.discord, s.what FROM subscription AS s
        JOIN destination AS d ON d.id = s.destination AND d.kind = 1
        WHERE s.newsroom = $1 AND s.removed_at IS NULL ORDER BY d.discord, s.id";
    /// Nobody need be told any more that it rests.
    BACK = "UPDATE notice SET told_at = $2
        WHERE key = $1 AND person > 0 AND told_at IS NULL";
    LEFT = "SELECT n.id, v.left_at FROM json_each($1) AS w
        CROSS JOIN newsroom AS n ON n.id = w.value AND n.kind = 0
        CROSS JOIN server AS v ON v.id = n.discord AND v.left_at IS NOT NULL";
    RESTING = "SELECT s.id FROM subscription AS s
        JOIN destination AS d ON d.id = s.destination AND d.kind = 1 AND d.discord = $1
        JOIN newsroom AS n ON n.id = s.newsroom AND n.kind = 0
        JOIN server AS v ON v.id = n.discord AND v.left_at IS NOT NULL
        WHERE s.newsroom = $2 AND s.removed_at IS NULL ORDER BY s.id";
    /// What came out while it rested is no news. Where the person follows the same already, it stays.
    MOVE = "UPDATE subscription SET newsroom = $2, made_at = $3, digest_at = $4
        WHERE id = $1 AND NOT EXISTS (
            SELECT 1 FROM subscription AS o WHERE o.destination = subscription.destination
            AND o.newsroom = $2 AND o.removed_at IS NULL
            AND (o.what = subscription.what
                OR o.what ->> '$.Topic.key' = subscription.what ->> '$.Topic.key'))";
}

impl Store {
    /// Those of these newsrooms whose server Lede was removed from, and when.
    pub async fn left_at(&self, newsrooms: &[NewsroomId]) -> Result<HashMap<NewsroomId, Millis>> {
        let rows: Vec<(i64, Millis)> = sqlx::query_as(LEFT)
            .bind(json_array(newsrooms.iter().map(|room| room.0)))
            .fetch_all(&mut *self.reader().await?)
            .await?;
        let rows = rows.into_iter();
        Ok(rows.map(|(room, at)| (NewsroomId(room), at)).collect())
    }

    /// What a person (Discord's id) follows from the sources of a server that Lede was removed from
    /// comes from those of their own newsroom from now on; gives how many follows. One that they
    /// have there already is taken away. `due`: the next digests of those that have any.
    pub async fn move_follows(
        &self,
        person: u64,
        from: NewsroomId,
        due: HashMap<SubscriptionId, Millis>,
        at: Millis,
    ) -> Result<usize> {
        self.urgent(move |c| Box::pin(move_follows(c, person, from, due, at)))
            .await
    }

    /// Whether sources of persons are read: not where the host serves some servers only.
    pub async fn serves_persons(&self) -> Result<bool> {
        sources::serves_persons(&mut *self.reader().await?).await
    }
}

fn key(newsroom: NewsroomId) -> String {
    format!("left:{}", newsroom.0)
}

/// Lede was removed from a server: whoever follows something from its sources is told, in their own
/// newsroom, which outlives the server's.
pub(super) async fn rest(c: &mut SqliteConnection, room: NewsroomId, at: Millis) -> Result<()> {
    let rows: Vec<(i64, String)> = sqlx::query_as(FOLLOWED)
        .bind(room.0)
        .fetch_all(&mut *c)
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    let known = sources::of_newsroom(c, room).await?;
    let may_keep = sources::serves_persons(c).await?;
    let mut names: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for (person, what) in rows {
        // What a former version wrote and nobody can read any more brings nothing anyway.
        if let Ok(what) = serde_json::from_str::<What>(&what) {
            let of_person = names.entry(person as u64).or_default();
            of_person.push(what_name(&what, &known));
        }
    }
    for (person, names) in names {
        let notice = NewNotice {
            newsroom: newsrooms::ensure(c, Newsroom::Person(person), at).await?,
            whom: Whom::Person(person),
            key: key(room),
            card: left(&names, at + LEFT_MS, may_keep),
            buttons: Vec::new(),
        };
        notices::notify(c, notice, at).await?;
    }
    Ok(())
}

/// The server took Lede back: all goes on as it was.
pub(super) async fn go_on(c: &mut SqliteConnection, room: NewsroomId, at: Millis) -> Result<()> {
    sqlx::query(BACK)
        .bind(key(room))
        .bind(at)
        .execute(c)
        .await?;
    Ok(())
}

async fn move_follows(
    c: &mut SqliteConnection,
    person: u64,
    from: NewsroomId,
    due: HashMap<SubscriptionId, Millis>,
    at: Millis,
) -> Result<usize> {
    let own = newsrooms::ensure(c, Newsroom::Person(person), at).await?;
    let resting: Vec<i64> = sqlx::query_scalar(RESTING)
        .bind(person as i64)
        .bind(from.0)
        .fetch_all(&mut *c)
        .await?;
    let hand = |newsroom| Hand {
        newsroom,
        by: person,
        at,
    };
    let count = resting.len();
    for id in resting.into_iter().map(SubscriptionId) {
        let moved = sqlx::query(MOVE)
            .bind(id.0)
            .bind(own.0)
            .bind(at)
            .bind(due.get(&id).copied())
            .execute(&mut *c)
            .await?;
        match moved.rows_affected() {
            0 => drop(subscriptions::remove(c, hand(from), id).await?),
            _ => drop(note(c, hand(own), id, Deed::Edit, (None, None)).await?),
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::super::test::{NOON, TestFile, feed, follow, new_source};
    use super::*;
    use crate::clock::DAY;

    #[tokio::test]
    async fn who_follows_is_told_once_and_what_rests_is_moved_or_lost_with_the_server() {
        let file = TestFile::new();
        let store = file.open().await;
        store.servers_now(&[1, 2], NOON).await.unwrap();
        let room = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let source = new_source(room, "https://avel.example/feed", feed("Avel", &[]), NOON);
        store.add_source(source).await.unwrap();
        for topic in ["harbour", "ferry"] {
            follow(&store, room, 7, topic, (NOON, NOON + 2)).await;
        }
        follow(&store, room, 8, "harbour", (NOON, NOON + 2)).await;
        assert_eq!(
            store
                .move_follows(7, room, HashMap::new(), NOON)
                .await
                .unwrap(),
            0,
            "none rests"
        );
        let before = store.subscription_changes().await.unwrap();
        store.server_left(1, NOON + 1).await.unwrap();
        store.servers_now(&[2], NOON + 2).await.unwrap();
        let own = store.newsroom(Newsroom::Person(7), NOON).await.unwrap();
        let told = store.leading_of_person(7, own, 9).await.unwrap();
        assert_eq!(told.len(), 1);
        assert!(
            told[0].text.contains("you follow Harbour and Ferry"),
            "{}",
            told[0].text
        );
        let changes = store.subscription_changes().await.unwrap();
        assert_ne!(changes, before, "who keeps them in memory reads them again");
        assert!(store.awake().await.unwrap().is_empty(), "they rest");
        assert!(store.digests_due(NOON + DAY, 9).await.unwrap().is_empty());
        let left = store.left_at(&[room, own]).await.unwrap();
        assert_eq!(left, HashMap::from([(room, NOON + 1)]));

        // One of them is followed from the own newsroom already.
        follow(&store, own, 7, "ferry", (NOON, NOON + 2)).await;
        let due: HashMap<SubscriptionId, Millis> = (store.follows(7).await.unwrap().iter())
            .map(|one| (one.id, NOON + 2 * DAY))
            .collect();
        let moved = store.move_follows(7, room, due, NOON + DAY).await.unwrap();
        assert_eq!(moved, 2);
        let mine = store.follows(7).await.unwrap();
        assert_eq!(mine.len(), 2);
        assert!(mine.iter().all(|one| one.newsroom == own));
        assert_eq!(mine[0].made_at, NOON + DAY);
        assert_eq!(mine[0].digest_at, Some(NOON + 2 * DAY), "at its next time");
        let others = store.follows(8).await.unwrap();
        assert_eq!(others[0].newsroom, room, "each decides for themselves");

        // Where only some servers are served, sources of a person's own are not read.
        assert!(store.serves_persons().await.unwrap());
        store.serve_only(&[1]).await.unwrap();
        assert!(!store.serves_persons().await.unwrap());
        store.serve_only(&[]).await.unwrap();

        // Whoever was not told yet need not be once the server is back.
        store.server_joined(1, NOON + 2 * DAY).await.unwrap();
        let eight = store.leading_of_person(8, own, 9).await.unwrap();
        assert!(eight.is_empty());
        assert_eq!(store.awake().await.unwrap().len(), 3, "it goes on");
    }
}
