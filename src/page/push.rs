//! What pushes and digests say: a story as one letter, several as another.

use crate::clock::Millis;
use crate::page::brief::counted;
use crate::page::pack::measure;
use crate::page::story::StoryLines;
use crate::page::{Block, Button, Card, Letter, Line, Touch};

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
/// Text of a digest in UTF-16 units, blank lines between its parts left out (an embed of Discord's
/// holds 4,096).
const DIGEST_UNITS_MAX: usize = 3_800;
/// Commands that letters name, the longer ones first.
const NAMED_COMMANDS: [&str; 3] = ["subscriptions list", "subscriptions add", "following"];

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
    blocks.push(Block::Small(footer(story, &about.what)));
    Letter {
        name: story.headline.clone(),
        touches: touches(&about),
        ..letter(head, blocks, about)
    }
}

/// "Ukraine · newest 2 h ago", or "Ukraine · only Basin Weekly so far · 2 h ago". How many outlets
/// there are stands in the head.
fn footer(story: &StoryLines, what: &str) -> Line {
    let is_alone = story.outlets <= 1;
    // A subscription to that very source says its name once.
    if what.is_empty() || is_alone && what == story.lead_outlet {
        return story.small();
    }
    let line = Line::new().theirs(what).and(" · ");
    let line = match (story.copied(), is_alone) {
        (Some(n), _) => line.and(format!("one text in {n} outlets · ")),
        (None, true) if !story.has_one_name() => line.and("one outlet so far · "),
        (None, true) => line
            .and("only ")
            .theirs(&story.lead_outlet)
            .and(" so far · "),
        (None, false) => line.and("newest "),
    };
    line.ago(story.newest)
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
        name: story.headline.clone(),
        touches: vec![Touch::Sources, Touch::Why],
        ..letter(head, blocks, about)
    }
}

/// Several stories, the best first.
pub fn digest(stories: &[StoryLines], digest: &Digest, about: About) -> Letter {
    let what = about.what.clone();
    let head = Line::new().theirs(&what).and(format!(" · {}", digest.kind));
    // An alert shows no more than the head: it names the strongest story, which has no heading of
    // its own below.
    let head = match (digest.stories_all, stories.first(), digest.known.len()) {
        (1, Some(lead), _) => head.and(": ").link(&lead.headline, lead.url.as_deref()),
        (n, Some(lead), _) => head
            .and(format!(", {n} stories: "))
            .link(&lead.headline, lead.url.as_deref()),
        (_, None, 0) => head.and(": nothing new"),
        (_, None, n) => {
            let known = counted(n, "story", "stories");
            head.and(format!(": something new on {known} that you know"))
        }
    };
    let mut blocks = Vec::new();
    if let Some(at) = digest.late {
        let late = Line::ours("Late: meant for ").on(at);
        blocks.extend([Block::Small(late), Block::Divider]);
    }
    for (place, story) in stories.iter().take(DIGEST_QUOTED_MAX).enumerate() {
        let own = story.blocks(if place == 0 { 2 } else { 1 });
        blocks.extend(own.into_iter().skip(usize::from(place == 0)));
    }
    let mut below = Vec::new();
    if !digest.known.is_empty() {
        below.extend([Block::Divider, Block::Text(Line::new().bold(NEW_ON_KNOWN))]);
        for story in &digest.known {
            let line = Line::new().link(&story.headline, story.url.as_deref());
            below.push(Block::Heading(line));
            below.extend(story.quotes.iter().map(|quote| quote.block()));
        }
    }
    if !digest.unsure.is_empty() {
        let said = Line::new().bold("Lede could not see whether these came through");
        below.extend([Block::Divider, Block::Text(said)]);
        below.extend(digest.unsure.iter().map(|(headline, url)| {
            let line = Line::new().link(headline, url.as_deref());
            Block::Bullet(line)
        }));
    }
    let room = DIGEST_UNITS_MAX.saturating_sub(measure(&blocks) + measure(&below));
    let rest = stories.get(DIGEST_QUOTED_MAX..).unwrap_or_default();
    blocks.extend(also(rest, digest, room));
    blocks.extend(below);
    Letter {
        name: format!("{what} · {}", digest.kind),
        touches: vec![Touch::Why],
        choices: stories.iter().map(StoryLines::choice).collect(),
        ..letter(head, blocks, about)
    }
}

/// Further stories of a digest, one line each as far as there is room, and how many more there are.
fn also(stories: &[StoryLines], digest: &Digest, room: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut left = room;
    let lines = stories.iter().map(StoryLines::bullet).take_while(|line| {
        let units = measure(std::slice::from_ref(line));
        let fits = units <= left;
        left = left.saturating_sub(units);
        fits
    });
    let lines: Vec<Block> = lines.collect();
    let unlisted = stories.len() - lines.len();
    if !lines.is_empty() {
        blocks.push(Block::Text(Line::new().bold("Also")));
        blocks.extend(lines);
    }
    let opened = format!("And {unlisted} more under {}", Touch::Open.label());
    let more = match (unlisted, digest.more) {
        (0, 0) => return blocks,
        (0, n) if digest.kind == HELD => Line::ours(format!("{n} more come with the next one.")),
        (_, n) if digest.kind == HELD && n > 0 => {
            Line::ours(format!("{opened}, {n} more with the next one."))
        }
        (_, 0) => Line::ours(format!("{opened}.")),
        (0, n) => Line::ours(format!("And {n} more: ")).command("brief"),
        (_, n) => Line::ours(format!("{opened}, {n} more with "))
            .command("brief")
            .and("."),
    };
    blocks.push(Block::Small(more));
    blocks
}

/// The first message to somebody who follows something, so that a closed door shows at once. What
/// an alert shows is the first sentence.
pub fn hello(words: &str) -> Letter {
    Letter {
        silent: false,
        ..notice(card(words), Vec::new())
    }
}

/// Plain words, maybe with others' text in them, as a card: the first sentence heads it.
pub fn card(words: &str) -> Card {
    let (first, rest) = after_first_sentence(words);
    card_of(first, rest)
}

/// The same of a first sentence and the rest, for words in which a name may hold a full stop.
pub fn card_of(first: &str, rest: &str) -> Card {
    let rest = (!rest.is_empty()).then(|| Block::Text(clickable(rest)));
    Card {
        head: clickable(first),
        blocks: rest.into_iter().collect(),
    }
}

/// The first sentence and the rest; a quoted headline is never divided.
fn after_first_sentence(words: &str) -> (&str, &str) {
    let is_end = |(at, _): &(usize, &str)| {
        let before = &words[..*at];
        before.matches('“').count() <= before.matches('”').count()
    };
    let end = words.match_indices(". ").find(is_end);
    let at = end.map_or(words.len(), |(at, _)| at + 1);
    (&words[..at], words[at..].trim())
}

/// Words, maybe with others' text in them, in which the commands can be clicked.
fn clickable(words: &str) -> Line {
    let mut line = Line::new();
    let mut rest = words;
    let next = |rest: &str| {
        let found = NAMED_COMMANDS.iter().filter_map(|name| {
            let at = rest.find(&format!("/{name}"))?;
            Some((at, *name))
        });
        found.min()
    };
    while let Some((at, name)) = next(rest) {
        line = line.theirs(&rest[..at]).command(name);
        rest = &rest[at + 1 + name.len()..];
    }
    match rest {
        "" => line,
        rest => line.theirs(rest),
    }
}

/// What moderators or a person have to know, and what can be done about it. It makes no sound.
pub fn notice(card: Card, acts: Vec<Button>) -> Letter {
    Letter {
        silent: true,
        head: card.head,
        blocks: card.blocks,
        // By a button it is found again where it stands.
        touches: acts.is_empty().then_some(Touch::Why).into_iter().collect(),
        acts,
        name: "Lede".to_owned(),
        ..Letter::default()
    }
}

/// A notice that stands and that somebody dealt with, or that is over: nothing is left to be done.
pub fn dealt(card: Card) -> Letter {
    Letter {
        touches: Vec::new(),
        ..notice(card, Vec::new())
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
        Lost::ClosedDirect => "Lede may not write to you: your direct messages are closed, or you share no server \
             with Lede any more. What you follow is paused. Allow direct messages from a server that has Lede, \
             or add Lede to your account, then wake it with /following."
            .to_owned(),
    }
}

/// What became of a message that did not surely come through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    Refused,
    /// What was posted there cannot be read.
    Unseen,
    /// A post that was made at that time was deleted before Lede could see whether it was this one.
    Deleted,
}

/// A message that was refused, or of which it is unknown whether it was posted.
pub fn trouble_words(headline: &str, place: &str, trouble: Trouble) -> String {
    let place = match place {
        "" => "a channel".to_owned(),
        name => format!("#{name}"),
    };
    match trouble {
        Trouble::Unseen => format!(
            "Lede could not see whether its message on “{headline}” came through in {place}, and does not \
             send it twice. With the right to read the channel's history it could look."
        ),
        Trouble::Deleted => format!(
            "Lede does not post “{headline}” in {place} again. It heard no answer to its try, and a post of that \
             moment was deleted there before it could look."
        ),
        Trouble::Refused => {
            format!(
                "Discord did not take the message on “{headline}” for {place}. It was not sent."
            )
        }
    }
}

/// A message that stands in its announcement channel and did not reach those that follow it.
pub fn unpublished_words(headline: &str, place: &str) -> String {
    let place = match place {
        "" => "an announcement channel".to_owned(),
        name => format!("#{name}"),
    };
    format!(
        "Discord did not publish “{headline}” from {place} to the channels that follow it. Lede no longer \
         tries. The message stands there: Publish, under it, does by hand what Lede could not."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::StoryId;
    use crate::page::markdown::{Commands, block, line};
    use crate::page::story::QuoteLine;

    fn story(n: i64, outlets: usize) -> StoryLines {
        let url = Some(format!("https://avel.example/{n}"));
        StoryLines {
            id: StoryId(n),
            place: 0,
            headline: format!("Storm {n}"),
            url: url.clone(),
            outlets,
            lead_outlet: "Avel Courier".into(),
            carriers: outlets,
            newest: 1_789_999_000_000,
            quotes: vec![QuoteLine {
                sentence: format!("Wind {n}."),
                outlet: "Avel Courier".into(),
                url,
            }],
            differs: Vec::new(),
        }
    }

    fn about(what: &str) -> About {
        About {
            what: what.to_owned(),
            ..About::default()
        }
    }

    fn said(letter: &Letter) -> String {
        let none = Commands::none();
        let blocks = letter.blocks.iter().map(|one| block(one, &none));
        let lines: Vec<String> = std::iter::once(line(&letter.head, &none))
            .chain(blocks.filter(|text| !text.is_empty()))
            .collect();
        lines.join("\n")
    }

    #[test]
    fn a_push_says_once_how_many_outlets_and_which() {
        insta::assert_snapshot!(said(&push(&story(1, 3), about("Harbour"))), @r"
        [Storm 1](https://avel.example/1) · 3 outlets
        > Wind 1. — [Avel Courier](https://avel.example/1)
        -# Harbour · newest <t:1789999000:R>
        ");
        let small = |what: &str| {
            let letter = push(&story(1, 1), about(what));
            let text = said(&letter);
            text.lines().last().unwrap_or_default().to_owned()
        };
        let ago = "<t:1789999000:R>";
        assert_eq!(
            small("Harbour"),
            format!("-# Harbour · only Avel Courier so far · {ago}")
        );
        assert_eq!(
            small("Avel Courier"),
            format!("-# Only Avel Courier so far · {ago}")
        );
        assert_eq!(small(""), format!("-# Only Avel Courier so far · {ago}"));
        // Two sources of one outlet: "only" and the name of one would deny the other's quote.
        let mut sister = story(1, 1);
        sister.quotes[0].outlet = "Avel Courier: Sport".into();
        let text = said(&push(&sister, about("Harbour")));
        assert!(
            text.ends_with(&format!("-# Harbour · one outlet so far · {ago}")),
            "{text}"
        );
        assert!(sister.small().0.len() > 1 && !sister.has_one_name());
        let copied = StoryLines {
            carriers: 3,
            ..story(1, 1)
        };
        let text = said(&push(&copied, about("Harbour")));
        let last = format!("-# Harbour · one text in 3 outlets · {ago}");
        assert_eq!(text.lines().last(), Some(last.as_str()));
    }

    #[test]
    fn a_digest_leads_with_its_strongest_story_and_says_it_once() {
        let digest_of = |stories: &[StoryLines], more, known: Vec<StoryLines>| {
            let of = Digest {
                kind: "daily digest",
                stories_all: stories.len() + more,
                more,
                known,
                ..Digest::default()
            };
            said(&digest(stories, &of, about("Harbour")))
        };
        let five: Vec<StoryLines> = (1..=5).map(|n| story(n, 2)).collect();
        insta::assert_snapshot!(digest_of(&five, 4, vec![story(9, 2)]), @r"
        Harbour · daily digest, 9 stories: [Storm 1](https://avel.example/1)
        -# 2 outlets · newest <t:1789999000:R>
        > Wind 1. — [Avel Courier](https://avel.example/1)
        ### [Storm 2](https://avel.example/2)
        -# 2 outlets · newest <t:1789999000:R>
        > Wind 2. — [Avel Courier](https://avel.example/2)
        ### [Storm 3](https://avel.example/3)
        -# 2 outlets · newest <t:1789999000:R>
        > Wind 3. — [Avel Courier](https://avel.example/3)
        **Also**
        - [Storm 4](https://avel.example/4) · 2 outlets
        - [Storm 5](https://avel.example/5) · 2 outlets
        -# And 4 more: `/brief`
        **New on stories you know**
        ### [Storm 9](https://avel.example/9)
        > Wind 9. — [Avel Courier](https://avel.example/9)
        ");
        assert_eq!(
            digest_of(&[], 0, Vec::new()),
            "Harbour · daily digest: nothing new"
        );
        let known = digest_of(&[], 0, vec![story(9, 2)]);
        assert!(
            known.starts_with("Harbour · daily digest: something new on 1 story that you know\n")
        );
        let one = digest_of(&five[..1], 0, Vec::new());
        assert!(one.starts_with("Harbour · daily digest: [Storm 1](https://avel.example/1)\n-# 2"));
    }

    #[test]
    fn what_a_digest_has_no_room_for_is_counted_and_what_comes_last_is_kept() {
        let mut many: Vec<StoryLines> = (1..=22).map(|n| story(n, 2)).collect();
        for one in &mut many {
            one.headline = "Storm over the sea ".repeat(12);
        }
        let of = Digest {
            kind: "daily digest",
            stories_all: 25,
            more: 3,
            unsure: vec![("Fog".into(), None)],
            ..Digest::default()
        };
        let letter = digest(&many, &of, about("Harbour"));
        assert!(measure(&letter.blocks) <= DIGEST_UNITS_MAX + 100);
        let text = said(&letter);
        let listed = text.matches("\n- [").count();
        let rest = format!(
            "\n-# And {} more under Open a story, 3 more with `/brief`.\n",
            19 - listed
        );
        assert!((1..19).contains(&listed) && text.contains(&rest), "{text}");
        assert!(text.ends_with("came through**\n- Fog"), "{text}");
    }

    #[test]
    fn a_notice_begins_with_its_cause_and_formats_nothing_of_others() {
        let words = trouble_words("Wind. **Fog** rises", "news", Trouble::Unseen);
        insta::assert_snapshot!(said(&notice(card(&words), Vec::new())), @r"
        Lede could not see whether its message on “Wind. \*\*Fog\*\* rises” came through in #news, and does not send it twice.
        With the right to read the channel's history it could look.
        ");
        let lost = lost_words(&crate::news::push::Lost::Gone, "news");
        insta::assert_snapshot!(said(&notice(card(&lost), Vec::new())), @r"
        \#news is gone.
        Its subscriptions are paused. Add them to another channel with `/subscriptions add`, or remove them with `/subscriptions list`.
        ");
    }
}
