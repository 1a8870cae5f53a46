//! Outlets for reading: this same program again, serving feeds on 127.0.0.1, so that its CPU time is
//! not counted as ours.

use crate::generate::{self, Words};
use axum::Router;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

/// The argument with which this program is the outlets.
pub const SERVE: &str = "--serve";
pub const FEEDS: usize = 200;
pub const ENTRIES: usize = 20;
/// One feed in so many has a new entry when it is told to.
const CHANGED_EACH: usize = 20;

/// The running outlets; they end with it.
pub struct Outlets {
    child: Child,
    pub at: SocketAddr,
}

impl Outlets {
    pub fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .arg(SERVE)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("piped");
        BufReader::new(stdout).read_line(&mut line).expect("said");
        let at = line.trim().parse().expect("an address");
        Self { child, at }
    }

    /// Names of the hosts, one a feed.
    pub fn hosts() -> impl Iterator<Item = String> {
        (0..FEEDS).map(|feed| format!("n{feed}.example"))
    }

    /// One feed in twenty has a new entry from now on, and one less of the old ones.
    pub fn change(&mut self) {
        let stdin = self.child.stdin.as_mut().expect("piped");
        stdin.write_all(b"change\n").expect("told");
        // Nothing answers; the next request takes longer than this line.
        stdin.flush().expect("told");
    }
}

impl Drop for Outlets {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // It ends by itself when nobody speaks to it any more.
        let _ = self.child.wait();
    }
}

struct Served {
    /// Feeds made so far, by number and state.
    feeds: Mutex<HashMap<(usize, usize), Arc<str>>>,
    /// How often feeds have changed.
    changes: Mutex<usize>,
    words: Words,
}

/// Serves until the standard input ends; each line of it is a change.
pub async fn serve() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("a port is free");
    let served = Arc::new(Served {
        feeds: Mutex::default(),
        changes: Mutex::new(0),
        words: Words::new(),
    });
    println!("{}", listener.local_addr().expect("it is bound"));
    let heard = Arc::clone(&served);
    std::thread::spawn(move || {
        for _ in std::io::stdin().lock().lines() {
            *heard.changes.lock().expect("no panic while held") += 1;
        }
        std::process::exit(0);
    });
    let router = Router::new().fallback(answer).with_state(served);
    axum::serve(listener, router).await.expect("it serves");
}

async fn answer(State(served): State<Arc<Served>>, headers: HeaderMap) -> Response {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let number =
        header(HOST).and_then(|host| host.strip_prefix('n')?.split('.').next()?.parse().ok());
    let Some(feed) = number else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let changes = *served.changes.lock().expect("no panic while held");
    let state = if feed % CHANGED_EACH == 0 { changes } else { 0 };
    let tag = format!("\"{feed}-{state}\"");
    if header(IF_NONE_MATCH) == Some(&tag) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response();
    }
    let mut feeds = served.feeds.lock().expect("no panic while held");
    let body = feeds
        .entry((feed, state))
        .or_insert_with(|| rss(&served.words, feed, state).into());
    let kind = "application/rss+xml; charset=utf-8".to_owned();
    ([(CONTENT_TYPE, kind), (ETAG, tag)], body.to_string()).into_response()
}

pub fn rss(words: &Words, feed: usize, state: usize) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel>\
         <title>Outlet {feed}</title><link>http://n{feed}.example/</link><language>en</language>"
    );
    for number in (state..state + ENTRIES).rev() {
        let entry = generate::entry(words, (feed * 1_000 + number) as u64);
        xml.push_str(&format!(
            "\n<item><title>{}</title><link>http://n{feed}.example/news/{number}</link>\
             <guid isPermaLink=\"false\">{feed}-{number}</guid>\
             <description>&lt;p&gt;{}&lt;/p&gt;</description></item>",
            entry.title, entry.text
        ));
    }
    xml.push_str("\n</channel></rss>\n");
    xml
}
