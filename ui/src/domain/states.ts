// How a story's state is shown: glyph, tone, word and reason, for the board, the story's view and the live region. The states come from the
// engine; nothing is decided here.

import type { Reason, Story, StoryState, StoryView, Timestamp } from "../ipc/protocol";
import { countdownTo } from "./countdown";
import { clock, duration } from "./format";
import { activityOf, askedWords } from "./activity";
import { actorName, gateDetail, setUpDetail, stopOf } from "./actors";
import { apiWords } from "./apiWords";
import { limitedDisplay } from "./limitedDisplay";
import { withSilence } from "./silence";
import { waitOf } from "./waits";
import { m } from "../paraglide/messages";

/** The names of the glyphs. */
export type GlyphName =
  | "working"
  | "starting"
  | "waiting"
  | "limited"
  | "gate"
  | "done"
  | "failed"
  | "crashed"
  | "stopped"
  | "queued"
  | "draft"
  | "idle"
  | "archived"
  | "terminal";

/** The tones, which are the classes `s-<tone>` in base.css. */
export type Tone = GlyphName | "unchecked";

export type StateDisplay = {
  glyph: GlyphName;
  tone: Tone;
  /** `Limited until 17:42` */
  word: string;
  /** The second line: the reason, or what is going on. */
  reason: string;
  /** Code after the reason: the argument of a tool, the command of a gate. */
  code?: string;
  /** The reason without its countdown, for screen readers; missing if the reason has no countdown. */
  steady?: string;
  /** When this began, if not with the state. */
  since?: Timestamp;
};

const CRASHES: readonly (Reason | null)[] = ["crashed", "lost"];

/** The text of a reason for which the engine gives no detail. It is empty where the word of the state says everything. */
const WHY: Record<Reason, string> = {
  crashed: m.reason_crashed(),
  lost: m.reason_lost(),
  no_result: m.reason_no_result(),
  timed_out: m.reason_timed_out(),
  question_lost: m.reason_question_lost(),
  setup_failed: m.reason_setup_failed(),
  start_failed: m.reason_start_failed(),
  gate_failed: m.reason_gate_failed(),
  agent_budget: m.reason_agent_budget(),
  budget: m.reason_budget(),
  max_turns: m.reason_max_turns(),
  max_output: m.reason_max_output(),
  prompt_too_long: m.reason_prompt_too_long(),
  refusal: m.reason_refusal(),
  model: m.reason_model(),
  billing: m.reason_billing(),
  overloaded: m.reason_overloaded(),
  network: m.reason_network(),
  api: m.reason_api(),
  limit_over: m.reason_limit_over(),
  login: m.reason_login(),
  other: m.reason_other(),
  question: "",
  prompt: "",
  checked: "",
  unchecked: "",
  recovered: "",
  you: "",
  engine: "",
  system: "",
};

/** The word for a story that needs a person, by reason; null for reasons that belong to other states. */
const NEEDS: Record<Reason, string | null> = {
  agent_budget: m.state_needs_budget(),
  api: m.state_needs_api(),
  billing: m.state_needs_billing(),
  budget: m.state_needs_budget(),
  crashed: m.state_needs_crashed(),
  gate_failed: m.state_needs_gate(),
  limit_over: m.state_needs_limit_over(),
  login: m.state_needs_login(),
  lost: m.state_needs_lost(),
  max_output: m.state_needs_max_output(),
  max_turns: m.state_needs_max_turns(),
  model: m.state_needs_model(),
  network: m.state_needs_network(),
  no_result: m.state_needs_no_result(),
  other: m.state_needs_other(),
  overloaded: m.state_needs_overloaded(),
  prompt_too_long: m.state_needs_prompt_too_long(),
  question_lost: m.state_needs_question_lost(),
  refusal: m.state_needs_refusal(),
  setup_failed: m.state_needs_setup(),
  start_failed: m.state_needs_start(),
  timed_out: m.state_needs_timed_out(),
  question: null,
  prompt: null,
  checked: null,
  unchecked: null,
  recovered: null,
  you: null,
  engine: null,
  system: null,
};

/** How a story is shown at this time: its state, or what it waits for if that is something else. */
export function displayOf(view: StoryView, now: number): StateDisplay {
  const display = stateDisplay(view, now);
  const { glyph, tone, word } = display;
  // The run is held, because no more output can be written to the disk.
  if (view.paused) return { glyph, tone, word, reason: m.state_held_disk_full() };
  const wait = waitOf(view, now);
  return wait === null
    ? withSilence(display, view, now)
    : { glyph, tone, word, ...wait.instead, ...wait.line };
}

/** How the state alone is shown. */
export function stateDisplay(view: StoryView, now: number): StateDisplay {
  const { story } = view;
  const since = Date.parse(story.since);
  switch (story.state) {
    case "draft":
      return { glyph: "draft", tone: "draft", word: m.state_draft(), reason: story.detail ?? "" };
    case "queued":
      return { glyph: "queued", tone: "queued", word: m.state_queued(), reason: story.detail ?? "" };
    case "starting":
      return {
        glyph: "starting",
        tone: "starting",
        word: m.state_starting(),
        reason: story.detail ?? "",
        ...(story.detail === null && view.activity ? activityOf(view.activity) : {}),
        ...setUpRuns(story.about),
      };
    case "running":
      return {
        glyph: "working",
        tone: "working",
        word: m.state_working(),
        reason: story.detail ?? "",
        ...(story.tasks_after_turn
          ? { reason: m.state_turn_over({ count: story.tasks_after_turn }) }
          : doing(view, now)),
      };
    case "waiting":
      return { glyph: "waiting", tone: "waiting", word: m.state_waiting(), reason: waitsFor(story) };
    case "limited":
      return limitedDisplay(view, now);
    case "gating":
      return gating(view);
    case "in_terminal":
      return {
        glyph: "terminal",
        tone: "terminal",
        word: m.state_in_terminal(),
        reason: story.detail ?? m.state_you_took_over(),
      };
    case "done":
      return done(story, clock(since, now));
    case "needs_you":
      return needsYou(story);
    case "stopped": {
      const { by, why } = stopOf(story);
      return {
        glyph: "stopped",
        tone: "stopped",
        word: m.state_stopped_by_at({ actor: actorName(by), time: clock(since, now) }),
        reason: why,
      };
    }
    case "archived":
      return { glyph: "archived", tone: "archived", word: m.state_archived(), reason: story.detail ?? "" };
  }
}

/** What the agent is doing, or what it waits for after an error of its provider. */
function doing(
  { activity, retrying }: StoryView,
  now: number,
): Partial<Pick<StateDisplay, "reason" | "code" | "steady">> {
  if (!retrying) return activity ? activityOf(activity) : {};
  const next = countdownTo(retrying.until, now);
  const why = apiWords(retrying.error, retrying.status);
  const steady = m.state_retries({ why });
  switch (next.state) {
    case "counts":
      return { reason: m.state_retries_in({ time: next.text, why }), steady };
    // The engine removes this wait at the agent's next output.
    case "passed":
      return { reason: m.state_retries_now({ why }), steady };
    case "unknown":
      return { reason: steady };
  }
}

/** The second line as one text, for tooltips. */
export function reasonText({ reason, code }: StateDisplay): string {
  return [reason, code].filter(Boolean).join(" ");
}

/** The same for screen readers, without the part that changes each second. */
export function spokenReason({ reason, code, steady }: StateDisplay): string {
  return [steady ?? reason, code].filter(Boolean).join(" ");
}

/** Whether it needs a person. */
export function needsPerson(story: Story): boolean {
  return story.state === "waiting" || story.state === "needs_you";
}

const QUIET: readonly GlyphName[] = ["done", "stopped", "queued", "draft", "archived"];

/** Whether the row is shown faintly, because nothing is going on. */
export function isQuiet({ glyph }: StateDisplay): boolean {
  return QUIET.includes(glyph);
}

/** Whether a process of the story exists or is about to start. */
export function isLive(state: StoryState): boolean {
  return (
    state === "starting" ||
    state === "running" ||
    state === "waiting" ||
    state === "gating" ||
    state === "in_terminal"
  );
}

/** The gate that runs or did not pass, and its command. */
export function gateOf({ story, runs }: StoryView): { number: number; command: string } {
  const known = gateDetail(story.about);
  const number = known?.number ?? runs.findLast((run) => run.gate !== null)?.gate ?? 1;
  return { number, command: known?.command ?? story.gates[number - 1] ?? "" };
}

/** When the shown state began. */
export function sinceOf(story: Story, display: StateDisplay): number {
  return Date.parse(display.since ?? story.since);
}

/** The same as text: how long it has lasted, or how long ago it ended. */
export function sinceWords(story: Story, display: StateDisplay, now: number): string {
  const isOver =
    display.since === undefined &&
    (story.state === "done" || story.state === "stopped" || story.state === "archived");
  const age = now - sinceOf(story, display);
  if (age < (isOver ? 60_000 : 1000)) return m.time_just_now();
  return isOver ? m.time_ago({ time: duration(age) }) : m.time_for({ time: duration(age) });
}

const SPAN_TONES: Record<StoryState, Tone> = {
  draft: "draft",
  queued: "queued",
  starting: "starting",
  running: "working",
  waiting: "waiting",
  limited: "limited",
  gating: "gate",
  in_terminal: "terminal",
  done: "done",
  needs_you: "failed",
  stopped: "stopped",
  archived: "archived",
};

/** The tone of a state in a strip. */
export function spanTone(state: StoryState): Tone {
  return SPAN_TONES[state];
}

/** The word of a state in a strip, in the past tense if it is over. */
export function spanWord(state: StoryState, reason: Reason | null, isOver: boolean): string {
  switch (state) {
    case "running":
      return isOver ? m.span_worked() : m.state_working();
    case "starting":
      return isOver ? m.span_started() : m.state_starting();
    case "waiting":
      return isOver ? m.span_waited() : m.state_waiting();
    case "limited":
      return isOver ? m.span_limited() : m.state_limited();
    case "gating":
      return isOver ? m.span_gate_ran() : m.span_gate_runs();
    case "in_terminal":
      return isOver ? m.span_in_terminal() : m.state_in_terminal();
    case "queued":
      return isOver ? m.span_queued() : m.state_queued();
    case "needs_you":
      return needsWord(reason);
    case "done":
      return m.state_done();
    case "stopped":
      return m.state_stopped();
    case "draft":
      return m.state_draft();
    case "archived":
      return m.state_archived();
  }
}

function waitsFor(story: Story): string {
  if (story.about?.kind === "question") return askedWords(story.about);
  if (story.reason === "prompt") return m.state_waits_for_next();
  return story.open_questions > 1
    ? m.state_waits_for_answers({ count: story.open_questions })
    : m.state_waits_for_answer();
}

/** The set-up command that runs before the agent starts. */
function setUpRuns(about: Story["about"]): Partial<Pick<StateDisplay, "word" | "reason" | "code">> {
  const known = setUpDetail(about);
  if (known === null) return {};
  const { number, of: all, command } = known;
  return { word: all > 1 ? m.state_set_up_of({ number, all }) : m.state_set_up(), reason: "", code: command };
}

function gating(view: StoryView): StateDisplay {
  const { number, command } = gateOf(view);
  const all = view.story.gates.length;
  const word = all > 1 ? m.state_gate_of({ number, all }) : m.state_gate();
  return { glyph: "gate", tone: "gate", word, reason: "", code: command };
}

function done(story: Story, at: string): StateDisplay {
  const word = m.state_done_at({ time: at });
  if (story.reason === "unchecked")
    return { glyph: "done", tone: "unchecked", word, reason: story.detail ?? m.state_not_checked() };
  const passed =
    story.gates.length > 1 ? m.state_gates_passed({ count: story.gates.length }) : m.state_gate_passed();
  const why = story.reason === "recovered" ? m.state_recovered() : passed;
  return { glyph: "done", tone: "done", word, reason: story.detail ?? why };
}

/** Why a story needs a person. For a gate or a set-up, how it ended: its command is shown beside it. */
export function needsText({ about, detail }: Story): string | null {
  return gateDetail(about)?.words ?? setUpDetail(about)?.words ?? detail;
}

function needsWord(reason: Reason | null): string {
  return (reason && NEEDS[reason]) ?? m.state_needs_other();
}

/** The glyph of a story that needs a person. A limit that is over is no failure. */
export function needGlyph(reason: Reason | null): "crashed" | "waiting" | "failed" {
  if (reason === "limit_over") return "waiting";
  return CRASHES.includes(reason) ? "crashed" : "failed";
}

function needsYou(story: Story): StateDisplay {
  const reason = story.reason ?? "other";
  const glyph = needGlyph(reason);
  return { glyph, tone: glyph, word: needsWord(reason), reason: needsText(story) ?? WHY[reason] };
}
