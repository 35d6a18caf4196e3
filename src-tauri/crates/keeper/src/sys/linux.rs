//! The parts for Linux only: `/proc` for processes and identities, process descriptors for signals that
//! cannot hit the wrong process, the child subreaper, and the systemd user scope.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{PidfdFlags, pidfd_open, pidfd_send_signal};

use super::unix::{number, pid_of, signal_checked};
use crate::process::{Identity, Process, Sent};
use crate::signal::Signal;

/// Whether orphans become children of the keeper. Then its descendants are complete, and no process has
/// to be remembered.
pub(crate) const ADOPTS_ORPHANS: bool = true;

/// Identifies the boot that process ids and start times belong to.
pub(crate) fn boot_id() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.trim().to_owned()
}

/// Makes orphaned descendants children of this process.
pub(crate) fn adopt_orphans() {
    // The keeper is started through a link called `exe`; this name is easier to recognise in a process list.
    let _ = rustix::thread::set_name(c"mush-keep");
    // If the kernel refuses, the sweep by marker is left, which needs no adoption.
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Has freed memory go back to the system as soon as possible, in a process with little to do at once.
pub(crate) fn tame_allocator() {
    return_large_blocks();
    #[cfg(target_env = "gnu")]
    // SAFETY: mallopt may be called at any time; the value is in its range.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

/// Has large blocks of freed memory always go back to the system. Otherwise the allocator keeps more of them
/// the larger they are, in pieces that are too small for the next.
pub(crate) fn return_large_blocks() {
    #[cfg(target_env = "gnu")]
    // SAFETY: mallopt may be called at any time; the value is in its range.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 128 * 1024);
    }
}

/// Closes every descriptor except the standard streams.
pub(crate) fn close_inherited() {
    // SAFETY: called first thing in a fresh process, when no descriptor above 2 is in use by it.
    let closed = unsafe { libc::syscall(libc::SYS_close_range, 3, u32::MAX, 0) };
    if closed == 0 {
        return;
    }
    let open: Vec<i32> = fs::read_dir("/proc/self/fd")
        .map(|entries| {
            entries.flatten().filter_map(|entry| number_in(&entry.file_name())).collect()
        })
        .unwrap_or_default();
    for fd in open.into_iter().filter(|fd| *fd > 2) {
        // SAFETY: as above; the listing's own descriptor is closed already and closing it again
        // only fails.
        unsafe { libc::close(fd) };
    }
}

fn number_in<T: std::str::FromStr>(name: &std::ffi::OsStr) -> Option<T> {
    name.to_str()?.parse().ok()
}

/// The path of the running program, which works even after its file was replaced.
pub(crate) fn own_program() -> io::Result<PathBuf> {
    Ok(PathBuf::from("/proc/self/exe"))
}

/// Returns the identity of the process that has this id now; `None` if there is none or it has ended.
pub(crate) fn identity_of(pid: u32) -> Option<Identity> {
    read_stat(pid).map(|process| process.identity)
}

/// Returns when a process started, even if it has ended but was not reaped yet.
pub(crate) fn start_time_of(pid: u32) -> Option<u64> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    parse_stat(pid, &stat).map(|(process, _)| process.identity.start_time)
}

/// Lists all living processes.
pub(crate) fn processes() -> io::Result<Vec<Process>> {
    let pids = fs::read_dir("/proc")?.flatten().filter_map(|entry| number_in(&entry.file_name()));
    Ok(pids.filter_map(read_stat).collect())
}

/// Whether the process carries this exact variable in its environment.
pub(crate) fn carries(pid: u32, variable: &str) -> bool {
    let environ = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    environ.split(|byte| *byte == 0).any(|entry| entry == variable.as_bytes())
}

/// Returns the arguments of a process, its own name first; empty if they cannot be read.
pub(crate) fn command_line(pid: u32) -> Vec<String> {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let bytes = bytes.strip_suffix(b"\0").unwrap_or(&bytes);
    bytes.split(|byte| *byte == 0).map(|arg| String::from_utf8_lossy(arg).into_owned()).collect()
}

fn read_stat(pid: u32) -> Option<Process> {
    let stat = fs::read(format!("/proc/{pid}/stat")).ok()?;
    parse_stat(pid, &stat).and_then(|(process, alive)| alive.then_some(process))
}

/// Reads `pid (name) state ppid pgrp session ... starttime`; the name may contain anything, brackets
/// included. Also returns whether the process lives: zombies do not.
fn parse_stat(pid: u32, stat: &[u8]) -> Option<(Process, bool)> {
    let (open, close) =
        (stat.iter().position(|b| *b == b'(')?, stat.iter().rposition(|b| *b == b')')?);
    let name = String::from_utf8_lossy(stat.get(open + 1..close)?).into_owned();
    let rest = std::str::from_utf8(stat.get(close + 1..)?).ok()?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    let alive = !matches!(*fields.first()?, "Z" | "X" | "x");
    let process = Process {
        identity: Identity { pid, start_time: fields.get(19)?.parse().ok()? },
        parent: fields.get(1)?.parse().ok()?,
        session: fields.get(3)?.parse().ok()?,
        name,
    };
    Some((process, alive))
}

/// Sends a signal to exactly this process. The descriptor pins the process before its identity is
/// confirmed, so a process that reuses the id is not hit.
pub(crate) fn signal_exact(identity: Identity, signal: Signal) -> Sent {
    let pinned = match pidfd_open(pid_of(identity.pid), PidfdFlags::empty()) {
        Ok(pinned) => pinned,
        Err(Errno::NOSYS) => return signal_checked(identity, signal),
        Err(Errno::SRCH) => return Sent::Gone,
        Err(_) => return Sent::Ambiguous,
    };
    if identity_of(identity.pid) != Some(identity) {
        return Sent::Gone;
    }
    match pidfd_send_signal(&pinned, number(signal)) {
        Ok(()) => Sent::Delivered,
        Err(Errno::SRCH) => Sent::Gone,
        Err(Errno::PERM) => Sent::NotPermitted,
        Err(_) => Sent::Ambiguous,
    }
}

/// Whether the kernel is set up to run programs of other systems or processors.
pub(crate) fn runs_foreign_programs() -> bool {
    let registered = fs::read_dir("/proc/sys/fs/binfmt_misc").into_iter().flatten().flatten();
    registered
        .into_iter()
        .any(|entry| entry.file_name() != "register" && entry.file_name() != "status")
}

/// How long entering a scope may take before the start continues without one.
const SCOPE_LIMIT: Duration = Duration::from_millis(300);

/// Moves this process into a new systemd user scope, if systemd is there, so that the end of the
/// launcher's scope does not end the run. A failure is ignored.
pub(crate) fn enter_scope(run: &str) {
    let Some(runtime) = std::env::var_os("XDG_RUNTIME_DIR") else { return };
    let Some(busctl) = ["/usr/bin/busctl", "/bin/busctl", "/run/current-system/sw/bin/busctl"]
        .into_iter()
        .map(Path::new)
        .find(|path| path.exists())
    else {
        return;
    };
    if !Path::new(&runtime).join("systemd/private").exists() {
        return;
    }
    let mut command = Command::new(busctl);
    command.args(scope_call(run, std::process::id()));
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Ok(child) = quiet.spawn() {
        wait_at_most(child, SCOPE_LIMIT);
    }
}

/// Arguments for the call that puts a process into a new scope
/// (`org.freedesktop.systemd1.Manager.StartTransientUnit`).
fn scope_call(run: &str, pid: u32) -> Vec<String> {
    let name: String =
        run.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let unit = format!("musher-run-{name}-{pid}.scope");
    let head = ["--user", "--quiet", "--timeout=1", "call", "org.freedesktop.systemd1"];
    let target = ["/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager"];
    let method = ["StartTransientUnit", "ssa(sv)a(sa(sv))"];
    let fixed = head.into_iter().chain(target).chain(method).map(str::to_owned);
    let pid = pid.to_string();
    let properties = ["fail", "2", "PIDs", "au", "1", &pid, "CollectMode", "s"];
    let last = ["inactive-or-failed", "0"];
    fixed.chain([unit]).chain(properties.into_iter().chain(last).map(str::to_owned)).collect()
}

fn wait_at_most(mut child: Child, limit: Duration) {
    let deadline = Instant::now() + limit;
    while let Ok(None) = child.try_wait() {
        if Instant::now() >= deadline {
            // The process is useless now; an error means that it has ended already.
            let _ = child.kill();
            let _ = child.wait();
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_hold_brackets_and_spaces() {
        let stat = b"7 (a) b (c)) S 3 5 6 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0";
        let (process, alive) = parse_stat(7, stat).unwrap();
        assert!(alive);
        assert_eq!(process.identity, Identity { pid: 7, start_time: 4711 });
        assert_eq!((process.parent, process.session), (3, 6));
        assert_eq!(process.name, "a) b (c)");
        let zombie = b"7 (a) Z 3 5 6 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0";
        assert!(!parse_stat(7, zombie).unwrap().1);
    }

    #[test]
    fn a_reused_process_id_is_not_signalled() {
        let mut decoy = Command::new("/bin/sleep").arg("60").spawn().unwrap();
        let real = identity_of(decoy.id()).unwrap();
        let earlier = Identity { start_time: real.start_time - 1, ..real };
        assert_eq!(signal_exact(earlier, Signal::Kill), Sent::Gone);
        assert_eq!(identity_of(decoy.id()), Some(real));
        assert_eq!(signal_exact(real, Signal::Kill), Sent::Delivered);
        decoy.wait().unwrap();
        assert_eq!(signal_exact(real, Signal::Kill), Sent::Gone);
    }

    #[test]
    fn only_the_whole_variable_counts() {
        let mut decoy =
            Command::new("/bin/sleep").arg("60").env("MUSHER_RUN", "abc").spawn().unwrap();
        // In the middle of an exec a process has no readable environment.
        let deadline = Instant::now() + Duration::from_secs(10);
        while !carries(decoy.id(), "MUSHER_RUN=abc") {
            assert!(Instant::now() < deadline);
            std::thread::yield_now();
        }
        assert!(!carries(decoy.id(), "MUSHER_RUN=ab"));
        assert!(!carries(decoy.id(), "USHER_RUN=abc"));
        decoy.kill().unwrap();
        decoy.wait().unwrap();
    }

    #[test]
    fn the_scope_call_has_one_argument_for_each_type() {
        let call = scope_call("r/1", 42).join(" ");
        assert!(call.ends_with(
            "StartTransientUnit ssa(sv)a(sa(sv)) musher-run-r_1-42.scope fail 2 \
             PIDs au 1 42 CollectMode s inactive-or-failed 0"
        ));
    }
}
