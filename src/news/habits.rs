//! What a source does and what it asks: when it publishes, and when it wants not to be read.
//!
//! The hours of publishing are counts that fade, so that a source's new ways win over its old ones.
//! All hours are GMT, as in the formats of feeds.

use crate::clock::{DAY, HOUR, MINUTE, Millis};
use crate::news::reading::Feed;
use serde::{Deserialize, Serialize};

/// After so long a count has faded to a third.
const FADING_DAYS: f64 = 14.0;
/// Before a source shows its own rate, it is taken to publish so many articles ...
const PRIOR_ARTICLES: f64 = 0.0625;
/// ... in so many hours: one reading in an hour and a quarter.
const PRIOR_HOURS: f64 = 1.0;
/// An hour's own count weighs as much as the whole day's rate after so many days.
const HOUR_PRIOR_DAYS: f64 = 1.0;
/// A silence in which so many articles were expected makes one doubt the rate.
const SILENT_ARTICLES_MIN: f64 = 3.0;
/// After so long the part of an article in the present rush has faded to a third.
const RUSH_HOURS: f64 = 0.5;
/// Articles of one reading that make a rush: more at once are an edition.
const RUSH_ARTICLES_MAX: u32 = 3;
/// The most that a count may come to.
const COUNTED_MAX: f32 = 1_000.0;
/// Articles older than this say nothing of what a source does now.
const OLD_MS_MIN: Millis = 28 * DAY;
/// What a reading costs, in minutes that an article waits to be read: the choice between reading
/// much and reading late. At three, a hundred articles a day are read every nine minutes.
const READING_MINUTES: f64 = 3.0;
/// The step in which the coming hours are gone through.
const STEP_MS: Millis = MINUTE;
/// Longest time that a feed may be skipped on its own wish: a long weekend.
const SKIP_MS_MAX: Millis = 3 * DAY;

/// What is remembered of a source between readings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Habits {
    /// Minutes that the feed asked to be left alone, when it was last read in full.
    pub ttl_minutes: Option<u32>,
    pub skip: Skip,
    /// Articles by the hour of their publication, faded.
    hours: [f32; 24],
    /// Articles of the last readings, faded fast.
    rush: f32,
    /// When the counts were last brought up to date.
    at: Millis,
    /// Since when the source is known to publish as counted; none before its first reading.
    since: Option<Millis>,
    /// The newest article counted.
    newest_at: Millis,
}

/// When a feed asks not to be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Skip {
    /// A bit for each hour, midnight the lowest.
    pub hours: u32,
    /// A bit for each day of the week, Monday the lowest.
    pub days: u8,
}

impl Skip {
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// The first moment from `at` on at which the feed may be read. A wish to be left alone for
    /// longer than a long weekend is not heard.
    pub fn open_at(&self, at: Millis) -> Millis {
        let mut open_at = at;
        while self.covers(open_at) {
            open_at = (open_at.div_euclid(HOUR) + 1) * HOUR;
            if open_at - at > SKIP_MS_MAX {
                return at;
            }
        }
        open_at
    }

    fn covers(&self, at: Millis) -> bool {
        let hour = at.rem_euclid(DAY) / HOUR;
        // The first of January 1970 was a Thursday.
        let day = (at.div_euclid(DAY) + 3).rem_euclid(7);
        self.hours & (1 << hour) != 0 || self.days & (1 << day) != 0
    }
}

impl Habits {
    /// The habits after a full reading at `now` in which `new` articles had not been there before.
    #[must_use]
    pub fn after(&self, feed: &Feed, new: u32, now: Millis) -> Self {
        let dates = feed.entries.iter().filter_map(|entry| entry.published);
        let mut dates: Vec<Millis> = dates
            .filter(|at| (now - OLD_MS_MIN..=now).contains(at))
            .collect();
        dates.sort_unstable();
        let mut habits = self.clone();
        habits.ttl_minutes = feed.ttl_minutes;
        habits.skip = feed.skip;
        habits.fade(now);
        if self.since.is_none() {
            // What is older than its oldest entry is not known of a feed.
            let all = feed.entries.iter().filter_map(|entry| entry.published);
            let since = all.chain([now]).min().unwrap_or(now);
            let since = since.max(now - OLD_MS_MIN);
            habits.since = Some(since);
            habits.newest_at = since;
            habits.count(&dates, now);
            if !dates.is_empty() {
                let undated = feed
                    .entries
                    .iter()
                    .filter(|entry| entry.published.is_none());
                habits.count_anywhere(undated.count());
            }
            return habits;
        }
        let mut counted = habits.count(&dates, now);
        if new > 0 && counted == 0 {
            // Articles without a date of use were published since the reading before.
            counted = habits.count(&vec![now; new as usize], now);
        }
        habits.rush += counted.min(RUSH_ARTICLES_MAX) as f32;
        habits
    }

    /// How long the source is best left alone from `now` on, up to `most`: until the articles that
    /// are to be expected have together waited for as long as a reading is worth.
    pub fn pause(&self, now: Millis, most: Millis) -> Millis {
        let rates = self.rates(now);
        let rush = f64::from(self.rush);
        let rush_at = |at| match rush > 0.0 {
            true => rush * (-days(at - self.at) * 24.0 / RUSH_HOURS).exp() / RUSH_HOURS,
            false => 0.0,
        };
        let (mut unread, mut waited, mut at) = (0.0, 0.0, now);
        while at < now + most {
            let rate = rates[hour_of(at)].max(rush_at(at));
            let step = STEP_MS as f64 / HOUR as f64;
            waited += (unread + rate * step / 2.0) * step * 60.0;
            unread += rate * step;
            at += STEP_MS;
            if waited >= READING_MINUTES {
                break;
            }
        }
        (at - now).min(most)
    }

    /// Articles an hour that are expected in each hour of the day.
    fn rates(&self, now: Millis) -> [f64; 24] {
        let since = self.since.unwrap_or(now);
        let age_days = days(now - since);
        let fading = (-days(now - self.at) / FADING_DAYS).exp();
        let counts = self.hours.map(|count| f64::from(count) * fading);
        let seen_days = FADING_DAYS * (1.0 - (-age_days / FADING_DAYS).exp());
        let whole = counts.iter().sum::<f64>();
        let whole = (whole + PRIOR_ARTICLES) / (24.0 * seen_days + PRIOR_HOURS);
        let rates =
            counts.map(|count| (count + HOUR_PRIOR_DAYS * whole) / (seen_days + HOUR_PRIOR_DAYS));
        let expected = expected(&rates, self.newest_at.max(since), now);
        let trust = (SILENT_ARTICLES_MIN / expected.max(SILENT_ARTICLES_MIN)).min(1.0);
        rates.map(|rate| rate * trust)
    }

    fn fade(&mut self, now: Millis) {
        let fading = (-days(now - self.at) / FADING_DAYS).exp() as f32;
        for count in &mut self.hours {
            *count = short(*count * fading);
        }
        let fading = (-days(now - self.at) * 24.0 / RUSH_HOURS).exp() as f32;
        self.rush = short(self.rush * fading);
        self.at = self.at.max(now);
    }

    /// Counts articles that may have come at any hour.
    fn count_anywhere(&mut self, articles: usize) {
        for count in &mut self.hours {
            *count = short((*count + articles as f32 / 24.0).min(COUNTED_MAX));
        }
    }

    /// Counts articles of `dates` (sorted) that are newer than the newest before; returns how many.
    fn count(&mut self, dates: &[Millis], now: Millis) -> u32 {
        let newer = dates.partition_point(|at| *at <= self.newest_at);
        for at in &dates[newer..] {
            let fading = (-days(now - at) / FADING_DAYS).exp() as f32;
            let count = &mut self.hours[hour_of(*at)];
            *count = (*count + fading).min(COUNTED_MAX);
            self.newest_at = *at;
        }
        u32::try_from(dates.len() - newer).unwrap_or(u32::MAX)
    }
}

/// Articles expected between two moments, hour by hour; not more than weeks are gone through.
fn expected(rates: &[f64; 24], from: Millis, until: Millis) -> f64 {
    let from = from.max(until - OLD_MS_MIN);
    let whole_days = ((until - from).max(0) / DAY) as f64;
    let mut sum = whole_days * rates.iter().sum::<f64>();
    let mut at = from + whole_days as Millis * DAY;
    while at < until {
        let end = ((at.div_euclid(HOUR) + 1) * HOUR).min(until);
        sum += rates[hour_of(at)] * (end - at) as f64 / HOUR as f64;
        at = end;
    }
    sum
}

/// Three digits are enough, and short to keep.
fn short(count: f32) -> f32 {
    (count * 1_000.0).round() / 1_000.0
}

fn days(ms: Millis) -> f64 {
    ms.max(0) as f64 / DAY as f64
}

fn hour_of(at: Millis) -> usize {
    (at.rem_euclid(DAY) / HOUR) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::Entry;

    /// Monday, 9 March 2026, 00:00 GMT.
    const MONDAY: Millis = 1_773_014_400_000;
    const MOST: Millis = 6 * HOUR;

    fn feed(dates: impl IntoIterator<Item = Millis>) -> Feed {
        let entry = |at| Entry {
            published: Some(at),
            ..Entry::default()
        };
        Feed {
            entries: dates.into_iter().map(entry).collect(),
            ..Feed::default()
        }
    }

    /// Habits after readings of each day's `dates` at its end.
    fn lived(days: i64, dates: impl Fn(i64) -> Vec<Millis>) -> (Habits, Millis) {
        let mut habits = Habits::default();
        for day in 0..days {
            let dates = dates(day).into_iter().map(|at| MONDAY + day * DAY + at);
            habits = habits.after(&feed(dates), 0, MONDAY + (day + 1) * DAY);
        }
        (habits, MONDAY + days * DAY)
    }

    #[test]
    fn a_source_that_publishes_around_the_clock_is_read_within_minutes() {
        let (habits, now) = lived(14, |_| (0..150).map(|n| n * DAY / 150).collect());
        let pause = habits.pause(now, MOST);
        assert!((5 * MINUTE..=10 * MINUTE).contains(&pause), "{pause}");
    }

    #[test]
    fn a_morning_paper_is_read_often_in_the_morning_and_seldom_at_night() {
        let (habits, now) = lived(14, |_| (0..30).map(|n| 6 * HOUR + n * MINUTE).collect());
        assert!(habits.pause(now + 6 * HOUR, MOST) <= 10 * MINUTE);
        assert!(habits.pause(now + 20 * HOUR, MOST) >= HOUR);
        let overnight = habits.pause(now + 4 * HOUR, MOST);
        assert!(
            overnight <= 2 * HOUR + 15 * MINUTE,
            "it looks ahead to the morning: {overnight}"
        );
    }

    #[test]
    fn a_source_that_fell_silent_is_read_less_and_less_though_its_counts_are_high() {
        let (habits, now) = lived(14, |_| (0..100).map(|n| n * DAY / 100).collect());
        let pauses: Vec<_> = [0, 6, 24, 72, 14 * 24]
            .map(|hours| habits.pause(now + hours * HOUR, MOST))
            .into();
        assert!(pauses.is_sorted(), "{pauses:?}");
        assert!(
            pauses[2] >= 20 * MINUTE && pauses[4] >= 2 * HOUR,
            "{pauses:?}"
        );
    }

    #[test]
    fn a_first_reading_tells_the_rate_from_the_dates_in_it() {
        let busy = feed((0..30).map(|n| MONDAY - n * 10 * MINUTE));
        let busy = Habits::default().after(&busy, 30, MONDAY);
        assert!(busy.pause(MONDAY, MOST) <= 20 * MINUTE);
        let weekly = feed((0..30).map(|n| MONDAY - n * (7 * DAY + 5 * HOUR)));
        let weekly = Habits::default().after(&weekly, 30, MONDAY);
        let pause = weekly.pause(MONDAY + 3 * HOUR, MOST);
        assert!(pause >= 2 * HOUR, "{pause}");
    }

    #[test]
    fn articles_without_dates_count_when_they_are_seen_but_not_the_first_ones() {
        let undated = Feed {
            entries: vec![Entry::default(); 50],
            ..Feed::default()
        };
        let first = Habits::default().after(&undated, 50, MONDAY);
        let unknown = first.pause(MONDAY, MOST);
        assert!(unknown >= HOUR, "{unknown}");
        let next = first.after(&undated, 6, MONDAY + HOUR);
        assert!(next.pause(MONDAY + HOUR, MOST) < unknown);
    }

    #[test]
    fn dates_of_the_future_the_past_and_floods_do_not_confuse_the_counts() {
        let odd = feed([i64::MIN, 0, MONDAY - 300 * DAY, MONDAY + DAY, i64::MAX]);
        let habits = Habits::default().after(&odd, 5, MONDAY);
        assert_eq!(habits.hours, [0.0; 24]);
        let flood = feed(vec![MONDAY + 1; 100_000]);
        let habits = habits.after(&flood, 0, MONDAY + HOUR);
        assert!(habits.hours[0] <= COUNTED_MAX);
        for now in [i64::MIN / 4, 0, MONDAY, i64::MAX / 4] {
            let pause = habits.pause(now, MOST);
            assert!((1..=MOST).contains(&pause), "{now}: {pause}");
        }
    }

    #[test]
    fn skipped_hours_and_days_are_left_out_but_not_all_of_them() {
        let night = Skip {
            hours: 0b1111_1111 | 1 << 23,
            days: 0,
        };
        assert_eq!(
            night.open_at(MONDAY + 23 * HOUR + 5),
            MONDAY + DAY + 8 * HOUR
        );
        assert_eq!(night.open_at(MONDAY + 9 * HOUR + 5), MONDAY + 9 * HOUR + 5);
        let weekend = Skip {
            hours: 0,
            days: 0b110_0000,
        };
        let saturday = MONDAY + 5 * DAY + 7;
        assert_eq!(weekend.open_at(saturday), MONDAY + 7 * DAY);
        let always = Skip {
            hours: (1 << 24) - 1,
            days: 0,
        };
        assert_eq!(always.open_at(saturday), saturday);
        let four_days = Skip {
            hours: 0,
            days: 0b1111,
        };
        assert_eq!(four_days.open_at(MONDAY), MONDAY);
    }
}
