//! What goes wrong at Discord's, on demand.

use super::{FakeDiscord, state::State};
use std::time::Duration;

/// Happens to requests whose method and path contain `route`, some times or for ever.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Part of `POST /channels/1/messages`; empty is every request.
    pub route: String,
    /// None is for ever.
    pub times: Option<u32>,
    /// Answered instead of doing anything.
    pub status: Option<u16>,
    /// Beside or instead of the usual ones.
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub delay: Duration,
    /// The request is done, but its answer never comes: the connection breaks.
    pub lost: bool,
    /// The request is done, whatever is answered.
    pub done: bool,
}

impl Fault {
    pub fn on(route: &str) -> Self {
        Self {
            route: route.to_owned(),
            times: Some(1),
            status: None,
            headers: Vec::new(),
            body: String::new(),
            delay: Duration::ZERO,
            lost: false,
            done: false,
        }
    }

    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    pub fn status(mut self, status: u16, body: &str) -> Self {
        self.status = Some(status);
        self.body = body.to_owned();
        self
    }

    /// Discord's own form of an error.
    pub fn code(self, status: u16, code: u32, message: &str) -> Self {
        self.status(
            status,
            &serde_json::json!({ "code": code, "message": message }).to_string(),
        )
    }

    /// 429 as Discord sends it, to be mended by `header` where it is to be odd.
    pub fn too_many(self, seconds: f64) -> Self {
        let body = serde_json::json!({ "message": "You are being rate limited.", "retry_after": seconds, "global": false });
        self.status(429, &body.to_string())
            .header("Retry-After", &seconds.ceil().to_string())
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The request is done all the same.
    pub fn done(mut self) -> Self {
        self.done = true;
        self
    }

    pub fn lost(mut self) -> Self {
        self.lost = true;
        self
    }
}

impl FakeDiscord {
    pub fn fault(&self, fault: Fault) {
        self.shared.change(|state| state.faults.push(fault));
    }

    /// Everything goes well from now on.
    pub fn heal(&self) {
        self.shared.change(|state| state.faults.clear());
    }
}

impl State {
    /// The fault of this request, if it has one; a counted one is used up.
    pub fn fault_of(&mut self, line: &str) -> Option<Fault> {
        let at = self
            .faults
            .iter()
            .position(|fault| line.contains(&fault.route))?;
        let fault = &mut self.faults[at];
        let found = fault.clone();
        if let Some(times) = &mut fault.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                self.faults.remove(at);
            }
        }
        Some(found)
    }
}
