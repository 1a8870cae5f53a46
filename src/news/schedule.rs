//! When a source is due again: decided from what it does, without any waiting here.
//!
//! A source that answers well is read when the articles to be expected of it ([`Habits::pause`])
//! would have waited for as long as a reading is worth, and not before it wants to be; one that
//! fails is left alone for longer and longer, yet keeps its healthy interval for the day it
//! recovers. Every turn carries jitter, so that many sources never come in a bunch.
//!
//! [`Habits::pause`]: crate::news::Habits::pause

use crate::clock::{DAY, HOUR, MINUTE, Millis, SECOND};
use crate::news::reading::{Outcome, ReadingError};
use crate::news::source::{Source, SourceId};

/// The longest interval of a source that answers well.
pub const INTERVAL_MS_MAX: Millis = 6 * HOUR;
/// Where a source begins that has no interval yet and fails.
pub const INTERVAL_MS_START: Millis = 30 * MINUTE;
/// The longest pause after failures that pass by themselves.
pub const BACK_OFF_MS_MAX: Millis = 6 * HOUR;
/// The longest pause of a source that seems dead, and the longest that a server may ask for.
pub const DEAD_MS_MAX: Millis = DAY;
/// The shortest pause after a block.
pub const BLOCKED_MS_MIN: Millis = HOUR;
/// After so long without one good reading a source seems dead.
pub const DEAD_AFTER_MS: Millis = 14 * DAY;
/// A source that is gone for good (410) is not read any more: far beyond any clock.
pub const STOPPED_MS: Millis = 36_500 * DAY;
/// Sources that may be begun in a second when more are due than usual: twice what 20,000 sources
/// with their habits need.
pub const CATCH_UP_PER_SECOND_MAX: usize = 25;
/// So many sources due at once are a bunch, after days off or a great import.
pub const DUE_AT_ONCE_MAX: usize = 10 * CATCH_UP_PER_SECOND_MAX;
/// Jitter is up to one in so many parts of the pause, on top of it.
pub const JITTER_PART: Millis = 8;

/// A source's next turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    pub next_at: Millis,
    /// The healthy interval, kept through failures.
    pub interval_ms: Millis,
}

/// What a reading was like, as far as the next turn depends on it.
#[derive(Clone, Copy, Debug)]
pub struct Went<'a> {
    pub outcome: &'a Outcome,
    /// Whether it held entries that the reading before it did not.
    pub news: bool,
    /// How long the server asked to be left alone.
    pub wait_ms: Option<Millis>,
}

/// Decides the next turn of `source` after a reading at `now`; it comes no sooner than
/// `interval_ms_min`. Equal seeds give equal jitter.
pub fn next_turn(
    source: &Source,
    went: Went<'_>,
    interval_ms_min: Millis,
    now: Millis,
    seed: u64,
) -> Turn {
    let least = interval_ms_min.clamp(1, INTERVAL_MS_MAX);
    let (habits, pause) = match went.outcome {
        Outcome::Failed(error) => {
            let interval_ms = match source.interval_ms {
                ..=0 => INTERVAL_MS_START,
                interval => interval,
            };
            let interval_ms = interval_ms.clamp(least, INTERVAL_MS_MAX);
            let pause = failed_pause(source, error, went.wait_ms, interval_ms, now);
            return Turn {
                next_at: after(now, pause, seed),
                interval_ms,
            };
        }
        Outcome::Unchanged => (
            source.habits.clone(),
            asked(went.wait_ms, source.habits.ttl_minutes),
        ),
        Outcome::Read(feed) => (
            source.habits.after(feed, u32::from(went.news), now),
            asked(went.wait_ms, feed.ttl_minutes),
        ),
    };
    let interval_ms = habits.pause(now, INTERVAL_MS_MAX).max(least);
    let at = after(now, pause.max(interval_ms), seed);
    let open_at = habits.skip.open_at(at);
    let next_at = match open_at == at {
        true => at,
        // Many feeds skip the same hours.
        false => open_at.saturating_add(jitter(HOUR, seed)),
    };
    Turn {
        next_at,
        interval_ms,
    }
}

/// `pause` after `now`, with jitter.
fn after(now: Millis, pause: Millis, seed: u64) -> Millis {
    let at = now.saturating_add(pause);
    at.saturating_add(jitter(pause, seed))
}

/// When a source is read first after the reading with which it was added: half an interval to start
/// with and as much jitter, so that a list of sources added at once spreads out.
pub fn first_at(now: Millis, interval_ms_min: Millis, seed: u64) -> Millis {
    let half = INTERVAL_MS_START / 2;
    now + half.max(interval_ms_min) + i64::try_from(scatter(seed) % half as u64).unwrap_or(0)
}

/// A source that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overdue {
    pub source: SourceId,
    pub next_at: Millis,
    pub interval_ms: Millis,
}

/// When sources that are due at `now` are read, so that they do not come in a bunch: one after the
/// other, those first that have waited for the most of their intervals. Nothing changes where they
/// are few.
pub fn line_up(mut overdue: Vec<Overdue>, now: Millis) -> Vec<(SourceId, Millis)> {
    if overdue.len() <= DUE_AT_ONCE_MAX {
        return Vec::new();
    }
    let missed = |one: &Overdue| {
        let late = now.saturating_sub(one.next_at).max(0);
        let thousandths = late.saturating_mul(1_000) / one.interval_ms.max(1);
        // Neighbours were often added together, and lie at one host.
        (std::cmp::Reverse(thousandths), scatter(one.source.0 as u64))
    };
    overdue.sort_by_cached_key(missed);
    let spacing = SECOND / CATCH_UP_PER_SECOND_MAX as Millis;
    let moments = (0..).map(|place: Millis| now + place * spacing);
    overdue
        .into_iter()
        .map(|one| one.source)
        .zip(moments)
        .collect()
}

/// Jitter for a pause: at most a [`JITTER_PART`]th of it and never negative.
pub fn jitter(pause: Millis, seed: u64) -> Millis {
    let most = (pause / JITTER_PART).max(0);
    i64::try_from(scatter(seed) % (most as u64 + 1)).unwrap_or(0)
}

/// How long a healthy feed asks to be left alone; a feed cannot silence itself for more than the
/// longest interval.
fn asked(wait_ms: Option<Millis>, ttl_minutes: Option<u32>) -> Millis {
    let ttl = ttl_minutes.map_or(0, |minutes| i64::from(minutes) * MINUTE);
    wait_ms.unwrap_or(0).max(ttl).clamp(0, INTERVAL_MS_MAX)
}

fn failed_pause(
    source: &Source,
    error: &ReadingError,
    wait_ms: Option<Millis>,
    interval_ms: Millis,
    now: Millis,
) -> Millis {
    let failing_for = source
        .state
        .failing_since
        .map_or(0, |since| now.saturating_sub(since));
    let back_off = doubled(interval_ms, source.state.failures.saturating_add(1));
    let back_off = if failing_for >= DEAD_AFTER_MS {
        back_off.max(DEAD_MS_MAX)
    } else {
        back_off
    };
    match error {
        ReadingError::Gone => STOPPED_MS,
        ReadingError::NotFound => back_off.min(DEAD_MS_MAX),
        ReadingError::Blocked(_) => back_off.clamp(BLOCKED_MS_MIN, DEAD_MS_MAX),
        ReadingError::Busy { retry_after_ms, .. } => {
            let asked = retry_after_ms
                .or(wait_ms)
                .unwrap_or(0)
                .clamp(0, DEAD_MS_MAX);
            back_off.min(BACK_OFF_MS_MAX).max(asked)
        }
        ReadingError::Resting { until } => {
            until.saturating_sub(now).clamp(interval_ms, DEAD_MS_MAX)
        }
        _ if failing_for >= DEAD_AFTER_MS => DEAD_MS_MAX,
        _ => back_off.min(BACK_OFF_MS_MAX),
    }
}

/// `interval_ms` doubled `times` times, without overflow.
fn doubled(interval_ms: Millis, times: u32) -> Millis {
    interval_ms
        .saturating_mul(1 << times.min(20))
        .min(DEAD_MS_MAX)
}

/// Spreads neighbouring seeds over all numbers (the finaliser of splitmix64).
fn scatter(seed: u64) -> u64 {
    let mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::reading::{AddressError, Feed, NotAFeed};
    use crate::news::source::SourceState;
    use crate::news::{Entry, Habits};
    use proptest::prelude::*;

    const NOW: Millis = 1_800_000_000_000;
    const LEAST: Millis = 5 * MINUTE;

    fn source(interval_ms: Millis) -> Source {
        Source {
            id: SourceId(1),
            url: "https://tern.example/feed".to_owned(),
            title: "Tern".to_owned(),
            site: None,
            language: None,
            etag: None,
            last_modified: None,
            next_at: NOW,
            interval_ms,
            habits: Habits::default(),
            state: SourceState::default(),
        }
    }

    fn failing(error: ReadingError, failures: u32, since: Millis) -> Turn {
        let mut source = source(10 * MINUTE);
        source.state.failures = failures;
        source.state.failing_since = Some(since);
        let outcome = Outcome::Failed(error);
        next_turn(
            &source,
            Went {
                outcome: &outcome,
                news: false,
                wait_ms: None,
            },
            LEAST,
            NOW,
            7,
        )
    }

    fn pause(turn: Turn) -> Millis {
        turn.next_at - NOW
    }

    fn about(pause: Millis, wanted: Millis) {
        assert!(
            pause >= wanted && pause <= wanted + wanted / JITTER_PART,
            "{pause} is not about {wanted}"
        );
    }

    #[test]
    fn a_ttl_and_a_cache_time_are_waited_for_but_not_for_days() {
        let feed = Feed {
            ttl_minutes: Some(90),
            ..Feed::default()
        };
        let read = Outcome::Read(Box::new(feed));
        about(
            pause(next_turn(
                &source(10 * MINUTE),
                Went {
                    outcome: &read,
                    news: true,
                    wait_ms: None,
                },
                LEAST,
                NOW,
                3,
            )),
            90 * MINUTE,
        );
        let went = Went {
            outcome: &Outcome::Unchanged,
            news: false,
            wait_ms: Some(DAY),
        };
        about(
            pause(next_turn(&source(10 * MINUTE), went, LEAST, NOW, 3)),
            INTERVAL_MS_MAX,
        );
    }

    #[test]
    fn failures_double_the_pause_up_to_six_hours_and_keep_the_interval() {
        let pauses: Vec<_> = (0..8)
            .map(|failures| failing(ReadingError::TimedOut, failures, NOW))
            .collect();
        about(pause(pauses[0]), 20 * MINUTE);
        about(pause(pauses[1]), 40 * MINUTE);
        about(pause(pauses[7]), BACK_OFF_MS_MAX);
        assert!(pauses.iter().all(|turn| turn.interval_ms == 10 * MINUTE));
    }

    #[test]
    fn a_block_is_left_alone_for_an_hour_a_lost_page_up_to_a_day_a_gone_one_for_good() {
        about(pause(failing(ReadingError::Blocked(403), 0, NOW)), HOUR);
        about(pause(failing(ReadingError::NotFound, 0, NOW)), 20 * MINUTE);
        about(pause(failing(ReadingError::NotFound, 40, NOW)), DAY);
        assert!(pause(failing(ReadingError::Gone, 0, NOW)) >= STOPPED_MS);
    }

    #[test]
    fn retry_after_is_honoured_up_to_a_day() {
        let busy = |ms| ReadingError::Busy {
            status: 429,
            retry_after_ms: Some(ms),
        };
        about(pause(failing(busy(3 * HOUR), 0, NOW)), 3 * HOUR);
        about(pause(failing(busy(Millis::MAX), 0, NOW)), DAY);
        about(pause(failing(busy(-5), 0, NOW)), 20 * MINUTE);
    }

    #[test]
    fn a_source_that_stayed_down_for_two_weeks_is_tried_once_a_day() {
        about(
            pause(failing(ReadingError::NoSuchHost, 3, NOW - 15 * DAY)),
            DAY,
        );
    }

    /// The most sources begun in one second and in one minute while `sources`, due at these
    /// moments, live on for three hours; `line_up` is asked every second, as the job does.
    fn peaks(what: &str, sources: Vec<(Source, Millis)>) -> (u32, u32) {
        let mut seconds = vec![0u32; 3 * 3_600];
        let mut due_in: Vec<Vec<usize>> = vec![Vec::new(); seconds.len()];
        let place = |at: Millis| ((at - NOW).max(0) as u64).div_ceil(SECOND as u64) as usize;
        for (index, (_, next_at)) in sources.iter().enumerate() {
            let place = place(*next_at);
            if let Some(due) = due_in.get_mut(place) {
                due.push(index);
            }
        }
        for second in 0..seconds.len() {
            let now = NOW + second as Millis * SECOND;
            let due = due_in[second].iter().map(|index| Overdue {
                source: sources[*index].0.id,
                next_at: sources[*index].1.min(now),
                interval_ms: sources[*index].0.interval_ms,
            });
            let line = line_up(due.collect(), now);
            if !line.is_empty() {
                due_in[second].clear();
            }
            for (id, at) in line {
                if let Some(due) = due_in.get_mut(place(at)) {
                    due.push(id.0 as usize);
                }
            }
            for index in std::mem::take(&mut due_in[second]) {
                seconds[second] += 1;
                let seed = scatter(index as u64) ^ now as u64;
                let next = after(now, sources[index].0.interval_ms, seed);
                if let Some(due) = due_in.get_mut(place(next)) {
                    due.push(index);
                }
            }
        }
        let second = seconds.iter().max().copied().unwrap_or(0);
        let minutes = seconds.chunks(60).map(|minute| minute.iter().sum::<u32>());
        let minute = minutes.max().unwrap_or(0);
        let all = seconds.iter().sum::<u32>();
        println!("{what:24} {second:4} in a second, {minute:5} in a minute, {all} in three hours");
        (second, minute)
    }

    /// Sources of all kinds: intervals from five minutes to six hours, most of them long.
    fn mixed(count: i64, next_at: impl Fn(i64, Millis) -> Millis) -> Vec<(Source, Millis)> {
        let one = |id| {
            let part = scatter(id as u64 ^ 0xabc) as f64 / u64::MAX as f64;
            let interval_ms = LEAST + ((INTERVAL_MS_MAX - LEAST) as f64 * part.sqrt()) as Millis;
            let mut source = source(interval_ms);
            source.id = SourceId(id);
            (source, next_at(id, interval_ms))
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn twenty_thousand_sources_do_not_come_in_a_bunch() {
        let in_phase =
            |id, interval: Millis| NOW + (scatter(id as u64) as Millis).rem_euclid(interval);
        let all = [
            ("at work", mixed(20_000, in_phase)),
            (
                "after ten minutes off",
                mixed(20_000, |id, ms| in_phase(id, ms) - 10 * MINUTE),
            ),
            (
                "after three days off",
                mixed(20_000, |id, ms| in_phase(id, ms) - 3 * DAY),
            ),
            (
                "10,000 imported at once",
                mixed(20_000, |id, ms| match id % 2 {
                    0 => NOW,
                    _ => in_phase(id, ms),
                }),
            ),
        ];
        for (what, sources) in all {
            let (second, minute) = peaks(what, sources);
            // What comes due by itself comes on top of what is lined up.
            let lined_up = CATCH_UP_PER_SECOND_MAX as u32;
            assert!(minute <= 60 * lined_up * 3 / 2, "{what}: {minute}");
            assert!(second <= DUE_AT_ONCE_MAX as u32, "{what}: {second}");
        }
    }

    #[test]
    fn who_missed_most_of_its_turns_comes_first_and_few_are_not_lined_up() {
        let overdue = |id, late, interval_ms| Overdue {
            source: SourceId(id),
            next_at: NOW - late,
            interval_ms,
        };
        let mut many: Vec<_> = (0..2_000).map(|id| overdue(id, HOUR, HOUR)).collect();
        assert_eq!(line_up(many[..DUE_AT_ONCE_MAX].to_vec(), NOW), []);
        many.push(overdue(9_999, HOUR, 5 * MINUTE));
        let line = line_up(many, NOW);
        assert_eq!(line[0], (SourceId(9_999), NOW));
        assert_eq!(line.last().map(|(_, at)| at - NOW), Some(80 * SECOND));
    }

    /// How a source publishes, invented: the moments of its articles over [`SIMULATED_DAYS`].
    type Pattern = fn(seed: u64) -> Vec<Millis>;

    const SIMULATED_DAYS: i64 = 42;
    /// What is counted: the last four weeks, for a source must be known first.
    const COUNTED_DAYS: i64 = 28;
    const FEED_ENTRIES: usize = 30;

    /// Moments at random, `a_day` of them between two hours of each day that `on` chooses.
    fn scattered(a_day: u64, hours: (i64, i64), on: fn(i64) -> bool, seed: u64) -> Vec<Millis> {
        let span = (hours.1 - hours.0) * HOUR;
        let on = (0..SIMULATED_DAYS).filter(|day| on(*day));
        let moments = on.flat_map(|day| {
            (0..a_day).map(move |n| {
                let at = scatter(seed ^ (day as u64) << 32 ^ n << 8) % span as u64;
                START + day * DAY + hours.0 * HOUR + at as Millis
            })
        });
        let mut moments: Vec<_> = moments.collect();
        moments.sort_unstable();
        moments
    }

    const START: Millis = 1_773_014_400_000; // Monday, 9 March 2026, 00:00 GMT.

    const PATTERNS: [(&str, Pattern); 8] = [
        ("busy wire, 300 a day", |seed| {
            scattered(300, (0, 24), |_| true, seed)
        }),
        ("national paper, 120 by day", |seed| {
            scattered(120, (5, 22), |_| true, seed)
        }),
        ("regional, 20 by day", |seed| {
            scattered(20, (6, 21), |_| true, seed)
        }),
        ("morning paper, 30 at six", |seed| {
            scattered(30, (6, 7), |_| true, seed)
        }),
        ("ministry, 4 on weekdays", |seed| {
            scattered(4, (8, 17), |day| day % 7 < 5, seed)
        }),
        ("daily column", |seed| scattered(1, (9, 12), |_| true, seed)),
        ("weekly blog", |seed| {
            scattered(1, (8, 23), |day| day % 7 == 3, seed)
        }),
        ("dead", |_| Vec::new()),
    ];

    /// Reads a day and the median wait of an article, in minutes, where `next` says when to read.
    fn lives(articles: &[Millis], mut next: impl FnMut(Millis, &[Millis]) -> Millis) -> (f64, f64) {
        let from = START + (SIMULATED_DAYS - COUNTED_DAYS) * DAY;
        let (mut now, mut read, mut reads, mut waits) = (START, 0, 0u32, Vec::new());
        while now < START + SIMULATED_DAYS * DAY {
            let known = articles.partition_point(|at| *at <= now);
            let fresh = &articles[read..known];
            if now >= from {
                reads += 1;
                let fresh = fresh.iter().filter(|at| **at >= from);
                waits.extend(fresh.map(|at| now - at));
            }
            let shown = known.saturating_sub(FEED_ENTRIES);
            let shown = if known > read {
                &articles[shown..known]
            } else {
                &[]
            };
            read = known;
            now = next(now, shown);
        }
        waits.sort_unstable();
        let median = waits.get(waits.len() / 2).copied().unwrap_or(0);
        (
            f64::from(reads) / COUNTED_DAYS as f64,
            median as f64 / MINUTE as f64,
        )
    }

    /// By the rule of this file.
    fn by_habit(articles: &[Millis], seed: u64) -> (f64, f64) {
        let mut source = source(0);
        lives(articles, |now, shown| {
            let outcome = match shown {
                [] if now > START => Outcome::Unchanged,
                _ => Outcome::Read(Box::new(Feed {
                    entries: shown
                        .iter()
                        .map(|at| Entry {
                            published: Some(*at),
                            ..Entry::default()
                        })
                        .collect(),
                    ..Feed::default()
                })),
            };
            let went = Went {
                outcome: &outcome,
                news: !shown.is_empty(),
                wait_ms: None,
            };
            let turn = next_turn(&source, went, LEAST, now, seed ^ now as u64);
            if let Outcome::Read(feed) = &outcome {
                source.habits = source.habits.after(feed, shown.len() as u32, now);
            }
            source.interval_ms = turn.interval_ms;
            turn.next_at
        })
    }

    #[test]
    fn reading_by_habit_is_sooner_or_cheaper_than_every_quarter_of_an_hour() {
        println!(
            "{:28} {:>10} {:>10}   {:>10} {:>10}",
            "", "reads/day", "wait, min", "fixed", "wait"
        );
        for (name, pattern) in PATTERNS {
            let articles = pattern(7);
            let (reads, wait) = by_habit(&articles, 7);
            let fixed = lives(&articles, |now, _| now + 15 * MINUTE);
            println!(
                "{name:28} {reads:10.1} {wait:10.1}   {:10.1} {:10.1}",
                fixed.0, fixed.1
            );
            assert!(reads <= fixed.0 || wait <= fixed.1 * 0.8, "{name}");
            let newsy = articles.len() as i64 >= 100 * SIMULATED_DAYS;
            assert!(!newsy || wait <= 5.0, "{name}: {wait} minutes");
            assert!(
                !articles.is_empty() || reads <= 5.0,
                "{name}: {reads} reads a day"
            );
        }
    }

    fn errors() -> impl Strategy<Value = ReadingError> {
        prop_oneof![
            Just(ReadingError::TimedOut),
            Just(ReadingError::Blocked(451)),
            Just(ReadingError::NotFound),
            Just(ReadingError::Gone),
            Just(ReadingError::Address(AddressError::Private)),
            Just(ReadingError::NotAFeed(NotAFeed::Page)),
            any::<Option<i64>>().prop_map(|ms| ReadingError::Busy {
                status: 503,
                retry_after_ms: ms
            }),
        ]
    }

    proptest! {
        #[test]
        fn a_turn_is_never_sooner_than_the_least_and_the_interval_stays_in_its_bounds(
            interval in any::<i64>(), failures in any::<u32>(), since in any::<Option<i64>>(), error in errors(),
            how in 0..3, news in any::<bool>(), wait in any::<Option<i64>>(), ttl in any::<Option<u32>>(),
            least in 60_000i64..3_600_000, seed in any::<u64>(),
        ) {
            let mut source = source(interval);
            source.state.failures = failures;
            source.state.failing_since = since;
            let outcome = match how {
                0 => Outcome::Unchanged,
                1 => Outcome::Read(Box::new(Feed { ttl_minutes: ttl, ..Feed::default() })),
                _ => Outcome::Failed(error.clone()),
            };
            let turn = next_turn(&source, Went { outcome: &outcome, news, wait_ms: wait }, least, NOW, seed);
            prop_assert!(turn.next_at >= NOW + least);
            prop_assert!(turn.interval_ms >= least && turn.interval_ms <= INTERVAL_MS_MAX);
            let gone = how == 2 && error == ReadingError::Gone;
            prop_assert!(gone || pause(turn) <= DEAD_MS_MAX + DEAD_MS_MAX / JITTER_PART);
        }
    }
}
