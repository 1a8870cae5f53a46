//! Discord's objects as JSON, with every key that clients insist on.

use super::state::{Channel, Interaction, State};
use serde_json::{Value, json};

const TIMESTAMP: &str = "2031-05-04T06:00:00.000000+00:00";

pub fn user(state: &State, id: u64) -> Value {
    let name = state
        .users
        .get(&id)
        .map_or("somebody", |one| one.name.as_str());
    json!({ "id": id.to_string(), "username": name, "discriminator": "0", "global_name": name, "avatar": null, "public_flags": 0 })
}

pub fn bot(state: &State) -> Value {
    json!({
        "id": state.application.to_string(), "username": "Lede", "discriminator": "0", "global_name": null,
        "avatar": null, "bot": true, "mfa_enabled": false, "verified": true, "email": null, "flags": 0, "public_flags": 0,
    })
}

pub fn application(state: &State) -> Value {
    json!({
        "id": state.application.to_string(), "name": "Lede", "icon": null, "description": "", "bot_public": true,
        "bot_require_code_grant": false, "verify_key": "00", "flags": 0, "summary": "", "team": null,
        "owner": user(state, 0), "integration_types_config": {},
    })
}

pub fn guild(state: &State, id: u64) -> Value {
    let name = state.guilds.get(&id).map_or("", |one| one.name.as_str());
    let channels = state
        .channels
        .iter()
        .filter(|(_, one)| one.guild == Some(id));
    let channels: Vec<Value> = channels.map(|(id, _)| channel(state, *id)).collect();
    json!({
        "id": id.to_string(), "name": name, "icon": null, "splash": null, "discovery_splash": null,
        "owner_id": "1", "afk_channel_id": null, "afk_timeout": 300, "verification_level": 0,
        "default_message_notifications": 0, "explicit_content_filter": 0, "roles": roles(state, id), "emojis": [],
        "features": [], "mfa_level": 0, "application_id": null, "system_channel_id": null,
        "system_channel_flags": 0, "rules_channel_id": null, "vanity_url_code": null, "description": null,
        "banner": null, "premium_tier": 0, "preferred_locale": "en-US", "public_updates_channel_id": null,
        "nsfw_level": 0, "stickers": [], "premium_progress_bar_enabled": false, "joined_at": TIMESTAMP,
        "large": false, "unavailable": false, "member_count": 2, "voice_states": [], "members": [],
        "channels": channels, "threads": [], "presences": [], "stage_instances": [],
        "guild_scheduled_events": [], "safety_alerts_channel_id": null,
    })
}

pub fn channel(state: &State, id: u64) -> Value {
    let Some(one) = state.channels.get(&id) else {
        return Value::Null;
    };
    match (one.guild, &one.thread) {
        (Some(guild), Some(thread)) => json!({
            "id": id.to_string(), "type": one.kind, "guild_id": guild.to_string(), "name": one.name,
            "parent_id": thread.parent.to_string(), "owner_id": thread.owner.to_string(), "message_count": 0,
            "member_count": 1, "rate_limit_per_user": 0, "flags": 0, "last_message_id": null,
            "applied_tags": thread.tags.iter().map(u64::to_string).collect::<Vec<_>>(),
            "thread_metadata": {
                "archived": thread.archived, "auto_archive_duration": 1_440, "locked": thread.locked,
                "archive_timestamp": TIMESTAMP, "create_timestamp": TIMESTAMP,
            },
        }),
        (Some(guild), None) => json!({
            "id": id.to_string(), "type": one.kind, "guild_id": guild.to_string(), "name": one.name,
            "position": 0, "permission_overwrites": [overwrite(state, one)], "nsfw": false, "parent_id": null,
            "topic": null, "flags": 0, "rate_limit_per_user": 0,
            "last_message_id": state.last_threads.get(&id).map(u64::to_string),
            "available_tags": one.tags.iter().map(|(id, name)| json!({
                "id": id.to_string(), "name": name, "moderated": false, "emoji_id": null, "emoji_name": null,
            })).collect::<Vec<_>>(),
        }),
        (None, _) => {
            let recipients: Vec<Value> = state
                .users
                .iter()
                .filter(|(_, one)| one.direct == Some(id))
                .map(|(id, _)| user(state, *id))
                .collect();
            json!({ "id": id.to_string(), "type": one.kind, "last_message_id": null, "flags": 0, "recipients": recipients })
        }
    }
}

/// What the bot may do in a channel, as an overwrite for itself alone.
fn overwrite(state: &State, channel: &Channel) -> Value {
    let (allow, deny) = (channel.bot_rights, !channel.bot_rights & ((1 << 50) - 1));
    json!({
        "id": state.application.to_string(), "type": 1, "allow": allow.to_string(), "deny": deny.to_string(),
    })
}

/// The roles of a server, @everyone first.
pub fn roles(state: &State, guild: u64) -> Vec<Value> {
    let role = |id: u64, name: &str, mentionable: bool| {
        json!({
            "id": id.to_string(), "name": name, "color": 0, "hoist": false, "position": 0,
            "permissions": "0", "managed": false, "mentionable": mentionable, "flags": 0,
            "colors": { "primary_color": 0, "secondary_color": null, "tertiary_color": null },
        })
    };
    let mut all = vec![role(guild, "@everyone", false)];
    let own = state
        .guilds
        .get(&guild)
        .into_iter()
        .flat_map(|one| &one.roles);
    all.extend(own.map(|(id, one)| role(*id, &one.name, one.mentionable)));
    all
}

/// A message of the bot, from the body that made it.
pub fn message(state: &State, id: u64, channel: u64, body: &Value, flags: u64) -> Value {
    let kept = |key: &str, or: Value| {
        body.get(key)
            .filter(|value| !value.is_null())
            .cloned()
            .unwrap_or(or)
    };
    json!({
        "id": id.to_string(), "channel_id": channel.to_string(), "author": bot(state),
        "content": kept("content", "".into()), "timestamp": TIMESTAMP, "edited_timestamp": null, "tts": false,
        "mention_everyone": false, "mentions": [], "mention_roles": [], "attachments": [],
        "embeds": kept("embeds", json!([])), "pinned": false, "type": 0, "flags": flags,
        "components": kept("components", json!([])), "application_id": state.application.to_string(),
    })
}

/// What the bot hears of something that somebody did.
pub fn interaction(state: &State, id: u64, of: &Interaction, data: Value) -> Value {
    let channel_of = &state.channels[&of.channel];
    let mut event = json!({
        "id": id.to_string(), "application_id": state.application.to_string(), "type": of.kind,
        "token": of.token, "version": 1, "channel_id": of.channel.to_string(), "locale": "en-US",
        "data": data, "channel": channel(state, of.channel), "entitlements": [],
        "app_permissions": channel_of.bot_rights.to_string(), "attachment_size_limit": 10_485_760,
    });
    let rights = state.users.get(&of.user).map_or(0, |one| one.rights);
    match channel_of.guild {
        Some(guild) => {
            event["guild_id"] = guild.to_string().into();
            event["guild_locale"] = "en-US".into();
            event["context"] = 0.into();
            event["authorizing_integration_owners"] = json!({ "0": guild.to_string() });
            let roles = state.users.get(&of.user).map(|one| &one.roles);
            let roles_of: Vec<String> = roles.into_iter().flatten().map(u64::to_string).collect();
            event["member"] = json!({
                "user": user(state, of.user), "nick": null, "avatar": null, "roles": roles_of, "joined_at": TIMESTAMP,
                "premium_since": null, "deaf": false, "mute": false, "flags": 0, "pending": false,
                "permissions": rights.to_string(), "communication_disabled_until": null,
            });
            event["channel"]["permissions"] = rights.to_string().into();
        }
        None => {
            event["context"] = 1.into();
            event["authorizing_integration_owners"] = json!({ "0": "0" });
            event["user"] = user(state, of.user);
        }
    }
    if state.is_alone(of.user, of.channel) {
        event["authorizing_integration_owners"] = json!({ "1": of.user.to_string() });
        if channel_of.guild.is_none() && state.is_foreign(of.channel) {
            event["context"] = 2.into();
        }
    }
    if let Some(pressed) = of.pressed.and_then(|id| state.messages.get(&id)) {
        event["message"] = pressed.body.clone();
    }
    event
}
