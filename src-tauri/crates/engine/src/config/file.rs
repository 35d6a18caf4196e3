//! The files of the configuration on disk: detects changes, reads a file completely, and replaces
//! it completely.

use keeper::words;
use protocol::{ErrorCode, Fault};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// A larger file is refused, in bytes.
const LARGEST: u64 = 1 << 20;

/// How often a file is read again if it changes while it is read.
const MOST_READS: u32 = 5;

/// A file counts as finished if its last change is at least this old. Clocks of file systems are
/// coarse: a write soon after another one may leave the same time, size and inode.
pub(super) const FINISHED: Duration = Duration::from_secs(2);

/// The properties by which an unchanged file is recognised without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    Missing,
    There { changed: Option<SystemTime>, len: u64, file: u64 },
    Unreadable(String),
}

impl Stamp {
    /// The stamp of the file as it is now.
    pub(super) fn of(path: &Path) -> Self {
        match fs::metadata(path) {
            Ok(found) => Self::There {
                changed: found.modified().ok(),
                len: found.len(),
                #[cfg(unix)]
                file: std::os::unix::fs::MetadataExt::ino(&found),
                #[cfg(not(unix))]
                file: 0,
            },
            Err(error) if error.kind() == ErrorKind::NotFound => Self::Missing,
            Err(error) => Self::Unreadable(words(&error)),
        }
    }

    /// Whether the last change is so recent that the file may still be being written.
    pub(super) fn is_fresh(&self) -> bool {
        match self {
            Self::There { changed: Some(changed), .. } => {
                // A time in the future is not a recent change.
                SystemTime::now().duration_since(*changed).is_ok_and(|age| age < FINISHED)
            }
            _ => false,
        }
    }
}

/// The text of the file, empty if it does not exist, with the stamp that it had both before and
/// after it was read.
///
/// # Errors
/// If the path is not a readable file, or the file keeps changing. A file that was emptied recently
/// counts as being written, because most programs empty a file before they write it.
pub(super) fn read(path: &Path) -> Result<(Stamp, String), Fault> {
    for _ in 0..MOST_READS {
        let before = Stamp::of(path);
        let text = match read_once(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(unusable(path, &words(&error))),
        };
        match Stamp::of(path) == before {
            true if text.is_empty() && before.is_fresh() => {
                return Err(unusable(path, "it was emptied, as if it were being written"));
            }
            true => return Ok((before, text)),
            false => {}
        }
    }
    Err(unusable(path, "it changes all the time"))
}

fn read_once(path: &Path) -> io::Result<String> {
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut text = String::new();
    file.take(LARGEST + 1).read_to_string(&mut text)?;
    match text.len() as u64 > LARGEST {
        true => Err(io::Error::other("it is larger than a mebibyte")),
        false => Ok(text),
    }
}

/// Writes a file completely or not at all. If its name is a link, the target of the link is
/// replaced.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    // A read-only file was made so on purpose and is not replaced.
    if fs::metadata(&target).is_ok_and(|found| found.permissions().readonly()) {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "the file is read-only"));
    }
    keeper::replace_file(&target, text.as_bytes())
}

fn unusable(path: &Path, why: &str) -> Fault {
    Fault::new(
        ErrorCode::Config,
        format!("{} cannot be read: {why}", path.display()),
        "What was accepted last is in force. Make it a file that can be read; it is read again by itself.",
    )
}
