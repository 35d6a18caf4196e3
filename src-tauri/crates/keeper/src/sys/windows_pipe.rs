//! The control connection on Windows: a named pipe with an unguessable name, which is written into the
//! run directory's file `c`. Only the owner may open it, and only on this machine.

use std::fs::{File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read, Write};
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::AsRawHandle;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{
    ERROR_BROKEN_PIPE, ERROR_PIPE_BUSY, ERROR_PIPE_CONNECTED, HANDLE, LocalFree,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertStringSecurityDescriptorToSecurityDescriptorW, SDDL_REVISION_1,
};
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::Storage::FileSystem::{
    FILE_FLAG_FIRST_PIPE_INSTANCE, PIPE_ACCESS_DUPLEX, SECURITY_IDENTIFICATION,
};
use windows_sys::Win32::System::Pipes::{
    ConnectNamedPipe, CreateNamedPipeW, PIPE_NOWAIT, PIPE_READMODE_BYTE,
    PIPE_REJECT_REMOTE_CLIENTS, PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES, PIPE_WAIT, PeekNamedPipe,
    SetNamedPipeHandleState,
};

use super::windows::{checked, pipe_end};

/// File in the run directory that holds the pipe's name.
const NAME: &str = "c";

/// The buffer of each direction, in bytes.
const BUFFER: u32 = 64 * 1024;

/// How often a read with a time limit checks for bytes.
const LOOK: Duration = Duration::from_millis(5);

/// Full access for the owner and the system, none for others.
const OWNER_ONLY: &str = "D:P(A;;GA;;;OW)(A;;GA;;;SY)";

/// The keeper's listening pipe.
pub(crate) struct Listener {
    name: String,
    /// The pipe instance for the next client; there is always one.
    next: Mutex<File>,
}

impl Listener {
    /// Creates the pipe and writes its name into the current directory, which is the run directory.
    pub(crate) fn bind_here() -> io::Result<Listener> {
        let random = RandomState::new();
        let (pid, a, b) = (std::process::id(), random.hash_one(0), random.hash_one(1));
        let name = format!(r"\\.\pipe\musher-{pid}-{a:016x}{b:016x}");
        let first = instance(&name, FILE_FLAG_FIRST_PIPE_INSTANCE)?;
        crate::files::replace(Path::new(NAME), name.as_bytes())?;
        Ok(Listener { name, next: Mutex::new(first) })
    }

    /// Accepts the next connection.
    pub(crate) fn accept(&self) -> io::Result<Conn> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: the handle is an open pipe; without overlapped access the call waits.
        let answer = unsafe { ConnectNamedPipe(handle(&next), std::ptr::null_mut()) };
        if let Err(error) = checked(answer)
            && error.raw_os_error() != Some(ERROR_PIPE_CONNECTED.cast_signed())
        {
            // The client disconnected at once; another instance takes its place.
            *next = instance(&self.name, 0)?;
            return Err(error);
        }
        let connected = std::mem::replace(&mut *next, instance(&self.name, 0)?);
        Ok(Conn::new(connected))
    }

    /// Removes the pipe's name from the current directory.
    pub(crate) fn unbind_here() {
        // The file is only a name by now; a reader that finds it is refused, which means the same.
        let _ = std::fs::remove_file(NAME);
    }
}

fn handle(pipe: &File) -> HANDLE {
    pipe.as_raw_handle() as HANDLE
}

fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().chain([0]).collect()
}

/// Makes one pipe instance for one client.
fn instance(name: &str, first: u32) -> io::Result<File> {
    let mut descriptor = std::ptr::null_mut();
    let words = wide(OWNER_ONLY);
    // SAFETY: the text ends with zero; the descriptor is allocated by the call.
    checked(unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            words.as_ptr(),
            SDDL_REVISION_1,
            &mut descriptor,
            std::ptr::null_mut(),
        )
    })?;
    let attributes = SECURITY_ATTRIBUTES {
        nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
        lpSecurityDescriptor: descriptor,
        bInheritHandle: 0,
    };
    let name = wide(name);
    let mode = PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS;
    // SAFETY: the name ends with zero, and attributes and descriptor are alive.
    let pipe = unsafe {
        CreateNamedPipeW(
            name.as_ptr(),
            PIPE_ACCESS_DUPLEX | first,
            mode,
            PIPE_UNLIMITED_INSTANCES,
            BUFFER,
            BUFFER,
            0,
            &attributes,
        )
    };
    let pipe = pipe_end(pipe);
    // SAFETY: the descriptor was allocated for us and is not used any more.
    unsafe { LocalFree(descriptor) };
    pipe
}

/// One control connection, at either end.
pub(crate) struct Conn {
    pipe: File,
    limit: Mutex<Option<Duration>>,
}

impl Conn {
    fn new(pipe: File) -> Conn {
        Conn { pipe, limit: Mutex::new(None) }
    }

    /// Sets a time limit for reads, which then fail with `TimedOut`; `None` waits for ever.
    pub(crate) fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        *self.limit.lock().unwrap_or_else(PoisonError::into_inner) = limit;
        Ok(())
    }

    /// Does nothing: answers are smaller than the pipe's buffer, so writes do not wait.
    pub(crate) fn set_write_timeout(&self, _limit: Option<Duration>) -> io::Result<()> {
        Ok(())
    }

    /// Makes all operations return at once instead of waiting.
    pub(crate) fn never_wait(&self) -> io::Result<()> {
        let mode = PIPE_READMODE_BYTE | PIPE_NOWAIT;
        // SAFETY: the handle is an open pipe and `mode` a valid place.
        checked(unsafe {
            SetNamedPipeHandleState(handle(&self.pipe), &mode, std::ptr::null(), std::ptr::null())
        })
    }

    /// How many bytes can be read without waiting; `None` if the other end is gone.
    fn available(&self) -> io::Result<Option<u32>> {
        let mut count = 0;
        // SAFETY: the handle is an open pipe; only the count is asked for.
        let answer = checked(unsafe {
            let none = std::ptr::null_mut();
            PeekNamedPipe(handle(&self.pipe), none, 0, none.cast(), &mut count, none.cast())
        });
        match answer {
            Ok(()) => Ok(Some(count)),
            Err(error) if error.raw_os_error() == Some(ERROR_BROKEN_PIPE.cast_signed()) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl Read for Conn {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let limit = *self.limit.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(limit) = limit {
            let deadline = Instant::now() + limit;
            while self.available()? == Some(0) {
                if Instant::now() >= deadline {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                std::thread::sleep(LOOK);
            }
        }
        self.pipe.read(buffer)
    }
}

impl Write for Conn {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.pipe.write(bytes)? {
            // The answer of a full pipe that does not wait.
            0 if !bytes.is_empty() => Err(io::ErrorKind::WouldBlock.into()),
            count => Ok(count),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Connects to the keeper of a run directory.
pub(crate) fn connect(run_dir: &Path, limit: Duration) -> io::Result<Conn> {
    let name = std::fs::read_to_string(run_dir.join(NAME))?;
    let deadline = Instant::now() + limit;
    let mut options = OpenOptions::new();
    // A pipe that is not the keeper's must not act in our name.
    options.read(true).write(true).security_qos_flags(SECURITY_IDENTIFICATION);
    loop {
        match options.open(&name) {
            Err(error)
                if error.raw_os_error() == Some(ERROR_PIPE_BUSY.cast_signed())
                    && Instant::now() < deadline =>
            {
                std::thread::sleep(LOOK);
            }
            opened => return opened.map(Conn::new),
        }
    }
}
