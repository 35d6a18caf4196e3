// What is shown of a long output: a few lines, and how many more there are. Good news is at the beginning,
// bad news at the end.

import { m } from "../../paraglide/messages";

/** The longest line that is laid out; what comes after is counted, not drawn. */
const LINE = 2000;

export type Clipped = { lines: string[]; before: number; after: number };

export type Clip = { most: number; from: "start" | "end" };

/** The lines to show, and how many there are before and after them. */
export function clip(lines: readonly string[], { most, from }: Clip): Clipped {
  const trimmed = withoutTail(lines);
  // One line more costs as much room as the words that say it is missing.
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
