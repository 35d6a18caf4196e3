//! `config.json` and an owner that nobody asks anything: what is changed by hand is seen and takes effect by itself.

use crate::support::{World, until};
use engine::Engine;
use serde_json::json;
use std::fs;
use std::time::{Duration, Instant};

/// How soon a change by hand is seen, with as much again for a busy machine.
const SEEN: Duration = Duration::from_secs(40);

#[test]
fn an_owner_that_is_idle_sees_a_change_by_hand() {
    let world = World::new();
    let engine = world.own();
    let demo = protocol::AgentId::new("demo");
    let model = |engine: &Engine| engine.config().config.agents[&demo].model.clone();
    // Its first look is over.
    engine.request(protocol::Request::Config).unwrap();
    let by_hand = json!({
        "agents": {"demo": {"model": "demo-large"}}, "projects": {"/shop": {"gates": ["make"]}},
    });
    fs::write(world.dir().config(), by_hand.to_string()).unwrap();
    let edited = Instant::now();
    // Nothing is asked of it meanwhile.
    until("the change", || (model(&engine).as_deref() == Some("demo-large")).then_some(()));
    assert!(edited.elapsed() < SEEN, "{:?}", edited.elapsed());
    assert_eq!(engine.config().waiting.len(), 1, "the gate waits for a person");
    engine.close("done");
    let journal = fs::read_to_string(world.dir().journal().join("000001.jsonl")).unwrap();
    assert_eq!(journal.matches("\"config_accepted\"").count(), 1);
    world.verified();
}
