//! The two states that are compared: which object of git holds each. What git does not have any more is refused with
//! what it was, so that nothing looks unchanged because it is not known.

use super::super::checkpoint::Facts;
use super::{ChangesPlace, End, Source, State};
use crate::error::{Error, Result};
use crate::git::Git;
use protocol::{Base, ChangeEnd, ChangePoint, Checkpoint, ErrorCode, Timestamp};

/// A state with what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) end: ChangeEnd,
    pub(super) state: State,
}

impl Found {
    fn commit(object: String, is: ChangePoint) -> Self {
        let state = State { object: object.clone(), is_checkpoint: false };
        Self { end: ChangeEnd { object, is }, state }
    }
}

impl Git {
    /// The commit in which what was checked out at a checkpoint parted from the story's base, and that commit; `None`
    /// for the latter before the first one.
    pub(super) async fn range(
        &self,
        place: &ChangesPlace,
        from: &End,
        at: &Checkpoint,
    ) -> Result<Option<(String, String)>> {
        let source = self.source(place).await?;
        let from = source.found(from).await?;
        let head = source.facts_at(at).await?.head;
        Ok(head.map(|head| (from.state.object, head)))
    }
}

impl Source<'_> {
    /// Finds a state.
    pub(super) async fn found(&self, end: &End) -> Result<Found> {
        match end {
            End::Checkpoint(checkpoint) => {
                self.facts_at(checkpoint).await?;
                let Checkpoint { n, at, because, commit, .. } = checkpoint.clone();
                let is = ChangePoint::Checkpoint { n, at, because };
                let end = ChangeEnd { object: commit.clone(), is };
                Ok(Found { end, state: State { object: commit, is_checkpoint: true } })
            }
            End::Head(checkpoint) => {
                let facts = self.facts_at(checkpoint).await?;
                let branch = facts.branch.as_deref();
                let branch = branch.map(|name| name.strip_prefix("refs/heads/").unwrap_or(name));
                let is = ChangePoint::Head { n: checkpoint.n, branch: branch.map(str::to_owned) };
                self.head(facts.head, is).await
            }
            End::Beginning(checkpoint) => {
                let facts = self.facts_at(checkpoint).await?;
                let is = ChangePoint::Beginning { n: checkpoint.n, at: checkpoint.at };
                self.head(facts.head, is).await
            }
            End::Base(base, checkpoint) => {
                let Some(head) = self.facts_at(checkpoint).await?.head else {
                    return self.nothing().await;
                };
                let parted = self.parted(base, &head).await?;
                let is = ChangePoint::Base { name: base.name.clone() };
                Ok(Found::commit(parted.ok_or_else(|| no_common(&base.name))?, is))
            }
            End::Commit(name) => self.named(name).await,
            End::Parent(name) => {
                let Found { end, .. } = self.named(name).await?;
                match self.commit(&format!("{}^1", end.object)).await? {
                    Some(parent) => Ok(Found::commit(parent, ChangePoint::Parent)),
                    None => self.nothing().await,
                }
            }
        }
    }

    /// What a checkpoint says beyond its tree.
    pub(super) async fn facts_at(&self, checkpoint: &Checkpoint) -> Result<Facts> {
        match self.has(&checkpoint.commit).await? {
            true => self.repository.facts(&checkpoint.commit).await,
            false => Err(Error::refused(
                ErrorCode::NotFound,
                format!("the repository has no checkpoint {} any more", checkpoint.n),
                "Choose another one.",
            )
            .on_terminal("`mush checkpoints STORY` lists them.")),
        }
    }

    async fn head(&self, head: Option<String>, is: ChangePoint) -> Result<Found> {
        match head {
            None => self.nothing().await,
            Some(head) if self.has(&head).await? => Ok(Found::commit(head, is)),
            Some(_) => Err(Error::refused(
                ErrorCode::NotFound,
                "the commit that was checked out is not in the repository any more",
                "Compare two checkpoints.",
            )),
        }
    }

    /// The tree without entries.
    pub(super) async fn empty_tree(&self) -> Result<String> {
        // Of nothing, which is the input.
        let said = self.bytes(&["hash-object", "-t", "tree", "--stdin"], None).await?;
        Ok(String::from_utf8_lossy(&said).trim_end().to_owned())
    }

    async fn nothing(&self) -> Result<Found> {
        Ok(Found::commit(self.empty_tree().await?, ChangePoint::Nothing))
    }

    /// The commit that a person named.
    async fn named(&self, name: &str) -> Result<Found> {
        let name = name.trim();
        let is_odd = name.is_empty() || name.starts_with('-') || name.chars().any(char::is_control);
        let found = if is_odd { None } else { self.commit(name).await? };
        let commit = found.ok_or_else(|| {
            Error::refused(
                ErrorCode::NotFound,
                format!("git knows no commit \"{}\" there", name.escape_debug()),
                "Name a commit of the story's repository, by its id, its branch or its tag.",
            )
        })?;
        let words = ["log", "-1", "--no-show-signature", "--encoding=UTF-8", "--format=%ct%x00%s"];
        let words = [&words[..], &["--end-of-options", &commit, "--"]].concat();
        let line = self.text(&words).await?.unwrap_or_default();
        let (at, subject) = line.split_once('\0').unwrap_or_default();
        let at = Timestamp::from_seconds(at.parse().unwrap_or_default());
        Ok(Found::commit(commit, ChangePoint::Commit { subject: subject.to_owned(), at }))
    }

    /// Whether a commit is there.
    async fn has(&self, commit: &str) -> Result<bool> {
        Ok(self.run(&["cat-file", "-e", &format!("{commit}^{{commit}}")], None).await?.ok)
    }

    /// The commit that a name stands for, if it stands for one.
    pub(super) async fn commit(&self, name: &str) -> Result<Option<String>> {
        let peeled = format!("{name}^{{commit}}");
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", &peeled];
        Ok(self.text(&words).await?.filter(|id| is_id(id)))
    }

    /// Where a head parted from its base: where it began, or later where it took the base's newer commits over. A
    /// branch that its base has as a whole by now has parted where it began.
    async fn parted(&self, base: &Base, head: &str) -> Result<Option<String>> {
        let began = self.common(&base.commit, head).await?;
        let later = match self.newest(base).await? {
            Some(newest) => self.common(&newest, head).await?.filter(|later| later != head),
            None => None,
        };
        Ok(match (began, later) {
            (Some(began), Some(later)) if !self.is_before(&began, &later).await? => Some(began),
            (began, later) => later.or(began),
        })
    }

    /// The commit of a base as it is now, if it is a branch that is still there.
    pub(super) async fn newest(&self, base: &Base) -> Result<Option<String>> {
        for place in ["refs/heads/", "refs/remotes/"] {
            if let Some(newest) = self.commit(&format!("{place}{}", base.name)).await? {
                return Ok(Some(newest));
            }
        }
        Ok(None)
    }

    async fn common(&self, one: &str, other: &str) -> Result<Option<String>> {
        self.text(&["merge-base", one, other]).await
    }

    pub(super) async fn is_before(&self, one: &str, other: &str) -> Result<bool> {
        Ok(self.run(&["merge-base", "--is-ancestor", one, other], None).await?.ok)
    }
}

/// Whether a text is the full id of an object.
pub(super) fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn no_common(base: &str) -> Error {
    Error::refused(
        ErrorCode::NotFound,
        format!(
            "what is checked out has nothing in common with {base} any more, from which the story began"
        ),
        "Look at the changes of a turn, or compare two checkpoints.",
    )
}
