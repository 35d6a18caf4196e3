//! The contract between the page and the window: both name the same commands and events, each command
//! needs a permission, what the page may do is as little as the design says, and an event reaches it as
//! it is stored. Read from the sources and from recordings, so that it runs without a window.

// Helpers of tests fail like tests.
#![allow(clippy::unwrap_used)]

mod commands;
mod pulled;
mod raw;
mod reasons;
mod recordings;
mod rights;

use std::collections::BTreeSet;

/// The words between two texts, wherever the first one occurs.
fn between(text: &str, before: &str, after: &str) -> BTreeSet<String> {
    let pieces = text.split(before).skip(1);
    pieces.filter_map(|piece| piece.split_once(after)).map(|(word, _)| word.to_owned()).collect()
}

/// All sources of the desktop program.
fn shell() -> String {
    let sources = tests::files().iter().filter(|path| path.starts_with("src-tauri/src/"));
    sources.map(|path| tests::text(path)).collect()
}

#[test]
fn words_between_two_texts_are_found() {
    let found = between("a(\"x\") b(\"y\") a(\"z\")", "a(\"", "\"");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["x", "z"]);
}
