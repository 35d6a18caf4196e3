//! What speaks against the removal of a worktree. What is not known speaks against it. Pure.

use crate::git::keeps_from_git;
use protocol::{KeptBecause, UnknownOf, WorktreeLook};

/// What speaks against the removal of a worktree.
pub(super) fn keeps(look: &WorktreeLook) -> Vec<KeptBecause> {
    let mut kept = Vec::new();
    match look.is_there {
        Some(true) => {}
        Some(false) => return vec![KeptBecause::Gone],
        None => kept.push(unknown(UnknownOf::Folder)),
    }
    match &look.git {
        Some(git) => kept.extend(keeps_from_git(git)),
        None => kept.push(unknown(UnknownOf::Git)),
    }
    match &look.processes {
        Some(processes) if processes.is_empty() => {}
        Some(_) => kept.push(KeptBecause::Processes),
        None => kept.push(unknown(UnknownOf::Processes)),
    }
    kept
}

fn unknown(what: UnknownOf) -> KeptBecause {
    KeptBecause::Unknown { what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::{FewPaths, Slug, WorktreeGit, WorktreeProcess};

    fn git() -> WorktreeGit {
        WorktreeGit { head: Some("c".to_owned()), ..WorktreeGit::default() }
    }

    fn free() -> WorktreeLook {
        WorktreeLook {
            slug: Slug::new("work"),
            root: "/w".to_owned(),
            is_there: Some(true),
            is_removed: false,
            others: Vec::new(),
            git: Some(git()),
            processes: Some(Vec::new()),
            bytes: Some(0),
            kept_because: Vec::new(),
        }
    }

    #[test]
    fn nothing_that_is_not_known_permits_a_removal() {
        use KeptBecause as K;
        let changed = |change: fn(&mut WorktreeGit)| {
            let mut git = git();
            change(&mut git);
            WorktreeLook { git: Some(git), ..free() }
        };
        let few = || FewPaths { names: vec!["x".to_owned()], more: 0 };
        let server = WorktreeProcess { pid: 7, name: "node".to_owned(), ports: vec![3000] };
        let processes = WorktreeLook { processes: Some(vec![server]), ..free() };
        let unknown = |what| vec![K::Unknown { what }];
        let table = [
            ("free", free(), vec![]),
            // They are held by a checkpoint, or said before.
            (
                "changed files",
                WorktreeLook { git: Some(WorktreeGit { changed: few(), ..git() }), ..free() },
                vec![],
            ),
            ("commits of its own", changed(|it| (it.unmerged, it.unpushed) = (2, None)), vec![]),
            ("no size", WorktreeLook { bytes: None, ..free() }, vec![]),
            (
                "a rebase",
                changed(|it| it.operation = Some("rebase".to_owned())),
                vec![K::Operation],
            ),
            ("locked", changed(|it| it.locked = true), vec![K::Locked]),
            ("the main worktree", changed(|it| it.is_main = true), vec![K::Main]),
            ("no commit", changed(|it| it.head = None), vec![K::NoCommit]),
            (
                "a submodule with files",
                WorktreeLook { git: Some(WorktreeGit { submodules: few(), ..git() }), ..free() },
                vec![K::Submodules],
            ),
            ("a server", processes, vec![K::Processes]),
            ("no word of git", WorktreeLook { git: None, ..free() }, unknown(UnknownOf::Git)),
            (
                "processes that are not seen",
                WorktreeLook { processes: None, ..free() },
                unknown(UnknownOf::Processes),
            ),
            (
                "a folder that is not seen",
                WorktreeLook { is_there: None, ..free() },
                unknown(UnknownOf::Folder),
            ),
            (
                "no folder",
                WorktreeLook { is_there: Some(false), git: None, processes: None, ..free() },
                vec![K::Gone],
            ),
        ];
        for (name, look, expected) in table {
            assert_eq!(keeps(&look), expected, "{name}");
        }
    }
}
