// The history of a limit as a series of windows, each with the highest use that was reported in it, and the times in which the account was
// held. The names and number of windows come from the provider. Pure; `charts/LimitHistory.svelte` draws it.

import type { AgentName, LimitHistory } from "../../ipc/protocol";
import { duration, percent } from "../format";
import { accountName } from "../limits";
import { windowText } from "../windowName";
import type { Span } from "./range";
import { m } from "../../paraglide/messages";

const MINUTE = 60_000;
/** Resets of the same window can differ by some seconds between reports; within this time they are the same. */
const SAME_RESET = 5 * MINUTE;
/** A window without a known reset counts as over if nothing was reported for this long. */
const SILENCE = 6 * 60 * MINUTE;

export type LimitBar = {
  /** Its beginning, or its first report if its length is not known; its reset, or its last report. */
  readonly from: number;
  readonly to: number;
  /** The highest used fraction; null if none was reported. */
  readonly used: number | null;
  /** It stopped its account at some time. */
  readonly isFull: boolean;
  readonly isReset: boolean;
};

export type LimitLine = {
  readonly account: string;
  /** The agent and the name of the account, for people. */
  readonly agent: string;
  readonly name: string;
  readonly window: string;
  /** The window's name, or a text if the window that caused the holds is not known. */
  readonly label: string;
  readonly bars: readonly LimitBar[];
  readonly holds: readonly Span[];
};

/** The windows and holds within a range, oldest first. */
export function limitLine(
  history: LimitHistory,
  agents: readonly AgentName[],
  span: Span,
  now: number,
): LimitLine {
  const bars: LimitBar[] = [];
  const length = history.name?.length_ms ?? null;
  let current: { bar: LimitBar; reset: number | null; last: number } | null = null;
  for (const point of history.points) {
    const at = Date.parse(point.at);
    const reset = point.resets_at === null ? null : Date.parse(point.resets_at);
    const isSame: boolean = current !== null && isSameWindow(current, at, reset);
    if (!isSame && current) bars.push(current.bar);
    const before: LimitBar =
      isSame && current ? current.bar : { from: at, to: at, used: null, isFull: false, isReset: false };
    const known: number | null = reset ?? (isSame && current ? current.reset : null);
    current = {
      bar: {
        from: known === null || length === null ? before.from : known - length,
        to: known ?? at,
        used: point.utilization === null ? before.used : Math.max(before.used ?? 0, point.utilization),
        isFull: before.isFull || point.status === "rejected",
        isReset: known !== null && known <= now,
      },
      reset: known,
      last: at,
    };
  }
  if (current) bars.push(current.bar);
  const holds = history.holds.map((hold) => ({
    from: Date.parse(hold.from),
    to: hold.to === null ? now : Date.parse(hold.to),
  }));
  return {
    account: history.account,
    ...accountName(history, agents),
    window: history.window,
    label: history.name === null ? m.limits_unknown_window() : windowText(history.name),
    bars: bars.filter((bar) => bar.to >= span.from && bar.from <= span.to),
    holds: holds.filter((hold) => hold.to >= span.from && hold.from <= span.to),
  };
}

function isSameWindow(
  current: { reset: number | null; last: number },
  at: number,
  reset: number | null,
): boolean {
  if (reset !== null && current.reset !== null) return Math.abs(reset - current.reset) < SAME_RESET;
  if (current.reset !== null) return at <= current.reset;
  return at - current.last < SILENCE;
}

/** A summary: `19 windows, the fullest 84 %. Held 3 times, 2 h 41 in all.` */
export function limitFinding({ bars, holds }: LimitLine): string {
  if (bars.length === 0 && holds.length === 0) return m.limits_nothing_heard();
  const used = bars.flatMap((bar) => (bar.used === null ? [] : [bar.used]));
  return [windowsText(bars.length, used), heldText(holds)].filter(Boolean).join(" ");
}

function windowsText(windows: number, used: readonly number[]): string {
  if (windows === 0) return "";
  return used.length === 0
    ? m.limits_windows_not_known({ count: windows })
    : m.limits_windows({ count: windows, percent: percent(Math.max(...used)) });
}

/** `Held 3 times, 2 h 41 in all.`; empty if it was never held. */
export function heldText(holds: readonly Span[]): string {
  if (holds.length === 0) return "";
  const all = duration(holds.reduce((sum, hold) => sum + hold.to - hold.from, 0));
  return holds.length === 1
    ? m.limits_held_once({ time: all })
    : m.limits_held({ count: holds.length, time: all });
}
