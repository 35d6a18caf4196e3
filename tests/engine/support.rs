//! Helpers for the tests of the engine: owning a world's directory in this process, starting
//! stories, and reading the store.

pub(crate) use crate::world::{World, at_once, git, until};
use engine::env::Environment;
use engine::store::read::Reader;
use engine::{DataDir, Engine, Opening, Options};
use protocol::{AgentId, Envelope, Profile, Reply, Request, Run, Seq, StartStory, Story, StoryId};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The program from which keepers and demo agents are started. It is built together with the tests.
pub(crate) fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let built = tests.parent().and_then(Path::parent).unwrap();
    let program = built.join("examples").join("program");
    assert!(program.exists(), "`cargo build -p engine --examples` makes {}", program.display());
    program
}

impl World {
    /// Its data directory.
    pub(crate) fn dir(&self) -> DataDir {
        DataDir::at(self.data()).unwrap()
    }

    /// The options of an owner in this process.
    pub(crate) fn options(&self) -> Options {
        let text = |word: std::ffi::OsString| word.into_string().unwrap();
        let variables = self.variables().into_iter();
        let variables = variables.map(|(name, value)| (text(name), text(value))).collect();
        let mut options = Options::new(self.dir(), "journey", program());
        options.environment = Environment::from_variables(&variables);
        options
    }

    /// Owns its directory in this process.
    pub(crate) fn own(&self) -> Engine {
        own(self.options())
    }

    /// A reader of its store.
    pub(crate) fn reader(&self) -> Reader {
        Reader::open(&self.dir().store()).unwrap()
    }

    /// Every run in its store.
    pub(crate) fn runs(&self) -> Vec<Run> {
        self.reader().runs(None).unwrap()
    }

    /// Every event of a run in its store.
    pub(crate) fn events(&self, run: &Run) -> Vec<Envelope> {
        self.reader().events(&run.id, Seq(0), usize::from(u16::MAX)).unwrap()
    }

    /// Reads the logs that an owner left unread, like a command that prints.
    pub(crate) fn read_all(&self) {
        let mut options = self.options();
        options.brief = true;
        let engine = own(options);
        engine.read_all().unwrap();
        engine.close("done");
    }

    /// Asserts that the store agrees with journal and logs.
    pub(crate) fn verified(&self) {
        self.read_all();
        let (rebuilt, differences) = engine::rebuild::verify(&self.dir()).unwrap();
        assert_eq!((rebuilt.damaged, differences), (Vec::new(), Vec::new()));
        assert_eq!(self.reader().count_rereading().unwrap(), 0, "every run was compared");
    }
}

/// Owns a directory in this process.
pub(crate) fn own(options: Options) -> Engine {
    match Engine::open(options).unwrap() {
        Opening::Owner(engine) => engine,
        Opening::Follower(_) => panic!("nobody else may own the directory"),
    }
}

/// A new story of the demo agent with this prompt.
pub(crate) fn story(repo: &Path, prompt: &str) -> StartStory {
    StartStory {
        id: StoryId::generate(),
        agent: AgentId::new("demo"),
        dir: repo.to_str().unwrap().to_owned(),
        prompt: prompt.to_owned(),
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
        env: None,
        defaults: BTreeSet::new(),
        set_env: BTreeMap::new(),
    }
}

/// Starts a story.
pub(crate) fn start(engine: &Engine, story: StartStory) -> StoryId {
    match engine.request(Request::Start(Box::new(story))).unwrap() {
        Reply::Started { story } => story,
        other => panic!("{other:?}"),
    }
}

/// Waits until a story has ended, without waiting prompts.
pub(crate) fn settled(engine: &Engine, story: &StoryId) -> Story {
    use protocol::StoryState;
    until("the story is settled", || {
        let now = engine.reader().unwrap().story(story.as_str()).unwrap();
        let is_settled = matches!(now.state, StoryState::Done | StoryState::NeedsYou);
        (is_settled && now.queued_prompts == 0).then_some(now)
    })
}
