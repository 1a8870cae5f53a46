//! Close codes that serenity does not hand on but only writes into its log: overheard there, on the
//! gateway's own threads, whatever the log's filter is. All but what is secret goes on to the log.

use std::fmt::{Debug, Write as _};
use std::sync::Arc;
use tokio::sync::watch;
use tracing::field::{Field, Visit};
use tracing::metadata::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Dispatch, Event, Level, Metadata, Subscriber};

const TARGET: &str = "serenity::gateway::shard";
const SECRET_TARGET: &str = "serenity::gateway::ws";

/// Why the gateway closed, where serenity would spin on a dead socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// 4003: a session has to be begun anew.
    NotAuthenticated,
    /// 4010.
    InvalidShard,
    /// 4011.
    ShardingRequired,
}

/// What serenity writes → the code behind it.
const WORDS: [(&str, Close); 3] = [
    ("Sent no authentication", Close::NotAuthenticated),
    ("Sent invalid shard data", Close::InvalidShard),
    ("Shard has too many guilds", Close::ShardingRequired),
];

/// Listens on a thread once it is set as that thread's log.
pub struct Listener {
    log: Dispatch,
    level: LevelFilter,
    heard: Arc<watch::Sender<Option<Close>>>,
}

impl Listener {
    /// In front of the log of the thread that makes it.
    pub fn new(heard: Arc<watch::Sender<Option<Close>>>) -> Self {
        Self {
            log: tracing::dispatcher::get_default(Dispatch::clone),
            level: LevelFilter::current().max(LevelFilter::WARN),
            heard,
        }
    }
}

impl Subscriber for Listener {
    fn enabled(&self, about: &Metadata<'_>) -> bool {
        is_listened_to(about) || (!is_secret(about) && self.log.enabled(about))
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn event(&self, event: &Event<'_>) {
        if is_listened_to(event.metadata()) {
            let mut said = Said(String::new());
            event.record(&mut said);
            if let Some(close) = meant(&said.0) {
                self.heard.send_replace(Some(close));
            }
        }
        if !is_secret(event.metadata()) && self.log.enabled(event.metadata()) {
            self.log.event(event);
        }
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.log.new_span(span)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.log.record(span, values);
    }

    fn record_follows_from(&self, span: &Id, follows: &Id) {
        self.log.record_follows_from(span, follows);
    }

    fn enter(&self, span: &Id) {
        self.log.enter(span);
    }

    fn exit(&self, span: &Id) {
        self.log.exit(span);
    }

    fn clone_span(&self, id: &Id) -> Id {
        self.log.clone_span(id)
    }

    fn try_close(&self, id: Id) -> bool {
        self.log.try_close(id)
    }
}

fn is_listened_to(about: &Metadata<'_>) -> bool {
    about.is_event() && about.target() == TARGET && *about.level() <= Level::WARN
}

/// serenity's spans hold whole events, and a message that it cannot read it writes out: with the
/// tokens of interactions and the words of members.
fn is_secret(about: &Metadata<'_>) -> bool {
    about.target() == SECRET_TARGET || (about.is_span() && about.target().starts_with("serenity"))
}

fn meant(words: &str) -> Option<Close> {
    WORDS
        .iter()
        .find(|(known, _)| words.contains(known))
        .map(|(_, close)| *close)
}

struct Said(String);

impl Visit for Said {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            write!(self.0, "{value:?}").expect("writing to a string succeeds");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_serenity_says_of_its_shards_is_heard() {
        let (tell, heard) = watch::channel(None);
        let listener = Listener::new(Arc::new(tell));
        tracing::subscriber::with_default(listener, || {
            tracing::error!("[ShardInfo] Shard has too many guilds.");
            assert_eq!(*heard.borrow(), None);
            tracing::warn!(target: TARGET, "[{:?}] Sent invalid shard data.", 1);
            assert_eq!(*heard.borrow(), Some(Close::InvalidShard));
            tracing::error!(target: TARGET, "[{:?}] Shard has too many guilds.", 1);
            assert_eq!(*heard.borrow(), Some(Close::ShardingRequired));
        });
    }
}
