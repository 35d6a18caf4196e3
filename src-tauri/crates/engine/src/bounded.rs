//! Asking a short-lived program something: no input, its whole output, a time limit. Used for git and
//! for agents' versions; runs of stories never go through here, they have keepers.

use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

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
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    match wait(&mut child, limit)? {
        Some(status) => Ok(Said {
            ok: status.success(),
            stdout: stdout.join().unwrap_or_default(),
            stderr: stderr.join().unwrap_or_default(),
        }),
        None => {
            // It is our own child and not reaped, so the id is still its own.
            child.kill()?;
            child.wait()?;
            Err(Unanswered::Late(limit))
        }
    }
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

fn collect(stream: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream
            && let Err(error) = stream.read_to_end(&mut bytes)
        {
            tracing::debug!(%error, "a program's output was cut short");
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
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
    fn a_program_that_hangs_is_ended() {
        let late = output(shell("exec sleep 600"), Duration::from_millis(50)).unwrap_err();
        assert!(matches!(late, Unanswered::Late(_)), "{late}");
    }
}
