import { describe, expect, it } from "vitest";
import type { CostBasis } from "../../ipc/protocol";
import {
  addTokens,
  basisWord,
  cacheShare,
  certainty,
  costText,
  exactCost,
  isUsed,
  partsText,
  sumOf,
  sumOn,
  tokensText,
  weakest,
  wholeSum,
  ZERO,
  type Sum,
} from "./amount";

const sum = (cost_micros: number | null, cost_basis: CostBasis, input = 0): Sum => ({
  ...sumOn(cost_basis, { ...ZERO, input }, cost_micros ?? 0),
  cost_micros,
});
const basis = (of: CostBasis, cost_micros: number, input = 0) => ({
  basis: of,
  tokens: { ...ZERO, input },
  cost_micros,
});

describe("a sum", () => {
  it.each([
    [sum(33_290_412, "reported"), "exact", "$33.29", "$33.290412", "reported"],
    [sum(0, "reported", 500), "exact", "$0.00", "$0.000000", "reported"],
    [sum(3_110_000, "priced"), "estimate", "≈\u202f$3.11", "≈\u202f$3.110000", "estimated"],
    [sum(4_060_001, "lower_bound"), "part", "≥\u202f$4.06", "≥\u202f$4.060001", "at least"],
    [sum(0, "lower_bound"), "part", "not known", "not known", "at least"],
    [sum(0, "unpriced", 700), "none", "not priced yet", "not priced yet", "unpriced"],
    [sum(5_000_000, "unpriced", 700), "part", "≥\u202f$5.00", "≥\u202f$5.000000", "part unpriced"],
    [sum(null, "reported", 700), "unreported", "not reported", "not reported", ""],
    [sum(1_234_567_000_001, "reported"), "exact", "$1,234,567.00", "$1,234,567.000001", "reported"],
  ])("says how sure it is", (given, certain, text, exact, word) => {
    expect(certainty(given)).toBe(certain);
    expect(costText(given)).toBe(text);
    expect(exactCost(given)).toBe(exact);
    expect(basisWord(given)).toBe(word);
  });

  it("of several is as sure as the weakest of them, and at least so much as soon as something has no price", () => {
    const some = sumOf([sum(1e6, "reported", 5), sum(2e6, "priced"), sum(0, "unpriced", 9)]);
    expect(some).toMatchObject({
      cost_micros: 3e6,
      cost_basis: "unpriced",
      unpriced_tokens: 9,
      is_partial: false,
      tokens: { input: 14 },
    });
    expect(costText(some)).toBe("≥\u202f$3.00");
    expect(costText(sumOf([sum(0, "reported", 5), sum(0, "unpriced", 9)]))).toBe("not known");
    expect(sumOf([sum(1, "reported"), sum(2, "lower_bound")])).toMatchObject({
      cost_micros: 3,
      cost_basis: "lower_bound",
    });
    expect(sumOf([sum(0, "unpriced", 4), sum(0, "unpriced", 5)])).toMatchObject({
      cost_micros: 0,
      cost_basis: "unpriced",
      tokens: { input: 9 },
    });
    expect(sumOf([sum(null, "reported", 4), sum(7, "reported")])).toMatchObject({
      cost_micros: 7,
      tokens: { input: 4 },
    });
    expect(sumOf([sum(null, "reported", 4)]).cost_micros).toBeNull();
    expect(sumOf([])).toMatchObject({ cost_micros: 0, cost_basis: "reported" });
  });

  it("is exact to the micro-dollar however many parts it has", () => {
    const parts = Array.from({ length: 5000 }, (_, n) => sum(n * 7_919 + 1, "reported"));
    const all = parts.reduce((micros, part) => micros + BigInt(part.cost_micros ?? 0), 0n);
    expect(BigInt(sumOf(parts).cost_micros ?? 0)).toBe(all);
  });

  it("has its parts in words", () => {
    const parts = [
      basis("reported", 390_630_000),
      basis("priced", 69_380_000),
      basis("lower_bound", 2_000_000),
      basis("unpriced", 0, 6_890_000),
    ];
    expect(partsText(parts)).toBe(
      "$390.63 reported, ≈\u202f$69.38 estimated, ≥\u202f$2.00 incomplete, 6.89\u202fM tokens not priced yet",
    );
    expect(partsText([basis("lower_bound", 0, 5)])).toBe("some cost not known yet");
    expect(partsText([basis("reported", 0), basis("unpriced", 1_000_000, 5)])).toBe(
      "≥\u202f$1.00 priced in part, 5 tokens not priced yet",
    );
    expect(costText(wholeSum({ bases: parts, runs: 1, turns: 1 }))).toBe("≥\u202f$462.01");
  });

  it("has parts that add up to the total in cents, each at most a cent from its own", () => {
    // Rounded separately, $1.184 and $4.784 are $1.18 and $4.78, but their sum, $5.968, is $5.97.
    const parts = [basis("reported", 1_184_000), basis("priced", 4_784_000)];
    expect(partsText(parts)).toBe("$1.18 reported, ≈\u202f$4.79 estimated");
    expect(costText(wholeSum({ bases: parts, runs: 1, turns: 1 }))).toBe("≈\u202f$5.97");
    expect(partsText([basis("reported", 4_000), basis("priced", 10_000_000)])).toBe(
      "<\u202f$0.01 reported, ≈\u202f$10.00 estimated",
    );
  });

  it("has its tokens with a sign while an account is missing, and may be of nothing", () => {
    expect(
      tokensText(sumOf([sum(1, "reported", 500), sum(0, "lower_bound", 400), sum(0, "unpriced", 9)])),
    ).toBe("≥\u202f909 tokens");
    expect(tokensText(sum(1, "reported", 500))).toBe("500 tokens");
    expect([
      isUsed(sum(0, "reported")),
      isUsed(sum(1, "reported")),
      isUsed(sum(null, "reported", 1)),
    ]).toEqual([false, true, true]);
  });

  it("knows its weakest basis and its tokens", () => {
    expect(weakest(["reported", "unpriced", "priced"])).toBe("unpriced");
    expect(weakest([])).toBe("reported");
    expect(
      addTokens([
        { input: 1, output: 2, cache_read: 3, cache_write: 4 },
        { input: 10, output: 20, cache_read: 30, cache_write: 40 },
      ]),
    ).toEqual({ input: 11, output: 22, cache_read: 33, cache_write: 44 });
  });

  it("has a cache share of all that went in, and none of nothing", () => {
    expect(cacheShare({ input: 10, output: 999, cache_read: 80, cache_write: 10 })).toEqual({
      share: 0.8,
      read: 80,
      all: 100,
    });
    expect(cacheShare(ZERO)).toBeNull();
  });
});
