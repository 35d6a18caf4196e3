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
 * The window toolkit and its version.
 */
toolkit: string, 
/**
 * The web view's version; `None` if it does not report it.
 */
webview: string | null, 
/**
 * The operating system's name and the kind of processor.
 */
system: string, 
/**
 * The path of Musher's own log.
 */
log: string, 
/**
 * Where Musher failed before this window was opened, if it did and that was not shown yet.
 */
panicked: Panicked | null, };

/**
 * An account that runs have used.
 */
export type Account = { 
/**
 * The account's id.
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
 * The agent's name of the authentication method.
 */
method: string | null, 
/**
 * The name (never the value) of the variable that holds the credential.
 */
credential_variable: string | null, 
/**
 * When the account was first seen.
 */
first_seen: Timestamp, };

/**
 * An account: agent, configuration directory, authentication method and the name of the credential
 * variable, joined. Never made from a secret.
 */
export type AccountId = string;

/**
 * What an agent is doing now.
 */
export type Activity = { 
/**
 * The tool, by the agent's name.
 */
tool: string, 
/**
 * The kind of the tool.
 */
kind: ToolKind, 
/**
 * What the call is about, in one line; empty if the call does not tell.
 */
subject: string, };

/**
 * The one who did something.
 */
export type Actor = "you" | "musher" | "rule" | "system";

/**
 * Defaults for new stories of one agent; a story can override them.
 */
export type AgentDefaults = { 
/**
 * The model to ask for; `None` lets the agent choose.
 */
model: string | null, 
/**
 * What may happen without asking. Never full access, which is given to one story at a time.
 */
permission: PermissionChoice, 
/**
 * Arguments passed to the agent as they are.
 */
arguments: Array<string>, 
/**
 * Names of variables that must be set for the agent to start; never their values.
 */
environment: Array<string>, };

/**
 * A kind of command-line agent: `claude`, `demo`.
 */
export type AgentId = string;

/**
 * The names of an agent.
 */
export type AgentName = { 
/**
 * The agent.
 */
agent: AgentId, 
/**
 * The name for people: `Claude Code`.
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
 * The agent's name for people.
 */
name: string, 
/**
 * Absolute path of the program; `None` when it was not found.
 */
path: string | null, 
/**
 * The program's version, as it reports it.
 */
version: string | null, 
/**
 * Whether the agent is signed in.
 */
login: LoginState, 
/**
 * How to get the program, if it was not found.
 */
how_to_get: string, 
/**
 * What is wrong with the program that was found.
 */
problem: string | null, };

/**
 * The answer of a person or a rule. An allowance has no message: a message goes with a denial, or with
 * the answers to the agent's own questions.
 */
export type Answer = { 
/**
 * Whether it allows or denies.
 */
behavior: AnswerBehavior, 
/**
 * The message to the agent with a denial.
 */
message: string | null, 
/**
 * Chosen labels that name no question. They are accepted only if they can belong to one question
 * alone, and are then moved to `choices`; only records of earlier versions keep them here.
 */
labels: Array<string>, 
/**
 * The answers to a [`QuestionKind::Choice`], one for each of its questions.
 */
choices: Array<Chosen>, 
/**
 * The values of a [`QuestionKind::Form`]; empty fields are left out.
 */
fields?: Array<FilledField>, 
/**
 * The id of the decision, if it is not a plain yes or no.
 */
option?: string, };

/**
 * Whether an answer allows what was asked for.
 */
export type AnswerBehavior = "allow" | "deny" | "cancel";

/**
 * What failed between the agent and its provider.
 */
export type ApiErrorKind = "login" | "billing" | "rate_limit" | "overloaded" | "invalid_request" | "prompt_too_long" | "model" | "server" | "max_output" | "refusal" | "network" | "unknown";

/**
 * The usage that an agent reports with a result. The variants are told apart by their fields.
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
 * What a worktree begins from.
 */
export type Base = { 
/**
 * The branch, tag or commit: `main`, `origin/main`, `1a2b3c4`.
 */
name: string, 
/**
 * The id of its commit.
 */
commit: string, 
/**
 * The branch of a remote that it follows, as it was known here.
 */
upstream?: Upstream, 
/**
 * Whether its remote was fetched just before.
 */
fetched: boolean, };

/**
 * What a new worktree would begin from, as far as it is known without fetching.
 */
export type BaseSummary = { 
/**
 * The base.
 */
base: Base, 
/**
 * The first line of its commit's message.
 */
subject: string, 
/**
 * When its commit was made.
 */
at: Timestamp, 
/**
 * The remote that would be fetched; `None` if there is none.
 */
remote: string | null, 
/**
 * When this repository was last fetched; `None` if git has no sign of it.
 */
fetched_at: Timestamp | null, };

/**
 * A branch.
 */
export type BranchSummary = { 
/**
 * Its name: `main`, `origin/main`.
 */
name: string, 
/**
 * Whether it is a branch of a remote, as it was last fetched.
 */
is_remote: boolean, 
/**
 * The first line of its newest commit's message.
 */
subject: string, 
/**
 * When that commit was made.
 */
at: Timestamp, };

/**
 * The branches from which a new worktree can begin.
 */
export type Branches = { 
/**
 * The branches of this repository and those that are known of its remotes, the newest commit first.
 */
newest: Array<BranchSummary>, 
/**
 * How many more there are.
 */
more: number, 
/**
 * Whether new stories fetch first, by the configuration.
 */
fetch: boolean, };

/**
 * What an agent is busy with.
 */
export type Busy = { "is": "requesting" } | { "is": "compacting" } | { "is": "working" } | { "is": "other", 
/**
 * The agent's own words for it.
 */
words: string, };

/**
 * Times of tool calls, in few bytes, because a story at work is sent each second.
 */
export type CallTimes = { 
/**
 * The first call, in milliseconds since 1970; 0 if there is none.
 */
first: number, 
/**
 * Each later call: whole seconds since the call before it, rounded so that they add up to the time
 * since the first.
 */
gaps: Array<number>, };

/**
 * One of two states that are compared.
 */
export type ChangeEnd = { 
/**
 * The object of git that holds it, a commit or a tree, by its full id.
 */
object: string, 
/**
 * What it is.
 */
is: ChangePoint, };

/**
 * What a state is that is compared.
 */
export type ChangePoint = { "is": "base", 
/**
 * The base: `main`, `origin/main`, `1a2b3c4`.
 */
name: string, } | { "is": "beginning", 
/**
 * The number of that checkpoint.
 */
n: number, 
/**
 * When it was made.
 */
at: Timestamp, } | { "is": "checkpoint", 
/**
 * Its number.
 */
n: number, 
/**
 * When it was made.
 */
at: Timestamp, 
/**
 * Why it was made.
 */
because: CheckpointCause, } | { "is": "head", 
/**
 * The number of that checkpoint.
 */
n: number, 
/**
 * The branch that was checked out.
 */
branch: string | null, } | { "is": "commit", 
/**
 * The first line of its message.
 */
subject: string, 
/**
 * When it was made.
 */
at: Timestamp, } | { "is": "parent" } | { "is": "nothing" };

/**
 * Which changes of a story are asked for.
 */
export type ChangeScope = { "of": "base" } | { "of": "turn", 
/**
 * The number of the turn, as the timeline numbers it; `None` for the last one.
 */
turn: number | null, } | { "of": "looked" } | { "of": "uncommitted" } | { "of": "commit", 
/**
 * The commit, by any name that git knows in the story's repository.
 */
commit: string, } | { "of": "checkpoints", 
/**
 * The number of the earlier one.
 */
since: number, 
/**
 * The number of the later one; `None` for the newest.
 */
until: number | null, };

/**
 * What became of a file.
 */
export type ChangeStatus = "added" | "removed" | "changed" | "renamed" | "other_kind";

/**
 * A file, link or submodule that differs.
 */
export type ChangedFile = { 
/**
 * The path in the later state; in the earlier one for what was removed.
 */
path: string, 
/**
 * The path in the earlier state, if it is another one.
 */
old_path: string | null, 
/**
 * What became of it.
 */
status: ChangeStatus, 
/**
 * What it was; `None` if it is new.
 */
old: FileSide | null, 
/**
 * What it is; `None` if it is gone.
 */
new: FileSide | null, 
/**
 * How many lines were added; 0 for a binary file.
 */
added: number, 
/**
 * How many lines were removed; 0 for a binary file.
 */
removed: number, 
/**
 * Whether git takes it for a binary file, so that it has no lines.
 */
binary: boolean, 
/**
 * Why its lines are not shown before a person asks for them.
 */
folded: FoldedWhy | null, 
/**
 * Whether a tool call of the agent says that it changed this file; command lines say nothing of files. `None` if
 * that is not known, because logs were deleted or are being read again.
 */
said: boolean | null, 
/**
 * Whether a person reviewed it.
 */
reviewed: FileReview, };

/**
 * The changes of a scope.
 */
export type Changes = { 
/**
 * The earlier state.
 */
from: ChangeEnd, 
/**
 * The later state.
 */
to: ChangeEnd, 
/**
 * The number of the turn, if the scope is a turn.
 */
turn: number | null, 
/**
 * Whether the scope was what changed since the person looked, and they never did.
 */
never_looked: boolean, 
/**
 * Whether a file of the worktree is known to have changed since the newest checkpoint, which is the later state.
 * `false` only says that this is not known.
 */
is_outdated: boolean, 
/**
 * The files that differ, by path; at most [`Changes::MOST_FILES`].
 */
files: Array<ChangedFile>, 
/**
 * How many more differ.
 */
more_files: number, 
/**
 * How many lines were added in all files, also in those that are not listed.
 */
added: number, 
/**
 * How many lines were removed in all files.
 */
removed: number, 
/**
 * Whether there are so many new and removed files that git looked for renames among those of the same content
 * only.
 */
renames_by_content_only: boolean, 
/**
 * What the later state lacks because no checkpoint has it, if that state is a checkpoint: files that are too large
 * or cannot be read. At most 100 of them.
 */
left_out: Array<LeftOut>, 
/**
 * How many more it lacks; the checkpoint's commit names them.
 */
more_left_out: number, };

/**
 * A check of a host: a job of its pipelines, or what another service reports.
 */
export type Check = { 
/**
 * Its name, with that of its workflow or stage before it, if it has one.
 */
name: string, 
/**
 * Its result so far.
 */
state: CheckState, 
/**
 * The address of its page, if it has one.
 */
url: string | null, 
/**
 * The job whose log can be read, as its host names it; `None` if there is no log to be read.
 */
job: string | null, };

/**
 * The result of a check.
 */
export type CheckState = "passed" | "failed" | "allowed" | "running" | "waiting" | "skipped" | "unknown";

/**
 * A checkpoint of a story's worktree.
 */
export type Checkpoint = { 
/**
 * The story.
 */
story: StoryId, 
/**
 * Its number in the story, from 1. The commit is `refs/musher/STORY/N` of the repository.
 */
n: number, 
/**
 * When it was made.
 */
at: Timestamp, 
/**
 * The commit.
 */
commit: string, 
/**
 * The commit's tree: the files, byte for byte.
 */
tree: string, 
/**
 * Why it was made.
 */
because: CheckpointCause, 
/**
 * What it does not hold, at most 100 of them.
 */
left_out: Array<LeftOut>, 
/**
 * How many more it does not hold.
 */
more_left_out: number, };

/**
 * Why a checkpoint was made.
 */
export type CheckpointCause = "prompt" | "allowed" | "turn" | "end" | "working" | "asked" | "gates" | "restore" | "finish";

/**
 * What checkpoints hold, and how long they are kept. The newest of a story always is.
 */
export type CheckpointSettings = { 
/**
 * For how many days.
 */
keep_days: number, 
/**
 * How many of each story.
 */
keep_count: number, 
/**
 * Whether they hold the files that git ignores, too.
 */
ignored: boolean, };

/**
 * One of the agent's own questions.
 */
export type Choice = { 
/**
 * The text of the question.
 */
question: string, 
/**
 * A title of a word or two, if the agent gives one.
 */
header: string | null, 
/**
 * Whether several options can be chosen.
 */
several: boolean, 
/**
 * The options; may be empty.
 */
options: Array<Offered>, };

/**
 * The answer to one of the questions that an agent asks together.
 */
export type Chosen = { 
/**
 * The question's index, from 0.
 */
question: number, 
/**
 * The question's text, as the agent wrote it, so that the record can be read alone.
 */
text: string, 
/**
 * The chosen labels, in the agent's own order.
 */
labels: Array<string>, 
/**
 * A person's own text, instead of a label or in addition to it.
 */
words: string | null, };

/**
 * A claim of an agent, and what is known about it.
 */
export type Claim = { 
/**
 * What it is about.
 */
kind: ClaimKind, 
/**
 * The sentence in which the agent said it, on one line.
 */
words: string, 
/**
 * What is known about it.
 */
verdict: Verdict, 
/**
 * Why the verdict is not better; `None` for what is proved or not run.
 */
why?: ClaimWhy, 
/**
 * The run with the evidence: a gate, or the run with the step at `pos`.
 */
run: RunId | null, 
/**
 * The step that is the evidence: the call of the command. `None` if git or a gate is.
 */
pos: Pos | null, 
/**
 * Whether the evidence is a gate that passed on the same files.
 */
gate?: boolean, 
/**
 * The command line that is the evidence.
 */
command?: string, 
/**
 * Its exit status, if it is known.
 */
exit_code?: number, 
/**
 * The file that is claimed, by its path below the worktree's root if it was found there.
 */
path?: string, 
/**
 * The object of git that is the evidence: the commit, or the blob of the file.
 */
object?: string, 
/**
 * How many files differ from the commit, or how many commits the remote lacks.
 */
count?: number, 
/**
 * The run in which the agent said it.
 */
said_run: RunId, 
/**
 * The message in which the agent said it.
 */
said_pos: Pos, };

/**
 * What a claim is about.
 */
export type ClaimKind = "tests" | "build" | "lint" | "committed" | "pushed" | "file";

/**
 * Why the verdict is not better.
 */
export type ClaimWhy = "pipe" | "or_else" | "sequence" | "background" | "negated" | "part" | "watch" | "script" | "substitution" | "arguments" | "unreadable" | "no_status" | "cut_short" | "one_of_several" | "edited" | "may_have_edited" | "changed_since" | "uncommitted" | "no_commit" | "not_on_remote" | "no_remote" | "no_file" | "unchanged" | "no_evidence";

/**
 * The date of a [`ClockTime`].
 */
export type ClockDate = { 
/**
 * The month, 1 to 12.
 */
month: number, 
/**
 * The day of the month.
 */
day: number, 
/**
 * The year; `None` if it is not told.
 */
year: number | null, };

/**
 * The time that a clock shows, as a sentence tells it: `3:30pm (Europe/Berlin)`, `Oct 9 at 5pm`. Which
 * instant that is follows from when the sentence was written.
 */
export type ClockTime = { 
/**
 * The hour, 0 to 23.
 */
hour: number, 
/**
 * The minute.
 */
minute: number, 
/**
 * The date; `None` if the agent reports only the time of day.
 */
date: ClockDate | null, 
/**
 * The IANA name of the zone; `None` is the zone of the machine.
 */
zone: string | null, };

/**
 * A story with whose work that of another one conflicts.
 */
export type Collision = { 
/**
 * The other story.
 */
with: StoryId, 
/**
 * The files, those that conflict first.
 */
files: SharedFiles, };

/**
 * A comment of a person on the changes of a story.
 */
export type Comment = { 
/**
 * Its id.
 */
id: CommentId, 
/**
 * The story.
 */
story: StoryId, 
/**
 * Its number in the story, from 1.
 */
n: number, 
/**
 * The path of its file now; the last one that is known if it is gone.
 */
path: string, 
/**
 * On which side it is.
 */
side: CommentSide, 
/**
 * Its first line now, or of the earlier state if it is on that; `None` for a comment on the whole file, and if
 * the lines are not there.
 */
line: number | null, 
/**
 * Its last line.
 */
last_line: number | null, 
/**
 * What the person says.
 */
text: string, 
/**
 * How it stands.
 */
state: CommentState, 
/**
 * What became of its lines since it was made, up to the newest checkpoint.
 */
place: CommentPlace, 
/**
 * When it was made.
 */
at: Timestamp, 
/**
 * When it was written to the agent.
 */
sent_at: Timestamp | null, 
/**
 * The id of the prompt that has it, or had it.
 */
prompt: string | null, 
/**
 * What it was made on.
 */
anchor: CommentAnchor, 
/**
 * Where it is in the two states that were asked for; `None` if none were, or its file is not in them.
 */
shown: CommentSpot | null, };

/**
 * What a comment was made on. It never changes.
 */
export type CommentAnchor = { 
/**
 * The file's path in that state.
 */
path: string, 
/**
 * Which of the two states it was.
 */
side: CommentSide, 
/**
 * The object of git that holds that state, a commit or a tree, by its full id.
 */
object: string, 
/**
 * The object of git that has the file's content in that state; of a submodule its commit.
 */
blob: string, 
/**
 * The lines; `None` for a comment on the whole file.
 */
lines: LineRange | null, 
/**
 * The text of the lines, without the last newline; of many only the first ones. Empty for a comment on the whole
 * file.
 */
quote: string, };

/**
 * What is changed in a comment.
 */
export type CommentChange = { "is": "edited", 
/**
 * The text.
 */
text: string, } | { "is": "removed" } | { "is": "resolved" } | { "is": "reopened" };

/**
 * A comment of a person on changes: a UUID v7 made by the caller. People use its number in the story.
 */
export type CommentId = string;

/**
 * What became of the lines of a comment, or of its file, since it was made.
 */
export type CommentPlace = "same" | "moved" | "changed" | "removed" | "gone" | "unknown";

/**
 * On which of the two states that are compared a comment is.
 */
export type CommentSide = "before" | "after";

/**
 * Where a comment is in a state.
 */
export type CommentSpot = { 
/**
 * The path of the file there; the last one that is known if it is gone.
 */
path: string, 
/**
 * Its lines there; `None` for a comment on the whole file, and if they are not there.
 */
lines: LineRange | null, 
/**
 * What became of them.
 */
place: CommentPlace, };

/**
 * How a comment stands.
 */
export type CommentState = "open" | "queued" | "sent" | "addressed" | "resolved";

/**
 * Why an agent summarised its conversation.
 */
export type CompactTrigger = "automatic" | "asked" | "unknown";

/**
 * The values of the file. A field that is not set has its default.
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
 * Defaults for new stories of one repository, by the absolute path of its main folder.
 */
projects: { [key in string]: ProjectDefaults }, 
/**
 * How new worktrees and their branches are named.
 */
worktrees: WorktreePatterns, 
/**
 * How long to wait for limits.
 */
limits: LimitWaits, 
/**
 * What checkpoints hold, and how long they are kept.
 */
checkpoints: CheckpointSettings, };

/**
 * A value of the file that gives agents more power than a person has accepted; it waits for a person.
 */
export type ConfigDifference = { 
/**
 * The name of the value for `mush config set`: `agents.claude.permission`.
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
 * A part of the file that is valid but has no effect.
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
 * The configuration in force.
 */
config: Config, 
/**
 * Absolute path of the file, which may not exist yet.
 */
path: string, 
/**
 * Changes in the file that a person has to accept, in the order of the file's format.
 */
waiting: Array<ConfigDifference>, 
/**
 * Identifies the file's content from which `waiting` was read; an acceptance repeats it.
 */
file: string, 
/**
 * Why the file cannot be used; then the configuration that was accepted last is in force.
 */
problem: Fault | null, 
/**
 * Parts of the file that have no effect.
 */
notices: Array<ConfigNotice>, };

/**
 * How a file conflicts.
 */
export type ConflictKind = "both_changed" | "both_added" | "removed_in_branch" | "removed_in_base" | "other";

/**
 * A piece of a file that conflicts, as git marks it.
 */
export type ConflictPiece = { 
/**
 * The number of its first line in the file that git would leave, from 1.
 */
line: number, 
/**
 * Its lines, with git's marks.
 */
text: string, };

/**
 * A file that conflicts.
 */
export type ConflictedFile = { 
/**
 * Its path.
 */
path: string, 
/**
 * How it conflicts.
 */
kind: ConflictKind, 
/**
 * The pieces of it that conflict; none of a file that is no text.
 */
pieces: Array<ConflictPiece>, 
/**
 * How many more pieces there are.
 */
more_pieces: number, };

/**
 * How full the conversation was when a message began.
 */
export type ContextUse = { 
/**
 * When the message began.
 */
at: Timestamp, 
/**
 * All tokens that the model read: input, cache read and cache write.
 */
tokens: number, };

/**
 * The ignored files that were copied into a new worktree.
 */
export type CopiedFiles = { 
/**
 * Their paths.
 */
files: FewPaths, 
/**
 * Their size (bytes).
 */
bytes: number, 
/**
 * What was to be copied and was not; at most twenty.
 */
left: Array<NotCopied>, 
/**
 * How many more of these there are.
 */
more_left: number, };

/**
 * What is copied into a new worktree of a folder's repository, if nothing else is asked for.
 */
export type CopyOffer = { 
/**
 * Whether the repository's own `.worktreeinclude` says it.
 */
by_repository: boolean, 
/**
 * The patterns that say it otherwise, by the configuration.
 */
patterns: Array<string>, 
/**
 * Files with variables of the environment (`.env`, `.env.local`) that git ignores there, by their paths.
 */
environment: Array<string>, };

/**
 * An amount of money with its basis.
 */
export type Cost = { 
/**
 * Micro-dollars (1 USD = 1,000,000).
 */
micros: number, 
/**
 * The basis of the amount.
 */
basis: CostBasis, };

/**
 * The basis of an amount, strongest first. A sum has the weakest basis of its parts.
 */
export type CostBasis = "reported" | "priced" | "lower_bound" | "unpriced";

/**
 * A run whose logs can be read only up to a damage.
 */
export type DamagedRun = { 
/**
 * The run.
 */
run: RunId, 
/**
 * What is damaged.
 */
damage: string, };

/**
 * A part of the data directory.
 */
export type DataPart = "logs" | "journal" | "store" | "programs" | "other";

/**
 * The effect of a decision.
 */
export type Decision = "allow_once" | "allow_session" | "allow_always" | "deny" | "deny_and_end";

/**
 * A decoder's family and version: `claude/3`. The newest decoder of a run's family reads the run.
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
 * The program that shows notifications; `None` if none answers.
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
 * The changes of a text.
 */
export type Diff = { 
/**
 * The changed parts, each with the lines around it; empty if no change is known.
 */
hunks: Array<Hunk>, };

/**
 * The data directory and its size.
 */
export type DiskUse = { 
/**
 * The directory's absolute path.
 */
dir: string, 
/**
 * The directory's parts, including those without files.
 */
parts: Array<PartSize>, 
/**
 * How many files and folders could not be read; the parts do not include their size.
 */
unread: number, };

/**
 * Text that is being streamed. The finished step replaces it. A pull returns only the part that the page
 * does not have: `text` continues the draft at `from`.
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
 * The kind of text. Of a tool's input and output only the beginning is drafted.
 */
kind: DraftKind, 
/**
 * The tool's name, for [`DraftKind::ToolInput`].
 */
tool: string | null, 
/**
 * The `end` of the page's part, which `text` continues; 0 if `text` is the whole draft.
 */
from: number, 
/**
 * The length of the draft including `text`, in bytes. The page sends it back unchanged.
 */
end: number, 
/**
 * Checksum of the draft's text up to `end`. The page sends it back unchanged.
 */
checksum: number, 
/**
 * The draft's text from `from` on.
 */
text: string, };

/**
 * The kind of text that a draft becomes.
 */
export type DraftKind = "text" | "thought" | "tool_input" | "tool_output";

/**
 * An event with its story, run, number and time.
 */
export type Envelope = { 
/**
 * The story that the event belongs to; journal entries about the whole directory have none.
 */
story: StoryId | null, 
/**
 * The run that the event belongs to.
 */
run: RunId | null, 
/**
 * The event's number: within the run, or within the journal.
 */
seq: Seq, 
/**
 * The event's lasting name; journal events have none.
 */
pos: Pos | null, 
/**
 * Wall-clock time: of the bytes for run events, of the entry for journal events.
 */
at: Timestamp, } & ({ "source": "run", "event": Event } | { "source": "journal", "event": JournalEvent });

/**
 * The kind of an error, as far as a caller can act on it.
 */
export type ErrorCode = "bad_input" | "not_found" | "wrong_state" | "already_answered" | "busy" | "cannot_start" | "data_dir" | "disk_full" | "store" | "keeper" | "git" | "fetch" | "host" | "moved" | "conflicts" | "settings" | "config" | "stopped" | "internal";

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
 * The tool call of the subagent, if one wrote it.
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
 * How long it took, if the agent reports it (milliseconds).
 */
duration_ms: number | null, 
/**
 * The tool call of the subagent, if it is a subagent's.
 */
parent: string | null, } | { "type": "tool_call", 
/**
 * The vendor's id of the call.
 */
call: string, 
/**
 * The tool, by the agent's name; for a tool of an MCP server both names: `github create_issue`.
 */
name: string, 
/**
 * The kind of the tool.
 */
kind: ToolKind, 
/**
 * One line for a row: the command, the path, the pattern.
 */
title: string, 
/**
 * What the call works on.
 */
subject: Subject, 
/**
 * The other fields of its input.
 */
beside?: Array<Field>, 
/**
 * The tool call of the subagent, if a subagent called it.
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
 * Whether the call was refused instead of run.
 */
denied: boolean, 
/**
 * The result's text for the model.
 */
text: string, 
/**
 * The agent's further report of the result, if there is one.
 */
output: ToolOutput | null, 
/**
 * Pictures in the result; their bytes stay in the log.
 */
images: Array<Image>, 
/**
 * Time from the call, or from the last answer that it waited for, to its result by the keeper's clock
 * (milliseconds).
 */
duration_ms: number | null, 
/**
 * Whether its turn ended before the call did, so that its end is not known; a command may still run.
 */
cut?: boolean, 
/**
 * The tool call of the subagent, if a subagent called it.
 */
parent: string | null, } | { "type": "injected_message", 
/**
 * The text.
 */
text: string, } | { "type": "retry", 
/**
 * The number of the coming attempt, from 1.
 */
attempt: number, 
/**
 * The most attempts that the agent makes.
 */
max: number | null, 
/**
 * How long the agent waits (milliseconds).
 */
delay_ms: number, 
/**
 * The HTTP status of the failure; `None` if there was no answer.
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
 * The report.
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
 * The kind of work.
 */
kind: TaskKind, 
/**
 * The task's description.
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
 * What the task is doing now, if reported.
 */
description: string | null, 
/**
 * Tokens that the task used so far, if reported.
 */
tokens: number | null, 
/**
 * Tool calls that the task made so far, if reported.
 */
tool_uses: number | null, } | { "type": "task_ended", 
/**
 * The task.
 */
task: string, 
/**
 * How it ended.
 */
status: TaskStatus, 
/**
 * The task's own summary.
 */
summary: string, } | { "type": "question", 
/**
 * The agent's id of the request, unique in the run.
 */
request: string, 
/**
 * The part of the request that the agent wants back with an answer, in its own format.
 */
input: JsonValue, 
/**
 * The kind of answer that is wanted.
 */
kind: QuestionKind, 
/**
 * The tool that asks, by the agent's name.
 */
tool: string, 
/**
 * The kind of that tool.
 */
tool_kind: ToolKind, 
/**
 * The agent's id of the tool call that waits.
 */
call: string | null, 
/**
 * What the question is about, in one line: the command, the path, the question itself.
 */
title: string, 
/**
 * The agent's sentence about the question, if it gives one.
 */
description: string | null, 
/**
 * What the tool works on; if the request itself lacks it, taken from the call that waits.
 */
subject: Subject, 
/**
 * The other fields of the tool's input.
 */
beside?: Array<Field>, 
/**
 * The decisions that the agent offers; empty for a question that is answered by choosing.
 */
options?: Array<QuestionOption>, 
/**
 * Why the agent's own rules did not decide, as a sentence.
 */
why: string | null, 
/**
 * The path outside the working directory that the agent asks for.
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
 * Whether the answer allowed it.
 */
allowed: boolean, 
/**
 * The message that was sent with the answer.
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
 * The error that the agent reported, if any.
 */
error: string | null, } | { "type": "request_refused", 
/**
 * The request's id.
 */
request: string, 
/**
 * The requested method, in the agent's protocol; empty if it named none.
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
 * Whether this is the message's final value, not the one at its start.
 */
last: boolean, 
/**
 * The tool call of the subagent; `None` for a message of the conversation itself.
 */
parent?: string, } | { "type": "status", 
/**
 * What the agent is busy with now.
 */
busy: Busy, } | { "type": "compacted", 
/**
 * Why.
 */
trigger: CompactTrigger, 
/**
 * Tokens before the summary.
 */
before: number | null, 
/**
 * Tokens after it.
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
 * What is wrong with the line.
 */
why: UnrecognizedWhy, 
/**
 * The vendor's type, or the beginning of the line.
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
 * What a state rests on. Each part shows where it can be read.
 */
export type Evidence = { 
/**
 * A sentence that sums it up.
 */
summary: string, 
/**
 * The agent's last result in the run's streams.
 */
result: Pos | null, 
/**
 * The limit or error event that decided the outcome.
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
 * Who requested the stop, and why.
 */
stop: Stop | null, 
/**
 * The last lines of standard error.
 */
stderr: string | null, 
/**
 * Whether all output had been read when the end was recorded.
 */
drained: boolean | null, 
/**
 * The steps that a stop needed beyond the agent's own interrupt.
 */
forced: Array<string>, 
/**
 * Processes that still run, with the reason why they were left.
 */
left: Array<string>, };

/**
 * Why an agent's run failed although its process ended in an orderly way.
 */
export type FailedKind = "login" | "billing" | "model" | "prompt_too_long" | "max_output" | "refusal" | "max_turns" | "agent_budget" | "overloaded" | "network" | "api" | "other";

/**
 * A failed check and the end of its log.
 */
export type FailingCheck = { 
/**
 * Its name.
 */
name: string, 
/**
 * The address of its page, if it has one.
 */
url: string | null, 
/**
 * The end of what it printed, without marks of colours; `None` if it is not known.
 */
log: string | null, 
/**
 * Why that is not known.
 */
why_unknown: string | null, };

/**
 * What the failed checks of a pull request printed.
 */
export type FailingLogs = { 
/**
 * The failed checks, in the order of the host.
 */
checks: Array<FailingCheck>, 
/**
 * The prompt that sends them to the agent; `None` if no check failed.
 */
prompt: string | null, };

/**
 * An error, for a person and a program.
 */
export type Fault = { 
/**
 * The code that a program branches on.
 */
code: ErrorCode, 
/**
 * What happened, in one sentence.
 */
message: string, 
/**
 * What to do now, wherever the error is shown. Empty only if nothing can be done.
 */
hint: string, };

/**
 * What is newer than the page's data, reduced to what the page shows.
 */
export type FeedBatch = { 
/**
 * Changes with every owner of the data directory.
 */
epoch: number, 
/**
 * The page's revision of every requested topic after this batch.
 */
revision: number, 
/**
 * The machine's clock, for countdowns that do not depend on the page's clock.
 */
now: Timestamp, 
/**
 * The topics that changed, in the requested order.
 */
topics: Array<TopicBatch>, };

/**
 * A pull of the page: the topics on screen, and what the page has of each.
 */
export type FeedRequest = { 
/**
 * The epoch of the page's data, 0 for none. If it is not the feed's epoch, the page gets everything
 * anew.
 */
epoch: number, 
/**
 * The topics on screen.
 */
topics: Array<TopicRequest>, };

/**
 * The first of some paths, relative to the root of a worktree. A folder of which all is meant counts as one, and
 * ends in `/`.
 */
export type FewPaths = { 
/**
 * The paths.
 */
names: Array<string>, 
/**
 * How many more there are.
 */
more: number, };

/**
 * A part of a tool's input that its [`Subject`] does not hold, under the agent's own name of it. It is
 * shown unchanged.
 */
export type Field = { 
/**
 * The field's name; for a nested field the whole path: `edits[1].replace_all`.
 */
name: string, 
/**
 * The field's value: a text unchanged, anything else as JSON.
 */
value: string, 
/**
 * Whether the field is known not to change what is allowed: a time limit, the agent's description.
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
 * The file's path, as the agent writes it.
 */
path: string, 
/**
 * What happens to the file as a whole.
 */
act: FileAct, 
/**
 * Where the file is moved to, if it is moved.
 */
moved_to?: string, 
/**
 * The changes in the file.
 */
diff: Diff, };

/**
 * The changes of one file.
 */
export type FileDiff = { 
/**
 * The changed parts as git makes them. Numbers of lines are always known.
 */
diff: Diff, 
/**
 * Where to go on, as the `skip` of the next query, if there is more than one answer takes.
 */
next: number | null, 
/**
 * How many lines were too long and are cut at their end.
 */
cut_lines: number, 
/**
 * Whether bytes that are not UTF-8 were replaced.
 */
lossy: boolean, 
/**
 * How many lines the earlier file has; `None` if it is not there, or has no lines.
 */
old_lines: number | null, 
/**
 * How many lines the later file has.
 */
new_lines: number | null, 
/**
 * Whether the last line of the earlier file has no newline.
 */
old_without_newline: boolean, 
/**
 * Whether the last line of the later file has no newline.
 */
new_without_newline: boolean, 
/**
 * Why it has no lines, if it has none although it differs.
 */
not_shown: NotShownWhy | null, 
/**
 * The earlier image, if it is one.
 */
old_image: FileImage | null, 
/**
 * The later image, if it is one.
 */
new_image: FileImage | null, };

/**
 * An image, for a page.
 */
export type FileImage = { 
/**
 * `image/png`, `image/jpeg`, `image/gif` or `image/webp`, by its first bytes.
 */
media_type: string, 
/**
 * Its size (bytes).
 */
size: number, 
/**
 * Its bytes in base64; `None` if it is larger than [`FileDiff::LARGEST_IMAGE`].
 */
base64: string | null, };

/**
 * What kind of entry a path is.
 */
export type FileKind = "file" | "executable" | "link" | "submodule";

/**
 * Lines of a file in one state.
 */
export type FileLines = { 
/**
 * The number of the first one, from 1.
 */
first: number, 
/**
 * The lines, each without its newline.
 */
lines: Array<string>, 
/**
 * How many lines the file has.
 */
of: number, 
/**
 * How many of these lines were too long and are cut at their end.
 */
cut_lines: number, 
/**
 * Whether bytes that are not UTF-8 were replaced.
 */
lossy: boolean, };

/**
 * Whether a person reviewed a changed file.
 */
export type FileReview = "no" | "yes" | "changed_since";

/**
 * A file in one of two states.
 */
export type FileSide = { 
/**
 * What kind of entry it is.
 */
kind: FileKind, 
/**
 * The object of git that has its content; of a submodule its commit. Without one only its permissions differ.
 */
object: string | null, 
/**
 * Its size (bytes), if git said it.
 */
size: number | null, 
/**
 * Its permissions in octal digits, if they are not those that git gives a file: `600`.
 */
permissions?: string, };

/**
 * The value of one field of an answer.
 */
export type FilledField = { 
/**
 * The field's name.
 */
name: string, 
/**
 * What a person wrote or chose; more than one value only for several options.
 */
written: Array<string>, };

/**
 * Something that can be done with the branch of a story.
 */
export type FinishAct = "commit" | "update_by_merge" | "update_by_rebase" | "fast_forward" | "merge" | "squash" | "push" | "pull_request" | "remove" | "undo";

/**
 * A branch against which the story's branch stands.
 */
export type FinishBranch = { 
/**
 * Its name: `main`, `origin/main`.
 */
name: string, 
/**
 * The branch, with its commit and where it is checked out.
 */
shown: ShownBranch, 
/**
 * How many commits the story's branch has that it does not have; `None` if git does not say.
 */
ahead: number | null, 
/**
 * How many commits it has that the story's branch does not have.
 */
behind: number | null, 
/**
 * What a merge of the two would be.
 */
preview: MergePreview, 
/**
 * The worktree in which it is checked out.
 */
worktree: TargetWorktree | null, };

/**
 * What was done with the branch of a story.
 */
export type FinishDone = { 
/**
 * Its number in the story: that of the checkpoint that holds the files of the story from before it.
 */
n: number, 
/**
 * What was done.
 */
act: FinishAct, 
/**
 * The full name of the branch that moved; of a push that which stands for the branch of the remote; of a removal
 * that which was checked out, `HEAD` if none was.
 */
reference: string, 
/**
 * The commit of that branch before; `None` if it had none.
 */
from: string | null, 
/**
 * Its commit after; `None` if it has none any more.
 */
to: string | null, 
/**
 * The worktree whose files followed; `None` if no files did.
 */
dir?: string, 
/**
 * What this undid, by its number.
 */
undid?: number, 
/**
 * The address of the pull request that was begun.
 */
url?: string, 
/**
 * The worktree that was removed.
 */
removed?: RemovedWorktree, };

/**
 * Something that can be done, or not now.
 */
export type FinishOffer = { 
/**
 * What.
 */
act: FinishAct, 
/**
 * Why not; `None` if it can be done.
 */
why_not: FinishWhyNot | null, };

/**
 * What is printed by a step that is under way.
 */
export type FinishOutput = { 
/**
 * What git and the repository's hooks printed so far, or by the last step; its last 64 KiB.
 */
text: string, };

/**
 * Where the branch of a story is pushed to.
 */
export type FinishRemote = { 
/**
 * The remote's name.
 */
name: string, 
/**
 * The commit that it had of the branch when it was last asked; `None` if it had none.
 */
there: string | null, 
/**
 * How many commits of the branch it is not known to have; `None` if git does not say.
 */
unpushed: number | null, };

/**
 * What is to be done with the branch of a story.
 */
export type FinishStep = { "act": "commit", 
/**
 * The message.
 */
message: string, 
/**
 * Files and folders by their paths in the worktree; without any everything.
 */
paths: Array<string>, } | { "act": "update_by_merge", 
/**
 * The base.
 */
base: ShownBranch, } | { "act": "update_by_rebase", 
/**
 * The base.
 */
base: ShownBranch, } | { "act": "fast_forward", 
/**
 * The base.
 */
target: ShownBranch, } | { "act": "merge", 
/**
 * The base.
 */
target: ShownBranch, 
/**
 * The message; empty for git's usual words.
 */
message: string, } | { "act": "squash", 
/**
 * The base.
 */
target: ShownBranch, 
/**
 * The message.
 */
message: string, } | { "act": "push", 
/**
 * The remote that was shown, by its name.
 */
remote: string, } | { "act": "pull_request", 
/**
 * The remote that was shown, by its name.
 */
remote: string, 
/**
 * The branch into which it is to be merged, as the host names it: `main`.
 */
base: string, 
/**
 * The title, in one line.
 */
title: string, 
/**
 * The text.
 */
text: string, 
/**
 * Whether it begins as a draft.
 */
draft: boolean, } | { "act": "remove", 
/**
 * How many ignored files and folders were shown.
 */
ignored: number, 
/**
 * Whether the branch is deleted, too.
 */
delete_branch: boolean, } | { "act": "undo", 
/**
 * What was done, by [`FinishDone::n`].
 */
n: number, };

/**
 * Why something cannot be done with the branch of a story now.
 */
export type FinishWhyNot = "no_repository" | "removed" | "works" | "under_way" | "operation" | "detached" | "no_commit" | "uncommitted_unknown" | "nothing_to_commit" | "uncommitted" | "no_base" | "base_gone" | "no_local_branch" | "is_base" | "not_comparable" | "up_to_date" | "nothing_to_merge" | "not_fast_forward" | "conflicts" | "git_too_old" | "conflicts_unknown" | "target_unknown" | "target_not_clean" | "target_operation" | "target_works" | "no_remote" | "nothing_to_push" | "nothing_to_undo" | "pushed";

/**
 * How the branch of a story stands, and what can be done with it next.
 */
export type Finishing = { 
/**
 * The full name of the branch that is checked out; `None` if none is.
 */
branch: string | null, 
/**
 * The commit that is checked out; `None` before the first one, or without a repository.
 */
head: string | null, 
/**
 * What is not committed, new files too; `None` if git does not say.
 */
uncommitted: FewPaths | null, 
/**
 * Repositories of their own in the worktree, which a commit leaves out.
 */
repositories: FewPaths, 
/**
 * What git has not finished there: a merge, a rebase.
 */
operation: string | null, 
/**
 * The base, from which the branch is updated.
 */
base: FinishBranch | null, 
/**
 * The local branch that takes the story's work: the base, or the one that follows it.
 */
target: FinishBranch | null, 
/**
 * Where the branch is pushed to; `None` if there is no remote, or several of which nothing says which.
 */
remote: FinishRemote | null, 
/**
 * What a pull request of it would say; `None` without a base.
 */
pull_request: ProposedPullRequest | null, 
/**
 * A message for the commit, from the story.
 */
message: string, 
/**
 * A message for one commit with all that the branch changed.
 */
squash_message: string, 
/**
 * Everything that can be done, each with the reason if it cannot be done now.
 */
offers: Array<FinishOffer>, 
/**
 * What an undo would undo.
 */
last: FinishDone | null, 
/**
 * What is being done now, or was when Musher ended.
 */
under_way: FinishAct | null, 
/**
 * Words that hand the conflicts with the base to the agent; `None` if there are none.
 */
hand_over: string | null, };

/**
 * Why a file is folded.
 */
export type FoldedWhy = "generated" | "huge" | "binary" | "missing";

/**
 * What is known of a folder before a story is started in it.
 */
export type FolderSummary = { 
/**
 * The folder's absolute path.
 */
dir: string, 
/**
 * The folder's name.
 */
name: string, 
/**
 * Whether the folder is in a git repository.
 */
is_repository: boolean, 
/**
 * The root of the folder's worktree.
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
ignored: FewPaths, 
/**
 * Stories whose agent works there now.
 */
live: Array<Slug>, 
/**
 * The branch that a new worktree would get for a goal that is not written yet.
 */
new_branch: string, 
/**
 * The folder in which a new worktree would be made, by the configuration.
 */
worktrees: string, 
/**
 * Why it cannot be made there, as far as that is known.
 */
no_place: NoPlace | null, 
/**
 * The gates of this repository, by the configuration.
 */
gates: Array<string>, 
/**
 * The commands that prepare a new worktree of this repository, by the configuration.
 */
set_up: Array<string>, 
/**
 * What would be copied into a new worktree, and what could be.
 */
copies: CopyOffer, 
/**
 * Why a story cannot get a new worktree of it, with what to do; `None` if it can.
 */
no_worktree: Fault | null, 
/**
 * Why a story cannot work in the folder itself, with what to do; `None` if it can.
 */
not_as_is: Fault | null, };

/**
 * The forecast of a project, as of the newest checkpoints that were compared.
 */
export type Forecast = { 
/**
 * The repository's common directory.
 */
project: string, 
/**
 * The stories of the project that are not archived, oldest first.
 */
stories: Array<ForecastStory>, 
/**
 * The pairs of which something is to be said: those that conflict, then those that change the same file, then
 * those of which it is not known.
 */
pairs: Array<ForecastPair>, 
/**
 * How many pairs change no file in common.
 */
separate: number, 
/**
 * The proposed order of merging.
 */
order: MergeOrder, };

/**
 * A pair of stories in a forecast.
 */
export type ForecastPair = { 
/**
 * The older story.
 */
one: StoryId, 
/**
 * The younger one.
 */
other: StoryId, 
/**
 * The numbers of the checkpoints that were compared; `None` if none were.
 */
checkpoints: [number, number] | null, 
/**
 * What was found.
 */
overlap: Overlap, };

/**
 * Whether the work of a story is still to come together with that of others, as of a checkpoint.
 */
export type ForecastStanding = { "is": "compared" } | { "is": "nothing_new" } | { "is": "no_worktree" } | { "is": "unknown", 
/**
 * Why not.
 */
why: OverlapUnknown, };

/**
 * How a story stands in the forecast of its project.
 */
export type ForecastStands = { "is": "compared", 
/**
 * The number of its checkpoint.
 */
checkpoint: number, 
/**
 * When it was compared.
 */
at: Timestamp, 
/**
 * Whether a newer checkpoint is there that was not compared yet.
 */
is_outdated: boolean, } | { "is": "nothing_new", 
/**
 * The number of the checkpoint.
 */
checkpoint: number, } | { "is": "no_checkpoint" } | { "is": "not_yet" } | { "is": "same_worktree", 
/**
 * The other story.
 */
with: StoryId, } | { "is": "no_worktree" } | { "is": "unknown", 
/**
 * Why not.
 */
why: OverlapUnknown, };

/**
 * A story in a forecast.
 */
export type ForecastStory = { 
/**
 * The story.
 */
story: StoryId, 
/**
 * Its name for people.
 */
slug: Slug, 
/**
 * Its title.
 */
title: string, 
/**
 * Its branch, if it has one.
 */
branch: string | null, 
/**
 * How it stands.
 */
stands: ForecastStands, };

/**
 * One field of a form.
 */
export type FormField = { 
/**
 * The field's name in the answer.
 */
name: string, 
/**
 * The field's name for people; the same as `name` if the server gives none.
 */
title: string, 
/**
 * What the field means, if the server explains it.
 */
description: string | null, 
/**
 * Whether the form cannot be sent without this field.
 */
required: boolean, 
/**
 * The kind of value.
 */
takes: Takes, 
/**
 * The server's proposed value, if any, written as a person would write it.
 */
proposed: Array<string>, };

/**
 * An option of a field.
 */
export type FormOption = { 
/**
 * The value that the server gets.
 */
value: string, 
/**
 * The option's name for people; the same as `value` if the server gives none.
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
 * A story whose timeline is on screen, with what the page has of it.
 */
export type HeldTimeline = { 
/**
 * The story.
 */
story: StoryId, 
/**
 * The last event that the page has of each run of the story. A run that is missing here returns its
 * newest events.
 */
held: Array<[RunId, Seq]>, 
/**
 * The last journal entry of the story that the page has.
 */
journal: Seq, 
/**
 * The drafts that the page has.
 */
drafts: Array<HeldDraft>, };

/**
 * A stretch of time in which a limit held an account.
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
 * The program with which a host is asked.
 */
export type HostTool = { 
/**
 * Its name: `gh`, `glab`.
 */
name: string, 
/**
 * Whether it can be used.
 */
state: ToolState, };

/**
 * What the host of a story's repository has of its branch.
 */
export type Hosted = { 
/**
 * The repository into which pull requests go, as `github.com/ann/shop`; `None` if the remote is on no host.
 */
repository: string | null, 
/**
 * The program with which the host is asked; `None` if none is known for this host.
 */
tool: HostTool | null, 
/**
 * The page on which a person begins a pull request; `None` if that is not known.
 */
page: string | null, 
/**
 * The pull request of the branch: the newest one that is open, else the newest one.
 */
pull_request: PullRequest | null, 
/**
 * Whether the host was asked and answered. Otherwise it is not known whether there is a pull request.
 */
is_known: boolean, 
/**
 * What the host or its program said if it did not answer.
 */
why_unknown: string | null, };

/**
 * One changed part of a text.
 */
export type Hunk = { 
/**
 * The line numbers where it begins, before and after the change; `None` if they are not known.
 */
start: HunkStart | null, 
/**
 * The agent's heading for the place: the function around it. Often empty.
 */
heading?: string, 
/**
 * The lines of the part, in order.
 */
pieces: Array<Piece>, };

/**
 * Where a part of a text begins, as line numbers from 1.
 */
export type HunkStart = { 
/**
 * The line number before the change.
 */
old: number, 
/**
 * The line number after the change.
 */
new: number, };

/**
 * A picture in a result. Its bytes stay in the log, at the event's position.
 */
export type Image = { 
/**
 * The picture's media type, if reported.
 */
media_type: string | null, 
/**
 * Length of the picture's base64 text.
 */
base64_len: number, };

/**
 * The kind of an input to an agent, for the words on a timeline.
 */
export type InputKind = "hello" | "protocol" | "prompt" | "answer" | "interrupt" | "close";

/**
 * How a run's agent takes prompts.
 */
export type InputMode = "two_way" | "one_prompt";

/**
 * The kind of a job that a start waits for, because it can take long or hang.
 */
export type JobKind = "store" | "program" | "git" | "keeper" | "fetch" | "checkout" | "copy";

/**
 * One line of the journal.
 */
export type JournalEntry = { 
/**
 * The entry's number in this data directory, from 1 without gaps.
 */
seq: Seq, 
/**
 * When it was written.
 */
at: Timestamp, 
/**
 * The story that the entry is about.
 */
story: StoryId | null, 
/**
 * The run that the entry is about.
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
 * The kind of program: `mush run`, `app`.
 */
role: string, } | { "type": "owner_ended", 
/**
 * Why: `done`, `yielded`.
 */
why: string, } | { "type": "story_created", 
/**
 * The story's name for people.
 */
slug: Slug, 
/**
 * The story's title.
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
 * The root of the story's worktree, or the directory itself if there is no repository, with
 * links resolved. One agent works there at a time. `None` in entries older than this field; for
 * them `dir` is used.
 */
root?: string, 
/**
 * The branch checked out in the worktree.
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
 * The commands that prepare the new worktree before the agent starts, in order.
 */
set_up?: Array<string>, 
/**
 * Whether the story resumes by itself when a limit resets.
 */
resume_on_reset: boolean, 
/**
 * What is to be known of the worktree that was made for it; `None` where none was made.
 */
made?: NewWorktree, 
/**
 * The names of the variables that the story's runs need: those that the request set, and those
 * that the configuration asks for. Values are never recorded.
 */
environment?: Array<string>, } | { "type": "set_up_skipped", } | { "type": "gates_requested", } | { "type": "story_renamed", 
/**
 * The title.
 */
title: string, } | { "type": "story_looked", 
/**
 * The newest checkpoint then.
 */
checkpoint: number | null, } | { "type": "comment_made", 
/**
 * The comment's id.
 */
id: CommentId, 
/**
 * What it is on.
 */
anchor: CommentAnchor, 
/**
 * What they say.
 */
text: string, } | { "type": "comment_changed", 
/**
 * The comment's id.
 */
id: CommentId, 
/**
 * What.
 */
change: CommentChange, } | { "type": "file_reviewed", 
/**
 * The file's path.
 */
path: string, 
/**
 * What it was then, by [`crate::ChangedFile::content`]; `None` takes it back.
 */
content: string | null, } | { "type": "story_unarchived", } | { "type": "logs_deleted", 
/**
 * The sizes of the files (bytes).
 */
bytes: number, } | { "type": "logs_removed", } | { "type": "worktree_wanted", 
/**
 * The name of the story and of its worktree.
 */
slug: Slug, 
/**
 * The new branch.
 */
branch: string, 
/**
 * The patterns that were in force, which decide where it is. Earlier versions did not record them.
 */
patterns: WorktreePatterns | null, } | { "type": "prompt_queued" } & PromptQueued | { "type": "prompt_dropped", 
/**
 * The prompt's id.
 */
id: string, } | { "type": "prompt_edited", 
/**
 * The prompt's id.
 */
id: string, 
/**
 * The prompt.
 */
text: string, } | { "type": "resume_requested", 
/**
 * The request's id; a request with the same id is granted once.
 */
id: string, 
/**
 * Whether the next run is tried now, although its account is held.
 */
now: boolean, } | { "type": "profile_changed", 
/**
 * How the agent is started from now on.
 */
profile: Profile, } | { "type": "account_seen", 
/**
 * The account's id.
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
 * The agent's name of the authentication method.
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
 * The kind of input.
 */
kind: InputKind, 
/**
 * The bytes as text; empty for [`InputKind::Close`].
 */
text: string, 
/**
 * The question that the input answers.
 */
question: QuestionId | null, 
/**
 * The answer as Musher's own type.
 */
answer: Answer | null, 
/**
 * Who answered.
 */
by: Actor | null, } | { "type": "stop_requested", 
/**
 * Who requested the stop.
 */
by: Actor, 
/**
 * Why the stop was requested.
 */
why: StopReason, } | { "type": "run_ended", 
/**
 * How the run ended.
 */
outcome: Outcome, 
/**
 * The evidence of that outcome.
 */
evidence: Evidence, 
/**
 * A question was closed although no person answered it.
 */
question_lost: boolean, 
/**
 * When the run ended, by the keeper's clock.
 */
ended_at: Timestamp | null, 
/**
 * The prompts that the run was given and no model took, by their ids, in order. They wait again, before
 * those that came later.
 */
unheard?: Array<string>, } | { "type": "state_changed", 
/**
 * The new state.
 */
state: StoryState, 
/**
 * The reason of the state.
 */
reason: Reason | null, 
/**
 * A sentence that completes the reason, for a person.
 */
detail: string | null, 
/**
 * The facts behind the state.
 */
about: StateDetail | null, 
/**
 * When the state began, by the event that caused it.
 */
since: Timestamp, 
/**
 * When the state is expected to end by itself.
 */
until: Timestamp | null, 
/**
 * How that end is known.
 */
reset?: ResetBasis, 
/**
 * The evidence of the state.
 */
evidence: Evidence, 
/**
 * The notification that the change calls for; its text is made where it is shown.
 */
notifies: NotificationKind | null, } | { "type": "run_adopted", 
/**
 * How many bytes of output the run had then.
 */
log_bytes: number, } | { "type": "hold_started", 
/**
 * The account.
 */
account: AccountId, 
/**
 * The one model that is held, as the limit names it; `None` holds the whole account.
 */
model?: string, 
/**
 * When the hold ends; `None` only in entries of earlier versions.
 */
until: Timestamp | null, 
/**
 * How that end is known.
 */
reset?: ResetBasis, } | { "type": "hold_ended", 
/**
 * The account.
 */
account: AccountId, 
/**
 * The one model that was held; `None` for the whole account.
 */
model?: string, } | { "type": "resume_claimed", 
/**
 * The reset that has passed.
 */
reset: Timestamp | null, } | { "type": "warning", 
/**
 * What happened.
 */
text: string, } | { "type": "checkpoint", 
/**
 * The number of the checkpoint in the story, from 1.
 */
n: number, 
/**
 * The commit, `refs/musher/STORY/N` of the repository.
 */
commit: string, 
/**
 * The commit's tree.
 */
tree: string, 
/**
 * Why it was made.
 */
because: CheckpointCause, 
/**
 * The prompt before which it was made.
 */
prompt?: string, 
/**
 * What it does not hold, at most 100 of them.
 */
left_out: Array<LeftOut>, 
/**
 * How many more it does not hold.
 */
more_left_out: number, } | { "type": "checkpoint_failed", 
/**
 * Why it was to be made.
 */
because: CheckpointCause, 
/**
 * The prompt before which it was to be made.
 */
prompt?: string, 
/**
 * Why it could not be made.
 */
fault: Fault, } | { "type": "work_measured", 
/**
 * The story.
 */
story: StoryId, 
/**
 * How it stands.
 */
work: Work, } | { "type": "forecast_made", 
/**
 * What came of it.
 */
forecast: StoryForecast, } | { "type": "collision_found", 
/**
 * The other story.
 */
with: StoryId, 
/**
 * The other story's title at that time.
 */
title: string, 
/**
 * The files, those that conflict first.
 */
files: SharedFiles, } | { "type": "checkpoints_pruned", 
/**
 * Their numbers.
 */
numbers: Array<number>, } | { "type": "pruned_removed", } | { "type": "restore_started", 
/**
 * The checkpoint from which they are restored.
 */
n: number, 
/**
 * The checkpoint that holds the state before it.
 */
before: number, 
/**
 * The files and folders; all if there are none.
 */
paths: Array<string>, } | { "type": "restore_ended", 
/**
 * The checkpoint from which files were restored.
 */
n: number, 
/**
 * What was done.
 */
restored: Restored, 
/**
 * Why it failed, if it did.
 */
fault?: Fault, } | { "type": "went_back", 
/**
 * The checkpoint.
 */
n: number, 
/**
 * The checkpoint that holds the state before it.
 */
before: number, 
/**
 * The runs whose conversation the next one goes on with. Without any it begins a new one.
 */
goes_on: Array<RunId>, } | { "type": "finish_started", 
/**
 * The checkpoint that holds the story's files from before it.
 */
n: number, 
/**
 * The commit that was checked out when the person was shown it.
 */
head: string | null, 
/**
 * What.
 */
step: FinishStep, } | { "type": "finish_ended", 
/**
 * The checkpoint that holds the story's files from before it.
 */
n: number, 
/**
 * What was done; `None` if nothing was.
 */
done?: FinishDone, 
/**
 * Why nothing was done.
 */
fault?: Fault, 
/**
 * What git and the repository's hooks printed; its last 16 KiB.
 */
output?: string, } | { "type": "config_accepted", 
/**
 * SHA-256 of `text`, in hexadecimal digits, as `sha256sum config.accepted.json` prints it.
 */
hash: string, 
/**
 * The configuration, as written to `config.accepted.json`.
 */
text: string, 
/**
 * A person; or Musher, for a manual change that gives agents no more power.
 */
by: Actor, };

export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]: JsonValue } | null;

/**
 * Something that speaks against the removal of a worktree.
 */
export type KeptBecause = { "is": "gone" } | { "is": "no_repository" } | { "is": "main" } | { "is": "no_commit" } | { "is": "story", 
/**
 * Its name for people.
 */
slug: Slug, } | { "is": "under_way" } | { "is": "processes" } | { "is": "operation" } | { "is": "locked" } | { "is": "submodules" } | { "is": "unknown", 
/**
 * What.
 */
what: UnknownOf, };

/**
 * Something that a checkpoint does not hold.
 */
export type LeftOut = { 
/**
 * The path of a file, or of a folder with everything in it.
 */
path: string, 
/**
 * Why it is not held.
 */
why: LeftOutWhy, 
/**
 * Its size (bytes), if that is the reason; it may have grown since.
 */
size?: number, };

/**
 * Why something in a worktree is not held by a checkpoint.
 */
export type LeftOutWhy = "unreadable" | "socket" | "pipe" | "device" | "too_large" | "too_much" | "name" | "repository" | "with_its_folder";

/**
 * The newest known state of one window of one account.
 */
export type Limit = { 
/**
 * The account that the window belongs to.
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
 * The window's name.
 */
name: WindowName, 
/**
 * The status last reported.
 */
status: LimitStatus, 
/**
 * The last reported fraction used. A report without a fraction does not change it.
 */
utilization: number | null, 
/**
 * When the window resets. A time in the past means "reset, not confirmed yet".
 */
resets_at: Timestamp | null, 
/**
 * When the window was last reported.
 */
seen_at: Timestamp, 
/**
 * The run whose agent reported it.
 */
source: RunId, 
/**
 * Whether it is known to refuse no more: its hold ended since, or a run of the account that began
 * later succeeded.
 */
is_over?: boolean, };

/**
 * The history of one window of one account, reduced to what a chart can show.
 */
export type LimitHistory = { 
/**
 * The account that the window belongs to.
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
 * The window's name; `None` for holds whose window is not known.
 */
name: WindowName | null, 
/**
 * The reports, oldest first; of many in a short time the highest.
 */
points: Array<LimitPoint>, 
/**
 * When the window held the account.
 */
holds: Array<HoldSpan>, };

/**
 * One report of an agent about its account's limits.
 */
export type LimitObservation = { 
/**
 * Whether requests are served now, considering all windows.
 */
status: LimitStatus, 
/**
 * The deciding window's id, if the report names it.
 */
window: string | null, 
/**
 * The deciding window's name; `None` if the report names no window.
 */
name: WindowName | null, 
/**
 * When the deciding window resets.
 */
resets_at: Timestamp | null, 
/**
 * When the deciding window resets, if the report says it only as the time of a clock.
 */
resets_on_clock?: ClockTime, 
/**
 * The one model that is blocked; `None` if the whole account is.
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
 * One report of one limit window.
 */
export type LimitPoint = { 
/**
 * When it was reported.
 */
at: Timestamp, 
/**
 * Fraction used, 0 to 1, more in overage; `None` if the report lacks it.
 */
utilization: number | null, 
/**
 * The reported status.
 */
status: LimitStatus, 
/**
 * When the window would reset, by that report.
 */
resets_at: Timestamp | null, };

/**
 * The provider's status of a window.
 */
export type LimitStatus = "allowed" | "warning" | "overage" | "rejected" | "unknown";

/**
 * How long to wait for a limit whose reset is not known, and how stories resume after a reset.
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
 * The time between two stories that resume after a reset, in seconds, so that they do not all start
 * at once.
 */
stagger_seconds: number, };

/**
 * One window, as one report describes it.
 */
export type LimitWindow = { 
/**
 * The id that distinguishes it from the account's other windows; never shown.
 */
window: string, 
/**
 * The window's name.
 */
name: WindowName, 
/**
 * The window's reported status.
 */
status: LimitStatus, 
/**
 * Fraction used, 0 to 1, more than 1 in overage; `None` if the report lacks it.
 */
utilization: number | null, 
/**
 * When the window resets; `None` if the report lacks it.
 */
resets_at: Timestamp | null, };

/**
 * Lines of a file, from 1.
 */
export type LineRange = { 
/**
 * The first line.
 */
first: number, 
/**
 * The last line.
 */
last: number, };

/**
 * Whether an agent is signed in, as far as that can be known without reading secrets.
 */
export type LoginState = { "kind": "signed_in", 
/**
 * The agent's name of the authentication method.
 */
method: string, } | { "kind": "signed_out", 
/**
 * The command that signs in.
 */
how: string, } | { "kind": "unknown", 
/**
 * Why the login state is not known.
 */
why: string, };

/**
 * When the logs of a story were deleted, and how large they were.
 */
export type LogsDeleted = { 
/**
 * When the last of them were deleted.
 */
at: Timestamp, 
/**
 * The sizes of the deleted files (bytes), of all deletions together.
 */
bytes: number, };

/**
 * When a person looked at a story.
 */
export type Looked = { 
/**
 * When.
 */
at: Timestamp, 
/**
 * The newest checkpoint then; `None` if there was none.
 */
checkpoint: number | null, };

/**
 * An MCP server as the agent reports it.
 */
export type McpServer = { 
/**
 * The server's name.
 */
name: string, 
/**
 * The server's state, in the agent's word.
 */
status: string, };

/**
 * An order in which the stories of a project can be merged.
 */
export type MergeOrder = { 
/**
 * The steps.
 */
steps: Array<MergeStep>, 
/**
 * Whether no other order has fewer conflicts. With many stories it is only a proposal.
 */
is_best: boolean, };

/**
 * What a merge would be, found out without touching anything.
 */
export type MergePreview = { "is": "clean", 
/**
 * Whether files of the base would change.
 */
changes: boolean, } | { "is": "conflicts", 
/**
 * The files, at most 50.
 */
files: Array<ConflictedFile>, 
/**
 * How many more there are.
 */
more: number, } | { "is": "git_too_old", 
/**
 * Its version.
 */
version: string, } | { "is": "unknown", 
/**
 * What git said.
 */
why: string, };

/**
 * A step of an order of merging.
 */
export type MergeStep = { 
/**
 * The story that is merged.
 */
story: StoryId, 
/**
 * The stories before it with which it conflicts.
 */
conflicts_with: Array<StoryId>, 
/**
 * The stories before it of which that is not known.
 */
unknown_with: Array<StoryId>, };

/**
 * One model's share of one turn.
 */
export type ModelShare = { 
/**
 * The model; empty for cost that the agent assigns to no model.
 */
model: string, 
/**
 * Tokens by class.
 */
tokens: Tokens, 
/**
 * The cost.
 */
cost: Cost, };

/**
 * What one model used, as the agent reports it.
 */
export type ModelUsage = { 
/**
 * Tokens by class.
 */
tokens: Tokens, 
/**
 * The agent's own cost figure, in micro-dollars; `None` if the agent gives none.
 */
cost_micros: number | null, 
/**
 * Whether the agent itself reports that it has no price for the model.
 */
price_unknown: boolean, 
/**
 * How many tokens fit into the model's context; `None` if the agent does not report it.
 */
context_window?: number, };

/**
 * A worktree that was made for a story: what it begins from, what was copied into it, what went wrong, and what it
 * does not have.
 */
export type NewWorktree = { 
/**
 * What it begins from. Earlier versions did not record it.
 */
base?: Base, 
/**
 * The ignored files that were copied into it.
 */
copied?: CopiedFiles, 
/**
 * What the repository's own hook for checkouts printed when it failed. The files are all there.
 */
failed_hook: string | null, 
/**
 * The submodules without files, by their paths: nothing of them is on this machine to make them from.
 */
empty_submodules: Array<string>, 
/**
 * The files of Git LFS of which only the pointer is there: their content is not on this machine.
 */
lfs_pointers?: FewPaths, 
/**
 * How many changed and untracked files the folder has that it was made from; `None` when git did not say.
 */
changed: number | null, 
/**
 * The files there that git ignores and that were not copied.
 */
ignored: FewPaths, };

/**
 * Why the folder of new worktrees cannot be made.
 */
export type NoPlace = { 
/**
 * The reason.
 */
fault: Fault, 
/**
 * The pattern of a place where it can be made, for `worktrees.place` in `config.json`; `None` if there is none.
 */
offered: string | null, };

/**
 * A file that was not copied.
 */
export type NotCopied = { 
/**
 * Its path.
 */
path: string, 
/**
 * Why.
 */
why: NotCopiedWhy, };

/**
 * Why a file was not copied.
 */
export type NotCopiedWhy = "leads_out" | "not_ignored" | "in_the_way" | "too_large" | "no_file" | "unreadable";

/**
 * Something that a restore left as it is.
 */
export type NotRestored = { 
/**
 * The path.
 */
path: string, 
/**
 * Why it was left.
 */
why: NotRestoredWhy, 
/**
 * The object of git that has its bytes, if they are held.
 */
object?: string, };

/**
 * Why a restore left something as it is.
 */
export type NotRestoredWhy = "in_the_way" | "refused" | "repository_gone" | "staged" | "in_repository";

/**
 * Why a file that differs has no lines.
 */
export type NotShownWhy = "binary" | "too_large" | "submodule" | "missing" | "same_content" | "only_white_space";

/**
 * A run or a story that could not be stopped.
 */
export type NotStopped = { 
/**
 * Its name for people.
 */
name: Slug, 
/**
 * Why.
 */
fault: Fault, };

/**
 * Tells the page, after a commit, that the store has something newer.
 */
export type Notice = { 
/**
 * The store's revision, which only grows.
 */
revision: number, };

/**
 * The level of a notice.
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
 * The program's name, as it reports it.
 */
name: string, 
/**
 * The program's version, as it reports it; empty if it reports none.
 */
version: string, 
/**
 * Whether it reports a click on a notification; `None` if this cannot be found out.
 */
clicks: boolean | null, 
/**
 * Whether it shows a second line; `None` if this cannot be found out.
 */
body: boolean | null, 
/**
 * Whether it keeps notifications that were not seen; `None` if this cannot be found out.
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
 * One option of a question.
 */
export type Offered = { 
/**
 * The option's name, by which it is chosen.
 */
label: string, 
/**
 * What the option means, if the agent explains it.
 */
description: string | null, };

/**
 * How a run ended.
 */
export type Outcome = { "kind": "succeeded" } | { "kind": "failed", 
/**
 * The kind of failure.
 */
why: FailedKind, } | { "kind": "limited", 
/**
 * The window's id; never shown.
 */
window: string | null, 
/**
 * The window's name; `None` if it is not known.
 */
name: WindowName | null, 
/**
 * When the window resets, if that is known.
 */
until: Timestamp | null, 
/**
 * The one model that is blocked; `None` blocks the whole account.
 */
model?: string, } | { "kind": "stopped", 
/**
 * Who stopped the run.
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
 * How the work of two stories comes together.
 */
export type Overlap = { "is": "apart" } | { "is": "same_file", 
/**
 * The files.
 */
files: SharedFiles, } | { "is": "conflicts", 
/**
 * The files, those that conflict first.
 */
files: SharedFiles, } | { "is": "unknown", 
/**
 * Why not.
 */
why: OverlapUnknown, };

/**
 * The pieces of a file that conflict when the work of two stories comes together.
 */
export type OverlapFile = { 
/**
 * Its path.
 */
path: string, 
/**
 * The pieces; none of a file that is no text.
 */
pieces: Array<ConflictPiece>, 
/**
 * How many more pieces there are.
 */
more_pieces: number, };

/**
 * Why it is not known how the work of two stories comes together.
 */
export type OverlapUnknown = { "is": "not_yet" } | { "is": "no_worktree" } | { "is": "git_too_old", 
/**
 * Its version.
 */
version: string, } | { "is": "nothing_in_common" } | { "is": "too_long", 
/**
 * How long that is (s).
 */
seconds: number, } | { "is": "too_many" } | { "is": "git", 
/**
 * What it said.
 */
why: string, };

/**
 * A [`UsageReport`] as it is sent to the page: its cells as columns, which take a third of the space.
 * The page's `ipc` turns it back into the report.
 */
export type PackedUsage = { 
/**
 * The beginning of the range.
 */
from: Timestamp, 
/**
 * The end of the range, excluded.
 */
to: Timestamp, 
/**
 * The beginning of each stretch of time.
 */
starts: Array<Timestamp>, 
/**
 * The groups, most expensive first; last, if fewer were requested than there are, one group that
 * sums all others (`UsageTotal::rest_of`).
 */
groups: Array<UsageTotal>, 
/**
 * The cells; all columns have the same length.
 */
cells: UsageColumns, 
/**
 * The sums over the whole range.
 */
whole: UsageWhole, 
/**
 * How many runs of that range are being read again; until this is 0, every sum is a lower bound.
 */
rereading_runs?: number, };

/**
 * A pair of stories, as one of them was compared with the other.
 */
export type PairForecast = { 
/**
 * The other story.
 */
with: StoryId, 
/**
 * The number of the other story's checkpoint.
 */
checkpoint: number, 
/**
 * What was found; `None` if it is what was recorded of this pair before.
 */
overlap?: Overlap, };

/**
 * Where in the program Musher failed. The message of the failure is left out, because it may contain an
 * agent's text.
 */
export type Panicked = { 
/**
 * When Musher failed.
 */
at: Timestamp, 
/**
 * Musher's version then.
 */
version: string, 
/**
 * The thread's name.
 */
thread: string, 
/**
 * The place in the source: file, line and column.
 */
place: string, };

/**
 * The size of a part of the data directory.
 */
export type PartSize = { 
/**
 * The part.
 */
part: DataPart, 
/**
 * The space of its files on the disk, in bytes.
 */
bytes: number, 
/**
 * The number of its files.
 */
files: number, };

/**
 * How long notifications are paused.
 */
export type PauseFor = "hour" | "morning" | "off";

/**
 * What an agent may do without asking.
 */
export type PermissionChoice = "ask" | "deny" | "accept-edits" | "full-access";

/**
 * Consecutive lines on the same side of a change.
 */
export type Piece = { 
/**
 * The side of these lines.
 */
side: Side, 
/**
 * The lines, separated by newlines, without one at the end.
 */
text: string, };

/**
 * The position of an event in its run: event `index` of the line that begins at byte `offset` of
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
 * The model to ask for; `None` lets the agent choose.
 */
model: string | null, 
/**
 * What the agent may do without asking.
 */
permission: PermissionChoice, 
/**
 * Tools that the agent may use without asking, in the agent's own rule language.
 */
allowed_tools: Array<string>, 
/**
 * Directories that the agent may use in addition to the working directory.
 */
add_dirs: Array<string>, 
/**
 * Arguments that are passed to the agent unchanged.
 */
extra_args: Array<string>, 
/**
 * The program to run instead of the one that is found.
 */
bin: string | null, 
/**
 * Whether to end the processes that the agent leaves behind when it exits by itself.
 */
end_descendants: boolean, };

/**
 * What is to be changed of a profile; the rest stays.
 */
export type ProfileChange = { 
/**
 * Another model to ask for.
 */
model?: string, 
/**
 * Another program to run.
 */
bin?: string, 
/**
 * Other arguments, in the place of all that there were.
 */
extra_args?: Array<string>, };

/**
 * Defaults for new stories of one repository; a story can override them.
 */
export type ProjectDefaults = { 
/**
 * The commands that must pass.
 */
gates: Array<string>, 
/**
 * The commands that prepare a new worktree before the agent starts, in order.
 */
set_up: Array<string>, 
/**
 * Patterns, as in `.gitignore`, for ignored files that are copied into a new worktree. A file `.worktreeinclude`
 * in the repository is used instead.
 */
copy: Array<string>, 
/**
 * Whether what a new worktree begins from is fetched first.
 */
fetch: boolean, };

/**
 * A prompt that waits to be sent.
 */
export type PromptQueued = { 
/**
 * The prompt's id, which is also the id of the input that carries it.
 */
id: string, 
/**
 * The prompt.
 */
text: string, 
/**
 * Who wrote the prompt.
 */
by: Actor, 
/**
 * The comments that it sends, if it is a review.
 */
comments?: Array<CommentId>, };

/**
 * What a pull request would say. A person may change it.
 */
export type ProposedPullRequest = { 
/**
 * The branch into which it is to be merged, as the host names it: `main`.
 */
base: string, 
/**
 * The title, from the story.
 */
title: string, 
/**
 * The text: the story's first prompt, and the first lines of the branch's commits.
 */
text: string, };

/**
 * A pull request on a host.
 */
export type PullRequest = { 
/**
 * Its number on the host.
 */
number: number, 
/**
 * The address of its page.
 */
url: string, 
/**
 * Its title.
 */
title: string, 
/**
 * What became of it.
 */
state: PullRequestState, 
/**
 * Whether it is a draft.
 */
draft: boolean, 
/**
 * The branch into which it is to be merged.
 */
base: string, 
/**
 * The commit that the host has of it; `None` if the host does not say it.
 */
head: string | null, 
/**
 * What the host checks at that commit.
 */
checks: Array<Check>, };

/**
 * What became of a pull request.
 */
export type PullRequestState = "open" | "merged" | "closed" | "unknown";

/**
 * A read.
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
 * The most events to return; the engine returns 5,000 at most.
 */
most: number, } | { "of": "folder", 
/**
 * The folder's path.
 */
path: string, } | { "of": "new_branch", 
/**
 * The folder in which it would start.
 */
dir: string, 
/**
 * The goal.
 */
goal: string, } | { "of": "branches", 
/**
 * The folder.
 */
dir: string, } | { "of": "base", 
/**
 * The folder.
 */
dir: string, 
/**
 * The branch, tag or commit; `None` for what is checked out there.
 */
name: string | null, } | { "of": "checkpoints", 
/**
 * The story.
 */
story: StoryId, } | { "of": "changes", 
/**
 * The story.
 */
story: StoryId, 
/**
 * Which changes.
 */
scope: ChangeScope, } | { "of": "file_change", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The object of the earlier state ([`crate::ChangeEnd::object`]).
 */
from: string, 
/**
 * The object of the later state.
 */
to: string, 
/**
 * The file's path.
 */
path: string, 
/**
 * Its path in the earlier state, if that is another one.
 */
old_path: string | null, 
/**
 * Whether changes of white space alone are shown, too.
 */
white_space: boolean, 
/**
 * How many unchanged lines are shown around each change.
 */
context: number, 
/**
 * How many lines of the answer are left out, because they were in the answers before: see
 * [`FileDiff::next`]. 0 at first.
 */
skip: number, } | { "of": "file_lines", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The object of the state ([`crate::ChangeEnd::object`]).
 */
object: string, 
/**
 * The file's path in that state.
 */
path: string, 
/**
 * The number of the first line, from 1.
 */
first: number, 
/**
 * The most lines to return; the engine returns [`FileDiff::MOST_LINES`] at most.
 */
most: number, } | { "of": "commits", 
/**
 * The story.
 */
story: StoryId, } | { "of": "claims", 
/**
 * The story.
 */
story: StoryId, } | { "of": "comment_anchor", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The object of the state ([`crate::ChangeEnd::object`]) in which the lines are.
 */
object: string, 
/**
 * Whether that is the earlier state, or the later one.
 */
side: CommentSide, 
/**
 * The file's path in that state.
 */
path: string, 
/**
 * The lines; `None` for the whole file.
 */
lines: LineRange | null, } | { "of": "comments", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The objects of the earlier and of the later state that are shown ([`crate::ChangeEnd::object`]), to know
 * where each comment is in them.
 */
shown: [string, string] | null, } | { "of": "review", 
/**
 * The story.
 */
story: StoryId, } | { "of": "since_looked", 
/**
 * The story.
 */
story: StoryId, } | { "of": "finishing", 
/**
 * The story.
 */
story: StoryId, } | { "of": "worktrees", } | { "of": "worktree", 
/**
 * The story.
 */
story: StoryId, } | { "of": "finish_output", 
/**
 * The story.
 */
story: StoryId, } | { "of": "hosted", 
/**
 * The story.
 */
story: StoryId, } | { "of": "failing_logs", 
/**
 * The story.
 */
story: StoryId, } | { "of": "forecast", 
/**
 * The repository's common directory.
 */
project: string, } | { "of": "overlap_pieces", 
/**
 * One story.
 */
one: StoryId, 
/**
 * The other one.
 */
other: StoryId, } | { "of": "evidence", 
/**
 * The story.
 */
story: StoryId, } | { "of": "raw", 
/**
 * The run.
 */
run: RunId, 
/**
 * The log.
 */
stream: Stream, 
/**
 * Where the piece begins (bytes).
 */
offset: number, 
/**
 * The length of the piece (bytes).
 */
len: number, } | { "of": "log_size", 
/**
 * The story.
 */
story: StoryId, } | { "of": "resume_command", 
/**
 * The story.
 */
story: StoryId, } | { "of": "usage" } & UsageQuery | { "of": "story_usage", 
/**
 * The story.
 */
story: StoryId, } | { "of": "limit_history", 
/**
 * The beginning of the range.
 */
from: Timestamp, 
/**
 * The end of the range.
 */
to: Timestamp, };

/**
 * The answer to a [`Query`], with the variant of the same name.
 */
export type QueryAnswer = { "of": "events", "is": Array<Envelope> } | { "of": "folder", "is": FolderSummary } | { "of": "new_branch", "is": string } | { "of": "branches", "is": Branches } | { "of": "base", "is": BaseSummary } | { "of": "checkpoints", "is": Array<Checkpoint> } | { "of": "changes", "is": Changes } | { "of": "file_change", "is": FileDiff } | { "of": "file_lines", "is": FileLines } | { "of": "commits", "is": StoryCommits } | { "of": "claims", "is": Array<Claim> } | { "of": "comment_anchor", "is": CommentAnchor } | { "of": "comments", "is": Array<Comment> } | { "of": "review", "is": Review } | { "of": "since_looked", "is": SinceLooked } | { "of": "finishing", "is": Finishing } | { "of": "worktrees", "is": Array<StoryId> } | { "of": "worktree", "is": WorktreeLook } | { "of": "finish_output", "is": FinishOutput } | { "of": "hosted", "is": Hosted } | { "of": "failing_logs", "is": FailingLogs } | { "of": "forecast", "is": Forecast } | { "of": "overlap_pieces", "is": Array<OverlapFile> } | { "of": "evidence", "is": Evidence } | { "of": "raw", "is": RawPiece } | { "of": "log_size", "is": number } | { "of": "resume_command", "is": string | null } | { "of": "usage", "is": PackedUsage } | { "of": "story_usage", "is": StoryUsage } | { "of": "limit_history", "is": Array<LimitHistory> };

/**
 * A question of a run.
 */
export type Question = { 
/**
 * The question's lasting name.
 */
id: QuestionId, 
/**
 * The story that the question belongs to.
 */
story: StoryId, 
/**
 * The run whose agent asks.
 */
run: RunId, 
/**
 * The agent's id of the request, unique in the run.
 */
request_id: string, 
/**
 * The question's state.
 */
state: QuestionState, 
/**
 * When the question was asked.
 */
at: Timestamp, 
/**
 * The answer, if there is one.
 */
answer: Answer | null, 
/**
 * The kind of answer that is wanted.
 */
kind: QuestionKind, 
/**
 * The tool that asks, by the agent's name.
 */
tool: string, 
/**
 * The kind of that tool.
 */
tool_kind: ToolKind, 
/**
 * The agent's id of the tool call that waits.
 */
call: string | null, 
/**
 * What the question is about, in one line: the command, the path, the question itself.
 */
title: string, 
/**
 * The agent's sentence about the question, if it gives one.
 */
description: string | null, 
/**
 * What the tool works on; if the request itself lacks it, taken from the call that waits.
 */
subject: Subject, 
/**
 * The other fields of the tool's input.
 */
beside?: Array<Field>, 
/**
 * The decisions that the agent offers; empty for a question that is answered by choosing.
 */
options?: Array<QuestionOption>, 
/**
 * Why the agent's own rules did not decide, as a sentence.
 */
why: string | null, 
/**
 * The path outside the working directory that the agent asks for.
 */
blocked_path: string | null, };

/**
 * An open or answered question: the run's id and the agent's request id, joined by a colon.
 */
export type QuestionId = string;

/**
 * The kind of a question, which decides the kind of its answer.
 */
export type QuestionKind = "permission" | "choice" | "plan" | "form";

/**
 * A decision that an agent offers.
 */
export type QuestionOption = { 
/**
 * The decision's id, unique in the question.
 */
id: string, 
/**
 * The effect of the decision.
 */
does: Decision, 
/**
 * What it covers beyond this one time, one line each, exactly as the agent reports it: rules,
 * folders, modes.
 */
covers?: Array<string>, };

/**
 * The state of a question.
 */
export type QuestionState = "open" | "answered" | "withdrawn";

/**
 * A piece of a log, shown as evidence.
 */
export type RawPiece = { 
/**
 * Where the piece begins in the log.
 */
offset: number, 
/**
 * The length of the whole piece; the text may be shorter.
 */
len: number, 
/**
 * The piece's text; invalid bytes are replaced.
 */
text: string, 
/**
 * Whether the text is shorter than the piece.
 */
cut: boolean, };

/**
 * Why a story is in its state: one word, the same in JSON, SQL and on screen. The details (which signal,
 * whose words) are in [`Story::detail`] and in the evidence.
 */
export type Reason = "question" | "prompt" | "checked" | "unchecked" | "recovered" | "login" | "billing" | "model" | "prompt_too_long" | "max_output" | "refusal" | "max_turns" | "agent_budget" | "overloaded" | "network" | "api" | "other" | "start_failed" | "crashed" | "no_result" | "timed_out" | "lost" | "gate_failed" | "question_lost" | "setup_failed" | "budget" | "limit_over" | "you" | "engine" | "system";

/**
 * A worktree that was removed, with what is needed to make it again.
 */
export type RemovedWorktree = { 
/**
 * The repository's common directory.
 */
project: string, 
/**
 * The full name of the branch that was checked out; `None` if none was.
 */
branch: string | null, 
/**
 * The commit that was checked out.
 */
head: string, 
/**
 * Whether the branch was deleted, too.
 */
branch_deleted: boolean, 
/**
 * The settings of git for this worktree alone (`config.worktree`).
 */
config?: string, 
/**
 * Which files were checked out, if not all (`info/sparse-checkout`).
 */
sparse?: string, };

/**
 * The owner's reply to a request.
 */
export type Reply = { "reply": "hello", 
/**
 * The owner's version.
 */
version: string, 
/**
 * The kind of program.
 */
role: string, 
/**
 * The owner's process id.
 */
pid: number, } | { "reply": "started", 
/**
 * The story.
 */
story: StoryId, } | { "reply": "why", 
/**
 * What the story waits for.
 */
waits_for: WaitsFor, } | { "reply": "checkpoint", 
/**
 * The checkpoint.
 */
checkpoint: Checkpoint, } | { "reply": "restored", 
/**
 * The number of the checkpoint that holds the state before that.
 */
before: number, 
/**
 * What was done.
 */
restored: Restored, } | { "reply": "went_back", 
/**
 * The number of the checkpoint that holds the state before that.
 */
before: number, 
/**
 * What was done to its files.
 */
restored: Restored, 
/**
 * Whether its conversation goes on as it was then; otherwise its next prompt begins a new one.
 */
goes_on: boolean, } | { "reply": "finished", 
/**
 * What.
 */
done: FinishDone, 
/**
 * What git and the repository's hooks printed; its last 16 KiB.
 */
output: string, } | { "reply": "stopping", 
/**
 * The runs that are being stopped.
 */
runs: Array<Slug>, 
/**
 * How many starts of runs and stories were cancelled.
 */
starts: number, 
/**
 * What could not be stopped.
 */
failed: Array<NotStopped>, } | { "reply": "config", 
/**
 * What is in force, and what waits.
 */
state: ConfigState, } | { "reply": "done" } | { "reply": "recorded" } | { "reply": "refused", 
/**
 * Why.
 */
fault: Fault, };

/**
 * A request.
 */
export type Request = { "op": "hello", 
/**
 * The caller's version.
 */
version: string, } | { "op": "start" } & StartStory | { "op": "send", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The id of the prompt, made by the caller, so that a request whose reply got lost can be
 * repeated without sending a second prompt.
 */
id: string, 
/**
 * The prompt.
 */
text: string, } | { "op": "unsend", 
/**
 * The prompt's id.
 */
prompt: string, } | { "op": "edit_prompt", 
/**
 * The prompt's id.
 */
prompt: string, 
/**
 * The new prompt.
 */
text: string, } | { "op": "resume", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The id of Musher's prompt, made by the caller.
 */
id: string, 
/**
 * Whether to try now, although the account is held: one run is let through, and its success ends
 * the hold.
 */
now: boolean, 
/**
 * With what its next runs are started from now on, if that is to change.
 */
change?: ProfileChange, } | { "op": "skip_set_up", 
/**
 * The story.
 */
story: StoryId, } | { "op": "run_gates", 
/**
 * The story.
 */
story: StoryId, } | { "op": "why", 
/**
 * The story.
 */
story: StoryId, } | { "op": "answer", 
/**
 * The question.
 */
question: QuestionId, 
/**
 * The answer.
 */
answer: Answer, } | { "op": "interrupt", 
/**
 * The story.
 */
story: StoryId, } | { "op": "stop", 
/**
 * The story.
 */
story: StoryId, 
/**
 * Why.
 */
why: StopReason, 
/**
 * Whether to skip the steps in which the agent can end by itself.
 */
now: boolean, } | { "op": "stop_run", 
/**
 * The run.
 */
run: RunId, 
/**
 * Why.
 */
why: StopReason, } | { "op": "stop_all", 
/**
 * Why.
 */
why: StopReason, } | { "op": "archive", 
/**
 * The story.
 */
story: StoryId, } | { "op": "unarchive", 
/**
 * The story.
 */
story: StoryId, } | { "op": "rename", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The title, one line.
 */
title: string, } | { "op": "looked", 
/**
 * The story.
 */
story: StoryId, } | { "op": "comment", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The comment's id, made by the caller; a repeated request makes no second one.
 */
id: CommentId, 
/**
 * What it is on, as the query for it says.
 */
anchor: CommentAnchor, 
/**
 * What is to be said.
 */
text: string, } | { "op": "change_comment", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The comment.
 */
id: CommentId, 
/**
 * What.
 */
change: CommentChange, } | { "op": "review", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The id of the prompt, made by the caller.
 */
id: string, 
/**
 * The comments, as the query for the review says.
 */
comments: Array<ReviewedComment>, } | { "op": "file_reviewed", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The file's path.
 */
path: string, 
/**
 * What it is, by [`crate::ChangedFile::content`]; `None` takes it back.
 */
content: string | null, } | { "op": "checkpoint", 
/**
 * The story.
 */
story: StoryId, } | { "op": "restore", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The number of the checkpoint.
 */
n: number, 
/**
 * Files and folders, relative to the root of the worktree or absolute. Without any everything is
 * restored, and files that the checkpoint does not have are removed.
 */
paths: Array<string>, } | { "op": "back", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The number of the checkpoint.
 */
n: number, } | { "op": "finish", 
/**
 * The story.
 */
story: StoryId, 
/**
 * The commit that was shown as checked out; `None` before the first one.
 */
head: string | null, 
/**
 * What.
 */
step: FinishStep, } | { "op": "cancel_finish", 
/**
 * The story.
 */
story: StoryId, } | { "op": "delete_logs", 
/**
 * The story.
 */
story: StoryId, } | { "op": "config" } | { "op": "set_config", 
/**
 * The value's name, as `agents.claude.model`.
 */
key: string, 
/**
 * The value as JSON; `null` sets the default.
 */
value: string, 
/**
 * Whether a person confirmed it. Otherwise a value that gives agents more power waits in the
 * file.
 */
confirmed: boolean, } | { "op": "accept_config", 
/**
 * Identifies the content that the person saw, by [`crate::ConfigState::file`].
 */
file: string, } | { "op": "check_store" } | { "op": "yield", 
/**
 * The kind of program that asks: `app`, `mush serve`.
 */
role: string, };

/**
 * How it is known when a limit lets a story go on.
 */
export type ResetBasis = "reported" | "guessed" | "served";

/**
 * What a restore did in the worktree.
 */
export type Restored = { 
/**
 * How many files and links were written.
 */
written: number, 
/**
 * How many files and links were removed. The checkpoint that was made before holds them.
 */
removed: number, 
/**
 * What could not be restored, at most 100 of them.
 */
kept: Array<NotRestored>, 
/**
 * How many more could not be restored.
 */
more_kept: number, };

/**
 * A failed request to the provider that the agent repeats by itself.
 */
export type Retrying = { 
/**
 * The number of the coming attempt, from 1.
 */
attempt: number, 
/**
 * The most attempts that the agent makes.
 */
max: number | null, 
/**
 * When the coming attempt is made.
 */
until: Timestamp, 
/**
 * The HTTP status of the failure; `None` if there was no answer.
 */
status: number | null, 
/**
 * What failed.
 */
error: ApiErrorKind, };

/**
 * The open comments of a story as they would be sent.
 */
export type Review = { 
/**
 * The comments, by file and line.
 */
comments: Array<ReviewedComment>, 
/**
 * The prompt; empty if there are no comments.
 */
prompt: string, };

/**
 * A comment in a review, with where it is then.
 */
export type ReviewedComment = { 
/**
 * The comment.
 */
id: CommentId, 
/**
 * Where it is.
 */
spot: CommentSpot, };

/**
 * One run, as queries show it.
 */
export type Run = { 
/**
 * The run's id.
 */
id: RunId, 
/**
 * The run's name for people: `login-fix-2.3`.
 */
slug: Slug, 
/**
 * The story that the run belongs to.
 */
story: StoryId, 
/**
 * The purpose of the run.
 */
kind: RunKind, 
/**
 * The agent, for agent runs.
 */
agent: AgentId, 
/**
 * The agent's version, once the agent has reported it.
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
 * The agent's process id, once the process was started.
 */
pid: number | null, 
/**
 * The run's state.
 */
state: RunState, 
/**
 * How it ended, in one word.
 */
outcome: OutcomeWord | null, 
/**
 * How it ended, with all details.
 */
ending: Outcome | null, 
/**
 * The exit code, if it ended with one.
 */
exit_code: number | null, 
/**
 * The signal, if one ended it.
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
 * The basis of the cost.
 */
cost_basis: CostBasis, 
/**
 * Whether the tokens are a lower bound, which the basis of the cost does not say: a part of what was used is not reported,
 * or not yet.
 */
is_partial?: boolean, 
/**
 * How many turns it has in every sum: each result is one, and what was used since the last one is one.
 */
turns: number, 
/**
 * Bytes in the run's output log.
 */
log_bytes: number, 
/**
 * Events decoded from the run's logs.
 */
events: number, 
/**
 * The decoder that the run began with.
 */
decoder: DecoderId, 
/**
 * The gate's number, from 1; only for gates.
 */
gate: number | null, 
/**
 * Whether its logs are being read again. Until that is done its events are not shown, and the values
 * folded from them (session, version, model, tokens, cost) are lower bounds or missing.
 */
rereading?: boolean, 
/**
 * When its logs were deleted; then only a few of its events are left.
 */
logs_deleted?: Timestamp, };

/**
 * New events of one run.
 */
export type RunBatch = { 
/**
 * The run.
 */
run: RunId, 
/**
 * The number of the event before the first of these, without a gap.
 */
from: Seq, 
/**
 * The number of the last of these events.
 */
to: Seq, 
/**
 * The events.
 */
events: Array<Envelope>, 
/**
 * Texts and thoughts whose beginning the page has as a draft; their events hold only the rest.
 */
tails: Array<TextTail>, };

/**
 * A run's permanent id: a UUID v7 made by Musher, and the name of its directory under `runs/`.
 */
export type RunId = string;

/**
 * The purpose of a run.
 */
export type RunKind = "agent" | "gate" | "setup" | "terminal";

/**
 * The fixed properties of a run, known before its process is started.
 */
export type RunSpec = { 
/**
 * The run's name for people.
 */
slug: Slug, 
/**
 * The purpose of the run.
 */
kind: RunKind, 
/**
 * The agent.
 */
agent: AgentId, 
/**
 * The decoder that it began with; the newest decoder of the same family reads it.
 */
decoder: DecoderId, 
/**
 * The account that the run spends from.
 */
account: AccountId | null, 
/**
 * The agent's id of the conversation.
 */
session: SessionId | null, 
/**
 * Whether the run resumes an existing conversation.
 */
resumes: boolean, 
/**
 * The program and its arguments.
 */
argv: Array<string>, 
/**
 * The conversation's usage totals before this run.
 */
usage_baseline: UsageTotals, 
/**
 * The gate's number, from 1; only for gates.
 */
gate: number | null, 
/**
 * The number of the set-up command, from 1; only for set-ups.
 */
set_up?: number, 
/**
 * How the run's agent takes prompts.
 */
input: InputMode, 
/**
 * Whether the agent could not save a part of the resumed conversation.
 */
incomplete: boolean, };

/**
 * The state of a run.
 */
export type RunState = "starting" | "running" | "ended";

/**
 * The number of an event, from 1 without gaps: per run for run events (valid for one decoder version),
 * per data directory for journal entries.
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
 * The working directory, as the agent reports it.
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
 * The tools that the agent may use.
 */
tools: Array<string>, 
/**
 * The MCP servers that the agent knows.
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
 * The settings, with their file and its problem.
 */
export type SettingsState = { 
/**
 * The settings in force.
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
 * A file that two stories change.
 */
export type SharedFile = { 
/**
 * How the changes come together.
 */
kind: SharedKind, 
/**
 * Its path, written as those of checkpoints.
 */
path: string, };

/**
 * Some of the files that two stories change.
 */
export type SharedFiles = { 
/**
 * The files, at most [`SharedFiles::MOST`].
 */
some: Array<SharedFile>, 
/**
 * How many more there are.
 */
more: number, };

/**
 * How the changes of two stories to a file come together.
 */
export type SharedKind = "lines" | "both_added" | "removed" | "renamed" | "binary" | "file_and_folder" | "other_kind" | "submodule" | "other" | "merges";

/**
 * A branch as it was shown to a person.
 */
export type ShownBranch = { 
/**
 * The full name: `refs/heads/main`.
 */
reference: string, 
/**
 * Its commit then.
 */
commit: string, 
/**
 * The worktree in which it was checked out then, if it was in one.
 */
checked_out?: string, };

/**
 * The side of a change that lines are on.
 */
export type Side = "same" | "removed" | "added";

/**
 * What came in a story since a person looked at it, or sent it a prompt. What is not known is not there: `None` is
 * not 0.
 */
export type SinceLooked = { 
/**
 * When they looked; `None` if they never did: then it is everything since the beginning.
 */
looked: Timestamp | null, 
/**
 * How many files differ; `None` if nothing is held of them.
 */
files: number | null, 
/**
 * How many commands the agent ran, or asked to run; `None` if logs were deleted or are being read again.
 */
commands: number | null, 
/**
 * How many questions it asked; `None` as for commands.
 */
questions: number | null, 
/**
 * How many gates passed.
 */
gates_passed: number, 
/**
 * How many gates failed, or came to no end of their own.
 */
gates_failed: number, 
/**
 * The tokens of the results that came since, and of the turn that goes on.
 */
tokens: Tokens, 
/**
 * What they cost.
 */
cost: Cost, 
/**
 * Whether tokens and cost are a lower bound.
 */
is_partial: boolean, };

/**
 * A short name that a person can type: `login-fix-2` for a story, `login-fix-2.3` for a run.
 */
export type Slug = string;

/**
 * A stretch of time in one state. It ends where the next one begins; the last one continues.
 */
export type Span = { 
/**
 * The state.
 */
state: StoryState, 
/**
 * The reason of the state.
 */
reason: Reason | null, 
/**
 * When it began.
 */
from: Timestamp, };

/**
 * A value that a new story takes from the configuration instead of from its request.
 */
export type StartDefault = "model" | "permission" | "arguments" | "gates" | "set_up" | "copy" | "fetch";

/**
 * Why a process never ran.
 */
export type StartFailedKind = "missing" | "not_executable" | "interpreter" | "cwd" | "bad_argument" | "session" | "never_started" | "other";

/**
 * The request for a new story.
 */
export type StartStory = { 
/**
 * The id of the story, made by the caller, so that a request whose reply got lost can be repeated
 * without making a second story.
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
 * The title; `None` takes the first line of the prompt.
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
 * The conversation to resume.
 */
resume: SessionId | null, 
/**
 * Whether the story resumes by itself when a limit that holds it resets.
 */
resume_on_reset: boolean, 
/**
 * The branch for a new worktree, to work in that instead of in `dir` itself. A name that is taken is
 * refused.
 */
worktree: string | null, 
/**
 * Makes a new worktree, if `worktree` names no branch, on a branch that is named after the title,
 * with a number if the name is taken.
 */
new_branch: boolean, 
/**
 * The branch, tag or commit from which the new worktree begins; `None` takes what is checked out in `dir`.
 */
base: string | null, 
/**
 * Whether the remote of that is fetched before. If that fails, no story is made.
 */
fetch: boolean, 
/**
 * Patterns, as in `.gitignore`, for ignored files that are copied into the new worktree.
 */
copy: Array<string>, 
/**
 * The commands that prepare the new worktree before the agent starts, in order.
 */
set_up: Array<string>, 
/**
 * The values that the story takes from the configuration; the fields above for them are ignored.
 */
defaults: Array<StartDefault>, 
/**
 * The environment to start in; `None` uses the owner's own. It is kept in memory, never on disk.
 */
env: { [key in string]: string } | null, 
/**
 * Variables to set in addition to that environment.
 */
set_env: { [key in string]: string }, };

/**
 * The facts behind a state. [`crate::Story::detail`] is the text of them for a person.
 */
export type StateDetail = { "kind": "question", 
/**
 * The question.
 */
question: QuestionId, 
/**
 * The kind of answer that is wanted.
 */
asks: QuestionKind, 
/**
 * The tool that asks, by the agent's name.
 */
tool: string, 
/**
 * The kind of that tool.
 */
tool_kind: ToolKind, 
/**
 * What the question is about, in one line: the command, the path, the question itself.
 */
subject: string, } | { "kind": "gate", 
/**
 * The gate's number, from 1.
 */
number: number, 
/**
 * How many gates the story has.
 */
of: number, 
/**
 * The gate's command.
 */
command: string, 
/**
 * How the gate ended; `None` while it runs.
 */
outcome: Outcome | null, 
/**
 * The gate's exit code, if it ended with one.
 */
exit_code: number | null, 
/**
 * How the gate ended, for a person; empty while it runs.
 */
words: string, } | { "kind": "set_up", 
/**
 * The command's number, from 1.
 */
number: number, 
/**
 * How many there are.
 */
of: number, 
/**
 * The command.
 */
command: string, 
/**
 * How it ended, for a person; empty while it runs.
 */
words: string, } | { "kind": "held", 
/**
 * The account.
 */
account: AccountId, 
/**
 * The id of the window that refused; absent if the agent named none.
 */
window?: string, 
/**
 * The one model that is held, as the limit names it; absent if the whole account is held.
 */
model?: string, } | { "kind": "stopped", 
/**
 * Who stopped the story.
 */
by: Actor, 
/**
 * Why it was stopped.
 */
why: StopReason, };

/**
 * A stop: who requested it, and why.
 */
export type Stop = { 
/**
 * Who requested the stop.
 */
by: Actor, 
/**
 * Why the stop was requested.
 */
why: StopReason, };

/**
 * Why a run was ended. The aliases are the sentences that earlier versions recorded.
 */
export type StopReason = "window" | "board" | "command_line" | "ctrl_c" | "did_not_leave" | "unanswered" | "time_limit" | "keeper_terminated" | "interrupted" | "answer" | { "words": string };

/**
 * One story, as queries show it.
 */
export type Story = { 
/**
 * The story's id.
 */
id: StoryId, 
/**
 * The story's name for people.
 */
slug: Slug, 
/**
 * The title: the first line of the prompt, or what a person wrote.
 */
title: string, 
/**
 * The repository's common directory, or the working directory if there is no repository.
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
 * The story's state.
 */
state: StoryState, 
/**
 * Why the story is in that state; `None` if the state needs no reason.
 */
reason: Reason | null, 
/**
 * A sentence that completes the reason: which signal, which gate, the provider's words.
 */
detail: string | null, 
/**
 * The facts behind the state, if there are some.
 */
about: StateDetail | null, 
/**
 * When the state began.
 */
since: Timestamp, 
/**
 * When the state is expected to end by itself (a limit's reset).
 */
until: Timestamp | null, 
/**
 * How that end is known.
 */
reset?: ResetBasis, 
/**
 * Whether the story resumes by itself when a limit that holds it resets.
 */
resume_on_reset: boolean, 
/**
 * When the story was made.
 */
created_at: Timestamp, 
/**
 * The story's runs, oldest first.
 */
runs: Array<RunId>, 
/**
 * The agent's conversation that a follow-up would resume.
 */
session: SessionId | null, 
/**
 * Whether the agent could not save a part of that conversation; then a resumed run may lack a part
 * of what was said.
 */
incomplete: boolean, 
/**
 * How many prompts wait for the agent to be idle.
 */
queued_prompts: number, 
/**
 * How many questions wait for an answer.
 */
open_questions: number, 
/**
 * How many background tasks of its agent go on although the turn is over, 0 if none does; `None` if a
 * turn is in progress, or no agent is live. The next prompt goes out beside them.
 */
tasks_after_turn?: number, 
/**
 * Tokens of all the story's runs.
 */
tokens: Tokens, 
/**
 * Cost of all the story's runs, in micro-dollars.
 */
cost_micros: number, 
/**
 * The weakest basis among the story's runs.
 */
cost_basis: CostBasis, 
/**
 * Whether the tokens are a lower bound, which the basis of the cost does not say: a part of what was used is not reported,
 * or not yet.
 */
is_partial?: boolean, 
/**
 * Whether the logs of at least one run are being read again; then the sums are lower bounds.
 */
rereading?: boolean, 
/**
 * How its work stands, as of its last turn or run.
 */
work?: Work, 
/**
 * When the person looked last, or sent a prompt.
 */
looked?: Looked, 
/**
 * The deletion of logs of its runs. Runs after it have logs again.
 */
logs_deleted?: LogsDeleted, };

/**
 * A commit.
 */
export type StoryCommit = { 
/**
 * Its full id.
 */
commit: string, 
/**
 * The first line of its message.
 */
subject: string, 
/**
 * Who wrote it.
 */
author: string, 
/**
 * When it was made.
 */
at: Timestamp, };

/**
 * The commits of a story's branch that its base does not have, as of the newest checkpoint.
 */
export type StoryCommits = { 
/**
 * The commits, the newest first; at most [`StoryCommits::MOST`].
 */
commits: Array<StoryCommit>, 
/**
 * How many more there are.
 */
more: number, };

/**
 * What came of comparing the newest checkpoint of a story with those of the others of its project.
 */
export type StoryForecast = { 
/**
 * The story.
 */
story: StoryId, 
/**
 * The number of its checkpoint.
 */
checkpoint: number, 
/**
 * Whether its work is still to come together with that of others.
 */
standing: ForecastStanding, 
/**
 * The others that it was compared with. Pairs that were compared before at the same checkpoints are not
 * repeated. If it has nothing that is to come together with others, those of which something was recorded, which
 * does not count any more.
 */
pairs: Array<PairForecast>, };

/**
 * A story's permanent id: a UUID v7 made by Musher. People use the story's [`Slug`].
 */
export type StoryId = string;

/**
 * The state of a story. Its [`Reason`] has the rest.
 */
export type StoryState = "draft" | "queued" | "starting" | "running" | "waiting" | "limited" | "gating" | "in_terminal" | "done" | "needs_you" | "stopped" | "archived";

/**
 * The usage of one story over its own time.
 */
export type StoryUsage = { 
/**
 * The turns, oldest first.
 */
turns: Array<TurnUsage>, 
/**
 * How full the conversation was, oldest first; empty if the agent does not report it.
 */
context: Array<ContextUse>, 
/**
 * When the conversation was compacted or begun again.
 */
compacted: Array<Timestamp>, 
/**
 * How many tokens fit into the model's context, as the agent reports it.
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
 * What the story's agent is doing now.
 */
activity: Activity | null, 
/**
 * The retry that the agent waits for, after an error of the provider.
 */
retrying: Retrying | null, 
/**
 * Whether the agent is held back because the disk is full.
 */
paused: boolean, 
/**
 * What the story waits for; `None` if it only rests, or if its run goes on and was not silent for long.
 */
waits_for: WaitsFor | null, 
/**
 * The stories with whose work that of this one conflicts, by their newest checkpoints that were compared.
 */
collisions?: Array<Collision>, 
/**
 * The story's states over time, oldest first.
 */
spans: Array<Span>, 
/**
 * When tools were called, reduced to one time per two seconds and a few hundred in all.
 */
calls: CallTimes, 
/**
 * The story's runs, oldest first.
 */
runs: Array<Run>, };

/**
 * One of the three byte streams that a keeper records.
 */
export type Stream = "stdout" | "stderr" | "stdin";

/**
 * What a tool works on. Texts are whole and unchanged: the person who is asked to allow the call sees
 * exactly these. The other fields of the input are a list of [`Field`]s.
 */
export type Subject = { "is": "command", 
/**
 * The command line. An agent's list of arguments is quoted for a POSIX shell.
 */
text: string, 
/**
 * Where the command runs, if the agent reports it; else where the agent works.
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
 * Where it searches, if not everywhere.
 */
within: string | null, } | { "is": "choices", 
/**
 * The questions, in their order; never empty.
 */
questions: Array<Choice>, } | { "is": "form", 
/**
 * The form's fields, in their order; a form without fields only asks for a yes.
 */
fields: Array<FormField>, } | { "is": "plan", 
/**
 * The plan; empty if the agent gave none.
 */
markdown: string, } | { "is": "todos", 
/**
 * The whole new list.
 */
items: Array<Todo>, } | { "is": "other", 
/**
 * The line of the input that describes the call best; empty if there is none.
 */
words: string, };

/**
 * The kind of value of a field.
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
 * The format of the text: `email`, `uri`, `date`, `date-time`.
 */
format: string | null, } | { "is": "number", 
/**
 * Whether it must be whole.
 */
whole: boolean, 
/**
 * The smallest number.
 */
min: number | null, 
/**
 * The largest number.
 */
max: number | null, } | { "is": "flag" } | { "is": "one", 
/**
 * The options.
 */
options: Array<FormOption>, } | { "is": "several", 
/**
 * The options.
 */
options: Array<FormOption>, 
/**
 * Fewest options.
 */
min: number | null, 
/**
 * Most options.
 */
max: number | null, };

/**
 * The worktree in which the base is checked out.
 */
export type TargetWorktree = { 
/**
 * Whether no file that git knows differs there; `None` if git does not say.
 */
is_clean: boolean | null, 
/**
 * What git has not finished there.
 */
operation: string | null, 
/**
 * The story that works there.
 */
works: Slug | null, };

/**
 * The kind of work of a task.
 */
export type TaskKind = "agent" | "command" | "other";

/**
 * How a task ended.
 */
export type TaskStatus = "completed" | "failed" | "stopped" | "unknown";

/**
 * A finished text that is sent without its beginning.
 */
export type TextTail = { 
/**
 * The event's number.
 */
seq: Seq, 
/**
 * The `end` of the draft that holds the beginning.
 */
from: number, };

/**
 * The colours: light, dark, or as the system has them.
 */
export type ThemeChoice = "system" | "light" | "dark";

/**
 * The newer part of a story's timeline.
 */
export type TimelineBatch = { 
/**
 * The story.
 */
story: StoryId, 
/**
 * Whether this replaces everything that the page has; otherwise it continues it.
 */
is_all: boolean, 
/**
 * Whether there is more than one batch can hold; then the page pulls again.
 */
is_cut: boolean, 
/**
 * New events of the story's runs.
 */
runs: Array<RunBatch>, 
/**
 * New journal entries.
 */
journal: Array<Envelope>, 
/**
 * Every draft of the live run, each with the part that the page does not have. A draft that is
 * missing here is over.
 */
drafts: Array<Draft>, };

/**
 * A wall-clock instant with the precision of a millisecond.
 */
export type Timestamp = string;

/**
 * An item of a list of things to do.
 */
export type Todo = { 
/**
 * The item's text.
 */
text: string, 
/**
 * The item's state.
 */
state: TodoState, };

/**
 * The state of an item of a list.
 */
export type TodoState = "open" | "doing" | "done";

/**
 * Tokens by class. The classes are disjoint: `input` excludes tokens read from or written to the cache,
 * and `output` includes reasoning.
 */
export type Tokens = { 
/**
 * Input tokens that were neither read from nor written to the cache.
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
 * The kind of a tool, for a glyph and a sentence.
 */
export type ToolKind = "command" | "read" | "edit" | "search" | "web" | "agent" | "plan" | "ask" | "mcp" | "other";

/**
 * The agent's report of a tool's effect, in addition to the text for the model.
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
 * Whether the command was cut short.
 */
interrupted: boolean, 
/**
 * The background task that the command became.
 */
background: string | null, } | { "kind": "edit", 
/**
 * The file's path.
 */
path: string, 
/**
 * Whether the file is new.
 */
created: boolean, 
/**
 * The changes; empty if the agent does not report them.
 */
diff: Diff, } | { "kind": "read", 
/**
 * The file's path.
 */
path: string, 
/**
 * How many lines were read, if reported.
 */
lines: number | null, } | { "kind": "other", 
/**
 * The report's text, or its JSON.
 */
value: JsonValue, };

/**
 * Whether the program of a host can be used.
 */
export type ToolState = "ready" | "missing" | "signed_out" | "unknown";

/**
 * Something that changes and can be on screen.
 */
export type Topic = { "name": "stories" } | { "name": "questions" } | { "name": "limits" } | { "name": "agents" } | { "name": "timeline" } & HeldTimeline;

/**
 * The newer data of a topic.
 */
export type TopicBatch = { "name": "stories", 
/**
 * Whether these are all stories; otherwise only those that changed.
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
 * A topic on screen, with what the page has of it.
 */
export type TopicRequest = { 
/**
 * The revision of the page's data; 0 asks for all of it.
 */
since: number, 
/**
 * The topic.
 */
topic: Topic, };

/**
 * Whether Musher has an icon in a tray.
 */
export type TrayState = "looking" | "shown" | "no_tray" | "refused";

/**
 * The meaning of a turn's end.
 */
export type Turn = "completed" | "interrupted" | { "error": ApiErrorKind } | "max_turns" | "budget" | "session_missing" | "failed";

/**
 * How a turn ended, by the agent's result.
 */
export type TurnEnd = { 
/**
 * The meaning of the result.
 */
turn: Turn, 
/**
 * How the turn ended, in the agent's own keywords, joined by ` / `: for Claude Code subtype,
 * terminal reason and startup failure reason, for Codex status and error.
 */
said: string, 
/**
 * The final answer, or the text of the error.
 */
text: string, 
/**
 * The usage that the agent reports; `None` when it reports none.
 */
usage: ApiUsage | null, 
/**
 * The number of the result in this run, if the agent counts them.
 */
index: number | null, 
/**
 * How many prompts the agent still has queued.
 */
queued: number, 
/**
 * How many prompts joined the turn, in addition to the one that began it; the turn's end answers
 * them too.
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
 * Time from the prompt to the result by the agent's clock (milliseconds).
 */
duration_ms: number | null, 
/**
 * Time spent waiting for the provider (milliseconds).
 */
api_ms: number | null, 
/**
 * When the credential must be renewed, if the agent reports it.
 */
login_expires_at: Timestamp | null, 
/**
 * The number of the result in its run, from 1, as every sum counts turns. The engine sets it; a decoder leaves 0.
 */
number?: number, 
/**
 * What the turn used, by model, as it stands in every sum. The engine sets it; a decoder leaves it empty.
 */
shares?: Array<ModelShare>, };

/**
 * One turn of a story, or several turns merged into one because the story has so many.
 */
export type TurnUsage = { 
/**
 * The run of the turn, or of the first of several.
 */
run: RunId, 
/**
 * The result's event in that run; `None` if the result has not come yet.
 */
seq: Seq | null, 
/**
 * When the previous turn ended, or the run started.
 */
from: Timestamp, 
/**
 * When the result came; without a result, when usage was last reported.
 */
to: Timestamp, 
/**
 * How many turns this covers.
 */
turns: number, 
/**
 * The shares, in the order of the models' names.
 */
models: Array<ModelShare>, };

/**
 * Something of a worktree that is not known.
 */
export type UnknownOf = "folder" | "git" | "processes";

/**
 * What is wrong with a line.
 */
export type UnrecognizedWhy = "unknown_type" | "unknown_shape" | "not_json" | "oversized" | "cut_off";

/**
 * The branch of a remote that a branch follows.
 */
export type Upstream = { 
/**
 * Its name: `origin/main`.
 */
name: string, 
/**
 * How many of its commits the branch does not have.
 */
behind: number, 
/**
 * How many commits of the branch it does not have.
 */
ahead: number, };

/**
 * The part of the usage that has one basis; each row counts by its own basis.
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
 * The usage of one group in one stretch of time.
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
 * How many of the tokens have no price.
 */
unpriced_tokens: number, 
/**
 * Whether tokens and cost are lower bounds: a part of what was used is not reported, or not yet.
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
 * The weakest basis among the summed parts.
 */
cost_basis: CostBasis, 
/**
 * Runs that used something here. A run that continues over midnight counts in both days.
 */
runs: number, 
/**
 * Turns that ended here, and those without a result that were last heard of here.
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
 * Input tokens.
 */
input: Array<number>, 
/**
 * Output tokens.
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
 * 1 for a lower bound, else 0; numbers take less space than words.
 */
is_partial: Array<number>, };

/**
 * What usage can be grouped by, in addition to time.
 */
export type UsageGroup = "model" | "agent" | "account" | "project" | "story" | "class";

/**
 * A query about usage: what to sum, over which time, in which groups.
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
 * The beginning of the range, included; `None` begins at the first usage.
 */
from: Timestamp | null, 
/**
 * The end of the range, excluded; `None` ends after the last usage.
 */
to: Timestamp | null, 
/**
 * The IANA name of the time zone whose calendar is used (`Europe/Berlin`).
 */
zone: string, 
/**
 * The most groups, most expensive first; the others are summed in one further group, the rest.
 * `None` keeps all groups.
 */
most: number | null, };

/**
 * The answer to a [`UsageQuery`] in the form of a chart: stretches of time without gaps, groups with the
 * most expensive first, and the cells with any usage.
 */
export type UsageReport = { 
/**
 * The beginning of the range: the requested time, or that of the first usage.
 */
from: Timestamp, 
/**
 * The end of the range, excluded.
 */
to: Timestamp, 
/**
 * The beginning of each stretch of time; the range may cut the first and the last. A single stretch
 * if no step was requested.
 */
starts: Array<Timestamp>, 
/**
 * The groups, most expensive first; last, if fewer were requested than there are, one group that
 * sums all others (`UsageTotal::rest_of`).
 */
groups: Array<UsageTotal>, 
/**
 * The usage, by stretch and group.
 */
cells: Array<UsageCell>, 
/**
 * The sums over the whole range.
 */
whole: UsageWhole, 
/**
 * How many runs of that range are being read again; until this is 0, every sum is a lower bound.
 */
rereading_runs?: number, };

/**
 * The length of the stretches of time, in the calendar of the requested time zone. A day is from
 * midnight to midnight, so it may have 23 or 25 hours; a week begins on Monday.
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
 * How many groups are summed here because only the most expensive were requested; 0 for a single
 * group. Groups without usage are counted only if none of the summed groups has any.
 */
rest_of: number, 
/**
 * How many of the tokens have no price.
 */
unpriced_tokens: number, 
/**
 * Whether tokens and cost are lower bounds: a part of what was used is not reported, or not yet.
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
 * The weakest basis among the summed parts.
 */
cost_basis: CostBasis, 
/**
 * Runs that used something here. A run that continues over midnight counts in both days.
 */
runs: number, 
/**
 * Turns that ended here, and those without a result that were last heard of here.
 */
turns: number, };

/**
 * An agent's usage totals, from its result or its saved session.
 */
export type UsageTotals = { 
/**
 * Usage by model, under the agent's own name of the model.
 */
models: { [key in string]: ModelUsage }, 
/**
 * The agent's total in micro-dollars; `None` if the agent does not report costs.
 */
cost_micros: number | null, };

/**
 * The sums over the whole range of a report, independent of its step and groups.
 */
export type UsageWhole = { 
/**
 * The part of each basis, strongest first; only bases that occur. The parts add up to the whole.
 */
bases: Array<UsageBasis>, 
/**
 * Runs with a part in the range.
 */
runs: number, 
/**
 * Turns with a part in the range, as [`TurnUsage`] counts them: each result is one, and what a run used after its
 * last result is one.
 */
turns: number, };

/**
 * What is known about a claim. Only [`Verdict::Proved`] says that it is so.
 */
export type Verdict = "proved" | "before_edit" | "result_unknown" | "failed" | "not_run" | "not_found" | "unknown";

/**
 * The result of a verification, which compares the store with journal and logs.
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
 * The first runs with damaged logs.
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
 * The tables with differing rows, each once.
 */
tables: Array<string>, };

/**
 * The progress of a verification.
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
 * The run's name for people.
 */
slug: Slug, 
/**
 * Since when nothing came from its program. A [`crate::StoryView`] has a run only in a long
 * silence.
 */
silent_since?: Timestamp, } | { "by": "answer", 
/**
 * The question.
 */
question: QuestionId, } | { "by": "hold", 
/**
 * The account.
 */
account: AccountId, 
/**
 * The one model that is held, as the limit names it.
 */
model?: string, 
/**
 * When the limit is expected to reset.
 */
until: Timestamp, 
/**
 * The name for people of the run that tests whether the limit is gone, or of the story whose
 * next run will.
 */
tried_by: Slug | null, } | { "by": "limit", 
/**
 * When the limit is expected to reset; `None` if that was never known.
 */
until: Timestamp | null, 
/**
 * Whether the story then resumes by itself.
 */
goes_on: boolean, } | { "by": "turn", 
/**
 * When it is the story's turn.
 */
at: Timestamp, } | { "by": "place", 
/**
 * The other story.
 */
story: StoryId, 
/**
 * The other story's name for people.
 */
slug: Slug, } | { "by": "job", 
/**
 * The job.
 */
job: JobKind, 
/**
 * When the job began.
 */
since: Timestamp, 
/**
 * How much of it is done (per cent), if that is known.
 */
percent?: number, } | { "by": "person", 
/**
 * The story's state.
 */
state: StoryState, } | { "by": "fault" } | { "by": "nothing" };

/**
 * The name of a limit's window, for people.
 */
export type WindowName = { 
/**
 * The label, shown unchanged: `requests per day`, `extra usage`. Empty if the length is name enough.
 */
label: string, 
/**
 * The window's length (milliseconds); `None` if it is not known.
 */
length_ms: number | null, 
/**
 * The one model that the window counts: `Opus`; `None` if it counts all models.
 */
model: string | null, 
/**
 * Whether this is paid extra usage, which serves when the other windows are full.
 */
is_extra: boolean, };

/**
 * Everything that a person has set for the window.
 */
export type WindowSettings = { 
/**
 * The colours.
 */
theme: ThemeChoice, 
/**
 * The distance between rows.
 */
density: Density, 
/**
 * The size of text and everything in proportion to it, in percent: one of [`TEXT_PERCENTS`].
 */
text_percent: number, 
/**
 * Which notifications are wanted.
 */
notify: NotifyKinds, 
/**
 * Until when notifications are paused; they are shown if this is in the past or `None`.
 */
paused_until: Timestamp | null, };

/**
 * How the work of a story stands, as of a checkpoint. What git could not say is not known.
 */
export type Work = { 
/**
 * The number of the checkpoint.
 */
checkpoint: number, 
/**
 * How many files differ from the base, or from what was checked out at the beginning.
 */
files: number | null, 
/**
 * How many lines were added.
 */
added: number | null, 
/**
 * How many lines were removed.
 */
removed: number | null, 
/**
 * How many commits it has that the base does not have.
 */
ahead: number | null, 
/**
 * How many commits the base has that it does not have; not known without a base.
 */
behind: number | null, 
/**
 * How many commits it has that no remote is known to have; not known where no remote is.
 */
unpushed: number | null, };

/**
 * What git says of a worktree.
 */
export type WorktreeGit = { 
/**
 * The full name of the branch that is checked out; `None` if none is.
 */
branch: string | null, 
/**
 * The commit that is checked out; `None` before the first one.
 */
head: string | null, 
/**
 * Whether it is the repository's main worktree, which git does not remove.
 */
is_main: boolean, 
/**
 * Files that git tracks and that are changed and not committed.
 */
changed: FewPaths, 
/**
 * Files that git neither tracks nor ignores; a folder of which that is so of all counts as one.
 */
untracked: FewPaths, 
/**
 * What git ignores there, files before folders.
 */
ignored: FewPaths, 
/**
 * How many stashes were made on its branch. They belong to the repository and stay.
 */
stashes: number, 
/**
 * How many of its commits no remote is known to have; `None` if the repository has no remote.
 */
unpushed: number | null, 
/**
 * How many of its commits are on no other branch, tag or remote.
 */
unmerged: number, 
/**
 * What git has not finished there: `rebase`, `merge`.
 */
operation: string | null, 
/**
 * Whether it is locked, so that git does not remove it.
 */
locked: boolean, 
/**
 * Submodules with files in them. Their repositories are parts of the worktree and would go with it.
 */
submodules: FewPaths, };

/**
 * The worktree of a story, as it is now.
 */
export type WorktreeLook = { 
/**
 * The story, by its name for people.
 */
slug: Slug, 
/**
 * The root of the worktree.
 */
root: string, 
/**
 * Whether its folder is there; `None` if that cannot be seen.
 */
is_there: boolean | null, 
/**
 * Whether Musher removed it and can bring it back.
 */
is_removed: boolean, 
/**
 * Other stories that have this folder. They lose it, too.
 */
others: Array<Slug>, 
/**
 * What git says of it; `None` if it did not answer, or no folder is there.
 */
git: WorktreeGit | null, 
/**
 * This person's processes that work in it; `None` if they cannot be listed.
 */
processes: Array<WorktreeProcess> | null, 
/**
 * The size of its files (bytes); `None` if not all of them can be seen.
 */
bytes: number | null, 
/**
 * What speaks against its removal. Without any it can be removed.
 */
kept_because: Array<KeptBecause>, };

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
 * The branch of a story whose request names none; it ends in `{name}`.
 */
branch: string, };

/**
 * A process that works in a worktree.
 */
export type WorktreeProcess = { 
/**
 * Its id.
 */
pid: number, 
/**
 * Its name.
 */
name: string, 
/**
 * The TCP ports on which it listens.
 */
ports: Array<number>, };

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

/** The events of a run that stay when its logs are deleted. */
export const KEPT_EVENTS: readonly Event["type"][] = ["prompt", "question", "question_withdrawn", "answered", "turn_ended", "limit", "conversation_incomplete"];

/** What can be set in `config.json`: for each section its fields, and the control of each. */
export const CONFIG_FIELDS = {
  agents: [
    { name: "model", control: "text" },
    { name: "permission", control: "permission" },
    { name: "arguments", control: "lines" },
    { name: "environment", control: "lines" },
  ],
  projects: [
    { name: "gates", control: "lines" },
    { name: "set_up", control: "lines" },
    { name: "copy", control: "lines" },
    { name: "fetch", control: "flag" },
  ],
  worktrees: [
    { name: "place", control: "pattern" },
    { name: "branch", control: "pattern" },
  ],
  limits: [
    { name: "first_guess_minutes", control: "number", least: 1, most: 525600 },
    { name: "longest_guess_minutes", control: "number", least: 1, most: 525600 },
    { name: "stagger_seconds", control: "number", least: 1, most: 525600 },
  ],
  checkpoints: [
    { name: "keep_days", control: "number", least: 1, most: 100000 },
    { name: "keep_count", control: "number", least: 1, most: 100000 },
    { name: "ignored", control: "flag" },
  ],
} as const;

/** What an agent's section of `config.json` says where nothing is set. */
export const USUAL_AGENT: AgentDefaults = {"model":null,"permission":"ask","arguments":[],"environment":[]};

/** What a project's section says where nothing is set. */
export const USUAL_PROJECT: ProjectDefaults = {"gates":[],"set_up":[],"copy":[],"fetch":false};

/** What `config.json` says where nothing is set, but for its agents. */
export const USUAL_CONFIG: Config = {"version":1,"agents":{},"projects":{},"worktrees":{"place":"{project}.worktrees/{name}","branch":"musher/{name}"},"limits":{"first_guess_minutes":5,"longest_guess_minutes":360,"stagger_seconds":3},"checkpoints":{"keep_days":30,"keep_count":1000,"ignored":false}};
