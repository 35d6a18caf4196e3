//! Requests: each is checked, recorded and answered with "accepted" or "refused, why". Effects follow
//! through the journal and the actors; nobody is made to wait for an agent.

use super::{Director, Facts, HandedOver, NewInput, not_found, state_word, wrong_state};
use crate::env::Environment;
use crate::error::{Error, Result};
use crate::git;
use crate::run::actor::Command;
use crate::run::fold::OpenQuestion;
use crate::story::notify::plain;
use crate::story::table::{StoryInput, is_at_rest};
use protocol::{
    Answer, AnswerBehavior, ErrorCode, InputKind, JournalEvent, QuestionId, QuestionKind, Reply,
    Request, RunId, RunKind, StartStory, StoryId, StoryState,
};
use std::path::Path;
use std::sync::mpsc::Sender;

/// Longest title, in characters.
const LONGEST_TITLE: usize = 120;

impl Director {
    pub(super) fn request(&mut self, request: Request, reply: &Sender<Reply>) {
        let answer = match request {
            Request::Start(start) => {
                let begun = self.board.live_run(&start.id).is_some()
                    || self
                        .board
                        .stories
                        .get(&start.id)
                        .is_some_and(|story| !story.runs.is_empty());
                let made = self.create_story(&start);
                let story = made.as_ref().ok().filter(|_| !begun).cloned();
                self.settle();
                // Whoever asked may have gone; the story exists all the same.
                let _ = reply.send(answered(made.map(|story| Reply::Started { story })));
                if let Some(story) = story {
                    self.start_or_explain(&story, start.resume);
                }
                return;
            }
            other => answered(self.grant(other)),
        };
        self.settle();
        // Whoever asked may have gone; what was granted is granted.
        let _ = reply.send(answer);
    }

    /// Has the store show what was granted before the answer is given.
    fn settle(&self) {
        if let Err(error) = self.writer.flush() {
            tracing::error!(%error, "the store is behind");
        }
    }

    fn grant(&mut self, request: Request) -> Result<Reply> {
        match request {
            Request::Hello { .. } => {
                return Ok(Reply::Hello {
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                    role: self.role.clone(),
                    pid: std::process::id(),
                });
            }
            Request::Send { story, id, text } => self.send(&story, id, &text)?,
            Request::Answer { question, answer } => self.answer(&question, &answer, "you")?,
            Request::Interrupt { story } => self.interrupt(&story)?,
            Request::Stop { story, why, now } => self.stop(&story, &why, now)?,
            Request::StopRun { run, why } => self.stop_run(&run, &why, false)?,
            Request::StopAll { why } => self.stop_all(&why)?,
            Request::Archive { story } => self.archive(&story)?,
            Request::Start(_) | Request::Yield { .. } => {
                unreachable!("`request` and `work` take these before they come here")
            }
        }
        Ok(Reply::Done)
    }

    /// Makes the story with its prompt; what an earlier try of the same request made is kept.
    fn create_story(&mut self, start: &StartStory) -> Result<StoryId> {
        if !self.board.stories.contains_key(&start.id) {
            self.record_story(start)?;
        }
        let prompt = format!("{}-prompt", start.id);
        if !self.board.prompts.contains(&prompt) {
            self.queue_prompt(&start.id, prompt, &start.prompt)?;
        }
        let environment = start.env.as_ref().map(Environment::handed_over);
        self.handed_over
            .insert(start.id.clone(), HandedOver { environment, set: start.set_env.clone() });
        Ok(start.id.clone())
    }

    fn record_story(&mut self, start: &StartStory) -> Result<()> {
        if start.prompt.trim().is_empty() {
            return Err(Error::refused(
                ErrorCode::BadInput,
                "the prompt is empty",
                "Say what the agent is to do.",
            ));
        }
        if agents::agent(&start.agent).is_none() {
            return Err(unknown_agent(start.agent.as_str()));
        }
        let mut checkout = git::checkout(working_directory(&start.dir)?)?;
        let mut dir = start.dir.clone();
        let title = title_of(start);
        let slug = self.board.free_slug(&title);
        if let Some(branch) = &start.worktree {
            if !checkout.is_repository {
                return Err(Error::refused(
                    ErrorCode::BadInput,
                    format!("{dir} is not in a git repository, so it can have no worktree"),
                    "Use the folder as it is, or run `git init` in it.",
                ));
            }
            let made = git::add_worktree(&checkout, slug.as_str(), branch)?;
            dir = made.display().to_string();
            checkout.branch = Some(branch.clone());
        }
        if start.worktree.is_none() && !checkout.has_files {
            return Err(Error::refused(
                ErrorCode::BadInput,
                format!("{dir} is a bare repository, which has no files to work on"),
                "Give the story a worktree: --worktree BRANCH.",
            ));
        }
        if let Some(other) = self.board.run_in(&dir) {
            return Err(wrong_state(
                format!("the story {} works in {dir} now", other.slug),
                "Wait for it, stop it, or give this story a worktree of its own.",
            ));
        }
        let created = JournalEvent::StoryCreated {
            slug,
            title,
            project: checkout.project.display().to_string(),
            dir,
            branch: checkout.branch,
            agent: start.agent.clone(),
            profile: start.profile.clone(),
            gates: start.gates.clone(),
            resume_on_reset: start.resume_on_reset,
        };
        self.record(Some(&start.id), None, created)?;
        Ok(())
    }

    fn queue_prompt(&mut self, story: &StoryId, id: String, text: &str) -> Result<()> {
        self.record(Some(story), None, JournalEvent::PromptQueued { id, text: text.to_owned() })?;
        Ok(())
    }

    fn send(&mut self, story: &StoryId, id: String, text: &str) -> Result<()> {
        let on_board = self.board.stories.get(story).ok_or_else(|| not_found("such story"))?;
        if text.trim().is_empty() {
            return Err(Error::refused(
                ErrorCode::BadInput,
                "the prompt is empty",
                "Say what the agent is to do.",
            ));
        }
        if matches!(on_board.state, StoryState::Archived | StoryState::InTerminal) {
            return Err(wrong_state(
                format!("the story is {}", state_word(on_board.state)),
                "Take it back first.",
            ));
        }
        if self.board.prompts.contains(&id) {
            return Ok(());
        }
        self.queue_prompt(story, id, text)?;
        match self.board.live_run(story).cloned() {
            Some(_) => self.pump(story),
            None => {
                self.resume_or_explain(story);
                Ok(())
            }
        }
    }

    /// Answers a question that is open in a live run, once.
    pub(super) fn answer(
        &mut self,
        question: &QuestionId,
        answer: &Answer,
        by: &str,
    ) -> Result<()> {
        if self.board.answered.contains(question) {
            return Err(Error::refused(
                ErrorCode::AlreadyAnswered,
                "the question was answered already",
                "`mush questions` lists what is open.",
            ));
        }
        let (run, open) = self.open_question(question).ok_or_else(|| {
            wrong_state(
                "the question is not open: its agent took it back or is gone".to_owned(),
                "`mush questions` lists what is open.",
            )
        })?;
        check_answer(&open, answer)?;
        let text = self.agent_of(&run)?.answer(
            &agents::OpenQuestion {
                request: open.request.clone(),
                kind: open.kind,
                input: open.input,
            },
            answer,
        );
        let input = NewInput {
            id: format!("answer-{question}"),
            kind: InputKind::Answer,
            text,
            question: Some(question.clone()),
            answer: Some(answer.clone()),
            by: Some(by.to_owned()),
        };
        self.write(&run, input)
    }

    fn open_question(&self, question: &QuestionId) -> Option<(RunId, OpenQuestion)> {
        self.live.iter().find_map(|(run, live)| {
            let open = live
                .situation
                .questions
                .iter()
                .find(|open| QuestionId::of(run, &open.request) == *question)?;
            Some((run.clone(), open.clone()))
        })
    }

    fn interrupt(&mut self, story: &StoryId) -> Result<()> {
        let run = self.live_agent_run(story)?;
        let id = format!("interrupt-{}", uuid::Uuid::now_v7());
        let text = self.agent_of(&run)?.interrupt(&id);
        self.write(&run, NewInput::plain(id, InputKind::Interrupt, text))
    }

    fn live_agent_run(&self, story: &StoryId) -> Result<RunId> {
        let on_board = self.board.stories.get(story).ok_or_else(|| not_found("such story"))?;
        let live = self.board.live_run(story).filter(|run| {
            self.board
                .runs
                .get(run)
                .is_some_and(|run| run.facts.kind == RunKind::Agent && !run.is_closed())
        });
        live.cloned().ok_or_else(|| {
            wrong_state(
                format!("no agent works on it: the story is {}", state_word(on_board.state)),
                "`mush stories` shows where each stands.",
            )
        })
    }

    fn stop(&mut self, story: &StoryId, why: &str, now: bool) -> Result<()> {
        if !self.board.stories.contains_key(story) {
            return Err(not_found("such story"));
        }
        match self.board.live_run(story).cloned() {
            Some(run) => self.stop_run(&run, why, now),
            None => {
                let state = self.board.stories[story].state;
                if is_at_rest(state) || state == StoryState::Archived {
                    return Err(wrong_state(
                        format!("nothing runs: the story is {}", state_word(state)),
                        "There is nothing to stop.",
                    ));
                }
                self.record(Some(story), None, stop_requested(why))?;
                self.apply(story, &StoryInput::Stopped, Facts::default())
            }
        }
    }

    fn stop_run(&mut self, run: &RunId, why: &str, now: bool) -> Result<()> {
        let story = match self.board.runs.get(run) {
            Some(on_board) if on_board.outcome.is_none() => on_board.story.clone(),
            Some(_) => {
                return Err(wrong_state("the run is over".to_owned(), "There is nothing to stop."));
            }
            None => return Err(not_found("such run")),
        };
        self.record(Some(&story), Some(run), stop_requested(why))?;
        if let Some(live) = self.live.get(run) {
            let stop = || Command::Stop { by: "you".to_owned(), why: why.to_owned() };
            live.actor.send(stop());
            if now {
                live.actor.send(stop());
            }
        }
        Ok(())
    }

    fn stop_all(&mut self, why: &str) -> Result<()> {
        for run in self.board.live_runs() {
            self.stop_run(&run, why, false)?;
        }
        Ok(())
    }

    fn archive(&mut self, story: &StoryId) -> Result<()> {
        let state = self.board.stories.get(story).ok_or_else(|| not_found("such story"))?.state;
        if !is_at_rest(state) {
            return Err(wrong_state(
                format!("the story is {}", state_word(state)),
                "Stop it first.",
            ));
        }
        self.apply(story, &StoryInput::Archived, Facts::default())
    }
}

fn answered(result: Result<Reply>) -> Reply {
    result.unwrap_or_else(|error| Reply::Refused { fault: error.into() })
}

fn stop_requested(why: &str) -> JournalEvent {
    JournalEvent::StopRequested { by: "you".to_owned(), why: why.to_owned() }
}

fn unknown_agent(name: &str) -> Error {
    let known: Vec<String> = agents::agents().iter().map(|agent| agent.id().to_string()).collect();
    Error::refused(
        ErrorCode::BadInput,
        format!("there is no agent {name}"),
        format!("Musher knows: {}.", known.join(", ")),
    )
}

fn working_directory(dir: &str) -> Result<&Path> {
    let path = Path::new(dir);
    let refused = |why: &str| {
        Error::refused(ErrorCode::BadInput, format!("{dir} {why}"), "Name a folder that exists.")
    };
    if !path.is_absolute() {
        return Err(refused("is not an absolute path"));
    }
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Ok(path),
        Ok(_) => Err(refused("is a file, not a folder")),
        Err(error) => Err(refused(&format!("cannot be used: {error}"))),
    }
}

fn title_of(start: &StartStory) -> String {
    let first =
        start.prompt.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let title = plain(start.title.as_deref().unwrap_or(first));
    title.chars().take(LONGEST_TITLE).collect()
}

fn check_answer(open: &OpenQuestion, answer: &Answer) -> Result<()> {
    if open.kind == QuestionKind::Choice
        && answer.behavior == AnswerBehavior::Allow
        && answer.labels.is_empty()
    {
        return Err(Error::refused(
            ErrorCode::BadInput,
            "the agent asks for a choice",
            "Answer with `choose LABEL`, or deny.",
        ));
    }
    Ok(())
}
