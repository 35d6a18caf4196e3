import { describe, expect, it } from "vitest";
import { Heights } from "./heights";

describe("Heights", () => {
  it("sums guesses and measured rows", () => {
    const heights = new Heights(10, 20);
    expect(heights.total).toBe(200);
    expect(heights.set(3, 50)).toBe(true);
    expect(heights.set(3, 50)).toBe(false);
    expect([heights.offset(3), heights.offset(4), heights.total]).toEqual([60, 110, 230]);
  });

  it("finds the row at a height", () => {
    const heights = new Heights(5, 10);
    heights.set(1, 30);
    expect([0, 9.9, 10, 39.9, 40, 69.9, 70, 1000, -5].map((y) => heights.at(y))).toEqual([
      0, 0, 1, 1, 2, 4, 4, 4, 0,
    ]);
  });

  it("agrees with plain addition after many changes", () => {
    const heights = new Heights(0, 7);
    const plain: number[] = [];
    let seed = 1;
    const random = (below: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    for (let step = 0; step < 400; step += 1) {
      const { guess } = heights;
      if (random(4) === 0) {
        heights.prepend(3);
        plain.unshift(guess, guess, guess);
      } else if (random(3) === 0) {
        plain.push(guess, guess);
        heights.resize(plain.length);
      } else if (plain.length > 0) {
        const i = random(plain.length);
        const h = 1 + random(90);
        heights.set(i, h);
        plain[i] = h;
      }
    }
    for (let i = 0; i <= plain.length; i += 1) {
      const sum = plain.slice(0, i).reduce((a, b) => a + b, 0);
      expect(heights.offset(i)).toBeCloseTo(sum, 6);
      if (i < plain.length) expect(heights.at(sum + 0.5)).toBe(i);
    }
  });

  it("takes new rows to be as high as the last ones were", () => {
    const heights = new Heights(100, 28);
    for (let index = 0; index < 100; index += 1) heights.set(index, 300);
    heights.resize(200);
    expect(heights.row(150)).toBe(300);
  });

  it("learns nothing from one row that is much higher, nor from one that grows", () => {
    const heights = new Heights(6, 28);
    for (const [index, height] of [26, 47, 12_800, 26].entries()) heights.set(index, height);
    for (let height = 100; height < 4000; height += 100) heights.set(4, height);
    heights.resize(8);
    expect(heights.row(7)).toBe(28);
  });

  it("counts a row once, also when rows came before it", () => {
    const heights = new Heights(3, 20);
    heights.set(0, 30);
    heights.prepend(2);
    for (let height = 40; height < 60; height += 1) heights.set(2, height);
    expect(heights.guess).toBe(20);
  });

  it("bears a million rows", () => {
    const heights = new Heights(1_000_000, 24);
    heights.set(999_999, 100);
    expect(heights.total).toBe(24_000_076);
    expect(heights.at(24_000_000)).toBe(999_999);
  });

  it("has nothing in it when it is empty", () => {
    const heights = new Heights(0, 24);
    expect([heights.total, heights.at(10)]).toEqual([0, 0]);
  });
});
