//! `/audit`: what moderators changed, and taking a change back within a day. In Discord it is
//! reached from `/settings` and from the Undo of what was changed.

pub(super) mod subscribed;
mod tell;

pub use tell::tell;

use crate::clock::{HOUR, Millis};
use crate::desk::command::{Answer, Asked, Command, Kind, Opt, Who, boxed};
use crate::desk::preferences::ZONE;
use crate::desk::subscriptions::Room;
use crate::desk::subscriptions::what::Scope;
use crate::desk::{Asker, Desk, zones};
use crate::news::source::{NewsroomSource, Weight};
use crate::page::Refusal;
use crate::page::audit::{Change, Part, Way, changes, none, undone};
use crate::page::settings::Setting;
use crate::store::{Held, Noted, UNDO_MS, Undone};

pub const COMMAND: Command = Command {
    name: "audit",
    description: "Who changed what and when, and taking it back",
    who: Who::Moderators,
    options: &[Opt {
        name: "undo",
        description: "Number of a change to take back",
        kind: Kind::Words,
        required: false,
        complete: false,
    }],
    subs: &[],
    in_discord: false,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

/// Changes that are looked back on.
const CHANGES_MAX: u32 = 200;

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    let here = Room {
        desk,
        asker,
        room,
        scope: Scope::of_moderator(asker, room),
    };
    if let Some(typed) = asked.ask.get("undo") {
        return undo(here, typed).await;
    }
    let noted = desk.store.changes(room, CHANGES_MAX).await?;
    if noted.is_empty() {
        return Ok(none());
    }
    let sources = desk.store.sources(room).await?;
    let now = desk.now();
    let all = noted.iter().map(|one| told(one, &sources, now));
    Ok(changes(&all.collect::<Vec<_>>(), &asked.ask))
}

async fn undo(here: Room<'_>, typed: &str) -> Answer {
    let Room {
        desk, asker, room, ..
    } = here;
    let number = typed.trim().trim_start_matches('#');
    let id: i64 = number.parse().map_err(|_| {
        Refusal::new(format!("“{typed}” is no number of a change."))
            .can("Type lede audit to see them with their numbers.")
    })?;
    let now = desk.now();
    let person = asker.person;
    let undone_by = match desk.store.change(room, id).await? {
        Some(line) if line.what.starts_with("subscription.") => {
            let due = subscribed::due(here, &line).await?;
            let store = &desk.store;
            store.undo_subscription(room, id, person, now, due).await?
        }
        _ => desk.store.undo(room, id, person, now).await?,
    };
    let noted = match undone_by {
        Undone::Done(noted) => noted,
        no => return Err(not_undone(&no).into()),
    };
    if noted.what == "setting" && noted.subject == ZONE {
        zones::move_digests(here, here.scope.all(desk).await?).await?;
    }
    if noted.what.starts_with("story.") {
        desk.corrected(room).await;
    }
    let sources = desk.store.sources(room).await?;
    let way = match noted.what.as_str() {
        "subscription.remove" => Way::ThereAnew,
        "subscription.pause" => Way::AwakeAnew,
        _ => Way::AsBefore,
    };
    Ok(undone(&told(&noted, &sources, now), way))
}

/// Why a change could not be taken back.
fn not_undone(no: &Undone) -> Refusal {
    match no {
        Undone::Unknown => Refusal::new("There is no such change here.")
            .can("Type /settings and choose Last changes to see what there is."),
        Undone::Before => {
            Refusal::new("It was taken back before.").will("Nothing was changed a second time.")
        }
        Undone::TooLate => Refusal::new(format!(
            "It is over {} hours old, and was not taken back.",
            UNDO_MS / HOUR
        ))
        .can("Make the change yourself: /sources, /subscriptions or /settings."),
        Undone::Full { max } => Refusal::new(format!(
            "There are {max} sources already, as many as a newsroom may have."
        ))
        .can("Remove one with /sources remove first."),
        Undone::NoWay => Refusal::new("A change of that kind is not taken back here.")
            .can("Pause or wake it yourself: /subscriptions list."),
        Undone::ChangedSince | Undone::Done(_) => {
            Refusal::new("It was changed again since, so that it was left as it is.")
                .can("Look at the last changes, the newest first.")
        }
    }
}

/// A line of the audit in words.
fn told(noted: &Noted, sources: &[NewsroomSource], now: Millis) -> Change {
    let named = noted
        .source
        .clone()
        .unwrap_or_else(|| "a source".to_owned());
    let mut parts = Vec::new();
    let (what, subject) = match noted.what.as_str() {
        "source.add" => ("added", named),
        "source.remove" => ("removed", named),
        "source.restore" => ("brought back", named),
        "source.edit" => {
            parts = edited(noted);
            ("changed", named)
        }
        "setting" => {
            let setting = Setting::parse(&noted.subject);
            parts = vec![Part {
                mark: match setting {
                    Some(Setting::NewsChannels | Setting::NoticesChannel) => Some("#"),
                    Some(Setting::NewsroomRole) => Some("@&"),
                    _ => None,
                },
                ..whole(noted)
            }];
            let name = match setting {
                Some(setting) => setting.label().to_owned(),
                None => noted.subject.clone(),
            };
            ("set", name)
        }
        "story.merge" | "story.split" | "story.hide" | "story.topic" => {
            parts = vec![whole(noted)];
            let (what, subject) = fixed(&noted.what);
            (what, subject.to_owned())
        }
        "subscription.add" => ("added subscription", subscribed::subject(noted, sources)),
        "subscription.edit" => {
            parts = subscribed::parts(noted);
            ("changed subscription", subscribed::subject(noted, sources))
        }
        "subscription.pause" => ("paused subscription", subscribed::subject(noted, sources)),
        "subscription.wake" => ("woke subscription", subscribed::subject(noted, sources)),
        "subscription.remove" => ("removed subscription", subscribed::subject(noted, sources)),
        "subscription.restore" => (
            "brought back subscription",
            subscribed::subject(noted, sources),
        ),
        other => (other, noted.subject.clone()),
    };
    let is_of = |kind: &&str| noted.what.starts_with(kind);
    Change {
        id: noted.id,
        at: noted.at,
        by: noted.by,
        what: what.to_owned(),
        subject,
        parts,
        undone_at: noted.undone_at,
        has_undo: noted.undone_at.is_none()
            && now - noted.at <= UNDO_MS
            && (noted.what == "setting"
                || ["source.", "story."].iter().any(is_of)
                || (is_of(&"subscription.") && subscribed::has_way_back(noted))),
    }
}

/// Before and after as they were noted.
fn whole(noted: &Noted) -> Part {
    Part {
        label: "",
        before: noted.before.clone(),
        after: noted.after.clone(),
        mark: None,
    }
}

/// What was done with a story.
fn fixed(what: &str) -> (&'static str, &'static str) {
    match what {
        "story.merge" => ("merged", "two stories"),
        "story.split" => ("split", "a story"),
        "story.hide" => ("hid", "a story"),
        _ => ("took", "a story off a topic"),
    }
}

/// What of a source was changed; what stayed is left out.
fn edited(noted: &Noted) -> Vec<Part> {
    let held = |text: &Option<String>| {
        let text = text.as_deref()?;
        serde_json::from_str::<Held>(text).ok()
    };
    let (Some(before), Some(after)) = (held(&noted.before), held(&noted.after)) else {
        return Vec::new();
    };
    let weight = |held: &Held| {
        let weight = match (held.muted, held.weight) {
            (true, _) if held.counted => Weight::Counted,
            (true, _) => Weight::Muted,
            (false, ..=1) => Weight::Less,
            (false, 2) => Weight::Normal,
            (false, 3..) => Weight::More,
        };
        Some(weight.word().to_owned())
    };
    let part = |label, before, after| Part {
        label,
        before,
        after,
        mark: None,
    };
    let parts = [
        part("name", before.name.clone(), after.name.clone()),
        part("folder", before.folder.clone(), after.folder.clone()),
        part("weight", weight(&before), weight(&after)),
    ];
    let changed = parts.into_iter().filter(|one| one.before != one.after);
    changed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(what: &str, before: Option<&str>, after: Option<&str>) -> Noted {
        Noted {
            id: 4,
            at: 0,
            by: 7,
            what: what.to_owned(),
            subject: "zone".to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
            undone_at: None,
            source: Some("Avel".to_owned()),
            subscribed: None,
        }
    }

    #[test]
    fn an_edit_tells_only_what_it_changed() {
        let before = r#"{"name":null,"folder":"Ports","weight":3,"muted":false}"#;
        let after = r#"{"name":"Courier","folder":"Ports","weight":3,"muted":true}"#;
        let parts = edited(&noted("source.edit", Some(before), Some(after)));
        let told: Vec<_> = parts.iter().map(|part| part.label).collect();
        assert_eq!(told, ["name", "weight"]);
        assert_eq!(parts[0].before, None);
        assert_eq!(parts[1].before.as_deref(), Some("more"));
        assert_eq!(parts[1].after.as_deref(), Some("muted"));
        assert_eq!(edited(&noted("source.edit", Some("no json"), None)), []);
    }

    #[test]
    fn only_fresh_changes_have_an_undo() {
        let has = |noted: &Noted, now| told(noted, &[], now).has_undo;
        let setting = noted("setting", None, Some("Europe/Riga"));
        assert!(has(&setting, UNDO_MS) && !has(&setting, UNDO_MS + 1));
        assert_eq!(told(&setting, &[], 0).subject, "Time zone");
        assert!(has(&noted("source.add", None, None), 0));
        assert!(has(&noted("subscription.remove", None, None), 0));
        assert!(!has(&noted("subscription.pause", None, None), 0));
        let slept = noted("subscription.pause", None, Some("{}"));
        assert!(has(&slept, UNDO_MS) && !has(&slept, UNDO_MS + 1));
        let mut gone = setting;
        gone.undone_at = Some(1);
        assert!(!has(&gone, 2));
    }
}
