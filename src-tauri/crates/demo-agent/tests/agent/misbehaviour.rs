//! Misbehaviours that are visible on the streams.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::talk::{FLAGS, Place, Talk, of_type, program, result};

/// The stdout of a process that gets one prompt and then the end of stdin.
fn bytes_of(prompt: &str) -> (Vec<u8>, Option<i32>) {
    let place = Place::new();
    let args = ["-p", prompt, "--output-format", "stream-json", "--verbose"];
    let output = program(&place).args(args).output().expect("it runs");
    (output.stdout, output.status.code())
}

fn lines_of(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect()
}

#[test]
fn a_run_can_end_without_a_result() {
    for (directive, code) in [("exit_no_result", 0), ("exit_no_result exit=7", 7)] {
        let (lines, ended) = Place::new().once(&format!("[[demo:plain {directive}]]"), &[]);
        assert!(of_type(&lines, "result").is_empty());
        assert!(!of_type(&lines, "assistant").is_empty());
        assert_eq!(ended, code, "{directive}");
    }
}

#[test]
fn the_exit_code_can_contradict_the_result() {
    let (lines, code) = Place::new().once("[[demo:plain exit=3]]", &[]);
    assert_eq!(result(&lines)["is_error"], false);
    assert_eq!(code, 3);
}

#[test]
fn the_last_line_can_be_cut_off() {
    let (bytes, code) = bytes_of("[[demo:cutoff]]");
    let lines = lines_of(&bytes);
    let last = lines.last().expect("a line");
    assert!(serde_json::from_slice::<Value>(last).is_err());
    assert!(last.starts_with(b"{") && !bytes.ends_with(b"\n"));
    assert_eq!(code, Some(0));
}

#[test]
fn a_silent_agent_prints_nothing_and_ends_with_stdin() {
    let (lines, code) = Place::new().once("[[demo:silent]]", &[]);
    assert!(lines.is_empty());
    assert_eq!(code, 0);
}

#[test]
fn an_agent_that_wants_the_end_of_stdin_first_gets_nowhere_without_it() {
    let place = Place::new();
    let mut talk = Talk::inside(&place, FLAGS, "stdin_eof_first");
    talk.prompt("[[demo:plain]]");
    assert!(talk.is_quiet_for(Duration::from_millis(300)));
    talk.close();
    assert_eq!(result(&talk.rest())["is_error"], false);
}

#[test]
fn stdout_can_stop_while_the_session_goes_on() {
    let place = Place::new();
    let (lines, code) = place.once("[[demo:tools stops_stdout]]", &["--session-id", "s-1"]);
    assert!(of_type(&lines, "result").is_empty());
    assert_eq!(code, 0);
    let (again, _) = place.once("[[demo:plain]]", &["--resume", "s-1"]);
    let saved = &result(&again)["modelUsage"]["claude-opus-5-5"]["outputTokens"];
    let fresh = &result(&again)["model_usage_since_last_result"]["claude-opus-5-5"]["outputTokens"];
    assert!(saved.as_u64() > fresh.as_u64(), "the silent turn is in the totals");
    assert!(place.work().join("hello.txt").is_file());
}

#[test]
fn long_prompts_can_be_lost() {
    let place = Place::new();
    let mut talk = Talk::inside(&place, FLAGS, "stdin_lose=1000");
    talk.prompt(&"x".repeat(5_000));
    talk.prompt("[[demo:plain]]");
    talk.close();
    result(&talk.rest());
}

#[test]
fn stdin_can_be_left_unread() {
    let place = Place::new();
    let began = Instant::now();
    let mut talk = Talk::inside(&place, FLAGS, "stdin_slow=1");
    talk.prompt("[[demo:plain]]");
    talk.next("system");
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[test]
fn a_big_line_has_exactly_its_size() {
    let (bytes, _) = bytes_of("[[demo:bigline=3000000]]");
    let lines = lines_of(&bytes);
    let big = lines.iter().find(|line| line.len() == 3_000_000).expect("the big line");
    let parsed: Value = serde_json::from_slice(big).expect("JSON");
    assert_eq!(parsed["subtype"], "demo_big");
    assert!(lines.last().expect("a line").starts_with(b"{"));
}

#[test]
fn babble_without_a_line_end_has_its_length() {
    let (bytes, _) = bytes_of("[[demo:no_newline=200000]]");
    assert!(lines_of(&bytes).iter().any(|line| line.len() == 200_000 && line[0] == b'#'));
}

#[test]
fn odd_bytes_stand_between_whole_lines() {
    let (bytes, code) = bytes_of("[[demo:plain invalid_utf8 nul wrong_shapes unknown_events]]");
    let lines = lines_of(&bytes);
    assert!(lines.iter().any(|line| std::str::from_utf8(line).is_err()));
    assert!(lines.contains(&&b"\0\0\0"[..]));
    assert!(lines.contains(&&b"42"[..]));
    let parsed: Vec<Value> =
        lines.iter().filter_map(|line| serde_json::from_slice(line).ok()).collect();
    assert_eq!(of_type(&parsed, "future_event").len(), 1);
    assert_eq!(of_type(&parsed, "result").len(), 1);
    assert_eq!(code, Some(0));
}

#[test]
fn lines_can_come_twice() {
    let (bytes, _) = bytes_of("[[demo:plain dup]]");
    let lines = lines_of(&bytes);
    assert!(lines.len().is_multiple_of(2));
    assert!(lines.chunks(2).all(|pair| pair[0] == pair[1]));
}

#[test]
fn noise_does_not_harm_the_lines() {
    let (bytes, _) = bytes_of("[[demo:tools noise]]");
    let found = lines_of(&bytes).into_iter().filter_map(|line| {
        let start = line.windows(2).position(|pair| pair == b"{\"")?;
        serde_json::from_slice::<Value>(line[start..].trim_ascii_end()).ok()
    });
    let found: Vec<Value> = found.collect();
    let clean = bytes_of("[[demo:tools]]").0;
    assert_eq!(found.len(), lines_of(&clean).len());
    assert!(bytes.windows(2).any(|pair| pair == b"\r\n"));
}

#[test]
fn a_flood_has_all_its_pieces() {
    let (lines, _) = Place::new().once("[[demo:flood rate=2000 seconds=1]]", &[]);
    let pieces: Vec<u64> = lines
        .iter()
        .filter_map(|line| line["event"]["delta"]["text"].as_str())
        .map(|text| text.split(' ').next().expect("a number").parse().expect("a number"))
        .collect();
    assert_eq!(pieces, (0..2000).collect::<Vec<_>>());
}

#[test]
fn a_value_that_cannot_be_used_is_refused() {
    let place = Place::new();
    let prompt = "[[demo:plain crash=NOSUCH]]";
    let args = ["-p", prompt, "--output-format", "stream-json", "--verbose"];
    let output = program(&place).args(args).output().expect("it runs");
    if cfg!(unix) {
        let text = String::from_utf8(output.stderr).expect("text");
        assert!(text.contains("'crash'"), "{text}");
        assert!(output.stdout.is_empty());
    }
    assert_eq!(output.status.code(), Some(1));
}
