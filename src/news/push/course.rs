//! The course of one message through crashes, time-outs and lost answers: what to do next with an
//! outbox row that was begun. The protocol: the same bytes under the same nonce within a minute of
//! the first try (Discord then returns the message that there is), later a look whether it stands
//! there, and only when it provably does not, a new beginning. Without the right to read what was
//! posted, what is unknown is never sent again.

use crate::clock::{MINUTE, Millis, SECOND};

/// Discord recognises a nonce for "a few minutes"; less than that is relied on.
pub const NONCE_MS: Millis = MINUTE;
/// A message may still be on its way so long after the last try: no look before.
pub const LOOK_AFTER_MS: Millis = 20 * SECOND;
/// A look begins so long before the first try, as clocks differ.
pub const LOOK_BACK_MS: Millis = 5 * SECOND;
const BACK_OFF_MS_MIN: Millis = SECOND;
const BACK_OFF_MS_MAX: Millis = MINUTE;

/// A row that is being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    pub first_try: Millis,
    pub last_try: Millis,
    pub tries: u32,
    /// Not before, where Discord or a back-off says so.
    pub next_try: Option<Millis>,
    /// Whether the nonce makes a second try harmless: a message, not a forum's post.
    pub has_nonce: bool,
    /// Whether what was posted there can be read.
    pub readable: bool,
    /// Whether any try may have posted it.
    pub may_stand: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Wait(Millis),
    /// The same bytes under the same nonce.
    SendAgain,
    /// Nothing of it stands there: a new beginning.
    SendAnew,
    /// Look whether it stands there.
    Look,
    /// It cannot be known, and is not sent again.
    Unknown,
}

/// What to do with a message of which it is not known whether it was posted.
pub fn next(begun: &Begun, now: Millis) -> Step {
    if let Some(at) = begun.next_try.filter(|at| *at > now) {
        return Step::Wait(at);
    }
    if !begun.may_stand {
        return Step::SendAnew;
    }
    // A clock that was set back makes the try seem to lie ahead: the nonce may be long forgotten.
    let fresh = (0..NONCE_MS).contains(&(now - begun.first_try));
    if fresh && begun.has_nonce {
        return Step::SendAgain;
    }
    if !begun.readable {
        return Step::Unknown;
    }
    let look_at = begun.last_try + LOOK_AFTER_MS;
    if now < look_at && now >= begun.last_try {
        Step::Wait(look_at)
    } else {
        Step::Look
    }
}

/// The pause after the nth try, before the next one.
pub fn back_off(tries: u32) -> Millis {
    (BACK_OFF_MS_MIN << tries.saturating_sub(1).min(16)).min(BACK_OFF_MS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGUN: Begun = Begun {
        first_try: 1_000_000,
        last_try: 1_000_000,
        tries: 1,
        next_try: None,
        has_nonce: true,
        readable: true,
        may_stand: true,
    };

    #[test]
    fn within_a_minute_the_same_is_sent_again_and_later_it_is_looked_for() {
        assert_eq!(next(&BEGUN, 1_000_000), Step::SendAgain);
        assert_eq!(next(&BEGUN, 1_059_999), Step::SendAgain);
        assert_eq!(next(&BEGUN, 1_060_000), Step::Look);
        let again = Begun {
            last_try: 1_050_000,
            ..BEGUN
        };
        assert_eq!(next(&again, 1_060_000), Step::Wait(1_070_000));
        assert_eq!(next(&again, 1_070_000), Step::Look);
    }

    #[test]
    fn what_has_no_nonce_is_looked_for_before_every_try() {
        let post = Begun {
            has_nonce: false,
            ..BEGUN
        };
        assert_eq!(next(&post, 1_000_001), Step::Wait(1_020_000));
        assert_eq!(next(&post, 1_020_000), Step::Look);
    }

    #[test]
    fn where_nothing_can_be_read_it_is_never_sent_twice() {
        let blind = Begun {
            readable: false,
            ..BEGUN
        };
        assert_eq!(next(&blind, 1_030_000), Step::SendAgain);
        assert_eq!(next(&blind, 1_060_000), Step::Unknown);
        let post = Begun {
            has_nonce: false,
            ..blind
        };
        assert_eq!(next(&post, 1_000_001), Step::Unknown);
    }

    #[test]
    fn what_surely_came_to_nothing_begins_anew_when_its_wait_is_over() {
        let nothing = Begun {
            may_stand: false,
            readable: false,
            next_try: Some(2_000_000),
            ..BEGUN
        };
        assert_eq!(next(&nothing, 1_500_000), Step::Wait(2_000_000));
        assert_eq!(next(&nothing, 2_000_000), Step::SendAnew);
    }

    #[test]
    fn a_clock_that_was_set_back_is_not_trusted_with_the_nonce() {
        assert_eq!(next(&BEGUN, 900_000), Step::Look);
    }

    #[test]
    fn pauses_double_up_to_a_minute() {
        let pauses: Vec<_> = (1..=8).map(|tries| back_off(tries) / SECOND).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(back_off(u32::MAX), MINUTE);
    }
}
