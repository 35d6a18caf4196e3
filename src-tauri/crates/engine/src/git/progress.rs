//! What is done for a new worktree and how far it is, for the person who waits for it.

use crate::clock::SharedClock;
use protocol::{JobKind, Timestamp};
use tokio::sync::watch;

/// What is done, since when, and how much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Doing {
    pub(crate) job: JobKind,
    pub(crate) since: Timestamp,
    pub(crate) percent: Option<u8>,
}

/// Reports what a job is doing. Only the newest report is kept, which a request for it reads.
#[derive(Clone)]
pub(crate) struct Progress {
    doing: watch::Sender<Doing>,
    clock: SharedClock,
}

impl Progress {
    /// Makes the reporter, which begins with the questions to git, and the receiver of its reports.
    pub(crate) fn new(clock: SharedClock) -> (Self, watch::Receiver<Doing>) {
        let begun = Doing { job: JobKind::Git, since: clock.now(), percent: None };
        let (doing, reports) = watch::channel(begun);
        (Self { doing, clock }, reports)
    }

    /// Reports that something else is done now.
    pub(crate) fn begin(&self, job: JobKind) {
        self.doing.send_replace(Doing { job, since: self.clock.now(), percent: None });
    }

    /// Reports how much of it is done.
    pub(crate) fn reached(&self, percent: u8) {
        self.doing.send_modify(|doing| doing.percent = Some(percent));
    }

    /// Reports what git printed on its standard error about it, if that has a share.
    pub(super) fn heard(&self, printed: &[u8]) {
        if let Some(percent) = percent_in(printed) {
            self.reached(percent);
        }
    }
}

/// The last share that git printed: `Updating files:  45% (9/20)`.
fn percent_in(printed: &[u8]) -> Option<u8> {
    let text = String::from_utf8_lossy(printed);
    let (before, _) = text.rsplit_once("% (")?;
    let from = before.rfind(|character: char| !character.is_ascii_digit()).map_or(0, |at| at + 1);
    before[from..].parse().ok().filter(|percent| *percent <= 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_is_the_last_one_that_git_printed() {
        for (printed, expected) in [
            ("Updating files:  45% (9/20)\r", Some(45)),
            ("Receiving objects:   4% (1/20)\rReceiving objects: 100% (20/20), done.\n", Some(100)),
            ("Filtering content:  0% (0/3)", Some(0)),
            ("100% (", Some(100)),
            ("fatal: 450% (of it)", None),
            ("% (", None),
            ("the hook is done by 50 %", None),
            ("", None),
        ] {
            assert_eq!(percent_in(printed.as_bytes()), expected, "{printed}");
        }
        assert_eq!(percent_in(b"\xff 7% (\xff"), Some(7));
    }
}
