//! `/headlines`: ten linked headlines, one a story.

use crate::clock::Millis;
use crate::desk::command::{Answer, Asked, Command, Kind, No, Opt, PERIOD, SOURCE, Who, boxed};
use crate::desk::compose::{self, Place, View};
use crate::desk::{Asker, Desk, brief, sources, story};
use crate::news::source::NewsroomSource;
use crate::news::topic::as_link;
use crate::news::{ArticleId, NewsroomId, StoryId, Topic};
use crate::page::Ask;
use crate::page::brief::Reach;
use crate::page::list::{HEADLINES_MAX, Headlines, headlines};
use crate::page::period::Period;
use crate::page::story::StoryLines;
use std::collections::HashSet;

pub const COMMAND: Command = Command {
    name: "headlines",
    description: "Linked headlines, one a story",
    who: Who::Everyone,
    options: &[
        Opt {
            name: "topic",
            description: "Words or a \"phrase\"; none for the top of all sources",
            kind: Kind::Topic,
            required: false,
            complete: true,
        },
        SOURCE,
        PERIOD,
    ],
    subs: &[],
    in_discord: true,
    public_in_news: true,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    let ask = &asked.ask;
    let now = desk.now();
    let room = desk.store.newsroom(asker.newsroom, now).await?;
    let typed = ask.get("topic").unwrap_or_default();
    if as_link(typed).is_some() || story::id_of(typed).is_some() {
        return story::card(desk, asker, &Ask::new("story").value("find", typed)).await;
    }
    let until = ask.as_of.unwrap_or(now);
    let topic = match typed.trim() {
        "" => None,
        typed => brief::topic_of(typed)?,
    };
    let source = match ask.get("source").filter(|typed| !typed.trim().is_empty()) {
        Some(typed) => Some(sources::pick_heard(desk, room, typed).await?),
        None => None,
    };
    let period = ask
        .get("period")
        .and_then(Period::parse)
        .unwrap_or(Period::Day);
    let place = Place {
        newsroom: room,
        topic: topic.as_ref(),
        source: source.as_ref().map(|source| source.source.id),
        from: until - period.millis(),
        until,
        seen_after: None,
    };
    let (stories, reach) = stories(desk, place, ask).await?;
    let title = title(topic.as_ref(), source.as_ref());
    if stories.is_empty() {
        return brief::empty(
            desk,
            asker,
            room,
            topic.as_ref().map(brief::title_of),
            period,
            ask,
        )
        .await;
    }
    let from = ask.from.min(stories.len());
    let shown = &stories[from..stories.len().min(from + HEADLINES_MAX)];
    let views = compose::views(desk, room, shown).await?;
    let span = (until - period.millis(), until);
    let of_source = of_source(desk, room, source.as_ref(), span).await?;
    Ok(headlines(&Headlines {
        title,
        period: format!("last {}", period.short()),
        stories: views.iter().map(|view| lines(view, &of_source)).collect(),
        page_max: shown.len(),
        stories_all: stories.len(),
        only_strongest: stories.len() >= compose::STORIES_KEPT_MAX,
        reach,
        read_at: desk.store.last_read(room).await?,
        ask: Ask {
            kept: stories.iter().map(|story| story.0).collect(),
            from,
            as_of: Some(until),
            ..ask.clone()
        },
        may_show: asker.may_show(),
    }))
}

fn lines(view: &View, of_source: &Option<HashSet<ArticleId>>) -> StoryLines {
    match of_source {
        Some(articles) => compose::lines_led_by(view, articles),
        None => compose::lines(view, 0),
    }
}

/// Those kept by an earlier page, else found now; where found, how far back they go.
async fn stories(
    desk: &Desk,
    place: Place<'_>,
    ask: &Ask,
) -> Result<(Vec<StoryId>, Option<Reach>), No> {
    if ask.kept.is_empty() {
        let found = compose::find(desk, place).await?;
        return Ok((found.stories, found.reach));
    }
    Ok((ask.kept.iter().map(|id| StoryId(*id)).collect(), None))
}

/// "Harbour in Avel Courier".
fn title(topic: Option<&Topic>, source: Option<&NewsroomSource>) -> String {
    match (topic.map(brief::title_of), source) {
        (Some(topic), Some(source)) => format!("{topic} in {}", source.name),
        (Some(topic), None) => topic,
        (None, Some(source)) => source.name.clone(),
        (None, None) => brief::TOP.to_owned(),
    }
}

/// What the one source carried, so that its own headlines are shown.
async fn of_source(
    desk: &Desk,
    newsroom: NewsroomId,
    source: Option<&NewsroomSource>,
    (from, until): (Millis, Millis),
) -> Result<Option<HashSet<ArticleId>>, No> {
    let Some(source) = source else {
        return Ok(None);
    };
    let place = Place {
        newsroom,
        topic: None,
        source: Some(source.source.id),
        from,
        until,
        seen_after: None,
    };
    Ok(Some(compose::articles(desk, place).await?))
}
