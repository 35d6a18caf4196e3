// The time left until a known time: a limit's reset, an agent's next attempt, the next try after a limit without a reset. Pure. It is the
// difference of two wall-clock times, so it is right again at the next tick after the machine slept, the clock was set or daylight saving
// time began.

import type { Timestamp } from "../ipc/protocol";
import { duration, THIN } from "./format";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A countdown: the time is not known, has passed, or is ahead. */
export type Countdown =
  | { readonly state: "unknown" }
  | { readonly state: "passed" }
  | {
      readonly state: "counts";
      /** `1 h 39`, `50:52`, `42 s`; never zero or negative. */
      readonly text: string;
      /** Less than an hour is left, so the text changes each second. */
      readonly isNear: boolean;
    };

/** A time in milliseconds; null if there is none or if it cannot be parsed. */
export function timeOf(at: Timestamp | null): number | null {
  const time = at === null ? NaN : Date.parse(at);
  return Number.isFinite(time) ? time : null;
}

/** The countdown to a time. `null`, or a time that cannot be parsed, is unknown. */
export function countdownTo(until: Timestamp | null, now: number): Countdown {
  const time = timeOf(until);
  if (time === null || !Number.isFinite(now)) return { state: "unknown" };
  const left = time - now;
  if (left <= 0) return { state: "passed" };
  // Rounded up, so that the last text before the end is `1 s`.
  const seconds = Math.ceil(left / SECOND);
  return { state: "counts", text: textOf(seconds), isNear: seconds * SECOND < HOUR };
}

function textOf(seconds: number): string {
  if (seconds * SECOND >= HOUR) return duration(seconds * SECOND);
  if (seconds < 60) return `${seconds}${THIN}s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
