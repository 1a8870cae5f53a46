//! Messages of announcement channels are published to the channels that follow them once they are
//! recorded as sent: what fails is tried again, and moderators are told of what is given up.

use super::Push;
use crate::jobs::delivery::Published;
use crate::news::push::publish::{self, Hitch};
use crate::page::push::unpublished_words;
use crate::store::Unpublished;

/// Messages whose publishing is tried again in one pass.
const PUBLISHED_MAX: u32 = 20;

impl Push {
    /// Messages that are to be published now.
    pub(super) async fn unpublished(&self) -> anyhow::Result<Vec<Unpublished>> {
        let (store, now) = (&self.desk.store, self.desk.now());
        Ok(store.unpublished(now, PUBLISHED_MAX).await?)
    }

    /// Tries once, and records how that ended.
    pub(super) async fn publish(&self, one: &Unpublished) -> anyhow::Result<()> {
        let (id, store) = (one.row.id, &self.desk.store);
        let Some((channel, message)) = one.row.standing else {
            return Ok(store.published(id).await?);
        };
        let (again, error) = match self.delivery.publish(channel, message).await {
            Published::Done | Published::TakenAway => return Ok(store.published(id).await?),
            Published::Wait(wait) => (
                self.publish_again(Hitch::Limit(wait), one),
                "Discord asked to wait before it is published".to_owned(),
            ),
            Published::Failed(error) => (self.publish_again(Hitch::Failure, one), error),
            Published::Refused(error) => (None, error),
        };
        let Some((at, tries)) = again else {
            tracing::warn!(outbox = id, "message {id} was not published: {error}");
            let headline = self.headline(&one.row).await?;
            let notice = unpublished_words(&headline, &one.row.place.name);
            let now = self.desk.now();
            return Ok(store.unpublishable(id, error, notice, now).await?);
        };
        tracing::info!(outbox = id, "message {id} is not published yet: {error}");
        Ok(store.publish_again(id, at, tries, error).await?)
    }

    fn publish_again(&self, hitch: Hitch, one: &Unpublished) -> Option<(i64, u32)> {
        publish::again(hitch, one.tries, one.sent_at, self.desk.now())
    }
}
