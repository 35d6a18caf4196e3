//! What git says that speaks against the removal of a worktree. Pure; the whole table is that of `crate::removal`.

use protocol::{FewPaths, KeptBecause, WorktreeGit};

/// What git says that speaks against it.
pub(crate) fn keeps_from_git(git: &WorktreeGit) -> Vec<KeptBecause> {
    if git.is_main {
        return vec![KeptBecause::Main];
    }
    [
        git.head.is_none().then_some(KeptBecause::NoCommit),
        git.operation.is_some().then_some(KeptBecause::Operation),
        git.locked.then_some(KeptBecause::Locked),
        (git.submodules != FewPaths::default()).then_some(KeptBecause::Submodules),
    ]
    .into_iter()
    .flatten()
    .collect()
}
