//! The articles of a place, as they are looked up for an answer.

use super::{CANDIDATES_MAX, Place, hunt, is_excluded, story_of, unsaid};
use crate::desk::learned::Lesson;
use crate::desk::{Desk, No};
use crate::news::{ArticleId, Topic};
use crate::page::brief::Reach;
use crate::store::Sighting;
use std::collections::HashSet;

impl Place<'_> {
    /// Whether an article counts by the time at which it was seen.
    pub fn has_seen(&self, sighting: &Sighting) -> bool {
        self.seen_after.is_none_or(|after| sighting.seen > after)
    }
}

/// The newest articles of a place.
///
/// # Errors
/// Failures of the store.
pub async fn articles(desk: &Desk, place: Place<'_>) -> Result<HashSet<ArticleId>, No> {
    let found = desk.store.hunt(&hunt(place)).await?;
    Ok(found.iter().map(|sighting| sighting.article.id).collect())
}

/// The same, whole.
///
/// # Errors
/// Failures of the store.
pub async fn sightings(desk: &Desk, place: Place<'_>) -> Result<Vec<Sighting>, No> {
    Ok(reaching(desk, place).await?.0)
}

/// The same, and how far back they reach where there were more of them.
pub(super) async fn reaching(
    desk: &Desk,
    place: Place<'_>,
) -> Result<(Vec<Sighting>, Option<Reach>), No> {
    let mut found = desk.store.hunt(&hunt(place)).await?;
    let articles = found.len();
    let oldest = found.iter().map(|sighting| sighting.article.at()).min();
    let is_full = articles >= CANDIDATES_MAX as usize;
    let reach = oldest
        .filter(|_| is_full)
        .map(|oldest| Reach { articles, oldest });
    found.retain(|sighting| place.has_seen(sighting));
    leave_off_topic(desk, place, &mut found).await?;
    Ok((found, reach))
}

/// Leaves out what moderators said is not about the topic.
pub(super) async fn leave_off_topic(
    desk: &Desk,
    place: Place<'_>,
    found: &mut Vec<Sighting>,
) -> Result<(), No> {
    if let Some(topic) = place.topic {
        let corrected = desk.store.overlay(place.newsroom).await?;
        found.retain(|one| !corrected.is_off_topic(story_of(one), &topic.key));
    }
    Ok(())
}

/// Articles that never say the topic's words and yet match by what was learned of it.
///
/// # Errors
/// Failures of the store.
pub async fn unsaid_sightings(
    desk: &Desk,
    place: Place<'_>,
    topic: &Topic,
    lesson: &Lesson,
    said: &[Sighting],
) -> Result<Vec<Sighting>, No> {
    let unsaid = unsaid(desk, place, topic, lesson, said).await?;
    let ids: Vec<ArticleId> = unsaid.iter().map(|(id, _)| *id).collect();
    let mut found = desk.store.by_article(place.newsroom, &ids).await?;
    found.retain(|sighting| !is_excluded(topic, sighting));
    leave_off_topic(desk, place, &mut found).await?;
    Ok(found)
}
