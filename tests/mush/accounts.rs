//! A story continues with the account and the variables that it was started with. Only the first
//! `mush` had the values of these variables.

use crate::support::World;
use protocol::{Event, Source};

fn accounts(world: &World) -> Vec<String> {
    let specs = world.runs().into_iter().map(|run| {
        let path = world.data().join("runs").join(run.id.as_str()).join("spec.json");
        let spec: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        spec["account"].as_str().unwrap_or("none").to_owned()
    });
    specs.collect()
}

#[test]
fn a_follow_up_spends_from_the_account_of_its_story() {
    let world = World::new();
    let repo = world.committed("work");
    let began = world.run(&repo, "One\n[[demo:plain]]", &["--env", "MUSHER_DEMO_ACCOUNT=other"]);
    let slug = world.story(&began.story()).slug;
    world.rows(["send", slug.as_str(), "Two\n[[demo:plain]]"]);
    assert_eq!(world.attach(slug.as_str()).end().state(), "done(unchecked)");
    let accounts = accounts(&world);
    assert_eq!(accounts.len(), 2);
    assert!(accounts[0].contains(":other:"), "{accounts:?}");
    assert_eq!(accounts[0], accounts[1]);
    world.verified();
}

#[test]
fn what_is_missing_of_a_start_is_named_and_nothing_begins_without_it() {
    let mut world = World::new();
    let repo = world.committed("work");
    let began = world.run(
        &repo,
        "One\n[[demo:plain]]",
        &["--env", "WAREHOUSE=east", "--gate", "test \"$WAREHOUSE\" = east"],
    );
    assert_eq!(began.state(), "done(checked)");
    let slug = world.story(&began.story()).slug;
    world.rows(["send", slug.as_str(), "Two\n[[demo:plain]]"]);
    assert_eq!(world.attach(slug.as_str()).end().state(), "needs_you(start_failed)");
    assert_eq!(world.runs().len(), 2, "the agent and its gate, and no more");
    let detail = world.story(slug.as_str()).detail.unwrap();
    assert!(detail.contains("WAREHOUSE"), "{detail}");
    world.set("WAREHOUSE", "east");
    world.rows(["resume", slug.as_str()]);
    assert_eq!(world.attach(slug.as_str()).end().state(), "done(checked)");
    let said = world.runs().into_iter().flat_map(|run| world.events(&run));
    let said = said.filter(|it| matches!(&it.source, Source::Run(Event::Prompt { .. })));
    assert_eq!(said.count(), 2, "the prompt that waited was sent once");
}
