//! Data directories in unusual places: names with spaces, quotes, newlines and foreign letters,
//! paths longer than the name of a socket may be, read-only directories, and full disks.

use crate::support::{Following, World, until};
use crate::truth::Truth;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A complete journey in one world: a follower, a question, a stop, a take-over.
fn journey(world: &World) {
    let repo = world.repo("it's a \"repo\" – ünïcode\n");
    let run = world.start(&repo, "[[demo:ask]]", &["--gate", "test -f allowed.txt"]);
    run.until_state("waiting(question)");
    let follower = world.attach(&run.story());
    follower.until_state("waiting(question)");
    run.kill_nine();
    let question = &world.rows(["questions"])[0];
    world.rows(["answer", question["id"].as_str().unwrap(), "allow"]);
    let said = follower.end();
    assert_eq!(said.state(), "done(checked)", "{said:#?}");
    Truth::of(&repo).compare(world, &said.story());
    let run = world.start(&repo, "[[demo:slow]]", &[]);
    run.until_state("running");
    world.rows(["stop", "--all"]);
    assert_eq!(run.end().state(), "stopped(you)");
    world.swept();
    world.verified();
}

#[test]
fn a_directory_may_have_any_name() {
    let long = "a-name-that-is-long/".repeat(12);
    let names = [
        OsString::from("it's \"my\" data\n$(touch canary) `x` – данные 数据"),
        OsString::from(long),
    ];
    crate::support::at_once(&names, |name| {
        let world = World::with_data(name);
        journey(&world);
        assert!(!world.path("canary").exists());
    });
}

#[test]
fn a_directory_name_that_is_no_text_works_or_is_refused() {
    let world = World::with_data(&OsString::from_vec(b"data-\xff\xfe".to_vec()));
    journey(&world);
}

#[test]
fn everything_in_it_is_for_its_owner_only() {
    let world = World::new();
    let mut command = Command::new("sh");
    command.args(["-c", "umask 000; exec \"$@\"", "sh"]);
    let mush = world.mush(["run", "--agent", "demo", "--prompt", "[[demo:ask]]", "--dir"]);
    command.env_clear().envs(world.variables()).arg(mush.get_program()).args(mush.get_args());
    let run = Following::begin(with(command, &world.repo("work")), "");
    run.until_state("waiting(question)");
    check_modes(world.data());
    world.rows(["stop", &run.story()]);
    run.end();
    check_modes(world.data());
}

fn with(mut command: Command, word: &Path) -> Command {
    command.arg(word);
    command
}

fn check_modes(dir: &Path) {
    let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(dir), 0o700, "{}", dir.display());
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => check_modes(&path),
            Ok(found) if found.permissions().mode() & 0o077 != 0 => {
                panic!("{} has mode {:o}", path.display(), mode(&path))
            }
            // Temporary files may appear and disappear.
            _ => {}
        }
    }
}

/// A small disk for the world's data.
struct Disk(PathBuf);

impl Disk {
    /// Mounts it with room for keepers and `megabytes` more. `None` if the test may not mount.
    fn mount(world: &mut World, megabytes: u64) -> Option<Self> {
        let place = world.data().parent().unwrap().to_owned();
        let program = fs::metadata(env!("CARGO_BIN_EXE_mush")).unwrap().len() / 1_048_576 + 1;
        match world.mount(&place, program + megabytes) {
            true => Some(Self(place)),
            false => {
                eprintln!("skipped: this needs the right to mount a disk");
                None
            }
        }
    }

    /// Waits until nobody holds a file there open for writing: the system refuses until then, and
    /// a keeper lives for a moment after it has recorded the exit.
    fn remount_read_only(&self) {
        until("a disk without writers", || {
            let mut mount = Command::new("mount");
            let tried = mount.args(["-o", "remount,ro"]).arg(&self.0).output().unwrap();
            tried.status.success().then_some(())
        });
    }

    /// Fills the disk until only this much room is left. Deleting the returned file makes room
    /// again.
    fn fill_up_to(&self, megabytes: u64) -> PathBuf {
        let ballast = self.0.join("ballast");
        let free = rustix::fs::statvfs(&self.0).unwrap();
        let free = free.f_bavail * free.f_bsize;
        let len = free.saturating_sub(megabytes * 1_048_576);
        let file = fs::File::create(&ballast).unwrap();
        rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, len).unwrap();
        ballast
    }
}

#[test]
fn a_directory_that_cannot_be_written_is_a_refusal_with_a_next_step() {
    let mut world = World::with_data(OsStr::new("disk/data"));
    let Some(disk) = Disk::mount(&mut world, 8) else { return };
    assert_eq!(world.run(&world.repo("work"), "[[demo:plain]]", &[]).state(), "done(unchecked)");
    let before = world.rows(["stories"]);
    disk.remount_read_only();
    let repo = world.repo("work");
    let said = world.run(&repo, "hello", &[]);
    assert_eq!(said.fault(), "data_dir", "{}", said.err);
    assert!(said.err.contains("--data-dir"), "{}", said.err);
    assert_eq!(world.rows(["stories"]), before, "what is there can still be read");
}

#[test]
fn a_full_disk_pauses_the_agent_and_loses_nothing() {
    let mut world = World::with_data(OsStr::new("disk/data"));
    let Some(disk) = Disk::mount(&mut world, 120) else { return };
    assert_eq!(world.run(&world.repo("first"), "[[demo:plain]]", &[]).state(), "done(unchecked)");
    let ballast = disk.fill_up_to(6);
    let repo = world.repo("work");
    let run = world.start(&repo, "[[demo:long size=6000000]]", &[]);
    let story = run.story();
    until("a paused agent", || world.run_dirs().iter().any(|dir| dir.is_paused()).then_some(()));
    until("words of it", || run.err_so_far().contains("the agent waits").then_some(()));
    fs::remove_file(ballast).unwrap();
    let said = run.end();
    assert_eq!((said.state().as_str(), said.code), ("done(unchecked)", Some(0)), "{}", said.err);
    assert!(!world.run_dirs().iter().any(|dir| dir.is_paused()));
    Truth::of(&repo).compare(&world, &story);
    crate::owners::saw_everything(&world, &said);
    world.verified();
}
