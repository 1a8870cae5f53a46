//! How the first readings go, and the first brief once they are in.

use super::Here;
use super::place::reading_step;
use crate::clock::{Millis, SECOND};
use crate::desk::brief::{self, TOP};
use crate::desk::command::{Answer, No};
use crate::desk::compose;
use crate::news::ReadingError;
use crate::news::push::DIGEST_STORIES_MAX;
use crate::news::source::NewsroomSource;
use crate::page::brief::{Brief, Length, draw};
use crate::page::setup::{self as page, Progress, Summary};
use crate::page::{Ask, health};

/// What was read is grouped into stories within so long; nobody waits longer for it.
const PLACING_MS_MAX: Millis = 20 * SECOND;

impl Here<'_> {
    /// How far the reading is; the brief, when it is done.
    pub(super) async fn reading(&self, ask: &Ask) -> Answer {
        let sources = self.desk.store.sources(self.room).await?;
        if sources.is_empty() {
            return self.sources().await;
        }
        let progress = progress(&sources);
        if progress.waiting == 0 && self.is_placed(&sources).await? {
            return self.brief(ask).await;
        }
        Ok(page::reading(&progress, self.whose(), &reading_step(ask)))
    }

    /// Whether what was just read has been grouped.
    async fn is_placed(&self, sources: &[NewsroomSource]) -> Result<bool, No> {
        let read = sources.iter().filter_map(|one| one.source.state.tried_at);
        let newest = read.max().unwrap_or(0);
        if self.desk.now() - newest > PLACING_MS_MAX {
            return Ok(true);
        }
        Ok(self.desk.store.unplaced(1).await?.is_empty())
    }

    /// The first brief, which is what the first digest would tell.
    pub(super) async fn brief(&self, ask: &Ask) -> Answer {
        let (desk, now) = (self.desk, self.desk.now());
        let sources = desk.store.sources(self.room).await?;
        let (found, period) = brief::strongest(desk, self.room, now).await?;
        let digest = self.digest(ask).await?;
        let on = reading_step(ask);
        if found.stories.is_empty() {
            return Ok(page::nothing(&progress(&sources), &on));
        }
        let all = found.stories.len();
        let chosen = &found.stories[..all.min(DIGEST_STORIES_MAX)];
        let views = compose::views(desk, self.room, chosen).await?;
        let stories = tokio::task::spawn_blocking(move || {
            let views = views.iter().enumerate();
            let quotes = |position| Length::Normal.quotes(position);
            let lines = views.map(|(position, view)| compose::lines(view, quotes(position)));
            lines.collect::<Vec<_>>()
        })
        .await
        .map_err(anyhow::Error::from)?;
        let ask = Ask {
            kept: chosen.iter().map(|story| story.0).collect(),
            ..on.value("more", (all - chosen.len()).to_string())
        };
        let drawn = draw(&Brief {
            title: TOP.to_owned(),
            period,
            asked: None,
            since: None,
            length: Length::Normal,
            page_max: stories.len(),
            stories_all: stories.len(),
            only_strongest: false,
            reach: None,
            stories,
            outlets_all: found.outlets,
            read_at: desk.store.last_read(self.room).await?,
            ask: Ask::new("brief").value("topic", TOP),
            may_show: false,
        });
        Ok(page::brief(
            drawn,
            self.whose(),
            &progress(&sources),
            digest.as_ref().map(|one| &one.place),
            &ask,
        ))
    }

    /// How things stand in the end.
    pub(super) async fn done(&self, ask: &Ask) -> Answer {
        let sources = self.desk.store.sources(self.room).await?.len();
        let digest = self.digest(ask).await?;
        Ok(page::done(&Summary {
            whose: self.whose(),
            sources,
            digest: digest.as_ref().map(|one| &one.place),
            when: digest.as_ref().map(|one| one.wish.when.to_string()),
            due: digest.as_ref().and_then(|one| one.digest_at),
        }))
    }
}

/// Of the newsroom's sources: read, not to be read, not read yet.
fn progress(sources: &[NewsroomSource]) -> Progress {
    let mut progress = Progress {
        all: sources.len(),
        ..Progress::default()
    };
    for one in sources {
        let state = &one.source.state;
        match (&state.error, state.good_at) {
            (_, Some(_)) => progress.read += 1,
            (None, None) => progress.waiting += 1,
            (Some(error), None) => {
                match error {
                    ReadingError::Blocked(_) => progress.blocked += 1,
                    _ => progress.failed += 1,
                }
                progress
                    .troubles
                    .push((one.name.clone(), health::cause(error)));
            }
        }
    }
    progress
}
