//! The README's tables are those of the code: commands from `desk::ALL`, settings from `config`.
//! `LEDE_WRITE_README=1 cargo test readme` writes them anew.

use lede::config::SETTINGS;
use lede::desk::command::{Command, Kind, Opt, Who};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

#[test]
fn the_tables_of_the_readme_are_those_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&path).expect("there is a README");
    let wanted = replaced(
        &replaced(&readme, "commands", &commands()),
        "settings",
        &settings(),
    );
    if std::env::var_os("LEDE_WRITE_README").is_some() {
        fs::write(&path, &wanted).expect("the README can be written");
        return;
    }
    assert!(
        readme == wanted,
        "README.md is behind the code: run LEDE_WRITE_README=1 cargo test readme"
    );
}

#[test]
fn the_readme_opens_with_its_two_commands() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"))
        .expect("a README");
    let commands: Vec<&str> = readme
        .split("```")
        .skip(1)
        .step_by(2)
        .take(3)
        .map(str::trim)
        .collect();
    assert_eq!(
        commands,
        [
            "cargo run --release -- try",
            "cargo test",
            "cargo run --release -- run"
        ]
    );
}

/// `text` with what stands between the two marks of `name` replaced.
fn replaced(text: &str, name: &str, table: &str) -> String {
    let open = format!("<!-- {name}: kept true by a test -->\n");
    let close = format!("<!-- end of {name} -->");
    let start = text.find(&open).expect("the opening mark") + open.len();
    let end = text.find(&close).expect("the closing mark");
    format!("{}{table}{}", &text[..start], &text[end..])
}

fn commands() -> String {
    let mut table = "| command | options | does | who |\n|---|---|---|---|\n".to_owned();
    for command in lede::desk::ALL {
        if command.subs.is_empty() {
            let name = match command.menu() {
                Some(menu) => format!(
                    "▸ {menu} (a message's menu, Apps); in a shell `lede {}`",
                    command.name
                ),
                None => format!("`/{}`", command.name),
            };
            row(
                &mut table,
                command,
                &name,
                command.options,
                command.description,
                true,
            );
        }
        for sub in command.subs {
            let name = format!("`/{} {}`", command.name, sub.name);
            row(
                &mut table,
                command,
                &name,
                sub.options,
                sub.description,
                sub.in_discord,
            );
        }
    }
    table
}

fn row(
    table: &mut String,
    command: &Command,
    name: &str,
    options: &[Opt],
    does: &str,
    in_discord: bool,
) {
    let options: Vec<String> = options
        .iter()
        // Flags are the shell's alone, channels and roles are Discord's.
        .filter(|option| option.kind != Kind::Flag)
        .filter(|option| in_discord && command.in_discord || !is_of_discord(option.kind))
        .map(|option| {
            if option.required {
                format!("**{}**", option.name)
            } else {
                option.name.to_owned()
            }
        })
        .collect();
    let who = match command.who {
        _ if !in_discord || !command.in_discord => "host, in the terminal",
        Who::Everyone => "everyone",
        Who::Moderators => "moderators",
    };
    writeln!(
        table,
        "| {name} | {} | {does} | {who} |",
        options.join(", ")
    )
    .expect("a string takes all");
}

fn settings() -> String {
    let mut table = "| setting | default | what it is |\n|---|---|---|\n".to_owned();
    for (name, default, what) in SETTINGS {
        let default = if default.is_empty() {
            "none".to_owned()
        } else {
            format!("`{default}`")
        };
        writeln!(table, "| `{name}` | {default} | {what} |").expect("a string takes all");
    }
    table
}

fn is_of_discord(kind: Kind) -> bool {
    matches!(kind, Kind::Channel | Kind::Role)
}
