//! Messages about stories that more outlets have by now, and notices that somebody dealt with, are
//! drawn anew, while they may be changed.

use super::{Push, to};
use crate::clock::{Millis, SECOND};
use crate::jobs::delivery::Edited;
use crate::jobs::letters::{self, Unwritten};
use crate::store::{Letterbox, Shown};

/// Messages that are redrawn in one pass.
const EDITS_MAX: u32 = 100;

/// The kind of a notice's row.
const NOTICE: i64 = 4;

impl Push {
    /// Redraws messages about stories that more outlets have by now.
    pub(super) async fn edits(&self) -> anyhow::Result<usize> {
        let mut edited = 0;
        let now = self.desk.now();
        for row in self.desk.store.edits(now, EDITS_MAX).await? {
            let (again, shown) = self.edit(&row).await?;
            edited += usize::from(shown.is_some());
            self.desk.store.edited(&row, now, again, shown).await?;
        }
        Ok(edited)
    }

    /// When to try again, and what the message shows now, where it was changed.
    async fn edit(&self, row: &Letterbox) -> anyhow::Result<(Option<Millis>, Option<Shown>)> {
        let Some((channel, message)) = row.standing else {
            return Ok((None, None));
        };
        // Of two messages about what became one story the elder goes on; the other stays as it is.
        if self.desk.store.has_elder(row).await? {
            return Ok((None, None));
        }
        let composed = match letters::compose(&self.desk, row).await {
            // Of a notice somebody dealt with, else nothing asks for it.
            Ok(composed) if composed.outlets > row.outlets || row.kind == NOTICE => composed,
            Ok(_) | Err(Unwritten::Nothing) => return Ok((None, None)),
            Err(Unwritten::Failed(error)) => return Err(error),
        };
        let letter = &composed.letter;
        let body = self
            .delivery
            .draw(letter, row.id, &row.place, to(row), false);
        Ok(match self.delivery.edit(channel, message, &body).await {
            Edited::Done => {
                let shown = Shown {
                    outlets: composed.outlets,
                    sentences: composed.sentences,
                };
                (None, Some(shown))
            }
            Edited::Over => (None, None),
            Edited::Wait(wait) => (Some(self.desk.now() + wait.max(SECOND)), None),
        })
    }
}
