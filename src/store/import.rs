//! Import: many sources for one newsroom at once, none of them read yet.

use super::nouns::{Added, ReadingToSave, Unread};
use super::statements::{insert, json_array, run, statements};
use super::{Result, readings, sources};
use crate::clock::{MINUTE, Millis};
use crate::news::{NewsroomId, Outcome, Reading, SourceId, link};
use serde_json::Value;
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// Sources added in one transaction: a greater list must not keep others from writing for long.
pub(super) const AT_ONCE_MAX: usize = 2_000;

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
    ATTACH = "INSERT INTO newsroom_source (newsroom, source, name, folder, added_by, added_at)
        VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (newsroom, source) DO UPDATE SET name = excluded.name, folder = excluded.folder,
        weight = 2, muted = 0, added_by = excluded.added_by, added_at = excluded.added_at,
        baseline_at = NULL, removed_at = NULL";
    NEXT_NOTE = "SELECT coalesce(max(id), 0) + 1 FROM audit";
    NOTE = "INSERT INTO audit (id, newsroom, at, by, what, subject, after)
        VALUES (?, ?, ?, ?, 'source.add', ?, ?)";
}

/// Who adds sources, to what and when.
#[derive(Clone, Copy)]
pub(super) struct Import {
    pub newsroom: NewsroomId,
    /// Discord's id of the person; 0 = the host.
    pub by: u64,
    pub at: Millis,
}

/// For each address, if it is a source, its id and whether the newsroom has it.
pub(super) async fn known(
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
pub(super) async fn add(
    c: &mut SqliteConnection,
    import: Import,
    unread: Vec<Unread>,
) -> Result<Vec<Added>> {
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
    sources::refresh_these(c, json_array(ids.iter().map(|id| id.0))).await?;
    let baselines = ids.into_iter().map(|id| baseline(id, at)).collect();
    readings::save(c, baselines, Vec::new()).await?;
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
        row.bind(by as i64).bind(at)
    });
    run(c, rows).await?;
    run(c, notes).await
}

fn trimmed(text: Option<String>) -> Option<String> {
    let text = text?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// The reading that begins a source which was not read: nothing came with it.
fn baseline(source: SourceId, at: Millis) -> ReadingToSave {
    ReadingToSave {
        reading: Reading {
            source,
            at,
            outcome: Outcome::Unchanged,
            etag: None,
            last_modified: None,
            moved_to: None,
            bytes: 0,
            wait_ms: None,
        },
        next_at: at,
        interval_ms: MINUTE,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::super::test::{NOON, feed, new_source};
    use super::*;
    use crate::news::Newsroom;

    fn unread(name: &str) -> Unread {
        Unread {
            url: format!("https://{name}.example/feed"),
            name: Some(format!(" {name} ")),
            folder: Some(" ".to_owned()),
        }
    }

    #[tokio::test]
    async fn imported_sources_are_those_that_were_added_one_by_one() {
        let store = Store::temporary().await.unwrap();
        let one = store.newsroom(Newsroom::Terminal, NOON).await.unwrap();
        let two = store.newsroom(Newsroom::Server(2), NOON).await.unwrap();
        let url = "https://avel.example/feed";
        let mut new = new_source(two, url, feed("", &[]), NOON);
        (new.reading, new.next_at) = (baseline(SourceId(0), NOON).reading, NOON);
        new.name = Some("avel".to_owned());
        let Added::New(avel) = store.add_source(new).await.unwrap() else {
            panic!("new")
        };
        let list = vec![unread("avel"), unread("tern"), unread("tern")];
        let added = store.add_unread(one, list.clone(), 0, NOON).await.unwrap();
        let tern = SourceId(avel.0 + 1);
        assert_eq!(
            added,
            [
                Added::New(avel),
                Added::New(tern),
                Added::AlreadyThere(tern)
            ]
        );
        let (mut mine, theirs) = (
            store.sources(one).await.unwrap(),
            store.sources(two).await.unwrap(),
        );
        assert_eq!(mine[1].source.url, "https://tern.example/feed");
        assert_eq!((mine[1].name.as_str(), &mine[1].folder), ("tern", &None));
        mine.truncate(1);
        assert_eq!(format!("{mine:?}"), format!("{theirs:?}"));
        assert_eq!(store.due(NOON, 10).await.unwrap().len(), 2);
        assert_eq!(store.readings(tern, 10).await.unwrap().len(), 1);
        let again = store.add_unread(one, list, 0, NOON + 1).await.unwrap();
        let there = [avel, tern, tern].map(Added::AlreadyThere);
        assert_eq!(again, there);
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
