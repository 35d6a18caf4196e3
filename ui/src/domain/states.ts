// How a story's state looks and reads: glyph, tone, word and reason, as the board, the story and the
// live region say them. The words are those of the engine's states; nothing is decided here.

import type { Reason, Story, StoryState, StoryView } from "../ipc/protocol";
import { clock, countdown, duration } from "./format";

/** The glyphs, by the look's names. */
export type GlyphName =
  | "working" | "starting" | "waiting" | "limited" | "gate" | "done" | "failed" | "crashed"
  | "stopped" | "queued" | "draft" | "idle" | "archived" | "terminal";

/** The tones: `s-<tone>` in base.css. */
export type Tone = GlyphName | "unchecked";

export type Face = {
  glyph: GlyphName;
  tone: Tone;
  /** `Limited until 17:42` */
  word: string;
  /** The second line: why, or what goes on. */
  reason: string;
};

const CRASHES: readonly (Reason | null)[] = ["crashed", "lost"];

/** Words of the reasons for which a story needs a person. */
const NEEDS: Partial<Record<Reason, string>> = {
  gate_failed: "Gate failed",
  crashed: "Crashed",
  lost: "Lost",
  no_result: "No result",
  budget: "Over budget",
  agent_budget: "Over budget",
  timed_out: "Timed out",
  question_lost: "Question lost",
  setup_failed: "Set-up failed",
  start_failed: "Did not start",
  login: "Not signed in",
  billing: "Billing refused",
  model: "Model not available",
  prompt_too_long: "Prompt too long",
  max_output: "Answer too long",
  refusal: "Refused by the model",
  max_turns: "Out of turns",
  overloaded: "API overloaded",
  network: "Network failed",
  api: "API failed",
};

/** What is said where the engine gives no detail. */
const WHY: Partial<Record<Reason, string>> = {
  crashed: "the work is on disk",
  lost: "the keeper is gone, the work is on disk",
  no_result: "ended without an answer",
  timed_out: "nothing came for too long",
  question_lost: "ended before it was answered",
  setup_failed: "the set-up script failed",
  agent_budget: "the agent's budget is used up",
  budget: "the story's budget is used up",
  max_turns: "the agent's turns are used up",
  overloaded: "the provider was overloaded",
  network: "the provider was not reached",
  login: "sign in, then resume",
};

/** How the story looks at this time. */
export function faceOf(view: StoryView, now: number): Face {
  const { story } = view;
  const since = Date.parse(story.since);
  switch (story.state) {
    case "draft":
      return { glyph: "draft", tone: "draft", word: "Draft", reason: story.detail ?? "" };
    case "queued":
      return { glyph: "queued", tone: "queued", word: "Queued", reason: story.detail ?? "" };
    case "starting":
      return { glyph: "starting", tone: "starting", word: "Starting", reason: story.detail ?? view.activity ?? "" };
    case "running":
      return { glyph: "working", tone: "working", word: "Working", reason: view.activity ?? story.detail ?? "" };
    case "waiting":
      return { glyph: "waiting", tone: "waiting", word: "Waiting for you", reason: waitsFor(story) };
    case "limited":
      return limited(story, now);
    case "gating":
      return gating(view);
    case "in_terminal":
      return { glyph: "terminal", tone: "terminal", word: "In a terminal", reason: story.detail ?? "you took over" };
    case "done":
      return done(story, clock(since, now));
    case "needs_you":
      return needsYou(story);
    case "stopped": {
      const by = story.reason === "engine" ? "by Musher" : "by you";
      return { glyph: "stopped", tone: "stopped", word: `Stopped ${by} ${clock(since, now)}`, reason: story.detail ?? "" };
    }
    case "archived":
      return { glyph: "archived", tone: "archived", word: "Archived", reason: story.detail ?? "" };
  }
}

/** Whether a person is wanted. */
export function needsPerson(story: Story): boolean {
  return story.state === "waiting" || story.state === "needs_you";
}

/** Whether the row is quiet: nothing goes on in it. */
export function isQuiet(state: StoryState): boolean {
  return state === "done" || state === "stopped" || state === "queued" || state === "draft" || state === "archived";
}

/** Whether a process of the story is, or is about to be, alive. */
export function isLive(state: StoryState): boolean {
  return state === "starting" || state === "running" || state === "waiting" || state === "gating" || state === "in_terminal";
}

/** Whether stopping it means something. */
export function canStop(state: StoryState): boolean {
  return isLive(state) || state === "limited" || state === "queued";
}

/** The gate that runs or ran last, counted since the agent's last run, and its command. */
export function gateOf(view: StoryView): { number: number; command: string } {
  const { gates } = view.story;
  const since = view.runs.findLastIndex((run) => run.kind === "agent");
  const ran = view.runs.slice(since + 1).filter((run) => run.kind === "gate").length;
  const number = Math.max(1, Math.min(ran, gates.length));
  return { number, command: gates[number - 1] ?? "" };
}

/** `4 min`, in its state. */
export function sinceText(story: Story, now: number): string {
  return duration(now - Date.parse(story.since));
}

const SPAN_TONES: Record<StoryState, Tone> = {
  draft: "draft", queued: "queued", starting: "starting", running: "working", waiting: "waiting", limited: "limited", gating: "gate",
  in_terminal: "terminal", done: "done", needs_you: "failed", stopped: "stopped", archived: "archived",
};

/** The tone of a stretch of a strip. */
export function spanTone(state: StoryState): Tone {
  return SPAN_TONES[state];
}

/** The word of a state in a strip, in the past tense where it is over. */
export function spanWord(state: StoryState, reason: Reason | null, isOver: boolean): string {
  switch (state) {
    case "running": return isOver ? "Worked" : "Working";
    case "starting": return isOver ? "Started" : "Starting";
    case "waiting": return isOver ? "Waited for you" : "Waiting for you";
    case "limited": return isOver ? "Held by a limit" : "Limited";
    case "gating": return isOver ? "Gate ran" : "Gate runs";
    case "in_terminal": return isOver ? "Was in a terminal" : "In a terminal";
    case "queued": return isOver ? "Was queued" : "Queued";
    case "needs_you": return NEEDS[reason ?? "other"] ?? "Failed";
    case "done": return "Done";
    case "stopped": return "Stopped";
    case "draft": return "Draft";
    case "archived": return "Archived";
  }
}

function waitsFor(story: Story): string {
  if (story.detail) return story.detail;
  if (story.reason === "prompt") return "for what comes next";
  return story.open_questions > 1 ? `${story.open_questions} questions` : "question";
}

function limited(story: Story, now: number): Face {
  const base = { glyph: "limited", tone: "limited" } as const;
  const unknown = story.resume_on_reset ? "no reset known, tried again by itself" : "no reset known";
  if (story.until === null) return { ...base, word: "Limited", reason: story.detail ?? unknown };
  const until = Date.parse(story.until);
  const left = until - now;
  const reason = story.resume_on_reset ? resumes(left) : resets(left);
  return { ...base, word: `Limited until ${clock(until, now)}`, reason };
}

function resumes(left: number): string {
  return left > 0 ? `resumes by itself in ${countdown(left)}` : "reset, resumes in a moment";
}

function resets(left: number): string {
  return left > 0 ? `resets in ${countdown(left)}, then say what comes next` : "reset, say what comes next";
}

function gating(view: StoryView): Face {
  const { number, command } = gateOf(view);
  const all = view.story.gates.length;
  const word = all > 1 ? `Gate ${number} of ${all}` : "Gate";
  return { glyph: "gate", tone: "gate", word, reason: view.activity ?? command };
}

function done(story: Story, at: string): Face {
  const word = `Done ${at}`;
  switch (story.reason) {
    case "unchecked":
      return { glyph: "done", tone: "unchecked", word, reason: story.detail ?? "not checked, no gate" };
    case "recovered":
      return { glyph: "done", tone: "done", word, reason: story.detail ?? "ended badly, its work passes" };
    default:
      return { glyph: "done", tone: "done", word, reason: story.detail ?? (story.gates.length > 1 ? `${story.gates.length} gates passed` : "gate passed") };
  }
}

function needsYou(story: Story): Face {
  const isCrash = CRASHES.includes(story.reason);
  const reason = story.reason ?? "other";
  return {
    glyph: isCrash ? "crashed" : "failed",
    tone: isCrash ? "crashed" : "failed",
    word: NEEDS[reason] ?? "Failed",
    reason: story.detail ?? WHY[reason] ?? "",
  };
}
