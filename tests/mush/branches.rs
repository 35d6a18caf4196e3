//! Branches and folders that Musher names: after the goal, in Latin letters, made unique by a
//! number, also when several stories need the same name at once. A name that a person gave is never
//! changed.

use crate::support::{World, at_once, git};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A world whose agent keeps no record, because `.git` may be a file here.
fn world() -> World {
    let mut world = World::new();
    world.set("MUSHER_DEMO", "");
    world
}

/// Starts a story with only a goal. Returns its branch and the name of its folder.
fn begin(world: &World, repo: &Path, goal: &str) -> (String, String) {
    let prompt = format!("{goal}\n[[demo:plain]]");
    let said = world.run(repo, &prompt, &["--worktree"]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let story = world.story(&said.story());
    let folder = Path::new(&story.dir).file_name().unwrap().to_string_lossy().into_owned();
    (story.branch.unwrap(), folder)
}

fn pair(branch: &str, folder: &str) -> (String, String) {
    (branch.to_owned(), folder.to_owned())
}

#[test]
fn a_second_story_with_nothing_but_a_goal_starts() {
    let world = world();
    let repo = world.committed("work");
    assert_eq!(
        begin(&world, &repo, "Fix the login"),
        pair("musher/fix-the-login", "fix-the-login")
    );
    assert_eq!(
        begin(&world, &repo, "Fix the login"),
        pair("musher/fix-the-login-2", "fix-the-login-2")
    );
    assert_eq!(begin(&world, &repo, "Исправь вход"), pair("musher/isprav-vkhod", "isprav-vkhod"));
    // The same goal in another repository: names of stories are unique across repositories.
    let other = world.committed("other");
    assert_eq!(begin(&world, &other, "Исправь вход").0, "musher/isprav-vkhod-2");
}

#[test]
fn what_stands_there_already_is_gone_around() {
    let world = world();
    let repo = world.committed("work");
    git(&repo, &["branch", "musher/tidy-up"]);
    git(&repo, &["branch", "musher/tidy-up-2/part"]);
    fs::create_dir_all(world.path("work.worktrees/tidy-up-3")).unwrap();
    assert_eq!(begin(&world, &repo, "Tidy up"), pair("musher/tidy-up-4", "tidy-up-4"));
    // A branch name that a person gave is never changed, so it is refused if it is taken; the name
    // of the folder is not the person's.
    let said = world.run(&repo, "Tidy up\n[[demo:plain]]", &["--worktree", "musher/tidy-up"]);
    assert_eq!(said.fault(), "git", "{}", said.err);
    assert!(said.err.contains("musher/tidy-up") && !said.err.contains("title"), "{}", said.err);
    fs::create_dir_all(world.path("work.worktrees/sort")).unwrap();
    let said = world.run(&repo, "Sort\n[[demo:plain]]", &["--worktree", "mine"]);
    let story = world.story(&said.story());
    assert_eq!(story.branch.as_deref(), Some("mine"), "{said:#?}");
    assert!(story.dir.ends_with("work.worktrees/sort-2"), "{}", story.dir);
}

#[test]
fn a_branch_that_blocks_all_others_is_reported() {
    let world = world();
    let repo = world.committed("work");
    git(&repo, &["branch", "musher"]);
    let said = world.run(&repo, "Sort\n[[demo:plain]]", &["--worktree"]);
    assert_eq!(said.fault(), "git", "{}", said.err);
    assert!(said.err.contains("musher"), "{}", said.err);
    assert!(world.rows(["stories"]).is_empty());
}

#[test]
fn stories_of_two_data_directories_that_begin_at_once_have_a_branch_each() {
    // Two owners do not know of each other; only git knows both.
    let worlds = [world(), world()];
    let repo = worlds[0].committed("work");
    let tasks: Vec<usize> = (0..8).collect();
    at_once(&tasks, |task| {
        begin(&worlds[task % 2], &repo, "Same goal");
    });
    let branches = git(&repo, &["for-each-ref", "--format=%(refname:short)", "refs/heads/musher/"]);
    let branches: BTreeSet<&str> = branches.lines().collect();
    assert_eq!(branches.len(), tasks.len(), "{branches:?}");
    let own = |world: &crate::support::World| {
        let rows = world.rows(["stories"]).into_iter();
        rows.map(|story| story["branch"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all: BTreeSet<String> = worlds.iter().flat_map(own).collect();
    assert_eq!(all.len(), tasks.len(), "{all:?}");
}
