// What a story waits for that could run and does not: work before its next run, a worktree, its turn, a fault of
// Musher. What the state says already (a run, a question, a limit that counts down) is not said again. Pure;
// `states` asks it.

import type { JobKind, StoryState, StoryView, WaitsFor } from "../ipc/protocol";
import { timeOf } from "./countdown";
import { clock, duration } from "./format";
import type { Face } from "./states";

/** Work that is younger is not shown, in milliseconds: most of it is over before. */
const BRIEF = 1500;

/** What a start waits for: `waits for git`. */
const JOBS: Record<JobKind, string> = {
  store: "Musher's store",
  program: "the agent's version check",
  git: "git",
  keeper: "the process to start",
};

/** No process of the story is alive in these. */
const AT_REST: readonly StoryState[] = ["draft", "queued", "limited", "done", "needs_you", "stopped"];
/** In these the state's word would say that nothing is going to happen. */
const OVER: readonly StoryState[] = ["draft", "done", "needs_you", "stopped"];

export type Wait = {
  /** The second line. */
  readonly line: Pick<Face, "reason" | "steady">;
  /** The same at its full length, in sentences. */
  readonly sentences: string;
  /** Glyph, tone and word where the state's own would be wrong. */
  readonly instead: Pick<Face, "glyph" | "tone" | "word" | "since"> | null;
};

/** What there is to say beside the state; null for nothing. */
export function waitOf({ story, waits_for }: StoryView, now: number): Wait | null {
  switch (waits_for?.by) {
    case "job":
      return job(waits_for, story.state, now);
    case "place": {
      const instead = OVER.includes(story.state)
        ? ({ glyph: "queued", tone: "queued", word: "Queued" } as const)
        : null;
      const reason = `waits for ${waits_for.slug}, which works in the same worktree`;
      return {
        line: { reason },
        sentences: `Story ${waits_for.slug} works in the same worktree. This one goes on after it.`,
        instead,
      };
    }
    case "turn": {
      const at = timeOf(waits_for.at);
      const reason =
        at === null || at <= now
          ? "its turn comes next"
          : `its turn comes at ${clock(at, now)}, after others`;
      return {
        line: { reason },
        sentences: "The reset has passed. Stories that waited for it go on one after the other.",
        instead: null,
      };
    }
    case "hold":
      return tried(waits_for, now);
    case "fault":
      return {
        line: { reason: "Musher could not decide (fault)" },
        sentences:
          "Musher could not decide what to do next. This is a fault of Musher. It tries again with the next thing that you ask for.",
        instead: null,
      };
    case "run":
    case "answer":
    case "limit":
    case "person":
    case "nothing":
    case undefined:
      return null;
  }
}

/** Whether something was asked of it that begins without being asked for again, though its state is one of rest. */
export function goesOnByItself(view: StoryView, now: number): boolean {
  return (waitOf(view, now)?.instead ?? null) !== null;
}

/** Whether its next run is about to begin, and can be stopped before it does. */
export function isAboutToStart(view: StoryView, now: number): boolean {
  return waitOf(view, now)?.instead?.glyph === "starting";
}

function job(
  { job: kind, since }: Extract<WaitsFor, { by: "job" }>,
  state: StoryState,
  now: number,
): Wait | null {
  const age = now - (timeOf(since) ?? now);
  if (age < BRIEF) return null;
  const steady = `waits for ${JOBS[kind]}`;
  return {
    line: { reason: `${steady}, ${duration(age)}`, steady },
    sentences: `Its next run is about to start. Musher waits for ${JOBS[kind]}.`,
    instead: AT_REST.includes(state)
      ? { glyph: "starting", tone: "starting", word: "Starting", since }
      : null,
  };
}

/** Until its reset the countdown is said; then which run finds out whether the limit is gone. */
function tried({ tried_by, until }: Extract<WaitsFor, { by: "hold" }>, now: number): Wait | null {
  if (tried_by === null || (timeOf(until) ?? now) > now) return null;
  return {
    line: { reason: `reset passed, ${tried_by} tries first` },
    sentences: `The reset has passed. Run ${tried_by} tries whether the limit is gone.`,
    instead: null,
  };
}
