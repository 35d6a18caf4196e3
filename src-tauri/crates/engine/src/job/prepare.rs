//! Finds out what must be known before an agent's run can be recorded: the conversation to resume, the
//! program, the conversation's usage so far, and whether the folder still belongs to the story's
//! worktree.

use super::launch::{Planned, Refusal, check_found};
use crate::data_dir::DataDir;
use crate::env::Environment;
use crate::error::{Error, Result};
use crate::git::Git;
use crate::policy::speak::launch_spec;
use crate::programs::{self, Versions};
use crate::runtime;
use crate::state::StoryRecord;
use crate::store::read::Reader;
use crate::writer::StoreWriter;
use agents::{Agent, Interrupt, LaunchSpec};
use keeper::spec;
use protocol::{
    AccountId, JobKind, RunId, RunKind, RunSpec, SessionId, Slug, StartFailedKind, StoryId,
    UsageTotals,
};
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The input for preparing an agent's run.
pub(crate) struct Preparation {
    pub(crate) id: StoryId,
    pub(crate) story: StoryRecord,
    pub(crate) agent: &'static dyn Agent,
    pub(crate) earlier: Earlier,
    /// The process's complete environment.
    pub(crate) environment: Environment,
    pub(crate) account: AccountId,
    /// The name of the run.
    pub(crate) slug: Slug,
    /// This program, for an agent that is a part of it.
    pub(crate) musher: PathBuf,
    pub(crate) dir: DataDir,
    pub(crate) writer: StoreWriter,
    pub(crate) versions: Arc<Versions>,
}

/// The origin of the conversation that a run resumes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Earlier {
    /// There is no conversation: a new one begins.
    Nothing,
    /// A person named it.
    Named(SessionId),
    /// The conversation in which a model last took a prompt of the story, since it went back if it did.
    Runs {
        /// The runs that it may be of.
        runs: Vec<RunId>,
        /// The one that a person named, which is resumed if there is none.
        named: Option<SessionId>,
    },
}

/// Poll interval for runs that are still being read.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// A prepared run, and why it cannot be started, if it cannot.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) planned: Planned,
    /// Why no process can be started; this ends the run.
    pub(crate) refusal: Option<Refusal>,
}

/// An existing conversation.
struct Continued {
    session: SessionId,
    /// Whether its agent reported that it could not save all of it.
    incomplete: bool,
}

impl Preparation {
    /// Prepares the run; `on` is called with each thing that it waits for.
    ///
    /// # Errors
    /// If the store or the agent's saved usage cannot be read. Without the store the conversation would
    /// be lost; without the saved usage, what was used before would be counted twice.
    pub(crate) async fn run(self, on: impl Fn(JobKind)) -> Result<Prepared> {
        on(JobKind::Store);
        let continued = self.continued().await?;
        on(JobKind::Program);
        let resumes = continued.is_some();
        let incomplete = continued.as_ref().is_some_and(|continued| continued.incomplete);
        let session = continued.map_or_else(SessionId::generate, |continued| continued.session);
        let launch_spec = launch_spec(&self.story, session.clone(), resumes);
        let launch = self.agent.launch(&launch_spec);
        let cwd = PathBuf::from(&self.story.dir);
        let program = self.program(&cwd).await?;
        let usage_baseline = match resumes {
            true => self.saved_usage(Path::new(&program), &cwd, &session).await?,
            false => UsageTotals::default(),
        };
        let argv = std::iter::once(program).chain(launch.argv).collect();
        let spec = RunSpec {
            slug: self.slug.clone(),
            kind: RunKind::Agent,
            agent: self.agent.id(),
            decoder: self.agent.decoder(),
            account: Some(self.account.clone()),
            session: Some(session),
            resumes,
            argv,
            usage_baseline,
            gate: None,
            set_up: None,
            input: launch.input,
            incomplete,
        };
        let mut refusal = check_found(&spec, &self.environment).err();
        if refusal.is_none() {
            refusal = self.check_fit(Path::new(&spec.argv[0]), &launch_spec).await.err();
        }
        if refusal.is_none() {
            on(JobKind::Git);
            refusal = self.check_place(&cwd).await.err();
        }
        let planned = Planned {
            spec,
            cwd,
            environment: self.environment,
            interrupt: match launch.interrupt {
                Interrupt::Bytes(bytes) => spec::Interrupt::Bytes { bytes, then_close_input: true },
                Interrupt::Signal => spec::Interrupt::Signal { name: "SIGINT".to_owned() },
            },
            end_descendants: self.story.profile.end_descendants,
        };
        Ok(Prepared { planned, refusal })
    }

    /// Finds the conversation to resume. The id that the agent reported decides, because a forked or
    /// cleared conversation continues under another id than it began with.
    async fn continued(&self) -> Result<Option<Continued>> {
        if self.earlier == Earlier::Nothing {
            return Ok(None);
        }
        self.until_read().await?;
        let (earlier, story) = (self.earlier.clone(), self.id.clone());
        let (store, writer) = (self.dir.store(), self.writer.clone());
        let read = move |reader: &Reader| {
            let Some(session) = session(reader, &earlier, &story)? else { return Ok(None) };
            let incomplete = reader.is_incomplete(&session)?;
            Ok(Some(Continued { session, incomplete }))
        };
        runtime::blocking(move || writer.read(&store, read)).await.map_err(Error::Thread)?
    }

    /// Waits until the runs that determine the conversation were read: those of the story, or all runs if
    /// a person named a conversation, because it may belong to another story.
    async fn until_read(&self) -> Result<()> {
        loop {
            let (store, writer, story) = (self.dir.store(), self.writer.clone(), self.id.clone());
            let is_named = matches!(self.earlier, Earlier::Named(_));
            let look =
                move |reader: &Reader| reader.is_rereading(Some(&story).filter(|_| !is_named));
            if !runtime::blocking(move || writer.read(&store, look))
                .await
                .map_err(Error::Thread)??
            {
                return Ok(());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Finds the program to run. If it is not found, its bare name is returned, see [`check_found`].
    async fn program(&self, cwd: &Path) -> Result<String> {
        if let Some(path) = &self.story.profile.bin {
            return Ok(path.clone());
        }
        if self.agent.program().programs.is_empty() {
            // The agent is part of this program.
            return Ok(self.musher.display().to_string());
        }
        let (agent, environment, cwd) = (self.agent, self.environment.clone(), cwd.to_owned());
        let find = move || match programs::find(agent, &environment, Some(&cwd)) {
            Ok(path) => path.display().to_string(),
            Err(not_found) => not_found.program.to_owned(),
        };
        runtime::blocking(find).await.map_err(Error::Thread)
    }

    /// Reads the conversation's usage before the run, if the agent saves it and its counter will go on from it.
    async fn saved_usage(
        &self,
        program: &Path,
        cwd: &Path,
        session: &SessionId,
    ) -> Result<UsageTotals> {
        let (agent, environment, cwd) = (self.agent, self.environment.clone(), cwd.to_owned());
        let session = session.clone();
        let open = move || open_saved(agent, &environment, &cwd, &session);
        let Some((path, file)) = runtime::blocking(open).await.map_err(Error::Thread)?? else {
            return Ok(UsageTotals::default());
        };
        let version = self.versions.of(agent, program, &self.environment).await;
        let read = move || agent.saved_usage(version.as_deref(), &mut BufReader::new(file));
        let saved = runtime::blocking(read).await.flatten().map_err(Error::io("read", path))?;
        Ok(saved.unwrap_or_default())
    }

    /// Checks that the program is new enough to be spoken to, and has what the story's profile asks for.
    async fn check_fit(
        &self,
        program: &Path,
        spec: &LaunchSpec,
    ) -> std::result::Result<(), Refusal> {
        let version = match self.agent.program().oldest {
            Some(_) => self.versions.of(self.agent, program, &self.environment).await,
            None => None,
        };
        let too_old = version.and_then(|version| self.agent.program().too_old(&version));
        match too_old.or_else(|| self.agent.unfit(spec)) {
            Some(why) => Err(Refusal::new(StartFailedKind::Other, &why)),
            None => Ok(()),
        }
    }

    /// Checks that the folder still belongs to the worktree that the story was made for. A folder that is
    /// gone is left for the keeper to refuse.
    async fn check_place(&self, cwd: &Path) -> std::result::Result<(), Refusal> {
        let Some(root) = &self.story.root else { return Ok(()) };
        let refused = |words: &dyn std::fmt::Display| Refusal::new(StartFailedKind::Cwd, words);
        let folder = cwd.to_owned();
        let is_there = runtime::blocking(move || folder.is_dir()).await;
        if !is_there.map_err(|error| refused(&error))? {
            return Ok(());
        }
        let checkout =
            Git::of(&self.environment).checkout(cwd).await.map_err(|error| refused(&error))?;
        if checkout.root == Path::new(root) {
            return Ok(());
        }
        let (cwd, now) = (cwd.display(), checkout.root.display());
        Err(refused(&format!("{cwd} belongs to {now} now; the story was made for {root}")))
    }
}

/// Finds the id of the conversation to resume. One in which no model ever took a prompt may not exist at the agent, and
/// nothing is lost with it, because the prompts wait again.
fn session(reader: &Reader, earlier: &Earlier, story: &StoryId) -> Result<Option<SessionId>> {
    match earlier {
        Earlier::Nothing => Ok(None),
        Earlier::Named(session) => Ok(Some(session.clone())),
        Earlier::Runs { runs, named } => {
            Ok(reader.conversation(story, runs)?.or_else(|| named.clone()))
        }
    }
}

/// Opens the file in which an agent saves a conversation's usage totals, if it is there.
fn open_saved(
    agent: &dyn Agent,
    environment: &Environment,
    cwd: &Path,
    session: &SessionId,
) -> Result<Option<(PathBuf, File)>> {
    let home = environment.home().unwrap_or_default();
    let real = std::fs::canonicalize(cwd).unwrap_or_else(|_| cwd.to_owned());
    let cwd = real.to_string_lossy();
    let variable = |name: &str| environment.text(name);
    let Some(path) = agent.saved_usage_path(&variable, &home, &cwd, session) else {
        return Ok(None);
    };
    match File::open(&path) {
        Ok(file) => Ok(Some((path, file))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}
