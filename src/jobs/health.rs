//! Tells moderators, and persons with a list of their own, of sources that stay down and of those that are back, once each, and of what is
//! no alarm in one line a day at most.

use crate::clock::{HOUR, Millis};
use crate::news::NewsroomId;
use crate::news::health::{self, DAILY_MS, Record, Turn};
use crate::page::Card;
use crate::page::health::{Told, buttons, daily, see_trouble, told};
use crate::store::{self, HealthNotice, Store, Watched};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};

/// Time between looks.
pub const LOOK_MS: Millis = HOUR;

/// The hourly look at all sources.
pub struct Health {
    store: Store,
    next_at: AtomicI64,
}

/// Of one newsroom: the sources that took a turn, and how it is told.
type Turned<'a> = Vec<(&'a Watched, Turn)>;

impl Health {
    pub fn new(store: Store) -> Self {
        Self {
            store,
            next_at: AtomicI64::new(0),
        }
    }

    /// Looks if an hour has passed since the last time, and says when the next look is due.
    pub async fn tick(&self, now: Millis) -> anyhow::Result<Millis> {
        if now < self.next_at.load(Ordering::SeqCst) {
            return Ok(self.next_at.load(Ordering::SeqCst));
        }
        let mut by_room: BTreeMap<i64, Vec<Watched>> = BTreeMap::new();
        for one in self.store.watched(now).await? {
            by_room.entry(one.newsroom.0).or_default().push(one);
        }
        for (room, watched) in by_room {
            let person = watched.first().and_then(|one| one.person);
            for notice in self.notices(NewsroomId(room), &watched, now).await? {
                let notice = HealthNotice { person, ..notice };
                self.store.tell_health(notice, now).await?;
            }
        }
        self.next_at.store(now + LOOK_MS, Ordering::SeqCst);
        Ok(now + LOOK_MS)
    }

    async fn notices(
        &self,
        newsroom: NewsroomId,
        watched: &[Watched],
        now: Millis,
    ) -> anyhow::Result<Vec<HealthNotice>> {
        let all: Turned<'_> = watched
            .iter()
            .filter_map(|one| Some((one, turn(one, now)?)))
            .collect();
        let mut notices = Vec::new();
        for kind in [Turn::Down, Turn::Back] {
            let of_kind: Turned<'_> = all
                .iter()
                .filter(|(_, one)| *one == kind)
                .copied()
                .collect();
            if !of_kind.is_empty() {
                let card = match kind {
                    Turn::Down => Some(told(&self.told(newsroom, &of_kind, now).await?)),
                    _ => None,
                };
                notices.push(notice(newsroom, &of_kind, now, card));
            }
        }
        let moved: Vec<(String, String)> = watched
            .iter()
            .filter(|one| one.moved_from.is_some())
            .map(|one| (one.name.clone(), one.source.url.clone()))
            .collect();
        let of_day: Turned<'_> = all.into_iter().filter(|(_, one)| one.is_daily()).collect();
        let had_at = watched.iter().find_map(|one| one.daily_at);
        let is_due = had_at.is_none_or(|at| now - at >= DAILY_MS);
        if is_due && !(of_day.is_empty() && moved.is_empty()) {
            let sources = self.told(newsroom, &of_day, now).await?;
            let card = daily(&sources, &moved);
            notices.push(HealthNotice {
                daily: true,
                ..notice(newsroom, &of_day, now, Some(card))
            });
        }
        Ok(notices)
    }

    async fn told(
        &self,
        newsroom: NewsroomId,
        turned: &Turned<'_>,
        now: Millis,
    ) -> anyhow::Result<Vec<Told>> {
        let mut told = Vec::new();
        for (one, turn) in turned {
            // Of several at once only the names are told.
            let cover = match turned.len() {
                1 if *turn == Turn::Down => self.store.cover(newsroom, one.source.id).await?.len(),
                _ => 0,
            };
            let state = &one.source.state;
            told.push(Told {
                name: one.name.clone(),
                turn: *turn,
                error: state.error.clone(),
                for_ms: state.failing_since.map_or(0, |since| now - since),
                cover,
            });
        }
        Ok(told)
    }
}

fn turn(one: &Watched, now: Millis) -> Option<Turn> {
    let record = Record {
        state: &one.source.state,
        up_since: one.up_since,
        newest: one.newest,
        busy_articles: one.busy_articles,
        others_answered: one.others_answered,
    };
    health::turn(one.told, health::stage(&record, now)?)
}

fn notice(
    newsroom: NewsroomId,
    turned: &Turned<'_>,
    now: Millis,
    card: Option<Card>,
) -> HealthNotice {
    let turns = turned.iter().map(|(one, turn)| store::Turned {
        source: one.source.id,
        name: one.name.clone(),
        turn: *turn,
        before: one.told,
        after: health::told_after(*turn),
        since: match turn {
            Turn::Speaks => one.newest.unwrap_or(now),
            _ => one.up_since.unwrap_or(now),
        },
    });
    let buttons = match turned.as_slice() {
        [(one, Turn::Down)] => buttons(one.source.id),
        [(_, Turn::Down), ..] => vec![see_trouble()],
        _ => Vec::new(),
    };
    HealthNotice {
        newsroom,
        person: None,
        turns: turns.collect(),
        daily: false,
        card,
        buttons,
    }
}
