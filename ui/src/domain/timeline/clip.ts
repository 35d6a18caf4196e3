// Which lines of a long output are shown, and how many are not. The caller chooses the beginning or the end.

import { m } from "../../paraglide/messages";

/** The longest part of a line that is shown, in characters; the rest is only counted. */
const LINE = 2000;

export type Clipped = { lines: string[]; before: number; after: number };

export type Clip = { most: number; from: "start" | "end" };

/** The lines to show, and how many there are before and after them. */
export function clip(lines: readonly string[], { most, from }: Clip): Clipped {
  const trimmed = withoutTail(lines);
  // One more line needs no more room than the note that a line is missing.
  if (trimmed.length <= most + 1) return { lines: trimmed.map(cut), before: 0, after: 0 };
  const rest = trimmed.length - most;
  return from === "start"
    ? { lines: trimmed.slice(0, most).map(cut), before: 0, after: rest }
    : { lines: trimmed.slice(rest).map(cut), before: rest, after: 0 };
}

export function linesOf(text: string): string[] {
  return text.split(/\r\n|\n|\r/);
}

function withoutTail(lines: readonly string[]): readonly string[] {
  let end = lines.length;
  while (end > 0 && lines[end - 1]?.trim() === "") end--;
  return lines.slice(0, end);
}

function cut(line: string): string {
  if (line.length <= LINE) return line;
  return `${line.slice(0, LINE)}… ${m.output_more_characters({ count: line.length - LINE })}`;
}
