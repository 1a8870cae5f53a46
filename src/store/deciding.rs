//! What there is to decide about, and what it is decided from.

use super::nouns::{Known, SeenBy, StoryArticle, Wording};
use super::resting::rests;
use super::statements::{json_array, statements};
use super::subscriptions::json;
use super::{Part, Result, StoreError, overlay};
use crate::clock::Millis;
use crate::news::push::Told;
use crate::news::subscription::DestinationId;
use crate::news::{ArticleId, NewsroomId, SourceId, StoryId, SubscriptionId};
use crate::text::vector::Vector;
use sqlx::SqliteConnection;
use std::collections::{HashMap, HashSet};

statements! {
    UNDECIDED = "SELECT article FROM undecided ORDER BY sequence LIMIT $1";
    /// Of the newsroom that waits first.
    AGAIN = "SELECT newsroom, article FROM undecided_again
        WHERE newsroom = (SELECT min(newsroom) FROM undecided_again) LIMIT $1";
    WAITS_AGAIN = "SELECT EXISTS (SELECT 1 FROM undecided_again)";
    /// Which newsrooms with subscriptions see an article, by which of their sources.
    SEEN_BY = "SELECT p.article, p.story, ns.newsroom, ns.source, ns.folder, ns.muted = 2
        FROM json_each($1) AS w
        CROSS JOIN placement AS p ON p.article = w.value
        CROSS JOIN carried AS c ON c.article = p.article
        CROSS JOIN newsroom_source AS ns ON ns.source = c.source
            AND ns.removed_at IS NULL AND ns.muted <> 1
        WHERE ($2 IS NULL OR ns.newsroom = $2) AND EXISTS (SELECT 1 FROM subscription AS s
            WHERE s.newsroom = ns.newsroom AND s.removed_at IS NULL AND s.paused IS NULL)
        ORDER BY p.sequence, ns.newsroom, ns.source";
    WORDINGS = "SELECT a.id, a.title, a.text, a.language, v.terms FROM json_each($1) AS w
        CROSS JOIN article AS a ON a.id = w.value
        LEFT JOIN article_vector AS v ON v.article = a.id";
    /// The last reading before the sighting tells for how long the source was not read.
    STORY_ARTICLES = "SELECT p.story, p.article, a.outlet, p.same_text, c.seen_at, a.published,
            ns.source, ns.baseline_at, ns.folder,
            (SELECT min(r.last_at, c.seen_at) FROM reading AS r
                WHERE r.source = c.source AND r.at < c.seen_at ORDER BY r.at DESC LIMIT 1),
            ns.muted = 2
        FROM json_each($2) AS w
        CROSS JOIN placement AS p ON p.story = w.value
        CROSS JOIN carried AS c ON c.article = p.article
        CROSS JOIN newsroom_source AS ns ON ns.newsroom = $1 AND ns.source = c.source
            AND ns.removed_at IS NULL AND ns.muted <> 1
        CROSS JOIN article AS a ON a.id = p.article
        ORDER BY p.story, p.article, c.seen_at";
    /// The same of articles with their stories, [[article, story], ...].
    CORRECTED_ARTICLES = "SELECT w.value ->> 1, p.article, a.outlet, p.same_text, c.seen_at, a.published,
            ns.source, ns.baseline_at, ns.folder,
            (SELECT min(r.last_at, c.seen_at) FROM reading AS r
                WHERE r.source = c.source AND r.at < c.seen_at ORDER BY r.at DESC LIMIT 1),
            ns.muted = 2
        FROM json_each($2) AS w
        CROSS JOIN placement AS p ON p.article = w.value ->> 0
        CROSS JOIN carried AS c ON c.article = p.article
        CROSS JOIN newsroom_source AS ns ON ns.newsroom = $1 AND ns.source = c.source
            AND ns.removed_at IS NULL AND ns.muted <> 1
        CROSS JOIN article AS a ON a.id = p.article
        ORDER BY 1, p.article, c.seen_at";
    /// Under the living id of the story; a decision that sent stands before all others.
    OF_STORIES = "SELECT d.subscription, w.value, d.verdict, d.reason, d.grounds, d.until
        FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value
        CROSS JOIN decision AS d ON d.story = s.id
        ORDER BY d.verdict, d.story";
    /// What was decided of parts, [[newsroom, part, story], ...], under their story's name.
    OF_PARTS = "SELECT d.subscription, w.value ->> 2, d.verdict, d.reason, d.grounds, d.until
        FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value ->> 1 OR s.alias_of = w.value ->> 1
        CROSS JOIN decision AS d ON d.story = s.id
        CROSS JOIN subscription AS u ON u.id = d.subscription AND u.newsroom = w.value ->> 0
        ORDER BY d.verdict, d.story";
    HOLDS_DUE = concat!("SELECT d.subscription, coalesce(s.alias_of, s.id), d.verdict, d.reason, d.grounds,
            d.until, u.newsroom
        FROM decision AS d JOIN story AS s ON s.id = d.story
        JOIN subscription AS u ON u.id = d.subscription AND u.removed_at IS NULL
            AND u.paused IS NULL
        WHERE d.verdict = 1 AND d.until IS NOT NULL AND d.until <= $1 AND NOT ", rests!("u.newsroom"),
        " ORDER BY d.until LIMIT $2");
    HOLDS_OF = "SELECT d.subscription, coalesce(s.alias_of, s.id), d.verdict, d.reason, d.grounds,
            d.until, u.newsroom
        FROM decision AS d JOIN story AS s ON s.id = d.story
        JOIN subscription AS u ON u.id = d.subscription
        WHERE d.subscription = $1 AND d.verdict = 1 ORDER BY d.story";
    NEXT_HOLD = concat!("SELECT min(d.until) FROM decision AS d JOIN subscription AS u
        ON u.id = d.subscription AND u.removed_at IS NULL AND u.paused IS NULL
        WHERE d.verdict = 1 AND d.until IS NOT NULL AND NOT ", rests!("u.newsroom"));
    /// Told or about to be, under the living id of the story.
    TOLD = "SELECT NULL, t.destination, w.value, t.at, o.subscription FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value
        CROSS JOIN told AS t ON t.story = s.id
        LEFT JOIN outbox AS o ON o.id = t.outbox
        UNION ALL
        SELECT NULL, o.destination, w.value, o.made_at, o.subscription FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value
        CROSS JOIN outbox AS o ON o.story = s.id AND o.kind = 0 AND o.state = 0
        UNION ALL
        SELECT NULL, o.destination, w.value, o.made_at, o.subscription FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value OR s.alias_of = w.value
        CROSS JOIN digest_story AS g ON g.story = s.id
        CROSS JOIN outbox AS o ON o.id = g.outbox AND o.state = 0";
    /// The same of parts, [[newsroom, part, story], ...], each for its newsroom.
    TOLD_PARTS = "SELECT w.value ->> 0, t.destination, w.value ->> 2, t.at, o.subscription
        FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value ->> 1 OR s.alias_of = w.value ->> 1
        CROSS JOIN told AS t ON t.story = s.id
        LEFT JOIN outbox AS o ON o.id = t.outbox
        UNION ALL
        SELECT w.value ->> 0, o.destination, w.value ->> 2, o.made_at, o.subscription
        FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value ->> 1 OR s.alias_of = w.value ->> 1
        CROSS JOIN outbox AS o ON o.story = s.id AND o.kind = 0 AND o.state = 0
        UNION ALL
        SELECT w.value ->> 0, o.destination, w.value ->> 2, o.made_at, o.subscription
        FROM json_each($1) AS w
        CROSS JOIN story AS s ON s.id = w.value ->> 1 OR s.alias_of = w.value ->> 1
        CROSS JOIN digest_story AS g ON g.story = s.id
        CROSS JOIN outbox AS o ON o.id = g.outbox AND o.state = 0";
    /// Messages of a subscription since a moment, and those with a mention.
    SENT_SINCE = "SELECT count(*), count(o.cause ->> 'mention') FROM outbox AS o
        WHERE o.subscription = $1 AND o.made_at >= $2 AND o.kind IN (0, 1) AND o.state <> 5";
    DIGESTS_DUE = concat!("SELECT id, digest_at FROM subscription WHERE digest_at IS NOT NULL AND removed_at IS NULL
        AND paused IS NULL AND digest_at <= $1 AND NOT ", rests!("subscription.newsroom"),
        " ORDER BY digest_at LIMIT $2");
    NEXT_DIGEST = concat!("SELECT min(digest_at) FROM subscription
        WHERE digest_at IS NOT NULL AND removed_at IS NULL AND paused IS NULL AND NOT ",
        rests!("subscription.newsroom"));
}

pub(super) async fn undecided(c: &mut SqliteConnection, limit: u32) -> Result<Vec<ArticleId>> {
    let ids: Vec<i64> = sqlx::query_scalar(UNDECIDED)
        .bind(limit)
        .fetch_all(c)
        .await?;
    Ok(ids.into_iter().map(ArticleId).collect())
}

/// Articles of corrected stories of one newsroom.
pub(super) async fn undecided_again(
    c: &mut SqliteConnection,
    limit: u32,
) -> Result<Option<(NewsroomId, Vec<ArticleId>)>> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(AGAIN).bind(limit).fetch_all(c).await?;
    let room = rows.first().map(|(room, _)| NewsroomId(*room));
    let articles = rows.into_iter().map(|(_, article)| ArticleId(article));
    Ok(room.map(|room| (room, articles.collect())))
}

/// `only`: of this newsroom alone.
pub(super) async fn seen_by(
    c: &mut SqliteConnection,
    articles: &[ArticleId],
    only: Option<NewsroomId>,
) -> Result<Vec<SeenBy>> {
    type Row = (i64, i64, i64, i64, Option<String>, bool);
    let rows: Vec<Row> = sqlx::query_as(SEEN_BY)
        .bind(json_array(articles.iter().map(|id| id.0)))
        .bind(only.map(|room| room.0))
        .fetch_all(&mut *c)
        .await?;
    let seen = |(article, story, newsroom, source, folder, counted): Row| SeenBy {
        article: ArticleId(article),
        story: StoryId(story),
        newsroom: NewsroomId(newsroom),
        source: SourceId(source),
        folder,
        counted,
    };
    let mut seen: Vec<SeenBy> = rows.into_iter().map(seen).collect();
    let mut of_rooms: HashMap<NewsroomId, Vec<usize>> = HashMap::new();
    for (at, one) in seen.iter().enumerate() {
        of_rooms.entry(one.newsroom).or_default().push(at);
    }
    for (room, overlay) in overlay::of_all(c, of_rooms.keys().copied()).await? {
        let own = of_rooms[&room].iter();
        let placed: Vec<_> = own
            .clone()
            .map(|at| (seen[*at].article, seen[*at].story))
            .collect();
        let stories = overlay::stories_of(c, room, &overlay, &placed).await?;
        for at in own {
            seen[*at].story = stories[&seen[*at].article];
        }
    }
    Ok(seen)
}

pub(super) async fn wordings(
    c: &mut SqliteConnection,
    articles: &[ArticleId],
) -> Result<Vec<Wording>> {
    type Row = (i64, String, String, Option<String>, Option<Vec<u8>>);
    let rows: Vec<Row> = sqlx::query_as(WORDINGS)
        .bind(json_array(articles.iter().map(|id| id.0)))
        .fetch_all(c)
        .await?;
    let wording = |(id, title, text, language, terms): Row| Wording {
        article: ArticleId(id),
        title,
        text,
        language,
        vector: terms
            .map(|terms| Vector::from_bytes(&terms))
            .unwrap_or_default(),
    };
    Ok(rows.into_iter().map(wording).collect())
}

pub(super) async fn story_articles(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    stories: &[StoryId],
) -> Result<Vec<StoryArticle>> {
    type Row = (
        i64,
        i64,
        i64,
        i64,
        Millis,
        Option<Millis>,
        i64,
        Option<Millis>,
        Option<String>,
        Option<Millis>,
        bool,
    );
    let (sql, wanted) = match overlay::of(c, newsroom).await? {
        None => (STORY_ARTICLES, json_array(stories.iter().map(|id| id.0))),
        Some(overlay) => {
            let members = overlay::members(c, newsroom, &overlay, stories).await?;
            let pairs: Vec<[i64; 2]> = (members.into_iter())
                .map(|(article, story)| [article.0, story.0])
                .collect();
            (CORRECTED_ARTICLES, json(&pairs)?)
        }
    };
    let rows: Vec<Row> = sqlx::query_as(sql)
        .bind(newsroom.0)
        .bind(wanted)
        .fetch_all(c)
        .await?;
    let article = |row: Row| StoryArticle {
        story: StoryId(row.0),
        article: ArticleId(row.1),
        outlet: row.2,
        same_text: ArticleId(row.3),
        seen: row.4,
        published: row.5,
        source: SourceId(row.6),
        baseline: row.7,
        folder: row.8,
        read_before: row.9,
        counted: row.10,
    };
    Ok(rows.into_iter().map(article).collect())
}

type KnownRow = (i64, i64, i64, String, String, Option<Millis>);
type HoldRow = (i64, i64, i64, String, String, Option<Millis>, i64);
/// A newsroom where it is told for that one alone, a destination, a story, and how it was told.
pub(super) type ToldTo = (Option<NewsroomId>, DestinationId, StoryId, Told);

fn known(rows: Vec<KnownRow>) -> Result<Vec<Known>> {
    let broken = |error: serde_json::Error| StoreError::Failed(error.to_string());
    let one = |(subscription, story, verdict, reason, grounds, until): KnownRow| {
        Ok(Known {
            subscription: SubscriptionId(subscription),
            story: StoryId(story),
            sent: verdict == 0,
            held: verdict == 1,
            reason: serde_json::from_str(&reason).map_err(broken)?,
            grounds: serde_json::from_str(&grounds).map_err(broken)?,
            until,
        })
    };
    rows.into_iter().map(one).collect()
}

/// Decisions about these stories and their parts, each under its living id.
pub(super) async fn of_stories(
    c: &mut SqliteConnection,
    stories: &[StoryId],
    parts: &[Part],
) -> Result<Vec<Known>> {
    let stories = json_array(stories.iter().map(|id| id.0));
    let mut rows: Vec<KnownRow> = sqlx::query_as(OF_STORIES)
        .bind(stories)
        .fetch_all(&mut *c)
        .await?;
    if !parts.is_empty() {
        let of_parts: Vec<KnownRow> = sqlx::query_as(OF_PARTS)
            .bind(overlay::parts_json(parts))
            .fetch_all(c)
            .await?;
        rows.extend(of_parts);
        rows.sort_by_key(|row| row.2);
    }
    known(rows)
}

/// Holds with the newsrooms of their subscriptions, under the names that those give their stories:
/// one of each subscription and story.
async fn holds(c: &mut SqliteConnection, rows: Vec<HoldRow>) -> Result<Vec<Known>> {
    let rooms = rows.iter().map(|row| NewsroomId(row.6));
    let overlays = overlay::of_all(c, rooms).await?;
    let mut once = HashSet::new();
    let rows = rows.into_iter().map(|row| {
        let overlay = overlays.get(&NewsroomId(row.6));
        let story = overlay.map_or(row.1, |overlay| overlay.story(StoryId(row.1)).0);
        (row.0, story, row.2, row.3, row.4, row.5)
    });
    known(rows.filter(|row| once.insert((row.0, row.1))).collect())
}

pub(super) async fn holds_due(
    c: &mut SqliteConnection,
    now: Millis,
    limit: u32,
) -> Result<Vec<Known>> {
    let rows = sqlx::query_as(HOLDS_DUE).bind(now).bind(limit);
    let rows = rows.fetch_all(&mut *c).await?;
    holds(c, rows).await
}

pub(super) async fn holds_of(
    c: &mut SqliteConnection,
    subscription: SubscriptionId,
) -> Result<Vec<Known>> {
    let rows = sqlx::query_as(HOLDS_OF).bind(subscription.0);
    let rows = rows.fetch_all(&mut *c).await?;
    holds(c, rows).await
}

pub(super) async fn next_decision(c: &mut SqliteConnection) -> Result<Option<Millis>> {
    let hold: Option<Millis> = sqlx::query_scalar(NEXT_HOLD).fetch_one(&mut *c).await?;
    let digest: Option<Millis> = sqlx::query_scalar(NEXT_DIGEST).fetch_one(&mut *c).await?;
    let again: bool = sqlx::query_scalar(WAITS_AGAIN).fetch_one(c).await?;
    let again = again.then_some(0);
    Ok(hold.into_iter().chain(digest).chain(again).min())
}

pub(super) async fn told(
    c: &mut SqliteConnection,
    stories: &[StoryId],
    parts: &[Part],
) -> Result<Vec<ToldTo>> {
    type Row = (Option<i64>, i64, i64, Millis, Option<i64>);
    let mut rows: Vec<Row> = sqlx::query_as(TOLD)
        .bind(json_array(stories.iter().map(|id| id.0)))
        .fetch_all(&mut *c)
        .await?;
    if !parts.is_empty() {
        let of_parts: Vec<Row> = sqlx::query_as(TOLD_PARTS)
            .bind(overlay::parts_json(parts))
            .fetch_all(c)
            .await?;
        rows.extend(of_parts);
    }
    let told = |(room, destination, story, at, by): Row| {
        let told = Told {
            at,
            by: by.map(SubscriptionId),
        };
        let room = room.map(NewsroomId);
        (room, DestinationId(destination), StoryId(story), told)
    };
    Ok(rows.into_iter().map(told).collect())
}

pub(super) async fn sent_since(
    c: &mut SqliteConnection,
    subscription: SubscriptionId,
    since: Millis,
) -> Result<(u32, u32)> {
    Ok(sqlx::query_as(SENT_SINCE)
        .bind(subscription.0)
        .bind(since)
        .fetch_one(c)
        .await?)
}

pub(super) async fn digests_due(
    c: &mut SqliteConnection,
    now: Millis,
    limit: u32,
) -> Result<Vec<(SubscriptionId, Millis)>> {
    let rows: Vec<(i64, Millis)> = sqlx::query_as(DIGESTS_DUE)
        .bind(now)
        .bind(limit)
        .fetch_all(c)
        .await?;
    let due = |(id, at)| (SubscriptionId(id), at);
    Ok(rows.into_iter().map(due).collect())
}
