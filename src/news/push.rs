//! Whether a story is sent to a subscription, held, or skipped, and why: pure, from facts and the
//! clock. What becomes of a message that was begun (send again, look, leave it) is in `course`.

pub mod course;
pub mod publish;

use crate::clock::{DAY, HOUR, Millis};
use crate::news::SubscriptionId;
use crate::news::subscription::{PINGS_PER_DAY_MAX, Wish};
use crate::news::zone::{TimeOfDay, When, Zone, day_ends_at};
use serde::{Deserialize, Serialize};

/// An article counts as news where it was published so long before it was seen at most (decision
/// by the product: what is older was news elsewhere).
pub const NEWS_AGE_MAX_MS: Millis = 48 * HOUR;
/// A story that waits for outlets is given up when nothing was added to it for so long.
pub const WAIT_MS_MAX: Millis = 72 * HOUR;
/// More held stories than this come as one digest at the end of the quiet hours.
pub const HELD_SINGLY_MAX: usize = 3;
/// Stories of a digest that was wished; what is more is counted.
pub const DIGEST_STORIES_MAX: usize = 7;
/// Further outlets are folded into a message for so long after it was sent.
pub const EDIT_MS_MAX: Millis = HOUR;
/// New facts come as one reply once nothing was said of a story for so long.
pub const REPLY_AFTER_MS: Millis = DAY;
/// New facts in the thread of a story, a day.
pub const UPDATES_PER_DAY_MAX: u32 = 3;
/// A push that could not be sent for so long is worth a line in a digest only; so is a story that was
/// added to so long before a correction let it through.
pub const PUSH_AGE_MAX_MS: Millis = 6 * HOUR;

/// How a story stands to a subscription's wish, apart from what was decided before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Grounds {
    /// Score of the best article, and the bar that it had to reach; none where no topic is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bar: Option<f32>,
    /// Words of the topic that stand in it, as typed, and words that Lede learned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Outlets that have it, copies of one text counted once.
    pub outlets: usize,
    /// When the first article that counts as news was seen; none = there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news_since: Option<Millis>,
    /// When the story was last added to.
    pub fed_at: Millis,
}

impl Grounds {
    /// Whether the bar is reached; there is none where no topic is asked.
    pub fn is_reached(&self) -> bool {
        is_reached(self.score, self.bar)
    }

    /// Of a story of which nothing is seen any more.
    pub fn bare(now: Millis) -> Self {
        Self {
            score: None,
            bar: None,
            words: Vec::new(),
            outlets: 0,
            news_since: None,
            fed_at: now,
        }
    }
}

/// Whether a score reaches its bar; where either is none, there is nothing to reach.
pub fn is_reached(score: Option<f32>, bar: Option<f32>) -> bool {
    score.zip(bar).is_none_or(|(score, bar)| score >= bar)
}

/// What is known when a story is decided about.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    pub now: Millis,
    pub wish: &'a Wish,
    pub zone: &'a Zone,
    pub grounds: &'a Grounds,
    /// Whether the topic (or source) is met at all.
    pub matches: bool,
    /// An excluded word that stands in it.
    pub excluded: Option<&'a str>,
    /// Moderators hid the story in the newsroom, or said that it is not about the topic.
    pub hidden: bool,
    pub off_topic: bool,
    /// It is decided about because moderators corrected it, not because anything came.
    pub again: bool,
    /// The destination had it already, by which subscription.
    pub told: Option<Told>,
    /// Messages and mentions that this subscription had in the local day of `now`.
    pub sent_today: u32,
    pub pings_today: u32,
    /// What it was held for before, and until when.
    pub held: Option<(&'a Reason, Option<Millis>)>,
    /// When its next digest is due, for a wish with digests.
    pub digest_at: Option<Millis>,
}

/// A destination that was told, when, and for which subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub at: Millis,
    /// None where it is no longer known.
    pub by: Option<SubscriptionId>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reason {
    /// Sent, with a mention where it was asked for.
    Sent {
        mention: bool,
    },
    /// Not about the topic by its score.
    BelowBar,
    /// The word that the topic leaves out.
    Excluded(String),
    /// Everything about it was seen before the subscription or the source was there.
    Baseline,
    /// Already told to this destination.
    AlreadyTold(Told),
    /// Waits for so many outlets.
    Waiting {
        wait_for: u8,
    },
    /// Never had so many outlets.
    TooFew {
        wait_for: u8,
    },
    QuietHours,
    /// Had its messages of the day.
    Cap {
        per_day: u32,
    },
    /// Comes with the digest.
    DigestTime,
    /// It could not be sent in time, and comes with the next digest.
    Late,
    /// Counted by a digest that had no room to list it.
    Unlisted,
    /// No source of the newsroom has it any more.
    Gone,
    /// Moderators hid it.
    Hidden,
    /// Moderators said that it is not about the topic.
    OffTopic,
    /// It was no news any more when a correction let it through.
    Old,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Decision {
    /// `mention`: with the role, where one is wished.
    Send {
        mention: bool,
    },
    /// Decided again at `until` at the latest; none = when something comes.
    Hold {
        reason: Reason,
        until: Option<Millis>,
    },
    Skip {
        reason: Reason,
    },
}

impl Decision {
    /// What is kept of it.
    pub fn reason(&self) -> Reason {
        match self {
            Decision::Send { mention } => Reason::Sent { mention: *mention },
            Decision::Hold { reason, .. } | Decision::Skip { reason } => reason.clone(),
        }
    }

    /// Whether nothing that comes can change it.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Decision::Send { .. }
                | Decision::Skip {
                    reason: Reason::AlreadyTold(_)
                }
        )
    }
}

/// Decides about one story for one subscription.
pub fn decide(facts: &Facts<'_>) -> Decision {
    let skip = |reason| Decision::Skip { reason };
    if let Some(told) = facts.told {
        return skip(Reason::AlreadyTold(told));
    }
    if facts.hidden {
        return skip(Reason::Hidden);
    }
    if facts.off_topic {
        return skip(Reason::OffTopic);
    }
    if let Some(word) = facts.excluded {
        return skip(Reason::Excluded(word.to_owned()));
    }
    if !facts.matches {
        return skip(Reason::BelowBar);
    }
    if facts.grounds.news_since.is_none() {
        return skip(Reason::Baseline);
    }
    let wish = facts.wish;
    if facts.grounds.outlets < usize::from(wish.wait_for) {
        let wait_for = wish.wait_for;
        let given_up_at = facts.grounds.fed_at + WAIT_MS_MAX;
        return if facts.now >= given_up_at {
            skip(Reason::TooFew { wait_for })
        } else {
            let reason = Reason::Waiting { wait_for };
            hold(reason, Some(given_up_at))
        };
    }
    if wish.when != When::Breaking {
        return hold(Reason::DigestTime, facts.digest_at);
    }
    // What the cap held comes in the digest of the next morning, not one by one.
    if let Some((reason @ (Reason::Cap { .. } | Reason::Late), until)) = facts.held {
        return hold(reason.clone(), until);
    }
    let age = facts.now - facts.grounds.fed_at;
    if facts.again && age >= WAIT_MS_MAX {
        return skip(Reason::Old);
    }
    let quiet_until = || wish.quiet?.ends_at(facts.zone, facts.now);
    if facts.again && age >= PUSH_AGE_MAX_MS {
        let next = quiet_until().unwrap_or_else(|| morning(wish, facts.zone, facts.now));
        return hold(Reason::Late, Some(next));
    }
    if facts.sent_today >= wish.per_day {
        let per_day = wish.per_day;
        return hold(
            Reason::Cap { per_day },
            Some(morning(wish, facts.zone, facts.now)),
        );
    }
    if let Some(until) = quiet_until() {
        return hold(Reason::QuietHours, Some(until));
    }
    let mention = wish.mention.is_some() && facts.pings_today < PINGS_PER_DAY_MAX;
    Decision::Send { mention }
}

fn hold(reason: Reason, until: Option<Millis>) -> Decision {
    Decision::Hold { reason, until }
}

/// When what a cap held comes as a digest: once the next day's quiet hours are over, else at eight.
pub fn morning(wish: &Wish, zone: &Zone, now: Millis) -> Millis {
    let day_end = day_ends_at(zone, now);
    let by_quiet = wish.quiet.and_then(|quiet| quiet.ends_at(zone, day_end));
    let eight = || When::Daily(TimeOfDay::MORNING).next_due(zone, day_end);
    by_quiet.or_else(eight).unwrap_or(day_end + 8 * HOUR)
}

/// Whether an article is news for a subscription (decision 13): seen by one of the newsroom's
/// sources after the subscription was made and after that source's baseline, and not published long
/// before it was seen. `published` is as the feed dated it; undated, before 1990 or more than a
/// quarter of an hour ahead counts as published when seen. `unread_ms`: time before the sighting in
/// which Lede did not read the source.
pub fn is_news(
    published: Option<Millis>,
    seen: Millis,
    baseline: Millis,
    unread_ms: Millis,
) -> bool {
    const YEAR_1990: Millis = 631_152_000_000;
    const AHEAD_MS_MAX: Millis = 15 * crate::clock::MINUTE;
    let dated = published.filter(|at| (YEAR_1990..=seen + AHEAD_MS_MAX).contains(at));
    let age = seen - dated.unwrap_or(seen);
    seen > baseline && age - unread_ms.max(0) <= NEWS_AGE_MAX_MS
}

/// What a message is about, beside its story: kept with the outbox row and drawn from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cause {
    /// With the mention of this role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mention: Option<u64>,
    /// A digest of what a cap or quiet hours held, not one that was wished.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
    /// It comes after its time, as Lede was off.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// Stories beyond those that it lists.
    #[serde(default)]
    pub more: usize,
    /// Of new facts: the thread that they go to (Discord's id).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread: Option<u64>,
    /// Of new facts without a thread: the message that they answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<u64>,
    /// The notice that it tells (the store's number).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<i64>,
    /// Words of a hello or a notice.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}

/// A message about a story, where new facts may go on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToldMessage {
    /// When something was last said there about the story.
    pub said_at: Millis,
    /// Messages with new facts that this local day had.
    pub updates_today: u32,
    /// The message that stands there.
    pub message: u64,
    /// The thread on it; a forum's post is one.
    pub thread: Option<u64>,
}

/// Where and when new facts of a told story go: at once to its thread, at most some a day; else as
/// one answer once nothing was said for a day.
pub fn go_on(told: &ToldMessage, now: Millis) -> Option<(Millis, Cause)> {
    match told.thread {
        Some(_) if told.updates_today >= UPDATES_PER_DAY_MAX => None,
        Some(thread) => {
            let cause = Cause {
                thread: Some(thread),
                ..Cause::default()
            };
            Some((now, cause))
        }
        None => {
            let cause = Cause {
                reply: Some(told.message),
                ..Cause::default()
            };
            Some((now.max(told.said_at + REPLY_AFTER_MS), cause))
        }
    }
}

/// Why a destination takes no messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lost {
    /// No right to write there.
    Forbidden,
    /// The channel is gone.
    Gone,
    /// The person takes no direct messages.
    ClosedDirect,
    /// A locked or archived thread.
    Locked,
}

#[cfg(test)]
#[path = "push/tests.rs"]
mod tests;
