//! `mush doctor` says what is missing before it says what is there.

use crate::support::{World, git};
use serde_json::{Value, json};

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

#[test]
fn a_mirror_that_takes_checkpoints_along_is_named_with_its_repository() {
    let world = World::new();
    let repo = world.committed("work");
    assert_eq!(world.run(&repo, "[[demo:plain]]", &[]).state(), "done(unchecked)");
    let mirrored = || {
        let rows = world.rows(["doctor"]).into_iter();
        rows.filter(|row| row.get("mirrors").is_some()).collect::<Vec<Value>>()
    };
    assert!(mirrored().is_empty());
    for (key, value) in [
        ("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
        ("remote.backup.mirror", "true"),
        ("remote.copy.fetch", "+refs/*:refs/*"),
    ] {
        git(&repo, &["config", key, value]);
    }
    let expected = json!({
        "repository": repo.join(".git"),
        "mirrors": [
            {"remote": "backup", "pushes": true, "prunes": false},
            {"remote": "copy", "pushes": false, "prunes": true},
        ],
    });
    assert_eq!(mirrored(), [expected]);
    // What git cannot read is not known, and a repository that was removed has no remotes.
    std::fs::write(repo.join(".git/config"), "[remote\n").unwrap();
    let (said, _) = world.printed(&["doctor"]);
    assert!(said.contains("whether its remotes take checkpoints along is not known"), "{said}");
    std::fs::remove_dir_all(&repo).unwrap();
    let (said, _) = world.printed(&["doctor"]);
    assert!(!said.contains("repository"), "{said}");
}
