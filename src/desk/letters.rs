//! Letters as they stand: what their buttons need to know of them.

pub use crate::store::LetterPlace;

use crate::desk::{Asker, Desk};
use crate::news::{Destination, NewsroomId};
use crate::page::{Action, Ask, Page, Row};

/// The value of a request that names the letter it came from.
pub const OUTBOX: &str = "outbox";

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

    /// The newsroom that a letter was made from, where a request came from one that the asker got by
    /// direct message; there the asker's own newsroom is another one.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn room_of_direct(
        &self,
        asker: &Asker,
        ask: &Ask,
    ) -> anyhow::Result<Option<NewsroomId>> {
        let Some(outbox) = ask.get(OUTBOX).and_then(|row| row.parse().ok()) else {
            return Ok(None);
        };
        let about = self.store.letter_about(outbox).await?;
        let own = about.filter(|about| about.destination == Destination::Person(asker.person));
        Ok(own.and_then(|about| about.newsroom))
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

/// What the buttons of a page ask for comes from the same letter as the page.
pub fn from_same_letter(mut page: Page, ask: &Ask) -> Page {
    let Some(outbox) = ask.get(OUTBOX) else {
        return page;
    };
    let mark = |action: &mut Action| {
        action
            .ask_mut()
            .values
            .insert(OUTBOX.to_owned(), outbox.to_owned());
    };
    for row in &mut page.rows {
        match row {
            Row::Buttons(buttons) => buttons
                .iter_mut()
                .for_each(|button| mark(&mut button.action)),
            Row::Select(select) | Row::Several(select) => mark(&mut select.action),
            Row::Pick { action, .. } => mark(action),
        }
    }
    page
}
