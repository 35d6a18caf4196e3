//! The stop ladder: the agent's own interrupt, then SIGTERM, then SIGKILL, each with a time limit, so
//! that within eight seconds nothing of the run lives. It reports every step that it used and every
//! process that it had to leave. The caller decides when to stop; a second request skips to the last
//! step.

use std::time::{Duration, Instant};

use super::body::Body;
use super::run::Run;
use crate::clock::wall_ms;
use crate::facts::{ForcedStep, LeftProcess, LeftReason, Step};
use crate::process::{Process, Sent};
use crate::signal::Signal;
use crate::spec::Interrupt;
use crate::sys::{self, Found, RunProcesses};

/// How long the agent may take to end after its own interrupt.
const INTERRUPT: Duration = Duration::from_secs(2);
/// How long the process group may take after SIGTERM.
const TERMINATE_GROUP: Duration = Duration::from_millis(1500);
/// How long everything else may take after SIGTERM.
const TERMINATE_ALL: Duration = Duration::from_millis(1500);
/// How long the process group may take to vanish after SIGKILL.
const KILL_GROUP: Duration = Duration::from_millis(500);
/// How long the last step repeats SIGKILL.
const KILL_ALL: Duration = Duration::from_millis(1500);
/// How long processes may outlive the leader before the next step.
const FOLLOW: Duration = Duration::from_millis(300);
/// Poll interval for processes that are still alive.
const LOOK: Duration = Duration::from_millis(20);

/// One stop of one run.
pub(crate) struct Ladder<'a> {
    run: &'a Run,
    processes: &'a mut RunProcesses,
    steps: Vec<ForcedStep>,
    refused: Vec<(Process, Sent)>,
}

impl<'a> Ladder<'a> {
    pub(crate) fn new(run: &'a Run, processes: &'a mut RunProcesses) -> Ladder<'a> {
        Ladder { run, processes, steps: Vec::new(), refused: Vec::new() }
    }

    /// Stops the run: takes every step until no process is left.
    pub(crate) fn stop(mut self) -> (Vec<ForcedStep>, Vec<LeftProcess>) {
        let gone = self.interrupt() || self.terminate_group() || self.terminate_all();
        if !gone {
            self.kill_group();
            self.kill_all();
        }
        self.finish()
    }

    /// Ends the processes that outlived a process that ended by itself.
    pub(crate) fn end_rest(mut self) -> (Vec<ForcedStep>, Vec<LeftProcess>) {
        if !self.is_gone() && !self.terminate_all() {
            self.kill_all();
        }
        self.finish()
    }

    fn interrupt(&mut self) -> bool {
        if self.run.end.is_urgent() || self.run.end.is_ended() {
            return false;
        }
        let used = match &self.run.spec.interrupt {
            Interrupt::None => false,
            Interrupt::Signal { name } => name
                .parse()
                .is_ok_and(|signal| self.run.leader.signal_group(signal) == Sent::Delivered),
            Interrupt::Bytes { bytes, then_close_input } => {
                self.send_interrupt(bytes.as_bytes(), *then_close_input)
            }
        };
        used && self.step(Step::Interrupt, INTERRUPT, Some(FOLLOW), |ladder| ladder.leader_pid())
    }

    /// Sends the interrupt; returns false if it could not be sent. The next step does not depend on it.
    fn send_interrupt(&self, bytes: &[u8], then_close: bool) -> bool {
        let body = Body::Memory(bytes.to_vec());
        let sent = self.run.inputs.accept("keeper:interrupt", body, &self.run.logs);
        if then_close {
            self.run.inputs.close();
        }
        sent.is_ok()
    }

    fn terminate_group(&mut self) -> bool {
        if self.run.end.is_urgent() || !sys::CAN_TERMINATE {
            return false;
        }
        match self.run.leader.signal_group(Signal::Term) {
            Sent::Delivered => {
                self.step(Step::TerminateGroup, TERMINATE_GROUP, Some(FOLLOW), |it| it.leader_pid())
            }
            _ => false,
        }
    }

    fn terminate_all(&mut self) -> bool {
        if self.run.end.is_urgent() || !sys::CAN_TERMINATE {
            return false;
        }
        self.step(Step::TerminateAll, TERMINATE_ALL, None, |it| it.signal_all(Signal::Term))
    }

    fn kill_group(&mut self) {
        if self.run.leader.signal_group(Signal::Kill) == Sent::Delivered {
            self.step(Step::KillGroup, KILL_GROUP, Some(Duration::ZERO), |it| it.leader_pid());
        }
    }

    /// Kills the run's processes until two looks in a row find none.
    fn kill_all(&mut self) {
        let (at_ms, begun) = (wall_ms(), Instant::now());
        let mut pids = Vec::new();
        let mut clean = 0;
        while clean < 2 && begun.elapsed() < KILL_ALL {
            let hit = self.signal_all(Signal::Kill);
            clean = if hit.is_empty() { clean + 1 } else { 0 };
            pids.extend(hit.into_iter().filter(|pid| !pids.contains(pid)).collect::<Vec<_>>());
            std::thread::sleep(LOOK);
        }
        if !pids.is_empty() {
            let took_ms = millis(begun.elapsed());
            self.steps.push(ForcedStep { step: Step::KillAll, at_ms, took_ms, pids });
        }
    }

    /// Performs an action, waits for its effect, and records both. Returns true if no process is left.
    fn step(
        &mut self,
        step: Step,
        limit: Duration,
        follow: Option<Duration>,
        act: impl FnOnce(&mut Self) -> Vec<u32>,
    ) -> bool {
        let (at_ms, begun) = (wall_ms(), Instant::now());
        let pids = act(self);
        let gone = self.wait_gone(begun + limit, follow, step.is_graceful());
        let took_ms = millis(begun.elapsed());
        self.steps.push(ForcedStep { step, at_ms, took_ms, pids });
        gone
    }

    /// Waits until no process of the run is left or the time is up. In a `graceful` step a second stop
    /// request ends the wait at once, even if it was made before the step began. With `follow`, processes
    /// that outlive the leader get at most that time.
    fn wait_gone(
        &mut self,
        mut deadline: Instant,
        follow: Option<Duration>,
        graceful: bool,
    ) -> bool {
        let ended = self.run.end.wait_ended(deadline, graceful);
        if let (true, Some(follow)) = (ended, follow) {
            deadline = deadline.min(Instant::now() + follow);
        }
        loop {
            if ended && self.is_gone() {
                return true;
            }
            let now = Instant::now();
            if now >= deadline || (graceful && self.run.end.is_urgent()) {
                return false;
            }
            std::thread::sleep(LOOK.min(deadline - now));
        }
    }

    fn is_gone(&mut self) -> bool {
        self.run.end.is_ended() && self.look().own.is_empty()
    }

    /// Signals every process of the run individually; returns the processes that got the signal.
    fn signal_all(&mut self, signal: Signal) -> Vec<u32> {
        let own = self.look().own;
        self.refused.clear();
        let mut hit = Vec::new();
        for process in own {
            match self.processes.signal(&process, signal) {
                Sent::Delivered => hit.push(process.identity.pid),
                Sent::Gone => {}
                refused => self.refused.push((process, refused)),
            }
        }
        hit
    }

    /// Finds the run's processes. If the system does not answer, none is found, because none could be
    /// signalled safely; the steps for the group do not need the list.
    fn look(&mut self) -> Found {
        self.processes.find().unwrap_or_default()
    }

    fn leader_pid(&self) -> Vec<u32> {
        vec![self.run.leader.identity().pid]
    }

    fn finish(mut self) -> (Vec<ForcedStep>, Vec<LeftProcess>) {
        let found = self.look();
        let why = |process: &Process| match self.refused.iter().find(|(it, _)| it == process) {
            Some((_, Sent::NotPermitted)) => LeftReason::NotPermitted,
            Some(_) => LeftReason::Ambiguous,
            None => LeftReason::Survived,
        };
        let own = found.own.iter().map(|process| left(process, why(process)));
        let left = own.chain(shared(&found)).collect();
        (self.steps, left)
    }
}

/// Lists the processes that live on after a run that ended by itself and whose descendants are not to be
/// ended.
pub(crate) fn left_alone(processes: &mut RunProcesses) -> Vec<LeftProcess> {
    let found = processes.find().unwrap_or_default();
    let own = found.own.iter().map(|process| left(process, LeftReason::NotAsked));
    own.chain(shared(&found)).collect()
}

fn shared(found: &Found) -> impl Iterator<Item = LeftProcess> {
    found.shared.iter().map(|process| left(process, LeftReason::SharedDaemon))
}

fn left(process: &Process, why: LeftReason) -> LeftProcess {
    LeftProcess { pid: process.identity.pid, name: process.name.clone(), why }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
