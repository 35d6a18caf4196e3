//! Does what a person wants done with the branch of a story. Git, the repository's hooks and a program that signs may
//! take long for it, and a person may end it meanwhile.

use super::checkpoint::resolved;
use crate::error::{Error, Result};
use crate::git::{FinishOrder, Git, Live};
use crate::hosting::{self, HostPlace, NewPullRequest};
use protocol::{ErrorCode, Fault, FinishDone, FinishStep};

/// What is to be done.
pub(crate) struct Finishing {
    pub(crate) git: Git,
    pub(crate) order: FinishOrder,
    pub(crate) live: Live,
}

impl Finishing {
    /// What was done, or why not, and what was printed.
    pub(crate) async fn run(self) -> (Result<FinishDone>, String) {
        let Self { git, order, live } = self;
        let order = FinishOrder { place: resolved(order.place.clone()).await, ..order };
        let done = match git.finish(&order, &live).await {
            Ok(done) => begun(&git, &order, done, &live).await,
            Err(error) => Err(error),
        };
        (done, live.output())
    }
}

/// Begins the pull request that is wanted, now that its branch is pushed.
async fn begun(
    git: &Git,
    order: &FinishOrder,
    done: FinishDone,
    live: &Live,
) -> Result<FinishDone> {
    let FinishStep::PullRequest { remote, base, title, text, draft } = &order.step else {
        return Ok(done);
    };
    let begin = async {
        if live.is_cancelled() {
            return Err(stopped());
        }
        let found = git.remote_branch(&order.place.root, None).await?;
        let found = found.filter(|found| found.target.remote == *remote).ok_or_else(moved)?;
        let place = HostPlace {
            environment: git.environment().clone(),
            root: order.place.root.clone(),
            branch: found.branch,
            base: Some(base.clone()),
            target: found.target,
        };
        let (base, title, text) = (base.clone(), title.clone(), text.clone());
        hosting::begin(&place, &NewPullRequest { base, title, text, draft: *draft }).await
    };
    match begin.await {
        Ok((_, url)) => Ok(FinishDone { url: Some(url), ..done }),
        Err(Error::Refused(fault)) => Err(Error::Refused(after_push(fault, remote, &done))),
        Err(error) => Err(error),
    }
}

/// The fault, with what was done before it.
fn after_push(fault: Fault, remote: &str, done: &FinishDone) -> Fault {
    let what = match done.from == done.to {
        true => format!("{remote} has the branch"),
        false => format!("the branch was pushed to {remote}"),
    };
    Fault { message: format!("{what}, but no pull request was begun: {}", fault.message), ..fault }
}

fn stopped() -> Error {
    Error::refused(ErrorCode::Stopped, "it was cancelled", "What was pushed stays.")
}

fn moved() -> Error {
    let message = "where the branch is pushed to is not as it was shown any more";
    Error::refused(ErrorCode::Moved, message, "Look at what is so now, and try again.")
}
