//! Checks before a comparison that the disk has enough space, because a full disk during a build
//! only causes confusing errors of compiler or linker.

use super::failure::BenchFailure;
use std::path::Path;

/// The bytes needed for the folder of a revision with its page and window, and for the files of the
/// runs.
pub(super) const WANTED: u64 = 4 << 30;

/// The bytes that one run writes at most, with a reserve.
pub(super) const WANTED_OF_A_RUN: u64 = 1 << 30;

/// Fails if a place has less space. If the system does not report it, nothing fails.
pub(super) fn has_space(place: &Path, wanted: u64) -> Result<(), BenchFailure> {
    match free(place) {
        Some(free) if free < wanted => {
            Err(BenchFailure::Disk { place: place.to_path_buf(), free, wanted })
        }
        _ => Ok(()),
    }
}

/// The free bytes at a place; `None` if the system does not report them.
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
