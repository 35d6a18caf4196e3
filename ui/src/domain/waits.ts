// What a story waits for although it could run: work before its next run, its worktree, its turn after a reset, or an error in Musher.
// Waits that the state itself shows (a run, a question, a limit with a countdown) are not repeated. Pure; `states` calls it.

import type { JobKind, StoryState, StoryView, WaitsFor } from "../ipc/protocol";
import { timeOf } from "./countdown";
import { clock, duration, percent } from "./format";
import type { StateDisplay } from "./states";
import { m } from "../paraglide/messages";

/** Work is shown only after this time, in milliseconds: most of it ends before. */
const BRIEF = 1500;

/** What a start waits for: `waits for git`. */
const JOBS: Record<JobKind, string> = {
  store: m.job_store(),
  program: m.job_program(),
  git: m.job_git(),
  keeper: m.job_keeper(),
  fetch: m.job_fetch(),
  checkout: m.job_checkout(),
  copy: m.job_copy(),
};

/** What a job does, with how much of it is done if that is known: `git to make the worktree, 45 %`. */
export function jobText({
  job,
  percent: done,
}: Pick<Extract<WaitsFor, { by: "job" }>, "job" | "percent">): string {
  return done === undefined ? JOBS[job] : m.job_share({ what: JOBS[job], share: percent(done / 100) });
}

/** In these states no process of the story exists. */
const AT_REST: readonly StoryState[] = ["draft", "queued", "limited", "done", "needs_you", "stopped"];
/** In these states the word of the state would say that nothing will happen. */
const OVER: readonly StoryState[] = ["draft", "done", "needs_you", "stopped"];

export type Wait = {
  /** The second line. */
  readonly line: Pick<StateDisplay, "reason" | "steady">;
  /** The same in full sentences. */
  readonly sentences: string;
  /** Glyph, tone and word, if those of the state would be wrong. */
  readonly instead: Pick<StateDisplay, "glyph" | "tone" | "word" | "since"> | null;
};

/** What the story waits for; null if the state says it already. */
export function waitOf({ story, waits_for }: StoryView, now: number): Wait | null {
  switch (waits_for?.by) {
    case "job":
      return job(waits_for, story.state, now);
    case "place": {
      const instead = OVER.includes(story.state)
        ? ({ glyph: "queued", tone: "queued", word: m.state_queued() } as const)
        : null;
      const reason = m.wait_worktree({ story: waits_for.slug });
      return { line: { reason }, sentences: m.wait_worktree_whole({ story: waits_for.slug }), instead };
    }
    case "turn": {
      const at = timeOf(waits_for.at);
      const reason = at === null || at <= now ? m.wait_turn_next() : m.wait_turn_at({ time: clock(at, now) });
      return { line: { reason }, sentences: m.wait_turn_whole(), instead: null };
    }
    case "hold":
      return tried(waits_for, now);
    case "fault":
      return { line: { reason: m.wait_fault() }, sentences: m.wait_fault_whole(), instead: null };
    case "run":
    case "answer":
    case "limit":
    case "person":
    case "nothing":
    case undefined:
      return null;
  }
}

/** Whether the story will go on without a further request, although its state is one of rest. */
export function goesOnByItself(view: StoryView, now: number): boolean {
  return (waitOf(view, now)?.instead ?? null) !== null;
}

/** Whether its next run is about to start and can still be stopped. */
export function isAboutToStart(view: StoryView, now: number): boolean {
  return waitOf(view, now)?.instead?.glyph === "starting";
}

function job(waits: Extract<WaitsFor, { by: "job" }>, state: StoryState, now: number): Wait | null {
  const { since } = waits;
  const age = now - (timeOf(since) ?? now);
  if (age < BRIEF) return null;
  const what = jobText(waits);
  const steady = m.wait_job({ what });
  return {
    line: { reason: m.wait_job_for({ what, time: duration(age) }), steady },
    sentences: m.wait_job_whole({ what }),
    instead: AT_REST.includes(state)
      ? { glyph: "starting", tone: "starting", word: m.state_starting(), since }
      : null,
  };
}

/** Before the reset the countdown is shown; after it, which run tries whether the limit is gone. */
function tried({ tried_by, until }: Extract<WaitsFor, { by: "hold" }>, now: number): Wait | null {
  if (tried_by === null || (timeOf(until) ?? now) > now) return null;
  return {
    line: { reason: m.wait_tried({ run: tried_by }) },
    sentences: m.wait_tried_whole({ run: tried_by }),
    instead: null,
  };
}
