//! Reads what a keeper records: index, three logs, lines, events, in the one order that the index gives.
//! The files are the truth, so a live run, a reopened one and a rebuild all read through this module. It
//! owns the offsets and the decoder of one run; it writes nothing and keeps no event.

use super::decoder::{read_by, reader};
use super::fold::RunFold;
use crate::error::{Error, Result};
use crate::record::{Numbered, Settled};
use agents::{Conversation, Decoded, Decoder, Line, Oversized, Split, Splitter};
use keeper::index::{IndexError, IndexReader, Record, Stream as LogStream};
use keeper::rundir::RunDir;
use protocol::{DecoderId, DraftUpdate, Event, Seq, Stream, Timestamp, UsageTotals};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind};

/// The most bytes that are read from a log at once: several records, which are small.
const AHEAD: usize = 64 * 1024;

/// A batch ends at this many bytes or events. So memory is bounded, and a long log is committed while it
/// is read.
const BATCH_BYTES: u64 = 1 << 20;
const BATCH_EVENTS: usize = 4_096;

/// The result of one read.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// New events, in order.
    pub events: Vec<Numbered>,
    /// What the results among these events settled, in order.
    pub settled: Vec<Settled>,
    /// Changes of drafts, in order.
    pub drafts: Vec<DraftUpdate>,
    /// How many bytes were read.
    pub bytes: u64,
}

struct Log {
    stream: Stream,
    file: Option<BufReader<File>>,
    splitter: Splitter,
    read: u64,
}

/// Reads one run from its beginning.
pub struct Tail {
    dir: RunDir,
    /// The decoder that the run began with.
    began_with: DecoderId,
    /// The decoder that reads the run; the same as `began_with` if this version does not know its family.
    read_by: DecoderId,
    baseline: UsageTotals,
    index: Option<IndexReader>,
    /// Records of the index whose bytes were not read yet.
    records: VecDeque<Record>,
    /// The error that ended the last batch early.
    failed: Option<Error>,
    logs: [Log; 3],
    decoder: Box<dyn Decoder>,
    fold: RunFold,
    last: Seq,
    last_time: (u64, Timestamp),
    /// The decoder's output for the last piece; empty between pieces.
    decoded: Vec<Decoded>,
}

impl Tail {
    /// Makes a reader at the beginning of the run in `dir`, which began with the decoder `began_with`.
    pub fn new(dir: RunDir, began_with: &DecoderId, baseline: UsageTotals) -> Self {
        let log = |stream| Log { stream, file: None, splitter: Splitter::new(0), read: 0 };
        Self {
            dir,
            began_with: began_with.clone(),
            read_by: read_by(began_with),
            baseline: baseline.clone(),
            index: None,
            records: VecDeque::new(),
            failed: None,
            logs: [log(Stream::Stdout), log(Stream::Stderr), log(Stream::Stdin)],
            decoder: reader(began_with),
            fold: RunFold::new(baseline),
            last: Seq(0),
            last_time: (0, Timestamp::default()),
            decoded: Vec::new(),
        }
    }

    /// Makes a reader of the same run at its beginning, to use after this one failed.
    pub fn again(&self) -> Self {
        Self::new(self.dir.clone(), &self.began_with, self.baseline.clone())
    }

    /// The decoder that reads the run; the one that it began with if this version does not know its
    /// family.
    pub fn decoder(&self) -> DecoderId {
        self.read_by.clone()
    }

    /// The state of the run, from what was read so far.
    pub fn fold(&self) -> &RunFold {
        &self.fold
    }

    /// The conversation, from what was read so far.
    pub fn conversation(&self) -> Conversation {
        self.decoder.conversation()
    }

    /// The number of the last event.
    pub fn last(&self) -> Seq {
        self.last
    }

    /// The wall-clock time of the last bytes that were read.
    pub fn last_time(&self) -> Timestamp {
        self.last_time.1
    }

    /// How many bytes of standard output were read.
    pub fn output_bytes(&self) -> u64 {
        self.logs[0].read
    }

    /// Reads what the index has, a megabyte and some thousand events at most. An empty batch means that
    /// there is nothing more for now. Everything before a damage is returned first.
    pub fn read(&mut self) -> Result<Batch> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut batch = Batch::default();
        while batch.bytes < BATCH_BYTES && batch.events.len() < BATCH_EVENTS {
            match self.read_record(&mut batch) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) if batch.bytes == 0 => return Err(error),
                Err(error) => {
                    self.failed = Some(error);
                    break;
                }
            }
        }
        Ok(batch)
    }

    /// Whether [`Tail::read`] has more to return.
    pub fn has_more(&mut self) -> Result<bool> {
        Ok(self.failed.is_some() || self.has_records()?)
    }

    fn has_records(&mut self) -> Result<bool> {
        if self.records.is_empty()
            && let Some(index) = self.index()?
        {
            self.records = index.next_batch().map_err(damaged)?.into();
        }
        Ok(!self.records.is_empty())
    }

    /// Reads the bytes of the next record, if there is one.
    fn read_record(&mut self, batch: &mut Batch) -> Result<bool> {
        self.has_records()?;
        match self.records.pop_front() {
            Some(record) => self.chunk(record, batch).map(|()| true),
            None => Ok(false),
        }
    }

    /// Reads what follows the last record, which a crash of the keeper can leave behind, and ends every
    /// line that was cut off. Call it once, when nothing more will come.
    pub fn finish(&mut self) -> Result<Batch> {
        let mut batch = Batch::default();
        let (mono_us, at) = self.last_time;
        for which in 0..self.logs.len() {
            while self.piece(which, u64::MAX, mono_us, at, &mut batch)? > 0 {}
            self.cut_off(which, mono_us, at, &mut batch);
        }
        self.decoder.end(&mut self.decoded);
        self.take(at, &mut batch);
        Ok(batch)
    }

    fn index(&mut self) -> Result<Option<&mut IndexReader>> {
        if self.index.is_none() {
            match IndexReader::open(&self.dir.index_path()) {
                Ok(index) => self.index = Some(index),
                Err(IndexError::Io { source, .. }) if source.kind() == ErrorKind::NotFound => {
                    return Ok(None);
                }
                Err(error) => return Err(damaged(error)),
            }
        }
        Ok(self.index.as_mut())
    }

    fn chunk(&mut self, record: Record, batch: &mut Batch) -> Result<()> {
        let which = match record.stream {
            LogStream::Stdout => 0,
            LogStream::Stderr => 1,
            LogStream::Stdin => 2,
        };
        let at = Timestamp::from_millis(record.wall_ms);
        self.last_time = (record.mono_us, at);
        let mut left = u64::from(record.len);
        while left > 0 {
            let got = self.piece(which, left, record.mono_us, at, batch)?;
            if got == 0 {
                let path = self.dir.log_path(record.stream);
                return Err(Error::io("read", path)(ErrorKind::UnexpectedEof.into()));
            }
            left -= got;
        }
        Ok(())
    }

    /// Reads and decodes at most `most` bytes of a log; 0 at its end.
    fn piece(
        &mut self,
        which: usize,
        most: u64,
        mono_us: u64,
        at: Timestamp,
        batch: &mut Batch,
    ) -> Result<u64> {
        if !self.open(which)? {
            return Ok(0);
        }
        let log = &mut self.logs[which];
        let Some(file) = log.file.as_mut() else { return Ok(0) };
        let path = || self.dir.log_path(log_stream(log.stream));
        let bytes = file.fill_buf().map_err(|error| Error::io("read", path())(error))?;
        let got = usize::try_from(most).unwrap_or(usize::MAX).min(bytes.len());
        let (stream, decoder, decoded) = (log.stream, &mut *self.decoder, &mut self.decoded);
        log.splitter.push(&bytes[..got], |split| decode(decoder, stream, mono_us, split, decoded));
        file.consume(got);
        log.read += got as u64;
        batch.bytes += got as u64;
        self.take(at, batch);
        Ok(got as u64)
    }

    /// Opens a log if it exists; a stream without data has no log.
    fn open(&mut self, which: usize) -> Result<bool> {
        let log = &mut self.logs[which];
        if log.file.is_none() {
            let path = self.dir.log_path(log_stream(log.stream));
            match File::open(&path) {
                Ok(file) => log.file = Some(BufReader::with_capacity(AHEAD, file)),
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
                Err(error) => return Err(Error::io("read", path)(error)),
            }
        }
        Ok(true)
    }

    fn cut_off(&mut self, which: usize, mono_us: u64, at: Timestamp, batch: &mut Batch) {
        let log = &mut self.logs[which];
        let (stream, decoder, decoded) = (log.stream, &mut *self.decoder, &mut self.decoded);
        log.splitter.finish(|split| decode(decoder, stream, mono_us, split, decoded));
        self.take(at, batch);
    }

    fn take(&mut self, at: Timestamp, batch: &mut Batch) {
        for one in self.decoded.drain(..) {
            match one {
                Decoded::Draft(update) => batch.drafts.push(update),
                Decoded::Event(pos, mut event) => {
                    self.last = self.last.next();
                    self.fold.apply(at, pos, &event);
                    if let Event::TurnEnded(end) = &mut event {
                        let settled = self.fold.take_settled();
                        end.number = self.fold.results();
                        end.shares = settled.iter().flat_map(|it| it.shares.clone()).collect();
                        batch.settled.extend(settled);
                    }
                    batch.events.push(Numbered { seq: self.last, at, pos, event });
                }
            }
        }
    }
}

fn decode(
    decoder: &mut dyn Decoder,
    stream: Stream,
    mono_us: u64,
    split: Split<'_>,
    out: &mut Vec<Decoded>,
) {
    match split {
        Split::Line { offset, bytes, complete } => {
            decoder.line(Line { stream, bytes, offset, mono_us, complete }, out);
        }
        Split::Oversized { offset, len, head, tail } => {
            decoder.oversized(Oversized { stream, offset, len, head, tail }, out);
        }
    }
}

fn log_stream(stream: Stream) -> LogStream {
    match stream {
        Stream::Stdout => LogStream::Stdout,
        Stream::Stderr => LogStream::Stderr,
        Stream::Stdin => LogStream::Stdin,
    }
}

fn damaged(error: IndexError) -> Error {
    match error {
        IndexError::Io { path, source } => Error::DataDir { doing: "read", path, source },
        IndexError::Damaged { ref path, .. } => Error::DataDir {
            doing: "read",
            path: path.clone(),
            source: std::io::Error::new(ErrorKind::InvalidData, error.to_string()),
        },
    }
}
