//! What a person wants done with the branch of a story: checks it against what is done in the worktrees, has the files
//! held, starts the job, records what became of it, and answers. A job that is under way is waited for: it is never cut
//! off in the middle of writing files.

use super::requests::answered;
use super::{Director, Input, ReplyTo, not_found, wrong_state};
use crate::error::{Error, Result};
use crate::finish::finish_log;
use crate::git::{FinishOrder, Live, Voice};
use crate::hosting::NewPullRequest;
use crate::job::checkpoint::refused as refused_in;
use crate::job::finish::Finishing;
use crate::policy::finish::Finish;
use crate::policy::may::{Act, Worktree, may};
use crate::runtime;
use protocol::{
    Checkpoint, CheckpointCause, ErrorCode, Fault, FinishAct, FinishDone, FinishStep, JournalEvent,
    Reply, StoryId,
};
use std::collections::BTreeMap;

/// The longest message of a commit (bytes).
const LONGEST: usize = 64 * 1024;

/// Who waits for what, by worktree, and how it is cancelled.
#[derive(Default)]
pub(super) struct FinishJobs {
    replies: BTreeMap<String, ReplyTo>,
    voices: BTreeMap<String, Voice>,
}

impl FinishJobs {
    /// Asks all to end.
    pub(super) fn cancel(&self) {
        self.voices.values().for_each(Voice::cancel);
    }
}

/// The report of a job: what was done, or why not, and what was printed.
pub(crate) type FinishReport = (Result<FinishDone>, String);

impl Director {
    /// Wants something done with the branch of a story. It is answered when it is done, or with why not.
    pub(super) fn ask_finish(
        &mut self,
        story: StoryId,
        head: Option<String>,
        step: FinishStep,
        reply: ReplyTo,
    ) {
        match self.check_finish(&story, &step) {
            Ok((place, elsewhere)) => {
                self.seen.left_out.remove(&story);
                let (before, is_begun, done) = (self.held_before(&story, &step), false, None);
                let wanted = Finish { story, head, step, elsewhere, before, is_begun, done };
                self.seen.finishes.steps.insert(place.clone(), wanted);
                self.finishes.replies.insert(place, reply);
            }
            Err(error) => self.reply_after_commit(vec![reply], answered(Err(error))),
        }
    }

    /// The checkpoint from before a step that needs none of its own: to bring a worktree back, of which nothing is
    /// there.
    fn held_before(&self, story: &StoryId, step: &FinishStep) -> Option<u32> {
        let last = self.state.stories.get(story)?.finishes.last()?;
        let brings_back = step.act() == FinishAct::Undo && last.act == FinishAct::Remove;
        brings_back.then_some(last.n)
    }

    /// The story's worktree, and the other one whose files follow.
    fn check_finish(&self, story: &StoryId, step: &FinishStep) -> Result<(String, Option<String>)> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?;
        check_message(step)?;
        let dir = match step {
            FinishStep::Undo { n } => {
                let last = record.finishes.last().filter(|last| last.n == *n);
                last.ok_or_else(not_last)?.dir.clone()
            }
            step => step.target().and_then(|target| target.checked_out.clone()),
        };
        let elsewhere = dir.filter(|dir| dir != record.place());
        let view = self.view();
        let mut worktree = Worktree::of(&view, story);
        // These are waited for.
        worktree.acts.retain(|(act, _)| !matches!(act, Act::Checkpoint | Act::Prune));
        let refused = |conflict| refused_in("nothing was done", conflict);
        may(&worktree, Act::Finish).map_err(refused)?;
        if let Some(dir) = &elsewhere {
            may(&Worktree::at(&view, dir, story), Act::Finish).map_err(refused)?;
        }
        Ok((record.place().to_owned(), elsewhere))
    }

    /// Ends what is being done with the branch of a story. What writes files comes to its end before.
    pub(super) fn cancel_finish(&mut self, story: &StoryId) -> Result<()> {
        let mut steps = self.seen.finishes.steps.iter();
        let Some((place, step)) = steps.find(|(_, step)| step.story == *story) else {
            return Err(wrong_state(
                "nothing is being done with the branch of the story".to_owned(),
                "There is nothing to cancel.",
            ));
        };
        let (place, has_begun) = (place.clone(), step.is_begun);
        match self.finishes.voices.get(&place) {
            Some(voice) => voice.cancel(),
            None if !has_begun => {
                self.seen.finishes.steps.remove(&place);
                self.answer_finish(&place, Reply::Refused { fault: cancelled() });
            }
            None => {}
        }
        Ok(())
    }

    /// Lets a step begin, or refuses it because the files could not be held.
    pub(super) fn before_finish(
        &mut self,
        place: &str,
        made: std::result::Result<Checkpoint, Fault>,
    ) {
        let waiting = self.seen.finishes.steps.get_mut(place);
        let Some(step) = waiting.filter(|step| step.before.is_none()) else { return };
        let made = made.and_then(|checkpoint| check_whole(&step.step, checkpoint));
        match made {
            Ok(checkpoint) => step.before = Some(checkpoint.n),
            Err(fault) => {
                self.seen.finishes.steps.remove(place);
                self.answer_finish(place, Reply::Refused { fault });
            }
        }
    }

    /// Records that a step begins, and starts it.
    pub(super) fn finish(&mut self, place: &str) -> Result<()> {
        let Some(wanted) = self.seen.finishes.steps.get(place).cloned() else { return Ok(()) };
        let Finish { story, head, step, before: Some(n), .. } = wanted else { return Ok(()) };
        let last = self.state.stories.get(&story).and_then(|it| it.finishes.last()).cloned();
        let started = JournalEvent::FinishStarted { n, head: head.clone(), step: step.clone() };
        self.record(Some(&story), None, started)?;
        if let Some(seen) = self.seen.finishes.steps.get_mut(place) {
            seen.is_begun = true;
        }
        let (voice, live) = Live::new(&finish_log(&self.dir, &story));
        let next = self.state.stories.get(&story).map_or(0, |it| it.checkpoints.last);
        let hold = self.checkpoint_order(&story, next.saturating_add(1), CheckpointCause::Finish);
        let order = FinishOrder { place: self.place_of(place), head, step, n, last, hold };
        let job = Finishing { git: self.git_of(&story), order, live };
        let (inputs, of) = (self.inputs.clone(), place.to_owned());
        // The director does not release the directory before this is dropped.
        let under_way = self.starting.clone();
        let report = async move {
            let (done, output) = job.run().await;
            drop(under_way);
            // If the director has ended, the next one records that it is not known.
            let _ = inputs.send(Input::Finish(of, Box::new((done, output))));
        };
        runtime::handle().map_err(Error::Thread)?.spawn(report);
        self.finishes.voices.insert(place.to_owned(), voice);
        Ok(())
    }

    /// Takes the report of a job.
    pub(super) fn finish_report(&mut self, place: &str, (done, output): FinishReport) {
        self.finishes.voices.remove(place);
        if let Some(step) = self.seen.finishes.steps.get_mut(place) {
            step.done = Some((done.map_err(Fault::from), output));
        }
        self.pace.gather();
    }

    /// Records what became of a step, and answers the person.
    pub(super) fn finished(&mut self, place: &str) -> Result<()> {
        let Some(step) = self.seen.finishes.steps.get(place).cloned() else { return Ok(()) };
        let Finish { story, before, done: Some((done, output)), .. } = step else {
            return Ok(());
        };
        let ended = JournalEvent::FinishEnded {
            n: before.unwrap_or_default(),
            done: done.as_ref().ok().cloned(),
            fault: done.as_ref().err().cloned(),
            output: output.clone(),
        };
        self.record(Some(&story), None, ended)?;
        self.seen.finishes.steps.remove(place);
        let answer = match done {
            Ok(done) => {
                if done.act != FinishAct::Remove {
                    self.seen.finishes.after.insert(story);
                }
                Reply::Finished { done: Box::new(done), output }
            }
            Err(fault) => Reply::Refused { fault },
        };
        self.answer_finish(place, answer);
        Ok(())
    }

    /// Records that it is not known what became of a step that an earlier owner began.
    pub(super) fn finish_left(&mut self, story: &StoryId) -> Result<()> {
        let begun = self.state.stories.get(story).and_then(|record| record.finishes.begun);
        let fault = Fault::new(
            ErrorCode::Internal,
            "Musher ended while it was under way, so it is not known whether it was done",
            "Look at what is so now. The checkpoint before it holds every file.",
        );
        let ended = JournalEvent::FinishEnded {
            n: begun.map_or(0, |(n, _)| n),
            done: None,
            fault: Some(fault),
            output: String::new(),
        };
        self.record(Some(story), None, ended).map(drop)
    }

    fn answer_finish(&mut self, place: &str, answer: Reply) {
        let reply = self.finishes.replies.remove(place);
        self.reply_after_commit(reply.into_iter().collect(), answer);
    }
}

/// Refuses to remove a worktree of which the checkpoint before does not hold everything.
fn check_whole(
    step: &FinishStep,
    checkpoint: Checkpoint,
) -> std::result::Result<Checkpoint, Fault> {
    match checkpoint.left_out.first() {
        Some(first) if step.act() == FinishAct::Remove => Err(Fault::new(
            ErrorCode::WrongState,
            format!(
                "the worktree is not removed: no checkpoint holds {} of its files, {} first",
                checkpoint.left_out.len(),
                first.path
            ),
            "Commit them, have git ignore them, or move them away.",
        )),
        _ => Ok(checkpoint),
    }
}

fn cancelled() -> Fault {
    Fault::new(ErrorCode::Stopped, "it was cancelled", "Nothing was done.")
}

fn not_last() -> Error {
    Error::refused(
        ErrorCode::Moved,
        "that is not what was done last",
        "Look at what is so now; only what was done last can be undone.",
    )
    .on_terminal("`mush finish STORY` shows it.")
}

/// Refuses a message that git cannot take, or that says nothing.
fn check_message(step: &FinishStep) -> Result<()> {
    let (message, may_be_empty) = match step {
        FinishStep::Commit { message, .. } | FinishStep::Squash { message, .. } => (message, false),
        FinishStep::Merge { message, .. } => (message, true),
        FinishStep::PullRequest { base, title, text, draft, .. } => {
            let (base, title, text) = (base.clone(), title.clone(), text.clone());
            return NewPullRequest { base, title, text, draft: *draft }.check();
        }
        FinishStep::Push { .. }
        | FinishStep::UpdateByMerge { .. }
        | FinishStep::UpdateByRebase { .. }
        | FinishStep::FastForward { .. }
        | FinishStep::Remove { .. }
        | FinishStep::Undo { .. } => return Ok(()),
    };
    let refused = |what: &str, hint: &str| Err(Error::refused(ErrorCode::BadInput, what, hint));
    match message {
        message if message.contains('\0') => {
            refused("the message has a zero byte", "Write it without.")
        }
        message if message.trim().is_empty() && !may_be_empty => {
            refused("the message is empty", "Say what the commit is about.")
        }
        message if message.len() > LONGEST => {
            refused("the message is longer than 64 KiB", "Shorten it.")
        }
        _ => Ok(()),
    }
}
