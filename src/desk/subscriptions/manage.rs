//! Subscriptions that are there: list, one of them, edit, pause, remove.

use super::what::{Scope, called};
use super::{Draft, Room, draft, which};
use crate::clock::HOUR;
use crate::desk::audit::subscribed;
use crate::desk::command::{Answer, Asked, No};
use crate::desk::preferences::Preferences;
use crate::news::push::Lost;
use crate::news::source::NewsroomSource;
use crate::news::subscription::{DestinationId, Pause, Unheard, Wish};
use crate::news::{NewsroomId, Subscription, SubscriptionId};
use crate::page::subscriptions::Doing;
use crate::page::subscriptions::change::CHANGE;
use crate::page::subscriptions::manage::{self as page, Done, done, list, none, panel, removed};
use crate::page::subscriptions::words::Terms;
use crate::page::{Ask, Refusal};
use crate::store::{Edited, Hand, UNDO_MS, Undone};

use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// What a request for a change may say; without any of them it opens the panel.
const SAID: &[&str] = &[
    CHANGE,
    "when",
    "wait-for",
    "per-day",
    "quiet",
    "mention",
    "crosspost",
    "tags",
    "tag",
    "cancel",
];

/// A subscription with what is known around it, from which its entry is drawn.
pub struct Known {
    pub subscription: Subscription,
    pub what: String,
    pub preferences: Preferences,
    bound: Wish,
    lost: Option<Lost>,
    unheard: Option<Unheard>,
    rest: Option<page::Rest>,
}

impl Known {
    pub fn entry(&self) -> page::Entry<'_> {
        let subscription = &self.subscription;
        page::Entry {
            subscription,
            what: self.what.clone(),
            terms: Terms {
                wish: &subscription.wish,
                bound: &self.bound,
                zone: &self.preferences.zone,
                zone_chosen: self.preferences.zone_chosen,
                due: match subscription.paused {
                    Some(_) => None,
                    None => subscription.digest_at,
                },
                each_article: subscription.what.is_each_article(),
            },
            lost: self.lost.as_ref(),
            unheard: self.unheard,
            rest: self.rest,
        }
    }
}

impl Room<'_> {
    /// Subscriptions with what is said of them, in their order.
    pub async fn known(&self, all: Vec<Subscription>) -> Result<Vec<Known>, No> {
        let mut rooms: HashMap<NewsroomId, (Vec<NewsroomSource>, Preferences)> = HashMap::new();
        let places: Vec<DestinationId> = all.iter().map(|one| one.destination).collect();
        let mut lost = self.desk.store.lost(&places).await?;
        let newsrooms: Vec<NewsroomId> = all.iter().map(|one| one.newsroom).collect();
        let left = self.desk.store.left_at(&newsrooms).await?;
        let may_keep = !left.is_empty() && self.desk.store.serves_persons().await?;
        let mut known = Vec::new();
        for subscription in all {
            let newsroom = subscription.newsroom;
            let (sources, preferences) = match rooms.entry(newsroom) {
                Entry::Occupied(room) => room.into_mut(),
                Entry::Vacant(room) => {
                    let sources = self.desk.store.sources(newsroom).await?;
                    room.insert((sources, self.preferences(newsroom).await?))
                }
            };
            known.push(Known {
                what: called(self.desk, &subscription, sources).await?,
                unheard: subscription.what.unheard(sources),
                bound: preferences.bound(&subscription.wish),
                preferences: preferences.clone(),
                lost: lost.remove(&subscription.destination),
                rest: (left.get(&newsroom)).map(|at| page::Rest {
                    since: *at,
                    may_keep,
                }),
                subscription,
            });
        }
        Ok(known)
    }

    pub async fn list(&self, ask: &Ask) -> Answer {
        let known = self.known(self.scope.all(self.desk).await?).await?;
        if known.is_empty() {
            return Ok(none());
        }
        let entries: Vec<page::Entry<'_>> = known.iter().map(Known::entry).collect();
        Ok(list(&entries, ask))
    }

    /// The panel of one; with something said, the card of the change.
    pub async fn edit(&self, asked: &Asked) -> Answer {
        let ask = &asked.ask;
        let subscription = self.scope.pick(self.desk, which(ask)).await?;
        if SAID.iter().any(|name| ask.get(name).is_some()) {
            return self.change(subscription, asked).await;
        }
        let known = self.one(subscription).await?;
        Ok(panel(&known.entry(), self.whose()))
    }

    async fn one(&self, subscription: Subscription) -> Result<Known, No> {
        let mut known = self.known(vec![subscription]).await?;
        Ok(known.pop().expect("as many as were given"))
    }

    async fn change(&self, subscription: Subscription, asked: &Asked) -> Answer {
        let ask = &asked.ask;
        let desk = self.desk;
        let mut wish = draft::wished(subscription.wish.clone(), ask)?;
        if let Some(role) = draft::mention(ask, self.asker)? {
            wish.mention = Some(role);
        }
        let preferences = self.preferences(subscription.newsroom).await?;
        if asked.confirmed {
            let due = match wish.when == subscription.wish.when {
                true => subscription.digest_at,
                false => wish.when.next_due(&preferences.zone, desk.now()),
            };
            let (hand, id) = (self.hand(subscription.newsroom), subscription.id);
            let edited = desk.store.edit_subscription(hand, id, wish, due).await?;
            let change = match edited {
                Edited::Done(change) => Some(change),
                Edited::Same => None,
                Edited::Gone => return Err(gone()),
            };
            let changed = self.again(subscription.id).await?;
            return self.done(&Done::Edited(change), changed).await;
        }
        // The card names it by its id, whatever was typed.
        let mut ask = ask.clone();
        ask.values
            .insert("which".to_owned(), format!("~{}", subscription.id.0));
        let draft = Draft {
            doing: Doing::Edit,
            what: subscription.what,
            place: subscription.place,
            wish,
            warnings: Vec::new(),
            sources: desk.store.sources(subscription.newsroom).await?,
            preferences,
            newsroom: subscription.newsroom,
        };
        let confirmed = false;
        self.go_on(draft, &Asked { ask, confirmed }).await
    }

    /// `newsroom`: whose subscription it is.
    fn hand(&self, newsroom: NewsroomId) -> Hand {
        Hand {
            newsroom,
            by: self.asker.person,
            at: self.desk.now(),
        }
    }

    async fn again(&self, id: SubscriptionId) -> Result<Subscription, No> {
        self.desk.store.subscription(id).await?.ok_or_else(gone)
    }

    /// What was done, with what comes next.
    pub async fn done(&self, what: &Done, subscription: Subscription) -> Answer {
        let known = self.one(subscription).await?;
        Ok(done(what, &known.entry(), self.whose()))
    }

    /// Pauses, or with `wake` wakes.
    pub async fn pause(&self, ask: &Ask) -> Answer {
        let desk = self.desk;
        let subscription = self.scope.pick(desk, which(ask)).await?;
        let wake = ask.get("wake").is_some();
        if wake == subscription.paused.is_none() {
            // As it is wished already: its panel shows it.
            let known = self.one(subscription).await?;
            return Ok(panel(&known.entry(), self.whose()));
        }
        let (hand, id) = (self.hand(subscription.newsroom), subscription.id);
        let (pause, due) = match wake {
            true => {
                let preferences = self.preferences(subscription.newsroom).await?;
                let when = subscription.wish.when;
                (None, when.next_due(&preferences.zone, desk.now()))
            }
            false => {
                let (by, at) = (self.asker.person, desk.now());
                (Some(Pause::ByHand { by, at }), None)
            }
        };
        let changed = desk.store.pause_subscription(hand, id, pause, due).await?;
        if !changed {
            return Err(gone());
        }
        let changed = self.again(id).await?;
        let what = if wake { Done::Woken } else { Done::Paused };
        self.done(&what, changed).await
    }

    /// Removes at once, with Undo.
    pub async fn remove(&self, asked: &Asked) -> Answer {
        let ask = &asked.ask;
        let desk = self.desk;
        let number = |name: &str| ask.get(name).and_then(|id| id.parse().ok());
        if let (Some(id), Some(newsroom)) = (number("undo"), number("newsroom")) {
            let (id, newsroom) = (SubscriptionId(id), NewsroomId(newsroom));
            return self.restore(id, newsroom).await;
        }
        let subscription = self.scope.pick(desk, which(ask)).await?;
        let (hand, id) = (self.hand(subscription.newsroom), subscription.id);
        if !desk.store.unsubscribe(hand, id).await? {
            return Err(gone());
        }
        let known = self.one(subscription).await?;
        Ok(removed(&known.entry(), self.whose()))
    }

    /// A person takes back what they changed of what they follow.
    pub async fn take_back(&self, ask: &Ask) -> Answer {
        let (desk, now) = (self.desk, self.desk.now());
        let change = ask.get("change").and_then(|id| id.parse().ok());
        let (Scope::Person(person), Some(change)) = (self.scope, change) else {
            return Err(not_taken_back(&Undone::Unknown).into());
        };
        let Some(line) = desk.store.change_of_follow(person, change).await? else {
            return Err(not_taken_back(&Undone::Unknown).into());
        };
        let due = subscribed::due(*self, &line).await?;
        match desk.store.undo_follow(person, change, now, due).await? {
            Undone::Done(_) => {}
            no => return Err(not_taken_back(&no).into()),
        }
        let id = line.subject.parse().map(SubscriptionId).map_err(|_| gone());
        let subscription = self.again(id?).await?;
        self.done(&Done::TakenBack, subscription).await
    }

    /// Takes a removal back; the newsroom is the one that the Undo was drawn with.
    async fn restore(&self, id: SubscriptionId, newsroom: NewsroomId) -> Answer {
        let desk = self.desk;
        let hand = self.hand(newsroom);
        let due = match desk.store.removed_subscription(id).await? {
            Some(one) if one.newsroom == newsroom => {
                let preferences = self.preferences(newsroom).await?;
                one.wish.when.next_due(&preferences.zone, hand.at)
            }
            _ => None,
        };
        if !desk.store.resubscribe(hand, id, due).await? {
            return Err(Refusal::new("It is there again already.")
                .can("Type /subscriptions list or /following to see it.")
                .into());
        }
        let restored = self.again(id).await?;
        self.done(&Done::Restored, restored).await
    }
}

/// Why what a person follows was not changed back.
fn not_taken_back(no: &Undone) -> Refusal {
    let cause = match no {
        Undone::Before => "It was taken back before.".to_owned(),
        Undone::TooLate => format!("It is over {} hours old.", UNDO_MS / HOUR),
        Undone::Unknown | Undone::NoWay => "There is no such change of yours.".to_owned(),
        Undone::ChangedSince | Undone::Full { .. } | Undone::Done(_) => {
            "It was changed again since.".to_owned()
        }
    };
    Refusal::new(cause)
        .will("Nothing was changed.")
        .can("Type /following to see how it is, and to change it.")
}

fn gone() -> No {
    Refusal::new("That subscription is no longer there.")
        .can("Somebody removed it just now. Type /subscriptions list or /following to see what is.")
        .into()
}
