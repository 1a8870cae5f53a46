//! The desk from a shell: one question and its answer, the prompt, reading without Discord, and
//! the frame in which the bot runs.

pub mod answer;
pub mod call;
pub mod clean;
mod complete;
pub mod draw;
pub mod host;
mod letters;
pub mod log;
pub mod number;
pub mod prompt;
pub mod read;
pub mod sample;
pub mod screen;
pub mod session;
pub mod stop;
pub mod when;
pub mod wrap;

use crate::clock::Clock;
use crate::config::Settings;
use crate::desk::Desk;
use crate::jobs::Delivery;
use call::{Call, Parsed, Verb};
use screen::Screen;
use std::ffi::OsString;
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::watch;

/// What to say when there is no token and nobody at a terminal.
pub const NO_TOKEN: &str = "DISCORD_TOKEN is not set; it wants the token of a bot, from \
    https://discord.com/developers/applications, in the environment or in .env. Without one: lede try";

/// What to say when Discord does not take the token.
pub const WRONG_TOKEN: &str = "DISCORD_TOKEN is not taken by Discord; it wants the token that \
    https://discord.com/developers/applications shows under Bot, Reset Token";

/// How the program ended, for the shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Answer,
    /// Nothing found, or refused.
    Nothing,
    /// The arguments were not understood.
    Usage,
    /// Something failed that should not.
    Failure,
    /// A setting is missing or wrong: starting again does not help.
    Settings,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Answer => 0,
            Exit::Nothing => 1,
            Exit::Usage => 2,
            Exit::Failure => 70,
            Exit::Settings => 78,
        })
    }
}

/// Reads arguments and settings and looks at the terminal; what is wrong with them is printed.
///
/// # Errors
/// The exit status where there is nothing to run: help was printed, or something is wrong.
pub fn begin(
    words: impl IntoIterator<Item = OsString>,
) -> Result<(Call, Arc<Settings>, Screen), Exit> {
    let call = match call::parse(words) {
        Parsed::Call(call) => call,
        Parsed::Print(text) => {
            screen::print(&text);
            return Err(Exit::Answer);
        }
        Parsed::Wrong(text) => {
            screen::note(&text);
            return Err(Exit::Usage);
        }
    };
    let settings = Settings::from_environment().map_err(|error| {
        screen::note(&error.to_string());
        Exit::Settings
    })?;
    let screen = Screen::of_this_program();
    let verb = match call.verb {
        Verb::Default if settings.discord_token.is_none() && screen.interactive => {
            Verb::Try(Vec::new())
        }
        Verb::Default => Verb::Run,
        verb => verb,
    };
    Ok((Call { verb, ..call }, Arc::new(settings), screen))
}

/// Another front end, run beside the jobs.
pub struct Front {
    /// How it sends what is decided.
    pub delivery: Arc<dyn Delivery>,
    /// Serves until it is told to stop; where the settings do not let it, it gives the reason.
    pub serve: Serve,
}

type Serving = Pin<Box<dyn Future<Output = anyhow::Result<Option<String>>>>>;
type Serve = Box<dyn FnOnce(Desk, watch::Receiver<bool>) -> Serving>;

/// Makes the bot from its settings.
pub type MakeFront = fn(Arc<Settings>) -> anyhow::Result<Front>;

/// Does what was called.
pub async fn run(call: Call, settings: Arc<Settings>, screen: Screen, bot: MakeFront) -> Exit {
    let how = call.how();
    match call.verb {
        Verb::Default | Verb::Run => host::run(settings, bot).await,
        Verb::Read { once } => read::run(settings, once, screen).await,
        Verb::Try(words) => sample::run(settings, &words, how, screen).await,
        Verb::Ask(words) => read::ask(settings, &words, how, screen).await,
    }
}

/// Opens the host's store; what makes it unusable is a matter of settings.
async fn open(settings: &Arc<Settings>) -> Result<Desk, Exit> {
    let clock = match &settings.clock_file {
        Some(path) => Clock::file(path.clone()),
        None => Clock::system(),
    };
    Desk::open(settings.clone(), clock).await.map_err(|error| {
        screen::note(&format!(
            "DATABASE_URL cannot be used: {}",
            clean::text(&format!("{error:#}"))
        ));
        Exit::Settings
    })
}

/// Closes the store at the end of a call.
async fn close(desk: &Desk, exit: Exit) -> Exit {
    match desk.close().await {
        Ok(()) => exit,
        Err(error) => answer::failed(&error),
    }
}
