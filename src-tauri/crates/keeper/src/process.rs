//! Types for processes that every platform layer shares: an identity that survives the reuse of process
//! ids, a process as seen at one moment, and the result of a signal.

/// The identity of a process, which a later process with the same id does not share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The process's id.
    pub pid: u32,
    /// When the process started. Linux: clock ticks since boot (`/proc/PID/stat`, field 22); macOS:
    /// microseconds since 1970; Windows: 100 ns since 1601.
    pub start_time: u64,
}

/// A living process as it was seen at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Process {
    pub(crate) identity: Identity,
    #[cfg(unix)]
    pub(crate) parent: u32,
    #[cfg(unix)]
    pub(crate) session: u32,
    pub(crate) name: String,
}

/// The result of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The signal was sent to exactly this process.
    Delivered,
    /// The process is gone, or its id belongs to another one now.
    Gone,
    /// The system did not permit it.
    NotPermitted,
    /// The identity could not be confirmed; nothing was sent.
    Ambiguous,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Code(i32),
    #[cfg_attr(windows, expect(dead_code, reason = "there are no signals"))]
    Signal(i32),
}
