//! The feed: what a page pulls, reduced to what it shows. It owns the marks of what changed since
//! which revision and the drafts of live runs; everything else it reads from the store after a
//! commit. It knows no page and no window; pulling is up to them, so a slow page costs nothing here.

use crate::error::Result;
use crate::store::read::Reader;
use protocol::{
    Draft, DraftKind, DraftUpdate, FeedBatch, HaveDraft, LimitStatus, PullRequest, RunBatch, RunId,
    RunState, Seq, StoryId, TimelineBatch, Timestamp,
};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// The newest events that a page gets of a run that it has nothing of.
const NEWEST: usize = 400;

/// The most events of one run in one batch; the page pulls again for the rest.
const MOST: usize = 2_000;

/// What changed when, and the drafts.
#[derive(Debug, Default)]
pub struct Feed {
    number: AtomicU64,
    marks: Mutex<Marks>,
    changed: Condvar,
    drafts: Mutex<HashMap<RunId, Drafts>>,
}

/// The drafts of one run, by message and block.
type Drafts = BTreeMap<(String, u32), Growing>;

/// A draft with the places where it was added to, so that a page can be given the rest from any
/// place that it was given before.
#[derive(Debug)]
struct Growing {
    kind: DraftKind,
    tool: Option<String>,
    text: String,
    /// After each addition: length in UTF-16 units and in bytes.
    marks: Vec<(u64, usize)>,
}

impl Growing {
    fn append(&mut self, text: &str) {
        let units = self.marks.last().map_or(0, |mark| mark.0) + text.encode_utf16().count() as u64;
        self.text.push_str(text);
        self.marks.push((units, self.text.len()));
    }

    /// The text after `units`, or the whole text if no addition ended there.
    fn after(&self, units: u64) -> (u64, &str) {
        match self.marks.binary_search_by_key(&units, |mark| mark.0) {
            Ok(found) => (units, &self.text[self.marks[found].1..]),
            Err(_) => (0, &self.text),
        }
    }
}

#[derive(Debug, Default)]
struct Marks {
    stories: HashMap<StoryId, u64>,
    questions: u64,
    limits: u64,
}

/// What a commit touched.
#[derive(Debug, Default)]
pub struct Touched {
    /// Stories.
    pub stories: Vec<StoryId>,
    /// Whether a question was asked, answered or withdrawn.
    pub questions: bool,
    /// Whether a limit was reported.
    pub limits: bool,
}

impl Feed {
    /// The revision now: how many commits and drafts there were since the owner began.
    pub fn revision(&self) -> u64 {
        self.number.load(Ordering::Acquire)
    }

    /// Waits until the revision is not `seen` or the time is up; gives the revision then.
    pub fn wait(&self, seen: u64, timeout: Duration) -> u64 {
        let marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(marks, timeout, |_| self.revision() == seen);
        drop(waited);
        self.revision()
    }

    /// Marks what a commit touched and tells whoever waits.
    pub(crate) fn touch(&self, touched: Touched) {
        let mut marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let next = self.revision() + 1;
        for story in touched.stories {
            marks.stories.insert(story, next);
        }
        if touched.questions {
            marks.questions = next;
        }
        if touched.limits {
            marks.limits = next;
        }
        self.number.store(next, Ordering::Release);
        drop(marks);
        self.changed.notify_all();
    }

    /// Takes what happened to a run's drafts.
    pub(crate) fn draft(&self, run: &RunId, updates: Vec<DraftUpdate>) {
        let mut drafts = self.drafts.lock().unwrap_or_else(PoisonError::into_inner);
        let of_run = drafts.entry(run.clone()).or_default();
        for update in updates {
            apply(of_run, update);
        }
    }

    /// Forgets the drafts of a run that is over.
    pub(crate) fn forget(&self, run: &RunId) {
        self.drafts.lock().unwrap_or_else(PoisonError::into_inner).remove(run);
    }

    fn drafts_of(&self, runs: &[RunId], have: &[HaveDraft]) -> Vec<Draft> {
        let drafts = self.drafts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut given = Vec::new();
        for (run, of_run) in runs.iter().filter_map(|run| Some((run, drafts.get(run)?))) {
            for ((message, block), growing) in of_run {
                let known = have
                    .iter()
                    .find(|h| h.run == *run && h.message == *message && h.block == *block);
                let (from, text) = growing.after(known.map_or(0, |known| known.len));
                given.push(Draft {
                    run: run.clone(),
                    message: message.clone(),
                    block: *block,
                    kind: growing.kind,
                    tool: growing.tool.clone(),
                    from,
                    text: text.to_owned(),
                });
            }
        }
        given
    }

    /// What is newer than what the page has.
    pub(crate) fn pull(
        &self,
        reader: &Reader,
        request: &PullRequest,
        epoch: u64,
        now: Timestamp,
    ) -> Result<FeedBatch> {
        let revision = self.revision();
        let snapshot =
            request.epoch != epoch || request.revision == 0 || request.revision > revision;
        let since = if snapshot { 0 } else { request.revision };
        let mut batch = FeedBatch { epoch, revision, now, ..FeedBatch::default() };
        let (changed, questions, limits) = self.changes(since);
        batch.stories = match snapshot {
            true => reader.story_views(None)?,
            false => reader.story_views(Some(&changed))?,
        };
        if snapshot || questions {
            batch.questions = Some(reader.questions(true)?);
        }
        if snapshot || limits {
            batch.limits = Some(reader.limits()?);
        }
        if let Some(story) = &request.story {
            let (timeline, whole) = self.timeline(reader, story, request, snapshot)?;
            batch.timeline = Some(timeline);
            if !whole {
                // The page sees that it is behind and pulls again.
                batch.revision = revision.saturating_sub(1).max(1);
            }
        }
        Ok(batch)
    }

    fn changes(&self, since: u64) -> (Vec<StoryId>, bool, bool) {
        let marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = marks.stories.iter().filter(|(_, revision)| **revision > since);
        (
            changed.map(|(story, _)| story.clone()).collect(),
            marks.questions > since,
            marks.limits > since,
        )
    }

    fn timeline(
        &self,
        reader: &Reader,
        story: &StoryId,
        request: &PullRequest,
        snapshot: bool,
    ) -> Result<(TimelineBatch, bool)> {
        let have: HashMap<&RunId, Seq> =
            request.have.iter().map(|(run, seq)| (run, *seq)).collect();
        let mut timeline = TimelineBatch::default();
        let mut whole = true;
        let mut live = Vec::new();
        for run in reader.runs(Some(story))? {
            let newest = Seq(run.events.saturating_sub(NEWEST as u64));
            let from = have.get(&run.id).copied().filter(|_| !snapshot).unwrap_or(newest);
            let events = reader.events(&run.id, from, MOST)?;
            whole &= events.len() < MOST;
            if run.state != RunState::Ended {
                live.push(run.id.clone());
            }
            if let Some(last) = events.last() {
                timeline.runs.push(RunBatch { run: run.id, from, to: last.seq, events });
            }
        }
        let after = if snapshot { Seq(0) } else { request.journal };
        timeline.journal = reader.journal(story, after)?;
        timeline.drafts = self.drafts_of(&live, if snapshot { &[] } else { &request.drafts });
        Ok((timeline, whole))
    }
}

fn apply(drafts: &mut Drafts, update: DraftUpdate) {
    match update {
        DraftUpdate::Open { message, block, kind, tool } => {
            let growing = Growing { kind, tool, text: String::new(), marks: vec![(0, 0)] };
            drafts.insert((message, block), growing);
        }
        DraftUpdate::Append { message, block, text } => {
            if let Some(growing) = drafts.get_mut(&(message, block)) {
                growing.append(&text);
            }
        }
        DraftUpdate::Close { message, block } => {
            drafts.remove(&(message, block));
        }
        DraftUpdate::Abandon { message, from_block } => {
            drafts.retain(|(of, block), _| *of != message || *block < from_block);
        }
    }
}

/// What a commit of these facts touches.
pub(crate) mod touched {
    use super::{LimitStatus, Touched};
    use crate::run::tail::Numbered;
    use protocol::{Event, JournalEntry, JournalEvent};

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
                Event::Question { .. } | Event::QuestionWithdrawn { .. } => {
                    touched.questions = true
                }
                Event::Limit { limit } => {
                    touched.limits |=
                        limit.status != LimitStatus::Unknown || !limit.windows.is_empty()
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(block: u32) -> DraftUpdate {
        DraftUpdate::Open { message: "m".into(), block, kind: DraftKind::Text, tool: None }
    }

    fn append(block: u32, text: &str) -> DraftUpdate {
        DraftUpdate::Append { message: "m".into(), block, text: text.into() }
    }

    #[test]
    fn drafts_grow_and_go() {
        let (feed, run) = (Feed::default(), RunId::new("r"));
        feed.draft(&run, vec![open(0), append(0, "a"), append(0, "b"), open(1), append(1, "c")]);
        let texts = |feed: &Feed| -> Vec<String> {
            feed.drafts_of(&[RunId::new("r")], &[]).into_iter().map(|draft| draft.text).collect()
        };
        assert_eq!(texts(&feed), ["ab", "c"]);
        feed.draft(&run, vec![DraftUpdate::Abandon { message: "m".into(), from_block: 1 }]);
        assert_eq!(texts(&feed), ["ab"]);
        feed.draft(&run, vec![DraftUpdate::Close { message: "m".into(), block: 0 }]);
        assert!(texts(&feed).is_empty());
    }

    #[test]
    fn a_page_gets_what_it_does_not_have_of_a_draft() {
        let (feed, run) = (Feed::default(), RunId::new("r"));
        feed.draft(&run, vec![open(0), append(0, "a\u{1f600}"), append(0, "bc")]);
        let given = |len| {
            let have = HaveDraft { run: RunId::new("r"), message: "m".into(), block: 0, len };
            let draft = feed.drafts_of(&[RunId::new("r")], &[have]).remove(0);
            (draft.from, draft.text)
        };
        assert_eq!(given(0), (0, "a\u{1f600}bc".to_owned()));
        assert_eq!(given(3), (3, "bc".to_owned()));
        assert_eq!(given(5), (5, String::new()));
        assert_eq!(given(4), (0, "a\u{1f600}bc".to_owned()), "no addition ended there");
    }

    #[test]
    fn what_was_touched_after_a_revision_is_told() {
        let feed = Feed::default();
        feed.touch(Touched { stories: vec![StoryId::new("a")], ..Touched::default() });
        feed.touch(Touched { stories: vec![StoryId::new("b")], questions: true, limits: false });
        assert_eq!(feed.revision(), 2);
        assert_eq!(feed.changes(1), (vec![StoryId::new("b")], true, false));
        assert_eq!(feed.changes(2), (vec![], false, false));
    }

    #[test]
    fn waiting_ends_when_something_changes_or_time_is_up() {
        let feed = Feed::default();
        assert_eq!(feed.wait(0, Duration::from_millis(1)), 0);
        feed.touch(Touched::default());
        assert_eq!(feed.wait(0, Duration::from_secs(60)), 1);
    }
}
