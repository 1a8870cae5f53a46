//! Stories: which articles are about one event.

use crate::clock::Millis;
use crate::news::ArticleId;
use crate::text::vector::Vector;
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

/// The newest articles in memory, over which new ones are placed.
pub struct Window {}

#[allow(unused_variables)]
impl Window {
    /// A window of at most `articles_max` articles.
    pub fn new(articles_max: usize) -> Self {
        todo!()
    }
    /// Places an article and takes it into the window.
    pub fn place(&mut self, id: ArticleId, at: Millis, vector: Vector) -> Placed {
        todo!()
    }
    /// Takes in an article that was placed before, in the order of placing.
    pub fn restore(
        &mut self,
        id: ArticleId,
        at: Millis,
        vector: Vector,
        story: StoryId,
        neighbours: Vec<Neighbour>,
        same_text: ArticleId,
    ) {
        todo!()
    }
    pub fn len(&self) -> usize {
        todo!()
    }
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Rough bytes held.
    pub fn bytes(&self) -> usize {
        todo!()
    }
}
