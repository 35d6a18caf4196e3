//! What the commit of facts touches, as far as pages are told.

use super::Touched;
use crate::record::Numbered;
use protocol::{Event, JournalEntry, JournalEvent, LimitStatus};

/// By a journal entry.
pub(crate) fn by_entry(entry: &JournalEntry, touched: &mut Touched) {
    touched.stories.extend(entry.story.clone());
    touched.questions |=
        matches!(entry.event, JournalEvent::Input { .. } | JournalEvent::RunEnded { .. });
}

/// By run events.
pub(crate) fn by_events(events: &[Numbered], touched: &mut Touched) {
    for numbered in events {
        match &numbered.event {
            Event::Question { .. } | Event::QuestionWithdrawn { .. } => touched.questions = true,
            Event::Limit { limit } => {
                touched.limits |= limit.status != LimitStatus::Unknown || !limit.windows.is_empty()
            }
            _ => {}
        }
    }
}
