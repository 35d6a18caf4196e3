//! Cleans up after a keeper that was killed: processes of its run may live on and are recognised only by
//! their marker. It is never used while a run's keeper can be reached, because the keeper's own stop
//! knows more about the processes. On Windows such processes end together with their keeper's job.

use std::time::{Duration, Instant};

use crate::facts::{LeftProcess, LeftReason};
use crate::process::{Process, Sent};
use crate::signal::Signal;
use crate::sys::RunProcesses;

/// How long processes may take to end after SIGTERM.
const TERMINATE: Duration = Duration::from_secs(3);

/// How long SIGKILL is repeated.
const KILL: Duration = Duration::from_secs(2);

/// Poll interval for processes that are still alive.
const LOOK: Duration = Duration::from_millis(20);

/// The result of a sweep.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Processes that were signalled and are gone.
    pub ended: Vec<u32>,
    /// Processes that live on: shared daemons, and processes that could not be ended.
    pub left: Vec<LeftProcess>,
}

/// Ends every process that carries this marker, first with SIGTERM and then with SIGKILL. Takes up to
/// five seconds. Only for a run whose keeper is known to be gone, or whose keeper cannot be reached
/// because its socket was deleted and whose end was requested.
pub fn end_marked(marker: &str) -> std::io::Result<Swept> {
    let mut processes = RunProcesses::marked(marker);
    let mut swept = Swept::default();
    for (signal, limit) in [(Signal::Term, TERMINATE), (Signal::Kill, KILL)] {
        if rung(&mut processes, &mut swept, signal, limit)? {
            break;
        }
    }
    let found = processes.find()?;
    swept.ended.retain(|pid| !found.own.iter().any(|process| process.identity.pid == *pid));
    let left = |why| move |process: &Process| describe(process, why);
    swept.left.extend(found.own.iter().map(left(LeftReason::Survived)));
    swept.left.extend(found.shared.iter().map(left(LeftReason::SharedDaemon)));
    Ok(swept)
}

/// Lists the processes that carry this marker, shared daemons included, without signalling them.
pub fn marked(marker: &str) -> std::io::Result<Vec<LeftProcess>> {
    let found = RunProcesses::marked(marker).find()?;
    let own = found.own.iter().map(|process| describe(process, LeftReason::NotAsked));
    let shared = found.shared.iter().map(|process| describe(process, LeftReason::SharedDaemon));
    Ok(own.chain(shared).collect())
}

/// Signals the processes until none is left or the time is up. SIGTERM is sent once to each process.
fn rung(
    processes: &mut RunProcesses,
    swept: &mut Swept,
    signal: Signal,
    limit: Duration,
) -> std::io::Result<bool> {
    let begun = Instant::now();
    let mut sent: Vec<Process> = Vec::new();
    while begun.elapsed() < limit {
        let own = processes.find()?.own;
        if own.is_empty() {
            return Ok(true);
        }
        for process in own {
            let again = signal == Signal::Kill || !sent.contains(&process);
            if again && processes.signal(&process, signal) == Sent::Delivered {
                let pid = process.identity.pid;
                swept.ended.retain(|other| *other != pid);
                swept.ended.push(pid);
                sent.push(process);
            }
        }
        std::thread::sleep(LOOK);
    }
    Ok(false)
}

fn describe(process: &Process, why: LeftReason) -> LeftProcess {
    LeftProcess { pid: process.identity.pid, name: process.name.clone(), why }
}
