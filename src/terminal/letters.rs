//! What Lede sends unasked, to a terminal: drawn like an answer, under the time at which it came.

use crate::clock::{Clock, MINUTE};
use crate::jobs::{Delivery, Edited, Found, Parcel, Posted, Published, To};
use crate::news::Destination;
use crate::news::subscription::Place;
use crate::page::{Block, Letter, Line, Page};
use crate::terminal::draw;
use crate::terminal::screen::{self, Screen};
use crate::terminal::when;
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Letters of channels and persons wait for a program that can reach them.
const OTHERS_WAIT_MS: i64 = 10 * MINUTE;

/// Letters for the terminal. Clones share what is kept.
#[derive(Clone)]
pub struct Letters {
    clock: Clock,
    screen: Screen,
    /// Where they are kept until somebody takes them; else they are printed at once.
    kept: Option<Arc<Mutex<Vec<String>>>>,
}

impl Letters {
    /// Printed as they come.
    pub fn printed(clock: Clock, screen: Screen) -> Self {
        Self {
            clock,
            screen,
            kept: None,
        }
    }

    /// Kept for [`Letters::take`].
    pub fn kept(clock: Clock, screen: Screen) -> Self {
        Self {
            kept: Some(Arc::default()),
            ..Self::printed(clock, screen)
        }
    }

    /// What came since it was asked for last.
    pub fn take(&self) -> Vec<String> {
        let kept = self.kept.as_ref().map(|kept| {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *kept)
        });
        kept.unwrap_or_default()
    }
}

impl Delivery for Letters {
    fn draw(&self, letter: &Letter, _: i64, _: &Place, _: To, _: bool) -> String {
        let now = self.clock.now();
        let mut blocks = vec![
            Block::Small(Line::ours(format!("Pushed on {}", when::on(now)))),
            Block::Heading(letter.head.clone()),
        ];
        blocks.extend(letter.blocks.iter().cloned());
        let page = Page {
            blocks,
            ..Page::default()
        };
        draw::page(&page, &self.screen.look(now))
    }

    fn send<'a>(&'a self, parcel: &'a Parcel) -> Boxed<'a, Posted> {
        if parcel.place.destination != Destination::Terminal {
            return Box::pin(ready(Posted::Wait(OTHERS_WAIT_MS)));
        }
        match &self.kept {
            Some(kept) => kept
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(parcel.body.clone()),
            None => screen::print(&format!("\n{}", parcel.body)),
        }
        Box::pin(ready(Posted::Done {
            channel: 0,
            message: 0,
        }))
    }

    fn find<'a>(&'a self, _: &'a Parcel) -> Boxed<'a, Found> {
        // What was printed before a crash cannot be read any more.
        Box::pin(ready(Found::Unreadable))
    }

    fn edit<'a>(&'a self, _: u64, _: u64, _: &'a str) -> Boxed<'a, Edited> {
        Box::pin(ready(Edited::Over))
    }

    fn publish(&self, _: u64, _: u64) -> Boxed<'_, Published> {
        Box::pin(ready(Published::Done))
    }
}
