//! Zones over both changes of a year, at the ends of days, and what their tests share.

use super::*;
use crate::clock::HOUR;
use jiff::civil;
use proptest::prelude::*;

/// The zones that schedules are tried in: whole and odd offsets, changes by an hour and by half of
/// one, at two at night and about midnight.
pub const ZONES: &[&str] = &[
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Nuuk",
    "Africa/Cairo",
    "UTC",
];

/// Both changes of 2026 in each zone that has them, in UTC, and two of the oddest of the past.
pub const CHANGES: [(&str, &str); 12] = [
    ("Europe/Berlin", "2026-03-29T01:00:00"),
    ("Europe/Berlin", "2026-10-25T01:00:00"),
    ("America/New_York", "2026-03-08T07:00:00"),
    ("America/New_York", "2026-11-01T06:00:00"),
    ("Australia/Lord_Howe", "2026-04-04T15:00:00"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00"),
    ("America/Nuuk", "2026-03-29T01:00:00"),
    ("America/Nuuk", "2026-10-25T01:00:00"),
    ("Africa/Cairo", "2026-04-23T22:00:00"),
    ("Africa/Cairo", "2026-10-29T21:00:00"),
    // A day left out, and a minute of the next day before the clock went back.
    ("Pacific/Apia", "2011-12-30T10:00:00"),
    ("America/St_Johns", "2006-10-29T02:31:00"),
];

pub fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

/// A moment written in UTC.
pub fn at(utc: &str) -> Millis {
    let wall: civil::DateTime = utc.parse().unwrap();
    Offset::UTC.to_timestamp(wall).unwrap().as_millisecond()
}

pub fn utc(at: Millis) -> String {
    let at = Timestamp::from_millisecond(at).unwrap();
    Offset::UTC.to_datetime(at).to_string()
}

#[test]
fn the_changes_are_changes() {
    for (name, change) in CHANGES {
        let (zone, change) = (zone(name), at(change));
        assert_eq!(zone.next_change(change - 1), Some(change), "{name}");
        assert_ne!(zone.offset_ms(change - 1), zone.offset_ms(change), "{name}");
    }
}

#[test]
fn a_zone_is_read_by_its_name_and_old_names_lead_to_todays() {
    let cases = [
        ("Europe/Berlin", "Europe/Berlin"),
        (" europe/BERLIN ", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("america/new_york", "America/New_York"),
        ("utc", "UTC"),
        ("Etc/UTC", "UTC"),
        ("gmt", "UTC"),
        ("US/Eastern", "America/New_York"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Europe/Oslo", "Europe/Oslo"),
        ("Etc/GMT-2", "Etc/GMT-2"),
        ("berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("Zürich", "Europe/Zurich"),
        ("saigon", "Asia/Ho_Chi_Minh"),
    ];
    for (typed, name) in cases {
        let zone = Zone::parse(typed);
        assert_eq!(zone.as_ref().map(Zone::name), Ok(name), "{typed}");
        let kept = serde_json::to_string(&zone.unwrap()).unwrap();
        assert_eq!(kept, format!("\"{name}\""));
        assert_eq!(serde_json::from_str::<Zone>(&kept).unwrap().name(), name);
    }
    assert_eq!(Zone::utc(), zone("UTC"));
}

#[test]
fn what_is_no_zone_is_refused() {
    for typed in [
        "",
        " ",
        "Atlantis",
        "Europe",
        "Europe/",
        "EST",
        "Factory",
        "Etc/Unknown",
        "../UTC",
        "\u{0}",
        "8",
    ] {
        assert_eq!(Zone::parse(typed), Err(ZoneError::Unknown), "{typed}");
    }
    for typed in ["+2", "utc+2", "UTC -03:30", "GMT+1"] {
        assert_eq!(Zone::parse(typed), Err(ZoneError::Offset), "{typed}");
    }
    assert_eq!(
        Zone::parse(&"Europe/".repeat(10_000)),
        Err(ZoneError::Unknown)
    );
    assert!(serde_json::from_str::<Zone>("\"Atlantis\"").is_err());
}

#[test]
fn days_are_counted_and_end_where_the_zone_says() {
    // Zone, moment (UTC), the day's date there, its end (UTC).
    let cases = [
        (
            "UTC",
            "2026-12-31T23:59:59",
            "2026-12-31",
            "2027-01-01T00:00:00",
        ),
        (
            "UTC",
            "2028-02-28T00:00:00",
            "2028-02-28",
            "2028-02-29T00:00:00",
        ),
        (
            "Europe/Berlin",
            "2026-03-28T22:59:59",
            "2026-03-28",
            "2026-03-28T23:00:00",
        ),
        (
            "Europe/Berlin",
            "2026-03-28T23:00:00",
            "2026-03-29",
            "2026-03-29T22:00:00",
        ),
        (
            "Europe/Berlin",
            "2026-10-24T22:00:00",
            "2026-10-25",
            "2026-10-25T23:00:00",
        ),
        (
            "America/New_York",
            "2026-03-08T05:00:00",
            "2026-03-08",
            "2026-03-09T04:00:00",
        ),
        (
            "America/New_York",
            "2026-11-01T04:00:00",
            "2026-11-01",
            "2026-11-02T05:00:00",
        ),
        (
            "Australia/Lord_Howe",
            "2026-04-04T13:00:00",
            "2026-04-05",
            "2026-04-05T13:30:00",
        ),
        (
            "Australia/Lord_Howe",
            "2026-10-03T13:30:00",
            "2026-10-04",
            "2026-10-04T13:00:00",
        ),
        (
            "Asia/Kathmandu",
            "2026-03-09T18:14:59",
            "2026-03-09",
            "2026-03-09T18:15:00",
        ),
        (
            "Asia/Kathmandu",
            "2026-03-09T18:15:00",
            "2026-03-10",
            "2026-03-10T18:15:00",
        ),
        // From 23:00 to midnight, and back again.
        (
            "America/Nuuk",
            "2026-03-29T00:30:00",
            "2026-03-28",
            "2026-03-29T01:00:00",
        ),
        (
            "America/Nuuk",
            "2026-10-25T00:30:00",
            "2026-10-24",
            "2026-10-25T02:00:00",
        ),
        // From midnight to one.
        (
            "Africa/Cairo",
            "2026-04-23T21:59:59",
            "2026-04-23",
            "2026-04-23T22:00:00",
        ),
        (
            "Africa/Cairo",
            "2026-04-23T22:00:00",
            "2026-04-24",
            "2026-04-24T21:00:00",
        ),
        // The day after the 29th was the 31st.
        (
            "Pacific/Apia",
            "2011-12-30T09:00:00",
            "2011-12-29",
            "2011-12-30T10:00:00",
        ),
        (
            "Pacific/Apia",
            "2011-12-30T10:00:00",
            "2011-12-31",
            "2011-12-31T10:00:00",
        ),
    ];
    for (name, moment, date, end) in cases {
        let zone = zone(name);
        let day = at(&format!("{date}T00:00:00")) / DAY;
        assert_eq!(local_day(&zone, at(moment)), day, "{name} {moment}");
        assert_eq!(utc(day_ends_at(&zone, at(moment))), end, "{name} {moment}");
    }
}

#[test]
fn the_terminal_shows_moments_in_the_zones_time() {
    let cases = [
        ("Europe/Berlin", "2026-03-09T13:05:59", "Mon 9 Mar, 14:05"),
        (
            "America/New_York",
            "2026-03-09T13:05:00",
            "Mon 9 Mar, 09:05",
        ),
        ("Asia/Kathmandu", "2026-12-31T20:00:00", "Fri 1 Jan, 01:45"),
        ("UTC", "2028-02-29T00:00:00", "Tue 29 Feb, 00:00"),
    ];
    for (name, moment, shown) in cases {
        assert_eq!(at_local(&zone(name), at(moment)), shown);
    }
    for moment in [i64::MIN, i64::MAX] {
        assert!(!at_local(&zone("Europe/Berlin"), moment).is_empty());
    }
}

#[test]
fn in_every_zone_of_the_database_each_day_of_a_leap_year_has_each_time_once() {
    let times = ["0:00", "0:30", "2:30", "23:59"];
    let times = times.map(|time| TimeOfDay::parse(time).unwrap());
    let (first, last) = (
        at("2028-01-01T00:00:00") / DAY,
        at("2029-01-01T00:00:00") / DAY,
    );
    for name in ZONES_OF_TODAY.iter() {
        let zone = zone(name);
        for day in first..last {
            for time in times {
                let at = zone.moment_of(day, time);
                let at = at.unwrap_or_else(|| panic!("{name} has no {time} on {day}"));
                assert_eq!(local_day(&zone, at), day, "{name}");
            }
            let midnight = zone.moment_of(day, times[0]).unwrap();
            let end = day_ends_at(&zone, midnight);
            assert_eq!(local_day(&zone, end), day + 1, "{name}");
            assert_eq!(local_day(&zone, end - 1), day, "{name}");
            // In Troll, which keeps Norway's summer and UTC's winter, the clock moves by two hours.
            let change = match name.as_str() {
                "Antarctica/Troll" => 2 * HOUR,
                _ => HOUR,
            };
            assert!(
                (DAY - change..=DAY + change).contains(&(end - midnight)),
                "{name}"
            );
        }
    }
}

static ZONES_OF_TODAY: LazyLock<Vec<String>> = LazyLock::new(|| {
    let names = super::ZONES
        .available()
        .map(|name| name.as_str().to_owned());
    let zones = names.filter_map(|name| Zone::named(&name).filter(|zone| zone.name == name));
    let zones: Vec<String> = zones.map(|zone| zone.name).collect();
    assert!(zones.len() > 400, "{}", zones.len());
    zones
});

#[test]
fn about_every_change_of_every_zone_since_1970_no_digest_is_doubled_or_lost() {
    let until = at("2030-01-01T00:00:00");
    let (mut changes, mut left_out) = (0, 0);
    for name in ZONES_OF_TODAY.iter() {
        let zone = zone(name);
        let starts = std::iter::successors(zone.next_change(0), |at| zone.next_change(*at));
        for change in starts.take_while(|change| *change < until) {
            changes += 1;
            for time in ["0:00", "0:30", "23:30"] {
                let when = When::parse(time).unwrap();
                let mut due = when.next_due(&zone, change - 2 * DAY).unwrap();
                while due < change + 2 * DAY {
                    let next = when.next_due(&zone, due).unwrap();
                    let next_day = local_day(&zone, day_ends_at(&zone, due));
                    assert_eq!(local_day(&zone, next), next_day, "{name} {}", utc(due));
                    left_out += usize::from(next_day - local_day(&zone, due) > 1);
                    due = next;
                }
            }
            let mut due = change - 3 * HOUR;
            while due < change + 3 * HOUR {
                let next = When::Hourly.next_due(&zone, due).unwrap();
                assert!(next - due <= 2 * HOUR, "{name} {}", utc(due));
                due = next;
            }
        }
    }
    assert!(changes > 10_000 && left_out > 0, "{changes} {left_out}");
}

proptest! {
    #[test]
    fn the_end_of_a_day_is_later_and_no_day_is_longer_than_two(
        moment in prop_oneof![any::<i64>(), -1i64 << 41..1i64 << 42],
        zone_at in 0..ZONES_OF_TODAY.len(),
    ) {
        let zone = zone(&ZONES_OF_TODAY[zone_at]);
        let end = day_ends_at(&zone, moment);
        if moment < i64::MAX - 2 * DAY {
            prop_assert!(end > moment && end - moment <= 2 * DAY, "{zone} {moment} {end}");
            prop_assert!(local_day(&zone, end) > local_day(&zone, moment));
        }
        at_local(&zone, moment);
    }

    #[test]
    fn whatever_is_typed_is_read_or_refused(typed in ".{0,30}") {
        if let Ok(zone) = Zone::parse(&typed) {
            prop_assert_eq!(Zone::parse(zone.name()), Ok(zone));
        }
    }
}

#[test]
fn a_day_begins_at_its_local_midnight() {
    let noon = 1_773_144_000_000; // 10 March 2026, 12:00 UTC
    assert_eq!(day_began_at(&Zone::utc(), noon), noon - 12 * HOUR);
    let berlin = Zone::parse("Europe/Berlin").unwrap();
    assert_eq!(day_began_at(&berlin, noon), noon - 13 * HOUR);
    // The day on which summer time begins has 23 hours.
    let change = 1_774_785_600_000; // 29 March 2026, 12:00 UTC
    assert_eq!(day_began_at(&berlin, change), change - 13 * HOUR);
}
