//! A story that is left is finished by somebody: a command that would leave work behind leaves `mush serve`, which owns
//! the directory without a terminal, gives it to a window and takes it back, and ends by itself.

use crate::owners::{owner, take_over, until_words};
use crate::support::{Following, World, at_once, signal_to, until};
use engine::owner::OwnerRecord;
use rustix::process::Signal;
use std::process::Stdio;

const SERVER: &str = "mush serve";

/// Starts a story of the demo agent and leaves it; gives its id.
fn left(world: &World, name: &str, prompt: &str, more: &[&str]) -> String {
    let words: Vec<&str> = ["--detach"].iter().chain(more).copied().collect();
    let said = world.run(&world.repo(name), prompt, &words);
    assert_eq!(said.code, Some(0), "{said:#?}");
    said.out[0]["id"].as_str().unwrap().to_owned()
}

/// The server that owns the directory.
fn server(world: &World) -> OwnerRecord {
    let found = owner(world);
    assert_eq!(found.role, SERVER);
    found
}

/// Waits until a story is in a state, with an eye on the store alone.
fn until_state(world: &World, story: &str, state: &str) {
    let dir = engine::DataDir::at(world.data()).unwrap();
    until(state, || {
        let reader = engine::store::read::Reader::open(&dir.store()).unwrap();
        let stands = engine::store::text::word(reader.story(story).unwrap().state);
        (stands == state).then_some(())
    });
}

fn is_owned(world: &World) -> bool {
    let dir = engine::DataDir::at(world.data()).unwrap();
    engine::owner::is_owned(&dir).unwrap()
}

/// The lines that `mush` prints for people.
fn lines(world: &World, words: &[&str]) -> String {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mush"));
    command.env_clear().envs(world.variables()).arg("--data-dir").arg(world.data()).args(words);
    String::from_utf8(command.stdin(Stdio::null()).output().unwrap().stdout).unwrap()
}

#[test]
fn a_story_that_is_left_is_finished_with_its_gate() {
    let world = World::new();
    let gate = format!("echo \"$OF_THE_STORY\" >{}", world.path("gate").display());
    let more = ["--gate", &gate, "--env", "OF_THE_STORY=kept"];
    let story = left(&world, "work", "[[demo:slow n=10 ms=50]]", &more);
    server(&world);
    // Nobody asks for anything meanwhile.
    until_state(&world, &story, "done");
    assert_eq!(std::fs::read_to_string(world.path("gate")).unwrap(), "kept\n");
    crate::truth::Truth::of(&world.repo("work")).compare(&world, &story);
    world.verified();
}

#[test]
fn stories_that_are_left_at_once_have_one_server() {
    let world = World::new();
    let names = ["one", "two", "three"];
    names.iter().for_each(|name| drop(world.repo(name)));
    at_once(&names, |name| drop(left(&world, name, "[[demo:tools]]", &[])));
    let found = server(&world);
    for story in world.rows(["stories"]) {
        until_state(&world, story["id"].as_str().unwrap(), "done");
    }
    assert_eq!(server(&world), found, "it stays for a while");
    world.verified();
}

#[test]
fn a_server_that_is_killed_is_missed_and_another_one_goes_on() {
    let world = World::new();
    let story = left(&world, "work", "[[demo:slow n=60 ms=50]]", &["--gate", "true"]);
    let first = server(&world);
    until_state(&world, &story, "running");
    signal_to(first.pid, Signal::KILL);
    until("nobody owns it", || (!is_owned(&world)).then_some(()));
    let said = lines(&world, &["stories"]);
    assert!(said.contains("running, nobody looks after it"), "{said}");
    assert!(said.ends_with("for: mush serve\n"), "{said}");
    let second = Following::begin(world.mush(["serve", "--linger", "0"]), "");
    let ended = second.end();
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let states: Vec<&str> = ended.out.iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["owns", "ended"]);
    let said = lines(&world, &["stories"]);
    assert!(said.contains("done (checked)") && !said.contains("nobody"), "{said}");
    world.verified();
    assert_eq!(world.story(&story).runs.len(), 2);
}

#[test]
fn a_server_gives_the_directory_to_a_window_and_takes_it_back() {
    let world = World::new();
    let story = left(&world, "work", "[[demo:slow n=80 ms=50]]", &["--gate", "true"]);
    let before = server(&world);
    let window = take_over(world.data());
    assert_eq!(owner(&world).role, "app");
    window.close("done");
    until("the server has it back", || (owner(&world).pid == before.pid).then_some(()));
    until_state(&world, &story, "done");
    world.verified();
}

#[test]
fn a_server_ends_when_nothing_is_left_to_do() {
    let world = World::new();
    let served = Following::begin(world.mush(["serve", "--linger", "0"]), "").end();
    assert_eq!(served.code, Some(0), "{}", served.err);
    assert_eq!(served.out.last().unwrap()["state"], "ended");
    assert!(!is_owned(&world));
}

#[test]
fn a_prompt_that_was_taken_while_the_agent_worked_keeps_no_server() {
    let world = World::new();
    let run = world.start(&world.repo("work"), "[[demo:slow n=20 ms=50]]", &[]);
    run.until_state("running");
    world.rows(["send", &run.story(), "[[demo:plain]]"]);
    assert_eq!(run.end().state(), "done(unchecked)");
    let served = Following::begin(world.mush(["serve", "--linger", "0"]), "").end();
    assert_eq!(served.out.last().unwrap()["state"], "ended");
    assert!(!is_owned(&world));
}

#[test]
fn a_second_server_is_not_needed() {
    let world = World::new();
    left(&world, "work", "[[demo:plain]]", &[]);
    let first = server(&world);
    let second = Following::begin(world.mush(["serve"]), "").end();
    assert_eq!((second.code, second.out[0]["state"].as_str()), (Some(0), Some("ended")));
    assert_eq!(server(&world), first);
}

#[test]
fn a_terminal_that_is_closed_leaves_a_server() {
    let world = World::new();
    let run = world.start(&world.repo("work"), "[[demo:slow n=40 ms=50]]", &["--gate", "true"]);
    until_words(&run);
    let story = run.story();
    run.signal(Signal::HUP);
    assert_eq!(run.end().code, Some(129));
    server(&world);
    until_state(&world, &story, "done");
    world.verified();
}

#[test]
fn what_is_sent_while_nobody_is_there_is_finished() {
    let world = World::new();
    let first = world.run(&world.repo("work"), "[[demo:plain]]", &["--gate", "true"]);
    assert!(!is_owned(&world), "nothing is left, so nobody stays");
    let story = first.story();
    world.rows(["send", &story, "[[demo:slow n=10 ms=50]]"]);
    server(&world);
    until_state(&world, &story, "done");
    assert_eq!(world.story(&story).runs.len(), 4, "two of the agent, two of the gate");
    world.verified();
}

#[test]
fn a_store_can_be_made_again_beside_a_server() {
    let world = World::new();
    let story = left(&world, "work", "[[demo:slow n=60 ms=50]]", &[]);
    let server = server(&world);
    world.rows(["rebuild"]);
    until("the server has it back", || (owner(&world).pid == server.pid).then_some(()));
    until_state(&world, &story, "done");
    world.verified();
}

#[test]
fn a_server_is_ended_by_hand_and_its_agents_go_on() {
    let world = World::new();
    let story = left(&world, "work", "[[demo:slow n=60 ms=50]]", &[]);
    server(&world);
    until_state(&world, &story, "running");
    let said = lines(&world, &["serve", "--end"]);
    assert!(said.contains("Agents go on, and nobody looks after them: mush serve"), "{said}");
    until("nobody owns it", || (!is_owned(&world)).then_some(()));
    assert!(lines(&world, &["serve", "--end"]).starts_with("No mush serve owns"));
    assert_eq!(world.ask(["wait", &story]).code, Some(0));
    world.verified();
}

#[test]
fn stories_that_are_left_are_answered_and_stopped_through_the_server() {
    let world = World::new();
    let asks = left(&world, "asks", "[[demo:ask]]", &[]);
    let works = left(&world, "works", "[[demo:slow n=1500 ms=50]]", &[]);
    let server = server(&world);
    let open = until("its question", || world.rows(["questions"]).into_iter().next());
    world.rows(["answer", open["id"].as_str().unwrap(), "allow"]);
    until_state(&world, &asks, "done");
    until_state(&world, &works, "running");
    world.rows(["stop", &works]);
    until_state(&world, &works, "stopped");
    assert_eq!(owner(&world), server);
    world.swept();
    world.verified();
}

#[test]
fn a_reader_finds_out_how_a_program_ended_while_nobody_looked() {
    let world = World::new();
    let follower = world.start(&world.repo("work"), "[[demo:slow n=200 ms=50]]", &[]);
    follower.until_state("running");
    let story = follower.story();
    follower.kill_nine();
    let run = world.runs().remove(0);
    signal_to(run.pid.unwrap(), Signal::KILL);
    let dir = engine::DataDir::at(world.data()).unwrap().run(&run.id);
    until("the end of its program", || dir.read_exit().unwrap());
    // Nobody owns the directory; a reader finds out how the program ended.
    let said = lines(&world, &["stories"]);
    assert!(said.contains("needs you (crashed)") && !said.contains("nobody"), "{said}");
    assert_eq!(world.attach(&story).end().state(), "needs_you(crashed)");
    world.verified();
}

#[test]
fn what_is_stopped_at_once_is_named() {
    let world = World::new();
    let stories = ["one", "two"].map(|name| left(&world, name, "[[demo:slow n=200 ms=50]]", &[]));
    stories.iter().for_each(|story| until_state(&world, story, "running"));
    let said = lines(&world, &["stop", "--all"]);
    let first = said.lines().next().unwrap_or_default();
    assert!(first.starts_with("2 runs are being stopped: "), "{said}");
    for story in &stories {
        until_state(&world, story, "stopped");
        assert!(first.contains(&format!("{}.1", world.story(story).slug)), "{said}");
    }
    assert_eq!(lines(&world, &["stop", "--all"]), "No run is live.\n");
    world.verified();
}
