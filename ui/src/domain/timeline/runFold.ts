// Folds the events of one run to rows. It takes events in order, each once; the rows do not depend on how the events were split into
// batches. The journal and other runs are not used here.
import type {
  Actor,
  Busy,
  Draft,
  Envelope,
  Event,
  LimitObservation,
  RunId,
  Seq,
  SessionStarted,
  Timestamp,
  Tokens,
  TurnEnd,
} from "../../ipc/protocol";
import { addTokens } from "../usage/amount";
import { Calls } from "./calls";
import {
  baseOf,
  type CallRow,
  type GivenUpRow,
  type Note,
  type QuestionRow,
  type Row,
  type TextRow,
  type ThoughtRow,
} from "./row";
import { RowLists, type Spot } from "./rowLists";

type Of<T extends Event["type"]> = Extract<Event, { type: T }>;
type Written = { spot: Spot; block: number; parent: string | null };

/** After these events a series of retries is still going on. */
const BETWEEN_RETRIES: readonly Event["type"][] = [
  "retry",
  "status",
  "message_usage",
  "limit",
  "unrecognized",
  "output",
];

export class RunFold {
  readonly run: RunId;
  /** The numbers of the first and the last event; 0 before any. */
  first: Seq = 0;
  last: Seq = 0;
  session: SessionStarted | null = null;
  /** The time of the last event. */
  at: Timestamp = "";
  /** What the agent is busy with, by its newest event. */
  busy: Busy | null = null;

  readonly #lists = new RowLists();
  readonly #calls = new Calls(this.#lists);
  readonly #written = new Map<string, Written[]>();
  readonly #done = new Set<string>();
  readonly #usage = new Map<string, Tokens>();
  #said = new Set<string>();
  #retry: Spot | null = null;
  #turn: Spot | null = null;
  readonly #turns: Spot[] = [];
  #limit = "";
  /** The number of the last result; null if it is not loaded. */
  #results: number | null = null;

  constructor(run: RunId) {
    this.run = run;
  }

  /** The rows so far. Later events append to this list. */
  get rows(): readonly Row[] {
    return this.#lists.present(this.#lists.top);
  }

  below(call: string): readonly Row[] {
    return this.#lists.present(this.#lists.of(call));
  }

  /** Takes the events that are new; `events` are consecutive and in order. Returns whether there were any. */
  take(events: readonly Envelope[]): boolean {
    const before = this.last;
    for (let i = Math.max(0, this.last - (events[0]?.seq ?? 0) + 1); i < events.length; i++) {
      const envelope = events[i];
      if (envelope === undefined || envelope.source !== "run" || envelope.seq <= this.last) continue;
      if (this.first === 0) [this.first, this.#results] = [envelope.seq, envelope.seq === 1 ? 0 : null];
      this.last = envelope.seq;
      this.at = envelope.at;
      this.#one(envelope, envelope.event);
    }
    return this.last !== before;
  }

  /** The run has ended, so its questions are not open any more; the engine has the same rule. */
  end(): void {
    this.#calls.over();
  }

  /** The row that shows a question: a call, or a row of its own. */
  asking(request: string): CallRow | QuestionRow | null {
    return this.#calls.asking(request);
  }

  /**
   * Sets the sender and the number of each turn, of which the runs before have `earlier`. Prompts are recorded before they are sent, so
   * `senders` are the senders of the run's turns in order; the first turns may not be loaded. A prompt that joined a turn has its number.
   */
  attribute(earlier: number, senders: readonly Actor[]): void {
    const missing = this.first > 1 ? Math.max(0, senders.length - this.#turns.length) : 0;
    this.#turns.forEach((spot, n) => {
      const row = this.#lists.get(spot, "turn");
      if (!row) return;
      const ended = row.ends[0]?.number ?? (row.before === null ? null : row.before + 1);
      const number = ended === null ? null : earlier + ended;
      const by = senders[missing + n] ?? "you";
      if (row.number !== number || row.by !== by) this.#lists.set(spot, { ...row, number, by });
    });
  }

  /** The rows of drafts, which come after all others. */
  drafts(drafts: readonly Draft[]): Row[] {
    const open = drafts.filter((draft) => !this.#done.has(this.#key(draft.message, draft.block)));
    return open.map((draft) => this.#draft(draft));
  }

  /** Every line that is not in the agent's format. */
  printed(): string[] {
    return this.#lists.top.flatMap((row) => (row?.kind === "output" ? row.lines.slice(0, row.count) : []));
  }

  #one(from: Envelope, event: Event): void {
    this.#settleRetry(from, event);
    this.busy = event.type === "status" ? event.busy : event.type === "message_usage" ? this.busy : null;
    switch (event.type) {
      case "session":
        return this.#opened(from, event);
      case "prompt":
        return this.#prompted(from, event.text);
      case "text":
        return this.#wrote(from, event, { kind: "text", text: event.text, open: false });
      case "thought":
        return this.#wrote(from, event, {
          kind: "thought",
          text: event.text,
          open: false,
          duration_ms: event.duration_ms,
        });
      case "tool_call":
        return this.#calls.started(from, event);
      case "tool_result":
        return this.#calls.ended(from, event);
      case "injected_message":
        return this.#add(from, { kind: "nudge", text: event.text });
      case "retry":
        return this.#retried(from, event);
      case "api_error":
        return this.#failed(from, event);
      case "abandoned":
        return this.#gaveUp(from, event);
      case "limit":
        return this.#limited(from, event.limit);
      case "task_started":
        return this.#calls.taskStarted(from, event);
      case "task_progress":
        return this.#calls.taskGoes(event);
      case "task_ended":
        return this.#calls.taskEnded(from, event);
      case "question":
        return this.#calls.asked(from, event);
      case "question_withdrawn":
        return this.#calls.withdrawn(from, event);
      case "answered":
        return this.#calls.answered(from, event);
      case "denied":
        return this.#calls.denied(from, event);
      case "interrupt_sent":
        return this.#note(from, { what: "interrupted" });
      case "control_reply":
        return event.error === null ? undefined : this.#note(from, { what: "refused", text: event.error });
      case "request_refused":
        return this.#note(from, { what: "request_refused", method: event.method });
      case "message_usage":
        return this.#used(event);
      case "status":
        return;
      case "compacted":
        return this.#note(from, {
          what: "compacted",
          trigger: event.trigger,
          before: event.before,
          after: event.after,
        });
      case "conversation_reset":
        return this.#note(from, { what: "conversation_reset", trigger: event.trigger });
      // The notice before it says the same, and so does a run that resumes the conversation.
      case "conversation_incomplete":
        return;
      case "turn_ended":
        return this.#turnEnded(from, event);
      case "notice":
        return this.#note(from, { what: "notice", level: event.level, text: event.text });
      case "unrecognized":
        return this.#odd(from, event);
      case "output":
        return this.#printed(from, event);
      default:
        return event satisfies never;
    }
  }

  #add(
    from: Envelope,
    row: DistributiveOmit<Row, "key" | "at" | "run" | "pos">,
    parent: string | null = null,
  ): void {
    this.#lists.add({ ...baseOf(from), ...row } as Row, parent);
  }

  #note(from: Envelope, note: Note): void {
    this.#add(from, { kind: "note", note });
  }

  #key(message: string, block: number): string {
    return `${this.run}:${message}#${block}`;
  }

  #opened(from: Envelope, session: SessionStarted): void {
    const known = this.session;
    this.session = session;
    // Agents report their session at every turn; only a change gets a row.
    const moved =
      known !== null &&
      (known.model !== session.model ||
        known.permission_mode !== session.permission_mode ||
        known.session !== session.session);
    if (moved)
      this.#note(from, {
        what: "session",
        session,
        model: known.model === session.model ? null : session.model,
      });
  }

  #prompted(from: Envelope, text: string): void {
    this.#said = new Set();
    this.#usage.clear();
    this.#turn = this.#lists.add({
      ...baseOf(from),
      kind: "turn",
      text,
      by: "you",
      number: null,
      before: this.#results,
      tokens: null,
      ends: [],
    });
    this.#turns.push(this.#turn);
  }

  #wrote(
    from: Envelope,
    event: Of<"text"> | Of<"thought">,
    row: Pick<TextRow, "kind" | "text" | "open"> | Pick<ThoughtRow, "kind" | "text" | "open" | "duration_ms">,
  ): void {
    const key = this.#key(event.message, event.block);
    if (this.#done.has(key)) return;
    this.#done.add(key);
    if (event.type === "text") this.#said.add(event.text.trim());
    if (event.text === "" && event.type === "text") return;
    const parent = this.#calls.parentOf(event.parent);
    const spot = this.#lists.add({ ...baseOf(from, key), ...row }, parent);
    const written = this.#written.get(event.message) ?? [];
    written.push({ spot, block: event.block, parent });
    this.#written.set(event.message, written);
    this.#calls.stepped(parent, event.text);
  }

  #retried(from: Envelope, event: Of<"retry">): void {
    const { error, status, max, delay_ms } = event;
    const open = this.#lists.get(this.#retry ?? undefined, "retry");
    if (!open || !this.#retry) {
      this.#retry = this.#lists.add({
        ...baseOf(from),
        kind: "retry",
        count: 1,
        max,
        until: from.at,
        delay_ms,
        errors: [{ error, status }],
        then: "waits",
      });
      return;
    }
    const known = open.errors.some((one) => one.error === error && one.status === status);
    const errors = known ? open.errors : [...open.errors, { error, status }];
    this.#lists.set(this.#retry, {
      ...open,
      count: open.count + 1,
      max: max ?? open.max,
      until: from.at,
      delay_ms: open.delay_ms + delay_ms,
      errors,
    });
  }

  #settleRetry(from: Envelope, event: Event): void {
    const open = this.#lists.get(this.#retry ?? undefined, "retry");
    if (!open || !this.#retry || BETWEEN_RETRIES.includes(event.type)) return;
    const failed = event.type === "api_error" || (event.type === "turn_ended" && event.turn !== "completed");
    this.#lists.set(this.#retry, { ...open, until: from.at, then: failed ? "failed" : "went_on" });
    this.#retry = null;
  }

  #failed(from: Envelope, event: Of<"api_error">): void {
    this.#said.add(event.message.trim());
    this.#add(from, { kind: "api_error", error: event.error, status: event.status, message: event.message });
  }

  #gaveUp(from: Envelope, event: Of<"abandoned">): void {
    const all = this.#written.get(event.message) ?? [];
    const gone = all.filter((one) => one.block >= event.from_block);
    const texts = gone.flatMap(
      ({ spot }) => this.#lists.get(spot, "text")?.text ?? this.#lists.get(spot, "thought")?.text ?? [],
    );
    for (const text of texts) this.#said.delete(text.trim());
    const row: GivenUpRow = { ...baseOf(from), kind: "given_up", texts };
    const first = gone[0];
    if (!first) return void this.#lists.add(row);
    // It stands where the text was, so it has the time of the text.
    const at = (this.#lists.get(first.spot, "text") ?? this.#lists.get(first.spot, "thought"))?.at ?? row.at;
    this.#lists.set(first.spot, { ...row, at });
    for (const { spot } of gone.slice(1)) this.#lists.set(spot, null);
    this.#written.set(
      event.message,
      all.filter((one) => one.block < event.from_block),
    );
  }

  #limited(from: Envelope, limit: LimitObservation): void {
    const now = limit.status === "allowed" ? "" : `${limit.status} ${limit.window} ${limit.resets_at}`;
    if (now !== this.#limit) this.#add(from, { kind: "limit", limit });
    this.#limit = now;
  }

  #used(event: Of<"message_usage">): void {
    this.#usage.set(event.message, event.tokens);
    const turn = this.#lists.get(this.#turn ?? undefined, "turn");
    if (turn && this.#turn)
      this.#lists.set(this.#turn, { ...turn, tokens: addTokens([...this.#usage.values()]) });
  }

  #turnEnded(from: Envelope, end: TurnEnd): void {
    this.#results = end.number ?? null;
    const turn = this.#lists.get(this.#turn ?? undefined, "turn");
    if (turn && this.#turn) this.#lists.set(this.#turn, { ...turn, ends: [...turn.ends, end] });
    const text = this.#said.has(end.text.trim()) ? "" : end.text;
    const isShown = end.turn !== "completed" && !(isError(end) && text === "");
    if (isShown || text !== "") this.#add(from, { kind: "turn_end", end, text });
    this.#said.add(end.text.trim());
  }

  #odd(from: Envelope, event: Of<"unrecognized">): void {
    const last = this.#lists.last("unrecognized");
    if (last?.row.what !== event.what || last.row.why !== event.why) {
      return this.#add(from, { kind: "unrecognized", why: event.why, what: event.what, count: 1 });
    }
    this.#lists.set(last.spot, { ...last.row, count: last.row.count + 1 });
  }

  #printed(from: Envelope, event: Of<"output">): void {
    const lines = event.text.split("\n");
    const last = this.#lists.last("output");
    if (last?.row.stream !== event.stream) {
      return this.#add(from, { kind: "output", stream: event.stream, lines, count: lines.length });
    }
    // The array is shared with the previous row and only grows; `count` says how many lines belong to this row. So a long log is not copied
    // for every line.
    const joined = last.row.lines as string[];
    joined.push(...lines);
    this.#lists.set(last.spot, { ...last.row, count: joined.length });
  }

  #draft(draft: Draft): Row {
    const base = { key: this.#key(draft.message, draft.block), at: this.at, run: this.run, pos: null };
    if (draft.kind === "text") return { ...base, kind: "text", text: draft.text, open: true };
    if (draft.kind === "tool_output") {
      const lines = draft.text.replace(/\n$/, "").split("\n");
      return { ...base, kind: "output", stream: "stdout", lines, count: lines.length };
    }
    if (draft.kind === "thought")
      return { ...base, kind: "thought", text: draft.text, open: true, duration_ms: null };
    return {
      ...base,
      kind: "call",
      call: base.key,
      tool: draft.tool ?? "",
      toolKind: "other",
      title: draft.text,
      subject: { is: "other", words: "" },
      result: null,
      ask: null,
      task: null,
      refusal: null,
      steps: 0,
      doing: null,
      open: true,
    };
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function isError(end: TurnEnd): boolean {
  return typeof end.turn === "object" || end.turn === "failed";
}
