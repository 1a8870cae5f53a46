//! `/sources edit`: name, folder and weight of a source, at once and with Undo.

use crate::desk::command::{Answer, No};
use crate::desk::preferences::OFF;
use crate::desk::sources::{pick, pick_among};
use crate::desk::subscriptions::what::standing;
use crate::desk::{Asker, Desk};
use crate::feed::clean;
use crate::news::NewsroomId;
use crate::news::source::{NewsroomSource, Weight};
use crate::page::health::is_trouble;
use crate::page::sources::edit::{Panel, panel};
use crate::page::sources::list::folders;
use crate::page::subscriptions::unheard::Standing;
use crate::page::{Ask, Refusal};
use crate::store::{Edited, SourceEdit};

/// Characters of a name or a folder.
const NAME_CHARS_MAX: usize = 80;

/// The panel of one source; with something said, changes it before.
///
/// # Errors
/// A refusal where there is no such source or a name is too long; failures of the store.
pub async fn edit(desk: &Desk, asker: &Asker, room: NewsroomId, ask: &Ask) -> Answer {
    let source = pick(desk, room, ask.get("which").unwrap_or_default()).await?;
    let edit = said(ask, &source)?;
    let id = source.source.id;
    let mut changed = None;
    if edit != SourceEdit::default() {
        let done = desk
            .store
            .edit_source(room, id, edit, asker.person, desk.now())
            .await?;
        changed = match done {
            Edited::Done(change) => Some(change),
            Edited::Same => None,
            Edited::Gone => {
                return Err(
                    Refusal::new(format!("“{}” was removed just now.", source.name))
                        .can("Type /sources list to see what there is.")
                        .into(),
                );
            }
        };
    }
    let sources = desk.store.sources(room).await?;
    let source = pick_among(sources.clone(), &format!("~{}", id.0))?;
    let cover = match is_trouble(&source.source.state) {
        true => cover(desk, room, &source, &sources).await?,
        false => Vec::new(),
    };
    let standing = match source.weight.is_heard() {
        true => Standing::default(),
        false => standing(desk, room, &source, &sources).await?,
    };
    Ok(panel(&Panel {
        standing,
        source: &source,
        cover: &cover,
        folders: &folders(&sources),
        changed,
    }))
}

/// Names of the newsroom's sources that cover the topics of this one.
async fn cover(
    desk: &Desk,
    room: NewsroomId,
    source: &NewsroomSource,
    all: &[NewsroomSource],
) -> Result<Vec<String>, No> {
    let ids = desk.store.cover(room, source.source.id).await?;
    let name = |id| all.iter().find(|one| one.source.id == id);
    let named = ids.into_iter().filter_map(name);
    Ok(named.map(|one| one.name.clone()).collect())
}

/// What is wanted otherwise. A form says what is wanted by what it leaves empty too.
fn said(ask: &Ask, source: &NewsroomSource) -> Result<SourceEdit, Refusal> {
    let by_form = ask.get("form").is_some();
    let text = |option: &str| -> Result<Option<Option<String>>, Refusal> {
        let Some(typed) = ask.get(option) else {
            return Ok(None);
        };
        let line = clean::one_line(&clean::plain(typed));
        if line.chars().count() > NAME_CHARS_MAX {
            let refusal = Refusal::new(format!(
                "That {option} is over {NAME_CHARS_MAX} characters."
            ));
            return Err(refusal.can("Use fewer words."));
        }
        Ok(match line.as_str() {
            "" if by_form => Some(None),
            "" => None,
            off if off.eq_ignore_ascii_case(OFF) => Some(None),
            _ => Some(Some(line)),
        })
    };
    let mut name = text("name")?;
    // A form that leaves the name as it was drawn must not turn the feed's title into a name.
    if by_form && name == Some(Some(source.name.clone())) {
        name = None;
    }
    Ok(SourceEdit {
        name,
        folder: text("folder")?,
        weight: ask.get("weight").and_then(Weight::parse),
    })
}
