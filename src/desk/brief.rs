//! `/brief`: the stories on a topic, with quotes.

use crate::clock::Millis;
use crate::desk::command::{Answer, Asked, Command, Kind, No, Opt, PERIOD, Who, boxed};
use crate::desk::compose::{self, Found, Place};
use crate::desk::{Asker, Desk, setup, sources, story, suggest};
use crate::news::push::NEWS_AGE_MAX_MS;
use crate::news::topic::{TopicError, as_link};
use crate::news::{NewsroomId, StoryId, Topic};
use crate::page::brief::{Brief, LENGTHS, Length, Since, draw, nothing_since};
use crate::page::help::{Nothing, nothing};
use crate::page::period::{PERIODS_OF_BRIEF, Period, SINCE};
use crate::page::subscriptions::words::capitalised;
use crate::page::{Ask, Refusal};

pub const COMMAND: Command = Command {
    name: "brief",
    description: "The news on a topic, quoted from your sources",
    who: Who::Everyone,
    options: &[
        Opt {
            name: "topic",
            description: "Words, a \"phrase\", a link, or Top stories",
            kind: Kind::Topic,
            required: true,
            complete: true,
        },
        Opt {
            kind: Kind::Choice(PERIODS_OF_BRIEF),
            ..PERIOD
        },
        Opt {
            name: "length",
            description: "How much of it",
            kind: Kind::Choice(LENGTHS),
            required: false,
            complete: false,
        },
    ],
    subs: &[],
    in_discord: true,
    public_in_news: true,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

/// Stories of which a page may show quotes or lines at most.
const PAGE_STORIES_MAX: usize = 14;
/// With fewer stories than this, a brief widens by itself.
const STORIES_ENOUGH: usize = 2;

/// What "no topic" is called where it is offered.
pub const TOP: &str = "Top stories";

/// Reads the topic option: none = top stories.
///
/// # Errors
/// A refusal that says what a topic is.
pub fn topic_of(typed: &str) -> Result<Option<Topic>, Refusal> {
    if typed.trim().eq_ignore_ascii_case(TOP) || typed.trim() == "~top" {
        return Ok(None);
    }
    let topic = Topic::parse(typed).map_err(refuse_topic)?;
    if let Some(lone) = topic.lone_character() {
        let cause = format!("“{lone}” alone cannot be looked for: it is one character.");
        return Err(Refusal::new(cause).can("Type a word of two characters or more."));
    }
    Ok(Some(topic))
}

/// A topic as the title of an answer.
pub fn title_of(topic: &Topic) -> String {
    capitalised(&topic.shown)
}

fn refuse_topic(error: TopicError) -> Refusal {
    match error {
        TopicError::Empty => {
            Refusal::new("There are no words in that topic.").can("Type a word, such as harbour.")
        }
        TopicError::OnlyExclusions => Refusal::new("That only says what to leave out.")
            .can("Add a word to look for, such as harbour -fish."),
        TopicError::TooManyWords { max } => {
            Refusal::new(format!("A topic has at most {max} words."))
                .can("Choose the ones that matter.")
        }
        TopicError::TooLong { max } => {
            Refusal::new(format!("A topic has at most {max} characters."))
                .can("Choose the words that matter.")
        }
    }
}

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    let ask = &asked.ask;
    let typed = ask.get("topic").unwrap_or_default();
    if as_link(typed).is_some() || story::id_of(typed).is_some() {
        return story::card(desk, asker, &Ask::new("story").value("find", typed)).await;
    }
    let topic = topic_of(typed)?;
    let now = desk.now();
    let room = desk.store.newsroom(asker.newsroom, now).await?;
    let until = ask.as_of.unwrap_or(now);
    let chosen = ask.get("period").and_then(Period::parse);
    let search = Search {
        desk,
        room,
        topic: topic.as_ref(),
        until,
    };
    let since = match ask.get("period") {
        Some(SINCE) => Some(search.since(asker, ask).await?),
        _ => None,
    };
    let (found, period) = match since {
        _ if !ask.kept.is_empty() => {
            let stories: Vec<StoryId> = ask.kept.iter().map(|id| StoryId(*id)).collect();
            let kept = Found {
                stories,
                outlets: ask.outlets,
                reach: None,
            };
            (kept, chosen.unwrap_or(Period::Day))
        }
        Some(since) => (search.seen_after(since.at).await?, Period::Day),
        None => search.widening(chosen).await?,
    };
    if ask.kept.is_empty() {
        let key = topic.as_ref().map_or("", |topic| topic.key.as_str());
        let store = &desk.store;
        store.set_asked(room, asker.person, key, until).await?;
    }
    let title = topic.as_ref().map_or_else(|| TOP.to_owned(), title_of);
    if let Some(since) = since.filter(|_| found.stories.is_empty()) {
        return Ok(nothing_since(&title, since, ask));
    }
    if found.stories.is_empty() {
        return empty(desk, asker, room, topic.as_ref().map(title_of), period, ask).await;
    }
    page(
        desk,
        asker,
        PageOf {
            room,
            found,
            period,
            chosen,
            since,
            title,
            until,
            ask,
        },
    )
    .await
}

/// The strongest stories of the last day; of up to a week, while there is too little.
///
/// # Errors
/// Failures of the store.
pub async fn strongest(
    desk: &Desk,
    room: NewsroomId,
    until: Millis,
) -> Result<(Found, Period), No> {
    let search = Search {
        desk,
        room,
        topic: None,
        until,
    };
    search.widening(None).await
}

struct Search<'a> {
    desk: &'a Desk,
    room: NewsroomId,
    topic: Option<&'a Topic>,
    until: Millis,
}

impl Search<'_> {
    /// When the asker last asked for the topic; as it was when the first page was made.
    async fn since(&self, asker: &Asker, ask: &Ask) -> Result<Since, No> {
        let kept = ask.get("since-at").and_then(|at| at.parse().ok());
        if let Some(at) = kept.filter(|_| !ask.kept.is_empty()) {
            let first = ask.get("since-first").is_some();
            return Ok(Since { at, first });
        }
        let key = self.topic.map_or("", |topic| topic.key.as_str());
        let last = self.desk.store.asked(self.room, asker.person, key).await?;
        Ok(Since {
            at: last.unwrap_or(self.until - Period::Day.millis()),
            first: last.is_none(),
        })
    }

    /// What was seen after a moment, at most a month ago. An article counts by its publication,
    /// which can lie two days before that.
    async fn seen_after(&self, at: Millis) -> Result<Found, No> {
        let place = Place {
            newsroom: self.room,
            topic: self.topic,
            source: None,
            from: at.max(self.until - Period::Month.millis()) - NEWS_AGE_MAX_MS,
            until: self.until,
            seen_after: Some(at),
        };
        compose::find(self.desk, place).await
    }

    /// The period asked for; else 24 h, and by itself 3 and then 7 days while there is too little.
    async fn widening(&self, chosen: Option<Period>) -> Result<(Found, Period), No> {
        let mut period = chosen.unwrap_or(Period::Day);
        loop {
            let place = Place {
                newsroom: self.room,
                topic: self.topic,
                source: None,
                from: self.until - period.millis(),
                until: self.until,
                seen_after: None,
            };
            let found = compose::find(self.desk, place).await?;
            let enough = found.stories.len() >= STORIES_ENOUGH;
            match period.wider().filter(|wider| *wider <= Period::Week) {
                Some(wider) if chosen.is_none() && !enough => period = wider,
                _ => return Ok((found, period)),
            }
        }
    }
}

struct PageOf<'a> {
    room: NewsroomId,
    found: Found,
    period: Period,
    chosen: Option<Period>,
    since: Option<Since>,
    title: String,
    until: Millis,
    ask: &'a Ask,
}

async fn page(desk: &Desk, asker: &Asker, of: PageOf<'_>) -> Answer {
    let length = of
        .ask
        .get("length")
        .and_then(Length::parse)
        .unwrap_or(Length::Normal);
    let from = of.ask.from.min(of.found.stories.len());
    let ids = &of.found.stories[from..of.found.stories.len().min(from + PAGE_STORIES_MAX)];
    let views = compose::views(desk, of.room, ids).await?;
    let stories = tokio::task::spawn_blocking(move || {
        let views = views.iter().enumerate();
        let lines = views.map(|(position, view)| compose::lines(view, length.quotes(position)));
        lines.collect::<Vec<_>>()
    })
    .await
    .map_err(anyhow::Error::from)?;
    let mut ask = Ask {
        kept: of.found.stories.iter().map(|story| story.0).collect(),
        from,
        as_of: Some(of.until),
        outlets: of.found.outlets,
        ..of.ask.clone()
    };
    match of.since {
        Some(since) => {
            ask = ask.value("since-at", since.at.to_string());
            if since.first {
                ask = ask.value("since-first", "yes");
            }
        }
        None => ask = ask.value("period", of.period.value()),
    }
    Ok(draw(&Brief {
        title: of.title,
        period: of.period,
        asked: (of.chosen.is_none() && of.period != Period::Day && of.ask.kept.is_empty())
            .then_some(Period::Day),
        since: of.since,
        length,
        stories,
        page_max: ids.len(),
        stories_all: of.found.stories.len(),
        only_strongest: of.found.stories.len() >= compose::STORIES_KEPT_MAX,
        reach: of.found.reach,
        outlets_all: of.found.outlets,
        read_at: desk.store.last_read(of.room).await?,
        ask,
        may_show: asker.may_show(),
    }))
}

/// Nothing on the topic: what there is news on, and a wider period.
pub async fn empty(
    desk: &Desk,
    asker: &Asker,
    room: NewsroomId,
    topic: Option<String>,
    period: Period,
    ask: &Ask,
) -> Answer {
    let source = match ask.get("source").filter(|typed| !typed.trim().is_empty()) {
        Some(typed) => Some(sources::pick(desk, room, typed).await?.name),
        None => None,
    };
    let sources = desk.store.sources(room).await?.len();
    if sources == 0 {
        return setup::first(desk, asker).await;
    }
    let near = suggest::names(desk, asker, 4).await?;
    Ok(nothing(&Nothing {
        topic,
        period,
        near,
        source,
        sources,
        may_add: asker.moderator || asker.terminal,
        ask: ask.clone(),
    }))
}
