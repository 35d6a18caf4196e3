//! The files of the configuration on the disk: whether one changed, reading it whole, replacing it whole.

use keeper::words;
use protocol::{ErrorCode, Fault};
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// A larger file is no configuration.
const LARGEST: u64 = 1 << 20;

/// How often a file is read again that changes while it is read.
const MOST_READS: u32 = 5;

/// How long ago a file must have been changed to count as finished. Clocks of file systems are coarse: what is
/// written soon after that may leave the same time, size and inode.
pub(super) const FINISHED: Duration = Duration::from_secs(2);

/// By what a file is known to be the same without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    Missing,
    There { changed: Option<SystemTime>, len: u64, file: u64 },
    Unreadable(String),
}

impl Stamp {
    /// Of the file as it is now.
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

    /// Whether the file was changed a moment ago, so that somebody may still be writing it.
    pub(super) fn is_fresh(&self) -> bool {
        match self {
            Self::There { changed: Some(changed), .. } => {
                // One from a future time was not written just now.
                SystemTime::now().duration_since(*changed).is_ok_and(|age| age < FINISHED)
            }
            _ => false,
        }
    }
}

/// The text of the file, empty where there is none, with the stamp that it had before and after it was read.
///
/// # Errors
/// When there is something that is no readable file, or the file does not come to rest. A file that was emptied a
/// moment ago is taken for one that is being written, because most programs empty a file before they write it.
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

/// Writes a file whole or not at all. If its name is a link, the target of the link is replaced.
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
