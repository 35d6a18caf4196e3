//! Waiting limits out. A hard block holds the account until its reset; a story that asked for it goes
//! on by itself then, claimed once in the journal. Resets are absolute instants of the provider's
//! clock; how long to sleep is computed anew each time, so a clock that jumps cannot strand a story.

use super::Director;
use crate::error::Result;
use protocol::{AccountId, Actor, JournalEvent, Outcome, RunId, StoryId, StoryState, Timestamp};
use std::time::Duration;

/// How long to wait when no reset is known; doubled with each attempt in a row.
const UNKNOWN_RESET_MS: i64 = 5 * 60 * 1000;

/// The farthest reset that is believed: a month's window and a day.
const FARTHEST_RESET_MS: i64 = 32 * 24 * 60 * 60 * 1000;

/// A reset that passed less than this long ago is one, and not a clock that is wrong.
const JUST_PASSED_MS: i64 = 10 * 60 * 1000;

/// How long to wait after a reset that just passed; doubled with each attempt in a row.
const SOON_MS: i64 = 1_000;

/// The longest such wait.
const LONGEST_GUESS_MS: i64 = 6 * 60 * 60 * 1000;

/// Between two stories that resume after the same reset, so that they do not all start at once.
const STAGGER_MS: i64 = 3_000;

/// What an agent is told when it goes on after a limit. Fixed text, shown as Musher's.
const LIMIT_HAS_RESET: &str = "The usage limit has reset. Go on where you left off.";

impl Director {
    /// When a story whose run was limited can be expected to go on.
    pub(super) fn reset_of(
        &self,
        story: &StoryId,
        outcome: &Outcome,
        ended: Timestamp,
    ) -> Option<Timestamp> {
        let Outcome::Limited { until, .. } = outcome else { return None };
        let attempts =
            self.state.stories.get(story).map_or(0, |story| story.limits_in_a_row).min(16);
        let wait = |first: i64| ended.plus_millis((first << attempts).min(LONGEST_GUESS_MS));
        Some(match until {
            Some(until) if (1..=FARTHEST_RESET_MS).contains(&until.since(ended)) => *until,
            // It passed while the agent was leaving.
            Some(until) if (0..JUST_PASSED_MS).contains(&ended.since(*until)) => wait(SOON_MS),
            _ => wait(UNKNOWN_RESET_MS),
        })
    }

    /// Holds the account of a run that was limited as a whole.
    pub(super) fn hold(&mut self, run: &RunId, until: Option<Timestamp>) -> Result<()> {
        let Some(account) = self.state.runs.get(run).and_then(|run| run.facts.account.clone())
        else {
            return Ok(());
        };
        if self.state.holds.get(&account) != Some(&until) {
            self.record(None, Some(run), JournalEvent::HoldStarted { account, until })?;
        }
        Ok(())
    }

    /// How long until the next reset that something waits for.
    pub(super) fn next_reset(&self) -> Option<Duration> {
        let now = self.clock.now();
        let resets = self
            .state
            .holds
            .values()
            .flatten()
            .chain(self.waiting().filter_map(|(_, until)| until));
        let wait = resets.map(|until| until.since(now).max(0)).min()?;
        Some(Duration::from_millis(u64::try_from(wait).unwrap_or(0) + 50))
    }

    /// Stories that go on by themselves, because they were told to or a prompt waits, and when. One
    /// whose worktree another story works in waits for that one too; its end is a report, which wakes
    /// the director.
    fn waiting(&self) -> impl Iterator<Item = (&StoryId, Option<&Timestamp>)> {
        let limited =
            self.state.stories.iter().filter(|(_, story)| story.state == StoryState::Limited);
        limited
            .filter(|(_, story)| story.resume_on_reset || !story.queue.is_empty())
            .filter(|(id, story)| self.state.works_in(story.place(), id).is_none())
            .map(|(id, story)| (id, story.until.as_ref()))
    }

    /// Ends holds whose reset passed, and has stories go on that asked for it.
    pub(super) fn look_at_limits(&mut self) {
        if let Err(error) = self.end_holds().and_then(|()| self.go_on()) {
            tracing::error!(%error, "the journal refuses");
        }
    }

    fn end_holds(&mut self) -> Result<()> {
        let now = self.clock.now();
        let over = |until: &Option<Timestamp>| until.is_some_and(|until| until.since(now) <= 0);
        let passed: Vec<AccountId> = self
            .state
            .holds
            .iter()
            .filter(|(_, until)| over(until))
            .map(|(account, _)| account.clone())
            .collect();
        for account in passed {
            self.record(None, None, JournalEvent::HoldEnded { account })?;
        }
        Ok(())
    }

    fn go_on(&mut self) -> Result<()> {
        let now = self.clock.now();
        let due =
            self.waiting().filter(|(_, until)| until.is_some_and(|until| until.since(now) <= 0));
        let due: Vec<(StoryId, Option<Timestamp>)> =
            due.map(|(id, until)| (id.clone(), until.copied())).collect();
        let mut resumed = 0;
        for (story, reset) in due {
            let late = reset.map_or(0, |reset| now.since(reset));
            if late < resumed * STAGGER_MS {
                continue;
            }
            resumed += 1;
            self.claim(&story, reset)?;
            self.resume_or_explain(&story);
        }
        Ok(())
    }

    /// Claims a reset for a story, once, and queues what its agent is told. An owner that was killed
    /// between the two finds the claim and goes on from there.
    fn claim(&mut self, story: &StoryId, reset: Option<Timestamp>) -> Result<()> {
        let Some(record) = self.state.stories.get(story) else { return Ok(()) };
        let queued = !record.queue.is_empty();
        if record.claimed != Some(reset) {
            self.record(Some(story), None, JournalEvent::ResumeClaimed { reset })?;
        }
        if !queued {
            let id = protocol::new_prompt_id();
            self.queue_prompt(story, id, LIMIT_HAS_RESET, Actor::Musher)?;
        }
        Ok(())
    }
}
