//! Decides what is told to whom: about each placed article, when a hold's time comes, and when a
//! digest is due. What is decided is kept with its reason, and what is sent is an outbox row of the
//! same transaction.

mod case;
mod digest;
mod roster;

use crate::clock::{Millis, SECOND};
use crate::desk::preferences::{Preferences, preferences_of};
use crate::desk::{Desk, audit};
use crate::news::push::{self, Cause, Decision, Facts, HELD_SINGLY_MAX, Reason, Told};
use crate::news::subscription::{DestinationId, What};
use crate::news::zone;
use crate::news::{
    ArticleId, Destination, NewsroomId, Overlay, StoryId, Subscription, SubscriptionId,
};
use crate::store::{self, Basis, Known, NewDigest, Ruling, SeenBy, Store, StoryArticle};
use case::{Case, cases, grounds};
use roster::{Roster, TopicMet};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Articles decided about in one transaction.
const BATCH_ARTICLES_MAX: u32 = 200;
/// Holds and digests that are taken up at once.
const DUE_MAX: u32 = 1_000;
/// Notices that are put into the outbox at once.
const NOTICES_MAX: u32 = 50;
/// Outlets that join within so short a time make one change of a message.
const EDIT_DELAY_MS: Millis = 30 * SECOND;

/// What a pass decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub decided: usize,
    /// Rows put into the outbox at most: some may turn out to be told.
    pub sent: usize,
}

/// The job that decides.
pub struct Decide {
    desk: Desk,
    /// With the count of changes at which it was read.
    roster: Mutex<Option<(i64, Arc<Roster>)>>,
}

/// What one pass knows beside its cases, and what it decided already.
struct Pass<'a> {
    roster: &'a Roster,
    now: Millis,
    /// Whether a correction leads to it.
    again: bool,
    /// By destination and story, and for one newsroom alone where it merged stories.
    told: HashMap<(Option<NewsroomId>, DestinationId, StoryId), Told>,
    /// Of newsrooms that corrected stories.
    overlays: HashMap<NewsroomId, Overlay>,
    articles: HashMap<(NewsroomId, StoryId), Vec<StoryArticle>>,
    preferences: HashMap<(NewsroomId, Destination), Arc<Preferences>>,
    /// Messages and mentions of the day.
    counts: HashMap<SubscriptionId, (u32, u32)>,
}

impl Pass<'_> {
    fn told(&self, subscription: &Subscription, story: StoryId) -> Option<Told> {
        let of = |room| self.told.get(&(room, subscription.destination, story));
        of(None)
            .or_else(|| of(Some(subscription.newsroom)))
            .copied()
    }

    /// Whether moderators hid the story, and whether they said that it is not about the topic.
    fn corrected(&self, subscription: &Subscription, story: StoryId) -> (bool, bool) {
        let Some(overlay) = self.overlays.get(&subscription.newsroom) else {
            return (false, false);
        };
        let off_topic = match &subscription.what {
            What::Topic { key, .. } => overlay.is_off_topic(story, key),
            _ => false,
        };
        (overlay.is_hidden(story), off_topic)
    }
}

impl Decide {
    pub fn new(desk: Desk) -> Self {
        Self {
            desk,
            roster: Mutex::new(None),
        }
    }

    /// Decides about all that waits for it or has become due.
    pub async fn tick(&self, now: Millis) -> anyhow::Result<Report> {
        let mut report = Report::default();
        let roster = self.roster().await?;
        loop {
            let batch = self.store().undecided(BATCH_ARTICLES_MAX).await?;
            if batch.is_empty() {
                break;
            }
            report.add(self.articles(&roster, batch, None, now).await?);
        }
        while let Some((room, batch)) = self.store().undecided_again(BATCH_ARTICLES_MAX).await? {
            report.add(self.articles(&roster, batch, Some(room), now).await?);
        }
        report.add(self.digests(&roster, now).await?);
        report.add(self.holds(&roster, now).await?);
        audit::tell(&self.desk, now).await?;
        self.store().post_notices(NOTICES_MAX, now).await?;
        Ok(report)
    }

    fn store(&self) -> &Store {
        &self.desk.store
    }

    /// The subscriptions, read again when any was changed, with what was learned of their topics.
    async fn roster(&self) -> anyhow::Result<Arc<Roster>> {
        let changes = self.store().subscription_changes().await?;
        let mut held = self.roster.lock().await;
        let known = held.take().filter(|(at, _)| *at == changes);
        let mut roster = match known {
            Some((_, roster)) => roster,
            None => {
                let awake = self.store().awake().await?;
                Arc::new(tokio::task::spawn_blocking(move || Roster::new(awake)).await?)
            }
        };
        // Passes are made one after the other, so nobody else holds it.
        if let Some(roster) = Arc::get_mut(&mut roster) {
            roster.teach(&self.desk).await?;
        }
        *held = Some((changes, Arc::clone(&roster)));
        Ok(roster)
    }

    /// `only`: of a newsroom that corrected the story of these articles.
    async fn articles(
        &self,
        roster: &Arc<Roster>,
        batch: Vec<ArticleId>,
        only: Option<NewsroomId>,
        now: Millis,
    ) -> anyhow::Result<Report> {
        let corrections = self.store().correction_changes().await?;
        let seen = if roster.is_empty() {
            Vec::new()
        } else {
            self.store().seen_by(&batch, only).await?
        };
        let topics = self.topics(roster, &seen).await?;
        let mut stories: Vec<StoryId> = seen.iter().map(|seen| seen.story).collect();
        let mut once = HashSet::new();
        stories.retain(|story| once.insert(*story));
        let seen_in: BTreeSet<(NewsroomId, StoryId)> = seen
            .iter()
            .map(|seen| (seen.newsroom, seen.story))
            .collect();
        let rooms: Vec<NewsroomId> = seen_in.iter().map(|(room, _)| *room).collect();
        let overlays = self.store().overlays(&rooms).await?;
        let parts = store::parts(&overlays, seen_in.iter().copied());
        let known = self.store().known_of(&stories, &parts).await?;
        let cases = cases(roster, &seen, &topics, &stories, known);
        let mut pass = self.pass(roster, &cases, now).await?;
        pass.again = only.is_some();
        let mut decided = Vec::new();
        for case in cases {
            decided.extend(self.rule(&mut pass, case).await?);
        }
        let report = Report::of(&decided);
        let basis = Basis {
            articles: batch,
            only,
            corrections,
        };
        // Where a story was corrected meanwhile, they wait still and are decided about anew.
        if !self.store().decide(basis, decided, now).await? {
            return Ok(Report::default());
        }
        if !seen_in.is_empty() {
            let seen_in: Vec<_> = seen_in.into_iter().collect();
            let sent_after = now - push::EDIT_MS_MAX;
            let at = now + EDIT_DELAY_MS;
            let edit = self.store().edit_later(seen_in.clone(), sent_after, at);
            edit.await?;
            // A correction by itself is no news, nor is what is only counted.
            let heard: HashSet<(NewsroomId, StoryId)> = (seen.iter().filter(|one| !one.counted))
                .map(|one| (one.newsroom, one.story))
                .collect();
            let heard = seen_in.into_iter().filter(|one| heard.contains(one));
            if only.is_none() {
                self.store()
                    .add_news(heard.collect(), sent_after, now)
                    .await?;
            }
        }
        Ok(report)
    }

    /// The topics of each article.
    async fn topics(
        &self,
        roster: &Arc<Roster>,
        seen: &[SeenBy],
    ) -> anyhow::Result<HashMap<ArticleId, Vec<TopicMet>>> {
        let heard = seen.iter().filter(|seen| !seen.counted);
        let mut ids: Vec<ArticleId> = heard.map(|seen| seen.article).collect();
        ids.dedup();
        let wordings = self.store().wordings(&ids).await?;
        let roster = Arc::clone(roster);
        let topics = tokio::task::spawn_blocking(move || {
            let met = wordings
                .iter()
                .map(|wording| (wording.article, roster.topics_of(wording)));
            met.collect()
        });
        Ok(topics.await?)
    }

    /// Loads what the cases are decided from.
    async fn pass<'a>(
        &self,
        roster: &'a Roster,
        cases: &[Case],
        now: Millis,
    ) -> anyhow::Result<Pass<'a>> {
        let mut by_room: BTreeMap<i64, Vec<StoryId>> = BTreeMap::new();
        let mut stories = Vec::new();
        for case in cases {
            if let Some(subscription) = roster.get(case.subscription) {
                let of_room = by_room.entry(subscription.newsroom.0).or_default();
                if !of_room.contains(&case.story) {
                    of_room.push(case.story);
                }
                stories.push(case.story);
            }
        }
        stories.sort_unstable();
        stories.dedup();
        let rooms: Vec<NewsroomId> = by_room.keys().copied().map(NewsroomId).collect();
        let overlays = self.store().overlays(&rooms).await?;
        let of_rooms = by_room.iter().flat_map(|(room, stories)| {
            let room = NewsroomId(*room);
            stories.iter().map(move |story| (room, *story))
        });
        let parts = store::parts(&overlays, of_rooms);
        let told = self.store().told(&stories, &parts).await?;
        let told = told
            .into_iter()
            .map(|(room, to, story, told)| ((room, to, story), told));
        let mut articles: HashMap<_, Vec<StoryArticle>> = HashMap::new();
        for (room, stories) in by_room {
            let room = NewsroomId(room);
            for article in self.store().story_articles(room, &stories).await? {
                articles
                    .entry((room, article.story))
                    .or_default()
                    .push(article);
            }
        }
        Ok(Pass {
            roster,
            now,
            again: false,
            told: told.collect(),
            overlays,
            articles,
            preferences: HashMap::new(),
            counts: HashMap::new(),
        })
    }

    /// Decides one case; none where the subscription is gone or the newsroom sees nothing of it.
    async fn rule(&self, pass: &mut Pass<'_>, case: Case) -> anyhow::Result<Option<Ruling>> {
        let Some(subscription) = pass.roster.get(case.subscription) else {
            return Ok(None);
        };
        let preferences = self.preferences(pass, subscription).await?;
        let wish = preferences.bound(&subscription.wish);
        let key = (subscription.newsroom, case.story);
        let of_story = pass.articles.get(&key);
        let Some(articles) = of_story.filter(|all| all.iter().any(|one| !one.counted)) else {
            return Ok(None);
        };
        let grounds = grounds(subscription, articles, &case);
        let counts = match pass.counts.get(&case.subscription) {
            Some(counts) => *counts,
            None => {
                let since = zone::day_began_at(&preferences.zone, pass.now);
                self.store().sent_since(case.subscription, since).await?
            }
        };
        let held = case.known.as_ref().filter(|known| known.held);
        // A report that is left out takes nothing from what others of the story gave.
        let spoken_for = case.known.as_ref().is_some_and(|known| {
            known.grounds.is_reached() && !matches!(known.reason, Reason::Excluded(_))
        });
        let excluded = case.met.as_ref().and_then(|met| met.excluded.as_deref());
        let excluded = excluded.filter(|_| !spoken_for).or(still_excluded(&case));
        let told = pass.told(subscription, case.story);
        let (hidden, off_topic) = pass.corrected(subscription, case.story);
        let decision = push::decide(&Facts {
            now: pass.now,
            wish: &wish,
            zone: &preferences.zone,
            grounds: &grounds,
            matches: grounds.is_reached(),
            excluded,
            hidden,
            off_topic,
            again: pass.again,
            told,
            sent_today: counts.0,
            pings_today: counts.1,
            held: held.map(|known| (&known.reason, known.until)),
            digest_at: wish.when.next_due(&preferences.zone, pass.now),
        });
        let mut cause = Cause::default();
        if let Decision::Send { mention } = decision {
            let pings = counts.1 + u32::from(mention);
            pass.counts.insert(case.subscription, (counts.0 + 1, pings));
            let by = Some(case.subscription);
            let told = Told { at: pass.now, by };
            pass.told
                .insert((None, subscription.destination, case.story), told);
            cause.mention = wish.mention.filter(|_| mention);
        } else {
            pass.counts.insert(case.subscription, counts);
        }
        let decided = Ruling {
            subscription: case.subscription,
            destination: subscription.destination,
            story: case.story,
            decision,
            grounds,
            cause,
            digest: None,
        };
        Ok(Some(decided))
    }

    /// When what is held now comes as the next digest.
    async fn morning(
        &self,
        pass: &mut Pass<'_>,
        subscription: SubscriptionId,
    ) -> anyhow::Result<Millis> {
        let Some(subscription) = pass.roster.get(subscription) else {
            return Ok(pass.now);
        };
        let preferences = self.preferences(pass, subscription).await?;
        let wish = preferences.bound(&subscription.wish);
        Ok(push::morning(&wish, &preferences.zone, pass.now))
    }

    async fn preferences(
        &self,
        pass: &mut Pass<'_>,
        subscription: &Subscription,
    ) -> anyhow::Result<Arc<Preferences>> {
        let to = match subscription.place.destination {
            person @ Destination::Person(_) => person,
            // All channels of a newsroom go by the same settings.
            Destination::Channel(_) | Destination::Terminal => Destination::Terminal,
        };
        let key = (subscription.newsroom, to);
        if let Some(known) = pass.preferences.get(&key) {
            return Ok(Arc::clone(known));
        }
        let loaded = Arc::new(preferences_of(self.store(), subscription).await?);
        pass.preferences.insert(key, Arc::clone(&loaded));
        Ok(loaded)
    }

    /// Decides again about what was held until now.
    async fn holds(&self, roster: &Roster, now: Millis) -> anyhow::Result<Report> {
        let mut report = Report::default();
        let corrections = self.store().correction_changes().await?;
        let due = self.store().holds_due(now, DUE_MAX).await?;
        if due.is_empty() {
            return Ok(report);
        }
        let mut of_each: BTreeMap<SubscriptionId, Vec<Known>> = BTreeMap::new();
        for known in due {
            of_each.entry(known.subscription).or_default().push(known);
        }
        for (subscription, due) in of_each {
            let by_digest = due
                .iter()
                .any(|known| matches!(known.reason, Reason::Cap { .. } | Reason::Late));
            let cases: Vec<Case> = due.into_iter().map(Case::again).collect();
            let mut pass = self.pass(roster, &cases, now).await?;
            let mut decided = Vec::new();
            for mut case in cases {
                // Its time has come: what held it no longer counts.
                if let Some(known) = &mut case.known {
                    known.held = false;
                }
                // All of them will be one message.
                if by_digest {
                    pass.counts.insert(subscription, (0, 0));
                }
                let ruling = self.rule(&mut pass, case.clone()).await?;
                decided.push(ruling.unwrap_or_else(|| case.gone(roster, now)));
            }
            let is_sent = |one: &&Ruling| matches!(one.decision, Decision::Send { .. });
            let sends = decided.iter().filter(is_sent).count();
            report.add(Report::of(&decided));
            if sends > HELD_SINGLY_MAX || (by_digest && sends > 0) {
                let next = self.morning(&mut pass, subscription).await?;
                let digest = held_digest(subscription, decided, next, now);
                self.store().save_digest(digest, corrections, now).await?;
            } else {
                let basis = Basis {
                    corrections,
                    ..Basis::default()
                };
                // Where a story was corrected meanwhile, they are due again at the next pass.
                self.store().decide(basis, decided, now).await?;
            }
        }
        Ok(report)
    }
}

/// The word for which a story was left out before, where nothing new came for it.
fn still_excluded(case: &Case) -> Option<&str> {
    match (&case.met, case.known.as_ref().map(|known| &known.reason)) {
        (None, Some(Reason::Excluded(word))) => Some(word),
        _ => None,
    }
}

/// Held stories of a subscription in one message; what has no room in it is held for the next one.
fn held_digest(
    subscription: SubscriptionId,
    mut decided: Vec<Ruling>,
    next: Millis,
    now: Millis,
) -> NewDigest {
    let sent: Vec<&Ruling> = decided
        .iter()
        .filter(|one| matches!(one.decision, Decision::Send { .. }))
        .collect();
    let (listed, more) = digest::listed(&sent, digest::HELD_STORIES_MAX, now);
    for one in &mut decided {
        let is_sent = matches!(one.decision, Decision::Send { .. });
        if is_sent && !listed.contains(&one.story) {
            one.decision = Decision::Hold {
                reason: Reason::Late,
                until: Some(next),
            };
        }
    }
    NewDigest {
        subscription,
        destination: decided[0].destination,
        due_at: now,
        next: None,
        is_sent: true,
        stories: listed,
        cause: Cause {
            held: true,
            more,
            ..Cause::default()
        },
        decided,
    }
}

impl Report {
    fn of(decided: &[Ruling]) -> Self {
        let sent = decided
            .iter()
            .filter(|one| matches!(one.decision, Decision::Send { .. }));
        Self {
            decided: decided.len(),
            sent: sent.count(),
        }
    }

    fn add(&mut self, other: Self) {
        self.decided += other.decided;
        self.sent += other.sent;
    }
}
