//! A store that was lost or damaged is made again from the journal, and its owner serves before the logs were read.
//! What is not read yet says so, an owner that is killed meanwhile leaves it to the next one, and `mush verify` waits
//! for it and says so.

use crate::store::{aside, put_log_into_file, store};
use crate::support::{Following, World, until};
use engine::store::read::Reader;
use engine::{DataDir, Engine, Opening, Options};
use protocol::{PullRequest, Request, Topic, TopicBatch};
use rustix::process::Signal;
use std::fs;

/// Stories with logs that take a while to decode.
const STORIES: usize = 3;

/// A world with stories that are over, whose store is gone.
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

/// How many runs that are over are to be read again; none while there is no store.
fn left(world: &World) -> Option<u64> {
    Reader::open(&store(world)).ok()?.count_rereading().ok()
}

/// `mush run` as the owner, once it serves and reads again.
fn owner_that_reads(world: &World) -> Following {
    let owner = world.start(&world.repo("owner"), "[[demo:slow n=1500 ms=50]]", &[]);
    until("it reads again", || left(world).filter(|left| *left > 0));
    owner
}

/// This process as the owner.
fn own(world: &World) -> Engine {
    let dir = DataDir::at(world.data()).unwrap();
    let options = Options::new(dir, "journey", env!("CARGO_BIN_EXE_mush").into());
    match Engine::open(options).unwrap() {
        Opening::Owner(engine) => engine,
        Opening::Follower(_) => panic!("nobody else may own the directory"),
    }
}

/// The stories of a board, with whether each is being read again.
fn board(engine: &Engine) -> Vec<bool> {
    let board = engine.pull(&PullRequest::all([Topic::Stories])).unwrap();
    let [TopicBatch::Stories { stories, .. }] = &board.topics[..] else { panic!("{board:?}") };
    stories.iter().map(|view| view.story.rereading).collect()
}

#[test]
fn an_owner_killed_while_it_reads_again_leaves_the_rest_to_the_next() {
    let world = without_store();
    owner_that_reads(&world).kill_nine();
    let after_one = left(&world).unwrap();
    assert!(after_one > 0, "it was killed before it was done");
    world.rows(["stop", "--all"]);
    let engine = own(&world);
    assert_eq!(engine.read_all().unwrap(), [], "no log is damaged");
    assert_eq!(left(&world), Some(0));
    engine.close("done");
    let runs = world.rows(["runs"]);
    assert!(runs.iter().all(|run| run["events"].as_u64().unwrap() > 0), "{runs:#?}");
    world.verified();
}

#[test]
fn a_verification_says_what_it_waits_for_and_goes_on_when_that_is_gone() {
    let world = without_store();
    let owner = owner_that_reads(&world);
    // It hangs in the middle.
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

#[test]
fn a_store_that_goes_under_its_owner_is_there_again_before_the_logs_were_read() {
    let world = without_store();
    let engine = own(&world);
    engine.read_all().unwrap();
    assert_eq!(board(&engine), [false; STORIES]);
    fs::remove_file(store(&world)).unwrap();
    engine.request(Request::CheckStore).unwrap();
    assert!(board(&engine).contains(&true), "it serves before they were read");
    engine.read_all().unwrap();
    assert_eq!(board(&engine), [false; STORIES]);
    engine.close("done");
    world.verified();
}

#[test]
fn damage_that_no_board_reads_is_found_while_the_owner_serves() {
    let world = World::new();
    world.run(&world.repo("work"), "[[demo:tools]]", &[]);
    // An owner that came to no end: as after a loss of power, any page may be damaged.
    let run = world.start(&world.repo("slow"), "[[demo:slow]]", &[]);
    run.until_state("running");
    run.kill_nine();
    world.rows(["stop", "--all"]);
    put_log_into_file(&world);
    let page = root_of(&world, "incomplete_by_run");
    let mut bytes = fs::read(store(&world)).unwrap();
    bytes[page..page + crate::store::PAGE].fill(0x5a);
    fs::write(store(&world), bytes).unwrap();
    let engine = own(&world);
    assert_eq!(board(&engine).len(), 2);
    until("the damage is found", || (aside(&world) == 1).then_some(()));
    engine.read_all().unwrap();
    assert_eq!(board(&engine), [false; 2]);
    engine.close("done");
    let journal = fs::read_to_string(world.data().join("journal/000001.jsonl")).unwrap();
    let warned =
        journal.lines().filter(|line| line.contains("was made again; the old one is kept"));
    assert_eq!(warned.count(), 1);
    world.verified();
}

/// Where the first page of an index is in the store's file.
fn root_of(world: &World, index: &str) -> usize {
    let engine::store::Opened::Usable(db) = engine::store::open(&store(world)).unwrap() else {
        panic!("the store is whole here");
    };
    let sql = format!("SELECT rootpage FROM sqlite_master WHERE name = '{index}'");
    let page: usize = db.query_row(&sql, [], |row| row.get(0)).unwrap();
    (page - 1) * crate::store::PAGE
}
