//! Puts restored files into a worktree: removes what is to go, makes folders, and moves each file to its
//! place as a whole. Nothing that no checkpoint holds is overwritten, and no link is followed.

use super::facts::{Facts, Modes};
use super::paths::{TreePath, is_wanted};
use protocol::NotRestoredWhy;
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What the worktree is to have besides the content of files.
#[derive(Debug, Default)]
pub(super) struct Target {
    /// Folders that are to be there.
    pub(super) empty: Vec<TreePath>,
    /// Empty folders that are to go.
    pub(super) no_folders: Vec<TreePath>,
    /// Permissions that are not those that git gives.
    pub(super) modes: Modes,
    /// Files whose permissions become those that git gives.
    pub(super) usual: Vec<TreePath>,
}

impl Target {
    /// What it is to have of `paths`, or of everything if there are none.
    pub(super) fn of(
        paths: &[TreePath],
        facts: &Facts,
        before: &Facts,
        spared: &HashSet<TreePath>,
    ) -> Self {
        let is_all = paths.is_empty();
        let wanted = |path: &&TreePath| is_wanted(paths, path);
        let has_mode = |path: &&TreePath| facts.modes.contains_key(*path);
        let stays: BTreeSet<&TreePath> = facts.empty.iter().collect();
        Self {
            empty: facts.empty.iter().filter(wanted).cloned().collect(),
            no_folders: match is_all {
                true => before
                    .empty
                    .iter()
                    .filter(|it| !stays.contains(it) && !it.is_in(spared))
                    .cloned()
                    .collect(),
                false => Vec::new(),
            },
            modes: facts
                .modes
                .iter()
                .filter(|(path, _)| wanted(path))
                .map(|(path, mode)| (path.clone(), *mode))
                .collect(),
            usual: before
                .modes
                .keys()
                .filter(wanted)
                .filter(|path| !has_mode(path) && !path.is_in(spared))
                .cloned()
                .collect(),
        }
    }
}

/// What is to be done in a worktree.
#[derive(Debug)]
pub(super) struct Placing {
    pub(super) root: PathBuf,
    /// The files that are to be written, and where git wrote them.
    pub(super) files: Vec<(TreePath, PathBuf)>,
    /// The files that are to be removed.
    pub(super) remove: Vec<TreePath>,
    /// The files that the present state holds and that differ: they may be overwritten.
    pub(super) overwrite: BTreeSet<TreePath>,
    pub(super) target: Target,
}

/// What was done.
#[derive(Debug, Default)]
pub(super) struct Placed {
    pub(super) written: u32,
    pub(super) removed: u32,
    pub(super) kept: Vec<(TreePath, NotRestoredWhy)>,
}

impl Placing {
    pub(super) fn place(self) -> Placed {
        let mut placed = Placed::default();
        for path in &self.remove {
            match self.remove(path) {
                Ok(()) => placed.removed = placed.removed.saturating_add(1),
                Err(why) => placed.kept.push((path.clone(), why)),
            }
        }
        self.remove_folders();
        for (path, from) in &self.files {
            match self.write(path, from) {
                Ok(()) => placed.written = placed.written.saturating_add(1),
                Err(why) => placed.kept.push((path.clone(), why)),
            }
        }
        for path in &self.target.empty {
            if let Err(why) = self.folder(path) {
                placed.kept.push((path.clone(), why));
            }
        }
        self.set_modes(&mut placed);
        placed
    }

    fn remove(&self, path: &TreePath) -> Result<(), NotRestoredWhy> {
        self.check_folders(path)?;
        match fs::remove_file(path.at(&self.root)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(NotRestoredWhy::Refused),
            _ => Ok(()),
        }
    }

    /// Removes folders that the checkpoint does not have, the innermost first. A folder in which anything
    /// is left stays.
    fn remove_folders(&self) {
        let gone = &self.target.no_folders;
        let emptied = self.remove.iter().chain(gone).flat_map(TreePath::folders);
        let folders: BTreeSet<TreePath> = emptied.chain(gone.iter().cloned()).collect();
        for folder in folders.iter().rev() {
            if self.check_folders(folder).is_ok() {
                // What is to be in it makes it again.
                drop(fs::remove_dir(folder.at(&self.root)));
            }
        }
    }

    fn write(&self, path: &TreePath, from: &Path) -> Result<(), NotRestoredWhy> {
        let to = path.at(&self.root);
        self.make_folders(path)?;
        match to.symlink_metadata() {
            // An empty folder is in nobody's way.
            Ok(found) if found.is_dir() => {
                fs::remove_dir(&to).map_err(|_| NotRestoredWhy::InTheWay)?;
            }
            Ok(_) if !self.overwrite.contains(path) => return Err(NotRestoredWhy::InTheWay),
            _ => {}
        }
        move_to(from, &to).map_err(|error| {
            tracing::warn!(%error, path = path.text(), "a file is not restored");
            NotRestoredWhy::Refused
        })
    }

    fn folder(&self, path: &TreePath) -> Result<(), NotRestoredWhy> {
        self.make_folders(path)?;
        let dir = path.at(&self.root);
        match fs::create_dir(&dir) {
            Ok(()) => Ok(()),
            Err(_) if is_folder(&dir) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(NotRestoredWhy::InTheWay)
            }
            Err(_) => Err(NotRestoredWhy::Refused),
        }
    }

    /// Makes the folders that a path is in.
    fn make_folders(&self, path: &TreePath) -> Result<(), NotRestoredWhy> {
        path.folders().try_for_each(|folder| {
            let dir = folder.at(&self.root);
            match dir.symlink_metadata() {
                Ok(found) if found.is_dir() => return Ok(()),
                Ok(_) if !self.overwrite.contains(&folder) => return Err(NotRestoredWhy::InTheWay),
                Ok(_) => fs::remove_file(&dir).map_err(|_| NotRestoredWhy::Refused)?,
                Err(_) => {}
            }
            fs::create_dir(&dir).map_err(|_| NotRestoredWhy::Refused)
        })
    }

    /// Refuses a path that a link leads to.
    fn check_folders(&self, path: &TreePath) -> Result<(), NotRestoredWhy> {
        let mut folders = path.folders();
        let is_link = |folder: TreePath| {
            folder.at(&self.root).symlink_metadata().is_ok_and(|found| !found.is_dir())
        };
        match folders.any(is_link) {
            true => Err(NotRestoredWhy::InTheWay),
            false => Ok(()),
        }
    }

    fn set_modes(&self, placed: &mut Placed) {
        let written: BTreeSet<&TreePath> = self.files.iter().map(|(path, _)| path).collect();
        let unusual = self.target.modes.iter().map(|(path, mode)| (path, Some(*mode)));
        // What was removed needs no permissions.
        let usual = self.target.usual.iter().filter(|path| {
            !written.contains(path) && path.at(&self.root).symlink_metadata().is_ok()
        });
        for (path, mode) in unusual.chain(usual.map(|path| (path, None))) {
            let is_kept = placed.kept.iter().any(|(kept, _)| kept == path);
            if !is_kept
                && self.check_folders(path).is_ok()
                && set_mode(&path.at(&self.root), mode).is_err()
            {
                placed.kept.push((path.clone(), NotRestoredWhy::Refused));
            }
        }
    }
}

fn is_folder(dir: &Path) -> bool {
    dir.symlink_metadata().is_ok_and(|found| found.is_dir())
}

/// Puts the file or link at `from` to `to`, as a whole, also from another disk.
fn move_to(from: &Path, to: &Path) -> io::Result<()> {
    let (Some(folder), Some(name)) = (to.parent(), to.file_name()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    if fs::rename(from, to).is_ok() {
        return Ok(());
    }
    // Short, because the name of the file itself may have the greatest length.
    let beside = folder.join(format!(".musher-{}", std::process::id()));
    copy(from, &beside)
        .and_then(|()| fs::rename(&beside, to))
        .inspect_err(|_| drop(fs::remove_file(&beside)))
        .map_err(|error| io::Error::new(error.kind(), format!("{name:?}: {error}")))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    match from.symlink_metadata()?.is_symlink() {
        true => link(&fs::read_link(from)?, to),
        false => fs::copy(from, to).map(drop),
    }
}

/// Makes a link.
#[cfg(unix)]
pub(in crate::git) fn link(leads: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(leads, to)
}

/// Makes a link.
#[cfg(windows)]
pub(in crate::git) fn link(leads: &Path, to: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(leads, to)
}

/// Sets a file's permissions; without a mode those that git gives, by whether it can be run.
#[cfg(unix)]
fn set_mode(path: &Path, mode: Option<u32>) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let found = path.symlink_metadata()?;
    if !found.is_file() {
        return Ok(());
    }
    let is_run = found.permissions().mode() & 0o100 != 0;
    let mode = mode.unwrap_or(if is_run { 0o755 } else { 0o644 });
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// Other systems have no such permissions.
#[cfg(not(unix))]
fn set_mode(_: &Path, _: Option<u32>) -> io::Result<()> {
    Ok(())
}
