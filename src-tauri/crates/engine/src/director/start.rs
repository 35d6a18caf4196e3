//! Starting runs: what is to be run is settled and recorded first, then a keeper starts it. Whatever
//! goes wrong before the process lives is an outcome of the run (`start_failed`), never a lost click.

use super::requests::works_there;
use super::{Director, Live, Unrecorded, not_found};
use crate::data_dir::write_private;
use crate::env::Environment;
use crate::error::{Error, Result};
use crate::git;
use crate::policy::admit;
use crate::policy::speak::launch_spec;
use crate::programs;
use crate::record::RunStatus;
use crate::run::actor::{self, Assignment};
use crate::run::messages::Report;
use crate::run::tail::Tail;
use crate::runtime;
use crate::state::RunRecord;
use crate::store::read::Reader;
use crate::story::change::Because;
use crate::story::table::StoryInput;
use agents::{Agent, Interrupt};
use keeper::launch::LaunchError;
use keeper::rundir::{Liveness, RunDir};
use keeper::spec::{self, Spec};
use protocol::{
    AccountId, Evidence, InputKind, JournalEvent, Outcome, RunId, RunKind, RunSpecFacts, Seq,
    SessionId, Slug, StartFailedKind, StoryId, UsageTotals,
};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A run that is about to be started.
pub(super) struct Planned {
    pub(super) facts: RunSpecFacts,
    pub(super) cwd: PathBuf,
    pub(super) environment: Environment,
    pub(super) interrupt: spec::Interrupt,
    pub(super) time_limit: Option<Duration>,
    pub(super) end_descendants: bool,
}

impl Director {
    /// Starts the agent of a story, in its conversation if it has one. What prevents that is told by the story's
    /// state.
    ///
    /// # Errors
    /// When not even that can be recorded; then it is decided again.
    pub(super) fn start_or_explain(&mut self, story: &StoryId) -> Result<()> {
        let resume = self.resumable_session(story);
        let Err(error) = resume.and_then(|resume| self.start_agent(story, resume)) else {
            return Ok(());
        };
        tracing::warn!(%story, %error, "a run could not be started");
        let over = StoryInput::RunOver {
            outcome: Outcome::StartFailed { why: StartFailedKind::Other },
            gates: false,
            question_lost: false,
        };
        self.apply(story, &StoryInput::Starting, Because::default())?;
        self.apply(story, &over, Because::default().detail(&error.to_string()))
    }

    /// The conversation that a new story is to go on with, if a person named one. Else the conversation that
    /// the story's last agent run was in at its end, if there is one: that run
    /// was to go on with it, or its agent spoke in it. The agent's own word decides, because a fork and
    /// a cleared conversation go on under another id than they began with. When the store cannot say,
    /// nothing is started: a fresh conversation would lose what was said before. One that the agent
    /// itself does not know any more, and said so, cannot be lost again.
    fn resumable_session(&self, story: &StoryId) -> Result<Option<SessionId>> {
        let Some(last) = self.state.last_agent_run(story) else {
            return Ok(self.handed_over.get(story).and_then(|handed| handed.resume.clone()));
        };
        let facts = &last.facts;
        if is_missing(last) {
            return Ok(None);
        }
        self.writer.flush()?;
        let reader = Reader::open(&self.dir.store())?;
        let Some(session) = reader.story(story.as_str())?.session else { return Ok(None) };
        Ok((facts.resumes || reader.has_spoken(&session)?).then_some(session))
    }

    fn start_agent(&mut self, story: &StoryId, resume: Option<SessionId>) -> Result<()> {
        let Some(planned) = self.plan_agent(story, resume)? else { return Ok(()) };
        if let Some(run) =
            self.record_start(story, &planned, &StoryInput::Starting, Because::default())?
        {
            self.launch(story, &run, planned);
        }
        Ok(())
    }

    /// Settles what is to be run. Gives nothing when a limit holds the account: then the story waits for it.
    fn plan_agent(
        &mut self,
        story: &StoryId,
        resume: Option<SessionId>,
    ) -> Result<Option<Planned>> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?.clone();
        let agent = agents::agent(&record.agent).ok_or_else(|| not_found("such agent"))?;
        let cwd = PathBuf::from(&record.dir);
        let handed = self.handed_over.get(story).cloned().unwrap_or_default();
        let base = handed.environment.unwrap_or_else(|| self.environment.clone());
        let session = resume.clone().unwrap_or_else(SessionId::generate);
        let launch = agent.launch(&launch_spec(&record, session.clone(), resume.is_some()));
        let launch_env = launch.env.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let set = handed.set.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let environment = base.for_agent(launch_env.chain(set));
        let program = self.program_of(agent, record.profile.bin.as_deref(), &environment, &cwd);
        let account = self.see_account(agent, &environment)?;
        if let Some(because) = admit::held(&self.view(), story, &account).map(admit::because) {
            self.apply(story, &StoryInput::Held, because)?;
            return Ok(None);
        }
        let usage_baseline = match &resume {
            Some(session) => {
                self.saved_usage(agent, Path::new(&program), &environment, &cwd, session)?
            }
            None => UsageTotals::default(),
        };
        let incomplete = match &resume {
            Some(session) => Reader::open(&self.dir.store())?.is_incomplete(session)?,
            None => false,
        };
        let argv = std::iter::once(program).chain(launch.argv).collect();
        Ok(Some(Planned {
            facts: RunSpecFacts {
                slug: self.run_slug(story),
                kind: RunKind::Agent,
                agent: agent.id(),
                decoder: agent.decoder(),
                account: Some(account),
                session: Some(session),
                resumes: resume.is_some(),
                argv,
                usage_baseline,
                gate: None,
                input: launch.input,
                incomplete,
            },
            cwd,
            environment,
            interrupt: match launch.interrupt {
                Interrupt::Bytes(bytes) => spec::Interrupt::Bytes { bytes, then_close_input: true },
                Interrupt::Signal => spec::Interrupt::Signal { name: "SIGINT".to_owned() },
            },
            time_limit: None,
            end_descendants: record.profile.end_descendants,
        }))
    }

    /// The program to run. One that is not found stays a bare name, which the keeper refuses with the
    /// right words.
    fn program_of(
        &self,
        agent: &dyn Agent,
        chosen: Option<&str>,
        environment: &Environment,
        cwd: &Path,
    ) -> String {
        match chosen {
            Some(path) => path.to_owned(),
            // It is part of this program.
            None if agent.program().programs.is_empty() => self.program.display().to_string(),
            None => match programs::find(agent, environment, Some(cwd)) {
                Ok(path) => path.display().to_string(),
                Err(not_found) => not_found.program.to_owned(),
            },
        }
    }

    fn see_account(&mut self, agent: &dyn Agent, environment: &Environment) -> Result<AccountId> {
        let facts = agent.account(&|name| environment.text(name));
        let method =
            facts.credential_variable.as_deref().or(facts.method.as_deref()).unwrap_or("login");
        let id = AccountId::new(format!(
            "{}:{}:{method}",
            agent.id(),
            facts.config_dir.as_deref().unwrap_or("default")
        ));
        if !self.state.accounts.contains(&id) {
            let seen = JournalEvent::AccountSeen {
                account: id.clone(),
                agent: agent.id(),
                config_dir: facts.config_dir,
                method: facts.method,
                credential_variable: facts.credential_variable,
            };
            self.record(None, None, seen)?;
        }
        Ok(id)
    }

    /// The conversation's account before the run, where the agent keeps one and will go on from it.
    fn saved_usage(
        &mut self,
        agent: &dyn Agent,
        program: &Path,
        environment: &Environment,
        cwd: &Path,
        session: &SessionId,
    ) -> Result<UsageTotals> {
        let home = environment.home().unwrap_or_default();
        let real = std::fs::canonicalize(cwd).unwrap_or_else(|_| cwd.to_owned());
        let cwd = real.to_string_lossy();
        let Some(path) =
            agent.saved_usage_path(&|name| environment.text(name), &home, &cwd, session)
        else {
            return Ok(UsageTotals::default());
        };
        let file = match std::fs::File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(UsageTotals::default());
            }
            Err(error) => return Err(Error::io("read", path)(error)),
        };
        let version = self.versions.of(agent, program, environment);
        let saved = agent
            .saved_usage(version.as_deref(), &mut BufReader::new(file))
            .map_err(Error::io("read", path))?;
        Ok(saved.unwrap_or_default())
    }

    pub(super) fn run_slug(&self, story: &StoryId) -> Slug {
        match self.state.stories.get(story) {
            Some(record) => Slug::new(format!("{}.{}", record.slug, record.runs.len() + 1)),
            None => Slug::new("run"),
        }
    }

    /// Records that a run is about to be started, and what that makes of the story. Gives no run when
    /// the second half was refused: then nothing is started, and both halves are tried again.
    pub(super) fn record_start(
        &mut self,
        story: &StoryId,
        planned: &Planned,
        input: &StoryInput,
        because: Because,
    ) -> Result<Option<RunId>> {
        let run = RunId::generate();
        let starting = JournalEvent::RunStarting(Box::new(planned.facts.clone()));
        self.record(Some(story), Some(&run), starting)?;
        let because = Because { run: Some(run.clone()), ..because };
        match self.apply(story, input, because) {
            Ok(()) => Ok(Some(run)),
            Err(error) => {
                tracing::error!(%run, %error, "the journal refuses; the start is tried again");
                self.unrecorded.push_back(Unrecorded::Report(run, Box::new(Report::NeverStarted)));
                Ok(None)
            }
        }
    }

    /// Has a keeper start a recorded run, and an actor follow it. From here on whatever fails is the
    /// run's own end or is tried again: a process may live.
    pub(super) fn launch(&mut self, story: &StoryId, run: &RunId, planned: Planned) {
        let facts = planned.facts.clone();
        let time_limit = planned.time_limit;
        let process = match self.start_process(story, run, planned) {
            Ok(process) => process,
            Err(Refusal { why, words }) => {
                return self.report(run.clone(), Report::NeverRan { why, words });
            }
        };
        let dir = self.dir.run(run);
        if let Err(error) = self.follow(story, run, dir, &facts, time_limit) {
            tracing::error!(%run, %error, "a run could not be followed; it is tried again");
            return self.unrecorded.push_back(Unrecorded::Adopt(run.clone()));
        }
        let seen = self.process_seen(story, run, process);
        if let Err(error) = seen {
            // The actor tells of the process again, and then so does this.
            tracing::error!(%run, %error, "the journal refuses");
        }
    }

    /// Starts the process and gives its id where that is known already, or says why none was started.
    fn start_process(
        &mut self,
        story: &StoryId,
        run: &RunId,
        planned: Planned,
    ) -> std::result::Result<Option<u32>, Refusal> {
        let other = |error: &dyn std::fmt::Display| Refusal::new(StartFailedKind::Other, error);
        self.check_place(story, &planned)?;
        self.claim_session(run, &planned.facts)?;
        let program = planned.facts.argv.first().cloned().unwrap_or_default();
        if !Path::new(&program).is_absolute() {
            let agent = agents::agent(&planned.facts.agent);
            let how = agent.map_or("", |agent| agent.program().how_to_get);
            let words = format!("{program} was not found in PATH nor in its usual places. {how}");
            return Err(Refusal::new(StartFailedKind::Missing, &words));
        }
        self.check_fit(story, &planned, Path::new(&program))?;
        let dir = self.dir.run(run);
        dir.create(&spec_of(run, story, &planned)).map_err(|error| other(&error))?;
        match self.start_keeper(&dir, planned.environment) {
            Err(error @ (LaunchError::Keeper { .. } | LaunchError::Refused { .. })) => {
                Err(other(&error))
            }
            // Whether it runs, and why not, stands in the run's directory, where the actor reads it.
            Err(LaunchError::StartFailed { .. } | LaunchError::Silent | LaunchError::RunDir(_)) => {
                Ok(None)
            }
            Ok(process) => Ok(process),
        }
    }

    /// The program is new enough to be spoken to, and has what the story's profile asks for.
    fn check_fit(
        &mut self,
        story: &StoryId,
        planned: &Planned,
        program: &Path,
    ) -> std::result::Result<(), Refusal> {
        let facts = &planned.facts;
        let Some(agent) = agents::agent(&facts.agent).filter(|_| facts.kind == RunKind::Agent)
        else {
            return Ok(());
        };
        let version = match agent.program().oldest {
            Some(_) => self.versions.of(agent, program, &planned.environment),
            None => None,
        };
        let record = self.state.stories.get(story);
        let spec = record.zip(facts.session.clone());
        let spec = spec.map(|(story, session)| launch_spec(story, session, facts.resumes));
        let too_old = version.and_then(|version| agent.program().too_old(&version));
        match too_old.or_else(|| agent.unfit(&spec?)) {
            Some(why) => Err(Refusal::new(StartFailedKind::Other, &why)),
            None => Ok(()),
        }
    }

    /// An agent works in the worktree that its story was made for, alone. A folder that is gone is for
    /// the keeper to refuse.
    fn check_place(&self, story: &StoryId, planned: &Planned) -> std::result::Result<(), Refusal> {
        let Some(record) = self.state.stories.get(story) else { return Ok(()) };
        if planned.facts.kind != RunKind::Agent || !planned.cwd.is_dir() {
            return Ok(());
        }
        if let Some((_, other)) = admit::works_there(&self.view(), story) {
            return Err(Refusal::new(StartFailedKind::Cwd, &works_there(other)));
        }
        let Some(root) = &record.root else { return Ok(()) };
        let checkout = runtime::wait(git::checkout(&planned.cwd))
            .map_err(Error::Thread)
            .flatten()
            .map_err(|error| Refusal::new(StartFailedKind::Cwd, &error))?;
        match checkout.root == Path::new(root) {
            true => Ok(()),
            false => Err(Refusal::new(
                StartFailedKind::Cwd,
                &format!(
                    "{} belongs to {} now; the story was made for {root}",
                    planned.cwd.display(),
                    checkout.root.display(),
                ),
            )),
        }
    }

    fn start_keeper(
        &mut self,
        dir: &RunDir,
        environment: Environment,
    ) -> std::result::Result<Option<u32>, LaunchError> {
        let keeper = match &self.keeper {
            Some(keeper) if keeper.is_file() => keeper.clone(),
            _ => {
                let installed =
                    keeper::launch::install(&self.program, &self.dir.bin()).map_err(|source| {
                        LaunchError::Keeper { program: self.program.clone(), source }
                    })?;
                self.keeper.insert(installed).clone()
            }
        };
        let facts = keeper::launch::launch(&keeper, dir, environment.into_pairs())?;
        Ok(facts.child.map(|child| child.pid))
    }

    /// Records the end of a run whose process never lived.
    pub(super) fn never_ran(
        &mut self,
        story: &StoryId,
        run: &RunId,
        why: StartFailedKind,
        words: &str,
    ) -> Result<()> {
        self.let_go(run);
        let evidence = Evidence { summary: words.to_owned(), ..Evidence::default() };
        let ended = JournalEvent::RunEnded {
            outcome: Outcome::StartFailed { why },
            evidence: Box::new(evidence),
            question_lost: false,
            ended_at: None,
        };
        if self.state.runs.get(run).is_some_and(|record| record.outcome.is_none()) {
            self.record(Some(story), Some(run), ended)?;
        }
        Ok(())
    }

    /// One live process per conversation: two would silently corrupt it. The file names the run that
    /// has it.
    fn claim_session(&self, run: &RunId, facts: &RunSpecFacts) -> std::result::Result<(), Refusal> {
        let Some(session) = &facts.session else { return Ok(()) };
        let path = self.dir.sessions().join(format!("{session}.lock"));
        if let Ok(holder) = std::fs::read_to_string(&path) {
            let holder = RunId::new(holder.trim());
            if holder != *run && may_live(&self.dir.run(&holder)) {
                let words = format!("another run has the conversation {session}; stop that first");
                return Err(Refusal::new(StartFailedKind::Session, &words));
            }
        }
        write_private(&path, run.as_str().as_bytes())
            .map_err(|error| Refusal::new(StartFailedKind::Other, &Error::io("write", path)(error)))
    }

    /// Gives a run its actor.
    pub(super) fn follow(
        &mut self,
        story: &StoryId,
        run: &RunId,
        dir: RunDir,
        facts: &RunSpecFacts,
        time_limit: Option<Duration>,
    ) -> Result<()> {
        let record = self.state.runs.get(run).ok_or_else(|| not_found("such run"))?;
        let resend = record.inputs.iter().filter(|input| input.kind != InputKind::Close);
        let resend = resend.map(|input| (input.id.clone(), input.text.clone())).collect();
        let closed = record.is_closed();
        // A keeper takes a second stop for an order to kill, so it gets none that it has.
        let stop = record.stop.clone().filter(|_| matches!(dir.read_stop(), Ok(None)));
        let reports = self.inputs.clone();
        let reporting = run.clone();
        let assignment = Assignment {
            run: run.clone(),
            story: story.clone(),
            kind: facts.kind,
            agent: facts.agent.clone(),
            account: facts.account.clone(),
            tail: Tail::new(dir.clone(), &facts.decoder, facts.usage_baseline.clone()),
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
            // A director that is gone has let go of the run; the next owner reads the same files.
            let _ = reports.send(super::Input::Report(reporting.clone(), report));
        })?;
        self.live.insert(run.clone(), Live { actor, reported: false });
        self.seen.runs.insert(run.clone(), RunStatus::default());
        Ok(())
    }

    pub(super) fn agent_of(&self, run: &RunId) -> Result<&'static dyn Agent> {
        let record = self.state.runs.get(run).ok_or_else(|| not_found("such run"))?;
        agents::agent(&record.facts.agent).ok_or_else(|| not_found("such agent"))
    }
}

/// Whether the agent of a run said that there is no such conversation.
fn is_missing(run: &RunRecord) -> bool {
    run.started && run.outcome == Some(Outcome::StartFailed { why: StartFailedKind::Session })
}

/// Whether the process of a run may still be there. Its keeper holds the lock for a moment longer than
/// the process lives, and a lock that tells nothing counts as held as long as there is one.
fn may_live(dir: &RunDir) -> bool {
    let held = match dir.liveness() {
        Liveness::Held => true,
        Liveness::Free => false,
        Liveness::Unknown => dir.lock_path().exists(),
    };
    held && !dir.read_exit().is_ok_and(|exit| exit.is_some())
}

/// Why no process was started.
struct Refusal {
    why: StartFailedKind,
    words: String,
}

impl Refusal {
    fn new(why: StartFailedKind, words: &(impl std::fmt::Display + ?Sized)) -> Self {
        Self { why, words: words.to_string() }
    }
}

fn spec_of(run: &RunId, story: &StoryId, planned: &Planned) -> Spec {
    let facts = &planned.facts;
    Spec {
        format: spec::SPEC_FORMAT,
        run: run.to_string(),
        story: Some(story.to_string()),
        kind: match facts.kind {
            RunKind::Agent => spec::Kind::Agent,
            RunKind::Gate => spec::Kind::Gate,
            RunKind::Setup => spec::Kind::Setup,
            RunKind::Terminal => spec::Kind::Terminal,
        },
        argv: facts.argv.clone(),
        env_names: planned.environment.names(),
        cwd: planned.cwd.clone(),
        account: facts.account.as_ref().map(ToString::to_string),
        session: facts.session.as_ref().map(ToString::to_string),
        transport: spec::Transport::Structured,
        decoder: facts.decoder.to_string(),
        interrupt: planned.interrupt.clone(),
        end_descendants: planned.end_descendants,
        usage_baseline: serde_json::to_value(&facts.usage_baseline)
            .expect("totals are always JSON"),
        marker: format!("{run}-{}", uuid::Uuid::new_v4().simple()),
    }
}
