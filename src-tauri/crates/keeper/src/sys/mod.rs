//! Everything that differs between operating systems, behind one small interface: starting the agent, its
//! group and the run's processes, signals, the control connection, and the keeper's own detachment.
//! Nothing here decides when to signal or what to write. This is the only module of the crate with
//! `unsafe` code.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::Path;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(unix)]
mod unix;
#[cfg(unix)]
mod unix_socket;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
mod windows_pipe;

#[cfg(unix)]
pub(crate) use crate::run_processes::{Found, RunProcesses};
#[cfg(target_os = "linux")]
pub(crate) use linux::*;
#[cfg(target_os = "macos")]
pub(crate) use macos::*;
#[cfg(unix)]
pub(crate) use unix::*;
#[cfg(unix)]
pub(crate) use unix_socket::*;
#[cfg(windows)]
pub(crate) use windows::*;
#[cfg(windows)]
pub(crate) use windows_pipe::*;

/// Rows of the terminal that a structured run prints to.
#[cfg(unix)]
const ROWS: u16 = 50;
/// Columns of that terminal.
#[cfg(unix)]
const COLUMNS: u16 = 200;

/// The values that are needed to start a process.
pub(crate) struct Start<'a> {
    pub(crate) program: &'a Path,
    pub(crate) args: &'a [String],
    pub(crate) env: Vec<(OsString, OsString)>,
    pub(crate) cwd: Cwd,
    /// Mask for files that the process creates; the keeper's own mask is stricter.
    #[cfg_attr(windows, expect(dead_code, reason = "there is no such mask"))]
    pub(crate) umask: u32,
    /// Whether stdout is a terminal, which is also the process's controlling terminal.
    #[cfg_attr(windows, expect(dead_code, reason = "all streams are pipes there"))]
    pub(crate) has_terminal: bool,
}

/// A started process.
pub(crate) struct Agent {
    pub(crate) stdin: Box<dyn Write + Send>,
    pub(crate) stdout: Box<dyn Read + Send>,
    pub(crate) stderr: Box<dyn Read + Send>,
    pub(crate) leader: Leader,
}
