//! Letters as they stand: what their buttons need to know of them.

pub use crate::store::LetterPlace;

use crate::desk::Desk;

/// What a thread is called whose letter gave it no name.
const UNNAMED: &str = "Discussion";

impl Desk {
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
