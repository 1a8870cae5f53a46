//! `/headlines`: ten linked headlines, one a story.

use crate::desk::command::{Answer, Asked, Command, Kind, Opt, Who, boxed};
use crate::desk::compose::{self, Place};
use crate::desk::{Asker, Desk, brief, sources, story};
use crate::news::StoryId;
use crate::news::topic::as_link;
use crate::page::Ask;
use crate::page::list::{HEADLINES_MAX, Headlines, headlines};
use crate::page::period::{PERIODS, Period};

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
        Opt {
            name: "source",
            description: "Only this source",
            kind: Kind::Source,
            required: false,
            complete: true,
        },
        Opt {
            name: "period",
            description: "How far to look back",
            kind: Kind::Choice(PERIODS),
            required: false,
            complete: false,
        },
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
    let topic = match ask
        .get("topic")
        .map(str::trim)
        .filter(|typed| !typed.is_empty())
    {
        Some(typed) => brief::topic_of(typed)?,
        None => None,
    };
    let source = match ask.get("source").filter(|typed| !typed.trim().is_empty()) {
        Some(typed) => Some(sources::pick(desk, room, typed).await?),
        None => None,
    };
    let period = ask
        .get("period")
        .and_then(Period::parse)
        .unwrap_or(Period::Day);
    let stories: Vec<StoryId> = if ask.kept.is_empty() {
        let place = Place {
            newsroom: room,
            topic: topic.as_ref(),
            source: source.as_ref().map(|source| source.source.id),
            from: until - period.millis(),
            until,
        };
        compose::find(desk, place).await?.stories
    } else {
        ask.kept.iter().map(|id| StoryId(*id)).collect()
    };
    let title = match (&topic, &source) {
        (Some(topic), Some(source)) => format!("{} in {}", brief::title_of(topic), source.name),
        (Some(topic), None) => brief::title_of(topic),
        (None, Some(source)) => source.name.clone(),
        (None, None) => brief::TOP.to_owned(),
    };
    if stories.is_empty() {
        return brief::empty(desk, asker, room, title, period, ask).await;
    }
    let from = ask.from.min(stories.len());
    let shown = &stories[from..stories.len().min(from + HEADLINES_MAX)];
    let views = compose::views(desk, room, shown).await?;
    let of_source = match &source {
        Some(source) => {
            let place = Place {
                newsroom: room,
                topic: None,
                source: Some(source.source.id),
                from: until - period.millis(),
                until,
            };
            Some(compose::articles(desk, place).await?)
        }
        None => None,
    };
    Ok(headlines(&Headlines {
        title,
        period: format!("last {}", period.short()),
        stories: views
            .iter()
            .map(|view| match &of_source {
                Some(articles) => compose::lines_led_by(view, articles),
                None => compose::lines(view, 0),
            })
            .collect(),
        page_max: shown.len(),
        stories_all: stories.len(),
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
