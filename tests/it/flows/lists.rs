//! Great and hostile lists of feeds, taken in by the real program: limits are told, every feed is
//! either added or named with the reason, and memory is bounded.

use crate::flows::shell::{Lede, Output};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::process::Stdio;
use std::time::Instant;

/// The most memory that an import may have resident, a debug build's own included (KiB).
const PEAK_KIB_MAX: u64 = 192 * 1024;
/// Feeds of the great list.
const FEEDS: usize = 10_000;

/// Runs a command and gives the most memory that it had resident (KiB), as often as Linux was asked.
async fn measured(lede: &Lede, words: &[&str]) -> (Output, u64) {
    let mut command = lede.command(words);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = move || {
        let child = command.spawn().expect("the program starts");
        let status = format!("/proc/{}/status", child.id());
        let watching = std::thread::spawn(move || {
            let mut peak = 0;
            while let Ok(status) = std::fs::read_to_string(&status) {
                let line = status.lines().find(|line| line.starts_with("VmHWM:"));
                // A program that has ended and waits to be asked has none.
                let Some(line) = line else { break };
                let size = line.split_whitespace().nth(1);
                peak = peak.max(size.and_then(|size| size.parse().ok()).unwrap_or(0));
                std::thread::yield_now();
            }
            peak
        });
        let output = child.wait_with_output().expect("it ends");
        let peak: u64 = watching.join().expect("it watches");
        let output = Output {
            status: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        (output, peak)
    };
    tokio::task::spawn_blocking(run).await.expect("joined")
}

fn opml(body: &str) -> String {
    format!("<?xml version=\"1.0\"?><opml version=\"2.0\"><body>{body}</body></opml>")
}

/// Ten thousand feeds in folders of folders; beside them doubles, private addresses and one that is
/// too long.
fn great() -> String {
    let mut body = String::new();
    for folder in 0..100 {
        write!(
            body,
            "<outline text='Region {}'><outline text='Land {folder} &amp; sea'>",
            folder / 10
        )
        .expect("a string");
        for n in 0..FEEDS / 100 {
            let n = folder * 100 + n;
            write!(
                body,
                "<outline text='Post {n}' xmlUrl='https://post{n}.example/feed'/>"
            )
            .expect("a string");
        }
        body += "</outline></outline>";
    }
    for n in 0..500 {
        write!(
            body,
            "<outline text='Again' xmlUrl='https://post{n}.example/feed'/>"
        )
        .expect("a string");
        write!(
            body,
            "<outline text='Inside' xmlUrl='http://10.0.{}.{}/feed'/>",
            n / 250,
            n % 250
        )
        .expect("a string");
    }
    let long = "x".repeat(3_000);
    write!(
        body,
        "<outline text='Long' xmlUrl='https://post.example/{long}'/>"
    )
    .expect("a string");
    opml(&body)
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_feeds_are_taken_in_and_nothing_is_lost() {
    let lede = Lede::new(&[]);
    let file = lede.store().with_file_name("great.opml");
    std::fs::write(&file, great()).expect("it can be written");
    let began = Instant::now();
    let path = file.display().to_string();
    let (taken, peak) = measured(&lede, &["sources", "import", &path]).await;
    let took = began.elapsed();
    assert_eq!(taken.status, 0, "{}{}", taken.out, taken.err);
    // The file goes to one stream, the words to the other.
    let said = format!("{}{}", taken.err, taken.out);
    assert!(
        said.contains("10000 sources added"),
        "{}",
        &said[..said.len().min(600)]
    );
    assert!(
        said.contains("1001 not added"),
        "{}",
        &said[..said.len().min(600)]
    );
    for why in [
        "it is in the file twice",
        "that address is private",
        "its address is too long",
    ] {
        assert!(
            said.contains(why),
            "{why}: {}",
            &said[..said.len().min(900)]
        );
    }
    let began = Instant::now();
    let (out, _) = measured(&lede, &["sources", "export"]).await;
    let exported = began.elapsed();
    let addresses = out.out.split("xmlUrl=\"").skip(1);
    let addresses: Vec<&str> = addresses.filter_map(|one| one.split('"').next()).collect();
    let once: HashSet<&str> = addresses.iter().copied().collect();
    assert_eq!((addresses.len(), once.len()), (FEEDS, FEEDS));
    let kept = (0..FEEDS).all(|n| once.contains(format!("https://post{n}.example/feed").as_str()));
    assert!(kept, "each stands in the file again");
    assert_eq!(
        out.out.matches("text=\"Land ").count(),
        100,
        "folders are kept"
    );
    let again = measured(&lede, &["sources", "import", &path]).await.0;
    assert!(again.err.contains("0 sources added"), "{}", again.err);
    assert!(again.err.contains("10000 there already"), "{}", again.err);
    println!(
        "10,000 feeds in 110 folders, 500 doubles, 500 private addresses, one too long: taken in in {took:?} \
         with {:.0} MiB at most, given out in {exported:?}",
        peak as f64 / 1_024.0
    );
    assert!(peak > 0 && peak < PEAK_KIB_MAX, "{peak} KiB");
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_lists_are_refused_or_bounded() {
    let lede = Lede::new(&[]);
    let laughs: String = (1..30).fold(
        "<?xml version=\"1.0\"?><!DOCTYPE opml [<!ENTITY a0 \"ha ha\">".to_owned(),
        |mut all, n| {
            let ten = format!("&a{};", n - 1).repeat(10);
            write!(all, "<!ENTITY a{n} \"{ten}\">").expect("a string");
            all
        },
    );
    let laughs = format!(
        "{laughs}]><opml><outline text='&a29;' xmlUrl='https://laughs.example/feed'/></opml>"
    );
    let outside = "<?xml version=\"1.0\"?><!DOCTYPE opml [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>\
        <opml><outline text='&f;' xmlUrl='https://outside.example/feed'/></opml>";
    let mut many = String::new();
    for n in 0..100_000 {
        write!(many, "<outline xmlUrl='https://m.example/{n}'/>").expect("a string");
    }
    let attributes: String = (0..100_000).map(|n| format!(" a{n}='x'")).collect();
    let mut binary = b"\x7fELF\x02\x01\x01".to_vec();
    binary.extend((0..200_000_u32).flat_map(u32::to_le_bytes));
    let files: [(&str, Vec<u8>, &str); 9] = [
        (
            "25-mib",
            opml(&" ".repeat(25 * 1024 * 1024)).into(),
            "larger than 5 MiB",
        ),
        ("laughs", laughs.into(), "1 source added"),
        ("outside", outside.into(), "1 source added"),
        ("100,000-feeds", opml(&many).into(), "20000 sources added"),
        (
            "deep",
            opml(&"<outline text='a'>".repeat(100_000)).into(),
            "0 sources added",
        ),
        (
            "wide",
            opml(&format!(
                "<outline{attributes} xmlUrl='https://wide.example/feed'/>"
            ))
            .into(),
            "added",
        ),
        (
            "letter",
            b"Dear Lede, please add The Heron.".to_vec(),
            "not an OPML file",
        ),
        ("binary", binary, "not an OPML file"),
        ("nothing", Vec::new(), "not an OPML file"),
    ];
    for (name, bytes, said) in files {
        let file = lede.store().with_file_name(format!("{name}.opml"));
        let size = bytes.len();
        std::fs::write(&file, bytes).expect("it can be written");
        let began = Instant::now();
        let (taken, peak) =
            measured(&lede, &["sources", "import", &file.display().to_string()]).await;
        let all = format!("{}{}", taken.out, taken.err);
        let took = began.elapsed();
        println!(
            "{name}: {size} bytes, {took:?}, {:.0} MiB at most",
            peak as f64 / 1_024.0
        );
        let shown: String = all.chars().take(400).collect();
        assert!(all.contains(said), "{name}: {shown}");
        assert!(
            !all.contains("root:") && !all.contains("ha ha ha ha"),
            "{name}: {shown}"
        );
        assert!(peak > 0 && peak < PEAK_KIB_MAX, "{name}: {peak} KiB");
        if name.starts_with("100") {
            assert!(
                all.contains("Only the first 20000 feeds"),
                "the limit is told: {shown}"
            );
        }
    }
    let out = lede.run(&["sources", "export"]).await;
    assert!(!out.out.contains("root:") && !out.out.contains("ha ha ha ha"));
}
