import { afterEach, describe, expect, it, vi } from "vitest";
import { countdownTo, timeOf } from "./countdown";

const S = 1000;
const NOW = Date.parse("2026-11-19T16:51:08.000Z");
const iso = (at: number) => new Date(at).toISOString();
const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, " ");
/** The text with this many seconds left. */
const said = (seconds: number) => {
  const left = countdownTo(iso(NOW + seconds * S), NOW);
  return left.state === "counts" ? `${plain(left.text)}${left.isNear ? " near" : ""}` : left.state;
};

describe("countdownTo", () => {
  it.each([
    [112 * 3600, "4 d 16 h"],
    [25 * 3600, "1 d 1 h"],
    [24 * 3600, "1 d"],
    [99 * 60, "1 h 39"],
    [3660, "1 h 01"],
    [3601, "1 h 00"],
    [3600, "1 h 00"],
    [3599.5, "1 h 00"],
    [3599, "59:59 near"],
    [3052, "50:52 near"],
    [601, "10:01 near"],
    [61, "1:01 near"],
    [60, "1:00 near"],
    [59.5, "1:00 near"],
    [59, "59 s near"],
    [9.2, "10 s near"],
    [1, "1 s near"],
    [0.001, "1 s near"],
    [0, "passed"],
    [-0.001, "passed"],
    [-4000, "passed"],
  ])("says %d s as %s", (seconds, text) => {
    expect(said(seconds)).toBe(text);
  });

  it("says a different second for each second, and never zero", () => {
    const texts = Array.from({ length: 3600 }, (_, n) => said(n + 1));
    expect(new Set(texts).size).toBe(3600);
    expect(texts.filter((text) => /^0|:6\d|NaN|-/.test(text))).toEqual([]);
  });

  it("knows nothing where there is no time, or none that can be read", () => {
    expect(
      [
        countdownTo(null, NOW),
        countdownTo("", NOW),
        countdownTo("soon", NOW),
        countdownTo(iso(NOW), NaN),
        countdownTo(iso(NOW), Infinity),
      ].map(({ state }) => state),
    ).toEqual(Array(5).fill("unknown"));
    expect([timeOf(null), timeOf("soon"), timeOf(iso(NOW))]).toEqual([null, null, NOW]);
  });
});

describe("a change of clocks", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("neither adds nor takes an hour", () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    // Clocks go back from 03:00 to 02:00 at 01:00 UTC, so from 02:30 local time to the second 02:30 it is an hour.
    const before = Date.parse("2026-10-25T00:30:00Z");
    expect([new Date(before).getHours(), new Date("2026-10-25T01:30:00Z").getHours()]).toEqual([2, 2]);
    const over = countdownTo("2026-10-25T01:30:00.000Z", before);
    const into = countdownTo("2026-03-29T01:15:00.000Z", Date.parse("2026-03-29T00:45:00Z"));
    expect([over, into].map((left) => left.state === "counts" && plain(left.text))).toEqual([
      "1 h 00",
      "30:00",
    ]);
  });
});
