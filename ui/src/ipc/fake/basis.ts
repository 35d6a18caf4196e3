// What the fakes' amounts rest on, as the engine would have it: a run that goes on has no final account yet, so
// what is known of it is a lower bound, and a story is as sure as the weakest of its runs.

import { weakest } from "../../domain/usage/amount";
import type { AgentId, CostBasis, Run } from "../protocol";

/** What a run's account rests on once it has one: only Claude reports what it cost. */
export function settledBasis(agent: AgentId): CostBasis {
  return agent === "claude" ? "reported" : "priced";
}

/** The same before that; without a price it never has one. */
export function openBasis(settled: CostBasis): CostBasis {
  return settled === "unpriced" ? "unpriced" : "lower_bound";
}

/** What a story's sum rests on. */
export function storyBasis(runs: readonly Run[]): CostBasis {
  return weakest(runs.filter((run) => run.kind === "agent").map((run) => run.cost_basis));
}
