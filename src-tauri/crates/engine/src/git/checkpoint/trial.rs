//! Checkpoints without a director, for benchmarks.

use super::{Limits, Order, Place};
use crate::env::Environment;
use crate::error::{Error, Result};
use crate::git::Git;
use crate::runtime;
use protocol::{CheckpointCause, StoryId, Timestamp};
use std::path::PathBuf;

/// A worktree of which checkpoints are made.
#[derive(Debug)]
pub struct CheckpointTrial {
    git: Git,
    place: Place,
    made: u32,
}

impl CheckpointTrial {
    /// The worktree with its root at `root`; `data` is a folder for Musher's own files.
    pub fn of(root: PathBuf, data: PathBuf) -> Self {
        let git = Git::of(&Environment::of_this_process());
        let place = Place { root, scratch: data.join("checkpoints"), own: data };
        Self { git, place, made: 0 }
    }

    /// Makes the next checkpoint. Blocks the calling thread.
    ///
    /// # Errors
    /// If git refuses.
    pub fn make(&mut self) -> Result<()> {
        self.made += 1;
        let order = Order {
            story: StoryId::new("trial"),
            n: self.made,
            at: Timestamp::from_seconds(1_700_000_000),
            because: CheckpointCause::Asked,
            ignored: false,
            only_changed: false,
            limits: Limits::default(),
        };
        runtime::wait(self.git.checkpoint(&self.place, &order)).map_err(Error::Thread)?.map(drop)
    }
}
