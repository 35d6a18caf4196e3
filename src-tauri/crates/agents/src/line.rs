//! The splitter: chunks of one stream in, lines out. It splits at byte 0x0A only (agents print
//! U+0085 and U+2028 raw inside strings), looks at each byte once however the chunks fall, and holds
//! no more than [`MAX_LINE`] bytes. Longer lines are reported once, by their byte range. It knows
//! nothing of what a line means.

use memchr::memchr;

/// The longest line that is kept and decoded (bytes, without its newline).
pub const MAX_LINE: usize = 16 << 20;

/// A line, or the place of one that was too long to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split<'a> {
    /// A line without its newline and without the one carriage return before it.
    Line {
        /// Offset of its first byte in the stream.
        offset: u64,
        /// Its bytes.
        bytes: &'a [u8],
        /// Whether a newline ended it.
        complete: bool,
    },
    /// A line longer than [`MAX_LINE`].
    Oversized {
        /// Offset of its first byte in the stream.
        offset: u64,
        /// Its length in bytes, without its newline.
        len: u64,
    },
}

/// Splits one stream.
#[derive(Debug, Default)]
pub struct Splitter {
    start: u64,
    held: Vec<u8>,
    skipped: Option<u64>,
}

impl Splitter {
    /// A splitter for a stream whose next byte stands at `offset`, where a line begins.
    pub fn new(offset: u64) -> Self {
        Self { start: offset, held: Vec::new(), skipped: None }
    }

    /// Takes the next bytes of the stream and hands every line that they complete to `each`.
    pub fn push(&mut self, chunk: &[u8], mut each: impl FnMut(Split<'_>)) {
        let mut rest = chunk;
        while let Some(end) = memchr(b'\n', rest) {
            self.complete(&rest[..end], &mut each);
            rest = &rest[end + 1..];
        }
        self.hold(rest);
    }

    /// The stream is over: hands out what stands after its last newline, if anything.
    pub fn finish(&mut self, mut each: impl FnMut(Split<'_>)) {
        let offset = self.start;
        if let Some(len) = self.skipped.take() {
            each(Split::Oversized { offset, len });
            self.start += len;
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
            self.skipped = None;
            self.held.clear();
            each(Split::Oversized { offset, len });
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
            self.skipped = Some(len);
            self.held = Vec::new();
        } else {
            self.held.extend_from_slice(bytes);
        }
    }

    fn pending(&self) -> u64 {
        self.skipped.unwrap_or(self.held.len() as u64)
    }
}

/// What is kept allocated between lines: enough for ordinary ones, so that one long line does not
/// hold its memory for the rest of the run.
const SPARE: usize = 256 << 10;

fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}
