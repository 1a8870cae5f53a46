//! Which host may be asked now: at most two requests at once, spaced, and not before a host that
//! asked for rest is rested.

use crate::clock::{Millis, SECOND};
use crate::news::SourceId;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Requests to one host at once.
pub const HOST_AT_ONCE_MAX: u32 = 2;
/// Time between the beginnings of two requests to one host.
pub const HOST_SPACING_MS: Millis = SECOND;
/// Hosts remembered before those at rest are forgotten.
const HOSTS_MAX: usize = 50_000;

/// Whether a source may be read.
#[derive(Debug)]
pub enum Go {
    /// Now; the host counts it until the ticket is dropped.
    Now(Ticket),
    /// Not before this moment.
    Later(Millis),
    /// It is being read at this moment.
    Already,
}

/// What is known of hosts, shared by all who read sources.
#[derive(Clone, Debug, Default)]
pub struct Hosts(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    hosts: HashMap<String, Host>,
    reading: HashSet<SourceId>,
}

#[derive(Debug, Default)]
struct Host {
    /// No request begins before.
    next_at: Millis,
    /// The first moment that is not promised to a source yet.
    free_at: Millis,
    at_once: u32,
}

/// A running request.
#[derive(Debug)]
pub struct Ticket {
    hosts: Hosts,
    host: String,
    source: SourceId,
}

impl Hosts {
    pub fn knows(&self, host: &str) -> bool {
        self.with(|known| known.hosts.contains_key(host))
    }

    /// Lets no request to `host` begin before `at`.
    pub fn close_until(&self, host: &str, at: Millis) {
        self.with(|known| {
            let host = known.hosts.entry(host.to_owned()).or_default();
            host.next_at = host.next_at.max(at);
        });
    }

    /// Asks for a request to `host` at `now`.
    pub fn ask(&self, source: SourceId, host: &str, now: Millis) -> Go {
        let later = self.with(|known| {
            if known.reading.contains(&source) {
                return Err(None);
            }
            known.forget(now);
            let state = known.hosts.entry(host.to_owned()).or_default();
            if state.next_at > now || state.at_once >= HOST_AT_ONCE_MAX {
                let at = state.free_at.max(state.next_at).max(now + HOST_SPACING_MS);
                state.free_at = at + HOST_SPACING_MS;
                return Err(Some(at));
            }
            state.next_at = now + HOST_SPACING_MS;
            state.at_once += 1;
            known.reading.insert(source);
            Ok(())
        });
        match later {
            Ok(()) => Go::Now(Ticket {
                hosts: self.clone(),
                host: host.to_owned(),
                source,
            }),
            Err(Some(at)) => Go::Later(at),
            Err(None) => Go::Already,
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Known) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Known {
    fn forget(&mut self, now: Millis) {
        if self.hosts.len() >= HOSTS_MAX {
            self.hosts
                .retain(|_, host| host.at_once > 0 || host.next_at.max(host.free_at) > now);
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.hosts.with(|known| {
            known.reading.remove(&self.source);
            if let Some(host) = known.hosts.get_mut(&self.host) {
                host.at_once = host.at_once.saturating_sub(1);
            }
        });
    }
}

/// The host of an address, with its port where it is not the usual one. An address without a host
/// stands for itself.
pub fn host_of(address: &str) -> String {
    let parsed = url::Url::parse(address).ok();
    let host = parsed
        .as_ref()
        .and_then(|url| url.host_str().map(|host| (host, url.port())));
    match host {
        Some((host, Some(port))) => format!("{host}:{port}"),
        Some((host, None)) => host.to_owned(),
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = 1_800_000_000_000;

    fn later(go: Go) -> Millis {
        match go {
            Go::Later(at) => at - NOW,
            other => panic!("{other:?} is not later"),
        }
    }

    #[test]
    fn a_host_is_asked_twice_at_once_and_a_second_apart() {
        let hosts = Hosts::default();
        let Go::Now(first) = hosts.ask(SourceId(1), "tern.example", NOW) else {
            panic!("the first may go")
        };
        assert_eq!(later(hosts.ask(SourceId(2), "tern.example", NOW)), SECOND);
        let second = hosts.ask(SourceId(2), "tern.example", NOW + SECOND);
        assert!(matches!(second, Go::Now(_)));
        assert_eq!(
            later(hosts.ask(SourceId(3), "tern.example", NOW + 10 * SECOND)),
            11 * SECOND
        );
        assert!(matches!(
            hosts.ask(SourceId(3), "other.example", NOW),
            Go::Now(_)
        ));
        drop(first);
        assert!(matches!(
            hosts.ask(SourceId(3), "tern.example", NOW + 10 * SECOND),
            Go::Now(_)
        ));
    }

    #[test]
    fn sources_that_wait_get_moments_of_their_own() {
        let hosts = Hosts::default();
        let _first = hosts.ask(SourceId(1), "tern.example", NOW);
        let waits: Vec<_> = (2..6)
            .map(|id| later(hosts.ask(SourceId(id), "tern.example", NOW)))
            .collect();
        assert_eq!(waits, [SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND]);
    }

    #[test]
    fn a_host_that_asked_for_rest_is_left_alone_and_a_source_is_not_read_twice_at_once() {
        let hosts = Hosts::default();
        hosts.close_until("tern.example", NOW + 60 * SECOND);
        hosts.close_until("tern.example", NOW);
        assert_eq!(
            later(hosts.ask(SourceId(1), "tern.example", NOW)),
            60 * SECOND
        );
        let held = hosts.ask(SourceId(1), "tern.example", NOW + 60 * SECOND);
        assert!(matches!(held, Go::Now(_)));
        assert!(matches!(
            hosts.ask(SourceId(1), "tern.example", NOW + 90 * SECOND),
            Go::Already
        ));
    }

    #[test]
    fn ports_make_hosts_and_credentials_do_not() {
        assert_eq!(host_of("https://Tern.example:443/feed"), "tern.example");
        assert_eq!(
            host_of("http://a:b@tern.example:8080/feed"),
            "tern.example:8080"
        );
        assert_eq!(host_of("not an address"), "not an address");
    }
}
