//! PRIVACY.md names every column of the schema that holds a person's or a server's id.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Columns that hold an id although neither their name nor their comment says so.
const HIDDEN: &[&str] = &[
    // JSON that may hold ids.
    "subscription.wish",
    "subscription.paused",
    "outbox.cause",
    "setting.value",
    "audit.before",
    "audit.after",
    "action.action",
    // A link that holds the ids of server, channel and message.
    "shown.link",
    // What points at a person's or channel's place.
    "told.destination",
    "told_sentence.destination",
    "server.id",
];

/// Names of columns that are ids of Discord.
const NAMES: &[&str] = &[
    "by", "person", "discord", "channel", "message", "thread", "guild", "role", "member", "user",
];

/// Columns by these names that hold something else, with what it is.
const OTHERS: &[&str] = &[
    // A source.
    "article.worded_by",
];

/// Every `table.column` that holds an id: by its name, or by the comment above it.
fn columns(sql: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut table = String::new();
    let mut comment = String::new();
    for line in sql.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("--") {
            comment.push_str(text);
            continue;
        }
        let words: Vec<&str> = line
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
            .collect();
        match words.as_slice() {
            ["CREATE", "TABLE", name, ..] => table = (*name).to_owned(),
            ["CREATE" | "INSERT" | "UPDATE" | "DELETE", ..] | ["STRICT", ..] => table.clear(),
            ["ALTER", "TABLE", name, "ADD", "COLUMN", column, ..] => {
                found.extend(id_column(name, column, &comment));
            }
            [column, ..] if !table.is_empty() => {
                found.extend(id_column(&table, column, &comment));
            }
            _ => {}
        }
        comment.clear();
    }
    found
}

fn id_column(table: &str, column: &str, comment: &str) -> Option<String> {
    let name = format!("{table}.{column}");
    let by_name = NAMES.contains(&column) || column.ends_with("_by");
    let by_comment = comment.contains("Discord's id");
    let is_id = (by_name || by_comment) && !OTHERS.contains(&name.as_str());
    is_id.then_some(name)
}

fn schema() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("there are migrations")
        .map(|entry| entry.expect("it can be listed").path())
        .collect();
    paths.sort();
    let text = |path| fs::read_to_string(path).expect("a migration is text");
    paths.into_iter().map(text).collect()
}

#[test]
fn every_column_with_an_id_is_named_in_privacy_md() {
    let schema = schema();
    let mut wanted = columns(&schema);
    for known in [
        "newsroom.discord",
        "audit.by",
        "asked.person",
        "placement.placed_by",
    ] {
        assert!(wanted.contains(known), "{known} is found in {wanted:?}");
    }
    for hidden in HIDDEN {
        let (_, column) = hidden.split_once('.').expect("table and column");
        assert!(schema.contains(column), "{hidden} is no column any more");
        wanted.insert((*hidden).to_owned());
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("PRIVACY.md");
    let page = fs::read_to_string(path).expect("there is a PRIVACY.md");
    let missing: Vec<&String> = wanted
        .iter()
        .filter(|name| !page.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "PRIVACY.md does not name {missing:?}");
}

#[test]
fn a_new_column_with_an_id_is_found() {
    let sql = "CREATE TABLE report (\n    id INTEGER PRIMARY KEY,\n    -- Discord's id of the person.\n    \
        author INTEGER NOT NULL,\n    text TEXT,\n    seen_by INTEGER\n) STRICT;\n\
        CREATE INDEX report_by ON report (author);\n\
        ALTER TABLE story ADD COLUMN channel INTEGER;\n";
    let found: Vec<String> = columns(sql).into_iter().collect();
    assert_eq!(found, ["report.author", "report.seen_by", "story.channel"]);
}
