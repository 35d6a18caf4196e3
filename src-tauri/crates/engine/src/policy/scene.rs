//! The starting points of policy tests: a journal that the real [`State`] folds, the status of live runs,
//! and the time. Each fact goes through its line of JSON and each change through the state table, so that
//! no test starts from a state that a data directory cannot have.

use super::delete_logs::{Deletion, deletion};
use super::{Decision, Job, Seen, View, Wanted, admit, after_run, checkpoint};
use crate::record::{Ending, OpenQuestion, RunStatus};
use crate::state::State;
use crate::story::change::{Because, change};
use crate::story::table::{Change, StoryInput};
use protocol::{
    AccountId, AgentId, Answer, CheckpointCause, Config, DecoderId, InputKind, InputMode, JobKind,
    JournalEntry, JournalEvent, KeptRun, Outcome, PermissionChoice, Profile, PromptQueued,
    QuestionContent, QuestionId, QuestionKind, RunId, RunKind, RunSpec, SessionId, Slug, StoryId,
    Timestamp, ToolKind, UsageTotals,
};
use std::fmt::Write as _;

/// A journal and the facts in memory, as a test made them.
#[derive(Default)]
pub(super) struct Scene {
    pub(super) state: State,
    pub(super) seen: Seen,
    pub(super) config: Config,
    pub(super) now: Timestamp,
}

impl Scene {
    pub(super) fn view(&self) -> View<'_> {
        View { state: &self.state, seen: &self.seen, config: &self.config, now: self.now }
    }

    /// Records a fact, as it is read back from its line.
    pub(super) fn fact(
        &mut self,
        story: Option<&StoryId>,
        run: Option<&RunId>,
        event: JournalEvent,
    ) {
        let entry = JournalEntry {
            seq: self.state.last.next(),
            at: self.now,
            story: story.cloned(),
            run: run.cloned(),
            event,
        };
        let line = serde_json::to_string(&entry).unwrap();
        let read: JournalEntry = serde_json::from_str(&line).unwrap();
        assert_eq!(read, entry, "{line}");
        self.state.apply(&read);
    }

    /// Makes a story of the demo agent in its own folder, with its first prompt.
    pub(super) fn story(&mut self, name: &str, setting: impl FnOnce(&mut Setting)) -> StoryId {
        let story = StoryId::new(name);
        let mut chosen = Setting { dir: format!("/srv/{name}"), ..Setting::default() };
        setting(&mut chosen);
        let created = JournalEvent::StoryCreated {
            slug: Slug::new(name),
            title: name.to_owned(),
            project: "/work".to_owned(),
            root: Some(chosen.dir.clone()),
            dir: chosen.dir,
            branch: None,
            agent: AgentId::new("demo"),
            profile: Profile {
                permission: chosen.permission,
                model: chosen.model.map(str::to_owned),
                ..Profile::default()
            },
            gates: chosen.gates.iter().map(|gate| (*gate).to_owned()).collect(),
            set_up: chosen.set_up.iter().map(|line| (*line).to_owned()).collect(),
            resume_on_reset: chosen.resume_on_reset,
            made: None,
            environment: Vec::new(),
        };
        self.fact(Some(&story), None, created);
        self.prompt(&story, "first");
        story
    }

    pub(super) fn prompt(&mut self, story: &StoryId, text: &str) {
        let prompt = PromptQueued {
            id: format!("{story}-{text}"),
            text: text.to_owned(),
            by: protocol::Actor::You,
            comments: Vec::new(),
        };
        self.fact(Some(story), None, JournalEvent::PromptQueued(prompt));
    }

    /// Applies an input to a story's state, as the director does.
    pub(super) fn change(&mut self, story: &StoryId, input: &StoryInput, because: Because) {
        let record = &self.state.stories[story];
        let stands = (record.state, record.reason, record.until);
        if let Some(change) = change(stands, input, &because) {
            let event = because.recorded(change, self.now);
            self.fact(Some(story), None, event);
        }
    }

    /// Starts the next run of a story and sends the queued prompts.
    pub(super) fn agent(&mut self, story: &StoryId) -> RunId {
        let run = self.starting(story, None);
        self.change(story, &StoryInput::Starting, Because::default());
        self.started(story, &run);
        for (id, text) in self.state.stories[story].queue.clone() {
            self.input(story, &run, &id, InputKind::Prompt, &text);
        }
        run
    }

    /// Starts the next run of a story, whose agent waits for its prompt.
    pub(super) fn ready(&mut self, story: &StoryId) -> RunId {
        let run = self.starting(story, None);
        self.change(story, &StoryInput::Starting, Because::default());
        self.started(story, &run);
        self.status(&run).conversation.open = true;
        run
    }

    /// Records a checkpoint of a story.
    pub(super) fn checkpoint(
        &mut self,
        story: &StoryId,
        run: Option<&RunId>,
        because: CheckpointCause,
        prompt: Option<&str>,
    ) {
        let n = self.state.stories[story].checkpoints.last + 1;
        let (commit, tree, prompt) = (format!("c{n}"), "t".to_owned(), prompt.map(str::to_owned));
        let (left_out, more_left_out) = (Vec::new(), 0);
        let event =
            JournalEvent::Checkpoint { n, commit, tree, because, prompt, left_out, more_left_out };
        self.fact(Some(story), run, event);
    }

    /// Begins a checkpoint of a story's worktree.
    pub(super) fn holds(&mut self, story: &StoryId) {
        let order = checkpoint::Wanted {
            story: story.clone(),
            run: None,
            because: CheckpointCause::Asked,
            prompt: None,
        };
        let place = self.state.stories[story].place().to_owned();
        let job = checkpoint::Job { order, since: self.now, done: None };
        self.seen.checkpoints.jobs.insert(place, job);
    }

    /// Has a person restore everything in the worktree of a new story, which rests.
    pub(super) fn restores(&mut self, name: &str) {
        let story = self.story(name, |_| ());
        let run = self.agent(&story);
        self.ended(&run, Outcome::Succeeded);
        after_run::decide(&self.view(), &story).into_iter().for_each(|it| self.perform(it));
        let place = self.state.stories[&story].place().to_owned();
        let restore = checkpoint::Restore {
            goes_back: false,
            story,
            n: 1,
            paths: Vec::new(),
            before: None,
            is_begun: false,
            done: None,
        };
        self.seen.checkpoints.restores.insert(place, restore);
    }

    /// Starts a gate's run.
    pub(super) fn gate(&mut self, story: &StoryId, number: u32) -> RunId {
        let run = self.starting(story, Some(number));
        self.change(story, &StoryInput::GateStarting, Because::default());
        self.started(story, &run);
        run
    }

    /// Starts a run that prepares a story's worktree.
    pub(super) fn set_up(&mut self, story: &StoryId, number: u32) -> RunId {
        let run = self.starting_as(story, RunKind::Setup, None, Some(number));
        self.change(story, &StoryInput::SetUpStarting, Because::default());
        self.started(story, &run);
        run
    }

    /// Records a run of an agent or a gate whose process does not exist yet.
    pub(super) fn starting(&mut self, story: &StoryId, gate: Option<u32>) -> RunId {
        let kind = gate.map_or(RunKind::Agent, |_| RunKind::Gate);
        self.starting_as(story, kind, gate, None)
    }

    fn starting_as(
        &mut self,
        story: &StoryId,
        kind: RunKind,
        gate: Option<u32>,
        set_up: Option<u32>,
    ) -> RunId {
        let number = self.state.stories[story].runs.len() + 1;
        let run = RunId::new(format!("{story}.{number}"));
        let is_agent = kind == RunKind::Agent;
        let facts = RunSpec {
            slug: Slug::new(run.as_str()),
            kind,
            agent: AgentId::new("demo"),
            decoder: DecoderId::new("demo/1"),
            account: is_agent.then(|| AccountId::new("demo")),
            session: is_agent.then(|| SessionId::new("talk")),
            resumes: number > 1,
            argv: vec!["demo".to_owned()],
            usage_baseline: UsageTotals::default(),
            gate,
            set_up,
            input: InputMode::default(),
            incomplete: false,
        };
        self.fact(Some(story), Some(&run), JournalEvent::RunStarting(Box::new(facts)));
        run
    }

    fn started(&mut self, story: &StoryId, run: &RunId) {
        self.fact(Some(story), Some(run), JournalEvent::RunStarted { pid: 7 });
        self.seen.runs.insert(run.clone(), RunStatus { process: Some(7), ..RunStatus::default() });
    }

    pub(super) fn input(
        &mut self,
        story: &StoryId,
        run: &RunId,
        id: &str,
        kind: InputKind,
        text: &str,
    ) {
        let (id, text) = (id.to_owned(), text.to_owned());
        let event = JournalEvent::Input { id, kind, text, question: None, answer: None, by: None };
        self.fact(Some(story), Some(run), event);
    }

    /// Has the agent of a live run ask.
    pub(super) fn asks(&mut self, run: &RunId, request: &str) {
        let open = OpenQuestion {
            request: request.to_owned(),
            content: QuestionContent {
                tool_kind: ToolKind::Command,
                title: format!("cargo {request}"),
                ..QuestionContent::new(QuestionKind::Permission, "Bash")
            },
            input: serde_json::Value::Null,
            at: self.now,
        };
        self.status(run).questions.push(open);
    }

    /// Has a person allow what was asked.
    pub(super) fn answered(&mut self, run: &RunId, request: &str) {
        let (question, answer) = (QuestionId::of(run, request), Answer::allow());
        let (run, by) = (run.clone(), protocol::Actor::You);
        self.perform(Decision::Answer { run, question, answer, by });
    }

    /// Returns the newest run of the only story.
    pub(super) fn last_run(&self) -> RunId {
        let story = self.state.stories.values().next().unwrap();
        story.runs.last().unwrap().clone()
    }

    /// Begins a job for a run.
    pub(super) fn working(&mut self, run: &RunId, job: JobKind) {
        let story = self.state.runs[run].story.clone();
        let job = Job { run: run.clone(), job, since: self.now };
        self.seen.jobs.insert(story, job);
    }

    /// The status of a live run, to be changed.
    pub(super) fn status(&mut self, run: &RunId) -> &mut RunStatus {
        self.seen.runs.get_mut(run).unwrap()
    }

    /// Ends a run.
    pub(super) fn ended(&mut self, run: &RunId, outcome: Outcome) {
        self.end(run, outcome, false);
    }

    /// Has the actor report that the run is over.
    pub(super) fn report_end(&mut self, run: &RunId, outcome: Outcome) {
        let ending = Ending { outcome, ..Ending::lost("") };
        self.seen.runs.remove(run);
        self.seen.endings.insert(run.clone(), ending);
    }

    /// Begins a job for the story's next run.
    pub(super) fn prepares(&mut self, story: &StoryId) {
        let run = RunId::new("next");
        let job = Job { run, job: JobKind::Git, since: self.now };
        self.seen.jobs.insert(story.clone(), job);
    }

    /// Ends a run with a success in which a question was closed without an answer.
    pub(super) fn lost_question(&mut self, run: &RunId) {
        self.end(run, Outcome::Succeeded, true);
    }

    fn end(&mut self, run: &RunId, outcome: Outcome, question_lost: bool) {
        let story = self.state.runs[run].story.clone();
        let summary = format!("how {run} ended");
        let evidence = Box::new(protocol::Evidence { summary, ..Default::default() });
        let event = JournalEvent::RunEnded {
            outcome,
            evidence,
            question_lost,
            ended_at: None,
            unheard: Vec::new(),
        };
        self.fact(Some(&story), Some(run), event);
        self.seen.runs.remove(run);
    }

    /// Carries out what a policy decides until it comes to rest. Returns what is `wanted` of its decisions.
    pub(super) fn settle<T>(
        &mut self,
        decide: fn(&View<'_>) -> Vec<Decision>,
        wanted: impl Fn(&Decision) -> Option<T>,
    ) -> Vec<T> {
        let mut all = Vec::new();
        for _ in 0..9 {
            let decisions = decide(&self.view());
            if decisions.is_empty() {
                return all;
            }
            all.extend(decisions.iter().filter_map(&wanted));
            decisions.into_iter().for_each(|decision| self.perform(decision));
        }
        panic!("no rest: {:?}", decide(&self.view()));
    }

    /// Carries out a decision as the director does, as far as the journal shows it.
    pub(super) fn perform(&mut self, decision: Decision) {
        match decision {
            Decision::Change { story, input, because } => self.change(&story, &input, *because),
            Decision::Follow { run } => {
                self.seen.runs.insert(run, RunStatus::default());
            }
            Decision::Started { run, pid } => {
                let story = self.state.runs[&run].story.clone();
                self.fact(Some(&story), Some(&run), JournalEvent::RunStarted { pid });
            }
            Decision::End { run } => {
                let ending = self.seen.endings.remove(&run).unwrap();
                self.end(&run, ending.outcome, ending.question_lost);
            }
            Decision::Unreadable { run } => drop(self.seen.unreadable.remove(&run)),
            Decision::Answer { run, question, answer, by } => {
                let story = self.state.runs[&run].story.clone();
                let event = JournalEvent::Input {
                    id: format!("answer-{question}"),
                    kind: InputKind::Answer,
                    text: "{}".to_owned(),
                    question: Some(question),
                    answer: Some(answer),
                    by: Some(by),
                };
                self.fact(Some(&story), Some(&run), event);
            }
            Decision::Write { run, input } => {
                let story = self.state.runs[&run].story.clone();
                self.input(&story, &run, &input.id, input.kind, &input.text);
            }
            Decision::Hold { account, model, run, until, reset } => {
                let until = Some(until);
                let started = JournalEvent::HoldStarted { account, model, until, reset };
                self.fact(None, Some(&run), started);
            }
            Decision::Release { account, model } => {
                self.fact(None, None, JournalEvent::HoldEnded { account, model });
            }
            Decision::Claim { story, reset } => {
                self.fact(Some(&story), None, JournalEvent::ResumeClaimed { reset });
            }
            Decision::Prompt { story, prompt } => {
                self.fact(Some(&story), None, JournalEvent::PromptQueued(prompt));
            }
            Decision::Checkpoint(checkpoint::Wanted { story, run, because, prompt }) => {
                self.checkpoint(&story, run.as_ref(), because, prompt.as_deref());
                let n = self.state.stories[&story].checkpoints.last;
                let steps = self.seen.finishes.steps.values_mut();
                steps.filter(|step| step.story == story).for_each(|step| step.before = Some(n));
                self.seen.finishes.after.remove(&story);
                let place = self.state.stories[&story].place().to_owned();
                self.seen.checkpoints.note(&place, self.now, self.now);
            }
            Decision::Checkpointed { place } => {
                self.seen.checkpoints.jobs.remove(&place);
            }
            Decision::Restore { place } => {
                self.seen.checkpoints.restores.get_mut(&place).unwrap().is_begun = true;
            }
            Decision::Restored { place } => {
                self.seen.checkpoints.restores.remove(&place);
            }
            Decision::Finish { place } => {
                self.seen.finishes.steps.get_mut(&place).unwrap().is_begun = true;
            }
            Decision::Finished { place } => {
                self.seen.finishes.steps.remove(&place);
            }
            Decision::FinishLeft { story } => {
                let ended = JournalEvent::FinishEnded {
                    n: 1,
                    done: None,
                    fault: None,
                    output: String::new(),
                };
                self.fact(Some(&story), None, ended);
            }
            Decision::Prune { story, numbers } => {
                self.fact(Some(&story), None, JournalEvent::CheckpointsPruned { numbers });
            }
            Decision::RemovePruned { story } => {
                self.fact(Some(&story), None, JournalEvent::PrunedRemoved {});
            }
            Decision::Measure { story } => {
                let held = self.state.stories[&story].checkpoints.unmeasured;
                let checkpoint = held.map_or(0, |(n, _)| n);
                let work = protocol::Work { checkpoint, ..protocol::Work::default() };
                self.fact(None, None, JournalEvent::WorkMeasured { story, work });
            }
            Decision::Measured => self.seen.measuring = None,
            Decision::Forecast { story } => self.compared(&story),
            Decision::Forecasted { project } => drop(self.seen.forecasting.remove(&project)),
            Decision::TellCollision { story, with } => self.reported(&story, with),
            Decision::RemoveLogs { story } => {
                self.fact(Some(&story), None, JournalEvent::LogsRemoved {});
            }
            Decision::Start { story, run: Wanted::Agent } => self.start(&story),
            Decision::Start { story, run: Wanted::Gate(number) } => {
                drop(self.gate(&story, number));
            }
            Decision::Start { story, run: Wanted::SetUp(number) } => {
                drop(self.set_up(&story, number));
            }
        }
    }

    /// Starts a story's agent, or has it wait for its account.
    fn start(&mut self, story: &StoryId) {
        let held = admit::held(&self.view(), story, &AccountId::new("demo")).map(admit::because);
        match held {
            Some(because) => self.change(story, &StoryInput::Held, because),
            None => drop(self.agent(story)),
        }
    }

    /// Records that the logs of a story's runs are deleted, if they may be.
    pub(super) fn deletes(&mut self, story: &StoryId) {
        let Deletion::Of(runs) = deletion(&self.view(), story) else { return };
        let kept = |run| KeptRun::nothing_of(run, DecoderId::new("demo/1"));
        let runs = runs.into_iter().map(kept).collect();
        self.fact(Some(story), None, JournalEvent::LogsDeleted { bytes: 0, runs });
    }

    /// Ends a run because of a limit that resets at this time, and does what follows.
    pub(super) fn limited(&mut self, run: &RunId, until: Timestamp) {
        self.ended(
            run,
            Outcome::Limited { window: None, name: None, until: Some(until), model: None },
        );
        for decision in after_run::decide(&self.view(), &self.state.runs[run].story) {
            self.perform(decision);
        }
    }

    /// Prints decisions, one per line; a change with the story's new state.
    pub(super) fn words(&self, decisions: &[Decision]) -> String {
        let mut lines = String::new();
        for decision in decisions {
            writeln!(lines, "    {}", self.word(decision)).unwrap();
        }
        if decisions.is_empty() { "    nothing\n".to_owned() } else { lines }
    }

    fn word(&self, decision: &Decision) -> String {
        match decision {
            Decision::Change { story, input, because } => {
                let record = &self.state.stories[story];
                let stands = (record.state, record.reason, record.until);
                let change = change(stands, input, because);
                let becomes = change.map_or("stays as it is".to_owned(), changed);
                format!("{story} {becomes}{}", self.because(because))
            }
            Decision::Follow { run } => format!("follow {run}"),
            Decision::Started { run, pid } => format!("{run} has the process {pid}"),
            Decision::End { run } => format!("{run} ended"),
            Decision::Unreadable { run } => format!("{run} cannot be read"),
            Decision::Answer { question, answer, by, .. } => {
                format!("answer {question}: {:?} by {by:?}", answer.behavior)
            }
            Decision::Write { run, input } => format!("{run} gets {}", input.id),
            Decision::Hold { account, model, run, until, reset } => {
                let (until, model) = (until.since(self.now), of_model(model));
                format!("hold {account}{model} until {until} ({reset:?}) because of {run}")
            }
            Decision::Release { account, model } => {
                format!("release {account}{}", of_model(model))
            }
            Decision::Claim { story, reset } => {
                let reset = reset.map(|reset| reset.since(self.now));
                format!("{story} claims {reset:?}")
            }
            Decision::Prompt { story, prompt } => format!("{story} prompt {prompt:?}"),
            Decision::Checkpoint(checkpoint::Wanted { story, run, because, prompt }) => {
                let run = run.as_ref().map(|run| format!(" of {run}")).unwrap_or_default();
                let prompt = prompt.as_ref().map(|it| format!(" {it}")).unwrap_or_default();
                format!("{story} is held{run}: {because:?}{prompt}")
            }
            Decision::Checkpointed { place } => format!("what became of {place} is recorded"),
            Decision::Restore { place } => format!("{place} is restored"),
            Decision::Restored { place } => format!("the restore of {place} is recorded"),
            Decision::Finish { place } => format!("the step in {place} begins"),
            Decision::Finished { place } => format!("the step in {place} is recorded"),
            Decision::FinishLeft { story } => format!("what {story} began is not known"),
            Decision::Prune { story, numbers } => format!("{story} keeps no {numbers:?}"),
            Decision::RemovePruned { story } => {
                format!("{story} has its pruned checkpoints removed")
            }
            Decision::Measure { story } => format!("{story} has its work measured"),
            Decision::Measured => "what was measured is recorded".to_owned(),
            Decision::Forecast { story } => format!("{story} is compared with the others"),
            Decision::Forecasted { project } => {
                format!("what was compared in {project} is recorded")
            }
            Decision::TellCollision { story, with } => format!("{story} is told of {with}"),
            Decision::RemoveLogs { story } => format!("{story} has its logs removed"),
            Decision::Start { story, run } => format!("{story} starts {run:?}"),
        }
    }

    fn because(&self, because: &Because) -> String {
        let mut words = String::new();
        let times = [("since", because.since), ("until", because.until)];
        for (name, time) in times.iter().filter_map(|(name, time)| Some((name, (*time)?))) {
            write!(words, " {name} {}", time.since(self.now)).unwrap();
        }
        if because.until.is_some() {
            write!(words, " ({:?})", because.reset).unwrap();
        }
        if let Some(run) = &because.run {
            write!(words, " by {run}").unwrap();
        }
        if let Some(detail) = &because.detail {
            write!(words, " \"{detail}\"").unwrap();
        }
        if let Some(about) = &because.about {
            write!(words, " {}", serde_json::to_string(about).unwrap()).unwrap();
        }
        words
    }
}

fn of_model(model: &Option<String>) -> String {
    model.as_ref().map(|model| format!(" for {model}")).unwrap_or_default()
}

fn changed(Change { state, reason, notification }: Change) -> String {
    let reason = reason.map(|reason| format!("({reason:?})")).unwrap_or_default();
    let shown = notification.map(|kind| format!(" !{kind:?}")).unwrap_or_default();
    format!("-> {state:?}{reason}{shown}")
}

/// The properties of a new story.
#[derive(Default)]
pub(super) struct Setting {
    pub(super) dir: String,
    pub(super) permission: PermissionChoice,
    pub(super) model: Option<&'static str>,
    pub(super) gates: Vec<&'static str>,
    pub(super) set_up: Vec<&'static str>,
    pub(super) resume_on_reset: bool,
}

/// The cases of a table, and the decisions of each.
#[derive(Default)]
pub(super) struct Table(String);

impl Table {
    /// The time at which each case begins.
    pub(super) const BEGIN: Timestamp = Timestamp::from_millis(1_000_000_000);

    /// Adds a case: makes a scene and asks a policy.
    pub(super) fn case(&mut self, name: &str, decide: impl FnOnce(&mut Scene) -> Vec<Decision>) {
        let mut scene = Scene { now: Self::BEGIN, ..Scene::default() };
        let decisions = decide(&mut scene);
        write!(self.0, "{name}\n{}", scene.words(&decisions)).unwrap();
    }

    pub(super) fn text(self) -> String {
        self.0
    }
}
