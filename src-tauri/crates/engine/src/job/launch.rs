//! Starts the process of a recorded run: makes the run's directory, and a keeper starts what its
//! specification names. Agents and gates are started alike.

use crate::env::Environment;
use crate::programs;
use crate::runtime;
use keeper::launch::LaunchError;
use keeper::rundir::RunDir;
use keeper::spec::{self, Spec};
use protocol::{RunId, RunKind, RunSpec, StartFailedKind, StoryId};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Semaphore;

/// How many keepers may be started at once; the others wait for their turn.
static STARTING: Semaphore = Semaphore::const_new(4);

/// The process that is to be started.
#[derive(Debug)]
pub(crate) struct Planned {
    /// The run, as the journal has it.
    pub(crate) spec: RunSpec,
    /// The working directory.
    pub(crate) cwd: PathBuf,
    /// The process's complete environment.
    pub(crate) environment: Environment,
    /// How a turn of the agent is interrupted.
    pub(crate) interrupt: spec::Interrupt,
    /// Whether the processes that it leaves behind are ended with it.
    pub(crate) end_descendants: bool,
}

/// Why no process was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The kind of failure.
    pub(crate) why: StartFailedKind,
    /// The failure, for a person.
    pub(crate) words: String,
}

impl Refusal {
    pub(crate) fn new(why: StartFailedKind, words: &(impl std::fmt::Display + ?Sized)) -> Self {
        Self { why, words: words.to_string() }
    }
}

/// The program from whose copy keepers are started, and the copy.
pub(crate) struct Keepers {
    program: PathBuf,
    bin: PathBuf,
    /// The copy's path; locked while the copy is made, so that it is made once.
    installed: Mutex<Option<PathBuf>>,
}

impl Keepers {
    /// Names `program`, and the directory `bin` for its copy.
    pub(crate) fn new(program: PathBuf, bin: PathBuf) -> Self {
        Self { program, bin, installed: Mutex::default() }
    }

    /// Returns the copy's path; makes the copy if there is none.
    fn installed(&self) -> Result<PathBuf, LaunchError> {
        let mut installed = self.installed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(copy) = installed.as_ref().filter(|copy| copy.is_file()) {
            return Ok(copy.clone());
        }
        let failed = |source| LaunchError::Keeper { program: self.program.clone(), source };
        let copy = keeper::launch::install(&self.program, &self.bin).map_err(failed)?;
        Ok(installed.insert(copy).clone())
    }
}

/// The start of a recorded run.
pub(crate) struct Start {
    /// The run.
    pub(crate) run: RunId,
    /// The run's story.
    pub(crate) story: StoryId,
    /// The run's directory, which does not exist yet.
    pub(crate) dir: RunDir,
    /// The process.
    pub(crate) planned: Planned,
    /// Dropped when the start is over, so that its receiver knows when no start is under way.
    pub(crate) held: Option<Sender<()>>,
}

/// Starts the process; returns its id if that is already known, or why none was started. If the future is
/// dropped while it waits for its turn, nothing is started; after that the start continues anyway.
pub(crate) async fn launch(
    start: Start,
    keepers: std::sync::Arc<Keepers>,
) -> Result<Option<u32>, Refusal> {
    let _turn = STARTING.acquire().await;
    let started = runtime::blocking(move || {
        let started = start_process(&start, &keepers);
        drop(start.held);
        started
    });
    started.await.unwrap_or_else(|error| Err(Refusal::new(StartFailedKind::Other, &error)))
}

fn start_process(start: &Start, keepers: &Keepers) -> Result<Option<u32>, Refusal> {
    let other = |error: &dyn std::fmt::Display| Refusal::new(StartFailedKind::Other, error);
    // Done before the run has a directory, because the next owner waits for the keeper of a run with a
    // directory.
    let keeper = keepers.installed().map_err(|error| other(&error))?;
    start
        .dir
        .create(&spec_of(&start.run, &start.story, &start.planned))
        .map_err(|error| other(&error))?;
    match start_keeper(&start.dir, &start.planned.environment, &keeper) {
        Err(error @ (LaunchError::Keeper { .. } | LaunchError::Refused { .. })) => {
            Err(other(&error))
        }
        // The run's directory shows whether the process runs, or why not; the actor reads it there.
        Err(LaunchError::StartFailed { .. } | LaunchError::Silent | LaunchError::RunDir(_)) => {
            Ok(None)
        }
        Ok(process) => Ok(process),
    }
}

fn start_keeper(
    dir: &RunDir,
    environment: &Environment,
    keeper: &Path,
) -> Result<Option<u32>, LaunchError> {
    let spec = keeper::launch::launch(keeper, dir, environment.clone().into_pairs())?;
    Ok(spec.child.map(|child| child.pid))
}

/// Refuses a program that was not found.
pub(crate) fn check_found(spec: &RunSpec, environment: &Environment) -> Result<(), Refusal> {
    let program = spec.argv.first().map(String::as_str).unwrap_or_default();
    if Path::new(program).is_absolute() {
        return Ok(());
    }
    let how =
        agents::agent(&spec.agent).map_or("", |agent| programs::how_to_get(agent, environment));
    let because = environment.why_incomplete().map(|why| format!(": {why}")).unwrap_or_default();
    let words = format!("{program} was not found in PATH nor in its usual places{because}. {how}");
    Err(Refusal::new(StartFailedKind::Missing, &words))
}

fn spec_of(run: &RunId, story: &StoryId, planned: &Planned) -> Spec {
    let spec = &planned.spec;
    Spec {
        format: spec::SPEC_FORMAT,
        run: run.to_string(),
        story: Some(story.to_string()),
        kind: match spec.kind {
            RunKind::Agent => spec::Kind::Agent,
            RunKind::Gate => spec::Kind::Gate,
            RunKind::Setup => spec::Kind::Setup,
            RunKind::Terminal => spec::Kind::Terminal,
        },
        argv: spec.argv.clone(),
        env_names: planned.environment.names(),
        cwd: planned.cwd.clone(),
        account: spec.account.as_ref().map(ToString::to_string),
        session: spec.session.as_ref().map(ToString::to_string),
        transport: spec::Transport::Structured,
        decoder: spec.decoder.to_string(),
        interrupt: planned.interrupt.clone(),
        end_descendants: planned.end_descendants,
        usage_baseline: serde_json::to_value(&spec.usage_baseline).expect("totals are always JSON"),
        marker: format!("{run}-{}", uuid::Uuid::new_v4().simple()),
    }
}
