//! How sources are doing, for their newsrooms' moderators: what there is to tell, who covers the
//! same, and what was told.

use super::audit::Hand;
use super::notices::{self, Dealt, NewNotice, Notice, Whom};
use super::sources::own_name;
use super::statements::statements;
use super::subscriptions::json;
use super::{Result, Store};
use crate::clock::{DAY, Millis};
use crate::news::health::{BUSY_MS, DOWN_MS_MIN, SILENT_MS_MIN, Stage, Turn};
use crate::news::{ArticleId, NewsroomId, Source, SourceId};
use crate::page::health::{back, over};
use crate::page::{Button, Card};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row, SqliteConnection};

/// A source covers the topics of another where they share so many stories.
const COVER_STORIES_MIN: u32 = 2;
/// Stories of so long before its last article are looked at, its newest articles only.
const COVER_MS: Millis = 30 * DAY;
const COVER_ARTICLES_MAX: u32 = 300;
/// Where moderators were told of a source so shortly ago, that message says that it is back, and no
/// other one does.
const RECENT_MS: Millis = DAY;
/// With fewer sources that are read it cannot be told whose connection is down.
const OTHERS_MIN: u32 = 5;

statements! {
    /// Of newsrooms of servers and of persons. First what may be worth telling, then what it is decided from.
    WATCHED = "SELECT s.id, s.url, s.title, s.site, s.language, s.etag, s.last_modified, s.next_at,
            s.interval_ms, s.good_at, s.tried_at, s.failures, s.failing_since, s.error, s.habits,
            ns.newsroom, ns.name, ns.told_stage, n.health_told_at,
            CASE WHEN s.moved_at > max(ns.added_at, coalesce(n.health_told_at, 0))
                THEN s.moved_from END,
            (SELECT max(c.article) FROM carried AS c WHERE c.source = s.id),
            (SELECT count(*) FROM carried AS c, (SELECT max(x.article) AS newest
                    FROM carried AS x WHERE x.source = s.id) AS y
                WHERE c.source = s.id AND c.article > y.newest - $4),
            (SELECT min(r.at) FROM reading AS r WHERE r.source = s.id AND r.error IS NULL
                AND r.at > (SELECT max(x.at) FROM reading AS x
                    WHERE x.source = s.id AND x.error IS NOT NULL)),
            s.error IS NULL
            OR (SELECT count(*) FROM (SELECT 1 FROM source WHERE wanted = 1 LIMIT $5)) < $5
            OR EXISTS (SELECT 1 FROM reading AS r WHERE r.last_at >= s.failing_since
                AND r.error IS NULL AND r.at <= s.tried_at AND r.source <> s.id),
            CASE n.kind WHEN 1 THEN n.discord END
        FROM newsroom_source AS ns JOIN source AS s ON s.id = ns.source AND s.wanted = 1
        JOIN newsroom AS n ON n.id = ns.newsroom AND n.kind IN (0, 1)
        LEFT JOIN server AS v ON n.kind = 0 AND v.id = n.discord
        WHERE ns.removed_at IS NULL AND ns.muted <> 1 AND v.left_at IS NULL
            AND (ns.told_stage <> 0 OR s.failing_since <= $1 OR s.moved_at >= $2
                OR (s.error IS NULL AND ns.added_at < $2
                    AND (SELECT max(c.article) FROM carried AS c WHERE c.source = s.id) < $3))
        ORDER BY ns.newsroom, s.id";
    /// Other sources of the newsroom that are heard, by how many stories they share with it.
    COVER = "SELECT o.source FROM (
            SELECT c.article FROM carried AS c WHERE c.source = $2 AND c.article >= coalesce(
                (SELECT max(x.article) FROM carried AS x WHERE x.source = $2), 0) - $3
            ORDER BY c.article DESC LIMIT $4) AS w
        CROSS JOIN placement AS p ON p.article = w.article
        CROSS JOIN placement AS q ON q.story = p.story
        CROSS JOIN carried AS o ON o.article = q.article AND o.source <> $2
        CROSS JOIN newsroom_source AS ns ON ns.newsroom = $1 AND ns.source = o.source
            AND ns.removed_at IS NULL AND ns.muted = 0
        GROUP BY o.source HAVING count(DISTINCT q.story) >= $5
        ORDER BY count(DISTINCT q.story) DESC, o.source";
    TELL = "UPDATE newsroom_source SET told_stage = $4
        WHERE newsroom = $1 AND source = $2 AND told_stage = $3 AND removed_at IS NULL";
    /// What was told of a source and lasts.
    LASTING = "SELECT s.notice FROM notice_source AS s JOIN notice AS n ON n.id = s.notice
        WHERE s.source = $2 AND n.newsroom = $1 AND s.over_at IS NULL AND n.dealt_at IS NULL
        ORDER BY s.notice";
    /// The same, where it says nothing of another source.
    LASTING_ALONE = "SELECT s.notice FROM notice_source AS s JOIN notice AS n ON n.id = s.notice
        WHERE s.source = $2 AND n.newsroom = $1 AND s.over_at IS NULL AND n.dealt_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM notice_source AS o
                WHERE o.notice = s.notice AND o.source <> s.source)";
    NOTE_SOURCE = "INSERT INTO notice_source (notice, source) VALUES ($1, $2)
        ON CONFLICT DO NOTHING";
    OVER = "UPDATE notice_source SET over_at = $3 WHERE notice = $1 AND source = $2";
    /// How many sources it is about, and of how many it lasts.
    ABOUT = "SELECT count(*), count(*) - count(over_at) FROM notice_source WHERE notice = $1";
    REWRITE = "UPDATE notice SET card = $2, text = $3, buttons = CASE WHEN $4 THEN '[]' ELSE buttons END
        WHERE id = $1";
    /// Whether it is still to be told, is on its way, or was told after that.
    IS_RECENT = "SELECT n.told_at IS NULL OR EXISTS (SELECT 1 FROM outbox AS o
            WHERE o.kind = 4 AND o.cause ->> 'notice' = n.id
                AND (o.state IN (0, 1) OR (o.state = 2 AND o.sent_at > $2)))
        FROM notice AS n WHERE n.id = $1";
    TOLD_DAILY = "UPDATE newsroom SET health_told_at = $2 WHERE id = $1";
}

/// A source of a server's or a person's newsroom of which there may be something to tell.
#[derive(Clone, Debug)]
pub struct Watched {
    pub newsroom: NewsroomId,
    /// Whose newsroom it is, where it is a person's (Discord's id).
    pub person: Option<u64>,
    pub source: Source,
    /// As the newsroom calls it.
    pub name: String,
    /// How the moderators were told that it stands.
    pub told: Stage,
    /// When they last had the daily line.
    pub daily_at: Option<Millis>,
    /// Its former address, where they were not told that it has another.
    pub moved_from: Option<String>,
    pub newest: Option<Millis>,
    pub busy_articles: u32,
    pub up_since: Option<Millis>,
    pub others_answered: bool,
}

/// A source that took a turn, for its newsroom.
#[derive(Clone, Debug)]
pub struct Turned {
    pub source: SourceId,
    /// As the newsroom calls it.
    pub name: String,
    pub turn: Turn,
    /// What was told of it before, and what is told now.
    pub before: Stage,
    pub after: Stage,
    /// Of one that is back, or speaks again: since when.
    pub since: Millis,
}

/// What moderators of a newsroom are told in one notice.
#[derive(Clone, Debug)]
pub struct HealthNotice {
    pub newsroom: NewsroomId,
    /// Whose newsroom it is, where it is a person's (Discord's id).
    pub person: Option<u64>,
    pub turns: Vec<Turned>,
    /// The line that comes once a day.
    pub daily: bool,
    /// What it says; none of sources that are back, of which it depends on what was told before.
    pub card: Option<Card>,
    /// What can be done about it.
    pub buttons: Vec<Button>,
}

impl FromRow<'_, SqliteRow> for Watched {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let source = Source::from_row(row)?;
        let name: Option<String> = row.try_get(16)?;
        let newest: Option<i64> = row.try_get(20)?;
        Ok(Self {
            newsroom: NewsroomId(row.try_get(15)?),
            person: row.try_get::<Option<i64>, _>(24)?.map(|id| id as u64),
            name: name.unwrap_or_else(|| own_name(&source)),
            told: stage_of(row.try_get(17)?),
            daily_at: row.try_get(18)?,
            moved_from: row.try_get(19)?,
            newest: newest.map(|id| ArticleId(id).at()),
            busy_articles: row.try_get(21)?,
            up_since: row.try_get(22)?,
            others_answered: row.try_get(23)?,
            source,
        })
    }
}

/// As the table numbers them.
const STAGES: [Stage; 4] = [Stage::Fine, Stage::Silent, Stage::Down, Stage::Dead];

fn stage_of(number: i64) -> Stage {
    let at = usize::try_from(number).unwrap_or(0);
    STAGES.get(at).copied().unwrap_or_default()
}

fn number_of(stage: Stage) -> i64 {
    let at = STAGES.iter().position(|one| *one == stage);
    at.map_or(0, |at| at as i64)
}

/// How sources are doing.
impl Store {
    /// Sources of servers and persons of which there may be something to tell, by newsroom.
    pub async fn watched(&self, now: Millis) -> Result<Vec<Watched>> {
        Ok(sqlx::query_as(WATCHED)
            .bind(now - DOWN_MS_MIN)
            .bind(now - SILENT_MS_MIN)
            .bind(ArticleId::first_at(now - SILENT_MS_MIN).0)
            .bind(ArticleId::first_at(BUSY_MS).0)
            .bind(OTHERS_MIN)
            .fetch_all(&mut *self.reader().await?)
            .await?)
    }

    /// Other sources of the newsroom that reported stories which this one reported too, in the
    /// month before its newest article; those that share the most first.
    pub async fn cover(&self, newsroom: NewsroomId, source: SourceId) -> Result<Vec<SourceId>> {
        let rows: Vec<i64> = sqlx::query_scalar(COVER)
            .bind(newsroom.0)
            .bind(source.0)
            .bind(ArticleId::first_at(COVER_MS).0)
            .bind(COVER_ARTICLES_MAX)
            .bind(COVER_STORIES_MIN)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        Ok(rows.into_iter().map(SourceId).collect())
    }

    /// Writes down what moderators are to be told, unless somebody changed all of it meanwhile.
    pub async fn tell_health(&self, notice: HealthNotice, now: Millis) -> Result<()> {
        self.urgent(move |c| Box::pin(tell(c, notice, now))).await
    }
}

async fn tell(c: &mut SqliteConnection, told: HealthNotice, now: Millis) -> Result<()> {
    let (newsroom, is_daily) = (told.newsroom, told.daily);
    let mut changed = Vec::new();
    let mut names = Vec::new();
    for turned in &told.turns {
        let done = sqlx::query(TELL)
            .bind(newsroom.0)
            .bind(turned.source.0)
            .bind(number_of(turned.before))
            .bind(number_of(turned.after))
            .execute(&mut *c)
            .await?;
        if done.rows_affected() > 0 {
            changed.push(turned);
            if !matches!(turned.turn, Turn::Back | Turn::Speaks)
                || !is_over(c, newsroom, turned, now).await?
            {
                names.push(turned.name.clone());
            }
        }
    }
    if changed.is_empty() && !told.turns.is_empty() {
        return Ok(());
    }
    if is_daily {
        sqlx::query(TOLD_DAILY)
            .bind(newsroom.0)
            .bind(now)
            .execute(&mut *c)
            .await?;
    }
    let card = match told.card {
        Some(card) => card,
        // What was told of all of them lately says that they are back.
        None if names.is_empty() => return Ok(()),
        None => back(&names),
    };
    let notice = NewNotice {
        newsroom,
        // A person is the moderator of their own newsroom, and is written to only of what they follow.
        whom: told.person.map_or(Whom::Moderators, Whom::Answer),
        key: key(&told.turns, is_daily, now),
        card,
        buttons: told.buttons,
    };
    let Some(id) = notices::put(c, notice, now).await? else {
        return Ok(());
    };
    for turned in changed {
        if turned.after != Stage::Fine {
            sqlx::query(NOTE_SOURCE)
                .bind(id)
                .bind(turned.source.0)
                .execute(&mut *c)
                .await?;
        }
    }
    Ok(())
}

/// Each turn is told, whether the one before it was read or not.
fn key(turns: &[Turned], daily: bool, now: Millis) -> String {
    let ids: Vec<String> = (turns.iter())
        .map(|one| format!("{}.{}", one.source.0, number_of(one.after)))
        .collect();
    match daily {
        true => format!("health:daily:{}", now / DAY),
        false => format!("health:{}", ids.join(",")),
    }
}

/// What was told of a source says that it is over, wherever it stands or is going; true where it was
/// told lately, so that this is enough.
async fn is_over(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    turned: &Turned,
    now: Millis,
) -> Result<bool> {
    let lasting: Vec<i64> = sqlx::query_scalar(LASTING)
        .bind(newsroom.0)
        .bind(turned.source.0)
        .fetch_all(&mut *c)
        .await?;
    let mut is_recent = false;
    for notice in lasting {
        sqlx::query(OVER)
            .bind(notice)
            .bind(turned.source.0)
            .bind(now)
            .execute(&mut *c)
            .await?;
        rewrite(c, notice, turned).await?;
        notices::show_dealt(c, notice, now).await?;
        let recent: bool = sqlx::query_scalar(IS_RECENT)
            .bind(notice)
            .bind(now - RECENT_MS)
            .fetch_one(&mut *c)
            .await?;
        is_recent |= recent;
    }
    Ok(is_recent)
}

/// What was told of a source that is removed is dealt with by that.
pub(super) async fn removed(c: &mut SqliteConnection, hand: Hand, source: SourceId) -> Result<()> {
    let lasting: Vec<i64> = sqlx::query_scalar(LASTING_ALONE)
        .bind(hand.newsroom.0)
        .bind(source.0)
        .fetch_all(&mut *c)
        .await?;
    for notice in lasting {
        let dealt = Dealt {
            by: hand.by,
            at: hand.at,
            what: "Remove".to_owned(),
        };
        notices::deal(c, notice, dealt).await?;
    }
    Ok(())
}

/// A line more, and no buttons where all of it is over.
async fn rewrite(c: &mut SqliteConnection, id: i64, turned: &Turned) -> Result<()> {
    let Some(Notice { card, .. }) = notices::by_id(c, id).await? else {
        return Ok(());
    };
    let (sources, lasting): (i64, i64) = sqlx::query_as(ABOUT).bind(id).fetch_one(&mut *c).await?;
    let (name, turn, since) = (&turned.name, turned.turn, turned.since);
    let card = over(card, name, turn, since, sources == 1);
    sqlx::query(REWRITE)
        .bind(id)
        .bind(json(&card)?)
        .bind(card.words())
        .bind(lasting == 0)
        .execute(c)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::test::{NOON, feed, new_source};
    use super::*;
    use crate::clock::HOUR;
    use crate::news::Newsroom;
    use crate::page::health::{Told, see_trouble, told};

    fn turned(source: SourceId, name: &str, turn: Turn) -> Turned {
        let (before, after) = match turn {
            Turn::Down => (Stage::Fine, Stage::Down),
            _ => (Stage::Down, Stage::Fine),
        };
        Turned {
            source,
            name: name.to_owned(),
            turn,
            before,
            after,
            since: NOON,
        }
    }

    #[tokio::test]
    async fn of_a_notice_about_two_sources_each_is_over_by_itself() {
        let store = Store::temporary().await.unwrap();
        let room = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        for name in ["avel", "tern"] {
            let url = format!("https://{name}.example/feed");
            let new = new_source(room, &url, feed(name, &[]), NOON);
            store.add_source(new).await.unwrap();
        }
        let (avel, tern) = (SourceId(1), SourceId(2));
        let notice = |turns, card| HealthNotice {
            newsroom: room,
            person: None,
            turns,
            daily: false,
            card,
            buttons: Vec::new(),
        };
        let down = |name: &str| Told {
            name: name.to_owned(),
            turn: Turn::Down,
            error: None,
            for_ms: DAY,
            cover: 0,
        };
        let both = vec![
            turned(avel, "Avel", Turn::Down),
            turned(tern, "Tern", Turn::Down),
        ];
        let first = HealthNotice {
            buttons: vec![see_trouble()],
            ..notice(both, Some(told(&[down("Avel"), down("Tern")])))
        };
        store.tell_health(first, NOON).await.unwrap();
        let all = async || store.notices(room, 9).await.unwrap();
        let [one] = all().await.try_into().unwrap();
        let back = |source, name| notice(vec![turned(source, name, Turn::Back)], None);
        store
            .tell_health(back(avel, "Avel"), NOON + HOUR)
            .await
            .unwrap();
        let half = store.notice(one.id).await.unwrap().unwrap();
        assert!(
            half.text.contains("Avel can be read again"),
            "{}",
            half.text
        );
        assert_eq!(half.buttons.len(), 1, "the other one is still down");
        // Nobody was told yet, so that this tells it.
        assert_eq!(all().await.len(), 1);
        // Told above an answer it cannot be changed: a notice of its own tells the other.
        store.notices_told(&[one.id], NOON + HOUR).await.unwrap();
        store
            .tell_health(back(tern, "Tern"), NOON + 2 * HOUR)
            .await
            .unwrap();
        let whole = store.notice(one.id).await.unwrap().unwrap();
        assert!(
            whole.text.contains("Tern can be read again"),
            "{}",
            whole.text
        );
        assert!(whole.buttons.is_empty());
        let later: Vec<String> = all().await.into_iter().map(|one| one.text).collect();
        assert_eq!(later, ["Tern can be read again."]);
        // A turn that was told is not told again.
        store
            .tell_health(back(tern, "Tern"), NOON + 3 * HOUR)
            .await
            .unwrap();
        assert_eq!(all().await.len(), 1);
    }
}
