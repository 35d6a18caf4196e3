//! The interface of decoders: lines of a run's streams go in, events and drafts come out. Decoding cannot
//! fail and reads nothing but the lines, so one decoder id (family and version) always makes the same
//! events of the same bytes. The newest decoder of a run's family reads the run; an event that an older
//! version made keeps its place, and further events of the same line come after it. The decoder also
//! folds the lines into the [`Conversation`], which has what must be known to speak to the agent. The
//! engine makes one decoder per run and feeds it lines in the order of the run's index.

use crate::converse::Conversation;
use protocol::{DecoderId, DraftUpdate, Event, Pos, Stream};
use std::sync::Arc;

/// Reads one run.
pub trait Decoder: Send {
    /// The decoder's id with its version: `claude/5`.
    fn id(&self) -> DecoderId;

    /// Takes the next line and appends what it decodes to `out`.
    fn line(&mut self, line: Line<'_>, out: &mut Vec<Decoded>);

    /// Takes a line that was too long to be kept whole.
    fn oversized(&mut self, line: Oversized<'_>, out: &mut Vec<Decoded>);

    /// Takes the end of the run, after the last line.
    fn end(&mut self, out: &mut Vec<Decoded>);

    /// Returns the conversation as the lines so far show it. By default the conversation is open: a
    /// program without a handshake takes prompts from its start.
    fn conversation(&self) -> Conversation {
        Conversation { open: true, ..Conversation::default() }
    }
}

/// One line of one stream.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The stream.
    pub stream: Stream,
    /// The line's bytes without the newline.
    pub bytes: &'a [u8],
    /// Offset of its first byte in the stream's log.
    pub offset: u64,
    /// The keeper's monotonic clock when the chunk that completed the line was read (microseconds).
    pub mono_us: u64,
    /// Whether a newline ended it; only the last line of a stream can lack one.
    pub complete: bool,
}

impl Line<'_> {
    /// The lasting name of the line's first event.
    pub(crate) fn pos(&self) -> Pos {
        Pos { stream: self.stream, offset: self.offset, len: self.bytes.len() as u64, index: 0 }
    }
}

/// A line that was too long to be kept whole.
#[derive(Clone, Copy, Debug)]
pub struct Oversized<'a> {
    /// The stream.
    pub stream: Stream,
    /// Offset of its first byte in the stream's log.
    pub offset: u64,
    /// The line's length in bytes, without the newline.
    pub len: u64,
    /// The line's first bytes.
    pub head: &'a [u8],
    /// The line's last bytes.
    pub tail: &'a [u8],
}

impl Oversized<'_> {
    /// The lasting name of the line's first event.
    pub(crate) fn pos(&self) -> Pos {
        Pos { stream: self.stream, offset: self.offset, len: self.len, index: 0 }
    }
}

/// What a decoder made of a line.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "it lives for a moment in a list that is used again; a box would cost each event"
)]
pub enum Decoded {
    /// An event and its lasting name.
    Event(Pos, Event),
    /// A change of text that is still being streamed.
    Draft(DraftUpdate),
}

/// Makes the decoder for a run that began with this id: the newest of the id's family. `None` if this
/// version of Musher does not know the family.
pub fn decoder(id: &DecoderId) -> Option<Box<dyn Decoder>> {
    let is_of = |known: &DecoderId| family(known) == family(id);
    if is_of(&crate::plain_decoder()) {
        return Some(Box::new(crate::plain::PlainDecoder));
    }
    crate::agents().iter().find(|agent| is_of(&agent.decoder())).map(|agent| agent.reader())
}

/// The id without its version.
fn family(id: &DecoderId) -> &str {
    id.as_str().split_once('/').map_or(id.as_str(), |(family, _)| family)
}

/// Collects the events of one line and numbers them.
pub(crate) struct Sink<'o> {
    out: &'o mut Vec<Decoded>,
    next: Pos,
}

impl<'o> Sink<'o> {
    pub(crate) fn new(out: &'o mut Vec<Decoded>, pos: Pos) -> Self {
        Self { out, next: pos }
    }

    pub(crate) fn event(&mut self, event: Event) {
        self.out.push(Decoded::Event(self.next, event));
        self.next.index += 1;
    }

    pub(crate) fn draft(&mut self, update: DraftUpdate) {
        self.out.push(Decoded::Draft(update));
    }

    /// Adds text to a draft; consecutive pieces are merged into one addition.
    pub(crate) fn append(&mut self, message: &Arc<str>, block: u32, piece: &str) {
        if let Some(Decoded::Draft(DraftUpdate::Append { message: last, block: at, text })) =
            self.out.last_mut()
            && *at == block
            && last == message
        {
            return text.push_str(piece);
        }
        self.draft(DraftUpdate::Append {
            message: Arc::clone(message),
            block,
            text: piece.to_owned(),
        });
    }

    /// The stream of the line.
    pub(crate) fn stream(&self) -> Stream {
        self.next.stream
    }

    /// The position that the next event of this line will get.
    pub(crate) fn position(&self) -> Pos {
        self.next
    }
}
