//! Musher's own log exists, is readable, and contains no text of a person or an agent.

use crate::support::World;
use std::fs;

/// Texts that only a prompt, an agent's output or the environment contains.
const PROMPT: &str = "canary-of-the-prompt";
const OUTPUT: &str = "canary-of-the-output";
const VALUE: &str = "canary-of-a-variable";
const ANSWER: &str = "canary-of-an-answer";

fn log(world: &World) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(world.data().join("log")).unwrap() {
        text.push_str(&fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    text
}

#[test]
fn nothing_that_was_said_is_in_the_log() {
    let mut world = World::new();
    world.set("MUSHER_LOG", "trace");
    world.set("SECRET_OF_THE_SHOP", VALUE);
    world.set("MUSHER_DEMO", "");
    let repo = world.committed("work");
    let gate = format!("echo {OUTPUT}; exit 1");
    let prompt = format!("{PROMPT}\n[[demo:ask]]");
    let running = world.start(&repo, &prompt, &["--gate", &gate]);
    let open = crate::support::until("the question is open", || world.rows(["questions"]).pop());
    let open = open["id"].as_str().unwrap().to_owned();
    world.rows(["answer", &open, "deny", "--message", ANSWER]);
    let said = running.end();
    assert!(said.out.iter().any(|row| row.to_string().contains(PROMPT)), "{said:#?}");
    let log = log(&world);
    for canary in [PROMPT, OUTPUT, VALUE, ANSWER] {
        assert!(!log.contains(canary), "{canary} is in the log:\n{log}");
    }
    for word in ["recorded", "story_created", "run_ended"] {
        assert!(log.contains(word), "{word} is not in the log:\n{log}");
    }
    let panic = "{\"at\":\"2026-11-22T10:00:00Z\",\"version\":\"0.1.0\",\"thread\":\"director\",\"place\":\"a.rs:1:2\"}";
    fs::write(world.data().join("log/panic.json"), panic).unwrap();
    let shown = world.ask(["stories"]);
    assert!(shown.err.contains("a.rs:1:2") && shown.code == Some(0), "{}", shown.err);
    assert!(!world.ask(["stories"]).err.contains("a.rs:1:2"), "it is shown once");
}
