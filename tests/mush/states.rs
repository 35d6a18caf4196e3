//! Every way in which a run can end, and the resulting state of the story. State and reason are
//! checked, and the evidence must contain what they are based on.

use crate::support::{World, at_once, signal_to, until};
use protocol::{Actor, Event, JournalEvent, Outcome, Run, StateDetail, Stop, StopReason};
use rustix::process::Signal;

/// (name of the repository, directive for the demo agent, state, exit code of `mush run`).
const ENDS: &[(&str, &str, &str, i32)] = &[
    ("plain", "[[demo:plain]]", "done(unchecked)", 0),
    ("tools", "[[demo:tools]]", "done(unchecked)", 0),
    ("retry", "[[demo:retry]]", "done(unchecked)", 0),
    ("disconnect", "[[demo:disconnect]]", "done(unchecked)", 0),
    ("sse_error", "[[demo:sse_error]]", "done(unchecked)", 0),
    ("limit_warn", "[[demo:limit_warn]]", "done(unchecked)", 0),
    ("limit_overage", "[[demo:limit_overage]]", "done(unchecked)", 0),
    ("limit_reject", "[[demo:limit_reject]]", "limited", 11),
    ("login", "[[demo:login]]", "needs_you(login)", 10),
    ("billing", "[[demo:billing]]", "needs_you(billing)", 10),
    ("model", "[[demo:model]]", "needs_you(model)", 10),
    ("too_long", "[[demo:prompt_too_long]]", "needs_you(prompt_too_long)", 10),
    ("max_output", "[[demo:max_output]]", "needs_you(max_output)", 10),
    ("refusal", "[[demo:refusal]]", "needs_you(refusal)", 10),
    ("budget", "[[demo:budget]]", "needs_you(agent_budget)", 10),
    ("max_turns", "[[demo:maxturns]]", "needs_you(max_turns)", 10),
    ("overloaded", "[[demo:overloaded]]", "needs_you(overloaded)", 10),
    ("no_result", "[[demo:plain exit_no_result]]", "needs_you(no_result)", 10),
    ("no_result_3", "[[demo:plain exit_no_result exit=3]]", "needs_you(crashed)", 10),
    ("cut_off", "[[demo:plain cutoff]]", "needs_you(no_result)", 10),
    ("exit_3", "[[demo:plain exit=3]]", "needs_you(crashed)", 10),
    ("kill", "[[demo:plain crash=KILL]]", "needs_you(crashed)", 10),
    ("segv", "[[demo:plain crash=SEGV]]", "needs_you(crashed)", 10),
];

/// Each has a separate account, because a limit holds every run of an account.
fn own_account(name: &str) -> [&str; 2] {
    match name {
        "limit" | "limit_reject" => ["--env", "MUSHER_DEMO_ACCOUNT=limited"],
        _ => ["--env", "MUSHER_DEMO_ACCOUNT=usual"],
    }
}

#[test]
fn every_end_has_its_state() {
    let world = World::new();
    at_once(ENDS, |&(name, prompt, state, code)| {
        let said = world.run(&world.repo(name), prompt, &own_account(name));
        assert_eq!((said.state().as_str(), said.code), (state, Some(code)), "{name}: {said:#?}");
        assert!(!said.evidence()[0].summary.is_empty(), "{name}");
        assert!(said.evidence()[0].forced.is_empty(), "{name}");
    });
    assert_eq!(world.rows(["stories"]).len(), ENDS.len());
    world.swept();
    world.verified();
}

#[test]
fn the_evidence_of_a_bad_end_is_shown() {
    let world = World::new();
    let cases = [
        ("signal", "[[demo:plain crash=SEGV]]"),
        ("code", "[[demo:plain exit_no_result exit=4]]"),
        ("login", "[[demo:login]]"),
        ("limit", "[[demo:limit_reject until=5000]]"),
        ("cut", "[[demo:plain cutoff]]"),
    ];
    at_once(&cases, |&(name, prompt)| {
        let said = world.run(&world.repo(name), prompt, &own_account(name));
        let evidence = &said.evidence()[0];
        let detail = world.story(&said.story()).detail.unwrap();
        match name {
            "signal" => {
                assert_eq!((evidence.signal, detail.as_str()), (Some(11), "killed by signal 11"))
            }
            "code" => assert_eq!((evidence.exit_code, detail.as_str()), (Some(4), "exit code 4")),
            "login" => {
                assert!(evidence.result.is_some() && evidence.cause.is_some(), "{evidence:?}");
                assert!(detail.contains("/login"), "{detail}");
            }
            "limit" => {
                assert!(evidence.cause.is_some(), "{evidence:?}");
                let story = world.story(&said.story());
                let wait = story.until.unwrap().since(story.since);
                assert!((4_900_000..5_100_000).contains(&wait), "{wait} ms");
                // Its account is held, and it was not told to go on by itself.
                let why = world.rows(["why", &said.story()]).remove(0);
                assert_eq!((&why["by"], &why["goes_on"]), (&"limit".into(), &false.into()));
            }
            _ => assert!(said.events().iter().any(is_cut_off), "{:#?}", said.events()),
        }
    });
}

fn is_cut_off(event: &Event) -> bool {
    matches!(event, Event::Unrecognized { why: protocol::UnrecognizedWhy::CutOff, .. })
}

#[test]
fn a_limit_is_waited_out_and_claimed_once() {
    let world = World::new();
    let said = world.run(&world.repo("work"), "[[demo:limit_until until=4]]", &["--wait"]);
    assert_eq!((said.state().as_str(), said.code), ("done(unchecked)", Some(0)), "{said:#?}");
    let journal = said.journal();
    let claims = journal.iter().filter(|it| matches!(it, JournalEvent::ResumeClaimed { .. }));
    assert_eq!(claims.count(), 1);
    let outcomes: Vec<Outcome> = journal
        .into_iter()
        .filter_map(|event| match event {
            JournalEvent::RunEnded { outcome, .. } => Some(outcome),
            _ => None,
        })
        .collect();
    assert!(matches!(outcomes[..], [Outcome::Limited { .. }, Outcome::Succeeded]), "{outcomes:?}");
    let story = world.story(&said.story());
    assert_eq!((story.runs.len(), story.queued_prompts), (2, 0));
    world.verified();
}

#[test]
fn who_stops_a_story_is_recorded_and_nothing_is_left() {
    let world = World::new();
    let cases = [("slow", "[[demo:slow]]"), ("silent", "[[demo:silent]]")];
    at_once(&cases, |&(name, prompt)| {
        let run = world.start(&world.repo(name), prompt, &[]);
        run.until_line("the prompt was written", |line| match &line.source {
            protocol::Source::Run(Event::Prompt { .. }) => Some(()),
            _ => None,
        });
        world.rows(["stop", &run.story()]);
        let said = run.end();
        assert_eq!((said.state().as_str(), said.code), ("stopped(you)", Some(12)), "{said:#?}");
        let by_command = Stop { by: Actor::You, why: StopReason::CommandLine };
        assert_eq!(said.evidence()[0].stop, Some(by_command));
    });
    world.swept();
    world.verified();
}

#[test]
fn an_agent_that_is_killed_from_outside_has_crashed() {
    let world = World::new();
    let run = world.start(&world.repo("work"), "[[demo:slow]]", &[]);
    run.until_line("words", |line| match &line.source {
        protocol::Source::Run(Event::Status { .. } | Event::MessageUsage { .. }) => Some(()),
        _ => None,
    });
    let pid = only_run(&world).pid.unwrap();
    signal_to(pid, Signal::KILL);
    let said = run.end();
    assert_eq!((said.state().as_str(), said.code), ("needs_you(crashed)", Some(10)));
    assert_eq!(said.evidence()[0].signal, Some(9));
    world.swept();
}

#[test]
fn a_run_whose_keeper_is_killed_is_lost_and_never_a_success() {
    let world = World::new();
    let run = world.start(&world.repo("work"), "[[demo:slow]]", &[]);
    run.until_state("running");
    let dir = &world.run_dirs()[0];
    // It is killed within a text, so that the text is the same in every output.
    let log = dir.log_path(keeper::index::Stream::Stdout);
    until("words that stream", || {
        let printed = std::fs::read(&log).unwrap_or_default();
        printed.windows(10).any(|word| word == b"text_delta").then_some(())
    });
    let keeper = until("the keeper's facts", || dir.read_keeper().unwrap());
    signal_to(keeper.pid, Signal::KILL);
    let said = run.end();
    assert_eq!((said.state().as_str(), said.code), ("needs_you(lost)", Some(13)), "{said:#?}");
    world.swept();
    world.verified();
}

#[test]
fn what_a_shutdown_ends_was_stopped_by_the_system() {
    let world = World::new();
    let run = world.start(&world.repo("work"), "[[demo:slow]]", &[]);
    run.until_line("the prompt was written", |line| match &line.source {
        protocol::Source::Run(Event::Prompt { .. }) => Some(()),
        _ => None,
    });
    let keeper = until("the keeper's facts", || world.run_dirs()[0].read_keeper().unwrap());
    signal_to(keeper.pid, Signal::TERM);
    let said = run.end();
    assert_eq!((said.state().as_str(), said.code), ("stopped(system)", Some(12)), "{said:#?}");
    let by_system = Stop { by: Actor::System, why: StopReason::KeeperTerminated };
    assert_eq!(said.evidence()[0].stop, Some(by_system));
    let about = StateDetail::Stopped { by: Actor::System, why: StopReason::KeeperTerminated };
    assert_eq!(world.story(&said.story()).about, Some(about));
    world.swept();
    world.verified();
}

#[test]
fn an_agent_that_does_not_leave_after_its_result_is_done_with_force() {
    let world = World::new();
    let prompt = "[[demo:plain hang_after_result ignore_term]]";
    let said = world.run(&world.repo("work"), prompt, &[]);
    assert_eq!((said.state().as_str(), said.code), ("done(unchecked)", Some(0)), "{said:#?}");
    let forced = &said.evidence()[0].forced;
    assert!(forced.iter().any(|step| step.contains("killed")), "{forced:?}");
    world.swept();
    world.verified();
}

/// The only run.
pub(crate) fn only_run(world: &World) -> Run {
    let mut runs = world.rows(["runs"]);
    assert_eq!(runs.len(), 1);
    serde_json::from_value(runs.remove(0)).unwrap()
}
