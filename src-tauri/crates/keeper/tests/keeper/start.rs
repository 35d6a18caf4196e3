//! What goes wrong before a process runs is a typed failure, and nothing else runs instead.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use keeper::{Interrupt, LaunchError, Liveness, Outcome, Seen, StartFailure, Stream, Transport};

use crate::support::{LONG, Run};

fn program(path: &Path, content: &[u8]) {
    std::fs::write(path, content).unwrap();
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
}

/// Starts the run, which must fail, and returns how.
fn failure(run: &Run) -> StartFailure {
    let Err(LaunchError::StartFailed { kind, message }) = run.try_start() else {
        panic!("the run started");
    };
    assert!(message.len() > 20, "{message}");
    let exit = run.exit(LONG);
    assert_eq!(exit.outcome, Outcome::StartFailed { kind, message });
    assert_eq!(exit.seen, Seen::NeverStarted);
    assert_eq!(run.log(Stream::Stdout), b"");
    kind
}

#[test]
fn every_reason_has_its_word() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    let own = std::fs::read("/proc/self/exe").unwrap();
    let mut foreign = own[..4096].to_vec();
    foreign[18..20].copy_from_slice(&22u16.to_le_bytes());
    program(&home.path().join("foreign"), &foreign);
    program(&home.path().join("script"), b"#!/nonexistent/node\n");
    program(&home.path().join("env"), b"#!/usr/bin/env no-such-interpreter\n");
    program(&home.path().join("text"), b"echo hello\n");
    program(&home.path().join("cut"), &own[..100]);
    std::fs::write(home.path().join("plain"), b"#!/bin/sh\n").unwrap();
    let cases = [
        (at("nothing"), StartFailure::Missing),
        (at("plain"), StartFailure::NotExecutable),
        (at(""), StartFailure::NotExecutable),
        (at("text"), StartFailure::NotExecutable),
        (at("cut"), StartFailure::NotExecutable),
        (at("foreign"), StartFailure::WrongArchitecture),
        (at("script"), StartFailure::Interpreter),
        (at("env"), StartFailure::Interpreter),
        ("sh".to_owned(), StartFailure::BadArgument),
        ("./sh".to_owned(), StartFailure::BadArgument),
        ("/bin/s\0h".to_owned(), StartFailure::BadArgument),
    ];
    for (path, expected) in cases {
        assert_eq!(failure(&Run::of(&[&path])), expected, "{path:?}");
    }
}

#[test]
fn a_missing_loader_is_an_interpreter_that_is_missing() {
    let run = Run::of(&["/bin/true"]);
    let mut elf = std::fs::read("/bin/true").unwrap();
    let loader = b"/lib64/ld-linux-x86-64.so.2";
    let Some(place) = elf.windows(loader.len()).position(|part| part == loader) else {
        println!("skipped: /bin/true has another loader here");
        return;
    };
    elf[place + 1] = b'X';
    let path = run.home.path().join("program");
    program(&path, &elf);
    let run = Run::of(&[path.to_str().unwrap()]);
    assert_eq!(failure(&run), StartFailure::Interpreter);
}

#[test]
fn a_working_directory_must_be_there() {
    let mut run = Run::of(&["/bin/pwd"]);
    run.spec.cwd = run.home.path().join("gone");
    assert_eq!(failure(&run), StartFailure::Cwd);
    let mut run = Run::of(&["/bin/pwd"]);
    run.spec.cwd = "work".into();
    assert_eq!(failure(&run), StartFailure::Cwd);
    let mut run = Run::of(&["/bin/pwd"]);
    run.spec.cwd = "/bin/pwd".into();
    assert_eq!(failure(&run), StartFailure::Cwd);
}

#[test]
fn arguments_that_no_program_can_get_are_refused() {
    let long = "x".repeat(3 * 1024 * 1024);
    assert_eq!(failure(&Run::of(&["/bin/echo", &long])), StartFailure::BadArgument);
    assert_eq!(failure(&Run::of(&[])), StartFailure::BadArgument);
    let mut run = Run::of(&["/bin/true"]);
    run.spec.transport = Transport::Interactive;
    assert_eq!(failure(&run), StartFailure::BadArgument);
    let mut run = Run::of(&["/bin/true"]);
    run.spec.interrupt = Interrupt::Signal { name: "SIGNONE".into() };
    assert_eq!(failure(&run), StartFailure::BadArgument);
    let mut run = Run::of(&["/bin/true"]);
    run.env.push(("A=B".into(), "c".into()));
    assert_eq!(failure(&run), StartFailure::BadArgument);
}

#[test]
fn nothing_is_run_out_of_the_working_directory() {
    let canary = b"#!/bin/sh\ntouch \"$CANARY\"\n";
    let outside = tempfile::tempdir().unwrap();
    let script = outside.path().join("script");
    program(&script, b"#!/usr/bin/env canary\n");
    for (argv, path) in [
        ("canary", ":.:/usr/bin:/bin"),
        ("./canary", "/usr/bin:/bin"),
        (script.to_str().unwrap(), ":.::work:/usr/bin:/bin"),
    ] {
        let mut run = Run::of(&[argv]);
        program(&run.spec.cwd.join("canary"), canary);
        let sign = run.home.path().join("sign");
        run.env = vec![("PATH".into(), path.into()), ("CANARY".into(), sign.clone().into())];
        assert!(run.try_start().is_err());
        assert!(!sign.exists(), "{argv} ran the canary");
    }
    // The same for what the process itself looks up: its PATH has lost such entries.
    let mut run = Run::shell("canary");
    program(&run.spec.cwd.join("canary"), canary);
    run.env = vec![("PATH".into(), ":.:/usr/bin:/bin".into())];
    run.start();
    assert_eq!(run.exit(LONG).outcome, Outcome::Code(127));
}

#[test]
fn a_run_is_kept_once() {
    let run = Run::of(&["/bin/true"]);
    run.start();
    run.exit(LONG);
    let again = keeper::launch(&crate::support::keep_exe(), &run.dir, Vec::new());
    assert!(matches!(again, Err(LaunchError::Refused { .. })), "{again:?}");
    assert_eq!(run.dir.liveness(), Liveness::Free);
    let none = keeper::RunDir::new(run.home.path().join("none"));
    let refused = keeper::launch(&crate::support::keep_exe(), &none, Vec::new());
    assert!(matches!(refused, Err(LaunchError::Refused { .. })), "{refused:?}");
    assert_eq!(none.liveness(), Liveness::Unknown);
}

#[test]
fn the_process_gets_its_environment_and_nothing_of_the_keeper() {
    let mut run = Run::shell(
        "env; echo; ls /proc/self/fd | tr '\\n' ' '; echo; grep -E 'Sig(Blk|Ign)' /proc/self/status; \
         umask; pwd",
    );
    run.env.push(("SECRET".into(), "a b\nc".into()));
    let facts = run.start();
    let keeper_environment = std::fs::read(format!("/proc/{}/environ", facts.pid));
    run.exit(LONG);
    let output = run.output();
    assert!(output.contains("SECRET=a b\nc\n"), "{output}");
    assert!(output.contains(&format!("MUSHER_RUN={}\n", run.spec.marker)), "{output}");
    assert!(!output.contains("XDG_") && !output.contains("CARGO"), "{output}");
    // ls itself has the directory open as 3.
    assert!(output.contains("\n0 1 2 3 \n"), "{output}");
    assert!(output.contains("SigBlk:\t0000000000000000"), "{output}");
    let ignored = output.lines().find_map(|line| line.strip_prefix("SigIgn:\t")).unwrap();
    // 32 and 33 belong to the C library, which lets no program set them.
    let ignored = u64::from_str_radix(ignored, 16).unwrap() & !(3 << 31);
    assert_eq!(ignored, 0, "{output}");
    assert!(output.contains(&format!("\n{}\n", own_umask())), "{output}");
    assert!(output.ends_with(&format!("{}\n", run.spec.cwd.display())), "{output}");
    for name in ["spec.json", "keeper.json", "exit.json", "inputs", "index"] {
        let content = std::fs::read(run.dir.path().join(name)).unwrap();
        assert!(!String::from_utf8_lossy(&content).contains("a b"), "{name} has the value");
    }
    // It may have ended already, in which case there is nothing to look into.
    let environment = String::from_utf8_lossy(&keeper_environment.unwrap_or_default()).into_owned();
    assert!(!environment.contains("CARGO") && !environment.contains("SECRET"), "{environment}");
}

fn own_umask() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    status.lines().find_map(|line| line.strip_prefix("Umask:\t")).unwrap().to_owned()
}
