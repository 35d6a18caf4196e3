//! A deleted store is made again from the journal, and its owner answers requests before the logs
//! are read. If that owner is killed the next one continues, and `mush verify` waits for it and
//! says so.

use crate::store::{put_log_into_file, store};
use crate::support::{Following, World, until};
use engine::store::read::Reader;
use rustix::process::Signal;
use std::fs;

/// The number of stories, whose logs take some time to decode.
const STORIES: usize = 3;

/// A world with finished stories, whose store is deleted.
fn without_store() -> World {
    let world = World::new();
    for number in 0..STORIES {
        let repo = world.repo(&format!("repo-{number}"));
        let said = world.run(&repo, "[[demo:long size=3000000]]", &[]);
        assert_eq!(said.state(), "done(unchecked)", "{}", said.err);
    }
    put_log_into_file(&world);
    fs::remove_file(store(&world)).unwrap();
    world
}

/// How many finished runs are to be read again; `None` without a store.
fn left(world: &World) -> Option<u64> {
    Reader::open(&store(world)).ok()?.count_rereading().ok()
}

/// Starts `mush run` as the owner, and waits until it answers requests and reads.
fn owner_that_reads(world: &World) -> Following {
    let owner = world.start(&world.repo("owner"), "[[demo:slow n=1500 ms=50]]", &[]);
    until("it reads again", || left(world).filter(|left| *left > 0));
    owner
}

#[test]
fn an_owner_killed_while_it_reads_again_leaves_the_rest_to_the_next() {
    let world = without_store();
    owner_that_reads(&world).kill_nine();
    let after_one = left(&world).unwrap();
    assert!(after_one > 0, "it was killed before it was done");
    world.rows(["stop", "--all"]);
    let runs = world.rows(["runs"]);
    assert_eq!(left(&world), Some(0));
    assert!(runs.iter().all(|run| run["events"].as_u64().unwrap() > 0), "{runs:#?}");
    world.verified();
}

#[test]
fn a_verification_says_what_it_waits_for_and_goes_on_when_that_is_gone() {
    let world = without_store();
    let owner = owner_that_reads(&world);
    // The owner is suspended while it reads.
    owner.signal(Signal::STOP);
    assert!(left(&world).unwrap() > 0, "it was stopped before it was done");
    let limited = world.ask(["verify", "--timeout", "0"]);
    assert_eq!(limited.fault(), "busy", "{}", limited.err);
    let named = format!("mush run (process {}) has still to read", owner.pid());
    assert!(limited.err.contains(&named), "{}", limited.err);
    let waiting = Following::begin(world.mush(["verify"]), "");
    until("words about it", || waiting.err_so_far().contains("Waits until mush run").then_some(()));
    owner.kill_nine();
    let verified = waiting.end();
    assert_eq!(verified.code, Some(0), "{verified:#?}");
    assert_eq!(verified.out.last().unwrap()["differences"], 0);
    assert_eq!(left(&world), Some(0), "it read the rest itself");
    world.rows(["stop", "--all"]);
}
