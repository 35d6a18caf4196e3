//! Crashes after every step: an owner is killed after its first fact, its second, and so on, and
//! the next owner must bring the story to the same end: every prompt sent once, every question
//! answered once, every gate passed, nothing waiting for ever. The owner is this test program,
//! started again with a clock that kills it: the engine reads the clock before each fact.

use crate::support::{self, World, at_once, git, own, until};
use crate::truth::Truth;
use engine::clock::{Clock, SystemClock};
use engine::{DataDir, Engine, Options};
use protocol::{
    Answer, Envelope, JournalEvent, Request, Seq, Source, StartStory, Story, StoryId, StoryState,
    Timestamp,
};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What is done in a story.
struct Plan {
    name: &'static str,
    prompts: &'static [&'static str],
    gates: &'static [&'static str],
    answers: usize,
    state: &'static str,
    /// The branch of a separate worktree, if it has one.
    worktree: Option<Branch>,
    /// The commands that prepare that; an ignored file is copied into it, too.
    set_up: &'static [&'static str],
    /// Whether its logs are deleted when it is settled.
    deletes: bool,
    /// Whether another story then comes to conflict with it.
    collides: bool,
}

/// How the branch of a worktree is named.
#[derive(Clone, Copy, PartialEq)]
enum Branch {
    /// By a person.
    Named(&'static str),
    /// By the pattern in `config.json`, which is changed by hand while no process owns the
    /// directory.
    ByPattern,
}

/// The ignored file of the repository of a plan with a set-up.
const SECRET: &str = "KEY=1";

/// The patterns that are written into `config.json` by hand.
const BY_HAND: &str = r#"{"worktrees": {"place": "trees/{name}", "branch": "ann/{name}"}}"#;

const PLANS: &[Plan] = &[
    Plan {
        name: "gates",
        prompts: &["[[demo:ask]]", "[[demo:echo]] second"],
        gates: &["true", "test -f allowed.txt"],
        answers: 1,
        state: "done(checked)",
        worktree: None,
        set_up: &[],
        deletes: false,
        collides: false,
    },
    // The second prompt causes a question: a successor that mistook the agent for idle would close
    // its input.
    Plan {
        name: "asks",
        prompts: &["[[demo:plain]]", "[[demo:ask]] second"],
        gates: &[],
        answers: 1,
        state: "done(unchecked)",
        worktree: None,
        set_up: &[],
        deletes: false,
        collides: false,
    },
    Plan {
        name: "limit",
        prompts: &["[[demo:limit_until until=3]]"],
        gates: &[],
        answers: 0,
        state: "done(unchecked)",
        worktree: None,
        set_up: &[],
        deletes: false,
        collides: false,
    },
    // The worktree is made before its story is recorded; the next owner continues with what a kill
    // leaves behind.
    Plan {
        name: "worktree",
        prompts: &["[[demo:plain]]"],
        gates: &[],
        answers: 0,
        state: "done(unchecked)",
        worktree: Some(Branch::Named("musher/own")),
        set_up: &[],
        deletes: false,
        collides: false,
    },
    // The names that were decided are kept, although the patterns were changed since.
    Plan {
        name: "pattern",
        prompts: &["[[demo:plain]]"],
        gates: &[],
        answers: 0,
        state: "done(unchecked)",
        worktree: Some(Branch::ByPattern),
        set_up: &[],
        deletes: false,
        collides: false,
    },
    // The agent starts after both commands passed, each once, and what was copied is whole.
    Plan {
        name: "set_up",
        prompts: &["[[demo:plain]]"],
        gates: &["test -f prepared"],
        answers: 0,
        state: "done(checked)",
        worktree: Some(Branch::Named("musher/own")),
        set_up: &["echo one >>prepared", "grep -q one prepared && echo two >>prepared"],
        deletes: false,
        collides: false,
    },
    // What stays is recorded before the first file goes, and the next owner removes the rest.
    Plan {
        name: "deletes",
        prompts: &["[[demo:ask]]"],
        gates: &["true"],
        answers: 1,
        state: "done(checked)",
        worktree: None,
        set_up: &[],
        deletes: true,
        collides: false,
    },
    // Each of the two is told once, whatever was compared and not recorded.
    Plan {
        name: "collides",
        prompts: &["[[demo:plain]]"],
        gates: &[],
        answers: 0,
        state: "done(unchecked)",
        worktree: Some(Branch::Named("musher/own")),
        set_up: &[],
        deletes: false,
        collides: true,
    },
];

/// How many crashes are tested at the same time: they mostly wait.
const AT_ONCE: usize = 16;

/// The crashes of one plan, of which each must leave nothing undone.
macro_rules! killed_after_any_fact {
    ($($plan:ident)*) => {
        mod an_owner_killed_after_any_fact_leaves_nothing_undone {
            $(#[test]
            fn $plan() {
                super::crash_everywhere(stringify!($plan));
            })*

            #[test]
            fn every_plan_is_among_them() {
                assert!(super::PLANS.iter().map(|plan| plan.name).eq([$(stringify!($plan)),*]));
            }
        }
    };
}

killed_after_any_fact!(gates asks limit worktree pattern set_up deletes collides);

fn crash_everywhere(name: &str) {
    let plan = PLANS.iter().find(|plan| plan.name == name).unwrap();
    let crashes: Vec<usize> = (2..=facts_of(plan)).collect();
    assert!(crashes.len() > 5, "{} crashes", crashes.len());
    let next = AtomicUsize::new(0);
    at_once(&[(); AT_ONCE], |()| {
        while let Some(facts) = crashes.get(next.fetch_add(1, Ordering::Relaxed)) {
            crash_once(plan, *facts);
        }
    });
}

/// How many facts there are without a kill.
fn facts_of(plan: &Plan) -> usize {
    let world = world_of(plan);
    let crash = Crash::new(&world, plan);
    assert_eq!(crash.owner(usize::MAX).code(), Some(0));
    crash.facts()
}

/// A world for the plan. In a linked worktree `.git` is a file, so the agent cannot keep its record
/// there.
fn world_of(plan: &Plan) -> World {
    let mut world = World::new();
    if plan.worktree.is_some() {
        world.set("MUSHER_DEMO", "");
        let repo = world.committed("work");
        std::fs::write(repo.join(".git/info/exclude"), ".env\n").unwrap();
        std::fs::write(repo.join(".env"), SECRET).unwrap();
    }
    world
}

fn crash_once(plan: &Plan, facts: usize) {
    let world = world_of(plan);
    let crash = Crash::new(&world, plan);
    let last = crash.owner(facts);
    // An owner that ended by itself succeeded; any other was killed by a signal.
    assert!(last.success() || last.code().is_none(), "{last}");
    crash.finish(&format!("{} after {facts} facts", plan.name));
}

#[test]
fn owners_that_die_young_get_there_together() {
    at_once(PLANS, |plan| {
        let world = world_of(plan);
        let crash = Crash::new(&world, plan);
        while !crash.owner(crash.facts() + LIFE).success() {}
        crash.finish(plan.name);
    });
}

/// How many facts an owner records before it is killed: its start, taking over a run, and two more,
/// so that every owner makes progress.
const LIFE: usize = 4;

/// A story and the owners that are killed while working on it.
struct Crash<'a> {
    world: &'a World,
    plan: &'a Plan,
    story: StoryId,
}

impl<'a> Crash<'a> {
    fn new(world: &'a World, plan: &'a Plan) -> Self {
        Self { world, plan, story: StoryId::generate() }
    }

    /// The number of facts in the journal.
    fn facts(&self) -> usize {
        lines(&self.world.dir().journal())
    }

    /// Runs this program as an owner that is killed when the journal has this many facts. Returns
    /// how it ended.
    fn owner(&self, facts: usize) -> ExitStatus {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "steps::the_owner_that_is_killed"]);
        command.env_clear().envs(self.world.variables());
        command.env("JOURNEY_DATA", self.world.data());
        command.env("JOURNEY_REPO", self.world.repo("work"));
        command.env("JOURNEY_PLAN", self.plan.name);
        command.env("JOURNEY_STORY", self.story.as_str());
        command.env("JOURNEY_FACTS", facts.to_string());
        let mut child = Killed(command.stdin(Stdio::null()).spawn().unwrap());
        until("the owner's end", || child.0.try_wait().unwrap())
    }

    /// Brings the story to its end and compares the result.
    fn finish(&self, what: &str) {
        let repo = self.world.repo("work");
        let options = self.world.options();
        let decided = self.decided();
        if self.plan.worktree == Some(Branch::ByPattern) {
            std::fs::write(self.world.data().join("config.json"), BY_HAND).unwrap();
        }
        work_through(options, self.plan, &self.story, &repo);
        let story = self.world.reader().story(self.story.as_str()).unwrap();
        match self.plan.worktree {
            Some(Branch::Named(branch)) => {
                self.compare_place(&story, branch, what);
                self.compare_set_up(&story, what);
                self.compare_told(what);
            }
            Some(Branch::ByPattern) => self.compare_pattern(&story, decided, what),
            None if self.plan.deletes => self.compare_deleted(&story, what),
            None => self.compare_truth(&story, what),
        }
        self.world.swept();
        self.world.verified();
    }

    /// There is exactly one worktree, and the story is in it.
    fn compare_place(&self, story: &Story, branch: &str, what: &str) {
        let repo = self.world.repo("work");
        let listed = git(&repo, &["worktree", "list", "--porcelain"]);
        let places: Vec<&str> =
            listed.lines().filter_map(|l| l.strip_prefix("worktree ")).collect();
        assert_eq!(places, [repo.to_str().unwrap(), &story.dir], "{what}");
        assert_eq!(story.branch.as_deref(), Some(branch), "{what}");
    }

    /// The worktree was prepared once.
    fn compare_set_up(&self, story: &Story, what: &str) {
        let read = |name: &str| std::fs::read_to_string(Path::new(&story.dir).join(name)).ok();
        let expected =
            (!self.plan.set_up.is_empty()).then(|| ("one\ntwo\n".to_owned(), SECRET.to_owned()));
        assert_eq!(read("prepared").zip(read(".env")), expected, "{what}");
    }

    /// Whether the journal has the story's branch and folder.
    fn decided(&self) -> bool {
        let journal = self.world.dir().journal().join("000001.jsonl");
        std::fs::read_to_string(journal).unwrap_or_default().contains("\"worktree_wanted\"")
    }

    /// Branch and folder follow the patterns that were in force when they were decided, and the
    /// changes by hand are in force now.
    fn compare_pattern(&self, story: &Story, decided: bool, what: &str) {
        let (branches, folder) = match decided {
            true => ("musher", "work.worktrees"),
            false => ("ann", "trees"),
        };
        let slug = engine::slugify(self.plan.prompts[0]);
        assert_eq!(story.dir, self.world.path(&format!("{folder}/{slug}")).display().to_string());
        self.compare_place(story, &format!("{branches}/{slug}"), what);
        let engine = self.world.own();
        engine.request(Request::Config).unwrap();
        assert_eq!(engine.config().config.worktrees.branch, "ann/{name}", "{what}");
        engine.close("done");
    }

    /// The logs are gone, and what stays of them is known.
    fn compare_deleted(&self, story: &Story, what: &str) {
        let runs = self.world.runs();
        // An agent and a gate, and what was recorded before a kill and never began.
        let has_logs = runs.iter().filter(|run| run.logs_deleted.is_none()).count();
        assert!(runs.len() >= 2 && has_logs == 0, "{what}: {runs:#?}");
        assert_eq!(engine::log_size(&self.world.dir(), &runs), 0, "{what}");
        let left = self.world.run_dirs().iter().map(keeper::RunDir::log_bytes).sum::<u64>();
        assert_eq!(left, 0, "{what}: no file of a log is left");
        assert!(story.logs_deleted.is_some_and(|deleted| deleted.bytes > 0), "{what}: {story:#?}");
        assert!(story.cost_micros > 0 && story.tokens.total() > 0, "{what}: {story:#?}");
        let questions = self.world.reader().questions(false).unwrap();
        let answered = questions.iter().filter(|question| question.answer.is_some()).count();
        assert_eq!((questions.len(), answered), (1, self.plan.answers), "{what}");
        let texts =
            std::fs::read_to_string(self.world.dir().journal().join("000001.jsonl")).unwrap();
        assert_eq!(texts.matches("\"logs_deleted\"").count(), 1, "{what}: recorded once");
    }

    /// Both stories were told once that they conflict.
    fn compare_told(&self, what: &str) {
        let texts =
            std::fs::read_to_string(self.world.dir().journal().join("000001.jsonl")).unwrap();
        let count = texts.matches("\"collision_found\"").count();
        assert_eq!(count, if self.plan.collides { 2 } else { 0 }, "{what}");
    }

    /// The agent received every prompt and every answer once.
    fn compare_truth(&self, story: &Story, what: &str) {
        let truth = Truth::of(&self.world.repo("work"));
        let heard = truth.prompts();
        for prompt in self.plan.prompts {
            let hash = demo_agent::content_hash(prompt.as_bytes());
            let times = heard.iter().filter(|heard| **heard == hash).count();
            assert_eq!(times, 1, "{what}: {prompt}");
        }
        let resumes = usize::from(self.plan.name == "limit");
        assert_eq!(heard.len(), self.plan.prompts.len() + resumes, "{what}: {story:#?}");
        assert_eq!(truth.answers().len(), self.plan.answers, "{what}");
        truth.compare(self.world, story.id.as_str());
    }
}

fn lines(journal: &Path) -> usize {
    let text = std::fs::read(journal.join("000001.jsonl")).unwrap_or_default();
    text.iter().filter(|&&byte| byte == b'\n').count()
}

/// An owner in a process of its own, which is ended with the test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // Both calls do nothing if the process was already waited for.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Owns the directory and does what a person would: starts the story, sends its prompts, answers
/// its questions, and ends when it is settled. Requests that were already done have no effect.
fn work_through(options: Options, plan: &Plan, story: &StoryId, repo: &Path) {
    let engine = own(options);
    let [first, rest @ ..] = plan.prompts else { panic!("a plan has a prompt") };
    engine.request(Request::Start(Box::new(start(plan, story, repo, first)))).unwrap();
    for (number, text) in rest.iter().enumerate() {
        let (story, id) = (story.clone(), format!("{story}-{number}"));
        engine.request(Request::Send { story, id, text: (*text).to_owned() }).unwrap();
    }
    let settled = until("the story is settled", || {
        let reader = engine.reader().unwrap();
        for question in reader.questions(true).unwrap() {
            let answer = Answer::allow();
            // Error ignored: the question may already be answered, with the answer on its way.
            let _ = engine.request(Request::Answer { question: question.id, answer });
        }
        let now = reader.story(story.as_str()).unwrap();
        let is_settled = matches!(now.state, StoryState::Done | StoryState::NeedsYou);
        (is_settled && now.queued_prompts == 0).then_some(now)
    });
    assert_eq!(state(&settled), plan.state, "{settled:#?}");
    if plan.deletes {
        // What an owner that was killed left unread is read first.
        engine.read_all().unwrap();
        engine.request(Request::DeleteLogs { story: story.clone() }).unwrap();
    }
    if plan.collides {
        collide(&engine, story, repo);
    }
    engine.close("done");
}

/// Starts another story in the repository itself, changes the same file for both, and waits until both are told.
fn collide(engine: &Engine, story: &StoryId, repo: &Path) {
    let beside = StoryId::new(format!("{story}-beside"));
    let mut start = support::story(repo, "[[demo:plain]]");
    start.id = beside.clone();
    engine.request(Request::Start(Box::new(start))).unwrap();
    let read = |story: &StoryId| engine.reader().unwrap().story(story.as_str()).unwrap();
    until("the other story is done", || (read(&beside).state == StoryState::Done).then_some(()));
    for id in [story, &beside] {
        std::fs::write(Path::new(&read(id).dir).join("shared.txt"), id.as_str()).unwrap();
        engine.request(Request::Checkpoint { story: id.clone() }).unwrap();
    }
    let is_told = |id: &StoryId| {
        let entries = engine.reader().unwrap().journal(id, Seq(0)).unwrap();
        let is_it = |entry: &Envelope| {
            matches!(entry.source, Source::Journal(JournalEvent::CollisionFound { .. }))
        };
        entries.iter().any(is_it)
    };
    until("both are told", || (is_told(story) && is_told(&beside)).then_some(()));
}

fn state(story: &Story) -> String {
    let state = engine::store::text::word(story.state);
    let reason = story.reason.map(engine::store::text::word);
    reason.map_or(state.clone(), |reason| format!("{state}({reason})"))
}

fn start(plan: &Plan, story: &StoryId, repo: &Path, prompt: &str) -> StartStory {
    let mut start = support::story(repo, prompt);
    start.id = story.clone();
    start.gates = plan.gates.iter().map(|&gate| gate.to_owned()).collect();
    start.resume_on_reset = true;
    start.set_up = plan.set_up.iter().map(|&command| command.to_owned()).collect();
    if !plan.set_up.is_empty() {
        start.copy = vec![".env".to_owned()];
    }
    match plan.worktree {
        Some(Branch::Named(branch)) => start.worktree = Some(branch.to_owned()),
        Some(Branch::ByPattern) => start.new_branch = true,
        None => {}
    }
    start
}

/// A clock that kills this process when the journal has this many facts, but not before the wanted
/// worktree exists.
struct Fuse {
    journal: PathBuf,
    facts: usize,
    worktree: Option<PathBuf>,
}

impl Clock for Fuse {
    fn now(&self) -> Timestamp {
        let is_made = self.worktree.as_ref().is_none_or(|worktree| worktree.join(".git").exists());
        if is_made && lines(&self.journal) >= self.facts {
            crate::world::signal_to(std::process::id(), rustix::process::Signal::KILL);
        }
        SystemClock.now()
    }
}

#[test]
#[ignore = "it is the owner that the other tests start and kill"]
fn the_owner_that_is_killed() {
    let word = |name: &str| std::env::var(name).unwrap();
    let plan = PLANS.iter().find(|plan| plan.name == word("JOURNEY_PLAN")).unwrap();
    let dir = DataDir::at(Path::new(&word("JOURNEY_DATA"))).unwrap();
    let mut options = Options::new(dir, "journey", support::program());
    let facts = word("JOURNEY_FACTS").parse().unwrap();
    let repo = PathBuf::from(word("JOURNEY_REPO"));
    let slug = engine::slugify(plan.prompts[0]);
    let worktree = plan.worktree.map(|_| repo.with_extension("worktrees").join(slug));
    options.clock = Arc::new(Fuse { journal: options.dir.journal(), facts, worktree });
    work_through(options, plan, &StoryId::new(word("JOURNEY_STORY")), &repo);
}
