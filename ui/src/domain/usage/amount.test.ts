import { describe, expect, it } from "vitest";
import type { CostBasis } from "../../ipc/protocol";
import { addTokens, basisOfAll, basisWord, cacheShare, certainty, costText, exactCost, partsText, sumOf, weakest, ZERO, type Sum } from "./amount";

const sum = (cost_micros: number | null, cost_basis: CostBasis, input = 0): Sum => ({ tokens: { ...ZERO, input }, cost_micros, cost_basis });

describe("a sum", () => {
  it.each([
    [sum(33_290_412, "reported"), "exact", "$33.29", "$33.290412", "reported"],
    [sum(0, "reported", 500), "exact", "$0.00", "$0.000000", "reported"],
    [sum(3_110_000, "priced"), "estimate", "≈\u202f$3.11", "≈\u202f$3.110000", "priced"],
    [sum(4_060_001, "lower_bound"), "part", "≥\u202f$4.06", "≥\u202f$4.060001", "at least"],
    [sum(0, "lower_bound"), "part", "not known", "not known", "at least"],
    [sum(0, "unpriced", 700), "none", "no price", "no price", "unpriced"],
    [sum(5_000_000, "unpriced", 700), "part", "≥\u202f$5.00", "≥\u202f$5.000000", "part unpriced"],
    [sum(null, "reported", 700), "untold", "not told", "not told", "not told by class"],
    [sum(1_234_567_000_001, "reported"), "exact", "$1,234,567.00", "$1,234,567.000001", "reported"],
  ])("says how sure it is", (given, certain, text, exact, word) => {
    expect(certainty(given)).toBe(certain);
    expect(costText(given)).toBe(text);
    expect(exactCost(given)).toBe(exact);
    expect(basisWord(given)).toBe(word);
  });

  it("of several is as sure as the weakest of its amounts, and never counts what has no price as nothing", () => {
    expect(sumOf([sum(1, "reported"), sum(2, "priced"), sum(0, "unpriced", 9)])).toMatchObject({ cost_micros: 3, cost_basis: "priced", tokens: { input: 9 } });
    expect(sumOf([sum(1, "reported"), sum(2, "lower_bound")])).toMatchObject({ cost_micros: 3, cost_basis: "lower_bound" });
    expect(sumOf([sum(0, "unpriced", 4), sum(0, "unpriced", 5)])).toMatchObject({ cost_micros: 0, cost_basis: "unpriced", tokens: { input: 9 } });
    expect(sumOf([sum(null, "reported", 4), sum(7, "reported")])).toMatchObject({ cost_micros: 7, tokens: { input: 4 } });
    expect(sumOf([sum(null, "reported", 4)]).cost_micros).toBeNull();
    expect(sumOf([])).toMatchObject({ cost_micros: 0, cost_basis: "reported" });
  });

  it("is exact to the micro-dollar however many parts it has", () => {
    const parts = Array.from({ length: 5000 }, (_, n) => sum(n * 7_919 + 1, "reported"));
    const all = parts.reduce((micros, part) => micros + BigInt(part.cost_micros ?? 0), 0n);
    expect(BigInt(sumOf(parts).cost_micros ?? 0)).toBe(all);
  });

  it("has its parts in words", () => {
    const parts = [sum(390_630_000, "reported"), sum(69_380_000, "priced"), sum(2_000_000, "lower_bound"), sum(0, "unpriced", 6_890_000)];
    expect(partsText(parts)).toBe("$390.63 reported, ≈\u202f$69.38 priced, ≥\u202f$2.00 incomplete, 6.89\u202fM tokens unpriced");
    expect(partsText([sum(0, "lower_bound")])).toBe("some cost not known yet");
    expect(basisOfAll(parts)).toBe("mixed");
    expect(basisOfAll([sum(1, "priced"), sum(2, "priced")])).toBe("priced");
  });

  it("knows its weakest basis and its tokens", () => {
    expect(weakest(["reported", "unpriced", "priced"])).toBe("unpriced");
    expect(weakest([])).toBe("reported");
    expect(addTokens([{ input: 1, output: 2, cache_read: 3, cache_write: 4 }, { input: 10, output: 20, cache_read: 30, cache_write: 40 }])).toEqual({ input: 11, output: 22, cache_read: 33, cache_write: 44 });
  });

  it("has a cache share of all that went in, and none of nothing", () => {
    expect(cacheShare({ input: 10, output: 999, cache_read: 80, cache_write: 10 })).toEqual({ share: 0.8, read: 80, all: 100 });
    expect(cacheShare(ZERO)).toBeNull();
  });
});
