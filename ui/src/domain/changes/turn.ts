// The turn in which a step of the timeline stands. Pure.

import type { Row, TurnRow } from "../timeline/row";

/** The number of a row's turn; null if that is not known, because earlier events are not loaded. */
export function turnOf(rows: readonly Row[], { at, run }: Row): number | null {
  const isBefore = (row: Row): row is TurnRow => row.kind === "turn" && row.run === run && row.at <= at;
  return rows.findLast(isBefore)?.number ?? null;
}

/** The numbers of the turns, the newest first. */
export function turnNumbers(rows: readonly Row[]): number[] {
  return rows.flatMap((row) => (row.kind === "turn" && row.number !== null ? [row.number] : [])).reverse();
}
