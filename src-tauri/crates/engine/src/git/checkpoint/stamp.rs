//! What a file system says of a file without its content: if it is the same as before, so is the content.
//! That does not hold for a file that changed a moment before it was looked at, because a second change in the
//! same tick of the clock leaves no trace: such a file is read again next time.

use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The coarsest tick of a file system that keeps parts of a second.
const TICK: Duration = Duration::from_millis(100);

/// The coarsest tick of one that keeps only whole seconds.
const COARSE_TICK: Duration = Duration::from_secs(2);

/// The number of bytes of [`Stamp::bytes`].
pub(super) const LENGTH: usize = 44;

/// What is known of a file without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    mode: u32,
    pub(super) size: u64,
    /// Nanoseconds since 1970.
    modified: i64,
    /// When its content or its permissions changed, in nanoseconds since 1970.
    changed: i64,
    inode: u64,
    device: u64,
}

impl Stamp {
    #[cfg(unix)]
    pub(super) fn of(found: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        let nanos =
            |seconds: i64, rest: i64| seconds.wrapping_mul(1_000_000_000).wrapping_add(rest);
        Self {
            mode: found.mode(),
            size: found.size(),
            modified: nanos(found.mtime(), found.mtime_nsec()),
            changed: nanos(found.ctime(), found.ctime_nsec()),
            inode: found.ino(),
            device: found.dev(),
        }
    }

    #[cfg(not(unix))]
    pub(super) fn of(found: &Metadata) -> Self {
        Self {
            mode: u32::from(found.permissions().readonly()),
            size: found.len(),
            modified: found.modified().map(nanos_of).unwrap_or_default(),
            changed: found.created().map(nanos_of).unwrap_or_default(),
            inode: 0,
            device: 0,
        }
    }

    /// Whether every change after `began` shows in it. It must have been taken after `began`.
    pub(super) fn is_settled(&self, began: SystemTime) -> bool {
        let newest = self.modified.max(self.changed);
        let is_whole = |time: i64| time % 1_000_000_000 == 0;
        let tick = match is_whole(self.modified) && is_whole(self.changed) {
            true => COARSE_TICK,
            false => TICK,
        };
        let tick = i64::try_from(tick.as_nanos()).unwrap_or(i64::MAX);
        newest.checked_add(tick).is_some_and(|end| end < nanos_of(began))
    }

    pub(super) fn bytes(&self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        bytes[..4].copy_from_slice(&self.mode.to_le_bytes());
        let words = [
            self.size,
            self.modified.cast_unsigned(),
            self.changed.cast_unsigned(),
            self.inode,
            self.device,
        ];
        for (part, word) in bytes[4..].chunks_exact_mut(8).zip(words) {
            part.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; LENGTH]) -> Option<Self> {
        let (mode, rest) = bytes.split_first_chunk::<4>()?;
        let (words, _) = rest.as_chunks::<8>();
        let word = |at: usize| words.get(at).map(|word| u64::from_le_bytes(*word));
        Some(Self {
            mode: u32::from_le_bytes(*mode),
            size: word(0)?,
            modified: word(1)?.cast_signed(),
            changed: word(2)?.cast_signed(),
            inode: word(3)?,
            device: word(4)?,
        })
    }
}

fn nanos_of(time: SystemTime) -> i64 {
    let nanos = |it: Duration| i64::try_from(it.as_nanos()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => nanos(after),
        Err(before) => -nanos(before.duration()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_a_moment_ago_is_not_settled() {
        let began = UNIX_EPOCH + Duration::from_secs(100);
        let stamp =
            |modified, changed| Stamp { mode: 1, size: 2, modified, changed, inode: 3, device: 4 };
        let table = [
            (99_000_000_001, 99_000_000_001, true),
            (99_950_000_001, 1, false),
            // The time of a file can be set to any; that of its change cannot.
            (1, 99_950_000_001, false),
            (100_000_000_001, 1, false),
            // Whole seconds: one of two may be the tick.
            (99_000_000_000, 99_000_000_000, false),
            (97_000_000_000, 97_000_000_000, true),
            (i64::MAX, 1, false),
        ];
        for (modified, changed, settled) in table {
            let stamp = stamp(modified, changed);
            assert_eq!(stamp.is_settled(began), settled, "{modified} {changed}");
            assert_eq!(Stamp::from_bytes(&stamp.bytes()), Some(stamp));
        }
    }
}
