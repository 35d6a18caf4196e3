//! Run events: what a decoder made of a run's streams, in words that fit every agent. An event says only what
//! happened; who, when and where are in its envelope. Text that is still being streamed is not an event but a
//! [`crate::Draft`].

use crate::{
    ApiUsage, Busy, CompactTrigger, Diff, Field, LimitObservation, QuestionKind, QuestionOption,
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
    /// The agent said who it is. Comes once per turn with some agents.
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
        /// Subagent's tool call.
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
        /// How long it took, if the agent says so (milliseconds).
        duration_ms: Option<u64>,
        /// Subagent's tool call.
        parent: Option<String>,
    },
    /// The agent called a tool.
    ToolCall {
        /// The vendor's id of the call.
        call: String,
        /// The tool, by the agent's name; of a tool of an MCP server both names: `github create_issue`.
        name: String,
        /// What sort of tool it is.
        kind: ToolKind,
        /// One line for a row: the command, the path, the pattern.
        title: String,
        /// What it works on.
        #[serde(default)]
        subject: Subject,
        /// The other fields of its input.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(optional, as = "Option<Vec<Field>>")]
        beside: Vec<Field>,
        /// Subagent's tool call.
        parent: Option<String>,
    },
    /// A tool call ended.
    ToolResult {
        /// The call that ended.
        call: String,
        /// Whether it succeeded.
        ok: bool,
        /// Whether it was refused rather than run.
        denied: bool,
        /// The text of the result for the model.
        text: String,
        /// What else the agent reports of the result, if anything.
        output: Option<ToolOutput>,
        /// Pictures in the result; their bytes stay in the log.
        images: Vec<Image>,
        /// From the call to its result by the keeper's clock (milliseconds).
        duration_ms: Option<u64>,
        /// Subagent's tool call.
        parent: Option<String>,
    },
    /// The agent put words in the person's mouth to keep the model going.
    #[serde(alias = "nudge")]
    InjectedMessage {
        /// The text.
        text: String,
    },
    /// The agent will repeat a request that failed.
    Retry {
        /// Which attempt this will be, from 1.
        attempt: u32,
        /// How many it makes at most.
        max: Option<u32>,
        /// How long it waits (milliseconds).
        delay_ms: u64,
        /// The HTTP status that failed; `None` when there was no answer.
        status: Option<u16>,
        /// What failed.
        error: ApiErrorKind,
    },
    /// A request failed for good; a turn's end that reports the same follows.
    ApiError {
        /// What failed.
        error: ApiErrorKind,
        /// The HTTP status, if there was one.
        status: Option<u16>,
        /// The agent's sentence.
        message: String,
    },
    /// Text that a broken stream left behind is void: the blocks from `from_block` of `message`.
    Abandoned {
        /// The vendor's id of the message.
        message: String,
        /// The first void block.
        from_block: u32,
    },
    /// The agent reported its account's limits.
    Limit {
        /// What it reported.
        limit: LimitObservation,
    },
    /// Work outside the conversation began: a subagent or a background command.
    TaskStarted {
        /// The vendor's id of the task.
        task: String,
        /// The tool call that began it.
        call: Option<String>,
        /// What sort of work it is.
        kind: TaskKind,
        /// Its description.
        description: String,
        /// Whether the conversation goes on without it.
        background: bool,
    },
    /// A task moved on.
    TaskProgress {
        /// The task.
        task: String,
        /// What it does now, if said.
        description: Option<String>,
        /// Tokens it used so far, if said.
        tokens: Option<u64>,
        /// Tool calls it made so far, if said.
        tool_uses: Option<u64>,
    },
    /// A task ended.
    TaskEnded {
        /// The task.
        task: String,
        /// How.
        status: TaskStatus,
        /// Its own summary.
        summary: String,
    },
    /// The agent asks and waits for an answer.
    Question {
        /// The agent's id of the request, unique in the run.
        request: String,
        /// What kind of answer is wanted.
        kind: QuestionKind,
        /// The tool that asks.
        tool: String,
        /// What sort of tool that is.
        #[serde(default)]
        tool_kind: ToolKind,
        /// The call that waits.
        call: Option<String>,
        /// One line for a row.
        title: String,
        /// The agent's sentence about it.
        description: Option<String>,
        /// What the tool works on; where the request itself does not say, by the call that waits.
        #[serde(default)]
        subject: Subject,
        /// The other fields of the input.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(optional, as = "Option<Vec<Field>>")]
        beside: Vec<Field>,
        /// The decisions that it offers; none where it is answered by choosing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        #[ts(optional, as = "Option<Vec<QuestionOption>>")]
        options: Vec<QuestionOption>,
        /// What the agent wants back with an answer, in its own form.
        input: Value,
        /// Why the agent's own rules do not settle it, as a sentence.
        why: Option<String>,
        /// The path outside the working directory that is asked for.
        blocked_path: Option<String>,
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
        /// Whether it was allowed.
        allowed: bool,
        /// What was sent to the agent with it.
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
    /// The agent answered a request of Musher's (start of the conversation, interrupt).
    ControlReply {
        /// The request's id.
        request: String,
        /// What the agent reported as an error, if it did.
        error: Option<String>,
    },
    /// Musher answered a request of the agent that it does not know with a refusal, because the agent would
    /// have waited for an answer.
    RequestRefused {
        /// The request's id.
        request: String,
        /// The method that the agent asked for, in its protocol; empty when it named none.
        method: String,
    },
    /// Tokens of one message so far; the last one per message counts until the turn's end replaces
    /// them all.
    MessageUsage {
        /// The vendor's id of the message.
        message: String,
        /// The model.
        model: String,
        /// Tokens by class.
        tokens: Tokens,
        /// Whether this is the message's last word, not the value at its start.
        last: bool,
        /// Subagent's tool call; without one the message is of the conversation itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        parent: Option<String>,
    },
    /// A turn began or what the agent is busy with changed.
    Status {
        /// What it is busy with now.
        busy: Busy,
    },
    /// The conversation was summarised to fit.
    Compacted {
        /// Why.
        trigger: CompactTrigger,
        /// Tokens before.
        before: Option<u64>,
        /// Tokens after.
        after: Option<u64>,
    },
    /// The conversation was thrown away and begun again; its usage totals restart at zero.
    ConversationReset {
        /// Why, in the agent's word.
        trigger: Option<String>,
    },
    /// The agent could not save a part of these conversations, so that going on with one of them may miss what
    /// was said.
    ConversationIncomplete {
        /// The conversations.
        sessions: Vec<SessionId>,
    },
    /// A turn ended. A run can have several.
    TurnEnded(Box<TurnEnd>),
    /// The agent says something about itself.
    Notice {
        /// How much it matters.
        level: NoticeLevel,
        /// The text.
        text: String,
    },
    /// Something the decoder does not know or could not read. Nothing is lost: the bytes are in the
    /// log at the event's position.
    Unrecognized {
        /// What is odd about it.
        why: UnrecognizedWhy,
        /// The vendor's type, or the first words of the line.
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
    /// The word in its `type` field.
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
    /// The working directory that the agent believes to be in.
    pub cwd: Option<String>,
    /// The agent's permission mode.
    pub permission_mode: Option<String>,
    /// The source of the credential, as the agent reports it; never the credential.
    pub credential: Option<String>,
    /// The tools it may use.
    pub tools: Vec<String>,
    /// The MCP servers it knows.
    pub mcp_servers: Vec<McpServer>,
}

/// An MCP server as the agent reports it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct McpServer {
    /// Its name.
    pub name: String,
    /// Its state, in the agent's word.
    pub status: String,
}

/// What sort of tool it is, for a glyph and a sentence.
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

/// What an agent reports of a tool's effect in addition to the text for the model.
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
        /// Whether it was cut short.
        interrupted: bool,
        /// The background task it became.
        background: Option<String>,
    },
    /// A file was written or changed.
    Edit {
        /// Its path.
        path: String,
        /// Whether it is new.
        created: bool,
        /// What changed; empty when the agent does not say.
        diff: Diff,
    },
    /// A file was read.
    Read {
        /// Its path.
        path: String,
        /// How many lines were read, if reported.
        lines: Option<u64>,
    },
    /// Anything else, as the agent reports it.
    Other {
        /// Its text, or its JSON.
        value: Value,
    },
}

/// A picture in a result. Its bytes stay in the log, at the event's position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Image {
    /// Its media type, if reported.
    pub media_type: Option<String>,
    /// Length of its base64 text.
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
    /// Too many requests, or a limit is used up.
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
    /// The model ran into its output limit.
    MaxOutput,
    /// The model refused.
    Refusal,
    /// The provider could not be reached.
    Network,
    /// Anything else.
    Unknown,
}

/// What sort of work a task is.
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
    /// It completed.
    Completed,
    /// It failed.
    Failed,
    /// It was ended.
    Stopped,
    /// A word this version does not know.
    Unknown,
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NoticeLevel {
    /// Good to know.
    Info,
    /// Worth a look.
    Warning,
    /// Something went wrong.
    Error,
}

/// What is odd about a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UnrecognizedWhy {
    /// A message of a type that this version does not know.
    UnknownType,
    /// A known message in an unknown shape.
    UnknownShape,
    /// Not a message at all.
    NotJson,
    /// Longer than is decoded (16 MiB).
    Oversized,
    /// The stream ended in the middle of it.
    CutOff,
}

/// How a turn ended, by the agent's result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TurnEnd {
    /// What it means.
    pub turn: Turn,
    /// The agent's own words for it: subtype and terminal reason.
    pub said: String,
    /// The final answer, or the error's text.
    pub text: String,
    /// The usage that the agent reports; `None` when it reports none.
    pub usage: Option<ApiUsage>,
    /// The number of the result in this run, if the agent counts them.
    pub index: Option<u32>,
    /// Prompts that the agent still has queued.
    pub queued: u32,
    /// Prompts that joined the turn while it went on, in addition to the one that began it; its end answers
    /// them, too.
    #[serde(default, skip_serializing_if = "is_none")]
    #[ts(as = "Option<u32>", optional)]
    pub joined: u32,
    /// Whether a background task, not a prompt, began this turn.
    pub from_task: bool,
    /// Calls that were refused in this turn.
    pub denials: Vec<String>,
    /// From the prompt to the result by the agent's clock (milliseconds).
    pub duration_ms: Option<u64>,
    /// Time spent waiting for the provider (milliseconds).
    pub api_ms: Option<u64>,
    /// When the credential will have to be renewed, if the agent says so.
    pub login_expires_at: Option<Timestamp>,
}

/// Whether a count that nearly always is 0 need not be written.
fn is_none(count: &u32) -> bool {
    *count == 0
}

/// What the end of a turn means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// The agent is satisfied.
    Completed,
    /// It was interrupted.
    Interrupted,
    /// An error of the provider ended it; the last [`Event::ApiError`] says which.
    Error(ApiErrorKind),
    /// The turn limit that the run was given is reached.
    MaxTurns,
    /// The money limit that the run was given is reached.
    Budget,
    /// The conversation to be resumed does not exist.
    SessionMissing,
    /// Any other bad end.
    Failed,
}
