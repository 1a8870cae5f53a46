//! What Discord is told of the commands: a committed snapshot shows each change.
//! `LEDE_WRITE_REGISTRATION=1 cargo test registration` writes it anew.

use std::fs;
use std::path::Path;

#[test]
fn the_registration_is_as_it_was_reviewed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/registration.json");
    let now = serde_json::to_string_pretty(&lede::wire::registration(lede::desk::ALL))
        .expect("plain values")
        + "\n";
    if std::env::var_os("LEDE_WRITE_REGISTRATION").is_some() {
        fs::write(&path, &now).expect("the snapshot can be written");
        return;
    }
    let reviewed = fs::read_to_string(&path).expect("there is a snapshot");
    assert!(
        now == reviewed,
        "the commands changed: run LEDE_WRITE_REGISTRATION=1 cargo test registration and review"
    );
}
