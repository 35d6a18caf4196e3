//! Decides when what a person wants done with the branch of a story begins, once the story's files are held, and when
//! what became of it is recorded. What an earlier owner began and did not record the end of is recorded as not known.

use super::{Decision, View};
use protocol::{Fault, FinishDone, FinishStep, StoryId};
use std::collections::{BTreeMap, BTreeSet};

/// What is in memory only about it. Worktrees are named by their place.
#[derive(Debug, Default)]
pub(crate) struct FinishesSeen {
    /// What was accepted and is not over, by the story's worktree.
    pub(crate) steps: BTreeMap<String, Finish>,
    /// Stories whose files are to be held because that was done.
    pub(crate) after: BTreeSet<StoryId>,
}

/// Something that is to be done with the branch of a story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finish {
    pub(crate) story: StoryId,
    /// The commit that was shown as checked out.
    pub(crate) head: Option<String>,
    pub(crate) step: FinishStep,
    /// The other worktree whose files follow, if there is one.
    pub(crate) elsewhere: Option<String>,
    /// The checkpoint that holds the files from before it.
    pub(crate) before: Option<u32>,
    pub(crate) is_begun: bool,
    /// What was done, or why not, and what was printed, until that is recorded.
    pub(crate) done: Option<(Result<FinishDone, Fault>, String)>,
}

impl FinishesSeen {
    /// Whether nothing is under way.
    pub(crate) fn is_at_rest(&self) -> bool {
        self.steps.is_empty() && self.after.is_empty()
    }

    /// The story whose step is done in a worktree, if there is one.
    pub(crate) fn works_in(&self, place: &str) -> Option<&StoryId> {
        let is_there = |(own, step): &(&String, &Finish)| {
            *own == place || step.elsewhere.as_deref() == Some(place)
        };
        self.steps.iter().find(is_there).map(|(_, step)| &step.story)
    }
}

/// Decides about all steps.
pub(crate) fn decide(view: &View<'_>) -> Vec<Decision> {
    let steps = view.seen.finishes.steps.iter().filter_map(|(place, step)| match step {
        Finish { done: Some(_), .. } => Some(Decision::Finished { place: place.clone() }),
        Finish { before: Some(_), is_begun: false, .. } => {
            Some(Decision::Finish { place: place.clone() })
        }
        _ => None,
    });
    let left = view.state.finishing.iter().filter(|story| {
        let is_seen = view.seen.finishes.steps.values().any(|step| step.story == **story);
        !is_seen && !view.seen.left_out.contains(*story)
    });
    steps.chain(left.map(|story| Decision::FinishLeft { story: story.clone() })).collect()
}

/// The stories whose files are to be held for it: before it, and after it.
pub(super) fn to_hold<'v>(view: &View<'v>) -> impl Iterator<Item = &'v StoryId> + use<'v> {
    let seen = &view.seen.finishes;
    let before = seen.steps.values().filter(|it| it.before.is_none() && it.done.is_none());
    before.map(|step| &step.story).chain(&seen.after)
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, Table};
    use super::super::{checkpoint, decide as decide_all};
    use super::*;
    use protocol::{ErrorCode, FinishAct, JournalEvent, Outcome};

    /// A story that rests, and its place.
    fn resting(scene: &mut Scene, name: &str) -> (StoryId, String) {
        let story = scene.story(name, |_| ());
        let run = scene.agent(&story);
        scene.ended(&run, Outcome::Succeeded);
        scene.settle(super::super::decide, |_| None::<()>);
        let place = scene.state.stories[&story].place().to_owned();
        (story, place)
    }

    fn wants(scene: &mut Scene, name: &str) -> (StoryId, String) {
        let (story, place) = resting(scene, name);
        let step = Finish {
            story: story.clone(),
            head: Some("h".to_owned()),
            step: FinishStep::Commit { message: "m".to_owned(), paths: Vec::new() },
            elsewhere: None,
            before: None,
            is_begun: false,
            done: None,
        };
        scene.seen.finishes.steps.insert(place.clone(), step);
        (story, place)
    }

    fn step<'s>(scene: &'s mut Scene, place: &str) -> &'s mut Finish {
        scene.seen.finishes.steps.get_mut(place).unwrap()
    }

    fn all(scene: &mut Scene) -> Vec<Decision> {
        [checkpoint::decide(&scene.view()), decide(&scene.view())].concat()
    }

    #[test]
    fn a_step_begins_when_the_files_are_held_and_ends_with_its_record() {
        let mut table = Table::default();
        table.case("wanted", |scene| {
            wants(scene, "a");
            all(scene)
        });
        table.case("while its checkpoint is made", |scene| {
            let (story, _) = wants(scene, "a");
            scene.holds(&story);
            all(scene)
        });
        table.case("the files are held", |scene| {
            let (_, place) = wants(scene, "a");
            step(scene, &place).before = Some(2);
            all(scene)
        });
        table.case("under way", |scene| {
            let (_, place) = wants(scene, "a");
            (step(scene, &place).before, step(scene, &place).is_begun) = (Some(2), true);
            all(scene)
        });
        table.case("done", |scene| {
            let (_, place) = wants(scene, "a");
            let fault = Fault::new(ErrorCode::Git, "no", "try");
            let step = step(scene, &place);
            (step.before, step.is_begun) = (Some(2), true);
            step.done = Some((Err(fault), String::new()));
            all(scene)
        });
        table.case("it was done", |scene| {
            let (story, _) = resting(scene, "a");
            scene.seen.finishes.after.insert(story);
            all(scene)
        });
        table.case("an earlier owner began it", |scene| {
            let (story, _) = resting(scene, "a");
            let step = FinishStep::Commit { message: "m".to_owned(), paths: Vec::new() };
            let begun = JournalEvent::FinishStarted { n: 1, head: None, step };
            scene.fact(Some(&story), None, begun);
            assert_eq!(scene.state.stories[&story].finishes.begun, Some((1, FinishAct::Commit)));
            all(scene)
        });
        insta::assert_snapshot!("finish", table.text());
    }

    #[test]
    fn no_agent_starts_while_a_step_is_done_in_its_worktree() {
        for is_elsewhere in [false, true] {
            let mut scene = Scene { now: Table::BEGIN, ..Scene::default() };
            let (other_story, other) = resting(&mut scene, "b");
            let (story, place) = wants(&mut scene, "a");
            let waits = if is_elsewhere { other_story } else { story };
            let begun = step(&mut scene, &place);
            (begun.before, begun.is_begun) = (Some(1), true);
            begun.elsewhere = is_elsewhere.then_some(other);
            scene.prompt(&waits, "more");
            let starts = |scene: &Scene| {
                let all = decide_all(&scene.view());
                all.iter().any(|decision| matches!(decision, Decision::Start { .. }))
            };
            assert!(!starts(&scene), "elsewhere: {is_elsewhere}");
            scene.seen.finishes.steps.clear();
            assert!(starts(&scene), "elsewhere: {is_elsewhere}");
        }
    }
}
