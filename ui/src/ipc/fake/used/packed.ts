// Packs a report by column, as the engine does.

import type { PackedUsage, UsageReport } from "../../protocol";

export function packed({ cells, ...report }: UsageReport): PackedUsage {
  return {
    ...report,
    cells: {
      step: cells.map((cell) => cell.step),
      group: cells.map((cell) => cell.group),
      input: cells.map((cell) => cell.tokens.input),
      output: cells.map((cell) => cell.tokens.output),
      cache_read: cells.map((cell) => cell.tokens.cache_read),
      cache_write: cells.map((cell) => cell.tokens.cache_write),
      cost_micros: cells.map((cell) => cell.cost_micros),
      cost_basis: cells.map((cell) => cell.cost_basis),
      runs: cells.map((cell) => cell.runs),
      turns: cells.map((cell) => cell.turns),
      unpriced_tokens: cells.map((cell) => cell.unpriced_tokens),
      is_partial: cells.map((cell) => (cell.is_partial ? 1 : 0)),
    },
  };
}
