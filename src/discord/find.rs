//! Whether a letter stands where it was sent, after nobody heard what became of it: read from the
//! channel itself. "Not there" is only said where it is proved.

use super::limit::Trouble;
use super::outgoing::{Out, id};
use crate::clock::Millis;
use crate::jobs::{Found, Parcel, Posted, To};
use crate::news::push::course::{LOOK_AFTER_MS, LOOK_BACK_MS};
use crate::news::subscription::Form;
use crate::page::letter::mark;
use serde_json::Value;
use serenity::all::{ChannelId, GuildId, MessageId};
use serenity::http::Route;
use tokio::time::Instant;

/// Discord's epoch in Unix milliseconds; ids begin with the milliseconds since.
const EPOCH_MS: Millis = 1_420_070_400_000;
const PAGE_MESSAGES: usize = 100;
/// Pages that are read of one channel: a look through ten thousand messages.
const PAGES_MAX: usize = 100;

/// By what a letter is known again.
struct Sought<'a> {
    me: u64,
    mark: String,
    /// Its body as it was sent.
    body: &'a Value,
    /// Ids made from here on count.
    after: u64,
}

impl Out {
    /// Looks for a letter.
    pub async fn find(&self, parcel: &Parcel) -> Found {
        let is_direct = parcel.place.destination.is_direct();
        if !parcel.place.readable && !is_direct {
            return Found::Unreadable;
        }
        let channel = match self.channel(parcel).await {
            Ok(channel) => channel,
            Err(Posted::Lost(_)) => return Found::Absent,
            Err(_) => return Found::Failed("its channel cannot be asked for".to_owned()),
        };
        let began = Instant::now();
        let found = match self.seek(parcel, channel).await {
            Ok(found) => found,
            Err(trouble) => return unread(trouble),
        };
        if let Some((channel, message)) = found {
            return Found::There { channel, message };
        }
        if is_direct {
            return Found::Absent;
        }
        // Without the right to read what was there before, Discord shows an empty list.
        match self.rights_since(channel, began).await {
            Ok(facts) if facts.reads_history() => self.absent(parcel, channel).await,
            Ok(_) => Found::Unreadable,
            Err(trouble) => unread(trouble),
        }
    }

    /// What it means that nothing of a letter stands in a channel that can be read.
    async fn absent(&self, parcel: &Parcel, channel: u64) -> Found {
        if parcel.place.form != Form::Forum || parcel.to != To::Here {
            return Found::Absent;
        }
        match self.lost_post(channel, parcel.first_try).await {
            Ok(false) => Found::Absent,
            Ok(true) => Found::Deleted,
            Err(trouble) => unread(trouble),
        }
    }

    /// Whether a post of a forum was made at that time and is gone since. The gateway tells of each
    /// that is deleted while Lede is connected. A forum's `last_message_id` names the thread that was
    /// made last, also one that was deleted when nobody listened; of those before it nothing is told.
    async fn lost_post(&self, forum: u64, at: Millis) -> Result<bool, Trouble> {
        if self
            .gone_of(forum)
            .iter()
            .any(|thread| is_made_at(*thread, at))
        {
            return Ok(true);
        }
        let channel_id = ChannelId::new(forum);
        let about = self.look(forum, Route::Channel { channel_id }, &[]).await?;
        let last = id(&about["last_message_id"]).filter(|last| is_made_at(*last, at));
        let Some(last) = last else {
            return Ok(false);
        };
        let channel_id = ChannelId::new(last);
        match self.look(forum, Route::Channel { channel_id }, &[]).await {
            Ok(_) => Ok(false),
            Err(Trouble::Refused {
                status: 404, code, ..
            }) if code != 0 => Ok(true),
            Err(trouble) => Err(trouble),
        }
    }

    /// Channel and message.
    async fn seek(&self, parcel: &Parcel, channel: u64) -> Result<Option<(u64, u64)>, Trouble> {
        let body: Value = serde_json::from_str(&parcel.body).unwrap_or_default();
        let sought = Sought {
            me: self.me().await?,
            mark: mark(parcel.outbox),
            body: &body,
            after: snowflake(parcel.first_try - LOOK_BACK_MS),
        };
        if parcel.place.form == Form::Forum && parcel.to == To::Here {
            let thread = self.seek_post(channel, &sought).await?;
            return Ok(thread.map(|thread| (thread, thread)));
        }
        let message = self.seek_message(channel, &sought).await?;
        Ok(message.map(|message| (channel, message)))
    }

    async fn seek_message(
        &self,
        channel: u64,
        sought: &Sought<'_>,
    ) -> Result<Option<u64>, Trouble> {
        let mut after = sought.after;
        for _ in 0..PAGES_MAX {
            let route = Route::ChannelMessages {
                channel_id: ChannelId::new(channel),
            };
            let query = [
                ("after", after.to_string()),
                ("limit", PAGE_MESSAGES.to_string()),
            ];
            let page = self.look(channel, route, &query).await?;
            let page = list(&page)?;
            if let Some(found) = page.iter().find(|one| sought.is_it(one)) {
                return Ok(id(&found["id"]));
            }
            let newest = page.iter().filter_map(|one| id(&one["id"])).max();
            match newest {
                Some(newest) if page.len() >= PAGE_MESSAGES && newest > after => after = newest,
                _ => return Ok(None),
            }
        }
        Err(Trouble::Lost("there are too many messages".to_owned()))
    }

    /// The thread of a forum's post: among those that are open, then among those put away.
    async fn seek_post(&self, forum: u64, sought: &Sought<'_>) -> Result<Option<u64>, Trouble> {
        let channel_id = ChannelId::new(forum);
        let about = self.look(forum, Route::Channel { channel_id }, &[]).await?;
        let server = id(&about["guild_id"]);
        let server = server.ok_or_else(|| Trouble::Lost("the forum has no server".to_owned()))?;
        let route = Route::GuildThreadsActive {
            guild_id: GuildId::new(server),
        };
        let open = self.look(forum, route, &[]).await?;
        if let Some(found) = self
            .post_among(forum, list(&open["threads"])?, sought)
            .await?
        {
            return Ok(Some(found));
        }
        let mut before: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let mut query = vec![("limit", PAGE_MESSAGES.to_string())];
            query.extend(before.take().map(|before| ("before", before)));
            let route = Route::ChannelArchivedPublicThreads { channel_id };
            let page = self.look(forum, route, &query).await?;
            let threads = list(&page["threads"])?;
            if let Some(found) = self.post_among(forum, threads, sought).await? {
                return Ok(Some(found));
            }
            // Sorted by when they were put away, which is later than when they were made.
            let last = threads.last().map(|one| &one["thread_metadata"]);
            let at = last.and_then(|of| of["archive_timestamp"].as_str());
            match at {
                Some(at) if page["has_more"] == true && is_after(at, sought.after) => {
                    before = Some(at.replace('+', "%2B"));
                }
                _ => return Ok(None),
            }
        }
        Err(Trouble::Lost("there are too many posts".to_owned()))
    }

    async fn post_among(
        &self,
        forum: u64,
        threads: &[Value],
        sought: &Sought<'_>,
    ) -> Result<Option<u64>, Trouble> {
        for one in threads {
            let own =
                id(&one["owner_id"]) == Some(sought.me) && id(&one["parent_id"]) == Some(forum);
            let Some(thread) = id(&one["id"]).filter(|thread| own && *thread > sought.after) else {
                continue;
            };
            let route = Route::ChannelMessage {
                channel_id: ChannelId::new(thread),
                message_id: MessageId::new(thread),
            };
            match self.look(forum, route, &[]).await {
                Ok(first) if sought.is_it(&first) => return Ok(Some(thread)),
                Ok(_) => {}
                // Its first message was taken away; the post still bears the name.
                Err(Trouble::Refused { status: 404, .. }) => {
                    if one["name"] == sought.body["name"] {
                        return Ok(Some(thread));
                    }
                }
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(None)
    }
}

impl Sought<'_> {
    /// By the mark in its buttons; a letter without any by its words.
    fn is_it(&self, message: &Value) -> bool {
        if id(&message["author"]["id"]) != Some(self.me) {
            return false;
        }
        let sent = self.body.get("message").unwrap_or(self.body);
        if bears(&sent["components"], &self.mark) {
            return bears(&message["components"], &self.mark);
        }
        let words = |of: &Value| of["content"].as_str().map(|text| text.trim().to_owned());
        words(sent).is_some_and(|sent| Some(sent) == words(message))
    }
}

/// Whether a button or select in there begins with the mark, behind the letter of the press.
fn bears(components: &Value, mark: &str) -> bool {
    components.as_array().into_iter().flatten().any(|one| {
        let own = one["custom_id"].as_str().and_then(|id| id.get(1..));
        own.is_some_and(|key| key.starts_with(mark)) || bears(&one["components"], mark)
    })
}

fn list(of: &Value) -> Result<&[Value], Trouble> {
    let list = of.as_array().map(Vec::as_slice);
    list.ok_or_else(|| Trouble::Lost("Discord's answer is no list".to_owned()))
}

fn unread(trouble: Trouble) -> Found {
    match trouble {
        // What is posted to a channel that is gone is refused for good.
        Trouble::Refused {
            status: 404, code, ..
        } if code != 0 => Found::Absent,
        Trouble::Refused {
            status: 403, code, ..
        } if code != 0 => Found::Unreadable,
        trouble => Found::Failed(trouble.to_string()),
    }
}

/// The lowest id that can have been given at that moment.
fn snowflake(at: Millis) -> u64 {
    u64::try_from(at - EPOCH_MS).unwrap_or(0) << 22
}

/// Whether something with this id may have been made by a try that began then.
fn is_made_at(id: u64, first_try: Millis) -> bool {
    (snowflake(first_try - LOOK_BACK_MS)..snowflake(first_try + LOOK_AFTER_MS)).contains(&id)
}

/// Whether a time as Discord writes it is later than an id; true where it cannot be read, which
/// only makes the look longer.
fn is_after(time: &str, id: u64) -> bool {
    let read = time.parse::<serenity::all::Timestamp>();
    read.map_or(true, |at| snowflake(at.unix_timestamp() * 1_000) > id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn message(author: u64, custom_id: &str, content: &str) -> Value {
        let button = json!({ "type": 2, "custom_id": custom_id });
        json!({
            "author": { "id": author.to_string() }, "content": content,
            "components": [{ "type": 1, "components": [button] }],
        })
    }

    #[test]
    fn a_letter_is_known_by_its_author_and_mark() {
        let body = message(0, "n~41.why", "Storm");
        let sought = Sought {
            me: 7,
            mark: mark(41),
            body: &body,
            after: 0,
        };
        assert!(sought.is_it(&message(7, "n~41.sources", "edited since")));
        assert!(!sought.is_it(&message(8, "n~41.why", "Storm")), "another's");
        assert!(!sought.is_it(&message(7, "n~412.why", "Storm")));
        assert!(!sought.is_it(&message(7, "~41.why", "Storm")));
        let post = json!({ "name": "Storm", "message": body });
        let post = Sought {
            body: &post,
            ..sought
        };
        assert!(post.is_it(&message(7, "n~41.why", "")));
    }

    #[test]
    fn a_letter_without_buttons_is_known_by_its_words() {
        let body = json!({ "content": "**Hello**", "components": [] });
        let sought = Sought {
            me: 7,
            mark: mark(41),
            body: &body,
            after: 0,
        };
        assert!(sought.is_it(&json!({ "author": { "id": "7" }, "content": "**Hello** " })));
        assert!(!sought.is_it(&json!({ "author": { "id": "7" }, "content": "Hello" })));
        assert!(!sought.is_it(&json!({ "author": { "id": "7" } })));
    }

    #[test]
    fn ids_begin_with_their_time() {
        assert_eq!(snowflake(EPOCH_MS), 0);
        assert_eq!(snowflake(EPOCH_MS + 1), 1 << 22);
        assert_eq!(snowflake(0), 0);
        let id = snowflake(1_773_133_200_000);
        assert!(is_after("2026-03-10T09:00:01.000000+00:00", id));
        assert!(!is_after("2026-03-10T08:59:59.000000+00:00", id));
        assert!(is_after("soon", id));
        let tried = 1_773_133_200_000;
        let ago = |ms: Millis| snowflake(tried + ms);
        assert!(is_made_at(ago(0), tried) && is_made_at(ago(-5_000), tried));
        assert!(is_made_at(ago(19_999), tried));
        assert!(!is_made_at(ago(-5_001), tried) && !is_made_at(ago(20_000), tried));
    }

    #[test]
    fn what_cannot_be_read_is_not_called_absent() {
        let refused = |status, code| Trouble::Refused {
            status,
            code,
            message: String::new(),
            tries: 1,
        };
        assert_eq!(unread(refused(404, 10_003)), Found::Absent);
        assert_eq!(unread(refused(403, 50_001)), Found::Unreadable);
        for trouble in [
            refused(403, 0),
            refused(404, 0),
            refused(503, 0),
            Trouble::Paused,
            Trouble::Lost(String::new()),
        ] {
            assert!(matches!(unread(trouble), Found::Failed(_)));
        }
    }
}
