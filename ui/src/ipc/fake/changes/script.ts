// Files of a change, written as scripts: each line of the whole file with a blank, a `-` or a `+` before it.

import { CONTEXT } from "../../../domain/changes/rows";
import type { ChangedFile, FileDiff, FileLines, FileSide, Hunk, Piece, Side } from "../../protocol";

/** A file with all that can be asked of it. */
export type FakeFile = {
  readonly file: ChangedFile;
  readonly script: readonly string[];
  readonly diff?: Partial<FileDiff>;
};

export const NO_LINES: FileDiff = {
  diff: { hunks: [] },
  next: null,
  cut_lines: 0,
  lossy: false,
  old_lines: null,
  new_lines: null,
  old_without_newline: false,
  new_without_newline: false,
  not_shown: null,
  old_image: null,
  new_image: null,
};

const SIDES: Record<string, Side> = { " ": "same", "-": "removed", "+": "added" };
/** The most lines in one answer. */
const MOST = 2_000;

/** A file by its script. What is not said of it is usual. */
export function scripted(
  path: string,
  script: readonly string[],
  change: Partial<ChangedFile> = {},
): FakeFile {
  const counted = (sign: string) => script.filter((line) => line.startsWith(sign)).length;
  const [added, removed] = [counted("+"), counted("-")];
  const isNew = script.every((line) => line.startsWith("+"));
  const isGone = script.length > 0 && script.every((line) => line.startsWith("-"));
  const status = isNew && script.length > 0 ? "added" : isGone ? "removed" : "changed";
  const old = status === "added" ? null : side(`old ${path}`);
  const now = status === "removed" ? null : side(`new ${path} ${script.length}`);
  const file: ChangedFile = {
    path,
    old_path: null,
    status,
    old,
    new: now,
    added,
    removed,
    binary: false,
    folded: null,
    said: true,
    reviewed: "no",
    ...change,
  };
  return { file, script };
}

export function side(object: string, change: Partial<FileSide> = {}): FileSide {
  return { kind: "file", object, size: null, ...change };
}

/** What the engine says of a file: its parts with the lines around them, a part of them at a time. */
export function diffOf({ script, diff }: FakeFile, skip: number, whiteSpace: boolean): FileDiff {
  const shown = whiteSpace ? script : withoutSpaces(script);
  const kept = nearChanges(shown);
  const own = kept.slice(skip, skip + MOST);
  const lines = (sign: string) => script.filter((line) => !line.startsWith(sign)).length;
  const isSame = kept.length === 0;
  return {
    ...NO_LINES,
    diff: { hunks: hunksOf(shown, own) },
    next: skip + own.length < kept.length ? skip + own.length : null,
    old_lines: lines("+") || null,
    new_lines: lines("-") || null,
    not_shown: isSame ? (whiteSpace ? "same_content" : "only_white_space") : null,
    ...diff,
  };
}

export function linesOf({ script }: FakeFile, first: number, most: number): FileLines {
  const all = script.filter((line) => !line.startsWith("-")).map((line) => line.slice(1));
  return { first, lines: all.slice(first - 1, first - 1 + most), of: all.length, cut_lines: 0, lossy: false };
}

/** The script with pairs that differ in white space alone as unchanged lines. */
function withoutSpaces(script: readonly string[]): string[] {
  const bare = (line: string) => line.slice(1).replaceAll(/\s/g, "");
  const lines: string[] = [];
  for (const [n, line] of script.entries()) {
    const before = script[n - 1];
    if (line.startsWith("+") && before?.startsWith("-") === true && bare(before) === bare(line))
      lines[lines.length - 1] = ` ${line.slice(1)}`;
    else lines.push(line);
  }
  return lines;
}

/** The indices of the changed lines and of those around them. */
function nearChanges(script: readonly string[]): number[] {
  const near = new Set<number>();
  for (const [n, line] of script.entries()) {
    if (line.startsWith(" ")) continue;
    for (let at = Math.max(0, n - CONTEXT); at <= Math.min(script.length - 1, n + CONTEXT); at += 1)
      near.add(at);
  }
  return [...near].sort((a, b) => a - b);
}

function hunksOf(script: readonly string[], kept: readonly number[]): Hunk[] {
  const hunks: Hunk[] = [];
  let [old, now, at] = [1, 1, 0];
  let last = -2;
  for (const n of kept) {
    for (; at < n; at += 1) {
      if (!script[at]?.startsWith("+")) old += 1;
      if (!script[at]?.startsWith("-")) now += 1;
    }
    if (n !== last + 1) hunks.push({ start: { old, new: now }, heading: headingAt(script, n), pieces: [] });
    add(hunks.at(-1)?.pieces ?? [], script[n] ?? " ");
    last = n;
  }
  return hunks;
}

/** The line above that begins at the edge, as git finds a heading. */
function headingAt(script: readonly string[], at: number): string {
  const found = script.slice(0, at).findLast((line) => /^[ -][A-Za-z]/.test(line) && line.length > 12);
  return found?.slice(1, 60) ?? "";
}

function add(pieces: Piece[], line: string): void {
  const side = SIDES[line[0] ?? " "] ?? "same";
  const last = pieces.at(-1);
  if (last?.side === side) last.text += `\n${line.slice(1)}`;
  else pieces.push({ side, text: line.slice(1) });
}
