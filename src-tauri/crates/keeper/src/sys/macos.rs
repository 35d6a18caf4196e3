//! The parts for macOS only: libproc and `sysctl` for processes and identities. There is no subreaper and
//! no process descriptor, and the environment of hardened programs cannot be read. So the run's processes
//! are remembered while they can still be traced, and an identity is confirmed right before a signal.

use std::io;
use std::mem::MaybeUninit;
use std::path::PathBuf;

use super::unix::signal_checked;
use crate::process::{Identity, Process, Sent};
use crate::signal::Signal;

/// Orphans become children of launchd, so the run's processes have to be remembered.
pub(crate) const ADOPTS_ORPHANS: bool = false;

/// Start times are absolute here, so no boot id is needed to distinguish identities.
pub(crate) fn boot_id() -> String {
    String::new()
}

/// Does nothing: macOS has no subreaper.
pub(crate) fn adopt_orphans() {}

/// Does nothing: the system's allocator returns large blocks by itself.
pub(crate) fn tame_allocator() {}

/// Does nothing: the system's allocator returns large blocks by itself.
pub(crate) fn return_large_blocks() {}

/// Does nothing: there are no scopes, and launchd does not end what an application started.
pub(crate) fn enter_scope(_run: &str) {}

/// Returns false: Rosetta runs programs for the other processor, and the system refuses them if it is not
/// installed.
pub(crate) fn runs_foreign_programs() -> bool {
    false
}

/// The path of the running program.
pub(crate) fn own_program() -> io::Result<PathBuf> {
    std::env::current_exe()
}

/// Closes every descriptor except the standard streams.
pub(crate) fn close_inherited() {
    let open: Vec<i32> = std::fs::read_dir("/dev/fd")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    for fd in open.into_iter().filter(|fd| *fd > 2) {
        // SAFETY: called first thing in a fresh process, when no descriptor above 2 is in use by
        // it; the listing's own is closed already and closing it again only fails.
        unsafe { libc::close(fd) };
    }
}

/// Returns the identity of the process that has this id now; `None` if there is none or it has ended.
pub(crate) fn identity_of(pid: u32) -> Option<Identity> {
    read_process(pid).map(|process| process.identity)
}

/// Returns when a process started; `None` once it has ended.
pub(crate) fn start_time_of(pid: u32) -> Option<u64> {
    identity_of(pid).map(|identity| identity.start_time)
}

/// Lists all living processes that this user may inspect.
pub(crate) fn processes() -> io::Result<Vec<Process>> {
    let mut pids = vec![0; 4096];
    loop {
        let bytes = libc::c_int::try_from(size_of_val(&pids[..])).unwrap_or(libc::c_int::MAX);
        // SAFETY: the buffer is valid for that many bytes.
        let count = unsafe { libc::proc_listallpids(pids.as_mut_ptr().cast(), bytes) };
        let count = usize::try_from(count).map_err(|_| io::Error::last_os_error())?;
        if count < pids.len() {
            pids.truncate(count);
            break;
        }
        pids.resize(pids.len() * 2, 0);
    }
    Ok(pids.into_iter().filter_map(|pid: i32| read_process(u32::try_from(pid).ok()?)).collect())
}

fn read_process(pid: u32) -> Option<Process> {
    let raw = i32::try_from(pid).ok()?;
    let mut info = MaybeUninit::<libc::proc_bsdinfo>::zeroed();
    let size = size_of::<libc::proc_bsdinfo>() as libc::c_int;
    // SAFETY: `info` is a valid place of `size` bytes.
    let got = unsafe {
        libc::proc_pidinfo(raw, libc::PROC_PIDTBSDINFO, 0, info.as_mut_ptr().cast(), size)
    };
    if got != size {
        return None;
    }
    // SAFETY: the call filled all of it.
    let info = unsafe { info.assume_init() };
    if info.pbi_status == libc::SZOMB {
        return None;
    }
    let start_time = info.pbi_start_tvsec * 1_000_000 + info.pbi_start_tvusec;
    // SAFETY: asking for a session has no precondition.
    let session = unsafe { libc::getsid(raw) };
    let name = info.pbi_comm.iter().take_while(|byte| **byte != 0).map(|byte| *byte as u8);
    Some(Process {
        identity: Identity { pid, start_time },
        parent: info.pbi_ppid,
        session: u32::try_from(session).unwrap_or(0),
        name: String::from_utf8_lossy(&name.collect::<Vec<u8>>()).into_owned(),
    })
}

/// Whether the process carries this exact variable in its environment.
pub(crate) fn carries(pid: u32, variable: &str) -> bool {
    let block = arguments(pid).unwrap_or_default();
    // The program's path and the arguments come first. An argument that equals the variable would have to
    // contain the run's random marker.
    block.split(|byte| *byte == 0).any(|entry| entry == variable.as_bytes())
}

/// Returns the arguments of a process, its own name first; empty if they cannot be read.
pub(crate) fn command_line(pid: u32) -> Vec<String> {
    let block = arguments(pid).unwrap_or_default();
    let Some((count, rest)) = block.split_first_chunk::<4>() else { return Vec::new() };
    let count = usize::try_from(i32::from_ne_bytes(*count)).unwrap_or(0);
    let path_end = rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len());
    let padding = rest[path_end..].iter().take_while(|byte| **byte == 0).count();
    let words = rest[path_end + padding..].split(|byte| *byte == 0).take(count);
    words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
}

/// Reads the kernel's record of a process's arguments and environment: the number of arguments, the
/// program's path, zero bytes, then arguments and variables, each followed by a zero byte
/// (`KERN_PROCARGS2`).
fn arguments(pid: u32) -> Option<Vec<u8>> {
    let pid = libc::c_int::try_from(pid).ok()?;
    let mut name = [libc::CTL_KERN, libc::KERN_PROCARGS2, pid];
    let mut size = 0;
    // SAFETY: without a buffer only the size is answered.
    let answer = unsafe {
        libc::sysctl(name.as_mut_ptr(), 3, std::ptr::null_mut(), &mut size, std::ptr::null_mut(), 0)
    };
    if answer != 0 {
        return None;
    }
    let mut block = vec![0_u8; size];
    // SAFETY: the buffer is valid for `size` bytes, and `size` is updated to what was filled.
    let answer = unsafe {
        let buffer = block.as_mut_ptr().cast();
        libc::sysctl(name.as_mut_ptr(), 3, buffer, &mut size, std::ptr::null_mut(), 0)
    };
    block.truncate(size);
    (answer == 0).then_some(block)
}

/// Sends a signal after confirming the identity.
pub(crate) fn signal_exact(identity: Identity, signal: Signal) -> Sent {
    signal_checked(identity, signal)
}
