//! Finds the place where a new story works: the folder that a person named, or a worktree that git makes
//! for it, which can take minutes.

use crate::config::Naming;
use crate::error::{Error, Result};
use crate::git::{self, Checkout, Git, Made};
use keeper::words;
use protocol::{ErrorCode, NewWorktree, Slug, StartStory, WorktreePatterns};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tokio::sync::watch;

/// The result of looking for a story's place.
pub(crate) enum Found {
    At(Place),
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
    Make { checkout: Checkout, naming: Naming, branch: String, below: PathBuf },
}

/// Reads what the folder is, and makes the worktree if one is requested and an earlier attempt did not make
/// it. A cancelled call leaves nothing behind.
pub(crate) async fn place_of(
    git: &Git,
    start: &StartStory,
    names: &Names,
    tried: bool,
    cancel: &Cancel,
) -> Result<Found> {
    let plan = tokio::select! {
        plan = plan(git, start, names, tried) => plan?,
        () = cancel.given() => return Err(git::stopped()),
    };
    let (checkout, naming, branch, below) = match plan {
        Plan::Done(found) => return Ok(found),
        Plan::Make { checkout, naming, branch, below } => (checkout, naming, branch, below),
    };
    let slug = names.slug.as_str();
    match git.add_worktree(&checkout, &naming, slug, &branch, cancel.given()).await {
        Ok(made) => place_in(git, made, &below).await,
        Err(error) => {
            let now = taken(git, start, &checkout, &naming).await?;
            // Another process made it meanwhile; a failure half-way has another message.
            let is_late = error.to_string().contains("already exists");
            match is_late && now.contains(slug) {
                true => Ok(Found::Taken(now)),
                false => Err(error),
            }
        }
    }
}

async fn plan(git: &Git, start: &StartStory, names: &Names, tried: bool) -> Result<Plan> {
    let dir = working_directory(&start.dir)?;
    let checkout = git.checkout(dir).await?;
    let slug = names.slug.as_str();
    let Some(branch) = names.branch.clone() else {
        git::check_files(&checkout, &start.dir)?;
        let place = Place { dir: start.dir.clone(), checkout, made: None };
        return Ok(Plan::Done(Found::At(place)));
    };
    git.check_worktree(&checkout, &start.dir).await?;
    let below = git.folder_below(&checkout, dir).await?;
    let naming = Naming::of(&names.patterns, checkout.main_folder(), names.home.as_deref());
    if tried && let Some(made) = git.made_worktree(&checkout, &naming, slug, &branch).await? {
        return Ok(Plan::Done(place_in(git, made, &below).await?));
    }
    let before = taken(git, start, &checkout, &naming).await?;
    Ok(match before.contains(slug) {
        true => Plan::Done(Found::Taken(before)),
        false => Plan::Make { checkout, naming, branch, below },
    })
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
    Ok(Found::At(Place { dir: dir.display().to_string(), checkout, made: Some(made.facts) }))
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
