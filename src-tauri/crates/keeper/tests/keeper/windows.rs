//! What differs on Windows: pipes instead of a terminal, a job instead of signals, a named pipe.

use std::time::Duration;

use keeper::{
    Client, ClientError, Interrupt, LaunchError, Liveness, Outcome, Refusal, StartFailure, Step,
    Stream, Wake, Watcher,
};

use crate::support::{LONG, Run, until};

fn shell(args: &[&str]) -> Run {
    let shell = std::env::var("ComSpec").unwrap();
    let argv: Vec<&str> = std::iter::once(&shell[..]).chain(args.iter().copied()).collect();
    Run::of(&argv)
}

#[test]
fn output_and_a_code_that_looks_like_a_running_process_are_kept() {
    let run = shell(&["/c", "echo one&echo two 1>&2&exit 259"]);
    let facts = run.start();
    assert!(facts.start_time > 0 && facts.child.unwrap().start_time > 0);
    let exit = run.exit(LONG);
    assert_eq!(exit.outcome, Outcome::Code(259));
    assert!(exit.drained);
    assert_eq!(run.output(), "one\r\n");
    assert_eq!(run.log(Stream::Stderr), b"two \r\n");
    assert_eq!(run.indexed(Stream::Stdout), 5);
}

#[test]
fn inputs_arrive_once_and_the_end_of_input_is_seen() {
    let run = shell(&["/q"]);
    run.start();
    let mut first = run.client();
    assert!(!first.input("a", b"echo got-one\r\n").unwrap().duplicate);
    drop(first);
    let mut second = run.client();
    assert!(second.input("a", b"echo got-one\r\n").unwrap().duplicate);
    run.until_printed("got-one");
    assert_eq!(second.status().unwrap().sizes.stdin, 14);
    second.sync().unwrap();
    let error = second.resize(10, 10).unwrap_err();
    assert!(matches!(error, ClientError::Refused { kind: Refusal::NotPossible, .. }), "{error:?}");
    second.close_input().unwrap();
    run.exit(LONG);
    assert_eq!(run.output().matches("got-one").count(), 1);
}

#[test]
fn a_stop_ends_the_whole_job() {
    let mut run = shell(&["/c", "echo up& cmd /c pause"]);
    run.spec.interrupt = Interrupt::Bytes { bytes: String::new(), then_close_input: false };
    run.start();
    run.until_printed("up");
    run.client().stop("person", "enough").unwrap();
    let exit = run.exit(LONG);
    let steps: Vec<Step> = exit.forced.iter().map(|forced| forced.step).collect();
    assert_eq!(steps[..2], [Step::Interrupt, Step::KillGroup]);
    assert_eq!(exit.left, []);
    assert_eq!(exit.outcome, Outcome::Code(1));
    assert_eq!(run.dir.read_stop().unwrap().unwrap().by, "person");
}

#[test]
fn a_lost_keeper_takes_its_run_along() {
    let run = shell(&["/c", "echo up& pause"]);
    let facts = run.start();
    run.until_printed("up");
    assert_eq!(run.dir.liveness(), Liveness::Held);
    let pid = facts.pid.to_string();
    std::process::Command::new("taskkill").args(["/f", "/pid", &pid]).status().unwrap();
    until("the lock", LONG, || (run.dir.liveness() == Liveness::Free).then_some(()));
    assert_eq!(run.dir.read_exit().unwrap(), None);
    until("nobody to listen", LONG, || {
        Client::connect(&run.dir, Duration::from_secs(1)).is_err().then_some(())
    });
}

#[test]
fn a_watcher_is_notified_and_ends() {
    let run = shell(&["/q"]);
    run.start();
    let mut watcher = Watcher::connect(&run.dir).unwrap();
    let mut client = run.client();
    client.input("1", b"echo hello\r\n").unwrap();
    assert_eq!(watcher.wait(LONG), Wake::Changed);
    client.close_input().unwrap();
    run.exit(LONG);
    until("the end", LONG, || (watcher.wait(LONG) == Wake::Closed).then_some(()));
}

#[test]
fn what_cannot_be_started_has_its_word() {
    let failure = |run: &Run| match run.try_start() {
        Err(LaunchError::StartFailed { kind, .. }) => kind,
        other => panic!("{other:?}"),
    };
    assert_eq!(failure(&Run::of(&[r"C:\nothing\here.exe"])), StartFailure::Missing);
    assert_eq!(failure(&Run::of(&["cmd.exe"])), StartFailure::BadArgument);
    let mut run = shell(&["/c", "echo"]);
    run.spec.cwd = run.home.path().join("gone");
    assert_eq!(failure(&run), StartFailure::Cwd);
}
