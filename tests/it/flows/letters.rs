//! Letters on their way to a fake Discord: sent once, found after a lost answer, edited, to forums,
//! threads and people; and what becomes of them where Discord refuses or fails.

use crate::flows::bot::Bot;
use crate::world::discord::people::text_of;
use crate::world::discord::places::{EMBED, HISTORY, SEND, VIEW};
use crate::world::discord::{FakeDiscord, Fault};
use crate::world::{MORNING, settings};
use lede::clock::{Clock, HOUR, MINUTE, SECOND};
use lede::config::Settings;
use lede::desk::Asker;
use lede::discord::Outgoing;
use lede::jobs::{Delivery, Edited, Found, Parcel, Posted, Published, To};
use lede::news::Destination;
use lede::news::Newsroom;
use lede::news::push::Lost;
use lede::news::subscription::{Form, Place};
use lede::page::{Action, Ask, Block, Letter, Line, Page, Pick, Row, Touch};
use sqlx::{Connection, SqliteConnection};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A Discord and the way to it, without a bot that answers.
struct Post {
    discord: FakeDiscord,
    delivery: Arc<dyn Delivery>,
    clock: Clock,
}

impl Post {
    async fn new() -> Self {
        let clock = Clock::manual(MORNING);
        let discord = FakeDiscord::start_at(clock.clone()).await;
        let settings = Settings::read(|name| match name {
            "DISCORD_TOKEN" => Some(discord.token()),
            "LEDE_DISCORD_API" => Some(discord.api()),
            _ => None,
        });
        let outgoing = Outgoing::new(&settings.expect("they are valid")).expect("a client");
        Self {
            delivery: outgoing.delivery(),
            discord,
            clock,
        }
    }

    fn place(&self, channel: u64, form: Form) -> Place {
        Place {
            destination: Destination::Channel(channel),
            form,
            name: "news".to_owned(),
            readable: true,
        }
    }

    /// A letter to a place, as the job that sends has it.
    fn parcel(&self, outbox: i64, place: Place, to: To, letter: &Letter) -> Parcel {
        let body = self.delivery.draw(letter, outbox, &place, to, false);
        Parcel {
            outbox,
            place,
            to,
            body,
            nonce: format!("nonce-{outbox}"),
            first_try: self.clock.now(),
        }
    }

    /// A letter to the channel that is there from the beginning.
    fn push(&self, outbox: i64) -> Parcel {
        let place = self.place(self.discord.channel(), Form::Text);
        self.parcel(outbox, place, To::Here, &letter("Storm closes the mole"))
    }

    fn waits(&self, time: i64) {
        self.clock.move_to(self.clock.now() + time);
    }

    async fn done(&self, parcel: &Parcel) -> (u64, u64) {
        match self.delivery.send(parcel).await {
            Posted::Done { channel, message } => (channel, message),
            other => panic!("{other:?}; {:?}", self.discord.problems()),
        }
    }

    /// Nothing was wrong with what was asked of Discord, and nothing stands twice.
    fn ends_well(&self) {
        assert_eq!(self.discord.problems(), Vec::<String>::new());
        assert_eq!(self.discord.doubled(), []);
    }
}

fn letter(headline: &str) -> Letter {
    let url = Some("https://avel.example/mole");
    let quote = Line::new()
        .theirs("The mole was closed at noon.")
        .and(" — ");
    Letter {
        head: Line::new().link(headline, url).and(" · 2 outlets"),
        blocks: vec![Block::Quote(quote.link("Avel Courier", url))],
        touches: vec![Touch::Sources, Touch::Discuss, Touch::Why],
        name: headline.to_owned(),
        silent: true,
        ..Letter::default()
    }
}

fn there((channel, message): (u64, u64)) -> Found {
    Found::There { channel, message }
}

#[tokio::test]
async fn a_letter_is_posted_once_under_its_nonce() {
    let post = Post::new().await;
    let parcel = post.push(1);
    let at = post.done(&parcel).await;
    post.waits(MINUTE);
    assert_eq!(post.done(&parcel).await, at, "the same message again");
    let message = post.discord.message(at.1).expect("it is there");
    let text = text_of(&message);
    assert!(
        text.starts_with("**[Storm closes the mole](<https://avel.example/mole>) · 2 outlets**")
    );
    assert_eq!(message["flags"], 1 << 12);
    assert_eq!(post.discord.messages(at.0, None).len(), 1);
    post.ends_well();
}

#[tokio::test]
async fn a_letter_whose_answer_was_lost_is_found_among_others() {
    let post = Post::new().await;
    let ann = post.discord.person("Ann");
    post.discord.fault(Fault::on("/messages").lost());
    let parcel = post.push(7);
    // As it is with a bot that writes more than one letter.
    let other = post.push(70);
    assert!(matches!(
        post.delivery.send(&parcel).await,
        Posted::Unclear(_)
    ));
    let at = (
        post.discord.channel(),
        post.discord.until_messages(post.discord.channel(), 1).await,
    );
    let message = at.1[0]["id"]
        .as_str()
        .and_then(|id| id.parse().ok())
        .expect("an id");
    for n in 0..230 {
        post.discord.says(ann, at.0, &format!("Line {n}"));
    }
    post.done(&other).await;
    post.waits(2 * HOUR);
    assert_eq!(post.delivery.find(&parcel).await, there((at.0, message)));
    let late = Parcel {
        outbox: 8,
        ..parcel.clone()
    };
    let late = Parcel {
        body: late.body.replace("~7.", "~8."),
        ..late
    };
    assert_eq!(post.delivery.find(&late).await, Found::Absent);
    let asked = post.discord.requests();
    let pages = asked.iter().filter(|one| one.query.contains("after="));
    assert_eq!(pages.count(), 1 + 3, "a hundred at a time");
    post.ends_well();
}

#[tokio::test]
async fn broken_answers_are_unclear_whether_the_message_was_made_or_not() {
    let post = Post::new().await;
    let html = "<html>bad gateway</html>";
    let faults = [
        (Fault::on("/messages").status(502, html), false),
        (Fault::on("/messages").status(500, "").done(), true),
        (
            Fault::on("/messages").code(503, 130_000, "overloaded"),
            false,
        ),
        (Fault::on("/messages").lost(), true),
    ];
    for (outbox, (fault, made)) in faults.into_iter().enumerate() {
        let parcel = post.push(outbox as i64);
        post.discord.fault(fault);
        assert!(matches!(
            post.delivery.send(&parcel).await,
            Posted::Unclear(_)
        ));
        let found = post.delivery.find(&parcel).await;
        assert_eq!(
            matches!(found, Found::There { .. }),
            made,
            "{outbox}: {found:?}"
        );
        let asked = post.discord.requests();
        let tries = asked.iter().filter(|one| one.method == "POST").count();
        assert_eq!(tries, outbox + 1, "no second try inside of one");
    }
    post.ends_well();
}

#[tokio::test]
async fn what_cannot_be_read_is_not_called_absent() {
    let post = Post::new().await;
    let parcel = post.push(1);
    post.discord.take_rights(post.discord.channel(), HISTORY);
    post.discord.fault(Fault::on("/messages").lost());
    assert!(matches!(
        post.delivery.send(&parcel).await,
        Posted::Unclear(_)
    ));
    assert_eq!(post.delivery.find(&parcel).await, Found::Unreadable);
    post.discord.take_rights(post.discord.channel(), 0);
    assert!(matches!(
        post.delivery.find(&parcel).await,
        Found::There { .. }
    ));
    // What was learned of rights a moment ago proves nothing now.
    assert_eq!(post.delivery.find(&post.push(9)).await, Found::Absent);
    post.discord.take_rights(post.discord.channel(), HISTORY);
    assert_eq!(post.delivery.find(&post.push(9)).await, Found::Unreadable);
    let known = Place {
        readable: false,
        ..parcel.place.clone()
    };
    let asked = post.discord.requests().len();
    let parcel = Parcel {
        place: known,
        ..parcel
    };
    assert_eq!(post.delivery.find(&parcel).await, Found::Unreadable);
    assert_eq!(post.discord.requests().len(), asked, "not even asked");
    let hidden = post.discord.add_channel(post.discord.guild(), "hidden", 0);
    post.discord.take_rights(hidden, VIEW);
    let hidden = post.place(hidden, Form::Text);
    let hidden = post.parcel(2, hidden, To::Here, &letter("Fog"));
    assert_eq!(post.delivery.find(&hidden).await, Found::Unreadable);
    post.discord.fault(
        Fault::on("GET")
            .code(429, 0, "busy")
            .header("Retry-After", "99"),
    );
    let again = post.delivery.find(&post.push(3)).await;
    assert!(matches!(again, Found::Failed(_)), "{again:?}");
    post.ends_well();
}

#[tokio::test]
async fn a_message_that_somebody_took_away_is_not_sent_again() {
    let post = Post::new().await;
    let parcel = post.push(1);
    let (channel, message) = post.done(&parcel).await;
    post.discord.delete_message(message);
    post.waits(30 * SECOND);
    assert_eq!(post.delivery.send(&parcel).await, Posted::TakenAway);
    assert!(post.discord.messages(channel, None).is_empty());
    assert_eq!(post.delivery.find(&parcel).await, Found::Absent);
    post.ends_well();
}

#[tokio::test]
async fn a_place_that_takes_none_is_told_with_its_cause() {
    let post = Post::new().await;
    let guild = post.discord.guild();
    let lost = |lost| Posted::Lost(lost);
    let text = |name: &str| post.discord.add_channel(guild, name, 0);
    let send = async |outbox, channel, form, to| {
        let place = post.place(channel, form);
        let parcel = post.parcel(outbox, place, to, &letter("Fog"));
        post.delivery.send(&parcel).await
    };
    let (hidden, mute, bare) = (text("hidden"), text("mute"), text("bare"));
    post.discord.take_rights(hidden, VIEW);
    post.discord.take_rights(mute, SEND);
    post.discord.take_rights(bare, EMBED);
    let forbidden = lost(Lost::Forbidden);
    assert_eq!(send(1, hidden, Form::Text, To::Here).await, forbidden);
    assert_eq!(send(2, mute, Form::Text, To::Here).await, forbidden);
    let plain = send(3, bare, Form::Text, To::Here).await;
    assert!(
        matches!(plain, Posted::Body { plain: true, .. }),
        "{plain:?}"
    );
    let thread = post.discord.add_thread(post.discord.channel(), "old");
    post.discord.put_away(thread, true);
    let here = post.discord.channel();
    let locked = send(4, here, Form::Text, To::Thread(thread)).await;
    assert_eq!(locked, lost(Lost::Locked));
    post.discord.delete_channel(thread);
    let gone = send(5, here, Form::Text, To::Thread(thread)).await;
    assert_eq!(gone, lost(Lost::Gone));
    let find = post.parcel(5, post.place(thread, Form::Text), To::Here, &letter("Fog"));
    assert_eq!(post.delivery.find(&find).await, Found::Absent);
    post.ends_well();
}

#[tokio::test]
async fn a_body_that_is_refused_is_told_apart_from_one_that_is_blocked() {
    let post = Post::new().await;
    for (outbox, status, code, plain) in [
        (1, 400, 50_035, true),
        (2, 400, 200_000, false),
        (3, 400, 200_001, false),
    ] {
        post.discord
            .fault(Fault::on("/messages").code(status, code, "no"));
        let posted = post.delivery.send(&post.push(outbox)).await;
        let Posted::Body { error, plain: is } = posted else {
            panic!("{code}: {posted:?}");
        };
        assert_eq!(is, plain, "{code}");
        assert!(error.contains(&code.to_string()), "{error}");
    }
    let place = post.place(post.discord.channel(), Form::Text);
    let body = post
        .delivery
        .draw(&letter("Fog"), 4, &place, To::Here, true);
    let plain = Parcel {
        body,
        ..post.push(4)
    };
    let (_, message) = post.done(&plain).await;
    let message = post.discord.message(message).expect("it is there");
    assert_eq!(message["embeds"], serde_json::json!([]));
    assert!(text_of(&message).contains("> The mole was closed at noon."));
    post.ends_well();
}

#[tokio::test]
async fn a_limit_of_one_channel_holds_up_no_other() {
    let post = Post::new().await;
    let other = post.discord.add_channel(post.discord.guild(), "other", 0);
    let slow = format!("POST /channels/{}/", post.discord.channel());
    post.discord.fault(Fault::on(&slow).too_many(1.0));
    let (first, second) = (post.push(1), post.place(other, Form::Text));
    let second = post.parcel(2, second, To::Here, &letter("Fog"));
    let began = Instant::now();
    let waited = async {
        post.done(&first).await;
        began.elapsed()
    };
    let passed = async {
        post.done(&second).await;
        began.elapsed()
    };
    let (waited, passed) = tokio::join!(waited, passed);
    assert!(waited >= Duration::from_secs(1) && passed < Duration::from_millis(900));
    post.discord.fault(Fault::on(&slow).too_many(40.0));
    let posted = post.delivery.send(&post.push(3)).await;
    assert_eq!(posted, Posted::Wait(40_000));
    let again = post.delivery.send(&post.push(3)).await;
    assert!(matches!(again, Posted::Wait(39_000..=40_000)), "{again:?}");
    post.ends_well();
}

#[tokio::test]
async fn slow_mode_and_limits_without_a_time_are_waited_for() {
    let post = Post::new().await;
    let slow = Fault::on("/messages").code(429, 20_016, "slow mode");
    post.discord.fault(slow.header("Retry-After", "60"));
    let posted = post.delivery.send(&post.push(1)).await;
    assert_eq!(posted, Posted::Wait(60_000));
    let other = post.discord.add_channel(post.discord.guild(), "other", 0);
    let parcel = post.parcel(2, post.place(other, Form::Text), To::Here, &letter("Fog"));
    post.discord
        .fault(Fault::on("/messages").code(403, 20_028, "write limit"));
    assert_eq!(post.delivery.send(&parcel).await, Posted::Wait(10_000));
    post.ends_well();
}

#[tokio::test]
async fn a_limit_of_all_stops_all() {
    let post = Post::new().await;
    let other = post.discord.add_channel(post.discord.guild(), "other", 0);
    let all = Fault::on("/messages").too_many(40.0);
    post.discord.fault(all.header("X-RateLimit-Global", "true"));
    let posted = post.delivery.send(&post.push(1)).await;
    assert_eq!(posted, Posted::Wait(40_000));
    let asked = post.discord.requests().len();
    let parcel = post.parcel(2, post.place(other, Form::Text), To::Here, &letter("Fog"));
    assert!(matches!(post.delivery.send(&parcel).await, Posted::Wait(_)));
    assert_eq!(
        post.discord.requests().len(),
        asked,
        "nothing is asked meanwhile"
    );
    post.ends_well();
}

#[tokio::test]
async fn odd_limits_neither_loop_nor_double() {
    let post = Post::new().await;
    let odd = ["-1", "1e300", "NaN", "soon", ""];
    for (outbox, odd) in odd.into_iter().enumerate() {
        let limited = Fault::on("POST").too_many(0.1);
        let limited = limited.header("Retry-After", odd);
        post.discord
            .fault(limited.header("X-RateLimit-Reset-After", "0.1"));
        post.done(&post.push(outbox as i64)).await;
    }
    let after = Fault::on("POST").header("X-RateLimit-Remaining", "0");
    post.discord
        .fault(after.header("X-RateLimit-Reset-After", "1e300"));
    post.done(&post.push(90)).await;
    post.done(&post.push(91)).await;
    assert_eq!(post.discord.messages(post.discord.channel(), None).len(), 7);
    post.ends_well();
}

#[tokio::test]
async fn after_a_refused_token_nothing_more_is_asked() {
    let post = Post::new().await;
    post.discord
        .fault(Fault::on("/messages").code(401, 0, "401: Unauthorized"));
    let parcel = post.push(1);
    assert_eq!(post.delivery.send(&parcel).await, Posted::Stopped);
    assert_eq!(post.delivery.send(&parcel).await, Posted::Stopped);
    assert!(matches!(
        post.delivery.find(&parcel).await,
        Found::Failed(_)
    ));
    assert_eq!(post.discord.requests().len(), 1);
    post.ends_well();
}

#[tokio::test]
async fn where_nobody_listens_nothing_was_sent() {
    let mut host = settings(std::path::Path::new("unused.db"));
    host.discord_token = Some("a.b.c".to_owned());
    host.discord_api = Some("http://127.0.0.1:1".to_owned());
    let post = Post::new().await;
    let nobody = Outgoing::new(&host).expect("a client").delivery();
    let posted = nobody.send(&post.push(1)).await;
    assert!(matches!(posted, Posted::Unsent(_)), "{posted:?}");
}

#[tokio::test]
async fn a_message_is_edited_until_it_is_too_old_or_gone() {
    let post = Post::new().await;
    let parcel = post.push(1);
    let (channel, message) = post.done(&parcel).await;
    let more = post.push(1).body.replace("2 outlets", "3 outlets");
    let edit = async || post.delivery.edit(channel, message, &more).await;
    assert_eq!(edit().await, Edited::Done);
    let now = post.discord.message(message).expect("it is there");
    assert!(text_of(&now).contains("· 3 outlets**"));
    assert_eq!(post.delivery.find(&parcel).await, there((channel, message)));
    let busy = Fault::on("PATCH").too_many(30.0);
    post.discord.fault(busy);
    assert_eq!(edit().await, Edited::Wait(30_000));
    let post = Post::new().await;
    let (channel, message) = post.done(&post.push(1)).await;
    post.discord.no_more_edits(message);
    let edit = async || post.delivery.edit(channel, message, &more).await;
    assert_eq!(edit().await, Edited::Over);
    post.discord.delete_message(message);
    assert_eq!(edit().await, Edited::Over);
    post.ends_well();
}

#[tokio::test]
async fn a_forum_has_a_post_a_story_with_tags_and_finds_it_again() {
    let post = Post::new().await;
    let (forum, tags) = post
        .discord
        .add_forum(post.discord.guild(), "stories", &["Sea", "Land"]);
    let place = post.place(forum, Form::Forum);
    let tagged = Letter {
        tags: vec![tags[1]],
        ..letter("Storm closes the mole")
    };
    let parcel = post.parcel(3, place.clone(), To::Here, &tagged);
    assert_eq!(post.delivery.find(&parcel).await, Found::Absent);
    post.discord.fault(Fault::on("/threads").lost());
    assert!(matches!(
        post.delivery.send(&parcel).await,
        Posted::Unclear(_)
    ));
    let threads = post.discord.threads(forum);
    let [(thread, name)] = threads.as_slice() else {
        panic!("{threads:?}");
    };
    assert_eq!(name, "Storm closes the mole");
    assert_eq!(post.discord.tags(*thread), [tags[1]]);
    let at = (*thread, *thread);
    assert_eq!(post.delivery.find(&parcel).await, there(at));
    post.discord.put_away(*thread, false);
    assert_eq!(post.delivery.find(&parcel).await, there(at), "put away");
    let more = parcel.body.replace("2 outlets", "3 outlets");
    assert_eq!(post.delivery.edit(at.0, at.1, &more).await, Edited::Done);
    let facts = post.parcel(4, place.clone(), To::Thread(*thread), &letter("Mole opens"));
    assert_eq!(post.done(&facts).await.0, *thread);
    post.discord.delete_message(*thread);
    assert_eq!(
        post.delivery.find(&parcel).await,
        there(at),
        "known by its name"
    );
    let wrong = Letter {
        tags: vec![5],
        ..letter("Fog")
    };
    let wrong = post.parcel(5, place, To::Here, &wrong);
    let refused = post.delivery.send(&wrong).await;
    assert!(matches!(refused, Posted::Body { plain: true, .. }));
    post.ends_well();
}

#[tokio::test]
async fn a_post_that_was_deleted_before_the_look_is_not_called_absent() {
    let post = Post::new().await;
    let guild = post.discord.guild();
    let (forum, _) = post.discord.add_forum(guild, "stories", &[]);
    let place = post.place(forum, Form::Forum);
    // An old post, and one that somebody else made: both say nothing of this one.
    post.discord.add_thread(forum, "Rules of this forum");
    post.waits(60 * SECOND);
    let parcel = post.parcel(1, place.clone(), To::Here, &letter("Storm"));
    assert_eq!(post.delivery.find(&parcel).await, Found::Absent);
    post.discord.fault(Fault::on("/threads").lost());
    let lost = post.delivery.send(&parcel).await;
    assert!(matches!(lost, Posted::Unclear(_)), "{lost:?}");
    let (thread, _) = post.discord.threads(forum)[1];
    post.discord.delete_channel(thread);
    post.waits(20 * SECOND);
    assert_eq!(post.delivery.find(&parcel).await, Found::Deleted);
    post.discord.fault(
        Fault::on(&format!("/channels/{thread}"))
            .status(503, "")
            .times(9),
    );
    let again = post.delivery.find(&parcel).await;
    assert!(matches!(again, Found::Failed(_)), "{again:?}");
    post.discord.heal();
    // One that is there, and one of a later time, are none of this letter.
    let other = post.discord.add_thread(forum, "Who knows this ship?");
    assert_eq!(post.delivery.find(&parcel).await, Found::Absent);
    post.discord.delete_channel(other);
    assert_eq!(post.delivery.find(&parcel).await, Found::Absent);
    post.ends_well();
}

#[tokio::test]
async fn a_reply_stands_without_what_it_answers() {
    let post = Post::new().await;
    let (channel, message) = post.done(&post.push(1)).await;
    let place = post.place(channel, Form::Text);
    let reply = post.parcel(2, place, To::Reply(message), &letter("Mole opens"));
    post.done(&reply).await;
    let asked = post.discord.requests();
    let body = asked
        .iter()
        .rev()
        .find_map(|one| one.body.clone())
        .expect("a body");
    let reference = &body["message_reference"];
    assert_eq!(reference["message_id"], message.to_string());
    assert_eq!(reference["fail_if_not_exists"], false);
    post.ends_well();
}

#[tokio::test]
async fn a_person_is_written_to_and_a_closed_door_is_told() {
    let post = Post::new().await;
    let ann = post.discord.person("Ann");
    let place = Place {
        destination: Destination::Person(ann),
        form: Form::Direct,
        name: String::new(),
        readable: true,
    };
    let direct = |outbox| post.parcel(outbox, place.clone(), To::Here, &letter("Fog"));
    let at = post.done(&direct(1)).await;
    assert_eq!(at.0, post.discord.direct(ann));
    assert_eq!(post.delivery.find(&direct(1)).await, there(at));
    assert_eq!(post.delivery.find(&direct(2)).await, Found::Absent);
    post.discord.close_direct(ann, true);
    let closed = post.delivery.send(&direct(2)).await;
    assert_eq!(closed, Posted::Lost(Lost::ClosedDirect));
    let opened = post
        .discord
        .requests()
        .iter()
        .filter(|one| one.path == "/users/@me/channels")
        .count();
    assert_eq!(opened, 1, "asked once for her channel");
    // Whatever Discord says of it, there are no rights that a moderator could give.
    post.discord.close_direct(ann, false);
    let fault = Fault::on(&format!("POST /channels/{}/messages", at.0));
    post.discord
        .fault(fault.code(403, 50_278, "No mutual server"));
    let apart = post.delivery.send(&direct(3)).await;
    assert_eq!(apart, Posted::Lost(Lost::ClosedDirect));
    let nobody = Place {
        destination: Destination::Person(5),
        ..place.clone()
    };
    let nobody = post.parcel(3, nobody, To::Here, &letter("Fog"));
    assert_eq!(post.delivery.send(&nobody).await, Posted::Lost(Lost::Gone));
    post.ends_well();
}

#[tokio::test]
async fn an_announcement_is_published_once_and_stands_if_that_fails() {
    let post = Post::new().await;
    let channel = post
        .discord
        .add_channel(post.discord.guild(), "announcements", 5);
    let place = post.place(channel, Form::Announcement);
    let announced = |outbox| post.parcel(outbox, place.clone(), To::Here, &letter("Fog"));
    let published = |message: u64| {
        let message = post.discord.message(message).expect("it is there");
        message["flags"]
            .as_u64()
            .is_some_and(|flags| flags & 1 == 1)
    };
    let (_, first) = post.done(&announced(1)).await;
    assert!(!published(first), "that is a step of its own");
    for _ in 0..2 {
        let done = post.delivery.publish(channel, first).await;
        assert_eq!(done, Published::Done, "also where it was published before");
        assert!(published(first));
    }
    let (_, second) = post.done(&announced(2)).await;
    post.discord.fault(Fault::on("/crosspost").lost());
    let lost = post.delivery.publish(channel, second).await;
    assert!(matches!(lost, Published::Failed(_)), "{lost:?}");
    post.discord.fault(Fault::on("/crosspost").status(502, ""));
    let broken = post.delivery.publish(channel, second).await;
    assert!(matches!(broken, Published::Failed(_)), "{broken:?}");
    let gone = post.delivery.publish(channel, 5).await;
    assert_eq!(gone, Published::TakenAway);
    let text = post.discord.channel();
    let plain = post.parcel(3, post.place(text, Form::Text), To::Here, &letter("Fog"));
    let (_, plain) = post.done(&plain).await;
    let refused = post.delivery.publish(text, plain).await;
    assert!(matches!(refused, Published::Refused(_)), "{refused:?}");
    let (_, third) = post.done(&announced(4)).await;
    post.discord.fault(Fault::on("/crosspost").too_many(600.0));
    let limited = post.delivery.publish(channel, third).await;
    assert!(matches!(limited, Published::Wait(590_000..)), "{limited:?}");
    assert!(!published(third));
    post.ends_well();
}

#[tokio::test]
async fn nobody_is_pinged_but_the_role_that_was_asked_for() {
    let post = Post::new().await;
    let guild = post.discord.guild();
    let readers = post.discord.add_role(guild, "Sea readers", true);
    let others = post.discord.add_role(guild, "Everybody else", true);
    post.discord.may_ping(readers);
    let hostile =
        format!("@everyone <@&{others}> ](http://evil.example) ||x|| `y` \u{202e}\u{200b}");
    let loud = Letter {
        mention: Some(readers),
        silent: false,
        ..letter(&hostile)
    };
    let place = post.place(post.discord.channel(), Form::Text);
    let (_, message) = post
        .done(&post.parcel(1, place.clone(), To::Here, &loud))
        .await;
    assert_eq!(post.discord.pings(), [(message, readers)]);
    post.done(&post.parcel(2, place, To::Here, &letter(&hostile)))
        .await;
    assert_eq!(post.discord.pings().len(), 1);
    let (forum, _) = post.discord.add_forum(guild, "stories", &[]);
    let emoji = letter(&"👩\u{200d}🚒".repeat(300));
    let parcel = post.parcel(3, post.place(forum, Form::Forum), To::Here, &emoji);
    post.done(&parcel).await;
    post.ends_well();
}

#[tokio::test]
async fn eighty_letters_keep_below_the_limit_for_all() {
    const LETTERS: usize = 80;
    let post = Post::new().await;
    post.discord.limit_per_second(50);
    let guild = post.discord.guild();
    let parcels: Vec<Parcel> = (0..LETTERS)
        .map(|n| {
            let channel = post.discord.add_channel(guild, &format!("news-{n}"), 0);
            let place = post.place(channel, Form::Text);
            post.parcel(n as i64, place, To::Here, &letter("Fog"))
        })
        .collect();
    let began = Instant::now();
    let sent = parcels.iter().map(|parcel| post.done(parcel));
    futures_util::future::join_all(sent).await;
    let seconds = began.elapsed().as_secs_f64();
    // A machine that stalls can let some arrive together: they are waited for, and none is lost.
    let limited = post.discord.limited();
    println!("{LETTERS} letters in {seconds:.2} s, {limited} of them limited");
    assert!(seconds >= (LETTERS - 2) as f64 / 45.0 - 0.05, "{seconds}");
    assert_eq!(post.discord.marked().len(), LETTERS);
    post.ends_well();
}

/// An outbox row of a letter as it stands at Discord.
async fn remember(bot: &Bot, outbox: i64, body: &str, (channel, message): (u64, u64)) {
    let mut raw = SqliteConnection::connect(&bot.desk.settings.database_url)
        .await
        .expect("the file opens");
    let place = "INSERT OR IGNORE INTO destination (id, kind, discord, form) VALUES (1, 0, $1, 0)";
    sqlx::query(place)
        .bind(channel as i64)
        .execute(&mut raw)
        .await
        .expect("a destination");
    let row = "INSERT INTO outbox (id, destination, kind, cause, due_at, made_at, state, body, channel, message)
        VALUES ($1, 1, 4, '{}', 0, 0, 2, $2, $3, $4)";
    sqlx::query(row)
        .bind(outbox)
        .bind(body)
        .bind(channel as i64)
        .bind(message as i64)
        .execute(&mut raw)
        .await
        .expect("a row");
    raw.close().await.expect("it closes");
}

#[tokio::test]
async fn discuss_opens_one_thread_and_shows_the_way_to_it() {
    let bot = Bot::start(Clock::manual(MORNING), &[]).await;
    let (ann, ben) = (bot.discord.person("Ann"), bot.discord.person("Ben"));
    let (guild, channel) = (bot.discord.guild(), bot.discord.channel());
    let delivery = bot.outgoing.delivery();
    let place = Place {
        destination: Destination::Channel(channel),
        form: Form::Text,
        name: "news".to_owned(),
        readable: true,
    };
    let mut letters = Vec::new();
    for (outbox, headline) in [
        (1, "Storm @everyone \u{202e}closes"),
        (2, "Fog"),
        (3, "Ice"),
    ] {
        let body = delivery.draw(&letter(headline), outbox, &place, To::Here, false);
        let parcel = Parcel {
            outbox,
            place: place.clone(),
            to: To::Here,
            body: body.clone(),
            nonce: format!("n{outbox}"),
            first_try: MORNING,
        };
        let Posted::Done { message, .. } = delivery.send(&parcel).await else {
            panic!("it is not posted");
        };
        if outbox < 3 {
            remember(&bot, outbox, &body, (channel, message)).await;
        }
        letters.push(message);
    }
    let opened = bot.discord.press_label(ann, letters[0], "Discuss").await;
    let link = format!("https://discord.com/channels/{guild}/{}", letters[0]);
    assert!(
        opened.private && opened.text().contains(&link),
        "{}",
        opened.text()
    );
    let name = "Storm @everyone closes".to_owned();
    assert_eq!(bot.discord.threads(channel), [(letters[0], name)]);
    let again = bot.discord.press_label(ben, letters[0], "Discuss").await;
    assert!(again.private && again.text().contains(&link));
    let asked = bot.discord.requests();
    let opens = asked.iter().filter(|one| one.path.ends_with("/threads"));
    assert_eq!(
        opens.count(),
        1,
        "the second press is answered from the store"
    );

    bot.discord
        .fault(Fault::on("/threads").code(403, 50_013, "Missing Permissions"));
    let refused = bot.discord.press_label(ben, letters[1], "Discuss").await;
    assert!(
        refused.text().contains("Create Public Threads"),
        "{}",
        refused.text()
    );
    bot.discord
        .fault(Fault::on("/threads").code(400, 160_004, "has one"));
    let known = bot.discord.press_label(ben, letters[1], "Discuss").await;
    assert!(
        known.text().contains(&letters[1].to_string()),
        "{}",
        known.text()
    );
    let forged = bot.discord.press_label(ann, letters[2], "Discuss").await;
    assert!(
        forged.text().contains("does not know this button"),
        "{}",
        forged.text()
    );
    bot.stop().await;
}

#[tokio::test]
async fn what_is_picked_of_the_server_is_looked_up_first() {
    let bot = Bot::start(Clock::manual(MORNING), &[]).await;
    let mia = bot.discord.moderator("Mia");
    let (guild, channel) = (bot.discord.guild(), bot.discord.channel());
    let asker = Asker {
        person: mia,
        newsroom: Newsroom::Server(guild),
        channel: Some(channel),
        moderator: true,
        may_post: true,
        public: false,
        terminal: false,
    };
    let pick = |kind| Row::Pick {
        placeholder: "Choose".to_owned(),
        kind,
        action: Action::Open {
            ask: Ask::new("help"),
            chosen: Some("place".to_owned()),
        },
    };
    let page = Page {
        rows: vec![pick(Pick::Channel), pick(Pick::Role)],
        ..Page::default()
    };
    let keys = bot.desk.keep(&asker, &page).await.expect("they are kept");
    let shown = bot.types(mia, "help", &[]).await;
    let role = bot.discord.add_role(guild, "Readers", true);
    let other = bot.discord.add_channel(guild, "other", 0);
    let picked = |kind: u64, id: u64| {
        let key = &keys[usize::from(kind == 6)];
        bot.discord.picked(&format!("n{key}"), kind, id)
    };
    let asked = |path: &str| {
        let all = bot.discord.requests();
        all.iter().filter(|one| one.path == path).count()
    };
    let seen = bot.discord.forge(mia, shown.id, picked(8, channel)).await;
    assert!(
        seen.private && seen.text().contains("/brief"),
        "{}",
        seen.text()
    );
    bot.discord.forge(mia, shown.id, picked(8, channel)).await;
    bot.discord.forge(mia, shown.id, picked(6, role)).await;
    assert_eq!(
        asked(&format!("/channels/{channel}")),
        1,
        "remembered for a minute"
    );
    assert_eq!(asked(&format!("/guilds/{guild}/roles")), 1);
    let silent = Fault::on(&format!("/channels/{other}")).too_many(99.0);
    bot.discord.fault(silent);
    let seen = bot.discord.forge(mia, shown.id, picked(8, other)).await;
    assert!(
        seen.text().contains("Discord did not say in time"),
        "{}",
        seen.text()
    );
    bot.stop().await;
}

#[tokio::test]
async fn a_subscription_to_a_channel_where_lede_may_not_write_is_refused_with_the_right() {
    let bot = Bot::start(Clock::manual(MORNING), &[]).await;
    let mia = bot.discord.moderator("Mia");
    let mute = bot.discord.add_channel(bot.discord.guild(), "mute", 0);
    bot.discord.take_rights(mute, SEND);
    let channel = mute.to_string();
    let options = [("what", "harbour"), ("channel", channel.as_str())];
    let refused = bot.types(mia, "subscriptions add", &options).await;
    let text = refused.text();
    assert!(
        refused.private && text.contains("Send Messages") && text.contains("#mute"),
        "{text}"
    );
    bot.stop().await;
}
