//! Agents that are not part of the program: each is a folder here and one line in [`add`]. One
//! needs a handshake of two steps before it takes a prompt, and sends requests that Musher does not
//! know; one takes a single prompt and the end of its input. No code in the engine is specific to
//! either.

mod shaking;
mod single;

use crate::support::{self, World, settled, until};
use engine::Engine;
use engine::agents::Agent;
use protocol::{
    AgentId, InputKind, JournalEvent, Request, RunKind, Seq, Source, StoryId, StoryState,
};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn add() {
    assert!(engine::agents::add(&[&shaking::Shaking, &single::Single]));
}

/// Starts a story with an agent whose program is this script.
fn start(world: &World, engine: &Engine, agent: &dyn Agent, script: &str) -> StoryId {
    let program = world.path(&format!("{}-agent", agent.id()));
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut start = support::story(&world.repo("work"), "first");
    start.agent = AgentId::new(agent.program().id);
    start.profile.bin = Some(program.to_str().unwrap().to_owned());
    support::start(engine, start)
}

fn journal(engine: &Engine, story: &StoryId) -> Vec<JournalEvent> {
    let entries = engine.reader().unwrap().journal(story, Seq(0)).unwrap();
    let event = |source| match source {
        Source::Journal(event) => Some(event),
        Source::Run(_) => None,
    };
    entries.into_iter().filter_map(|entry| event(entry.source)).collect()
}

/// The recorded inputs in order, each without the run's id.
fn inputs(events: &[JournalEvent]) -> Vec<(String, InputKind)> {
    let input = |event: &JournalEvent| match event {
        JournalEvent::Input { id, kind, .. } => {
            // The id of a run is a UUID.
            let own = id.get(37..).filter(|_| *kind != InputKind::Prompt);
            Some((own.unwrap_or("prompt").to_owned(), *kind))
        }
        _ => None,
    };
    events.iter().filter_map(input).collect()
}

/// The input log of the only run in this world.
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
    let engine = world.own();
    let go = world.path("go");
    let story = start(&world, &engine, &shaking::Shaking, &shaking::script(&go));
    until("it was greeted", || {
        inputs(&journal(&engine, &story))
            .contains(&("hello".to_owned(), InputKind::Hello))
            .then_some(())
    });
    // The next owner finds the handshake half done, only from the logs.
    engine.close("over");
    std::fs::write(&go, "").unwrap();
    let engine = world.own();
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
    world.verified();
}

#[test]
fn an_agent_of_one_prompt_is_one_folder_and_one_line() {
    add();
    let world = World::new();
    let engine = world.own();
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
    world.verified();
}

/// The path of a script, quoted for the shell.
fn word(path: &Path) -> String {
    format!("'{}'", path.display())
}
