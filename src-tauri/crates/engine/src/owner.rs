//! Ownership of a data directory: one process writes in it, which holds `owner.lock` and serves
//! `engine.sock`. This module has the lock, the socket and the exchange of messages; the engine
//! answers the requests. Messages are one JSON object per line, one reply per request.

use crate::data_dir::{DataDir, private_file};
use crate::error::{Error, Result};
use crate::threads;
use interprocess::TryClone;
use interprocess::local_socket::traits::{ListenerExt as _, Stream as _};
use interprocess::local_socket::{Listener, ListenerOptions, Name, Stream};
use keeper::FileLock;
use protocol::{ErrorCode, Fault, Reply, Request};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, Write};
use std::time::{Duration, Instant};

/// The longest request, in bytes; a prompt of many megabytes fits.
const LONGEST_REQUEST: u64 = 256 * 1024 * 1024;

/// How long the owner may take to answer.
#[cfg(unix)]
const ANSWER: Duration = Duration::from_secs(30);

/// The same for a new story, because git may first have to make a large worktree.
#[cfg(unix)]
const ANSWER_TO_START: Duration = Duration::from_secs(15 * 60);

/// How long an owner may take to commit, with the repository's hooks, or to merge.
const ANSWER_TO_FINISH: Duration = Duration::from_secs(40 * 60);

/// The owner, as written in the lock file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerRecord {
    /// The process id.
    pub pid: u32,
    /// The kind of program: `mush run`, `app`.
    pub role: String,
    /// Musher's version.
    pub version: String,
}

/// The lock while it is held. Dropping it releases it.
#[derive(Debug)]
pub struct OwnerLock {
    _lock: FileLock,
}

/// The result of trying to own a directory.
#[derive(Debug)]
pub enum Owning {
    /// This process owns it now.
    Mine(OwnerLock),
    /// Another process owns it; its record if the lock file could be read.
    Another(Option<OwnerRecord>),
}

/// How long the lock of an owner that was killed can stay with a program that it was just starting, which
/// has the lock until it is a program of its own.
const STAYS: Duration = Duration::from_secs(2);

/// How soon such a lock is tried again.
const AGAIN: Duration = Duration::from_millis(10);

/// Tries to own the directory.
pub fn try_own(dir: &DataDir, facts: &OwnerRecord) -> Result<Owning> {
    let until = Instant::now() + STAYS;
    own_after(dir, facts, || {
        std::thread::sleep(AGAIN);
        Instant::now() < until
    })
}

/// Tries to own the directory, again after each `wait` while the lock is held by nobody but a program that an
/// owner that is gone was starting. `wait` returns whether to try again.
fn own_after(dir: &DataDir, facts: &OwnerRecord, mut wait: impl FnMut() -> bool) -> Result<Owning> {
    loop {
        match try_once(dir, facts)? {
            Owning::Another(Some(owner)) if keeper::is_gone(owner.pid) && wait() => {}
            owning => return Ok(owning),
        }
    }
}

fn try_once(dir: &DataDir, facts: &OwnerRecord) -> Result<Owning> {
    let path = dir.owner_lock();
    let open = private_file().read(true).write(true).create(true).truncate(false).open(&path);
    let file = open.map_err(Error::io("open", &path))?;
    match FileLock::exclusive(file).map_err(Error::io("lock", &path))? {
        Ok(lock) => {
            let mut file: &File = &lock;
            let text = serde_json::to_vec(facts).expect("plain facts are always JSON");
            let written =
                file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(&text));
            written.and_then(|()| file.sync_data()).map_err(Error::io("write", &path))?;
            Ok(Owning::Mine(OwnerLock { _lock: lock }))
        }
        Err(mut file) => Ok(Owning::Another(recorded(&mut file))),
    }
}

/// The record in the lock file, if it can be read.
fn recorded(file: &mut File) -> Option<OwnerRecord> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

/// Whether a process owns the directory. Does not take the lock.
pub fn is_owned(dir: &DataDir) -> Result<bool> {
    Ok(owner(dir)?.is_some())
}

/// A process that owns a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its record, if the lock file could be read.
    pub record: Option<OwnerRecord>,
}

impl std::fmt::Display for Owner {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.record {
            Some(OwnerRecord { pid, role, .. }) => write!(to, "{role} (process {pid})"),
            None => to.write_str("another program"),
        }
    }
}

/// The process that owns the directory. Does not take the lock.
pub fn owner(dir: &DataDir) -> Result<Option<Owner>> {
    let path = dir.owner_lock();
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("open", path)(error)),
    };
    match FileLock::shared(file).map_err(Error::io("lock", &path))? {
        Ok(_lock) => Ok(None),
        Err(mut file) => Ok(Some(Owner { record: recorded(&mut file) })),
    }
}

/// The owner's socket.
pub struct OwnerSocket {
    listener: Listener,
}

impl OwnerSocket {
    /// Begins to listen. Only the owner may call this, so the socket of an earlier owner is
    /// removed.
    pub fn bind(dir: &DataDir) -> Result<Self> {
        let path = dir.socket();
        #[cfg(unix)]
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::io("remove", path)(error));
            }
            _ => {}
        }
        let reach = Reach::new(dir).map_err(Error::io("use", &path))?;
        let bound = reach
            .name()
            .and_then(|name| ListenerOptions::new().name(name).reclaim_name(false).create_sync());
        let listener = bound.map_err(Error::io("listen on", &path))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(&path, mode).map_err(Error::io("protect", &path))?;
        }
        Ok(Self { listener })
    }

    /// Accepts connections and answers their requests. If `answer` returns `None`, the connection
    /// is closed.
    pub fn serve(self, answer: impl Fn(Request) -> Option<Reply> + Clone + Send + 'static) {
        for connection in self.listener.incoming() {
            match connection {
                Ok(stream) => {
                    let answer = answer.clone();
                    let talk = move || {
                        if let Err(error) = talk(stream, &answer) {
                            tracing::debug!(%error, "a program stopped talking in the middle");
                        }
                    };
                    if let Err(error) = threads::spawn("ask", talk) {
                        tracing::warn!(%error, "no thread for one more program that asks");
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "engine.sock");
                    std::thread::sleep(Duration::from_millis(50));
                }
            }
        }
    }
}

fn talk(stream: Stream, answer: &impl Fn(Request) -> Option<Reply>) -> io::Result<()> {
    let mut writing = stream.try_clone()?;
    let mut reading = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        (&mut reading).take(LONGEST_REQUEST).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(());
        }
        let reply = match serde_json::from_slice(&line) {
            Ok(request) => match answer(request) {
                Some(reply) => reply,
                // The owner is ending; the caller tries again with the next one.
                None => return Ok(()),
            },
            Err(error) => Reply::Refused {
                fault: Fault::new(
                    ErrorCode::BadInput,
                    format!("the request is not understood: {error}"),
                    "Use the same version of Musher on both ends.",
                ),
            },
        };
        let mut text = serde_json::to_vec(&reply)?;
        text.push(b'\n');
        writing.write_all(&text)?;
        writing.flush()?;
    }
}

/// Sends the owner a request. `timeout` is how long to wait until an owner that has just started
/// listens.
pub fn ask(dir: &DataDir, request: &Request, timeout: Duration) -> Result<Reply> {
    let stream = connect(dir, timeout)?;
    exchange(stream, request).map_err(|error| match error.kind() {
        // The system's error kinds for a time limit.
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            silent(dir, "it was asked and is silent; it may still do what was asked")
        }
        _ => Error::io("talk over", dir.socket())(error),
    })
}

fn silent(dir: &DataDir, why: &str) -> Error {
    Error::refused(
        ErrorCode::Busy,
        format!("the program that owns {} does not answer: {why}", dir.root().display()),
        "Wait a moment and try again; if it hangs, end it: its agents go on.",
    )
}

fn exchange(stream: Stream, request: &Request) -> io::Result<Reply> {
    let mut text = serde_json::to_vec(request)?;
    text.push(b'\n');
    // Named pipes on Windows have no time limit; an owner that does not answer is waited for.
    #[cfg(unix)]
    {
        let limit = match request {
            Request::Start(_) => ANSWER_TO_START,
            Request::Finish { .. } => ANSWER_TO_FINISH,
            _ => ANSWER,
        };
        stream.set_recv_timeout(Some(limit))?;
        stream.set_send_timeout(Some(ANSWER))?;
    }
    let mut writing = stream.try_clone()?;
    writing.write_all(&text)?;
    writing.flush()?;
    let mut line = Vec::new();
    BufReader::new(stream).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(serde_json::from_slice(&line)?)
}

fn connect(dir: &DataDir, timeout: Duration) -> Result<Stream> {
    let deadline = Instant::now() + timeout;
    loop {
        let reached = Reach::new(dir).and_then(|reach| Stream::connect(reach.name()?));
        match reached {
            Ok(stream) => return Ok(stream),
            Err(_) if Instant::now() < deadline => std::thread::sleep(Duration::from_millis(20)),
            Err(error) => {
                return Err(silent(dir, &error.to_string()));
            }
        }
    }
}

/// A path to the socket that is short enough for the system's limit, however long the directory's
/// path is.
struct Reach {
    path: std::path::PathBuf,
    #[cfg(target_os = "linux")]
    _dir: File,
    #[cfg(target_os = "macos")]
    link: std::path::PathBuf,
}

#[cfg(target_os = "linux")]
impl Reach {
    fn new(dir: &DataDir) -> io::Result<Self> {
        use std::os::fd::AsRawFd;
        let open = File::open(dir.root())?;
        let path = format!("/proc/self/fd/{}/engine.sock", open.as_raw_fd()).into();
        Ok(Self { path, _dir: open })
    }
}

#[cfg(target_os = "macos")]
impl Reach {
    fn new(dir: &DataDir) -> io::Result<Self> {
        let link = std::env::temp_dir().join(format!("musher-{}", uuid::Uuid::new_v4().simple()));
        std::os::unix::fs::symlink(dir.root(), &link)?;
        Ok(Self { path: link.join("engine.sock"), link })
    }
}

#[cfg(target_os = "macos")]
impl Drop for Reach {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.link) {
            tracing::debug!(%error, "a short link stays behind");
        }
    }
}

#[cfg(windows)]
impl Reach {
    fn new(dir: &DataDir) -> io::Result<Self> {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hash = DefaultHasher::new();
        dir.root().hash(&mut hash);
        Ok(Self { path: format!(r"\\.\pipe\musher-{:016x}", hash.finish()).into() })
    }
}

impl Reach {
    fn name(&self) -> io::Result<Name<'_>> {
        use interprocess::local_socket::{GenericFilePath, ToFsName};
        self.path.as_path().to_fs_name::<GenericFilePath>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(pid: u32) -> OwnerRecord {
        OwnerRecord { pid, role: "test".to_owned(), version: "0".to_owned() }
    }

    /// The id of a process that is gone.
    fn gone() -> u32 {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap())
            .arg("--list")
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        child.wait().unwrap();
        child.id()
    }

    #[test]
    fn the_lock_that_a_killed_owner_left_with_a_program_is_waited_for() {
        let home = tempfile::tempdir().unwrap();
        let dir = DataDir::at(home.path()).unwrap();
        dir.create().unwrap();
        let Owning::Mine(lock) = try_own(&dir, &record(gone())).unwrap() else { panic!("mine") };
        let (mut lock, mut waits) = (Some(lock), 0);
        let owning = own_after(&dir, &record(1), || {
            lock.take();
            waits += 1;
            true
        });
        assert!(matches!(owning.unwrap(), Owning::Mine(_)));
        assert_eq!(waits, 1);
    }

    #[test]
    fn the_lock_of_an_owner_that_lives_is_not_waited_for() {
        let home = tempfile::tempdir().unwrap();
        let dir = DataDir::at(home.path()).unwrap();
        dir.create().unwrap();
        let own = std::process::id();
        let Owning::Mine(_lock) = try_own(&dir, &record(own)).unwrap() else { panic!("mine") };
        let owning = own_after(&dir, &record(2), || panic!("it waited"));
        let Owning::Another(Some(owner)) = owning.unwrap() else { panic!("it is another's") };
        assert_eq!(owner.pid, own);
    }
}
