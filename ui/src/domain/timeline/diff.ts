// The lines of a diff: each with its number before and after the change. In a pair of changed lines the part that differs is marked.
import type { Diff, Hunk, Side } from "../../ipc/protocol";

export type DiffLine = {
  kind: "same" | "add" | "del" | "hunk";
  old: number | null;
  new: number | null;
  text: string;
  /** The start and end of the part that differs. */
  mark: readonly [number, number] | null;
};

export type DiffLines = { lines: DiffLine[]; added: number; removed: number };

const KINDS: Record<Side, "same" | "add" | "del"> = { same: "same", added: "add", removed: "del" };

/** The lines of a change. */
export function linesOf({ hunks }: Diff): DiffLines {
  const lines = hunks.flatMap(hunkLines);
  mark(lines);
  const count = (kind: DiffLine["kind"]) => lines.filter((line) => line.kind === kind).length;
  return { lines, added: count("add"), removed: count("del") };
}

/** A line for the hunk's heading, then its lines. If the hunk's position is not known, the lines have no numbers. */
function hunkLines({ start, heading = "", pieces }: Hunk): DiffLine[] {
  let [old, now] = [start?.old ?? 0, start?.new ?? 0];
  const lines = pieces.flatMap(({ side, text }) =>
    text.split("\n").map((line): DiffLine => {
      const kind = KINDS[side];
      const numbers = {
        old: start && kind !== "add" ? old : null,
        new: start && kind !== "del" ? now : null,
      };
      if (kind !== "add") old += 1;
      if (kind !== "del") now += 1;
      return { kind, ...numbers, text: line, mark: null };
    }),
  );
  return [{ kind: "hunk", old: null, new: null, text: heading, mark: null }, ...lines];
}

/** Pairs removed lines with the added lines that follow them, one to one, as far as both go. */
function mark(lines: DiffLine[]): void {
  for (let i = 0; i < lines.length; i++) {
    if (lines[i]?.kind !== "del" || lines[i - 1]?.kind === "del") continue;
    let dels = 0;
    while (lines[i + dels]?.kind === "del") dels++;
    let adds = 0;
    while (lines[i + dels + adds]?.kind === "add") adds++;
    for (let k = 0; k < Math.min(dels, adds); k++) markPair(lines[i + k], lines[i + dels + k]);
  }
}

const OPENING = "([{";
const CLOSING = ")]}";

function opens(text: string, head: number, tail: number): boolean {
  let open = 0;
  for (const char of text.slice(head, text.length - tail))
    open += OPENING.includes(char) ? 1 : CLOSING.includes(char) ? -1 : 0;
  return open > 0;
}

const isWord = (char: string | undefined) => char !== undefined && /[\p{L}\p{N}\p{M}_]/u.test(char);

function markPair(old: DiffLine | undefined, now: DiffLine | undefined): void {
  if (!old || !now) return;
  const [a, b] = [old.text, now.text];
  const least = Math.min(a.length, b.length);
  let head = 0;
  while (head < least && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < least - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  // If a bracket opens within the part that differs, its closing bracket belongs to that part, too.
  while (tail > 0 && CLOSING.includes(a.at(-tail) ?? " ") && opens(a, head, tail) && opens(b, head, tail))
    tail--;
  // With too little in common they are two separate lines, not a changed one.
  if ((head + tail) * 3 < Math.max(a.length, b.length)) return;
  // A word that differs is marked as a whole.
  while (head > 0 && isWord(a[head - 1]) && (isWord(a[head]) || isWord(b[head]))) head--;
  while (tail > 0 && isWord(a.at(-tail)) && (isWord(a.at(-tail - 1)) || isWord(b.at(-tail - 1)))) tail--;
  old.mark = [head, a.length - tail];
  now.mark = [head, b.length - tail];
}
