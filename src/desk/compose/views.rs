//! Stories as a newsroom sees them, with what is needed to draw them.

use super::story_of;
use crate::desk::{Desk, No};
use crate::news::source::Weight;
use crate::news::{ArticleId, NewsroomId, SourceId, StoryId};
use crate::store::Sighting;
use crate::text::refrain::Refrains;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A story with all its visible articles.
#[derive(Clone, Debug)]
pub struct View {
    /// Its living id.
    pub id: StoryId,
    /// Place among the stories asked for, from 0.
    pub place: usize,
    pub sightings: Vec<Sighting>,
    /// Articles of sources that are muted but counted: nothing of them is shown.
    pub counted: Vec<Sighting>,
    /// What the articles' sources say in all their articles.
    pub(super) refrains: Arc<HashMap<SourceId, Refrains>>,
}

impl View {
    /// Those of an article's source.
    pub(super) fn refrains(&self, sighting: &Sighting) -> &Refrains {
        refrains_of(&self.refrains, sighting)
    }
}

/// The refrains of an article's source.
pub fn refrains_of<'a>(all: &'a HashMap<SourceId, Refrains>, sighting: &Sighting) -> &'a Refrains {
    all.get(&sighting.article.source).unwrap_or(Refrains::NONE)
}

/// Stories in the order asked for, each once, under their living ids: one that was merged since is
/// shown as the one that it became, an article that was placed since as its story. What the
/// newsroom sees nothing of is left out.
///
/// # Errors
/// Failures of the store.
pub async fn views(
    desk: &Desk,
    newsroom: NewsroomId,
    stories: &[StoryId],
) -> Result<Vec<View>, No> {
    let mut living = desk.store.living(newsroom, stories).await?;
    let loose: Vec<ArticleId> = stories
        .iter()
        .filter(|story| !living.contains_key(story))
        .map(|story| ArticleId(story.0))
        .collect();
    let mut seen: HashMap<StoryId, Vec<Sighting>> = HashMap::new();
    if !loose.is_empty() {
        for sighting in desk.store.by_article(newsroom, &loose).await? {
            let asked = StoryId(sighting.article.id.0);
            living.insert(asked, story_of(&sighting));
            if sighting.story.is_none() {
                seen.insert(asked, vec![sighting]);
            }
        }
    }
    let wanted: Vec<StoryId> = living.values().copied().collect();
    seen.extend(desk.store.view(newsroom, &wanted).await?);
    let sources: HashSet<SourceId> = (seen.values().flatten())
        .map(|sighting| sighting.article.source)
        .collect();
    let sources: Vec<SourceId> = sources.into_iter().collect();
    let refrains = Arc::new(desk.store.refrains(&sources).await?);
    let in_order = stories.iter().enumerate().filter_map(|(place, asked)| {
        let id = *living.get(asked)?;
        view(id, place, seen.remove(&id)?, &refrains)
    });
    Ok(in_order.collect())
}

/// One story, also where moderators hid it; none where the newsroom sees nothing of it.
///
/// # Errors
/// Failures of the store.
pub async fn view_all(
    desk: &Desk,
    newsroom: NewsroomId,
    story: StoryId,
) -> Result<Option<View>, No> {
    let Some((id, sightings)) = desk.store.view_all(newsroom, story).await? else {
        return Ok(None);
    };
    let sources: HashSet<SourceId> = sightings.iter().map(|one| one.article.source).collect();
    let sources: Vec<SourceId> = sources.into_iter().collect();
    let refrains = Arc::new(desk.store.refrains(&sources).await?);
    Ok(view(id, 0, sightings, &refrains))
}

/// None where nothing of it is shown.
fn view(
    id: StoryId,
    place: usize,
    all: Vec<Sighting>,
    refrains: &Arc<HashMap<SourceId, Refrains>>,
) -> Option<View> {
    let all = all.into_iter();
    let all = all.filter(|sighting| sighting.weight != Weight::Muted);
    let (sightings, counted): (Vec<_>, Vec<_>) =
        all.partition(|sighting| sighting.weight.is_heard());
    (!sightings.is_empty()).then(|| View {
        id,
        place,
        sightings,
        counted,
        refrains: Arc::clone(refrains),
    })
}
