//! The index of a run: one 24-byte record for each chunk of bytes in one of its logs, in the order of
//! arrival. This module owns the record's layout and an incremental reader that handles a record that is
//! still being written. It does not open the logs, and it does not interpret bytes without a record.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One of a run's three streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Stream {
    /// The process's standard output, `output.log`.
    Stdout = 1,
    /// The process's standard error, `stderr.log`.
    Stderr = 2,
    /// The process's standard input, `input.log`.
    Stdin = 3,
}

impl Stream {
    /// All streams.
    pub const ALL: [Stream; 3] = [Stream::Stdout, Stream::Stderr, Stream::Stdin];

    /// Name of the stream's log in the run directory.
    pub fn file_name(self) -> &'static str {
        match self {
            Stream::Stdout => "output.log",
            Stream::Stderr => "stderr.log",
            Stream::Stdin => "input.log",
        }
    }

    fn from_byte(byte: u8) -> Option<Stream> {
        Self::ALL.into_iter().find(|stream| *stream as u8 == byte)
    }
}

/// One chunk of bytes in one log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// The stream of the log.
    pub stream: Stream,
    /// The length in bytes.
    pub len: u32,
    /// When the chunk's first byte was read, in microseconds since the keeper started.
    pub mono_us: u64,
    /// The same moment in milliseconds since 1970, for display only: this clock may jump.
    pub wall_ms: i64,
}

/// A record whose stream is none of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the record names stream {0}, which does not exist")]
pub struct UnknownStream(pub u8);

impl Record {
    /// Size of a record on disk, in bytes.
    pub const SIZE: usize = 24;

    /// Encodes the record as it is on disk: stream, three zero bytes, length, monotonic and wall clock,
    /// all little endian.
    pub fn encode(&self) -> [u8; Record::SIZE] {
        let mut bytes = [0; Record::SIZE];
        bytes[0] = self.stream as u8;
        bytes[4..8].copy_from_slice(&self.len.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.mono_us.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.wall_ms.to_le_bytes());
        bytes
    }

    /// Decodes a record from its form on disk.
    pub fn decode(bytes: &[u8; Record::SIZE]) -> Result<Record, UnknownStream> {
        let [stream, _, _, _, l0, l1, l2, l3, m0, m1, m2, m3, m4, m5, m6, m7, wall @ ..] = *bytes;
        Ok(Record {
            stream: Stream::from_byte(stream).ok_or(UnknownStream(stream))?,
            len: u32::from_le_bytes([l0, l1, l2, l3]),
            mono_us: u64::from_le_bytes([m0, m1, m2, m3, m4, m5, m6, m7]),
            wall_ms: i64::from_le_bytes(wall),
        })
    }
}

/// Why an index could not be read.
#[derive(Debug, Error)]
pub enum IndexError {
    /// The file could not be read.
    #[error("cannot read {path}")]
    Io {
        /// The index file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A record is damaged; the records before it were returned.
    #[error("{path} is damaged at byte {offset}")]
    Damaged {
        /// The index file.
        path: PathBuf,
        /// Where the damaged record begins.
        offset: u64,
        /// What is wrong with the record.
        source: UnknownStream,
    },
}

/// The most records that one batch returns.
const BATCH: usize = 4096;

/// Reads an index from its beginning, and continues as it grows.
#[derive(Debug)]
pub struct IndexReader {
    path: PathBuf,
    file: File,
    offset: u64,
}

impl IndexReader {
    /// Opens the index of a run.
    pub fn open(path: &Path) -> Result<IndexReader, IndexError> {
        let file =
            File::open(path).map_err(|source| IndexError::Io { path: path.to_owned(), source })?;
        Ok(IndexReader { path: path.to_owned(), file, offset: 0 })
    }

    /// Continues after `offset` bytes instead, rounded down to a whole number of records.
    pub fn resume_at(&mut self, offset: u64) {
        self.offset = offset - offset % Record::SIZE as u64;
    }

    /// How many bytes of the index were returned as records so far.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns the next whole records, a few thousand at most; empty if there are none at present. An
    /// incomplete last record is left for a later call.
    pub fn next_batch(&mut self) -> Result<Vec<Record>, IndexError> {
        let bytes = self.read_some().map_err(|source| self.failed(source))?;
        let mut records = Vec::with_capacity(bytes.len() / Record::SIZE);
        for chunk in bytes.as_chunks::<{ Record::SIZE }>().0 {
            match Record::decode(chunk) {
                Ok(record) => records.push(record),
                Err(_) if !records.is_empty() => break,
                Err(source) => return Err(self.damaged(source)),
            }
        }
        self.offset += (records.len() * Record::SIZE) as u64;
        Ok(records)
    }

    fn read_some(&mut self) -> io::Result<Vec<u8>> {
        self.file.seek(SeekFrom::Start(self.offset))?;
        let mut bytes = Vec::new();
        (&self.file).take((BATCH * Record::SIZE) as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn failed(&self, source: io::Error) -> IndexError {
        IndexError::Io { path: self.path.clone(), source }
    }

    fn damaged(&self, source: UnknownStream) -> IndexError {
        IndexError::Damaged { path: self.path.clone(), offset: self.offset, source }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    fn record() -> impl Strategy<Value = Record> {
        (0..3usize, any::<u32>(), any::<u64>(), any::<i64>()).prop_map(
            |(stream, len, mono_us, wall_ms)| Record {
                stream: Stream::ALL[stream],
                len,
                mono_us,
                wall_ms,
            },
        )
    }

    #[test]
    fn the_layout_is_the_documented_one() {
        let record = Record { stream: Stream::Stderr, len: 1, mono_us: 2, wall_ms: -1 };
        let mut expected = [0; 24];
        expected[0] = 2;
        expected[4] = 1;
        expected[8] = 2;
        expected[16..].fill(0xff);
        assert_eq!(record.encode(), expected);
    }

    #[test]
    fn damage_is_reported_with_its_place_after_the_good_records() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let good = Record { stream: Stream::Stdout, len: 1, mono_us: 2, wall_ms: 3 };
        file.write_all(&good.encode()).unwrap();
        file.write_all(&[9; 24]).unwrap();
        let mut reader = IndexReader::open(file.path()).unwrap();
        assert_eq!(reader.next_batch().unwrap(), [good]);
        let error = reader.next_batch().unwrap_err();
        assert!(matches!(error, IndexError::Damaged { offset: 24, source: UnknownStream(9), .. }));
    }

    proptest! {
        #[test]
        fn a_record_survives(record in record()) {
            prop_assert_eq!(Record::decode(&record.encode()).unwrap(), record);
        }

        #[test]
        fn any_cut_yields_the_whole_records_and_then_the_rest(
            records in prop::collection::vec(record(), 0..40),
            cut in 0.0..1.0f64,
        ) {
            let bytes: Vec<u8> = records.iter().flat_map(Record::encode).collect();
            let cut = (bytes.len() as f64 * cut) as usize;
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(&bytes[..cut]).unwrap();
            let mut reader = IndexReader::open(file.path()).unwrap();
            let whole = cut / Record::SIZE;
            prop_assert_eq!(&reader.next_batch().unwrap()[..], &records[..whole]);
            prop_assert_eq!(reader.offset(), (whole * Record::SIZE) as u64);
            file.write_all(&bytes[cut..]).unwrap();
            prop_assert_eq!(&reader.next_batch().unwrap()[..], &records[whole..]);
            prop_assert!(reader.next_batch().unwrap().is_empty());
        }
    }
}
