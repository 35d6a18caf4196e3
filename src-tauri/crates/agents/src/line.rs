//! Splits the chunks of one stream into lines. It splits at byte 0x0A only (agents print U+0085 and
//! U+2028 raw inside strings), reads each byte once however the chunks are cut, and holds at most
//! [`MAX_LINE`] bytes. A longer line is reported once, by its byte range and with its head and tail. The
//! content of a line is not interpreted.

use memchr::memchr;

/// The longest line that is kept and decoded (bytes, without its newline).
pub const MAX_LINE: usize = 16 << 20;

/// How much of each end of a longer line is kept (bytes).
const END: usize = 64 << 10;

/// A line, or the range of one that was too long to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split<'a> {
    /// A line without its newline and without the one carriage return before it.
    Line {
        /// Offset of its first byte in the stream.
        offset: u64,
        /// The line's bytes.
        bytes: &'a [u8],
        /// Whether a newline ended it.
        complete: bool,
    },
    /// A line longer than [`MAX_LINE`].
    Oversized {
        /// Offset of its first byte in the stream.
        offset: u64,
        /// The line's length in bytes, without the newline.
        len: u64,
        /// The line's first bytes.
        head: &'a [u8],
        /// The line's last bytes.
        tail: &'a [u8],
    },
}

/// A line of which only the ends are kept.
#[derive(Debug, Default)]
struct Skipped {
    len: u64,
    head: Vec<u8>,
    tail: Vec<u8>,
}

impl Skipped {
    fn add(&mut self, bytes: &[u8]) {
        self.len += bytes.len() as u64;
        let missing = END.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.tail.extend_from_slice(&bytes[bytes.len().saturating_sub(END)..]);
        if self.tail.len() > 4 * END {
            self.tail.drain(..self.tail.len() - END);
        }
    }

    fn split(&self, offset: u64) -> Split<'_> {
        let tail = &self.tail[self.tail.len().saturating_sub(END)..];
        Split::Oversized { offset, len: self.len, head: &self.head, tail }
    }
}

/// Splits one stream.
#[derive(Debug, Default)]
pub struct Splitter {
    start: u64,
    held: Vec<u8>,
    skipped: Option<Skipped>,
}

impl Splitter {
    /// Makes a splitter for a stream whose next byte is at `offset`, where a line begins.
    pub fn new(offset: u64) -> Self {
        Self { start: offset, held: Vec::new(), skipped: None }
    }

    /// Takes the next bytes of the stream and passes every line that they complete to `each`.
    pub fn push(&mut self, chunk: &[u8], mut each: impl FnMut(Split<'_>)) {
        let mut rest = chunk;
        while let Some(end) = memchr(b'\n', rest) {
            self.complete(&rest[..end], &mut each);
            rest = &rest[end + 1..];
        }
        self.hold(rest);
    }

    /// Takes the end of the stream: passes on what follows the last newline, if anything.
    pub fn finish(&mut self, mut each: impl FnMut(Split<'_>)) {
        let offset = self.start;
        if let Some(skipped) = self.skipped.take() {
            each(skipped.split(offset));
            self.start += skipped.len;
        } else if !self.held.is_empty() {
            let held = std::mem::take(&mut self.held);
            each(Split::Line { offset, bytes: without_return(&held), complete: false });
            self.start += held.len() as u64;
        }
    }

    /// Offset of the first byte of the line that is not complete yet.
    pub fn line_start(&self) -> u64 {
        self.start
    }

    fn complete(&mut self, tail: &[u8], each: &mut impl FnMut(Split<'_>)) {
        let offset = self.start;
        let len = self.pending() + tail.len() as u64;
        self.start += len + 1;
        if len > MAX_LINE as u64 {
            self.skip(tail);
            each(self.skipped.take().unwrap_or_default().split(offset));
        } else if self.held.is_empty() {
            each(Split::Line { offset, bytes: without_return(tail), complete: true });
        } else {
            self.held.extend_from_slice(tail);
            each(Split::Line { offset, bytes: without_return(&self.held), complete: true });
            self.held.clear();
            self.held.shrink_to(SPARE);
        }
    }

    fn hold(&mut self, bytes: &[u8]) {
        let len = self.pending() + bytes.len() as u64;
        if len > MAX_LINE as u64 {
            self.skip(bytes);
        } else {
            self.held.extend_from_slice(bytes);
        }
    }

    /// Drops the middle of the incomplete line and keeps its ends.
    fn skip(&mut self, bytes: &[u8]) {
        let held = std::mem::take(&mut self.held);
        let skipped = self.skipped.get_or_insert_default();
        skipped.add(&held);
        skipped.add(bytes);
    }

    fn pending(&self) -> u64 {
        self.skipped.as_ref().map_or(self.held.len() as u64, |skipped| skipped.len)
    }
}

/// The most memory that stays allocated between lines: enough for ordinary ones. Otherwise one long line
/// would hold its memory for the rest of the run.
const SPARE: usize = 256 << 10;

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}
