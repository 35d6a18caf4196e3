//! What the words of the hosts for the state of a check mean. A word that is not known here is unknown.

use protocol::CheckState;

/// Whether an address is that of a page, which can be opened.
pub(crate) fn is_page(address: &str) -> bool {
    address.starts_with("https://") || address.starts_with("http://")
}

/// The state of a check of GitHub, from its status and, when that is `COMPLETED`, its conclusion.
/// Source: `CheckStatusState` and `CheckConclusionState` of GitHub's GraphQL API.
pub(crate) fn of_check_run(status: &str, conclusion: &str) -> CheckState {
    match (status, conclusion) {
        ("COMPLETED", "SUCCESS") => CheckState::Passed,
        ("COMPLETED", "FAILURE" | "TIMED_OUT" | "CANCELLED" | "STARTUP_FAILURE") => {
            CheckState::Failed
        }
        ("COMPLETED", "NEUTRAL" | "SKIPPED" | "STALE") => CheckState::Skipped,
        ("COMPLETED", "ACTION_REQUIRED") | ("WAITING", _) => CheckState::Waiting,
        ("QUEUED" | "IN_PROGRESS" | "PENDING" | "REQUESTED", _) => CheckState::Running,
        _ => CheckState::Unknown,
    }
}

/// The state of a status that a service set on a commit at GitHub.
/// Source: `StatusState` of GitHub's GraphQL API.
pub(crate) fn of_status(state: &str) -> CheckState {
    match state {
        "SUCCESS" => CheckState::Passed,
        "FAILURE" | "ERROR" => CheckState::Failed,
        "PENDING" | "EXPECTED" => CheckState::Running,
        _ => CheckState::Unknown,
    }
}

/// The state of a job of GitLab.
/// Source: "Jobs API" of GitLab's documentation, the values of `scope`.
pub(crate) fn of_job(status: &str, may_fail: bool) -> CheckState {
    match status {
        "success" => CheckState::Passed,
        "failed" if may_fail => CheckState::Allowed,
        "failed" | "canceled" | "canceling" => CheckState::Failed,
        "created"
        | "pending"
        | "running"
        | "preparing"
        | "scheduled"
        | "waiting_for_resource"
        | "waiting_for_callback" => CheckState::Running,
        "manual" => CheckState::Waiting,
        "skipped" => CheckState::Skipped,
        _ => CheckState::Unknown,
    }
}
