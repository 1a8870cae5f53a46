//! The tidiness of the code: who may know whom, where foreign names live, and how large things get.
//! The rules and their reasons are in ARCHITECTURE.md.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules in the order in which they may know each other; those of one row are strangers.
const ORDER: &[&[&str]] = &[
    &["clock", "config", "text"],
    &["news"],
    &["page"],
    &["feed", "store"],
    &["desk"],
    &["jobs", "wire"],
    &["terminal", "discord", "lab"],
];

/// Names of other crates and of the system, and the modules that may say them.
const HOMES: &[(&str, &[&str])] = &[
    ("serenity::", &["discord"]),
    ("sqlx::", &["store"]),
    ("jiff::", &["news"]),
    ("reqwest::", &["feed", "discord"]),
    ("SystemTime::now", &["clock"]),
    ("env::var", &["config"]),
];

/// What the two front ends ask the desk for instead.
const NOT_IN_FRONT_ENDS: &[&str] = &["crate::store", "crate::feed"];

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;
const MAIN_LINES_MAX: usize = 80;
/// A run of lines of a constant from which it counts as a table.
const TABLE_LINES_MIN: usize = 6;

struct File {
    path: PathBuf,
    module: String,
    /// Lines that count: no tests, no tables of constants.
    lines: Vec<(usize, String)>,
    text: String,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    paths.into_iter().map(|path| read(&root, path)).collect()
}

fn walk(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            walk(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn read(root: &Path, path: PathBuf) -> File {
    let text = fs::read_to_string(&path).expect("a source file is text");
    let inside = path.strip_prefix(root).expect("below src");
    let first = inside
        .components()
        .next()
        .expect("has a name")
        .as_os_str()
        .to_string_lossy()
        .into_owned();
    let module = first.trim_end_matches(".rs").to_owned();
    let is_test = inside
        .file_stem()
        .is_some_and(|stem| stem == "test" || stem.to_string_lossy().ends_with("tests"));
    let lines = if is_test { Vec::new() } else { counted(&text) };
    File {
        path: inside.to_owned(),
        module,
        lines,
        text,
    }
}

/// Lines outside `#[cfg(test)]` modules and long constants, with their numbers.
fn counted(text: &str) -> Vec<(usize, String)> {
    let mut kept = Vec::new();
    let mut lines = text
        .lines()
        .enumerate()
        .map(|(n, line)| (n + 1, line))
        .peekable();
    while let Some((number, line)) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            let indent = indent_of(line);
            for (_, line) in lines.by_ref() {
                if (line.ends_with(';') || line.trim_end() == "}") && indent_of(line) == indent {
                    break;
                }
            }
            continue;
        }
        let constant = line
            .trim_start()
            .trim_start_matches("pub ")
            .starts_with("const ")
            || line
                .trim_start()
                .trim_start_matches("pub ")
                .starts_with("static ");
        if constant && !line.trim_end().ends_with(';') {
            let indent = indent_of(line);
            let mut table = vec![(number, line.to_owned())];
            for (number, line) in lines.by_ref() {
                table.push((number, line.to_owned()));
                if line.trim_end().ends_with(';') && indent_of(line) <= indent + 4 {
                    break;
                }
            }
            if table.len() < TABLE_LINES_MIN {
                kept.extend(table);
            }
            continue;
        }
        kept.push((number, line.to_owned()));
    }
    kept
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn row_of(module: &str) -> Option<usize> {
    ORDER.iter().position(|row| row.contains(&module))
}

#[test]
fn modules_know_only_those_to_their_left() {
    let mut wrong = Vec::new();
    for file in files() {
        let Some(own) = row_of(&file.module) else {
            continue;
        };
        for (number, line) in &file.lines {
            for (position, _) in line.match_indices("crate::") {
                let rest = &line[position + "crate::".len()..];
                let name: String = rest
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                let Some(row) = row_of(&name) else { continue };
                if name != file.module && row >= own {
                    wrong.push(format!(
                        "{}:{number}: {} must not know {name}",
                        file.path.display(),
                        file.module
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn front_ends_ask_the_desk() {
    let mut wrong = Vec::new();
    for file in files()
        .iter()
        .filter(|file| ["terminal", "discord"].contains(&file.module.as_str()))
    {
        for (number, line) in &file.lines {
            if NOT_IN_FRONT_ENDS.iter().any(|name| line.contains(name)) {
                wrong.push(format!("{}:{number}: {}", file.path.display(), line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn foreign_names_live_in_their_homes() {
    let mut wrong = Vec::new();
    for file in files() {
        for (number, line) in &file.lines {
            let code = line.split("//").next().unwrap_or_default();
            for (name, homes) in HOMES {
                if code.contains(name) && !homes.contains(&file.module.as_str()) {
                    wrong.push(format!(
                        "{}:{number}: {name} lives in {homes:?}",
                        file.path.display()
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn files_and_functions_stay_small() {
    let mut wrong = Vec::new();
    for file in files() {
        if file.lines.len() > FILE_LINES_MAX {
            wrong.push(format!(
                "{}: {} lines, at most {FILE_LINES_MAX}",
                file.path.display(),
                file.lines.len()
            ));
        }
        if file.path == Path::new("main.rs") && file.lines.len() >= MAIN_LINES_MAX {
            wrong.push(format!(
                "main.rs: {} lines, below {MAIN_LINES_MAX}",
                file.lines.len()
            ));
        }
        for (number, name, length) in functions(&file.lines) {
            if length > FUNCTION_LINES_MAX {
                wrong.push(format!(
                    "{}:{number}: fn {name} has {length} lines",
                    file.path.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Functions with the number of their first line and their length. Relies on rustfmt's indentation.
fn functions(lines: &[(usize, String)]) -> Vec<(usize, String, usize)> {
    let mut found = Vec::new();
    for (index, (number, line)) in lines.iter().enumerate() {
        let Some(position) = line.find("fn ") else {
            continue;
        };
        let before = line[..position].trim();
        if !before
            .split_whitespace()
            .all(|word| word.starts_with("pub") || ["async", "const", "unsafe"].contains(&word))
        {
            continue;
        }
        let end = format!("{}}}", " ".repeat(indent_of(line)));
        let Some(length) = lines[index..].iter().position(|(_, line)| *line == end) else {
            continue;
        };
        let name = line[position + 3..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        found.push((*number, name, length + 1));
    }
    found
}

#[test]
fn every_file_says_what_it_is_for() {
    for file in files() {
        let first = file.text.lines().next().unwrap_or_default();
        assert!(
            first.starts_with("//! ") && first.len() > 20,
            "{} opens with no sentence",
            file.path.display()
        );
    }
}

#[test]
fn nothing_is_left_undone_or_unwrapped() {
    let mut wrong = Vec::new();
    for file in files() {
        for (number, line) in &file.lines {
            let code = line.split("//").next().unwrap_or_default();
            for bad in [
                ".unwrap()",
                "todo!(",
                "unimplemented!(",
                "dbg!(",
                "expect(\"\")",
            ] {
                if code.contains(bad) {
                    wrong.push(format!("{}:{number}: {bad}", file.path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn migrations_are_never_edited() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let names: Vec<String> = fs::read_dir(root)
        .expect("there are migrations")
        .map(|entry| {
            entry
                .expect("can be read")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert!(
        names.iter().any(|name| name.ends_with(".sql")),
        "no migration"
    );
}
