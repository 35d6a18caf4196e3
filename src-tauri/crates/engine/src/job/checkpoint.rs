//! Makes a checkpoint of a story's worktree, and restores files from one. Git may take long for both.

use crate::error::{Error, Result};
use crate::git::{CheckpointOrder, CheckpointPlace, Git, RestoreOrder, TakenCheckpoint, named};
use crate::policy::may::{Act, Conflict, Worktree, may};
use crate::runtime;
use crate::writer::StoreWriter;
use protocol::{ErrorCode, Restored, StoryId};
use std::path::{Path, PathBuf};

/// A checkpoint that is to be made.
pub(crate) struct Checkpointing {
    pub(crate) git: Git,
    pub(crate) place: CheckpointPlace,
    pub(crate) order: CheckpointOrder,
}

impl Checkpointing {
    pub(crate) async fn run(self) -> Result<TakenCheckpoint> {
        self.git.checkpoint(&resolved(self.place).await, &self.order).await
    }
}

/// Files that are to be restored.
pub(crate) struct Restoring {
    pub(crate) git: Git,
    pub(crate) place: CheckpointPlace,
    pub(crate) store: PathBuf,
    pub(crate) writer: StoreWriter,
    pub(crate) story: StoryId,
    /// The checkpoint.
    pub(crate) n: u32,
    /// The commit that holds the present state.
    pub(crate) before: String,
    pub(crate) paths: Vec<String>,
    /// How a repository within the worktree is held of which only files are left.
    pub(crate) hold: CheckpointOrder,
}

impl Restoring {
    /// Restores the files.
    ///
    /// # Errors
    /// If there is no such checkpoint, git has something unfinished in the worktree, or a path is not in
    /// the checkpoint.
    pub(crate) async fn run(self) -> Result<Restored> {
        let place = resolved(self.place).await;
        let operation = self.git.operation(&place).await?;
        may(&Worktree { acts: Vec::new(), operation }, Act::Restore)
            .map_err(|conflict| refused("nothing can be restored", conflict))?;
        let paths = self.paths.iter().map(|path| {
            named(&place.root, path).ok_or_else(|| {
                let root = place.root.display();
                Error::refused(
                    ErrorCode::BadInput,
                    format!("{path} is no path in {root}"),
                    "Name a file or a folder by its path in the worktree.",
                )
            })
        });
        let paths = paths.collect::<Result<Vec<_>>>()?;
        let (writer, store, story, n) = (self.writer, self.store, self.story, self.n);
        let read = move || writer.read(&store, |reader| reader.checkpoint(&story, n));
        let checkpoint = runtime::blocking(read).await.map_err(Error::Thread)??;
        let order =
            RestoreOrder { commit: checkpoint.commit, before: self.before, paths, hold: self.hold };
        self.git.restore(&place, &order).await
    }
}

/// Checkpoints that are not kept any more.
pub(crate) struct Pruning {
    pub(crate) git: Git,
    pub(crate) place: CheckpointPlace,
    pub(crate) store: PathBuf,
    pub(crate) writer: StoreWriter,
    pub(crate) story: StoryId,
}

impl Pruning {
    /// Removes the references of the story's checkpoints that the journal does not keep.
    pub(crate) async fn run(self) -> Result<()> {
        let (writer, store, story) = (self.writer, self.store, self.story.clone());
        let read = move || {
            writer.read(&store, |reader| {
                Ok((reader.story(story.as_str())?.project, reader.checkpoints(&story)?))
            })
        };
        let (project, kept) = runtime::blocking(read).await.map_err(Error::Thread)??;
        let kept = kept.into_iter().map(|checkpoint| checkpoint.commit).collect();
        let place = resolved(self.place).await;
        self.git.prune(&place, Path::new(&project), &self.story, &kept).await
    }
}

/// The place with the data directory as git would name it.
pub(super) async fn resolved(place: CheckpointPlace) -> CheckpointPlace {
    let own = place.own.clone();
    match runtime::blocking(move || std::fs::canonicalize(own)).await.flatten() {
        Ok(own) => CheckpointPlace { own, ..place },
        Err(_) => place,
    }
}

/// The refusal of something that a person wants in a worktree, beginning with `not_done`: what is not done.
pub(crate) fn refused(not_done: &str, conflict: Conflict) -> Error {
    let (what, hint) = match conflict {
        Conflict::Act(act, slug) => {
            let does = match act {
                Act::Agent => "works there",
                Act::SetUp => "prepares it",
                Act::Gate => "runs a gate there",
                Act::Checkpoint => "makes a checkpoint there",
                Act::Restore => "restores files there",
                Act::Finish => "commits or merges there",
                Act::Prune => "removes old checkpoints there",
            };
            (format!("{slug} {does}"), "Stop it first, or wait until it is done.")
        }
        Conflict::Operation(operation) => (
            format!("git has a {} there that is not finished", operation.word()),
            "Finish or abort it first.",
        ),
    };
    Error::refused(ErrorCode::WrongState, format!("{not_done}: {what}"), hint)
}
