//! Kinds of repositories, and checkpoints of each: every byte comes back, nothing else is touched, and no
//! program of the repository runs.

use super::world::{Untouched, World, content, destroy, git, set_mode, write};
use super::{Limits, Order, Taken};
use protocol::{LeftOut, LeftOutWhy, NotRestoredWhy};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

type Animal = (&'static str, fn(&World) -> PathBuf);

const ZOO: &[Animal] = &[
    ("hostile names", hostile_names),
    ("conversions", conversions),
    ("conversions by configuration", conversions_by_configuration),
    ("links and permissions", links_and_permissions),
    ("marks in the index", marks),
    ("sparse", sparse),
    ("split index", split_index),
    ("sha256", |world| world.repository("sha256", &["--object-format=sha256"])),
    ("reftable", |world| world.repository("reftable", &["--ref-format=reftable"])),
    ("linked worktree", linked),
    ("git's directory elsewhere", elsewhere),
    ("line break in its path", |world| world.repository("two\nlines", &[])),
    ("without a commit", unborn),
    ("detached", detached),
    ("conflict", conflict),
    ("announced files", announced),
    ("shared objects", shared),
    ("shallow", shallow),
    ("partial", partial),
    ("ignored files that are tracked", ignored_and_tracked),
    ("submodule and nested repositories", nested),
    ("empty folders", empty_folders),
    ("programs everywhere", programs),
    ("without its index", without_index),
];

fn hostile_names(world: &World) -> PathBuf {
    let root = world.repository("names", &[]);
    for name in [
        &b"-rf"[..],
        b"--stdin",
        b"with space",
        b"\"quoted\"",
        b"'single'",
        b"two\nlines",
        b"tab\there",
        b"$(touch x)",
        b";ls",
        b"back\\slash",
        b"\xff\xfe",
        b":(glob)*",
        b"#hash",
        b"!bang",
        b"*",
        b"case",
        b"CASE",
        b"git~1",
        b"trailing ",
        "\u{1f980}".as_bytes(),
        "cafe\u{301}".as_bytes(),
        "caf\u{e9}".as_bytes(),
    ] {
        fs::write(root.join(OsStr::from_bytes(name)), name).unwrap();
        let folder = root.join("in").join(OsStr::from_bytes(name));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("x"), "x").unwrap();
    }
    git(&root, &["-c", "core.protectNTFS=false", "add", "-A", "in"]);
    root
}

fn conversions(world: &World) -> PathBuf {
    let root = world.repository("conversions", &[]);
    let attributes = "*.txt text=auto eol=crlf\n*.id ident\n*.low filter=low\n*.lfs filter=lfs\n\
                      *.u16 working-tree-encoding=UTF-16LE\n*.u8 text working-tree-encoding=latin1\n";
    write(&root, ".gitattributes", attributes.as_bytes());
    git(&root, &["config", "filter.low.clean", "tr A-Z a-z"]);
    git(&root, &["config", "filter.low.smudge", "tr a-z A-Z"]);
    write(&root, "a.txt", b"one\r\ntwo\n\rthree\r\n");
    write(&root, "a.id", b"$Id: something else $ $Id$\n");
    write(&root, "a.low", b"SAME Size\n");
    write(&root, "a.u16", b"h\0i\0\n\0");
    write(&root, "a.u8", b"caf\xe9\n");
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "converted"]);
    write(&root, "pointer.lfs", b"version https://git-lfs.github.com/spec/v1\n");
    git(&root, &["add", "-A"]);
    let canary = world.canary().display().to_string();
    for part in ["clean", "smudge", "process"] {
        git(&root, &["config", &format!("filter.low.{part}"), &canary]);
        git(&root, &["config", &format!("filter.lfs.{part}"), &canary]);
    }
    git(&root, &["config", "filter.lfs.required", "true"]);
    git(&root, &["config", "filter.low.required", "true"]);
    write(&root, "b.low", b"\r\n\0binary");
    root
}

fn conversions_by_configuration(world: &World) -> PathBuf {
    let root = world.repository("autocrlf", &[]);
    git(&root, &["config", "core.autocrlf", "true"]);
    git(&root, &["config", "core.safecrlf", "true"]);
    git(&root, &["config", "core.fileMode", "false"]);
    fs::create_dir_all(root.join(".git/info")).unwrap();
    fs::write(root.join(".git/info/attributes"), "* text ident\n").unwrap();
    write(&root, "dos", b"a\r\nb\r\n$Id: x $\r\n");
    write(&root, "unix", b"a\nb\n");
    write(&root, "mixed", b"a\r\nb\n");
    write(&root, "run", b"#!/bin/sh\n");
    git(&root, &["-c", "core.safecrlf=false", "add", "dos", "unix"]);
    set_mode(&root, "run", 0o755);
    root
}

fn links_and_permissions(world: &World) -> PathBuf {
    let root = world.repository("links", &[]);
    write(&root, "run.sh", b"#!/bin/sh\n");
    set_mode(&root, "run.sh", 0o755);
    write(&root, "secret", b"key");
    set_mode(&root, "secret", 0o600);
    write(&root, "read-only", b"x");
    set_mode(&root, "read-only", 0o444);
    write(&root, "tracked-secret", b"key");
    git(&root, &["add", "tracked-secret"]);
    set_mode(&root, "tracked-secret", 0o640);
    for (leads, name) in [("/etc/passwd", "out"), ("../..", "up"), ("nowhere", "dangling")] {
        symlink(leads, root.join(name)).unwrap();
    }
    write(&root, "dir/inside", b"x");
    symlink("dir", root.join("to-dir")).unwrap();
    git(&root, &["add", "to-dir"]);
    // What git has as a file is a link now.
    fs::remove_file(root.join("first.txt")).unwrap();
    symlink("run.sh", root.join("first.txt")).unwrap();
    git(&root, &["config", "core.symlinks", "false"]);
    root
}

fn marks(world: &World) -> PathBuf {
    let root = world.repository("marks", &[]);
    for name in ["assumed", "skipped", "gone"] {
        write(&root, name, b"as it was");
    }
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "marks"]);
    git(&root, &["update-index", "--assume-unchanged", "assumed"]);
    git(&root, &["update-index", "--skip-worktree", "skipped", "gone"]);
    // The same size: only the content differs.
    write(&root, "assumed", b"as it is!");
    write(&root, "skipped", b"as it is!");
    fs::remove_file(root.join("gone")).unwrap();
    root
}

fn sparse(world: &World) -> PathBuf {
    let root = world.repository("sparse", &[]);
    for name in ["in/a", "out/b", "out/deep/c"] {
        write(&root, name, name.as_bytes());
    }
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "more"]);
    git(&root, &["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    write(&root, "out/b", b"here again");
    write(&root, "in/new", b"new");
    root
}

fn split_index(world: &World) -> PathBuf {
    let root = world.repository("split", &[]);
    git(&root, &["update-index", "--split-index"]);
    git(&root, &["config", "core.untrackedCache", "true"]);
    git(&root, &["update-index", "--untracked-cache"]);
    git(&root, &["status"]);
    write(&root, "second", b"second");
    git(&root, &["add", "second"]);
    write(&root, "third", b"third");
    root
}

fn linked(world: &World) -> PathBuf {
    let main = world.repository("main", &[]);
    let linked = world.path("linked");
    git(&main, &["worktree", "add", "-q", "-b", "side", linked.to_str().unwrap()]);
    write(&linked, "new", b"new");
    linked
}

fn elsewhere(world: &World) -> PathBuf {
    let root =
        world.repository("apart", &["--separate-git-dir", world.path("kept").to_str().unwrap()]);
    write(&root, "new", b"new");
    root
}

fn unborn(world: &World) -> PathBuf {
    let root = world.path("unborn");
    fs::create_dir(&root).unwrap();
    git(&root, &["init", "-q"]);
    write(&root, "a", b"a");
    root
}

fn detached(world: &World) -> PathBuf {
    let root = world.repository("detached", &[]);
    git(&root, &["checkout", "-q", "--detach"]);
    git(&root, &["bisect", "start"]);
    write(&root, "a", b"a");
    root
}

fn conflict(world: &World) -> PathBuf {
    let root = world.repository("conflict", &[]);
    git(&root, &["checkout", "-q", "-b", "other"]);
    write(&root, "first.txt", b"theirs\n");
    git(&root, &["commit", "-q", "-a", "-m", "theirs"]);
    git(&root, &["checkout", "-q", "-"]);
    write(&root, "first.txt", b"ours\n");
    git(&root, &["commit", "-q", "-a", "-m", "ours"]);
    let merge = Command::new("git").arg("-C").arg(&root).args(["merge", "-q", "other"]).output();
    assert!(!merge.unwrap().status.success());
    root
}

fn announced(world: &World) -> PathBuf {
    let root = world.repository("announced", &[]);
    write(&root, "empty", b"");
    write(&root, "full", b"full");
    git(&root, &["add", "-N", "empty", "full"]);
    root
}

fn shared(world: &World) -> PathBuf {
    world.repository("origin", &[]);
    git(&world.path(""), &["clone", "-q", "--shared", "origin", "shared"]);
    let root = world.path("shared");
    write(&root, "new", b"new");
    root
}

fn shallow(world: &World) -> PathBuf {
    let origin = world.repository("deep", &[]);
    git(&origin, &["commit", "-q", "--allow-empty", "-m", "second"]);
    let from = format!("file://{}", origin.display());
    git(&world.path(""), &["clone", "-q", "--depth", "1", &from, "shallow"]);
    let root = world.path("shallow");
    write(&root, "new", b"new");
    root
}

fn partial(world: &World) -> PathBuf {
    let origin = world.repository("whole", &[]);
    git(&origin, &["config", "uploadpack.allowFilter", "true"]);
    let from = format!("file://{}", origin.display());
    git(&world.path(""), &["clone", "-q", "--filter=blob:none", "--no-checkout", &from, "partial"]);
    let root = world.path("partial");
    write(&root, "new", b"new");
    fs::rename(origin, world.path("moved")).unwrap();
    root
}

fn ignored_and_tracked(world: &World) -> PathBuf {
    let root = world.repository("ignoring", &[]);
    write(&root, ".gitignore", b"*.o\nbuilt/\n");
    write(&root, "forced.o", b"forced");
    write(&root, "built/forced", b"forced");
    git(&root, &["add", "-A"]);
    git(&root, &["add", "-f", "forced.o", "built/forced"]);
    root
}

fn nested(world: &World) -> PathBuf {
    let lib = world.repository("lib", &[]);
    let root = world.repository("outer", &[]);
    git(&root, &["submodule", "--quiet", "add", lib.to_str().unwrap(), "deps/lib"]);
    git(&root, &["commit", "-q", "-m", "lib"]);
    write(&root, "deps/lib/mine", b"work in a submodule");
    let own = root.join("own");
    fs::create_dir(&own).unwrap();
    git(&own, &["init", "-q"]);
    write(&own, "inner/a", b"work in a repository without a commit");
    write(&own, "inner/deeper/.gitignore", b"*.o\n");
    git(&own.join("inner/deeper"), &["init", "-q"]);
    write(&own, "inner/deeper/b", b"deeper");
    write(&root, "beside", b"beside");
    root
}

fn empty_folders(world: &World) -> PathBuf {
    let root = world.repository("folders", &[]);
    for folder in ["a/b/c", "d", "e/ f"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    fs::create_dir_all(root.join("odd").join(OsStr::from_bytes(b"\xff\n"))).unwrap();
    write(&root, "e/file", b"");
    root
}

/// Every program that a repository can name, each of which leaves a trace and fails.
fn programs(world: &World) -> PathBuf {
    let root = world.repository("programs", &[]);
    let canary = world.canary();
    let script = canary.display().to_string();
    let hooks = world.path("hooks");
    fs::create_dir(&hooks).unwrap();
    for hook in
        ["reference-transaction", "post-index-change", "pre-commit", "commit-msg", "post-commit"]
    {
        fs::copy(&canary, hooks.join(hook)).unwrap();
        fs::copy(&canary, root.join(".git/hooks").join(hook)).unwrap();
    }
    write(&root, ".gitattributes", b"* diff=odd merge=odd\n");
    write(&root, "changed", b"x");
    for (key, value) in [
        ("core.fsmonitor", script.as_str()),
        ("core.hooksPath", hooks.to_str().unwrap()),
        ("core.pager", &script),
        ("core.editor", &script),
        ("core.alternateRefsCommand", &script),
        ("diff.external", &script),
        ("diff.odd.command", &script),
        ("diff.odd.textconv", &script),
        ("merge.odd.driver", &script),
        ("gpg.program", &script),
        ("commit.gpgSign", "true"),
        ("alias.update-ref", "!false"),
        ("alias.diff-files", "!false"),
        ("core.logAllRefUpdates", "always"),
    ] {
        git(&root, &["config", key, value]);
    }
    drop(fs::remove_file(world.path("trace")));
    root
}

fn without_index(world: &World) -> PathBuf {
    let root = world.repository("bare-headed", &[]);
    fs::remove_file(root.join(".git/index")).unwrap();
    root
}

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
    let left_out = |path: &str, why| LeftOut { path: path.to_owned(), why };
    assert_eq!(
        made.left_out,
        [
            left_out(".GIT", LeftOutWhy::Name),
            left_out("broken/.git", LeftOutWhy::Name),
            left_out("pipe", LeftOutWhy::Pipe),
            left_out("socket", LeftOutWhy::Socket),
            left_out("unreadable", LeftOutWhy::Repository),
            left_out("big", LeftOutWhy::TooLarge),
            left_out("first.txt", LeftOutWhy::TooLarge),
            left_out("many/2", LeftOutWhy::TooMuch),
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
        let order = super::RestoreOrder { commit, before, paths: Vec::new() };
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
