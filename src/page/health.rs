//! How a source is doing, and why a reading failed, in words.

use crate::clock::{DAY, HOUR, MINUTE, Millis};
use crate::news::health::Turn;
use crate::news::link;
use crate::news::reading::{AddressError, NotAFeed, ReadingError};
use crate::news::schedule::DEAD_AFTER_MS;
use crate::news::source::{NewsroomSource, SourceId, SourceState};
use crate::page::action::Style;
use crate::page::push::card_of;
use crate::page::{Action, Ask, Block, Button, Card, Line};

/// A source has stayed down, and is no flapping one, after so many failures over so long a time.
const TROUBLE_FAILURES_MIN: u32 = 3;
const TROUBLE_MS_MIN: Millis = 2 * HOUR;

/// The cause in one clause that completes "It cannot be read: …".
pub fn cause(error: &ReadingError) -> String {
    match error {
        ReadingError::Address(error) => address(*error).to_owned(),
        ReadingError::NoSuchHost => "there is no site by that name".to_owned(),
        ReadingError::NoConnection => "the site does not accept connections".to_owned(),
        ReadingError::Tls(what) => format!("no secure connection comes about: {what}"),
        ReadingError::TimedOut => "the site did not answer in time".to_owned(),
        ReadingError::BrokeOff => "the connection broke off in the middle".to_owned(),
        ReadingError::NotHttp => "what answers there is no web site".to_owned(),
        ReadingError::HeaderTooLarge => "the site sends a header without end".to_owned(),
        ReadingError::TooLarge { limit_bytes } => {
            format!("it is larger than {} MiB", limit_bytes / (1024 * 1024))
        }
        ReadingError::BadCoding => "it is packed in a way that cannot be unpacked".to_owned(),
        ReadingError::Redirects => "the site sends readers round in circles".to_owned(),
        ReadingError::Blocked(401) => "the site asks for a name and password (401)".to_owned(),
        ReadingError::Blocked(status) => format!("blocked by the site ({status})"),
        ReadingError::NotFound => "there is nothing at this address (404)".to_owned(),
        ReadingError::Gone => "the site says that it is gone for good (410)".to_owned(),
        ReadingError::Busy { status, .. } => format!("the site asks readers to wait ({status})"),
        ReadingError::Resting { until } => {
            format!("the site asked to be left alone until {}", time(*until))
        }
        ReadingError::Robots => "the site asks programs not to read it (robots.txt)".to_owned(),
        ReadingError::Status(status) => format!("the site answered with an error ({status})"),
        ReadingError::NotAFeed(what) => not_a_feed(*what).to_owned(),
    }
}

/// "16:05 UTC", a minute begun counting as a whole one: rests end within a day.
fn time(at: Millis) -> String {
    let of_day = at.saturating_add(MINUTE - 1).rem_euclid(DAY);
    format!("{:02}:{:02} UTC", of_day / HOUR, of_day % HOUR / MINUTE)
}

fn address(error: AddressError) -> &'static str {
    match error {
        AddressError::Malformed => "that is not a web address",
        AddressError::Scheme => "only addresses that begin with http:// or https:// are read",
        AddressError::Port => "that port is not allowed",
        AddressError::Private => "that address is private, and only public ones are read",
    }
}

fn not_a_feed(what: NotAFeed) -> &'static str {
    match what {
        NotAFeed::Empty => "the answer is empty",
        NotAFeed::Page => "it is a web page, not a feed, and it names no feed",
        NotAFeed::Binary => "it is a binary file, not a feed",
        NotAFeed::Damaged => "the feed is damaged beyond repair",
        NotAFeed::Other => "it is not a feed",
    }
}

/// What the moderator can do about it.
pub fn way_out(error: &ReadingError) -> &'static str {
    match error {
        ReadingError::Address(_) => "Give the public address of a site or a feed.",
        ReadingError::NotAFeed(_) | ReadingError::NotFound | ReadingError::Gone => {
            "Look on the site for “RSS” or “feed” and give that address."
        }
        ReadingError::Blocked(401) => {
            "Choose a public feed; or, if you may share this one, give its address with the login: \
             https://NAME:PASSWORD@…"
        }
        ReadingError::Blocked(_) => "Ask the site to allow feed readers, or choose another source.",
        ReadingError::Resting { .. } => "Try again after that time.",
        ReadingError::NoSuchHost | ReadingError::NotHttp => "Check the spelling of the address.",
        ReadingError::Tls(_) => {
            "Check the address; without a valid certificate nothing is read over https."
        }
        _ => "Try again later.",
    }
}

/// What the moderator can do about a source that the newsroom has, and that Lede goes on trying.
fn to_do(error: &ReadingError) -> &'static str {
    match error {
        ReadingError::Address(_) => "Add its public address and remove this one.",
        ReadingError::NotFound | ReadingError::Gone | ReadingError::NotAFeed(_) => {
            "Give the site to /sources add, which finds the feed that it has now, and remove this one."
        }
        ReadingError::Blocked(_) | ReadingError::Robots => {
            "Ask the site to allow feed readers, or choose another source."
        }
        ReadingError::NoSuchHost => {
            "Look whether the site has another name by now; if so, add that and remove this one."
        }
        ReadingError::Tls(_) => {
            "Tell the site: without a valid certificate nothing is read over https."
        }
        ReadingError::Busy { .. } | ReadingError::Resting { .. } => {
            "Nothing: Lede waits as the site asks."
        }
        ReadingError::TooLarge { .. }
        | ReadingError::HeaderTooLarge
        | ReadingError::BadCoding
        | ReadingError::Redirects
        | ReadingError::NotHttp => "Look whether the site has another feed, or remove this one.",
        ReadingError::NoConnection
        | ReadingError::TimedOut
        | ReadingError::BrokeOff
        | ReadingError::Status(_) => {
            "Nothing for now: Lede goes on trying. If it stays so, remove it."
        }
    }
}

/// Whether a moderator should look after a source: it is gone or not allowed, or it stayed down.
pub fn is_trouble(state: &SourceState) -> bool {
    match &state.error {
        None => false,
        Some(ReadingError::Gone | ReadingError::Address(_)) => true,
        Some(_) => state.failures >= TROUBLE_FAILURES_MIN && failing_ms(state) >= TROUBLE_MS_MIN,
    }
}

/// How long a source was failing when it was last tried.
fn failing_ms(state: &SourceState) -> Millis {
    let tried = state.tried_at.zip(state.failing_since);
    tried.map_or(0, |(tried_at, since)| tried_at - since)
}

/// "fine, 41 a day, last read 6 min ago", "blocked by the site (403), since Tuesday; three sources
/// cover the same topics". `cover`: other sources of the newsroom that do.
pub fn line(source: &NewsroomSource, cover: usize) -> Line {
    let state = &source.source.state;
    match (&state.error, state.good_at) {
        (None, None) => Line::ours("not read yet"),
        (None, Some(good_at)) => fine(source, good_at),
        (Some(error), Some(good_at)) if !is_trouble(state) => fine(source, good_at)
            .and(format!("; then {}, next try ", cause(error)))
            .ago(source.source.next_at),
        (Some(error), _) => failing(error, state, source.source.next_at, cover),
    }
}

fn fine(source: &NewsroomSource, good_at: Millis) -> Line {
    let line = match source.newest.filter(|_| source.articles_week == 0) {
        Some(newest) => Line::ours("fine, nothing new since ").ago(newest),
        None => {
            let rate = per_day(source.articles_week, source.added_at, good_at);
            Line::ours(format!("fine, {rate}"))
        }
    };
    let line = line.and(", last read ").ago(good_at);
    match &source.moving_to {
        Some(url) => line.and("; its feed moves to ").theirs(link::shown(url)),
        None => line,
    }
}

fn failing(error: &ReadingError, state: &SourceState, next_at: Millis, cover: usize) -> Line {
    let mut line = Line::ours(cause(error));
    if let Some(since) = state.failing_since {
        line = line.and(", since ").ago(since);
    }
    if failing_ms(state) >= DEAD_AFTER_MS {
        line = line.and("; it seems dead");
    }
    if cover > 0 {
        line = line.and(format!("; {}", cover_words(cover)));
    }
    match error {
        ReadingError::Gone => line.and("; not tried again"),
        _ => line.and("; next try ").ago(next_at),
    }
}

/// "three sources cover the same topics".
fn cover_words(cover: usize) -> String {
    match cover {
        1 => "one source covers the same topics".to_owned(),
        n => format!("{} sources cover the same topics", number(n)),
    }
}

/// Small numbers in words.
fn number(n: usize) -> String {
    const WORDS: [&str; 11] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    WORDS
        .get(n)
        .map_or_else(|| n.to_string(), |word| (*word).to_owned())
}

/// Names that are listed in one sentence; what is more is counted.
const NAMES_MAX: usize = 5;

/// "The Tern, The Wren and 3 more".
pub fn listed(names: &[String]) -> String {
    let shown = names.len().min(NAMES_MAX);
    match (names.len() - shown, shown) {
        (0, 0) => String::new(),
        (0, 1) => names[0].clone(),
        (0, _) => {
            let (last, first) = names.split_last().expect("there are several");
            format!("{} and {last}", first.join(", "))
        }
        (more, _) => format!("{} and {more} more", names[..shown].join(", ")),
    }
}

/// What to do about a source that needs looking after, and which others cover its topics, for its
/// panel; nothing for one that is fine.
pub fn advice(source: &NewsroomSource, cover: &[String]) -> Vec<Line> {
    let state = &source.source.state;
    let Some(error) = state.error.as_ref().filter(|_| is_trouble(state)) else {
        return Vec::new();
    };
    let mut lines = vec![
        Line::new()
            .bold("What to do")
            .and(format!(": {}", to_do(error))),
    ];
    if !cover.is_empty() {
        let line = Line::new().bold("Covers the same topics").and(": ");
        lines.push(line.theirs(listed(cover)));
    }
    lines
}

/// A source that moderators are told of.
#[derive(Clone, Debug)]
pub struct Told {
    pub name: String,
    pub turn: Turn,
    /// Why it cannot be read.
    pub error: Option<ReadingError>,
    /// How long it has been so.
    pub for_ms: Millis,
    /// Other sources of the newsroom that cover its topics.
    pub cover: usize,
}

/// What moderators are told at once of sources that cannot be read: a sentence with the cause first,
/// as an alert shows that alone.
pub fn told(sources: &[Told]) -> Card {
    let names: Vec<String> = sources.iter().map(|one| one.name.clone()).collect();
    let several = || capital(&number(names.len()));
    match sources {
        [one] => down(one),
        _ => card_of(
            &format!(
                "{} sources cannot be read for a day or longer: {}.",
                several(),
                listed(&names)
            ),
            "See /sources list trouble for each cause and what to do.",
        ),
    }
}

/// What moderators are told of sources that are back.
pub fn back(names: &[String]) -> Card {
    match names {
        [name] => card_of(&format!("{name} can be read again."), ""),
        _ => {
            let several = capital(&number(names.len()));
            let names = listed(names);
            card_of(
                &format!("{several} sources can be read again: {names}."),
                "",
            )
        }
    }
}

/// What was told of a source says that it is over: first where it is about that source alone, as a
/// glance at the channel shows that, else below what it says of the others. `nth` of `all` its sources
/// is it that is back; from the sixth on they are counted.
pub fn over(
    mut card: Card,
    name: &str,
    turn: Turn,
    since: Millis,
    (nth, all): (usize, usize),
) -> Card {
    let what = match turn {
        Turn::Speaks => " publishes again · ",
        _ => " can be read again · ",
    };
    if all == 1 {
        return Card {
            head: Line::new().theirs(name).and(what).on(since),
            blocks: vec![Block::Small(card.head)],
        };
    }
    let more = nth.saturating_sub(NAMES_MAX);
    if more > 1 {
        card.blocks.pop();
    }
    let line = match more {
        0 => Line::new().bold(name).and(what).on(since),
        1 => Line::ours("And 1 more · ").on(since),
        _ => Line::ours(format!("And {more} more · ")).on(since),
    };
    card.blocks.push(Block::Text(line));
    card
}

/// What can be done about one source that stays down.
pub fn buttons(source: SourceId) -> Vec<Button> {
    let about = |sub: &str| {
        Ask::new("sources")
            .subcommand(sub)
            .value("which", format!("~{}", source.0))
    };
    let test = Action::Open {
        ask: about("test"),
        chosen: None,
    };
    vec![
        button("Test now", test, Style::Main),
        button("Remove", Action::Confirm(about("remove")), Style::Danger),
    ]
}

/// Leads from several that stay down to all of them.
pub fn see_trouble() -> Button {
    let ask = Ask::new("sources").subcommand("list");
    let ask = ask.value("filter", "trouble");
    button("See them", Action::Open { ask, chosen: None }, Style::Main)
}

fn button(label: &str, action: Action, style: Style) -> Button {
    Button {
        label: label.to_owned(),
        action,
        style,
    }
}

fn down(one: &Told) -> Card {
    let cause = one.error.as_ref().map(cause).unwrap_or_default();
    let first = format!(
        "{} cannot be read {}: {cause}.",
        one.name,
        lasting(one.for_ms)
    );
    let cover = (one.cover > 0).then(|| format!("{}.", capital(&cover_words(one.cover))));
    let rest: Vec<String> = cover
        .into_iter()
        .chain(one.error.as_ref().map(|error| to_do(error).to_owned()))
        .chain(["You are told once, and once more when it is back.".to_owned()])
        .collect();
    card_of(&first, &rest.join(" "))
}

/// The line that moderators have once a day at most, of what is no alarm. `moved`: names with the
/// addresses that sources have now.
pub fn daily(sources: &[Told], moved: &[(String, String)]) -> Card {
    let of = |turn: Turn| -> Vec<String> {
        let all = sources.iter().filter(|one| one.turn == turn);
        all.map(|one| one.name.clone()).collect()
    };
    let mut parts = Vec::new();
    for (turn, what) in [
        (Turn::Dead, "cannot be read for two weeks and seems dead"),
        (Turn::Silent, "has brought nothing new for two weeks"),
        (Turn::Speaks, "publishes again"),
    ] {
        let names = of(turn);
        match names.as_slice() {
            [] => {}
            [name] => parts.push(format!("{name} {what}")),
            _ => parts.push(format!("{}: each {what}", listed(&names))),
        }
    }
    for (name, url) in moved.iter().take(NAMES_MAX) {
        parts.push(format!("{name} has moved to {}", link::shown(url)));
    }
    match moved.len().saturating_sub(NAMES_MAX) {
        0 => {}
        1 => parts.push("and 1 more has moved".to_owned()),
        more => parts.push(format!("and {more} more have moved")),
    }
    let first = format!("Your sources: {}.", parts.join("; "));
    card_of(&first, "See /sources list.")
}

/// "for 26 hours", "for 3 days".
fn lasting(ms: Millis) -> String {
    match ms {
        ..=0 => "now".to_owned(),
        ms if ms < 2 * DAY => format!("for {} hours", (ms / HOUR).max(1)),
        ms => format!("for {} days", ms / DAY),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// Articles a day over the last week.
pub fn per_day(articles_week: u32, added_at: Millis, now: Millis) -> String {
    let days = ((now - added_at) as f64 / DAY as f64).clamp(1.0, 7.0);
    let rate = f64::from(articles_week) / days;
    match rate {
        r if r >= 1.0 => format!("{r:.0} a day"),
        _ if articles_week == 0 => "nothing this week".to_owned(),
        _ => format!("{articles_week} a week"),
    }
}

/// "every 5 min", "every 2 h".
pub fn interval(ms: Millis) -> String {
    if ms < HOUR {
        format!("every {} min", (ms / MINUTE).max(1))
    } else {
        format!("every {} h", ms / HOUR)
    }
}

#[cfg(test)]
#[path = "health_tests.rs"]
mod tests;
