//! Decides who answers the questions of live runs. Usually a person answers, and the story waits
//! meanwhile; in an unattended story a rule denies.

use super::{Decision, View};
use crate::record::OpenQuestion;
use crate::story::change::Because;
use crate::story::table::StoryInput;
use protocol::{Actor, Answer, QuestionId, QuestionKind, RunId, StoryId};

/// The message with the denial in an unattended story.
const UNATTENDED: &str =
    "Nobody is there to ask, and no rule allows it. Go on without it, or say what is needed.";

/// Decides about the open questions of a live run.
pub(crate) fn decide(view: &View<'_>, run: &RunId) -> Vec<Decision> {
    let Some((story, status)) = view.live_agent(run) else { return Vec::new() };
    let mut unanswered = view.unanswered(run, status);
    match view.is_unattended(story) {
        true => unanswered.map(|open| denied(run, open)).collect(),
        false => {
            let oldest = unanswered.next();
            oldest.into_iter().map(|open| waits(story, run, open)).collect()
        }
    }
}

fn denied(run: &RunId, open: &OpenQuestion) -> Decision {
    // A server whose form is declined gets no message.
    let words = (open.content.kind != QuestionKind::Form).then(|| UNATTENDED.to_owned());
    Decision::Answer {
        run: run.clone(),
        question: QuestionId::of(run, &open.request),
        answer: Answer::deny(words),
        by: Actor::Rule,
    }
}

fn waits(story: &StoryId, run: &RunId, open: &OpenQuestion) -> Decision {
    let because = Because {
        about: Some(open.about(run)),
        since: Some(open.at),
        ..Because::of_run(run).detail(&named(open))
    };
    Decision::change(story, StoryInput::Asked(open.content.kind), because)
}

/// Describes the question in one line.
fn named(open: &OpenQuestion) -> String {
    match open.content.title.is_empty() {
        true => open.content.tool.clone(),
        false => format!("{} {}", open.content.tool, open.content.title),
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, Table};
    use super::*;
    use protocol::{Outcome, PermissionChoice};

    fn asked(scene: &mut Scene, permission: PermissionChoice) -> RunId {
        let story = scene.story("a", |it| it.permission = permission);
        let run = scene.agent(&story);
        scene.asks(&run, "test");
        scene.now = scene.now.plus_millis(400);
        scene.asks(&run, "build");
        run
    }

    #[test]
    fn a_person_is_asked_where_one_may_be_and_a_rule_denies_elsewhere() {
        let mut table = Table::default();
        table.case("no question", |scene| {
            let story = scene.story("a", |_| ());
            let run = scene.agent(&story);
            decide(&scene.view(), &run)
        });
        for permission in
            [PermissionChoice::Ask, PermissionChoice::AcceptEdits, PermissionChoice::Deny]
        {
            table.case(&format!("two questions, {permission:?}"), |scene| {
                let run = asked(scene, permission);
                decide(&scene.view(), &run)
            });
            table.case(&format!("the first is answered, {permission:?}"), |scene| {
                let run = asked(scene, permission);
                scene.answered(&run, "test");
                decide(&scene.view(), &run)
            });
            table.case(&format!("both are answered, {permission:?}"), |scene| {
                let run = asked(scene, permission);
                scene.answered(&run, "test");
                scene.answered(&run, "build");
                decide(&scene.view(), &run)
            });
        }
        table.case("the story waits already", |scene| {
            let run = asked(scene, PermissionChoice::Ask);
            for decision in decide(&scene.view(), &run) {
                scene.perform(decision);
            }
            decide(&scene.view(), &run)
        });
        table.case("the run is over", |scene| {
            let run = asked(scene, PermissionChoice::Deny);
            scene.ended(&run, Outcome::Lost);
            decide(&scene.view(), &run)
        });
        table.case("a run that reported nothing yet", |scene| {
            let story = scene.story("a", |_| ());
            let run = scene.starting(&story, None);
            decide(&scene.view(), &run)
        });
        insta::assert_snapshot!("permission", table.text());
    }
}
