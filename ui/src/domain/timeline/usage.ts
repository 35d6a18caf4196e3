// The exact tokens and cost of a story by run, with the basis of each amount. A sum has the weakest basis of its parts. Parts without a
// price are named, and not counted as zero.
import type { CostBasis, Run, RunId, Story, Tokens } from "../../ipc/protocol";
import { m } from "../../paraglide/messages";

export type UsageRow = {
  run: RunId;
  name: string;
  model: string;
  tokens: Tokens;
  cost_micros: number;
  basis: CostBasis;
  live: boolean;
};

export type Usage = {
  rows: UsageRow[];
  total: { tokens: Tokens; cost_micros: number; basis: CostBasis };
  unpriced: number;
};

const WORDS: Record<CostBasis, string> = {
  reported: m.basis_reported(),
  priced: m.basis_priced(),
  lower_bound: m.basis_lower_bound(),
  unpriced: m.basis_unpriced(),
};

/** The basis of an amount, as text. */
export function basisWords(basis: CostBasis): string {
  return WORDS[basis];
}

/** The runs that used tokens, in order, and their sum as computed by the engine. */
export function usageOf(story: Story, runs: readonly Run[]): Usage {
  const agents = runs.filter((run) => run.kind === "agent");
  const rows = agents.map((run, n) => ({
    run: run.id,
    name: m.attempt({ number: n + 1 }),
    model: run.model ?? "",
    tokens: run.tokens,
    cost_micros: run.cost_micros,
    basis: run.cost_basis,
    live: run.state !== "ended",
  }));
  const { tokens, cost_micros, cost_basis } = story;
  return {
    rows,
    total: { tokens, cost_micros, basis: cost_basis },
    unpriced: rows.filter((row) => row.basis === "unpriced").length,
  };
}
