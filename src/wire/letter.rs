//! A letter as a classic message: content, which a phone's alert shows, one embed, rows. Never
//! Components V2, whose text alerts leave out.
//!
//! The content alone says what happened, so a crossposted copy, which has no buttons, and a letter
//! whose looks were refused read well too.

use super::label::cut;
use super::message::{
    ACTION_ROW, BUTTON, BUTTON_UNITS_MAX, button as drawn_button, custom_id_of_act,
    custom_id_of_touch, select,
};
use crate::page::markdown::{Commands, block, is_blank, length, quiet_block, quiet_line};
use crate::page::pack::ROW_BUTTONS_MAX;
use crate::page::{Block, Letter, Line, Span, Touch};
use crate::text::plain;
use serde_json::{Value, json};
use url::Url;

/// UTF-16 units, as Discord counts them.
pub const CONTENT_UNITS_MAX: usize = 2_000;
pub const DESCRIPTION_UNITS_MAX: usize = 4_096;
pub const THREAD_NAME_UNITS_MAX: usize = 100;
const IMAGE_URL_CHARS_MAX: usize = 2_048;
const TAGS_MAX: usize = 5;
/// Threads and posts go to the archive after a day without a message.
pub const ARCHIVE_MINUTES: u32 = 1_440;

/// Where a body holds the name of the thread that Discuss opens. Discord does not know the key:
/// whoever sends the body takes it out.
pub const THREAD_KEY: &str = "thread";

/// Makes no sound.
const FLAG_SILENT: u64 = 1 << 12;
const STYLE_PLAIN: u8 = 2;
const EMBED_COLOR: u32 = 0x1f_8b_4c;

/// Ends a text whose last blocks found no room.
const MORE: &str = "-# … and more";

/// A blank line under a list: Discord takes empty ones for a part of it, so this one holds a space
/// of no width.
const LINE_UNDER_LIST: &str = "\u{200b}\n";

/// What is made of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Message,
    /// An answer to this message of the same channel; an ordinary message where that is gone.
    Reply(u64),
    /// A forum's post.
    Post,
}

/// How a letter is drawn, apart from what it says.
#[derive(Clone, Copy, Debug)]
pub struct Lettering<'a> {
    /// The outbox row that its buttons name.
    pub outbox: i64,
    pub shape: Shape,
    /// Words and links alone: no embed, no button but Why? and what can be
    /// done.
    pub plain: bool,
    pub commands: &'a Commands,
}

/// The body of the request that posts a letter.
pub fn letter(letter: &Letter, with: &Lettering<'_>) -> Value {
    let mut message = message(letter, with);
    // A thread that is opened later is called so.
    if letter.touches.contains(&Touch::Discuss) && with.shape != Shape::Post {
        message[THREAD_KEY] = thread_name(letter).into();
    }
    match with.shape {
        Shape::Message => message,
        Shape::Reply(to) => {
            let to = to.to_string();
            message["message_reference"] = json!({ "message_id": to, "fail_if_not_exists": false });
            message
        }
        Shape::Post => {
            let tags = letter.tags.iter().take(TAGS_MAX).map(u64::to_string);
            json!({
                "name": thread_name(letter), "auto_archive_duration": ARCHIVE_MINUTES,
                "applied_tags": tags.collect::<Vec<_>>(), "message": message,
            })
        }
    }
}

/// What the thread on a letter, or the post that it is, is called: one line of plain text, never
/// empty.
pub fn thread_name(letter: &Letter) -> String {
    let own = cut(&folded(&letter.name), THREAD_NAME_UNITS_MAX);
    if is_blank(&letter.name) {
        cut(&folded(&letter.head.words()), THREAD_NAME_UNITS_MAX)
    } else {
        own
    }
}

fn message(letter: &Letter, with: &Lettering<'_>) -> Value {
    let mut mentions = json!({ "parse": [] });
    let mut content = String::new();
    if let Some(role) = letter.mention {
        mentions["roles"] = json!([role.to_string()]);
        content = format!("<@&{role}> ");
    }
    let room = CONTENT_UNITS_MAX - length(&content);
    let head = head(letter, room, with.commands);
    content.push_str(&head);
    let mut embeds = Vec::new();
    if with.plain {
        let room = CONTENT_UNITS_MAX.saturating_sub(length(&content) + 1);
        let draw = |one: &Block| small_heading(one, quiet_block(one, with.commands));
        let text = packed(&letter.blocks, room, draw);
        if !text.is_empty() {
            content = format!("{content}\n{text}");
        }
    } else {
        embeds.extend(embed(letter, with.commands));
    }
    json!({
        "content": content, "embeds": embeds, "components": rows(letter, with),
        "allowed_mentions": mentions, "flags": if letter.silent { FLAG_SILENT } else { 0 },
    })
}

/// The head in bold, with links that unfold nothing; what is too long loses the ends of its
/// longest texts.
fn head(letter: &Letter, units_max: usize, commands: &Commands) -> String {
    let mut line = letter.head.clone();
    for span in &mut line.0 {
        // All of it is bold: marks inside of it would end that.
        if let Span::Bold(text) = span {
            *span = Span::Theirs(std::mem::take(text));
        }
    }
    loop {
        let text = quiet_line(&line, commands).replace('\n', " ");
        let text = text.trim();
        if is_blank(text) {
            return format!("**{}**", thread_name(letter));
        }
        let drawn = format!("**{text}**");
        let over = length(&drawn).saturating_sub(units_max);
        if over == 0 {
            return drawn;
        }
        shorten(&mut line, over);
    }
}

/// Takes at least one unit off the longest text of a line, or the last span where none is left.
fn shorten(line: &mut Line, over: usize) {
    let texts = line.0.iter_mut().filter_map(|span| match span {
        Span::Ours(text) | Span::Theirs(text) | Span::Bold(text) | Span::Link { text, .. } => {
            Some(text)
        }
        Span::Ago(_) | Span::On(_) | Span::Command(_) => None,
    });
    match texts.max_by_key(|text| length(text)) {
        Some(text) if length(text) > 1 => {
            let kept = length(text).saturating_sub(over).max(1);
            *text = plain::cut(text, kept);
        }
        _ => {
            line.0.pop();
        }
    }
}

fn embed(letter: &Letter, commands: &Commands) -> Option<Value> {
    let text = packed(&letter.blocks, DESCRIPTION_UNITS_MAX, |one| {
        small_heading(one, block(one, commands))
    });
    let image = letter.image.as_deref().and_then(image);
    if text.is_empty() && image.is_none() {
        return None;
    }
    let mut embed = json!({ "color": EMBED_COLOR });
    if !text.is_empty() {
        embed["description"] = text.into();
    }
    if let Some(image) = image {
        embed["thumbnail"] = json!({ "url": image });
    }
    Some(embed)
}

/// The address of a picture, where Discord takes it for one.
fn image(address: &str) -> Option<String> {
    let url = Url::parse(address.trim()).ok()?;
    let bare = url.username().is_empty() && url.password().is_none();
    let fits = url.as_str().len() <= IMAGE_URL_CHARS_MAX;
    (url.scheme() == "https" && url.domain().is_some() && bare && fits).then(|| url.into())
}

/// As many whole blocks as fit, each on its line; a line says so where some did not.
fn packed(blocks: &[Block], units_max: usize, draw: impl Fn(&Block) -> String) -> String {
    let lines = spaced(blocks, draw);
    let units = |line: &(bool, String)| length(&line.1) + 1;
    let all: usize = lines.iter().map(units).sum();
    if all <= units_max + 1 {
        return joined(&lines);
    }
    let mut left = units_max.saturating_sub(length(MORE) + 1);
    let fitting = lines.iter().map(units).take_while(|units| {
        let fits = *units <= left;
        left = left.saturating_sub(*units);
        fits
    });
    let mut kept = lines[..fitting.count()].to_vec();
    // A headline without anything under it says less than the line that ends the text.
    while kept.last().is_some_and(|(heads, _)| *heads) {
        kept.pop();
    }
    if units_max > length(MORE) {
        kept.push((false, MORE.to_owned()));
    }
    joined(&kept)
}

fn joined(lines: &[(bool, String)]) -> String {
    let texts: Vec<&str> = lines.iter().map(|(_, text)| text.as_str()).collect();
    texts.join("\n")
}

/// A heading in bold: with marks of its own it would be drawn larger than the headline above it.
fn small_heading(one: &Block, drawn: String) -> String {
    let mark = match one {
        Block::Title(_) => "## ",
        Block::Heading(_) => "### ",
        _ => return drawn,
    };
    let text = drawn.strip_prefix(mark);
    text.map_or(String::new(), |text| format!("**{text}**"))
}

/// Drawn blocks and whether each is a headline, with blank lines between what is not about the
/// same.
fn spaced(blocks: &[Block], draw: impl Fn(&Block) -> String) -> Vec<(bool, String)> {
    let mut lines: Vec<(bool, String)> = Vec::new();
    let mut before: Option<&Block> = None;
    let mut divided = false;
    for one in blocks {
        divided |= *one == Block::Divider;
        let text = draw(one);
        if text.is_empty() {
            continue;
        }
        let apart = before.is_some_and(|before| divided || stand_apart(before, one));
        let heads = matches!(one, Block::Title(_) | Block::Heading(_));
        let gap = match before {
            Some(Block::Bullet(_)) if apart => LINE_UNDER_LIST,
            _ if apart => "\n",
            _ => "",
        };
        lines.push((heads, format!("{gap}{text}")));
        before = Some(one);
        divided = false;
    }
    lines
}

/// Whether a blank line stands between two blocks: quotes would run into one, and what follows on
/// quotes, lists and small print would read as theirs.
fn stand_apart(before: &Block, one: &Block) -> bool {
    match one {
        Block::Heading(_) | Block::Title(_) => !is_label(before),
        Block::Text(_) => !matches!(before, Block::Text(_) | Block::Heading(_) | Block::Title(_)),
        Block::Quote(_) | Block::Small(_) => matches!(before, Block::Quote(_)),
        _ => false,
    }
}

/// Whether it heads what follows: one bold text on its line.
fn is_label(block: &Block) -> bool {
    matches!(block, Block::Text(line) if matches!(line.0.as_slice(), [Span::Bold(_)]))
}

fn rows(letter: &Letter, with: &Lettering<'_>) -> Vec<Value> {
    let id = |touch: Touch| custom_id_of_touch(touch, with.outbox);
    let mut touches: Vec<Touch> = Vec::new();
    for touch in &letter.touches {
        let shown = *touch != Touch::Open && (!with.plain || *touch == Touch::Why);
        // Discord takes no custom_id twice.
        if shown && !touches.contains(touch) {
            touches.push(*touch);
        }
    }
    let button = |touch: &Touch| {
        let label = cut(touch.label(), BUTTON_UNITS_MAX);
        json!({ "type": BUTTON, "style": STYLE_PLAIN, "label": label, "custom_id": id(*touch) })
    };
    // What can be done about a notice stays when its looks are refused: the words ask for it.
    let acts = letter.acts.iter().enumerate();
    let acts = acts
        .map(|(place, one)| drawn_button(one, custom_id_of_act(&one.action, with.outbox, place)));
    let buttons: Vec<Value> = acts.chain(touches.iter().map(button)).collect();
    let mut rows = Vec::new();
    if !with.plain {
        rows.extend(select(
            Touch::Open.label(),
            &letter.choices,
            id(Touch::Open),
        ));
    }
    let groups = buttons.chunks(ROW_BUTTONS_MAX);
    rows.extend(groups.map(|group| json!({ "type": ACTION_ROW, "components": group })));
    rows
}

/// Runs of white space as one blank.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "letter_tests.rs"]
mod tests;
