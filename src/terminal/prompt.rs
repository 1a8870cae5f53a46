//! The prompt: line editing, history and completion around a [`Session`].

use crate::page::Form;
use crate::terminal::complete::Completion;
use crate::terminal::screen::{self, Screen};
use crate::terminal::session::{Said, Session};
use crate::terminal::{Exit, clean};
use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{CompletionType, Config, Editor};
use tokio::runtime::Handle;

const PROMPT: &str = "lede> ";

type LineEditor = Editor<Completion, MemHistory>;

/// Talks until `/quit` or Ctrl-D.
pub async fn talk(session: Session, screen: Screen) -> Exit {
    let handle = Handle::current();
    let talk = tokio::task::spawn_blocking(move || talk_here(session, screen, &handle));
    match talk.await {
        Ok(Ok(())) => Exit::Answer,
        Ok(Err(error)) => {
            screen::note(&format!("Failed: the terminal cannot be read: {error}"));
            Exit::Failure
        }
        Err(_) => Exit::Failure,
    }
}

/// Asks for a number of a page while there is one to press; where nothing is typed, `without` says
/// how it ends.
pub async fn choose(session: Session, screen: Screen, without: Exit) -> Exit {
    let handle = Handle::current();
    let choose = move || choose_here(session, screen, &handle, without);
    let choice = tokio::task::spawn_blocking(choose);
    choice.await.unwrap_or(Exit::Failure)
}

fn choose_here(mut session: Session, screen: Screen, handle: &Handle, without: Exit) -> Exit {
    let Ok(mut editor) = editor(&session, handle) else {
        return Exit::Failure;
    };
    let mut exit = without;
    while session.offers() {
        let Ok(line) = editor.readline("Number, or Enter for none: ") else {
            return exit;
        };
        if line.trim().parse::<usize>().is_err() {
            return exit;
        }
        answer(&mut session, &mut editor, screen, handle, &line);
        exit = Exit::Answer;
    }
    exit
}

fn talk_here(mut session: Session, screen: Screen, handle: &Handle) -> rustyline::Result<()> {
    let mut editor = editor(&session, handle)?;
    loop {
        match editor.readline(PROMPT) {
            Ok(line) => {
                editor.add_history_entry(line.as_str())?;
                if !answer(&mut session, &mut editor, screen, handle, &line) {
                    return Ok(());
                }
            }
            Err(ReadlineError::Interrupted) => screen::print("Ctrl-D ends.\n"),
            Err(ReadlineError::Eof) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

/// False to end. Ctrl-C breaks off an answer that takes too long.
fn answer(
    session: &mut Session,
    editor: &mut LineEditor,
    screen: Screen,
    handle: &Handle,
    line: &str,
) -> bool {
    let look = screen.look(session.desk.now());
    let text = match handle.block_on(unless_broken_off(session.line(line, &look))) {
        Some(Said::Quit) => return false,
        Some(Said::Text(text)) => Some(text),
        Some(Said::Form(offered, form)) => match fields(editor, &form) {
            Some(fields) => {
                handle.block_on(unless_broken_off(session.fill(&offered, &fields, &look)))
            }
            None => Some("Nothing was changed.\n".to_owned()),
        },
        None => None,
    };
    let text = text.unwrap_or_else(|| "Broken off.\n".to_owned());
    if !text.is_empty() {
        screen::print(&format!("{text}\n"));
    }
    true
}

async fn unless_broken_off<T>(work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        done = work => Some(done),
        _ = tokio::signal::ctrl_c() => None,
    }
}

/// A form as one prompt a field; none where it was broken off.
fn fields(editor: &mut LineEditor, form: &Form) -> Option<Vec<(String, String)>> {
    screen::print(&format!("{} (Ctrl-C to leave)\n", clean::text(&form.title)));
    let mut fields = Vec::new();
    for field in &form.fields {
        let prompt = format!("{}: ", clean::text(&field.label));
        loop {
            let value = editor
                .readline_with_initial(&prompt, (&clean::text(&field.value), ""))
                .ok()?;
            if !field.required || !value.trim().is_empty() {
                fields.push((field.name.clone(), value));
                break;
            }
        }
    }
    Some(fields)
}

fn editor(session: &Session, handle: &Handle) -> rustyline::Result<LineEditor> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .completion_show_all_if_ambiguous(true)
        .build();
    let history = MemHistory::with_config(&config);
    let mut editor = Editor::with_history(config, history)?;
    editor.set_helper(Some(Completion::new(
        session.desk.clone(),
        session.asker.clone(),
        handle.clone(),
    )));
    Ok(editor)
}
