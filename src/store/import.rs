//! Import: many sources for one newsroom at once, none of them read yet.

use super::changes::columns_of;
use super::nouns::{Added, Unread};
use super::statements::{insert, json_array, run, statements};
use super::{Result, Store, sources};
use crate::clock::{MINUTE, Millis};
use crate::news::{NewsroomId, SourceId, link};
use serde_json::Value;
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// Sources added in one transaction: a greater list must not keep others from writing for long.
const AT_ONCE_MAX: usize = 2_000;

statements! {
    /// Of [url, ...]: those that are sources, and whether the newsroom has them.
    KNOWN = "SELECT s.url, s.id, ns.source IS NOT NULL AND ns.removed_at IS NULL
        FROM json_each($1) AS w CROSS JOIN source AS s ON s.url = w.value
        LEFT JOIN newsroom_source AS ns ON ns.newsroom = $2 AND ns.source = s.id";
    /// How many the newsroom has; NULL for the terminal's, which has no limit.
    HAS = "SELECT CASE kind WHEN 2 THEN NULL ELSE (SELECT count(*) FROM newsroom_source
            WHERE newsroom = $1 AND removed_at IS NULL) END FROM newsroom WHERE id = $1";
    NEXT_ID = "SELECT coalesce(max(id), 0) + 1 FROM source";
    ADD = "INSERT INTO source (id, url, title, added_at, next_at, interval_ms)
        VALUES (?, ?, '', ?, ?, ?)";
    ATTACH = "INSERT INTO newsroom_source (newsroom, source, name, folder, weight, muted,
            added_by, added_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (newsroom, source) DO UPDATE SET name = excluded.name, folder = excluded.folder,
        weight = excluded.weight, muted = excluded.muted, added_by = excluded.added_by, added_at = excluded.added_at,
        baseline_at = NULL, removed_at = NULL, told_stage = 0";
    NEXT_NOTE = "SELECT coalesce(max(id), 0) + 1 FROM audit";
    NOTE = "INSERT INTO audit (id, newsroom, at, by, what, subject, after)
        VALUES (?, ?, ?, ?, 'source.add', ?, ?)";
}

/// Who adds sources, to what and when.
#[derive(Clone, Copy)]
struct Import {
    pub newsroom: NewsroomId,
    /// Discord's id of the person; 0 = the host.
    pub by: u64,
    pub at: Millis,
}

/// Many at once.
impl Store {
    /// Adds many sources that were not read, due at once, a few thousand in one transaction; those
    /// that the newsroom has are left alone. What became of each, in order. Their first reading is
    /// their baseline.
    pub async fn add_unread(
        &self,
        newsroom: NewsroomId,
        unread: Vec<Unread>,
        by: u64,
        at: Millis,
    ) -> Result<Vec<Added>> {
        let known = known(&mut *self.reader().await?, newsroom, &unread).await?;
        let has = |one: &Unread| match known.get(&one.url) {
            Some((id, true)) => Some(Added::AlreadyThere(*id)),
            _ => None,
        };
        if let Some(all) = unread.iter().map(has).collect() {
            return Ok(all);
        }
        let import = Import { newsroom, by, at };
        let (mut unread, mut added) = (unread.into_iter(), Vec::new());
        loop {
            let part: Vec<Unread> = unread.by_ref().take(AT_ONCE_MAX).collect();
            if part.is_empty() {
                return Ok(added);
            }
            let write = self.urgent(move |c| Box::pin(add(c, import, part)));
            added.extend(write.await?);
        }
    }
}

/// For each address, if it is a source, its id and whether the newsroom has it.
async fn known(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    unread: &[Unread],
) -> Result<HashMap<String, (SourceId, bool)>> {
    let urls = Value::from_iter(unread.iter().map(|one| one.url.as_str()));
    let rows: Vec<(String, i64, bool)> = sqlx::query_as(KNOWN)
        .bind(urls.to_string())
        .bind(newsroom.0)
        .fetch_all(c)
        .await?;
    let known = rows.into_iter();
    Ok(known
        .map(|(url, id, has)| (url, (SourceId(id), has)))
        .collect())
}

/// Adds those that the newsroom does not have; they are due at once. What became of each, in order.
async fn add(c: &mut SqliteConnection, import: Import, unread: Vec<Unread>) -> Result<Vec<Added>> {
    let Import { newsroom, at, .. } = import;
    let mut known = known(c, newsroom, &unread).await?;
    let has: Option<Option<u32>> = sqlx::query_scalar(HAS)
        .bind(newsroom.0)
        .fetch_optional(&mut *c)
        .await?;
    let mut has = has.flatten();
    let mut next_id: i64 = sqlx::query_scalar(NEXT_ID).fetch_one(&mut *c).await?;
    let (mut made, mut attached, mut outcome) = (Vec::new(), Vec::new(), Vec::new());
    for one in unread {
        let found = known.get(&one.url).copied();
        outcome.push(match (found, has) {
            (Some((id, true)), _) => Added::AlreadyThere(id),
            (_, Some(has)) if has >= sources::SOURCES_PER_NEWSROOM_MAX => Added::Full {
                max: sources::SOURCES_PER_NEWSROOM_MAX,
            },
            _ => {
                let id = found.map_or(SourceId(next_id), |(id, _)| id);
                if found.is_none() {
                    next_id += 1;
                    made.push((id, one.url.clone()));
                }
                has = has.map(|has| has + 1);
                known.insert(one.url.clone(), (id, true));
                attached.push((id, one));
                Added::New(id)
            }
        });
    }
    if attached.is_empty() {
        return Ok(outcome);
    }
    let rows = insert(ADD, made, |row, (id, url)| {
        row.bind(id.0).bind(url).bind(at).bind(at).bind(MINUTE)
    });
    run(c, rows).await?;
    let ids: Vec<SourceId> = attached.iter().map(|(id, _)| *id).collect();
    attach(c, import, attached).await?;
    sources::refresh_these(c, json_array(ids.into_iter().map(|id| id.0))).await?;
    Ok(outcome)
}

/// The sources as the newsroom has them from now on, with their lines of the audit.
async fn attach(
    c: &mut SqliteConnection,
    import: Import,
    attached: Vec<(SourceId, Unread)>,
) -> Result<()> {
    let Import { newsroom, by, at } = import;
    let first: i64 = sqlx::query_scalar(NEXT_NOTE).fetch_one(&mut *c).await?;
    let notes = insert(NOTE, (first..).zip(&attached), |row, (note, (id, one))| {
        let row = row.bind(note).bind(newsroom.0).bind(at).bind(by as i64);
        row.bind(id.0.to_string()).bind(link::shown(&one.url))
    });
    let rows = insert(ATTACH, attached, |row, (id, one)| {
        let row = row.bind(newsroom.0).bind(id.0);
        let row = row.bind(trimmed(one.name)).bind(trimmed(one.folder));
        let (weight, muted) = columns_of(one.weight);
        let row = row.bind(weight.unwrap_or(2)).bind(muted);
        row.bind(by as i64).bind(at)
    });
    run(c, rows).await?;
    run(c, notes).await
}

fn trimmed(text: Option<String>) -> Option<String> {
    let text = text?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::super::test::{NOON, TestFile, feed, to_save};
    use super::*;
    use crate::news::{Newsroom, source::Weight};

    fn unread(name: &str) -> Unread {
        Unread {
            url: format!("https://{name}.example/feed"),
            name: Some(format!(" {name} ")),
            folder: Some(" ".to_owned()),
            weight: Weight::Muted,
        }
    }

    #[tokio::test]
    async fn imported_sources_wait_for_their_first_reading() {
        let file = TestFile::new();
        let store = file.open().await;
        let room = store.newsroom(Newsroom::Terminal, NOON).await.unwrap();
        let list = vec![unread("avel"), unread("tern"), unread("tern")];
        let added = store.add_unread(room, list.clone(), 0, NOON).await.unwrap();
        let (avel, tern) = (SourceId(1), SourceId(2));
        let first = [
            Added::New(avel),
            Added::New(tern),
            Added::AlreadyThere(tern),
        ];
        assert_eq!(added, first);
        let mine = store.sources(room).await.unwrap();
        assert_eq!((mine[1].name.as_str(), &mine[1].folder), ("tern", &None));
        assert_eq!(mine[1].weight, Weight::Muted);
        assert_eq!(mine[1].source.state.good_at, None, "nobody read it yet");
        assert_eq!(store.due(NOON, 10).await.unwrap().len(), 2);
        let mut raw = file.raw().await;
        let mut baseline = async || -> Option<Millis> {
            sqlx::query_scalar("SELECT baseline_at FROM newsroom_source WHERE source = 2")
                .fetch_one(&mut raw)
                .await
                .unwrap()
        };
        assert_eq!(baseline().await, None);
        let read = to_save(tern, feed("", &[]), NOON + MINUTE);
        store.save_readings(vec![read]).await.unwrap();
        assert_eq!(
            baseline().await,
            Some(NOON + MINUTE),
            "what it brings is no news"
        );
        let again = store.add_unread(room, list, 0, NOON + 1).await.unwrap();
        assert_eq!(again, [avel, tern, tern].map(Added::AlreadyThere));
    }

    #[tokio::test]
    async fn a_removed_source_comes_back_and_a_full_newsroom_takes_no_more() {
        let store = Store::temporary().await.unwrap();
        let room = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let max = sources::SOURCES_PER_NEWSROOM_MAX;
        let list: Vec<Unread> = (0..=max).map(|n| unread(&format!("n{n}"))).collect();
        let added = store.add_unread(room, list.clone(), 7, NOON).await.unwrap();
        assert_eq!(added.last(), Some(&Added::Full { max }));
        let Added::New(first) = added[0] else {
            panic!("new")
        };
        assert!(store.remove_source(room, first, 7, NOON).await.unwrap());
        let added = store.add_unread(room, list, 7, NOON + 1).await.unwrap();
        assert_eq!(added[0], Added::New(first));
        assert_eq!(added.last(), Some(&Added::Full { max }));
    }
}
