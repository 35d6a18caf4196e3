import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { countOf, daysBefore, nextOf, startOf, zoneName } from "./calendar";

beforeEach(() => {
  vi.stubEnv("TZ", "Europe/Berlin");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const at = (iso: string) => Date.parse(iso);
const iso = (ms: number) => new Date(ms).toISOString();

describe("the calendar", () => {
  it("is that of the page's zone", () => {
    expect(zoneName()).toBe("Europe/Berlin");
  });

  it.each([
    ["hour", "2026-11-19T15:51:08Z", "2026-11-19T15:00:00.000Z", "2026-11-19T16:00:00.000Z"],
    ["day", "2026-11-18T23:30:00Z", "2026-11-18T23:00:00.000Z", "2026-11-19T23:00:00.000Z"],
    ["week", "2026-11-22T12:00:00Z", "2026-11-15T23:00:00.000Z", "2026-11-22T23:00:00.000Z"],
    ["month", "2026-10-31T22:59:00Z", "2026-09-30T22:00:00.000Z", "2026-10-31T23:00:00.000Z"],
    ["month", "2026-10-31T23:01:00Z", "2026-10-31T23:00:00.000Z", "2026-11-30T23:00:00.000Z"],
  ] as const)("has a beginning and a next one for each %s", (step, moment, start, next) => {
    expect(iso(startOf(step, at(moment)))).toBe(start);
    expect(iso(nextOf(step, at(moment)))).toBe(next);
  });

  it.each([
    ["set back", "2026-10-24T22:00:00Z", 25],
    ["put forward", "2026-03-28T23:00:00Z", 23],
  ])("gives the day on which clocks are %s its own length", (_, midnight, hours) => {
    const next = nextOf("day", at(midnight));
    expect((next - at(midnight)) / 3_600_000).toBe(hours);
    expect(countOf("hour", at(midnight), next, 62)).toBe(hours);
    expect(countOf("day", at(midnight), next, 62)).toBe(1);
  });

  it("has the same time of day before, over a change of clocks too", () => {
    expect(iso(daysBefore(at("2026-10-26T09:30:00Z"), 7))).toBe("2026-10-19T08:30:00.000Z");
  });

  it("counts no further than asked", () => {
    expect(countOf("hour", 0, at("2026-11-19T00:00:00Z"), 62)).toBe(63);
    expect(countOf("day", at("2026-11-01T00:00:00Z"), at("2026-11-01T00:00:00Z"), 62)).toBe(0);
  });

  it("has one stretch after the other without a gap, in every month of a year", () => {
    for (const step of ["day", "week", "month"] as const) {
      for (
        let start = startOf(step, at("2026-01-15T12:00:00Z"));
        start < at("2027-02-01T00:00:00Z");
        start = nextOf(step, start)
      ) {
        expect(startOf(step, nextOf(step, start) - 1)).toBe(start);
        expect(startOf(step, nextOf(step, start))).toBe(nextOf(step, start));
      }
    }
  });
});
