//! How a source stands, and of which turns its newsrooms' moderators are told: pure, from what its
//! readings were like and the clock.
//!
//! A single failure is nothing, and neither is a source that comes and goes: it is down only once
//! nothing at all was read of it for a day, and back only once it has answered for an hour.

use crate::clock::{DAY, HOUR, Millis};
use crate::news::reading::ReadingError;
use crate::news::schedule::DEAD_AFTER_MS;
use crate::news::source::SourceState;

/// A source is down once its readings failed for so long, and so many of them.
pub const DOWN_MS_MIN: Millis = DAY;
pub const DOWN_FAILURES_MIN: u32 = 4;
/// It is back once it answered well for so long.
pub const BACK_MS_MIN: Millis = HOUR;
/// It is silent once it brought nothing new for so long.
pub const SILENT_MS_MIN: Millis = 14 * DAY;
/// Only a source is called silent that brought so many articles in the [`BUSY_MS`] before: of others
/// nobody expects more.
pub const SILENT_ARTICLES_MIN: u32 = 8;
pub const BUSY_MS: Millis = 28 * DAY;
/// What is told in the daily line is told so long after the last one at the soonest.
pub const DAILY_MS: Millis = DAY;

/// How a source stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    #[default]
    Fine,
    /// It answers well and brings nothing new.
    Silent,
    Down,
    /// Down for a fortnight.
    Dead,
}

/// What is known of a source when its stage is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    pub state: &'a SourceState,
    /// Since when it answers well without a break, where its log knows a failure before that.
    pub up_since: Option<Millis>,
    /// When its newest article was published or seen; none = it never had one.
    pub newest: Option<Millis>,
    /// Articles that it brought in the [`BUSY_MS`] up to that one.
    pub busy_articles: u32,
    /// Whether other sources answered while this one failed. Where none did, it is the host's own
    /// connection that is down.
    pub others_answered: bool,
}

/// A turn that moderators are told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// At once: it stays down.
    Down,
    /// At once: it is read again.
    Back,
    /// With the daily line: it seems dead.
    Dead,
    /// With the daily line: nothing new came for a fortnight.
    Silent,
    /// With the daily line: it publishes again.
    Speaks,
}

impl Turn {
    pub fn is_daily(self) -> bool {
        matches!(self, Turn::Dead | Turn::Silent | Turn::Speaks)
    }
}

/// How a source stands at `now`; none while that is not sure: it fails, but not for long yet, or it
/// has only just come back.
pub fn stage(record: &Record<'_>, now: Millis) -> Option<Stage> {
    let state = record.state;
    match &state.error {
        Some(error) => failing(record, error, now),
        None => {
            state.good_at?;
            let is_back = record
                .up_since
                .is_none_or(|since| now - since >= BACK_MS_MIN);
            let silent = record.newest.is_some_and(|at| now - at >= SILENT_MS_MIN);
            let stage = if silent && record.busy_articles >= SILENT_ARTICLES_MIN {
                Stage::Silent
            } else {
                Stage::Fine
            };
            is_back.then_some(stage)
        }
    }
}

fn failing(record: &Record<'_>, error: &ReadingError, now: Millis) -> Option<Stage> {
    let state = record.state;
    let since = state.failing_since?;
    // Neither is tried again: only the clock shows that they stay so.
    let is_final = matches!(error, ReadingError::Gone | ReadingError::Address(_));
    let failed_ms = match is_final {
        true => now - since,
        false => state.tried_at.unwrap_or(since) - since,
    };
    let often = is_final || state.failures >= DOWN_FAILURES_MIN;
    if failed_ms < DOWN_MS_MIN || !often || !record.others_answered {
        return None;
    }
    match failed_ms >= DEAD_AFTER_MS && !is_final {
        true => Some(Stage::Dead),
        false => Some(Stage::Down),
    }
}

/// What moderators are told who were told `told` last and whose source stands so now.
pub fn turn(told: Stage, stands: Stage) -> Option<Turn> {
    use Stage::{Dead, Down, Fine, Silent};
    match (told, stands) {
        (Fine | Silent, Down | Dead) => Some(Turn::Down),
        (Down | Dead, Fine | Silent) => Some(Turn::Back),
        (Down, Dead) => Some(Turn::Dead),
        (Fine, Silent) => Some(Turn::Silent),
        (Silent, Fine) => Some(Turn::Speaks),
        (Fine, Fine) | (Silent, Silent) | (Down, Down) | (Dead, Dead | Down) => None,
    }
}

/// What is kept as told after a turn.
pub fn told_after(turn: Turn) -> Stage {
    match turn {
        Turn::Down => Stage::Down,
        Turn::Dead => Stage::Dead,
        // Silence comes with the next daily line.
        Turn::Back | Turn::Speaks => Stage::Fine,
        Turn::Silent => Stage::Silent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::MINUTE;

    const NOW: Millis = 1_800_000_000_000;

    fn failing_state(error: ReadingError, failures: u32, for_ms: Millis) -> SourceState {
        SourceState {
            good_at: Some(NOW - for_ms - HOUR),
            tried_at: Some(NOW),
            failures,
            failing_since: Some(NOW - for_ms),
            error: Some(error),
        }
    }

    fn record(state: &SourceState) -> Record<'_> {
        Record {
            state,
            up_since: None,
            newest: Some(NOW - HOUR),
            busy_articles: 100,
            others_answered: true,
        }
    }

    #[test]
    fn only_what_failed_several_times_for_a_day_is_down() {
        for (failures, for_ms, stands) in [
            (1, 0, None),
            (40, DAY - MINUTE, None),
            (3, 2 * DAY, None),
            (4, DAY, Some(Stage::Down)),
            (60, 13 * DAY, Some(Stage::Down)),
            (70, 14 * DAY, Some(Stage::Dead)),
        ] {
            let state = failing_state(ReadingError::TimedOut, failures, for_ms);
            assert_eq!(stage(&record(&state), NOW), stands, "{failures} {for_ms}");
        }
    }

    #[test]
    fn what_is_gone_is_not_tried_again_and_is_told_after_a_day() {
        let state = SourceState {
            tried_at: Some(NOW - DAY),
            ..failing_state(ReadingError::Gone, 1, DAY)
        };
        assert_eq!(stage(&record(&state), NOW - 1), None);
        assert_eq!(stage(&record(&state), NOW), Some(Stage::Down));
        assert_eq!(stage(&record(&state), NOW + 60 * DAY), Some(Stage::Down));
    }

    #[test]
    fn where_nothing_at_all_answered_no_source_is_blamed() {
        let state = failing_state(ReadingError::NoSuchHost, 9, 3 * DAY);
        let alone = Record {
            others_answered: false,
            ..record(&state)
        };
        assert_eq!(stage(&alone, NOW), None);
    }

    #[test]
    fn it_is_back_after_an_hour_and_silent_after_a_fortnight_if_it_used_to_speak() {
        let good = SourceState {
            good_at: Some(NOW),
            tried_at: Some(NOW),
            ..SourceState::default()
        };
        let up = |since, newest, busy_articles| Record {
            up_since: since,
            newest: Some(newest),
            busy_articles,
            ..record(&good)
        };
        let of = |record: Record<'_>| stage(&record, NOW);
        assert_eq!(of(up(None, NOW, 9)), Some(Stage::Fine));
        assert_eq!(of(up(Some(NOW - HOUR + 1), NOW, 9)), None);
        assert_eq!(of(up(Some(NOW - HOUR), NOW, 9)), Some(Stage::Fine));
        assert_eq!(of(up(None, NOW - 14 * DAY, 8)), Some(Stage::Silent));
        assert_eq!(of(up(None, NOW - 14 * DAY, 7)), Some(Stage::Fine));
        assert_eq!(of(up(None, NOW - 13 * DAY, 99)), Some(Stage::Fine));
        let unread = SourceState::default();
        assert_eq!(stage(&record(&unread), NOW), None);
    }

    #[test]
    fn each_turn_is_told_once() {
        use Stage::{Dead, Down, Fine, Silent};
        let all = [Fine, Silent, Down, Dead];
        for told in all {
            for stands in all {
                if let Some(turn) = turn(told, stands) {
                    let again = super::turn(told_after(turn), stands);
                    // Only what comes with the daily line may follow.
                    assert!(again.is_none_or(Turn::is_daily), "{told:?} {stands:?}");
                }
            }
        }
        assert_eq!(turn(Fine, Down), Some(Turn::Down));
        assert_eq!(turn(Dead, Silent), Some(Turn::Back));
        assert_eq!(turn(Dead, Down), None);
    }
}
