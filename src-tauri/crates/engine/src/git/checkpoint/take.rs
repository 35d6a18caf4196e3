//! Makes the checkpoint of one repository, after those of the repositories in it.

use super::facts::{Facts, Inner};
use super::hold::{Held, Reading};
use super::import::{Base, Changes, Commit, Import, Written};
use super::kept::{Kept, Last};
use super::object::Entry;
use super::repository::{Repository, reference, refused};
use super::scratch::Scratch;
use super::staged::only_staged;
use super::survey::{Before, Survey};
use super::walk::{Found, Walk};
use super::{Made, Order, Place, Taken};
use crate::error::{Error, Result};
use crate::git::Git;
use crate::runtime;
use protocol::{LeftOut, LeftOutWhy};
use std::time::{Instant, SystemTime};

/// How deeply nested repositories are held.
const DEEPEST: usize = 8;

/// How often another number is tried for a reference.
const TRIES: usize = 3;

/// What a checkpoint begins with.
#[derive(Debug)]
enum Start {
    /// What the last one kept.
    Kept(Box<Kept>),
    /// What git's index knows of the files.
    Index,
    /// Nothing: every file is read.
    Nothing,
}

/// A tree, and what is known of files before they are read.
struct Ground {
    base: Base,
    /// The entries of the base.
    entries: Vec<Entry>,
    /// What the files are, if their stamps are the same; `None` if they are those of the base.
    known: Option<Vec<Entry>>,
}

/// What was found of a repository.
#[derive(Default)]
pub(super) struct Looked {
    /// `None` if there is none.
    pub(super) taken: Option<Taken>,
    /// What its checkpoint does not hold.
    left_out: Vec<LeftOut>,
    /// The commit that is checked out.
    head: Option<String>,
    /// Whether its objects are in the folder of its worktree, and are lost with that.
    is_inside: bool,
}

impl Looked {
    fn of(repository: &Repository<'_>, taken: Taken, left_out: Vec<LeftOut>) -> Self {
        Self {
            taken: Some(taken),
            left_out,
            head: repository.head.commit.clone(),
            is_inside: repository.common.starts_with(&repository.root),
        }
    }
}

/// A call in progress.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) git: &'a Git,
    pub(super) order: &'a Order,
    pub(super) until: Instant,
    pub(super) depth: usize,
}

impl Call<'_> {
    /// Makes the checkpoint of one repository, after those of the repositories in it.
    pub(super) async fn take(self, place: Place) -> Result<Looked> {
        let Some(repository) =
            Repository::open(self.git, &place.root, self.order.limits.time).await?
        else {
            return Ok(Looked::default());
        };
        let scratch = Scratch::open(&repository, &place.scratch).await?;
        let mut start = match scratch.kept().await {
            Some(kept) => Start::Kept(Box::new(kept)),
            None => Start::Index,
        };
        loop {
            let next = match &start {
                Start::Kept(_) => Some(Start::Index),
                Start::Index => Some(Start::Nothing),
                Start::Nothing => None,
            };
            match (self.take_from(&scratch, &place, start).await, next) {
                (Err(error @ Error::Refused(_)), Some(next)) if !repository.is_of_disk(&error) => {
                    tracing::info!(%error, ?next, "a checkpoint is begun anew");
                    start = next;
                }
                (done, _) => return done,
            }
        }
    }

    /// Makes it from what is known at the start.
    async fn take_from(self, scratch: &Scratch<'_>, place: &Place, start: Start) -> Result<Looked> {
        let repository = scratch.repository;
        let began = SystemTime::now();
        let (mut kept, is_known) = match start {
            Start::Kept(kept) => (Some(*kept), true),
            Start::Index => (None, true),
            Start::Nothing => (None, false),
        };
        let tracked = kept.as_mut().map(|kept| std::mem::take(&mut kept.tracked));
        let before = kept.as_ref().map(Before::of);
        let (tracked, ignored) = (tracked.unwrap_or_default(), self.order.ignored);
        let survey = scratch.survey(place, before, tracked, ignored, self.until).await?;
        let Survey { walk, tracked } = survey;
        let mut left_out = walk.left_out.clone();
        let inner = self.inner(scratch, &walk, place, &mut left_out).await?;
        let last = kept.as_ref().map(|kept| kept.last.clone()).unwrap_or_default();
        let ground = match (kept, is_known) {
            (Some(kept), _) => Ground::of(kept),
            (None, true) => scratch.ground(&walk).await?,
            (None, false) => Ground::nothing(),
        };
        let Walk { files, empty, mut modes, ignored, .. } = walk;
        let (held, ground) = self.read(scratch, files, ground, began).await?;
        let Held { mut entries, skipped, left_out: not_read, import } = held;
        left_out.extend(not_read);
        let heads = inner.iter().filter_map(|(it, head)| Entry::of_repository(it, head.as_ref()?));
        entries.extend(heads);
        entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        modes.retain(|path, _| skipped.binary_search(path).is_err());
        let facts = Facts {
            head: repository.head.commit.clone(),
            branch: repository.head.branch.clone(),
            empty,
            modes,
            staged: only_staged(tracked.of.staged.clone(), &entries),
            ignored: self.order.ignored,
            repositories: inner.into_iter().map(|(inner, _)| inner).collect(),
            left_out,
        };
        let changes = Changes::between(&ground.entries, &entries);
        let is_same =
            last.is_of(&self.order.story) && changes.is_empty() && facts.are_as(&last.facts);
        let kept = Kept { last, entries, ignored, tracked };
        if self.order.only_changed && is_same {
            return unchanged(scratch, kept).await;
        }
        let (made, last) = self.commit(scratch, import, &ground.base, &changes, facts).await?;
        let left_out = made.left_out.clone();
        scratch.keep(Kept { last, ..kept }).await;
        Ok(Looked::of(repository, Taken::Made(made), left_out))
    }

    /// Reads the files that are not known.
    async fn read(
        self,
        scratch: &Scratch<'_>,
        files: Vec<Found>,
        ground: Ground,
        began: SystemTime,
    ) -> Result<(Held, Ground)> {
        let repository = scratch.repository;
        let reading = Reading {
            root: repository.root.clone(),
            hash: repository.hash()?,
            limits: self.order.limits,
            began,
            until: self.until,
        };
        let import = Import::begin(&scratch.dir).map_err(Error::io("write", &scratch.dir))?;
        let read = move || {
            let known = ground.known.as_deref().unwrap_or(&ground.entries);
            reading.hold(&files, known, &ground.entries, import).map(|held| (held, ground))
        };
        let read = runtime::blocking(read).await.flatten();
        read.map_err(|error| refused(&keeper::words(&error), &repository.root))
    }

    /// Makes the checkpoints of the repositories within the worktree, each in itself. Returns them with
    /// the commits that they have checked out.
    async fn inner(
        self,
        scratch: &Scratch<'_>,
        walk: &Walk,
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
            left_out
                .extend(not_held.into_iter().map(|it| LeftOut { path: path.with(&it.path), ..it }));
            if is_inside {
                left_out.push(path.left_out(LeftOutWhy::WithItsFolder));
            }
            let file = scratch.repository.within(path).join(".git");
            let link =
                runtime::blocking(move || std::fs::read_to_string(file)).await.flatten().ok();
            found.push((Inner { path: path.clone(), commit, link }, head));
        }
        Ok(found)
    }

    /// Makes the commit and its reference, with the next free number.
    async fn commit(
        self,
        scratch: &Scratch<'_>,
        import: Import,
        base: &Base,
        changes: &Changes,
        facts: Facts,
    ) -> Result<(Made, Last)> {
        let Order { story, at, because, .. } = self.order;
        let repository = scratch.repository;
        let mut n = self.order.n;
        let (mut import, mut base, mut changes) = (import, base.clone(), changes);
        let none = Changes::default();
        for _ in 0..TRIES {
            let name = reference(story, n)?;
            let message = facts.message(story, n, *at, *because);
            let commit = Commit {
                head: repository.head.commit.as_deref(),
                staged: &facts.staged,
                seconds: at.millis() / 1000,
                message: &message,
            };
            let Written { commit, tree } = scratch.write(import, &base, changes, &commit).await?;
            if repository.set_reference(&name, &commit).await? {
                let story = story.to_string();
                let left_out = facts.left_out.clone();
                let last = Last { story, commit: commit.clone(), tree: tree.clone(), facts };
                return Ok((Made { n, commit, tree, left_out }, last));
            }
            // An owner that was killed made it and did not record it.
            n = repository.highest(story).await?.saturating_add(1);
            import = Import::begin(&scratch.dir).map_err(Error::io("write", &scratch.dir))?;
            (base, changes) = (Base::Checkpoint { commit, tree }, &none);
        }
        Err(refused("its references change all the time", &repository.root))
    }
}

impl Ground {
    /// What was kept.
    fn of(kept: Kept) -> Self {
        let Last { commit, tree, .. } = kept.last;
        let base = Base::Checkpoint { commit, tree };
        Self { base, entries: kept.entries, known: None }
    }

    fn nothing() -> Self {
        Self { base: Base::Nothing, entries: Vec::new(), known: None }
    }
}

impl Scratch<'_> {
    /// What the commit that is checked out and git's index know of the files of a walk.
    async fn ground(&self, walk: &Walk) -> Result<Ground> {
        let (known, entries) = tokio::try_join!(self.seed(walk), self.entries_of_head())?;
        let Some((known, entries)) = known.zip(entries) else {
            return Ok(Ground::nothing());
        };
        Ok(Ground { base: Base::Head, entries, known: Some(known) })
    }

    /// The entries of the commit that is checked out; `None` if one has no path in a worktree.
    async fn entries_of_head(&self) -> Result<Option<Vec<Entry>>> {
        let Some(head) = &self.repository.head.commit else { return Ok(Some(Vec::new())) };
        let said = self.bytes(&["ls-tree", "-r", "-z", "--full-tree", head], None).await?;
        let lines = said.split(|byte| *byte == 0).filter(|line| !line.is_empty());
        let entries: Option<Vec<Entry>> = lines.map(Entry::of_tree).collect();
        Ok(entries.map(|mut entries| {
            entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
            entries
        }))
    }
}

/// That the last checkpoint has everything, if it is still there.
async fn unchanged(scratch: &Scratch<'_>, kept: Kept) -> Result<Looked> {
    let repository = scratch.repository;
    let Last { commit, facts, .. } = kept.last.clone();
    if !repository.has(&commit).await? {
        return Err(refused("the last checkpoint is gone", &repository.root));
    }
    scratch.keep(kept).await;
    Ok(Looked::of(repository, Taken::Unchanged(commit), facts.left_out))
}
