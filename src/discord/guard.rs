//! What an interaction has to pass before it is worked on: not done before, not too many by one
//! person, and not the same at once.

use crate::page::Ask;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Interactions that are remembered, so that one delivered twice is done once.
const SEEN_MAX: usize = 4_096;
const WINDOW_SECONDS: u64 = 10;
/// Requests of one person in the window that are answered.
const REQUESTS_MAX: usize = 5;
/// Requests of one person beyond those that are answered with a note; beyond these, with nothing.
const NOTES_MAX: usize = 5;
/// Presses of one person in the window that are answered: a card with selects is gone through fast.
const PRESSES_MAX: usize = 12;
/// Autocompletions of one person in the window: Discord asks while somebody types.
const COMPLETIONS_MAX: usize = 40;
/// People remembered; those who asked longest ago are forgotten first.
const PEOPLE_MAX: usize = 4_096;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    Fine,
    /// Too fast: say so.
    TooFast,
    /// So fast that saying so again helps nobody.
    Flood,
}

#[derive(Default)]
pub struct Guard {
    seen: HashSet<u64>,
    order: VecDeque<u64>,
    asked: HashMap<u64, VecDeque<Instant>>,
    pressed: HashMap<u64, VecDeque<Instant>>,
    completed: HashMap<u64, VecDeque<Instant>>,
}

impl Guard {
    /// True for an interaction that was not seen before.
    pub fn first_time(&mut self, interaction: u64) -> bool {
        if !self.seen.insert(interaction) {
            return false;
        }
        self.order.push_back(interaction);
        if self.order.len() > SEEN_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        true
    }

    /// Counts a command or a form.
    pub fn asked(&mut self, person: u64, now: Instant) -> Pace {
        pace(&mut self.asked, person, now, REQUESTS_MAX)
    }

    /// Counts a press.
    pub fn pressed(&mut self, person: u64, now: Instant) -> Pace {
        pace(&mut self.pressed, person, now, PRESSES_MAX)
    }

    /// Counts an autocompletion; false when it is one too many.
    pub fn completed(&mut self, person: u64, now: Instant) -> bool {
        count(&mut self.completed, person, now, COMPLETIONS_MAX) <= COMPLETIONS_MAX
    }
}

/// How fast somebody asks who is answered `max` times in the window.
fn pace(
    people: &mut HashMap<u64, VecDeque<Instant>>,
    person: u64,
    now: Instant,
    max: usize,
) -> Pace {
    let count = count(people, person, now, max + NOTES_MAX);
    if count <= max {
        Pace::Fine
    } else if count <= max + NOTES_MAX {
        Pace::TooFast
    } else {
        Pace::Flood
    }
}

/// How many in the window, this one included; `max + 1` stands for more.
fn count(
    people: &mut HashMap<u64, VecDeque<Instant>>,
    person: u64,
    now: Instant,
    max: usize,
) -> usize {
    let window = Duration::from_secs(WINDOW_SECONDS);
    let old = |at: &Instant| now.saturating_duration_since(*at) >= window;
    if people.len() >= PEOPLE_MAX && !people.contains_key(&person) {
        people.retain(|_, times| times.back().is_some_and(|at| !old(at)));
        if people.len() >= PEOPLE_MAX {
            people.clear();
        }
    }
    let times = people.entry(person).or_default();
    while times.front().is_some_and(old) {
        times.pop_front();
    }
    if times.len() <= max {
        times.push_back(now);
    }
    times.len()
}

/// What is being done at this moment, so that two presses at once do it once.
#[derive(Clone, Default)]
pub struct Underway(Arc<Mutex<HashSet<What>>>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum What {
    /// A request is shown in a channel.
    Shown(u64, String),
    /// What a button with this key confirms.
    Confirmed(String),
    /// A notice (the store's number) is dealt with.
    Dealt(i64),
}

/// Held while it is being done.
pub struct Claim {
    underway: Underway,
    what: What,
}

impl Underway {
    /// None while somebody else shows the same there.
    pub fn show(&self, channel: u64, ask: &Ask) -> Option<Claim> {
        let request = format!("{} {:?} {:?}", ask.command, ask.sub, ask.values);
        self.claim(What::Shown(channel, request))
    }

    /// None while an earlier press on the same button is worked on.
    pub fn confirm(&self, key: &str) -> Option<Claim> {
        self.claim(What::Confirmed(key.to_owned()))
    }

    /// None while an earlier press deals with the same notice.
    pub fn deal(&self, notice: i64) -> Option<Claim> {
        self.claim(What::Dealt(notice))
    }

    fn claim(&self, what: What) -> Option<Claim> {
        self.lock().insert(what.clone()).then(|| Claim {
            underway: self.clone(),
            what,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashSet<What>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.underway.lock().remove(&self.what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_shown_once_at_a_time_in_a_channel() {
        let underway = Underway::default();
        let ask = Ask::new("brief").value("topic", "tides");
        let claim = underway.show(1, &ask);
        assert!(claim.is_some());
        assert!(underway.show(1, &ask).is_none());
        assert!(underway.show(2, &ask).is_some());
        assert!(underway.show(1, &Ask::new("brief")).is_some());
        drop(claim);
        assert!(underway.show(1, &ask).is_some());
    }

    #[test]
    fn an_interaction_is_new_once() {
        let mut guard = Guard::default();
        assert!(guard.first_time(7));
        assert!(!guard.first_time(7));
        for other in 100..100 + SEEN_MAX as u64 {
            assert!(guard.first_time(other));
        }
        assert_eq!((guard.seen.len(), guard.order.len()), (SEEN_MAX, SEEN_MAX));
        assert!(guard.first_time(7), "what was forgotten counts as new");
    }

    #[test]
    fn five_requests_in_ten_seconds_are_answered_and_some_more_are_told() {
        let mut guard = Guard::default();
        let now = Instant::now();
        let paces: Vec<Pace> = (0..100).map(|_| guard.asked(1, now)).collect();
        assert!(paces[..5].iter().all(|pace| *pace == Pace::Fine));
        assert!(paces[5..10].iter().all(|pace| *pace == Pace::TooFast));
        assert!(paces[10..].iter().all(|pace| *pace == Pace::Flood));
        assert_eq!(guard.asked(2, now), Pace::Fine, "others are not held up");
        assert_eq!(guard.asked(1, now + Duration::from_secs(10)), Pace::Fine);
    }

    #[test]
    fn presses_are_counted_apart_and_more_of_them_are_answered() {
        let mut guard = Guard::default();
        let now = Instant::now();
        assert!((0..PRESSES_MAX).all(|_| guard.pressed(1, now) == Pace::Fine));
        assert_eq!(guard.pressed(1, now), Pace::TooFast);
        assert_eq!(guard.asked(1, now), Pace::Fine);
    }

    #[test]
    fn typing_is_counted_apart_and_more_kindly() {
        let mut guard = Guard::default();
        let now = Instant::now();
        assert!((0..COMPLETIONS_MAX).all(|_| guard.completed(1, now)));
        assert!(!guard.completed(1, now));
        assert_eq!(guard.asked(1, now), Pace::Fine);
    }

    #[test]
    fn a_crowd_does_not_fill_the_memory() {
        let mut guard = Guard::default();
        let now = Instant::now();
        for person in 0..3 * PEOPLE_MAX as u64 {
            guard.asked(person, now);
        }
        assert!(guard.asked.len() <= PEOPLE_MAX);
    }
}
