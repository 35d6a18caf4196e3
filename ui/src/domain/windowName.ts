// The name of a limit's window: its label if it has one, else its length. Pure.

import type { WindowName } from "../ipc/protocol";
import { THIN } from "./format";
import { m } from "../paraglide/messages";

const UNITS: readonly [length: number, name: string][] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
];

/** `5 h`, `7 d Opus`, `extra usage` */
export function windowText(name: WindowName): string {
  return [name.label || lengthText(name), name.model].filter(Boolean).join(" ") || m.window_limit();
}

/** For a sentence, with the agent or model: `5 h window of Claude`, `7 d window of Opus`, `extra usage of Claude`. */
export function windowOf(name: WindowName | null, whose: string): string {
  const length = name && lengthText(name);
  const window = name?.label || (length ? m.window_length({ length }) : m.window_limit());
  return m.window_of({ window, whose: name?.model ?? whose });
}

/** Sorts by length, unknown lengths last. */
export function byLength(a: WindowName, b: WindowName): number {
  return (a.length_ms ?? Infinity) - (b.length_ms ?? Infinity) || windowText(a).localeCompare(windowText(b));
}

/** The length in the largest unit that gives a whole number; empty if it is not known. */
function lengthText({ length_ms }: WindowName): string {
  if (length_ms === null) return "";
  const [unit, name] = UNITS.find(([each]) => length_ms >= each && length_ms % each === 0) ?? [1000, "s"];
  return `${Math.floor(length_ms / unit)}${THIN}${name}`;
}
