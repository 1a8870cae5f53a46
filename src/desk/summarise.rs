//! ▸ Summarise link, `summarise` in a terminal: quotes of one link's article, from what a source
//! brought where that is enough, else from its page.

use crate::clock::Millis;
use crate::desk::command::{Answer, Asked, Command, Kind, Opt, Who, boxed};
use crate::desk::compose;
use crate::desk::linked::{self, Linked};
use crate::desk::{Asker, Desk, No, story};
use crate::news::quote::{Material, Wanted};
use crate::news::source::Weight;
use crate::news::{grounding, quote};
use crate::page::Refusal;
use crate::page::link::{self, NotRead, Origin, Subject, Summary};
use crate::page::story::QuoteLine;
use crate::store::Sighting;
use crate::text::refrain::Refrains;
use std::sync::Arc;

pub const COMMAND: Command = Command {
    name: "summarise",
    description: "Quotes of a link's article, read from its page where no source has it",
    who: Who::Everyone,
    options: &[Opt {
        name: "link",
        description: "A link to an article",
        kind: Kind::OfMessage("Summarise link"),
        required: true,
        complete: false,
    }],
    subs: &[],
    in_discord: true,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

/// Quotes of an article; with fewer than the second, a source brought a teaser and the page is read.
const QUOTES_MAX: usize = 5;
const QUOTES_ENOUGH: usize = 3;

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    let url = linked::named(&asked.ask)?;
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    let brought = match desk.store.by_link(room, &url).await? {
        Some(sighting) => Some(of_source(desk, sighting).await?),
        None => {
            story::refuse_hidden(desk, room, &url).await?;
            None
        }
    };
    let may_show = asker.may_show();
    let draw = |(subject, quotes), from| {
        Ok(link::summary(&Summary {
            subject,
            quotes,
            from,
            may_show,
        }))
    };
    let brought = match brought {
        Some(enough) if enough.1.len() >= QUOTES_ENOUGH => return draw(enough, Origin::Source),
        few => few.filter(|(_, quotes)| !quotes.is_empty()),
    };
    let read = match linked::read(desk, &url).await {
        Ok(article) => {
            // A shortened link may lead to an article of a muted source, or of a hidden story.
            match desk.store.by_link(room, &article.url).await? {
                Some(sighting) => refuse_muted(&sighting)?,
                None => story::refuse_hidden(desk, room, &article.url).await?,
            }
            of_page(article).await?
        }
        Err(why) => Err(why),
    };
    match (read, brought) {
        (Ok((found, at)), None) => draw(found, Origin::Page(at)),
        (Ok((found, at)), Some(brought)) if found.1.len() > brought.1.len() => {
            draw(found, Origin::Page(at))
        }
        (Ok(_), Some(brought)) => draw(brought, Origin::Source),
        (Err(why), Some(brought)) => draw(brought, Origin::SourceAlone(why)),
        (Err(why), None) => Err(link::not_read(&why).into()),
    }
}

type Found = (Subject, Vec<QuoteLine>);

fn refuse_muted(sighting: &Sighting) -> Result<(), Refusal> {
    match sighting.weight {
        Weight::Muted | Weight::Counted => Err(link::muted(&sighting.outlet_name)),
        Weight::Less | Weight::Normal | Weight::More => Ok(()),
    }
}

/// Quotes of what a source brought.
async fn of_source(desk: &Desk, sighting: Sighting) -> Result<Found, No> {
    refuse_muted(&sighting)?;
    let refrains = desk.store.refrains(&[sighting.article.source]).await?;
    let found = tokio::task::spawn_blocking(move || {
        let own = compose::refrains_of(&refrains, &sighting);
        let material = compose::material(0, &sighting, own);
        let link = sighting.article.link.as_deref();
        let quotes = quotes(&material, &sighting.outlet_name, link);
        let subject = Subject {
            title: compose::headline(&sighting, own),
            url: sighting.article.link.clone().unwrap_or_default(),
            outlet: sighting.outlet_name.clone(),
            at: Some(sighting.article.at()),
        };
        (subject, quotes)
    });
    Ok(found.await.map_err(anyhow::Error::from)?)
}

/// Quotes of a page, and when it was read.
async fn of_page(article: Arc<Linked>) -> Result<Result<(Found, Millis), NotRead>, No> {
    let (quotes, article) = tokio::task::spawn_blocking(move || {
        let material = Material {
            article: 0,
            outlet: &article.outlet,
            same_text: 0,
            title: &article.title,
            text: &article.text,
            language: article.language.as_deref(),
            refrains: Refrains::NONE,
            at: article.read_at,
            weight: Weight::Normal.factor(),
        };
        let quotes = quotes(&material, &article.outlet, Some(&article.url));
        (quotes, article)
    })
    .await
    .map_err(anyhow::Error::from)?;
    Ok(match quotes.is_empty() {
        true => Err(NotRead::TooLittle),
        false => Ok(((article.subject(), quotes), article.read_at)),
    })
}

/// The sentences that say the most, each a whole one of the text.
fn quotes(material: &Material<'_>, outlet: &str, url: Option<&str>) -> Vec<QuoteLine> {
    quote::select(&[*material], Wanted::Sentences(QUOTES_MAX))
        .into_iter()
        .filter_map(|quote| grounding::verbatim(material.text, material.language, &quote.range))
        .map(|sentence| QuoteLine {
            sentence: sentence.to_owned(),
            outlet: outlet.to_owned(),
            url: url.map(str::to_owned),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::{Article, ArticleId, SourceId};

    fn sighting(weight: Weight) -> Sighting {
        let id = ArticleId::first_at(1_900_000_000_000);
        Sighting {
            article: Article {
                id,
                revision: 1,
                source: SourceId(1),
                outlet: "heron.example".to_owned(),
                link: Some("https://heron.example/a".to_owned()),
                title: "Ferry sinks".to_owned(),
                text: "The ferry Orla sank off Avel on Tuesday.".to_owned(),
                language: Some("en".to_owned()),
                published: None,
                seen: id.at(),
                image: None,
            },
            story: None,
            outlet_name: "The Heron".to_owned(),
            source: SourceId(1),
            weight,
            same_text: id,
            seen: id.at(),
        }
    }

    #[test]
    fn a_muted_outlet_is_not_quoted_and_that_is_said() {
        for weight in [Weight::Less, Weight::Normal, Weight::More] {
            assert_eq!(refuse_muted(&sighting(weight)), Ok(()));
        }
        let refused = refuse_muted(&sighting(Weight::Muted)).expect_err("it is muted");
        assert!(
            refused.cause.contains("The Heron is muted here"),
            "{refused:?}"
        );
    }

    #[test]
    fn quotes_are_whole_sentences_of_the_text() {
        let heron = sighting(Weight::Normal);
        let material = compose::material(0, &heron, Refrains::NONE);
        let quotes = quotes(&material, &heron.outlet_name, None);
        let sentences: Vec<&str> = quotes.iter().map(|one| one.sentence.as_str()).collect();
        assert_eq!(sentences, ["The ferry Orla sank off Avel on Tuesday."]);
    }
}
