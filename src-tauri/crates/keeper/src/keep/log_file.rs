//! An append-only file of a run directory, and how much of it is written. It continues exactly where the
//! last write stopped, so a short write never tears or repeats anything. It does not wait or retry,
//! because callers react differently to a full disk.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::files;

/// An append-only file.
pub(crate) struct LogFile {
    file: File,
    len: AtomicU64,
    dirty: AtomicBool,
}

impl LogFile {
    /// Creates the file, which must not exist.
    pub(crate) fn create(path: &Path) -> io::Result<LogFile> {
        let file = files::create_private(path)?;
        Ok(LogFile { file, len: AtomicU64::new(0), dirty: AtomicBool::new(false) })
    }

    /// Bytes written so far.
    pub(crate) fn len(&self) -> u64 {
        self.len.load(Ordering::Acquire)
    }

    /// Appends as much of `bytes` as the disk takes; returns the number of bytes, and the error that
    /// stopped it. Only one thread appends to a file.
    pub(crate) fn append(&self, bytes: &[u8]) -> (usize, io::Result<()>) {
        let mut written = 0;
        while written < bytes.len() {
            match files::write_at(&self.file, &bytes[written..], self.len()) {
                Ok(0) => return (written, Err(io::ErrorKind::WriteZero.into())),
                Ok(count) => {
                    written += count;
                    self.dirty.store(true, Ordering::Release);
                    self.len.fetch_add(count as u64, Ordering::AcqRel);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return (written, Err(error)),
            }
        }
        (written, Ok(()))
    }

    /// Cuts the file to `len` bytes.
    pub(crate) fn cut(&self, len: u64) -> io::Result<()> {
        self.len.store(len, Ordering::Release);
        self.file.set_len(len)
    }

    /// Reads some bytes at `offset`.
    pub(crate) fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        files::read_at(&self.file, buffer, offset)
    }

    /// Makes the written bytes durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        if !self.dirty.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        self.file.sync_data()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appending_goes_on_where_it_was_cut() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        let log = LogFile::create(&path).unwrap();
        log.append(b"one two").1.unwrap();
        log.cut(4).unwrap();
        log.append(b"three").1.unwrap();
        log.sync().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"one three");
        assert_eq!(log.len(), 9);
        assert!(LogFile::create(&path).is_err());
    }
}
