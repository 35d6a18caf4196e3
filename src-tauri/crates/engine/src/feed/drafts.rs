//! The text that live runs are streaming; a page gets only the part that it does not have. The page
//! reports how far it has a draft and returns the checksum that it got with it. The checksum identifies
//! the page's prefix, also as the beginning of the finished text; of that, too, only the rest is sent.

use protocol::{Draft, DraftKind, DraftUpdate, Event, HeldDraft, RawEnvelope, RunId, TextTail};
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

/// How much of a tool's input is drafted, in bytes: as much as fits in its one line. The call has the
/// whole input.
const INPUT: usize = 400;

/// How much of a tool's output is drafted, in bytes.
const OUTPUT: usize = 64 << 10;

/// How many positions are remembered from which a page can continue; more than one only helps several
/// pages.
const PLACES: usize = 8;

/// The drafts of every live run, by message and block.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    runs: HashMap<RunId, BTreeMap<(Arc<str>, u32), Growing>>,
}

#[derive(Debug)]
struct Growing {
    kind: DraftKind,
    tool: Option<String>,
    text: String,
    checksum: Checksum,
    /// The positions up to which pages were given the text, newest first.
    given: VecDeque<DraftPosition>,
}

/// A position in a text, and the checksum of the text before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct DraftPosition {
    end: usize,
    checksum: u64,
}

/// The checksum of a text, independent of how the text was cut into pieces.
#[derive(Clone, Debug, Default)]
struct Checksum(DefaultHasher);

impl Checksum {
    fn add(&mut self, text: &str) {
        self.0.write(text.as_bytes());
    }

    /// Returns the checksum as a number that fits into the 53 bits that a page has.
    fn get(&self) -> u64 {
        self.0.finish() >> 11
    }

    fn of(text: &str) -> u64 {
        let mut checksum = Self::default();
        checksum.add(text);
        checksum.get()
    }
}

impl Growing {
    fn new(kind: DraftKind, tool: Option<String>) -> Self {
        Self {
            kind,
            tool,
            text: String::new(),
            checksum: Checksum::default(),
            given: VecDeque::new(),
        }
    }

    fn append(&mut self, text: &str) {
        let room = match self.kind {
            DraftKind::ToolInput => INPUT.saturating_sub(self.text.len()),
            DraftKind::ToolOutput => OUTPUT.saturating_sub(self.text.len()),
            DraftKind::Text | DraftKind::Thought => text.len(),
        };
        let text = &text[..text.floor_char_boundary(room)];
        self.checksum.add(text);
        self.text.push_str(text);
    }

    /// Returns where the page's part of the draft ends, and the position after the rest.
    fn give(&mut self, have: Option<&HeldDraft>) -> (usize, DraftPosition) {
        let known = |have: &HeldDraft| {
            let position =
                DraftPosition { end: usize::try_from(have.end).ok()?, checksum: have.checksum };
            self.given.contains(&position).then_some(position.end)
        };
        let from = have.and_then(known).unwrap_or(0);
        let position = DraftPosition { end: self.text.len(), checksum: self.checksum.get() };
        if !self.given.contains(&position) {
            self.given.truncate(PLACES - 1);
            self.given.push_front(position);
        }
        (from, position)
    }
}

impl Drafts {
    /// Applies changes to a run's drafts, in order.
    pub(super) fn update(&mut self, run: &RunId, updates: Vec<DraftUpdate>) {
        if updates.is_empty() {
            return;
        }
        let drafts = self.runs.entry(run.clone()).or_default();
        for update in updates {
            match update {
                DraftUpdate::Open { message, block, kind, tool } => {
                    drafts.insert((message, block), Growing::new(kind, tool));
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
    }

    /// Forgets the drafts of a run that is over.
    pub(super) fn forget(&mut self, run: &RunId) {
        self.runs.remove(run);
    }

    /// Returns every draft of these runs, each with the part that a page with `held` does not have.
    pub(super) fn give(&mut self, runs: &[RunId], held: &[HeldDraft]) -> Vec<Draft> {
        let mut given = Vec::new();
        for run in runs {
            for ((message, block), growing) in self.runs.get_mut(run).into_iter().flatten() {
                let (from, position) = growing.give(find(held, run, message, *block));
                given.push(Draft {
                    run: run.clone(),
                    message: message.to_string(),
                    block: *block,
                    kind: growing.kind,
                    tool: growing.tool.clone(),
                    from: from as u64,
                    end: position.end as u64,
                    checksum: position.checksum,
                    text: growing.text[from..].to_owned(),
                });
            }
        }
        given
    }
}

/// Removes from finished texts the beginning that a page has as a draft, and returns from which. Other
/// events are passed on unread.
pub(super) fn without_beginnings(
    run: &RunId,
    events: &mut [RawEnvelope],
    held: &[HeldDraft],
) -> Vec<TextTail> {
    if held.iter().all(|have| have.run != *run) {
        return Vec::new();
    }
    let mut tails = Vec::new();
    for envelope in events {
        if let Some(have) = draft_of(run, &envelope.event, held)
            && let Some(event) = continued(&envelope.event, have)
        {
            envelope.event = event;
            tails.push(TextTail { seq: envelope.seq, from: have.end });
        }
    }
    tails
}

/// The block of a message that an event belongs to, if any.
#[derive(Deserialize)]
struct Block<'a> {
    #[serde(borrow)]
    message: Cow<'a, str>,
    block: u32,
}

/// Finds the page's draft of the block that an event finishes.
fn draft_of<'a>(run: &RunId, event: &RawValue, held: &'a [HeldDraft]) -> Option<&'a HeldDraft> {
    let block: Block<'_> = serde_json::from_str(event.get()).ok()?;
    find(held, run, &block.message, block.block)
}

/// Returns a finished text without the beginning that the page has.
fn continued(event: &RawValue, have: &HeldDraft) -> Option<Box<RawValue>> {
    let mut event = serde_json::from_str::<Event>(event.get()).ok()?;
    let (Event::Text { text, .. } | Event::Thought { text, .. }) = &mut event else { return None };
    let beginning = beginning(text, have)?;
    text.drain(..beginning);
    to_raw_value(&event).ok()
}

/// Returns how many bytes of `text` a page has as a draft.
fn beginning(text: &str, have: &HeldDraft) -> Option<usize> {
    let end = usize::try_from(have.end).ok()?;
    let same = end > 0 && Checksum::of(text.get(..end)?) == have.checksum;
    same.then_some(end)
}

fn find<'a>(
    held: &'a [HeldDraft],
    run: &RunId,
    message: &str,
    block: u32,
) -> Option<&'a HeldDraft> {
    held.iter().find(|have| have.block == block && have.message == message && have.run == *run)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use protocol::{RawSource, Seq, Timestamp};

    fn id() -> RunId {
        RunId::new("r")
    }

    fn open(message: &str, kind: DraftKind) -> DraftUpdate {
        DraftUpdate::Open { message: message.into(), block: 0, kind, tool: None }
    }

    fn append(message: &str, text: &str) -> DraftUpdate {
        DraftUpdate::Append { message: message.into(), block: 0, text: text.to_owned() }
    }

    fn close(message: &str) -> DraftUpdate {
        DraftUpdate::Close { message: message.into(), block: 0 }
    }

    fn finished(seq: usize, message: &str, text: &str) -> RawEnvelope {
        let (message, text) = (message.to_owned(), text.to_owned());
        let event = Event::Text { message, block: 0, text, parent: None };
        RawEnvelope {
            story: None,
            run: Some(id()),
            seq: Seq(seq as u64),
            at: Timestamp::default(),
            pos: None,
            source: RawSource::Run,
            event: to_raw_value(&event).unwrap(),
        }
    }

    /// A run in the feed: its drafts, and its events in the store.
    #[derive(Default)]
    struct Run {
        drafts: Drafts,
        events: Vec<RawEnvelope>,
    }

    /// A page's data of the run, folded as `ui/src/feed` does.
    #[derive(Clone, Debug, Default, PartialEq)]
    struct Page {
        events: Vec<RawEnvelope>,
        drafts: Vec<Draft>,
    }

    impl Page {
        fn held(&self) -> Vec<HeldDraft> {
            let have = |draft: &Draft| HeldDraft {
                run: draft.run.clone(),
                message: draft.message.clone(),
                block: draft.block,
                end: draft.end,
                checksum: draft.checksum,
            };
            self.drafts.iter().map(have).collect()
        }

        fn pull(&mut self, run: &mut Run) {
            let held = self.held();
            let mut events = run.events[self.events.len()..].to_vec();
            let tails = without_beginnings(&id(), &mut events, &held);
            let given = run.drafts.give(&[id()], &held);
            for rest in tails {
                let at = events.iter_mut().find(|event| event.seq == rest.seq).unwrap();
                let mut event: Event = serde_json::from_str(at.event.get()).unwrap();
                let Event::Text { message, text, .. } = &mut event else { panic!() };
                let draft = self.drafts.iter().find(|draft| draft.message == *message).unwrap();
                assert_eq!(draft.end, rest.from);
                text.insert_str(0, &draft.text);
                at.event = to_raw_value(&event).unwrap();
            }
            self.events.extend(events);
            self.drafts = given.into_iter().map(|part| self.whole(part)).collect();
        }

        fn whole(&self, part: Draft) -> Draft {
            if part.from == 0 {
                return part;
            }
            let before = self.drafts.iter().find(|draft| draft.message == part.message).unwrap();
            assert_eq!(before.end, part.from);
            Draft { from: 0, text: before.text.clone() + &part.text, ..part }
        }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Open(u8),
        Append(u8, String),
        Finish(u8),
        FinishOtherwise(u8, String),
        Abandon(u8),
        Pull,
    }

    fn step() -> impl Strategy<Value = Step> {
        let which = 0..3_u8;
        prop_oneof![
            which.clone().prop_map(Step::Open),
            (which.clone(), "[a\u{e9}\u{1f600}]{0,4}").prop_map(|(n, text)| Step::Append(n, text)),
            (which.clone(), "[a\u{e9}\u{1f600}]{0,4}").prop_map(|(n, text)| Step::Append(n, text)),
            which.clone().prop_map(Step::Finish),
            (which.clone(), "[a\u{e9}]{0,6}").prop_map(|(n, text)| Step::FinishOtherwise(n, text)),
            which.prop_map(Step::Abandon),
            Just(Step::Pull),
            Just(Step::Pull),
        ]
    }

    impl Run {
        fn draft(&mut self, update: DraftUpdate) {
            self.drafts.update(&id(), vec![update]);
        }

        fn finish(&mut self, message: &str, text: &str) {
            self.events.push(finished(self.events.len() + 1, message, text));
            self.draft(close(message));
        }

        fn take(&mut self, step: Step, said: &mut [String; 3]) {
            let name = |n: u8| format!("m{n}");
            match step {
                Step::Open(n) => {
                    said[usize::from(n)].clear();
                    self.draft(open(&name(n), DraftKind::Text));
                }
                Step::Append(n, text) => {
                    said[usize::from(n)].push_str(&text);
                    self.draft(append(&name(n), &text));
                }
                Step::Finish(n) => self.finish(&name(n), &said[usize::from(n)].clone()),
                Step::FinishOtherwise(n, text) => self.finish(&name(n), &text),
                Step::Abandon(n) => {
                    let message = name(n).as_str().into();
                    self.draft(DraftUpdate::Abandon { message, from_block: 0 });
                }
                Step::Pull => {}
            }
        }
    }

    proptest! {
        /// A page has the same data however often it pulled before.
        #[test]
        fn a_page_has_what_a_fresh_one_gets(steps in prop::collection::vec(step(), 0..60)) {
            let (mut run, mut page, mut lazy) = (Run::default(), Page::default(), Page::default());
            let mut said = <[String; 3]>::default();
            for (n, step) in steps.into_iter().enumerate() {
                let pulls = matches!(step, Step::Pull);
                run.take(step, &mut said);
                if !pulls {
                    continue;
                }
                page.pull(&mut run);
                if n % 3 == 0 {
                    lazy.pull(&mut run);
                }
                let mut fresh = Page::default();
                fresh.pull(&mut run);
                prop_assert_eq!(&page, &fresh);
                prop_assert_eq!(&page.events, &run.events);
            }
            lazy.pull(&mut run);
            prop_assert_eq!(&lazy.events, &run.events);
        }
    }

    #[test]
    fn nothing_is_given_twice() {
        let (mut run, mut page) = (Run::default(), Page::default());
        run.draft(open("m", DraftKind::Text));
        run.draft(append("m", "a\u{1f600}"));
        page.pull(&mut run);
        run.draft(append("m", "bc"));
        let given = run.drafts.give(&[id()], &page.held());
        assert_eq!((given[0].from, given[0].text.as_str()), (5, "bc"));
        page.pull(&mut run);
        let mut events = [finished(1, "m", "a\u{1f600}bc and d")];
        let tails = without_beginnings(&id(), &mut events, &page.held());
        assert_eq!(tails, [TextTail { seq: Seq(1), from: 7 }]);
        assert_eq!(events, [finished(1, "m", " and d")]);
    }

    #[test]
    fn of_a_tools_input_only_a_line_is_drafted() {
        let mut run = Run::default();
        run.draft(open("m", DraftKind::ToolInput));
        run.draft(append("m", &"\u{e9}".repeat(INPUT)));
        run.draft(append("m", "more"));
        assert_eq!(run.drafts.give(&[id()], &[])[0].text.len(), INPUT);
    }
}
