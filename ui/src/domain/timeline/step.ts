// Which row is selected next by a key. Pure.
import type { Row } from "./row";

/** The row `by` places after the selected one. If none is selected, the first or last visible row. */
export function stepFrom(
  rows: readonly Row[],
  selected: string | null,
  inView: { first: number; last: number } | null,
  by: number,
): number {
  const at = rows.findIndex((row) => row.key === selected);
  const { first, last } = inView ?? { first: 0, last: rows.length - 1 };
  const from = at !== -1 ? at : by > 0 ? first - 1 : last + 1;
  return Math.max(0, Math.min(rows.length - 1, from + by));
}
