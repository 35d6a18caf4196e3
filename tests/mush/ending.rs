//! Requested ends and what they leave: stops within a tree of processes, closed terminals, Ctrl-C,
//! and processes that outlive an agent that ended by itself. After a stop no process of the run may
//! be alive, whatever it does against it.

use crate::support::{Following, World, until};
use protocol::{Actor, Event, Source, Stop, StopReason};
use rustix::process::Signal;
use std::path::Path;
use std::time::{Duration, Instant};

/// Waits until this many of the agent's processes have recorded their ids.
fn noted(repo: &Path, count: usize) -> Vec<String> {
    until("the agent's processes", || {
        let text = std::fs::read_to_string(repo.join(".git/pids")).unwrap_or_default();
        let pids: Vec<String> = text.lines().map(str::to_owned).collect();
        (pids.len() == count).then_some(pids)
    })
}

/// Waits until the agent has printed text.
fn until_words(run: &Following) {
    run.until_line("words", |line| match &line.source {
        Source::Run(Event::MessageUsage { .. }) => Some(()),
        _ => None,
    });
}

#[test]
fn a_stop_ends_a_hostile_tree_and_says_what_it_took() {
    let world = World::new();
    let repo = world.repo("work");
    let run = world.start(&repo, "[[demo:slow tree pids=.git/pids seconds=300]]", &[]);
    let pids = noted(&repo, 9);
    assert!(pids.iter().all(|pid| Path::new(&format!("/proc/{pid}")).exists()));
    let begun = Instant::now();
    world.rows(["stop", &run.story()]);
    let said = run.end();
    world.swept();
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(8), "{took:?}");
    assert_eq!((said.state().as_str(), said.code), ("stopped(you)", Some(12)), "{said:#?}");
    let evidence = &said.evidence()[0];
    assert!(
        evidence.forced.iter().any(|step| step.contains("killed every process")),
        "{evidence:?}"
    );
    assert!(evidence.left.is_empty(), "{evidence:?}");
    assert!(pids.iter().all(|pid| !is_sleeper(pid)), "{pids:?}");
    world.verified();
}

/// Whether the process is still one of the demo agent's.
fn is_sleeper(pid: &str) -> bool {
    let words = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    words.contains("sleep")
}

#[test]
fn a_closed_terminal_leaves_the_agent_at_work() {
    let world = World::new();
    for signal in [Signal::HUP, Signal::TERM] {
        let repo = world.repo(&format!("repo-{}", signal.as_raw()));
        let run = world.start(&repo, "[[demo:slow n=20 ms=50]]", &[]);
        until_words(&run);
        let story = run.story();
        run.signal(signal);
        let said = run.end();
        assert_eq!(said.code, Some(129), "{said:#?}");
        assert!(!world.alive().is_empty(), "the agent goes on");
        let said = world.attach(&story).end();
        assert_eq!((said.state().as_str(), said.code), ("done(unchecked)", Some(0)), "{said:#?}");
        assert!(said.text().contains("word19"), "{}", said.text());
        crate::truth::Truth::of(&repo).compare(&world, &story);
    }
    world.swept();
    world.verified();
}

#[test]
fn ctrl_c_stops_and_a_second_one_kills() {
    let world = World::new();
    let run = world.start(&world.repo("polite"), "[[demo:slow]]", &[]);
    until_words(&run);
    run.signal(Signal::INT);
    let said = run.end();
    assert_eq!((said.state().as_str(), said.code), ("stopped(you)", Some(12)), "{said:#?}");
    let by_ctrl_c = Stop { by: Actor::You, why: StopReason::CtrlC };
    assert_eq!(said.evidence()[0].stop, Some(by_ctrl_c), "{said:#?}");
    assert!(said.evidence()[0].forced.is_empty(), "its own interrupt was enough");

    let run = world.start(&world.repo("deaf"), "[[demo:plain hang_after_result ignore_term]]", &[]);
    run.until_line("a result", |line| match &line.source {
        Source::Run(Event::TurnEnded(_)) => Some(()),
        _ => None,
    });
    run.signal(Signal::INT);
    until("the first Ctrl-C was heard", || run.err_so_far().contains("Stopping").then_some(()));
    run.signal(Signal::INT);
    let said = run.end();
    assert_eq!((said.state().as_str(), said.code), ("stopped(you)", Some(12)), "{said:#?}");
    let forced = &said.evidence()[0].forced;
    assert!(!forced.is_empty(), "{said:#?}");
    assert!(forced.iter().all(|step| step.starts_with("killed")), "nothing was asked: {forced:?}");
    world.swept();
    world.verified();
}

#[test]
fn ctrl_c_on_a_follower_leaves_the_story_alone() {
    let world = World::new();
    let run = world.start(&world.repo("work"), "[[demo:slow n=20 ms=50]]", &[]);
    until_words(&run);
    let follower = world.attach(&run.story());
    follower.until_state("running");
    follower.signal(Signal::INT);
    assert_eq!(follower.end().code, Some(129));
    assert_eq!(run.end().state(), "done(unchecked)");
}

#[test]
fn everything_can_be_stopped_at_once() {
    let world = World::new();
    let names = ["one", "two", "three"];
    let runs: Vec<Following> =
        names.iter().map(|name| world.start(&world.repo(name), "[[demo:slow]]", &[])).collect();
    runs.iter().for_each(until_words);
    world.rows(["stop", "--all"]);
    for run in runs {
        assert_eq!(run.end().state(), "stopped(you)");
    }
    world.swept();
    world.verified();
}

#[test]
fn what_outlives_an_agent_is_named_and_left_alone() {
    let world = World::new();
    let repo = world.repo("work");
    let said = world.run(&repo, "[[demo:plain leftover=2 pids=.git/pids seconds=300]]", &[]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let pids = noted(&repo, 2);
    let left = &said.evidence()[0].left;
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(pids.iter().all(|pid| left.iter().any(|line| line.contains(pid))), "{left:?}");
    let story = world.story(&said.story());
    let (events, _) = world.printed(&["events", &format!("{}.1", story.slug)]);
    assert!(left.iter().all(|line| events.contains(line)), "{events}");
    assert_eq!(world.alive().len(), 2, "nobody asked for their end");
}

#[test]
fn a_gate_leaves_nothing_behind() {
    let world = World::new();
    let gate = "sleep 300 & setsid sleep 300 & exit 0";
    let said = world.run(&world.repo("work"), "[[demo:plain]]", &["--gate", gate]);
    assert_eq!(said.state(), "done(checked)", "{said:#?}");
    world.swept();
}

#[test]
fn a_gate_that_fails_is_named_wherever_its_end_is_said() {
    let world = World::new();
    let gate = "echo looking; exit 3";
    let said = world.run(&world.repo("work"), "[[demo:plain]]", &["--gate", gate]);
    assert_eq!(said.state(), "needs_you(gate_failed)", "{said:#?}");
    let story = world.story(&said.story());
    assert!(story.detail.as_ref().is_some_and(|detail| detail.contains(gate)), "{story:?}");
    let (events, _) = world.printed(&["events", &format!("{}.2", story.slug)]);
    assert_eq!(events.lines().next(), Some(&*format!("$ {gate}")), "{events}");
    let (why, _) = world.printed(&["why", story.slug.as_str()]);
    assert!(why.contains(gate) && why.contains("exit code 3"), "{why}");
    let (attached, _) = world.printed(&["attach", story.slug.as_str()]);
    assert!(attached.contains(&format!("$ {gate}")), "{attached}");
}

#[test]
fn a_grandchild_that_holds_the_terminal_does_not_hold_the_story() {
    let world = World::new();
    let begun = Instant::now();
    let said = world.run(&world.repo("work"), "[[demo:plain grandchild=300]]", &[]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(said.evidence()[0].drained, Some(false));

    let said = world.run(&world.repo("late"), "[[demo:plain late]]", &[]);
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let kept = said.events().into_iter().any(|event| match event {
        Event::Unrecognized { what, .. } => what.contains("demo_late"),
        _ => false,
    });
    let is_noted = said.evidence()[0].drained == Some(false);
    assert!(
        kept || is_noted,
        "what came late is kept, or the evidence says that output is missing"
    );
    world.verified();
}
