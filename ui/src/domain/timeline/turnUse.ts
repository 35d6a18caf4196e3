// What a turn of the timeline used: the sum of its results as the engine settled them, the same as in every other sum. Before its first
// result it is what its messages streamed. Pure.

import { sumOfShare } from "../turns/turns";
import { sumOf, sumOn, type Sum } from "../usage/amount";
import type { TurnRow } from "./row";

/** What a turn used; null if nothing is known yet. */
export function useOf({ tokens, ends }: Pick<TurnRow, "tokens" | "ends">): Sum | null {
  if (ends.length === 0) return tokens && sumOn("lower_bound", tokens, 0);
  return sumOf(ends.flatMap((end) => (end.shares ?? []).map(sumOfShare)));
}
