//! Decides when the gates of a story run again because a person asked for that: after its files were held, and while
//! nothing else runs in it. What follows from their end is decided as after the first time (`after_run`).

use super::may::{Act, Conflict, Worktree, may};
use super::{Decision, View, Wanted};
use crate::state::{GatesAgain, StoryRecord};
use crate::story::table::is_at_rest;
use protocol::{RunKind, StoryId, StoryState};

/// Why the gates of a story cannot run again now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotNow {
    /// The story has none.
    NoGates,
    /// A run of it is live or about to start, or it does not rest.
    Busy(StoryState),
    /// Its agent's last run did not end well, or it went back to a checkpoint, so that there is nothing to check: gates
    /// have not run since.
    NothingToCheck,
    /// Something else is done in its worktree.
    Conflict(Conflict),
}

/// Whether the gates of a story may run again. They ran after the end of its agent's last run, which was a good one, so
/// that their result says whether the story is done.
pub(crate) fn may_run_again(view: &View<'_>, story: &StoryId) -> Result<(), NotNow> {
    let Some(record) = view.state.stories.get(story).filter(|it| !it.gates.is_empty()) else {
        return Err(NotNow::NoGates);
    };
    let is_busy = view.state.live_run(story).is_some() || view.seen.jobs.contains_key(story);
    if is_busy || !is_at_rest(record.state) {
        return Err(NotNow::Busy(record.state));
    }
    if !ran(view, record) {
        return Err(NotNow::NothingToCheck);
    }
    let mut worktree = Worktree::of(view, story);
    // One that is being made is waited for.
    worktree.acts.retain(|(act, _)| *act != Act::Checkpoint);
    may(&worktree, Act::Gate).map_err(NotNow::Conflict)
}

/// Whether the last run of the story, since it last went back to a checkpoint, was a gate.
fn ran(view: &View<'_>, story: &StoryRecord) -> bool {
    let last = story.runs.last().and_then(|run| view.state.runs.get(run));
    story.has_run_since_it_went_back() && last.is_some_and(|run| run.spec.kind == RunKind::Gate)
}

/// Starts the first gate of a story that is to run its gates again.
pub(crate) fn decide(view: &View<'_>, story: &StoryId) -> Vec<Decision> {
    let record = view.state.stories.get(story);
    let is_wanted = record.is_some_and(|record| record.gates_again == GatesAgain::ToStart);
    match is_wanted && may_run_again(view, story).is_ok() {
        true => vec![Decision::Start { story: story.clone(), run: Wanted::Gate(1) }],
        false => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, Table};
    use super::super::{after_run, checkpoint};
    use super::*;
    use protocol::{
        Actor, CheckpointCause, JournalEvent, Outcome, Reason, RunId, StartFailedKind, StopReason,
    };

    const FAILED: Outcome = Outcome::Crashed { code: Some(1), signal: None };

    fn perform(scene: &mut Scene, decide: impl Fn(&Scene) -> Vec<Decision>) {
        decide(scene).into_iter().for_each(|it| scene.perform(it));
    }

    fn ends(scene: &mut Scene, run: &RunId, outcome: Outcome) {
        let story = scene.state.runs[run].story.clone();
        scene.ended(run, outcome);
        perform(scene, |scene| after_run::decide(&scene.view(), &story));
    }

    /// A story with two gates whose agent ended like this.
    fn after_agent(scene: &mut Scene, outcome: Outcome) -> StoryId {
        let story = scene.story("a", |it| it.gates = vec!["one", "two"]);
        let run = scene.agent(&story);
        ends(scene, &run, outcome);
        story
    }

    /// A story whose first gate ended like this.
    fn after_gate(scene: &mut Scene, outcome: Outcome) -> StoryId {
        let story = after_agent(scene, Outcome::Succeeded);
        let run = scene.last_run();
        ends(scene, &run, outcome);
        story
    }

    fn asked(scene: &mut Scene, story: &StoryId) {
        scene.fact(Some(story), None, JournalEvent::GatesRequested {});
    }

    fn again(scene: &mut Scene, story: &StoryId) -> Vec<Decision> {
        asked(scene, story);
        decide(&scene.view(), story)
    }

    #[test]
    fn gates_run_again_when_a_person_asks_and_nothing_runs() {
        let mut table = Table::default();
        for outcome in
            [FAILED, Outcome::TimedOut, Outcome::Lost, Outcome::Stopped { by: Actor::You }]
        {
            table.case(&format!("gate 1 of 2 ended: {outcome:?}"), |scene| {
                let story = after_gate(scene, outcome.clone());
                again(scene, &story)
            });
        }
        table.case("both passed", |scene| {
            let story = after_gate(scene, Outcome::Succeeded);
            let run = scene.last_run();
            ends(scene, &run, Outcome::Succeeded);
            again(scene, &story)
        });
        table.case("nobody asked", |scene| {
            let story = after_gate(scene, FAILED);
            decide(&scene.view(), &story)
        });
        table.case("it was asked twice, and the first gate started", |scene| {
            let story = after_gate(scene, FAILED);
            asked(scene, &story);
            again(scene, &story).into_iter().for_each(|it| scene.perform(it));
            decide(&scene.view(), &story)
        });
        table.case("the story was stopped before the first gate started", |scene| {
            let story = after_gate(scene, FAILED);
            asked(scene, &story);
            let (by, why) = (Actor::You, StopReason::Board);
            scene.fact(Some(&story), None, JournalEvent::StopRequested { by, why });
            decide(&scene.view(), &story)
        });
        for outcome in [FAILED, Outcome::NoResult, Outcome::Stopped { by: Actor::You }] {
            table.case(&format!("the agent ended: {outcome:?}"), |scene| {
                let story = after_agent(scene, outcome.clone());
                again(scene, &story)
            });
        }
        table.case("the agent works", |scene| {
            let story = after_gate(scene, FAILED);
            scene.agent(&story);
            again(scene, &story)
        });
        table.case("the agent's next run is prepared", |scene| {
            let story = after_gate(scene, FAILED);
            scene.prepares(&story);
            again(scene, &story)
        });
        table.case("another story works there", |scene| {
            let story = after_gate(scene, FAILED);
            let other = scene.story("other", |it| it.dir = "/srv/a".to_owned());
            scene.agent(&other);
            again(scene, &story)
        });
        table.case("it went back to a checkpoint", |scene| {
            let story = after_gate(scene, FAILED);
            let back = JournalEvent::WentBack { n: 1, before: 2, goes_on: Vec::new() };
            scene.fact(Some(&story), None, back);
            again(scene, &story)
        });
        table.case("the process of the gate was never started", |scene| {
            let story = after_gate(scene, FAILED);
            again(scene, &story).into_iter().for_each(|it| scene.perform(it));
            let run = scene.last_run();
            let why = StartFailedKind::NeverStarted;
            scene.ended(&run, Outcome::StartFailed { why });
            after_run::decide(&scene.view(), &story)
        });
        insta::assert_snapshot!("gates_again", table.text());
    }

    #[test]
    fn the_files_are_held_before_gates_run_again() {
        let mut scene = Scene { now: Table::BEGIN, ..Scene::default() };
        let story = scene.story("a", |it| it.gates = vec!["one"]);
        let prompt = format!("{story}-first");
        scene.checkpoint(&story, None, CheckpointCause::Prompt, Some(&prompt));
        let run = scene.agent(&story);
        scene.ended(&run, Outcome::Succeeded);
        scene.checkpoint(&story, Some(&run), CheckpointCause::End, None);
        perform(&mut scene, |scene| after_run::decide(&scene.view(), &story));
        let gate = scene.last_run();
        ends(&mut scene, &gate, FAILED);
        assert_eq!(scene.state.stories[&story].reason, Some(Reason::GateFailed));
        assert_eq!(again(&mut scene, &story), []);
        let held = checkpoint::decide(&scene.view());
        let [Decision::Checkpoint(wanted)] = held.as_slice() else { panic!("{held:?}") };
        assert_eq!((wanted.because, &wanted.prompt), (CheckpointCause::Gates, &None));
        scene.checkpoint(&story, None, CheckpointCause::Gates, None);
        assert_eq!(checkpoint::decide(&scene.view()), []);
        perform(&mut scene, |scene| decide(&scene.view(), &story));
        // The result decides as the first one would have.
        let gate = scene.last_run();
        ends(&mut scene, &gate, Outcome::Succeeded);
        assert_eq!(scene.state.stories[&story].reason, Some(Reason::Checked));
    }
}
