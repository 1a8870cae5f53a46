//! `/sources`: moderators add, list, edit, test and remove what the newsroom reads, and take lists
//! of feeds in and out.

pub mod add;
pub mod edit;
pub mod export;
pub mod import;
pub mod inspect;
pub mod list;
pub mod packs;
pub mod pending;
pub mod probe;
pub mod remove;

use crate::desk::command::{Answer, Asked, Command, Kind, No, Opt, Sub, Who, boxed};
use crate::desk::{Asker, Desk};
use crate::news::signs;
use crate::news::source::NewsroomSource;
use crate::news::{NewsroomId, SourceId, link};
use crate::page::{self, Refusal};

pub const COMMAND: Command = Command {
    name: "sources",
    description: "What this server reads",
    who: Who::Moderators,
    options: &[],
    subs: &[
        Sub {
            name: "add",
            description: "Add a source: shows what is in it before anything is saved",
            options: &[
                Opt {
                    name: "link",
                    description: "Address of a site or a feed",
                    kind: Kind::Link,
                    required: true,
                    complete: false,
                },
                Opt {
                    description: "What to call it; else its own title",
                    ..NAME
                },
                YES,
            ],
            in_discord: true,
        },
        Sub {
            name: "check-packs",
            description: "Read every address of the packs and say which can be read",
            options: &[],
            in_discord: false,
        },
        Sub {
            name: "decide",
            description: "Approve or decline a suggested source, by its number",
            options: &[NUMBER, WHAT, REASON],
            in_discord: false,
        },
        Sub {
            name: "edit",
            description: "Name, folder and weight of a source",
            options: &[WHICH, NAME, FOLDER, WEIGHT],
            in_discord: true,
        },
        Sub {
            name: "export",
            description: "All sources as an OPML file, with names and folders",
            options: &[],
            in_discord: true,
        },
        Sub {
            name: "import",
            description: "Add all feeds of an OPML file",
            options: &[FILE],
            in_discord: true,
        },
        Sub {
            name: "list",
            description: "All sources and how they are doing",
            options: &[FILTER],
            in_discord: true,
        },
        Sub {
            name: "packs",
            description: "Ready lists of well-known outlets, to add at once",
            options: &[PACK, YES],
            in_discord: true,
        },
        Sub {
            name: "pending",
            description: "What members suggested or reported: sources to approve, stories to fix",
            options: &[],
            in_discord: true,
        },
        Sub {
            name: "remove",
            description: "Remove a source (with Undo)",
            options: &[WHICH],
            in_discord: true,
        },
        Sub {
            name: "test",
            description: "Read a source now and say how it went",
            options: &[WHICH],
            in_discord: true,
        },
    ],
    in_discord: true,
    public_in_news: false,
    answer: |desk, asker, asked| boxed(answer(desk, asker, asked)),
};

const FILE: Opt = Opt {
    name: "file",
    description: "The file, such as feeds.opml",
    kind: Kind::File,
    required: true,
    complete: false,
};
const WHICH: Opt = Opt {
    name: "which",
    description: "The source",
    kind: Kind::Source,
    required: true,
    complete: true,
};
const NAME: Opt = Opt {
    name: "name",
    description: "What to call it; off = its own title",
    kind: Kind::Words,
    required: false,
    complete: false,
};
const FOLDER: Opt = Opt {
    name: "folder",
    description: "A folder, which can be subscribed to; off = none",
    kind: Kind::Words,
    required: false,
    complete: false,
};
const WEIGHT: Opt = Opt {
    name: "weight",
    description: "How much it counts here",
    kind: Kind::Choice(&[
        ("more", "More: before others"),
        ("normal", "Normal"),
        ("less", "Less: after others"),
        (
            "counted",
            "Counted: not shown, but counts as an outlet that reports a story",
        ),
        ("muted", "Muted: not shown, not counted"),
    ]),
    required: false,
    complete: false,
};
const FILTER: Opt = Opt {
    name: "filter",
    description: "Only these: trouble, unread, muted, folder:NAME, or words of the name",
    kind: Kind::Words,
    required: false,
    complete: false,
};
const PACK: Opt = Opt {
    name: "pack",
    description: "The pack; none = all of them to choose from",
    kind: Kind::Choice(packs::CHOICES),
    required: false,
    complete: false,
};
const NUMBER: Opt = Opt {
    name: "number",
    description: "Its number in sources pending",
    kind: Kind::Words,
    required: true,
    complete: false,
};
const WHAT: Opt = Opt {
    name: "what",
    description: "What is decided",
    kind: Kind::Choice(&[("approve", "Approve"), ("decline", "Decline")]),
    required: true,
    complete: false,
};
const REASON: Opt = Opt {
    name: "reason",
    description: "What the member is told of why it is declined",
    kind: Kind::Words,
    required: false,
    complete: false,
};
const YES: Opt = Opt {
    name: "yes",
    description: "Save without asking",
    kind: Kind::Flag,
    required: false,
    complete: false,
};

async fn answer(desk: &Desk, asker: &Asker, asked: &Asked) -> Answer {
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    let ask = &asked.ask;
    match ask.sub.as_deref() {
        Some("add") => add::add(desk, asker, room, asked).await,
        Some("check-packs") if asker.terminal => packs::check(desk).await,
        Some("decide") => pending::decide(desk, asker, room, asked).await,
        Some("edit") => edit::edit(desk, asker, room, ask).await,
        Some("export") => export::export(desk, asker, room).await,
        Some("import") => import::import(desk, asker, room, ask).await,
        Some("list") => list::list(desk, asker, room, ask).await,
        Some("packs") => packs::packs(desk, asker, room, asked).await,
        Some("pending") => pending::pending(desk, room, asked).await,
        Some("remove") => remove::remove(desk, asker, room, asked).await,
        Some("test") => probe::test(desk, room, asked).await,
        _ => Err(Refusal::new("Say what to do with the sources.")
            .can("Choose add, edit, list, test or remove.")
            .into()),
    }
}

/// The source that somebody named: `~ID`, its name, or the only one whose name holds the words.
///
/// # Errors
/// A refusal that names the nearest; failures of the store.
pub async fn pick(desk: &Desk, room: NewsroomId, typed: &str) -> Result<NewsroomSource, No> {
    Ok(pick_among(desk.store.sources(room).await?, typed)?)
}

/// As [`pick`], for a question about that source alone: it is answered only of one that is heard.
///
/// # Errors
/// A refusal also where it is muted.
pub async fn pick_heard(desk: &Desk, room: NewsroomId, typed: &str) -> Result<NewsroomSource, No> {
    let source = pick(desk, room, typed).await?;
    match source.weight.is_heard() {
        true => Ok(source),
        false => Err(page::link::muted_source(&source.name).into()),
    }
}

/// Whether a source is read at an address or belongs to the site there.
fn is_at(source: &NewsroomSource, address: &str) -> bool {
    let own = [Some(&source.source.url), source.source.site.as_ref()];
    let mut own = own.into_iter().flatten();
    own.any(|one| signs::same_address(one, address))
}

/// The same among sources that are known.
///
/// # Errors
/// A refusal that names the nearest.
pub fn pick_among(
    mut sources: Vec<NewsroomSource>,
    typed: &str,
) -> Result<NewsroomSource, Refusal> {
    let wanted = typed.trim().to_lowercase();
    let by_id = wanted
        .strip_prefix('~')
        .and_then(|id| id.parse().ok())
        .map(SourceId);
    let exact = sources.iter().position(|source| {
        Some(source.source.id) == by_id
            || source.name.to_lowercase() == wanted
            || source.source.url == typed.trim()
    });
    let matching: Vec<usize> = (0..sources.len())
        .filter(|index| {
            let source = &sources[*index];
            source.name.to_lowercase().contains(&wanted) || is_at(source, typed.trim())
        })
        .collect();
    match (exact, matching.as_slice()) {
        (Some(index), _) => Ok(sources.swap_remove(index)),
        (None, [index]) => Ok(sources.swap_remove(*index)),
        (None, []) if by_id.is_some() => Err(Refusal::new("That source is no longer here.")
            .can("Type /sources list to see what there is.")),
        (None, []) => {
            let names: Vec<&str> = sources
                .iter()
                .take(5)
                .map(|source| source.name.as_str())
                .collect();
            let shown = Some(link::shown(typed.trim())).filter(|shown| !shown.is_empty());
            let shown = shown.unwrap_or_else(|| typed.trim().to_owned());
            let refusal = Refusal::new(format!("There is no source “{shown}” here."));
            Err(if names.is_empty() {
                refusal.can("Add one with /sources add.")
            } else {
                refusal.can(format!("There are, for instance: {}.", names.join(", ")))
            })
        }
        (None, several) => {
            let names: Vec<&str> = several
                .iter()
                .take(5)
                .map(|index| sources[*index].name.as_str())
                .collect();
            let refusal = Refusal::new(format!("“{}” could be several sources.", typed.trim()));
            Err(refusal.can(format!("Choose one of: {}.", names.join(", "))))
        }
    }
}
