//! What time it is, and sleeping until: asked here and nowhere else.
//!
//! Times are Unix milliseconds (`Millis`). Jobs wait only on a [`Clock`], so a test that moves a
//! manual clock drives them; network time-outs are real time and do not come from here.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::Notify;

/// Unix time in milliseconds.
pub type Millis = i64;

pub const SECOND: Millis = 1_000;
pub const MINUTE: Millis = 60 * SECOND;
pub const HOUR: Millis = 60 * MINUTE;
pub const DAY: Millis = 24 * HOUR;

/// How often a clock that is read from a file is looked at (real milliseconds).
const FILE_CLOCK_LOOK_MS: u64 = 10;

/// A source of time: the system's, one that is moved by hand, or one that another process moves.
#[derive(Clone, Debug, Default)]
pub struct Clock(Kind);

#[derive(Clone, Debug, Default)]
enum Kind {
    #[default]
    System,
    Manual(Arc<Manual>),
    File(Arc<PathBuf>),
}

#[derive(Debug)]
struct Manual {
    now: AtomicI64,
    moved: Notify,
}

impl Clock {
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that stands at `now` until it is moved.
    pub fn manual(now: Millis) -> Self {
        Self(Kind::Manual(Arc::new(Manual {
            now: AtomicI64::new(now),
            moved: Notify::new(),
        })))
    }

    /// A clock whose time (decimal Unix milliseconds) stands in a file: lets a test drive a real
    /// process. An unreadable file counts as the system's time.
    pub fn file(path: PathBuf) -> Self {
        Self(Kind::File(Arc::new(path)))
    }

    pub fn now(&self) -> Millis {
        match &self.0 {
            Kind::System => system_now(),
            Kind::Manual(manual) => manual.now.load(Ordering::SeqCst),
            Kind::File(path) => std::fs::read_to_string(path.as_path())
                .ok()
                .and_then(|text| text.trim().parse().ok())
                .unwrap_or_else(system_now),
        }
    }

    /// Moves a manual clock to `to` (never back) and wakes the sleepers. Other clocks do not move.
    pub fn move_to(&self, to: Millis) {
        if let Kind::Manual(manual) = &self.0 {
            manual.now.fetch_max(to, Ordering::SeqCst);
            manual.moved.notify_waiters();
        }
    }

    /// Returns once `now() >= at`.
    pub async fn sleep_until(&self, at: Millis) {
        loop {
            let left = at - self.now();
            match &self.0 {
                _ if left <= 0 => return,
                Kind::System => {
                    tokio::time::sleep(Duration::from_millis(left.min(HOUR) as u64)).await
                }
                Kind::File(_) => {
                    tokio::time::sleep(Duration::from_millis(FILE_CLOCK_LOOK_MS)).await
                }
                Kind::Manual(manual) => {
                    let moved = manual.moved.notified();
                    tokio::pin!(moved);
                    moved.as_mut().enable();
                    if self.now() < at {
                        moved.await;
                    }
                }
            }
        }
    }
}

fn system_now() -> Millis {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_moved_past_its_time() {
        let clock = Clock::manual(1_000);
        let other = clock.clone();
        let sleeper = tokio::spawn(async move { other.sleep_until(2_000).await });
        tokio::task::yield_now().await;
        clock.move_to(1_999);
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.move_to(2_000);
        sleeper.await.expect("the sleeper ends");
        clock.move_to(500);
        assert_eq!(clock.now(), 2_000, "a clock never goes back");
    }
}
