//! Says what may be done in a worktree beside what is done there: one place for the rule that a worktree
//! has one writer. Writers are an agent, a set-up, a restore and a step that finishes a story; a gate and a checkpoint only look, and
//! pruning removes references alone.

use super::{View, admit};
use crate::git::Operation;
use protocol::{RunKind, Slug, StoryId};

/// Something that is done in a worktree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// An agent works.
    Agent,
    /// A worktree is prepared for an agent.
    SetUp,
    /// A gate runs.
    Gate,
    /// A checkpoint is made.
    Checkpoint,
    /// Files are restored.
    Restore,
    /// A commit, an update or a merge is made, or undone.
    Finish,
    /// References of checkpoints that are not kept are removed.
    Prune,
}

/// What is done in a worktree now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Worktree {
    /// Each act with the story that does it.
    pub(crate) acts: Vec<(Act, Slug)>,
    /// What git has not finished there, if it is known.
    pub(crate) operation: Option<Operation>,
}

/// Why something may not be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// This is done there already, for this story.
    Act(Act, Slug),
    /// This is to be finished first.
    Operation(Operation),
}

/// Whether `act` may begin in a worktree.
pub(crate) fn may(worktree: &Worktree, act: Act) -> Result<(), Conflict> {
    let conflict = worktree.acts.iter().find(|(other, _)| excludes(act, *other));
    if let Some((other, slug)) = conflict {
        return Err(Conflict::Act(*other, slug.clone()));
    }
    match worktree.operation.filter(|_| matches!(act, Act::Restore | Act::Finish)) {
        Some(operation) => Err(Conflict::Operation(operation)),
        None => Ok(()),
    }
}

/// Whether one excludes the other.
fn excludes(act: Act, other: Act) -> bool {
    match (act, other) {
        // It looks at the tree that it was started on.
        (Act::Gate, Act::Agent | Act::SetUp) | (Act::Agent | Act::SetUp, Act::Gate) => true,
        (Act::Checkpoint, Act::Checkpoint) => true,
        // These begin with a checkpoint of their own.
        (Act::Checkpoint, Act::Restore | Act::Finish)
        | (Act::Restore | Act::Finish, Act::Checkpoint) => true,
        // What is just made or read must not go.
        (Act::Prune, Act::Checkpoint | Act::Restore | Act::Finish | Act::Prune) => true,
        (Act::Checkpoint | Act::Restore | Act::Finish, Act::Prune) => true,
        (Act::Prune, Act::Agent | Act::SetUp | Act::Gate)
        | (Act::Agent | Act::SetUp | Act::Gate, Act::Prune) => false,
        (Act::Checkpoint | Act::Gate, Act::Checkpoint | Act::Gate | Act::Agent | Act::SetUp) => {
            false
        }
        (Act::Agent | Act::SetUp, Act::Checkpoint) => false,
        (Act::Agent | Act::SetUp | Act::Restore | Act::Finish, _)
        | (_, Act::Restore | Act::Finish) => true,
    }
}

impl Worktree {
    /// What is done in the worktree of a story, for it and for others.
    pub(crate) fn of(view: &View<'_>, story: &StoryId) -> Self {
        let Some(record) = view.state.stories.get(story) else { return Self::default() };
        let mut acts = Vec::new();
        let live = view.state.live_run(story).and_then(|run| view.state.runs.get(run));
        if let Some(run) = live {
            let act = match run.spec.kind {
                RunKind::Gate => Act::Gate,
                RunKind::Setup => Act::SetUp,
                RunKind::Agent | RunKind::Terminal => Act::Agent,
            };
            acts.push((act, record.slug.clone()));
        } else if record.rests_on_a_run() || view.seen.jobs.contains_key(story) {
            acts.push((Act::Agent, record.slug.clone()));
        }
        let other = admit::works_there(view, story).map(|(_, other)| other.slug.clone());
        acts.extend(other.map(|slug| (Act::Agent, slug)));
        let slug_of = |story: &StoryId| view.state.stories.get(story).map(|it| it.slug.clone());
        let seen = &view.seen.checkpoints;
        let job = seen.jobs.get(record.place()).and_then(|job| slug_of(&job.order.story));
        acts.extend(job.map(|slug| (Act::Checkpoint, slug)));
        let restore = seen.restores.get(record.place()).and_then(|it| slug_of(&it.story));
        acts.extend(restore.map(|slug| (Act::Restore, slug)));
        let prune = seen.removals.get(record.place()).and_then(slug_of);
        acts.extend(prune.map(|slug| (Act::Prune, slug)));
        let finish = view.seen.finishes.works_in(record.place()).and_then(slug_of);
        acts.extend(finish.map(|slug| (Act::Finish, slug)));
        Self { acts, operation: None }
    }

    /// What is done in the worktree with this root beside what is done for the story `own`, whose worktree is another
    /// one.
    pub(crate) fn at(view: &View<'_>, root: &str, own: &StoryId) -> Self {
        let slug_of = |story: &StoryId| view.state.stories.get(story).map(|it| it.slug.clone());
        let seen = &view.seen.checkpoints;
        let agent = admit::works_in(view, root, own).map(|(story, _)| story);
        let restore = seen.restores.get(root).map(|it| &it.story);
        let finish = view.seen.finishes.works_in(root);
        let acts = [(Act::Agent, agent), (Act::Restore, restore), (Act::Finish, finish)];
        let acts = acts.into_iter().filter_map(|(act, story)| Some((act, slug_of(story?)?)));
        Self { acts: acts.collect(), operation: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    #[test]
    fn a_worktree_has_one_writer() {
        const ACTS: [Act; 7] = [
            Act::Agent,
            Act::SetUp,
            Act::Gate,
            Act::Checkpoint,
            Act::Restore,
            Act::Finish,
            Act::Prune,
        ];
        let slug = Slug::new("other");
        let mut table = String::new();
        for act in ACTS {
            for other in ACTS {
                let worktree = Worktree { acts: vec![(other, slug.clone())], operation: None };
                let answer = may(&worktree, act).map_or("no", |()| "yes");
                writeln!(table, "{act:?} beside {other:?}: {answer}").unwrap();
                let reversed = Worktree { acts: vec![(act, slug.clone())], operation: None };
                assert_eq!(may(&reversed, other).is_ok(), answer == "yes", "{act:?} {other:?}");
            }
            for operation in [
                Operation::Rebase,
                Operation::Merge,
                Operation::CherryPick,
                Operation::Revert,
                Operation::Bisect,
            ] {
                let worktree = Worktree { acts: Vec::new(), operation: Some(operation) };
                let answer = may(&worktree, act).map_or("no", |()| "yes");
                writeln!(table, "{act:?} during a {}: {answer}", operation.word()).unwrap();
            }
        }
        insta::assert_snapshot!("may", table);
    }
}
