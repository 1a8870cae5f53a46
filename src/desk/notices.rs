//! What somebody has to know and no message tells them: it leads a private answer to them, with what
//! can be done about it; and who dealt with what.

use crate::desk::{Asker, Desk};
use crate::news::{Newsroom, NewsroomId};
use crate::page::pack::{PAGE_CHARS_MAX, PRESSED_MAX, measure, pressed};
use crate::page::{Action, Block, Button, Card, Page, note};
use crate::store::{Dealt, Notice};

/// Notices of one kind that lead one answer.
const NOTICES_MAX: usize = 3;
/// Notices that are counted at most.
const COUNTED_MAX: u32 = 100;

/// The value of a request that names the notice with which it deals, and the one with its button.
const NOTICE: &str = "notice";
const PRESSED: &str = "pressed";

/// The notice that a press deals with, and the label of the button.
pub fn dealing(action: &Action) -> Option<(i64, &str)> {
    let ask = action.ask();
    let notice = ask.get(NOTICE).and_then(|id| id.parse().ok())?;
    is_dealing(action).then(|| (notice, ask.get(PRESSED).unwrap_or_default()))
}

/// Whether a press makes a change, and does not only open something.
fn is_dealing(action: &Action) -> bool {
    matches!(action, Action::Confirm(_) | Action::Fill { .. })
}

/// The buttons of a notice; those that deal with it name it.
pub(super) fn buttons(notice: &Notice) -> Vec<Button> {
    let mut buttons = notice.buttons.clone();
    for button in &mut buttons {
        if is_dealing(&button.action) {
            let values = &mut button.action.ask_mut().values;
            values.insert(NOTICE.to_owned(), notice.id.to_string());
            values.insert(PRESSED.to_owned(), button.label.clone());
        }
    }
    buttons
}

impl Desk {
    /// The page with what the asker was not told yet on top, where it is private and has room for
    /// that: moderators of what concerns them all, everybody of their own. Each notice is told once.
    pub async fn with_notices(&self, asker: &Asker, page: Page) -> Page {
        if asker.public || asker.terminal {
            return page;
        }
        let mut page = page;
        if let Err(error) = self.take_notices(asker, &mut page).await {
            // The answer is none the worse for it; they lead the next one.
            tracing::error!("notices were not looked up: {error:#}");
        }
        page
    }

    async fn take_notices(&self, asker: &Asker, page: &mut Page) -> anyhow::Result<()> {
        let room = self.store.newsroom(asker.newsroom, self.now()).await?;
        let person = asker.person;
        let own = self.store.leading_of_person(person, room, COUNTED_MAX);
        self.lead(page, own.await?, note::for_person).await?;
        if asker.moderator && matches!(asker.newsroom, Newsroom::Server(_)) {
            let all = self.store.leading_notices(room, COUNTED_MAX).await?;
            if all.is_empty() {
                self.remind(room, page).await?;
            }
            self.lead(page, all, note::for_moderators).await?;
        }
        Ok(())
    }

    /// What was told once and still waits is named again once a day, with the way to it.
    async fn remind(&self, room: NewsroomId, page: &mut Page) -> anyhow::Result<()> {
        let left = PAGE_CHARS_MAX.saturating_sub(measure(&page.blocks));
        if left < measure(&[note::waiting(u32::MAX / 2, u32::MAX / 2)]) {
            return Ok(());
        }
        if let Some(waiting) = self.store.remind(room, self.now()).await? {
            let line = note::waiting(waiting.sources, waiting.reports);
            page.blocks.insert(0, line);
        }
        Ok(())
    }

    /// Puts as many of them above the page as it has room for.
    async fn lead(
        &self,
        page: &mut Page,
        all: Vec<Notice>,
        draw: fn(&Card, Vec<Button>) -> Vec<Block>,
    ) -> anyhow::Result<()> {
        let mut left = PAGE_CHARS_MAX.saturating_sub(measure(&page.blocks));
        let mut presses = PRESSED_MAX.saturating_sub(pressed(page));
        let fits = |notice: &&Notice| {
            let blocks = draw(&notice.card, buttons(notice));
            let (units, own) = (measure(&blocks), notice.buttons.len() + 1);
            let fits = units <= left && own <= presses;
            left = left.saturating_sub(units);
            presses = presses.saturating_sub(own);
            fits
        };
        let fitting = all.iter().take(NOTICES_MAX).take_while(fits);
        let fitting: Vec<&Notice> = fitting.collect();
        if fitting.is_empty() {
            return Ok(());
        }
        let ids: Vec<i64> = fitting.iter().map(|notice| notice.id).collect();
        // Another answer may have taken some of them at the same time.
        let told = self.store.notices_told(&ids, self.now()).await?;
        let taken = fitting.iter().filter(|notice| told.contains(&notice.id));
        let mut blocks: Vec<Block> = taken
            .flat_map(|notice| draw(&notice.card, buttons(notice)))
            .collect();
        let more = all.len() - fitting.len();
        if !blocks.is_empty() && more > 0 {
            blocks.push(note::more_notices(more));
        }
        page.blocks.splice(..0, blocks);
        Ok(())
    }

    /// Who dealt with a notice by now; none where nobody did, or it is gone.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn dealt(&self, notice: i64) -> anyhow::Result<Option<Dealt>> {
        let notice = self.store.notice(notice).await?;
        Ok(notice.and_then(|notice| notice.dealt))
    }

    /// The asker dealt with a notice by the button with this label.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn deal(&self, asker: &Asker, notice: i64, what: &str) -> anyhow::Result<()> {
        let dealt = Dealt {
            by: asker.person,
            at: self.now(),
            what: what.to_owned(),
        };
        Ok(self.store.deal(notice, dealt).await?)
    }
}
