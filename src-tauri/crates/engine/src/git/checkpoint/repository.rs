//! The repository that a worktree belongs to, and what is read from it for a checkpoint. Nothing in it is
//! changed here but its references, and no program that it names is run.

use super::facts::Facts;
use super::object::Hash;
use super::paths::{TreePath, os_path};
use super::text_of;
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
pub(in crate::git) struct Repository<'a> {
    pub(in crate::git) git: &'a Git,
    pub(super) program: PathBuf,
    pub(in crate::git) root: PathBuf,
    /// Git's directory for this worktree.
    pub(super) git_dir: PathBuf,
    /// Git's directory for the whole repository.
    pub(super) common: PathBuf,
    /// The hash function: `sha1`, `sha256`.
    pub(super) format: String,
    pub(super) head: Head,
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
    pub(in crate::git) async fn open(
        git: &'a Git,
        root: &Path,
        limit: Duration,
    ) -> Result<Option<Self>> {
        let mut opened = Self::unread(git, root, limit).await?;
        let said = opened.run(&WHOLE, None).await?;
        if let Some(read) = said.ok.then(|| Answer::of(&said.stdout, root)).flatten() {
            opened.take(read);
            return Ok(Some(opened));
        }
        // There is no commit yet, or no repository, or it is that of a folder above.
        let said = opened.run(&WHOLE[..NAMES], None).await?;
        if !said.ok {
            let there = root.join(".git");
            let is_there = runtime::blocking(move || there.symlink_metadata().is_ok()).await;
            let is_none = said.stderr.contains("not a git repository (or any")
                && !is_there.map_err(Error::io("look at", root))?;
            return if is_none { Ok(None) } else { Err(unreadable(root, &said.stderr)) };
        }
        let Some(read) = Answer::of(&said.stdout, root) else {
            return Ok(None);
        };
        opened.take(read);
        opened.head = opened.read_head().await?;
        Ok(Some(opened))
    }

    fn take(&mut self, read: Answer) {
        (self.git_dir, self.common, self.format) = (read.git_dir, read.common, read.format);
        self.head = read.head;
    }

    /// Its hash function.
    pub(super) fn hash(&self) -> Result<Hash> {
        let unknown = || refused(&format!("unknown hash function {}", self.format), &self.root);
        Hash::of(&self.format).ok_or_else(unknown)
    }

    /// Whether it is the disk that refuses, so that trying in another way is in vain.
    pub(super) fn is_of_disk(&self, error: &Error) -> bool {
        // The worktree may have any name.
        let why = error.to_string().replace(&*self.root.to_string_lossy(), "");
        is_forbidden(&why) || is_full(&why)
    }

    /// What it is kept under: another repository at the same place is another one.
    pub(super) fn identity(&self) -> String {
        format!("{} {}", self.format, self.common.display())
    }

    /// The repository at `root`, of which only objects are read: no worktree need be there.
    pub(in crate::git) async fn with_objects(
        git: &'a Git,
        root: &Path,
        limit: Duration,
    ) -> Result<Self> {
        Self::unread(git, root, limit).await
    }

    async fn unread(git: &'a Git, root: &Path, limit: Duration) -> Result<Self> {
        Ok(Self {
            git,
            program: git.program(root).await?,
            root: root.to_owned(),
            git_dir: PathBuf::new(),
            common: PathBuf::new(),
            format: String::new(),
            head: Head::default(),
            limit,
        })
    }

    /// The facts of a checkpoint.
    pub(in crate::git) async fn facts(&self, commit: &str) -> Result<Facts> {
        let text = self.ask(&["cat-file", "commit", commit], None).await?;
        Facts::read(&text).ok_or_else(|| refused("the commit is no checkpoint", &self.root))
    }

    /// Runs git in the worktree.
    pub(super) async fn run(&self, words: &[&str], input: Option<File>) -> Result<RawOutput> {
        self.quietly(words.iter().map(OsStr::new), &[], input).await
    }

    /// Runs git in the worktree with these variables.
    pub(in crate::git) async fn quietly<'w>(
        &self,
        words: impl Iterator<Item = &'w OsStr>,
        variables: &[(&str, OsString)],
        input: Option<File>,
    ) -> Result<RawOutput> {
        let settings = QUIET.iter().flat_map(|setting| ["-c", setting]).map(OsStr::new);
        self.call(settings.chain(words), variables, input).await
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

    /// What is checked out, of a head that not every question has an answer to.
    async fn read_head(&self) -> Result<Head> {
        let commit = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
        let branch = ["symbolic-ref", "--quiet", "HEAD"];
        let (commit, branch) = tokio::try_join!(self.run(&commit, None), self.run(&branch, None))?;
        let word = |said: RawOutput| said.ok.then(|| text_of(&said));
        Ok(Head { commit: word(commit), branch: word(branch) })
    }

    /// The untracked paths that git ignores. What is below an ignored folder is not listed.
    pub(super) async fn ignored(&self) -> Result<HashSet<TreePath>> {
        let words =
            ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"];
        let said = self.run(&words, None).await?;
        if !said.ok {
            return Err(refused(&reason(&said.stderr), &self.root));
        }
        let paths = said.stdout.split(|byte| *byte == 0);
        let paths = paths.map(|path| path.strip_suffix(b"/").unwrap_or(path));
        let mut paths: HashSet<TreePath> = paths.filter_map(TreePath::from_git).collect();
        // A folder is listed with what is ignored in it if all of that is, and is not ignored itself.
        let above: Vec<TreePath> = paths.iter().flat_map(TreePath::folders).collect();
        for folder in above {
            paths.remove(&folder);
        }
        Ok(paths)
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
    pub(in crate::git) fn within(&self, path: &TreePath) -> PathBuf {
        path.at(&self.root)
    }
}

/// What git says of itself and of its head by one call. What is between two paths stands in none: a path
/// that git prints has no empty part, but it may have line breaks.
const WHOLE: [&str; 11] = [
    "rev-parse",
    "--path-format=absolute",
    "--absolute-git-dir",
    BETWEEN,
    "--git-common-dir",
    BETWEEN,
    "--show-object-format",
    "--show-toplevel",
    "HEAD^{commit}",
    "--symbolic-full-name",
    "HEAD",
];

/// How many words of [`WHOLE`] do not ask about the head.
const NAMES: usize = 8;

const BETWEEN: &str = "--//";

/// The answer to [`WHOLE`], or to its first [`NAMES`] words.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    git_dir: PathBuf,
    common: PathBuf,
    format: String,
    head: Head,
}

impl Answer {
    /// Reads it if it is that of a worktree with its root at `root`.
    fn of(printed: &[u8], root: &Path) -> Option<Self> {
        let between = [b"\n", BETWEEN.as_bytes(), b"\n"].concat();
        let (git_dir, rest) = split(printed, &between)?;
        let (common, rest) = split(rest, &between)?;
        let (format, rest) = split(rest, b"\n")?;
        let rest = rest.strip_prefix(root.as_os_str().as_encoded_bytes())?;
        let words = std::str::from_utf8(rest.strip_prefix(b"\n")?).ok()?;
        let mut words = words.lines();
        let commit = words.next().map(str::to_owned);
        let branch = words.next().filter(|name| name.starts_with("refs/")).map(str::to_owned);
        Some(Self {
            git_dir: os_path(git_dir),
            common: os_path(common),
            format: String::from_utf8_lossy(format).into_owned(),
            head: Head { commit, branch },
        })
    }
}

/// What is before and after the first `between`.
fn split<'b>(bytes: &'b [u8], between: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes.windows(between.len()).position(|window| window == between)?;
    Some((&bytes[..at], &bytes[at + between.len()..]))
}

/// The name of the reference that holds a story's checkpoint.
pub(in crate::git) fn reference(story: &StoryId, n: u32) -> Result<String> {
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

fn is_forbidden(why: &str) -> bool {
    why.contains("ermission denied") || why.contains("ead-only")
}

fn is_full(why: &str) -> bool {
    // Git has words of its own for it.
    ["No space left", "no storage space", "Out of diskspace"].iter().any(|it| why.contains(it))
}

/// The refusal of a checkpoint or a restore in this worktree.
pub(super) fn refused(why: &str, root: &Path) -> Error {
    let hint = match why {
        why if is_forbidden(why) => "Check that you may write in git's folder of the repository.",
        why if is_full(why) => "Free some space.",
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
        let printed = b"/m/.git/worktrees/w\n--//\n/m\nx/.git\n--//\nsha1\n/w\nx\n";
        let read = |more: &[u8]| Answer::of(&[&printed[..], more].concat(), Path::new("/w\nx"));
        let head = |commit: Option<&str>, branch: Option<&str>| Head {
            commit: commit.map(str::to_owned),
            branch: branch.map(str::to_owned),
        };
        let of = |head| Answer {
            git_dir: "/m/.git/worktrees/w".into(),
            common: "/m\nx/.git".into(),
            format: "sha1".to_owned(),
            head,
        };
        assert_eq!(read(b""), Some(of(head(None, None))));
        let on_a_branch = head(Some("abc"), Some("refs/heads/x"));
        assert_eq!(read(b"abc\nrefs/heads/x\n"), Some(of(on_a_branch)));
        assert_eq!(read(b"abc\nHEAD\n"), Some(of(head(Some("abc"), None))));
        assert_eq!(Answer::of(printed, Path::new("/w\nx/inner")), None);
        assert_eq!(Answer::of(b"", Path::new("/")), None);
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
