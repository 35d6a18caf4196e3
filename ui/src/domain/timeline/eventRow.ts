// Finds the row of an event. Not every event has a row: the result of a turn is shown in the row of its prompt, for example. Pure.
import { timeOf } from "../countdown";
import type { Row } from "./row";

/** The index of the event's row, else of the last row of its run before that time; -1 if there is none. */
export function rowOfEvent(rows: readonly Row[], run: string, seq: number | null, at: number): number {
  const own = seq === null ? -1 : rows.findIndex((row) => row.key === `${run}:${seq}`);
  return own >= 0
    ? own
    : rows.findLastIndex(
        (row) => row.run === run && row.kind !== "run_end" && (timeOf(row.at) ?? Infinity) <= at,
      );
}
