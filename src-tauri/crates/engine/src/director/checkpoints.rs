//! Checkpoints and restores: starts the jobs that `policy::checkpoint` decides on, records what became of
//! them, and answers those who asked. What happened stays in memory until the journal has it.

use super::jobs::AbortOnDrop;
use super::requests::answered;
use super::{Director, Input, NewInput, ReplyTo, not_found, state_word, wrong_state};
use crate::error::{Error, Result};
use crate::git::{CheckpointLimits, CheckpointOrder, CheckpointPlace, Git, TakenCheckpoint};
use crate::job::checkpoint::{Checkpointing, Restoring, refused};
use crate::policy::checkpoint::{Allowed, Done, Job, Restore, Wanted};
use crate::policy::may::{Act, Worktree, may};
use crate::run::messages::Command;
use crate::runtime;
use crate::store::checkpoints::no_checkpoint;
use crate::story::next::takes_prompts;
use protocol::{
    Checkpoint, CheckpointCause, ErrorCode, Fault, JournalEvent, Reply, Restored, RunId, StoryId,
};
use std::collections::BTreeMap;

/// How many things that are left out the journal lists.
const MOST_LISTED: usize = 100;

/// The jobs by worktree, and who waits for them.
#[derive(Default)]
pub(super) struct CheckpointJobs {
    /// Aborted when it is dropped.
    running: BTreeMap<String, AbortOnDrop>,
    asked: Vec<(StoryId, ReplyTo)>,
    restores: BTreeMap<String, ReplyTo>,
}

/// A report of a job.
pub(crate) enum CheckpointReport {
    Taken(Result<TakenCheckpoint>),
    Restored(Result<Restored>),
    Pruned(Result<()>),
}

impl Director {
    /// Wants a checkpoint of a story; it is made as soon as its worktree has no other one.
    pub(super) fn ask_checkpoint(&mut self, story: StoryId, reply: ReplyTo) {
        if !self.state.stories.contains_key(&story) {
            return self.reply_after_commit(vec![reply], answered(Err(not_found("such story"))));
        }
        self.seen.left_out.remove(&story);
        self.seen.checkpoints.asked.insert(story.clone());
        self.checkpoints.asked.push((story, reply));
    }

    /// Wants files restored, if nobody works in the worktree.
    pub(super) fn ask_restore(
        &mut self,
        story: StoryId,
        n: u32,
        paths: Vec<String>,
        reply: ReplyTo,
    ) {
        let place = self.check_restore(&story, n);
        self.want_restore(place, (story, n), paths, false, reply);
    }

    /// Wants a story to go back to a checkpoint, if it rests and nobody works in its worktree.
    pub(super) fn ask_back(&mut self, story: StoryId, n: u32, reply: ReplyTo) {
        let place = self.check_back(&story).and_then(|()| self.check_restore(&story, n));
        self.want_restore(place, (story, n), Vec::new(), true, reply);
    }

    fn check_back(&self, story: &StoryId) -> Result<()> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?;
        match takes_prompts(record.state) {
            true => Ok(()),
            false => Err(wrong_state(
                format!("the story is {}", state_word(record.state)),
                "Only its files can be given back, from the same checkpoint.",
            )),
        }
    }

    fn want_restore(
        &mut self,
        place: Result<String>,
        (story, n): (StoryId, u32),
        paths: Vec<String>,
        goes_back: bool,
        reply: ReplyTo,
    ) {
        match place {
            Ok(place) => {
                self.seen.left_out.remove(&story);
                let (before, is_begun, done) = (None, false, None);
                let restore = Restore { story, n, paths, goes_back, before, is_begun, done };
                self.seen.checkpoints.restores.insert(place.clone(), restore);
                self.checkpoints.restores.insert(place, reply);
            }
            Err(error) => self.reply_after_commit(vec![reply], answered(Err(error))),
        }
    }

    fn check_restore(&self, story: &StoryId, n: u32) -> Result<String> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?;
        if !record.checkpoints.kept.contains_key(&n) {
            return Err(no_checkpoint(n));
        }
        let mut worktree = Worktree::of(&self.view(), story);
        // These are waited for.
        worktree.acts.retain(|(act, _)| !matches!(act, Act::Checkpoint | Act::Prune));
        let may_begin = may(&worktree, Act::Restore);
        may_begin.map_err(|conflict| refused("nothing can be restored", conflict))?;
        Ok(record.place().to_owned())
    }

    /// Starts a checkpoint.
    pub(super) fn hold(&mut self, wanted: Wanted) -> Result<()> {
        let Some(record) = self.state.stories.get(&wanted.story) else { return Ok(()) };
        let (place, n) = (record.place().to_owned(), record.checkpoints.last.saturating_add(1));
        let since = self.clock.now();
        let job = Checkpointing {
            git: self.git_of(&wanted.story),
            place: self.place_of(&place),
            order: CheckpointOrder {
                only_changed: matches!(
                    wanted.because,
                    CheckpointCause::Working | CheckpointCause::Allowed
                ),
                ..self.checkpoint_order(&wanted.story, n, wanted.because)
            },
        };
        if wanted.because == CheckpointCause::Asked {
            self.seen.checkpoints.asked.remove(&wanted.story);
        }
        if wanted.because == CheckpointCause::Finish {
            self.seen.finishes.after.remove(&wanted.story);
        }
        self.run_checkpoint(&place, async { CheckpointReport::Taken(job.run().await) })?;
        self.seen.checkpoints.jobs.insert(place, Job { order: wanted, since, done: None });
        Ok(())
    }

    /// How files are held now.
    pub(super) fn checkpoint_order(
        &self,
        story: &StoryId,
        n: u32,
        because: CheckpointCause,
    ) -> CheckpointOrder {
        CheckpointOrder {
            story: story.clone(),
            n,
            at: self.clock.now(),
            because,
            ignored: self.config.in_force().checkpoints.ignored,
            only_changed: true,
            limits: CheckpointLimits::default(),
        }
    }

    pub(super) fn git_of(&self, story: &StoryId) -> Git {
        let environment = self.environment_with(story, &[]);
        Git::of(&environment.unwrap_or_else(|_| self.environment.clone()))
    }

    pub(super) fn place_of(&self, place: &str) -> CheckpointPlace {
        CheckpointPlace {
            root: place.into(),
            scratch: self.dir.checkpoints(),
            own: self.dir.root().to_owned(),
        }
    }

    pub(super) fn run_checkpoint(
        &mut self,
        place: &str,
        work: impl Future<Output = CheckpointReport> + Send + 'static,
    ) -> Result<()> {
        let (inputs, of) = (self.inputs.clone(), place.to_owned());
        let report = async move {
            let report = work.await;
            // If the director has ended, the next one decides again.
            let _ = inputs.send(Input::Checkpoint(of, report));
        };
        let spawned = runtime::handle().map_err(Error::Thread)?.spawn(report);
        self.checkpoints.running.insert(place.to_owned(), AbortOnDrop::of(&spawned));
        Ok(())
    }

    /// Takes the report of a job.
    pub(super) fn checkpoint_report(&mut self, place: &str, report: CheckpointReport) {
        self.checkpoints.running.remove(place);
        let seen = &mut self.seen.checkpoints;
        match report {
            CheckpointReport::Taken(taken) => {
                if let Some(job) = seen.jobs.get_mut(place) {
                    job.done = Some(done(taken));
                }
            }
            CheckpointReport::Pruned(removed) => self.pruned(place, removed),
            CheckpointReport::Restored(restored) => {
                if let Some(restore) = seen.restores.get_mut(place) {
                    restore.done = Some(match restored {
                        Ok(restored) => (restored, None),
                        Err(error) => (Restored::default(), Some(error.into())),
                    });
                }
            }
        }
        self.pace.gather();
    }

    /// Records what became of a checkpoint, and answers those who asked for it.
    pub(super) fn checkpointed(&mut self, place: &str) -> Result<()> {
        let Some(Job { order, since, done: Some(done) }) = self.seen.checkpoints.jobs.get(place)
        else {
            return Ok(());
        };
        let (order, since, done) = (order.clone(), *since, done.clone());
        let answer = match &done {
            Done::Made { n, commit, tree, left_out } => {
                let listed = left_out.len().min(MOST_LISTED);
                let made = Checkpoint {
                    story: order.story.clone(),
                    n: *n,
                    at: self.clock.now(),
                    commit: commit.clone(),
                    tree: tree.clone(),
                    because: order.because,
                    left_out: left_out[..listed].to_vec(),
                    more_left_out: u32::try_from(left_out.len() - listed).unwrap_or(u32::MAX),
                };
                Ok(self.record_checkpoint(&order, made)?)
            }
            Done::Unchanged => Err(nothing_changed()),
            Done::NoRepository => {
                if let (CheckpointCause::Prompt, Some(prompt)) = (order.because, &order.prompt) {
                    let seen = &mut self.seen.checkpoints.without_repository;
                    seen.insert(order.story.clone(), prompt.clone());
                } else if matches!(
                    order.because,
                    CheckpointCause::Turn | CheckpointCause::End | CheckpointCause::Gates
                ) {
                    self.record_failure(&order, no_repository(place))?;
                }
                Err(no_repository(place))
            }
            Done::Failed(fault) => {
                self.record_failure(&order, fault.clone())?;
                Err(fault.clone())
            }
        };
        self.seen.checkpoints.jobs.remove(place);
        let now = self.clock.now();
        self.seen.checkpoints.note(place, since, now);
        match order.because {
            CheckpointCause::Asked => self.answer_asked(&order.story, answer),
            CheckpointCause::Restore => self.before_restore(place, answer),
            CheckpointCause::Allowed => self.write_allowed(order.run.as_ref()),
            CheckpointCause::Finish => self.before_finish(place, answer),
            _ => {}
        }
        Ok(())
    }

    /// Records an answer that lets the agent work, and has it written when the files are held.
    pub(super) fn write_when_held(&mut self, run: &RunId, input: NewInput) -> Result<()> {
        let allowed = Allowed { id: input.id.clone(), text: input.text.clone() };
        self.record_input(run, input)?;
        self.seen.checkpoints.allowed.entry(run.clone()).or_default().push(allowed);
        Ok(())
    }

    /// Has the answers written that waited for a checkpoint.
    fn write_allowed(&mut self, run: Option<&RunId>) {
        let Some(run) = run else { return };
        let waiting = self.seen.checkpoints.allowed.remove(run).unwrap_or_default();
        let Some(live) = self.live.get(run) else { return };
        for Allowed { id, text } in waiting {
            live.actor.send(Command::Write { id, text });
        }
    }

    fn record_checkpoint(&mut self, order: &Wanted, made: Checkpoint) -> Result<Checkpoint> {
        let event = JournalEvent::Checkpoint {
            n: made.n,
            commit: made.commit.clone(),
            tree: made.tree.clone(),
            because: made.because,
            prompt: order.prompt.clone(),
            left_out: made.left_out.clone(),
            more_left_out: made.more_left_out,
        };
        let at = self.record(Some(&order.story), order.run.as_ref(), event)?.at;
        Ok(Checkpoint { at, ..made })
    }

    fn record_failure(&mut self, order: &Wanted, fault: Fault) -> Result<()> {
        tracing::warn!(story = %order.story, message = fault.message, "no checkpoint was made");
        let (because, prompt) = (order.because, order.prompt.clone());
        let failed = JournalEvent::CheckpointFailed { because, prompt, fault };
        self.record(Some(&order.story), order.run.as_ref(), failed).map(drop)
    }

    fn answer_asked(&mut self, story: &StoryId, made: std::result::Result<Checkpoint, Fault>) {
        let all = std::mem::take(&mut self.checkpoints.asked);
        let (waiting, others) = all.into_iter().partition(|(asked, _)| asked == story);
        self.checkpoints.asked = others;
        let waiting: Vec<(StoryId, ReplyTo)> = waiting;
        let replies = waiting.into_iter().map(|(_, reply)| reply).collect();
        self.reply_after_commit(
            replies,
            match made {
                Ok(checkpoint) => Reply::Checkpoint { checkpoint: Box::new(checkpoint) },
                Err(fault) => Reply::Refused { fault },
            },
        );
    }

    /// Lets a restore begin, or refuses it because the present state could not be held.
    fn before_restore(&mut self, place: &str, made: std::result::Result<Checkpoint, Fault>) {
        let Some(restore) = self.seen.checkpoints.restores.get_mut(place) else { return };
        match made {
            Ok(checkpoint) => restore.before = Some((checkpoint.n, checkpoint.commit)),
            Err(fault) => {
                self.seen.checkpoints.restores.remove(place);
                self.answer_restore(place, Reply::Refused { fault });
            }
        }
    }

    fn answer_restore(&mut self, place: &str, answer: Reply) {
        let reply = self.checkpoints.restores.remove(place);
        self.reply_after_commit(reply.into_iter().collect(), answer);
    }

    /// Records that files are restored, and starts that.
    pub(super) fn restore(&mut self, place: &str) -> Result<()> {
        let Some(restore) = self.seen.checkpoints.restores.get(place).cloned() else {
            return Ok(());
        };
        let Some((before, commit)) = restore.before.clone() else { return Ok(()) };
        let started =
            JournalEvent::RestoreStarted { n: restore.n, before, paths: restore.paths.clone() };
        self.record(Some(&restore.story), None, started)?;
        if let Some(seen) = self.seen.checkpoints.restores.get_mut(place) {
            seen.is_begun = true;
        }
        let job = Restoring {
            git: self.git_of(&restore.story),
            place: self.place_of(place),
            store: self.dir.store(),
            writer: self.writer.clone(),
            hold: self.checkpoint_order(&restore.story, before, CheckpointCause::Restore),
            story: restore.story,
            n: restore.n,
            before: commit,
            paths: restore.paths,
        };
        self.run_checkpoint(place, async { CheckpointReport::Restored(job.run().await) })
    }

    /// Records what became of a restore, and answers the person.
    pub(super) fn restored(&mut self, place: &str) -> Result<()> {
        let Some(restore) = self.seen.checkpoints.restores.get(place).cloned() else {
            return Ok(());
        };
        let Restore { story, n, before, done: Some((restored, fault)), goes_back, .. } = restore
        else {
            return Ok(());
        };
        let before = before.map_or(0, |(before, _)| before);
        let ended =
            JournalEvent::RestoreEnded { n, restored: restored.clone(), fault: fault.clone() };
        self.record(Some(&story), None, ended)?;
        let answer = match fault {
            None if goes_back => {
                let goes_on = self.state.conversation_at(&story, n).unwrap_or_default();
                let answer = Reply::WentBack { before, restored, goes_on: !goes_on.is_empty() };
                let went = JournalEvent::WentBack { n, before, goes_on };
                self.record(Some(&story), None, went)?;
                answer
            }
            None => Reply::Restored { before, restored },
            Some(fault) => Reply::Refused { fault },
        };
        self.seen.checkpoints.restores.remove(place);
        self.answer_restore(place, answer);
        Ok(())
    }

    /// Whether no checkpoint is under way, none is left to be made of what is over, as far as anything is decided about
    /// it, and no work is being measured or compared.
    pub(super) fn is_all_held(&self) -> bool {
        let is_left_out = |story: &StoryId| self.seen.left_out.contains(story);
        let is_measured = self.seen.measuring.is_none() && self.seen.forecasting.is_empty();
        is_measured
            && self.seen.checkpoints.is_at_rest()
            && self.seen.finishes.is_at_rest()
            && self.state.unheld.iter().all(is_left_out)
    }
}

impl CheckpointJobs {
    /// Aborts all jobs.
    pub(super) fn abort(&mut self) {
        self.running.clear();
    }
}

fn done(taken: Result<TakenCheckpoint>) -> Done {
    match taken {
        Ok(TakenCheckpoint::Made(made)) => {
            Done::Made { n: made.n, commit: made.commit, tree: made.tree, left_out: made.left_out }
        }
        Ok(TakenCheckpoint::Unchanged(_)) => Done::Unchanged,
        Ok(TakenCheckpoint::NoRepository) => Done::NoRepository,
        Err(error) => Done::Failed(error.into()),
    }
}

fn nothing_changed() -> Fault {
    Fault::new(ErrorCode::WrongState, "nothing changed since the last checkpoint", "")
}

fn no_repository(place: &str) -> Fault {
    Fault::new(
        ErrorCode::WrongState,
        format!("{place} is no worktree of a git repository, so it has no checkpoints"),
        "Run `git init` there, and they are made from the next prompt on.",
    )
}
