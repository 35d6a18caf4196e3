//! The journal folded in memory: every story with its state and queue, every run with its inputs,
//! every held account. It depends only on the journal, so a new owner has exactly the state of the
//! previous one. The director reads it to decide; only [`State::apply`] changes it.

mod checkpoints;
mod comments;
mod finishes;
mod forecasts;
mod gates;
mod holds;
mod lines;
mod records;
mod set_up;

pub(crate) use checkpoints::{Checkpoints, Prunable};
pub(crate) use comments::Comments;
pub(crate) use finishes::Finishes;
pub(crate) use forecasts::{Compared, Forecasts};
pub(crate) use gates::GatesAgain;
pub(crate) use holds::Hold;
pub(crate) use lines::Line;
pub(crate) use records::{RunEnding, RunRecord, SentInput, StoryRecord, WantedWorktree};

use crate::slug;
use agents::AccountIdentity;
use holds::{HeldModel, Holds, WITHOUT_END_MS};
use protocol::{
    AccountId, InputKind, JournalEntry, JournalEvent, KeptRun, Outcome, PromptQueued, Reason,
    ResetBasis, RunId, RunKind, RunSpec, Seq, Slug, StartFailedKind, StateDetail, Stop, StoryId,
    StoryState, Timestamp,
};
use set_up::SetUp;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

/// The fold of the journal.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    /// Every story.
    pub stories: HashMap<StoryId, StoryRecord>,
    /// Every run.
    pub runs: HashMap<RunId, RunRecord>,
    /// The stories that are active or of which something is requested.
    pub(crate) open: BTreeSet<StoryId>,
    /// The stories whose state depends on a run, or that have a live one, by their place.
    at_work: HashMap<String, BTreeSet<StoryId>>,
    /// The runs that are not over.
    pub(crate) live: BTreeSet<RunId>,
    /// The runs whose logs were deleted and whose files may still be there, by their story.
    pub(crate) removing: BTreeMap<StoryId, Vec<RunId>>,
    /// Accounts that are held.
    pub(crate) holds: Holds,
    /// When a story last resumed after a reset.
    pub(crate) resumed_at: Option<Timestamp>,
    /// The known accounts, with what selects each.
    pub accounts: BTreeMap<AccountId, AccountIdentity>,
    /// Questions that were answered.
    pub answered: HashSet<protocol::QuestionId>,
    /// The ids of all prompts and requests to resume that were accepted.
    pub(crate) prompts: HashSet<String>,
    /// The stories whose last agent run is over and not held by a checkpoint yet.
    pub(crate) unheld: BTreeSet<StoryId>,
    /// The stories whose last turn or run is held, and their work was not measured since, by the time of that.
    pub(crate) unmeasured: BTreeSet<(Timestamp, StoryId)>,
    /// The stories that may have more checkpoints than are to be kept.
    pub(crate) prunable: Prunable,
    /// The stories of which checkpoints were pruned whose references may still be there.
    pub(crate) pruned: BTreeSet<StoryId>,
    /// The stories with whose branch something was begun that has no recorded end.
    pub(crate) finishing: BTreeSet<StoryId>,
    /// How the work of stories would come together.
    pub(crate) forecasts: Forecasts,
    /// Worktrees that were to be made for stories that are not recorded yet.
    pub(crate) wanted: HashMap<StoryId, WantedWorktree>,
    /// Names that are taken.
    pub slugs: HashSet<String>,
    /// Whether the last owner that recorded its start did not record its end.
    pub(crate) owner_is_open: bool,
    /// The configuration that was last put in force, as it was recorded.
    pub(crate) config: Option<String>,
    /// The number of the last entry.
    pub last: Seq,
}

impl State {
    /// Takes the next entry.
    pub(crate) fn apply(&mut self, entry: &JournalEntry) {
        self.last = entry.seq;
        match &entry.event {
            JournalEvent::StoryCreated { .. } => self.story_created(entry),
            JournalEvent::PromptQueued(prompt) => {
                let PromptQueued { id, text, .. } = prompt;
                self.prompts.insert(id.clone());
                self.of_story(entry, |story| {
                    story.queue.push_back((id.clone(), text.clone()));
                    story.is_asked = true;
                });
            }
            JournalEvent::PromptDropped { id } => self.unqueue(entry, id),
            JournalEvent::PromptEdited { id, text } => self.of_story(entry, |story| {
                let queued = story.queue.iter_mut().find(|(queued, _)| queued == id);
                queued.into_iter().for_each(|(_, queued)| queued.clone_from(text));
            }),
            JournalEvent::ResumeRequested { id, now } => {
                self.prompts.insert(id.clone());
                self.of_story(entry, |story| {
                    story.is_to_be_tried |= *now;
                    story.is_asked = true;
                });
            }
            JournalEvent::WorktreeWanted { slug, branch, patterns } => {
                let wanted = WantedWorktree {
                    slug: slug.clone(),
                    branch: branch.clone(),
                    patterns: patterns.clone(),
                };
                self.wanted.extend(entry.story.clone().map(|story| (story, wanted)));
            }
            JournalEvent::AccountSeen {
                account, config_dir, method, credential_variable, ..
            } => {
                let selected_by = AccountIdentity {
                    config_dir: config_dir.clone(),
                    method: method.clone(),
                    credential_variable: credential_variable.clone(),
                };
                self.accounts.insert(account.clone(), selected_by);
            }
            JournalEvent::RunStarting(spec) => self.run_starting(entry, spec),
            JournalEvent::RunStarted { .. } => self.of_run(entry, |run| run.started = true),
            JournalEvent::Input { .. } => self.input(entry),
            JournalEvent::StopRequested { by, why } => {
                self.of_run(entry, |run| run.stop = Some(Stop { by: *by, why: why.clone() }));
                if entry.run.is_none() {
                    // Its next run is about to start.
                    self.of_story(entry, |story| {
                        (story.is_asked, story.is_to_be_tried) = (false, false);
                    });
                }
            }
            JournalEvent::RunEnded { .. } => self.run_ended(entry),
            JournalEvent::SetUpSkipped {} => self.of_story(entry, |story| {
                story.set_up.skipped();
                story.is_asked = true;
            }),
            JournalEvent::StoryRenamed { title } => {
                self.of_story(entry, |story| story.title.clone_from(title));
            }
            JournalEvent::StoryUnarchived {} => self.of_story(entry, |story| {
                if let Some((state, reason)) = story.before_archive.take() {
                    (story.state, story.reason) = (state, reason);
                }
            }),
            JournalEvent::StateChanged { state, reason, until, reset, about, .. } => {
                self.of_story(entry, |story| {
                    if *state == StoryState::Archived {
                        story.before_archive = Some((story.state, story.reason));
                    }
                    (story.state, story.reason) = (*state, *reason);
                    (story.until, story.reset) = (*until, *reset);
                    story.is_to_be_tried = false;
                    story.is_asked &= !speaks_against(*state, *reason);
                    if let Some(StateDetail::Held { account, .. }) = about {
                        story.account = Some(account.clone());
                    }
                })
            }
            JournalEvent::LogsDeleted { runs, .. } => self.logs_deleted(entry, runs),
            JournalEvent::LogsRemoved {} => {
                entry.story.iter().for_each(|story| drop(self.removing.remove(story)));
            }
            JournalEvent::ProfileChanged { profile } => {
                self.of_story(entry, |story| story.profile = profile.clone());
            }
            JournalEvent::HoldStarted { .. } => self.hold_started(entry),
            JournalEvent::HoldEnded { account, model } => {
                self.holds.ended(account, model.as_deref());
            }
            JournalEvent::ResumeClaimed { reset } => {
                self.resumed_at = Some(entry.at);
                self.of_story(entry, |story| {
                    story.claimed = Some(*reset);
                    story.is_asked = true;
                    story.limits_in_a_row += 1;
                });
            }
            JournalEvent::Checkpoint { .. } | JournalEvent::CheckpointFailed { .. } => {
                self.checkpoint(entry);
            }
            JournalEvent::WorkMeasured { story, work } => self.measured(story, work.checkpoint),
            JournalEvent::CheckpointsPruned { numbers } => self.pruned(entry, numbers),
            JournalEvent::WentBack { n, goes_on, .. } => self.went_back(entry, *n, goes_on),
            JournalEvent::FinishStarted { .. } | JournalEvent::FinishEnded { .. } => {
                self.finish(entry);
            }
            JournalEvent::PrunedRemoved {} => {
                self.pruned.retain(|story| entry.story.as_ref() != Some(story));
            }
            JournalEvent::ConfigAccepted { text, .. } => self.config = Some(text.clone()),
            JournalEvent::OwnerStarted { .. } => self.owner_is_open = true,
            JournalEvent::OwnerEnded { .. } => self.owner_is_open = false,
            JournalEvent::RunAdopted { .. }
            | JournalEvent::GatesRequested {}
            | JournalEvent::StoryLooked { .. }
            | JournalEvent::CommentMade { .. }
            | JournalEvent::CommentChanged { .. }
            | JournalEvent::FileReviewed { .. }
            | JournalEvent::RestoreStarted { .. }
            | JournalEvent::RestoreEnded { .. }
            | JournalEvent::ForecastMade { .. }
            | JournalEvent::CollisionFound { .. }
            | JournalEvent::Warning { .. } => {}
        }
        self.forecast(entry);
        self.of_story(entry, |story| {
            story.comments.apply(&entry.event);
            let is_held = story.checkpoints.prompt.is_some();
            story.gates_again.apply(&entry.event, is_held);
            match &entry.event {
                // What a person says of the changes is nothing new to them.
                JournalEvent::CommentMade { .. }
                | JournalEvent::CommentChanged { .. }
                | JournalEvent::FileReviewed { .. } => {}
                event => story.is_looked_at = matches!(event, JournalEvent::StoryLooked { .. }),
            }
        });
        self.keep_open(entry.story.as_ref());
    }

    fn keep_open(&mut self, story: Option<&StoryId>) {
        let Some((id, record)) = story.and_then(|story| self.stories.get_key_value(story)) else {
            return;
        };
        let is_at_work = record.rests_on_a_run() || self.live_run(id).is_some();
        match record.is_open() {
            true => drop(self.open.insert(id.clone())),
            false => drop(self.open.remove(id)),
        }
        if is_at_work {
            self.at_work.entry(record.place().to_owned()).or_default().insert(id.clone());
        } else if let Some(there) = self.at_work.get_mut(record.place()) {
            there.remove(id);
            if there.is_empty() {
                self.at_work.remove(record.place());
            }
        }
    }

    /// The run of a story that is not over, if there is one.
    pub(crate) fn live_run(&self, story: &StoryId) -> Option<&RunId> {
        self.live_run_of(self.stories.get(story)?)
    }

    /// Whether a run of the story is not over.
    pub(crate) fn is_live(&self, story: &StoryRecord) -> bool {
        self.live_run_of(story).is_some()
    }

    fn live_run_of<'a>(&self, story: &'a StoryRecord) -> Option<&'a RunId> {
        story.runs.iter().rev().find(|run| self.live.contains(run))
    }

    /// A story's last agent run.
    pub(crate) fn last_agent_run(&self, story: &StoryId) -> Option<&RunRecord> {
        self.agent_runs(story).next_back()
    }

    /// A story's agent runs, oldest first.
    fn agent_runs(&self, story: &StoryId) -> impl DoubleEndedIterator<Item = &RunRecord> {
        let runs = self.stories.get(story).into_iter().flat_map(|story| &story.runs);
        let runs = runs.filter_map(|run| self.runs.get(run));
        runs.filter(|run| run.spec.kind == RunKind::Agent)
    }

    /// Another story that works in the worktree with this root, if any: one with a live run, or
    /// whose next run starts in a moment.
    pub(crate) fn works_in(&self, root: &str, own: &StoryId) -> Option<(&StoryId, &StoryRecord)> {
        let other = self.at_work.get(root)?.iter().find(|story| *story != own)?;
        self.stories.get_key_value(other)
    }

    /// A name made from a title, different from all names that are taken or about to be.
    pub(crate) fn free_slug(&self, title: &str, taken: impl Fn(&str) -> bool) -> Slug {
        slug::free(title, |name| self.slugs.contains(name) || taken(name))
    }

    fn of_story(&mut self, entry: &JournalEntry, change: impl FnOnce(&mut StoryRecord)) {
        if let Some(story) = entry.story.as_ref().and_then(|id| self.stories.get_mut(id)) {
            change(story);
        }
    }

    fn of_run(&mut self, entry: &JournalEntry, change: impl FnOnce(&mut RunRecord)) {
        if let Some(run) = entry.run.as_ref().and_then(|id| self.runs.get_mut(id)) {
            change(run);
        }
    }

    fn unqueue(&mut self, entry: &JournalEntry, id: &str) {
        self.of_story(entry, |story| story.queue.retain(|(queued, _)| queued != id));
    }

    fn story_created(&mut self, entry: &JournalEntry) {
        let (
            JournalEvent::StoryCreated {
                slug,
                title,
                project,
                dir,
                root,
                branch,
                agent,
                profile,
                gates,
                set_up,
                resume_on_reset,
                environment,
                ..
            },
            Some(id),
        ) = (&entry.event, &entry.story)
        else {
            return;
        };
        self.slugs.insert(slug.as_str().to_owned());
        self.wanted.remove(id);
        let story = StoryRecord {
            slug: slug.clone(),
            title: title.clone(),
            project: project.clone(),
            dir: dir.clone(),
            root: root.clone(),
            branch: branch.clone(),
            agent: agent.clone(),
            profile: profile.clone(),
            gates: gates.clone(),
            set_up: SetUp::of(set_up),
            gates_again: GatesAgain::default(),
            resume_on_reset: *resume_on_reset,
            environment: environment.clone(),
            state: StoryState::Draft,
            reason: None,
            before_archive: None,
            until: None,
            reset: ResetBasis::default(),
            runs: Vec::new(),
            queue: VecDeque::new(),
            claimed: None,
            limits_in_a_row: 0,
            account: None,
            is_to_be_tried: false,
            is_asked: false,
            given: Vec::new(),
            is_looked_at: false,
            checkpoints: Checkpoints::default(),
            lines: vec![Line::default()],
            comments: Comments::default(),
            finishes: Finishes::default(),
        };
        self.stories.insert(id.clone(), story);
    }

    fn run_starting(&mut self, entry: &JournalEntry, spec: &RunSpec) {
        let (Some(story), Some(run)) = (&entry.story, &entry.run) else { return };
        self.of_story(entry, |record| record.runs.push(run.clone()));
        if let Some(account) = &spec.account {
            let asked_for = self.stories.get(story).and_then(|story| story.profile.model.clone());
            self.holds.run_starting(run, account, asked_for.as_deref());
            self.of_story(entry, |record| {
                record.account = Some(account.clone());
                record.is_to_be_tried = false;
            });
        }
        if spec.kind == RunKind::Agent {
            self.unheld.remove(story);
            self.of_story(entry, |record| {
                record.is_asked = false;
                record.given = Vec::new();
            });
        }
        self.live.insert(run.clone());
        let record = RunRecord {
            story: story.clone(),
            spec: spec.clone(),
            started: false,
            started_at: entry.at,
            outcome: None,
            ending: None,
            stop: None,
            inputs: Vec::new(),
            has_no_logs: false,
            prompted: 0,
        };
        self.runs.insert(run.clone(), record);
    }

    fn input(&mut self, entry: &JournalEntry) {
        let JournalEvent::Input { id, kind, text, question, .. } = &entry.event else { return };
        self.answered.extend(question.clone());
        self.of_story(entry, |story| {
            let prompt = story.queue.iter().find(|(queued, _)| queued == id);
            story.given.extend(prompt.cloned());
        });
        self.unqueue(entry, id);
        let sent = SentInput { id: id.clone(), kind: *kind, text: text.clone(), at: entry.at };
        self.of_run(entry, |run| {
            run.prompted += usize::from(sent.kind == InputKind::Prompt);
            run.inputs.push(sent);
        });
    }

    fn run_ended(&mut self, entry: &JournalEntry) {
        let JournalEvent::RunEnded { outcome, evidence, question_lost, ended_at, unheard } =
            &entry.event
        else {
            return;
        };
        let ending = RunEnding {
            evidence: (**evidence).clone(),
            question_lost: *question_lost,
            at: ended_at.unwrap_or(entry.at),
        };
        if let Some(run) = &entry.run {
            self.live.remove(run);
        }
        self.of_run(entry, |run| {
            run.outcome = Some(outcome.clone());
            run.ending = Some(ending);
            run.inputs = Vec::new();
            run.prompted = run.prompted.saturating_sub(unheard.len());
        });
        self.queue_again(entry, unheard);
        let is_agent = entry.run.as_ref().and_then(|run| self.runs.get(run));
        if is_agent.is_some_and(|run| run.spec.kind == RunKind::Agent) {
            self.agent_ended(entry);
        }
        let never_started =
            *outcome == (Outcome::StartFailed { why: StartFailedKind::NeverStarted });
        if never_started {
            self.never_started(entry);
        }
        let spec =
            entry.run.as_ref().and_then(|run| self.runs.get(run)).map(|run| run.spec.clone());
        self.of_story(entry, |story| {
            spec.iter().for_each(|spec| story.set_up.ended(spec, outcome, never_started));
        });
        if *outcome == Outcome::Succeeded {
            self.of_story(entry, |story| story.limits_in_a_row = 0);
            let run = entry.run.as_ref().and_then(|run| self.runs.get(run));
            let account = run.and_then(|run| Some((run, run.spec.account.as_ref()?)));
            if let Some((run, account)) = account {
                let story = self.stories.get(&run.story);
                let model = story.and_then(|story| story.profile.model.as_deref());
                self.holds.succeeded(account, model, run.started_at);
            }
        }
    }

    /// Puts prompts that no model took before those that wait.
    fn queue_again(&mut self, entry: &JournalEntry, unheard: &[String]) {
        let is_agent = entry.run.as_ref().and_then(|run| self.runs.get(run));
        if is_agent.is_none_or(|run| run.spec.kind != RunKind::Agent) {
            return;
        }
        self.of_story(entry, |story| {
            let given = std::mem::take(&mut story.given).into_iter().rev();
            let again = given.filter(|(id, _)| unheard.contains(id));
            again.for_each(|prompt| story.queue.push_front(prompt));
        });
    }

    fn logs_deleted(&mut self, entry: &JournalEntry, deleted: &[KeptRun]) {
        let Some(story) = &entry.story else { return };
        let removing = self.removing.entry(story.clone()).or_default();
        for KeptRun { run, .. } in deleted {
            removing.push(run.clone());
            if let Some(record) = self.runs.get_mut(run) {
                record.has_no_logs = true;
            }
        }
    }

    /// No process was started, so the request remains, and so does a request to try a limit.
    fn never_started(&mut self, entry: &JournalEntry) {
        let Some(run) = &entry.run else { return };
        let is_agent = self.runs.get(run).is_some_and(|run| run.spec.kind == RunKind::Agent);
        let has_tried = self.holds.has_probe(run);
        self.of_story(entry, |story| {
            story.is_asked |= is_agent;
            story.is_to_be_tried |= has_tried;
        });
    }

    fn hold_started(&mut self, entry: &JournalEntry) {
        let JournalEvent::HoldStarted { account, model, until, reset } = &entry.event else {
            return;
        };
        let run = entry.run.as_ref().and_then(|run| self.runs.get(run));
        let story = run.and_then(|run| self.stories.get(&run.story));
        let model = model.as_ref().map(|name| HeldModel {
            name: name.clone(),
            asked_for: story.and_then(|story| story.profile.model.clone()),
        });
        let window = run.and_then(|run| match &run.outcome {
            Some(Outcome::Limited { window, .. }) => window.clone(),
            _ => None,
        });
        let ending = run.and_then(|run| run.ending.as_ref());
        let hold = Hold {
            account: account.clone(),
            model,
            window,
            until: until.unwrap_or_else(|| entry.at.plus_millis(WITHOUT_END_MS)),
            reset: if until.is_some() { *reset } else { ResetBasis::Guessed },
            known: ending.map_or(entry.at, |ending| ending.at),
            is_gone: false,
            probe: None,
        };
        self.holds.started(hold, entry.at, run.map(|run| run.started_at));
    }
}

/// Whether a story that came to this state must not start again by itself for an earlier request.
/// After a failed gate, a prompt that came meanwhile is the person's next request.
fn speaks_against(state: StoryState, reason: Option<Reason>) -> bool {
    match state {
        StoryState::NeedsYou => reason != Some(Reason::GateFailed),
        StoryState::Stopped | StoryState::Archived => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_slug_gets_a_number() {
        let mut state = State::default();
        state.slugs.extend(["a".to_owned(), "a-2".to_owned()]);
        assert_eq!(state.free_slug("A", |_| false).as_str(), "a-3");
        assert_eq!(state.free_slug("A", |name| name == "a-3").as_str(), "a-4");
    }
}
