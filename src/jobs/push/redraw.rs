//! Messages that are drawn anew where they stand, as more outlets have their stories.

use super::{EDITS_MAX, Push, to};
use crate::clock::SECOND;
use crate::jobs::delivery::Edited;
use crate::jobs::letters::{self, Unwritten};
use crate::store::{Letterbox, Redrawn};

impl Push {
    /// Redraws messages about stories that more outlets have by now.
    pub(super) async fn edits(&self) -> anyhow::Result<usize> {
        let mut edited = 0;
        for row in self.desk.store.edits(self.desk.now(), EDITS_MAX).await? {
            let redrawn = self.edit(&row).await?;
            edited += usize::from(redrawn.outlets != row.outlets);
            self.desk.store.edited(redrawn).await?;
        }
        Ok(edited)
    }

    /// What became of redrawing a message.
    async fn edit(&self, row: &Letterbox) -> anyhow::Result<Redrawn> {
        let same = Redrawn {
            id: row.id,
            again: None,
            outlets: row.outlets,
            sentences: Vec::new(),
            at: self.desk.now(),
        };
        let Some((channel, message)) = row.standing else {
            return Ok(same);
        };
        let composed = match letters::compose(&self.desk, row).await {
            Ok(composed) if composed.outlets > row.outlets => composed,
            Ok(_) | Err(Unwritten::Nothing) => return Ok(same),
            Err(Unwritten::Failed(error)) => return Err(error),
        };
        let letter = &composed.letter;
        let body = self
            .delivery
            .draw(letter, row.id, &row.place, to(row), false);
        Ok(match self.delivery.edit(channel, message, &body).await {
            Edited::Done => Redrawn {
                outlets: composed.outlets,
                sentences: composed.sentences,
                ..same
            },
            Edited::Over => same,
            Edited::Wait(wait) => Redrawn {
                again: Some(self.desk.now() + wait.max(SECOND)),
                ..same
            },
        })
    }
}
