// The geometry of stacked bars, one for each unit of a category axis. The top edge of a bar shows how certain its value is. Pure, with
// d3-scale and d3-shape; `charts/StackedBars.svelte` draws the result. The meaning of the values is not used here.

import { scaleBand } from "d3-scale";
import { stack } from "d3-shape";
import type { ValueAxis } from "./valueAxis";

/** How certain a value is, as its top edge shows it: exact (`firm`), an estimate, or a lower bound (`open`). */
export type Edge = "firm" | "estimate" | "open";

/** The tones of series, darkest first, and the tone of all remaining series together. */
export type Tone = 1 | 2 | 3 | 4 | 5 | "rest";

export type Part = { readonly series: number; readonly value: number; readonly edge: Edge };

/** The data of one bar. */
export type StackedBar = {
  readonly parts: readonly Part[];
  /** It has usage without a known value, which is drawn as a cap that is not to scale. */
  readonly isCapped: boolean;
  /** Its time is over, contains now, or has not begun. */
  readonly phase: "past" | "now" | "ahead";
};

export type Block = {
  readonly series: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly edge: Edge;
};

/** The position of a bar. */
export type Place = {
  /** The bar itself. */
  readonly x: number;
  readonly width: number;
  /** Its part of the axis, including the space around the bar. */
  readonly left: number;
  readonly room: number;
};

/** A bar with its geometry. */
export type Column = Place & {
  readonly blocks: readonly Block[];
  readonly cap: { readonly y: number; readonly height: number } | null;
  /** The y position of its highest point. */
  readonly top: number;
  /** The least certain edge of its parts. */
  readonly edge: Edge;
  readonly phase: StackedBar["phase"];
};

/** The part of its room that a bar fills, and the widest bar in px. */
const FILL = 0.62;
const WIDEST = 44;
/** The height of a cap and its distance to the bar below it, in px. */
const CAP = 6;
const CAP_GAP = 2;
/** The least height of a bar with a value, in px, so that it can be seen. */
const LEAST = 1;
/** Blocks higher than this (px) have a gap between them. */
const GAP_FROM = 2.5;

const EDGES: readonly Edge[] = ["firm", "estimate", "open"];

/** The bars from `left` to `right`, in the order of the data. */
export function columns(
  data: readonly StackedBar[],
  series: number,
  axis: ValueAxis,
  left: number,
  right: number,
  scale = 1,
): Column[] {
  const band = scaleBand(
    data.map((_, n) => n),
    [left, right],
  )
    .paddingInner(1 - FILL)
    .paddingOuter((1 - FILL) / 2);
  const width = Math.min(WIDEST * scale, band.bandwidth());
  return data.map((bar, n) => {
    const begin = band(n) ?? left;
    const x = begin + (band.bandwidth() - width) / 2;
    return column(bar, series, axis, {
      x,
      width,
      left: begin - (band.step() - band.bandwidth()) / 2,
      room: band.step(),
    });
  });
}

/** One bar at a given position. */
export function column(bar: StackedBar, series: number, axis: ValueAxis, place: Place): Column {
  const { x, width } = place;
  const keys = Array.from({ length: series }, (_, n) => n);
  const valueAt = (data: StackedBar, key: number) =>
    data.parts.find((part) => part.series === key)?.value ?? 0;
  const layers = stack<unknown, StackedBar, number>().keys(keys).value(valueAt)([bar]);
  const blocks = layers.flatMap((layer): Block[] => {
    const [low, high] = layer[0] ?? [0, 0];
    const part = bar.parts.find((each) => each.series === layer.key);
    if (!part || high <= low) return [];
    return [block(layer.key, x, width, axis.y(low), axis.y(high), part.edge)];
  });
  const held = holdUp(blocks, axis.zero);
  const stacked = Math.min(axis.zero, ...held.map((each) => each.y));
  const cap = bar.isCapped ? { y: stacked - CAP - (held.length > 0 ? CAP_GAP : 0), height: CAP } : null;
  // The value below the cap is known, the one in the cap is not: the bar as a whole is a lower bound.
  const edges: Edge[] = [
    ...bar.parts.map((part) => part.edge),
    ...(bar.isCapped && bar.parts.length > 0 ? ["open" as const] : []),
  ];
  const edge = EDGES[Math.max(0, ...edges.map((each) => EDGES.indexOf(each)))] ?? "firm";
  return { ...place, blocks: held, cap, top: cap?.y ?? stacked, edge, phase: bar.phase };
}

function block(series: number, x: number, width: number, low: number, high: number, edge: Edge): Block {
  const full = low - high;
  return { series, x, y: high, width, height: full > GAP_FROM ? full - 1 : full, edge };
}

/** A bar that is too low to be seen is drawn as its largest part alone, one pixel high. */
function holdUp(blocks: readonly Block[], zero: number): readonly Block[] {
  const first = blocks[0];
  const height = zero - Math.min(zero, ...blocks.map((each) => each.y));
  if (!first || height >= LEAST) return blocks;
  const largest = blocks.reduce((most, each) => (each.height > most.height ? each : most), first);
  return [{ ...largest, y: zero - LEAST, height: LEAST }];
}

/** The tone of a series by its index: four filled ones, one hollow; any further series has the dotted tone of the remaining ones. */
export function toneOf(series: number, isRest: boolean): Tone {
  if (isRest) return "rest";
  const tones: readonly Tone[] = [1, 2, 3, 4, 5];
  return tones[series] ?? "rest";
}

/** The index of the bar at this x position, or of the nearest one; -1 if there are no bars. */
export function columnAt(drawn: readonly Column[], x: number): number {
  const first = drawn[0];
  if (!first) return -1;
  return Math.max(0, Math.min(drawn.length - 1, Math.floor((x - first.left) / first.room)));
}

/** The path of a block with a jagged top edge, which marks a lower bound. */
export function tornPath({ x, y, width, height }: Block): string {
  const teeth = Math.max(2, Math.round(width / 5)) * 2;
  const depth = Math.min(3, height);
  const points = Array.from(
    { length: teeth + 1 },
    (_, n) => `${round(x + (width * n) / teeth)} ${round(y + (n % 2 === 0 ? depth : 0))}`,
  );
  return `M${round(x)} ${round(y + height)}L${points.join("L")}L${round(x + width)} ${round(y + height)}Z`;
}

function round(n: number): number {
  return Math.round(n * 100) / 100;
}
