//! Checkpoints: commits under `refs/musher/STORY/N` that hold the files of a worktree byte for byte, with
//! what git has no place for in their messages. Making one changes neither the worktree nor its head nor
//! its index, and runs no program of the repository; restoring one changes files only. See
//! [`scratch`] for how.

#[cfg(test)]
#[cfg(unix)]
pub(in crate::git) mod animals;
#[cfg(test)]
#[cfg(unix)]
mod disks;
mod facts;
#[cfg(test)]
#[cfg(unix)]
mod failures;
mod hold;
mod import;
mod kept;
mod limits;
mod object;
mod operation;
mod outdated;
mod paths;
mod place_files;
#[cfg(test)]
#[cfg(unix)]
mod proof;
mod prune;
mod quarantine;
mod repository;
mod restore;
mod scratch;
mod seed;
mod staged;
mod stamp;
mod survey;
mod take;
mod tracked;
mod trial;
mod walk;
#[cfg(test)]
#[cfg(unix)]
mod within;
#[cfg(test)]
#[cfg(unix)]
pub(in crate::git) mod world;
#[cfg(test)]
#[cfg(unix)]
mod zoo;

pub(in crate::git) use facts::Facts;
pub(crate) use limits::Limits;
pub(in crate::git) use object::Mode;
pub(crate) use operation::Operation;
pub(crate) use paths::TreePath;
pub(in crate::git) use place_files::link;
pub(in crate::git) use quarantine::listed;
pub(in crate::git) use repository::{Repository, reference as checkpoint_reference};
pub(crate) use restore::RestoreOrder;
pub use trial::CheckpointTrial;

use crate::command::RawOutput;
use crate::error::{Error, Result};
use crate::git::Git;
use protocol::{CheckpointCause, ErrorCode, LeftOut, StoryId, Timestamp};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use take::Call;

/// How long a single question to git may take.
const LIMIT_OF_LOOKS: Duration = Duration::from_secs(10);

/// Where a checkpoint is made of, and Musher's own files for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The root of the worktree.
    pub(crate) root: PathBuf,
    /// A folder for the scratch directories of worktrees.
    pub(crate) scratch: PathBuf,
    /// Musher's data directory, which no checkpoint holds.
    pub(crate) own: PathBuf,
}

/// What checkpoint is to be made.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) story: StoryId,
    /// The number that it gets, if that is free.
    pub(crate) n: u32,
    pub(crate) at: Timestamp,
    pub(crate) because: CheckpointCause,
    /// Whether it holds ignored files, too.
    pub(crate) ignored: bool,
    /// Whether nothing is made if nothing changed since the last one.
    pub(crate) only_changed: bool,
    pub(crate) limits: Limits,
}

/// What became of an [`Order`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Made(Made),
    /// Nothing changed since the last one of the story, which is this commit.
    Unchanged(String),
    /// The folder is in no repository, so it has no checkpoints.
    NoRepository,
}

/// A checkpoint that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) n: u32,
    pub(crate) commit: String,
    pub(crate) tree: String,
    pub(crate) left_out: Vec<LeftOut>,
}

impl Git {
    /// Makes a checkpoint of a worktree.
    ///
    /// # Errors
    /// If git refuses, or it takes longer than its limit. Then no reference is made.
    pub(crate) async fn checkpoint(&self, place: &Place, order: &Order) -> Result<Taken> {
        let until = Instant::now() + order.limits.time;
        let call = Call { git: self, order, until, depth: 0 };
        match tokio::time::timeout_at(until.into(), call.take(place.clone())).await {
            Ok(looked) => looked.map(|looked| looked.taken.unwrap_or(Taken::NoRepository)),
            Err(_) => Err(took_too_long(order)),
        }
    }
}

fn took_too_long(order: &Order) -> Error {
    let limit = order.limits.time.as_secs();
    Error::refused(
        ErrorCode::Git,
        format!("a checkpoint took longer than {limit} s, and was given up"),
        "Let git ignore folders that programs fill, or try again when the disk is less busy.",
    )
}

/// A program's output as text, without the last line break.
pub(in crate::git) fn text_of(said: &RawOutput) -> String {
    let text = String::from_utf8_lossy(&said.stdout);
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}

/// The path of `path` in a worktree with this root, as a person names it: relative to the root, or
/// absolute.
pub(crate) fn named(root: &Path, path: &str) -> Option<TreePath> {
    let below = match path.strip_prefix('/') {
        Some(_) => Path::new(path).strip_prefix(root).ok()?.to_str()?,
        None => path,
    };
    let below = below.trim_end_matches('/');
    TreePath::from_text(below.strip_prefix("./").unwrap_or(below))
}
