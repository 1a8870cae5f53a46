//! How letters reach their destinations: what a front end does for the push job. Discord, the
//! terminal and the simulation are deliveries.

use crate::clock::Millis;
use crate::news::push::Lost;
use crate::news::subscription::Place;
use crate::page::Letter;
use std::future::Future;
use std::pin::Pin;

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A frozen message on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// Its outbox row.
    pub outbox: i64,
    pub place: Place,
    pub to: To,
    /// As [`Delivery::draw`] gave it.
    pub body: String,
    /// At most 25 characters, the same at every try.
    pub nonce: String,
    /// The first try since nothing was known to be posted (Unix milliseconds).
    pub first_try: Millis,
}

/// Where within its place a letter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// A message, or a post where the place is a forum.
    Here,
    /// A message in this thread (Discord's id).
    Thread(u64),
    /// An answer to this message of the place.
    Reply(u64),
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Posted {
    /// It stands there: channel (or thread, or direct channel) and message.
    Done { channel: u64, message: u64 },
    /// Not posted, and not to be tried again for so long (milliseconds): a limit, slow mode.
    Wait(Millis),
    /// Surely not posted: the connection was not made.
    Unsent(String),
    /// It may have been posted: no answer, or a broken one.
    Unclear(String),
    /// It was posted and somebody took it away.
    TakenAway,
    /// The destination takes none.
    Lost(Lost),
    /// This body is not taken. `plain`: whether it is worth a try without its looks.
    Body { error: String, plain: bool },
    /// Nothing can be sent for now: the token is refused, or too much was.
    Stopped,
}

/// Whether a letter stands where it was sent.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    There {
        channel: u64,
        message: u64,
    },
    /// Provably not there.
    Absent,
    /// Something that was made there at the time of the try is gone. Whether that was the letter,
    /// nobody can say any more.
    Deleted,
    /// What stands there cannot be read.
    Unreadable,
    /// Not known now; to be looked for again.
    Failed(String),
}

/// How changing a message ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Edited {
    Done,
    /// It is gone, or may no longer be changed.
    Over,
    /// To be tried again after so long (milliseconds).
    Wait(Millis),
}

/// How publishing a message to the channels that follow its own ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Published {
    /// It is published, now or before.
    Done,
    /// There is nothing to publish any more.
    TakenAway,
    /// Not to be tried again for so long (milliseconds).
    Wait(Millis),
    /// It may be published or not, and may be tried again.
    Failed(String),
    /// Discord does not publish it.
    Refused(String),
}

/// What a front end does with letters.
pub trait Delivery: Send + Sync {
    /// The bytes of a letter, whose buttons name `outbox`. `plain`: words and links alone, after
    /// its looks were refused.
    fn draw(&self, letter: &Letter, outbox: i64, place: &Place, to: To, plain: bool) -> String;

    /// Posts it once: no second try in here that could make a second message.
    fn send<'a>(&'a self, parcel: &'a Parcel) -> Boxed<'a, Posted>;

    /// Looks where it would stand.
    fn find<'a>(&'a self, parcel: &'a Parcel) -> Boxed<'a, Found>;

    /// Changes a message to another body.
    fn edit<'a>(&'a self, channel: u64, message: u64, body: &'a str) -> Boxed<'a, Edited>;

    /// Publishes a message to the channels that follow its own: once, however often it is asked.
    fn publish(&self, channel: u64, message: u64) -> Boxed<'_, Published>;
}
