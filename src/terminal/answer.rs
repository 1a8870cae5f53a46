//! One question to the desk from a shell: asked, drawn, and turned into an exit status.

use crate::desk::{Asked, Asker, Desk, Kind, No, options};
use crate::page::markdown::Commands;
use crate::page::{Page, Refusal};
use crate::terminal::screen::{self, Screen};
use crate::terminal::{Exit, clean, draw, number};
use crate::wire;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;

/// Bytes of a file that is given to a command (an OPML list).
const FILE_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// Reads shell words for the desk; a file's name becomes its text.
///
/// # Errors
/// A refusal for words that are not understood and files that cannot be read.
pub fn read_words(words: &[String]) -> Result<Asked, Refusal> {
    crate::desk::parse_words(words).and_then(with_files)
}

/// Replaces the names of files by what is in them.
///
/// # Errors
/// A refusal that names the file.
pub fn with_files(mut asked: Asked) -> Result<Asked, Refusal> {
    let Some(command) = crate::desk::find(&asked.ask.command) else {
        return Ok(asked);
    };
    for option in options(command, asked.ask.sub.as_deref()) {
        if option.kind == Kind::File
            && let Some(name) = asked.ask.values.get_mut(option.name)
        {
            let text = read_file(name).map_err(|why| {
                Refusal::new(format!("The file “{name}” cannot be read: {why}."))
                    .can("Give the path of a text file.")
            })?;
            *name = text;
        }
    }
    Ok(asked)
}

fn read_file(name: &str) -> Result<String, String> {
    let length = std::fs::metadata(name)
        .map_err(|error| error.to_string())?
        .len();
    if length > FILE_BYTES_MAX {
        return Err("it is larger than 2 MiB".to_owned());
    }
    std::fs::read_to_string(name).map_err(|error| error.to_string())
}

/// Asks; a fault of ours becomes a failure instead of ending the program.
pub async fn guarded(answer: impl Future<Output = crate::desk::Answer>) -> crate::desk::Answer {
    match AssertUnwindSafe(answer).catch_unwind().await {
        Ok(answer) => answer,
        Err(_) => Err(No::Failed(anyhow::anyhow!(
            "Lede came upon a fault of its own; the log says where"
        ))),
    }
}

/// Prints an answer as text or as the body of the message that the bot would send.
pub async fn show(
    desk: &Desk,
    asker: &Asker,
    answer: &crate::desk::Answer,
    json: bool,
    screen: Screen,
) -> Exit {
    let drawing = wire::Drawing {
        public: false,
        commands: Commands::none(),
    };
    match answer {
        Ok(page) if json => match desk.keep(asker, page).await {
            Ok(keys) => {
                print_json(&wire::message(page, &keys, &drawing));
                exit_of(page)
            }
            Err(error) => failed(&error),
        },
        Ok(page) => {
            screen::print(&draw::page(page, &screen.look(desk.now(), "lede ")));
            exit_of(page)
        }
        Err(No::Refused(refusal)) if json => {
            print_json(&wire::refusal(refusal, &drawing));
            Exit::Nothing
        }
        Err(No::Refused(refusal)) => {
            screen::note(&draw::refusal(refusal, &screen.look(desk.now(), "lede ")));
            Exit::Nothing
        }
        Err(No::Failed(error)) => failed(error),
    }
}

fn exit_of(page: &Page) -> Exit {
    if page.empty || number::waits_for_yes(page) {
        Exit::Nothing
    } else {
        Exit::Answer
    }
}

fn print_json(message: &wire::Message) {
    let text =
        serde_json::to_string_pretty(message).expect("a message holds only text and numbers");
    screen::print(&format!("{text}\n"));
}

/// Says that something failed, in one line.
pub fn failed(error: &anyhow::Error) -> Exit {
    screen::note(&format!("Failed: {}", clean::text(&format!("{error:#}"))));
    Exit::Failure
}
