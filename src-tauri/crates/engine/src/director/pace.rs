//! When the policies are asked: at once after a request of a person, a moment after other changes so that
//! several are handled together, and at growing intervals while the journal refuses the decisions.

use std::time::{Duration, Instant};

/// How long changes may gather.
const GATHER: Duration = Duration::from_millis(10);

/// The first wait before a refused record is tried again; each further refusal doubles it.
const FIRST_RETRY: Duration = Duration::from_secs(1);

/// The longest such wait.
const LONGEST_RETRY: Duration = Duration::from_secs(60);

/// When the policies are asked next.
pub(super) struct Pace {
    due: Option<Instant>,
    /// The wait after the last refusal; `None` if the last decisions could be recorded.
    retry: Option<Duration>,
}

impl Default for Pace {
    /// Asks at once.
    fn default() -> Self {
        Self { due: Some(Instant::now()), retry: None }
    }
}

impl Pace {
    /// Whether the policies are to be asked now.
    pub(super) fn is_due(&self) -> bool {
        self.until_due() == Some(Duration::ZERO)
    }

    /// Returns the time until the policies are asked; `None` if nothing changed.
    pub(super) fn until_due(&self) -> Option<Duration> {
        Some(self.due?.saturating_duration_since(Instant::now()))
    }

    /// Whether the policies will be asked soon; false while a refused record waits to be tried again.
    pub(super) fn is_pending(&self) -> bool {
        self.due.is_some() && self.retry.is_none()
    }

    /// Asks at once, because something urgent changed.
    pub(super) fn at_once(&mut self) {
        self.due = Some(Instant::now());
    }

    /// Asks soon, because something changed. While the journal refuses, the wait stays as it is.
    pub(super) fn gather(&mut self) {
        if self.retry.is_none() {
            self.due.get_or_insert(Instant::now() + GATHER);
        }
    }

    /// Notes that the policies are being asked.
    pub(super) fn begin(&mut self) {
        self.due = None;
    }

    /// Notes that their decisions were recorded.
    pub(super) fn done(&mut self) {
        self.retry = None;
    }

    /// Notes that a fact could not be recorded. With `soon` (the disk is full) it is tried again each
    /// second, because one small write shows whether there is space again.
    pub(super) fn refused(&mut self, soon: bool) {
        let longer = self.retry.map_or(FIRST_RETRY, |wait| (wait * 2).min(LONGEST_RETRY));
        let wait = if soon { FIRST_RETRY } else { longer };
        *self = Self { due: Some(Instant::now() + wait), retry: Some(wait) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds until the policies are asked, rounded up.
    fn seconds(pace: &Pace) -> Option<u64> {
        pace.until_due().map(|wait| wait.as_millis().div_ceil(1000) as u64)
    }

    #[test]
    fn changes_are_gathered_and_requests_are_not() {
        let mut pace = Pace::default();
        assert!(pace.is_due());
        pace.begin();
        assert_eq!(pace.until_due(), None);
        pace.gather();
        let first = pace.due;
        pace.gather();
        assert_eq!((pace.due, first.is_some()), (first, true), "the first change counts");
        pace.at_once();
        assert!(pace.is_due());
    }

    #[test]
    fn what_is_refused_is_tried_again_after_longer_and_longer() {
        let mut pace = Pace::default();
        let mut waits = Vec::new();
        for _ in 0..8 {
            pace.begin();
            pace.refused(false);
            pace.gather();
            waits.extend(seconds(&pace));
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        pace.refused(true);
        assert_eq!(seconds(&pace), Some(1), "a full disk");
        pace.at_once();
        assert!(pace.is_due());
        pace.done();
        pace.refused(false);
        assert_eq!(seconds(&pace), Some(1), "the first of a new row");
    }
}
