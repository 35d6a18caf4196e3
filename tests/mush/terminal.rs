//! `mush run` on a terminal: a question is shown completely before it is answered, one question
//! after the other, and neither Enter alone nor text that was typed before is an answer.

use crate::support::{World, until};
use protocol::{Answer, Chosen};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};

/// A program on a separate terminal.
pub(crate) struct Terminal {
    keyboard: File,
    screen: Arc<Mutex<String>>,
    child: Child,
}

impl Terminal {
    pub(crate) fn begin(mut command: Command) -> Self {
        let master: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let slave = OpenOptions::new().read(true).write(true).open(name.to_str().unwrap()).unwrap();
        command.stdin(slave.try_clone().unwrap()).stdout(slave.try_clone().unwrap()).stderr(slave);
        let child = command.spawn().unwrap();
        // `command` holds the terminal's other end, which must be closed when the program ends.
        drop(command);
        let keyboard = File::from(master);
        let screen = Arc::new(Mutex::new(String::new()));
        let (mut output, shown) = (keyboard.try_clone().unwrap(), screen.clone());
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                shown.lock().unwrap().push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        });
        Self { keyboard, screen, child }
    }

    pub(crate) fn types(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until the text is on the screen this many times. Returns the whole screen.
    pub(crate) fn shows(&self, words: &str, times: usize) -> String {
        until(words, || {
            let seen = self.screen.lock().unwrap().clone();
            (seen.matches(words).count() >= times).then_some(seen)
        })
    }

    pub(crate) fn end(&mut self) -> String {
        assert!(self.child.wait().unwrap().success(), "{}", self.screen.lock().unwrap());
        self.screen.lock().unwrap().clone()
    }
}

fn run(world: &World, prompt: &str) -> Terminal {
    let mut mush = Command::new(env!("CARGO_BIN_EXE_mush"));
    mush.env_clear().envs(world.variables()).current_dir(world.path(""));
    mush.arg("--data-dir").arg(world.data()).args(["run", "--agent", "demo", "--dir"]);
    mush.arg(world.repo("work")).args(["--prompt", prompt]);
    Terminal::begin(mush)
}

#[test]
fn a_plan_stands_there_whole_before_a_typed_yes_approves_it() {
    let world = World::new();
    let mut terminal = run(&world, "[[demo:plan]]");
    // Typed before a question: one complete line and one incomplete line.
    terminal.types("y\ny");
    let seen = terminal.shows("y to allow it to begin", 1);
    let before = seen.split("y to allow it to begin").next().unwrap();
    for line in ["## Overdue parcels", "1. Add `late` to `parcel.sh`", "3. Commit"] {
        assert!(before.contains(line), "{line} in {before}");
    }
    assert!(!before.contains("{}") && !before.contains("\"plan\""), "{before}");
    // The state comes after what it is about, and before what is to be answered.
    let place = |words: &str| before.find(words).unwrap_or_else(|| panic!("{words} in {before}"));
    assert!(place("? ExitPlanMode") < place("= waiting (question)"), "{before}");
    assert!(place("= waiting (question)") < place("has a plan and asks to begin"), "{before}");
    terminal.types("\n");
    terminal.shows("y to allow it to begin", 2);
    assert_eq!(world.rows(["questions"]).len(), 1);
    terminal.types("y\n");
    assert!(terminal.end().contains("The plan is approved"));
}

#[test]
fn an_empty_plan_is_said_to_be_empty_and_needs_a_typed_yes() {
    let world = World::new();
    let mut terminal = run(&world, "[[demo:plan empty]]");
    let seen = terminal.shows("y to allow it to begin without a plan", 1);
    assert!(seen.contains("asks to begin without a plan"), "{seen}");
    assert!(seen.contains("The plan is empty."), "{seen}");
    assert!(!seen.contains("{}") && !seen.contains("\"plan\""), "{seen}");
    terminal.types("\n");
    terminal.shows("y to allow it to begin without a plan", 2);
    assert_eq!(world.rows(["questions"]).len(), 1);
    terminal.types("n write one first\n");
    assert!(terminal.end().contains("The plan is not approved: write one first"));
}

#[test]
fn each_of_several_questions_is_asked_in_words_and_gets_its_answer() {
    let world = World::new();
    let mut terminal = run(&world, "[[demo:choice]]");
    let seen = terminal.shows("Type a number or a label", 1);
    assert!(seen.contains("1. How should overdue parcels be shown?"), "{seen}");
    assert!(seen.contains("2. With a mark: Works everywhere"), "{seen}");
    assert!(!seen.contains("Which columns") && !seen.contains("multiSelect"), "{seen}");
    terminal.types("in blue\n");
    terminal.shows("“in blue” is not offered", 1);
    terminal.types("\n");
    terminal.types("= as the tests say\n");
    let seen = terminal.shows("Type numbers or labels", 1);
    assert!(seen.contains("2. Which columns should the list have?"), "{seen}");
    terminal.types("due day, 1\n");
    terminal.end();
    let asked = world.rows(["questions", "--all"]);
    let answer: Answer = serde_json::from_value(asked[0]["answer"].clone()).unwrap();
    let given: Vec<_> = answer
        .choices
        .iter()
        .map(|Chosen { labels, words, .. }| (labels.join("|"), words.clone()))
        .collect();
    assert_eq!(
        given,
        [(String::new(), Some("as the tests say".to_owned())), ("Sender|Due day".to_owned(), None),]
    );
}
