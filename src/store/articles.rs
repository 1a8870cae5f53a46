//! Articles: saving what a reading brought, recognised or new, and finding single ones.
//!
//! Recognising, numbering and inserting stand in the transaction of the reading, so that the same
//! feed read again after a crash finds either all of its articles or none, and never two of one.

use super::nouns::Saved;
use super::recognise::{self, Candidate, Clue, Keys};
use super::statements::{json_array, statements};
use super::{Result, standin, values};
use crate::clock::{MINUTE, Millis};
use crate::news::article::ARTICLE_SEQUENCE_BITS;
use crate::news::{ArticleId, Entry, Feed, Source};
use crate::text::vector::Vector;
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
    let shared = recognise::shared_links(entries);
    let mut prepared = Vec::with_capacity(entries.len());
    for entry in entries {
        let entry = capped(entry, feed);
        if entry.title.trim().is_empty() && entry.text.trim().is_empty() {
            continue;
        }
        let domain = standin::outlet(entry.link.as_deref(), source.site.as_deref(), &source.url);
        let outlet = batch.outlet(c, domain).await?;
        let keys = recognise::keys(
            &entry,
            entry
                .link
                .as_ref()
                .is_some_and(|link| shared.contains(link)),
        );
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
    let vector = standin::vector(&entry.title, &entry.text, language);
    sqlx::query(SET_VECTOR)
        .bind(id)
        .bind(vector.to_bytes())
        .execute(c)
        .await?;
    let (title, text) = standin::index_text(&entry.title, &entry.text, language);
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
    let Some(link) = standin::canonical(link) else {
        return Ok(Vec::new());
    };
    let domain = standin::outlet(Some(&link), None, &link);
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
