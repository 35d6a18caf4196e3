//! The parts for Windows: three pipes, and a job object that holds every process of a run, ends with its
//! keeper and lists the run's processes. Windows has no graceful signal, and no terminal is used here;
//! the steps that need them are skipped.

use std::fs::File;
use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle, RawHandle};
use std::os::windows::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use windows_sys::Win32::Foundation::{CloseHandle, FILETIME, HANDLE, WAIT_OBJECT_0};
use windows_sys::Win32::System::Console::{
    GetStdHandle, STD_ERROR_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, SetStdHandle,
};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, TH32CS_SNAPTHREAD, THREADENTRY32, Thread32First, Thread32Next,
};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectBasicProcessIdList,
    JobObjectExtendedLimitInformation, QueryInformationJobObject, SetInformationJobObject,
};
use windows_sys::Win32::System::Threading::{
    CREATE_BREAKAWAY_FROM_JOB, CREATE_NO_WINDOW, CREATE_SUSPENDED, GetExitCodeProcess,
    GetProcessTimes, INFINITE, OpenProcess, OpenThread, PROCESS_NAME_WIN32,
    PROCESS_QUERY_LIMITED_INFORMATION, PROCESS_TERMINATE, QueryFullProcessImageNameW, ResumeThread,
    THREAD_SUSPEND_RESUME, TerminateProcess, WaitForSingleObject,
};

use super::{Agent, Start};
use crate::daemons;
use crate::facts::ChildIdentity;
use crate::process::{Ended, Identity, Process, Sent};
use crate::signal::Signal;

/// The job knows every process of the run, so none has to be remembered.
pub(crate) const ADOPTS_ORPHANS: bool = true;

/// Windows has no signal that asks a process to end.
pub(crate) const CAN_TERMINATE: bool = false;

/// Exit code of a process that was killed by its keeper.
const KILLED: u32 = 1;

/// A directory that existed when it was checked.
pub(crate) type Cwd = PathBuf;

/// Checks that a process can be started in this directory.
pub(crate) fn open_dir(path: &Path) -> io::Result<Cwd> {
    if std::fs::metadata(path)?.is_dir() {
        Ok(path.to_owned())
    } else {
        Err(io::ErrorKind::NotADirectory.into())
    }
}

/// Takes the handle that a call returned, or the call's error.
fn owned(handle: HANDLE) -> io::Result<OwnedHandle> {
    if handle.is_null() || handle == windows_sys::Win32::Foundation::INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call that made the handle gave it to us alone.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle as RawHandle) })
}

/// The result of a call that returns zero when it fails.
pub(super) fn checked(answer: windows_sys::core::BOOL) -> io::Result<()> {
    if answer == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// The job that holds every process of one run.
struct Job(OwnedHandle);

impl Job {
    /// Creates a job that ends with the last handle to it and that no process may leave.
    fn create() -> io::Result<Job> {
        // SAFETY: no attributes and no name are valid.
        let job = owned(unsafe { CreateJobObjectW(std::ptr::null(), std::ptr::null()) })?;
        let job = Job(job);
        job.limit(JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE)?;
        Ok(job)
    }

    fn limit(&self, flags: u32) -> io::Result<()> {
        let mut limits = JOBOBJECT_EXTENDED_LIMIT_INFORMATION::default();
        limits.BasicLimitInformation.LimitFlags = flags;
        let size = size_of_val(&limits) as u32;
        // SAFETY: `limits` is a valid place of `size` bytes of the class that is named.
        checked(unsafe {
            SetInformationJobObject(
                self.0.as_raw_handle() as HANDLE,
                JobObjectExtendedLimitInformation,
                (&raw const limits).cast(),
                size,
            )
        })
    }

    fn assign(&self, process: HANDLE) -> io::Result<()> {
        // SAFETY: both handles are open.
        checked(unsafe { AssignProcessToJobObject(self.0.as_raw_handle() as HANDLE, process) })
    }

    /// Lists the process ids in the job, up to a fixed number.
    fn members(&self) -> io::Result<Vec<u32>> {
        const ROOM: usize = 4096;
        // Two 32-bit numbers precede the list: how many there are and how many follow.
        let mut list = vec![0_usize; ROOM + 1 + 8 / size_of::<usize>()];
        let size = u32::try_from(size_of_val(&list[..])).unwrap_or(u32::MAX);
        // SAFETY: `list` is a valid and aligned place of `size` bytes.
        let answer = unsafe {
            QueryInformationJobObject(
                self.0.as_raw_handle() as HANDLE,
                JobObjectBasicProcessIdList,
                list.as_mut_ptr().cast(),
                size,
                std::ptr::null_mut(),
            )
        };
        checked(answer)?;
        // SAFETY: two 32-bit numbers are at the beginning of the filled buffer.
        let count = unsafe { *list.as_ptr().cast::<u32>().add(1) } as usize;
        let ids = list.into_iter().skip(8 / size_of::<usize>()).take(count);
        Ok(ids.filter_map(|pid| u32::try_from(pid).ok()).collect())
    }
}

/// The started process and its job.
pub(crate) struct Leader {
    child: ChildIdentity,
    process: OwnedHandle,
    job: Job,
}

impl Leader {
    pub(crate) fn identity(&self) -> ChildIdentity {
        self.child
    }

    /// Fails: pipes have no size.
    pub(crate) fn resize(&self, _rows: u16, _columns: u16) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// `Signal::Kill` ends the leader only, not its job; every other signal is `NotPermitted`, because
    /// Windows has none.
    pub(crate) fn signal_group(&self, signal: Signal) -> Sent {
        if signal != Signal::Kill {
            return Sent::NotPermitted;
        }
        terminate(&self.process)
    }

    /// Waits for the process's end. The handle shows the end, because an exit code of 259 looks like a
    /// process that still runs.
    pub(crate) fn wait(&self) -> Option<Ended> {
        let handle = self.process.as_raw_handle() as HANDLE;
        let mut code = 0;
        // SAFETY: the handle is open and `code` is a valid place.
        let known = unsafe {
            WaitForSingleObject(handle, INFINITE) == WAIT_OBJECT_0
                && GetExitCodeProcess(handle, &mut code) != 0
        };
        known.then_some(Ended::Code(code.cast_signed()))
    }

    /// Does nothing: Windows needs no reaping.
    pub(crate) fn reap_rest(&self) {}

    /// Lets processes live on when this process, and with it the job, ends.
    pub(crate) fn let_go(&self) {
        // If the limit cannot be lifted, the job ends the processes that were to be left; they are listed
        // anyway.
        let _ = self.job.limit(0);
    }
}

fn terminate(process: &OwnedHandle) -> Sent {
    // SAFETY: the handle is open.
    match checked(unsafe { TerminateProcess(process.as_raw_handle() as HANDLE, KILLED) }) {
        Ok(()) => Sent::Delivered,
        // A process that is already ending gives the same answer.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Sent::NotPermitted,
        Err(_) => Sent::Gone,
    }
}

/// Starts the process suspended, puts it into its job, and resumes it.
pub(crate) fn spawn(start: Start<'_>) -> io::Result<Agent> {
    let job = Job::create()?;
    let mut command = Command::new(start.program);
    command.args(start.args).env_clear().envs(start.env).current_dir(start.cwd);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.creation_flags(CREATE_SUSPENDED | CREATE_NO_WINDOW);
    let mut child = command.spawn()?;
    if let Err(error) = job.assign(child.as_raw_handle() as HANDLE).and_then(|()| resume(&child)) {
        // The process must not run outside its job. If it cannot be ended it stays suspended.
        let _ = child.kill();
        return Err(error);
    }
    let streams = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(stdin), Some(stdout), Some(stderr)) = streams else {
        return Err(io::Error::other("a stream that was asked for is missing"));
    };
    let pid = child.id();
    let start_time = identity_of(pid).map_or(0, |identity| identity.start_time);
    Ok(Agent {
        stdin: Box::new(stdin),
        stdout: Box::new(stdout),
        stderr: Box::new(stderr),
        leader: Leader {
            child: ChildIdentity { pid, pgid: pid, sid: pid, start_time },
            process: OwnedHandle::from(child),
            job,
        },
    })
}

/// Resumes a process that was started suspended; its one thread is found in a list of all threads.
fn resume(child: &Child) -> io::Result<()> {
    // SAFETY: a snapshot of threads needs no process id.
    let snapshot = owned(unsafe { CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0) })?;
    let mut entry =
        THREADENTRY32 { dwSize: size_of::<THREADENTRY32>() as u32, ..THREADENTRY32::default() };
    let list = snapshot.as_raw_handle() as HANDLE;
    // SAFETY: the snapshot is open and `entry` contains its own size.
    let mut more = unsafe { Thread32First(list, &mut entry) };
    let mut resumed = false;
    while more != 0 {
        if entry.th32OwnerProcessID == child.id() {
            // SAFETY: opening a thread by its id has no precondition.
            let thread = unsafe { OpenThread(THREAD_SUSPEND_RESUME, 0, entry.th32ThreadID) };
            let thread = owned(thread)?;
            // SAFETY: the handle is open and has the right to resume.
            resumed |= unsafe { ResumeThread(thread.as_raw_handle() as HANDLE) } != u32::MAX;
        }
        // SAFETY: as for the first one.
        more = unsafe { Thread32Next(list, &mut entry) };
    }
    if resumed { Ok(()) } else { Err(io::Error::other("the process has no thread")) }
}

/// The processes that a look at the job found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) own: Vec<Process>,
    pub(crate) shared: Vec<Process>,
}

/// Lists the processes in the job of one run.
pub(crate) struct RunProcesses(Option<Arc<Leader>>);

impl RunProcesses {
    pub(crate) fn new(leader: Arc<Leader>, _marker: &str) -> RunProcesses {
        RunProcesses(Some(leader))
    }

    /// Finds no process, because none outlives its job.
    pub(crate) fn marked(_marker: &str) -> RunProcesses {
        RunProcesses(None)
    }

    /// Looks into the job once.
    pub(crate) fn find(&mut self) -> io::Result<Found> {
        let Some(leader) = &self.0 else { return Ok(Found::default()) };
        let members = leader.job.members()?;
        let mut found = Found::default();
        for process in members.into_iter().filter_map(look_at) {
            let shared = daemons::is_shared(&process.name, &[process.name.clone()], false);
            if shared && process.identity.pid != leader.child.pid {
                found.shared.push(process);
            } else {
                found.own.push(process);
            }
        }
        Ok(found)
    }

    /// Ends a process, if it is still the same process.
    pub(crate) fn signal(&self, process: &Process, signal: Signal) -> Sent {
        if signal != Signal::Kill {
            return Sent::NotPermitted;
        }
        let rights = PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION;
        let Ok(handle) = open(process.identity.pid, rights) else { return Sent::Gone };
        // The handle pins the process before its identity is confirmed.
        match started(&handle) {
            Ok(time) if time == process.identity.start_time => terminate(&handle),
            Ok(_) => Sent::Gone,
            Err(_) => Sent::Ambiguous,
        }
    }
}

fn open(pid: u32, rights: u32) -> io::Result<OwnedHandle> {
    // SAFETY: opening a process by its id has no precondition.
    owned(unsafe { OpenProcess(rights, 0, pid) })
}

fn started(process: &OwnedHandle) -> io::Result<u64> {
    let mut times = [FILETIME::default(); 4];
    let [created, exited, kernel, user] = &mut times;
    let handle = process.as_raw_handle() as HANDLE;
    // SAFETY: the handle is open and the four places are valid.
    checked(unsafe { GetProcessTimes(handle, created, exited, kernel, user) })?;
    Ok(u64::from(times[0].dwHighDateTime) << 32 | u64::from(times[0].dwLowDateTime))
}

fn look_at(pid: u32) -> Option<Process> {
    let process = open(pid, PROCESS_QUERY_LIMITED_INFORMATION).ok()?;
    let identity = Identity { pid, start_time: started(&process).ok()? };
    // SAFETY: the handle is open; a process that has ended is signalled.
    let ended = unsafe { WaitForSingleObject(process.as_raw_handle() as HANDLE, 0) };
    if ended == WAIT_OBJECT_0 {
        return None;
    }
    Some(Process { identity, name: name_of(&process) })
}

/// The program's name without its directory and extension.
fn name_of(process: &OwnedHandle) -> String {
    let mut path = vec![0_u16; 1024];
    let mut len = path.len() as u32;
    let handle = process.as_raw_handle() as HANDLE;
    // SAFETY: the handle is open and the buffer is valid for `len` units.
    let answer = unsafe {
        QueryFullProcessImageNameW(handle, PROCESS_NAME_WIN32, path.as_mut_ptr(), &mut len)
    };
    if answer == 0 {
        return String::new();
    }
    let path = String::from_utf16_lossy(&path[..len as usize]);
    Path::new(&path).file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// Returns the identity of the process that has this id now; `None` if there is none.
pub(crate) fn identity_of(pid: u32) -> Option<Identity> {
    look_at(pid).map(|process| process.identity)
}

/// Returns nothing: start times are absolute here.
pub(crate) fn boot_id() -> String {
    String::new()
}

/// Does nothing: a file's permissions come from its folder.
pub(crate) fn set_umask(_mask: u32) -> u32 {
    0
}

/// Does nothing: a keeper has no console from its start.
pub(crate) fn leave_session() {}

/// Does nothing: Windows has no signals.
pub(crate) fn prepare_signals() {}

/// Returns false: Windows has no SIGTERM.
pub(crate) fn wait_for_term() -> bool {
    false
}

/// Does nothing: the job holds all processes.
pub(crate) fn adopt_orphans() {}

/// Does nothing: Windows has no scopes.
pub(crate) fn enter_scope(_run: &str) {}

/// Does nothing: the system's allocator is left unchanged.
pub(crate) fn tame_allocator() {}

/// Does nothing: the system's allocator is left unchanged.
pub(crate) fn return_large_blocks() {}

/// Does nothing: only handles that are marked for it are inherited.
pub(crate) fn close_inherited() {}

/// The path of the running program.
pub(crate) fn own_program() -> io::Result<PathBuf> {
    std::env::current_exe()
}

/// Starts the keeper's second stage without a window; it keeps its program's name.
pub(crate) fn prepare_stage(command: &mut Command, _name: &str) {
    command.creation_flags(CREATE_NO_WINDOW);
}

/// Starts the first stage of a keeper outside the launcher's job if that is allowed.
pub(crate) fn spawn_keeper(command: &mut Command) -> io::Result<Child> {
    command.creation_flags(CREATE_NO_WINDOW | CREATE_BREAKAWAY_FROM_JOB);
    match command.spawn() {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            command.creation_flags(CREATE_NO_WINDOW).spawn()
        }
        spawned => spawned,
    }
}

/// Starts a program without a window and outside the launcher's job if that is allowed.
pub(crate) fn spawn_apart(command: &mut Command) -> io::Result<Child> {
    spawn_keeper(command)
}

/// Drops the first stage, which ends as soon as it has started the second.
pub(crate) fn forget_keeper(mut child: Child) {
    // There is nothing to clean up in any case.
    let _ = child.wait();
}

/// Connects the standard streams to nothing.
pub(crate) fn silence_stdio() -> io::Result<()> {
    for stream in [STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE] {
        // SAFETY: the standard library asks for the handle at each use, so none is in use here.
        unsafe {
            let handle = GetStdHandle(stream);
            checked(SetStdHandle(stream, std::ptr::null_mut()))?;
            CloseHandle(handle);
        }
    }
    Ok(())
}

/// Makes a file of a pipe's end.
pub(super) fn pipe_end(handle: HANDLE) -> io::Result<File> {
    owned(handle).map(File::from)
}
