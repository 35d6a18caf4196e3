//! Agents that the program does not know: each is a folder here and a word in one line ([`add`]). One must be
//! greeted and opened before it takes a prompt, and sends requests that Musher does not know; one takes a
//! single prompt and the end of its input. Nothing in the engine knows either.

mod shaking;
mod single;

use crate::support::{World, until};
use engine::agents::Agent;
use engine::env::Environment;
use engine::{DataDir, Engine, Opening, Options};
use protocol::{
    AgentId, InputKind, JournalEvent, Profile, Request, RunKind, Seq, Source, StartStory, Story,
    StoryId, StoryState,
};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn add() {
    assert!(engine::agents::add(&[&shaking::Shaking, &single::Single]));
}

fn open(world: &World) -> Engine {
    let text = |word: std::ffi::OsString| word.into_string().unwrap();
    let variables = world.variables().into_iter();
    let variables = variables.map(|(name, value)| (text(name), text(value))).collect();
    let dir = DataDir::at(world.data()).unwrap();
    let mut options = Options::new(dir, "journey", env!("CARGO_BIN_EXE_mush").into());
    options.environment = Environment::from_variables(&variables);
    match Engine::open(options).unwrap() {
        Opening::Owner(engine) => engine,
        Opening::Follower(_) => panic!("nobody else may own the directory"),
    }
}

/// Starts a story with an agent whose program is this script.
fn start(world: &World, engine: &Engine, agent: &dyn Agent, script: &str) -> StoryId {
    let program = world.path(&format!("{}-agent", agent.id()));
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let start = StartStory {
        id: StoryId::generate(),
        agent: AgentId::new(agent.program().id),
        dir: world.repo("work").to_str().unwrap().to_owned(),
        prompt: "first".to_owned(),
        title: None,
        profile: Profile { bin: Some(program.to_str().unwrap().to_owned()), ..Profile::default() },
        gates: Vec::new(),
        resume: None,
        resume_on_reset: false,
        worktree: None,
        new_branch: false,
        env: None,
        defaults: std::collections::BTreeSet::new(),
        set_env: BTreeMap::new(),
    };
    let story = start.id.clone();
    engine.request(Request::Start(Box::new(start))).unwrap();
    story
}

fn settled(engine: &Engine, story: &StoryId) -> Story {
    until("the story is settled", || {
        let now = engine.reader().unwrap().story(story.as_str()).unwrap();
        let is_settled = matches!(now.state, StoryState::Done | StoryState::NeedsYou);
        (is_settled && now.queued_prompts == 0).then_some(now)
    })
}

fn journal(engine: &Engine, story: &StoryId) -> Vec<JournalEvent> {
    let entries = engine.reader().unwrap().journal(story, Seq(0)).unwrap();
    let event = |source| match source {
        Source::Journal(event) => Some(event),
        Source::Run(_) => None,
    };
    entries.into_iter().filter_map(|entry| event(entry.source)).collect()
}

/// What was recorded to be written, in order, each without the run's id.
fn inputs(events: &[JournalEvent]) -> Vec<(String, InputKind)> {
    let input = |event: &JournalEvent| match event {
        JournalEvent::Input { id, kind, .. } => {
            // A run's id is a UUID.
            let own = id.get(37..).filter(|_| *kind != InputKind::Prompt);
            Some((own.unwrap_or("prompt").to_owned(), *kind))
        }
        _ => None,
    };
    events.iter().filter_map(input).collect()
}

/// The input log of the one run of this world.
fn input_log(world: &World) -> Vec<String> {
    let dirs = world.run_dirs();
    let [dir] = dirs.as_slice() else { panic!("{} runs", dirs.len()) };
    let log = std::fs::read_to_string(dir.log_path(keeper::index::Stream::Stdin)).unwrap();
    log.lines().map(str::to_owned).collect()
}

#[test]
fn an_agent_that_must_be_greeted_and_opened_is_one_folder_and_one_line() {
    add();
    let world = World::new();
    let engine = open(&world);
    let go = world.path("go");
    let story = start(&world, &engine, &shaking::Shaking, &shaking::script(&go));
    until("it was greeted", || {
        inputs(&journal(&engine, &story))
            .contains(&("hello".to_owned(), InputKind::Hello))
            .then_some(())
    });
    // The next owner finds the handshake half done, in the logs alone.
    engine.close("over");
    std::fs::write(&go, "").unwrap();
    let engine = open(&world);
    let done = settled(&engine, &story);
    assert_eq!(done.state, StoryState::Done, "{done:#?}");
    assert_eq!(done.session.as_ref().map(|session| session.as_str()), Some(shaking::SESSION));
    let expected = [
        ("hello", InputKind::Hello),
        ("open", InputKind::Protocol),
        ("prompt", InputKind::Prompt),
        ("reply-7", InputKind::Protocol),
        ("close", InputKind::Close),
    ];
    let expected = expected.map(|(id, kind)| (id.to_owned(), kind));
    assert_eq!(inputs(&journal(&engine, &story)), expected);
    let written = input_log(&world);
    let methods = [r#""hello""#, r#""open""#, r#""prompt""#, r#""error""#];
    assert_eq!(written.len(), methods.len(), "each once: {written:#?}");
    for (line, word) in written.iter().zip(methods) {
        assert!(line.contains(word), "{line} has no {word}");
    }
    engine.close("over");
    world.verified_by_this_process();
}

#[test]
fn an_agent_of_one_prompt_is_one_folder_and_one_line() {
    add();
    let world = World::new();
    let engine = open(&world);
    let go = world.path("go");
    let story = start(&world, &engine, &single::Single, &single::script(&go));
    let id = protocol::new_prompt_id();
    let second = Request::Send { story: story.clone(), id, text: "second".to_owned() };
    engine.request(second).unwrap();
    std::fs::write(&go, "").unwrap();
    let done = settled(&engine, &story);
    assert_eq!(done.state, StoryState::Done, "{done:#?}");
    let runs = engine.reader().unwrap().runs(Some(&story)).unwrap();
    assert!(runs.iter().all(|run| run.kind == RunKind::Agent) && runs.len() == 2, "{runs:#?}");
    assert_eq!(runs[0].session, runs[1].session);
    let words: Vec<String> = single::heard(&engine, &runs);
    assert_eq!(words, ["new heard first", "again heard second"]);
    engine.close("over");
    world.verified_by_this_process();
}

impl World {
    /// Like [`World::verified`], by a process that knows the added agents.
    fn verified_by_this_process(&self) {
        let dir = DataDir::at(self.data()).unwrap();
        let (_, differences) = engine::rebuild::verify(&dir).unwrap();
        assert_eq!(differences, []);
    }
}

/// A script's path as a word of the shell.
fn word(path: &Path) -> String {
    format!("'{}'", path.display())
}
