//! Stories: which articles are about one event.
//!
//! An article is placed when it arrives, over the newest articles in memory, and the placement of
//! its neighbours is repaired at once. Placement follows from the articles and their order alone:
//! a window restored from the store goes on as if the program had never stopped.

mod lexicon;
mod likeness;
mod repair;
mod window;

pub use window::Window;

use crate::news::ArticleId;
use serde::{Deserialize, Serialize};

/// The id of a story's first article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StoryId(pub i64);

/// A placed article that is like another one, and how much (the pair similarity `s`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Neighbour {
    pub article: ArticleId,
    pub similarity: f32,
}

/// Where an article was placed, and what else changed by it.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Where it stands now, after the merges and moves below.
    pub story: StoryId,
    /// Score of the story joined; none for a new story.
    pub score: Option<f32>,
    pub neighbours: Vec<Neighbour>,
    /// First article with near-equal text, else itself.
    pub same_text: ArticleId,
    /// Younger story → elder story whose alias it becomes, in order.
    pub merged: Vec<(StoryId, StoryId)>,
    /// Articles moved to another story, in order, after the merges.
    pub moved: Vec<(ArticleId, StoryId)>,
}
