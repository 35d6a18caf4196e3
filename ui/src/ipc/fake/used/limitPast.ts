// The fake history of limits before the present: reports from each window, and the times in which an account was held.

import type { HoldSpan, LimitHistory, LimitPoint, WindowName } from "../../protocol";
import { CLAUDE, CODEX } from "../afternoon";
import { lasting, START } from "../shape";
import { steady } from "./records";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Sketch = {
  account: Pick<LimitHistory, "account" | "agent" | "account_name">;
  window: string;
  name: WindowName;
  length: number;
  reset: number;
  used: number;
  seed: number;
  full: readonly number[];
};

const SKETCHES: readonly Sketch[] = [
  {
    account: CLAUDE,
    window: "five_hour",
    name: lasting(5),
    length: 5 * HOUR,
    reset: 99.6 * MINUTE,
    used: 0.62,
    seed: 3,
    full: [12],
  },
  {
    account: CLAUDE,
    window: "seven_day",
    name: lasting(168),
    length: 7 * DAY,
    reset: 112.15 * HOUR,
    used: 0.41,
    seed: 5,
    full: [],
  },
  {
    account: CODEX,
    window: "five_hour",
    name: lasting(5),
    length: 5 * HOUR,
    reset: 50.87 * MINUTE,
    used: 1,
    seed: 8,
    full: [0, 9],
  },
  {
    account: CODEX,
    window: "seven_day",
    name: lasting(168),
    length: 7 * DAY,
    reset: 42.15 * HOUR,
    used: 0.78,
    seed: 13,
    full: [],
  },
  {
    account: { account: "gemini:default:oauth", agent: "gemini", account_name: "oauth" },
    window: "requests_per_day",
    name: { ...lasting(24), label: "requests per day" },
    length: DAY,
    reset: 7 * HOUR,
    used: 0.2,
    seed: 21,
    full: [],
  },
];

export function limitPast(from: number, to: number): LimitHistory[] {
  return SKETCHES.map((sketch) => history(sketch, from, Math.min(to, START)));
}

function history(
  { account, window, name, length, reset, used, seed, full }: Sketch,
  from: number,
  to: number,
): LimitHistory {
  const random = steady(seed);
  const points: LimitPoint[] = [];
  const holds: HoldSpan[] = [];
  const iso = (at: number) => new Date(at).toISOString();
  for (let n = 0; START + reset - n * length > from; n += 1) {
    const end = START + reset - n * length;
    const isFull = full.includes(n);
    const most = n === 0 ? used : isFull ? 1 : 0.12 + random() * 0.7;
    const isUnused = n > 0 && random() < 0.25;
    if (isUnused) continue;
    // The last report of the present window is from just before now.
    const heard = n === 0 ? 0.999 * (1 - reset / length) : 0.85;
    for (const share of [0.18, 0.47, 0.82, 1]) {
      const at = end - length + share * heard * length;
      const status = isFull && share === 1 ? "rejected" : "allowed";
      if (at >= from && at <= to)
        points.push({ at: iso(at), utilization: Math.min(1, most * share), status, resets_at: iso(end) });
    }
    if (isFull) holds.push({ from: iso(end - 0.18 * length), to: n === 0 ? null : iso(end) });
  }
  return {
    ...account,
    window,
    name,
    points: points.toSorted((a, b) => a.at.localeCompare(b.at)),
    holds: holds.reverse(),
  };
}
