//! A page as a reviewer reads it in a snapshot.

use lede::clock::{DAY, HOUR, MINUTE, Millis};
use lede::page::{Block, Button, Line, Page, Refusal, Row, Span};

/// Draws a page as plain lines; times are told from `now`.
pub fn look(page: &Page, now: Millis) -> String {
    let blocks = page.blocks.iter().map(|block| match block {
        Block::Title(line) => format!("## {}", words(line, now)),
        Block::Heading(line) => format!("### {}", words(line, now)),
        Block::Small(line) => format!("-# {}", words(line, now)),
        Block::Text(line) => words(line, now),
        Block::Quote(line) => format!("> {}", words(line, now)),
        Block::Bullet(line) => format!("- {}", words(line, now)),
        Block::Divider => "---".to_owned(),
        Block::Buttons(buttons) => labels(buttons),
        Block::File { name, text } => format!("<{name}: {} bytes>", text.len()),
    });
    let rows = page.rows.iter().map(|row| match row {
        Row::Buttons(buttons) => labels(buttons),
        Row::Select(select) => {
            let labels: Vec<_> = select
                .choices
                .iter()
                .map(|choice| choice.label.as_str())
                .collect();
            format!("[{} v] {}", select.placeholder, labels.join(" | "))
        }
        Row::Several(select) => {
            let labels: Vec<_> = select
                .choices
                .iter()
                .map(|one| one.label.as_str())
                .collect();
            format!("[{} v…] {}", select.placeholder, labels.join(" | "))
        }
        Row::Pick {
            placeholder, kind, ..
        } => format!("[{placeholder} v] any {kind:?}"),
    });
    let lines: Vec<_> = blocks.chain(rows).collect();
    lines.join("\n")
}

fn labels(buttons: &[Button]) -> String {
    let labels = buttons.iter().map(|button| format!("[{}]", button.label));
    labels.collect::<Vec<_>>().join(" ")
}

/// Draws a refusal.
pub fn refusal(refusal: &Refusal) -> String {
    let parts = [
        Some(&refusal.cause),
        refusal.lede_will.as_ref(),
        refusal.you_can.as_ref(),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
    format!("REFUSED: {}", parts.join(" "))
}

fn words(line: &Line, now: Millis) -> String {
    let spans = line.0.iter().map(|span| match span {
        Span::Ours(text) | Span::Theirs(text) => text.clone(),
        Span::Bold(text) => format!("**{text}**"),
        Span::Link { text, url } => format!("[{text}]({url})"),
        Span::Ago(at) => ago(now - at),
        Span::On(at) => super::dates::rfc3339(*at),
        Span::Command(name) => format!("/{name}"),
    });
    spans.collect()
}

fn ago(past: Millis) -> String {
    match past {
        ..MINUTE => "now".to_owned(),
        MINUTE..HOUR => format!("{} min ago", past / MINUTE),
        HOUR..DAY => format!("{} h ago", past / HOUR),
        _ => format!("{} d ago", past / DAY),
    }
}
