//! Sources that are muted but counted: what they add to a story without being shown.

use super::{View, headline};
use crate::desk::{Desk, No};
use crate::news::rank::Candidate;
use crate::news::{ArticleId, NewsroomId, StoryId};
use crate::page::story::SourceLine;
use crate::store::Sighting;
use std::collections::HashSet;

/// What a card says of an article whose source is muted but counted, in place of its headline.
const COUNTED_ONLY: &str = "muted here, counted all the same";

/// The candidates with what sources report of their stories that are muted but counted.
pub(super) async fn with_counted(
    desk: &Desk,
    newsroom: NewsroomId,
    mut candidates: Vec<Candidate>,
) -> Result<Vec<Candidate>, No> {
    let stories: HashSet<StoryId> = candidates.iter().map(|one| one.story).collect();
    let stories: Vec<StoryId> = stories.into_iter().collect();
    let counted = desk.store.counted(newsroom, &stories).await?;
    candidates.extend(counted.into_iter().map(|(story, outlet, text)| Candidate {
        article: text,
        story,
        outlet,
        weight: 0.0,
        at: 0,
        fit: 0.0,
        same_text: text,
    }));
    Ok(candidates)
}

/// The articles of a story for its card, oldest first; what is only counted comes last.
pub fn source_lines(view: &View) -> Vec<SourceLine> {
    let heard = pieces(view).into_iter().map(|(_, line)| line);
    let counted = view.counted.iter().map(|sighting| SourceLine {
        outlet: sighting.outlet_name.clone(),
        title: COUNTED_ONLY.to_owned(),
        url: None,
        at: sighting.article.at(),
        copy: false,
    });
    heard.chain(counted).collect()
}

/// The articles that are shown, oldest first, each with its line.
pub fn pieces(view: &View) -> Vec<(ArticleId, SourceLine)> {
    let mut texts = HashSet::new();
    let mut in_order: Vec<&Sighting> = view.sightings.iter().collect();
    in_order.sort_by_key(|sighting| (sighting.article.at(), sighting.article.id));
    let piece = |sighting: &Sighting| {
        let line = SourceLine {
            outlet: sighting.outlet_name.clone(),
            title: headline(sighting, view.refrains(sighting)),
            url: sighting.article.link.clone(),
            at: sighting.article.at(),
            copy: !texts.insert(sighting.same_text),
        };
        (sighting.article.id, line)
    };
    in_order.into_iter().map(piece).collect()
}
