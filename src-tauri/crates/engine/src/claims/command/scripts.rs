//! Scripts and targets that are known by their names only: of a package (`npm run …`), of a Makefile, of a folder.

use super::Act;
use crate::claims::shell::Word;
use protocol::{ClaimKind as K, ClaimWhy};

/// How many words after a program may name what it does.
const MOST_WORDS: usize = 2;

/// What the name of a script or target of a project says that it does.
///
/// Of a Makefile `check` is the usual name of its tests; elsewhere it checks the sources.
pub(super) fn target(name: &str, is_makefile: bool) -> Option<(&'static [K], Option<ClaimWhy>)> {
    let mut parts = name.split([':', '-', '_', '.']);
    let kinds: &[K] = match parts.next().unwrap_or_default() {
        "check" if is_makefile => &[K::Tests],
        "check" | "verify" => &[K::Lint],
        first => match kinds(first) {
            Some(kinds) => kinds,
            // `unit-test`
            None => return Some((parts.find_map(kinds)?, Some(ClaimWhy::Part))),
        },
    };
    let mut less = None;
    for part in parts {
        match part {
            "all" | "ci" | "run" | "once" | "full" | "prod" | "production" | "release" | "cov"
            | "coverage" | "verbose" => {}
            "check" | "types" | "type" => return Some((&[K::Lint], None)),
            "watch" | "dev" | "ui" => less = Some(ClaimWhy::Watch),
            _ => less = less.or(Some(ClaimWhy::Part)),
        }
    }
    Some((kinds, less))
}

fn kinds(word: &str) -> Option<&'static [K]> {
    Some(match word {
        "test" | "tests" | "spec" | "specs" | "runtest" => &[K::Tests],
        "build" | "compile" | "dist" | "all" | "assemble" | "package" => &[K::Build],
        "lint" | "lints" | "typecheck" | "types" | "type" | "tsc" | "clippy" | "eslint" | "vet"
        | "mypy" => &[K::Lint],
        _ => return None,
    })
}

/// A program that is not known, with a word after it that names what it does: `cargo xtask test`.
pub(super) fn by_word(words: &[Word]) -> Option<Act> {
    let mut named = words.iter().take(MOST_WORDS).filter(|word| word.is_literal);
    let kinds = named.find_map(|word| kinds(&word.text))?;
    Some(Act { kinds, unproven: Some(ClaimWhy::Script) })
}

/// A script that is run by its path: whatever it says, it may hide a failure.
pub(super) fn named(path: &str) -> Option<Act> {
    let name = path.rsplit('/').next()?;
    let is_script = path.contains('/')
        || [".sh", ".py", ".js", ".ts", ".rb", ".pl", ".ps1", ".bat"]
            .iter()
            .any(|it| name.ends_with(it));
    let stem = name.split('.').next()?;
    let kinds = stem.split(['-', '_']).find_map(kinds)?;
    is_script.then_some(Act { kinds, unproven: Some(ClaimWhy::Script) })
}
