//! However a run's bytes are cut into chunks, they mean the same; and any bytes at all mean
//! something or, by a decision, nothing, but never a panic.

use crate::capture::{self, Capture, Chunk, decode};
use agents::Decoded;
use proptest::prelude::*;
use protocol::{DraftUpdate, Event, Stream};
use std::sync::LazyLock;

/// A capture with what it means when cut at its lines.
struct Small {
    name: String,
    chunks: Vec<Chunk>,
    decoded: Vec<Decoded>,
}

/// Captures of every sort that are small enough to be decoded hundreds of times.
static SMALL: LazyLock<Vec<Small>> = LazyLock::new(|| {
    let small = capture::all().into_iter().filter(|capture| capture.stdout.len() < 60_000);
    small
        .map(|capture| {
            let chunks = capture.chunks();
            let decoded = decode(&chunks, 0);
            Small { name: capture.name, chunks, decoded }
        })
        .collect()
});

/// Cuts and joins chunks of one stream at random places.
fn recut(chunks: &[Chunk], sizes: &[usize]) -> Vec<Chunk> {
    let mut sizes = sizes.iter().cycle();
    let mut cut = Vec::new();
    for (stream, bytes) in chunks {
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let (head, tail) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
            cut.push((*stream, head.to_vec()));
            rest = tail;
        }
    }
    cut
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_chunking_gives_the_same_events(
        which in any::<prop::sample::Index>(),
        sizes in prop::collection::vec(1_usize..5000, 1..20),
    ) {
        let small = &SMALL[which.index(SMALL.len())];
        let decoded = decode(&recut(&small.chunks, &sizes), 0);
        prop_assert!(decoded == small.decoded, "{} differs when cut by {sizes:?}", small.name);
    }

    #[test]
    fn any_bytes_are_decoded_or_show_nothing(
        lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 1..20),
        input in any::<bool>(),
    ) {
        let stream = if input { Stream::Stdin } else { Stream::Stdout };
        for line in lines {
            decoded_or_blank(stream, line);
        }
    }

    #[test]
    fn any_text_around_json_is_decoded(
        before in "[ -~]{0,20}",
        json in prop::sample::select(vec![
            r#"{"type":"keep_alive"}"#,
            r#"{"type":"system","subtype":"status","status":"requesting"}"#,
            r#"{"type":"new"}"#,
            r#"{"a":"#,
        ]),
        after in "[ -~\\x1b\\[]{0,20}",
    ) {
        decoded_or_blank(Stream::Stdout, format!("{before}{json}{after}").into_bytes());
    }
}

/// The lines of a run, each with its newline.
type Lines = Vec<Vec<u8>>;

/// What a run means, wherever its lines stand.
fn meaning(lines: &Lines) -> Vec<String> {
    let chunks: Vec<Chunk> = lines.iter().map(|line| (Stream::Stdout, line.clone())).collect();
    let each = decode(&chunks, 0).into_iter().map(|decoded| match decoded {
        Decoded::Event(_, event) => format!("{event:?}"),
        Decoded::Draft(update) => format!("{update:?}"),
    });
    each.collect()
}

/// The lines of a run, and the same lines with a space behind each, which keeps them from being
/// recognised by their spelling.
fn spelled_twice(capture: &Capture) -> (Lines, Lines) {
    let lines = capture.stdout.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec);
    let lines: Lines = lines.collect();
    let spaced = |line: &Vec<u8>| match line.strip_suffix(b"}\n") {
        Some(rest) => [rest, b"} \n"].concat(),
        None => line.clone(),
    };
    let spaced = lines.iter().map(spaced).collect();
    (lines, spaced)
}

#[test]
fn lines_mean_the_same_however_they_are_read() {
    for capture in capture::all() {
        let (lines, spaced) = spelled_twice(&capture);
        assert_eq!(meaning(&lines), meaning(&spaced), "{}", capture.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn damaged_lines_mean_the_same_however_they_are_read(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        byte in prop::sample::select(br#"{}[]",:\u0+-eE. ntabd"#.to_vec()),
        how in 0..3_u8,
    ) {
        let (mut lines, mut spaced) = TOOLS.clone();
        let deltas: Vec<usize> = (0..lines.len())
            .filter(|n| memchr::memmem::find(&lines[*n], b"content_block_delta").is_some())
            .collect();
        let line = deltas[which.index(deltas.len())];
        let at = at.index(lines[line].len() - 2);
        for damaged in [&mut lines[line], &mut spaced[line]] {
            match how {
                0 => damaged[at] = byte,
                1 => damaged.insert(at, byte),
                _ => drop(damaged.remove(at)),
            }
        }
        prop_assert_eq!(meaning(&lines), meaning(&spaced));
    }
}

static TOOLS: LazyLock<(Lines, Lines)> =
    LazyLock::new(|| spelled_twice(&capture::one("2.1.330/tools")));

/// One line gives an event, unless nothing of it would show on a terminal or it is a known sign of
/// life.
fn decoded_or_blank(stream: Stream, line: Vec<u8>) {
    let visible = String::from_utf8_lossy(&line).chars().any(|c| !c.is_control() && c != ' ');
    let known = memchr::memmem::find(&line, b"\"keep_alive\"").is_some();
    let escapes = line.contains(&0x1b) || line.contains(&0x9b) || line.contains(&0x9d);
    let mut bytes = line.clone();
    bytes.push(b'\n');
    let has_events = !decode(&[(stream, bytes)], 0).is_empty();
    let newline = line.contains(&b'\n');
    assert!(
        has_events || !visible || known || escapes || newline,
        "lost: {:?}",
        String::from_utf8_lossy(&line)
    );
}

#[test]
fn positions_are_unique_and_in_order() {
    for capture in capture::all() {
        let mut last = [None; 3];
        for decoded in capture.decoded() {
            let Decoded::Event(pos, _) = decoded else { continue };
            let last = &mut last[pos.stream as usize];
            assert!(last.is_none_or(|last| last < pos), "{}: {last:?} {pos:?}", capture.name);
            *last = Some(pos);
        }
    }
}

#[test]
fn a_text_is_emitted_once_and_its_draft_is_closed() {
    for capture in capture::all() {
        let mut open = std::collections::BTreeSet::new();
        let mut seen = std::collections::BTreeSet::new();
        for decoded in capture.decoded() {
            match decoded {
                Decoded::Draft(DraftUpdate::Open { message, block, .. }) => {
                    open.insert((message, block));
                }
                Decoded::Draft(DraftUpdate::Close { message, block }) => {
                    assert!(open.remove(&(message, block)), "{}: closed twice", capture.name);
                }
                Decoded::Draft(DraftUpdate::Abandon { message, from_block }) => {
                    open.retain(|(m, block)| *m != message || *block < from_block);
                }
                Decoded::Event(_, Event::Text { message, block, .. }) => {
                    assert!(
                        !open.contains(&(message.as_str().into(), block)),
                        "{}: beside its draft",
                        capture.name
                    );
                    assert!(seen.insert((message, block)), "{}: emitted twice", capture.name);
                }
                _ => {}
            }
        }
        assert!(open.is_empty(), "{}: drafts stay open: {open:?}", capture.name);
    }
}
