//! Time zones, quiet hours and digest times (being written elsewhere; this knows UTC alone).

use crate::clock::{DAY, HOUR, MINUTE, Millis};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TimeOfDay(u16);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Quiet {
    pub from: TimeOfDay,
    pub to: TimeOfDay,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Weekday {
    Monday,
    Sunday,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum When {
    Breaking,
    Hourly,
    Daily(TimeOfDay),
    Weekly(Weekday, TimeOfDay),
}

impl Zone {
    pub fn utc() -> Self {
        Self("UTC".to_owned())
    }
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl TimeOfDay {
    pub const MORNING: Self = Self(8 * 60);
    pub fn minutes(self) -> u16 {
        self.0
    }
}

impl Quiet {
    pub const NIGHT: Self = Self {
        from: TimeOfDay(22 * 60),
        to: TimeOfDay(8 * 60),
    };
    pub fn ends_at(&self, _zone: &Zone, now: Millis) -> Option<Millis> {
        let (from, to) = (i64::from(self.from.0), i64::from(self.to.0));
        let minute = now.rem_euclid(DAY) / MINUTE;
        let inside = if from < to {
            (from..to).contains(&minute)
        } else {
            minute >= from || minute < to
        };
        inside.then(|| {
            let day = now.div_euclid(DAY) * DAY + to * MINUTE;
            if day > now { day } else { day + DAY }
        })
    }
}

impl When {
    pub fn next_due(&self, _zone: &Zone, after: Millis) -> Option<Millis> {
        match self {
            When::Breaking => None,
            When::Hourly => Some((after.div_euclid(HOUR) + 1) * HOUR),
            When::Daily(time) | When::Weekly(_, time) => {
                let day = after.div_euclid(DAY) * DAY + i64::from(time.0) * MINUTE;
                Some(if day > after { day } else { day + DAY })
            }
        }
    }
}

/// The next local midnight.
pub fn day_ends_at(_zone: &Zone, at: Millis) -> Millis {
    (at.div_euclid(DAY) + 1) * DAY
}
