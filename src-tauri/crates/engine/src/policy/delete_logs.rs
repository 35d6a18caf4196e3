//! Decides whether the logs of a story may be deleted, and removes the files of those that were. Only the
//! logs of a story that is over may go: nothing runs or is about to, no prompt waits, no question is open,
//! and the end of every run is recorded. What cannot be known forbids it.

use super::{Decision, View};
use protocol::{RunId, StoryId, StoryState};

/// The answer to the question whether the logs of a story may be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Deletion {
    /// The logs of these runs may be deleted.
    Of(Vec<RunId>),
    /// The logs of all its runs were deleted before.
    Done,
    /// There is no such story.
    Unknown,
    /// It never had a run.
    NoRun,
    /// A run is live, or its end is not recorded.
    Live(RunId),
    /// Its agent waits for an answer.
    Asked,
    /// It is not over: it works, a limit holds it, or its next run is about to start.
    GoesOn,
    /// This many prompts wait in it.
    Prompts(usize),
}

/// Whether the logs of a story may be deleted now.
pub(crate) fn deletion(view: &View<'_>, story: &StoryId) -> Deletion {
    let Some(record) = view.state.stories.get(story) else { return Deletion::Unknown };
    if let Some(run) = view.state.live_run(story) {
        return match view.waits_for_a_person(run) {
            true => Deletion::Asked,
            false => Deletion::Live(run.clone()),
        };
    }
    let ended = |run: &RunId| view.state.runs.get(run).is_some_and(|run| run.outcome.is_some());
    if let Some(run) = record.runs.iter().find(|run| !ended(run)) {
        return Deletion::Live(run.clone());
    }
    let is_over = matches!(
        record.state,
        StoryState::Done | StoryState::NeedsYou | StoryState::Stopped | StoryState::Archived
    );
    let is_to_start = !is_over && view.state.open.contains(story);
    if is_to_start || view.seen.jobs.contains_key(story) {
        return Deletion::GoesOn;
    }
    if is_over && !record.queue.is_empty() {
        return Deletion::Prompts(record.queue.len());
    }
    let has_logs =
        |run: &&RunId| view.state.runs.get(*run).is_some_and(|record| !record.has_no_logs);
    let runs: Vec<RunId> = record.runs.iter().filter(has_logs).cloned().collect();
    match (is_over, record.runs.is_empty(), runs.is_empty()) {
        (_, true, _) => Deletion::NoRun,
        (false, ..) => Deletion::GoesOn,
        (true, _, true) => Deletion::Done,
        (true, ..) => Deletion::Of(runs),
    }
}

/// Removes the files of deleted logs. What could not be removed is tried again when a person asks for it,
/// and by the next owner.
pub(crate) fn decide(view: &View<'_>) -> Vec<Decision> {
    let left = view.state.removing.keys().filter(|story| !view.seen.removals.contains(*story));
    left.map(|story| Decision::RemoveLogs { story: story.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, Table};
    use super::*;
    use crate::story::change::Because;
    use crate::story::table::StoryInput;
    use protocol::{FailedKind, Outcome};

    /// A story whose only run ended so.
    fn ended(scene: &mut Scene, outcome: Outcome) -> StoryId {
        let story = scene.story("a", |_| ());
        let run = scene.agent(&story);
        scene.ended(&run, outcome.clone());
        let over = StoryInput::RunOver { outcome, gates: false, question_lost: false };
        scene.change(&story, &over, Because::default());
        story
    }

    fn done(scene: &mut Scene) -> StoryId {
        ended(scene, Outcome::Succeeded)
    }

    #[test]
    fn only_what_is_over_loses_its_logs() {
        use Deletion as D;
        type Make = fn(&mut Scene) -> StoryId;
        let first = || RunId::new("a.1");
        let table: Vec<(D, &str, Make)> = vec![
            (D::Unknown, "there is no such story", |_| StoryId::new("nobody")),
            (D::GoesOn, "its first prompt waits for its agent to start", |scene| {
                scene.story("a", |_| ())
            }),
            (D::GoesOn, "its first run is prepared", |scene| {
                let story = scene.story("a", |_| ());
                scene.prepares(&story);
                story
            }),
            (D::Live(first()), "its agent works", |scene| {
                let story = scene.story("a", |_| ());
                scene.agent(&story);
                story
            }),
            (D::Live(first()), "its run was recorded and has no process", |scene| {
                let story = scene.story("a", |_| ());
                scene.starting(&story, None);
                story
            }),
            (D::Asked, "its agent asks", |scene| {
                let story = scene.story("a", |_| ());
                let run = scene.agent(&story);
                scene.asks(&run, "test");
                story
            }),
            (D::Live(first()), "the end of its run is not recorded yet", |scene| {
                let story = scene.story("a", |_| ());
                let run = scene.agent(&story);
                scene.report_end(&run, Outcome::Succeeded);
                story
            }),
            (D::Live(RunId::new("a.2")), "its gate runs", |scene| {
                let story = scene.story("a", |it| it.gates = vec!["test"]);
                let run = scene.agent(&story);
                scene.ended(&run, Outcome::Succeeded);
                scene.gate(&story, 1);
                story
            }),
            (D::GoesOn, "a limit holds it", |scene| {
                let story = scene.story("a", |_| ());
                let run = scene.agent(&story);
                scene.limited(&run, scene.now.plus_millis(60_000));
                story
            }),
            (D::Of(vec![first()]), "it is done", done),
            (D::Of(vec![first()]), "it failed", |scene| {
                ended(scene, Outcome::Failed { why: FailedKind::Other })
            }),
            (D::Of(vec![first()]), "its keeper was lost", |scene| ended(scene, Outcome::Lost)),
            (D::Of(vec![first()]), "it was stopped", |scene| {
                ended(scene, Outcome::Stopped { by: protocol::Actor::You })
            }),
            (D::Of(vec![first()]), "it is archived", |scene| {
                let story = done(scene);
                scene.change(&story, &StoryInput::Archived, Because::default());
                story
            }),
            (D::Prompts(1), "a prompt came after it was done", |scene| {
                let story = done(scene);
                scene.prompt(&story, "more");
                story
            }),
            (D::Prompts(1), "a prompt waits in the archive", |scene| {
                let story = done(scene);
                scene.prompt(&story, "more");
                scene.change(&story, &StoryInput::Archived, Because::default());
                story
            }),
            (D::NoRun, "it was stopped before its first run", |scene| {
                let story = scene.story("a", |_| ());
                scene.change(&story, &StoryInput::Stopped, Because::default());
                let id = format!("{story}-first");
                scene.fact(Some(&story), None, protocol::JournalEvent::PromptDropped { id });
                story
            }),
            (D::Done, "its logs were deleted", |scene| {
                let story = done(scene);
                scene.deletes(&story);
                story
            }),
            (D::Of(vec![RunId::new("a.2")]), "it went on after its logs were deleted", |scene| {
                let story = done(scene);
                scene.deletes(&story);
                let run = scene.agent(&story);
                scene.ended(&run, Outcome::Succeeded);
                let outcome = Outcome::Succeeded;
                let over = StoryInput::RunOver { outcome, gates: false, question_lost: false };
                scene.change(&story, &over, Because::default());
                story
            }),
        ];
        for (expected, name, make) in table {
            let mut scene = Scene { now: Table::BEGIN, ..Scene::default() };
            let story = make(&mut scene);
            assert_eq!(deletion(&scene.view(), &story), expected, "{name}");
        }
    }

    #[test]
    fn files_of_deleted_logs_are_removed_once() {
        let mut scene = Scene { now: Table::BEGIN, ..Scene::default() };
        let story = done(&mut scene);
        assert_eq!(decide(&scene.view()), []);
        scene.deletes(&story);
        let removes = [Decision::RemoveLogs { story: story.clone() }];
        assert_eq!(decide(&scene.view()), removes);
        // While it goes on, and after it failed.
        scene.seen.removals.insert(story.clone());
        assert_eq!(decide(&scene.view()), []);
        scene.seen.removals.remove(&story);
        let [removes] = removes;
        scene.perform(removes);
        assert_eq!(decide(&scene.view()), []);
    }
}
