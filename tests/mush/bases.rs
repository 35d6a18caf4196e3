//! What a new worktree begins from: a branch, a tag or a commit that a person named, fetched first only if that is
//! asked for. A fetch that fails makes nothing, and asks nobody for a password.

use crate::support::{FIX_IT, Finished, World, git, until};
use protocol::{Base, JournalEvent, NewWorktree, Upstream};
use rustix::process::Signal;
use std::fs::{self, OpenOptions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

fn facts(said: &Finished) -> NewWorktree {
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let made = said.journal().into_iter().find_map(|event| match event {
        JournalEvent::StoryCreated { made, .. } => made.map(|made| *made),
        _ => None,
    });
    made.unwrap()
}

/// What a story began from, and the commit that is checked out in its worktree.
fn began(world: &World, dir: &Path, more: &[&str]) -> (Base, String) {
    let said = world.in_worktree(dir, more);
    let base = facts(&said).base.unwrap();
    let story = world.story(&said.story());
    let head = git(Path::new(&story.dir), &["rev-parse", "HEAD"]);
    (base, head.trim().to_owned())
}

fn commit(repo: &Path, message: &str) -> String {
    git(repo, &["commit", "-q", "--allow-empty", "-m", message]);
    git(repo, &["rev-parse", "HEAD"]).trim().to_owned()
}

/// A repository, and a clone of it that follows its branch `main`.
fn cloned(world: &World) -> (PathBuf, PathBuf) {
    let origin = world.repo("origin");
    git(&origin, &["checkout", "-q", "-B", "main"]);
    commit(&origin, "first");
    let copy = world.path("copy");
    git(&origin, &["clone", "-q", ".", copy.to_str().unwrap()]);
    (origin, copy)
}

fn left_nothing(repo: &Path) {
    let branches = git(repo, &["for-each-ref", "--format=%(refname)", "refs/heads/musher"]);
    assert_eq!(branches, "");
    assert_eq!(git(repo, &["worktree", "list"]).lines().count(), 1);
    let mut beside = repo.as_os_str().to_owned();
    beside.push(".worktrees");
    assert!(!Path::new(&beside).exists());
}

fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_story_begins_from_what_was_named() {
    let world = World::without_record();
    let (origin, copy) = cloned(&world);
    let first = git(&copy, &["rev-parse", "HEAD"]).trim().to_owned();
    git(&origin, &["checkout", "-q", "-b", "topic"]);
    let topic = commit(&origin, "topic");
    git(&copy, &["fetch", "-q"]);
    let second = commit(&copy, "second");
    git(&copy, &["tag", "v1", &first]);
    git(&copy, &["branch", "feat/deep", &first]);
    let table = [
        (None, "main", &second),
        (Some("main"), "main", &second),
        (Some("feat/deep"), "feat/deep", &first),
        (Some("origin/topic"), "origin/topic", &topic),
        (Some("v1"), "v1", &first),
        (Some("main~1"), "main~1", &first),
        (Some(&first[..8]), &first[..8], &first),
    ];
    for (named, name, commit) in table {
        let more = named.map_or(vec![], |named| vec!["--base", named]);
        let (base, head) = began(&world, &copy, &more);
        assert_eq!((base.name.as_str(), &base.commit, &head), (name, commit, commit), "{named:?}");
        assert!(!base.fetched);
    }
}

#[test]
fn a_name_of_a_base_is_never_an_option_and_never_a_command() {
    let world = World::without_record();
    let (_, copy) = cloned(&world);
    for name in [
        "-h",
        "--upload-pack=touch canary",
        "--output=canary",
        "$(touch canary)",
        "`touch canary`",
        "main; touch canary",
        "gone",
        "main:",
        "HEAD:.",
        "a\nb",
        "'\"",
        " ",
        "refs/heads/*",
    ] {
        let said = world.in_worktree(&copy, &["--base", name]);
        assert_eq!(said.fault(), "bad_input", "{name:?}: {}", said.err);
        left_nothing(&copy);
    }
    for dir in [copy.clone(), world.path(""), PathBuf::from(".")] {
        assert!(!dir.join("canary").exists());
    }
    // Names that git takes although they look odd.
    for name in ["$(touch${IFS}canary)", "'x'", "a;b", "\u{fc}mlaut\u{1f600}"] {
        git(&copy, &["branch", name]);
        assert_eq!(began(&world, &copy, &["--base", name]).0.name, name);
    }
    assert!(!copy.join("canary").exists());
    // What is for a worktree alone is refused without one.
    assert_eq!(world.run(&copy, FIX_IT, &["--base", "main"]).fault(), "bad_input");
}

#[test]
fn what_is_behind_is_said_and_fetched_if_asked() {
    let world = World::without_record();
    let (origin, copy) = cloned(&world);
    let known = commit(&origin, "second");
    git(&copy, &["fetch", "-q"]);
    let newest = commit(&origin, "third");
    let upstream = |behind, ahead| Some(Upstream { name: "origin/main".to_owned(), behind, ahead });
    let (base, _) = began(&world, &copy, &[]);
    assert_eq!((base.upstream, base.fetched), (upstream(1, 0), false));
    assert_eq!(began(&world, &copy, &["--base", "origin/main"]).1, known);
    let (base, head) = began(&world, &copy, &["--fetch"]);
    assert_eq!((base.name.as_str(), base.fetched, head), ("origin/main", true, newest.clone()));
    // A branch with commits of its own is not replaced.
    let own = commit(&copy, "own");
    let (base, head) = began(&world, &copy, &["--fetch"]);
    assert_eq!((base.upstream, head), (upstream(2, 1), own.clone()));
    // A branch that is not known here comes with the fetch, and the configuration can ask for it.
    git(&origin, &["checkout", "-q", "-b", "fresh"]);
    let fresh = commit(&origin, "fresh");
    let key = format!("projects.\"{}\".fetch", copy.display());
    assert_eq!(world.in_worktree(&copy, &["--base", "origin/fresh"]).fault(), "bad_input");
    world.rows(["config", "set", &key, "true"]);
    assert_eq!(
        world.in_worktree(&copy, &["--base", "origin/fresh", "--no-fetch"]).fault(),
        "bad_input"
    );
    let (base, head) = began(&world, &copy, &["--base", "origin/fresh"]);
    assert_eq!((base.fetched, head), (true, fresh));
    // For people, before the agent begins.
    let mut mush = Command::new(env!("CARGO_BIN_EXE_mush"));
    mush.env_clear().envs(world.variables()).arg("--data-dir").arg(world.data());
    mush.args(["run", "--agent", "demo", "--worktree", "--no-fetch", "--prompt", FIX_IT, "--dir"]);
    let said = String::from_utf8(mush.arg(&copy).output().unwrap().stdout).unwrap();
    assert!(said.contains("2 behind origin/main and 1 ahead of it, as far as"), "{said}");
}

#[test]
fn a_fetch_that_fails_makes_nothing_and_asks_nobody() {
    let world = World::without_record();
    let (origin, copy) = cloned(&world);
    fs::rename(&origin, world.path("gone")).unwrap();
    let said = world.in_worktree(&copy, &["--fetch"]);
    assert_eq!(said.fault(), "fetch", "{}", said.err);
    assert!(said.err.contains("without fetching"), "{}", said.err);
    left_nothing(&copy);
    assert_eq!(facts(&world.in_worktree(&copy, &[])).base.unwrap().name, "main");
    // A program that would ask a person finds nobody.
    let asked = world.path("asked");
    let ask = format!(
        "{{ echo \"[$GIT_ASKPASS][$SSH_ASKPASS][$SSH_ASKPASS_REQUIRE][$GIT_TERMINAL_PROMPT]\"; \
         (: </dev/tty) 2>/dev/null && echo terminal; }} >'{}'\n\
         echo 'ann@host: Permission denied (publickey).' >&2; exit 255",
        asked.display()
    );
    script(&world.path("ssh"), &ask);
    git(&copy, &["config", "core.sshCommand", world.path("ssh").to_str().unwrap()]);
    git(&copy, &["remote", "set-url", "origin", "ssh://ann@host/shop"]);
    let said = world.in_worktree(&copy, &["--fetch"]);
    assert!(said.err.contains("Permission denied (publickey)"), "{}", said.err);
    assert_eq!(fs::read_to_string(asked).unwrap(), "[][][never][0]\n");
    // Without a remote there is nothing to fetch: refused if it was asked for, else left out.
    let alone = world.committed("alone");
    assert_eq!(world.in_worktree(&alone, &["--fetch"]).fault(), "fetch");
    world.rows(["config", "set", &format!("projects.\"{}\".fetch", alone.display()), "true"]);
    assert!(!facts(&world.in_worktree(&alone, &[])).base.unwrap().fetched);
}

#[test]
fn ctrl_c_while_git_fetches_leaves_nothing() {
    let world = World::without_record();
    let (_, copy) = cloned(&world);
    let fifo = world.path("pipe");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    script(&world.path("ssh"), &format!("read word <'{}'", fifo.display()));
    git(&copy, &["config", "core.sshCommand", world.path("ssh").to_str().unwrap()]);
    git(&copy, &["remote", "set-url", "origin", "ssh://ann@host/shop"]);
    let run = world.start(&copy, FIX_IT, &["--worktree", "--fetch"]);
    let held = OpenOptions::new().write(true).open(&fifo).unwrap();
    // It says what it waits for.
    until("the wait is said", || run.err_so_far().contains("git to fetch").then_some(()));
    run.signal(Signal::INT);
    let said = run.end();
    assert_eq!(said.code, Some(12), "{said:#?}");
    drop(held);
    left_nothing(&copy);
    assert!(world.rows(["stories"]).is_empty());
}
