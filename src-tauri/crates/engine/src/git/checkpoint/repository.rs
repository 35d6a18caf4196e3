//! The repository that a worktree belongs to, and what is read from it for a checkpoint. Nothing in it is
//! changed here but its references, and no program that it names is run.

use super::facts::Facts;
use super::paths::{TreePath, os_path};
use super::{LIMIT_OF_LOOKS, text_of};
use crate::command::{Lane, RawOutput};
use crate::error::{Error, Result};
use crate::git::{Git, OwnEnvironment, reason, unreadable};
use crate::runtime;
use protocol::{ErrorCode, StoryId};
use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Settings of git for every call in the repository: no hook and no helper of it runs, and nothing that
/// it remembers about files is believed.
const QUIET: [&str; 5] = [
    "core.fsmonitor=",
    "core.hooksPath=/dev/null",
    "core.untrackedCache=false",
    "core.logAllRefUpdates=false",
    "protocol.allow=never",
];

/// A worktree and its repository.
#[derive(Debug)]
pub(super) struct Repository<'a> {
    pub(super) git: &'a Git,
    pub(super) program: PathBuf,
    pub(super) root: PathBuf,
    /// Git's directory for this worktree.
    pub(super) git_dir: PathBuf,
    /// Git's directory for the whole repository.
    pub(super) common: PathBuf,
    /// The hash function: `sha1`, `sha256`.
    pub(super) format: String,
    limit: Duration,
}

/// What a worktree has checked out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// The commit; `None` before the first one.
    pub(super) commit: Option<String>,
    /// The full name of the branch; `None` for a detached head.
    pub(super) branch: Option<String>,
}

impl<'a> Repository<'a> {
    /// Opens the repository whose worktree has its root at `root`; `None` if there is none. One that git
    /// does not recognise any more is an error.
    ///
    /// # Errors
    /// If git cannot read it.
    pub(super) async fn open(git: &'a Git, root: &Path, limit: Duration) -> Result<Option<Self>> {
        let mut opened = Self::unread(git, root, limit).await?;
        let words = ["rev-parse", "--path-format=absolute", "--git-common-dir"];
        let words = [&words[..], &["--show-object-format", "--show-toplevel"]].concat();
        let own = ["rev-parse", "--absolute-git-dir"];
        let (said, own) = tokio::try_join!(opened.run(&words, None), opened.run(&own, None))?;
        if !said.ok {
            let there = root.join(".git");
            let is_there = runtime::blocking(move || there.symlink_metadata().is_ok()).await;
            let is_none = said.stderr.contains("not a git repository (or any")
                && !is_there.map_err(Error::io("look at", root))?;
            return if is_none { Ok(None) } else { Err(unreadable(root, &said.stderr)) };
        }
        let Some((common, format)) = common_and_format(&said.stdout, root) else {
            return Ok(None);
        };
        let own = own.stdout.strip_suffix(b"\n").unwrap_or(&own.stdout);
        (opened.common, opened.git_dir) = (os_path(common), os_path(own));
        opened.format = String::from_utf8_lossy(format).into_owned();
        Ok(Some(opened))
    }

    /// The repository at `root`, of which only objects are read: no worktree need be there.
    pub(super) async fn with_objects(git: &'a Git, root: &Path) -> Result<Self> {
        Self::unread(git, root, LIMIT_OF_LOOKS).await
    }

    async fn unread(git: &'a Git, root: &Path, limit: Duration) -> Result<Self> {
        Ok(Self {
            git,
            program: git.program(root).await?,
            root: root.to_owned(),
            git_dir: PathBuf::new(),
            common: PathBuf::new(),
            format: String::new(),
            limit,
        })
    }

    /// The facts of a checkpoint.
    pub(super) async fn facts(&self, commit: &str) -> Result<Facts> {
        let text = self.ask(&["cat-file", "commit", commit], None).await?;
        Facts::read(&text).ok_or_else(|| refused("the commit is no checkpoint", &self.root))
    }

    /// Runs git in the worktree.
    pub(super) async fn run(&self, words: &[&str], input: Option<File>) -> Result<RawOutput> {
        let settings = QUIET.iter().flat_map(|setting| ["-c", setting]);
        let words = settings.chain(words.iter().copied()).map(OsStr::new);
        self.call(words, &[], input).await
    }

    /// Runs git in the worktree with these variables, which may name another git directory.
    pub(super) async fn call<'w>(
        &self,
        words: impl Iterator<Item = &'w OsStr>,
        variables: &[(&str, OsString)],
        input: Option<File>,
    ) -> Result<RawOutput> {
        let mut command = Command::new(&self.program);
        command.arg("-C").arg(&self.root).args(words);
        let own = OwnEnvironment { variables, input };
        self.git.call(command, own, Lane::Checkpoint, self.limit).await
    }

    /// Runs git and returns its output without the last line break.
    pub(super) async fn ask(&self, words: &[&str], input: Option<File>) -> Result<String> {
        let said = self.run(words, input).await?;
        match said.ok {
            true => Ok(text_of(&said)),
            false => Err(refused(&reason(&said.stderr), &self.root)),
        }
    }

    /// What is checked out.
    pub(super) async fn head(&self) -> Result<Head> {
        let commit = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
        let branch = ["symbolic-ref", "--quiet", "HEAD"];
        let (commit, branch) = tokio::try_join!(self.run(&commit, None), self.run(&branch, None))?;
        let word = |said: RawOutput| said.ok.then(|| text_of(&said));
        Ok(Head { commit: word(commit), branch: word(branch) })
    }

    /// The untracked paths that git ignores. What is below an ignored folder is not listed.
    pub(super) async fn ignored(&self) -> Result<HashSet<Vec<u8>>> {
        let words =
            ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"];
        let said = self.run(&words, None).await?;
        if !said.ok {
            return Err(refused(&reason(&said.stderr), &self.root));
        }
        let paths = said.stdout.split(|byte| *byte == 0).filter(|path| !path.is_empty());
        Ok(paths.map(|path| path.strip_suffix(b"/").unwrap_or(path).to_owned()).collect())
    }

    /// Whether a commit is still there.
    pub(super) async fn has(&self, commit: &str) -> Result<bool> {
        Ok(self.run(&["cat-file", "-e", &format!("{commit}^{{commit}}")], None).await?.ok)
    }

    /// Makes the reference of a checkpoint. Returns whether it was free.
    pub(super) async fn set_reference(&self, name: &str, commit: &str) -> Result<bool> {
        let words = ["update-ref", "--no-deref", name, commit, ""];
        let said = self.run(&words, None).await?;
        match said.ok {
            true => Ok(true),
            false if said.stderr.contains("already exists") => Ok(false),
            false => Err(refused(&reason(&said.stderr), &self.root)),
        }
    }

    /// The highest number of a story's checkpoints here; 0 if there is none.
    pub(super) async fn highest(&self, story: &StoryId) -> Result<u32> {
        let below = format!("refs/musher/{story}/");
        let said = self.ask(&["for-each-ref", "--format=%(refname)", &below], None).await?;
        let numbers = said.lines().filter_map(|name| name.strip_prefix(&below)?.parse().ok());
        Ok(numbers.max().unwrap_or(0))
    }

    /// The submodule or other repository in the folder `path` of this worktree.
    pub(super) fn within(&self, path: &TreePath) -> PathBuf {
        path.at(&self.root)
    }
}

/// The common directory and the hash function, if they are those of a worktree with its root at `root`.
/// A path may have line breaks.
fn common_and_format<'p>(printed: &'p [u8], root: &Path) -> Option<(&'p [u8], &'p [u8])> {
    let rest = printed.strip_suffix(b"\n")?.strip_suffix(root.as_os_str().as_encoded_bytes())?;
    let rest = rest.strip_suffix(b"\n")?;
    let end = rest.iter().rposition(|byte| *byte == b'\n')?;
    Some((&rest[..end], &rest[end + 1..]))
}

/// The name of the reference that holds a story's checkpoint.
pub(super) fn reference(story: &StoryId, n: u32) -> Result<String> {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '-';
    match !story.as_str().is_empty() && story.as_str().chars().all(is_plain) {
        true => Ok(format!("refs/musher/{story}/{n}")),
        false => Err(Error::refused(
            ErrorCode::BadInput,
            format!("the story's id \"{story}\" can be no name in git"),
            "Start a new story.",
        )),
    }
}

/// The refusal of a checkpoint or a restore in this worktree.
pub(super) fn refused(why: &str, root: &Path) -> Error {
    let hint = match why {
        why if why.contains("ermission") || why.contains("ead-only") => {
            "Check that you may write in git's folder of the repository."
        }
        why if why.contains("No space left") => "Free some space.",
        _ => "`git status` in the folder says more.",
    };
    let message = format!("git cannot make or read checkpoints of {}: {why}", root.display());
    Error::refused(ErrorCode::Git, message, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_known_by_the_root_of_its_worktree() {
        let printed = b"/w\nx/.git\nsha1\n/w\nx\n";
        let found = common_and_format(printed, Path::new("/w\nx"));
        assert_eq!(found, Some((&b"/w\nx/.git"[..], &b"sha1"[..])));
        assert_eq!(common_and_format(printed, Path::new("/w\nx/inner")), None);
    }

    #[test]
    fn a_story_s_id_is_a_name_in_git_or_refused() {
        let named = reference(&StoryId::new("01890a5d-ac96-7b2c"), 7).unwrap();
        assert_eq!(named, "refs/musher/01890a5d-ac96-7b2c/7");
        for id in ["", "a/b", "a..b", "-x\n", "a b"] {
            assert!(reference(&StoryId::new(id), 1).is_err(), "{id:?}");
        }
    }
}
