//! The patterns for the names of new worktrees and their branches. Pure.

use protocol::WorktreePatterns;
use std::path::{Path, PathBuf};

const NAME: &str = "{name}";
const PROJECT: &str = "{project}";

/// The error in a pattern for places, if there is one.
pub(super) fn mistake_in_place(place: &str) -> Option<String> {
    let parts: Vec<&str> = place.split(['/', std::path::MAIN_SEPARATOR]).collect();
    match parts.split_last() {
        Some((&NAME, folder)) if !folder.concat().contains(NAME) => {}
        _ => return Some(format!("the last part is {NAME}, and it stands there only")),
    }
    mistake_in_braces(place, &[NAME, PROJECT])
}

/// The error in a pattern for branches, if there is one. Branches of stories are found by the part
/// before the name, and git only searches for whole path components.
pub(super) fn mistake_in_branch(branch: &str) -> Option<String> {
    let Some(prefix) = branch.strip_suffix(NAME) else {
        return Some(format!("a branch ends in {NAME}"));
    };
    if !(prefix.is_empty() || prefix.ends_with('/')) {
        return Some(format!("{NAME} is a part of its own, as in musher/{NAME}"));
    }
    let is_odd = |part: &str| {
        part.is_empty()
            || part.starts_with(['-', '.'])
            || part.ends_with(".lock")
            || part.contains("..")
    };
    let is_text =
        |one: char| !one.is_control() && !one.is_whitespace() && !"~^:?*[\\@".contains(one);
    let mut parts = prefix.split_terminator('/');
    if prefix.contains(NAME) {
        return Some(format!("{NAME} stands at the end only"));
    }
    if prefix.starts_with("refs/") || parts.any(is_odd) || !prefix.chars().all(is_text) {
        return Some("git takes no such name for a branch".to_owned());
    }
    mistake_in_braces(branch, &[NAME])
}

fn mistake_in_braces(pattern: &str, known: &[&str]) -> Option<String> {
    let rest = known.iter().fold(pattern.to_owned(), |rest, word| rest.replace(word, ""));
    match rest.contains(['{', '}']) {
        true => Some(format!("only {} can stand in braces here", known.join(" and "))),
        false => None,
    }
}

/// How the worktrees and branches of one repository are named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Naming {
    /// The folder that holds the worktrees.
    pub(crate) folder: PathBuf,
    /// The part of a branch's name before the story's name: empty, or it ends with `/`.
    pub(crate) branches: String,
}

impl Naming {
    /// The names for the repository whose main folder is `repository`, by patterns that were
    /// checked before.
    pub(crate) fn of(patterns: &WorktreePatterns, repository: &Path, home: Option<&Path>) -> Self {
        let name = repository.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let folder = patterns.place.strip_suffix(NAME).unwrap_or(&patterns.place);
        let folder = folder.replace(PROJECT, &name);
        let folder = match (folder.strip_prefix("~/"), home) {
            (Some(below), Some(home)) => home.join(below),
            // The parent of the home directory is not writable for the user.
            (None, Some(home)) if home.starts_with(repository) => home.join(folder),
            // An absolute path replaces the one that it is joined to.
            _ => repository.parent().unwrap_or(repository).join(folder),
        };
        // Removes a separator at the end.
        Self { folder: folder.components().collect(), branches: prefix(patterns).to_owned() }
    }

    /// The branch of a story with this name. It does not depend on the repository.
    pub(crate) fn branch_by(patterns: &WorktreePatterns, name: &str) -> String {
        format!("{}{name}", prefix(patterns))
    }

    /// The folder of the worktree of a story with this name.
    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

fn prefix(patterns: &WorktreePatterns) -> &str {
    patterns.branch.strip_suffix(NAME).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_name_nothing_are_refused() {
        for place in
            ["", "x", "{name}/x", "{name}/{name}", "a-{name}", "{projekt}/{name}", "{/{name}"]
        {
            assert!(mistake_in_place(place).is_some(), "{place}");
        }
        for place in
            ["{name}", "{project}.worktrees/{name}", "~/trees/{project}/{name}", "/w/{name}"]
        {
            assert_eq!(mistake_in_place(place), None, "{place}");
        }
        for branch in [
            "",
            "x",
            "ann-{name}",
            "{project}/{name}",
            "-a/{name}",
            "a..b/{name}",
            "/{name}",
            "a//{name}",
            "a b/{name}",
            "refs/heads/{name}",
            "a.lock/{name}",
            "{name}/{name}",
        ] {
            assert!(mistake_in_branch(branch).is_some(), "{branch}");
        }
        for branch in ["{name}", "musher/{name}", "ann/stories/{name}"] {
            assert_eq!(mistake_in_branch(branch), None, "{branch}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn names_follow_the_patterns() {
        let named = |place: &str, branch: &str| {
            let patterns = WorktreePatterns { place: place.to_owned(), branch: branch.to_owned() };
            let naming =
                Naming::of(&patterns, Path::new("/src/shop"), Some(Path::new("/home/ann")));
            (naming.place("fix").display().to_string(), Naming::branch_by(&patterns, "fix"))
        };
        let usual = WorktreePatterns::default();
        let at_home = |repository: &str| {
            let home = Some(Path::new("/home/ann"));
            Naming::of(&usual, Path::new(repository), home).place("fix").display().to_string()
        };
        assert_eq!(at_home("/home/ann"), "/home/ann/ann.worktrees/fix");
        assert_eq!(at_home("/home"), "/home/ann/home.worktrees/fix");
        assert_eq!(at_home("/home/ann/shop"), "/home/ann/shop.worktrees/fix");
        let table = [
            (named(&usual.place, &usual.branch), ("/src/shop.worktrees/fix", "musher/fix")),
            (named("{name}", "{name}"), ("/src/fix", "fix")),
            (named("~/t/{project}/{name}", "a/b/{name}"), ("/home/ann/t/shop/fix", "a/b/fix")),
            (named("/w/{name}", "x/{name}"), ("/w/fix", "x/fix")),
            (named("../{project}/{name}", "x/{name}"), ("/src/../shop/fix", "x/fix")),
        ];
        for ((place, branch), expected) in table {
            assert_eq!((place.as_str(), branch.as_str()), expected);
        }
    }
}
