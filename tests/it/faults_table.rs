//! `tests/FAULTS.md` names tests that exist.

use std::fs;
use std::path::{Path, PathBuf};

/// Rows of the table.
const FAULTS: usize = 74;

/// The tests that the table names, by row.
fn rows(table: &str) -> Vec<(usize, Vec<String>)> {
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(" | ").collect();
        let number = cells.first()?.trim_start_matches('|').trim().parse().ok()?;
        Some((number, named(cells.get(2)?)))
    };
    table.lines().filter_map(row).collect()
}

/// The paths between backticks.
fn named(text: &str) -> Vec<String> {
    let quoted = text.split('`').skip(1).step_by(2);
    let paths = quoted.filter(|name| name.contains("::"));
    paths.map(str::to_owned).collect()
}

/// The files in which a test of this path may stand.
fn files(path: &[&str]) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let below = path.join("/");
    ["src", "tests/it"]
        .iter()
        .flat_map(|folder| {
            let stem = root.join(folder).join(&below);
            let tests = format!("{}_tests.rs", stem.display());
            [stem.with_extension("rs"), tests.into(), stem.join("mod.rs")]
        })
        .filter(|file| file.exists())
        .collect()
}

fn exists(test: &str) -> bool {
    let mut path: Vec<&str> = test.split("::").collect();
    let name = path.pop().unwrap_or_default();
    let wanted = format!("fn {name}(");
    files(&path)
        .iter()
        .any(|file| fs::read_to_string(file).is_ok_and(|text| text.contains(&wanted)))
}

#[test]
fn every_fault_has_tests_and_every_test_named_exists() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/FAULTS.md");
    let table = fs::read_to_string(file).expect("there is a table of faults");
    let rows = rows(&table);
    let numbers: Vec<usize> = rows.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=FAULTS).collect::<Vec<_>>());
    for (number, tests) in &rows {
        assert!(!tests.is_empty(), "row {number} names no test");
    }
    let gone: Vec<String> = named(&table)
        .into_iter()
        .filter(|test| !exists(test))
        .collect();
    assert!(gone.is_empty(), "{gone:#?}");
}

#[test]
fn a_test_that_does_not_exist_is_missed() {
    assert!(exists(
        "flows::tls::a_certificate_that_is_not_in_order_is_refused_in_words"
    ));
    assert!(!exists("flows::tls::a_certificate_that_is_not_in_order"));
    assert!(!exists("flows::nowhere::nothing"));
}
