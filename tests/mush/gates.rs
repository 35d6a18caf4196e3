//! The gates of a story run again when a person asks: their result says how it stands, as it did the first time.

use crate::support::{FIX_IT, World, until};
use protocol::{CheckpointCause, JournalEvent, OutcomeWord, RunKind};
use std::fs;

const GATES: [&str; 4] = ["--gate", "test -f repaired", "--gate", "test ! -f broken"];

fn gates(world: &World) -> Vec<(Option<u32>, Option<OutcomeWord>)> {
    let gates = world.runs().into_iter().filter(|run| run.kind == RunKind::Gate);
    gates.map(|run| (run.gate, run.outcome)).collect()
}

#[test]
fn a_person_mends_it_and_only_the_gates_run_again() {
    let world = World::without_record();
    let repo = world.committed("work");
    let said = world.run(&repo, FIX_IT, &GATES);
    assert_eq!(said.state(), "needs_you(gate_failed)", "{said:#?}");
    let story = said.story();
    // They fail as before.
    world.rows(["resume", &story, "--gates"]);
    let again = world.attach(&story).end();
    assert_eq!((again.state().as_str(), again.code), ("needs_you(gate_failed)", Some(10)));
    fs::write(repo.join("repaired"), "by a person\n").unwrap();
    world.rows(["resume", &story, "--gates"]);
    let again = world.attach(&story).end();
    assert_eq!((again.state().as_str(), again.code), ("done(checked)", Some(0)));
    let (failed, passed) = (Some(OutcomeWord::Failed), Some(OutcomeWord::Succeeded));
    assert_eq!(
        gates(&world),
        [(Some(1), failed), (Some(1), failed), (Some(1), passed), (Some(2), passed)]
    );
    // What they ran on is held, with what the person wrote.
    let held = again.journal().into_iter().filter_map(|event| match event {
        JournalEvent::Checkpoint { because: CheckpointCause::Gates, n, .. } => Some(n),
        _ => None,
    });
    let newest = held.max().expect("a checkpoint before they ran").to_string();
    fs::remove_file(repo.join("repaired")).unwrap();
    world.rows(["restore", &story, &newest, "repaired"]);
    assert_eq!(fs::read_to_string(repo.join("repaired")).unwrap(), "by a person\n");
    // A story that is done can be checked again, too, and is not done any more if that fails.
    fs::write(repo.join("broken"), "").unwrap();
    world.rows(["resume", &story, "--gates"]);
    assert_eq!(world.attach(&story).end().state(), "needs_you(gate_failed)");
    world.verified();
}

#[test]
fn gates_run_again_only_after_they_ran_and_while_nothing_runs() {
    let world = World::without_record();
    let repo = world.committed("work");
    let without = world.run(&repo, FIX_IT, &[]).story();
    world.refused(["resume", &without, "--gates"], "wrong_state");
    let crashed = world.run(&repo, "[[demo:crash]]", &GATES);
    assert_eq!(crashed.state(), "needs_you(crashed)", "{crashed:#?}");
    world.refused(["resume", &crashed.story(), "--gates"], "wrong_state");
    let following = world.start(&repo, FIX_IT, &["--gate", "test -f go || exec sleep 600"]);
    let story = following.story();
    let lives = || {
        let run = world.runs().into_iter().find(|run| run.kind == RunKind::Gate)?;
        run.pid
    };
    until("the gate runs", lives);
    world.refused(["resume", &story, "--gates"], "wrong_state");
    world.rows(["stop", &story]);
    assert_eq!(following.end().state(), "stopped(you)");
    world.swept();
    // One that was stopped can be run again.
    fs::write(repo.join("go"), "").unwrap();
    world.rows(["resume", &story, "--gates"]);
    assert_eq!(world.attach(&story).end().state(), "done(checked)");
    world.rows(["archive", &story]);
    world.refused(["resume", &story, "--gates"], "wrong_state");
}
