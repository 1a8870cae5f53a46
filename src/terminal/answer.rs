//! One question to the desk from a shell: asked, drawn, and turned into an exit status.

use crate::desk::{Asker, Desk, No};
use crate::page::markdown::Commands;
use crate::page::{Action, Block, Page, Row};
use crate::terminal::screen::{self, Screen};
use crate::terminal::{Exit, clean, draw, number};
use crate::wire;
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;

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
            let (page_shown, files) = files_apart(page, screen);
            let mut drawn = draw::page(&page_shown, &screen.look(desk.now()));
            drawn.push_str(&topics_offered(page));
            if files.is_empty() {
                screen::print(&drawn);
            } else {
                screen::note(&drawn);
                screen::print(&files);
            }
            exit_of(page)
        }
        Err(No::Refused(refusal)) if json => {
            print_json(&wire::refusal(refusal, &drawing));
            Exit::Nothing
        }
        Err(No::Refused(refusal)) => {
            screen::note(&draw::refusal(refusal, &screen.look(desk.now())));
            Exit::Nothing
        }
        Err(No::Failed(error)) => failed(error),
    }
}

/// The page and the text of its files. Where the answer goes into a file or another program, only
/// the files are meant for it: `lede sources export > sources.opml`.
fn files_apart(page: &Page, screen: Screen) -> (Page, String) {
    let mut shown = page.clone();
    let mut files = String::new();
    if !screen.out_is_terminal {
        shown.blocks.retain(|block| match block {
            Block::File { text, .. } => {
                for line in text.lines() {
                    files.push_str(&clean::text(line));
                    files.push('\n');
                }
                false
            }
            _ => true,
        });
    }
    (shown, files)
}

/// The topics that an answer without news offers as buttons, which nobody can press in a shell: a
/// line each.
fn topics_offered(page: &Page) -> String {
    let buttons = page.rows.iter().filter_map(|row| match row {
        Row::Buttons(buttons) if page.empty => Some(buttons),
        _ => None,
    });
    let topics = buttons.flatten().filter_map(|button| match &button.action {
        Action::Turn(ask) if ask.get("topic") == Some(&button.label) => Some(&button.label),
        _ => None,
    });
    topics
        .map(|topic| format!("• {}\n", clean::text(topic)))
        .collect()
}

/// How a page ends the program.
pub fn exit_of(page: &Page) -> Exit {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Ask;
    use crate::page::help::{Nothing, nothing};
    use crate::page::period::Period;

    #[test]
    fn a_shell_names_the_topics_that_have_news() {
        let page = nothing(&Nothing {
            topic: Some("Glacier".to_owned()),
            period: Period::Day,
            near: vec!["Avel".to_owned(), "Orla\u{1b}[2J".to_owned()],
            source: None,
            sources: 2,
            may_add: true,
            ask: Ask::new("brief").value("topic", "glacier"),
        });
        assert_eq!(page.rows.len(), 1, "the wider period is a button too");
        let said = topics_offered(&page);
        assert!(said.starts_with("• Avel\n• Orla") && !said.contains('\u{1b}'));
        assert_eq!(said.lines().count(), 2);
    }
}
