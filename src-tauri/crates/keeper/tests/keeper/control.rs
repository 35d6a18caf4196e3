//! Clients that flood, stall or send what is no request harm only themselves; others are notified when the
//! logs grow.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use keeper::{Client, ClientError, Outcome, Refusal, Stream, Wake, Watcher};

use crate::support::{LONG, Run, until};

fn raw(run: &Run) -> UnixStream {
    let stream = UnixStream::connect(run.dir.socket_path()).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    stream
}

/// Sends bytes that must be refused; the keeper's words, up to the end of the connection.
fn refused(run: &Run, bytes: &[u8]) -> String {
    let mut stream = raw(run);
    // The keeper may close before it has read everything.
    let _ = stream.write_all(bytes);
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said);
    String::from_utf8(said).unwrap()
}

#[test]
fn nonsense_is_refused_and_the_run_goes_on() {
    let run = Run::of(&["/bin/cat"]);
    run.start();
    let hello = "{\"op\":\"hello\",\"oldest\":1,\"newest\":1}\n";
    assert!(refused(&run, b"GET / HTTP/1.1\r\n\r\n").contains("bad_request"));
    assert!(refused(&run, b"{\"op\":\"status\"}\n").contains("bad_request"));
    assert!(
        refused(&run, &[0; 1 << 20]).is_empty() || !refused(&run, &[0; 1 << 20]).contains("ok")
    );
    assert!(refused(&run, &vec![b'x'; 10 << 20]).len() < 300);
    let newer = refused(&run, b"{\"op\":\"hello\",\"oldest\":2,\"newest\":9}\n");
    assert!(newer.contains("\"version\"") && newer.contains("1 to 1"), "{newer}");
    let huge = format!("{hello}{{\"op\":\"input\",\"id\":\"a\",\"len\":99999999999}}\n");
    assert!(refused(&run, huge.as_bytes()).contains("bad_request"));
    let nameless = format!("{hello}{{\"op\":\"input\",\"id\":\"\",\"len\":1}}\nx");
    assert!(refused(&run, nameless.as_bytes()).contains("bad_request"));
    let mut client = run.client();
    client.input("1", b"fine").unwrap();
    client.close_input().unwrap();
    assert_eq!(run.exit(LONG).outcome, Outcome::Code(0));
    assert_eq!(run.output(), "fine");
}

#[test]
fn an_input_cut_short_is_no_input() {
    let run = Run::of(&["/bin/cat"]);
    run.start();
    for body in [&b"half"[..], &vec![b'h'; 200_000][..]] {
        let mut stream = raw(&run);
        let hello = b"{\"op\":\"hello\",\"oldest\":1,\"newest\":1}\n";
        let head = format!("{{\"op\":\"input\",\"id\":\"cut\",\"len\":{}}}\n", body.len() + 1);
        stream.write_all(&[hello, head.as_bytes(), body].concat()).unwrap();
    }
    let mut client = run.client();
    assert!(!client.input("cut", b"whole").unwrap().duplicate);
    client.close_input().unwrap();
    run.exit(LONG);
    assert_eq!(run.output(), "whole");
    let leftovers = || {
        let names = run.dir.path().read_dir().unwrap().flatten().map(|entry| entry.file_name());
        names.filter(|name| name.to_string_lossy().starts_with(".input-")).count()
    };
    assert_eq!(leftovers(), 0);
}

#[test]
fn stalled_clients_do_not_keep_others_out() {
    let run = Run::of(&["/bin/cat"]);
    run.start();
    let mut stalled: Vec<UnixStream> = (0..40).map(|_| raw(&run)).collect();
    for stream in &mut stalled {
        // Those beyond the limit are closed already.
        let _ = stream.write_all(b"{\"op\":");
    }
    let begun = Instant::now();
    let mut client = until("a place", LONG, || Client::connect(&run.dir, LONG).ok());
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    client.input("1", b"x").unwrap();
    run.until_printed("x");
}

#[test]
fn strangers_are_not_served() {
    use std::os::unix::process::CommandExt;
    let run = Run::of(&["/bin/cat"]);
    run.start();
    // Even if they could reach the socket.
    for (path, mode) in
        [(run.home.path(), 0o755), (run.dir.path(), 0o755), (&run.dir.socket_path(), 0o666)]
    {
        let open = std::os::unix::fs::PermissionsExt::from_mode(mode);
        std::fs::set_permissions(path, open).unwrap();
    }
    let stranger = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "control::stranger_for_another_test", "--nocapture", "--ignored"])
        .env("TEST_SOCKET", run.dir.socket_path())
        .uid(65534)
        .output();
    let Ok(stranger) = stranger else {
        println!("skipped: this user cannot act as another one");
        return;
    };
    let said = String::from_utf8_lossy(&stranger.stdout);
    assert!(stranger.status.success() && said.contains("not served"), "{said}");
    run.client().status().unwrap();
}

#[test]
#[ignore = "the other half of the test above"]
fn stranger_for_another_test() {
    let mut stream = UnixStream::connect(std::env::var_os("TEST_SOCKET").unwrap()).unwrap();
    let _ = stream.write_all(b"{\"op\":\"hello\",\"oldest\":1,\"newest\":1}\n");
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said);
    assert_eq!(said, b"");
    println!("not served");
}

#[test]
fn signals_and_sizes_reach_the_process() {
    let run = Run::shell(
        "trap 'echo usr1' USR1; trap 'stty size <&1' WINCH; echo up; while :; do sleep 0.05; done",
    );
    run.start();
    run.until_printed("up");
    let mut client = run.client();
    client.signal("SIGUSR1").unwrap();
    run.until_printed("usr1");
    client.resize(33, 77).unwrap();
    run.until_printed("33 77");
    let error = client.signal("SIGFOO").unwrap_err();
    assert!(matches!(error, ClientError::Refused { kind: Refusal::BadRequest, .. }), "{error:?}");
}

#[test]
fn what_was_printed_is_on_disk_after_a_sync() {
    let run = Run::shell("echo one; echo two >&2; read line");
    run.start();
    let mut client = run.client();
    run.until_printed("one");
    until("stderr", LONG, || (run.log(Stream::Stderr) == b"two\n").then_some(()));
    client.sync().unwrap();
    assert_eq!(client.status().unwrap().sync_failed, None);
    assert_eq!(run.indexed(Stream::Stdout), 4);
    assert_eq!(run.indexed(Stream::Stderr), 4);
}

#[test]
fn a_watcher_is_notified_when_a_log_grows_and_ends_with_the_run() {
    let run = Run::shell("read line; echo $line; read line");
    run.start();
    let mut watcher = Watcher::connect(&run.dir).unwrap();
    let mut deaf = Watcher::connect(&run.dir).unwrap();
    assert_eq!(watcher.wait(Duration::from_millis(50)), Wake::Timeout);
    let mut client = run.client();
    client.input("1", b"hello\n").unwrap();
    let rang = Instant::now();
    until("the output", LONG, || {
        assert_eq!(watcher.wait(LONG), Wake::Changed);
        run.output().contains("hello").then_some(())
    });
    assert!(rang.elapsed() < Duration::from_secs(5));
    client.close_input().unwrap();
    run.exit(LONG);
    until("the end", LONG, || (watcher.wait(LONG) == Wake::Closed).then_some(()));
    until("the end", LONG, || (deaf.wait(LONG) == Wake::Closed).then_some(()));
}
