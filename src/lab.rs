//! The program's own functions over JSON lines and files, for measuring. Hidden from the short help.
//!
//! No task has a path, an option or a constant of its own: each calls what the bot calls.

pub mod background;
pub mod differ;
pub mod feeds;
pub mod grounding;
pub mod keyphrases;
pub mod stories;
pub mod summaries;
pub mod topics;

use std::io::{BufRead, Write};
use std::process::ExitCode;

/// Exit status of a task that failed.
const FAILURE: u8 = 70;

/// Runs the program's arguments when they begin with `lab`: 0, or what the task says; 70 for a failure.
pub fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Option<ExitCode> {
    if arguments.next()? != "lab" {
        return None;
    }
    let rest: Vec<String> = arguments.collect();
    let (input, out) = (std::io::stdin(), std::io::stdout());
    let status = run(
        &rest,
        &mut input.lock(),
        &mut std::io::BufWriter::new(out.lock()),
    );
    Some(match status {
        Ok(status) => ExitCode::from(u8::try_from(status).unwrap_or(FAILURE)),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(FAILURE)
        }
    })
}

/// Runs `lab TASK ARGUMENTS…` and gives the exit status.
///
/// # Errors
/// Wrong use, unreadable input, failures of the task.
pub fn run(
    arguments: &[String],
    input: &mut dyn BufRead,
    out: &mut dyn Write,
) -> anyhow::Result<i32> {
    let Some((task, rest)) = arguments.split_first() else {
        anyhow::bail!("lab needs a task: see ARCHITECTURE.md");
    };
    match task.as_str() {
        "background" => background::run(rest, input, out)?,
        "differ" => differ::run(rest, input, out)?,
        "grounding" => grounding::run(rest, input, out)?,
        "parse" | "discover" | "opml" | "extract" | "guard" => return feeds::run(task, rest, out),
        "keyphrases" => keyphrases::run(rest, input, out)?,
        "stories" => stories::run(rest, input, out)?,
        "summaries" => summaries::run(rest, input, out)?,
        "topics" => topics::run(rest, input, out)?,
        other => anyhow::bail!("there is no task {other}"),
    }
    Ok(0)
}
