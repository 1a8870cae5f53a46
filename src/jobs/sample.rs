//! The sample edition, opened in a store of its own: invented outlets and events, no network, and
//! a clock that is moved by hand.

use crate::clock::{Clock, MINUTE, Millis, SECOND};
use crate::config::Settings;
use crate::desk::Desk;
use crate::desk::learned::Learned;
use crate::desk::linked::Links;
use crate::desk::suggest::Suggested;
use crate::feed::{FeedRequest, Fetcher, sample_sources};
use crate::jobs::Jobs;
use crate::news::{Newsroom, NewsroomId, Reading, SourceId, schedule};
use crate::store::{NewSource, Store};
use std::sync::Arc;

/// Opens the edition at this minute: its sources are added, read and grouped.
pub async fn open(settings: Arc<Settings>) -> anyhow::Result<(Desk, Jobs)> {
    open_at(settings, Clock::system().now()).await
}

/// Opens the edition at another time, on the full minute.
pub async fn open_at(settings: Arc<Settings>, at: Millis) -> anyhow::Result<(Desk, Jobs)> {
    let opened = at - at.rem_euclid(MINUTE);
    let clock = Clock::manual(opened);
    let desk = Desk {
        store: Store::temporary().await?,
        fetcher: Fetcher::sample(clock.clone(), opened),
        clock,
        settings,
        learned: Learned::default(),
        suggested: Suggested::default(),
        links: Links::default(),
    };
    let newsroom = desk.store.newsroom(Newsroom::Terminal, opened).await?;
    for source in sample_sources() {
        add(&desk, newsroom, source.url, opened).await?;
    }
    let jobs = Jobs::of(&desk);
    jobs.tick_all(opened).await?;
    Ok((desk, jobs))
}

async fn add(desk: &Desk, newsroom: NewsroomId, url: &str, at: Millis) -> anyhow::Result<()> {
    let request = FeedRequest {
        url: url.to_owned(),
        ..FeedRequest::default()
    };
    let fetched = desk.fetcher.feed(&request, at).await;
    let interval_ms_min = i64::from(desk.settings.poll_seconds_min) * SECOND;
    let seed = u64::try_from(url.len()).unwrap_or_default();
    let source = NewSource {
        newsroom,
        url: url.to_owned(),
        name: None,
        folder: None,
        by: 0,
        reading: Reading {
            source: SourceId(0),
            at,
            outcome: fetched.outcome,
            etag: fetched.etag,
            last_modified: fetched.last_modified,
            moved_to: fetched.moved_to,
            bytes: fetched.bytes,
            wait_ms: fetched.wait_ms,
        },
        at,
        next_at: schedule::first_at(at, interval_ms_min, seed),
    };
    desk.store.add_source(source).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::HOUR;

    #[tokio::test]
    async fn the_edition_opens_with_stories_and_goes_on_as_the_clock_moves() {
        let settings = Settings::read(|_| None).unwrap();
        let (desk, jobs) = open_at(Arc::new(settings), 1_773_133_234_567)
            .await
            .unwrap();
        let before = desk.store.count_articles().await.unwrap();
        assert!(before > 50, "{before} articles");
        assert!(desk.store.unplaced(1).await.unwrap().is_empty());
        let newsroom = desk
            .store
            .newsroom(Newsroom::Terminal, desk.now())
            .await
            .unwrap();
        let sources = desk.store.sources(newsroom).await.unwrap();
        assert_eq!(sources.len(), sample_sources().len());
        assert!(
            sources
                .iter()
                .all(|source| source.source.state.error.is_none())
        );
        for _ in 0..120 {
            desk.clock.move_to(desk.now() + HOUR / 2);
            jobs.tick_all(desk.now()).await.unwrap();
        }
        let after = desk.store.count_articles().await.unwrap();
        // Twelve come after the opening; one of them is an edit of an article.
        assert_eq!(after - before, 11);
    }
}
