//! The real program in a shell: what it says and how it ends.

use std::process::{Command, Output, Stdio};

/// Shaped like a token; of nobody.
const TOKEN: &str = "bm9ib2R5.Z0aaaa.abcdefghijklmnopqrstuvwxyz0";

/// A folder in which nothing is set.
struct Shell {
    folder: tempfile::TempDir,
}

impl Shell {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    fn command(&self, words: &[&str], settings: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lede"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(settings.iter().copied());
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, words: &[&str], settings: &[(&str, &str)]) -> Ended {
        Ended::of(
            self.command(words, settings)
                .output()
                .expect("the program starts"),
        )
    }
}

#[derive(Debug)]
struct Ended {
    status: i32,
    out: String,
    err: String,
}

impl Ended {
    fn of(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

#[test]
fn without_a_token_and_a_terminal_it_ends_with_one_clear_line() {
    let shell = Shell::new();
    for words in [&[][..], &["run"]] {
        let ended = shell.run(words, &[]);
        assert_eq!(ended.status, 78, "{ended:?}");
        assert_eq!(
            (ended.err.lines().count(), ended.out.as_str()),
            (1, ""),
            "{ended:?}"
        );
        assert!(
            ended.err.starts_with("DISCORD_TOKEN is not set; it wants")
                && ended.err.contains("lede try"),
            "{ended:?}"
        );
    }
    assert_eq!(
        std::fs::read_dir(shell.folder.path())
            .expect("listed")
            .count(),
        0,
        "nothing was made"
    );
}

#[test]
fn a_wrong_setting_is_named_with_what_it_wants_and_no_secret() {
    let shell = Shell::new();
    let wrong = [
        ("DISCORD_TOKEN", "hush.hush"),
        ("DATABASE_URL", "postgres://ann:hush@db.example/lede"),
        ("LEDE_POLL_SECONDS_MIN", "often"),
        ("LEDE_ALLOW_PRIVATE", "localhost"),
        ("LEDE_CONTACT", "ann\nann"),
        ("LEDE_SERVERS", "mine"),
        ("LEDE_TEXT_DAYS", "0"),
        ("RUST_LOG", "lede=loud"),
        ("LEDE_LOG_FORMAT", "xml"),
    ];
    for (name, value) in wrong {
        for words in [&["run"][..], &["brief", "harbour"], &["try"], &[]] {
            let ended = shell.run(words, &[(name, value)]);
            assert_eq!(ended.status, 78, "{name}: {ended:?}");
            assert!(
                ended.err.starts_with(name) && ended.err.contains("it wants"),
                "{name}: {ended:?}"
            );
            assert!(
                !ended.err.contains("hush") && ended.err.lines().count() == 1,
                "{name}: {ended:?}"
            );
        }
    }
}

#[test]
fn the_environment_wins_over_the_file() {
    let shell = Shell::new();
    std::fs::write(shell.folder.path().join(".env"), "LEDE_TEXT_DAYS=none\n").expect("written");
    let ended = shell.run(&["run"], &[]);
    assert!(
        ended.status == 78 && ended.err.starts_with("LEDE_TEXT_DAYS is \"none\""),
        "{ended:?}"
    );
    let ended = shell.run(&["run"], &[("LEDE_TEXT_DAYS", "30")]);
    assert!(
        ended.err.starts_with("DISCORD_TOKEN is not set"),
        "{ended:?}"
    );
    std::fs::write(shell.folder.path().join(".env"), "this is no setting\n").expect("written");
    let ended = shell.run(&["run"], &[]);
    assert!(
        ended.status == 78 && ended.err.starts_with(".env cannot be read"),
        "{ended:?}"
    );
}

#[test]
fn help_needs_no_settings_and_wrong_use_ends_with_2() {
    let shell = Shell::new();
    let broken = [("LEDE_TEXT_DAYS", "none")];
    let help = shell.run(&["--help"], &broken);
    assert!(
        help.status == 0 && help.out.contains("\n  help "),
        "{help:?}"
    );
    assert_eq!(shell.run(&["help", "--help"], &broken).status, 0);
    assert_eq!(
        shell.run(&["--version"], &broken).out,
        concat!("lede ", env!("CARGO_PKG_VERSION"), "\n")
    );
    for words in [
        &["read", "--twice"][..],
        &["brif", "harbour"],
        &["try", "brif"],
        &["run", "now"],
        &["--loud"],
    ] {
        let ended = shell.run(words, &[]);
        assert_eq!(ended.status, 2, "{words:?}: {ended:?}");
        assert!(
            ended.out.is_empty() && !ended.err.is_empty(),
            "{words:?}: {ended:?}"
        );
    }
}

#[test]
fn an_unusable_store_is_a_matter_of_settings() {
    let shell = Shell::new();
    std::fs::write(
        shell.folder.path().join("notes.txt"),
        "This is no database at all, but a text of some length.\n".repeat(50),
    )
    .expect("written");
    for url in ["sqlite://notes.txt", "sqlite:///nowhere/at/all/lede.db"] {
        let ended = shell.run(&["run"], &[("DATABASE_URL", url), ("DISCORD_TOKEN", TOKEN)]);
        assert!(
            ended.status == 78 && ended.err.starts_with("DATABASE_URL cannot be used: "),
            "{ended:?}"
        );
        assert_eq!(ended.err.lines().count(), 1, "{ended:?}");
    }
}
