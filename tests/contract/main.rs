//! The contract between the page and the window: both use the same names of commands and events,
//! each command has a permission, the page has only the permissions in the list, and events reach
//! it as they are stored. The tests read sources and recordings, so they need no window.

// Helper functions of tests may panic, too.
#![allow(clippy::unwrap_used)]

mod commands;
mod pulled;
mod raw;
mod reasons;
mod recordings;
mod rights;

use std::collections::BTreeSet;

/// The texts between `before` and `after`, for every occurrence of `before`.
fn between(text: &str, before: &str, after: &str) -> BTreeSet<String> {
    let pieces = text.split(before).skip(1);
    pieces.filter_map(|piece| piece.split_once(after)).map(|(word, _)| word.to_owned()).collect()
}

/// All sources of the desktop program, as one text.
fn shell() -> String {
    let sources = tests::files().iter().filter(|path| path.starts_with("src-tauri/src/"));
    sources.map(|path| tests::text(path)).collect()
}

#[test]
fn words_between_two_texts_are_found() {
    let found = between("a(\"x\") b(\"y\") a(\"z\")", "a(\"", "\"");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["x", "z"]);
}
