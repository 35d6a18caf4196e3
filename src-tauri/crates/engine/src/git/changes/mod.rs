//! What differs between two states of a story's worktree, made by git from objects alone: the worktree may have
//! changed since, or be gone. No filter, text conversion, external diff or pager of the repository runs, and nothing
//! in it is changed. A state is a checkpoint or a commit ([`End`]); repositories within the worktree are compared
//! where both states know what was in them.

mod aside;
#[cfg(test)]
#[cfg(unix)]
pub(in crate::git) mod asked;
mod commits;
mod compare;
mod edits;
mod ends;
mod file;
mod generated;
mod hunks;
mod image;
mod listed;
mod located;
mod measure;
mod own;
mod patch;
mod raw;
mod sizes;
mod standing;
mod traced;
#[cfg(test)]
#[cfg(unix)]
mod zoo;

pub(in crate::git) use aside::Aside;
pub(crate) use edits::Edit;
pub(crate) use file::{FileOrder, LinesOrder};
pub(crate) use own::Own;
pub(crate) use standing::Standing;
pub(crate) use traced::FileAt;

use super::Git;
use super::checkpoint::Repository;
use crate::command::RawOutput;
use crate::error::{Error, Result};
use crate::runtime;
use protocol::{Base, Checkpoint, ErrorCode};
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a single question to git may take.
const LIMIT: Duration = Duration::from_secs(60);

/// The options of every difference, so that what a person or the repository configured changes nothing.
const DIFF: [&str; 12] = [
    "diff-tree",
    "-r",
    "-M",
    "-l1000",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-abbrev",
    "--full-index",
    "--ignore-submodules=none",
    "--submodule=short",
    "--diff-algorithm=histogram",
];

/// More new and removed files than this squared are compared by content only ([`DIFF`] has it).
const MOST_RENAMES: usize = 1000;

/// Names of files are no patterns, objects are what they are, and none is fetched.
const VARIABLES: [(&str, &str); 3] =
    [("GIT_LITERAL_PATHSPECS", "1"), ("GIT_NO_REPLACE_OBJECTS", "1"), ("GIT_NO_LAZY_FETCH", "1")];

/// Where the changes of a story are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChangesPlace {
    /// The root of its worktree, which may be gone.
    pub(crate) root: PathBuf,
    /// The repository's common directory, in which they are read then.
    pub(crate) project: PathBuf,
    /// A folder for files of Musher's own that are there for a moment.
    pub(crate) aside: PathBuf,
}

/// A state that is compared, before git was asked about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// A checkpoint.
    Checkpoint(Checkpoint),
    /// The commit that was checked out at a checkpoint.
    Head(Checkpoint),
    /// The commit in which the commit that was checked out at a checkpoint parted from the story's base.
    Base(Base, Checkpoint),
    /// The commit that was checked out at the oldest checkpoint of a story without a base.
    Beginning(Checkpoint),
    /// A commit, by any name.
    Commit(String),
    /// Its first parent.
    Parent(String),
}

/// An object of git that holds a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) object: String,
    /// Whether it is a checkpoint, which says more than its tree does. An object of somebody else is not
    /// believed about that.
    pub(crate) is_checkpoint: bool,
}

/// A repository in which objects are read.
struct Source<'a> {
    repository: Repository<'a>,
    aside: &'a Path,
    /// Whether its worktree is gone.
    has_no_files: bool,
}

impl Git {
    /// Opens the repository of a story. If its worktree is gone, that is the project's.
    async fn source<'a>(&'a self, place: &'a ChangesPlace) -> Result<Source<'a>> {
        let opened = Repository::open(self, &place.root, LIMIT).await.ok().flatten();
        // Without one the worktree is gone, or what leads from it to the repository.
        let has_no_files = opened.is_none();
        let repository = match opened {
            Some(repository) => repository,
            None => {
                check_there(&place.project).await?;
                Repository::with_objects(self, &place.project, LIMIT).await?
            }
        };
        Ok(Source { repository, aside: &place.aside, has_no_files })
    }
}

/// Whether nothing is at a path. What cannot be looked at is there.
///
/// # Errors
/// If the look cannot be made.
pub(crate) async fn is_gone(path: &Path) -> Result<bool> {
    let path = path.to_owned();
    let look = move || {
        let found = path.symlink_metadata();
        found.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    };
    runtime::blocking(look).await.map_err(Error::Thread)
}

/// Refuses a repository that is gone, with all that was held in it.
async fn check_there(project: &Path) -> Result<()> {
    match is_gone(project).await? {
        false => Ok(()),
        true => Err(Error::refused(
            ErrorCode::NotFound,
            format!("the repository {} is not there any more", project.display()),
            "What was held of the story's files was in it. Put the folder back to see what changed.",
        )),
    }
}

impl<'a> Source<'a> {
    /// The repository within this one in a folder.
    async fn within(&self, root: &Path) -> Result<Source<'a>> {
        let repository = Repository::with_objects(self.repository.git, root, LIMIT).await?;
        Ok(Source { repository, aside: self.aside, has_no_files: false })
    }

    /// Runs git and returns what it says.
    async fn run<W: AsRef<OsStr>>(&self, words: &[W], input: Option<File>) -> Result<RawOutput> {
        self.run_with(words, &[], input).await
    }

    /// Runs git as [`Self::run`], with further variables.
    async fn run_with<W: AsRef<OsStr>>(
        &self,
        words: &[W],
        more: &[(&str, OsString)],
        input: Option<File>,
    ) -> Result<RawOutput> {
        let mut variables: Vec<_> =
            VARIABLES.iter().map(|(name, value)| (*name, OsString::from(value))).collect();
        variables.extend(more.iter().cloned());
        let words = words.iter().map(AsRef::as_ref);
        self.repository.quietly(words, &variables, input).await
    }

    /// Runs git and returns its output; a failure is an error.
    async fn bytes<W: AsRef<OsStr>>(&self, words: &[W], input: Option<File>) -> Result<Vec<u8>> {
        let said = self.run(words, input).await?;
        if said.ok { Ok(said.stdout) } else { Err(self.refused(&said)) }
    }

    /// Runs git and returns its output as text without the last line break; `None` if it fails.
    async fn text<W: AsRef<OsStr>>(&self, words: &[W]) -> Result<Option<String>> {
        let said = self.run(words, None).await?;
        Ok(said.ok.then(|| super::checkpoint::text_of(&said)))
    }

    fn refused(&self, said: &RawOutput) -> Error {
        let (why, root) = (super::reason(&said.stderr), self.repository.root.display());
        let message = format!("git cannot compare what is in {root}: {why}");
        Error::refused(ErrorCode::Git, message, "`git status` in the folder says more.")
    }
}

/// The words of a difference of two objects with further options, up to its paths.
fn difference<'w>(options: &[&'w str], from: &'w str, to: &'w str) -> Vec<&'w OsStr> {
    let words = DIFF.iter().chain(options).copied();
    words.chain(["--end-of-options", from, to, "--"]).map(OsStr::new).collect()
}

/// Does work that may block.
async fn blocking<T: Send + 'static>(
    doing: &'static str,
    path: &Path,
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T> {
    runtime::blocking(work).await.flatten().map_err(Error::io(doing, path))
}
