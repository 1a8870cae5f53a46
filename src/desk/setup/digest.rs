//! The digest that the card starts: its subscription, changed when somebody goes back, and the
//! first one, posted by hand as the message of that subscription.

use super::Here;
use super::place::{news, reading_step, renamed};
use crate::clock::Millis;
use crate::desk::command::{Answer, No};
use crate::desk::compose::{self, View};
use crate::desk::preferences::preferences;
use crate::desk::{settings, subscriptions};
use crate::news::push::{Cause, DIGEST_STORIES_MAX, Decision, Grounds};
use crate::news::subscription::{Destination, What};
use crate::news::{StoryId, Subscription, SubscriptionId};
use crate::page::setup::{self as page, NEWS, Whose};
use crate::page::{Ask, Refusal};
use crate::store::{self, Hand, NewDigest, Ruling};

/// The value that names the subscription, once there is one.
const SUBSCRIPTION: &str = "subscription";
/// The value that says that the card made it, and did not find it there.
const MADE: &str = "made";

impl Here<'_> {
    /// Starts the daily digest where a place is chosen, and goes on to the reading.
    pub(super) async fn start(&self, ask: &Ask) -> Answer {
        if self.desk.store.sources(self.room).await?.is_empty() {
            return self.sources().await;
        }
        let place = match (self.whose(), news(ask)) {
            (Whose::Terminal, _) => Destination::Terminal,
            (_, Some(channel)) => channel?.place.destination,
            (_, None) => return self.reading(&reading_step(ask)).await,
        };
        let wanted = self.wanted(ask).await?;
        if wanted.zone_is_new {
            let zone = Ask::new("settings").value("zone", wanted.zone.name());
            self.does(&settings::COMMAND, zone).await?;
        }
        let made = self.digest(ask).await?.filter(|_| ask.get(MADE).is_some());
        let mut subscription = self.everything(place).await?;
        let is_made = match &subscription {
            Some(found) => made.as_ref().is_some_and(|made| made.id == found.id),
            None => true,
        };
        if subscription.is_none() {
            let add = renamed(ask, NEWS, "channel", "subscriptions").subcommand("add");
            let add = add.value("what", "everything");
            let add = add.value("when", wanted.when.to_string());
            self.does(&subscriptions::COMMAND, add).await?;
            subscription = self.everything(place).await?;
        }
        let Some(subscription) = subscription else {
            return Err(Refusal::new("The digest was taken away at this moment.")
                .can("Press Start again.")
                .into());
        };
        if subscription.wish.when != wanted.when {
            let mut wish = subscription.wish.clone();
            wish.when = wanted.when;
            let (hand, id, due) = (self.hand(), subscription.id, Some(wanted.due));
            self.desk
                .store
                .edit_subscription(hand, id, wish, due)
                .await?;
        }
        // What was there before the card is somebody else's, and stays.
        if let Some(before) = made.filter(|made| made.id != subscription.id) {
            self.desk.store.unsubscribe(self.hand(), before.id).await?;
        }
        let mut on = reading_step(ask).value(SUBSCRIPTION, subscription.id.0.to_string());
        on.values.remove(MADE);
        if is_made {
            on = on.value(MADE, "yes");
        }
        self.reading(&on).await
    }

    fn hand(&self) -> Hand {
        Hand {
            newsroom: self.room,
            by: self.asker.person,
            at: self.desk.now(),
        }
    }

    /// What a place is sent of everything.
    async fn everything(&self, place: Destination) -> Result<Option<Subscription>, No> {
        let all = self.desk.store.subscriptions(self.room).await?;
        Ok(all
            .into_iter()
            .find(|one| one.place.destination == place && one.what == What::Everything))
    }

    /// The digest that the card started, where it is there still.
    pub(super) async fn digest(&self, ask: &Ask) -> Result<Option<Subscription>, No> {
        let Some(id) = ask.get(SUBSCRIPTION).and_then(|id| id.parse().ok()) else {
            return Ok(None);
        };
        let found = self.desk.store.subscription(SubscriptionId(id)).await?;
        Ok(found.filter(|one| one.newsroom == self.room))
    }

    /// Why a digest was not kept.
    async fn not_posted(&self, ask: &Ask) -> Result<Refusal, No> {
        let still = self.digest(ask).await?;
        Ok(match still.is_some_and(|one| one.paused.is_none()) {
            // Somewhere stories were corrected while it was written.
            true => Refusal::new("Stories were corrected at this moment, so nothing was posted.")
                .can("Press Post it now again."),
            false => Refusal::new("The digest is paused, so nothing was posted.")
                .can("Type /subscriptions list to wake it."),
        })
    }

    /// Posts what the brief showed as the first digest.
    pub(super) async fn post(&self, ask: &Ask) -> Answer {
        let (store, now) = (&self.desk.store, self.desk.now());
        let Some(subscription) = self.digest(ask).await? else {
            return Err(
                Refusal::new("The digest that was to be posted is not there any more.")
                    .can("Type /subscriptions list to see what there is.")
                    .into(),
            );
        };
        let shown: Vec<StoryId> = ask.kept.iter().map(|id| StoryId(*id)).collect();
        let corrections = store.correction_changes().await?;
        let living = store.living(self.room, &shown).await?;
        let overlays = store.overlays(&[self.room]).await?;
        let names: Vec<StoryId> = living.values().copied().collect();
        let parts = store::parts(&overlays, names.iter().map(|story| (self.room, *story)));
        let told = store.told(&names, &parts).await?;
        let is_told = |story: &StoryId| {
            let mut told = told.iter();
            told.any(|(_, to, told, _)| *to == subscription.destination && told == story)
        };
        let mut views = compose::views(self.desk, self.room, &shown).await?;
        views.retain(|view| living.values().any(|one| *one == view.id) && !is_told(&view.id));
        views.truncate(DIGEST_STORIES_MAX);
        let stories: Vec<StoryId> = views.iter().map(|view| view.id).collect();
        if stories.is_empty() {
            return Err(Refusal::new("All of this was posted there before.")
                .will("The next digest comes at its time, with what is new by then.")
                .into());
        }
        let digest = NewDigest {
            subscription: subscription.id,
            destination: subscription.destination,
            due_at: now,
            // The one that is due keeps its time.
            next: None,
            is_sent: true,
            cause: Cause {
                more: ask
                    .get("more")
                    .and_then(|more| more.parse().ok())
                    .unwrap_or(0),
                ..Cause::default()
            },
            decided: views
                .iter()
                .map(|view| sent(&subscription, view, now))
                .collect(),
            stories,
        };
        if store.save_digest(digest, corrections, now).await?.is_none() {
            return Err(self.not_posted(ask).await?.into());
        }
        let bounds = preferences(store, self.room).await?;
        let bound = bounds.bound(&subscription.wish);
        let quiet = bound
            .quiet
            .and_then(|quiet| quiet.ends_at(&bounds.zone, now));
        Ok(page::posted(
            &subscription.place,
            subscription.digest_at,
            quiet,
        ))
    }
}

/// Decided by hand: sent, whatever was seen before.
fn sent(subscription: &Subscription, view: &View, now: Millis) -> Ruling {
    let seen = view.sightings.iter().map(|one| one.seen);
    Ruling {
        subscription: subscription.id,
        destination: subscription.destination,
        story: view.id,
        decision: Decision::Send { mention: false },
        grounds: Grounds {
            outlets: compose::outlets(view),
            fed_at: seen.max().unwrap_or(now),
            ..Grounds::bare(now)
        },
        cause: Cause::default(),
        digest: None,
    }
}
