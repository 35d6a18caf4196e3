//! What a new worktree begins from: the branches that there are, the commit of the one that a person named, and how
//! far it is behind the branch of a remote that it follows. Nothing is fetched for that.

use super::{Checkout, Git, one_line, reason, refused};
use crate::clock::timestamp;
use crate::error::{Error, Result};
use crate::runtime;
use protocol::{Base, BaseSummary, BranchSummary, Branches, ErrorCode, Timestamp, Upstream};
use std::path::{Path, PathBuf};

/// The most branches that are listed.
const MOST_BRANCHES: usize = 300;

/// How many digits of a commit's id are shown where it has no other name.
const SHORT: usize = 10;

/// The longest name of a base: that of a branch, with what leads from it to a commit.
const LONGEST_NAME: usize = 1024;

/// The fields of a branch, each after a zero byte but the first.
const BRANCH: &str =
    "--format=%(refname)%00%(committerdate:unix)%00%(contents:subject)%00%(symref)";

/// A base, with what git has of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundBase {
    pub(crate) base: Base,
    /// The remote to fetch, if there is one.
    pub(crate) remote: Option<String>,
    /// The commit of the branch that it follows.
    newest: Option<String>,
}

impl FoundBase {
    /// The base after a fetch: a branch that has no commit of its own begins where the one is that it follows.
    pub(crate) fn fetched(self) -> Base {
        let base = Base { fetched: true, ..self.base };
        match (&base.upstream, self.newest) {
            (Some(Upstream { name, ahead: 0, behind: 1.. }), Some(commit)) => {
                Base { name: name.clone(), commit, upstream: None, fetched: true }
            }
            _ => base,
        }
    }
}

/// What a branch follows.
struct Followed {
    /// The full name of the reference: `refs/remotes/origin/main`.
    reference: String,
    /// Its name: `origin/main`.
    name: String,
    /// The remote's name; `.` for this repository.
    remote: String,
}

impl Git {
    /// Finds what a person named as a base; without a name, what is checked out.
    ///
    /// # Errors
    /// If there is nothing of this name.
    pub(crate) async fn base(&self, project: &Checkout, name: Option<&str>) -> Result<FoundBase> {
        let (shown, commit, branch) = match name {
            Some(name) => self.named(project, name).await?,
            None => {
                let commit = self.commit(project, "HEAD").await?.ok_or_else(no_commit)?;
                let shown = project.branch.clone().unwrap_or_else(|| short(&commit));
                (shown, commit, project.branch.clone())
            }
        };
        let followed = match &branch {
            Some(branch) => self.followed(project, branch).await?,
            None => None,
        };
        let (upstream, newest) = match &followed {
            Some(followed) => self.compared(project, &commit, followed).await?,
            None => (None, None),
        };
        let remotes = self.remotes(project).await?;
        let remote = remote_of(&shown, followed.as_ref(), &remotes);
        let base = Base { name: shown, commit, upstream, fetched: false };
        Ok(FoundBase { base, remote, newest })
    }

    /// The name to show, the commit, and the branch of this repository that a person named, if it is one. A branch
    /// comes first, then one of a remote, a tag, and then every other name that git resolves to a commit.
    async fn named(
        &self,
        project: &Checkout,
        name: &str,
    ) -> Result<(String, String, Option<String>)> {
        let name = name.trim();
        let is_odd = name.is_empty() || name.starts_with('-') || name.len() > LONGEST_NAME;
        if is_odd || name.chars().any(char::is_control) {
            return Err(no_base(name));
        }
        for place in ["refs/heads/", "refs/remotes/", "refs/tags/"] {
            if let Some(commit) = self.commit(project, &format!("{place}{name}")).await? {
                let branch = (place == "refs/heads/").then(|| name.to_owned());
                return Ok((name.to_owned(), commit, branch));
            }
        }
        match self.commit(project, name).await? {
            Some(commit) => Ok((name.to_owned(), commit, None)),
            None => Err(no_base(name)),
        }
    }

    /// The commit that `revision` names, if it names one.
    async fn commit(&self, project: &Checkout, revision: &str) -> Result<Option<String>> {
        let peeled = format!("{revision}^{{commit}}");
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", &peeled];
        let said = self.run(&project.root, &words).await?;
        let commit = one_line(&said);
        let is_id = !commit.is_empty() && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        Ok((said.ok && is_id).then_some(commit))
    }

    /// What a branch of this repository follows, if it follows something.
    async fn followed(&self, project: &Checkout, branch: &str) -> Result<Option<Followed>> {
        let format = "--format=%(upstream)%00%(upstream:short)%00%(upstream:remotename)";
        let reference = format!("refs/heads/{branch}");
        let said = self.run(&project.root, &["for-each-ref", format, &reference]).await?;
        let line = one_line(&said);
        let mut fields = line.split('\0').map(str::to_owned);
        let (Some(reference), Some(name), Some(remote)) =
            (fields.next(), fields.next(), fields.next())
        else {
            return Ok(None);
        };
        Ok((said.ok && !reference.is_empty()).then_some(Followed { reference, name, remote }))
    }

    /// How far a commit is behind the branch that it follows, and that branch's commit. Nothing if the branch is gone,
    /// or git cannot count.
    async fn compared(
        &self,
        project: &Checkout,
        commit: &str,
        followed: &Followed,
    ) -> Result<(Option<Upstream>, Option<String>)> {
        let Some(newest) = self.commit(project, &followed.reference).await? else {
            return Ok((None, None));
        };
        let range = format!("{commit}...{newest}");
        let words = ["rev-list", "--left-right", "--count", &range];
        let said = self.run(&project.root, &words).await?;
        let counts = said.stdout.trim().split_once('\t');
        let counts =
            counts.and_then(|(ahead, behind)| Some((ahead.parse().ok()?, behind.parse().ok()?)));
        let upstream = counts.filter(|_| said.ok).map(|(ahead, behind)| Upstream {
            name: followed.name.clone(),
            behind,
            ahead,
        });
        Ok((upstream, Some(newest)))
    }

    /// The remote to fetch for a base of which nothing is known here.
    pub(crate) async fn remote_of(&self, project: &Checkout, name: &str) -> Result<Option<String>> {
        Ok(remote_of(name, None, &self.remotes(project).await?))
    }

    async fn remotes(&self, project: &Checkout) -> Result<Vec<String>> {
        let said = self.run(&project.root, &["remote"]).await?;
        let is_name = |name: &&str| !name.is_empty() && !name.starts_with('-');
        Ok(said.stdout.lines().filter(is_name).map(str::to_owned).collect())
    }

    /// The branches of the repository and those that are known of its remotes, the newest commit first. A name that
    /// is no text is left out: it cannot be written in a request.
    pub(crate) async fn branches(&self, project: &Checkout) -> Result<(Vec<BranchSummary>, u32)> {
        let words =
            ["for-each-ref", "--sort=-committerdate", BRANCH, "refs/heads/", "refs/remotes/"];
        let said = self.run(&project.root, &words).await?;
        if !said.ok {
            return Err(refused(&reason(&said.stderr)));
        }
        let mut found: Vec<BranchSummary> = said.stdout.lines().filter_map(branch).collect();
        let more = found.len().saturating_sub(MOST_BRANCHES);
        found.truncate(MOST_BRANCHES);
        Ok((found, u32::try_from(more).unwrap_or(u32::MAX)))
    }

    /// The base with its commit's message, and when the repository was last fetched.
    pub(crate) async fn summary(
        &self,
        project: &Checkout,
        found: FoundBase,
    ) -> Result<BaseSummary> {
        let words =
            ["log", "-1", "--no-show-signature", "--format=%ct%x00%s", &found.base.commit, "--"];
        let said = self.run(&project.root, &words).await?;
        let line = one_line(&said);
        let (at, subject) = line.split_once('\0').unwrap_or_default();
        let at = Timestamp::from_seconds(at.parse().unwrap_or_default());
        let fetched_at = self.last_fetch(project).await?;
        let FoundBase { base, remote, .. } = found;
        Ok(BaseSummary { base, subject: subject.to_owned(), at, remote, fetched_at })
    }

    /// When the repository was last fetched, by the file that git writes then: each worktree has its own.
    async fn last_fetch(&self, project: &Checkout) -> Result<Option<Timestamp>> {
        let own = self.run(&project.root, &["rev-parse", "--absolute-git-dir"]).await?;
        let folders = [project.project.clone(), PathBuf::from(one_line(&own))];
        let look = move || folders.iter().filter_map(|folder| fetch_head(folder)).max();
        runtime::blocking(look).await.map_err(Error::Thread)
    }
}

impl Git {
    /// The branches of a folder's repository, for a person who chooses one.
    pub(crate) async fn branches_of(&self, project: &Checkout, fetch: bool) -> Result<Branches> {
        let (newest, more) = match project.is_repository {
            true => self.branches(project).await?,
            false => (Vec::new(), 0),
        };
        Ok(Branches { newest, more, fetch })
    }
}

fn fetch_head(folder: &Path) -> Option<Timestamp> {
    let changed = std::fs::metadata(folder.join("FETCH_HEAD")).ok()?.modified().ok()?;
    Some(timestamp(changed))
}

/// The remote that a base comes from: of the branch that it follows, or the one that its name begins with; else the
/// one that git takes by itself.
fn remote_of(name: &str, followed: Option<&Followed>, remotes: &[String]) -> Option<String> {
    let is_there = |remote: &&String| remotes.contains(remote);
    let of_branch = followed.map(|followed| &followed.remote).filter(is_there);
    let begins = |remote: &&String| {
        name.strip_prefix(remote.as_str()).is_some_and(|rest| rest.starts_with('/'))
    };
    let of_name = || remotes.iter().filter(begins).max_by_key(|remote| remote.len());
    let usual = || remotes.iter().find(|remote| *remote == "origin");
    let only = || remotes.first().filter(|_| remotes.len() == 1);
    of_branch.or_else(of_name).or_else(usual).or_else(only).cloned()
}

/// Reads a line of [`BRANCH`].
fn branch(line: &str) -> Option<BranchSummary> {
    let mut fields = line.splitn(4, '\0');
    let (reference, at, subject) = (fields.next()?, fields.next()?, fields.next()?);
    // `origin/HEAD` is another name of a branch that is listed itself.
    let is_symbolic = fields.next().is_some_and(|target| !target.is_empty());
    let local = reference.strip_prefix("refs/heads/");
    let name = local.or_else(|| reference.strip_prefix("refs/remotes/"))?;
    let is_text = !name.contains(char::REPLACEMENT_CHARACTER);
    (is_text && !is_symbolic).then(|| BranchSummary {
        name: name.to_owned(),
        is_remote: local.is_none(),
        subject: subject.to_owned(),
        at: Timestamp::from_seconds(at.parse().unwrap_or_default()),
    })
}

fn short(commit: &str) -> String {
    commit.chars().take(SHORT).collect()
}

/// The error for a repository without a commit.
pub(super) fn no_commit() -> Error {
    Error::refused(
        ErrorCode::Git,
        "the repository has no commit yet, so there is nothing to make a worktree of",
        "Make a first commit, choose a branch, or use the folder as it is.",
    )
}

fn no_base(name: &str) -> Error {
    let shown: String = name.chars().take(80).flat_map(char::escape_debug).collect();
    Error::refused(
        ErrorCode::BadInput,
        format!("there is no branch, tag or commit \"{shown}\" here"),
        "Choose a branch of the list, or write the id of a commit. One that was just made elsewhere is to be fetched first.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_is_the_one_that_the_base_comes_from() {
        let names = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let follows = |remote: &str| Followed {
            reference: String::new(),
            name: String::new(),
            remote: remote.to_owned(),
        };
        let of = |name: &str, followed: Option<&str>, remotes: &[&str]| {
            let followed = followed.map(follows);
            remote_of(name, followed.as_ref(), &names(remotes))
        };
        for (name, followed, remotes, expected) in [
            ("main", None, &[][..], None),
            ("main", None, &["fork"], Some("fork")),
            ("main", None, &["fork", "origin"], Some("origin")),
            ("main", None, &["fork", "other"], None),
            ("main", Some("fork"), &["fork", "origin"], Some("fork")),
            ("main", Some("."), &["origin"], Some("origin")),
            ("fork/main", None, &["fork", "origin"], Some("fork")),
            ("fork/deep/main", None, &["fork", "fork/deep"], Some("fork/deep")),
            ("forked/main", None, &["fork", "origin"], Some("origin")),
        ] {
            assert_eq!(of(name, followed, remotes).as_deref(), expected, "{name} {followed:?}");
        }
    }

    #[test]
    fn a_branch_that_has_no_own_commit_begins_where_its_remote_is() {
        let found = |ahead, behind| FoundBase {
            base: Base {
                name: "main".to_owned(),
                commit: "a".to_owned(),
                upstream: Some(Upstream { name: "origin/main".to_owned(), behind, ahead }),
                fetched: false,
            },
            remote: Some("origin".to_owned()),
            newest: Some("b".to_owned()),
        };
        let commit = |ahead, behind| found(ahead, behind).fetched().commit;
        assert_eq!([commit(0, 0), commit(0, 4), commit(1, 4), commit(2, 0)], ["a", "b", "a", "a"]);
        assert_eq!(found(0, 4).fetched().name, "origin/main");
    }

    #[test]
    fn branches_are_read_as_they_are() {
        let name = |line: &str| branch(line).map(|it| (it.name, it.is_remote, it.subject));
        let found = |name: &str, is_remote, subject: &str| {
            Some((name.to_owned(), is_remote, subject.to_owned()))
        };
        assert_eq!(name("refs/heads/-x\u{0}7\0- a\0"), found("-x", false, "- a"));
        assert_eq!(name("refs/remotes/origin/main\u{0}7\0\0"), found("origin/main", true, ""));
        assert_eq!(name("refs/remotes/origin/HEAD\u{0}7\0x\0refs/remotes/origin/main"), None);
        assert_eq!(name("refs/heads/\u{fffd}\u{0}7\0x\0"), None);
        assert_eq!(name("refs/tags/v1\u{0}7\0x\0"), None);
        assert_eq!(name(""), None);
    }
}
