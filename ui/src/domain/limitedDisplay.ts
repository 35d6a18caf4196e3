// The texts for a story that a limit stopped: until when, what happens then, and what is known if the time has passed without news. Pure;
// `states` calls it.

import type { Story, StoryView } from "../ipc/protocol";
import { countdownTo, timeOf } from "./countdown";
import { clock } from "./format";
import type { StateDisplay } from "./states";
import { m } from "../paraglide/messages";

/** The display of a story in the state `limited`. */
export function limitedDisplay(view: StoryView, now: number): StateDisplay {
  const { story } = view;
  const base = { glyph: "limited", tone: "limited" } as const;
  const until = timeOf(story.until);
  if (until === null || !knowsReset(view))
    return { ...base, word: m.state_limited(), ...unknownReset(story, now) };
  const time = clock(until, now);
  const word = until > now ? m.state_limited_until({ time }) : m.state_limit_was_reset({ time });
  return { ...base, word, ...knownReset(story, now) };
}

/** Whether a limited story continues by itself: it was told to, or a prompt waits for the reset. */
function goesOn(story: Story): boolean {
  return story.resume_on_reset || story.queued_prompts > 0;
}

/** The time until the reset that the provider reported, and what happens then. */
function knownReset(story: Story, now: number): Pick<StateDisplay, "reason" | "steady"> {
  const reset = countdownTo(story.until, now);
  if (reset.state === "counts" && goesOn(story))
    return { reason: m.limited_resumes_in({ time: reset.text }), steady: m.limited_resumes() };
  if (reset.state === "counts")
    return { reason: m.limited_resets_in({ time: reset.text }), steady: m.limited_needs_prompt() };
  return { reason: goesOn(story) ? m.limited_passed_unconfirmed() : m.limited_passed_needs_prompt() };
}

/** The provider reported no reset. The engine tries again after some time, if the story may continue by itself. */
function unknownReset(story: Story, now: number): Pick<StateDisplay, "reason" | "steady"> {
  if (!goesOn(story)) return { reason: m.limited_unknown_needs_prompt() };
  const next = countdownTo(story.until, now);
  const steady = m.limited_unknown_tried();
  switch (next.state) {
    case "counts":
      return { reason: m.limited_unknown_tried_in({ time: next.text }), steady };
    case "passed":
      return { reason: m.limited_unknown_tried_now() };
    case "unknown":
      return { reason: steady };
  }
}

/** Whether a limited story waits for a time that the provider reported, and not for one that Musher chose. */
export function knowsReset(view: StoryView): boolean {
  const { until, reset } = view.story;
  return until !== null && reset !== "guessed";
}
