//! Puts claims and their evidence together. Git is asked only for what a claim needs.

use super::files;
use super::plan::ClaimsPlan;
use super::said::Said;
use super::steps::Outcome;
use super::verdict::judge;
use crate::changes;
use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::git::{ChangesPlace, CheckpointPlace, End, Git, Standing};
use protocol::{ChangedFile, Checkpoint, Claim, ClaimKind, ClaimWhy, Pos, RunId, Verdict};

/// The claims of a story, in the order in which they were said.
///
/// # Errors
/// If git cannot be asked at all.
pub async fn claims(git: &Git, dir: &DataDir, mut plan: ClaimsPlan) -> Result<Vec<Claim>> {
    let Some((run, pos)) = plan.said_in.clone() else { return Ok(Vec::new()) };
    let place = changes::files_place(&plan.files, dir);
    let needs = |kinds: &[ClaimKind]| plan.said.iter().any(|said| kinds.contains(&said.kind));
    let is_outdated = match needs(&[ClaimKind::Tests, ClaimKind::Build, ClaimKind::Lint]) {
        true => is_outdated(git, dir, &plan).await,
        false => false,
    };
    let stands = match needs(&[ClaimKind::Committed, ClaimKind::Pushed]) {
        true => standing(git, &place, &plan.checkpoints).await?,
        false => None,
    };
    let differing = match needs(&[ClaimKind::File]) {
        true => differing(git, &place, &plan).await?,
        false => None,
    };
    plan.known.is_outdated = is_outdated;
    let claim = |said: &Said| {
        let empty = empty(said, run.clone(), pos);
        match said.kind {
            ClaimKind::Tests | ClaimKind::Build | ClaimKind::Lint => passed(empty, &plan),
            ClaimKind::Committed => committed(empty, stands.as_ref()),
            ClaimKind::Pushed => pushed(empty, stands.as_ref()),
            ClaimKind::File => written(empty, said, &plan, differing.as_ref()),
        }
    };
    Ok(plan.said.iter().map(claim).collect())
}

fn empty(said: &Said, said_run: RunId, said_pos: Pos) -> Claim {
    Claim {
        kind: said.kind,
        words: said.words.clone(),
        verdict: Verdict::Unknown,
        why: Some(ClaimWhy::NoEvidence),
        run: None,
        pos: None,
        gate: false,
        command: None,
        exit_code: None,
        path: said.path.clone(),
        object: None,
        count: None,
        said_run,
        said_pos,
    }
}

fn passed(empty: Claim, plan: &ClaimsPlan) -> Claim {
    let found = judge(empty.kind, &plan.known);
    let exit_code = found.attempt.and_then(|attempt| match attempt.result {
        Outcome::Passed => Some(0),
        Outcome::Failed(code) => Some(code),
        Outcome::NotKnown(_) => None,
    });
    Claim {
        verdict: found.verdict,
        why: found.why,
        run: found.attempt.map(|attempt| attempt.run.clone()),
        pos: found.attempt.and_then(|attempt| attempt.pos),
        gate: found.is_gate,
        command: found.attempt.map(|attempt| attempt.line.clone()),
        exit_code,
        ..empty
    }
}

fn committed(empty: Claim, stands: Option<&Standing>) -> Claim {
    let Some(Standing { head: Some(head), differing: Some(differing), is_new, .. }) = stands else {
        return empty;
    };
    let (verdict, why) = match (is_new, differing) {
        (false, _) => (Verdict::NotFound, Some(ClaimWhy::NoCommit)),
        (true, 0) => (Verdict::Proved, None),
        (true, _) => (Verdict::BeforeEdit, Some(ClaimWhy::Uncommitted)),
    };
    let count = Some(*differing).filter(|count| *count > 0);
    Claim { verdict, why, count, object: is_new.then(|| head.clone()), ..empty }
}

fn pushed(empty: Claim, stands: Option<&Standing>) -> Claim {
    let Some(Standing { head: Some(head), is_new, unpushed, has_remote, .. }) = stands else {
        return empty;
    };
    let (verdict, why) = match (has_remote, unpushed, is_new) {
        (false, ..) => (Verdict::NotFound, Some(ClaimWhy::NoRemote)),
        (true, None, _) => return empty,
        (true, Some(0), true) => (Verdict::Proved, None),
        (true, Some(0), false) => (Verdict::NotFound, Some(ClaimWhy::NoCommit)),
        (true, Some(_), _) => (Verdict::NotFound, Some(ClaimWhy::NotOnRemote)),
    };
    let count = unpushed.filter(|count| *count > 0);
    Claim { verdict, why, count, object: Some(head.clone()), ..empty }
}

fn written(empty: Claim, said: &Said, plan: &ClaimsPlan, differing: Option<&Differing>) -> Claim {
    let (Some(path), Some(differing)) = (&said.path, differing) else { return empty };
    let (root, dir) = (plan.files.root(), plan.files.dir());
    let found = files::judge(path, root, dir, &differing.files, differing.more);
    let path = found.path.or(empty.path);
    Claim {
        verdict: found.verdict,
        why: found.why,
        path,
        object: found.blob,
        ..Claim { path: None, ..empty }
    }
}

/// The files that differ since the beginning of the story.
struct Differing {
    files: Vec<ChangedFile>,
    more: u32,
}

async fn differing(
    git: &Git,
    place: &ChangesPlace,
    plan: &ClaimsPlan,
) -> Result<Option<Differing>> {
    let (Some(first), Some(newest)) = (plan.checkpoints.first(), plan.checkpoints.last()) else {
        return Ok(None);
    };
    let (from, to) = (End::Checkpoint(first.clone()), End::Checkpoint(newest.clone()));
    match git.changes(place, &from, &to).await {
        Ok(found) => Ok(Some(Differing { files: found.files, more: found.more })),
        Err(Error::Refused(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn standing(
    git: &Git,
    place: &ChangesPlace,
    checkpoints: &[Checkpoint],
) -> Result<Option<Standing>> {
    match (checkpoints.first(), checkpoints.last()) {
        (Some(first), Some(newest)) => git.standing(place, first, newest).await,
        _ => Ok(None),
    }
}

/// Whether the worktree is known to have changed since the newest checkpoint.
async fn is_outdated(git: &Git, dir: &DataDir, plan: &ClaimsPlan) -> bool {
    let Some(newest) = plan.checkpoints.last() else { return false };
    let place = CheckpointPlace {
        root: plan.files.root().to_owned(),
        scratch: dir.checkpoints(),
        own: dir.root().to_owned(),
    };
    // What cannot be read is not known to have changed; the newest checkpoint still says what was there.
    git.is_outdated(&place, &newest.commit).await.unwrap_or(false)
}
