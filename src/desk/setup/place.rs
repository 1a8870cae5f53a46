//! The second screen of the card: where the digest and notices go, who else may press moderators'
//! buttons, and when the digest comes.

use super::{AGAIN, Here, LOCALE, zone};
use crate::clock::Millis;
use crate::desk::command::{Answer, No};
use crate::desk::preferences::preferences;
use crate::desk::settings;
use crate::desk::subscriptions::draft::{self, Channel};
use crate::desk::zones::{self, OFFERED_MAX, Read};
use crate::news::zone::{When, Zone};
use crate::page::setup::{self as page, NEWS, Time, Trouble, kept};
use crate::page::{Ask, Refusal};

/// When a digest comes unless somebody says otherwise.
const MORNING: &str = "08:00";

/// When and by whose clock.
pub(super) struct Wanted {
    pub when: When,
    pub zone: Zone,
    /// Guessed or chosen here, and not kept yet.
    pub zone_is_new: bool,
    pub due: Millis,
}

impl Here<'_> {
    /// Steps two and three; what was picked for notices and as the role is kept at once.
    pub(super) async fn place(&self, ask: &Ask) -> Answer {
        let mut trouble = self.keeps(ask, "notices", "notices_channel").await?;
        if trouble.is_none() {
            trouble = self.keeps(ask, "role", "newsroom_role").await?;
        }
        let news = match news(ask) {
            Some(Ok(channel)) => Some(channel),
            Some(Err(refusal)) => {
                let again = kept(ask, "place");
                let again = can_be_mended(ask, NEWS).then(|| again.value(AGAIN, "yes"));
                trouble = Some(Trouble { refusal, again });
                None
            }
            None => None,
        };
        let kept_of_room = preferences(&self.desk.store, self.room).await?;
        let wanted = self.wanted(ask).await?;
        Ok(page::place(&page::Place {
            whose: self.whose(),
            added: ask.get("added").and_then(|added| added.parse().ok()),
            sources: self.desk.store.sources(self.room).await?.len(),
            news: news.as_ref().map(|channel| &channel.place),
            warnings: news.as_ref().map_or(&[], |channel| &channel.warnings),
            notices: kept_of_room.notices_channel,
            role: kept_of_room.newsroom_role,
            time: wanted.shown(),
            trouble,
            ask,
        }))
    }

    /// Has `/settings` keep what was picked; what stands in the way is given back.
    async fn keeps(&self, ask: &Ask, option: &str, setting: &str) -> Result<Option<Trouble>, No> {
        if ask.get(option).is_none() {
            return Ok(None);
        }
        let set = renamed(ask, option, setting, "settings");
        match self.does(&settings::COMMAND, set).await {
            Ok(_) => Ok(None),
            Err(No::Refused(refusal)) => {
                let again = kept(ask, "place").value(AGAIN, "yes");
                let again = again.value(option, ask.get(option).unwrap_or_default());
                Ok(Some(Trouble {
                    refusal: *refusal,
                    again: can_be_mended(ask, option).then_some(again),
                }))
            }
            Err(failed) => Err(failed),
        }
    }

    /// When the digest is to come: as said, else in the morning, by the zone said, kept or guessed.
    pub(super) async fn wanted(&self, ask: &Ask) -> Result<Wanted, No> {
        let kept = preferences(&self.desk.store, self.room).await?;
        let said = ask.get("zone").and_then(|name| Zone::parse(name).ok());
        let (zone, zone_is_new) = match said {
            Some(zone) => (zone, true),
            None if kept.zone_chosen => (kept.zone, false),
            None => match ask.get(LOCALE).and_then(zone::guess) {
                Some(zone) => (zone, true),
                None => (kept.zone, false),
            },
        };
        let at = ask.get("at").unwrap_or(MORNING);
        let when = When::parse(&format!("daily {at}")).map_err(|no| draft::unreadable(at, &no))?;
        let now = self.desk.now();
        let due = when.next_due(&zone, now).unwrap_or(now);
        Ok(Wanted {
            when,
            zone,
            zone_is_new,
            due,
        })
    }

    /// Choosing the time of day and the zone.
    pub(super) async fn when(&self, ask: &Ask) -> Answer {
        let now = self.desk.now();
        if let Some(typed) = ask.get("zone-typed") {
            let on = kept(ask, "place");
            return match zones::read(typed, now, &on) {
                Read::Zone(zone) => self.place(&on.value("zone", zone.name())).await,
                Read::Ask(page) => Ok(page),
            };
        }
        let wanted = self.wanted(ask).await?;
        let mut offered = Zone::suggest("", now, OFFERED_MAX);
        if let Some(locale) = ask.get(LOCALE).and_then(zone::guess) {
            let guessed = Zone::suggest(locale.name(), now, 1);
            offered.retain(|one| !guessed.contains(one));
            offered.splice(..0, guessed);
        }
        Ok(page::when(&wanted.shown(), offered, ask))
    }
}

impl Wanted {
    fn shown(&self) -> Time<'_> {
        Time {
            when: self.when.to_string(),
            zone: self.zone.name(),
            due: self.due,
        }
    }
}

/// The channel that was picked for the digest; a refusal where Lede could not write there.
pub(super) fn news(ask: &Ask) -> Option<Result<Channel, Refusal>> {
    ask.get(NEWS)?;
    Some(draft::channel(&renamed(
        ask,
        NEWS,
        "channel",
        "subscriptions",
    )))
}

/// Whether it is rights that stand in the way, which somebody can give meanwhile.
fn can_be_mended(ask: &Ask, option: &str) -> bool {
    let told = |what: &str| ask.get(&format!("{option}_{what}")).unwrap_or_default();
    told("form") != "none" && !told("lacks").is_empty()
}

/// A request to `command` with an option, and what the front end says of it, under another name.
pub(super) fn renamed(ask: &Ask, option: &str, name: &str, command: &str) -> Ask {
    let about = format!("{option}_");
    let mut renamed = Ask::new(command);
    for (key, value) in &ask.values {
        let key = match key.strip_prefix(&about) {
            Some(what) => format!("{name}_{what}"),
            None if key == option => name.to_owned(),
            None => continue,
        };
        renamed.values.insert(key, value.clone());
    }
    renamed
}

/// The step that comes after the card's screens.
pub(super) fn reading_step(ask: &Ask) -> Ask {
    let mut on = kept(ask, "reading");
    on.values
        .retain(|name, _| !["added", "zone"].contains(&name.as_str()));
    on
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::setup::step;

    #[test]
    fn what_is_known_of_a_channel_goes_along_with_it() {
        let ask = step("place")
            .value("news", "5")
            .value("news_form", "forum")
            .value("notices", "6")
            .value("notices_lacks", "send");
        let renamed_ask = renamed(&ask, "news", "channel", "subscriptions");
        let wanted = Ask::new("subscriptions")
            .value("channel", "5")
            .value("channel_form", "forum");
        assert_eq!(renamed_ask, wanted);
        let of_notices = renamed(&ask, "notices", "notices_channel", "settings");
        assert_eq!(of_notices.get("notices_channel_lacks"), Some("send"));
    }

    #[test]
    fn a_channel_in_which_lede_may_not_write_is_refused_by_name() {
        let ask = step("place")
            .value("news", "5")
            .value("news_name", "town")
            .value("news_lacks", "send,embed");
        let refusal = news(&ask)
            .expect("one is picked")
            .expect_err("it lacks a right");
        assert!(refusal.cause.contains("#town") && refusal.cause.contains("Send Messages"));
        let may = news(&ask.value("news_lacks", "embed")).expect("one is picked");
        assert_eq!(may.expect("it may write").warnings.len(), 1);
        assert!(news(&step("place")).is_none());
    }
}
