//! What the tests of checkpoints share: a folder for repositories, git as a person uses it, everything
//! that is in a worktree, and everything of a repository that a checkpoint must not touch.

use super::paths::TreePath;
use super::{Limits, Made, Order, Place, RestoreOrder, Taken};
use crate::env::Environment;
use crate::error::Result;
use crate::git::Git;
use crate::runtime;
use protocol::{CheckpointCause, NotRestoredWhy, Restored, StoryId, Timestamp};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// What is in a worktree: each file, link and empty folder by its path.
pub(in crate::git) type Content = BTreeMap<Vec<u8>, Entry>;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::git) enum Entry {
    File { mode: u32, bytes: Vec<u8> },
    Link(PathBuf),
    Empty,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { mode, bytes } => {
                let start = &bytes[..bytes.len().min(60)];
                write!(f, "{mode:o} {:?} ({})", String::from_utf8_lossy(start), bytes.len())
            }
            Self::Link(leads) => write!(f, "-> {leads:?}"),
            Self::Empty => f.write_str("empty"),
        }
    }
}

/// A folder with repositories, and a git with its own home.
pub(in crate::git) struct World {
    dir: TempDir,
    pub(in crate::git) git: Git,
    next: Cell<u32>,
    kept: RefCell<Vec<TempDir>>,
}

impl World {
    pub(in crate::git) fn new() -> Self {
        Self::with(&[])
    }

    /// A world in whose environment these variables are set.
    pub(in crate::git) fn with(more: &[(&str, &str)]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        // As git prints it.
        let home = fs::canonicalize(dir.path()).unwrap().join("home");
        fs::create_dir(&home).unwrap();
        let mut variables = BTreeMap::new();
        variables.insert("PATH".to_owned(), std::env::var("PATH").unwrap());
        variables.insert("HOME".to_owned(), home.display().to_string());
        variables
            .extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let git = Git::of(&Environment::from_variables(&variables));
        Self { dir, git, next: Cell::new(1), kept: RefCell::default() }
    }

    pub(in crate::git) fn path(&self, name: &str) -> PathBuf {
        match name {
            "." => fs::canonicalize(self.dir.path()).unwrap(),
            name => fs::canonicalize(self.dir.path()).unwrap().join(name),
        }
    }

    /// Keeps another folder for as long as the world.
    pub(in crate::git) fn keep(&self, dir: TempDir) -> PathBuf {
        let path = fs::canonicalize(dir.path()).unwrap();
        self.kept.borrow_mut().push(dir);
        path
    }

    /// Makes a repository with a first commit.
    pub(in crate::git) fn repository(&self, name: &str, options: &[&str]) -> PathBuf {
        let root = self.path(name);
        fs::create_dir_all(&root).unwrap();
        git(&root, &[&["init", "-q"], options].concat());
        for (key, value) in [("user.name", "Ann"), ("user.email", "ann@example.com")] {
            git(&root, &["config", key, value]);
        }
        write(&root, "first.txt", b"first\n");
        git(&root, &["add", "-A"]);
        git(&root, &["commit", "-q", "-m", "first"]);
        root
    }

    /// A script that leaves a trace if it is run.
    pub(in crate::git) fn canary(&self) -> PathBuf {
        let script = self.path("canary.sh");
        let trace = self.path("trace");
        fs::write(&script, format!("#!/bin/sh\necho \"$0 $*\" >>'{}'\nexit 1\n", trace.display()))
            .unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        script
    }

    /// What the canary left.
    pub(in crate::git) fn trace(&self) -> Option<String> {
        fs::read_to_string(self.path("trace")).ok()
    }

    pub(in crate::git) fn place(&self, root: &Path) -> Place {
        let own = self.path("data");
        Place { root: root.to_owned(), scratch: own.join("checkpoints"), own }
    }

    pub(in crate::git) fn order(&self) -> Order {
        let n = self.next.get();
        self.next.set(n + 1);
        Order {
            story: StoryId::new("story"),
            n,
            at: Timestamp::from_seconds(1_700_000_000),
            because: CheckpointCause::Asked,
            ignored: false,
            only_changed: false,
            limits: Limits { time: std::time::Duration::from_secs(300), ..Limits::default() },
        }
    }

    pub(in crate::git) fn take(&self, root: &Path, order: &Order) -> Result<Taken> {
        runtime::wait(self.git.checkpoint(&self.place(root), order)).unwrap()
    }

    /// Makes a checkpoint, which must succeed.
    pub(in crate::git) fn checkpoint(&self, root: &Path) -> Made {
        match self.take(root, &self.order()).unwrap() {
            Taken::Made(made) => made,
            other => panic!("{other:?}"),
        }
    }

    /// Restores paths from a checkpoint, after holding the present state.
    pub(in crate::git) fn restore(
        &self,
        root: &Path,
        to: &Made,
        paths: &[&str],
    ) -> Result<Restored> {
        let before = self.checkpoint(root).commit;
        let paths = paths.iter().map(|path| TreePath::from_text(path).unwrap()).collect();
        let hold = Order { only_changed: true, ..self.order() };
        let order = RestoreOrder { commit: to.commit.clone(), before, paths, hold };
        runtime::wait(self.git.restore(&self.place(root), &order)).unwrap()
    }

    /// Restores everything, of which nothing may be left as it is.
    pub(in crate::git) fn restore_all(&self, root: &Path, to: &Made) {
        let mut restored = self.restore(root, to, &[]).unwrap();
        // These are no files.
        restored.kept.retain(|it| it.why != NotRestoredWhy::Staged);
        assert_eq!(restored.kept, []);
    }
}

/// Runs git as a person does, with no configuration but the repository's own.
pub(in crate::git) fn git(dir: &Path, words: &[&str]) -> String {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir).args(words);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let said = command.env("GIT_ALLOW_PROTOCOL", "file").output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success(), "git {words:?}: {err}");
    out.into_owned()
}

pub(in crate::git) fn write(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

pub(in crate::git) fn set_mode(root: &Path, path: &str, mode: u32) {
    fs::set_permissions(root.join(path), fs::Permissions::from_mode(mode)).unwrap();
}

/// Everything in a worktree and in the worktrees within it, without git's own folders.
pub(in crate::git) fn content(root: &Path) -> Content {
    let mut found = Content::new();
    look(root, root, &mut found);
    found
}

fn look(root: &Path, dir: &Path, found: &mut Content) {
    for entry in fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() == ".git" {
            continue;
        }
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        let name = path.strip_prefix(root).unwrap().as_os_str().as_bytes().to_owned();
        if kind.is_symlink() {
            found.insert(name, Entry::Link(fs::read_link(&path).unwrap()));
        } else if kind.is_dir() {
            match fs::read_dir(&path).unwrap().next() {
                None => drop(found.insert(name, Entry::Empty)),
                Some(_) => look(root, &path, found),
            }
        } else if kind.is_file() {
            let mode = entry.metadata().unwrap().mode() & 0o777;
            found.insert(name, Entry::File { mode, bytes: fs::read(&path).unwrap() });
        }
    }
}

/// What a checkpoint must not touch: head, index, references but Musher's, what git says about the
/// worktree, every file with its times, and that no lock is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::git) struct Untouched {
    head: Option<Vec<u8>>,
    index: Option<Vec<u8>>,
    references: String,
    status: String,
    times: BTreeMap<PathBuf, (i64, i64, u32)>,
    locks: BTreeSet<PathBuf>,
}

impl Untouched {
    pub(in crate::git) fn of(root: &Path) -> Self {
        let git_dir = PathBuf::from(git(root, &["rev-parse", "--absolute-git-dir"]).trim_end());
        // Without these options `git status` writes into the index.
        let quiet = ["--no-optional-locks", "-c", "core.fsmonitor="];
        let ask = |words: &[&str]| git(root, &[&quiet, words].concat());
        let status = ask(&["status", "--porcelain=v2", "--branch", "-z", "--ignored"]);
        let references = ask(&["for-each-ref"]);
        let is_other = |line: &&str| !line.contains("\trefs/musher/");
        let mut times = BTreeMap::new();
        note_times(root, &mut times);
        Self {
            head: fs::read(git_dir.join("HEAD")).ok(),
            index: fs::read(git_dir.join("index")).ok(),
            references: references.lines().filter(is_other).collect::<Vec<_>>().join("\n"),
            status,
            times,
            locks: locks(&git_dir),
        }
    }
}

fn note_times(dir: &Path, times: &mut BTreeMap<PathBuf, (i64, i64, u32)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name == ".git") {
            continue;
        }
        let found = path.symlink_metadata().unwrap();
        times.insert(path.clone(), (found.mtime(), found.mtime_nsec(), found.mode()));
        if found.is_dir() {
            note_times(&path, times);
        }
    }
}

fn locks(dir: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(locks(&path));
        } else if path.extension().is_some_and(|it| it == "lock") {
            found.insert(path);
        }
    }
    found
}

/// Removes everything from a worktree but git's own folder, also in the repositories within it.
pub(in crate::git) fn destroy(root: &Path) {
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        let is_folder = path.symlink_metadata().unwrap().is_dir();
        if path.file_name().is_some_and(|name| name == ".git") {
            continue;
        }
        if !is_folder {
            fs::remove_file(path).unwrap();
        } else if path.join(".git").exists() {
            destroy(&path);
        } else {
            destroy(&path);
            // It stays if a repository is in it.
            drop(fs::remove_dir(path));
        }
    }
}
