//! Misbehaviours with processes, and signals. Every process that a test starts is killed by the
//! test, by its id.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::json;

use crate::talk::{Place, TIMEOUT, Talk, of_type, program};

/// The processes recorded in a file; killed when this is dropped.
struct Noted(Vec<Pid>);

impl Noted {
    /// Waits until the file has `count` process ids.
    fn read(file: &Path, count: usize) -> Self {
        let deadline = Instant::now() + TIMEOUT;
        loop {
            let text = std::fs::read_to_string(file).unwrap_or_default();
            let pids: Vec<Pid> =
                text.lines().filter_map(|line| Pid::from_raw(line.parse().ok()?)).collect();
            if pids.len() >= count {
                assert_eq!(pids.len(), count);
                return Self(pids);
            }
            assert!(Instant::now() < deadline, "only {} of {count} processes", pids.len());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn alive(&self) -> usize {
        self.0.iter().filter(|pid| test_kill_process(**pid).is_ok() && !is_zombie(**pid)).count()
    }
}

/// Without a process that waits for orphans, an ended one keeps its id; `/proc` shows that it is a
/// zombie.
fn is_zombie(pid: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z'))
}

impl Drop for Noted {
    fn drop(&mut self) {
        for pid in &self.0 {
            // Error ignored: it may have ended.
            let _ = kill_process(*pid, Signal::KILL);
        }
    }
}

fn signal(talk: &mut Talk, signal: Signal) {
    let pid = Pid::from_child(talk.child());
    kill_process(pid, signal).expect("it is alive");
}

/// A process that prints one word after the other.
fn slow(place: &Place, directives: &str) -> Talk {
    let mut talk = Talk::process(place, &[]);
    talk.prompt(&format!("[[demo:slow ms=1 {directives}]]"));
    talk.until(|line| line["event"]["delta"]["text"] == "word3 ");
    talk
}

#[test]
fn a_crash_is_a_death_by_that_signal_in_the_middle_of_a_text() {
    for (name, number) in [("KILL", 9), ("TERM", 15), ("SEGV", 11), ("ABRT", 6)] {
        let place = Place::new();
        let mut talk = Talk::process(&place, &[]);
        talk.prompt(&format!("[[demo:long crash={name}]]"));
        let lines = talk.rest();
        assert!(of_type(&lines, "assistant").is_empty(), "{name}");
        let status = talk.child().wait().expect("it can be waited for");
        assert_eq!(status.signal(), Some(number), "{name}");
    }
}

#[test]
fn an_interrupt_signal_ends_with_a_result_and_success() {
    let place = Place::new();
    let mut talk = slow(&place, "");
    signal(&mut talk, Signal::INT);
    let lines = talk.rest();
    let ended = lines.last().expect("a result");
    assert_eq!(ended["terminal_reason"], "aborted_streaming");
    assert!(of_type(&lines, "control_response").is_empty());
    assert_eq!(talk.code(), 0);
}

#[test]
fn termination_ends_without_a_result() {
    for (sent, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let place = Place::new();
        let mut talk = slow(&place, "");
        signal(&mut talk, sent);
        assert!(of_type(&talk.rest(), "result").is_empty());
        assert_eq!(talk.code(), code);
    }
}

#[test]
fn termination_kills_the_running_command() {
    let place = Place::new();
    let pids = place.file("pids");
    let mut talk = Talk::process(&place, &[]);
    talk.prompt("[[demo:ask]]");
    let asked = talk.next("control_request");
    let command = format!("echo $$ > {}; exec sleep 600", pids.display());
    talk.answer(&asked, &json!({"behavior": "allow", "updatedInput": {"command": command}}));
    let noted = Noted::read(&pids, 1);
    signal(&mut talk, Signal::TERM);
    talk.rest();
    assert_eq!(talk.code(), 143);
    let deadline = Instant::now() + TIMEOUT;
    while noted.alive() > 0 {
        assert!(Instant::now() < deadline, "the command lives on");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn termination_can_be_ignored() {
    let place = Place::new();
    let mut talk = slow(&place, "ignore_term");
    signal(&mut talk, Signal::TERM);
    signal(&mut talk, Signal::HUP);
    for _ in 0..50 {
        talk.next("stream_event");
    }
    signal(&mut talk, Signal::KILL);
    talk.rest();
    assert_eq!(talk.child().wait().expect("it ended").signal(), Some(9));
}

#[test]
fn the_process_can_stay_after_its_result_or_after_stdin() {
    for directive in ["hang_after_result", "no_exit_on_eof"] {
        let place = Place::new();
        let mut talk = Talk::process(&place, &[]);
        talk.prompt(&format!("[[demo:plain {directive}]]"));
        talk.next("result");
        talk.close();
        assert!(talk.is_quiet_for(Duration::from_millis(300)), "{directive}");
        signal(&mut talk, Signal::TERM);
        talk.rest();
        assert_eq!(talk.code(), 143, "{directive}");
    }
}

#[test]
fn a_tree_outlives_the_agent_and_ignores_polite_signals() {
    let place = Place::new();
    let pids = place.file("pids");
    let mut talk = Talk::process(&place, &[]);
    talk.prompt(&format!("[[demo:plain tree pids={}]]", pids.display()));
    talk.next("result");
    let noted = Noted::read(&pids, 9);
    for pid in &noted.0 {
        kill_process(*pid, Signal::TERM).expect("it is alive");
        kill_process(*pid, Signal::HUP).expect("it is alive");
    }
    talk.close();
    talk.rest();
    assert_eq!(talk.code(), 0);
    assert_eq!(noted.alive(), 9);
}

#[test]
fn children_and_left_over_servers_can_be_asked_for() {
    for directive in ["children=12", "leftover=12"] {
        let place = Place::new();
        let pids = place.file("pids");
        let mut talk = Talk::process(&place, &[]);
        talk.prompt(&format!("[[demo:plain {directive} pids={}]]", pids.display()));
        talk.close();
        talk.rest();
        assert_eq!(talk.code(), 0);
        assert_eq!(Noted::read(&pids, 12).alive(), 12, "{directive}");
    }
}

#[test]
fn a_grandchild_can_hold_stdout_after_the_end() {
    let place = Place::new();
    let pids = place.file("pids");
    let mut talk = Talk::process(&place, &[]);
    talk.prompt(&format!("[[demo:plain grandchild=600 pids={}]]", pids.display()));
    talk.close();
    talk.next("result");
    let status = talk.child().wait().expect("it can be waited for");
    assert!(status.success());
    let noted = Noted::read(&pids, 1);
    assert!(talk.is_quiet_for(Duration::from_millis(200)), "stdout is still open");
    drop(noted);
    assert_eq!(talk.line(), None);
}

#[test]
fn bytes_can_come_after_the_end() {
    let place = Place::new();
    let mut talk = Talk::process(&place, &[]);
    talk.prompt("[[demo:plain late]]");
    talk.close();
    talk.next("result");
    assert!(talk.child().wait().expect("it can be waited for").success());
    assert_eq!(talk.next("system")["subtype"], "demo_late");
}

#[test]
fn words_can_be_written_to_stderr() {
    let place = Place::new();
    let prompt = "[[demo:plain stderr=\"two words\"]]";
    let args = ["-p", prompt, "--output-format", "stream-json", "--verbose"];
    let output = program(&place).args(args).output().expect("it runs");
    assert_eq!(output.stderr, b"two words\n");
}

#[test]
fn a_closed_stdout_does_not_stop_the_work() {
    let place = Place::new();
    let mut command = program(&place);
    command.args(["-p", "[[demo:tools]]", "--output-format", "stream-json", "--verbose"]);
    let (lines, stdout) = std::io::pipe().expect("a pipe");
    drop(lines);
    let status = command.stdout(stdout).status().expect("it runs");
    assert!(status.success());
    assert!(place.work().join("hello.txt").is_file());
}
