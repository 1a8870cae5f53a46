//! Newsrooms: whose sources an answer is made from.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NewsroomId(pub i64);

/// A server's newsroom, a person's, or the terminal's. The numbers are Discord's ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Newsroom {
    Server(u64),
    Person(u64),
    Terminal,
}
