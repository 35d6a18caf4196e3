//! Holds the bytes of one input between the socket and `input.log`: small inputs in memory, large ones in
//! a temporary file. So neither a large input nor a client that stalls halfway holds up others.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::files;

/// The largest input that is held in memory.
const IN_MEMORY: u64 = 64 * 1024;

/// One input's bytes.
pub(crate) enum Body {
    Memory(Vec<u8>),
    Spool(Spool),
}

/// A temporary file in the run directory, removed when dropped.
pub(crate) struct Spool {
    file: File,
    path: PathBuf,
}

impl Drop for Spool {
    fn drop(&mut self) {
        // Nothing reads a leftover.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The result of receiving a body.
pub(crate) enum Received {
    Whole(Body),
    /// All bytes were taken off the connection, but there was no space to keep them.
    NoRoom(io::Error),
}

impl Body {
    /// Takes exactly `len` bytes off the connection. After an error the connection cannot be used any
    /// more.
    pub(crate) fn receive(from: &mut impl Read, len: u64) -> io::Result<Received> {
        if len <= IN_MEMORY {
            let mut bytes = Vec::new();
            from.take(len).read_to_end(&mut bytes)?;
            if (bytes.len() as u64) < len {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            return Ok(Received::Whole(Body::Memory(bytes)));
        }
        let spool = Spool::create();
        let mut room = spool.as_ref().map(|_| ()).map_err(copy_error);
        let mut left = len;
        let mut buffer = vec![0; IN_MEMORY as usize];
        while left > 0 {
            let wanted = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
            from.read_exact(&mut buffer[..wanted])?;
            left -= wanted as u64;
            if let (Ok(spool), Ok(())) = (&spool, &room) {
                room = (&spool.file).write_all(&buffer[..wanted]);
            }
        }
        Ok(match (spool, room) {
            (Ok(spool), Ok(())) => Received::Whole(Body::Spool(spool)),
            (Err(error), _) | (_, Err(error)) => Received::NoRoom(error),
        })
    }

    /// Passes the bytes on piece by piece.
    pub(crate) fn each_piece(
        &mut self,
        mut take: impl FnMut(&[u8]) -> io::Result<()>,
    ) -> io::Result<()> {
        let spool = match self {
            Body::Memory(bytes) => return take(bytes),
            Body::Spool(spool) => spool,
        };
        spool.file.seek(SeekFrom::Start(0))?;
        let mut buffer = vec![0; IN_MEMORY as usize];
        loop {
            match spool.file.read(&mut buffer)? {
                0 => return Ok(()),
                count => take(&buffer[..count])?,
            }
        }
    }
}

impl Spool {
    fn create() -> io::Result<Spool> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let path = PathBuf::from(format!(".input-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
        Ok(Spool { file: files::create_private(&path)?, path })
    }
}

fn copy_error(error: &io::Error) -> io::Error {
    error.kind().into()
}
