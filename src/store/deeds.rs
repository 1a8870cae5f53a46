//! What is done with subscriptions and follows, as the audit has it.

use super::Result;
use super::audit::{self, Change};
use super::statements::statements;
use super::subscriptions::{changed, destination_of};
use crate::clock::Millis;
use crate::news::{Destination, NewsroomId, SubscriptionId};
use sqlx::SqliteConnection;

statements! {
    PLACE_OF = "SELECT d.kind, d.discord FROM subscription AS s
        JOIN destination AS d ON d.id = s.destination WHERE s.id = $1";
}

/// Who changes what of a newsroom, and when.
#[derive(Clone, Copy, Debug)]
pub struct Hand {
    pub newsroom: NewsroomId,
    pub id: SubscriptionId,
    pub by: u64,
    pub at: Millis,
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

impl Hand {
    /// Gives the number of the line in the audit.
    pub(super) async fn note(
        &self,
        c: &mut SqliteConnection,
        deed: Deed,
        before: Option<String>,
        after: Option<String>,
    ) -> Result<i64> {
        let (kind, discord): (i64, i64) = sqlx::query_as(PLACE_OF)
            .bind(self.id.0)
            .fetch_one(&mut *c)
            .await?;
        let change = Change {
            newsroom: self.newsroom,
            at: self.at,
            by: self.by,
            what: deed.name(destination_of(kind, discord)),
            subject: self.id.0.to_string(),
            before,
            after,
        };
        let line = audit::add(c, change).await?;
        changed(c).await?;
        Ok(line)
    }
}
