//! Claims: what an agent said in the last message of a turn that it did, beside what shows whether it is so. A claim
//! never changes the state of a story.

use crate::{Pos, RunId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a claim is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    /// The tests pass.
    Tests,
    /// It builds or compiles.
    Build,
    /// Lints, type checks or a check of the format pass.
    Lint,
    /// The work is committed.
    Committed,
    /// The work is pushed.
    Pushed,
    /// A file was written or changed.
    File,
}

/// What is known about a claim. Only [`Verdict::Proved`] says that it is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is so: by a gate that passed, by the exit status of the very command after the last edit, or by git.
    Proved,
    /// It ran, but files were or may have been changed since, or the commit lacks changes.
    BeforeEdit,
    /// It ran, and its result is not known.
    ResultUnknown,
    /// It ran, and failed.
    Failed,
    /// Nothing of the kind ran.
    NotRun,
    /// Git has nothing of it.
    NotFound,
    /// It cannot be found out.
    Unknown,
}

/// Why the verdict is not better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ClaimWhy {
    /// The status is that of another command after a `|`, without `pipefail`.
    Pipe,
    /// A `||` hides a failure.
    OrElse,
    /// Another command follows after a `;` or in a new line, and the status is that one's.
    Sequence,
    /// It ran in the background.
    Background,
    /// A `!` turns the status around.
    Negated,
    /// Only a part was run, named by arguments.
    Part,
    /// It watches files and does not end by itself.
    Watch,
    /// A script, which may hide a failure.
    Script,
    /// It ran within a substitution, whose status is lost.
    Substitution,
    /// Arguments or variables whose effect is not known.
    Arguments,
    /// The command line is more than a list of commands.
    Unreadable,
    /// The agent's program reported no exit status.
    NoStatus,
    /// The call was cut short.
    CutShort,
    /// One of several commands of the line failed.
    OneOfSeveral,
    /// Files were edited after it began.
    Edited,
    /// A command or tool that may have edited files followed.
    MayHaveEdited,
    /// Files differ from what they were right after it.
    ChangedSince,
    /// Files differ from the commit.
    Uncommitted,
    /// There is no new commit.
    NoCommit,
    /// The remote is not known to have the commit.
    NotOnRemote,
    /// No remote is known.
    NoRemote,
    /// The file is not there.
    NoFile,
    /// The file is as it was before.
    Unchanged,
    /// The logs, the checkpoints or the repository that would show it cannot be read.
    NoEvidence,
}

/// A claim of an agent, and what is known about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Claim {
    /// What it is about.
    pub kind: ClaimKind,
    /// The sentence in which the agent said it, on one line.
    pub words: String,
    /// What is known about it.
    pub verdict: Verdict,
    /// Why the verdict is not better; `None` for what is proved or not run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub why: Option<ClaimWhy>,
    /// The run with the evidence: a gate, or the run with the step at `pos`.
    pub run: Option<RunId>,
    /// The step that is the evidence: the call of the command. `None` if git or a gate is.
    pub pos: Option<Pos>,
    /// Whether the evidence is a gate that passed on the same files.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(optional, as = "Option<bool>")]
    pub gate: bool,
    /// The command line that is the evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub command: Option<String>,
    /// Its exit status, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub exit_code: Option<i32>,
    /// The file that is claimed, by its path below the worktree's root if it was found there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub path: Option<String>,
    /// The object of git that is the evidence: the commit, or the blob of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub object: Option<String>,
    /// How many files differ from the commit, or how many commits the remote lacks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub count: Option<u32>,
    /// The run in which the agent said it.
    pub said_run: RunId,
    /// The message in which the agent said it.
    pub said_pos: Pos,
}
