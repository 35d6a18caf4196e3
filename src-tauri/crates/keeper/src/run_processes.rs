//! Finds the processes that belong to a run on Unix: processes that carry its marker in their
//! environment, descendants of its process, and processes that were either before. Shared daemons and
//! their descendants are listed separately. The stop ladder and the sweep decide when to signal a
//! process; the signal is sent here.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::Arc;

use crate::daemons;
use crate::process::{Identity, Process, Sent};
use crate::signal::Signal;
use crate::sys::{self, Leader};

/// The processes that one look found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Processes of the run, its leader included while it lives.
    pub(crate) own: Vec<Process>,
    /// Daemons that the run started and that others may be using.
    pub(crate) shared: Vec<Process>,
}

/// Finds the processes of one run.
pub(crate) struct RunProcesses {
    variable: String,
    leader: Option<Arc<Leader>>,
    known: HashMap<u32, u64>,
}

impl RunProcesses {
    /// For a run that this keeper started: its leader is known.
    pub(crate) fn new(leader: Arc<Leader>, marker: &str) -> RunProcesses {
        let child = leader.identity();
        let known = HashMap::from([(child.pid, child.start_time)]);
        RunProcesses { variable: variable(marker), leader: Some(leader), known }
    }

    /// For a run without a known leader: only the marker identifies its processes.
    pub(crate) fn marked(marker: &str) -> RunProcesses {
        RunProcesses { variable: variable(marker), leader: None, known: HashMap::new() }
    }

    /// Looks once at all processes of the system.
    pub(crate) fn find(&mut self) -> io::Result<Found> {
        let all = sys::processes()?;
        let mut found = Found::default();
        let sheltered = self.sort(&all, &mut found);
        found.own.retain(|process| !sheltered.contains(&process.identity.pid));
        self.remember(&found.own);
        Ok(found)
    }

    /// Signals a process, if it is still the same process.
    pub(crate) fn signal(&self, process: &Process, signal: Signal) -> Sent {
        sys::signal_exact(process.identity, signal)
    }

    /// Sorts the run's processes into own and shared; returns the shared ones and all below them.
    fn sort(&self, all: &[Process], found: &mut Found) -> HashSet<u32> {
        let children = children_of(all);
        let descendants = self.descendants(all, &children);
        let (leader, me) = (self.leader_pid(), std::process::id());
        for process in all.iter().filter(|process| process.identity.pid != me) {
            let pid = process.identity.pid;
            if !descendants.contains(&pid) && !self.carries_marker(process) {
                continue;
            }
            if Some(pid) != leader && is_shared(process) {
                found.shared.push(process.clone());
            } else {
                found.own.push(process.clone());
            }
        }
        let roots = found.shared.iter().map(|process| process.identity.pid);
        below(roots.collect(), &children)
    }

    /// Finds all descendants of this keeper (on systems where it adopts orphans), of the leader and of
    /// processes that were seen before.
    fn descendants(&self, all: &[Process], children: &HashMap<u32, Vec<u32>>) -> HashSet<u32> {
        let known = all.iter().map(|process| process.identity);
        let mut roots: Vec<u32> =
            known.filter(|it| self.knows(*it)).map(|identity| identity.pid).collect();
        if self.leader.is_some() && sys::ADOPTS_ORPHANS {
            roots.push(std::process::id());
        }
        below(roots, children)
    }

    /// Whether the process carries the run's marker. A process older than the run's own process cannot
    /// belong to the run, even if it carries the marker.
    fn carries_marker(&self, process: &Process) -> bool {
        let begin = self.leader.as_ref().map_or(0, |leader| leader.identity().start_time);
        process.identity.start_time >= begin && sys::carries(process.identity.pid, &self.variable)
    }

    fn knows(&self, identity: Identity) -> bool {
        self.known.get(&identity.pid) == Some(&identity.start_time)
    }

    fn remember(&mut self, own: &[Process]) {
        if !sys::ADOPTS_ORPHANS {
            let seen = own.iter().map(|process| process.identity);
            self.known.extend(seen.map(|identity| (identity.pid, identity.start_time)));
        }
    }

    fn leader_pid(&self) -> Option<u32> {
        self.leader.as_ref().map(|leader| leader.identity().pid)
    }
}

fn variable(marker: &str) -> String {
    format!("{}={marker}", crate::MARKER_VARIABLE)
}

fn is_shared(process: &Process) -> bool {
    let pid = process.identity.pid;
    daemons::is_shared(&process.name, &sys::command_line(pid), process.session == pid)
}

fn children_of(all: &[Process]) -> HashMap<u32, Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for process in all {
        children.entry(process.parent).or_default().push(process.identity.pid);
    }
    children
}

/// Returns the roots and all their descendants.
fn below(mut roots: Vec<u32>, children: &HashMap<u32, Vec<u32>>) -> HashSet<u32> {
    let mut reached = HashSet::new();
    while let Some(pid) = roots.pop() {
        if reached.insert(pid) {
            roots.extend(children.get(&pid).into_iter().flatten());
        }
    }
    reached
}
