//! ▸ Related coverage, `related` in a terminal: the story of a link's article and who else reports
//! it; of an article that no source here has, the stories near it.

use crate::clock::DAY;
use crate::desk::command::{Answer, Asked, Command, Kind, No, Opt, Who, boxed};
use crate::desk::linked::{self, Linked};
use crate::desk::{Asker, Desk, compose, setup, story};
use crate::news::{ArticleId, NewsroomId, StoryId, related};
use crate::page::story::StoryLines;
use crate::page::{Ask, link};
use crate::store::Hunt;
use crate::text::background;
use crate::text::vector::Vector;

pub const COMMAND: Command = Command {
    name: "related",
    description: "The story of a link's article, and who else reports it",
    who: Who::Everyone,
    options: &[Opt {
        name: "link",
        description: "A link to an article",
        kind: Kind::OfMessage("Related coverage"),
        required: true,
        complete: false,
    }],
    subs: &[],
    in_discord: true,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

/// How far from the article's time near stories are looked for.
const NEAR_DAYS: i64 = 7;
/// Articles among which they are looked for, the newest; and the nearest whose stories are looked up.
const NEAR_ARTICLES_MAX: u32 = 1_500;
const NEAREST_MAX: usize = 40;
/// Stories that are shown.
const STORIES_MAX: usize = 5;

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    let url = linked::named(&asked.ask)?;
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    if desk.store.by_link(room, &url).await?.is_some() {
        return card(desk, asker, url).await;
    }
    story::refuse_hidden(desk, room, &url).await?;
    let sources = desk.store.sources(room).await?.len();
    if sources == 0 {
        return setup::first(desk, asker).await;
    }
    let article = match linked::read(desk, &url).await {
        Ok(article) => article,
        Err(why) => return Err(link::not_read(&why).into()),
    };
    // A shortened link is known by where it led.
    if desk.store.by_link(room, &article.url).await?.is_some() {
        return card(desk, asker, article.url.clone()).await;
    }
    story::refuse_hidden(desk, room, &article.url).await?;
    Ok(link::near(&link::Near {
        stories: near(desk, room, &article).await?,
        subject: article.subject(),
        sources,
        may_show: asker.may_show(),
    }))
}

async fn card(desk: &Desk, asker: &Asker, url: String) -> Answer {
    story::card(desk, asker, &Ask::new("story").value("find", url)).await
}

/// Stories that share with the article what is rare, the nearest first.
async fn near(desk: &Desk, room: NewsroomId, article: &Linked) -> Result<Vec<StoryLines>, No> {
    let at = article.published.unwrap_or_else(|| desk.now());
    let hunt = Hunt {
        newsroom: room,
        topic: None,
        source: None,
        from: ArticleId::first_at(at - NEAR_DAYS * DAY),
        until: ArticleId::first_at(at + NEAR_DAYS * DAY),
        newest: NEAR_ARTICLES_MAX,
    };
    let ids = desk.store.hunt_ids(&hunt).await?;
    // Each article stands for its story, which is looked up for the nearest alone.
    let others: Vec<(StoryId, Vector)> = (desk.store.vectors(&ids).await?.into_iter())
        .map(|(id, vector)| (StoryId(id.0), vector))
        .collect();
    let own = Vector::of(&article.title, &article.text, article.language.as_deref());
    let nearest: Vec<StoryId> = related::rank(&own, &others, background::idf)
        .into_iter()
        .map(|(id, _)| id)
        .take(NEAREST_MAX)
        .collect();
    let views = compose::views(desk, room, &nearest).await?;
    let lines = views.iter().map(|view| compose::lines(view, 0));
    Ok(lines.take(STORIES_MAX).collect())
}
