//! Replies to Musher's own requests: the program reports its version, opens the thread, begins turns. A
//! refusal ends everything that waits for the reply, so that nothing hangs.

use super::CodexDecoder;
use super::sent::{Asked, plain_id};
use crate::codex::wire::account::LimitsRead;
use crate::codex::wire::thread::{Initialized, ThreadOpened, TurnNews};
use crate::decoder::Sink;
use crate::rpc;
use crate::unrecognized::unknown_shape;
use protocol::{Event, NoticeLevel, SessionId, SessionStarted, Turn};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The program's messages if a thread to be resumed does not exist.
const NO_THREAD: [&str; 2] = ["no rollout found", "thread not found"];

/// The program's message if its login has no limits to read.
const NO_LIMITS: &str = "authentication required to read rate limits";

/// The answer to `command/exec`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Executed {
    #[serde(default, deserialize_with = "crate::lenient::float")]
    exit_code: Option<f64>,
    #[serde(default, deserialize_with = "crate::lenient::owned")]
    stderr: Option<String>,
}

impl CodexDecoder {
    pub(super) fn replied(&mut self, id: &str, result: Option<&RawValue>, sink: &mut Sink<'_>) {
        let Some(asked) = self.sent.take(id) else {
            return unknown_shape("a reply to nothing", sink);
        };
        match asked {
            Asked::Hello => self.greeted(result),
            Asked::Start | Asked::Resume => {
                sink.event(Event::ControlReply { request: plain_id(id), error: None });
                return self.opened(result, asked == Asked::Resume, sink);
            }
            Asked::Turn => return self.turn_accepted(id, result, sink),
            Asked::Limits => return self.limits_read(result, sink),
            Asked::Probe => return self.probed(id, result, sink),
            Asked::Interrupt | Asked::Compact => {}
        }
        sink.event(Event::ControlReply { request: plain_id(id), error: None });
    }

    pub(super) fn refused(&mut self, id: &str, message: String, sink: &mut Sink<'_>) {
        let asked = self.sent.take(id);
        match asked {
            Some(Asked::Limits) => return no_limits(message, sink),
            Some(Asked::Compact) => self.sent.compaction_refused(),
            _ => {}
        }
        let request = plain_id(id);
        sink.event(Event::ControlReply { request, error: Some(message.clone()) });
        let missing = NO_THREAD.iter().any(|words| message.contains(words));
        let turn = match asked {
            Some(Asked::Resume) if missing => Turn::SessionMissing,
            Some(Asked::Hello | Asked::Start | Asked::Resume | Asked::Probe | Asked::Turn) => {
                Turn::Failed
            }
            _ => return,
        };
        self.handshake.refused |= asked != Some(Asked::Turn);
        self.never_began(turn, message, sink);
    }

    /// Reads the version from `musher/0.171.0 (Debian 12.0.0; x86_64) ...`, where it follows Musher's
    /// name.
    fn greeted(&mut self, result: Option<&RawValue>) {
        let greeting: Option<Initialized> = rpc::fields(result);
        let agent = greeting.and_then(|greeting| greeting.user_agent);
        let version = agent.as_deref().and_then(|agent| agent.split_once('/')?.1.split(' ').next());
        self.version = version.map(str::to_owned);
    }

    fn opened(&mut self, result: Option<&RawValue>, resumed: bool, sink: &mut Sink<'_>) {
        let opened: Option<ThreadOpened> = rpc::fields(result);
        let Some((opened, thread)) = opened.and_then(|mut opened| {
            let thread = opened.thread.take()?;
            thread.id.is_some().then_some((opened, thread))
        }) else {
            return unknown_shape("the answer to thread/start", sink);
        };
        let model = opened.model.clone().or(thread.model);
        let otherwise = self.handshake.opened(&opened);
        self.threads.open(thread.id.as_deref(), model.clone(), resumed);
        self.version = thread.cli_version.or(self.version.take());
        sink.event(Event::Session(SessionStarted {
            session: thread.id.map(SessionId::new),
            model,
            agent_version: self.version.clone(),
            cwd: opened.cwd.clone().or(thread.cwd),
            permission_mode: mode(&opened),
            credential: opened.model_provider,
            tools: Vec::new(),
            mcp_servers: Vec::new(),
        }));
        if let Some(why) = otherwise {
            self.never_began(Turn::Failed, why, sink);
        }
    }

    fn turn_accepted(&mut self, id: &str, result: Option<&RawValue>, sink: &mut Sink<'_>) {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Steered {
            #[serde(default, deserialize_with = "crate::lenient::owned")]
            turn_id: Option<String>,
        }
        let begun: Option<TurnNews<'_>> = rpc::fields(result);
        let begun = begun.and_then(|news| news.turn?.id);
        let steered = || rpc::fields::<Steered>(result)?.turn_id;
        match begun.or_else(steered) {
            Some(turn) => self.turn.prompted(plain_id(id), turn),
            None => unknown_shape("the answer to turn/start", sink),
        }
    }

    fn limits_read(&mut self, result: Option<&RawValue>, sink: &mut Sink<'_>) {
        match rpc::fields::<LimitsRead>(result) {
            Some(read) => self.limits.read(&read, sink),
            None => unknown_shape("the answer to account/rateLimits/read", sink),
        }
    }

    /// Takes the result of the sandbox test. A sandbox that cannot start is reported, and no prompt is
    /// sent.
    fn probed(&mut self, id: &str, result: Option<&RawValue>, sink: &mut Sink<'_>) {
        let executed: Option<Executed> = rpc::fields(result);
        let why = match executed {
            Some(Executed { exit_code: Some(0.0), .. }) => None,
            Some(Executed { stderr: Some(words), .. }) if !words.trim().is_empty() => Some(words),
            _ => Some("it gave no reason".to_owned()),
        };
        let error = why.map(|why| format!("Codex's sandbox cannot start: {}", why.trim()));
        self.handshake.probed(error.is_none());
        sink.event(Event::ControlReply { request: plain_id(id), error: error.clone() });
        if let Some(error) = error {
            self.never_began(Turn::Failed, error, sink);
        }
    }
}

/// When the program asks, and what its sandbox allows, in the program's words.
fn mode(opened: &ThreadOpened) -> Option<String> {
    let policy = match &opened.approval_policy {
        Value::String(word) => Some(word.as_str()),
        Value::Object(_) => Some("granular"),
        _ => None,
    };
    let sandbox = opened.sandbox.as_ref().and_then(|sandbox| sandbox.kind.as_deref());
    match (policy, sandbox) {
        (None, None) => None,
        (Some(word), None) | (None, Some(word)) => Some(word.to_owned()),
        (Some(policy), Some(sandbox)) => Some(format!("{policy}, {sandbox}")),
    }
}

fn no_limits(message: String, sink: &mut Sink<'_>) {
    // An API key has no limit windows; this need not be reported in every run.
    if !message.contains(NO_LIMITS) {
        let text = format!("Limits could not be read: {message}");
        sink.event(Event::Notice { level: NoticeLevel::Info, text });
    }
}
