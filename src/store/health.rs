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
    NOTE_SOURCE = "INSERT INTO notice_source (notice, source) VALUES ($1, $2)
        ON CONFLICT DO NOTHING";
    LEAVE_OUT = "DELETE FROM notice_source WHERE notice = $1 AND source = $2";
    OVER = "UPDATE notice_source SET over_at = $3 WHERE notice = $1 AND source = $2";
    ABOUT = "SELECT count(*), count(*) - count(over_at) FROM notice_source WHERE notice = $1";
    /// Once all of it is over it has a key of its own: whoever was not told yet is told anew of the next
    /// time.
    REWRITE = "UPDATE notice SET card = $2, text = $3,
            buttons = CASE WHEN $4 THEN '[]' ELSE buttons END,
            key = CASE WHEN $4 THEN key || ':over:' || id ELSE key END
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
    /// What it says; none where its sources are back: then it names those whose notices do not say so.
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
    let mut is_recent = false;
    for notice in lasting(c, newsroom, turned.source).await? {
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

/// What was told of a source that is removed is dealt with by that, where nothing else that it says
/// lasts.
pub(super) async fn removed(c: &mut SqliteConnection, hand: Hand, source: SourceId) -> Result<()> {
    for notice in lasting(c, hand.newsroom, source).await? {
        sqlx::query(LEAVE_OUT)
            .bind(notice)
            .bind(source.0)
            .execute(&mut *c)
            .await?;
        if about(c, notice).await?.1 == 0 {
            let dealt = Dealt {
                by: hand.by,
                at: hand.at,
                what: "Remove".to_owned(),
            };
            notices::deal(c, notice, dealt).await?;
        }
    }
    Ok(())
}

/// Notices that say of a source what lasts.
async fn lasting(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    source: SourceId,
) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar(LASTING)
        .bind(newsroom.0)
        .bind(source.0)
        .fetch_all(c)
        .await?)
}

/// How many sources a notice is about, and of how many it lasts.
async fn about(c: &mut SqliteConnection, notice: i64) -> Result<(usize, usize)> {
    let (sources, lasting): (u32, u32) = sqlx::query_as(ABOUT).bind(notice).fetch_one(c).await?;
    Ok((sources as usize, lasting as usize))
}

/// A line more, and no buttons where all of it is over.
async fn rewrite(c: &mut SqliteConnection, id: i64, turned: &Turned) -> Result<()> {
    let Some(Notice { card, .. }) = notices::by_id(c, id).await? else {
        return Ok(());
    };
    let (sources, lasting) = about(c, id).await?;
    let (name, turn, since) = (&turned.name, turned.turn, turned.since);
    let card = over(card, name, turn, since, (sources - lasting, sources));
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
    use super::super::{Claim, SentRow};
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
        let Room { store, room } = Room::new().await;
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

    /// A newsroom with the sources avel and tern, and a way to tell of their turns.
    struct Room {
        store: Store,
        room: NewsroomId,
    }

    impl Room {
        async fn new() -> Self {
            let store = Store::temporary().await.unwrap();
            let room = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
            for name in ["avel", "tern"] {
                let url = format!("https://{name}.example/feed");
                let new = new_source(room, &url, feed(name, &[]), NOON);
                store.add_source(new).await.unwrap();
            }
            Self { store, room }
        }

        async fn tells(&self, sources: &[i64], turn: Turn, at: Millis) {
            let told_of = |id: &i64| Told {
                name: format!("Outlet {id}"),
                turn,
                error: None,
                for_ms: DAY,
                cover: 0,
            };
            let all: Vec<Told> = sources.iter().map(told_of).collect();
            let turns = sources
                .iter()
                .map(|id| turned(SourceId(*id), &format!("Outlet {id}"), turn));
            let notice = HealthNotice {
                newsroom: self.room,
                person: None,
                turns: turns.collect(),
                daily: false,
                card: (turn == Turn::Down).then(|| told(&all)),
                buttons: Vec::new(),
            };
            self.store.tell_health(notice, at).await.unwrap();
        }

        async fn untold(&self) -> Vec<String> {
            let all = self.store.notices(self.room, 9).await.unwrap();
            all.into_iter().map(|one| one.text).collect()
        }
    }

    #[tokio::test]
    async fn what_is_down_anew_is_told_anew_also_where_nobody_heard_of_the_first_time() {
        let here = Room::new().await;
        for day in [0, 3, 6] {
            here.tells(&[1], Turn::Down, NOON + day * DAY).await;
            let untold = here.untold().await;
            let last = untold.last().unwrap();
            assert!(last.starts_with("Outlet 1 cannot be read"), "{untold:#?}");
            here.tells(&[1], Turn::Back, NOON + (day + 1) * DAY).await;
        }
        let untold = here.untold().await;
        assert_eq!(untold.len(), 3, "{untold:#?}");
        let is_over = |one: &String| one.starts_with("Outlet 1 can be read again");
        assert!(untold.iter().all(is_over), "{untold:#?}");
    }

    #[tokio::test]
    async fn a_source_that_is_removed_is_told_of_no_more_and_anew_once_it_is_there_again() {
        let here = Room::new().await;
        let (store, room) = (&here.store, here.room);
        here.tells(&[1], Turn::Down, NOON).await;
        let [one] = here
            .store
            .notices(room, 9)
            .await
            .unwrap()
            .try_into()
            .unwrap();
        store
            .remove_source(room, SourceId(1), 7, NOON + 1)
            .await
            .unwrap();
        assert_eq!(here.untold().await, [""; 0]);
        let dealt = store.notice(one.id).await.unwrap().unwrap().dealt.unwrap();
        assert_eq!((dealt.by, dealt.what.as_str()), (7, "Remove"));
        let anew = new_source(room, "https://avel.example/feed", feed("avel", &[]), NOON);
        store.add_source(anew).await.unwrap();
        here.tells(&[1], Turn::Down, NOON + DAY).await;
        assert_eq!(here.untold().await.len(), 1);

        // Of two the other one still lasts.
        let here = Room::new().await;
        let (store, room) = (&here.store, here.room);
        here.tells(&[1, 2], Turn::Down, NOON).await;
        store
            .remove_source(room, SourceId(1), 7, NOON + 1)
            .await
            .unwrap();
        assert_eq!(here.untold().await.len(), 1);
        store
            .remove_source(room, SourceId(2), 7, NOON + 2)
            .await
            .unwrap();
        assert_eq!(here.untold().await, [""; 0]);
    }

    /// A notice that outlet 1 is down, begun on its way to the channel for notices.
    async fn begun(here: &Room) -> i64 {
        let Room { store, room } = here;
        let channel = Some("300".to_owned());
        let set = store.set_setting(*room, "notices_channel", channel, 7, NOON);
        set.await.unwrap();
        here.tells(&[1, 2], Turn::Down, NOON).await;
        assert_eq!(store.post_notices(9, NOON + 1).await.unwrap(), 1);
        let row = store.heads(NOON + 1, 9).await.unwrap().pop().unwrap();
        let claim = Claim {
            id: row.id,
            body: "{}".to_owned(),
            nonce: "n".to_owned(),
            outlets: 0,
            stories: Vec::new(),
            sentences: Vec::new(),
            now: NOON + 2,
        };
        store.claim(claim).await.unwrap();
        row.id
    }

    fn stands(id: i64, at: Millis) -> SentRow {
        SentRow {
            id,
            standing: Some((300, 9)),
            publish: false,
            at,
        }
    }

    #[tokio::test]
    async fn a_notice_that_was_over_on_its_way_is_redrawn_also_where_it_was_begun_anew() {
        let here = Room::new().await;
        let id = begun(&here).await;
        here.tells(&[1], Turn::Back, NOON + 3).await;
        let anew = here.store.try_again(id, NOON + 4, true);
        assert!(anew.await.unwrap());
        here.store.sent(stands(id, NOON + 5)).await.unwrap();
        assert_eq!(here.store.edits(NOON + 5, 9).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn what_is_over_while_its_notice_is_redrawn_is_shown_next() {
        let here = Room::new().await;
        let id = begun(&here).await;
        here.store.sent(stands(id, NOON + 3)).await.unwrap();
        here.tells(&[1], Turn::Back, NOON + 4).await;
        let row = here.store.edits(NOON + 5, 9).await.unwrap().pop().unwrap();
        here.tells(&[2], Turn::Back, NOON + 6).await;
        let done = here.store.edited(&row, NOON + 5, None, None);
        done.await.unwrap();
        assert_eq!(here.store.edits(NOON + 6, 9).await.unwrap().len(), 1);
        let done = here.store.edited(&row, NOON + 6, None, None);
        done.await.unwrap();
        assert!(here.store.edits(NOON + 9, 9).await.unwrap().is_empty());
    }
}
