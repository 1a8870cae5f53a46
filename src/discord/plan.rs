//! When to connect to the gateway and how often: decided here from what Discord allows; done in
//! `gateway`.

use serde_json::Value;
use std::collections::HashSet;
use std::time::Duration;

/// What Discord answers to `GET /gateway/bot`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    pub url: String,
    pub shards: u32,
    /// Sessions that may still be begun before the reset. At a thousand in a day Discord resets
    /// the token.
    pub remaining: u64,
    pub reset_after: Duration,
}

const SHARDS_MAX: u64 = 256;
const RESET_HOURS_MAX: u64 = 24;
/// A reset that is told as nothing or nonsense.
const RESET_SECONDS_UNKNOWN: u64 = 600;
/// Sessions of one connection, for each shard, that raise no suspicion.
const SESSIONS_MAX: u64 = 10;
/// More of them are right when they came no oftener than this.
const SESSION_SECONDS_MIN: u64 = 120;
const BACK_OFF_SECONDS_MIN: u64 = 1;
const BACK_OFF_SECONDS_MAX: u64 = 300;

impl Allowance {
    /// Reads the answer without believing it: none when it cannot be used at all.
    pub fn read(answer: &Value) -> Option<Self> {
        let url = answer.get("url")?.as_str()?;
        if !url.starts_with("wss://") && !url.starts_with("ws://") {
            return None;
        }
        let limit = answer.get("session_start_limit");
        let number = |name: &str| {
            limit
                .and_then(|limit| limit.get(name))
                .and_then(Value::as_u64)
        };
        let shards = answer.get("shards").and_then(Value::as_u64).unwrap_or(1);
        let reset = number("reset_after")
            .filter(|reset| *reset > 0)
            .map(Duration::from_millis);
        Some(Self {
            url: url.to_owned(),
            shards: u32::try_from(shards.clamp(1, SHARDS_MAX)).unwrap_or(1),
            remaining: number("remaining").unwrap_or(u64::MAX),
            reset_after: reset
                .unwrap_or(Duration::from_secs(RESET_SECONDS_UNKNOWN))
                .min(Duration::from_secs(RESET_HOURS_MAX * 3_600)),
        })
    }

    /// How long to wait before a session may be begun for every shard.
    pub fn wait(&self) -> Option<Duration> {
        (self.remaining < u64::from(self.shards)).then_some(self.reset_after)
    }

    /// Whether a connection that began so many sessions in that time has to pause: the budget is
    /// nearly spent, or would be soon.
    pub fn too_many(&self, sessions: u64, time: Duration) -> bool {
        let shards = u64::from(self.shards);
        let left = self.remaining.saturating_sub(sessions);
        let often = sessions * SESSION_SECONDS_MIN > time.as_secs() * shards;
        left < shards || (sessions > SESSIONS_MAX * shards && often)
    }
}

/// The wait after the nth connection in a row that came to nothing, before it is spread.
pub fn back_off(failures: u32) -> Duration {
    let doubled = BACK_OFF_SECONDS_MIN << failures.saturating_sub(1).min(16);
    Duration::from_secs(doubled.min(BACK_OFF_SECONDS_MAX))
}

/// Which servers Lede is a member of, as the shards tell it.
#[derive(Debug, Default)]
pub struct Servers {
    known: HashSet<u64>,
    told: HashSet<u32>,
}

impl Servers {
    /// A shard tells its whole list. True when every shard has told its own.
    pub fn shard_began(&mut self, shard: u32, shards: u32, servers: &[u64]) -> bool {
        let shards = shards.max(1);
        self.known
            .retain(|server| shard_of(*server, shards) != shard);
        self.known.extend(servers);
        self.told.insert(shard);
        (0..shards).all(|shard| self.told.contains(&shard))
    }

    /// True when that is news.
    pub fn joined(&mut self, server: u64) -> bool {
        self.known.insert(server)
    }

    pub fn left(&mut self, server: u64) {
        self.known.remove(&server);
    }

    pub fn has(&self, server: u64) -> bool {
        self.known.contains(&server)
    }

    /// In the order of their ids.
    pub fn all(&self) -> Vec<u64> {
        let mut all: Vec<u64> = self.known.iter().copied().collect();
        all.sort_unstable();
        all
    }
}

fn shard_of(server: u64, shards: u32) -> u32 {
    u32::try_from((server >> 22) % u64::from(shards)).expect("a remainder is less than its divisor")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_allowance_is_read_without_being_believed() {
        let told = json!({"url": "wss://gateway.example", "shards": 2,
            "session_start_limit": {"total": 1000, "remaining": 999, "reset_after": 14_400_000,
            "max_concurrency": 1}});
        let allowance = Allowance::read(&told).expect("it is usable");
        assert_eq!((allowance.shards, allowance.remaining), (2, 999));
        assert_eq!(allowance.reset_after, Duration::from_secs(14_400));
        assert_eq!(allowance.wait(), None);
        assert_eq!(
            Allowance::read(&json!({"url": "https://gateway.example"})),
            None
        );
        assert_eq!(Allowance::read(&json!({"shards": 1})), None);
        let odd = json!({"url": "ws://127.0.0.1:1", "shards": -3, "session_start_limit": null});
        assert_eq!(Allowance::read(&odd).expect("usable").shards, 1);
    }

    #[test]
    fn with_no_session_left_lede_waits_for_the_reset() {
        let told = json!({"url": "wss://gateway.example", "shards": 1,
            "session_start_limit": {"remaining": 0, "reset_after": 60_000}});
        let allowance = Allowance::read(&told).expect("it is usable");
        assert_eq!(allowance.wait(), Some(Duration::from_secs(60)));
        let odd = json!({"url": "wss://gateway.example",
            "session_start_limit": {"remaining": 0, "reset_after": -5}});
        assert_eq!(
            Allowance::read(&odd).expect("it is usable").wait(),
            Some(Duration::from_secs(RESET_SECONDS_UNKNOWN))
        );
    }

    #[test]
    fn sessions_that_end_as_soon_as_they_began_are_not_begun_for_ever() {
        let allowance = Allowance {
            url: "wss://gateway.example".to_owned(),
            shards: 1,
            remaining: 30,
            reset_after: Duration::from_secs(60),
        };
        let minute = Duration::from_secs(60);
        assert!(!allowance.too_many(1, minute));
        assert!(!allowance.too_many(10, minute));
        assert!(allowance.too_many(11, minute));
        assert!(!allowance.too_many(11, Duration::from_secs(86_400)));
        assert!(
            allowance.too_many(30, Duration::from_secs(86_400)),
            "the budget is spent"
        );
    }

    #[test]
    fn connections_that_come_to_nothing_become_rare() {
        let waits: Vec<u64> = (1..=10)
            .map(|failures| back_off(failures).as_secs())
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
    }

    #[test]
    fn servers_are_known_once_every_shard_has_told_its_own() {
        let mut servers = Servers::default();
        let (even, odd) = (2 << 22, 3 << 22);
        assert!(!servers.shard_began(0, 2, &[even]));
        assert!(servers.shard_began(1, 2, &[odd]));
        assert_eq!(servers.all(), [even, odd]);
        assert!(servers.shard_began(0, 2, &[]));
        assert_eq!(
            servers.all(),
            [odd],
            "a shard that begins again tells its whole list"
        );
        assert!(servers.joined(even) && !servers.joined(even));
        servers.left(odd);
        assert!(servers.has(even) && !servers.has(odd));
    }
}
