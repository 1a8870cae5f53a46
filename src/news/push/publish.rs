//! The course of publishing a message of an announcement channel to the channels that follow it. It is
//! published once however often it is asked for, so it may be tried again whatever became of a try.

use super::PUSH_AGE_MAX_MS;
use crate::clock::{HOUR, Millis, SECOND};

/// Tries that may fail.
pub const TRIES_MAX: u32 = 6;
/// The pause after the first of them; each later one is four times as long.
const BACK_OFF_MS_MIN: Millis = 15 * SECOND;
const BACK_OFF_MS_MAX: Millis = HOUR;

/// Why a message was not published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hitch {
    /// Discord takes none for so long (milliseconds): no fault of the message, and no failed try.
    Limit(Millis),
    /// It may work later.
    Failure,
}

/// When it is tried again, and the tries that failed by then; none where it is given up: after
/// [`TRIES_MAX`], or when it would be no news for anybody. `tries`: those that failed before.
pub fn again(hitch: Hitch, tries: u32, sent_at: Millis, now: Millis) -> Option<(Millis, u32)> {
    let (wait, tries) = match hitch {
        Hitch::Limit(wait) => (wait.max(SECOND), tries),
        Hitch::Failure => (back_off(tries), tries.saturating_add(1)),
    };
    let at = now.saturating_add(wait);
    (tries < TRIES_MAX && at.saturating_sub(sent_at) <= PUSH_AGE_MAX_MS).then_some((at, tries))
}

fn back_off(tries: u32) -> Millis {
    (BACK_OFF_MS_MIN << (2 * tries.min(16))).min(BACK_OFF_MS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::MINUTE;

    #[test]
    fn six_failed_tries_within_an_hour_and_a_half_end_it() {
        let mut now = 0;
        let mut tries = 0;
        let mut pauses = Vec::new();
        while let Some((at, failed)) = again(Hitch::Failure, tries, 0, now) {
            pauses.push((at - now) / SECOND);
            (now, tries) = (at, failed);
        }
        assert_eq!(pauses, [15, 60, 240, 960, 3_600]);
        assert!(now < 90 * MINUTE);
    }

    #[test]
    fn a_limit_is_waited_for_and_counts_for_nothing_until_the_news_is_old() {
        let wait = 20 * MINUTE;
        assert_eq!(again(Hitch::Limit(wait), 5, 0, 0), Some((wait, 5)));
        assert_eq!(again(Hitch::Limit(0), 0, 0, 0), Some((SECOND, 0)));
        let late = PUSH_AGE_MAX_MS - wait;
        assert!(again(Hitch::Limit(wait), 0, 0, late).is_some());
        assert_eq!(again(Hitch::Limit(wait), 0, 0, late + 1), None);
        assert_eq!(again(Hitch::Limit(Millis::MAX), 0, 0, 5), None);
    }
}
