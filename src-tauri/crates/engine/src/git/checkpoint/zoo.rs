//! Checkpoints of every kind of repository: every byte comes back, nothing else is touched, and no program
//! of the repository runs; or why there is no checkpoint is said in words.

use super::animals::{UNUSABLE, ZOO};
use super::world::{Untouched, World, content, destroy, git, set_mode, write};
use super::{Limits, Order, Taken};
use protocol::{LeftOut, LeftOutWhy, NotRestoredWhy};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

/// Everything that is compared before and after, without what programs of the repository would do to it.
fn untouched(world: &World, name: &str, root: &Path) -> Option<Untouched> {
    // There git itself runs what leaves traces.
    let is_loud = matches!(name, "programs everywhere" | "conversions");
    let state = (!is_loud).then(|| Untouched::of(root));
    drop(fs::remove_file(world.path("trace")));
    state
}

/// The paths that are left out, all for the same reason.
fn not_held(made: &super::Made) -> Vec<&str> {
    assert!(made.left_out.iter().all(|it| it.why == LeftOutWhy::WithItsFolder), "{made:?}");
    made.left_out.iter().map(|it| it.path.as_str()).collect()
}

fn lost_with_their_folders(name: &str) -> &'static [&'static str] {
    match name {
        "submodule and nested repositories" => &["own/inner/deeper", "own"],
        _ => &[],
    }
}

#[test]
fn every_kind_of_repository_comes_back_byte_for_byte_and_is_not_touched() {
    for (name, make) in ZOO {
        let world = World::new();
        let root = make(&world);
        let before = content(&root);
        let state = untouched(&world, name, &root);
        let first = world.checkpoint(&root);
        assert_eq!(not_held(&first), lost_with_their_folders(name), "{name}");
        assert_eq!(untouched(&world, name, &root), state, "{name}");
        assert_eq!(content(&root), before, "{name}");
        // With an index of its own, and nothing changed: the same tree.
        let again = world.checkpoint(&root);
        assert_eq!((again.n, &again.tree), (first.n + 1, &first.tree), "{name}");
        destroy(&root);
        world.restore_all(&root, &first);
        assert_eq!(content(&root), before, "{name}");
        assert_eq!(world.trace(), None, "{name}");
        assert_eq!(world.checkpoint(&root).tree, first.tree, "{name}");
    }
}

#[test]
fn what_has_no_worktree_that_git_can_read_has_no_checkpoint_and_says_why() {
    for ((name, make), expected) in UNUSABLE {
        let world = World::new();
        let root = make(&world);
        match world.take(&root, &world.order()) {
            Err(error) => assert!(error.to_string().contains(expected), "{name}: {error}"),
            Ok(taken) => panic!("{name}: {taken:?}"),
        }
    }
}

#[test]
fn a_repository_of_another_owner_is_refused_with_the_way_to_trust_it() {
    let world = World::new();
    let root = world.repository("theirs", &[]);
    let give = |path: &Path| std::os::unix::fs::chown(path, Some(12_345), None);
    // Only an administrator can give a folder away.
    if give(&root).and_then(|()| give(&root.join(".git"))).is_err() {
        return;
    }
    let refused = world.take(&root, &world.order()).unwrap_err().to_string();
    assert!(
        refused.contains("dubious ownership") && refused.contains("safe.directory"),
        "{refused}"
    );
}

#[test]
fn variables_for_git_lead_a_checkpoint_nowhere_else() {
    let elsewhere = World::new();
    let other = elsewhere.repository("other", &[]);
    let git_dir = other.join(".git").display().to_string();
    let canary = elsewhere.canary().display().to_string();
    let index = elsewhere.path("index").display().to_string();
    let world = World::with(&[
        ("GIT_DIR", &git_dir),
        ("GIT_WORK_TREE", &git_dir),
        ("GIT_INDEX_FILE", &index),
        ("GIT_OBJECT_DIRECTORY", &git_dir),
        ("GIT_NAMESPACE", "odd"),
        ("GIT_EXTERNAL_DIFF", &canary),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "core.fsmonitor"),
        ("GIT_CONFIG_VALUE_0", &canary),
        ("GIT_ATTR_SOURCE", "HEAD"),
        ("GIT_COMMITTER_NAME", "Somebody"),
    ]);
    let root = world.repository("mine", &[]);
    write(&root, "new", b"new");
    let (before, theirs) = (content(&root), Untouched::of(&other));
    let made = world.checkpoint(&root);
    let commit = git(&root, &["cat-file", "commit", &made.commit]);
    assert!(
        commit.contains("author Musher <checkpoint@musher.invalid> 1700000000 +0000\n"),
        "{commit}"
    );
    assert!(commit.contains("committer Musher <checkpoint@musher.invalid> "), "{commit}");
    destroy(&root);
    world.restore_all(&root, &made);
    assert_eq!(content(&root), before);
    assert_eq!((Untouched::of(&other), elsewhere.trace()), (theirs, None));
    assert!(!Path::new(&index).exists());
}

#[test]
fn what_cannot_be_held_is_left_out_with_its_reason_and_is_never_touched() {
    let world = World::new();
    let root = world.repository("odd", &[]);
    write(&root, "big", &[b'x'; 2000]);
    write(&root, "first.txt", &[b'y'; 2000]);
    write(&root, "many/1", &[b'1'; 900]);
    write(&root, "many/2", &[b'2'; 900]);
    write(&root, ".GIT/x", b"x");
    let made = Command::new("mkfifo").arg(root.join("pipe")).status().unwrap();
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
    fs::create_dir_all(root.join("broken/.git")).unwrap();
    fs::create_dir_all(root.join("unreadable/.git/objects")).unwrap();
    fs::write(root.join("unreadable/.git/HEAD"), "nothing").unwrap();
    write(&root, "unreadable/x", b"x");
    let limits = Limits { file: 1000, total: 1500, ..world.order().limits };
    let order = Order { limits, ..world.order() };
    let Ok(Taken::Made(made)) = world.take(&root, &order) else { panic!("a checkpoint") };
    let left_out = |path: &str, why| LeftOut { path: path.to_owned(), why, size: None };
    let sized = |path: &str, why, size| LeftOut { size: Some(size), ..left_out(path, why) };
    assert_eq!(
        made.left_out,
        [
            left_out(".GIT", LeftOutWhy::Name),
            left_out("broken/.git", LeftOutWhy::Name),
            left_out("pipe", LeftOutWhy::Pipe),
            left_out("socket", LeftOutWhy::Socket),
            left_out("unreadable", LeftOutWhy::Repository),
            sized("big", LeftOutWhy::TooLarge, 2000),
            sized("first.txt", LeftOutWhy::TooLarge, 2000),
            sized("many/2", LeftOutWhy::TooMuch, 900),
        ]
    );
    let names = git(&root, &["ls-tree", "-r", "--name-only", &made.tree]);
    assert_eq!(names, "many/1\n");
    fs::remove_file(root.join("many/1")).unwrap();
    write(&root, "later", b"later");
    let restored = world.restore(&root, &made, &[]).unwrap();
    assert_eq!((restored.written, restored.removed), (1, 1), "{restored:?}");
    // The checkpoint before the restore holds more than this one did.
    assert!(["big", "first.txt", "many/2"].iter().all(|name| root.join(name).exists()));
    assert!(root.join("pipe").exists() && root.join("unreadable/x").exists());
    assert!(root.join("broken/.git").exists() && root.join(".GIT/x").exists());
}

#[test]
fn a_file_that_no_checkpoint_holds_is_in_the_way() {
    let world = World::new();
    let root = world.repository("ways", &[]);
    write(&root, "log", b"held");
    write(&root, "dir/a", b"held");
    let made = world.checkpoint(&root);
    fs::remove_dir_all(root.join("dir")).unwrap();
    write(&root, ".git/info/exclude", b"log\ndir\n");
    write(&root, "log", b"ignored");
    write(&root, "dir", b"ignored");
    let restored = world.restore(&root, &made, &[]).unwrap();
    let kept: Vec<_> = restored.kept.iter().map(|it| (it.path.as_str(), it.why)).collect();
    assert_eq!(kept, [("dir/a", NotRestoredWhy::InTheWay), ("log", NotRestoredWhy::InTheWay)]);
    assert_eq!(fs::read(root.join("log")).unwrap(), b"ignored");
    assert_eq!(fs::read(root.join("dir")).unwrap(), b"ignored");
}

#[test]
fn no_link_is_followed_out_of_the_worktree() {
    let world = World::new();
    let root = world.repository("links", &[]);
    write(&root, "dir/a", b"held");
    let made = world.checkpoint(&root);
    let outside = world.path("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("a"), "not ours").unwrap();
    fs::remove_dir_all(root.join("dir")).unwrap();
    symlink(&outside, root.join("dir")).unwrap();
    let linked = world.checkpoint(&root);
    world.restore_all(&root, &made);
    assert_eq!(fs::read(root.join("dir/a")).unwrap(), b"held");
    assert_eq!(fs::read(outside.join("a")).unwrap(), b"not ours");
    world.restore_all(&root, &linked);
    assert!(root.join("dir").is_symlink());
    assert_eq!(fs::read(outside.join("a")).unwrap(), b"not ours");
}

#[test]
fn paths_are_restored_alone() {
    let world = World::new();
    let root = world.repository("paths", &[]);
    write(&root, "dir/a", b"a");
    write(&root, "dir/b", b"b");
    fs::create_dir(root.join("dir/empty")).unwrap();
    let made = world.checkpoint(&root);
    destroy(&root);
    write(&root, "dir/new", b"new");
    write(&root, "other", b"other");
    let restored = world.restore(&root, &made, &["dir"]).unwrap();
    assert_eq!((restored.written, restored.removed, restored.kept.len()), (2, 0, 0));
    let names: Vec<Vec<u8>> = content(&root).into_keys().collect();
    assert_eq!(names, [&b"dir/a"[..], b"dir/b", b"dir/empty", b"dir/new", b"other"]);
    let missing = world.restore(&root, &made, &["dir/none"]).unwrap_err();
    assert!(missing.to_string().contains("has no dir/none"), "{missing}");
    // A folder that became a file.
    fs::remove_dir_all(root.join("dir")).unwrap();
    write(&root, "dir", b"a file");
    world.restore(&root, &made, &["dir"]).unwrap();
    assert_eq!(fs::read(root.join("dir/a")).unwrap(), b"a");
}

#[test]
fn ignored_files_are_held_if_that_is_set_and_spared_by_a_checkpoint_without_them() {
    let world = World::new();
    let root = world.repository("set", &[]);
    write(&root, ".gitignore", b".env\nbuilt/\n");
    let without = world.checkpoint(&root);
    write(&root, ".env", b"KEY=1");
    set_mode(&root, ".env", 0o600);
    write(&root, "built/a", b"a");
    fs::create_dir(root.join("built/empty")).unwrap();
    let before = content(&root);
    let order = Order { ignored: true, ..world.order() };
    let Ok(Taken::Made(with)) = world.take(&root, &order) else { panic!("a checkpoint") };
    let restore = |to: &super::Made, held: &super::Made| {
        let (commit, before) = (to.commit.clone(), held.commit.clone());
        let order = super::RestoreOrder { commit, before, paths: Vec::new(), hold: world.order() };
        crate::runtime::wait(world.git.restore(&world.place(&root), &order)).unwrap().unwrap()
    };
    assert_eq!(restore(&without, &with).removed, 0);
    assert_eq!(content(&root), before);
    destroy(&root);
    let order = Order { ignored: true, ..world.order() };
    let Ok(Taken::Made(gone)) = world.take(&root, &order) else { panic!("a checkpoint") };
    restore(&with, &gone);
    assert_eq!(content(&root), before);
}

#[test]
fn nothing_new_is_made_if_nothing_changed() {
    let world = World::new();
    let root = world.repository("same", &[]);
    let made = world.checkpoint(&root);
    let only = || Order { only_changed: true, ..world.order() };
    assert_eq!(world.take(&root, &only()).unwrap(), Taken::Unchanged(made.commit));
    set_mode(&root, "first.txt", 0o600);
    assert!(matches!(world.take(&root, &only()).unwrap(), Taken::Made(_)));
    git(&root, &["checkout", "-q", "-b", "other"]);
    assert!(matches!(world.take(&root, &only()).unwrap(), Taken::Made(_)));
    assert!(matches!(world.take(&root, &only()).unwrap(), Taken::Unchanged(_)));
}

#[test]
fn a_folder_without_a_repository_has_no_checkpoints() {
    let world = World::new();
    let dir = world.path("plain");
    fs::create_dir(&dir).unwrap();
    assert_eq!(world.take(&dir, &world.order()).unwrap(), Taken::NoRepository);
}
