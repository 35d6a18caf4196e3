//! Decides a story's state from what its live agent does: it works, or it was interrupted and waits for a
//! prompt. While a person's answer is awaited, `permission` decides the state.

use super::{Decision, View};
use crate::state::RunRecord;
use crate::story::change::Because;
use crate::story::table::StoryInput;
use protocol::{RunId, Timestamp};

/// Decides the story's state from its live run.
pub(crate) fn decide(view: &View<'_>, run: &RunId) -> Vec<Decision> {
    let Some((story, status)) = view.live_agent(run) else { return Vec::new() };
    if view.waits_for_a_person(run) {
        return Vec::new();
    }
    let prompts = view.state.runs.get(run).map_or(0, RunRecord::prompts);
    let is_interrupted = status.rests_after(prompts) && status.interrupted;
    let has_prompts = view.state.stories.get(story).is_some_and(|story| !story.queue.is_empty());
    let input = match (is_interrupted, has_prompts) {
        (true, false) => StoryInput::Interrupted,
        // The next prompt is about to be sent, and then the agent works.
        (true, true) => return Vec::new(),
        (false, _) if status.spoke => StoryInput::Working,
        (false, _) => return Vec::new(),
    };
    // What it did last, or what was written to it: it works since an answer, and not since its question.
    let inputs = view.state.runs.get(run).into_iter().flat_map(|run| &run.inputs);
    let since = inputs.map(|input| input.at).fold(status.at, Timestamp::max);
    let because = Because { since: Some(since), ..Because::of_run(run) };
    vec![Decision::change(story, input, because)]
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, Table};
    use super::*;
    use protocol::StoryId;

    /// Makes a story with a run that has printed something, with this status.
    fn live(scene: &mut Scene, idle: bool, interrupted: bool) -> (StoryId, RunId) {
        let story = scene.story("a", |_| ());
        let run = scene.agent(&story);
        let at = scene.now.plus_millis(-2_000);
        let status = scene.status(&run);
        (status.spoke, status.idle, status.interrupted, status.at) = (true, idle, interrupted, at);
        status.prompts_read = 1;
        (story, run)
    }

    #[test]
    fn a_story_stands_where_its_agent_does() {
        let mut table = Table::default();
        table.case("it has not spoken yet", |scene| {
            let (_, run) = live(scene, false, false);
            scene.status(&run).spoke = false;
            decide(&scene.view(), &run)
        });
        for (name, idle, interrupted) in [
            ("it works", false, false),
            ("it has done its turn", true, false),
            ("it is being interrupted", false, true),
            ("it was interrupted", true, true),
        ] {
            table.case(name, |scene| {
                let (_, run) = live(scene, idle, interrupted);
                decide(&scene.view(), &run)
            });
            table.case(&format!("{name}, and a prompt waits"), |scene| {
                let (story, run) = live(scene, idle, interrupted);
                scene.prompt(&story, "next");
                decide(&scene.view(), &run)
            });
            table.case(&format!("{name}, and an answer is waited for"), |scene| {
                let (_, run) = live(scene, idle, interrupted);
                scene.asks(&run, "test");
                decide(&scene.view(), &run)
            });
        }
        table.case("it was interrupted, and the next prompt is on its way", |scene| {
            let (story, run) = live(scene, true, true);
            scene.prompt(&story, "next");
            scene.input(&story, &run, "a-next", protocol::InputKind::Prompt, "next");
            decide(&scene.view(), &run)
        });
        table.case("it goes on after an answer", |scene| {
            let (story, run) = live(scene, false, false);
            scene.asks(&run, "test");
            scene.change(
                &story,
                &StoryInput::Asked(protocol::QuestionKind::Permission),
                Because::default(),
            );
            scene.answered(&run, "test");
            decide(&scene.view(), &run)
        });
        table.case("a gate prints", |scene| {
            let story = scene.story("a", |it| it.gates = vec!["true"]);
            let agent = scene.agent(&story);
            scene.ended(&agent, protocol::Outcome::Succeeded);
            let run = scene.gate(&story, 1);
            scene.status(&run).spoke = true;
            decide(&scene.view(), &run)
        });
        insta::assert_snapshot!("progress", table.text());
    }
}
