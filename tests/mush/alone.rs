//! Only one agent works in a worktree at a time: every way to start a second one is refused or
//! waits, and names the story that is there. The same folder is recognised by any of its names.

use crate::support::{World, until};
use std::fs;

#[test]
fn a_worktree_is_the_same_by_any_name() {
    let mut world = World::new();
    // In a linked worktree `.git` is a file, so the agent cannot keep its record there.
    world.set("MUSHER_DEMO", "");
    let repo = world.committed("work");
    let sub = repo.join("sub");
    fs::create_dir(&sub).unwrap();
    let link = world.path("link");
    std::os::unix::fs::symlink(&repo, &link).unwrap();
    let run = world.start(&repo, "[[demo:slow]]", &[]);
    run.until_state("running");
    for dir in [&sub, &link, &repo.join(".")] {
        let said = world.run(dir, "me too", &[]);
        assert_eq!((said.fault().as_str(), said.code), ("wrong_state", Some(2)), "{}", said.err);
        assert!(said.err.contains("a worktree of its own"), "{}", said.err);
    }
    let said = world.run(&repo, "[[demo:plain]]", &["--worktree", "musher/own"]);
    assert_eq!(said.state(), "done(unchecked)", "{}", said.err);
    let story = world.story(&said.story());
    assert_eq!(story.dir, format!("{}.worktrees/{}", repo.display(), story.slug));
    world.rows(["stop", &run.story()]);
    run.end();
    world.verified();
}

#[test]
fn a_follow_up_waits_for_whoever_works_there() {
    let world = World::new();
    let repo = world.repo("work");
    let first = world.run(&repo, "[[demo:plain]]", &[]).story();
    let run = world.start(&repo, "[[demo:slow]]", &[]);
    run.until_state("running");
    world.refused(["send", &first, "and more"], "wrong_state");
    assert_eq!(world.story(&first).queued_prompts, 0);
    world.rows(["stop", &run.story()]);
    run.end();
    world.rows(["send", &first, "[[demo:plain]]"]);
    until("the follow-up", || (world.story(&first).runs.len() == 2).then_some(()));
    world.rows(["wait", &first]);
    world.verified();
}

#[test]
fn a_limit_that_resets_waits_for_whoever_works_there() {
    let world = World::new();
    let repo = world.repo("work");
    let limited = world.start(&repo, "[[demo:limit_until until=2]]", &["--wait"]);
    limited.until_state("limited");
    let account = ["--env", "MUSHER_DEMO_ACCOUNT=other"];
    let other = world.start(&repo, "[[demo:slow n=80 ms=50]]", &account);
    let said = other.end();
    assert_eq!(said.state(), "done(unchecked)", "{}", said.err);
    let over = world.story(&said.story()).since;
    assert_eq!(limited.end().state(), "done(unchecked)");
    let runs = world.rows(["runs"]);
    let resumed = runs.iter().filter(|run| run["slug"].as_str().unwrap().ends_with(".2"));
    let started: Vec<&str> = resumed.map(|run| run["started_at"].as_str().unwrap()).collect();
    assert!(matches!(started[..], [at] if at >= over.to_string().as_str()), "{started:?} {over}");
    world.verified();
}
