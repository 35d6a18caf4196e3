//! Messages into which another process of the run printed something: no event is lost, and what was
//! foreign is noted.

use crate::capture::{Chunk, decode_as};
use agents::Decoded;
use protocol::{Event, Stream};

const RESULT: &str = r#"{"type":"result","subtype":"success","is_error":false,"num_turns":1,"result":"The work is done."}"#;
const ENDED: &str = r#"{"method":"turn/completed","params":{"threadId":"t","turn":{"id":"u","items":[],"status":"completed","error":null}}}"#;

/// The events of what an agent printed, each as its word and its text.
fn events(decoder: &str, printed: &str) -> Vec<(String, String)> {
    let chunks: [Chunk; 1] = [(Stream::Stdout, printed.as_bytes().to_vec())];
    let events = decode_as(decoder, &chunks, 1000).into_iter().filter_map(|one| match one {
        Decoded::Event(_, Event::Unrecognized { what, .. }) => Some(("noise".to_owned(), what)),
        Decoded::Event(_, Event::Output { text, .. }) => Some(("output".to_owned(), text)),
        Decoded::Event(_, Event::TurnEnded(end)) => Some(("end".to_owned(), end.text)),
        Decoded::Event(..) | Decoded::Draft(_) => None,
    });
    events.collect()
}

fn pair(what: &str, text: &str) -> (String, String) {
    (what.to_owned(), text.to_owned())
}

/// The message with this in its middle.
fn with(message: &str, foreign: &str) -> String {
    let middle = message.len() / 2;
    format!("{}{foreign}{}\n", &message[..middle], &message[middle..])
}

#[test]
fn what_a_terminal_takes_is_cut_out_of_a_message() {
    for (foreign, noted) in [
        ("\u{1b}]0;build\u{7}", "␛]0;build␇"),
        ("\u{1b}[31m", "␛[31m"),
        ("\u{7}", "␇"),
        ("\u{0}\t", "␀"),
    ] {
        let of_claude = [pair("noise", noted), pair("end", "The work is done.")];
        assert_eq!(events("claude/3", &with(RESULT, foreign)), of_claude, "{foreign:?}");
        let of_codex = [pair("noise", noted), pair("end", "")];
        assert_eq!(events("codex/2", &with(ENDED, foreign)), of_codex, "{foreign:?}");
    }
}

#[test]
fn words_before_a_message_are_noted() {
    let before = |message: &str| format!("npm warn old {message}\n");
    let of_claude = [pair("noise", "npm warn old"), pair("end", "The work is done.")];
    assert_eq!(events("claude/3", &before(RESULT)), of_claude);
    assert_eq!(events("codex/2", &before(ENDED)), [pair("noise", "npm warn old"), pair("end", "")]);
}

#[test]
fn a_message_that_a_line_tore_in_two_is_put_together() {
    let ends = |decoder: &str, printed: &str| -> usize {
        events(decoder, printed).iter().filter(|(what, _)| what == "end").count()
    };
    // A line of its own, the end of a line with a quotation mark, and two lines.
    for foreign in ["\nwarn: old\n", "npm \"warn\": old\n", "\none\ntwo\n", "\n"] {
        assert_eq!(ends("claude/3", &with(RESULT, foreign)), 1, "{foreign:?}");
        assert_eq!(ends("codex/2", &with(ENDED, foreign)), 1, "{foreign:?}");
    }
    // A beginning that never goes on is no part of the messages after it.
    let broken = format!("{}\n{RESULT}\n{RESULT}\n", &RESULT[..40]);
    assert_eq!(ends("claude/3", &broken), 2);
    let never = format!("{}\na\nb\nc\nd\ne\n{}\n", &RESULT[..40], &RESULT[40..]);
    assert_eq!(ends("claude/3", &never), 0);
}

#[test]
fn a_part_of_a_broken_message_is_no_message() {
    let broken = r#"{"type":"assistant","message":{"content":[{"type":"text","text":"a"}]"#;
    assert_eq!(events("claude/3", &format!("{broken}\n")).len(), 1);
}
