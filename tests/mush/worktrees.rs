//! New worktrees are made completely or not at all, wherever the repository keeps its git
//! directory. What a worktree lacks is shown before the agent starts.

use crate::support::{FIX_IT, Following, World, git};
use protocol::{JournalEvent, NewWorktree};
use rustix::process::Signal;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Makes a story in a worktree and waits until it is done. Returns its folder, and what was
/// recorded of its worktree.
fn made(world: &World, dir: &Path) -> (PathBuf, NewWorktree) {
    let said = world.in_worktree(dir, &[]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let facts = said.journal().into_iter().find_map(|event| match event {
        JournalEvent::StoryCreated { made, .. } => made.map(|made| *made),
        _ => None,
    });
    (PathBuf::from(world.story(&said.story()).dir), facts.unwrap())
}

fn commit(repo: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let file = repo.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    git(repo, &["add", "."]);
    git(repo, &["commit", "-q", "-m", "more"]);
}

fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A repository with a file whose checkout runs the filter `smudge`.
fn filtered(world: &World, name: &str, smudge: &str) -> PathBuf {
    let repo = world.committed(name);
    git(&repo, &["config", "filter.large.clean", "cat"]);
    git(&repo, &["config", "filter.large.smudge", "cat"]);
    git(&repo, &["config", "filter.large.required", "true"]);
    commit(&repo, &[(".gitattributes", "*.bin filter=large\n"), ("a.bin", "data")]);
    git(&repo, &["config", "filter.large.smudge", smudge]);
    repo
}

/// Fails if anything of a new worktree is left in `repo` or beside it.
fn left_nothing(repo: &Path) {
    let branches = git(repo, &["for-each-ref", "--format=%(refname:short)", "refs/heads/musher"]);
    assert_eq!(branches, "");
    assert_eq!(git(repo, &["worktree", "list"]).lines().count(), 1);
    let mut beside = repo.as_os_str().to_owned();
    beside.push(".worktrees");
    assert!(!Path::new(&beside).exists());
    let kept = fs::read_dir(repo.join(".git/worktrees")).map_or(0, Iterator::count);
    assert_eq!(kept, 0, "git knows of a worktree that is gone");
}

#[test]
fn a_checkout_that_fails_leaves_nothing_and_can_be_tried_again() {
    let world = World::without_record();
    let repo = filtered(&world, "work", "false");
    let said = world.in_worktree(&repo, &[]);
    assert_eq!(said.fault(), "git", "{}", said.err);
    assert!(said.err.contains("external filter"), "{}", said.err);
    left_nothing(&repo);
    git(&repo, &["config", "filter.large.smudge", "cat"]);
    let (dir, _) = made(&world, &repo);
    assert_eq!(dir, world.path("work.worktrees/fix-it"));
}

#[test]
fn a_branch_that_is_there_stays_when_it_is_refused() {
    let world = World::without_record();
    let repo = world.committed("work");
    git(&repo, &["branch", "mine"]);
    assert_eq!(world.run(&repo, FIX_IT, &["--worktree", "mine"]).fault(), "git");
    assert_eq!(git(&repo, &["branch", "--list", "mine"]).trim(), "mine");
    left_nothing(&repo);
}

#[test]
fn ctrl_c_while_git_checks_out_leaves_nothing() {
    let world = World::without_record();
    let fifo = world.path("pipe");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let repo = filtered(&world, "work", &format!("read word <'{}'; cat", fifo.display()));
    let cancelled = |run: Following| {
        // Opening the pipe succeeds when the filter reads from it.
        let held = OpenOptions::new().write(true).open(&fifo).unwrap();
        run.signal(Signal::INT);
        let said = run.end();
        assert_eq!(said.code, Some(12), "{said:#?}");
        assert!(said.err.contains("stopped before it began"), "{}", said.err);
        drop(held);
        left_nothing(&repo);
    };
    cancelled(world.start(&repo, FIX_IT, &["--worktree"]));
    cancelled(world.start(&repo, FIX_IT, &["--worktree", "--detach"]));
    // The same if another program owns the directory and makes the worktree.
    let owner = world.start(&world.repo("owner"), "[[demo:ask]]", &[]);
    owner.until_state("waiting(question)");
    cancelled(world.start(&repo, FIX_IT, &["--worktree"]));
    // The same with a stop from another terminal.
    let run = world.start(&repo, FIX_IT, &["--worktree"]);
    let held = OpenOptions::new().write(true).open(&fifo).unwrap();
    world.rows(["stop", "--all"]);
    assert_eq!(run.end().code, Some(12));
    drop(held);
    left_nothing(&repo);
    // After it was removed, the same worktree can be made again.
    let run = world.start(&repo, FIX_IT, &["--worktree"]);
    OpenOptions::new().write(true).open(&fifo).unwrap().write_all(b"go\n").unwrap();
    assert_eq!(run.end().state(), "done(unchecked)");
    let lines = world.rows(["stories"]);
    assert_eq!(lines.len(), 2, "{lines:#?}");
}

#[test]
fn a_hook_that_fails_is_told_in_its_own_words() {
    let world = World::without_record();
    let repo = world.committed("work");
    script(&repo.join(".git/hooks/post-checkout"), "echo 'husky: node was not found' >&2; exit 1");
    let (dir, facts) = made(&world, &repo);
    assert_eq!(facts.failed_hook.as_deref(), Some("husky: node was not found"));
    assert!(dir.join(".git").exists());
    script(&repo.join(".git/hooks/post-checkout"), "echo fine");
    assert_eq!(made(&world, &repo).1.failed_hook, None);
    // A hook that refuses the branch.
    script(
        &repo.join(".git/hooks/reference-transaction"),
        "echo 'names need a ticket' >&2; exit 1",
    );
    let said = world.in_worktree(&repo, &[]);
    assert_eq!(said.fault(), "git", "{}", said.err);
    assert!(said.err.contains("names need a ticket"), "{}", said.err);
    assert!(!world.path("work.worktrees/fix-it-3").exists());
}

#[test]
fn a_folder_of_a_repository_is_the_same_folder_of_its_worktree() {
    let world = World::without_record();
    let repo = world.committed("work");
    commit(&repo, &[("apps/web/package.json", "{}"), ("docs", "a file")]);
    let web = repo.join("apps/web");
    let link = world.path("link");
    std::os::unix::fs::symlink(&web, &link).unwrap();
    for dir in [&web, &link] {
        let said = world.in_worktree(dir, &["--gate", "test -f package.json"]);
        assert_eq!(said.state(), "done(checked)", "{said:#?}");
        let dir = PathBuf::from(world.story(&said.story()).dir);
        assert!(dir.ends_with("apps/web") && dir.starts_with(world.path("work.worktrees")));
    }
    // A follow-up works there, too.
    let story = world.rows(["stories"])[0]["slug"].as_str().unwrap().to_owned();
    world.rows(["send", &story, "[[demo:plain]]"]);
    assert_eq!(world.attach(&story).end().state(), "done(checked)");
    // A folder that is in no commit is not in the worktree, either.
    let new = repo.join("apps/new");
    fs::create_dir(&new).unwrap();
    let said = world.in_worktree(&new, &[]);
    assert_eq!(said.fault(), "git", "{}", said.err);
    assert!(said.err.contains("no folder apps/new"), "{}", said.err);
    assert_eq!(world.rows(["stories"]).len(), 2);
}

#[test]
fn a_worktree_lies_beside_the_repositorys_own_folder() {
    let world = World::without_record();
    let sub = world.committed("sub");
    let repo = world.committed("work");
    let file = ["-c", "protocol.file.allow=always", "submodule", "add", "-q"];
    git(&repo, &[&file[..], &[sub.to_str().unwrap(), "lib"]].concat());
    git(&repo, &["commit", "-q", "-m", "lib"]);
    let split = world.path("split");
    let kept = world.path("kept/split.git");
    fs::create_dir_all(&split).unwrap();
    fs::create_dir_all(world.path("kept")).unwrap();
    git(&split, &["init", "-q", "--separate-git-dir", kept.to_str().unwrap()]);
    git(&split, &["commit", "-q", "--allow-empty", "-m", "first"]);
    let hidden = world.path("shop");
    git(
        &repo,
        &["clone", "-q", "--bare", sub.to_str().unwrap(), hidden.join(".bare").to_str().unwrap()],
    );
    fs::write(hidden.join(".git"), "gitdir: ./.bare\n").unwrap();
    git(&hidden, &["worktree", "add", "-q", "-b", "first", "first"]);
    git(
        &repo.join("lib"),
        &["worktree", "add", "-q", "-b", "linked", world.path("linked").to_str().unwrap()],
    );
    let dotfiles = world.path(".dotfiles");
    git(&repo, &["clone", "-q", "--bare", sub.to_str().unwrap(), dotfiles.to_str().unwrap()]);
    let table = [
        (dotfiles, world.path(".dotfiles.worktrees")),
        (repo.join("lib"), repo.join("lib.worktrees")),
        (world.path("linked"), repo.join("lib.worktrees")),
        (split, world.path("split.worktrees")),
        (hidden.clone(), world.path("shop.worktrees")),
        (hidden.join("first"), world.path("shop.worktrees")),
    ];
    for (dir, beside) in table {
        let (made, _) = made(&world, &dir);
        assert_eq!(made.parent(), Some(beside.as_path()), "{}", dir.display());
    }
}

#[test]
fn submodules_are_filled_from_what_is_there() {
    let world = World::without_record();
    let (inner, middle) = (world.committed("inner"), world.committed("middle"));
    commit(&inner, &[("deep.txt", "deep")]);
    let allow = ["-c", "protocol.file.allow=always"];
    let add = |to: &Path, from: &Path, path: &str| {
        git(to, &[&allow[..], &["submodule", "add", "-q", from.to_str().unwrap(), path]].concat());
        git(to, &["commit", "-q", "-m", path]);
    };
    commit(&middle, &[("a.txt", "a")]);
    add(&middle, &inner, "in");
    let repo = world.committed("work");
    add(&repo, &middle, "lib dir");
    git(&repo, &[&allow[..], &["submodule", "update", "-q", "--init", "--recursive"]].concat());
    // The origins of the submodules are moved away, so nothing can be fetched.
    for gone in [&inner, &middle] {
        fs::rename(gone, gone.with_extension("gone")).unwrap();
    }
    let (dir, facts) = made(&world, &repo);
    assert_eq!(facts.empty_submodules, Vec::<String>::new());
    assert_eq!(fs::read_to_string(dir.join("lib dir/a.txt")).unwrap(), "a");
    assert_eq!(fs::read_to_string(dir.join("lib dir/in/deep.txt")).unwrap(), "deep");
    let address = git(&dir.join("lib dir"), &["config", "remote.origin.url"]);
    assert_eq!(Path::new(address.trim()), middle, "the address stays");
    // This submodule is not checked out in the folder, and no copy of it exists.
    let copy = world.path("copy");
    git(&repo, &["clone", "-q", ".", copy.to_str().unwrap()]);
    let (dir, facts) = made(&world, &copy);
    assert_eq!(facts.empty_submodules, ["lib dir"]);
    assert!(!dir.join("lib dir/a.txt").exists());
}

#[test]
fn a_home_that_is_a_repository_is_a_place_to_work_in() {
    let mut world = World::without_record();
    let home = world.path("home");
    git(&home, &["init", "-q"]);
    commit(&home, &[("notes/a.txt", "a")]);
    let demo = format!("exec '{}' demo-agent \"$@\"", env!("CARGO_BIN_EXE_mush"));
    script(&home.join("tools/claude"), &demo);
    let path = std::env::var("PATH").unwrap();
    world.set("PATH", format!("{}:{path}", home.join("tools").display()));
    let said = world.run(&home.join("notes"), "[[demo:plain]]", &["--agent", "claude"]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let said = world.run(&home.join("notes"), FIX_IT, &["--agent", "claude", "--worktree"]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let dir = world.story(&said.story()).dir;
    assert_eq!(Path::new(&dir), home.join("home.worktrees/fix-it/notes"));
}

#[test]
fn a_place_where_no_folder_can_be_made_is_refused_with_the_way_to_another() {
    let world = World::without_record();
    let repo = world.committed("work");
    let config = |place: &str| world.rows(["config", "set", "worktrees.place", place]);
    fs::write(world.path("file"), "").unwrap();
    let too_long = format!("{}/{{name}}", "x".repeat(300));
    for place in ["file/{name}", "file/deep/{name}", "/dev/null/{name}", &too_long] {
        config(place);
        let said = world.in_worktree(&repo, &[]);
        assert_eq!(said.fault(), "git", "{}", said.err);
        assert!(
            said.err.contains("worktrees.place") && !said.err.contains("os error"),
            "{said:#?}"
        );
        left_nothing(&repo);
    }
    config("trees/{name}");
    made(&world, &repo);
}

#[test]
fn a_git_that_is_too_old_is_refused_with_both_versions() {
    let mut world = World::without_record();
    let repo = world.committed("work");
    script(&world.path("old/git"), "echo 'git version 2.30.2'");
    let path = std::env::var("PATH").unwrap();
    world.set("PATH", format!("{}:{path}", world.path("old").display()));
    for more in [&[][..], &["--worktree"]] {
        let said = world.run(&repo, FIX_IT, more);
        assert_eq!(said.fault(), "git", "{}", said.err);
        assert!(said.err.contains("2.30.2") && said.err.contains("2.31"), "{}", said.err);
    }
    let rows = world.rows(["doctor"]);
    let git = rows.iter().find(|row| row.get("git").is_some()).unwrap();
    assert_eq!(git["git"], "2.30.2");
    assert!(git["problem"]["message"].as_str().unwrap().contains("2.31"), "{git}");
    assert!(world.rows(["stories"]).is_empty());
}

#[test]
fn what_is_not_in_git_is_named_before_the_agent_begins() {
    let world = World::without_record();
    let repo = world.committed("work");
    commit(&repo, &[(".gitignore", ".env\nnode_modules/\n"), ("a.txt", "a")]);
    let (_, facts) = made(&world, &repo);
    let base = facts.base.clone();
    assert_eq!(facts, NewWorktree { base, changed: Some(0), ..NewWorktree::default() });
    fs::write(repo.join(".env"), "KEY=1").unwrap();
    fs::create_dir(repo.join("node_modules")).unwrap();
    fs::write(repo.join("node_modules/x"), "x").unwrap();
    fs::write(repo.join("a.txt"), "b").unwrap();
    fs::write(repo.join("new.txt"), "new").unwrap();
    let (_, facts) = made(&world, &repo);
    assert_eq!(facts.changed, Some(2));
    assert_eq!(facts.ignored.names, [".env", "node_modules/"]);
    // Also in the output for people, and before the agent's output.
    let mut mush = Command::new(env!("CARGO_BIN_EXE_mush"));
    mush.env_clear().envs(world.variables()).arg("--data-dir").arg(world.data());
    mush.args(["run", "--agent", "demo", "--worktree", "--prompt", FIX_IT, "--dir"]).arg(&repo);
    let said = String::from_utf8(mush.output().unwrap().stdout).unwrap();
    let first: Vec<&str> = said.lines().take(2).collect();
    assert!(first[0].contains("begins from"), "{said}");
    assert!(first[1].contains("2 uncommitted files; ignored .env, node_modules/"), "{said}");
}
