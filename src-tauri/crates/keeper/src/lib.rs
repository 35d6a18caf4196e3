//! The keeper: a small process that owns one run's process and its streams, so that a run
//! survives everything that happens to the program that started it.
//!
//! This crate has both ends. [`keep_main`] is the keeper itself, which `mush` calls for its hidden
//! subcommand `keep`. The engine starts a keeper with [`mod@launch`] and talks to it with [`client`].
//! [`rundir`] names and reads the files between them, which any program may read. The crate decodes
//! nothing, judges nothing, and needs no other crate of this project.
//!
//! # The run directory
//!
//! Every directory is 0700 and every file 0600. JSON files are written whole or not at all.
//!
//! | file | contents | written |
//! |---|---|---|
//! | `spec.json` | [`Spec`]: what the run is, without any value of its environment | before the keeper starts |
//! | `lock` | empty; locked exclusively (`flock`, `LockFileEx`) for the keeper's life | by the creator |
//! | `keeper.json` | [`KeeperRecord`]: process ids with start times and boot, marker, protocol | at the start, and again when the process runs |
//! | `output.log` | exactly the bytes of the process's stdout | as they are read |
//! | `stderr.log` | exactly the bytes of its stderr | as they are read |
//! | `input.log` | exactly the bytes it was sent | before they are sent |
//! | `inputs` | one line of JSON for each input: [`InputRecord`] | before it is sent |
//! | `index` | 24-byte records over all three logs | after the bytes |
//! | `flowing`, `paused` | one empty file under one of two names; `paused` while the disk refuses the logs | when that changes |
//! | `stop.json` | [`Stop`]: who asked for a stop | before the first signal |
//! | `exit.json` | [`Exit`]: how the run ended | once, last |
//! | `c` | the control socket (on Windows the name of a pipe) | while the keeper lives |
//!
//! A record of `index` is `stream` (1 stdout, 2 stderr, 3 stdin), three zero bytes, `len` (u32),
//! `mono_us` (u64, microseconds since the keeper started, never going back) and `wall_ms` (i64,
//! milliseconds since 1970), little endian. The n-th record of a stream covers the `len` bytes
//! behind those of its earlier records. Chunks of one stream within a millisecond may share a
//! record. Bytes behind the last record, and a record that is not whole, come from a keeper that
//! was killed; bytes of `input.log` behind the last line of `inputs` were never accepted.
//!
//! A run whose lock is free and that has no `exit.json` lost its keeper.
//!
//! # The control protocol
//!
//! A client connects to `c` and sends lines of JSON; each is answered by one line. The first is
//! `{"op":"hello","oldest":1,"newest":1}`. The others are `input` (`id`, `len`, and `len` raw bytes
//! behind the line), `close-input`, `resize` (`rows`, `cols`), `signal` (`name`), `stop` (`by`,
//! `why`), `sync`, `status`, and `watch`, after which the keeper sends single bytes when the logs
//! have grown. Only the owner of the keeper may connect.

#![deny(missing_docs)]
#![deny(unsafe_code)]

pub mod client;
pub mod facts;
pub mod index;
pub mod launch;
pub mod removal;
pub mod rundir;
pub mod spec;
pub mod sweep;

mod clock;
mod daemons;
mod env_block;
mod files;
mod inputs;
mod keep;
mod lock;
mod os;
mod process;
#[cfg(unix)]
mod run_processes;
mod signal;
#[allow(unsafe_code)]
mod sys;
mod wire;
mod words;

pub use client::{Ack, Client, ClientError, Wake, Watcher};
pub use facts::{
    ChildIdentity, Exit, ForcedStep, KeeperRecord, LeftProcess, LeftReason, Outcome, Phase, Seen,
    StartFailure, Step, Stop,
};
pub use files::replace as replace_file;
pub use index::{IndexError, IndexReader, Record, Stream};
pub use inputs::InputRecord;
pub use keep::keep_main;
pub use launch::{LaunchError, install, launch};
pub use lock::FileLock;
pub use process::Identity;
pub use rundir::{Liveness, RunDir, RunDirError};
pub use signal::{Signal, UnknownSignal};
pub use spec::{Interrupt, Kind, SPEC_FORMAT, Spec, Transport};
pub use wire::{OLDEST_PROTOCOL, PROTOCOL, Pause, Refusal, Sizes, Status};
pub use words::words;

/// Makes the allocator return large freed blocks to the system at once, for a process that reads logs for a long
/// time. Has an effect with glibc only.
pub fn return_large_blocks() {
    sys::return_large_blocks();
}

/// Whether no process with this id lives. One that ended counts as gone, also before it is reaped.
pub fn is_gone(pid: u32) -> bool {
    sys::identity_of(pid).is_none()
}

/// The variable that marks every process of a run; its value is the run's marker.
pub const MARKER_VARIABLE: &str = "MUSHER_RUN";
