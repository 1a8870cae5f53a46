//! Articles: saving what a reading brought, recognised or new, and finding single ones.
//!
//! Recognising, numbering and inserting stand in the transaction of the reading, so that the same
//! feed read again after a crash finds either all of its articles or none, and never two of one.

use super::nouns::Saved;
use super::recognise::{self, Candidate, Clue, Keys};
use super::statements::{json_array, statements};
use super::{Result, values};
use crate::clock::{MINUTE, Millis};
use crate::news::article::ARTICLE_SEQUENCE_BITS;
use crate::news::{ArticleId, Entry, Feed, Source, link, outlet};
use crate::text::{terms, vector::Vector};
use sqlx::SqliteConnection;
use std::collections::{HashMap, HashSet};

/// Entries of one reading that are looked at.
const READING_ENTRIES_MAX: usize = 500;
/// Longer titles and texts are cut.
const TITLE_CHARS_MAX: usize = 500;
const TEXT_BYTES_MAX: usize = 256 * 1024;
/// A date further ahead than this is taken for none.
const AHEAD_MAX: Millis = 15 * MINUTE;
/// 1990: an earlier date is taken for none.
const PUBLISHED_MIN: Millis = 631_152_000_000;
const ARTICLES: &str = "articles";

statements! {
    /// The newest eight articles for each hash of [[number, outlet, hash], ...].
    CANDIDATES = "SELECT w.value ->> 0, i.article, c.mark, c.guid FROM json_each($1) AS w
        CROSS JOIN identity AS i ON i.outlet = w.value ->> 1 AND i.hash = w.value ->> 2
            AND i.article >= coalesce((SELECT x.article FROM identity AS x
                WHERE x.outlet = w.value ->> 1 AND x.hash = w.value ->> 2
                ORDER BY x.article DESC LIMIT 1 OFFSET 7), 0)
        LEFT JOIN carried AS c ON c.source = $2 AND c.article = i.article
        ORDER BY w.key, i.article DESC";
    WORDINGS = "SELECT a.id, a.title, a.text, a.worded_by
        FROM json_each($1) AS w CROSS JOIN article AS a ON a.id = w.value";
    OUTLET = "SELECT id FROM outlet WHERE domain = $1";
    NEXT_OUTLET = "SELECT coalesce(max(id), 0) + 1 FROM outlet";
    ADD_OUTLET = "INSERT INTO outlet (id, domain) VALUES ($1, $2)";
    LAST_ID = "SELECT max(id) FROM article WHERE id >= $1 AND id < $2";
    ADD_ARTICLE = "INSERT INTO article (id, revision, source, worded_by, outlet, link, title, text,
            language, author, image, published, seen_at)
        VALUES ($1, 1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    EDIT_ARTICLE = "UPDATE article SET revision = revision + 1, worded_by = $2, title = $3, text = $4,
            link = coalesce($5, link), language = coalesce($6, language),
            author = coalesce($7, author), image = coalesce($8, image), edited_at = $9, swept = 0
        WHERE id = $1";
    ADD_CLUES = "INSERT INTO identity (outlet, hash, article)
        SELECT $1, value, $3 FROM json_each($2) WHERE true
        ON CONFLICT (outlet, hash, article) DO NOTHING";
    CARRY = "INSERT INTO carried (source, article, guid, mark, seen_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (source, article) DO UPDATE SET guid = excluded.guid, mark = excluded.mark";
    SET_VECTOR = "INSERT INTO article_vector (article, terms) VALUES ($1, $2)
        ON CONFLICT (article) DO UPDATE SET terms = excluded.terms";
    UNINDEX = "DELETE FROM article_terms WHERE rowid = $1";
    INDEX = "INSERT INTO article_terms (rowid, title, text) VALUES ($1, $2, $3)";
    WAIT = "INSERT INTO waiting (sequence, article)
        VALUES ((SELECT coalesce(max(sequence), 0) + 1 FROM waiting), $1)";
    BY_LINK = "SELECT i.article FROM outlet AS o
        CROSS JOIN identity AS i ON i.outlet = o.id AND i.hash = $2
        WHERE o.domain = $1 ORDER BY i.article DESC LIMIT 20";
    VECTORS = "SELECT v.article, v.terms FROM json_each($1) AS w
        CROSS JOIN article_vector AS v ON v.article = w.value ORDER BY w.key";
}

/// What the readings of one transaction share.
#[derive(Default)]
pub(super) struct Batch {
    outlets: HashMap<String, i64>,
    /// Rows for the search index. They go in at the end, in the order of ids: out of order, FTS5
    /// flushes its buffer again and again.
    index: HashMap<i64, IndexRow>,
    new: i64,
}

struct IndexRow {
    title: String,
    text: String,
    replaces: bool,
}

impl Batch {
    pub async fn finish(self, c: &mut SqliteConnection) -> Result<()> {
        let mut rows: Vec<(i64, IndexRow)> = self.index.into_iter().collect();
        rows.sort_unstable_by_key(|(id, _)| *id);
        for (id, row) in rows {
            if row.replaces {
                sqlx::query(UNINDEX).bind(id).execute(&mut *c).await?;
            }
            sqlx::query(INDEX)
                .bind(id)
                .bind(row.title)
                .bind(row.text)
                .execute(&mut *c)
                .await?;
        }
        if self.new > 0 {
            values::count(c, ARTICLES, self.new).await?;
        }
        Ok(())
    }

    async fn outlet(&mut self, c: &mut SqliteConnection, domain: String) -> Result<i64> {
        if let Some(id) = self.outlets.get(&domain) {
            return Ok(*id);
        }
        let known: Option<i64> = sqlx::query_scalar(OUTLET)
            .bind(&domain)
            .fetch_optional(&mut *c)
            .await?;
        let id = match known {
            Some(id) => id,
            None => {
                let id = sqlx::query_scalar(NEXT_OUTLET).fetch_one(&mut *c).await?;
                sqlx::query(ADD_OUTLET)
                    .bind(id)
                    .bind(&domain)
                    .execute(c)
                    .await?;
                id
            }
        };
        self.outlets.insert(domain, id);
        Ok(id)
    }
}

/// An entry with what is computed from it once.
struct Prepared {
    entry: Entry,
    outlet: i64,
    keys: Keys,
    candidates: Vec<Found>,
}

/// A stored article that shares a hash.
struct Found {
    clue: Clue,
    article: i64,
    /// As this source carries it: (mark, guid).
    carried: Option<(i64, Option<i64>)>,
}

/// The wording that is stored.
struct Wording {
    title: String,
    text: String,
    worded_by: i64,
    /// As carried by the source being read.
    guid: Option<i64>,
}

pub(super) async fn save(
    c: &mut SqliteConnection,
    batch: &mut Batch,
    source: &Source,
    feed: &Feed,
    at: Millis,
) -> Result<Saved> {
    let mut prepared = prepare(c, batch, source, feed).await?;
    find_candidates(c, source, &mut prepared).await?;
    let mut wordings = load_wordings(c, &prepared).await?;
    let mut saver = Saver {
        source: source.id.0,
        at,
        claimed: HashSet::new(),
        fresh: HashMap::new(),
    };
    let mut saved = Saved::default();
    for prepared in &prepared {
        match saver.save(c, batch, &mut wordings, prepared).await? {
            Change::New => saved.new += 1,
            Change::Edited => saved.edited += 1,
            Change::None => saved.unchanged += 1,
        }
    }
    batch.new += i64::from(saved.new);
    Ok(saved)
}

async fn prepare(
    c: &mut SqliteConnection,
    batch: &mut Batch,
    source: &Source,
    feed: &Feed,
) -> Result<Vec<Prepared>> {
    let entries = &feed.entries[..feed.entries.len().min(READING_ENTRIES_MAX)];
    let shared = recognise::Shared::of(entries);
    let mut prepared = Vec::with_capacity(entries.len());
    for entry in entries {
        let entry = capped(entry, feed);
        if entry.title.trim().is_empty() && entry.text.trim().is_empty() {
            continue;
        }
        let domain = outlet::outlet(entry.link.as_deref(), source.site.as_deref(), &source.url);
        let outlet = batch.outlet(c, domain).await?;
        let keys = recognise::keys(&entry, &shared);
        prepared.push(Prepared {
            entry,
            outlet,
            keys,
            candidates: Vec::new(),
        });
    }
    Ok(prepared)
}

fn capped(entry: &Entry, feed: &Feed) -> Entry {
    let mut entry = entry.clone();
    if let Some((end, _)) = entry.title.char_indices().nth(TITLE_CHARS_MAX) {
        entry.title.truncate(end);
    }
    entry
        .text
        .truncate(entry.text.floor_char_boundary(TEXT_BYTES_MAX));
    entry.language = entry.language.or_else(|| feed.language.clone());
    entry
}

async fn find_candidates(
    c: &mut SqliteConnection,
    source: &Source,
    prepared: &mut [Prepared],
) -> Result<()> {
    let mut wanted = String::from("[");
    let mut clues = Vec::new();
    for (index, prepared) in prepared.iter().enumerate() {
        for (clue, hash) in &prepared.keys.clues {
            let comma = if clues.is_empty() { "" } else { "," };
            wanted.push_str(&format!(
                "{comma}[{},{},{hash}]",
                clues.len(),
                prepared.outlet
            ));
            clues.push((index, *clue));
        }
    }
    wanted.push(']');
    type Row = (i64, i64, Option<i64>, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as(CANDIDATES)
        .bind(wanted)
        .bind(source.id.0)
        .fetch_all(c)
        .await?;
    for (number, article, mark, guid) in rows {
        let (index, clue) = clues[number as usize];
        let carried = mark.map(|mark| (mark, guid));
        prepared[index].candidates.push(Found {
            clue,
            article,
            carried,
        });
    }
    Ok(())
}

/// Loads the texts of candidates only for entries that are not as this source gave them before.
async fn load_wordings(
    c: &mut SqliteConnection,
    prepared: &[Prepared],
) -> Result<HashMap<i64, Wording>> {
    let mut guids = HashMap::new();
    for prepared in prepared
        .iter()
        .filter(|prepared| prepared.as_before().is_none())
    {
        for found in &prepared.candidates {
            guids.insert(found.article, found.carried.and_then(|(_, guid)| guid));
        }
    }
    if guids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(i64, String, String, i64)> = sqlx::query_as(WORDINGS)
        .bind(json_array(guids.keys().copied()))
        .fetch_all(c)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, title, text, worded_by)| {
            (
                id,
                Wording {
                    title,
                    text,
                    worded_by,
                    guid: guids[&id],
                },
            )
        })
        .collect())
}

impl Prepared {
    /// The article that this source carried with this very title and text.
    fn as_before(&self) -> Option<i64> {
        let same = |found: &&Found| {
            found
                .carried
                .is_some_and(|(mark, _)| mark == self.keys.mark)
        };
        self.candidates.iter().find(same).map(|found| found.article)
    }
}

enum Change {
    New,
    Edited,
    None,
}

/// Saves the entries of one reading, first to last.
struct Saver {
    source: i64,
    at: Millis,
    /// Articles that an entry of this reading was found to be: a second one changes nothing.
    claimed: HashSet<i64>,
    /// New articles of this reading, by outlet and hash.
    fresh: HashMap<(i64, i64), Vec<i64>>,
}

impl Saver {
    async fn save(
        &mut self,
        c: &mut SqliteConnection,
        batch: &mut Batch,
        wordings: &mut HashMap<i64, Wording>,
        prepared: &Prepared,
    ) -> Result<Change> {
        if let Some(article) = prepared.as_before() {
            self.claimed.insert(article);
            return Ok(Change::None);
        }
        let Some(article) = self.recognise(prepared, wordings) else {
            self.add(c, batch, wordings, prepared).await?;
            return Ok(Change::New);
        };
        if !self.claimed.insert(article) {
            return Ok(Change::None);
        }
        self.carry(c, article, prepared).await?;
        let wording = wordings
            .get_mut(&article)
            .expect("recognised by its wording");
        let stored = Candidate {
            title: &wording.title,
            text: &wording.text,
            guid: None,
        };
        if !recognise::rewords(&prepared.entry, &stored, wording.worded_by == self.source) {
            return Ok(Change::None);
        }
        wording.title.clone_from(&prepared.entry.title);
        wording.text.clone_from(&prepared.entry.text);
        wording.worded_by = self.source;
        self.edit(c, batch, article, prepared).await?;
        Ok(Change::Edited)
    }

    fn recognise(&self, prepared: &Prepared, wordings: &HashMap<i64, Wording>) -> Option<i64> {
        let stored = prepared
            .candidates
            .iter()
            .map(|found| (found.clue, found.article));
        let fresh = prepared.keys.clues.iter().flat_map(|(clue, hash)| {
            let articles = self
                .fresh
                .get(&(prepared.outlet, *hash))
                .map(Vec::as_slice)
                .unwrap_or_default();
            articles.iter().map(move |article| (*clue, *article))
        });
        let is_same = |(clue, article): &(Clue, i64)| {
            wordings.get(article).is_some_and(|wording| {
                let candidate = Candidate {
                    title: &wording.title,
                    text: &wording.text,
                    guid: wording.guid,
                };
                recognise::is_same(*clue, &prepared.entry, prepared.keys.guid, &candidate)
            })
        };
        stored
            .chain(fresh)
            .find(is_same)
            .map(|(_, article)| article)
    }

    async fn add(
        &mut self,
        c: &mut SqliteConnection,
        batch: &mut Batch,
        wordings: &mut HashMap<i64, Wording>,
        prepared: &Prepared,
    ) -> Result<()> {
        let entry = &prepared.entry;
        let id = next_id(c, published_at(entry.published, self.at)).await?;
        sqlx::query(ADD_ARTICLE)
            .bind(id)
            .bind(self.source)
            .bind(prepared.outlet)
            .bind(&entry.link)
            .bind(&entry.title)
            .bind(&entry.text)
            .bind(&entry.language)
            .bind(&entry.author)
            .bind(&entry.image)
            .bind(entry.published)
            .bind(self.at)
            .execute(&mut *c)
            .await?;
        self.add_clues(c, id, prepared).await?;
        self.carry(c, id, prepared).await?;
        sqlx::query(WAIT).bind(id).execute(&mut *c).await?;
        describe_words(c, batch, id, entry, false).await?;
        for (_, hash) in &prepared.keys.clues {
            self.fresh
                .entry((prepared.outlet, *hash))
                .or_default()
                .push(id);
        }
        self.claimed.insert(id);
        let (title, text) = (entry.title.clone(), entry.text.clone());
        wordings.insert(
            id,
            Wording {
                title,
                text,
                worded_by: self.source,
                guid: prepared.keys.guid,
            },
        );
        Ok(())
    }

    async fn edit(
        &self,
        c: &mut SqliteConnection,
        batch: &mut Batch,
        id: i64,
        prepared: &Prepared,
    ) -> Result<()> {
        let entry = &prepared.entry;
        sqlx::query(EDIT_ARTICLE)
            .bind(id)
            .bind(self.source)
            .bind(&entry.title)
            .bind(&entry.text)
            .bind(&entry.link)
            .bind(&entry.language)
            .bind(&entry.author)
            .bind(&entry.image)
            .bind(self.at)
            .execute(&mut *c)
            .await?;
        self.add_clues(c, id, prepared).await?;
        describe_words(c, batch, id, entry, true).await
    }

    async fn add_clues(
        &self,
        c: &mut SqliteConnection,
        id: i64,
        prepared: &Prepared,
    ) -> Result<()> {
        let hashes = json_array(prepared.keys.clues.iter().map(|(_, hash)| *hash));
        sqlx::query(ADD_CLUES)
            .bind(prepared.outlet)
            .bind(hashes)
            .bind(id)
            .execute(c)
            .await?;
        Ok(())
    }

    async fn carry(&self, c: &mut SqliteConnection, id: i64, prepared: &Prepared) -> Result<()> {
        sqlx::query(CARRY)
            .bind(self.source)
            .bind(id)
            .bind(prepared.keys.guid)
            .bind(prepared.keys.mark)
            .bind(self.at)
            .execute(c)
            .await?;
        Ok(())
    }
}

/// Writes the vector and notes the row for the search index.
async fn describe_words(
    c: &mut SqliteConnection,
    batch: &mut Batch,
    id: i64,
    entry: &Entry,
    replaces: bool,
) -> Result<()> {
    let language = entry.language.as_deref();
    let vector = Vector::of(&entry.title, &entry.text, language);
    sqlx::query(SET_VECTOR)
        .bind(id)
        .bind(vector.to_bytes())
        .execute(c)
        .await?;
    let (title, text) = terms::index_text(&entry.title, &entry.text, language);
    // An article that is new in this batch has no row yet, however often it is edited in it.
    let replaces = batch.index.get(&id).map_or(replaces, |row| row.replaces);
    batch.index.insert(
        id,
        IndexRow {
            title,
            text,
            replaces,
        },
    );
    Ok(())
}

/// When an article counts as published: never later than seen, and when seen if its date is none.
fn published_at(published: Option<Millis>, seen: Millis) -> Millis {
    match published {
        Some(at) if (PUBLISHED_MIN..=seen + AHEAD_MAX).contains(&at) => at.min(seen),
        _ => seen,
    }
}

/// The next free id of a moment; ids of one transaction count at once.
async fn next_id(c: &mut SqliteConnection, at: Millis) -> Result<i64> {
    let mut at = at;
    loop {
        let (first, end) = (
            ArticleId::first_at(at).0,
            ArticleId::first_at(at).0 + (1 << ARTICLE_SEQUENCE_BITS),
        );
        let last: Option<i64> = sqlx::query_scalar(LAST_ID)
            .bind(first)
            .bind(end)
            .fetch_one(&mut *c)
            .await?;
        match last {
            None => return Ok(first),
            Some(last) if last + 1 < end => return Ok(last + 1),
            // A million articles of one millisecond: a feed's default date. The one before will do.
            Some(_) => at -= 1,
        }
    }
}

/// Articles that have this link, the newest first.
pub(super) async fn by_link(c: &mut SqliteConnection, link: &str) -> Result<Vec<ArticleId>> {
    let Some(link) = link::canonical(link, None) else {
        return Ok(Vec::new());
    };
    let domain = outlet::outlet(Some(&link), None, &link);
    let ids: Vec<i64> = sqlx::query_scalar(BY_LINK)
        .bind(domain)
        .bind(recognise::link_key(&link))
        .fetch_all(c)
        .await?;
    Ok(ids.into_iter().map(ArticleId).collect())
}

pub(super) async fn vectors(
    c: &mut SqliteConnection,
    ids: &[ArticleId],
) -> Result<Vec<(ArticleId, Vector)>> {
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(VECTORS)
        .bind(json_array(ids.iter().map(|id| id.0)))
        .fetch_all(c)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, bytes)| (ArticleId(id), Vector::from_bytes(&bytes)))
        .collect())
}

pub(super) async fn count(c: &mut SqliteConnection) -> Result<u64> {
    Ok(values::counted(c, ARTICLES).await?.try_into().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::super::test::{NOON, entry, feed, hunt, new_source, to_save};
    use super::super::{Saved, Sighting, Store};
    use crate::clock::{DAY, HOUR, MINUTE};
    use crate::news::{Entry, Newsroom, NewsroomId, SourceId};

    const LONG: &str = "The harbour of Avel reopened on Monday after two weeks of repairs to its eastern \
        quay. The first ferry left at nine with forty passengers on board, the port office said. Crews \
        had worked through both weekends to replace the damaged beams. Freight traffic is expected to \
        follow on Thursday, when the second crane is back in service.";

    /// A newsroom with one source, read again and again.
    struct Desk {
        store: Store,
        newsroom: NewsroomId,
        source: SourceId,
        now: i64,
    }

    impl Desk {
        async fn new() -> Self {
            let store = Store::temporary().await.unwrap();
            let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
            let mut desk = Self {
                store,
                newsroom,
                source: SourceId(0),
                now: NOON,
            };
            desk.source = desk.adds("https://avel.example/feed").await;
            desk
        }

        async fn adds(&self, url: &str) -> SourceId {
            let new = new_source(self.newsroom, url, feed("Avel Courier", &[]), self.now);
            match self.store.add_source(new).await.unwrap() {
                super::super::Added::New(id) => id,
                other => panic!("{other:?}"),
            }
        }

        async fn reads(&mut self, entries: &[Entry]) -> (u32, u32, u32) {
            self.reads_from(self.source, entries).await
        }

        async fn reads_from(&mut self, source: SourceId, entries: &[Entry]) -> (u32, u32, u32) {
            self.now += 10 * MINUTE;
            let saved = self.store.save_readings(vec![to_save(
                source,
                feed("Avel Courier", entries),
                self.now,
            )]);
            let Saved {
                new,
                edited,
                unchanged,
            } = saved.await.unwrap()[0];
            (new, edited, unchanged)
        }

        async fn all(&self) -> Vec<Sighting> {
            self.store.hunt(&hunt(self.newsroom, None)).await.unwrap()
        }
    }

    fn with_guid(guid: &str, entry: Entry) -> Entry {
        Entry {
            guid: Some(guid.to_owned()),
            ..entry
        }
    }

    #[tokio::test]
    async fn the_same_feed_again_changes_nothing() {
        let mut desk = Desk::new().await;
        let entries = [
            entry("https://avel.example/1", "Harbour reopens", LONG),
            entry("", "Note without a link", "Short."),
            entry(
                "https://avel.example/3",
                "",
                "A text without a title, and a link.",
            ),
        ];
        assert_eq!(desk.reads(&entries).await, (3, 0, 0));
        assert_eq!(desk.reads(&entries).await, (0, 0, 3));
        assert_eq!(desk.reads(&entries[1..]).await, (0, 0, 2));
        assert_eq!(desk.reads(&entries).await, (0, 0, 3), "vanished and back");
        assert_eq!(desk.all().await.len(), 3);
        assert_eq!(desk.store.count_articles().await.unwrap(), 3);
    }

    #[tokio::test]
    async fn an_edited_title_or_text_is_a_revision() {
        let mut desk = Desk::new().await;
        let first = entry("https://avel.example/1", "Quayside jubilation", LONG);
        desk.reads(std::slice::from_ref(&first)).await;
        let before = desk.all().await.remove(0).article;
        let title = Entry {
            title: "Avel’s port is open again".into(),
            ..first.clone()
        };
        assert_eq!(desk.reads(std::slice::from_ref(&title)).await, (0, 1, 0));
        let text = Entry {
            text: format!("{LONG} The mayor cut a ribbon of sailcloth."),
            ..title
        };
        assert_eq!(desk.reads(std::slice::from_ref(&text)).await, (0, 1, 0));
        let after = desk.all().await.remove(0).article;
        assert_eq!(
            (after.id, after.revision, after.seen),
            (before.id, 3, before.seen)
        );
        assert_eq!(
            (after.title, after.text),
            (text.title.clone(), text.text.clone())
        );
        let found = desk
            .store
            .hunt(&hunt(desk.newsroom, Some("sailcloth")))
            .await
            .unwrap();
        assert_eq!(found.len(), 1, "the new wording is found");
        let found = desk
            .store
            .hunt(&hunt(desk.newsroom, Some("jubilation")))
            .await
            .unwrap();
        assert_eq!(found.len(), 0, "the old one is not");
        let vectors = desk.store.vectors(&[before.id]).await.unwrap();
        assert_eq!(
            vectors,
            [(
                before.id,
                super::Vector::of(&text.title, &text.text, Some("en"))
            )]
        );
    }

    #[tokio::test]
    async fn new_guids_dates_and_session_links_make_no_new_article() {
        let mut desk = Desk::new().await;
        let first = with_guid(
            "a1",
            entry("https://avel.example/1", "Harbour reopens", LONG),
        );
        desk.reads(std::slice::from_ref(&first)).await;
        let id = desk.all().await[0].article.id;
        let guid = with_guid("a2", first.clone());
        assert_eq!(desk.reads(&[guid]).await, (0, 0, 1));
        let date = Entry {
            published: Some(desk.now + 5 * MINUTE),
            ..first.clone()
        };
        assert_eq!(desk.reads(&[date]).await, (0, 0, 1));
        let session = Entry {
            link: Some("https://avel.example/1;s=99".into()),
            ..first.clone()
        };
        assert_eq!(
            desk.reads(&[session]).await,
            (0, 0, 1),
            "same guid, same text"
        );
        let reposted = Entry {
            guid: None,
            link: Some("https://avel.example/again".into()),
            ..first
        };
        assert_eq!(
            desk.reads(&[reposted]).await,
            (0, 0, 1),
            "a long text that is the same"
        );
        let all = desk.all().await;
        assert_eq!(
            (all.len(), all[0].article.id, all[0].article.revision),
            (1, id, 1)
        );
    }

    #[tokio::test]
    async fn a_link_that_all_entries_share_identifies_nothing() {
        let mut desk = Desk::new().await;
        let entries: Vec<Entry> = [
            "Mayor resigns",
            "Bakery wins prize",
            "Rain expected",
            "Team loses",
        ]
        .iter()
        .cycle()
        .take(12)
        .enumerate()
        .map(|(day, title)| {
            entry(
                "https://avel.example/",
                &format!("{title} {day}"),
                "Read more.",
            )
        })
        .collect();
        assert_eq!(desk.reads(&entries).await, (12, 0, 0));
        assert_eq!(desk.reads(&entries).await, (0, 0, 12));
        let mut longer = entries.clone();
        longer.insert(
            0,
            entry("https://avel.example/", "Choir sings", "Read more."),
        );
        assert_eq!(desk.reads(&longer).await, (1, 0, 12));
        assert_eq!(
            desk.store
                .by_link(desk.newsroom, "https://avel.example/")
                .await
                .unwrap(),
            None
        );
    }

    #[tokio::test]
    async fn a_guid_that_all_entries_share_identifies_nothing() {
        let mut desk = Desk::new().await;
        let entry_of = |n: u32, title: &str| {
            let text = format!(
                "{title}: reporters number {n} have the details of what went on there today."
            );
            with_guid(
                "0",
                entry(&format!("https://avel.example/{n}"), title, &text),
            )
        };
        let entries = [
            entry_of(1, "Mayor resigns"),
            entry_of(2, "Bakery wins prize"),
            entry_of(3, "Rain expected"),
        ];
        let (new, _, _) = desk.reads(&entries).await;
        assert_eq!(new, 3);
        assert_eq!(desk.reads(&entries).await, (0, 0, 3));
        let bare: Vec<Entry> = ["Choir sings", "Team loses"]
            .iter()
            .map(|t| with_guid("0", entry("", t, "")))
            .collect();
        assert_eq!(desk.reads(&bare).await, (2, 0, 0));
        assert_eq!(desk.reads(&bare).await, (0, 0, 2));
    }

    #[tokio::test]
    async fn two_sources_of_one_outlet_carry_one_article() {
        let mut desk = Desk::new().await;
        let second = desk.adds("https://avel.example/sport/feed").await;
        let teaser = entry(
            "https://avel.example/1",
            "Harbour reopens",
            "The harbour of Avel reopened on Monday.",
        );
        let full = Entry {
            text: LONG.to_owned(),
            ..teaser.clone()
        };
        assert_eq!(desk.reads(std::slice::from_ref(&teaser)).await, (1, 0, 0));
        let first_seen = desk.now;
        assert_eq!(
            desk.reads_from(second, std::slice::from_ref(&full)).await,
            (0, 1, 0),
            "clearly more"
        );
        for _ in 0..3 {
            assert_eq!(
                desk.reads(std::slice::from_ref(&teaser)).await,
                (0, 0, 1),
                "no going back and forth"
            );
            assert_eq!(
                desk.reads_from(second, std::slice::from_ref(&full)).await,
                (0, 0, 1)
            );
        }
        let all = desk.all().await;
        assert_eq!(all.len(), 1);
        assert_eq!(
            (all[0].article.text.as_str(), all[0].source, all[0].seen),
            (LONG, desk.source, first_seen)
        );
        desk.store
            .remove_source(desk.newsroom, desk.source, 0, desk.now)
            .await
            .unwrap();
        let left = desk.all().await;
        assert_eq!(
            (left[0].source, left[0].article.source),
            (second, desk.source)
        );
        assert!(
            left[0].seen > first_seen,
            "seen when this newsroom's sources carried it"
        );
    }

    #[tokio::test]
    async fn two_outlets_with_one_text_have_two_articles() {
        let mut desk = Desk::new().await;
        let other = desk.adds("https://basin.example/feed").await;
        desk.reads(&[entry("https://avel.example/1", "Harbour reopens", LONG)])
            .await;
        assert_eq!(
            desk.reads_from(
                other,
                &[entry("https://basin.example/9", "Harbour reopens", LONG)]
            )
            .await
            .0,
            1
        );
        assert_eq!(desk.all().await.len(), 2);
    }

    #[tokio::test]
    async fn ids_follow_the_earlier_of_publication_and_sighting() {
        let mut desk = Desk::new().await;
        let seen = desk.now + 10 * MINUTE;
        let dated = |n: i64, published| Entry {
            published,
            ..entry(
                &format!("https://avel.example/{n}"),
                &format!("Report number {n} of the day"),
                "",
            )
        };
        desk.reads(&[
            dated(1, Some(seen - 3 * HOUR)),
            dated(2, None),
            dated(3, Some(seen + 14 * MINUTE)),
            dated(4, Some(seen + 2 * DAY)),
            dated(5, Some(-5)),
            dated(6, Some(seen - 3 * HOUR)),
        ])
        .await;
        let all = desk.all().await;
        let mut at: Vec<(String, i64)> = all
            .iter()
            .map(|s| (s.article.link.clone().unwrap(), seen - s.article.at()))
            .collect();
        at.sort();
        let at: Vec<i64> = at.into_iter().map(|(_, at)| at).collect();
        assert_eq!(at, [3 * HOUR, 0, 0, 0, 0, 3 * HOUR]);
        assert!(
            all.windows(2)
                .all(|pair| pair[0].article.id > pair[1].article.id),
            "newest first, all different"
        );
    }

    #[tokio::test]
    async fn a_reading_brings_at_most_500_entries() {
        let mut desk = Desk::new().await;
        let many: Vec<Entry> = (0..600)
            .map(|n| {
                entry(
                    &format!("https://avel.example/{n}"),
                    &format!("Report number {n}"),
                    "",
                )
            })
            .collect();
        assert_eq!(desk.reads(&many).await, (500, 0, 0));
    }

    #[tokio::test]
    async fn a_link_finds_its_article_where_it_is_visible() {
        let mut desk = Desk::new().await;
        desk.reads(&[entry("https://avel.example/1", "Harbour reopens", LONG)])
            .await;
        let found = desk
            .store
            .by_link(desk.newsroom, "https://avel.example/1?utm_source=x#top")
            .await
            .unwrap();
        assert_eq!(found.unwrap().article.title, "Harbour reopens");
        let stranger = desk.store.newsroom(Newsroom::Person(9), 0).await.unwrap();
        assert_eq!(
            desk.store
                .by_link(stranger, "https://avel.example/1")
                .await
                .unwrap(),
            None
        );
        assert_eq!(
            desk.store
                .by_link(desk.newsroom, "not a link")
                .await
                .unwrap(),
            None
        );
    }
}
