//! Asks the host of a story's repository about the pull request of its branch, and for what failed checks printed.

use super::checks;
use super::plan::FinishPlan;
use crate::error::{Error, Result};
use crate::git::Git;
use crate::hosting::{self, HostPlace};
use protocol::{Check, CheckState, FailingCheck, FailingLogs, Hosted};

/// The most logs that are asked for.
const MOST_LOGS: usize = 8;

/// What the host has of the branch of a story. What it does not say is not known, with its words.
///
/// # Errors
/// If git cannot be asked, or the host's program cannot be looked for.
pub async fn hosted(git: &Git, plan: &FinishPlan) -> Result<Hosted> {
    match place(git, plan).await? {
        Some(place) => hosting::look(&place).await,
        None => Ok(Hosted::default()),
    }
}

/// The ends of the logs of the checks that failed, and the prompt that sends them to the agent.
///
/// # Errors
/// If there is no pull request, or the host does not answer.
pub async fn failing_logs(git: &Git, plan: &FinishPlan) -> Result<FailingLogs> {
    let place = place(git, plan).await?.ok_or_else(checks::no_remote)?;
    let hosted = hosting::look(&place).await?;
    let found = hosted.pull_request.ok_or_else(|| checks::no_pull_request(&hosted.why_unknown))?;
    let failed = found.checks.iter().filter(|check| check.state == CheckState::Failed);
    let mut logs = Vec::new();
    for (at, check) in failed.enumerate() {
        logs.push(failing(&place, check, at < MOST_LOGS).await?);
    }
    let prompt = (!logs.is_empty()).then(|| checks::prompt(&found, &logs));
    Ok(FailingLogs { checks: logs, prompt })
}

async fn failing(place: &HostPlace, check: &Check, is_read: bool) -> Result<FailingCheck> {
    let log = match &check.job {
        Some(job) if is_read => hosting::failed_log(place, job).await,
        Some(_) => Err(checks::not_read(MOST_LOGS)),
        None => Err(checks::no_log()),
    };
    let (log, why_unknown) = match log {
        Ok(log) => (Some(checks::shown(&log)), None),
        Err(Error::Refused(fault)) => (None, Some(fault.message)),
        Err(error) => return Err(error),
    };
    let (name, url) = (check.name.clone(), check.url.clone());
    Ok(FailingCheck { name, url, log, why_unknown })
}

async fn place(git: &Git, plan: &FinishPlan) -> Result<Option<HostPlace>> {
    let root = plan.files.root();
    let found = git.remote_branch(root, plan.base.as_ref()).await?;
    Ok(found.map(|found| HostPlace {
        environment: git.environment().clone(),
        root: root.to_owned(),
        branch: found.branch,
        base: found.base,
        target: found.target,
    }))
}
