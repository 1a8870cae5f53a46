//! Changes of subscriptions and follows: what the audit says of them, and when their next digest is
//! due once a change is taken back.

use crate::desk::command::No;
use crate::desk::subscriptions::Room;
use crate::news::source::NewsroomSource;
use crate::news::subscription::{What, Wish};
use crate::news::{Subscription, SubscriptionId};
use crate::page::audit::Part;
use crate::page::subscriptions::words::what_name;
use crate::store::{Due, Noted};

/// "Harbour in #news"; its number where it is forgotten.
pub(super) fn subject(noted: &Noted, sources: &[NewsroomSource]) -> String {
    if let Some((what, place)) = &noted.subscribed {
        let what = what_name(what, sources);
        let place = place.trim_start_matches('#');
        return match place {
            "" => what,
            place => format!("{what} in #{place}"),
        };
    }
    let after = noted.after.as_deref().unwrap_or_default();
    let mut values = serde_json::Deserializer::from_str(after).into_iter::<What>();
    match values.next() {
        Some(Ok(what)) if noted.what.ends_with(".add") => what_name(&what, sources),
        _ => format!("~{}", noted.subject),
    }
}

/// What of a wish was changed; what stayed is left out.
pub(super) fn parts(noted: &Noted) -> Vec<Part> {
    let (Some(before), Some(after)) = (wish(&noted.before), wish(&noted.after)) else {
        return Vec::new();
    };
    let part = |label, side: fn(&Wish) -> Option<String>, mark| Part {
        label,
        before: side(&before),
        after: side(&after),
        mark,
    };
    let parts = [
        part("when", |wish| Some(wish.when.to_string()), None),
        part(
            "outlets waited for",
            |wish| Some(wish.wait_for.to_string()),
            None,
        ),
        part(
            "messages a day",
            |wish| Some(wish.per_day.to_string()),
            None,
        ),
        part("quiet hours", |wish| Some(wish.quiet?.to_string()), None),
        part(
            "mention",
            |wish| Some(wish.mention?.to_string()),
            Some("@&"),
        ),
        part(
            "publish",
            |wish| wish.crosspost.then(|| "yes".to_owned()),
            None,
        ),
        part("tags", tags, None),
    ];
    let changed = parts.into_iter().filter(|one| one.before != one.after);
    changed.collect()
}

fn tags(wish: &Wish) -> Option<String> {
    let tags: Vec<String> = wish.tags.iter().map(u64::to_string).collect();
    (!tags.is_empty()).then(|| tags.join(","))
}

fn wish(text: &Option<String>) -> Option<Wish> {
    serde_json::from_str(text.as_deref()?).ok()
}

/// Whether the change is one that can be taken back.
pub(super) fn has_way_back(noted: &Noted) -> bool {
    let deed = noted.what.split_once('.').map_or("", |(_, deed)| deed);
    match deed {
        "add" | "remove" | "restore" => true,
        "edit" => !parts(noted).is_empty(),
        // A former version did not note how it slept.
        "pause" | "wake" => noted.before.is_some() || noted.after.is_some(),
        _ => false,
    }
}

/// When the next digest is due once the change is taken back; a wish keeps its turn where its times
/// stay as they are.
///
/// # Errors
/// Failures of the store.
pub(crate) async fn due(here: Room<'_>, noted: &Noted) -> Result<Due, No> {
    let store = &here.desk.store;
    let Ok(id) = noted.subject.parse().map(SubscriptionId) else {
        return Ok(Due(None));
    };
    let subscription: Option<Subscription> = match store.subscription(id).await? {
        Some(there) => Some(there),
        None => store.removed_subscription(id).await?,
    };
    let Some(subscription) = subscription else {
        return Ok(Due(None));
    };
    let is_edit = noted.what.ends_with(".edit");
    let when = match wish(&noted.before) {
        Some(before) => before.when,
        None => subscription.wish.when,
    };
    if is_edit && when == subscription.wish.when {
        return Ok(Due(subscription.digest_at));
    }
    let preferences = here.preferences(subscription.newsroom).await?;
    Ok(Due(when.next_due(&preferences.zone, here.desk.now())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::zone::When;

    fn noted(what: &str, before: Option<&Wish>, after: Option<&Wish>) -> Noted {
        let json = |wish: &Wish| serde_json::to_string(wish).unwrap();
        Noted {
            id: 4,
            at: 0,
            by: 7,
            what: what.to_owned(),
            subject: "5".to_owned(),
            before: before.map(json),
            after: after.map(json),
            undone_at: None,
            source: None,
            subscribed: None,
        }
    }

    #[test]
    fn an_edit_says_what_it_changed_and_has_a_way_back_where_that_is_known() {
        let before = Wish::of_person();
        let after = Wish {
            when: When::Hourly,
            quiet: None,
            ..before.clone()
        };
        let edit = noted("subscription.edit", Some(&before), Some(&after));
        let labels: Vec<_> = parts(&edit).iter().map(|part| part.label).collect();
        assert_eq!(labels, ["when", "quiet hours"]);
        assert!(has_way_back(&edit));
        let same = noted("subscription.edit", Some(&before), Some(&before));
        assert!(parts(&same).is_empty() && !has_way_back(&same));
        assert!(!has_way_back(&noted("subscription.edit", None, None)));
        for (what, has) in [
            ("subscription.remove", true),
            ("subscription.add", true),
            ("subscription.pause", false),
            ("subscription.wake", false),
        ] {
            assert_eq!(has_way_back(&noted(what, None, None)), has, "{what}");
        }
        let slept = |before: Option<&str>, after: Option<&str>| Noted {
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
            ..noted("subscription.wake", None, None)
        };
        let by_hand = r#"{"ByHand":{"by":7,"at":1}}"#;
        assert!(has_way_back(&slept(Some(by_hand), None)));
        assert!(has_way_back(&slept(None, Some(by_hand))));
    }

    #[test]
    fn a_subscription_is_called_by_what_it_is_for_and_its_place() {
        let mut one = noted("subscription.remove", None, None);
        assert_eq!(subject(&one, &[]), "~5");
        let what = What::Folder("Ports".to_owned());
        one.subscribed = Some((what, "news".to_owned()));
        assert_eq!(subject(&one, &[]), "folder Ports in #news");
    }
}
