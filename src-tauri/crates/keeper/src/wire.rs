//! The control protocol between a keeper and its clients: one JSON object per line each way, and
//! after an `input` line exactly as many raw bytes as it says. Both ends use these types; neither
//! sockets nor policy are here. Newer clients speak to older keepers, so a version is never
//! changed once released: fields are added, meanings are not altered.

use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::facts::Phase;

/// The newest version of the protocol that this program speaks.
pub const PROTOCOL: u32 = 1;

/// The oldest version it still speaks.
pub const OLDEST_PROTOCOL: u32 = 1;

/// Longest line of JSON that either end accepts, in bytes.
const LINE_LIMIT: usize = 64 * 1024;

/// Longest id of an input, in bytes.
pub(crate) const ID_LIMIT: usize = 256;

/// Largest single input, in bytes.
pub(crate) const INPUT_LIMIT: u64 = 256 * 1024 * 1024;

/// What a client asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub(crate) enum Request {
    /// Always the first line: the versions that the client speaks.
    Hello {
        oldest: u32,
        newest: u32,
    },
    /// `len` raw bytes follow the line.
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

/// What the keeper answers, one for each request.
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
    /// The keeper has as many connections as it takes.
    Busy,
    /// The process takes no input any more.
    InputClosed,
    /// The disk refuses, so nothing was done.
    Disk,
    /// The run has no such thing, a terminal for instance, or it is over.
    NotPossible,
    /// A refusal that this version does not know.
    #[serde(other)]
    Unknown,
}

/// A run as its keeper sees it at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// How far it has come.
    pub phase: Phase,
    /// Whether the process has not ended.
    pub child_alive: bool,
    /// Whether it can still be sent input.
    pub input_open: bool,
    /// Whether a stop is under way.
    pub stopping: bool,
    /// Set while the disk refuses the logs.
    pub paused: Option<Pause>,
    /// Set when a log could not be made durable: what the system said. The bytes are written.
    pub sync_failed: Option<String>,
    /// Bytes in the logs.
    pub sizes: Sizes,
}

/// The disk refuses the logs; the keeper tries again every second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The reason, for a person.
    pub reason: String,
    /// Since when, in milliseconds since 1970.
    pub since_ms: i64,
    /// Bytes read from the process and held in memory until they can be written.
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

/// Reads one line as a message. `progress` is asked before each read whether to go on waiting.
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

/// A message as its line.
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
