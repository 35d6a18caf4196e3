//! Makes new worktrees, completely or not at all: after a failure or a cancellation the worktree,
//! its branch, and the folders that were made for it are removed.

use super::copy::{self, CopyOrder};
use super::lfs::NO_DOWNLOAD;
use super::progress::Progress;
use super::{CHECKOUT_LIMIT, Checkout, Git, Long, no_answer, one_line, reason, refused};
use crate::command::{Lane, Output};
use crate::error::{Error, Result};
use crate::runtime;
use protocol::{Base, CopiedFiles, ErrorCode, FewPaths, JobKind, NewWorktree};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often and at which interval the removal of a folder is tried, because a git that was ended
/// may still be writing there, and the creation of a worktree beside another one.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(20);

/// The most bytes of a hook's output that are kept.
const LONGEST_WORDS: usize = 4000;

/// How many ignored files are listed.
const MOST_NAMES: usize = 8;

/// The worktree that is to be made.
pub(crate) struct NewPlace<'a> {
    pub(crate) project: &'a Checkout,
    /// Its folder.
    pub(crate) dir: PathBuf,
    /// Its new branch.
    pub(crate) branch: &'a str,
    /// What it begins from.
    pub(crate) base: Base,
    /// What is copied into it.
    pub(crate) copy: &'a CopyOrder,
    pub(crate) progress: &'a Progress,
}

/// A finished worktree.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) dir: PathBuf,
    pub(crate) facts: NewWorktree,
}

/// What was made for a new worktree, and is removed if it fails.
struct Claim<'a> {
    place: &'a NewPlace<'a>,
    /// The parent folders that did not exist before, outermost first.
    above: Vec<PathBuf>,
}

impl Git {
    /// Makes a new worktree with its branch. The checkout of a large repository can take long; if
    /// `cancelled` comes first, everything is removed.
    pub(crate) async fn add_worktree(
        &self,
        place: &NewPlace<'_>,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Made> {
        self.check_branch(&place.project.root, place.branch).await?;
        place.progress.begin(JobKind::Checkout);
        let claim = self.claim(place).await?;
        let made = tokio::select! {
            biased;
            made = self.check_out(&claim) => made,
            () = cancelled => Err(stopped()),
        };
        match made {
            Ok(facts) => Ok(Made { dir: place.dir.clone(), facts }),
            Err(error) => {
                self.take_away(&claim).await;
                Err(error)
            }
        }
    }

    /// Makes the folder and the branch. Fails if either exists.
    async fn claim<'a>(&self, place: &'a NewPlace<'a>) -> Result<Claim<'a>> {
        let dir = place.dir.clone();
        let made = runtime::blocking(move || make_folder(&dir)).await;
        let above = made.flatten().map_err(|error| no_folder(&place.dir, &error))?;
        let claim = Claim { place, above };
        let words = ["branch", "--no-track", "--", place.branch, &place.base.commit];
        let error = match self.run(&place.project.root, &words).await {
            Ok(said) if said.ok => return Ok(claim),
            // The whole output, because a hook's message comes before git's own.
            Ok(said) => refused(said.stderr.trim().trim_start_matches("fatal: ")),
            Err(error) => error,
        };
        // The branch existed before, so it is not removed.
        claim.remove_folders().await;
        Err(error)
    }

    async fn check_out(&self, claim: &Claim<'_>) -> Result<NewWorktree> {
        let place = claim.place;
        let NewPlace { project, dir, branch, progress, .. } = place;
        let path = dir.to_str().ok_or_else(|| refused("the repository's path is not text"))?;
        let add = self.add(project, ["worktree", "add", "--", path, branch], progress);
        let (said, status) = tokio::join!(add, self.status_of(project));
        let said = said?;
        let failed_hook = match said.ok {
            true => None,
            // If git itself fails it leaves nothing behind; a hook runs after everything was made.
            false if self.is_on(project, dir, branch).await? => Some(words_of_hook(&said)),
            false => return Err(not_checked_out(&reason(&said.stderr))),
        };
        let empty_submodules = self.fill_submodules(dir, &project.root, &project.project).await?;
        let made = NewWorktree {
            base: Some(place.base.clone()),
            failed_hook,
            empty_submodules,
            ..NewWorktree::default()
        };
        self.complete(place, made, status).await
    }

    /// Fills a worktree with what is no part of git's own checkout, and adds what it still lacks.
    async fn complete(
        &self,
        NewPlace { project, dir, copy, progress, .. }: &NewPlace<'_>,
        made: NewWorktree,
        status: Option<Status>,
    ) -> Result<NewWorktree> {
        let lfs_pointers = self.fill_lfs(dir).await?;
        let copied = match project.has_files {
            true => self.copy_ignored(&project.root, dir, copy, progress).await?,
            false => CopiedFiles::default(),
        };
        let changed = status.as_ref().map(|status| status.changed);
        let ignored = status.map(|status| status.ignored).unwrap_or_default();
        let is_lacking = |name: &String| !copied.files.names.contains(name);
        let ignored = FewPaths::of(ignored.into_iter().filter(is_lacking), MOST_NAMES);
        Ok(NewWorktree { copied, lfs_pointers, changed, ignored, ..made })
    }

    /// Runs `git worktree add`, again while it meets a worktree that another process is just making.
    async fn add(
        &self,
        project: &Checkout,
        args: [&str; 5],
        progress: &Progress,
    ) -> Result<Output> {
        let mut tries = 0;
        loop {
            tries += 1;
            let long = Long {
                lane: Lane::Checkout,
                limit: CHECKOUT_LIMIT,
                variables: &[NO_DOWNLOAD],
                progress,
            };
            let said = self.at_length(long, &project.root, &args).await?;
            let said = said.map_err(|error| no_answer(&error))?;
            if said.ok || tries == TRIES || !meets_another(&said.stderr) {
                return Ok(said);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Whether a folder is a worktree of the project's repository on this branch.
    async fn is_on(&self, project: &Checkout, dir: &Path, branch: &str) -> Result<bool> {
        let git = dir.join(".git");
        if !tokio::fs::try_exists(&git).await.map_err(Error::io("look at", &git))? {
            return Ok(false);
        }
        let found = self.checkout(dir).await?;
        Ok(found.project == project.project && found.branch.as_deref() == Some(branch))
    }

    /// What git says of the folder from which a worktree is made, which lacks that. If git does not answer, nothing
    /// waits for it.
    async fn status_of(&self, project: &Checkout) -> Option<Status> {
        if !project.has_files {
            return Some(Status::default());
        }
        self.status(&project.root).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "what the new worktree lacks is not known");
            None
        })
    }

    /// Removes everything in a claim, as far as possible.
    async fn take_away(&self, claim: &Claim<'_>) {
        let NewPlace { project, dir, branch, base, .. } = claim.place;
        claim.remove_folders().await;
        let full = format!("refs/heads/{branch}");
        let forget = ["worktree", "remove", "--force", "--force", "--", &dir.to_string_lossy()];
        // Only if it is still at the commit at which it was made, so no work is lost.
        let delete = ["update-ref", "-d", &full, &base.commit];
        for words in [&forget[..], &delete] {
            match self.run(&project.root, words).await {
                Ok(said) if said.ok => {}
                Ok(said) => tracing::debug!(said = said.stderr, "nothing of it was left"),
                Err(error) => tracing::warn!(%error, %branch, "a part of a worktree stays behind"),
            }
        }
    }

    /// The worktree that an earlier [`Git::add_worktree`] of the same place made, if it did.
    /// One with changed files is refused: it may be incomplete, or have work in it.
    pub(crate) async fn made_worktree(&self, place: &NewPlace<'_>) -> Result<Option<Made>> {
        let NewPlace { project, dir, branch, base, .. } = place;
        if !self.is_on(project, dir, branch).await? {
            return Ok(None);
        }
        copy::remove_piece(dir).await?;
        match self.status(dir).await? {
            Some(status) if status.changed == 0 => {
                let head = self.run(dir, &["rev-parse", "--verify", "HEAD"]).await?;
                let base = Base { commit: one_line(&head), ..base.clone() };
                let made = NewWorktree { base: Some(base), ..NewWorktree::default() };
                let facts = self.complete(place, made, self.status_of(project).await).await?;
                Ok(Some(Made { dir: dir.clone(), facts }))
            }
            _ => Err(Error::refused(
                ErrorCode::Git,
                format!(
                    "{} was left by an earlier try, and its files are not those of {branch}",
                    dir.display()
                ),
                "Look whether it holds work; `git worktree remove` takes it away, or choose another branch.",
            )),
        }
    }

    /// The changed, untracked and ignored files; `None` if git does not answer.
    pub(crate) async fn status(&self, dir: &Path) -> Result<Option<Status>> {
        let words = ["status", "--porcelain=v1", "-z", "--no-renames", "--ignored=matching"];
        let said = self.run(dir, &words).await?;
        Ok(said.ok.then(|| Status::of(&said.stdout)))
    }

    /// The path of `dir` relative to the root of its worktree. The commit must have this folder, so
    /// that a new worktree has it, too.
    ///
    /// # Errors
    /// If the commit has no such folder.
    pub(crate) async fn folder_below(
        &self,
        project: &Checkout,
        dir: &Path,
        commit: &str,
    ) -> Result<PathBuf> {
        let said = self.run(dir, &["rev-parse", "--show-prefix"]).await?;
        let below = one_line(&said);
        let below = below.trim_end_matches('/');
        if !said.ok || !project.has_files || below.is_empty() {
            return Ok(PathBuf::new());
        }
        let named = format!("{commit}:{below}");
        let kind = self.run(&project.root, &["cat-file", "-t", &named]).await?;
        match kind.ok && one_line(&kind) == "tree" {
            true => Ok(PathBuf::from(below)),
            false => Err(Error::refused(
                ErrorCode::Git,
                format!(
                    "the commit that it would begin from has no folder {below}, so a new worktree has none either"
                ),
                "Commit the folder, choose the repository's root, or use the folder as it is.",
            )),
        }
    }
}

impl Claim<'_> {
    /// Removes the folder with its contents, and the empty parent folders that were made for it.
    async fn remove_folders(&self) {
        let (dir, above) = (self.place.dir.clone(), self.above.clone());
        let remove = move || remove_folders(&dir, &above);
        if let Err(error) = runtime::blocking(remove).await.flatten() {
            tracing::warn!(%error, dir = %self.place.dir.display(), "a folder stays behind");
        }
    }
}

/// Whether git failed because it read the record of another worktree before that was written whole: it
/// reads those of all worktrees, and makes its own in several steps.
fn meets_another(stderr: &str) -> bool {
    stderr.lines().any(|line| {
        line.contains("failed to read")
            && line.contains("/worktrees/")
            && line.contains("/commondir")
    })
}

/// Makes a folder that must not exist. Returns the parent folders that did not exist either.
fn make_folder(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let missing = dir.ancestors().skip(1).take_while(|above| !above.exists());
    let mut above: Vec<PathBuf> = missing.map(Path::to_owned).collect();
    above.reverse();
    if let Some(parent) = dir.parent() {
        std::fs::create_dir_all(parent).map_err(|error| match error.kind() {
            // Otherwise it would read as if the worktree's own folder existed.
            io::ErrorKind::AlreadyExists => io::ErrorKind::NotADirectory.into(),
            _ => error,
        })?;
    }
    std::fs::create_dir(dir)?;
    Ok(above)
}

fn remove_folders(dir: &Path, above: &[PathBuf]) -> io::Result<()> {
    let mut tries = 0;
    loop {
        tries += 1;
        match std::fs::remove_dir_all(dir) {
            Ok(()) => break,
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(error) if tries == TRIES => return Err(error),
            Err(_) => std::thread::sleep(PAUSE),
        }
    }
    for folder in above.iter().rev() {
        // It is not empty if another story has its worktree there now.
        if std::fs::remove_dir(folder).is_err() {
            break;
        }
    }
    Ok(())
}

/// The error for a folder in which a worktree cannot be made.
pub(super) fn no_folder(dir: &Path, error: &io::Error) -> Error {
    let shown = dir.display();
    if error.kind() == io::ErrorKind::AlreadyExists {
        return refused(&format!("{shown} already exists"));
    }
    Error::refused(
        ErrorCode::Git,
        format!("no worktree can be made at {shown}: {}", keeper::words(error)),
        "Have worktrees made elsewhere: change the place of new worktrees in the settings.",
    )
    .on_terminal("mush config set worktrees.place '~/trees/{project}/{name}'")
}

/// The error if the files could not be checked out. It does not suggest another branch name,
/// because that would not help.
fn not_checked_out(why: &str) -> Error {
    Error::refused(
        ErrorCode::Git,
        format!("git could not check the new worktree out: {why}"),
        "Correct what it says and start the story again, or use the folder as it is. Neither branch nor folder was left.",
    )
}

/// The error if a person cancelled the story.
pub(crate) fn stopped() -> Error {
    Error::refused(
        ErrorCode::Stopped,
        "the story was stopped before it began; neither branch nor folder was left",
        "Start it again when you want it.",
    )
}

/// The output of a hook, without git's own messages about the checkout.
fn words_of_hook(said: &Output) -> String {
    let of_git = ["Preparing worktree ", "HEAD is now at ", "Updating files: "];
    let lines = said.stdout.lines().chain(said.stderr.lines());
    let own: Vec<&str> =
        lines.filter(|line| !of_git.iter().any(|start| line.starts_with(start))).collect();
    let words = own.join("\n");
    words[..words.floor_char_boundary(LONGEST_WORDS)].trim().to_owned()
}

/// The result of `git status` in a worktree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Status {
    /// How many files are changed or untracked.
    pub(crate) changed: u32,
    /// The ignored files; a folder of which all is ignored ends in `/`.
    ignored: Vec<String>,
}

impl Status {
    fn of(printed: &str) -> Self {
        let mut status = Self::default();
        for entry in printed.split('\0').filter(|entry| !entry.is_empty()) {
            match entry.strip_prefix("!! ") {
                None => status.changed = status.changed.saturating_add(1),
                Some(name) => status.ignored.push(name.to_owned()),
            }
        }
        status
    }

    /// The first of the ignored files.
    pub(crate) fn ignored(&self) -> FewPaths {
        FewPaths::of(self.ignored.iter().cloned(), MOST_NAMES)
    }

    /// The ignored files with variables of the environment: `.env`, `web/.env.local`.
    pub(crate) fn environment(&self) -> impl Iterator<Item = &String> {
        self.ignored.iter().filter(|path| {
            let name = path.rsplit('/').next().unwrap_or_default();
            name == ".env" || name.starts_with(".env.")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_worktree_that_is_being_made_is_recognised() {
        for (said, expected) in [
            ("fatal: failed to read .git/worktrees/same-goal-2/commondir: Success", true),
            ("Preparing\nfatal: failed to read /r/.git/worktrees/a/commondir: Success\n", true),
            ("fatal: failed to read .git/commondir: Permission denied", false),
            ("fatal: '/r/a' already exists", false),
            ("", false),
        ] {
            assert_eq!(meets_another(said), expected, "{said}");
        }
    }

    #[test]
    fn a_status_counts_what_is_changed_and_names_what_is_ignored() {
        let status = Status::of(" M a.txt\0?? new/\0!! .env\0!! node_modules/\0");
        let ignored = vec![".env".to_owned(), "node_modules/".to_owned()];
        assert_eq!(status, Status { changed: 2, ignored });
        let many: String = (0..20).map(|number| format!("!! {number}.o\0")).collect();
        let status = Status::of(&many);
        let ignored = status.ignored();
        assert_eq!((status.changed, ignored.names.len(), ignored.more), (0, 8, 12));
        let status =
            Status::of("!! .env\0!! .envrc\0!! a/.env.local\0!! .env/\0!! x.env\0 M .env\0");
        assert_eq!(status.environment().collect::<Vec<_>>(), [".env", "a/.env.local"]);
        assert_eq!(Status::of(""), Status::default());
    }

    #[test]
    fn the_words_of_a_hook_are_its_own() {
        let said = Output {
            ok: false,
            stdout: "HEAD is now at 1234567 first\n".to_owned(),
            stderr: "Preparing worktree (checking out 'x')\nhusky: node was not found\n".to_owned(),
        };
        assert_eq!(words_of_hook(&said), "husky: node was not found");
        assert_eq!(
            words_of_hook(&Output { ok: false, stdout: "é".repeat(9000), stderr: String::new() })
                .len(),
            4000
        );
    }

    #[test]
    fn folders_that_were_made_are_removed_and_others_stay() {
        let root = tempfile::tempdir().unwrap();
        let (first, second) = (root.path().join("a/b/first"), root.path().join("a/b/second"));
        let above = make_folder(&first).unwrap();
        assert_eq!(above, [root.path().join("a"), root.path().join("a/b")]);
        assert_eq!(make_folder(&first).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert!(make_folder(&second).unwrap().is_empty());
        let file = root.path().join("file");
        std::fs::write(&file, "").unwrap();
        let hindered = [file.join("x"), file.join("deep/x")].map(|dir| make_folder(&dir));
        for error in hindered.map(|made| made.unwrap_err().kind()) {
            assert_eq!(error, io::ErrorKind::NotADirectory);
        }
        remove_folders(&first, &above).unwrap();
        assert!(second.exists() && !first.exists());
        remove_folders(&second, &above).unwrap();
        assert!(root.path().exists() && !root.path().join("a").exists());
    }
}
