//! A store that cannot be written for some time, because another program holds SQLite's lock:
//! output waits in the logs and not in memory, a stop works as usual, and afterwards everything is
//! in the store.

use crate::output::most_memory;
use crate::support::{Following, World, until};
use crate::truth::Truth;
use engine::store::{self, Opened};
use std::fs;

/// How many bytes a log grows; so many that they would be seen in the owner's memory.
const MANY: u64 = 48 << 20;

/// How many bytes a log grows; more than the engine takes while the store takes nothing.
const ENOUGH: u64 = 24 << 20;

/// The most memory that the owner may use, in KiB.
const MEMORY: u64 = 56 << 10;

fn hold(world: &World) -> impl Drop {
    /// Holds SQLite's lock until it is dropped.
    struct Holder(store::Opened);
    impl Drop for Holder {
        fn drop(&mut self) {
            if let Opened::Usable(db) = &self.0 {
                db.execute_batch("ROLLBACK").unwrap();
            }
        }
    }
    let opened = store::open(&world.data().join("store.sqlite")).unwrap();
    match &opened {
        Opened::Usable(db) => db.execute_batch("BEGIN IMMEDIATE").unwrap(),
        Opened::Unusable(why) => panic!("{why}"),
    }
    Holder(opened)
}

/// The directory of the story's only run.
fn run_dir(world: &World, story: &str) -> keeper::RunDir {
    let run = world.story(story).runs[0].to_string();
    keeper::RunDir::new(world.data().join("runs").join(run))
}

fn until_over(dir: &keeper::RunDir) {
    until("the end of its process", || dir.read_exit().unwrap());
}

/// Waits until the run has printed so many more bytes.
fn until_printed(dir: &keeper::RunDir, bytes: u64) {
    let len = || fs::metadata(dir.log_path(keeper::Stream::Stdout)).map_or(0, |log| log.len());
    let begun = len();
    until("a longer log", || (len() > begun + bytes).then_some(()));
}

#[test]
fn a_store_that_is_held_grows_no_memory_and_holds_up_no_stop() {
    let world = World::new();
    let repo = world.repo("flood");
    let flood = world.start(&repo, "[[demo:ask flood rate=1600 size=4000 seconds=8]]", &[]);
    flood.until_state("waiting(question)");
    let question = until("the question", || world.rows(["questions"]).pop());
    let others: Vec<Following> =
        ["one", "two"].map(|name| world.start(&world.repo(name), "[[demo:slow]]", &[])).into();
    others.iter().for_each(|other| other.until_state("running"));
    let dirs = others.iter().map(|other| run_dir(&world, &other.story()));
    let dirs: Vec<_> = dirs.collect();

    let flood_dir = run_dir(&world, &flood.story());
    let holder = hold(&world);
    // All of it is printed while the store is held.
    let answer = ["answer", question["id"].as_str().unwrap(), "allow"];
    let answer = Following::begin(world.mush(answer), "");
    until_printed(&flood_dir, MANY);
    let memory = most_memory(flood.pid());
    let stop = |other: &Following| Following::begin(world.mush(["stop", &other.story()]), "");
    let stops: Vec<Following> = others.iter().map(stop).collect();
    // Nothing could be committed meanwhile.
    dirs.iter().for_each(until_over);
    drop(holder);

    assert_eq!(answer.end().code, Some(0));
    assert!(memory > 0 && memory < MEMORY, "the owner took {memory} KiB");
    for (stop, other) in stops.into_iter().zip(others) {
        assert_eq!(stop.end().code, Some(0));
        assert_eq!(other.end().state(), "stopped(you)");
    }
    let said = flood.end();
    assert_eq!(said.state(), "done(unchecked)", "{}", said.err);
    Truth::of(&repo).compare(&world, &said.story());
    world.verified();
}

#[test]
fn what_a_held_store_has_not_taken_yet_can_be_stopped_without_an_owner() {
    let world = World::new();
    let flood = "[[demo:flood slow rate=1600 size=4000 seconds=8]]";
    let flood = world.start(&world.repo("flood"), flood, &[]);
    flood.until_state("running");
    let story = flood.story();
    let dir = run_dir(&world, &story);
    flood.kill_nine();
    until_printed(&dir, ENOUGH);
    let holder = hold(&world);
    let stop = Following::begin(world.mush(["stop", &story]), "");
    until_over(&dir);
    drop(holder);
    assert_eq!(stop.end().code, Some(0));
    assert_eq!(world.ask(["wait", &story]).code, Some(12));
    world.verified();
}
