//! What the engine reports about a folder and its git repository before a story is started there.

use crate::support::{World, git};
use protocol::Request;
use std::fs;
use std::path::Path;

#[test]
fn what_a_folder_is_not_good_for_is_known_before_a_story_is_started() {
    let world = World::new();
    let engine = world.own();
    let fresh = world.repo("fresh");
    let bare = world.path("bare.git");
    git(
        &fresh,
        &[
            "clone",
            "-q",
            "--bare",
            world.committed("work").to_str().unwrap(),
            bare.to_str().unwrap(),
        ],
    );
    let plain = world.path("plain");
    fs::create_dir(&plain).unwrap();
    let why = |dir: &Path| {
        let facts = engine::runtime::wait(engine.folder(dir.to_str().unwrap())).unwrap().unwrap();
        [facts.no_worktree, facts.not_as_is].map(|fault| fault.map(|fault| fault.message))
    };
    let [worktree, as_is] = why(&fresh);
    assert!(worktree.unwrap().contains("no commit yet"));
    assert_eq!(as_is, None);
    let [worktree, as_is] = why(&plain);
    assert!(worktree.unwrap().contains("not in a git repository"));
    assert_eq!(as_is, None);
    let [worktree, as_is] = why(&bare);
    assert_eq!(worktree, None);
    assert!(as_is.unwrap().contains("a bare repository"));
    let whole = world.committed("with a commit");
    assert_eq!(why(&whole), [None, None]);
    // Where no worktree can be made, a place is offered where one can.
    let facts =
        |dir: &Path| engine::runtime::wait(engine.folder(dir.to_str().unwrap())).unwrap().unwrap();
    assert_eq!(facts(&whole).no_place, None);
    assert_eq!(facts(&bare).changed, Some(0), "it has no files that could be changed");
    fs::write(world.path("with a commit.worktrees"), "in the way").unwrap();
    let offered = facts(&whole).no_place.unwrap().offered.unwrap();
    let (key, value) = ("worktrees.place".to_owned(), format!("{offered:?}"));
    engine.request(Request::SetConfig { key, value, confirmed: true }).unwrap();
    assert_eq!(facts(&whole).no_place, None);
    assert!(facts(&whole).worktrees.ends_with("home/trees/with a commit"));
    engine.close("done");
}
