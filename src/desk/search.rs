//! `/search`: articles that hold the words, with the sentence that does.

use crate::desk::command::{Answer, Asked, Command, Kind, No, Opt, PERIOD, SOURCE, Who, boxed};
use crate::desk::{Asker, Desk, brief, compose, sources};
use crate::news::{ArticleId, NewsroomId, SourceId, Topic, quote};
use crate::page::list::{HITS_MAX, Hit, Hits, hits};
use crate::page::period::Period;
use crate::page::{Ask, Refusal};
use crate::store::{Hunt, Sighting};
use crate::text::refrain::Refrains;

pub const COMMAND: Command = Command {
    name: "search",
    description: "Articles that hold your words, newest first",
    who: Who::Everyone,
    options: &[
        Opt {
            name: "words",
            description: "Words, a \"phrase\", -word to leave out",
            kind: Kind::Words,
            required: true,
            complete: false,
        },
        SOURCE,
        PERIOD,
    ],
    subs: &[],
    in_discord: true,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

/// Articles that one search keeps for Next.
const HITS_KEPT_MAX: u32 = 80;

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    let ask = &asked.ask;
    let now = desk.now();
    let room = desk.store.newsroom(asker.newsroom, now).await?;
    let words = ask.get("words").unwrap_or_default();
    let Some(topic) = brief::topic_of(words)?.map(Topic::literal) else {
        return Err(Refusal::new("Search needs words.")
            .can("For the top stories, type /headlines.")
            .into());
    };
    let source = match ask.get("source").filter(|typed| !typed.trim().is_empty()) {
        Some(typed) => Some(sources::pick_heard(desk, room, typed).await?.source.id),
        None => None,
    };
    let period = ask
        .get("period")
        .and_then(Period::parse)
        .unwrap_or(Period::Month);
    let until = ask.as_of.unwrap_or(now);
    let ids: Vec<ArticleId> = if ask.kept.is_empty() {
        let found = hunt(desk, room, &topic, source, (until - period.millis(), until)).await?;
        found.iter().map(|sighting| sighting.article.id).collect()
    } else {
        ask.kept.iter().map(|id| ArticleId(*id)).collect()
    };
    if ids.is_empty() {
        return brief::empty(desk, asker, room, Some(topic.shown), period, ask).await;
    }
    let from = ask.from.min(ids.len());
    let page = &ids[from..ids.len().min(from + HITS_MAX)];
    let mut shown = desk.store.by_article(room, page).await?;
    // An earlier page may have kept what was muted since.
    shown.retain(|sighting| sighting.weight.is_heard());
    let sources: Vec<SourceId> = shown
        .iter()
        .map(|sighting| sighting.article.source)
        .collect();
    let refrains = desk.store.refrains(&sources).await?;
    let hit = |sighting| hit(sighting, &topic, compose::refrains_of(&refrains, sighting));
    Ok(hits(&Hits {
        words: topic.shown.clone(),
        period: format!("last {}", period.short()),
        hits: shown.iter().map(hit).collect(),
        page_max: page.len(),
        hits_all: ids.len(),
        only_newest: ids.len() >= HITS_KEPT_MAX as usize,
        ask: Ask {
            kept: ids.iter().map(|id| id.0).collect(),
            from,
            ..ask.clone()
        },
        may_show: asker.may_show(),
    }))
}

async fn hunt(
    desk: &Desk,
    newsroom: NewsroomId,
    topic: &Topic,
    source: Option<SourceId>,
    (from, until): (i64, i64),
) -> Result<Vec<Sighting>, No> {
    let hunt = Hunt {
        newsroom,
        topic: Some(topic),
        source,
        from: ArticleId::first_at(from),
        until: ArticleId::first_at(until.saturating_add(1)),
        newest: HITS_KEPT_MAX,
    };
    Ok(desk.store.hunt(&hunt).await?)
}

fn hit(sighting: &Sighting, topic: &Topic, refrains: &Refrains) -> Hit {
    let wanted: Vec<String> = topic
        .words
        .iter()
        .chain(topic.phrases.iter().flatten())
        .flatten()
        .cloned()
        .collect();
    let sentence = quote::best_sentence_for(&compose::material(0, sighting, refrains), &wanted)
        .and_then(|range| sighting.article.text.get(range))
        .map(str::to_owned);
    Hit {
        headline: compose::headline(sighting, refrains),
        url: sighting.article.link.clone(),
        outlet: sighting.outlet_name.clone(),
        at: sighting.article.at(),
        sentence,
    }
}
