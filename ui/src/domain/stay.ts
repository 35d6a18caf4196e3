// Keeps what a person looks at where it is while rows above it come and go: how far the rows that are in sight moved. Pure.

import type { BoardRow, Rows } from "./rows";

/** The rows before a change, and the part of them that was in sight, in px. */
export type Sight = { readonly rows: Rows; readonly scroll: number; readonly view: number };

/**
 * By how much the board must be scrolled so that what is in sight stays where it is. The first of `wanted` that was in sight and is still
 * in its group counts: the row under the pointer, the selected one. Without one, as far as most rows moved, because a single row may have
 * changed its place among them. At its beginning the board stays there, so that a new question is seen.
 */
export function shiftOf(before: Sight, now: Rows, wanted: readonly (string | null)[]): number {
  if (before.scroll === 0) return 0;
  const moved = movesOf(before, now);
  const chosen = wanted.flatMap((key) => moved.find((row) => row.key === key) ?? [])[0];
  return chosen?.by ?? mostOf(moved.map(({ by }) => by));
}

/** The same for one row, also at the beginning of the board: 0 if it was not in sight. */
export function shiftOfRow(before: Sight, now: Rows, key: string | null): number {
  return movesOf(before, now).find((row) => row.key === key)?.by ?? 0;
}

/** How far each row moved that was in sight and is still in its group. */
function movesOf(before: Sight, now: Rows): { key: string; by: number }[] {
  const places = new Map(now.all.map((row) => [row.key, row]));
  return before.rows.all.filter(isSeen(before)).flatMap((row) => {
    const next = places.get(row.key);
    return next?.group === row.group ? [{ key: row.key, by: next.top - row.top }] : [];
  });
}

function isSeen({ scroll, view }: Sight): (row: BoardRow) => boolean {
  return (row) => row.top + row.height > scroll && row.top < scroll + view;
}

/** The value that is there most often; of several the first. 0 without any. */
function mostOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  return values.find((value) => counts.get(value) === most) ?? 0;
}
