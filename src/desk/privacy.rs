//! `/privacy`: what is stored about the one who asks, as words and as a file, and deleting it.

use crate::desk::command::{Answer, Asked, Command, Who, boxed};
use crate::desk::{Asker, Desk};
use crate::page::Refusal;
use crate::page::privacy::{Counts, ask_delete, deleted, export, overview};
use crate::store::Stored;

pub const COMMAND: Command = Command {
    name: "privacy",
    description: "What Lede knows of you: see, export or delete it",
    who: Who::Everyone,
    options: &[],
    subs: &[],
    in_discord: true,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

/// What the exported file is called.
const FILE_NAME: &str = "lede-about-me.json";

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    if asker.terminal {
        return Err(
            Refusal::new("The host is no person of Discord: nothing is stored about you.")
                .can("PRIVACY.md says what the store holds about members and servers.")
                .into(),
        );
    }
    let person = asker.person;
    match asked.ask.get("do") {
        Some("export") => {
            let stored = desk.store.stored_of(person).await?;
            let text = serde_json::to_string_pretty(&stored).map_err(anyhow::Error::from)?;
            Ok(export(FILE_NAME, text))
        }
        Some("delete") if asked.confirmed => {
            desk.store.forget_person(person, desk.now()).await?;
            Ok(deleted())
        }
        Some("delete") => Ok(ask_delete()),
        _ => Ok(overview(&counts(&desk.store.stored_of(person).await?))),
    }
}

fn counts(stored: &Stored) -> Counts {
    let number = |n: i64| usize::try_from(n).unwrap_or_default();
    Counts {
        follows: stored.follows.len(),
        messages: number(stored.messages),
        asked: stored.asked.len(),
        suggestions: stored.suggestions.len(),
        settings: stored.settings.len(),
        sources: stored.sources.len(),
        changes: stored.changes.len(),
        reports: stored.reports.len(),
        made: number(stored.subscriptions_made + stored.sources_added + stored.corrections_made),
    }
}
