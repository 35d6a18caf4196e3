//! A limit that is tried before its reset: after a success nothing of the account is held any more.

use crate::support::World;
use protocol::Limit;

/// The limits of `mush limits --json` that hold.
fn holding(world: &World) -> usize {
    let limits: Vec<Limit> = world
        .rows(["limits"])
        .into_iter()
        .map(|row| serde_json::from_value(row).unwrap())
        .collect();
    assert!(!limits.is_empty(), "the agent reported its limits");
    limits.iter().filter(|limit| limit.holds()).count()
}

#[test]
fn after_a_success_the_account_is_not_held_any_more() {
    let world = World::new();
    let limited = world.run(&world.committed("first"), "[[demo:limit_reject]]", &[]);
    assert_eq!(limited.state(), "limited");
    assert_eq!(holding(&world), 1);
    let other = world.run(&world.committed("second"), "[[demo:plain]]", &[]);
    assert_eq!(other.state(), "limited", "its account is held");
    let slugs = world.rows(["stories"]).into_iter().map(|row| row["slug"].clone());
    let (said, _) = world.printed(&["limits"]);
    for slug in slugs {
        let line = format!("{} is limited until ", slug.as_str().unwrap());
        assert!(said.lines().any(|it| it.starts_with(&line)), "{line}: {said}");
    }
    world.rows(["resume", other.story().as_str()]);
    assert_eq!(world.attach(other.story().as_str()).end().state(), "done(unchecked)");
    assert_eq!(holding(&world), 0);
    let (said, _) = world.printed(&["limits"]);
    assert!(!said.contains(" is limited "), "{said}");
    world.verified();
}
