//! What the channels of a seed hold, beside what was wished: from outside, without a look at what
//! the program says of itself.

use super::channels::{Message, Verdict};
use super::days::{ANNOUNCED, BLIND, Days, EVENTS, Standing, token};
use super::moderators::What;
use lede::news::zone::Zone;
use std::collections::{BTreeMap, BTreeSet};

impl Days {
    /// Compares what the channels hold with what was wished.
    pub(super) async fn judge(self) -> Verdict {
        let mut verdict = Verdict::default();
        let posted = {
            let state = self.channels.state.lock().expect("no panic");
            verdict.edited = state.edited;
            verdict.crashes = state.crashes;
            verdict.faults = state.faults;
            verdict.fixed = self
                .fixes
                .iter()
                .filter(|fix| fix.done_at.is_some())
                .count();
            verdict.off_topic = self
                .fixes
                .iter()
                .filter(|fix| fix.done_at.is_some() && fix.what == What::Topic)
                .count();
            verdict.unfixed = self
                .fixes
                .iter()
                .filter(|fix| fix.undone_at.is_some())
                .count();
            state.posted.clone()
        };
        for (channel, messages) in &posted {
            verdict.messages += messages.len();
            // New facts have a time of their own.
            let told = messages.iter().filter(|one| !is_update(&one.body));
            let in_order: Vec<i64> = told.map(|one| one.outbox).collect();
            if !in_order.is_sorted() {
                verdict
                    .wrong
                    .push(format!("{channel}: out of order: {in_order:?}"));
            }
            verdict.updates += messages.len() - in_order.len();
            let mut rows: Vec<i64> = messages.iter().map(|one| one.outbox).collect();
            rows.sort_unstable();
            let all = rows.len();
            rows.dedup();
            if rows.len() < all {
                verdict
                    .wrong
                    .push(format!("{channel}: a message was posted twice"));
            }
            let quiet = self.standing.iter().find(|one| one.channel == *channel);
            if let Some(quiet) = quiet.and_then(|one| one.wish.quiet) {
                for one in messages {
                    if quiet.ends_at(&Zone::utc(), one.at).is_some() {
                        verdict
                            .wrong
                            .push(format!("{channel}: in quiet hours: {}", one.body));
                    }
                }
            }
        }
        let channels: BTreeSet<u64> = self.standing.iter().map(|one| one.channel).collect();
        for channel in channels {
            let told = self.told(channel, &posted);
            verdict.told += told.values().sum::<usize>();
            let counted = counted(posted.get(&channel).into_iter().flatten());
            let messages = posted.get(&channel).map_or(&[][..], Vec::as_slice);
            let tells: Vec<Message> = (messages.iter())
                .filter(|one| !is_update(&one.body))
                .cloned()
                .collect();
            self.judge_fixes(channel, &tells, &mut verdict);
            self.judge_channel(channel, &tells, &told, counted, &mut verdict);
        }
        self.judge_unknown(&mut verdict).await;
        self.judge_published(&posted, &mut verdict).await;
        verdict
    }

    /// What was not published is told to moderators, and nothing is that should not be.
    async fn judge_published(&self, posted: &BTreeMap<u64, Vec<Message>>, verdict: &mut Verdict) {
        for (channel, messages) in posted {
            let published = messages.iter().filter(|one| one.published).count();
            verdict.published += published;
            if *channel == ANNOUNCED {
                verdict.unpublished += messages.len() - published;
            } else if published > 0 {
                let what = format!("{channel}: {published} were published");
                verdict.wrong.push(what);
            }
        }
        let told = self.store().notices(self.room, 100).await.expect("read");
        let told = told.iter().any(|one| one.text.contains("did not publish"));
        if verdict.unpublished > 0 && !told {
            let what = format!("{ANNOUNCED}: unpublished and not told");
            verdict.wrong.push(what);
        }
    }

    /// How many messages of a channel tell each event.
    fn told(&self, channel: u64, posted: &BTreeMap<u64, Vec<Message>>) -> BTreeMap<usize, usize> {
        let mut told: BTreeMap<usize, usize> = BTreeMap::new();
        for message in posted.get(&channel).into_iter().flatten() {
            if is_update(&message.body) {
                continue;
            }
            let said = said(&message.body);
            let events = (0..EVENTS).filter(|event| said.contains(&token(*event)));
            let mut events: BTreeSet<usize> = events.collect();
            // Two events that had become one are told as one, by either name.
            let one: BTreeSet<usize> = events.iter().map(|event| self.elder(*event)).collect();
            if one.len() == 1 && events.len() > 1 {
                events = one;
            }
            for event in events {
                *told.entry(event).or_default() += 1;
            }
        }
        told
    }

    fn elder(&self, event: usize) -> usize {
        self.events[event].merged.map_or(event, |(into, _)| into)
    }

    fn judge_channel(
        &self,
        channel: u64,
        messages: &[Message],
        told: &BTreeMap<usize, usize>,
        mut counted: usize,
        verdict: &mut Verdict,
    ) {
        // Whether only a digest of everything wants it, or has to tell it.
        let by_digest = |event: usize| {
            let topic = self.events[event].topic;
            let own = |one: &Standing| one.channel == channel && one.topic == Some(topic);
            let is_off = |one: &Standing| {
                let is_topic = self
                    .fix_of(event)
                    .is_some_and(|fix| fix.what == What::Topic);
                is_topic && self.may_be_untold(event, one.wish.wait_for, true, messages)
            };
            !self.standing.iter().any(|one| own(one) && !is_off(one))
        };
        for (event, of) in self.events.iter().enumerate() {
            let times = told.get(&event).copied().unwrap_or(0);
            if self
                .times_max(event, messages)
                .is_some_and(|max| times > max)
            {
                let what = format!("{channel}: event {event} was told {times} times");
                verdict.wrong.push(what);
            }
            let wants = |one: &Standing| {
                one.channel == channel
                    && one.topic.is_none_or(|topic| topic == of.topic)
                    && self.worth(event) >= usize::from(one.wish.wait_for)
            };
            let wanted = self.standing.iter().any(wants);
            // What moderators corrected may be told otherwise, or not at all.
            let may_be_untold = |one: &Standing| {
                let (wait_for, for_topic) = (one.wish.wait_for, one.topic.is_some());
                wants(one) && self.may_be_untold(event, wait_for, for_topic, messages)
            };
            let is_due = (self.standing.iter()).any(|one| wants(one) && !may_be_untold(one));
            // Where nothing can be read, what is unknown is named instead.
            let by_other = self.elder(event) != event
                || self
                    .events
                    .iter()
                    .any(|one| one.merged.is_some_and(|(into, _)| into == event));
            if is_due && times == 0 && channel != BLIND && !by_other {
                // A digest of everything tells the strongest and counts the others.
                if by_digest(event) && counted > 0 {
                    counted -= 1;
                } else {
                    let fix = self.fix_of(event);
                    let what = format!("{channel}: event {event} ({of:?}, {fix:?}) was never told");
                    verdict.wrong.push(what);
                }
            }
            let by_hand = matches!(
                self.fix_of(event),
                Some(fix) if !matches!(fix.what, What::Hide | What::Topic)
            );
            if !wanted && times > 0 && !by_other && !by_hand {
                let what = format!("{channel}: event {event} was told and not wanted");
                verdict.wrong.push(what);
            }
        }
        // Of two events that became one, one at least is told.
        for (event, of) in self.events.iter().enumerate() {
            let by_hand = self.fix_of(event).and_then(|fix| match fix.what {
                // Else each of them is due by itself.
                What::Merge(elder) if fix.event == event => self
                    .may_be_untold(event, 1, false, messages)
                    .then_some(elder),
                _ => None,
            });
            let Some(into) = of.merged.map(|(into, _)| into).or(by_hand) else {
                continue;
            };
            let wants = |one: &Standing| {
                one.channel == channel
                    && one.topic.is_none_or(|topic| topic == of.topic)
                    && one.wish.wait_for == 1
            };
            let heard = told.contains_key(&event) || told.contains_key(&into);
            if self.standing.iter().any(wants) && !heard && channel != BLIND {
                if by_digest(event) && counted > 0 {
                    counted -= 1;
                    continue;
                }
                verdict.wrong.push(format!(
                    "{channel}: neither {event} nor {into} was told: {:?}",
                    self.fix_of(event)
                ));
            }
        }
    }

    /// Outlets of an event, copies counted once.
    fn worth(&self, event: usize) -> usize {
        let copies = (self.reports.iter())
            .filter(|report| report.event == event && report.is_copy && !report.is_edit)
            .count();
        self.events[event].outlets - copies.min(self.events[event].outlets - 1)
    }

    /// Every message whose fate is unknown is in a channel that cannot be read, and was named.
    async fn judge_unknown(&self, verdict: &mut Verdict) {
        let unknown = self.store().unknown_messages().await.expect("read");
        for (channel, is_named) in unknown {
            verdict.unknown += 1;
            if channel != BLIND {
                verdict
                    .wrong
                    .push(format!("{channel}: a message is unknown"));
            } else if !is_named {
                verdict
                    .wrong
                    .push(format!("{channel}: an unknown message is named nowhere"));
            }
        }
        let left = self.store().heads(i64::MAX / 4, 10).await.expect("read");
        for row in left {
            verdict
                .wrong
                .push(format!("row {} was left unsent: {row:?}", row.id));
        }
    }
}

/// What a message tells: not what a digest says of messages that may not have come through, and of
/// stories that are known.
pub(super) fn said(body: &str) -> &str {
    let before = |text: &'static str| body.find(text).unwrap_or(usize::MAX);
    let end = before("Lede could not see").min(before("New on stories you know"));
    &body[..end.min(body.len())]
}

/// How many stories digests say that they had no room for.
fn counted<'a>(messages: impl Iterator<Item = &'a Message>) -> usize {
    let number = |text: &str| text.rsplit(' ').next().and_then(|text| text.parse().ok());
    let of_line = |line: &str| -> Option<usize> {
        if line.contains("next one") {
            return None;
        }
        let (before, _) = line
            .split_once(" more: ")
            .or(line.split_once(" more with "))?;
        number(before)
    };
    messages
        .flat_map(|one| one.body.lines().filter_map(of_line))
        .sum()
}

/// New facts of a story that was told before.
fn is_update(body: &str) -> bool {
    body.lines()
        .nth(1)
        .is_some_and(|head| head.starts_with("New on "))
}
