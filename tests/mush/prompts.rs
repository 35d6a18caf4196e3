//! Waiting prompts can be listed, changed and taken back until they are sent to the agent.

use crate::support::{Finished, World};
use protocol::{Event, Source, WaitingPrompt};

fn waiting(world: &World, story: &str) -> Vec<WaitingPrompt> {
    let rows = world.rows(["prompts", story]).into_iter();
    rows.map(|row| serde_json::from_value(row).unwrap()).collect()
}

/// The prompts that were sent to the agent, in order.
fn sent(said: &Finished) -> Vec<String> {
    let prompts = said.envelopes().into_iter().filter_map(|line| match line.source {
        Source::Run(Event::Prompt { text }) => Some(text),
        _ => None,
    });
    prompts.collect()
}

#[test]
fn a_prompt_that_waits_is_changed_or_taken_back() {
    let world = World::new();
    let repo = world.repo("work");
    let run = world.start(&repo, "[[demo:ask]]", &[]);
    run.until_state("waiting(question)");
    let story = run.story();
    for text in ["drop the table", "[[demo:plain]] two", "three"] {
        world.rows(["send", story.as_str(), text]);
    }
    let prompts = waiting(&world, &story);
    let texts: Vec<&str> = prompts.iter().map(|prompt| prompt.text.as_str()).collect();
    assert_eq!(texts, ["drop the table", "[[demo:plain]] two", "three"]);
    world.rows(["unsend", prompts[0].id.as_str()]);
    world.rows(["edit", prompts[1].id.as_str(), "[[demo:plain]] second"]);
    world.rows(["unsend", prompts[2].id.as_str()]);
    world.refused(["unsend", prompts[0].id.as_str()], "wrong_state");
    world.refused(["edit", "p-unknown", "x"], "not_found");
    assert_eq!(waiting(&world, &story).len(), 1);
    assert_eq!(world.story(&story).queued_prompts, 1);
    let question = world.rows(["questions"]).remove(0);
    world.rows(["answer", question["id"].as_str().unwrap(), "allow"]);
    let said = run.end();
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    assert_eq!(sent(&said), ["[[demo:ask]]", "[[demo:plain]] second"]);
    world.refused(["unsend", prompts[1].id.as_str()], "wrong_state");
    world.verified();
}

#[test]
fn a_story_that_a_limit_holds_is_tried_now_when_a_person_resumes_it() {
    let world = World::new();
    let repo = world.committed("work");
    let account = ["--env", "MUSHER_DEMO_ACCOUNT=limited"];
    let held = world.run(&repo, "[[demo:limit_reject]]", &account);
    assert!(held.state().starts_with("limited"), "{}", held.state());
    let story = held.story();
    world.rows(["send", story.as_str(), "[[demo:plain]] on"]);
    assert_eq!(world.story(&story).queued_prompts, 1, "it waits for the reset");
    world.rows(["resume", story.as_str()]);
    assert_eq!(world.attach(&story).end().state(), "done(unchecked)");
    world.verified();
}
