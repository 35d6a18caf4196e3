//! Policies: pure functions from the fold of the journal, the status of live runs, the configuration and
//! the time to [`Decision`]s. No policy asks another one for decisions. Policies read no file and no
//! clock, so they are tested as tables in milliseconds. The director asks them and carries out their
//! decisions (`director::perform`).

pub(crate) mod admit;
pub(crate) mod after_run;
pub(crate) mod checkpoint;
pub(crate) mod delete_logs;
mod end;
pub(crate) mod finish;
pub(crate) mod follow;
pub(crate) mod forecast;
pub(crate) mod gates;
pub(crate) mod limits;
pub(crate) mod may;
pub(crate) mod measure;
pub(crate) mod permission;
pub(crate) mod progress;
pub(crate) mod prune;
mod reset;
#[cfg(test)]
mod rest;
#[cfg(test)]
mod scene;
pub(crate) mod set_up;
pub(crate) mod speak;
pub(crate) mod trial;
pub(crate) mod why;
pub(crate) mod work;

use crate::record::{Ending, OpenQuestion, RunStatus};
use crate::state::{Hold, State, StoryRecord};
use crate::story::change::{Because, change};
use crate::story::table::StoryInput;
use protocol::{
    AccountId, Actor, Answer, Config, InputKind, JobKind, Outcome, PermissionChoice, PromptQueued,
    QuestionId, ResetBasis, RunId, RunKind, Slug, StoryId, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The input of the policies.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// The fold of the journal.
    pub(crate) state: &'a State,
    /// The facts that the journal does not have.
    pub(crate) seen: &'a Seen,
    /// The configuration in force.
    pub(crate) config: &'a Config,
    /// The wall-clock time.
    pub(crate) now: Timestamp,
}

/// What the actors of live runs reported, and what jobs are doing. It is in memory only; after a restart
/// actors report again and jobs are started again.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// The status of each live run that has an actor.
    pub(crate) runs: HashMap<RunId, RunStatus>,
    /// The ends of runs that the journal does not have yet.
    pub(crate) endings: HashMap<RunId, Ending>,
    /// Why the output of a live run cannot be read, until the journal has a warning of it.
    pub(crate) unreadable: HashMap<RunId, String>,
    /// The job that each story's next run waits for.
    pub(crate) jobs: BTreeMap<StoryId, Job>,
    /// Checkpoints and restores that are under way.
    pub(crate) checkpoints: checkpoint::CheckpointsSeen,
    /// What is being done with the branches of stories.
    pub(crate) finishes: finish::FinishesSeen,
    /// The story whose work is being measured, or was.
    pub(crate) measuring: Option<measure::Measuring>,
    /// The projects of which a story is being compared with the others, or was.
    pub(crate) forecasting: BTreeMap<String, forecast::Forecasting>,
    /// Stories about which the policies did not come to rest. Nothing is decided about them until
    /// something new is reported of them.
    pub(crate) left_out: BTreeSet<StoryId>,
    /// Stories whose deleted logs are being removed, or could not be.
    pub(crate) removals: BTreeSet<StoryId>,
}

/// A job that the next run of a story waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// The run, which is about to be recorded, or recorded without a process.
    pub(crate) run: RunId,
    /// What the job is doing now.
    pub(crate) job: JobKind,
    /// When that began.
    pub(crate) since: Timestamp,
}

/// A decision: something that is to be done. Carrying out the same decision twice has the effect of once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Decision {
    /// Apply this input to the story's state.
    Change {
        /// The story.
        story: StoryId,
        /// What happened to the story.
        input: StoryInput,
        /// The reason and evidence of the change.
        because: Box<Because>,
    },
    /// Follow a live run, or record that it never began.
    Follow {
        /// The run.
        run: RunId,
    },
    /// Record that a run's process lives.
    Started {
        /// The run.
        run: RunId,
        /// The process.
        pid: u32,
    },
    /// Record the end of a run, as its actor reported it.
    End {
        /// The run.
        run: RunId,
    },
    /// Record that the output of a run cannot be read.
    Unreadable {
        /// The run.
        run: RunId,
    },
    /// Answer a question that is open in a live run.
    Answer {
        /// The run.
        run: RunId,
        /// The question.
        question: QuestionId,
        /// The answer.
        answer: Answer,
        /// Who answers.
        by: Actor,
    },
    /// Write something to a live run.
    Write {
        /// The run.
        run: RunId,
        /// The input.
        input: Outgoing,
    },
    /// Hold an account until its limit resets.
    Hold {
        /// The account.
        account: AccountId,
        /// The one model that is held; `None` for the whole account.
        model: Option<String>,
        /// The run that the limit stopped.
        run: RunId,
        /// When the limit resets.
        until: Timestamp,
        /// How that is known.
        reset: ResetBasis,
    },
    /// End the hold of an account.
    Release {
        /// The account.
        account: AccountId,
        /// The one model that is held; `None` for the whole account.
        model: Option<String>,
    },
    /// Claim a reset for a story, so that the story resumes once after it.
    Claim {
        /// The story.
        story: StoryId,
        /// The reset.
        reset: Option<Timestamp>,
    },
    /// Put a prompt into a story's queue.
    Prompt {
        /// The story.
        story: StoryId,
        /// The prompt; its id is derived from its cause, so that it is queued once.
        prompt: PromptQueued,
    },
    /// Have a checkpoint made.
    Checkpoint(checkpoint::Wanted),
    /// Record what became of a checkpoint.
    Checkpointed {
        /// The worktree.
        place: String,
    },
    /// Have files restored; the present state is held.
    Restore {
        /// The worktree.
        place: String,
    },
    /// Record what became of a restore.
    Restored {
        /// The worktree.
        place: String,
    },
    /// Begin what is wanted for the branch of a story; its files are held.
    Finish {
        /// The story's worktree.
        place: String,
    },
    /// Record what became of it.
    Finished {
        /// The story's worktree.
        place: String,
    },
    /// Record that it is not known what became of a step that an earlier owner began.
    FinishLeft {
        /// The story.
        story: StoryId,
    },
    /// Record that these checkpoints of a story are not kept any more.
    Prune {
        /// The story.
        story: StoryId,
        /// Their numbers.
        numbers: Vec<u32>,
    },
    /// Remove the references of a story's pruned checkpoints.
    RemovePruned {
        /// The story.
        story: StoryId,
    },
    /// Measure how the work of a story stands.
    Measure {
        /// The story.
        story: StoryId,
    },
    /// Record what was measured.
    Measured,
    /// Compare a story with the others of its project.
    Forecast {
        /// The story.
        story: StoryId,
    },
    /// Record what came of comparing a story of a project.
    Forecasted {
        /// The project.
        project: String,
    },
    /// Record in a story that its work came to conflict with that of another one.
    TellCollision {
        /// The story.
        story: StoryId,
        /// The other one.
        with: StoryId,
    },
    /// Remove the files of a story's deleted logs.
    RemoveLogs {
        /// The story.
        story: StoryId,
    },
    /// Start a run of a story.
    Start {
        /// The story.
        story: StoryId,
        /// What to run.
        run: Wanted,
    },
}

/// An input that is to be written to an agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outgoing {
    /// The id under which it is written once.
    pub(crate) id: String,
    /// The kind of the input.
    pub(crate) kind: InputKind,
    /// The bytes as text; empty for the end of input.
    pub(crate) text: String,
}

impl Outgoing {
    fn close(run: &RunId) -> Self {
        Self { id: format!("{run}-close"), kind: InputKind::Close, text: String::new() }
    }
}

/// What to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The story's agent, in the story's conversation if there is one.
    Agent,
    /// The command with this number, from 1, that prepares the story's worktree.
    SetUp(u32),
    /// The gate with this number, from 1.
    Gate(u32),
}

/// Asks all policies what is to be done now, in a fixed order: about each live run, about each story that
/// works or is asked for something, about limits, about checkpoints and logs that are to go. Decisions that would change nothing are left out, so
/// that an idle directory gives none. Stories at rest are not visited.
pub(crate) fn decide(view: &View<'_>) -> Vec<Decision> {
    let runs = view.state.live.iter().filter(|run| !view.is_left_out(run)).flat_map(|run| {
        let heard = follow::decide(view, run).into_iter();
        let asked = heard.chain(permission::decide(view, run));
        asked.chain(progress::decide(view, run)).chain(speak::decide(view, run))
    });
    let stories = view.open().flat_map(|(story, _)| {
        let ended = after_run::decide(view, story).into_iter();
        let ended = ended.chain(gates::decide(view, story));
        let prepared = ended.chain(set_up::decide(view, story));
        prepared.chain(admit::decide(view, story))
    });
    let checkpoints = checkpoint::decide(view);
    let runs = checkpoints.into_iter().chain(runs);
    let all = runs.chain(stories).chain(limits::decide(view));
    let all = all.chain(prune::decide(view)).chain(delete_logs::decide(view));
    let all = all.chain(finish::decide(view)).chain(measure::decide(view));
    let all = all.chain(forecast::decide(view));
    all.filter(|decision| view.has_effect(decision)).collect()
}

impl Decision {
    /// The story that the decision is about, if it is about one.
    pub(crate) fn story<'a>(&'a self, state: &'a State) -> Option<&'a StoryId> {
        match self {
            Self::Change { story, .. }
            | Self::Claim { story, .. }
            | Self::Prompt { story, .. }
            | Self::Prune { story, .. }
            | Self::RemovePruned { story }
            | Self::FinishLeft { story }
            | Self::Measure { story }
            | Self::Forecast { story }
            | Self::TellCollision { story, .. }
            | Self::RemoveLogs { story }
            | Self::Start { story, .. } => Some(story),
            Self::Follow { run }
            | Self::Started { run, .. }
            | Self::End { run }
            | Self::Unreadable { run }
            | Self::Answer { run, .. }
            | Self::Write { run, .. }
            | Self::Hold { run, .. } => state.runs.get(run).map(|run| &run.story),
            Self::Checkpoint(wanted) => Some(&wanted.story),
            // These record what happened, so other decisions about the story do not hold them back.
            Self::Checkpointed { .. }
            | Self::Restore { .. }
            | Self::Restored { .. }
            | Self::Finish { .. }
            | Self::Finished { .. }
            | Self::Forecasted { .. }
            | Self::Measured => None,
            Self::Release { .. } => None,
        }
    }

    fn change(story: &StoryId, input: StoryInput, because: Because) -> Self {
        Self::Change { story: story.clone(), input, because: Box::new(because) }
    }
}

impl<'a> View<'a> {
    /// The stories that work or are asked for something.
    fn open(self) -> impl Iterator<Item = (&'a StoryId, &'a StoryRecord)> {
        let stories = self.state.open.iter().filter(move |id| !self.seen.left_out.contains(*id));
        stories.filter_map(move |id| self.state.stories.get_key_value(id))
    }

    fn is_left_out(&self, run: &RunId) -> bool {
        let story = self.state.runs.get(run).map(|run| &run.story);
        story.is_some_and(|story| self.seen.left_out.contains(story))
    }

    /// Whether carrying out the decision changes anything. For other decisions the policies themselves
    /// leave out what is already done.
    fn has_effect(&self, decision: &Decision) -> bool {
        match decision {
            Decision::Change { story, input, because } => {
                self.state.stories.get(story).is_some_and(|story| {
                    change((story.state, story.reason, story.until), input, because).is_some()
                })
            }
            // The story's job is already under way.
            Decision::Start { story, .. } => !self.seen.jobs.contains_key(story),
            _ => true,
        }
    }

    /// The story and the status of an agent's run that is not over; `None` while no actor follows the run.
    fn live_agent(&self, run: &RunId) -> Option<(&'a StoryId, &'a RunStatus)> {
        let record = self.state.runs.get(run)?;
        let is_live = record.spec.kind == RunKind::Agent && record.outcome.is_none();
        Some((&record.story, self.seen.runs.get(run)?)).filter(|_| is_live)
    }

    /// Whether the story runs without a person to answer questions.
    fn is_unattended(&self, story: &StoryId) -> bool {
        let record = self.state.stories.get(story);
        record.is_some_and(|record| record.profile.permission == PermissionChoice::Deny)
    }

    /// Whether a hold is still in force: its reset has not passed, and no run that began since the limit was
    /// known had a good answer.
    fn is_in_force(&self, hold: &Hold) -> bool {
        let has_passed = hold.probe.as_ref().is_some_and(|run| {
            let outcome = self.state.runs.get(run).and_then(|record| record.outcome.as_ref());
            let has_answer = self.seen.runs.get(run).is_some_and(|status| status.succeeded);
            has_answer || outcome == Some(&Outcome::Succeeded)
        });
        hold.until.since(self.now) > 0 && !hold.is_gone && !has_passed
    }

    /// Finds the longest hold in force of an account for runs that ask for this model.
    fn hold(&self, account: &AccountId, model: Option<&str>) -> Option<&'a Hold> {
        let holds = self.state.holds.iter().filter(|hold| self.is_in_force(hold));
        holds.filter(|hold| hold.covers(account, model)).max_by_key(|hold| hold.until)
    }

    /// Finds the hold of the account that a story's next run is expected to spend from.
    fn hold_of(&self, story: &StoryRecord) -> Option<&'a Hold> {
        self.hold(story.account.as_ref()?, story.profile.model.as_deref())
    }

    /// The name of the run, or of the story with a run about to begin, that tests whether the limit of a
    /// hold is gone; `None` if there is none. The story `own` is left out.
    fn tried_by(&self, hold: &'a Hold, own: &StoryId) -> Option<&'a Slug> {
        let run = self.probe(hold).and_then(|run| self.state.runs.get(run));
        let run = run.filter(|run| run.story != *own).map(|run| &run.spec.slug);
        let preparing = self.seen.jobs.keys().filter(|story| *story != own);
        let mut stories = preparing.filter_map(|story| self.state.stories.get(story));
        run.or_else(|| {
            let tries = |story: &&StoryRecord| {
                let model = story.profile.model.as_deref();
                let account = story.account.as_ref();
                story.is_to_be_tried && account.is_some_and(|account| hold.covers(account, model))
            };
            stories.find(tries).map(|story| &story.slug)
        })
    }

    /// The run that tests whether the limit of a hold is gone; `None` when it is over.
    fn probe(&self, hold: &'a Hold) -> Option<&'a RunId> {
        let is_going =
            |run: &&RunId| self.state.runs.get(*run).is_some_and(|record| record.outcome.is_none());
        hold.probe.as_ref().filter(is_going)
    }

    /// Whether a checkpoint was made or tried before this prompt, so that it may be written.
    fn is_tried(&self, story: &StoryId, prompt: &str) -> bool {
        let record = self.state.stories.get(story);
        let held = record.and_then(|record| record.checkpoints.prompt.as_deref());
        let without = self.seen.checkpoints.without_repository.get(story).map(String::as_str);
        held == Some(prompt) || without == Some(prompt)
    }

    /// The questions of a run that have no answer yet, oldest first.
    fn unanswered(
        &self,
        run: &RunId,
        status: &'a RunStatus,
    ) -> impl Iterator<Item = &'a OpenQuestion> + use<'a> {
        let (run, answered) = (run.clone(), &self.state.answered);
        let is_open =
            move |open: &&OpenQuestion| !answered.contains(&QuestionId::of(&run, &open.request));
        status.questions.iter().filter(is_open)
    }

    /// Whether the run waits for a person's answer.
    pub(crate) fn waits_for_a_person(&self, run: &RunId) -> bool {
        self.live_agent(run).is_some_and(|(story, status)| {
            !self.is_unattended(story) && self.unanswered(run, status).next().is_some()
        })
    }
}
