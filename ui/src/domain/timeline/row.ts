// The types of timeline rows, one row for each thing that happened. Rows have values and the agent's own text; sentences are made where
// rows are shown.
import type {
  Actor,
  ApiErrorKind,
  Busy,
  CompactTrigger,
  Envelope,
  Evidence,
  Field,
  Base,
  CopiedFiles,
  FewPaths,
  Image,
  LimitObservation,
  NoticeLevel,
  Outcome,
  Pos,
  Profile,
  QuestionKind,
  SharedFiles,
  QuestionOption,
  Reason,
  RunId,
  SessionStarted,
  StateDetail,
  StopReason,
  StoryState,
  Stream,
  Subject,
  TaskKind,
  TaskStatus,
  Timestamp,
  Tokens,
  ToolKind,
  ToolOutput,
  TurnEnd,
  UnrecognizedWhy,
} from "../../ipc/protocol";
import type { Finished } from "./finished";

/** The fields of every row. */
export type RowBase = {
  /** Identifies the row in every batch. A draft and the step that it becomes have the same key. */
  key: string;
  at: Timestamp;
  run: RunId | null;
  /** The position of its bytes in the run's logs. */
  pos: Pos | null;
};

/** The head of a run, which is a new process. */
export type RunRow = RowBase & { kind: "run"; attempt: number; resumed: "by_itself" | "by_you" | null };

/** A gate or a setup command: one process in one row. */
export type GateRow = RowBase & {
  kind: "gate";
  gate: number | null;
  result: GateResult;
  /** Why it failed, as the journal has it; "" if it did not. */
  why: string;
  lines: readonly string[];
};

export type GateResult = "runs" | "passed" | "failed" | "stopped";

/** A prompt, and the result of its turn once that is over. */
export type TurnRow = RowBase & {
  kind: "turn";
  text: string;
  by: Actor;
  /** The number of its turn in the story, as in its usage; `null` if earlier events are not loaded. */
  number: number | null;
  /** How many results its run had before it; `null` if earlier events are not loaded. */
  before: number | null;
  /** What its messages streamed; its results have what it used. */
  tokens: Tokens | null;
  /** The result of the turn, then the results of background work that it left: each is a turn in its usage. */
  ends: readonly TurnEnd[];
};

export type TextRow = RowBase & { kind: "text"; text: string; open: boolean };

export type ThoughtRow = RowBase & {
  kind: "thought";
  text: string;
  open: boolean;
  duration_ms: number | null;
};

/** The result of a tool call. */
export type CallResult = {
  ok: boolean;
  denied: boolean;
  text: string;
  output: ToolOutput | null;
  images: readonly Image[];
  duration_ms: number | null;
  /** Its turn ended before it, so its end is not known. */
  cut: boolean;
  at: Timestamp;
};

/** A question and its state, from the run's events. */
export type Ask = {
  request: string;
  kind: QuestionKind;
  tool: string;
  title: string;
  description: string | null;
  subject: Subject;
  beside: readonly Field[];
  options: readonly QuestionOption[];
  why: string | null;
  blocked_path: string | null;
  at: Timestamp;
  state: "open" | "allowed" | "denied" | "withdrawn";
  message: string | null;
  answered_at: Timestamp | null;
};

/** Work that a call started and that may go on after the call. */
export type Task = {
  kind: TaskKind;
  description: string;
  background: boolean;
  doing: string | null;
  tokens: number | null;
  tool_uses: number | null;
  status: TaskStatus | null;
  summary: string;
  started_at: Timestamp;
  ended_at: Timestamp | null;
};

export type CallRow = RowBase & {
  kind: "call";
  call: string;
  tool: string;
  toolKind: ToolKind;
  title: string;
  subject: Subject;
  result: CallResult | null;
  ask: Ask | null;
  task: Task | null;
  /** Why it was refused, in the agent's words. */
  refusal: string | null;
  /** How many rows its subagent has, and the subject of the last one. */
  steps: number;
  doing: string | null;
  /** Its input is still being written; `title` is the text so far. */
  open: boolean;
};

/** A question that belongs to no call. */
export type QuestionRow = RowBase & { kind: "question"; ask: Ask };

/** A background task that belongs to no call. */
export type TaskRow = RowBase & { kind: "task"; task: Task };

export type RetryRow = RowBase & {
  kind: "retry";
  count: number;
  max: number | null;
  until: Timestamp;
  delay_ms: number;
  errors: readonly { error: ApiErrorKind; status: number | null }[];
  then: "waits" | "went_on" | "failed";
};

export type ApiErrorRow = RowBase & {
  kind: "api_error";
  error: ApiErrorKind;
  status: number | null;
  message: string;
};

export type LimitRow = RowBase & { kind: "limit"; limit: LimitObservation };

/** A message that the agent's program itself added to the conversation. */
export type NudgeRow = RowBase & { kind: "nudge"; text: string };

/** Text that the agent withdrew because its stream was interrupted. */
export type GivenUpRow = RowBase & { kind: "given_up"; texts: readonly string[] };

export type UnrecognizedRow = RowBase & {
  kind: "unrecognized";
  why: UnrecognizedWhy;
  what: string;
  count: number;
};

/** Lines that are not in the agent's format. Consecutive ones are joined in one row. */
export type OutputRow = RowBase & { kind: "output"; stream: Stream; lines: readonly string[]; count: number };

/** The end of a turn, if it adds something to its steps. */
export type TurnEndRow = RowBase & { kind: "turn_end"; end: TurnEnd; text: string };

export type RunEndRow = RowBase & {
  kind: "run_end";
  outcome: Outcome;
  evidence: Evidence;
  /** The state of the story that followed immediately; `null` if none did. */
  state: StateFacts | null;
};

export type StateFacts = {
  state: StoryState;
  reason: Reason | null;
  detail: string | null;
  about: StateDetail | null;
  until: Timestamp | null;
};

/** A change of the story's state. */
export type StateRow = RowBase & { kind: "state"; facts: StateFacts };

/** What later runs are started with that differs from before; the whole profile where that is not known. */
export type ProfileChanges = Partial<Pick<Profile, "model" | "bin" | "extra_args" | "permission">>;

/** A fact that is shown in one line. */
export type Note =
  | { what: "notice"; level: NoticeLevel; text: string }
  | { what: "session"; session: SessionStarted; model: string | null }
  | { what: "compacted"; trigger: CompactTrigger; before: number | null; after: number | null }
  | { what: "conversation_reset"; trigger: string | null }
  | { what: "interrupted" }
  | { what: "refused"; text: string }
  | { what: "request_refused"; method: string }
  | { what: "incomplete" }
  | { what: "begun_anew" }
  | { what: "denied"; tool: string; text: string }
  | { what: "task_ended"; task: Task }
  | { what: "created"; dir: string; branch: string | null; gates: readonly string[] }
  | { what: "base"; base: Base }
  | { what: "copied"; copied: CopiedFiles }
  | { what: "not_copied"; copied: CopiedFiles }
  | { what: "hook_failed"; text: string }
  | { what: "submodules_empty"; paths: readonly string[] }
  | { what: "lfs_pointers"; files: FewPaths }
  | { what: "left_out"; changed: number | null; ignored: FewPaths }
  | { what: "set_up_skipped" }
  | { what: "gates_again" }
  | { what: "dropped"; text: string }
  | { what: "stop"; by: Actor; why: StopReason }
  | { what: "renamed"; title: string }
  | { what: "profile"; changes: ProfileChanges }
  | { what: "unarchived" }
  | { what: "checkpoint_failed"; text: string }
  | { what: "went_back"; n: number; before: number; goesOn: boolean }
  | { what: "restored"; n: number; written: number; removed: number; kept: number }
  | { what: "restore_failed"; n: number; text: string }
  | { what: "finished"; done: Finished }
  | { what: "finish_failed"; text: string }
  | { what: "logs_deleted"; size: number }
  | { what: "collision"; title: string; files: SharedFiles }
  /** A run was taken over, with what is known of its process at that moment. */
  | { what: "adopted"; size: number; found: "running" | "ended" | "unknown" }
  | { what: "resumed"; held_from: Timestamp | null; reset: Timestamp | null };

export type NoteRow = RowBase & { kind: "note"; note: Note };

/** What a live agent is doing at the moment, if no other row shows it. */
export type NowRow = RowBase & { kind: "now"; busy: Busy };

export type Row =
  | RunRow
  | GateRow
  | TurnRow
  | TextRow
  | ThoughtRow
  | CallRow
  | QuestionRow
  | TaskRow
  | RetryRow
  | ApiErrorRow
  | LimitRow
  | NudgeRow
  | GivenUpRow
  | UnrecognizedRow
  | OutputRow
  | TurnEndRow
  | RunEndRow
  | StateRow
  | NoteRow
  | NowRow;

/** The common fields of a row, from its envelope. */
export function baseOf(envelope: Envelope, key?: string): RowBase {
  const { source, seq, run, at, pos } = envelope;
  return { key: key ?? `${source === "run" ? (run ?? "run") : "journal"}:${seq}`, at, run, pos };
}
