// What a turn of the timeline used. The results of a turn are the agent's own account, which replaces what its messages streamed, as in the
// sums of the engine: after an interrupt the two differ. Pure.

import type { CostBasis, ModelUsage, Tokens, TurnEnd } from "../../ipc/protocol";
import { addTokens, weakest } from "../usage/amount";
import type { TurnRow } from "./row";

export type TurnUse = {
  /** Null if nothing is known. */
  readonly tokens: Tokens | null;
  /** Null if not all of it has a cost. */
  readonly cost: { readonly micros: number; readonly basis: CostBasis } | null;
};

/** What the turn used by its results, or by its messages if a result does not tell it. */
export function useOf({ tokens, ends }: Pick<TurnRow, "tokens" | "ends">): TurnUse {
  const parts = ends.map(partOf);
  const known = parts.flatMap((part) => part ?? []);
  const isTold = parts.length > 0 && parts.every((part) => part !== null);
  return {
    tokens: isTold ? addTokens(known.map((model) => model.tokens)) : tokens,
    cost: isTold && known.length > 0 ? costOf(known) : null,
  };
}

/** What each model used since the result before; null if the agent does not tell it. */
function partOf({ usage }: TurnEnd): readonly ModelUsage[] | null {
  if (usage === null) return null;
  const models = "used" in usage ? usage.used.models : usage.since_last;
  return models === null ? null : Object.values(models).flatMap((model) => model ?? []);
}

function costOf(models: readonly ModelUsage[]): TurnUse["cost"] {
  let micros = 0;
  for (const { cost_micros } of models) {
    if (cost_micros === null) return null;
    micros += cost_micros;
  }
  return { micros, basis: weakest(models.map((model) => (model.price_unknown ? "priced" : "reported"))) };
}
