//! Git, by the `git` program: the same behaviour as the agents' own git. Arguments are argv, output
//! is porcelain, nothing asks a person, and every question has a time limit. What git did not answer
//! is unknown, and unknown never permits anything.

use crate::bounded::{self, Said, Unanswered};
use crate::error::{Error, Result};
use protocol::ErrorCode;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long git may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a directory is to git.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The repository's common directory; the directory itself where there is no repository.
    pub project: PathBuf,
    /// The root of the worktree, or the directory itself.
    pub root: PathBuf,
    /// The branch that is checked out; `None` for a detached head or no repository.
    pub branch: Option<String>,
    /// Whether it is a repository at all.
    pub is_repository: bool,
}

/// Reads what `dir` is.
pub fn checkout(dir: &Path) -> Result<Checkout> {
    let shown =
        run(dir, &["rev-parse", "--path-format=absolute", "--git-common-dir", "--show-toplevel"])?;
    let mut lines = shown.stdout.lines();
    let (Some(common), Some(root), true) = (lines.next(), lines.next(), shown.ok) else {
        return Ok(Checkout {
            project: dir.to_owned(),
            root: dir.to_owned(),
            branch: None,
            is_repository: false,
        });
    };
    let head = run(dir, &["symbolic-ref", "--quiet", "--short", "HEAD"])?;
    let branch =
        head.ok.then(|| head.stdout.trim_end().to_owned()).filter(|branch| !branch.is_empty());
    Ok(Checkout { project: common.into(), root: root.into(), branch, is_repository: true })
}

/// Makes a new worktree of `project`'s repository at `<parent>/<repo>.worktrees/<slug>` on the new
/// branch `branch`, and gives its directory.
pub fn add_worktree(project: &Checkout, slug: &str, branch: &str) -> Result<PathBuf> {
    let repository = match project.project.file_name() {
        Some(name) if name == ".git" => project.project.parent().unwrap_or(&project.project),
        _ => project.project.as_path(),
    };
    let mut place = repository.as_os_str().to_owned();
    place.push(".worktrees");
    let dir = PathBuf::from(place).join(slug);
    let path = dir.to_str().ok_or_else(|| refused("the repository's path is not text"))?;
    let made = run(&project.root, &["worktree", "add", "-b", branch, "--", path, "HEAD"])?;
    match made.ok {
        true => Ok(dir),
        false => Err(refused(made.stderr.trim())),
    }
}

/// How many files are changed or untracked; `None` when git did not say.
pub fn changed_files(dir: &Path) -> Result<Option<u32>> {
    let said = run(dir, &["status", "--porcelain=v1", "-z", "--no-renames"])?;
    let count = said.stdout.split('\0').filter(|entry| !entry.is_empty()).count();
    Ok(said.ok.then(|| u32::try_from(count).unwrap_or(u32::MAX)))
}

/// The git program's word for its version.
pub fn version() -> Result<String> {
    let said = run(Path::new("/"), &["--version"])?;
    Ok(said.stdout.trim().trim_start_matches("git version ").to_owned())
}

fn refused(why: &str) -> Error {
    Error::refused(
        ErrorCode::Git,
        format!("git refused: {why}"),
        "Choose another name, or use the folder as it is.",
    )
}

/// Runs git in `dir`.
pub fn run(dir: &Path, args: &[&str]) -> Result<Said> {
    let mut command = Command::new("git");
    command
        .current_dir(dir)
        .args(["-c", "core.fsmonitor=", "-c", "protocol.ext.allow=never"])
        .args(args);
    command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    bounded::output(command, PATIENCE).map_err(|unanswered| {
        let hint = match unanswered {
            Unanswered::NotRun(_) => "Install git 2.38 or newer.",
            Unanswered::Late(_) => "Try again when the disk is less busy.",
        };
        Error::refused(ErrorCode::Git, format!("git {unanswered}"), hint)
    })
}
