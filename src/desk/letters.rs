//! Letters as they stand: what their buttons need to know of them.

pub use crate::store::LetterPlace;

use crate::desk::{Asker, Desk};

/// What a thread is called whose letter gave it no name.
const UNNAMED: &str = "Discussion";

impl Desk {
    /// Somebody asked or pressed: direct messages that they did not take are tried again. Called
    /// once they have their answer, so that `/following` still says what was the matter.
    pub async fn came(&self, asker: &Asker) {
        if asker.terminal {
            return;
        }
        if let Err(error) = self.store.found_person(asker.person).await {
            // The answer is none the worse for it; the next command tries again.
            tracing::warn!("whether somebody takes messages again was not looked up: {error}");
        }
    }

    /// Where the letter of an outbox row stands; none where it does not.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn letter(&self, outbox: i64) -> anyhow::Result<Option<LetterPlace>> {
        let mut place = self.store.letter_place(outbox).await?;
        if let Some(place) = &mut place
            && place.name.is_empty()
        {
            UNNAMED.clone_into(&mut place.name);
        }
        Ok(place)
    }

    /// Remembers the thread on a letter, where new facts of its story go.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn set_thread(&self, outbox: i64, thread: u64) -> anyhow::Result<()> {
        Ok(self.store.set_thread(outbox, thread).await?)
    }
}
