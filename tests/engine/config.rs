//! Changes of `config.json` by hand are noticed and take effect even if nothing is requested from
//! the owner.

use crate::support::{World, until};
use engine::Engine;
use serde_json::json;
use std::fs;
use std::time::{Duration, Instant};

/// The longest until a change by hand is noticed, doubled for busy machines.
const SEEN: Duration = Duration::from_secs(40);

#[test]
fn an_owner_that_is_idle_sees_a_change_by_hand() {
    let world = World::new();
    let engine = world.own();
    let demo = protocol::AgentId::new("demo");
    let model = |engine: &Engine| engine.config().config.agents[&demo].model.clone();
    // After this request, its first check of the file is over.
    engine.request(protocol::Request::Config).unwrap();
    let by_hand = json!({
        "agents": {"demo": {"model": "demo-large"}}, "projects": {"/shop": {"gates": ["make"]}},
    });
    fs::write(world.dir().config(), by_hand.to_string()).unwrap();
    let edited = Instant::now();
    // No request is sent meanwhile.
    until("the change", || (model(&engine).as_deref() == Some("demo-large")).then_some(()));
    assert!(edited.elapsed() < SEEN, "{:?}", edited.elapsed());
    assert_eq!(engine.config().waiting.len(), 1, "the gate waits for a person");
    engine.close("done");
    let journal = fs::read_to_string(world.dir().journal().join("000001.jsonl")).unwrap();
    assert_eq!(journal.matches("\"config_accepted\"").count(), 1);
    world.verified();
}
