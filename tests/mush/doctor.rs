//! `mush doctor` says what is missing before it says what is there.

use crate::support::World;
use serde_json::Value;

/// Whether something cannot be used as it is.
fn is_missing(row: &Value) -> bool {
    let is_agent = row.get("login").is_some();
    let is_signed_out = row["login"].to_string().contains("signed_out");
    !row["problem"].is_null() || (is_agent && (row["path"].is_null() || is_signed_out))
}

#[test]
fn what_is_missing_comes_first() {
    let mut world = World::new();
    // The demo agent is there; git and the others are not.
    world.set("PATH", "/nonexistent");
    let rows = world.rows(["doctor"]);
    let missing: Vec<bool> = rows.iter().map(is_missing).collect();
    let first_there = missing.iter().position(|is_missing| !is_missing).unwrap();
    assert!(first_there > 0 && missing[first_there..].iter().all(|it| !it), "{rows:#?}");
    assert!(rows[..first_there].iter().any(|row| row.get("git").is_some()), "{rows:#?}");
    assert!(rows.last().unwrap()["data_dir"].is_string());
}
