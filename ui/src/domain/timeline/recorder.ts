// Makes runs and journals for tests, in the form in which the engine sends them: consecutive sequence numbers, times a second apart,
// positions in the log.
import type { Timeline } from "../../feed/apply";
import type {
  CostBasis,
  Draft,
  Envelope,
  Event,
  Evidence,
  JournalEvent,
  Run,
  RunId,
  RunKind,
  StoryId,
  Tokens,
  TurnEnd,
} from "../../ipc/protocol";

export const STORY: StoryId = "018f0000-0000-7000-8000-000000000001";
const BEGIN = Date.UTC(2026, 10, 19, 12, 5);

export class Recorder {
  readonly runs: Run[] = [];
  readonly journal: Envelope[] = [];
  drafts: Draft[] = [];
  readonly #events = new Map<RunId, Envelope[]>();
  #at = BEGIN;
  #seq = 0;

  /** Advances the time. */
  wait(seconds: number): this {
    this.#at += seconds * 1000;
    return this;
  }

  run(id: RunId, kind: RunKind = "agent", change: Partial<Run> = {}): this {
    this.runs.push({ ...RUN, id, slug: id, kind, started_at: this.#time(), ...change });
    this.#events.set(id, []);
    return this;
  }

  /** Adds events to the newest run. */
  says(...events: Event[]): this {
    const run = this.runs.at(-1);
    const list = this.#events.get(run?.id ?? "");
    if (!run || !list) throw new Error("no run was begun");
    for (const said of events) {
      const event = said.type === "turn_ended" ? { ...said, number: (run.turns += 1) } : said;
      const seq = list.length + 1;
      const pos = { stream: "stdout", offset: seq * 100, len: 99, index: 0 } as const;
      list.push({ story: STORY, run: run.id, seq, pos, at: this.#time(), source: "run", event });
    }
    return this;
  }

  /** Adds journal entries. Their numbers have gaps, because other stories write to the journal, too. */
  notes(...events: JournalEvent[]): this {
    for (const event of events) {
      this.#seq += 2;
      const run = this.runs.at(-1)?.id ?? null;
      this.journal.push({
        story: STORY,
        run,
        seq: this.#seq,
        pos: null,
        at: this.#time(),
        source: "journal",
        event,
      });
    }
    return this;
  }

  drafting(...drafts: Partial<Draft>[]): this {
    const run = this.runs.at(-1)?.id ?? "";
    this.drafts = drafts.map((draft) => ({
      run,
      message: "m",
      block: 0,
      kind: "text",
      tool: null,
      from: 0,
      end: draft.text?.length ?? 0,
      checksum: 0,
      text: "",
      ...draft,
    }));
    return this;
  }

  /** The timeline with at most `most` events of each run, from number `first` on. */
  timeline(most = Infinity, first = 1): Timeline {
    const runs = new Map(
      [...this.#events].flatMap(([id, all]) => {
        const events = all.slice(first - 1, most);
        return events.length > 0 ? [[id, { first, last: first + events.length - 1, events }] as const] : [];
      }),
    );
    return { story: STORY, runs, journal: this.journal, drafts: this.drafts };
  }

  #time(): string {
    this.#at += 1000;
    return new Date(this.#at).toISOString();
  }
}

const TOKENS: Tokens = { input: 0, output: 0, cache_read: 0, cache_write: 0 };
const BASIS: CostBasis = "reported";

const RUN: Run = {
  id: "r1",
  slug: "r1",
  story: STORY,
  kind: "agent",
  agent: "claude",
  agent_version: "2.1.330",
  model: "claude-opus-5-5",
  session: "s1",
  pid: 1,
  state: "running",
  outcome: null,
  ending: null,
  exit_code: null,
  signal: null,
  started_at: "",
  ended_at: null,
  tokens: TOKENS,
  cost_micros: 0,
  cost_basis: BASIS,
  turns: 0,
  log_bytes: 0,
  events: 0,
  decoder: "claude/1",
  gate: null,
};

export const EVIDENCE: Evidence = {
  summary: "",
  result: null,
  cause: null,
  exit_code: null,
  signal: null,
  stop: null,
  stderr: null,
  drained: true,
  forced: [],
  left: [],
};

export const prompt = (text: string): Event => ({ type: "prompt", text });
export const text = (words: string, message = "m1", block = 0, parent: string | null = null): Event => ({
  type: "text",
  message,
  block,
  text: words,
  parent,
});
export const thought = (words: string, message = "m1", block = 0): Event => ({
  type: "thought",
  message,
  block,
  text: words,
  duration_ms: 6000,
  parent: null,
});
export const call = (
  id: string,
  title: string,
  change: Partial<Extract<Event, { type: "tool_call" }>> = {},
): Event => ({
  type: "tool_call",
  call: id,
  name: "Bash",
  kind: "command",
  title,
  subject: { is: "command", text: title, cwd: null },
  parent: null,
  ...change,
});
export const result = (id: string, change: Partial<Extract<Event, { type: "tool_result" }>> = {}): Event => ({
  type: "tool_result",
  call: id,
  ok: true,
  denied: false,
  text: "ok",
  output: null,
  images: [],
  duration_ms: 1900,
  parent: null,
  ...change,
});
export const question = (
  request: string,
  call: string | null,
  change: Partial<Extract<Event, { type: "question" }>> = {},
): Event => ({
  type: "question",
  request,
  kind: "permission",
  tool: "Bash",
  tool_kind: "command",
  call,
  title: "cargo publish",
  description: null,
  subject: { is: "command", text: "cargo publish", cwd: null },
  input: null,
  why: null,
  blocked_path: null,
  ...change,
});
export const retry = (attempt: number): Event => ({
  type: "retry",
  attempt,
  max: 10,
  delay_ms: 500 * attempt,
  status: 529,
  error: "overloaded",
});
export const limit = (status: "allowed" | "warning" | "rejected", window = "short"): Event => ({
  type: "limit",
  limit: {
    status,
    window,
    name: { label: "", length_ms: 18_000_000, model: null, is_extra: false },
    resets_at: "2026-11-19T17:42:00.000Z",
    only_model: null,
    overage_disabled: null,
    windows: [],
  },
});
export const ended = (words: string, change: Partial<TurnEnd> = {}): Event => ({
  type: "turn_ended",
  turn: "completed",
  said: "success / completed",
  text: words,
  usage: null,
  index: 0,
  queued: 0,
  from_task: false,
  denials: [],
  duration_ms: 675,
  api_ms: 432,
  login_expires_at: null,
  ...change,
});
export const changed = (
  state: "limited" | "done" | "needs_you" | "running" | "waiting",
  change: object = {},
): JournalEvent => ({
  type: "state_changed",
  state,
  reason: null,
  detail: null,
  about: null,
  since: "2026-11-19T12:05:10.000Z",
  until: null,
  evidence: EVIDENCE,
  notifies: null,
  ...change,
});
