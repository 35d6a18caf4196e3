//! The facts of a checkpoint that a tree has no place for. They are in the commit's message, so that the
//! repository alone gives back everything.

use super::paths::TreePath;
use protocol::{CheckpointCause, LeftOut, StoryId, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Permissions that differ from those that git gives a file.
pub(in crate::git) type Modes = BTreeMap<TreePath, u32>;

/// Modes and objects of entries of an index.
pub(super) type Staged = BTreeMap<TreePath, (String, String)>;

/// What is known of the files beyond the tree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::git) struct Facts {
    /// The commit that was checked out.
    pub(in crate::git) head: Option<String>,
    /// The full name of the branch that was checked out.
    pub(in crate::git) branch: Option<String>,
    /// Empty folders.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) empty: Vec<TreePath>,
    /// Permissions of files that are not those that git gives them.
    #[serde(skip_serializing_if = "Modes::is_empty")]
    pub(in crate::git) modes: Modes,
    /// What is in the index of the repository, and neither in the commit that was checked out nor in the
    /// checkpoint's tree: mode and object. A commit that is a parent of the checkpoint's holds the objects.
    #[serde(skip_serializing_if = "Staged::is_empty")]
    pub(super) staged: Staged,
    /// Whether it holds ignored files, too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) ignored: bool,
    /// Repositories within the worktree, each with the commit that holds its files in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(in crate::git) repositories: Vec<Inner>,
    /// What is not held.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) left_out: Vec<LeftOut>,
}

/// A repository within the worktree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::git) struct Inner {
    /// The folder.
    pub(in crate::git) path: TreePath,
    /// The commit in that repository.
    pub(in crate::git) commit: String,
    /// The file `.git` in the folder, if it is a file: it leads to the repository, which is elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<String>,
}

/// The text of a commit's message that is not for people.
#[derive(Serialize, Deserialize)]
struct Message {
    story: StoryId,
    n: u32,
    at: Timestamp,
    because: CheckpointCause,
    #[serde(flatten)]
    facts: Facts,
}

impl Facts {
    /// The message of the commit: a line for people, an empty line, the facts as JSON.
    pub(super) fn message(
        &self,
        story: &StoryId,
        n: u32,
        at: Timestamp,
        because: CheckpointCause,
    ) -> String {
        let message = Message { story: story.clone(), n, at, because, facts: self.clone() };
        let facts = serde_json::to_string(&message).expect("facts are always JSON");
        format!("Musher's checkpoint {n} of a story\n\n{facts}\n")
    }

    /// Whether these are the same as others, apart from the sizes of what is not held: a file that is too large may
    /// grow all the time.
    pub(super) fn are_as(&self, other: &Self) -> bool {
        let without_sizes = |facts: &Self| {
            let mut facts = facts.clone();
            facts.left_out.iter_mut().for_each(|it| it.size = None);
            facts
        };
        self == other || (!self.left_out.is_empty() && without_sizes(self) == without_sizes(other))
    }

    /// The facts in a commit as `git cat-file commit` prints it; `None` if it is no checkpoint.
    pub(super) fn read(commit: &str) -> Option<Self> {
        let (_, message) = commit.split_once("\n\n")?;
        Self::of_message(message)
    }

    /// The facts in a commit's message; `None` if it is no checkpoint.
    pub(super) fn of_message(message: &str) -> Option<Self> {
        let (_, facts) = message.split_once("\n\n")?;
        Some(serde_json::from_str::<Message>(facts.trim_end()).ok()?.facts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::LeftOutWhy;

    fn large(size: Option<u64>) -> LeftOut {
        LeftOut { path: "big".to_owned(), why: LeftOutWhy::TooLarge, size }
    }

    #[test]
    fn a_file_that_is_not_held_and_grows_is_no_change() {
        let facts = |left_out: Vec<LeftOut>| Facts { left_out, ..Facts::default() };
        let sized = facts(vec![large(Some(60))]);
        assert!(
            sized.are_as(&facts(vec![large(Some(61))])) && sized.are_as(&facts(vec![large(None)]))
        );
        assert!(!sized.are_as(&facts(Vec::new())));
        let other = LeftOut { why: LeftOutWhy::TooMuch, ..large(Some(60)) };
        assert!(!sized.are_as(&facts(vec![other])));
    }

    #[test]
    fn a_commit_s_message_gives_its_facts_back() {
        let path = |bytes: &[u8]| TreePath::from_git(bytes).expect("a path");
        let facts = Facts {
            head: Some("0".repeat(40)),
            branch: Some("refs/heads/x".to_owned()),
            empty: vec![path(b"a\n\nb/\xff")],
            modes: Modes::from([(path(b"key"), 0o600)]),
            staged: Staged::from([(path(b"s"), ("100644".to_owned(), "3".repeat(40)))]),
            ignored: true,
            repositories: vec![Inner {
                path: path(b"lib"),
                commit: "1".repeat(40),
                link: Some("gitdir: ../.git/modules/lib\n".to_owned()),
            }],
            left_out: vec![large(Some(60))],
        };
        let (story, at) = (StoryId::new("story"), Timestamp::from_millis(1));
        let message = facts.message(&story, 4, at, CheckpointCause::Turn);
        let commit = format!("tree {}\nauthor x\n\n{message}", "2".repeat(40));
        assert_eq!(Facts::read(&commit), Some(facts));
        assert_eq!(Facts::read("tree 1\n\nsome words\n"), None);
    }
}
