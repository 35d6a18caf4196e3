// The glyphs of states and Musher's icon, on grids of 14 and 16. Each has a single colour and is legible at 11 px. A glyph is a list of
// strokes and fills, so that charts can include it in their drawings.

import type { GlyphName } from "../domain/states";

/** A path: filled, or a stroke with a width. */
export type Mark = {
  d: string;
  fill?: boolean;
  rule?: "evenodd";
  stroke?: number;
  cap?: "square" | "round";
  dash?: string;
};

const PLAY = "M4 2.4 11.4 7 4 11.6Z";
const RING = "M2.4 7A4.6 4.6 0 1 1 11.6 7A4.6 4.6 0 1 1 2.4 7Z";

export const GLYPHS: Record<GlyphName, readonly Mark[]> = {
  working: [{ d: PLAY, fill: true, stroke: 1.2, cap: "round" }],
  starting: [{ d: PLAY, stroke: 1.5, cap: "round" }],
  waiting: [
    {
      d: "M7 .2 13.8 7 7 13.8 .2 7ZM6.1 3.4 6.45 8.1H7.55L7.9 3.4ZM7 9A.95.95 0 1 0 7 10.9.95.95 0 1 0 7 9Z",
      fill: true,
      rule: "evenodd",
    },
  ],
  limited: [{ d: "M2.8 1H11.2V2.4L8.1 7 11.2 11.6V13H2.8V11.6L5.9 7 2.8 2.4Z", fill: true }],
  gate: [
    { d: "M2.2 13V2.2H11.8V13", stroke: 1.9 },
    { d: "M4.9 13V5.6H9.1V13Z", fill: true },
  ],
  done: [{ d: "M1.8 7.6 5.4 11.2 12.2 3.2", stroke: 2, cap: "square" }],
  failed: [{ d: "M2.8 2.8 11.2 11.2M11.2 2.8 2.8 11.2", stroke: 2.1, cap: "square" }],
  crashed: [{ d: "M8.6 .4 2.6 8H6.3L5.2 13.6 11.4 5.7H7.6Z", fill: true }],
  stopped: [{ d: "M2.8 2.8H11.2V11.2H2.8Z", fill: true }],
  queued: [{ d: RING, stroke: 1.6 }],
  draft: [{ d: RING, stroke: 1.6, dash: "1.6 2" }],
  idle: [{ d: "M3 7H11", stroke: 1.8 }],
  archived: [{ d: "M2 3H12V5.4H2ZM3 6.6H11V11.6H3Z", stroke: 1.3 }],
  terminal: [{ d: "M2.4 3.6 6 7 2.4 10.4M7.4 11H12", stroke: 1.8, cap: "square" }],
};

/** The symbol on the icon's base line; the same as in the tray. */
export type MarkState = "idle" | "running" | "waiting" | "limited";

/** The icon's base line, which stands for that of a strip. */
export const RUNNER: Mark = { d: "M1.4 12.9H10.3C12.9 12.9 14.6 11.2 14.6 8.4", stroke: 1.8, cap: "round" };

export const MARKS: Record<MarkState, Mark> = {
  idle: {
    d:
      "M2 8.9A1.4 1.4 0 1 1 4.8 8.9 1.4 1.4 0 1 1 2 8.9ZM5.6 8.9A1.4 1.4 0 1 1 8.4 8.9 1.4 1.4 0 1 1 5.6 8.9Z" +
      "M9.2 8.9A1.4 1.4 0 1 1 12 8.9 1.4 1.4 0 1 1 9.2 8.9Z",
    fill: true,
  },
  running: { d: "M3 9.6 5 3.4M6.5 9.6 8.5 3.4M10 9.6 12 3.4", stroke: 1.8, cap: "round" },
  waiting: { d: "M7.2 .6 12 5.4 7.2 10.2 2.4 5.4Z", fill: true },
  limited: { d: "M3.4 1.2H10.6L7.7 5.4 10.6 9.8H3.4L6.3 5.4Z", fill: true },
};
