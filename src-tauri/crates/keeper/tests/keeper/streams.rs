//! Bytes in are bytes out, in both directions.

use keeper::{Kind, Outcome, Stream};

use crate::support::{LONG, Run};

/// Everything that breaks programs which think of output as text.
fn torture() -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..=255).collect();
    bytes.extend_from_slice(b"\r\n\n\r\0\0\xff\xfe\xf0\x28\x8c\x28\x1b[2J\x04\x03\x1a\x11\x13\r\n");
    bytes.extend((0..20 * 1024 * 1024_u32).map(|i| b'a' + (i % 23) as u8));
    bytes.extend_from_slice("\u{2028}\u{85}ünïcödé\u{1F980}".as_bytes());
    bytes.extend((0..300_000_u32).flat_map(|i| [((i * 7919) >> 3) as u8, b'\n']));
    bytes
}

#[test]
fn output_is_kept_to_the_byte() {
    let run = Run::of(&["/bin/sh", "-c", "cat ../torture; cat ../torture >&2"]);
    let bytes = torture();
    std::fs::write(run.home.path().join("torture"), &bytes).unwrap();
    run.start();
    let exit = run.exit(LONG);
    assert_eq!(exit.outcome, Outcome::Code(0));
    assert!(exit.drained);
    for stream in [Stream::Stdout, Stream::Stderr] {
        assert!(run.log(stream) == bytes, "{stream:?} differs");
        assert_eq!(run.indexed(stream), bytes.len() as u64);
    }
}

#[test]
fn stdout_is_a_raw_terminal_of_50_by_200_and_stdin_is_not() {
    let run = Run::shell(
        "exec 3>&1; stty -a <&3 | head -1; stty -a <&3 | grep -o -e '-opost' -e '-echo\\b'; \
         test -t 0 || echo stdin-pipe; test -t 2 || echo stderr-pipe; \
         ps -o pid=,pgid=,sid=,tty= -p $$",
    );
    let facts = run.start();
    run.exit(LONG);
    let output = run.output();
    assert!(output.contains("rows 50; columns 200"), "{output}");
    for word in ["-opost", "-echo", "stdin-pipe", "stderr-pipe", "pts/"] {
        assert!(output.contains(word), "{word} is missing: {output}");
    }
    let child = facts.child.unwrap();
    assert_eq!((child.pgid, child.sid), (child.pid, child.pid));
    let ids = output.lines().last().unwrap().split_whitespace().take(3);
    assert!(ids.eq(std::iter::repeat_n(child.pid.to_string(), 3)), "{output}");
    assert!(child.start_time > 0);
}

#[test]
fn a_gate_has_no_terminal_and_what_it_prints_without_a_newline_is_kept() {
    let mut run = Run::shell(
        "test -t 1 || echo stdout-pipe; (echo asked >/dev/tty) 2>/dev/null || echo nobody-there; \
         read x || echo input-ended; printf 'Password: '",
    );
    run.spec.kind = Kind::Gate;
    run.start();
    run.client().close_input().unwrap();
    let exit = run.exit(LONG);
    assert_eq!((exit.outcome, exit.drained), (Outcome::Code(0), true));
    assert_eq!(run.output(), "stdout-pipe\nnobody-there\ninput-ended\nPassword: ");
}

#[test]
fn five_megabytes_of_input_arrive_whole() {
    let run = Run::of(&["/usr/bin/sha256sum"]);
    let bytes = torture().into_iter().take(5_000_003).collect::<Vec<_>>();
    std::fs::write(run.home.path().join("expected"), &bytes).unwrap();
    run.start();
    let mut client = run.client();
    client.input("big", &bytes).unwrap();
    client.close_input().unwrap();
    assert_eq!(run.exit(LONG).outcome, Outcome::Code(0));
    let expected = std::process::Command::new("/usr/bin/sha256sum")
        .arg(run.home.path().join("expected"))
        .output()
        .unwrap();
    assert_eq!(run.log(Stream::Stdout)[..64], expected.stdout[..64]);
    assert!(run.log(Stream::Stdin) == bytes);
    assert_eq!(run.indexed(Stream::Stdin), bytes.len() as u64);
}

#[test]
fn a_process_that_does_not_read_holds_up_nobody() {
    let run = Run::shell("echo up; sleep 100");
    run.start();
    let mut client = run.client();
    client.input("big", &vec![b'x'; 5_000_000]).unwrap();
    client.input("next", b"y").unwrap();
    run.until_printed("up");
    let status = client.status().unwrap();
    assert!(status.child_alive && status.input_open && status.paused.is_none());
    assert_eq!(status.sizes.stdin, 5_000_001);
    assert_eq!(status.sizes.stdout, 3);
}

#[test]
fn an_input_is_written_once_whoever_repeats_it() {
    let run = Run::of(&["/bin/cat"]);
    run.start();
    let mut first = run.client();
    assert!(!first.input("a", b"one\n").unwrap().duplicate);
    assert!(first.input("a", b"one\n").unwrap().duplicate);
    drop(first);
    let mut second = run.client();
    assert!(second.input("a", b"something else\n").unwrap().duplicate);
    assert!(!second.input("b\n\"", b"two\n").unwrap().duplicate);
    second.close_input().unwrap();
    run.exit(LONG);
    assert_eq!(run.output(), "one\ntwo\n");
    let inputs = run.dir.read_inputs().unwrap();
    let places: Vec<_> = inputs.iter().map(|it| (&it.id[..], it.offset, it.len)).collect();
    assert_eq!(places, [("a", 0, 4), ("b\n\"", 4, 4)]);
}

#[test]
fn stdin_stays_open_until_it_is_closed_and_takes_nothing_afterwards() {
    let run = Run::shell("cat; echo end; sleep 100");
    run.start();
    let mut client = run.client();
    client.input("a", b"x\n").unwrap();
    run.until_printed("x\n");
    assert!(!run.output().contains("end"));
    client.close_input().unwrap();
    run.until_printed("end");
    let error = client.input("b", b"y\n").unwrap_err();
    assert!(
        matches!(error, keeper::ClientError::Refused { kind: keeper::Refusal::InputClosed, .. }),
        "{error:?}"
    );
    assert!(!client.status().unwrap().input_open);
    assert_eq!(run.log(Stream::Stdin), b"x\n");
}
