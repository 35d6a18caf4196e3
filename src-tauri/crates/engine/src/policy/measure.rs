//! Decides of which stories it is measured how their work stands: after a turn or a run was held, one story at a time,
//! and beside everything else. Nothing waits for it. After a kill only what was held lately is measured again, so that
//! a start with a long journal has nothing to do.

use super::{Decision, View};
use protocol::{StoryId, Work};

/// What was held longer ago is measured when the story goes on (ms).
pub(super) const LATELY: i64 = 24 * 60 * 60 * 1000;

/// A measurement that is under way.
#[derive(Debug)]
pub(crate) struct Measuring {
    pub(crate) story: StoryId,
    /// What was found out, until that is recorded.
    pub(crate) done: Option<Work>,
}

/// Decides about all stories.
pub(crate) fn decide(view: &View<'_>) -> Vec<Decision> {
    let next = match &view.seen.measuring {
        Some(Measuring { done: Some(_), .. }) => Some(Decision::Measured),
        Some(Measuring { done: None, .. }) => None,
        None => next(view).map(|story| Decision::Measure { story: story.clone() }),
    };
    next.into_iter().collect()
}

/// The first story of those that were held lately; the others are not looked at.
fn next<'v>(view: &View<'v>) -> Option<&'v StoryId> {
    let lately = (view.now.plus_millis(-LATELY), StoryId::new(""));
    let mut stories = view.state.unmeasured.range(lately..).map(|(_, story)| story);
    stories.find(|story| !view.seen.left_out.contains(*story))
}

#[cfg(test)]
mod tests {
    use super::super::scene::Scene;
    use super::*;
    use protocol::{CheckpointCause as C, JournalEvent};

    /// The stories that are measured, once settled.
    fn measured(scene: &mut Scene) -> Vec<String> {
        scene.settle(decide, |decision| match decision {
            Decision::Measure { story } => Some(story.to_string()),
            _ => None,
        })
    }

    #[test]
    fn work_is_measured_once_after_each_turn_and_run() {
        let mut scene = Scene::default();
        let (a, b) = (scene.story("a", |_| ()), scene.story("b", |_| ()));
        let held = |scene: &mut Scene, story: &StoryId, because| {
            scene.checkpoint(story, None, because, None);
        };
        for because in [C::Prompt, C::Allowed, C::Working, C::Asked, C::Restore] {
            held(&mut scene, &a, because);
        }
        assert_eq!(measured(&mut scene), [""; 0]);
        held(&mut scene, &a, C::Turn);
        held(&mut scene, &a, C::End);
        held(&mut scene, &b, C::Turn);
        assert_eq!(measured(&mut scene), ["a", "b"]);
        assert_eq!(measured(&mut scene), [""; 0]);
        // While it is measured, another one is held.
        held(&mut scene, &a, C::Turn);
        scene.seen.measuring = Some(Measuring { story: a.clone(), done: None });
        assert_eq!(decide(&scene.view()), []);
        scene.seen.measuring = None;
        let work = Work { checkpoint: 1, ..Work::default() };
        scene.fact(None, None, JournalEvent::WorkMeasured { story: a.clone(), work });
        assert_eq!(measured(&mut scene), ["a"]);
        held(&mut scene, &a, C::End);
        scene.now = scene.now.plus_millis(LATELY + 1);
        assert_eq!(measured(&mut scene), [""; 0], "it was long ago");
    }
}
