//! Stops a live run at a time limit: it took longer than it may, it does not end although its agent is
//! done, or its agent does not answer the beginning of the conversation.

use super::Actor;
use crate::run::messages::{Command, Report};
use protocol::{Actor as By, RunKind, Stop, StopReason};
use std::time::Duration;

/// How long an agent may take to end after the end of its input.
const LEAVE: Duration = Duration::from_secs(10);

/// How long an agent may print nothing at all before its conversation is open.
const GREETING: Duration = Duration::from_secs(45);

impl<R: FnMut(Report)> Actor<R> {
    pub(super) fn check_clocks(&mut self) {
        if self.stopped.is_some() {
            return;
        }
        // The agent may be busy with input that was not read back yet.
        if !self.behind
            && self.closed_at.is_some_and(|at| at.elapsed() > LEAVE)
            && self.run.kind == RunKind::Agent
        {
            let idle = self.run.tail.fold().is_idle();
            let quiet = self.last_bytes.elapsed() > LEAVE;
            if idle && quiet {
                self.command(Command::Stop(by_musher(StopReason::DidNotLeave)));
            }
        }
        if self.is_silent() {
            self.command(Command::Stop(by_musher(StopReason::Unanswered)));
        }
        if self.run.time_limit.is_some_and(|limit| self.began.elapsed() > limit) {
            self.command(Command::Stop(by_musher(StopReason::TimeLimit)));
        }
    }

    /// Whether the agent got the first message of the handshake and answers nothing.
    fn is_silent(&self) -> bool {
        self.run.kind == RunKind::Agent
            && self.caught_up
            && !self.behind
            && self.closed_at.is_none()
            && self.last_bytes.elapsed() > GREETING
            && !self.run.tail.conversation().open
    }
}

fn by_musher(why: StopReason) -> Stop {
    Stop { by: By::Musher, why }
}
