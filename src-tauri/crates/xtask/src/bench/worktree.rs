//! The files of the revision: a git worktree in a folder of its own, which is kept, so that the
//! next comparison only builds what changed. It stays registered with git. A folder that is broken,
//! was not finished, or was copied from elsewhere is made again. The user's own working tree is
//! only read.

use super::children::Children;
use super::failure::BenchFailure;
use crate::failure::Failure;
use crate::step::{Refusal, Step};
use crate::workspace;
use std::fs;
use std::path::{Path, PathBuf};

/// A commit, with its names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Commit {
    /// The full hash.
    pub(super) id: String,
    /// The abbreviated hash.
    pub(super) short: String,
    pub(super) subject: String,
}

/// A git command in this folder, without variables that a hook or another git may have set, because
/// with them it would use another tree.
fn git(dir: &Path) -> Step {
    const OTHERWISE_INHERITED: [&str; 5] =
        ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"];
    // The user's hooks are only for the user's own working tree.
    let step =
        Step::new(["git", "-c", "core.hooksPath=/dev/null", "-c", "advice.detachedHead=false"]);
    OTHERWISE_INHERITED.iter().fold(step.dir(dir), |step, name| step.without(name))
}

/// The commit that a revision refers to.
pub(super) fn commit(revision: &str) -> Result<Commit, Failure> {
    let object = format!("{revision}^{{commit}}");
    let step = git(workspace::root()).args(["rev-parse", "--verify", &object]);
    let id = step.said()?.map_err(|Refusal(said)| {
        let revision = revision.to_owned();
        let said = said.lines().last().unwrap_or_default().to_owned();
        Failure::from(BenchFailure::NoRevision { revision, said })
    })?;
    let line = git(workspace::root())
        .args(["show", "--no-patch", "--format=%h %s", id.trim()])
        .output()?;
    let (short, subject) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
    Ok(Commit { id: id.trim().to_owned(), short: short.to_owned(), subject: subject.to_owned() })
}

/// How many files of the user's working tree differ from its last commit.
pub(super) fn changed_files() -> Result<usize, Failure> {
    let status = git(workspace::root()).args(["status", "--porcelain"]).output()?;
    Ok(status.lines().count())
}

/// Makes the folder contain exactly the files of that commit, besides what earlier comparisons
/// built.
pub(super) fn check_out(place: &Path, commit: &Commit, children: &Children) -> Result<(), Failure> {
    if is_ours(place)? && change_to(place, commit, children).is_ok() {
        return Ok(());
    }
    if children.is_interrupted() {
        return Err(BenchFailure::Interrupted.into());
    }
    let io = |doing: &str| {
        let doing = format!("cannot {doing} {}", place.display());
        move |source| Failure::Io { doing, source }
    };
    if place.exists() {
        fs::remove_dir_all(place).map_err(io("remove"))?;
    }
    // `--force` twice: git may still know a folder that was deleted, or one that was not finished.
    let add = git(workspace::root()).args(["worktree", "add", "--quiet", "--force", "--force"]);
    let add = add.args(["--detach", &place.display().to_string(), &commit.id]);
    add.said()?.map(drop).map_err(|Refusal(said)| {
        let _ = fs::remove_dir_all(place);
        BenchFailure::NoWorktree { place: place.to_path_buf(), said }.into()
    })
}

fn change_to(place: &Path, commit: &Commit, children: &Children) -> Result<(), Failure> {
    children.build(
        &git(place).args(["checkout", "--quiet", "--force", "--detach", &commit.id]),
        None,
    )?;
    children.build(&git(place).args(["clean", "-ffdq"]), None)
}

/// Whether the folder is a worktree of this repository, registered at this path. In any other
/// folder git might find the user's own working tree, and change it.
fn is_ours(place: &Path) -> Result<bool, Failure> {
    let common = git(workspace::root()).args(["rev-parse", "--git-common-dir"]).output()?;
    let common = workspace::root().join(common.trim());
    Ok(points_to_each_other(place, &common).unwrap_or(false))
}

/// Checks the files that git writes: `.git` names the repository's entry for the worktree, the
/// entry's `gitdir` names that `.git`, and its `commondir` names the repository.
fn points_to_each_other(place: &Path, common: &Path) -> Option<bool> {
    let read = |path: PathBuf| Some(fs::read_to_string(path).ok()?.trim().to_owned());
    let link = place.join(".git");
    let entry = place.join(read(link.clone())?.strip_prefix("gitdir:")?.trim());
    let back = entry.join(read(entry.join("gitdir"))?);
    let repository = entry.join(read(entry.join("commondir"))?);
    let is_same =
        |one: &Path, other: &Path| Some(one.canonicalize().ok()? == other.canonicalize().ok()?);
    Some(is_same(&back, &link)? && is_same(&repository, common)?)
}
