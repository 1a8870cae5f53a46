//! What Discord's answer to a letter means for the letter: pure, one table.

use super::limit::Trouble;
use crate::clock::{MINUTE, Millis, SECOND};
use crate::jobs::{Edited, Posted, Published};
use crate::news::push::Lost;
use serde_json::Value;

/// Codes of Discord's errors.
const UNKNOWN_CHANNEL: u64 = 10_003;
const UNKNOWN_GUILD: u64 = 10_004;
const UNKNOWN_MESSAGE: u64 = 10_008;
const UNKNOWN_USER: u64 = 10_013;
const SLOW_MODE: u64 = 20_016;
const BOT_RESTRICTED: u64 = 20_026;
const WRITE_LIMIT: u64 = 20_028;
const CROSSPOSTED_ALREADY: u64 = 40_033;
const TAG_REQUIRED: u64 = 40_067;
const NO_ACCESS: u64 = 50_001;
const CLOSED_DIRECT: u64 = 50_007;
const NO_TEXT_CHANNEL: u64 = 50_008;
const NO_RIGHT: u64 = 50_013;
const WRONG_CHANNEL_TYPE: u64 = 50_024;
const ARCHIVED: u64 = 50_083;
const OVERLOADED: u64 = 130_000;
pub const THREAD_ALREADY: u64 = 160_004;
const LOCKED: u64 = 160_005;
const THREADS_FULL: u64 = 160_006;
const BLOCKED: [u64; 3] = [200_000, 200_001, 240_000];

/// A limit that came without a time.
const WAIT_MS: Millis = 10 * SECOND;
/// Until archived threads make room for another.
const THREADS_FULL_WAIT_MS: Millis = 10 * MINUTE;
/// Turned away in front of Discord: not by the channel.
const TURNED_AWAY_WAIT_MS: Millis = MINUTE;
const EDIT_WAIT_MS: Millis = MINUTE;

/// What became of a letter. `nonced`: whether a message with its nonce can be there already, so that
/// "unknown message" means that it was taken away.
pub fn posted(result: Result<Value, Trouble>, nonced: bool) -> Posted {
    let trouble = match result {
        Ok(made) => return made_at(&made),
        Err(trouble) => trouble,
    };
    let error = trouble.to_string();
    match trouble {
        Trouble::Busy(wait) => Posted::Wait(wait.as_millis() as Millis),
        Trouble::Lost(_) => Posted::Unclear(error),
        Trouble::Unsent(_) => Posted::Unsent(error),
        Trouble::WrongToken | Trouble::Paused => Posted::Stopped,
        Trouble::Unmade(_) | Trouble::TooLate => Posted::Body {
            error,
            plain: false,
        },
        Trouble::Refused { status, code, .. } => refused(status, code, nonced, error),
    }
}

fn refused(status: u16, code: u64, nonced: bool, error: String) -> Posted {
    match (status, code) {
        (500.., _) | (_, OVERLOADED) => Posted::Unclear(error),
        (_, UNKNOWN_MESSAGE) if nonced => Posted::TakenAway,
        (_, SLOW_MODE | WRITE_LIMIT) => Posted::Wait(WAIT_MS),
        (_, THREADS_FULL) => Posted::Wait(THREADS_FULL_WAIT_MS),
        (_, BOT_RESTRICTED) | (401, _) => Posted::Stopped,
        (_, NO_ACCESS | NO_RIGHT) => Posted::Lost(Lost::Forbidden),
        (_, ARCHIVED | LOCKED) => Posted::Lost(Lost::Locked),
        (_, CLOSED_DIRECT) => Posted::Lost(Lost::ClosedDirect),
        (
            _,
            UNKNOWN_CHANNEL | UNKNOWN_GUILD | UNKNOWN_USER | NO_TEXT_CHANNEL | WRONG_CHANNEL_TYPE,
        ) => Posted::Lost(Lost::Gone),
        (_, TAG_REQUIRED) => Posted::Body {
            error,
            plain: false,
        },
        (_, code) if BLOCKED.contains(&code) => Posted::Body {
            error,
            plain: false,
        },
        // Without a code it comes from in front of Discord, which turns away the address.
        (403 | 404, 0) => Posted::Wait(TURNED_AWAY_WAIT_MS),
        (403, _) => Posted::Lost(Lost::Forbidden),
        _ => Posted::Body { error, plain: true },
    }
}

/// Where a message came to stand. A forum's post is a thread with the id of its first message.
fn made_at(made: &Value) -> Posted {
    let id = |of: &Value| of.as_str().and_then(|id| id.parse::<u64>().ok());
    let own = id(&made["id"]);
    let place = if made["message"].is_object() {
        own.map(|thread| (thread, id(&made["message"]["id"]).unwrap_or(thread)))
    } else {
        id(&made["channel_id"]).zip(own)
    };
    match place {
        Some((channel, message)) => Posted::Done { channel, message },
        None => Posted::Unclear("Discord's answer names no message".to_owned()),
    }
}

/// The same for a request that has to come before the letter is sent (the channel of a person's
/// direct messages), so that nothing can have been posted.
pub fn unposted(trouble: Trouble) -> Posted {
    match posted(Err(trouble), false) {
        Posted::Unclear(error) => Posted::Unsent(error),
        other => other,
    }
}

/// What became of a change.
pub fn edited(result: Result<Value, Trouble>) -> Edited {
    match result {
        Ok(_) => Edited::Done,
        Err(Trouble::Busy(wait)) => Edited::Wait(wait.as_millis() as Millis),
        Err(Trouble::Refused { status, code, .. })
            if (400..500).contains(&status) && code != 0 && code != OVERLOADED =>
        {
            match code {
                SLOW_MODE | WRITE_LIMIT => Edited::Wait(WAIT_MS),
                // Gone, too old to be changed again, locked, or refused as it is: it stays so.
                _ => Edited::Over,
            }
        }
        Err(Trouble::Unmade(_) | Trouble::TooLate) => Edited::Over,
        Err(_) => Edited::Wait(EDIT_WAIT_MS),
    }
}

/// What became of publishing a message.
pub fn published(result: Result<Value, Trouble>) -> Published {
    let trouble = match result {
        Ok(_) => return Published::Done,
        Err(trouble) => trouble,
    };
    let error = trouble.to_string();
    match trouble {
        Trouble::Busy(wait) => Published::Wait(wait.as_millis() as Millis),
        Trouble::WrongToken | Trouble::Paused => Published::Wait(TURNED_AWAY_WAIT_MS),
        Trouble::Lost(_) | Trouble::Unsent(_) | Trouble::TooLate => Published::Failed(error),
        Trouble::Unmade(_) => Published::Refused(error),
        Trouble::Refused { status, code, .. } => match (status, code) {
            (_, CROSSPOSTED_ALREADY) => Published::Done,
            (_, UNKNOWN_MESSAGE | UNKNOWN_CHANNEL | UNKNOWN_GUILD) => Published::TakenAway,
            (_, SLOW_MODE | WRITE_LIMIT) => Published::Wait(WAIT_MS),
            (_, BOT_RESTRICTED) | (401, _) => Published::Wait(TURNED_AWAY_WAIT_MS),
            // Without a code it comes from in front of Discord, not from the channel.
            (500.., _) | (_, OVERLOADED | 0) => Published::Failed(error),
            _ => Published::Refused(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::time::Duration;

    fn refusal(status: u16, code: u64) -> Result<Value, Trouble> {
        Err(Trouble::Refused {
            status,
            code,
            message: "no".to_owned(),
            tries: 1,
        })
    }

    fn word(posted: &Posted) -> String {
        match posted {
            Posted::Done { .. } => "done".to_owned(),
            Posted::Wait(ms) => format!("wait {ms}"),
            Posted::Unsent(_) => "unsent".to_owned(),
            Posted::Unclear(_) => "unclear".to_owned(),
            Posted::TakenAway => "taken away".to_owned(),
            Posted::Lost(lost) => format!("lost: {lost:?}"),
            Posted::Body { plain: true, .. } => "plain".to_owned(),
            Posted::Body { plain: false, .. } => "parked".to_owned(),
            Posted::Stopped => "stopped".to_owned(),
        }
    }

    #[test]
    fn every_refusal_has_its_meaning() {
        for (status, code, meaning) in [
            (404, 10_008, "taken away"),
            (500, 0, "unclear"),
            (502, 0, "unclear"),
            (503, 130_000, "unclear"),
            (520, 0, "unclear"),
            (403, 50_001, "lost: Forbidden"),
            (403, 50_013, "lost: Forbidden"),
            (403, 99_999, "lost: Forbidden"),
            (400, 50_083, "lost: Locked"),
            (403, 160_005, "lost: Locked"),
            (404, 10_003, "lost: Gone"),
            (404, 10_004, "lost: Gone"),
            (400, 50_008, "lost: Gone"),
            (403, 50_007, "lost: ClosedDirect"),
            (400, 50_035, "plain"),
            (400, 50_006, "plain"),
            (413, 40_005, "plain"),
            (400, 200_000, "parked"),
            (400, 200_001, "parked"),
            (400, 240_000, "parked"),
            (400, 40_067, "parked"),
            (400, 20_016, "wait 10000"),
            (403, 20_028, "wait 10000"),
            (400, 160_006, "wait 600000"),
            (403, 0, "wait 60000"),
            (404, 0, "wait 60000"),
            (401, 0, "stopped"),
            (403, 20_026, "stopped"),
        ] {
            let posted = posted(refusal(status, code), true);
            assert_eq!(word(&posted), meaning, "{status} {code}");
        }
        let post = posted(refusal(404, 10_008), false);
        assert_eq!(word(&post), "plain", "nothing was there before");
    }

    #[test]
    fn what_has_no_answer_is_unclear_only_where_it_was_sent() {
        let lost = || "reset".to_owned();
        for (trouble, meaning) in [
            (Trouble::Busy(Duration::from_secs(90)), "wait 90000"),
            (Trouble::Lost(lost()), "unclear"),
            (Trouble::Unsent(lost()), "unsent"),
            (Trouble::WrongToken, "stopped"),
            (Trouble::Paused, "stopped"),
            (Trouble::Unmade(lost()), "parked"),
        ] {
            assert_eq!(word(&posted(Err(trouble), true)), meaning);
        }
        assert_eq!(word(&unposted(Trouble::Lost(lost()))), "unsent");
        assert_eq!(word(&posted(Ok(Value::Null), true)), "unclear");
    }

    #[test]
    fn a_message_and_a_post_say_where_they_stand() {
        let message = json!({ "id": "7", "channel_id": "5" });
        let done = |channel, message| Posted::Done { channel, message };
        assert_eq!(posted(Ok(message), true), done(5, 7));
        let post = json!({ "id": "8", "parent_id": "5", "message": { "id": "8" } });
        assert_eq!(posted(Ok(post), false), done(8, 8));
    }

    #[test]
    fn publishing_is_done_waits_fails_or_is_refused() {
        let word = |result| match published(result) {
            Published::Done => "done".to_owned(),
            Published::TakenAway => "taken away".to_owned(),
            Published::Wait(ms) => format!("wait {ms}"),
            Published::Failed(_) => "failed".to_owned(),
            Published::Refused(_) => "refused".to_owned(),
        };
        for (status, code, meaning) in [
            (400, 40_033, "done"),
            (404, 10_008, "taken away"),
            (404, 10_003, "taken away"),
            (403, 20_028, "wait 10000"),
            (401, 0, "wait 60000"),
            (500, 0, "failed"),
            (503, 130_000, "failed"),
            (403, 0, "failed"),
            (403, 50_001, "refused"),
            (403, 50_013, "refused"),
            (400, 50_024, "refused"),
        ] {
            assert_eq!(word(refusal(status, code)), meaning, "{status} {code}");
        }
        assert_eq!(word(Ok(json!({}))), "done");
        let busy = Trouble::Busy(Duration::from_secs(1_800));
        assert_eq!(word(Err(busy)), "wait 1800000");
        assert_eq!(word(Err(Trouble::Lost(String::new()))), "failed");
        assert_eq!(word(Err(Trouble::Paused)), "wait 60000");
    }

    #[test]
    fn an_edit_ends_or_waits() {
        assert_eq!(edited(Ok(json!({}))), Edited::Done);
        for code in [30_046, 10_008, 10_003, 50_001, 50_083, 50_035] {
            assert_eq!(edited(refusal(400, code)), Edited::Over, "{code}");
        }
        let busy = Trouble::Busy(Duration::from_secs(5));
        assert_eq!(edited(Err(busy)), Edited::Wait(5_000));
        assert_eq!(edited(refusal(400, 20_016)), Edited::Wait(10_000));
        for again in [
            refusal(503, 0),
            refusal(403, 0),
            Err(Trouble::Lost(String::new())),
            Err(Trouble::WrongToken),
        ] {
            assert_eq!(edited(again), Edited::Wait(60_000));
        }
    }
}
