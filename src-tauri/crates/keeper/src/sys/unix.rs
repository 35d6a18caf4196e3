//! The parts that Linux and macOS share: a new session and terminal for the agent, signals to its group,
//! reaping, and the keeper's detachment from its launcher.

use std::ffi::{CString, c_char};
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use portable_pty::{PtySize, native_pty_system};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, WaitOptions};
use rustix::termios::{OptionalActions, Winsize};

use super::{Agent, COLUMNS, ROWS, Start};
use crate::facts::ChildIdentity;
use crate::process::{Ended, Identity, Sent};
use crate::signal::Signal;

/// Whether a signal exists that asks a process to end.
pub(crate) const CAN_TERMINATE: bool = true;

/// An opened working directory.
pub(crate) type Cwd = OwnedFd;

/// Opens a directory to start a process in.
pub(crate) fn open_dir(path: &Path) -> io::Result<Cwd> {
    let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty())?)
}

/// Whether this process may execute the file.
pub(crate) fn may_execute(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

/// The started process, as long as it is a child of this keeper.
pub(crate) struct Leader {
    child: ChildIdentity,
    terminal: Option<OwnedFd>,
    reaped: Mutex<bool>,
}

impl Leader {
    pub(crate) fn identity(&self) -> ChildIdentity {
        self.child
    }

    /// Sets the terminal's size; does nothing for a process without a terminal.
    pub(crate) fn resize(&self, rows: u16, columns: u16) -> io::Result<()> {
        let Some(terminal) = &self.terminal else { return Ok(()) };
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        Ok(rustix::termios::tcsetwinsize(terminal, size)?)
    }

    /// Signals the process group. Once the leader is reaped the group's number may belong to others, so
    /// the result is [`Sent::Gone`] from then on.
    pub(crate) fn signal_group(&self, signal: Signal) -> Sent {
        let reaped = self.reaped.lock().unwrap_or_else(PoisonError::into_inner);
        if *reaped {
            return Sent::Gone;
        }
        match rustix::process::kill_process_group(pid_of(self.child.pid), number(signal)) {
            Ok(()) => Sent::Delivered,
            Err(rustix::io::Errno::PERM) => Sent::NotPermitted,
            Err(_) => Sent::Gone,
        }
    }

    /// Waits for the leader's end and reaps every other child meanwhile. `None` if the system reports
    /// that there is no such child any more.
    pub(crate) fn wait(&self) -> Option<Ended> {
        while let Some(pid) = next_ended_child() {
            if pid == pid_of(self.child.pid) {
                return self.reap_leader(pid);
            }
            reap(pid);
        }
        None
    }

    /// Reaps orphans until no descendant is left.
    pub(crate) fn reap_rest(&self) {
        while let Some(pid) = next_ended_child() {
            reap(pid);
        }
    }

    /// Does nothing: processes that live on are not affected by the end of this process.
    pub(crate) fn let_go(&self) {}

    fn reap_leader(&self, pid: Pid) -> Option<Ended> {
        let mut reaped = self.reaped.lock().unwrap_or_else(PoisonError::into_inner);
        *reaped = true;
        reap(pid)
    }
}

/// Reaps an ended child.
fn reap(pid: Pid) -> Option<Ended> {
    let (_, status) = rustix::process::waitpid(Some(pid), WaitOptions::NOHANG).ok()??;
    let status = ExitStatus::from_raw(status.as_raw());
    status.code().map(Ended::Code).or_else(|| status.signal().map(Ended::Signal))
}

/// Waits until any child has ended, without reaping it; `None` if there are no children.
fn next_ended_child() -> Option<Pid> {
    loop {
        let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
        let options = libc::WEXITED | libc::WNOWAIT;
        // SAFETY: `info` is a valid place for one siginfo_t, which all-zero bytes are too.
        let answer = unsafe { libc::waitid(libc::P_ALL, 0, info.as_mut_ptr(), options) };
        if answer == 0 {
            // SAFETY: waitid succeeded for WEXITED, so the fields of SIGCHLD are the valid ones.
            let pid = unsafe { info.assume_init().si_pid() };
            return Pid::from_raw(pid);
        }
        if io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
            return None;
        }
    }
}

pub(super) fn pid_of(pid: u32) -> Pid {
    i32::try_from(pid).ok().and_then(Pid::from_raw).unwrap_or(Pid::INIT)
}

pub(super) fn number(signal: Signal) -> rustix::process::Signal {
    use rustix::process::Signal as Number;
    match signal {
        Signal::Hup => Number::HUP,
        Signal::Int => Number::INT,
        Signal::Quit => Number::QUIT,
        Signal::Kill => Number::KILL,
        Signal::Term => Number::TERM,
        Signal::Usr1 => Number::USR1,
        Signal::Usr2 => Number::USR2,
        Signal::Cont => Number::CONT,
        Signal::Stop => Number::STOP,
    }
}

/// Starts the process in a new session: stdin and stderr are pipes, stdout is a raw terminal, which is
/// also its controlling terminal, or a third pipe.
pub(crate) fn spawn(start: Start<'_>) -> io::Result<Agent> {
    let (terminal, printed) = match start.has_terminal {
        true => {
            let (terminal, slave) = open_terminal()?;
            (Some(terminal), Stdio::from(slave))
        }
        false => (None, Stdio::piped()),
    };
    let image = Image::of(&start)?;
    let mut command = Command::new(start.program);
    command.stdin(Stdio::piped()).stdout(printed).stderr(Stdio::piped());
    let (cwd, umask, has_terminal) = (start.cwd, start.umask, start.has_terminal);
    // SAFETY: the closure runs between fork and exec and makes only system calls, with no
    // allocation and no lock.
    unsafe {
        command.pre_exec(move || {
            become_leader(cwd.as_fd(), umask, has_terminal)?;
            Err(image.execute())
        });
    }
    let mut child = command.spawn()?;
    // The command holds our copy of the slave; while that is open the end would never be read.
    drop(command);
    let missing = || io::Error::other("a stream that was asked for is missing");
    let (Some(stdin), Some(stderr)) = (child.stdin.take(), child.stderr.take()) else {
        return Err(missing());
    };
    let stdout: Box<dyn Read + Send> = match &terminal {
        Some(terminal) => Box::new(File::from(terminal.try_clone()?)),
        None => Box::new(child.stdout.take().ok_or_else(missing)?),
    };
    let pid = child.id();
    let start_time = super::start_time_of(pid).unwrap_or(0);
    let child = ChildIdentity { pid, pgid: pid, sid: pid, start_time };
    Ok(Agent {
        stdin: Box::new(stdin),
        stdout,
        stderr: Box::new(stderr),
        leader: Leader { child, terminal, reaped: Mutex::new(false) },
    })
}

/// Program, arguments and environment in the form that exec takes. The standard library's exec passes a
/// file that the system cannot run to a shell, which would then run something else.
struct Image {
    program: CString,
    /// Owns the strings that the pointers point to.
    _words: Vec<CString>,
    argv: Vec<*const c_char>,
    envp: Vec<*const c_char>,
}

// SAFETY: the pointers lead into `_words`, which moves along and is never changed.
unsafe impl Send for Image {}
// SAFETY: as above; shared use only reads.
unsafe impl Sync for Image {}

impl Image {
    fn of(start: &Start<'_>) -> io::Result<Image> {
        let program = CString::new(start.program.as_os_str().as_bytes())?;
        let args = start.args.iter().map(|arg| CString::new(arg.as_bytes()));
        let argv: Vec<CString> =
            std::iter::once(Ok(program.clone())).chain(args).collect::<Result<_, _>>()?;
        let variables = start
            .env
            .iter()
            .map(|(name, value)| CString::new([name.as_bytes(), b"=", value.as_bytes()].concat()));
        let envp: Vec<CString> = variables.collect::<Result<_, _>>()?;
        let pointers = |words: &[CString]| -> Vec<*const c_char> {
            words.iter().map(|word| word.as_ptr()).chain([std::ptr::null()]).collect()
        };
        let (argv_pointers, envp_pointers) = (pointers(&argv), pointers(&envp));
        let words = argv.into_iter().chain(envp).collect();
        Ok(Image { program, _words: words, argv: argv_pointers, envp: envp_pointers })
    }

    /// Replaces this process by the program; returns only if the system refuses.
    fn execute(&self) -> io::Error {
        // SAFETY: a path and two lists of strings that end with null, all alive.
        unsafe { libc::execve(self.program.as_ptr(), self.argv.as_ptr(), self.envp.as_ptr()) };
        io::Error::last_os_error()
    }
}

/// Opens a terminal in raw mode: its master, and its slave for the process.
fn open_terminal() -> io::Result<(OwnedFd, File)> {
    let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).map_err(io::Error::other)?;
    let name =
        pair.master.tty_name().ok_or_else(|| io::Error::other("the terminal has no name"))?;
    let flags = libc::O_NOCTTY | libc::O_CLOEXEC;
    let slave = OpenOptions::new().read(true).write(true).custom_flags(flags).open(name)?;
    let mut modes = rustix::termios::tcgetattr(&slave)?;
    modes.make_raw();
    rustix::termios::tcsetattr(&slave, OptionalActions::Now, &modes)?;
    let raw = pair.master.as_raw_fd().ok_or_else(|| io::Error::other("the terminal has no fd"))?;
    // SAFETY: `pair.master` owns the descriptor and lives until the copy is made.
    let master = unsafe { BorrowedFd::borrow_raw(raw) }.try_clone_to_owned()?;
    Ok((master, slave))
}

/// Prepares the child before exec: drops what it must not inherit and sets what it must have.
fn become_leader(cwd: BorrowedFd<'_>, umask: u32, has_terminal: bool) -> io::Result<()> {
    reset_signals();
    rustix::process::setsid()?;
    if has_terminal {
        // SAFETY: descriptor 1 is the slave that the command has just put there.
        rustix::process::ioctl_tiocsctty(unsafe { BorrowedFd::borrow_raw(1) })?;
    }
    rustix::process::fchdir(cwd)?;
    set_umask(umask);
    Ok(())
}

/// The largest signal number.
#[cfg(target_os = "linux")]
const LAST_SIGNAL: i32 = 64;
#[cfg(target_os = "macos")]
const LAST_SIGNAL: i32 = 31;

/// Sets every signal to its default and blocks none.
fn reset_signals() {
    for signal in 1..=LAST_SIGNAL {
        // SAFETY: setting the default disposition has no precondition; the numbers that cannot
        // be set are refused by the system.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
    }
    let mut none = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: sigemptyset makes the set valid before sigprocmask reads it.
    unsafe {
        libc::sigemptyset(none.as_mut_ptr());
        libc::sigprocmask(libc::SIG_SETMASK, none.as_ptr(), std::ptr::null_mut());
    }
}

/// Sets the file creation mask and returns the previous one.
pub(crate) fn set_umask(mask: u32) -> u32 {
    let mode = Mode::from_raw_mode(mask as rustix::fs::RawMode);
    rustix::process::umask(mode).as_raw_mode() as u32
}

/// Gives the keeper's second stage another name in process lists.
pub(crate) fn prepare_stage(command: &mut Command, name: &str) {
    command.arg0(name);
}

/// Leaves the launcher's session and terminal.
pub(crate) fn leave_session() {
    // This fails only for a process that already leads a group; then it keeps its session.
    let _ = rustix::process::setsid();
}

/// Ignores the signals that must not end a keeper, and reserves SIGTERM for [`wait_for_term`]. Must run
/// before any other thread exists.
pub(crate) fn prepare_signals() {
    let ignored = [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGPIPE, libc::SIGXFSZ];
    for signal in ignored.into_iter().chain([libc::SIGTSTP, libc::SIGTTIN, libc::SIGTTOU]) {
        // SAFETY: ignoring a signal has no precondition.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
    // SAFETY: the default disposition has no precondition; ignored children could not be waited for.
    unsafe { libc::signal(libc::SIGCHLD, libc::SIG_DFL) };
    let term = only_term();
    // SAFETY: `term` is a valid set; the old one is not asked for.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &term, std::ptr::null_mut()) };
}

/// Waits until this process gets SIGTERM; false if that cannot be waited for.
pub(crate) fn wait_for_term() -> bool {
    let term = only_term();
    let mut got = 0;
    // SAFETY: both point to valid places for the call's duration.
    unsafe { libc::sigwait(&term, &mut got) == 0 }
}

fn only_term() -> libc::sigset_t {
    let mut set = MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: sigemptyset makes the set valid, sigaddset gets a valid signal.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), libc::SIGTERM);
        set.assume_init()
    }
}

/// Connects the standard streams to nothing.
pub(crate) fn silence_stdio() -> io::Result<()> {
    let null = OpenOptions::new().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdin(&null)?;
    rustix::stdio::dup2_stdout(&null)?;
    rustix::stdio::dup2_stderr(&null)?;
    Ok(())
}

/// Sends a signal after confirming the identity, for systems without process descriptors.
pub(super) fn signal_checked(identity: Identity, signal: Signal) -> Sent {
    match super::identity_of(identity.pid) {
        Some(found) if found == identity => {}
        Some(_) => return Sent::Gone,
        None if rustix::process::test_kill_process(pid_of(identity.pid)).is_err() => {
            return Sent::Gone;
        }
        None => return Sent::Ambiguous,
    }
    match rustix::process::kill_process(pid_of(identity.pid), number(signal)) {
        Ok(()) => Sent::Delivered,
        Err(rustix::io::Errno::PERM) => Sent::NotPermitted,
        Err(_) => Sent::Gone,
    }
}

/// How long a program that was just copied may appear to be open for writing.
const BUSY: Duration = Duration::from_secs(2);

/// Starts the first stage of a keeper, which detaches itself. Another thread that forks during the copy
/// of the program keeps the file open for a moment; until then the program cannot be run, so the start is
/// repeated.
pub(crate) fn spawn_keeper(command: &mut Command) -> io::Result<std::process::Child> {
    let deadline = Instant::now() + BUSY;
    loop {
        match command.spawn() {
            Err(error)
                if error.kind() == io::ErrorKind::ExecutableFileBusy
                    && Instant::now() < deadline =>
            {
                std::thread::sleep(Duration::from_millis(5));
            }
            spawned => return spawned,
        }
    }
}

/// Starts a program in a session of its own, so that neither a terminal nor its signals reach it.
pub(crate) fn spawn_apart(command: &mut Command) -> io::Result<std::process::Child> {
    // SAFETY: the closure runs between fork and exec and makes only system calls, with no
    // allocation and no lock.
    unsafe {
        command.pre_exec(|| {
            reset_signals();
            rustix::process::setsid()?;
            Ok(())
        });
    }
    spawn_keeper(command)
}

/// Reaps the first stage, which ends as soon as it has started the second.
pub(crate) fn forget_keeper(mut child: std::process::Child) {
    // Without an answer there is nothing to reap.
    let _ = child.wait();
}
