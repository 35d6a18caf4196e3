//! A story is finished by `mush`: its work is committed, updated and merged, each step is in the journal and is undone,
//! and nothing is done to what moved or where somebody works.

use crate::support::{Following, World, git, until};
use protocol::{FinishAct, FinishDone, JournalEvent};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A repository in which a person can commit.
pub(crate) fn repository(world: &World) -> PathBuf {
    let repo = world.repo("work");
    git(&repo, &["symbolic-ref", "HEAD", "refs/heads/main"]);
    for (key, value) in [("user.name", "Ann"), ("user.email", "ann@example.org")] {
        git(&repo, &["config", key, value]);
    }
    fs::write(repo.join("shop.txt"), "open\n").unwrap();
    git(&repo, &["add", "-A"]);
    git(&repo, &["commit", "-q", "-m", "first"]);
    repo
}

/// A story that is done, in a worktree of its own: its name and its folder.
pub(crate) fn story(world: &World, repo: &Path) -> (String, PathBuf) {
    let said = world.in_worktree(repo, &[]);
    assert_eq!(said.state(), "done(unchecked)", "{}", said.err);
    let story = world.story(&said.story());
    (story.slug.to_string(), PathBuf::from(story.dir))
}

pub(crate) fn finish(world: &World, name: &str) -> Value {
    world.rows(["finish", name]).remove(0)
}

/// Why something cannot be done now.
pub(crate) fn why_not(found: &Value, act: &str) -> Option<String> {
    let offers = found["offers"].as_array().unwrap();
    let offer = offers.iter().find(|offer| offer["act"] == act).unwrap();
    offer["why_not"].as_str().map(str::to_owned)
}

pub(crate) fn done(mut rows: Vec<Value>) -> FinishDone {
    assert_eq!(rows.len(), 1, "{rows:?}");
    serde_json::from_value(rows.remove(0)).unwrap()
}

pub(crate) fn hook(repo: &Path, name: &str, script: &str) {
    let path = repo.join(".git/hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Everything that a refusal must not change.
fn state(repo: &Path, dir: &Path) -> [String; 4] {
    [
        git(repo, &["for-each-ref", "refs/heads"]),
        git(repo, &["status", "--porcelain"]),
        git(dir, &["status", "--porcelain"]),
        git(dir, &["rev-parse", "HEAD"]),
    ]
}

#[test]
fn the_work_of_a_story_is_committed_merged_where_its_base_is_checked_out_and_put_away() {
    let world = World::without_record();
    let repo = repository(&world);
    let (name, dir) = story(&world, &repo);
    assert_eq!(why_not(&finish(&world, &name), "commit").as_deref(), Some("nothing_to_commit"));
    world.refused(["commit", &name], "wrong_state");
    fs::write(dir.join("login.txt"), "fixed\n").unwrap();
    let found = finish(&world, &name);
    assert_eq!(found["uncommitted"]["names"], serde_json::json!(["login.txt"]));
    assert_eq!(
        (why_not(&found, "commit"), why_not(&found, "squash").as_deref()),
        (None, Some("nothing_to_merge"))
    );
    let made = done(world.rows(["commit", &name]));
    assert_eq!(made.act, FinishAct::Commit);
    assert_eq!(git(&dir, &["log", "-1", "--format=%an %s"]), "Ann Fix it\n", "the story's title");
    // A second commit, with words of one's own, and one that is taken back.
    fs::write(dir.join("shop.txt"), "closed\n").unwrap();
    world.rows(["commit", &name, "shop.txt", "-m", "Close the shop"]);
    let undone = done(world.rows(["undo", &name]));
    assert_eq!((undone.act, &undone.to), (FinishAct::Undo, &made.to));
    assert_eq!(git(&dir, &["status", "--porcelain"]), "M  shop.txt\n");
    world.rows(["commit", &name, "-m", "Close the shop"]);
    let before = state(&repo, &dir);
    let would = world.rows(["merge", &name, "--squash", "--dry-run"]).remove(0);
    assert_eq!((&would["would"], state(&repo, &dir)), (&"squash".into(), before.clone()));
    let squashed = done(world.rows(["merge", &name, "--squash"]));
    assert_eq!(squashed.dir.as_deref(), fs::canonicalize(&repo).unwrap().to_str());
    let message = git(&repo, &["log", "-1", "--format=%B"]);
    assert_eq!(message.trim(), "Fix it\n\n* Fix it\n* Close the shop");
    assert_eq!(fs::read_to_string(repo.join("shop.txt")).unwrap(), "closed\n");
    assert_eq!(why_not(&finish(&world, &name), "squash").as_deref(), Some("nothing_to_merge"));
    let (printed, code) = world.printed(&["undo", &name]);
    assert_eq!(code, Some(0), "{printed}");
    assert!(printed.starts_with("Done: undo. main is "), "{printed}");
    assert_eq!(state(&repo, &dir), before);
    let forward = done(world.rows(["merge", &name]));
    assert_eq!(
        (forward.act, forward.to.as_deref()),
        (FinishAct::FastForward, Some(before[3].trim()))
    );
    world.rows(["archive", &name]);
    let facts = world.attach(&name).end();
    let acts: Vec<_> = facts
        .journal()
        .into_iter()
        .filter_map(|event| match event {
            JournalEvent::FinishEnded { done: Some(done), fault: None, .. } => Some(done.act),
            _ => None,
        })
        .collect();
    use FinishAct as A;
    assert_eq!(
        acts,
        [A::Commit, A::Commit, A::Undo, A::Commit, A::Squash, A::Undo, A::FastForward]
    );
    world.verified();
}

#[test]
fn nothing_is_merged_where_somebody_works_or_something_is_not_committed() {
    let world = World::without_record();
    let repo = repository(&world);
    let (name, dir) = story(&world, &repo);
    fs::write(dir.join("login.txt"), "fixed\n").unwrap();
    let going = world.start(&repo, "[[demo:ask]]", &["--permission", "ask"]);
    going.until_state("waiting(question)");
    world.rows(["commit", &name]);
    let before = state(&repo, &dir);
    let found = finish(&world, &name);
    assert_eq!(why_not(&found, "merge").as_deref(), Some("target_works"));
    assert_eq!(found["target"]["worktree"]["works"], world.story(&going.story()).slug.as_str());
    world.refused(["merge", &name], "wrong_state");
    // In its own worktree nothing is committed while it works.
    let other = world.story(&going.story()).slug.to_string();
    fs::write(repo.join("new.txt"), "new\n").unwrap();
    world.refused(["commit", &other], "wrong_state");
    fs::remove_file(repo.join("new.txt")).unwrap();
    world.rows(["stop", &other]);
    assert_eq!(going.end().state(), "stopped(you)");
    fs::write(repo.join("shop.txt"), "not committed\n").unwrap();
    assert_eq!(why_not(&finish(&world, &name), "merge").as_deref(), Some("target_not_clean"));
    world.refused(["merge", &name, "--no-ff"], "wrong_state");
    git(&repo, &["checkout", "-q", "shop.txt"]);
    assert_eq!(state(&repo, &dir), before);
    // A story in a folder as it is has no base.
    assert_eq!(why_not(&finish(&world, &other), "squash").as_deref(), Some("no_base"));
    world.refused(["merge", &other], "wrong_state");
    world.refused(["update", &other], "wrong_state");
    world.refused(["undo", &other], "wrong_state");
    world.refused(["finish", "nobody"], "not_found");
    git(&repo, &["checkout", "-q", "--detach"]);
    let merged = done(world.rows(["merge", &name, "--no-ff", "-m", "Merged by hand"]));
    assert_eq!(merged.dir, None);
    assert_eq!(git(&repo, &["log", "-1", "--format=%s", "main"]), "Merged by hand\n");
    world.verified();
}

#[test]
fn conflicts_are_shown_and_handed_to_the_agent() {
    let world = World::without_record();
    let repo = repository(&world);
    let (name, dir) = story(&world, &repo);
    fs::write(dir.join("shop.txt"), "closed\n").unwrap();
    world.rows(["commit", &name]);
    fs::write(repo.join("shop.txt"), "sold\n").unwrap();
    git(&repo, &["commit", "-q", "-a", "-m", "sold"]);
    let before = state(&repo, &dir);
    for words in [&["merge"][..], &["merge", "--squash"], &["update"], &["update", "--rebase"]] {
        let words = [&words[..1], &[&name], &words[1..]].concat();
        world.refused(words, "conflicts");
        assert_eq!(state(&repo, &dir), before);
    }
    world.refused(["merge", &name, "--ff"], "wrong_state");
    let (printed, _) = world.printed(&["finish", &name]);
    for line in ["  shop.txt  (changed on both sides)", "    sold", "    closed"] {
        assert!(printed.lines().any(|it| it == line), "{line}: {printed}");
    }
    let sent = world.rows(["update", &name, "--ask-agent"]).remove(0);
    let text = sent["text"].as_str().unwrap();
    assert!(text.contains("conflicts with main") && text.contains("sold"), "{text}");
    assert_eq!(world.attach(&name).end().state(), "done(unchecked)");
    // As the agent would have done it.
    git(&dir, &["merge", "-q", "-X", "theirs", "main"]);
    assert_eq!(why_not(&finish(&world, &name), "update_by_merge").as_deref(), Some("up_to_date"));
    world.rows(["merge", &name]);
    assert_eq!(git(&repo, &["rev-parse", "main"]), git(&dir, &["rev-parse", "HEAD"]));
    world.verified();
}

#[test]
fn hooks_are_shown_while_they_work_and_can_be_cancelled() {
    let world = World::without_record();
    let repo = repository(&world);
    let (name, dir) = story(&world, &repo);
    fs::write(dir.join("login.txt"), "fixed\n").unwrap();
    hook(&repo, "pre-commit", "echo 'runs the linter'; sleep 600");
    let before = state(&repo, &dir);
    let going = Following::begin(world.mush(["commit", &name]), "");
    until("the hook's words", || going.err_so_far().contains("runs the linter").then_some(()));
    assert_eq!(finish(&world, &name)["under_way"], "commit");
    world.refused(["commit", &name, "-m", "another"], "wrong_state");
    going.signal(rustix::process::Signal::INT);
    let said = going.end();
    assert_eq!(said.code, Some(12), "stopped: {}", said.err);
    assert_eq!(state(&repo, &dir), before);
    assert_eq!(finish(&world, &name)["under_way"], Value::Null);
    hook(&repo, "pre-commit", "echo 'login.txt: not good'; exit 1");
    let said = world.ask(["commit", &name]);
    assert_eq!(said.fault(), "git");
    assert!(said.err.lines().any(|line| line == "login.txt: not good"), "{}", said.err);
    assert_eq!(state(&repo, &dir), before);
    world.verified();
}

#[test]
fn what_was_under_way_when_its_owner_was_killed_is_not_known() {
    let world = World::without_record();
    let repo = repository(&world);
    let (name, dir) = story(&world, &repo);
    fs::write(dir.join("login.txt"), "fixed\n").unwrap();
    let pipe = world.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    hook(&repo, "pre-commit", &format!("echo waits; read word <'{}'", pipe.display()));
    let going = Following::begin(world.mush(["commit", &name]), "");
    until("the hook's words", || going.err_so_far().contains("waits").then_some(()));
    let before = git(&dir, &["rev-parse", "HEAD"]);
    going.kill_nine();
    // Git goes on by itself.
    fs::write(&pipe, "go\n").unwrap();
    until("the commit", || (git(&dir, &["rev-parse", "HEAD"]) != before).then_some(()));
    world.rows(["checkpoint", &name]);
    let found = finish(&world, &name);
    assert_eq!((&found["under_way"], &found["last"]), (&Value::Null, &Value::Null));
    world.refused(["undo", &name], "wrong_state");
    let facts = world.attach(&name).end().journal();
    let faults: Vec<_> = facts
        .into_iter()
        .filter_map(|event| match event {
            JournalEvent::FinishEnded { fault: Some(fault), done: None, .. } => Some(fault.message),
            _ => None,
        })
        .collect();
    assert!(faults.len() == 1 && faults[0].contains("not known whether it was done"), "{faults:?}");
    world.verified();
}
