//! What differs in every kind of repository, asked of real repositories: all of it is found, nothing of the repository
//! is touched, none of its programs runs, and the patch makes the later state of the earlier one.

use super::super::checkpoint::animals::ZOO;
use super::super::checkpoint::world::{Untouched, World, destroy, git, set_mode, write};
use super::asked::{Asked, assert_counted, checkpoint, held, lines_on, shown};
use super::{End, FileOrder, LinesOrder, State};
use crate::runtime;
use protocol::{
    Base, ChangePoint, ChangeStatus, Checkpoint, FileKind, FoldedWhy, NotShownWhy, Side,
};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

#[test]
fn every_kind_of_repository_says_what_differs_and_is_not_touched() {
    for (name, make) in ZOO {
        let world = World::new();
        let root = make(&world);
        let asked = Asked::of(&world, &root);
        let before = world.checkpoint(&root);
        write(&root, "zoo/new", b"1\n2\n");
        let after = world.checkpoint(&root);
        drop(fs::remove_file(world.path("trace")));
        let is_loud = matches!(*name, "programs everywhere" | "conversions");
        let state = (!is_loud).then(|| Untouched::of(&root));
        let found = asked.changes(&held(&before), &held(&after));
        let (held_by, commit) = (shown(&found.files), checkpoint(&after));
        assert_eq!(held_by, [r#"Added "zoo/new" none>file +2 -0"#], "{name}");
        assert_counted(&asked, &found, name);
        let since = asked.changes(&End::Head(commit.clone()), &held(&after));
        let is_listed = since.files.iter().any(|file| file.path == "zoo/new");
        assert!(is_listed || since.more > 0, "{name}");
        let are_missing = since.files.iter().any(|file| file.folded == Some(FoldedWhy::Missing));
        assert_eq!(are_missing, *name == "partial", "{name}");
        assert_counted(&asked, &since, name);
        let patch = asked.patch(&before, &after);
        assert_eq!((!is_loud).then(|| Untouched::of(&root)), state, "{name}");
        assert_eq!(world.trace(), None, "{name}");
        assert_eq!(asked.patched(&before.tree, &patch), after.tree, "{name}");
    }
}

/// A worktree with names that git and shells read otherwise, and every way in which a file can differ.
fn make_hostile(root: &Path) {
    use std::os::unix::ffi::OsStrExt;
    let name = |bytes: &[u8]| root.join(std::ffi::OsStr::from_bytes(bytes));
    for bytes in HOSTILE {
        fs::write(name(bytes), "one\ntwo\nthree\n").unwrap();
    }
    write(root, "bytes", b"\0\x01\x02");
    write(root, "dir/moved", &b"a line that is long enough\n".repeat(20));
    write(root, "run.sh", b"#!/bin/sh\n");
    write(root, "without", b"a\nb");
    write(root, "latin", b"caf\xe9\n");
    write(root, "kind", b"a file\n");
    write(root, "crlf", b"a\r\nb\r\n");
    write(root, "gone", b"gone\n");
    symlink("gone", root.join("link")).unwrap();
}

const HOSTILE: [&[u8]; 12] = [
    b"-rf",
    b"--stdin",
    b"with space",
    b"\"quoted\"",
    b"two\nlines",
    b"tab\there",
    b"back\\slash",
    b":(top)x",
    b"*",
    b"[a]",
    "\u{1f980} \u{5d0}\u{202e}".as_bytes(),
    b"x\xff",
];

fn change_hostile(root: &Path) {
    use std::os::unix::ffi::OsStrExt;
    let name = |bytes: &[u8]| root.join(std::ffi::OsStr::from_bytes(bytes));
    for bytes in HOSTILE {
        fs::write(name(bytes), "one\n2\nthree\nfour\n").unwrap();
    }
    write(root, "bytes", b"\0\x01\x03");
    fs::rename(root.join("dir/moved"), name(b"new \"name\"\n\xfe")).unwrap();
    set_mode(root, "run.sh", 0o755);
    write(root, "without", b"a\nc");
    write(root, "latin", b"caf\xe8\n");
    fs::remove_file(root.join("kind")).unwrap();
    symlink("run.sh", root.join("kind")).unwrap();
    write(root, "crlf", b"a\nb\n");
    fs::remove_file(root.join("gone")).unwrap();
    fs::remove_file(root.join("link")).unwrap();
    symlink("without", root.join("link")).unwrap();
    write(root, "empty", b"");
}

#[test]
fn hostile_names_and_every_way_to_differ_are_listed_shown_and_patched() {
    let world = World::new();
    let root = world.repository("hostile", &[]);
    make_hostile(&root);
    let before = world.checkpoint(&root);
    change_hostile(&root);
    let after = world.checkpoint(&root);
    let asked = Asked::of(&world, &root);
    let found = asked.changes(&held(&before), &held(&after));
    let lines = shown(&found.files);
    let moved = r#"Renamed "\"new \\\"name\\\"\\012\\376\"" file +0 -0 was "dir/moved""#;
    for expected in [
        r#"Changed "-rf" file +2 -1"#,
        r#"Changed "two\nlines" file +2 -1"#,
        r#"Changed "\"x\\377\"" file +2 -1"#,
        r#"Changed "bytes" file +0 -0 Binary"#,
        r#"Changed "run.sh" file>executable +0 -0"#,
        r#"Changed "without" file +1 -1"#,
        r#"OtherKind "kind" file>link +1 -1"#,
        r#"Removed "gone" file>none +0 -1"#,
        r#"Changed "link" link +1 -1"#,
        r#"Added "empty" none>file +0 -0"#,
        moved,
    ] {
        assert!(lines.iter().any(|line| line == expected), "{expected}\n{lines:#?}");
    }
    assert_eq!(lines.len(), HOSTILE.len() + 10, "{lines:#?}");
    assert!(found.files.iter().all(|file| file.said.is_none()));
    assert_counted(&asked, &found, "hostile");
    let diff = |path: &str, white_space| {
        let file = found.files.iter().find(|file| file.path == path).unwrap();
        asked.diff(&found, file, white_space)
    };
    assert_eq!(diff("crlf", false).not_shown, Some(NotShownWhy::OnlyWhiteSpace));
    assert_eq!(diff("bytes", true).not_shown, Some(NotShownWhy::Binary));
    assert_eq!(diff("run.sh", true).not_shown, Some(NotShownWhy::SameContent));
    assert_eq!(diff("empty", true).not_shown, Some(NotShownWhy::SameContent));
    let without = diff("without", true);
    assert!(without.old_without_newline && without.new_without_newline);
    assert_eq!((without.old_lines, without.new_lines), (Some(2), Some(2)));
    assert!(diff("latin", true).lossy && !without.lossy);
    let patch = asked.patch(&before, &after);
    assert_eq!(asked.patched(&before.tree, &patch), after.tree);
    let back = asked.patch(&after, &before);
    assert_eq!(asked.patched(&after.tree, &back), before.tree);
}

#[test]
fn two_checkpoints_are_compared_whatever_became_of_the_worktree() {
    let world = World::new();
    let root = world.repository("compared", &[]);
    for name in ["key", "gone", "dir/old"] {
        write(&root, name, format!("{name}\n1\n2\n3\n4\n").as_bytes());
    }
    let own = root.join("own");
    git(&world.path("."), &["init", "-q", own.to_str().unwrap()]);
    write(&own, "inner", b"1\n");
    let before = world.checkpoint(&root);
    fs::remove_file(root.join("gone")).unwrap();
    fs::rename(root.join("dir/old"), root.join("dir/new")).unwrap();
    set_mode(&root, "key", 0o600);
    write(&root, "first.txt", b"first\nsecond\n");
    write(&own, "inner", b"2\n");
    let after = world.checkpoint(&root);
    destroy(&root);
    let asked = Asked::of(&world, &root);
    let found = asked.changes(&held(&before), &held(&after));
    assert_eq!(
        shown(&found.files),
        [
            r#"Renamed "dir/new" file +0 -0 was "dir/old""#,
            r#"Changed "first.txt" file +1 -0"#,
            r#"Removed "gone" file>none +0 -5"#,
            r#"Changed "key" file +0 -0"#,
            r#"Changed "own/inner" file +1 -1"#,
        ]
    );
    let key = &found.files[3];
    let permissions =
        |side: &Option<protocol::FileSide>| side.as_ref().unwrap().permissions.clone();
    assert_eq!((permissions(&key.old), permissions(&key.new)), (None, Some("600".to_owned())));
    assert_counted(&asked, &found, "compared");
    assert_eq!(asked.files(&after, &after), []);
    let unknown =
        End::Checkpoint(Checkpoint { n: 9, commit: "1".repeat(40), ..checkpoint(&after) });
    let refused = asked.try_changes(&held(&before), &unknown).unwrap_err().to_string();
    assert!(refused.contains("no checkpoint 9 any more"), "{refused}");
}

#[test]
fn a_worktree_that_is_gone_is_compared_in_its_project() {
    let world = World::new();
    let main = world.repository("main", &[]);
    let root = world.path("linked");
    git(&main, &["worktree", "add", "-q", "-b", "side", root.to_str().unwrap()]);
    write(&root, ".gitattributes", b"*.pb linguist-generated\n");
    let before = world.checkpoint(&root);
    write(&root, "made.pb", b"x\n");
    let after = world.checkpoint(&root);
    let asked = Asked::of(&world, &root);
    fs::remove_dir_all(&root).unwrap();
    let found = asked.changes(&held(&before), &held(&after));
    assert_eq!(shown(&found.files), [r#"Added "made.pb" none>file +1 -0 Generated"#]);
    assert_counted(&asked, &found, "gone");
}

#[test]
fn what_programs_made_is_folded_by_the_attributes_of_that_state() {
    let world = World::new();
    let root = world.repository("generated", &[]);
    write(
        &root,
        ".gitattributes",
        b"*.pb linguist-generated\nkept.lock linguist-generated=false\n",
    );
    write(
        &root,
        "deep/.gitattributes",
        b"out/* linguist-generated=true\nCargo.lock -linguist-generated\n",
    );
    let before = world.checkpoint(&root);
    for name in ["a.pb", "deep/out/x", "deep/Cargo.lock", "ui/package-lock.json", "plain"] {
        write(&root, name, b"x\n");
    }
    write(&root, "many", &b"line\n".repeat(3_001));
    write(&root, "large", &[&[b'x'; 1024 * 1024][..], b"\n\n"].concat());
    write(&root, "bytes", b"\0");
    let after = world.checkpoint(&root);
    // What the worktree says now is of no meaning.
    write(&root, ".gitattributes", b"plain linguist-generated\n");
    let asked = Asked::of(&world, &root);
    let files = asked.files(&before, &after);
    let folded: Vec<_> =
        files.iter().filter_map(|file| Some((file.path.as_str(), file.folded?))).collect();
    use FoldedWhy as F;
    let expected = [
        ("a.pb", F::Generated),
        ("bytes", F::Binary),
        ("deep/out/x", F::Generated),
        ("large", F::Huge),
        ("many", F::Huge),
        ("ui/package-lock.json", F::Generated),
    ];
    assert_eq!(folded, expected);
    let large = files.iter().find(|file| file.path == "large").unwrap();
    assert_eq!(large.new.as_ref().unwrap().size, Some(1024 * 1024 + 2));
    let whole = asked.changes(&held(&before), &held(&after));
    let diff = asked.diff(&whole, large, true);
    assert_eq!((diff.cut_lines, diff.new_lines), (1, Some(2)));
    assert!(fs::read_dir(world.path("data/checkpoints")).unwrap().all(|entry| {
        let name = entry.unwrap().file_name();
        !name.to_string_lossy().starts_with("reading-")
    }));
}

#[test]
fn a_long_change_comes_in_pieces_and_what_is_between_is_opened() {
    let world = World::new();
    let root = world.repository("long", &[]);
    let text = |word: &str| {
        let lines = (1..=9_000).map(|n| match n % 3 {
            0 => format!("{word} {n}\n"),
            _ => format!("same {n}\n"),
        });
        lines.collect::<String>()
    };
    write(&root, "long", text("old").as_bytes());
    let before = world.checkpoint(&root);
    write(&root, "long", text("new").as_bytes());
    let after = world.checkpoint(&root);
    let asked = Asked::of(&world, &root);
    let (mut skip, mut added, mut pieces) = (0, 0, 0);
    loop {
        let order = FileOrder {
            from: State { object: before.commit.clone(), is_checkpoint: true },
            to: State { object: after.commit.clone(), is_checkpoint: true },
            path: "long".to_owned(),
            old_path: None,
            white_space: true,
            context: 1,
            skip,
        };
        let diff = runtime::wait(world.git.file_change(&asked.place, &order)).unwrap().unwrap();
        (added, pieces) = (added + lines_on(&diff, Side::Added), pieces + 1);
        assert_eq!(diff.new_lines, Some(9_000));
        let Some(next) = diff.next else { break };
        skip = next;
    }
    assert_eq!((added, pieces), (3_000, 6));
    let lines = |path: &str, first| {
        let state = State { object: after.commit.clone(), is_checkpoint: true };
        let order = LinesOrder { state, path: path.to_owned(), first, most: 2 };
        runtime::wait(world.git.file_lines(&asked.place, &order)).unwrap()
    };
    assert_eq!(lines("long", 5).unwrap().lines, ["same 5", "new 6"]);
    for path in ["none", "../first.txt", ".git/config"] {
        assert!(lines(path, 1).is_err(), "{path}");
    }
}

#[test]
fn an_image_is_given_on_both_sides() {
    let world = World::new();
    let root = world.repository("image", &[]);
    write(&root, "a.png", b"\x89PNG\r\n\x1a\n\0one");
    let before = world.checkpoint(&root);
    write(&root, "a.png", b"\x89PNG\r\n\x1a\n\0two!");
    let after = world.checkpoint(&root);
    let asked = Asked::of(&world, &root);
    let found = asked.changes(&held(&before), &held(&after));
    let diff = asked.diff(&found, &found.files[0], true);
    let size = |image: &Option<protocol::FileImage>| image.as_ref().map(|image| image.size);
    assert_eq!((size(&diff.old_image), size(&diff.new_image)), (Some(12), Some(13)));
    assert_eq!(diff.new_image.unwrap().media_type, "image/png");
}

#[test]
fn repositories_within_are_compared_where_both_sides_know_them() {
    let world = World::new();
    let lib = world.repository("lib", &[]);
    let root = world.repository("outer", &[]);
    git(&root, &["submodule", "--quiet", "add", lib.to_str().unwrap(), "deps/lib"]);
    git(&root, &["commit", "-q", "-m", "lib"]);
    let head = git(&root.join("deps/lib"), &["rev-parse", "HEAD"]).trim().to_owned();
    write(&root, "deps/lib/mine", b"work in a submodule\n");
    let before = world.checkpoint(&root);
    let inner = root.join("deps/lib");
    for words in
        [&["add", "-A"][..], &["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", "in"]]
    {
        git(&inner, words);
    }
    write(&root, "deps/lib/first.txt", b"changed\n");
    let own = root.join("own");
    git(&world.path("."), &["init", "-q", own.to_str().unwrap()]);
    write(&own, "x", b"x\n");
    let after = world.checkpoint(&root);
    let asked = Asked::of(&world, &root);
    let found = asked.changes(&held(&before), &held(&after));
    assert_eq!(
        shown(&found.files),
        [
            r#"Changed "deps/lib" submodule +0 -0"#,
            r#"Changed "deps/lib/first.txt" file +1 -1"#,
            r#"Added "own" none>submodule +0 -0"#,
        ]
    );
    assert_eq!(found.files[0].old.as_ref().unwrap().object.as_deref(), Some(&*head));
    for file in [&found.files[0], &found.files[2]] {
        let diff = asked.diff(&found, file, true);
        assert_eq!(diff.not_shown, Some(NotShownWhy::Submodule), "{}", file.path);
    }
    assert_counted(&asked, &found, "within");
    // Of a commit only the submodule's commit is known.
    let since = asked.changes(&End::Head(checkpoint(&after)), &held(&after));
    assert_eq!(
        shown(&since.files),
        [
            r#"Changed "deps/lib" submodule +0 -0"#,
            r#"Changed "deps/lib/first.txt" file +1 -1"#,
            r#"Added "deps/lib/mine" none>file +1 -0"#,
            r#"Added "own" none>submodule +0 -0"#,
        ]
    );
    assert_counted(&asked, &since, "within, since a commit");
    let lines = LinesOrder {
        state: State { object: after.commit.clone(), is_checkpoint: true },
        path: "deps/lib/first.txt".to_owned(),
        first: 1,
        most: 9,
    };
    let lines = runtime::wait(world.git.file_lines(&asked.place, &lines)).unwrap().unwrap();
    assert_eq!(lines.lines, ["changed"]);
    let patch = String::from_utf8(asked.patch(&before, &after)).unwrap();
    assert!(patch.contains("--- a/deps/lib/first.txt\n+++ b/deps/lib/first.txt\n"), "{patch}");
    fs::remove_dir_all(&inner).unwrap();
    fs::remove_dir_all(root.join(".git/modules")).unwrap();
    assert_eq!(shown(&asked.files(&before, &after)).len(), 2);
}

#[test]
fn no_program_of_the_repository_has_a_part_in_a_difference() {
    let outside = World::new();
    let canary = outside.canary().display().to_string();
    let world = World::with(&[
        ("GIT_EXTERNAL_DIFF", &canary),
        ("GIT_PAGER", &canary),
        ("GIT_DIFF_OPTS", "--unified=0"),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "diff.external"),
        ("GIT_CONFIG_VALUE_0", &canary),
    ]);
    let root = world.repository("programs", &[]);
    for (key, value) in [
        ("diff.external", &*canary),
        ("diff.x.command", &canary),
        ("diff.x.textconv", &canary),
        ("filter.x.clean", &canary),
        ("filter.x.smudge", &canary),
        ("core.fsmonitor", &canary),
        ("core.pager", &canary),
        ("core.hooksPath", &canary),
        ("log.showSignature", "true"),
        ("gpg.program", &canary),
        ("diff.renames", "false"),
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.suppressBlankEmpty", "true"),
        ("diff.ignoreSubmodules", "all"),
        ("color.ui", "always"),
        ("core.splitIndex", "true"),
        ("index.sparse", "true"),
        ("core.quotePath", "false"),
    ] {
        git(&root, &["config", key, value]);
    }
    write(&root, ".gitattributes", b"* diff=x filter=x\n");
    write(&root, "a", b"one\n\nthree\n");
    let before = world.checkpoint(&root);
    write(&root, "a", b"one\n\n3\n");
    fs::rename(root.join("first.txt"), root.join("renamed.txt")).unwrap();
    let after = world.checkpoint(&root);
    let state = Untouched::of(&root);
    drop(fs::remove_file(outside.path("trace")));
    let asked = Asked::of(&world, &root);
    let found = asked.changes(&held(&before), &held(&after));
    assert_eq!(
        shown(&found.files),
        [r#"Changed "a" file +1 -1"#, r#"Renamed "renamed.txt" file +0 -0 was "first.txt""#]
    );
    assert_counted(&asked, &found, "programs");
    asked.changes(&End::Parent("HEAD".to_owned()), &End::Commit("HEAD".to_owned()));
    let patch = asked.patch(&before, &after);
    assert_eq!((outside.trace(), Untouched::of(&root)), (None, state));
    git(&root, &["config", "--unset", "core.fsmonitor"]);
    assert_eq!(asked.patched(&before.tree, &patch), after.tree);
}

#[test]
fn a_base_is_where_the_branch_parted_from_it() {
    let world = World::new();
    let root = world.repository("base", &["-b", "main"]);
    let commit = |branch: &str, name: &str| {
        git(&root, &["checkout", "-q", branch]);
        write(&root, name, b"x\n");
        git(&root, &["add", "-A"]);
        git(&root, &["commit", "-q", "-m", name]);
        git(&root, &["rev-parse", "HEAD"]).trim().to_owned()
    };
    let began = git(&root, &["rev-parse", "HEAD"]).trim().to_owned();
    git(&root, &["branch", "work"]);
    let base =
        Base { name: "main".to_owned(), commit: began.clone(), upstream: None, fetched: false };
    let asked = Asked::of(&world, &root);
    let since_base = || {
        let made = world.checkpoint(&root);
        let from = End::Base(base.clone(), checkpoint(&made));
        let found = asked.changes(&from, &held(&made));
        let at = checkpoint(&made);
        let commits = world.git.commits(&asked.place, &from, &at);
        let commits = runtime::wait(commits).unwrap().unwrap().commits;
        let commits: Vec<String> = commits.into_iter().map(|it| it.subject).collect();
        let names: Vec<String> = found.files.into_iter().map(|file| file.path).collect();
        (found.from.object, names.join(" "), commits.join(" "))
    };
    let words = |object: &str, files: &str, commits: &str| {
        (object.to_owned(), files.to_owned(), commits.to_owned())
    };
    commit("work", "mine");
    assert_eq!(since_base(), words(&began, "mine", "mine"));
    let theirs = commit("main", "theirs");
    git(&root, &["checkout", "-q", "work"]);
    assert_eq!(since_base(), words(&began, "mine", "mine"));
    // It took the newer commits of its base over.
    git(&root, &["rebase", "-q", "main"]);
    write(&root, "open", b"x\n");
    assert_eq!(since_base(), words(&theirs, "mine open", "mine"));
    // Its base has all of it.
    git(&root, &["branch", "-q", "-f", "main", "work"]);
    assert_eq!(since_base(), words(&began, "mine open theirs", "mine theirs"));
    git(&root, &["branch", "-q", "-D", "main"]);
    assert_eq!(since_base(), words(&began, "mine open theirs", "mine theirs"));
    git(&root, &["checkout", "-q", "--orphan", "alone"]);
    git(&root, &["commit", "-q", "-m", "alone"]);
    let made = world.checkpoint(&root);
    let refused = asked.try_changes(&End::Base(base, checkpoint(&made)), &held(&made));
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("nothing in common with main"), "{refused}");
}

#[test]
fn a_commit_is_compared_with_its_first_parent_and_a_first_one_with_nothing() {
    let world = World::new();
    let root = world.path("commits");
    fs::create_dir(&root).unwrap();
    git(&root, &["init", "-q", "-b", "main"]);
    write(&root, "a", b"a\n");
    let unborn = world.checkpoint(&root);
    let asked = Asked::of(&world, &root);
    let open = asked.changes(&End::Head(checkpoint(&unborn)), &held(&unborn));
    assert_eq!(open.from.is, ChangePoint::Nothing);
    assert_eq!(shown(&open.files), [r#"Added "a" none>file +1 -0"#]);
    assert_counted(&asked, &open, "unborn");
    let commit = ["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "-a", "-m"];
    git(&root, &["add", "-A"]);
    git(&root, &[&commit[..], &["first: \u{e9}"]].concat());
    write(&root, "a", b"b\n");
    git(&root, &[&commit[..], &["second"]].concat());
    let of = |name: &str| {
        let (from, to) = (End::Parent(name.to_owned()), End::Commit(name.to_owned()));
        asked.try_changes(&from, &to)
    };
    let second = of("main").unwrap();
    assert_eq!(second.from.is, ChangePoint::Parent);
    assert!(matches!(&second.to.is, ChangePoint::Commit { subject, .. } if subject == "second"));
    assert_eq!(shown(&second.files), [r#"Changed "a" file +1 -1"#]);
    let first = of(&second.from.object[..9]).unwrap();
    assert_eq!(first.from.is, ChangePoint::Nothing);
    assert_eq!(shown(&first.files), [r#"Added "a" none>file +1 -0"#]);
    assert_eq!(first.files[0].new.as_ref().unwrap().kind, FileKind::File);
    assert_eq!(first.files[0].status, ChangeStatus::Added);
    for name in ["", "-x", "--help", "main~9", "none", "main:a", "a\nb"] {
        assert!(of(name).is_err(), "{name}");
    }
}

#[test]
fn a_repository_that_is_gone_is_named() {
    let world = World::new();
    let root = world.repository("lost", &[]);
    let asked = Asked::of(&world, &root);
    let made = world.checkpoint(&root);
    fs::remove_dir_all(&root).unwrap();
    let error = asked.try_changes(&held(&made), &held(&made)).unwrap_err().to_string();
    assert!(error.contains("/lost/.git is not there any more"), "{error}");
}
