//! Lines and blocks as Discord's markdown: the one place where others' text is escaped.
//!
//! What comes out reads like what went in: no text of a feed or a member can mention, link, format
//! or break out of its line. Cutting is not done here: a page is packed by [`measure`] before.

mod address;
mod escape;

pub use address::{URL_CHARS_MAX, safe_url};
pub use escape::{escape, harmless};

use crate::clock::SECOND;
use crate::page::{Block, Line, Span};
use std::collections::BTreeMap;

/// No id that Discord gives has more digits than a 64-bit number.
const COMMAND_ID_LONGEST: u64 = u64::MAX;

/// A command's name and its subcommand's, 32 characters each at most, with a blank between.
const COMMAND_CHARS_MAX: usize = 65;

/// Discord's ids of the registered commands, by name: "brief", "sources add".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commands {
    ids: BTreeMap<String, u64>,
    all: Option<u64>,
}

impl Commands {
    /// Without ids commands are shown to be typed: `/brief`.
    pub fn none() -> Self {
        Self::default()
    }

    pub fn new(ids: impl IntoIterator<Item = (String, u64)>) -> Self {
        Self {
            ids: ids.into_iter().collect(),
            all: None,
        }
    }

    /// Every command at its longest, for measuring.
    fn longest() -> Self {
        Self {
            ids: BTreeMap::new(),
            all: Some(COMMAND_ID_LONGEST),
        }
    }

    pub fn id(&self, name: &str) -> Option<u64> {
        self.ids.get(name).copied().or(self.all)
    }

    /// The longest known command that `text` begins with: "sources add" before "sources".
    fn at_start<'a>(&self, text: &'a str) -> Option<&'a str> {
        let text = &text[..text.floor_char_boundary(COMMAND_CHARS_MAX)];
        let words = text.split(' ').take(2).map(str::len).collect::<Vec<_>>();
        let two = words.iter().sum::<usize>() + 1;
        let ends = [(words.len() == 2).then_some(two), words.first().copied()];
        ends.into_iter().flatten().find_map(|end| {
            let name = text[..end].trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            self.ids.contains_key(name).then_some(name)
        })
    }

    fn draw(&self, name: &str) -> String {
        let name: String = name.chars().filter(|&c| is_name_char(c)).collect();
        match self.id(&name) {
            Some(id) => format!("</{name}:{id}>"),
            None => format!("`/{name}`"),
        }
    }
}

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '~' | ':' | '.')
}

/// Length as Discord counts it: UTF-16 units.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// How much of the room for text a block takes, its line end included; a command counts at its
/// longest, so that what was packed by this always fits.
pub fn measure(what: &Block) -> usize {
    length(&block(what, &Commands::longest())) + 1
}

/// One block on its own line; empty where there is nothing to see.
pub fn block(what: &Block, commands: &Commands) -> String {
    draw_block(what, commands, Links::Plain)
}

/// As [`block`], with links that unfold no preview: for the content of classic messages.
pub fn quiet_block(what: &Block, commands: &Commands) -> String {
    draw_block(what, commands, Links::Quiet)
}

fn draw_block(what: &Block, commands: &Commands, links: Links) -> String {
    let (mark, text) = match what {
        Block::Title(text) => ("## ", text),
        Block::Heading(text) => ("### ", text),
        Block::Small(text) => ("-# ", text),
        Block::Text(text) => ("", text),
        Block::Quote(text) => ("> ", text),
        Block::Bullet(text) => ("- ", text),
        Block::Divider | Block::Buttons(_) | Block::File { .. } => return String::new(),
    };
    let drawn = draw_line(text, commands, links);
    let drawn = drawn.trim();
    if is_blank(drawn) {
        return String::new();
    }
    match what {
        Block::Text(_) => drawn.to_owned(),
        Block::Quote(_) => format!("{mark}{}", drawn.replace('\n', "\n> ")),
        _ => format!("{mark}{}", drawn.replace('\n', " ")),
    }
}

/// The spans of a line, one after the other.
pub fn line(what: &Line, commands: &Commands) -> String {
    draw_line(what, commands, Links::Plain)
}

/// As [`line`], with links that unfold no preview.
pub fn quiet_line(what: &Line, commands: &Commands) -> String {
    draw_line(what, commands, Links::Quiet)
}

/// How a masked link is written.
#[derive(Clone, Copy)]
enum Links {
    /// `[text](url)`
    Plain,
    /// `[text](<url>)`, which unfolds no preview.
    Quiet,
}

fn draw_line(what: &Line, commands: &Commands, links: Links) -> String {
    let mut out = String::new();
    for span in &what.0 {
        match span {
            Span::Ours(text) => out.push_str(text),
            Span::Theirs(text) => out.push_str(&escape(text)),
            Span::Bold(text) => out.push_str(&bold(text)),
            Span::Link { text, url } => out.push_str(&link(text, url, links)),
            Span::Ago(at) => out.push_str(&format!("<t:{}:R>", at.div_euclid(SECOND))),
            Span::On(at) => out.push_str(&format!("<t:{}:f>", at.div_euclid(SECOND))),
            Span::Command(name) => out.push_str(&commands.draw(name)),
        }
    }
    out
}

/// A sentence in plain words (of a refusal): escaped whole, except that the commands that it names
/// (`/sources add`) can be clicked.
pub fn words(text: &str, commands: &Commands) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut plain = 0;
    while let Some(found) = rest[plain..].find('/') {
        let slash = plain + found;
        let free = rest[..slash]
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || "(`\"“‘'".contains(c));
        let Some(name) = commands.at_start(&rest[slash + 1..]).filter(|_| free) else {
            plain = slash + 1;
            continue;
        };
        out.push_str(&escape(
            rest[..slash].strip_suffix('`').unwrap_or(&rest[..slash]),
        ));
        out.push_str(&commands.draw(name));
        rest = &rest[slash + 1 + name.len()..];
        rest = rest.strip_prefix('`').unwrap_or(rest);
        plain = 0;
    }
    out.push_str(&escape(rest));
    out
}

fn bold(text: &str) -> String {
    let text = escape(text);
    let text = text.trim();
    if is_blank(text) {
        String::new()
    } else {
        format!("**{text}**")
    }
}

/// A masked link, or the text alone where the address may not be one. Discord shows no link whose
/// text looks like an address, so the scheme of such a text is left out.
fn link(text: &str, url: &str, links: Links) -> String {
    let mut url = safe_url(url);
    let shown = escape(&text.replace("https://", "").replace("http://", ""));
    let shown = shown.trim();
    if url.is_empty() {
        return shown.to_owned();
    }
    if let Links::Quiet = links {
        url = format!("<{url}>");
    }
    if is_blank(shown) {
        format!("[link]({url})")
    } else {
        format!("[{shown}]({url})")
    }
}

/// True where nothing can be seen, so that no empty message is sent.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}')
            || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}')
            || matches!(c, '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands() -> Commands {
        Commands::new([
            ("brief".to_owned(), 11),
            ("sources add".to_owned(), 12),
            ("sources".to_owned(), 12),
        ])
    }

    #[test]
    fn a_line_draws_each_span_in_its_own_way() {
        let drawn = Line::ours("By ")
            .theirs("a_b *c*")
            .and(", ")
            .bold("x*")
            .and(" ")
            .link("Tide [late]", Some("https://avel.example/a(b)"))
            .and(" ")
            .ago(1_700_000_000_999)
            .and(" ")
            .on(-1)
            .and(" ")
            .command("sources add")
            .command("help");
        assert_eq!(
            line(&drawn, &commands()),
            "By a\\_b \\*c\\*, **x\\*** [Tide \\[late\\]](https://avel.example/a%28b%29) <t:1700000000:R> <t:-1:f> \
             </sources add:12>`/help`"
        );
    }

    #[test]
    fn a_quiet_link_unfolds_nothing() {
        let none = Commands::none();
        let tide = Line::new().link("Tide", Some("https://avel.example/a)b"));
        let address = "https://avel.example/a%29b";
        assert_eq!(quiet_line(&tide, &none), format!("[Tide](<{address}>)"));
        let quote = Block::Quote(tide);
        assert_eq!(quiet_block(&quote, &none), format!("> [Tide](<{address}>)"));
        assert_eq!(block(&quote, &none), format!("> [Tide]({address})"));
    }

    #[test]
    fn blocks_have_their_marks_and_empty_ones_none() {
        let none = Commands::none();
        assert_eq!(block(&Block::Title(Line::ours("Tides")), &none), "## Tides");
        assert_eq!(
            block(&Block::Heading(Line::new().theirs("# x")), &none),
            "### \\# x"
        );
        assert_eq!(block(&Block::Small(Line::ours("a\nb")), &none), "-# a b");
        assert_eq!(block(&Block::Quote(Line::ours("a\nb")), &none), "> a\n> b");
        assert_eq!(block(&Block::Bullet(Line::ours("a")), &none), "- a");
        assert_eq!(
            block(
                &Block::Heading(Line::new().theirs("\u{200b} \u{2060}")),
                &none
            ),
            ""
        );
        assert_eq!(block(&Block::Divider, &none), "");
    }

    #[test]
    fn a_block_never_measures_shorter_than_it_is_drawn() {
        let what = Block::Text(Line::ours("Type ").command("sources add").theirs(" 🛟_"));
        for commands in [
            commands(),
            Commands::none(),
            Commands::new([("sources add".to_owned(), u64::MAX)]),
        ] {
            assert!(measure(&what) > length(&block(&what, &commands)));
        }
        assert_eq!(length("🛟"), 2);
    }

    #[test]
    fn a_link_without_a_usable_address_is_text() {
        let none = Commands::none();
        let draw = |text: &str, url: &str| line(&Line::new().link(text, Some(url)), &none);
        assert_eq!(draw("Tide", "javascript:alert(1)"), "Tide");
        assert_eq!(
            draw("", "https://avel.example/"),
            "[link](https://avel.example/)"
        );
        assert_eq!(
            draw("https://other.example", "https://avel.example/"),
            "[other.example](https://avel.example/)"
        );
    }

    #[test]
    fn commands_in_plain_words_can_be_clicked_and_nothing_else() {
        let draw = |text: &str| words(text, &commands());
        assert_eq!(
            draw("Type /sources add, or `/brief`."),
            "Type </sources add:12>, or </brief:11>."
        );
        assert_eq!(draw("See /sources list"), "See </sources:12> list");
        assert_eq!(
            draw("http://x/brief </brief:1> /briefs"),
            "http:\\//x/brief \\</brief:1> /briefs"
        );
    }
}
