//! The control connection on Unix. The socket is bound by its relative name, because the path of a run
//! directory can exceed the 104 or 108 bytes of an address, and it is reached through a short name for
//! the same directory. Only the owner may connect.

use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::Duration;

/// Name of the socket in its run directory.
const NAME: &str = "c";

/// The longest path that fits into an address on every Unix, with its final zero.
const ADDRESS_LIMIT: usize = 103;

/// The keeper's listening socket.
pub(crate) struct Listener(UnixListener);

impl Listener {
    /// Binds the socket in the current directory, which is the run directory.
    pub(crate) fn bind_here() -> io::Result<Listener> {
        let listener = UnixListener::bind(NAME)?;
        std::fs::set_permissions(NAME, std::fs::Permissions::from_mode(0o600))?;
        Ok(Listener(listener))
    }

    /// Accepts the next connection; connections of other users are closed and skipped.
    pub(crate) fn accept(&self) -> io::Result<Conn> {
        loop {
            let (stream, _) = self.0.accept()?;
            if peer_is_owner(&stream) {
                return Ok(Conn(stream));
            }
        }
    }

    /// Removes the socket from the current directory.
    pub(crate) fn unbind_here() {
        // A socket is only a name by now; a reader that finds it is refused, which means the same.
        let _ = std::fs::remove_file(NAME);
    }
}

#[cfg(target_os = "linux")]
fn peer_is_owner(stream: &UnixStream) -> bool {
    rustix::net::sockopt::socket_peercred(stream)
        .is_ok_and(|peer| peer.uid == rustix::process::geteuid())
}

#[cfg(not(target_os = "linux"))]
fn peer_is_owner(stream: &UnixStream) -> bool {
    use std::os::fd::AsRawFd;
    let (mut uid, mut gid) = (0, 0);
    // SAFETY: the descriptor is open and both results are valid places.
    let answer = unsafe { libc::getpeereid(stream.as_raw_fd(), &mut uid, &mut gid) };
    answer == 0 && uid == rustix::process::geteuid().as_raw()
}

/// One control connection, at either end.
pub(crate) struct Conn(UnixStream);

impl Conn {
    /// Sets a time limit for reads, which then fail with `WouldBlock` or `TimedOut`; `None` waits for
    /// ever.
    pub(crate) fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        self.0.set_read_timeout(limit)
    }

    /// Sets a time limit for writes.
    pub(crate) fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        self.0.set_write_timeout(limit)
    }

    /// Makes all operations return at once instead of waiting.
    pub(crate) fn never_wait(&self) -> io::Result<()> {
        self.0.set_nonblocking(true)
    }
}

impl Read for Conn {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Conn {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Connects to the keeper of a run directory, even if its path is longer than a socket's name may be.
pub(crate) fn connect(run_dir: &Path, _limit: Duration) -> io::Result<Conn> {
    let path = run_dir.join(NAME);
    if path.as_os_str().len() <= ADDRESS_LIMIT {
        return UnixStream::connect(path).map(Conn);
    }
    connect_by_short_name(run_dir)
}

#[cfg(target_os = "linux")]
fn connect_by_short_name(run_dir: &Path) -> io::Result<Conn> {
    use std::os::fd::AsRawFd;
    let dir = super::open_dir(run_dir)?;
    UnixStream::connect(format!("/proc/self/fd/{}/{NAME}", dir.as_raw_fd())).map(Conn)
}

#[cfg(not(target_os = "linux"))]
fn connect_by_short_name(run_dir: &Path) -> io::Result<Conn> {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let link = std::env::temp_dir().join(format!("mush-{}-{number}", std::process::id()));
    std::os::unix::fs::symlink(run_dir, &link)?;
    let connected = UnixStream::connect(link.join(NAME)).map(Conn);
    // The connection stays usable after the name is removed.
    std::fs::remove_file(&link)?;
    connected
}
