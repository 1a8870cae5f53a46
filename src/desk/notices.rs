//! What moderators have to know and no channel tells them: it leads an answer to one of them.

use crate::desk::{Asker, Desk};
use crate::news::Newsroom;
use crate::page::pack::{PAGE_CHARS_MAX, measure};
use crate::page::{Block, Page, note};

/// Notices that lead one answer.
const NOTICES_MAX: usize = 3;
/// Notices that are counted at most.
const COUNTED_MAX: u32 = 100;

impl Desk {
    /// The page with what moderators were not told yet on top, where it is a private answer to one
    /// of them and has room for that; each notice is told once.
    pub async fn with_notices(&self, asker: &Asker, page: Page) -> Page {
        let is_server = matches!(asker.newsroom, Newsroom::Server(_));
        if asker.public || !asker.moderator || !is_server {
            return page;
        }
        let mut page = page;
        match self.take_notices(asker, &page).await {
            Ok(blocks) => {
                page.blocks.splice(..0, blocks);
            }
            // The answer is none the worse for it; they lead the next one.
            Err(error) => tracing::error!("notices were not looked up: {error:#}"),
        }
        page
    }

    async fn take_notices(&self, asker: &Asker, page: &Page) -> anyhow::Result<Vec<Block>> {
        let now = self.now();
        let room = self.store.newsroom(asker.newsroom, now).await?;
        let mut all = self.store.leading_notices(room, COUNTED_MAX).await?;
        let more = all.len().saturating_sub(NOTICES_MAX);
        all.truncate(NOTICES_MAX);
        let texts: Vec<&str> = all.iter().map(|notice| notice.text.as_str()).collect();
        let blocks = note::for_moderators(&texts, more);
        if all.is_empty() || measure(&blocks) + measure(&page.blocks) > PAGE_CHARS_MAX {
            return Ok(Vec::new());
        }
        let ids: Vec<i64> = all.iter().map(|notice| notice.id).collect();
        // Another answer may have taken some of them at the same time.
        let told = self.store.notices_told(&ids, now).await?;
        all.retain(|notice| told.contains(&notice.id));
        let texts: Vec<&str> = all.iter().map(|notice| notice.text.as_str()).collect();
        Ok(note::for_moderators(&texts, more))
    }
}
