//! Buttons that survive a restart: keeping the actions of a page, and finding one again.

use crate::clock::MINUTE;
use crate::desk::letters::OUTBOX;
use crate::desk::subscriptions::what;
use crate::desk::{Asker, Desk, notices};
use crate::news::{Destination, Topic};
use crate::page::letter::of_act_key;
use crate::page::{Action, Ask, Page, Touch};
use crate::store::{Dealt, Lookup};
use sha2::{Digest, Sha256};

/// How long the same answer is not posted again to the same channel.
const SHOWN_AGAIN_MS: i64 = 10 * MINUTE;

/// What a key of a button stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Pressed {
    Live(Action),
    /// Only the request of it is still known: offer Refresh.
    Expired(Action),
    /// Somebody did already what can be done once only.
    Dealt(Dealt),
    /// It belongs to another newsroom.
    NotYours,
    ForModerators,
    Unknown,
}

impl Desk {
    /// Keeps a page's actions and gives their keys, in the order of `page.actions()`.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn keep(&self, asker: &Asker, page: &Page) -> anyhow::Result<Vec<String>> {
        let actions: Vec<Action> = page.actions().into_iter().cloned().collect();
        if actions.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.now();
        let room = self.store.newsroom(asker.newsroom, now).await?;
        Ok(self.store.keep(room, actions, now).await?)
    }

    /// What a key stands for, for this asker.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn kept(&self, asker: &Asker, key: &str) -> anyhow::Result<Pressed> {
        if let Some((outbox, touch)) = Touch::of_key(key) {
            return self.touched(asker, outbox, touch).await;
        }
        if let Some((outbox, place)) = of_act_key(key) {
            return self.acted(asker, outbox, place).await;
        }
        let now = self.now();
        let (kept, live) = match self.store.kept(key, now).await? {
            Lookup::Live(kept) => (kept, true),
            Lookup::Expired(kept) => (kept, false),
            Lookup::Unknown => return Ok(Pressed::Unknown),
        };
        if kept.newsroom != self.store.newsroom(asker.newsroom, now).await? {
            return Ok(Pressed::NotYours);
        }
        if let Some((notice, _)) = notices::dealing(&kept.action)
            && let Some(dealt) = self.dealt(notice).await?
        {
            return Ok(Pressed::Dealt(dealt));
        }
        Ok(if live {
            Pressed::Live(kept.action)
        } else {
            Pressed::Expired(kept.action)
        })
    }

    /// What a notice's own button asks for: of a person's only theirs, of moderators' for who is one
    /// now.
    async fn acted(&self, asker: &Asker, outbox: i64, place: usize) -> anyhow::Result<Pressed> {
        let Some(notice) = self.store.notice_of_letter(outbox).await? else {
            return Ok(Pressed::Unknown);
        };
        let own = self.store.newsroom(asker.newsroom, self.now()).await?;
        match notice.person {
            Some(person) if person != asker.person => return Ok(Pressed::NotYours),
            None if notice.newsroom != own => return Ok(Pressed::NotYours),
            None if !asker.moderator => return Ok(Pressed::ForModerators),
            _ => {}
        }
        let Some(button) = notices::buttons(&notice).into_iter().nth(place) else {
            return Ok(Pressed::Unknown);
        };
        Ok(match notice.dealt {
            Some(dealt) if notices::dealing(&button.action).is_some() => Pressed::Dealt(dealt),
            _ => Pressed::Live(button.action),
        })
    }

    /// What a button of a letter asks for, of those who can read it: the person, or whoever is in
    /// the server. (Discuss acts on the message itself, which the front end does.)
    async fn touched(&self, asker: &Asker, outbox: i64, touch: Touch) -> anyhow::Result<Pressed> {
        let Some(about) = self.store.letter_about(outbox).await? else {
            return Ok(Pressed::Unknown);
        };
        let own = self.store.newsroom(asker.newsroom, self.now()).await?;
        let is_theirs = match about.destination {
            Destination::Person(person) => person == asker.person,
            // Of a subscription that is long gone nothing is told but what the asker's own newsroom
            // has of the story.
            Destination::Channel(_) | Destination::Terminal => {
                about.newsroom.is_none_or(|newsroom| newsroom == own)
            }
        };
        if !is_theirs {
            return Ok(Pressed::NotYours);
        }
        let open = |ask: Ask| Action::Open { ask, chosen: None };
        let of_story = Ask::new("story");
        let of_story = match about.destination {
            // Its story is that of the newsroom in which the follow was made.
            Destination::Person(_) => of_story.value(OUTBOX, outbox.to_string()),
            _ => of_story,
        };
        let story = about.stories.first();
        let action = match touch {
            Touch::Sources => {
                story.map(|story| open(of_story.value("find", format!("~{}", story.0))))
            }
            Touch::Why => Some(open(Ask::new("why").value(OUTBOX, outbox.to_string()))),
            Touch::Follow => {
                let subscription = match about.subscription {
                    Some(id) => self.store.subscription(id).await?,
                    None => None,
                };
                let what = subscription.map(|one| what::typed(&one.what));
                what.map(|what| open(Ask::new("follow").value("what", what)))
            }
            Touch::Open => Some(Action::Open {
                ask: of_story,
                chosen: Some("find".to_owned()),
            }),
            Touch::Discuss => None,
        };
        Ok(action.map_or(Pressed::Unknown, Pressed::Live))
    }

    /// Whether a one-time action was used.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn is_used(&self, key: &str) -> anyhow::Result<bool> {
        Ok(self.store.is_used(key).await?)
    }

    /// Marks a one-time action as used. True for the first use.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn use_once(&self, key: &str) -> anyhow::Result<bool> {
        Ok(self.store.use_once(key, self.now()).await?)
    }

    /// The link of the message in which the same request was posted here a moment ago.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn shown_here(&self, asker: &Asker, ask: &Ask) -> anyhow::Result<Option<String>> {
        let Some(channel) = asker.channel else {
            return Ok(None);
        };
        Ok(self
            .store
            .shown(channel, &fingerprint(ask), self.now() - SHOWN_AGAIN_MS)
            .await?)
    }

    /// Remembers where a request was posted.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn set_shown_here(&self, asker: &Asker, ask: &Ask, link: &str) -> anyhow::Result<()> {
        let Some(channel) = asker.channel else {
            return Ok(());
        };
        Ok(self
            .store
            .set_shown(channel, &fingerprint(ask), link, self.now())
            .await?)
    }

    /// The servers that Lede is in, as told at the start of a session.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn servers_now(&self, servers: &[u64]) -> anyhow::Result<()> {
        Ok(self.store.servers_now(servers, self.now()).await?)
    }

    /// # Errors
    /// Failures of the store.
    pub async fn server_joined(&self, server: u64) -> anyhow::Result<()> {
        Ok(self.store.server_joined(server, self.now()).await?)
    }

    /// # Errors
    /// Failures of the store.
    pub async fn server_left(&self, server: u64) -> anyhow::Result<()> {
        Ok(self.store.server_left(server, self.now()).await?)
    }

    /// Fingerprint of the commands as last registered.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn registered(&self) -> anyhow::Result<Option<String>> {
        Ok(self.store.program_value("registered_commands").await?)
    }

    /// # Errors
    /// Failures of the store.
    pub async fn set_registered(&self, fingerprint: &str) -> anyhow::Result<()> {
        Ok(self
            .store
            .set_program_value("registered_commands", fingerprint)
            .await?)
    }

    /// True in channels that moderators marked as news channels: answers are public at once there.
    pub async fn is_news_channel(&self, asker: &Asker) -> bool {
        let Some(channel) = asker.channel else {
            return false;
        };
        let setting = async {
            let room = self.store.newsroom(asker.newsroom, self.now()).await?;
            self.store.setting(room, "news_channels").await
        };
        match setting.await {
            Ok(channels) => {
                channels.is_some_and(|list| list.split(',').any(|id| id == channel.to_string()))
            }
            // Private is the safe side; the answer itself will tell of the trouble.
            Err(_) => false,
        }
    }
}

/// The request alone, without what was kept of its answer.
fn request(ask: &Ask) -> Ask {
    Ask {
        kept: Vec::new(),
        from: 0,
        as_of: None,
        outlets: 0,
        ..ask.clone()
    }
}

/// Equal for equal requests, whatever was kept of their answers.
fn fingerprint(ask: &Ask) -> String {
    let mut request = request(ask);
    if let Some(topic) = request.values.get_mut("topic")
        && let Ok(normal) = Topic::parse(topic)
    {
        *topic = normal.key;
    }
    request
        .values
        .retain(|name, value| name != "length" || value != "normal");
    let text = serde_json::to_string(&request).expect("a request holds only strings");
    Sha256::digest(text.to_lowercase())
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
