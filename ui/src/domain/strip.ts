// The geometry of a story's strip: bars on a base line, ticks of tool calls below it, results of gates above it, and end marks. Pure;
// `charts/Strip.svelte` draws it.

import type { Reason, Run, Span, StoryState, StoryView } from "../ipc/protocol";
import { xOf, type Axis } from "./axis";
import { callTimes } from "./callTimes";
import { needGlyph, type GlyphName, type Tone } from "./states";
import { m } from "../paraglide/messages";

/** A band 32 px high with its base line at 22 px. */
export const BAND = { height: 32, base: 22, bar: 9, tall: 14 } as const;

/** The shapes of a span. */
export type Drawn = "bar" | "tall" | "hollow" | "gate" | "hatch" | "ahead" | "idle" | "queued" | "owed";

export type Bar = {
  readonly draw: Drawn;
  readonly x: number;
  readonly width: number;
  /** It ends before now. */
  readonly past: boolean;
  /** It has a mark at its end: a limit's reset. */
  readonly post: boolean;
};

/** A span with its place, for tooltips and screen readers. */
export type Stretch = {
  readonly state: StoryState;
  readonly reason: Reason | null;
  readonly from: number;
  readonly to: number;
  readonly isOver: boolean;
  readonly x: number;
  readonly width: number;
};

/** A glyph of 9 or 10 px above the band or at an end. */
export type Pin = {
  readonly glyph: GlyphName;
  readonly tone: Tone;
  readonly x: number;
  readonly place: "above" | "end";
};

export type Drawing = {
  readonly bars: readonly Bar[];
  readonly stretches: readonly Stretch[];
  readonly pins: readonly Pin[];
  /** Single tool calls, and places where several are too near to be drawn apart. */
  readonly ticks: readonly number[];
  readonly dense: readonly number[];
};

/** The data of a strip. */
export type StripSource = Pick<StoryView, "spans"> & {
  /** When tools were called, in milliseconds since 1970. */
  readonly ticks: readonly number[];
  readonly runs: readonly Pick<Run, "kind" | "outcome" | "ended_at">[];
  readonly until: string | null;
};

/** The least width of each shape, in px. */
const LEAST: Partial<Record<Drawn, number>> = { tall: 4, gate: 4.5, hollow: 8 };
const LEAST_ELSE = 2.5;
/** Several ticks within this many px are drawn as one. */
const TICK_ROOM = 3;
/** Two results of gates nearer than this (px) would overlap. */
const PIN_ROOM = 9;
/** The room for an end glyph before the next shape, in px. */
const AFTER_GLYPH = 15;

export function stripSource(view: StoryView): StripSource {
  return { spans: view.spans, ticks: callTimes(view.calls), runs: view.runs, until: view.story.until };
}

/** Draws a strip on an axis. With `even`, past spans are not fainter. */
export function drawStrip(source: StripSource, axis: Axis, even = false): Drawing {
  const bars: Bar[] = [];
  const stretches: Stretch[] = [];
  const pins: Pin[] = [];
  source.spans.forEach((span, n) => {
    const from = Date.parse(span.from);
    const next = source.spans[n + 1];
    const to = next ? Date.parse(next.from) : axis.now;
    if (to <= axis.from || from >= axis.to) return;
    const end = endGlyph(span);
    if (end && from >= axis.from) pins.push({ ...end, x: half(xOf(axis, from)), place: "end" });
    const draw = drawnAs(span, next !== undefined);
    if (!draw) return;
    const bar = place(draw, from, to, axis, end !== null, next !== undefined && !even);
    bars.push(bar);
    const { x, width } = bar;
    stretches.push({
      state: span.state,
      reason: span.reason,
      from,
      to,
      isOver: next !== undefined,
      x,
      width,
    });
    if (!next && span.state === "limited") bars.push(...held(source.until, axis));
  });
  return { bars, stretches, pins: [...pins, ...gatePins(source, axis)], ...ticks(source.ticks, axis) };
}

/** A strip as a text, for screen readers. */
export function stripLabel(stretches: readonly Stretch[], words: (stretch: Stretch) => string): string {
  return stretches.map(words).join(", ") || m.strip_nothing();
}

function drawnAs(span: Span, isFollowed: boolean): Drawn | null {
  switch (span.state) {
    case "running":
      return "bar";
    case "waiting":
      return "tall";
    case "limited":
      return "hatch";
    case "gating":
      return "gate";
    case "starting":
      return "hollow";
    case "in_terminal":
      return "hollow";
    case "queued":
      return "queued";
    case "needs_you":
      return isFollowed ? "idle" : "owed";
    case "done":
      return isFollowed ? "idle" : null;
    case "stopped":
      return isFollowed ? "idle" : null;
    case "draft":
      return null;
    case "archived":
      return null;
  }
}

function endGlyph(span: Span): { glyph: GlyphName; tone: Tone } | null {
  if (span.state === "stopped") return { glyph: "stopped", tone: "stopped" };
  if (span.state !== "needs_you") return null;
  const glyph = needGlyph(span.reason);
  return glyph === "crashed" ? { glyph, tone: glyph } : null;
}

function place(draw: Drawn, from: number, to: number, axis: Axis, glyph: boolean, past: boolean): Bar {
  const left = half(xOf(axis, from));
  const right = half(xOf(axis, to));
  const start = draw === "owed" || draw === "idle" ? Math.min(right, left + (glyph ? AFTER_GLYPH : 3)) : left;
  const gap = past && draw !== "idle" ? 1 : 0;
  const width = Math.max(
    draw === "idle" || draw === "owed" ? 0 : (LEAST[draw] ?? LEAST_ELSE),
    right - start - gap,
  );
  // A shape at now that is widened to its least width grows to the left, because there is no room to the right.
  const x = right - start - gap < width && to >= axis.now ? right - width : start;
  return { draw, x: Math.max(0, x), width, past, post: draw === "owed" };
}

/** From now to the reset. If the reset is beyond the axis, it has no end mark. */
function held(until: string | null, axis: Axis): Bar[] {
  const reset = until === null ? 0 : Date.parse(until);
  const x = half(xOf(axis, axis.now));
  const width = half(xOf(axis, reset)) - x;
  return width > 1 ? [{ draw: "ahead", x, width, past: false, post: reset <= axis.to }] : [];
}

/** If several results are at one place, only the last is drawn. */
function gatePins(source: StripSource, axis: Axis): Pin[] {
  const pins: Pin[] = [];
  for (const run of source.runs) {
    if (run.kind !== "gate" || run.ended_at === null || run.outcome === "stopped") continue;
    const at = Date.parse(run.ended_at);
    if (at < axis.from) continue;
    const glyph = run.outcome === "succeeded" ? "done" : "failed";
    const x = half(xOf(axis, at));
    const last = pins.at(-1);
    if (last && x - last.x < PIN_ROOM) pins.pop();
    pins.push({ glyph, tone: glyph, x, place: "above" });
  }
  return pins;
}

function ticks(moments: readonly number[], axis: Axis): Pick<Drawing, "ticks" | "dense"> {
  const rooms = new Map<number, { x: number; many: boolean }>();
  for (const at of moments) {
    if (at <= axis.from || at > axis.to) continue;
    const x = Math.floor(xOf(axis, at)) + 0.5;
    const room = Math.floor(x / TICK_ROOM);
    const held = rooms.get(room);
    if (held) held.many = true;
    else rooms.set(room, { x, many: false });
  }
  const all = [...rooms.values()];
  return {
    ticks: all.filter((each) => !each.many).map((each) => each.x),
    dense: all.filter((each) => each.many).map((each) => each.x),
  };
}

function half(n: number): number {
  return Math.round(n * 2) / 2;
}
