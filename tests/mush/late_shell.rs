//! A login shell that answers late: until then a program that was not found may still be found, so
//! no hint says to install it; afterwards stories start with the shell's environment.

use crate::support::{World, until};
use engine::env::Environment;
use engine::{DataDir, Engine, Opening, Options};
use protocol::{AgentId, Profile, Request, StartStory, Story, StoryId, StoryState};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn start(dir: &Path) -> StartStory {
    StartStory {
        id: StoryId::generate(),
        agent: AgentId::new("claude"),
        dir: dir.display().to_string(),
        prompt: "[[demo:plain]]".to_owned(),
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
    }
}

/// The environment of the world, with these folders first in PATH.
fn environment(world: &World, first: &[&Path]) -> Environment {
    let text = |word: std::ffi::OsString| word.into_string().unwrap();
    let pairs = world.variables().into_iter().map(|(name, value)| (text(name), text(value)));
    let mut variables: BTreeMap<String, String> = pairs.collect();
    let system = ["/usr/local/bin", "/usr/bin", "/bin"].map(Path::new);
    let path = std::env::join_paths(first.iter().chain(&system)).unwrap();
    variables.insert("PATH".to_owned(), text(path));
    Environment::from_variables(&variables)
}

#[test]
fn what_the_login_shell_says_late_is_used_from_then_on() {
    let world = World::new();
    let (repo, tools) = (world.committed("work"), world.path("tools"));
    fs::create_dir(&tools).unwrap();
    let demo = format!("#!/bin/sh\nexec '{}' demo-agent \"$@\"\n", env!("CARGO_BIN_EXE_mush"));
    fs::write(tools.join("claude"), demo).unwrap();
    fs::set_permissions(tools.join("claude"), fs::Permissions::from_mode(0o755)).unwrap();
    let dir = DataDir::at(world.data()).unwrap();
    let mut options = Options::new(dir, "journey", env!("CARGO_BIN_EXE_mush").into());
    let late = "the login shell /bin/zsh has not said its PATH yet";
    options.environment = environment(&world, &[]).incomplete(late.to_owned());
    let Opening::Owner(engine) = Engine::open(options).unwrap() else {
        panic!("nobody else may own the directory");
    };
    let request = start(&repo);
    let id = request.id.clone();
    let state = |state: StoryState| {
        until("the story's state", || {
            let story: Story = engine.reader().unwrap().story(id.as_str()).ok()?;
            (story.state == state).then_some(story)
        })
    };
    engine.request(Request::Start(Box::new(request))).unwrap();
    let detail = state(StoryState::NeedsYou).detail.unwrap();
    assert!(detail.contains(late) && detail.contains("Test again"), "{detail}");
    assert!(!detail.contains("Install"), "{detail}");
    engine.use_environment(environment(&world, &[&tools]));
    let id = "again".to_owned();
    engine
        .request(Request::Resume {
            story: state(StoryState::NeedsYou).id,
            id,
            now: false,
            change: protocol::ProfileChange::default(),
        })
        .unwrap();
    state(StoryState::Done);
    engine.close("done");
}
