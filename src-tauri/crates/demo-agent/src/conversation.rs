//! The conversation of one process: reads prompts and plays turns until stdin is closed and no
//! prompt is queued. It opens the session, lets `scenario` play each turn, and prints the results
//! with the session's running totals. The exit code is that of the last result, unless a signal or
//! a misbehaviour decides otherwise.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use serde_json::json;

use crate::args::{SessionChoice, Settings};
use crate::consent::Rules;
use crate::ids::Ids;
use crate::input::{self, Habits, Input};
use crate::markers::{self, Keys};
use crate::price::{self, Ledger, tokens_of};
use crate::session::{Session, SessionError};
use crate::stage::{Halt, Interrupter, Play, Stage, StageParts};
use crate::tools::bash::Running;
use crate::turn::{Context, Later, OpenTask, Turn};
use crate::wire::escape::escape;
use crate::wire::init::{Introduction, init, initialized};
use crate::wire::outcome::{Counted, Ending, Outcome, SubagentStats, no_conversation, result};
use crate::{Surroundings, misbehave, scenario, tell};

/// Everything that lasts longer than one turn.
pub(crate) struct Conversation {
    pub(crate) stage: Stage,
    pub(crate) session: Session,
    pub(crate) cwd: PathBuf,
    pub(crate) home: PathBuf,
    pub(crate) model: String,
    pub(crate) settings: Settings,
    pub(crate) context: Context,
    /// When the process was started, in Unix seconds.
    pub(crate) began: i64,
    /// The keys in `MUSHER_DEMO`.
    base: Keys,
    /// The keys of the last prompt, which decide how the process ends.
    last: Keys,
    /// Totals at the last result.
    earlier: Ledger,
    results: u32,
    code: u8,
    /// Background tasks that are still running.
    pub(crate) tasks: Vec<OpenTask>,
    /// The counts of the whole process.
    pub(crate) subagents: SubagentStats,
}

impl Conversation {
    /// Opens the session. If that fails, prints the error like the real program and returns the
    /// exit code.
    pub(crate) fn begin(
        settings: &Settings,
        around: &Surroundings,
        mut out: Box<dyn Write + Send>,
        running: &Running,
    ) -> Result<Self, u8> {
        let opened = Session::open(&settings.session, &around.home, &around.cwd);
        let session = opened.map_err(|error| refuse(&error, &settings.session, &mut *out))?;
        let base = markers::in_variable(&around.directives, &scenario::names());
        if let Err(bad) = misbehave::check(&base.keys) {
            tell(&bad);
            return Err(1);
        }
        let model = price::resolve(settings.model.as_deref());
        let about = Introduction {
            cwd: &around.cwd,
            home: &around.home,
            model: &model,
            mode: settings.mode.word(),
            asks: settings.asks,
        };
        let (sender, inputs) = sync_channel(input::QUEUE);
        let stage = Stage::new(StageParts {
            out,
            inputs,
            sender,
            running: running.clone(),
            ids: session.ids(),
            rules: rules(settings),
            session: session.id.clone(),
            partial: settings.partial,
            speed: around.speed,
            introduction: initialized(&about),
        });
        Ok(Self {
            stage,
            earlier: session.totals.clone(),
            session,
            cwd: around.cwd.clone(),
            home: around.home.clone(),
            model,
            settings: settings.clone(),
            context: Context::default(),
            began: chrono::Utc::now().timestamp(),
            last: base.keys.clone(),
            base: base.keys,
            results: 0,
            code: 0,
            tasks: Vec::new(),
            subagents: SubagentStats::default(),
        })
    }

    /// A sender for threads that report something to the conversation.
    pub(crate) fn sender(&self) -> SyncSender<Input> {
        self.stage.sender.clone()
    }

    /// Holds the conversation until its end. Returns the exit code.
    pub(crate) fn run(mut self, stdin: Box<dyn Read + Send>) -> u8 {
        self.listen(stdin);
        match self.talk() {
            Ok(()) => misbehave::at_end(&mut self.stage, &self.last, self.code),
            Err(Halt::Exit(code)) => code,
            // A turn handles its interrupt itself; between turns there is nothing to do.
            Err(Halt::Interrupt) => self.code,
        }
    }

    fn listen(&mut self, stdin: Box<dyn Read + Send>) {
        let sender = self.sender();
        if !self.settings.two_way {
            self.stage.enqueue(self.settings.prompt.clone().unwrap_or_default());
            // Error ignored: the channel is empty, so there is room.
            let _ = sender.send(Input::Closed);
            return;
        }
        let habits = Habits {
            slow: self.base.number("stdin_slow").map(Duration::from_secs),
            lose: self.base.number("stdin_lose"),
        };
        std::thread::spawn(move || input::listen(stdin, &sender, habits));
    }

    fn talk(&mut self) -> Play<()> {
        misbehave::at_start(&mut self.stage, &self.base.clone())?;
        while let Some(prompt) = self.stage.next_prompt()? {
            self.answer(&prompt)?;
        }
        Ok(())
    }

    fn answer(&mut self, prompt: &str) -> Play<()> {
        let directives = markers::in_prompt(prompt, &scenario::names());
        if let Err(bad) = misbehave::check(&directives.keys) {
            tell(&bad);
            return Err(Halt::Exit(1));
        }
        let keys = self.base.and(&directives.keys);
        self.last = keys.clone();
        if self.results == 0 && keys.has("restart_totals") {
            self.session.restart_totals();
            self.earlier = Ledger::default();
        }
        let first = self.session.prompts == 0;
        crate::report(self.session.record_prompt(prompt), "the demo's session file");
        self.context.grow(tokens_of(prompt));
        misbehave::before_turn(&mut self.stage, &keys)?;
        self.introduce();
        let mut turn = Turn::new(self, keys);
        let played = scenario::play(&mut turn, &directives, prompt, first);
        let later = Self::conclude(turn, played, None)?;
        self.go_on(later)
    }

    /// Plays what follows a result, one background task after the other.
    fn go_on(&mut self, mut later: VecDeque<Later>) -> Play<()> {
        while let Some(next) = later.pop_front() {
            if self.tasks.is_empty() {
                // An interrupt has stopped the remaining tasks.
                break;
            }
            let mut between = Turn::new(self, self.last.clone());
            if let Err(halt) = (next.work)(&mut between) {
                return give_up(&mut between, halt);
            }
            self.introduce();
            let mut turn = Turn::new(self, self.last.clone());
            let played = turn.reply(&next.closing).map(|()| turn.answer());
            later.extend(Self::conclude(turn, played, Some(&next.run))?);
        }
        Ok(())
    }

    fn introduce(&mut self) {
        let line = init(&Introduction {
            cwd: &self.cwd,
            home: &self.home,
            model: &self.model,
            mode: self.stage.rules.mode.word(),
            asks: self.settings.asks,
        });
        self.stage.emit(line);
    }

    /// Prints the result of a turn. Returns what follows it.
    fn conclude(
        mut turn: Turn<'_>,
        played: Play<Ending>,
        task_run: Option<&str>,
    ) -> Play<VecDeque<Later>> {
        let (ending, leave) = match played {
            Ok(ending) => (ending, false),
            Err(Halt::Interrupt) => turn.abort(),
            Err(exit) => return Err(exit),
        };
        let keys = turn.keys.clone();
        let (talk, counted, later) = turn.into_parts();
        talk.print_result(&ending, &counted, task_run, &keys)?;
        if leave {
            return Err(Halt::Exit(0));
        }
        Ok(later)
    }

    fn print_result(
        &mut self,
        ending: &Ending,
        counted: &Counted,
        task_run: Option<&str>,
        keys: &Keys,
    ) -> Play<()> {
        let line = result(&Outcome {
            ending,
            counted,
            subagents: &self.subagents,
            totals: &self.session.totals,
            earlier: &self.earlier,
            index: self.results,
            queued: self.stage.queued(),
            task_run,
        });
        misbehave::before_result(&mut self.stage, keys, &line)?;
        self.stage.emit(line);
        self.results += 1;
        self.earlier = self.session.totals.clone();
        self.code = u8::from(ending.is_error());
        crate::report(self.session.record_totals(), "the demo's session file");
        misbehave::after_result(&mut self.stage, keys);
        Ok(())
    }
}

/// An interrupt between two results stops the background work without a further result.
fn give_up(between: &mut Turn<'_>, halt: Halt) -> Play<()> {
    let Halt::Interrupt = halt else { return Err(halt) };
    between.stage().withdraw();
    let interrupter = between.stage().take_interrupter();
    between.stop_tasks();
    match interrupter {
        Some(Interrupter::Request(id)) => between.stage().receipt(&id),
        _ => return Err(Halt::Exit(0)),
    }
    Ok(())
}

/// The rules from the command line.
fn rules(settings: &Settings) -> Rules {
    Rules { mode: settings.mode, allowed: settings.allowed_tools.clone(), asks: settings.asks }
}

/// Prints why there is no conversation. Returns the exit code.
fn refuse(error: &SessionError, choice: &SessionChoice, out: &mut dyn Write) -> u8 {
    if let (SessionError::Unknown(_), SessionChoice::Resumed(id)) = (error, choice) {
        let mut line = no_conversation(id);
        line["session_id"] = json!(id);
        line["uuid"] = json!(Ids::new(id, 0).uuid());
        let text = escape(line.to_string());
        // Error ignored: if stdout is closed, only the exit code remains.
        let _ = out.write_all(format!("{text}\n").as_bytes()).and_then(|()| out.flush());
    }
    tell(error);
    1
}
