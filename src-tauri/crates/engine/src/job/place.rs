//! Finds the place where a new story works: the folder that a person named, or a worktree that git makes
//! for it, which can take minutes.

use crate::config::Naming;
use crate::config::defaults::{self, Fetch, WorktreeChoices};
use crate::error::{Error, Result};
use crate::git::{self, Checkout, CopyOrder, FoundBase, Git, Made, NewPlace, Progress};
use keeper::words;
use protocol::{Base, ConfigState, ErrorCode, NewWorktree, Slug, StartStory, WorktreePatterns};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::watch;

/// The result of looking for a story's place.
pub(crate) enum Found {
    At(Box<Place>),
    /// A folder or a branch has the story's name already; these names are taken.
    Taken(BTreeSet<String>),
}

/// The place where a story works.
pub(crate) struct Place {
    pub(crate) dir: String,
    pub(crate) checkout: Checkout,
    /// What to report about a worktree that was made for it.
    pub(crate) made: Option<NewWorktree>,
}

/// The names for a story's worktree.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) slug: Slug,
    /// The worktree's branch, if the story gets a worktree.
    pub(crate) branch: Option<String>,
    pub(crate) patterns: WorktreePatterns,
    /// The home directory, which a pattern may begin with.
    pub(crate) home: Option<PathBuf>,
}

/// What the job that looks for a story's place knows besides the request.
pub(crate) struct Circumstances {
    pub(crate) git: Git,
    pub(crate) names: Names,
    /// Whether an earlier attempt of the same request may have made the worktree.
    pub(crate) tried: bool,
    pub(crate) config: Arc<ConfigState>,
    pub(crate) progress: Progress,
    pub(crate) cancel: Cancel,
}

/// Returns the branch of the story's worktree, if it gets one: named by a person, or after the story.
pub(crate) fn branch_of(
    start: &StartStory,
    slug: &Slug,
    patterns: &WorktreePatterns,
) -> Option<String> {
    let named = || start.new_branch.then(|| Naming::branch_by(patterns, slug.as_str()));
    start.worktree.clone().or_else(named)
}

/// Tells the job that looks for a story's place to stop.
#[derive(Clone, Debug)]
pub(crate) struct Cancel(watch::Receiver<bool>);

impl Cancel {
    /// Makes the sender, which cancels by sending `true`, and the receiver.
    pub(crate) fn new() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self(receiver))
    }

    /// Waits for the cancellation. A director that is gone sends none: the next one finds what was made.
    async fn given(&self) {
        if self.0.clone().wait_for(|is_given| *is_given).await.is_err() {
            std::future::pending().await
        }
    }
}

/// What to do, decided before anything is made.
enum Plan {
    Done(Found),
    Make(Box<Making>),
}

/// The worktree that is to be made.
struct Making {
    checkout: Checkout,
    naming: Naming,
    branch: String,
    base: Base,
    copy: CopyOrder,
    /// The story's folder in it.
    below: PathBuf,
}

impl Making {
    fn place<'a>(&'a self, slug: &str, progress: &'a Progress) -> NewPlace<'a> {
        NewPlace {
            project: &self.checkout,
            dir: self.naming.place(slug),
            branch: &self.branch,
            base: self.base.clone(),
            copy: &self.copy,
            progress,
        }
    }
}

/// Reads what the folder is, and makes the worktree if one is requested and an earlier attempt did not make
/// it. A cancelled call leaves nothing behind.
pub(crate) async fn place_of(start: &StartStory, about: &Circumstances) -> Result<Found> {
    let Circumstances { git, names, progress, cancel, .. } = about;
    let plan = tokio::select! {
        plan = plan(start, about) => plan?,
        () = cancel.given() => return Err(git::stopped()),
    };
    let making = match plan {
        Plan::Done(found) => return Ok(found),
        Plan::Make(making) => making,
    };
    let slug = names.slug.as_str();
    match git.add_worktree(&making.place(slug, progress), cancel.given()).await {
        Ok(made) => place_in(git, made, &making.below).await,
        Err(error) => {
            let now = taken(git, start, &making.checkout, &making.naming).await?;
            // Another process made it meanwhile; a failure half-way has another message.
            let is_late = error.to_string().contains("already exists");
            match is_late && now.contains(slug) {
                true => Ok(Found::Taken(now)),
                false => Err(error),
            }
        }
    }
}

async fn plan(start: &StartStory, about: &Circumstances) -> Result<Plan> {
    let Circumstances { git, names, tried, config, progress, .. } = about;
    let dir = working_directory(&start.dir)?;
    let checkout = git.checkout(dir).await?;
    let slug = names.slug.as_str();
    let Some(branch) = names.branch.clone() else {
        git::check_files(&checkout, &start.dir)?;
        let place = Place { dir: start.dir.clone(), checkout, made: None };
        return Ok(Plan::Done(Found::At(Box::new(place))));
    };
    git.check_worktree(&checkout, &start.dir).await?;
    let naming = Naming::of(&names.patterns, checkout.main_folder(), names.home.as_deref());
    let choices = defaults::of_worktree(start, &config.config, checkout.main_folder());
    let WorktreeChoices { fetch, copy: patterns, usual_copy: usual } = choices;
    let found = git.base(&checkout, start.base.as_deref()).await;
    let copy = CopyOrder { patterns, usual };
    let making = |base: Base, below: PathBuf| {
        let (checkout, naming) = (checkout.clone(), naming.clone());
        Making { checkout, naming, branch: branch.clone(), base, copy: copy.clone(), below }
    };
    if *tried && let Ok(found) = &found {
        let base = found.base.clone();
        let below = git.folder_below(&checkout, dir, &base.commit).await?;
        let making = making(base, below);
        if let Some(made) = git.made_worktree(&making.place(slug, progress)).await? {
            return Ok(Plan::Done(place_in(git, made, &making.below).await?));
        }
    }
    let before = taken(git, start, &checkout, &naming).await?;
    if before.contains(slug) {
        return Ok(Plan::Done(Found::Taken(before)));
    }
    let base = fetched(git, &checkout, start.base.as_deref(), fetch, found, progress).await?;
    let below = git.folder_below(&checkout, dir, &base.commit).await?;
    Ok(Plan::Make(Box::new(making(base, below))))
}

/// The base, after its remote was fetched if that is asked for. A branch that is not known here may come with that.
async fn fetched(
    git: &Git,
    checkout: &Checkout,
    name: Option<&str>,
    fetch: Fetch,
    found: Result<FoundBase>,
    progress: &Progress,
) -> Result<Base> {
    if fetch == Fetch::No {
        return Ok(found?.base);
    }
    let remote = match &found {
        Ok(found) => found.remote.clone(),
        Err(_) => git.remote_of(checkout, name.unwrap_or_default()).await?,
    };
    match remote {
        Some(remote) => {
            git.fetch(checkout, &remote, progress).await?;
            Ok(git.base(checkout, name).await?.fetched())
        }
        None if fetch == Fetch::Asked => Err(git::no_remote()),
        None => Ok(found?.base),
    }
}

/// The names that the story cannot have. The name of a branch that a person chose is never changed:
/// git refuses it if it is taken.
async fn taken(
    git: &Git,
    start: &StartStory,
    checkout: &Checkout,
    naming: &Naming,
) -> Result<BTreeSet<String>> {
    match start.worktree {
        Some(_) => git::taken_folders(naming).await,
        None => git.taken_names(checkout, naming).await,
    }
}

/// The place in a worktree that was made: the same folder of it that the person named.
async fn place_in(git: &Git, made: Made, below: &Path) -> Result<Found> {
    let checkout = git.checkout(&made.dir).await?;
    // `join` with an empty path would add a separator, which makes a different path in comparisons.
    let dir = if below.as_os_str().is_empty() { made.dir } else { made.dir.join(below) };
    let place = Place { dir: dir.display().to_string(), checkout, made: Some(made.facts) };
    Ok(Found::At(Box::new(place)))
}

fn working_directory(dir: &str) -> Result<&Path> {
    let path = Path::new(dir);
    let refused = |why: &str| {
        Error::refused(ErrorCode::BadInput, format!("{dir} {why}"), "Name a folder that exists.")
    };
    if !path.is_absolute() {
        return Err(refused("is not an absolute path"));
    }
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Ok(path),
        Ok(_) => Err(refused("is a file, not a folder")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(refused("does not exist"))
        }
        Err(error) => Err(refused(&format!("cannot be used: {}", words(&error)))),
    }
}
