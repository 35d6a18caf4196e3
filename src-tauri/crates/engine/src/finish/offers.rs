//! What can be done with the branch of a story, and why not: a table from what is known. What is not known permits
//! nothing that depends on it. Pure.

use crate::git::{Against, FinishSeen};
use protocol::{FinishAct, FinishOffer, FinishWhyNot, MergePreview};

/// What is known of a story beside its repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Around {
    /// Whether something works in its worktree.
    pub(super) works: bool,
    /// Whether something of this kind is being done.
    pub(super) is_under_way: bool,
    /// Whether its worktree was made for it from a base.
    pub(super) has_base: bool,
    /// Whether something was done that can be undone.
    pub(super) has_last: bool,
    /// Whether that was the removal of the worktree.
    pub(super) is_removed: bool,
    /// Whether a story works in the worktree in which its target is checked out.
    pub(super) target_works: bool,
}

const ACTS: [FinishAct; 9] = [
    FinishAct::Commit,
    FinishAct::UpdateByMerge,
    FinishAct::UpdateByRebase,
    FinishAct::FastForward,
    FinishAct::Merge,
    FinishAct::Squash,
    FinishAct::Push,
    FinishAct::PullRequest,
    FinishAct::Undo,
];

/// Everything that can be done, each with the reason if it cannot be done now.
pub(super) fn offers(seen: &FinishSeen, around: Around) -> Vec<FinishOffer> {
    let offer = |act| FinishOffer { act, why_not: why_not(act, seen, around) };
    ACTS.map(offer).to_vec()
}

fn why_not(act: FinishAct, seen: &FinishSeen, around: Around) -> Option<FinishWhyNot> {
    use FinishWhyNot as W;
    if around.works {
        return Some(W::Works);
    }
    if around.is_under_way {
        return Some(W::UnderWay);
    }
    if around.is_removed {
        return (act != FinishAct::Undo).then_some(W::Removed);
    }
    if !seen.is_repository {
        return Some(W::NoRepository);
    }
    if seen.operation.is_some() {
        return Some(W::Operation);
    }
    match act {
        FinishAct::Commit => commit(seen),
        FinishAct::UpdateByMerge | FinishAct::UpdateByRebase => update(act, seen, around),
        FinishAct::FastForward | FinishAct::Merge | FinishAct::Squash => merge(act, seen, around),
        FinishAct::Push => push(seen),
        FinishAct::PullRequest => pull_request(seen, around),
        // What speaks against it is looked for when it is wanted (`crate::removal`).
        FinishAct::Remove => None,
        FinishAct::Undo if !around.has_last => Some(W::NothingToUndo),
        FinishAct::Undo => seen.is_last_pushed.then_some(W::Pushed),
    }
}

fn commit(seen: &FinishSeen) -> Option<FinishWhyNot> {
    match &seen.uncommitted {
        _ if seen.branch.is_none() => Some(FinishWhyNot::Detached),
        None => Some(FinishWhyNot::UncommittedUnknown),
        Some(found) if found.is_empty() => Some(FinishWhyNot::NothingToCommit),
        Some(_) => None,
    }
}

fn update(act: FinishAct, seen: &FinishSeen, around: Around) -> Option<FinishWhyNot> {
    use FinishWhyNot as W;
    let base = match against(seen.base.as_ref(), seen, around) {
        Ok(base) => base,
        Err(why) => return Some(why),
    };
    match (base.behind, &seen.uncommitted) {
        _ if seen.branch.is_none() => Some(W::Detached),
        (None, _) => Some(W::NotComparable),
        (Some(0), _) => Some(W::UpToDate),
        (_, None) => Some(W::UncommittedUnknown),
        (_, Some(found)) if act == FinishAct::UpdateByRebase && !found.known.is_empty() => {
            Some(W::Uncommitted)
        }
        // Then the branch only moves forward.
        _ if base.ahead == Some(0) => None,
        // Commit by commit another answer is possible, and a conflict takes all of it back.
        _ if act == FinishAct::UpdateByRebase => None,
        _ => of_preview(&base.preview),
    }
}

fn merge(act: FinishAct, seen: &FinishSeen, around: Around) -> Option<FinishWhyNot> {
    use FinishWhyNot as W;
    let target = match against(seen.target.as_ref(), seen, around) {
        Ok(target) => target,
        // The base is there, and no local branch takes the work.
        Err(W::BaseGone) if seen.base.is_some() => return Some(W::NoLocalBranch),
        Err(why) => return Some(why),
    };
    let has_nothing = matches!(target.preview, MergePreview::Clean { changes: false });
    match (target.ahead, target.behind) {
        (None, _) | (_, None) => return Some(W::NotComparable),
        (Some(0), _) => return Some(W::NothingToMerge),
        (_, Some(1..)) if act == FinishAct::FastForward => return Some(W::NotFastForward),
        _ if has_nothing && act == FinishAct::Squash => return Some(W::NothingToMerge),
        _ => {}
    }
    if act != FinishAct::FastForward
        && let Some(why) = of_preview(&target.preview)
    {
        return Some(why);
    }
    let there = target.worktree.as_ref()?;
    match there.is_clean {
        _ if around.target_works => Some(W::TargetWorks),
        _ if there.operation.is_some() => Some(W::TargetOperation),
        None => Some(W::TargetUnknown),
        Some(false) => Some(W::TargetNotClean),
        Some(true) => None,
    }
}

fn push(seen: &FinishSeen) -> Option<FinishWhyNot> {
    use FinishWhyNot as W;
    match &seen.remote {
        _ if seen.branch.is_none() => Some(W::Detached),
        _ if seen.head.is_none() => Some(W::NoCommit),
        None => Some(W::NoRemote),
        Some(remote) if remote.there == seen.head => Some(W::NothingToPush),
        Some(_) => None,
    }
}

fn pull_request(seen: &FinishSeen, around: Around) -> Option<FinishWhyNot> {
    use FinishWhyNot as W;
    if let Some(why) = push(seen).filter(|why| *why != W::NothingToPush) {
        return Some(why);
    }
    match against(seen.base.as_ref(), seen, around) {
        Err(why) => Some(why),
        Ok(base) if base.ahead.is_none() => Some(W::NotComparable),
        Ok(base) if base.ahead == Some(0) => Some(W::NothingToMerge),
        Ok(_) => None,
    }
}

/// A branch against which the story's branch stands, if there is one.
fn against<'s>(
    branch: Option<&'s Against>,
    seen: &FinishSeen,
    around: Around,
) -> Result<&'s Against, FinishWhyNot> {
    use FinishWhyNot as W;
    match branch {
        _ if !around.has_base => Err(W::NoBase),
        _ if seen.head.is_none() => Err(W::NoCommit),
        None => Err(W::BaseGone),
        Some(branch) if Some(&branch.shown.reference) == seen.branch.as_ref() => Err(W::IsBase),
        Some(branch) => Ok(branch),
    }
}

fn of_preview(preview: &MergePreview) -> Option<FinishWhyNot> {
    match preview {
        MergePreview::Clean { .. } => None,
        MergePreview::Conflicts { .. } => Some(FinishWhyNot::Conflicts),
        MergePreview::GitTooOld { .. } => Some(FinishWhyNot::GitTooOld),
        MergePreview::Unknown { .. } => Some(FinishWhyNot::ConflictsUnknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::{Elsewhere, Operation, PushTarget, TreePath, Uncommitted};
    use protocol::ShownBranch;
    use std::fmt::Write as _;

    fn main_branch() -> Against {
        Against {
            name: "main".to_owned(),
            shown: ShownBranch {
                reference: "refs/heads/main".to_owned(),
                commit: "b".to_owned(),
                checked_out: None,
            },
            ahead: Some(2),
            behind: Some(1),
            preview: MergePreview::Clean { changes: true },
            worktree: None,
        }
    }

    fn files(names: &[&str]) -> Vec<TreePath> {
        names.iter().map(|name| TreePath::from_text(name).unwrap()).collect()
    }

    fn remote(there: Option<&str>) -> PushTarget {
        PushTarget {
            remote: "origin".to_owned(),
            address: "/srv/shop".to_owned(),
            there: there.map(str::to_owned),
            unpushed: None,
            into: None,
        }
    }

    /// A branch with two commits, and one new commit in its base; one file is changed and one is new.
    fn story() -> (FinishSeen, Around) {
        let uncommitted = Uncommitted {
            known: files(&["changed"]),
            new: files(&["new"]),
            repositories: Vec::new(),
        };
        let seen = FinishSeen {
            is_repository: true,
            branch: Some("refs/heads/fix".to_owned()),
            head: Some("h".to_owned()),
            operation: None,
            uncommitted: Some(uncommitted),
            base: Some(main_branch()),
            target: Some(main_branch()),
            subjects: Vec::new(),
            remote: Some(remote(None)),
            is_last_pushed: false,
        };
        let around = Around { has_base: true, has_last: true, ..Around::default() };
        (seen, around)
    }

    #[test]
    fn each_state_has_its_offers() {
        let mut table = String::new();
        let mut case = |name: &str, change: &dyn Fn(&mut FinishSeen, &mut Around)| {
            let (mut seen, mut around) = story();
            change(&mut seen, &mut around);
            writeln!(table, "{name}").unwrap();
            for FinishOffer { act, why_not } in offers(&seen, around) {
                let why = why_not.map_or("yes".to_owned(), |why| format!("no: {why:?}"));
                writeln!(table, "    {act:?}: {why}").unwrap();
            }
        };
        let both = |seen: &mut FinishSeen, change: &dyn Fn(&mut Against)| {
            seen.base.iter_mut().chain(&mut seen.target).for_each(change);
        };
        let checked_out = |is_clean, operation| Some(Elsewhere { is_clean, operation });
        case("as it is", &|_, _| ());
        case("no repository", &|seen, _| *seen = FinishSeen::default());
        case("something works there", &|_, around| around.works = true);
        case("a step is under way", &|_, around| around.is_under_way = true);
        case("a rebase is unfinished", &|seen, _| seen.operation = Some(Operation::Rebase));
        case("no branch is checked out", &|seen, _| seen.branch = None);
        case("no commit yet", &|seen, _| {
            (seen.head, seen.base, seen.target) = (None, None, None);
        });
        case("everything is committed", &|seen, _| {
            seen.uncommitted = Some(Uncommitted::default());
        });
        case("only new files", &|seen, _| {
            seen.uncommitted = Some(Uncommitted { new: files(&["x"]), ..Uncommitted::default() });
        });
        case("git does not say what is committed", &|seen, _| seen.uncommitted = None);
        case("in a folder as it is", &|seen, around| {
            (seen.base, seen.target, around.has_base) = (None, None, false);
        });
        case("the base is gone", &|seen, _| (seen.base, seen.target) = (None, None));
        case("the base is a branch of a remote that no local one follows", &|seen, _| {
            seen.target = None;
        });
        case("the branch is the base itself", &|seen, _| {
            seen.branch = Some("refs/heads/main".to_owned());
        });
        case("the base has nothing new", &|seen, _| both(seen, &|it| it.behind = Some(0)));
        case("the branch has nothing new", &|seen, _| both(seen, &|it| it.ahead = Some(0)));
        case("the base has the same changes already", &|seen, _| {
            both(seen, &|it| it.preview = MergePreview::Clean { changes: false });
        });
        case("git cannot count", &|seen, _| {
            both(seen, &|it| (it.ahead, it.behind) = (None, None));
        });
        case("files conflict", &|seen, _| {
            both(seen, &|it| it.preview = MergePreview::Conflicts { files: Vec::new(), more: 0 });
        });
        case("git is too old", &|seen, _| {
            let version = "2.37.0".to_owned();
            both(seen, &|it| it.preview = MergePreview::GitTooOld { version: version.clone() });
        });
        case("a merge cannot be looked at", &|seen, _| {
            both(seen, &|it| it.preview = MergePreview::Unknown { why: String::new() });
        });
        case("the base is checked out and clean", &|seen, _| {
            both(seen, &|it| it.worktree = checked_out(Some(true), None));
        });
        case("the base is checked out with changes", &|seen, _| {
            both(seen, &|it| it.worktree = checked_out(Some(false), None));
        });
        case("the base is checked out where git says nothing", &|seen, _| {
            both(seen, &|it| it.worktree = checked_out(None, None));
        });
        case("the base is checked out in the middle of a merge", &|seen, _| {
            both(seen, &|it| it.worktree = checked_out(Some(true), Some(Operation::Merge)));
        });
        case("the base is checked out where a story works", &|seen, around| {
            both(seen, &|it| it.worktree = checked_out(Some(true), None));
            around.target_works = true;
        });
        case("the remote has everything", &|seen, _| seen.remote = Some(remote(Some("h"))));
        case("the remote has another commit", &|seen, _| seen.remote = Some(remote(Some("x"))));
        case("there is no remote", &|seen, _| seen.remote = None);
        case("what was done last was pushed", &|seen, _| seen.is_last_pushed = true);
        case("nothing was done", &|_, around| around.has_last = false);
        case("the worktree was removed", &|seen, around| {
            (*seen, around.is_removed) = (FinishSeen::default(), true);
        });
        insta::assert_snapshot!("offers", table);
    }
}
