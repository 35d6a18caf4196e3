// Builds stories in the types of the protocol from a short description: minutes before now, a state, an amount.

import type {
  Activity,
  AgentId,
  AgentName,
  CostBasis,
  Outcome,
  Reason,
  Retrying,
  Run,
  Span,
  StateDetail,
  Story,
  StoryState,
  StoryView,
  Timestamp,
  Tokens,
  WaitsFor,
  WindowName,
  Work,
} from "../protocol";
import { callTimesOf } from "../../domain/callTimes";
import { isPartial, openBasis, settledBasis, storyBasis } from "./basis";

/** The present of the fake data at its start: a Thursday afternoon. */
export const START = new Date(2026, 10, 19, 16, 51, 8).getTime();

const HOME = "/home/ada/src";

/** A span: state, minutes from now to its beginning, and the reason. */
export type Segment = [state: StoryState, from: number, reason?: Reason];

/** A run: its start and end in minutes from now, and its outcome. */
export type RunSketch = { from: number; to?: number; kind?: "gate"; outcome?: Outcome };

export type Sketch = {
  /** Whether it continues by itself after a limit; true by default. */
  resumes?: boolean;
  id: number;
  project: string;
  title: string;
  state: StoryState;
  reason?: Reason;
  detail?: string;
  about?: StateDetail;
  /** How a failed gate ended. */
  gateEnd?: string;
  activity?: Activity;
  retrying?: Retrying;
  paused?: boolean;
  /** The agent could not save a part of its conversation. */
  incomplete?: boolean;
  /** What it waits for, if its state does not say so. */
  waits?: WaitsFor;
  agent?: AgentId;
  model?: string;
  branch: string | null;
  gates?: string[];
  segments: Segment[];
  /** Ticks: [from, to, approximate minutes between ticks]. */
  ticks?: [number, number, number][];
  until?: number;
  /** How its work stands: files, lines added and removed, commits ahead, behind and not pushed. */
  work?: [files: number, added: number, removed: number, ahead: number, behind: number, unpushed: number];
  runs?: RunSketch[];
  /** In millions. */
  tokens?: number;
  dollars?: number;
  basis?: CostBasis;
};

/** The time at this many minutes from the fake present. */
export function at(minutes: number): Timestamp {
  return new Date(START + minutes * 60_000).toISOString();
}

/** Every agent in the fake data. */
export const AGENTS: readonly AgentName[] = [
  { agent: "claude", name: "Claude Code", short_name: "Claude" },
  { agent: "codex", name: "Codex", short_name: "Codex" },
  { agent: "gemini", name: "Gemini CLI", short_name: "Gemini" },
  { agent: "opencode", name: "OpenCode", short_name: "OpenCode" },
];

/** The name of a limit's window of this many hours. */
export function lasting(hours: number): WindowName {
  return { label: "", length_ms: hours * 3_600_000, model: null, is_extra: false };
}

/** An id in the form of the engine's, which sorts by its number. */
export function uuid(kind: number, n: number): string {
  return `01f0c3a${kind}-0000-7000-8000-${String(n).padStart(12, "0")}`;
}

export const storyId = (n: number) => uuid(0, n);
/** The number in a story's id. */
export const storyNumber = (id: string) => Number(id.slice(-12));
export const runId = (story: number, n: number) => uuid(1, story * 100 + n);

/** Tokens in realistic proportions: most are read from the cache. */
export function tokensOf(total: number): Tokens {
  const output = Math.round(total * 0.018);
  const input = Math.round(total * 0.02);
  const cache_write = Math.round(total * 0.071);
  return { input, output, cache_write, cache_read: total - input - output - cache_write };
}

/** All states of a story. */
export const STATES: readonly StoryState[] = [
  "draft",
  "queued",
  "starting",
  "running",
  "waiting",
  "limited",
  "gating",
  "in_terminal",
  "done",
  "needs_you",
  "stopped",
  "archived",
];

export function storyView(sketch: Sketch): StoryView {
  const runs = (sketch.runs ?? []).map((run, n, all) => shapeRun(sketch, run, n, all.length));
  const spans: Span[] = sketch.segments.map(([state, from, reason]) => ({
    state,
    reason: reason ?? null,
    from: at(from),
  }));
  const ticks = (sketch.ticks ?? []).flatMap(([from, to, every], n) =>
    spread(from, to, every, sketch.id * 7 + n),
  );
  return {
    story: shapeStory(sketch, runs),
    activity: sketch.activity ?? null,
    retrying: sketch.retrying ?? null,
    paused: sketch.paused ?? false,
    waits_for: sketch.waits ?? null,
    spans,
    calls: callTimesOf(ticks.map((minutes) => Date.parse(at(minutes)))),
    runs,
  };
}

function shapeStory(sketch: Sketch, runs: Run[]): Story {
  const last = sketch.segments.at(-1);
  const slug = slugOf(sketch.branch ?? sketch.title);
  return {
    id: storyId(sketch.id),
    slug,
    title: sketch.title,
    project: `${HOME}/${sketch.project}/.git`,
    dir: `${HOME}/${sketch.project}.worktrees/${slug}`,
    branch: sketch.branch,
    agent: sketch.agent ?? "claude",
    profile: {
      model: sketch.model ?? null,
      permission: "ask",
      allowed_tools: [],
      add_dirs: [],
      extra_args: [],
      bin: null,
      end_descendants: false,
    },
    gates: sketch.gates ?? [],
    state: sketch.state,
    reason: sketch.reason ?? null,
    detail: sketch.detail ?? null,
    about: sketch.about ?? heldAbout(sketch, runs) ?? gateAbout(sketch, runs),
    since: at(last?.[1] ?? -30),
    until: sketch.until === undefined ? null : at(sketch.until),
    reset: isGuess(runs) ? "guessed" : "reported",
    resume_on_reset: sketch.resumes ?? true,
    created_at: at((sketch.segments[0]?.[1] ?? -30) - 0.1),
    runs: runs.map((run) => run.id),
    session: runs.length > 0 ? uuid(2, sketch.id) : null,
    incomplete: sketch.incomplete ?? false,
    queued_prompts: 0,
    open_questions: sketch.state === "waiting" && sketch.reason === "question" ? 1 : 0,
    tokens: tokensOf(Math.round((sketch.tokens ?? 0) * 1e6)),
    cost_micros: Math.round((sketch.dollars ?? 0) * 1e6),
    cost_basis: runs.some((run) => run.kind === "agent")
      ? storyBasis(runs)
      : (sketch.basis ?? settledBasis(sketch.agent ?? "claude")),
    is_partial: isPartial(runs),
    ...(sketch.work ? { work: workOf(sketch.work) } : {}),
  };
}

function workOf([files, added, removed, ahead, behind, unpushed]: NonNullable<Sketch["work"]>): Work {
  return { checkpoint: 6, files, added, removed, ahead, behind, unpushed };
}

/** Whether the agent named no reset when a limit stopped its last run. */
function isGuess(runs: Run[]): boolean {
  const ending = runs.findLast((run) => run.kind === "agent")?.ending;
  return ending?.kind === "limited" && ending.until === null;
}

/** The account that each agent spends from. */
export const ACCOUNTS = {
  claude: "claude:/home/ada/.claude-work:oauth",
  codex: "codex:/home/ada/.codex:login",
} as const;

/** The limit that holds a story. */
function heldAbout(sketch: Sketch, runs: Run[]): StateDetail | null {
  const ending = runs.at(-1)?.ending;
  if (sketch.state !== "limited" || ending?.kind !== "limited") return null;
  const account = sketch.agent === "codex" ? ACCOUNTS.codex : ACCOUNTS.claude;
  return { kind: "held", account, ...(ending.window === null ? {} : { window: ending.window }) };
}

/** The gate that a state is about. */
function gateAbout(sketch: Sketch, runs: Run[]): StateDetail | null {
  if (sketch.state !== "gating" && sketch.reason !== "gate_failed") return null;
  const run = runs.findLast((each) => each.gate !== null);
  const number = run?.gate ?? 1;
  const gates = sketch.gates ?? [];
  const hasEnded = sketch.reason === "gate_failed" || run?.state === "ended";
  const words = hasEnded ? (sketch.gateEnd ?? sketch.detail ?? "") : "";
  return {
    kind: "gate",
    number,
    of: gates.length,
    command: gates[number - 1] ?? "",
    outcome: run?.ending ?? null,
    exit_code: run?.exit_code ?? null,
    words,
  };
}

/** Gates are numbered anew after each run of the agent. */
function gateNumber(sketches: readonly RunSketch[], n: number): number {
  return n - sketches.slice(0, n).findLastIndex((run) => run.kind !== "gate");
}

function shapeRun(sketch: Sketch, run: RunSketch, n: number, all: number): Run {
  const isGate = run.kind === "gate";
  const share = isGate
    ? 0
    : 1 / Math.max(1, (sketch.runs ?? []).filter((each) => each.kind !== "gate").length);
  const outcome = run.outcome ?? null;
  const settled = sketch.basis ?? settledBasis(sketch.agent ?? "claude");
  return {
    id: runId(sketch.id, n + 1),
    slug: `${slugOf(sketch.branch ?? sketch.title)}.${n + 1}`,
    story: storyId(sketch.id),
    kind: run.kind ?? "agent",
    agent: sketch.agent ?? "claude",
    agent_version: isGate ? null : "2.1.330",
    model: isGate ? null : (sketch.model ?? null),
    session: isGate ? null : uuid(2, sketch.id),
    pid: run.to === undefined ? 40_000 + sketch.id * 10 + n : null,
    state: run.to === undefined ? "running" : "ended",
    outcome: outcome?.kind ?? null,
    ending: outcome,
    exit_code: exitOf(outcome),
    signal: outcome?.kind === "crashed" ? outcome.signal : null,
    started_at: at(run.from),
    ended_at: run.to === undefined ? null : at(run.to),
    tokens: tokensOf(Math.round((sketch.tokens ?? 0) * 1e6 * share)),
    cost_micros: Math.round((sketch.dollars ?? 0) * 1e6 * share),
    cost_basis: isGate ? "reported" : hasAccount(run) ? settled : openBasis(settled),
    is_partial: !isGate && !hasAccount(run),
    turns: isGate ? 0 : 1,
    log_bytes: 48_000 * (all - n),
    events: 0,
    decoder: "claude/1",
    gate: isGate ? gateNumber(sketch.runs ?? [], n) : null,
  };
}

/** Whether the agent reported its final totals: an active run has not yet, a killed one never will. */
function hasAccount({ to, outcome }: RunSketch): boolean {
  return to !== undefined && outcome?.kind !== "crashed" && outcome?.kind !== "lost";
}

function exitOf(outcome: Outcome | null): number | null {
  switch (outcome?.kind) {
    case "succeeded":
      return 0;
    case "crashed":
      return outcome.code;
    case "failed":
    case "limited":
    case "start_failed":
      return 1;
    case "no_result":
    case "timed_out":
    case "stopped":
    case "lost":
    case undefined:
      return null;
  }
}

/** Irregular times, like those of tool calls; the same at every start. */
function spread(from: number, to: number, every: number, seed: number): number[] {
  const moments: number[] = [];
  let minute = from;
  let state = seed % 97;
  while (minute < to) {
    moments.push(minute);
    state = (state * 73 + 41) % 97;
    minute += every * (0.35 + state / 70);
  }
  return moments;
}

function slugOf(text: string): string {
  return text
    .replace(/^[a-z]+\//, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 24);
}
