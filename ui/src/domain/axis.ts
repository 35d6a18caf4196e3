// The one time axis of the board: which stretch of time it shows, where now stands, and what its scale
// says. Pure. It moves on by whole pixels, so what is drawn on it is drawn again only when it moves.

import type { StoryView } from "../ipc/protocol";
import { clockWithSeconds, dayName, hourAndMinute } from "./format";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A stretch of time on so many pixels. */
export type Axis = {
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly width: number;
};

export type AxisTick = { readonly at: number; readonly x: number; readonly label: string | null };

/** How much of the past a board shows: the least of these that holds what is going on. */
const PASTS = [2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR] as const;
const MOST = 3 * HOUR;
/** A narrow axis shows less, so that what it shows does not run together. */
const NARROW = 260;
const MOST_NARROW = HOUR;
/** What already is fixed gets this part of the past's length, at the right of now. */
const AHEAD = 1 / 3;
/** Distances between guides. */
const STEPS = [1 / 60, 1 / 30, 1 / 12, 1 / 6, 1 / 4, 1 / 2, 1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map(
  (minutes) => minutes * MINUTE,
);
/** The least distance between two labels, and from a label to now's, in px. */
const LABEL = 56;
const BESIDE_NOW = 38;
/** How much wider labels with seconds are. */
const BY_SECOND = 1.5;
/** Half a label: nearer to an edge there is none. */
const HALF = 15;

/** The board's axis for these stories. */
export function boardAxis(stories: readonly StoryView[], now: number, width: number): Axis {
  const past = pastOf(stories, now, width > 0 && width < NARROW ? MOST_NARROW : MOST);
  const ahead = stories.some((view) => aheadOf(view) > now) ? past * AHEAD : 0;
  return axisOf(now, past, ahead, width);
}

/** An axis on which now is at a whole pixel. */
export function axisOf(now: number, past: number, ahead: number, width: number): Axis {
  const perPixel = (past + ahead) / Math.max(1, width);
  const held = Math.floor(now / perPixel) * perPixel;
  return { from: held - past, to: held + ahead, now: held, width };
}

/** The place of a moment, within the axis. */
export function xOf(axis: Axis, at: number): number {
  const part = (at - axis.from) / (axis.to - axis.from);
  return Math.max(0, Math.min(1, part)) * axis.width;
}

/** The guides, at round times of the day and at least so far apart; a label gives way to now's and to the edges. */
export function ticksOf(axis: Axis, { room: least = LABEL, scale = 1 } = {}): AxisTick[] {
  const room = least * scale;
  if (axis.width < room) return [];
  const fits = (each: number) =>
    (each / (axis.to - axis.from)) * axis.width >= (each < MINUTE ? room * BY_SECOND : room);
  const days = Math.ceil(((axis.to - axis.from) / DAY) * (room / axis.width));
  const step = STEPS.find(fits) ?? Math.max(1, days) * DAY;
  const midnight = new Date(axis.from).setHours(0, 0, 0, 0);
  const now = xOf(axis, axis.now);
  const ticks: AxisTick[] = [];
  for (let at = midnight + Math.ceil((axis.from - midnight) / step) * step; at <= axis.to; at += step) {
    const x = Math.round(xOf(axis, at));
    const isFree =
      Math.abs(x - now) >= BESIDE_NOW * scale && x >= HALF * scale && x <= axis.width - HALF * scale;
    ticks.push({ at, x, label: isFree ? labelOf(at, step, axis) : null });
  }
  return ticks;
}

/** The time of a guide, as finely as the guides stand; midnight has the name of its day where there are several. */
function labelOf(at: number, step: number, axis: Axis): string {
  if (step < MINUTE) return clockWithSeconds(at);
  const isMidnight = new Date(at).setHours(0, 0, 0, 0) === at;
  return isMidnight && (step >= DAY || axis.to - axis.from > DAY) ? dayName(at, axis.now) : hourAndMinute(at);
}

/** The age of what is going on decides; what is over only counts where nothing goes on. */
function pastOf(stories: readonly StoryView[], now: number, most: number): number {
  const ages = stories.map((view) => now - Date.parse(view.spans[0]?.from ?? view.story.created_at));
  const oldest = Math.max(0, ...ages);
  return PASTS.find((past) => past <= most && oldest <= past * 0.95) ?? most;
}

function aheadOf(view: StoryView): number {
  return view.story.state === "limited" && view.story.until !== null ? Date.parse(view.story.until) : 0;
}
