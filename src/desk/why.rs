//! Why an article was sent, held or not sent: `/subscriptions why`, and the command behind the
//! button Why? of a message.

use crate::desk::command::{Answer, Asked, Command, Kind, No, Opt, Who, boxed};
use crate::desk::compose::{self, View};
use crate::desk::letters::{OUTBOX, from_same_letter};
use crate::desk::subscriptions::what::Scope;
use crate::desk::{Asker, Desk, brief, learned, story};
use crate::news::push::{Grounds, Reason};
use crate::news::subscription::{Destination, Pause, What};
use crate::news::topic::{Fit, MATCH_SCORE_MIN, as_link};
use crate::news::{ArticleId, NewsroomId, StoryId, Subscription, SubscriptionId, link};
use crate::page::subscriptions::words::{place_line, what_name};
use crate::page::why::{Fate, State, Why, draw, unseen, without_story};
use crate::page::{Ask, Line, Refusal};
use crate::store::{Decided, Verdict};
use crate::text::terms;
use std::collections::HashMap;

pub const COMMAND: Command = Command {
    name: "why",
    description: "Why an article was sent, held or not sent",
    who: Who::Everyone,
    options: &[Opt {
        name: "link",
        description: "Link of the article, or words of its headline",
        kind: Kind::Story,
        required: false,
        complete: true,
    }],
    subs: &[],
    in_discord: false,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

/// Subscriptions of which the fate is told.
const FATES_MAX: usize = 25;
/// Articles of a story that are held against a topic, the newest.
const ARTICLES_MAX: usize = 50;

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    if let Some(outbox) = asked.ask.get(OUTBOX).and_then(|row| row.parse().ok()) {
        return of_letter(desk, asker, room, outbox, &asked.ask).await;
    }
    let link = asked.ask.get("link").unwrap_or_default();
    if link.trim().is_empty() {
        return Err(Refusal::new("Say which article.")
            .can("Give its link, or words of its headline.")
            .into());
    }
    if asker.terminal {
        return of_newsroom(desk, room, link).await;
    }
    of_person(desk, asker, room, link).await
}

/// For all subscriptions of the newsroom's channels.
///
/// # Errors
/// A refusal where nothing is known of it; failures of the store.
pub async fn of_newsroom(desk: &Desk, room: NewsroomId, link: &str) -> Answer {
    // Whoever moderates is told of what is hidden too.
    let Some(story) = story::find_all(desk, room, link).await? else {
        return not_found(desk, room, link).await;
    };
    let mut all = desk.store.subscriptions(room).await?;
    all.retain(|one| !one.place.destination.is_direct());
    fates(desk, room, story, all).await
}

/// For what the asker follows.
async fn of_person(desk: &Desk, asker: &Asker, room: NewsroomId, link: &str) -> Answer {
    let Some(story) = story::find(desk, room, link).await? else {
        return not_found(desk, room, link).await;
    };
    let mut all = Scope::of_person(asker, room).all(desk).await?;
    all.retain(|one| one.newsroom == room);
    fates(desk, room, story, all).await
}

/// For the subscription that a message came from.
async fn of_letter(desk: &Desk, asker: &Asker, room: NewsroomId, outbox: i64, ask: &Ask) -> Answer {
    let gone = || {
        Refusal::new("What this message came from is no longer known.")
            .can("Type /subscriptions why and the article's link.")
    };
    let about = desk.store.letter_about(outbox).await?.ok_or_else(gone)?;
    let story = ask.get("link").and_then(story::id_of);
    let story = story.filter(|story| about.stories.contains(story));
    let story = story.or(about.stories.first().copied());
    let subscription = match about.subscription {
        Some(id) => desk.store.subscription(id).await?,
        None => None,
    };
    let subscription = subscription.ok_or_else(gone)?;
    // A message is read where it was sent: by the person, or in the server's channel.
    let is_theirs = match subscription.place.destination {
        Destination::Person(person) => person == asker.person,
        Destination::Channel(_) | Destination::Terminal => subscription.newsroom == room,
    };
    if !is_theirs {
        return Err(gone().into());
    }
    let newsroom = subscription.newsroom;
    let Some(story) = story else {
        let sources = desk.store.sources(newsroom).await?;
        let what = what_name(&subscription.what, &sources);
        let when = subscription.wish.when.to_string();
        return Ok(without_story(&what, place(&subscription), &when));
    };
    let is_direct = subscription.place.destination.is_direct();
    let page = fates(desk, newsroom, story, vec![subscription]).await?;
    Ok(match is_direct {
        true => from_same_letter(page, ask),
        false => page,
    })
}

async fn not_found(desk: &Desk, room: NewsroomId, typed: &str) -> Answer {
    let sources = desk.store.sources(room).await?.len();
    if as_link(typed).is_some() {
        return Ok(unseen(&link::shown(typed.trim()), sources));
    }
    Err(
        Refusal::new(format!("No story here has the words “{}”.", typed.trim()))
            .can("Give the article's link, or other words of its headline.")
            .into(),
    )
}

async fn fates(
    desk: &Desk,
    room: NewsroomId,
    story: StoryId,
    mut all: Vec<Subscription>,
) -> Answer {
    // A story that waits for its place is none yet.
    let view = match compose::view_all(desk, room, story).await? {
        Some(view) => Some(view),
        None => compose::views(desk, room, &[story]).await?.pop(),
    };
    let Some(view) = view else {
        return Err(Refusal::new("That story is no longer here.")
            .can("Its sources may have been removed.")
            .into());
    };
    all.truncate(FATES_MAX);
    let sources = desk.store.sources(room).await?;
    let name = |what: &What| what_name(what, &sources);
    let names: HashMap<SubscriptionId, String> = desk
        .store
        .subscriptions(room)
        .await?
        .iter()
        .map(|one| (one.id, name(&one.what)))
        .collect();
    let decided = desk.store.decisions_of(view.id, room).await?;
    let mut fates = Vec::new();
    for subscription in &all {
        let own = decided
            .iter()
            .find(|one| one.subscription == subscription.id);
        let (state, grounds) = match own {
            // What was to be sent to a place that takes nothing sleeps with the subscription.
            Some(own) if own.verdict == Verdict::Send && own.sent_at.is_none() => {
                let slept = asleep(subscription);
                let state = slept.unwrap_or_else(|| state_of(own, &names));
                (state, Some(own.grounds.clone()))
            }
            Some(own) => (state_of(own, &names), Some(own.grounds.clone())),
            None => undecided(desk, &view, subscription).await?,
        };
        fates.push(Fate {
            what: name(&subscription.what),
            place: place(subscription),
            state,
            grounds,
        });
    }
    let articles: Vec<ArticleId> = view
        .sightings
        .iter()
        .map(|sighting| sighting.article.id)
        .collect();
    let carried = desk.store.carried_by(room, &articles).await?;
    let seen_by = carried.into_iter().filter_map(|(id, at)| {
        let source = sources.iter().find(|source| source.source.id == id)?;
        Some((source.name.clone(), at))
    });
    Ok(draw(&Why {
        story: compose::lines(&view, 0),
        seen_by: seen_by.collect(),
        fates,
    }))
}

fn place(subscription: &Subscription) -> Line {
    place_line(&subscription.place)
}

fn state_of(decided: &Decided, names: &HashMap<SubscriptionId, String>) -> State {
    let told_by = match &decided.reason {
        Reason::AlreadyTold(told) => told.by.and_then(|by| names.get(&by).cloned()),
        _ => None,
    };
    let reason = decided.reason.clone();
    match decided.verdict {
        Verdict::Send => State::Sent {
            mention: matches!(reason, Reason::Sent { mention: true }),
            sent_at: decided.sent_at,
        },
        Verdict::Hold => State::Held {
            reason,
            until: decided.until,
            told_by,
        },
        Verdict::Skip => State::Skipped { reason, told_by },
    }
}

/// Why nothing was decided: it does not match, it was there before, or it comes yet.
async fn undecided(
    desk: &Desk,
    view: &View,
    subscription: &Subscription,
) -> Result<(State, Option<Grounds>), No> {
    if let Some(asleep) = asleep(subscription) {
        return Ok((asleep, None));
    }
    if let Some(reason) = corrected(desk, view, subscription).await? {
        let told_by = None;
        return Ok((State::Skipped { reason, told_by }, None));
    }
    let (matches, grounds) = standing(desk, view, subscription).await?;
    let seen_last = view.sightings.iter().map(|sighting| sighting.seen).max();
    let state = if !matches {
        match left_out(desk, view, subscription).await? {
            Some(word) => State::Skipped {
                reason: Reason::Excluded(word),
                told_by: None,
            },
            None => State::NoMatch,
        }
    } else if seen_last.is_some_and(|seen| seen <= subscription.made_at) {
        let made_at = subscription.made_at;
        State::Before { made_at }
    } else {
        State::NotYet
    };
    Ok((state, Some(grounds)))
}

/// What moderators said of the story that keeps it from the subscription.
async fn corrected(
    desk: &Desk,
    view: &View,
    subscription: &Subscription,
) -> Result<Option<Reason>, No> {
    let seen = desk.store.overlay(subscription.newsroom).await?;
    let is_off = match &subscription.what {
        What::Topic { key, .. } => seen.is_off_topic(view.id, key),
        _ => false,
    };
    Ok(match (seen.is_hidden(view.id), is_off) {
        (true, _) => Some(Reason::Hidden),
        (false, true) => Some(Reason::OffTopic),
        (false, false) => None,
    })
}

fn asleep(subscription: &Subscription) -> Option<State> {
    match subscription.paused {
        Some(Pause::ByHand { at, .. } | Pause::Lost { at }) => Some(State::Asleep { since: at }),
        None => None,
    }
}

/// The word, as it was typed, by which a topic leaves out an article that has all the others; none
/// where there is none.
async fn left_out(
    desk: &Desk,
    view: &View,
    subscription: &Subscription,
) -> Result<Option<String>, No> {
    let What::Topic { shown, .. } = &subscription.what else {
        return Ok(None);
    };
    let Some(topic) = brief::topic_of(shown)? else {
        return Ok(None);
    };
    let vectors = desk.store.vectors(&articles(view)).await?;
    let fit = Fit::new(&topic);
    let fits = vectors.iter().filter(|(_, one)| fit.has_every_word(one));
    let fits: Vec<ArticleId> = fits.map(|(id, _)| *id).collect();
    for sighting in view.sightings.iter().rev() {
        let article = &sighting.article;
        let of = |text: &str| terms::terms(text, article.language.as_deref());
        let (title, text) = (of(&article.title), of(&article.text));
        if !fits.contains(&article.id) || !topic.excludes(&title, &text) {
            continue;
        }
        let mut typed = (shown.split_whitespace()).filter_map(|word| word.strip_prefix('-'));
        let stands = |word: &&str| {
            let own = of(word);
            (own.iter()).all(|term| title.contains(term) || text.contains(term))
        };
        let word = typed.clone().find(stands).or_else(|| typed.next());
        return Ok(word.map(|word| word.trim_matches('"').to_owned()));
    }
    Ok(None)
}

/// How the story stands to what is wished, reckoned now.
///
/// # Errors
/// Failures of the store.
pub(super) async fn standing(
    desk: &Desk,
    view: &View,
    subscription: &Subscription,
) -> Result<(bool, Grounds), No> {
    let mut grounds = Grounds {
        score: None,
        bar: None,
        words: Vec::new(),
        // The head of the answer tells them.
        outlets: 0,
        news_since: None,
        fed_at: 0,
    };
    let sources =
        |wanted: &dyn Fn(&crate::store::Sighting) -> bool| view.sightings.iter().any(wanted);
    let matches = match &subscription.what {
        What::Everything => true,
        What::Source(id) => {
            let articles: Vec<ArticleId> = articles(view);
            let carried = desk
                .store
                .carried_by(subscription.newsroom, &articles)
                .await?;
            carried.iter().any(|(source, _)| source == id)
        }
        What::Folder(folder) => {
            let known = desk.store.sources(subscription.newsroom).await?;
            sources(&|sighting| {
                known.iter().any(|one| {
                    one.source.id == sighting.source && one.folder.as_ref() == Some(folder)
                })
            })
        }
        What::Topic { shown, .. } => match brief::topic_of(shown)? {
            None => true,
            Some(topic) => {
                let vectors = desk.store.vectors(&articles(view)).await?;
                let fit = Fit::new(&topic);
                match learned::lesson(desk, subscription.newsroom, &topic).await? {
                    Some(lesson) => {
                        let all = vectors.iter().map(|(_, one)| lesson.standing(&fit, one));
                        let all: Vec<_> = all.collect();
                        grounds.bar = Some(MATCH_SCORE_MIN);
                        grounds.score = all.iter().map(|one| one.score()).reduce(f32::max);
                        all.iter().any(|one| one.is_match())
                    }
                    None => vectors
                        .iter()
                        .any(|(_, one)| fit.has_every_word(one) && !fit.is_excluded(one)),
                }
            }
        },
    };
    Ok((matches, grounds))
}

fn articles(view: &View) -> Vec<ArticleId> {
    let newest = view.sightings.iter().rev().take(ARTICLES_MAX);
    newest.map(|sighting| sighting.article.id).collect()
}
