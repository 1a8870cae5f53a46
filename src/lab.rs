//! The program's own functions over JSON lines and files, for measuring. Hidden from the short help.
//!
//! No task has a path, an option or a constant of its own: each calls what the bot calls.

pub mod background;
pub mod feeds;
pub mod keyphrases;
pub mod stories;
pub mod summaries;
pub mod topics;

use std::io::{BufRead, Write};

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
        "parse" | "discover" | "opml" | "guard" => return feeds::run(task, rest, out),
        "keyphrases" => keyphrases::run(rest, input, out)?,
        "stories" => stories::run(rest, input, out)?,
        "summaries" => summaries::run(rest, input, out)?,
        "topics" => topics::run(rest, input, out)?,
        other => anyhow::bail!("there is no task {other}"),
    }
    Ok(0)
}
