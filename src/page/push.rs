//! What pushes and digests say: a story as one letter, several as another.

use crate::clock::Millis;
use crate::page::story::StoryLines;
use crate::page::{Block, Letter, Line, Touch};

/// Quotes of a push.
pub const PUSH_QUOTES_MAX: usize = 3;
/// Stories of a digest that are shown with quotes: the first with two, the others with one.
pub const DIGEST_QUOTED_MAX: usize = 3;
/// Known stories with new facts in a digest.
pub const DIGEST_KNOWN_MAX: usize = 3;
/// What a digest of held stories calls itself.
pub const HELD: &str = "held back";
/// Heads them.
const NEW_ON_KNOWN: &str = "New on stories you know";
const FORUM_NAME_CHARS_MAX: usize = 200;

/// What is said of a letter beside its stories.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The topic, source or folder: "Ukraine".
    pub what: String,
    pub mention: Option<u64>,
    pub silent: bool,
    pub image: Option<String>,
    pub tags: Vec<u64>,
    /// Whether a thread can be opened on it.
    pub may_discuss: bool,
    /// Whether whoever reads it may want to follow: not where they do.
    pub may_follow: bool,
}

/// A digest beside its stories.
#[derive(Clone, Debug, Default)]
pub struct Digest {
    /// "daily digest", "held back overnight".
    pub kind: &'static str,
    pub stories_all: usize,
    /// Stories beyond those that it lists.
    pub more: usize,
    /// The time for which it was meant, where it comes later.
    pub late: Option<Millis>,
    /// Headlines with links of messages that may not have come through.
    pub unsure: Vec<(String, Option<String>)>,
    /// Stories that the reader knows, with a quote that is new.
    pub known: Vec<StoryLines>,
}

/// One story.
pub fn push(story: &StoryLines, about: About) -> Letter {
    let head = Line::new().link(&story.headline, story.url.as_deref());
    let head = match story.outlets {
        0 | 1 => head,
        n => head.and(format!(" · {n} outlets")),
    };
    let mut blocks: Vec<Block> = story
        .quotes
        .iter()
        .take(PUSH_QUOTES_MAX)
        .map(|quote| quote.block())
        .collect();
    blocks.extend(story.differs.first().map(|differ| differ.block()));
    let small = match about.what.as_str() {
        "" => Line::new(),
        what => Line::new().theirs(what).and(" · "),
    };
    let mut small = small;
    small.0.extend(story.small().0);
    blocks.push(Block::Small(small));
    Letter {
        name: story.headline.chars().take(FORUM_NAME_CHARS_MAX).collect(),
        touches: touches(&about),
        ..letter(head, blocks, about)
    }
}

fn letter(head: Line, blocks: Vec<Block>, about: About) -> Letter {
    Letter {
        mention: about.mention,
        silent: about.silent,
        head,
        blocks,
        image: about.image,
        tags: about.tags,
        ..Letter::default()
    }
}

fn touches(about: &About) -> Vec<Touch> {
    let mut touches = vec![Touch::Sources];
    touches.extend(about.may_follow.then_some(Touch::Follow));
    touches.extend(about.may_discuss.then_some(Touch::Discuss));
    touches.push(Touch::Why);
    touches
}

/// What is new on a story that was told.
pub fn new_facts(story: &StoryLines, about: About) -> Letter {
    let head = Line::ours("New on ").link(&story.headline, story.url.as_deref());
    let mut blocks: Vec<Block> = story.quotes.iter().map(|quote| quote.block()).collect();
    blocks.push(Block::Small(story.small()));
    let about = About {
        // It joins what was said, and rings nobody.
        mention: None,
        image: None,
        ..about
    };
    Letter {
        name: story.headline.chars().take(FORUM_NAME_CHARS_MAX).collect(),
        touches: vec![Touch::Sources, Touch::Why],
        ..letter(head, blocks, about)
    }
}

/// Several stories, the best first.
pub fn digest(stories: &[StoryLines], digest: &Digest, about: About) -> Letter {
    let what = about.what.clone();
    let head = Line::new().theirs(&what).and(format!(" · {}", digest.kind));
    let head = match (digest.stories_all, stories.first()) {
        (0, _) | (_, None) => head.and(": nothing new"),
        (1, Some(only)) => head.and(": ").theirs(&only.headline),
        (n, Some(_)) => head.and(format!(": {n} stories")),
    };
    let mut blocks = Vec::new();
    if let Some(at) = digest.late {
        let late = Line::ours("Late: meant for ").on(at);
        blocks.push(Block::Small(late));
    }
    let mut also = false;
    for (place, story) in stories.iter().enumerate() {
        if place < DIGEST_QUOTED_MAX {
            blocks.extend(story.blocks(if place == 0 { 2 } else { 1 }));
            continue;
        }
        if !also {
            blocks.push(Block::Text(Line::new().bold("Also")));
            also = true;
        }
        blocks.push(story.bullet());
    }
    if digest.more > 0 {
        let more = match digest.kind {
            HELD => Line::ours(format!("{} more come with the next one.", digest.more)),
            _ => Line::ours(format!("And {} more: ", digest.more)).command("brief"),
        };
        blocks.push(Block::Small(more));
    }
    if !digest.known.is_empty() {
        blocks.push(Block::Divider);
        blocks.push(Block::Text(Line::new().bold(NEW_ON_KNOWN)));
        for story in &digest.known {
            let line = Line::new().link(&story.headline, story.url.as_deref());
            blocks.push(Block::Text(line));
            blocks.extend(story.quotes.iter().map(|quote| quote.block()));
        }
    }
    if !digest.unsure.is_empty() {
        let said = "Lede could not see whether these came through:";
        blocks.push(Block::Text(Line::ours(said)));
        for (headline, url) in &digest.unsure {
            let line = Line::new().link(headline, url.as_deref());
            blocks.push(Block::Bullet(line));
        }
    }
    Letter {
        name: format!("{what} · {}", digest.kind),
        touches: vec![Touch::Why],
        choices: stories.iter().map(StoryLines::choice).collect(),
        ..letter(head, blocks, about)
    }
}

/// The first message to somebody who follows something, so that a closed door shows at once.
pub fn hello(words: &str) -> Letter {
    Letter {
        head: Line::ours(words),
        touches: vec![Touch::Why],
        name: "Lede".to_owned(),
        ..Letter::default()
    }
}

/// What moderators have to know.
pub fn notice(words: &str) -> Letter {
    Letter {
        // It may name a headline.
        head: Line::new().theirs(words),
        silent: true,
        ..hello(words)
    }
}

/// The channel for notices takes none.
pub fn no_notices_words() -> String {
    "Lede may not write in the channel for notices any more. Until /settings says another one, or the \
     same once Lede may write there, notices lead answers to moderators."
        .to_owned()
}

/// Why a place takes no messages, for whoever can mend it. `where`: its name, or nothing.
pub fn lost_words(lost: &crate::news::push::Lost, place: &str) -> String {
    use crate::news::push::Lost;
    let place = match place {
        "" => "a channel".to_owned(),
        name => format!("#{name}"),
    };
    match lost {
        Lost::Forbidden => format!(
            "Lede may not write in {place} any more. Its subscriptions are paused. \
             Give Lede the right to send messages and embed links there, then wake them with /subscriptions list."
        ),
        Lost::Gone => format!(
            "{place} is gone. Its subscriptions are paused. \
             Add them to another channel with /subscriptions add, or remove them with /subscriptions list."
        ),
        Lost::Locked => format!(
            "{place} is locked or archived. Its subscriptions are paused. \
             Open it again, then wake them with /subscriptions list."
        ),
        Lost::ClosedDirect => "Lede may not write to you: your direct messages are closed. \
             What you follow is paused. Allow direct messages from this server, then wake it with /following."
            .to_owned(),
    }
}

/// A message that was refused, or of which it is unknown whether it was posted.
pub fn trouble_words(headline: &str, place: &str, is_unknown: bool) -> String {
    let place = match place {
        "" => "a channel".to_owned(),
        name => format!("#{name}"),
    };
    if is_unknown {
        format!(
            "Lede could not see whether its message on “{headline}” came through in {place}, and does not \
             send it twice. With the right to read the channel's history it could look."
        )
    } else {
        format!("Discord did not take the message on “{headline}” for {place}. It was not sent.")
    }
}
