//! The control protocol between a keeper and its clients: one JSON object per line in each direction, and
//! after an `input` line exactly as many raw bytes as it announces. Both ends use these types; sockets
//! and policy are elsewhere. Newer clients speak to older keepers, so a released version is never
//! changed: fields are added, meanings stay.

use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::facts::Phase;

/// The newest version of the protocol that this program speaks.
pub const PROTOCOL: u32 = 1;

/// The oldest version that this program still speaks.
pub const OLDEST_PROTOCOL: u32 = 1;

/// The longest line of JSON that either end accepts, in bytes.
const LINE_LIMIT: usize = 64 * 1024;

/// The longest id of an input, in bytes.
pub(crate) const ID_LIMIT: usize = 256;

/// The largest single input, in bytes.
pub(crate) const INPUT_LIMIT: u64 = 256 * 1024 * 1024;

/// A request of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub(crate) enum Request {
    /// The first line of every connection: the versions that the client speaks.
    Hello {
        oldest: u32,
        newest: u32,
    },
    /// An input; `len` raw bytes follow the line.
    Input {
        id: String,
        len: u64,
    },
    CloseInput,
    Resize {
        rows: u16,
        cols: u16,
    },
    Signal {
        name: String,
    },
    Stop {
        by: String,
        why: String,
    },
    Sync,
    Status,
    /// From here on the keeper only sends single bytes, one for any number of changes.
    Watch,
}

/// A reply of the keeper, one for each request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reply {
    Hello { version: u32, run: String },
    Ack { duplicate: bool },
    Done,
    Status(Status),
    Refused { kind: Refusal, message: String },
}

/// Why a keeper refuses a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The two ends have no protocol version in common.
    Version,
    /// The request is malformed or too large.
    BadRequest,
    /// The keeper has as many connections as it accepts.
    Busy,
    /// The process takes no more input.
    InputClosed,
    /// The disk refuses writes, so nothing was done.
    Disk,
    /// The run lacks what the request needs, such as a terminal, or it is over.
    NotPossible,
    /// A refusal that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A run as its keeper sees it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The progress of the run.
    pub phase: Phase,
    /// Whether the process still lives.
    pub child_alive: bool,
    /// Whether input can still be sent.
    pub input_open: bool,
    /// Whether a stop is under way.
    pub stopping: bool,
    /// The pause, while the disk refuses the logs.
    pub paused: Option<Pause>,
    /// The system's error, if a log could not be made durable. The bytes are written.
    pub sync_failed: Option<String>,
    /// The sizes of the logs.
    pub sizes: Sizes,
}

/// A pause because the disk refuses the logs; the keeper tries again every second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The reason, for a person.
    pub reason: String,
    /// When the pause began, in milliseconds since 1970.
    pub since_ms: i64,
    /// How many bytes were read from the process and are held in memory until they can be written.
    pub held: u64,
    /// Whether the process is still being read; it is not when memory is full too.
    pub reading: bool,
}

/// Bytes written to each file of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sizes {
    /// `output.log`.
    pub stdout: u64,
    /// `stderr.log`.
    pub stderr: u64,
    /// `input.log`.
    pub stdin: u64,
    /// `index`.
    pub index: u64,
}

/// Why no line could be read.
#[derive(Debug, Error)]
pub(crate) enum LineError {
    #[error("the connection was closed")]
    Closed,
    #[error("a line is longer than {LINE_LIMIT} bytes")]
    TooLong,
    #[error("the line is not a message of this protocol: {0}")]
    NotJson(#[from] serde_json::Error),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads one line as a message. Before each read, `progress` decides whether to go on waiting.
pub(crate) fn read_message<T: serde::de::DeserializeOwned>(
    from: &mut impl BufRead,
    mut progress: impl FnMut() -> io::Result<()>,
) -> Result<T, LineError> {
    let mut line = Vec::new();
    loop {
        progress()?;
        let available = match from.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            other => other?,
        };
        if available.is_empty() {
            return Err(LineError::Closed);
        }
        let end = memchr(available);
        let taken = end.map_or(available.len(), |end| end + 1);
        line.extend_from_slice(&available[..end.unwrap_or(taken)]);
        from.consume(taken);
        if line.len() > LINE_LIMIT {
            return Err(LineError::TooLong);
        }
        if end.is_some() {
            return Ok(serde_json::from_slice(&line)?);
        }
    }
}

fn memchr(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\n')
}

/// Encodes a message as a line.
pub(crate) fn line<T: Serialize>(message: &T) -> Vec<u8> {
    let mut line = serde_json::to_vec(message).expect("messages hold only strings and numbers");
    line.push(b'\n');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, LineError> {
        read_message(&mut &bytes[..], || Ok(()))
    }

    #[test]
    fn the_words_on_the_wire_are_the_documented_ones() {
        let text = |request: &Request| String::from_utf8(line(request)).unwrap();
        assert_eq!(text(&Request::CloseInput), "{\"op\":\"close-input\"}\n");
        let input = Request::Input { id: "a".into(), len: 3 };
        assert_eq!(text(&input), "{\"op\":\"input\",\"id\":\"a\",\"len\":3}\n");
        assert_eq!(read::<Request>(text(&input).as_bytes()).unwrap(), input);
    }

    #[test]
    fn a_refusal_from_the_future_is_still_a_refusal() {
        let reply = br#"{"refused":{"kind":"tomorrow","message":"m"}}"#;
        let reply: Reply = read(&[&reply[..], b"\n"].concat()).unwrap();
        assert_eq!(reply, Reply::Refused { kind: Refusal::Unknown, message: "m".into() });
    }

    #[test]
    fn garbage_and_floods_are_errors() {
        assert!(matches!(read::<Request>(b"GET / HTTP/1.1\n"), Err(LineError::NotJson(_))));
        assert!(matches!(read::<Request>(&vec![b'x'; 10 << 20]), Err(LineError::TooLong)));
        assert!(matches!(read::<Request>(b"{\"op\":"), Err(LineError::Closed)));
    }
}
