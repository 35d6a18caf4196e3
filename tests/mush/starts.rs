//! Starts that fail: programs that cannot be run, missing directories, invalid arguments. Each is a
//! typed refusal or an outcome with a hint, and nothing else is run instead.

use crate::support::{World, at_once, until};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

fn program(world: &World, name: &str, content: &[u8], mode: u32) -> PathBuf {
    let path = world.path(name);
    fs::write(&path, content).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    path
}

/// An ELF header for another processor than this machine's.
fn foreign_program() -> Vec<u8> {
    let machine: u8 = if cfg!(target_arch = "aarch64") { 62 } else { 183 };
    let mut header = vec![0; 4096];
    header[..7].copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, 1, 1]);
    (header[16], header[18], header[20], header[52], header[54]) = (2, machine, 1, 64, 56);
    header
}

#[test]
fn a_program_that_cannot_run_is_reported_by_kind() {
    let world = World::new();
    let script = b"#!/nonexistent/interpreter\n";
    let cases = [
        (world.path("nowhere/agent"), "missing"),
        (program(&world, "plain.txt", b"#!/bin/sh\n", 0o644), "not_executable"),
        (program(&world, "script", script, 0o755), "interpreter"),
        (program(&world, "foreign", &foreign_program(), 0o755), "not_executable"),
        (program(&world, "noise", b"\x01\x02\x03\x04 no program", 0o755), "not_executable"),
        (world.path("home"), "not_executable"),
    ];
    at_once(&cases, |(path, why)| {
        let name = format!("repo-{}", path.file_name().unwrap().display());
        let said = world.run(&world.repo(&name), "hello", &["--bin", path.to_str().unwrap()]);
        assert_eq!(said.state(), "needs_you(start_failed)", "{path:?}: {said:#?}");
        assert_eq!(said.code, Some(10));
        assert_eq!(start_failure(&said.out), *why, "{path:?}");
        assert!(said.evidence()[0].summary.contains(path.to_str().unwrap()), "{said:#?}");
        assert!(said.events().is_empty(), "{said:#?}");
    });
    world.verified();
}

/// The kind of start failure in the run's outcome.
fn start_failure(lines: &[serde_json::Value]) -> &str {
    let ended = lines.iter().rfind(|line| line["event"]["type"] == "run_ended").unwrap();
    let outcome = &ended["event"]["outcome"];
    assert_eq!(outcome["kind"], "start_failed", "{outcome}");
    outcome["why"].as_str().unwrap()
}

#[test]
fn a_flag_that_the_agent_refuses_is_reported_in_its_words() {
    let world = World::new();
    let said = world.run(&world.repo("work"), "hello", &["--arg", "--no-such-flag"]);
    assert_eq!(said.state(), "needs_you(start_failed)", "{said:#?}");
    assert_eq!(start_failure(&said.out), "bad_argument");
    let stderr = said.evidence()[0].stderr.clone().unwrap();
    assert!(stderr.contains("--no-such-flag"), "{stderr}");
    assert!(world.story(&said.story()).detail.unwrap().contains("--no-such-flag"));
}

#[test]
fn a_conversation_that_does_not_exist_is_not_resumed() {
    let world = World::new();
    let session = "3e6b1d5e-0000-4000-8000-0123456789ab";
    let said = world.run(&world.repo("work"), "hello", &["--resume", session]);
    assert_eq!(said.state(), "needs_you(start_failed)", "{said:#?}");
    assert_eq!(start_failure(&said.out), "session");
    // The agent said that the conversation does not exist, so nothing is lost by a new one.
    world.rows(["send", &said.story(), "[[demo:plain]]"]);
    let after = world.ask(["attach", &said.story()]);
    assert_eq!(after.state(), "done(unchecked)", "{after:#?}");
    let story = world.story(&said.story());
    assert_eq!(story.runs.len(), 2);
    assert_ne!(story.session.unwrap().as_str(), session);
}

#[test]
fn a_directory_that_is_gone_is_never_replaced_by_another() {
    let world = World::new();
    let repo = world.repo("work");
    let said = world.run(&repo, "[[demo:plain]]", &[]);
    assert_eq!(said.state(), "done(unchecked)");
    let home: Vec<_> = entries(&world.path("home"));
    fs::remove_dir_all(&repo).unwrap();
    world.rows(["send", &said.story(), "[[demo:tools]]"]);
    let after = world.ask(["attach", &said.story()]);
    assert_eq!((after.state().as_str(), after.code), ("needs_you(start_failed)", Some(10)));
    assert_eq!(start_failure(&after.out), "cwd");
    assert_eq!(entries(&world.path("home")), home, "nothing was written elsewhere");
    assert!(!repo.exists());
}

fn entries(dir: &Path) -> Vec<std::ffi::OsString> {
    let mut names: Vec<_> = fs::read_dir(dir).unwrap().map(|it| it.unwrap().file_name()).collect();
    names.sort();
    names
}

#[test]
fn a_program_of_the_repository_is_never_the_agent() {
    let mut world = World::new();
    let repo = world.repo("work");
    let canary = world.path("canary");
    let trap = format!("#!/bin/sh\necho trapped > '{}'\n", canary.display());
    for place in ["claude", "bin/claude", "demo", "mush"] {
        let path = repo.join(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &trap).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let safe = world.path("safe");
    fs::create_dir(&safe).unwrap();
    let real =
        format!("#!/bin/sh\nshift 0\nexec '{}' demo-agent \"$@\"\n", env!("CARGO_BIN_EXE_mush"));
    fs::write(safe.join("claude"), real).unwrap();
    fs::set_permissions(safe.join("claude"), fs::Permissions::from_mode(0o755)).unwrap();
    let old = std::env::var("PATH").unwrap();
    let path = format!(".::bin:{0}:{0}/bin:{1}:{old}", repo.display(), safe.display());
    world.set("PATH", path);
    let mut command =
        world.mush(["run", "--agent", "claude", "--dir", ".", "--prompt", "[[demo:tools]]"]);
    command.current_dir(&repo);
    let said = crate::support::Following::begin(command, "").end();
    assert_eq!(said.state(), "done(unchecked)", "{said:#?}");
    assert!(!canary.exists(), "the repository's own program ran");
}

#[test]
fn what_makes_no_sense_is_refused_and_makes_no_story() {
    let world = World::new();
    let repo = world.repo("work");
    let repo = repo.to_str().unwrap();
    let file = program(&world, "file", b"", 0o644);
    let run = |agent: &str, dir: &str, prompt: &str| {
        world.refused(["run", "--agent", agent, "--dir", dir, "--prompt", prompt], "bad_input");
    };
    run("demo", repo, "");
    run("demo", repo, " \n\t ");
    run("nobody", repo, "hello");
    run("demo", world.path("nowhere").to_str().unwrap(), "hello");
    run("demo", file.to_str().unwrap(), "hello");
    world.refused(
        ["run", "--agent", "demo", "--dir", repo, "--prompt", "x", "--env", "=1"],
        "bad_input",
    );
    world.refused(["stop", "nothing"], "not_found");
    world.refused(["send", "nothing", "hello"], "not_found");
    world.refused(["answer", "nothing", "allow"], "not_found");
    assert!(world.rows(["stories"]).is_empty());
    assert!(world.rows(["runs"]).is_empty());
}

#[test]
fn the_id_of_a_conversation_is_never_a_path() {
    let world = World::new();
    let repo = world.repo("work");
    for id in ["../../x", "/x", ".", "..", "-x", "a b", "a\nb"] {
        let said = world.run(&repo, "hello", &[&format!("--resume={id}")]);
        assert_eq!(said.fault(), "bad_input", "{id}: {}", said.err);
    }
    let gate = world.run(&repo, "hello", &["--gate", "  "]);
    assert_eq!(gate.fault(), "bad_input", "{}", gate.err);
    assert!(world.rows(["stories"]).is_empty());
    assert!(!world.path("x.lock").exists());
}

#[test]
fn what_could_not_start_is_tried_again_with_its_own_words() {
    let world = World::new();
    let repo = world.repo("work");
    let real = format!("#!/bin/sh\nexec '{}' demo-agent \"$@\"\n", env!("CARGO_BIN_EXE_mush"));
    let bin = program(&world, "agent", real.as_bytes(), 0o644);
    let said = world.run(&repo, "[[demo:plain]]", &["--bin", bin.to_str().unwrap()]);
    assert_eq!(said.state(), "needs_you(start_failed)");
    assert_eq!(world.story(&said.story()).queued_prompts, 1, "it was never sent");
    fs::set_permissions(&bin, fs::Permissions::from_mode(0o755)).unwrap();
    world.rows(["resume", &said.story()]);
    world.rows(["wait", &said.story()]);
    let hash = demo_agent::content_hash(b"[[demo:plain]]");
    assert_eq!(crate::truth::Truth::of(&repo).prompts(), [hash]);
    world.rows(["resume", &said.story()]);
    world.rows(["wait", &said.story()]);
    assert_eq!(crate::truth::Truth::of(&repo).prompts().len(), 2, "Musher's own words");
    world.verified();
}

#[test]
fn a_keeper_that_never_came_is_not_waited_for_and_never_comes_late() {
    let world = World::new();
    let repo = world.repo("work");
    assert_eq!(world.run(&world.repo("first"), "[[demo:plain]]", &[]).state(), "done(unchecked)");
    let keeper = fs::read_dir(world.data().join("bin")).unwrap().next().unwrap().unwrap().path();
    let real = world.path("real");
    fs::rename(&keeper, &real).unwrap();
    let pid = world.path("pid");
    let late = format!("#!/bin/sh\necho $$ > '{}'\nexec sleep 600\n", pid.display());
    fs::write(&keeper, late).unwrap();
    fs::set_permissions(&keeper, fs::Permissions::from_mode(0o755)).unwrap();
    let run = world.start(&repo, "[[demo:plain]]", &[]);
    let late = until("a keeper that does nothing", || {
        fs::read_to_string(&pid).ok()?.trim().parse::<u32>().ok()
    });
    let story = world.rows(["stories"]).pop().unwrap()["id"].as_str().unwrap().to_owned();
    run.kill_nine();
    crate::support::signal_to(late, rustix::process::Signal::KILL);
    fs::rename(&real, &keeper).unwrap();
    let never = until("its directory", || {
        let mut dirs = world.run_dirs().into_iter();
        dirs.find(|dir| dir.read_keeper().unwrap().is_none() && dir.spec_path().exists())
    });
    world.rows(["wait", &story]);
    assert_eq!(world.story(&story).reason, Some(protocol::Reason::Unchecked));
    assert_eq!(crate::truth::Truth::of(&repo).prompts().len(), 1, "once");
    let late = keeper::launch::launch(&keeper, &never, Vec::new()).unwrap_err();
    assert!(matches!(late, keeper::launch::LaunchError::Refused { .. }), "{late}");
    world.verified();
}
