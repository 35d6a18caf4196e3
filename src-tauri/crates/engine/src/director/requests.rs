//! Requests: each is checked, recorded and answered with "accepted" or "refused, why". The policies
//! decide what follows from the record; no request waits for an agent.

use super::{
    Director, NewInput, ReplyTo, answers, check_has_files, not_found, state_word, wrong_state,
};
use crate::clock::timestamp;
use crate::error::{Error, Result};
use crate::policy::{admit, checkpoint, why};
use crate::record::OpenQuestion;
use crate::run::messages::Command;
use crate::runtime;
use crate::state::{GatesAgain, RunRecord, StoryRecord};
use crate::store::read::Reader;
use crate::story::change::Because;
use crate::story::next::takes_prompts;
use crate::story::table::{StoryInput, is_at_rest};
use crate::writer::StoreWriter;
use agents::{Say, Unsayable};
use keeper::index::Stream;
use protocol::{
    Actor, AgentId, Answer, CommentId, ErrorCode, InputKind, JournalEvent, NotStopped,
    PromptQueued, QuestionId, Reply, Request, RunId, RunKind, StateDetail, Stop, StopReason,
    StoryId, StoryState, WaitsFor,
};
use std::path::Path;
use std::sync::mpsc::channel;

/// The hint for an archived story.
pub(super) const NEW_STORY: &str = "Start a new story; it can go on with the conversation.";

impl Director {
    pub(super) fn request(&mut self, request: Request, reply: ReplyTo) {
        match request {
            Request::Start(start) => self.start_story(*start, reply),
            Request::CheckStore => self.check_store(reply),
            Request::Checkpoint { story } => self.ask_checkpoint(story, reply),
            Request::Restore { story, n, paths } => self.ask_restore(story, n, paths, reply),
            Request::Back { story, n } => self.ask_back(story, n, reply),
            Request::DeleteLogs { story } => self.delete_logs(story, reply),
            Request::Finish { story, head, step } => self.ask_finish(story, head, step, reply),
            Request::Answer { question, .. } if self.is_closed(&question) => {
                self.refuse_closed(question, reply);
            }
            Request::Why { story } => {
                if let Some(waits_for) = self.waits_for_place(&story) {
                    // The store knows nothing of it. The caller may be gone.
                    let _ = reply.send(Reply::Why { waits_for });
                    return;
                }
                let waits_for = why::waits_for(&self.view(), &story);
                let waits_for = waits_for
                    .map(|waits_for| self.with_silence(waits_for))
                    .ok_or_else(|| not_found("such story"));
                let answer = answered(waits_for.map(|waits_for| Reply::Why { waits_for }));
                self.reply_after_commit(vec![reply], answer);
            }
            Request::Config | Request::SetConfig { .. } | Request::AcceptConfig { .. } => {
                self.refresh_config();
                let answer = answered(self.configure(request));
                self.reply_after_commit(vec![reply], answer);
            }
            other => {
                self.seen.left_out.clear();
                let answer = answered(self.handle(other));
                self.settle();
                self.reply_after_commit(vec![reply], answer);
            }
        }
    }

    /// Adds the time since which the program of a run printed nothing: the last change of its logs, which are
    /// made when the run begins.
    pub(super) fn with_silence(&self, waits_for: WaitsFor) -> WaitsFor {
        let WaitsFor::Run { run, slug, .. } = waits_for else { return waits_for };
        let logs = self.dir.run(&run);
        let changed = [Stream::Stdout, Stream::Stderr].map(|stream| {
            let changed = std::fs::metadata(logs.log_path(stream)).ok()?.modified().ok()?;
            Some(timestamp(changed))
        });
        WaitsFor::Run { run, slug, silent_since: changed.into_iter().flatten().max() }
    }

    /// Sends the answer when the store shows what the request caused. Only the caller waits for that,
    /// because a store that cannot write may take long.
    pub(super) fn reply_after_commit(&self, replies: Vec<ReplyTo>, answer: Reply) {
        let send_reply = move |shown: Result<()>| {
            let answer = match (shown, answer) {
                (Ok(()), answer) => answer,
                (Err(error), answer) => {
                    tracing::error!(%error, "the store is behind");
                    if answer == Reply::Done { Reply::Recorded } else { answer }
                }
            };
            for reply in replies {
                // The caller may be gone; the request is carried out anyway.
                let _ = reply.send(answer.clone());
            }
        };
        if let Err(error) = self.writer.after_commit(send_reply) {
            tracing::error!(%error, "the store's writer is gone");
        }
    }

    fn check_store(&self, reply: ReplyTo) {
        let send_reply = move |checked: Result<()>| {
            // The caller may be gone.
            let _ = reply.send(answered(checked.map(|()| Reply::Done)));
        };
        if let Err(error) = self.writer.check(send_reply) {
            tracing::error!(%error, "the store's writer is gone");
        }
    }

    fn handle(&mut self, request: Request) -> Result<Reply> {
        match request {
            Request::Hello { .. } => {
                return Ok(Reply::Hello {
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                    role: self.role.clone(),
                    pid: std::process::id(),
                });
            }
            Request::Send { story, id, text } => self.send(&story, id, &text)?,
            Request::Unsend { prompt } => self.unsend(&prompt)?,
            Request::EditPrompt { prompt, text } => self.edit_prompt(&prompt, &text)?,
            Request::Resume { story, id, now, change } => self.resume(&story, id, now, change)?,
            Request::Answer { question, answer } => self.answer(&question, &answer, Actor::You)?,
            Request::Interrupt { story } => self.interrupt(&story)?,
            Request::Stop { story, why, now } => self.stop(&story, why, now)?,
            Request::StopRun { run, why } => self.stop_run(&run, why, false)?,
            Request::StopAll { why } => return Ok(self.stop_all(&why)),
            Request::Archive { story } => self.archive(&story)?,
            Request::Unarchive { story } => self.unarchive(&story)?,
            Request::Rename { story, title } => self.rename(&story, &title)?,
            Request::Looked { story } => self.looked(&story)?,
            Request::Comment { story, id, anchor, text } => {
                self.comment(&story, id, anchor, &text)?;
            }
            Request::ChangeComment { story, id, change } => {
                self.change_comment(&story, id, change)?;
            }
            Request::Review { story, id, comments } => self.review(&story, id, &comments)?,
            Request::FileReviewed { story, path, content } => {
                self.file_reviewed(&story, path, content)?;
            }
            Request::SkipSetUp { story } => self.skip_set_up(&story)?,
            Request::CancelFinish { story } => self.cancel_finish(&story)?,
            Request::RunGates { story } => self.run_gates_again(&story)?,
            Request::Start(_)
            | Request::CheckStore
            | Request::Checkpoint { .. }
            | Request::Restore { .. }
            | Request::Back { .. }
            | Request::DeleteLogs { .. }
            | Request::Finish { .. }
            | Request::Why { .. }
            | Request::Config
            | Request::SetConfig { .. }
            | Request::AcceptConfig { .. }
            | Request::Yield { .. } => {
                unreachable!("`request` and `work` take these before they come here")
            }
        }
        Ok(Reply::Done)
    }

    pub(super) fn queue_prompt(
        &mut self,
        story: &StoryId,
        id: String,
        text: &str,
        (by, comments): (Actor, Vec<CommentId>),
    ) -> Result<()> {
        let prompt = PromptQueued { id, text: text.to_owned(), by, comments };
        self.record(Some(story), None, JournalEvent::PromptQueued(prompt))?;
        Ok(())
    }

    /// Whether a story takes a prompt of a person now.
    ///
    /// # Errors
    /// If it does not, with the reason.
    pub(super) fn takes_prompt(&self, story: &StoryId, text: &str) -> Result<()> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?;
        check_prompt(&record.agent, text)?;
        if !takes_prompts(record.state) {
            return Err(wrong_state(
                format!("the story is {}", state_word(record.state)),
                match record.state {
                    StoryState::Archived => NEW_STORY,
                    _ => "Leave the terminal first.",
                },
            ));
        }
        check_has_files(record)?;
        if self.state.live_run(story).is_none()
            && let Some((_, other)) = admit::works_there(&self.view(), story)
        {
            return Err(works_there(other));
        }
        Ok(())
    }

    fn send(&mut self, story: &StoryId, id: String, text: &str) -> Result<()> {
        self.takes_prompt(story, text)?;
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?;
        let unsent = record.queue.iter().any(|(queued, _)| *queued == id);
        match self.state.prompts.contains(&id) {
            // An owner that was killed had recorded it, or it was already sent.
            true if !unsent => return Ok(()),
            true => {}
            false => self.queue_prompt(story, id, text, (Actor::You, Vec::new()))?,
        }
        Ok(())
    }

    /// Answers an open question of a live run; a question is answered once.
    pub(super) fn answer(
        &mut self,
        question: &QuestionId,
        answer: &Answer,
        by: Actor,
    ) -> Result<()> {
        if self.state.answered.contains(question) {
            let message = "the question was answered already";
            let hint = "Its answer stands in the story.";
            return Err(not_asked(Error::refused(ErrorCode::AlreadyAnswered, message, hint)));
        }
        let Some((run, open)) = self.open_question(question) else {
            return Err(not_open());
        };
        if self.state.runs.get(&run).is_some_and(|run| run.stop.is_some()) {
            return Err(wrong_state(
                "its agent is being stopped".to_owned(),
                "Resume the story to go on.",
            ));
        }
        let agent = self.agent_of(&run)?;
        let answer = answers::settle(&open, answer)?;
        let asked = agents::OpenQuestion {
            request: open.request.clone(),
            kind: open.content.kind,
            options: open.content.options,
            input: open.input,
        };
        let say = Say::Answer { question: &asked, answer: &answer };
        let text = agent.say(say, &self.conversation(&run)).map_err(unsayable)?;
        let waits = checkpoint::is_before(&self.view(), &run, asked.kind, &answer);
        let input = NewInput {
            id: format!("answer-{question}"),
            kind: InputKind::Answer,
            text,
            question: Some(question.clone()),
            answer: Some(answer),
            by: Some(by),
        };
        if waits { self.write_when_held(&run, input) } else { self.write(&run, input) }
    }

    /// Whether no live run has the question open and no answer to it is recorded.
    fn is_closed(&self, question: &QuestionId) -> bool {
        !self.state.answered.contains(question) && self.open_question(question).is_none()
    }

    /// Refuses the answer to a question that no live run has open. The reason is read from the store, on the runtime.
    fn refuse_closed(&self, question: QuestionId, reply: ReplyTo) {
        let (store, writer) = (self.dir.store(), self.writer.clone());
        let send_reply = async move {
            let why = runtime::blocking(move || why_closed(&store, &writer, &question)).await;
            let why = why.map_err(Error::Thread).flatten().unwrap_or_else(|error| error);
            // The caller may be gone.
            let _ = reply.send(answered(Err(why)));
        };
        match runtime::handle() {
            Ok(runtime) => drop(runtime.spawn(send_reply)),
            Err(error) => tracing::error!(%error, "a refusal cannot be sent"),
        }
    }

    pub(super) fn open_question(&self, question: &QuestionId) -> Option<(RunId, OpenQuestion)> {
        self.seen.runs.iter().find_map(|(run, status)| {
            let is_it = |open: &&OpenQuestion| QuestionId::of(run, &open.request) == *question;
            let open = status.questions.iter().find(is_it)?;
            Some((run.clone(), open.clone()))
        })
    }

    fn interrupt(&mut self, story: &StoryId) -> Result<()> {
        let run = self.live_agent_run(story)?;
        let prompts = self.state.runs.get(&run).map_or(0, RunRecord::prompts);
        if self.seen.runs.get(&run).is_some_and(|status| status.idle && status.rests_after(prompts))
        {
            return Err(wrong_state(
                "no turn is going on: its agent waits".to_owned(),
                "Send it a prompt, or stop it.",
            ));
        }
        let id = format!("interrupt-{}", uuid::Uuid::now_v7());
        let say = Say::Interrupt { id: &id };
        let text = self.agent_of(&run)?.say(say, &self.conversation(&run)).map_err(unsayable)?;
        self.write(&run, NewInput::plain(id, InputKind::Interrupt, text))
    }

    fn live_agent_run(&self, story: &StoryId) -> Result<RunId> {
        let record = self.state.stories.get(story).ok_or_else(|| not_found("such story"))?;
        let live = self.state.live_run(story).filter(|run| {
            self.state
                .runs
                .get(run)
                .is_some_and(|run| run.spec.kind == RunKind::Agent && !run.is_closed())
        });
        live.cloned().ok_or_else(|| {
            let stands = state_word(record.state);
            wrong_state(
                format!("no agent works on it: the story is {stands}"),
                "Nothing has to be ended.",
            )
            .on_terminal("`mush stories` shows where each stands.")
        })
    }

    pub(super) fn stop(&mut self, story: &StoryId, why: StopReason, now: bool) -> Result<()> {
        if self.stop_pending(story, &why) {
            return Ok(());
        }
        if !self.state.stories.contains_key(story) {
            return Err(not_found("such story"));
        }
        match self.state.live_run(story).cloned() {
            Some(run) => self.stop_run(&run, why, now),
            None => {
                let state = self.state.stories[story].state;
                let is_settled = is_at_rest(state)
                    && !self.is_preparing(story)
                    && self.state.stories[story].gates_again == GatesAgain::No;
                if is_settled || state == StoryState::Archived {
                    return Err(wrong_state(
                        format!("nothing runs: the story is {}", state_word(state)),
                        "There is nothing to stop.",
                    ));
                }
                self.record(Some(story), None, stop_requested(&why))?;
                self.cancel_job(story);
                let about = Some(StateDetail::Stopped { by: Actor::You, why });
                self.apply(story, &StoryInput::Stopped, Because { about, ..Because::default() })
            }
        }
    }

    fn stop_run(&mut self, run: &RunId, why: StopReason, now: bool) -> Result<()> {
        let story = match self.state.runs.get(run) {
            Some(record) if record.outcome.is_none() => record.story.clone(),
            Some(_) => {
                return Err(wrong_state("the run is over".to_owned(), "There is nothing to stop."));
            }
            None => return Err(not_found("such run")),
        };
        self.record(Some(&story), Some(run), stop_requested(&why))?;
        if let Some(live) = self.live.get(run) {
            let stop = Command::Stop(Stop { by: Actor::You, why });
            if now {
                live.actor.send(stop.clone());
            }
            live.actor.send(stop);
        }
        Ok(())
    }

    /// Stops everything that runs or is about to start. One that cannot be stopped keeps no other one going.
    fn stop_all(&mut self, why: &StopReason) -> Reply {
        let mut starts = self.stop_all_pending(why);
        let (mut runs, mut failed) = (Vec::new(), Vec::new());
        for run in self.state.live.clone() {
            let name = self.state.runs[&run].spec.slug.clone();
            match self.stop_run(&run, why.clone(), false) {
                Ok(()) => runs.push(name),
                Err(error) => failed.push(NotStopped { name, fault: error.into() }),
            }
        }
        let preparing = self.seen.jobs.keys().filter(|story| self.is_preparing(story));
        for story in preparing.cloned().collect::<Vec<StoryId>>() {
            let name = self.state.stories[&story].slug.clone();
            match self.stop(&story, why.clone(), false) {
                Ok(()) => starts += 1,
                Err(error) => failed.push(NotStopped { name, fault: error.into() }),
            }
        }
        Reply::Stopping { runs, starts, failed }
    }

    /// The words for the story's state, or that it is about to start.
    pub(super) fn stands(&self, story: &StoryId, state: StoryState) -> String {
        match self.is_preparing(story) {
            true => "about to start".to_owned(),
            false => state_word(state),
        }
    }
}

pub(super) fn answered(result: Result<Reply>) -> Reply {
    result.unwrap_or_else(|error| Reply::Refused { fault: error.into() })
}

fn stop_requested(why: &StopReason) -> JournalEvent {
    JournalEvent::StopRequested { by: Actor::You, why: why.clone() }
}

/// Says why a question is not open, by what the store at `path` has about it. A damaged store is recovered first.
fn why_closed(path: &Path, writer: &StoreWriter, question: &QuestionId) -> Result<Error> {
    let read = || match Reader::open(path)?.question(question) {
        Ok(_) => Ok(not_open()),
        Err(error @ Error::Refused(_)) => Ok(error),
        Err(error) => Err(error),
    };
    match read() {
        Err(error) if error.is_damage() => {
            let (tell, checked) = channel();
            // A writer that ends drops it.
            writer.check(move |done| drop(tell.send(done)))?;
            checked.recv().map_err(|_| Error::Ended)??;
            read()
        }
        done => done,
    }
}

/// Completes the refusal of an answer to a question that is not open.
fn not_asked(refusal: Error) -> Error {
    refusal.on_terminal("`mush questions` lists what is open.")
}

fn not_open() -> Error {
    let message = "the question is not open: its agent took it back or is gone".to_owned();
    not_asked(wrong_state(message, "The story shows what came of it."))
}

/// Makes the refusal of a message that the agent cannot take now.
fn unsayable(why: Unsayable) -> Error {
    match why {
        Unsayable::NotYet => wrong_state(
            "the agent does not take this yet".to_owned(),
            "Try again in a moment, or stop it.",
        ),
        Unsayable::NotHere => wrong_state(
            "this agent takes nothing while it works".to_owned(),
            "Stop it, or send it a prompt for when it is done.",
        ),
    }
}

/// Makes the refusal because another story's agent works in the same worktree.
pub(super) fn works_there(other: &StoryRecord) -> Error {
    wrong_state(
        format!("the story {} works in {} now", other.slug, other.place()),
        "Wait for it, stop it, or give this story a worktree of its own.",
    )
}

/// Checks that a prompt has text and that its line can be read back from the log.
pub(super) fn check_prompt(agent: &AgentId, text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::refused(
            ErrorCode::BadInput,
            "the prompt is empty",
            "Say what the agent is to do.",
        )
        .on_terminal("To go on without a word of yours: mush resume STORY"));
    }
    if agents::agent(agent).is_none() {
        return Err(not_found("such agent"));
    }
    if let Some(len) = agents::too_long(text) {
        let most = agents::MAX_LINE >> 20;
        return Err(Error::refused(
            ErrorCode::BadInput,
            format!("the prompt is too long: {} MiB, {most} MiB is the most", len >> 20),
            "Put it into a file and name the file in the prompt.",
        ));
    }
    Ok(())
}
