//! How a source is doing, and why a reading failed, in words.

use crate::clock::{DAY, HOUR, MINUTE, Millis};
use crate::news::reading::{AddressError, NotAFeed, ReadingError};
use crate::news::schedule::DEAD_AFTER_MS;
use crate::news::source::{NewsroomSource, SourceState};
use crate::page::Line;

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
        ReadingError::Blocked(_) => "Ask the site to allow feed readers, or choose another source.",
        ReadingError::Resting { .. } => "Try again after that time.",
        ReadingError::NoSuchHost | ReadingError::NotHttp => "Check the spelling of the address.",
        ReadingError::Tls(_) => {
            "Check the address; without a valid certificate nothing is read over https."
        }
        _ => "Try again later.",
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

/// "fine, 41 a day, last 6 min ago", "blocked by the site (403) since Tuesday".
pub fn line(source: &NewsroomSource) -> Line {
    let state = &source.source.state;
    match (&state.error, state.good_at) {
        (None, None) => Line::ours("not read yet"),
        (None, Some(good_at)) => fine(source, good_at),
        (Some(error), Some(good_at)) if !is_trouble(state) => fine(source, good_at)
            .and(format!("; then {}, next try ", cause(error)))
            .ago(source.source.next_at),
        (Some(error), _) => failing(error, state, source.source.next_at),
    }
}

fn fine(source: &NewsroomSource, good_at: Millis) -> Line {
    let rate = per_day(source.articles_week, source.added_at, good_at);
    Line::ours(format!("fine, {rate}, last read ")).ago(good_at)
}

fn failing(error: &ReadingError, state: &SourceState, next_at: Millis) -> Line {
    let mut line = Line::ours(cause(error));
    if let Some(since) = state.failing_since {
        line = line.and(", since ").ago(since);
    }
    if matches!(error, ReadingError::Gone) {
        return line.and("; not tried again");
    }
    if failing_ms(state) >= DEAD_AFTER_MS {
        line = line.and("; it seems dead");
    }
    line.and("; next try ").ago(next_at)
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
