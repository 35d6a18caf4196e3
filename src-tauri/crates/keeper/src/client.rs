//! The engine's end of the control protocol: blocking requests on one connection, and a watcher on
//! another that reports when the logs grew. A client is not used again after a timeout, because an answer
//! may still be on its way; inputs are idempotent, so a new client can repeat them.

use std::io::{self, BufReader, Read, Write};
use std::time::Duration;

use thiserror::Error;

use crate::rundir::RunDir;
use crate::sys::{self, Conn};
use crate::wire::{self, LineError, OLDEST_PROTOCOL, PROTOCOL, Refusal, Reply, Request, Status};

/// Why a request to a keeper failed.
#[derive(Debug, Error)]
pub enum ClientError {
    /// Nothing listens: the keeper has ended or never began. The run's lock shows which.
    #[error("the run's keeper does not listen")]
    Gone,
    /// The keeper did not answer in time. It may still have carried out the request.
    #[error("the run's keeper did not answer in time")]
    Timeout,
    /// The keeper refused.
    #[error("{message}")]
    Refused {
        /// The kind of refusal.
        kind: Refusal,
        /// The reason, for a person.
        message: String,
    },
    /// The keeper's answer does not belong to the request.
    #[error("the run's keeper answered nonsense")]
    Nonsense,
    /// The connection failed in another way.
    #[error("cannot talk to the run's keeper: {0}")]
    Io(io::Error),
}

impl From<io::Error> for ClientError {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind as Kind;
        match error.kind() {
            Kind::WouldBlock | Kind::TimedOut => ClientError::Timeout,
            Kind::NotFound
            | Kind::ConnectionRefused
            | Kind::ConnectionReset
            | Kind::BrokenPipe
            | Kind::UnexpectedEof => ClientError::Gone,
            _ => ClientError::Io(error),
        }
    }
}

impl From<LineError> for ClientError {
    fn from(error: LineError) -> Self {
        match error {
            LineError::Closed => ClientError::Gone,
            LineError::TooLong | LineError::NotJson(_) => ClientError::Nonsense,
            LineError::Io(error) => error.into(),
        }
    }
}

/// The answer to an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ack {
    /// Whether the id was seen before; then nothing was sent again.
    pub duplicate: bool,
}

/// A connection to a run's keeper.
pub struct Client {
    conn: BufReader<Conn>,
    broken: bool,
}

impl Client {
    /// Connects and agrees on a version. The time limit holds for this and for every later request.
    pub fn connect(run_dir: &RunDir, limit: Duration) -> Result<Client, ClientError> {
        let limit = limit.max(Duration::from_millis(1));
        let conn = sys::connect(run_dir.path(), limit)?;
        conn.set_read_timeout(Some(limit))?;
        conn.set_write_timeout(Some(limit))?;
        let mut client = Client { conn: BufReader::new(conn), broken: false };
        let hello = Request::Hello { oldest: OLDEST_PROTOCOL, newest: PROTOCOL };
        match client.ask(&hello, &[])? {
            Reply::Hello { version, .. } if (OLDEST_PROTOCOL..=PROTOCOL).contains(&version) => {
                Ok(client)
            }
            _ => Err(ClientError::Nonsense),
        }
    }

    /// Sends bytes to the process's stdin. When this returns the bytes are logged and durable under their
    /// id, and will be written unless the process ends first. Sending the same id again does nothing.
    pub fn input(&mut self, id: &str, bytes: &[u8]) -> Result<Ack, ClientError> {
        let request = Request::Input { id: id.to_owned(), len: bytes.len() as u64 };
        match self.ask(&request, bytes)? {
            Reply::Ack { duplicate } => Ok(Ack { duplicate }),
            _ => Err(self.nonsense()),
        }
    }

    /// Closes the process's stdin after everything sent so far.
    pub fn close_input(&mut self) -> Result<(), ClientError> {
        self.order(&Request::CloseInput)
    }

    /// Sets the size of the process's terminal, in characters.
    pub fn resize(&mut self, rows: u16, cols: u16) -> Result<(), ClientError> {
        self.order(&Request::Resize { rows, cols })
    }

    /// Signals the process group; the names are those of [`Signal`](crate::Signal).
    pub fn signal(&mut self, name: &str) -> Result<(), ClientError> {
        self.order(&Request::Signal { name: name.to_owned() })
    }

    /// Begins a stop. When this returns, `stop.json` is written and the stop ladder has begun. A second
    /// call during the stop kills at once. After the process's end a stop only ends the processes that
    /// outlived it.
    pub fn stop(&mut self, by: &str, why: &str) -> Result<(), ClientError> {
        self.order(&Request::Stop { by: by.to_owned(), why: why.to_owned() })
    }

    /// Makes everything read so far durable.
    pub fn sync(&mut self) -> Result<(), ClientError> {
        self.order(&Request::Sync)
    }

    /// Returns the current state of the run.
    pub fn status(&mut self) -> Result<Status, ClientError> {
        match self.ask(&Request::Status, &[])? {
            Reply::Status(status) => Ok(status),
            _ => Err(self.nonsense()),
        }
    }

    fn order(&mut self, request: &Request) -> Result<(), ClientError> {
        match self.ask(request, &[])? {
            Reply::Done => Ok(()),
            _ => Err(self.nonsense()),
        }
    }

    fn ask(&mut self, request: &Request, body: &[u8]) -> Result<Reply, ClientError> {
        if self.broken {
            return Err(ClientError::Gone);
        }
        match self.exchange(request, body) {
            Ok(Reply::Refused { kind, message }) => Err(ClientError::Refused { kind, message }),
            Ok(reply) => Ok(reply),
            Err(error) => {
                self.broken = true;
                Err(error)
            }
        }
    }

    fn exchange(&mut self, request: &Request, body: &[u8]) -> Result<Reply, ClientError> {
        let conn = self.conn.get_mut();
        let sent = conn.write_all(&wire::line(request)).and_then(|()| conn.write_all(body));
        // A keeper that closes the connection in the middle of a request has sent its reason first.
        let reply = wire::read_message(&mut self.conn, || Ok(()));
        match (sent, reply) {
            (_, Ok(reply)) => Ok(reply),
            (Err(error), Err(_)) => Err(error.into()),
            (Ok(()), Err(error)) => Err(error.into()),
        }
    }

    fn nonsense(&mut self) -> ClientError {
        self.broken = true;
        ClientError::Nonsense
    }
}

/// Why [`Watcher::wait`] returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// A log grew, at least once.
    Changed,
    /// No log grew within the time limit.
    Timeout,
    /// The keeper has ended; look at the run's `exit.json` and lock.
    Closed,
}

/// Notifies when the logs of a run grow. A notification may be lost, so the caller also looks at the
/// files once a second.
pub struct Watcher {
    conn: Conn,
}

impl Watcher {
    /// Connects; waits at most five seconds for the keeper's answer.
    pub fn connect(run_dir: &RunDir) -> Result<Watcher, ClientError> {
        let mut client = Client::connect(run_dir, Duration::from_secs(5))?;
        client.order(&Request::Watch)?;
        Ok(Watcher { conn: client.conn.into_inner() })
    }

    /// Waits for a notification; all notifications since the last call count as one.
    pub fn wait(&mut self, limit: Duration) -> Wake {
        let mut bytes = [0; 256];
        let limit = limit.max(Duration::from_millis(1));
        if self.conn.set_read_timeout(Some(limit)).is_err() {
            return Wake::Closed;
        }
        match self.conn.read(&mut bytes) {
            Ok(0) => Wake::Closed,
            Ok(_) => Wake::Changed,
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock
                | io::ErrorKind::TimedOut
                | io::ErrorKind::Interrupted => Wake::Timeout,
                _ => Wake::Closed,
            },
        }
    }
}
