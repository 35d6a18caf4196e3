//! How much a checkpoint takes.

use std::time::Duration;

/// The bounds of one checkpoint.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The largest file that is taken, in bytes. It does not hold for a file that an earlier checkpoint or the
    /// index already has unchanged.
    pub(crate) file: u64,
    /// The most bytes of new and changed files.
    pub(crate) total: u64,
    /// How long it may take.
    pub(crate) time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        Self { file: 50 * MIB, total: 500 * MIB, time: Duration::from_secs(20) }
    }
}
