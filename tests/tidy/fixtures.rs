//! Every folder of recordings in `tests/fixtures` is named by a test.

use crate::refuse;
use crate::source::has_extension;
use std::collections::BTreeSet;

const FIXTURES: &str = "tests/fixtures/";

#[test]
fn every_folder_of_fixtures_is_named_by_a_test() {
    let folders: BTreeSet<&str> = tests::files()
        .iter()
        .filter_map(|path| path.strip_prefix(FIXTURES)?.split_once('/').map(|(folder, _)| folder))
        .collect();
    let sources: Vec<String> = tests::files()
        .iter()
        .filter(|path| has_extension(path, &["rs", "ts", "py"]) && !path.starts_with(FIXTURES))
        .map(|path| tests::text(path))
        .collect();
    let found: Vec<String> = folders
        .into_iter()
        .filter(|folder| !sources.iter().any(|source| names(source, folder)))
        .map(|folder| format!("{FIXTURES}{folder}"))
        .collect();
    refuse(&found, "Test with it, or delete it.");
}

/// Whether a source names the folder, as a whole string or as a part of a path.
fn names(source: &str, folder: &str) -> bool {
    [format!("\"{folder}\""), format!("fixtures/{folder}"), format!("\"{folder}/")]
        .iter()
        .any(|form| source.contains(form))
}
