//! A keeper outlives its launcher, is recognised by its lock, works wherever its directory is, and costs
//! little.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use keeper::{Client, ClientError, Liveness, Outcome, RunDir, Stream, Wake, Watcher};

use crate::support::{LONG, Run, keep_exe, until};

#[test]
fn a_run_outlives_the_kill_of_everything_around_its_launcher() {
    let run = Run::shell("read line; echo got $line; read line; echo got $line");
    run.dir.create(&run.spec).unwrap();
    // The launcher is a separate process: this test again, which launches and then hangs.
    let mut launcher = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "life::launcher_for_another_test", "--nocapture", "--ignored"])
        .env("TEST_RUN_DIR", run.dir.path())
        .spawn()
        .unwrap();
    let facts = until("the run", LONG, || {
        run.dir.read_keeper().unwrap().filter(|facts| facts.child.is_some())
    });
    let mut client = run.client();
    assert!(!client.input("1", b"one\n").unwrap().duplicate);
    launcher.kill().unwrap();
    launcher.wait().unwrap();
    drop(client);
    assert_eq!(run.dir.liveness(), Liveness::Held);
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", facts.pid)).unwrap();
    let session: u32 =
        stat.rsplit(')').next().unwrap().split_whitespace().nth(3).unwrap().parse().unwrap();
    assert!(session != facts.pid && session != launcher.id(), "{stat}");
    let mut client = run.client();
    assert!(client.input("1", b"one\n").unwrap().duplicate);
    assert!(!client.input("2", b"two\n").unwrap().duplicate);
    assert_eq!(run.exit(LONG).outcome, Outcome::Code(0));
    assert_eq!(run.output(), "got one\ngot two\n");
}

#[test]
#[ignore = "the other half of the test above"]
fn launcher_for_another_test() {
    let dir = RunDir::new(std::env::var_os("TEST_RUN_DIR").unwrap().into());
    keeper::launch(&keep_exe(), &dir, vec![("PATH".into(), "/usr/bin:/bin".into())]).unwrap();
    std::thread::sleep(LONG);
}

#[test]
fn a_killed_keeper_leaves_a_free_lock_and_no_exit() {
    let run = Run::shell("trap '' HUP; echo up; while :; do sleep 1; done");
    let facts = run.start();
    run.until_printed("up");
    assert_eq!(run.dir.liveness(), Liveness::Held);
    Command::new("/bin/kill").args(["-9", &facts.pid.to_string()]).status().unwrap();
    until("the lock", LONG, || (run.dir.liveness() == Liveness::Free).then_some(()));
    assert_eq!(run.dir.read_exit().unwrap(), None);
    assert!(matches!(Client::connect(&run.dir, LONG), Err(ClientError::Gone)));
    assert!(!keeper::sweep::marked(&run.spec.marker).unwrap().is_empty());
    let swept = keeper::sweep::end_marked(&run.spec.marker).unwrap();
    assert!(swept.ended.contains(&facts.child.unwrap().pid), "{swept:?}");
    assert_eq!(keeper::sweep::marked(&run.spec.marker).unwrap(), []);
}

#[test]
fn a_directory_may_lie_anywhere_and_be_called_anything() {
    use std::os::unix::ffi::OsStrExt;
    let names: [&[u8]; 4] = [
        b"with space'\"$(x)",
        b"new\nline",
        "Ordner-\u{4e16}\u{754c}-\u{430}".as_bytes(),
        b"not-unicode-\xff\xfe",
    ];
    for name in names {
        let home = tempfile::tempdir().unwrap();
        let mut path = home.path().join(Path::new(std::ffi::OsStr::from_bytes(name)));
        for _ in 0..5 {
            path.push("a-directory-with-a-rather-long-name-so-that-no-address-can-hold-it");
        }
        std::fs::create_dir_all(&path).unwrap();
        let run = Run::at(home, RunDir::new(path.join("run")), &["/bin/cat"]);
        run.start();
        let mut watcher = Watcher::connect(&run.dir).unwrap();
        let mut client = run.client();
        client.input("1", b"hello").unwrap();
        client.close_input().unwrap();
        assert_eq!(watcher.wait(LONG), Wake::Changed);
        assert_eq!(run.exit(LONG).outcome, Outcome::Code(0));
        assert_eq!(run.output(), "hello");
        assert!(!run.dir.socket_path().exists());
    }
}

#[test]
fn a_run_directory_may_be_renamed_while_it_runs() {
    let mut run = Run::of(&["/bin/cat"]);
    run.start();
    let moved = RunDir::new(run.home.path().join("moved"));
    std::fs::rename(run.dir.path(), moved.path()).unwrap();
    run.dir = moved;
    let mut client = run.client();
    client.input("1", b"hello").unwrap();
    client.close_input().unwrap();
    assert_eq!(run.exit(LONG).outcome, Outcome::Code(0));
    assert_eq!(run.output(), "hello");
}

#[test]
fn a_keeper_whose_directory_was_removed_ends_with_its_process() {
    let run = Run::shell("echo up; read line");
    let facts = run.start();
    run.until_printed("up");
    let mut client = run.client();
    std::fs::remove_dir_all(run.dir.path()).unwrap();
    client.close_input().unwrap();
    let keeper = format!("/proc/{}/stat", facts.pid);
    until("the keeper's end", LONG, || {
        // The process that inherits it may take its time to reap it.
        std::fs::read_to_string(&keeper).map_or(true, |stat| stat.contains(") Z")).then_some(())
    });
}

#[test]
fn only_the_owner_can_read_a_run_directory() {
    use std::os::unix::fs::PermissionsExt;
    let run = Run::of(&["/bin/cat"]);
    run.start();
    assert_eq!(run.dir.path().metadata().unwrap().permissions().mode() & 0o777, 0o700);
    for entry in run.dir.path().read_dir().unwrap().flatten() {
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.file_name().display());
    }
}

#[test]
fn hundreds_of_runs_leave_no_descriptor_and_no_process_behind() {
    let open = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    let threads = || std::fs::read_dir("/proc/self/task").unwrap().count();
    let cycle = |argv: &[&str]| {
        let run = Run::of(argv);
        if run.try_start().is_ok() {
            let _ = Client::connect(&run.dir, LONG).map(|mut client| client.status());
        }
        run.exit(LONG);
        run.spec.marker.clone()
    };
    cycle(&["/bin/true"]);
    let before = (open(), threads());
    for number in 0..200 {
        let argv = if number % 4 == 0 { "/nonexistent" } else { "/bin/true" };
        let marker = cycle(&[argv]);
        assert_eq!(keeper::sweep::marked(&marker).unwrap(), []);
    }
    until("threads to end", LONG, || (threads() <= before.1).then_some(()));
    assert_eq!(open(), before.0);
}

#[test]
fn a_keeper_stays_small() {
    let run = Run::shell("head -c 200000000 /dev/zero; echo done >&2; read line");
    let facts = run.start();
    let status = format!("/proc/{}/status", facts.pid);
    let field = |name: &str| -> u64 {
        let text = std::fs::read_to_string(&status).unwrap();
        let line = text.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    until("200 MB", Duration::from_secs(300), || {
        (run.client().status().unwrap().sizes.stdout == 200_000_000
            && run.log(Stream::Stderr) == b"done\n")
            .then_some(())
    });
    let (now, peak) = (field("VmRSS:"), field("VmHWM:"));
    println!("VmRSS {now} kB, VmHWM {peak} kB");
    assert!(now < 8 * 1024 && peak < 8 * 1024, "{now} kB now, {peak} kB at most");
    assert_eq!(run.indexed(Stream::Stdout), 200_000_000);
}
