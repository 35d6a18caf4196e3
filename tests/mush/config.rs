//! `config.json`: a value that a person sets applies to the next story and no earlier one; a change
//! of the file gives agents no more power before a person accepted it; and nothing that is wrong in
//! the file is lost or takes effect.

use crate::support::World;
use serde_json::{Value, json};
use std::fs;

fn world() -> World {
    let mut world = World::new();
    world.set("MUSHER_DEMO", "");
    world
}

fn edit(world: &World, config: &Value) {
    fs::create_dir_all(world.data()).unwrap();
    fs::write(world.data().join("config.json"), config.to_string()).unwrap();
}

fn get(world: &World, key: &str) -> Value {
    world.rows(["config", "get", key]).remove(0)
}

fn state(world: &World) -> Value {
    world.rows(["config", "get"]).remove(0)
}

/// The journal entries that put a configuration in force.
fn accepted(world: &World) -> Vec<Value> {
    let mut entries = Vec::new();
    for segment in fs::read_dir(world.data().join("journal")).unwrap() {
        let text = fs::read_to_string(segment.unwrap().path()).unwrap();
        let entry = |line: &str| serde_json::from_str::<Value>(line).unwrap();
        entries
            .extend(text.lines().map(entry).filter(|it| it["event"]["type"] == "config_accepted"));
    }
    entries
}

#[test]
fn what_is_set_reaches_the_next_story_and_no_earlier_one() {
    let world = world();
    let repo = world.committed("work");
    let before = world.run(&repo, "One\n[[demo:plain]]", &[]);
    let gates = format!("projects.\"{}\".gates", repo.display());
    world.rows(["config", "set", &gates, "[\"true\"]", "--yes"]);
    world.rows(["config", "set", "agents.demo.model", "demo-large"]);
    world.rows(["config", "set", "worktrees.branch", "ann/{name}"]);
    world.rows(["config", "set", "worktrees.place", "trees/{project}/{name}"]);
    let said = world.run(&repo, "Two\n[[demo:plain]]", &["--worktree"]);
    assert_eq!(said.state(), "done(checked)", "{said:#?}");
    let story = world.story(&said.story());
    assert_eq!((story.gates.len(), story.branch.as_deref()), (1, Some("ann/two")));
    assert_eq!(story.profile.model.as_deref(), Some("demo-large"));
    assert_eq!(story.dir, world.path("trees/work/two").display().to_string());
    assert!(world.story(&before.story()).gates.is_empty());
    // A story keeps the gates that it was started with.
    world.rows(["config", "set", &gates, "[\"false\"]", "--yes"]);
    assert_eq!(world.run(&repo, "Three\n[[demo:plain]]", &[]).state(), "needs_you(gate_failed)");
    world.rows(["send", "two", "[[demo:plain]]"]);
    assert_eq!(world.ask(["wait", "two"]).code, Some(0));
    // An option has priority over the configuration.
    let own = world.run(&repo, "Four\n[[demo:plain]]", &["--no-gates", "--model", "own"]);
    let own = world.story(&own.story());
    assert_eq!((own.gates.len(), own.profile.model.as_deref()), (0, Some("own")));
    world.verified();
}

#[test]
fn a_change_by_hand_gives_no_power_before_a_person_accepted_it() {
    let world = world();
    let repo = world.committed("work");
    let touched = world.path("touched");
    let gate = format!("touch '{}'", touched.display());
    edit(
        &world,
        &json!({
            "mine": [1, 2],
            "agents": {"demo": {"model": "demo-large", "permission": "accept-edits"}},
            "projects": {(repo.display().to_string()): {"gates": [gate]}},
        }),
    );
    let story = |goal: &str| {
        let said = world.run(&repo, &format!("{goal}\n[[demo:plain]]"), &[]);
        world.story(&said.story())
    };
    for goal in ["First", "After a restart"] {
        let story = story(goal);
        assert_eq!(story.profile.model.as_deref(), Some("demo-large"));
        assert_eq!(story.profile.permission, protocol::PermissionChoice::Ask);
        assert!(story.gates.is_empty() && !touched.exists());
    }
    let waiting = state(&world)["waiting"].clone();
    let keys: Vec<&str> =
        waiting.as_array().unwrap().iter().map(|it| it["key"].as_str().unwrap()).collect();
    let gates = format!("projects.\"{}\".gates", repo.display());
    assert_eq!(keys, ["agents.demo.permission", gates.as_str()]);
    // Without a terminal no person can have seen the changes.
    world.refused(["config", "accept"], "bad_input");
    assert_eq!(accepted(&world).len(), 1);
    world.rows(["config", "accept", "--yes"]);
    let entries = accepted(&world);
    assert_eq!((entries.len(), &entries[1]["event"]["by"]), (2, &json!("you")));
    let kept = fs::read_to_string(world.data().join("config.accepted.json")).unwrap();
    assert_eq!(entries[1]["event"]["text"], json!(kept));
    let after = story("Accepted");
    assert_eq!(after.profile.permission, protocol::PermissionChoice::AcceptEdits);
    assert!(after.gates.len() == 1 && touched.exists());
    assert_eq!(state(&world)["notices"][0]["key"], "mine");
    world.verified();
}

#[test]
fn a_file_that_cannot_be_used_is_reported_and_what_was_accepted_stays() {
    let world = world();
    world.rows(["config", "set", "agents.claude.model", "opus"]);
    let path = world.data().join("config.json");
    for (broken, named) in [
        ("{\n\"agents\": {\n}", "line 3"),
        ("{\"agents\": {\"cloude\": {}}}", "agents.cloude"),
        ("{\"caps\": {\"agents\": -1}}", "caps.agents"),
        ("{\"version\": 2}", "newer"),
    ] {
        fs::write(&path, broken).unwrap();
        let state = state(&world);
        let problem = state["problem"]["message"].as_str().unwrap();
        assert!(problem.contains(named) && problem.contains("config.json"), "{problem}");
        assert_eq!(get(&world, "agents.claude.model"), json!("opus"));
        world.refused(["config", "set", "agents.claude.model", "haiku"], "config");
        world.refused(["config", "accept", "--yes"], "config");
        assert_eq!(fs::read_to_string(&path).unwrap(), broken, "nothing of it is lost");
    }
    fs::write(&path, "{}").unwrap();
    assert_eq!(get(&world, "agents.claude.model"), Value::Null);
    world.refused(["config", "get", "agents.claude.colour"], "not_found");
    world.refused(["config", "set", "agents.claude.permission", "full-access"], "bad_input");
    assert_eq!(world.rows(["config", "path"])[0], json!(path.display().to_string()));
}

#[test]
fn an_agent_that_needs_a_variable_is_not_started_without_it() {
    let mut world = world();
    let repo = world.committed("work");
    world.rows(["config", "set", "agents.demo.environment", "[\"WAREHOUSE\"]"]);
    let refused = world.run(&repo, "One\n[[demo:plain]]", &[]);
    assert_eq!(refused.fault(), "cannot_start");
    assert!(refused.err.contains("WAREHOUSE"), "{}", refused.err);
    let given = world.run(&repo, "Two\n[[demo:plain]]", &["--env", "WAREHOUSE=east"]);
    assert_eq!(given.state(), "done(unchecked)");
    world.set("WAREHOUSE", "west");
    assert_eq!(world.run(&repo, "Three\n[[demo:plain]]", &[]).state(), "done(unchecked)");
}
