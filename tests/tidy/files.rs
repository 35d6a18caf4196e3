//! Which files may exist: a fixed top level, no leftovers of editing, no empty files.

use crate::refuse;

const TOP_LEVEL: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clippy.toml",
    "deny.toml",
    "icons",
    "rustfmt.toml",
    "src-tauri",
    "tests",
    "ui",
];

#[test]
fn the_top_level_is_fixed() {
    let first = |path: &'static String| path.split('/').next().expect("a path has a first part");
    let mut found: Vec<String> = tests::files()
        .iter()
        .map(first)
        .filter(|name| !name.starts_with('.') && !TOP_LEVEL.contains(name))
        .map(String::from)
        .collect();
    found.dedup();
    refuse(
        &found,
        "Put it below src-tauri, ui, icons or tests; a document beside what it documents.",
    );
}

#[test]
fn nothing_is_left_over_from_editing() {
    let found: Vec<String> =
        tests::files().iter().filter(|path| is_left_over(path)).cloned().collect();
    refuse(&found, "Replace the original and delete this; git keeps the history.");
}

/// Matches `a.orig`, `Timeline.new.svelte`, `a copy.rs` and `a.rs~`, for example.
fn is_left_over(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let marks = ["new", "old", "orig", "copy", "bak", "rej", "tmp", "swp"];
    let marked = name.split('.').skip(1).any(|part| marks.contains(&part));
    marked || name.ends_with('~') || name.contains(" copy") || name.contains(".copy ")
}

#[test]
fn left_over_names_are_distinguished_from_others() {
    for name in ["a/b.rs.orig", "ui/Timeline.new.svelte", "notes copy.md", "main.rs~", "x.bak"] {
        assert!(is_left_over(name), "{name}");
    }
    for name in ["a/new.rs", "src/old/b.rs", "copy.ts", "tmp.rs"] {
        assert!(!is_left_over(name), "{name}");
    }
}

#[test]
fn no_file_is_empty() {
    let found: Vec<String> = tests::files()
        .iter()
        .filter(|path| !path.starts_with("tests/fixtures/") && tests::text(path).trim().is_empty())
        .cloned()
        .collect();
    refuse(&found, "Delete it, or write what it is for.");
}
