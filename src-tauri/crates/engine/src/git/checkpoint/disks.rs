//! Checkpoints on disks that take nothing: each says why, and leaves neither an object nor a reference nor a
//! lock. The disks are in memory; without the right to mount one there is nothing to try.

use super::Order;
use super::world::{Untouched, World, content, destroy, git, write};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A disk in memory, until it is dropped.
struct Disk(PathBuf);

impl Disk {
    fn mount(place: PathBuf, options: &str) -> Option<Self> {
        fs::create_dir_all(&place).unwrap();
        let disk = Self(place);
        disk.mounted(&["-t", "tmpfs", "-o", options, "tmpfs"]).then_some(disk)
    }

    fn mounted(&self, words: &[&str]) -> bool {
        let said = Command::new("mount").args(words).arg(&self.0).output();
        said.is_ok_and(|said| said.status.success())
    }

    fn set_read_only(&self, is_read_only: bool) {
        let options = if is_read_only { "remount,ro" } else { "remount,rw" };
        assert!(self.mounted(&["-o", options]));
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(&self.0).status());
    }
}

/// Every file of git's own with its size.
fn of_git(root: &Path) -> BTreeMap<PathBuf, u64> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.join(".git")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            match entry.file_type().unwrap().is_dir() {
                true => {
                    found.insert(entry.path(), 0);
                    folders.push(entry.path());
                }
                false => drop(found.insert(entry.path(), entry.metadata().unwrap().len())),
            }
        }
    }
    found
}

/// Bytes that cannot be compressed.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state.to_be_bytes()[0]
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn a_full_disk_is_said_and_nothing_of_the_checkpoint_stays_on_it() {
    let world = World::new();
    let Some(disk) = Disk::mount(world.path("disk"), "size=1m") else { return };
    let root = world.repository("disk/full", &[]);
    drop(fs::remove_dir_all(root.join(".git/hooks")));
    let first = world.checkpoint(&root);
    write(&root, "new", &noise(600 * 1024));
    let (before, state) = (of_git(&root), Untouched::of(&root));
    for only_changed in [false, true] {
        let order = Order { only_changed, ..world.order() };
        let refused = world.take(&root, &order).unwrap_err().to_string();
        assert!(refused.contains("Free some space."), "{refused}");
        assert_eq!((of_git(&root), Untouched::of(&root)), (before.clone(), state.clone()));
    }
    // Where there is room again, everything is held.
    write(&root, "new", &noise(100 * 1024));
    let expected = content(&root);
    let made = world.checkpoint(&root);
    assert!(made.n > first.n);
    destroy(&root);
    world.restore_all(&root, &made);
    assert_eq!(content(&root), expected);
    drop(disk);
}

#[test]
fn a_disk_that_is_read_only_is_said_and_read_on_later() {
    let world = World::new();
    let Some(disk) = Disk::mount(world.path("disk"), "size=4m") else { return };
    let root = world.repository("disk/sealed", &[]);
    write(&root, "new", b"new");
    disk.set_read_only(true);
    let before = of_git(&root);
    let refused = world.take(&root, &world.order()).unwrap_err().to_string();
    assert!(refused.contains("ead-only file system"), "{refused}");
    assert_eq!(of_git(&root), before);
    disk.set_read_only(false);
    let (made, expected) = (world.checkpoint(&root), content(&root));
    destroy(&root);
    world.restore_all(&root, &made);
    assert_eq!(content(&root), expected);
}

#[test]
fn a_worktree_that_is_read_only_is_held_and_what_cannot_be_restored_is_named() {
    let world = World::new();
    let main = world.repository("main", &[]);
    let linked = world.path("disk/linked");
    let Some(disk) = Disk::mount(world.path("disk"), "size=4m") else { return };
    git(&main, &["worktree", "add", "-q", linked.to_str().unwrap()]);
    write(&linked, "new", b"new");
    let first = world.checkpoint(&linked);
    write(&linked, "new", b"newer");
    disk.set_read_only(true);
    let second = world.checkpoint(&linked);
    assert_ne!(first.tree, second.tree);
    let restored = world.restore(&linked, &first, &[]).unwrap();
    let kept: Vec<_> = restored.kept.iter().map(|it| it.path.as_str()).collect();
    assert_eq!((kept, restored.written), (vec!["new"], 0));
    assert_eq!(fs::read(linked.join("new")).unwrap(), b"newer");
}

/// The name of the test below, which another user runs.
const OF_ANOTHER_USER: &str =
    "git::checkpoint::disks::a_repository_that_its_user_may_not_write_is_refused_in_words";

/// Where another user finds a repository that is not theirs to write.
const SEALED: &str = "MUSHER_TEST_SEALED";

#[test]
fn a_repository_that_its_user_may_not_write_is_refused_in_words() {
    if let Some(root) = std::env::var_os(SEALED) {
        let world = World::with(&[
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", "safe.directory"),
            ("GIT_CONFIG_VALUE_0", "*"),
        ]);
        write(&world.path("home"), ".gitconfig", b"[safe]\n\tdirectory = *\n");
        let refused = world.take(Path::new(&root), &world.order()).unwrap_err().to_string();
        assert!(refused.contains("ermission denied"), "{refused}");
        return;
    }
    let world = World::new();
    let root = world.repository("theirs", &[]);
    write(&root, "new", b"new");
    let before = of_git(&root);
    fs::set_permissions(world.path("."), fs::Permissions::from_mode(0o755)).unwrap();
    let tmp = world.path("tmp");
    fs::create_dir(&tmp).unwrap();
    fs::set_permissions(&tmp, fs::Permissions::from_mode(0o777)).unwrap();
    // The program of the tests may lie where other users find nothing.
    let program = world.path("program");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let mut other = Command::new("setpriv");
    other.args(["--reuid", "65534", "--clear-groups"]).arg(&program);
    other.args(["--exact", OF_ANOTHER_USER]).env(SEALED, &root).env("TMPDIR", &tmp);
    // Only an administrator becomes another user.
    let Ok(said) = other.output() else { return };
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let may = Command::new("setpriv").args(["--reuid", "65534", "--clear-groups", "true"]).status();
    if may.is_ok_and(|may| may.success()) {
        assert!(said.status.success() && text.contains("1 passed"), "{text}");
    }
    assert_eq!(of_git(&root), before);
}
