//! Works out what a commit of facts changed for pages.

use super::Touched;
use crate::record::Numbered;
use protocol::{Event, JournalEntry, JournalEvent, LimitStatus, Outcome};

/// Adds what a journal entry changed.
pub(crate) fn by_entry(entry: &JournalEntry, touched: &mut Touched) {
    touched.stories.extend(entry.story.clone());
    if let JournalEvent::WorkMeasured { story, .. } = &entry.event {
        touched.stories.push(story.clone());
    }
    if let JournalEvent::ForecastMade { forecast } = &entry.event {
        touched.stories.push(forecast.story.clone());
        touched.stories.extend(forecast.pairs.iter().map(|pair| pair.with.clone()));
    }
    touched.questions |=
        matches!(entry.event, JournalEvent::Input { .. } | JournalEvent::RunEnded { .. });
    let is_success =
        matches!(&entry.event, JournalEvent::RunEnded { outcome: Outcome::Succeeded, .. });
    touched.limits |= is_success || matches!(entry.event, JournalEvent::HoldEnded { .. });
}

/// Adds what run events changed.
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
