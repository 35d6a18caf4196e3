//! Checkpoints: commits under `refs/musher/STORY/N` that hold the files of a worktree byte for byte, with
//! what git has no place for in their messages. Making one changes neither the worktree nor its head nor
//! its index, and runs no program of the repository; restoring one changes files only. See
//! [`scratch`] for how.

#[cfg(test)]
#[cfg(unix)]
mod animals;
mod compare;
mod facts;
#[cfg(test)]
#[cfg(unix)]
mod failures;
mod hold;
mod limits;
mod operation;
mod paths;
mod place_files;
#[cfg(test)]
#[cfg(unix)]
mod proof;
mod prune;
mod repository;
mod restore;
mod scratch;
mod seed;
mod staged;
mod trial;
mod walk;
#[cfg(test)]
#[cfg(unix)]
mod world;
#[cfg(test)]
#[cfg(unix)]
mod zoo;

pub(crate) use limits::Limits;
pub(crate) use operation::Operation;
pub(crate) use paths::TreePath;
pub(in crate::git) use place_files::link;
pub(crate) use restore::RestoreOrder;
pub use trial::CheckpointTrial;

use crate::command::RawOutput;
use crate::error::{Error, Result};
use crate::git::Git;
use crate::runtime;
use facts::{Facts, Inner};
use protocol::{CheckpointCause, ErrorCode, LeftOut, LeftOutWhy, StoryId, Timestamp};
use repository::{Head, Repository, reference, refused};
use scratch::{Last, Scratch};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How deeply nested repositories are held.
const DEEPEST: usize = 8;

/// How long a single question to git may take.
const LIMIT_OF_LOOKS: Duration = Duration::from_secs(10);

/// How often a checkpoint is begun anew because files changed under it.
const TRIES: usize = 3;

/// Where a checkpoint is made of, and Musher's own files for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The root of the worktree.
    pub(crate) root: PathBuf,
    /// A folder for the scratch directories of worktrees.
    pub(crate) scratch: PathBuf,
    /// Musher's data directory, which no checkpoint holds.
    pub(crate) own: PathBuf,
}

/// What checkpoint is to be made.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) story: StoryId,
    /// The number that it gets, if that is free.
    pub(crate) n: u32,
    pub(crate) at: Timestamp,
    pub(crate) because: CheckpointCause,
    /// Whether it holds ignored files, too.
    pub(crate) ignored: bool,
    /// Whether nothing is made if nothing changed since the last one.
    pub(crate) only_changed: bool,
    pub(crate) limits: Limits,
}

/// What became of an [`Order`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    Made(Made),
    /// Nothing changed since the last one of the story, which is this commit.
    Unchanged(String),
    /// The folder is in no repository, so it has no checkpoints.
    NoRepository,
}

/// A checkpoint that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub(crate) n: u32,
    pub(crate) commit: String,
    pub(crate) tree: String,
    pub(crate) left_out: Vec<LeftOut>,
}

/// The files of a worktree, held by objects.
struct Held {
    head: Head,
    tree: String,
    facts: Facts,
}

/// What was found of a repository.
#[derive(Default)]
struct Looked {
    /// `None` if there is none.
    taken: Option<Taken>,
    /// What its checkpoint does not hold.
    left_out: Vec<LeftOut>,
    /// The commit that is checked out.
    head: Option<String>,
    /// Whether its objects are in the folder of its worktree, and are lost with that.
    is_inside: bool,
}

/// A call in progress.
#[derive(Clone, Copy)]
struct Call<'a> {
    git: &'a Git,
    order: &'a Order,
    until: Instant,
    depth: usize,
}

impl Git {
    /// Makes a checkpoint of a worktree.
    ///
    /// # Errors
    /// If git refuses, or it takes longer than its limit. Then no reference is made.
    pub(crate) async fn checkpoint(&self, place: &Place, order: &Order) -> Result<Taken> {
        let until = Instant::now() + order.limits.time;
        let call = Call { git: self, order, until, depth: 0 };
        match tokio::time::timeout_at(until.into(), call.take(place.clone())).await {
            Ok(looked) => looked.map(|looked| looked.taken.unwrap_or(Taken::NoRepository)),
            Err(_) => Err(took_too_long(order)),
        }
    }
}

fn took_too_long(order: &Order) -> Error {
    let limit = order.limits.time.as_secs();
    Error::refused(
        ErrorCode::Git,
        format!("a checkpoint took longer than {limit} s, and was given up"),
        "Let git ignore folders that programs fill, or try again when the disk is less busy.",
    )
}

impl Call<'_> {
    /// Makes the checkpoint of one repository, after those of the repositories in it.
    async fn take(self, place: Place) -> Result<Looked> {
        let Some(repository) =
            Repository::open(self.git, &place.root, self.order.limits.time).await?
        else {
            return Ok(Looked::default());
        };
        let is_inside = repository.common.starts_with(&place.root);
        let scratch = Scratch::open(&repository, &place.scratch).await?;
        let last: Last = scratch.kept("last.json").await;
        if scratch.has_index().await
            && (last.commit.is_empty() || !repository.has(&last.commit).await?)
        {
            // Its objects may be gone with it.
            scratch.forget().await?;
        }
        let held = self.held(&scratch, &place, &last).await?;
        let head = held.head.commit.clone();
        let is_same = last.is_of(&self.order.story) && held.tree == last.tree;
        if self.order.only_changed && is_same && held.facts == last.facts {
            let (taken, left_out) = (Some(Taken::Unchanged(last.commit)), last.facts.left_out);
            return Ok(Looked { taken, left_out, head, is_inside });
        }
        let left_out = held.facts.left_out.clone();
        let taken = Some(Taken::Made(self.commit(&scratch, held).await?));
        Ok(Looked { taken, left_out, head, is_inside })
    }

    /// Holds the files, beginning anew if they change meanwhile.
    async fn held(self, scratch: &Scratch<'_>, place: &Place, last: &Last) -> Result<Held> {
        let mut tries = 1;
        loop {
            if !scratch.has_index().await && !scratch.seed().await? {
                tracing::debug!(root = %place.root.display(), "every file is read");
            }
            match self.hold(scratch, place, last).await {
                Ok(held) => return Ok(held),
                Err(error @ Error::Refused(_)) if tries < TRIES => {
                    tracing::info!(%error, tries, "a checkpoint is begun anew");
                    tries += 1;
                    if tries == TRIES {
                        scratch.forget().await?;
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn hold(self, scratch: &Scratch<'_>, place: &Place, last: &Last) -> Result<Held> {
        let repository = scratch.repository;
        let ignored = async {
            match self.order.ignored {
                true => Ok(HashSet::new()),
                false => repository.ignored().await,
            }
        };
        let head = async {
            let head = repository.head().await?;
            let staged = repository.staged(&head).await?;
            Ok((head, staged))
        };
        let ((head, staged), mut ignored, entries, changed) =
            tokio::try_join!(head, ignored, scratch.entries(), scratch.changed())?;
        let (root, until) = (repository.root.clone(), self.until);
        let own = place.own.strip_prefix(&root).ok();
        ignored.extend(own.map(|own| own.as_os_str().as_encoded_bytes().to_owned()));
        let walk = runtime::blocking(move || walk::walk(&root, &ignored, until)).await.flatten();
        let walk = walk.map_err(|error| refused(&keeper::words(&error), &repository.root))?;
        let mut left_out = walk.left_out.clone();
        let inner = self.inner(scratch, &walk, place, &mut left_out).await?;
        let indexed = scratch.hold(&walk, &entries, changed, &inner, self.order.limits).await?;
        left_out.extend(indexed.left_out);
        let mut modes = walk.modes;
        modes.retain(|path, _| !indexed.skipped.contains(path));
        let tree = match indexed.is_changed || last.tree.is_empty() {
            true => scratch.tree().await?,
            false => last.tree.clone(),
        };
        // Where nothing is staged, which is usual, the new entries need not be read.
        let staged = match staged.is_empty() {
            true => staged,
            false if indexed.is_changed => staged::only_staged(staged, &scratch.entries().await?),
            false => staged::only_staged(staged, &entries),
        };
        let mut empty = walk.empty;
        empty.sort();
        let facts = Facts {
            head: head.commit.clone(),
            branch: head.branch.clone(),
            empty,
            modes,
            staged,
            ignored: self.order.ignored,
            repositories: inner.into_iter().map(|(inner, _)| inner).collect(),
            left_out,
        };
        Ok(Held { head, tree, facts })
    }

    /// Makes the checkpoints of the repositories within the worktree, each in itself. Returns them with
    /// the commits that they have checked out.
    async fn inner(
        self,
        scratch: &Scratch<'_>,
        walk: &walk::Walk,
        place: &Place,
        left_out: &mut Vec<LeftOut>,
    ) -> Result<Vec<(Inner, Option<String>)>> {
        let mut found = Vec::new();
        for path in &walk.repositories {
            let place = Place { root: scratch.repository.within(path), ..place.clone() };
            let order = Order { only_changed: true, ..self.order.clone() };
            let call = Call { order: &order, depth: self.depth + 1, ..self };
            let looked = match call.depth > DEEPEST {
                true => Ok(Looked::default()),
                false => Box::pin(call.take(place)).await,
            };
            let Looked { taken, left_out: not_held, head, is_inside } =
                looked.unwrap_or_else(|error| {
                    tracing::info!(%error, "a repository within a worktree is left out");
                    Looked::default()
                });
            let commit = match taken {
                Some(Taken::Made(made)) => made.commit,
                Some(Taken::Unchanged(commit)) => commit,
                Some(Taken::NoRepository) | None => {
                    left_out.push(path.left_out(LeftOutWhy::Repository));
                    continue;
                }
            };
            left_out.extend(
                not_held.into_iter().map(|it| LeftOut { path: path.with(&it.path), why: it.why }),
            );
            if is_inside {
                left_out.push(path.left_out(LeftOutWhy::WithItsFolder));
            }
            found.push((Inner { path: path.clone(), commit }, head));
        }
        Ok(found)
    }

    /// Makes the commit and its reference, with the next free number.
    async fn commit(self, scratch: &Scratch<'_>, held: Held) -> Result<Made> {
        let Order { story, at, because, .. } = self.order;
        let repository = scratch.repository;
        let mut n = self.order.n;
        for _ in 0..TRIES {
            let name = reference(story, n)?;
            let message = held.facts.message(story, n, *at, *because);
            let commit = self.write(scratch, &held, message).await?;
            if repository.set_reference(&name, &commit).await? {
                let tree = held.tree;
                let left_out = held.facts.left_out.clone();
                let last = Last {
                    story: story.to_string(),
                    commit: commit.clone(),
                    tree: tree.clone(),
                    facts: held.facts,
                };
                scratch.keep("last.json", &last).await?;
                return Ok(Made { n, commit, tree, left_out });
            }
            // An owner that was killed made it and did not record it.
            n = repository.highest(story).await?.saturating_add(1);
        }
        Err(refused("its references change all the time", &repository.root))
    }

    /// Writes the commit, whose parents are what is checked out and what holds the bytes that are only staged.
    async fn write(self, scratch: &Scratch<'_>, held: &Held, message: String) -> Result<String> {
        let staged = scratch.hold_staged(&held.facts.staged).await?;
        let parents: Vec<&str> =
            held.head.commit.iter().chain(&staged).map(String::as_str).collect();
        let at = self.order.at.millis() / 1000;
        scratch.commit(&held.tree, &parents, at, message.into_bytes()).await
    }
}

/// A program's output as text, without the last line break.
fn text_of(said: &RawOutput) -> String {
    let text = String::from_utf8_lossy(&said.stdout);
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}

/// The path of `path` in a worktree with this root, as a person names it: relative to the root, or
/// absolute.
pub(crate) fn named(root: &Path, path: &str) -> Option<TreePath> {
    let below = match path.strip_prefix('/') {
        Some(_) => Path::new(path).strip_prefix(root).ok()?.to_str()?,
        None => path,
    };
    let below = below.trim_end_matches('/');
    TreePath::from_text(below.strip_prefix("./").unwrap_or(below))
}
