//! Actions behind buttons and selects, and which answers were shown to a channel.

use super::nouns::{KeptAction, Lookup};
use super::statements::statements;
use super::{Result, StoreError};
use crate::clock::{DAY, Millis};
use crate::news::NewsroomId;
use crate::page::{Action, Ask};
use sqlx::SqliteConnection;

/// How long an action lives, and how long its request is left for Refresh.
pub(super) const LIVE_MS: Millis = 7 * DAY;
pub(super) const REQUEST_MS: Millis = 90 * DAY;
/// 26 characters of 5 bits hold a key of 128 random bits.
const KEY_CHARS: usize = 26;
const KEY_ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

statements! {
    KEEP = "INSERT INTO action (key, newsroom, action, kept_at)
        SELECT value ->> 0, $2, value ->> 1, $3 FROM json_each($1)";
    KEPT = "SELECT action, newsroom, kept_at FROM action WHERE key = $1";
    USE_ONCE = "UPDATE action SET used_at = $2 WHERE key = $1 AND used_at IS NULL";
    IS_USED = "SELECT used_at IS NOT NULL FROM action WHERE key = $1";
    SHOWN = "SELECT link FROM shown WHERE channel = $1 AND request = $2 AND at >= $3";
    SET_SHOWN = "INSERT INTO shown (channel, request, link, at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (channel, request) DO UPDATE SET link = excluded.link, at = excluded.at";
}

pub(super) fn random_key() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| StoreError::Failed(format!("no random numbers: {error}")))?;
    let mut bits = u128::from_le_bytes(bytes);
    let mut key = String::with_capacity(KEY_CHARS);
    for _ in 0..KEY_CHARS {
        key.push(char::from(KEY_ALPHABET[(bits & 31) as usize]));
        bits >>= 5;
    }
    Ok(key)
}

pub(super) async fn keep(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    actions: Vec<Action>,
    at: Millis,
) -> Result<Vec<String>> {
    let mut keys = Vec::with_capacity(actions.len());
    let mut rows = Vec::with_capacity(actions.len());
    for action in actions {
        let key = random_key()?;
        rows.push(serde_json::json!([key, to_json(&action)]));
        keys.push(key);
    }
    let rows = serde_json::Value::from(rows).to_string();
    sqlx::query(KEEP)
        .bind(rows)
        .bind(newsroom.0)
        .bind(at)
        .execute(c)
        .await?;
    Ok(keys)
}

pub(super) async fn kept(c: &mut SqliteConnection, key: &str, now: Millis) -> Result<Lookup> {
    let row: Option<(String, i64, Millis)> =
        sqlx::query_as(KEPT).bind(key).fetch_optional(c).await?;
    let Some((json, newsroom, kept_at)) = row else {
        return Ok(Lookup::Unknown);
    };
    // An action of a former version that means nothing now is as good as gone.
    let Ok(action) = serde_json::from_str::<Action>(&json) else {
        return Ok(Lookup::Unknown);
    };
    let newsroom = NewsroomId(newsroom);
    let age = now - kept_at;
    Ok(if age <= LIVE_MS {
        Lookup::Live(KeptAction {
            action,
            newsroom,
            kept_at,
        })
    } else if age <= REQUEST_MS {
        Lookup::Expired(KeptAction {
            action: stripped(action),
            newsroom,
            kept_at,
        })
    } else {
        Lookup::Unknown
    })
}

/// The action with its request alone: no kept answer, no place in it, no moment.
pub(super) fn stripped(action: Action) -> Action {
    let bare = |ask: Ask| Ask {
        kept: Vec::new(),
        from: 0,
        as_of: None,
        ..ask
    };
    match action {
        Action::Open { ask, chosen } => Action::Open {
            ask: bare(ask),
            chosen,
        },
        Action::Turn(ask) => Action::Turn(bare(ask)),
        Action::Choose { ask, option } => Action::Choose {
            ask: bare(ask),
            option,
        },
        Action::ShowHere(ask) => Action::ShowHere(bare(ask)),
        Action::Confirm(ask) => Action::Confirm(bare(ask)),
        Action::Fill { form, ask } => Action::Fill {
            form,
            ask: bare(ask),
        },
    }
}

pub(super) fn to_json(action: &Action) -> String {
    serde_json::to_string(action).expect("plain values with string keys")
}

pub(super) async fn use_once(c: &mut SqliteConnection, key: String, at: Millis) -> Result<bool> {
    let used = sqlx::query(USE_ONCE).bind(key).bind(at).execute(c).await?;
    Ok(used.rows_affected() == 1)
}

pub(super) async fn is_used(c: &mut SqliteConnection, key: &str) -> Result<bool> {
    let used = sqlx::query_scalar(IS_USED).bind(key);
    Ok(used.fetch_optional(c).await?.unwrap_or(false))
}

pub(super) async fn shown(
    c: &mut SqliteConnection,
    channel: u64,
    request: &str,
    since: Millis,
) -> Result<Option<String>> {
    let link = sqlx::query_scalar(SHOWN)
        .bind(channel as i64)
        .bind(request)
        .bind(since);
    Ok(link.fetch_optional(c).await?)
}

pub(super) async fn set_shown(
    c: &mut SqliteConnection,
    channel: u64,
    request: String,
    link: String,
    at: Millis,
) -> Result<()> {
    sqlx::query(SET_SHOWN)
        .bind(channel as i64)
        .bind(request)
        .bind(link)
        .bind(at)
        .execute(c)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;
    use crate::news::Newsroom;

    fn ask() -> Ask {
        let ask = Ask::new("brief").value("topic", "harbour");
        Ask {
            kept: vec![5, 3],
            from: 1,
            as_of: Some(9),
            ..ask
        }
    }

    #[tokio::test]
    async fn an_action_lives_a_week_and_its_request_a_season() {
        let store = Store::temporary().await.unwrap();
        let newsroom = store.newsroom(Newsroom::Server(1), 0).await.unwrap();
        let actions = vec![Action::Turn(ask()), Action::ShowHere(ask())];
        let keys = store.keep(newsroom, actions, 1_000).await.unwrap();
        assert!(keys.len() == 2 && keys[0] != keys[1]);
        assert!(keys.iter().all(|key| key.len() <= 26));
        let live = KeptAction {
            action: Action::Turn(ask()),
            newsroom,
            kept_at: 1_000,
        };
        assert_eq!(
            store.kept(&keys[0], 1_000 + LIVE_MS).await.unwrap(),
            Lookup::Live(live)
        );
        let bare = Action::ShowHere(Ask::new("brief").value("topic", "harbour"));
        let expired = Lookup::Expired(KeptAction {
            action: bare,
            newsroom,
            kept_at: 1_000,
        });
        assert_eq!(
            store.kept(&keys[1], 1_001 + LIVE_MS).await.unwrap(),
            expired
        );
        assert!(store.sweep(1_001 + LIVE_MS, 90).await.is_ok());
        assert_eq!(
            store.kept(&keys[1], 1_001 + LIVE_MS).await.unwrap(),
            expired
        );
        assert_eq!(
            store.kept(&keys[1], 1_001 + REQUEST_MS).await.unwrap(),
            Lookup::Unknown
        );
        assert_eq!(store.kept("nonsense", 0).await.unwrap(), Lookup::Unknown);
    }

    #[tokio::test]
    async fn a_double_press_acts_once() {
        let store = Store::temporary().await.unwrap();
        let newsroom = store.newsroom(Newsroom::Server(1), 0).await.unwrap();
        let key = store
            .keep(newsroom, vec![Action::Confirm(ask())], 0)
            .await
            .unwrap()
            .remove(0);
        assert!(!store.is_used(&key).await.unwrap());
        let (one, two) = tokio::join!(store.use_once(&key, 1), store.use_once(&key, 1));
        assert_ne!(one.unwrap(), two.unwrap());
        assert!(store.is_used(&key).await.unwrap());
        assert!(!store.use_once("nonsense", 1).await.unwrap());
    }

    #[tokio::test]
    async fn an_answer_is_shown_to_a_channel_once_in_a_while() {
        let store = Store::temporary().await.unwrap();
        store
            .set_shown(5, "brief harbour", "https://discord.example/1", 100)
            .await
            .unwrap();
        store
            .set_shown(5, "brief harbour", "https://discord.example/2", 200)
            .await
            .unwrap();
        let link = store.shown(5, "brief harbour", 150).await.unwrap();
        assert_eq!(link.as_deref(), Some("https://discord.example/2"));
        assert_eq!(store.shown(5, "brief harbour", 201).await.unwrap(), None);
        assert_eq!(store.shown(6, "brief harbour", 0).await.unwrap(), None);
    }
}
