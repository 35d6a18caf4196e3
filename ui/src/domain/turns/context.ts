// How full the context of a story's conversation was, as a stepped line over time. Pure.

import type { ContextUse, StoryUsage } from "../../ipc/protocol";
import { xOf, type Axis } from "../axis";
import { timeOf } from "../countdown";
import { percent, tokens, tokensWords } from "../format";
import { timesWords } from "../timeline/words";
import { m } from "../../paraglide/messages";

/** The least distance between two marks, in px. */
const MARK = 8;

/** The path of the line, the marks of compactions, and the top value. */
export type ContextPlot = {
  readonly path: string;
  /** The end of the line. */
  readonly end: { readonly x: number; readonly y: number } | null;
  readonly compacted: readonly number[];
  /** The value of the top guide: the context window if it is known, else the highest value. */
  readonly top: number;
  /** The y position of the top guide. */
  readonly topY: number;
};

/** The line on an axis that begins at x position `left`, with zero at y position `floor` and the highest value at `ceiling`. */
export function contextPlot(
  usage: StoryUsage,
  time: Axis,
  until: number,
  left: number,
  ceiling: number,
  floor: number,
): ContextPlot {
  const fullest = Math.max(1, ...usage.context.map((use) => use.tokens));
  const top = windowOf(usage) ?? fullest;
  const y = (value: number) => half(floor - (value / Math.max(top, fullest)) * (floor - ceiling));
  const x = (at: number) => left + half(xOf(time, at));
  const points = thin(usage.context.flatMap((use) => placeOf(use, x, y)));
  const last = points.at(-1) ?? null;
  const end = last && { x: Math.max(last.x, x(until)), y: last.y };
  const path = points
    .map((point, n) => (n === 0 ? `M${point.x} ${point.y}` : `H${point.x}V${point.y}`))
    .join("");
  const compacted = usage.compacted.flatMap((at) => {
    const time = timeOf(at);
    return time === null ? [] : [x(time)];
  });
  return { path: end ? `${path}H${end.x}` : "", end, compacted: spaced(compacted), top, topY: y(top) };
}

/** The size of the context window in tokens; null if it is not known. */
export function windowOf({ context_window }: StoryUsage): number | null {
  return context_window !== null && context_window > 0 ? context_window : null;
}

/** The context at a time, from the last message before it. */
export function contextAt({ context }: StoryUsage, at: number): ContextUse | null {
  return context.findLast((use) => (timeOf(use.at) ?? Infinity) <= at) ?? null;
}

/** `122 k of 200 k tokens, 61 %`; without a window `122 k tokens`. */
export function contextText(use: ContextUse, window: number | null): string {
  return window === null
    ? tokensWords(use.tokens)
    : m.context_of({
        used: tokens(use.tokens),
        window: tokens(window),
        percent: percent(use.tokens / window),
      });
}

/** A sentence that summarises the line. */
export function contextFinding(usage: StoryUsage): string {
  const last = usage.context.at(-1);
  if (!last) return m.context_not_reported();
  const fullest = usage.context.reduce((most, use) => (use.tokens > most.tokens ? use : most), last);
  const window = windowOf(usage);
  const most = window === null ? tokensWords(fullest.tokens) : percent(fullest.tokens / window);
  const context = contextText(last, window);
  const times = usage.compacted.length;
  return [
    fullest.tokens > last.tokens ? m.context_finding_peak({ context, most }) : m.context_finding({ context }),
    times === 0 ? "" : m.context_compacted({ times: timesWords(times) }),
    window === null ? m.context_window_not_known() : "",
  ]
    .filter(Boolean)
    .join(" ");
}

function placeOf(use: ContextUse, x: (at: number) => number, y: (value: number) => number): Point[] {
  const at = timeOf(use.at);
  return at === null ? [] : [{ x: x(at), y: y(use.tokens) }];
}

type Point = { readonly x: number; readonly y: number };

/** Of several points at one x position only the highest and the last are kept; the others would not be visible. */
function thin(points: readonly Point[]): Point[] {
  const places = new Map<number, Point[]>();
  for (const point of points) {
    const [highest] = places.get(point.x) ?? [point];
    const top = highest && highest.y < point.y ? highest : point;
    places.set(point.x, top === point ? [point] : [top, point]);
  }
  return [...places.values()].flat();
}

/** Marks with at least the least distance; of those that are nearer, only the first. */
function spaced(xs: readonly number[]): number[] {
  const kept: number[] = [];
  for (const x of xs) if (x - (kept.at(-1) ?? -Infinity) >= MARK) kept.push(x);
  return kept;
}

function half(n: number): number {
  return Math.round(n * 2) / 2;
}
