//! Letters that commands put into the outbox: the hello of a new follow.

use super::statements::statements;
use super::subscriptions::json;
use super::{Result, Store};
use crate::clock::Millis;
use crate::news::Subscription;
use crate::news::push::Cause;
use sqlx::SqliteConnection;

statements! {
    ADD = "INSERT INTO outbox (id, destination, subscription, kind, cause, due_at, made_at)
        VALUES ((SELECT coalesce(max(id), 0) + 1 FROM outbox), $1, $2, 3, $3, $4, $4)";
}

/// Letters of commands.
impl Store {
    /// Puts a hello with these words into the outbox, due now.
    pub async fn post_hello(
        &self,
        subscription: &Subscription,
        words: String,
        at: Millis,
    ) -> Result<()> {
        let cause = Cause {
            words,
            ..Cause::default()
        };
        let (to, by) = (subscription.destination.0, subscription.id.0);
        let cause = json(&cause)?;
        self.urgent(move |c| Box::pin(add(c, to, by, cause, at)))
            .await
    }
}

async fn add(
    c: &mut SqliteConnection,
    destination: i64,
    subscription: i64,
    cause: String,
    at: Millis,
) -> Result<()> {
    sqlx::query(ADD)
        .bind(destination)
        .bind(subscription)
        .bind(cause)
        .bind(at)
        .execute(c)
        .await?;
    Ok(())
}
