//! Ranking: which stories come first, and which of its articles leads a story.
//!
//! A story's score is `match² · (1 + ln outlets) · freshness · weight`:
//! - match: the best fit of its articles with the topic, 0 to 1 (1 without a topic);
//! - outlets: how many published it, agency copies counted once;
//! - freshness: 1 / (1 + age / 24 h), by its newest article;
//! - weight: the greatest factor that the newsroom gives to one of its sources.

use crate::clock::Millis;
use crate::news::{ArticleId, StoryId};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A story whose best article fits less only mentions the topic: it is dropped.
pub const PASSING_MATCH_MAX: f32 = 0.25;
/// Age at which a story counts half.
const HALF_AGE_HOURS: f32 = 24.0;
const HOUR_MS: f32 = 3_600_000.0;
/// An outlet's story that nobody else reports counts half once so many such stories of the outlet
/// stand before it: a flood from one source drowns nobody.
const ALONE_HALF: f32 = 10.0;
/// Characters of a text that is complete.
const COMPLETE_CHARS: f32 = 1_500.0;
/// What a bare headline is worth as the lead article.
const HEADLINE_WORTH: f32 = 0.3;
/// How much each later place in time takes from an article's worth as the lead.
const LATER_LOSS: f32 = 0.1;

/// An article that may stand in an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub article: ArticleId,
    pub story: StoryId,
    pub outlet: String,
    /// The newsroom's factor for its source; 0 = it only counts among the outlets of its story.
    pub weight: f32,
    /// When it counts as published.
    pub at: Millis,
    /// How well it fits the topic, 0 to 1; 1 without a topic.
    pub fit: f32,
    /// Articles with near-equal text share this number.
    pub same_text: ArticleId,
}

/// A story in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    pub story: StoryId,
    pub score: f32,
    /// Outlets' worth: agency copies counted once.
    pub outlets: usize,
    /// Indices of its candidates, best fit first, then newest first.
    pub candidates: Vec<usize>,
}

/// The stories of the candidates, best first; those that only mention the topic are left out, and
/// so are those that only sources report which merely count.
pub fn stories(candidates: &[Candidate], now: Millis) -> Vec<Ranked> {
    let mut by_story: BTreeMap<StoryId, Vec<usize>> = BTreeMap::new();
    let mut counted: HashMap<StoryId, Vec<usize>> = HashMap::new();
    for (at, candidate) in candidates.iter().enumerate() {
        if candidate.weight <= 0.0 {
            counted.entry(candidate.story).or_default().push(at);
        } else if candidate.fit > 0.0 {
            by_story.entry(candidate.story).or_default().push(at);
        }
    }
    let mut ranked: Vec<Ranked> = by_story
        .into_iter()
        .filter_map(|(story, members)| {
            let counted = counted.get(&story).map_or(&[][..], Vec::as_slice);
            rank(story, members, counted, candidates, now)
        })
        .collect();
    ranked.sort_by(best_first);
    ranked
}

/// Mixes what outlets alone report where nobody asked for a topic, so that none fills an answer:
/// each further such story of an outlet counts less.
pub fn spread(ranked: &mut [Ranked], candidates: &[Candidate]) {
    let mut before: HashMap<&str, f32> = HashMap::new();
    for story in ranked.iter_mut() {
        let outlet = |at: &usize| candidates[*at].outlet.as_str();
        let Some(first) = story.candidates.first().map(outlet) else {
            continue;
        };
        let alone = story.outlets <= 1;
        if alone && story.candidates.iter().all(|at| outlet(at) == first) {
            let count = before.entry(first).or_default();
            story.score /= 1.0 + *count / ALONE_HALF;
            *count += 1.0;
        }
    }
    ranked.sort_by(best_first);
}

fn best_first(a: &Ranked, b: &Ranked) -> Ordering {
    b.score
        .total_cmp(&a.score)
        .then_with(|| b.story.cmp(&a.story))
}

fn rank(
    story: StoryId,
    mut members: Vec<usize>,
    counted: &[usize],
    candidates: &[Candidate],
    now: Millis,
) -> Option<Ranked> {
    let of = |at: &usize| &candidates[*at];
    let fit = members
        .iter()
        .map(|at| of(at).fit)
        .fold(0.0, f32::max)
        .min(1.0);
    if fit < PASSING_MATCH_MAX {
        return None;
    }
    let weight = members.iter().map(|at| of(at).weight).fold(0.0, f32::max);
    let newest = members.iter().map(|at| of(at).at).max()?;
    let outlets = outlets(
        members
            .iter()
            .chain(counted)
            .map(|at| (of(at).outlet.as_str(), of(at).same_text)),
    );
    members.sort_by(|a, b| {
        let (a, b) = (of(a), of(b));
        b.fit
            .total_cmp(&a.fit)
            .then(b.at.cmp(&a.at))
            .then(b.article.cmp(&a.article))
    });
    let score = fit * fit * (1.0 + (outlets as f32).ln()) * freshness(newest, now) * weight;
    Some(Ranked {
        story,
        score,
        outlets,
        candidates: members,
    })
}

/// How many outlets' worth of reporting: distinct outlets, and no more than distinct texts.
pub fn outlets<O: Ord>(articles: impl Iterator<Item = (O, ArticleId)>) -> usize {
    let (outlets, texts): (BTreeSet<O>, BTreeSet<ArticleId>) = articles.unzip();
    outlets.len().min(texts.len())
}

/// 1 for now, one half after a day, and so on; what is dated ahead counts as now.
pub fn freshness(at: Millis, now: Millis) -> f32 {
    let hours = now.saturating_sub(at).max(0) as f32 / HOUR_MS;
    1.0 / (1.0 + hours / HALF_AGE_HOURS)
}

/// What speaks for an article as the lead of its story.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LeadCandidate {
    pub at: Millis,
    /// Characters of its text.
    pub text_chars: usize,
    pub weight: f32,
    /// How well it fits the topic asked for, 0 to 1; 1 without one.
    pub fit: f32,
}

/// The index of the article that leads: complete, from a source of weight, on the topic, and
/// rather an early one. The earlier in the list wins a tie; 0 for an empty list.
pub fn lead(articles: &[LeadCandidate]) -> usize {
    let mut best = (0, f32::MIN);
    for (index, article) in articles.iter().enumerate() {
        let earlier = articles
            .iter()
            .filter(|other| other.at < article.at)
            .count() as f32;
        let complete = (article.text_chars as f32 / COMPLETE_CHARS).min(1.0);
        let complete = HEADLINE_WORTH + (1.0 - HEADLINE_WORTH) * complete;
        let worth =
            complete * article.weight * (0.5 + 0.5 * article.fit) / (1.0 + LATER_LOSS * earlier);
        if worth > best.1 {
            best = (index, worth);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::Topic;
    use crate::text::vector::Vector;

    const HOUR: Millis = 3_600_000;
    const NOW: Millis = 1_000 * HOUR;

    fn candidate(id: i64, story: i64, outlet: &str) -> Candidate {
        Candidate {
            article: ArticleId(id),
            story: StoryId(story),
            outlet: outlet.to_string(),
            weight: 1.0,
            at: NOW,
            fit: 1.0,
            same_text: ArticleId(id),
        }
    }

    fn order(candidates: &[Candidate]) -> Vec<i64> {
        stories(candidates, NOW)
            .iter()
            .map(|ranked| ranked.story.0)
            .collect()
    }

    #[test]
    fn more_outlets_come_first_and_copies_count_once() {
        let mut list = vec![
            candidate(1, 1, "a"),
            candidate(2, 2, "a"),
            candidate(3, 2, "b"),
            candidate(4, 3, "a"),
            candidate(5, 3, "b"),
            candidate(6, 3, "c"),
        ];
        assert_eq!(order(&list), [3, 2, 1]);
        for copy in &mut list[3..] {
            copy.same_text = ArticleId(4);
        }
        assert_eq!(order(&list), [2, 3, 1]);
    }

    #[test]
    fn what_only_counts_makes_a_story_wider_and_none_of_its_own() {
        let counted = |id, story, outlet| Candidate {
            weight: 0.0,
            fit: 0.0,
            at: 0,
            ..candidate(id, story, outlet)
        };
        let list = [
            candidate(1, 1, "a"),
            candidate(2, 2, "a"),
            counted(3, 1, "b"),
            counted(4, 4, "b"),
        ];
        let ranked = stories(&list, NOW);
        let wide: Vec<_> = ranked
            .iter()
            .map(|one| (one.story.0, one.outlets))
            .collect();
        assert_eq!(wide, [(1, 2), (2, 1)]);
        assert_eq!(ranked[0].candidates, [0], "it never stands for the story");
    }

    #[test]
    fn a_flood_from_one_outlet_leaves_room_for_the_others() {
        let mut list: Vec<Candidate> = (0..300).map(|id| candidate(id, id, "flood")).collect();
        list.extend((300..303).map(|id| Candidate {
            at: NOW - 6 * HOUR,
            ..candidate(id, id, "calm")
        }));
        let mut ranked = stories(&list, NOW);
        assert!(ranked[..300].iter().all(|story| story.story.0 < 300));
        spread(&mut ranked, &list);
        let calm = ranked.iter().take(10).filter(|one| one.story.0 >= 300);
        assert_eq!(calm.count(), 3);
        let alone = ranked.iter().map(|one| one.story.0);
        let flood: Vec<i64> = alone.filter(|id| *id < 300).collect();
        assert!(flood.is_sorted_by(|a, b| a > b), "else the order stays");
    }

    #[test]
    fn fresh_before_old_and_heavy_before_light() {
        let old = Candidate {
            at: NOW - 48 * HOUR,
            ..candidate(1, 1, "a")
        };
        let light = Candidate {
            weight: 0.6,
            ..candidate(2, 2, "a")
        };
        let muted = Candidate {
            weight: 0.0,
            ..candidate(3, 3, "a")
        };
        assert_eq!(order(&[old, light, muted, candidate(4, 4, "a")]), [4, 2, 1]);
        assert_eq!(freshness(NOW - 24 * HOUR, NOW), 0.5);
        assert_eq!(freshness(Millis::MAX, Millis::MIN), 1.0);
    }

    #[test]
    fn a_story_that_mentions_the_topic_in_passing_ranks_below_or_is_absent() {
        let topic = Topic::parse("norland").unwrap();
        let fit = |title: &str, text: &str| topic.score(&Vector::of(title, text, None), |_| 4.0);
        let subject = fit(
            "Norland reports strikes on its power grid",
            "Strikes hit the power grid of Norland overnight, and repairs are under way.",
        );
        let budget = "The Avel parliament passed a defence budget after a night of debate about \
            debt, pensions, schools, hospitals, roads, taxes, farming, fisheries and housing. \
            Ministers spoke of threats to freedom on the continent. The opposition asked for \
            audits, ceilings, reports, hearings and a vote each spring. Ships, planes, radar, \
            barracks and training take the largest share, then research and pay. Critics named \
            delays, waste and secrecy. ";
        let passing = fit(
            "Avel raises its defence budget",
            &format!("{budget}Norland was named once."),
        );
        let absent = fit("Avel raises its defence budget", budget);
        assert_eq!(absent, 0.0);
        let mut list: Vec<Candidate> = ["a", "b", "c", "d"]
            .into_iter()
            .zip(1..)
            .map(|(outlet, id)| Candidate {
                fit: passing,
                ..candidate(id, 1, outlet)
            })
            .collect();
        list.push(Candidate {
            fit: subject,
            at: NOW - 6 * HOUR,
            ..candidate(9, 9, "a")
        });
        assert_eq!(order(&list)[0], 9);
    }

    #[test]
    fn the_lead_article_is_complete_weighty_and_early() {
        let article = |at, text_chars, weight| LeadCandidate {
            at,
            text_chars,
            weight,
            fit: 1.0,
        };
        assert_eq!(lead(&[article(1, 0, 1.0), article(2, 2_000, 1.0)]), 1);
        assert_eq!(lead(&[article(2, 2_000, 1.0), article(1, 2_000, 1.0)]), 1);
        assert_eq!(lead(&[article(1, 2_000, 0.6), article(2, 2_000, 1.5)]), 1);
        assert_eq!(lead(&[]), 0);
    }
}
