//! Requests of agents other than permissions for tools: forms of MCP servers, which a person fills
//! in, and requests that Musher does not know, which are refused at once. The agent is a script
//! that speaks Claude Code's protocol, asks what the test gives it and stores the answer.

use crate::support::{Following, World, until};
use protocol::{Event, InputKind, JournalEvent, Question, QuestionKind};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

const AGENT: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/asking-agent/asking_agent.py");

/// Starts a story whose agent sends this request.
fn asking(world: &World, request: &Value, more: &[&str]) -> Following {
    playing(world, &json!({"request": request}), more)
}

/// Starts a story whose agent follows this script.
fn playing(world: &World, asks: &Value, more: &[&str]) -> Following {
    let place = world.path("agent");
    std::fs::create_dir(&place).unwrap();
    let program = place.join("claude");
    std::fs::copy(AGENT, &program).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::write(place.join("asks.json"), asks.to_string()).unwrap();
    let bin = program.to_str().unwrap();
    let words = [&["--agent", "claude", "--bin", bin], more].concat();
    world.start(&world.repo("work"), "Go on", &words)
}

/// The answers that the agent received.
fn answers(world: &World) -> Vec<Value> {
    let kept = std::fs::read_to_string(world.path("agent/answers.jsonl")).unwrap();
    kept.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn form(world: &World) -> Question {
    until("the form", || {
        let row = world.rows(["questions"]).into_iter().next()?;
        Some(serde_json::from_value(row).unwrap())
    })
}

fn request(schema: &Value) -> Value {
    json!({"subtype": "elicitation", "mcp_server_name": "reports", "mode": "form",
        "message": "Which database?", "requested_schema": schema})
}

#[test]
fn a_form_of_a_server_is_filled_in_with_values_of_its_own_sorts() {
    let world = World::new();
    let schema = json!({"type": "object", "required": ["name", "tags"], "properties": {
        "name": {"type": "string", "title": "Database", "maxLength": 20},
        "rows": {"type": "integer", "minimum": 1},
        "fast": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string", "enum": ["a", "b", "c"]}},
    }});
    let run = asking(&world, &request(&schema), &[]);
    run.until_state("waiting(question)");
    let question = form(&world);
    assert_eq!(
        (question.content.kind, question.content.tool.as_str()),
        (QuestionKind::Form, "reports")
    );
    assert_eq!(question.content.subject.fields().len(), 4);
    let id = question.id.as_str();
    for refused in [
        &["fill", "name=sales"][..],
        &["fill", "name=sales", "tags=d"],
        &["fill", "name=sales", "tags=a", "rows=none"],
        &["fill", "name=sales", "tags=a", "other=1"],
        &["fill", "sales"],
        &["allow"],
        &["choose", "a"],
        &["deny", "--message", "not now"],
    ] {
        world.refused([&["answer", id], refused].concat(), "bad_input");
    }
    world.rows(["answer", id, "fill", "name=sales", "tags=c", "rows=7", "tags=a", "fast=no"]);
    let said = run.end();
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let [answer] = answers(&world).try_into().unwrap();
    let content = json!({"name": "sales", "rows": 7, "fast": false, "tags": ["c", "a"]});
    assert_eq!(answer["response"]["response"], json!({"action": "accept", "content": content}));
    world.verified();
}

#[test]
fn a_form_is_declined_or_closed_and_an_address_accepted() {
    let address = json!({"subtype": "elicitation", "mcp_server_name": "reports", "mode": "url",
        "message": "Sign in", "url": "https://reports.example/login", "elicitation_id": "e"});
    let empty = request(&json!({"type": "object", "properties": {}}));
    for (asked, verb, action) in [
        (&address, "allow", json!({"action": "accept"})),
        (&address, "cancel", json!({"action": "cancel"})),
        (&empty, "deny", json!({"action": "decline"})),
        (&empty, "allow", json!({"action": "accept", "content": {}})),
    ] {
        let world = World::new();
        let run = asking(&world, asked, &[]);
        run.until_state("waiting(question)");
        world.rows(["answer", form(&world).id.as_str(), verb]);
        assert_eq!(run.end().state(), "done(unchecked)", "{verb}");
        let [answer] = answers(&world).try_into().unwrap();
        assert_eq!(answer["response"]["response"], action, "{verb}");
    }
}

#[test]
fn a_form_is_declined_where_nobody_can_be_asked() {
    let world = World::new();
    let form = request(&json!({"type": "object", "properties": {}}));
    let said = asking(&world, &form, &["--permission", "deny"]).end();
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let [answer] = answers(&world).try_into().unwrap();
    assert_eq!(answer["response"]["response"], json!({"action": "decline"}));
}

#[test]
fn a_request_that_nobody_knows_is_refused_at_once_and_once() {
    let world = World::new();
    let run = asking(&world, &json!({"subtype": "hook_callback", "callback_id": "h"}), &[]);
    let said = run.end();
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let [answer] = answers(&world).try_into().unwrap();
    assert_eq!(answer["response"]["subtype"], "error");
    assert_eq!(answer["response"]["request_id"], "r1");
    let expected =
        Event::RequestRefused { request: "r1".to_owned(), method: "hook_callback".to_owned() };
    assert!(said.events().contains(&expected));
    let replies = said
        .journal()
        .into_iter()
        .filter(|event| matches!(event, JournalEvent::Input { kind: InputKind::Protocol, .. }));
    assert_eq!(replies.count(), 1);
    world.verified();
}

#[test]
fn a_conversation_that_could_not_be_saved_is_reported_at_once_and_when_it_goes_on() {
    let world = World::new();
    let request = json!({"subtype": "hook_callback", "callback_id": "h"});
    let said = playing(&world, &json!({"request": request, "lost": true}), &[]).end();
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    let story = world.story(&said.story());
    assert!(story.incomplete);
    world.rows(["send", story.id.as_str(), "Go on"]);
    let said = world.attach(story.id.as_str()).end();
    let starts = said.journal().into_iter().filter_map(|event| match event {
        JournalEvent::RunStarting(facts) => Some((facts.resumes, facts.incomplete)),
        _ => None,
    });
    assert_eq!(starts.collect::<Vec<_>>(), [(false, false), (true, true)]);
    world.verified();
}

#[test]
fn a_question_is_answered_by_a_short_name() {
    let world = World::new();
    let run = world.start(&world.repo("work"), "[[demo:ask2]]", &[]);
    let story = run.story();
    let open = until("two questions", || {
        let rows = world.rows(["questions"]);
        (rows.len() == 2).then_some(rows)
    });
    let slug = world.story(&story).slug;
    // Two are open, so the story alone says too little, and so does a name that fits both or none.
    for name in [slug.as_str(), &format!("{slug}.1:"), &format!("{slug}.2:x"), "nothing"] {
        let said = world.ask(["answer", name, "allow"]);
        assert_eq!(said.code, Some(2), "{name}: {}", said.err);
    }
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mush"));
    command.env_clear().envs(world.variables()).arg("--data-dir").arg(world.data());
    let listed = String::from_utf8(command.arg("questions").output().unwrap().stdout).unwrap();
    let names: Vec<&str> = listed.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(names.len(), 2, "{listed}");
    assert!(names.iter().all(|name| name.starts_with(&format!("{slug}.1:"))), "{names:?}");
    world.rows(["answer", names[0], "allow"]);
    until("one question", || (world.rows(["questions"]).len() == 1).then_some(()));
    world.rows(["answer", slug.as_str(), "deny"]);
    assert_eq!(run.end().state(), "done(unchecked)");
    let all = world.rows(["questions", "--all"]);
    let behavior = |id: &Value| {
        let question = all.iter().find(|it| it["id"] == *id).unwrap();
        question["answer"]["behavior"].as_str().unwrap().to_owned()
    };
    assert_eq!(open.iter().map(|it| behavior(&it["id"])).collect::<Vec<_>>(), ["allow", "deny"]);
    world.refused(["answer", names[0], "allow"], "already_answered");
}
