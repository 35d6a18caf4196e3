//! Variables that change what a command does.

use crate::claims::shell::{Simple, Word, assignment};
use protocol::ClaimWhy;

/// Parts of names that stand for a selection or for arguments.
const HINDER: &str = "SKIP FILTER ONLY ADDOPTS MAKEFLAGS GOFLAGS ARGS TESTS PATTERN IF_PRESENT _OPTS \
     PASSWITHNOTESTS DRY IGNORE BASH_ENV LD_PRELOAD _UPDATE UPDATE_";

/// Why the variables that are set for a command leave its result unknown.
pub(super) fn hinder(sets: &[(String, Word)]) -> Option<ClaimWhy> {
    let hinders = |(name, value): &(String, Word)| {
        let name = name.to_ascii_uppercase();
        match name.as_str() {
            "PATH" => !value.text.contains("$PATH"),
            "NODE_OPTIONS" | "JAVA_OPTS" | "MAVEN_OPTS" | "GRADLE_OPTS" => false,
            name => HINDER.split_whitespace().any(|part| name.contains(part)),
        }
    };
    sets.iter().any(hinders).then_some(ClaimWhy::Arguments)
}

/// Whether a command sets variables that change what the commands after it do.
pub(in crate::claims) fn sways(simple: &Simple) -> bool {
    let exported = simple.words.split_first().filter(|(name, _)| name.text == "export");
    let exported = exported.map(|(_, words)| words.iter().filter_map(assignment).collect());
    let exported: Vec<_> = exported.unwrap_or_default();
    let own = if simple.words.is_empty() { &simple.sets[..] } else { &[] };
    hinder(&exported).or_else(|| hinder(own)).is_some()
}
