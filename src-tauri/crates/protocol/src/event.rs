//! Run events: a decoder makes them of a run's streams, in types that fit every agent. An event has only
//! what happened; its envelope has the story, the run and the time. Text that is still being streamed is
//! no event but a [`crate::Draft`].

use crate::{
    ApiUsage, Busy, CompactTrigger, Diff, Field, LimitObservation, ModelShare, QuestionContent,
    SessionId, Stream, Subject, Timestamp, Tokens,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// One thing that happened in a run.
///
/// `parent` is the tool call of the subagent in which it happened, if it happened in one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The agent introduced itself. Some agents do so in every turn.
    Session(SessionStarted),
    /// A prompt was written to the agent.
    Prompt {
        /// The prompt's text.
        text: String,
    },
    /// A finished piece of the agent's answer.
    Text {
        /// The vendor's id of the message.
        message: String,
        /// Index of the block in the message.
        block: u32,
        /// The text, Markdown.
        text: String,
        /// The tool call of the subagent, if one wrote it.
        parent: Option<String>,
    },
    /// A finished thought.
    Thought {
        /// The vendor's id of the message.
        message: String,
        /// Index of the block in the message.
        block: u32,
        /// The thought; empty when the agent hides it.
        text: String,
        /// How long it took, if the agent reports it (milliseconds).
        duration_ms: Option<u64>,
        /// The tool call of the subagent, if it is a subagent's.
        parent: Option<String>,
    },
    /// The agent called a tool.
    ToolCall {
        /// The vendor's id of the call.
        call: String,
        /// The tool, by the agent's name; for a tool of an MCP server both names: `github create_issue`.
        name: String,
        /// The kind of the tool.
        kind: ToolKind,
        /// One line for a row: the command, the path, the pattern.
        title: String,
        /// What the call works on.
        #[serde(default)]
        subject: Subject,
        /// The other fields of its input.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(optional, as = "Option<Vec<Field>>")]
        beside: Vec<Field>,
        /// The tool call of the subagent, if a subagent called it.
        parent: Option<String>,
    },
    /// A tool call ended.
    ToolResult {
        /// The call that ended.
        call: String,
        /// Whether it succeeded.
        ok: bool,
        /// Whether the call was refused instead of run.
        denied: bool,
        /// The result's text for the model.
        text: String,
        /// The agent's further report of the result, if there is one.
        output: Option<ToolOutput>,
        /// Pictures in the result; their bytes stay in the log.
        images: Vec<Image>,
        /// Time from the call, or from the last answer that it waited for, to its result by the keeper's clock
        /// (milliseconds).
        duration_ms: Option<u64>,
        /// Whether its turn ended before the call did, so that its end is not known; a command may still run.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[ts(optional, as = "Option<bool>")]
        cut: bool,
        /// The tool call of the subagent, if a subagent called it.
        parent: Option<String>,
    },
    /// The agent program sent its model a message in the person's name, to keep it going.
    #[serde(alias = "nudge")]
    InjectedMessage {
        /// The text.
        text: String,
    },
    /// The agent will repeat a request that failed.
    Retry {
        /// The number of the coming attempt, from 1.
        attempt: u32,
        /// The most attempts that the agent makes.
        max: Option<u32>,
        /// How long the agent waits (milliseconds).
        delay_ms: u64,
        /// The HTTP status of the failure; `None` if there was no answer.
        status: Option<u16>,
        /// What failed.
        error: ApiErrorKind,
    },
    /// A request failed for good. The turn's end, which reports the same, follows.
    ApiError {
        /// What failed.
        error: ApiErrorKind,
        /// The HTTP status, if there was one.
        status: Option<u16>,
        /// The agent's sentence.
        message: String,
    },
    /// Text that a broken stream left is void: the blocks from `from_block` on of `message`.
    Abandoned {
        /// The vendor's id of the message.
        message: String,
        /// The first void block.
        from_block: u32,
    },
    /// The agent reported its account's limits.
    Limit {
        /// The report.
        limit: LimitObservation,
    },
    /// Work outside the conversation began: a subagent or a background command.
    TaskStarted {
        /// The vendor's id of the task.
        task: String,
        /// The tool call that began it.
        call: Option<String>,
        /// The kind of work.
        kind: TaskKind,
        /// The task's description.
        description: String,
        /// Whether the conversation goes on without it.
        background: bool,
    },
    /// A task made progress.
    TaskProgress {
        /// The task.
        task: String,
        /// What the task is doing now, if reported.
        description: Option<String>,
        /// Tokens that the task used so far, if reported.
        tokens: Option<u64>,
        /// Tool calls that the task made so far, if reported.
        tool_uses: Option<u64>,
    },
    /// A task ended.
    TaskEnded {
        /// The task.
        task: String,
        /// How it ended.
        status: TaskStatus,
        /// The task's own summary.
        summary: String,
    },
    /// The agent asks and waits for an answer.
    Question {
        /// The agent's id of the request, unique in the run.
        request: String,
        /// The question itself.
        #[serde(flatten)]
        content: QuestionContent,
        /// The part of the request that the agent wants back with an answer, in its own format.
        input: Value,
    },
    /// The agent took a question back.
    QuestionWithdrawn {
        /// The request's id.
        request: String,
    },
    /// An answer was written to the agent.
    Answered {
        /// The request's id.
        request: String,
        /// Whether the answer allowed it.
        allowed: bool,
        /// The message that was sent with the answer.
        message: Option<String>,
    },
    /// The agent's own rules refused a tool without a question to a person.
    Denied {
        /// The tool.
        tool: String,
        /// The call.
        call: Option<String>,
        /// The agent's sentence.
        message: String,
    },
    /// An interrupt was written to the agent.
    InterruptSent,
    /// The agent answered a request of Musher's, such as the start of the conversation or an interrupt.
    ControlReply {
        /// The request's id.
        request: String,
        /// The error that the agent reported, if any.
        error: Option<String>,
    },
    /// Musher refused a request of the agent that it does not know, because the agent would have waited
    /// for an answer.
    RequestRefused {
        /// The request's id.
        request: String,
        /// The requested method, in the agent's protocol; empty if it named none.
        method: String,
    },
    /// The tokens of one message so far. The last value of each message counts until the turn's end
    /// replaces all of them.
    MessageUsage {
        /// The vendor's id of the message.
        message: String,
        /// The model.
        model: String,
        /// Tokens by class.
        tokens: Tokens,
        /// Whether this is the message's final value, not the one at its start.
        last: bool,
        /// The tool call of the subagent; `None` for a message of the conversation itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        parent: Option<String>,
    },
    /// A turn began, or the agent is busy with something else.
    Status {
        /// What the agent is busy with now.
        busy: Busy,
    },
    /// The conversation was summarised so that it fits.
    Compacted {
        /// Why.
        trigger: CompactTrigger,
        /// Tokens before the summary.
        before: Option<u64>,
        /// Tokens after it.
        after: Option<u64>,
    },
    /// The conversation was thrown away and begun again; its usage totals restart at zero.
    ConversationReset {
        /// Why, in the agent's word.
        trigger: Option<String>,
    },
    /// The agent could not save a part of these conversations. A run that resumes one of them may lack a
    /// part of what was said.
    ConversationIncomplete {
        /// The conversations.
        sessions: Vec<SessionId>,
    },
    /// A turn ended. A run can have several.
    TurnEnded(Box<TurnEnd>),
    /// A report of the agent about itself.
    Notice {
        /// How much it matters.
        level: NoticeLevel,
        /// The text.
        text: String,
    },
    /// A line that the decoder does not know or could not read. Nothing is lost: the bytes are in the log
    /// at the event's position.
    Unrecognized {
        /// What is wrong with the line.
        why: UnrecognizedWhy,
        /// The vendor's type, or the beginning of the line.
        what: String,
    },
    /// A line of plain text where no message was expected, or of a program that prints only text.
    Output {
        /// The stream it was printed on.
        stream: Stream,
        /// The text without control characters.
        text: String,
    },
}

impl Event {
    /// The value of its `type` field.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Session(_) => "session",
            Self::Prompt { .. } => "prompt",
            Self::Text { .. } => "text",
            Self::Thought { .. } => "thought",
            Self::ToolCall { .. } => "tool_call",
            Self::ToolResult { .. } => "tool_result",
            Self::InjectedMessage { .. } => "injected_message",
            Self::Retry { .. } => "retry",
            Self::ApiError { .. } => "api_error",
            Self::Abandoned { .. } => "abandoned",
            Self::Limit { .. } => "limit",
            Self::TaskStarted { .. } => "task_started",
            Self::TaskProgress { .. } => "task_progress",
            Self::TaskEnded { .. } => "task_ended",
            Self::Question { .. } => "question",
            Self::QuestionWithdrawn { .. } => "question_withdrawn",
            Self::Answered { .. } => "answered",
            Self::Denied { .. } => "denied",
            Self::InterruptSent => "interrupt_sent",
            Self::ControlReply { .. } => "control_reply",
            Self::RequestRefused { .. } => "request_refused",
            Self::MessageUsage { .. } => "message_usage",
            Self::Status { .. } => "status",
            Self::Compacted { .. } => "compacted",
            Self::ConversationReset { .. } => "conversation_reset",
            Self::ConversationIncomplete { .. } => "conversation_incomplete",
            Self::TurnEnded(_) => "turn_ended",
            Self::Notice { .. } => "notice",
            Self::Unrecognized { .. } => "unrecognized",
            Self::Output { .. } => "output",
        }
    }
}

/// The identity that the agent reports.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct SessionStarted {
    /// The conversation.
    pub session: Option<SessionId>,
    /// The model.
    pub model: Option<String>,
    /// The agent's version.
    pub agent_version: Option<String>,
    /// The working directory, as the agent reports it.
    pub cwd: Option<String>,
    /// The agent's permission mode.
    pub permission_mode: Option<String>,
    /// The source of the credential, as the agent reports it; never the credential.
    pub credential: Option<String>,
    /// The tools that the agent may use.
    pub tools: Vec<String>,
    /// The MCP servers that the agent knows.
    pub mcp_servers: Vec<McpServer>,
}

/// An MCP server as the agent reports it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct McpServer {
    /// The server's name.
    pub name: String,
    /// The server's state, in the agent's word.
    pub status: String,
}

/// The kind of a tool, for a glyph and a sentence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ToolKind {
    /// Runs a command.
    Command,
    /// Reads a file.
    Read,
    /// Changes a file.
    Edit,
    /// Looks for files or text.
    Search,
    /// Reaches the network.
    Web,
    /// Starts a subagent.
    Agent,
    /// Keeps a list of things to do.
    Plan,
    /// Asks a person.
    Ask,
    /// A tool of an MCP server.
    Mcp,
    /// Any other.
    #[default]
    Other,
}

/// The agent's report of a tool's effect, in addition to the text for the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ToolOutput {
    /// A command's output.
    Command {
        /// Standard output, often with standard error merged in.
        stdout: String,
        /// Standard error.
        stderr: String,
        /// The exit code, if the agent reports it.
        exit_code: Option<i32>,
        /// Whether the command was cut short.
        interrupted: bool,
        /// The background task that the command became.
        background: Option<String>,
    },
    /// A file was written or changed.
    Edit {
        /// The file's path.
        path: String,
        /// Whether the file is new.
        created: bool,
        /// The changes; empty if the agent does not report them.
        diff: Diff,
    },
    /// A file was read.
    Read {
        /// The file's path.
        path: String,
        /// How many lines were read, if reported.
        lines: Option<u64>,
    },
    /// Anything else, as the agent reports it.
    Other {
        /// The report's text, or its JSON.
        value: Value,
    },
}

/// A picture in a result. Its bytes stay in the log, at the event's position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Image {
    /// The picture's media type, if reported.
    pub media_type: Option<String>,
    /// Length of the picture's base64 text.
    pub base64_len: u64,
}

/// What failed between the agent and its provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ApiErrorKind {
    /// The credential is missing or refused.
    Login,
    /// The account cannot pay.
    Billing,
    /// There are too many requests, or a limit is used up.
    RateLimit,
    /// The provider is overloaded.
    Overloaded,
    /// The request is wrong.
    InvalidRequest,
    /// The conversation does not fit the model.
    PromptTooLong,
    /// The model does not exist or may not be used.
    Model,
    /// The provider failed.
    Server,
    /// The answer reached the model's output limit.
    MaxOutput,
    /// The model refused.
    Refusal,
    /// The provider could not be reached.
    Network,
    /// Anything else.
    Unknown,
}

/// The kind of work of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// A subagent.
    Agent,
    /// A command in the background.
    Command,
    /// Any other.
    Other,
}

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// The task completed.
    Completed,
    /// The task failed.
    Failed,
    /// The task was stopped.
    Stopped,
    /// The task ended in a way that this version does not know.
    Unknown,
}

/// The level of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NoticeLevel {
    /// Information.
    Info,
    /// Deserves a look.
    Warning,
    /// Something went wrong.
    Error,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UnrecognizedWhy {
    /// The message's type is not known to this version.
    UnknownType,
    /// The message's type is known, but not its shape.
    UnknownShape,
    /// The line is no message.
    NotJson,
    /// The line is longer than the decoded limit of 16 MiB.
    Oversized,
    /// The stream ended in the middle of it.
    CutOff,
}

/// How a turn ended, by the agent's result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TurnEnd {
    /// The meaning of the result.
    pub turn: Turn,
    /// How the turn ended, in the agent's own keywords, joined by ` / `: for Claude Code subtype,
    /// terminal reason and startup failure reason, for Codex status and error.
    pub said: String,
    /// The final answer, or the text of the error.
    pub text: String,
    /// The usage that the agent reports; `None` when it reports none.
    pub usage: Option<ApiUsage>,
    /// The number of the result in this run, if the agent counts them.
    pub index: Option<u32>,
    /// How many prompts the agent still has queued.
    pub queued: u32,
    /// How many prompts joined the turn, in addition to the one that began it; the turn's end answers
    /// them too.
    #[serde(default, skip_serializing_if = "is_none")]
    #[ts(as = "Option<u32>", optional)]
    pub joined: u32,
    /// Whether a background task, not a prompt, began this turn.
    pub from_task: bool,
    /// Calls that were refused in this turn.
    pub denials: Vec<String>,
    /// Time from the prompt to the result by the agent's clock (milliseconds).
    pub duration_ms: Option<u64>,
    /// Time spent waiting for the provider (milliseconds).
    pub api_ms: Option<u64>,
    /// When the credential must be renewed, if the agent reports it.
    pub login_expires_at: Option<Timestamp>,
    /// The number of the result in its run, from 1, as every sum counts turns. The engine sets it; a decoder leaves 0.
    #[serde(default, skip_serializing_if = "is_none")]
    #[ts(as = "Option<u32>", optional)]
    pub number: u32,
    /// What the turn used, by model, as it stands in every sum. The engine sets it; a decoder leaves it empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<ModelShare>>", optional)]
    pub shares: Vec<ModelShare>,
}

/// Whether a count is 0; then it is not written.
fn is_none(count: &u32) -> bool {
    *count == 0
}

/// The meaning of a turn's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// The agent finished its work.
    Completed,
    /// The turn was interrupted.
    Interrupted,
    /// An error of the provider ended the turn; the last [`Event::ApiError`] has the error.
    Error(ApiErrorKind),
    /// The turn limit that the run was given is reached.
    MaxTurns,
    /// The money limit that the run was given is reached.
    Budget,
    /// The conversation to be resumed does not exist.
    SessionMissing,
    /// The turn failed in any other way.
    Failed,
}
