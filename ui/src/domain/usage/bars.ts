// A usage report as bars: one for each unit of time, stacked by group, in dollars or tokens. The values are those of the report; nothing is
// estimated. Pure.

import type { UsageCell, UsageGroup, UsageReport, UsageStep, UsageTotal } from "../../ipc/protocol";
import type { StackedBar, Edge, Part } from "../chart/columns";
import { totalTokens } from "../format";
import { certainty, isUsed, sumOf, wholeSum, type Certainty, type Sum } from "./amount";
import { isStacked } from "./names";

export type Measure = "cost" | "tokens";

export type UsageBar = StackedBar & {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly sum: Sum;
  /** What each group used in this bar; null if nothing. */
  readonly cells: readonly (UsageCell | null)[];
  /** Tokens without a price. */
  readonly unpriced: number;
  /** Something was used whose cost is not known yet. */
  readonly hasUnknown: boolean;
};

export type UsageBars = {
  readonly step: UsageStep;
  readonly by: UsageGroup;
  readonly measure: Measure;
  readonly bars: readonly UsageBar[];
  /** The stacked groups, in their order. */
  readonly groups: readonly UsageTotal[];
  /** The sum of everything, the same for every grouping. */
  readonly whole: Sum;
  /** The value of the highest bar. */
  readonly max: number;
};

const EDGE: Record<Certainty, Edge> = {
  exact: "firm",
  estimate: "estimate",
  part: "open",
  none: "firm",
  unreported: "firm",
};

/** A sum as a value on the axis: dollars, or tokens. */
export function valueOf(sum: Sum, measure: Measure): number {
  return measure === "tokens" ? totalTokens(sum.tokens) : (sum.cost_micros ?? 0) / 1e6;
}

export function usageBars(
  report: UsageReport,
  step: UsageStep,
  by: UsageGroup,
  measure: Measure,
  now: number,
): UsageBars {
  const stacked = report.groups.flatMap((total, n) => (isStacked(total, by) && isUsed(total) ? [n] : []));
  const rows: UsageCell[][] = report.starts.map(() => []);
  for (const cell of report.cells) rows[cell.step]?.push(cell);
  const bars = report.starts.map((start, n): UsageBar => {
    const from = Date.parse(start);
    const to = Date.parse(report.starts[n + 1] ?? report.to);
    const cells = rows[n] ?? [];
    const ofGroups = stacked.map((group) => cells.find((cell) => cell.group === group) ?? null);
    const sum = sumOf(cells);
    const hasUnknown = cells.some((cell) => cell.is_partial && cell.cost_micros === 0 && isUsed(cell));
    return {
      from,
      to,
      sum,
      cells: ofGroups,
      parts: ofGroups.flatMap((cell, series) => (cell ? partOf(cell, series, measure) : [])),
      unpriced: sum.unpriced_tokens,
      hasUnknown,
      isCapped: measure === "cost" && (sum.unpriced_tokens > 0 || hasUnknown),
      phase: to <= now ? "past" : from <= now ? "now" : "ahead",
    };
  });
  const max = Math.max(0, ...bars.map((bar) => bar.parts.reduce((sum, part) => sum + part.value, 0)));
  return {
    step,
    by,
    measure,
    bars,
    groups: stacked.flatMap((n) => report.groups[n] ?? []),
    whole: wholeSum(report.whole),
    max,
  };
}

function partOf(cell: UsageCell, series: number, measure: Measure): Part[] {
  const value = valueOf(cell, measure);
  if (value === 0) return [];
  return [{ series, value, edge: measure === "cost" ? EDGE[certainty(cell)] : tokenEdge(cell) }];
}

/** The tokens of a run without its result are a lower bound. */
function tokenEdge(cell: UsageCell): Edge {
  return cell.is_partial ? "open" : "firm";
}

/** The bar that is described if none was chosen: the present one, else the last one with usage. */
export function presentBar({ bars }: UsageBars): number {
  const now = bars.findIndex((bar) => bar.phase === "now");
  return now >= 0 ? now : bars.findLastIndex((bar) => bar.cells.some((cell) => cell !== null));
}
