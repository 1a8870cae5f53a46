//! Cookies within one fetch: some sites redirect until theirs come back.

use reqwest::header::{self, HeaderMap};
use url::Url;

/// Cookies carried from hop to hop within one fetch, and their bytes.
const COOKIES_MAX: usize = 20;
const COOKIE_BYTES_MAX: usize = 2_000;

/// Cookies of one fetch, for sites that want to see theirs come back.
#[derive(Default)]
pub struct Cookies(Vec<(String, String, String)>);

impl Cookies {
    /// Keeps what an answer sets.
    pub fn keep(&mut self, url: &Url, headers: &HeaderMap) {
        let host = url.host_str().unwrap_or_default();
        for value in headers.get_all(header::SET_COOKIE) {
            let Ok(value) = value.to_str() else { continue };
            let pair = value.split(';').next().unwrap_or_default();
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            self.0
                .retain(|(of, known, _)| of != host || known != name.trim());
            if self.0.len() < COOKIES_MAX && pair.len() <= COOKIE_BYTES_MAX {
                self.0.push((
                    host.to_owned(),
                    name.trim().to_owned(),
                    value.trim().to_owned(),
                ));
            }
        }
    }

    /// What this host set.
    pub fn of(&self, url: &Url) -> Option<String> {
        let own: Vec<String> = self
            .0
            .iter()
            .filter(|(host, ..)| Some(host.as_str()) == url.host_str())
            .map(|(_, name, value)| format!("{name}={value}"))
            .collect();
        (!own.is_empty()).then(|| own.join("; "))
    }
}
