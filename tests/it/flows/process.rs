//! The bot as a process: how it ends, and with which status.

use crate::world::discord::FakeDiscord;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Time in which the program has to end after a signal.
const END_SECONDS_MAX: u64 = 5;

fn start(folder: &TempDir, api: &str, token: &str) -> Child {
    let file = folder.path().join("lede.db");
    Command::new(env!("CARGO_BIN_EXE_lede"))
        .arg("run")
        .current_dir(folder.path())
        .env("DATABASE_URL", format!("sqlite://{}", file.display()))
        .env("LEDE_DISCORD_API", api)
        .env("DISCORD_TOKEN", token)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Status and all output, once it has ended; fails when that takes too long.
async fn end(mut child: Child) -> (Option<i32>, String) {
    let began = Instant::now();
    while child.try_wait().expect("it can be asked").is_none() {
        assert!(
            began.elapsed().as_secs() < END_SECONDS_MAX,
            "the program does not end"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let output = child.wait_with_output().expect("it has ended");
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

fn signal(child: &Child) {
    let done = Command::new("kill").arg(child.id().to_string()).status();
    assert!(done.expect("there is a kill").success());
}

#[tokio::test]
async fn a_signal_ends_the_program_well() {
    let discord = FakeDiscord::start().await;
    let folder = TempDir::new().expect("a folder");
    let child = start(&folder, &discord.api(), &discord.token());
    discord.registered().await;
    let ann = discord.person("Ann");
    let seen = discord.slash(ann, discord.channel(), "help", &[]).await;
    signal(&child);
    let (status, log) = end(child).await;
    assert_eq!(status, Some(0), "{log}");
    assert!(
        log.contains("oauth2/authorize?client_id="),
        "the invitation is printed: {log}"
    );
    assert!(!log.contains(&discord.token()), "{log}");
    assert!(seen.private);
    assert_eq!(discord.problems(), Vec::<String>::new());
}

#[tokio::test]
async fn a_signal_ends_the_program_well_while_discord_is_away() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let folder = TempDir::new().expect("a folder");
    let api = format!("http://{}", silent.local_addr().expect("an address"));
    let child = start(&folder, &api, "aa.bb.cc");
    let called = silent.accept().await;
    signal(&child);
    let (status, log) = end(child).await;
    assert_eq!(status, Some(0), "{log}");
    drop(called);
}

#[tokio::test]
async fn a_wrong_token_ends_the_program_with_one_line() {
    let discord = FakeDiscord::start().await;
    let folder = TempDir::new().expect("a folder");
    let child = start(&folder, &discord.api(), "aa.bb.cc");
    let (status, log) = end(child).await;
    assert_eq!(status, Some(78), "{log}");
    assert_eq!(log.matches("token").count(), 1, "{log}");
    assert!(!log.contains("aa.bb.cc"), "{log}");
}
