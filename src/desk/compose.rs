//! From what the store knows to what a page shows: finding, ranking and quoting for every command.

mod counted;
mod place;
mod told;
mod views;

pub use counted::{pieces, source_lines};
pub use place::{articles, sightings, unsaid_sightings};
pub use told::timeline;
pub use views::{View, refrains_of, view_all, views};

use crate::clock::{HOUR, Millis};
use crate::desk::learned::{self, Lesson};
use crate::desk::{Desk, No};
use crate::news::quote::{Material, Wanted};
use crate::news::rank::{self, Candidate};
use crate::news::topic::Fit;
use crate::news::{
    ArticleId, NewsroomId, SourceId, StoryId, Topic, grounding, hashtag, outlet, quote,
};
use crate::page::brief::Reach;
use crate::page::story::{QuoteLine, StoryLines};
use crate::store::{Hunt, Sighting};
use crate::text::refrain::Refrains;
use crate::text::vector::Vector;
use crate::text::{background, plain, terms};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Articles that one answer is ranked from, the newest that match.
const CANDIDATES_MAX: u32 = 500;
/// Articles without the topic's words that are held against what was learned of it, the newest; and
/// how many of them may stand in an answer, those that fit best.
const UNSAID_LOOKED_AT_MAX: u32 = 1_500;
const UNSAID_MAX: usize = 100;
/// Stories that an answer keeps for Next.
pub const STORIES_KEPT_MAX: usize = 60;
/// Quotes come from a story's last hours only, so that figures that grew do not stand side by side.
const QUOTES_SPAN_MS: Millis = 36 * HOUR;
/// Articles of one story that quotes are chosen from, the newest.
const MATERIAL_MAX: usize = 12;

/// Characters of a bare article's first words that stand for its headline.
const HEADLINE_CHARS_MAX: usize = 100;

/// Quotes more than wanted that are looked at where one was no news.
const SPARE_QUOTES: usize = 2;

/// Where and when to look.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub newsroom: NewsroomId,
    pub topic: Option<&'a Topic>,
    pub source: Option<SourceId>,
    pub from: Millis,
    pub until: Millis,
    /// Only what the newsroom's sources carried first after that moment.
    pub seen_after: Option<Millis>,
}

/// The stories of an answer in their order, and what the head of the page says of them.
#[derive(Debug, Default)]
pub struct Found {
    pub stories: Vec<StoryId>,
    pub outlets: usize,
    /// Where there were more articles than one answer is made from.
    pub reach: Option<Reach>,
}

/// Finds and ranks stories.
///
/// # Errors
/// Failures of the store.
pub async fn find(desk: &Desk, place: Place<'_>) -> Result<Found, No> {
    let (mut sightings, reach) = place::reaching(desk, place).await?;
    let scores = match place.topic {
        Some(topic) => {
            let lesson = learned::lesson(desk, place.newsroom, topic).await?;
            let mut scores = scores(desk, topic, lesson.as_ref(), &sightings).await?;
            if let Some(lesson) = lesson {
                let unsaid = unsaid(desk, place, topic, &lesson, &sightings).await?;
                let ids: Vec<ArticleId> = unsaid.iter().map(|(id, _)| *id).collect();
                let mut found = desk.store.by_article(place.newsroom, &ids).await?;
                found.retain(|one| !is_excluded(topic, one) && place.has_seen(one));
                place::leave_off_topic(desk, place, &mut found).await?;
                sightings.extend(found);
                scores.extend(unsaid);
            }
            scores
        }
        None => HashMap::new(),
    };
    let candidates: Vec<Candidate> = sightings
        .iter()
        .map(|sighting| Candidate {
            article: sighting.article.id,
            story: story_of(sighting),
            outlet: sighting.article.outlet.clone(),
            weight: sighting.weight.factor(),
            at: sighting.article.at(),
            fit: match place.topic {
                None => 1.0,
                Some(_) => scores.get(&sighting.article.id).copied().unwrap_or(0.0),
            },
            same_text: sighting.same_text,
        })
        .collect();
    let candidates = counted::with_counted(desk, place.newsroom, candidates).await?;
    let mut ranked = rank::stories(&candidates, place.until);
    if place.topic.is_none() {
        rank::spread(&mut ranked, &candidates);
    }
    let stories: Vec<StoryId> = ranked
        .iter()
        .map(|ranked| ranked.story)
        .take(STORIES_KEPT_MAX)
        .collect();
    let chosen: HashSet<StoryId> = stories.iter().copied().collect();
    let outlets: HashSet<&str> = candidates
        .iter()
        .filter(|candidate| chosen.contains(&candidate.story))
        .map(|candidate| candidate.outlet.as_str())
        .collect();
    Ok(Found {
        outlets: outlets.len(),
        stories,
        reach,
    })
}

fn hunt(place: Place<'_>) -> Hunt<'_> {
    Hunt {
        newsroom: place.newsroom,
        topic: place.topic,
        source: place.source,
        from: ArticleId::first_at(place.from),
        until: ArticleId::first_at(place.until.saturating_add(1)),
        newest: CANDIDATES_MAX,
    }
}

/// Articles of the place that never say the topic's words and yet are about it by what was learned,
/// those that fit best, each with its fit.
async fn unsaid(
    desk: &Desk,
    place: Place<'_>,
    topic: &Topic,
    lesson: &Lesson,
    said: &[Sighting],
) -> Result<Vec<(ArticleId, f32)>, No> {
    let all = Hunt {
        topic: None,
        newest: UNSAID_LOOKED_AT_MAX,
        ..hunt(place)
    };
    let said: HashSet<ArticleId> = said.iter().map(|sighting| sighting.article.id).collect();
    let mut ids = desk.store.hunt_ids(&all).await?;
    ids.retain(|id| !said.contains(id));
    let vectors = desk.store.vectors(&ids).await?;
    let fit = Fit::new(topic);
    let mut found: Vec<(ArticleId, f32)> = vectors
        .iter()
        .filter_map(|(id, vector)| {
            let mut standing = lesson.standing(&fit, vector);
            // The hunt did not find all words: those that the vector shows are not all.
            standing.has_every_word &= fit.is_shown;
            standing.is_match().then(|| (*id, standing.fit(0.0)))
        })
        .collect();
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
    found.truncate(UNSAID_MAX);
    Ok(found)
}

/// Whether the article holds what the topic leaves out: vectors do not show phrases, stop words and
/// the end of a long text.
fn is_excluded(topic: &Topic, sighting: &Sighting) -> bool {
    if topic.excluded.is_empty() && topic.excluded_phrases.is_empty() {
        return false;
    }
    let article = &sighting.article;
    let of = |text: &str| terms::terms(text, article.language.as_deref());
    topic.excludes(&of(&article.title), &of(&article.text))
}

/// How well each article is about the topic.
async fn scores(
    desk: &Desk,
    topic: &Topic,
    lesson: Option<&Lesson>,
    sightings: &[Sighting],
) -> Result<HashMap<ArticleId, f32>, No> {
    let ids: Vec<ArticleId> = sightings
        .iter()
        .map(|sighting| sighting.article.id)
        .collect();
    let vectors = desk.store.vectors(&ids).await?;
    let fit = Fit::new(topic);
    let score = |vector: &Vector| {
        let words = fit.score(vector, background::idf);
        match lesson {
            Some(lesson) if words > 0.0 => lesson.standing(&fit, vector).fit(words),
            _ => words,
        }
    };
    Ok(vectors
        .iter()
        .map(|(id, vector)| (*id, score(vector)))
        .collect())
}

/// The story of an article; one that waits for its place is a story of its own.
pub fn story_of(sighting: &Sighting) -> StoryId {
    sighting.story.unwrap_or(StoryId(sighting.article.id.0))
}

/// A story as an answer shows it, with at most `quotes` quotes.
pub fn lines(view: &View, quotes: usize) -> StoryLines {
    let lead = &view.sightings[lead(&view.sightings)];
    lines_of(view, lead, quotes)
}

/// A story with the headline of the newest of these articles, where it holds one.
pub fn lines_led_by(view: &View, articles: &HashSet<ArticleId>) -> StoryLines {
    let own = view
        .sightings
        .iter()
        .filter(|sighting| articles.contains(&sighting.article.id));
    match own.max_by_key(|sighting| sighting.article.id) {
        Some(lead) => lines_of(view, lead, 0),
        None => lines(view, 0),
    }
}

fn lines_of(view: &View, lead: &Sighting, quotes: usize) -> StoryLines {
    let sightings = &view.sightings;
    StoryLines {
        id: view.id,
        place: view.place,
        headline: headline(lead, view.refrains(lead)),
        url: lead.article.link.clone(),
        outlets: outlets(view),
        lead_outlet: lead.outlet_name.clone(),
        carriers: carriers(view),
        newest: newest(sightings),
        quotes: if quotes == 0 {
            Vec::new()
        } else {
            quote_lines(view, quotes)
        },
        differs: if quotes == 0 {
            Vec::new()
        } else {
            told::differs(view)
        },
    }
}

/// Index of the article whose headline stands for the story.
fn lead(sightings: &[Sighting]) -> usize {
    let candidates: Vec<rank::LeadCandidate> = sightings
        .iter()
        .map(|sighting| rank::LeadCandidate {
            at: sighting.article.at(),
            text_chars: sighting.article.text.chars().count(),
            weight: sighting.weight.factor(),
            fit: 1.0,
        })
        .collect();
    rank::lead(&candidates).min(sightings.len().saturating_sub(1))
}

/// The headline without its outlet's name at the end; a bare article is called by the first words
/// of its report.
pub fn headline(sighting: &Sighting, refrains: &Refrains) -> String {
    let article = &sighting.article;
    let title = outlet::clean_title(&article.title, &sighting.outlet_name);
    if title.is_empty() {
        let report = refrains.cut_from(&article.text, article.language.as_deref());
        plain::cut(report.trim_start(), HEADLINE_CHARS_MAX)
    } else {
        title
    }
}

/// Outlets that have the story; copies of one text count once.
pub fn outlets(view: &View) -> usize {
    let all = view.sightings.iter().chain(&view.counted);
    rank::outlets(all.map(|sighting| (sighting.article.outlet.as_str(), sighting.same_text)))
}

/// Outlets that have the story, each once, whatever text they carry.
fn carriers(view: &View) -> usize {
    let all = view.sightings.iter().chain(&view.counted);
    let outlets: HashSet<&str> = all.map(|one| one.article.outlet.as_str()).collect();
    outlets.len()
}

/// Verbatim sentences of the story's recent articles.
fn quote_lines(view: &View, quotes: usize) -> Vec<QuoteLine> {
    let sightings = &view.sightings;
    let newest = newest(sightings);
    let mut recent: Vec<&Sighting> = sightings
        .iter()
        .filter(|sighting| {
            !sighting.article.text.is_empty() && newest - sighting.article.at() <= QUOTES_SPAN_MS
        })
        .collect();
    recent.sort_by_key(|sighting| std::cmp::Reverse((sighting.article.at(), sighting.article.id)));
    // A story is quoted in the language of its headline.
    let language = sightings[lead(sightings)].article.language.as_deref();
    let spoken = |sighting: &&Sighting| sighting.article.language.as_deref() == language;
    if language.is_some() && recent.iter().any(spoken) {
        recent.retain(spoken);
    }
    recent.truncate(MATERIAL_MAX);
    recent.reverse();
    let material: Vec<Material<'_>> = recent
        .iter()
        .enumerate()
        .map(|(index, sighting)| material(index, sighting, view.refrains(sighting)))
        .collect();
    let told = quoted(&material, &recent, quotes);
    if told.len() == quotes && told.iter().all(|line| !speaks_of_itself(line)) {
        return told;
    }
    let mut told = quoted(&material, &recent, quotes + SPARE_QUOTES);
    told.retain(|line| !speaks_of_itself(line));
    told.truncate(quotes);
    told
}

fn quoted(material: &[Material<'_>], recent: &[&Sighting], quotes: usize) -> Vec<QuoteLine> {
    quote::select(material, Wanted::Sentences(quotes))
        .into_iter()
        .filter_map(|quote| quote_line(recent.get(quote.article)?, &quote.range))
        .collect()
}

/// The gate: what is no whole sentence of the stored article is not shown.
fn quote_line(sighting: &Sighting, range: &Range<usize>) -> Option<QuoteLine> {
    let article = &sighting.article;
    let Some(sentence) = grounding::verbatim(&article.text, article.language.as_deref(), range)
    else {
        let (id, outlet) = (article.id.0, &article.outlet);
        tracing::warn!(
            article = id,
            "a quote of {outlet} does not stand in article {id}: dropped"
        );
        return None;
    };
    Some(QuoteLine {
        sentence: sentence.to_owned(),
        outlet: sighting.outlet_name.clone(),
        url: article.link.clone(),
    })
}

fn newest(sightings: &[Sighting]) -> Millis {
    let times = sightings.iter().map(|sighting| sighting.article.at());
    times.max().unwrap_or_default()
}

/// "Basin Weekly is printed on …": an imprint, not news.
fn speaks_of_itself(line: &QuoteLine) -> bool {
    let rest = line.sentence.strip_prefix(line.outlet.as_str());
    rest.is_some_and(|rest| {
        [" is ", " ist ", " es ", " est "]
            .iter()
            .any(|verb| rest.starts_with(verb))
    })
}

/// An article as quotes are chosen from it.
pub fn material<'a>(index: usize, sighting: &'a Sighting, refrains: &'a Refrains) -> Material<'a> {
    Material {
        article: index,
        outlet: &sighting.article.outlet,
        same_text: sighting.same_text.0,
        title: &sighting.article.title,
        text: &sighting.article.text,
        language: sighting.article.language.as_deref(),
        refrains,
        at: sighting.article.at(),
        weight: sighting.weight.factor(),
    }
}

/// Hashtags of a story's articles: names, without the outlets' own.
pub fn hashtags(view: &View) -> Vec<String> {
    let reports: Vec<(&str, Cow<'_, str>, Option<&str>)> = view
        .sightings
        .iter()
        .take(MATERIAL_MAX)
        .map(|sighting| {
            let article = &sighting.article;
            let language = article.language.as_deref();
            let report = view.refrains(sighting).cut_from(&article.text, language);
            (article.title.as_str(), report, language)
        })
        .collect();
    let articles: Vec<(&str, &str, Option<&str>)> = reports
        .iter()
        .map(|(title, report, language)| (*title, report.as_ref(), *language))
        .collect();
    let names: Vec<&str> = view
        .sightings
        .iter()
        .map(|sighting| sighting.outlet_name.as_str())
        .collect();
    hashtag::hashtags(&articles, &names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::Article;
    use crate::news::source::Weight;

    fn sighting(text: &str) -> Sighting {
        let id = ArticleId::first_at(1_900_000_000_000);
        Sighting {
            article: Article {
                id,
                revision: 1,
                source: SourceId(1),
                outlet: "heron.example".to_owned(),
                link: None,
                title: "Ferry sinks".to_owned(),
                text: text.to_owned(),
                language: Some("en".to_owned()),
                published: None,
                seen: id.at(),
                image: None,
            },
            story: None,
            outlet_name: "The Heron".to_owned(),
            source: SourceId(1),
            weight: Weight::Normal,
            same_text: id,
            seen: id.at(),
        }
    }

    #[test]
    fn a_quote_that_does_not_stand_verbatim_is_dropped() {
        let text = "The ferry Orla sank off Avel. Größe and storm were the cause.";
        let heron = sighting(text);
        let first = 0.."The ferry Orla sank off Avel.".len();
        let told = quote_line(&heron, &first).expect("a whole sentence");
        assert_eq!(told.sentence, "The ferry Orla sank off Avel.");
        for wrong in [0..9, 4..first.end, first.start..text.len(), 0..9_999, 0..34] {
            assert_eq!(quote_line(&heron, &wrong), None, "{wrong:?}");
        }
        // The text was edited since the range was found.
        let edited = sighting("The ferry Orla did not sink off Avel. Storm was not the cause.");
        assert_eq!(quote_line(&edited, &first), None);
    }
}
