//! `mush doctor --prove`: tests on this machine, in about a minute, that Musher loses nothing. In a
//! scratch directory the demo agent works in several stories at once: it asks questions, gets more
//! prompts, is held by a limit and is stopped, while the processes that own the directory or follow
//! its stories are killed at random. Then three things are checked: the agents' own records of what
//! they printed and read are compared with what Musher recorded; the store is deleted and rebuilt;
//! and processes that should have ended are searched for. All commands are run with `mush` itself
//! and the results are read with the engine. Nothing outside the scratch directory is changed.

mod compare;
mod crowd;
mod dice;
mod scratch;

use crate::text::Out;
use compare::Tally;
use crowd::Crowd;
use dice::Dice;
use protocol::{Fault, StoryState};
use scratch::Scratch;
use serde::Serialize;
use std::path::Path;
use std::time::{Duration, Instant};

/// How many processes are killed.
const KILLS: usize = 50;

/// The stories: a name, the first prompt, and the prompts that are sent later.
const STORIES: &[(&str, &[&str])] = &[
    ("story", &["Add what is missing most.", "[[demo:ask]] And a file."]),
    ("questions", &["[[demo:ask2]] Both sides.", "[[demo:choice]] And a choice."]),
    ("limit", &["[[demo:limit_until until=6]] Go on after the limit."]),
    ("words", &["[[demo:slow n=60 ms=40]] Slowly.", "[[demo:tools]] And some work."]),
    ("background", &["[[demo:bgbash]] Beside the talk.", "[[demo:subagent]] With help."]),
];

/// The prompt of a story that is stopped while it works, and how many processes it has. On Unix
/// these are a tree of processes that ignore requests to end.
const STUBBORN: (&str, usize) = match cfg!(unix) {
    true => ("[[demo:slow tree seconds=120]] Never end.", 10),
    false => ("[[demo:slow]] Never end.", 1),
};

/// The result of one stage, as it is printed.
#[derive(Serialize)]
struct Stage {
    stage: &'static str,
    ok: bool,
    detail: String,
    took_ms: u64,
    #[serde(flatten)]
    tally: Tally,
}

/// The result of the whole proof, printed last.
#[derive(Serialize)]
struct Proof {
    seed: u64,
    killed: usize,
    #[serde(flatten)]
    tally: Tally,
}

pub(crate) fn prove(program: &Path, out: Out, seed: Option<u64>) -> Result<u8, Fault> {
    let seed = seed.unwrap_or_else(dice::seed);
    let mut scratch = Scratch::create(program)?;
    out.note(&format!("Seed {seed}. Everything happens in {}.\n", scratch.root().display()));
    let mut proof = Proving { out, tally: Tally::default() };
    let killed = proof.all(&scratch, Dice::new(seed))?;
    let tally = proof.tally;
    let proven = tally == Tally::default();
    out.one(&Proof { seed, killed, tally }, |_| {
        format!("\n{} lost, {} twice, {} orphans", tally.lost, tally.twice, tally.orphans)
    });
    if !proven {
        scratch.keep();
        out.note(&format!("The files stay in {}.", scratch.root().display()));
    }
    Ok(u8::from(!proven))
}

struct Proving {
    out: Out,
    tally: Tally,
}

impl Proving {
    fn all(&mut self, scratch: &Scratch, mut dice: Dice) -> Result<usize, Fault> {
        let mut crowd = Crowd::default();
        self.stage("agents at work", || begin(scratch, &mut crowd))?;
        let killed = self.stage("kill -9 at random", || kill(scratch, &mut crowd, &mut dice))?;
        self.stage("every story ends", || finish(scratch))?;
        self.stage("a stop in the middle", || stop_stubborn(scratch))?;
        // What follows looks at a directory that nobody owns.
        scratch.end_server()?;
        self.stage("printed and recorded", || compare::with_agents(scratch))?;
        self.stage("store and logs", || compare::verify(scratch))?;
        self.stage("store made again", || compare::without_store(scratch))?;
        self.stage("what should be gone", || scratch.orphans())?;
        Ok(killed)
    }

    /// Runs one stage, prints its result and adds its counts to the total.
    fn stage<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<Done<T>, Fault>,
    ) -> Result<T, Fault> {
        let begun = Instant::now();
        let done = work()?;
        self.tally += done.tally;
        let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let ok = done.tally == Tally::default();
        let stage = Stage { stage: name, ok, detail: done.detail, took_ms, tally: done.tally };
        self.out.one(&stage, |stage| {
            let mark = if stage.ok { "ok  " } else { "FAIL" };
            let seconds = Duration::from_millis(stage.took_ms).as_secs_f64();
            format!("{mark}  {:<22} {}  ({seconds:.1} s)", stage.stage, stage.detail)
        });
        Ok(done.given)
    }
}

/// The result of a stage.
struct Done<T> {
    given: T,
    detail: String,
    tally: Tally,
}

impl<T> Done<T> {
    fn new(given: T, detail: String, tally: Tally) -> Self {
        Self { given, detail, tally }
    }
}

/// Starts all stories, each in a separate repository.
fn begin(scratch: &Scratch, crowd: &mut Crowd) -> Result<Done<()>, Fault> {
    for (name, prompts) in STORIES {
        let repo = scratch.repo(name)?;
        let first = prompts.first().copied().unwrap_or_default();
        crowd.run(scratch, &repo, name, first)?;
    }
    let detail = format!("{} stories, {} processes of Musher", STORIES.len(), crowd.len());
    Ok(Done::new((), detail, Tally::default()))
}

/// Kills owners and followers at random, while questions are answered and further prompts are sent.
fn kill(scratch: &Scratch, crowd: &mut Crowd, dice: &mut Dice) -> Result<Done<usize>, Fault> {
    let later: usize = STORIES.iter().map(|(_, prompts)| prompts.len() - 1).sum();
    let mut sends = STORIES
        .iter()
        .flat_map(|(name, prompts)| prompts.iter().skip(1).map(move |prompt| (*name, *prompt)));
    let (mut killed, mut owners, mut refused) = (0, 0, 0);
    let send = |name, prompt| {
        let output = scratch.mush(["send", name, prompt])?;
        Ok::<u64, Fault>(u64::from(!output.status.success()))
    };
    std::thread::scope(|scope| {
        let answering = crowd::Answering::begin(scope, scratch);
        while killed < KILLS {
            std::thread::sleep(Duration::from_millis(dice.up_to(300)));
            let hit = crowd.kill_some(scratch, dice);
            killed += hit.killed;
            owners += usize::from(hit.owner);
            if dice.up_to(KILLS as u64 / later as u64) == 0
                && let Some((name, prompt)) = sends.next()
            {
                refused += send(name, prompt)?;
            }
            crowd.refill(scratch, dice, STORIES.iter().map(|(name, _)| *name))?;
        }
        for (name, prompt) in sends {
            refused += send(name, prompt)?;
        }
        drop(answering);
        Ok::<(), Fault>(())
    })?;
    crowd.leave();
    let detail = format!("{killed} killed, {owners} of them owned the directory");
    Ok(Done::new(killed, detail, Tally { lost: refused, ..Tally::default() }))
}

/// Waits until every story is done.
fn finish(scratch: &Scratch) -> Result<Done<()>, Fault> {
    let mut tally = Tally::default();
    let mut stuck = Vec::new();
    std::thread::scope(|scope| {
        let answering = crowd::Answering::begin(scope, scratch);
        for (name, _) in STORIES {
            let waited = scratch.wait(name)?;
            if !matches!(waited, Some(StoryState::Done)) {
                tally.lost += 1;
                stuck.push((*name).to_owned());
            }
        }
        drop(answering);
        Ok::<(), Fault>(())
    })?;
    let detail = match stuck.is_empty() {
        true => format!("{} of {} are done", STORIES.len(), STORIES.len()),
        false => format!("not done: {}", stuck.join(", ")),
    };
    Ok(Done::new((), detail, tally))
}

/// Stops an agent whose processes ignore requests to end.
fn stop_stubborn(scratch: &Scratch) -> Result<Done<()>, Fault> {
    let repo = scratch.repo("stubborn")?;
    let mut crowd = Crowd::default();
    let (prompt, processes) = STUBBORN;
    crowd.run(scratch, &repo, "stubborn", prompt)?;
    let before = scratch.until_processes(processes)?;
    scratch.mush(["stop", "stubborn"])?;
    let state = scratch.wait("stubborn")?;
    let after = scratch.marked()?.len();
    let stopped = state == Some(StoryState::Stopped) && before >= processes;
    let tally = Tally { lost: u64::from(!stopped), orphans: after as u64, ..Tally::default() };
    let detail = format!("{before} processes before the stop, {after} after it");
    Ok(Done::new((), detail, tally))
}
