//! Events are sent to the page and to `mush` as stored, without parsing. For all recordings this
//! gives exactly the same bytes as parsing an event and serialising it again.

use crate::recordings::{RECORDINGS, recordings, unpacked};
use agents::{Decoded, Decoder, Line, Split, Splitter};
use engine::record::{Numbered, RunCommit};
use engine::run::fold::RunFold;
use engine::store::read::Reader;
use engine::store::{create, write};
use protocol::{DecoderId, Event, Pos, RunId, Seq, StoryId, Stream, Timestamp, UsageTotals};

#[test]
fn an_event_reaches_the_page_as_it_is_stored() {
    let scratch = tempfile::tempdir().unwrap();
    let path = scratch.path().join("store");
    let db = create(&path).unwrap();
    let mut runs = Vec::new();
    let transaction = db.unchecked_transaction().unwrap();
    for (folder, decoder) in RECORDINGS {
        for file in recordings(&tests::root().join(folder)) {
            let run = RunId::new(file.to_str().unwrap());
            let events = decoded(decoder, &unpacked(&file));
            write::run(&transaction, &commit(&run, decoder, events)).unwrap();
            runs.push(run);
        }
    }
    transaction.commit().unwrap();
    let reader = Reader::open(&path).unwrap();
    let mut compared = 0;
    for run in runs {
        let raw = reader.raw_events(&run, Seq(0), usize::MAX >> 1).unwrap();
        let parsed = reader.events(&run, Seq(0), usize::MAX >> 1).unwrap();
        assert_eq!(raw.len(), parsed.len());
        for (raw, parsed) in raw.iter().zip(&parsed) {
            let [raw, parsed] = [serde_json::to_string(raw), serde_json::to_string(parsed)];
            assert_eq!(raw.unwrap(), parsed.unwrap(), "{run}");
        }
        compared += raw.len();
    }
    assert!(compared > 3_000, "recordings are missing: {compared} events");
}

/// The events that a decoder makes of a recording, as if all of it had been printed. Recordings of
/// conversations mark each line with its direction.
fn decoded(decoder: &str, bytes: &[u8]) -> Vec<(Pos, Event)> {
    let mut decoder = agents::decoder(&DecoderId::new(decoder)).unwrap();
    let mut splitter = Splitter::default();
    let mut out = Vec::new();
    splitter.push(bytes, |split| take(decoder.as_mut(), split, &mut out));
    splitter.finish(|split| take(decoder.as_mut(), split, &mut out));
    decoder.end(&mut out);
    let events = out.into_iter().filter_map(|decoded| match decoded {
        Decoded::Event(pos, event) => Some((pos, event)),
        Decoded::Draft(_) => None,
    });
    events.collect()
}

fn take(decoder: &mut dyn Decoder, split: Split<'_>, out: &mut Vec<Decoded>) {
    let Split::Line { offset, bytes, complete } = split else { return };
    let (stream, bytes) = match bytes {
        [b'>', b' ', rest @ ..] => (Stream::Stdin, rest),
        [b'<', b' ', rest @ ..] => (Stream::Stdout, rest),
        whole => (Stream::Stdout, whole),
    };
    decoder.line(Line { stream, bytes, offset, mono_us: offset, complete }, out);
}

fn commit(run: &RunId, decoder: &str, events: Vec<(Pos, Event)>) -> RunCommit {
    let numbered = events.into_iter().zip(1..).map(|((pos, event), seq)| Numbered {
        seq: Seq(seq),
        at: Timestamp::from_millis(1),
        pos,
        event,
    });
    RunCommit {
        run: run.clone(),
        story: StoryId::new("story"),
        account: None,
        decoder: DecoderId::new(decoder),
        events: numbered.collect(),
        settled: Vec::new(),
        fold: RunFold::new(UsageTotals::default()).summary(),
        output_bytes: 0,
        bytes: 0,
        drafts: Vec::new(),
    }
}
