//! The facts that a keeper records: the contents of `keeper.json`, `stop.json` and `exit.json`. Only
//! types are here; [`RunDir`](crate::RunDir) reads the files and the keeper writes them. They contain no
//! judgement: whether a run succeeded is decided elsewhere.

use serde::{Deserialize, Serialize};

/// The keeper's progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The keeper lives; the process does not exist yet.
    Starting,
    /// The process was started.
    Running,
    /// The process has ended; the keeper still records the rest of its output.
    Ending,
}

/// Contents of `keeper.json`; its phase is `starting` or `running`, never `ending`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeeperRecord {
    /// The progress of the start.
    pub phase: Phase,
    /// Process id of the keeper.
    pub pid: u32,
    /// When the keeper started, in the unit of [`Identity`](crate::Identity).
    pub start_time: u64,
    /// The boot of the machine that these process ids belong to; empty if start times are absolute.
    pub boot_id: String,
    /// The kept process, once it exists.
    pub child: Option<ChildIdentity>,
    /// Value of `MUSHER_RUN` in the environment of the process and of all its descendants.
    pub marker: String,
    /// Newest version of the control protocol that the keeper speaks.
    pub protocol: u32,
    /// Version of the program that the keeper was started from.
    pub version: String,
    /// When the keeper started, in milliseconds since 1970.
    pub started_at_ms: i64,
}

/// The kept process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildIdentity {
    /// The process's id.
    pub pid: u32,
    /// The process's group; on Unix the same number.
    pub pgid: u32,
    /// The process's session; on Unix the same number.
    pub sid: u32,
    /// When the process started, in the unit of [`Identity`](crate::Identity).
    pub start_time: u64,
}

/// Contents of `stop.json`, written before the first signal of a stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Who requested the stop.
    pub by: String,
    /// Why it was requested.
    pub why: String,
    /// When it was requested, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Contents of `exit.json`: how the run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// How the process ended, as the operating system reported it.
    pub outcome: Outcome,
    /// How the keeper learned of the end.
    pub seen: Seen,
    /// Whether both output streams were read to their end. False if a process that outlives the kept one
    /// still held a stream; every byte read until then is in the logs.
    pub drained: bool,
    /// The steps of the stop ladder that were used, in order; empty after a natural end.
    pub forced: Vec<ForcedStep>,
    /// Processes that the run started and that still live.
    pub left: Vec<LeftProcess>,
    /// When the process ended, in milliseconds since 1970.
    pub at_ms: i64,
    /// The same moment on the clock of the index: microseconds since the keeper started.
    pub mono_us: u64,
}

/// How a process ended, as the operating system reported it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The process exited with this code.
    Code(i32),
    /// A signal with this number ended the process.
    Signal(i32),
    /// The process is gone, and the system does not know how it ended.
    Unknown,
    /// The process never ran.
    StartFailed {
        /// The kind of failure.
        kind: StartFailure,
        /// The failure and what to do, for a person.
        message: String,
    },
}

/// Why a process could not be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartFailure {
    /// There is no such program.
    Missing,
    /// The file exists but is no program that may be run.
    NotExecutable,
    /// The program was built for another processor.
    WrongArchitecture,
    /// The interpreter or loader that the program names is missing.
    Interpreter,
    /// The working directory cannot be opened.
    Cwd,
    /// Program path, arguments or environment are not acceptable.
    BadArgument,
    /// The system refused for another reason.
    Other,
    /// No keeper tried to start it: the owner had ended first, so the run was given up.
    Abandoned,
}

/// How the keeper learned of an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// The process was reaped, or its handle was signalled.
    Reaped,
    /// The system no longer knew the process when the keeper asked how it ended.
    Vanished,
    /// There was no process.
    NeverStarted,
}

/// One use of a step of the stop ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForcedStep {
    /// The step.
    pub step: Step,
    /// When the step began, in milliseconds since 1970.
    pub at_ms: i64,
    /// How long the keeper waited for the step's effect, in milliseconds.
    pub took_ms: u64,
    /// The processes that the step was aimed at.
    pub pids: Vec<u32>,
}

/// A step of the stop ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The agent's own interrupt: bytes or a signal.
    Interrupt,
    /// SIGTERM to the process group.
    TerminateGroup,
    /// SIGTERM to everything that belongs to the run.
    TerminateAll,
    /// SIGKILL to the process group; on Windows the job is terminated.
    KillGroup,
    /// SIGKILL to everything that belongs to the run.
    KillAll,
}

impl Step {
    /// Whether the step only asks a process to end. A second stop request skips such steps.
    pub(crate) fn is_graceful(self) -> bool {
        matches!(self, Self::Interrupt | Self::TerminateGroup | Self::TerminateAll)
    }
}

/// A process of the run that still lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftProcess {
    /// The process's id.
    pub pid: u32,
    /// The process's name.
    pub name: String,
    /// Why it was left.
    pub why: LeftReason,
}

/// Why a process was left alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftReason {
    /// The run ended by itself, and its descendants were not to be ended.
    NotAsked,
    /// A daemon that others may be using.
    SharedDaemon,
    /// The system did not permit a signal.
    NotPermitted,
    /// The process's identity could not be confirmed, so it was not signalled.
    Ambiguous,
    /// The process did not end although it was killed.
    Survived,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_have_the_documented_json() {
        let text = |outcome: Outcome| serde_json::to_string(&outcome).unwrap();
        assert_eq!(text(Outcome::Code(3)), r#"{"code":3}"#);
        assert_eq!(text(Outcome::Signal(9)), r#"{"signal":9}"#);
        let failed = Outcome::StartFailed { kind: StartFailure::Cwd, message: "m".into() };
        assert_eq!(text(failed), r#"{"start_failed":{"kind":"cwd","message":"m"}}"#);
    }
}
