//! A disk that refuses stops nothing for good: what was read is held, then reading pauses, and
//! when there is room again everything is there.

use std::path::Path;
use std::process::Command;

use keeper::{Outcome, RunDir, Stream};

use crate::support::{LONG, Run, until};

/// A small disk of its own, gone when dropped.
pub(crate) struct Disk<'a>(&'a Path);

impl<'a> Disk<'a> {
    /// `None` where this user may not mount.
    pub(crate) fn of(at: &'a Path, size: &str) -> Option<Disk<'a>> {
        std::fs::create_dir(at).unwrap();
        let options = format!("size={size},mode=0700");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "musher"]).arg(at);
        mount.status().is_ok_and(|status| status.success()).then_some(Disk(at))
    }

    /// Waits until nobody holds a file there open for writing: the system refuses until then, and
    /// a keeper lives for a moment after it has recorded the exit.
    pub(crate) fn make_read_only(&self) {
        until("a disk without writers", LONG, || {
            let mut mount = Command::new("mount");
            let tried = mount.args(["-o", "remount,ro"]).arg(self.0).output().unwrap();
            tried.status.success().then_some(())
        });
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0).status();
    }
}

#[test]
fn a_full_disk_pauses_the_run_and_loses_nothing() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path().join("disk");
    let Some(_disk) = Disk::of(&at, "6m") else {
        println!("skipped: this user may not mount a small disk");
        return;
    };
    let filler = at.join("filler");
    std::fs::write(&filler, vec![0; 5_000_000]).unwrap();
    let run = Run::at(
        tempfile::tempdir().unwrap(),
        RunDir::new(at.join("run")),
        &["/bin/sh", "-c", "seq 1 200000; echo end of all >&2"],
    );
    run.start();
    let mut client = run.client();
    let pause = until("a pause", LONG, || client.status().unwrap().paused);
    assert!(pause.reason.contains("full"), "{pause:?}");
    until("the sign", LONG, || run.dir.is_paused().then_some(()));
    let refused = client.input("1", b"x").unwrap_err();
    assert!(matches!(
        refused,
        keeper::ClientError::Refused {
            kind: keeper::Refusal::Disk | keeper::Refusal::InputClosed,
            ..
        }
    ));
    assert_eq!(run.dir.read_exit().unwrap(), None);
    std::fs::remove_file(&filler).unwrap();
    let exit = run.exit(LONG);
    assert_eq!(exit.outcome, Outcome::Code(0));
    let expected: String = (1..=200_000).map(|number| format!("{number}\n")).collect();
    assert!(run.output() == expected, "the output differs");
    assert_eq!(run.log(Stream::Stderr), b"end of all\n");
    assert_eq!(run.indexed(Stream::Stdout), expected.len() as u64);
    assert!(!run.dir.is_paused());
}

#[test]
fn memory_is_bounded_while_the_disk_is_full_and_a_stop_still_works() {
    let home = tempfile::tempdir().unwrap();
    let at = home.path().join("disk");
    let Some(_disk) = Disk::of(&at, "3m") else {
        println!("skipped: this user may not mount a small disk");
        return;
    };
    let run = Run::at(
        tempfile::tempdir().unwrap(),
        RunDir::new(at.join("run")),
        &["/bin/sh", "-c", "seq 1 10000000"],
    );
    let facts = run.start();
    let mut client = run.client();
    let pause = until("reading to pause", LONG, || {
        client.status().unwrap().paused.filter(|pause| !pause.reading)
    });
    assert!((8 << 20..9 << 20).contains(&pause.held), "{pause:?}");
    client.stop("person", "enough").unwrap();
    let child = format!("/proc/{}/stat", facts.child.unwrap().pid);
    until("the process to end", std::time::Duration::from_secs(8), || {
        let stat = std::fs::read_to_string(&child);
        stat.map_or(true, |stat| stat.contains(") Z")).then_some(())
    });
    assert_eq!(run.dir.read_exit().unwrap(), None);
    let remount = Command::new("mount").args(["-o", "remount,size=40m"]).arg(&at).status();
    assert!(remount.unwrap().success());
    let exit = run.exit(LONG);
    assert_eq!(exit.outcome, Outcome::Signal(15));
    assert_eq!(run.dir.read_stop().unwrap().unwrap().why, "enough");
    let output = run.output();
    assert_eq!(run.indexed(Stream::Stdout), output.len() as u64);
    let whole = output.rfind('\n').map_or("", |end| &output[..end]);
    assert!(whole.lines().enumerate().all(|(n, line)| line == (n + 1).to_string()));
}

#[test]
fn a_file_that_may_not_grow_pauses_the_run_too() {
    let run = Run::shell("seq 1 300000; echo end >&2");
    run.dir.create(&run.spec).unwrap();
    // The limit is inherited by the keeper and everything below it.
    let keep = run.home.path().join("keep");
    let exe = crate::support::keep_exe();
    let script = format!("#!/bin/sh\nulimit -S -f 500\nexec {} \"$@\"\n", exe.display());
    std::fs::write(&keep, script).unwrap();
    std::fs::set_permissions(&keep, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let facts = keeper::launch(&keep, &run.dir, run.env.clone()).unwrap();
    let pause = until("a pause", LONG, || run.client().status().unwrap().paused);
    assert!(pause.reason.contains("largest size"), "{pause:?}");
    let raise = Command::new("prlimit")
        .args(["--fsize=unlimited", "--pid", &facts.pid.to_string()])
        .status();
    if !raise.is_ok_and(|status| status.success()) {
        println!("skipped: the limit cannot be raised again by this user");
        return;
    }
    assert_eq!(run.exit(LONG).outcome, Outcome::Code(0));
    let expected: String = (1..=300_000).map(|number| format!("{number}\n")).collect();
    assert!(run.output() == expected, "the output differs");
}
