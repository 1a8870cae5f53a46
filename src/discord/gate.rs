//! How fast Lede may send what nobody waits for: a steady pace below Discord's limit for a bot, in
//! turns between destinations. Answers never wait here; what they take of the limit is taken off
//! the pace.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

/// Discord takes 50 requests a second of a bot; the rest is for answers.
const PUSHES_PER_SECOND_MAX: u64 = 45;
const INTERVAL: Duration = Duration::from_nanos(1_000_000_000_u64.div_ceil(PUSHES_PER_SECOND_MAX));
/// A timer that was late by no more than this is made up for, or the pace would be slower.
const CATCH_UP: Duration = Duration::from_millis(10);
/// Other requests that take nothing off the pace: so many at once, and so many a second.
const OTHERS_FREE_MAX: f64 = 2.0;
const OTHERS_FREE_PER_SECOND: f64 = 2.0;

/// Lets pushes through one by one.
#[derive(Default)]
pub struct Gate {
    /// Held by the waiter that lets the others through until its own turn.
    lead: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    pace: Pace,
    turns: Turns,
}

impl Gate {
    /// Returns when a request to `destination` may be sent.
    pub async fn pass(&self, destination: u64) {
        let (turn, mut mine) = oneshot::channel();
        self.lock().turns.join(destination, turn);
        tokio::select! {
            biased;
            _ = &mut mine => {}
            lead = self.lead.lock() => {
                while mine.try_recv().is_err() {
                    let until = self.lock().step(Instant::now());
                    match until {
                        Some(until) => sleep_until(until).await,
                        // Nobody waits, so this waiter was let through.
                        None => break,
                    }
                }
                drop(lead);
            }
        }
    }

    /// A request that does not wait here was sent.
    pub fn passed_by(&self) {
        self.lock().pace.other(Instant::now());
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Lets the next one through where it is time; when to look again, none where nobody waits.
    fn step(&mut self, now: Instant) -> Option<Instant> {
        if self.turns.is_empty() {
            return None;
        }
        let open_at = self.pace.open_at(now);
        if open_at <= now && self.turns.let_one() {
            self.pace.push(now);
            return Some(now);
        }
        (!self.turns.is_empty()).then_some(open_at)
    }
}

/// When the next push may go.
#[derive(Debug)]
struct Pace {
    next: Option<Instant>,
    free: f64,
    free_at: Option<Instant>,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            next: None,
            free: OTHERS_FREE_MAX,
            free_at: None,
        }
    }
}

impl Pace {
    fn open_at(&self, now: Instant) -> Instant {
        self.next.unwrap_or(now)
    }

    fn push(&mut self, now: Instant) {
        let late = now.checked_sub(CATCH_UP).unwrap_or(now);
        self.next = Some(self.open_at(now).max(late) + INTERVAL);
    }

    fn other(&mut self, now: Instant) {
        let since = self.free_at.map_or(Duration::ZERO, |at| now - at);
        let more = since.as_secs_f64() * OTHERS_FREE_PER_SECOND;
        self.free = (self.free + more).min(OTHERS_FREE_MAX);
        self.free_at = Some(now);
        if self.free >= 1.0 {
            self.free -= 1.0;
        } else {
            self.next = Some(self.open_at(now).max(now) + INTERVAL);
        }
    }
}

/// Who waits: destinations take turns, each in its own order.
#[derive(Default)]
struct Turns {
    waiting: HashMap<u64, VecDeque<oneshot::Sender<()>>>,
    order: VecDeque<u64>,
}

impl Turns {
    fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    fn join(&mut self, destination: u64, turn: oneshot::Sender<()>) {
        let queue = self.waiting.entry(destination).or_default();
        if queue.is_empty() {
            self.order.push_back(destination);
        }
        queue.push_back(turn);
    }

    /// Lets the next one through; false where nobody is left who waits.
    fn let_one(&mut self) -> bool {
        while let Some(destination) = self.order.pop_front() {
            let Some(queue) = self.waiting.get_mut(&destination) else {
                continue;
            };
            let turn = queue.pop_front();
            if queue.is_empty() {
                self.waiting.remove(&destination);
            } else {
                self.order.push_back(destination);
            }
            // Who gave up waiting takes no turn.
            if turn.is_some_and(|turn| turn.send(()).is_ok()) {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// Lets through whoever waits, with a clock that a timer moves as late as timers are.
    struct Day {
        state: State,
        now: Instant,
        waiting: Vec<(u64, oneshot::Receiver<()>)>,
    }

    impl Day {
        fn new() -> Self {
            Self {
                state: State::default(),
                now: Instant::now(),
                waiting: Vec::new(),
            }
        }

        fn join(&mut self, destination: u64) {
            let (turn, mine) = oneshot::channel();
            self.state.turns.join(destination, turn);
            self.waiting.push((destination, mine));
        }

        /// The next one that passes.
        fn next(&mut self) -> Option<u64> {
            loop {
                let passed = |one: &mut (u64, oneshot::Receiver<()>)| one.1.try_recv().is_ok();
                if let Some(at) = self.waiting.iter_mut().position(passed) {
                    return Some(self.waiting.remove(at).0);
                }
                let until = self.state.step(self.now)?;
                if until > self.now {
                    self.now = until + Duration::from_millis(1);
                }
            }
        }
    }

    #[test]
    fn a_thousand_pushes_take_their_time() {
        let mut day = Day::new();
        let began = day.now;
        (0..1_000).for_each(|n| day.join(n));
        let mut at = Vec::new();
        while day.next().is_some() {
            at.push(day.now - began);
        }
        assert_eq!(at.len(), 1_000);
        let whole = at[999].as_secs_f64();
        assert!((22.1..22.4).contains(&whole), "{whole}");
        for (n, from) in at.iter().enumerate() {
            let second = at[n..].partition_point(|one| *one < *from + Duration::from_secs(1));
            assert!(second <= 46, "{second} in a second");
        }
    }

    #[test]
    fn destinations_take_turns() {
        let mut day = Day::new();
        [1, 1, 1, 1, 2, 3, 3].into_iter().for_each(|n| day.join(n));
        let order: Vec<u64> = std::iter::from_fn(|| day.next()).collect();
        assert_eq!(order, [1, 2, 3, 1, 3, 1, 1]);
    }

    #[test]
    fn who_gave_up_waiting_takes_no_turn() {
        let mut day = Day::new();
        let began = day.now;
        (0..5).for_each(|n| day.join(n));
        day.waiting.drain(1..4);
        assert_eq!(
            (day.next(), day.next(), day.next()),
            (Some(0), Some(4), None)
        );
        assert!(day.now - began <= INTERVAL + Duration::from_millis(1));
    }

    #[test]
    fn answers_come_first_and_their_number_is_taken_off() {
        let mut day = Day::new();
        let began = day.now;
        (0..1_000).for_each(|n| day.join(n));
        let (mut pushes, mut answers) = (0, 0);
        while day.now - began < Duration::from_secs(4) {
            pushes += usize::from(day.next().is_some());
            if pushes % 3 == 0 {
                day.state.pace.other(day.now);
                answers += 1;
            }
        }
        assert!(answers > 40, "{answers} answers");
        let all = pushes + answers;
        assert!((175..=200).contains(&all), "{pushes} and {answers}");
    }

    #[tokio::test]
    async fn another_lets_through_where_the_first_gave_up() {
        let gate = Arc::new(Gate::default());
        gate.pass(0).await;
        let waits: Vec<_> = (1..=3)
            .map(|n| {
                let gate = Arc::clone(&gate);
                tokio::spawn(async move { gate.pass(n).await })
            })
            .collect();
        tokio::task::yield_now().await;
        waits[0].abort();
        gate.pass(4).await;
        for wait in waits.into_iter().skip(1) {
            wait.await.unwrap();
        }
    }
}
