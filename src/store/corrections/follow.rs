//! What a newsroom's splits mean for articles that come later: each goes to the part that it is
//! nearest to.

use super::super::statements::{json_array, statements};
use super::super::{Result, neighbours, overlay};
use super::{places, put};
use crate::news::correction::{Correction, Kind, nearest_part};
use crate::news::story::Neighbour;
use crate::news::{ArticleId, NewsroomId, Overlay, StoryId};
use sqlx::SqliteConnection;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Stories that were split off one another in a row.
const SPLITS_DEEP_MAX: usize = 50;

statements! {
    /// Whether any article is in a story of a newsroom's own at all.
    ANY = "SELECT EXISTS (SELECT 1 FROM corrected)";
    /// Newsrooms that split or merged the stories of these articles.
    CONCERNED = "WITH own AS (SELECT DISTINCT p.story AS story FROM json_each($1) AS w
            CROSS JOIN placement AS p ON p.article = w.value)
        SELECT k.newsroom FROM own CROSS JOIN placement AS q ON q.story = own.story
            CROSS JOIN corrected AS k ON k.article = q.article
        UNION SELECT r.newsroom FROM own
            CROSS JOIN story AS s ON s.id = own.story OR s.alias_of = own.story
            CROSS JOIN correction AS r ON r.story = s.id AND r.undone_at IS NULL
        UNION SELECT r.newsroom FROM own
            CROSS JOIN story AS s ON s.id = own.story OR s.alias_of = own.story
            CROSS JOIN correction AS r ON r.other = s.id AND r.undone_at IS NULL";
    PLACED = "SELECT p.article, p.story, n.neighbours FROM json_each($1) AS w
        CROSS JOIN placement AS p ON p.article = w.value
        CROSS JOIN placement_neighbours AS n ON n.sequence = p.sequence ORDER BY p.sequence";
    SPLIT_OFF = "SELECT k.article, k.story, p.story FROM corrected AS k
        CROSS JOIN placement AS p ON p.article = k.article
        WHERE k.newsroom = $1 ORDER BY k.article, k.correction";
}

/// Articles that were placed into stories which a newsroom split go to the part that they are
/// nearest to. `moved`: articles that the machine put elsewhere.
pub async fn follow(c: &mut SqliteConnection, articles: String, moved: Vec<i64>) -> Result<()> {
    let any: bool = sqlx::query_scalar(ANY).fetch_one(&mut *c).await?;
    if !any {
        return Ok(());
    }
    let mut all: Vec<i64> = serde_json::from_str(&articles)?;
    all.extend(moved);
    let articles = json_array(all);
    let rooms: Vec<i64> = sqlx::query_scalar(CONCERNED)
        .bind(&articles)
        .fetch_all(&mut *c)
        .await?;
    for room in rooms {
        assign(c, NewsroomId(room), articles.clone()).await?;
    }
    Ok(())
}

/// Where a newsroom's splits put articles, beside where the machine did.
struct Split {
    seen: Overlay,
    /// The newsroom's own story of an article.
    own: HashMap<ArticleId, StoryId>,
    /// Own stories with the names of the stories that their articles come from.
    from: HashSet<(StoryId, StoryId)>,
}

impl Split {
    async fn load(c: &mut SqliteConnection, room: NewsroomId) -> Result<Option<Self>> {
        let rows: Vec<(i64, i64, i64)> = sqlx::query_as(SPLIT_OFF)
            .bind(room.0)
            .fetch_all(&mut *c)
            .await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let mut split = Self {
            seen: overlay::of(c, room).await?.unwrap_or_default(),
            own: HashMap::new(),
            from: HashSet::new(),
        };
        let mut places = HashMap::new();
        for (article, own, placed) in rows {
            split.own.insert(ArticleId(article), StoryId(own));
            places.insert(ArticleId(article), StoryId(placed));
        }
        for (article, own) in &split.own {
            split.from.insert((*own, split.seen.story(places[article])));
        }
        Ok(Some(split))
    }

    /// The own story of an article that the machine placed into `story`; none where it stays there.
    fn part(
        &self,
        story: StoryId,
        neighbours: &[Neighbour],
        places: &HashMap<ArticleId, StoryId>,
    ) -> Option<StoryId> {
        let story = self.seen.story(story);
        nearest_part(neighbours, |article| match self.own.get(&article) {
            Some(own) => self.from.contains(&(*own, story)).then_some(Some(*own)),
            None => {
                let placed = places.get(&article)?;
                (self.seen.story(*placed) == story).then_some(None)
            }
        })
    }
}

/// Puts those of the articles into stories of the newsroom's own that belong there and stand in
/// none.
pub async fn assign(c: &mut SqliteConnection, room: NewsroomId, articles: String) -> Result<()> {
    let Some(mut split) = Split::load(c, room).await? else {
        return Ok(());
    };
    type Placed = (i64, i64, Vec<u8>);
    let rows: Vec<Placed> = sqlx::query_as(PLACED)
        .bind(articles)
        .fetch_all(&mut *c)
        .await?;
    let rows: Vec<_> = (rows.into_iter())
        .map(|(article, story, bytes)| {
            let neighbours = neighbours::from_bytes(&bytes);
            (ArticleId(article), StoryId(story), neighbours)
        })
        .filter(|(article, ..)| !split.own.contains_key(article))
        .collect();
    let near: BTreeSet<i64> = (rows.iter())
        .flat_map(|(_, _, neighbours)| neighbours.iter().map(|one| one.article.0))
        .collect();
    let places = places(c, json_array(near)).await?;
    let live = overlay::live(c, room).await?;
    for (article, story, neighbours) in rows {
        let Some(own) = split.part(story, &neighbours, &places) else {
            continue;
        };
        // With a row for each story that it was split off: where one of the splits is taken back,
        // it goes where its neighbour goes.
        for part in lineage(&live, own) {
            let correction = -part.0;
            put(c, room, correction, part, std::iter::once(article)).await?;
        }
        split.own.insert(article, own);
    }
    Ok(())
}

/// A newsroom's own story and those of its own that it was split off, one from the other.
fn lineage(live: &[Correction], own: StoryId) -> Vec<StoryId> {
    let mut parts = vec![own];
    let made = |own: StoryId| {
        let splits = live.iter().find(|one| one.kind == Kind::Split(own));
        splits.map(|one| one.story).filter(|story| story.is_own())
    };
    while let Some(parent) = parts.last().copied().and_then(made) {
        if parts.len() >= SPLITS_DEEP_MAX || parts.contains(&parent) {
            break;
        }
        parts.push(parent);
    }
    parts
}
