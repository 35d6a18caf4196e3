//! Makes a worktree again at the place where it was: on its branch, or at its commit if that moved on, with the files of
//! a checkpoint. Its index is that of its commit; what was staged is not staged any more.

use crate::error::{Error, Result};
use crate::git::checkpoint::{Place, RestoreOrder, checkpoint_reference};
use crate::git::finish::refusals;
use crate::git::{CheckpointOrder, Git, TakenCheckpoint, one_line, reason};
use crate::runtime;
use protocol::{ErrorCode, RemovedWorktree};
use std::io;
use std::path::Path;

/// A worktree that is to be made again.
pub(crate) struct WorktreeBack<'a> {
    pub(crate) place: &'a Place,
    /// What it was.
    pub(crate) removed: &'a RemovedWorktree,
    /// The checkpoint that holds its files.
    pub(crate) n: u32,
    /// How the files that are there at first are held: those that git made.
    pub(crate) hold: &'a CheckpointOrder,
}

impl Git {
    /// Makes a worktree again. Returns the full name of the branch that is checked out; `None` if none is.
    ///
    /// # Errors
    /// If something is at its place, or git refuses. Then nothing is left behind.
    pub(crate) async fn bring_back(&self, back: &WorktreeBack<'_>) -> Result<Option<String>> {
        let WorktreeBack { place, removed, .. } = back;
        let (root, project) = (place.root.as_path(), Path::new(&removed.project));
        check_free(root).await?;
        let checkpoint = self.checkpoint_commit(project, back).await?;
        let branch = self.free_branch(project, removed).await?;
        self.add_again(project, root, removed, branch.as_deref()).await?;
        match self.furnish(back, checkpoint).await {
            Ok(()) => Ok(branch),
            Err(error) => {
                self.take_back(project, root, removed, branch.as_deref()).await;
                Err(error)
            }
        }
    }

    /// The commit of the checkpoint.
    async fn checkpoint_commit(&self, project: &Path, back: &WorktreeBack<'_>) -> Result<String> {
        let reference = checkpoint_reference(&back.hold.story, back.n)?;
        let named = format!("{reference}^{{commit}}");
        let said = self.run(project, &["rev-parse", "--verify", "--quiet", &named]).await?;
        match said.ok {
            true => Ok(one_line(&said)),
            false => Err(Error::refused(
                ErrorCode::NotFound,
                format!("checkpoint {} is not in the repository any more", back.n),
                "Without it the files cannot come back; `git worktree add` makes the worktree from its branch.",
            )),
        }
    }

    /// The branch, if it can be checked out at the commit where it was. One that was deleted is made again.
    async fn free_branch(
        &self,
        project: &Path,
        removed: &RemovedWorktree,
    ) -> Result<Option<String>> {
        let Some(branch) = &removed.branch else { return Ok(None) };
        let said = self.run(project, &["rev-parse", "--verify", "--quiet", branch]).await?;
        if !said.ok {
            let words = ["update-ref", branch, &removed.head, ""];
            let made = self.run(project, &words).await?;
            if !made.ok {
                return Err(not_made(&format!("git did not make {branch} again"), &made.stderr));
            }
            return Ok(Some(branch.clone()));
        }
        let is_free = self.worktree_of(project, branch).await?.is_none();
        Ok((one_line(&said) == removed.head && is_free).then(|| branch.clone()))
    }

    async fn add_again(
        &self,
        project: &Path,
        root: &Path,
        removed: &RemovedWorktree,
        branch: Option<&str>,
    ) -> Result<()> {
        let path = root.to_string_lossy();
        let mut words = vec!["worktree", "add", "--no-checkout"];
        let short = branch.map(|it| it.strip_prefix("refs/heads/").unwrap_or(it));
        match short {
            Some(short) => words.extend(["--", &path, short]),
            None => words.extend(["--detach", "--", &path, &removed.head]),
        }
        let said = self.act_on_worktrees(project, &words).await?;
        match said.ok {
            true => Ok(()),
            false => {
                let error = not_made("git did not make the worktree again", &said.stderr);
                self.take_back(project, root, removed, branch).await;
                Err(error)
            }
        }
    }

    /// Gives a fresh worktree its settings, its index and its files.
    async fn furnish(&self, back: &WorktreeBack<'_>, commit: String) -> Result<()> {
        let WorktreeBack { place, removed, hold, .. } = back;
        let root = place.root.as_path();
        let Some(own) = self.own_dir(root).await? else {
            return Err(not_made("the worktree cannot be read", ""));
        };
        for (name, text) in
            [("config.worktree", &removed.config), ("info/sparse-checkout", &removed.sparse)]
        {
            if let Some(text) = text {
                write(&own.join(name), text).await?;
            }
        }
        let mut steps = vec![vec!["read-tree", "HEAD"]];
        if removed.sparse.is_some() {
            steps.push(vec!["sparse-checkout", "reapply"]);
        }
        for words in steps {
            let said = self.act_on_worktrees(root, &words).await?;
            if !said.ok {
                return Err(not_made("git did not prepare the worktree", &said.stderr));
            }
        }
        let before = match self.checkpoint(place, hold).await? {
            TakenCheckpoint::Made(made) => made.commit,
            TakenCheckpoint::Unchanged(commit) => commit,
            TakenCheckpoint::NoRepository => {
                return Err(not_made("the worktree cannot be read", ""));
            }
        };
        let order =
            RestoreOrder { commit, before, paths: Vec::new(), hold: CheckpointOrder::clone(hold) };
        self.restore(place, &order).await.map(drop)
    }

    /// Removes what was made, as far as possible. Nobody else had it yet.
    async fn take_back(
        &self,
        project: &Path,
        root: &Path,
        removed: &RemovedWorktree,
        branch: Option<&str>,
    ) {
        let path = root.to_string_lossy();
        let forget = ["worktree", "remove", "--force", "--force", "--", &path];
        let delete = branch.filter(|_| removed.branch_deleted);
        let delete = delete.map(|branch| ["update-ref", "-d", branch, &removed.head]);
        for words in [Some(&forget[..]), delete.as_ref().map(|it| &it[..])].into_iter().flatten() {
            match self.run(project, words).await {
                Ok(said) if said.ok => {}
                Ok(said) => tracing::debug!(said = said.stderr, "nothing of it was left"),
                Err(error) => tracing::warn!(%error, "a part of a worktree stays behind"),
            }
        }
    }
}

/// Refuses if something is at the place of the worktree; an empty folder is nothing.
async fn check_free(root: &Path) -> Result<()> {
    let there = root.to_owned();
    let look = move || match std::fs::read_dir(&there) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    match runtime::blocking(look).await.map_err(Error::Thread)? {
        true => Ok(()),
        false => Err(refusals::wrong(
            format!("something is at {} already", root.display()),
            "Move it away, then try again.",
        )),
    }
}

async fn write(path: &Path, text: &str) -> Result<()> {
    let (to, text) = (path.to_owned(), text.to_owned());
    let write = move || {
        if let Some(above) = to.parent() {
            std::fs::create_dir_all(above)?;
        }
        std::fs::write(&to, text)
    };
    runtime::blocking(write).await.flatten().map_err(Error::io("write", path))
}

fn not_made(what: &str, stderr: &str) -> Error {
    let why = match stderr.trim().is_empty() {
        true => String::new(),
        false => format!(": {}", reason(stderr)),
    };
    Error::refused(
        ErrorCode::Git,
        format!("{what}{why}"),
        "Correct what it says and try again. The checkpoint holds every file.",
    )
}
