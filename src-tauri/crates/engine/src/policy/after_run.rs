//! Decides what follows from the recorded end of a story's last run: gates, the next prompt, a hold, or a
//! call for a person. It depends on the journal alone, so a new owner continues where a killed one
//! stopped.

use super::end::End;
use super::{Decision, View, Wanted, reset};
use crate::state::RunRecord;
use crate::story::change::Because;
use crate::story::table::StoryInput;
use protocol::{Actor, Outcome, ResetBasis, RunKind, StateDetail, StoryId, Timestamp};

/// The longest part of a gate's command in the words about its end, in characters.
const LONGEST_COMMAND: usize = 100;

/// Decides what follows from the end of a story's last run, until the story's state shows the result. The
/// files are held first, so that a gate looks at what is held.
pub(crate) fn decide(view: &View<'_>, story: &StoryId) -> Vec<Decision> {
    if view.state.unheld.contains(story) {
        return Vec::new();
    }
    match End::of(view, story) {
        Some(end) => end.decide(),
        None => Vec::new(),
    }
}

impl End<'_> {
    fn decide(&self) -> Vec<Decision> {
        let spec = &self.run_record.spec;
        match (spec.kind, spec.gate) {
            (RunKind::Gate, Some(number)) => self.gate(number),
            (RunKind::Agent, _) => self.agent(),
            _ => Vec::new(),
        }
    }

    fn agent(&self) -> Vec<Decision> {
        let question_lost = self.ending.question_lost && !self.view.is_unattended(self.story);
        let succeeded = *self.outcome == Outcome::Succeeded && !question_lost;
        if self.never_started() || (succeeded && self.has_prompts()) {
            // A prompt came while the agent was ending: the next run continues with it.
            return vec![self.start(Wanted::Agent)];
        }
        let gates = !self.story_record.gates.is_empty();
        let reset = self.reset();
        let hold = reset.and_then(|reset| self.hold(reset));
        let outcome = self.outcome.clone();
        let over = StoryInput::RunOver { outcome, gates, question_lost };
        let change = self.change(over, self.because_of_agent(reset));
        let gate = (succeeded && gates).then(|| self.start(Wanted::Gate(1)));
        hold.into_iter().chain([change]).chain(gate).collect()
    }

    fn gate(&self, number: u32) -> Vec<Decision> {
        let is_last = usize::try_from(number).is_ok_and(|it| it >= self.story_record.gates.len());
        match self.outcome {
            // The gate was recorded, but the owner ended before its process existed.
            _ if self.never_started() => vec![self.start(Wanted::Gate(number))],
            Outcome::Succeeded if !is_last => vec![self.start(Wanted::Gate(number + 1))],
            Outcome::Succeeded => {
                let passed = StoryInput::GatesPassed { recovered: false };
                vec![self.change(passed, self.because())]
            }
            Outcome::Stopped { by: Actor::You } => {
                let about = StateDetail::stopped(self.outcome, self.ending.evidence.stop.as_ref());
                let because = Because { about, ..self.because() };
                vec![self.change(StoryInput::Stopped, because)]
            }
            _ => {
                let command = self.command(number);
                let words = format!("gate {number} ({command}): {}", self.ending.evidence.summary);
                let ended = Some((self.outcome, &self.ending.evidence));
                let about = StateDetail::gate(number, &self.story_record.gates, ended);
                let because = Because { about, ..self.because().detail(&words) };
                vec![self.change(StoryInput::GateFailed, because)]
            }
        }
    }

    /// The command of a gate, shortened so that how it ended has its place in a line.
    fn command(&self, number: u32) -> String {
        let index = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        let command = self.story_record.gates.get(index).map(String::as_str).unwrap_or_default();
        match command.char_indices().nth(LONGEST_COMMAND) {
            Some((end, _)) => format!("{}…", &command[..end]),
            None => command.to_owned(),
        }
    }

    /// When a story that a limit stopped is expected to resume, and how that is known.
    fn reset(&self) -> Option<(Timestamp, ResetBasis)> {
        let Outcome::Limited { model, .. } = self.outcome else { return None };
        let RunRecord { started_at, spec, .. } = self.run_record;
        let of_account = spec.account.as_ref().map_or(0, |account| {
            self.view.state.holds.in_a_row(account, model.as_deref(), *started_at)
        });
        let in_a_row = self.story_record.limits_in_a_row.max(of_account);
        reset::expected(&self.view.config.limits, self.outcome, self.ending.at, in_a_row)
    }

    /// The hold of the account or the model that was limited. The latest reset wins, except that a run let through
    /// to test the limit replaces it with its own.
    fn hold(&self, (until, reset): (Timestamp, ResetBasis)) -> Option<Decision> {
        let Outcome::Limited { model, .. } = self.outcome else { return None };
        let account = self.run_record.spec.account.clone()?;
        let is_new = match self.view.state.holds.get(&account, model.as_deref()) {
            Some(hold) => hold.until < until || hold.probe.as_ref() == Some(self.run),
            None => until.since(self.view.now) > 0,
        };
        let (model, run) = (model.clone(), self.run.clone());
        is_new.then_some(Decision::Hold { account, model, run, until, reset })
    }

    fn has_prompts(&self) -> bool {
        !self.story_record.queue.is_empty()
    }

    fn because_of_agent(&self, reset: Option<(Timestamp, ResetBasis)>) -> Because {
        let about = StateDetail::stopped(self.outcome, self.ending.evidence.stop.as_ref());
        let (until, reset) = reset.unzip();
        let reset = reset.unwrap_or_default();
        let because = Because { about, until, reset, ..self.because() };
        match self.outcome {
            Outcome::Succeeded => because,
            _ => because.detail(&self.ending.evidence.summary),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, Table};
    use super::*;
    use protocol::{FailedKind, PermissionChoice, RunId, StartFailedKind};

    const MINUTE: i64 = 60_000;

    /// The decisions for the story of this run.
    fn follows(scene: &Scene, run: &RunId) -> Vec<Decision> {
        decide(&scene.view(), &scene.state.runs[run].story)
    }

    fn outcomes(now: Timestamp) -> Vec<Outcome> {
        let limited = |until: Option<i64>, model: Option<&str>| Outcome::Limited {
            window: None,
            name: None,
            until: until.map(|millis| now.plus_millis(millis)),
            model: model.map(str::to_owned),
        };
        vec![
            Outcome::Succeeded,
            Outcome::Failed { why: FailedKind::Login },
            limited(Some(MINUTE), None),
            limited(None, None),
            limited(Some(MINUTE), Some("opus")),
            Outcome::Stopped { by: Actor::You },
            Outcome::Stopped { by: Actor::System },
            Outcome::StartFailed { why: StartFailedKind::NeverStarted },
            Outcome::StartFailed { why: StartFailedKind::Missing },
            Outcome::Crashed { code: Some(1), signal: None },
            Outcome::NoResult,
            Outcome::TimedOut,
            Outcome::Lost,
        ]
    }

    /// Whether a gate, which has no limits and gives no result, can end this way.
    fn is_of_a_gate(outcome: &Outcome) -> bool {
        !matches!(outcome, Outcome::Failed { .. } | Outcome::Limited { .. } | Outcome::NoResult)
    }

    /// Runs the cases of these outcomes for a run that `run` makes, each alone and with a queued prompt.
    fn ends(
        name: &str,
        outcomes: impl Iterator<Item = Outcome>,
        run: impl Fn(&mut Scene) -> RunId,
    ) -> String {
        let mut table = Table::default();
        for outcome in outcomes {
            for waits in [false, true] {
                let also = if waits { ", and a prompt waits" } else { "" };
                table.case(&format!("{name}: {outcome:?}{also}"), |scene| {
                    let run = run(scene);
                    let story = scene.state.runs[&run].story.clone();
                    if waits {
                        scene.prompt(&story, "next");
                    }
                    scene.ended(&run, outcome.clone());
                    follows(scene, &run)
                });
            }
        }
        table.text()
    }

    #[test]
    fn the_end_of_an_agent_decides_on_the_story() {
        let agent = |scene: &mut Scene| {
            let story = scene.story("a", |_| ());
            scene.agent(&story)
        };
        insta::assert_snapshot!(
            "after_agent",
            ends("agent", outcomes(Table::BEGIN).into_iter(), agent)
        );
    }

    fn agent_with_gates(scene: &mut Scene) -> RunId {
        let story = scene.story("a", |it| it.gates = vec!["one", "two"]);
        scene.agent(&story)
    }

    /// Makes the run of the gate with this number, after all gates before it passed.
    fn gate(scene: &mut Scene, number: u32) -> RunId {
        let mut run = agent_with_gates(scene);
        for number in 1..=number {
            scene.ended(&run, Outcome::Succeeded);
            follows(scene, &run).into_iter().for_each(|it| scene.perform(it));
            run = scene.last_run();
            assert_eq!(scene.state.runs[&run].spec.gate, Some(number));
        }
        run
    }

    #[test]
    fn nothing_follows_before_the_files_are_held() {
        let mut scene = Scene { now: Table::BEGIN, ..Scene::default() };
        let story = scene.story("a", |_| ());
        let prompt = format!("{story}-first");
        scene.checkpoint(&story, None, protocol::CheckpointCause::Prompt, Some(&prompt));
        let run = scene.agent(&story);
        scene.ended(&run, Outcome::Succeeded);
        assert_eq!(follows(&scene, &run), []);
        scene.checkpoint(&story, Some(&run), protocol::CheckpointCause::End, None);
        assert_eq!(follows(&scene, &run).len(), 1);
    }

    #[test]
    fn gates_follow_a_success_and_each_other() {
        let outcomes = || outcomes(Table::BEGIN).into_iter().filter(is_of_a_gate);
        let mut text = ends("gate 1 of 2", outcomes(), |scene| gate(scene, 1));
        text.push_str(&ends("gate 2 of 2", outcomes(), |scene| gate(scene, 2)));
        let mut table = Table::default();
        table.case("agent with gates: Succeeded", |scene| {
            let run = agent_with_gates(scene);
            scene.ended(&run, Outcome::Succeeded);
            follows(scene, &run)
        });
        table.case("the owner was killed after the state was recorded", |scene| {
            let run = agent_with_gates(scene);
            scene.ended(&run, Outcome::Succeeded);
            let first = follows(scene, &run).remove(0);
            scene.perform(first);
            follows(scene, &run)
        });
        table.case("a newer run was started", |scene| {
            gate(scene, 1);
            follows(scene, &RunId::new("a.1"))
        });
        text.push_str(&table.text());
        insta::assert_snapshot!("after_gate", text);
    }

    #[test]
    fn a_limit_holds_the_account_once_and_waits_longer_each_time() {
        let mut table = Table::default();
        for in_a_row in [0, 1, 2] {
            table.case(&format!("no reset is known, after {in_a_row} in a row"), |scene| {
                let story = scene.story("a", |it| it.resume_on_reset = true);
                let mut run = scene.agent(&story);
                for _ in 0..in_a_row {
                    scene.limited(&run, scene.now.plus_millis(MINUTE));
                    scene.now = scene.now.plus_millis(MINUTE);
                    let due = super::super::limits::decide(&scene.view());
                    due.into_iter().for_each(|it| scene.perform(it));
                    run = scene.last_run();
                }
                scene.ended(
                    &run,
                    Outcome::Limited { window: None, name: None, until: None, model: None },
                );
                follows(scene, &run)
            });
        }
        table.case("the hold and the state are recorded", |scene| {
            let story = scene.story("a", |_| ());
            let run = scene.agent(&story);
            scene.limited(&run, scene.now.plus_millis(MINUTE));
            follows(scene, &run)
        });
        insta::assert_snapshot!("after_limit", table.text());
    }

    #[test]
    fn a_question_that_nobody_answered_is_no_success_unless_nobody_may_be_asked() {
        let mut table = Table::default();
        for permission in [PermissionChoice::Ask, PermissionChoice::Deny] {
            table.case(&format!("a question was lost, {permission:?}"), |scene| {
                let story = scene.story("a", |it| it.permission = permission);
                let run = scene.agent(&story);
                scene.prompt(&story, "next");
                scene.lost_question(&run);
                follows(scene, &run)
            });
        }
        insta::assert_snapshot!("after_lost_question", table.text());
    }
}
