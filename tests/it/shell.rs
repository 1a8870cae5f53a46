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

#[test]
fn the_sample_edition_answers_without_a_terminal_a_token_or_a_network() {
    let shell = Shell::new();
    let front = shell.run(&["try"], &[]);
    assert_eq!(front.status, 0, "{front:?}");
    assert!(front.out.starts_with("Top stories"), "{front:?}");
    assert!(
        front.out.contains(".example/") && !front.out.contains('\x1b'),
        "{front:?}"
    );
    let brief = shell.run(&["try", "brief", "harbour"], &[]);
    let quotes = brief
        .out
        .lines()
        .filter(|line| line.starts_with("│ — "))
        .count();
    assert!(brief.status == 0 && quotes >= 3, "{brief:?}");
    for line in brief.out.lines().filter(|line| line.starts_with("│ — ")) {
        assert!(
            line.contains(" <https://") && line.ends_with('>'),
            "every quote has its link: {line}"
        );
    }
    let json = shell.run(&["try", "brief", "harbour", "--json"], &[]);
    let message: serde_json::Value =
        serde_json::from_str(&json.out).expect("only JSON on standard output");
    assert!(
        json.status == 0
            && message["flags"]
                .as_u64()
                .is_some_and(|flags| flags & (1 << 15) != 0),
        "{json:?}"
    );
    assert_eq!(
        shell.run(&["try", "brief", "zzqxv"], &[]).status,
        1,
        "nothing found"
    );
    assert_eq!(
        shell.run(&["try", "brief"], &[]).status,
        2,
        "a topic is missing"
    );
    assert_eq!(
        std::fs::read_dir(shell.folder.path())
            .expect("listed")
            .count(),
        0,
        "nothing was kept here"
    );
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let shell = Shell::new();
    let mut child = shell
        .command(&["try", "brief", "harbour"], &[])
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let ended = Ended::of(child.wait_with_output().expect("it ends"));
    assert_eq!((ended.status, ended.err.as_str()), (0, ""), "{ended:?}");
}

#[test]
fn an_empty_store_is_read_at_once_and_a_refusal_ends_with_1() {
    let shell = Shell::new();
    let read = shell.run(&["read", "--once"], &[]);
    assert_eq!(
        (read.status, read.out.as_str()),
        (0, "Nothing was due.\n"),
        "{read:?}"
    );
    assert_eq!(
        shell.run(&["brief", "harbour"], &[]).status,
        1,
        "there are no sources yet"
    );
    let refused = shell.run(&["sources", "add", "http://127.0.0.1:9/feed", "--yes"], &[]);
    assert!(
        refused.status == 1 && refused.out.is_empty() && refused.err.lines().count() >= 2,
        "{refused:?}"
    );
    let json = shell.run(
        &["sources", "add", "http://127.0.0.1:9/feed", "--json"],
        &[],
    );
    assert!(
        json.status == 1 && serde_json::from_str::<serde_json::Value>(&json.out).is_ok(),
        "{json:?}"
    );
}

#[cfg(unix)]
#[test]
fn only_one_reads_a_store_and_it_ends_when_asked() {
    let shell = Shell::new();
    let reader = shell
        .command(&["read"], &[])
        .spawn()
        .expect("the program starts");
    let second = (0..20)
        .map(|_| shell.run(&["read", "--once"], &[]))
        .find(|ended| ended.status == 78)
        .expect("the lock is held");
    assert!(
        second.err.starts_with("Another lede runs on this store"),
        "{second:?}"
    );
    let stop = Command::new("kill")
        .args(["-TERM", &reader.id().to_string()])
        .status()
        .expect("kill is there");
    assert!(stop.success());
    let ended = Ended::of(reader.wait_with_output().expect("it ends"));
    assert_eq!(ended.status, 0, "{ended:?}");
    assert_eq!(
        shell.run(&["read", "--once"], &[]).status,
        0,
        "the lock is free again"
    );
}

/// `LEDE_WRITE_HELP=1 cargo test shell` writes the snapshot anew.
#[test]
fn the_help_is_as_committed() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/help.txt");
    let help = Shell::new().run(&["--help"], &[]).out;
    if std::env::var_os("LEDE_WRITE_HELP").is_some() {
        std::fs::write(&path, &help).expect("the snapshot can be written");
        return;
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        help, committed,
        "if this is wanted: LEDE_WRITE_HELP=1 cargo test --test it shell"
    );
}

#[test]
fn where_nobody_can_press_it_is_said_how_to_go_on() {
    let shell = Shell::new();
    let first = shell.run(&["try", "headlines"], &[]);
    assert!(first.err.contains("--skip 10 goes on"), "{first:?}");
    let rest = shell.run(&["try", "headlines", "--skip", "10"], &[]);
    let headlines = |out: &str| -> Vec<String> {
        let lines = out.lines().filter(|line| line.starts_with("• "));
        lines.map(str::to_owned).collect()
    };
    let (first, rest) = (headlines(&first.out), headlines(&rest.out));
    assert!(first.len() == 10 && !rest.is_empty(), "{first:?} {rest:?}");
    assert!(first.iter().all(|line| !rest.contains(line)), "{rest:?}");

    let card = shell.run(&["try", "follow", "harbour"], &[]);
    assert!(card.err.contains("--yes saves it"), "{card:?}");
    let json = shell.run(&["try", "headlines", "--json"], &[]);
    assert_eq!(json.err, "", "a message has its buttons");
}

#[test]
fn a_name_that_is_no_setting_is_told() {
    let shell = Shell::new();
    let file = "\u{feff}LEDE_TEXT_DAYS=30\r\nLEDE_SERVER=12\r\n";
    std::fs::write(shell.folder.path().join(".env"), file).expect("written");
    let ended = shell.run(&["try", "headlines"], &[]);
    assert_eq!(ended.status, 0, "{ended:?}");
    assert!(
        ended.err.contains("LEDE_SERVER is no setting of Lede"),
        "{ended:?}"
    );
    assert!(!ended.err.contains("LEDE_TEXT_DAYS"), "{ended:?}");
}
