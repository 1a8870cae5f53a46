//! What a newsroom's moderators corrected of stories: an overlay over where the machine placed the
//! articles, for that newsroom alone. The machine's merges, moves and splits go on beneath it.

use crate::news::story::Neighbour;
use crate::news::{ArticleId, StoryId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What is the matter with a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is one with this other one.
    Merge(StoryId),
    /// Some of its articles are a story of their own.
    Split(StoryId),
    /// It is not shown here.
    Hide,
    /// It is not about the topic of this key.
    OffTopic(String),
}

/// A correction that is in force. Stories are named as they live now: the machine's merges are
/// followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    pub id: i64,
    pub story: StoryId,
    pub kind: Kind,
}

impl StoryId {
    /// The story that a correction makes. Articles have ids above zero, and so have the stories
    /// that begin with them: these can never meet.
    pub fn of_correction(correction: i64) -> Self {
        Self(-correction)
    }

    /// Whether a newsroom's correction made it.
    pub fn is_own(self) -> bool {
        self.0 < 0
    }

    /// Elder stories come first; one that a correction made is younger than the machine's.
    fn age(self) -> (bool, i64) {
        (self.is_own(), self.0.abs())
    }
}

/// How a newsroom sees stories. One without corrections has none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overlay {
    /// Of stories that were merged: the eldest of them, which stands for all.
    stands_for: HashMap<StoryId, StoryId>,
    /// The other way round, the eldest included.
    parts: HashMap<StoryId, Vec<StoryId>>,
    hidden: HashSet<StoryId>,
    off_topic: HashMap<StoryId, Vec<String>>,
    has_splits: bool,
}

impl Overlay {
    /// From all corrections that are in force.
    pub fn new(corrections: &[Correction]) -> Self {
        let mut overlay = Self::default();
        for one in corrections {
            match one.kind {
                Kind::Merge(other) => overlay.merge(one.story, other),
                Kind::Split(_) => overlay.has_splits = true,
                Kind::Hide | Kind::OffTopic(_) => {}
            }
        }
        for one in corrections {
            let story = overlay.story(one.story);
            match &one.kind {
                Kind::Hide => {
                    overlay.hidden.insert(story);
                }
                Kind::OffTopic(topic) => {
                    let topics = overlay.off_topic.entry(story).or_default();
                    topics.push(topic.clone());
                }
                Kind::Merge(_) | Kind::Split(_) => {}
            }
        }
        overlay
    }

    fn merge(&mut self, one: StoryId, other: StoryId) {
        let (one, other) = (self.story(one), self.story(other));
        if one == other {
            return;
        }
        let mut all = self.parts(one);
        all.extend(self.parts(other));
        all.sort_by_key(|story| story.age());
        let (elder, younger) = (all[0], if all[0] == one { other } else { one });
        for story in &all {
            self.stands_for.insert(*story, elder);
        }
        self.parts.remove(&younger);
        self.parts.insert(elder, all);
    }

    /// The story by which a living one goes here.
    pub fn story(&self, story: StoryId) -> StoryId {
        self.stands_for.get(&story).copied().unwrap_or(story)
    }

    /// The living stories of which this one consists, the eldest first; none where it goes by
    /// another one's name.
    pub fn parts(&self, story: StoryId) -> Vec<StoryId> {
        match self.parts.get(&story) {
            Some(parts) => parts.clone(),
            None if self.stands_for.contains_key(&story) => Vec::new(),
            None => vec![story],
        }
    }

    /// Whether articles may stand in a story of the newsroom's own.
    pub fn has_splits(&self) -> bool {
        self.has_splits
    }

    /// Whether a story is not shown here. (By its name here, as in the next ones.)
    pub fn is_hidden(&self, story: StoryId) -> bool {
        self.hidden.contains(&story)
    }

    pub fn is_off_topic(&self, story: StoryId, topic: &str) -> bool {
        let topics = self.off_topic.get(&story);
        topics.is_some_and(|topics| topics.iter().any(|one| one == topic))
    }

    /// Stories that are not about the topic of this key.
    pub fn off_topic(&self, topic: &str) -> Vec<StoryId> {
        let mut found: Vec<StoryId> = (self.off_topic.keys().copied())
            .filter(|story| self.is_off_topic(*story, topic))
            .collect();
        found.sort_unstable();
        found
    }
}

/// In which part of a story that was split an article belongs that came later: that of its nearest
/// neighbour. `part_of` says in which part a neighbour stands: none where it is of another story,
/// and `Some(None)` for what the splits left. Where none is nearer, it stays with that.
pub fn nearest_part(
    neighbours: &[Neighbour],
    part_of: impl Fn(ArticleId) -> Option<Option<StoryId>>,
) -> Option<StoryId> {
    let mut best: BTreeMap<Option<StoryId>, f32> = BTreeMap::new();
    for one in neighbours {
        if let Some(part) = part_of(one.article) {
            let best = best.entry(part).or_insert(0.0);
            *best = best.max(one.similarity);
        }
    }
    // What was left comes first, then the elder of the newsroom's own: those keep it when equal.
    let mut parts: Vec<(Option<StoryId>, f32)> = best.into_iter().collect();
    parts.sort_by_key(|(part, _)| part.map(StoryId::age));
    let mut nearest: (Option<StoryId>, f32) = (None, 0.0);
    for (part, similarity) in parts {
        if similarity > nearest.1 {
            nearest = (part, similarity);
        }
    }
    nearest.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correction(id: i64, story: i64, kind: Kind) -> Correction {
        Correction {
            id,
            story: StoryId(story),
            kind,
        }
    }

    fn merge(id: i64, one: i64, other: i64) -> Correction {
        correction(id, one, Kind::Merge(StoryId(other)))
    }

    #[test]
    fn merged_stories_go_by_the_eldest_whatever_the_order() {
        let chain = [merge(1, 30, 20), merge(2, -4, 30), merge(3, 20, 10)];
        let mut orders = vec![chain.to_vec(), chain.iter().rev().cloned().collect()];
        orders.push(vec![chain[1].clone(), chain[0].clone(), chain[2].clone()]);
        for order in orders {
            let overlay = Overlay::new(&order);
            for story in [10, 20, 30, -4] {
                assert_eq!(overlay.story(StoryId(story)), StoryId(10));
            }
            let parts = overlay.parts(StoryId(10));
            assert_eq!(parts, [10, 20, 30, -4].map(StoryId));
            assert!(overlay.parts(StoryId(30)).is_empty(), "it goes by another");
            assert_eq!(overlay.parts(StoryId(99)), [StoryId(99)]);
        }
    }

    #[test]
    fn a_merge_with_itself_or_a_second_time_changes_nothing() {
        let overlay = Overlay::new(&[merge(1, 5, 5), merge(2, 6, 7), merge(3, 7, 6)]);
        assert_eq!(overlay.parts(StoryId(5)), [StoryId(5)]);
        assert_eq!(overlay.parts(StoryId(6)), [StoryId(6), StoryId(7)]);
    }

    #[test]
    fn of_two_own_stories_the_first_made_is_elder_and_the_machines_before_both() {
        let overlay = Overlay::new(&[merge(1, -9, -3), merge(2, 8, 9)]);
        assert_eq!(overlay.story(StoryId(-9)), StoryId(-3));
        let overlay = Overlay::new(&[merge(1, -9, -3), merge(2, -3, 90)]);
        assert_eq!(overlay.story(StoryId(-3)), StoryId(90));
    }

    #[test]
    fn what_is_hidden_or_off_topic_is_so_for_all_that_is_one_story_with_it() {
        let overlay = Overlay::new(&[
            correction(1, 20, Kind::Hide),
            correction(2, 20, Kind::OffTopic("harbour".into())),
            merge(3, 20, 10),
        ]);
        assert!(overlay.is_hidden(StoryId(10)) && !overlay.is_hidden(StoryId(30)));
        assert!(overlay.is_off_topic(StoryId(10), "harbour"));
        assert!(!overlay.is_off_topic(StoryId(10), "ferry"));
        assert_eq!(overlay.off_topic("harbour"), [StoryId(10)]);
        assert!(overlay.off_topic("ferry").is_empty());
    }

    #[test]
    fn a_later_article_goes_to_the_part_of_its_nearest_neighbour() {
        let own = StoryId(-1);
        let part_of = |article: ArticleId| match article.0 {
            1..=3 => Some(None),
            4..=6 => Some(Some(own)),
            7 => Some(Some(StoryId(-2))),
            _ => None,
        };
        let near = |pairs: &[(i64, f32)]| {
            let neighbours: Vec<Neighbour> = (pairs.iter())
                .map(|(article, similarity)| Neighbour {
                    article: ArticleId(*article),
                    similarity: *similarity,
                })
                .collect();
            nearest_part(&neighbours, part_of)
        };
        assert_eq!(near(&[(1, 0.4), (4, 0.5)]), Some(own));
        assert_eq!(near(&[(1, 0.6), (4, 0.5), (5, 0.5)]), None);
        assert_eq!(near(&[(1, 0.5), (4, 0.5)]), None, "equal: it stays");
        assert_eq!(
            near(&[(9, 0.9), (4, 0.1)]),
            Some(own),
            "9 is of another story"
        );
        assert_eq!(
            near(&[(7, 0.5), (4, 0.5)]),
            Some(own),
            "the elder of equals"
        );
        assert_eq!(near(&[]), None);
        assert_eq!(near(&[(9, 0.9)]), None);
    }
}
