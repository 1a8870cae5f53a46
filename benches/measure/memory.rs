//! Memory of the real program: idle, and in ten thousand servers of a Discord of our own.

use super::table::Table;
use crate::discord::FakeDiscord;
use serde_json::{Value, json};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const SERVERS: u64 = 10_000;
/// Channels and roles of each server, as Discord tells them.
const CHANNELS: u64 = 20;
const ROLES: u64 = 15;
/// Looks at the CPU time in a row without a change, after which the program counts as idle.
const QUIET_LOOKS: u32 = 5;
const LOOK: Duration = Duration::from_millis(200);

/// The running program; it ends with this.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself, which the figures would have shown.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub async fn measure(table: &Table) {
    let discord = FakeDiscord::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}", folder.path().join("lede.db").display());
    let child = Command::new(env!("CARGO_BIN_EXE_lede"))
        .arg("run")
        .current_dir(folder.path())
        .env("DATABASE_URL", url)
        .env("LEDE_DISCORD_API", discord.api())
        .env("DISCORD_TOKEN", discord.token())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let program = Program(child.expect("the program starts"));
    discord.registered().await;
    program.idle().await;
    let what = "memory of lede run, one server";
    table.line(what, program.mib("VmRSS"), "MiB", "");
    let one = server();
    for number in 0..SERVERS {
        let mut event = one.clone();
        event["id"] = (1_000_000_000_000 + number).to_string().into();
        discord.dispatch("GUILD_CREATE", event);
        if number % 500 == 0 {
            program.idle().await;
        }
    }
    program.idle().await;
    let what = format!("memory of lede run, {SERVERS} servers");
    table.line(&what, program.mib("VmRSS"), "MiB", "<= 120");
    table.line(&format!("{what}, at most"), program.mib("VmHWM"), "MiB", "");
}

impl Program {
    /// Waits until it does nothing any more.
    async fn idle(&self) {
        let (mut before, mut quiet) = (0, 0);
        while quiet < QUIET_LOOKS {
            tokio::time::sleep(LOOK).await;
            let spent = self.ticks();
            quiet = if spent == before { quiet + 1 } else { 0 };
            before = spent;
        }
    }

    /// CPU time so far, in the system's ticks.
    fn ticks(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id()));
        let stat = stat.expect("it runs");
        // After the name in parentheses: state, …, user time (12th), system time (13th).
        let (_, rest) = stat.rsplit_once(')').expect("a name");
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let ticks = |at: usize| fields[at].parse::<u64>().expect("a number");
        ticks(11) + ticks(12)
    }

    fn mib(&self, name: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id()));
        let status = status.expect("it runs");
        let line = status.lines().find(|line| line.starts_with(name));
        let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
        kib.expect("the system says it") / 1_024.0
    }
}

/// A server as Discord tells of it, with channels and roles.
fn server() -> Value {
    let channel = |number: u64| {
        json!({
            "id": (2_000_000_000_000 + number).to_string(), "type": 0, "name": format!("channel-{number}"),
            "position": number, "permission_overwrites": [], "nsfw": false, "parent_id": null,
            "topic": "What goes on here, and what does not", "last_message_id": null, "flags": 0,
            "rate_limit_per_user": 0,
        })
    };
    let role = |number: u64| {
        json!({
            "id": (3_000_000_000_000 + number).to_string(), "name": format!("role-{number}"), "color": 0,
            "hoist": false, "position": number, "permissions": "0", "managed": false,
            "mentionable": false, "flags": 0,
            "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null },
        })
    };
    json!({
        "id": "0", "name": "A server of many", "icon": null, "splash": null, "discovery_splash": null,
        "owner_id": "1", "afk_channel_id": null, "afk_timeout": 300, "verification_level": 0,
        "default_message_notifications": 0, "explicit_content_filter": 0, "emojis": [],
        "features": [], "mfa_level": 0, "application_id": null, "system_channel_id": null,
        "system_channel_flags": 0, "rules_channel_id": null, "vanity_url_code": null, "description": null,
        "banner": null, "premium_tier": 0, "preferred_locale": "en-US", "public_updates_channel_id": null,
        "nsfw_level": 0, "stickers": [], "premium_progress_bar_enabled": false,
        "joined_at": "2031-05-04T06:00:00.000000+00:00", "large": false, "unavailable": false,
        "member_count": 200, "voice_states": [], "members": [], "threads": [], "presences": [],
        "stage_instances": [], "guild_scheduled_events": [], "safety_alerts_channel_id": null,
        "channels": (0..CHANNELS).map(channel).collect::<Vec<_>>(),
        "roles": (0..ROLES).map(role).collect::<Vec<_>>(),
    })
}
