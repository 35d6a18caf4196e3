//! Asking a short-lived program something: no input, its whole output, a time limit. Used for git and
//! for agents' versions; runs of stories never go through here, they have keepers.

use crate::threads;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long the rest of the output of a program that has ended may take.
const ON_ITS_WAY: Duration = Duration::from_millis(500);

/// What a program said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Whether it left with 0.
    pub ok: bool,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    /// It cannot be run.
    #[error("cannot be run: {0}")]
    NotRun(#[from] io::Error),
    /// It took too long.
    #[error("did not answer within {} s", .0.as_secs())]
    Late(Duration),
}

/// Runs `command` and gives what it said, or ends it after `limit`.
pub(crate) fn output(mut command: Command, limit: Duration) -> Result<Said, Unanswered> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let streams = (child.stdout.take(), child.stderr.take());
    let (stdout, stderr) = match (collect(streams.0), collect(streams.1)) {
        (Ok(stdout), Ok(stderr)) => (stdout, stderr),
        (Err(error), _) | (_, Err(error)) => {
            end(&mut child)?;
            return Err(error.into());
        }
    };
    match wait(&mut child, limit)? {
        Some(status) => {
            Ok(Said { ok: status.success(), stdout: stdout.text(), stderr: stderr.text() })
        }
        None => {
            end(&mut child)?;
            Err(Unanswered::Late(limit))
        }
    }
}

/// Ends our own child, which is not reaped, so that the id is still its own.
fn end(child: &mut Child) -> io::Result<()> {
    child.kill()?;
    child.wait().map(drop)
}

fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    loop {
        match child.try_wait()? {
            Some(status) => return Ok(Some(status)),
            None if Instant::now() >= deadline => return Ok(None),
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// The output as far as it came; it has ended when nobody will add to it.
struct Output {
    bytes: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Output {
    /// What was printed. Something that the program left behind may hold the output open; it is not
    /// waited for longer than what is on its way takes.
    fn text(self) -> String {
        // The end and the time limit are the same here: what came is what there is.
        let _ = self.ended.recv_timeout(ON_ITS_WAY);
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn collect(stream: Option<impl Read + Send + 'static>) -> io::Result<Output> {
    let (end, ended) = channel();
    let output = Output { bytes: Arc::default(), ended };
    let bytes = Arc::clone(&output.bytes);
    threads::spawn("output", move || {
        let mut piece = [0; 8192];
        let Some(mut stream) = stream else { return };
        loop {
            match stream.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => {
                    let mut bytes = bytes.lock().unwrap_or_else(PoisonError::into_inner);
                    bytes.extend_from_slice(&piece[..count]);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    tracing::debug!(%error, "a program's output was cut short");
                    break;
                }
            }
        }
        drop(end);
    })?;
    Ok(output)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_streams_and_the_exit_are_told() {
        let said =
            output(shell("echo out; echo err >&2; exit 3"), Duration::from_secs(20)).unwrap();
        assert_eq!(said, Said { ok: false, stdout: "out\n".into(), stderr: "err\n".into() });
    }

    #[test]
    fn what_a_program_leaves_behind_is_not_waited_for() {
        let said = output(shell("sleep 600 & echo out $!"), Duration::from_secs(20)).unwrap();
        let (word, left) = said.stdout.trim().split_once(' ').unwrap();
        assert_eq!((said.ok, word), (true, "out"));
        // Still there, so nothing but the limit can have ended the waiting.
        assert!(Command::new("kill").arg(left).status().unwrap().success());
    }

    #[test]
    fn a_program_that_hangs_is_ended() {
        let late = output(shell("exec sleep 600"), Duration::from_millis(50)).unwrap_err();
        assert!(matches!(late, Unanswered::Late(_)), "{late}");
    }
}
