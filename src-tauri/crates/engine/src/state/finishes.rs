//! What was done with the branch of a story, folded from the journal: what was begun and has no recorded end, and what
//! can be undone.

use super::State;
use protocol::{FinishAct, FinishDone, JournalEntry, JournalEvent};

/// The most that is kept to be undone.
const MOST: usize = 50;

/// What was done with the branch of a story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Finishes {
    /// What was begun and has no end: its number and what it is.
    pub(crate) begun: Option<(u32, FinishAct)>,
    /// What was done and not undone, the oldest first.
    done: Vec<FinishDone>,
}

impl Finishes {
    /// Takes a fact; others change nothing.
    pub(crate) fn apply(&mut self, event: &JournalEvent) {
        match event {
            JournalEvent::FinishStarted { n, step, .. } => self.begun = Some((*n, step.act())),
            JournalEvent::FinishEnded { done, .. } => {
                self.begun = None;
                match done {
                    Some(FinishDone { undid: Some(undone), .. }) => {
                        self.done.retain(|it| it.n != *undone);
                    }
                    // What a remote has is not taken back.
                    Some(FinishDone { act: FinishAct::Push | FinishAct::PullRequest, .. }) => {}
                    Some(done) => self.done.push(done.clone()),
                    None => {}
                }
                let over = self.done.len().saturating_sub(MOST);
                self.done.drain(..over);
            }
            _ => {}
        }
    }

    /// Whether the story's worktree was removed, and not brought back.
    pub(crate) fn is_removed(&self) -> bool {
        self.last().is_some_and(|last| last.act == FinishAct::Remove)
    }

    /// What was done last and not undone.
    pub(crate) fn last(&self) -> Option<&FinishDone> {
        self.done.last()
    }
}

impl State {
    /// Something was begun with the branch of a story, or is over.
    pub(super) fn finish(&mut self, entry: &JournalEntry) {
        self.of_story(entry, |story| story.finishes.apply(&entry.event));
        let Some(story) = &entry.story else { return };
        match entry.event {
            JournalEvent::FinishStarted { .. } => drop(self.finishing.insert(story.clone())),
            _ => drop(self.finishing.remove(story)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::FinishStep;

    #[test]
    fn what_was_done_last_can_be_undone_and_then_what_was_before_it() {
        let mut finishes = Finishes::default();
        let done = |n, undid: Option<u32>| FinishDone {
            n,
            act: if undid.is_some() { FinishAct::Undo } else { FinishAct::Commit },
            reference: "refs/heads/x".to_owned(),
            from: None,
            to: Some("a".to_owned()),
            dir: None,
            undid,
            url: None,
            removed: None,
        };
        let ended =
            |n, done| JournalEvent::FinishEnded { n, done, fault: None, output: String::new() };
        let step = FinishStep::Commit { message: "x".to_owned(), paths: Vec::new() };
        finishes.apply(&JournalEvent::FinishStarted { n: 1, head: None, step });
        assert_eq!((finishes.begun, finishes.last()), (Some((1, FinishAct::Commit)), None));
        for n in 1..=2 {
            finishes.apply(&ended(n, Some(done(n, None))));
        }
        let pushed = FinishDone { act: FinishAct::Push, ..done(3, None) };
        finishes.apply(&ended(3, Some(pushed)));
        finishes.apply(&ended(3, None));
        assert_eq!((finishes.begun, finishes.last().map(|it| it.n)), (None, Some(2)));
        finishes.apply(&ended(4, Some(done(4, Some(2)))));
        assert_eq!(finishes.last().map(|it| it.n), Some(1));
        finishes.apply(&ended(5, Some(done(5, Some(1)))));
        assert_eq!(finishes.last(), None);
    }
}
