//! Choosing a time zone by typing it: taken where it is one, else the nearest are offered.

use crate::clock::Millis;
use crate::desk::command::No;
use crate::desk::preferences::ZONE;
use crate::desk::subscriptions::Room;
use crate::news::Subscription;
use crate::news::zone::{When, Zone};
use crate::page::settings::nearest_zones;
use crate::page::{Ask, Page};
use crate::store::Hand;

/// Zones that are offered.
pub const OFFERED_MAX: usize = 20;

/// What was typed for a zone.
pub enum Read {
    Zone(Zone),
    /// A choice of the nearest, each of which answers `ask` with the zone.
    Ask(Page),
}

/// Reads a zone; `ask` is the request that takes it as the value `zone`.
pub fn read(typed: &str, now: Millis, ask: &Ask) -> Read {
    match Zone::parse(typed) {
        Ok(zone) => Read::Zone(zone),
        Err(error) => {
            let mut near = Zone::suggest(typed, now, OFFERED_MAX);
            if near.is_empty() {
                near = Zone::suggest("", now, OFFERED_MAX);
            }
            Read::Ask(nearest_zones(typed, &error.to_string(), near, ask, ZONE))
        }
    }
}

/// Has the next digests come at their time in the zone that counts now.
///
/// # Errors
/// Failures of the store.
pub async fn move_digests(here: Room<'_>, all: Vec<Subscription>) -> Result<(), No> {
    let (store, now) = (&here.desk.store, here.desk.now());
    for subscription in all {
        if matches!(subscription.wish.when, When::Breaking) {
            continue;
        }
        let zone = here.preferences(subscription.newsroom).await?.zone;
        let due = subscription.wish.when.next_due(&zone, now);
        if subscription.paused.is_some() || due == subscription.digest_at {
            continue;
        }
        let hand = Hand {
            newsroom: subscription.newsroom,
            by: here.asker.person,
            at: now,
        };
        store
            .edit_subscription(hand, subscription.id, subscription.wish, due)
            .await?;
    }
    Ok(())
}
