//! What can be subscribed to, and which subscription is meant: read from what was typed, and
//! offered while somebody types.

use crate::desk::{Asker, Desk, No, brief, sources, suggest};
use crate::news::source::NewsroomSource;
use crate::news::subscription::{Destination, Unheard, What};
use crate::news::topic::as_link;
use crate::news::zone::When;
use crate::news::{Newsroom, NewsroomId, Subscription, SubscriptionId};
use crate::page::link::muted_source;
use crate::page::subscriptions::unheard::Standing;
use crate::page::subscriptions::words::{place_text, what_name};
use crate::page::{Choice, Refusal};

/// Choices of each kind that are offered.
const NAMES_MAX: usize = 7;
const SOURCES_MAX: usize = 7;
const FOLDERS_MAX: usize = 4;
const WHICH_MAX: usize = 20;

/// What everything is called where it is offered and typed.
const EVERYTHING: &str = "everything";

/// Reads a topic, `source NAME`, `~ID` of a source, `folder NAME` or everything; a colon after the
/// kind is as good as a blank.
///
/// # Errors
/// A refusal that says what there is.
pub fn read(typed: &str, known: &[NewsroomSource]) -> Result<What, Refusal> {
    let typed = typed.trim();
    if typed.eq_ignore_ascii_case(EVERYTHING) {
        return Ok(What::Everything);
    }
    let after = |word: &str| {
        let (first, rest) = typed.split_once([' ', ':'])?;
        let named = first.eq_ignore_ascii_case(word) && !rest.trim().is_empty();
        named.then(|| rest.trim())
    };
    let id = typed
        .strip_prefix('~')
        .filter(|id| id.parse::<i64>().is_ok());
    if let Some(named) = after("source").or(id.map(|_| typed)) {
        let source =
            sources::pick_among(known.to_vec(), named).map_err(|no| or_topic(no, typed))?;
        if !source.weight.is_heard() {
            return Err(muted_source(&source.name));
        }
        return Ok(What::Source(source.source.id));
    }
    if as_link(typed).is_some() {
        return match sources::pick_among(known.to_vec(), typed) {
            Ok(source) if source.weight.is_heard() => Ok(What::Source(source.source.id)),
            Ok(source) => Err(muted_source(&source.name)),
            Err(_) => Err(Refusal::new("A link is no topic, and no source here has that address.")
                .can("/sources add adds a site, /suggest-source proposes it; /story opens an article.")),
        };
    }
    if let Some(named) = after("folder") {
        return folder(named, known)
            .map(What::Folder)
            .map_err(|no| or_topic(no, typed));
    }
    Ok(match brief::topic_of(typed)? {
        Some(topic) => What::Topic {
            key: topic.key,
            shown: topic.shown,
        },
        // The top of all stories.
        None => What::Everything,
    })
}

/// What can be typed for the same thing.
pub fn typed(what: &What) -> String {
    match what {
        What::Topic { shown, .. } => shown.clone(),
        What::Source(id) => format!("~{}", id.0),
        What::Folder(folder) => format!("folder {folder}"),
        What::Everything => EVERYTHING.to_owned(),
    }
}

/// What to say of a topic that is called as a source or a folder is: by its name alone it is read
/// as words.
pub fn namesake(what: &What, known: &[NewsroomSource]) -> Option<String> {
    let What::Topic { shown, .. } = what else {
        return None;
    };
    let same = |name: &str| name.to_lowercase() == shown.to_lowercase();
    let source = known.iter().find(|one| same(&one.name)).map(|one| {
        let (name, what) = (&one.name, "each of its articles");
        format!("these words are looked for in all sources. For {what}: source {name}.")
    });
    let folder = || {
        let name = folders(known).into_iter().find(|name| same(name))?;
        let what = "what is in that folder";
        Some(format!(
            "these words are looked for in all sources. For {what}: folder {name}."
        ))
    };
    source.or_else(folder)
}

/// "source code" may have been meant as a topic.
fn or_topic(mut refusal: Refusal, typed: &str) -> Refusal {
    if !typed.starts_with('~') {
        let way = format!("For the topic, put it in quotes: \"{typed}\".");
        let can = refusal.you_can.take();
        refusal.you_can = Some(can.map_or(way.clone(), |can| format!("{can} {way}")));
    }
    refusal
}

fn folders(known: &[NewsroomSource]) -> Vec<&str> {
    let mut folders: Vec<&str> = known
        .iter()
        .filter_map(|source| source.folder.as_deref())
        .collect();
    folders.sort_unstable();
    folders.dedup();
    folders
}

fn folder(named: &str, known: &[NewsroomSource]) -> Result<String, Refusal> {
    let folders = folders(known);
    let wanted = named.to_lowercase();
    let exact = folders.iter().find(|one| one.to_lowercase() == wanted);
    if let Some(found) = exact {
        return Ok((*found).to_owned());
    }
    let refusal = Refusal::new(format!("There is no folder “{named}” here."));
    Err(if folders.is_empty() {
        refusal.can("/sources edit puts a source into one, and an imported list brings its own.")
    } else {
        let some: Vec<&str> = folders.into_iter().take(5).collect();
        refusal.can(format!("There are: {}.", some.join(", ")))
    })
}

/// Whether two wishes are for the same, however they were typed.
pub fn is_same(one: &What, other: &What) -> bool {
    match (one, other) {
        (What::Topic { key, .. }, What::Topic { key: other, .. }) => key == other,
        _ => one == other,
    }
}

/// What to offer for a thing to subscribe to.
///
/// # Errors
/// Failures of the store.
pub async fn offered(desk: &Desk, asker: &Asker, typed: &str) -> anyhow::Result<Vec<Choice>> {
    let room = desk.store.newsroom(asker.newsroom, desk.now()).await?;
    let names = suggest::names(desk, asker, usize::MAX).await?;
    let known = desk.store.sources(room).await?;
    Ok(offer(typed, &names, &known))
}

fn offer(typed: &str, names: &[String], known: &[NewsroomSource]) -> Vec<Choice> {
    let typed = typed.trim();
    let wanted = typed.to_lowercase();
    let has = |name: &str| name.to_lowercase().contains(&wanted);
    let own = (!typed.is_empty() && wanted != EVERYTHING).then(|| choice(typed, typed));
    let everything = EVERYTHING
        .starts_with(&wanted)
        .then(|| choice("Everything", EVERYTHING));
    let names = names.iter().filter(|name| has(name)).take(NAMES_MAX);
    let bare = wanted.strip_prefix("source ").unwrap_or(&wanted).trim();
    let sources = known
        .iter()
        .filter(|source| source.name.to_lowercase().contains(bare))
        .take(SOURCES_MAX);
    let bare = wanted.strip_prefix("folder ").unwrap_or(&wanted).trim();
    let folders = folders(known)
        .into_iter()
        .filter(|folder| folder.to_lowercase().contains(bare))
        .take(FOLDERS_MAX);
    let choices = own
        .into_iter()
        .chain(everything)
        .chain(names.map(|name| choice(name, name)))
        .chain(folders.map(|one| choice(&format!("{one} · folder"), &format!("folder {one}"))))
        .chain(sources.map(|one| {
            let label = format!("{} · source", one.name);
            choice(&label, &format!("~{}", one.source.id.0))
        }));
    suggest::first_of_each(choices.collect())
}

/// When something can be sent, for the option `when`.
pub fn whens(typed: &str) -> Vec<Choice> {
    let typed = typed.trim().to_lowercase();
    let own = When::parse(&typed).ok().map(|when| when.to_string());
    let known = [
        "as it breaks",
        "hourly",
        "daily 08:00",
        "daily 18:00",
        "weekly monday 08:00",
    ];
    let known = known
        .into_iter()
        .filter(|known| known.contains(&typed))
        .filter_map(|known| Some(When::parse(known).ok()?.to_string()));
    let choices = own
        .into_iter()
        .chain(known)
        .map(|when| choice(&when, &when));
    suggest::first_of_each(choices.collect())
}

fn choice(label: &str, value: &str) -> Choice {
    Choice {
        label: label.to_owned(),
        value: value.to_owned(),
        description: None,
    }
}

/// Whose subscriptions are spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those of the newsroom's channels.
    Channels(NewsroomId),
    /// What somebody follows, in whatever newsroom it was made.
    Person(u64),
    /// Those of the host's terminal.
    Terminal(NewsroomId),
}

impl Scope {
    /// What a moderator decides about.
    pub fn of_moderator(asker: &Asker, room: NewsroomId) -> Self {
        match asker.newsroom {
            Newsroom::Terminal => Scope::Terminal(room),
            _ => Scope::Channels(room),
        }
    }

    /// What a person decides about for themselves.
    pub fn of_person(asker: &Asker, room: NewsroomId) -> Self {
        match asker.newsroom {
            Newsroom::Terminal => Scope::Terminal(room),
            _ => Scope::Person(asker.person),
        }
    }

    /// Whether it is one of these.
    pub fn holds(self, subscription: &Subscription) -> bool {
        match (self, subscription.place.destination) {
            (Scope::Channels(room), Destination::Channel(_))
            | (Scope::Terminal(room), Destination::Terminal) => room == subscription.newsroom,
            (Scope::Person(one), Destination::Person(other)) => one == other,
            _ => false,
        }
    }

    /// All of them, in the order of making.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn all(self, desk: &Desk) -> anyhow::Result<Vec<Subscription>> {
        let mut all = match self {
            Scope::Channels(room) | Scope::Terminal(room) => desk.store.subscriptions(room).await?,
            Scope::Person(person) => desk.store.follows(person).await?,
        };
        all.retain(|subscription| self.holds(subscription));
        Ok(all)
    }

    /// The one that somebody named: `~ID`, or words that its name or its place's holds.
    ///
    /// # Errors
    /// A refusal that names the nearest; failures of the store.
    pub async fn pick(self, desk: &Desk, typed: &str) -> Result<Subscription, No> {
        let all = self.named(desk).await?;
        Ok(pick_of(all, typed)?)
    }

    /// What to offer for the option `which`.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn offered(self, desk: &Desk, typed: &str) -> anyhow::Result<Vec<Choice>> {
        let wanted = typed.trim().to_lowercase();
        let all = self.named(desk).await?.into_iter();
        let fitting = all.filter(|(label, _)| label.to_lowercase().contains(&wanted));
        Ok(fitting
            .take(WHICH_MAX)
            .map(|(label, one)| choice(&label, &format!("~{}", one.id.0)))
            .collect())
    }

    async fn named(self, desk: &Desk) -> anyhow::Result<Vec<(String, Subscription)>> {
        let mut named = Vec::new();
        for subscription in self.all(desk).await? {
            let sources = match subscription.what {
                What::Source(_) => desk.store.sources(subscription.newsroom).await?,
                _ => Vec::new(),
            };
            let what = called(desk, &subscription, &sources).await?;
            let label = match self {
                Scope::Channels(_) => format!("{what} · {}", place_text(&subscription.place)),
                Scope::Person(_) | Scope::Terminal(_) => what,
            };
            named.push((label, subscription));
        }
        Ok(named)
    }
}

/// What a subscription is for, as it is called; `sources`: of its newsroom. A source that was removed
/// keeps its name as long as it can come back.
///
/// # Errors
/// Failures of the store.
pub async fn called(
    desk: &Desk,
    subscription: &Subscription,
    sources: &[NewsroomSource],
) -> anyhow::Result<String> {
    let room = subscription.newsroom;
    let what = &subscription.what;
    let removed = match what {
        What::Source(id) if what.unheard(sources) == Some(Unheard::Removed) => {
            desk.store.removed_source_name(room, *id).await?
        }
        _ => None,
    };
    Ok(removed.unwrap_or_else(|| what_name(what, sources)))
}

/// How many subscriptions and follows of a newsroom stand on a source and get nothing; `sources`:
/// those of the newsroom, as they are by now.
///
/// # Errors
/// Failures of the store.
pub async fn standing(
    desk: &Desk,
    room: NewsroomId,
    source: &NewsroomSource,
    sources: &[NewsroomSource],
) -> anyhow::Result<Standing> {
    let stands = |one: &Subscription| match &one.what {
        What::Source(id) => *id == source.source.id,
        What::Folder(folder) => source.folder.as_ref() == Some(folder),
        What::Topic { .. } | What::Everything => false,
    };
    let all = desk.store.subscriptions(room).await?;
    let silent = all
        .iter()
        .filter(|one| stands(one) && one.what.unheard(sources).is_some());
    let (follows, subscriptions): (Vec<_>, Vec<_>) =
        silent.partition(|one| one.place.destination.is_direct());
    Ok(Standing {
        subscriptions: subscriptions.len(),
        follows: follows.len(),
    })
}

fn pick_of(all: Vec<(String, Subscription)>, typed: &str) -> Result<Subscription, Refusal> {
    let typed = typed.trim();
    let wanted = typed.to_lowercase();
    let by_id = typed
        .strip_prefix('~')
        .and_then(|id| id.parse().ok())
        .map(SubscriptionId);
    let names: Vec<String> = all.iter().map(|(label, _)| label.clone()).collect();
    let holds = |label: &str| label.to_lowercase().contains(&wanted);
    let (exact, part): (Vec<_>, Vec<_>) = all
        .into_iter()
        .filter(|(label, one)| Some(one.id) == by_id || (by_id.is_none() && holds(label)))
        .partition(|(label, one)| Some(one.id) == by_id || label.to_lowercase() == wanted);
    let mut found = if exact.len() == 1 { exact } else { part };
    match (found.len(), by_id) {
        (1, _) => Ok(found.remove(0).1),
        (0, Some(_)) => Err(Refusal::new("That subscription is no longer there.")
            .can("Type /subscriptions list or /following to see what is.")),
        (0, None) => {
            let refusal = Refusal::new(format!("There is no subscription “{typed}” here."));
            Err(match names.is_empty() {
                true => refusal.can("Make one with /subscriptions add or /follow."),
                false => refusal.can(format!("There are: {}.", some(names.iter()))),
            })
        }
        _ => Err(
            Refusal::new(format!("“{typed}” could be several subscriptions.")).can(format!(
                "Choose one of: {}.",
                some(found.iter().map(|(label, _)| label))
            )),
        ),
    }
}

fn some<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<&str> = names.take(5).map(String::as_str).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::news::source::{SourceState, Weight};
    use crate::news::{Source, SourceId};

    fn source(id: i64, name: &str, folder: Option<&str>) -> NewsroomSource {
        NewsroomSource {
            source: Source {
                id: SourceId(id),
                url: format!("https://{id}.example/feed"),
                title: name.to_owned(),
                site: None,
                language: None,
                etag: None,
                last_modified: None,
                next_at: 0,
                interval_ms: 1,
                habits: Default::default(),
                state: SourceState::default(),
            },
            name: name.to_owned(),
            folder: folder.map(str::to_owned),
            weight: Weight::Normal,
            added_at: 0,
            articles_week: 7,
            newest: None,
            moving_to: None,
        }
    }

    fn known() -> Vec<NewsroomSource> {
        vec![
            source(1, "Avel Courier", Some("Ports")),
            source(2, "Basin Weekly", None),
        ]
    }

    #[test]
    fn a_topic_a_source_a_folder_and_everything_are_told_apart() {
        let what = |typed: &str| read(typed, &known());
        assert_eq!(what("Everything"), Ok(What::Everything));
        assert_eq!(what("Top stories"), Ok(What::Everything));
        assert_eq!(what("~2"), Ok(What::Source(SourceId(2))));
        assert_eq!(what("source avel"), Ok(What::Source(SourceId(1))));
        assert_eq!(what("folder ports"), Ok(What::Folder("Ports".into())));
        assert_eq!(what("folder:Ports"), Ok(What::Folder("Ports".into())));
        assert_eq!(what("Source: avel"), Ok(What::Source(SourceId(1))));
        assert!(what("folder:sea").is_err());
        let topic = what(" Port  Strike").expect("a topic");
        let (key, shown) = ("port strike".to_owned(), "Port Strike".to_owned());
        assert_eq!(topic, What::Topic { key, shown });
        assert!(matches!(what("sources"), Ok(What::Topic { .. })));
        assert!(is_same(&topic, &what("strike port").expect("a topic")));
        for one in [
            topic,
            What::Everything,
            What::Source(SourceId(2)),
            What::Folder("Ports".into()),
        ] {
            assert_eq!(what(&typed(&one)), Ok(one), "it is read as it is typed");
        }
    }

    #[test]
    fn a_link_is_the_source_at_it_and_never_a_topic() {
        let mut known = known();
        known[0].source.site = Some("https://www.avel.example/".to_owned());
        for typed in ["https://1.example/feed", "http://avel.example"] {
            assert_eq!(
                read(typed, &known),
                Ok(What::Source(SourceId(1))),
                "{typed}"
            );
        }
        let no = read("https://3.example/feed", &known).expect_err("no source");
        assert!(no.you_can.expect("a way out").contains("/sources add"));
    }

    #[test]
    fn a_topic_called_as_a_source_is_says_how_the_source_is_meant() {
        let said = |typed: &str| namesake(&read(typed, &known()).expect("read"), &known());
        let source = said("avel courier").expect("its namesake");
        assert!(source.ends_with("source Avel Courier."), "{source}");
        let folder = said("Ports").expect("its namesake");
        assert!(folder.ends_with("folder Ports."), "{folder}");
        assert_eq!(said("Avel"), None);
        assert_eq!(said("source avel"), None);
    }

    #[test]
    fn what_is_not_there_names_what_is() {
        let no = read("folder sea", &known()).expect_err("no such folder");
        let can = no.you_can.expect("a way out");
        assert!(
            can.contains("Ports") && can.contains("\"folder sea\""),
            "{can}"
        );
        let no = read("source coast", &known()).expect_err("no such source");
        assert!(no.you_can.expect("a way out").contains("Basin Weekly"));
        assert!(read("-only", &known()).is_err());
        assert!(read("~99", &known()).is_err());
    }

    #[test]
    fn all_kinds_are_offered_and_what_was_typed_first() {
        let labels = |typed: &str| -> Vec<String> {
            let names = ["Avel".to_owned(), "Orren".to_owned()];
            let offered = offer(typed, &names, &known());
            offered.into_iter().map(|one| one.label).collect()
        };
        assert_eq!(
            labels(""),
            [
                "Everything",
                "Avel",
                "Orren",
                "Ports · folder",
                "Avel Courier · source",
                "Basin Weekly · source"
            ]
        );
        assert_eq!(labels("ave"), ["ave", "Avel", "Avel Courier · source"]);
        assert_eq!(labels("source bas")[1], "Basin Weekly · source");
        let whens: Vec<String> = whens("daily 7").into_iter().map(|one| one.value).collect();
        assert_eq!(whens, ["daily 07:00"]);
    }
}
