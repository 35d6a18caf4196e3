// The turns of a story as bars on its time axis. A bar ends at the time of its result, because the cost is known then; its width is the
// turn's length, within limits. Turns that are too near to be drawn apart share a bar. Pauses between runs are to scale. Pure.

import { xOf, type Axis } from "../axis";
import { column, type StackedBar, type Column, type Edge, type Part } from "../chart/columns";
import type { ValueAxis } from "../chart/valueAxis";
import { certainty, sumOf, type Sum } from "../usage/amount";
import { valueOf, type Measure } from "../usage/bars";
import { shareOf, type Series } from "./series";
import type { Phase, Turn } from "./turns";

/** A bar, its turns, and the sum of what they used. */
export type TurnBar = StackedBar & {
  readonly turns: readonly Turn[];
  readonly first: number;
  readonly last: number;
  readonly from: number;
  readonly to: number;
  readonly sum: Sum;
  readonly is: Phase;
};

/** The narrowest and the widest bar, and the least gap, in px. */
const NARROWEST = 3;
const WIDEST = 14;
const GAP = 1;

/** The bars of these turns on this axis. */
export function turnBars(
  turns: readonly Turn[],
  series: readonly Series[],
  measure: Measure,
  axis: Axis,
): TurnBar[] {
  const groups: Turn[][] = [];
  for (const turn of turns) {
    const group = groups.at(-1);
    const first = group?.[0];
    // A running turn has a bar of its own, because its edge looks different.
    const isSeparate =
      !first || turn.phase === "runs" || xOf(axis, turn.to) - xOf(axis, first.to) >= NARROWEST + GAP;
    if (isSeparate || !group) groups.push([turn]);
    else group.push(turn);
  }
  return groups.map((group) => barOf(group, series, measure));
}

/** The value of the highest bar. */
export function highest(bars: readonly TurnBar[]): number {
  return Math.max(0, ...bars.map((bar) => bar.parts.reduce((sum, part) => sum + part.value, 0)));
}

/** The bars at their positions; the time axis begins at x position `left`. */
export function turnColumns(
  bars: readonly TurnBar[],
  series: number,
  values: ValueAxis,
  time: Axis,
  left: number,
  scale = 1,
): Column[] {
  return placesOf(bars, time, scale).map(({ bar, x, width }) =>
    column(bar, series, values, { x: left + x, width, left: left + x - GAP, room: width + 2 * GAP }),
  );
}

type Placed = { readonly bar: TurnBar; readonly x: number; readonly width: number };

/** Places each bar as near to its end time as its neighbours allow, and within the axis. */
function placesOf(bars: readonly TurnBar[], time: Axis, scale: number): Placed[] {
  let free = 0;
  const placed = bars.map((bar): Placed => {
    const end = xOf(time, bar.to);
    const long = end - xOf(time, bar.from) - GAP;
    const width = Math.max(NARROWEST, Math.min(WIDEST * scale, long, end - free - GAP));
    const x = Math.max(end - width, free);
    free = x + width + GAP;
    return { bar, x, width };
  });
  let limit = time.width;
  return placed
    .toReversed()
    .map((each) => {
      const x = Math.min(each.x, limit - each.width);
      limit = x - GAP;
      return { ...each, x };
    })
    .toReversed();
}

/** The index of the bar that is nearest to this x position. */
export function nearest(drawn: readonly Column[], x: number): number {
  const far = drawn.map((each) => Math.max(each.x - x, x - each.x - each.width, 0));
  const least = Math.min(...far);
  return far.findIndex((each) => each === least);
}

function barOf(turns: readonly Turn[], series: readonly Series[], measure: Measure): TurnBar {
  const [first, last] = [turns[0], turns.at(-1)];
  const is = turns.find((turn) => turn.phase !== "ended")?.phase ?? "ended";
  const sum = sumOf(turns.map((turn) => turn.sum));
  const isOpen = is !== "ended";
  return {
    turns,
    first: first?.first ?? 0,
    last: last?.last ?? 0,
    from: first?.from ?? 0,
    to: last?.to ?? 0,
    sum,
    is,
    parts: series.flatMap((each, n) => partOf(shareOf(each, turns), n, measure, isOpen)),
    isCapped:
      measure === "cost" &&
      turns.some((turn) =>
        turn.models.some(
          ({ cost }) => cost.basis === "unpriced" || (cost.basis === "lower_bound" && cost.micros === 0),
        ),
      ),
    phase: is === "runs" ? "now" : "past",
  };
}

function partOf(sum: Sum | null, series: number, measure: Measure, isOpen: boolean): Part[] {
  const value = sum === null ? 0 : valueOf(sum, measure);
  return sum === null || value === 0 ? [] : [{ series, value, edge: edgeOf(sum, measure, isOpen) }];
}

/** Without a result, tokens and cost are lower bounds. */
function edgeOf(sum: Sum, measure: Measure, isOpen: boolean): Edge {
  if (isOpen) return "open";
  if (measure === "tokens") return sum.cost_basis === "lower_bound" ? "open" : "firm";
  const certain = certainty(sum);
  return certain === "part" ? "open" : certain === "estimate" ? "estimate" : "firm";
}
