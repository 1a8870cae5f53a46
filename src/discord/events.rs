//! From what the gateway tells to work: admits an interaction, reads it and has it answered.

use super::Bot;
use super::caller::{self, Caller};
use super::gateway::Heard;
use super::guard::Pace;
use super::menu;
use super::record::Change;
use super::reply::Way;
use crate::desk::Command;
use crate::page::note;
use crate::wire;
use serde_json::json;
use serenity::all::{CommandInteraction, GuildId, Interaction};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep, timeout_at};

/// Time after the interaction came in which it has to be settled who sees the answer; private when
/// it is not.
const SETTLE_MS_MAX: u64 = 400;
const COMPLETE_MS_MAX: u64 = 900;
const JOINED_MS_MAX: u64 = 100;
const OFFER: u8 = 8;

impl Bot {
    /// Takes what the gateway tells; what takes time is done elsewhere.
    pub fn hear(self: &Arc<Self>, heard: Heard) {
        match heard {
            Heard::Began {
                application,
                shard,
                shards,
                servers,
            } => {
                let all = {
                    let mut known = self.servers();
                    known
                        .shard_began(shard, shards, &servers)
                        .then(|| known.all())
                };
                tracing::info!(shard, servers = servers.len(), "connected to Discord");
                if let Some(all) = all {
                    self.changed(Change::All(all));
                }
                self.changed(Change::Application(application));
            }
            Heard::Resumed => tracing::info!("connected to Discord again"),
            Heard::Joined(server) => {
                if self.servers().joined(server) {
                    tracing::info!(server, "joined server {server}");
                    self.changed(Change::Joined(server));
                }
            }
            Heard::Left(server) => {
                self.servers().left(server);
                tracing::info!(server, "left server {server}");
                self.changed(Change::Left(server));
            }
            Heard::ThreadGone { parent, thread } => self.out.thread_gone(parent, thread),
            Heard::Asked { interaction, at } => {
                let bot = Arc::clone(self);
                tokio::spawn(async move { bot.interaction(*interaction, at).await });
            }
        }
    }

    async fn interaction(self: Arc<Self>, interaction: Interaction, at: Instant) {
        if !self.guard().first_time(interaction.id().get()) {
            tracing::debug!("an interaction came a second time");
            return;
        }
        match interaction {
            Interaction::Command(from) => self.command(from, at).await,
            Interaction::Autocomplete(from) => self.complete(from, at).await,
            Interaction::Component(from) => self.pressed(from, at).await,
            Interaction::Modal(from) => self.form_sent(from, at).await,
            _ => {}
        }
    }

    async fn command(self: Arc<Self>, from: CommandInteraction, at: Instant) {
        let member = self.is_member(from.guild_id).await;
        let mut caller = Caller::of_command(&from, member, at);
        let Some(permit) = self.admit(&caller).await else {
            return;
        };
        let Some(command) = caller::command(&from.data) else {
            return self.refuse(&caller, &note::unknown_command()).await;
        };
        let asked = caller::asked(command, &from.data, from.application_id);
        let own = caller::of_message(command).zip(menu::own(&from.data, from.application_id));
        if let (Err(refusal), None) = (&asked, own) {
            return self.refuse(&caller, refusal).await;
        }
        caller.asker.public = self.is_public(&caller, command).await;
        let way = Way::Fresh {
            public: caller.asker.public,
        };
        let (bot, asker) = (Arc::clone(&self), caller.asker.clone());
        let live = self.deliver(&caller, way, async move {
            let asked = match (asked, own) {
                (Err(_), Some((option, place))) => (bot.link_in_own(place).await)
                    .map(|link| caller::asked_about(command, option, link)),
                (asked, _) => asked,
            };
            let answer = match asked {
                Ok(asked) => bot.answer(&asker, asked).await,
                Err(refusal) => Err(refusal.into()),
            };
            bot.draw(&asker, answer).await
        });
        if let Some(live) = live.await {
            drop(permit);
            self.watch(&caller, live).await;
        }
    }

    async fn is_public(&self, caller: &Caller, command: &Command) -> bool {
        let settled = caller.at + Duration::from_millis(SETTLE_MS_MAX);
        command.public_in_news
            && caller.server.is_some()
            && timeout_at(settled, self.desk.is_news_channel(&caller.asker))
                .await
                .unwrap_or(false)
    }

    async fn complete(self: Arc<Self>, from: CommandInteraction, at: Instant) {
        let member = self.is_member(from.guild_id).await;
        let caller = Caller::of_command(&from, member, at);
        let mut choices = Vec::new();
        if self.serves(caller.server)
            && self.guard().completed(caller.asker.person, at)
            && let Some((ask, option, typed)) = caller::typing(&from.data)
        {
            let soon = at + Duration::from_millis(COMPLETE_MS_MAX);
            match timeout_at(
                soon,
                self.desk.complete(&caller.asker, &ask, &option, &typed),
            )
            .await
            {
                Ok(Ok(found)) => choices = found,
                Ok(Err(error)) => tracing::error!("completing an option failed: {error:#}"),
                Err(_) => tracing::debug!("completing an option took too long"),
            }
        }
        let body = json!({"type": OFFER, "data": wire::choices(&choices)});
        // Logged where it failed; nobody waits for it.
        let _ = self.respond(&caller, &body).await;
    }

    /// Whether to work on an interaction now; says why where not. The permit is held while working.
    pub async fn admit(&self, caller: &Caller) -> Option<OwnedSemaphorePermit> {
        let pace = match caller.presses {
            true => self.guard().pressed(caller.asker.person, caller.at),
            false => self.guard().asked(caller.asker.person, caller.at),
        };
        match pace {
            Pace::Fine => {}
            Pace::TooFast => {
                self.refuse(caller, &note::too_fast()).await;
                return None;
            }
            Pace::Flood => return None,
        }
        if !self.serves(caller.server) {
            self.refuse(caller, &note::not_served()).await;
            return None;
        }
        let permit = Arc::clone(&self.at_once).try_acquire_owned();
        if permit.is_err() {
            self.refuse(caller, &note::busy()).await;
        }
        permit.ok()
    }

    /// Whether the host serves this server. Where the host named servers, direct messages are not
    /// served: anybody can write one.
    fn serves(&self, server: Option<u64>) -> bool {
        let served = &self.desk.settings.servers;
        served.is_empty() || server.is_some_and(|server| served.contains(&server))
    }

    /// Whether Lede is in that server. The news of it can come a moment after an interaction that
    /// Discord sent later.
    pub async fn is_member(&self, server: Option<GuildId>) -> bool {
        let Some(server) = server else { return false };
        if self.servers().has(server.get()) {
            return true;
        }
        sleep(Duration::from_millis(JOINED_MS_MAX)).await;
        self.servers().has(server.get())
    }
}
