// The reader's place in the lines of a change, and where it is when the rows are others: with another layout, or newer files. Pure.

import type { ChangedFile } from "../../ipc/protocol";
import type { ChangeRow } from "./rows";

/** The first visible row, by its key, its file and its line, and how far it is scrolled beyond the edge, in px. */
export type RowPlace = {
  readonly key: string;
  readonly path: string;
  /** The later number of its line, or that of the first line after it; null for the file's head. */
  readonly line: number | null;
  readonly within: number;
};

export function placeOf(
  rows: readonly ChangeRow[],
  files: readonly ChangedFile[],
  index: number,
  within: number,
): RowPlace | null {
  const row = rows[index];
  const path = files[row?.file ?? -1]?.path;
  if (row === undefined || path === undefined) return null;
  const isOwn = (each: ChangeRow | undefined) => each?.file === row.file;
  let line = lineOf(row);
  if (row.kind !== "head")
    for (let at = index; line === null && isOwn(rows[at]); at += 1) line = lineOf(rows[at]);
  return { key: row.key, path, line, within };
}

/** The index of the row at this place, and how far it is scrolled beyond the edge; null if its file is gone. */
export function rowAt(
  rows: readonly ChangeRow[],
  files: readonly ChangedFile[],
  { key, path, line, within }: RowPlace,
): { index: number; within: number } | null {
  const same = rows.findIndex((row) => row.key === key);
  if (same >= 0) return { index: same, within };
  const file = files.findIndex((each) => each.path === path);
  const head = rows.findIndex((row) => row.file === file);
  if (file < 0 || head < 0) return null;
  const at = line === null ? -1 : rows.findIndex((row) => row.file === file && (lineOf(row) ?? -1) >= line);
  return { index: at >= 0 ? at : head, within: 0 };
}

function lineOf(row: ChangeRow | undefined): number | null {
  if (row?.kind === "line") return row.line.new;
  return row?.kind === "pair" ? (row.right?.new ?? null) : null;
}
