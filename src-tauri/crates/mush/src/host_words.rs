//! The words about the host of a story's repository: its pull request, its checks, and why one cannot be begun.

use crate::text::clean;
use protocol::{
    Check, CheckState, FailingLogs, HostTool, Hosted, PullRequest, PullRequestState, ToolState,
};

/// What the host has of a branch.
pub(crate) fn hosted_lines(hosted: &Hosted) -> String {
    let Some(repository) = &hosted.repository else {
        return "The branch has no remote on a host with pull requests.".to_owned();
    };
    let mut lines = vec![clean(repository)];
    match (&hosted.pull_request, hosted.is_known) {
        (Some(found), _) => lines.push(pull_request_lines(found)),
        (None, true) => lines.push("no pull request".to_owned()),
        (None, false) => lines.push(format!("not known whether there is one: {}", why(hosted))),
    }
    if let (None, Some(page)) = (&hosted.pull_request, &hosted.page) {
        lines.push(format!("to begin one: {}", clean(page)));
    }
    lines.join("\n")
}

/// A pull request with its checks.
pub(crate) fn pull_request_lines(found: &PullRequest) -> String {
    let state = match (found.state, found.draft) {
        (PullRequestState::Open, true) => "open, a draft",
        (PullRequestState::Open, false) => "open",
        (PullRequestState::Merged, _) => "merged",
        (PullRequestState::Closed, _) => "closed",
        (PullRequestState::Unknown, _) => "in a state that is not known here",
    };
    let mut lines = vec![
        format!(
            "#{} {}  ({state}, into {})",
            found.number,
            clean(&found.title),
            clean(&found.base)
        ),
        clean(&found.url),
    ];
    if found.checks.is_empty() {
        lines.push("no checks".to_owned());
    }
    lines.extend(found.checks.iter().map(check_line));
    lines.join("\n")
}

fn check_line(check: &Check) -> String {
    let state = match check.state {
        CheckState::Passed => "passed",
        CheckState::Failed => "failed",
        CheckState::Allowed => "failed, and may",
        CheckState::Running => "runs",
        CheckState::Waiting => "waits for a person",
        CheckState::Skipped => "skipped",
        CheckState::Unknown => "not known",
    };
    format!("  {state:<18} {}", clean(&check.name))
}

/// What failed checks printed at their end.
pub(crate) fn failing_lines(found: &FailingLogs) -> String {
    if found.checks.is_empty() {
        return "No check failed.".to_owned();
    }
    let mut lines = Vec::new();
    for check in &found.checks {
        lines.push(format!("== {}", clean(&check.name)));
        lines.extend(check.url.iter().map(|url| clean(url)));
        match (&check.log, &check.why_unknown) {
            (Some(log), _) => lines.extend(log.lines().map(clean)),
            (None, why) => {
                let why = why.as_deref().unwrap_or("the host did not say it");
                lines.push(format!("not known what it printed: {}", clean(why)));
            }
        }
    }
    lines.join("\n")
}

/// Why no pull request can be begun here, and what to do about it.
pub(crate) fn not_ready(hosted: &Hosted, remote: &str, name: &str) -> (String, String) {
    if hosted.repository.is_none() {
        let hint = format!("`mush push {name}` pushes it; `mush merge {name}` merges it here.");
        let message = format!("the remote {} is on no host with pull requests", clean(remote));
        return (message, hint);
    }
    let page = match &hosted.page {
        Some(page) => format!(
            "On the host's page, after `mush push {name}`, it can be begun by hand: {}",
            clean(page)
        ),
        None => format!("After `mush push {name}` it can be begun on the host's page."),
    };
    let setup = match &hosted.tool {
        Some(HostTool { name, state: ToolState::Missing }) => format!("Install {name}. "),
        Some(HostTool { name, state: ToolState::SignedOut }) => {
            let host = hosted.repository.as_deref().and_then(|it| it.split('/').next());
            format!("Run `{name} auth login --hostname {}`. ", clean(host.unwrap_or_default()))
        }
        Some(_) => "Try again. ".to_owned(),
        None => "With gh or glab signed in there it can be done here. ".to_owned(),
    };
    (why(hosted), format!("{setup}{page}"))
}

/// Why the host is not asked, or did not answer.
fn why(hosted: &Hosted) -> String {
    match (&hosted.why_unknown, &hosted.tool) {
        (Some(why), _) => clean(why),
        (None, Some(HostTool { name, state: ToolState::Missing })) => {
            format!("{name} is not installed")
        }
        (None, Some(HostTool { name, state: ToolState::SignedOut })) => {
            format!("{name} is not signed in")
        }
        (None, Some(HostTool { name, .. })) => format!("{name} does not answer"),
        (None, None) => "no program is known for this host".to_owned(),
    }
}
