//! What is done with subscriptions and follows, as the audit has it.

use super::Result;
use super::audit::{self, Change, Hand};
use super::statements::statements;
use super::subscriptions::{changed, destination_of};
use crate::news::{Destination, SubscriptionId};
use sqlx::SqliteConnection;

statements! {
    PLACE_OF = "SELECT d.kind, d.discord FROM subscription AS s
        JOIN destination AS d ON d.id = s.destination WHERE s.id = $1";
}

/// What is done with a subscription or follow.
#[derive(Clone, Copy)]
pub(super) enum Deed {
    Add,
    Edit,
    Pause,
    Wake,
    Remove,
    Restore,
}

impl Deed {
    /// As the audit has it. What persons follow is told apart from what moderators change.
    pub(super) fn name(self, of: Destination) -> &'static str {
        match (self, of.is_direct()) {
            (Deed::Add, false) => "subscription.add",
            (Deed::Edit, false) => "subscription.edit",
            (Deed::Pause, false) => "subscription.pause",
            (Deed::Wake, false) => "subscription.wake",
            (Deed::Remove, false) => "subscription.remove",
            (Deed::Restore, false) => "subscription.restore",
            (Deed::Add, true) => "follow.add",
            (Deed::Edit, true) => "follow.edit",
            (Deed::Pause, true) => "follow.pause",
            (Deed::Wake, true) => "follow.wake",
            (Deed::Remove, true) => "follow.remove",
            (Deed::Restore, true) => "follow.restore",
        }
    }
}

/// A line in the audit, whose number it gives; and whoever keeps subscriptions in memory reads them
/// again.
pub(super) async fn note(
    c: &mut SqliteConnection,
    hand: Hand,
    id: SubscriptionId,
    deed: Deed,
    (before, after): (Option<String>, Option<String>),
) -> Result<i64> {
    let (kind, discord): (i64, i64) = sqlx::query_as(PLACE_OF)
        .bind(id.0)
        .fetch_one(&mut *c)
        .await?;
    let change = Change {
        hand,
        what: deed.name(destination_of(kind, discord)),
        subject: id.0.to_string(),
        before,
        after,
    };
    let line = audit::add(c, change).await?;
    changed(c).await?;
    Ok(line)
}
