//! Kinds of repositories that checkpoints are tried on.

use super::world::{World, git, set_mode, write};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A kind of repository, and how one is made.
pub(in crate::git) type Animal = (&'static str, fn(&World) -> PathBuf);

/// Kinds of repositories that come back as they were.
pub(in crate::git) const ZOO: &[Animal] = &[
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
    ("locked worktree", locked),
    ("rebase in progress", rebase),
    ("stopped cherry-pick", cherry_pick),
    ("bisect in progress", bisect),
    ("pointers without their filter", pointers),
    ("submodule that is not filled", unfilled),
    ("submodule with its folder only", unfilled_with_files),
    ("alternates of a folder that moved", alternates_gone),
    ("replaced objects", replaced),
    ("names that differ in case, on a disk that ignores it", ignores_case),
    ("quoted and odd paths in its configuration", odd_configuration),
    ("stashes", stashes),
    ("on another file system", on_another_disk),
    ("many changed files", many_changed),
    ("old format of its index", old_index),
    ("file in place of a folder", other_kinds),
    ("links for its folders", linked_folders),
];

/// Repositories of which there is no checkpoint, with what is said of each.
pub(super) const UNUSABLE: &[(Animal, &str)] = &[
    (("bare", bare), "must be run in a work tree"),
    (("missing folder", missing), "cannot change to"),
    (("repository of a linked worktree that is gone", orphaned), "not a git repository"),
    (("unknown extension", unknown_extension), "unknown repository extension"),
    (("broken head", broken_head), "not a git repository"),
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
fn locked(world: &World) -> PathBuf {
    let linked = linked(world);
    git(&linked, &["worktree", "lock", linked.to_str().unwrap()]);
    linked
}

/// Two commits of one file on two branches, which conflict.
fn branches(world: &World, name: &str) -> PathBuf {
    let root = world.repository(name, &["-b", "main"]);
    git(&root, &["checkout", "-q", "-b", "side"]);
    write(&root, "first.txt", b"side\n");
    git(&root, &["commit", "-q", "-a", "-m", "side"]);
    git(&root, &["checkout", "-q", "main"]);
    write(&root, "first.txt", b"main\n");
    git(&root, &["commit", "-q", "-a", "-m", "main"]);
    root
}

fn stops(root: &Path, words: &[&str]) {
    let said = Command::new("git").arg("-C").arg(root).args(words).output().unwrap();
    assert!(!said.status.success(), "{words:?}");
}

fn rebase(world: &World) -> PathBuf {
    let root = branches(world, "rebased");
    stops(&root, &["rebase", "-q", "side"]);
    write(&root, "first.txt", b"half\n");
    root
}

fn cherry_pick(world: &World) -> PathBuf {
    let root = branches(world, "picked");
    stops(&root, &["cherry-pick", "side"]);
    root
}

fn bisect(world: &World) -> PathBuf {
    let root = world.repository("bisected", &[]);
    for name in ["b", "c", "d"] {
        write(&root, name, name.as_bytes());
        git(&root, &["add", name]);
        git(&root, &["commit", "-q", "-m", name]);
    }
    git(&root, &["bisect", "start", "HEAD", "HEAD~3"]);
    write(&root, "new", b"new");
    root
}

fn pointers(world: &World) -> PathBuf {
    let root = world.repository("pointers", &[]);
    write(&root, ".gitattributes", b"*.bin filter=lfs diff=lfs merge=lfs -text\n");
    let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 9\n";
    write(&root, "a.bin", pointer);
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "pointer"]);
    write(&root, "b.bin", b"\0bytes\r\n");
    root
}

fn unfilled(world: &World) -> PathBuf {
    let outer = nested(world);
    git(&outer, &["submodule", "--quiet", "deinit", "-f", "deps/lib"]);
    fs::remove_dir_all(outer.join("own")).unwrap();
    outer
}

fn unfilled_with_files(world: &World) -> PathBuf {
    let outer = unfilled(world);
    write(&outer, "deps/lib/stray", b"stray");
    outer
}

fn alternates_gone(world: &World) -> PathBuf {
    let root = shared(world);
    let alternates = root.join(".git/objects/info/alternates");
    let mut text = fs::read_to_string(&alternates).unwrap();
    text.push_str("/nonexistent/objects\n");
    fs::write(alternates, text).unwrap();
    root
}

fn replaced(world: &World) -> PathBuf {
    let root = world.repository("replaced", &[]);
    write(&root, "other", b"other\n");
    let other = git(&root, &["hash-object", "-w", "other"]);
    let first = git(&root, &["rev-parse", "HEAD:first.txt"]);
    git(&root, &["replace", first.trim(), other.trim()]);
    root
}

fn ignores_case(world: &World) -> PathBuf {
    let root = world.repository("case", &[]);
    git(&root, &["config", "core.ignoreCase", "true"]);
    for name in ["readme", "README", "Readme", "dir/a", "DIR/a"] {
        write(&root, name, name.as_bytes());
    }
    git(&root, &["add", "README"]);
    root
}

fn odd_configuration(world: &World) -> PathBuf {
    let root = world.repository("configured", &[]);
    for (key, value) in [
        ("core.quotePath", "false"),
        ("core.precomposeUnicode", "true"),
        ("core.symlinks", "false"),
        ("core.abbrev", "4"),
        ("core.excludesFile", "/nonexistent"),
        ("core.untrackedCache", "true"),
        ("status.showUntrackedFiles", "no"),
        ("diff.noprefix", "true"),
        ("diff.renames", "copies"),
        ("diff.ignoreSubmodules", "all"),
        ("submodule.recurse", "true"),
        ("log.showSignature", "true"),
        ("i18n.commitEncoding", "latin1"),
        ("gc.auto", "1"),
        ("transfer.hideRefs", "refs/musher"),
        ("advice.detachedHead", "false"),
    ] {
        git(&root, &["config", key, value]);
    }
    write(&root, "caf\u{e9}", b"x");
    symlink("first.txt", root.join("link")).unwrap();
    root
}

fn stashes(world: &World) -> PathBuf {
    let root = world.repository("stashed", &[]);
    write(&root, "first.txt", b"stashed\n");
    git(&root, &["stash", "-q"]);
    write(&root, "first.txt", b"now\n");
    root
}

/// On a machine with one file system only it is where the others are.
fn on_another_disk(world: &World) -> PathBuf {
    let main = world.repository("here", &[]);
    let Ok(there) = tempfile::tempdir_in("/dev/shm") else { return main };
    let linked = world.keep(there).join("linked");
    git(&main, &["worktree", "add", "-q", "-b", "there", linked.to_str().unwrap()]);
    write(&linked, "new", b"new");
    linked
}

fn many_changed(world: &World) -> PathBuf {
    let root = world.repository("many", &[]);
    for number in 0..10_000 {
        write(&root, &format!("d{}/f{number}", number % 40), b"1");
    }
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "many"]);
    for number in 0..10_000 {
        write(&root, &format!("d{}/f{number}", number % 40), number.to_string().as_bytes());
    }
    root
}

fn old_index(world: &World) -> PathBuf {
    let root = world.repository("old", &[]);
    git(&root, &["update-index", "--index-version", "4"]);
    write(&root, "new", b"new");
    root
}

fn other_kinds(world: &World) -> PathBuf {
    let root = world.repository("kinds", &[]);
    write(&root, "was-folder/a", b"a");
    write(&root, "was-file", b"b");
    write(&root, "was-link/c", b"c");
    git(&root, &["add", "-A"]);
    git(&root, &["commit", "-q", "-m", "kinds"]);
    for name in ["was-folder", "was-link"] {
        fs::remove_dir_all(root.join(name)).unwrap();
    }
    fs::remove_file(root.join("was-file")).unwrap();
    write(&root, "was-folder", b"a file");
    write(&root, "was-file/deep/er", b"a folder");
    symlink("was-file", root.join("was-link")).unwrap();
    root
}

fn linked_folders(world: &World) -> PathBuf {
    let root = world.repository("led", &[]);
    let outside = world.path("outside");
    write(&outside, "not-ours", b"not ours");
    symlink(&outside, root.join("out")).unwrap();
    symlink(".", root.join("itself")).unwrap();
    symlink(".git", root.join("to-git")).unwrap();
    root
}

fn bare(world: &World) -> PathBuf {
    let root = world.path("bare.git");
    git(&world.path("."), &["init", "-q", "--bare", root.to_str().unwrap()]);
    root
}

fn missing(world: &World) -> PathBuf {
    let linked = linked(world);
    fs::remove_dir_all(&linked).unwrap();
    linked
}

fn orphaned(world: &World) -> PathBuf {
    let linked = linked(world);
    fs::rename(world.path("main"), world.path("elsewhere")).unwrap();
    linked
}

fn unknown_extension(world: &World) -> PathBuf {
    let root = world.repository("future", &[]);
    git(&root, &["config", "core.repositoryFormatVersion", "1"]);
    fs::write(
        root.join(".git/config"),
        "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tfuture = true\n",
    )
    .unwrap();
    root
}

fn broken_head(world: &World) -> PathBuf {
    let root = world.repository("headless", &[]);
    fs::remove_file(root.join(".git/HEAD")).unwrap();
    root
}
