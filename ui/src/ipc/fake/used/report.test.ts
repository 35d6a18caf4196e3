import { describe, expect, it } from "vitest";
import { sumOf, wholeSum } from "../../../domain/usage/amount";
import { usageBars } from "../../../domain/usage/bars";
import { MOST_BARS, RANGES, spanOf, stepsOf } from "../../../domain/usage/range";
import type { UsageGroup } from "../../protocol";
import { START } from "../shape";
import { manyModels, oddOnes, yearOfUse } from "./records";
import { reportOf } from "./report";

const GROUPS: readonly UsageGroup[] = ["model", "agent", "account", "project", "story", "class"];
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

describe("sums of the fake and of the bars", () => {
  it.each([
    ["a year", yearOfUse()],
    ["many models", manyModels()],
    ["odd ones", oddOnes()],
  ])("equal those of %s to the token and micro-dollar, whatever they are grouped by", (_, records) => {
    const used = { from: records[0]?.at ?? 0, to: (records.at(-1)?.at ?? 0) + 1 };
    for (const { name } of RANGES) {
      const span = spanOf({ name }, START, used);
      const within = records.filter((record) => record.at >= span.from && record.at < span.to);
      const micros = within.reduce((sum, record) => sum + record.micros, 0);
      const reads = within.reduce((sum, record) => sum + record.tokens.cache_read, 0);
      for (const { step } of stepsOf(span).filter(({ why }) => why === "")) {
        for (const by of GROUPS) {
          const report = reportOf(records, {
            step,
            by: [by],
            from: new Date(span.from).toISOString(),
            to: new Date(span.to).toISOString(),
            zone,
            most: 5,
          });
          const { bars } = usageBars(report, step, by, "tokens", START);
          expect(bars.length).toBeLessThanOrEqual(MOST_BARS);
          expect(report.groups.length).toBeLessThanOrEqual(6);
          expect(report.groups.map((group) => group.rest_of)).not.toContain(1);
          const whole = wholeSum(report.whole);
          expect([whole.cost_micros, whole.tokens.cache_read]).toEqual([micros, reads]);
          const { tokens: _, ...sure } = sumOf(report.cells);
          expect(whole).toMatchObject({ ...sure, cost_micros: micros });
          const all = sumOf(bars.map((bar) => bar.sum));
          expect([all.cost_micros, all.tokens.cache_read]).toEqual([micros, reads]);
          const groups = sumOf(report.groups);
          expect([groups.cost_micros, groups.tokens.cache_read]).toEqual([micros, reads]);
        }
      }
    }
  });
});
