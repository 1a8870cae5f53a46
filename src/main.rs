//! The program: arguments, settings, log, run, exit status.

use lede::discord::{self, Ended, Outgoing};
use lede::terminal::call::{Call, Verb};
use lede::terminal::screen::{self, Screen};
use lede::terminal::{self, Exit, Front, log};
use lede::{config::Settings, desk::Desk};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::runtime::Builder;
use tokio::sync::watch;

fn main() -> ExitCode {
    if let Some(exit) = lede::lab::from_arguments(std::env::args().skip(1)) {
        return exit;
    }
    let begun = terminal::begin(std::env::args_os());
    let exit = begun.and_then(|(call, settings, screen)| {
        log::set_up(&settings, call.runs_long());
        let ended = std::panic::catch_unwind(|| start(call, settings, screen));
        ended.map_err(|_| {
            screen::note("Lede came upon a fault of its own and ended; the log says where.");
            Exit::Failure
        })
    });
    exit.unwrap_or_else(|exit| exit).into()
}

fn start(call: Call, settings: Arc<Settings>, screen: Screen) -> Exit {
    // A question needs no second thread for its answer, and waking one costs more than it gives.
    let mut builder = match call.verb {
        Verb::Read { once: true } | Verb::Ask(_) => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    let runtime = match builder.enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            screen::note(&format!("Failed: no threads can be started: {error}"));
            return Exit::Failure;
        }
    };
    let exit = runtime.block_on(terminal::run(call, settings, screen, bot));
    // Nothing that still waits for a network may hold up the end.
    runtime.shutdown_background();
    exit
}

/// The bot and its way to send what is decided, which share one connection to Discord's REST API.
fn bot(settings: Arc<Settings>) -> anyhow::Result<Front> {
    let outgoing = Outgoing::new(&settings)?;
    Ok(Front {
        delivery: Arc::new(outgoing.clone()),
        serve: Box::new(move |desk, stop| Box::pin(serve(settings, outgoing, desk, stop))),
    })
}

/// The bot until `stop` says so; the reason where these settings do not let it run.
async fn serve(
    settings: Arc<Settings>,
    outgoing: Outgoing,
    desk: Desk,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<Option<String>> {
    let stop = async move {
        // Without a sender nobody is left to say it, which comes to the same.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    Ok(
        match discord::run(&settings, desk, &outgoing, stop).await? {
            Ended::Stopped => None,
            Ended::WrongToken => Some(terminal::WRONG_TOKEN.to_owned()),
            Ended::Refused(why) => Some(why),
        },
    )
}
