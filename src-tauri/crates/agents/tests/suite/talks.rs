//! What recorded conversations mean, however they are cut: snapshots, any chunking, any end, any field of
//! another shape, and the counts that must come out.

use crate::capture::{Chunk, decode_as};
use crate::show;
use crate::talk::{self, Talk, decode};
use agents::Decoded;
use proptest::prelude::*;
use protocol::{DraftUpdate, Event, Stream, Tokens, Turn};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::LazyLock;

#[test]
fn every_recorded_conversation_means_what_is_written() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for talk in talk::all() {
            insta::assert_snapshot!(talk.name.replace('/', "__"), show::show(&talk.decoded()));
        }
    });
}

/// Conversations that are small enough to be decoded hundreds of times.
static SMALL: LazyLock<Vec<Talk>> =
    LazyLock::new(|| talk::all().into_iter().filter(|talk| talk.lines.len() < 200).collect());

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_chunking_of_a_conversation_gives_the_same_events(
        which in any::<prop::sample::Index>(),
        sizes in prop::collection::vec(1_usize..3000, 1..20),
    ) {
        let talk = &SMALL[which.index(SMALL.len())];
        let mut sizes = sizes.iter().cycle();
        let mut cut: Vec<Chunk> = Vec::new();
        for (stream, bytes) in &talk.lines {
            let mut rest = bytes.as_slice();
            while !rest.is_empty() {
                let (head, tail) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
                cut.push((*stream, head.to_vec()));
                rest = tail;
            }
        }
        prop_assert!(decode_as("codex/2", &cut, 0) == decode_as("codex/2", &talk.lines, 0), "{}", talk.name);
    }

    #[test]
    fn any_line_of_text_or_bytes_is_decoded_or_shows_nothing(line in prop::collection::vec(any::<u8>(), 0..200)) {
        let shows = String::from_utf8_lossy(&line).chars().any(|c| !c.is_control() && c != ' ');
        let escapes = [0x1b, 0x9b, 0x9d, b'\n', b'\r'].iter().any(|byte| line.contains(byte));
        let has_events = !decode(&[(Stream::Stdout, [line.as_slice(), b"\n"].concat())]).is_empty();
        prop_assert!(has_events || !shows || escapes, "{:?}", String::from_utf8_lossy(&line));
    }
}

/// Wherever a run is killed, what was decoded until then was decoded in the same words, and no draft stays open.
#[test]
fn a_conversation_that_ends_anywhere_is_the_beginning_of_the_whole() {
    let ordinary = SMALL.iter().filter(|talk| talk.name.starts_with("codex-0.171.0"));
    for talk in ordinary {
        let whole = talk.decoded();
        for count in 0..talk.lines.len() {
            let part = decode(&talk.lines[..count]);
            let same = part.iter().zip(&whole).take_while(|(one, other)| one == other).count();
            // Beyond the common beginning there is only less of a draft, and what the end of the run closes.
            let closing = |decoded: &Decoded| {
                matches!(
                    decoded,
                    Decoded::Draft(DraftUpdate::Append { .. } | DraftUpdate::Close { .. })
                        | Decoded::Event(_, Event::Text { .. } | Event::Thought { .. })
                )
            };
            assert!(part[same..].iter().all(closing), "{} cut at {count}", talk.name);
            assert!(open_drafts(&part).is_empty(), "{} cut at {count}", talk.name);
        }
    }
}

fn open_drafts(decoded: &[Decoded]) -> BTreeSet<(String, u32)> {
    let mut open = BTreeSet::new();
    for one in decoded {
        match one {
            Decoded::Draft(DraftUpdate::Open { message, block, .. }) => {
                assert!(open.insert((message.to_string(), *block)), "opened twice");
            }
            Decoded::Draft(DraftUpdate::Close { message, block }) => {
                assert!(open.remove(&(message.to_string(), *block)), "closed twice");
            }
            Decoded::Draft(DraftUpdate::Abandon { message, from_block }) => {
                open.retain(|(one, block)| *one != **message || block < from_block);
            }
            _ => {}
        }
    }
    open
}

#[test]
fn positions_of_a_conversation_are_unique_and_in_order() {
    for talk in talk::all() {
        let mut last = [None; 3];
        for decoded in talk.decoded() {
            let Decoded::Event(pos, _) = decoded else { continue };
            let last = &mut last[pos.stream as usize];
            assert!(last.is_none_or(|last| last < pos), "{}: {last:?} {pos:?}", talk.name);
            *last = Some(pos);
        }
    }
}

/// Input and output of a count. Its own `totalTokens` is also set to the whole window when that is full.
fn counted(usage: &Value) -> u64 {
    usage["inputTokens"].as_u64().unwrap() + usage["outputTokens"].as_u64().unwrap()
}

/// The program's own last total of each thread, less what it was when the run began: what a thread that is gone
/// on with counts before the first turn belongs to earlier runs.
fn used_by_its_own_account(talk: &Talk) -> u64 {
    let mut threads = std::collections::BTreeMap::new();
    let mut began = false;
    for (_, line) in &talk.lines {
        let line: Value = serde_json::from_slice(line).unwrap_or_default();
        began |= line["method"] == "turn/started";
        if line["method"] == "thread/tokenUsage/updated" {
            let (thread, usage) = (&line["params"]["threadId"], &line["params"]["tokenUsage"]);
            let (total, last) = (counted(&usage["total"]), counted(&usage["last"]));
            let before = if began { total - last } else { total };
            threads.entry(thread.to_string()).or_insert((before, total)).1 = total;
        }
    }
    threads.values().map(|(before, total)| total - before).sum()
}

#[test]
fn tokens_are_those_of_the_programs_own_account() {
    let mut with_tokens = 0;
    for talk in talk::all() {
        let mut tokens = Tokens::default();
        let mut at_the_end = None;
        for decoded in talk.decoded() {
            match decoded {
                Decoded::Event(_, Event::MessageUsage { tokens: one, .. }) => tokens += one,
                Decoded::Event(_, Event::TurnEnded(end)) => {
                    assert_eq!(
                        end.usage.as_ref().map_or(0, |usage| usage.amounts().tokens().total()),
                        tokens.total(),
                        "{}",
                        talk.name
                    );
                    at_the_end = Some(tokens.total());
                }
                _ => {}
            }
        }
        assert_eq!(tokens.total(), used_by_its_own_account(&talk), "{}", talk.name);
        with_tokens += u64::from(at_the_end.is_some_and(|tokens| tokens > 0));
    }
    assert!(with_tokens > 50, "only {with_tokens} conversations used tokens");
}

fn events(lines: &[&str]) -> Vec<Event> {
    let line = |line: &&str| {
        let (direction, json) = line.split_at(2);
        let stream = if direction == "> " { Stream::Stdin } else { Stream::Stdout };
        (stream, format!("{json}\n").into_bytes())
    };
    let decoded = decode(&lines.iter().map(line).collect::<Vec<_>>());
    let event = |decoded| match decoded {
        Decoded::Event(_, event) => Some(event),
        Decoded::Draft(_) => None,
    };
    decoded.into_iter().filter_map(event).collect()
}

#[test]
fn a_request_printed_twice_is_asked_once_and_its_id_keeps_its_spelling() {
    for id in ["0", "17", r#""a-b""#, "1e0"] {
        let ask = format!(
            r#"< {{"method":"item/commandExecution/requestApproval","id":{id},"params":{{"itemId":"c","command":"ls"}}}}"#
        );
        let answer = format!(r#"> {{"id":{id},"result":{{"decision":"decline"}}}}"#);
        let decoded = events(&[&ask, &ask, &answer, &ask]);
        assert_eq!(decoded.len(), 2, "{decoded:?}");
        assert!(
            matches!(&decoded[0], Event::Question { request, .. } if request == id),
            "{decoded:?}"
        );
        let expected = Event::Answered { request: id.to_owned(), allowed: false, message: None };
        assert_eq!(decoded[1], expected);
    }
}

#[test]
fn a_prompt_belongs_to_the_turn_of_its_message_whatever_the_reply_says() {
    let decoded = events(&[
        r#"> {"id":"p1","method":"turn/start","params":{"clientUserMessageId":"p1","input":[{"type":"text","text":"a"}]}}"#,
        r#"< {"id":"p1","result":{"turn":{"id":"t1"}}}"#,
        r#"< {"method":"turn/started","params":{"threadId":"x","turn":{"id":"t1","status":"inProgress"}}}"#,
        r#"> {"id":"p2","method":"turn/start","params":{"clientUserMessageId":"p2","input":[{"type":"text","text":"b"}]}}"#,
        r#"< {"id":"p2","result":{"turn":{"id":"t2"}}}"#,
        r#"< {"method":"item/started","params":{"threadId":"x","turnId":"t1","item":{"type":"userMessage","id":"m","clientId":"p2"}}}"#,
        r#"< {"method":"turn/completed","params":{"threadId":"x","turn":{"id":"t1","status":"completed"}}}"#,
    ]);
    let Some(Event::TurnEnded(end)) = decoded.last() else { panic!("{decoded:?}") };
    assert_eq!((end.joined, end.from_task), (1, false));
}

#[test]
fn a_request_that_nobody_understands_is_a_line() {
    let decoded = events(&[r#"< {"method":"item/tool/call","id":5,"params":{}}"#]);
    assert!(
        matches!(&decoded[..], [Event::Unrecognized { what, .. }] if what == "request item/tool/call")
    );
}

#[test]
fn a_log_line_among_the_messages_is_text() {
    let decoded = events(&["< 2026-11-29T07:34:31Z  WARN something happened"]);
    assert!(matches!(&decoded[..], [Event::Output { stream: Stream::Stdout, .. }]), "{decoded:?}");
}

#[test]
fn a_refused_beginning_ends_what_waits_for_it() {
    let hello = r#"> {"id":"r-hello","method":"initialize","params":{}}"#;
    let refusal = r#"< {"error":{"code":-32600,"message":"too old"},"id":"r-hello"}"#;
    let decoded = events(&[hello, refusal]);
    let [Event::ControlReply { request, error }, Event::TurnEnded(end)] = &decoded[..] else {
        panic!("{decoded:?}");
    };
    assert_eq!((request.as_str(), error.as_deref()), ("r-hello", Some("too old")));
    assert_eq!((end.turn, end.text.as_str()), (Turn::Failed, "too old"));
}

#[test]
fn a_prompt_that_joins_a_turn_is_answered_by_its_end() {
    let ends = talk::one("codex-0.171.0/second_start").decoded();
    let joined = ends.iter().find_map(|decoded| match decoded {
        Decoded::Event(_, Event::TurnEnded(end)) => Some((end.from_task, end.joined)),
        _ => None,
    });
    assert_eq!(joined, Some((false, 1)));
}

#[test]
fn a_changed_field_of_a_conversation_never_loses_a_line() {
    let mut fields = BTreeSet::new();
    for talk in SMALL.iter() {
        for (at, (stream, bytes)) in talk.lines.iter().enumerate() {
            let message: Value = serde_json::from_slice(bytes).unwrap_or_default();
            let kind = format!("{} {}", message["method"], message["params"]["item"]["type"]);
            let before = &talk.lines[..at];
            let mut new = paths(&message);
            new.retain(|path| fields.insert(format!("{stream:?} {kind} {path}")));
            if new.is_empty() || decoded_after(before, *stream, bytes).is_empty() {
                continue;
            }
            for path in new {
                for shape in
                    [json!(null), json!(-1.5), json!(""), json!([1, {}]), json!({"type": "x"})]
                {
                    let mut mutant = message.clone();
                    *mutant.pointer_mut(&path).unwrap() = shape;
                    let after = decoded_after(before, *stream, mutant.to_string().as_bytes());
                    assert!(
                        !after.is_empty() || may_silence(&path),
                        "{}: {path}: {mutant}",
                        talk.name
                    );
                }
            }
        }
    }
    assert!(fields.len() > 400, "only {} fields", fields.len());
}

/// Fields that say which message, item or request it is: with another value it can rightly be one that was
/// decoded already, or that is left out by name.
fn may_silence(path: &str) -> bool {
    let names = [
        "/method",
        "/id",
        "/params/item/id",
        "/params/item/type",
        "/params/itemId",
        "/params/delta",
    ];
    names.contains(&path)
        || path.starts_with("/params/tokenUsage")
        || path.starts_with("/params/rateLimits")
        || path.starts_with("/params/requestId")
        || path == "/params/status"
        || path == "/params/threadId"
        || path == "/error"
        || path == "/result"
        || path.starts_with("/params/item/kind")
}

/// What a line means after those before it.
fn decoded_after(before: &[Chunk], stream: Stream, line: &[u8]) -> Vec<Decoded> {
    let line = (stream, [line.trim_ascii_end(), b"\n"].concat());
    let earlier = decode(before);
    let mut all = before.to_vec();
    all.push(line);
    let now = decode(&all);
    let same = earlier.iter().zip(&now).take_while(|(one, other)| one == other).count();
    now[same..].to_vec()
}

fn paths(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => {
            let name = |key: &String| key.replace('~', "~0").replace('/', "~1");
            fields.iter().map(|(key, value)| (name(key), value)).collect()
        }
        Value::Array(list) => {
            list.iter().take(2).enumerate().map(|(n, value)| (n.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (key, child) in children {
        all.push(format!("/{key}"));
        all.extend(paths(child).into_iter().map(|path| format!("/{key}{path}")));
    }
    all
}
