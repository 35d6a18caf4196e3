// How often texts on screen change with time alone, in milliseconds: countdowns below an hour and ages below a minute each second, a time
// axis each pixel or five seconds, all others each minute. Pure. The clock ticks at the quickest of the paces that are in use.

import type { Limit, StoryView, Timestamp } from "../ipc/protocol";
import type { Axis } from "./axis";
import { timeOf } from "./countdown";
import { holds } from "./limits";
import { isLive } from "./states";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The quickest of several paces; at most a minute, at least a second. */
export function quickest(...paces: readonly number[]): number {
  return Math.max(SECOND, Math.min(MINUTE, ...paces));
}

/** A countdown: each second in its last hour, and from a minute before that, so that the change is on time. */
export function countdownPace(until: Timestamp | null, now: number): number {
  const left = (timeOf(until) ?? -Infinity) - now;
  return left > 0 && left <= HOUR + MINUTE ? SECOND : MINUTE;
}

/** An age or a duration since this time: each second in its first minute. */
export function agePace(from: Timestamp, now: number): number {
  // `now` is the last tick, so `from` may be later.
  return now - (timeOf(from) ?? -Infinity) <= MINUTE ? SECOND : MINUTE;
}

/** How often a time axis that ends at now is redrawn: as often as it moves by a pixel, in whole seconds rounded up, at least once a minute
    and at most every five seconds. Drawing a window anew takes some 20 ms without a graphics card, and nobody watches a minute go by. */
export function axisPace({ from, to, width }: Axis): number {
  const perPixel = (to - from) / Math.max(1, width);
  return quickest(Math.max(5 * SECOND, Math.ceil(perPixel / SECOND) * SECOND));
}

/** All texts of a story: the age of its state, the durations of its runs, its countdowns, and what it waits for. */
export function storyPace({ story, retrying, runs, waits_for }: StoryView, now: number): number {
  const live = runs.findLast((run) => run.ended_at === null);
  return quickest(
    agePace(story.since, now),
    live && isLive(story.state) ? agePace(live.started_at, now) : MINUTE,
    story.state === "limited" ? countdownPace(story.until, now) : MINUTE,
    retrying ? countdownPace(retrying.until, now) : MINUTE,
    waits_for?.by === "job" ? agePace(waits_for.since, now) : MINUTE,
    waits_for?.by === "turn" ? endPace(waits_for.at, now) : MINUTE,
  );
}

/** A limit that stops work has a countdown; of another one only the end must be shown on time. */
export function limitPace(limit: Limit, now: number): number {
  return holds(limit) ? countdownPace(limit.resets_at, now) : endPace(limit.resets_at, now);
}

/** An end without a countdown: each second shortly before it, so that it is shown on time. */
export function endPace(end: Timestamp | null, now: number): number {
  const left = (timeOf(end) ?? -Infinity) - now;
  return left > 0 && left <= 2 * MINUTE ? SECOND : MINUTE;
}
