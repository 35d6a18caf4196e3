// The example on an empty board: one story's strip in which every shape is named once. Pure.

import type { StoryState } from "../ipc/protocol";
import type { Axis } from "./axis";
import type { StripSource } from "./strip";
import { m } from "../paraglide/messages";

const MINUTE = 60_000;

/** A state, and how many minutes before now it began. */
const SPANS: readonly [StoryState, number][] = [
  ["running", -128],
  ["waiting", -92],
  ["running", -82],
  ["limited", -56],
  ["running", -38],
  ["gating", -24],
  ["running", -19],
  ["gating", -9],
  ["done", -5],
];

/** The names of the shapes. They are below the shapes, or above for shapes above the line. */
export const EXAMPLE_NAMES: readonly { at: number; name: string; above: boolean }[] = [
  { at: -110, name: m.example_working(), above: false },
  { at: -87, name: m.example_waiting(), above: false },
  { at: -65, name: m.example_tool_calls(), above: false },
  { at: -47, name: m.example_limited(), above: false },
  { at: -19, name: m.example_gate_failed(), above: true },
  { at: -7, name: m.example_gate_passed(), above: false },
];

/** The length of the example, in minutes. */
export const EXAMPLE_MINUTES = 138;

export function exampleStrip(now: number): StripSource {
  const moment = (minutes: number) => now + minutes * MINUTE;
  const time = (minutes: number) => new Date(moment(minutes)).toISOString();
  const ticks = [...calls(-128, -92), ...calls(-82, -56), ...calls(-38, -24), ...calls(-19, -9)];
  return {
    spans: SPANS.map(([state, from]) => ({ state, reason: null, from: time(from) })),
    ticks: ticks.map(moment),
    runs: [
      { kind: "gate", outcome: "crashed", ended_at: time(-19) },
      { kind: "gate", outcome: "succeeded", ended_at: time(-5) },
    ],
    until: null,
  };
}

/** The axis of the example. It is longer than the board's, so that all names fit. */
export function exampleAxis(now: number, width: number): Axis {
  return { from: now - EXAMPLE_MINUTES * MINUTE, to: now, now, width };
}

function calls(from: number, to: number): number[] {
  const moments: number[] = [];
  for (let minute = from, n = 0; minute < to; n += 1, minute += 1 + ((n * 7) % 5) * 0.8) moments.push(minute);
  return moments;
}
