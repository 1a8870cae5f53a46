//! `/story`: one story with its quotes, every source, related stories and hashtags.

use crate::clock::DAY;
use crate::desk::command::{Answer, Asked, Command, Kind, No, Opt, Who, boxed};
use crate::desk::compose::{self, Place};
use crate::desk::letters::OUTBOX;
use crate::desk::wrong::WRONG;
use crate::desk::{Asker, Desk, brief, letters, wrong};
use crate::news::topic::as_link;
use crate::news::{ArticleId, Newsroom, NewsroomId, StoryId, link, related};
use crate::page::period::Period;
use crate::page::story::{CARD_RELATED_MAX, Card, StoryLines, card as draw};
use crate::page::{self, Ask, Refusal};
use crate::store::{Hunt, Sighting};
use crate::text::background;
use crate::text::vector::Vector;
use std::collections::{HashMap, HashSet};

pub const COMMAND: Command = Command {
    name: "story",
    description: "One story: its quotes, every source, related stories",
    who: Who::Everyone,
    options: &[Opt {
        name: "find",
        description: "A headline, words of it, or a link",
        kind: Kind::Story,
        required: true,
        complete: true,
    }],
    subs: &[],
    in_discord: true,
    public_in_news: true,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

/// How far back a story is looked for by words, and related ones by what they share.
const FIND_DAYS: i64 = 30;
const RELATED_DAYS: i64 = 7;
/// Articles among which related stories are looked for, the newest.
const RELATED_ARTICLES_MAX: u32 = 300;
/// Quotes on a card.
const CARD_QUOTES_MAX: usize = 4;

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    card(desk, asker, &asked.ask).await
}

/// `~123` as autocomplete and selects send it.
pub fn id_of(typed: &str) -> Option<StoryId> {
    typed.trim().strip_prefix('~')?.parse().ok().map(StoryId)
}

/// The card of the story that `ask` looks for.
///
/// # Errors
/// A refusal where a link is not known; failures of the store.
pub async fn card(desk: &Desk, asker: &Asker, ask: &Ask) -> Answer {
    let typed = ask.get("find").unwrap_or_default();
    let now = desk.now();
    let room = match desk.room_of_direct(asker, ask).await? {
        Some(room) => room,
        None => desk.store.newsroom(asker.newsroom, now).await?,
    };
    let Some(id) = find(desk, room, typed).await? else {
        if let Some(url) = as_link(typed) {
            refuse_hidden(desk, room, url.as_str()).await?;
            let refusal = Refusal::new("None of the sources here has that article.");
            return Err(refusal
                .can("Paste a link from an answer of Lede, or search for words of its headline.")
                .into());
        }
        return brief::empty(
            desk,
            asker,
            room,
            Some(typed.trim().to_owned()),
            Period::Month,
            &Ask::new("brief").value("topic", typed),
        )
        .await;
    };
    let Some(view) = compose::views(desk, room, &[id]).await?.pop() else {
        if let Some(outlet) = muted_outlet(desk, room, typed).await? {
            return Err(page::link::muted(&outlet).into());
        }
        let refusal = Refusal::new("That story is no longer here.");
        return Err(refusal
            .can(
                "Its sources may have been removed, or moderators hid it. Ask for the topic again.",
            )
            .into());
    };
    let id = view.id;
    if ask.get(WRONG).is_some() {
        let story = compose::lines(&view, 0);
        return wrong::answer(desk, asker, room, &story, ask).await;
    }
    let related = related_stories(desk, room, id, &view.sightings, CARD_RELATED_MAX).await?;
    let drawn = tokio::task::spawn_blocking(move || {
        let story = compose::lines(&view, CARD_QUOTES_MAX);
        Card {
            timeline: compose::timeline(&view, &story.quotes),
            story,
            oldest: view
                .sightings
                .iter()
                .map(|sighting| sighting.article.at())
                .min()
                .unwrap_or_default(),
            sources: compose::source_lines(&view),
            related,
            hashtags: compose::hashtags(&view),
        }
    })
    .await
    .map_err(anyhow::Error::from)?;
    let again = Ask::new("story").value("find", format!("~{}", id.0));
    // Moderators are there to hear it in a server, or in that of the letter.
    let is_heard = matches!(asker.newsroom, Newsroom::Server(_)) || ask.get(OUTBOX).is_some();
    let wrong = is_heard.then(|| again.clone());
    let page = draw(&drawn, asker.may_show().then_some(again), wrong);
    Ok(letters::from_same_letter(page, ask))
}

/// The outlet of the article behind a link, where the newsroom muted it.
async fn muted_outlet(desk: &Desk, room: NewsroomId, typed: &str) -> Result<Option<String>, No> {
    let canonical = as_link(typed).and_then(|url| link::canonical(url.as_str(), None));
    let Some(canonical) = canonical else {
        return Ok(None);
    };
    let sighting = desk.store.by_link(room, &canonical).await?;
    let muted = sighting.filter(|sighting| !sighting.weight.is_heard());
    Ok(muted.map(|sighting| sighting.outlet_name))
}

/// By id, by link, else the best story that holds the words.
pub async fn find(desk: &Desk, room: NewsroomId, typed: &str) -> Result<Option<StoryId>, No> {
    if let Some(id) = id_of(typed) {
        return Ok(Some(id));
    }
    if let Some(url) = as_link(typed) {
        let Some(canonical) = link::canonical(url.as_str(), None) else {
            return Ok(None);
        };
        let sighting = desk.store.by_link(room, &canonical).await?;
        return Ok(sighting.map(|found| found.story.unwrap_or(StoryId(found.article.id.0))));
    }
    let Some(topic) = brief::topic_of(typed)? else {
        return Ok(None);
    };
    let until = desk.now();
    let place = Place {
        newsroom: room,
        topic: Some(&topic),
        source: None,
        from: until - FIND_DAYS * DAY,
        until,
        seen_after: None,
    };
    Ok(compose::find(desk, place).await?.stories.first().copied())
}

/// The same, of a link also where moderators hid its story.
///
/// # Errors
/// Failures of the store.
pub(super) async fn find_all(
    desk: &Desk,
    room: NewsroomId,
    typed: &str,
) -> Result<Option<StoryId>, No> {
    if id_of(typed).is_some() {
        return find(desk, room, typed).await;
    }
    let url = as_link(typed).and_then(|url| link::canonical(url.as_str(), None));
    match url {
        Some(url) => Ok(desk.store.story_of_link(room, &url).await?),
        None => find(desk, room, typed).await,
    }
}

/// Refuses a link whose story moderators hid: to all others it is as if no source had it.
///
/// # Errors
/// That refusal; failures of the store.
pub(super) async fn refuse_hidden(desk: &Desk, room: NewsroomId, url: &str) -> Result<(), No> {
    let Some(url) = link::canonical(url, None) else {
        return Ok(());
    };
    match desk.store.story_of_link(room, &url).await? {
        Some(story) if desk.store.overlay(room).await?.is_hidden(story) => {
            Err(page::link::hidden().into())
        }
        _ => Ok(()),
    }
}

/// Other stories of the last days that share what is rare, `most` of them.
///
/// # Errors
/// Failures of the store.
pub(super) async fn related_stories(
    desk: &Desk,
    room: NewsroomId,
    id: StoryId,
    sightings: &[Sighting],
    most: usize,
) -> Result<Vec<StoryLines>, No> {
    let newest = sightings
        .iter()
        .map(|sighting| sighting.article.at())
        .max()
        .unwrap_or_default();
    let hunt = Hunt {
        newsroom: room,
        topic: None,
        source: None,
        from: ArticleId::first_at(newest - RELATED_DAYS * DAY),
        until: ArticleId::first_at(newest + RELATED_DAYS * DAY),
        newest: RELATED_ARTICLES_MAX,
    };
    let near = desk.store.hunt(&hunt).await?;
    let story_of: HashMap<ArticleId, StoryId> = near
        .iter()
        .map(|other| {
            (
                other.article.id,
                other.story.unwrap_or(StoryId(other.article.id.0)),
            )
        })
        .collect();
    let mut ids: Vec<ArticleId> = story_of.keys().copied().collect();
    ids.extend(
        sightings
            .iter()
            .map(|sighting| sighting.article.id)
            .filter(|own| !story_of.contains_key(own)),
    );
    ids.sort();
    let own: Vec<ArticleId> = sightings
        .iter()
        .map(|sighting| sighting.article.id)
        .collect();
    let (own, others): (Vec<_>, Vec<_>) = desk
        .store
        .vectors(&ids)
        .await?
        .into_iter()
        .partition(|(article, _)| own.contains(article));
    let own: Vec<Vector> = own.into_iter().map(|(_, vector)| vector).collect();
    let others: Vec<(StoryId, Vector)> = others
        .into_iter()
        .filter_map(|(article, vector)| Some((*story_of.get(&article)?, vector)))
        .filter(|(story, _)| *story != id)
        .collect();
    let sum = related::sum(own.iter());
    let mut told = HashSet::new();
    let ranked: Vec<StoryId> = related::rank(&sum, &others, background::idf)
        .into_iter()
        .map(|(story, _)| story)
        .filter(|story| told.insert(*story))
        .take(most)
        .collect();
    let views = compose::views(desk, room, &ranked).await?;
    Ok(views.iter().map(|view| compose::lines(view, 0)).collect())
}
