//! Answers that go on by themselves: a page that waits for something is asked for again for some
//! minutes and its message changed, until its owner turns it to something else.

use super::Bot;
use super::caller::Caller;
use crate::clock::{MINUTE, Millis, SECOND};
use crate::desk::{Asked, Asker, No, setup};
use crate::page::{Ask, Page};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How often is looked, and for how long: afterwards the page's own button does it.
const LOOK_MS: Millis = 2 * SECOND;
const WATCH_MS_MAX: Millis = 2 * MINUTE;
/// People for whom a message changes at the same time.
const WATCHED_MAX: usize = 1_000;

/// A page that goes on.
pub struct Live {
    asker: Asker,
    ask: Ask,
    page: Page,
}

impl Live {
    /// Where there is anything to wait for.
    pub fn of(asker: &Asker, page: &Page) -> Option<Self> {
        Some(Self {
            asker: asker.clone(),
            ask: setup::goes_on(page)?,
            page: page.clone(),
        })
    }
}

/// For whom a message is being changed, and the interaction that began it.
#[derive(Default)]
pub struct Watched(Mutex<HashMap<u64, u64>>);

impl Watched {
    fn all(&self) -> MutexGuard<'_, HashMap<u64, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// False where too many are watched already.
    fn begin(&self, person: u64, interaction: u64) -> bool {
        let mut all = self.all();
        let room = all.len() < WATCHED_MAX || all.contains_key(&person);
        if room {
            all.insert(person, interaction);
        }
        room
    }

    /// The person turned a message: what changed by itself stops.
    pub fn turned(&self, person: u64) {
        self.all().remove(&person);
    }

    fn goes_on(&self, person: u64, interaction: u64) -> bool {
        self.all().get(&person) == Some(&interaction)
    }

    fn end(&self, person: u64, interaction: u64) {
        let mut all = self.all();
        if all.get(&person) == Some(&interaction) {
            all.remove(&person);
        }
    }
}

impl Bot {
    /// Changes the answer of an interaction as its page goes on.
    pub async fn watch(&self, caller: &Caller, live: Live) {
        let (person, interaction) = (live.asker.person, caller.interaction.get());
        if !self.watched.begin(person, interaction) {
            return;
        }
        self.go_on(caller, live, interaction).await;
        self.watched.end(person, interaction);
    }

    async fn go_on(&self, caller: &Caller, live: Live, interaction: u64) {
        let Live { asker, ask, page } = live;
        let clock = &self.desk.clock;
        let until = clock.now() + WATCH_MS_MAX;
        let mut shown = page;
        while clock.now() < until {
            clock.sleep_until(clock.now() + LOOK_MS).await;
            let asked = Asked {
                ask: ask.clone(),
                confirmed: false,
            };
            let page = match self.desk.answer(&asker, &asked).await {
                Ok(page) => page,
                // It was taken away meanwhile; the page that stands there still has its button.
                Err(No::Refused(_)) => return,
                Err(No::Failed(error)) => {
                    return tracing::error!("an answer did not go on: {error:#}");
                }
            };
            let ends = setup::goes_on(&page).is_none();
            if page != shown {
                let message = match self.message(&asker, &page).await {
                    Ok(message) => message,
                    Err(error) => return tracing::error!("an answer did not go on: {error:#}"),
                };
                if !self.watched.goes_on(asker.person, interaction) {
                    return;
                }
                if let Err(trouble) = self.edit(caller, &message).await {
                    return tracing::warn!("an answer did not go on: {trouble}");
                }
                shown = page;
            }
            if ends || !self.watched.goes_on(asker.person, interaction) {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_of_a_person_goes_on_until_they_turn_it() {
        let watched = Watched::default();
        assert!(watched.begin(1, 10) && watched.goes_on(1, 10));
        assert!(watched.begin(1, 11));
        assert!(!watched.goes_on(1, 10), "the later one goes on");
        watched.end(1, 10);
        assert!(watched.goes_on(1, 11), "the earlier one ends nothing of it");
        watched.turned(1);
        assert!(!watched.goes_on(1, 11));
        for person in 0..WATCHED_MAX as u64 {
            assert!(watched.begin(person, 1));
        }
        assert!(!watched.begin(WATCHED_MAX as u64, 1));
        assert!(watched.begin(0, 2), "who is watched stays so");
    }
}
