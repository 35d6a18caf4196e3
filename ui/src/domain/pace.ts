// How often what is on screen changes by the passing of time alone, in milliseconds: countdowns that are
// near and ages under a minute change each second, a time axis each pixel, all else each minute. Pure; the
// clock ticks at the quickest of what is asked of it.

import type { Limit, StoryView, Timestamp } from "../ipc/protocol";
import type { Axis } from "./axis";
import { timeOf } from "./countdown";
import { holds } from "./limits";
import { isLive } from "./states";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The quickest of several paces; a minute when there are none. */
export function quickest(...paces: readonly number[]): number {
  return Math.max(SECOND, Math.min(MINUTE, ...paces));
}

/** A countdown: each second within its last hour, and a minute before that so that the border is not missed. */
export function countdownPace(until: Timestamp | null, now: number): number {
  const left = (timeOf(until) ?? -Infinity) - now;
  return left > 0 && left <= HOUR + MINUTE ? SECOND : MINUTE;
}

/** An age or a duration that began at this time: each second in its first minute. */
export function agePace(from: Timestamp, now: number): number {
  // What began after the last tick begins now.
  return now - (timeOf(from) ?? -Infinity) <= MINUTE ? SECOND : MINUTE;
}

/** A time axis that ends at now: each pixel, in whole seconds. */
export function axisPace({ from, to, width }: Axis): number {
  const perPixel = (to - from) / Math.max(1, width);
  return quickest(Math.ceil(perPixel / SECOND) * SECOND);
}

/** What is said of a story: its state's age, its runs' durations, its countdown, what it waits for. */
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

/** What is said of a limit: one that holds counts down; the end of any is not missed. */
export function limitPace(limit: Limit, now: number): number {
  return holds(limit) ? countdownPace(limit.resets_at, now) : endPace(limit.resets_at, now);
}

/** An end that is not counted down to, and yet not missed: each second shortly before it. */
export function endPace(end: Timestamp | null, now: number): number {
  const left = (timeOf(end) ?? -Infinity) - now;
  return left > 0 && left <= 2 * MINUTE ? SECOND : MINUTE;
}
