//! The connection against a gateway that a script plays.

use super::super::limit::http_client;
use super::*;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

type Socket = WebSocketStream<TcpStream>;

/// A REST API that only knows the gateway's address and the identify budget.
async fn rest_api(gateway: SocketAddr, remaining: u64, status: u16) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4_096];
            let _ = stream.read(&mut request).await;
            let body = json!({"url": format!("ws://{gateway}"), "shards": 1,
                "session_start_limit": {"total": 1000, "remaining": remaining,
                "reset_after": 60_000, "max_concurrency": 1}})
            .to_string();
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n\
                 Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            let _ = stream.write_all(head.as_bytes()).await;
        }
    });
    address
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    (listener, address)
}

struct Side {
    rest: Rest,
    gateway: Gateway,
    heard: mpsc::Receiver<Heard>,
}

fn side(api: SocketAddr) -> Side {
    let api = format!("http://{api}");
    let client = http_client(Some(&api)).expect("a client");
    let (tell, heard) = mpsc::channel(16);
    let rest = Rest::new(client.clone(), "aa.bb.cc", Some(&api));
    let gateway = Gateway {
        client,
        token: "aa.bb.cc".to_owned(),
        api: Some(api),
        heard: tell,
    };
    Side {
        rest,
        gateway,
        heard,
    }
}

async fn accept(listener: &TcpListener) -> Socket {
    let (stream, _) = listener.accept().await.expect("a connection");
    let mut socket = tokio_tungstenite::accept_async(stream)
        .await
        .expect("a socket");
    say(
        &mut socket,
        json!({"op": 10, "d": {"heartbeat_interval": 41_250}}),
    )
    .await;
    socket
}

async fn say(socket: &mut Socket, what: Value) {
    socket
        .send(Message::Text(what.to_string()))
        .await
        .expect("sent");
}

/// The next message with this opcode.
async fn hear(socket: &mut Socket, op: u64) -> Value {
    loop {
        let message = socket.next().await.expect("open").expect("a message");
        if let Message::Text(text) = message {
            let told: Value = serde_json::from_str(&text).expect("JSON");
            if told["op"] == op {
                return told["d"].clone();
            }
        }
    }
}

fn ready() -> Value {
    json!({"op": 0, "s": 1, "t": "READY", "d": {"v": 10, "session_id": "s1",
        "resume_gateway_url": "ws://127.0.0.1:1", "shard": [0, 1],
        "user": {"id": "5", "username": "Lede", "discriminator": "0", "avatar": null,
            "bot": true, "verified": true, "mfa_enabled": false, "email": null},
        "guilds": [{"id": "11", "unavailable": true}], "application": {"id": "5", "flags": 0}}})
}

async fn close(socket: &mut Socket, code: u16) {
    let frame = CloseFrame {
        code: code.into(),
        reason: "".into(),
    };
    let _ = socket.close(Some(frame)).await;
}

#[tokio::test]
async fn a_session_begins_with_few_rights_and_is_resumed_after_a_restart_of_the_gateway() {
    let (listener, address) = listener().await;
    let mut side = side(rest_api(address, 1_000, 200).await);
    let (stop, stopped) = oneshot::channel();
    let play = async {
        let mut socket = accept(&listener).await;
        let identify = hear(&mut socket, 2).await;
        assert_eq!(identify["intents"], 1, "servers only");
        assert_eq!(identify["presence"]["activities"][0]["state"], STATUS);
        say(&mut socket, ready()).await;
        assert!(matches!(
            side.heard.recv().await,
            Some(Heard::Began { application: 5, servers, .. }) if servers == [11]
        ));
        let gone =
            json!({"op": 0, "s": 2, "t": "GUILD_DELETE", "d": {"id": "11", "unavailable": true}});
        say(&mut socket, gone).await;
        let left = json!({"op": 0, "s": 3, "t": "GUILD_DELETE", "d": {"id": "12"}});
        say(&mut socket, left).await;
        assert!(
            matches!(side.heard.recv().await, Some(Heard::Left(12))),
            "an outage is not told"
        );
        close(&mut socket, 1012).await;
        let mut socket = accept(&listener).await;
        let resume = hear(&mut socket, 6).await;
        assert_eq!(
            (&resume["session_id"], &resume["seq"]),
            (&json!("s1"), &json!(3))
        );
        say(
            &mut socket,
            json!({"op": 0, "s": 4, "t": "RESUMED", "d": {}}),
        )
        .await;
        assert!(matches!(side.heard.recv().await, Some(Heard::Resumed)));
        stop.send(()).expect("the connection waits for it");
        while let Some(Ok(_)) = socket.next().await {}
    };
    let (end, ()) = tokio::join!(side.gateway.keep(&side.rest, stopped), play);
    assert_eq!(end, None);
}

#[tokio::test]
async fn a_token_that_the_gateway_refuses_is_the_end() {
    let (listener, address) = listener().await;
    let side = side(rest_api(address, 1_000, 200).await);
    let (_stop, stopped) = oneshot::channel();
    let play = async {
        let mut socket = accept(&listener).await;
        hear(&mut socket, 2).await;
        close(&mut socket, 4004).await;
    };
    let (end, ()) = tokio::join!(side.gateway.keep(&side.rest, stopped), play);
    assert_eq!(end, Some(NoMore::WrongToken));
}

#[tokio::test]
async fn a_token_that_the_api_refuses_is_the_end() {
    let (_listener, address) = listener().await;
    let side = side(rest_api(address, 1_000, 401).await);
    let (_stop, stopped) = oneshot::channel();
    assert_eq!(
        side.gateway.keep(&side.rest, stopped).await,
        Some(NoMore::WrongToken)
    );
}

#[tokio::test]
async fn events_that_discord_does_not_allow_are_the_end() {
    let (listener, address) = listener().await;
    let side = side(rest_api(address, 1_000, 200).await);
    let (_stop, stopped) = oneshot::channel();
    let play = async {
        let mut socket = accept(&listener).await;
        hear(&mut socket, 2).await;
        close(&mut socket, 4014).await;
    };
    let (end, ()) = tokio::join!(side.gateway.keep(&side.rest, stopped), play);
    assert!(matches!(end, Some(NoMore::Refused(_))));
}

#[tokio::test]
async fn a_stop_does_not_wait_for_a_gateway_that_does_not_answer() {
    let (listener, address) = listener().await;
    let side = side(rest_api(address, 1_000, 200).await);
    let (stop, stopped) = oneshot::channel();
    let play = async {
        // Accepted, and never spoken to.
        let (stream, _) = listener.accept().await.expect("a connection");
        stop.send(()).expect("the connection waits for it");
        stream
    };
    let began = Instant::now();
    let (end, _stream) = tokio::join!(side.gateway.keep(&side.rest, stopped), play);
    assert_eq!(end, None);
    assert!(began.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn without_a_session_left_none_is_begun() {
    let (listener, address) = listener().await;
    let side = side(rest_api(address, 0, 200).await);
    let (stop, stopped) = oneshot::channel();
    let play = async {
        let called = timeout(Duration::from_millis(500), listener.accept()).await;
        assert!(called.is_err(), "nobody may connect");
        stop.send(()).expect("the wait can be ended");
    };
    let (end, ()) = tokio::join!(side.gateway.keep(&side.rest, stopped), play);
    assert_eq!(end, None);
}

#[tokio::test]
async fn close_codes_that_serenity_only_logs_are_the_end() {
    for code in [4010, 4011] {
        let (listener, address) = listener().await;
        let side = side(rest_api(address, 1_000, 200).await);
        let (_stop, stopped) = oneshot::channel();
        let play = async {
            let mut socket = accept(&listener).await;
            hear(&mut socket, 2).await;
            close(&mut socket, code).await;
        };
        let (end, ()) = tokio::join!(side.gateway.keep(&side.rest, stopped), play);
        let said = code.to_string();
        assert!(
            matches!(end, Some(NoMore::Refused(what)) if what.contains(&said)),
            "{code}"
        );
    }
}
