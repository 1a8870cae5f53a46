//! Which articles would come into one story with articles that are known, were they placed after them.

use super::{Placed, StoryId, Window};
use crate::clock::Millis;
use crate::news::ArticleId;
use crate::text::vector::Vector;
use std::collections::HashMap;

/// Ids of articles that are not stored: beyond all that are.
const FIRST_UNKNOWN: i64 = i64::MAX - 1_000_000;

/// For each of `entries` (time and vector) the newest of the `known` articles with which it would
/// share a story; none where it would have one without them. The known ones are placed in their
/// order, in a window of their own, so the bar is rather higher than among all articles.
pub fn overlap(
    known: Vec<(ArticleId, Millis, Vector)>,
    entries: Vec<(Millis, Vector)>,
) -> Vec<Option<ArticleId>> {
    let mut window = Window::new(known.len() + entries.len());
    let mut stories = Stories::default();
    let known_ids: Vec<ArticleId> = known.iter().map(|(id, ..)| *id).collect();
    for (id, at, vector) in known {
        stories.note(id, &window.place(id, at, vector));
    }
    let ids: Vec<ArticleId> = (FIRST_UNKNOWN..)
        .take(entries.len())
        .map(ArticleId)
        .collect();
    for (id, (at, vector)) in ids.iter().zip(entries) {
        stories.note(*id, &window.place(*id, at, vector));
    }
    let mut newest: HashMap<StoryId, ArticleId> = HashMap::new();
    for id in known_ids {
        let best = newest.entry(stories.of(id)).or_insert(id);
        *best = (*best).max(id);
    }
    let of = |id: &ArticleId| newest.get(&stories.of(*id)).copied();
    ids.iter().map(of).collect()
}

/// Where articles stand by now.
#[derive(Default)]
struct Stories {
    of: HashMap<ArticleId, StoryId>,
    aliases: HashMap<StoryId, StoryId>,
}

impl Stories {
    fn note(&mut self, id: ArticleId, placed: &Placed) {
        self.aliases.extend(placed.merged.iter().copied());
        self.of.extend(placed.moved.iter().copied());
        self.of.insert(id, placed.story);
    }

    fn of(&self, id: ArticleId) -> StoryId {
        let mut story = self.of.get(&id).copied().unwrap_or(StoryId(id.0));
        // A story is merged into an elder one, so there is an end.
        while let Some(elder) = self.aliases.get(&story).filter(|elder| **elder < story) {
            story = *elder;
        }
        story
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Millis = 1_900_000_000_000;

    fn vector(title: &str, text: &str) -> Vector {
        Vector::of(title, text, Some("en"))
    }

    #[test]
    fn an_article_meets_the_story_that_it_tells_and_no_other() {
        let known = vec![
            (
                ArticleId(1),
                AT,
                vector(
                    "Lindholm ferry runs aground off Avel",
                    "A ferry from Lindholm ran aground off Avel on Monday with forty passengers aboard.",
                ),
            ),
            (
                ArticleId(2),
                AT,
                vector(
                    "Avel raises bread price",
                    "Bakers in Avel raise the price of bread.",
                ),
            ),
        ];
        let entries = vec![
            (
                AT,
                vector(
                    "Comet over Sund",
                    "The observatory of Sund found a comet on Friday.",
                ),
            ),
            (
                AT,
                vector(
                    "Forty rescued as Lindholm ferry runs aground",
                    "Forty passengers of a ferry from Lindholm were rescued after it ran aground off Avel.",
                ),
            ),
        ];
        assert_eq!(overlap(known.clone(), entries), [None, Some(ArticleId(1))]);
        assert_eq!(overlap(known, Vec::new()), []);
        let alone = vec![(AT, vector("Comet", "A comet.")); 2];
        assert_eq!(overlap(Vec::new(), alone), [None, None]);
    }
}
