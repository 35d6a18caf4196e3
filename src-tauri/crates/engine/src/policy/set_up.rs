//! Decides about the set-up of a new worktree: its commands run one after the other before the agent starts, and the
//! agent starts only after all of them passed, or when a person says so. It depends on the journal alone, so a new
//! owner continues where a killed one stopped.

use super::end::End;
use super::{Decision, View, Wanted};
use crate::state::StoryRecord;
use crate::story::change::Because;
use crate::story::table::StoryInput;
use protocol::{Actor, Outcome, StateDetail, StoryId};

/// What a story that is to work starts first.
pub(super) fn first(story: &StoryRecord) -> Wanted {
    story.set_up.next().map_or(Wanted::Agent, Wanted::SetUp)
}

/// Decides what follows from the end of a set-up command.
pub(crate) fn decide(view: &View<'_>, story: &StoryId) -> Vec<Decision> {
    let end = End::of(view, story);
    let command = end.and_then(|end| Some((end.run_record.spec.set_up?, end)));
    command.map_or_else(Vec::new, |(number, end)| after(&end, number))
}

/// What follows from the end of the command with this number.
fn after(end: &End<'_>, number: u32) -> Vec<Decision> {
    match end.outcome {
        // The command was recorded, but the owner ended before its process existed.
        _ if end.never_started() => vec![end.start(Wanted::SetUp(number))],
        Outcome::Succeeded => vec![end.start(first(end.story_record))],
        Outcome::Stopped { by: Actor::You } => {
            let about = StateDetail::stopped(end.outcome, end.ending.evidence.stop.as_ref());
            vec![end.change(StoryInput::Stopped, Because { about, ..end.because() })]
        }
        _ => {
            let evidence = &end.ending.evidence;
            let words = format!("set-up {number}: {}", evidence.summary);
            let commands = &end.story_record.set_up.commands;
            let about = StateDetail::set_up(number, commands, Some(evidence));
            let because = Because { about, ..end.because().detail(&words) };
            vec![end.change(StoryInput::SetupFailed, because)]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::admit;
    use super::super::scene::{Scene, Table};
    use super::*;
    use protocol::{JournalEvent, RunId, StartFailedKind};

    fn story(scene: &mut Scene) -> StoryId {
        scene.story("a", |it| it.set_up = vec!["npm ci", "npm run build"])
    }

    /// Runs the set-up up to the command with this number, which is live.
    fn command(scene: &mut Scene, number: u32) -> RunId {
        let story = story(scene);
        perform(scene, |scene| admit::decide(&scene.view(), &story));
        for _ in 1..number {
            let run = scene.last_run();
            scene.ended(&run, Outcome::Succeeded);
            perform(scene, |scene| super::decide(&scene.view(), &story));
        }
        let run = scene.last_run();
        assert_eq!(scene.state.runs[&run].spec.set_up, Some(number));
        run
    }

    fn perform(scene: &mut Scene, decide: impl Fn(&Scene) -> Vec<Decision>) {
        decide(scene).into_iter().for_each(|it| scene.perform(it));
    }

    /// Ends the command of this run. Returns what follows.
    fn ends(scene: &mut Scene, run: &RunId, outcome: Outcome) -> Vec<Decision> {
        scene.ended(run, outcome);
        super::decide(&scene.view(), &scene.state.runs[run].story)
    }

    #[test]
    fn the_agent_starts_after_a_set_up_that_passed() {
        let mut table = Table::default();
        table.case("a story with a set-up is asked for something", |scene| {
            let story = story(scene);
            admit::decide(&scene.view(), &story)
        });
        for number in [1, 2] {
            for outcome in [
                Outcome::Succeeded,
                Outcome::Crashed { code: Some(1), signal: None },
                Outcome::TimedOut,
                Outcome::Lost,
                Outcome::Stopped { by: Actor::You },
                Outcome::StartFailed { why: StartFailedKind::NeverStarted },
                Outcome::StartFailed { why: StartFailedKind::Cwd },
            ] {
                table.case(&format!("command {number} of 2: {outcome:?}"), |scene| {
                    let run = command(scene, number);
                    ends(scene, &run, outcome.clone())
                });
            }
        }
        table.case("the first failed, and its end is recorded", |scene| {
            let run = command(scene, 1);
            let story = scene.state.runs[&run].story.clone();
            scene.ended(&run, Outcome::Lost);
            perform(scene, |scene| super::decide(&scene.view(), &story));
            let after = super::decide(&scene.view(), &story);
            after.into_iter().chain(admit::decide(&scene.view(), &story)).collect()
        });
        for number in [1, 2] {
            table.case(
                &format!("command {number} failed, and a person says: run again"),
                |scene| {
                    let story = failed(scene, number);
                    let again =
                        JournalEvent::ResumeRequested { id: "again".to_owned(), now: false };
                    scene.fact(Some(&story), None, again);
                    admit::decide(&scene.view(), &story)
                },
            );
        }
        table.case("a command failed, and a person says: start anyway", |scene| {
            let story = failed(scene, 1);
            scene.fact(Some(&story), None, JournalEvent::SetUpSkipped {});
            admit::decide(&scene.view(), &story)
        });
        table.case("another story works in the worktree", |scene| {
            let other = scene.story("other", |it| it.dir = "/srv/a".to_owned());
            scene.agent(&other);
            let story = story(scene);
            admit::decide(&scene.view(), &story)
        });
        insta::assert_snapshot!("set_up", table.text());
    }

    /// A story of which the command with this number failed.
    fn failed(scene: &mut Scene, number: u32) -> StoryId {
        let run = command(scene, number);
        let story = scene.state.runs[&run].story.clone();
        scene.ended(&run, Outcome::Crashed { code: Some(1), signal: None });
        perform(scene, |scene| super::decide(&scene.view(), &story));
        assert_eq!(scene.state.stories[&story].reason, Some(protocol::Reason::SetupFailed));
        story
    }

    #[test]
    fn the_agent_is_started_once_and_works() {
        let mut scene = Scene { now: Table::BEGIN, ..Scene::default() };
        let run = command(&mut scene, 2);
        let story = scene.state.runs[&run].story.clone();
        scene.ended(&run, Outcome::Succeeded);
        perform(&mut scene, |scene| super::decide(&scene.view(), &story));
        let agent = scene.last_run();
        assert_eq!(scene.state.runs[&agent].spec.kind, protocol::RunKind::Agent);
        assert_eq!(super::decide(&scene.view(), &story), []);
        assert_eq!(scene.state.stories[&story].state, protocol::StoryState::Starting);
    }
}
