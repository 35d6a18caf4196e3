// How a story's state looks and reads: glyph, tone, word and reason, as the board, the story and the
// live region say them. The words are those of the engine's states; nothing is decided here.

import {
  REASON_WORDS,
  type Reason,
  type Story,
  type StoryState,
  type StoryView,
  type Timestamp,
} from "../ipc/protocol";
import { countdownTo } from "./countdown";
import { clock, duration } from "./format";
import { activityOf, askedWords } from "./activity";
import { actorName, gateDetail, stopOf } from "./actors";
import { apiWords } from "./apiWords";
import { limitedFace } from "./limitedFace";
import { isAboutToStart, waitOf } from "./waits";

/** The glyphs, by the look's names. */
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

/** The tones: `s-<tone>` in base.css. */
export type Tone = GlyphName | "unchecked";

export type Face = {
  glyph: GlyphName;
  tone: Tone;
  /** `Limited until 17:42` */
  word: string;
  /** The second line: why, or what goes on. */
  reason: string;
  /** What the machine reads, after the reason: the argument of a tool, the command of a gate. */
  code?: string;
  /** The reason without the time that it counts down, for ears; without this it counts nothing. */
  steady?: string;
  /** When this began, where it did not begin with the state. */
  since?: Timestamp;
};

const CRASHES: readonly (Reason | null)[] = ["crashed", "lost"];

/** What is said where the engine gives no detail; the last ones say all with their word. */
const WHY: Record<Reason, string> = {
  crashed: "the work is on disk",
  lost: "the keeper is gone, the work is on disk",
  no_result: "ended without an answer",
  timed_out: "nothing came for too long",
  question_lost: "ended before it was answered",
  setup_failed: "the set-up script failed",
  start_failed: "it ended before it said anything",
  gate_failed: "a gate did not pass",
  agent_budget: "the agent's budget is used up",
  budget: "the story's budget is used up",
  max_turns: "the agent's turns are used up",
  max_output: "the answer was longer than the model may write",
  prompt_too_long: "the conversation is too long for the model",
  refusal: "the model would not answer",
  model: "the provider does not have it, or not for you",
  billing: "the provider refused for billing",
  overloaded: "the provider was overloaded",
  network: "the provider was not reached",
  api: "the provider answered with an error",
  login: "sign in, then resume",
  other: "the agent ended its work with an error",
  question: "",
  prompt: "",
  checked: "",
  unchecked: "",
  recovered: "",
  you: "",
  engine: "",
  system: "",
};

/** Instead of what an agent does that is held because nothing more can be recorded. */
const FULL = "held: disk full, make room";

/** How the story looks at this time: its state, and what it waits for where that is something else. */
export function faceOf(view: StoryView, now: number): Face {
  const face = stateFace(view, now);
  const { glyph, tone, word } = face;
  if (view.paused) return { glyph, tone, word, reason: FULL };
  const wait = waitOf(view, now);
  return wait === null ? face : { glyph, tone, word, ...wait.instead, ...wait.line };
}

/** How its state alone looks. */
export function stateFace(view: StoryView, now: number): Face {
  const { story } = view;
  const since = Date.parse(story.since);
  switch (story.state) {
    case "draft":
      return { glyph: "draft", tone: "draft", word: "Draft", reason: story.detail ?? "" };
    case "queued":
      return { glyph: "queued", tone: "queued", word: "Queued", reason: story.detail ?? "" };
    case "starting":
      return {
        glyph: "starting",
        tone: "starting",
        word: "Starting",
        reason: story.detail ?? "",
        ...(story.detail === null && view.activity ? activityOf(view.activity) : {}),
      };
    case "running":
      return {
        glyph: "working",
        tone: "working",
        word: "Working",
        reason: story.detail ?? "",
        ...doing(view, now),
      };
    case "waiting":
      return { glyph: "waiting", tone: "waiting", word: "Waiting for you", reason: waitsFor(story) };
    case "limited":
      return limitedFace(view, now);
    case "gating":
      return gating(view);
    case "in_terminal":
      return {
        glyph: "terminal",
        tone: "terminal",
        word: "In a terminal",
        reason: story.detail ?? "you took over",
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
        word: `Stopped by ${actorName(by)} ${clock(since, now)}`,
        reason: why,
      };
    }
    case "archived":
      return { glyph: "archived", tone: "archived", word: "Archived", reason: story.detail ?? "" };
  }
}

/** What the agent does now, or what it waits for after an error of its provider. */
function doing(
  { activity, retrying }: StoryView,
  now: number,
): Partial<Pick<Face, "reason" | "code" | "steady">> {
  if (!retrying) return activity ? activityOf(activity) : {};
  const next = countdownTo(retrying.until, now);
  const why = apiWords(retrying.error, retrying.status);
  const steady = `retries: ${why}`;
  switch (next.state) {
    case "counts":
      return { reason: `retries in ${next.text}: ${why}`, steady };
    // The engine forgets the wait with the first word after it.
    case "passed":
      return { reason: `retries now, no answer yet: ${why}`, steady };
    case "unknown":
      return { reason: steady };
  }
}

/** The second line as one text, for what is shown on hover. */
export function reasonText({ reason, code }: Face): string {
  return [reason, code].filter(Boolean).join(" ");
}

/** The same for ears: it does not change each second. */
export function spokenReason({ reason, code, steady }: Face): string {
  return [steady ?? reason, code].filter(Boolean).join(" ");
}

/** Whether a person is wanted. */
export function needsPerson(story: Story): boolean {
  return story.state === "waiting" || story.state === "needs_you";
}

const QUIET: readonly GlyphName[] = ["done", "stopped", "queued", "draft", "archived"];

/** Whether the row is quiet: nothing goes on in it. */
export function isQuiet({ glyph }: Face): boolean {
  return QUIET.includes(glyph);
}

/** Whether a process of the story is, or is about to be, alive. */
export function isLive(state: StoryState): boolean {
  return (
    state === "starting" ||
    state === "running" ||
    state === "waiting" ||
    state === "gating" ||
    state === "in_terminal"
  );
}

/** Whether stopping it means something. */
export function canStop(view: StoryView, now: number): boolean {
  const { state } = view.story;
  return isLive(state) || state === "limited" || state === "queued" || isAboutToStart(view, now);
}

/** The gate that runs or did not pass, and its command. */
export function gateOf({ story, runs }: StoryView): { number: number; command: string } {
  const known = gateDetail(story.about);
  const number = known?.number ?? runs.findLast((run) => run.gate !== null)?.gate ?? 1;
  return { number, command: known?.command ?? story.gates[number - 1] ?? "" };
}

/** When began what its face says. */
export function sinceOf(story: Story, face: Face): number {
  return Date.parse(face.since ?? story.since);
}

/** The same in words: what goes on has lasted so long, what is over ended so long ago. */
export function sinceWords(story: Story, face: Face, now: number): string {
  const isOver =
    face.since === undefined &&
    (story.state === "done" || story.state === "stopped" || story.state === "archived");
  const age = now - sinceOf(story, face);
  if (age < (isOver ? 60_000 : 1000)) return "just now";
  return isOver ? `${duration(age)} ago` : `for ${duration(age)}`;
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

/** The tone of a stretch of a strip. */
export function spanTone(state: StoryState): Tone {
  return SPAN_TONES[state];
}

/** The word of a state in a strip, in the past tense where it is over. */
export function spanWord(state: StoryState, reason: Reason | null, isOver: boolean): string {
  switch (state) {
    case "running":
      return isOver ? "Worked" : "Working";
    case "starting":
      return isOver ? "Started" : "Starting";
    case "waiting":
      return isOver ? "Waited for you" : "Waiting for you";
    case "limited":
      return isOver ? "Held by a limit" : "Limited";
    case "gating":
      return isOver ? "Gate ran" : "Gate runs";
    case "in_terminal":
      return isOver ? "Was in a terminal" : "In a terminal";
    case "queued":
      return isOver ? "Was queued" : "Queued";
    case "needs_you":
      return needsWord(reason);
    case "done":
      return "Done";
    case "stopped":
      return "Stopped";
    case "draft":
      return "Draft";
    case "archived":
      return "Archived";
  }
}

function waitsFor(story: Story): string {
  if (story.about?.kind === "question") return askedWords(story.about);
  if (story.reason === "prompt") return "for what comes next";
  return story.open_questions > 1 ? `${story.open_questions} questions` : "question";
}

function gating(view: StoryView): Face {
  const { number, command } = gateOf(view);
  const all = view.story.gates.length;
  const word = all > 1 ? `Gate ${number} of ${all}` : "Gate";
  return { glyph: "gate", tone: "gate", word, reason: "", code: command };
}

function done(story: Story, at: string): Face {
  const word = `Done ${at}`;
  if (story.reason === "unchecked")
    return { glyph: "done", tone: "unchecked", word, reason: story.detail ?? "not checked, no gate" };
  const passed = story.gates.length > 1 ? `${story.gates.length} gates passed` : "gate passed";
  const why = story.reason === "recovered" ? "ended badly, its work passes" : passed;
  return { glyph: "done", tone: "done", word, reason: story.detail ?? why };
}

/** Why a story needs a person, in the words of whoever knows: of a gate how it ended, as its command stands beside. */
export function needsText({ about, detail }: Story): string | null {
  return gateDetail(about)?.words ?? detail;
}

function needsWord(reason: Reason | null): string {
  return (reason && REASON_WORDS[reason]) ?? REASON_WORDS.other ?? "";
}

function needsYou(story: Story): Face {
  const isCrash = CRASHES.includes(story.reason);
  const reason = story.reason ?? "other";
  return {
    glyph: isCrash ? "crashed" : "failed",
    tone: isCrash ? "crashed" : "failed",
    word: needsWord(reason),
    reason: needsText(story) ?? WHY[reason],
  };
}
