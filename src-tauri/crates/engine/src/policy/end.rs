//! The end of a story's last run, from which policies decide what follows until the story's state shows the result.

use super::{Decision, View, Wanted};
use crate::state::{RunEnding, RunRecord, StoryRecord};
use crate::story::change::Because;
use crate::story::table::StoryInput;
use protocol::{Outcome, RunId, StartFailedKind, StoryId};

/// The end of a story's last run.
pub(super) struct End<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) story: &'a StoryId,
    pub(super) story_record: &'a StoryRecord,
    pub(super) run: &'a RunId,
    pub(super) run_record: &'a RunRecord,
    pub(super) outcome: &'a Outcome,
    pub(super) ending: &'a RunEnding,
}

impl<'a> End<'a> {
    /// The end of the story's last run, if it is over and the story's state still depends on it.
    pub(super) fn of(view: &'a View<'a>, story: &'a StoryId) -> Option<Self> {
        let story_record = view.state.stories.get(story)?;
        if !story_record.rests_on_a_run() {
            return None;
        }
        let run = story_record.runs.last()?;
        let run_record = view.state.runs.get(run)?;
        let (outcome, ending) = (run_record.outcome.as_ref()?, run_record.ending.as_ref()?);
        Some(Self { view, story, story_record, run, run_record, outcome, ending })
    }

    /// Whether its process was never started, because the owner ended before.
    pub(super) fn never_started(&self) -> bool {
        *self.outcome == Outcome::StartFailed { why: StartFailedKind::NeverStarted }
    }

    /// The evidence of a change that follows.
    pub(super) fn because(&self) -> Because {
        Because {
            evidence: self.ending.evidence.clone(),
            since: Some(self.ending.at),
            ..Because::of_run(self.run)
        }
    }

    pub(super) fn change(&self, input: StoryInput, because: Because) -> Decision {
        Decision::change(self.story, input, because)
    }

    pub(super) fn start(&self, run: Wanted) -> Decision {
        Decision::Start { story: self.story.clone(), run }
    }
}
