//! Does what a person wants done with the branch of a story. Git, the repository's hooks and a program that signs may
//! take long for it, and a person may end it meanwhile.

use super::checkpoint::resolved;
use crate::error::Result;
use crate::git::{FinishOrder, Git, Live};
use protocol::FinishDone;

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
        let done = git.finish(&order, &live).await;
        (done, live.output())
    }
}
