//! Who asks and what, read from an interaction: rights, newsroom, options as text. Nothing is
//! loaded here, and nothing of it is believed to fit.

use super::menu;
use crate::desk::{self, Asked, Asker, Command, Kind, Opt, Who};
use crate::news::Newsroom;
use crate::page::{Ask, Pick, Refusal};
use serenity::all::{
    ActionRowComponent, ApplicationId, AuthorizingIntegrationOwner, AuthorizingIntegrationOwners,
    ChannelType, CommandData, CommandDataOption, CommandDataOptionValue, CommandInteraction,
    CommandType, ComponentInteraction, ComponentInteractionDataKind, InteractionId, MessageFlags,
    ModalInteraction, PartialChannel, Permissions,
};
use tokio::time::Instant;

/// Discord's own limit for the text of an option.
const VALUE_CHARS_MAX: usize = 6_000;

/// One interaction: who, and how it is answered. The token is a secret.
pub struct Caller {
    pub interaction: InteractionId,
    pub application: ApplicationId,
    pub token: String,
    /// When it arrived: Discord waits three seconds from about then.
    pub at: Instant,
    pub server: Option<u64>,
    pub asker: Asker,
    /// The member's roles.
    pub roles: Vec<u64>,
    /// Language and country, as Discord names them: the server's where it says something, else the
    /// person's.
    pub locale: String,
    /// A button or a select, which are pressed faster than commands are typed.
    pub presses: bool,
}

/// What the three kinds of interactions have in common, which have no type in common.
macro_rules! caller {
    ($from:expr, $member:expr, $at:expr, $allowed:expr, $alone:expr) => {{
        let from = $from;
        let facts = Facts {
            person: from.user.id.get(),
            server: from.guild_id.map(|server| server.get()),
            channel: from.channel_id.get(),
            thread: is_thread(from.channel.as_ref()),
            rights: from
                .member
                .as_ref()
                .and_then(|one| one.permissions)
                .unwrap_or_default(),
            member: $member,
            alone: $alone,
        };
        Caller {
            interaction: from.id,
            application: from.application_id,
            token: from.token.clone(),
            at: $at,
            server: facts.server,
            asker: facts.asker($allowed),
            roles: (from.member.iter())
                .flat_map(|one| one.roles.iter().map(|role| role.get()))
                .collect(),
            locale: locale(from.guild_locale.as_deref(), &from.locale).to_owned(),
            presses: false,
        }
    }};
}

impl Caller {
    /// `member`: whether Lede is in that server; `at`: when the interaction came.
    pub fn of_command(from: &CommandInteraction, member: bool, at: Instant) -> Self {
        let allowed = command(&from.data).is_some_and(|one| one.who == Who::Moderators);
        let alone = is_alone(&from.authorizing_integration_owners);
        caller!(from, member, at, allowed, alone)
    }

    pub fn of_press(from: &ComponentInteraction, member: bool, at: Instant) -> Self {
        let alone = is_alone(&from.authorizing_integration_owners);
        Self {
            presses: true,
            ..caller!(from, member, at, false, alone)
        }
    }

    pub fn of_form(from: &ModalInteraction, member: bool, at: Instant) -> Self {
        // Who authorized it is not told of a form; whose it is, its button says ([`as_person`]).
        caller!(from, member, at, false, false)
    }
}

/// The same person with their own newsroom.
pub fn as_person(asker: &Asker) -> Asker {
    Asker {
        newsroom: Newsroom::Person(asker.person),
        moderator: true,
        ..asker.clone()
    }
}

/// What an interaction says about who asks.
#[derive(Clone, Copy, Debug)]
struct Facts {
    person: u64,
    server: Option<u64>,
    channel: u64,
    thread: bool,
    /// The member's rights in the channel.
    rights: Permissions,
    /// Whether Lede is a member of that server.
    member: bool,
    /// Only the person installed Lede, for themselves, and not the server.
    alone: bool,
}

impl Facts {
    /// Who asks. `allowed`: a moderators' command that Discord let through.
    fn asker(&self, allowed: bool) -> Asker {
        let newsroom = match self.server {
            Some(server) if self.member && !self.alone => Newsroom::Server(server),
            _ => Newsroom::Person(self.person),
        };
        let mut write = match self.thread {
            true => Permissions::SEND_MESSAGES_IN_THREADS,
            false => Permissions::SEND_MESSAGES,
        };
        if self.alone {
            // Without it, Discord shows what others' apps say to the one who asked only.
            write |= Permissions::USE_EXTERNAL_APPS;
        }
        let admin = self.rights.contains(Permissions::ADMINISTRATOR);
        let manages = match newsroom {
            // Everybody decides about their own sources.
            Newsroom::Person(_) => true,
            _ => admin || self.rights.contains(Permissions::MANAGE_GUILD),
        };
        Asker {
            person: self.person,
            newsroom,
            channel: Some(self.channel),
            moderator: allowed || manages,
            may_post: self.server.is_none() || admin || self.rights.contains(write),
            public: false,
            terminal: false,
        }
    }
}

/// Whether it was authorized by the person alone. (Where nothing is said, Lede is the server's.)
fn is_alone(owners: &AuthorizingIntegrationOwners) -> bool {
    use AuthorizingIntegrationOwner::{GuildInstall, UserInstall};
    let has = |wanted: fn(&AuthorizingIntegrationOwner) -> bool| owners.0.iter().any(wanted);
    has(|one| matches!(one, UserInstall(_))) && !has(|one| matches!(one, GuildInstall(_)))
}

/// A server says en-US unless somebody chose another, so that this tells nothing.
fn locale<'a>(server: Option<&'a str>, person: &'a str) -> &'a str {
    server.filter(|one| *one != "en-US").unwrap_or(person)
}

fn is_thread(channel: Option<&PartialChannel>) -> bool {
    use ChannelType::{NewsThread, PrivateThread, PublicThread};
    channel.is_some_and(|one| matches!(one.kind, NewsThread | PublicThread | PrivateThread))
}

/// The command of the table that an interaction names.
pub fn command(from: &CommandData) -> Option<&'static Command> {
    match from.kind {
        CommandType::ChatInput => {
            desk::find(&from.name).filter(|command| command.in_discord && command.menu().is_none())
        }
        CommandType::Message => desk::find_in_menu(&from.name),
        _ => None,
    }
}

/// The request, with every option as text, or with the link of the message that was chosen.
///
/// # Errors
/// A refusal where that message holds no link.
pub fn asked(
    command: &Command,
    from: &CommandData,
    application: ApplicationId,
) -> Result<Asked, Refusal> {
    let ask = match of_message(command) {
        Some(option) => {
            let link = menu::first_link(from, application)?;
            return Ok(asked_about(command, option, link));
        }
        None => walk(from).0,
    };
    Ok(Asked {
        ask,
        confirmed: false,
    })
}

/// The request of a menu's command about the link of the chosen message.
pub fn asked_about(command: &Command, option: &Opt, link: String) -> Asked {
    Asked {
        ask: Ask::new(command.name).value(option.name, link),
        confirmed: false,
    }
}

/// The option that the chosen message's link goes into.
pub fn of_message(command: &Command) -> Option<&Opt> {
    let is_it = |option: &&Opt| matches!(option.kind, Kind::OfMessage(_));
    command.options.iter().find(is_it)
}

/// The request so far, the option that is typed, and what was typed of it.
pub fn typing(from: &CommandData) -> Option<(Ask, String, String)> {
    let (ask, typed) = walk(from);
    let (option, typed) = typed?;
    Some((ask, option, typed))
}

fn walk(from: &CommandData) -> (Ask, Option<(String, String)>) {
    let mut ask = Ask::new(&from.name);
    let mut options: &[CommandDataOption] = &from.options;
    if let [only] = options
        && let CommandDataOptionValue::SubCommand(inner) = &only.value
    {
        ask.sub = Some(only.name.clone());
        options = inner;
    }
    let mut typed = None;
    for option in options {
        if let CommandDataOptionValue::Autocomplete { value, .. } = &option.value {
            typed = Some((option.name.clone(), cut(value)));
        } else if let Some(text) = text(&option.value, from) {
            ask.values.insert(option.name.clone(), text);
        }
    }
    (ask, typed)
}

fn text(value: &CommandDataOptionValue, from: &CommandData) -> Option<String> {
    Some(match value {
        CommandDataOptionValue::String(text) => cut(text),
        CommandDataOptionValue::Boolean(on) => on.to_string(),
        CommandDataOptionValue::Integer(number) => number.to_string(),
        CommandDataOptionValue::Number(number) => number.to_string(),
        CommandDataOptionValue::Channel(id) => id.to_string(),
        CommandDataOptionValue::Role(id) => id.to_string(),
        CommandDataOptionValue::User(id) => id.to_string(),
        CommandDataOptionValue::Attachment(id) => from.resolved.attachments.get(id)?.url.clone(),
        _ => return None,
    })
}

fn cut(text: &str) -> String {
    text.chars().take(VALUE_CHARS_MAX).collect()
}

/// Whether everybody sees the message that was pressed on.
pub fn is_public(from: &ComponentInteraction) -> bool {
    !from
        .message
        .flags
        .is_some_and(|flags| flags.contains(MessageFlags::EPHEMERAL))
}

/// What was chosen in a select.
pub fn chosen(from: &ComponentInteraction) -> Vec<String> {
    match &from.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => {
            values.iter().map(|value| cut(value)).collect()
        }
        ComponentInteractionDataKind::ChannelSelect { values } => {
            values.iter().map(ToString::to_string).collect()
        }
        ComponentInteractionDataKind::RoleSelect { values } => {
            values.iter().map(ToString::to_string).collect()
        }
        _ => Vec::new(),
    }
}

/// What kind of thing was picked of the server.
pub fn picked(from: &ComponentInteraction) -> Option<Pick> {
    match &from.data.kind {
        ComponentInteractionDataKind::ChannelSelect { .. } => Some(Pick::Channel),
        ComponentInteractionDataKind::RoleSelect { .. } => Some(Pick::Role),
        _ => None,
    }
}

/// The fields of a form that was sent: name and text.
pub fn fields(from: &ModalInteraction) -> Vec<(String, String)> {
    let rows = from.data.components.iter().flat_map(|row| &row.components);
    rows.filter_map(|one| match one {
        ActionRowComponent::InputText(field) => Some((
            field.custom_id.clone(),
            cut(field.value.as_deref().unwrap_or_default()),
        )),
        _ => None,
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const MEMBER: Facts = Facts {
        person: 7,
        server: Some(3),
        channel: 5,
        thread: false,
        rights: Permissions::SEND_MESSAGES,
        member: true,
        alone: false,
    };

    fn read(options: Value) -> CommandData {
        let told = json!({"id": "1", "name": "sources", "type": 1, "options": options,
            "resolved": {"attachments": {"9": {"id": "9", "filename": "a.opml", "size": 3,
            "url": "https://files.example/a.opml", "proxy_url": "https://files.example/a.opml"}}}});
        serde_json::from_value(told).expect("a command")
    }

    #[test]
    fn the_server_answers_where_lede_is_a_member_and_the_person_elsewhere() {
        assert_eq!(MEMBER.asker(false).newsroom, Newsroom::Server(3));
        assert_eq!(
            Facts {
                member: false,
                ..MEMBER
            }
            .asker(false)
            .newsroom,
            Newsroom::Person(7)
        );
        assert_eq!(
            Facts {
                server: None,
                ..MEMBER
            }
            .asker(false)
            .newsroom,
            Newsroom::Person(7)
        );
    }

    #[test]
    fn who_brings_lede_along_is_answered_from_their_own_newsroom() {
        let owners = |told: Value| -> AuthorizingIntegrationOwners {
            serde_json::from_value(told).expect("owners")
        };
        assert!(is_alone(&owners(json!({ "1": "7" }))));
        assert!(!is_alone(&owners(json!({ "0": "3", "1": "7" }))));
        assert!(!is_alone(&owners(json!({ "0": "0" }))));
        assert!(!is_alone(&owners(json!({}))));
        let alone = Facts {
            alone: true,
            ..MEMBER
        };
        let asker = alone.asker(false);
        assert_eq!(asker.newsroom, Newsroom::Person(7), "also where Lede is");
        assert!(asker.moderator && !asker.may_post);
        let may = Facts {
            rights: Permissions::SEND_MESSAGES | Permissions::USE_EXTERNAL_APPS,
            ..alone
        };
        assert!(may.asker(false).may_post);
        let in_a_group = Facts {
            server: None,
            rights: Permissions::empty(),
            ..alone
        };
        assert!(in_a_group.asker(false).may_post);
    }

    #[test]
    fn a_servers_locale_counts_where_somebody_chose_it() {
        assert_eq!(locale(Some("de"), "en-US"), "de");
        assert_eq!(locale(Some("en-US"), "fr"), "fr");
        assert_eq!(locale(None, "ja"), "ja");
    }

    #[test]
    fn managing_the_server_makes_a_moderator_and_everybody_is_one_of_their_own_sources() {
        let manages = Facts {
            rights: Permissions::MANAGE_GUILD,
            ..MEMBER
        };
        assert!(manages.asker(false).moderator);
        assert!(
            Facts {
                rights: Permissions::ADMINISTRATOR,
                ..MEMBER
            }
            .asker(false)
            .moderator
        );
        assert!(!MEMBER.asker(false).moderator);
        assert!(
            MEMBER.asker(true).moderator,
            "Discord let the command through"
        );
        assert!(
            Facts {
                member: false,
                ..MEMBER
            }
            .asker(false)
            .moderator,
            "of their own sources, where Lede is no member"
        );
        assert!(
            Facts {
                server: None,
                ..MEMBER
            }
            .asker(false)
            .moderator,
            "of their own sources"
        );
    }

    #[test]
    fn who_may_not_write_may_not_show() {
        assert!(MEMBER.asker(false).may_post);
        assert!(
            !Facts {
                thread: true,
                ..MEMBER
            }
            .asker(false)
            .may_post
        );
        let in_thread = Facts {
            thread: true,
            rights: Permissions::SEND_MESSAGES_IN_THREADS,
            ..MEMBER
        };
        assert!(in_thread.asker(false).may_post);
        let direct = Facts {
            server: None,
            rights: Permissions::empty(),
            ..MEMBER
        };
        assert!(direct.asker(false).may_post);
    }

    #[test]
    fn options_become_text() {
        let data = read(json!([{"name": "import", "type": 1, "options": [
            {"name": "file", "type": 11, "value": "9"},
            {"name": "channel", "type": 7, "value": "44"},
            {"name": "quiet", "type": 5, "value": true}]}]));
        let ask = walk(&data).0;
        assert_eq!(ask.sub.as_deref(), Some("import"));
        assert_eq!(ask.get("file"), Some("https://files.example/a.opml"));
        assert_eq!(ask.get("channel"), Some("44"));
        assert_eq!(ask.get("quiet"), Some("true"));
    }

    #[test]
    fn what_is_being_typed_stands_apart_from_the_rest() {
        let data = read(json!([
            {"name": "period", "type": 3, "value": "7d"},
            {"name": "topic", "type": 3, "value": "ukr", "focused": true}]));
        let (ask, option, typed) = typing(&data).expect("something is typed");
        assert_eq!((option.as_str(), typed.as_str()), ("topic", "ukr"));
        assert_eq!((ask.get("period"), ask.get("topic")), (Some("7d"), None));
        assert_eq!(typing(&read(json!([]))), None);
    }

    #[test]
    fn a_command_is_of_the_kind_that_it_was_registered_as() {
        let named = |name: &str, kind: u8| {
            let told = json!({"id": "1", "name": name, "type": kind});
            let data: CommandData = serde_json::from_value(told).expect("a command");
            command(&data).map(|command| command.name)
        };
        assert_eq!(named("brief", 1), Some("brief"));
        assert_eq!(named("Summarise link", 3), Some("summarise"));
        for (name, kind) in [
            ("summarise", 1),
            ("Summarise link", 1),
            ("brief", 3),
            ("brief", 2),
        ] {
            assert_eq!(named(name, kind), None, "{name} of kind {kind}");
        }
    }

    #[test]
    fn a_value_is_never_longer_than_discord_allows() {
        let long = "x".repeat(10_000);
        let data = read(json!([{"name": "topic", "type": 3, "value": long}]));
        assert_eq!(
            walk(&data).0.get("topic").map(str::len),
            Some(VALUE_CHARS_MAX)
        );
    }
}
