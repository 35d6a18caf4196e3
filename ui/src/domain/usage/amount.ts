// Sums of usage and how certain they are: amounts with their sign, the weakest basis of several, the parts of a total. Parts without a
// price are named and not counted as zero. Pure.

import type { CostBasis, Tokens, UsageBasis, UsageWhole } from "../../ipc/protocol";
import {
  count,
  money,
  moneyText,
  signed,
  THIN,
  tokens as tokenText,
  tokensWords,
  totalTokens,
  type Money,
} from "../format";
import { m } from "../../paraglide/messages";

/** The fields that all sums of a report have. */
export type Sum = {
  readonly tokens: Tokens;
  /** Null for classes of tokens: no agent reports cost by class. */
  readonly cost_micros: number | null;
  /** The weakest basis of its parts. */
  readonly cost_basis: CostBasis;
  /** How many of the tokens have no price. */
  readonly unpriced_tokens: number;
  /** A part of it comes from a run without its final totals, so tokens and cost are lower bounds. */
  readonly is_partial: boolean;
};

/** How certain an amount is. `part`: only a part of it is known; `none`: nothing has a price; `unreported`: there is no cost to report. */
export type Certainty = "exact" | "estimate" | "part" | "none" | "unreported";

export const ZERO: Tokens = { input: 0, output: 0, cache_read: 0, cache_write: 0 };

/** How certain the cost of a sum is. */
export function certainty({ tokens, cost_micros, cost_basis, unpriced_tokens }: Sum): Certainty {
  if (cost_micros === null) return "unreported";
  switch (cost_basis) {
    case "reported":
      return "exact";
    case "priced":
      return "estimate";
    case "lower_bound":
      return "part";
    // Some parts have no price; the cost of the others is a lower bound.
    case "unpriced":
      return cost_micros > 0 || unpriced_tokens < totalTokens(tokens) ? "part" : "none";
  }
}

/** The cost of a sum with its sign: `≥ $33.29` if a part has no price. */
export function costOf(sum: Sum): Money {
  if (sum.cost_micros === null) return { sign: "", amount: m.cost_not_reported(), inWords: true };
  return money(sum.cost_micros, readBasis(sum));
}

/** The same as one text: `≈ $3.11`, `not priced yet`. */
export function costText(sum: Sum): string {
  return sum.cost_micros === null ? m.cost_not_reported() : moneyText(sum.cost_micros, readBasis(sum));
}

function readBasis(sum: Sum): CostBasis {
  return certainty(sum) === "part" ? "lower_bound" : sum.cost_basis;
}

/** The tokens of a sum with their sign: `≥ 18.1 M` if a run has no final totals. */
export function tokensOf(sum: Sum): Money {
  return { sign: sum.is_partial ? "≥" : "", amount: tokenText(totalTokens(sum.tokens)) };
}

/** The same as one text: `≥ 18.1 M tokens`. */
export function tokensText(sum: Sum): string {
  return signed({ ...tokensOf(sum), amount: tokensWords(totalTokens(sum.tokens)) });
}

/** Whether anything was used. A run that was refused at once has a turn without usage. */
export function isUsed({ tokens, cost_micros }: Pick<Sum, "tokens" | "cost_micros">): boolean {
  return totalTokens(tokens) > 0 || (cost_micros ?? 0) > 0;
}

/** `$33.290412`: to the micro-dollar, as stored. */
export function exactCost(sum: Sum): string {
  const certain = certainty(sum);
  if (sum.cost_micros === null || certain === "none") return costText(sum);
  if (certain === "part" && sum.cost_micros === 0) return costText(sum);
  const sign = certain === "estimate" ? `≈${THIN}` : certain === "part" ? `≥${THIN}` : "";
  return `${sign}$${count(Math.floor(sum.cost_micros / 1e6))}.${String(sum.cost_micros % 1e6).padStart(6, "0")}`;
}

const BASIS: Record<Certainty, string> = {
  exact: m.basis_word_reported(),
  estimate: m.basis_word_priced(),
  part: m.basis_word_part(),
  none: m.basis_word_unpriced(),
  // The text of the cost already says it.
  unreported: "",
};

/** One word for how certain a cost is, for a column. */
export function basisWord(sum: Sum): string {
  return sum.cost_basis === "unpriced" && certainty(sum) === "part"
    ? m.basis_word_part_unpriced()
    : BASIS[certainty(sum)];
}

/** The sum of several sums, with the weakest certainty among them. */
export function sumOf(sums: readonly Sum[]): Sum {
  const costs = sums.filter((sum) => sum.cost_micros !== null);
  return {
    tokens: addTokens(sums.map((sum) => sum.tokens)),
    cost_micros:
      costs.length === 0 && sums.length > 0
        ? null
        : costs.reduce((all, sum) => all + (sum.cost_micros ?? 0), 0),
    cost_basis: weakest(costs.map((sum) => sum.cost_basis)),
    unpriced_tokens: sums.reduce((all, sum) => all + sum.unpriced_tokens, 0),
    is_partial: sums.some((sum) => sum.is_partial),
  };
}

/** A sum whose parts all have this basis. */
export function sumOn(basis: CostBasis, tokens: Tokens, micros: number): Sum {
  return {
    tokens,
    cost_micros: micros,
    cost_basis: basis,
    unpriced_tokens: basis === "unpriced" ? totalTokens(tokens) : 0,
    is_partial: basis === "lower_bound",
  };
}

/** The sum of everything in a report, the same for every grouping. */
export function wholeSum({ bases }: UsageWhole): Sum {
  return sumOf(bases.map(({ basis, tokens, cost_micros }) => sumOn(basis, tokens, cost_micros)));
}

export function addTokens(all: readonly Tokens[]): Tokens {
  return all.reduce(
    (sum, each) => ({
      input: sum.input + each.input,
      output: sum.output + each.output,
      cache_read: sum.cache_read + each.cache_read,
      cache_write: sum.cache_write + each.cache_write,
    }),
    ZERO,
  );
}

const WEAK: readonly CostBasis[] = ["reported", "priced", "lower_bound", "unpriced"];

export function weakest(bases: readonly CostBasis[]): CostBasis {
  return WEAK[Math.max(0, ...bases.map((basis) => WEAK.indexOf(basis)))] ?? "reported";
}

/** The parts of a total by basis: `$390.63 reported, ≈ $69.38 estimated, 6.89 M tokens not priced yet`. */
export function partsText(bases: readonly UsageBasis[]): string {
  return inCents(bases.filter(isUsed)).flatMap(partText).join(", ");
}

const CENT = 10_000;

/** Rounds the parts to whole cents so that they add up to the total in cents. Parts below a cent are kept as they are. */
function inCents(bases: readonly UsageBasis[]): UsageBasis[] {
  let exact = 0;
  let shown = 0;
  return bases.map((part) => {
    exact += part.cost_micros;
    if (part.cost_micros < CENT) return part;
    const cost_micros = Math.round(exact / CENT) * CENT - shown;
    shown += cost_micros;
    return { ...part, cost_micros };
  });
}

function partText({ basis, tokens, cost_micros }: UsageBasis): string[] {
  switch (basis) {
    case "reported":
      return [m.part_reported({ cost: moneyText(cost_micros, basis) })];
    case "priced":
      return [m.part_priced({ cost: moneyText(cost_micros, basis) })];
    case "lower_bound":
      return [
        cost_micros > 0 ? m.part_incomplete({ cost: moneyText(cost_micros, basis) }) : m.part_not_known(),
      ];
    case "unpriced":
      return [
        ...(cost_micros > 0 ? [m.part_priced_in_part({ cost: moneyText(cost_micros, "lower_bound") })] : []),
        m.part_not_priced({ tokens: tokensWords(totalTokens(tokens)) }),
      ];
  }
}

/** The sum of all input, and the part of it that was read from the cache; null without input. */
export function cacheShare({
  input,
  cache_read,
  cache_write,
}: Tokens): { share: number; read: number; all: number } | null {
  const all = input + cache_read + cache_write;
  return all === 0 ? null : { share: cache_read / all, read: cache_read, all };
}
