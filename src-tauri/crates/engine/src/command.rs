//! Runs a short-lived program with a time limit and returns all of its output. It has no input, or a
//! file. Used for git, for agents' versions and for the login shell; runs of stories use keepers
//! instead. A program gets its own process group (a job on Windows), which is ended completely when the time
//! is up or the caller no longer waits for the answer.

use crate::runtime;
use process_wrap::tokio::{ChildWrapper, CommandWrap};
use std::fs::File;
use std::io;
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How long to wait for the rest of the output of a program that has ended. Processes that it left
/// behind may keep its output open for ever.
const REST: Duration = Duration::from_millis(500);

/// How long a program that was asked to end may take for it.
const GRACE: Duration = Duration::from_secs(3);

/// A kind of program, of which a limited number runs at once; the others wait for their turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Queries to git.
    Git,
    /// Checkouts of worktrees by git, which can take minutes.
    Checkout,
    /// Fetches by git, which wait for a server.
    Fetch,
    /// Checkpoints of worktrees, for which git reads what changed.
    Checkpoint,
    /// Agents that report their version or login state.
    Version,
    /// Programs that ask the host of a repository.
    Host,
    /// The login shell.
    Shell,
}

static GIT: Semaphore = Semaphore::const_new(8);
static CHECKOUT: Semaphore = Semaphore::const_new(4);
static FETCH: Semaphore = Semaphore::const_new(4);
static CHECKPOINT: Semaphore = Semaphore::const_new(6);
static VERSION: Semaphore = Semaphore::const_new(4);
static HOST: Semaphore = Semaphore::const_new(4);
static SHELL: Semaphore = Semaphore::const_new(1);

impl Lane {
    fn places(self) -> &'static Semaphore {
        match self {
            Self::Git => &GIT,
            Self::Checkout => &CHECKOUT,
            Self::Fetch => &FETCH,
            Self::Checkpoint => &CHECKPOINT,
            Self::Version => &VERSION,
            Self::Host => &HOST,
            Self::Shell => &SHELL,
        }
    }
}

/// The output of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Whether it exited with 0.
    pub ok: bool,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// The output of a program that may print bytes that are no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RawOutput {
    /// Whether it exited with 0.
    pub(crate) ok: bool,
    /// Its standard output.
    pub(crate) stdout: Vec<u8>,
    /// Its standard error.
    pub(crate) stderr: String,
}

/// Why there is no output.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The program cannot be run.
    #[error("cannot be run: {}", keeper::words(.0))]
    NotRun(#[from] io::Error),
    /// The program exceeded its time limit.
    #[error("did not answer within {} s", .0.as_secs())]
    TimedOut(Duration),
}

/// Runs `command` and returns its output; ends it after `limit`, or when the future is dropped.
pub(crate) async fn output(
    command: Command,
    lane: Lane,
    limit: Duration,
) -> Result<Output, CommandError> {
    let RawOutput { ok, stdout, stderr } = raw_output(command, None, lane, limit).await?;
    Ok(Output { ok, stdout: text(stdout), stderr })
}

/// As [`output`], for a program that reads `input` and may print bytes that are no text.
pub(crate) async fn raw_output(
    command: Command,
    input: Option<File>,
    lane: Lane,
    limit: Duration,
) -> Result<RawOutput, CommandError> {
    let _place = lane.places().acquire().await;
    let mut group = Group::start(command, Leader::OfGroup, input, Stdio::piped())?;
    match timeout(limit, group.output(|_, _| ())).await {
        Ok(said) => Ok(said?),
        Err(_) => Err(CommandError::TimedOut(limit)),
    }
}

/// As [`output`], for a program that must not find a terminal to ask a person at; `heard` gets what it prints on
/// its standard error, piece by piece.
pub(crate) async fn followed_output(
    command: Command,
    lane: Lane,
    limit: Duration,
    heard: impl FnMut(&[u8]),
) -> Result<Output, CommandError> {
    let _place = lane.places().acquire().await;
    let mut group = Group::start(command, Leader::OfSession, None, Stdio::piped())?;
    let heard = on_stderr(heard);
    match timeout(limit, group.output(heard)).await {
        Ok(said) => {
            let RawOutput { ok, stdout, stderr } = said?;
            Ok(Output { ok, stdout: text(stdout), stderr })
        }
        Err(_) => Err(CommandError::TimedOut(limit)),
    }
}

/// Where a program prints something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Its standard output.
    Stdout,
    /// Its standard error.
    Stderr,
}

/// Passes on what is printed on standard error alone.
fn on_stderr(mut heard: impl FnMut(&[u8])) -> impl FnMut(Stream, &[u8]) {
    move |stream, printed| {
        if stream == Stream::Stderr {
            heard(printed);
        }
    }
}

/// How a program ended that a person may cancel.
#[derive(Debug)]
pub(crate) enum Ended {
    /// By itself.
    Itself(Output),
    /// It was cancelled, and all that it started has ended.
    Cancelled,
    /// It exceeded its time limit, and all that it started has ended.
    TimedOut,
}

/// As [`followed_output`], for a program that reads `input` and that a person may cancel. It is then asked to end, so
/// that it can take its locks away, and ended with all that it started if it does not within [`GRACE`]. `heard` gets
/// all that is printed.
pub(crate) async fn cancellable_output(
    command: Command,
    input: Option<File>,
    (lane, limit): (Lane, Duration),
    cancelled: impl Future<Output = ()>,
    heard: impl FnMut(Stream, &[u8]),
) -> Result<Ended, CommandError> {
    let _place = lane.places().acquire().await;
    let mut group = Group::start(command, Leader::OfSession, input, Stdio::piped())?;
    let why = tokio::select! {
        said = group.output(heard) => {
            let RawOutput { ok, stdout, stderr } = said?;
            return Ok(Ended::Itself(Output { ok, stdout: text(stdout), stderr }));
        }
        () = cancelled => Ended::Cancelled,
        () = tokio::time::sleep(limit) => Ended::TimedOut,
    };
    group.end().await;
    Ok(why)
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Runs `command` in a new session, as an interactive shell needs, until `enough` is true for its
/// standard output; then it is ended. `None` if it ended before that. Blocks the calling thread.
///
/// # Errors
/// If it cannot be run, or its output was not enough within `limit`.
pub fn stdout_until(
    command: Command,
    lane: Lane,
    limit: Duration,
    enough: impl Fn(&[u8]) -> bool,
) -> Result<Option<Vec<u8>>, CommandError> {
    let read = async {
        let _place = lane.places().acquire().await;
        let mut group = Group::start(command, Leader::OfSession, None, Stdio::null())?;
        match timeout(limit, group.stdout_until(enough)).await {
            Ok(said) => Ok(said?),
            Err(_) => Err(CommandError::TimedOut(limit)),
        }
    };
    runtime::wait(read)?
}

/// What kind of group the program leads.
enum Leader {
    OfGroup,
    OfSession,
}

/// A running program and its descendants. Those that are left are ended when this is dropped before
/// the program has ended.
struct Group {
    child: Box<dyn ChildWrapper>,
    ended: bool,
}

impl Group {
    fn start(
        mut command: Command,
        leader: Leader,
        input: Option<File>,
        stderr: Stdio,
    ) -> io::Result<Self> {
        command.stdin(input.map_or_else(Stdio::null, Stdio::from));
        command.stdout(Stdio::piped()).stderr(stderr);
        let mut wrapped = CommandWrap::from(tokio::process::Command::from(command));
        #[cfg(unix)]
        match leader {
            Leader::OfGroup => wrapped.wrap(process_wrap::tokio::ProcessGroup::leader()),
            Leader::OfSession => wrapped.wrap(process_wrap::tokio::ProcessSession),
        };
        #[cfg(windows)]
        match leader {
            Leader::OfGroup | Leader::OfSession => wrapped.wrap(process_wrap::tokio::JobObject),
        };
        Ok(Self { child: wrapped.spawn()?, ended: false })
    }

    /// Waits for the program's end; `heard` gets what it prints meanwhile.
    async fn output(&mut self, mut heard: impl FnMut(Stream, &[u8])) -> io::Result<RawOutput> {
        let mut stdout = Collected::new(self.child.stdout().take());
        let mut stderr = Collected::new(self.child.stderr().take());
        let mut passed = (0, 0);
        // Waits only for the program itself, not for its descendants.
        let mut program = self.child.inner_mut().wait();
        let status = loop {
            tokio::select! {
                status = &mut program => break status?,
                () = stdout.more(), if stdout.is_open() => {
                    heard(Stream::Stdout, &stdout.bytes[passed.0..]);
                    passed.0 = stdout.bytes.len();
                }
                () = stderr.more(), if stderr.is_open() => {
                    heard(Stream::Stderr, &stderr.bytes[passed.1..]);
                    passed.1 = stderr.bytes.len();
                }
            }
        };
        drop(program);
        self.ended = true;
        let rest = async { tokio::join!(stdout.all(), stderr.all()) };
        // It makes no difference whether the output ended or the time is up: everything so far is
        // the output.
        let _ = timeout(REST, rest).await;
        heard(Stream::Stdout, &stdout.bytes[passed.0..]);
        heard(Stream::Stderr, &stderr.bytes[passed.1..]);
        Ok(RawOutput { ok: status.success(), stdout: stdout.bytes, stderr: text(stderr.bytes) })
    }

    /// Asks the group to end and waits for the program's end; what is left after [`GRACE`] is ended.
    async fn end(&mut self) {
        #[cfg(unix)]
        if let Err(error) = self.child.signal(rustix::process::Signal::TERM.as_raw()) {
            tracing::debug!(%error, "a program could not be asked to end");
        }
        #[cfg(unix)]
        let _ = timeout(GRACE, self.child.inner_mut().wait()).await;
        if let Err(error) = self.child.start_kill() {
            tracing::debug!(%error, "a program could not be ended");
        }
        // Afterwards nothing of it writes any more.
        let _ = timeout(GRACE, self.child.inner_mut().wait()).await;
        self.ended = true;
    }

    async fn stdout_until(
        &mut self,
        enough: impl Fn(&[u8]) -> bool,
    ) -> io::Result<Option<Vec<u8>>> {
        let mut stdout = Collected::new(self.child.stdout().take());
        while stdout.is_open() {
            stdout.more().await;
            if enough(&stdout.bytes) {
                return Ok(Some(stdout.bytes));
            }
        }
        Ok(None)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.ended
            && let Err(error) = self.child.start_kill()
        {
            tracing::debug!(%error, "a program could not be ended");
        }
    }
}

/// The output of a stream so far.
struct Collected<R> {
    stream: Option<R>,
    bytes: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Collected<R> {
    fn new(stream: Option<R>) -> Self {
        Self { stream, bytes: Vec::new() }
    }

    fn is_open(&self) -> bool {
        self.stream.is_some()
    }

    /// Waits for more output, or its end. Nothing is lost if the future is dropped.
    async fn more(&mut self) {
        let Some(stream) = &mut self.stream else { return };
        match stream.read_buf(&mut self.bytes).await {
            Ok(1..) => {}
            Ok(0) => self.stream = None,
            Err(error) => {
                tracing::debug!(%error, "a program's output was cut short");
                self.stream = None;
            }
        }
    }

    async fn all(&mut self) {
        while self.is_open() {
            self.more().await;
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::path::Path;

    fn ask(command: Command) -> Result<Output, CommandError> {
        runtime::wait(output(command, Lane::Git, LONG)).expect("there is a runtime")
    }

    /// A time limit that is long enough for any machine.
    const LONG: Duration = Duration::from_secs(60);

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    fn fifo(dir: &Path) -> String {
        let path = dir.join("fifo").display().to_string();
        let made = Command::new("mkfifo").arg(&path).status().expect("mkfifo is there");
        assert!(made.success());
        path
    }

    /// A program and its child, which both keep the pipe at `fifo` open.
    fn family(fifo: &str) -> Command {
        shell(&format!("exec 3>'{fifo}'; sleep 600 & echo begun >&3; sleep 600; :"))
    }

    /// Reads what the two processes wrote. Returns when both have ended.
    fn epitaph(fifo: &str) -> String {
        std::fs::read_to_string(fifo).expect("the pipe can be read")
    }

    #[test]
    fn both_streams_and_the_exit_are_given() {
        let said = ask(shell("echo out; echo err >&2; exit 3")).unwrap();
        assert_eq!(said, Output { ok: false, stdout: "out\n".into(), stderr: "err\n".into() });
    }

    #[test]
    fn long_output_on_both_streams_is_whole() {
        let script = "i=0; while [ $i -lt 20000 ]; do echo out$i; echo err$i >&2; i=$((i+1)); done";
        let said = ask(shell(script)).unwrap();
        assert_eq!((said.stdout.lines().count(), said.stderr.lines().count()), (20_000, 20_000));
    }

    #[test]
    fn what_a_program_leaves_behind_is_not_waited_for() {
        let said = ask(shell("sleep 600 & echo out $!")).unwrap();
        let (word, left) = said.stdout.trim().split_once(' ').unwrap();
        assert_eq!((said.ok, word), (true, "out"));
        // It still exists, so only the time limit can have ended the wait.
        assert!(Command::new("kill").arg(left).status().unwrap().success());
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_all_that_it_started() {
        let dir = tempfile::tempdir().unwrap();
        let fifo = fifo(dir.path());
        std::thread::scope(|scope| {
            let written = scope.spawn(|| epitaph(&fifo));
            let asked = output(family(&fifo), Lane::Git, Duration::from_millis(300));
            let late = runtime::wait(asked).unwrap().unwrap_err();
            assert!(matches!(late, CommandError::TimedOut(_)), "{late}");
            assert_eq!(written.join().unwrap(), "begun\n");
        });
    }

    #[test]
    fn a_program_that_nobody_waits_for_is_ended_with_all_that_it_started() {
        let dir = tempfile::tempdir().unwrap();
        let fifo = fifo(dir.path());
        let asked = runtime::handle().unwrap().spawn(output(family(&fifo), Lane::Git, LONG));
        let mut pipe = std::io::BufReader::new(std::fs::File::open(&fifo).unwrap());
        let mut line = String::new();
        std::io::BufRead::read_line(&mut pipe, &mut line).unwrap();
        assert_eq!(line, "begun\n");
        asked.abort();
        // Returns when no process has the pipe open for writing.
        assert_eq!(std::io::Read::read(&mut pipe, &mut [0]).unwrap(), 0);
    }

    #[test]
    fn enough_output_ends_the_reading_and_the_program() {
        let dir = tempfile::tempdir().unwrap();
        let fifo = fifo(dir.path());
        let script = format!("exec 3>'{fifo}'; sleep 600 & echo 'a MARK'; sleep 600");
        std::thread::scope(|scope| {
            let held = scope.spawn(|| epitaph(&fifo));
            let enough = |bytes: &[u8]| bytes.ends_with(b"MARK\n");
            let said = stdout_until(shell(&script), Lane::Shell, LONG, enough).unwrap();
            assert_eq!(said.as_deref(), Some(&b"a MARK\n"[..]));
            assert_eq!(held.join().unwrap(), "");
        });
        let never = stdout_until(shell("echo other"), Lane::Shell, LONG, |_| false).unwrap();
        assert_eq!(never, None);
    }

    #[test]
    fn a_program_that_is_not_there_is_said() {
        let missing = ask(Command::new("/no/such/program")).unwrap_err();
        assert!(matches!(missing, CommandError::NotRun(_)), "{missing}");
    }

    #[test]
    fn a_program_waits_while_every_place_of_its_lane_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        let (fifo, log) = (fifo(dir.path()), dir.path().join("log"));
        let done = |name: &str| format!("echo {name} >>'{}'", log.display());
        let spawn = |script: String| {
            runtime::handle().unwrap().spawn(output(shell(&script), Lane::Shell, LONG))
        };
        // It ends when the pipe is written to. It has opened the pipe, so it occupies the only
        // place of its lane.
        let first = spawn(format!("read word <'{fifo}'; {}", done("first")));
        let mut gate = std::fs::OpenOptions::new().write(true).open(&fifo).unwrap();
        let second = spawn(done("second"));
        std::io::Write::write_all(&mut gate, b"go\n").unwrap();
        for asked in [first, second] {
            assert!(runtime::wait(asked).unwrap().unwrap().unwrap().ok);
        }
        assert_eq!(std::fs::read_to_string(log).unwrap(), "first\nsecond\n");
    }
}
