// Where an event of a run stands in a list of rows. Not every event has a row of its own: a turn's result
// stands with its prompt, and what it ended is the row before it. Pure.
import { timeOf } from "../countdown";
import type { Row } from "./row";

/** The index of the row of this event, or of the last one of its run before that time; -1 if none is there. */
export function rowOfEvent(rows: readonly Row[], run: string, seq: number | null, at: number): number {
  const own = seq === null ? -1 : rows.findIndex((row) => row.key === `${run}:${seq}`);
  return own >= 0
    ? own
    : rows.findLastIndex(
        (row) => row.run === run && row.kind !== "run_end" && (timeOf(row.at) ?? Infinity) <= at,
      );
}
