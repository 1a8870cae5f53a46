//! Which stories are to be decided about for whom, and what a decision about one goes by.

use super::roster::{Met, Roster, TopicMet};
use crate::clock::Millis;
use crate::news::push::{self, Cause, Decision, Grounds, Reason};
use crate::news::subscription::{DestinationId, What};
use crate::news::{ArticleId, StoryId, Subscription, SubscriptionId, rank};
use crate::store::{Known, Ruling, SeenBy, StoryArticle};
use std::collections::{HashMap, HashSet};

/// A story for a subscription, to be decided.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub subscription: SubscriptionId,
    pub story: StoryId,
    /// None where it is only decided again.
    pub met: Option<Met>,
    pub known: Option<Known>,
}

impl Case {
    /// A story that was held.
    pub fn again(known: Known) -> Self {
        Self {
            subscription: known.subscription,
            story: known.story,
            met: None,
            known: Some(known),
        }
    }

    /// What becomes of it when its newsroom sees nothing of it any more.
    pub fn gone(self, roster: &Roster, now: Millis) -> Ruling {
        let destination = roster
            .get(self.subscription)
            .map_or(DestinationId(0), |one| one.destination);
        let grounds = self.known.map(|known| known.grounds);
        Ruling {
            subscription: self.subscription,
            destination,
            story: self.story,
            decision: Decision::Skip {
                reason: Reason::Gone,
            },
            grounds: grounds.unwrap_or_else(|| Grounds::bare(now)),
            cause: Cause::default(),
            digest: None,
        }
    }
}

/// What is to be decided after these articles came, in the order in which their stories did.
pub(super) fn cases(
    roster: &Roster,
    seen: &[SeenBy],
    topics: &HashMap<ArticleId, Vec<TopicMet>>,
    stories: &[StoryId],
    known: Vec<Known>,
) -> Vec<Case> {
    let mut met: HashMap<(StoryId, SubscriptionId), Met> = HashMap::new();
    for one in seen.iter().filter(|one| !one.counted) {
        let topics = topics.get(&one.article).map_or(&[][..], Vec::as_slice);
        for (subscription, how) in roster.wanting(one, topics) {
            let best = met
                .entry((one.story, subscription))
                .or_insert_with(|| how.clone());
            if how.is_better_than(best) {
                *best = how;
            }
        }
    }
    let mut before: HashMap<(StoryId, SubscriptionId), Known> = HashMap::new();
    for one in known {
        // The first is the one that counts: one that sent.
        before.entry((one.story, one.subscription)).or_insert(one);
    }
    let place: HashMap<StoryId, usize> = (stories.iter().enumerate())
        .map(|(place, story)| (*story, place))
        .collect();
    let mut keys: Vec<(StoryId, SubscriptionId)> =
        met.keys().chain(before.keys()).copied().collect();
    keys.sort_unstable_by_key(|(story, subscription)| (place.get(story).copied(), *subscription));
    keys.dedup();
    let case = |key: (StoryId, SubscriptionId)| {
        let known = before.remove(&key);
        let is_final = known.as_ref().is_some_and(|known| {
            known.sent || matches!(known.reason, Reason::AlreadyTold(_) | Reason::Unlisted)
        });
        (!is_final).then(|| Case {
            subscription: key.1,
            story: key.0,
            met: met.remove(&key),
            known,
        })
    };
    keys.into_iter().filter_map(case).collect()
}

/// What a decision about a story goes by.
pub(super) fn grounds(
    subscription: &Subscription,
    articles: &[StoryArticle],
    case: &Case,
) -> Grounds {
    let wanted = |article: &StoryArticle| match &subscription.what {
        What::Source(source) => article.source == *source,
        What::Folder(folder) => article.folder.as_ref() == Some(folder),
        What::Topic { .. } | What::Everything => true,
    };
    // The first sighting of each article is its sighting by the newsroom. What is only counted is
    // no news.
    let mut once = HashSet::new();
    let first: Vec<&StoryArticle> = articles
        .iter()
        .filter(|article| !article.counted && once.insert(article.article))
        .collect();
    let is_news = |article: &&StoryArticle| {
        let source = article.baseline.unwrap_or(article.seen);
        let unread = article.read_before.map_or(0, |at| article.seen - at);
        let baseline = subscription.made_at.max(source);
        push::is_news(article.published, article.seen, baseline, unread)
    };
    let news = if subscription.what.is_each_article() {
        let own = articles.iter();
        let own = own.filter(|article| !article.counted && wanted(article));
        own.filter(is_news).map(|article| article.seen).min()
    } else {
        let all = first.iter().copied();
        all.filter(is_news).map(|article| article.seen).min()
    };
    let mut sighted = HashSet::new();
    let sighted: Vec<&StoryArticle> = articles
        .iter()
        .filter(|article| sighted.insert(article.article))
        .collect();
    let outlets = sighted
        .iter()
        .map(|article| (article.outlet, article.same_text));
    let before = case.known.as_ref().map(|known| &known.grounds);
    let (score, bar, words) = match (&case.met, before) {
        (Some(met), Some(before)) if before.score > met.score => {
            (before.score, before.bar, before.words.clone())
        }
        (Some(met), _) => (met.score, met.bar, met.words.clone()),
        (None, Some(before)) => (before.score, before.bar, before.words.clone()),
        (None, None) => (None, None, Vec::new()),
    };
    Grounds {
        score,
        bar,
        words,
        outlets: rank::outlets(outlets),
        news_since: news,
        fed_at: sighted
            .iter()
            .map(|article| article.seen)
            .max()
            .unwrap_or(0),
    }
}
