//! The processes of Musher that a proof starts and kills: owners and followers of its stories, and
//! a thread that answers all questions meanwhile. Keepers and agents are never killed here.

use super::dice::Dice;
use super::scratch::{Scratch, unusable};
use engine::owner::OwnerRecord;
use protocol::{Fault, QuestionKind};
use std::path::Path;
use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Scope;
use std::time::{Duration, Instant};

/// The fewest processes that run after each kill.
const FEWEST: usize = 3;

/// The longest to wait until a started story exists.
const APPEAR: Duration = Duration::from_secs(20);

/// The interval at which open questions are searched for.
const LOOK: Duration = Duration::from_millis(60);

/// The running child processes of this process, all of them `mush`.
#[derive(Default)]
pub(super) struct Crowd {
    alive: Vec<Child>,
}

/// What one call of [`Crowd::kill_some`] killed.
pub(super) struct Hit {
    pub(super) killed: usize,
    pub(super) owner: bool,
}

impl Crowd {
    pub(super) fn len(&self) -> usize {
        self.alive.len()
    }

    /// Starts `mush run` with this title and prompt. Returns when the story exists.
    pub(super) fn run(
        &mut self,
        scratch: &Scratch,
        repo: &Path,
        title: &str,
        prompt: &str,
    ) -> Result<(), Fault> {
        let mut command = scratch.command(["run", "--agent", "demo", "--wait", "--title", title]);
        command.args(["--prompt", prompt, "--dir"]).arg(repo);
        // Each story has a separate account, so that a limit holds only one of them.
        command.args(["--env", &format!("MUSHER_DEMO_ACCOUNT={title}")]);
        self.alive.push(command.spawn().map_err(|error| unusable(repo, &error))?);
        let deadline = Instant::now() + APPEAR;
        loop {
            let there = scratch.reader().and_then(|reader| Ok(reader.story(title)?));
            match there {
                // Values that only the request has are gone with its owner, so the first run has to be recorded.
                Ok(story) if !story.runs.is_empty() => return Ok(()),
                Ok(_) if Instant::now() > deadline => return Ok(()),
                Ok(_) => std::thread::sleep(Duration::from_millis(20)),
                Err(fault) if Instant::now() > deadline => return Err(fault),
                Err(_) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }

    /// Kills the owner, one of the processes at random, or both.
    pub(super) fn kill_some(&mut self, scratch: &Scratch, dice: &mut Dice) -> Hit {
        self.alive.retain_mut(|child| matches!(child.try_wait(), Ok(None)));
        let owner = owner(scratch);
        let owning = self.alive.iter().position(|child| Some(child.id()) == owner);
        if owning.is_none() {
            // One that was left by a command would own the directory for good, and no other would be hit.
            let _ = scratch.mush(["serve", "--end"]);
        }
        let any = (!self.alive.is_empty()).then(|| dice.one_of(self.alive.len()));
        let mut victims: Vec<usize> = match dice.one_of(3) {
            0 => owning.into_iter().collect(),
            1 => any.into_iter().collect(),
            _ => owning.into_iter().chain(any).collect(),
        };
        victims.sort_unstable();
        victims.dedup();
        for &victim in victims.iter().rev() {
            end(self.alive.swap_remove(victim));
        }
        let hit_owner = owning.is_some_and(|owning| victims.contains(&owning));
        Hit { killed: victims.len(), owner: hit_owner }
    }

    /// Starts followers of random stories until at least [`FEWEST`] processes run.
    pub(super) fn refill<'a>(
        &mut self,
        scratch: &Scratch,
        dice: &mut Dice,
        stories: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<(), Fault> {
        while self.alive.len() < FEWEST {
            let which = dice.one_of(stories.clone().count());
            let story = stories.clone().nth(which).unwrap_or_default();
            let follower = scratch.command(["attach", story]).spawn();
            self.alive.push(follower.map_err(|error| unusable(scratch.root(), &error))?);
        }
        Ok(())
    }

    /// Kills all processes.
    pub(super) fn leave(&mut self) {
        self.alive.drain(..).for_each(end);
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Kills a child process, which may have ended already.
fn end(mut child: Child) {
    if let Err(error) = child.kill().and_then(|()| child.wait()) {
        tracing::debug!(%error, "it ended by itself");
    }
}

/// The process id of the owner, as its lock file names it.
fn owner(scratch: &Scratch) -> Option<u32> {
    let text = std::fs::read_to_string(scratch.data().ok()?.owner_lock()).ok()?;
    Some(serde_json::from_str::<OwnerRecord>(&text).ok()?.pid)
}

/// A thread that answers all questions. It ends when this is dropped.
pub(super) struct Answering(Arc<AtomicBool>);

impl Answering {
    pub(super) fn begin<'scope, 'env>(
        scope: &'scope Scope<'scope, 'env>,
        scratch: &'env Scratch,
    ) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&over);
        scope.spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                // An unanswered question stays open and is found again.
                if let Err(fault) = answer_all(scratch) {
                    tracing::debug!(%fault, "a question could not be answered yet");
                }
                std::thread::sleep(LOOK);
            }
        });
        Self(over)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn answer_all(scratch: &Scratch) -> Result<(), Fault> {
    for question in scratch.reader()?.questions(true)? {
        let words: &[&str] = match question.content.kind {
            QuestionKind::Choice => &["choose", "In red", "Sender"],
            QuestionKind::Permission | QuestionKind::Plan => &["allow"],
            // The demo agent has no MCP server, so a form cannot be filled in.
            QuestionKind::Form => &["cancel"],
        };
        scratch.mush(["answer", question.id.as_str()].iter().chain(words))?;
    }
    Ok(())
}
