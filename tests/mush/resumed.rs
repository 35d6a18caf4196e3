//! Stories that go on with another model, program or arguments, and the words that say how they go on.

use crate::support::{World, until};
use std::path::PathBuf;

/// A program that is the demo agent and notes its arguments.
fn agent(world: &World, name: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = world.path(name);
    let mush = env!("CARGO_BIN_EXE_mush");
    let text = format!(
        "#!/bin/sh\necho \"$@\" >>'{}.words'\nexec '{mush}' demo-agent \"$@\"\n",
        path.display()
    );
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn what_is_advised_after_a_failed_start_helps() {
    let world = World::new();
    let repo = world.repo("work");
    let dir = repo.to_str().unwrap();
    let missing = world.path("agent");
    let run = ["run", "--agent", "demo", "--dir", dir, "--prompt", "[[demo:plain]] login"];
    let (said, code) = world.printed(&[&run[..], &["--bin", missing.to_str().unwrap()]].concat());
    assert_eq!(code, Some(10), "{said}");
    assert!(said.contains("\nGo on: mush resume demo-plain-login\n"), "{said}");
    assert!(!said.contains("mush send"), "the prompt waits, another one is not asked for: {said}");
    let (said, _) = world.printed(&["why", "demo-plain-login"]);
    assert!(said.ends_with("A prompt is queued. Go on: mush resume demo-plain-login\n"), "{said}");
    agent(&world, "agent");
    assert_eq!(world.printed(&["resume", "demo-plain-login"]).1, Some(0));
    assert_eq!(world.printed(&["wait", "demo-plain-login"]).1, Some(0));
    let hash = demo_agent::content_hash(b"[[demo:plain]] login");
    assert_eq!(crate::truth::Truth::of(&repo).prompts(), [hash]);
}

#[test]
fn a_prompt_that_no_model_got_is_sent_again() {
    let world = World::new();
    let repo = world.repo("work");
    let bin = agent(&world, "agent");
    let fails = "#!/bin/sh\nread -r line\necho 'unknown option --x' >&2\nexit 1\n";
    let works = std::fs::read_to_string(&bin).unwrap();
    std::fs::write(&bin, fails).unwrap();
    let dir = repo.to_str().unwrap();
    let run = ["run", "--agent", "demo", "--dir", dir, "--prompt", "[[demo:plain]] login"];
    let (said, code) = world.printed(&[&run[..], &["--bin", bin.to_str().unwrap()]].concat());
    assert_eq!(code, Some(10), "{said}");
    assert!(said.contains("\nGo on: mush resume demo-plain-login\n"), "{said}");
    std::fs::write(&bin, works).unwrap();
    assert_eq!(world.printed(&["resume", "demo-plain-login"]).1, Some(0));
    assert_eq!(world.printed(&["wait", "demo-plain-login"]).1, Some(0));
    let hash = demo_agent::content_hash(b"[[demo:plain]] login");
    assert_eq!(crate::truth::Truth::of(&repo).prompts(), [hash]);
}

/// A program that is the demo agent, except that it dies once the file `die` is beside it, after `before`.
fn mortal(world: &World, before: &str) -> PathBuf {
    let bin = agent(world, "agent");
    let works = std::fs::read_to_string(&bin).unwrap();
    let die = format!("[ -e '{}' ] && {{ {before}kill -9 $$; }}\nexec ", die(world).display());
    std::fs::write(&bin, works.replace("exec ", &die)).unwrap();
    bin
}

fn die(world: &World) -> PathBuf {
    world.path("die")
}

/// How the agents of the runs were started, a line for each.
fn starts(world: &World) -> Vec<String> {
    let words = std::fs::read_to_string(world.path("agent.words")).unwrap();
    words.lines().filter(|line| line.contains("stream-json")).map(str::to_owned).collect()
}

#[test]
fn a_prompt_that_a_killed_agent_did_not_take_is_sent_again() {
    for before in ["", "read -r hello; read -r prompt; "] {
        let world = World::new();
        let repo = world.repo("work");
        let bin = mortal(&world, before);
        std::fs::write(die(&world), "").unwrap();
        let dir = repo.to_str().unwrap();
        let run = ["run", "--agent", "demo", "--dir", dir, "--prompt", "[[demo:plain]] login"];
        let (said, code) = world.printed(&[&run[..], &["--bin", bin.to_str().unwrap()]].concat());
        assert_eq!(code, Some(10), "{said}");
        assert!(said.contains("needs you (crashed)"), "{said}");
        assert!(said.contains("\nGo on: mush resume demo-plain-login\n"), "{said}");
        let waits = world.rows(["prompts", "demo-plain-login"]);
        assert_eq!(waits[0]["text"], "[[demo:plain]] login", "it waits again: {waits:?}");
        std::fs::remove_file(die(&world)).unwrap();
        // What a person says meanwhile comes after it.
        world.rows(["send", "demo-plain-login", "[[demo:plain]] more"]);
        assert_eq!(world.printed(&["wait", "demo-plain-login"]).1, Some(0));
        let hash = |text: &str| demo_agent::content_hash(text.as_bytes());
        let expected = [hash("[[demo:plain]] login"), hash("[[demo:plain]] more")];
        assert_eq!(crate::truth::Truth::of(&repo).prompts(), expected);
        assert!(world.rows(["prompts", "demo-plain-login"]).is_empty());
        assert!(!starts(&world)[1].contains("--resume"), "nothing was said: {:?}", starts(&world));
        let (said, _) = world.printed(&["attach", "demo-plain-login"]);
        assert!(said.contains("· a new conversation begins"), "{said}");
        world.verified();
    }
}

#[test]
fn a_killed_agent_goes_on_with_the_conversation_in_which_a_model_answered() {
    let world = World::new();
    let repo = world.repo("work");
    let bin = mortal(&world, "read -r hello; read -r prompt; ");
    let said = world.run(&repo, "[[demo:plain]] first", &["--bin", bin.to_str().unwrap()]);
    assert_eq!(said.state(), "done(unchecked)");
    let story = said.story();
    std::fs::write(die(&world), "").unwrap();
    world.rows(["send", &story, "[[demo:plain]] second"]);
    assert_eq!(world.ask(["wait", &story]).code, Some(10));
    std::fs::remove_file(die(&world)).unwrap();
    world.rows(["resume", &story]);
    assert_eq!(world.ask(["wait", &story]).code, Some(0));
    let hash = |text: &str| demo_agent::content_hash(text.as_bytes());
    let expected = [hash("[[demo:plain]] first"), hash("[[demo:plain]] second")];
    assert_eq!(crate::truth::Truth::of(&repo).prompts(), expected);
    let resumed: Vec<bool> = starts(&world).iter().map(|line| line.contains("--resume")).collect();
    assert_eq!(resumed, [false, true, true]);
    world.verified();
}

#[test]
fn a_story_without_logs_goes_on_with_the_conversation_in_which_a_model_answered() {
    let world = World::new();
    let repo = world.repo("work");
    let bin = mortal(&world, "read -r hello; read -r prompt; ");
    let said = world.run(&repo, "[[demo:plain]] first", &["--bin", bin.to_str().unwrap()]);
    let story = said.story();
    std::fs::write(die(&world), "").unwrap();
    world.rows(["send", &story, "[[demo:plain]] second"]);
    assert_eq!(world.ask(["wait", &story]).code, Some(10));
    // The prompt that no model took waits, so the story is not over.
    let refused = world.ask(["delete-logs", &story, "--yes"]);
    assert_eq!(refused.fault(), "wrong_state");
    assert!(refused.err.contains("a prompt waits"), "{}", refused.err);
    let waits = world.rows(["prompts", &story]);
    world.rows(["unsend", waits[0]["id"].as_str().unwrap()]);
    let stands = || {
        let story = world.story(&story);
        (story.state, story.reason, story.detail, story.queued_prompts, story.session)
    };
    let before = stands();
    world.rows(["delete-logs", &story, "--yes"]);
    assert_eq!(stands(), before);
    world.end_server();
    world.verified();
    world.rows(["rebuild"]);
    assert_eq!(stands(), before);
    std::fs::remove_file(die(&world)).unwrap();
    world.rows(["send", &story, "[[demo:plain]] third"]);
    assert_eq!(world.ask(["wait", &story]).code, Some(0));
    let resumed: Vec<bool> = starts(&world).iter().map(|line| line.contains("--resume")).collect();
    assert_eq!(resumed, [false, true, true]);
    world.verified();
}

#[test]
fn a_story_goes_on_with_another_program_model_and_arguments() {
    let world = World::new();
    let repo = world.repo("work");
    let missing = world.path("missing");
    let more = ["--bin", missing.to_str().unwrap(), "--arg", "--no-such-flag", "--model", "old"];
    let said = world.run(&repo, "[[demo:plain]]", &more);
    assert_eq!(said.state(), "needs_you(start_failed)");
    let story = said.story();
    let bin = agent(&world, "agent");
    let bin = bin.to_str().unwrap();
    world.rows(["resume", &story, "--bin", bin, "--model", "demo-large", "--no-args"]);
    assert_eq!(world.ask(["wait", &story]).code, Some(0));
    let profile = world.story(&story).profile;
    assert_eq!(profile.bin.as_deref(), Some(bin));
    assert_eq!((profile.model.as_deref(), profile.extra_args.len()), (Some("demo-large"), 0));
    let words = std::fs::read_to_string(world.path("agent.words")).unwrap();
    assert!(words.contains("demo-large") && !words.contains("no-such-flag"), "{words}");
    let changes = world.ask(["attach", &story]).journal().into_iter();
    let changes = changes.filter(|it| matches!(it, protocol::JournalEvent::ProfileChanged { .. }));
    assert_eq!(changes.count(), 1);
    // The store says the same when it was made again, and what is not given stays.
    world.end_server();
    world.rows(["rebuild"]);
    assert_eq!(world.story(&story).profile, profile);
    world.rows(["resume", &story]);
    until("it is done again", || {
        (world.story(&story).runs.len() == 3 && world.ask(["wait", &story]).code == Some(0))
            .then_some(())
    });
    assert_eq!(world.story(&story).profile, profile);
    world.verified();
}

#[test]
fn nothing_is_changed_in_a_story_that_works() {
    let world = World::new();
    let run = world.start(&world.repo("work"), "[[demo:slow n=40 ms=50]]", &[]);
    run.until_state("running");
    let story = run.story();
    world.refused(["resume", &story, "--model", "other"], "wrong_state");
    assert_eq!(run.end().state(), "done(unchecked)");
    assert_eq!(world.story(&story).profile.model, None);
}

#[test]
fn a_story_that_was_put_away_is_listed_when_it_is_asked_for() {
    let world = World::new();
    let said = world.run(&world.repo("work"), "[[demo:plain]]", &[]);
    world.rows(["archive", &said.story()]);
    assert_eq!(world.printed(&["stories"]).0, "Every story was put away: mush stories --all\n");
    assert!(world.printed(&["stories", "--all"]).0.contains("archived"));
    assert_eq!(world.rows(["stories"])[0]["state"], "archived", "programs have every row");
    assert_eq!(world.ask(["attach", &said.story()]).code, Some(0), "it is over");
}

#[test]
fn no_fault_ends_in_a_blank() {
    let world = World::new();
    let said = world.run(&world.repo("work"), "[[demo:plain]]", &[]);
    assert_eq!(said.state(), "done(unchecked)");
    let dir = world.path("work");
    let dir = dir.to_str().unwrap();
    let run = |more: &[&str]| {
        let words = ["run", "--agent", "demo", "--dir", dir, "--prompt", "x"];
        words.iter().chain(more).map(|word| (*word).to_owned()).collect::<Vec<_>>()
    };
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let cases = [
        owned(&["answer", "", "allow"]),
        owned(&["answer", " ", "allow"]),
        owned(&["attach", ""]),
        owned(&["attach", " "]),
        owned(&["wait", ""]),
        owned(&["send", "", "x"]),
        owned(&["prompts", ""]),
        owned(&["edit", " ", "x"]),
        owned(&["unsend", ""]),
        owned(&["interrupt", ""]),
        owned(&["stop", ""]),
        owned(&["resume", ""]),
        owned(&["why", " "]),
        owned(&["archive", ""]),
        owned(&["events", " "]),
        owned(&["config", "get", ""]),
        owned(&["config", "set", "", "1"]),
        run(&["--bin", ""]),
        run(&["--env", ""]),
        run(&["--add-dir", ""]),
        owned(&["run", "--agent", " ", "--dir", dir, "--prompt", "x"]),
        owned(&["run", "--agent", "demo", "--dir", "", "--prompt", "x"]),
        owned(&["run", "--agent", "demo", "--dir", dir, "--prompt", ""]),
        owned(&["usage", "--tz", ""]),
        owned(&["usage", "--from", ""]),
    ];
    for words in cases {
        let said = world.ask(&words);
        assert_eq!(said.code, Some(2), "{words:?}: {}", said.err);
        let fault: serde_json::Value =
            serde_json::from_str(said.err.lines().last().unwrap()).unwrap();
        for part in ["message", "hint"] {
            let text = fault[part].as_str().unwrap();
            assert_eq!(text.trim(), text, "{words:?}");
            assert!(!text.is_empty() && !text.contains("  "), "{words:?}: {text:?}");
        }
    }
}
