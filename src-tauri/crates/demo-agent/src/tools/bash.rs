//! Runs a command for the Bash tool: a shell in a session of its own, like the real program, with
//! stderr included in stdout. The end of a command arrives as an [`Input`], so that the agent can
//! receive an interrupt meanwhile. Running commands can be killed from any thread, which is needed
//! when a signal ends the process.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::SyncSender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::input::Input;

/// The result of a command.
#[derive(Debug, Clone)]
pub(crate) struct Finished {
    /// stdout and stderr; empty if they were written to a file.
    pub(crate) output: Vec<u8>,
    /// The exit code; `None` if a signal killed it.
    pub(crate) code: Option<i32>,
}

/// The running commands.
#[derive(Debug, Clone, Default)]
pub(crate) struct Running(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    /// The process ids by ticket; the process id is also the session's id.
    pids: BTreeMap<u64, u32>,
    /// The process is ending, so no command may be started.
    closed: bool,
}

impl Running {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Kills every command with its descendants, and prevents further ones.
    #[cfg_attr(not(unix), expect(dead_code, reason = "only signals ask for it"))]
    pub(crate) fn kill_all(&self) {
        let mut table = self.table();
        table.closed = true;
        for pid in table.pids.values() {
            kill_tree(*pid);
        }
    }

    /// Kills one command. Does nothing if it has ended.
    pub(crate) fn kill(&self, ticket: u64) {
        if let Some(pid) = self.table().pids.get(&ticket) {
            kill_tree(*pid);
        }
    }
}

/// Starts `command`. Its end is sent as [`Input::ToolFinished`] with `ticket`. With `output`, it
/// prints to that file.
pub(crate) fn start(
    command: &str,
    cwd: &Path,
    output: Option<File>,
    ticket: u64,
    running: &Running,
    inputs: SyncSender<Input>,
) -> io::Result<()> {
    let mut shell = shell(command);
    shell.current_dir(cwd).stdin(Stdio::null()).stderr(Stdio::null());
    match output {
        Some(file) => shell.stdout(file),
        None => shell.stdout(Stdio::piped()),
    };
    let mut table = running.table();
    if table.closed {
        return Err(io::Error::other("the agent is ending"));
    }
    // Started and recorded while holding the lock, so that no command escapes `kill_all`.
    let child = shell.spawn()?;
    table.pids.insert(ticket, child.id());
    drop(table);
    let running = running.clone();
    std::thread::spawn(move || {
        let finished = wait(child);
        running.table().pids.remove(&ticket);
        // Error ignored: the agent may have ended.
        let _ = inputs.send(Input::ToolFinished { ticket, finished });
    });
    Ok(())
}

fn wait(mut child: Child) -> Finished {
    let mut output = Vec::new();
    if let Some(mut stdout) = child.stdout.take() {
        // Error ignored: after a read error the output ends here.
        let _ = stdout.read_to_end(&mut output);
    }
    let code = child.wait().ok().and_then(|status| status.code());
    Finished { output, code }
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    use std::os::unix::process::CommandExt as _;
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("exec 2>&1\n{command}"));
    // SAFETY: setsid is async-signal-safe and touches no memory of the parent.
    unsafe {
        shell.pre_exec(|| {
            rustix::process::setsid()?;
            Ok(())
        });
    }
    shell
}

#[cfg(windows)]
fn shell(command: &str) -> Command {
    use std::os::windows::process::CommandExt as _;
    let mut shell = Command::new("cmd");
    // cmd parses quotes itself, so the line must be passed unchanged.
    shell.raw_arg(format!("/D /S /C \"({command}) 2>&1\""));
    shell
}

#[cfg(unix)]
fn kill_tree(pid: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let group = i32::try_from(pid).ok().and_then(Pid::from_raw);
    if let Some(group) = group {
        // Error ignored: it may have ended.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

#[cfg(windows)]
fn kill_tree(pid: u32) {
    let mut kill = Command::new("taskkill");
    kill.args(["/T", "/F", "/PID"]).arg(pid.to_string());
    // Error ignored: it may have ended.
    let _ = kill.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::sync_channel;
    use std::time::Duration;

    #[test]
    fn a_command_reports_its_output_and_code() {
        let (sender, receiver) = sync_channel(4);
        let running = Running::default();
        start("echo out && exit 3", &std::env::temp_dir(), None, 7, &running, sender)
            .expect("a shell");
        let input = receiver.recv_timeout(Duration::from_secs(20)).expect("an end");
        let Input::ToolFinished { ticket: 7, finished } = input else { panic!("{input:?}") };
        assert_eq!(finished.code, Some(3));
        assert!(finished.output.starts_with(b"out"));
    }

    #[cfg(unix)]
    #[test]
    fn killing_reaches_what_the_shell_started() {
        let (sender, receiver) = sync_channel(4);
        let running = Running::default();
        start("sleep 300 | cat", &std::env::temp_dir(), None, 1, &running, sender)
            .expect("a shell");
        running.kill(1);
        // The pipe is closed only when every process that has it open has ended.
        receiver.recv_timeout(Duration::from_secs(20)).expect("an end");
    }
}
