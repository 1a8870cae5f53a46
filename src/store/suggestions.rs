//! Sources that members suggest, and what moderators decided of them.

use super::intake::Prepared;
use super::notices::{self, Dealt, NewNotice, Whom};
use super::nouns::{Added, NewSource};
use super::statements::statements;
use super::{Result, Store, StoreError, prepare, sources};
use crate::clock::{DAY, Millis};
use crate::news::{NewsroomId, SourceId};
use crate::page::sources::Report;
use crate::page::suggestion::{self, Outcome, Suggested};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row, SqliteConnection};

/// Suggestions that one member may make in a newsroom within a day.
pub const SUGGESTIONS_A_DAY_MAX: u32 = 5;

/// Suggestions that wait in a newsroom at once.
pub const SUGGESTIONS_OPEN_MAX: i64 = 100;

/// The columns that a [`Suggestion`] is read from.
macro_rules! suggestions {
    () => {
        "SELECT id, newsroom, feed, person, why, report, made_at, decided_by, decided_at, outcome,
            reason FROM suggestion"
    };
}

statements! {
    ADD = "INSERT INTO suggestion (id, newsroom, link, feed, person, why, report, made_at)
        VALUES ((SELECT coalesce(max(id), 0) + 1 FROM suggestion), $1, $2, $3, $4, $5, $6, $7)
        RETURNING id";
    COUNT = "SELECT count(*) FROM suggestion
        WHERE person = $1 AND newsroom = $2 AND made_at > $3";
    COUNT_OPEN = "SELECT count(*) FROM suggestion WHERE newsroom = $1 AND decided_at IS NULL";
    SAME = concat!(suggestions!(), " WHERE newsroom = $1 AND feed = $2 AND decided_at IS NULL");
    BY_ID = concat!(suggestions!(), " WHERE id = $1 AND newsroom = $2");
    OPEN = concat!(suggestions!(), " WHERE newsroom = $1 AND decided_at IS NULL
        ORDER BY id LIMIT $2");
    DECIDE = "UPDATE suggestion SET decided_by = $2, decided_at = $3, outcome = $4, reason = $5
        WHERE id = $1 AND decided_at IS NULL";
}

/// A source that a member suggests, tested.
#[derive(Clone, Debug)]
pub struct NewSuggestion {
    pub newsroom: NewsroomId,
    /// As it was typed, without credentials.
    pub link: String,
    /// Address of the feed that was found there.
    pub feed: String,
    /// Discord's id of the member; 0 = the host.
    pub person: u64,
    pub why: Option<String>,
    pub report: Report,
}

/// What suggesting came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Suggesting {
    New(i64),
    /// The same waits already.
    Waits(Box<Suggestion>),
    /// The member suggested as many as they may in a day.
    TooMany {
        max: u32,
    },
    /// As many wait as moderators can be asked to decide about.
    Full,
}

/// A source that a member suggested.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    pub id: i64,
    pub newsroom: NewsroomId,
    pub feed: String,
    /// None once they had it deleted.
    pub person: Option<u64>,
    pub why: Option<String>,
    pub report: Report,
    pub made_at: Millis,
    /// None while it waits.
    pub decided: Option<Decision>,
}

/// What was decided of a suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub outcome: Outcome,
    /// Discord's id of the moderator; 0 = the host; none = nobody did.
    pub by: Option<u64>,
    pub at: Millis,
    pub reason: Option<String>,
}

/// What deciding came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Deciding {
    /// Declined, or approved with its source.
    Done {
        added: Option<SourceId>,
    },
    Before(Box<Suggestion>),
    /// The newsroom has as many sources as it may have; it still waits.
    Full {
        max: u32,
    },
    Unknown,
}

impl Suggestion {
    /// As pages show it.
    pub fn shown(&self) -> Suggested<'_> {
        Suggested {
            id: self.id,
            person: self.person,
            why: self.why.as_deref(),
            report: &self.report,
            made_at: self.made_at,
        }
    }
}

/// Suggestions.
impl Store {
    /// How many sources a member suggested in a newsroom within the last day.
    pub async fn suggested_lately(
        &self,
        newsroom: NewsroomId,
        person: u64,
        now: Millis,
    ) -> Result<u32> {
        lately(&mut *self.reader().await?, newsroom, person, now).await
    }

    /// Keeps a suggestion and has the newsroom's moderators told of it.
    pub async fn suggest(&self, new: NewSuggestion, at: Millis) -> Result<Suggesting> {
        self.urgent(move |c| Box::pin(suggest(c, new, at))).await
    }

    /// A newsroom's suggestion.
    pub async fn suggestion(&self, newsroom: NewsroomId, id: i64) -> Result<Option<Suggestion>> {
        by_id(&mut *self.reader().await?, newsroom, id).await
    }

    /// Those that wait, the oldest first.
    pub async fn suggestions(&self, newsroom: NewsroomId, limit: u32) -> Result<Vec<Suggestion>> {
        Ok(sqlx::query_as(OPEN)
            .bind(newsroom.0)
            .bind(limit)
            .fetch_all(&mut *self.reader().await?)
            .await?)
    }

    /// Adds the suggested source with its reading of this moment, as [`Store::add_source`] does, and
    /// has the member told, in one transaction.
    pub async fn approve(&self, suggestion: i64, source: NewSource) -> Result<Deciding> {
        let mut source = source;
        let known = self.source_by_url(&source.url).await?;
        source.reading.source = known.map_or(SourceId(0), |known| known.id);
        let (mut sources, entries) =
            prepare::prepare(self, vec![source], |source| &source.reading).await?;
        let source = sources.pop().expect("the one that was prepared");
        self.urgent(move |c| Box::pin(approve(c, suggestion, source, entries)))
            .await
    }

    /// Declines a suggestion, by a moderator (Discord's id; 0 = the host), and has the member told.
    pub async fn decline(
        &self,
        newsroom: NewsroomId,
        suggestion: i64,
        by: u64,
        reason: Option<String>,
        at: Millis,
    ) -> Result<Deciding> {
        let decision = Decision {
            outcome: Outcome::Declined,
            by: Some(by),
            at,
            reason,
        };
        self.urgent(move |c| {
            Box::pin(async move {
                let suggestion = match waiting(c, newsroom, suggestion).await? {
                    Ok(suggestion) => suggestion,
                    Err(no) => return Ok(no),
                };
                decide(c, &suggestion, decision).await?;
                Ok(Deciding::Done { added: None })
            })
        })
        .await
    }
}

impl FromRow<'_, SqliteRow> for Suggestion {
    fn from_row(row: &SqliteRow) -> sqlx::Result<Self> {
        let broken = |error: serde_json::Error| sqlx::Error::Decode(error.into());
        let report: String = row.try_get(5)?;
        let number = |at: usize| -> sqlx::Result<Option<u64>> {
            Ok(row.try_get::<Option<i64>, _>(at)?.map(|id| id as u64))
        };
        let at: Option<Millis> = row.try_get(8)?;
        let outcome: Option<i64> = row.try_get(9)?;
        let reason: Option<String> = row.try_get(10)?;
        let by = number(7)?;
        Ok(Suggestion {
            id: row.try_get(0)?,
            newsroom: NewsroomId(row.try_get(1)?),
            feed: row.try_get(2)?,
            person: number(3)?,
            why: row.try_get(4)?,
            report: serde_json::from_str(&report).map_err(broken)?,
            made_at: row.try_get(6)?,
            decided: at.map(|at| Decision {
                outcome: match outcome {
                    Some(1) => Outcome::Approved,
                    Some(2) => Outcome::Withdrawn,
                    _ => Outcome::Declined,
                },
                by,
                at,
                reason,
            }),
        })
    }
}

/// What moderators are told of a suggestion under.
fn key(id: i64) -> String {
    format!("suggestion:{id}")
}

async fn lately(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    person: u64,
    now: Millis,
) -> Result<u32> {
    Ok(sqlx::query_scalar(COUNT)
        .bind(person as i64)
        .bind(newsroom.0)
        .bind(now - DAY)
        .fetch_one(c)
        .await?)
}

async fn suggest(c: &mut SqliteConnection, new: NewSuggestion, at: Millis) -> Result<Suggesting> {
    let same: Option<Suggestion> = sqlx::query_as(SAME)
        .bind(new.newsroom.0)
        .bind(&new.feed)
        .fetch_optional(&mut *c)
        .await?;
    if let Some(same) = same {
        return Ok(Suggesting::Waits(Box::new(same)));
    }
    if lately(c, new.newsroom, new.person, at).await? >= SUGGESTIONS_A_DAY_MAX {
        let max = SUGGESTIONS_A_DAY_MAX;
        return Ok(Suggesting::TooMany { max });
    }
    let open: i64 = sqlx::query_scalar(COUNT_OPEN)
        .bind(new.newsroom.0)
        .fetch_one(&mut *c)
        .await?;
    if open >= SUGGESTIONS_OPEN_MAX {
        return Ok(Suggesting::Full);
    }
    let report = serde_json::to_string(&new.report).map_err(StoreError::from)?;
    let id: i64 = sqlx::query_scalar(ADD)
        .bind(new.newsroom.0)
        .bind(&new.link)
        .bind(&new.feed)
        .bind(new.person as i64)
        .bind(&new.why)
        .bind(report)
        .bind(at)
        .fetch_one(&mut *c)
        .await?;
    let shown = Suggested {
        id,
        person: Some(new.person),
        why: new.why.as_deref(),
        report: &new.report,
        made_at: at,
    };
    let notice = NewNotice {
        newsroom: new.newsroom,
        whom: Whom::Moderators,
        key: key(id),
        card: suggestion::card(&shown),
        buttons: suggestion::buttons(id),
    };
    notices::notify(c, notice, at).await?;
    Ok(Suggesting::New(id))
}

async fn by_id(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    id: i64,
) -> Result<Option<Suggestion>> {
    Ok(sqlx::query_as(BY_ID)
        .bind(id)
        .bind(newsroom.0)
        .fetch_optional(c)
        .await?)
}

/// The suggestion where it still waits, else what deciding comes to.
async fn waiting(
    c: &mut SqliteConnection,
    newsroom: NewsroomId,
    id: i64,
) -> Result<std::result::Result<Suggestion, Deciding>> {
    Ok(match by_id(c, newsroom, id).await? {
        None => Err(Deciding::Unknown),
        Some(known) if known.decided.is_some() => Err(Deciding::Before(Box::new(known))),
        Some(known) => Ok(known),
    })
}

async fn approve(
    c: &mut SqliteConnection,
    id: i64,
    source: NewSource,
    entries: Vec<Prepared>,
) -> Result<Deciding> {
    let suggestion = match waiting(c, source.newsroom, id).await? {
        Ok(suggestion) => suggestion,
        Err(no) => return Ok(no),
    };
    let decision = Decision {
        outcome: Outcome::Approved,
        by: Some(source.by),
        at: source.at,
        reason: None,
    };
    let added = match sources::add(c, source, entries).await? {
        // Somebody added it meanwhile by hand: it is what was wished.
        Added::New(id) | Added::AlreadyThere(id) => Some(id),
        Added::Full { max } => return Ok(Deciding::Full { max }),
    };
    decide(c, &suggestion, decision).await?;
    Ok(Deciding::Done { added })
}

/// Keeps the decision; the member is told, and what moderators were told of it is dealt with.
async fn decide(
    c: &mut SqliteConnection,
    suggestion: &Suggestion,
    decision: Decision,
) -> Result<()> {
    let (outcome, what) = match decision.outcome {
        Outcome::Declined => (0, "Decline"),
        Outcome::Approved => (1, "Approve"),
        Outcome::Withdrawn => (2, "Withdrawn"),
    };
    sqlx::query(DECIDE)
        .bind(suggestion.id)
        .bind(decision.by.map(|by| by as i64))
        .bind(decision.at)
        .bind(outcome)
        .bind(&decision.reason)
        .execute(&mut *c)
        .await?;
    let dealt = Dealt {
        by: decision.by.unwrap_or_default(),
        at: decision.at,
        what: what.to_owned(),
    };
    notices::deal_key(c, suggestion.newsroom, key(suggestion.id), dealt).await?;
    // The host at a terminal is no person of Discord.
    let Some(person) = suggestion.person.filter(|person| *person != 0) else {
        return Ok(());
    };
    let title = &suggestion.report.title;
    let notice = NewNotice {
        newsroom: suggestion.newsroom,
        whom: Whom::Person(person),
        key: key(suggestion.id),
        card: suggestion::told(title, decision.outcome, decision.reason.as_deref()),
        buttons: Vec::new(),
    };
    notices::notify(c, notice, decision.at).await
}

#[cfg(test)]
mod tests {
    use super::super::test::{NOON, feed, new_source};
    use super::*;
    use crate::news::Newsroom;

    fn report(title: &str) -> Report {
        Report {
            title: title.to_owned(),
            url: "https://avel.example/feed".to_owned(),
            ..Report::default()
        }
    }

    fn new(newsroom: NewsroomId, person: u64, name: &str) -> NewSuggestion {
        NewSuggestion {
            newsroom,
            link: format!("https://{name}.example"),
            feed: format!("https://{name}.example/feed"),
            person,
            why: Some("It is near".to_owned()),
            report: report(name),
        }
    }

    async fn started() -> (Store, NewsroomId) {
        let store = Store::temporary().await.unwrap();
        let room = store.newsroom(Newsroom::Server(1), NOON).await.unwrap();
        (store, room)
    }

    async fn id_of(store: &Store, new: NewSuggestion, at: Millis) -> i64 {
        match store.suggest(new, at).await.unwrap() {
            Suggesting::New(id) => id,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn one_waits_a_feed_and_five_a_member_a_day() {
        let (store, room) = started().await;
        let first = id_of(&store, new(room, 7, "avel"), NOON).await;
        let again = store.suggest(new(room, 8, "avel"), NOON).await.unwrap();
        assert!(matches!(again, Suggesting::Waits(same) if same.id == first));
        for name in ["b", "c", "d", "e"] {
            id_of(&store, new(room, 7, name), NOON).await;
        }
        let sixth = store.suggest(new(room, 7, "f"), NOON).await.unwrap();
        assert_eq!(sixth, Suggesting::TooMany { max: 5 });
        id_of(&store, new(room, 8, "f"), NOON).await;
        id_of(&store, new(room, 7, "g"), NOON + DAY).await;
        let told = store.notices(room, 20).await.unwrap();
        assert_eq!(told.len(), 7);
        assert_eq!(told[0].buttons.len(), 2);
        let waiting = store.suggestions(room, 20).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].id), (7, first));
    }

    #[tokio::test]
    async fn moderators_are_asked_about_so_many_at_once_and_no_more() {
        let (store, room) = started().await;
        let one = |n: i64| new(room, n as u64 / 5 + 7, &format!("outlet{n}"));
        for n in 0..SUGGESTIONS_OPEN_MAX {
            id_of(&store, one(n), NOON).await;
        }
        let more = one(SUGGESTIONS_OPEN_MAX);
        let full = store.suggest(more.clone(), NOON).await.unwrap();
        assert_eq!(full, Suggesting::Full);
        store.decline(room, 1, 9, None, NOON).await.unwrap();
        id_of(&store, more, NOON).await;
    }

    #[tokio::test]
    async fn a_suggestion_is_decided_once_and_its_member_is_told() {
        let (store, room) = started().await;
        let other = store.newsroom(Newsroom::Server(2), NOON).await.unwrap();
        let id = id_of(&store, new(room, 7, "avel"), NOON).await;
        let no = store.decline(other, id, 9, None, NOON + 1).await.unwrap();
        assert_eq!(no, Deciding::Unknown);
        let source = || {
            let url = "https://avel.example/feed";
            new_source(room, url, feed("Avel", &[]), NOON + 2)
        };
        let done = store.approve(id, source()).await.unwrap();
        assert!(matches!(done, Deciding::Done { added: Some(_) }));
        let late = store.decline(room, id, 9, None, NOON + 3).await.unwrap();
        let Deciding::Before(known) = late else {
            panic!("{late:?}")
        };
        let decided = known.decided.unwrap();
        assert_eq!((decided.outcome, decided.at), (Outcome::Approved, NOON + 2));
        assert!(matches!(
            store.approve(id, source()).await.unwrap(),
            Deciding::Before(_)
        ));
        assert!(store.notices(room, 9).await.unwrap().is_empty());
        let told = store.leading_of_person(7, other, 9).await.unwrap();
        assert_eq!(told.len(), 1);
        assert!(
            told[0]
                .text
                .starts_with("Your suggestion “avel” is a source now.")
        );
        assert_eq!(store.sources(room).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_reason_is_told_and_the_same_may_be_suggested_anew() {
        let (store, room) = started().await;
        let id = id_of(&store, new(room, 7, "avel"), NOON).await;
        let reason = Some("Too far away".to_owned());
        store.decline(room, id, 9, reason, NOON).await.unwrap();
        let told = store.leading_of_person(7, room, 9).await.unwrap();
        assert!(told[0].text.contains("“Too far away”"), "{}", told[0].text);
        assert_ne!(id_of(&store, new(room, 7, "avel"), NOON).await, id);
    }

    #[tokio::test]
    async fn a_suggestion_is_kept_for_a_season() {
        let (store, room) = started().await;
        let id = id_of(&store, new(room, 7, "avel"), NOON).await;
        while store.sweep(NOON + 90 * DAY, 90).await.unwrap() {}
        assert!(store.suggestion(room, id).await.unwrap().is_some());
        while store.sweep(NOON + 90 * DAY + 1, 90).await.unwrap() {}
        assert!(store.suggestion(room, id).await.unwrap().is_none());
    }
}
