//! What a person does to a story itself: it gets another title, is archived, and taken out of the archive as it was.

use crate::support::World;
use protocol::StoryState;

#[test]
fn a_story_is_renamed_archived_and_stands_again_as_it_stood() {
    let world = World::new();
    let done = world.run(&world.committed("work"), "One\n[[demo:plain]]", &[]);
    let before = world.story(&done.story());
    let slug = before.slug.as_str();
    world.rows(["rename", slug, "  Another\ntitle "]);
    let renamed = world.story(slug);
    assert_eq!((renamed.title.as_str(), &renamed.slug), ("Another title", &before.slug));
    world.refused(["rename", slug, " "], "bad_input");
    world.refused(["unarchive", slug], "wrong_state");
    world.rows(["archive", slug]);
    assert_eq!(world.story(slug).state, StoryState::Archived);
    world.refused(["send", slug, "more"], "wrong_state");
    world.rows(["unarchive", slug]);
    let again = world.story(slug);
    assert_eq!(
        (again.state, again.reason, again.since, again.detail),
        (before.state, before.reason, before.since, before.detail)
    );
    world.verified();
    world.rows(["send", slug, "Two\n[[demo:plain]]"]);
    assert_eq!(world.attach(slug).end().state(), "done(unchecked)");
    world.verified();
}
