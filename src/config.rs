//! Settings from the environment or `.env`, checked once, handed down as values.
//!
//! The only place that reads the environment. It never prints a secret: an error shows what was
//! given except for the token and for addresses that may hold a password.

mod file;

use std::path::PathBuf;

/// Every setting for people: name, default, what it is. `.env.example` lists exactly these.
pub const SETTINGS: &[(&str, &str, &str)] = &[
    (
        "DISCORD_TOKEN",
        "",
        "the bot's token, from https://discord.com/developers/applications; without one, `lede try` still works",
    ),
    (
        "DATABASE_URL",
        "sqlite://lede.db",
        "the file in which everything is kept",
    ),
    (
        "LEDE_POLL_SECONDS_MIN",
        "300",
        "seconds between two readings of a source, at least (small values are for tests)",
    ),
    (
        "LEDE_ALLOW_PRIVATE",
        "",
        "host:port pairs, with commas, that may be fetched although they are not public, as fast as can be",
    ),
    (
        "LEDE_CONTACT",
        "",
        "a mail or web address in the user agent, by which a site can reach you",
    ),
    (
        "LEDE_SERVERS",
        "",
        "ids of the servers that may use the bot, with commas; empty = any",
    ),
    (
        "LEDE_TEXT_DAYS",
        "90",
        "days after which articles lose their texts and keep only their headlines",
    ),
    (
        "RUST_LOG",
        "",
        "how much to log, as in `info` or `lede=debug`; empty = info for the bot, warn in a terminal",
    ),
    ("LEDE_LOG_FORMAT", "text", "text or json"),
];

/// Hidden settings, for tests of the real program.
const HIDDEN: &[&str] = &["LEDE_DISCORD_API", "LEDE_CLOCK"];
/// What tests are told by.
const OF_TESTS: &[&str] = &["LEDE_SHARED", "LEDE_PICTURES"];
/// Where the HTTP client finds its proxies by itself.
const PROXIES: &[&str] = &[
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
];

const POLL_SECONDS_MAX: u32 = 86_400;
const TEXT_DAYS_MAX: u32 = 36_500;
const CONTACT_CHARS_MAX: usize = 200;
const SERVERS_MAX: usize = 1_000;
const GIVEN_CHARS_SHOWN_MAX: usize = 60;

/// All settings. The environment wins over `.env`.
#[derive(Clone)]
pub struct Settings {
    pub discord_token: Option<String>,
    /// `sqlite://PATH`.
    pub database_url: String,
    pub poll_seconds_min: u32,
    /// Exact `host:port` pairs that may be fetched although they are not public.
    pub allow_private: Vec<String>,
    pub contact: Option<String>,
    /// Servers that may use the bot; empty = any.
    pub servers: Vec<u64>,
    pub text_days: u32,
    /// A filter as `RUST_LOG` takes it; empty = by what is run.
    pub log: String,
    pub log_json: bool,
    /// Hosts of the proxies that the environment names (HTTPS_PROXY and its kin): reached although
    /// they may be private.
    pub proxy_hosts: Vec<String>,
    /// Hidden: base address of a stand-in for Discord's REST API.
    pub discord_api: Option<String>,
    /// Hidden: file that holds the time, for tests of the real process.
    pub clock_file: Option<PathBuf>,
    /// Names that were set and look like settings of Lede, but are none.
    pub unknown: Vec<String>,
}

/// A setting that cannot be used: which, what was given (never a secret), and what it wants.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    #[error("{name} is {given}; it wants {wants}")]
    Wrong {
        name: &'static str,
        given: String,
        wants: &'static str,
    },
    #[error(
        "DISCORD_TOKEN does not look like a bot's token; it wants the three parts with dots that \
             https://discord.com/developers/applications shows under Bot, Reset Token"
    )]
    Token,
    #[error(".env cannot be read ({0}); it wants lines of the form NAME=value")]
    File(String),
}

impl Settings {
    /// Reads `.env` (here or in a folder above) and the environment, which wins.
    pub fn from_environment() -> Result<Self, SettingsError> {
        let file = file::read()?;
        let settings = Self::read(|name| {
            let set = std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
            set.or_else(|| file.get(name).cloned())
        })?;
        let set = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
        Ok(Self {
            unknown: unknown(set.chain(file.keys().cloned())),
            ..settings
        })
    }

    /// The settings that `get` knows; an empty value counts as none.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let known = |name: &str| {
            SETTINGS.iter().any(|(known, ..)| *known == name)
                || HIDDEN.contains(&name)
                || PROXIES.contains(&name)
        };
        let get = |name: &'static str| {
            debug_assert!(known(name), "{name} is not in the table");
            get(name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        Ok(Self {
            discord_token: get("DISCORD_TOKEN")
                .map(|given| token(&given))
                .transpose()?,
            database_url: database_url(get("DATABASE_URL"))?,
            poll_seconds_min: number(
                "LEDE_POLL_SECONDS_MIN",
                get("LEDE_POLL_SECONDS_MIN"),
                300,
                POLL_SECONDS_MAX,
                "a whole number of seconds from 1 to 86400",
            )?,
            allow_private: list(get("LEDE_ALLOW_PRIVATE"))
                .map(host_and_port)
                .collect::<Result<_, _>>()?,
            contact: get("LEDE_CONTACT").map(contact).transpose()?,
            servers: servers(get("LEDE_SERVERS"))?,
            text_days: number(
                "LEDE_TEXT_DAYS",
                get("LEDE_TEXT_DAYS"),
                90,
                TEXT_DAYS_MAX,
                "a whole number of days from 1 to 36500",
            )?,
            log: log(get("RUST_LOG"))?,
            log_json: match get("LEDE_LOG_FORMAT").as_deref() {
                None | Some("text") => false,
                Some("json") => true,
                Some(given) => return Err(wrong("LEDE_LOG_FORMAT", given, "text or json")),
            },
            proxy_hosts: PROXIES
                .iter()
                .filter_map(|name| host(&get(name)?))
                .collect(),
            discord_api: get("LEDE_DISCORD_API"),
            clock_file: get("LEDE_CLOCK").map(PathBuf::from),
            unknown: Vec::new(),
        })
    }
}

/// Names like Lede's own that nothing reads: most are mistyped.
fn unknown(names: impl Iterator<Item = String>) -> Vec<String> {
    let is_known = |name: &str| {
        SETTINGS.iter().any(|(known, ..)| *known == name)
            || HIDDEN.contains(&name)
            || OF_TESTS.contains(&name)
    };
    let mut unknown: Vec<String> = names
        .filter(|name| name.starts_with("LEDE_") && !is_known(name))
        .collect();
    unknown.sort_unstable();
    unknown.dedup();
    unknown
}

/// The host of a proxy's address, with or without a scheme.
fn host(address: &str) -> Option<String> {
    let whole = if address.contains("://") {
        address.to_owned()
    } else {
        format!("http://{address}")
    };
    Some(url::Url::parse(&whole).ok()?.host_str()?.to_owned())
}

/// What the terminal says of itself in the environment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TerminalWishes {
    /// `NO_COLOR` is set, or the terminal is a dumb one: no bold, no dim.
    pub no_styles: bool,
    /// The terminal knows no sequences at all.
    pub dumb: bool,
    /// `COLUMNS`, when it was exported.
    pub columns: Option<usize>,
}

impl TerminalWishes {
    pub fn from_environment() -> Self {
        Self::read(|name| std::env::var(name).ok())
    }

    fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let dumb = get("TERM").is_some_and(|term| term == "dumb");
        Self {
            no_styles: dumb || get("NO_COLOR").is_some_and(|value| !value.is_empty()),
            dumb,
            columns: get("COLUMNS").and_then(|value| value.parse().ok()),
        }
    }
}

fn wrong(name: &'static str, given: &str, wants: &'static str) -> SettingsError {
    let mut shown: String = given.chars().take(GIVEN_CHARS_SHOWN_MAX).collect();
    if shown.len() < given.len() {
        shown.push('…');
    }
    SettingsError::Wrong {
        name,
        given: format!("{shown:?}"),
        wants,
    }
}

fn list(given: Option<String>) -> impl Iterator<Item = String> {
    let parts: Vec<String> = given
        .unwrap_or_default()
        .split(',')
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    parts.into_iter()
}

/// Three parts of base64url; people paste it with "Bot " in front.
fn token(given: &str) -> Result<String, SettingsError> {
    let bare = match given.get(..4) {
        Some(start) if start.eq_ignore_ascii_case("bot ") => given[4..].trim(),
        _ => given,
    };
    let parts: Vec<&str> = bare.split('.').collect();
    let base64url = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    if parts.len() == 3 && parts.iter().all(|part| base64url(part)) {
        Ok(bare.to_owned())
    } else {
        Err(SettingsError::Token)
    }
}

fn database_url(given: Option<String>) -> Result<String, SettingsError> {
    const WANTS: &str = "sqlite:// and the path of a file, as in sqlite://lede.db";
    let Some(given) = given else {
        return Ok("sqlite://lede.db".to_owned());
    };
    match given.split_once("://") {
        Some(("sqlite", path)) if !path.is_empty() && !path.starts_with(":memory:") => Ok(given),
        // What follows may hold a password.
        Some((scheme, rest)) if !rest.is_empty() => {
            Err(wrong("DATABASE_URL", &format!("{scheme}://…"), WANTS))
        }
        Some(_) => Err(wrong("DATABASE_URL", &given, WANTS)),
        None => Err(SettingsError::Wrong {
            name: "DATABASE_URL",
            given: "no address with sqlite:// in front".to_owned(),
            wants: WANTS,
        }),
    }
}

fn number(
    name: &'static str,
    given: Option<String>,
    default: u32,
    max: u32,
    wants: &'static str,
) -> Result<u32, SettingsError> {
    let Some(given) = given else {
        return Ok(default);
    };
    match given.parse::<u32>() {
        Ok(number) if (1..=max).contains(&number) => Ok(number),
        _ => Err(wrong(name, &given, wants)),
    }
}

fn host_and_port(pair: String) -> Result<String, SettingsError> {
    let fits = pair.rsplit_once(':').is_some_and(|(host, port)| {
        let bracketed = host.starts_with('[') && host.ends_with(']');
        let name = !host.is_empty() && !host.contains([':', '/', '@', '*', ' ']);
        (bracketed || name) && port.parse::<u16>().is_ok_and(|port| port != 0)
    });
    if fits {
        Ok(pair.to_ascii_lowercase())
    } else {
        Err(wrong(
            "LEDE_ALLOW_PRIVATE",
            &pair,
            "exact host:port pairs with commas, as in localhost:8080,[::1]:9000",
        ))
    }
}

/// It becomes part of a header line.
fn contact(given: String) -> Result<String, SettingsError> {
    let printable = given.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if printable && given.len() <= CONTACT_CHARS_MAX {
        Ok(given)
    } else {
        Err(wrong(
            "LEDE_CONTACT",
            &given,
            "a mail or web address of at most 200 plain characters",
        ))
    }
}

fn servers(given: Option<String>) -> Result<Vec<u64>, SettingsError> {
    const WANTS: &str = "ids of servers (numbers) with commas, at most 1000";
    let ids = list(given)
        .map(|id| match id.parse::<u64>() {
            Ok(number) if number > 0 => Ok(number),
            _ => Err(wrong("LEDE_SERVERS", &id, WANTS)),
        })
        .collect::<Result<Vec<_>, _>>()?;
    if ids.len() > SERVERS_MAX {
        return Err(wrong("LEDE_SERVERS", &format!("{} ids", ids.len()), WANTS));
    }
    Ok(ids)
}

fn log(given: Option<String>) -> Result<String, SettingsError> {
    let given = given.unwrap_or_default();
    match tracing_subscriber::EnvFilter::try_new(&given) {
        Ok(_) => Ok(given),
        Err(_) => Err(wrong(
            "RUST_LOG",
            &given,
            "a filter as in info, warn or lede=debug",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::read(|name| {
            pairs
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    fn refusal(name: &str, value: &str) -> String {
        match read(&[(name, value)]) {
            Ok(_) => panic!("{name}={value} was accepted"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn nothing_set_means_the_defaults_of_the_table() {
        let settings = read(&[]).unwrap();
        let default = |name: &str| {
            SETTINGS
                .iter()
                .find(|(known, ..)| *known == name)
                .unwrap()
                .1
        };
        assert_eq!(settings.discord_token, None);
        assert_eq!(settings.database_url, default("DATABASE_URL"));
        assert_eq!(
            settings.poll_seconds_min.to_string(),
            default("LEDE_POLL_SECONDS_MIN")
        );
        assert_eq!(settings.text_days.to_string(), default("LEDE_TEXT_DAYS"));
        assert_eq!(settings.log, default("RUST_LOG"));
        assert!(
            !settings.log_json && settings.servers.is_empty() && settings.allow_private.is_empty()
        );
    }

    #[test]
    fn empty_values_count_as_none() {
        let settings = read(&[
            ("DISCORD_TOKEN", " "),
            ("LEDE_SERVERS", ""),
            ("DATABASE_URL", ""),
        ])
        .unwrap();
        assert_eq!(settings.discord_token, None);
        assert_eq!(settings.database_url, "sqlite://lede.db");
    }

    #[test]
    fn a_token_is_taken_as_people_paste_it() {
        for pasted in [
            "MTk4.Cl2FMQ.Zn-Cjm_1",
            "  MTk4.Cl2FMQ.Zn-Cjm_1\n",
            "Bot MTk4.Cl2FMQ.Zn-Cjm_1",
            "bot  MTk4.Cl2FMQ.Zn-Cjm_1",
        ] {
            let settings = read(&[("DISCORD_TOKEN", pasted)]).unwrap();
            assert_eq!(
                settings.discord_token.as_deref(),
                Some("MTk4.Cl2FMQ.Zn-Cjm_1")
            );
        }
    }

    #[test]
    fn a_wrong_token_is_named_and_never_shown() {
        for wrong in [
            "secret",
            "sec.ret",
            "sec.ret.x y",
            "sec..ret",
            "sec.ret.x.y",
            "séc.ret.x",
            "éé",
        ] {
            let error = refusal("DISCORD_TOKEN", wrong);
            assert!(
                error.contains("DISCORD_TOKEN") && !error.contains(wrong),
                "{error}"
            );
        }
    }

    #[test]
    fn a_database_is_a_file_of_sqlite_and_a_password_is_never_shown() {
        let error = refusal("DATABASE_URL", "postgres://ann:hush@db.example/lede");
        assert_eq!(
            error,
            "DATABASE_URL is \"postgres://…\"; it wants sqlite:// and the path of a file, as in sqlite://lede.db"
        );
        assert_eq!(
            refusal("DATABASE_URL", "lede.db"),
            "DATABASE_URL is no address with sqlite:// in front; it wants sqlite:// and the path of a file, as in sqlite://lede.db"
        );
        for wrong in [
            "lede.db",
            "sqlite://",
            "sqlite:lede.db",
            "sqlite://:memory:",
            "host=db password=hush",
        ] {
            let error = refusal("DATABASE_URL", wrong);
            assert!(
                error.starts_with("DATABASE_URL") && !error.contains("hush"),
                "{error}"
            );
        }
        assert_eq!(
            read(&[("DATABASE_URL", "sqlite:///var/lib/lede.db")])
                .unwrap()
                .database_url,
            "sqlite:///var/lib/lede.db"
        );
    }

    #[test]
    fn numbers_out_of_range_say_what_is_wanted() {
        for (name, value) in [
            ("LEDE_POLL_SECONDS_MIN", "0"),
            ("LEDE_POLL_SECONDS_MIN", "5m"),
            ("LEDE_TEXT_DAYS", "-1"),
            ("LEDE_TEXT_DAYS", "99999999999"),
        ] {
            let error = refusal(name, value);
            assert!(
                error.starts_with(&format!("{name} is \"{value}\"; it wants a whole number")),
                "{error}"
            );
        }
    }

    #[test]
    fn lists_are_checked_one_by_one() {
        let settings = read(&[
            ("LEDE_SERVERS", "12, 34,"),
            ("LEDE_ALLOW_PRIVATE", "LocalHost:8080, [::1]:9000"),
        ])
        .unwrap();
        assert_eq!(settings.servers, [12, 34]);
        assert_eq!(settings.allow_private, ["localhost:8080", "[::1]:9000"]);
        assert!(
            refusal("LEDE_SERVERS", "12,my server").starts_with("LEDE_SERVERS is \"my server\"")
        );
        for wrong in [
            "localhost",
            "http://localhost:80",
            "localhost:0",
            "*:80",
            "::1:80",
            ":80",
            "a:99999",
        ] {
            assert!(refusal("LEDE_ALLOW_PRIVATE", wrong).contains(wrong));
        }
    }

    #[test]
    fn names_that_nothing_reads_are_noticed() {
        let names = [
            "LEDE_SERVER",
            "LEDE_SERVERS",
            "LEDE_CLOCK",
            "LEDE_SHARED",
            "PATH",
            "LEDE_SERVER",
        ];
        let set = names.into_iter().map(str::to_owned);
        assert_eq!(unknown(set), ["LEDE_SERVER"]);
    }

    #[test]
    fn what_was_given_cannot_reach_the_terminal_raw_or_at_length() {
        let error = refusal("LEDE_LOG_FORMAT", &format!("\x1b[31m{}", "x".repeat(5_000)));
        assert!(error.len() < 200 && !error.contains('\x1b'), "{error}");
        assert!(refusal("LEDE_CONTACT", "ann\r\nX-Evil: 1").starts_with("LEDE_CONTACT is"));
        assert!(refusal("RUST_LOG", "lede=loud").starts_with("RUST_LOG is"));
    }

    #[test]
    fn the_example_file_names_exactly_the_settings_with_their_defaults() {
        let example = include_str!("../.env.example");
        let setting = |line: &'static str| {
            line.trim_start_matches("# ")
                .split_once('=')
                .filter(|(name, _)| !name.contains(' '))
        };
        let named: Vec<(&str, &str)> = example.lines().filter_map(setting).collect();
        let table: Vec<(&str, &str)> = SETTINGS
            .iter()
            .map(|(name, default, _)| (*name, *default))
            .collect();
        assert_eq!(named, table);
        for (_, _, what) in SETTINGS {
            assert!(example.contains(&format!("# {what}\n")), "{what}");
        }
    }

    #[test]
    fn a_dumb_terminal_and_no_color_are_plain() {
        let wishes = |pairs: &'static [(&str, &str)]| {
            TerminalWishes::read(|name| {
                pairs
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(
            wishes(&[("TERM", "xterm"), ("NO_COLOR", "")]),
            TerminalWishes::default()
        );
        assert!(wishes(&[("TERM", "dumb")]).dumb && wishes(&[("TERM", "dumb")]).no_styles);
        assert!(wishes(&[("NO_COLOR", "1")]).no_styles && !wishes(&[("NO_COLOR", "1")]).dumb);
        assert_eq!(wishes(&[("COLUMNS", "72")]).columns, Some(72));
    }
}
