// Lines of a change: read from a unified diff, or made from the two texts of an edit that has not happened
// yet. In a changed pair the part that differs is marked; the rest of the line is common.
import { linesOf } from "./clip";

export type DiffLine = {
  kind: "same" | "add" | "del" | "hunk";
  old: number | null;
  new: number | null;
  text: string;
  /** Where the part that differs begins and ends. */
  mark: readonly [number, number] | null;
};

export type Diff = { lines: DiffLine[]; added: number; removed: number };

/** Reads a unified diff; lines before the first hunk are left out. */
export function readDiff(text: string): Diff {
  const lines: DiffLine[] = [];
  let place: { old: number; new: number } | null = null;
  for (const line of linesOf(text)) {
    const head = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$/.exec(line);
    if (head) {
      place = { old: Number(head[1]), new: Number(head[2]) };
      lines.push({ kind: "hunk", old: null, new: null, text: head[3] ?? "", mark: null });
    } else if (place && !line.startsWith("\\")) {
      place = push(lines, line, place);
    }
  }
  while (lines.at(-1)?.text === "" && lines.at(-1)?.kind === "same") lines.pop();
  return counted(lines);
}

/** What replacing `before` by `after` changes; line numbers count from the piece. */
export function diffOf(before: string, after: string): Diff {
  const [old, now] = withoutEnds(before === "" ? [] : linesOf(before), after === "" ? [] : linesOf(after));
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const lines: DiffLine[] = [];
  let place = { old: 1, new: 1 };
  const add = (sign: string, some: readonly string[]) => {
    for (const line of some) place = push(lines, sign + line, place);
  };
  add(" ", old.slice(0, head));
  add("-", old.slice(head, old.length - tail));
  add("+", now.slice(head, now.length - tail));
  add(" ", tail === 0 ? [] : old.slice(-tail));
  return counted(lines);
}

/** The newline at the end of both texts is no line of its own. */
function withoutEnds(old: string[], now: string[]): [string[], string[]] {
  const ends = (lines: readonly string[]) => lines.length === 0 || lines.at(-1) === "";
  return ends(old) && ends(now) ? [old.slice(0, -1), now.slice(0, -1)] : [old, now];
}

function push(lines: DiffLine[], line: string, place: { old: number; new: number }): { old: number; new: number } {
  const text = line.slice(1);
  if (line.startsWith("+")) {
    lines.push({ kind: "add", old: null, new: place.new, text, mark: null });
    return { ...place, new: place.new + 1 };
  }
  if (line.startsWith("-")) {
    lines.push({ kind: "del", old: place.old, new: null, text, mark: null });
    return { ...place, old: place.old + 1 };
  }
  lines.push({ kind: "same", old: place.old, new: place.new, text, mark: null });
  return { old: place.old + 1, new: place.new + 1 };
}

function counted(lines: DiffLine[]): Diff {
  mark(lines);
  const count = (kind: DiffLine["kind"]) => lines.filter((line) => line.kind === kind).length;
  return { lines, added: count("add"), removed: count("del") };
}

/** Pairs as many removed lines with the added lines after them as there are of both. */
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
  for (const char of text.slice(head, text.length - tail)) open += OPENING.includes(char) ? 1 : CLOSING.includes(char) ? -1 : 0;
  return open > 0;
}

function markPair(old: DiffLine | undefined, now: DiffLine | undefined): void {
  if (!old || !now) return;
  const [a, b] = [old.text, now.text];
  const least = Math.min(a.length, b.length);
  let head = 0;
  while (head < least && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < least - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  // A bracket that opens in the part that differs closes in it.
  while (tail > 0 && CLOSING.includes(a.at(-tail) ?? " ") && opens(a, head, tail) && opens(b, head, tail)) tail--;
  // Lines with little in common are two lines, not a changed one.
  if ((head + tail) * 3 < Math.max(a.length, b.length)) return;
  old.mark = [head, a.length - tail];
  now.mark = [head, b.length - tail];
}
