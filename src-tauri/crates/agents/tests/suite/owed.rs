//! What is owed to an agent, at every point at which a run could be opened again.

use crate::capture::{self, Capture, Chunk};
use agents::{Conversation, Input, LaunchSpec, agent};
use protocol::{AgentId, InputKind, Profile, SessionId, Stream};
use serde_json::Value;
use std::collections::BTreeMap;

/// The request id of recordings, in the place of Musher's own.
const RECORDED: &str = "sim-init-1";

fn owed(with: &Conversation) -> Vec<Input> {
    let spec = LaunchSpec {
        session: SessionId::new("c"),
        resume: false,
        profile: Profile::default(),
        unattended: false,
    };
    agent(&AgentId::new("claude")).unwrap().owed(&spec, with)
}

/// The input of a recording as Musher would have written it.
fn ours(capture: &Capture) -> Vec<Vec<u8>> {
    let text = String::from_utf8(capture.stdin.clone()).unwrap().replace(RECORDED, "musher-hello");
    text.split_inclusive('\n').map(|line| line.as_bytes().to_vec()).collect()
}

/// How often the handshake is in lines of input.
fn handshakes<'a>(lines: impl IntoIterator<Item = &'a [u8]>) -> usize {
    let is_hello = |line: &&[u8]| {
        let message: Value = serde_json::from_slice(line).unwrap_or_default();
        message["request"]["subtype"] == "initialize"
    };
    lines.into_iter().filter(is_hello).count()
}

/// At every line of either log: what `input.log` has and what is owed is the handshake, once. A line that was
/// cut off does not count: the keeper takes an input whole or not at all.
#[test]
fn what_is_owed_and_what_was_written_is_the_handshake_once() {
    let mut written = 0;
    for capture in capture::all() {
        let input = ours(&capture);
        let output: Vec<&[u8]> = capture.stdout.split_inclusive(|byte| *byte == b'\n').collect();
        // Output reaches the conversation by few of its lines; these and the ends are enough cuts.
        let telling = |(n, line): (usize, &&[u8])| {
            memchr::memmem::find(line, b"control_").is_some().then_some(n + 1)
        };
        let cuts = output.iter().enumerate().filter_map(telling).chain([0, output.len()]);
        for cut in cuts {
            for sent in 0..=input.len() {
                let mut chunks: Vec<Chunk> =
                    input[..sent].iter().map(|line| (Stream::Stdin, line.clone())).collect();
                chunks.push((Stream::Stdout, output[..cut].concat()));
                let owed = owed(&capture::conversation(&chunks));
                let lines = input[..sent].iter().map(Vec::as_slice);
                let had = handshakes(lines);
                let all = had + handshakes(owed.iter().map(|input| input.text.as_bytes()));
                assert_eq!(all, 1, "{}: {cut} lines out, {sent} in: {owed:?}", capture.name);
                written += had;
            }
        }
    }
    assert!(written > 100, "the recordings have handshakes: {written}");
}

/// The same conversation gives the same ids, so that an input that was recorded is recognised.
#[test]
fn what_is_owed_has_the_same_ids_when_it_is_asked_again() {
    let ids = |with: &Conversation| -> BTreeMap<String, InputKind> {
        owed(with).into_iter().map(|input| (input.id, input.kind)).collect()
    };
    let fresh = Conversation::default();
    assert_eq!(ids(&fresh), ids(&fresh));
    assert_eq!(ids(&fresh), BTreeMap::from([("hello".to_owned(), InputKind::Hello)]));
}

#[test]
fn the_conversation_is_known_from_the_logs() {
    let capture = capture::one("2.1.330/ask");
    let conversation = capture::conversation(&capture.chunks());
    assert!(conversation.open);
    assert!(conversation.session.is_some());
    assert_eq!(conversation.sent, [RECORDED.to_owned()].into());
    assert_eq!(conversation.replied, [RECORDED.to_owned()].into());
}
