//! Looks at everything in a worktree that git does not ignore: files, links, empty folders, repositories
//! of their own, and what git cannot hold. Git's own lists have neither empty folders nor sockets.

use super::facts::Modes;
use super::paths::TreePath;
use protocol::{LeftOut, LeftOutWhy};
use std::collections::HashSet;
use std::fs::{self, DirEntry, FileType, Metadata};
use std::io;
use std::path::Path;
use std::time::Instant;

/// What is in a worktree.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// Regular files and symbolic links.
    pub(super) files: Vec<TreePath>,
    /// The permissions of files that git would give others.
    pub(super) modes: Modes,
    /// Folders with nothing in them that can be held.
    pub(super) empty: Vec<TreePath>,
    /// Folders that are repositories of their own.
    pub(super) repositories: Vec<TreePath>,
    /// What cannot be held.
    pub(super) left_out: Vec<LeftOut>,
}

/// Looks at the worktree at `root`, without the paths in `ignored` and what is below them.
///
/// # Errors
/// If the root cannot be read, or it takes longer than `until`.
pub(super) fn walk(root: &Path, ignored: &HashSet<Vec<u8>>, until: Instant) -> io::Result<Walk> {
    let mut walker = Walker { root, ignored, until, found: Walk::default() };
    let entries = fs::read_dir(root)?.collect::<io::Result<Vec<_>>>()?;
    walker.entries(&TreePath::default(), entries)?;
    Ok(walker.found)
}

struct Walker<'a> {
    root: &'a Path,
    ignored: &'a HashSet<Vec<u8>>,
    until: Instant,
    found: Walk,
}

impl Walker<'_> {
    /// Looks at the entries of a folder. Returns how many of them are held.
    fn entries(&mut self, folder: &TreePath, mut entries: Vec<DirEntry>) -> io::Result<usize> {
        if Instant::now() >= self.until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let is_root = folder.bytes().is_empty();
        let mut held = 0;
        entries.sort_by_cached_key(DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            if is_root && name == ".git" {
                continue;
            }
            match folder.join(&name) {
                Some(path) if self.ignored.contains(path.bytes()) => {}
                Some(path) if is_of_git(&path) => self.leave_out(&path, LeftOutWhy::Name),
                Some(path) => held += usize::from(self.entry(path, &entry)?),
                None => self.leave_out(folder, LeftOutWhy::Name),
            }
        }
        Ok(held)
    }

    fn leave_out(&mut self, path: &TreePath, why: LeftOutWhy) {
        self.found.left_out.push(path.left_out(why));
    }

    /// Looks at one entry. Returns whether it is held.
    fn entry(&mut self, path: TreePath, entry: &DirEntry) -> io::Result<bool> {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => self.folder(path),
            Ok(kind) if kind.is_file() || kind.is_symlink() => {
                let mode = entry.metadata().ok().and_then(|found| unusual(&found));
                self.found.modes.extend(mode.map(|mode| (path.clone(), mode)));
                self.found.files.push(path);
                Ok(true)
            }
            Ok(kind) => {
                self.leave_out(&path, special(kind));
                Ok(false)
            }
            // It is gone meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(_) => {
                self.leave_out(&path, LeftOutWhy::Unreadable);
                Ok(false)
            }
        }
    }

    /// Looks at a folder. Returns whether it is held, which is not so if it cannot be read.
    fn folder(&mut self, path: TreePath) -> io::Result<bool> {
        let dir = path.at(self.root);
        let entries = match fs::read_dir(&dir).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(_) => {
                self.leave_out(&path, LeftOutWhy::Unreadable);
                return Ok(false);
            }
        };
        if entries.iter().any(|entry| entry.file_name() == ".git") && is_repository(&dir) {
            self.found.repositories.push(path);
            return Ok(true);
        }
        if self.entries(&path, entries)? == 0 {
            self.found.empty.push(path);
        }
        Ok(true)
    }
}

/// Whether the last part of a path is a name that git keeps for itself, in any case.
fn is_of_git(path: &TreePath) -> bool {
    let name = path.bytes().rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    name.eq_ignore_ascii_case(b".git")
}

/// Whether a folder with an entry `.git` is a repository, as far as its files show.
fn is_repository(dir: &Path) -> bool {
    let dot_git = dir.join(".git");
    let has_parts = |git: &Path| git.join("HEAD").symlink_metadata().is_ok();
    if dot_git.is_dir() {
        return has_parts(&dot_git) && dot_git.join("objects").is_dir();
    }
    let Ok(text) = fs::read_to_string(&dot_git) else { return false };
    let leads = text.strip_prefix("gitdir: ").map(|path| path.trim_end_matches(['\n', '\r']));
    leads.is_some_and(|path| has_parts(&dir.join(path)))
}

#[cfg(unix)]
fn special(kind: FileType) -> LeftOutWhy {
    use std::os::unix::fs::FileTypeExt;
    match kind {
        kind if kind.is_socket() => LeftOutWhy::Socket,
        kind if kind.is_fifo() => LeftOutWhy::Pipe,
        _ => LeftOutWhy::Device,
    }
}

#[cfg(not(unix))]
fn special(_: FileType) -> LeftOutWhy {
    LeftOutWhy::Device
}

/// The permissions of a file, if git would give it others.
#[cfg(unix)]
fn unusual(found: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = found.permissions().mode() & 0o7777;
    (found.is_file() && !matches!(mode, 0o644 | 0o755 | 0o664 | 0o775)).then_some(mode)
}

/// The permissions of a file, if git would give it others.
#[cfg(not(unix))]
fn unusual(_: &Metadata) -> Option<u32> {
    None
}
