//! Bytes that were read but not yet written: one buffer over all streams, with the records that divide
//! it. The readers append to one buffer while the writer works through another and continues exactly
//! where the disk refused.

use std::io;

use super::log_file::LogFile;
use crate::clock::Moment;
use crate::index::{Record, Stream};

/// Memory of one record beyond its bytes.
const RECORD_COST: usize = std::mem::size_of::<Record>();

/// Chunks of one stream within this time (microseconds) share a record. Otherwise a process with many
/// small writes would get an index larger than its log.
const MERGE_US: u64 = 1000;

/// Chunks in the order in which they were read.
#[derive(Default)]
pub(crate) struct Pending {
    bytes: Vec<u8>,
    records: Vec<Record>,
}

impl Pending {
    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The memory that the content takes.
    pub(crate) fn cost(&self) -> usize {
        self.bytes.len() + self.records.len() * RECORD_COST
    }

    /// Adds a chunk that is still to be written to its log.
    pub(crate) fn push(&mut self, stream: Stream, chunk: &[u8], at: Moment) {
        self.bytes.extend_from_slice(chunk);
        self.push_record(stream, chunk.len(), at);
    }

    /// Adds a chunk that is already in its log.
    pub(crate) fn push_written(&mut self, at: Moment, mut len: u64) {
        while len > 0 {
            let part = u32::try_from(len).unwrap_or(u32::MAX);
            let Moment { mono_us, wall_ms } = at;
            self.records.push(Record { stream: Stream::Stdin, len: part, mono_us, wall_ms });
            len -= u64::from(part);
        }
    }

    fn push_record(&mut self, stream: Stream, len: usize, at: Moment) {
        let len = u32::try_from(len).expect("a chunk is one read of at most 64 KiB");
        if let Some(last) = self.records.last_mut()
            && last.stream == stream
            && at.mono_us - last.mono_us < MERGE_US
            && let Some(sum) = last.len.checked_add(len)
        {
            last.len = sum;
            return;
        }
        self.records.push(Record { stream, len, mono_us: at.mono_us, wall_ms: at.wall_ms });
    }

    /// Converts the content for writing piece by piece.
    pub(crate) fn into_batch(self) -> Batch {
        let mut spans: Vec<(Stream, usize)> = Vec::new();
        for record in self.records.iter().filter(|record| record.stream != Stream::Stdin) {
            match spans.last_mut() {
                Some((stream, len)) if *stream == record.stream => *len += record.len as usize,
                _ => spans.push((record.stream, record.len as usize)),
            }
        }
        let index = self.records.iter().flat_map(Record::encode).collect();
        Batch { bytes: self.bytes, spans, span: 0, in_span: 0, position: 0, index, in_index: 0 }
    }
}

/// Consecutive chunks that are being written.
pub(crate) struct Batch {
    bytes: Vec<u8>,
    spans: Vec<(Stream, usize)>,
    span: usize,
    in_span: usize,
    position: usize,
    index: Vec<u8>,
    in_index: usize,
}

impl Batch {
    /// Writes the rest of the batch, bytes first and then their records. After an error it is called
    /// again and continues after the last written byte.
    pub(crate) fn write(
        &mut self,
        out: &LogFile,
        err: &LogFile,
        index: &LogFile,
    ) -> io::Result<()> {
        while let Some((stream, len)) = self.spans.get(self.span) {
            let log = if *stream == Stream::Stderr { err } else { out };
            let rest = &self.bytes[self.position..self.position + len - self.in_span];
            let (written, result) = log.append(rest);
            self.position += written;
            self.in_span += written;
            result?;
            self.span += 1;
            self.in_span = 0;
        }
        let (written, result) = index.append(&self.index[self.in_index..]);
        self.in_index += written;
        result
    }

    /// Bytes that are not yet written.
    pub(crate) fn left(&self) -> usize {
        self.bytes.len() - self.position
    }

    /// Returns the memory for the next use, unless it is larger than usual.
    pub(crate) fn recycle(mut self) -> Pending {
        const ORDINARY: usize = 256 * 1024;
        if self.bytes.capacity() > ORDINARY {
            return Pending::default();
        }
        self.bytes.clear();
        Pending { bytes: self.bytes, records: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::index::IndexReader;

    fn at(mono_us: u64) -> Moment {
        Moment { mono_us, wall_ms: 0 }
    }

    #[test]
    fn close_chunks_of_one_stream_share_a_record() {
        let mut pending = Pending::default();
        pending.push(Stream::Stdout, b"ab", at(0));
        pending.push(Stream::Stdout, b"c", at(999));
        pending.push(Stream::Stdout, b"d", at(1000));
        pending.push(Stream::Stderr, b"e", at(1001));
        let lens: Vec<u32> = pending.records.iter().map(|record| record.len).collect();
        assert_eq!(lens, [3, 1, 1]);
    }

    proptest! {
        #[test]
        fn each_stream_gets_its_bytes_and_the_index_their_sum(
            chunks in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 0..50)), 0..50),
        ) {
            let dir = tempfile::tempdir().unwrap();
            let open = |name| LogFile::create(&dir.path().join(name)).unwrap();
            let (out, err, index) = (open("out"), open("err"), open("index"));
            let mut pending = Pending::default();
            let mut expected = (Vec::new(), Vec::new());
            for (number, (is_err, chunk)) in chunks.iter().enumerate() {
                let stream = if *is_err { Stream::Stderr } else { Stream::Stdout };
                pending.push(stream, chunk, at(number as u64 * 700));
                if *is_err { &mut expected.1 } else { &mut expected.0 }.extend_from_slice(chunk);
            }
            pending.into_batch().write(&out, &err, &index).unwrap();
            prop_assert_eq!(std::fs::read(dir.path().join("out")).unwrap(), &expected.0[..]);
            prop_assert_eq!(std::fs::read(dir.path().join("err")).unwrap(), &expected.1[..]);
            let records = IndexReader::open(&dir.path().join("index")).unwrap().next_batch().unwrap();
            let sum = |stream| -> usize {
                records.iter().filter(|r| r.stream == stream).map(|r| r.len as usize).sum()
            };
            prop_assert_eq!(sum(Stream::Stdout), expected.0.len());
            prop_assert_eq!(sum(Stream::Stderr), expected.1.len());
        }
    }
}
