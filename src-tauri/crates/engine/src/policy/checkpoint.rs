//! Decides when the files of a story's worktree are held by a checkpoint: before each prompt, which waits
//! for it, before a tool call that was allowed, after each turn, at the end of an agent's run, now and then
//! while a turn goes on, when a person asks, before gates run again, and before files are restored. A worktree has one at a time.

use super::may::{Act, Worktree, may};
use super::{Decision, View, finish, speak};
use crate::record::RunStatus;
use crate::state::{GatesAgain, RunRecord, StoryRecord};
use protocol::{
    Answer, AnswerBehavior, CheckpointCause, Fault, LeftOut, QuestionKind, Restored, RunId,
    StoryId, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

/// The pause between two checkpoints while a turn goes on (ms).
const PAUSE: i64 = 60_000;

/// The longest such pause.
const LONGEST_PAUSE: i64 = 16 * PAUSE;

/// A checkpoint that takes longer doubles the pause (ms).
const LONG: i64 = 2_000;

/// What is in memory only about checkpoints. Worktrees are named by their place.
#[derive(Debug, Default)]
pub(crate) struct CheckpointsSeen {
    /// The checkpoint that is being made in each worktree, or was made and is not recorded yet.
    pub(crate) jobs: BTreeMap<String, Job>,
    /// Restores that were accepted and are not over.
    pub(crate) restores: BTreeMap<String, Restore>,
    /// Stories of which a person wants a checkpoint.
    pub(crate) asked: BTreeSet<StoryId>,
    /// For stories in no repository: the prompt before which that was found out.
    pub(crate) without_repository: BTreeMap<StoryId, String>,
    /// Answers that allow something. They are recorded, and written when the files are held. A new owner
    /// writes them at once.
    pub(crate) allowed: BTreeMap<RunId, Vec<Allowed>>,
    /// The stories of which references of pruned checkpoints are being removed.
    pub(crate) removals: BTreeMap<String, StoryId>,
    /// Stories of which they could not be removed. The next owner tries again, and the next pruning.
    pub(crate) unremoved: BTreeSet<StoryId>,
    /// When the next checkpoint during a turn is due.
    paces: BTreeMap<String, Pace>,
}

/// A checkpoint that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) story: StoryId,
    /// The run during or after which it is made.
    pub(crate) run: Option<RunId>,
    pub(crate) because: CheckpointCause,
    /// The prompt that waits for it.
    pub(crate) prompt: Option<String>,
}

/// An answer that waits for a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Allowed {
    /// The id of the input.
    pub(crate) id: String,
    pub(crate) text: String,
}

/// A checkpoint that is being made.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) order: Wanted,
    pub(crate) since: Timestamp,
    /// What became of it, until that is recorded.
    pub(crate) done: Option<Done>,
}

/// What became of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Made { n: u32, commit: String, tree: String, left_out: Vec<LeftOut> },
    Unchanged,
    NoRepository,
    Failed(Fault),
}

/// A restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Restore {
    pub(crate) story: StoryId,
    pub(crate) n: u32,
    pub(crate) paths: Vec<String>,
    /// Whether the story goes back to that checkpoint.
    pub(crate) goes_back: bool,
    /// The checkpoint that holds the state before it: number and commit.
    pub(crate) before: Option<(u32, String)>,
    pub(crate) is_begun: bool,
    /// What was done, until that is recorded.
    pub(crate) done: Option<(Restored, Option<Fault>)>,
}

#[derive(Clone, Copy, Debug)]
struct Pace {
    last: Timestamp,
    pause: i64,
}

impl CheckpointsSeen {
    /// Notes that a checkpoint was made in a worktree, or tried, since this time.
    pub(crate) fn note(&mut self, place: &str, since: Timestamp, now: Timestamp) {
        let pause = match now.since(since) > LONG {
            true => self.paces.get(place).map_or(PAUSE, |pace| pace.pause).saturating_mul(2),
            false => PAUSE,
        };
        let pace = Pace { last: now, pause: pause.min(LONGEST_PAUSE) };
        self.paces.insert(place.to_owned(), pace);
    }

    /// Whether nothing is under way.
    pub(crate) fn is_at_rest(&self) -> bool {
        let is_under_way =
            !self.jobs.is_empty() || !self.restores.is_empty() || !self.removals.is_empty();
        !is_under_way && self.asked.is_empty() && self.allowed.is_empty()
    }
}

/// Whether an answer waits until the files are held, because the agent changes them next.
pub(crate) fn is_before(view: &View<'_>, run: &RunId, kind: QuestionKind, answer: &Answer) -> bool {
    let lets_work = matches!(kind, QuestionKind::Permission | QuestionKind::Plan)
        && answer.behavior == AnswerBehavior::Allow;
    let story = view.live_agent(run).and_then(|(story, _)| view.state.stories.get(story));
    lets_work && story.is_some_and(|story| story.checkpoints.prompt.is_some())
}

/// Decides about checkpoints and restores.
pub(crate) fn decide(view: &View<'_>) -> Vec<Decision> {
    let seen = &view.seen.checkpoints;
    let done = seen.jobs.iter().filter(|(_, job)| job.done.is_some());
    let recorded = done.map(|(place, _)| Decision::Checkpointed { place: place.clone() });
    let restores = seen.restores.iter().filter_map(|(place, restore)| match restore {
        Restore { done: Some(_), .. } => Some(Decision::Restored { place: place.clone() }),
        Restore { before: Some(_), is_begun: false, .. } => {
            Some(Decision::Restore { place: place.clone() })
        }
        _ => None,
    });
    recorded.chain(restores).chain(wanted(view)).collect()
}

/// The checkpoints that are to be begun now, one in each worktree.
fn wanted(view: &View<'_>) -> Vec<Decision> {
    let seen = &view.seen.checkpoints;
    let live = view.state.live.iter().filter_map(|run| of_run(view, run));
    let ended = view.state.unheld.iter().filter_map(|story| of_end(view, story));
    let asked = seen.asked.iter().map(|story| Wanted {
        story: story.clone(),
        run: view.state.live_run(story).cloned(),
        because: CheckpointCause::Asked,
        prompt: None,
    });
    let gates = view.open().filter_map(|(story, record)| of_gates(view, story, record));
    let restores = seen.restores.values().filter(|it| it.before.is_none() && it.done.is_none());
    let restores = restores.map(|restore| Wanted {
        story: restore.story.clone(),
        run: None,
        because: CheckpointCause::Restore,
        prompt: None,
    });
    let mut places = BTreeSet::new();
    let finishes = finish::to_hold(view).map(|story| Wanted {
        story: story.clone(),
        run: None,
        because: CheckpointCause::Finish,
        prompt: None,
    });
    let all = live.chain(ended).chain(asked).chain(gates).chain(restores).chain(finishes);
    let fit = all.filter(|wanted| {
        let place = view.state.stories.get(&wanted.story).map(StoryRecord::place);
        let is_left_out = view.seen.left_out.contains(&wanted.story);
        !is_left_out && is_allowed(view, wanted) && place.is_some_and(|it| places.insert(it))
    });
    fit.map(Decision::Checkpoint).collect()
}

/// Whether it may begin beside what is done in the worktree. The own checkpoint of a restore, or of a step that
/// finishes a story, is a part of it.
fn is_allowed(view: &View<'_>, wanted: &Wanted) -> bool {
    let mut worktree = Worktree::of(view, &wanted.story);
    if wanted.because == CheckpointCause::Restore {
        worktree.acts.retain(|(act, _)| *act != Act::Restore);
    }
    if wanted.because == CheckpointCause::Finish {
        worktree.acts.retain(|(act, _)| *act != Act::Finish);
    }
    may(&worktree, Act::Checkpoint).is_ok()
}

/// What is to be held while a run is live.
fn of_run(view: &View<'_>, run: &RunId) -> Option<Wanted> {
    let (story, status) = view.live_agent(run)?;
    let (record, run_record) = (view.state.stories.get(story)?, view.state.runs.get(run)?);
    let wanted = |because, prompt| {
        Some(Wanted { story: story.clone(), run: Some(run.clone()), because, prompt })
    };
    if view.seen.checkpoints.allowed.contains_key(run) {
        return wanted(CheckpointCause::Allowed, None);
    }
    let prompts = run_record.prompts();
    let has_checkpoints = record.checkpoints.prompt.is_some();
    let is_over = prompts > 0 && status.takes_next_after(prompts);
    if has_checkpoints && is_over && record.checkpoints.turn != Some((run.clone(), prompts)) {
        return wanted(CheckpointCause::Turn, None);
    }
    if let Some(prompt) = speak::next_prompt(view, run).filter(|it| !view.is_tried(story, it)) {
        return wanted(CheckpointCause::Prompt, Some(prompt));
    }
    let is_due = due(view, run_record, record, status)?.since(view.now) <= 0;
    if has_checkpoints && is_due { wanted(CheckpointCause::Working, None) } else { None }
}

/// When the next checkpoint during a turn is due; `None` while no turn goes on.
fn due(
    view: &View<'_>,
    run: &RunRecord,
    story: &StoryRecord,
    status: &RunStatus,
) -> Option<Timestamp> {
    let prompts = run.prompts();
    let works = status.caught_up && prompts > 0 && !status.takes_next_after(prompts);
    let pace = view.seen.checkpoints.paces.get(story.place());
    let pace = pace.copied().unwrap_or(Pace { last: run.started_at, pause: PAUSE });
    works.then(|| pace.last.plus_millis(pace.pause))
}

/// When a checkpoint is next due without anything else that happens.
pub(crate) fn next(view: &View<'_>) -> Option<Timestamp> {
    let due = view.state.live.iter().filter_map(|run| {
        let (story, status) = view.live_agent(run)?;
        let record = view.state.stories.get(story)?;
        let is_held = record.checkpoints.prompt.is_some();
        let is_free = !view.seen.checkpoints.jobs.contains_key(record.place());
        due(view, view.state.runs.get(run)?, record, status).filter(|_| is_held && is_free)
    });
    due.min()
}

/// What is to be held after an agent's run.
fn of_end(view: &View<'_>, story: &StoryId) -> Option<Wanted> {
    let is_agent = |run: &&RunId| view.live_agent(run).is_some();
    if view.state.live_run(story).filter(is_agent).is_some() {
        return None;
    }
    let run = view.state.stories.get(story)?.runs.last().cloned();
    let because = CheckpointCause::End;
    Some(Wanted { story: story.clone(), run, because, prompt: None })
}

/// What is to be held before the gates of a story run again.
fn of_gates(view: &View<'_>, story: &StoryId, record: &StoryRecord) -> Option<Wanted> {
    let is_wanted =
        record.gates_again == GatesAgain::ToHold && view.state.live_run(story).is_none();
    let because = CheckpointCause::Gates;
    is_wanted.then(|| Wanted { story: story.clone(), run: None, because, prompt: None })
}

#[cfg(test)]
mod tests {
    use super::super::scene::{Scene, Table};
    use super::*;
    use protocol::{JournalEvent, Outcome};

    /// A story whose agent was given its first prompt, after a checkpoint.
    fn working(scene: &mut Scene) -> (StoryId, RunId) {
        let story = scene.story("a", |_| ());
        let prompt = format!("{story}-first");
        scene.checkpoint(&story, None, CheckpointCause::Prompt, Some(&prompt));
        let run = scene.agent(&story);
        let status = scene.status(&run);
        (status.caught_up, status.spoke, status.prompts_read) = (true, true, 1);
        (story, run)
    }

    fn turn_over(scene: &mut Scene, run: &RunId) {
        let status = scene.status(run);
        (status.turn_over, status.idle) = (true, true);
    }

    #[test]
    fn files_are_held_at_each_border_of_the_agent_s_work() {
        let mut table = Table::default();
        let mut case = |name: &str, make: &dyn Fn(&mut Scene)| {
            table.case(name, |scene| {
                make(scene);
                decide(&scene.view())
            });
        };
        case("an agent waits for its first prompt", &|scene| {
            let story = scene.story("a", |_| ());
            let run = scene.ready(&story);
            scene.status(&run).caught_up = true;
        });
        case("it works", &|scene| drop(working(scene)));
        case("it works for a minute", &|scene| {
            working(scene);
            scene.now = scene.now.plus_millis(PAUSE);
        });
        case("it works for a minute in a folder without checkpoints", &|scene| {
            let story = scene.story("a", |_| ());
            let run = scene.agent(&story);
            let status = scene.status(&run);
            (status.caught_up, status.prompts_read) = (true, 1);
            scene.now = scene.now.plus_millis(PAUSE);
        });
        case("it was allowed to go on", &|scene| {
            let (_, run) = working(scene);
            let (id, text) = ("answer".to_owned(), "{}".to_owned());
            scene.seen.checkpoints.allowed.insert(run, vec![Allowed { id, text }]);
        });
        case("its turn is over", &|scene| {
            let (_, run) = working(scene);
            turn_over(scene, &run);
        });
        case("its turn is over and held", &|scene| {
            let (story, run) = working(scene);
            turn_over(scene, &run);
            scene.checkpoint(&story, Some(&run), CheckpointCause::Turn, None);
        });
        case("its turn is over and held, and a prompt waits", &|scene| {
            let (story, run) = working(scene);
            turn_over(scene, &run);
            scene.status(&run).conversation.open = true;
            scene.checkpoint(&story, Some(&run), CheckpointCause::Turn, None);
            scene.prompt(&story, "next");
        });
        case("its run is over", &|scene| {
            let (_, run) = working(scene);
            scene.ended(&run, Outcome::Succeeded);
        });
        case("its run is over, of which nothing was held", &|scene| {
            let story = scene.story("a", |_| ());
            let run = scene.agent(&story);
            scene.ended(&run, Outcome::Succeeded);
        });
        case("its run is over and held", &|scene| {
            let (story, run) = working(scene);
            scene.ended(&run, Outcome::Succeeded);
            scene.checkpoint(&story, Some(&run), CheckpointCause::End, None);
        });
        case("a person asks while it works", &|scene| {
            let (story, _) = working(scene);
            scene.seen.checkpoints.asked.insert(story);
        });
        case("a person asks while one is being made", &|scene| {
            let (story, _) = working(scene);
            scene.seen.checkpoints.asked.insert(story.clone());
            scene.holds(&story);
        });
        case("files are to be restored", &|scene| scene.restores("a"));
        case("files are to be restored, and the present state is held", &|scene| {
            scene.restores("a");
            for restore in scene.seen.checkpoints.restores.values_mut() {
                restore.before = Some((2, "c".to_owned()));
            }
        });
        case("files were restored", &|scene| {
            scene.restores("a");
            for restore in scene.seen.checkpoints.restores.values_mut() {
                restore.done = Some((Restored::default(), None));
            }
        });
        insta::assert_snapshot!("checkpoint", table.text());
    }

    #[test]
    fn a_checkpoint_that_takes_long_doubles_the_pause() {
        let mut seen = CheckpointsSeen::default();
        let at = |seconds: i64| Timestamp::from_seconds(1_000 + seconds);
        let mut pause = |took: i64| {
            seen.note("/w", at(0), at(0).plus_millis(took));
            seen.paces["/w"].pause / 1_000
        };
        let pauses = [2_000, 2_001, 5_000, 5_000, 20_000, 20_000, 20_000, 1_000].map(&mut pause);
        assert_eq!(pauses, [60, 120, 240, 480, 960, 960, 960, 60]);
    }

    #[test]
    fn an_answer_that_lets_the_agent_work_waits_for_the_files_to_be_held() {
        let mut scene = Scene { now: Table::BEGIN, ..Scene::default() };
        let (_, run) = working(&mut scene);
        let waits = |kind, answer: Answer| is_before(&scene.view(), &run, kind, &answer);
        assert!(waits(QuestionKind::Permission, Answer::allow()));
        assert!(waits(QuestionKind::Plan, Answer::allow()));
        assert!(!waits(QuestionKind::Permission, Answer::deny(None)));
        assert!(!waits(QuestionKind::Choice, Answer::allow()));
        assert!(!waits(QuestionKind::Form, Answer::allow()));
        let mut without = Scene { now: Table::BEGIN, ..Scene::default() };
        let story = without.story("a", |_| ());
        let run = without.agent(&story);
        assert!(!is_before(&without.view(), &run, QuestionKind::Permission, &Answer::allow()));
    }

    #[test]
    fn a_failed_checkpoint_keeps_no_prompt_back() {
        let mut scene = Scene { now: Table::BEGIN, ..Scene::default() };
        let story = scene.story("a", |_| ());
        let prompt = format!("{story}-first");
        assert!(!scene.view().is_tried(&story, &prompt));
        let fault = Fault::new(protocol::ErrorCode::Git, "no", "");
        let because = CheckpointCause::Prompt;
        let failed =
            JournalEvent::CheckpointFailed { because, prompt: Some(prompt.clone()), fault };
        scene.fact(Some(&story), None, failed);
        assert!(scene.view().is_tried(&story, &prompt));
        assert!(!scene.view().is_tried(&story, "another"));
    }
}
