//! The log: on standard error, so that answers can be piped.

use crate::config::Settings;
use crate::terminal::clean;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// What those that run for long log; the libraries' own chatter is left out.
const LONG: &str = "info,serenity=warn,sqlx=warn,hyper=warn";
const SHORT: &str = "warn";

/// Sets up the log of the process; a panic goes there too.
pub fn set_up(settings: &Settings, runs_long: bool) {
    let filter = match settings.log.as_str() {
        "" if runs_long => LONG,
        "" => SHORT,
        filter => filter,
    };
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .log_internal_errors(false);
    if settings.log_json {
        log.json().init();
    } else {
        log.init();
    }
    std::panic::set_hook(Box::new(|fault| {
        tracing::error!("a fault of Lede's own: {fault}")
    }));
    for name in &settings.unknown {
        let name = clean::text(name);
        tracing::warn!("{name} is no setting of Lede, and is passed over: .env.example lists them");
    }
}
