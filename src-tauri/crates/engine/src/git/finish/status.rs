//! What is not committed in a worktree.

use crate::command::Lane;
use crate::error::Result;
use crate::git::checkpoint::TreePath;
use crate::git::{Git, OwnEnvironment, SAFE};
use std::path::Path;
use std::process::Command;

/// What is not committed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uncommitted {
    /// Files that git knows: changed, removed, added.
    pub(crate) known: Vec<TreePath>,
    /// New files.
    pub(crate) new: Vec<TreePath>,
    /// Repositories of their own that git does not know here.
    pub(crate) repositories: Vec<TreePath>,
}

impl Uncommitted {
    /// Whether nothing is left to be committed.
    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty() && self.new.is_empty()
    }
}

impl Git {
    /// What is not committed in a worktree; `None` if git does not say.
    pub(super) async fn uncommitted(&self, root: &Path) -> Result<Option<Uncommitted>> {
        let words = [
            "status",
            "--porcelain=v2",
            "-z",
            "--no-renames",
            "--untracked-files=all",
            "--ignore-submodules=none",
        ];
        let mut command = Command::new(self.program(root).await?);
        command.arg("-C").arg(root).args(SAFE).args(words);
        let own = OwnEnvironment { variables: &[], input: None };
        let said = self.call(command, own, Lane::Git, super::LIMIT).await?;
        Ok(if said.ok { read(&said.stdout) } else { None })
    }
}

/// Reads what `git status` printed; `None` if that is not understood.
fn read(printed: &[u8]) -> Option<Uncommitted> {
    let mut found = Uncommitted::default();
    for entry in printed.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
        // How many fields stand before the path.
        let before = match entry.first()? {
            b'1' => 8,
            b'u' => 10,
            b'?' => 1,
            _ => return None,
        };
        let path = entry.splitn(before + 1, |byte| *byte == b' ').nth(before)?;
        match (entry.first()?, path.strip_suffix(b"/")) {
            // Each file of a folder is listed, so this is a repository.
            (b'?', Some(folder)) => found.repositories.push(TreePath::from_git(folder)?),
            (b'?', None) => found.new.push(TreePath::from_git(path)?),
            _ => found.known.push(TreePath::from_git(path)?),
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_not_known() {
        let text = |paths: &[TreePath]| paths.iter().map(TreePath::text).collect::<Vec<_>>();
        let printed = b"1 .M N... 100644 100644 100644 aa bb a b.txt\0\
            1 A. S... 000000 160000 160000 00 cc sub\0\
            u UU N... 100644 100644 100644 100644 aa bb cc x y\0? new one\0? in/ner/\0";
        let found = read(printed).unwrap();
        assert_eq!(text(&found.known), ["a b.txt", "sub", "x y"]);
        assert_eq!(text(&found.new), ["new one"]);
        assert_eq!(text(&found.repositories), ["in/ner"]);
        assert!(!found.is_empty());
        assert_eq!(read(b""), Some(Uncommitted::default()));
        for odd in [&b"x y"[..], b"2 R. N... a b c d e f g", b"1 M", b"? ../up"] {
            assert_eq!(read(odd), None, "{odd:?}");
        }
    }
}
