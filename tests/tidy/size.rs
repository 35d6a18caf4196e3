//! The longest permitted files, and lines of the page. A longer file needs a reason in the list,
//! and an entry that is no longer needed must be removed. Unit tests at the end of a Rust file do
//! not count.

use crate::refuse;
use crate::source::{before_tests, has_extension, lines_where};

/// The longest file of each kind, in lines.
const LIMITS: &[(&str, usize)] =
    &[("rs", 600), ("svelte", 600), ("ts", 600), ("css", 600), ("py", 600)];

/// The longest line of the page, in characters. Prettier breaks code earlier, but not texts and svg
/// paths; rustfmt has a width of its own.
const WIDEST: usize = 140;

/// Files that may be longer and wider, each with the reason.
const LONG: &[(&str, &str)] = &[("ui/src/ipc/protocol.ts", "generated")];

#[test]
fn files_hold_one_idea() {
    let found: Vec<String> = tests::files()
        .iter()
        .filter(|path| LONG.iter().all(|(long, _)| path != long))
        .filter_map(|path| {
            let limit = limit(path)?;
            let lines = length(path);
            (lines > limit).then(|| format!("{path}: {lines} lines, the limit is {limit}"))
        })
        .collect();
    refuse(
        &found,
        "Look for the second idea in it and give it a file. If there is none, put the file and the \
         reason into LONG in tests/tidy/size.rs.",
    );
}

#[test]
fn lines_of_the_page_fit_a_screen() {
    let page = tests::files().iter().filter(|path| {
        path.starts_with("ui/")
            && has_extension(path, &["ts", "svelte", "css", "js", "html"])
            && LONG.iter().all(|(long, _)| path != long)
    });
    let found = lines_where(page, |line| line.chars().count() > WIDEST);
    refuse(
        &found,
        "Name a part of it, or put a text together with `+`: a line has 140 characters at most.",
    );
}

#[test]
fn exceptions_from_the_length_are_still_files() {
    let found: Vec<String> = LONG
        .iter()
        .filter(|(path, _)| tests::files().iter().all(|file| file != path))
        .map(|(path, reason)| format!("{path} ({reason}) is gone"))
        .collect();
    refuse(&found, "Take it out of LONG in tests/tidy/size.rs.");
}

fn limit(path: &str) -> Option<usize> {
    LIMITS.iter().find(|(kind, _)| has_extension(path, &[kind])).map(|(_, limit)| *limit)
}

fn length(path: &str) -> usize {
    let text = tests::text(path);
    if has_extension(path, &["rs"]) { before_tests(&text).count() } else { text.lines().count() }
}
