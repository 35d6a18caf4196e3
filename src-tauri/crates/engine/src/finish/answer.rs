//! Asks git how the branch of a story stands, as the store says where it is.

use super::offers::{Around, offers};
use super::plan::FinishPlan;
use super::words;
use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::git::{Against, CheckpointPlace, FinishSeen, Git, PushTarget, TreePath, on_host};
use crate::runtime;
use protocol::{
    FewPaths, FinishAct, FinishBranch, FinishRemote, Finishing, MergePreview, ProposedPullRequest,
    Slug, TargetWorktree,
};
use std::path::{Path, PathBuf};

/// How many files are named.
const MOST_NAMES: usize = 200;

/// How the branch of a story stands, and what can be done with it next.
///
/// # Errors
/// If git cannot be asked at all.
pub async fn finishing(git: &Git, dir: &DataDir, plan: &FinishPlan) -> Result<Finishing> {
    let own = dir.root().to_owned();
    let own = runtime::blocking(move || std::fs::canonicalize(&own).unwrap_or(own)).await;
    let place = CheckpointPlace {
        root: plan.files.root().to_owned(),
        scratch: dir.checkpoints(),
        own: own.map_err(Error::Thread)?,
    };
    let seen = git.finish_seen(&place, plan.base.as_ref(), plan.last.as_ref()).await?;
    Ok(answer(plan, seen))
}

fn answer(plan: &FinishPlan, seen: FinishSeen) -> Finishing {
    let works = |root: &Path| plan.at_work.iter().find(|(at, _)| at == root).map(|(_, slug)| slug);
    let target_dir = seen.target.as_ref().and_then(|it| it.shown.checked_out.as_ref());
    let around = Around {
        works: works(plan.files.root()).is_some(),
        is_under_way: plan.under_way.is_some(),
        has_base: plan.base.is_some(),
        has_last: plan.last.is_some(),
        is_removed: plan.last.as_ref().is_some_and(|last| last.act == FinishAct::Remove),
        target_works: target_dir.and_then(|dir| works(Path::new(dir))).is_some(),
    };
    let offers = offers(&seen, around);
    let hand_over = seen.base.as_ref().and_then(hand_over);
    let branch = |found: Against| {
        let there = found.shown.checked_out.as_ref().map(PathBuf::from);
        branch(found, there.and_then(|dir| works(&dir).cloned()))
    };
    let FinishSeen { uncommitted, subjects, .. } = &seen;
    let pull_request = proposed(plan, &seen);
    let names = |paths: &[TreePath]| FewPaths::of(paths.iter().map(TreePath::text), MOST_NAMES);
    let repositories = uncommitted.as_ref().map(|found| names(&found.repositories));
    let all = |found: &crate::git::Uncommitted| names(&[&found.known[..], &found.new].concat());
    Finishing {
        uncommitted: uncommitted.as_ref().map(all),
        repositories: repositories.unwrap_or_default(),
        pull_request,
        message: words::message(&plan.story.title),
        squash_message: words::squash_message(&plan.story.title, subjects),
        branch: seen.branch,
        head: seen.head,
        operation: seen.operation.map(|operation| operation.word().to_owned()),
        base: seen.base.map(branch),
        target: seen.target.map(branch),
        remote: seen.remote.map(remote),
        offers,
        last: plan.last.clone(),
        under_way: plan.under_way,
        hand_over,
    }
}

fn branch(found: Against, works: Option<Slug>) -> FinishBranch {
    let Against { name, shown, ahead, behind, preview, worktree } = found;
    let worktree = worktree.map(|there| TargetWorktree {
        is_clean: there.is_clean,
        operation: there.operation.map(|operation| operation.word().to_owned()),
        works,
    });
    FinishBranch { name, shown, ahead, behind, preview, worktree }
}

fn remote(PushTarget { remote, there, unpushed, .. }: PushTarget) -> FinishRemote {
    FinishRemote { name: remote, there, unpushed }
}

/// What a pull request would say, if there is a base.
fn proposed(plan: &FinishPlan, seen: &FinishSeen) -> Option<ProposedPullRequest> {
    let (base, remote) = (seen.base.as_ref()?, seen.remote.as_ref()?);
    let title = &plan.story.title;
    Some(ProposedPullRequest {
        base: on_host(&base.shown.reference, &remote.remote),
        title: words::pull_request_title(title),
        text: words::pull_request_text(title, plan.prompt.as_deref(), &seen.subjects),
    })
}

/// The words that hand the conflicts with the base over, if there are any.
fn hand_over(base: &Against) -> Option<String> {
    let MergePreview::Conflicts { files, more } = &base.preview else { return None };
    Some(words::hand_over(&base.shown.reference, &base.shown.commit, files, *more))
}
