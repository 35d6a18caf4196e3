//! Pull requests (merge requests on GitLab) of a story's branch, and what their host checks.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A pull request on a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PullRequest {
    /// Its number on the host.
    pub number: u64,
    /// The address of its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// What became of it.
    pub state: PullRequestState,
    /// Whether it is a draft.
    pub draft: bool,
    /// The branch into which it is to be merged.
    pub base: String,
    /// The commit that the host has of it; `None` if the host does not say it.
    pub head: Option<String>,
    /// What the host checks at that commit.
    pub checks: Vec<Check>,
}

/// What became of a pull request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PullRequestState {
    /// It is open.
    Open,
    /// It was merged.
    Merged,
    /// It was closed without being merged.
    Closed,
    /// The host says something that is not known here.
    Unknown,
}

/// A check of a host: a job of its pipelines, or what another service reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Check {
    /// Its name, with that of its workflow or stage before it, if it has one.
    pub name: String,
    /// Its result so far.
    pub state: CheckState,
    /// The address of its page, if it has one.
    pub url: Option<String>,
    /// The job whose log can be read, as its host names it; `None` if there is no log to be read.
    pub job: Option<String>,
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// It passed.
    Passed,
    /// It failed, ran out of time, or was cancelled.
    Failed,
    /// It failed, and the host lets it.
    Allowed,
    /// It runs, or waits for its turn.
    Running,
    /// It waits for a person.
    Waiting,
    /// It was not run.
    Skipped,
    /// The host says something that is not known here.
    Unknown,
}

/// What the host of a story's repository has of its branch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct Hosted {
    /// The repository into which pull requests go, as `github.com/ann/shop`; `None` if the remote is on no host.
    pub repository: Option<String>,
    /// The program with which the host is asked; `None` if none is known for this host.
    pub tool: Option<HostTool>,
    /// The page on which a person begins a pull request; `None` if that is not known.
    pub page: Option<String>,
    /// The pull request of the branch: the newest one that is open, else the newest one.
    pub pull_request: Option<PullRequest>,
    /// Whether the host was asked and answered. Otherwise it is not known whether there is a pull request.
    pub is_known: bool,
    /// What the host or its program said if it did not answer.
    pub why_unknown: Option<String>,
}

/// The program with which a host is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HostTool {
    /// Its name: `gh`, `glab`.
    pub name: String,
    /// Whether it can be used.
    pub state: ToolState,
}

/// Whether the program of a host can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ToolState {
    /// It is there, and somebody is signed in.
    Ready,
    /// It is not installed.
    Missing,
    /// Nobody is signed in.
    SignedOut,
    /// It did not answer.
    Unknown,
}

/// What the failed checks of a pull request printed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FailingLogs {
    /// The failed checks, in the order of the host.
    pub checks: Vec<FailingCheck>,
    /// The prompt that sends them to the agent; `None` if no check failed.
    pub prompt: Option<String>,
}

/// A failed check and the end of its log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FailingCheck {
    /// Its name.
    pub name: String,
    /// The address of its page, if it has one.
    pub url: Option<String>,
    /// The end of what it printed, without marks of colours; `None` if it is not known.
    pub log: Option<String>,
    /// Why that is not known.
    pub why_unknown: Option<String>,
}
