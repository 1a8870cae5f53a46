//! Stories: placements in the order of placing, and stories as a newsroom sees them.

use super::nouns::{PlacedArticle, Sighting, Unplaced};
use super::statements::{insert, json_array, run, statements};
use super::{Result, corrections, neighbours, overlay, sightings};
use crate::clock::Millis;
use crate::news::story::Placed;
use crate::news::{ArticleId, NewsroomId, Overlay, StoryId};
use crate::text::vector::Vector;
use serde_json::json;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Articles of one story in a view, the newest that the newsroom sees.
const STORY_ARTICLES_MAX: u32 = 200;
statements! {
    COUNTS = "SELECT EXISTS (SELECT 1 FROM newsroom_source
        WHERE newsroom = $1 AND muted = 2 AND removed_at IS NULL)";
    /// Where a newsroom has sources that are muted but counted: what they report of stories.
    COUNTED = "SELECT DISTINCT p.story, o.domain, p.same_text FROM (
            SELECT source FROM newsroom_source
            WHERE newsroom = $1 AND muted = 2 AND removed_at IS NULL) AS ns
        CROSS JOIN json_each($2) AS w CROSS JOIN placement AS p ON p.story = w.value
        CROSS JOIN carried AS c ON c.source = ns.source AND c.article = p.article
        CROSS JOIN article AS a ON a.id = p.article CROSS JOIN outlet AS o ON o.id = a.outlet";
    /// The same of articles with their stories, [[article, story], ...].
    COUNTED_CORRECTED = "SELECT DISTINCT w.value ->> 1, o.domain, p.same_text FROM json_each($2) AS w
        CROSS JOIN placement AS p ON p.article = w.value ->> 0
        CROSS JOIN carried AS c ON c.article = p.article
        CROSS JOIN newsroom_source AS ns ON ns.newsroom = $1 AND ns.source = c.source
            AND ns.muted = 2 AND ns.removed_at IS NULL
        CROSS JOIN article AS a ON a.id = p.article CROSS JOIN outlet AS o ON o.id = a.outlet";
    LIVING = "SELECT s.id, coalesce(s.alias_of, s.id) FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value";
    /// Newest first within each story, so that a long one takes no room from the others.
    VISIBLE_MEMBERS = "SELECT p.article, w.value FROM json_each($1) AS w
        CROSS JOIN placement AS p ON p.article IN (
            SELECT x.article FROM placement AS x WHERE x.story = w.value AND EXISTS (
                SELECT 1 FROM carried AS c CROSS JOIN newsroom_source AS ns
                    ON ns.newsroom = $2 AND ns.source = c.source AND ns.removed_at IS NULL
                    AND ns.muted <> 1
                WHERE c.article = x.article)
            ORDER BY x.article DESC LIMIT $3)";
    UNPLACED = "SELECT q.article, v.terms FROM (
            SELECT sequence, article FROM waiting ORDER BY sequence LIMIT $1) AS q
        LEFT JOIN article_vector AS v ON v.article = q.article ORDER BY q.sequence";
    /// Of all but the newest so many, the last in the order of placing.
    LAST_BEFORE = "SELECT sequence FROM placement ORDER BY sequence DESC LIMIT 1 OFFSET $1";
    PLACED = "SELECT q.sequence, q.article, v.terms, q.story, n.neighbours, q.same_text
        FROM placement AS q CROSS JOIN article_vector AS v ON v.article = q.article
        LEFT JOIN placement_neighbours AS n ON n.sequence = q.sequence
        WHERE q.sequence > $1 ORDER BY q.sequence LIMIT $2";
    ALIAS_OF = "SELECT alias_of FROM story WHERE id = $1";
    MAKE_STORY = "INSERT INTO story (id, made_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    MAKE_STORIES = "INSERT INTO story (id, made_at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING";
    /// Of stories that there are.
    PLACE_ALL = "INSERT INTO placement (article, placed_at, sequence, score, same_text, story)
        VALUES (?, ?, ?, ?, ?, (SELECT coalesce(alias_of, id) FROM story WHERE id = ?))";
    KNOWN = "SELECT article FROM placement
        WHERE article IN (SELECT value FROM json_each($1))";
    LAST_SEQUENCE = "SELECT coalesce(max(sequence), 0) FROM placement";
    /// [[article, sequence], ...].
    CARRY = "UPDATE placement SET sequence = w.value ->> 1
        FROM json_each($1) AS w WHERE placement.article = w.value ->> 0";
    WAIT_NO_MORE = "DELETE FROM waiting WHERE article IN (SELECT value FROM json_each($1))";
    /// [[article, story that there is], ...].
    MOVE = "UPDATE placement
        SET story = (SELECT coalesce(alias_of, id) FROM story WHERE id = w.value ->> 1)
        FROM json_each($1) AS w WHERE placement.article = w.value ->> 0";
    MOVE_ALL = "UPDATE placement SET story = $2 WHERE story = $1";
    /// Where nobody subscribes, nothing is to be decided.
    TO_DECIDE = "INSERT INTO undecided (sequence, article)
        SELECT p.sequence, p.article FROM json_each($1) AS w
        CROSS JOIN placement AS p ON p.article = w.value
        WHERE EXISTS (SELECT 1 FROM subscription WHERE removed_at IS NULL)
        ON CONFLICT DO NOTHING";
    /// A story all of whose articles were in what a destination was told is told.
    TOLD_APART = "INSERT INTO told (destination, story, at, outbox)
        SELECT t.destination, $2, t.at, t.outbox FROM told AS t
        WHERE t.story = $1 AND NOT EXISTS (
            SELECT 1 FROM placement AS p JOIN article AS a ON a.id = p.article
            WHERE p.story = $2 AND a.seen_at > t.at)
        ON CONFLICT DO NOTHING";
    /// Told stories that these articles leave, and for which.
    MOVED_FROM = "SELECT DISTINCT p.story, w.value ->> 1 FROM json_each($1) AS w
        CROSS JOIN placement AS p ON p.article = w.value ->> 0
        WHERE EXISTS (SELECT 1 FROM told AS t WHERE t.story = p.story)";
    MAKE_ALIAS = "UPDATE story SET alias_of = $2 WHERE id = $1 OR alias_of = $1";
}

/// For each story that there is: its living id, that of the elder one where it was merged, by the
/// machine or here. Another newsroom's own stories are not there.
pub(super) async fn living(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    stories: &[StoryId],
) -> Result<HashMap<StoryId, StoryId>> {
    let overlay = overlay::of(c, newsroom).await?;
    living_under(c, newsroom, overlay.as_ref(), stories).await
}

async fn living_under(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    overlay: Option<&Overlay>,
    stories: &[StoryId],
) -> Result<HashMap<StoryId, StoryId>> {
    let asked = json_array(stories.iter().map(|story| story.0));
    let rows: Vec<(i64, i64)> = sqlx::query_as(LIVING)
        .bind(asked)
        .fetch_all(&mut *c)
        .await?;
    let foreign = overlay::foreign(c, newsroom, stories.iter().copied()).await?;
    let living = |living: i64| match overlay {
        Some(overlay) => overlay.story(StoryId(living)),
        None => StoryId(living),
    };
    Ok(rows
        .into_iter()
        .map(|(asked, found)| (StoryId(asked), living(found)))
        .filter(|(asked, _)| !foreign.contains(asked))
        .collect())
}

pub(super) async fn view(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    stories: &[StoryId],
) -> Result<Vec<(StoryId, Vec<Sighting>)>> {
    let overlay = overlay::of(c, newsroom).await?;
    let stories = order(c, newsroom, overlay.as_ref(), stories).await?;
    let stories: Vec<StoryId> = (stories.into_iter())
        .filter(|story| !overlay.as_ref().is_some_and(|one| one.is_hidden(*story)))
        .collect();
    view_of(c, newsroom, overlay.as_ref(), &stories).await
}

/// The same of one story, also where it is hidden.
pub(super) async fn view_all(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    story: StoryId,
) -> Result<Option<(StoryId, Vec<Sighting>)>> {
    let overlay = overlay::of(c, newsroom).await?;
    let stories = order(c, newsroom, overlay.as_ref(), &[story]).await?;
    let mut found = view_of(c, newsroom, overlay.as_ref(), &stories).await?;
    Ok(found.pop())
}

/// Each story once, under its living id, in the order of first asking.
async fn order(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    overlay: Option<&Overlay>,
    stories: &[StoryId],
) -> Result<Vec<StoryId>> {
    let living = living_under(c, newsroom, overlay, stories).await?;
    let mut known = HashSet::new();
    Ok(stories
        .iter()
        .filter_map(|story| living.get(story).copied())
        .filter(|id| known.insert(*id))
        .collect())
}

async fn view_of(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    overlay: Option<&Overlay>,
    order: &[StoryId],
) -> Result<Vec<(StoryId, Vec<Sighting>)>> {
    let members = match overlay {
        Some(overlay) => newest_members(c, newsroom, overlay, order).await?,
        None => {
            let rows: Vec<(i64, i64)> = sqlx::query_as(VISIBLE_MEMBERS)
                .bind(json_array(order.iter().map(|story| story.0)))
                .bind(newsroom.0)
                .bind(STORY_ARTICLES_MAX)
                .fetch_all(&mut *c)
                .await?;
            let mut rows: Vec<(ArticleId, StoryId)> = rows
                .into_iter()
                .map(|(article, story)| (ArticleId(article), StoryId(story)))
                .collect();
            rows.sort_unstable();
            rows
        }
    };
    let ids: Vec<ArticleId> = members.iter().map(|(article, _)| *article).collect();
    let story_of: HashMap<ArticleId, StoryId> = members.into_iter().collect();
    let mut views: HashMap<StoryId, Vec<Sighting>> = HashMap::new();
    for sighting in sightings::load_all(c, newsroom, overlay, &ids).await? {
        views
            .entry(story_of[&sighting.article.id])
            .or_default()
            .push(sighting);
    }
    Ok(order
        .iter()
        .filter_map(|id| Some((*id, views.remove(id)?)))
        .collect())
}

/// The newest visible articles of each story where corrections say which those are.
async fn newest_members(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    overlay: &Overlay,
    stories: &[StoryId],
) -> Result<Vec<(ArticleId, StoryId)>> {
    let mut members = overlay::members(c, newsroom, overlay, stories).await?;
    let ids: Vec<ArticleId> = members.iter().map(|(article, _)| *article).collect();
    let seen = sightings::seen_by(c, newsroom, &ids).await?;
    let mut counts: HashMap<StoryId, u32> = HashMap::new();
    members.reverse();
    members.retain(|(article, story)| {
        let count = counts.entry(*story).or_default();
        let is_seen = seen.get(&article.0).is_some_and(|one| one.is_counted());
        let is_shown = is_seen && *count < STORY_ARTICLES_MAX;
        *count += u32::from(is_shown);
        is_shown
    });
    members.reverse();
    Ok(members)
}

/// Outlets and texts by which sources that are muted but counted report these living stories.
pub(super) async fn counted(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    stories: &[StoryId],
) -> Result<Vec<(StoryId, String, ArticleId)>> {
    let counts: bool = sqlx::query_scalar(COUNTS)
        .bind(newsroom.0)
        .fetch_one(&mut *c)
        .await?;
    if !counts {
        return Ok(Vec::new());
    }
    let (sql, wanted) = match overlay::of(c, newsroom).await? {
        None => (COUNTED, json_array(stories.iter().map(|story| story.0))),
        Some(overlay) => {
            let members = overlay::members(c, newsroom, &overlay, stories).await?;
            let pairs: Vec<[i64; 2]> = (members.into_iter())
                .map(|(article, story)| [article.0, story.0])
                .collect();
            (COUNTED_CORRECTED, json!(pairs).to_string())
        }
    };
    let rows: Vec<(i64, String, i64)> = sqlx::query_as(sql)
        .bind(newsroom.0)
        .bind(wanted)
        .fetch_all(c)
        .await?;
    let one = |(story, outlet, text)| (StoryId(story), outlet, ArticleId(text));
    Ok(rows.into_iter().map(one).collect())
}

pub(super) async fn unplaced(c: &mut SqliteConnection, limit: u32) -> Result<Vec<Unplaced>> {
    let rows: Vec<(i64, Option<Vec<u8>>)> =
        sqlx::query_as(UNPLACED).bind(limit).fetch_all(c).await?;
    Ok(rows
        .into_iter()
        .map(|(id, terms)| unplaced_of(id, &terms.unwrap_or_default()))
        .collect())
}

fn unplaced_of(id: i64, terms: &[u8]) -> Unplaced {
    let id = ArticleId(id);
    let vector = if terms.is_empty() {
        Vector::default()
    } else {
        Vector::from_bytes(terms)
    };
    Unplaced {
        id,
        at: id.at(),
        vector,
    }
}

/// After which place in the order of placing the newest `articles` come.
pub(super) async fn last_before(c: &mut SqliteConnection, articles: u32) -> Result<i64> {
    let last: Option<i64> = sqlx::query_scalar(LAST_BEFORE)
        .bind(articles)
        .fetch_optional(c)
        .await?;
    Ok(last.unwrap_or(0))
}

pub(super) async fn placed(
    c: &mut SqliteConnection,
    after: i64,
    limit: u32,
) -> Result<Vec<PlacedArticle>> {
    type Row = (i64, i64, Vec<u8>, i64, Option<Vec<u8>>, i64);
    let rows: Vec<Row> = sqlx::query_as(PLACED)
        .bind(after)
        .bind(limit)
        .fetch_all(c)
        .await?;
    Ok(rows
        .into_iter()
        .map(
            |(sequence, id, terms, story, neighbours, same_text)| PlacedArticle {
                sequence,
                article: unplaced_of(id, &terms),
                story: StoryId(story),
                neighbours: neighbours::from_bytes(&neighbours.unwrap_or_default()),
                same_text: ArticleId(same_text),
            },
        )
        .collect())
}

/// The same placements saved twice change nothing the second time: an article is placed once, and
/// merges and moves only say where things are.
pub(super) async fn place(
    c: &mut SqliteConnection,
    placements: Vec<(ArticleId, Placed)>,
    at: Millis,
) -> Result<()> {
    let articles = json_array(placements.iter().map(|(article, _)| article.0));
    sqlx::query(WAIT_NO_MORE)
        .bind(&articles)
        .execute(&mut *c)
        .await?;
    let mut known = known(c, &placements).await?;
    let mut sequence: i64 = sqlx::query_scalar(LAST_SEQUENCE).fetch_one(&mut *c).await?;
    let mut carried: HashMap<i64, i64> = HashMap::new();
    // All articles are written at once, where they were put at first; then what changed of it, in
    // order. A story that was merged comes no more, so nothing is taken for later than it is.
    let (mut rows, mut changes) = (Vec::new(), Vec::new());
    for (article, mut placed) in placements {
        if let Some(kept) = placed.carried {
            sequence += 1;
            carried.insert(kept.0, sequence);
        }
        sequence += 1;
        if known.insert(article.0) {
            changes.push((
                std::mem::take(&mut placed.merged),
                std::mem::take(&mut placed.moved),
            ));
            rows.push((article, placed, sequence));
        }
    }
    insert_all(c, rows, at).await?;
    let mut moves: BTreeMap<i64, i64> = BTreeMap::new();
    let moved: Vec<i64> = (changes.iter())
        .flat_map(|(_, moved)| moved.iter().map(|(article, _)| article.0))
        .collect();
    for (merged, moved) in changes {
        if !merged.is_empty() {
            move_all(c, std::mem::take(&mut moves), at).await?;
        }
        for (younger, elder) in merged {
            merge(c, younger, elder, at).await?;
        }
        moves.extend(
            moved
                .into_iter()
                .map(|(article, story)| (article.0, story.0)),
        );
    }
    move_all(c, moves, at).await?;
    if !carried.is_empty() {
        let rows: Vec<[i64; 2]> = carried.into_iter().map(<[i64; 2]>::from).collect();
        let rows = json!(rows).to_string();
        neighbours::forget(c, &rows).await?;
        sqlx::query(CARRY).bind(rows).execute(&mut *c).await?;
    }
    sqlx::query(TO_DECIDE)
        .bind(&articles)
        .execute(&mut *c)
        .await?;
    corrections::follow(c, articles, moved).await
}

/// Those of the articles that are placed already.
async fn known(
    c: &mut SqliteConnection,
    placements: &[(ArticleId, Placed)],
) -> Result<HashSet<i64>> {
    let articles = json_array(placements.iter().map(|(article, _)| article.0));
    let known: Vec<i64> = sqlx::query_scalar(KNOWN)
        .bind(articles)
        .fetch_all(c)
        .await?;
    Ok(known.into_iter().collect())
}

/// Moves articles to stories, each of which is made when there is none.
async fn move_all(c: &mut SqliteConnection, moves: BTreeMap<i64, i64>, at: Millis) -> Result<()> {
    if moves.is_empty() {
        return Ok(());
    }
    let stories: BTreeSet<i64> = moves.values().copied().collect();
    let make = insert(MAKE_STORIES, stories, |row, story| row.bind(story).bind(at));
    run(c, make).await?;
    let rows: Vec<[i64; 2]> = moves.into_iter().map(<[i64; 2]>::from).collect();
    let rows = json!(rows).to_string();
    let apart: Vec<(i64, i64)> = sqlx::query_as(MOVED_FROM)
        .bind(&rows)
        .fetch_all(&mut *c)
        .await?;
    sqlx::query(MOVE).bind(rows).execute(&mut *c).await?;
    for (old, new) in apart {
        sqlx::query(TOLD_APART)
            .bind(old)
            .bind(new)
            .execute(&mut *c)
            .await?;
    }
    Ok(())
}

/// New placements as they are without merges and moves, with their places in the order of placing.
async fn insert_all(
    c: &mut SqliteConnection,
    placements: Vec<(ArticleId, Placed, i64)>,
    at: Millis,
) -> Result<()> {
    if placements.is_empty() {
        return Ok(());
    }
    let stories: BTreeSet<i64> = placements
        .iter()
        .map(|(_, placed, _)| placed.story.0)
        .collect();
    let make = insert(MAKE_STORIES, stories, |row, story| row.bind(story).bind(at));
    run(c, make).await?;
    let place = insert(
        PLACE_ALL,
        &placements,
        |row, (article, placed, sequence)| {
            let row = row.bind(article.0).bind(at).bind(*sequence);
            let row = row.bind(placed.score).bind(placed.same_text.0);
            row.bind(placed.story.0)
        },
    );
    run(c, place).await?;
    neighbours::keep(c, &placements).await
}

/// The living story behind an id; it is made when there is none.
async fn ensure_story(c: &mut SqliteConnection, story: StoryId, at: Millis) -> Result<i64> {
    let known: Option<Option<i64>> = sqlx::query_scalar(ALIAS_OF)
        .bind(story.0)
        .fetch_optional(&mut *c)
        .await?;
    match known {
        Some(alias_of) => Ok(alias_of.unwrap_or(story.0)),
        None => {
            sqlx::query(MAKE_STORY)
                .bind(story.0)
                .bind(at)
                .execute(c)
                .await?;
            Ok(story.0)
        }
    }
}

async fn merge(
    c: &mut SqliteConnection,
    younger: StoryId,
    elder: StoryId,
    at: Millis,
) -> Result<()> {
    let younger = ensure_story(c, younger, at).await?;
    let elder = ensure_story(c, elder, at).await?;
    if younger == elder {
        return Ok(());
    }
    sqlx::query(MOVE_ALL)
        .bind(younger)
        .bind(elder)
        .execute(&mut *c)
        .await?;
    sqlx::query(MAKE_ALIAS)
        .bind(younger)
        .bind(elder)
        .execute(c)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::test::{NOON, TestFile, entry, feed, hunt, new_source};
    use super::super::{Added, Store};
    use super::*;
    use crate::news::story::Neighbour;
    use crate::news::{Newsroom, SourceId};

    fn placed(story: ArticleId) -> Placed {
        Placed {
            story: StoryId(story.0),
            score: Some(0.5),
            neighbours: vec![Neighbour {
                article: story,
                similarity: 0.3,
            }],
            same_text: story,
            carried: None,
            merged: Vec::new(),
            moved: Vec::new(),
        }
    }

    /// Adds a source of an outlet of its own with so many articles; their ids, oldest first.
    async fn source(
        store: &Store,
        newsroom: NewsroomId,
        name: &str,
        articles: usize,
    ) -> (SourceId, Vec<ArticleId>) {
        let mut entries: Vec<_> = (0..articles)
            .map(|n| {
                entry(
                    &format!("https://{name}.example/{n}"),
                    &format!("Report {n} of {name}"),
                    "",
                )
            })
            .collect();
        for (n, entry) in entries.iter_mut().enumerate() {
            entry.published = Some(NOON - 1_000 + n as i64);
        }
        let url = format!("https://{name}.example/feed");
        let new = new_source(newsroom, &url, feed(name, &entries), NOON);
        let Added::New(id) = store.add_source(new).await.unwrap() else {
            panic!("new")
        };
        let waiting = store.unplaced(1_000).await.unwrap();
        let ids = waiting[waiting.len() - articles..]
            .iter()
            .map(|article| article.id)
            .collect();
        (id, ids)
    }

    fn members(view: &[(StoryId, Vec<Sighting>)]) -> Vec<(i64, Vec<i64>)> {
        let ids = |sightings: &[Sighting]| {
            sightings
                .iter()
                .map(|sighting| sighting.article.id.0)
                .collect()
        };
        view.iter()
            .map(|(story, sightings)| (story.0, ids(sightings)))
            .collect()
    }

    #[tokio::test]
    async fn a_story_is_seen_through_the_newsrooms_own_sources() {
        let store = Store::temporary().await.unwrap();
        let one = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let two = store.newsroom(Newsroom::Server(2), NOON).await.unwrap();
        let (_, a) = source(&store, one, "avel", 2).await;
        let (basin, b) = source(&store, two, "basin", 1).await;
        let story = |id: ArticleId| (id, placed(a[0]));
        store
            .place(vec![story(a[0]), story(a[1]), story(b[0])], NOON)
            .await
            .unwrap();
        assert!(store.unplaced(10).await.unwrap().is_empty());
        let asked = [StoryId(a[0].0), StoryId(5)];
        let view = store.view(one, &asked).await.unwrap();
        assert_eq!(members(&view), [(a[0].0, vec![a[0].0, a[1].0])]);
        let view = store.view(two, &asked).await.unwrap();
        assert_eq!(
            members(&view),
            [(a[0].0, vec![b[0].0])],
            "though its first article is another's"
        );
        assert_eq!(
            (view[0].1[0].story, view[0].1[0].same_text),
            (Some(asked[0]), a[0])
        );
        store.remove_source(two, basin, 1, NOON).await.unwrap();
        assert!(store.view(two, &asked).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_long_story_is_seen_by_its_newest_and_leaves_room_for_others() {
        let store = Store::temporary().await.unwrap();
        let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let (_, long) = source(&store, newsroom, "avel", 250).await;
        let (_, short) = source(&store, newsroom, "basin", 1).await;
        let mut placements: Vec<_> = long.iter().map(|id| (*id, placed(long[0]))).collect();
        placements.push((short[0], placed(short[0])));
        store.place(placements, NOON).await.unwrap();
        let asked = [StoryId(long[0].0), StoryId(short[0].0)];
        let view = members(&store.view(newsroom, &asked).await.unwrap());
        let newest: Vec<i64> = long[50..].iter().map(|id| id.0).collect();
        assert_eq!(view[0], (long[0].0, newest));
        assert_eq!(view[1], (short[0].0, vec![short[0].0]));
    }

    #[tokio::test]
    async fn merges_and_moves_are_followed_through_aliases() {
        let store = Store::temporary().await.unwrap();
        let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let (_, a) = source(&store, newsroom, "avel", 5).await;
        let story = |index: usize| StoryId(a[index].0);
        let mut placements: Vec<(ArticleId, Placed)> =
            (0..4).map(|n| (a[n], placed(a[n]))).collect();
        // The second story goes into the first, then the first's alias takes the third; the fourth
        // article moves to the third story, which is now the first.
        placements[2].1.merged = vec![(story(1), story(0))];
        placements[3].1.merged = vec![(story(2), story(1))];
        placements[3].1.moved = vec![(a[3], story(2))];
        store.place(placements.clone(), NOON).await.unwrap();
        store.place(vec![(a[4], placed(a[1]))], NOON).await.unwrap();
        let all: Vec<i64> = a.iter().map(|id| id.0).collect();
        let view = store
            .view(newsroom, &[story(2), story(1), story(0)])
            .await
            .unwrap();
        assert_eq!(members(&view), [(a[0].0, all)], "once, under its living id");
        store.place(placements, NOON).await.unwrap();
        assert_eq!(
            members(&store.view(newsroom, &[story(0)]).await.unwrap()),
            members(&view),
            "again is no change"
        );
    }

    #[tokio::test]
    async fn a_carried_article_comes_back_without_neighbours_before_the_one_that_came() {
        let store = Store::temporary().await.unwrap();
        let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let (_, a) = source(&store, newsroom, "avel", 5).await;
        let mut placements: Vec<_> = (0..5).map(|n| (a[n], placed(a[0]))).collect();
        placements[2].1.carried = Some(a[0]);
        placements[3].1.moved = vec![(a[2], StoryId(a[2].0))];
        placements[4].1.carried = Some(a[1]);
        store.place(placements[..3].to_vec(), NOON).await.unwrap();
        store.place(placements[3..].to_vec(), NOON).await.unwrap();
        let after = store.last_before(4).await.unwrap();
        let placed = store.placed(after, 9).await.unwrap();
        let order: Vec<ArticleId> = placed.iter().map(|one| one.article.id).collect();
        assert_eq!(order, [a[2], a[3], a[1], a[4]]);
        let neighbours: Vec<usize> = placed.iter().map(|one| one.neighbours.len()).collect();
        assert_eq!(neighbours, [1, 1, 0, 1]);
        let order: Vec<ArticleId> = store
            .placed(0, 5)
            .await
            .unwrap()
            .iter()
            .map(|one| one.article.id)
            .collect();
        assert_eq!(order[..2], [a[0], a[2]]);
    }

    #[tokio::test]
    async fn the_window_comes_back_in_the_order_of_placing() {
        let file = TestFile::new();
        let store = file.open().await;
        let newsroom = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        let (_, a) = source(&store, newsroom, "avel", 4).await;
        let waiting = store.unplaced(2).await.unwrap();
        assert_eq!(
            waiting.iter().map(|article| article.id).collect::<Vec<_>>(),
            a[..2]
        );
        assert_eq!(waiting[0].at, a[0].at());
        store
            .place([2, 0, 1].map(|n| (a[n], placed(a[2]))).to_vec(), NOON)
            .await
            .unwrap();
        store.close().await.unwrap();
        let store = file.open().await;
        let after = store.last_before(2).await.unwrap();
        assert_eq!(store.last_before(9).await.unwrap(), 0);
        let placed = store.placed(after, 9).await.unwrap();
        assert_eq!(
            placed
                .iter()
                .map(|placed| placed.article.id)
                .collect::<Vec<_>>(),
            [a[0], a[1]]
        );
        assert_eq!(
            placed[0].neighbours,
            [Neighbour {
                article: a[2],
                similarity: 0.3
            }]
        );
        assert_eq!(
            (placed[0].story, placed[0].same_text),
            (StoryId(a[2].0), a[2])
        );
        assert!(!placed[0].article.vector.0.is_empty());
        assert_eq!(store.unplaced(10).await.unwrap().len(), 1);
        assert_eq!(
            store.hunt(&hunt(newsroom, None)).await.unwrap().len(),
            4,
            "placed or not"
        );
    }
}
