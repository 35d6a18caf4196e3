// Where the keys lead in a list of changes: to the next change, and to the next file. Pure.

import type { ChangeRow } from "./rows";

/** The lines of a change that follow each other without an unchanged line between them. */
export type Block = {
  /** The indices of its first row and of the one after its last. */
  readonly from: number;
  readonly to: number;
  readonly file: number;
};

/** What the keys go through: every change, and the head of a file of which no changed line is shown. */
export function blocksOf(rows: readonly ChangeRow[]): Block[] {
  const blocks: Block[] = [];
  let head = -1;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at];
    if (row === undefined) continue;
    if (row.kind === "head") {
      if (head >= 0) blocks.push({ from: head, to: head + 1, file: rows[head]?.file ?? 0 });
      head = at;
    }
    if (!isChanged(row)) continue;
    head = -1;
    const from = at;
    for (let next = nextLine(rows, at); isChanged(rows[next]); next = nextLine(rows, at)) at = next;
    blocks.push({ from, to: at + 1, file: row.file });
  }
  if (head >= 0) blocks.push({ from: head, to: head + 1, file: rows[head]?.file ?? 0 });
  return blocks;
}

/** The index of the row after this one that is no comment. */
function nextLine(rows: readonly ChangeRow[], at: number): number {
  let next = at + 1;
  while (rows[next]?.kind === "comment" || rows[next]?.kind === "editor") next += 1;
  return next;
}

export function isChanged(row: ChangeRow | undefined): boolean {
  if (row?.kind === "line") return row.line.kind !== "same";
  return row?.kind === "pair" && (row.left?.kind === "del" || row.right?.kind === "add");
}

/** The indices of the files' heads. */
export function headsOf(rows: readonly ChangeRow[]): number[] {
  return rows.flatMap((row, at) => (row.kind === "head" ? [at] : []));
}

/** The first of these indices after `at`, or the last before it; undefined if there is none. */
export function nextOf(indices: readonly number[], at: number, by: 1 | -1): number | undefined {
  return by > 0 ? indices.find((each) => each > at) : indices.findLast((each) => each < at);
}
