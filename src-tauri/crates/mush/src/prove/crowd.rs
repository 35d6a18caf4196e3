//! The processes of Musher that a proof starts and kills: owners and followers of its stories, one program
//! each, and a thread that answers all questions meanwhile. Keepers and agents are never touched here.

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

/// Fewest processes between two kills.
const FEWEST: usize = 3;

/// How long a story may take to appear.
const APPEAR: Duration = Duration::from_secs(20);

/// How often questions are looked for.
const LOOK: Duration = Duration::from_millis(60);

/// Children of this process, all of them `mush`.
#[derive(Default)]
pub(super) struct Crowd {
    alive: Vec<Child>,
}

/// What one strike hit.
pub(super) struct Hit {
    pub(super) killed: usize,
    pub(super) owner: bool,
}

impl Crowd {
    pub(super) fn len(&self) -> usize {
        self.alive.len()
    }

    /// `mush run` with this title; returns when the story is there.
    pub(super) fn run(
        &mut self,
        scratch: &Scratch,
        repo: &Path,
        title: &str,
        prompt: &str,
    ) -> Result<(), Fault> {
        let mut command = scratch.command(["run", "--agent", "demo", "--wait", "--title", title]);
        command.args(["--prompt", prompt, "--dir"]).arg(repo);
        // A limit of one story holds no other one up.
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

    /// Kills the owner, a follower, or both.
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

    /// Starts new followers for those that were killed.
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

    /// Ends everybody.
    pub(super) fn leave(&mut self) {
        self.alive.drain(..).for_each(end);
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Kills one of our own children, which may have ended meanwhile.
fn end(mut child: Child) {
    if let Err(error) = child.kill().and_then(|()| child.wait()) {
        tracing::debug!(%error, "it ended by itself");
    }
}

/// Who owns the directory, by the words in its lock.
fn owner(scratch: &Scratch) -> Option<u32> {
    let text = std::fs::read_to_string(scratch.data().ok()?.owner_lock()).ok()?;
    Some(serde_json::from_str::<OwnerRecord>(&text).ok()?.pid)
}

/// A thread that answers all questions, until this is dropped.
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
                // Without an answer the question stays open and is found again.
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
        let words: &[&str] = match question.kind {
            QuestionKind::Choice => &["choose", "In red", "Sender"],
            QuestionKind::Permission | QuestionKind::Plan => &["allow"],
            // The demo agent has no MCP server.
            QuestionKind::Form => &["cancel"],
        };
        scratch.mush(["answer", question.id.as_str()].iter().chain(words))?;
    }
    Ok(())
}
