//! Looks at how the branch of a story stands: what is checked out, what is not committed, and how it stands against its
//! base and against the local branch that takes its work. What git does not say is not known. Nothing is changed.

use super::status::Uncommitted;
use crate::error::{Error, Result};
use crate::git::checkpoint::{Operation, Place};
use crate::git::{Git, PushTarget, one_line};
use crate::runtime;
use protocol::{Base, FinishDone, MergePreview, ShownBranch};
use std::path::{Path, PathBuf};

/// What is checked out in a worktree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) commit: Option<String>,
    /// The full name of the branch.
    pub(super) branch: Option<String>,
}

/// How the branch of a story stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FinishSeen {
    pub(crate) is_repository: bool,
    /// The full name of the branch that is checked out.
    pub(crate) branch: Option<String>,
    pub(crate) head: Option<String>,
    pub(crate) operation: Option<Operation>,
    pub(crate) uncommitted: Option<Uncommitted>,
    /// From what it is updated.
    pub(crate) base: Option<Against>,
    /// The local branch that takes its work.
    pub(crate) target: Option<Against>,
    /// The first lines of its commits that the target (without one the base) does not have, the oldest first.
    pub(crate) subjects: Vec<String>,
    /// Where it is pushed to.
    pub(crate) remote: Option<PushTarget>,
    /// Whether a remote has what was done last.
    pub(crate) is_last_pushed: bool,
}

/// A branch against which another one stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Against {
    /// Its name without what all branches begin with.
    pub(crate) name: String,
    pub(crate) shown: ShownBranch,
    pub(crate) ahead: Option<u32>,
    pub(crate) behind: Option<u32>,
    pub(crate) preview: MergePreview,
    pub(crate) worktree: Option<Elsewhere>,
}

/// The worktree in which that is checked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// Whether no file that git knows differs.
    pub(crate) is_clean: Option<bool>,
    pub(crate) operation: Option<Operation>,
}

/// The branches of a story's base by their full names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) base: Option<String>,
    target: Option<String>,
}

/// How many commits are listed.
const MOST_SUBJECTS: &str = "--max-count=50";

impl Git {
    /// How the branch in a story's worktree stands against its base.
    ///
    /// # Errors
    /// If git cannot be asked at all.
    pub(crate) async fn finish_seen(
        &self,
        place: &Place,
        base: Option<&Base>,
        last: Option<&FinishDone>,
    ) -> Result<FinishSeen> {
        let root = place.root.as_path();
        if !self.is_root(root).await? {
            return Ok(FinishSeen::default());
        }
        let (head, operation, uncommitted) =
            tokio::try_join!(self.head_of(root), self.operation(place), self.uncommitted(root))?;
        let named = match base {
            Some(base) => self.branches_of_base(root, &base.name).await?,
            None => Named::default(),
        };
        let against = |reference: Option<String>| {
            let head = head.commit.as_deref();
            async move {
                match (reference, head) {
                    (Some(reference), Some(head)) => self.against(place, &reference, head).await,
                    _ => Ok(None),
                }
            }
        };
        let found = against(named.base.clone()).await?;
        let target = match named.target == named.base {
            true => found.clone(),
            false => against(named.target).await?,
        };
        let subjects = match (target.as_ref().or(found.as_ref()), &head.commit) {
            (Some(base), Some(head)) => self.subjects(root, &base.shown.commit, head).await?,
            _ => Vec::new(),
        };
        let remote = match head.branch.as_deref().and_then(|it| it.strip_prefix("refs/heads/")) {
            Some(branch) => self.push_target(root, branch).await?,
            None => None,
        };
        let is_last_pushed = match last {
            Some(last) => self.is_pushed(root, last).await?,
            None => false,
        };
        Ok(FinishSeen {
            is_repository: true,
            branch: head.branch,
            head: head.commit,
            operation,
            uncommitted,
            base: found,
            target,
            subjects,
            remote,
            is_last_pushed,
        })
    }

    /// Whether the remote to which a branch is pushed is known to have what was done with it.
    pub(super) async fn is_pushed(&self, root: &Path, done: &FinishDone) -> Result<bool> {
        let branch = done.reference.strip_prefix("refs/heads/");
        let (Some(branch), Some(commit)) = (branch, &done.to) else { return Ok(false) };
        let target = self.push_target(root, branch).await?;
        match target.and_then(|target| target.there) {
            Some(there) => self.is_ancestor(root, commit, &there).await,
            None => Ok(false),
        }
    }

    /// Whether a folder is the root of a worktree.
    async fn is_root(&self, root: &Path) -> Result<bool> {
        let top = self.said(root, &["rev-parse", "--show-toplevel"]).await?;
        Ok(top.is_some_and(|top| Path::new(&top) == root))
    }

    /// What is checked out.
    pub(super) async fn head_of(&self, root: &Path) -> Result<Head> {
        let branch = self.said(root, &["symbolic-ref", "--quiet", "HEAD"]).await?;
        Ok(Head { commit: self.commit_of(root, "HEAD").await?, branch })
    }

    /// The branches that are meant by the name of a base. Of a branch of a remote the local one is that which follows
    /// it; if several do, the one of the same name.
    pub(super) async fn branches_of_base(&self, root: &Path, name: &str) -> Result<Named> {
        let local = format!("refs/heads/{name}");
        if self.is_reference(root, &local).await? {
            return Ok(Named { base: Some(local.clone()), target: Some(local) });
        }
        let remote = format!("refs/remotes/{name}");
        if !self.is_reference(root, &remote).await? {
            return Ok(Named::default());
        }
        let words = ["for-each-ref", "--format=%(refname)%00%(upstream)", "refs/heads/"];
        let listed = self.said(root, &words).await?.unwrap_or_default();
        let lines = listed.lines().filter_map(|line| line.split_once('\0'));
        let mut follow: Vec<&str> =
            lines.filter(|(_, upstream)| *upstream == remote).map(|(branch, _)| branch).collect();
        if follow.len() > 1 {
            let short = name.split_once('/').map_or(name, |(_, short)| short);
            follow.retain(|branch| branch.strip_prefix("refs/heads/") == Some(short));
        }
        Ok(Named { base: Some(remote), target: follow.first().map(|it| (*it).to_owned()) })
    }

    async fn is_reference(&self, root: &Path, reference: &str) -> Result<bool> {
        Ok(self.question(root, &["show-ref", "--verify", "--quiet", reference]).await?.ok)
    }

    /// How a commit stands against a branch; `None` if that is gone.
    async fn against(&self, place: &Place, reference: &str, head: &str) -> Result<Option<Against>> {
        let root = place.root.as_path();
        let Some(commit) = self.commit_of(root, reference).await? else { return Ok(None) };
        let (counts, preview, checked_out) = tokio::try_join!(
            self.ahead_and_behind(root, &commit, head),
            self.preview(place, &commit, head),
            self.worktree_of(root, reference)
        )?;
        let worktree = match &checked_out {
            Some(dir) => Some(self.elsewhere(place, dir).await?),
            None => None,
        };
        let short = reference.strip_prefix("refs/heads/");
        let name = short.or_else(|| reference.strip_prefix("refs/remotes/")).unwrap_or(reference);
        let shown = ShownBranch {
            reference: reference.to_owned(),
            commit,
            checked_out: checked_out.map(|dir| dir.display().to_string()),
        };
        let (ahead, behind) = counts;
        Ok(Some(Against { name: name.to_owned(), shown, ahead, behind, preview, worktree }))
    }

    async fn ahead_and_behind(
        &self,
        root: &Path,
        base: &str,
        head: &str,
    ) -> Result<(Option<u32>, Option<u32>)> {
        let range = format!("{base}...{head}");
        let words = ["rev-list", "--left-right", "--count", "--end-of-options", &range, "--"];
        let counts = self.said(root, &words).await?.unwrap_or_default();
        let (behind, ahead) = counts.split_once('\t').unwrap_or_default();
        Ok((ahead.parse().ok(), behind.parse().ok()))
    }

    /// The worktree in which a branch is checked out.
    pub(in crate::git) async fn worktree_of(
        &self,
        root: &Path,
        reference: &str,
    ) -> Result<Option<PathBuf>> {
        let words = ["for-each-ref", "--format=%(refname)%00%(worktreepath)", reference];
        let said = self.question(root, &words).await?;
        let line = one_line(&said);
        let Some((name, path)) = line.split_once('\0') else { return Ok(None) };
        if name != reference || path.is_empty() {
            return Ok(None);
        }
        let path = PathBuf::from(path);
        let resolve = move || std::fs::canonicalize(&path).unwrap_or(path);
        runtime::blocking(resolve).await.map(Some).map_err(Error::Thread)
    }

    /// How another worktree stands; what cannot be asked is not known.
    async fn elsewhere(&self, place: &Place, dir: &Path) -> Result<Elsewhere> {
        if !self.is_root(dir).await? {
            return Ok(Elsewhere { is_clean: None, operation: None });
        }
        let there = Place { root: dir.to_owned(), ..place.clone() };
        let (operation, found) = tokio::try_join!(self.operation(&there), self.uncommitted(dir))?;
        Ok(Elsewhere { is_clean: found.map(|found| found.known.is_empty()), operation })
    }

    async fn subjects(&self, root: &Path, base: &str, head: &str) -> Result<Vec<String>> {
        let range = format!("{base}..{head}");
        let words = [
            "log",
            "--no-show-signature",
            "--encoding=UTF-8",
            "--no-merges",
            MOST_SUBJECTS,
            "--format=%s",
            "--end-of-options",
            &range,
            "--",
        ];
        let said = self.said(root, &words).await?.unwrap_or_default();
        let mut subjects: Vec<String> = said.lines().map(str::to_owned).collect();
        subjects.reverse();
        Ok(subjects)
    }

    /// Whether a rebase or a bisection of a branch is under way in any worktree: it will move the branch.
    pub(super) async fn is_being_rebased(&self, root: &Path, reference: &str) -> Result<bool> {
        let words = ["rev-parse", "--path-format=absolute", "--git-common-dir"];
        let Some(common) = self.said(root, &words).await? else { return Ok(true) };
        let (common, reference) = (PathBuf::from(common), reference.to_owned());
        let look = move || is_named_in(&common, &reference);
        runtime::blocking(look).await.map_err(Error::Thread)
    }
}

/// Whether git's directory of a worktree names a branch as the one that a rebase or a bisection will go back to.
fn is_named_in(common: &Path, reference: &str) -> bool {
    let entries = std::fs::read_dir(common.join("worktrees"));
    let linked = entries.into_iter().flatten().flatten().map(|entry| entry.path());
    let mut all = linked.chain([common.to_owned()]);
    let short = reference.strip_prefix("refs/heads/").unwrap_or(reference);
    let is_in = |path: PathBuf, name: &str| {
        std::fs::read_to_string(path).is_ok_and(|text| text.trim_end_matches('\n') == name)
    };
    all.any(|dir| {
        is_in(dir.join("rebase-merge/head-name"), reference)
            || is_in(dir.join("rebase-apply/head-name"), reference)
            || is_in(dir.join("BISECT_START"), short)
    })
}
