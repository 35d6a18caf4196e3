//! What an agent saved about a session: where it is and what a resumed run will count from.

use crate::capture;
use agents::{Agent, agent};
use protocol::{AgentId, SessionId, Tokens};
use std::io::{self, BufReader, Read};
use std::path::Path;

fn claude() -> &'static dyn Agent {
    agent(&AgentId::new("claude")).unwrap()
}

fn path(env: &[(&str, &str)], cwd: &str) -> String {
    let env =
        |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    let session = SessionId::new("s");
    let path = claude().saved_usage_path(&env, Path::new("/h"), cwd, &session).unwrap();
    path.to_str().unwrap().replace('\\', "/")
}

#[test]
fn the_path_is_the_programs_own() {
    assert_eq!(path(&[], "/SIMROOT/ws"), "/h/.claude/projects/-SIMROOT-ws/s.jsonl");
    assert_eq!(path(&[], "/a.b/c_d"), "/h/.claude/projects/-a-b-c-d/s.jsonl");
    assert_eq!(path(&[], "/é😀"), "/h/.claude/projects/----/s.jsonl");
    let config = ("CLAUDE_CONFIG_DIR", "/c");
    assert_eq!(path(&[config], "/x"), "/c/projects/-x/s.jsonl");
    let name = |name| ("CLAUDE_CODE_PROJECT_DIR_NAME", name);
    assert_eq!(path(&[config, name("mine_1")], "/x"), "/c/projects/mine_1/s.jsonl");
    assert_eq!(path(&[name("mine")], "/x"), "/h/.claude/projects/-x/s.jsonl");
    for refused in ["", "a/b", "com1", "NUL"] {
        assert_eq!(path(&[config, name(refused)], "/x"), "/c/projects/-x/s.jsonl", "{refused}");
    }
}

#[test]
fn a_long_path_is_cut_and_hashed() {
    // Seen with 2.1.330.
    let cwd = format!("/tmp/{}long-é.dir_", "long-é.dir_/".repeat(23));
    let slug = format!("-tmp{}-lon-x6c6hs", "-long---dir-".repeat(16));
    assert_eq!(path(&[], &cwd), format!("/h/.claude/projects/{slug}/s.jsonl"));

    let cwd = format!("/{}", "d".repeat(250));
    // h = h * 31 + c over the path in 32 bits, as JavaScript does it, in base 36.
    let expected = format!("/h/.claude/projects/-{}-bagbv5/s.jsonl", "d".repeat(199));
    assert_eq!(path(&[], &cwd), expected);
}

fn recorded() -> Vec<u8> {
    std::fs::read(capture::folder().join("2.1.330/resume_turn2.transcript")).unwrap()
}

#[test]
fn the_last_saved_total_wins() {
    let recorded = recorded();
    let totals = claude().saved_usage(Some("2.1.330"), &mut recorded.as_slice()).unwrap().unwrap();
    assert_eq!(totals.cost_micros, Some(15_060));
    let tokens = Tokens { input: 2400, output: 23, cache_read: 10_000, cache_write: 600 };
    assert_eq!(totals.tokens(), tokens);

    let mut first = recorded
        .split_inclusive(|byte| *byte == b'\n')
        .take(7)
        .flatten()
        .copied()
        .collect::<Vec<u8>>();
    first.extend_from_slice(b"{\"type\":\"cost-state\",\"totalCostUSD\":9");
    let totals = claude().saved_usage(None, &mut first.as_slice()).unwrap().unwrap();
    assert_eq!(totals.cost_micros, Some(7_500), "a torn last record is none");
}

#[test]
fn versions_that_restart_have_no_saved_total() {
    for (version, continues) in [
        ("2.1.276", false),
        ("2.1.197", false),
        ("1.9.999", false),
        ("2.1.277", true),
        ("2.2.0-x", true),
        ("3.0", true),
    ] {
        let found = claude().saved_usage(Some(version), &mut recorded().as_slice()).unwrap();
        assert_eq!(found.is_some(), continues, "{version}");
    }
    let other = b"{\"type\":\"user\",\"text\":\"a \\\"cost-state\\\" of mind\"}\n";
    assert_eq!(claude().saved_usage(None, &mut other.as_slice()).unwrap(), None);
}

#[test]
fn half_a_file_is_an_error_and_no_total() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("disk"))
        }
    }
    let recorded = recorded();
    let mut reader = BufReader::new(recorded.as_slice().chain(Broken));
    assert!(claude().saved_usage(None, &mut reader).is_err());
}
