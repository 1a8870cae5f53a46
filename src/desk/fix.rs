//! ▸ Fix this story, `fix` in a terminal: moderators merge stories, split one, hide it or say that it
//! is not about a topic, for their newsroom alone. Each is audited and can be taken back.

use crate::desk::command::{Answer, Asked, Command, Kind, No, Opt, Who, boxed};
use crate::desk::compose::{self, View};
use crate::desk::wrong::what_of;
use crate::desk::{Asker, Desk, brief, story, why};
use crate::news::correction;
use crate::news::subscription::What;
use crate::news::topic::as_link;
use crate::news::{ArticleId, NewsroomId, StoryId, link};
use crate::page::fix::{self as page, Panel, Piece, Standing, audit};
use crate::page::story::{SourceLine, StoryLines};
use crate::page::{Ask, Line, Refusal, wrong};
use crate::store::{Corrected, Correcting, CorrectionWish as Wish, Dealt, TakenBack, Verdict};

pub const COMMAND: Command = Command {
    name: "fix",
    description: "Merge, split or hide the story of a link here, or take it off a topic",
    who: Who::Moderators,
    options: &[LINK, DO, WITH, ARTICLES, TOPIC, REPORT, YES],
    subs: &[],
    in_discord: true,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

const LINK: Opt = Opt {
    name: "link",
    description: "A link to one of its articles",
    kind: Kind::OfMessage(page::TITLE),
    required: true,
    complete: false,
};
// The others are a shell's: in Discord a message's menu takes none, and the panel asks for them.
const DO: Opt = Opt {
    name: "do",
    description: "What to do at once, instead of looking at it",
    kind: Kind::Choice(&[
        ("merge", "Merge with another story"),
        ("split", "Split articles out of it"),
        ("hide", "Hide it here"),
        ("topic", "It is not about a topic"),
        ("nothing", "Nothing: what members said of it is put aside"),
    ]),
    required: false,
    complete: false,
};
const WITH: Opt = Opt {
    name: "with",
    description: "Merge: a link or the headline of the other story",
    kind: Kind::Words,
    required: false,
    complete: false,
};
const ARTICLES: Opt = Opt {
    name: "articles",
    description: "Split: the links of the articles that are another story",
    kind: Kind::Words,
    required: false,
    complete: false,
};
const TOPIC: Opt = Opt {
    name: "topic",
    description: "Topic: what it is not about",
    kind: Kind::Words,
    required: false,
    complete: false,
};
const REPORT: Opt = Opt {
    name: page::REPORT,
    description: "Nothing: what members said of it",
    kind: Kind::Choice(&wrong::CHOICES),
    required: false,
    complete: false,
};
const YES: Opt = Opt {
    name: "yes",
    description: "Merge without showing the other story first",
    kind: Kind::Flag,
    required: false,
    complete: false,
};

/// Stories that are offered to be merged with.
const NEAR_MAX: usize = 20;
/// Subscriptions of which it is looked whether the story meets their topics.
const TOPICS_LOOKED_AT_MAX: usize = 100;

/// A story that is being fixed.
struct Here<'a> {
    desk: &'a Desk,
    asker: &'a Asker,
    room: NewsroomId,
    view: View,
    lines: StoryLines,
}

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    let ask = &asked.ask;
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    if let Some(id) = ask.get("undo").and_then(|id| id.parse().ok()) {
        return take_back(desk, room, id, ask).await;
    }
    let typed = ask.get("link").unwrap_or_default();
    // What is typed in a shell is meant, as with /sources remove; it can be taken back.
    let is_meant = asked.confirmed || asker.terminal;
    let view = match look_up(desk, room, typed).await {
        Ok(view) => view,
        // What was said of a story that is gone can be put aside nevertheless.
        Err(No::Refused(no)) => match story::id_of(typed) {
            Some(id) if is_meant && ask.get("do") == Some("nothing") => {
                return put_aside(desk, asker, room, (id, None), ask).await;
            }
            _ => return Err(No::Refused(no)),
        },
        Err(no) => return Err(no),
    };
    let here = Here {
        desk,
        asker,
        room,
        lines: compose::lines(&view, 0),
        view,
    };
    match ask.get("do") {
        Some("merge") => here.merge(asked).await,
        Some("split") => here.split(asked).await,
        Some("hide") if is_meant => here.hide().await,
        Some("topic") => here.topic(ask).await,
        Some("nothing") if is_meant => {
            put_aside(desk, asker, room, (here.view.id, Some(&here.lines)), ask).await
        }
        _ => here.panel().await,
    }
}

/// The story that a link, `~ID` or words name, also where it is hidden.
async fn look_up(desk: &Desk, room: NewsroomId, typed: &str) -> Result<View, No> {
    let Some(id) = story::find_all(desk, room, typed).await? else {
        let no = match as_link(typed) {
            Some(_) => Refusal::new("None of the sources here has that article.")
                .can("Choose a message with a link to an article of a source here."),
            None => Refusal::new(format!("No story here has the words “{}”.", typed.trim()))
                .can("Give other words of its headline, or the link of one of its articles."),
        };
        return Err(no.into());
    };
    let view = compose::view_all(desk, room, id).await?;
    view.ok_or_else(|| {
        Refusal::new(
            "That story is not here: its article waits for its place, or its sources are gone.",
        )
        .can("Try again in a minute.")
        .into()
    })
}

async fn take_back(desk: &Desk, room: NewsroomId, id: i64, ask: &Ask) -> Answer {
    let no = match desk.store.undo_correction(room, id, desk.now()).await? {
        TakenBack::Done => None,
        TakenBack::Before => Some(
            Refusal::new("It was taken back before.").will("Nothing was changed a second time."),
        ),
        TakenBack::ChangedSince => Some(
            Refusal::new("What was split off was hidden, merged or taken off a topic since.")
                .will("Nothing was changed.")
                .can("Take that back first, under Fix this story of what was split off."),
        ),
    };
    if let Some(no) = no {
        return Err(no.into());
    }
    desk.corrected(room).await;
    // The story may go by another name now.
    let named = ask.get("link").and_then(story::id_of);
    let view = match named {
        Some(id) => compose::view_all(desk, room, id).await?,
        None => None,
    };
    let lines = view.map(|view| compose::lines(&view, 0));
    Ok(page::taken_back(lines.as_ref()))
}

/// Puts aside what members said of a story, with what it shows where it is still there.
async fn put_aside(
    desk: &Desk,
    asker: &Asker,
    room: NewsroomId,
    (story, lines): (StoryId, Option<&StoryLines>),
    ask: &Ask,
) -> Answer {
    let what = what_of(ask.get(page::REPORT).unwrap_or_default());
    let answer = match lines {
        Some(lines) => wrong::left_as_it_is(&lines.headline),
        None => wrong::GONE.to_owned(),
    };
    let dealt = Dealt {
        by: asker.person,
        at: desk.now(),
        what: page::NOTHING_WRONG.to_owned(),
    };
    let waits = match what {
        Some(what) => {
            desk.store
                .put_aside(room, story, what, answer, dealt)
                .await?
        }
        None => false,
    };
    if !waits {
        return Err(
            Refusal::new("Nothing that was said of this story waits any more.")
                .will("Nothing was changed.")
                .into(),
        );
    }
    Ok(page::put_aside(lines))
}

impl Desk {
    /// Stories of a newsroom were corrected: what was kept of them is made anew.
    pub(super) async fn corrected(&self, newsroom: NewsroomId) {
        self.learned.forget(newsroom).await;
        self.suggested.forget(newsroom).await;
    }
}

impl Here<'_> {
    async fn panel(&self) -> Answer {
        let overlay = self.desk.store.overlay(self.room).await?;
        let standing = self.desk.store.corrections_of(self.room, self.view.id);
        let standing = standing.await?.into_iter().map(|one| Standing {
            id: one.correction.id,
            what: words(&one.correction.kind, one.correction.story, self.view.id),
            at: one.at,
        });
        Ok(page::panel(&Panel {
            story: self.lines.clone(),
            sources: compose::source_lines(&self.view),
            is_hidden: overlay.is_hidden(self.view.id),
            standing: standing.collect(),
        }))
    }

    async fn merge(&self, asked: &Asked) -> Answer {
        let Some(typed) = asked
            .ask
            .get("with")
            .filter(|typed| !typed.trim().is_empty())
        else {
            let (id, sightings) = (self.view.id, &self.view.sightings);
            let near =
                story::related_stories(self.desk, self.room, id, sightings, NEAR_MAX).await?;
            return Ok(page::merge(&self.lines, &near));
        };
        let other = look_up(self.desk, self.room, typed).await?;
        if other.id == self.view.id {
            return Err(Refusal::new("That is this very story.")
                .can("Choose another one.")
                .into());
        }
        let other_lines = compose::lines(&other, 0);
        if story::id_of(typed).is_none() && !asked.confirmed {
            return Ok(page::is_it(&self.lines, &other_lines));
        }
        let wish = Wish::Merge {
            one: self.view.id,
            other: other.id,
        };
        let words = audit::merge(&self.lines.headline, &other_lines.headline);
        let (change, story) = self.correct(wish, words).await?;
        let said = Line::new()
            .bold(&self.lines.headline)
            .and(" and ")
            .bold(&other_lines.headline)
            .and(" are one story here.");
        let effect =
            "Whoever was told of either is not told again; later articles of both join it.";
        self.done(said, effect, change, Some(story)).await
    }

    async fn split(&self, asked: &Asked) -> Answer {
        let pieces = compose::pieces(&self.view);
        let mut chosen = chosen(asked.ask.get("chosen").unwrap_or_default());
        let typed = asked.ask.get("articles").filter(|_| self.asker.terminal);
        for link in typed.into_iter().flat_map(str::split_whitespace) {
            let article = of_link(&pieces, link)?;
            if !chosen.contains(&article) {
                chosen.push(article);
            }
        }
        if let Some(pick) = asked.ask.get("pick").and_then(|id| id.trim().parse().ok()) {
            match chosen.iter().position(|one| *one == pick) {
                Some(at) => {
                    chosen.remove(at);
                }
                None => chosen.push(pick),
            }
        }
        chosen.retain(|id| pieces.iter().any(|(article, _)| article.0 == *id));
        if !asked.confirmed && typed.is_none() {
            let kept: Vec<String> = chosen.iter().map(i64::to_string).collect();
            let pieces = pieces.into_iter().map(|(article, line)| Piece {
                article: article.0,
                is_chosen: chosen.contains(&article.0),
                line,
            });
            let pieces: Vec<Piece> = pieces.collect();
            return Ok(page::split(&self.lines, &pieces, &kept.join(",")));
        }
        let first = pieces
            .iter()
            .find(|(article, _)| chosen.contains(&article.0));
        let Some((_, first)) = first else {
            return Err(Refusal::new("No article is chosen.")
                .can("Choose the articles that are another story.")
                .into());
        };
        let wish = Wish::Split {
            story: self.view.id,
            articles: chosen.iter().copied().map(ArticleId).collect(),
        };
        let (out, all) = (chosen.len(), pieces.len());
        let words = audit::split(&self.lines.headline, &first.title, out, all);
        let (change, story) = self.correct(wish, words).await?;
        let said = Line::new()
            .bold(&first.title)
            .and(" is a story of its own here.");
        let effect = "Later articles go to the part that they are nearest to. Whoever was sent all of it is \
                      not told again.";
        self.done(said, effect, change, Some(story)).await
    }

    async fn hide(&self) -> Answer {
        let words = audit::hide(&self.lines.headline);
        let (change, _) = self.correct(Wish::Hide(self.view.id), words).await?;
        let said = Line::new()
            .bold(&self.lines.headline)
            .and(" is hidden here.");
        let effect = "It is in no answer, message or digest here any more, nor are later articles of it. \
                      What was sent stays where it stands.";
        self.done(said, effect, change, None).await
    }

    async fn topic(&self, ask: &Ask) -> Answer {
        let Some(typed) = ask.get("topic").filter(|typed| !typed.trim().is_empty()) else {
            return Ok(page::topic(&self.lines, &self.topics().await?));
        };
        let Some(topic) = brief::topic_of(typed)? else {
            return Err(Refusal::new("Top stories are no topic.")
                .can("Name a topic, such as harbour, or hide the story.")
                .into());
        };
        let wish = Wish::OffTopic {
            story: self.view.id,
            topic: topic.key.clone(),
        };
        let words = audit::topic(&self.lines.headline, &topic.shown);
        let (change, story) = self.correct(wish, words).await?;
        let said = Line::new()
            .bold(&self.lines.headline)
            .and(" is not about ")
            .bold(&topic.shown)
            .and(" here.");
        let effect = "It is not sent for that topic and not in its brief; Lede learns from its articles what \
                      does not belong to the topic.";
        self.done(said, effect, change, Some(story)).await
    }

    /// Topics of the channels' subscriptions that the story meets. What members follow is theirs.
    async fn topics(&self) -> Result<Vec<(String, String)>, No> {
        let desk = self.desk;
        let mut all = desk.store.subscriptions(self.room).await?;
        all.retain(|one| !one.place.destination.is_direct());
        all.truncate(TOPICS_LOOKED_AT_MAX);
        let decided = desk.store.decisions_of(self.view.id, self.room).await?;
        let mut topics: Vec<(String, String)> = Vec::new();
        for one in &all {
            let What::Topic { key, shown } = &one.what else {
                continue;
            };
            if topics.iter().any(|(known, _)| known == key) {
                continue;
            }
            let was_wanted = decided
                .iter()
                .any(|decided| decided.subscription == one.id && decided.verdict != Verdict::Skip);
            if was_wanted || why::standing(desk, &self.view, one).await?.0 {
                topics.push((key.clone(), shown.clone()));
            }
        }
        Ok(topics)
    }

    async fn correct(
        &self,
        wish: Wish,
        (before, after): (String, String),
    ) -> Result<(i64, StoryId), No> {
        let correcting = Correcting {
            newsroom: self.room,
            wish,
            before,
            after,
            thanks: wrong::dealt_with(&self.lines.headline),
            dealt: page::TITLE.to_owned(),
            by: self.asker.person,
            at: self.desk.now(),
        };
        let refusal = match self.desk.store.correct(correcting).await? {
            Corrected::Done { change, story, .. } => {
                self.desk.corrected(self.room).await;
                return Ok((change, story));
            }
            Corrected::Same => {
                Refusal::new("That was said before.").will("Nothing was changed a second time.")
            }
            Corrected::Gone => Refusal::new("The story was changed just now.")
                .can("Choose Fix this story again to see it as it is."),
            Corrected::Whole => Refusal::new("Then nothing would be left of the story.")
                .can("Leave one of its articles in."),
            Corrected::Full { max } => Refusal::new(format!(
                "There are {max} corrections here, as many as there may be."
            ))
            .can("Take some back that are no longer needed, under Fix this story."),
        };
        Err(refusal.into())
    }

    async fn done(&self, said: Line, effect: &str, change: i64, story: Option<StoryId>) -> Answer {
        let view = match story {
            Some(story) => compose::view_all(self.desk, self.room, story).await?,
            None => None,
        };
        let lines = view.map(|view| compose::lines(&view, 0));
        Ok(page::done(said, effect, change, lines.as_ref()))
    }
}

/// The article of a story that stands at a link.
fn of_link(pieces: &[(ArticleId, SourceLine)], typed: &str) -> Result<i64, No> {
    let same = |url: &str| link::canonical(url, None);
    let typed = typed.trim_matches(',');
    let named = same(typed);
    let mut all = pieces.iter();
    let found =
        all.find(|(_, line)| named.is_some() && line.url.as_deref().and_then(same) == named);
    found.map(|(article, _)| article.0).ok_or_else(|| {
        Refusal::new(format!("The story has no article at “{typed}”."))
            .will("Nothing was changed.")
            .can("Type lede fix and a link of the story to see its articles.")
            .into()
    })
}

/// Ids as the request keeps them.
fn chosen(kept: &str) -> Vec<i64> {
    kept.split(',')
        .filter_map(|id| id.trim().parse().ok())
        .collect()
}

/// A correction in force of the story `own`, in words.
fn words(kind: &correction::Kind, story: StoryId, own: StoryId) -> String {
    match kind {
        correction::Kind::Merge(_) => "merged with another story".to_owned(),
        correction::Kind::Split(split) if *split == own && story != own => {
            "split off another story".to_owned()
        }
        correction::Kind::Split(_) => "articles split out".to_owned(),
        correction::Kind::Hide => "hidden here".to_owned(),
        correction::Kind::OffTopic(topic) => format!("not about {topic}"),
    }
}
