//! Articles: saving what readings brought, recognised or new, and finding single ones.
//!
//! Recognising, numbering and inserting stand in the transaction of the readings, so that the same
//! feed read again after a crash finds either all of its articles or none, and never two of one.
//! A batch costs few statements, however many articles it brings: a statement's way to SQLite's
//! thread and back costs more than what most of them do there.

use super::intake::{Carried, Change, Intake, Known, Plan, Prepared, Wording};
use super::nouns::Saved;
use super::prepare::words_of;
use super::recognise;
use super::statements::{Bound, insert, insert_at_once, json_array, run, statements};
use super::{Result, refrains, values};
use crate::clock::Millis;
use crate::news::{ArticleId, Source, SourceId, link, outlet};
use crate::text::refrain::Refrains;
use crate::text::vector::{Indexed, Vector};
use serde_json::Value;
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap};

const ARTICLES: &str = "articles";

statements! {
    /// The newest eight articles for each hash of [[number, outlet, hash, source], ...].
    CANDIDATES = "SELECT w.value ->> 0, i.article, c.mark, c.guid FROM json_each($1) AS w
        CROSS JOIN identity AS i ON i.outlet = w.value ->> 1 AND i.hash = w.value ->> 2
            AND i.article >= coalesce((SELECT x.article FROM identity AS x
                WHERE x.outlet = w.value ->> 1 AND x.hash = w.value ->> 2
                ORDER BY x.article DESC LIMIT 1 OFFSET 7), 0)
        LEFT JOIN carried AS c ON c.source = w.value ->> 3 AND c.article = i.article
        ORDER BY w.key, i.article DESC";
    WORDINGS = "SELECT a.id, a.title, a.text, a.worded_by
        FROM json_each($1) AS w CROSS JOIN article AS a ON a.id = w.value";
    OUTLETS = "SELECT o.domain, o.id FROM json_each($1) AS w
        CROSS JOIN outlet AS o ON o.domain = w.value";
    NEXT_OUTLET = "SELECT coalesce(max(id), 0) + 1 FROM outlet";
    ADD_OUTLETS = "INSERT INTO outlet (id, domain) VALUES (?, ?)";
    LAST_IDS = "SELECT w.value, (SELECT max(a.id) FROM article AS a
            WHERE a.id >= w.value << 20 AND a.id < (w.value + 1) << 20)
        FROM json_each($1) AS w";
    ADD_ARTICLES = "INSERT INTO article (id, revision, source, worded_by, outlet, link, title, text,
            language, author, image, published, seen_at)
        VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    EDIT_ARTICLE = "UPDATE article SET revision = revision + 1, worded_by = $2, title = $3, text = $4,
            link = coalesce($5, link), language = coalesce($6, language),
            author = coalesce($7, author), image = coalesce($8, image), edited_at = $9, swept = 0
        WHERE id = $1";
    ADD_CLUES = "INSERT INTO identity (outlet, hash, article) VALUES (?, ?, ?)
        ON CONFLICT (outlet, hash, article) DO NOTHING";
    CARRY = "INSERT INTO carried (source, article, guid, mark, seen_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (source, article) DO UPDATE SET guid = excluded.guid, mark = excluded.mark";
    WAIT = "INSERT INTO waiting (sequence, article)
        SELECT (SELECT coalesce(max(sequence), 0) FROM waiting) + 1 + w.key, w.value
        FROM json_each($1) AS w";
    SET_VECTORS = "INSERT INTO article_vector (article, terms) VALUES (?, ?)
        ON CONFLICT (article) DO UPDATE SET terms = excluded.terms";
    UNINDEX = "DELETE FROM article_terms WHERE rowid IN (SELECT value FROM json_each($1))";
    INDEX = "INSERT INTO article_terms (rowid, title, text) VALUES (?, ?, ?)";
    BY_LINK = "SELECT i.article FROM outlet AS o
        CROSS JOIN identity AS i ON i.outlet = o.id AND i.hash = $2
        WHERE o.domain = $1 ORDER BY i.article DESC LIMIT 20";
    VECTORS = "SELECT v.article, v.terms FROM json_each($1) AS w
        CROSS JOIN article_vector AS v ON v.article = w.value ORDER BY w.key";
    NEWEST_VECTORS = "SELECT terms FROM article_vector WHERE article >= $1
        ORDER BY article DESC LIMIT $2";
}

/// The prepared entries of one transaction.
#[derive(Default)]
pub(super) struct Batch {
    prepared: Vec<Prepared>,
    /// Who publishes each.
    domains: Vec<String>,
}

impl Batch {
    /// Adds an entry of this source.
    pub fn add(&mut self, source: &Source, mut prepared: Prepared) {
        prepared.source = source.id.0;
        prepared.candidates.clear();
        self.domains.push(domain(&prepared, source));
        self.prepared.push(prepared);
    }

    /// Recognises and writes; what was saved for each of `readings` readings.
    pub async fn save(mut self, c: &mut SqliteConnection, readings: usize) -> Result<Vec<Saved>> {
        let mut saved = vec![Saved::default(); readings];
        if self.prepared.is_empty() {
            return Ok(saved);
        }
        let outlets = ensured(c, &self.domains).await?;
        for (prepared, domain) in self.prepared.iter_mut().zip(&self.domains) {
            prepared.outlet = outlets[domain];
        }
        let known = load(c, &mut self.prepared).await?;
        let mut intake = Intake::new(known);
        for (index, prepared) in self.prepared.iter().enumerate() {
            let saved = &mut saved[prepared.reading];
            match intake.take(index, prepared) {
                Change::New => saved.new += 1,
                Change::Edited => saved.edited += 1,
                Change::None => saved.unchanged += 1,
            }
        }
        let plan = intake.plan;
        let traces = refrains::traces(&mut self.prepared, plan.new.keys().map(|id| plan.words[id]));
        write(c, self.prepared, plan).await?;
        refrains::learn(c, traces).await?;
        Ok(saved)
    }
}

/// Who publishes an entry.
fn domain(prepared: &Prepared, source: &Source) -> String {
    let link = prepared.entry.link.as_deref();
    outlet::outlet(link, source.site.as_deref(), &source.url)
}

/// The outlets of these domains that there are.
async fn outlets(
    c: &mut SqliteConnection,
    domains: impl Iterator<Item = &str>,
) -> Result<HashMap<String, i64>> {
    let domains: BTreeSet<&str> = domains.collect();
    let domains = Value::from_iter(domains).to_string();
    let rows: Vec<(String, i64)> = sqlx::query_as(OUTLETS).bind(domains).fetch_all(c).await?;
    Ok(rows.into_iter().collect())
}

/// The outlets of all these domains; those that there are not are made.
async fn ensured(c: &mut SqliteConnection, domains: &[String]) -> Result<HashMap<String, i64>> {
    let mut outlets = outlets(c, domains.iter().map(String::as_str)).await?;
    let mut made = Vec::new();
    for domain in domains {
        if outlets.contains_key(domain) {
            continue;
        }
        let id: i64 = match made.last() {
            Some((last, _)) => last + 1,
            None => sqlx::query_scalar(NEXT_OUTLET).fetch_one(&mut *c).await?,
        };
        made.push((id, domain.clone()));
        outlets.insert(domain.clone(), id);
    }
    let rows = insert(ADD_OUTLETS, made, |row, (id, domain)| {
        row.bind(id).bind(domain)
    });
    run(c, rows).await?;
    Ok(outlets)
}

/// Whether the sources carried the entries just so before. Reads only.
pub(super) async fn look_up(
    c: &mut SqliteConnection,
    sources: &HashMap<SourceId, Source>,
    prepared: &mut [Prepared],
) -> Result<Vec<bool>> {
    let of = |one: &Prepared| {
        let source = sources.get(&SourceId(one.source));
        source.map(|source| domain(one, source))
    };
    let domains: Vec<Option<String>> = prepared.iter().map(of).collect();
    let outlets = outlets(c, domains.iter().flatten().map(String::as_str)).await?;
    for (one, domain) in prepared.iter_mut().zip(domains) {
        let id = domain.and_then(|domain| outlets.get(&domain).copied());
        one.outlet = id.unwrap_or_default();
    }
    let carried = load_candidates(c, prepared).await?;
    Ok(prepared
        .iter()
        .map(|one| one.as_before(&carried).is_some())
        .collect())
}

async fn load(c: &mut SqliteConnection, prepared: &mut [Prepared]) -> Result<Known> {
    let mut known = Known {
        carried: load_candidates(c, prepared).await?,
        ..Known::default()
    };
    // What its source gave just so before needs no comparing.
    let changed = prepared
        .iter()
        .filter(|prepared| prepared.as_before(&known.carried).is_none());
    let (mut candidates, mut moments) = (BTreeSet::new(), BTreeSet::new());
    for prepared in changed {
        candidates.extend(prepared.candidates.iter().map(|(_, article)| *article));
        moments.extend([prepared.published_at(), prepared.at]);
    }
    if !candidates.is_empty() {
        let rows: Vec<(i64, String, String, i64)> = sqlx::query_as(WORDINGS)
            .bind(json_array(candidates))
            .fetch_all(&mut *c)
            .await?;
        let wording = |(id, title, text, worded_by)| {
            (
                id,
                Wording {
                    title,
                    text,
                    worded_by,
                },
            )
        };
        known.wordings = rows.into_iter().map(wording).collect();
    }
    if !moments.is_empty() {
        let rows: Vec<(Millis, Option<i64>)> = sqlx::query_as(LAST_IDS)
            .bind(json_array(moments))
            .fetch_all(c)
            .await?;
        known.last_ids = rows.into_iter().collect();
    }
    Ok(known)
}

/// Gives every entry its candidates; returns how the sources carry them.
async fn load_candidates(
    c: &mut SqliteConnection,
    prepared: &mut [Prepared],
) -> Result<HashMap<(i64, i64), Carried>> {
    let mut wanted = String::from("[");
    let mut clues = Vec::new();
    for (
        index,
        Prepared {
            keys,
            outlet,
            source,
            ..
        },
    ) in prepared.iter().enumerate()
    {
        for (clue, hash) in &keys.clues {
            let comma = if clues.is_empty() { "" } else { "," };
            wanted.push_str(&format!(
                "{comma}[{},{outlet},{hash},{source}]",
                clues.len()
            ));
            clues.push((index, *clue));
        }
    }
    wanted.push(']');
    type Row = (i64, i64, Option<i64>, Option<i64>);
    let rows: Vec<Row> = sqlx::query_as(CANDIDATES).bind(wanted).fetch_all(c).await?;
    let mut carried = HashMap::new();
    for (number, article, mark, guid) in rows {
        let (index, clue) = clues[number as usize];
        prepared[index].candidates.push((clue, article));
        if let Some(mark) = mark {
            carried.insert((prepared[index].source, article), Carried { mark, guid });
        }
    }
    Ok(carried)
}

async fn write(c: &mut SqliteConnection, mut prepared: Vec<Prepared>, plan: Plan) -> Result<()> {
    let words = words(&mut prepared, &plan);
    run(c, add_articles(&mut prepared, &plan)).await?;
    for (id, index) in &plan.edited {
        edit(c, *id, &prepared[*index]).await?;
    }
    run(c, add_clues(&prepared, &plan)).await?;
    run(c, carry(&prepared, &plan)).await?;
    // In the order of saving, not of ids: so are articles placed.
    let mut order: Vec<(usize, i64)> = plan.new.iter().map(|(id, index)| (*index, *id)).collect();
    order.sort_unstable();
    sqlx::query(WAIT)
        .bind(json_array(order.into_iter().map(|(_, id)| id)))
        .execute(&mut *c)
        .await?;
    if !plan.edited.is_empty() {
        let edited = json_array(plan.edited.keys().copied());
        sqlx::query(UNINDEX).bind(edited).execute(&mut *c).await?;
    }
    run(c, set_vectors(&words)).await?;
    run(c, index(words)).await?;
    if !plan.new.is_empty() {
        values::count(c, ARTICLES, plan.new.len() as i64).await?;
    }
    Ok(())
}

/// What each new or edited article is found by, in the order of ids: out of order, FTS5 flushes its
/// buffer again and again.
fn words(prepared: &mut [Prepared], plan: &Plan) -> Vec<(i64, Indexed)> {
    let of = |(id, index): (&i64, &usize)| {
        let Prepared { words, entry, .. } = &mut prepared[*index];
        (
            *id,
            words
                .take()
                .unwrap_or_else(|| words_of(entry, Refrains::NONE)),
        )
    };
    plan.words.iter().map(of).collect()
}

/// New articles with the words that they have at the end of the batch, which are taken out of it.
fn add_articles(prepared: &mut [Prepared], plan: &Plan) -> Vec<Bound> {
    let mut rows = Vec::with_capacity(plan.new.len());
    for (id, index) in &plan.new {
        let first = &prepared[*index];
        let (link, published) = (first.entry.link.clone(), first.entry.published);
        let first = (first.source, first.outlet, first.at);
        let last = &mut prepared[plan.words[id]];
        let (by, words) = (last.source, std::mem::take(&mut last.entry));
        rows.push((*id, first, by, link, published, words));
    }
    insert(
        ADD_ARTICLES,
        rows,
        |row, (id, first, by, link, published, words)| {
            let (source, outlet, at) = first;
            let row = row.bind(id).bind(source).bind(by).bind(outlet).bind(link);
            let row = row.bind(words.title).bind(words.text);
            let row = row.bind(words.language).bind(words.author);
            row.bind(words.image).bind(published).bind(at)
        },
    )
}

fn add_clues(prepared: &[Prepared], plan: &Plan) -> Vec<Bound> {
    let clues = plan.clues.iter().flat_map(|(id, index)| {
        let Prepared { keys, outlet, .. } = &prepared[*index];
        keys.clues
            .iter()
            .map(move |(_, hash)| (*outlet, *hash, *id))
    });
    insert(ADD_CLUES, clues, |row, (outlet, hash, id)| {
        row.bind(outlet).bind(hash).bind(id)
    })
}

fn carry(prepared: &[Prepared], plan: &Plan) -> Vec<Bound> {
    insert(CARRY, &plan.carried, |row, (id, index)| {
        let Prepared {
            keys, source, at, ..
        } = &prepared[*index];
        let row = row.bind(*source).bind(*id).bind(keys.guid);
        row.bind(keys.mark).bind(*at)
    })
}

fn set_vectors(words: &[(i64, Indexed)]) -> Vec<Bound> {
    insert(SET_VECTORS, words, |row, (id, words)| {
        row.bind(*id).bind(words.vector.to_bytes())
    })
}

fn index(words: Vec<(i64, Indexed)>) -> Vec<Bound> {
    insert_at_once(INDEX, words, |row, (id, words)| {
        row.bind(id).bind(words.title).bind(words.text)
    })
}

async fn edit(c: &mut SqliteConnection, id: i64, prepared: &Prepared) -> Result<()> {
    let Prepared {
        entry, source, at, ..
    } = prepared;
    sqlx::query(EDIT_ARTICLE)
        .bind(id)
        .bind(source)
        .bind(&entry.title)
        .bind(&entry.text)
        .bind(&entry.link)
        .bind(&entry.language)
        .bind(&entry.author)
        .bind(&entry.image)
        .bind(at)
        .execute(c)
        .await?;
    Ok(())
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

pub(super) async fn newest_vectors(
    c: &mut SqliteConnection,
    from: ArticleId,
    limit: u32,
) -> Result<Vec<Vector>> {
    let rows: Vec<Vec<u8>> = sqlx::query_scalar(NEWEST_VECTORS)
        .bind(from.0)
        .bind(limit)
        .fetch_all(c)
        .await?;
    Ok(rows.iter().map(|bytes| Vector::from_bytes(bytes)).collect())
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
