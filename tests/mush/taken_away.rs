//! Files that are removed or damaged while an owner runs: the store is made again, a run whose log
//! cannot be read can still be stopped, and nothing is concluded from unreadable files.

use crate::store::aside;
use crate::support::{Following, World, signal_to, until};
use crate::truth::Truth;
use engine::store::{self, Opened};
use protocol::{Event, JournalEvent};
use rustix::process::Signal;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

fn store_files(world: &World) -> Vec<PathBuf> {
    let name = |suffix: &str| world.data().join(format!("store.sqlite{suffix}"));
    ["", "-wal", "-shm"].map(name).into()
}

/// Runs a story in three turns; `hurt` damages the store after the first.
fn hurt_in_the_middle(hurt: impl Fn(&World)) -> World {
    let world = World::new();
    hurt_in(&world, || hurt(&world));
    world
}

/// The same in an existing world. Returns the story.
fn hurt_in(world: &World, hurt: impl Fn()) -> String {
    let repo = world.repo("work");
    let run = world.start(&repo, "[[demo:ask]]", &[]);
    run.until_state("waiting(question)");
    hurt();
    let question = until("the question", || world.rows(["questions"]).pop());
    world.rows(["answer", question["id"].as_str().unwrap(), "allow"]);
    world.rows(["send", &run.story(), "[[demo:plain]]"]);
    let said = run.end();
    assert_eq!(said.state(), "done(unchecked)", "{}", said.err);
    Truth::of(&repo).compare(world, &said.story());
    world.verified();
    said.story()
}

#[test]
fn a_store_that_is_deleted_under_its_owner_is_made_again() {
    hurt_in_the_middle(|world| {
        for file in store_files(world) {
            // Error ignored: SQLite's side files need not exist.
            let _ = fs::remove_file(file);
        }
    });
}

#[test]
fn a_store_that_is_overwritten_under_its_owner_is_made_again() {
    let world = hurt_in_the_middle(|world| {
        for file in store_files(world).into_iter().take(2) {
            let len = fs::metadata(&file).unwrap().len();
            let mut file = fs::File::options().write(true).open(file).unwrap();
            file.write_all(&vec![0xa5; usize::try_from(len).unwrap()]).unwrap();
        }
    });
    let names = fs::read_dir(world.data()).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.filter(|name| name.contains("unusable")).count() > 0, "the old one is kept");
}

/// Overwrites values in the store; SQLite's own check does not detect this.
fn spoil(world: &World, change: &str) {
    match store::open(&world.data().join("store.sqlite")).unwrap() {
        Opened::Usable(db) => db.execute_batch(change).unwrap(),
        Opened::Unusable(why) => panic!("{why}"),
    }
}

#[test]
fn a_value_that_cannot_be_read_is_mended_under_an_owner() {
    let world = World::new();
    let ended = world.run(&world.repo("ended"), "[[demo:tools]]", &[]).story();
    let ended = world.story(&ended).runs[0].to_string();
    let events = world.rows(["events", &ended]);
    let story = hurt_in(&world, || {
        spoil(&world, "UPDATE events SET event = '{\"type\":' WHERE seq > 2");
        assert!(world.rows(["events", &ended]) == events, "what is printed is what was printed");
    });
    assert_eq!(aside(&world), 1, "the old one is kept");
    assert_eq!(world.story(&story).state, protocol::StoryState::Done);
}

#[test]
fn a_value_that_an_owner_itself_cannot_read_is_mended() {
    // A follower of one story reads the questions of all stories.
    hurt_in_the_middle(|world| {
        spoil(
            world,
            "UPDATE questions SET request = '{', content = json_set(content, '$.kind', 'perhaps')",
        )
    });
    hurt_in_the_middle(|world| spoil(world, "UPDATE stories SET state = 'waitink'"));
    hurt_in_the_middle(|world| spoil(world, "UPDATE runs SET spec = '{'"));
}

/// A story whose run is active; the run's index is damaged while no process owns the directory, so
/// that the next owner cannot read it.
fn with_damaged_index(world: &World) -> Following {
    let run = world.start(&world.repo("work"), "[[demo:slow]]", &[]);
    run.until_line("words", |line| match &line.source {
        protocol::Source::Run(Event::Status { .. }) => Some(()),
        _ => None,
    });
    let story = run.story();
    run.kill_nine();
    let index = world.run_dirs()[0].index_path();
    let mut file = fs::File::options().write(true).open(&index).unwrap();
    file.write_all(&[0xff; 24]).unwrap();
    // A query only owns the directory briefly; a follower keeps owning it.
    let heir = world.attach(&story);
    heir.until_line("the warning", |line| match &line.source {
        protocol::Source::Journal(JournalEvent::Warning { .. }) => Some(()),
        _ => None,
    });
    heir
}

#[test]
fn a_run_that_cannot_be_read_can_be_stopped() {
    let world = World::new();
    let heir = with_damaged_index(&world);
    assert_eq!(world.rows(["stories"])[0]["state"], "running", "it may well be");
    world.rows(["stop", "--all"]);
    let said = heir.end();
    assert_eq!(said.state(), "stopped(you)", "{said:#?}");
    assert!(said.evidence()[0].summary.contains("cannot be read"), "{said:#?}");
    world.swept();
}

#[test]
fn a_run_that_cannot_be_read_is_lost_when_it_is_over() {
    let world = World::new();
    let heir = with_damaged_index(&world);
    let keeper = until("the keeper's facts", || world.run_dirs()[0].read_keeper().unwrap());
    signal_to(keeper.child.unwrap().pid, Signal::KILL);
    let said = heir.end();
    assert_eq!((said.state().as_str(), said.code), ("needs_you(lost)", Some(13)), "{said:#?}");
    world.swept();
    let other = world.run(&world.repo("other"), "[[demo:plain]]", &[]);
    assert_eq!(other.state(), "done(unchecked)");
    let rows = world.rows(["rebuild"]);
    let whole = rows.last().unwrap();
    assert_eq!((&whole["runs"], &whole["damaged"]), (&2.into(), &1.into()), "{rows:?}");
    assert!(!world.rows(["events", &world.story(&other.story()).runs[0].to_string()]).is_empty());
}

#[test]
fn a_run_whose_directory_is_deleted_can_be_stopped() {
    let world = World::new();
    let run = world.start(&world.repo("work"), "[[demo:slow]]", &[]);
    run.until_state("running");
    let dir = world.run_dirs()[0].path().to_owned();
    let marker = world.run_dirs()[0].read_spec().unwrap().marker;
    fs::remove_dir_all(dir).unwrap();
    world.rows(["stop", &run.story()]);
    let said = run.end();
    assert_eq!(said.state(), "stopped(you)", "{said:#?}");
    assert!(keeper::sweep::marked(&marker).unwrap().is_empty());
}

/// How many processes the demo agent starts as a tree, none of which ends with its terminal.
const TREE: usize = 9;

#[test]
fn what_outlives_its_keeper_is_ended() {
    let world = World::new();
    let noted = world.path("pids");
    let prompt = format!("[[demo:slow tree pids={}]]", noted.display());
    let run = world.start(&world.repo("work"), &prompt, &[]);
    run.until_state("running");
    // The agent itself ends with its terminal; these do not.
    let is_grown = || fs::read_to_string(&noted).is_ok_and(|pids| pids.lines().count() == TREE);
    until("the agent's processes", || is_grown().then_some(()));
    let keeper = until("the keeper's facts", || world.run_dirs()[0].read_keeper().unwrap());
    signal_to(keeper.pid, Signal::KILL);
    let said = run.end();
    assert_eq!((said.state().as_str(), said.code), ("needs_you(lost)", Some(13)), "{said:#?}");
    let forced = &said.evidence()[0].forced;
    assert!(forced.iter().any(|step| step.contains("outlived the keeper")), "{said:#?}");
    world.swept();
}
