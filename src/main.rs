//! The program: arguments, settings, log, run, exit status.

use lede::config::Settings;
use lede::terminal::call::{self, Call, Parsed, Verb};
use lede::terminal::screen::{self, Screen};
use lede::terminal::{self, Exit, NO_TOKEN};
use std::io::IsTerminal;
use std::process::ExitCode;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// What is logged by those that run for long; the libraries' own chatter is left out.
const LOG_LONG: &str = "info,serenity=warn,sqlx=warn,hyper=warn";
const LOG_SHORT: &str = "warn";

fn main() -> ExitCode {
    let call = match call::parse(std::env::args_os()) {
        Parsed::Call(call) => call,
        Parsed::Print(text) => {
            screen::print(&text);
            return Exit::Answer.into();
        }
        Parsed::Wrong(text) => {
            screen::note(&text);
            return Exit::Usage.into();
        }
    };
    let settings = match Settings::from_environment() {
        Ok(settings) => Arc::new(settings),
        Err(error) => {
            screen::note(&error.to_string());
            return Exit::Settings.into();
        }
    };
    let screen = Screen::of_this_program();
    let verb = terminal::settle(call.verb, &settings, screen);
    log(
        &settings,
        matches!(verb, Verb::Run | Verb::Read { once: false }),
    );
    std::panic::set_hook(Box::new(|fault| {
        tracing::error!("a fault of Lede's own: {fault}")
    }));
    let ended = std::panic::catch_unwind(|| start(Call { verb, ..call }, settings, screen));
    ended
        .unwrap_or_else(|_| {
            screen::note("Lede came upon a fault of its own and ended; the log says where.");
            Exit::Failure
        })
        .into()
}

fn start(call: Call, settings: Arc<Settings>, screen: Screen) -> Exit {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            screen::note(&format!(
                "Failed: the program cannot start its threads: {error}"
            ));
            return Exit::Failure;
        }
    };
    let exit = runtime.block_on(terminal::run(
        call,
        settings,
        screen,
        |_settings, _desk, _stop| async { Ok(Some(NO_TOKEN.to_owned())) },
    ));
    // Nothing that still waits for a network may hold up the end.
    runtime.shutdown_background();
    exit
}

fn log(settings: &Settings, runs_long: bool) {
    let filter = match settings.log.as_str() {
        "" if runs_long => LOG_LONG,
        "" => LOG_SHORT,
        filter => filter,
    };
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .log_internal_errors(false);
    if settings.log_json {
        log.json().init()
    } else {
        log.init()
    }
}
