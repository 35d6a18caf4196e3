//! The feed: the data that a page pulls, reduced to what it shows. It owns the marks of what changed
//! since which revision, and the drafts of live runs; it reads everything else from the store after a
//! commit. It knows no page and no window. Pages pull when they want, so a slow page costs nothing here.

mod drafts;
pub(crate) mod touched;

use crate::error::Result;
use crate::store::RunEnd;
use crate::store::read::Reader;
use drafts::Drafts;
use protocol::{
    DraftUpdate, Envelope, FeedBatch, FeedRequest, HeldDraft, HeldTimeline, JournalEvent, RunBatch,
    RunId, Seq, Source, StoryId, StoryView, TimelineBatch, Timestamp, Topic, TopicBatch,
    TopicRequest, WaitsFor,
};
use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How many of the newest events a page gets of a run of which it has none.
const NEWEST: usize = 400;

/// The most events of one run in one batch; the page pulls again for the rest.
const MOST: usize = 2_000;

/// The least time between two updates of a story's counters and of its agent's activity. Without it a
/// board of many live runs would cost more than the runs' own output; text on screen is not delayed by
/// it.
const PULSE: Duration = Duration::from_secs(1);

/// What changed at which revision, and the drafts of live runs.
#[derive(Debug, Default)]
pub struct Feed {
    revision: watch::Sender<u64>,
    marks: Mutex<Marks>,
    drafts: Mutex<Drafts>,
}

#[derive(Debug, Default)]
struct Marks {
    stories: HashMap<StoryId, Mark>,
    /// Stories whose agent is held because the disk is full. Never recorded, because the disk has no
    /// space for it.
    paused: HashSet<StoryId>,
    /// Why nothing happens in stories that work or are asked for something. Never recorded, because it is
    /// decided anew each time.
    waits: HashMap<StoryId, WaitsFor>,
    questions: u64,
    limits: u64,
}

/// The last update of one story that pages were given.
#[derive(Debug)]
struct Mark {
    /// The revision of that update.
    revision: u64,
    /// When it was published.
    at: Instant,
    /// Whether its counters changed since then; the change is published later.
    owes: bool,
}

impl Mark {
    fn due(&self) -> Option<Duration> {
        self.owes.then(|| PULSE.saturating_sub(self.at.elapsed()))
    }
}

impl Marks {
    fn publish(&mut self, story: StoryId, revision: u64) {
        self.stories.insert(story, Mark { revision, at: Instant::now(), owes: false });
    }

    /// Marks that a story's counters changed; this is published now, or with the next pulse.
    fn count(&mut self, story: StoryId, revision: u64) {
        match self.stories.get_mut(&story) {
            Some(mark) if mark.at.elapsed() < PULSE => mark.owes = true,
            _ => self.publish(story, revision),
        }
    }

    /// Ends the silence of a story's program, which printed something.
    fn heard(&mut self, story: &StoryId) {
        if let Some(WaitsFor::Run { .. }) = self.waits.get(story) {
            self.waits.remove(story);
        }
    }

    /// Publishes the changes that are due.
    fn settle(&mut self, revision: u64) {
        for mark in self.stories.values_mut().filter(|mark| mark.due() == Some(Duration::ZERO)) {
            *mark = Mark { revision, at: Instant::now(), owes: false };
        }
    }
}

/// What a commit changed.
#[derive(Debug, Default)]
pub struct Touched {
    /// Stories that changed.
    pub stories: Vec<StoryId>,
    /// Stories of which only counters or the agent's activity changed.
    pub counters: Vec<StoryId>,
    /// Whether a question was asked, answered or withdrawn.
    pub questions: bool,
    /// Whether a limit was reported.
    pub limits: bool,
}

impl Feed {
    /// Returns the current revision: the number of commits and changes of drafts since the owner began.
    pub fn revision(&self) -> u64 {
        *self.revision.borrow()
    }

    /// Returns a receiver that waits for a change of the revision.
    pub fn subscribe(&self) -> watch::Receiver<u64> {
        self.revision.subscribe()
    }

    /// Marks what a commit changed and notifies all waiting readers.
    pub fn touch(&self, touched: Touched) {
        let mut marks = self.marks();
        let next = self.revision() + 1;
        for story in touched.stories {
            marks.publish(story, next);
        }
        for story in touched.counters {
            marks.heard(&story);
            marks.count(story, next);
        }
        if touched.questions {
            marks.questions = next;
        }
        if touched.limits {
            marks.limits = next;
        }
        marks.settle(next);
        self.revision.send_replace(next);
    }

    /// Marks whether the agent of a story is held because the disk is full.
    pub(crate) fn pause(&self, story: &StoryId, paused: bool) {
        let mut marks = self.marks();
        let changed = match paused {
            true => marks.paused.insert(story.clone()),
            false => marks.paused.remove(story),
        };
        drop(marks);
        if changed {
            self.touch(Touched { stories: vec![story.clone()], ..Touched::default() });
        }
    }

    /// Stores why nothing happens in stories; stories that are not in `now` only rest.
    pub(crate) fn waits(&self, now: HashMap<StoryId, WaitsFor>) {
        let mut marks = self.marks();
        if marks.waits == now {
            return;
        }
        let before = std::mem::replace(&mut marks.waits, now);
        let both = before.keys().chain(marks.waits.keys()).collect::<HashSet<_>>();
        let changed =
            both.into_iter().filter(|story| before.get(*story) != marks.waits.get(*story));
        let stories = changed.cloned().collect();
        drop(marks);
        self.touch(Touched { stories, ..Touched::default() });
    }

    /// Returns the time until an unpublished change is due; [`touch`](Self::touch) then publishes it.
    pub(crate) fn due(&self) -> Option<Duration> {
        let marks = self.marks();
        marks.stories.values().filter_map(Mark::due).min()
    }

    /// Applies changes to a run's drafts. It is called after the commit of the events that belong to
    /// them, so that a draft goes when its finished step is there.
    pub(crate) fn draft(&self, run: &RunId, updates: Vec<DraftUpdate>) {
        self.drafts().update(run, updates);
    }

    /// Forgets the drafts of a run that is over.
    pub(crate) fn forget(&self, run: &RunId) {
        self.drafts().forget(run);
    }

    fn drafts(&self) -> MutexGuard<'_, Drafts> {
        self.drafts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what is newer than the page's data, read from `reader`, with the feed's `epoch` and the
    /// time for the page's clock.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn pull(
        &self,
        reader: &Reader,
        request: &FeedRequest,
        epoch: u64,
        now: Timestamp,
    ) -> Result<FeedBatch> {
        let revision = self.revision();
        let mut batch = FeedBatch { epoch, revision, now, topics: Vec::new() };
        for TopicRequest { since, topic } in &request.topics {
            let is_known = request.epoch == epoch && *since <= revision;
            let since = if is_known { *since } else { 0 };
            batch.topics.extend(self.topic(reader, topic, since)?);
        }
        Ok(batch)
    }

    /// Returns stories as the board shows them, with the facts that no store has: all stories, or those in
    /// `only`.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub fn stories(&self, reader: &Reader, only: Option<&[StoryId]>) -> Result<Vec<StoryView>> {
        let mut stories = reader.story_views(only)?;
        self.mark(&mut stories);
        Ok(stories)
    }

    /// Returns what is newer in a topic than a revision; everything for 0.
    fn topic(&self, reader: &Reader, topic: &Topic, since: u64) -> Result<Option<TopicBatch>> {
        let is_all = since == 0;
        Ok(match topic {
            Topic::Stories => {
                let changed = self.changed_stories(since);
                if changed.is_empty() && !is_all {
                    return Ok(None);
                }
                let stories = self.stories(reader, (!is_all).then_some(&changed))?;
                Some(TopicBatch::Stories { is_all, stories })
            }
            Topic::Questions if is_all || self.marks().questions > since => {
                Some(TopicBatch::Questions { questions: reader.questions(true)? })
            }
            Topic::Limits if is_all || self.marks().limits > since => {
                Some(TopicBatch::Limits { limits: reader.limits()? })
            }
            Topic::Agents if is_all => {
                Some(TopicBatch::Agents { agents: crate::programs::names() })
            }
            Topic::Timeline(held) => {
                Some(TopicBatch::Timeline(self.timeline(reader, held, is_all)?))
            }
            Topic::Questions | Topic::Limits | Topic::Agents => None,
        })
    }

    fn changed_stories(&self, since: u64) -> Vec<StoryId> {
        let marks = self.marks();
        let changed = marks.stories.iter().filter(|(_, mark)| mark.revision > since);
        changed.map(|(story, _)| story.clone()).collect()
    }

    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the facts that no store has.
    fn mark(&self, stories: &mut [StoryView]) {
        let marks = self.marks();
        for view in stories {
            view.paused = marks.paused.contains(&view.story.id);
            view.waits_for = marks.waits.get(&view.story.id).cloned();
        }
    }

    fn timeline(
        &self,
        reader: &Reader,
        request: &HeldTimeline,
        is_all: bool,
    ) -> Result<TimelineBatch> {
        // Read before the events: when the page gets the deletion of logs, their events are gone.
        let after = if is_all { Seq(0) } else { request.journal };
        let mut journal = reader.journal(&request.story, after)?;
        let is_deletion = |entry: &Envelope| {
            matches!(entry.source, Source::Journal(JournalEvent::LogsDeleted { .. }))
        };
        let is_replaced = !is_all && journal.iter().any(is_deletion);
        if is_replaced {
            // The page still has events that are gone, so it gets the timeline anew.
            journal = reader.journal(&request.story, Seq(0))?;
        }
        let is_all = is_all || is_replaced;
        let newest_held: HashMap<&RunId, Seq> =
            request.held.iter().map(|(run, seq)| (run, *seq)).collect();
        let held: &[HeldDraft] = if is_all { &[] } else { &request.drafts };
        let (mut runs, mut is_cut) = (Vec::new(), false);
        let mut live = Vec::new();
        for RunEnd { run, is_live, last, is_rereading, has_no_logs } in
            reader.run_ends(&request.story)?
        {
            if is_live {
                live.push(run.clone());
            }
            // Of a run without logs there are few events, and all of them are given.
            let newest = if has_no_logs { 0 } else { last.0.saturating_sub(NEWEST as u64) };
            let newest = Seq(newest);
            let from = newest_held.get(&run).copied().filter(|_| !is_all).unwrap_or(newest);
            // Events of a run that is being read again are sent after it was read.
            if is_rereading || from >= last {
                continue;
            }
            let mut events = reader.raw_events(&run, from, MOST)?;
            is_cut |= events.len() == MOST;
            if let Some(last) = events.last() {
                let to = last.seq;
                let tails = drafts::without_beginnings(&run, &mut events, held);
                runs.push(RunBatch { run, from, to, events, tails });
            }
        }
        Ok(TimelineBatch {
            story: request.story.clone(),
            is_all,
            is_cut,
            runs,
            journal,
            drafts: self.drafts().give(&live, held),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_touched_after_a_revision_is_given() {
        let feed = Feed::default();
        feed.touch(Touched { stories: vec![StoryId::new("a")], ..Touched::default() });
        feed.touch(Touched {
            stories: vec![StoryId::new("b")],
            questions: true,
            ..Touched::default()
        });
        assert_eq!(feed.revision(), 2);
        assert_eq!((feed.changed_stories(1), feed.marks().questions), (vec![StoryId::new("b")], 2));
        assert_eq!((feed.changed_stories(2), feed.marks().limits), (vec![], 0));
    }

    #[test]
    fn a_held_agent_is_given_once() {
        let feed = Feed::default();
        let story = StoryId::new("a");
        feed.pause(&story, false);
        assert_eq!(feed.revision(), 0, "it never was");
        feed.pause(&story, true);
        feed.pause(&story, true);
        assert_eq!((feed.revision(), feed.changed_stories(0)), (1, vec![story.clone()]));
        feed.pause(&story, false);
        assert_eq!((feed.revision(), feed.changed_stories(1)), (2, vec![story]));
    }

    #[test]
    fn a_story_is_given_when_what_it_waits_for_changes() {
        let feed = Feed::default();
        let [a, b] = ["a", "b"].map(StoryId::new);
        let waits = |of: &[(&StoryId, WaitsFor)]| {
            feed.waits(of.iter().map(|(story, waits)| ((*story).clone(), waits.clone())).collect());
            feed.revision()
        };
        assert_eq!(waits(&[]), 0, "nothing waits");
        assert_eq!(waits(&[(&a, WaitsFor::Nothing), (&b, WaitsFor::Nothing)]), 1);
        assert_eq!(waits(&[(&a, WaitsFor::Nothing), (&b, WaitsFor::Nothing)]), 1);
        assert_eq!(waits(&[(&a, WaitsFor::Fault), (&b, WaitsFor::Nothing)]), 2);
        assert_eq!(feed.changed_stories(1), std::slice::from_ref(&a));
        assert_eq!(waits(&[(&a, WaitsFor::Fault)]), 3);
        assert_eq!(feed.changed_stories(2), [b]);
    }

    #[test]
    fn a_silence_is_over_with_the_next_output() {
        let feed = Feed::default();
        let story = StoryId::new("a");
        let silent = WaitsFor::Run {
            run: RunId::new("r"),
            slug: protocol::Slug::new("a.1"),
            silent_since: Some(Timestamp::from_millis(0)),
        };
        let shown = |feed: &Feed| feed.marks.lock().unwrap().waits.get(&story).cloned();
        feed.waits(HashMap::from([(story.clone(), silent.clone())]));
        feed.touch(Touched { stories: vec![story.clone()], ..Touched::default() });
        assert_eq!(shown(&feed), Some(silent), "a fact of the journal is no output");
        feed.touch(Touched { counters: vec![story.clone()], ..Touched::default() });
        assert_eq!(shown(&feed), None);
    }

    #[test]
    fn counters_are_given_once_in_a_while() {
        let feed = Feed::default();
        let moved = || Touched { counters: vec![StoryId::new("a")], ..Touched::default() };
        feed.touch(moved());
        assert_eq!(feed.changed_stories(0), [StoryId::new("a")], "the first time at once");
        assert_eq!(feed.due(), None);
        feed.touch(moved());
        assert_eq!(feed.changed_stories(1), [], "then with the next pulse");
        let mark = |feed: &Feed, at| {
            feed.marks.lock().unwrap().stories.get_mut(&StoryId::new("a")).unwrap().at = at;
        };
        assert!(feed.due().is_some_and(|due| due <= PULSE));
        mark(&feed, Instant::now() - PULSE);
        assert_eq!(feed.due(), Some(Duration::ZERO));
        feed.touch(Touched::default());
        assert_eq!(feed.changed_stories(1), [StoryId::new("a")]);
        assert_eq!(feed.due(), None);
    }

    #[test]
    fn a_subscriber_sees_the_newest_revision() {
        let feed = Feed::default();
        let mut revisions = feed.subscribe();
        assert!(!revisions.has_changed().unwrap());
        feed.touch(Touched::default());
        feed.touch(Touched::default());
        assert!(revisions.has_changed().unwrap());
        assert_eq!((*revisions.borrow_and_update(), feed.revision()), (2, 2));
        assert!(!revisions.has_changed().unwrap());
    }
}
