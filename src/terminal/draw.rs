//! A page as text for a terminal or a pipe. Links are OSC 8 on a terminal; elsewhere the address
//! stands in angle brackets, after every quote and once a story elsewhere.

mod refused;

use crate::clock::Millis;
use crate::page::{Block, Line, Page, Span};
use crate::terminal::clean;
use crate::terminal::number::{Numbered, Offer};
use crate::terminal::when;
use crate::terminal::wrap::{Piece, Style, wrap};

pub use refused::refusal;

/// Longer addresses are not taken by common terminals as OSC 8.
const LINK_CHARS_MAX: usize = 2_000;
/// Columns of a label among numbered actions.
const LABEL_COLUMNS_MAX: usize = 70;
/// Wider lines are hard to read.
pub const WIDTH_COLUMNS_MAX: usize = 100;
const WIDTH_COLUMNS_MIN: usize = 24;

/// For whom a page is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns.
    pub width: usize,
    /// Bold and dim.
    pub styles: bool,
    /// OSC 8 links.
    pub links: bool,
    pub now: Millis,
    /// What stands before a command's name: `/` in the prompt, `lede ` in a shell.
    pub command_prefix: &'static str,
}

impl Look {
    /// For a pipe, a file, a test.
    pub fn plain(now: Millis) -> Self {
        Self {
            width: WIDTH_COLUMNS_MAX,
            styles: false,
            links: false,
            now,
            command_prefix: "lede ",
        }
    }

    fn width(&self) -> usize {
        self.width.clamp(WIDTH_COLUMNS_MIN, WIDTH_COLUMNS_MAX)
    }
}

/// The blocks of a page alone.
pub fn page(page: &Page, look: &Look) -> String {
    Drawing::new(look).page(page, Vec::new()).out
}

/// A page with its numbers: a choice stands at the headline that it opens, where the page shows it;
/// what is left comes below.
pub fn page_with_offers(page: &Page, offers: Vec<Offer>, look: &Look) -> String {
    let choices = offers.iter().flat_map(|offer| match offer {
        Offer::List { choices, .. } => choices.clone(),
        Offer::Row(_) => Vec::new(),
    });
    let mut drawing = Drawing::new(look).page(page, choices.collect());
    let is_left = |choice: &Numbered| {
        drawing
            .open_choices
            .iter()
            .any(|left| left.number == choice.number)
    };
    let left = offers.into_iter().filter_map(|offer| match offer {
        Offer::Row(buttons) => Some(Offer::Row(buttons)),
        Offer::List { heading, choices } => {
            let choices: Vec<_> = choices.into_iter().filter(is_left).collect();
            (!choices.is_empty()).then_some(Offer::List { heading, choices })
        }
    });
    let left = self::offers(&left.collect::<Vec<_>>(), look);
    if !left.is_empty() {
        drawing.blank();
        drawing.out.push_str(&left);
    }
    drawing.out
}

/// "[1] 7 days  [2] Next", and a list under its heading for each select.
pub fn offers(offers: &[Offer], look: &Look) -> String {
    let mut drawing = Drawing::new(look);
    for offer in offers {
        match offer {
            Offer::Row(buttons) => {
                let mut pieces = Vec::new();
                for button in buttons {
                    if !pieces.is_empty() {
                        pieces.push(piece("  ".to_owned(), Style::Plain));
                    }
                    pieces.extend(numbered(button));
                }
                drawing.lines(pieces, "", "    ");
            }
            Offer::List { heading, choices } => {
                drawing.lines(vec![piece(clean::text(heading), Style::Dim)], "", "");
                for choice in choices {
                    drawing.lines(numbered_choice(choice, look.width() - 6), "  ", "      ");
                }
            }
        }
    }
    drawing.out
}

fn numbered(numbered: &Numbered) -> Vec<Piece> {
    let label = clean::shortened(&clean::text(&numbered.label), LABEL_COLUMNS_MAX);
    vec![
        piece(format!("[{}]", numbered.number), Style::Bold),
        piece(format!(" {label}"), Style::Plain),
    ]
}

/// A choice with its small print, where a line has room for it.
fn numbered_choice(choice: &Numbered, width: usize) -> Vec<Piece> {
    let mut pieces = numbered(choice);
    if let Some(description) = &choice.description {
        let used: usize = pieces
            .iter()
            .map(|piece| clean::text_columns(&piece.text))
            .sum();
        let description = format!("  {}", clean::text(description));
        if used + clean::text_columns(&description) <= width {
            pieces.push(piece(description, Style::Dim));
        }
    }
    pieces
}

fn piece(text: String, style: Style) -> Piece {
    Piece {
        text,
        style,
        ..Piece::default()
    }
}

struct Drawing<'a> {
    look: &'a Look,
    out: String,
    /// Addresses printed since the last headline.
    story_urls: Vec<String>,
    /// Choices whose headline was not met yet.
    open_choices: Vec<Numbered>,
}

impl<'a> Drawing<'a> {
    fn new(look: &'a Look) -> Self {
        Self {
            look,
            out: String::new(),
            story_urls: Vec::new(),
            open_choices: Vec::new(),
        }
    }

    fn page(mut self, page: &Page, choices: Vec<Numbered>) -> Self {
        self.open_choices = choices;
        for (at, block) in page.blocks.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| &page.blocks[at]);
            self.block(block, before, page.blocks.get(at + 1));
        }
        self
    }

    /// The number of the choice that opens what a line begins with, in brackets.
    fn number_of(&mut self, line: &Line) -> Option<Piece> {
        let (Span::Link { text, .. } | Span::Theirs(text)) = line.0.first()? else {
            return None;
        };
        // A long headline was cut to fit a choice.
        let names = |choice: &Numbered| match choice.label.strip_suffix('…') {
            Some(start) => text.starts_with(start.trim_end()),
            None => choice.label == *text,
        };
        let at = self.open_choices.iter().position(names)?;
        let choice = self.open_choices.remove(at);
        Some(piece(format!("[{}] ", choice.number), Style::Bold))
    }

    fn block(&mut self, block: &Block, before: Option<&Block>, after: Option<&Block>) {
        match block {
            Block::Title(line) => {
                self.blank();
                let pieces = self.pieces(line, Style::Bold, false);
                self.lines(pieces, "", "");
            }
            Block::Heading(line) => {
                self.blank();
                self.story_urls.clear();
                let mut pieces: Vec<Piece> = self.number_of(line).into_iter().collect();
                pieces.extend(self.pieces(line, Style::Bold, false));
                self.lines(pieces, "", "");
            }
            Block::Small(line) => {
                let pieces = self.pieces(line, Style::Dim, false);
                self.lines(pieces, "", "");
            }
            Block::Text(line) => {
                let heads_list = matches!(after, Some(Block::Bullet(_)));
                let follows_text = matches!(
                    before,
                    Some(Block::Title(_) | Block::Small(_) | Block::Text(_))
                );
                if heads_list || (follows_text && !matches!(before, Some(Block::Text(_)))) {
                    self.blank();
                }
                let pieces = self.pieces(line, Style::Plain, false);
                self.lines(pieces, "", "");
            }
            Block::Quote(line) => {
                let pieces = self.pieces(line, Style::Plain, true);
                self.lines(pieces, "│ ", "│ ");
            }
            Block::Bullet(line) => {
                if matches!(before, Some(Block::Small(_) | Block::Title(_))) {
                    self.blank();
                }
                self.story_urls.clear();
                let number = self.number_of(line);
                let mark = if number.is_some() { "" } else { "• " };
                let mut pieces: Vec<Piece> = number.into_iter().collect();
                pieces.extend(self.pieces(line, Style::Plain, false));
                self.lines(pieces, mark, "  ");
            }
            Block::Divider => self.blank(),
            // They are numbered with the others, below.
            Block::Buttons(_) => {}
            Block::File { text, .. } => {
                self.blank();
                for line in text.lines() {
                    self.out.push_str(&clean::text(line));
                    self.out.push('\n');
                }
            }
        }
    }

    /// An empty line, never two, never the first.
    fn blank(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn pieces(&mut self, line: &Line, style: Style, quote: bool) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut line_urls: Vec<String> = Vec::new();
        let linked_after = |at: usize| matches!(line.0.get(at + 1), Some(Span::Link { .. }));
        for (at, span) in line.0.iter().enumerate() {
            match span {
                // Without links an address follows the outlet: better both on a line of their own.
                Span::Ours(text)
                    if quote
                        && !self.look.links
                        && text.trim_start().starts_with('—')
                        && linked_after(at) =>
                {
                    pieces.push(piece(
                        format!("\n{}", clean::our_text(text.trim_start())),
                        style,
                    ));
                }
                Span::Ours(text) => pieces.push(piece(clean::our_text(text), style)),
                Span::Theirs(text) => pieces.push(piece(clean::text(text), style)),
                Span::Bold(text) => pieces.push(piece(clean::text(text), Style::Bold)),
                Span::Ago(at) => pieces.push(Piece {
                    whole: true,
                    ..piece(when::ago(*at, self.look.now), style)
                }),
                Span::On(at) => pieces.push(Piece {
                    whole: true,
                    ..piece(when::on(*at), style)
                }),
                Span::Command(name) => {
                    let name = format!("{}{}", self.look.command_prefix, clean::text(name));
                    pieces.push(piece(name, Style::Bold));
                }
                Span::Link { text, url } => {
                    self.link(text, url, style, quote, &mut line_urls, &mut pieces)
                }
            }
        }
        self.story_urls.append(&mut line_urls);
        pieces
    }

    fn link(
        &self,
        text: &str,
        url: &str,
        style: Style,
        quote: bool,
        line_urls: &mut Vec<String>,
        pieces: &mut Vec<Piece>,
    ) {
        let url = clean::address(url);
        let text = clean::text(text);
        if self.look.links && url.len() <= LINK_CHARS_MAX {
            pieces.push(Piece {
                text,
                style,
                url: Some(url),
                whole: false,
            });
            return;
        }
        pieces.push(piece(text, style));
        let printed = line_urls.contains(&url) || (!quote && self.story_urls.contains(&url));
        if !printed {
            pieces.push(piece(" ".to_owned(), Style::Plain));
            pieces.push(Piece {
                text: format!("<{url}>"),
                style: Style::Plain,
                url: None,
                whole: true,
            });
            line_urls.push(url);
        }
    }

    /// Wrapped lines, with what stands before the first and the others.
    fn lines(&mut self, pieces: Vec<Piece>, first: &str, rest: &str) {
        let indent = clean::text_columns(first).max(clean::text_columns(rest));
        for (at, line) in wrap(&pieces, self.look.width() - indent).iter().enumerate() {
            self.out.push_str(if at == 0 { first } else { rest });
            line.iter().for_each(|piece| self.emit(piece));
            self.out.push('\n');
        }
    }

    fn emit(&mut self, piece: &Piece) {
        let code = match piece.style {
            _ if !self.look.styles => "",
            Style::Plain => "",
            Style::Bold => "\x1b[1m",
            Style::Dim => "\x1b[2m",
        };
        self.out.push_str(code);
        match &piece.url {
            Some(url) => self
                .out
                .push_str(&format!("\x1b]8;;{url}\x1b\\{}\x1b]8;;\x1b\\", piece.text)),
            None => self.out.push_str(&piece.text),
        }
        if !code.is_empty() {
            self.out.push_str("\x1b[0m");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::HOUR;
    use crate::page::action::Style as ButtonStyle;
    use crate::page::{Action, Ask, Button, Choice, Row, Select};
    use crate::terminal::number;

    const NOW: Millis = 1_773_065_100_000;

    fn brief() -> Page {
        let quote = |text: &str, outlet: &str, url: &str| {
            Block::Quote(Line::new().theirs(text).and(" — ").link(outlet, Some(url)))
        };
        Page {
            blocks: vec![
                Block::Title(Line::new().theirs("Harbour").and(" · last 24 h")),
                Block::Small(Line::ours("2 stories, 3 outlets · sources read ").ago(NOW - 120_000)),
                Block::Heading(Line::new().link(
                    "Dredging stops after seal pups are seen",
                    Some("https://avel.example/a/1"),
                )),
                Block::Small(Line::ours("2 outlets · newest ").ago(NOW - 2 * HOUR)),
                quote(
                    "The harbour authority stopped its dredger on Monday after wardens counted eleven seal pups on the northern mole.",
                    "Avel Courier",
                    "https://avel.example/a/1",
                ),
                quote(
                    "Work may go on in April.",
                    "Lindholm Post",
                    "https://lindholm.example/p",
                ),
                Block::Text(
                    Line::new()
                        .bold("Outlets differ: ")
                        .and("11 pups (")
                        .link("Avel Courier", Some("https://avel.example/a/1"))
                        .and("), 12 pups (")
                        .link("Coast Radio", Some("https://coast.example/7"))
                        .and(")"),
                ),
                Block::Divider,
                Block::Text(Line::new().bold("Also")),
                Block::Bullet(
                    Line::new()
                        .link("Ferry late", Some("https://coast.example/8"))
                        .and(" · Coast Radio"),
                ),
            ],
            rows: vec![
                Row::Select(Select {
                    placeholder: "Open a story".to_owned(),
                    action: Action::Open {
                        ask: Ask::new("story"),
                        chosen: Some("find".to_owned()),
                    },
                    choices: vec![Choice {
                        label: "Dredging\x1b[2J stops".to_owned(),
                        value: "~1".to_owned(),
                        description: None,
                    }],
                }),
                Row::Buttons(vec![
                    Button {
                        label: "7 days".to_owned(),
                        action: Action::Turn(Ask::new("brief")),
                        style: ButtonStyle::Plain,
                    },
                    Button {
                        label: "Show here".to_owned(),
                        action: Action::ShowHere(Ask::new("brief")),
                        style: ButtonStyle::Plain,
                    },
                    Button {
                        label: "Next".to_owned(),
                        action: Action::Turn(Ask::new("brief")),
                        style: ButtonStyle::Main,
                    },
                ]),
            ],
            empty: false,
        }
    }

    #[test]
    fn a_pipe_gets_plain_lines_with_the_address_of_every_quote() {
        let expected = "\
Harbour · last 24 h
2 stories, 3 outlets · sources read 2 min ago

Dredging stops after seal pups are seen <https://avel.example/a/1>
2 outlets · newest 2 h ago
│ The harbour authority stopped its dredger on Monday after wardens counted eleven seal pups on the
│ northern mole.
│ — Avel Courier <https://avel.example/a/1>
│ Work may go on in April.
│ — Lindholm Post <https://lindholm.example/p>
Outlets differ: 11 pups (Avel Courier), 12 pups (Coast Radio <https://coast.example/7>)

Also
• Ferry late <https://coast.example/8> · Coast Radio
";
        assert_eq!(page(&brief(), &Look::plain(NOW)), expected);
    }

    #[test]
    fn a_terminal_gets_links_and_weights_in_its_own_width() {
        let look = Look {
            width: 40,
            styles: true,
            links: true,
            now: NOW,
            command_prefix: "/",
        };
        let drawn = page(&brief(), &look);
        assert!(drawn.contains(
            "\x1b[1m\x1b]8;;https://avel.example/a/1\x1b\\Dredging stops after seal pups are seen\x1b]8;;\x1b\\\x1b[0m\n"
        ));
        assert!(drawn.contains("│ Work may go on in April. — \x1b]8;;https://lindholm.example/p\x1b\\Lindholm\x1b]8;;\x1b\\\n│ \x1b]8;;https://lindholm.example/p\x1b\\Post"));
        assert!(drawn.contains("\x1b[2m2 outlets · newest 2 h ago\x1b[0m"));
        let unstyled = page(
            &brief(),
            &Look {
                styles: false,
                ..look
            },
        );
        assert!(
            !unstyled.contains("\x1b["),
            "NO_COLOR leaves links alone and nothing else"
        );
    }

    #[test]
    fn actions_are_numbered_buttons_first_and_show_here_is_left_out() {
        let (offers, numbered) = number::number(&brief());
        assert_eq!(
            super::offers(&offers, &Look::plain(NOW)),
            "[1] 7 days  [2] Next\nOpen a story:\n  [3] Dredging[2J stops\n"
        );
        assert_eq!(numbered.len(), 3);
        assert_eq!(numbered[2].chosen, [("find".to_owned(), "~1".to_owned())]);
    }

    #[test]
    fn a_choice_stands_at_the_headline_that_it_opens() {
        let mut page = brief();
        let Row::Select(select) = &mut page.rows[0] else {
            panic!("a select")
        };
        let choice = |label: &str| Choice {
            label: label.to_owned(),
            value: "~1".to_owned(),
            description: None,
        };
        select.choices = vec![
            choice("Dredging stops after seal…"),
            choice("Ferry late"),
            choice("Fog"),
        ];
        let (offers, _) = number::number(&page);
        let drawn = page_with_offers(&page, offers, &Look::plain(NOW));
        assert!(
            drawn.contains(
                "\n[3] Dredging stops after seal pups are seen <https://avel.example/a/1>\n"
            ),
            "{drawn}"
        );
        assert!(
            drawn.contains("\n[4] Ferry late <https://coast.example/8> · Coast Radio\n"),
            "{drawn}"
        );
        assert!(
            drawn.ends_with("\n\n[1] 7 days  [2] Next\nOpen a story:\n  [5] Fog\n"),
            "{drawn}"
        );
    }

    #[test]
    fn no_control_character_of_a_feed_gets_through() {
        let evil = "\x1b]8;;https://evil.example\x07click\x1b[31m\r\u{9b}2J\u{202e}";
        let line = || {
            Line::new()
                .theirs(evil)
                .bold(evil)
                .link(evil, Some("https://a.example/\x1b\\\x07"))
                .command(evil)
                .and(evil)
        };
        let blocks = [
            Block::Title,
            Block::Heading,
            Block::Small,
            Block::Text,
            Block::Quote,
            Block::Bullet,
        ];
        let hostile = Page {
            blocks: blocks.iter().map(|block| block(line())).collect(),
            ..Page::default()
        };
        let drawn = page(&hostile, &Look::plain(NOW));
        assert!(
            !drawn.chars().any(|c| c.is_control() && c != '\n') && !drawn.contains('\u{202e}'),
            "{drawn:?}"
        );
        let linked = page(
            &hostile,
            &Look {
                links: true,
                ..Look::plain(NOW)
            },
        );
        let ours = linked
            .replace("\x1b]8;;\x1b\\", "")
            .replace("\x1b]8;;https://a.example/%1B%5C%07\x1b\\", "");
        assert!(
            !ours.chars().any(|c| c.is_control() && c != '\n'),
            "{ours:?}"
        );
    }
}
