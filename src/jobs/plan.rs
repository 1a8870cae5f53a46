//! When a source may be begun, so that sources of one host neither come at once nor occupy the
//! places of others while they wait. That no host is asked too often is seen to in `feed::hosts`,
//! through which every request passes; here it is foreseen.

use crate::clock::Millis;
use crate::feed::hosts::{HOST_AT_ONCE_MAX, HOST_SPACING_MS};
use crate::news::SourceId;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

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
    at_once: usize,
}

/// A running request.
#[derive(Debug)]
pub struct Ticket {
    hosts: Hosts,
    /// Empty where requests are not counted.
    host: String,
    source: SourceId,
}

impl Hosts {
    /// Asks for a request to `host` at `now`; the host is left alone until `rest_until`.
    pub fn ask(&self, source: SourceId, host: &str, rest_until: Option<Millis>, now: Millis) -> Go {
        let later = self.with(|known| {
            if known.reading.contains(&source) {
                return Err(None);
            }
            known.forget(now);
            let state = known.hosts.entry(host.to_owned()).or_default();
            state.next_at = state.next_at.max(rest_until.unwrap_or(0));
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

    /// The same for a host that is the operator's own and not to be spared.
    pub fn ask_own(&self, source: SourceId) -> Go {
        match self.with(|known| known.reading.insert(source)) {
            true => Go::Now(Ticket {
                hosts: self.clone(),
                host: String::new(),
                source,
            }),
            false => Go::Already,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SECOND;

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
        let Go::Now(first) = hosts.ask(SourceId(1), "tern.example", None, NOW) else {
            panic!("the first may go")
        };
        assert_eq!(
            later(hosts.ask(SourceId(2), "tern.example", None, NOW)),
            SECOND
        );
        let second = hosts.ask(SourceId(2), "tern.example", None, NOW + SECOND);
        assert!(matches!(second, Go::Now(_)));
        assert_eq!(
            later(hosts.ask(SourceId(3), "tern.example", None, NOW + 10 * SECOND)),
            11 * SECOND
        );
        assert!(matches!(
            hosts.ask(SourceId(3), "other.example", None, NOW),
            Go::Now(_)
        ));
        drop(first);
        assert!(matches!(
            hosts.ask(SourceId(3), "tern.example", None, NOW + 10 * SECOND),
            Go::Now(_)
        ));
    }

    #[test]
    fn sources_that_wait_get_moments_of_their_own() {
        let hosts = Hosts::default();
        let _first = hosts.ask(SourceId(1), "tern.example", None, NOW);
        let waits: Vec<_> = (2..6)
            .map(|id| later(hosts.ask(SourceId(id), "tern.example", None, NOW)))
            .collect();
        assert_eq!(waits, [SECOND, 2 * SECOND, 3 * SECOND, 4 * SECOND]);
    }

    #[test]
    fn a_host_that_asked_for_rest_is_left_alone_and_a_source_is_not_read_twice_at_once() {
        let hosts = Hosts::default();
        let rest = Some(NOW + 60 * SECOND);
        assert_eq!(
            later(hosts.ask(SourceId(1), "tern.example", rest, NOW)),
            60 * SECOND
        );
        let waits = later(hosts.ask(SourceId(2), "tern.example", rest, NOW));
        assert_eq!(
            waits,
            61 * SECOND,
            "not all of them come when the rest ends"
        );
        let held = hosts.ask(SourceId(1), "tern.example", None, NOW + 60 * SECOND);
        assert!(matches!(held, Go::Now(_)));
        assert!(matches!(
            hosts.ask(SourceId(1), "tern.example", None, NOW + 90 * SECOND),
            Go::Already
        ));
    }

    #[test]
    fn fifty_feeds_of_one_host_are_all_read_within_their_interval() {
        const INTERVAL_MS: Millis = 5 * 60 * SECOND;
        const ANSWERS_IN_MS: Millis = 1_500;
        let hosts = Hosts::default();
        // All of them are due at once, to begin with.
        let mut due: Vec<(Millis, i64)> = (0..50).map(|id| (NOW, id)).collect();
        let mut running: Vec<(Millis, Ticket)> = Vec::new();
        let mut read_at: Vec<Vec<Millis>> = vec![Vec::new(); 50];
        let mut at_once = 0;
        for now in (NOW..NOW + 3_600 * SECOND).step_by(250) {
            running.retain(|(until, _)| *until > now);
            due.sort_unstable();
            for (at, id) in due.iter_mut().filter(|(at, _)| *at <= now) {
                match hosts.ask(SourceId(*id), "tern.example", None, now) {
                    Go::Now(ticket) => {
                        running.push((now + ANSWERS_IN_MS, ticket));
                        read_at[*id as usize].push(now);
                        *at = now + INTERVAL_MS;
                    }
                    Go::Later(later) => *at = later,
                    Go::Already => *at = now + HOST_SPACING_MS,
                }
            }
            at_once = at_once.max(running.len());
        }
        let starts: Vec<_> = read_at.iter().flatten().copied().collect();
        let gaps = read_at.iter().flat_map(|at| at.windows(2));
        let longest = gaps.map(|two| two[1] - two[0]).max().unwrap();
        let first = read_at.iter().filter_map(|at| at.first()).max().unwrap() - NOW;
        println!(
            "50 feeds of one host: all read after {} s, then every {} s at most; {} requests in an hour, {at_once} at once",
            first / SECOND,
            longest / SECOND,
            starts.len()
        );
        assert!(read_at.iter().all(|at| at.len() >= 10));
        assert!(first <= INTERVAL_MS && longest <= INTERVAL_MS + INTERVAL_MS / 5);
        let mut starts = starts;
        starts.sort_unstable();
        assert!(
            starts
                .windows(2)
                .all(|two| two[1] - two[0] >= HOST_SPACING_MS)
        );
        assert!(at_once <= HOST_AT_ONCE_MAX);
    }

    #[test]
    fn an_own_host_is_not_spared_but_no_source_is_read_twice_at_once() {
        let hosts = Hosts::default();
        let tickets: Vec<Go> = (0..10).map(|n| hosts.ask_own(SourceId(n))).collect();
        assert!(tickets.iter().all(|go| matches!(go, Go::Now(_))));
        assert!(matches!(hosts.ask_own(SourceId(3)), Go::Already));
        drop(tickets);
        assert!(matches!(hosts.ask_own(SourceId(3)), Go::Now(_)));
    }
}
