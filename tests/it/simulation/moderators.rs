//! The moderators of the simulation: stories that they hide, merge, split or take off their topic while
//! messages about them are on their way, mostly taken back later, and what channels may hold of such
//! stories.

use super::channels::{Message, Verdict};
use super::days::{Days, EVENTS, token};
use super::judge::said;
use lede::clock::{HOUR, MINUTE, Millis};
use lede::news::Topic;
use lede::store::{Corrected, Correcting, CorrectionWish, Undone};
use std::collections::BTreeSet;

/// Messages are composed so long before they stand, at most, where nothing was retried.
const LAG_MS: Millis = 2 * HOUR;
const MODERATOR: u64 = 7;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Hide,
    /// With this elder event.
    Merge(usize),
    /// The report of this outlet.
    Split(usize),
    /// It is not about its topic.
    Topic,
}

/// What moderators do with the story of an event, and when they did.
#[derive(Clone, Debug)]
pub(super) struct Fix {
    pub event: usize,
    pub what: What,
    at: Millis,
    undo_at: Option<Millis>,
    /// The line in the audit, once it is done.
    change: Option<i64>,
    pub done_at: Option<Millis>,
    pub undone_at: Option<Millis>,
    /// Rows that were on their way when it was done: these finish.
    begun: BTreeSet<i64>,
}

impl Fix {
    /// Whether a message was composed while the correction was in force.
    fn holds_for(&self, message: &Message) -> bool {
        let done = self.done_at.is_some_and(|at| message.at >= at);
        done && self.undone_at.is_none_or(|at| message.at < at)
            && !self.begun.contains(&message.outbox)
    }
}

impl Days {
    /// Chooses what is corrected, of events that the grouping leaves alone. `seed`: apart from the
    /// dice of the news, so that these stay as they are.
    pub(super) fn plan_fixes(&mut self, seed: u64) {
        let mut dice = fastrand::Rng::with_seed(seed ^ 0x00f1_77ed);
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        for event in 0..EVENTS {
            let merged = self.events.iter().filter_map(|one| Some(one.merged?.0));
            if self.events[event].merged.is_some() || merged.into_iter().any(|into| into == event) {
                taken.insert(event);
            }
        }
        for event in 0..EVENTS {
            if taken.contains(&event) || dice.u8(0..3) > 0 {
                continue;
            }
            let of = &self.events[event];
            let elder = (0..EVENTS).find(|other| {
                let one = &self.events[*other];
                !taken.contains(other)
                    && *other != event
                    && one.topic == of.topic
                    && one.first_at < of.first_at
            });
            let what = match (dice.u8(0..3), elder) {
                (0, Some(elder)) => What::Merge(elder),
                (1, _) if of.outlets > 1 => What::Split(dice.usize(0..of.outlets)),
                _ => What::Hide,
            };
            taken.insert(event);
            if let What::Merge(elder) = what {
                taken.insert(elder);
            }
            self.plan_fix(event, what, &mut dice);
        }
        // Dice of its own, so that the others stay as they are.
        let mut dice = fastrand::Rng::with_seed(seed ^ 0x0000_70f1);
        for event in 0..EVENTS {
            if !taken.contains(&event) && dice.u8(0..3) == 0 {
                self.plan_fix(event, What::Topic, &mut dice);
            }
        }
    }

    fn plan_fix(&mut self, event: usize, what: What, dice: &mut fastrand::Rng) {
        let at = self.events[event].first_at + dice.i64(MINUTE..8 * HOUR);
        self.fixes.push(Fix {
            event,
            what,
            at,
            undo_at: (dice.u8(0..3) > 0).then(|| at + dice.i64(MINUTE..20 * HOUR)),
            change: None,
            done_at: None,
            undone_at: None,
            begun: BTreeSet::new(),
        });
    }

    /// When moderators do something next.
    pub(super) fn next_fix(&self) -> Option<Millis> {
        let next = self
            .fixes
            .iter()
            .filter_map(|fix| match (fix.done_at, fix.undone_at) {
                (None, _) => Some(fix.at),
                (Some(_), None) => fix.undo_at,
                (Some(_), Some(_)) => None,
            });
        next.filter(|at| *at > self.clock.now()).min()
    }

    /// Does what moderators do by now.
    pub(super) async fn fix(&mut self, now: Millis) {
        for place in 0..self.fixes.len() {
            let fix = self.fixes[place].clone();
            if fix.done_at.is_none() && fix.at <= now {
                self.make(place, now).await;
            } else if fix.undone_at.is_none() && fix.undo_at.is_some_and(|at| at <= now) {
                let Some(change) = fix.change else { continue };
                let undone = self.store().undo(self.room, change, MODERATOR, now).await;
                let undone = undone.expect("undone");
                assert!(matches!(undone, Undone::Done(_)), "{fix:?}: {undone:?}");
                self.fixes[place].undone_at = Some(now);
            }
        }
    }

    async fn make(&mut self, place: usize, now: Millis) {
        let fix = &self.fixes[place];
        let Some(story) = self.stories.get(&fix.event).copied() else {
            return;
        };
        let wish = match fix.what {
            What::Hide => CorrectionWish::Hide(story),
            What::Topic => CorrectionWish::OffTopic {
                story,
                topic: Topic::parse(self.events[fix.event].topic)
                    .expect("a topic")
                    .key,
            },
            What::Merge(elder) => match self.stories.get(&elder) {
                Some(elder) => CorrectionWish::Merge {
                    one: story,
                    other: *elder,
                },
                None => return,
            },
            What::Split(outlet) => {
                let of = self
                    .articles
                    .keys()
                    .filter(|(event, _)| *event == fix.event);
                match self.articles.get(&(fix.event, outlet)) {
                    Some(article) if of.count() > 1 => CorrectionWish::Split {
                        story,
                        articles: vec![*article],
                    },
                    _ => return,
                }
            }
        };
        let mut begun = BTreeSet::new();
        let mut id = 1;
        while let Some(row) = self.store().letterbox(id).await.expect("read") {
            begun.extend(row.is_begun.then_some(id));
            id += 1;
        }
        let correcting = Correcting {
            newsroom: self.room,
            wish,
            before: "before".to_owned(),
            after: "after".to_owned(),
            thanks: String::new(),
            dealt: String::new(),
            by: MODERATOR,
            at: now,
        };
        let done = self.store().correct(correcting).await.expect("corrected");
        let Corrected::Done { change, .. } = done else {
            panic!("{:?}: {done:?}", self.fixes[place]);
        };
        let fix = &mut self.fixes[place];
        (fix.change, fix.done_at, fix.begun) = (Some(change), Some(now), begun);
    }

    /// The correction of an event that was made, with the event that it is merged with.
    pub(super) fn fix_of(&self, event: usize) -> Option<&Fix> {
        let is_of = |fix: &&Fix| fix.event == event || fix.what == What::Merge(event);
        let mut made = self.fixes.iter().filter(|fix| fix.done_at.is_some());
        made.find(is_of)
    }

    /// How often a channel may be told of an event; none where [`Self::judge_fixes`] says so.
    pub(super) fn times_max(&self, event: usize, messages: &[Message]) -> Option<usize> {
        let Some(fix) = self.fix_of(event) else {
            return Some(1);
        };
        match fix.what {
            What::Hide | What::Topic => Some(1),
            What::Merge(_) => None,
            // What was in the message is not told again; what came later is a story of its own.
            What::Split(outlet) => {
                let (done, token) = (fix.done_at.unwrap_or_default(), token(event));
                let mut before = messages
                    .iter()
                    .filter(|one| one.at < done && said(&one.body).contains(&token));
                let came = self
                    .reports
                    .iter()
                    .filter(|one| one.event == event && one.outlet == outlet);
                let came = came.map(|one| one.at).min().unwrap_or(Millis::MAX);
                let was_in = before.any(|one| one.at > came + LAG_MS);
                Some(if was_in { 1 } else { 2 })
            }
        }
    }

    /// Whether a channel that wants an event, for its topic or with everything, may have heard nothing
    /// of it.
    pub(super) fn may_be_untold(
        &self,
        event: usize,
        wait_for: u8,
        for_topic: bool,
        messages: &[Message],
    ) -> bool {
        let Some(fix) = self.fix_of(event) else {
            return false;
        };
        match fix.what {
            What::Hide => fix.undone_at.is_none(),
            What::Topic => fix.undone_at.is_none() && for_topic,
            // Its parts may each have too few outlets.
            What::Split(_) => wait_for > 1,
            What::Merge(elder) => {
                // They were told as one, by a message that may quote one of them only.
                let tokens = [token(fix.event), token(elder)];
                let tells =
                    |one: &&Message| tokens.iter().any(|token| said(&one.body).contains(token));
                let as_one = messages.iter().filter(tells).any(|one| {
                    fix.done_at.is_some_and(|at| one.at + LAG_MS > at)
                        && fix.undone_at.is_none_or(|at| one.at <= at + LAG_MS)
                });
                fix.undone_at.is_none() || as_one
            }
        }
    }

    /// Whether a channel wants everything.
    fn has_all(&self, channel: u64) -> bool {
        let mut own = self.standing.iter().filter(|one| one.channel == channel);
        own.any(|one| one.topic.is_none())
    }

    /// What no channel may hold of stories that were corrected.
    pub(super) fn judge_fixes(&self, channel: u64, messages: &[Message], verdict: &mut Verdict) {
        for fix in self.fixes.iter().filter(|fix| fix.done_at.is_some()) {
            let own = token(fix.event);
            let mut wrong = |what: &str, message: &Message| {
                let event = fix.event;
                verdict.wrong.push(format!(
                    "{channel}: event {event} {what}: {fix:?} {message:?}"
                ));
            };
            match fix.what {
                What::Hide => {
                    let tell = messages.iter().filter(|one| said(&one.body).contains(&own));
                    for one in tell.filter(|one| fix.holds_for(one)) {
                        wrong("was told while it was hidden", one);
                    }
                }
                // A digest of everything tells it nevertheless.
                What::Topic if self.has_all(channel) => {}
                What::Topic => {
                    let tell = messages.iter().filter(|one| said(&one.body).contains(&own));
                    for one in tell.filter(|one| fix.holds_for(one)) {
                        wrong("was told while it was off its topic", one);
                    }
                }
                What::Merge(elder) => {
                    let elder = token(elder);
                    let tell = |one: &&Message| {
                        [&own, &elder]
                            .iter()
                            .filter(|token| said(&one.body).contains(**token))
                            .count()
                    };
                    let alone = |token: &str| {
                        messages
                            .iter()
                            .filter(|one| tell(one) == 1 && said(&one.body).contains(token))
                            .collect::<Vec<_>>()
                    };
                    let joint: Vec<&Message> =
                        messages.iter().filter(|one| tell(one) == 2).collect();
                    for all in [alone(&own), alone(&elder), joint.clone()] {
                        if let [_, second, ..] = all.as_slice() {
                            wrong("was told twice", second);
                        }
                    }
                    // Told as one they are told.
                    let first = joint
                        .iter()
                        .find(|one| fix.holds_for(one))
                        .map(|one| one.at);
                    let later = alone(&own).into_iter().chain(alone(&elder));
                    for one in later.filter(|one| first.is_some_and(|at| one.at > at)) {
                        wrong("was told again after it was told as one", one);
                    }
                }
                What::Split(_) => {}
            }
        }
    }
}
