// The cost basis of the fakes' amounts, by the engine's rule: a run that still goes on has no final
// total, so its cost is a lower bound, and a story has the weakest basis of its runs.

import { weakest } from "../../domain/usage/amount";
import type { AgentId, CostBasis, Run } from "../protocol";

/** The basis of a run with a final total: only Claude reports its cost. */
export function settledBasis(agent: AgentId): CostBasis {
  return agent === "claude" ? "reported" : "priced";
}

/** The basis while the run is active. A run without a price stays unpriced. */
export function openBasis(settled: CostBasis): CostBasis {
  return settled === "unpriced" ? "unpriced" : "lower_bound";
}

/** Whether a story's tokens are a lower bound: those of a run are. */
export function isPartial(runs: readonly Run[]): boolean {
  return runs.some((run) => run.is_partial === true);
}

/** The basis of a story's sum. */
export function storyBasis(runs: readonly Run[]): CostBasis {
  return weakest(runs.filter((run) => run.kind === "agent").map((run) => run.cost_basis));
}
