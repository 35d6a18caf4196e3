//! `mush delete-logs` frees the space of a story that is over: it asks on a terminal, every figure stays as it
//! was, and what was deleted is said where it is missed.

use crate::store::printed;
use crate::support::{World, until};
use crate::terminal::Terminal;
use protocol::{Event, Question, QuestionState};
use serde_json::Value;
use std::process::Command;

/// A story that is done, with a question that was answered. Returns its name.
fn done(world: &World) -> String {
    let run =
        world.start(&world.repo("work"), "[[demo:ask long size=300000]]", &["--gate", "true"]);
    let story = run.story();
    let asked = until("a question", || world.rows(["questions"]).pop());
    world.rows(["answer", asked["id"].as_str().unwrap(), "allow"]);
    assert_eq!(run.end().state(), "done(checked)");
    world.end_server();
    world.story(&story).slug.to_string()
}

/// The bytes of all logs.
fn log_bytes(world: &World) -> u64 {
    world.run_dirs().iter().map(keeper::RunDir::log_bytes).sum()
}

/// What `mush` prints of everything but events, without the deletion itself.
fn figures(world: &World) -> Vec<(String, Vec<Value>)> {
    let queries: [&[&str]; 5] = [
        &["stories", "--all"],
        &["runs"],
        &["questions", "--all"],
        &["limits"],
        &["usage", "--by", "day,model,story"],
    ];
    let rows = |words: &&[&str]| {
        let mut rows = world.rows(*words);
        rows.iter_mut().filter_map(Value::as_object_mut).for_each(|row| {
            row.remove("logs_deleted");
        });
        (words.join(" "), rows)
    };
    queries.iter().map(rows).collect()
}

#[test]
fn what_a_story_used_and_was_asked_is_the_same_without_its_logs() {
    let world = World::new();
    let name = done(&world);
    let before = (figures(&world), log_bytes(&world));
    assert!(before.1 > 300_000);
    // Nobody is there to ask.
    world.refused(["delete-logs", &name], "bad_input");
    assert_eq!(log_bytes(&world), before.1);

    let said = world.rows(["delete-logs", &name, "--yes"]);
    assert_eq!(said[0]["slug"], *name);
    assert_eq!(said[0]["logs_deleted"]["bytes"], before.1);
    assert_eq!((figures(&world), log_bytes(&world)), (before.0.clone(), 0));
    world.verified();
    assert_eq!(world.ask(["doctor"]).code, Some(0));

    let run = &world.runs()[0];
    let events = world.ask(["events", run.id.as_str()]);
    assert_eq!(events.code, Some(0));
    assert!(
        events.err.contains(&format!("The logs of {} were deleted on", run.slug)),
        "{}",
        events.err
    );
    let stays: Vec<&str> = events.events().iter().map(Event::word).collect();
    assert!(stays.contains(&"prompt") && stays.contains(&"turn_ended"), "{stays:?}");
    assert!(!stays.contains(&"text"), "{stays:?}");
    let question: Question =
        serde_json::from_value(world.rows(["questions", "--all"])[0].clone()).unwrap();
    assert_eq!(question.state, QuestionState::Answered);
    assert!(question.answer.is_some());

    let all = printed(&world);
    world.rows(["rebuild"]);
    assert_eq!(printed(&world), all, "a store that is made again prints the same bytes");
    assert_eq!(figures(&world), before.0);

    // Once more changes nothing.
    let again = world.rows(["delete-logs", &name]);
    assert_eq!(again[0]["logs_deleted"], said[0]["logs_deleted"]);
    world.rows(["send", &name, "[[demo:plain]] more"]);
    assert_eq!(world.ask(["wait", &name]).code, Some(0));
    world.end_server();
    let runs = world.runs();
    assert_eq!(runs.iter().filter(|run| run.logs_deleted.is_some()).count(), 2);
    assert!(log_bytes(&world) > 0, "what comes later has logs again");
    world.verified();
}

#[test]
fn a_story_that_is_not_over_is_refused_with_what_to_do() {
    let world = World::new();
    let run = world.start(&world.repo("work"), "[[demo:slow n=200 ms=100]]", &[]);
    let story = run.story();
    run.until_state("running");
    world.refused(["delete-logs", &story, "--yes"], "wrong_state");
    world.refused(["delete-logs", "nobody", "--yes"], "not_found");
    world.rows(["stop", &story]);
    run.end();
    world.rows(["archive", &story]);
    world.rows(["delete-logs", &story, "--yes"]);
    assert_eq!(log_bytes(&world), 0, "also of a story in the archive");
    world.verified();
}

#[test]
fn a_person_at_a_terminal_is_told_what_goes_and_types_yes() {
    let world = World::new();
    let name = done(&world);
    let ask = || {
        let mut mush = Command::new(env!("CARGO_BIN_EXE_mush"));
        mush.env_clear().envs(world.variables()).current_dir(world.path(""));
        mush.arg("--data-dir").arg(world.data()).args(["delete-logs", &name]);
        Terminal::begin(mush)
    };
    let mut terminal = ask();
    let seen = terminal.shows("Type yes:", 1);
    assert!(seen.contains(&format!("The logs of {name} take ")), "{seen}");
    assert!(seen.contains("The story stays"), "{seen}");
    terminal.types("\n");
    assert!(terminal.end().contains("Nothing was deleted."));
    assert!(log_bytes(&world) > 0);

    let mut terminal = ask();
    terminal.shows("Type yes:", 1);
    terminal.types("yes\n");
    assert!(terminal.end().contains(&format!("The logs of {name} were deleted on ")));
    assert_eq!(log_bytes(&world), 0);
}
