//! The end of a limit: one that is tried before its reset, after whose success nothing of the account is held any more,
//! and one that is over without anything to go on by itself, which needs a person.

use crate::support::{World, until};
use protocol::{JournalEvent, Limit, NotificationKind, Reason, StoryState};

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

#[test]
fn a_story_whose_limit_is_over_and_that_does_not_go_on_by_itself_needs_a_person() {
    let world = World::new();
    // The process that is left behind owns the directory until the limit is over.
    let left = world.run(&world.committed("work"), "[[demo:limit_until until=3]]", &["--detach"]);
    let story = left.out[0]["id"].as_str().unwrap().to_owned();
    let stands = until("the end of its limit", || {
        Some(world.story(&story)).filter(|story| story.state == StoryState::NeedsYou)
    });
    assert_eq!((stands.reason, stands.runs.len()), (Some(Reason::LimitOver), 1));
    let (said, _) = world.printed(&["stories"]);
    assert!(said.contains("needs you (limit over)") && said.contains("mush resume"), "{said}");
    let (said, _) = world.printed(&["why", stands.slug.as_str()]);
    let again = format!("Start it again: mush resume {}", stands.slug);
    assert!(said.contains("the usage limit is over") && said.contains(&again), "{said}");
    let (said, _) = world.printed(&["limits"]);
    assert!(!said.contains(" is limited ") && !said.contains("rejected"), "{said}");
    world.rows(["resume", &story]);
    let said = world.attach(&story).end();
    assert_eq!(said.state(), "done(unchecked)");
    let notified = said.journal().into_iter().filter(|event| {
        matches!(
            event,
            JournalEvent::StateChanged {
                reason: Some(Reason::LimitOver),
                notifies: Some(NotificationKind::Failed),
                ..
            }
        )
    });
    assert_eq!(notified.count(), 1, "once");
    world.verified();
}
