//! What is held of a story's worktree, folded from the journal. A checkpoint that failed counts as tried,
//! so that nothing waits for it.

use super::State;
use protocol::{CheckpointCause, JournalEntry, JournalEvent, RunId};

/// The checkpoints of a story, as far as it must be known what comes next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checkpoints {
    /// The highest number.
    pub(crate) last: u32,
    /// The prompt before which one was made or tried last. `None` for a story that has none, because it
    /// is in no repository or its runs are of an earlier version.
    pub(crate) prompt: Option<String>,
    /// The run, and how many prompts it had been given, after whose turn one was made or tried last.
    pub(crate) turn: Option<(RunId, usize)>,
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
        if *because == CheckpointCause::End
            && let Some(story) = &entry.story
        {
            self.unheld.remove(story);
        }
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
