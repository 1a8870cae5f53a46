//! What can be wrong with an outlet's answer.

use super::outlet::OutletState;
use super::web::{Answer, Request};
use std::sync::Arc;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

/// An outlet's way of misbehaving at its feed's address.
#[derive(Clone, Debug)]
pub enum Fault {
    /// A web page in place of the feed.
    Html,
    Empty,
    /// The feed cut in the middle of its last entry.
    Truncated,
    Status(u16),
    /// A status with this Retry-After header.
    RetryAfter(u16, &'static str),
    /// A body without end.
    Endless,
    /// Header lines without end.
    EndlessHead,
    /// No answer until a permit is added.
    Held(Arc<Semaphore>),
    RedirectLoop,
    RedirectTo(String),
    MovedTo(String),
    /// Entities that multiply.
    EntityBomb,
    /// UTF-8 bytes that the header calls something else.
    WrongCharset,
    /// Little gzip that becomes much.
    GzipBomb,
    BadGzip,
    /// The connection is reset in the middle of the body.
    Reset,
    /// The connection is closed before any answer.
    Close,
    /// Not HTTP.
    Garbage,
    /// "Unchanged" whatever was asked.
    Always304,
    /// These bytes under this content type in place of the feed.
    Document(&'static str, Vec<u8>),
}

impl Fault {
    /// Faults that need the bare connection.
    pub fn is_raw(&self) -> bool {
        matches!(
            self,
            Fault::Endless
                | Fault::EndlessHead
                | Fault::Held(_)
                | Fault::Reset
                | Fault::Close
                | Fault::Garbage
        )
    }

    pub fn answer(&self, outlet: &OutletState, request: &Request) -> Answer {
        let feed = || outlet.answer(request);
        match self {
            Fault::Html => Answer::new(
                200,
                "text/html",
                "<!doctype html><html><body><p>Moved house</p></body></html>",
            ),
            Fault::Empty => Answer::new(200, "application/rss+xml", ""),
            Fault::Truncated => {
                let mut answer = Answer::new(200, "application/rss+xml", outlet.body());
                let cut = String::from_utf8_lossy(&answer.body)
                    .rfind("</item>")
                    .unwrap_or(answer.body.len() / 2);
                answer.body.truncate(cut.saturating_sub(5));
                answer
            }
            Fault::Status(status) => Answer::bare(*status),
            Fault::RetryAfter(status, after) => Answer::bare(*status).header("retry-after", *after),
            Fault::RedirectLoop => Answer::bare(302).header("location", "/feed"),
            Fault::RedirectTo(to) => Answer::bare(302).header("location", to),
            Fault::MovedTo(to) => Answer::bare(301).header("location", to),
            Fault::EntityBomb => Answer::new(200, "application/rss+xml", entity_bomb()),
            Fault::WrongCharset => Answer::new(
                200,
                "application/rss+xml; charset=windows-1251",
                outlet.body(),
            ),
            Fault::GzipBomb => Answer::new(200, "application/rss+xml", gzip_bomb(64))
                .header("content-encoding", "gzip"),
            Fault::BadGzip => Answer::new(200, "application/rss+xml", "no gzip at all")
                .header("content-encoding", "gzip"),
            Fault::Always304 => Answer::bare(304),
            Fault::Document("", bytes) => {
                let mut answer = Answer::bare(200);
                answer.body = bytes.clone();
                answer
            }
            Fault::Document(kind, bytes) => Answer::new(200, kind, bytes.clone()),
            _ => feed(),
        }
    }
}

/// Answers in ways that HTTP does not know.
pub async fn misbehave(fault: &Fault, mut stream: TcpStream, answer: Vec<u8>) {
    match fault {
        Fault::Endless => {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/rss+xml\r\n\r\n<rss version=\"2.0\"><channel>";
            let mut sent = stream.write_all(head.as_bytes()).await;
            let filling = " ".repeat(64 * 1024);
            while sent.is_ok() {
                sent = stream.write_all(filling.as_bytes()).await;
            }
        }
        Fault::EndlessHead => {
            let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
            let line = format!("x-more: {}\r\n", "a".repeat(8 * 1024));
            while sent.is_ok() {
                sent = stream.write_all(line.as_bytes()).await;
            }
        }
        Fault::Held(permits) => {
            if let Ok(permit) = permits.acquire().await {
                permit.forget();
            }
            let _ = stream.write_all(&answer).await;
        }
        Fault::Reset => {
            let half = answer.len() / 2;
            let _ = stream.write_all(&answer[..half]).await;
            let _ = stream.set_zero_linger();
        }
        Fault::Garbage => {
            let _ = stream
                .write_all(b"\x00\x01 no protocol that anybody knows\n\n")
                .await;
        }
        _ => {}
    }
}

fn entity_bomb() -> String {
    let mut bomb =
        String::from("<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a0 \"many words and \">");
    for n in 1..12 {
        let ten = format!("&a{};", n - 1).repeat(10);
        bomb.push_str(&format!("<!ENTITY a{n} \"{ten}\">"));
    }
    bomb.push_str("]><rss version=\"2.0\"><channel><title>Bomb</title><item><title>One &a11; more</title></item></channel></rss>");
    bomb
}

/// A gzip stream of `mib` MiB of one letter: a letter, then copies of 258 letters, in the fixed
/// code of DEFLATE.
fn gzip_bomb(mib: usize) -> Vec<u8> {
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    let (mut held, mut count) = (0u32, 0u32);
    let mut put = |bits: u32, length: u32| {
        held |= bits << count;
        count += length;
        while count >= 8 {
            bytes.push((held & 0xff) as u8);
            held >>= 8;
            count -= 8;
        }
    };
    put(0b1, 1);
    put(0b01, 2);
    put((0x30u32 + 0x41).reverse_bits() >> 24, 8);
    for _ in 0..mib * 1024 * 1024 / 258 {
        // Length 258 is symbol 285, which has 8 bits; distance 1 is symbol 0 with 5 bits.
        put(0b1100_0101u32.reverse_bits() >> 24, 8);
        put(0, 5);
    }
    put(0, 7);
    put(0, 7);
    bytes
}
