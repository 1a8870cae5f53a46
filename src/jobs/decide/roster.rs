//! All subscriptions that are awake, ready to be found by what an article brings.

use crate::news::subscription::What;
use crate::news::topic::Fit;
use crate::news::{NewsroomId, SourceId, Subscription, SubscriptionId, Topic};
use crate::store::{SeenBy, Wording};
use crate::text::{background, terms};
use std::collections::HashMap;

/// How an article met a subscription.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Met {
    /// Of a topic: score and the bar that was reached, and the words that stand in it.
    pub score: Option<f32>,
    pub bar: Option<f32>,
    pub words: Vec<String>,
}

/// Subscriptions by what they want.
#[derive(Default)]
pub struct Roster {
    all: HashMap<SubscriptionId, Subscription>,
    topics: Vec<(String, Topic, Fit)>,
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
            let (room, id) = (one.newsroom, one.id);
            match &one.what {
                What::Topic { key, shown } => {
                    let of_topic = roster.by_topic.entry((room, key.clone())).or_default();
                    of_topic.push(id);
                    let known = roster.topics.iter().any(|(other, ..)| other == key);
                    if !known && let Ok(topic) = Topic::parse(shown) {
                        let fit = Fit::new(&topic);
                        roster.topics.push((key.clone(), topic, fit));
                    }
                }
                What::Source(source) => roster
                    .by_source
                    .entry((room, *source))
                    .or_default()
                    .push(id),
                What::Folder(folder) => {
                    let of_folder = roster.by_folder.entry((room, folder.clone()));
                    of_folder.or_default().push(id)
                }
                What::Everything => roster.by_newsroom.entry(room).or_default().push(id),
            }
            roster.all.insert(id, one);
        }
        roster
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn get(&self, id: SubscriptionId) -> Option<&Subscription> {
        self.all.get(&id)
    }

    /// The topics that an article is about.
    pub fn topics_of(&self, wording: &Wording) -> Vec<TopicMet> {
        let language = wording.language.as_deref();
        let title = terms::terms(&wording.title, language);
        let text = terms::terms(&wording.text, language);
        let met = |(key, topic, fit): &(String, Topic, Fit)| {
            let found = topic.matches(&title, &text);
            let other_name = !topic.aliases.is_empty() && fit.has_every_word(&wording.vector);
            if found.is_none() && (!other_name || topic.excludes(&title, &text)) {
                return None;
            }
            let met = Met {
                score: Some(fit.score(&wording.vector, background::idf)),
                bar: None,
                words: Vec::new(),
            };
            Some((key.clone(), met))
        };
        self.topics.iter().filter_map(met).collect()
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
