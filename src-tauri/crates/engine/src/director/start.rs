//! Starts runs in three steps: a job prepares the run, the run is recorded, and a second job has a keeper
//! start it. A failure before the process lives is an outcome of the run (`start_failed`), so no request
//! is lost.

use super::jobs::JobReport;
use super::{Director, Live, not_found};
use crate::data_dir::write_private;
use crate::env::Environment;
use crate::error::{Error, Result};
use crate::job::launch::{Planned, Refusal, Start, launch};
use crate::job::prepare::{Earlier, Preparation, Prepared};
use crate::policy::admit;
use crate::policy::speak::launch_spec;
use crate::record::{Ending, RunStatus};
use crate::run::actor::{self, Assignment};
use crate::run::tail::Tail;
use crate::state::{RunRecord, StoryRecord};
use crate::story::change::Because;
use crate::story::table::StoryInput;
use agents::Agent;
use keeper::rundir::{Liveness, RunDir};
use protocol::{
    AccountId, InputKind, JobKind, JournalEvent, Outcome, RunId, RunKind, RunSpec, Seq, SessionId,
    Slug, StartFailedKind, StoryId,
};
use std::sync::Arc;

impl Director {
    /// Begins to prepare the next run of a story's agent. If that is not possible, the story's state
    /// tells why.
    ///
    /// # Errors
    /// If not even that can be recorded; then it is decided again.
    pub(super) fn start_or_explain(&mut self, story: &StoryId) -> Result<()> {
        match self.prepare(story) {
            Ok(()) => Ok(()),
            Err(error) => self.explain(story, &error),
        }
    }

    /// Records in the story's state why no run of it can be recorded.
    fn explain(&mut self, story: &StoryId, error: &Error) -> Result<()> {
        tracing::warn!(%story, %error, "a run could not be started");
        let over = StoryInput::RunOver {
            outcome: Outcome::StartFailed { why: StartFailedKind::Other },
            gates: false,
            question_lost: false,
        };
        self.apply(story, &StoryInput::Starting, Because::default())?;
        self.apply(story, &over, Because::default().detail(&error.to_string()))?;
        if self.state.stories.get(story).is_some_and(StoryRecord::rests_on_a_run) {
            // Otherwise it would be started again at once.
            self.leave_out(std::slice::from_ref(story))?;
        }
        Ok(())
    }

    /// Has a job prepare a run, or does nothing while a limit holds the account.
    fn prepare(&mut self, story: &StoryId) -> Result<()> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?.clone();
        let agent = agents::agent(&record.agent).ok_or_else(|| not_found("such agent"))?;
        let environment = self.environment_of(story, agent)?;
        let account = self.see_account(agent, &environment)?;
        if self.is_held(story, &account)? {
            return Ok(());
        }
        let preparation = Preparation {
            id: story.clone(),
            story: record,
            agent,
            earlier: self.earlier(story),
            environment,
            account,
            slug: self.run_slug(story),
            musher: self.program.clone(),
            dir: self.dir.clone(),
            writer: self.writer.clone(),
            versions: Arc::clone(&self.versions),
        };
        self.spawn(story, RunId::generate(), JobKind::Store, |reporter| async move {
            let prepared = preparation.run(|job| reporter.send(JobReport::Doing(job))).await;
            reporter.send(JobReport::Prepared(Box::new(prepared)));
        })
    }

    /// Returns the complete environment of a story's agent.
    ///
    /// # Errors
    /// If something is missing that the story was started with.
    fn environment_of(&self, story: &StoryId, agent: &dyn Agent) -> Result<Environment> {
        let spec = self.state.stories.get(story);
        let spec = spec.map(|record| launch_spec(record, SessionId::generate(), false));
        let own = spec.map(|spec| agent.launch(&spec).env).unwrap_or_default();
        let own: Vec<(&str, &str)> =
            own.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.environment_with(story, &own)
    }

    /// Returns where the conversation comes from that a story's next run resumes: from the story's runs, or from a
    /// person who named it. One that a person named is given up if the agent reported that it does not exist.
    fn earlier(&self, story: &StoryId) -> Earlier {
        let record = self.state.stories.get(story);
        let runs = record.map(StoryRecord::line).unwrap_or_default();
        let is_agent = |run: &&RunRecord| run.spec.kind == RunKind::Agent;
        let mut agents = runs.iter().filter_map(|run| self.state.runs.get(run)).filter(is_agent);
        let first = agents.next();
        match (first, agents.next_back().or(first)) {
            (Some(first), Some(last)) => {
                let named = first.spec.session.clone().filter(|_| first.spec.resumes);
                let named = named.filter(|_| !is_missing(last));
                Earlier::Runs { runs, named }
            }
            _ if record.is_some_and(StoryRecord::went_back) => Earlier::Nothing,
            _ => {
                let named = self.environments.get(story).and_then(|given| given.resume.clone());
                named.map_or(Earlier::Nothing, Earlier::Named)
            }
        }
    }

    /// Whether a limit holds the account; if so, the story is set to wait for it.
    fn is_held(&mut self, story: &StoryId, account: &AccountId) -> Result<bool> {
        let because = admit::held(&self.view(), story, account).map(admit::because);
        let is_held = because.is_some();
        if let Some(because) = because {
            self.apply(story, &StoryInput::Held, because)?;
        }
        Ok(is_held)
    }

    /// Takes a prepared run: records it and has a keeper start it.
    pub(super) fn prepared(
        &mut self,
        story: &StoryId,
        run: RunId,
        prepared: Result<Prepared>,
    ) -> Result<()> {
        let Prepared { planned, refusal } = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return self.explain(story, &error),
        };
        // A limit may have stopped another run of the account meanwhile.
        if let Some(account) = &planned.spec.account
            && self.is_held(story, account)?
        {
            return Ok(());
        }
        let input = self.agent_starting(story);
        self.record_start(story, &run, &planned.spec, &input, Because::default())?;
        match refusal.map_or_else(|| self.claim_session(&run, &planned.spec), Err) {
            Ok(()) => self.launch(story, run, planned),
            Err(refusal) => self.refused(run, &refusal),
        }
        Ok(())
    }

    fn see_account(&mut self, agent: &dyn Agent, environment: &Environment) -> Result<AccountId> {
        let spec = agent.account(&|name| environment.text(name));
        let method =
            spec.credential_variable.as_deref().or(spec.method.as_deref()).unwrap_or("login");
        let id = AccountId::new(format!(
            "{}:{}:{method}",
            agent.id(),
            spec.config_dir.as_deref().unwrap_or("default")
        ));
        if !self.state.accounts.contains_key(&id) {
            let seen = JournalEvent::AccountSeen {
                account: id.clone(),
                agent: agent.id(),
                config_dir: spec.config_dir,
                method: spec.method,
                credential_variable: spec.credential_variable,
            };
            self.record(None, None, seen)?;
        }
        Ok(id)
    }

    pub(super) fn run_slug(&self, story: &StoryId) -> Slug {
        match self.state.stories.get(story) {
            Some(record) => Slug::new(format!("{}.{}", record.slug, record.runs.len() + 1)),
            None => Slug::new("run"),
        }
    }

    /// Records that a run is about to be started, and the story's new state. If only the first could be
    /// recorded, the run never began; this is found when an actor is to follow it.
    pub(super) fn record_start(
        &mut self,
        story: &StoryId,
        run: &RunId,
        spec: &RunSpec,
        input: &StoryInput,
        because: Because,
    ) -> Result<()> {
        let starting = JournalEvent::RunStarting(Box::new(spec.clone()));
        self.record(Some(story), Some(run), starting)?;
        self.apply(story, input, Because { run: Some(run.clone()), ..because })
    }

    /// Has a keeper start a recorded run. From here on a failure ends the run or is tried again, because
    /// a process may live.
    pub(super) fn launch(&mut self, story: &StoryId, run: RunId, planned: Planned) {
        let keepers = Arc::clone(&self.keepers);
        let start = Start {
            run: run.clone(),
            story: story.clone(),
            dir: self.dir.run(&run),
            planned,
            held: self.starting.clone(),
        };
        let spawned = self.spawn(story, run.clone(), JobKind::Keeper, |reporter| async move {
            reporter.send(JobReport::Launched(launch(start, keepers).await));
        });
        if let Err(error) = spawned {
            self.refused(run, &Refusal::new(StartFailedKind::Other, &error));
        }
    }

    /// Ends a recorded run for which no process can be started.
    pub(super) fn refused(&mut self, run: RunId, refusal: &Refusal) {
        self.seen.endings.insert(run, Ending::start_failed(refusal.why, &refusal.words));
    }

    /// Takes the result of the keeper's start: an actor follows the run. If that fails, it is tried
    /// again.
    pub(super) fn launched(
        &mut self,
        run: RunId,
        launched: std::result::Result<Option<u32>, Refusal>,
    ) -> Result<()> {
        let process = match launched {
            Ok(process) => process,
            Err(refusal) => {
                self.refused(run, &refusal);
                return Ok(());
            }
        };
        self.follow(&run)?;
        self.started_here.insert(run.clone());
        match process {
            // Recorded at once, because the run may end before its actor reports the process.
            Some(pid) => self.record_of(&run, JournalEvent::RunStarted { pid }),
            None => Ok(()),
        }
    }

    /// Claims the conversation for a run: two live processes would silently corrupt it. A file names the
    /// run that has the conversation.
    fn claim_session(&self, run: &RunId, spec: &RunSpec) -> std::result::Result<(), Refusal> {
        let Some(session) = &spec.session else { return Ok(()) };
        let path = self.dir.sessions().join(format!("{session}.lock"));
        if let Ok(holder) = std::fs::read_to_string(&path) {
            let holder = RunId::new(holder.trim());
            let lives = self.state.live.contains(&holder) || may_live(&self.dir.run(&holder));
            if holder != *run && lives {
                let words = format!("another run has the conversation {session}; stop that first");
                return Err(Refusal::new(StartFailedKind::Session, &words));
            }
        }
        write_private(&path, run.as_str().as_bytes())
            .map_err(|error| Refusal::new(StartFailedKind::Other, &Error::io("write", path)(error)))
    }

    /// Starts the actor of a run.
    pub(super) fn follow(&mut self, run: &RunId) -> Result<()> {
        let record = self.state.runs.get(run).ok_or_else(|| not_found("such run"))?;
        let (spec, dir) = (&record.spec, self.dir.run(run));
        let is_command = matches!(spec.kind, RunKind::Gate | RunKind::Setup);
        let time_limit = is_command.then(|| self.command_time_left(record.started_at));
        let resend = record.inputs.iter().filter(|input| input.kind != InputKind::Close);
        let resend = resend.map(|input| (input.id.clone(), input.text.clone())).collect();
        let closed = record.is_closed();
        // A keeper takes a second stop as an order to kill, so a stop that it already has is not sent
        // again.
        let stop = record.stop.clone().filter(|_| matches!(dir.read_stop(), Ok(None)));
        let reports = self.inputs.clone();
        let reporting = run.clone();
        let assignment = Assignment {
            run: run.clone(),
            story: record.story.clone(),
            kind: spec.kind,
            agent: spec.agent.clone(),
            account: spec.account.clone(),
            tail: Tail::new(dir.clone(), &spec.decoder, spec.usage_baseline.clone()),
            dir,
            stored: Seq(0),
            resend,
            closed,
            stop,
            started_at: record.started_at,
            time_limit,
            writer: self.writer.clone(),
            clock: self.clock.clone(),
        };
        let actor = actor::start(assignment, move |report| {
            // If the director has ended, the next owner reads the same files.
            let _ = reports.send(super::Input::Report(reporting.clone(), report));
        })?;
        self.live.insert(run.clone(), Live { actor, reported: false });
        self.seen.runs.insert(run.clone(), RunStatus::default());
        Ok(())
    }

    pub(super) fn agent_of(&self, run: &RunId) -> Result<&'static dyn Agent> {
        let record = self.state.runs.get(run).ok_or_else(|| not_found("such run"))?;
        agents::agent(&record.spec.agent).ok_or_else(|| not_found("such agent"))
    }
}

/// Whether the agent of a run reported that the conversation does not exist.
fn is_missing(run: &RunRecord) -> bool {
    run.started && run.outcome == Some(Outcome::StartFailed { why: StartFailedKind::Session })
}

/// Whether the process of a run may still live. A keeper holds its lock a moment longer than the process
/// lives, and a lock file in an unknown state counts as held.
fn may_live(dir: &RunDir) -> bool {
    let held = match dir.liveness() {
        Liveness::Held => true,
        Liveness::Free => false,
        Liveness::Unknown => dir.lock_path().exists(),
    };
    held && !dir.read_exit().is_ok_and(|exit| exit.is_some())
}
