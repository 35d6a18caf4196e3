import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { countOf } from "./calendar";
import {
  drawnSpan,
  finestStep,
  MOST_BARS,
  RANGES,
  rangePhrase,
  rangeText,
  spanOf,
  stepFor,
  stepsOf,
} from "./range";
import { axisLabel, stretchText } from "./times";

beforeEach(() => {
  vi.stubEnv("TZ", "Europe/Berlin");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const at = (iso: string) => Date.parse(iso);
const NOW = at("2026-11-19T15:51:08Z");
const span = (from: string, to: string) => ({ from: at(from), to: at(to) });

describe("ranges", () => {
  it.each([
    ["today", "2026-11-18T23:00:00Z", "2026-11-19T23:00:00Z", "hour"],
    ["week", "2026-11-12T23:00:00Z", "2026-11-19T23:00:00Z", "day"],
    ["month", "2026-10-20T22:00:00Z", "2026-11-19T23:00:00Z", "day"],
    ["year", "2025-11-30T23:00:00Z", "2026-11-30T23:00:00Z", "week"],
  ] as const)(
    "of %s begin and end at midnight and have the finest step that can be read",
    (name, from, to, step) => {
      const range = spanOf({ name }, NOW, null);
      expect(range).toEqual(span(from, to));
      expect(finestStep(range)).toBe(step);
    },
  );

  it("of everything begin on the day of the first use", () => {
    expect(spanOf({ name: "all" }, NOW, span("2024-02-03T10:00:00Z", "2026-11-19T15:00:00Z"))).toEqual(
      span("2024-02-02T23:00:00Z", "2026-11-19T23:00:00Z"),
    );
    expect(spanOf({ name: "all" }, NOW, null)).toEqual(spanOf({ name: "today" }, NOW, null));
  });

  it("never have more bars than can be told apart, and say why a step has too many", () => {
    for (const { name } of RANGES) {
      const range = spanOf({ name }, NOW, span("2023-01-01T00:00:00Z", "2026-11-19T15:00:00Z"));
      for (const { step, why } of stepsOf(range)) {
        const isMany = countOf(step, range.from, range.to, MOST_BARS) > MOST_BARS;
        expect(why !== "").toBe(isMany);
        const used = stepFor(range, step);
        expect(countOf(used, range.from, range.to, MOST_BARS)).toBeLessThanOrEqual(MOST_BARS);
        if (!isMany) expect(used).toBe(step);
      }
    }
    expect(stepsOf(spanOf({ name: "week" }, NOW, null))[0]?.why).toContain("more than 62 bars");
  });

  it("of so many years that even months are too many draw their end", () => {
    const range = span("2010-01-01T00:00:00Z", "2026-11-19T23:00:00Z");
    const drawn = drawnSpan(range, stepFor(range, null));
    expect(drawn.to).toBe(range.to);
    expect(countOf("month", drawn.from, drawn.to, 100)).toBe(MOST_BARS);
  });

  it.each([
    [{ name: "today" } as const, "today", "today"],
    [{ name: "month" } as const, "30 days to today", "in the 30 days to today"],
    [span("2026-11-17T23:00:00Z", "2026-11-18T23:00:00Z"), "yesterday", "yesterday"],
    [
      span("2026-11-08T23:00:00Z", "2026-11-15T23:00:00Z"),
      "Mon 9 Nov to Sun 15 Nov",
      "from Mon 9 Nov to Sun 15 Nov",
    ],
    [span("2026-11-19T08:00:00Z", "2026-11-19T11:00:00Z"), "today, 09:00 to 12:00", "today, 09:00 to 12:00"],
    [
      span("2026-11-19T21:00:00Z", "2026-11-19T23:00:00Z"),
      "today, 22:00 to midnight",
      "today, 22:00 to midnight",
    ],
    [span("2026-11-15T23:00:00Z", "2026-11-16T23:00:00Z"), "Mon 16 Nov", "on Mon 16 Nov"],
    [span("2026-11-16T23:00:00Z", "2026-11-19T23:00:00Z"), "Tue 17 Nov to today", "from Tue 17 Nov to today"],
  ])("have names", (choice, text, phrase) => {
    expect(rangeText(choice, NOW)).toBe(text);
    expect(rangePhrase(choice, NOW)).toBe(phrase);
  });
});

describe("names of stretches", () => {
  it.each([
    ["hour", "2026-11-19T15:00:00Z", "16:00"],
    ["day", "2026-11-18T23:00:00Z", "Today"],
    ["day", "2026-11-05T23:00:00Z", "Fri 6"],
    ["week", "2026-11-08T23:00:00Z", "9 Nov"],
    ["month", "2026-10-31T23:00:00Z", "Nov"],
  ] as const)("stand on the axis", (step, start, label) => {
    expect(axisLabel(step, at(start), NOW, at(start) - 3_600_000 * (step === "month" ? 24 * 30 : 24))).toBe(
      label,
    );
  });

  it("have their month or year where it changes", () => {
    expect(axisLabel("day", at("2026-10-31T23:00:00Z"), NOW, at("2026-10-30T23:00:00Z"))).toBe("1 Nov");
    expect(axisLabel("month", at("2025-12-31T23:00:00Z"), NOW, at("2025-11-30T23:00:00Z"))).toBe("Jan 2026");
    expect(axisLabel("month", at("2025-11-30T23:00:00Z"), NOW, null)).toBe("Dec 2025");
  });

  it("tell the two hours apart that have one name when clocks are set back", () => {
    const first = stretchText("hour", at("2026-10-25T00:00:00Z"), at("2026-10-25T01:00:00Z"), NOW);
    const second = stretchText("hour", at("2026-10-25T01:00:00Z"), at("2026-10-25T02:00:00Z"), NOW);
    expect(first).toMatch(/^Sun 25 Oct, 02:00 .+ to 02:00 .+$/);
    expect(second).not.toBe(first);
  });
});
