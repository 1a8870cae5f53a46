//! Keeps a job going: back-off after failures, a new beginning after panics, an end after many.

use crate::clock::{MINUTE, Millis, SECOND};
use crate::jobs::{Job, Jobs};
use futures_util::FutureExt;
use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;

/// So many panics of one job within [`PANICS_MS`] end the program.
pub const PANICS_MAX: usize = 5;
/// The time over which panics are counted.
pub const PANICS_MS: Millis = 10 * MINUTE;
/// Pause after the first failure; it doubles.
const BACK_OFF_MS_MIN: Millis = SECOND;
/// The longest pause after failures.
const BACK_OFF_MS_MAX: Millis = 5 * MINUTE;

/// Runs `job` for ever; returns only when it panicked too often.
pub(super) async fn keep(job: &'static Job, jobs: &Jobs) -> anyhow::Result<()> {
    let mut troubles = Troubles::default();
    loop {
        let now = jobs.clock.now();
        let next_at = match AssertUnwindSafe((job.tick)(jobs, now)).catch_unwind().await {
            Ok(Ok(next_at)) => {
                if troubles.well() {
                    tracing::info!(job = job.name, "{} works again", job.name);
                }
                next_at
            }
            Ok(Err(error)) => {
                let text = format!("{error:#}");
                if troubles.is_new(&text) {
                    tracing::error!(
                        job = job.name,
                        "{} failed and will be tried again: {text}",
                        job.name
                    );
                }
                now + troubles.failed(text)
            }
            Err(panic) => {
                let text = panic_text(&*panic);
                tracing::error!(
                    job = job.name,
                    "{} broke down and is begun anew: {text}",
                    job.name
                );
                if troubles.panicked(now) {
                    anyhow::bail!(
                        "{} broke down {PANICS_MAX} times in ten minutes: {text}",
                        job.name
                    );
                }
                now + troubles.failed(text)
            }
        };
        if troubles.in_a_row > 0 {
            jobs.clock.sleep_until(next_at).await;
            continue;
        }
        match (job.wake)(jobs) {
            None => jobs.clock.sleep_until(next_at).await,
            Some(woken) => tokio::select! {
                () = jobs.clock.sleep_until(next_at) => {}
                () = woken.notified() => {}
            },
        }
    }
}

/// What went wrong lately.
#[derive(Debug, Default)]
struct Troubles {
    in_a_row: u32,
    last: Option<String>,
    panics: VecDeque<Millis>,
}

impl Troubles {
    /// Notes a tick that went well; true when the one before it did not.
    fn well(&mut self) -> bool {
        self.last = None;
        std::mem::take(&mut self.in_a_row) > 0
    }

    fn is_new(&self, text: &str) -> bool {
        self.last.as_deref() != Some(text)
    }

    /// Notes a failure and returns the pause after it.
    fn failed(&mut self, text: String) -> Millis {
        self.last = Some(text);
        self.in_a_row = self.in_a_row.saturating_add(1);
        (BACK_OFF_MS_MIN << (self.in_a_row - 1).min(20)).min(BACK_OFF_MS_MAX)
    }

    /// Notes a panic; true when it is one too many.
    fn panicked(&mut self, now: Millis) -> bool {
        self.panics.push_back(now);
        while self.panics.front().is_some_and(|at| *at < now - PANICS_MS) {
            self.panics.pop_front();
        }
        self.panics.len() >= PANICS_MAX
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without words").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_said_once_and_the_pauses_double_to_five_minutes() {
        let mut troubles = Troubles::default();
        assert!(troubles.is_new("disk full"));
        assert_eq!(troubles.failed("disk full".to_owned()), SECOND);
        assert!(!troubles.is_new("disk full"));
        assert_eq!(troubles.failed("disk full".to_owned()), 2 * SECOND);
        for _ in 0..100 {
            troubles.failed("disk full".to_owned());
        }
        assert_eq!(troubles.failed("disk full".to_owned()), BACK_OFF_MS_MAX);
        assert!(troubles.well());
        assert!(!troubles.well());
        assert!(troubles.is_new("disk full"));
    }

    #[test]
    fn five_panics_in_ten_minutes_are_too_many_and_five_in_an_hour_are_not() {
        let mut troubles = Troubles::default();
        let often: Vec<bool> = (0..5).map(|n| troubles.panicked(n * MINUTE)).collect();
        assert_eq!(often, [false, false, false, false, true]);
        let mut troubles = Troubles::default();
        assert!((0..5).all(|n| !troubles.panicked(n * 12 * MINUTE)));
    }
}
