//! Taking a change back within a day, as long as nothing changed the same since.

use super::audit::Hand;
use super::changes::{UNDO_MS, audit_key, held, hold, lines};
use super::notices::{self, Dealt};
use super::nouns::{Due, Held, Noted, Restored, Undone};
use super::statements::statements;
use super::{Result, Store, TakenBack, corrections, newsrooms, sources, subscriptions};
use crate::clock::Millis;
use crate::news::subscription::Pause;
use crate::news::{NewsroomId, SourceId, SubscriptionId};
use sqlx::SqliteConnection;

statements! {
    LINE = concat!(lines!(), " WHERE a.id = $2 AND a.newsroom = $1
        AND a.what NOT LIKE 'follow.%'");
    LINE_OF_PERSON = concat!(lines!(), " WHERE a.id = $2 AND a.what LIKE 'follow.%'
        AND d.kind = 1 AND d.discord = $1");
    NEWSROOM_OF = "SELECT newsroom FROM audit WHERE id = $1";
    UNDONE = "UPDATE audit SET undone_at = $2 WHERE id = $1";
}

/// Changes that are taken back.
impl Store {
    /// A change by moderators of the newsroom.
    pub async fn change(&self, newsroom: NewsroomId, id: i64) -> Result<Option<Noted>> {
        let line = sqlx::query_as(LINE).bind(newsroom.0).bind(id);
        Ok(line.fetch_optional(&mut *self.reader().await?).await?)
    }

    /// A change of what a person follows.
    pub async fn change_of_follow(&self, person: u64, id: i64) -> Result<Option<Noted>> {
        let line = sqlx::query_as(LINE_OF_PERSON).bind(person as i64).bind(id);
        Ok(line.fetch_optional(&mut *self.reader().await?).await?)
    }

    /// Takes a change back as long as nothing changed the same since. For those of subscriptions
    /// see [`Self::undo_subscription`].
    pub async fn undo(
        &self,
        newsroom: NewsroomId,
        change: i64,
        by: u64,
        at: Millis,
    ) -> Result<Undone> {
        let hand = Hand { newsroom, by, at };
        self.urgent(move |c| Box::pin(undo_line(c, hand, change, None)))
            .await
    }

    /// The same for a change of a subscription, whose next digest is `due` then.
    pub async fn undo_subscription(
        &self,
        newsroom: NewsroomId,
        change: i64,
        by: u64,
        at: Millis,
        due: Due,
    ) -> Result<Undone> {
        let hand = Hand { newsroom, by, at };
        self.urgent(move |c| Box::pin(undo_line(c, hand, change, Some(due))))
            .await
    }

    /// The same for what a person follows, and by that person alone.
    pub async fn undo_follow(
        &self,
        person: u64,
        change: i64,
        at: Millis,
        due: Due,
    ) -> Result<Undone> {
        self.urgent(move |c| Box::pin(undo_follow(c, person, change, at, due)))
            .await
    }
}

async fn undo_line(
    c: &mut SqliteConnection,
    hand: Hand,
    id: i64,
    due: Option<Due>,
) -> Result<Undone> {
    let line: Option<Noted> = sqlx::query_as(LINE)
        .bind(hand.newsroom.0)
        .bind(id)
        .fetch_optional(&mut *c)
        .await?;
    match line {
        Some(line) => undo(c, hand, line, due).await,
        None => Ok(Undone::Unknown),
    }
}

async fn undo_follow(
    c: &mut SqliteConnection,
    person: u64,
    id: i64,
    at: Millis,
    due: Due,
) -> Result<Undone> {
    let line: Option<Noted> = sqlx::query_as(LINE_OF_PERSON)
        .bind(person as i64)
        .bind(id)
        .fetch_optional(&mut *c)
        .await?;
    let Some(line) = line else {
        return Ok(Undone::Unknown);
    };
    let newsroom = sqlx::query_scalar(NEWSROOM_OF).bind(id);
    let hand = Hand {
        newsroom: NewsroomId(newsroom.fetch_one(&mut *c).await?),
        by: person,
        at,
    };
    undo(c, hand, line, Some(due)).await
}

async fn undo(
    c: &mut SqliteConnection,
    hand: Hand,
    line: Noted,
    due: Option<Due>,
) -> Result<Undone> {
    let id = line.id;
    if line.undone_at.is_some() {
        return Ok(Undone::Before);
    }
    if hand.at - line.at > UNDO_MS {
        return Ok(Undone::TooLate);
    }
    let source = line.subject.parse().ok().map(SourceId);
    let no = match (line.what.as_str(), source) {
        ("source.add" | "source.restore", Some(source)) => not_added(c, hand, source).await?,
        ("source.remove", Some(source)) => not_removed(c, hand, source).await?,
        ("source.edit", Some(source)) => not_edited(c, hand, source, &line).await?,
        ("setting", _) => not_set(c, hand, &line).await?,
        (what, _) if what.starts_with("story.") => not_corrected(c, hand, &line).await?,
        _ if due.is_some() => not_subscribed(c, hand, &line, due).await?,
        _ => Some(Undone::NoWay),
    };
    if let Some(no) = no {
        return Ok(no);
    }
    sqlx::query(UNDONE)
        .bind(id)
        .bind(hand.at)
        .execute(&mut *c)
        .await?;
    let dealt = Dealt {
        by: hand.by,
        at: hand.at,
        what: "Undo".to_owned(),
    };
    notices::deal_key(c, hand.newsroom, audit_key(id), dealt).await?;
    Ok(Undone::Done(Box::new(line)))
}

/// Takes an addition back; the reason where it cannot be.
async fn not_added(
    c: &mut SqliteConnection,
    hand: Hand,
    source: SourceId,
) -> Result<Option<Undone>> {
    let done = sources::remove(c, hand, source).await?;
    Ok((!done).then_some(Undone::ChangedSince))
}

async fn not_removed(
    c: &mut SqliteConnection,
    hand: Hand,
    source: SourceId,
) -> Result<Option<Undone>> {
    let restored = sources::restore(c, hand, source).await?;
    Ok(match restored {
        Restored::Done => None,
        Restored::Full { max } => Some(Undone::Full { max }),
        Restored::AlreadyThere | Restored::Gone => Some(Undone::ChangedSince),
    })
}

async fn not_edited(
    c: &mut SqliteConnection,
    hand: Hand,
    source: SourceId,
    line: &Noted,
) -> Result<Option<Undone>> {
    let stored = |text: &Option<String>| {
        let text = text.as_deref()?;
        serde_json::from_str::<Held>(text).ok()
    };
    let (Some(before), Some(after)) = (stored(&line.before), stored(&line.after)) else {
        return Ok(Some(Undone::NoWay));
    };
    if held(c, hand.newsroom, source).await?.as_ref() != Some(&after) {
        return Ok(Some(Undone::ChangedSince));
    }
    hold(c, hand, source, &after, &before).await?;
    Ok(None)
}

async fn not_corrected(
    c: &mut SqliteConnection,
    hand: Hand,
    line: &Noted,
) -> Result<Option<Undone>> {
    let Ok(correction) = line.subject.parse() else {
        return Ok(Some(Undone::NoWay));
    };
    let done = corrections::undo(c, hand.newsroom, correction, hand.at).await?;
    Ok(match done {
        TakenBack::Done => None,
        TakenBack::Before => Some(Undone::Before),
        TakenBack::ChangedSince => Some(Undone::ChangedSince),
    })
}

/// Takes a change of a subscription or follow back; the reason where it cannot be.
async fn not_subscribed(
    c: &mut SqliteConnection,
    hand: Hand,
    line: &Noted,
    due: Option<Due>,
) -> Result<Option<Undone>> {
    let deed = line.what.split_once('.').map_or("", |(_, deed)| deed);
    let (Ok(id), Some(Due(due))) = (line.subject.parse(), due) else {
        return Ok(Some(Undone::NoWay));
    };
    let id = SubscriptionId(id);
    let done = match (deed, &line.before, &line.after) {
        ("add" | "restore", ..) => subscriptions::remove(c, hand, id).await?,
        ("remove", ..) => subscriptions::restore(c, hand, id, due).await?,
        ("edit", Some(before), Some(after)) => {
            subscriptions::unedit(c, hand, id, before, after, due).await?
        }
        ("pause" | "wake", before, after) if before.is_some() || after.is_some() => {
            let sides = (before.as_deref(), after.as_deref());
            unpause(c, hand, id, sides, line.at, due).await?
        }
        _ => return Ok(Some(Undone::NoWay)),
    };
    Ok((!done).then_some(Undone::ChangedSince))
}

/// Takes a pause or a waking back, if nothing changed it since. `before` and `after`: how it slept, as
/// the audit has it of that moment.
async fn unpause(
    c: &mut SqliteConnection,
    hand: Hand,
    id: SubscriptionId,
    (before, after): (Option<&str>, Option<&str>),
    at: Millis,
    digest_at: Option<Millis>,
) -> Result<bool> {
    let Some(now) = subscriptions::by_id(c, id)
        .await?
        .filter(|one| one.newsroom == hand.newsroom)
    else {
        return Ok(false);
    };
    let read = |text: Option<&str>| text.and_then(|text| serde_json::from_str::<Pause>(text).ok());
    let (before, after) = (read(before), read(after));
    // What is woken begins anew at that moment, by which it is known.
    let is_same =
        now.paused == after && (after.is_some() || (before.is_some() && now.made_at == at));
    if !is_same {
        return Ok(false);
    }
    subscriptions::pause(c, hand, id, before, digest_at).await
}

async fn not_set(c: &mut SqliteConnection, hand: Hand, line: &Noted) -> Result<Option<Undone>> {
    let now = newsrooms::setting(c, hand.newsroom, &line.subject).await?;
    if now != line.after {
        return Ok(Some(Undone::ChangedSince));
    }
    let (by, at) = (hand.by, hand.at);
    newsrooms::set_setting(c, hand.newsroom, &line.subject, line.before.clone(), by, at).await?;
    Ok(None)
}
