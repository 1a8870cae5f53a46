//! ▸ Fix this story, `fix` in a terminal: moderators merge stories, split one, hide it or say that it
//! is not about a topic, for their newsroom alone. Each is audited and can be taken back.

use crate::desk::command::{Answer, Asked, Command, Kind, No, Opt, Who, boxed};
use crate::desk::compose::{self, View};
use crate::desk::wrong::what_of;
use crate::desk::{Asker, Desk, brief, story, why};
use crate::news::correction;
use crate::news::subscription::What;
use crate::news::topic::as_link;
use crate::news::{ArticleId, NewsroomId, StoryId};
use crate::page::fix::{self as page, Panel, Piece, Standing, audit};
use crate::page::story::StoryLines;
use crate::page::{Ask, Line, Refusal, wrong};
use crate::store::{Corrected, Correcting, CorrectionWish as Wish, Dealt, TakenBack, Verdict};

pub const COMMAND: Command = Command {
    name: "fix",
    description: "Merge, split or hide the story of a link here, or take it off a topic",
    who: Who::Moderators,
    options: &[Opt {
        name: "link",
        description: "A link to one of its articles",
        kind: Kind::OfMessage(page::TITLE),
        required: true,
        complete: false,
    }],
    subs: &[],
    in_discord: true,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
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
    let view = look_up(desk, room, ask.get("link").unwrap_or_default()).await?;
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
        Some("hide") if asked.confirmed => here.hide().await,
        Some("topic") => here.topic(ask).await,
        Some("nothing") if asked.confirmed => here.nothing_wrong(ask).await,
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
        if story::id_of(typed).is_none() {
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
        if let Some(pick) = asked.ask.get("pick").and_then(|id| id.trim().parse().ok()) {
            match chosen.iter().position(|one| *one == pick) {
                Some(at) => {
                    chosen.remove(at);
                }
                None => chosen.push(pick),
            }
        }
        chosen.retain(|id| pieces.iter().any(|(article, _)| article.0 == *id));
        if !asked.confirmed {
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

    /// Puts aside what members said of it.
    async fn nothing_wrong(&self, ask: &Ask) -> Answer {
        let said = ask.get(page::REPORT).unwrap_or_default();
        let waits = match what_of(said) {
            Some(what) => {
                let answer = wrong::left_as_it_is(&self.lines.headline);
                let dealt = Dealt {
                    by: self.asker.person,
                    at: self.desk.now(),
                    what: page::NOTHING_WRONG.to_owned(),
                };
                let (store, story) = (&self.desk.store, self.view.id);
                store
                    .put_aside(self.room, story, what, answer, dealt)
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
        Ok(page::put_aside(&self.lines))
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
