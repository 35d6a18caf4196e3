//! An agent that reads one prompt up to the end of its input, answers in plain text and exits. A
//! follow-up is another run that continues the conversation.

use super::shaking::completed;
use engine::Engine;
use engine::agents::{
    AccountIdentity, Agent, Conversation, Decoded, Decoder, Input, InputMode, Interrupt, Launch,
    LaunchSpec, Line, Oversized, Program, Say, Transport, Unsayable,
};
use protocol::{
    DecoderId, Event, LoginState, Pos, Run, Seq, SessionId, SessionStarted, Source, Stream,
};
use std::path::Path;

const PROGRAM: Program = Program {
    id: "single",
    name: "Single agent",
    short_name: "Single",
    programs: &["single-agent"],
    places: &[],
    behind: &[],
    oldest: None,
    how_to_get: "It is made by a test.",
    version_args: &["--version"],
    login_args: None,
};

/// Its program; it reads nothing before the file `go` exists.
pub(super) fn script(go: &Path) -> String {
    include_str!("agent.sh").replace("GO", &super::word(go))
}

/// What it printed in each run.
pub(super) fn heard(engine: &Engine, runs: &[Run]) -> Vec<String> {
    let said = |run: &Run| {
        let events = engine.reader().unwrap().events(&run.id, Seq(0), 100).unwrap();
        let texts = events.into_iter().filter_map(|envelope| match envelope.source {
            Source::Run(Event::Text { text, .. }) => Some(text),
            _ => None,
        });
        texts.collect::<Vec<_>>().join(" ")
    };
    runs.iter().map(said).collect()
}

pub(super) struct Single;

impl Agent for Single {
    fn program(&self) -> &'static Program {
        &PROGRAM
    }

    fn parse_version(&self, _stdout: &str) -> Option<String> {
        None
    }

    fn parse_login(&self, _exit_ok: bool, _stdout: &str, _stderr: &str) -> LoginState {
        LoginState::Unknown { why: "it has none".to_owned() }
    }

    fn account(&self, _env: &dyn Fn(&str) -> Option<String>) -> AccountIdentity {
        AccountIdentity::default()
    }

    fn decoder(&self) -> DecoderId {
        DecoderId::new("single/1")
    }

    fn reader(&self) -> Box<dyn Decoder> {
        Box::new(Reading)
    }

    fn launch(&self, spec: &LaunchSpec) -> Launch {
        let word = if spec.resume { "again" } else { "new" };
        Launch {
            argv: vec![word.to_owned(), spec.session.to_string()],
            env: Vec::new(),
            transport: Transport::Structured,
            interrupt: Interrupt::Signal,
            input: InputMode::OnePrompt,
        }
    }

    fn refused_arguments(&self, _stderr: &str) -> bool {
        false
    }

    fn owed(&self, _spec: &LaunchSpec, _with: &Conversation) -> Vec<Input> {
        Vec::new()
    }

    fn say(&self, what: Say<'_>, _with: &Conversation) -> Result<String, Unsayable> {
        match what {
            Say::Prompt { text, .. } => Ok(format!("{text}\n")),
            Say::Interrupt { .. } | Say::Answer { .. } => Err(Unsayable::NotHere),
        }
    }

    fn resume_command(&self, _dir: &str, session: &SessionId, program: &str) -> String {
        format!("{program} again {session}")
    }
}

/// Its decoder.
struct Reading;

fn meaning(stream: Stream, line: &str) -> Event {
    let session = line.strip_prefix("session ").map(SessionId::new);
    match (stream, line) {
        (Stream::Stdin, text) => Event::Prompt { text: text.to_owned() },
        (_, "done") => Event::TurnEnded(Box::new(completed())),
        (_, _) if session.is_some() => {
            Event::Session(SessionStarted { session, ..SessionStarted::default() })
        }
        (_, text) => {
            Event::Text { message: "m".to_owned(), block: 0, text: text.to_owned(), parent: None }
        }
    }
}

impl Decoder for Reading {
    fn id(&self) -> DecoderId {
        DecoderId::new("single/1")
    }

    fn line(&mut self, line: Line<'_>, out: &mut Vec<Decoded>) {
        let text = String::from_utf8_lossy(line.bytes);
        let len = line.bytes.len() as u64;
        let pos = Pos { stream: line.stream, offset: line.offset, len, index: 0 };
        out.push(Decoded::Event(pos, meaning(line.stream, text.trim_end())));
    }

    fn oversized(&mut self, _line: Oversized<'_>, _out: &mut Vec<Decoded>) {}

    fn end(&mut self, _out: &mut Vec<Decoded>) {}
}
