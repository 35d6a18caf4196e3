// How long it is until a known time: a limit's reset, an agent's next attempt, the next try after a limit
// without a reset. Pure; time left is the difference of two wall-clock times, so a machine that slept, a
// clock that was set and a change to daylight saving time count right at the next look.

import type { Timestamp } from "../ipc/protocol";
import { duration, THIN } from "./format";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What a countdown says: nothing is known, the time has passed, or how much is left. */
export type Countdown =
  | { readonly state: "unknown" }
  | { readonly state: "passed" }
  | {
      readonly state: "counts";
      /** `1 h 39`, `50:52`, `42 s`; never zero and never negative. */
      readonly text: string;
      /** It changes each second. */
      readonly isNear: boolean;
    };

/** A time in milliseconds; null for none and for one that cannot be read. */
export function timeOf(at: Timestamp | null): number | null {
  const time = at === null ? NaN : Date.parse(at);
  return Number.isFinite(time) ? time : null;
}

/** The countdown to a time; `null` or a time that cannot be read is unknown. */
export function countdownTo(until: Timestamp | null, now: number): Countdown {
  const time = timeOf(until);
  if (time === null || !Number.isFinite(now)) return { state: "unknown" };
  const left = time - now;
  if (left <= 0) return { state: "passed" };
  // Begun seconds are counted whole: the last thing said before the end is `1 s`.
  const seconds = Math.ceil(left / SECOND);
  return { state: "counts", text: textOf(seconds), isNear: seconds * SECOND < HOUR };
}

function textOf(seconds: number): string {
  if (seconds * SECOND >= HOUR) return duration(seconds * SECOND);
  if (seconds < 60) return `${seconds}${THIN}s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
