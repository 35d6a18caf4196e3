//! Nothing of a run outlives a stop, whatever it tried, and the record says what was needed.

use std::time::{Duration, Instant};

use keeper::{Exit, Interrupt, LeftReason, Outcome, Step};

use crate::support::{LONG, Run, until};

/// A stop must be over by then.
const STOPPED: Duration = Duration::from_secs(8);

fn steps(exit: &Exit) -> Vec<Step> {
    exit.forced.iter().map(|forced| forced.step).collect()
}

/// Stops the run and returns its exit; nothing that carries its marker lives then.
fn stop(run: &Run) -> Exit {
    let begun = Instant::now();
    run.client().stop("person", "enough").unwrap();
    let exit = run.exit(LONG);
    assert!(begun.elapsed() < STOPPED, "the stop took {:?}", begun.elapsed());
    assert_eq!(keeper::sweep::marked(&run.spec.marker).unwrap(), []);
    let stop = run.dir.read_stop().unwrap().unwrap();
    assert_eq!((&stop.by[..], &stop.why[..]), ("person", "enough"));
    exit
}

#[test]
fn a_polite_process_ends_with_its_interrupt() {
    let mut run = Run::shell("trap 'echo bye; exit 7' INT; echo up; while :; do sleep 0.1; done");
    run.spec.interrupt = Interrupt::Signal { name: "SIGINT".into() };
    run.start();
    run.until_printed("up");
    let exit = stop(&run);
    assert_eq!(exit.outcome, Outcome::Code(7));
    assert_eq!(steps(&exit), [Step::Interrupt]);
    assert!(run.output().ends_with("bye\n"));
}

#[test]
fn an_interrupt_can_be_bytes_and_the_end_of_input() {
    let mut run = Run::of(&["/bin/cat"]);
    let bytes = "{\"interrupt\":true}\n".to_owned();
    run.spec.interrupt = Interrupt::Bytes { bytes: bytes.clone(), then_close_input: true };
    run.start();
    let exit = stop(&run);
    assert_eq!(exit.outcome, Outcome::Code(0));
    assert_eq!(steps(&exit), [Step::Interrupt]);
    assert_eq!(run.output(), bytes);
    assert_eq!(run.dir.read_inputs().unwrap()[0].id, "keeper:interrupt");
}

#[test]
fn a_process_without_an_interrupt_is_terminated() {
    let run = Run::shell("echo up; sleep 1000");
    run.start();
    run.until_printed("up");
    let exit = stop(&run);
    assert_eq!(exit.outcome, Outcome::Signal(15));
    assert_eq!(steps(&exit), [Step::TerminateGroup]);
}

#[test]
fn nothing_hides_from_a_stop() {
    let run = Run::shell(
        "trap '' TERM HUP INT; \
         setsid sh -c 'trap \"\" TERM HUP INT; echo session; while :; do sleep 1; done' & \
         ( ( setsid sh -c 'echo double; exec sleep 1000' & ) & ) ; \
         sh -c 'sh -c \"echo deep; while :; do sleep 1; done\" & wait' & \
         env -i setsid /bin/sh -c 'echo bare; while :; do /bin/sleep 1; done' & \
         while :; do sleep 1; done",
    );
    run.start();
    for word in ["session", "double", "deep", "bare"] {
        run.until_printed(word);
    }
    let exit = stop(&run);
    assert_eq!(exit.outcome, Outcome::Signal(9));
    assert_eq!(exit.left, []);
    let used = steps(&exit);
    assert_eq!(used[..3], [Step::TerminateGroup, Step::TerminateAll, Step::KillGroup]);
    assert_eq!(used[3..], [Step::KillAll], "{:?}", exit.forced);
    assert!(exit.forced.iter().all(|forced| !forced.pids.is_empty() && forced.at_ms > 0));
    assert!(exit.forced[0].took_ms >= 1400, "{:?}", exit.forced);
}

#[test]
fn a_second_request_kills_at_once() {
    let run = Run::shell("trap '' TERM; echo up; while :; do sleep 1; done");
    run.start();
    run.until_printed("up");
    let begun = Instant::now();
    let mut client = run.client();
    client.stop("person", "first").unwrap();
    client.stop("person", "second").unwrap();
    let exit = run.exit(LONG);
    assert!(begun.elapsed() < Duration::from_millis(1400), "{:?}", begun.elapsed());
    assert_eq!(exit.outcome, Outcome::Signal(9));
    assert_eq!(run.dir.read_stop().unwrap().unwrap().why, "first");
}

#[test]
fn a_natural_end_waits_for_no_descendant_and_names_it() {
    let run = Run::shell(
        "setsid sh -c 'trap \"\" HUP TERM; echo held; exec sleep 1000' & \
         while ! grep -q held ../run/output.log; do sleep 0.01; done; echo last line",
    );
    run.start();
    run.until_printed("last line");
    let begun = Instant::now();
    let exit = run.exit(LONG);
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!(exit.outcome, Outcome::Code(0));
    assert!(!exit.drained);
    assert_eq!(exit.forced, []);
    assert_eq!(exit.left.len(), 1, "{:?}", exit.left);
    assert_eq!((&exit.left[0].name[..], exit.left[0].why), ("sleep", LeftReason::NotAsked));
    assert_eq!(run.output(), "held\nlast line\n");
    assert_eq!(run.dir.read_stop().unwrap(), None);
    let swept = keeper::sweep::end_marked(&run.spec.marker).unwrap();
    assert_eq!(swept.ended, [exit.left[0].pid]);
    assert_eq!(keeper::sweep::marked(&run.spec.marker).unwrap(), []);
}

#[test]
fn a_natural_end_can_take_its_descendants_along() {
    let mut run =
        Run::shell("setsid sh -c 'trap \"\" HUP TERM; while :; do sleep 1; done' & sleep 0.3");
    run.spec.end_descendants = true;
    run.start();
    let exit = run.exit(LONG);
    assert_eq!(exit.outcome, Outcome::Code(0));
    assert_eq!(exit.left, []);
    assert_eq!(steps(&exit), [Step::TerminateAll, Step::KillAll]);
    assert_eq!(keeper::sweep::marked(&run.spec.marker).unwrap(), []);
}

#[test]
fn a_shared_daemon_is_left_and_named() {
    let mut run = Run::shell("setsid ../ssh-agent 1000 & echo up; sleep 1000");
    std::os::unix::fs::symlink("/bin/sleep", run.home.path().join("ssh-agent")).unwrap();
    run.spec.end_descendants = true;
    run.start();
    run.until_printed("up");
    until("the daemon", LONG, || {
        keeper::sweep::marked(&run.spec.marker)
            .unwrap()
            .iter()
            .find(|it| it.name == "ssh-agent")
            .cloned()
    });
    run.client().stop("person", "enough").unwrap();
    let exit = run.exit(LONG);
    assert_eq!(exit.left.len(), 1, "{:?}", exit.left);
    let daemon = &exit.left[0];
    assert_eq!((&daemon.name[..], daemon.why), ("ssh-agent", LeftReason::SharedDaemon));
    assert!(std::fs::exists(format!("/proc/{}", daemon.pid)).unwrap());
    let kill = std::process::Command::new("/bin/kill").arg(daemon.pid.to_string()).status();
    assert!(kill.unwrap().success());
}

#[test]
fn a_keeper_asked_to_terminate_stops_its_run() {
    let run = Run::shell("echo up; sleep 1000");
    let facts = run.start();
    run.until_printed("up");
    let kill = std::process::Command::new("/bin/kill").arg(facts.pid.to_string()).status();
    assert!(kill.unwrap().success());
    let exit = run.exit(LONG);
    assert_eq!(exit.outcome, Outcome::Signal(15));
    assert_eq!(run.dir.read_stop().unwrap().unwrap().by, "system");
}

#[test]
fn a_strangers_marker_is_not_ours() {
    let run = Run::shell("echo up; sleep 1000");
    let spawn = |marker: String| {
        let mut command = std::process::Command::new("/bin/sleep");
        command.arg("1000").env("MUSHER_RUN", marker).spawn().unwrap()
    };
    // One has a longer marker, one is older than the run and so cannot be of it.
    let mut decoys = [spawn(format!("{}x", run.spec.marker)), spawn(run.spec.marker.clone())];
    let older = decoys[1].id();
    until("the marker", LONG, || {
        let marked = keeper::sweep::marked(&run.spec.marker).unwrap();
        marked.iter().any(|it| it.pid == older).then_some(())
    });
    let begin = |pid: u32| -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        stat.rsplit(')').next().unwrap().split_whitespace().nth(19).unwrap().parse().unwrap()
    };
    until("the next clock tick", LONG, || {
        let mut probe = std::process::Command::new("/bin/sleep").arg("100").spawn().unwrap();
        let later = begin(probe.id()) > begin(older);
        probe.kill().unwrap();
        probe.wait().unwrap();
        later.then_some(())
    });
    run.start();
    run.until_printed("up");
    run.client().stop("person", "enough").unwrap();
    run.exit(LONG);
    for decoy in &mut decoys {
        assert!(decoy.try_wait().unwrap().is_none(), "a stranger was signalled");
        decoy.kill().unwrap();
        decoy.wait().unwrap();
    }
}
