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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Wait(Millis),
    /// The same bytes under the same nonce.
    SendAgain,
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
