//! The lines of a story's work, folded from the journal. One begins with the story, and another one each time
//! it goes back to a checkpoint: from there on its conversation is that of other runs.

use super::{RunRecord, State, StoryRecord};
use protocol::{
    CheckpointCause, JournalEntry, RunId, RunKind, StoryId, Timestamp, went_back_words,
};

/// A line of a story's work, which lasts until the next one begins.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    /// The earlier runs whose conversation goes on in it.
    goes_on: Vec<RunId>,
    /// How many runs the story had when it began.
    since: usize,
    /// The checkpoint with which it began, and when that was made.
    from: Option<(u32, Timestamp)>,
}

/// How a story stood when a checkpoint was made.
#[derive(Clone, Debug)]
pub(super) struct Stood {
    /// Which of its lines it was.
    line: usize,
    /// How many runs it had.
    runs: usize,
    /// How many prompts the last one of its agent in that line had been given.
    prompted: usize,
    /// Whether no turn was going on.
    is_between: bool,
}

impl StoryRecord {
    /// The runs whose conversation its next run goes on with, oldest first.
    pub(crate) fn line(&self) -> Vec<RunId> {
        self.lines.last().map(|line| self.runs_of(line, self.runs.len())).unwrap_or_default()
    }

    /// Whether it went back to a checkpoint at any time.
    pub(crate) fn went_back(&self) -> bool {
        self.lines.len() > 1
    }

    /// Whether a run of it began since it last went back, if it ever did.
    pub(crate) fn has_run_since_it_went_back(&self) -> bool {
        self.lines.last().is_none_or(|line| self.runs.len() > line.since)
    }

    /// What an agent must know before the next prompt of this run, which begins a new conversation after the
    /// story went back.
    pub(crate) fn preface(&self, run: &RunRecord) -> Option<String> {
        let line = self.lines.last().filter(|line| line.goes_on.is_empty())?;
        let (n, at) = line.from.filter(|_| !run.spec.resumes && run.prompted == 0)?;
        Some(went_back_words(n, at))
    }

    /// The runs of a line, of the story's first `until`.
    fn runs_of(&self, line: &Line, until: usize) -> Vec<RunId> {
        let own = self.runs.get(line.since..until).unwrap_or_default();
        line.goes_on.iter().chain(own).cloned().collect()
    }

    /// The runs of every line.
    fn all_lines(&self) -> impl Iterator<Item = Vec<RunId>> {
        let ends = self.lines.iter().skip(1).map(|line| line.since).chain([self.runs.len()]);
        self.lines.iter().zip(ends).map(|(line, until)| self.runs_of(line, until))
    }
}

impl State {
    /// How a story stands now.
    pub(super) fn stands(&self, story: &StoryId, because: CheckpointCause) -> Option<Stood> {
        use CheckpointCause as C;
        let record = self.stories.get(story)?;
        let last = self.of_agents(record.line()).pop();
        let last = last.and_then(|run| self.runs.get(&run));
        let is_between = match because {
            C::Prompt | C::Turn | C::End => true,
            C::Allowed | C::Working => false,
            C::Asked | C::Gates | C::Restore | C::Finish => !record.rests_on_a_run(),
        };
        Some(Stood {
            line: record.lines.len().saturating_sub(1),
            runs: record.runs.len(),
            prompted: last.map_or(0, |last| last.prompted),
            is_between,
        })
    }

    /// The runs whose conversation is still as it was when a checkpoint was made, so that it can go on from there;
    /// `None` if more was said in it since, or a turn was going on.
    pub(crate) fn conversation_at(&self, story: &StoryId, n: u32) -> Option<Vec<RunId>> {
        let record = self.stories.get(story)?;
        let stood = record.checkpoints.stood.get(&n).filter(|stood| stood.is_between)?;
        let line = record.lines.get(stood.line)?;
        let runs = self.of_agents(record.runs_of(line, stood.runs));
        let last = runs.last()?;
        let is_as_it_was = self.runs.get(last)?.prompted == stood.prompted;
        let is_more = |line: Vec<RunId>| {
            let line = self.of_agents(line);
            let after = line.iter().skip_while(|run| *run != last).skip(1);
            after.filter_map(|run| self.runs.get(run)).any(|run| run.prompted > 0)
        };
        (is_as_it_was && !record.all_lines().any(is_more)).then_some(runs)
    }

    fn of_agents(&self, mut runs: Vec<RunId>) -> Vec<RunId> {
        runs.retain(|run| self.runs.get(run).is_some_and(|run| run.spec.kind == RunKind::Agent));
        runs
    }

    /// A story went back to a checkpoint.
    pub(super) fn went_back(&mut self, entry: &JournalEntry, n: u32, goes_on: &[RunId]) {
        self.of_story(entry, |story| {
            let at = story.checkpoints.kept.get(&n).copied().unwrap_or(entry.at);
            story.lines.push(Line {
                goes_on: goes_on.to_vec(),
                since: story.runs.len(),
                from: Some((n, at)),
            });
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// A journal of one story, written down in words: `run A`, `prompt A`, `end A [unheard]`,
    /// `checkpoint N because`, `back N`.
    struct Journal {
        state: State,
        prompts: usize,
    }

    impl Journal {
        fn of(steps: &[&str]) -> Self {
            let mut journal = Self { state: State::default(), prompts: 0 };
            journal.add(
                None,
                json!({"type": "story_created", "slug": "s", "title": "S", "project": "/w",
                "dir": "/w", "branch": null, "agent": "claude", "profile": {}, "gates": [],
                "resume_on_reset": false}),
            );
            steps.iter().for_each(|step| journal.step(step));
            journal
        }

        fn add(&mut self, run: Option<&str>, event: Value) {
            let seq = self.state.last.0 + 1;
            let entry = json!({"seq": seq, "at": "2026-01-01T00:00:00.000Z", "story": "story",
                "run": run, "event": event});
            self.state.apply(&serde_json::from_value(entry).expect("an entry"));
        }

        fn step(&mut self, step: &str) {
            let words: Vec<&str> = step.split(' ').collect();
            let story = StoryId::new("story");
            match words[..] {
                ["run", run] => self.add(
                    Some(run),
                    json!({"type": "run_starting", "slug": run,
                    "kind": "agent", "agent": "claude", "decoder": "claude/1", "account": null,
                    "session": run, "resumes": false, "argv": [],
                    "usage_baseline": {"models": {}, "cost_micros": 0}}),
                ),
                ["prompt", run] => {
                    self.prompts += 1;
                    let id = format!("p{}", self.prompts);
                    self.add(
                        Some(run),
                        json!({"type": "input", "id": id, "kind": "prompt", "text": "x"}),
                    );
                }
                ["end", run, ref unheard @ ..] => {
                    let unheard: Vec<String> =
                        unheard.iter().map(|_| format!("p{}", self.prompts)).collect();
                    self.add(
                        Some(run),
                        json!({"type": "run_ended", "outcome": {"kind": "succeeded"},
                        "evidence": {}, "unheard": unheard}),
                    );
                }
                ["checkpoint", n, because] => {
                    let n: u32 = n.parse().unwrap();
                    self.add(
                        None,
                        json!({"type": "checkpoint", "n": n, "commit": "c", "tree": "t",
                        "because": because}),
                    );
                }
                ["back", n] => {
                    let n: u32 = n.parse().unwrap();
                    let goes_on = self.state.conversation_at(&story, n).unwrap_or_default();
                    self.add(
                        None,
                        json!({"type": "went_back", "n": n, "before": 0, "goes_on": goes_on}),
                    );
                }
                _ => panic!("{step}"),
            }
        }

        /// The runs whose conversation goes on after a return to a checkpoint.
        fn at(&self, n: u32) -> Option<String> {
            let runs = self.state.conversation_at(&StoryId::new("story"), n)?;
            Some(runs.iter().map(RunId::as_str).collect::<Vec<_>>().join(" "))
        }
    }

    #[test]
    fn a_conversation_goes_on_if_nothing_more_was_said_in_it() {
        let first = ["checkpoint 1 prompt", "run A", "prompt A", "checkpoint 2 turn", "end A"];
        let table: [(&[&str], u32, Option<&str>); 12] = [
            // Before anything was said there is none.
            (&[], 1, None),
            (&[], 2, Some("A")),
            (&["checkpoint 3 asked"], 3, Some("A")),
            (&["run B", "prompt B", "end B"], 2, None),
            // A prompt that its agent did not take was not said.
            (&["run B", "prompt B", "end B unheard"], 2, Some("A")),
            (&["run B", "prompt B", "checkpoint 3 working", "end B"], 3, None),
            (&["run B", "prompt B", "checkpoint 3 turn", "end B"], 3, Some("A B")),
            (&["run B", "prompt B", "checkpoint 3 turn", "prompt B", "end B"], 3, None),
            // Back to the first prompt, and from the new conversation back to the old one.
            (&["back 1", "run B", "prompt B", "checkpoint 3 turn", "end B"], 2, Some("A")),
            (&["back 1", "run B", "prompt B", "checkpoint 3 turn", "end B"], 3, Some("B")),
            (&["back 1", "run B", "prompt B", "end B", "back 2", "run C", "prompt C"], 2, None),
            (&["back 7"], 7, None),
        ];
        for (steps, n, expected) in table {
            let journal = Journal::of(&[&first, steps].concat());
            assert_eq!(journal.at(n).as_deref(), expected, "{steps:?} {n}");
        }
    }

    #[test]
    fn only_the_first_prompt_of_a_new_conversation_has_a_preface() {
        let preface = |steps: &[&str], run: &str| {
            let first = ["run A", "prompt A", "checkpoint 2 turn", "prompt A", "end A"];
            let journal = Journal::of(&[&first, steps].concat());
            let story = &journal.state.stories[&StoryId::new("story")];
            story.preface(&journal.state.runs[&RunId::new(run)]).is_some()
        };
        assert!(!preface(&["run B"], "B"));
        assert!(preface(&["back 2", "run B"], "B"));
        assert!(!preface(&["back 2", "run B", "prompt B"], "B"));
        assert!(preface(&["back 2", "run B", "prompt B", "end B unheard", "run C"], "C"));
        assert!(!preface(&["checkpoint 3 end", "back 3", "run B"], "B"));
        let journal = Journal::of(&["checkpoint 4 asked", "back 4", "run B"]);
        let story = &journal.state.stories[&StoryId::new("story")];
        let words = story.preface(&journal.state.runs[&RunId::new("B")]).unwrap();
        assert!(words.contains("2026-01-01T00:00:00.000Z (checkpoint 4)"), "{words}");
        assert_eq!(story.line(), [RunId::new("B")]);
    }
}
