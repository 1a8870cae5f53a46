//! What is decided, case by case.

use super::*;
use crate::clock::MINUTE;
use crate::news::subscription::What;
use crate::news::zone::Quiet;

/// Tuesday, 10 March 2026, 12:00 UTC.
const NOON: Millis = 1_773_144_000_000;

struct Setting {
    wish: Wish,
    grounds: Grounds,
    told: Option<Told>,
    sent_today: u32,
    pings_today: u32,
    held: Option<(Reason, Option<Millis>)>,
    excluded: Option<&'static str>,
    hidden: bool,
    off_topic: bool,
    again: bool,
    now: Millis,
}

impl Setting {
    fn new() -> Self {
        let what = What::Topic {
            key: "harbour".to_owned(),
            shown: "harbour".to_owned(),
        };
        Self {
            wish: Wish::of_channel(&what, 4, None),
            grounds: Grounds {
                score: Some(1.4),
                bar: Some(1.0),
                words: vec!["harbour".to_owned()],
                outlets: 1,
                news_since: Some(NOON - MINUTE),
                fed_at: NOON - MINUTE,
            },
            told: None,
            sent_today: 0,
            pings_today: 0,
            held: None,
            excluded: None,
            hidden: false,
            off_topic: false,
            again: false,
            now: NOON,
        }
    }

    fn decides(&self) -> Decision {
        let zone = Zone::utc();
        decide(&Facts {
            now: self.now,
            wish: &self.wish,
            zone: &zone,
            grounds: &self.grounds,
            matches: self.grounds.is_reached(),
            excluded: self.excluded,
            hidden: self.hidden,
            off_topic: self.off_topic,
            again: self.again,
            told: self.told,
            sent_today: self.sent_today,
            pings_today: self.pings_today,
            held: self.held.as_ref().map(|(reason, until)| (reason, *until)),
            digest_at: self.wish.when.next_due(&zone, self.now),
        })
    }
}

fn held(reason: Reason, until: Millis) -> Decision {
    Decision::Hold {
        reason,
        until: Some(until),
    }
}

fn skipped(reason: Reason) -> Decision {
    Decision::Skip { reason }
}

#[test]
fn what_is_new_and_meets_the_wish_is_sent() {
    assert_eq!(Setting::new().decides(), Decision::Send { mention: false });
}

#[test]
fn what_a_correction_lets_through_late_is_a_line_in_a_digest_or_nothing() {
    let mut setting = Setting::new();
    setting.again = true;
    assert_eq!(setting.decides(), Decision::Send { mention: false });
    let fed = |setting: &mut Setting, ago| setting.grounds.fed_at = NOON - ago;
    fed(&mut setting, PUSH_AGE_MAX_MS);
    let next = morning(&setting.wish, &Zone::utc(), NOON);
    assert_eq!(setting.decides(), held(Reason::Late, next));
    setting.wish.quiet = Quiet::parse("11-14").unwrap();
    assert_eq!(setting.decides(), held(Reason::Late, NOON + 2 * HOUR));
    setting.wish.quiet = None;
    fed(&mut setting, WAIT_MS_MAX);
    assert_eq!(setting.decides(), skipped(Reason::Old));
    setting.again = false;
    assert_eq!(setting.decides(), Decision::Send { mention: false });
    // A digest that was wished lists it: nothing is lost.
    setting.again = true;
    setting.wish.when = When::Daily(TimeOfDay::MORNING);
    let due = setting.wish.when.next_due(&Zone::utc(), NOON);
    let reason = Reason::DigestTime;
    assert_eq!(setting.decides(), Decision::Hold { reason, until: due });
}

#[test]
fn what_stands_against_it_is_named_in_order() {
    let mut setting = Setting::new();
    setting.wish.per_day = 2;
    setting.sent_today = 2;
    let morning = NOON + 20 * HOUR;
    assert_eq!(setting.decides(), held(Reason::Cap { per_day: 2 }, morning));
    setting.wish.when = When::Daily(TimeOfDay::MORNING);
    assert_eq!(setting.decides(), held(Reason::DigestTime, morning));
    setting.wish.wait_for = 2;
    let given_up = setting.grounds.fed_at + WAIT_MS_MAX;
    let waiting = held(Reason::Waiting { wait_for: 2 }, given_up);
    assert_eq!(setting.decides(), waiting);
    setting.grounds.news_since = None;
    assert_eq!(setting.decides(), skipped(Reason::Baseline));
    setting.grounds.score = Some(0.9);
    assert_eq!(setting.decides(), skipped(Reason::BelowBar));
    setting.excluded = Some("fish");
    let excluded = Reason::Excluded("fish".to_owned());
    assert_eq!(setting.decides(), skipped(excluded));
    let told = Told {
        at: NOON - HOUR,
        by: None,
    };
    setting.told = Some(told);
    assert_eq!(setting.decides(), skipped(Reason::AlreadyTold(told)));
}

#[test]
fn waiting_for_outlets_ends_three_days_after_the_last_report() {
    let mut setting = Setting::new();
    setting.wish.wait_for = 3;
    setting.now = setting.grounds.fed_at + WAIT_MS_MAX;
    assert_eq!(setting.decides(), skipped(Reason::TooFew { wait_for: 3 }));
    setting.grounds.outlets = 3;
    assert_eq!(setting.decides(), Decision::Send { mention: false });
}

#[test]
fn quiet_hours_hold_until_they_end() {
    let mut setting = Setting::new();
    setting.wish.quiet = Some(Quiet::NIGHT);
    assert_eq!(setting.decides(), Decision::Send { mention: false });
    setting.now = NOON + 11 * HOUR;
    assert_eq!(
        setting.decides(),
        held(Reason::QuietHours, NOON + 20 * HOUR)
    );
}

#[test]
fn a_role_is_pinged_three_times_a_day_and_then_told_silently() {
    let mut setting = Setting::new();
    setting.wish.mention = Some(9);
    setting.pings_today = 2;
    assert_eq!(setting.decides(), Decision::Send { mention: true });
    setting.pings_today = 3;
    assert_eq!(setting.decides(), Decision::Send { mention: false });
}

#[test]
fn what_a_cap_held_stays_held_until_its_digest() {
    let mut setting = Setting::new();
    let until = NOON + 5 * HOUR;
    let cap = Reason::Cap { per_day: 8 };
    setting.held = Some((cap.clone(), Some(until)));
    assert_eq!(setting.decides(), held(cap, until));
}

#[test]
fn the_morning_after_is_the_end_of_the_next_quiet_hours() {
    let zone = Zone::utc();
    let mut wish = Setting::new().wish;
    assert_eq!(morning(&wish, &zone, NOON), NOON + 20 * HOUR);
    wish.quiet = Quiet::parse("23-6").unwrap();
    assert_eq!(morning(&wish, &zone, NOON), NOON + 18 * HOUR);
    let berlin = Zone::parse("Europe/Berlin").unwrap();
    assert_eq!(morning(&wish, &berlin, NOON), NOON + 17 * HOUR);
}

#[test]
fn news_is_seen_after_the_baseline_and_not_old() {
    let seen = NOON;
    assert!(is_news(Some(NOON - HOUR), seen, NOON - 1, 0));
    assert!(
        !is_news(Some(NOON - HOUR), seen, NOON, 0),
        "the baseline itself"
    );
    assert!(!is_news(Some(NOON - 49 * HOUR), seen, 0, 0));
    assert!(
        is_news(Some(NOON - 49 * HOUR), seen, 0, 2 * HOUR),
        "Lede was off"
    );
    for undated in [None, Some(0), Some(NOON + HOUR), Some(-5)] {
        assert!(is_news(undated, seen, 0, 0), "{undated:?}");
    }
}

#[test]
fn new_facts_go_to_the_thread_else_to_one_answer_a_day_later() {
    let mut told = ToldMessage {
        said_at: NOON - HOUR,
        updates_today: 2,
        message: 5,
        thread: Some(7),
    };
    let (at, cause) = go_on(&told, NOON).expect("it goes on");
    assert_eq!((at, cause.thread, cause.reply), (NOON, Some(7), None));
    told.updates_today = 3;
    assert_eq!(go_on(&told, NOON), None);
    told.thread = None;
    let (at, cause) = go_on(&told, NOON).expect("it goes on");
    assert_eq!(
        (at, cause.thread, cause.reply),
        (NOON + 23 * HOUR, None, Some(5))
    );
    told.said_at = NOON - 30 * HOUR;
    assert_eq!(go_on(&told, NOON).map(|(at, _)| at), Some(NOON));
}
