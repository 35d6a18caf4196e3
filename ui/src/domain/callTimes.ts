// The times of a story's tool calls, which the engine sends in few bytes.

import type { CallTimes } from "../ipc/protocol";

/** In milliseconds since 1970, oldest first. */
export function callTimes({ first, seconds }: CallTimes): number[] {
  return seconds.map((after) => first + after * 1000);
}

/** As the engine sends them. */
export function callTimesOf(times: readonly number[]): CallTimes {
  const first = times[0] ?? 0;
  return { first, seconds: times.map((at) => Math.floor((at - first) / 1000)) };
}
