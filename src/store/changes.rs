//! Changes by moderators: editing a source, what the audit tells, and taking a change back within a
//! day.

use super::audit::{self, Change, Hand};
use super::notices::{self, NewNotice};
use super::nouns::{Edited, Held, Noted, Restored, SourceEdit};
use super::statements::statements;
use super::{Result, Store, StoreError, sources};
use crate::clock::{DAY, Millis};
use crate::news::source::Weight;
use crate::news::{NewsroomId, SourceId, link};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

/// How long a change can be taken back.
pub const UNDO_MS: Millis = DAY;

/// The columns of a line, with what the newsroom calls the source that it is about.
macro_rules! lines {
    () => {
        "SELECT a.id, a.at, a.by, a.what, a.subject, a.before, a.after, a.undone_at,
            ns.name, s.title, s.url, b.what, d.name FROM audit AS a
        LEFT JOIN source AS s ON a.what LIKE 'source.%' AND s.id = CAST(a.subject AS INTEGER)
        LEFT JOIN newsroom_source AS ns ON ns.newsroom = a.newsroom AND ns.source = s.id
        LEFT JOIN subscription AS b ON b.id = CAST(a.subject AS INTEGER)
            AND (a.what LIKE 'subscription.%' OR a.what LIKE 'follow.%')
        LEFT JOIN destination AS d ON d.id = b.destination"
    };
}

pub(super) use lines;

statements! {
    /// What persons follow is theirs.
    LINES = concat!(lines!(), " WHERE a.newsroom = $1 AND a.what NOT LIKE 'follow.%'
        ORDER BY a.at DESC, a.id DESC LIMIT $2");
    /// With whether a channel for notices takes what is told.
    UNTOLD = "SELECT a.newsroom, count(*), max(a.id), min(a.at), max(a.at), EXISTS (
            SELECT 1 FROM setting AS v LEFT JOIN destination AS d
                ON d.kind = 0 AND d.discord = CAST(v.value AS INTEGER)
            WHERE v.newsroom = a.newsroom AND v.name = 'notices_channel'
                AND CAST(v.value AS INTEGER) > 0 AND d.lost_at IS NULL)
        FROM audit AS a WHERE a.told_at IS NULL GROUP BY a.newsroom LIMIT $1";
    UNTOLD_LINES = concat!(lines!(), " WHERE a.newsroom = $1 AND a.told_at IS NULL
        ORDER BY a.id DESC LIMIT $2");
    TELL = "UPDATE audit SET told_at = $3
        WHERE newsroom = $1 AND id <= $2 AND told_at IS NULL";
    HELD = "SELECT name, folder, weight, muted FROM newsroom_source
        WHERE newsroom = $1 AND source = $2 AND removed_at IS NULL";
    HOLD = "UPDATE newsroom_source SET name = $3, folder = $4, weight = $5, muted = $6
        WHERE newsroom = $1 AND source = $2 AND removed_at IS NULL";
}

/// Changes and their way back.
impl Store {
    /// Changes what the newsroom's moderators say of a source, with a line in the audit.
    pub async fn edit_source(
        &self,
        newsroom: NewsroomId,
        source: SourceId,
        edit: SourceEdit,
        by: u64,
        at: Millis,
    ) -> Result<Edited> {
        let hand = Hand { newsroom, by, at };
        self.urgent(move |c| Box::pin(self::edit(c, hand, source, edit)))
            .await
    }

    /// False when the newsroom does not have it.
    pub async fn remove_source(
        &self,
        newsroom: NewsroomId,
        source: SourceId,
        by: u64,
        at: Millis,
    ) -> Result<bool> {
        let hand = Hand { newsroom, by, at };
        self.urgent(move |c| Box::pin(sources::remove(c, hand, source)))
            .await
    }

    /// Takes a removal back.
    pub async fn restore_source(
        &self,
        newsroom: NewsroomId,
        source: SourceId,
        by: u64,
        at: Millis,
    ) -> Result<Restored> {
        let hand = Hand { newsroom, by, at };
        self.urgent(move |c| Box::pin(sources::restore(c, hand, source)))
            .await
    }

    /// What moderators of the newsroom changed, the newest first.
    pub async fn changes(&self, newsroom: NewsroomId, newest: u32) -> Result<Vec<Noted>> {
        let lines: Vec<Noted> = sqlx::query_as(LINES)
            .bind(newsroom.0)
            .bind(newest)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        Ok(lines)
    }

    /// Newsrooms with changes of which nobody was told.
    pub async fn untold_changes(&self, limit: u32) -> Result<Vec<Untold>> {
        let rows: Vec<(i64, i64, i64, Millis, Millis, bool)> = sqlx::query_as(UNTOLD)
            .bind(limit)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        let untold = |(newsroom, count, newest, first, last, has_channel)| Untold {
            newsroom: NewsroomId(newsroom),
            count: usize::try_from(count).unwrap_or_default(),
            newest,
            first,
            last,
            has_channel,
        };
        Ok(rows.into_iter().map(untold).collect())
    }

    /// Those of a newsroom, the newest first.
    pub async fn untold_of(&self, newsroom: NewsroomId, newest: u32) -> Result<Vec<Noted>> {
        Ok(sqlx::query_as(UNTOLD_LINES)
            .bind(newsroom.0)
            .bind(newest)
            .fetch_all(&mut *self.reader().await?)
            .await?)
    }

    /// They are told by the notice, or are not to be told.
    pub async fn changes_told(
        &self,
        of: &Untold,
        notice: Option<NewNotice>,
        at: Millis,
    ) -> Result<()> {
        let (newsroom, newest) = (of.newsroom, of.newest);
        self.urgent(move |c| Box::pin(told(c, newsroom, newest, notice, at)))
            .await
    }
}

/// Under which the channel for notices is told of a change with its Undo.
pub fn audit_key(change: i64) -> String {
    format!("audit:{change}")
}

/// Changes in a newsroom of which nobody was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Untold {
    pub newsroom: NewsroomId,
    pub count: usize,
    /// The number of the newest.
    pub newest: i64,
    /// When the first and the last were made.
    pub first: Millis,
    pub last: Millis,
    /// Whether a channel for notices takes what is told.
    pub has_channel: bool,
}

async fn told(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    newest: i64,
    notice: Option<NewNotice>,
    at: Millis,
) -> Result<()> {
    sqlx::query(TELL)
        .bind(newsroom.0)
        .bind(newest)
        .bind(at)
        .execute(&mut *c)
        .await?;
    match notice {
        Some(notice) => notices::notify(c, notice, at).await,
        None => Ok(()),
    }
}

impl FromRow<'_, SqliteRow> for Noted {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let (name, title): (Option<String>, Option<String>) = (row.try_get(8)?, row.try_get(9)?);
        let url: Option<String> = row.try_get(10)?;
        let title = title.filter(|title| !title.trim().is_empty());
        let by: i64 = row.try_get(2)?;
        Ok(Noted {
            id: row.try_get(0)?,
            at: row.try_get(1)?,
            by: by as u64,
            what: row.try_get(3)?,
            subject: row.try_get(4)?,
            before: row.try_get(5)?,
            after: row.try_get(6)?,
            undone_at: row.try_get(7)?,
            source: name.or(title).or(url.map(|url| link::shown(&url))),
            subscribed: match (row.try_get::<Option<String>, _>(11)?, row.try_get(12)?) {
                (Some(what), place) => serde_json::from_str(&what)
                    .ok()
                    .map(|what| (what, Option::<String>::unwrap_or_default(place))),
                (None, _) => None,
            },
        })
    }
}

/// Weight (none = as it was) and muted, as the table has them.
pub(super) fn columns_of(weight: Weight) -> (Option<i64>, i64) {
    match weight {
        Weight::Muted => (None, 1),
        Weight::Counted => (None, 2),
        Weight::Less => (Some(1), 0),
        Weight::Normal => (Some(2), 0),
        Weight::More => (Some(3), 0),
    }
}

pub(super) async fn held(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    source: SourceId,
) -> Result<Option<Held>> {
    let row: Option<(Option<String>, Option<String>, i64, i64)> = sqlx::query_as(HELD)
        .bind(newsroom.0)
        .bind(source.0)
        .fetch_optional(c)
        .await?;
    Ok(row.map(|(name, folder, weight, muted)| Held {
        name,
        folder,
        weight,
        muted: muted != 0,
        counted: muted == 2,
    }))
}

async fn edit(
    c: &mut SqliteConnection,
    hand: Hand,
    source: SourceId,
    edit: SourceEdit,
) -> Result<Edited> {
    let Some(before) = held(c, hand.newsroom, source).await? else {
        return Ok(Edited::Gone);
    };
    let mut after = before.clone();
    let trimmed = |text: Option<String>| {
        let text = text?.trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    if let Some(name) = edit.name {
        after.name = trimmed(name);
    }
    if let Some(folder) = edit.folder {
        after.folder = trimmed(folder);
    }
    if let Some(weight) = edit.weight {
        let (weight, muted) = columns_of(weight);
        after.weight = weight.unwrap_or(after.weight);
        (after.muted, after.counted) = (muted != 0, muted == 2);
    }
    if after == before {
        return Ok(Edited::Same);
    }
    Ok(Edited::Done(hold(c, hand, source, &before, &after).await?))
}

/// Writes what is said of a source; gives the number of its line in the audit.
pub(super) async fn hold(
    c: &mut SqliteConnection,
    hand: Hand,
    source: SourceId,
    before: &Held,
    after: &Held,
) -> Result<i64> {
    sqlx::query(HOLD)
        .bind(hand.newsroom.0)
        .bind(source.0)
        .bind(&after.name)
        .bind(&after.folder)
        .bind(after.weight)
        .bind(i64::from(after.muted) + i64::from(after.counted))
        .execute(&mut *c)
        .await?;
    let change = Change {
        hand,
        what: "source.edit",
        subject: source.0.to_string(),
        before: Some(json(before)?),
        after: Some(json(after)?),
    };
    audit::add(c, change).await
}

fn json(held: &Held) -> Result<String> {
    serde_json::to_string(held).map_err(|error| StoreError::Failed(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::test::{NOON, feed, new_source};
    use super::super::{Added, Undone};
    use super::*;
    use crate::clock::HOUR;
    use crate::news::Newsroom;

    async fn started() -> (Store, NewsroomId, SourceId) {
        let store = Store::temporary().await.unwrap();
        let room = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let new = new_source(
            room,
            "https://u:p@avel.example/feed",
            feed("Avel", &[]),
            NOON,
        );
        match store.add_source(new).await.unwrap() {
            Added::New(id) => (store, room, id),
            other => panic!("{other:?}"),
        }
    }

    fn renamed(name: &str) -> SourceEdit {
        SourceEdit {
            name: Some(Some(name.to_owned())),
            folder: Some(Some(" Ports ".to_owned())),
            weight: Some(Weight::Muted),
        }
    }

    async fn looks(store: &Store, room: NewsroomId) -> (String, Option<String>, Weight) {
        let source = store.sources(room).await.unwrap().remove(0);
        (source.name, source.folder, source.weight)
    }

    #[tokio::test]
    async fn an_edit_is_kept_noted_and_taken_back_once() {
        let (store, room, id) = started().await;
        let heavy = SourceEdit {
            weight: Some(Weight::More),
            ..SourceEdit::default()
        };
        store.edit_source(room, id, heavy, 7, NOON).await.unwrap();
        let done = store
            .edit_source(room, id, renamed("Courier"), 7, NOON + 1)
            .await
            .unwrap();
        let Edited::Done(change) = done else {
            panic!("{done:?}")
        };
        let as_wished = (
            "Courier".to_owned(),
            Some("Ports".to_owned()),
            Weight::Muted,
        );
        assert_eq!(looks(&store, room).await, as_wished);
        let again = store.edit_source(room, id, renamed("Courier"), 7, NOON + 2);
        assert_eq!(again.await.unwrap(), Edited::Same);
        let lines = store.changes(room, 10).await.unwrap();
        assert_eq!(
            (lines[0].id, lines[0].what.as_str()),
            (change, "source.edit")
        );
        assert_eq!(lines[0].source.as_deref(), Some("Courier"));
        assert!(lines[0].before.as_deref().unwrap().contains("\"weight\":3"));
        let undone = store.undo(room, change, 8, NOON + HOUR).await.unwrap();
        assert!(matches!(undone, Undone::Done(line) if line.id == change));
        let before = ("Avel".to_owned(), None, Weight::More);
        assert_eq!(
            looks(&store, room).await,
            before,
            "the weight was kept below"
        );
        let twice = store.undo(room, change, 8, NOON + HOUR).await.unwrap();
        assert_eq!(twice, Undone::Before);
    }

    #[tokio::test]
    async fn only_a_newsrooms_own_fresh_changes_are_taken_back() {
        let (store, room, id) = started().await;
        let other = store.newsroom(Newsroom::Server(2), NOON).await.unwrap();
        let Edited::Done(change) = store
            .edit_source(room, id, renamed("Courier"), 7, NOON)
            .await
            .unwrap()
        else {
            panic!("edited")
        };
        let undo = async |room, at| store.undo(room, change, 8, at).await.unwrap();
        assert_eq!(undo(other, NOON).await, Undone::Unknown);
        assert_eq!(undo(room, NOON + UNDO_MS + 1).await, Undone::TooLate);
        store
            .edit_source(room, id, renamed("Post"), 7, NOON)
            .await
            .unwrap();
        assert_eq!(undo(room, NOON).await, Undone::ChangedSince);
        let strange = store.edit_source(other, id, renamed("Mine"), 7, NOON).await;
        assert_eq!(strange.unwrap(), Edited::Gone);
    }

    #[tokio::test]
    async fn what_was_changed_is_told_once_where_a_channel_takes_it() {
        let (store, room, id) = started().await;
        let untold = async || store.untold_changes(9).await.unwrap();
        let first = untold().await;
        assert_eq!((first.len(), first[0].count), (1, 1));
        assert!(!first[0].has_channel);
        store.changes_told(&first[0], None, NOON).await.unwrap();
        assert!(untold().await.is_empty());
        let set = store.set_setting(room, "notices_channel", Some("300".into()), 7, NOON);
        set.await.unwrap();
        let edit = store.edit_source(room, id, renamed("Courier"), 7, NOON + 5);
        edit.await.unwrap();
        let both = untold().await;
        assert!(both[0].has_channel);
        assert_eq!((both[0].first, both[0].last), (NOON, NOON + 5));
        let lines = store.untold_of(room, 9).await.unwrap();
        let whats: Vec<_> = lines.iter().map(|line| line.what.as_str()).collect();
        assert_eq!(whats, ["source.edit", "setting"]);
        // What is changed meanwhile waits for the next message.
        let edit = store.edit_source(room, id, renamed("Post"), 7, NOON + 6);
        edit.await.unwrap();
        store.changes_told(&both[0], None, NOON + 7).await.unwrap();
        assert_eq!(untold().await[0].count, 1);
    }

    #[tokio::test]
    async fn additions_removals_and_settings_are_taken_back() {
        let (store, room, id) = started().await;
        let newest = async || store.changes(room, 1).await.unwrap().remove(0);
        let added = newest().await;
        assert_eq!(added.what, "source.add");
        let undo = async |change| store.undo(room, change, 8, NOON + 5).await.unwrap();
        assert!(matches!(undo(added.id).await, Undone::Done(_)));
        assert!(store.sources(room).await.unwrap().is_empty());
        let removed = newest().await;
        assert_eq!((removed.what.as_str(), removed.by), ("source.remove", 8));
        assert!(matches!(undo(removed.id).await, Undone::Done(_)));
        assert_eq!(store.sources(room).await.unwrap()[0].source.id, id);
        for zone in ["Europe/Riga", "Europe/Rome"] {
            let set = store.set_setting(room, "zone", Some(zone.into()), 7, NOON + 6);
            assert!(set.await.unwrap().is_some());
        }
        let lines = store.changes(room, 2).await.unwrap();
        assert_eq!(undo(lines[1].id).await, Undone::ChangedSince);
        assert!(matches!(undo(lines[0].id).await, Undone::Done(_)));
        let zone = store.setting(room, "zone").await.unwrap();
        assert_eq!(zone.as_deref(), Some("Europe/Riga"));
    }
}
