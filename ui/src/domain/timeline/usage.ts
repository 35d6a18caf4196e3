// The exact tokens and cost of a story by run, with the basis of each amount. A sum has the weakest basis of its parts. Parts without a
// price are named, and not counted as zero.
import type { CostBasis, Run, RunId, Story, Tokens } from "../../ipc/protocol";
import { totalTokens } from "../format";
import { m } from "../../paraglide/messages";

export type UsageRow = {
  run: RunId;
  name: string;
  model: string;
  tokens: Tokens;
  cost_micros: number;
  basis: CostBasis;
  /** The tokens are a lower bound. */
  isPartial: boolean;
  live: boolean;
  /** It goes on and has used nothing so far: what it costs is not known. */
  isUnused: boolean;
};

export type Usage = {
  rows: UsageRow[];
  total: { tokens: Tokens; cost_micros: number; basis: CostBasis; isPartial: boolean; isUnused: boolean };
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
    isPartial: run.is_partial ?? false,
    live: run.state !== "ended",
    isUnused: run.state !== "ended" && usedNothing(run),
  }));
  const { tokens, cost_micros, cost_basis } = story;
  return {
    rows,
    total: {
      tokens,
      cost_micros,
      basis: cost_basis,
      isPartial: story.is_partial ?? false,
      isUnused: rows.some((row) => row.live) && usedNothing(story),
    },
    unpriced: rows.filter((row) => row.basis === "unpriced").length,
  };
}

/** An agent may report what it cost without the tokens. */
function usedNothing({ tokens, cost_micros }: Pick<Run, "tokens" | "cost_micros">): boolean {
  return totalTokens(tokens) === 0 && cost_micros === 0;
}
