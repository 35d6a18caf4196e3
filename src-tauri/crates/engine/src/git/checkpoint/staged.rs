//! Holds what is in the index of the repository alone: bytes that were staged, and then changed in the
//! worktree before they were committed. The index itself is not touched, neither now nor by a restore.

use super::facts::{Facts, Staged};
use super::object::{Entry, Mode};
use super::paths::{TreePath, is_wanted};
use super::repository::{Head, Repository, refused};
use crate::error::Result;
use crate::git::reason;
use protocol::{NotRestored, NotRestoredWhy};

impl Repository<'_> {
    /// The entries of the index that the commit which is checked out does not have.
    pub(super) async fn staged(&self, head: &Head) -> Result<Staged> {
        let tree = match &head.commit {
            Some(commit) => commit.clone(),
            // Of nothing, which is the input.
            None => self.ask(&["hash-object", "-t", "tree", "--stdin"], None).await?,
        };
        let words = ["diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev"];
        let words = [&words[..], &["--ignore-submodules=all", &tree]].concat();
        let said = self.run(&words, None).await?;
        match said.ok {
            true => Ok(staged(&said.stdout)),
            false => Err(refused(&reason(&said.stderr), &self.root)),
        }
    }
}

/// The staged entries that the tree of a checkpoint does not have.
pub(super) fn only_staged(mut staged: Staged, held: &[Entry]) -> Staged {
    staged.retain(|path, (mode, object)| {
        let at = held.binary_search_by(|entry| entry.path.cmp(path)).ok();
        let held = at.and_then(|at| held.get(at));
        held.is_none_or(|held| held.mode.git() != mode || held.object.to_string() != *object)
    });
    staged
}

/// What a checkpoint holds of an index, and the present one does not have.
pub(super) fn not_restored(
    paths: &[TreePath],
    facts: &Facts,
    before: &Facts,
) -> Vec<(TreePath, NotRestored)> {
    let lost = facts.staged.iter().filter(|(path, entry)| {
        is_wanted(paths, path)
            && entry.0 != Mode::Repository.git()
            && before.staged.get(*path) != Some(entry)
    });
    let shown = |(path, (_, object)): (&TreePath, &(String, String))| {
        let (why, object) = (NotRestoredWhy::Staged, Some(object.clone()));
        (path.clone(), NotRestored { path: path.text(), why, object })
    };
    lost.map(shown).collect()
}

/// The new sides of what `git diff-index --raw -z` prints, without what is gone or in conflict.
fn staged(printed: &[u8]) -> Staged {
    let parts: Vec<&[u8]> = printed.split(|byte| *byte == 0).collect();
    let entry = |pair: &[&[u8]]| {
        let meta = std::str::from_utf8(pair[0]).ok()?.strip_prefix(':')?;
        let mut words = meta.split(' ').skip(1);
        let (mode, _, object) = (words.next()?, words.next()?, words.next()?);
        let is_there = mode != "000000" && object.bytes().any(|digit| digit != b'0');
        let path = TreePath::from_git(pair[1])?;
        is_there.then(|| (path, (mode.to_owned(), object.to_owned())))
    };
    parts.chunks_exact(2).filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_index_has_is_staged() {
        let [bb, cc] = ["b", "c"].map(|digit| digit.repeat(40));
        let printed = format!(
            ":100644 100644 aa {bb} M\0a\0:000000 100644 00 {cc} A\0b c\0\
             :100644 000000 aa 00 D\0d\0:100644 000000 aa 00 U\0e\0"
        );
        let entry = |mode: &str, object: &str| (mode.to_owned(), object.to_owned());
        let path = |bytes: &[u8]| TreePath::from_git(bytes).expect("a path");
        let found = staged(printed.as_bytes());
        let expected = [(path(b"a"), entry("100644", &bb)), (path(b"b c"), entry("100644", &cc))];
        assert_eq!(found, Staged::from(expected));
        let object = super::super::object::ObjectId::from_hex(&bb).unwrap();
        let held = [Entry { path: path(b"a"), mode: Mode::File, object, stamp: None }];
        assert!(only_staged(found, &held).into_keys().eq([path(b"b c")]));
    }

    #[cfg(unix)]
    #[test]
    fn staged_bytes_outlive_a_reset_and_are_named() {
        use super::super::world::{Untouched, World, content, destroy, git, write};
        let world = World::new();
        let unborn = world.path("unborn");
        std::fs::create_dir(&unborn).unwrap();
        git(&unborn, &["init", "-q"]);
        let born = world.repository("staged", &[]);
        for root in [unborn, born] {
            write(&root, "first.txt", b"staged\n");
            write(&root, "new", b"staged, too\n");
            git(&root, &["add", "-A"]);
            write(&root, "first.txt", b"in the worktree\n");
            std::fs::remove_file(root.join("new")).unwrap();
            write(&root, "same", b"same\n");
            git(&root, &["add", "same"]);
            let (state, before) = (Untouched::of(&root), content(&root));
            let made = world.checkpoint(&root);
            assert_eq!((Untouched::of(&root), &made.left_out), (state, &Vec::new()));
            // While the index has them, nothing is said.
            assert_eq!(world.restore(&root, &made, &[]).unwrap().kept, []);
            git(&root, &["rm", "-q", "-r", "-f", "--cached", "."]);
            destroy(&root);
            git(&root, &["reflog", "expire", "--expire=now", "--all"]);
            git(&root, &["gc", "-q", "--prune=now"]);
            let restored = world.restore(&root, &made, &[]).unwrap();
            assert_eq!(content(&root), before);
            let bytes = |path: &str| {
                let found = restored.kept.iter().find(|it| it.path == path).expect("it is named");
                assert_eq!(found.why, NotRestoredWhy::Staged);
                git(&root, &["cat-file", "blob", found.object.as_deref().unwrap()])
            };
            assert_eq!((&*bytes("first.txt"), &*bytes("new")), ("staged\n", "staged, too\n"));
            assert_eq!(restored.kept.len(), 2, "{:?}", restored.kept);
        }
    }
}
