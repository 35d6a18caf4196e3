//! Benchmark of asking the policies for decisions while twenty stories are live. First: with ten
//! thousand archived stories against a hundred, because archived stories must cost nothing. Second:
//! with a thousand stories that all need decisions. Measured in CPU time within one process.

mod figure;
mod measure;
mod median;
mod scale;

use engine::Trial;
use engine::record::RunStatus;
use figure::{less, report};
use measure::cpu;
use median::median;
use protocol::{JournalEntry, RunId, Seq, StoryId, Timestamp};
use scale::scaled;
use serde_json::{Value, json};

const LIVE: usize = 20;
const FEW: usize = 100;
const MANY: usize = 10_000;
const WANTING: usize = 1_000;

/// The number of decisions per measurement, and the number of measurements.
const ASKED: usize = 200;
const ROUNDS: usize = 31;

/// The goals: the ratio of many to few archived stories, and the 95th percentile in milliseconds
/// with many stories that need decisions.
const RATIO: f64 = 1.1;
const MILLIS: f64 = 1.0;

fn main() {
    let (many, rounds, asked) = scaled((MANY, ROUNDS, ASKED), (FEW * 2, 1, 2));
    let (few, many) = (with_archived(FEW), with_archived(many));
    let (mut of_few, mut of_many) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        of_few.push(cpu(|| ask(&few, asked)) / asked as f64);
        of_many.push(cpu(|| ask(&many, asked)) / asked as f64);
    }
    let ratio = median(of_many.iter().zip(&of_few).map(|(many, few)| many / few).collect());
    let (few, many) = (median(of_few) * 1e6, median(of_many) * 1e6);
    report(&format!(
        "{LIVE} live beside {MANY} archived {many:.1} us, beside {FEW} {few:.1} us, ratio {ratio:.2} (goal at most {RATIO})"
    ));
    less("ratio of 10,000 archived stories to 100", ratio);

    let wanting = with_limited(WANTING - LIVE);
    let mut each: Vec<f64> = (0..asked * 5).map(|_| cpu(|| ask_once(&wanting)) * 1e3).collect();
    each.sort_by(f64::total_cmp);
    let p95 = each[each.len() * 95 / 100];
    report(&format!("{WANTING} stories, p95 {p95:.3} ms (goal at most {MILLIS} ms)"));
    less("ms over 1,000 stories, p95", p95);
}

fn ask(trial: &Trial, times: usize) {
    (0..times).for_each(|_| ask_once(trial));
}

fn ask_once(trial: &Trial) {
    assert_eq!(trial.decide(now()), 0, "everything is at work, at rest or waits");
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

/// The live stories, and `archived` archived ones.
fn with_archived(archived: usize) -> Trial {
    let mut journal = Journal::default();
    for number in 0..archived {
        let story = journal.story(number);
        let run = journal.run(&story, 1);
        journal.ended(&story, &run, &json!({"kind": "succeeded"}));
        journal.state(&story, "done", Some("unchecked"), None);
        journal.state(&story, "archived", None, None);
    }
    journal.with_live()
}

/// The live stories, and `limited` stories that wait for a reset and then go on.
fn with_limited(limited: usize) -> Trial {
    let mut journal = Journal::default();
    let until = now().plus_millis(3_600_000);
    for number in 0..limited {
        let story = journal.story(number);
        let run = journal.run(&story, 1);
        let outcome = json!({"kind": "limited", "window": null, "until": until});
        journal.ended(&story, &run, &outcome);
        journal.state(&story, "limited", None, Some(until));
    }
    journal.with_live()
}

/// A journal under construction.
#[derive(Default)]
struct Journal(Vec<JournalEntry>);

impl Journal {
    fn push(&mut self, story: &StoryId, run: Option<&RunId>, event: Value) {
        self.0.push(JournalEntry {
            seq: Seq(self.0.len() as u64 + 1),
            at: Timestamp::from_seconds(1_700_000_000),
            story: Some(story.clone()),
            run: run.cloned(),
            event: serde_json::from_value(event).expect("an event of the journal"),
        });
    }

    fn story(&mut self, number: usize) -> StoryId {
        let story = StoryId::new(format!("01a20000-0000-7000-8000-{number:012x}"));
        let dir = format!("/home/ada/src/app.worktrees/story-{number}");
        self.push(
            &story,
            None,
            json!({
                "type": "story_created", "slug": format!("story-{number}"), "title": "words",
                "project": "/home/ada/src/app/.git", "dir": dir, "root": dir, "branch": null,
                "agent": "claude", "profile": {}, "gates": ["true"], "resume_on_reset": true
            }),
        );
        let prompt = json!({
            "type": "prompt_queued", "id": format!("{story}-prompt"), "text": "words", "by": "you"
        });
        self.push(&story, None, prompt);
        story
    }

    /// Adds a run to which the prompt was sent.
    fn run(&mut self, story: &StoryId, number: usize) -> RunId {
        let run = RunId::new(format!("{story}.{number}"));
        let starting = json!({
            "type": "run_starting", "slug": run.as_str(), "kind": "agent", "agent": "claude",
            "decoder": "claude/3", "account": "claude:default:login", "session": "talk",
            "resumes": false, "argv": ["/usr/bin/claude"],
            "usage_baseline": {"models": {}, "cost_micros": 0}
        });
        self.push(story, Some(&run), starting);
        self.state(story, "starting", None, None);
        self.push(story, Some(&run), json!({"type": "run_started", "pid": 7}));
        for (id, kind) in [(format!("{run}-hello"), "hello"), (format!("{story}-prompt"), "prompt")]
        {
            let input = json!({"type": "input", "id": id, "kind": kind, "text": "words"});
            self.push(story, Some(&run), input);
        }
        self.state(story, "running", None, None);
        run
    }

    fn ended(&mut self, story: &StoryId, run: &RunId, outcome: &Value) {
        let ended = json!({"type": "run_ended", "outcome": outcome, "evidence": {}});
        self.push(story, Some(run), ended);
    }

    fn state(
        &mut self,
        story: &StoryId,
        state: &str,
        reason: Option<&str>,
        until: Option<Timestamp>,
    ) {
        let since = Timestamp::from_seconds(1_700_000_000);
        let changed = json!({
            "type": "state_changed", "state": state, "reason": reason, "since": since,
            "until": until, "evidence": {}
        });
        self.push(story, None, changed);
    }

    /// Adds twenty live stories and folds the journal.
    fn with_live(mut self) -> Trial {
        let stories: Vec<StoryId> =
            (0..LIVE).map(|number| self.story(1_000_000 + number)).collect();
        let runs: Vec<RunId> = stories.iter().map(|story| self.run(story, 1)).collect();
        let mut trial = Trial::of(self.0);
        for run in runs {
            let status = RunStatus {
                process: Some(7),
                spoke: true,
                prompts_read: 1,
                caught_up: true,
                ..RunStatus::default()
            };
            trial.see(run, status);
        }
        trial
    }
}
