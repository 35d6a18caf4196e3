// The sentences of a timeline: what a row says beside the agent's own words. Pure; who says it and when
// are arguments. Sentences name who did what, and what happened next.
import type {
  Busy,
  CompactTrigger,
  LimitObservation,
  Outcome,
  StartFailedKind,
  TaskStatus,
  TurnEnd,
  UnrecognizedWhy,
} from "../../ipc/protocol";
import { actorName, stopOf, stopWords } from "../actors";
import { apiWords } from "../apiWords";
import {
  clock,
  count,
  counted,
  duration,
  percent,
  sentence,
  shortPath,
  tokens,
  tokensWords,
  took,
} from "../format";
import { spanWord, type GlyphName, type Tone } from "../states";
import { windowOf } from "../windowName";
import { bytes } from "./bytes";
import type { Note, RetryRow, StateFacts, Task } from "./row";

/** A line with its mark: a strong word in the mark's colour, then the rest. */
export type Line = { glyph: GlyphName | null; tone?: Tone; word: string; rest: string };

export type Scene = { agent: string; now: number };

/** `Tried again 3 times in 41 s: the API was overloaded (529). Then it went on.` */
export function retryWords(row: RetryRow): string {
  const times = row.count === 1 ? "once" : row.count === 2 ? "twice" : `${count(row.count)} times`;
  const spent = Date.parse(row.until) - Date.parse(row.at);
  const why = row.errors.map(({ error, status }) => apiWords(error, status)).join(", then ");
  const within = spent >= 1000 ? ` in ${duration(spent)}` : "";
  const most = row.max === null ? "" : ` of ${count(row.max)} at most`;
  if (row.then === "waits") return `Tries again, ${times}${most}${within}: ${why}.`;
  return `Tried again ${times}${within}: ${why}. ${row.then === "went_on" ? "Then it went on." : "Then it gave up."}`;
}

/** What the provider said about the account's limits. */
export function limitWords(limit: LimitObservation, scene: Scene): Line {
  const name = `The ${windowOf(limit.name, limit.only_model ?? scene.agent)}`;
  const reset = limit.resets_at === null ? "" : `, resets ${clock(Date.parse(limit.resets_at), scene.now)}`;
  const used = limit.windows.find((one) => one.window === limit.window)?.utilization ?? null;
  const full = used === null ? "" : `${percent(used)} used`;
  switch (limit.status) {
    case "rejected":
      return { glyph: "limited", word: "Limit reached.", rest: `${name} is full${reset}.` };
    case "warning":
      return {
        glyph: null,
        word: "",
        rest: `${name} comes near its end: ${full || "the provider warns"}${reset}.`,
      };
    case "overage":
      return {
        glyph: null,
        word: "",
        rest: `${name} is full${reset}. Extra usage is spent, and work goes on.`,
      };
    case "allowed":
      return { glyph: null, word: "", rest: `${name} lets work go on${full && `, ${full}`}${reset}.` };
    case "unknown":
      return {
        glyph: null,
        word: "",
        rest: `${name}: the provider's word for its state is not known here${reset}.`,
      };
  }
}

const STARTS: Record<StartFailedKind, string> = {
  missing: "the program was not found",
  not_executable: "the program cannot be executed",
  interpreter: "the program's interpreter was not found",
  cwd: "the working directory is not there",
  bad_argument: "the agent did not take an argument",
  session: "the conversation cannot be resumed",
  never_started: "Musher ended before it started",
  other: "it ended before it said anything",
};

/** How a run ended. */
export function outcomeWords(outcome: Outcome, scene: Scene): Line {
  const { agent, now } = scene;
  switch (outcome.kind) {
    case "succeeded":
      return { glyph: "done", word: "Ended.", rest: `${agent} reported success.` };
    case "failed":
      return { glyph: "failed", word: "Failed.", rest: `${agent} ended its work with an error.` };
    case "limited": {
      const until =
        outcome.until === null ? "no reset is known" : `until ${clock(Date.parse(outcome.until), now)}`;
      return {
        glyph: "limited",
        word: "Limited.",
        rest: `The ${windowOf(outcome.name, agent)} is full, ${until}.`,
      };
    }
    case "stopped":
      return { glyph: "stopped", word: `Stopped by ${actorName(outcome.by)}.`, rest: "" };
    case "start_failed":
      return { glyph: "failed", word: "Did not start.", rest: `${agent}: ${STARTS[outcome.why]}.` };
    case "crashed":
      return { glyph: "crashed", word: "Crashed.", rest: `${agent} ${crash(outcome)}.` };
    case "no_result":
      return { glyph: "failed", word: "No result.", rest: `${agent} ended without an answer.` };
    case "timed_out":
      return { glyph: "failed", word: "Timed out.", rest: `Nothing came from ${agent} for too long.` };
    case "lost":
      return {
        glyph: "crashed",
        word: "Lost.",
        rest: `The process that kept ${agent} is gone and left no word.`,
      };
  }
}

function crash(outcome: { code: number | null; signal: number | null }): string {
  if (outcome.signal !== null) return `was killed by signal ${outcome.signal}`;
  return outcome.code === null ? "is gone; the system does not know how" : `ended with code ${outcome.code}`;
}

/** A state of the story, where no run's end shows it. */
export function stateWords({ state, reason, detail, about, until }: StateFacts, now: number): Line {
  const rest = detail ?? "";
  switch (state) {
    case "limited":
      return {
        glyph: "limited",
        word: until === null ? "Limited" : `Limited until ${clock(Date.parse(until), now)}`,
        rest,
      };
    case "done":
      return {
        glyph: "done",
        tone: reason === "unchecked" ? "unchecked" : "done",
        word:
          reason === "unchecked"
            ? "Done, not checked"
            : reason === "recovered"
              ? "Done, recovered"
              : "Done, checked",
        rest,
      };
    case "needs_you":
      return {
        glyph: reason === "crashed" || reason === "lost" ? "crashed" : "failed",
        word: spanWord(state, reason, false),
        rest,
      };
    case "stopped": {
      const { by, why } = stopOf({ about, reason });
      return { glyph: "stopped", word: `Stopped by ${actorName(by)}`, rest: why };
    }
    case "waiting":
      return { glyph: "waiting", word: "Waiting for you", rest: rest || "for what comes next" };
    case "queued":
      return { glyph: "queued", word: "Queued", rest };
    case "archived":
      return { glyph: "archived", word: "Archived", rest };
    case "in_terminal":
      return { glyph: "terminal", word: "In a terminal", rest };
    case "draft":
      return { glyph: "draft", word: "Draft", rest };
    case "starting":
      return { glyph: "starting", word: "Starting", rest };
    case "running":
      return { glyph: "working", word: "Working", rest };
    case "gating":
      return { glyph: "gate", word: "Gate", rest };
  }
}

/** A turn's end, where it was not a plain success. */
export function turnEndWords(end: TurnEnd): Line {
  if (typeof end.turn === "object")
    return { glyph: "failed", word: "Turn failed.", rest: `${sentence(apiWords(end.turn.error, null))}.` };
  switch (end.turn) {
    case "completed":
      return { glyph: null, word: "", rest: end.from_task ? "A background task began this turn." : "" };
    case "interrupted":
      return {
        glyph: "stopped",
        word: "Turn interrupted.",
        rest: "The agent is alive and waits for what comes next.",
      };
    case "max_turns":
      return { glyph: "failed", word: "Out of turns.", rest: "The agent used up the turns it may take." };
    case "budget":
      return { glyph: "failed", word: "Over budget.", rest: "The agent used up the money it may spend." };
    case "session_missing":
      return {
        glyph: "failed",
        word: "Conversation not found.",
        rest: "The agent does not have it in this folder.",
      };
    case "failed":
      return { glyph: "failed", word: "Turn failed.", rest: "" };
  }
}

const TASKS: Record<TaskStatus, string> = {
  completed: "ended",
  failed: "failed",
  stopped: "was stopped",
  unknown: "is over",
};

/** `Background task failed after 41 s: npm run dev` */
export function taskWords(task: Task): string {
  const { description, status, started_at, ended_at } = task;
  const what = task.background ? "Background task" : "Task";
  if (status === null || ended_at === null) return `${what} goes on: ${description}`;
  const spent = took(Date.parse(ended_at) - Date.parse(started_at));
  return `${what} ${TASKS[status]} after ${spent}: ${description}`;
}

const ODD: Record<UnrecognizedWhy, string> = {
  unknown_type: "of a kind this version does not know",
  unknown_shape: "of a shape this version does not know",
  not_json: "that is not in the agent's format",
  oversized: "too long to be decoded",
  cut_off: "that was cut off",
};

/** `2 lines of a kind this version does not know: telemetry` */
export function oddWords(why: UnrecognizedWhy, what: string, lines: number): string {
  return `${counted(lines, "line", "lines")} ${ODD[why]}${what && `: ${what}`}`;
}

/** What an agent says it does now. */
export function busyWords(busy: Busy): string {
  switch (busy.is) {
    case "requesting":
      return "Waits for the model";
    case "compacting":
      return "Compacts the conversation";
    case "working":
      return "Works";
    case "other":
      return sentence(busy.words);
  }
}

const COMPACTED: Record<CompactTrigger, string> = {
  automatic: ", by itself",
  asked: ", as asked",
  unknown: "",
};

/** A small fact in one line. */
export function noteWords(note: Note, scene: Scene): Line {
  const plain = (rest: string): Line => ({ glyph: null, word: "", rest });
  const { agent } = scene;
  switch (note.what) {
    case "notice":
      return note.level === "info"
        ? plain(note.text)
        : {
            glyph: note.level === "error" ? "failed" : null,
            word: note.level === "error" ? "Error." : "Warning.",
            rest: note.text,
          };
    case "session":
      return plain(
        note.model === null
          ? `${agent} introduced itself again${mode(note.session.permission_mode)}`
          : `The model is now ${note.model}`,
      );
    case "compacted":
      return plain(`Conversation compacted${sizes(note.before, note.after)}${COMPACTED[note.trigger]}`);
    case "conversation_reset":
      return plain("Conversation begun anew: what was said before is no longer known to the agent");
    case "interrupted":
      return { glyph: null, word: "", rest: "Interrupt sent" };
    case "refused":
      return plain(`${agent} did not do what was asked of it: ${note.text}`);
    case "request_refused":
      return plain(
        `${agent} asked for ${note.method || "something"}, which Musher does not know, and was told so`,
      );
    case "incomplete":
      return {
        glyph: null,
        word: "Warning.",
        rest: `The conversation may be incomplete: ${agent} could not save a part of it.`,
      };
    case "denied":
      return plain(`${note.tool} denied: ${note.text}`);
    case "task_ended":
      return { glyph: note.task.status === "failed" ? "failed" : null, word: "", rest: taskWords(note.task) };
    case "created":
      return plain(createdWords(note));
    case "dropped":
      return plain(`Not sent: ${note.text}`);
    case "stop":
      return plain(`Stop asked for by ${actorName(note.by)}, ${stopWords(note.why)}`);
    case "adopted":
      return plain(`Found running and taken over; ${bytes(note.log_bytes)} of output were on disk`);
    case "resumed":
      return plain(`${held(note.held_from, note.reset)}Resumed by itself.`);
  }
}

function createdWords({ dir, branch, gates }: Extract<Note, { what: "created" }>): string {
  const on = branch === null ? "" : `, branch ${branch}`;
  const checks = gates.length === 0 ? "no gates" : counted(gates.length, "gate", "gates");
  return `Story made in ${shortPath(dir)}${on}, ${checks}`;
}

function held(from: string | null, reset: string | null): string {
  if (from === null || reset === null) return "";
  return `Held ${duration(Date.parse(reset) - Date.parse(from))}. `;
}

function sizes(before: number | null, after: number | null): string {
  if (before === null) return "";
  return after === null ? ` from ${tokensWords(before)}` : `: ${tokens(before)} to ${tokensWords(after)}`;
}

function mode(permission: string | null): string {
  return permission === null ? "" : `, permission mode ${permission}`;
}
