//! The words of `mush finish` and what belongs to it: how a branch stands, what was done with it, and why something
//! cannot be done.

use crate::text::clean;
use protocol::{
    ConflictKind, FewPaths, FinishAct, FinishBranch, FinishDone, FinishOffer, FinishStep,
    FinishWhyNot, Finishing, MergePreview,
};

/// How many digits of a commit are shown.
const DIGITS: usize = 12;

/// How many files are listed.
const MOST_FILES: usize = 20;

/// How the branch of a story stands, and what can be done next.
pub(crate) fn in_lines(found: &Finishing, name: &str) -> String {
    let mut lines = vec![format!("{}  {}", branch(found), short(found.head.as_ref()))];
    if let Some(operation) = &found.operation {
        lines.push(format!("git has a {operation} there that is not finished"));
    }
    match &found.uncommitted {
        None => lines.push("what is not committed is not known".to_owned()),
        Some(files) if files.is_empty() => lines.push("everything is committed".to_owned()),
        Some(files) => {
            lines.push(format!("not committed: {}", counted(total(files), "file")));
            lines.extend(listed(files));
        }
    }
    if !found.repositories.is_empty() {
        lines.push("repositories of their own, which a commit leaves out:".to_owned());
        lines.extend(listed(&found.repositories));
    }
    if let Some(base) = &found.base {
        lines.push(format!("base {}", against(base)));
        lines.extend(conflicts(&base.preview));
    }
    let is_another = |target: &&FinishBranch| {
        found.base.as_ref().is_none_or(|base| base.shown.reference != target.shown.reference)
    };
    if let Some(target) = found.target.as_ref().filter(is_another) {
        lines.push(format!("merged into {}", against(target)));
        lines.extend(conflicts(&target.preview));
    }
    if let Some(remote) = &found.remote {
        let there = match (&remote.there, remote.unpushed) {
            (None, _) => "does not have the branch".to_owned(),
            (Some(_), None) => "not known how many commits it does not have".to_owned(),
            (Some(_), Some(0)) => "has everything".to_owned(),
            (Some(_), Some(count)) => format!("does not have {}", counted(count, "commit")),
        };
        lines.push(format!("remote {}  {there}", clean(&remote.name)));
    }
    if let Some(act) = found.under_way {
        lines.push(format!("under way: {}", act_name(act)));
    }
    lines.push(String::new());
    lines.extend(found.offers.iter().map(|offer| offered(*offer, found, name)));
    lines.join("\n")
}

fn offered(FinishOffer { act, why_not }: FinishOffer, found: &Finishing, name: &str) -> String {
    let command = match act {
        FinishAct::Commit => "mush commit",
        FinishAct::UpdateByMerge => "mush update",
        FinishAct::UpdateByRebase => "mush update --rebase",
        FinishAct::FastForward => "mush merge --ff",
        FinishAct::Merge => "mush merge --no-ff",
        FinishAct::Squash => "mush merge --squash",
        FinishAct::Push => "mush push",
        FinishAct::PullRequest => "mush pr",
        FinishAct::Remove => "mush remove",
        FinishAct::Undo => "mush undo",
    };
    match why_not {
        None => format!("{command:<22} can be done"),
        Some(why) => format!("{command:<22} no: {}", why_words(why, found, name).0),
    }
}

/// A branch, how far the story's one is before and behind it, and where it is checked out.
fn against(branch: &FinishBranch) -> String {
    let number = |count: Option<u32>| count.map_or("?".to_owned(), |count| count.to_string());
    let place = match (&branch.shown.checked_out, &branch.worktree) {
        (Some(dir), Some(there)) => {
            let clean_words = match there.is_clean {
                Some(true) => "clean",
                Some(false) => "not clean",
                None => "not known whether clean",
            };
            let operation = there.operation.as_ref().map(|it| format!(", an unfinished {it}"));
            let works = there.works.as_ref().map(|slug| format!(", {slug} works there"));
            let more = [operation, works].into_iter().flatten().collect::<String>();
            format!(", checked out in {} ({clean_words}{more})", clean(dir))
        }
        _ => String::new(),
    };
    format!(
        "{}  {}  {} ahead, {} behind{place}",
        clean(&branch.name),
        short(Some(&branch.shown.commit)),
        number(branch.ahead),
        number(branch.behind)
    )
}

/// The files that conflict, with their pieces.
fn conflicts(preview: &MergePreview) -> Vec<String> {
    match preview {
        MergePreview::Clean { .. } => Vec::new(),
        MergePreview::GitTooOld { version } => {
            vec![format!("  git {version} cannot say whether files conflict: 2.38 or newer can")]
        }
        MergePreview::Unknown { why } => {
            vec![format!("  not known whether files conflict: {}", clean(why))]
        }
        MergePreview::Conflicts { files, more } => {
            let mut lines = vec!["  conflicting:".to_owned()];
            for file in files {
                lines.push(format!("  {}  ({})", clean(&file.path), conflict(file.kind)));
                for piece in &file.pieces {
                    lines.push(format!("    line {}", piece.line));
                    lines.extend(piece.text.lines().map(|line| format!("    {}", clean(line))));
                }
                if file.more_pieces > 0 {
                    lines.push(format!("    and {} more", counted(file.more_pieces, "piece")));
                }
            }
            if *more > 0 {
                lines.push(format!("  and {} more", counted(*more, "file")));
            }
            lines
        }
    }
}

fn conflict(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::BothChanged => "changed on both sides",
        ConflictKind::BothAdded => "added on both sides",
        ConflictKind::RemovedInBranch => "removed in the branch, changed in the base",
        ConflictKind::RemovedInBase => "removed in the base, changed in the branch",
        ConflictKind::Other => "renamed, or a folder where the other side has a file",
    }
}

/// What would be done.
pub(crate) fn act_words(step: &FinishStep, found: &Finishing) -> String {
    let branch = branch(found);
    let into = found.target.as_ref().map_or("its base", |target| target.name.as_str());
    match step {
        FinishStep::FastForward { .. } => format!("move {into} forward to {branch}"),
        FinishStep::Merge { .. } => format!("merge {branch} into {into} by a merge commit"),
        FinishStep::Squash { .. } => format!("put {branch} into {into} as one commit"),
        other => act_name(other.act()).to_owned(),
    }
}

fn act_name(act: FinishAct) -> &'static str {
    match act {
        FinishAct::Commit => "commit",
        FinishAct::UpdateByMerge => "update by a merge",
        FinishAct::UpdateByRebase => "update by a rebase",
        FinishAct::FastForward => "fast-forward of the base",
        FinishAct::Merge => "merge into the base",
        FinishAct::Squash => "squash into the base",
        FinishAct::Push => "push",
        FinishAct::PullRequest => "pull request",
        FinishAct::Remove => "removal of the worktree",
        FinishAct::Undo => "undo",
    }
}

/// What was done; `left` is how many files were not committed before it.
pub(crate) fn done_line(done: &FinishDone, name: &str, left: usize) -> String {
    if let Some(url) = &done.url {
        return format!("Done: a pull request of {name} was begun.\n{}", clean(url));
    }
    if let (FinishAct::Undo, None, Some(dir)) = (done.act, &done.from, &done.dir) {
        return format!("Done: the worktree is at {} again, with its files.", clean(dir));
    }
    let reference = done.reference.strip_prefix("refs/heads/");
    let reference = reference.or_else(|| done.reference.strip_prefix("refs/remotes/"));
    let reference = reference.unwrap_or(&done.reference);
    let is = format!("{} is {} now", clean(reference), short(done.to.as_ref()));
    let files = match &done.dir {
        Some(dir) if done.act != FinishAct::Commit => {
            format!("; the files in {} follow", clean(dir))
        }
        _ => String::new(),
    };
    let is_merge =
        matches!(done.act, FinishAct::FastForward | FinishAct::Merge | FinishAct::Squash);
    let not_in_it = match left {
        1.. if is_merge => {
            let left = u32::try_from(left).unwrap_or(u32::MAX);
            format!("\nNot in it, because not committed: {}", counted(left, "file"))
        }
        _ => String::new(),
    };
    let undo = match done.act {
        FinishAct::Undo | FinishAct::Push | FinishAct::PullRequest => String::new(),
        _ => format!("\nTo undo: mush undo {name}"),
    };
    format!("Done: {}. {is}{files}.{not_in_it}{undo}", act_name(done.act))
}

/// Why something cannot be done, and what to do about it.
pub(crate) fn why_words(why: FinishWhyNot, found: &Finishing, name: &str) -> (String, String) {
    use FinishWhyNot as W;
    let target = || {
        let dir = found.target.as_ref().and_then(|target| target.shown.checked_out.as_deref());
        clean(dir.unwrap_or("the worktree of the base"))
    };
    let (message, hint) = match why {
        W::NoRepository => ("its folder is in no git repository", "Run `git init` there first."),
        W::Removed => {
            return (
                "its worktree was removed".to_owned(),
                format!("`mush undo {name}` brings it back."),
            );
        }
        W::Works => {
            ("an agent, a set-up or a gate works in its worktree", "Wait for it, or stop it first.")
        }
        W::UnderWay => ("something is being done with its branch", "Wait until that is over."),
        W::Operation => (
            "git has something unfinished in its worktree",
            "Finish or abort that first: `git status` there says how.",
        ),
        W::Detached => (
            "no branch is checked out",
            "`git switch -c NAME` in the worktree keeps the commits on a new one.",
        ),
        W::NoCommit => ("there is no commit yet", "Commit something first."),
        W::UncommittedUnknown => {
            ("git does not say what is not committed", "`git status` in the worktree says more.")
        }
        W::NothingToCommit => ("everything is committed", "There is nothing to do."),
        W::Uncommitted => {
            return (
                "something is not committed".to_owned(),
                format!("Commit it first: mush commit {name}"),
            );
        }
        W::NoBase => (
            "it did not begin from a branch in a worktree of its own",
            "Merge it with git where you want it.",
        ),
        W::BaseGone => (
            "the branch from which it began is not there any more",
            "Merge it with git where you want it.",
        ),
        W::NoLocalBranch => (
            "no local branch follows the base, which is a branch of a remote",
            "Push the branch, or make a local one: `git branch --track NAME REMOTE/NAME`.",
        ),
        W::IsBase => {
            ("the branch that is checked out is the base itself", "There is nothing to do.")
        }
        W::NotComparable => (
            "git does not say how the branch and the base stand to each other",
            "`git log` in the worktree says more.",
        ),
        W::UpToDate => ("the branch has everything of its base", "There is nothing to do."),
        W::NothingToMerge => ("the base has everything of the branch", "There is nothing to do."),
        W::NotFastForward => {
            return (
                "the base has commits that the branch does not have".to_owned(),
                format!("Update the branch first, or merge without --ff: mush update {name}"),
            );
        }
        W::Conflicts => {
            return (
                "files conflict".to_owned(),
                format!(
                    "`mush finish {name}` shows them; `mush update {name} --ask-agent` has the agent resolve them."
                ),
            );
        }
        W::GitTooOld => (
            "git is too old to say beforehand whether files conflict",
            "Install git 2.38 or newer.",
        ),
        W::ConflictsUnknown => (
            "it is not known whether files conflict",
            "`git merge-tree` in the worktree says more.",
        ),
        W::TargetUnknown => {
            return (
                format!("how the worktree of the base stands is not known: {}", target()),
                "If it is gone: `git worktree prune`.".to_owned(),
            );
        }
        W::TargetNotClean => {
            return (
                format!("in {} not everything is committed", target()),
                "Commit or put it aside there first.".to_owned(),
            );
        }
        W::TargetOperation => {
            return (
                format!("git has something unfinished in {}", target()),
                "Finish or abort that first.".to_owned(),
            );
        }
        W::TargetWorks => {
            return (
                format!("a story works in {}", target()),
                "Wait for it, or stop it first.".to_owned(),
            );
        }
        W::NoRemote => (
            "there is no remote, or several of which nothing says where the branch goes",
            "`git remote add origin ADDRESS`, or `git config branch.NAME.pushRemote REMOTE`.",
        ),
        W::NothingToPush => ("the remote has everything of the branch", "There is nothing to do."),
        W::Pushed => (
            "what was done last was pushed, and what was pushed stays",
            "`git revert` in the worktree makes a commit that takes its changes back.",
        ),
        W::NothingToUndo => (
            "nothing was done that can be undone",
            "`git reflog` in the worktree shows where its branch was.",
        ),
    };
    (message.to_owned(), hint.to_owned())
}

fn branch(found: &Finishing) -> String {
    match &found.branch {
        Some(branch) => clean(branch.strip_prefix("refs/heads/").unwrap_or(branch)),
        None => "no branch".to_owned(),
    }
}

fn short(commit: Option<&String>) -> String {
    commit.map_or("no commit".to_owned(), |it| it.get(..DIGITS).unwrap_or(it).to_owned())
}

fn total(files: &FewPaths) -> u32 {
    u32::try_from(files.names.len()).unwrap_or(u32::MAX).saturating_add(files.more)
}

fn listed(files: &FewPaths) -> Vec<String> {
    let named = files.names.iter().take(MOST_FILES);
    let mut lines: Vec<String> = named.map(|name| format!("  {}", clean(name))).collect();
    let shown = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    if let Some(more @ 1..) = total(files).checked_sub(shown) {
        lines.push(format!("  and {more} more"));
    }
    lines
}

/// A count with its thing, of which there may be several.
pub(crate) fn counted(count: u32, thing: &str) -> String {
    match count {
        1 => format!("1 {thing}"),
        count => format!("{count} {thing}s"),
    }
}
