//! Tells the channel for notices what moderators changed, several changes as one message, with a way
//! back for the newest.

use super::told;
use crate::clock::{MINUTE, Millis};
use crate::desk::Desk;
use crate::news::NewsroomId;
use crate::page::audit::{Change, news_buttons, news_card};
use crate::store::{NewNotice, Untold, Whom, audit_key};

/// Changes with less between them make one message,
const GATHER_MS: Millis = 2 * MINUTE;
/// which is not kept back for longer than this.
const GATHER_MS_MAX: Millis = 5 * MINUTE;
/// Newsrooms that are looked at in one pass.
const ROOMS_MAX: u32 = 200;
/// Changes that one message names; the others it counts.
const NAMED_MAX: u32 = 8;

/// Puts what was changed and not told into notices; gives how many. Where no channel takes them,
/// nobody is told: a moderator's next answer is mostly that of who made the change.
///
/// # Errors
/// Failures of the store.
pub async fn tell(desk: &Desk, now: Millis) -> anyhow::Result<usize> {
    let mut told = 0;
    for room in desk.store.untold_changes(ROOMS_MAX).await? {
        if !room.has_channel {
            desk.store.changes_told(&room, None, now).await?;
        } else if is_due(&room, now) {
            let notice = notice(desk, room.newsroom, room.count, now).await?;
            desk.store.changes_told(&room, notice, now).await?;
            told += 1;
        }
    }
    Ok(told)
}

/// Whether somebody who changes several things is done with it.
fn is_due(room: &Untold, now: Millis) -> bool {
    now - room.last >= GATHER_MS || now - room.first >= GATHER_MS_MAX
}

async fn notice(
    desk: &Desk,
    newsroom: NewsroomId,
    count: usize,
    now: Millis,
) -> anyhow::Result<Option<NewNotice>> {
    let noted = desk.store.untold_of(newsroom, NAMED_MAX).await?;
    let sources = desk.store.sources(newsroom).await?;
    let changes: Vec<Change> = noted.iter().map(|one| told(one, &sources, now)).collect();
    let Some(newest) = changes.first() else {
        return Ok(None);
    };
    Ok(Some(NewNotice {
        newsroom,
        whom: Whom::Channel,
        key: audit_key(newest.id),
        card: news_card(&changes, count),
        buttons: news_buttons(newest),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_changed_in_one_go_is_told_at_once_and_never_kept_back_for_long() {
        let room = |first, last| Untold {
            newsroom: NewsroomId(1),
            count: 2,
            newest: 9,
            first,
            last,
            has_channel: true,
        };
        assert!(!is_due(&room(0, 0), GATHER_MS - 1));
        assert!(is_due(&room(0, 0), GATHER_MS));
        assert!(!is_due(&room(0, GATHER_MS), 2 * GATHER_MS - 1));
        assert!(is_due(&room(0, GATHER_MS_MAX), GATHER_MS_MAX));
    }
}
