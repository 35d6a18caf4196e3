//! A start that waits (a git that hangs, a program that does not report its version, a slow keeper)
//! delays only its own story: the wait is shown, other stories can be used meanwhile, and the start
//! can be stopped. Each hindrance is a pipe that nothing writes to, so that no test depends on
//! time.

use crate::support::{Following, World, until};
use protocol::{JournalEvent, Question, Story, StoryState, WaitsFor};
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const CODEX: &str = include_str!("app_server.sh");

fn program(path: &Path, script: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).unwrap();
}

/// A pipe that blocks its reader until the test writes to it.
struct Hindrance(PathBuf);

impl Hindrance {
    fn new(world: &World, name: &str) -> Self {
        let path = world.path(name);
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        Self(path)
    }

    /// The line of a shell script that waits for the pipe.
    fn wait(&self) -> String {
        format!("read word <'{}'", self.0.display())
    }

    /// Waits until the pipe is being read. Returns the file that releases the reader.
    fn reached(&self) -> File {
        OpenOptions::new().write(true).open(&self.0).unwrap()
    }
}

fn lift(mut reached: File) {
    reached.write_all(b"go\n").unwrap();
}

/// A world with three hindrances.
struct Hindered {
    world: World,
    git: Hindrance,
    version: Hindrance,
    keeper: Hindrance,
}

impl Hindered {
    fn new() -> Self {
        let mut world = World::new();
        let [git, version, keeper] =
            ["git.pipe", "version.pipe", "keeper.pipe"].map(|name| Hindrance::new(&world, name));
        // Only git in this repository hangs, and only if the file exists.
        let real = which("git");
        let hangs = world.path("first/.git/hangs");
        program(
            &world.path("bin/git"),
            &format!(
                "case \"$*\" in *'{}'*) [ -e '{}' ] && {};; esac\nexec '{real}' \"$@\"",
                world.path("first").display(),
                hangs.display(),
                git.wait(),
            ),
        );
        program(&world.path("bin/real-codex"), CODEX);
        program(
            &world.path("bin/codex"),
            &format!(
                "[ \"$1\" = --version ] && {}\nexec '{}' \"$@\"",
                version.wait(),
                world.path("bin/real-codex").display(),
            ),
        );
        world.set("FAKE", "");
        world.set("FAKE_ID", "7");
        let path = std::env::var("PATH").unwrap();
        world.set("PATH", format!("{}:{path}", world.path("bin").display()));
        Self { world, git, version, keeper }
    }

    /// Starts a program that owns the directory; its agent asks a question that is never answered.
    fn owner(&self) -> Following {
        let owner = self.world.start(&self.world.repo("owner"), "[[demo:ask]]", &[]);
        owner.until_state("waiting(question)");
        owner
    }

    /// A finished story, in whose repository git hangs from now on.
    fn first(&self) -> String {
        let story = self.world.run(&self.world.committed("first"), "[[demo:plain]]", &[]).story();
        std::fs::write(self.world.path("first/.git/hangs"), "").unwrap();
        story
    }

    /// Releases the hanging git; later ones do not hang.
    fn release_git(&self) {
        let reached = self.git.reached();
        std::fs::remove_file(self.world.path("first/.git/hangs")).unwrap();
        lift(reached);
    }

    /// From now on the keepers of runs in the third repository hang.
    fn hang_keepers(&self) {
        let bin = self.world.data().join("bin");
        let installed = std::fs::read_dir(&bin).unwrap().next().unwrap().unwrap().path();
        let real = self.world.path("keeper");
        std::fs::rename(&installed, &real).unwrap();
        program(
            &installed,
            &format!(
                "grep -q '{}' \"$3/spec.json\" && {}\nexec '{}' \"$@\"",
                self.world.path("third").display(),
                self.keeper.wait(),
                real.display(),
            ),
        );
    }

    /// What a story waits for.
    fn why(&self, story: &str) -> Value {
        self.world.rows(["why", story]).remove(0)
    }

    /// Waits until a story waits for this job. Returns the answer of `mush why`.
    fn until_job(&self, story: &str, job: &str) -> Value {
        until(&format!("{story} waits for {job}"), || {
            let why = self.why(story);
            let waits_for: WaitsFor = serde_json::from_value(why.clone()).unwrap();
            (matches!(waits_for, WaitsFor::Job { .. }) && why["job"] == job).then_some(why)
        })
    }

    fn question_of(&self, story: &str) -> Question {
        until("a question", || {
            let rows = self.world.rows(["questions"]).into_iter();
            let mut questions = rows.map(|row| serde_json::from_value::<Question>(row).unwrap());
            questions.find(|question| question.story.as_str() == story)
        })
    }

    /// Waits until a story is done after this many runs.
    fn until_done(&self, story: &str, runs: usize) {
        until("it is done", || {
            let story = self.world.story(story);
            let is_done = story.state == StoryState::Done && story.queued_prompts == 0;
            (is_done && story.runs.len() >= runs).then(|| assert_eq!(story.runs.len(), runs))
        });
    }

    fn state(&self, story: &str) -> String {
        let Story { state, reason, .. } = self.world.story(story);
        format!("{state:?} {reason:?}")
    }
}

fn which(program: &str) -> String {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output().unwrap();
    String::from_utf8(found.stdout).unwrap().trim().to_owned()
}

#[test]
fn what_hangs_in_one_story_holds_no_other_one_up() {
    let hindered = Hindered::new();
    let world = &hindered.world;
    let owner = hindered.owner();
    let fourth = world.start(&world.repo("fourth"), "[[demo:ask2]]", &[]);
    fourth.until_state("waiting(question)");
    let first = hindered.first();
    hindered.hang_keepers();

    world.rows(["send", &first, "[[demo:plain]]"]);
    let git = hindered.until_job(&first, "git");
    let codex = world.path("bin/codex");
    let words = ["--agent", "codex", "--bin", codex.to_str().unwrap()];
    let second = world.start(&world.repo("second"), "Build it.", &words);
    let version = hindered.until_job(&second.story(), "program");
    let third = world.start(&world.repo("third"), "[[demo:plain]]", &[]);
    let keeper = hindered.until_job(&third.story(), "keeper");

    let asked = hindered.question_of(&fourth.story());
    world.rows(["answer", asked.id.as_str(), "allow"]);
    until("the agent goes on and asks again", || {
        (hindered.question_of(&fourth.story()).id != asked.id).then_some(())
    });
    world.rows(["stop", &fourth.story()]);
    assert_eq!(fourth.end().state(), "stopped(you)");

    // They waited for the same all the time.
    assert_eq!(hindered.why(&first), git);
    assert_eq!(hindered.why(&second.story()), version);
    assert_eq!(hindered.why(&third.story()), keeper);

    lift(hindered.version.reached());
    assert_eq!(second.end().state(), "done(unchecked)");
    lift(hindered.keeper.reached());
    assert_eq!(third.end().state(), "done(unchecked)");
    hindered.release_git();
    hindered.until_done(&first, 2);
    owner.kill_nine();
    world.verified();
}

#[test]
fn what_a_start_waits_for_can_be_stopped() {
    let hindered = Hindered::new();
    let world = &hindered.world;
    let owner = hindered.owner();
    let first = hindered.first();
    hindered.hang_keepers();

    // Nothing of the run is recorded yet, so it never starts.
    world.rows(["send", &first, "[[demo:plain]]"]);
    hindered.until_job(&first, "git");
    world.refused(["archive", &first], "wrong_state");
    world.refused(["resume", &first], "wrong_state");
    world.rows(["stop", &first]);
    assert_eq!(hindered.state(&first), "Stopped Some(You)");
    assert_eq!(world.story(&first).runs.len(), 1);
    world.refused(["stop", &first], "wrong_state");

    // The run is recorded, so it is ended as soon as its process exists.
    let third = world.start(&world.repo("third"), "[[demo:slow n=1000 ms=100]]", &[]);
    let story = third.story();
    hindered.until_job(&story, "keeper");
    world.rows(["stop", &story]);
    lift(hindered.keeper.reached());
    let said = third.end();
    assert_eq!(said.state(), "stopped(you)", "{said:#?}");
    let stops = said.journal().into_iter();
    let stops = stops.filter(|event| matches!(event, JournalEvent::StopRequested { .. }));
    assert_eq!(stops.count(), 1);

    // A stopped story can be resumed.
    std::fs::remove_file(world.path("first/.git/hangs")).unwrap();
    world.rows(["resume", &first]);
    hindered.until_done(&first, 2);
    owner.kill_nine();
    world.verified();
}

#[test]
fn a_program_that_owns_the_directory_for_one_request_sees_the_start_through() {
    let hindered = Hindered::new();
    let world = &hindered.world;
    let first = hindered.first();
    let send = Following::begin(world.mush(["send", &first, "[[demo:plain]]"]), "");
    hindered.release_git();
    assert_eq!(send.end().code, Some(0));
    hindered.until_done(&first, 2);
    world.verified();
}
