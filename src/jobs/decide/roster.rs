//! All subscriptions that are awake, ready to be found by what an article brings.

use crate::clock::{HOUR, Millis};
use crate::desk::Desk;
use crate::desk::learned::{self, Counted};
use crate::news::push;
use crate::news::rank::PASSING_MATCH_MAX;
use crate::news::subscription::What;
use crate::news::topic::{ArticleTerms, Collection, Handle, Hit, Matcher};
use crate::news::{NewsroomId, SourceId, Subscription, SubscriptionId, Topic};
use crate::store::{SeenBy, Wording};
use crate::text::terms;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Topics that are taught in one pass what the store knows of them: each takes some milliseconds.
const TAUGHT_AT_ONCE_MAX: usize = 20;
/// Before the key of a topic without what it leaves out; no typed topic has it.
const BARE: &str = "\u{0}";
/// What was learned is learned anew after so long.
const TAUGHT_MS_MAX: Millis = HOUR;

/// How an article met a subscription.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Met {
    /// Of a topic: score and the bar to be reached, and the words that stand in it.
    pub score: Option<f32>,
    pub bar: Option<f32>,
    pub words: Vec<String>,
    /// A word that the topic leaves out and that stands in it.
    pub excluded: Option<String>,
}

impl Met {
    /// Whether it speaks for the story more than the other does: one that is left out speaks least,
    /// then one that stays below its bar.
    pub fn is_better_than(&self, other: &Self) -> bool {
        let worth = |met: &Self| {
            let reached = push::is_reached(met.score, met.bar);
            (met.excluded.is_none(), reached, met.score.unwrap_or(0.0))
        };
        worth(self) > worth(other)
    }
}

/// A topic that somebody subscribed to.
struct Wanted {
    topic: Topic,
    /// Its words and phrases as the key has them, in the order of a hit's bits.
    words: Vec<String>,
    /// A newsroom that wants it: it is taught by what that one read.
    newsroom: NewsroomId,
    /// Whether others want it too: then it goes by no newsroom's corrections.
    is_shared: bool,
    taught_at: Option<Millis>,
}

/// Subscriptions by what they want.
#[derive(Default)]
pub struct Roster {
    all: HashMap<SubscriptionId, Subscription>,
    topics: BTreeMap<String, Wanted>,
    matcher: Matcher,
    keys: HashMap<Handle, String>,
    /// Of topics that leave something out: the same without that, so that it can be told what they
    /// left out.
    bare: HashMap<Handle, String>,
    /// What words are weighed by, once anything was taught.
    counted: Option<Arc<Counted>>,
    by_topic: HashMap<(NewsroomId, String), Vec<SubscriptionId>>,
    by_source: HashMap<(NewsroomId, SourceId), Vec<SubscriptionId>>,
    by_folder: HashMap<(NewsroomId, String), Vec<SubscriptionId>>,
    by_newsroom: HashMap<NewsroomId, Vec<SubscriptionId>>,
}

/// A topic that an article is about, by its key.
pub type TopicMet = (String, Met);

impl Roster {
    pub fn new(subscriptions: Vec<Subscription>) -> Self {
        let mut roster = Self::default();
        for one in subscriptions {
            roster.add(one);
        }
        roster
    }

    fn add(&mut self, one: Subscription) {
        let (room, id) = (one.newsroom, one.id);
        match &one.what {
            What::Topic { key, shown } => {
                let of_topic = self.by_topic.entry((room, key.clone())).or_default();
                of_topic.push(id);
                self.want(key, shown, room);
            }
            What::Source(source) => self.by_source.entry((room, *source)).or_default().push(id),
            What::Folder(folder) => {
                let of_folder = self.by_folder.entry((room, folder.clone()));
                of_folder.or_default().push(id)
            }
            What::Everything => self.by_newsroom.entry(room).or_default().push(id),
        }
        self.all.insert(id, one);
    }

    fn want(&mut self, key: &str, shown: &str, newsroom: NewsroomId) {
        if let Some(wanted) = self.topics.get_mut(key) {
            wanted.is_shared |= wanted.newsroom != newsroom;
            return;
        }
        // It was parsed when it was saved; what no longer parses matches nothing.
        let Ok(topic) = Topic::parse(shown) else {
            return;
        };
        let handle = self.matcher.insert(&topic, None);
        self.keys.insert(handle, key.to_owned());
        if !topic.excluded.is_empty() || !topic.excluded_phrases.is_empty() {
            let bare = Topic {
                key: format!("{BARE}{key}"),
                excluded: Vec::new(),
                excluded_phrases: Vec::new(),
                ..topic.clone()
            };
            let handle = self.matcher.insert(&bare, None);
            self.bare.insert(handle, key.to_owned());
        }
        let wanted = Wanted {
            words: written(&topic.key),
            topic,
            newsroom,
            is_shared: false,
            taught_at: None,
        };
        self.topics.insert(key.to_owned(), wanted);
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn get(&self, id: SubscriptionId) -> Option<&Subscription> {
        self.all.get(&id)
    }

    /// Teaches some of the topics what the store knows of them, those first that wait longest.
    pub async fn teach(&mut self, desk: &Desk) -> anyhow::Result<()> {
        let now = desk.now();
        let stale = |wanted: &Wanted| wanted.taught_at.is_none_or(|at| now - at > TAUGHT_MS_MAX);
        let keys: Vec<String> = (self.topics.iter())
            .filter(|(_, wanted)| stale(wanted))
            .map(|(key, _)| key.clone())
            .take(TAUGHT_AT_ONCE_MAX)
            .collect();
        for key in keys {
            let Some(wanted) = self.topics.get_mut(&key) else {
                continue;
            };
            wanted.taught_at = Some(now);
            let (room, corrected) = (wanted.newsroom, !wanted.is_shared);
            let lesson = learned::lesson_of(desk, room, &wanted.topic, corrected).await?;
            let profile = lesson.as_ref().map(|lesson| lesson.profile.as_ref());
            let handle = self.matcher.insert(&wanted.topic, profile);
            self.keys.insert(handle, key);
            self.counted = lesson.map(|lesson| lesson.counted).or(self.counted.take());
        }
        Ok(())
    }

    /// The topics that an article is about, those included whose bar it does not reach.
    pub fn topics_of(&self, wording: &Wording) -> Vec<TopicMet> {
        let language = wording.language.as_deref();
        let article = ArticleTerms::of(&wording.title, &wording.text, language);
        let none = Collection::default();
        let counted = self.counted.as_ref();
        let collection = counted.map_or(&none, |counted| &counted.collection);
        let met = |hit: Hit| {
            let key = self.keys.get(&hit.topic)?;
            let words = &self.topics.get(key)?.words;
            let stands = |at: &usize| hit.found & (1 << at) != 0;
            let met = Met {
                score: Some(hit.score()),
                bar: Some(hit.bar().max(PASSING_MATCH_MAX)),
                words: (0..words.len().min(32))
                    .filter(stands)
                    .map(|at| words[at].clone())
                    .collect(),
                excluded: None,
            };
            Some((key.clone(), met))
        };
        let hits = self.matcher.matches(&article, collection);
        let bare: Vec<&String> = (hits.iter())
            .filter_map(|hit| self.bare.get(&hit.topic))
            .collect();
        let mut found: Vec<TopicMet> = hits.into_iter().filter_map(met).collect();
        for key in bare {
            if found.iter().all(|(other, _)| other != key) {
                found.extend(self.left_out(key, wording));
            }
        }
        found
    }

    /// A topic of which an article has all words, and one that it leaves out.
    fn left_out(&self, key: &str, wording: &Wording) -> Option<TopicMet> {
        let topic = &self.topics.get(key)?.topic;
        let of = |text: &str| terms::terms(text, wording.language.as_deref());
        let (title, text) = (of(&wording.title), of(&wording.text));
        let stands = |name: &&String| {
            // The word alone, as a wish of its own.
            Topic::parse(name).is_ok_and(|one| one.literal().matches(&title, &text).is_some())
        };
        let names = excluded(&topic.key);
        let word = names.iter().find(stands).or(names.first())?.clone();
        let met = Met {
            excluded: Some(word),
            ..Met::default()
        };
        Some((key.to_owned(), met))
    }

    /// The subscriptions of the newsroom that want an article which it sees, and how.
    pub fn wanting(&self, seen: &SeenBy, topics: &[TopicMet]) -> Vec<(SubscriptionId, Met)> {
        let mut found = Vec::new();
        let mut add = |ids: Option<&Vec<SubscriptionId>>, met: &Met| {
            let ids = ids.into_iter().flatten();
            found.extend(ids.map(|id| (*id, met.clone())));
        };
        for (key, met) in topics {
            add(self.by_topic.get(&(seen.newsroom, key.clone())), met);
        }
        let met = Met::default();
        add(self.by_source.get(&(seen.newsroom, seen.source)), &met);
        if let Some(folder) = &seen.folder {
            add(self.by_folder.get(&(seen.newsroom, folder.clone())), &met);
        }
        add(self.by_newsroom.get(&seen.newsroom), &met);
        found
    }
}

/// The words of a key, then its phrases, without what it leaves out.
fn written(key: &str) -> Vec<String> {
    pieces(key)
        .filter(|(is_excluded, _)| !is_excluded)
        .map(|(_, piece)| piece)
        .collect()
}

/// The words that a key leaves out, then its phrases.
fn excluded(key: &str) -> Vec<String> {
    let left_out = pieces(key).filter(|(is_excluded, _)| *is_excluded);
    left_out.map(|(_, piece)| piece).collect()
}

/// Words and phrases of a key with whether each is left out.
fn pieces(key: &str) -> impl Iterator<Item = (bool, String)> {
    let mut found = Vec::new();
    let mut rest = key;
    while !rest.is_empty() {
        let bare = rest.strip_prefix('-');
        let (piece, after) = match bare.unwrap_or(rest).strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => (bare.unwrap_or(rest))
                .split_once(' ')
                .unwrap_or((bare.unwrap_or(rest), "")),
        };
        if !piece.is_empty() {
            found.push((bare.is_some(), piece.to_owned()));
        }
        rest = after.trim_start();
    }
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_its_words_and_phrases_in_order() {
        let key = Topic::parse("harbour \"outer mole\" avel -fish -\"old town\"")
            .unwrap()
            .key;
        assert_eq!(written(&key), ["avel", "harbour", "outer mole"]);
        assert_eq!(written("harbour"), ["harbour"]);
        assert_eq!(excluded(&key), ["fish", "old town"]);
    }
}
