//! What a new worktree gets besides git's own checkout: ignored files by pattern, and files of Git LFS from this
//! machine. What it does not get is named.

use crate::support::{Finished, World, git};
use protocol::{JournalEvent, NewWorktree};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A world whose agent keeps no record, because `.git` may be a file here.
fn world() -> World {
    let mut world = World::new();
    world.set("MUSHER_DEMO", "");
    world
}

fn run(world: &World, dir: &Path, more: &[&str]) -> Finished {
    world.run(dir, "Fix it\n[[demo:plain]]", &[&["--worktree"], more].concat())
}

/// The folder of a new story, and what was recorded of its worktree.
fn made(world: &World, dir: &Path, more: &[&str]) -> (PathBuf, NewWorktree) {
    let said = run(world, dir, more);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let facts = said.journal().into_iter().find_map(|event| match event {
        JournalEvent::StoryCreated { made, .. } => made.map(|made| *made),
        _ => None,
    });
    (PathBuf::from(world.story(&said.story()).dir), facts.unwrap())
}

/// A repository with ignored files.
fn shop(world: &World) -> PathBuf {
    let repo = world.repo("shop");
    fs::write(repo.join(".gitignore"), ".env*\n*.key\nbuild/\n").unwrap();
    git(&repo, &["add", "."]);
    git(&repo, &["commit", "-q", "-m", "first"]);
    fs::create_dir_all(repo.join("web")).unwrap();
    for (name, text) in [(".env", "A=1"), ("web/.env.local", "B=2"), ("a.key", "k")] {
        fs::write(repo.join(name), text).unwrap();
    }
    fs::set_permissions(repo.join(".env"), fs::Permissions::from_mode(0o600)).unwrap();
    repo
}

#[test]
fn ignored_files_come_along_as_asked_or_configured() {
    let world = world();
    let repo = shop(&world);
    let (dir, facts) = made(&world, &repo, &[]);
    assert!(facts.copied.is_empty() && !dir.join(".env").exists());
    assert_eq!(facts.ignored.names, [".env", "a.key", "web/.env.local"]);
    let (dir, facts) = made(&world, &repo, &["--copy", "/.env", "--copy", "web/"]);
    assert_eq!(facts.copied.files.names, [".env", "web/.env.local"]);
    assert_eq!((facts.copied.bytes, &facts.ignored.names[..]), (6, &["a.key".to_owned()][..]));
    assert_eq!(fs::read_to_string(dir.join("web/.env.local")).unwrap(), "B=2");
    assert_eq!(dir.join(".env").metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(git(&dir, &["status", "--porcelain"]), "", "nothing of it could be committed");
    // A list of the configuration needs no consent; the repository's own file comes before it.
    let key = format!("projects.\"{}\".copy", repo.display());
    world.rows(["config", "set", &key, "[\"*.key\"]"]);
    let names = |more: &[&str]| made(&world, &repo, more).1.copied.files.names;
    assert_eq!(names(&[]), ["a.key"]);
    assert_eq!(names(&["--copy", ".env"]), [".env", "a.key"]);
    assert_eq!(names(&["--no-copy", "--copy", ".env"]), [".env"]);
    fs::write(repo.join(".worktreeinclude"), "web/**\n").unwrap();
    assert_eq!(names(&[]), ["web/.env.local"]);
    assert_eq!(names(&["--no-copy"]), [""; 0]);
}

#[test]
fn what_was_copied_is_said_before_the_agent_begins() {
    let world = world();
    let repo = shop(&world);
    std::os::unix::fs::symlink("/etc/hostname", repo.join("host.key")).unwrap();
    let mut words = vec!["run", "--agent", "demo", "--worktree", "--prompt", "[[demo:plain]]"];
    words.extend(["--copy", "*.key", "--dir", repo.to_str().unwrap()]);
    let (said, code) = world.printed(&words);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("copied into it: a.key, 1 byte"), "{said}");
    assert!(
        said.contains("not copied: host.key (a link that leads out of the worktree)"),
        "{said}"
    );
}

#[test]
fn copies_that_cannot_be_written_leave_nothing() {
    let mut world = world();
    let disk = world.path("disk");
    if !world.mount(&disk, 1) {
        eprintln!("skipped: this needs the right to mount a disk");
        return;
    }
    let repo = shop(&world);
    fs::create_dir(repo.join("build")).unwrap();
    fs::write(repo.join("build/large"), vec![7_u8; 2_000_000]).unwrap();
    world.rows(["config", "set", "worktrees.place", &format!("{}/{{name}}", disk.display())]);
    let said = run(&world, &repo, &["--copy", "build/"]);
    assert_eq!(said.fault(), "git", "{}", said.err);
    assert!(said.err.contains("No space left"), "{}", said.err);
    assert_eq!(fs::read_dir(&disk).unwrap().count(), 0);
    assert_eq!(git(&repo, &["worktree", "list"]).lines().count(), 1);
    assert_eq!(git(&repo, &["for-each-ref", "refs/heads/musher"]), "");
    let (dir, _) = made(&world, &repo, &[]);
    assert!(dir.starts_with(&disk));
}

#[test]
fn a_checkout_without_space_leaves_nothing() {
    let mut world = world();
    let disk = world.path("disk");
    if !world.mount(&disk, 1) {
        eprintln!("skipped: this needs the right to mount a disk");
        return;
    }
    let repo = world.repo("large");
    fs::write(repo.join("large"), vec![7_u8; 2_000_000]).unwrap();
    git(&repo, &["add", "."]);
    git(&repo, &["commit", "-q", "-m", "large"]);
    world.rows(["config", "set", "worktrees.place", &format!("{}/{{name}}", disk.display())]);
    let said = run(&world, &repo, &[]);
    assert_eq!(said.fault(), "git", "{}", said.err);
    assert_eq!(fs::read_dir(&disk).unwrap().count(), 0, "{}", said.err);
    assert_eq!(git(&repo, &["worktree", "list"]).lines().count(), 1);
    assert_eq!(git(&repo, &["for-each-ref", "refs/heads/musher"]), "");
}

/// A program that stands for Git LFS: it has the content of one file, and reaches no server.
const LFS: &str = r#"#!/bin/sh
case "$1" in
    smudge) [ "$GIT_LFS_SKIP_SMUDGE" = 1 ] || { echo 'a server was asked' >&2; exit 1; }; cat;;
    clean) cat;;
    checkout) printf content >here.bin;;
esac
"#;

#[test]
fn files_of_git_lfs_come_from_this_machine_and_the_rest_is_named() {
    let mut world = world();
    let repo = world.repo("art");
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n";
    for (name, text) in [
        (".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n"),
        ("here.bin", pointer),
        ("gone.bin", pointer),
        ("text", pointer),
    ] {
        fs::write(repo.join(name), text).unwrap();
    }
    git(&repo, &["add", "."]);
    git(&repo, &["commit", "-q", "-m", "first"]);
    // Not installed: what is checked out are pointers.
    assert_eq!(made(&world, &repo, &[]).1.lfs_pointers.names, ["gone.bin", "here.bin"]);
    let program = world.path("bin/git-lfs");
    fs::create_dir_all(program.parent().unwrap()).unwrap();
    fs::write(&program, LFS).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let path = std::env::var("PATH").unwrap();
    world.set("PATH", format!("{}:{path}", world.path("bin").display()));
    for (key, value) in
        [("clean", "git-lfs clean -- %f"), ("smudge", "git-lfs smudge -- %f"), ("required", "true")]
    {
        git(&repo, &["config", &format!("filter.lfs.{key}"), value]);
    }
    let (dir, facts) = made(&world, &repo, &[]);
    assert_eq!(facts.lfs_pointers.names, ["gone.bin"]);
    assert_eq!(fs::read_to_string(dir.join("here.bin")).unwrap(), "content");
}
