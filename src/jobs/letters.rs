//! What an outbox row says: composed from the store when it is claimed or redrawn.

use crate::clock::{DAY, HOUR, Millis};
use crate::desk::compose::{self, View};
use crate::desk::preferences::{Preferences, preferences_of};
use crate::desk::{Desk, No};
use crate::news::push::Lost;
use crate::news::subscription::{Form, What};
use crate::news::zone::When;
use crate::news::{Destination, StoryId, Subscription};
use crate::page::push::{self, About, Digest, PUSH_QUOTES_MAX};
use crate::page::story::{QuoteLine, StoryLines};
use crate::page::subscriptions::words::what_name;
use crate::page::{Letter, Line, Span, note};
use crate::store::Letterbox;
use crate::text::words;
use sha2::{Digest as _, Sha256};

/// Quotes among which those are looked for that are new.
const QUOTES_LOOKED_AT: usize = 6;
/// Quotes of a message with new facts.
const NEW_FACTS_MAX: usize = 2;
/// Articles that were seen so shortly before the newest are news with it.
const NEWS_SPAN_MS: Millis = HOUR;
/// How far back a digest looks for new facts of stories that were told.
const KNOWN_MS_MAX: Millis = 8 * DAY;
/// Told stories among which those are looked for that have new facts.
const KNOWN_LOOKED_AT_MAX: u32 = 10;
/// Unsure messages that a digest names.
const UNSURE_NAMED_MAX: usize = 5;

/// A letter and what it tells.
#[derive(Clone, Debug)]
pub struct Composed {
    pub letter: Letter,
    pub stories: Vec<StoryId>,
    /// Hashes of the quoted sentences.
    pub sentences: Vec<i64>,
    pub outlets: i64,
}

/// What stands in the way of a letter.
#[derive(Debug)]
pub enum Unwritten {
    /// There is nothing to say any more.
    Nothing,
    Failed(anyhow::Error),
}

impl From<No> for Unwritten {
    fn from(no: No) -> Self {
        match no {
            No::Refused(_) => Unwritten::Nothing,
            No::Failed(error) => Unwritten::Failed(error),
        }
    }
}

impl<E: Into<anyhow::Error>> From<E> for Unwritten {
    fn from(error: E) -> Self {
        Unwritten::Failed(error.into())
    }
}

/// Writes the letter of a row.
///
/// # Errors
/// [`Unwritten::Nothing`] where its stories or its subscription are gone.
pub async fn compose(desk: &Desk, row: &Letterbox) -> Result<Composed, Unwritten> {
    match row.kind {
        3 => return Ok(bare(push::hello(&row.cause.words))),
        4 => return notice(desk, row).await,
        _ => {}
    }
    let id = row.subscription.ok_or(Unwritten::Nothing)?;
    let subscription = desk.store.subscription(id).await?;
    let subscription = subscription.ok_or(Unwritten::Nothing)?;
    let preferences = preferences_of(&desk.store, &subscription).await?;
    let what = title(desk, &subscription).await?;
    let about = about(&subscription, &preferences, row, what);
    match (row.kind, row.story) {
        (1, _) => digest(desk, row, &subscription, about).await,
        (2, Some(story)) => new_facts(desk, row, &subscription, story, about).await,
        (_, Some(story)) => story_push(desk, &subscription, story, about).await,
        (_, None) => Err(Unwritten::Nothing),
    }
}

fn bare(letter: Letter) -> Composed {
    Composed {
        letter,
        stories: Vec::new(),
        sentences: Vec::new(),
        outlets: 0,
    }
}

/// A notice with its buttons. Where somebody dealt with it before it was sent, there is none; where
/// it stands, it says so and has no buttons any more, nor has one of which all is over.
async fn notice(desk: &Desk, row: &Letterbox) -> Result<Composed, Unwritten> {
    let letter = match desk.store.notice_of_letter(row.id).await? {
        Some(notice) => {
            let mut card = notice.card;
            match notice.dealt {
                Some(_) if row.standing.is_none() && !row.is_begun => {
                    return Err(Unwritten::Nothing);
                }
                Some(dealt) => {
                    let line = note::dealt_line(dealt.by, dealt.at, &dealt.what);
                    card.blocks.push(line);
                    match row.standing {
                        Some(_) => push::dealt(card),
                        None => push::notice(card, notice.buttons),
                    }
                }
                // What it told of is over: nothing is left to be done.
                None if row.standing.is_some() && notice.buttons.is_empty() => push::dealt(card),
                None => push::notice(card, notice.buttons),
            }
        }
        // It was swept, or its person had it deleted; what it said stands in the row.
        None => push::notice(push::card(&row.cause.words), Vec::new()),
    };
    Ok(bare(letter))
}

/// What a subscription is called in its messages.
async fn title(desk: &Desk, subscription: &Subscription) -> Result<String, Unwritten> {
    Ok(match &subscription.what {
        What::Everything => "All news".to_owned(),
        What::Source(_) => {
            let sources = desk.store.sources(subscription.newsroom).await?;
            what_name(&subscription.what, &sources)
        }
        what => what_name(what, &[]),
    })
}

fn about(
    subscription: &Subscription,
    preferences: &Preferences,
    row: &Letterbox,
    what: String,
) -> About {
    let form = subscription.place.form;
    let is_channel = matches!(subscription.place.destination, Destination::Channel(_));
    About {
        what,
        mention: row.cause.mention,
        silent: is_channel && row.cause.mention.is_none(),
        image: preferences.images.then(String::new),
        tags: if form == Form::Forum {
            subscription.wish.tags.clone()
        } else {
            Vec::new()
        },
        may_discuss: matches!(form, Form::Text | Form::Announcement),
        may_follow: is_channel,
    }
}

async fn story_push(
    desk: &Desk,
    subscription: &Subscription,
    story: StoryId,
    mut about: About,
) -> Result<Composed, Unwritten> {
    let views = compose::views(desk, subscription.newsroom, &[story]).await?;
    let view = views.into_iter().next().ok_or(Unwritten::Nothing)?;
    about.image = about.image.and_then(|_| image(&view));
    let lines = lines_of(vec![view], |_| PUSH_QUOTES_MAX).await?;
    let lines = lines.into_iter().next().ok_or(Unwritten::Nothing)?;
    Ok(Composed {
        stories: vec![lines.id],
        sentences: sentences(std::iter::once(&lines)),
        outlets: i64::try_from(lines.outlets).unwrap_or(i64::MAX),
        letter: push::push(&lines, about),
    })
}

/// What a story has that its destination was not quoted yet.
async fn new_facts(
    desk: &Desk,
    row: &Letterbox,
    subscription: &Subscription,
    story: StoryId,
    about: About,
) -> Result<Composed, Unwritten> {
    let views = compose::views(desk, subscription.newsroom, &[story]).await?;
    let view = views.into_iter().next().ok_or(Unwritten::Nothing)?;
    let lines = with_news(desk, row, view).await?;
    if lines.quotes.is_empty() {
        return Err(Unwritten::Nothing);
    }
    Ok(Composed {
        stories: Vec::new(),
        sentences: sentences(std::iter::once(&lines)),
        outlets: i64::try_from(lines.outlets).unwrap_or(i64::MAX),
        letter: push::new_facts(&lines, about),
    })
}

/// A story with quotes that are new to its destination, [`NEW_FACTS_MAX`] at most: from articles
/// that came since it was last told of it, and none that it was told.
async fn with_news(desk: &Desk, row: &Letterbox, view: View) -> Result<StoryLines, Unwritten> {
    let store = &desk.store;
    let said_at = store.said_at(row, view.id).await?;
    let said_at = said_at.unwrap_or(0);
    let newer: Vec<Millis> = (view.sightings.iter().map(|one| one.seen))
        .filter(|seen| *seen > said_at)
        .collect();
    let newest = newer.into_iter().max().unwrap_or(said_at);
    let mut quotes = Vec::new();
    // What came last is what is new; where all of it was told, what came before it.
    for since in [said_at.max(newest - NEWS_SPAN_MS), said_at] {
        if quotes.is_empty() {
            quotes = untold_quotes(desk, row, &view, since).await?;
        }
    }
    let whole = lines_of(vec![view], |_| 0).await?.pop();
    let whole = whole.ok_or(Unwritten::Nothing)?;
    Ok(StoryLines { quotes, ..whole })
}

/// What was told from then on does not count for a row: nothing does before its claim; once it was
/// claimed, and is drawn again, its own quotes are among what was told.
fn told_before(row: &Letterbox) -> Millis {
    if row.is_begun {
        row.made_at
    } else {
        Millis::MAX
    }
}

/// Quotes of a story's articles that were seen after `since`, none that the destination was told.
async fn untold_quotes(
    desk: &Desk,
    row: &Letterbox,
    view: &View,
    since: Millis,
) -> Result<Vec<QuoteLine>, Unwritten> {
    let mut newer = view.clone();
    newer.sightings.retain(|sighting| sighting.seen > since);
    if newer.sightings.is_empty() {
        return Ok(Vec::new());
    }
    let found = lines_of(vec![newer], |_| QUOTES_LOOKED_AT).await?;
    let mut quotes: Vec<QuoteLine> = found.into_iter().flat_map(|one| one.quotes).collect();
    let hashes: Vec<i64> = (quotes.iter())
        .map(|one| sentence_hash(&one.sentence))
        .collect();
    let store = &desk.store;
    let told = store
        .told_sentences(row.destination, &hashes, told_before(row))
        .await?;
    quotes.retain(|quote| !told.contains(&sentence_hash(&quote.sentence)));
    quotes.truncate(NEW_FACTS_MAX);
    Ok(quotes)
}

/// Stories that the destination knows and that have new facts.
async fn known_with_news(
    desk: &Desk,
    row: &Letterbox,
    subscription: &Subscription,
) -> Result<Vec<StoryLines>, Unwritten> {
    // What a cap held back overnight is no time to look back.
    if row.cause.held {
        return Ok(Vec::new());
    }
    let told_after = row.due_at - KNOWN_MS_MAX;
    let newsroom = subscription.newsroom;
    let fed = desk
        .store
        .fed_since(row.destination, newsroom, told_after, KNOWN_LOOKED_AT_MAX);
    let views = compose::views(desk, newsroom, &fed.await?).await?;
    let mut found = Vec::new();
    for view in views {
        let mut lines = with_news(desk, row, view).await?;
        if !lines.quotes.is_empty() && found.len() < push::DIGEST_KNOWN_MAX {
            lines.quotes.truncate(1);
            found.push(lines);
        }
    }
    Ok(found)
}

/// The newest image among the articles of a story.
fn image(view: &View) -> Option<String> {
    let images = view.sightings.iter().rev();
    images.filter_map(|one| one.article.image.clone()).next()
}

async fn lines_of(
    views: Vec<View>,
    quotes: impl Fn(usize) -> usize + Send + 'static,
) -> Result<Vec<StoryLines>, Unwritten> {
    let lines = tokio::task::spawn_blocking(move || {
        let all = views.iter().enumerate();
        all.map(|(place, view)| compose::lines(view, quotes(place)))
            .collect()
    });
    Ok(lines.await?)
}

async fn digest(
    desk: &Desk,
    row: &Letterbox,
    subscription: &Subscription,
    mut about: About,
) -> Result<Composed, Unwritten> {
    about.image = None;
    let all = desk.store.digest_stories(row.id).await?;
    let told = desk.store.told_to(row, &all).await?;
    let mut stories: Vec<StoryId> = Vec::new();
    for story in all.iter().filter(|story| !told.contains(story)) {
        if !stories.contains(story) {
            stories.push(*story);
        }
    }
    if stories.is_empty() && !all.is_empty() {
        return Err(Unwritten::Nothing);
    }
    let views = compose::views(desk, subscription.newsroom, &stories).await?;
    let lines = lines_of(views, |place| match place {
        0 => 2,
        1..push::DIGEST_QUOTED_MAX => 1,
        _ => 0,
    });
    let lines = lines.await?;
    if lines.is_empty() && !all.is_empty() {
        return Err(Unwritten::Nothing);
    }
    let unsure = unsure(desk, row, subscription).await?;
    let mut known = known_with_news(desk, row, subscription).await?;
    known.retain(|one| !stories.contains(&one.id));
    let kind = match (row.cause.held, subscription.wish.when) {
        (true, _) => push::HELD,
        (_, When::Hourly) => "hourly digest",
        (_, When::Weekly(..)) => "weekly digest",
        _ => "daily digest",
    };
    let said = Digest {
        kind,
        stories_all: lines.len() + row.cause.more,
        more: row.cause.more,
        late: row.cause.late.then_some(row.due_at),
        unsure,
        known,
    };
    Ok(Composed {
        stories: lines.iter().map(|one| one.id).collect(),
        sentences: sentences(lines.iter().chain(&said.known)),
        outlets: 0,
        letter: push::digest(&lines, &said, about),
    })
}

/// Stories of messages that may not have come through.
async fn unsure(
    desk: &Desk,
    row: &Letterbox,
    subscription: &Subscription,
) -> Result<Vec<(String, Option<String>)>, Unwritten> {
    let unknown = desk.store.unknown_of(row.destination).await?;
    let stories: Vec<StoryId> = unknown.iter().map(|(_, story)| *story).collect();
    if stories.is_empty() {
        return Ok(Vec::new());
    }
    let stories = &stories[..stories.len().min(UNSURE_NAMED_MAX)];
    let views = compose::views(desk, subscription.newsroom, stories).await?;
    let lines = lines_of(views, |_| 0).await?;
    Ok(lines
        .into_iter()
        .map(|one| (one.headline, one.url))
        .collect())
}

/// Hashes of the sentences that are quoted: the first 64 bits of a SHA-256 over their folded words.
fn sentences<'a>(lines: impl Iterator<Item = &'a StoryLines>) -> Vec<i64> {
    let quotes = lines.flat_map(|lines| lines.quotes.iter());
    quotes.map(|quote| sentence_hash(&quote.sentence)).collect()
}

fn sentence_hash(sentence: &str) -> i64 {
    let folded = words::fold(sentence);
    let hash = Sha256::digest(folded.as_bytes());
    i64::from_be_bytes(hash[..8].try_into().expect("a SHA-256 has 32 bytes"))
}

/// What moderators, or the reader, are told where a row's place takes no messages.
pub fn lost(row: &Letterbox, lost: &Lost) -> String {
    match row.kind {
        4 => push::no_notices_words(),
        _ => push::lost_words(lost, &row.place.name),
    }
}

/// The headline of a letter, for notices.
pub fn headline(letter: &Letter) -> String {
    let text = |line: &Line| {
        let spans = line.0.iter().filter_map(|span| match span {
            Span::Ours(text) | Span::Theirs(text) | Span::Bold(text) => Some(text.as_str()),
            Span::Link { text, .. } => Some(text.as_str()),
            _ => None,
        });
        spans.collect::<String>()
    };
    text(&letter.head)
}
