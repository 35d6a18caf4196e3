//! The set-up of a new worktree: its commands run before the agent, and the agent starts only after they passed, or
//! when a person says so.

use crate::support::{FIX_IT, Finished, World, until};
use protocol::{Event, OutcomeWord, Run, RunKind};
use std::fs;
use std::path::{Path, PathBuf};

/// Starts a story with these set-up commands.
fn words(commands: &[&'static str]) -> Vec<&'static str> {
    let commands = commands.iter().flat_map(|command| ["--set-up", command]);
    std::iter::once("--worktree").chain(commands).collect()
}

fn run(world: &World, repo: &Path, commands: &[&'static str]) -> Finished {
    world.run(repo, FIX_IT, &words(commands))
}

fn kinds(world: &World) -> Vec<(RunKind, Option<OutcomeWord>)> {
    world.runs().into_iter().map(|run| (run.kind, run.outcome)).collect()
}

fn dir_of(world: &World, said: &Finished) -> PathBuf {
    PathBuf::from(world.story(&said.story()).dir)
}

fn printed(world: &World, run: &Run) -> String {
    let events = world.events(run);
    let texts = events.into_iter().filter_map(|line| match line.source {
        protocol::Source::Run(Event::Output { text, .. }) => Some(text),
        _ => None,
    });
    texts.collect()
}

#[test]
fn the_agent_starts_after_a_set_up_that_passed() {
    let world = World::without_record();
    let repo = world.committed("work");
    let said =
        run(&world, &repo, &["echo one >made; echo is printed", "test -f made && echo two >>made"]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let succeeded = Some(OutcomeWord::Succeeded);
    assert_eq!(
        kinds(&world),
        [(RunKind::Setup, succeeded), (RunKind::Setup, succeeded), (RunKind::Agent, succeeded)]
    );
    assert_eq!(fs::read_to_string(dir_of(&world, &said).join("made")).unwrap(), "one\ntwo\n");
    assert!(printed(&world, &world.runs()[0]).contains("is printed"));
    // A follow-up needs none.
    let story = said.story();
    world.rows(["send", &story, "[[demo:plain]]"]);
    assert_eq!(world.attach(&story).end().state(), "done(unchecked)");
    assert_eq!(world.runs().len(), 4);
    world.verified();
}

#[test]
fn a_set_up_that_fails_needs_a_person() {
    let world = World::without_record();
    let repo = world.committed("work");
    let said = run(&world, &repo, &["echo again >>log", "test -f fixed"]);
    assert_eq!(
        (said.state().as_str(), said.code),
        ("needs_you(setup_failed)", Some(10)),
        "{said:#?}"
    );
    let (story, dir) = (said.story(), dir_of(&world, &said));
    // Run again: all of it, and it fails as before.
    world.rows(["resume", &story]);
    assert_eq!(world.attach(&story).end().state(), "needs_you(setup_failed)");
    fs::write(dir.join("fixed"), "").unwrap();
    world.rows(["resume", &story]);
    assert_eq!(world.attach(&story).end().state(), "done(unchecked)");
    assert_eq!(fs::read_to_string(dir.join("log")).unwrap(), "again\n".repeat(3));
    world.refused(["resume", &story, "--skip-set-up"], "wrong_state");
    world.verified();
}

#[test]
fn a_person_can_start_without_the_set_up() {
    let world = World::without_record();
    let repo = world.committed("work");
    let said = run(&world, &repo, &["exit 7"]);
    let (story, failed) = (said.story(), Some(OutcomeWord::Failed));
    assert_eq!(world.story(&story).detail.as_deref(), Some("set-up 1: exit code 7"));
    world.rows(["resume", &story, "--skip-set-up"]);
    assert_eq!(world.attach(&story).end().state(), "done(unchecked)");
    assert_eq!(
        kinds(&world),
        [(RunKind::Setup, failed), (RunKind::Agent, Some(OutcomeWord::Succeeded))]
    );
    world.verified();
}

#[test]
fn a_set_up_can_be_stopped_and_is_run_again() {
    let world = World::without_record();
    let repo = world.committed("work");
    let following = world.start(&repo, FIX_IT, &words(&["test -f go || exec sleep 600"]));
    let story = following.story();
    let detail = "set-up 1 of 1: test -f go || exec sleep 600";
    until("it runs", || (world.story(&story).detail.as_deref() == Some(detail)).then_some(()));
    until("it lives", || (world.runs()[0].pid.is_some()).then_some(()));
    world.refused(["resume", &story, "--skip-set-up"], "wrong_state");
    world.rows(["stop", &story]);
    assert_eq!(following.end().state(), "stopped(you)");
    world.swept();
    fs::write(Path::new(&world.story(&story).dir).join("go"), "").unwrap();
    world.rows(["resume", &story]);
    assert_eq!(world.attach(&story).end().state(), "done(unchecked)");
    assert_eq!(world.runs().len(), 3);
}

#[test]
fn the_configuration_names_set_ups_and_a_person_accepts_them() {
    let world = World::without_record();
    let repo = world.committed("work");
    let key = format!("projects.\"{}\".set_up", repo.display());
    world.rows(["config", "set", &key, "[\"touch prepared\"]"]);
    let said = run(&world, &repo, &[]);
    assert!(!dir_of(&world, &said).join("prepared").exists(), "it waits for a person");
    world.rows(["config", "set", &key, "[\"touch prepared\"]", "--yes"]);
    let said = run(&world, &repo, &[]);
    assert!(dir_of(&world, &said).join("prepared").exists());
    let said = world.run(&repo, FIX_IT, &["--worktree", "--no-set-up"]);
    assert!(!dir_of(&world, &said).join("prepared").exists());
    // A folder that is used as it is was prepared by a person.
    assert_eq!(world.run(&repo, FIX_IT, &[]).state(), "done(unchecked)");
    assert!(!repo.join("prepared").exists());
}
