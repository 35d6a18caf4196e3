//! Finds the place where a new story works: the folder that a person named, or a worktree that git makes
//! for it, which can take minutes.

use crate::config::Naming;
use crate::error::{Error, Result};
use crate::git::{self, Checkout};
use protocol::{ErrorCode, Slug, StartStory, WorktreePatterns};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

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

/// Reads what the folder is, and makes the worktree if one is requested and an earlier attempt did not
/// make it.
pub(crate) async fn place_of(start: &StartStory, names: &Names, tried: bool) -> Result<Found> {
    let checkout = git::checkout(working_directory(&start.dir)?).await?;
    let slug = names.slug.as_str();
    let Some(branch) = names.branch.as_deref() else {
        git::check_files(&checkout, &start.dir)?;
        return Ok(Found::At(Place { dir: start.dir.clone(), checkout }));
    };
    git::check_worktree(&checkout, &start.dir).await?;
    let naming = Naming::of(&names.patterns, checkout.main_folder(), names.home.as_deref());
    let earlier = match tried {
        true => git::made_worktree(&checkout, &naming, slug, branch).await?,
        false => None,
    };
    let made = match earlier {
        Some(made) => made,
        None => {
            // A branch that a person named stays as it is: if it is taken, git refuses it.
            let taken = async || match start.worktree {
                Some(_) => git::taken_folders(&naming).await,
                None => git::taken_names(&checkout, &naming).await,
            };
            let before = taken().await?;
            if before.contains(slug) {
                return Ok(Found::Taken(before));
            }
            match git::add_worktree(&checkout, &naming, slug, branch).await {
                Ok(made) => made,
                Err(error) => {
                    let now = taken().await?;
                    // Another process made it meanwhile; a failure half-way has another message.
                    let is_late = error.to_string().contains("already exists");
                    return match is_late && now.contains(slug) {
                        true => Ok(Found::Taken(now)),
                        false => Err(error),
                    };
                }
            }
        }
    };
    let checkout = git::checkout(&made).await?;
    Ok(Found::At(Place { dir: made.display().to_string(), checkout }))
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
        Err(error) => Err(refused(&format!("cannot be used: {error}"))),
    }
}
