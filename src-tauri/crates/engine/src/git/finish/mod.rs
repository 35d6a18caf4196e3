//! What is done with the branch of a story by git: a commit with the repository's hooks, an update from its base, a
//! merge into its base, a push, and the undo of all but the last. Everything is looked at anew and compared with what a person was shown
//! before anything is touched; a reference moves only from the value that was shown; no worktree is ever left in the
//! middle of a merge. Nothing is forced. Called by `job::finish` and, for looks, by
//! `crate::finish`.

mod commit;
mod conflicts;
mod hosted;
mod join;
mod live;
mod look;
mod merge;
mod objects;
mod preview;
mod push;
pub(in crate::git) mod refusals;
mod status;
#[cfg(test)]
#[cfg(unix)]
mod trial;
mod undo;
mod update;
mod version;

pub(in crate::git) use conflicts::{MergeTree, merge_tree, pieces, read as read_merge_tree};
pub(crate) use hosted::on_host;
pub(crate) use live::{Live, Voice};
#[cfg(test)]
pub(crate) use look::Elsewhere;
pub(crate) use look::{Against, FinishSeen};
pub(in crate::git) use objects::Objects;
pub(crate) use status::Uncommitted;

use super::changes::Aside;
use super::checkpoint::Place;
use super::{ALWAYS, CheckpointOrder, Git, SAFE};
use crate::command::{self, Ended, Lane, Output, Stream};
use crate::error::Result;
use look::Head;
use protocol::{FinishAct, FinishDone, FinishStep};
use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// How long a single question to git may take.
const LIMIT: Duration = Duration::from_secs(60);

/// How long git may take for something that runs hooks of the repository, filters or a program that signs.
const LIMIT_OF_ACTS: Duration = Duration::from_secs(30 * 60);

/// How long making a commit may take that no hook sees: most of it is the program that signs it, which may ask a
/// person for a passphrase.
const LIMIT_OF_SIGNING: Duration = Duration::from_secs(60);

/// What is to be done.
#[derive(Clone, Debug)]
pub(crate) struct FinishOrder {
    /// The story's worktree.
    pub(crate) place: Place,
    /// The commit that was shown as checked out there.
    pub(crate) head: Option<String>,
    pub(crate) step: FinishStep,
    /// The number that it gets.
    pub(crate) n: u32,
    /// What an undo undoes.
    pub(crate) last: Option<FinishDone>,
    /// How the present files are held by a checkpoint, which is made only if they are not held yet.
    pub(crate) hold: CheckpointOrder,
}

/// A reference that moved.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Moved {
    reference: String,
    from: Option<String>,
    to: Option<String>,
    /// The worktree whose files followed.
    dir: Option<String>,
}

/// What works on an order: git in the story's worktree.
struct Acting<'a> {
    git: &'a Git,
    root: &'a Path,
    live: &'a Live,
    aside: Aside,
    act: FinishAct,
}

impl Git {
    /// Does what is ordered; of a pull request only that the branch is pushed.
    ///
    /// # Errors
    /// If something is not as it was shown, cannot be done, was cancelled, or git or a hook refuses. Then no reference
    /// moved, and no file did.
    pub(crate) async fn finish(&self, order: &FinishOrder, live: &Live) -> Result<FinishDone> {
        let (root, act) = (order.place.root.as_path(), order.step.act());
        match (&order.step, &order.last) {
            (FinishStep::Remove { ignored, delete_branch }, _) => {
                return self.remove(order, *ignored, *delete_branch).await;
            }
            (FinishStep::Undo { .. }, Some(FinishDone { removed: Some(removed), n, .. })) => {
                return self.bring_back_removed(order, removed, *n).await;
            }
            _ => {}
        }
        let aside = Aside::open(&order.place.scratch).await?;
        let acting = Acting { git: self, root, live, aside, act };
        let head = self.shown_head(&order.place, order.head.as_deref()).await?;
        let moved = match &order.step {
            FinishStep::Commit { message, paths } => acting.commit(&head, message, paths).await,
            FinishStep::UpdateByMerge { base } => acting.update_by_merge(&head, base).await,
            FinishStep::UpdateByRebase { base } => acting.rebase(&head, base).await,
            FinishStep::FastForward { target } => acting.fast_forward(&head, target).await,
            FinishStep::Merge { target, message } => acting.merge(&head, target, message).await,
            FinishStep::Squash { target, message } => acting.squash(&head, target, message).await,
            FinishStep::Push { remote } => acting.push(&head, remote).await,
            FinishStep::PullRequest { remote, .. } => acting.push_if_needed(&head, remote).await,
            FinishStep::Undo { .. } => acting.undo(&head, order.last.as_ref()).await,
            FinishStep::Remove { .. } => unreachable!("it is done above"),
        }?;
        let undid = match order.step {
            FinishStep::Undo { n } => Some(n),
            _ => None,
        };
        let Moved { reference, from, to, dir } = moved;
        Ok(FinishDone {
            n: order.n,
            act,
            reference,
            from,
            to,
            dir,
            undid,
            url: None,
            removed: None,
        })
    }

    /// What is checked out in the story's worktree, if that is what was shown and nothing is unfinished there.
    async fn shown_head(&self, place: &Place, shown: Option<&str>) -> Result<Head> {
        let head = self.head_of(&place.root).await?;
        if let Some(operation) = self.operation(place).await? {
            return Err(refusals::operation(operation, &place.root));
        }
        match head.commit.as_deref() == shown {
            true => Ok(head),
            false => Err(refusals::moved("what is checked out in the story's worktree")),
        }
    }

    /// Asks git something, with the environment of the story.
    async fn question(&self, dir: &Path, words: &[&str]) -> Result<Output> {
        self.within(Lane::Git, LIMIT, dir, words).await
    }

    /// The answer without its last line break; `None` if git refuses.
    async fn said(&self, dir: &Path, words: &[&str]) -> Result<Option<String>> {
        let said = self.question(dir, words).await?;
        Ok(said.ok.then(|| super::one_line(&said)))
    }

    /// The commit that a name stands for.
    async fn commit_of(&self, dir: &Path, name: &str) -> Result<Option<String>> {
        let peeled = format!("{name}^{{commit}}");
        let words = ["rev-parse", "--verify", "--quiet", "--end-of-options", &peeled];
        self.said(dir, &words).await
    }

    /// Whether a commit is an ancestor of another one.
    async fn is_ancestor(&self, dir: &Path, ancestor: &str, of: &str) -> Result<bool> {
        Ok(self.question(dir, &["merge-base", "--is-ancestor", ancestor, of]).await?.ok)
    }
}

/// How a command that changes something is run.
struct Run<'a> {
    dir: &'a Path,
    limit: Duration,
    input: Option<File>,
    /// Whether what is printed on standard output is for the person, too: hooks print there.
    is_all_shown: bool,
    /// Further variables.
    variables: &'a [(&'a str, &'a str)],
    /// Whether it may end at any time without leaving something half done.
    can_be_cancelled: bool,
}

impl<'a> Run<'a> {
    fn within(dir: &'a Path, limit: Duration) -> Self {
        Self {
            dir,
            limit,
            input: None,
            is_all_shown: false,
            variables: &[],
            can_be_cancelled: true,
        }
    }
}

impl Acting<'_> {
    /// Runs git, which may run programs of the repository. What they print goes to the person as it comes.
    ///
    /// # Errors
    /// If it was cancelled or took too long: then all that it started has ended.
    async fn run<W: AsRef<OsStr>>(&self, run: Run<'_>, words: &[W]) -> Result<Output> {
        let Run { dir, limit, input, is_all_shown, variables, can_be_cancelled } = run;
        let mut command = Command::new(self.git.program(dir).await?);
        command.arg("-C").arg(dir).args(SAFE).args(words);
        command.env_clear().envs(self.git.environment.for_agent([]).into_pairs());
        command.envs(ALWAYS).envs(OF_ACTS).envs(variables.iter().copied());
        let heard = |stream: Stream, printed: &[u8]| {
            if is_all_shown || stream == Stream::Stderr {
                self.live.heard(stream, printed);
            }
        };
        let lane = (Lane::Checkout, limit);
        let cancelled = async {
            match can_be_cancelled {
                true => self.live.cancelled().await,
                false => std::future::pending().await,
            }
        };
        let ended = command::cancellable_output(command, input, lane, cancelled, heard).await;
        match ended.map_err(|error| super::no_answer(&error))? {
            Ended::Itself(said) => Ok(said),
            Ended::Cancelled => Err(refusals::cancelled()),
            Ended::TimedOut => Err(refusals::too_long(limit)),
        }
    }

    /// Refuses if it was cancelled; a step that touches files is not begun then.
    fn check_cancelled(&self) -> Result<()> {
        match self.live.is_cancelled() {
            true => Err(refusals::cancelled()),
            false => Ok(()),
        }
    }
}

/// The variables of what changes something: hooks print what they print anywhere, no program asks a person on a
/// terminal that they do not see, and no editor opens.
const OF_ACTS: [(&str, &str); 4] = [
    ("LC_ALL", "C.UTF-8"),
    ("GIT_EDITOR", ":"),
    ("GIT_SEQUENCE_EDITOR", ":"),
    ("GIT_PAGER", "cat"),
];
