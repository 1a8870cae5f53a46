//! One pass over the outbox: a row a destination at a time, some destinations at once.

use super::Turn;
use crate::news::subscription::DestinationId;
use crate::store::Letterbox;
use std::collections::{HashSet, VecDeque};

/// Destinations that are served at once.
const AT_ONCE_MAX: usize = 64;

/// Which rows are under way in one pass, and whether there may be more.
#[derive(Default)]
pub(super) struct Round {
    queue: VecDeque<Letterbox>,
    busy: HashSet<DestinationId>,
    /// Served since the look began: what it found of them may be old.
    served: HashSet<DestinationId>,
    looking: bool,
    /// Whether everything that the last look could find was found.
    is_done: bool,
    pub failure: Option<anyhow::Error>,
}

impl Round {
    pub fn wants_look(&self) -> bool {
        self.queue.is_empty() && !self.looking && !self.is_done && self.failure.is_none()
    }

    pub fn looks(&mut self) {
        self.looking = true;
        self.is_done = true;
        self.served.clear();
    }

    pub fn found(&mut self, found: anyhow::Result<Vec<Letterbox>>) {
        self.looking = false;
        match found {
            Ok(rows) => self.queue.extend(rows),
            Err(error) => self.fails(error),
        }
    }

    /// The next row that may be taken a step further now.
    pub fn next(&mut self) -> Option<Letterbox> {
        while self.busy.len() < AT_ONCE_MAX {
            let row = self.queue.pop_front()?;
            if self.served.contains(&row.destination) {
                // It is looked for again.
                self.is_done = false;
            } else if self.busy.insert(row.destination) {
                return Some(row);
            }
        }
        None
    }

    pub fn ended(&mut self, destination: DestinationId, turn: anyhow::Result<Turn>) {
        self.busy.remove(&destination);
        self.served.insert(destination);
        match turn {
            Ok(Turn::Waits) => {}
            Ok(Turn::Sent | Turn::Past) => self.is_done = false,
            Err(error) => self.fails(error),
        }
    }

    pub fn published(&mut self, done: anyhow::Result<()>) {
        if let Err(error) = done {
            self.fails(error);
        }
    }

    /// What is under way ends; nothing more is begun.
    fn fails(&mut self, error: anyhow::Error) {
        self.failure.get_or_insert(error);
        self.queue.clear();
    }
}
