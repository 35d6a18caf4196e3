// Generated from the Rust crate `protocol` by its test `typescript`; do not edit.
// Update: MUSHER_UPDATE=1 cargo test -p protocol --test typescript

/**
 * Versions of this program and of what it runs on.
 */
export type AboutProgram = { 
/**
 * Musher's version.
 */
musher: string, 
/**
 * The toolkit that the window is made with, and its version.
 */
toolkit: string, 
/**
 * The web view's version; `None` when it does not say.
 */
webview: string | null, 
/**
 * The operating system's name for itself, and the processor's kind.
 */
system: string, 
/**
 * The path of Musher's own log.
 */
log: string, 
/**
 * Where Musher failed before this window was opened, if it did and it was not shown yet.
 */
panicked: Panicked | null, };

/**
 * An account that runs were made with.
 */
export type Account = { 
/**
 * Its id.
 */
id: AccountId, 
/**
 * The agent.
 */
agent: AgentId, 
/**
 * The agent's configuration directory; `None` is the usual one.
 */
config_dir: string | null, 
/**
 * The agent's word for the method.
 */
method: string | null, 
/**
 * The name (never the value) of the variable that holds the credential.
 */
credential_variable: string | null, 
/**
 * When it was first seen.
 */
first_seen: Timestamp, };

/**
 * An account: agent, configuration directory, authentication method and the name of the
 * credential variable, joined. Never made from a secret.
 */
export type AccountId = string;

/**
 * What an agent does now.
 */
export type Activity = { 
/**
 * The tool, by the agent's name.
 */
tool: string, 
/**
 * What sort of tool it is.
 */
kind: ToolKind, 
/**
 * What it is about, in one line; empty where the call does not say.
 */
subject: string, };

/**
 * Who did something.
 */
export type Actor = "you" | "musher" | "rule" | "system";

/**
 * How new stories of one agent start, unless a story says otherwise.
 */
export type AgentDefaults = { 
/**
 * The model to ask for; `None` leaves it to the agent.
 */
model: string | null, 
/**
 * What may happen without asking. Never full access: that is said for one story only.
 */
permission: PermissionChoice, 
/**
 * Arguments passed to the agent as they are.
 */
arguments: Array<string>, 
/**
 * Names of variables without which the agent is not started; never their values.
 */
environment: Array<string>, };

/**
 * A kind of command-line agent: `claude`, `demo`.
 */
export type AgentId = string;

/**
 * What an agent is called.
 */
export type AgentName = { 
/**
 * The agent.
 */
agent: AgentId, 
/**
 * Its name for people: `Claude Code`.
 */
name: string, 
/**
 * A shorter name, for columns and sentences: `Claude`.
 */
short_name: string, };

/**
 * An agent program on this machine.
 */
export type AgentStatus = { 
/**
 * The agent.
 */
agent: AgentId, 
/**
 * Its name for people.
 */
name: string, 
/**
 * Absolute path of the program; `None` when it was not found.
 */
path: string | null, 
/**
 * The version, as the program reports it.
 */
version: string | null, 
/**
 * Whether it is signed in.
 */
login: LoginState, 
/**
 * How to get it, when it was not found.
 */
how_to_get: string, 
/**
 * What is wrong with the program that was found.
 */
problem: string | null, };

/**
 * A person's or a rule's answer. An allowance carries no words: words go with a denial, or with the answers
 * to the agent's own questions.
 */
export type Answer = { 
/**
 * Yes or no.
 */
behavior: AnswerBehavior, 
/**
 * The text for the agent with a denial.
 */
message: string | null, 
/**
 * Labels that were chosen without saying of which question. They are accepted only where that is beyond
 * doubt, and are then moved to `choices`; only records of earlier versions keep them here.
 */
labels: Array<string>, 
/**
 * The answers to a [`QuestionKind::Choice`], one for each of the questions that it asks.
 */
choices: Array<Chosen>, 
/**
 * What was filled into a [`QuestionKind::Form`]; fields that stayed empty are left out.
 */
fields?: Array<FilledField>, 
/**
 * The id of the decision, where it is another one than a plain yes or no.
 */
option?: string, };

/**
 * Whether the thing asked for may happen.
 */
export type AnswerBehavior = "allow" | "deny" | "cancel";

/**
 * What failed between the agent and its provider.
 */
export type ApiErrorKind = "login" | "billing" | "rate_limit" | "overloaded" | "invalid_request" | "prompt_too_long" | "model" | "server" | "max_output" | "refusal" | "network" | "unknown";

/**
 * The agent's account at a result, as the agent counts. The two are distinguished by their fields.
 */
export type ApiUsage = { 
/**
 * The totals.
 */
totals: UsageTotals, 
/**
 * The agent's own difference to the previous result, per model, if it gives one.
 */
since_last: { [key in string]: ModelUsage } | null, } | { 
/**
 * The amounts.
 */
used: UsageTotals, };

/**
 * What an agent is busy with.
 */
export type Busy = { "is": "requesting" } | { "is": "compacting" } | { "is": "working" } | { "is": "other", 
/**
 * The agent's own words for it.
 */
words: string, };

/**
 * One of the agent's own questions.
 */
export type Choice = { 
/**
 * What is asked.
 */
question: string, 
/**
 * A word or two for it, if the agent gives one.
 */
header: string | null, 
/**
 * Whether several options can be chosen.
 */
several: boolean, 
/**
 * What is offered; may be nothing.
 */
options: Array<Offered>, };

/**
 * What was answered to one of the questions that an agent asks together.
 */
export type Chosen = { 
/**
 * Its place among them, from 0.
 */
question: number, 
/**
 * Its text, as the agent wrote it, so that the record can be read alone.
 */
text: string, 
/**
 * The chosen labels, in the agent's own order.
 */
labels: Array<string>, 
/**
 * A person's own words, instead of a label or in addition to it.
 */
words: string | null, };

/**
 * Why an agent summarised its conversation.
 */
export type CompactTrigger = "automatic" | "asked" | "unknown";

/**
 * The values of the file. A field that is not set has its usual value.
 */
export type Config = { 
/**
 * The version of the format, [`CONFIG_VERSION`].
 */
version: number, 
/**
 * How new stories of each agent start; every agent that Musher knows has an entry.
 */
agents: { [key in AgentId]: AgentDefaults }, 
/**
 * What holds for new stories of one repository, by the absolute path of its main folder.
 */
projects: { [key in string]: ProjectDefaults }, 
/**
 * How new worktrees and their branches are named.
 */
worktrees: WorktreePatterns, 
/**
 * How limits are waited for.
 */
limits: LimitWaits, };

/**
 * A value of the file that gives agents more power than a person accepted so far; it waits for a person.
 */
export type ConfigDifference = { 
/**
 * Which value, as `mush config set` names it: `agents.claude.permission`.
 */
key: string, 
/**
 * The value in force, as JSON.
 */
accepted: string, 
/**
 * The value in the file, as JSON.
 */
wanted: string, };

/**
 * Something in the file that is not wrong and yet has no effect.
 */
export type ConfigNotice = { 
/**
 * The line in the file, counted from 1.
 */
line: number, 
/**
 * The field.
 */
key: string, 
/**
 * Why it has no effect.
 */
why: ConfigNoticeWhy, };

/**
 * Why a field of the file has no effect.
 */
export type ConfigNoticeWhy = "unknown" | "not_used_yet";

/**
 * The configuration with its file.
 */
export type ConfigState = { 
/**
 * What is in force.
 */
config: Config, 
/**
 * Absolute path of the file; there may be none yet.
 */
path: string, 
/**
 * What the file says beyond that and a person has to accept, in the order of the file's format.
 */
waiting: Array<ConfigDifference>, 
/**
 * Identifies the file's content from which `waiting` was read; acceptance names it.
 */
file: string, 
/**
 * Why the file cannot be used; what was accepted last is in force.
 */
problem: Fault | null, 
/**
 * What in the file has no effect.
 */
notices: Array<ConfigNotice>, };

/**
 * How full the conversation was when a message began.
 */
export type ContextUse = { 
/**
 * When.
 */
at: Timestamp, 
/**
 * Tokens of everything that the model read: input, cache read and cache write.
 */
tokens: number, };

/**
 * An amount of money with its basis.
 */
export type Cost = { 
/**
 * Micro-dollars (1 USD = 1,000,000).
 */
micros: number, 
/**
 * Where the amount comes from.
 */
basis: CostBasis, };

/**
 * Where an amount comes from, strongest first. A sum has the weakest of its parts.
 */
export type CostBasis = "reported" | "priced" | "lower_bound" | "unpriced";

/**
 * A run whose logs are readable up to a damage only.
 */
export type DamagedRun = { 
/**
 * The run.
 */
run: RunId, 
/**
 * What is wrong.
 */
damage: string, };

/**
 * A part of the data directory.
 */
export type DataPart = "logs" | "journal" | "store" | "programs" | "other";

/**
 * What a decision does.
 */
export type Decision = "allow_once" | "allow_session" | "allow_always" | "deny" | "deny_and_end";

/**
 * A decoder's family and version: `claude/2`. A run is read by the newest of the family that it began with.
 */
export type DecoderId = string;

/**
 * The distance between rows.
 */
export type Density = "comfortable" | "compact";

/**
 * What this desktop can do for Musher.
 */
export type DesktopSupport = { 
/**
 * The program that shows notifications; `None` when none answers.
 */
notifier: NotifierProgram | null, 
/**
 * Why no program shows notifications, with what to do.
 */
notifier_problem: Fault | null, 
/**
 * The tray.
 */
tray: TrayState, };

/**
 * What changes in a text.
 */
export type Diff = { 
/**
 * The parts that change, each with the lines around it; empty where nothing is known to change.
 */
hunks: Array<Hunk>, };

/**
 * The data directory and how large it is.
 */
export type DiskUse = { 
/**
 * Its absolute path.
 */
dir: string, 
/**
 * Its parts, those without files included.
 */
parts: Array<PartSize>, 
/**
 * How many files and folders could not be read; their size is not in the parts.
 */
unread: number, };

/**
 * Text being streamed. It is replaced by the finished step. A pull gives only what the page does not
 * have of it: `text` continues the draft at `from`.
 */
export type Draft = { 
/**
 * The run.
 */
run: RunId, 
/**
 * The vendor's id of the message.
 */
message: string, 
/**
 * Index of the block in the message.
 */
block: number, 
/**
 * What it will become. Of a tool's input and of its output only the beginning is drafted.
 */
kind: DraftKind, 
/**
 * The tool's name, for [`DraftKind::ToolInput`].
 */
tool: string | null, 
/**
 * The `end` of what the page has, which `text` continues; 0 for the whole draft.
 */
from: number, 
/**
 * The length of the draft with `text`, in bytes. The page sends it back unchanged.
 */
end: number, 
/**
 * Checksum of the text up to `end`. The page sends it back unchanged.
 */
checksum: number, 
/**
 * The text from `from` on.
 */
text: string, };

/**
 * What a draft will become.
 */
export type DraftKind = "text" | "thought" | "tool_input" | "tool_output";

/**
 * An event with who, when and where.
 */
export type Envelope = { 
/**
 * The story it belongs to; journal entries about the whole directory have none.
 */
story: StoryId | null, 
/**
 * The run it belongs to.
 */
run: RunId | null, 
/**
 * Its number: within the run, or within the journal.
 */
seq: Seq, 
/**
 * Its lasting name, for run events.
 */
pos: Pos | null, 
/**
 * Wall-clock time: of the bytes for run events, of the entry for journal events.
 */
at: Timestamp, } & ({ "source": "run", "event": Event } | { "source": "journal", "event": JournalEvent });

/**
 * What went wrong, as far as a caller can act on it.
 */
export type ErrorCode = "bad_input" | "not_found" | "wrong_state" | "already_answered" | "busy" | "cannot_start" | "data_dir" | "disk_full" | "store" | "keeper" | "git" | "settings" | "config" | "stopped" | "internal";

/**
 * One thing that happened in a run.
 *
 * `parent` is the tool call of the subagent in which it happened, if it happened in one.
 */
export type Event = { "type": "session" } & SessionStarted | { "type": "prompt", 
/**
 * The prompt's text.
 */
text: string, } | { "type": "text", 
/**
 * The vendor's id of the message.
 */
message: string, 
/**
 * Index of the block in the message.
 */
block: number, 
/**
 * The text, Markdown.
 */
text: string, 
/**
 * Subagent's tool call.
 */
parent: string | null, } | { "type": "thought", 
/**
 * The vendor's id of the message.
 */
message: string, 
/**
 * Index of the block in the message.
 */
block: number, 
/**
 * The thought; empty when the agent hides it.
 */
text: string, 
/**
 * How long it took, if the agent says so (milliseconds).
 */
duration_ms: number | null, 
/**
 * Subagent's tool call.
 */
parent: string | null, } | { "type": "tool_call", 
/**
 * The vendor's id of the call.
 */
call: string, 
/**
 * The tool, by the agent's name; of a tool of an MCP server both names: `github create_issue`.
 */
name: string, 
/**
 * What sort of tool it is.
 */
kind: ToolKind, 
/**
 * One line for a row: the command, the path, the pattern.
 */
title: string, 
/**
 * What it works on.
 */
subject: Subject, 
/**
 * The other fields of its input.
 */
beside?: Array<Field>, 
/**
 * Subagent's tool call.
 */
parent: string | null, } | { "type": "tool_result", 
/**
 * The call that ended.
 */
call: string, 
/**
 * Whether it succeeded.
 */
ok: boolean, 
/**
 * Whether it was refused rather than run.
 */
denied: boolean, 
/**
 * The text of the result for the model.
 */
text: string, 
/**
 * What else the agent reports of the result, if anything.
 */
output: ToolOutput | null, 
/**
 * Pictures in the result; their bytes stay in the log.
 */
images: Array<Image>, 
/**
 * From the call to its result by the keeper's clock (milliseconds).
 */
duration_ms: number | null, 
/**
 * Subagent's tool call.
 */
parent: string | null, } | { "type": "injected_message", 
/**
 * The text.
 */
text: string, } | { "type": "retry", 
/**
 * Which attempt this will be, from 1.
 */
attempt: number, 
/**
 * How many it makes at most.
 */
max: number | null, 
/**
 * How long it waits (milliseconds).
 */
delay_ms: number, 
/**
 * The HTTP status that failed; `None` when there was no answer.
 */
status: number | null, 
/**
 * What failed.
 */
error: ApiErrorKind, } | { "type": "api_error", 
/**
 * What failed.
 */
error: ApiErrorKind, 
/**
 * The HTTP status, if there was one.
 */
status: number | null, 
/**
 * The agent's sentence.
 */
message: string, } | { "type": "abandoned", 
/**
 * The vendor's id of the message.
 */
message: string, 
/**
 * The first void block.
 */
from_block: number, } | { "type": "limit", 
/**
 * What it reported.
 */
limit: LimitObservation, } | { "type": "task_started", 
/**
 * The vendor's id of the task.
 */
task: string, 
/**
 * The tool call that began it.
 */
call: string | null, 
/**
 * What sort of work it is.
 */
kind: TaskKind, 
/**
 * Its description.
 */
description: string, 
/**
 * Whether the conversation goes on without it.
 */
background: boolean, } | { "type": "task_progress", 
/**
 * The task.
 */
task: string, 
/**
 * What it does now, if said.
 */
description: string | null, 
/**
 * Tokens it used so far, if said.
 */
tokens: number | null, 
/**
 * Tool calls it made so far, if said.
 */
tool_uses: number | null, } | { "type": "task_ended", 
/**
 * The task.
 */
task: string, 
/**
 * How.
 */
status: TaskStatus, 
/**
 * Its own summary.
 */
summary: string, } | { "type": "question", 
/**
 * The agent's id of the request, unique in the run.
 */
request: string, 
/**
 * What kind of answer is wanted.
 */
kind: QuestionKind, 
/**
 * The tool that asks.
 */
tool: string, 
/**
 * What sort of tool that is.
 */
tool_kind: ToolKind, 
/**
 * The call that waits.
 */
call: string | null, 
/**
 * One line for a row.
 */
title: string, 
/**
 * The agent's sentence about it.
 */
description: string | null, 
/**
 * What the tool works on; where the request itself does not say, by the call that waits.
 */
subject: Subject, 
/**
 * The other fields of the input.
 */
beside?: Array<Field>, 
/**
 * The decisions that it offers; none where it is answered by choosing.
 */
options?: Array<QuestionOption>, 
/**
 * What the agent wants back with an answer, in its own form.
 */
input: JsonValue, 
/**
 * Why the agent's own rules do not settle it, as a sentence.
 */
why: string | null, 
/**
 * The path outside the working directory that is asked for.
 */
blocked_path: string | null, } | { "type": "question_withdrawn", 
/**
 * The request's id.
 */
request: string, } | { "type": "answered", 
/**
 * The request's id.
 */
request: string, 
/**
 * Whether it was allowed.
 */
allowed: boolean, 
/**
 * What was sent to the agent with it.
 */
message: string | null, } | { "type": "denied", 
/**
 * The tool.
 */
tool: string, 
/**
 * The call.
 */
call: string | null, 
/**
 * The agent's sentence.
 */
message: string, } | { "type": "interrupt_sent" } | { "type": "control_reply", 
/**
 * The request's id.
 */
request: string, 
/**
 * What the agent reported as an error, if it did.
 */
error: string | null, } | { "type": "request_refused", 
/**
 * The request's id.
 */
request: string, 
/**
 * The method that the agent asked for, in its protocol; empty when it named none.
 */
method: string, } | { "type": "message_usage", 
/**
 * The vendor's id of the message.
 */
message: string, 
/**
 * The model.
 */
model: string, 
/**
 * Tokens by class.
 */
tokens: Tokens, 
/**
 * Whether this is the message's last word, not the value at its start.
 */
last: boolean, 
/**
 * Subagent's tool call; without one the message is of the conversation itself.
 */
parent?: string, } | { "type": "status", 
/**
 * What it is busy with now.
 */
busy: Busy, } | { "type": "compacted", 
/**
 * Why.
 */
trigger: CompactTrigger, 
/**
 * Tokens before.
 */
before: number | null, 
/**
 * Tokens after.
 */
after: number | null, } | { "type": "conversation_reset", 
/**
 * Why, in the agent's word.
 */
trigger: string | null, } | { "type": "conversation_incomplete", 
/**
 * The conversations.
 */
sessions: Array<SessionId>, } | { "type": "turn_ended" } & TurnEnd | { "type": "notice", 
/**
 * How much it matters.
 */
level: NoticeLevel, 
/**
 * The text.
 */
text: string, } | { "type": "unrecognized", 
/**
 * What is odd about it.
 */
why: UnrecognizedWhy, 
/**
 * The vendor's type, or the first words of the line.
 */
what: string, } | { "type": "output", 
/**
 * The stream it was printed on.
 */
stream: Stream, 
/**
 * The text without control characters.
 */
text: string, };

/**
 * What a state rests on. Each part links to where it can be read.
 */
export type Evidence = { 
/**
 * The sentence that sums it up.
 */
summary: string, 
/**
 * The agent's last result in the run's streams.
 */
result: Pos | null, 
/**
 * The limit or error event that decided.
 */
cause: Pos | null, 
/**
 * The exit code.
 */
exit_code: number | null, 
/**
 * The signal.
 */
signal: number | null, 
/**
 * Who asked for the stop, and why.
 */
stop: Stop | null, 
/**
 * The last words on standard error.
 */
stderr: string | null, 
/**
 * Whether all output was read before the end was recorded.
 */
drained: boolean | null, 
/**
 * What a stop had to use beyond the agent's own interrupt.
 */
forced: Array<string>, 
/**
 * Processes that are still there, with the reason why they were left.
 */
left: Array<string>, };

/**
 * Why an agent's run failed although its process ended in an orderly way.
 */
export type FailedKind = "login" | "billing" | "model" | "prompt_too_long" | "max_output" | "refusal" | "max_turns" | "agent_budget" | "overloaded" | "network" | "api" | "other";

/**
 * An error for a person and a program at once.
 */
export type Fault = { 
/**
 * What a program branches on.
 */
code: ErrorCode, 
/**
 * What happened, in one sentence.
 */
message: string, 
/**
 * What to do now. Empty only where nothing can be done.
 */
hint: string, };

/**
 * What is newer, reduced to what is shown.
 */
export type FeedBatch = { 
/**
 * Changes with every owner.
 */
epoch: number, 
/**
 * The revision that this batch leads to, for every topic that was asked for.
 */
revision: number, 
/**
 * The clock of the machine, for countdowns that do not trust the page's.
 */
now: Timestamp, 
/**
 * The topics that changed, in the order in which they were asked for.
 */
topics: Array<TopicBatch>, };

/**
 * A part of a tool's input that its [`Subject`] does not hold, by the agent's own name of it. It is shown as
 * it is.
 */
export type Field = { 
/**
 * Its name; of a part of a part the whole way to it: `edits[1].replace_all`.
 */
name: string, 
/**
 * Its value: a text as it is, anything else as JSON.
 */
value: string, 
/**
 * Whether it is known to change nothing of what is allowed: a time limit, the agent's words about it.
 */
aside?: boolean, };

/**
 * What happens to a file as a whole.
 */
export type FileAct = "create" | "write" | "edit" | "delete";

/**
 * A change of one file.
 */
export type FileChange = { 
/**
 * Its path, as the agent writes it.
 */
path: string, 
/**
 * What happens to the file as a whole.
 */
act: FileAct, 
/**
 * Where it is moved to, if it is.
 */
moved_to?: string, 
/**
 * What changes in it.
 */
diff: Diff, };

/**
 * The value of one field of an answer.
 */
export type FilledField = { 
/**
 * The field's name.
 */
name: string, 
/**
 * What a person wrote or chose; more than one only where several can be chosen.
 */
written: Array<string>, };

/**
 * What a folder is, before a story is started in it.
 */
export type FolderSummary = { 
/**
 * Its absolute path.
 */
dir: string, 
/**
 * Its name.
 */
name: string, 
/**
 * Whether it is in a git repository.
 */
is_repository: boolean, 
/**
 * The root of its worktree.
 */
root: string, 
/**
 * The branch checked out there.
 */
branch: string | null, 
/**
 * How many files are changed or untracked; `None` when git did not answer.
 */
changed: number | null, 
/**
 * The files there that git ignores, which a new worktree does not have either.
 */
ignored: IgnoredFiles, 
/**
 * Stories that work there now.
 */
live: Array<Slug>, 
/**
 * The branch that a new worktree would have for a goal that is not written yet.
 */
new_branch: string, 
/**
 * The folder in which a new worktree would be made, by the configuration.
 */
worktrees: string, 
/**
 * The commands that must pass in this repository, by the configuration.
 */
gates: Array<string>, 
/**
 * Why a story can have no new worktree of it, with what to do; `None` where it can.
 */
no_worktree: Fault | null, 
/**
 * Why no story can work in it as it is, with what to do; `None` where one can.
 */
not_as_is: Fault | null, };

/**
 * One field.
 */
export type FormField = { 
/**
 * Its name in the answer.
 */
name: string, 
/**
 * Its name for people; the same where the server gives none.
 */
title: string, 
/**
 * What it means, if the server says so.
 */
description: string | null, 
/**
 * Whether the form cannot be sent without it.
 */
required: boolean, 
/**
 * What it holds.
 */
takes: Takes, 
/**
 * Its value at first, if the server proposes one: written as a person would.
 */
proposed: Array<string>, };

/**
 * Something that a field offers.
 */
export type FormOption = { 
/**
 * What the server gets.
 */
value: string, 
/**
 * Its name for people; the same where the server gives none.
 */
label: string, };

/**
 * How much the page has of a draft.
 */
export type HeldDraft = { 
/**
 * The run.
 */
run: RunId, 
/**
 * The vendor's id of the message.
 */
message: string, 
/**
 * Index of the block in the message.
 */
block: number, 
/**
 * The draft's `end`.
 */
end: number, 
/**
 * The draft's `checksum`.
 */
checksum: number, };

/**
 * The story whose timeline is on screen, and what the page has of it.
 */
export type HeldTimeline = { 
/**
 * The story.
 */
story: StoryId, 
/**
 * The last event that the page has, per run of that story. A run that is not named gives its
 * newest events.
 */
held: Array<[RunId, Seq]>, 
/**
 * The last journal entry of that story that the page has.
 */
journal: Seq, 
/**
 * The drafts that the page has.
 */
drafts: Array<HeldDraft>, };

/**
 * A time in which an account was held by a limit.
 */
export type HoldSpan = { 
/**
 * When the hold began.
 */
from: Timestamp, 
/**
 * When it ended; `None` while it lasts.
 */
to: Timestamp | null, };

/**
 * One part that changes.
 */
export type Hunk = { 
/**
 * Where it begins: line numbers before and after the change, from 1; `None` where that is not said.
 */
start: HunkStart | null, 
/**
 * What the agent says of the place: the function around it. Often empty.
 */
heading?: string, 
/**
 * Its lines in their order.
 */
pieces: Array<Piece>, };

/**
 * Where a part of a text begins.
 */
export type HunkStart = { 
/**
 * The line before the change.
 */
old: number, 
/**
 * The line after it.
 */
new: number, };

/**
 * Files of a repository that git ignores. A folder of which all is ignored counts as one, and ends in `/`.
 */
export type IgnoredFiles = { 
/**
 * The first of them, by their paths from the worktree's root.
 */
names: Array<string>, 
/**
 * How many more there are.
 */
more: number, };

/**
 * A picture in a result. Its bytes stay in the log, at the event's position.
 */
export type Image = { 
/**
 * Its media type, if reported.
 */
media_type: string | null, 
/**
 * Length of its base64 text.
 */
base64_len: number, };

/**
 * What is sent to an agent, for the words on a timeline.
 */
export type InputKind = "hello" | "protocol" | "prompt" | "answer" | "interrupt" | "close";

/**
 * How a run's agent takes prompts.
 */
export type InputMode = "two_way" | "one_prompt";

/**
 * Work that a start waits for, because it can take long or hang.
 */
export type JobKind = "store" | "program" | "git" | "keeper";

/**
 * One line of the journal.
 */
export type JournalEntry = { 
/**
 * Its number in this data directory, dense, from 1.
 */
seq: Seq, 
/**
 * When it was written.
 */
at: Timestamp, 
/**
 * The story it is about.
 */
story: StoryId | null, 
/**
 * The run it is about.
 */
run: RunId | null, 
/**
 * The fact.
 */
event: JournalEvent, };

/**
 * A fact.
 */
export type JournalEvent = { "type": "owner_started", 
/**
 * Musher's version.
 */
version: string, 
/**
 * The process id.
 */
pid: number, 
/**
 * What sort of program: `mush run`, `app`.
 */
role: string, } | { "type": "owner_ended", 
/**
 * Why: `done`, `yielded`.
 */
why: string, } | { "type": "story_created", 
/**
 * Its name for people.
 */
slug: Slug, 
/**
 * What it is about.
 */
title: string, 
/**
 * The repository's common directory, or the working directory.
 */
project: string, 
/**
 * The working directory.
 */
dir: string, 
/**
 * The root of the worktree that it is in, or the directory itself where there is no repository, with
 * links followed. One agent works there at a time. `None` in entries that are older than this field;
 * `dir` is used for them.
 */
root?: string, 
/**
 * The branch checked out there.
 */
branch: string | null, 
/**
 * The agent.
 */
agent: AgentId, 
/**
 * How the agent is started.
 */
profile: Profile, 
/**
 * The commands that must pass.
 */
gates: Array<string>, 
/**
 * Whether it waits for a limit's reset and then resumes by itself.
 */
resume_on_reset: boolean, 
/**
 * What is to be known of the worktree that was made for it; `None` where none was made.
 */
made?: NewWorktree, } | { "type": "worktree_wanted", 
/**
 * The story's name, which is the worktree's too.
 */
slug: Slug, 
/**
 * The new branch.
 */
branch: string, } | { "type": "prompt_queued" } & PromptQueued | { "type": "prompt_dropped", 
/**
 * Its id.
 */
id: string, } | { "type": "resume_requested", 
/**
 * The request's id; the same request is granted once.
 */
id: string, 
/**
 * Whether its next run is to be tried now, although its account is held.
 */
now: boolean, } | { "type": "account_seen", 
/**
 * Its id.
 */
account: AccountId, 
/**
 * The agent.
 */
agent: AgentId, 
/**
 * The agent's configuration directory; `None` is the usual one.
 */
config_dir: string | null, 
/**
 * The agent's word for the method.
 */
method: string | null, 
/**
 * The name (never the value) of the variable that holds the credential.
 */
credential_variable: string | null, } | { "type": "run_starting" } & RunSpec | { "type": "run_started", 
/**
 * The agent's process id.
 */
pid: number, } | { "type": "input", 
/**
 * The id under which the keeper writes them exactly once.
 */
id: string, 
/**
 * What they are.
 */
kind: InputKind, 
/**
 * The bytes as text; empty for [`InputKind::Close`].
 */
text: string, 
/**
 * The question that they answer.
 */
question: QuestionId | null, 
/**
 * The answer in Musher's own form.
 */
answer: Answer | null, 
/**
 * Who answered.
 */
by: Actor | null, } | { "type": "stop_requested", 
/**
 * Who.
 */
by: Actor, 
/**
 * Why.
 */
why: StopReason, } | { "type": "run_ended", 
/**
 * How.
 */
outcome: Outcome, 
/**
 * What that rests on.
 */
evidence: Evidence, 
/**
 * A question was closed although no person answered it.
 */
question_lost: boolean, 
/**
 * When, by the keeper's clock.
 */
ended_at: Timestamp | null, } | { "type": "state_changed", 
/**
 * The state now.
 */
state: StoryState, 
/**
 * Why.
 */
reason: Reason | null, 
/**
 * The rest of the reason, for a person.
 */
detail: string | null, 
/**
 * The same as facts.
 */
about: StateDetail | null, 
/**
 * Since when, by the event that caused it.
 */
since: Timestamp, 
/**
 * When the state is expected to end by itself.
 */
until: Timestamp | null, 
/**
 * What it rests on.
 */
evidence: Evidence, 
/**
 * The notification that it called for; its words are made where it is shown.
 */
notifies: NotificationKind | null, } | { "type": "run_adopted", 
/**
 * How many bytes of output it had by then.
 */
log_bytes: number, } | { "type": "hold_started", 
/**
 * The account.
 */
account: AccountId, 
/**
 * The model that alone is held, as the limit names it; `None` holds the whole account.
 */
model?: string, 
/**
 * Until when; only earlier versions recorded none.
 */
until: Timestamp | null, } | { "type": "hold_ended", 
/**
 * The account.
 */
account: AccountId, 
/**
 * The model that alone was held.
 */
model?: string, } | { "type": "resume_claimed", 
/**
 * The reset that passed.
 */
reset: Timestamp | null, } | { "type": "warning", 
/**
 * What happened.
 */
text: string, } | { "type": "config_accepted", 
/**
 * SHA-256 of `text`, in hexadecimal digits, as `sha256sum config.accepted.json` prints it.
 */
hash: string, 
/**
 * The configuration: what `config.accepted.json` holds.
 */
text: string, 
/**
 * A person, or Musher for a change by hand that gives agents no more power.
 */
by: Actor, };

export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]: JsonValue } | null;

/**
 * The newest known state of one window of one account.
 */
export type Limit = { 
/**
 * Whose window it is.
 */
account: AccountId, 
/**
 * The account's agent; `None` when the account is not known.
 */
agent: AgentId | null, 
/**
 * The account's name, shown next to its agent's; `None` when the account is not known.
 */
account_name: string | null, 
/**
 * The id that distinguishes it from the account's other windows; never shown.
 */
window: string, 
/**
 * What it counts.
 */
name: WindowName, 
/**
 * What was said last.
 */
status: LimitStatus, 
/**
 * Fraction used, last known. Reports that do not have it do not change it.
 */
utilization: number | null, 
/**
 * When it resets. In the past means "reset, awaiting confirmation".
 */
resets_at: Timestamp | null, 
/**
 * When this was last reported.
 */
seen_at: Timestamp, 
/**
 * The run that reported it.
 */
source: RunId, };

/**
 * The history of one window of one account, thinned to what a chart can show.
 */
export type LimitHistory = { 
/**
 * Whose window it is.
 */
account: AccountId, 
/**
 * The account's agent; `None` when the account is not known.
 */
agent: AgentId | null, 
/**
 * The account's name, shown next to its agent's; `None` when the account is not known.
 */
account_name: string | null, 
/**
 * The id that distinguishes it from the account's other windows; never shown. Empty where `name` is `None`.
 */
window: string, 
/**
 * What it counts; `None` for the holds of which it is not known which window refused.
 */
name: WindowName | null, 
/**
 * What was reported, oldest first; of many reports in a short time the highest.
 */
points: Array<LimitPoint>, 
/**
 * When it held the account.
 */
holds: Array<HoldSpan>, };

/**
 * One report of an agent about its account's limits.
 */
export type LimitObservation = { 
/**
 * Whether requests are served now, all windows considered.
 */
status: LimitStatus, 
/**
 * The window that decides, if the report names one.
 */
window: string | null, 
/**
 * What that window counts; `None` when the report names none.
 */
name: WindowName | null, 
/**
 * When the deciding window resets.
 */
resets_at: Timestamp | null, 
/**
 * The one model that is blocked, when the block is not of the whole account.
 */
only_model: string | null, 
/**
 * Why extra usage is not available, in the agent's word.
 */
overage_disabled: string | null, 
/**
 * Every window the report describes, the deciding one included.
 */
windows: Array<LimitWindow>, };

/**
 * What was reported of one limit window at one time.
 */
export type LimitPoint = { 
/**
 * When it was reported.
 */
at: Timestamp, 
/**
 * Fraction used, 0 to 1, more in overage; `None` when the report did not say.
 */
utilization: number | null, 
/**
 * What was said.
 */
status: LimitStatus, 
/**
 * When the window was to reset.
 */
resets_at: Timestamp | null, };

/**
 * What the provider said about a window.
 */
export type LimitStatus = "allowed" | "warning" | "overage" | "rejected" | "unknown";

/**
 * How limits are waited for when no reset is known, and how stories go on after one.
 */
export type LimitWaits = { 
/**
 * The first wait when no reset is known, in minutes; it doubles with each limit in a row.
 */
first_guess_minutes: number, 
/**
 * The longest such wait, in minutes.
 */
longest_guess_minutes: number, 
/**
 * Between two stories that go on after a reset, in seconds, so that they do not all start at once.
 */
stagger_seconds: number, };

/**
 * One window as one report describes it.
 */
export type LimitWindow = { 
/**
 * The id that distinguishes it from the account's other windows; never shown.
 */
window: string, 
/**
 * What it counts.
 */
name: WindowName, 
/**
 * What was said about it.
 */
status: LimitStatus, 
/**
 * Fraction used, 0 to 1, more than 1 in overage; `None` when the report does not say.
 */
utilization: number | null, 
/**
 * When the window resets; `None` when the report does not say.
 */
resets_at: Timestamp | null, };

/**
 * Whether an agent is signed in, as far as it can be known without reading secrets.
 */
export type LoginState = { "kind": "signed_in", 
/**
 * The agent's word for the method.
 */
method: string, } | { "kind": "signed_out", 
/**
 * The command that signs in.
 */
how: string, } | { "kind": "unknown", 
/**
 * Why nothing is known.
 */
why: string, };

/**
 * An MCP server as the agent reports it.
 */
export type McpServer = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its state, in the agent's word.
 */
status: string, };

/**
 * What one model used in one turn.
 */
export type ModelShare = { 
/**
 * The model; empty for cost that the agent gives to no model.
 */
model: string, 
/**
 * Tokens by class.
 */
tokens: Tokens, 
/**
 * What it cost.
 */
cost: Cost, };

/**
 * What one model used, as the agent accounts for it.
 */
export type ModelUsage = { 
/**
 * Tokens by class.
 */
tokens: Tokens, 
/**
 * The agent's own figure, in micro-dollars; `None` when the agent gives none.
 */
cost_micros: number | null, 
/**
 * Whether the agent itself says that it has no price for the model.
 */
price_unknown: boolean, 
/**
 * How many tokens fit into the model's context; `None` when the agent does not say.
 */
context_window?: number, };

/**
 * A worktree that was made for a story: what went wrong, and what it does not have.
 */
export type NewWorktree = { 
/**
 * What the repository's own hook for checkouts printed when it failed. The files are all there.
 */
failed_hook: string | null, 
/**
 * The submodules without files, by their paths: nothing of them is on this machine to make them from.
 */
empty_submodules: Array<string>, 
/**
 * How many changed and untracked files the folder has that it was made from; `None` when git did not say.
 */
changed: number | null, 
/**
 * The files there that git ignores.
 */
ignored: IgnoredFiles, };

/**
 * Sent to the page after a commit: the store has something newer.
 */
export type Notice = { 
/**
 * The store's revision, growing.
 */
revision: number, };

/**
 * How much a notice matters.
 */
export type NoticeLevel = "info" | "warning" | "error";

/**
 * The kind of a notification.
 */
export type NotificationKind = "finished" | "failed" | "asks" | "limited";

/**
 * The program that shows notifications.
 */
export type NotifierProgram = { 
/**
 * Its name, as it reports it.
 */
name: string, 
/**
 * Its version, as it reports it; empty when it reports none.
 */
version: string, 
/**
 * Whether a click on a notification is reported; `None` when that cannot be asked.
 */
clicks: boolean | null, 
/**
 * Whether it shows a second line; `None` when that cannot be asked.
 */
body: boolean | null, 
/**
 * Whether it keeps what was not seen; `None` when that cannot be asked.
 */
keeps: boolean | null, };

/**
 * Which notifications are wanted.
 */
export type NotifyKinds = { 
/**
 * An agent asks.
 */
asks: boolean, 
/**
 * A story needs a person.
 */
failed: boolean, 
/**
 * A limit holds a story.
 */
limited: boolean, 
/**
 * A story is done.
 */
finished: boolean, };

/**
 * One thing that is offered.
 */
export type Offered = { 
/**
 * Its name, by which it is chosen.
 */
label: string, 
/**
 * What it means, if the agent says so.
 */
description: string | null, };

/**
 * How a run ended.
 */
export type Outcome = { "kind": "succeeded" } | { "kind": "failed", 
/**
 * Why.
 */
why: FailedKind, } | { "kind": "limited", 
/**
 * The window; never shown.
 */
window: string | null, 
/**
 * What the window counts; `None` when that is not known.
 */
name: WindowName | null, 
/**
 * When the window resets, if that is known.
 */
until: Timestamp | null, 
/**
 * The model that alone is blocked; `None` blocks the whole account.
 */
model?: string, } | { "kind": "stopped", 
/**
 * Who.
 */
by: Actor, } | { "kind": "start_failed", 
/**
 * Why.
 */
why: StartFailedKind, } | { "kind": "crashed", 
/**
 * The exit code, if there was one.
 */
code: number | null, 
/**
 * The signal's number, if there was one.
 */
signal: number | null, } | { "kind": "no_result" } | { "kind": "timed_out" } | { "kind": "lost" };

/**
 * How a run ended, in one word. [`Outcome`] has the rest.
 */
export type OutcomeWord = "succeeded" | "failed" | "limited" | "stopped" | "start_failed" | "crashed" | "no_result" | "timed_out" | "lost";

/**
 * A [`UsageReport`] as it is sent to the page: its cells column by column, which takes a third of the
 * room. The page's door makes the report of it again.
 */
export type PackedUsage = { 
/**
 * Where the range begins.
 */
from: Timestamp, 
/**
 * Where the range ends, excluded.
 */
to: Timestamp, 
/**
 * Where each stretch of time begins.
 */
starts: Array<Timestamp>, 
/**
 * The groups, dearest first, the rest last.
 */
groups: Array<UsageTotal>, 
/**
 * The cells; all columns are of one length.
 */
cells: UsageColumns, 
/**
 * Everything in the range.
 */
whole: UsageWhole, 
/**
 * How many runs of that range are being read again; while there are any, every sum is a lower bound.
 */
rereading_runs?: number, };

/**
 * Where in the program Musher failed. Without the words of the failure, which may be an agent's.
 */
export type Panicked = { 
/**
 * When.
 */
at: Timestamp, 
/**
 * Musher's version then.
 */
version: string, 
/**
 * The thread, by its name.
 */
thread: string, 
/**
 * The place in the source: file, line and column.
 */
place: string, };

/**
 * How large a part of the data directory is.
 */
export type PartSize = { 
/**
 * The part.
 */
part: DataPart, 
/**
 * What its files take on the disk, in bytes.
 */
bytes: number, 
/**
 * How many files.
 */
files: number, };

/**
 * For how long notifications are to be held back.
 */
export type PauseFor = "hour" | "morning" | "off";

/**
 * What may happen without asking.
 */
export type PermissionChoice = "ask" | "deny" | "accept-edits" | "full-access";

/**
 * Lines that follow each other and have the same fate.
 */
export type Piece = { 
/**
 * Which.
 */
side: Side, 
/**
 * The lines, a newline between each two and none at the end.
 */
text: string, };

/**
 * Position of an event in its run: event `index` of the line that begins at byte `offset` of
 * `stream`.
 */
export type Pos = { 
/**
 * The stream whose line gave the event.
 */
stream: Stream, 
/**
 * Byte offset of the line's first byte in that stream's log.
 */
offset: number, 
/**
 * Length of the line in bytes, without its newline.
 */
len: number, 
/**
 * Which event of that line, from 0. Journals of earlier versions call it `k`.
 */
index: number, };

/**
 * How an agent is started for a story.
 */
export type Profile = { 
/**
 * The model to ask for; `None` leaves it to the agent.
 */
model: string | null, 
/**
 * What may happen without asking.
 */
permission: PermissionChoice, 
/**
 * Tools that the agent may use without asking, in the agent's own rule language.
 */
allowed_tools: Array<string>, 
/**
 * Directories in addition to the working directory that the agent may use.
 */
add_dirs: Array<string>, 
/**
 * Arguments passed as they are.
 */
extra_args: Array<string>, 
/**
 * The program to run instead of the one found.
 */
bin: string | null, 
/**
 * End what the agent leaves running when it ends by itself.
 */
end_descendants: boolean, };

/**
 * What holds for new stories of one repository, unless a story says otherwise.
 */
export type ProjectDefaults = { 
/**
 * The commands that must pass.
 */
gates: Array<string>, };

/**
 * A prompt that waits to be sent.
 */
export type PromptQueued = { 
/**
 * Its id, the same as that of the input that will carry it.
 */
id: string, 
/**
 * The prompt.
 */
text: string, 
/**
 * Whose words they are.
 */
by: Actor, };

/**
 * What the page shows, with every pull.
 */
export type PullRequest = { 
/**
 * The epoch that the page has; of another one than the feed's nothing counts. 0 for none.
 */
epoch: number, 
/**
 * What is on screen.
 */
topics: Array<TopicRequest>, };

/**
 * What can be read.
 */
export type Query = { "of": "events", 
/**
 * The run.
 */
run: RunId, 
/**
 * Events after this number.
 */
after: Seq, 
/**
 * At most so many; the engine gives at most 5,000.
 */
most: number, } | { "of": "folder", 
/**
 * Its path.
 */
path: string, } | { "of": "new_branch", 
/**
 * The folder in which it would start.
 */
dir: string, 
/**
 * The goal.
 */
goal: string, } | { "of": "evidence", 
/**
 * The story.
 */
story: StoryId, } | { "of": "raw", 
/**
 * The run.
 */
run: RunId, 
/**
 * Which of its logs.
 */
stream: Stream, 
/**
 * Where the piece begins (bytes).
 */
offset: number, 
/**
 * How long it is (bytes).
 */
len: number, } | { "of": "resume_command", 
/**
 * The story.
 */
story: StoryId, } | { "of": "usage" } & UsageQuery | { "of": "story_usage", 
/**
 * The story.
 */
story: StoryId, } | { "of": "limit_history", 
/**
 * Where the range begins.
 */
from: Timestamp, 
/**
 * Where it ends.
 */
to: Timestamp, };

/**
 * The answer to a [`Query`], under the same word.
 */
export type QueryAnswer = { "of": "events", "is": Array<Envelope> } | { "of": "folder", "is": FolderSummary } | { "of": "new_branch", "is": string } | { "of": "evidence", "is": Evidence } | { "of": "raw", "is": RawPiece } | { "of": "resume_command", "is": string | null } | { "of": "usage", "is": PackedUsage } | { "of": "story_usage", "is": StoryUsage } | { "of": "limit_history", "is": Array<LimitHistory> };

/**
 * One question of one run.
 */
export type Question = { 
/**
 * Its lasting name.
 */
id: QuestionId, 
/**
 * The story it belongs to.
 */
story: StoryId, 
/**
 * The run that asks.
 */
run: RunId, 
/**
 * What kind of answer is wanted.
 */
kind: QuestionKind, 
/**
 * The tool that asks, by the agent's name.
 */
tool: string, 
/**
 * What sort of tool that is.
 */
tool_kind: ToolKind, 
/**
 * The agent's sentence about it, if it gives one.
 */
description: string | null, 
/**
 * What it is about, in one line: the command, the path, the question itself.
 */
title: string, 
/**
 * The agent's id of the request, unique in the run.
 */
request_id: string, 
/**
 * What the tool works on.
 */
subject: Subject, 
/**
 * The other fields of its input.
 */
beside?: Array<Field>, 
/**
 * The decisions that the agent offers; none where it is answered by choosing.
 */
options?: Array<QuestionOption>, 
/**
 * Its state.
 */
state: QuestionState, 
/**
 * When it was asked.
 */
at: Timestamp, 
/**
 * The answer that was given.
 */
answer: Answer | null, };

/**
 * An open or answered question: the run's id and the agent's request id, joined by a colon.
 */
export type QuestionId = string;

/**
 * What kind of answer is wanted.
 */
export type QuestionKind = "permission" | "choice" | "plan" | "form";

/**
 * One of the decisions that an agent offers.
 */
export type QuestionOption = { 
/**
 * Its id, unique in the question.
 */
id: string, 
/**
 * What it does.
 */
does: Decision, 
/**
 * What it covers beyond this once, a line each, exactly as the agent reports it: rules, folders, modes.
 */
covers?: Array<string>, };

/**
 * The state of a question.
 */
export type QuestionState = "open" | "answered" | "withdrawn";

/**
 * A piece of a log, as evidence.
 */
export type RawPiece = { 
/**
 * Where it begins in the log.
 */
offset: number, 
/**
 * How long the whole piece is; the text may be cut.
 */
len: number, 
/**
 * Its text, wrong bytes replaced.
 */
text: string, 
/**
 * Whether the text is shorter than the piece.
 */
cut: boolean, };

/**
 * Why a story is in its state: one word, the same in JSON, SQL and on screen. What the word leaves open
 * (which signal, whose words) is in [`Story::detail`] and in the evidence.
 */
export type Reason = "question" | "prompt" | "checked" | "unchecked" | "recovered" | "login" | "billing" | "model" | "prompt_too_long" | "max_output" | "refusal" | "max_turns" | "agent_budget" | "overloaded" | "network" | "api" | "other" | "start_failed" | "crashed" | "no_result" | "timed_out" | "lost" | "gate_failed" | "question_lost" | "setup_failed" | "budget" | "you" | "engine" | "system";

/**
 * What the owner says.
 */
export type Reply = { "reply": "hello", 
/**
 * Its version.
 */
version: string, 
/**
 * What sort of program it is.
 */
role: string, 
/**
 * Its process id.
 */
pid: number, } | { "reply": "started", 
/**
 * The story.
 */
story: StoryId, } | { "reply": "why", 
/**
 * What it waits for.
 */
waits_for: WaitsFor, } | { "reply": "config", 
/**
 * What is in force, and what waits.
 */
state: ConfigState, } | { "reply": "done" } | { "reply": "refused", 
/**
 * Why.
 */
fault: Fault, };

/**
 * What can be asked.
 */
export type Request = { "do": "hello", 
/**
 * The asker's version.
 */
version: string, } | { "do": "start" } & StartStory | { "do": "send", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The id that the prompt will have, made by the asker, so that a request whose answer got lost
 * can be repeated without a second prompt.
 */
id: string, 
/**
 * The prompt.
 */
text: string, } | { "do": "resume", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The id that a prompt of Musher's will have, made by the asker.
 */
id: string, 
/**
 * Try now, although the account is held: one run is let through, and its success ends the hold.
 */
now: boolean, } | { "do": "why", 
/**
 * The story.
 */
story: StoryId, } | { "do": "answer", 
/**
 * The question.
 */
question: QuestionId, 
/**
 * The answer.
 */
answer: Answer, } | { "do": "interrupt", 
/**
 * The story.
 */
story: StoryId, } | { "do": "stop", 
/**
 * The story.
 */
story: StoryId, 
/**
 * Why.
 */
why: StopReason, 
/**
 * Skip the polite steps.
 */
now: boolean, } | { "do": "stop_run", 
/**
 * The run.
 */
run: RunId, 
/**
 * Why.
 */
why: StopReason, } | { "do": "stop_all", 
/**
 * Why.
 */
why: StopReason, } | { "do": "archive", 
/**
 * The story.
 */
story: StoryId, } | { "do": "config" } | { "do": "set_config", 
/**
 * Which, as `agents.claude.model`.
 */
key: string, 
/**
 * The value as JSON; `null` is the usual one.
 */
value: string, 
/**
 * A person confirmed it. Without that, a value that gives agents more power waits in the file.
 */
confirmed: boolean, } | { "do": "accept_config", 
/**
 * The content that the person saw, by [`crate::ConfigState::file`].
 */
file: string, } | { "do": "check_store" } | { "do": "yield", 
/**
 * What sort of program asks: `app`, `mush serve`.
 */
role: string, };

/**
 * A request to the provider that failed, which the agent makes again by itself.
 */
export type Retrying = { 
/**
 * Which attempt that will be, from 1.
 */
attempt: number, 
/**
 * How many it makes at most.
 */
max: number | null, 
/**
 * When it is made.
 */
until: Timestamp, 
/**
 * The HTTP status that failed; `None` when there was no answer.
 */
status: number | null, 
/**
 * What failed.
 */
error: ApiErrorKind, };

/**
 * One run, as queries show it.
 */
export type Run = { 
/**
 * Its id.
 */
id: RunId, 
/**
 * Its name for people: `login-fix-2.3`.
 */
slug: Slug, 
/**
 * The story it works for.
 */
story: StoryId, 
/**
 * What it is for.
 */
kind: RunKind, 
/**
 * The agent, for agent runs.
 */
agent: AgentId, 
/**
 * The agent's version, once it said so.
 */
agent_version: string | null, 
/**
 * The model, once the agent named it.
 */
model: string | null, 
/**
 * The agent's conversation.
 */
session: SessionId | null, 
/**
 * The process id of the agent, once it was started.
 */
pid: number | null, 
/**
 * Its state.
 */
state: RunState, 
/**
 * How it ended, in one word.
 */
outcome: OutcomeWord | null, 
/**
 * How it ended, with the details of the word.
 */
ending: Outcome | null, 
/**
 * The exit code, if it ended by one.
 */
exit_code: number | null, 
/**
 * The signal, if it ended by one.
 */
signal: number | null, 
/**
 * When it was started.
 */
started_at: Timestamp, 
/**
 * When it ended.
 */
ended_at: Timestamp | null, 
/**
 * Tokens of this run alone.
 */
tokens: Tokens, 
/**
 * Cost of this run alone, in micro-dollars.
 */
cost_micros: number, 
/**
 * Where the cost comes from.
 */
cost_basis: CostBasis, 
/**
 * Bytes in its output log.
 */
log_bytes: number, 
/**
 * Events decoded from it.
 */
events: number, 
/**
 * The decoder it began with.
 */
decoder: DecoderId, 
/**
 * The gate's number from 1, for runs of kind gate.
 */
gate: number | null, 
/**
 * Its logs are being read again. Until that is done its events are not shown, and what is folded from them
 * (session, version, model, tokens, cost) is a lower bound or missing.
 */
rereading?: boolean, };

/**
 * New events of one run.
 */
export type RunBatch = { 
/**
 * The run.
 */
run: RunId, 
/**
 * The number after which these follow without a gap.
 */
from: Seq, 
/**
 * The number of the last of these.
 */
to: Seq, 
/**
 * The events.
 */
events: Array<Envelope>, 
/**
 * Texts and thoughts of which the page has the beginning as a draft; their events hold only what
 * follows it.
 */
tails: Array<TextTail>, };

/**
 * A run, for ever: a UUID v7 made by Musher, and the name of its directory under `runs/`.
 */
export type RunId = string;

/**
 * What a run is for.
 */
export type RunKind = "agent" | "gate" | "setup" | "terminal";

/**
 * The fixed properties of a run, known before its process is started.
 */
export type RunSpec = { 
/**
 * Its name for people.
 */
slug: Slug, 
/**
 * What it is for.
 */
kind: RunKind, 
/**
 * The agent.
 */
agent: AgentId, 
/**
 * The decoder that it began with; the newest of this family reads it.
 */
decoder: DecoderId, 
/**
 * The account it spends from.
 */
account: AccountId | null, 
/**
 * The conversation.
 */
session: SessionId | null, 
/**
 * Whether the conversation goes on rather than begins.
 */
resumes: boolean, 
/**
 * The program and its arguments.
 */
argv: Array<string>, 
/**
 * The conversation's account before this run.
 */
usage_baseline: UsageTotals, 
/**
 * The gate's number from 1, for runs of kind gate.
 */
gate: number | null, 
/**
 * How it takes prompts.
 */
input: InputMode, 
/**
 * The agent could not save a part of the conversation that this run goes on with.
 */
incomplete: boolean, };

/**
 * The state of a run.
 */
export type RunState = "starting" | "running" | "ended";

/**
 * The dense number of an event: per run for run events (valid for one decoder version), per data
 * directory for journal entries. Starts at 1.
 */
export type Seq = number;

/**
 * The agent's own conversation, by the agent's id (a UUID for Claude Code).
 */
export type SessionId = string;

/**
 * The identity that the agent reports.
 */
export type SessionStarted = { 
/**
 * The conversation.
 */
session: SessionId | null, 
/**
 * The model.
 */
model: string | null, 
/**
 * The agent's version.
 */
agent_version: string | null, 
/**
 * The working directory that the agent believes to be in.
 */
cwd: string | null, 
/**
 * The agent's permission mode.
 */
permission_mode: string | null, 
/**
 * The source of the credential, as the agent reports it; never the credential.
 */
credential: string | null, 
/**
 * The tools it may use.
 */
tools: Array<string>, 
/**
 * The MCP servers it knows.
 */
mcp_servers: Array<McpServer>, };

/**
 * One change of one setting.
 */
export type SettingChange = { "set": "theme", "to": ThemeChoice } | { "set": "density", "to": Density } | { "set": "text_percent", "to": number } | { "set": "notify", "to": { 
/**
 * The kind.
 */
kind: NotificationKind, 
/**
 * Whether it is wanted.
 */
wanted: boolean, } } | { "set": "pause", "to": PauseFor };

/**
 * The settings with where they are kept and what is wrong with that.
 */
export type SettingsState = { 
/**
 * What is in force.
 */
settings: WindowSettings, 
/**
 * Absolute path of the file.
 */
path: string, 
/**
 * What could not be read or written, with what to do.
 */
problem: Fault | null, };

/**
 * The side of a change that lines are on.
 */
export type Side = "same" | "removed" | "added";

/**
 * A short name that a person can type: `login-fix-2` for a story, `login-fix-2.3` for a run.
 */
export type Slug = string;

/**
 * A stretch of time in one state. It ends where the next one begins; the last one goes on.
 */
export type Span = { 
/**
 * The state.
 */
state: StoryState, 
/**
 * Why.
 */
reason: Reason | null, 
/**
 * Since when.
 */
from: Timestamp, };

/**
 * A value that a new story takes from the configuration instead of from its request.
 */
export type StartDefault = "model" | "permission" | "arguments" | "gates";

/**
 * Why a process never ran.
 */
export type StartFailedKind = "missing" | "not_executable" | "interpreter" | "cwd" | "bad_argument" | "session" | "never_started" | "other";

/**
 * A new story.
 */
export type StartStory = { 
/**
 * The id that the story will have, made by the asker, so that a request whose answer got lost can
 * be repeated without a second story.
 */
id: StoryId, 
/**
 * The agent.
 */
agent: AgentId, 
/**
 * The working directory, absolute.
 */
dir: string, 
/**
 * The first prompt.
 */
prompt: string, 
/**
 * What the story is about; `None` takes the prompt's first line.
 */
title: string | null, 
/**
 * How the agent is started.
 */
profile: Profile, 
/**
 * The commands that must pass.
 */
gates: Array<string>, 
/**
 * The conversation to go on with.
 */
resume: SessionId | null, 
/**
 * Resume by itself when a limit that holds the story resets.
 */
resume_on_reset: boolean, 
/**
 * Make a new worktree on a branch of this name instead of working in `dir` itself. A name that is
 * taken is refused.
 */
worktree: string | null, 
/**
 * Without such a name: make a new worktree on a branch that is named after the title, with a number
 * where that is taken.
 */
new_branch: boolean, 
/**
 * What the story takes from the configuration instead; the fields above for it are ignored.
 */
defaults: Array<StartDefault>, 
/**
 * The environment to start in; `None` is the owner's own. Kept in memory, never on disk.
 */
env: { [key in string]: string } | null, 
/**
 * Variables set on top of it.
 */
set_env: { [key in string]: string }, };

/**
 * What a state refers to. [`crate::Story::detail`] is the text of it for a person.
 */
export type StateDetail = { "kind": "question", 
/**
 * The question.
 */
question: QuestionId, 
/**
 * What kind of answer is wanted.
 */
asks: QuestionKind, 
/**
 * The tool that asks, by the agent's name.
 */
tool: string, 
/**
 * What sort of tool that is.
 */
tool_kind: ToolKind, 
/**
 * What it is about, in one line: the command, the path, the question itself.
 */
subject: string, } | { "kind": "gate", 
/**
 * Its number, from 1.
 */
number: number, 
/**
 * How many gates the story has.
 */
of: number, 
/**
 * Its command.
 */
command: string, 
/**
 * How it ended; `None` while it runs.
 */
outcome: Outcome | null, 
/**
 * Its exit code, if it ended by one.
 */
exit_code: number | null, 
/**
 * How it ended, for a person; empty while it runs.
 */
words: string, } | { "kind": "held", 
/**
 * The account.
 */
account: AccountId, 
/**
 * The model that alone is held, as the limit names it; absent where the whole account is.
 */
model?: string, } | { "kind": "stopped", 
/**
 * Who.
 */
by: Actor, 
/**
 * Why.
 */
why: StopReason, };

/**
 * A stop: who asked for it, and why.
 */
export type Stop = { 
/**
 * Who.
 */
by: Actor, 
/**
 * Why.
 */
why: StopReason, };

/**
 * Why a run was ended. The aliases are the sentences that earlier versions recorded.
 */
export type StopReason = "window" | "board" | "command_line" | "ctrl_c" | "did_not_leave" | "unanswered" | "time_limit" | "keeper_terminated" | "interrupted" | { "words": string };

/**
 * One story, as queries show it.
 */
export type Story = { 
/**
 * Its id.
 */
id: StoryId, 
/**
 * Its name for people.
 */
slug: Slug, 
/**
 * What it is about: the first line of its prompt, or what a person wrote.
 */
title: string, 
/**
 * The repository's common directory, or the working directory where there is no repository.
 */
project: string, 
/**
 * The working directory.
 */
dir: string, 
/**
 * The branch that was checked out when the story was made.
 */
branch: string | null, 
/**
 * The agent.
 */
agent: AgentId, 
/**
 * How the agent is started.
 */
profile: Profile, 
/**
 * The commands that must pass, in order.
 */
gates: Array<string>, 
/**
 * Its state.
 */
state: StoryState, 
/**
 * Why it is in that state; `None` where the state needs no reason.
 */
reason: Reason | null, 
/**
 * The rest of the reason in a sentence: which signal, which gate, the provider's words.
 */
detail: string | null, 
/**
 * The same as facts, where there are some.
 */
about: StateDetail | null, 
/**
 * Since when it is in that state.
 */
since: Timestamp, 
/**
 * When the state is expected to end by itself (a limit's reset).
 */
until: Timestamp | null, 
/**
 * Whether it goes on by itself when a limit that holds it resets.
 */
resume_on_reset: boolean, 
/**
 * When it was made.
 */
created_at: Timestamp, 
/**
 * Its runs, oldest first.
 */
runs: Array<RunId>, 
/**
 * The agent's conversation that a follow-up would resume.
 */
session: SessionId | null, 
/**
 * The agent could not save a part of that conversation: who goes on with it may miss what was said.
 */
incomplete: boolean, 
/**
 * Prompts that wait for the agent to be idle.
 */
queued_prompts: number, 
/**
 * Questions that wait for an answer.
 */
open_questions: number, 
/**
 * Tokens of all its runs.
 */
tokens: Tokens, 
/**
 * Cost of all its runs, in micro-dollars.
 */
cost_micros: number, 
/**
 * The weakest basis among its runs.
 */
cost_basis: CostBasis, 
/**
 * The logs of one of its runs at least are being read again, so its sums are lower bounds.
 */
rereading?: boolean, };

/**
 * A story, for ever: a UUID v7 made by Musher. People use its [`Slug`].
 */
export type StoryId = string;

/**
 * The state of a story. Its [`Reason`] says the rest.
 */
export type StoryState = "draft" | "queued" | "starting" | "running" | "waiting" | "limited" | "gating" | "in_terminal" | "done" | "needs_you" | "stopped" | "archived";

/**
 * Usage along a story's own line of time.
 */
export type StoryUsage = { 
/**
 * The turns, oldest first.
 */
turns: Array<TurnUsage>, 
/**
 * How full the conversation was, oldest first; empty when the agent's stream does not say.
 */
context: Array<ContextUse>, 
/**
 * When the conversation was compacted or begun again.
 */
compacted: Array<Timestamp>, 
/**
 * How many tokens fit into the model's context, as the agent says.
 */
context_window: number | null, };

/**
 * A story as the board shows it.
 */
export type StoryView = { 
/**
 * The story.
 */
story: Story, 
/**
 * What its agent does now.
 */
activity: Activity | null, 
/**
 * What its agent waits for, after an error of the provider.
 */
retrying: Retrying | null, 
/**
 * The disk is full: its agent is held until there is room.
 */
paused: boolean, 
/**
 * Why nothing happens in it, where something goes on in it or is asked of it; `None` where it only rests.
 */
waits_for: WaitsFor | null, 
/**
 * Its states over time, oldest first.
 */
spans: Array<Span>, 
/**
 * When tools were called, thinned out to at most one in two seconds and a few hundred in all.
 */
ticks: Array<Timestamp>, 
/**
 * Its runs, oldest first.
 */
runs: Array<Run>, };

/**
 * One of the three byte streams that a keeper records.
 */
export type Stream = "stdout" | "stderr" | "stdin";

/**
 * What a tool works on. Texts are whole and unchanged: the person who is asked to allow it sees exactly
 * this. The other fields of the input are a list of [`Field`]s.
 */
export type Subject = { "is": "command", 
/**
 * The command line. An agent's list of arguments is quoted for a POSIX shell.
 */
text: string, 
/**
 * Where it runs, if the agent says so; else where the agent works.
 */
cwd: string | null, } | { "is": "change", 
/**
 * Each file with its change; never empty.
 */
files: Array<FileChange>, } | { "is": "path", 
/**
 * The path, as the agent writes it.
 */
path: string, } | { "is": "address", 
/**
 * The address.
 */
url: string, } | { "is": "query", 
/**
 * The pattern or the words.
 */
text: string, 
/**
 * Where, if it is not everywhere.
 */
within: string | null, } | { "is": "choices", 
/**
 * The questions, in their order; never empty.
 */
questions: Array<Choice>, } | { "is": "form", 
/**
 * Its fields, in their order; a form without fields only asks for a yes.
 */
fields: Array<FormField>, } | { "is": "plan", 
/**
 * The plan; empty where the agent gave none.
 */
markdown: string, } | { "is": "todos", 
/**
 * The whole list as it is from now on.
 */
items: Array<Todo>, } | { "is": "other", 
/**
 * The line of the input that says most; empty where none does.
 */
words: string, };

/**
 * What a field holds.
 */
export type Takes = { "is": "text", 
/**
 * Fewest characters.
 */
min: number | null, 
/**
 * Most characters.
 */
max: number | null, 
/**
 * What sort of text: `email`, `uri`, `date`, `date-time`.
 */
format: string | null, } | { "is": "number", 
/**
 * Without a fraction.
 */
whole: boolean, 
/**
 * The smallest.
 */
min: number | null, 
/**
 * The largest.
 */
max: number | null, } | { "is": "flag" } | { "is": "one", 
/**
 * What is offered.
 */
options: Array<FormOption>, } | { "is": "several", 
/**
 * What is offered.
 */
options: Array<FormOption>, 
/**
 * Fewest of them.
 */
min: number | null, 
/**
 * Most of them.
 */
max: number | null, };

/**
 * What sort of work a task is.
 */
export type TaskKind = "agent" | "command" | "other";

/**
 * How a task ended.
 */
export type TaskStatus = "completed" | "failed" | "stopped" | "unknown";

/**
 * A finished text that is given without its beginning.
 */
export type TextTail = { 
/**
 * The event's number.
 */
seq: Seq, 
/**
 * The `end` of the draft that is its beginning.
 */
from: number, };

/**
 * Light, dark or what the system says.
 */
export type ThemeChoice = "system" | "light" | "dark";

/**
 * What is new in the timeline of a story.
 */
export type TimelineBatch = { 
/**
 * The story.
 */
story: StoryId, 
/**
 * Nothing that the page had counts; otherwise this follows it.
 */
is_all: boolean, 
/**
 * There is more than one batch carries; the page pulls again for it.
 */
is_cut: boolean, 
/**
 * New events of its runs.
 */
runs: Array<RunBatch>, 
/**
 * New journal entries.
 */
journal: Array<Envelope>, 
/**
 * Every draft of its live run, each with what the page does not have of it. A draft that is not
 * named here is over.
 */
drafts: Array<Draft>, };

/**
 * A wall-clock instant with the precision of a millisecond.
 */
export type Timestamp = string;

/**
 * One thing to do.
 */
export type Todo = { 
/**
 * What.
 */
text: string, 
/**
 * How far it is.
 */
state: TodoState, };

/**
 * How far a thing to do is.
 */
export type TodoState = "open" | "doing" | "done";

/**
 * Tokens by class. The classes are disjoint: `input` excludes what was read from or written to the
 * cache, and reasoning is inside `output`.
 */
export type Tokens = { 
/**
 * Input tokens that touched no cache.
 */
input: number, 
/**
 * Output tokens, reasoning included.
 */
output: number, 
/**
 * Input tokens read from the prompt cache.
 */
cache_read: number, 
/**
 * Input tokens written to the prompt cache.
 */
cache_write: number, };

/**
 * What sort of tool it is, for a glyph and a sentence.
 */
export type ToolKind = "command" | "read" | "edit" | "search" | "web" | "agent" | "plan" | "ask" | "mcp" | "other";

/**
 * What an agent reports of a tool's effect in addition to the text for the model.
 */
export type ToolOutput = { "kind": "command", 
/**
 * Standard output, often with standard error merged in.
 */
stdout: string, 
/**
 * Standard error.
 */
stderr: string, 
/**
 * The exit code, if the agent reports it.
 */
exit_code: number | null, 
/**
 * Whether it was cut short.
 */
interrupted: boolean, 
/**
 * The background task it became.
 */
background: string | null, } | { "kind": "edit", 
/**
 * Its path.
 */
path: string, 
/**
 * Whether it is new.
 */
created: boolean, 
/**
 * What changed; empty when the agent does not say.
 */
diff: Diff, } | { "kind": "read", 
/**
 * Its path.
 */
path: string, 
/**
 * How many lines were read, if reported.
 */
lines: number | null, } | { "kind": "other", 
/**
 * Its text, or its JSON.
 */
value: JsonValue, };

/**
 * Something that changes and can be on screen.
 */
export type Topic = { "name": "stories" } | { "name": "questions" } | { "name": "limits" } | { "name": "agents" } | { "name": "timeline" } & HeldTimeline;

/**
 * What is newer of a topic.
 */
export type TopicBatch = { "name": "stories", 
/**
 * These are all there are; otherwise those that changed.
 */
is_all: boolean, 
/**
 * The stories.
 */
stories: Array<StoryView>, } | { "name": "questions", 
/**
 * The questions.
 */
questions: Array<Question>, } | { "name": "limits", 
/**
 * The limits.
 */
limits: Array<Limit>, } | { "name": "agents", 
/**
 * The agents.
 */
agents: Array<AgentName>, } | { "name": "timeline" } & TimelineBatch;

/**
 * A topic that is on screen, and what the page has of it.
 */
export type TopicRequest = { 
/**
 * The revision that the page has of it; 0 asks for all of it.
 */
since: number, 
/**
 * The topic.
 */
topic: Topic, };

/**
 * Whether Musher has its mark in a tray.
 */
export type TrayState = "looking" | "shown" | "no_tray" | "refused";

/**
 * What the end of a turn means.
 */
export type Turn = "completed" | "interrupted" | { "error": ApiErrorKind } | "max_turns" | "budget" | "session_missing" | "failed";

/**
 * How a turn ended, by the agent's result.
 */
export type TurnEnd = { 
/**
 * What it means.
 */
turn: Turn, 
/**
 * The agent's own words for it: subtype and terminal reason.
 */
said: string, 
/**
 * The final answer, or the error's text.
 */
text: string, 
/**
 * The agent's account, if it gives one.
 */
usage: ApiUsage | null, 
/**
 * The number of the result in this run, if the agent counts them.
 */
index: number | null, 
/**
 * Prompts that the agent still has queued.
 */
queued: number, 
/**
 * Prompts that joined the turn while it went on, in addition to the one that began it; its end answers
 * them, too.
 */
joined?: number, 
/**
 * Whether a background task, not a prompt, began this turn.
 */
from_task: boolean, 
/**
 * Calls that were refused in this turn.
 */
denials: Array<string>, 
/**
 * From the prompt to the result by the agent's clock (milliseconds).
 */
duration_ms: number | null, 
/**
 * Time spent waiting for the provider (milliseconds).
 */
api_ms: number | null, 
/**
 * When the credential will have to be renewed, if the agent says so.
 */
login_expires_at: Timestamp | null, };

/**
 * One turn of a story, or several that were folded into one because a story has very many.
 */
export type TurnUsage = { 
/**
 * The run of the (first) turn.
 */
run: RunId, 
/**
 * The result's event in that run; `None` for a turn whose result has not come.
 */
seq: Seq | null, 
/**
 * When the turn before it ended, or the run started.
 */
from: Timestamp, 
/**
 * When its result came; of a turn without one, when it was last reported.
 */
to: Timestamp, 
/**
 * How many turns this covers.
 */
turns: number, 
/**
 * By model, in order of their names.
 */
models: Array<ModelShare>, };

/**
 * What is odd about a line.
 */
export type UnrecognizedWhy = "unknown_type" | "unknown_shape" | "not_json" | "oversized" | "cut_off";

/**
 * What rests on one basis, by each row's own.
 */
export type UsageBasis = { 
/**
 * The basis.
 */
basis: CostBasis, 
/**
 * Tokens by class.
 */
tokens: Tokens, 
/**
 * Micro-dollars.
 */
cost_micros: number, };

/**
 * What one group used in one stretch of time.
 */
export type UsageCell = { 
/**
 * The stretch, as an index into the report's `starts`.
 */
step: number, 
/**
 * The group, as an index into the report's `groups`.
 */
group: number, 
/**
 * Of the tokens, those of rows without a price.
 */
unpriced_tokens: number, 
/**
 * Whether a part is of a run without its final account: tokens and cost are at least so much.
 */
is_partial: boolean, 
/**
 * Tokens by class.
 */
tokens: Tokens, 
/**
 * Micro-dollars; `None` in the groups of token classes, because no agent reports cost by class.
 */
cost_micros: number | null, 
/**
 * The weakest basis of what was summed.
 */
cost_basis: CostBasis, 
/**
 * Runs that used something here. A run that goes on over midnight counts in both days.
 */
runs: number, 
/**
 * Turns that ended here with a result.
 */
turns: number, };

/**
 * The fields of [`UsageCell`]s, each as a column.
 */
export type UsageColumns = { 
/**
 * The stretch.
 */
step: Array<number>, 
/**
 * The group.
 */
group: Array<number>, 
/**
 * Tokens of the input.
 */
input: Array<number>, 
/**
 * Tokens of the output.
 */
output: Array<number>, 
/**
 * Tokens read from the cache.
 */
cache_read: Array<number>, 
/**
 * Tokens written to the cache.
 */
cache_write: Array<number>, 
/**
 * Micro-dollars.
 */
cost_micros: Array<number | null>, 
/**
 * The weakest basis.
 */
cost_basis: Array<CostBasis>, 
/**
 * Runs.
 */
runs: Array<number>, 
/**
 * Turns.
 */
turns: Array<number>, 
/**
 * Tokens without a price.
 */
unpriced_tokens: Array<number>, 
/**
 * 1 where it is at least so much, else 0: that takes less room than the words.
 */
is_partial: Array<number>, };

/**
 * What usage can be grouped by, in addition to time.
 */
export type UsageGroup = "model" | "agent" | "account" | "project" | "story" | "class";

/**
 * A question about usage: what to sum, over which time, in which groups.
 */
export type UsageQuery = { 
/**
 * The stretches of time to sum by; `None` sums over the whole range.
 */
step: UsageStep | null, 
/**
 * What to group by; empty for one group of everything.
 */
by: Array<UsageGroup>, 
/**
 * Where the range begins, included; `None` is the first usage there is.
 */
from: Timestamp | null, 
/**
 * Where the range ends, excluded; `None` is after the last usage there is.
 */
to: Timestamp | null, 
/**
 * The time zone whose calendar counts, by its IANA name (`Europe/Berlin`).
 */
zone: string, 
/**
 * At most so many groups, the dearest first; the others are summed in one further group, the rest.
 * `None` keeps all groups.
 */
most: number | null, };

/**
 * The answer to a [`UsageQuery`] as a chart needs it: stretches of time without gaps, groups with the
 * dearest first, and the cells in which anything was used.
 */
export type UsageReport = { 
/**
 * Where the range begins: the asked time, or that of the first usage.
 */
from: Timestamp, 
/**
 * Where the range ends, excluded.
 */
to: Timestamp, 
/**
 * Where each stretch of time begins; the first and the last may be cut by the range. One stretch
 * if no step was asked for.
 */
starts: Array<Timestamp>, 
/**
 * The groups, dearest first, the rest last.
 */
groups: Array<UsageTotal>, 
/**
 * What was used, by stretch and group.
 */
cells: Array<UsageCell>, 
/**
 * Everything in the range.
 */
whole: UsageWhole, 
/**
 * How many runs of that range are being read again; while there are any, every sum is a lower bound.
 */
rereading_runs?: number, };

/**
 * How long one stretch of time is, in the calendar of the asked time zone. A day is from midnight to
 * midnight, so it may have 23 or 25 hours; a week begins on Monday.
 */
export type UsageStep = "hour" | "day" | "week" | "month";

/**
 * A group of a report, with its sums over the whole range.
 */
export type UsageTotal = { 
/**
 * The group.
 */
by: { [key in UsageGroup]?: string | null }, 
/**
 * How many groups are summed here because only the dearest were asked for; 0 for a single group. Groups
 * that used nothing do not count, unless all of them are such.
 */
rest_of: number, 
/**
 * Of the tokens, those of rows without a price.
 */
unpriced_tokens: number, 
/**
 * Whether a part is of a run without its final account: tokens and cost are at least so much.
 */
is_partial: boolean, 
/**
 * Tokens by class.
 */
tokens: Tokens, 
/**
 * Micro-dollars; `None` in the groups of token classes, because no agent reports cost by class.
 */
cost_micros: number | null, 
/**
 * The weakest basis of what was summed.
 */
cost_basis: CostBasis, 
/**
 * Runs that used something here. A run that goes on over midnight counts in both days.
 */
runs: number, 
/**
 * Turns that ended here with a result.
 */
turns: number, };

/**
 * An agent's account: what its result or its saved session says.
 */
export type UsageTotals = { 
/**
 * Per model, by the agent's own name for it.
 */
models: { [key in string]: ModelUsage }, 
/**
 * The agent's total in micro-dollars; `None` when the agent does not say what it costs.
 */
cost_micros: number | null, };

/**
 * Everything in the range of a report, independent of its step and groups.
 */
export type UsageWhole = { 
/**
 * What rests on each basis, strongest first; only those that occur. They add up to the whole.
 */
bases: Array<UsageBasis>, 
/**
 * Runs that have a part in it.
 */
runs: number, 
/**
 * Turns that ended with a result.
 */
turns: number, };

/**
 * What a verification found: whether the store says what journal and logs say.
 */
export type Verification = { 
/**
 * Journal entries that were read.
 */
entries: number, 
/**
 * Runs that were read.
 */
runs: number, 
/**
 * Events that were decoded.
 */
events: number, 
/**
 * Runs with damaged logs, the first ones.
 */
damaged: Array<DamagedRun>, 
/**
 * How many runs have damaged logs.
 */
damaged_count: number, 
/**
 * How many rows of the store differ.
 */
differences: number, 
/**
 * The tables in which they are, each once.
 */
tables: Array<string>, };

/**
 * How far a verification came.
 */
export type VerifyProgress = { 
/**
 * Runs that were read.
 */
runs: number, 
/**
 * All runs.
 */
of: number, };

/**
 * Why nothing happens in a story now, or what does.
 */
export type WaitsFor = { "by": "run", 
/**
 * The run.
 */
run: RunId, 
/**
 * Its name for people.
 */
slug: Slug, } | { "by": "answer", 
/**
 * The question.
 */
question: QuestionId, } | { "by": "hold", 
/**
 * The account.
 */
account: AccountId, 
/**
 * The model that alone is held, as the limit names it.
 */
model?: string, 
/**
 * When it is expected to reset.
 */
until: Timestamp, 
/**
 * What tries whether the limit is gone: a run, or a story whose run is about to begin, by its name for people.
 */
tried_by: Slug | null, } | { "by": "limit", 
/**
 * When it is expected to reset; `None` when that was never known.
 */
until: Timestamp | null, 
/**
 * Whether the story goes on by itself then.
 */
goes_on: boolean, } | { "by": "turn", 
/**
 * When that is.
 */
at: Timestamp, } | { "by": "place", 
/**
 * That story.
 */
story: StoryId, 
/**
 * Its name for people.
 */
slug: Slug, } | { "by": "job", 
/**
 * The work.
 */
job: JobKind, 
/**
 * Since when it goes on.
 */
since: Timestamp, } | { "by": "person", 
/**
 * Its state.
 */
state: StoryState, } | { "by": "fault" } | { "by": "nothing" };

/**
 * What a window counts, for people.
 */
export type WindowName = { 
/**
 * Its name, shown unchanged: `requests per day`, `extra usage`. Empty where the length is name enough.
 */
label: string, 
/**
 * How long it lasts (milliseconds); `None` when that is not known.
 */
length_ms: number | null, 
/**
 * The one model that it counts: `Opus`; `None` when it counts all.
 */
model: string | null, 
/**
 * It is paid extra usage, which serves when the other windows are full.
 */
is_extra: boolean, };

/**
 * Everything that a person has set for the window.
 */
export type WindowSettings = { 
/**
 * Light or dark.
 */
theme: ThemeChoice, 
/**
 * The distance between rows.
 */
density: Density, 
/**
 * The size of text and everything with it, in percent: one of [`TEXT_PERCENTS`].
 */
text_percent: number, 
/**
 * Which notifications are wanted.
 */
notify: NotifyKinds, 
/**
 * Until when notifications are held back; in the past or `None`: they are shown.
 */
paused_until: Timestamp | null, };

/**
 * How new worktrees and their branches are named. `{name}` is replaced by the story's name.
 */
export type WorktreePatterns = { 
/**
 * The folder of a new worktree: absolute, below the home directory (`~/`), or relative to the folder
 * that the repository is in. `{project}` is replaced by the repository's name; the last part is
 * `{name}`.
 */
place: string, 
/**
 * The branch of a story that was given none by name; it ends in `{name}`.
 */
branch: string, };

/** What a decision does, for a person. */
export const DECISION_WORDS: { readonly [D in Decision]: string } = {
  allow_once: "Allow once",
  allow_session: "Allow for this session",
  allow_always: "Always allow",
  deny: "Deny",
  deny_and_end: "Deny and end the turn",
};

/** The prompt when a person lets an agent go on without words of their own. */
export const GO_ON = "Go on where you left off. Look at the state of the work tree first.";
