//! What is learned of each source: the sentences that it sets under all its articles.

use super::Result;
use super::intake::Prepared;
use super::statements::{insert, json_array, run, statements};
use crate::news::SourceId;
use crate::text::refrain::{Memory, Refrains, Trace};
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap};

statements! {
    KNOWN = "SELECT r.source, r.refrains FROM json_each($1) AS w
        CROSS JOIN source_refrain AS r ON r.source = w.value";
    REMEMBERED = "SELECT r.source, r.refrains, r.memory FROM json_each($1) AS w
        CROSS JOIN source_refrain AS r ON r.source = w.value";
    REMEMBER = "INSERT INTO source_refrain (source, refrains, memory)
        VALUES (?, ?, ?)
        ON CONFLICT (source) DO UPDATE SET refrains = excluded.refrains, memory = excluded.memory";
}

/// The refrains of those of the sources that have any.
pub(super) async fn known(
    c: &mut SqliteConnection,
    sources: impl Iterator<Item = SourceId>,
) -> Result<HashMap<SourceId, Refrains>> {
    let asked: BTreeSet<i64> = sources.map(|source| source.0).collect();
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(KNOWN)
        .bind(json_array(asked))
        .fetch_all(c)
        .await?;
    let refrains = rows.into_iter().filter(|(_, bytes)| !bytes.is_empty());
    Ok(refrains
        .map(|(source, bytes)| (SourceId(source), Refrains::from_bytes(&bytes)))
        .collect())
}

/// What is remembered of the sources.
pub(super) async fn remembered(
    c: &mut SqliteConnection,
    sources: BTreeSet<i64>,
) -> Result<HashMap<i64, Memory>> {
    if sources.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(i64, Vec<u8>, Vec<u8>)> = sqlx::query_as(REMEMBERED)
        .bind(json_array(sources))
        .fetch_all(c)
        .await?;
    let memory = |(source, refrains, memory): (i64, Vec<u8>, Vec<u8>)| {
        let refrains = Refrains::from_bytes(&refrains);
        (source, Memory::from_bytes(refrains, &memory))
    };
    Ok(rows.into_iter().map(memory).collect())
}

/// What is to be learned from the entries of new articles, with their sources. An edited article
/// would be counted twice.
pub(super) fn traces(
    prepared: &mut [Prepared],
    new: impl Iterator<Item = usize>,
) -> Vec<(i64, Trace)> {
    let of = |index: usize| {
        let known = prepared[index].trace.take();
        let trace = known.unwrap_or_else(|| trace(&prepared[index]));
        (prepared[index].source, trace)
    };
    new.map(of).collect()
}

/// Learns from new articles.
pub(super) async fn learn(c: &mut SqliteConnection, new: Vec<(i64, Trace)>) -> Result<()> {
    let sources = new.iter().map(|(source, _)| *source).collect();
    let mut memories = remembered(c, sources).await?;
    for (source, trace) in new {
        memories.entry(source).or_default().take(trace);
    }
    let rows = insert(REMEMBER, memories, |row, (source, memory)| {
        let refrains = memory.refrains().to_bytes();
        row.bind(source).bind(refrains).bind(memory.to_bytes())
    });
    run(c, rows).await
}

/// What is to be remembered of an entry.
pub(super) fn trace(prepared: &Prepared) -> Trace {
    let entry = &prepared.entry;
    Trace::of(&entry.title, &entry.text, entry.language.as_deref())
}

#[cfg(test)]
mod tests {
    use super::super::test::{NOON, entry, feed, new_source, to_save};
    use super::super::{Added, Store};
    use crate::clock::HOUR;
    use crate::news::{Entry, Newsroom, SourceId};
    use crate::text::{terms, vector};

    const CALL: &str = "Our Tuesday letter brings the quayside to you.";
    const TITLES: [&str; 5] = [
        "Mayor Holt resigns",
        "Bakery wins national prize",
        "Rain floods the eastern meadow",
        "Ferry line adds night boats",
        "Choir sings for hospital",
    ];

    fn entries(range: std::ops::Range<usize>) -> Vec<Entry> {
        let one = |number: usize| {
            let title = TITLES[number];
            let text = format!("{title}, as was announced on Monday. {CALL}");
            entry(&format!("https://avel.example/{number}"), title, &text)
        };
        range.map(one).collect()
    }

    async fn started(entries: &[Entry]) -> (Store, SourceId) {
        let store = Store::temporary().await.unwrap();
        let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let url = "https://avel.example/feed";
        let new = new_source(newsroom, url, feed("Avel", entries), NOON);
        match store.add_source(new).await.unwrap() {
            Added::New(id) => (store, id),
            other => panic!("{other:?}"),
        }
    }

    async fn is_known(store: &Store, source: SourceId) -> bool {
        let refrains = store.refrains(&[source]).await.unwrap();
        refrains
            .get(&source)
            .is_some_and(|refrains| refrains.holds(CALL))
    }

    /// How many of the articles waiting for a place have a word of the refrain in their vector.
    async fn alike_by_it(store: &Store) -> usize {
        let waiting = store.unplaced(50).await.unwrap();
        let term = vector::hash(&terms::stem("quayside", Some("en")));
        let holds = |vector: &crate::text::vector::Vector| vector.get(term).is_some();
        waiting.iter().filter(|one| holds(&one.vector)).count()
    }

    #[tokio::test]
    async fn a_first_reading_teaches_and_is_indexed_by_what_it_taught() {
        let (store, source) = started(&entries(0..5)).await;
        assert!(is_known(&store, source).await);
        assert_eq!(alike_by_it(&store).await, 0);
    }

    #[tokio::test]
    async fn a_refrain_is_learned_over_readings_and_edits_teach_nothing() {
        let (store, source) = started(&entries(0..2)).await;
        let mut edited = entries(0..2);
        edited[0].title = "Mayor Holt and her deputy leave office".to_owned();
        edited[1].text = format!("All Avel is proud of its bakers. {CALL}");
        let save = to_save(source, feed("Avel", &edited), NOON + HOUR);
        assert_eq!(store.save_readings(vec![save]).await.unwrap()[0].edited, 2);
        assert!(!is_known(&store, source).await);
        let save = to_save(source, feed("Avel", &entries(2..3)), NOON + 2 * HOUR);
        store.save_readings(vec![save]).await.unwrap();
        assert!(is_known(&store, source).await);
        assert_eq!(
            alike_by_it(&store).await,
            2,
            "those saved before it was known"
        );
    }
}
