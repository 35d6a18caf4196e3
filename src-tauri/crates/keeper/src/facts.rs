//! What a keeper leaves behind as facts: the contents of `keeper.json`, `stop.json` and
//! `exit.json`. Only shapes are here; the files are read by [`RunDir`](crate::RunDir) and written
//! by the keeper. Nothing in them is a judgement: whether a run succeeded is decided elsewhere.

use serde::{Deserialize, Serialize};

/// How far a keeper has come with its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The keeper lives, the process does not yet.
    Starting,
    /// The process was started.
    Running,
    /// The process has ended; the rest of its output is being kept.
    Ending,
}

/// Contents of `keeper.json`; its phase is `starting` or `running`, never `ending`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeeperRecord {
    /// How far the start has come.
    pub phase: Phase,
    /// Process id of the keeper.
    pub pid: u32,
    /// When the keeper started, in the unit of [`Identity`](crate::Identity).
    pub start_time: u64,
    /// The machine's boot these process ids belong to; empty where start times are absolute.
    pub boot_id: String,
    /// The process it keeps, once there is one.
    pub child: Option<ChildIdentity>,
    /// Value of `MUSHER_RUN` in the environment of the process and of all it starts.
    pub marker: String,
    /// Newest version of the control protocol the keeper speaks.
    pub protocol: u32,
    /// Version of the program the keeper was started from.
    pub version: String,
    /// When the keeper started, in milliseconds since 1970.
    pub started_at_ms: i64,
}

/// The kept process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChildIdentity {
    /// Process id.
    pub pid: u32,
    /// Process group, on Unix the same number.
    pub pgid: u32,
    /// Session, on Unix the same number.
    pub sid: u32,
    /// When it started, in the unit of [`Identity`](crate::Identity).
    pub start_time: u64,
}

/// Contents of `stop.json`, written before the first signal of a stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Who asked.
    pub by: String,
    /// Why.
    pub why: String,
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
}

/// Contents of `exit.json`: how the run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// What the operating system said about the process.
    pub outcome: Outcome,
    /// How the keeper found out.
    pub seen: Seen,
    /// Whether both output streams were read to their end. False when something that outlives
    /// the process still held one; every byte read until then is in the logs.
    pub drained: bool,
    /// The rungs of the stop ladder that were used, in order; empty after a natural end.
    pub forced: Vec<ForcedStep>,
    /// What the run started and what still lives.
    pub left: Vec<LeftProcess>,
    /// When the process ended, in milliseconds since 1970.
    pub at_ms: i64,
    /// The same on the clock of the index: microseconds since the keeper started.
    pub mono_us: u64,
}

/// What the operating system said about a process's end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It exited with this code.
    Code(i32),
    /// It was ended by this signal number.
    Signal(i32),
    /// It is gone and the system does not know how.
    Unknown,
    /// It never ran.
    StartFailed {
        /// What was wrong.
        kind: StartFailure,
        /// What was wrong and what to do, for a person.
        message: String,
    },
}

/// Why a process could not be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartFailure {
    /// There is no such program.
    Missing,
    /// It is there but is no program that may be run.
    NotExecutable,
    /// It was built for another processor.
    WrongArchitecture,
    /// The interpreter or loader it names is missing.
    Interpreter,
    /// The working directory cannot be opened.
    Cwd,
    /// Program path, arguments or environment are not acceptable.
    BadArgument,
    /// The system refused for another reason.
    Other,
    /// No keeper tried to start it: its owner had ended before, so the run was given up.
    Abandoned,
}

/// How the keeper found out about an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// The process was reaped, or its handle was signalled.
    Reaped,
    /// The system knew of no such process when it was asked how it ended.
    Vanished,
    /// There was no process.
    NeverStarted,
}

/// One rung of the stop ladder as it was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForcedStep {
    /// Which.
    pub step: Step,
    /// When it began, in milliseconds since 1970.
    pub at_ms: i64,
    /// How long the keeper waited for its effect, in milliseconds.
    pub took_ms: u64,
    /// The processes it was aimed at.
    pub pids: Vec<u32>,
}

/// A rung of the stop ladder.
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
    /// Whether it only asks a process to end. A second stop request skips such steps.
    pub(crate) fn is_graceful(self) -> bool {
        matches!(self, Self::Interrupt | Self::TerminateGroup | Self::TerminateAll)
    }
}

/// A process of the run that lives on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftProcess {
    /// Process id.
    pub pid: u32,
    /// Its name.
    pub name: String,
    /// Why it was left.
    pub why: LeftReason,
}

/// Why a process was left alive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftReason {
    /// The run ended by itself and its descendants are not ended.
    NotAsked,
    /// A daemon that others may be using.
    SharedDaemon,
    /// The system did not permit a signal.
    NotPermitted,
    /// Its identity could not be confirmed, so it was not signalled.
    Ambiguous,
    /// It did not end although it was killed.
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
