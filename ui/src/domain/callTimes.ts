// The times of a story's tool calls, which the engine sends in few bytes.

import type { CallTimes } from "../ipc/protocol";

/** In milliseconds since 1970, oldest first. */
export function callTimes({ first, gaps }: CallTimes): number[] {
  if (first === 0) return [];
  const times = [first];
  for (const gap of gaps) times.push((times.at(-1) ?? first) + gap * 1000);
  return times;
}

/** As the engine sends them. */
export function callTimesOf(times: readonly number[]): CallTimes {
  const first = times[0] ?? 0;
  const seconds = times.map((at) => Math.floor((at - first) / 1000));
  return { first, gaps: seconds.slice(1).map((at, n) => at - (seconds[n] ?? 0)) };
}
