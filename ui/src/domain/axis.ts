// The time axis of the board: the range of time that it shows, the position of now, and the labels of its scale. Pure. The axis moves by
// whole pixels only, so that what is drawn on it needs no redraw in between.

import type { StoryView } from "../ipc/protocol";
import { clockWithSeconds, dayName, hourAndMinute } from "./format";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A range of time and its width in px. */
export type Axis = {
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly width: number;
};

export type AxisTick = { readonly at: number; readonly x: number; readonly label: string | null };

/** The possible lengths of the past. The board uses the shortest that holds all of its stories. */
const PASTS = [2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR] as const;
const MOST = 3 * HOUR;
/** An axis narrower than this (px) shows at most `MOST_NARROW`, so that marks stay apart. */
const NARROW = 260;
const MOST_NARROW = HOUR;
/** If the end of a limit is ahead, the axis goes beyond now, by this part of the past's length. */
const AHEAD = 1 / 3;
/** Possible distances between guides. */
const STEPS = [1 / 60, 1 / 30, 1 / 12, 1 / 6, 1 / 4, 1 / 2, 1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map(
  (minutes) => minutes * MINUTE,
);
/** The least distance between two labels, and between a label and that of now, in px. */
const LABEL = 56;
const BESIDE_NOW = 38;
/** Labels with seconds need this many times the room. */
const BY_SECOND = 1.5;
/** Half the width of a label: no label is nearer to an edge than this, and that of now is moved away from it. */
const HALF = 15;

/** The board's axis for these stories. */
export function boardAxis(stories: readonly StoryView[], now: number, width: number): Axis {
  const past = pastOf(stories, now, width > 0 && width < NARROW ? MOST_NARROW : MOST);
  const ahead = stories.some((view) => aheadOf(view) > now) ? past * AHEAD : 0;
  return axisOf(now, past, ahead, width);
}

/** An axis on which now lies on a whole pixel. */
export function axisOf(now: number, past: number, ahead: number, width: number): Axis {
  const perPixel = (past + ahead) / Math.max(1, width);
  const held = Math.floor(now / perPixel) * perPixel;
  return { from: held - past, to: held + ahead, now: held, width };
}

/** The x position of a time; times outside of the axis get its nearest edge. */
export function xOf(axis: Axis, at: number): number {
  const part = (at - axis.from) / (axis.to - axis.from);
  return Math.max(0, Math.min(1, part)) * axis.width;
}

/** The x position of the label of now, which does not extend beyond the scale. */
export function nowLabelX(axis: Axis, scale: number): number {
  return Math.min(xOf(axis, axis.now), axis.width - HALF * scale);
}

/** The guides, at round times of the day and at least `room` apart. A guide too near to now or to an edge has no label. */
export function ticksOf(axis: Axis, { room: least = LABEL, scale = 1 } = {}): AxisTick[] {
  const room = least * scale;
  if (axis.width < room) return [];
  const fits = (each: number) =>
    (each / (axis.to - axis.from)) * axis.width >= (each < MINUTE ? room * BY_SECOND : room);
  const days = Math.ceil(((axis.to - axis.from) / DAY) * (room / axis.width));
  const step = STEPS.find(fits) ?? Math.max(1, days) * DAY;
  const midnight = new Date(axis.from).setHours(0, 0, 0, 0);
  const now = nowLabelX(axis, scale);
  const wide = scale * (step < MINUTE ? BY_SECOND : 1);
  const ticks: AxisTick[] = [];
  for (let at = midnight + Math.ceil((axis.from - midnight) / step) * step; at <= axis.to; at += step) {
    const x = Math.round(xOf(axis, at));
    const isFree =
      Math.abs(x - now) >= BESIDE_NOW * wide && x >= HALF * wide && x <= axis.width - HALF * wide;
    ticks.push({ at, x, label: isFree ? labelOf(at, step, axis) : null });
  }
  return ticks;
}

/**
 * The time of a guide, with seconds if the guides are less than a minute apart. On an axis of several days midnight has the name of its
 * day.
 */
function labelOf(at: number, step: number, axis: Axis): string {
  if (step < MINUTE) return clockWithSeconds(at);
  const isMidnight = new Date(at).setHours(0, 0, 0, 0) === at;
  return isMidnight && (step >= DAY || axis.to - axis.from > DAY) ? dayName(at, axis.now) : hourAndMinute(at);
}

/** The shortest possible past that holds the beginning of every story, with 5 % to spare; else `most`. */
function pastOf(stories: readonly StoryView[], now: number, most: number): number {
  const ages = stories.map((view) => now - Date.parse(view.spans[0]?.from ?? view.story.created_at));
  const oldest = Math.max(0, ...ages);
  return PASTS.find((past) => past <= most && oldest <= past * 0.95) ?? most;
}

function aheadOf(view: StoryView): number {
  return view.story.state === "limited" && view.story.until !== null ? Date.parse(view.story.until) : 0;
}
