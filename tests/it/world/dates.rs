//! Dates as feeds and headers write them, so that the fake outlets need no library for it.

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const DAY_MS: i64 = 86_400_000;

/// Year, month (1 to 12) and day of a moment (Howard Hinnant's days-to-civil).
fn civil(at: i64) -> (i64, i64, i64) {
    let days = at.div_euclid(DAY_MS) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn clock_time(at: i64) -> (i64, i64, i64) {
    let seconds = at.rem_euclid(DAY_MS) / 1_000;
    (seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// `Tue, 10 Mar 2026 09:00:00 GMT`.
pub fn rfc2822(at: i64) -> String {
    let (year, month, day) = civil(at);
    let (hours, minutes, seconds) = clock_time(at);
    let weekday = DAYS[at.div_euclid(DAY_MS).rem_euclid(7) as usize];
    let month = MONTHS[month as usize - 1];
    format!("{weekday}, {day:02} {month} {year} {hours:02}:{minutes:02}:{seconds:02} GMT")
}

/// `2026-03-10T09:00:00Z`.
pub fn rfc3339(at: i64) -> String {
    let (year, month, day) = civil(at);
    let (hours, minutes, seconds) = clock_time(at);
    format!("{year}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}Z")
}

#[test]
fn dates_are_written_as_feeds_write_them() {
    assert_eq!(rfc2822(1_773_133_200_000), "Tue, 10 Mar 2026 09:00:00 GMT");
    assert_eq!(rfc3339(951_782_399_000), "2000-02-28T23:59:59Z");
}
