//! Uses the `git` program, so that git behaves as it does for agents. Arguments are passed without
//! a shell, output is porcelain, git never asks a person, and every call has a time limit. If git
//! does not answer, the result is unknown, and an unknown result never permits anything.

mod base;
mod changes;
mod checkpoint;
mod copy;
mod elsewhere;
mod fetch;
mod finish;
mod forecast;
mod lfs;
mod mirrors;
mod progress;
mod remotes;
mod removal;
mod submodules;
mod version;
mod worktree;

pub(crate) use base::FoundBase;
pub(crate) use changes::{
    ChangesPlace, Edit, End, FileAt, FileOrder, LinesOrder, Own, Standing, State as ChangesState,
    is_gone,
};
pub use checkpoint::CheckpointTrial;
pub(crate) use checkpoint::{
    Limits as CheckpointLimits, Operation, Order as CheckpointOrder, Place as CheckpointPlace,
    RestoreOrder, Taken as TakenCheckpoint, TreePath, named,
};
pub(crate) use copy::{CopyOrder, is_said_by_repository};
pub(crate) use elsewhere::no_place;
pub(crate) use fetch::no_remote;
#[cfg(test)]
pub(crate) use finish::Elsewhere;
pub(crate) use finish::{Against, FinishOrder, FinishSeen, Live, Uncommitted, Voice, on_host};
pub(crate) use forecast::{Merging, Side as ForecastSide};
pub use mirrors::Mirror;
pub(crate) use progress::{Doing, Progress};
pub(crate) use remotes::PushTarget;
pub(crate) use removal::keeps_from_git;
pub use version::{OLDEST, too_old};
pub(crate) use worktree::{Made, NewPlace, stopped};

use crate::command::{self, CommandError, Lane, Output, RawOutput};
use crate::config::Naming;
use crate::env::Environment;
use crate::error::{Error, Result};
use crate::programs;
use crate::runtime;
use protocol::ErrorCode;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long git may take to answer.
const LIMIT: Duration = Duration::from_secs(10);

/// How long a checkout of a new worktree may take.
const CHECKOUT_LIMIT: Duration = Duration::from_secs(600);

/// The git program in an environment's PATH, which is the one that agents find.
#[derive(Clone, Debug)]
pub struct Git {
    environment: Environment,
}

/// What git says about a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkout {
    /// The repository's common directory; the directory itself if there is no repository.
    pub project: PathBuf,
    /// The repository's main folder, see [`Checkout::main_folder`].
    main: PathBuf,
    /// The root of the worktree, or the directory itself.
    pub root: PathBuf,
    /// The branch that is checked out; `None` for a detached head, a bare repository, or no
    /// repository.
    pub branch: Option<String>,
    /// Whether it belongs to a repository.
    pub is_repository: bool,
    /// Whether files are checked out here. A bare repository has none; it can only be used for
    /// making worktrees.
    pub has_files: bool,
}

impl Checkout {
    /// The repository's main folder, whichever of its worktrees this is: the folder of its main
    /// worktree, or the bare repository; the folder itself if there is no repository. Never a
    /// folder within git's own directory.
    pub fn main_folder(&self) -> &Path {
        &self.main
    }
}

impl Git {
    /// The environment in whose PATH it is.
    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The git of this environment.
    pub fn of(environment: &Environment) -> Self {
        Self { environment: environment.clone() }
    }

    /// Reads what kind of folder `dir` is. A repository that git cannot read is an error, never "no
    /// repository".
    pub async fn checkout(&self, dir: &Path) -> Result<Checkout> {
        let words = ["rev-parse", "--path-format=absolute", "--git-common-dir"];
        let common = self.run(dir, &words).await?;
        if !common.ok {
            return without_repository(dir, &common).await;
        }
        let project = PathBuf::from(one_line(&common));
        let words = ["rev-parse", "--is-bare-repository", "--is-inside-git-dir"];
        let bare = self.run(dir, &words).await?;
        let mut words = bare.stdout.lines();
        let (is_bare, is_inside) = (words.next() == Some("true"), words.next() == Some("true"));
        if is_inside && !is_bare {
            return Err(Error::refused(
                ErrorCode::BadInput,
                format!(
                    "{} is inside git's own directory, which is not to be worked in",
                    dir.display()
                ),
                "Choose the folder that holds the files.",
            ));
        }
        if is_bare {
            let (root, main) = (project.clone(), hidden_in(&project).await);
            return Ok(Checkout {
                project,
                main,
                root,
                branch: None,
                is_repository: true,
                has_files: false,
            });
        }
        let root = self.run(dir, &["rev-parse", "--show-toplevel"]).await?;
        if !root.ok {
            return Err(unreadable(dir, &root.stderr));
        }
        let head = self.run(dir, &["symbolic-ref", "--quiet", "--short", "HEAD"]).await?;
        let branch = Some(one_line(&head)).filter(|branch| head.ok && !branch.is_empty());
        let root = PathBuf::from(one_line(&root));
        let main = self.main_folder(dir, &project, &root).await?;
        Ok(Checkout { project, main, root, branch, is_repository: true, has_files: true })
    }

    /// The repository's main folder. If git's directory is elsewhere, as for a submodule, the
    /// repository's configuration may name it; otherwise the main worktree is the one that uses
    /// git's directory itself.
    async fn main_folder(&self, dir: &Path, project: &Path, root: &Path) -> Result<PathBuf> {
        let hidden = hidden_in(project).await;
        if hidden != project {
            return Ok(hidden);
        }
        let own = self.run(dir, &["rev-parse", "--absolute-git-dir"]).await?;
        if own.ok && Path::new(&one_line(&own)) == project {
            return Ok(root.to_owned());
        }
        let named = format!("--git-dir={}", project.display());
        let said = self.run(project, &[&named, "rev-parse", "--show-toplevel"]).await?;
        let top = PathBuf::from(one_line(&said));
        let is_ours = |folder: &Path| !folder.components().any(|part| part.as_os_str() == ".git");
        match said.ok && is_ours(&top) && top.is_absolute() {
            true => Ok(top),
            false if is_ours(project) => Ok(project.to_owned()),
            false => Ok(root.to_owned()),
        }
    }
}

/// The folder that contains a hidden git directory: `.git`, or one such as `.bare` that a file
/// `.git` beside it refers to. Any other git directory is returned itself.
async fn hidden_in(project: &Path) -> PathBuf {
    let (Some(name), Some(parent)) = (project.file_name(), project.parent()) else {
        return project.to_owned();
    };
    let leads = parent.join(".git");
    let is_hidden = name == ".git"
        || (name.to_string_lossy().starts_with('.')
            && runtime::blocking(move || leads.is_file()).await.unwrap_or(false));
    if is_hidden { parent.to_owned() } else { project.to_owned() }
}

async fn without_repository(dir: &Path, said: &Output) -> Result<Checkout> {
    // Git prints this for a folder outside of a repository; for most broken repositories it prints
    // something else.
    if !said.stderr.contains("not a git repository (or any") {
        return Err(unreadable(dir, &said.stderr));
    }
    let looked = dir.to_owned();
    let find = move || {
        let root = programs::repository_of(&looked);
        (root.join(".git").exists(), std::fs::canonicalize(&looked), root)
    };
    let (is_broken, real, root) =
        runtime::blocking(find).await.map_err(Error::io("look at", dir))?;
    if is_broken {
        return Err(Error::refused(
            ErrorCode::Git,
            format!("{} is no repository that git can read", root.join(".git").display()),
            "Repair it, or move it away if it is a leftover.",
        ));
    }
    let root = real.map_err(Error::io("read", dir))?;
    Ok(Checkout {
        project: dir.to_owned(),
        main: dir.to_owned(),
        root,
        branch: None,
        is_repository: false,
        has_files: true,
    })
}

fn unreadable(dir: &Path, stderr: &str) -> Error {
    let hint = match stderr.contains("dubious ownership") {
        true => format!(
            "If you trust it: git config --global --add safe.directory {}",
            agents::shell::quote(&dir.display().to_string())
        ),
        false => "Repair the repository (`git status` there says more), or choose another folder."
            .to_owned(),
    };
    let why = reason(stderr);
    Error::refused(ErrorCode::Git, format!("git cannot use {}: {why}", dir.display()), hint)
}

/// Output of one line. Only the last newline is removed, because a path may contain newlines.
fn one_line(said: &Output) -> String {
    said.stdout.strip_suffix('\n').unwrap_or(&said.stdout).to_owned()
}

/// The sentence with git's reason, without its progress messages and advice.
fn reason(stderr: &str) -> String {
    let said = |line: &str| {
        let words = line.strip_prefix("fatal: ").or_else(|| line.strip_prefix("error: "))?;
        Some(words.to_owned())
    };
    stderr.lines().find_map(said).unwrap_or_else(|| stderr.trim().to_owned())
}

impl Git {
    /// Refuses a folder in which no new worktree can be made with any name of a branch and from any base.
    pub async fn check_worktree(&self, project: &Checkout, dir: &str) -> Result<()> {
        if !project.is_repository {
            return Err(Error::refused(
                ErrorCode::BadInput,
                format!("{dir} is not in a git repository, so it can have no worktree"),
                "Use the folder as it is, or run `git init` in it and make a first commit.",
            ));
        }
        let branches = ["for-each-ref", "--count=1", "refs/heads/", "refs/remotes/"];
        let head = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
        let has_branch = !self.run(&project.root, &branches).await?.stdout.is_empty();
        match has_branch || self.run(&project.root, &head).await?.ok {
            true => Ok(()),
            false => Err(base::no_commit()),
        }
    }
}

/// Refuses a folder in which no agent can work as it is.
pub fn check_files(project: &Checkout, dir: &str) -> Result<()> {
    match project.has_files {
        true => Ok(()),
        false => Err(Error::refused(
            ErrorCode::BadInput,
            format!("{dir} is a bare repository, which has no files to work on"),
            "Give the story a worktree of its own.",
        )
        .on_terminal("That is --worktree.")),
    }
}

impl Git {
    /// Names that a new worktree cannot have: those of existing branches, and of entries in the
    /// folder of worktrees. A branch with several components makes the name of its first component
    /// unusable, because git stores branches like files.
    pub(crate) async fn taken_names(
        &self,
        project: &Checkout,
        naming: &Naming,
    ) -> Result<BTreeSet<String>> {
        let below = format!("refs/heads/{}", naming.branches);
        let said =
            self.run(&project.root, &["for-each-ref", "--format=%(refname)", &below]).await?;
        if !said.ok {
            return Err(refused(&reason(&said.stderr)));
        }
        let first = |name: &str| Some(name.strip_prefix(&below)?.split('/').next()?.to_owned());
        let mut taken: BTreeSet<String> = said.stdout.lines().filter_map(first).collect();
        taken.extend(taken_folders(naming).await?);
        Ok(taken)
    }
}

/// The entries in the folder of a repository's worktrees.
pub(crate) async fn taken_folders(naming: &Naming) -> Result<BTreeSet<String>> {
    let place = naming.folder.clone();
    let read = place.clone();
    let names = runtime::blocking(move || names_in(&read)).await.and_then(|names| names);
    names.map_err(|error| worktree::no_folder(&place, &error))
}

/// The names of a folder's entries; none if there is no folder, or if it cannot be listed: what hinders a new worktree
/// there is said when one is made.
fn names_in(dir: &Path) -> std::io::Result<BTreeSet<String>> {
    use std::io::ErrorKind;
    match std::fs::read_dir(dir) {
        Ok(entries) => {
            entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
        }
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::PermissionDenied => {
                Ok(BTreeSet::new())
            }
            _ => Err(error),
        },
    }
}

impl Git {
    /// Refuses an invalid branch name before git could read it as an option, a revision or a path.
    async fn check_branch(&self, dir: &Path, branch: &str) -> Result<()> {
        let full = format!("refs/heads/{branch}");
        let odd = branch.starts_with('-') || branch == "HEAD" || branch.starts_with("refs/");
        if !odd && self.run(dir, &["check-ref-format", &full]).await?.ok {
            return Ok(());
        }
        let shown: String = branch.escape_debug().collect();
        Err(Error::refused(
            ErrorCode::BadInput,
            format!("\"{shown}\" is no name for a branch"),
            "Use letters, digits, - and /: musher/login-fix.",
        ))
    }
}

fn refused(why: &str) -> Error {
    Error::refused(
        ErrorCode::Git,
        format!("git refused: {why}"),
        "Name another branch, leave its name to Musher, or use the folder as it is.",
    )
}

impl Git {
    /// Runs git in `dir`.
    pub async fn run(&self, dir: &Path, args: &[&str]) -> Result<Output> {
        self.within(Lane::Git, LIMIT, dir, args).await
    }

    async fn within(
        &self,
        lane: Lane,
        limit: Duration,
        dir: &Path,
        args: &[&str],
    ) -> Result<Output> {
        let program = self.program(dir).await?;
        let mut command = Command::new(program);
        // With -C, so that a folder that cannot be entered is reported as such, and not as a
        // missing git.
        command.arg("-C").arg(dir);
        command.args(SAFE).args(args);
        self.output(command, lane, limit).await
    }

    /// Runs a command of git in `dir` that can take long, and reports how far it is. It finds no terminal.
    async fn at_length(
        &self,
        Long { lane, limit, variables, progress }: Long<'_>,
        dir: &Path,
        args: &[&str],
    ) -> Result<std::result::Result<Output, CommandError>> {
        let mut command = Command::new(self.program(dir).await?);
        command.arg("-C").arg(dir).args(SAFE).args(args);
        command.env_clear().envs(self.environment.for_agent([]).into_pairs());
        command.envs(ALWAYS).env("GIT_PROGRESS_DELAY", "0").envs(variables.iter().copied());
        Ok(command::followed_output(command, lane, limit, |printed| progress.heard(printed)).await)
    }

    /// The version that the program at `program` reports, whatever program it is.
    async fn say_version(&self, program: &Path) -> Result<Output> {
        let mut command = Command::new(program);
        command.arg("--version");
        self.output(command, Lane::Git, LIMIT).await
    }

    /// The path of git, if it is new enough. A git within the repository of `dir` is never used.
    pub(crate) async fn program(&self, dir: &Path) -> Result<PathBuf> {
        let program = self.found(dir).await?;
        self.check_version(&program).await?;
        Ok(program)
    }

    async fn found(&self, dir: &Path) -> Result<PathBuf> {
        let (environment, near) = (self.environment.clone(), dir.to_owned());
        let find = move || programs::on_path("git", &environment, Some(&near));
        let found = runtime::blocking(find).await.map_err(Error::io("look at", dir))?;
        let (major, minor) = OLDEST;
        let hint = format!("Install git {major}.{minor} or newer, or set PATH.");
        found.ok_or_else(|| unavailable("was not found in PATH", &hint))
    }

    async fn output(&self, mut command: Command, lane: Lane, limit: Duration) -> Result<Output> {
        command.env_clear().envs(self.environment.for_agent([]).into_pairs());
        command.envs(ALWAYS);
        command::output(command, lane, limit).await.map_err(|error| no_answer(&error))
    }

    /// Runs a command of git that gets no variable for git but `own`, and may print bytes that are
    /// no text.
    async fn call(
        &self,
        mut command: Command,
        own: OwnEnvironment<'_>,
        lane: Lane,
        limit: Duration,
    ) -> Result<RawOutput> {
        let for_git = |name: &OsString| name.to_string_lossy().starts_with("GIT_");
        let pairs = self.environment.for_agent([]).into_pairs();
        command.env_clear().envs(pairs.into_iter().filter(|(name, _)| !for_git(name)));
        command.envs(ALWAYS).envs(own.variables.iter().map(|(name, value)| (name, value)));
        command::raw_output(command, own.input, lane, limit)
            .await
            .map_err(|error| no_answer(&error))
    }
}

/// The settings of every call: no program of the repository watches files, and none reaches a remote.
const SAFE: [&str; 4] = ["-c", "core.fsmonitor=", "-c", "protocol.ext.allow=never"];

/// How a command of git that can take long is run.
struct Long<'a> {
    lane: Lane,
    limit: Duration,
    /// Variables besides those of every call.
    variables: &'a [(&'a str, &'a str)],
    progress: &'a Progress,
}

/// The variables of every call: git answers in English, asks nobody, and takes no lock for its own
/// convenience.
const ALWAYS: [(&str, &str); 3] =
    [("LC_ALL", "C"), ("GIT_TERMINAL_PROMPT", "0"), ("GIT_OPTIONAL_LOCKS", "0")];

/// The variables for git and the input of a call that takes none from its environment.
struct OwnEnvironment<'a> {
    variables: &'a [(&'a str, OsString)],
    input: Option<File>,
}

fn no_answer(error: &CommandError) -> Error {
    let hint = match error {
        CommandError::NotRun(_) => "Look at what the system says.",
        CommandError::TimedOut(_) => "Try again when the disk is less busy.",
    };
    unavailable(&error.to_string(), hint).on_terminal("`mush doctor` shows which git was found.")
}

fn unavailable(why: &str, hint: &str) -> Error {
    Error::refused(ErrorCode::Git, format!("git {why}"), hint)
}
