// The sentences of a timeline, apart from the agent's own text. Pure; the agent's name and the time are arguments.
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
import { collisionNote } from "../collisions";
import { apiWords } from "../apiWords";
import { clock, count, duration, percent, sentence, shortPath, tokens, tokensWords, took } from "../format";
import { leftOutText } from "../leftOut";
import { baseText, behindText, copiedText, lfsText, notCopiedText } from "../newWorktree";
import { needGlyph, spanWord, type GlyphName, type Tone } from "../states";
import { windowOf } from "../windowName";
import { bytes } from "./bytes";
import { finishedWords } from "./finished";
import { profileWords } from "./profile";
import type { Note, RetryRow, StateFacts, Task } from "./row";
import { m } from "../../paraglide/messages";

/** A line: a glyph, a word in the glyph's colour, then the rest. */
export type Line = { glyph: GlyphName | null; tone?: Tone; word: string; rest: string };

export type Scene = { agent: string; now: number };

/** `Tried again 3 times in 41 s: the API was overloaded (529). Then it went on.` */
export function retryWords(row: RetryRow): string {
  const times = timesWords(row.count);
  const spent = Date.parse(row.until) - Date.parse(row.at);
  const why = row.errors
    .map(({ error, status }) => apiWords(error, status))
    .reduce((first, next) => m.retry_then({ first, next }));
  const time = spent >= 1000 ? duration(spent) : null;
  switch (row.then) {
    case "waits":
      return retriesWords(times, why, time, row.max);
    case "went_on":
      return time === null ? m.retry_went_on({ times, why }) : m.retry_went_on_within({ times, why, time });
    case "failed":
      return time === null ? m.retry_gave_up({ times, why }) : m.retry_gave_up_within({ times, why, time });
  }
}

function retriesWords(times: string, why: string, time: string | null, max: number | null): string {
  if (max === null) return time === null ? m.retry({ times, why }) : m.retry_within({ times, why, time });
  const most = count(max);
  return time === null ? m.retry_of({ times, most, why }) : m.retry_of_within({ times, most, why, time });
}

/** `once`, `twice`, `3 times` */
export function timesWords(times: number): string {
  if (times === 1) return m.times_once();
  return times === 2 ? m.times_twice() : m.times({ count: times });
}

/** What the provider reported about the account's limits. */
export function limitWords(limit: LimitObservation, scene: Scene): Line {
  const window = windowOf(limit.name, limit.only_model ?? scene.agent);
  const reset = limit.resets_at === null ? null : clock(Date.parse(limit.resets_at), scene.now);
  const used = limit.windows.find((one) => one.window === limit.window)?.utilization ?? null;
  const full = used === null ? null : m.limit_used({ percent: percent(used) });
  const plain = (rest: string): Line => ({ glyph: null, word: "", rest });
  switch (limit.status) {
    case "rejected": {
      const rest =
        reset === null ? m.limit_is_full({ window }) : m.limit_is_full_resets({ window, time: reset });
      return { glyph: "limited", word: m.line_limit_reached(), rest };
    }
    case "warning": {
      const why = full ?? m.limit_provider_warns();
      return plain(
        reset === null ? m.limit_warns({ window, why }) : m.limit_warns_resets({ window, why, time: reset }),
      );
    }
    case "overage":
      return plain(
        reset === null ? m.limit_overage({ window }) : m.limit_overage_resets({ window, time: reset }),
      );
    case "allowed":
      if (full === null)
        return plain(
          reset === null ? m.limit_allows({ window }) : m.limit_allows_resets({ window, time: reset }),
        );
      return plain(
        reset === null
          ? m.limit_allows_used({ window, used: full })
          : m.limit_allows_used_resets({ window, used: full, time: reset }),
      );
    case "unknown":
      return plain(reset === null ? m.limit_odd({ window }) : m.limit_odd_resets({ window, time: reset }));
  }
}

const STARTS: Record<StartFailedKind, string> = {
  missing: m.start_missing(),
  not_executable: m.start_not_executable(),
  interpreter: m.start_interpreter(),
  cwd: m.start_cwd(),
  bad_argument: m.start_bad_argument(),
  session: m.start_session(),
  never_started: m.start_never_started(),
  other: m.start_other(),
};

/** How a run ended. */
export function outcomeWords(outcome: Outcome, scene: Scene): Line {
  const { agent, now } = scene;
  switch (outcome.kind) {
    case "succeeded":
      return { glyph: "done", word: m.line_ended(), rest: m.outcome_succeeded({ agent }) };
    case "failed":
      return { glyph: "failed", word: m.line_failed(), rest: m.outcome_failed({ agent }) };
    case "limited": {
      const window = windowOf(outcome.name, agent);
      const rest =
        outcome.until === null
          ? m.outcome_limited({ window })
          : m.outcome_limited_until({ window, time: clock(Date.parse(outcome.until), now) });
      return { glyph: "limited", word: m.line_limited(), rest };
    }
    case "stopped":
      return { glyph: "stopped", word: m.line_stopped_by({ actor: actorName(outcome.by) }), rest: "" };
    case "start_failed":
      return {
        glyph: "failed",
        word: m.line_did_not_start(),
        rest: m.outcome_start_failed({ agent, why: STARTS[outcome.why] }),
      };
    case "crashed":
      return { glyph: "crashed", word: m.line_crashed(), rest: crash(outcome, agent) };
    case "no_result":
      return { glyph: "failed", word: m.line_no_result(), rest: m.outcome_no_result({ agent }) };
    case "timed_out":
      return { glyph: "failed", word: m.line_timed_out(), rest: m.outcome_timed_out({ agent }) };
    case "lost":
      return { glyph: "crashed", word: m.line_lost(), rest: m.outcome_lost({ agent }) };
  }
}

function crash({ code, signal }: { code: number | null; signal: number | null }, agent: string): string {
  if (signal !== null) return m.outcome_killed({ agent, signal });
  return code === null ? m.outcome_gone({ agent }) : m.outcome_exited({ agent, code });
}

/** A state of the story that is not shown with a run's end. */
export function stateWords({ state, reason, detail, about, until }: StateFacts, now: number): Line {
  const rest = detail ?? "";
  switch (state) {
    case "limited":
      return {
        glyph: "limited",
        word:
          until === null ? m.state_limited() : m.state_limited_until({ time: clock(Date.parse(until), now) }),
        rest,
      };
    case "done":
      return {
        glyph: "done",
        tone: reason === "unchecked" ? "unchecked" : "done",
        word:
          reason === "unchecked"
            ? m.done_not_checked()
            : reason === "recovered"
              ? m.done_recovered()
              : m.done_checked(),
        rest,
      };
    case "needs_you":
      return { glyph: needGlyph(reason), word: spanWord(state, reason, false), rest };
    case "stopped": {
      const { by, why } = stopOf({ about, reason });
      return { glyph: "stopped", word: m.state_stopped_by({ actor: actorName(by) }), rest: why };
    }
    case "waiting":
      return { glyph: "waiting", word: m.state_waiting(), rest: rest || m.state_waits_for_next() };
    case "queued":
      return { glyph: "queued", word: m.state_queued(), rest };
    case "archived":
      return { glyph: "archived", word: m.state_archived(), rest };
    case "in_terminal":
      return { glyph: "terminal", word: m.state_in_terminal(), rest };
    case "draft":
      return { glyph: "draft", word: m.state_draft(), rest };
    case "starting":
      return { glyph: "starting", word: m.state_starting(), rest };
    case "running":
      return { glyph: "working", word: m.state_working(), rest };
    case "gating":
      return { glyph: "gate", word: m.state_gate(), rest };
  }
}

/** The end of a turn that was not a plain success. */
export function turnEndWords(end: TurnEnd): Line {
  if (typeof end.turn === "object")
    return {
      glyph: "failed",
      word: m.line_turn_failed(),
      rest: `${sentence(apiWords(end.turn.error, null))}.`,
    };
  switch (end.turn) {
    case "completed":
      return { glyph: null, word: "", rest: end.from_task ? m.turn_from_task() : "" };
    case "interrupted":
      return { glyph: "stopped", word: m.line_turn_interrupted(), rest: m.turn_interrupted() };
    case "max_turns":
      return { glyph: "failed", word: m.line_out_of_turns(), rest: m.turn_out_of_turns() };
    case "budget":
      return { glyph: "failed", word: m.line_over_budget(), rest: m.turn_over_budget() };
    case "session_missing":
      return { glyph: "failed", word: m.line_session_missing(), rest: m.turn_session_missing() };
    case "failed":
      return { glyph: "failed", word: m.line_turn_failed(), rest: "" };
  }
}

/** `Background task failed after 41 s: npm run dev` */
export function taskWords(task: Task): string {
  const { description, status, started_at, ended_at } = task;
  const kind = task.background ? m.task_background() : m.task();
  if (status === null || ended_at === null) return m.task_goes_on({ task: kind, description });
  const about = { task: kind, time: took(Date.parse(ended_at) - Date.parse(started_at)), description };
  return endedTask(status, about);
}

function endedTask(status: TaskStatus, about: { task: string; time: string; description: string }): string {
  switch (status) {
    case "completed":
      return m.task_completed(about);
    case "failed":
      return m.task_failed(about);
    case "stopped":
      return m.task_stopped(about);
    case "unknown":
      return m.task_over(about);
  }
}

const ODD: Record<UnrecognizedWhy, (lines: { count: number }) => string> = {
  unknown_type: m.odd_unknown_type,
  unknown_shape: m.odd_unknown_shape,
  not_json: m.odd_not_json,
  oversized: m.odd_oversized,
  cut_off: m.odd_cut_off,
};

/** `2 lines of a kind this version does not know: telemetry` */
export function oddWords(why: UnrecognizedWhy, what: string, lines: number): string {
  const odd = ODD[why]({ count: lines });
  return what === "" ? odd : `${odd}: ${what}`;
}

/** What an agent reports that it is doing. */
export function busyWords(busy: Busy): string {
  switch (busy.is) {
    case "requesting":
      return m.busy_requesting();
    case "compacting":
      return m.busy_compacting();
    case "working":
      return m.busy_working();
    case "other":
      return sentence(busy.words);
  }
}

function compactedWords({ trigger, before, after }: Extract<Note, { what: "compacted" }>): string {
  const compacted =
    before === null
      ? m.note_compacted()
      : after === null
        ? m.note_compacted_from({ before: tokensWords(before) })
        : m.note_compacted_to({ before: tokens(before), after: tokensWords(after) });
  return triggeredWords(trigger, compacted);
}

function triggeredWords(trigger: CompactTrigger, what: string): string {
  switch (trigger) {
    case "automatic":
      return m.note_by_itself({ what });
    case "asked":
      return m.note_as_asked({ what });
    case "unknown":
      return what;
  }
}

/** A fact in one line. */
export function noteWords(note: Note, scene: Scene): Line {
  const plain = (rest: string): Line => ({ glyph: null, word: "", rest });
  const { agent } = scene;
  switch (note.what) {
    case "notice":
      return note.level === "info"
        ? plain(note.text)
        : {
            glyph: note.level === "error" ? "failed" : null,
            word: note.level === "error" ? m.line_error() : m.line_warning(),
            rest: note.text,
          };
    case "session":
      return plain(
        note.model === null
          ? introducedWords(agent, note.session.permission_mode)
          : m.note_model({ model: note.model }),
      );
    case "compacted":
      return plain(compactedWords(note));
    case "conversation_reset":
      return plain(m.note_conversation_reset());
    case "interrupted":
      return { glyph: null, word: "", rest: m.note_interrupted() };
    case "refused":
      return plain(m.note_refused({ agent, text: note.text }));
    case "request_refused":
      return plain(
        note.method === ""
          ? m.note_something_refused({ agent })
          : m.note_request_refused({ agent, method: note.method }),
      );
    case "begun_anew":
      return plain(m.note_begun_anew());
    case "incomplete":
      return { glyph: null, word: m.line_warning(), rest: m.note_incomplete({ agent }) };
    case "denied":
      return plain(m.note_denied({ tool: note.tool, text: note.text }));
    case "task_ended":
      return { glyph: note.task.status === "failed" ? "failed" : null, word: "", rest: taskWords(note.task) };
    case "created":
      return plain(createdWords(note));
    case "base":
      return behindText(note.base) === ""
        ? plain(m.note_base({ base: baseText(note.base) }))
        : {
            glyph: null,
            word: m.line_warning(),
            rest: m.note_base_behind({ base: baseText(note.base), behind: behindText(note.base) }),
          };
    case "copied":
      return plain(copiedText(note.copied));
    case "not_copied":
      return { glyph: null, word: m.line_warning(), rest: notCopiedText(note.copied) };
    case "lfs_pointers":
      return { glyph: null, word: m.line_warning(), rest: lfsText(note.files) };
    case "gates_again":
      return plain(m.note_gates_again());
    case "set_up_skipped":
      return plain(m.note_set_up_skipped());
    case "hook_failed":
      return {
        glyph: null,
        word: m.line_warning(),
        rest: note.text === "" ? m.note_hook_failed_silently() : m.note_hook_failed({ text: note.text }),
      };
    case "submodules_empty":
      return {
        glyph: null,
        word: m.line_warning(),
        rest: m.note_submodules_empty({ paths: note.paths.join(", ") }),
      };
    case "left_out":
      return plain(leftOutText(note.changed, note.ignored));
    case "dropped":
      return plain(m.note_dropped({ text: note.text }));
    case "stop":
      return plain(m.note_stop({ actor: actorName(note.by), why: stopWords(note.why) }));
    case "renamed":
      return plain(m.note_renamed({ title: note.title }));
    case "profile":
      return plain(m.note_profile({ changes: profileWords(note.changes) }));
    case "unarchived":
      return plain(m.note_unarchived());
    case "checkpoint_failed":
      return { glyph: null, word: m.line_warning(), rest: m.note_checkpoint_failed({ text: note.text }) };
    case "went_back": {
      const { n, before } = note;
      return plain(note.goesOn ? m.note_went_back({ n, before }) : m.note_went_back_anew({ n, before }));
    }
    case "restored":
      return plain(restoredWords(note.n, note.written, note.removed, note.kept));
    case "restore_failed":
      return {
        glyph: null,
        word: m.line_warning(),
        rest: m.note_restore_failed({ n: note.n, text: note.text }),
      };
    case "finished":
      return plain(finishedWords(note.done));
    case "finish_failed":
      return { glyph: null, word: m.line_warning(), rest: m.note_finish_failed({ text: note.text }) };
    case "collision":
      return plain(collisionNote(note.title, note.files));
    case "logs_deleted":
      return plain(m.note_logs_deleted({ size: bytes(note.size) }));
    case "adopted":
      return plain(adoptedWords(note));
    case "resumed":
      return plain(resumedWords(note.held_from, note.reset));
  }
}

function createdWords({ dir, branch, gates }: Extract<Note, { what: "created" }>): string {
  const checks = gates.length === 0 ? m.gates_none() : m.gates({ count: gates.length });
  const about = { dir: shortPath(dir), gates: checks };
  return branch === null ? m.note_created(about) : m.note_created_on({ ...about, branch });
}

function adoptedWords({ size, found }: Extract<Note, { what: "adopted" }>): string {
  const on = { size: bytes(size) };
  if (found === "running") return m.note_adopted(on);
  return found === "ended" ? m.note_adopted_ended(on) : m.note_adopted_unknown(on);
}

function resumedWords(from: string | null, reset: string | null): string {
  if (from === null || reset === null) return m.note_resumed();
  return m.note_held_resumed({ time: duration(Date.parse(reset) - Date.parse(from)) });
}

function introducedWords(agent: string, mode: string | null): string {
  return mode === null ? m.note_session({ agent }) : m.note_session_mode({ agent, mode });
}

function restoredWords(n: number, written: number, removed: number, kept: number): string {
  return kept === 0
    ? m.note_restored({ n, written, removed })
    : m.note_restored_partly({ n, written, removed, kept });
}
