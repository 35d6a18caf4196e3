// How a story that a limit holds reads: until when, what then, and what is said when the time has passed
// and nothing was heard. Pure; `states` asks it.

import type { Story, StoryView } from "../ipc/protocol";
import { countdownTo, timeOf } from "./countdown";
import { clock } from "./format";
import type { Face } from "./states";

/** A limit's time is over, and nothing was heard since. */
const RESET_PASSED = "reset passed";

/** The face of a story in the state `limited`. */
export function limitedFace(view: StoryView, now: number): Face {
  const { story } = view;
  const base = { glyph: "limited", tone: "limited" } as const;
  const until = timeOf(story.until);
  if (until === null || !knowsReset(view)) return { ...base, word: "Limited", ...unknownReset(story, now) };
  return { ...base, word: `Limited until ${clock(until, now)}`, ...knownReset(story, now) };
}

/** Whether a limited story goes on by itself: it was asked to, or a prompt waits for the reset. */
function goesOn(story: Story): boolean {
  return story.resume_on_reset || story.queued_prompts > 0;
}

/** How long until the reset that the provider named, and what then. */
function knownReset(story: Story, now: number): Pick<Face, "reason" | "steady"> {
  const reset = countdownTo(story.until, now);
  if (reset.state === "counts" && goesOn(story))
    return { reason: `resumes by itself in ${reset.text}`, steady: "resumes by itself" };
  if (reset.state === "counts")
    return {
      reason: `resets in ${reset.text}, then needs a prompt`,
      steady: "needs a prompt after its reset",
    };
  return {
    reason: goesOn(story)
      ? `${RESET_PASSED}, waiting for the agent to confirm`
      : `${RESET_PASSED}, needs a prompt`,
  };
}

/** Without a reset the engine tries again after a while, if it may. */
function unknownReset(story: Story, now: number): Pick<Face, "reason" | "steady"> {
  if (!goesOn(story)) return { reason: "reset not known, needs a prompt" };
  const next = countdownTo(story.until, now);
  const steady = "reset not known, tried again by itself";
  switch (next.state) {
    case "counts":
      return { reason: `reset not known, tried again in ${next.text}`, steady };
    case "passed":
      return { reason: "reset not known, tried again now, waiting for the agent to confirm" };
    case "unknown":
      return { reason: steady };
  }
}

/** Whether a limited story waits for a time that the provider named; otherwise Musher guessed one. */
export function knowsReset(view: StoryView): boolean {
  const { until } = view.story;
  const ending = view.runs.findLast((run) => run.kind === "agent")?.ending ?? null;
  return until !== null && (ending?.kind !== "limited" || ending.until !== null);
}
