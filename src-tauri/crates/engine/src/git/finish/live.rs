//! What a person sees of something that is under way, and how they end it: output goes into a file as it comes, and its
//! end is kept for the record.

use crate::command::Stream;
use crate::data_dir::{create_private, private_file};
use crate::error::Error;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use tokio::sync::watch;

/// How much of the output is kept for the record (bytes).
const KEPT: usize = 16 * 1024;

/// How much of the output goes into the file (bytes). A hook that prints without an end fills no disk.
const MOST: usize = 16 * 1024 * 1024;

/// Ends what a [`Live`] belongs to. Dropping it does not.
#[derive(Clone, Debug)]
pub(crate) struct Voice(watch::Sender<bool>);

impl Voice {
    /// Asks it to end.
    pub(crate) fn cancel(&self) {
        self.0.send_replace(true);
    }
}

/// The side of what is under way.
#[derive(Debug)]
pub(crate) struct Live {
    cancelled: watch::Receiver<bool>,
    printed: Mutex<Printed>,
}

#[derive(Debug)]
struct Printed {
    file: Option<File>,
    tail: Vec<u8>,
    written: usize,
    /// The stream of what came last.
    last: Option<Stream>,
}

impl Printed {
    fn take(&mut self, bytes: &[u8]) {
        let room = MOST.saturating_sub(self.written).min(bytes.len());
        self.written += room;
        if let Some(file) = &mut self.file
            && let Err(error) = file.write_all(&bytes[..room])
        {
            tracing::warn!(%error, "output cannot be shown as it comes");
            self.file = None;
        }
        self.tail.extend_from_slice(bytes);
        let over = self.tail.len().saturating_sub(KEPT);
        self.tail.drain(..over);
    }
}

impl Live {
    /// Makes both sides; what is printed goes into the file at `log`, which begins anew.
    pub(crate) fn new(log: &Path) -> (Voice, Self) {
        let (voice, cancelled) = watch::channel(false);
        let file = begin(log);
        let file = file
            .inspect_err(|error| tracing::warn!(%error, "output cannot be shown as it comes"))
            .ok();
        let printed = Mutex::new(Printed { file, tail: Vec::new(), written: 0, last: None });
        (Voice(voice), Self { cancelled, printed })
    }

    /// Takes what was printed. What comes from another stream in the middle of a line begins a line of its own.
    pub(super) fn heard(&self, stream: Stream, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let mut printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        let is_other = printed.last.replace(stream).is_some_and(|last| last != stream);
        if is_other && !matches!(printed.tail.last(), Some(b'\n' | b'\r') | None) {
            printed.take(b"\n");
        }
        printed.take(bytes);
    }

    /// The end of what was printed.
    pub(crate) fn output(&self) -> String {
        let printed = self.printed.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tail = printed.tail.as_slice();
        // It may begin within a character.
        while let [0x80..=0xBF, rest @ ..] = tail {
            tail = rest;
        }
        String::from_utf8_lossy(tail).into_owned()
    }

    /// Returns when a person cancels it; never, if nobody can any more.
    pub(super) async fn cancelled(&self) {
        let mut cancelled = self.cancelled.clone();
        if cancelled.wait_for(|cancelled| *cancelled).await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether a person cancelled it.
    pub(crate) fn is_cancelled(&self) -> bool {
        *self.cancelled.borrow()
    }
}

fn begin(log: &Path) -> crate::error::Result<File> {
    if let Some(folder) = log.parent() {
        create_private(folder)?;
    }
    let opened = private_file().write(true).create(true).truncate(true).open(log);
    opened.map_err(Error::io("write", log))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_one_stream_is_not_put_into_a_line_of_the_other() {
        let dir = tempfile::tempdir().unwrap();
        let (_voice, live) = Live::new(&dir.path().join("story.log"));
        for (stream, text) in [
            (Stream::Stderr, "error: fai"),
            (Stream::Stdout, "tests fail\n"),
            (Stream::Stderr, "led\n"),
            (Stream::Stdout, "more"),
            (Stream::Stdout, " of it"),
        ] {
            live.heard(stream, text.as_bytes());
        }
        assert_eq!(live.output(), "error: fai\ntests fail\nled\nmore of it");
    }

    #[test]
    fn the_file_has_everything_and_the_record_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("below/story.log");
        let (voice, live) = Live::new(&log);
        live.heard(Stream::Stderr, "é first\n".as_bytes());
        live.heard(Stream::Stderr, &b"x".repeat(KEPT - 1));
        assert_eq!(std::fs::metadata(&log).unwrap().len(), KEPT as u64 + 8);
        let output = live.output();
        assert_eq!(output.len(), KEPT);
        assert!(output.starts_with("\nxx"));
        assert!(!live.is_cancelled());
        voice.cancel();
        assert!(live.is_cancelled());
        crate::runtime::wait(live.cancelled()).unwrap();
        let (_, again) = Live::new(&log);
        assert_eq!((again.output(), std::fs::metadata(&log).unwrap().len()), (String::new(), 0));
    }
}
