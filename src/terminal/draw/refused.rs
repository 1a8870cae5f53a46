//! A no as text, with commands as they are typed where it is read.

use super::{Drawing, Look, piece};
use crate::desk;
use crate::page::Refusal;
use crate::terminal::clean;
use crate::terminal::wrap::Style;

/// A no: the cause, what Lede will do, what the person can do, a line each.
pub fn refusal(refusal: &Refusal, look: &Look) -> String {
    let parts = [
        Some(&refusal.cause),
        refusal.lede_will.as_ref(),
        refusal.you_can.as_ref(),
    ];
    let mut drawing = Drawing::new(look);
    for part in parts.into_iter().flatten() {
        let part = commands_named(&clean::text(part), look.command_prefix);
        drawing.lines(vec![piece(part, Style::Plain)], "", "");
    }
    drawing.out
}

/// "See /sources list": a command as it is typed here.
fn commands_named(text: &str, prefix: &str) -> String {
    let named = |word: &str| {
        let rest = word.strip_prefix('/')?;
        let name = rest.trim_end_matches(|c: char| !c.is_alphanumeric());
        desk::find(name).map(|_| format!("{prefix}{rest}"))
    };
    let words = text.split(' ');
    let words: Vec<String> = words
        .map(|word| named(word).unwrap_or_else(|| word.to_owned()))
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000_000;

    #[test]
    fn a_refusal_is_a_line_for_each_part() {
        let no =
            Refusal::new("There is no source named \x1b[1mFog.").can("Type lede sources list.");
        assert_eq!(
            refusal(&no, &Look::plain(NOW)),
            "There is no source named [1mFog.\nType lede sources list.\n"
        );
    }

    #[test]
    fn a_refusal_names_commands_as_they_are_typed_here() {
        let no =
            Refusal::new("“Fog” is a source already.").can("See /sources list, or a/b, or /fog.");
        let said = |prefix| {
            let look = Look {
                command_prefix: prefix,
                ..Look::plain(NOW)
            };
            refusal(&no, &look)
        };
        assert!(said("lede ").ends_with("See lede sources list, or a/b, or /fog.\n"));
        assert!(said("/").ends_with("See /sources list, or a/b, or /fog.\n"));
    }
}
