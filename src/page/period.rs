//! The periods that an answer can cover, and how they are said.

use crate::clock::{DAY, HOUR, Millis};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    Hours6,
    Day,
    Days3,
    Week,
    Month,
}

/// Value as typed and label as offered, in the order of length. Kept beside [`Period::parse`].
pub const PERIODS: &[(&str, &str)] = &[
    ("6h", "Last 6 hours"),
    ("24h", "Last 24 hours"),
    ("3d", "Last 3 days"),
    ("7d", "Last 7 days"),
    ("30d", "Last 30 days"),
];

/// What stands for "since I last asked" where a period is chosen.
pub const SINCE: &str = "since";

/// The periods of a brief, which can also begin where the asker's last one ended.
pub const PERIODS_OF_BRIEF: &[(&str, &str)] = &[
    PERIODS[0],
    PERIODS[1],
    PERIODS[2],
    PERIODS[3],
    PERIODS[4],
    (SINCE, "Since I last asked"),
];

impl Period {
    pub const ALL: [Period; 5] = [
        Period::Hours6,
        Period::Day,
        Period::Days3,
        Period::Week,
        Period::Month,
    ];

    pub fn value(self) -> &'static str {
        PERIODS[self as usize].0
    }

    /// Reads `24h`, `24 h`, `1d`.
    pub fn parse(typed: &str) -> Option<Self> {
        let folded: String = typed
            .chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_lowercase)
            .collect();
        match folded.as_str() {
            "1d" => Some(Period::Day),
            "72h" => Some(Period::Days3),
            "1w" => Some(Period::Week),
            _ => Period::ALL
                .into_iter()
                .find(|period| period.value() == folded),
        }
    }

    pub fn millis(self) -> Millis {
        match self {
            Period::Hours6 => 6 * HOUR,
            Period::Day => DAY,
            Period::Days3 => 3 * DAY,
            Period::Week => 7 * DAY,
            Period::Month => 30 * DAY,
        }
    }

    /// "24 h", for titles and buttons.
    pub fn short(self) -> &'static str {
        match self {
            Period::Hours6 => "6 h",
            Period::Day => "24 h",
            Period::Days3 => "3 days",
            Period::Week => "7 days",
            Period::Month => "30 days",
        }
    }

    /// The next longer one that is worth offering.
    pub fn wider(self) -> Option<Self> {
        match self {
            Period::Hours6 => Some(Period::Day),
            Period::Day => Some(Period::Days3),
            Period::Days3 => Some(Period::Week),
            Period::Week => Some(Period::Month),
            Period::Month => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_period_is_read_as_it_is_offered() {
        for period in Period::ALL {
            assert_eq!(Period::parse(period.value()), Some(period));
        }
        assert_eq!(Period::parse(" 24 H "), Some(Period::Day));
        assert_eq!(Period::parse("soon"), None);
    }
}
