//! What git says about a folder decides how a story can work there. A repository that git cannot
//! read is never treated as a plain folder, a branch name never as an option, and no file of the
//! repository is run in place of a program.

use crate::support::{Finished, Following, World, at_once, git};
use engine::env::Environment;
use engine::{DataDir, Engine, Opening, Options};
use protocol::Fault;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn run(world: &World, dir: &Path, more: &[&str]) -> Finished {
    world.run(dir, "[[demo:plain]]", more)
}

#[test]
fn a_worktree_is_made_wherever_there_is_a_commit() {
    let world = World::without_record();
    fs::create_dir(world.path("two\nlines")).unwrap();
    let plain = world.committed("two\nlines/work");
    let bare = world.path("bare.git");
    git(&plain, &["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    for dir in [&plain, &bare] {
        let said = run(&world, dir, &["--worktree", "musher/new"]);
        assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
        let story = world.story(&said.story());
        assert_eq!(story.branch.as_deref(), Some("musher/new"));
        let mut beside = dir.as_os_str().to_owned();
        beside.push(".worktrees");
        assert!(Path::new(&story.dir).starts_with(beside), "{}", story.dir);
    }
}

#[test]
fn a_repository_that_cannot_be_used_is_reported_by_kind() {
    let world = World::without_record();
    let fresh = world.repo("fresh");
    let inside = fresh.join(".git");
    let broken = world.repo("broken");
    fs::write(broken.join(".git/HEAD"), "no head").unwrap();
    let lost = world.path("lost");
    fs::create_dir(&lost).unwrap();
    fs::write(lost.join(".git"), "gitdir: /nonexistent/worktree").unwrap();
    let bare = world.path("bare.git");
    git(&fresh, &["init", "-q", "--bare", bare.to_str().unwrap()]);
    let cases: [(&Path, &[&str], &str, &str); 5] = [
        (&bare, &[], "bad_input", "a bare repository"),
        (&fresh, &["--worktree", "x"], "git", "no commit yet"),
        (&inside, &[], "bad_input", "git's own directory"),
        (&broken, &[], "git", "no repository that git can read"),
        (&lost, &["--worktree", "x"], "git", "/nonexistent/worktree"),
    ];
    for (dir, more, code, words) in cases {
        let said = run(&world, dir, more);
        assert_eq!(said.fault(), code, "{}", said.err);
        assert!(said.err.contains(words), "{}", said.err);
    }
    assert!(world.rows(["stories"]).is_empty());
}

#[test]
fn a_folder_is_found_as_people_write_it_or_refused_with_what_to_write() {
    let world = World::without_record();
    let repo = world.committed("home/my shop");
    fs::create_dir(world.path("ends ")).unwrap();
    let odd = world.path("odd");
    fs::create_dir(&odd).unwrap();
    fs::create_dir(odd.join(OsStr::from_bytes(b"caf\xe9"))).unwrap();
    fs::write(world.path("notes.txt"), "").unwrap();
    let dir = DataDir::at(world.data()).unwrap();
    let mut options = Options::new(dir, "journey", env!("CARGO_BIN_EXE_mush").into());
    let home = world.path("home").display().to_string();
    let path = std::env::var("PATH").unwrap();
    let variables = [("HOME".to_owned(), home.clone()), ("PATH".to_owned(), path)];
    options.environment = Environment::from_variables(&variables.into());
    let Opening::Owner(engine) = Engine::open(options).unwrap() else {
        panic!("nobody else may own the directory");
    };
    let ask = |text: &str| engine::runtime::wait(engine.folder(text)).unwrap();
    let shop = repo.display().to_string();
    for written in [
        &shop,
        &format!(" {shop}\n"),
        "~/my shop",
        "'~/my shop'",
        r"$HOME/my\ shop",
        &format!("\"{shop}\""),
        &format!("file://{home}/my%20shop"),
    ] {
        assert_eq!(ask(written).unwrap().dir, shop, "{written}");
    }
    let ends = format!("{}/ends ", world.path("").display());
    assert!(ask(&ends).unwrap().dir.ends_with("ends "));
    let file = world.path("notes.txt").display().to_string();
    let lossy = format!("{}/caf\u{fffd}", odd.display());
    let refused = [
        ("my shop", "whole path", "~/src/shop"),
        ("~bob/shop", "whole path", "~/src/shop"),
        ("/no/such/folder", "there is no folder /no/such/folder", "Check the path"),
        (&file, "a file, not a folder", "folder that it is in"),
        (&lossy, "not text", "UTF-8"),
    ];
    for (written, words, hint) in refused {
        let fault = Fault::from(ask(written).unwrap_err());
        assert!(fault.message.contains(words) && fault.hint.contains(hint), "{fault}");
        assert!(!fault.message.contains("os error"), "{fault}");
    }
    engine.close("done");
    // A shell passes these on unchanged.
    for word in ["~/my shop".to_owned(), format!("file://{home}/my%20shop")] {
        let said = run(&world, Path::new(&word), &[]);
        assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
        assert_eq!(world.story(&said.story()).dir, shop);
    }
}

#[test]
fn the_name_of_a_branch_is_never_anything_else() {
    let world = World::without_record();
    let repo = world.committed("work");
    let canary = world.path("canary");
    let option = format!("--upload-pack=touch {}", canary.display());
    let odd =
        ["-", "--", "-b", "a b", "a..b", "a.lock", "x/", "@{-1}", "HEAD", "refs/heads/x", "a\nb"];
    for branch in odd.into_iter().chain([option.as_str()]) {
        let said = run(&world, &repo, &[&format!("--worktree={branch}")]);
        assert_eq!(said.fault(), "bad_input", "{branch:?}: {}", said.err);
        assert!(said.err.contains("no name for a branch"), "{}", said.err);
    }
    let said = run(&world, &repo, &["--worktree=$(touch canary);é"]);
    assert_eq!(said.fault(), "bad_input", "{}", said.err);
    let said = run(&world, &repo, &["--worktree=;é"]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let taken = run(&world, &repo, &["--worktree=;é"]);
    assert_eq!(taken.fault(), "git", "{}", taken.err);
    assert!(!canary.exists());
    assert_eq!(world.rows(["stories"]).len(), 1);
}

fn program(path: &Path, script: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
}

#[test]
fn nothing_of_the_repository_is_run_in_the_place_of_a_program() {
    // Most of the time is waited for agents, so each has a world of its own.
    at_once(&Beside::ALL, runs_nothing_of_it);
}

/// What stands first in `PATH`.
#[derive(Clone, Copy, Debug)]
enum Beside {
    Dot,
    Nothing,
    Deep,
    Repository,
    DeepWhole,
    Link,
}

impl Beside {
    const ALL: [Self; 6] =
        [Self::Dot, Self::Nothing, Self::Deep, Self::Repository, Self::DeepWhole, Self::Link];
}

fn runs_nothing_of_it(beside: &Beside) {
    let mut world = World::without_record();
    let repo = world.committed("hostile");
    let (canary, deep, link) = (world.path("canary"), repo.join("deep"), world.path("link"));
    for name in ["claude", "git", "only-here"] {
        let trap = format!("echo {name} >> {}", canary.display());
        program(&repo.join(name), &trap);
        program(&deep.join(name), &trap);
    }
    std::os::unix::fs::symlink(&repo, &link).unwrap();
    let demo = format!("exec '{}' demo-agent \"$@\"", env!("CARGO_BIN_EXE_mush"));
    program(&world.path("safe/claude"), &demo);
    let rest = format!("{}:{}", world.path("safe").display(), std::env::var("PATH").unwrap());
    let words = ["run", "--agent", "claude", "--dir", "deep", "--prompt", "[[demo:plain]]"];
    let first: &Path = match beside {
        Beside::Dot => Path::new("."),
        Beside::Nothing => Path::new(""),
        Beside::Deep => Path::new("deep"),
        Beside::Repository => &repo,
        Beside::DeepWhole => &deep,
        Beside::Link => &link,
    };
    world.set("PATH", format!("{}:{rest}", first.display()));
    let run = |more: &[&str]| {
        let mut mush = world.mush([&words, more].concat());
        mush.current_dir(&repo);
        Following::begin(mush, "").end()
    };
    assert_eq!(run(&[]).state(), "done(unchecked)", "{beside:?}");
    assert_eq!(run(&["--bin", "only-here"]).fault(), "bad_input", "{beside:?}");
    assert_eq!(run(&["--bin", "claude"]).state(), "done(unchecked)", "{beside:?}");
    assert!(!canary.exists(), "{beside:?}: {}", fs::read_to_string(&canary).unwrap());
}
