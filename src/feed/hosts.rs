//! How hosts are treated: every request of the program, a redirect's next hop too, takes its turn
//! here, and no host is asked that asked to be left alone.
//!
//! Turns are real time, as all of the network is; rests are times of the program's clock, so that
//! they can be kept. This file keeps nothing: whoever has a store takes [`Hosts::unsaved_rests`].

use crate::clock::{DAY, MINUTE, Millis, SECOND};
use crate::news::ReadingError;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// Requests to one host at once.
pub const HOST_AT_ONCE_MAX: usize = 2;
/// Time between the beginnings of two requests to one host: public limits are mostly written as
/// sixty a minute, and fifty feeds of one host still take less than a minute.
pub const HOST_SPACING_MS: Millis = SECOND;
/// Rest of a host that answered 429 without saying how long.
const REST_MS: Millis = MINUTE;
/// Longest that a host may ask to be left alone.
pub const REST_MS_MAX: Millis = DAY;
/// Rests shorter than this are not worth keeping across a restart.
const REST_KEPT_MS_MIN: Millis = 10 * SECOND;
/// Longest that a request stands in line once it is one of the host's two.
const LINE_MS_MAX: u64 = 30_000;
/// Hosts remembered before those without a request are forgotten, and hosts at rest.
const HOSTS_MAX: usize = 50_000;

/// What is known of hosts. Cheap to clone: all clones are one.
#[derive(Clone, Debug)]
pub struct Hosts {
    known: Arc<Mutex<Known>>,
    spacing: Duration,
    /// The operator's own, who allowed them by name: nobody else is to be spared there.
    own: Arc<[String]>,
}

#[derive(Debug, Default)]
struct Known {
    lines: HashMap<String, Line>,
    /// Until when hosts are left alone.
    rests: HashMap<String, Millis>,
    unsaved: Vec<(String, Millis)>,
}

#[derive(Debug)]
struct Line {
    turns: Arc<Semaphore>,
    /// No request begins before.
    next: Instant,
}

/// A host's request, until it is dropped.
#[derive(Debug)]
pub struct Turn {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Hosts {
    /// Where nothing is said of the spacing it is [`HOST_SPACING_MS`]. `own` hosts, `host:port`,
    /// are asked as fast as can be.
    pub fn new(spacing: Option<Duration>, own: &[String]) -> Self {
        Self {
            own: own.into(),
            known: Arc::default(),
            spacing: spacing.unwrap_or(Duration::from_millis(HOST_SPACING_MS as u64)),
        }
    }

    /// Waits until `host` may be asked once more, at least `spacing` after the request before.
    ///
    /// # Errors
    /// `Resting` where the host asked to be left alone beyond `now`, or the line is too long.
    pub async fn turn(
        &self,
        host: &str,
        spacing: Option<Duration>,
        now: Millis,
    ) -> Result<Turn, ReadingError> {
        self.awake(host, now)?;
        if self.is_own(host) {
            return Ok(Turn { _permit: None });
        }
        let turns = self.with(|known| known.line(host).turns.clone());
        let permit = turns.acquire_owned().await;
        let _permit = Some(permit.expect("the semaphores are never closed"));
        let spacing = spacing.map_or(self.spacing, |wanted| wanted.max(self.spacing));
        let begin = self.with(|known| known.line(host).take(Instant::now(), spacing));
        let begin = begin.map_err(|wait_ms| ReadingError::Resting {
            until: now.saturating_add(wait_ms),
        })?;
        tokio::time::sleep_until(begin).await;
        // The request before this one may have been asked to go.
        self.awake(host, now)?;
        Ok(Turn { _permit })
    }

    /// Whether the operator allowed this host by name.
    pub fn is_own(&self, host: &str) -> bool {
        self.own.iter().any(|own| own == host)
    }

    /// Until when `host` is left alone; none where it may be asked at `now`.
    pub fn rest_until(&self, host: &str, now: Millis) -> Option<Millis> {
        let until = self.with(|known| known.rests.get(host).copied());
        until.filter(|until| *until > now)
    }

    /// Leaves `host` alone until `until`, as the store had kept it.
    pub fn rest(&self, host: &str, until: Millis) {
        self.with(|known| known.rest(host, until));
    }

    /// Notes a host's answer of 429 or 503, with how long it asked to be left alone.
    pub fn refused(&self, host: &str, status: u16, retry_after_ms: Option<Millis>, now: Millis) {
        let Some(rest_ms) = rest_ms(status, retry_after_ms) else {
            return;
        };
        let until = now.saturating_add(rest_ms);
        self.with(|known| {
            known.rest(host, until);
            if rest_ms >= REST_KEPT_MS_MIN && known.unsaved.len() < HOSTS_MAX {
                known.unsaved.push((host.to_owned(), until));
            }
        });
    }

    /// The rests that began and are still to be kept, oldest first.
    pub fn unsaved_rests(&self) -> Vec<(String, Millis)> {
        self.with(|known| known.unsaved.clone())
    }

    /// They are kept. What began meanwhile stays to be.
    pub fn rests_saved(&self, saved: &[(String, Millis)]) {
        self.with(|known| known.unsaved.retain(|rest| !saved.contains(rest)));
    }

    fn awake(&self, host: &str, now: Millis) -> Result<(), ReadingError> {
        match self.rest_until(host, now) {
            Some(until) => Err(ReadingError::Resting { until }),
            None => Ok(()),
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Known) -> T) -> T {
        work(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Known {
    fn line(&mut self, host: &str) -> &mut Line {
        if self.lines.len() >= HOSTS_MAX && !self.lines.contains_key(host) {
            let now = Instant::now();
            self.lines
                .retain(|_, line| Arc::strong_count(&line.turns) > 1 || line.next > now);
        }
        self.lines.entry(host.to_owned()).or_insert_with(|| Line {
            turns: Arc::new(Semaphore::new(HOST_AT_ONCE_MAX)),
            next: Instant::now(),
        })
    }

    fn rest(&mut self, host: &str, until: Millis) {
        if self.rests.len() >= HOSTS_MAX {
            // The half that is to be left alone longest stays.
            let mut ends: Vec<Millis> = self.rests.values().copied().collect();
            let (_, middle, _) = ends.select_nth_unstable(HOSTS_MAX / 2);
            let middle = *middle;
            self.rests.retain(|_, end| *end > middle);
        }
        let known = self.rests.entry(host.to_owned()).or_insert(until);
        *known = until.max(*known);
    }
}

impl Line {
    /// Takes the next moment; the wait in milliseconds where that is too far away.
    fn take(&mut self, now: Instant, spacing: Duration) -> Result<Instant, Millis> {
        let begin = self.next.max(now);
        let wait_ms = begin.duration_since(now).as_millis();
        if wait_ms > u128::from(LINE_MS_MAX) {
            return Err(i64::try_from(wait_ms).unwrap_or(REST_MS_MAX));
        }
        self.next = begin + spacing;
        Ok(begin)
    }
}

/// How long a host rests after a refusal: as long as it says, up to a day. A 503 that says nothing
/// speaks of one address only.
fn rest_ms(status: u16, retry_after_ms: Option<Millis>) -> Option<Millis> {
    let rest_ms = match (status, retry_after_ms) {
        (429 | 503, Some(ms)) => ms.clamp(0, REST_MS_MAX),
        (429, None) => REST_MS,
        _ => 0,
    };
    (rest_ms > 0).then_some(rest_ms)
}

/// The host of an address, with its port where it is not the usual one. An address without a host
/// stands for itself.
pub fn host_of(address: &str) -> String {
    match url::Url::parse(address) {
        Ok(url) => host_of_url(&url),
        Err(_) => address.to_owned(),
    }
}

/// As [`host_of`].
pub fn host_of_url(url: &url::Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        (None, _) => url.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::HOUR;

    const NOW: Millis = 1_800_000_000_000;

    async fn turn(hosts: &Hosts, host: &str) -> Result<Turn, ReadingError> {
        hosts.turn(host, None, NOW).await
    }

    /// Short enough for tests, in which time is real.
    fn brisk() -> Hosts {
        Hosts::new(Some(Duration::from_millis(20)), &[])
    }

    #[tokio::test]
    async fn requests_to_one_host_begin_apart_and_further_apart_where_asked() {
        let hosts = brisk();
        let began = Instant::now();
        for turns_before in 0..4 {
            drop(turn(&hosts, "tern.example").await.unwrap());
            assert!(began.elapsed() >= Duration::from_millis(20) * turns_before);
        }
        let (began, slow) = (Instant::now(), Duration::from_millis(50));
        drop(hosts.turn("wren.example", Some(slow), NOW).await.unwrap());
        drop(hosts.turn("wren.example", None, NOW).await.unwrap());
        assert!(began.elapsed() >= slow);
    }

    #[test]
    fn moments_are_given_a_second_apart_and_none_beyond_half_a_minute() {
        let now = Instant::now();
        let spacing = Duration::from_millis(HOST_SPACING_MS as u64);
        let mut line = Line {
            turns: Arc::new(Semaphore::new(1)),
            next: now,
        };
        for second in 0..=30 {
            assert_eq!(line.take(now, spacing), Ok(now + spacing * second));
        }
        assert_eq!(line.take(now, spacing), Err(31 * SECOND));
        let later = now + spacing * 100;
        assert_eq!(line.take(later, spacing), Ok(later));
    }

    #[tokio::test]
    async fn a_third_request_waits_for_one_of_two_to_end() {
        let hosts = brisk();
        let first = turn(&hosts, "tern.example").await.unwrap();
        let _second = turn(&hosts, "tern.example").await.unwrap();
        let mut third = Box::pin(turn(&hosts, "tern.example"));
        let waits = tokio::time::timeout(Duration::from_millis(60), &mut third);
        assert!(waits.await.is_err());
        assert!(
            turn(&hosts, "wren.example").await.is_ok(),
            "others do not wait"
        );
        drop(first);
        assert!(third.await.is_ok());
    }

    #[tokio::test]
    async fn a_host_that_asked_for_rest_is_not_asked_and_whoever_stands_in_line_leaves() {
        let hosts = brisk();
        drop(turn(&hosts, "tern.example").await.unwrap());
        let (second, ()) = tokio::join!(turn(&hosts, "tern.example"), async {
            hosts.refused("tern.example", 429, Some(HOUR), NOW);
        });
        let until = NOW + HOUR;
        assert_eq!(second.unwrap_err(), ReadingError::Resting { until });
        assert!(hosts.turn("tern.example", None, until).await.is_ok());
        let unsaved = hosts.unsaved_rests();
        assert_eq!(unsaved, [("tern.example".to_owned(), until)]);
        assert_eq!(hosts.unsaved_rests(), unsaved, "until they are saved");
        hosts.refused("wren.example", 429, Some(HOUR), NOW);
        hosts.rests_saved(&unsaved);
        assert_eq!(hosts.unsaved_rests(), [("wren.example".to_owned(), until)]);
    }

    #[test]
    fn a_rest_is_what_the_host_says_up_to_a_day() {
        assert_eq!(rest_ms(429, Some(5 * SECOND)), Some(5 * SECOND));
        assert_eq!(rest_ms(503, Some(i64::MAX)), Some(DAY));
        assert_eq!(rest_ms(429, None), Some(MINUTE));
        for (status, asked) in [
            (503, None),
            (429, Some(0)),
            (429, Some(-1)),
            (500, Some(HOUR)),
        ] {
            assert_eq!(rest_ms(status, asked), None, "{status} {asked:?}");
        }
    }

    #[test]
    fn rests_of_more_hosts_than_are_remembered_leave_the_longest() {
        let hosts = Hosts::new(None, &[]);
        for n in 0..=HOSTS_MAX {
            hosts.rest(&format!("n{n}.example"), NOW + 1 + n as Millis);
        }
        assert_eq!(hosts.rest_until("n0.example", NOW), None);
        let last = format!("n{HOSTS_MAX}.example");
        assert!(hosts.rest_until(&last, NOW).is_some());
        hosts.rest(&last, 5);
        assert!(
            hosts.rest_until(&last, NOW).is_some(),
            "a rest is not cut short"
        );
    }

    #[test]
    fn ports_make_hosts_and_credentials_do_not() {
        assert_eq!(host_of("https://Tern.example:443/feed"), "tern.example");
        assert_eq!(
            host_of("http://a:b@tern.example:8080/feed"),
            "tern.example:8080"
        );
        assert_eq!(host_of("not an address"), "not an address");
    }
}
