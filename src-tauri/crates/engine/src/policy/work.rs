//! Tells what is left for which a process has to own the directory. It decides nothing.

use super::View;
use crate::state::StoryRecord;
use protocol::StoryState;

/// What is left for an owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// Nothing.
    None,
    /// A limit is to reset, after which nothing goes on by itself: then it is recorded that the story needs a person.
    Reset,
    /// A run is live or about to start, or a story goes on by itself: at once, after a gate, after a limit.
    GoesOn,
}

/// What is left.
pub(crate) fn left(view: &View<'_>) -> Work {
    let open = view.state.open.iter().filter_map(|story| view.state.stories.get(story));
    let is_live = !view.state.live.is_empty() || !view.seen.jobs.is_empty();
    let least = if is_live { Work::GoesOn } else { Work::None };
    open.map(left_in).fold(least, Work::max)
}

/// What is left in an open story. A limited one that is asked for nothing rests after its reset, once it is recorded
/// that it needs a person.
fn left_in(story: &StoryRecord) -> Work {
    let goes_on = story.resume_on_reset || !story.queue.is_empty();
    match (story.state, goes_on) {
        (StoryState::Limited, false) => Work::Reset,
        _ => Work::GoesOn,
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, Table};
    use super::*;
    use crate::story::change::Because;
    use crate::story::table::StoryInput;
    use protocol::{Outcome, StoryId};

    const MINUTE: i64 = 60_000;

    fn of(make: impl FnOnce(&mut Scene) -> StoryId) -> Work {
        let mut scene = Scene { now: Table::BEGIN, ..Scene::default() };
        make(&mut scene);
        left(&scene.view())
    }

    /// A story that a limit stopped, `after` milliseconds from its reset.
    fn limited(scene: &mut Scene, resume_on_reset: bool, after: i64) -> StoryId {
        let story = scene.story("a", |it| it.resume_on_reset = resume_on_reset);
        let run = scene.agent(&story);
        scene.limited(&run, scene.now.plus_millis(MINUTE));
        scene.now = scene.now.plus_millis(MINUTE + after);
        story
    }

    fn ended(scene: &mut Scene, outcome: Outcome, gates: &[&'static str]) -> StoryId {
        let story = scene.story("a", |it| it.gates = gates.to_vec());
        let run = scene.agent(&story);
        scene.ended(&run, outcome);
        let follows = super::super::after_run::decide(&scene.view(), &story);
        follows.into_iter().for_each(|it| scene.perform(it));
        story
    }

    #[test]
    fn what_goes_on_by_itself_is_left_to_do() {
        use Work as W;
        let table = [
            (W::None, "nothing was ever asked", left(&Scene::default().view())),
            (
                W::GoesOn,
                "a prompt waits for its agent to start",
                of(|scene| scene.story("a", |_| ())),
            ),
            (
                W::GoesOn,
                "its next run is prepared",
                of(|scene| {
                    let story = scene.story("a", |_| ());
                    scene.prepares(&story);
                    story
                }),
            ),
            (
                W::GoesOn,
                "its agent works",
                of(|scene| {
                    let story = scene.story("a", |_| ());
                    scene.agent(&story);
                    story
                }),
            ),
            (W::GoesOn, "its gate is due", of(|scene| ended(scene, Outcome::Succeeded, &["test"]))),
            (W::GoesOn, "a limit holds it, and it goes on", of(|scene| limited(scene, true, -1))),
            (W::GoesOn, "its limit has reset, and it goes on", of(|scene| limited(scene, true, 1))),
            (
                W::Reset,
                "a limit holds it, and it is asked for nothing",
                of(|scene| limited(scene, false, -1)),
            ),
            (
                W::Reset,
                "its limit has reset, it is asked for nothing, and that is not recorded yet",
                of(|scene| limited(scene, false, 0)),
            ),
            (
                W::None,
                "its limit has reset, and it needs a person",
                of(|scene| {
                    let story = limited(scene, false, 0);
                    super::super::limits::decide(&scene.view())
                        .into_iter()
                        .for_each(|it| scene.perform(it));
                    story
                }),
            ),
            (W::None, "it is done", of(|scene| ended(scene, Outcome::Succeeded, &[]))),
            (
                W::GoesOn,
                "a prompt came after it was done",
                of(|scene| {
                    let story = ended(scene, Outcome::Succeeded, &[]);
                    scene.prompt(&story, "more");
                    story
                }),
            ),
            (
                W::None,
                "it is put away",
                of(|scene| {
                    let story = ended(scene, Outcome::Succeeded, &[]);
                    scene.change(&story, &StoryInput::Archived, Because::default());
                    story
                }),
            ),
        ];
        for (expected, name, found) in table {
            assert_eq!(found, expected, "{name}");
        }
    }
}
