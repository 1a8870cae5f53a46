//! The table of commands as Discord knows it: set anew only when it changed.

use super::Bot;
use super::limit::{Call, Trouble};
use super::waits::Repeat;
use crate::{desk, wire};
use serde_json::Value;
use serenity::all::{ApplicationId, Permissions};
use serenity::http::{LightMethod, Route};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::Instant;

const REGISTER_SECONDS_MAX: u64 = 300;

/// What Lede asks a server for: to see the channels that it is to serve, to write in them and their
/// threads with embeds, and to look up there what it has sent. Answers to commands need none of it.
const RIGHTS: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::SEND_MESSAGES)
    .union(Permissions::SEND_MESSAGES_IN_THREADS)
    .union(Permissions::EMBED_LINKS)
    .union(Permissions::READ_MESSAGE_HISTORY);

impl Bot {
    /// Registers the commands where they changed and learns their ids. True when that is done.
    pub async fn register(&self, application: u64) -> bool {
        tracing::info!("to add Lede to a server, open {}", invitation(application));
        let own = invitation_of_person(application);
        tracing::info!("to use Lede yourself, wherever you are, open {own}");
        match self.try_register(application).await {
            Ok(known) => {
                tracing::info!(commands = known, "Discord knows Lede's commands");
                true
            }
            Err(error) => {
                tracing::error!("the commands were not registered: {error:#}");
                false
            }
        }
    }

    async fn try_register(&self, application: u64) -> anyhow::Result<usize> {
        let table = wire::registration(desk::ALL);
        let print = fingerprint(application, &table);
        let application = ApplicationId::new(application);
        let mut answer = Value::Null;
        if self.desk.registered().await?.as_deref() == Some(print.as_str()) {
            answer = self
                .commands_at(application, LightMethod::Get, None)
                .await?;
        }
        let mut set = !is_whole(&table, &ids(&answer));
        if set {
            let put = LightMethod::Put;
            answer = match self.commands_at(application, put, Some(&table)).await {
                Err(Trouble::Refused {
                    status: 400,
                    message,
                    ..
                }) => {
                    tracing::warn!(
                        "Discord does not take the commands for persons ({message}), so they are those of \
                         servers: allow User Install on the application's page, under Installation"
                    );
                    // The next start tries again.
                    set = false;
                    let table = wire::of_servers(table);
                    self.commands_at(application, put, Some(&table)).await?
                }
                answer => answer?,
            };
        }
        let ids = ids(&answer);
        let commands = wire::commands(desk::ALL, |name| ids.get(name).copied());
        *self
            .out
            .commands
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = commands;
        if set {
            self.desk.set_registered(&print).await?;
        }
        Ok(ids.len())
    }

    async fn commands_at(
        &self,
        application_id: ApplicationId,
        method: LightMethod,
        body: Option<&Value>,
    ) -> Result<Value, Trouble> {
        let deadline = Instant::now() + Duration::from_secs(REGISTER_SECONDS_MAX);
        let route = Route::Commands { application_id };
        self.out
            .rest
            .send(Call {
                method,
                route,
                body,
                repeat: Repeat::Safe,
                deadline,
            })
            .await
    }
}

/// The address that adds Lede to a server.
pub fn invitation(application: u64) -> String {
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}\
         &scope=bot%20applications.commands&permissions={}",
        RIGHTS.bits()
    )
}

/// The address by which somebody adds Lede for themselves, to use it in any server and in messages.
/// It works where the application's page allows it (Installation, User Install).
pub fn invitation_of_person(application: u64) -> String {
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}\
         &integration_type=1&scope=applications.commands"
    )
}

fn fingerprint(application: u64, table: &Value) -> String {
    let print = Sha256::digest(format!("{application} {table}"));
    print
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The ids of commands by name.
fn ids(answer: &Value) -> HashMap<String, u64> {
    let commands = answer.as_array().map(Vec::as_slice).unwrap_or_default();
    let id = |command: &Value| {
        let name = command.get("name")?.as_str()?.to_owned();
        Some((name, command.get("id")?.as_str()?.parse().ok()?))
    };
    commands.iter().filter_map(id).collect()
}

/// Whether every command of the table has an id and none is there beside them.
fn is_whole(table: &Value, ids: &HashMap<String, u64>) -> bool {
    let wanted = table.as_array().map(Vec::as_slice).unwrap_or_default();
    let known = |command: &Value| {
        command
            .get("name")
            .and_then(Value::as_str)
            .is_some_and(|name| ids.contains_key(name))
    };
    wanted.len() == ids.len() && wanted.iter().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_changed_table_has_another_fingerprint() {
        let table = json!([{"name": "brief"}]);
        assert_eq!(fingerprint(1, &table), fingerprint(1, &table.clone()));
        assert_ne!(fingerprint(1, &table), fingerprint(2, &table));
        assert_ne!(
            fingerprint(1, &table),
            fingerprint(1, &json!([{"name": "story"}]))
        );
    }

    #[test]
    fn commands_that_discord_lost_or_kept_are_noticed() {
        let table = json!([{"name": "brief"}, {"name": "help"}]);
        let told = json!([{"name": "brief", "id": "7"}, {"name": "help", "id": "8"}]);
        assert!(is_whole(&table, &ids(&told)));
        assert_eq!(ids(&told).get("help"), Some(&8));
        assert!(!is_whole(
            &table,
            &ids(&json!([{"name": "brief", "id": "7"}]))
        ));
        assert!(!is_whole(&table, &ids(&json!({"message": "no list"}))));
        assert!(!is_whole(&json!([{"name": "brief"}]), &ids(&told)));
    }

    #[test]
    fn the_invitation_asks_for_five_rights() {
        assert_eq!(RIGHTS.bits().count_ones(), 5);
        assert!(
            invitation(42).contains("client_id=42&scope=bot%20applications.commands&permissions=")
        );
    }
}
