//! What is held of a story's worktree, folded from the journal. A checkpoint that failed counts as tried,
//! so that nothing waits for it.

use super::State;
use super::lines::Stood;
use protocol::{CheckpointCause, JournalEntry, JournalEvent, RunId, StoryId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The checkpoints of a story, as far as it must be known what comes next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checkpoints {
    /// The highest number.
    pub(crate) last: u32,
    /// When each was made that is kept.
    pub(crate) kept: BTreeMap<u32, Timestamp>,
    /// How the story stood at each that is kept.
    pub(super) stood: BTreeMap<u32, Stood>,
    /// The one after a turn or a run whose work was not measured yet, and when it was made.
    pub(crate) unmeasured: Option<(u32, Timestamp)>,
    /// The prompt before which one was made or tried last. `None` for a story that has none, because it
    /// is in no repository or its runs are of an earlier version.
    pub(crate) prompt: Option<String>,
    /// The run, and how many prompts it had been given, after whose turn one was made or tried last.
    pub(crate) turn: Option<(RunId, usize)>,
}

/// The stories with more than one checkpoint, by the time of the oldest and by how many there are, so that
/// those that keep too much are found without a look at the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prunable {
    by_age: BTreeSet<(Timestamp, StoryId)>,
    by_count: BTreeSet<(usize, StoryId)>,
}

impl Prunable {
    /// The stories that have a checkpoint from before `time` beside the newest one.
    pub(crate) fn older_than(&self, time: Timestamp) -> impl Iterator<Item = &StoryId> {
        self.by_age.iter().take_while(move |(at, _)| *at < time).map(|(_, story)| story)
    }

    /// The stories that have more checkpoints than this.
    pub(crate) fn more_than(&self, count: usize) -> impl Iterator<Item = &StoryId> {
        self.by_count.iter().rev().take_while(move |(has, _)| *has > count).map(|(_, story)| story)
    }

    fn change(&mut self, story: &StoryId, before: Option<Key>, after: Option<Key>) {
        if let Some((oldest, count)) = before {
            self.by_age.remove(&(oldest, story.clone()));
            self.by_count.remove(&(count, story.clone()));
        }
        if let Some((oldest, count)) = after {
            self.by_age.insert((oldest, story.clone()));
            self.by_count.insert((count, story.clone()));
        }
    }
}

/// The time of the oldest checkpoint, and how many there are.
type Key = (Timestamp, usize);

fn key(kept: &BTreeMap<u32, Timestamp>) -> Option<Key> {
    let oldest = kept.values().next().filter(|_| kept.len() > 1)?;
    Some((*oldest, kept.len()))
}

impl State {
    /// A checkpoint was made or tried.
    pub(super) fn checkpoint(&mut self, entry: &JournalEntry) {
        let (made, because, prompt) = match &entry.event {
            JournalEvent::Checkpoint { n, because, prompt, .. } => (Some(*n), because, prompt),
            JournalEvent::CheckpointFailed { because, prompt, .. } => (None, because, prompt),
            _ => return,
        };
        let run = entry.run.as_ref();
        let prompts = run.and_then(|run| self.runs.get(run)).map_or(0, super::RunRecord::prompts);
        self.of_story(entry, |story| {
            let held = &mut story.checkpoints;
            held.last = held.last.max(made.unwrap_or(0));
            match because {
                CheckpointCause::Prompt => held.prompt.clone_from(prompt),
                CheckpointCause::Turn => held.turn = run.map(|run| (run.clone(), prompts)),
                _ => {}
            }
        });
        if let Some(n) = made {
            let stood = entry.story.as_ref().and_then(|story| self.stands(story, *because));
            self.of_story(entry, |story| {
                story.checkpoints.stood.extend(stood.map(|stood| (n, stood)));
            });
            self.keep(entry, |kept| kept.extend([(n, entry.at)]));
            if matches!(
                because,
                CheckpointCause::Turn | CheckpointCause::End | CheckpointCause::Finish
            ) && let Some(story) = &entry.story
            {
                self.set_unmeasured(story, Some((n, entry.at)));
            }
        }
        if *because == CheckpointCause::End
            && let Some(story) = &entry.story
        {
            self.unheld.remove(story);
        }
    }

    /// It was measured how the work stands at a checkpoint.
    pub(super) fn measured(&mut self, id: &StoryId, n: u32) {
        let held = self.stories.get(id).and_then(|story| story.checkpoints.unmeasured);
        if held.is_some_and(|(held, _)| held <= n) {
            self.set_unmeasured(id, None);
        }
    }

    /// Sets the checkpoint at which the work of a story is to be measured.
    fn set_unmeasured(&mut self, id: &StoryId, held: Option<(u32, Timestamp)>) {
        let Some(story) = self.stories.get_mut(id) else { return };
        if let Some((_, at)) = std::mem::replace(&mut story.checkpoints.unmeasured, held) {
            self.unmeasured.remove(&(at, id.clone()));
        }
        self.unmeasured.extend(held.map(|(_, at)| (at, id.clone())));
    }

    /// Checkpoints are not kept any more; their references are to be removed.
    pub(super) fn pruned(&mut self, entry: &JournalEntry, numbers: &[u32]) {
        self.keep(entry, |kept| kept.retain(|n, _| !numbers.contains(n)));
        self.of_story(entry, |story| {
            story.checkpoints.stood.retain(|n, _| !numbers.contains(n));
        });
        self.pruned.extend(entry.story.clone());
    }

    /// Changes which checkpoints of a story are kept.
    fn keep(&mut self, entry: &JournalEntry, change: impl FnOnce(&mut BTreeMap<u32, Timestamp>)) {
        let Some(id) = &entry.story else { return };
        let Some(story) = self.stories.get_mut(id) else { return };
        let kept = &mut story.checkpoints.kept;
        let before = key(kept);
        change(kept);
        self.prunable.change(id, before, key(kept));
    }

    /// An agent's run is over: its end is to be held, if its work was held before.
    pub(super) fn agent_ended(&mut self, entry: &JournalEntry) {
        let run = entry.run.as_ref().and_then(|run| self.runs.get(run));
        let Some(run) = run.filter(|run| run.started) else { return };
        let is_held =
            self.stories.get(&run.story).is_some_and(|it| it.checkpoints.prompt.is_some());
        if is_held {
            self.unheld.insert(run.story.clone());
        }
    }
}
