//! Where the program's words go: a terminal or a pipe. Printing never fails and never panics; a
//! reader that went away (`lede brief | head`) is no fault.

use crate::clock::Millis;
use crate::config::TerminalWishes;
use crate::terminal::draw::{Look, WIDTH_COLUMNS_MAX};
use std::io::{IsTerminal, Write};

/// What the program's own input and output are.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Somebody can type and see: standard input and output are a terminal.
    pub interactive: bool,
    /// Standard output is a terminal.
    pub out_is_terminal: bool,
    /// What stands before a command's name in answers.
    command_prefix: &'static str,
    wishes: TerminalWishes,
}

impl Screen {
    pub fn of_this_program() -> Self {
        let out_is_terminal = std::io::stdout().is_terminal();
        Self {
            interactive: out_is_terminal && std::io::stdin().is_terminal(),
            out_is_terminal,
            command_prefix: "lede ",
            wishes: TerminalWishes::from_environment(),
        }
    }

    /// The same, with other words before a command's name.
    pub fn with_prefix(self, command_prefix: &'static str) -> Self {
        Self {
            command_prefix,
            ..self
        }
    }

    /// How to draw here and now; the width is asked anew each time.
    pub fn look(&self, now: Millis) -> Look {
        let command_prefix = self.command_prefix;
        if !self.out_is_terminal {
            return Look {
                command_prefix,
                ..Look::plain(now)
            };
        }
        let columns = rustyline::DefaultEditor::new()
            .ok()
            .and_then(|mut editor| editor.dimensions());
        let columns = columns
            .map(|(columns, _)| usize::from(columns))
            .filter(|columns| *columns > 0);
        Look {
            width: columns.or(self.wishes.columns).unwrap_or(WIDTH_COLUMNS_MAX),
            styles: !self.wishes.no_styles,
            links: !self.wishes.dumb,
            now,
            command_prefix,
        }
    }
}

/// Prints an answer.
pub fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints what is not the answer: errors, hints.
pub fn note(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = writeln!(out, "{}", text.trim_end());
}
