//! Removing a worktree and making it again: what git says of one that may go (`leaving`), its removal by `git worktree
//! remove` after everything was looked at once more (`remove`), and how it comes back from a checkpoint (`back`). A
//! checkpoint holds the files before; nothing is removed that is not held, but for what git ignores. Called by
//! `git::finish`, as a step of finishing, and by `crate::removal` for looks.

mod back;
mod keeps;
mod leaving;
mod remove;
#[cfg(test)]
#[cfg(unix)]
mod trial;

pub(crate) use keeps::keeps_from_git;

use super::{CHECKOUT_LIMIT, Git};
use crate::command::{Lane, Output};
use crate::error::Result;
use std::path::Path;

impl Git {
    /// Runs git for something that writes or removes all files of a worktree.
    async fn act_on_worktrees(&self, dir: &Path, words: &[&str]) -> Result<Output> {
        self.within(Lane::Checkout, CHECKOUT_LIMIT, dir, words).await
    }
}
