//! Feeds that stand still: files served on loopback by address, for tests of the real program.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use std::time::{SystemTime, UNIX_EPOCH};

/// Serves (path, feed) pairs and gives `host:port`.
pub async fn serve(pages: Vec<(String, String)>) -> String {
    let router = pages
        .into_iter()
        .fold(Router::new(), |router, (path, text)| {
            router.route(
                &path,
                get(move || async move { ([(CONTENT_TYPE, "application/rss+xml")], text) }),
            )
        });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port");
    let address = listener
        .local_addr()
        .expect("it has an address")
        .to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// The system's time: the real program runs on it.
pub fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970");
    since.as_millis() as i64
}

/// Moves every RFC 2822 date of a feed by `ms`.
pub fn shift_dates(feed: &str, ms: i64) -> String {
    let mut moved = String::new();
    let mut rest = feed;
    while let Some(start) = rest.find("<pubDate>") {
        let (before, after) = rest.split_at(start + "<pubDate>".len());
        let (date, tail) = after.split_at(after.find('<').expect("the element is closed"));
        let at = unix_ms(date) + ms;
        moved.push_str(before);
        moved.push_str(&rfc2822(at));
        rest = tail;
    }
    moved + rest
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// "Sun, 13 Jul 2025 14:05:00 GMT" to Unix milliseconds.
fn unix_ms(date: &str) -> i64 {
    let words: Vec<&str> = date
        .split([' ', ':', ','])
        .filter(|word| !word.is_empty())
        .collect();
    let number = |index: usize| words[index].parse::<i64>().expect("a number");
    let month = MONTHS
        .iter()
        .position(|month| *month == words[2])
        .expect("a month") as i64
        + 1;
    let days = days_from_civil(number(3), month, number(1));
    ((days * 24 + number(4)) * 3_600 + number(5) * 60 + number(6)) * 1_000
}

/// Unix milliseconds as "13 Jul 2025 14:05:00 GMT".
pub fn rfc2822(ms: i64) -> String {
    let seconds = ms.div_euclid(1_000);
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil_from_days(days);
    let name = MONTHS[month as usize - 1];
    format!(
        "{day:02} {name} {year} {:02}:{:02}:{:02} GMT",
        rest / 3_600,
        rest / 60 % 60,
        rest % 60
    )
}

/// Howard Hinnant's days_from_civil.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}
