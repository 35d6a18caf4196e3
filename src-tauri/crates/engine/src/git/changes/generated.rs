//! Which files a program made: those that the attributes of the later state call generated, and, unless they say
//! otherwise, files that lock dependencies. The attributes are those of that state and not of the worktree, which may
//! have changed: an index of Musher's own has nothing but the state's `.gitattributes`, and git reads that, in every
//! version.

use super::super::checkpoint::TreePath;
use super::Source;
use super::aside::Aside;
use crate::error::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::Path;

/// The attribute that says it, as the places know it that show repositories.
const ATTRIBUTE: &str = "linguist-generated";

const ATTRIBUTES: &str = ".gitattributes";

/// Makes an index of what is given, as one file and nothing beside it.
const MAKE_INDEX: [&str; 7] = [
    "-c",
    "core.splitIndex=false",
    "-c",
    "index.sparse=false",
    "update-index",
    "-z",
    "--index-info",
];

/// How many paths are given to git at once.
const AT_ONCE: usize = 500;

/// The names of files that lock dependencies.
const LOCKS: [&str; 22] = [
    "Cargo.lock",
    "Gemfile.lock",
    "Package.resolved",
    "Pipfile.lock",
    "Podfile.lock",
    "bun.lock",
    "bun.lockb",
    "composer.lock",
    "deno.lock",
    "flake.lock",
    "go.sum",
    "gradle.lockfile",
    "mix.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "packages.lock.json",
    "pdm.lock",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pubspec.lock",
    "uv.lock",
    "yarn.lock",
];

impl Source<'_> {
    /// The paths that a program made, as of a state.
    pub(super) async fn generated<'p>(
        &self,
        aside: &Aside,
        object: &str,
        paths: impl Iterator<Item = &'p TreePath> + Clone,
    ) -> Result<BTreeSet<TreePath>> {
        let said = self.said_of(aside, object, paths.clone()).await?;
        let is_generated = |path: &&TreePath| said.get(path).copied().unwrap_or(is_lock(path));
        Ok(paths.filter(is_generated).cloned().collect())
    }

    /// What the attributes say of these paths, where they say something.
    async fn said_of<'p>(
        &self,
        aside: &Aside,
        object: &str,
        paths: impl Iterator<Item = &'p TreePath> + Clone,
    ) -> Result<BTreeMap<TreePath, bool>> {
        let index = self.attributes(object, paths.clone()).await?;
        if index.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut variables = vec![("GIT_INDEX_FILE", aside.path("index").into_os_string())];
        if self.has_no_files {
            // Git asks for attributes in a worktree only.
            variables.push(("GIT_DIR", self.repository.root.clone().into_os_string()));
            variables.push(("GIT_WORK_TREE", aside.path("").into_os_string()));
        }
        let input = aside.input("index.in", index).await?;
        let made = self.run_with(&MAKE_INDEX, &variables, Some(input)).await?;
        if !made.ok {
            return Err(self.refused(&made));
        }
        let mut asked = Vec::new();
        for path in paths {
            asked.extend_from_slice(path.bytes());
            asked.push(0);
        }
        let input = aside.input("paths", asked).await?;
        let words = ["check-attr", "--cached", "-z", "--stdin", ATTRIBUTE];
        let said = self.run_with(&words, &variables, Some(input)).await?;
        if said.ok { Ok(answers(&said.stdout)) } else { Err(self.refused(&said)) }
    }

    /// The files with attributes that count for these paths, as an index takes them.
    async fn attributes<'p>(
        &self,
        object: &str,
        paths: impl Iterator<Item = &'p TreePath>,
    ) -> Result<Vec<u8>> {
        let mut files: BTreeSet<OsString> = BTreeSet::from([ATTRIBUTES.into()]);
        for folder in paths.flat_map(TreePath::folders) {
            files.insert(folder.at(Path::new("")).join(ATTRIBUTES).into_os_string());
        }
        let files: Vec<&OsStr> = files.iter().map(OsString::as_os_str).collect();
        let mut found = Vec::new();
        for files in files.chunks(AT_ONCE) {
            let words = ["ls-tree", "-z", "--full-tree", object, "--"].map(OsStr::new);
            let words = [&words[..], files].concat();
            found.extend(self.bytes(&words, None).await?);
        }
        Ok(found)
    }
}

/// Whether a file locks dependencies, by its name.
fn is_lock(path: &TreePath) -> bool {
    let name = path.bytes().rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    LOCKS.iter().any(|lock| lock.as_bytes() == name)
}

/// What `git check-attr -z` prints: path, attribute and value, each ended by a zero byte.
fn answers(printed: &[u8]) -> BTreeMap<TreePath, bool> {
    let parts: Vec<&[u8]> = printed.split(|byte| *byte == 0).collect();
    let answer = |parts: &[&[u8]]| {
        let value = match parts[2] {
            b"set" | b"true" => true,
            b"unset" | b"false" => false,
            _ => return None,
        };
        Some((TreePath::from_git(parts[0])?, value))
    };
    parts.chunks_exact(3).filter_map(answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(bytes: &[u8]) -> TreePath {
        TreePath::from_git(bytes).expect("a path")
    }

    #[test]
    fn a_lock_is_known_by_its_whole_name() {
        assert!(LOCKS.is_sorted());
        for lock in [&b"Cargo.lock"[..], b"ui/package-lock.json", b"a/b/go.sum"] {
            assert!(is_lock(&path(lock)), "{lock:?}");
        }
        for other in [&b"cargo.lock"[..], b"Cargo.lock/x", b"my-go.sum", b"\xff.lock"] {
            assert!(!is_lock(&path(other)), "{other:?}");
        }
    }

    #[test]
    fn only_what_is_said_counts() {
        let said = b"a\0linguist-generated\0set\0b\nc\0linguist-generated\0false\0d\0linguist-generated\0unspecified\0";
        let found = answers(said);
        assert_eq!(found, BTreeMap::from([(path(b"a"), true), (path(b"b\nc"), false)]));
    }
}
