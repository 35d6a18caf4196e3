// Unpacks a usage report. The engine sends it by column, so that a year fits into 64 KiB; views read it by cell.

import type { PackedUsage, UsageReport } from "../../ipc/protocol";

/** Unpacks a report. Columns of different lengths are an error of the shell and are refused. */
export function unpacked({
  from,
  to,
  starts,
  groups,
  whole,
  cells: packed,
  rereading_runs = 0,
}: PackedUsage): UsageReport {
  const value = <Value>(column: Value[], at: number): Value => {
    const found = column[at];
    if (found === undefined) throw new Error(`the answer about usage has no cell ${at}`);
    return found;
  };
  const cells = packed.step.map((step, at) => ({
    step,
    group: value(packed.group, at),
    tokens: {
      input: value(packed.input, at),
      output: value(packed.output, at),
      cache_read: value(packed.cache_read, at),
      cache_write: value(packed.cache_write, at),
    },
    cost_micros: value(packed.cost_micros, at),
    cost_basis: value(packed.cost_basis, at),
    runs: value(packed.runs, at),
    turns: value(packed.turns, at),
    unpriced_tokens: value(packed.unpriced_tokens, at),
    is_partial: value(packed.is_partial, at) === 1,
  }));
  return { from, to, starts, groups, cells, whole, rereading_runs };
}
