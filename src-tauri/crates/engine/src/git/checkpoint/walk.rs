//! Looks at everything in a worktree that git does not ignore: files, links, empty folders, repositories
//! of their own, and what git cannot hold. Git's own lists have neither empty folders nor sockets. Several
//! threads share the folders.

use super::facts::Modes;
use super::object::{Mode, Pathed};
use super::paths::TreePath;
use super::stamp::Stamp;
use protocol::{LeftOut, LeftOutWhy};
use std::collections::HashSet;
use std::fs::{self, DirEntry, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

/// The most threads that look at one worktree.
const MOST_THREADS: usize = 4;

/// A regular file or a symbolic link.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) path: TreePath,
    pub(super) mode: Mode,
    pub(super) stamp: Stamp,
}

impl Pathed for Found {
    fn path(&self) -> &TreePath {
        &self.path
    }
}

/// What is in a worktree. Every list is in the order of its paths.
#[derive(Debug, Default)]
pub(super) struct Walk {
    pub(super) files: Vec<Found>,
    /// The permissions of files that git would give others.
    pub(super) modes: Modes,
    /// Folders that were looked into, and those that cannot be.
    pub(super) folders: Vec<TreePath>,
    /// Folders with nothing in them that can be held.
    pub(super) empty: Vec<TreePath>,
    /// Folders that are repositories of their own.
    pub(super) repositories: Vec<TreePath>,
    /// What cannot be held.
    pub(super) left_out: Vec<LeftOut>,
    /// What is ignored.
    pub(super) ignored: Vec<TreePath>,
    /// Whether a folder is there that is not known, into which it did not look.
    pub(super) has_unknown: bool,
}

/// What a walk looks at.
#[derive(Debug)]
pub(super) struct Plan {
    /// The root of the worktree.
    pub(super) root: PathBuf,
    /// Paths that are ignored with all that is below them.
    pub(super) ignored: HashSet<TreePath>,
    /// Musher's own folder, if it is in the worktree.
    pub(super) own: Option<TreePath>,
    /// The only folders that it looks into; `None` if it looks into all.
    pub(super) known: Option<HashSet<TreePath>>,
    /// When it gives up.
    pub(super) until: Instant,
}

impl Plan {
    /// Looks at the worktree.
    ///
    /// # Errors
    /// If the root cannot be read, or it takes too long.
    pub(super) fn walk(&self) -> io::Result<Walk> {
        let entries = fs::read_dir(&self.root)?.collect::<io::Result<Vec<_>>>()?;
        let root = Folder { path: TreePath::default(), entries };
        let walker =
            Walker { plan: self, queue: Mutex::new(Queue::of(root)), more: Condvar::new() };
        let threads = thread::available_parallelism().map_or(1, |it| it.get().min(MOST_THREADS));
        let parts = thread::scope(|scope| {
            let others: Vec<_> = (1..threads)
                .filter_map(|_| thread::Builder::new().spawn_scoped(scope, || walker.work()).ok())
                .collect();
            let mut parts = vec![walker.work()];
            parts.extend(others.into_iter().map(|other| {
                other.join().unwrap_or_else(|_| Err(io::Error::other("a walk panicked")))
            }));
            parts
        });
        let mut whole = Walk::default();
        for part in parts {
            whole.add(part?);
        }
        whole.sort();
        Ok(whole)
    }
}

impl Walk {
    fn add(&mut self, mut other: Self) {
        self.files.append(&mut other.files);
        self.modes.append(&mut other.modes);
        self.folders.append(&mut other.folders);
        self.empty.append(&mut other.empty);
        self.repositories.append(&mut other.repositories);
        self.left_out.append(&mut other.left_out);
        self.ignored.append(&mut other.ignored);
        self.has_unknown |= other.has_unknown;
    }

    fn sort(&mut self) {
        self.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        let lists = [&mut self.folders, &mut self.empty, &mut self.repositories, &mut self.ignored];
        lists.into_iter().for_each(|list| list.sort_unstable());
        self.left_out.sort_by(|a, b| a.path.cmp(&b.path));
    }
}

/// A folder that is to be looked at.
struct Folder {
    path: TreePath,
    entries: Vec<DirEntry>,
}

/// The folders that are left.
struct Queue {
    folders: Vec<Folder>,
    /// How many threads look at one.
    busy: usize,
    has_failed: bool,
}

impl Queue {
    fn of(root: Folder) -> Self {
        Self { folders: vec![root], busy: 0, has_failed: false }
    }
}

struct Walker<'p> {
    plan: &'p Plan,
    queue: Mutex<Queue>,
    more: Condvar,
}

impl Walker<'_> {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks at folders until none is left.
    fn work(&self) -> io::Result<Walk> {
        let mut part = Part { plan: self.plan, found: Walk::default(), below: Vec::new() };
        while let Some(folder) = self.next() {
            let done = part.folder(folder);
            let mut queue = self.queue();
            queue.busy = queue.busy.saturating_sub(1);
            queue.has_failed |= done.is_err();
            queue.folders.append(&mut part.below);
            drop(queue);
            self.more.notify_all();
            done?;
        }
        Ok(part.found)
    }

    /// The next folder, once there is one; `None` if there is none any more.
    fn next(&self) -> Option<Folder> {
        let mut queue = self.queue();
        loop {
            if queue.has_failed {
                return None;
            }
            if let Some(folder) = queue.folders.pop() {
                queue.busy = queue.busy.saturating_add(1);
                return Some(folder);
            }
            if queue.busy == 0 {
                return None;
            }
            queue = self.more.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// What one thread found.
struct Part<'p> {
    plan: &'p Plan,
    found: Walk,
    /// Folders that are to be looked at next.
    below: Vec<Folder>,
}

impl Part<'_> {
    fn folder(&mut self, folder: Folder) -> io::Result<()> {
        if Instant::now() >= self.plan.until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let is_root = folder.path.bytes().is_empty();
        let mut is_empty = true;
        for entry in &folder.entries {
            let name = entry.file_name();
            if is_root && name == ".git" {
                continue;
            }
            match folder.path.join(&name) {
                Some(path) if self.plan.own.as_ref() == Some(&path) => {}
                Some(path) if self.plan.ignored.contains(&path) => self.found.ignored.push(path),
                Some(path) if is_of_git(&path) => self.leave_out(&path, LeftOutWhy::Name),
                Some(path) => is_empty &= !self.entry(path, entry),
                None => self.leave_out(&folder.path, LeftOutWhy::Name),
            }
        }
        if is_empty && !is_root {
            self.found.empty.push(folder.path);
        }
        Ok(())
    }

    fn leave_out(&mut self, path: &TreePath, why: LeftOutWhy) {
        self.found.left_out.push(path.left_out(why));
    }

    /// Looks at one entry. Returns whether it is held.
    fn entry(&mut self, path: TreePath, entry: &DirEntry) -> bool {
        let found = entry.file_type().and_then(|kind| match kind.is_dir() {
            true => Ok((kind, None)),
            false => Ok((kind, Some(entry.metadata()?))),
        });
        match found {
            Ok((_, None)) => self.enter(path),
            Ok((kind, Some(found))) if kind.is_file() || kind.is_symlink() => {
                self.found.modes.extend(unusual(&found).map(|mode| (path.clone(), mode)));
                let (mode, stamp) = (mode_of(&found), Stamp::of(&found));
                self.found.files.push(Found { path, mode, stamp });
                true
            }
            Ok((kind, Some(_))) => {
                self.leave_out(&path, special(kind));
                false
            }
            // It is gone meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(_) => {
                self.leave_out(&path, LeftOutWhy::Unreadable);
                false
            }
        }
    }

    /// Enters a folder. Returns whether it is held, which is not so if it cannot be read.
    fn enter(&mut self, path: TreePath) -> bool {
        let is_known = self.plan.known.as_ref().is_none_or(|known| known.contains(&path));
        if !is_known {
            self.found.has_unknown = true;
            return true;
        }
        let dir = path.at(&self.plan.root);
        let entries = match fs::read_dir(&dir).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return false,
            Err(_) => {
                self.leave_out(&path, LeftOutWhy::Unreadable);
                self.found.folders.push(path);
                return false;
            }
        };
        if entries.iter().any(|entry| entry.file_name() == ".git") && is_repository(&dir) {
            self.found.repositories.push(path);
            return true;
        }
        self.found.folders.push(path.clone());
        self.below.push(Folder { path, entries });
        true
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

#[cfg(unix)]
pub(super) fn mode_of(found: &Metadata) -> Mode {
    use std::os::unix::fs::PermissionsExt;
    match found.is_symlink() {
        true => Mode::Link,
        false if found.permissions().mode() & 0o100 != 0 => Mode::Executable,
        false => Mode::File,
    }
}

/// Other systems have no such permissions.
#[cfg(not(unix))]
pub(super) fn mode_of(found: &Metadata) -> Mode {
    if found.is_symlink() { Mode::Link } else { Mode::File }
}
