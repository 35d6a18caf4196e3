//! Read-only information for a person: a folder before a story is started in it, the evidence of a
//! story's state, pieces of logs, the command to continue without Musher. It also starts the demo,
//! whose scratch repository is the only thing that it writes.

use crate::config::Naming;
use crate::config::defaults::project_of;
use crate::data_dir::DataDir;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::git;
use crate::runtime;
use crate::slug;
use crate::story::title::title_from;
use crate::written_path::readings;
use agents::Agent;
use agents::shell::quote;
use keeper::index::Stream as LogStream;
use keeper::words;
use protocol::{
    Account, AgentId, BaseSummary, Branches, CopyOffer, ErrorCode, Fault, FolderSummary, Profile,
    RawPiece, Reply, Request, Run, RunId, RunKind, StartStory, StoryId, StoryState, Stream,
};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// The longest piece of a log that is shown at once (bytes).
const LONGEST_PIECE: u64 = 64 * 1024;

/// How many files with variables of the environment are offered to be copied.
const MOST_OFFERED: usize = 12;

/// The prompt of the demo's agent.
const DEMO_PROMPT: &str = "Add a summary of late parcels to the tracker, with a test.";

/// The folder that a person named, with links resolved.
fn folder_named(text: &str, home: Option<&Path>) -> Result<PathBuf> {
    let refused = |why: String, hint: &str| Error::refused(ErrorCode::BadInput, why, hint);
    let readings: Vec<PathBuf> =
        readings(text, home).into_iter().filter(|path| path.is_absolute()).collect();
    let Some(likeliest) = readings.last() else {
        return Err(refused(
            format!("{} is not the whole path of a folder", text.trim()),
            "Write the whole path, from the root or from ~: for example ~/src/shop",
        ));
    };
    let found = readings.iter().find(|path| path.exists());
    let dir =
        std::fs::canonicalize(found.unwrap_or(likeliest)).map_err(|error| match error.kind() {
            // This character replaces bytes that are not valid text.
            ErrorKind::NotFound if text.contains(char::REPLACEMENT_CHARACTER) => refused(
                format!("{} has a name that is not text", likeliest.display()),
                "Rename it: agents take their paths as UTF-8.",
            ),
            ErrorKind::NotFound => refused(
                format!("there is no folder {}", likeliest.display()),
                "Check the path, or choose the folder.",
            ),
            _ => refused(
                format!("{} cannot be read: {}", likeliest.display(), words(&error)),
                "Choose a folder that you may read.",
            ),
        })?;
    match (dir.is_dir(), dir.to_str()) {
        (false, _) => Err(refused(
            format!("{} is a file, not a folder", dir.display()),
            "Choose the folder that it is in.",
        )),
        (true, None) => Err(refused(
            format!("{} has a name that is not text", dir.display()),
            "Rename it: agents take their paths as UTF-8.",
        )),
        (true, Some(_)) => Ok(dir),
    }
}

/// The size of the logs of these runs, without those that were deleted (bytes). It needs no owner.
pub fn log_size(dir: &DataDir, runs: &[Run]) -> u64 {
    let there = runs.iter().filter(|run| run.logs_deleted.is_none());
    there.map(|run| dir.run(&run.id).log_bytes()).sum()
}

impl Engine {
    /// The properties of a folder, before a story is started in it; `text` is the path as a person
    /// wrote it.
    pub async fn folder(&self, text: &str) -> Result<FolderSummary> {
        let home = self.home();
        let written = text.to_owned();
        let find = move || folder_named(&written, home.as_deref());
        let dir = runtime::blocking(find).await.map_err(Error::Thread)??;
        let git = self.git();
        let checkout = git.checkout(&dir).await?;
        let config = &self.config().config;
        let naming = Naming::of(&config.worktrees, checkout.main_folder(), self.home().as_deref());
        let project = project_of(config, checkout.main_folder());
        let status = match checkout.has_files && checkout.is_repository {
            true => git.status(&dir).await?,
            false => None,
        };
        let changed = match checkout.has_files {
            true => status.as_ref().map(|status| status.changed),
            // A bare repository has nothing that could be changed.
            false => Some(0),
        };
        let status = status.unwrap_or_default();
        let root = checkout.root.clone();
        let look = move || git::is_said_by_repository(&root);
        let copies = CopyOffer {
            by_repository: runtime::blocking(look).await.map_err(Error::Thread)?,
            patterns: project.copy,
            environment: status.environment().take(MOST_OFFERED).cloned().collect(),
        };
        let shown = dir.display().to_string();
        let new_branch = match checkout.is_repository {
            true => self.new_branch(&dir, "").await?,
            false => Naming::branch_by(&config.worktrees, &slug::slugify("")),
        };
        let (main, home) = (checkout.main_folder().to_owned(), self.home());
        let worktrees = naming.folder.display().to_string();
        let look = move || git::no_place(&naming, &main, home);
        let no_place = match checkout.is_repository {
            true => runtime::blocking(look).await.map_err(Error::Thread)?,
            false => None,
        };
        let no_worktree = git.check_worktree(&checkout, &shown).await.err().map(Fault::from);
        let not_as_is = git::check_files(&checkout, &shown).err().map(Fault::from);
        let stories = self.read(|engine| engine.reader()?.stories()).await?;
        let works = |state| {
            matches!(
                state,
                StoryState::Starting
                    | StoryState::Running
                    | StoryState::Waiting
                    | StoryState::Gating
                    | StoryState::InTerminal
            )
        };
        let live = stories.into_iter().filter(|story| works(story.state) && story.dir == shown);
        let name = dir
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_else(|| shown.clone());
        Ok(FolderSummary {
            name,
            is_repository: checkout.is_repository,
            root: checkout.root.display().to_string(),
            branch: checkout.branch,
            changed,
            ignored: status.ignored(),
            live: live.map(|story| story.slug).collect(),
            new_branch,
            worktrees,
            no_place,
            gates: project.gates,
            set_up: project.set_up,
            copies,
            no_worktree,
            not_as_is,
            dir: shown,
        })
    }

    /// The branch that a new story with this goal would get in a folder's repository: named after
    /// the goal, with a number if the name is taken. At the start of the story this is checked
    /// again.
    pub async fn new_branch(&self, dir: &Path, goal: &str) -> Result<String> {
        let git = self.git();
        let checkout = git.checkout(dir).await?;
        let patterns = &self.config().config.worktrees;
        let naming = Naming::of(patterns, checkout.main_folder(), self.home().as_deref());
        let taken = git.taken_names(&checkout, &naming).await?;
        let stories = self.read(|engine| engine.reader()?.stories()).await?;
        let slugs: HashSet<&str> = stories.iter().map(|story| story.slug.as_str()).collect();
        let name =
            slug::free(&title_from(goal), |name| taken.contains(name) || slugs.contains(name));
        Ok(Naming::branch_by(patterns, name.as_str()))
    }

    /// The branches from which a new worktree of a folder's repository can begin.
    pub(crate) async fn branches(&self, dir: &Path) -> Result<Branches> {
        let git = self.git();
        let checkout = git.checkout(dir).await?;
        let project = project_of(&self.config().config, checkout.main_folder());
        git.branches_of(&checkout, project.fetch).await
    }

    /// What a new worktree of a folder's repository would begin from.
    pub(crate) async fn base(&self, dir: &Path, name: Option<&str>) -> Result<BaseSummary> {
        let git = self.git();
        let checkout = git.checkout(dir).await?;
        let found = git.base(&checkout, name).await?;
        git.summary(&checkout, found).await
    }

    /// How large the logs of a story are that can be deleted (bytes).
    pub(crate) fn log_size(&self, story: &StoryId) -> Result<u64> {
        let reader = self.reader()?;
        let story = reader.story(story.as_str())?.id;
        Ok(log_size(self.dir(), &reader.runs(Some(&story))?))
    }

    /// A piece of a run's log.
    pub(crate) fn raw(
        &self,
        run: &RunId,
        stream: Stream,
        offset: u64,
        len: u64,
    ) -> Result<RawPiece> {
        let log = match stream {
            Stream::Stdout => LogStream::Stdout,
            Stream::Stderr => LogStream::Stderr,
            Stream::Stdin => LogStream::Stdin,
        };
        let run = self.reader()?.run(run.as_str())?;
        if run.logs_deleted.is_some() {
            return Err(Error::refused(
                ErrorCode::NotFound,
                format!("the logs of {} were deleted", run.slug),
                "What stays of them is in the timeline and in the usage.",
            ));
        }
        let path = self.dir().run(&run.id).log_path(log);
        let mut file = File::open(&path).map_err(Error::io("read", &path))?;
        file.seek(SeekFrom::Start(offset)).map_err(Error::io("read", &path))?;
        let mut bytes = Vec::new();
        file.take(len.min(LONGEST_PIECE))
            .read_to_end(&mut bytes)
            .map_err(Error::io("read", &path))?;
        let cut = (bytes.len() as u64) < len;
        Ok(RawPiece { offset, len, text: String::from_utf8_lossy(&bytes).into_owned(), cut })
    }

    /// The command with which a person continues a story's conversation without Musher.
    pub(crate) fn resume_command(&self, story: &StoryId) -> Result<Option<String>> {
        let story = self.reader()?.story(story.as_str())?;
        let Some(agent) = agents::agent(&story.agent) else { return Ok(None) };
        let program = match (&story.profile.bin, agent.program().programs.first()) {
            (Some(bin), _) => bin.clone(),
            (None, Some(name)) => (*name).to_owned(),
            (None, None) => self.program().display().to_string(),
        };
        let account = self.account_of(&story.id)?;
        let (checks, program) = in_account(agent, account.as_ref(), &program);
        let Some(session) = story.session else { return Ok(None) };
        Ok(Some(checks + &agent.resume_command(&story.dir, &session, &program)))
    }

    /// The account of the story's last agent run.
    fn account_of(&self, story: &StoryId) -> Result<Option<Account>> {
        let reader = self.reader()?;
        let runs = reader.runs(Some(story))?;
        let last = runs.into_iter().rfind(|run| run.kind == RunKind::Agent);
        let spec = last.and_then(|run| self.dir().run(&run.id).read_spec().ok());
        let Some(id) = spec.and_then(|spec| spec.account) else { return Ok(None) };
        Ok(reader.accounts()?.into_iter().find(|account| account.id.as_str() == id))
    }

    /// Starts the demo story in a new scratch repository. `make` makes it, with its folder and the
    /// git that agents find.
    pub fn start_demo<E: std::error::Error>(
        &self,
        make: impl FnOnce(&Path, &Path) -> std::result::Result<(), E>,
    ) -> Result<StoryId> {
        let id = StoryId::generate();
        // In a folder of its own, so that the project has a readable name.
        let around = self.dir().root().join("demo").join(id.as_str());
        crate::data_dir::create_private(&around)?;
        let dir = around.join("parcel-tracker");
        let git = runtime::wait(self.git().program(&around)).map_err(Error::Thread)??;
        make(&dir, &git).map_err(|error| {
            Error::refused(
                ErrorCode::CannotStart,
                format!("the demo's repository: {error}"),
                "Look at which git was found.",
            )
            .on_terminal("`mush doctor` shows which git was found.")
        })?;
        let start = StartStory {
            id: id.clone(),
            agent: AgentId::new("demo"),
            dir: dir.display().to_string(),
            prompt: DEMO_PROMPT.to_owned(),
            title: None,
            profile: Profile::default(),
            gates: Vec::new(),
            resume: None,
            resume_on_reset: false,
            worktree: None,
            new_branch: false,
            base: None,
            fetch: false,
            copy: Vec::new(),
            set_up: Vec::new(),
            defaults: BTreeSet::new(),
            env: None,
            set_env: BTreeMap::new(),
        };
        match self.request(Request::Start(Box::new(start)))? {
            Reply::Started { story } => Ok(story),
            _ => Err(Error::Ended),
        }
    }
}

/// The program as shell words, after the variable that selects the account; and a check, to be put
/// before both, that the variable with the credential is set, because Musher does not have its
/// value.
fn in_account(agent: &dyn Agent, account: Option<&Account>, program: &str) -> (String, String) {
    let credential = account.and_then(|account| account.credential_variable.as_deref());
    let checks = credential.map(|name| format!(": \"${{{name}:?}}\" && "));
    let config_dir = account.and_then(|account| account.config_dir.as_deref());
    let set = agent.account_variables().config_dir.zip(config_dir);
    let set = set.map(|(name, dir)| format!("{name}={} ", quote(dir)));
    (checks.unwrap_or_default(), set.unwrap_or_default() + &quote(program))
}
