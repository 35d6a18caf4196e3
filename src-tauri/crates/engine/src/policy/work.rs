//! Tells whether anything is left for which a process has to own the directory. It decides nothing.

use super::View;
use crate::state::StoryRecord;
use protocol::StoryState;

/// Whether a run is live or about to start, or a story goes on by itself: at once, after a gate, or after a limit.
pub(crate) fn is_left(view: &View<'_>) -> bool {
    let open = view.state.open.iter().filter_map(|story| view.state.stories.get(story));
    !view.state.live.is_empty()
        || !view.seen.jobs.is_empty()
        || open.into_iter().any(|story| goes_on(view, story))
}

/// Whether something follows in an open story. A limited one that is asked for nothing rests after its reset.
fn goes_on(view: &View<'_>, story: &StoryRecord) -> bool {
    story.state != StoryState::Limited
        || story.resume_on_reset
        || !story.queue.is_empty()
        || story.until.is_some_and(|until| until.since(view.now) > 0)
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, Table};
    use super::*;
    use crate::story::change::Because;
    use crate::story::table::StoryInput;
    use protocol::{Outcome, StoryId};

    const MINUTE: i64 = 60_000;

    fn left(make: impl FnOnce(&mut Scene) -> StoryId) -> bool {
        let mut scene = Scene { now: Table::BEGIN, ..Scene::default() };
        make(&mut scene);
        is_left(&scene.view())
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
        let table = [
            ("nothing was ever asked", !is_left(&Scene::default().view())),
            ("a prompt waits for its agent to start", left(|scene| scene.story("a", |_| ()))),
            (
                "its next run is prepared",
                left(|scene| {
                    let story = scene.story("a", |_| ());
                    scene.prepares(&story);
                    story
                }),
            ),
            (
                "its agent works",
                left(|scene| {
                    let story = scene.story("a", |_| ());
                    scene.agent(&story);
                    story
                }),
            ),
            ("its gate is due", left(|scene| ended(scene, Outcome::Succeeded, &["test"]))),
            ("a limit holds it, and it goes on", left(|scene| limited(scene, true, -1))),
            ("a limit holds it, and it went on", left(|scene| limited(scene, true, 1))),
            ("a limit holds it", left(|scene| limited(scene, false, -1))),
            ("it is past its limit, and rests", !left(|scene| limited(scene, false, 0))),
            ("it is done", !left(|scene| ended(scene, Outcome::Succeeded, &[]))),
            (
                "a prompt came after it was done",
                left(|scene| {
                    let story = ended(scene, Outcome::Succeeded, &[]);
                    scene.prompt(&story, "more");
                    story
                }),
            ),
            (
                "it is put away",
                !left(|scene| {
                    let story = ended(scene, Outcome::Succeeded, &[]);
                    scene.change(&story, &StoryInput::Archived, Because::default());
                    story
                }),
            ),
        ];
        for (name, is_so) in table {
            assert!(is_so, "{name}");
        }
    }
}
