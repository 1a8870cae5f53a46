//! How long an answer's headers call it fresh, and how long a host asks to be left alone.

use super::dates;
use crate::clock::{Clock, DAY, Millis, SECOND};
use reqwest::header::{self, HeaderMap};

/// Longest that a server may ask to be left alone (milliseconds).
const WAIT_MS_MAX: Millis = DAY;
/// Longest validator (ETag, Last-Modified) that is kept (bytes).
const VALIDATOR_BYTES_MAX: usize = 1_000;

/// A moment, and what time went by since: a host that asks to be left alone counts from its answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Since<'a> {
    at: Millis,
    began: Millis,
    clock: &'a Clock,
}

impl<'a> Since<'a> {
    pub(super) fn new(at: Millis, clock: &'a Clock) -> Self {
        let began = clock.now();
        Self { at, began, clock }
    }

    pub(super) fn now(&self) -> Millis {
        self.at + (self.clock.now() - self.began).max(0)
    }
}

/// A header as it was sent, where there is one of sane length.
pub(super) fn text(headers: &HeaderMap, name: &header::HeaderName) -> Option<String> {
    let value = String::from_utf8_lossy(headers.get(name)?.as_bytes())
        .trim()
        .to_owned();
    (!value.is_empty() && value.len() <= VALIDATOR_BYTES_MAX).then_some(value)
}

/// Milliseconds that Cache-Control says a copy is good for.
fn max_age(control: &str) -> Option<Millis> {
    control
        .to_ascii_lowercase()
        .split(',')
        .find_map(|part| {
            part.trim()
                .strip_prefix("max-age=")
                .and_then(|seconds| wait(seconds.trim_matches('"')))
        })
        .filter(|wait| *wait > 0)
}

/// Milliseconds of Retry-After: seconds or a date, at most a day.
pub(super) fn retry_after(value: &str, now: Millis) -> Option<Millis> {
    wait(value).or_else(|| match dates::parse(value) {
        Some(at) => Some(at.saturating_sub(now).clamp(0, WAIT_MS_MAX)),
        // A date beyond the calendar.
        None => value.trim_end().ends_with("GMT").then_some(WAIT_MS_MAX),
    })
}

/// Milliseconds for which an answer's headers call it fresh: Cache-Control less the Age that it had
/// on arrival, else Expires; none where they do not say, or forbid to keep it.
pub(super) fn fresh_ms(headers: &HeaderMap, now: Millis) -> Option<Millis> {
    let text = |name: header::HeaderName| text(headers, &name);
    let fresh = match text(header::CACHE_CONTROL) {
        Some(control) if forbids_keeping(&control) => None,
        Some(control) if control.to_ascii_lowercase().contains("max-age") => {
            let age = text(header::AGE).as_deref().and_then(wait).unwrap_or(0);
            Some(max_age(&control)? - age)
        }
        _ => {
            // By the server's own clock where it tells it.
            let sent = text(header::DATE).as_deref().and_then(dates::parse);
            let expires = dates::parse(&text(header::EXPIRES)?)?;
            Some(expires.saturating_sub(sent.unwrap_or(now)))
        }
    };
    fresh
        .map(|ms| ms.min(WAIT_MS_MAX))
        .filter(|fresh| *fresh > 0)
}

fn forbids_keeping(control: &str) -> bool {
    let control = control.to_ascii_lowercase();
    let mut parts = control.split(',').map(str::trim);
    parts.any(|part| matches!(part, "no-store" | "no-cache"))
}

fn wait(seconds: &str) -> Option<Millis> {
    let seconds: f64 = seconds.trim().parse().ok()?;
    (seconds >= 0.0).then(|| ((seconds * SECOND as f64).min(WAIT_MS_MAX as f64)) as Millis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::HOUR;
    use reqwest::header::HeaderValue;

    #[test]
    fn what_a_host_asks_for_counts_from_its_answer() {
        let clock = Clock::manual(5 * SECOND);
        let since = Since::new(DAY, &clock);
        assert_eq!(since.now(), DAY);
        clock.move_to(25 * SECOND);
        assert_eq!(since.now(), DAY + 20 * SECOND);
    }

    #[test]
    fn a_wait_is_read_in_any_form_and_capped_at_a_day() {
        let now = dates::parse("Wed, 02 Oct 2024 08:00:00 GMT").expect("a date");
        assert_eq!(retry_after("120", now), Some(120 * SECOND));
        assert_eq!(
            retry_after("Wed, 02 Oct 2024 09:00:00 GMT", now),
            Some(HOUR)
        );
        assert_eq!(retry_after("Wed, 02 Oct 2023 09:00:00 GMT", now), Some(0));
        for huge in ["99999999999999999999999", "1e300", "inf"] {
            assert_eq!(retry_after(huge, now), Some(DAY), "{huge}");
        }
        for none in ["-1", "NaN", "soon", ""] {
            assert_eq!(retry_after(none, now), None, "{none}");
        }
        let beyond = "Fri, 31 Dec 9999 23:59:59 GMT";
        assert_eq!(retry_after(beyond, now), Some(DAY));
        assert_eq!(max_age("public, max-age=600"), Some(600 * SECOND));
        assert_eq!(max_age("no-store"), None);
    }

    #[test]
    fn an_answer_is_fresh_for_as_long_as_its_headers_say() {
        let sent = "Wed, 02 Oct 2024 08:00:00 GMT";
        let now = dates::parse("Wed, 02 Oct 2024 08:20:00 GMT").expect("a date");
        let fresh = |lines: &[(&'static str, &'static str)]| {
            let lines = lines.iter().map(|(name, value)| {
                let name = header::HeaderName::from_static(name);
                (name, HeaderValue::from_static(value))
            });
            fresh_ms(&lines.collect(), now)
        };
        let hour_later = ("expires", "Wed, 02 Oct 2024 09:00:00 GMT");
        assert_eq!(fresh(&[("date", sent), hour_later]), Some(HOUR));
        assert_eq!(fresh(&[hour_later]), Some(HOUR * 2 / 3));
        let control = ("cache-control", "public, Max-Age=600");
        assert_eq!(fresh(&[control, hour_later]), Some(600 * SECOND));
        assert_eq!(fresh(&[control, ("age", "450")]), Some(150 * SECOND));
        assert_eq!(fresh(&[control, ("age", "700")]), None);
        let never = ("cache-control", "no-cache, max-age=600");
        assert_eq!(fresh(&[never, hour_later]), None);
        assert_eq!(fresh(&[("expires", "0")]), None);
        assert_eq!(fresh(&[("expires", sent)]), None);
    }
}
