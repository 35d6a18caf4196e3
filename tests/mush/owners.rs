//! One directory, several programs: a second program sends its requests to the owner, a follower
//! takes over, and the window can ask for the directory while agents work. No follower misses a
//! line.

use crate::support::{Finished, Following, LONG, World, at_once, until};
use engine::owner::OwnerRecord;
use engine::{DataDir, Engine, Opening, Options};
use protocol::{Event, JournalEvent, Reply, Request, Source};
use serde_json::Value;
use std::path::Path;

/// Who owns the directory now, by the words in its lock; waits for an owner that is writing them.
pub(crate) fn owner(world: &World) -> OwnerRecord {
    until("the owner's words", || {
        let text = std::fs::read_to_string(world.data().join("owner.lock")).unwrap();
        serde_json::from_str(&text).ok()
    })
}

pub(crate) fn until_words(run: &Following) {
    run.until_line("words", |line| match &line.source {
        Source::Run(Event::MessageUsage { .. }) => Some(()),
        _ => None,
    });
}

/// Compares what a program printed live with what there is in the end.
pub(crate) fn saw_everything(world: &World, said: &Finished) {
    let after = world.ask(["attach", &said.story()]);
    let sorted = |lines: &[Value]| {
        let mut lines: Vec<String> = lines.iter().map(Value::to_string).collect();
        lines.sort();
        lines
    };
    let (during, after) = (sorted(&said.out), sorted(&after.out));
    let lost = after.iter().find(|line| !during.contains(line));
    assert_eq!(lost, None, "never printed");
    assert_eq!(during, after, "printed twice, or printed and then gone");
}

#[test]
fn who_comes_second_works_through_the_first() {
    let world = World::new();
    let first = world.start(&world.repo("first"), "[[demo:slow n=60 ms=50]]", &[]);
    until_words(&first);
    let second = world.run(&world.repo("second"), "[[demo:tools]]", &[]);
    assert_eq!((second.state().as_str(), second.code), ("done(unchecked)", Some(0)), "{second:#?}");
    assert_eq!(owner(&world).pid, first.pid());
    assert_eq!(second.events().iter().filter(|it| matches!(it, Event::TurnEnded(_))).count(), 1);
    saw_everything(&world, &second);
    let first = first.end();
    assert_eq!(first.state(), "done(unchecked)");
    saw_everything(&world, &first);
    world.verified();
}

#[test]
fn a_second_story_in_the_same_place_is_refused_while_the_first_works() {
    let world = World::new();
    let repo = world.repo("work");
    let first = world.start(&repo, "[[demo:slow n=20 ms=50]]", &[]);
    until_words(&first);
    let dir = repo.to_str().unwrap();
    world.refused(["run", "--agent", "demo", "--dir", dir, "--prompt", "hello"], "wrong_state");
    assert_eq!(first.end().state(), "done(unchecked)");
    assert_eq!(world.run(&repo, "[[demo:plain]]", &[]).state(), "done(unchecked)");
}

#[test]
fn a_follower_takes_over_when_the_owner_is_killed() {
    let world = World::new();
    let repo = world.repo("work");
    let owning = world.start(&repo, "[[demo:slow n=40 ms=50]]", &[]);
    until_words(&owning);
    let story = owning.story();
    let follower = world.attach(&story);
    follower.until_state("running");
    owning.kill_nine();
    until("the follower owns", || (owner(&world).pid == follower.pid()).then_some(()));
    let said = follower.end();
    assert_eq!((said.state().as_str(), said.code), ("done(unchecked)", Some(0)), "{said:#?}");
    assert!(said.journal().iter().any(|it| matches!(it, JournalEvent::RunAdopted { .. })));
    saw_everything(&world, &said);
    crate::truth::Truth::of(&repo).compare(&world, &story);
    world.verified();
}

#[test]
fn an_owner_that_yields_goes_on_as_a_follower() {
    let world = World::new();
    let repo = world.repo("work");
    let run = world.start(&repo, "[[demo:slow n=40 ms=50]]", &[]);
    until_words(&run);
    let story = run.story();
    let engine = take_over(world.data());
    until("the words", || run.err_so_far().contains("Another program owns").then_some(()));
    let said = run.end();
    assert_eq!((said.state().as_str(), said.code), ("done(unchecked)", Some(0)), "{said:#?}");
    assert!(engine.is_owner());
    engine.close("done");
    saw_everything(&world, &said);
    crate::truth::Truth::of(&repo).compare(&world, &story);
    world.verified();
}

/// Owns the directory in this process, as the app does.
pub(crate) fn take_over(data: &Path) -> Engine {
    let dir = DataDir::at(data).unwrap();
    let program = std::path::PathBuf::from(env!("CARGO_BIN_EXE_mush"));
    until("the directory", || {
        let asked = Request::Yield { role: "app".to_owned() };
        // A program that has already ended cannot be asked.
        if let Ok(reply) = engine::owner::ask(&dir, &asked, LONG) {
            assert_eq!(reply, Reply::Done);
        }
        match Engine::open(Options::new(dir.clone(), "app", program.clone())).unwrap() {
            Opening::Owner(engine) => Some(engine),
            Opening::Follower(_) => None,
        }
    })
}

#[test]
fn twenty_at_once_in_a_fresh_directory_all_do_their_work() {
    let world = World::new();
    let names: Vec<String> = (0..20).map(|number| format!("repo-{number}")).collect();
    names.iter().for_each(|name| drop(world.repo(name)));
    at_once(&names, |name| {
        let said = world.run(&world.repo(name), "[[demo:tools]]", &[]);
        assert_eq!((said.state().as_str(), said.code), ("done(unchecked)", Some(0)), "{said:#?}");
    });
    assert_eq!(world.rows(["stories"]).len(), names.len());
    world.swept();
    world.verified();
}

#[test]
fn an_owner_that_hangs_is_reported() {
    let world = World::new();
    let owning = world.start(&world.repo("work"), "[[demo:slow n=1500 ms=50]]", &[]);
    until_words(&owning);
    let story = owning.story();
    owning.signal(rustix::process::Signal::STOP);
    assert_eq!(world.story(&story).id.as_str(), story, "readers need no owner");
    let said = world.ask(["stop", &story]);
    assert_eq!(said.fault(), "busy", "{}", said.err);
    owning.signal(rustix::process::Signal::CONT);
    assert_eq!(owning.end().state(), "stopped(you)", "what was asked is done later");
}
