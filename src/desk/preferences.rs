//! What a newsroom wishes of all that it is sent and shown: its settings, read in one go, by
//! commands and jobs alike. Missing or unreadable ones are as if nobody had set them.

use crate::desk::{Asker, Desk};
use crate::news::subscription::{Destination, PER_DAY_MAX, Wish};
use crate::news::zone::{Quiet, Zone};
use crate::news::{Newsroom, NewsroomId, Subscription};
use crate::store::{Result, Store};
use std::collections::HashMap;

/// The names under which settings are kept.
pub const ZONE: &str = "zone";
pub const QUIET: &str = "quiet";
pub const DAILY_CAP: &str = "daily_cap";
pub const NEWS_CHANNELS: &str = "news_channels";
pub const NOTICES_CHANNEL: &str = "notices_channel";
pub const NEWSROOM_ROLE: &str = "newsroom_role";
pub const IMAGES: &str = "images";

/// How a setting that is off stands in the store.
pub const OFF: &str = "off";
/// News channels of one newsroom.
pub const NEWS_CHANNELS_MAX: usize = 25;

#[derive(Clone, Debug, PartialEq)]
pub struct Preferences {
    /// In which days begin and digests come; UTC where none was chosen.
    pub zone: Zone,
    /// Whether somebody chose the zone.
    pub zone_chosen: bool,
    /// Hours without pushes for subscriptions that have none of their own.
    pub quiet: Option<Quiet>,
    /// `quiet` is a person's word (none: no quiet hours), which goes over what a follow wishes.
    pub quiet_is_own: bool,
    /// Messages a day that no subscription goes over.
    pub daily_cap: Option<u32>,
    /// Channels in which answers are for all at once (Discord's ids).
    pub news_channels: Vec<u64>,
    /// Where moderators are told what they should know.
    pub notices_channel: Option<u64>,
    /// Whoever has this role is a moderator here.
    pub newsroom_role: Option<u64>,
    /// Whether pushes carry images.
    pub images: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self::of(&HashMap::new())
    }
}

/// What the settings of a newsroom say of who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// May act as a moderator.
    pub moderator: bool,
    /// The channel is a news channel: answers are for all at once.
    pub public: bool,
}

impl Preferences {
    /// From settings by their names.
    fn of(settings: &HashMap<String, String>) -> Self {
        let get = |name: &str| settings.get(name).map(String::as_str);
        let zone = get(ZONE).and_then(|name| Zone::parse(name).ok());
        let id = |text: &str| text.trim().parse().ok();
        Self {
            zone_chosen: zone.is_some(),
            zone: zone.unwrap_or_else(Zone::utc),
            quiet: get(QUIET).and_then(|text| Quiet::parse(text).ok().flatten()),
            quiet_is_own: false,
            daily_cap: get(DAILY_CAP)
                .and_then(|text| text.parse().ok())
                .filter(|cap| (1..=PER_DAY_MAX).contains(cap)),
            news_channels: get(NEWS_CHANNELS)
                .map(|list| list.split(',').filter_map(id).collect())
                .unwrap_or_default(),
            notices_channel: get(NOTICES_CHANNEL).and_then(id),
            newsroom_role: get(NEWSROOM_ROLE).and_then(id),
            images: get(IMAGES) != Some(OFF),
        }
    }

    /// A wish within these bounds: quiet hours where it has none (of a person: always their own),
    /// no more a day than the cap.
    pub fn bound(&self, wish: &Wish) -> Wish {
        Wish {
            quiet: match self.quiet_is_own {
                true => self.quiet,
                false => wish.quiet.or(self.quiet),
            },
            per_day: self
                .daily_cap
                .map_or(wish.per_day, |cap| wish.per_day.min(cap)),
            ..wish.clone()
        }
    }

    /// What the settings say of somebody with these roles in this channel.
    pub fn rights(&self, roles: &[u64], channel: Option<u64>) -> Rights {
        let role = self.newsroom_role.as_ref();
        Rights {
            moderator: role.is_some_and(|role| roles.contains(role)),
            public: channel.is_some_and(|channel| self.news_channels.contains(&channel)),
        }
    }
}

/// What a newsroom wishes.
///
/// # Errors
/// Failures of the store.
pub async fn preferences(store: &Store, room: NewsroomId) -> Result<Preferences> {
    Ok(Preferences::of(&store.settings(room).await?))
}

/// What counts for a person's follow made in `room`: its settings, with the person's own zone and
/// quiet hours, which are kept with the person's own newsroom, before them. The server's quiet
/// hours and cap are those of its channels, and do not count.
///
/// # Errors
/// Failures of the store.
pub async fn preferences_of_person(
    store: &Store,
    room: NewsroomId,
    person: u64,
) -> Result<Preferences> {
    let mut settings = store.settings(room).await?;
    settings.retain(|name, _| ![QUIET, DAILY_CAP].contains(&name.as_str()));
    let mut quiet_is_own = false;
    if let Some(own) = store.known_newsroom(Newsroom::Person(person)).await? {
        let own = store.settings(own).await?;
        for name in [ZONE, QUIET] {
            if let Some(value) = own.get(name) {
                settings.insert(name.to_owned(), value.clone());
            }
        }
        quiet_is_own = own
            .get(QUIET)
            .is_some_and(|text| Quiet::parse(text).is_ok());
    }
    Ok(Preferences {
        quiet_is_own,
        ..Preferences::of(&settings)
    })
}

/// What counts for a subscription: the newsroom's settings, for a follow the person's own first.
///
/// # Errors
/// Failures of the store.
pub async fn preferences_of(store: &Store, subscription: &Subscription) -> Result<Preferences> {
    match subscription.place.destination {
        Destination::Person(person) => {
            preferences_of_person(store, subscription.newsroom, person).await
        }
        Destination::Channel(_) | Destination::Terminal => {
            preferences(store, subscription.newsroom).await
        }
    }
}

impl Desk {
    /// What the settings add to an asker with these roles (Discord's ids): the newsroom's role
    /// makes a moderator, a news channel makes answers public.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn rights(&self, asker: &Asker, roles: &[u64]) -> anyhow::Result<Rights> {
        let known = self.store.known_newsroom(asker.newsroom).await?;
        let preferences = match known {
            Some(room) => preferences(&self.store, room).await?,
            None => Preferences::default(),
        };
        let rights = preferences.rights(roles, asker.channel);
        Ok(Rights {
            moderator: asker.moderator || rights.moderator,
            public: rights.public,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn room(store: &Store, who: Newsroom, settings: &[(&'static str, &str)]) -> NewsroomId {
        let room = store.newsroom(who, 1).await.unwrap();
        for (name, value) in settings {
            let value = Some((*value).to_owned());
            store.set_setting(room, name, value, 7, 2).await.unwrap();
        }
        room
    }

    #[tokio::test]
    async fn settings_are_read_in_one_go_and_what_is_wrong_is_as_if_unset() {
        let store = Store::temporary().await.unwrap();
        let bare = room(&store, Newsroom::Server(1), &[]).await;
        let found = preferences(&store, bare).await.unwrap();
        assert_eq!(found, Preferences::default());
        assert!(found.images && !found.zone_chosen && found.quiet.is_none());
        let set = [
            (ZONE, "Asia/Tokyo"),
            (QUIET, "22–8"),
            (DAILY_CAP, "5"),
            (NEWS_CHANNELS, "11,12"),
            (NEWSROOM_ROLE, "31"),
            (IMAGES, OFF),
        ];
        let set = room(&store, Newsroom::Server(2), &set).await;
        let found = preferences(&store, set).await.unwrap();
        assert_eq!(found.zone.name(), "Asia/Tokyo");
        assert_eq!(found.quiet, Some(Quiet::NIGHT));
        assert_eq!((found.daily_cap, found.images), (Some(5), false));
        let wrong = [
            (ZONE, "Nowhere/Nothing"),
            (QUIET, "soon"),
            (DAILY_CAP, "0"),
            (NEWS_CHANNELS, "x,,7"),
        ];
        let wrong = room(&store, Newsroom::Server(3), &wrong).await;
        let found = preferences(&store, wrong).await.unwrap();
        let but_channels = Preferences {
            news_channels: vec![7],
            ..Preferences::default()
        };
        assert_eq!(found, but_channels);
    }

    #[tokio::test]
    async fn a_persons_own_zone_and_quiet_hours_come_first() {
        let store = Store::temporary().await.unwrap();
        let server = [
            (ZONE, "Asia/Tokyo"),
            (QUIET, "22-8"),
            (DAILY_CAP, "2"),
            (IMAGES, OFF),
        ];
        let server = room(&store, Newsroom::Server(1), &server).await;
        let of = async || preferences_of_person(&store, server, 9).await.unwrap();
        let found = of().await;
        assert_eq!((found.zone.name(), found.quiet), ("Asia/Tokyo", None));
        assert_eq!((found.daily_cap, found.images), (None, false));
        let own = [(ZONE, "Europe/Berlin"), (QUIET, "20-6")];
        room(&store, Newsroom::Person(9), &own).await;
        let found = of().await;
        assert_eq!(found.zone.name(), "Europe/Berlin");
        let own = Quiet::parse("20-6").unwrap();
        assert_eq!((found.quiet, found.quiet_is_own), (own, true));
        assert_eq!(found.bound(&Wish::of_person()).quiet, own);
        room(&store, Newsroom::Person(9), &[(QUIET, OFF)]).await;
        assert_eq!(of().await.bound(&Wish::of_person()).quiet, None);
    }

    #[test]
    fn a_newsroom_bounds_what_its_subscriptions_wish() {
        let bounds = Preferences {
            quiet: Some(Quiet::NIGHT),
            daily_cap: Some(3),
            ..Preferences::default()
        };
        let wish = Wish::of_person();
        let own = Quiet::parse("1-2").unwrap();
        let bound = bounds.bound(&Wish { quiet: own, ..wish });
        assert_eq!((bound.quiet, bound.per_day), (own, 3));
        let none = Wish {
            quiet: None,
            per_day: 2,
            ..bound
        };
        let bound = bounds.bound(&none);
        assert_eq!((bound.quiet, bound.per_day), (Some(Quiet::NIGHT), 2));
    }

    #[test]
    fn the_role_makes_a_moderator_and_the_channel_makes_public() {
        let found = Preferences {
            newsroom_role: Some(31),
            news_channels: vec![11],
            ..Preferences::default()
        };
        let rights = |moderator, public| Rights { moderator, public };
        assert_eq!(found.rights(&[30, 31], Some(11)), rights(true, true));
        assert_eq!(found.rights(&[30], Some(12)), rights(false, false));
        let none = Preferences::default();
        assert_eq!(none.rights(&[30], None), rights(false, false));
    }
}
