//! The engine's end of the control protocol: blocking requests on one connection, and a watcher
//! on another that tells when the logs grew. A client that timed out is not used again, because an
//! answer may still be on its way; inputs are idempotent so that a new one can simply repeat them.

use std::io::{self, BufReader, Read, Write};
use std::time::Duration;

use thiserror::Error;

use crate::rundir::RunDir;
use crate::sys::{self, Conn};
use crate::wire::{self, LineError, OLDEST_PROTOCOL, PROTOCOL, Refusal, Reply, Request, Status};

/// Why a keeper did not do what was asked.
#[derive(Debug, Error)]
pub enum ClientError {
    /// Nothing listens: the keeper has ended or never began. Its lock shows which.
    #[error("the run's keeper does not listen")]
    Gone,
    /// It did not answer in time. It may still have done what was asked.
    #[error("the run's keeper did not answer in time")]
    Timeout,
    /// It refused.
    #[error("{message}")]
    Refused {
        /// Why, as a word.
        kind: Refusal,
        /// Why, for a person.
        message: String,
    },
    /// It answered something that does not belong here.
    #[error("the run's keeper answered nonsense")]
    Nonsense,
    /// The connection failed otherwise.
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
    /// Whether its id was seen before, so that nothing was sent again.
    pub duplicate: bool,
}

/// A connection to a run's keeper.
pub struct Client {
    conn: BufReader<Conn>,
    broken: bool,
}

impl Client {
    /// Connects and agrees on a version. The limit holds for this and for every later request.
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

    /// Sends bytes to the process's stdin. When this returns they are logged and durable under
    /// their id, and will be written unless the process ends first. The same id again does
    /// nothing.
    pub fn input(&mut self, id: &str, bytes: &[u8]) -> Result<Ack, ClientError> {
        let request = Request::Input { id: id.to_owned(), len: bytes.len() as u64 };
        match self.ask(&request, bytes)? {
            Reply::Ack { duplicate } => Ok(Ack { duplicate }),
            _ => Err(self.nonsense()),
        }
    }

    /// Closes the process's stdin behind everything sent so far.
    pub fn close_input(&mut self) -> Result<(), ClientError> {
        self.order(&Request::CloseInput)
    }

    /// Sets the size of the process's terminal, in characters.
    pub fn resize(&mut self, rows: u16, cols: u16) -> Result<(), ClientError> {
        self.order(&Request::Resize { rows, cols })
    }

    /// Signals the process group; names as in [`Signal`](crate::Signal).
    pub fn signal(&mut self, name: &str) -> Result<(), ClientError> {
        self.order(&Request::Signal { name: name.to_owned() })
    }

    /// Begins a stop; when this returns `stop.json` is written and the ladder is being climbed. A
    /// second call while it is kills at once. After the process's end it only ends what outlived
    /// it.
    pub fn stop(&mut self, by: &str, why: &str) -> Result<(), ClientError> {
        self.order(&Request::Stop { by: by.to_owned(), why: why.to_owned() })
    }

    /// Makes everything read so far durable.
    pub fn sync(&mut self) -> Result<(), ClientError> {
        self.order(&Request::Sync)
    }

    /// How the run is at this moment.
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
        // A keeper that closes in the middle of a request has said why.
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
    /// A log grew, once or more often.
    Changed,
    /// No log grew in that time.
    Timeout,
    /// The keeper has ended; look at its `exit.json` and its lock.
    Closed,
}

/// Notifies when the logs of a run grow. A notification may be lost, so look at the files once a second
/// too.
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

    /// Waits for a notification; all that came since the last call count as one.
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
