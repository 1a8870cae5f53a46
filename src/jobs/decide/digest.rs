//! Digests that are due: what was held for them, the best first, in one message. What came while
//! Lede was off comes once, and says that it is late.

use super::roster::Roster;
use super::{Case, Decide, Report};
use crate::clock::{DAY, MINUTE, Millis};
use crate::news::push::{Cause, DIGEST_STORIES_MAX, Decision, Reason};
use crate::news::zone::When;
use crate::news::{StoryId, SubscriptionId};
use crate::store::{NewDigest, Ruling};

/// Stories of a digest of what was held: it loses none, so it lists more of them.
pub(super) const HELD_STORIES_MAX: usize = 22;
/// How long after its time a digest says that it is late.
const LATE_MS_MIN: Millis = 30 * MINUTE;

impl Decide {
    /// Makes the digests that are due.
    pub(super) async fn digests(&self, roster: &Roster, now: Millis) -> anyhow::Result<Report> {
        let mut report = Report::default();
        let due = self.store().digests_due(now, super::DUE_MAX).await?;
        if due.is_empty() {
            return Ok(report);
        }
        for (subscription, due_at) in due {
            report.add(self.one(roster, subscription, due_at, now).await?);
        }
        Ok(report)
    }

    async fn one(
        &self,
        roster: &Roster,
        id: SubscriptionId,
        due_at: Millis,
        now: Millis,
    ) -> anyhow::Result<Report> {
        let Some(subscription) = roster.get(id).cloned() else {
            return Ok(Report::default());
        };
        let corrections = self.store().correction_changes().await?;
        let cases: Vec<Case> = (self.store().holds_of(id).await?.into_iter())
            .map(Case::again)
            .collect();
        let mut pass = self.pass(roster, &cases, now).await?;
        let preferences = self.preferences(&mut pass, &subscription).await?;
        let wish = preferences.bound(&subscription.wish);
        let mut digest = NewDigest {
            subscription: id,
            destination: subscription.destination,
            due_at,
            next: wish.when.next_due(&preferences.zone, now),
            is_sent: false,
            stories: Vec::new(),
            cause: Cause::default(),
            decided: Vec::new(),
        };
        if let Some(end) = (wish.quiet).and_then(|quiet| quiet.ends_at(&preferences.zone, now)) {
            digest.next = Some(end);
            self.store().save_digest(digest, corrections, now).await?;
            return Ok(Report::default());
        }
        for case in cases {
            let ruling = self.rule(&mut pass, case.clone()).await?;
            let mut decided = ruling.unwrap_or_else(|| case.gone(roster, now));
            if let Decision::Hold { reason, .. } = &decided.decision
                && !matches!(reason, Reason::Waiting { .. })
            {
                decided.decision = Decision::Send { mention: false };
            }
            digest.decided.push(decided);
        }
        let sent: Vec<&Ruling> = (digest.decided.iter())
            .filter(|one| matches!(one.decision, Decision::Send { .. }))
            .collect();
        let (listed, more) = listed(&sent, DIGEST_STORIES_MAX, now);
        digest.is_sent = !listed.is_empty() || matches!(wish.when, When::Weekly(..));
        digest.stories = listed;
        digest.cause = Cause {
            more,
            late: now - due_at > LATE_MS_MIN,
            ..Cause::default()
        };
        for one in &mut digest.decided {
            let is_sent = matches!(one.decision, Decision::Send { .. });
            if is_sent && !digest.stories.contains(&one.story) {
                one.decision = Decision::Skip {
                    reason: Reason::Unlisted,
                };
            }
        }
        let report = Report::of(&digest.decided);
        self.store().save_digest(digest, corrections, now).await?;
        Ok(report)
    }
}

/// The stories of a digest, `most` of them, the best first, and how many more there are.
pub(super) fn listed(sent: &[&Ruling], most: usize, now: Millis) -> (Vec<StoryId>, usize) {
    let mut ranked: Vec<(f32, StoryId)> = sent
        .iter()
        .map(|one| (weight(one, now), one.story))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    let more = ranked.len().saturating_sub(most);
    ranked.truncate(most);
    (ranked.into_iter().map(|(_, story)| story).collect(), more)
}

/// Match, outlets and freshness: half of it is gone after a day.
fn weight(one: &Ruling, now: Millis) -> f32 {
    let grounds = &one.grounds;
    let score = grounds.score.unwrap_or(1.0).max(0.05);
    let outlets = 1.0 + (grounds.outlets.max(1) as f32).ln();
    let days = (now - grounds.fed_at).max(0) as f32 / DAY as f32;
    score * outlets * 0.5_f32.powf(days)
}
