//! Checks that the disk has space for a comparison before anything is built, because a disk that fills up in
//! the middle ends with messages of a compiler or linker that help nobody.

use super::failure::BenchFailure;
use std::path::Path;

/// What the folder of a revision grows to with its page and window, and what runs leave meanwhile; bytes.
pub(super) const WANTED: u64 = 4 << 30;

/// What one run writes at most, with some to spare; bytes.
pub(super) const WANTED_OF_A_RUN: u64 = 1 << 30;

/// Refuses a place with less room than that. Where the system does not tell it, nothing is refused.
pub(super) fn has_space(place: &Path, wanted: u64) -> Result<(), BenchFailure> {
    match free(place) {
        Some(free) if free < wanted => {
            Err(BenchFailure::Disk { place: place.to_path_buf(), free, wanted })
        }
        _ => Ok(()),
    }
}

/// Bytes that may still be written there.
#[cfg(unix)]
fn free(place: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(place).ok()?;
    Some(found.f_bavail * found.f_frsize)
}

#[cfg(not(unix))]
fn free(_place: &Path) -> Option<u64> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_place_with_too_little_room_is_refused_with_both_numbers() {
        let place = std::env::temp_dir();
        assert!(has_space(&place, 0).is_ok());
        let refused = has_space(&place, u64::MAX).unwrap_err();
        assert!(matches!(refused, BenchFailure::Disk { wanted: u64::MAX, .. }), "{refused:?}");
        assert!(refused.to_string().contains("GB free"), "{refused}");
    }
}
