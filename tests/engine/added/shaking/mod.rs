//! An agent whose conversation needs a handshake of two steps, and that sends a request that Musher
//! does not know.

use engine::agents::{
    AccountIdentity, Agent, Conversation, Decoded, Decoder, Input, InputMode, Interrupt, Launch,
    LaunchSpec, Line, Oversized, Program, ProtocolAsk, Say, Transport, Unsayable,
};
use protocol::{
    DecoderId, Event, InputKind, LoginState, Pos, SessionId, SessionStarted, Stream, Turn, TurnEnd,
};
use serde_json::{Value, json};
use std::path::Path;

/// The id of the conversation that it opens.
pub(super) const SESSION: &str = "s-42";

const PROGRAM: Program = Program {
    id: "shaking",
    name: "Shaking agent",
    short_name: "Shaking",
    programs: &["shaking-agent"],
    places: &[],
    behind: &[],
    oldest: None,
    how_to_get: "It is made by a test.",
    version_args: &["--version"],
    login_args: None,
};

/// Its program; it answers nothing before the file `go` exists.
pub(super) fn script(go: &Path) -> String {
    include_str!("agent.sh").replace("GO", &super::word(go))
}

pub(super) struct Shaking;

impl Agent for Shaking {
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
        DecoderId::new("shaking/1")
    }

    fn reader(&self) -> Box<dyn Decoder> {
        Box::new(Reading::default())
    }

    fn launch(&self, _spec: &LaunchSpec) -> Launch {
        Launch {
            argv: Vec::new(),
            env: Vec::new(),
            transport: Transport::Structured,
            interrupt: Interrupt::Signal,
            input: InputMode::TwoWay,
        }
    }

    fn refused_arguments(&self, _stderr: &str) -> bool {
        false
    }

    fn owed(&self, _spec: &LaunchSpec, with: &Conversation) -> Vec<Input> {
        let sent = |id: &str| with.sent.contains(id);
        let step = |id: &str, kind| Input {
            id: id.to_owned(),
            kind,
            text: format!("{}\n", json!({"id": id, "method": id})),
        };
        let hello = (!sent("hello")).then(|| step("hello", InputKind::Hello));
        let greeted = with.replied.contains("hello");
        let open = (greeted && !sent("open")).then(|| step("open", InputKind::Protocol));
        let refusals = with.asks.iter().map(|ask| Input {
            id: format!("reply-{}", ask.id),
            kind: InputKind::Protocol,
            text: format!("{{\"id\":{},\"error\":\"nobody knows {}\"}}\n", ask.id, ask.method),
        });
        hello.into_iter().chain(open).chain(refusals).collect()
    }

    fn say(&self, what: Say<'_>, with: &Conversation) -> Result<String, Unsayable> {
        match (what, &with.session) {
            (Say::Prompt { id, text }, Some(session)) => Ok(format!(
                "{}\n",
                json!({"id": id, "method": "prompt", "session": session, "text": text})
            )),
            (Say::Prompt { .. }, None) => Err(Unsayable::NotYet),
            (Say::Interrupt { .. } | Say::Answer { .. }, _) => Err(Unsayable::NotHere),
        }
    }

    fn resume_command(&self, _dir: &str, _session: &SessionId, program: &str) -> String {
        program.to_owned()
    }
}

/// Its decoder.
#[derive(Default)]
struct Reading {
    conversation: Conversation,
}

impl Reading {
    fn read(&mut self, stream: Stream, message: &Value) -> Option<Event> {
        let id = message["id"].as_str().map(str::to_owned);
        let method = message["method"].as_str();
        match (stream, method) {
            (Stream::Stdin, Some("prompt")) => {
                Some(Event::Prompt { text: message["text"].as_str()?.to_owned() })
            }
            (Stream::Stdin, Some(_)) => {
                self.conversation.sent.extend(id);
                None
            }
            (Stream::Stdin, None) => {
                let request = message["id"].to_string();
                self.conversation.asks.retain(|ask| ask.id != request);
                Some(Event::RequestRefused { request, method: String::new() })
            }
            (_, Some(method)) => {
                let ask = ProtocolAsk { id: message["id"].to_string(), method: method.to_owned() };
                self.conversation.asks.push(ask);
                None
            }
            (_, None) if message["text"].is_string() => Some(Event::Text {
                message: "m".to_owned(),
                block: 0,
                text: message["text"].as_str()?.to_owned(),
                parent: None,
            }),
            (_, None) => {
                self.conversation.replied.extend(id);
                self.answered(&message["result"])
            }
        }
    }

    fn answered(&mut self, result: &Value) -> Option<Event> {
        if let Some(session) = result["session"].as_str().map(SessionId::new) {
            self.conversation.open = true;
            self.conversation.session = Some(session.clone());
            let session = Some(session);
            return Some(Event::Session(SessionStarted { session, ..SessionStarted::default() }));
        }
        result["done"].as_bool().map(|_| Event::TurnEnded(Box::new(completed())))
    }
}

/// A successful end of a turn, without further values.
pub(super) fn completed() -> TurnEnd {
    TurnEnd {
        turn: Turn::Completed,
        said: "done".to_owned(),
        text: String::new(),
        usage: None,
        index: None,
        queued: 0,
        joined: 0,
        from_task: false,
        denials: Vec::new(),
        duration_ms: None,
        api_ms: None,
        login_expires_at: None,
        number: 0,
        shares: Vec::new(),
    }
}

impl Decoder for Reading {
    fn id(&self) -> DecoderId {
        DecoderId::new("shaking/1")
    }

    fn line(&mut self, line: Line<'_>, out: &mut Vec<Decoded>) {
        let message: Value = serde_json::from_slice(line.bytes).unwrap_or_default();
        let len = line.bytes.len() as u64;
        let pos = Pos { stream: line.stream, offset: line.offset, len, index: 0 };
        out.extend(self.read(line.stream, &message).map(|event| Decoded::Event(pos, event)));
    }

    fn oversized(&mut self, _line: Oversized<'_>, _out: &mut Vec<Decoded>) {}

    fn end(&mut self, _out: &mut Vec<Decoded>) {}

    fn conversation(&self) -> Conversation {
        self.conversation.clone()
    }
}
