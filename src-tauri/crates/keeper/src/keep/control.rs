//! The keeper's end of the control protocol: accepts connections, limits each client in size and time,
//! and turns requests into calls on the run. A client that floods, stalls or sends invalid requests loses
//! its own connection and affects no other.

use std::io::{self, BufRead, BufReader, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::body::{Body, Received};
use super::input::InputError;
use super::run::Run;
use crate::process::Sent;
use crate::signal::UnknownSignal;
use crate::sys::{Conn, Listener};
use crate::wire::{
    self, ID_LIMIT, INPUT_LIMIT, LineError, OLDEST_PROTOCOL, PROTOCOL, Refusal, Reply, Request,
};

/// The most clients at a time; a further client gets a refusal and is closed.
const CLIENTS: usize = 32;

/// How long a client may take to send its hello.
const HELLO: Duration = Duration::from_secs(3);

/// How long a client may take to complete a line, and for each piece of an input.
const STALL: Duration = Duration::from_secs(10);

/// How long a request may wait for the disk.
const DISK: Duration = Duration::from_secs(5);

/// Serves clients for as long as the process lives.
pub(crate) fn serve(run: &Arc<Run>, listener: &Listener) {
    let clients = Arc::new(AtomicUsize::new(0));
    loop {
        match listener.accept() {
            Ok(conn) => admit(run, &clients, conn),
            // Probably out of descriptors; wait until some are closed.
            Err(_) => std::thread::sleep(Duration::from_millis(100)),
        }
    }
}

fn admit(run: &Arc<Run>, clients: &Arc<AtomicUsize>, mut conn: Conn) {
    if clients.fetch_add(1, Ordering::AcqRel) >= CLIENTS {
        clients.fetch_sub(1, Ordering::AcqRel);
        // If the message does not arrive, the closed connection tells the client as well.
        let _ = conn.set_write_timeout(Some(Duration::from_millis(100)));
        let _ = conn.write_all(&wire::line(&refused(Refusal::Busy, "too many connections")));
        return;
    }
    let counted = Arc::clone(clients);
    let started = run.thread("client", move |run| {
        // An error ends the conversation with this client only, which has already got a reply.
        let _ = Conversation { run, from: BufReader::new(conn) }.hold();
        counted.fetch_sub(1, Ordering::AcqRel);
    });
    if started.is_err() {
        clients.fetch_sub(1, Ordering::AcqRel);
    }
}

struct Conversation<'a> {
    run: &'a Run,
    from: BufReader<Conn>,
}

impl Conversation<'_> {
    fn hold(mut self) -> Result<(), LineError> {
        self.from.get_ref().set_write_timeout(Some(STALL))?;
        self.greet()?;
        loop {
            self.from.get_ref().set_read_timeout(None)?;
            if self.from.fill_buf()?.is_empty() {
                return Ok(());
            }
            let request = self.read(STALL)?;
            if request == Request::Watch {
                self.reply(&Reply::Done)?;
                return Ok(self.run.logs.watchers.add(self.from.into_inner())?);
            }
            let reply = self.answer(request)?;
            self.reply(&reply)?;
        }
    }

    /// Agrees with the client on the newest version that both speak.
    fn greet(&mut self) -> Result<(), LineError> {
        let Request::Hello { oldest, newest } = self.read(HELLO)? else {
            let why = "the first line must be a hello";
            self.reply(&refused(Refusal::BadRequest, why))?;
            return Err(LineError::Closed);
        };
        if oldest > PROTOCOL || newest < OLDEST_PROTOCOL {
            let why = format!(
                "this keeper speaks protocol {OLDEST_PROTOCOL} to {PROTOCOL}, the client {oldest} \
                 to {newest}; use the version of Musher that started the run"
            );
            self.reply(&refused(Refusal::Version, why))?;
            return Err(LineError::Closed);
        }
        let run = self.run.spec.run.clone();
        Ok(self.reply(&Reply::Hello { version: newest.min(PROTOCOL), run })?)
    }

    /// Reads the next line, which must be complete within the limit. Each piece of an input after the
    /// line has the usual limit.
    fn read(&mut self, limit: Duration) -> Result<Request, LineError> {
        self.from.get_ref().set_read_timeout(Some(limit))?;
        let begun = Instant::now();
        let in_time = || {
            if begun.elapsed() < limit { Ok(()) } else { Err(io::ErrorKind::TimedOut.into()) }
        };
        let read = wire::read_message(&mut self.from, in_time);
        if let Err(error @ (LineError::TooLong | LineError::NotJson(_))) = &read {
            self.reply(&refused(Refusal::BadRequest, error.to_string()))?;
        }
        read
    }

    fn reply(&mut self, reply: &Reply) -> io::Result<()> {
        self.from.get_mut().write_all(&wire::line(reply))
    }

    fn answer(&mut self, request: Request) -> Result<Reply, LineError> {
        Ok(match request {
            Request::Input { id, len } => self.input(&id, len)?,
            Request::CloseInput => {
                self.run.inputs.close();
                Reply::Done
            }
            Request::Resize { rows, cols } => self.resize(rows, cols),
            Request::Signal { name } => self.signal(&name),
            Request::Stop { by, why } => {
                self.run.end.request_stop(by, why, &self.run.dir);
                Reply::Done
            }
            Request::Sync => match self.run.logs.sync(DISK) {
                Ok(()) => Reply::Done,
                Err(error) => refused(Refusal::Disk, error.to_string()),
            },
            Request::Status => Reply::Status(self.run.status()),
            Request::Hello { .. } | Request::Watch => {
                refused(Refusal::BadRequest, "this request is not possible here")
            }
        })
    }

    fn input(&mut self, id: &str, len: u64) -> Result<Reply, LineError> {
        if id.is_empty() || id.len() > ID_LIMIT || len > INPUT_LIMIT {
            let why =
                format!("an id has 1 to {ID_LIMIT} bytes and an input at most {INPUT_LIMIT} bytes");
            self.reply(&refused(Refusal::BadRequest, why))?;
            return Err(LineError::Closed);
        }
        let body = match Body::receive(&mut self.from, len)? {
            Received::Whole(body) => body,
            Received::NoRoom(error) => return Ok(refused(Refusal::Disk, error.to_string())),
        };
        Ok(match self.run.inputs.accept(id, body, &self.run.logs) {
            Ok(duplicate) => Reply::Ack { duplicate },
            Err(error @ InputError::Closed) => refused(Refusal::InputClosed, error.to_string()),
            Err(error @ InputError::Disk(_)) => refused(Refusal::Disk, error.to_string()),
        })
    }

    fn resize(&self, rows: u16, cols: u16) -> Reply {
        match self.run.leader.resize(rows, cols) {
            Ok(()) => Reply::Done,
            Err(error) => refused(Refusal::NotPossible, error.to_string()),
        }
    }

    fn signal(&self, name: &str) -> Reply {
        match name.parse() {
            Err(UnknownSignal(name)) => {
                refused(Refusal::BadRequest, UnknownSignal(name).to_string())
            }
            Ok(signal) => match self.run.leader.signal_group(signal) {
                Sent::Delivered => Reply::Done,
                Sent::Gone => refused(Refusal::NotPossible, "the process has ended"),
                _ => refused(Refusal::NotPossible, "the system does not allow this signal"),
            },
        }
    }
}

fn refused(kind: Refusal, message: impl Into<String>) -> Reply {
    Reply::Refused { kind, message: message.into() }
}
