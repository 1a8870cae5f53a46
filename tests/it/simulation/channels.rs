//! The channels of the simulation: what was posted where, with all that can go wrong on the way.
//! What goes wrong depends on the seed, the message and the try alone, so that a seed is one story.

use lede::clock::{Clock, Millis, SECOND};
use lede::jobs::{Delivery, Edited, Found, Parcel, Posted, Published, To};
use lede::news::Destination;
use lede::news::push::Lost;
use lede::news::subscription::{Form, Place};
use lede::page::letter::mark;
use lede::page::{Block, Letter, Line, Span};
use std::collections::{BTreeMap, HashMap};
use std::future::{Future, pending, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex};

/// The fake's own window for nonces: it promises no more than "a few minutes".
const NONCE_MS: Millis = 150 * SECOND;

/// What came out of a seed.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    pub wrong: Vec<String>,
    pub messages: usize,
    pub told: usize,
    pub edited: usize,
    pub crashes: usize,
    pub faults: usize,
    pub unknown: usize,
    /// Messages with new facts of a story that was told.
    pub updates: usize,
    /// Messages that the channels that follow an announcement channel have, and that they lack.
    pub published: usize,
    pub unpublished: usize,
    /// Stories that moderators corrected, and corrections that they took back.
    pub fixed: usize,
    pub off_topic: usize,
    pub unfixed: usize,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub id: u64,
    pub outbox: i64,
    pub nonce: String,
    pub at: Millis,
    pub body: String,
    /// Whether the channels that follow this one have it.
    pub published: bool,
}

#[derive(Default)]
pub struct State {
    pub posted: BTreeMap<u64, Vec<Message>>,
    tries: HashMap<(i64, &'static str), u64>,
    next: u64,
    pub edited: usize,
    pub faults: usize,
    pub crashes: usize,
    /// Set by a crash: the process is to be begun anew.
    pub crashed: bool,
}

/// All channels, which outlive the process.
#[derive(Clone)]
pub struct Channels {
    seed: u64,
    pub clock: Clock,
    pub state: Arc<Mutex<State>>,
    /// From when on nothing goes wrong any more.
    pub calm_at: Millis,
    /// A channel that may not be written in for a time.
    pub lost: (u64, Millis, Millis),
}

/// What happens to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Well,
    Limited,
    NotSent,
    BrokenBefore,
    BrokenAfter,
    CrashBefore,
    CrashAfter,
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl Channels {
    pub fn new(seed: u64, clock: Clock, calm_at: Millis, lost: (u64, Millis, Millis)) -> Self {
        Self {
            seed,
            clock,
            state: Arc::default(),
            calm_at,
            lost,
        }
    }

    fn fate(&self, state: &mut State, outbox: i64, call: &'static str) -> Fate {
        let tries = state.tries.entry((outbox, call)).or_default();
        *tries += 1;
        if self.clock.now() >= self.calm_at {
            return Fate::Well;
        }
        let mut random = fastrand::Rng::with_seed(
            self.seed.wrapping_mul(0x9e37_79b9)
                ^ (outbox as u64) << 20
                ^ *tries << 8
                ^ call.len() as u64,
        );
        let fate = match random.u32(0..100) {
            0..8 => Fate::Limited,
            8..12 => Fate::NotSent,
            12..20 => Fate::BrokenBefore,
            20..32 => Fate::BrokenAfter,
            32..38 => Fate::CrashBefore,
            38..46 => Fate::CrashAfter,
            _ => Fate::Well,
        };
        state.faults += usize::from(fate != Fate::Well);
        fate
    }

    /// Stands still for ever, as the process that waits for it is gone.
    fn crash<T: Send + 'static>(&self, state: &mut State) -> Boxed<'static, T> {
        state.crashed = true;
        state.crashes += 1;
        Box::pin(pending())
    }

    fn channel(&self, place: &Place) -> u64 {
        match place.destination {
            Destination::Channel(id) | Destination::Person(id) => id,
            Destination::Terminal => 0,
        }
    }

    /// Posts, unless a message with this nonce was posted a moment ago.
    fn post(&self, state: &mut State, parcel: &Parcel) -> (u64, u64) {
        let channel = self.channel(&parcel.place);
        let now = self.clock.now();
        // A forum's post has none; a message in it has.
        let has_nonce = parcel.place.form != Form::Forum || parcel.to != To::Here;
        let all = state.posted.entry(channel).or_default();
        let known = all
            .iter()
            .find(|one| has_nonce && one.nonce == parcel.nonce && now - one.at <= NONCE_MS);
        if let Some(known) = known {
            return (channel, known.id);
        }
        state.next += 1;
        all.push(Message {
            id: state.next,
            outbox: parcel.outbox,
            nonce: parcel.nonce.clone(),
            at: now,
            body: parcel.body.clone(),
            published: false,
        });
        (channel, state.next)
    }
}

impl Delivery for Channels {
    fn draw(&self, letter: &Letter, outbox: i64, _: &Place, _: To, _: bool) -> String {
        let lines = letter.blocks.iter().filter_map(|block| match block {
            Block::Title(line) | Block::Heading(line) | Block::Small(line) => Some(line),
            Block::Text(line) | Block::Quote(line) | Block::Bullet(line) => Some(line),
            Block::Divider | Block::Buttons(_) | Block::File { .. } => None,
        });
        let all = std::iter::once(&letter.head).chain(lines).map(text);
        format!("{}\n{}", mark(outbox), all.collect::<Vec<_>>().join("\n"))
    }

    fn send<'a>(&'a self, parcel: &'a Parcel) -> Boxed<'a, Posted> {
        let mut state = self.state.lock().expect("no panic");
        let now = self.clock.now();
        let (lost, from, until) = self.lost;
        if self.channel(&parcel.place) == lost && (from..until).contains(&now) {
            return Box::pin(ready(Posted::Lost(Lost::Forbidden)));
        }
        let fate = self.fate(&mut state, parcel.outbox, "send");
        match fate {
            Fate::Limited => return Box::pin(ready(Posted::Wait(90 * SECOND))),
            Fate::NotSent => return Box::pin(ready(Posted::Unsent("no way".to_owned()))),
            Fate::BrokenBefore => return Box::pin(ready(Posted::Unclear("503".to_owned()))),
            Fate::CrashBefore => return self.crash(&mut state),
            _ => {}
        }
        let (channel, message) = self.post(&mut state, parcel);
        match fate {
            Fate::BrokenAfter => Box::pin(ready(Posted::Unclear("no answer".to_owned()))),
            Fate::CrashAfter => self.crash(&mut state),
            _ => Box::pin(ready(Posted::Done { channel, message })),
        }
    }

    fn find<'a>(&'a self, parcel: &'a Parcel) -> Boxed<'a, Found> {
        let mut state = self.state.lock().expect("no panic");
        if !parcel.place.readable {
            return Box::pin(ready(Found::Unreadable));
        }
        match self.fate(&mut state, parcel.outbox, "find") {
            Fate::CrashBefore | Fate::CrashAfter => return self.crash(&mut state),
            Fate::Limited | Fate::NotSent | Fate::BrokenBefore | Fate::BrokenAfter => {
                return Box::pin(ready(Found::Failed("503".to_owned())));
            }
            Fate::Well => {}
        }
        let channel = self.channel(&parcel.place);
        let all = state.posted.entry(channel).or_default();
        let mark = mark(parcel.outbox);
        let found = all
            .iter()
            .find(|one| one.at >= parcel.first_try - 5 * SECOND && one.body.starts_with(&mark));
        Box::pin(ready(match found {
            Some(one) => Found::There {
                channel,
                message: one.id,
            },
            None => Found::Absent,
        }))
    }

    fn publish(&self, channel: u64, message: u64) -> Boxed<'_, Published> {
        let mut state = self.state.lock().expect("no panic");
        let fate = self.fate(&mut state, message as i64, "publish");
        match fate {
            Fate::CrashBefore => return self.crash(&mut state),
            Fate::Limited => return Box::pin(ready(Published::Wait(90 * SECOND))),
            Fate::NotSent | Fate::BrokenBefore => {
                return Box::pin(ready(Published::Failed("503".to_owned())));
            }
            _ => {}
        }
        let all = state.posted.entry(channel).or_default();
        match all.iter_mut().find(|one| one.id == message) {
            Some(one) => one.published = true,
            None => return Box::pin(ready(Published::TakenAway)),
        }
        match fate {
            Fate::CrashAfter => self.crash(&mut state),
            Fate::BrokenAfter => Box::pin(ready(Published::Failed("no answer".to_owned()))),
            _ => Box::pin(ready(Published::Done)),
        }
    }

    fn edit<'a>(&'a self, channel: u64, message: u64, body: &'a str) -> Boxed<'a, Edited> {
        let mut state = self.state.lock().expect("no panic");
        let fate = self.fate(&mut state, message as i64, "edit");
        match fate {
            Fate::CrashBefore => return self.crash(&mut state),
            Fate::Limited | Fate::NotSent | Fate::BrokenBefore => {
                return Box::pin(ready(Edited::Wait(2 * SECOND)));
            }
            _ => {}
        }
        let all = state.posted.entry(channel).or_default();
        if let Some(one) = all.iter_mut().find(|one| one.id == message) {
            one.body = body.to_owned();
            state.edited += 1;
        }
        match fate {
            Fate::CrashAfter => self.crash(&mut state),
            _ => Box::pin(ready(Edited::Done)),
        }
    }
}

fn text(line: &Line) -> String {
    let words = line.0.iter().map(|span| match span {
        Span::Ours(text) | Span::Theirs(text) | Span::Bold(text) => text.as_str(),
        Span::Link { text, .. } => text.as_str(),
        _ => "",
    });
    words.collect()
}
