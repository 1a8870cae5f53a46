//! Tests of fetching against a server on this machine that misbehaves on purpose.

use super::*;
use crate::clock::{Clock, DAY, HOUR, SECOND};
use crate::news::reading::{AddressError, NotAFeed};
use std::net::SocketAddr;
use std::sync::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Basin Weekly</title><item><title>Ferry sails again</title>\
    <link>https://basin.example/ferry</link></item></channel></rss>";
const NOW: Millis = 1_727_863_200_000;

/// A server that answers by the path, and remembers what it was asked.
struct Server {
    at: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let at = listener.local_addr().expect("an address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log)));
            }
        });
        Self { at, asked }
    }

    fn fetcher(&self) -> Fetcher {
        let settings = FetchSettings {
            allow_private: vec![self.at.to_string()],
            contact: Some("https://lede.example/bot".to_owned()),
            spacing: Some(std::time::Duration::ZERO),
            ..FetchSettings::default()
        };
        Fetcher::new(&settings).expect("a fetcher")
    }

    async fn feed(&self, path: &str) -> Fetched {
        let request = FeedRequest {
            url: format!("http://{}{path}", self.at),
            ..FeedRequest::default()
        };
        self.fetcher().feed(&request, NOW).await
    }

    async fn error(&self, path: &str) -> ReadingError {
        match self.feed(path).await.outcome {
            Outcome::Failed(error) => error,
            other => panic!("{path}: {other:?}"),
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test panicked").clone()
    }
}

fn title(fetched: &Fetched) -> &str {
    match &fetched.outcome {
        Outcome::Read(feed) => &feed.entries[0].title,
        other => panic!("{other:?}"),
    }
}

fn ok(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn to(status: u16, place: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} Moved\r\nLocation: {place}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
}

fn status(line: &str, headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 {line}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n")
        .into_bytes()
}

/// DEFLATE without the wrapper of zlib, in one stored block.
fn raw_deflate(text: &[u8]) -> Vec<u8> {
    let length = u16::try_from(text.len()).expect("a short text");
    let head = [1, length as u8, (length >> 8) as u8];
    let check = (!length).to_le_bytes();
    [&head[..], &check, text].concat()
}

async fn serve(mut stream: TcpStream, log: Arc<Mutex<Vec<String>>>) {
    let mut head = Vec::new();
    let mut piece = [0; 4096];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut piece).await {
            // 0x16 opens TLS, which this server does not speak.
            Ok(read) if read > 0 && piece[0] != 0x16 => head.extend_from_slice(&piece[..read]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    log.lock().expect("no test panicked").push(head.clone());
    if path == "/silent" {
        std::future::pending::<()>().await;
    }
    if path == "/endless-page" {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\n\r\n\n<!doctype html><p>")
            .await;
        while stream.write_all(&[b'x'; 65_536]).await.is_ok() {}
        return;
    }
    if path == "/endless" {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\n\r\n<rss><channel><title>")
            .await;
        while stream.write_all(&[b'x'; 65_536]).await.is_ok() {}
        return;
    }
    let _ = stream.write_all(&response(&path, &head)).await;
    let _ = stream.shutdown().await;
}

fn response(path: &str, head: &str) -> Vec<u8> {
    if let Some(left) = path
        .strip_prefix("/chain/")
        .and_then(|left| left.parse::<u32>().ok())
    {
        return if left == 0 {
            ok("", FEED.as_bytes())
        } else {
            to(302, &format!("/chain/{}", left - 1))
        };
    }
    match path {
        "/etag" if head.contains("if-none-match: w/\"7\"") => status("304 Not Modified", "Cache-Control: max-age=60\r\n"),
        "/etag" => ok("ETag: W/\"7\"\r\nLast-Modified: Wed, 02 Oct 2024 08:00:00 GMT\r\nCache-Control: max-age=600\r\n", FEED.as_bytes()),
        "/always304" if head.contains("cache-control: no-cache") => ok("", FEED.as_bytes()),
        "/always304" => status("304 Not Modified", ""),
        "/401" => status("401 Unauthorized", ""),
        "/403" => status("403 Forbidden", ""),
        "/404" => status("404 Not Found", ""),
        "/410" => status("410 Gone", ""),
        "/451" => status("451 Unavailable", ""),
        "/500" => status("500 Oops", ""),
        "/429" => status("429 Too Many", "Retry-After: 90\r\n"),
        "/503" => status("503 Busy", "Retry-After: 99999999999999999999\r\n"),
        "/loop" => to(302, "/loop"),
        "/nolocation" => status("302 Found", ""),
        "/badlocation" => to(302, "http://[oops"),
        "/metadata" => to(302, "http://169.254.169.254/latest"),
        "/private" => to(301, "http://127.0.0.1:1/"),
        "/mapped" => to(302, "http://[::ffff:127.0.0.1]/"),
        "/file" => to(302, "file:///etc/passwd"),
        "/port" => to(302, "http://basin.example:0/"),
        "/moved" => to(301, "/moved2"),
        "/moved2" => to(308, "/feed"),
        "/half-moved" => to(301, "/found"),
        "/found" => to(302, "/feed"),
        "/cookie" if head.contains("cookie: seen=1") => ok("", FEED.as_bytes()),
        "/cookie" => b"HTTP/1.1 302 Found\r\nSet-Cookie: seen=1; Path=/\r\nLocation: /cookie\r\nContent-Length: 0\r\n\r\n".to_vec(),
        "/feed" | "/rss.xml" => ok("Content-Type: text/plain\r\n", FEED.as_bytes()),
        "/gzip" => ok("Content-Encoding: gzip\r\n", include_bytes!("../../tests/fixtures/feeds/packed.gz")),
        "/bomb" => ok("Content-Encoding: gzip\r\n", include_bytes!("../../tests/fixtures/feeds/bomb.gz")),
        "/bare-gzip" => ok("", include_bytes!("../../tests/fixtures/feeds/packed.gz")),
        "/raw-deflate" => ok("Content-Encoding: deflate\r\n", &raw_deflate(FEED.as_bytes())),
        "/bad-gzip" => ok("Content-Encoding: gzip\r\n", b"this is not gzip at all"),
        "/unknown-coding" => ok("Content-Encoding: rot13\r\n", FEED.as_bytes()),
        "/twice-packed" => ok("Content-Encoding: gzip, gzip\r\n", FEED.as_bytes()),
        "/short" => b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>".to_vec(),
        "/close" => Vec::new(),
        "/garbage" => b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec(),
        "/huge-header" => ok(&format!("X-Big: {}\r\n", "x".repeat(1 << 20)), FEED.as_bytes()),
        "/page" => ok("Content-Type: text/html\r\n", b"<!doctype html><link rel=alternate type=application/rss+xml href='http://10.0.0.1/rss'><link rel=alternate type=application/rss+xml href=/404><link rel=alternate type=application/rss+xml href=/feed title=News>"),
        "/refresh" => ok("", b"<html><meta http-equiv=refresh content='0;url=/page'></html>"),
        "/bare" | "/" => ok("", b"<!doctype html><title>Basin</title><p>Nothing to see"),
        "/captcha" => ok("", b"<!DOCTYPE html><title>Just a moment...</title>"),
        "/empty" => ok("", b""),
        _ => status("404 Not Found", ""),
    }
}

#[tokio::test]
async fn an_unchanged_feed_is_not_read_again() {
    let server = Server::start().await;
    let first = server.feed("/etag").await;
    assert_eq!(title(&first), "Ferry sails again");
    assert_eq!(first.etag.as_deref(), Some("W/\"7\""));
    assert_eq!(first.wait_ms, Some(600 * SECOND));
    let request = FeedRequest {
        url: format!("http://{}/etag", server.at),
        etag: first.etag,
        last_modified: first.last_modified,
    };
    let second = server.fetcher().feed(&request, NOW).await;
    assert_eq!(second.outcome, Outcome::Unchanged);
    assert_eq!(second.etag, request.etag);
    let asked = server.asked();
    assert!(
        asked[1].contains("if-modified-since: wed, 02 oct 2024"),
        "{}",
        asked[1]
    );
    assert!(
        asked[1].contains("user-agent: lede/0.1 (+https://lede.example/bot)"),
        "{}",
        asked[1]
    );
    assert!(asked[1].contains("accept-encoding: "), "{}", asked[1]);
}

#[tokio::test]
async fn unchanged_though_nothing_was_asked_is_asked_again() {
    let server = Server::start().await;
    assert_eq!(title(&server.feed("/always304").await), "Ferry sails again");
}

#[tokio::test]
async fn each_status_has_its_cause() {
    let server = Server::start().await;
    for code in [401, 403, 451] {
        assert_eq!(
            server.error(&format!("/{code}")).await,
            ReadingError::Blocked(code)
        );
    }
    assert_eq!(server.error("/404").await, ReadingError::NotFound);
    assert_eq!(server.error("/410").await, ReadingError::Gone);
    assert_eq!(server.error("/500").await, ReadingError::Status(500));
    let busy = server.feed("/429").await;
    assert_eq!(busy.wait_ms, Some(90 * SECOND));
    let error = ReadingError::Busy {
        status: 503,
        retry_after_ms: Some(DAY),
    };
    assert_eq!(server.error("/503").await, error);
    assert_eq!(server.error("/captcha").await, ReadingError::Blocked(200));
    assert_eq!(
        server.error("/empty").await,
        ReadingError::NotAFeed(NotAFeed::Empty)
    );
    assert_eq!(
        server.error("/bare").await,
        ReadingError::NotAFeed(NotAFeed::Page)
    );
}

#[tokio::test]
async fn the_time_in_a_hosts_line_is_not_the_answers() {
    let server = Server::start().await;
    let line = std::time::Duration::from_millis(900);
    let settings = FetchSettings {
        resolve: vec![("tern.example".to_owned(), server.at)],
        patience: Some(line / 2),
        spacing: Some(line),
        ..FetchSettings::default()
    };
    let fetcher = Fetcher::new(&settings).expect("a fetcher");
    let request = FeedRequest {
        url: "http://tern.example/chain/1".to_owned(),
        ..FeedRequest::default()
    };
    assert_eq!(
        title(&fetcher.feed(&request, NOW).await),
        "Ferry sails again"
    );
}

#[tokio::test]
async fn redirects_are_followed_so_far_and_no_further() {
    let server = Server::start().await;
    assert_eq!(title(&server.feed("/chain/5").await), "Ferry sails again");
    assert_eq!(title(&server.feed("/cookie").await), "Ferry sails again");
    for path in ["/chain/6", "/loop", "/nolocation", "/badlocation"] {
        assert_eq!(server.error(path).await, ReadingError::Redirects, "{path}");
    }
    for (path, cause) in [
        ("/metadata", AddressError::Private),
        ("/private", AddressError::Private),
        ("/mapped", AddressError::Private),
        ("/file", AddressError::Scheme),
        ("/port", AddressError::Port),
    ] {
        assert_eq!(
            server.error(path).await,
            ReadingError::Address(cause),
            "{path}"
        );
    }
}

#[tokio::test]
async fn only_permanent_redirects_move_a_feed() {
    let server = Server::start().await;
    let moved = |path: &str| format!("http://{}{path}", server.at);
    assert_eq!(server.feed("/moved").await.moved_to, Some(moved("/feed")));
    assert_eq!(
        server.feed("/half-moved").await.moved_to,
        Some(moved("/found"))
    );
    assert_eq!(server.feed("/found").await.moved_to, None);
}

#[tokio::test]
async fn bodies_are_unpacked_once_and_bounded() {
    let server = Server::start().await;
    for path in ["/gzip", "/bare-gzip", "/raw-deflate"] {
        assert_eq!(
            title(&server.feed(path).await),
            "Ferry sails again",
            "{path}"
        );
    }
    let too_large = ReadingError::TooLarge {
        limit_bytes: FEED_BYTES_MAX,
    };
    assert_eq!(server.error("/bomb").await, too_large);
    assert_eq!(server.error("/endless").await, too_large);
    for path in ["/bad-gzip", "/unknown-coding", "/twice-packed"] {
        assert_eq!(server.error(path).await, ReadingError::BadCoding, "{path}");
    }
}

#[tokio::test]
async fn broken_connections_are_told_apart() {
    let server = Server::start().await;
    for (path, cause) in [
        ("/short", ReadingError::BrokeOff),
        ("/close", ReadingError::BrokeOff),
        ("/garbage", ReadingError::NotHttp),
        ("/huge-header", ReadingError::HeaderTooLarge),
    ] {
        assert_eq!(server.error(path).await, cause, "{path}");
    }
    let free = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let gone = free.local_addr().expect("an address");
    drop(free);
    let settings = FetchSettings {
        allow_private: vec![gone.to_string()],
        ..FetchSettings::default()
    };
    let request = FeedRequest {
        url: format!("http://{gone}/"),
        ..FeedRequest::default()
    };
    let fetched = Fetcher::new(&settings)
        .expect("a fetcher")
        .feed(&request, NOW)
        .await;
    assert_eq!(fetched.outcome, Outcome::Failed(ReadingError::NoConnection));
}

#[tokio::test]
async fn a_name_that_leads_to_a_private_number_is_refused_where_it_is_resolved() {
    use reqwest::dns::Resolve;
    let resolver = guard::Resolver::new(
        &FetchSettings::default(),
        &[],
        false,
        guard::system_look_up(),
    );
    let error = resolver
        .resolve("localhost".parse().expect("a name"))
        .await
        .err()
        .expect("refused");
    assert_eq!(error.downcast_ref(), Some(&guard::ResolveError::Private));
    let trusted = guard::Resolver::new(
        &FetchSettings::default(),
        &["localhost".to_owned()],
        false,
        guard::system_look_up(),
    );
    assert!(
        trusted
            .resolve("localhost".parse().expect("a name"))
            .await
            .is_ok()
    );
}

/// A name server whose answers are these, one after the other.
fn answers(numbers: &[&[&str]]) -> guard::LookUp {
    let numbers: Vec<Vec<SocketAddr>> = numbers
        .iter()
        .map(|numbers| {
            let numbers = numbers.iter();
            numbers
                .map(|number| SocketAddr::new(number.parse().expect("a number"), 0))
                .collect()
        })
        .collect();
    let left = Mutex::new(numbers.into_iter());
    Arc::new(move |_| {
        let next = left.lock().expect("no test panicked").next();
        Box::pin(async move { next.ok_or_else(|| std::io::ErrorKind::NotFound.into()) })
    })
}

#[tokio::test]
async fn a_name_that_turns_private_after_a_public_answer_is_refused_where_it_is_connected() {
    use reqwest::dns::Resolve;
    let settings = FetchSettings::default();
    let look_up = answers(&[
        &["93.184.216.34"],
        &["127.0.0.1"],
        &["93.184.216.34", "127.0.0.1", "::1", "::ffff:10.0.0.1"],
        &[],
    ]);
    let resolver = guard::Resolver::new(&settings, &[], false, look_up);
    let mut led = Vec::new();
    for _ in 0..5 {
        let name = "basin.example".parse().expect("a name");
        led.push(match resolver.resolve(name).await {
            Ok(sockets) => Ok(sockets.map(|socket| socket.ip().to_string()).collect()),
            Err(error) => Err(*error.downcast_ref().expect("one of ours")),
        });
    }
    let public = vec!["93.184.216.34".to_owned()];
    let (private, nobody) = (
        guard::ResolveError::Private,
        guard::ResolveError::NoSuchHost,
    );
    assert_eq!(
        led,
        [
            Ok(public.clone()),
            Err(private),
            Ok(public),
            Err(nobody),
            Err(nobody)
        ]
    );

    // The whole way: the letters of the address are public, the number is this machine's; and then
    // there is no number any more.
    let server = Server::start().await;
    let network = fetch::Network::new(&settings, &[], answers(&[&["127.0.0.1"]]));
    let fetcher = Fetcher {
        way: Arc::new(Way::Network(network.expect("a network"))),
    };
    let request = FeedRequest {
        url: format!("http://basin.example:{}/feed", server.at.port()),
        ..FeedRequest::default()
    };
    let refused = Outcome::Failed(ReadingError::Address(AddressError::Private));
    assert_eq!(fetcher.feed(&request, NOW).await.outcome, refused);
    let nobody = Outcome::Failed(ReadingError::NoSuchHost);
    assert_eq!(fetcher.feed(&request, NOW).await.outcome, nobody);
    assert_eq!(server.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn names_of_a_test_world_lead_to_its_sockets_and_nowhere_else() {
    let server = Server::start().await;
    let settings = FetchSettings {
        resolve: vec![("basin.example".to_owned(), server.at)],
        ..FetchSettings::default()
    };
    let fetcher = Fetcher::new(&settings).expect("a fetcher");
    let ask = |url: String| FeedRequest {
        url,
        ..FeedRequest::default()
    };
    assert_eq!(
        title(
            &fetcher
                .feed(&ask("http://basin.example/feed".to_owned()), NOW)
                .await
        ),
        "Ferry sails again"
    );
    let refused = Outcome::Failed(ReadingError::Address(AddressError::Private));
    assert_eq!(
        fetcher
            .feed(&ask(format!("http://{}/feed", server.at)), NOW)
            .await
            .outcome,
        refused
    );
    assert_eq!(
        fetcher
            .feed(&ask("http://basin.example/private".to_owned()), NOW)
            .await
            .outcome,
        refused
    );
}

#[tokio::test]
async fn an_address_without_scheme_leads_to_a_feed_or_to_the_feeds_of_its_page() {
    let server = Server::start().await;
    let fetcher = server.fetcher();
    let at = |path: &str| format!("{}{path}", server.at);
    match fetcher.find(&at("/feed"), NOW).await {
        Found::Feed { url, fetched } => {
            assert_eq!(url, format!("http://{}", at("/feed")));
            assert_eq!(title(&fetched), "Ferry sails again");
        }
        other => panic!("{other:?}"),
    }
    for path in ["/page", "/refresh"] {
        match fetcher.find(&at(path), NOW).await {
            Found::Page { candidates, first } => {
                let urls: Vec<&str> = candidates
                    .iter()
                    .map(|candidate| candidate.url.as_str())
                    .collect();
                assert_eq!(
                    urls,
                    [
                        format!("http://{}", at("/feed")),
                        format!("http://{}", at("/404"))
                    ]
                );
                assert_eq!(candidates[0].title.as_deref(), Some("News"));
                assert_eq!(
                    title(&first.expect("the second was read").1),
                    "Ferry sails again"
                );
            }
            other => panic!("{other:?}"),
        }
    }
    match fetcher.find(&at("/bare"), NOW).await {
        Found::Page { candidates, .. } => {
            assert_eq!(candidates[0].url, format!("http://{}", at("/feed")))
        }
        other => panic!("{other:?}"),
    }
    for (address, cause) in [
        ("javascript:alert(1)", AddressError::Scheme),
        ("ftp://basin.example/", AddressError::Scheme),
        ("localhost", AddressError::Private),
        ("127.0.0.1", AddressError::Private),
        ("", AddressError::Malformed),
    ] {
        assert_eq!(
            fetcher.find(address, NOW).await,
            Found::Nothing(ReadingError::Address(cause)),
            "{address}"
        );
    }
}

#[tokio::test]
async fn the_sample_edition_moves_with_its_clock() {
    let clock = Clock::manual(NOW);
    let fetcher = Fetcher::sample(clock.clone(), NOW);
    let source = sample_sources()[0];
    let request = FeedRequest {
        url: source.url.to_owned(),
        ..FeedRequest::default()
    };
    let first = fetcher.feed(&request, NOW).await;
    let newest = title(&first).to_owned();
    clock.move_to(NOW + 49 * HOUR);
    assert_ne!(title(&fetcher.feed(&request, clock.now()).await), newest);
    match fetcher.find("avel-courier.example", NOW).await {
        Found::Page {
            first: Some((url, _)),
            ..
        } => assert_eq!(url, source.url),
        other => panic!("{other:?}"),
    }
    let elsewhere = fetcher.find("https://elsewhere.example/", NOW).await;
    assert_eq!(elsewhere, Found::Nothing(ReadingError::NoSuchHost));
}

#[tokio::test]
async fn a_source_is_where_permanent_redirects_alone_led() {
    let server = Server::start().await;
    let at = |path: &str| format!("http://{}{path}", server.at);
    for (asked, kept) in [
        ("/moved", "/feed"),
        ("/half-moved", "/found"),
        ("/found", "/found"),
        ("/chain/3", "/chain/3"),
    ] {
        match server.fetcher().find(&at(asked), NOW).await {
            Found::Feed { url, .. } => assert_eq!(url, at(kept), "{asked}"),
            other => panic!("{asked}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn looking_for_a_feed_ends_in_time() {
    let server = Server::start().await;
    let fetcher = server.fetcher();
    let address = format!("http://{}/silent", server.at);
    let limit = std::time::Duration::from_millis(50);
    let found = find::find_within(limit, &fetcher.way, &address, NOW).await;
    assert_eq!(found, Found::Nothing(ReadingError::TimedOut));
}

#[tokio::test]
async fn a_page_is_read_no_further_than_a_page_may_be_long() {
    let server = Server::start().await;
    let too_large = |limit_bytes| ReadingError::TooLarge { limit_bytes };
    assert_eq!(
        server.error("/endless-page").await,
        too_large(PAGE_BYTES_MAX)
    );
    assert_eq!(server.error("/endless").await, too_large(FEED_BYTES_MAX));
}
