//! How long to wait before a request to Discord, and whether to send it again: decided here, from
//! headers that are not believed. Sending is `limit`.

use std::time::Duration;

/// A wait that Discord asks for is kept for at most this long, however long it says.
pub const WAIT_SECONDS_MAX: f64 = 3_600.0;
/// A wait of more than a day is no wait but a broken header.
const WAIT_SECONDS_BELIEVED_MAX: f64 = 86_400.0;
/// The shortest wait after a 429, so that "retry after 0" is not a loop.
const WAIT_MS_MIN: u64 = 100;
/// Times that one request is sent, the first included.
pub const TRIES_MAX: u32 = 5;
/// Back-off of what somebody waits for, doubled at each try.
const ANSWER_BACK_OFF_MS: u64 = 200;
/// Back-off of everything else, doubled at each try.
const BACK_OFF_MS: u64 = 1_000;
const BACK_OFF_MS_MAX: u64 = 60_000;

/// What a response says about limits, unbelieved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Said {
    pub retry_after: Option<String>,
    pub reset_after: Option<String>,
    pub remaining: Option<String>,
    /// The whole bot has to wait, not only this route.
    pub global: bool,
    /// The limit of a resource that others use too: no fault of ours.
    pub shared: bool,
}

/// How one attempt ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// An answer that asking again would not change.
    Settled,
    /// 429, and how long to wait.
    Limited(Duration),
    /// 5xx: it may have been done or not.
    Broken,
    /// No answer: it may have been done or not.
    Lost,
    /// The connection was not made: it was not done.
    Unsent,
}

/// Whether a request that may have been done may be done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It changes nothing the second time, or Discord recognises it.
    Safe,
    /// A second time would be a second effect.
    Once,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    Take,
    Again(Duration),
}

/// Whether to take this outcome or to send again, for a request sent `tries` times that has `left`.
pub fn next(outcome: &Outcome, tries: u32, repeat: Repeat, answer: bool, left: Duration) -> Next {
    let wait = match (outcome, repeat) {
        (Outcome::Settled, _) | (Outcome::Broken | Outcome::Lost, Repeat::Once) => {
            return Next::Take;
        }
        (Outcome::Limited(wait), _) => *wait,
        (Outcome::Broken | Outcome::Lost, Repeat::Safe) | (Outcome::Unsent, _) => {
            back_off(tries, answer)
        }
    };
    if tries >= TRIES_MAX || wait >= left {
        Next::Take
    } else {
        Next::Again(wait)
    }
}

/// Doubled at each try, from what suits somebody who waits or a job that does not mind.
pub fn back_off(tries: u32, answer: bool) -> Duration {
    let first = if answer {
        ANSWER_BACK_OFF_MS
    } else {
        BACK_OFF_MS
    };
    let doubled = first.saturating_mul(1 << tries.saturating_sub(1).min(16));
    Duration::from_millis(doubled.min(BACK_OFF_MS_MAX))
}

/// Seconds as a header or a body tells them; none when they cannot be meant.
pub fn believed(seconds: &str) -> Option<Duration> {
    let seconds: f64 = seconds.trim().parse().ok()?;
    let meant = seconds.is_finite() && (0.0..=WAIT_SECONDS_BELIEVED_MAX).contains(&seconds);
    meant.then(|| Duration::from_secs_f64(seconds.min(WAIT_SECONDS_MAX)))
}

/// The wait after a 429: what it says where that can be meant, else our back-off.
pub fn limited(said: &Said, tries: u32, answer: bool) -> Duration {
    [&said.retry_after, &said.reset_after]
        .into_iter()
        .find_map(|text| believed(text.as_deref()?))
        .unwrap_or_else(|| back_off(tries, answer))
        .max(Duration::from_millis(WAIT_MS_MIN))
}

/// How long a route is closed after an answer: none while requests remain or nothing is known.
pub fn closed_for(said: &Said) -> Option<Duration> {
    let remaining: u64 = said.remaining.as_deref()?.trim().parse().ok()?;
    if remaining > 0 {
        None
    } else {
        believed(said.reset_after.as_deref()?)
    }
}

/// What Discord counts towards the ban of an address.
pub fn is_invalid(status: u16, said: &Said) -> bool {
    matches!(status, 401 | 403) || (status == 429 && !said.shared)
}

/// Routes with the same key share a limit: the method, the path and its major ids, as far as known.
pub fn bucket(method: &str, path: &str) -> String {
    let path = path.split_once("/api/v10/").map_or(path, |(_, path)| path);
    let mut key = method.to_owned();
    let answer = is_answer(path);
    for (at, part) in path.split('/').enumerate() {
        let minor = at > 1 && !answer && part.bytes().all(|byte| byte.is_ascii_digit());
        key.push('/');
        key.push_str(if minor { "id" } else { part });
    }
    key
}

/// Answers to interactions are not under the bot's global limit, and need no token of the bot.
pub fn is_answer(path: &str) -> bool {
    let path = path.split_once("/api/v10/").map_or(path, |(_, path)| path);
    path.starts_with("interactions/") || path.starts_with("webhooks/")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(1_000);

    fn said(retry_after: &str) -> Said {
        Said {
            retry_after: Some(retry_after.to_owned()),
            ..Said::default()
        }
    }

    #[test]
    fn odd_waits_are_not_believed() {
        for odd in [
            "-1",
            "1e300",
            "NaN",
            "inf",
            "-inf",
            "soon",
            "",
            "999999999999999999999",
        ] {
            assert_eq!(believed(odd), None, "{odd}");
            let wait = limited(&said(odd), 1, true);
            assert_eq!(wait, Duration::from_millis(200), "{odd}");
        }
        assert_eq!(believed(" 1.5 "), Some(Duration::from_millis(1_500)));
        assert_eq!(believed("80000"), Some(Duration::from_secs(3_600)));
        assert_eq!(limited(&said("0"), 1, true), Duration::from_millis(100));
        assert_eq!(limited(&Said::default(), 3, false), Duration::from_secs(4));
    }

    #[test]
    fn a_wait_that_only_the_reset_tells_is_taken() {
        let said = Said {
            reset_after: Some("2".to_owned()),
            ..said("-1")
        };
        assert_eq!(limited(&said, 1, true), Duration::from_secs(2));
    }

    #[test]
    fn a_request_is_sent_a_bounded_number_of_times() {
        let limited = Outcome::Limited(Duration::from_millis(100));
        assert_eq!(
            next(&limited, 4, Repeat::Once, true, LONG),
            Next::Again(Duration::from_millis(100))
        );
        assert_eq!(
            next(&limited, TRIES_MAX, Repeat::Once, true, LONG),
            Next::Take
        );
        assert_eq!(
            next(&Outcome::Lost, TRIES_MAX, Repeat::Safe, true, LONG),
            Next::Take
        );
    }

    #[test]
    fn what_may_have_been_done_is_repeated_only_where_that_is_safe() {
        for outcome in [Outcome::Broken, Outcome::Lost] {
            assert_eq!(next(&outcome, 1, Repeat::Once, false, LONG), Next::Take);
            assert_eq!(
                next(&outcome, 1, Repeat::Safe, false, LONG),
                Next::Again(Duration::from_secs(1))
            );
        }
        assert_ne!(
            next(&Outcome::Unsent, 1, Repeat::Once, false, LONG),
            Next::Take
        );
        assert_eq!(
            next(&Outcome::Settled, 1, Repeat::Safe, false, LONG),
            Next::Take
        );
    }

    #[test]
    fn nothing_is_waited_for_past_the_deadline() {
        let limited = Outcome::Limited(Duration::from_secs(3));
        assert_eq!(
            next(&limited, 1, Repeat::Safe, true, Duration::from_secs(3)),
            Next::Take
        );
        assert_eq!(
            next(&Outcome::Unsent, 1, Repeat::Safe, true, Duration::ZERO),
            Next::Take
        );
    }

    #[test]
    fn back_off_doubles_up_to_a_minute() {
        let waits: Vec<u64> = (1..=8)
            .map(|tries| back_off(tries, false).as_secs())
            .collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(
            back_off(u32::MAX, true),
            Duration::from_millis(13_107_200).min(Duration::from_secs(60))
        );
    }

    #[test]
    fn a_used_up_route_is_closed_until_its_reset() {
        let used_up = |remaining: &str, reset: &str| Said {
            remaining: Some(remaining.to_owned()),
            reset_after: Some(reset.to_owned()),
            ..Said::default()
        };
        assert_eq!(
            closed_for(&used_up("0", "0.25")),
            Some(Duration::from_millis(250))
        );
        assert_eq!(closed_for(&used_up("1", "0.25")), None);
        assert_eq!(closed_for(&used_up("0", "-1")), None);
        assert_eq!(closed_for(&used_up("none", "5")), None);
    }

    #[test]
    fn shared_limits_are_no_fault_of_ours() {
        assert!(is_invalid(429, &Said::default()));
        assert!(!is_invalid(
            429,
            &Said {
                shared: true,
                ..Said::default()
            }
        ));
        assert!(is_invalid(403, &Said::default()) && is_invalid(401, &Said::default()));
        assert!(!is_invalid(404, &Said::default()) && !is_invalid(500, &Said::default()));
    }

    #[test]
    fn a_bucket_is_a_route_with_its_major_ids() {
        let one = bucket("PATCH", "https://discord.com/api/v10/channels/1/messages/2");
        let two = bucket("PATCH", "https://discord.com/api/v10/channels/1/messages/3");
        let other = bucket("PATCH", "https://discord.com/api/v10/channels/9/messages/2");
        assert_eq!(one, "PATCH/channels/1/messages/id");
        assert_eq!(one, two);
        assert_ne!(one, other);
        assert_ne!(
            bucket("POST", "webhooks/1/5"),
            bucket("POST", "webhooks/1/6")
        );
    }
}
