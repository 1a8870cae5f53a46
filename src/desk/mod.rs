//! The desk: what Lede can be asked. One file a command with its grammar, its request and its
//! answer; [`ALL`] is the one table from which Discord's registration, the command line, `/help`,
//! rights and the README's table are derived. It knows no front end.

pub mod asker;
pub mod command;

pub use asker::Asker;
pub use command::{Answer, Asked, Command, Kind, No, Opt, Sub, Who};

use crate::clock::Clock;
use crate::config::Settings;
use crate::feed::Fetcher;
use crate::store::Store;
use std::sync::Arc;

/// Every command, in the order of their names.
pub const ALL: &[&Command] = &[];

/// What the commands work with. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    pub settings: Arc<Settings>,
    pub clock: Clock,
    pub store: Store,
    pub fetcher: Fetcher,
}
