//! The splitter from outside: newlines only, offsets true, memory bounded.

use agents::{MAX_LINE, Split, Splitter};
use proptest::prelude::*;

#[derive(Debug, PartialEq, Eq, Clone)]
enum Got {
    Line(u64, Vec<u8>, bool),
    Oversized(u64, u64),
}

fn got(split: Split<'_>) -> Got {
    match split {
        Split::Line { offset, bytes, complete } => Got::Line(offset, bytes.to_vec(), complete),
        Split::Oversized { offset, len, head, tail } => {
            assert_eq!((head.len(), tail.len()), (64 << 10, 64 << 10));
            Got::Oversized(offset, len)
        }
    }
}

fn split(chunks: &[&[u8]]) -> Vec<Got> {
    let mut all = Vec::new();
    let mut splitter = Splitter::new(0);
    for chunk in chunks {
        splitter.push(chunk, |split| all.push(got(split)));
    }
    splitter.finish(|split| all.push(got(split)));
    all
}

#[test]
fn splits_at_newlines_only_and_strips_one_return() {
    let raw = "a\r\n\u{85}b\u{2028}c\r\r\n\nlast";
    assert_eq!(
        split(&[raw.as_bytes()]),
        [
            Got::Line(0, b"a".to_vec(), true),
            Got::Line(3, "\u{85}b\u{2028}c\r".as_bytes().to_vec(), true),
            Got::Line(13, Vec::new(), true),
            Got::Line(14, b"last".to_vec(), false),
        ]
    );
}

#[test]
fn begins_at_the_offset_it_is_given() {
    let mut splitter = Splitter::new(100);
    let mut all = Vec::new();
    splitter.push(b"ab\ncd", |split| all.push(got(split)));
    assert_eq!(all, [Got::Line(100, b"ab".to_vec(), true)]);
    assert_eq!(splitter.line_start(), 103);
}

#[test]
fn a_line_of_the_limit_is_kept_and_one_byte_more_is_not() {
    for chunk in [MAX_LINE + 2, 1 << 20] {
        for (len, kept) in [(MAX_LINE, true), (MAX_LINE + 1, false)] {
            let mut raw = vec![b'x'; len];
            raw.extend_from_slice(b"\nnext\n");
            let all = split(&raw.chunks(chunk).collect::<Vec<_>>());
            let first = if kept {
                Got::Line(0, vec![b'x'; len], true)
            } else {
                Got::Oversized(0, len as u64)
            };
            assert!(all[0] == first, "{len} bytes in chunks of {chunk}");
            assert_eq!(all[1], Got::Line(len as u64 + 1, b"next".to_vec(), true));
        }
    }
}

#[test]
fn two_hundred_megabytes_without_a_newline_are_reported_once_in_little_memory() {
    let chunk = vec![b'y'; 64 << 10];
    let chunks = (200 << 20) / chunk.len();
    let mut splitter = Splitter::new(0);
    let before = resident();
    let mut most = before;
    for n in 0..chunks {
        splitter.push(&chunk, |split| panic!("too early: {split:?}"));
        if n % 64 == 0 {
            most = most.max(resident());
        }
    }
    let mut all = Vec::new();
    splitter.push(b"\nok\n", |split| all.push(got(split)));
    let len = (chunks * chunk.len()) as u64;
    assert_eq!(all, [Got::Oversized(0, len), Got::Line(len + 1, b"ok".to_vec(), true)]);
    // The buffer doubles up to the limit, and tests beside this one use memory too.
    assert!(most - before < 160 << 20, "grew by {} MiB", (most - before) >> 20);
}

/// Resident memory of this process; 0 where the system does not tell it this way.
fn resident() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages: usize = text.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
    pages * 4096
}

#[test]
fn an_oversized_line_that_never_ends_is_reported_at_the_end() {
    let raw = vec![b'z'; MAX_LINE + 5];
    let all = split(&raw.chunks(1 << 20).collect::<Vec<_>>());
    assert_eq!(all, [Got::Oversized(0, raw.len() as u64)]);
}

proptest! {
    #[test]
    fn lines_put_together_are_the_stream(
        raw in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), any::<u8>()], 0..400),
        size in 1_usize..50,
    ) {
        let whole = split(&[&raw]);
        let cut = split(&raw.chunks(size).collect::<Vec<_>>());
        prop_assert_eq!(&whole, &cut);
        let expected: Vec<&[u8]> = raw.split(|byte| *byte == b'\n').collect();
        let complete = whole.iter().filter(|got| matches!(got, Got::Line(_, _, true))).count();
        prop_assert_eq!(complete, expected.len() - 1);
        for (got, expected) in whole.iter().zip(expected) {
            let Got::Line(offset, bytes, _) = got else { panic!("no line is this long") };
            prop_assert_eq!(bytes.as_slice(), expected.strip_suffix(b"\r").unwrap_or(expected));
            prop_assert!(raw[*offset as usize..].starts_with(expected));
        }
    }
}
