// Finding words in the lines of a change. Pure.

import type { DiffLine } from "../timeline/diff";
import { lineName, type FileState } from "./rows";

/** A place where the words stand. */
export type Hit = {
  readonly file: number;
  /** The name of the line in its file. */
  readonly line: string;
  readonly start: number;
  readonly end: number;
};

/** The most places that are listed. */
export const MOST_HITS = 2_000;

/** A pattern for words as they are typed: capital letters count if there is one among them. Null for no words. */
export function patternOf(typed: string): RegExp | null {
  if (typed === "") return null;
  const literal = typed.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  return new RegExp(literal, /\p{Lu}/u.test(typed) ? "gu" : "giu");
}

/** The places in the lines of a file, those that were opened, too, in the order of the rows. */
export function hitsIn(state: FileState, file: number, pattern: RegExp): Hit[] {
  if (state.is !== "read") return [];
  const opened = [...state.opened].sort(([a], [b]) => a - b);
  const hits: Hit[] = [];
  let next = 0;
  const openedBefore = (line: number) => {
    for (; (opened[next]?.[0] ?? Infinity) < line; next += 1) {
      const [number, text] = opened[next] ?? [0, ""];
      hits.push(...hitsOf(text, `:${number}`, file, pattern));
    }
  };
  for (const line of state.lines) {
    if (line.kind === "hunk") continue;
    if (line.new !== null) openedBefore(line.new);
    hits.push(...hitsOf(line.text, nameForHit(line), file, pattern));
  }
  openedBefore(Infinity);
  return hits;
}

/** A line's name for hits: an opened line is known by its later number alone, so each unchanged one is. */
export function nameForHit(line: DiffLine): string {
  return line.kind === "same" ? `:${line.new ?? ""}` : lineName(line);
}

function hitsOf(text: string, line: string, file: number, pattern: RegExp): Hit[] {
  return [...text.matchAll(pattern)].map(({ 0: found, index }) => ({
    file,
    line,
    start: index,
    end: index + found.length,
  }));
}
