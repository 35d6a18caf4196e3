//! Data directories of earlier versions: each opens, shows the same as then, and has consistent
//! sums of usage. The archives are in `tests/fixtures/data-dirs`.

use crate::support::{Following, World};
use crate::usage::adds_up;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

const ARCHIVES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/fixtures/data-dirs");

/// Whether `newer` has everything that `older` has: lists have the same length; objects may have
/// further fields.
fn holds(newer: &Value, older: &Value) -> bool {
    match (newer, older) {
        (Value::Object(newer), Value::Object(older)) => older
            .iter()
            .all(|(name, value)| newer.get(name).is_some_and(|newer| holds(newer, value))),
        (Value::Array(newer), Value::Array(older)) => {
            newer.len() == older.len()
                && newer.iter().zip(older).all(|(newer, older)| holds(newer, older))
        }
        _ => newer == older,
    }
}

/// Fields that older data has in the vendor's JSON and that are now our own types: a tool's input is a subject, a
/// change is hunks, the reason of a question is a sentence, what the agent is busy with is a `Busy`, and the reason of
/// a summary a `CompactTrigger`. They are not compared.
const IN_A_VENDORS_FORM: &[(&str, &str)] = &[
    ("tool_call", "/event/input"),
    ("tool_result", "/event/output/diff"),
    ("question", "/event/why"),
    ("status", "/event/status"),
    ("compacted", "/event/trigger"),
];

/// The event in the form in which `newer` must have it: fields that are facts now are removed,
/// after checking that `newer` has these facts.
fn as_written_now(mut older: Value, newer: &Value) -> Value {
    // Names of fields that were replaced; journals with the old names can still be read.
    if let Some(pos) = older["pos"].as_object_mut()
        && let Some(index) = pos.remove("k")
    {
        pos.insert("index".to_owned(), index);
    }
    if older["event"]["type"] == "nudge" {
        older["event"]["type"] = "injected_message".into();
    }
    let kind = older["event"]["type"].as_str().unwrap().to_owned();
    // Text that a program writes for its model is replaced by a short text.
    let text = older["event"]["text"].as_str().unwrap_or_default();
    if kind == "tool_result" && text.starts_with("Async agent launched successfully.") {
        older["event"]["text"] = "The subagent was started and works in the background.".into();
    }
    for (_, pointer) in IN_A_VENDORS_FORM.iter().filter(|(of, _)| *of == kind) {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        if let Some(Value::Object(fields)) = older.pointer_mut(parent) {
            fields.remove(name);
        }
    }
    // A result without usage was recorded as null, and is recorded as zeros now.
    let nothing = serde_json::json!({"used": {"models": {}, "cost_micros": 0}});
    if kind == "turn_ended" && older["event"]["usage"].is_null() {
        let now = &newer["event"]["usage"];
        assert!(now.is_null() || *now == nothing, "{newer:#}");
        older["event"]["usage"] = now.clone();
    }
    // What an agent prints of itself was the text of the result, and is a detail of it now.
    let text = older["event"]["text"].as_str().unwrap_or_default().to_owned();
    if kind == "turn_ended" && text.starts_with("[ede_diagnostic]") {
        let said = newer["event"]["said"].clone();
        assert!(said.as_str().is_some_and(|said| said.contains(&text)), "{newer:#}");
        (older["event"]["text"], older["event"]["said"]) = ("".into(), said);
    }
    // The duration of a call had the wait for a person's answer in it.
    let took = |event: &Value| event["event"]["duration_ms"].as_u64();
    if kind == "tool_result" && took(newer) < took(&older) {
        older["event"]["duration_ms"] = newer["event"]["duration_ms"].clone();
    }
    if matches!(kind.as_str(), "tool_call" | "question") {
        let (subject, beside) = (&newer["event"]["subject"], &newer["event"]["beside"]);
        assert!(subject["is"] != "other" || beside.is_array(), "its input is shown: {newer:#}");
    }
    older
}

/// Unpacks an archive as the data directory of this world.
fn unpack(world: &World, name: &str) {
    let archive = Path::new(ARCHIVES).join(name);
    let place = world.data().parent().unwrap();
    let done = Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(place).status().unwrap();
    assert!(done.success());
}

fn printed(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn opens_and_says_what_it_said(archive: &str) -> World {
    let world = World::new();
    unpack(&world, archive);
    let expected = |name: &str| printed(&world.path(&format!("expect/{name}.jsonl")));
    let queries: [(&str, &[&str]); 4] = [
        ("stories", &["stories"]),
        ("runs", &["runs"]),
        ("questions", &["questions", "--all"]),
        ("limits", &["limits"]),
    ];
    for (name, words) in queries {
        let (now, then) = (world.rows(words), expected(name));
        assert_eq!(now.len(), then.len(), "{name}");
        for (now, mut then) in now.iter().zip(then) {
            // Which limit holds a story was no fact, and is one by now.
            if then["about"].is_null() && now["about"]["kind"] == "held" {
                then["about"] = now["about"].clone();
            }
            // A limit that was over while nobody looked needs a person by now.
            if then["state"] == "limited" && now["reason"] == "limit_over" {
                for field in ["state", "reason", "detail", "about", "since", "until"] {
                    then[field] = now[field].clone();
                }
            }
            // A figure at a price that is not the model's own was a lower bound, and is an estimate now.
            let is_figure = then["cost_micros"].as_i64() > Some(0);
            if is_figure && then["cost_basis"] == "unpriced" && now["cost_basis"] == "priced" {
                then["cost_basis"] = "priced".into();
            }
            assert!(holds(now, &then), "{name}:\n{now:#}\n{then:#}");
        }
    }
    let then = expected("events");
    assert!(!then.is_empty());
    for of_run in then.chunk_by(|a, b| a["run"] == b["run"]) {
        let now = world.rows(["events", of_run[0]["run"].as_str().unwrap()]);
        assert_eq!(now.len(), of_run.len());
        for (now, then) in now.iter().zip(of_run) {
            let then = &as_written_now(then.clone(), now);
            assert!(holds(now, then), "{now:#}\n{then:#}");
        }
    }
    adds_up(&world);
    world.verified();
    world
}

#[test]
fn a_directory_of_the_first_stage_opens_and_adds_up() {
    opens_and_says_what_it_said("0.1.0-schema-3.tar.gz");
}

#[test]
fn a_directory_with_a_configuration_opens_with_what_was_accepted_and_what_waits() {
    let world = opens_and_says_what_it_said("0.1.0-schema-12.tar.gz");
    let state = world.rows(["config", "get"]).remove(0);
    let demo = &state["config"]["agents"]["demo"];
    assert_eq!((&demo["model"], &demo["permission"]), (&"demo-large".into(), &"ask".into()));
    assert_eq!(state["config"]["worktrees"]["branch"], "ann/{name}");
    let waiting = state["waiting"].as_array().unwrap();
    let waiting: Vec<&str> = waiting.iter().map(|each| each["key"].as_str().unwrap()).collect();
    assert_eq!(waiting, ["agents.demo.permission", "agents.demo.arguments"]);
    assert_eq!(state["notices"][0]["key"], "mine");
    assert!(world.rows(["questions"]).is_empty(), "its agent is gone");
}

/// Opening a copy of a directory with live agents ends none of them.
#[test]
fn a_copy_of_a_live_directory_leaves_its_agents_alone() {
    let world = World::new();
    let run = world.start(&world.repo("work"), "[[demo:ask]]", &[]);
    run.until_state("waiting(question)");
    run.kill_nine();
    let copy = world.path("copy");
    let copied = Command::new("cp").arg("-a").arg(world.data()).arg(&copy).status().unwrap();
    assert!(copied.success());
    let mut stories = Command::new(env!("CARGO_BIN_EXE_mush"));
    stories.env_clear().envs(world.variables()).arg("--data-dir").arg(&copy);
    let said = Following::begin(
        {
            stories.args(["--json", "stories"]);
            stories
        },
        "",
    )
    .end();
    assert_eq!(said.out[0]["state"], "waiting", "{said:#?}");
    assert!(!world.alive().is_empty());

    let question = world.rows(["questions"]).remove(0);
    world.rows(["answer", question["id"].as_str().unwrap(), "allow"]);
    let story = world.rows(["stories"]).remove(0);
    let attached = world.attach(story["id"].as_str().unwrap()).end();
    assert_eq!(attached.state(), "done(unchecked)");
    world.verified();
}

/// The input logs of all runs, with the runs' directories.
fn inputs(world: &World) -> Vec<(String, Vec<u8>)> {
    let dirs = world.run_dirs().into_iter();
    let read = |dir: keeper::RunDir| {
        let path = dir.path().join("input.log");
        (path.display().to_string(), std::fs::read(path).unwrap())
    };
    dirs.map(read).collect()
}

/// One agent asks, one works, a gate runs; then the owner and the keepers disappear at once, as
/// after a power cut.
#[test]
fn runs_of_earlier_keepers_that_are_gone_are_lost_and_nothing_is_written_to_them() {
    let world = World::new();
    unpack(&world, "0.1.0-live-keepers.tar.gz");
    let before = inputs(&world);
    let ends = [
        ("it-asks", "needs_you", "lost"),
        ("its-gate-runs", "needs_you", "gate_failed"),
        ("it-works", "needs_you", "lost"),
    ];
    let stories = world.rows(["stories"]);
    for (slug, state, reason) in ends {
        let story = stories.iter().find(|story| story["slug"] == slug).unwrap();
        assert_eq!((&story["state"], &story["reason"]), (&state.into(), &reason.into()), "{slug}");
    }
    let runs = world.rows(["runs"]);
    let mut outcomes: Vec<&str> = runs.iter().map(|run| run["outcome"].as_str().unwrap()).collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["lost", "lost", "lost", "succeeded"]);
    assert!(world.rows(["questions"]).is_empty(), "nobody waits for an answer any more");
    assert_eq!(inputs(&world), before);
    world.verified();
}
