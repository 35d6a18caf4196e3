//! Every way in which the work of two stories comes together, in real repositories with real worktrees: each case
//! changes the two worktrees of a repository and says what is found of them.

use super::super::changes::asked::checkpoint;
use super::super::checkpoint::world::{World, git, set_mode, write};
use super::super::{ChangesPlace, End, Own};
use super::Side;
use crate::runtime;
use protocol::{Base, Checkpoint, Overlap, OverlapUnknown};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

const TEXT: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";

/// A repository with two worktrees, each of which was held before anything was changed in it.
struct Two {
    world: World,
    main: PathBuf,
    sides: [(PathBuf, Checkpoint); 2],
    began: String,
}

impl Two {
    fn new(options: &[&str]) -> Self {
        let world = World::new();
        let main = world.repository("main", &[&["-b", "main"], options].concat());
        for name in ["text", "renamed", "gone", "folder/inner", "mode"] {
            write(&main, name, format!("{name}\n{TEXT}").as_bytes());
        }
        write(&main, "binary", b"\0\x01\x02");
        write(&main, "plain", b"one line\n");
        git(&main, &["add", "-A"]);
        git(&main, &["commit", "-q", "-m", "second"]);
        let began = git(&main, &["rev-parse", "HEAD"]).trim().to_owned();
        let side = |name: &str| {
            let root = world.path(name);
            let path = root.to_str().unwrap();
            git(&main, &["worktree", "add", "-q", "-b", name, path]);
            let first = checkpoint(&world.checkpoint(&root));
            (root, first)
        };
        let sides = [side("a"), side("b")];
        Self { world, main, sides, began }
    }

    fn place(&self, root: &Path) -> ChangesPlace {
        let aside = self.world.path("data").join("checkpoints");
        ChangesPlace { root: root.to_owned(), project: self.main.join(".git"), aside }
    }

    /// Holds a worktree, and says what its story changed.
    fn held(&self, side: usize) -> (Own, Checkpoint) {
        let (root, first) = &self.sides[side];
        let newest = checkpoint(&self.world.checkpoint(root));
        let (name, commit) = ("main".to_owned(), self.began.clone());
        let base = Base { name, commit, upstream: None, fetched: false };
        let from = End::Base(base, newest.clone());
        let place = self.place(root);
        let own = self.world.git.own_changes(&place, &from, Some(first), &newest);
        (runtime::wait(own).unwrap().unwrap(), newest)
    }

    fn found(&self) -> Overlap {
        let ((a, first), (b, second)) = (self.held(0), self.held(1));
        let place = self.world.place(&self.sides[0].0);
        let before = git(&self.main, &["count-objects", "-v"]);
        let overlap = async {
            let merging = self.world.git.merging(&place).await?;
            let (one, other) =
                (Side { commit: &first.commit, own: &a }, Side { commit: &second.commit, own: &b });
            let found = merging.overlap(one, other).await?;
            assert_eq!(words(&found), words(&merging.overlap(other, one).await?), "both ways");
            Ok::<_, crate::error::Error>(found)
        };
        let overlap = runtime::wait(overlap).unwrap().unwrap();
        assert_eq!(git(&self.main, &["count-objects", "-v"]), before, "nothing is left behind");
        overlap
    }
}

/// What was found, as one line.
fn words(overlap: &Overlap) -> String {
    let (word, files) = match overlap {
        Overlap::Apart => return "apart".to_owned(),
        Overlap::SameFile { files } => ("same file", files),
        Overlap::Conflicts { files } => ("conflicts", files),
        Overlap::Unknown { why } => return format!("unknown {why:?}"),
    };
    let files = files.some.iter().map(|file| format!("{:?} {:?}", file.path, file.kind));
    format!("{word}: {}", files.collect::<Vec<_>>().join(", "))
}

fn edit(root: &Path, name: &str, line: u32, to: &str) {
    let text = fs::read_to_string(root.join(name)).unwrap();
    let changed = text.lines().map(|it| if it == line.to_string() { to } else { it });
    fs::write(root.join(name), changed.map(|it| format!("{it}\n")).collect::<String>()).unwrap();
}

fn remove(root: &Path, name: &str) {
    fs::remove_file(root.join(name)).unwrap();
}

fn rename(root: &Path, from: &str, to: &str) {
    fs::rename(root.join(from), root.join(to)).unwrap();
}

fn commit(root: &Path) {
    git(root, &["add", "-A"]);
    git(root, &["commit", "-q", "-m", "work"]);
}

type Change = fn(&Path);

#[test]
fn each_way_in_which_two_stories_come_together_is_named() {
    let table: [(&str, Change, Change, &str); 19] = [
        ("nothing", |_| (), |_| (), "apart"),
        ("two files", |it| edit(it, "text", 2, "a"), |it| edit(it, "gone", 2, "b"), "apart"),
        (
            "far away",
            |it| edit(it, "text", 1, "a"),
            |it| edit(it, "text", 12, "b"),
            r#"same file: "text" Merges"#,
        ),
        (
            "the same line",
            |it| edit(it, "text", 6, "a"),
            |it| edit(it, "text", 6, "b"),
            r#"conflicts: "text" Lines"#,
        ),
        (
            "committed and not committed",
            |it| {
                edit(it, "text", 6, "a");
                commit(it);
            },
            |it| edit(it, "text", 6, "b"),
            r#"conflicts: "text" Lines"#,
        ),
        ("the same", |it| edit(it, "text", 6, "x"), |it| edit(it, "text", 6, "x"), "apart"),
        (
            "removed and changed",
            |it| remove(it, "gone"),
            |it| edit(it, "gone", 6, "b"),
            r#"conflicts: "gone" Removed"#,
        ),
        ("both removed", |it| remove(it, "gone"), |it| remove(it, "gone"), "apart"),
        (
            "both added",
            |it| write(it, "new", b"a\n"),
            |it| write(it, "new", b"b\n"),
            r#"conflicts: "new" BothAdded"#,
        ),
        (
            "renamed in two ways",
            |it| rename(it, "renamed", "to a"),
            |it| rename(it, "renamed", "to b"),
            r#"conflicts: "renamed" Renamed"#,
        ),
        (
            "renamed and changed",
            |it| rename(it, "renamed", "to a"),
            |it| edit(it, "renamed", 6, "b"),
            r#"same file: "renamed" Merges"#,
        ),
        (
            "binary",
            |it| write(it, "binary", b"\0\x01a"),
            |it| write(it, "binary", b"\0\x01b"),
            r#"conflicts: "binary" Binary"#,
        ),
        (
            "permissions",
            |it| set_mode(it, "mode", 0o755),
            |it| edit(it, "mode", 6, "b"),
            r#"same file: "mode" Merges"#,
        ),
        (
            "a link and a file",
            |it| {
                remove(it, "plain");
                std::os::unix::fs::symlink("text", it.join("plain")).unwrap();
            },
            |it| write(it, "plain", b"another line\n"),
            r#"conflicts: "plain" OtherKind"#,
        ),
        (
            "a file and a folder",
            |it| write(it, "both", b"file\n"),
            |it| write(it, "both/inner", b"b\n"),
            r#"conflicts: "both" FileAndFolder"#,
        ),
        (
            "a folder that became a file",
            |it| {
                fs::remove_dir_all(it.join("folder")).unwrap();
                write(it, "folder", b"file\n");
            },
            |it| edit(it, "folder/inner", 6, "b"),
            r#"conflicts: "folder" FileAndFolder, "folder/inner" Removed"#,
        ),
        (
            "an odd name",
            |it| fs::write(it.join(OsStr::from_bytes(b"odd\n\xff")), "a\n").unwrap(),
            |it| fs::write(it.join(OsStr::from_bytes(b"odd\n\xff")), "b\n").unwrap(),
            r#"conflicts: "\"odd\\012\\377\"" BothAdded"#,
        ),
        (
            "one conflicts and one does not",
            |it| {
                edit(it, "text", 6, "a");
                edit(it, "gone", 1, "a");
            },
            |it| {
                edit(it, "text", 6, "b");
                edit(it, "gone", 12, "b");
            },
            r#"conflicts: "text" Lines, "gone" Merges"#,
        ),
        (
            "what one took over from its base",
            |it| {
                let main = it.parent().unwrap().join("main");
                edit(&main, "text", 6, "of main");
                commit(&main);
                git(it, &["merge", "-q", "--ff-only", "main"]);
                edit(it, "gone", 6, "a");
            },
            |it| edit(it, "text", 6, "b"),
            "apart",
        ),
    ];
    for (name, a, b, expected) in table {
        let two = Two::new(&[]);
        a(&two.sides[0].0);
        b(&two.sides[1].0);
        assert_eq!(words(&two.found()), expected, "{name}");
    }
}

#[test]
fn a_repository_with_sha_256_is_compared_too() {
    let two = Two::new(&["--object-format=sha256"]);
    edit(&two.sides[0].0, "text", 6, "a");
    edit(&two.sides[1].0, "text", 6, "b");
    assert_eq!(words(&two.found()), r#"conflicts: "text" Lines"#);
}

#[test]
fn files_that_the_repository_converts_are_not_changed_by_a_story() {
    let two = Two::new(&[]);
    git(&two.main, &["config", "core.autocrlf", "true"]);
    let [(a, first), (b, second)] = &two.sides;
    let mut sides = Vec::new();
    for (root, _) in [(a, first), (b, second)] {
        // Both have every file with the line ends of the platform.
        for name in ["text", "gone"] {
            let text = fs::read_to_string(root.join(name)).unwrap().replace('\n', "\r\n");
            write(root, name, text.as_bytes());
        }
        sides.push((root.clone(), checkpoint(&two.world.checkpoint(root))));
    }
    let two = Two { sides: sides.try_into().unwrap(), ..two };
    let text = fs::read_to_string(two.sides[0].0.join("text")).unwrap();
    write(&two.sides[0].0, "text", text.replace("6\r\n", "a\r\n").as_bytes());
    edit(&two.sides[1].0, "renamed", 6, "b");
    assert_eq!(words(&two.found()), "apart");
}

#[test]
fn submodules_moved_to_two_commits_conflict() {
    let two = Two::new(&[]);
    let library = two.world.repository("library", &[]);
    let first = git(&library, &["rev-parse", "HEAD"]).trim().to_owned();
    for name in ["x", "y"] {
        git(&library, &["checkout", "-q", "-b", name, &first]);
        write(&library, name, b"more\n");
        commit(&library);
    }
    let path = library.to_str().unwrap();
    for (root, name) in [(&two.sides[0].0, "x"), (&two.sides[1].0, "y")] {
        git(root, &["clone", "-q", "-b", name, path, "library"]);
        git(root, &["-c", "advice.addEmbeddedRepo=false", "add", "library"]);
        git(root, &["commit", "-q", "-m", "library"]);
    }
    let found = words(&two.found());
    assert!(found.starts_with(r#"conflicts: "library" "#), "{found}");
}

#[test]
fn two_without_a_common_commit_are_not_known() {
    let two = Two::new(&[]);
    let root = &two.sides[1].0;
    git(root, &["checkout", "-q", "--orphan", "other"]);
    write(root, "text", b"anew\n");
    commit(root);
    edit(&two.sides[0].0, "text", 6, "a");
    let (own, newest) = two.held(0);
    let theirs = checkpoint(&two.world.checkpoint(root));
    let place = two.world.place(&two.sides[0].0);
    let overlap = async {
        let merging = two.world.git.merging(&place).await?;
        let other = Side { commit: &theirs.commit, own: &own };
        merging.overlap(Side { commit: &newest.commit, own: &own }, other).await
    };
    let overlap = runtime::wait(overlap).unwrap().unwrap();
    assert_eq!(overlap, Overlap::Unknown { why: OverlapUnknown::NothingInCommon });
}

#[test]
fn two_without_any_commit_are_not_known() {
    let world = World::new();
    let held = |name: &str| {
        let root = world.path(name);
        fs::create_dir_all(&root).unwrap();
        git(&root, &["init", "-q"]);
        write(&root, "text", name.as_bytes());
        (root.clone(), checkpoint(&world.checkpoint(&root)))
    };
    let ((root, first), (_, second)) = (held("a"), held("b"));
    git(&root, &["fetch", "-q", "../b", "refs/musher/*:refs/other/*"]);
    let (place, own) = (world.place(&root), Own::default());
    let overlap = async {
        let merging = world.git.merging(&place).await?;
        let other = Side { commit: &second.commit, own: &own };
        merging.overlap(Side { commit: &first.commit, own: &own }, other).await
    };
    let overlap = runtime::wait(overlap).unwrap().unwrap();
    assert_eq!(overlap, Overlap::Unknown { why: OverlapUnknown::NothingInCommon });
}

#[test]
fn a_base_has_all_of_what_was_merged_in_any_way_and_not_of_what_was_not() {
    for squash in [false, true] {
        let two = Two::new(&[]);
        let root = &two.sides[0].0;
        edit(root, "text", 6, "a");
        commit(root);
        let has_all = || {
            let (own, newest) = two.held(0);
            let place = two.world.place(root);
            let base = own.base.unwrap();
            let asked =
                async { two.world.git.merging(&place).await?.has_all(&base, &newest.commit).await };
            runtime::wait(asked).unwrap().unwrap()
        };
        assert!(!has_all());
        let how =
            if squash { ["merge", "-q", "--squash", "a"] } else { ["merge", "-q", "--no-ff", "a"] };
        git(&two.main, &how);
        if squash {
            git(&two.main, &["commit", "-q", "-m", "squashed"]);
        }
        write(&two.main, "later", b"x\n");
        commit(&two.main);
        assert!(has_all(), "squash: {squash}");
        write(root, "more", b"not committed\n");
        assert!(!has_all(), "squash: {squash}");
    }
}

#[test]
fn the_pieces_that_conflict_have_the_names_of_the_stories() {
    let two = Two::new(&[]);
    edit(&two.sides[0].0, "text", 6, "of a");
    edit(&two.sides[1].0, "text", 6, "of b");
    let ((_, first), (_, second)) = (two.held(0), two.held(1));
    let place = two.world.place(&two.sides[0].0);
    let pieces = async {
        let merging = two.world.git.merging(&place).await?;
        merging.pieces([&first.commit, &second.commit], ["dark-map", "login"]).await
    };
    let pieces = runtime::wait(pieces).unwrap().unwrap();
    assert_eq!((pieces.len(), pieces[0].path.as_str(), pieces[0].more_pieces), (1, "text", 0));
    let text = "<<<<<<< dark-map\nof a\n=======\nof b\n>>>>>>> login";
    assert_eq!(pieces[0].pieces[0].text, text);
}
