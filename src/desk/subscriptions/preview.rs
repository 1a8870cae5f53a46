//! What a subscription would send now, shown only to the one who asks: nothing is sent, nothing is
//! marked as told.

use super::outlook::{self, Wanted};
use super::{Room, which};
use crate::clock::{DAY, HOUR, Millis};
use crate::desk::command::{Answer, No};
use crate::desk::compose::{self, View};
use crate::news::push::DIGEST_STORIES_MAX;
use crate::news::zone::When;
use crate::news::{StoryId, Subscription};
use crate::page::Ask;
use crate::page::subscriptions::manage::{Preview, preview};
use crate::store::Verdict;
use std::collections::HashSet;

/// Stories that are looked at, the newest.
const STORIES_MAX: usize = 40;
/// Stories that show how it would look where none is due.
const EXAMPLES_MAX: usize = 2;
/// Quotes of a story, as a push and a digest have them.
const QUOTES_MAX: usize = 3;

impl Room<'_> {
    pub async fn preview(&self, ask: &Ask) -> Answer {
        let desk = self.desk;
        let subscription = self.scope.pick(desk, which(ask)).await?;
        let now = desk.now();
        let from = now - back(&subscription.wish.when);
        let sources = desk.store.sources(subscription.newsroom).await?;
        let wanted = Wanted {
            room: subscription.newsroom,
            what: &subscription.what,
            wait_for: subscription.wish.wait_for,
            sources: &sources,
        };
        let mut stories = outlook::stories(desk, wanted, from).await?;
        stories.truncate(STORIES_MAX);
        let told = self.sent(&subscription, &stories).await?;
        let mut views = compose::views(desk, subscription.newsroom, &stories).await?;
        views.retain(|view| has_enough(view, &subscription));
        let is_due = |view: &View| is_news(view, &subscription) && !told.contains(&view.id);
        let due = views.iter().any(is_due);
        if due {
            views.retain(is_due);
        } else {
            // Nothing would be sent: the newest show how it would look.
            views.truncate(EXAMPLES_MAX);
        }
        let more = views.len().saturating_sub(DIGEST_STORIES_MAX);
        views.truncate(DIGEST_STORIES_MAX);
        let lines = tokio::task::spawn_blocking(move || {
            let lines = views.iter().map(|view| compose::lines(view, QUOTES_MAX));
            lines.collect::<Vec<_>>()
        })
        .await
        .map_err(anyhow::Error::from)?;
        let known = self.known(vec![subscription]).await?;
        let entry = known.first().expect("as many as were given").entry();
        let shown = Preview {
            stories: &lines,
            due,
            more,
        };
        Ok(preview(&entry, &shown, self.whose()))
    }

    /// Those of the stories that were sent for it.
    async fn sent(
        &self,
        subscription: &Subscription,
        stories: &[StoryId],
    ) -> Result<HashSet<StoryId>, No> {
        let mut sent = HashSet::new();
        for story in stories {
            let decided = self.desk.store.decisions_of(*story, subscription.newsroom);
            let was_sent = decided
                .await?
                .iter()
                .any(|one| one.subscription == subscription.id && one.verdict == Verdict::Send);
            if was_sent {
                sent.insert(*story);
            }
        }
        Ok(sent)
    }
}

fn has_enough(view: &View, subscription: &Subscription) -> bool {
    outlook::outlets(view) >= usize::from(subscription.wish.wait_for)
}

/// Whether anything of it was seen since the subscription began.
fn is_news(view: &View, subscription: &Subscription) -> bool {
    let mut seen = view.sightings.iter().map(|sighting| sighting.seen);
    seen.any(|seen| seen > subscription.made_at)
}

/// How far back a message of now would reach.
fn back(when: &When) -> Millis {
    match when {
        When::Hourly => HOUR,
        When::Breaking | When::Daily(_) => DAY,
        When::Weekly(..) => 7 * DAY,
    }
}
