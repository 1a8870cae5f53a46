//! Sends what stands in the outbox: one message at a time to each destination, in order, each step
//! recorded before the next, so that a crash anywhere neither loses nor doubles one. What to do with
//! a message that was begun is decided in `news::push::course`.

mod edits;
mod nonce;
mod publish;
mod round;

use crate::clock::{MINUTE, Millis, SECOND};
use crate::desk::Desk;
use crate::desk::preferences::preferences_of;
use crate::jobs::delivery::{Delivery, Found, Parcel, Posted, To};
use crate::jobs::letters::{self, Composed, Unwritten};
use crate::news::push::course::{self, Begun, Step};
use crate::news::push::{self, PUSH_AGE_MAX_MS};
use crate::news::subscription::{DestinationId, Form, Wish};
use crate::news::zone::Zone;
use crate::page::push::{Trouble, trouble_words};
use crate::store::{Begin, Claim, Claimed, Letterbox, SentRow, Unpublished};
use futures_util::stream::{FuturesUnordered, StreamExt};
use round::Round;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Rows that are looked up at once.
const HEADS_MAX: u32 = 512;
/// A look that failed is made again so much later.
const LOOK_AGAIN_MS: Millis = 30 * SECOND;
/// While Discord takes nothing at all.
const STOPPED_MS: Millis = MINUTE;

/// The job that sends.
pub struct Push {
    desk: Desk,
    delivery: Arc<dyn Delivery>,
    installation: OnceCell<String>,
    broken: Broken,
}

/// Protocols that are broken on purpose, so that the simulation can show that it notices each.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Broken {
    #[default]
    Nowhere,
    NoLook,
    MarkBeforeSend,
    NewNonce,
    NoOrder,
    ToldAfterSend,
}

/// What a pass did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub sent: usize,
    pub edited: usize,
}

/// How a step with a row ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Sent,
    /// It is out of the way: the next one of its destination may go.
    Past,
    /// It waits for its time.
    Waits,
}

type Running<'a> = Pin<Box<dyn Future<Output = Done> + Send + 'a>>;

/// What ended of a round.
enum Done {
    Look(anyhow::Result<Vec<Letterbox>>),
    Turn(DestinationId, anyhow::Result<Turn>),
    Published(anyhow::Result<()>),
}

impl Push {
    pub fn new(desk: Desk, delivery: Arc<dyn Delivery>) -> Self {
        Self {
            desk,
            delivery,
            installation: OnceCell::new(),
            broken: Broken::Nowhere,
        }
    }

    #[doc(hidden)]
    pub fn broken(self, broken: Broken) -> Self {
        Self { broken, ..self }
    }

    /// Sends all that may be sent now. A row that fails does not keep those of other destinations;
    /// the first failure is returned at the end.
    pub async fn tick(&self) -> anyhow::Result<Report> {
        let mut report = Report {
            edited: self.edits().await?,
            ..Report::default()
        };
        let mut round = Round::default();
        // A look at the outbox runs among the rows: were it waited for alone, those would hold the
        // store's readers meanwhile, for which it waits.
        let mut running: FuturesUnordered<Running<'_>> = FuturesUnordered::new();
        let unpublished = self.unpublished().await?;
        for one in unpublished {
            running.push(Box::pin(async move {
                Done::Published(self.publish(&one).await)
            }));
        }
        loop {
            if round.wants_look() {
                round.looks();
                running.push(Box::pin(async { Done::Look(self.heads().await) }));
            }
            while let Some(row) = round.next() {
                running.push(Box::pin(async move {
                    Done::Turn(row.destination, self.step(&row).await)
                }));
            }
            match running.next().await {
                None => break,
                Some(Done::Look(found)) => round.found(found),
                Some(Done::Published(done)) => round.published(done),
                Some(Done::Turn(destination, turn)) => {
                    report.sent += usize::from(matches!(turn, Ok(Turn::Sent)));
                    round.ended(destination, turn);
                }
            }
        }
        round.failure.map_or(Ok(report), Err)
    }

    async fn heads(&self) -> anyhow::Result<Vec<Letterbox>> {
        let (store, now) = (&self.desk.store, self.desk.now());
        Ok(match self.broken {
            Broken::NoOrder => store.heads_in_any_order(now, HEADS_MAX).await?,
            _ => store.heads(now, HEADS_MAX).await?,
        })
    }

    /// Takes one row a step further.
    async fn step(&self, row: &Letterbox) -> anyhow::Result<Turn> {
        match &row.begun {
            Some(begun) if row.is_begun => self.go_on(row, begun).await,
            _ => self.begin(row).await,
        }
    }

    async fn begin(&self, row: &Letterbox) -> anyhow::Result<Turn> {
        let now = self.desk.now();
        if let Some(end) = self.quiet_until(row, now).await? {
            let why = "quiet hours".to_owned();
            self.desk
                .store
                .postpone_letter(row.id, end, why, false)
                .await?;
            return Ok(Turn::Waits);
        }
        if row.kind == 0 && now - row.due_at > PUSH_AGE_MAX_MS {
            let until = self.morning(row, now).await?;
            self.desk.store.too_late(row.id, until).await?;
            return Ok(Turn::Past);
        }
        let composed = match letters::compose(&self.desk, row).await {
            Ok(composed) => composed,
            Err(Unwritten::Nothing) => {
                let why = "there is nothing to tell any more";
                self.desk.store.drop_letter(row.id, why).await?;
                return Ok(Turn::Past);
            }
            Err(Unwritten::Failed(error)) => return Err(error),
        };
        let body = self
            .delivery
            .draw(&composed.letter, row.id, &row.place, to(row), false);
        let mut claim = Claim {
            id: row.id,
            body: body.clone(),
            nonce: self.nonce(row.id).await?,
            outlets: composed.outlets,
            stories: composed.stories,
            sentences: composed.sentences,
            now,
        };
        let begun = Begin {
            body,
            nonce: claim.nonce.clone(),
            first_try: now,
            last_try: now,
            tries: 1,
            open: 1,
        };
        let told = claim.stories.clone();
        if self.broken == Broken::ToldAfterSend {
            claim.stories.clear();
        }
        match self.desk.store.claim(claim).await? {
            Claimed::Begun if self.broken == Broken::ToldAfterSend => {
                let turn = self.send(row, &begun).await?;
                self.desk.store.tell(row.id, told, now).await?;
                Ok(turn)
            }
            Claimed::Begun => self.send(row, &begun).await,
            Claimed::Gone => Ok(Turn::Past),
        }
    }

    /// How a row's subscription is wished, and its zone; none where there is none any more.
    async fn wish(&self, row: &Letterbox) -> anyhow::Result<Option<(Wish, Zone)>> {
        let Some(id) = row.subscription else {
            return Ok(None);
        };
        let Some(subscription) = self.desk.store.subscription(id).await? else {
            return Ok(None);
        };
        let preferences = preferences_of(&self.desk.store, &subscription).await?;
        let wish = preferences.bound(&subscription.wish);
        Ok(Some((wish, preferences.zone)))
    }

    /// The end of the quiet hours, where it is in them: something may have kept a row until now.
    async fn quiet_until(&self, row: &Letterbox, now: Millis) -> anyhow::Result<Option<Millis>> {
        // A hello answers somebody who is awake.
        if row.kind > 2 {
            return Ok(None);
        }
        let wish = self.wish(row).await?;
        Ok(wish.and_then(|(wish, zone)| wish.quiet?.ends_at(&zone, now)))
    }

    /// When what was too late for a message of its own comes as a digest.
    async fn morning(&self, row: &Letterbox, now: Millis) -> anyhow::Result<Millis> {
        let wish = self.wish(row).await?;
        Ok(wish.map_or(now, |(wish, zone)| push::morning(&wish, &zone, now)))
    }

    /// Goes on with a row of which it is not known how its last try ended.
    async fn go_on(&self, row: &Letterbox, begun: &Begin) -> anyhow::Result<Turn> {
        let now = self.desk.now();
        let store = &self.desk.store;
        let step = course::next(
            &Begun {
                first_try: begun.first_try,
                last_try: begun.last_try,
                tries: begun.tries,
                next_try: row.next_try,
                has_nonce: row.place.form != Form::Forum || to(row) != To::Here,
                readable: row.place.readable,
                may_stand: begun.open > 0,
            },
            now,
        );
        match step {
            Step::Wait(at) => {
                let nothing = false;
                let why = "waits for the end of its last try".to_owned();
                store.postpone_letter(row.id, at, why, nothing).await?;
                Ok(Turn::Waits)
            }
            Step::SendAgain | Step::SendAnew => {
                let anew = step == Step::SendAnew;
                self.again(row, begun, now, anew).await
            }
            Step::Look if self.broken == Broken::NoLook => self.again(row, begun, now, true).await,
            Step::Look => match self.delivery.find(&self.parcel(row, begun)).await {
                Found::There { channel, message } => {
                    self.stands(row, Some((channel, message))).await?;
                    Ok(Turn::Sent)
                }
                Found::Absent => self.again(row, begun, now, true).await,
                Found::Unreadable => self.unknown(row, Trouble::Unseen, now).await,
                Found::Deleted => self.unknown(row, Trouble::Deleted, now).await,
                Found::Failed(error) => {
                    let at = now + LOOK_AGAIN_MS;
                    store.postpone_letter(row.id, at, error, false).await?;
                    Ok(Turn::Waits)
                }
            },
            Step::Unknown => self.unknown(row, Trouble::Unseen, now).await,
        }
    }

    async fn again(
        &self,
        row: &Letterbox,
        begun: &Begin,
        now: Millis,
        anew: bool,
    ) -> anyhow::Result<Turn> {
        if let Some(end) = self.quiet_until(row, now).await? {
            let why = "quiet hours".to_owned();
            self.desk
                .store
                .postpone_letter(row.id, end, why, false)
                .await?;
            return Ok(Turn::Waits);
        }
        if !self.desk.store.try_again(row.id, now, anew).await? {
            return Ok(Turn::Past);
        }
        let begun = Begin {
            first_try: if anew { now } else { begun.first_try },
            last_try: now,
            tries: begun.tries + 1,
            open: if anew { 1 } else { begun.open + 1 },
            nonce: match self.broken {
                Broken::NewNonce => format!("{}{}", begun.tries, &begun.nonce[2..]),
                _ => begun.nonce.clone(),
            },
            ..begun.clone()
        };
        self.send(row, &begun).await
    }

    async fn unknown(
        &self,
        row: &Letterbox,
        trouble: Trouble,
        now: Millis,
    ) -> anyhow::Result<Turn> {
        let notice = trouble_words(&self.headline(row).await?, &row.place.name, trouble);
        let error = match trouble {
            Trouble::Deleted => "a post of its time was deleted before it was looked for",
            Trouble::Unseen | Trouble::Refused => "it cannot be seen whether it was posted",
        };
        let error = error.to_owned();
        self.desk.store.unknown(row.id, error, notice, now).await?;
        Ok(Turn::Past)
    }

    /// The letter of a row that was claimed, which marked what it tells as told.
    async fn composed_again(&self, row: &Letterbox) -> Result<Composed, Unwritten> {
        let claimed = Letterbox {
            is_begun: true,
            ..row.clone()
        };
        letters::compose(&self.desk, &claimed).await
    }

    /// By what a row is called where a newsroom is told of its trouble; nothing where it has no
    /// letter any more.
    async fn headline(&self, row: &Letterbox) -> anyhow::Result<String> {
        match self.composed_again(row).await {
            Ok(composed) => Ok(letters::headline(&composed.letter)),
            Err(Unwritten::Nothing) => Ok(String::new()),
            Err(Unwritten::Failed(error)) => Err(error),
        }
    }

    fn parcel(&self, row: &Letterbox, begun: &Begin) -> Parcel {
        Parcel {
            outbox: row.id,
            place: row.place.clone(),
            to: to(row),
            body: begun.body.clone(),
            nonce: begun.nonce.clone(),
            first_try: begun.first_try,
        }
    }

    /// Tries once, and records how that ended.
    async fn send(&self, row: &Letterbox, begun: &Begin) -> anyhow::Result<Turn> {
        tracing::debug!(outbox = row.id, "a push begins");
        let turn = self.try_once(row, begun).await;
        tracing::debug!(outbox = row.id, "a push ends");
        turn
    }

    async fn try_once(&self, row: &Letterbox, begun: &Begin) -> anyhow::Result<Turn> {
        if self.broken == Broken::MarkBeforeSend {
            self.stands(row, None).await?;
        }
        let posted = self.delivery.send(&self.parcel(row, begun)).await;
        let now = self.desk.now();
        let store = &self.desk.store;
        let (wait, why, nothing) = match posted {
            Posted::Done { channel, message } => {
                self.stands(row, Some((channel, message))).await?;
                return Ok(Turn::Sent);
            }
            Posted::TakenAway => {
                self.stands(row, None).await?;
                return Ok(Turn::Past);
            }
            // A thread that was closed says nothing of its channel.
            Posted::Lost(lost) if matches!(to(row), To::Thread(_)) => {
                tracing::debug!(outbox = row.id, "a thread takes no messages: {lost:?}");
                store
                    .drop_letter(row.id, "its thread takes no messages")
                    .await?;
                return Ok(Turn::Past);
            }
            Posted::Lost(lost) => {
                let words = letters::lost(row, &lost);
                store.lose(row.id, lost, words, now).await?;
                return Ok(Turn::Past);
            }
            Posted::Body { error, plain } => return self.body(row, begun, error, plain).await,
            Posted::Wait(wait) => (wait.max(SECOND), "Discord asked to wait".to_owned(), true),
            Posted::Unsent(error) => (course::back_off(begun.tries), error, true),
            Posted::Unclear(error) => (course::back_off(begun.tries), error, false),
            Posted::Stopped => (STOPPED_MS, "nothing can be sent for now".to_owned(), true),
        };
        let at = now.saturating_add(wait);
        store.postpone_letter(row.id, at, why, nothing).await?;
        Ok(Turn::Waits)
    }

    /// The looks were refused: words and links alone are tried once.
    async fn body(
        &self,
        row: &Letterbox,
        begun: &Begin,
        error: String,
        plain: bool,
    ) -> anyhow::Result<Turn> {
        let now = self.desk.now();
        let store = &self.desk.store;
        if plain && let Ok(composed) = self.composed_again(row).await {
            let letter = &composed.letter;
            let bare = self
                .delivery
                .draw(letter, row.id, &row.place, to(row), true);
            if bare != begun.body {
                store.rebody(row.id, bare, error).await?;
                return Ok(Turn::Past);
            }
        }
        tracing::warn!(
            outbox = row.id,
            "Discord refuses message {}: {error}",
            row.id
        );
        let notice = trouble_words(
            &self.headline(row).await?,
            &row.place.name,
            Trouble::Refused,
        );
        store.refused(row.id, error, notice, now).await?;
        Ok(Turn::Past)
    }

    async fn stands(&self, row: &Letterbox, standing: Option<(u64, u64)>) -> anyhow::Result<()> {
        let at = self.desk.now();
        let publish = row.crosspost && row.place.form == Form::Announcement && standing.is_some();
        let sent = SentRow {
            id: row.id,
            standing,
            publish,
            at,
        };
        self.desk.store.sent(sent).await?;
        if publish {
            let row = Letterbox {
                standing,
                ..row.clone()
            };
            let (tries, sent_at) = (0, at);
            self.publish(&Unpublished {
                row,
                tries,
                sent_at,
            })
            .await?;
        }
        Ok(())
    }
}

/// Where within its place a row goes: decided when it was made, so that it is the same at every try.
fn to(row: &Letterbox) -> To {
    match (row.cause.thread, row.cause.reply) {
        (Some(thread), _) => To::Thread(thread),
        (None, Some(message)) => To::Reply(message),
        (None, None) => To::Here,
    }
}
