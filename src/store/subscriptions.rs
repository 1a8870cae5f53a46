//! Subscriptions and follows, and the places that they go to.

use super::audit::{self, Change, Hand};
use super::deeds::{Deed, note};
use super::nouns::{Edited, NewSubscription, Subscribed};
use super::resting::rests;
use super::statements::statements;
use super::{Result, Store, StoreError, values};
use crate::clock::Millis;
use crate::news::subscription::{
    DestinationId, Form, Pause, Place, SUBSCRIPTIONS_PER_NEWSROOM_MAX, Wish,
};
use crate::news::{Destination, NewsroomId, Subscription, SubscriptionId};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row, SqliteConnection};

macro_rules! subscription_columns {
    () => {
        subscription_columns!("IS NULL")
    };
    ($removed:literal) => {
        concat!(
            "SELECT s.id, s.newsroom, s.destination, d.kind, d.discord, d.form, d.name, d.readable,
                s.what, s.wish, s.made_by, s.made_at, s.paused, s.digest_at, d.lost_at
            FROM subscription AS s JOIN destination AS d ON d.id = s.destination
            WHERE s.removed_at ",
            $removed
        )
    };
}

statements! {
    OF_NEWSROOM = concat!(subscription_columns!(), " AND s.newsroom = $1 ORDER BY s.id");
    OF_PERSON = concat!(subscription_columns!(), " AND d.kind = 1 AND d.discord = $1 ORDER BY s.id");
    AWAKE = concat!(subscription_columns!(), " AND s.paused IS NULL AND NOT ",
        rests!("s.newsroom"), " ORDER BY s.id");
    BY_ID = concat!(subscription_columns!(), " AND s.id = $1");
    REMOVED = concat!(subscription_columns!("IS NOT NULL"), " AND s.id = $1");
    /// A topic is known by its key, however it was typed.
    SAME = "SELECT id FROM subscription
        WHERE destination = $1 AND newsroom = $2 AND removed_at IS NULL
        AND (what = $3 OR what ->> '$.Topic.key' = $3 ->> '$.Topic.key')";
    /// Of the newsroom's channels, or of the person; the terminal has no limit.
    COUNT = "SELECT count(*) FROM subscription AS s JOIN destination AS d ON d.id = s.destination
        WHERE s.removed_at IS NULL AND CASE $2 WHEN 0 THEN d.kind = 0 AND s.newsroom = $1
            WHEN 1 THEN d.kind = 1 AND d.discord = $3 ELSE 0 END";
    ADD = "INSERT INTO subscription (id, newsroom, destination, what, wish, made_by, made_at, digest_at)
        VALUES ((SELECT coalesce(max(id), 0) + 1 FROM subscription), $1, $2, $3, $4, $5, $6, $7)
        RETURNING id";
    EDIT = "UPDATE subscription SET wish = $3, digest_at = $4
        WHERE newsroom = $1 AND id = $2 AND removed_at IS NULL";
    PAUSE = "UPDATE subscription SET paused = $3 WHERE newsroom = $1 AND id = $2 AND removed_at IS NULL";
    /// What was seen while somebody let it sleep is no news: it begins anew. What its destination
    /// did not take was kept.
    WAKE = "UPDATE subscription SET made_at = CASE WHEN paused IS NULL THEN made_at ELSE $3 END,
            paused = NULL, digest_at = $4
        WHERE newsroom = $1 AND id = $2 AND removed_at IS NULL";
    FOUND_AGAIN = "UPDATE destination SET lost_at = NULL, lost = NULL
        WHERE id = (SELECT destination FROM subscription WHERE newsroom = $1 AND id = $2)";
    IS_LOST_PERSON = "SELECT count(*) FROM destination
        WHERE kind = 1 AND discord = $1 AND lost_at IS NOT NULL";
    FOUND_PERSON = "UPDATE destination SET lost_at = NULL, lost = NULL
        WHERE kind = 1 AND discord = $1 AND lost_at IS NOT NULL";
    REMOVE = "UPDATE subscription SET removed_at = $3
        WHERE newsroom = $1 AND id = $2 AND removed_at IS NULL";
    RESTORE = "UPDATE subscription SET removed_at = NULL, made_at = $3, digest_at = $4
        WHERE newsroom = $1 AND id = $2 AND removed_at IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM subscription AS o WHERE o.destination = subscription.destination
            AND o.newsroom = subscription.newsroom AND o.removed_at IS NULL
            AND (o.what = subscription.what
                OR o.what ->> '$.Topic.key' = subscription.what ->> '$.Topic.key'))";
    /// What waited for it is no longer wanted.
    DROP_WAITING = "UPDATE outbox SET state = 5, error = 'the subscription was taken away',
            story = CASE WHEN kind = 0 THEN NULL ELSE story END
        WHERE subscription = $1 AND state = 0";
    ADD_DESTINATION = "INSERT INTO destination (id, kind, discord, form, name, readable)
        VALUES ((SELECT coalesce(max(id), 0) + 1 FROM destination), $1, $2, $3, $4, $5)
        ON CONFLICT (kind, discord) DO UPDATE SET form = excluded.form, name = excluded.name,
        readable = excluded.readable, lost_at = NULL, lost = NULL RETURNING id";
}

impl FromRow<'_, SqliteRow> for Subscription {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let what: String = row.try_get(8)?;
        let wish: String = row.try_get(9)?;
        let paused: Option<String> = row.try_get(12)?;
        let lost: Option<Millis> = row.try_get(14)?;
        let broken = |error: serde_json::Error| sqlx::Error::Decode(error.into());
        Ok(Subscription {
            id: SubscriptionId(row.try_get(0)?),
            newsroom: NewsroomId(row.try_get(1)?),
            destination: DestinationId(row.try_get(2)?),
            place: Place {
                destination: destination_of(row.try_get(3)?, row.try_get(4)?),
                form: form_of(row.try_get(5)?),
                name: row.try_get(6)?,
                readable: row.try_get(7)?,
            },
            what: serde_json::from_str(&what).map_err(broken)?,
            wish: serde_json::from_str(&wish).map_err(broken)?,
            made_by: row.try_get::<i64, _>(10)? as u64,
            made_at: row.try_get(11)?,
            paused: paused
                .map(|paused| serde_json::from_str(&paused))
                .transpose()
                .map_err(broken)?
                .or(lost.map(|at| Pause::Lost { at })),
            digest_at: row.try_get(13)?,
        })
    }
}

/// Subscriptions and follows.
impl Store {
    /// Subscriptions of a newsroom, follows that were made in it included, in the order of making.
    pub async fn subscriptions(&self, newsroom: NewsroomId) -> Result<Vec<Subscription>> {
        of_newsroom(&mut *self.reader().await?, newsroom).await
    }

    /// What a person follows, in whatever newsroom it was made.
    pub async fn follows(&self, person: u64) -> Result<Vec<Subscription>> {
        of_person(&mut *self.reader().await?, person).await
    }

    /// Every subscription that is not paused, and whose server Lede is in.
    pub async fn awake(&self) -> Result<Vec<Subscription>> {
        awake(&mut *self.reader().await?).await
    }

    pub async fn subscription(&self, id: SubscriptionId) -> Result<Option<Subscription>> {
        by_id(&mut *self.reader().await?, id).await
    }

    pub async fn subscribe(&self, new: NewSubscription) -> Result<Subscribed> {
        self.urgent(move |c| Box::pin(add(c, new))).await
    }

    /// Changes how it is wished and when its next digest is due.
    pub async fn edit_subscription(
        &self,
        hand: Hand,
        id: SubscriptionId,
        wish: Wish,
        digest_at: Option<Millis>,
    ) -> Result<Edited> {
        self.urgent(move |c| Box::pin(edit(c, hand, id, wish, digest_at)))
            .await
    }

    /// Pauses, or (with none) wakes: what was seen while it slept is no news.
    pub async fn pause_subscription(
        &self,
        hand: Hand,
        id: SubscriptionId,
        why: Option<Pause>,
        digest_at: Option<Millis>,
    ) -> Result<bool> {
        self.urgent(move |c| Box::pin(pause(c, hand, id, why, digest_at)))
            .await
    }

    /// Removes it; what waited to be sent for it is dropped.
    pub async fn unsubscribe(&self, hand: Hand, id: SubscriptionId) -> Result<bool> {
        self.urgent(move |c| Box::pin(remove(c, hand, id))).await
    }

    /// One that was removed.
    pub async fn removed_subscription(&self, id: SubscriptionId) -> Result<Option<Subscription>> {
        let removed = sqlx::query_as(REMOVED).bind(id.0);
        Ok(removed.fetch_optional(&mut *self.reader().await?).await?)
    }

    /// Takes a removal back, with `digest_at` as its next digest; false when it is there, or the
    /// same was made anew.
    pub async fn resubscribe(
        &self,
        hand: Hand,
        id: SubscriptionId,
        digest_at: Option<Millis>,
    ) -> Result<bool> {
        self.urgent(move |c| Box::pin(restore(c, hand, id, digest_at)))
            .await
    }
}

/// Kind and Discord's id, as the table has them.
pub(super) fn columns(destination: Destination) -> (i64, i64) {
    match destination {
        Destination::Channel(id) => (0, id as i64),
        Destination::Person(id) => (1, id as i64),
        Destination::Terminal => (2, 0),
    }
}

pub(super) fn destination_of(kind: i64, discord: i64) -> Destination {
    match kind {
        0 => Destination::Channel(discord as u64),
        1 => Destination::Person(discord as u64),
        _ => Destination::Terminal,
    }
}

const FORMS: [Form; 6] = [
    Form::Text,
    Form::Announcement,
    Form::Thread,
    Form::Forum,
    Form::Direct,
    Form::Terminal,
];

pub(super) fn form_of(column: i64) -> Form {
    let at = usize::try_from(column).unwrap_or_default();
    FORMS.get(at).copied().unwrap_or_default()
}

fn form_column(form: Form) -> i64 {
    FORMS.iter().position(|one| *one == form).unwrap_or(0) as i64
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Failed(error.to_string()))
}

/// The number of a place; what is known of it is brought up to date, and it counts as found again.
pub(super) async fn ensure_place(c: &mut SqliteConnection, place: &Place) -> Result<DestinationId> {
    let (kind, discord) = columns(place.destination);
    let id = sqlx::query_scalar(ADD_DESTINATION)
        .bind(kind)
        .bind(discord)
        .bind(form_column(place.form))
        .bind(place.name.clone())
        .bind(place.readable)
        .fetch_one(c)
        .await?;
    Ok(DestinationId(id))
}

pub(super) async fn of_newsroom(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
) -> Result<Vec<Subscription>> {
    Ok(sqlx::query_as(OF_NEWSROOM)
        .bind(newsroom.0)
        .fetch_all(c)
        .await?)
}

pub(super) async fn of_person(c: &mut SqliteConnection, person: u64) -> Result<Vec<Subscription>> {
    Ok(sqlx::query_as(OF_PERSON)
        .bind(person as i64)
        .fetch_all(c)
        .await?)
}

pub(super) async fn awake(c: &mut SqliteConnection) -> Result<Vec<Subscription>> {
    Ok(sqlx::query_as(AWAKE).fetch_all(c).await?)
}

pub(super) async fn by_id(
    c: &mut SqliteConnection,
    id: SubscriptionId,
) -> Result<Option<Subscription>> {
    Ok(sqlx::query_as(BY_ID).bind(id.0).fetch_optional(c).await?)
}

pub(super) async fn add(c: &mut SqliteConnection, new: NewSubscription) -> Result<Subscribed> {
    let destination = ensure_place(c, &new.place).await?;
    let what = json(&new.what)?;
    let same: Option<i64> = sqlx::query_scalar(SAME)
        .bind(destination.0)
        .bind(new.newsroom.0)
        .bind(&what)
        .fetch_optional(&mut *c)
        .await?;
    if let Some(same) = same {
        return Ok(Subscribed::AlreadyThere(SubscriptionId(same)));
    }
    let (kind, discord) = columns(new.place.destination);
    let count: i64 = sqlx::query_scalar(COUNT)
        .bind(new.newsroom.0)
        .bind(kind)
        .bind(discord)
        .fetch_one(&mut *c)
        .await?;
    let max = SUBSCRIPTIONS_PER_NEWSROOM_MAX;
    if count >= i64::from(max) {
        return Ok(Subscribed::Full { max });
    }
    let wish = json(&new.wish)?;
    let id: i64 = sqlx::query_scalar(ADD)
        .bind(new.newsroom.0)
        .bind(destination.0)
        .bind(&what)
        .bind(&wish)
        .bind(new.by as i64)
        .bind(new.at)
        .bind(new.digest_at)
        .fetch_one(&mut *c)
        .await?;
    let change = Change {
        hand: Hand {
            newsroom: new.newsroom,
            by: new.by,
            at: new.at,
        },
        what: Deed::Add.name(new.place.destination),
        subject: id.to_string(),
        before: None,
        after: Some(format!("{what} {wish}")),
    };
    audit::add(c, change).await?;
    changed(c).await?;
    Ok(Subscribed::New(SubscriptionId(id)))
}

/// Counted, so that whoever keeps all of them in memory knows when to read them again.
const CHANGES: &str = "subscription_changes";

pub(super) async fn changed(c: &mut SqliteConnection) -> Result<()> {
    values::count(c, CHANGES, 1).await
}

pub(super) async fn changes(c: &mut SqliteConnection) -> Result<i64> {
    values::counted(c, CHANGES).await
}

pub(super) async fn edit(
    c: &mut SqliteConnection,
    hand: Hand,
    id: SubscriptionId,
    wish: Wish,
    digest_at: Option<Millis>,
) -> Result<Edited> {
    let before = by_id(c, id).await?.map(|one| json(&one.wish));
    let before = before.transpose()?;
    let wish = json(&wish)?;
    let done = sqlx::query(EDIT)
        .bind(hand.newsroom.0)
        .bind(id.0)
        .bind(&wish)
        .bind(digest_at)
        .execute(&mut *c)
        .await?;
    if done.rows_affected() == 0 {
        return Ok(Edited::Gone);
    }
    // When the next digest is due follows from the wish and the zone.
    if before.as_ref() == Some(&wish) {
        changed(c).await?;
        return Ok(Edited::Same);
    }
    let line = note(c, hand, id, Deed::Edit, (before, Some(wish))).await?;
    Ok(Edited::Done(line))
}

/// Takes an edit back, if nothing changed it since: `before` and `after` as the audit has them.
pub(super) async fn unedit(
    c: &mut SqliteConnection,
    hand: Hand,
    id: SubscriptionId,
    before: &str,
    after: &str,
    digest_at: Option<Millis>,
) -> Result<bool> {
    let (Ok(before), Ok(after)) = (
        serde_json::from_str::<Wish>(before),
        serde_json::from_str::<Wish>(after),
    ) else {
        return Ok(false);
    };
    let now = by_id(c, id).await?;
    if now.is_none_or(|one| one.newsroom != hand.newsroom || one.wish != after) {
        return Ok(false);
    }
    let edited = edit(c, hand, id, before, digest_at).await?;
    Ok(matches!(edited, Edited::Done(_)))
}

/// `pause`: none wakes it, with `digest_at` as its next digest.
pub(super) async fn pause(
    c: &mut SqliteConnection,
    hand: Hand,
    id: SubscriptionId,
    pause: Option<Pause>,
    digest_at: Option<Millis>,
) -> Result<bool> {
    // That its place takes no messages is the place's, and no pause to go back to.
    let by_hand = |pause: &Pause| matches!(pause, Pause::ByHand { .. });
    let before = by_id(c, id).await?.and_then(|one| one.paused);
    let before = before.filter(by_hand);
    let query = match &pause {
        Some(pause) => sqlx::query(PAUSE)
            .bind(hand.newsroom.0)
            .bind(id.0)
            .bind(json(pause)?),
        None => sqlx::query(WAKE)
            .bind(hand.newsroom.0)
            .bind(id.0)
            .bind(hand.at)
            .bind(digest_at),
    };
    if query.execute(&mut *c).await?.rows_affected() == 0 {
        return Ok(false);
    }
    if pause.is_some() {
        drop_waiting(c, id).await?;
    } else {
        sqlx::query(FOUND_AGAIN)
            .bind(hand.newsroom.0)
            .bind(id.0)
            .execute(&mut *c)
            .await?;
    }
    let what = match pause {
        Some(_) => Deed::Pause,
        None => Deed::Wake,
    };
    let noted = |pause: Option<Pause>| pause.as_ref().map(json).transpose();
    let sides = (noted(before)?, noted(pause)?);
    note(c, hand, id, what, sides).await?;
    Ok(true)
}

/// Whether a person's direct messages were closed when they were last tried.
pub(super) async fn is_lost_person(c: &mut SqliteConnection, person: u64) -> Result<bool> {
    let lost: i64 = sqlx::query_scalar(IS_LOST_PERSON)
        .bind(person as i64)
        .fetch_one(c)
        .await?;
    Ok(lost > 0)
}

/// A person whose direct messages were closed is tried again.
pub(super) async fn found_person(c: &mut SqliteConnection, person: u64) -> Result<()> {
    let found = sqlx::query(FOUND_PERSON)
        .bind(person as i64)
        .execute(&mut *c)
        .await?;
    if found.rows_affected() > 0 {
        changed(c).await?;
    }
    Ok(())
}

async fn drop_waiting(c: &mut SqliteConnection, id: SubscriptionId) -> Result<()> {
    sqlx::query(DROP_WAITING).bind(id.0).execute(c).await?;
    Ok(())
}

pub(super) async fn remove(
    c: &mut SqliteConnection,
    hand: Hand,
    id: SubscriptionId,
) -> Result<bool> {
    let done = sqlx::query(REMOVE)
        .bind(hand.newsroom.0)
        .bind(id.0)
        .bind(hand.at)
        .execute(&mut *c)
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    drop_waiting(c, id).await?;
    note(c, hand, id, Deed::Remove, (None, None)).await?;
    Ok(true)
}

/// False when it is there already, or the same was made anew.
pub(super) async fn restore(
    c: &mut SqliteConnection,
    hand: Hand,
    id: SubscriptionId,
    digest_at: Option<Millis>,
) -> Result<bool> {
    let done = sqlx::query(RESTORE)
        .bind(hand.newsroom.0)
        .bind(id.0)
        .bind(hand.at)
        .bind(digest_at)
        .execute(&mut *c)
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    note(c, hand, id, Deed::Restore, (None, None)).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::super::{Due, Undone};
    use super::*;
    use crate::news::subscription::What;
    use crate::news::{Newsroom, SourceId};
    use sqlx::Executor;

    fn wish(newsroom: NewsroomId, what: What) -> NewSubscription {
        NewSubscription {
            newsroom,
            place: Place {
                destination: Destination::Channel(300),
                form: Form::Text,
                name: "news".to_owned(),
                readable: true,
            },
            what,
            wish: Wish::of_person(),
            by: 7,
            at: 5,
            digest_at: Some(9),
        }
    }

    fn topic(key: &str, shown: &str) -> What {
        What::Topic {
            key: key.to_owned(),
            shown: shown.to_owned(),
        }
    }

    #[tokio::test]
    async fn a_topic_is_the_same_however_it_is_typed_and_other_wishes_are_not() {
        let store = Store::temporary().await.unwrap();
        let room = store.newsroom(Newsroom::Server(1), 1).await.unwrap();
        let add = async |what: What| store.subscribe(wish(room, what)).await.unwrap();
        let Subscribed::New(first) = add(topic("harbour", "Harbour")).await else {
            panic!("it is new")
        };
        let again = add(topic("harbour", "harbour")).await;
        assert_eq!(again, Subscribed::AlreadyThere(first));
        for other in [
            topic("ferry", "harbour"),
            What::Everything,
            What::Folder("harbour".to_owned()),
            What::Source(SourceId(1)),
        ] {
            assert!(matches!(add(other).await, Subscribed::New(_)));
        }
        let everything = add(What::Everything).await;
        assert!(matches!(everything, Subscribed::AlreadyThere(_)));
    }

    #[tokio::test]
    async fn that_a_place_takes_no_messages_is_no_pause_to_go_back_to() {
        let file = super::super::test::TestFile::new();
        let store = file.open().await;
        let room = store.newsroom(Newsroom::Server(1), 1).await.unwrap();
        let new = store.subscribe(wish(room, What::Everything)).await.unwrap();
        let Subscribed::New(id) = new else {
            panic!("it is new: {new:?}")
        };
        let lost = "UPDATE destination SET lost_at = 8, lost = '\"Forbidden\"'";
        let mut raw = file.raw().await;
        raw.execute(lost).await.unwrap();
        let hand = |at| Hand {
            newsroom: room,
            by: 7,
            at,
        };
        let by_hand = Pause::ByHand { by: 7, at: 10 };
        let sides = async || {
            let lines = store.changes(room, 9).await.unwrap();
            (lines[0].id, lines[0].before.clone(), lines[0].after.clone())
        };
        let pause = store.pause_subscription(hand(10), id, Some(by_hand), None);
        assert!(pause.await.unwrap());
        let (line, before, _) = sides().await;
        assert_eq!(before, None);
        let undone = store.undo_subscription(room, line, 7, 11, Due(Some(99)));
        assert!(matches!(undone.await.unwrap(), Undone::Done(_)));
        let awake = store.subscription(id).await.unwrap().unwrap();
        assert_eq!((awake.paused, awake.digest_at), (None, Some(99)));

        raw.execute(lost).await.unwrap();
        let wake = store.pause_subscription(hand(12), id, None, None);
        assert!(wake.await.unwrap());
        let (_, before, after) = sides().await;
        assert_eq!((before, after), (None, None), "it has no way back");
    }

    #[tokio::test]
    async fn what_was_made_anew_in_other_words_is_not_restored_beside_it() {
        let store = Store::temporary().await.unwrap();
        let room = store.newsroom(Newsroom::Server(1), 1).await.unwrap();
        let add = async |what: What| match store.subscribe(wish(room, what)).await.unwrap() {
            Subscribed::New(id) => id,
            other => panic!("it is new: {other:?}"),
        };
        let first = add(topic("harbour", "Harbour")).await;
        let hand = Hand {
            newsroom: room,
            by: 7,
            at: 20,
        };
        assert!(store.removed_subscription(first).await.unwrap().is_none());
        assert!(store.unsubscribe(hand, first).await.unwrap());
        let removed = store.removed_subscription(first).await.unwrap().unwrap();
        assert_eq!((removed.id, removed.digest_at), (first, Some(9)));
        let second = add(topic("harbour", "HARBOUR")).await;
        assert!(!store.resubscribe(hand, first, Some(30)).await.unwrap());
        assert!(store.unsubscribe(hand, second).await.unwrap());
        assert!(store.resubscribe(hand, first, Some(30)).await.unwrap());
        let back = store.subscription(first).await.unwrap().unwrap();
        assert_eq!((back.made_at, back.digest_at), (20, Some(30)));
    }
}
