//! Asks git for the changes of a story, as the store says where they are.

use super::plan::{ChangesPlan, FilePlace};
use super::said::{mark, paths};
use crate::data_dir::DataDir;
use crate::error::{Error, Result};
use crate::git::{ChangesPlace, CheckpointPlace, End, FileOrder, Git, LinesOrder};
use crate::runtime;
use protocol::{
    ChangedFile, Changes, FileDiff, FileLines, FileReview, LeftOut, StoryCommits, Work,
};
use std::path::{Path, PathBuf};

/// The changes of a scope.
///
/// # Errors
/// If git cannot read them, above all if a state is not held any more.
pub async fn changes(git: &Git, dir: &DataDir, plan: &ChangesPlan) -> Result<Changes> {
    let (from, to) = (&plan.ends.from, &plan.ends.to);
    let place = files_place(&plan.files, dir);
    let (compared, is_outdated) =
        tokio::try_join!(git.changes(&place, from, to), is_outdated(git, dir, plan))?;
    let mut files = compared.files;
    if let Some(edits) = plan.edits.clone() {
        let of = plan.files.place.clone();
        let find = move || {
            mark(&mut files, &paths(edits.iter(), &of, real));
            files
        };
        files = runtime::blocking(find).await.map_err(Error::Thread)?;
    }
    for file in &mut files {
        file.reviewed = review(file, plan.reviewed.get(&file.path));
    }
    let (left_out, more_left_out) = not_held(to);
    Ok(Changes {
        from: compared.from,
        to: compared.to,
        turn: plan.ends.turn,
        never_looked: plan.ends.never_looked,
        is_outdated,
        files,
        more_files: compared.more,
        added: compared.added,
        removed: compared.removed,
        renames_by_content_only: compared.renames_by_content_only,
        left_out,
        more_left_out,
    })
}

/// The changes of a scope as a patch that `git apply` takes.
///
/// # Errors
/// If git cannot read them.
pub async fn patch(git: &Git, dir: &DataDir, plan: &ChangesPlan) -> Result<Vec<u8>> {
    git.patch(&files_place(&plan.files, dir), &plan.ends.from, &plan.ends.to).await
}

/// The commits of a story's branch that its base does not have; `plan` is that of everything since the base.
///
/// # Errors
/// If git cannot read them.
pub(crate) async fn commits(git: &Git, dir: &DataDir, plan: &ChangesPlan) -> Result<StoryCommits> {
    match &plan.newest {
        Some(newest) => git.commits(&files_place(&plan.files, dir), &plan.ends.from, newest).await,
        None => Ok(StoryCommits::default()),
    }
}

/// How the work of a story stands; `plan` is that of everything since the base.
///
/// # Errors
/// If git cannot be asked.
pub(crate) async fn work(git: &Git, dir: &DataDir, plan: &ChangesPlan) -> Result<Work> {
    match &plan.newest {
        Some(newest) => git.work(&files_place(&plan.files, dir), &plan.ends.from, newest).await,
        None => Ok(Work::default()),
    }
}

/// The changes of one file between two objects of git.
///
/// # Errors
/// If git cannot read them.
pub(crate) async fn file_change(
    git: &Git,
    dir: &DataDir,
    files: &FilePlace,
    order: &FileOrder,
) -> Result<FileDiff> {
    git.file_change(&files_place(files, dir), order).await
}

/// Lines of a file in one state.
///
/// # Errors
/// If they are not there.
pub(crate) async fn file_lines(
    git: &Git,
    dir: &DataDir,
    files: &FilePlace,
    order: &LinesOrder,
) -> Result<FileLines> {
    git.file_lines(&files_place(files, dir), order).await
}

/// What a state lacks because no checkpoint has it, and how much of that is not listed.
fn not_held(state: &End) -> (Vec<LeftOut>, u32) {
    let End::Checkpoint(checkpoint) = state else { return (Vec::new(), 0) };
    let nowhere = checkpoint.left_out.iter().filter(|it| it.is_nowhere());
    (nowhere.cloned().collect(), checkpoint.more_left_out)
}

/// Whether a file is as it was when a person reviewed it.
fn review(file: &ChangedFile, reviewed: Option<&String>) -> FileReview {
    match reviewed {
        None => FileReview::No,
        Some(content) if *content == file.content() => FileReview::Yes,
        Some(_) => FileReview::ChangedSince,
    }
}

/// Where the files of a story are, for git.
pub(crate) fn files_place(files: &FilePlace, dir: &DataDir) -> ChangesPlace {
    ChangesPlace {
        root: files.place.root.clone(),
        project: files.project.clone(),
        aside: dir.checkpoints(),
    }
}

/// Whether the later state is the newest checkpoint, and the worktree is known to have changed since.
async fn is_outdated(git: &Git, dir: &DataDir, plan: &ChangesPlan) -> Result<bool> {
    let Some(newest) = &plan.newest else { return Ok(false) };
    if plan.ends.to != End::Checkpoint(newest.clone()) {
        return Ok(false);
    }
    let place = CheckpointPlace {
        root: plan.files.place.root.clone(),
        scratch: dir.checkpoints(),
        own: dir.root().to_owned(),
    };
    git.is_outdated(&place, &newest.commit).await
}

/// The path with the links resolved that lead to it; what of it is not there stays as it is.
fn real(path: &Path) -> Option<PathBuf> {
    let (there, real) =
        path.ancestors().find_map(|there| Some((there, std::fs::canonicalize(there).ok()?)))?;
    Some(real.join(path.strip_prefix(there).ok()?))
}
