//! Reports of runs: each is applied to the story's state, and what follows from it (the next prompt,
//! the next gate, a hold) is begun. Applying a report again after a failed write changes nothing.

use super::{Director, Facts, Unrecorded};
use crate::error::Result;
use crate::record::OpenQuestion;
use crate::record::RunStatus;
use crate::run::messages::{Ending, NEVER_STARTED, NOTHING_RAN, Report};
use crate::state::{RunEnding, RunRecord};
use crate::story::notify::asks;
use crate::story::table::StoryInput;
use protocol::{
    Actor, Answer, JournalEvent, Outcome, PermissionChoice, QuestionId, QuestionKind, RunId,
    RunKind, StartFailedKind, StateDetail, StoryId,
};

/// What an agent is told when nobody may be asked.
const UNATTENDED: &str =
    "Nobody is there to ask, and no rule allows it. Go on without it, or say what is needed.";

impl Director {
    pub(super) fn report(&mut self, run: RunId, report: Report) {
        if let Err(error) = self.take(&run, &report) {
            tracing::error!(%run, %error, "a report could not be recorded; it is tried again");
            self.unrecorded.push_back(Unrecorded::Report(run, report));
        }
    }

    pub(super) fn retry_unrecorded(&mut self) {
        for unrecorded in std::mem::take(&mut self.unrecorded) {
            match unrecorded {
                // The run may have told more since; what counts is how it stands now.
                Unrecorded::Report(run, Report::Status(_)) => {
                    if let Some(live) = self.live.get(&run) {
                        let now = live.status.clone();
                        self.report(run, Report::Status(now));
                    }
                }
                Unrecorded::Report(run, report) => self.report(run, report),
                Unrecorded::Start(story, resume) => self.start_or_explain(&story, resume),
                Unrecorded::Resume(story) => self.resume_or_explain(&story),
                Unrecorded::Adopt(run) => self.take_over(run),
            }
        }
    }

    fn take(&mut self, run: &RunId, report: &Report) -> Result<()> {
        let Some(record) = self.state.runs.get(run) else { return Ok(()) };
        let story = record.story.clone();
        match report {
            Report::Status(status) => self.status(&story, run, status),
            Report::Over(ending) => self.over(&story, run, ending),
            Report::Unreadable(why) => self.unreadable(&story, run, why),
            Report::Unread => {
                self.excuse(run);
                Ok(())
            }
            Report::NeverStarted => {
                self.never_ran(&story, run, StartFailedKind::NeverStarted, NOTHING_RAN)
            }
            Report::NeverRan { why, words } => self.never_ran(&story, run, *why, words),
        }
    }

    fn status(&mut self, story: &StoryId, run: &RunId, status: &RunStatus) -> Result<()> {
        match self.live.get_mut(run) {
            Some(live) => {
                live.status = status.clone();
                live.reported = status.caught_up;
            }
            None => return Ok(()),
        }
        // First and in memory only: with the disk full nothing can be recorded.
        self.writer.feed().pause(story, status.paused);
        self.process_seen(story, run, status.process)?;
        if self.state.runs.get(run).is_none_or(|run| run.facts.kind != RunKind::Agent) {
            return Ok(());
        }
        let unanswered: Vec<OpenQuestion> = status
            .questions
            .iter()
            .filter(|open| !self.state.answered.contains(&QuestionId::of(run, &open.request)))
            .cloned()
            .collect();
        if self.is_unattended(story) {
            for open in &unanswered {
                // No words reach a server whose form is declined.
                let words = (open.kind != QuestionKind::Form).then(|| UNATTENDED.to_owned());
                let denial = Answer::deny(words);
                self.answer(&QuestionId::of(run, &open.request), &denial, Actor::Rule)?;
            }
        } else if let Some(open) = unanswered.first() {
            let mut facts = Facts::of_run(run).detail(&asked(open));
            facts.asks = Some(asks(open));
            facts.about = Some(open.about(run));
            facts.since = Some(open.at);
            return self.apply(story, &StoryInput::Asked(open.kind), facts);
        }
        let prompts = self.state.runs.get(run).map_or(0, RunRecord::prompts);
        let waits = status.rests_after(prompts) && status.interrupted;
        let queue_empty = self.state.stories.get(story).is_some_and(|story| story.queue.is_empty());
        let mut facts = Facts::of_run(run);
        facts.since = Some(status.at);
        if waits && queue_empty {
            return self.apply(story, &StoryInput::Interrupted, facts);
        }
        if status.spoke && !waits {
            self.apply(story, &StoryInput::Working, facts)?;
        }
        self.speak(run)
    }

    /// Records that a run's process lives, once, and begins to talk to it.
    pub(super) fn process_seen(
        &mut self,
        story: &StoryId,
        run: &RunId,
        process: Option<u32>,
    ) -> Result<()> {
        let Some(pid) = process else { return Ok(()) };
        if self.state.runs.get(run).is_some_and(|run| !run.started) {
            self.record(Some(story), Some(run), JournalEvent::RunStarted { pid })?;
        }
        self.speak(run)
    }

    fn is_unattended(&self, story: &StoryId) -> bool {
        self.state
            .stories
            .get(story)
            .is_some_and(|story| story.profile.permission == PermissionChoice::Deny)
    }

    fn over(&mut self, story: &StoryId, run: &RunId, ending: &Ending) -> Result<()> {
        if let Some(live) = self.live.remove(run) {
            live.actor.detach();
        }
        self.writer.feed().pause(story, false);
        if self.state.runs.get(run).is_some_and(|record| record.outcome.is_none()) {
            let ended = JournalEvent::RunEnded {
                outcome: ending.outcome.clone(),
                evidence: Box::new(ending.evidence.clone()),
                question_lost: ending.question_lost,
                ended_at: Some(ending.at),
            };
            self.record(Some(story), Some(run), ended)?;
        }
        self.follow_up(story, run)
    }

    /// What follows from the recorded end of a run. It rests on the recorded state only, so an owner that starts
    /// takes it up where the one before was killed.
    pub(super) fn follow_up(&mut self, story: &StoryId, run: &RunId) -> Result<()> {
        if self.state.stories.get(story).is_none_or(|story| story.runs.last() != Some(run)) {
            // Another run was started since; what follows is up to that one.
            return Ok(());
        }
        let Some(record) = self.state.runs.get(run).cloned() else { return Ok(()) };
        let (Some(outcome), Some(ending)) = (record.outcome, record.ending) else {
            return Ok(());
        };
        match (record.facts.kind, record.facts.gate) {
            (RunKind::Gate, Some(number)) => self.gate_over(story, run, number, &outcome, &ending),
            (RunKind::Agent, _) => self.agent_over(story, run, &outcome, &ending),
            _ => Ok(()),
        }
    }

    fn agent_over(
        &mut self,
        story: &StoryId,
        run: &RunId,
        outcome: &Outcome,
        ending: &RunEnding,
    ) -> Result<()> {
        let Some(record) = self.state.stories.get(story) else { return Ok(()) };
        let succeeded = *outcome == Outcome::Succeeded;
        let question_lost = ending.question_lost && !self.is_unattended(story);
        if *outcome == NEVER_STARTED {
            self.resume_or_explain(story);
            return Ok(());
        }
        if succeeded && !question_lost && !record.queue.is_empty() {
            // A prompt came while the agent was leaving: the next run goes on with it.
            self.resume_or_explain(story);
            return Ok(());
        }
        let gates = !record.gates.is_empty();
        let until = self.reset_of(story, outcome, ending.at);
        if let (Some(_), Outcome::Limited { model: None, .. }) = (until, outcome) {
            self.hold(run, until)?;
        }
        let over = StoryInput::RunOver { outcome: outcome.clone(), gates, question_lost };
        let mut facts = Facts::of_run(run);
        if !succeeded {
            facts = facts.detail(&ending.evidence.summary);
        }
        facts.about = StateDetail::stopped(outcome, ending.evidence.stop.as_ref());
        facts.evidence = ending.evidence.clone();
        facts.since = Some(ending.at);
        facts.until = until;
        self.apply(story, &over, facts)?;
        match succeeded && gates && !question_lost {
            true => self.start_gate(story, 1),
            false => Ok(()),
        }
    }

    /// Nobody waits for what cannot be read.
    fn excuse(&mut self, run: &RunId) {
        if let Some(live) = self.live.get_mut(run) {
            live.reported = true;
        }
    }

    /// The files of a run cannot be read for now. It may still live, so nothing is concluded from it.
    fn unreadable(&mut self, story: &StoryId, run: &RunId, why: &str) -> Result<()> {
        self.excuse(run);
        let slug = self.state.runs.get(run).map(|run| run.facts.slug.clone());
        let name = slug.map_or_else(|| run.to_string(), |slug| slug.to_string());
        let text = format!("what {name} prints cannot be read, and is tried again: {why}");
        self.record(Some(story), Some(run), JournalEvent::Warning { text })?;
        Ok(())
    }
}

/// What is asked, in one line.
fn asked(open: &OpenQuestion) -> String {
    match open.title.is_empty() {
        true => open.tool.clone(),
        false => format!("{} {}", open.tool, open.title),
    }
}
