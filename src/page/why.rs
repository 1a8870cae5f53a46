//! Why an article was sent, held or not sent: what was seen of it, and one sentence for each
//! subscription, whatever the reason.

use crate::clock::Millis;
use crate::news::push::{Grounds, Reason};
use crate::page::action::Style;
use crate::page::brief::counted;
use crate::page::pack::fit;
use crate::page::story::StoryLines;
use crate::page::{Action, Ask, Block, Button, Line, Page, Row};

/// Sources that are named with the time at which each carried it.
const SOURCES_MAX: usize = 6;
/// Words that are named as having matched.
const WORDS_MAX: usize = 8;

/// What became of it for one subscription.
#[derive(Clone, Debug, PartialEq)]
pub struct Fate {
    /// What is subscribed to, as it is called.
    pub what: String,
    /// Where it goes.
    pub place: Line,
    pub state: State,
    /// Score, bar, words, outlets.
    pub grounds: Option<Grounds>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// It was to be sent, and was at `sent_at`, where it is out.
    Sent {
        mention: bool,
        sent_at: Option<Millis>,
    },
    Held {
        reason: Reason,
        until: Option<Millis>,
        /// By which subscription it was told, as it is called.
        told_by: Option<String>,
    },
    Skipped {
        reason: Reason,
        told_by: Option<String>,
    },
    /// Nothing was decided, as nothing in it meets the subscription.
    NoMatch,
    /// Nothing was decided: all of it was seen before.
    Before { made_at: Millis },
    /// Nothing was decided yet.
    NotYet,
    /// The subscription sleeps.
    Asleep { since: Millis },
}

/// A story, who carried it, and what became of it.
#[derive(Clone, Debug)]
pub struct Why {
    pub story: StoryLines,
    /// Sources of this newsroom with the time of the first sighting, the first one first.
    pub seen_by: Vec<(String, Millis)>,
    pub fates: Vec<Fate>,
}

/// The whole answer.
pub fn draw(why: &Why) -> Page {
    let mut blocks = vec![
        Block::Title(Line::ours("Why")),
        Block::Heading(Line::new().link(&why.story.headline, why.story.url.as_deref())),
        Block::Small(why.story.small()),
        Block::Text(seen(&why.seen_by)),
    ];
    if why.fates.is_empty() {
        blocks.push(Block::Text(Line::ours(
            "There is no subscription here that could have sent it.",
        )));
    }
    for fate in &why.fates {
        blocks.push(Block::Bullet(fate.line()));
    }
    let story = Ask::new("story").value("find", format!("~{}", why.story.id.0));
    Page {
        blocks: fit(blocks),
        rows: vec![Row::Buttons(vec![Button {
            label: "All sources".to_owned(),
            action: Action::Open {
                ask: story,
                chosen: None,
            },
            style: Style::Plain,
        }])],
        empty: false,
    }
}

/// A message that tells no story: what it came from, and how that is sent.
pub fn without_story(what: &str, place: Line, terms: &str) -> Page {
    let wish = Line::new().bold(what).and(" · ").with_all(place);
    Page {
        blocks: vec![
            Block::Title(Line::ours("Why")),
            Block::Text(Line::ours(
                "This message holds no story: it shows that what was asked for works.",
            )),
            Block::Bullet(wish.and(format!(": {terms}"))),
        ],
        ..Page::default()
    }
}

/// A link that none of the sources carried.
pub fn unseen(link: &str, sources: usize) -> Page {
    let sources = counted(sources, "source", "sources");
    Page {
        blocks: vec![
            Block::Title(Line::ours("Not seen")),
            Block::Small(Line::new().theirs(link)),
            Block::Text(Line::ours(format!(
                "None of the {sources} here has carried that link, so it could not be sent. The feed may leave it out, or name it by another address: look for words of its headline."
            ))),
        ],
        rows: Vec::new(),
        empty: true,
    }
}

fn seen(seen_by: &[(String, Millis)]) -> Line {
    let mut line = Line::new().bold("Seen").and(": ");
    for (at, (name, seen_at)) in seen_by.iter().take(SOURCES_MAX).enumerate() {
        if at > 0 {
            line = line.and(", ");
        }
        line = line.theirs(name).and(" ").ago(*seen_at);
    }
    match seen_by.len().saturating_sub(SOURCES_MAX) {
        0 => line,
        more => line.and(format!(" and {more} more")),
    }
}

impl Fate {
    /// "**Ukraine** · #news: sent 2 h ago. Score 1.4, needed 1.0; words: harbour, quay."
    fn line(&self) -> Line {
        let line = Line::new()
            .bold(&self.what)
            .and(" · ")
            .with_all(self.place.clone())
            .and(": ")
            .with_all(self.state.line());
        let grounds = self.grounds.as_ref();
        match grounds.and_then(|grounds| grounds_line(grounds, self.state.waits())) {
            Some(grounds) => line.and(" ").with_all(grounds),
            None => line,
        }
    }
}

impl State {
    /// Whether it is about a number of outlets.
    fn waits(&self) -> bool {
        let (State::Held { reason, .. } | State::Skipped { reason, .. }) = self else {
            return false;
        };
        matches!(reason, Reason::Waiting { .. } | Reason::TooFew { .. })
    }

    /// One sentence for every state and reason.
    fn line(&self) -> Line {
        match self {
            State::Sent { mention, sent_at } => sent(*mention, *sent_at),
            State::Held {
                reason,
                until,
                told_by,
            } => {
                let held = match reason {
                    Reason::Waiting { .. } => "held ",
                    _ => "held, ",
                };
                let line = Line::ours(held).with_all(because(reason, told_by.as_deref()));
                match until {
                    Some(until) if *reason == Reason::DigestTime => {
                        line.and(" ").on(*until).and(".")
                    }
                    None if *reason == Reason::DigestTime => line.and("."),
                    Some(until) => line.and("; decided again ").on(*until).and("."),
                    None => line.and("; decided again when something new comes."),
                }
            }
            State::Skipped { reason, told_by } => Line::ours("not sent, ")
                .with_all(because(reason, told_by.as_deref()))
                .and("."),
            State::NoMatch => Line::ours("not sent, as nothing in it meets this subscription."),
            State::Before { made_at } => {
                Line::ours("not sent, as it was out before the subscription began ")
                    .ago(*made_at)
                    .and(".")
            }
            State::NotYet => {
                Line::ours("not decided yet: it came a moment ago, or waits to be placed.")
            }
            State::Asleep { since } => Line::ours("not sent, as the subscription was paused ")
                .ago(*since)
                .and("."),
        }
    }
}

fn sent(mention: bool, sent_at: Option<Millis>) -> Line {
    let how = if mention { " with its mention" } else { "" };
    match sent_at {
        Some(at) => Line::ours(format!("sent{how} ")).ago(at).and("."),
        None => Line::ours(format!("to be sent{how}; the message is on its way.")),
    }
}

/// The reason, to stand behind "held," or "not sent,".
fn because(reason: &Reason, told_by: Option<&str>) -> Line {
    match reason {
        Reason::Sent { .. } => Line::ours("although it was decided to be sent"),
        Reason::BelowBar => Line::ours("as it is not enough about the topic"),
        Reason::Excluded(word) => Line::ours("as it holds “")
            .theirs(word)
            .and("”, which the topic leaves out"),
        Reason::Baseline => Line::ours(
            "as all of it was seen before the subscription or its source was added, or was old when it was seen",
        ),
        Reason::AlreadyTold(told) => {
            let line = Line::ours("as this place was told ").ago(told.at);
            match told_by {
                Some(by) => line.and(" by ").theirs(by),
                None => {
                    line.and(" by another subscription, or with a story that it was merged into")
                }
            }
        }
        Reason::Waiting { wait_for } => Line::ours(format!("until {wait_for} outlets have it")),
        Reason::TooFew { wait_for } => Line::ours(format!(
            "as it never had {wait_for} outlets and nothing was added to it for three days"
        )),
        Reason::QuietHours => Line::ours("as these are quiet hours"),
        Reason::Cap { per_day } => Line::ours(format!(
            "as the {} of the day were used up",
            counted(*per_day as usize, "message", "messages")
        )),
        Reason::DigestTime => Line::ours("to come with the next digest"),
        Reason::Late => Line::ours(
            "as it could not be sent in time; a digest names it where one is still to come",
        ),
        Reason::Unlisted => Line::ours(
            "as the digest had no room for it and counted it among those that it did not list",
        ),
        Reason::Gone => Line::ours("as no source here has it any more"),
        Reason::Hidden => Line::ours("as moderators hid the story here"),
        Reason::OffTopic => Line::ours("as moderators said that the story is not about this topic"),
        Reason::Old => Line::ours(
            "as nothing had been added to it for three days when moderators corrected the story",
        ),
    }
}

/// "Score 1.4, needed 1.0; words: harbour, quay; 2 outlets then." The outlets are told where they
/// were `waited` for: else they say nothing of why.
fn grounds_line(grounds: &Grounds, waited: bool) -> Option<Line> {
    let mut parts = Vec::new();
    match (grounds.score, grounds.bar) {
        (Some(score), Some(bar)) if bar > 0.0 => {
            parts.push(Line::ours(format!("Score {score:.1}, needed {bar:.1}")));
        }
        // Where too little was learned of a topic, its words alone decide.
        (Some(score), _) => parts.push(Line::ours(format!("Score {score:.1}"))),
        (None, _) => {}
    }
    if !grounds.words.is_empty() {
        let words: Vec<&str> = grounds
            .words
            .iter()
            .take(WORDS_MAX)
            .map(String::as_str)
            .collect();
        let word = if parts.is_empty() {
            "Words: "
        } else {
            "words: "
        };
        parts.push(Line::ours(word).theirs(words.join(", ")));
    }
    if waited && grounds.outlets > 0 {
        let outlets = counted(grounds.outlets, "outlet", "outlets");
        parts.push(Line::ours(format!("{outlets} then")));
    }
    let mut parts = parts.into_iter();
    let first = parts.next()?;
    let line = parts.fold(first, |line, part| line.and("; ").with_all(part));
    Some(line.and("."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{DAY, HOUR};
    use crate::news::push::Told;
    use crate::news::{StoryId, SubscriptionId};
    use crate::page::markdown::{Commands, block};

    const NOON: Millis = 20_000 * DAY + DAY / 2;

    fn fate(state: State) -> Fate {
        Fate {
            what: "Harbour".into(),
            place: Line::ours("<#300>"),
            state,
            grounds: None,
        }
    }

    fn said(state: State) -> String {
        let line = Block::Bullet(fate(state).line());
        block(&line, &Commands::none())
    }

    fn held(reason: Reason, until: Option<Millis>) -> State {
        State::Held {
            reason,
            until,
            told_by: None,
        }
    }

    fn skipped(reason: Reason, told_by: Option<&str>) -> State {
        State::Skipped {
            reason,
            told_by: told_by.map(str::to_owned),
        }
    }

    #[test]
    fn every_reason_has_a_sentence_of_its_own() {
        let told = Told {
            at: NOON - HOUR,
            by: Some(SubscriptionId(2)),
        };
        let sent = |mention, sent_at| State::Sent { mention, sent_at };
        let states = [
            sent(true, Some(NOON)),
            sent(false, None),
            held(Reason::Waiting { wait_for: 2 }, Some(NOON + 72 * HOUR)),
            held(Reason::QuietHours, Some(NOON + 8 * HOUR)),
            held(Reason::Cap { per_day: 8 }, Some(NOON + 20 * HOUR)),
            held(Reason::DigestTime, Some(NOON + 20 * HOUR)),
            skipped(Reason::BelowBar, None),
            skipped(Reason::Excluded("fish".into()), None),
            skipped(Reason::Baseline, None),
            skipped(Reason::AlreadyTold(told), Some("Ports")),
            skipped(Reason::AlreadyTold(Told { by: None, ..told }), None),
            skipped(Reason::TooFew { wait_for: 3 }, None),
            skipped(Reason::Late, None),
            State::NoMatch,
            State::Before { made_at: NOON },
            State::NotYet,
            State::Asleep { since: NOON },
        ];
        let lines: Vec<String> = states.into_iter().map(said).collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        - **Harbour** · <#300>: sent with its mention <t:1728043200:R>.
        - **Harbour** · <#300>: to be sent; the message is on its way.
        - **Harbour** · <#300>: held until 2 outlets have it; decided again <t:1728302400:f>.
        - **Harbour** · <#300>: held, as these are quiet hours; decided again <t:1728072000:f>.
        - **Harbour** · <#300>: held, as the 8 messages of the day were used up; decided again <t:1728115200:f>.
        - **Harbour** · <#300>: held, to come with the next digest <t:1728115200:f>.
        - **Harbour** · <#300>: not sent, as it is not enough about the topic.
        - **Harbour** · <#300>: not sent, as it holds “fish”, which the topic leaves out.
        - **Harbour** · <#300>: not sent, as all of it was seen before the subscription or its source was added, or was old when it was seen.
        - **Harbour** · <#300>: not sent, as this place was told <t:1728039600:R> by Ports.
        - **Harbour** · <#300>: not sent, as this place was told <t:1728039600:R> by another subscription, or with a story that it was merged into.
        - **Harbour** · <#300>: not sent, as it never had 3 outlets and nothing was added to it for three days.
        - **Harbour** · <#300>: not sent, as it could not be sent in time; a digest names it where one is still to come.
        - **Harbour** · <#300>: not sent, as nothing in it meets this subscription.
        - **Harbour** · <#300>: not sent, as it was out before the subscription began <t:1728043200:R>.
        - **Harbour** · <#300>: not decided yet: it came a moment ago, or waits to be placed.
        - **Harbour** · <#300>: not sent, as the subscription was paused <t:1728043200:R>.
        ");
        let mut different = lines.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), lines.len(), "no two are alike");
    }

    #[test]
    fn the_answer_names_sources_score_words_and_outlets() {
        let grounds = Grounds {
            score: Some(1.43),
            bar: Some(1.0),
            words: vec!["harbour".into(), "quay".into()],
            outlets: 2,
            news_since: Some(NOON),
            fed_at: NOON,
        };
        let page = draw(&Why {
            story: StoryLines {
                id: StoryId(5),
                place: 0,
                headline: "Tarn @everyone harbour".into(),
                url: Some("https://tern.example/a".into()),
                outlets: 2,
                lead_outlet: "The Tern".into(),
                carriers: 2,
                newest: NOON,
                quotes: Vec::new(),
                differs: Vec::new(),
            },
            seen_by: (0..8).map(|n| (format!("Source {n}"), NOON)).collect(),
            fates: vec![Fate {
                grounds: Some(grounds),
                ..fate(held(Reason::QuietHours, Some(NOON)))
            }],
        });
        let lines: Vec<String> = page
            .blocks
            .iter()
            .map(|one| block(one, &Commands::none()))
            .collect();
        insta::assert_snapshot!(lines.join("\n"), @r"
        ## Why
        ### [Tarn \@everyone harbour](https://tern.example/a)
        -# 2 outlets · newest <t:1728043200:R>
        **Seen**: Source 0 <t:1728043200:R>, Source 1 <t:1728043200:R>, Source 2 <t:1728043200:R>, Source 3 <t:1728043200:R>, Source 4 <t:1728043200:R>, Source 5 <t:1728043200:R> and 2 more
        - **Harbour** · <#300>: held, as these are quiet hours; decided again <t:1728043200:f>. Score 1.4, needed 1.0; words: harbour, quay.
        ");
    }
}
