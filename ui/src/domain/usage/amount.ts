// Sums of usage and how sure they are: amounts with their sign, the weakest basis of several, what a
// total is made of. A part without a price is said in words and never counted as nothing. Pure.

import type { CostBasis, Tokens } from "../../ipc/protocol";
import { count, money, moneyText, THIN, tokens as tokenText, totalTokens, type Money } from "../format";

/** What all sums of a report have: a group's total and a cell. */
export type Sum = {
  readonly tokens: Tokens;
  /** Null in the groups of token classes: no agent tells cost by class. */
  readonly cost_micros: number | null;
  readonly cost_basis: CostBasis;
};

/** How sure an amount is, strongest first; `part` is known in part only, `none` has no price at all. */
export type Certainty = "exact" | "estimate" | "part" | "none" | "untold";

export const ZERO: Tokens = { input: 0, output: 0, cache_read: 0, cache_write: 0 };

/** How sure a sum's cost is, and of what kind the doubt. */
export function certainty({ cost_micros, cost_basis }: Sum): Certainty {
  if (cost_micros === null) return "untold";
  switch (cost_basis) {
    case "reported": return "exact";
    case "priced": return "estimate";
    case "lower_bound": return "part";
    // The weakest part has no price; what the others cost is known at least.
    case "unpriced": return cost_micros > 0 ? "part" : "none";
  }
}

/** A sum's cost with its sign: `≥ $33.29` if a part of it has no price. */
export function costOf(sum: Sum): Money {
  if (sum.cost_micros === null) return { sign: "", amount: "not told" };
  return money(sum.cost_micros, readBasis(sum.cost_micros, sum.cost_basis));
}

/** The same as one text: `≈ $3.11`, `no price`. */
export function costText(sum: Sum): string {
  return sum.cost_micros === null ? "not told" : moneyText(sum.cost_micros, readBasis(sum.cost_micros, sum.cost_basis));
}

function readBasis(micros: number, basis: CostBasis): CostBasis {
  return basis === "unpriced" && micros > 0 ? "lower_bound" : basis;
}

/** `$33.290412`: to the micro-dollar, as it is stored. */
export function exactCost(sum: Sum): string {
  const certain = certainty(sum);
  if (sum.cost_micros === null || certain === "none") return costText(sum);
  if (certain === "part" && sum.cost_micros === 0) return costText(sum);
  const sign = certain === "estimate" ? `≈${THIN}` : certain === "part" ? `≥${THIN}` : "";
  return `${sign}$${count(Math.floor(sum.cost_micros / 1e6))}.${String(sum.cost_micros % 1e6).padStart(6, "0")}`;
}

const BASIS: Record<Certainty, string> = {
  exact: "reported",
  estimate: "priced",
  part: "at least",
  none: "unpriced",
  untold: "not told by class",
};

/** One word for how sure a cost is, for a column. */
export function basisWord(sum: Sum): string {
  return sum.cost_basis === "unpriced" && certainty(sum) === "part" ? "part unpriced" : BASIS[certainty(sum)];
}

/** One word for how sure a total of several is. */
export function basisOfAll(sums: readonly Sum[]): string {
  const words = new Set(sums.filter((sum) => sum.cost_micros !== null).map(basisWord));
  return words.size > 1 ? "mixed" : [...words][0] ?? "";
}

/** The sum of several, as sure as the weakest of its amounts. What has no price is not in it; it is said beside
    it, in words and as a hatch. */
export function sumOf(sums: readonly Sum[]): Sum {
  const costs = sums.filter((sum) => sum.cost_micros !== null);
  const priced = costs.filter((sum) => certainty(sum) !== "none");
  return {
    tokens: addTokens(sums.map((sum) => sum.tokens)),
    cost_micros: costs.length === 0 && sums.length > 0 ? null : costs.reduce((all, sum) => all + (sum.cost_micros ?? 0), 0),
    cost_basis: weakest((priced.length > 0 ? priced : costs).map((sum) => sum.cost_basis)),
  };
}

export function addTokens(all: readonly Tokens[]): Tokens {
  return all.reduce((sum, each) => ({
    input: sum.input + each.input,
    output: sum.output + each.output,
    cache_read: sum.cache_read + each.cache_read,
    cache_write: sum.cache_write + each.cache_write,
  }), ZERO);
}

const WEAK: readonly CostBasis[] = ["reported", "priced", "lower_bound", "unpriced"];

export function weakest(bases: readonly CostBasis[]): CostBasis {
  return WEAK[Math.max(0, ...bases.map((basis) => WEAK.indexOf(basis)))] ?? "reported";
}

/** What a total is made of, in words: `$390.63 reported, ≈ $69.38 priced, 6.89 M tokens unpriced`. */
export function partsText(sums: readonly Sum[]): string {
  const of = (certain: Certainty) => sums.filter((sum) => certainty(sum) === certain);
  const micros = (some: readonly Sum[]) => some.reduce((all, sum) => all + (sum.cost_micros ?? 0), 0);
  const parts: string[] = [];
  const exact = of("exact");
  const part = of("part");
  if (exact.length > 0) parts.push(`${moneyText(micros(exact), "reported")} reported`);
  if (of("estimate").length > 0) parts.push(`${moneyText(micros(of("estimate")), "priced")} priced`);
  if (micros(part) > 0) parts.push(`${moneyText(micros(part), "lower_bound")} incomplete`);
  else if (part.length > 0) parts.push("some cost not known yet");
  const unpriced = totalTokens(addTokens(of("none").map((sum) => sum.tokens)));
  if (of("none").length > 0) parts.push(`${tokenText(unpriced)} tokens unpriced`);
  return parts.join(", ");
}

/** All that went in, and how much of it was read from the cache; null while nothing went in. */
export function cacheShare({ input, cache_read, cache_write }: Tokens): { share: number; read: number; all: number } | null {
  const all = input + cache_read + cache_write;
  return all === 0 ? null : { share: cache_read / all, read: cache_read, all };
}
