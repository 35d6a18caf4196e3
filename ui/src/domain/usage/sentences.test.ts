import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type {
  CostBasis,
  LimitHistory,
  UsageCell,
  UsageGroup,
  UsageReport,
  UsageTotal,
} from "../../ipc/protocol";
import { AGENTS, lasting } from "../../ipc/fake/shape";
import { addTokens, sumOn, ZERO, type Sum } from "./amount";
import { presentBar, usageBars } from "./bars";
import { comparison, differenceText, pairOf } from "./compare";
import { findingText } from "./finding";
import { limitFinding, limitLine } from "./limitBars";
import { groupName } from "./names";
import { scaleText } from "./scaleText";

beforeEach(() => {
  vi.stubEnv("TZ", "Europe/Berlin");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const THIN = "\u202f";
const at = (iso: string) => Date.parse(iso);
const NOW = at("2026-11-19T15:51:08Z");
const NAMED = { stories: [], agents: AGENTS };
const tokens = (input: number) => ({ ...ZERO, input });
const sum = (dollars: number, cost_basis: CostBasis = "reported", input = 1000): Sum =>
  sumOn(cost_basis, tokens(input), dollars * 1e6);

function group(
  by: UsageGroup,
  value: string | null,
  dollars: number,
  change: Partial<UsageTotal> = {},
): UsageTotal {
  const { tokens: used, cost_basis } = { tokens: tokens(1000), cost_basis: "reported" as const, ...change };
  return {
    by: { [by]: value },
    rest_of: 0,
    ...sumOn(cost_basis, used, dollars * 1e6),
    runs: 1,
    turns: 1,
    ...change,
  };
}
function cell(step: number, of: number, dollars: number, change: Partial<UsageCell> = {}): UsageCell {
  const { tokens: used, cost_basis } = { tokens: tokens(1000), cost_basis: "reported" as const, ...change };
  return { step, group: of, ...sumOn(cost_basis, used, dollars * 1e6), runs: 1, turns: 1, ...change };
}
const report = (groups: UsageTotal[], cells: UsageCell[], days = 2): UsageReport => ({
  from: "2026-11-17T23:00:00Z",
  to: "2026-11-19T23:00:00Z",
  groups,
  cells,
  starts: ["2026-11-17T23:00:00Z", "2026-11-18T23:00:00Z"].slice(0, days),
  whole: {
    runs: 1,
    turns: 1,
    bases: (["reported", "priced", "lower_bound", "unpriced"] as const).flatMap((basis) => {
      const own = cells.filter((each) => each.cost_basis === basis);
      return own.length === 0
        ? []
        : [
            {
              basis,
              tokens: addTokens(own.map((each) => each.tokens)),
              cost_micros: own.reduce((all, each) => all + (each.cost_micros ?? 0), 0),
            },
          ];
    }),
  },
});

describe("bars", () => {
  const given = report(
    [group("model", "opus-4.8", 40), group("model", "qwen3", 0, { cost_basis: "unpriced" })],
    [
      cell(0, 0, 30),
      cell(1, 0, 10, { cost_basis: "lower_bound" }),
      cell(1, 1, 0, { cost_basis: "unpriced", tokens: tokens(700) }),
    ],
  );

  it("have a part for each group, the present one marked, and what has no price capped with its tokens", () => {
    const { bars, max } = usageBars(given, "day", "model", "cost", NOW);
    expect(max).toBe(30);
    expect(bars.map((bar) => bar.phase)).toEqual(["past", "now"]);
    expect(bars[1]).toMatchObject({
      isCapped: true,
      unpriced: 700,
      parts: [{ series: 0, value: 10, edge: "open" }],
    });
    expect(bars[0]).toMatchObject({
      isCapped: false,
      to: at("2026-11-18T23:00:00Z"),
      sum: { cost_micros: 30e6 },
    });
  });

  it("say of a group that has a price in part how many tokens have none, and mark a cost that is not known yet", () => {
    const mixed = report(
      [group("story", "a", 5), group("story", "b", 0)],
      [
        cell(0, 0, 5, { cost_basis: "unpriced", unpriced_tokens: 300 }),
        cell(1, 1, 0, { cost_basis: "lower_bound" }),
      ],
    );
    const { bars } = usageBars(mixed, "day", "story", "cost", NOW);
    expect(bars[0]).toMatchObject({
      unpriced: 300,
      isCapped: true,
      hasUnknown: false,
      parts: [{ value: 5, edge: "open" }],
    });
    expect(bars[1]).toMatchObject({ unpriced: 0, isCapped: true, hasUnknown: true, parts: [] });
  });

  it("leave out groups in which nothing was used", () => {
    const given = report(
      [group("model", "opus", 3), group("model", null, 0, { tokens: ZERO })],
      [cell(0, 0, 3), cell(0, 1, 0, { tokens: ZERO })],
    );
    expect(usageBars(given, "day", "model", "cost", NOW).groups.map((each) => each.by.model)).toEqual([
      "opus",
    ]);
  });

  it("show all tokens to scale, without a cap", () => {
    const { bars } = usageBars(given, "day", "model", "tokens", NOW);
    expect(bars[1]).toMatchObject({
      isCapped: false,
      parts: [
        { series: 0, value: 1000 },
        { series: 1, value: 700 },
      ],
    });
  });

  it("leave the cost that no class has out of the stack of classes and keep it in the sum", () => {
    const classes = report(
      [group("class", null, 40, { tokens: ZERO }), group("class", "cache_read", 0, { cost_micros: null })],
      [cell(0, 0, 40, { tokens: ZERO }), cell(0, 1, 0, { cost_micros: null })],
    );
    const shown = usageBars(classes, "day", "class", "tokens", NOW);
    expect(shown.groups.map((each) => each.by.class)).toEqual(["cache_read"]);
    expect(shown.bars[0]).toMatchObject({ parts: [{ series: 0, value: 1000 }], sum: { cost_micros: 40e6 } });
  });

  it("read the present one first, or the last one used where there is none", () => {
    expect(presentBar(usageBars(given, "day", "model", "cost", NOW))).toBe(1);
    expect(presentBar(usageBars(given, "day", "model", "cost", at("2027-01-01T00:00:00Z")))).toBe(1);
    expect(presentBar(usageBars(report([], []), "day", "model", "cost", at("2027-01-01T00:00:00Z")))).toBe(
      -1,
    );
  });
});

describe("the finding", () => {
  it("says the amount, the highest bar and the largest part", () => {
    const shown = usageBars(
      report(
        [group("model", "opus-4.8", 30), group("model", "gpt-5.5", 10, { cost_basis: "priced" })],
        [cell(0, 0, 30), cell(1, 1, 10, { cost_basis: "priced" })],
      ),
      "day",
      "model",
      "cost",
      NOW,
    );
    expect(findingText(shown, "in the 7 days to today", "", NAMED, NOW)).toBe(
      `≈${THIN}$40.00 in the 7 days to today. Highest day: Yesterday, $30.00. 75${THIN}% of it is opus-4.8.`,
    );
  });

  it("says how today compares, and that nothing was used", () => {
    const shown = usageBars(
      report([group("model", "opus-4.8", 30)], [cell(1, 0, 30)]),
      "day",
      "model",
      "cost",
      NOW,
    );
    expect(findingText(shown, "today", `12${THIN}% more than yesterday by 16:51, $26.79`, NAMED, NOW)).toBe(
      `$30.00 today, 12${THIN}% more than yesterday by 16:51, $26.79.`,
    );
    expect(findingText(usageBars(report([], []), "day", "model", "cost", NOW), "today", "", NAMED, NOW)).toBe(
      "Nothing was used today.",
    );
  });

  it("says why there is no sum: nothing has a price, nothing is known yet, or the agents report none", () => {
    const of = (change: Partial<UsageCell>) =>
      usageBars(
        report(
          [group("model", "m", 0, { cost_basis: change.cost_basis ?? "reported" })],
          [cell(1, 0, 0, change)],
        ),
        "day",
        "model",
        "cost",
        NOW,
      );
    expect(findingText(of({ cost_basis: "unpriced" }), "today", "", NAMED, NOW)).toBe(
      "No price is known for what was used today.",
    );
    expect(findingText(of({ cost_basis: "lower_bound" }), "today", "", NAMED, NOW)).toBe(
      "The cost of what was used today is not known yet.",
    );
    expect(findingText(of({}), "today", "as much as yesterday by 16:51, $0.00", NAMED, NOW)).toBe(
      "$0.00 today, as the agents report it, as much as yesterday by 16:51, $0.00.",
    );
  });

  it("says that it is at least so much whatever it is grouped by, in tokens too", () => {
    const used = {
      tokens: tokens(2000),
      cost_basis: "unpriced" as const,
      unpriced_tokens: 1000,
      is_partial: true,
    };
    const shown = usageBars(
      report([group("project", "p", 3, used)], [cell(1, 0, 3, { cost_basis: "lower_bound" })]),
      "day",
      "project",
      "tokens",
      NOW,
    );
    expect(shown.bars[1]?.parts).toEqual([{ series: 0, value: 1000, edge: "open" }]);
    expect(findingText(shown, "today", "", NAMED, NOW)).toBe(`≥${THIN}1.00${THIN}k tokens today.`);
  });

  it("writes a class small, because it is no name", () => {
    const shown = usageBars(
      report(
        [
          group("class", "cache_read", 0, { tokens: tokens(3000), cost_micros: null }),
          group("class", "input", 0, { cost_micros: null }),
        ],
        [cell(1, 0, 0, { tokens: tokens(3000), cost_micros: null }), cell(1, 1, 0, { cost_micros: null })],
      ),
      "day",
      "class",
      "tokens",
      NOW,
    );
    expect(findingText(shown, "today", "", NAMED, NOW)).toBe(
      `4.00${THIN}k tokens today. 75${THIN}% of it is cache read.`,
    );
  });

  it("quotes a story, which is a sentence of its own", () => {
    const shown = usageBars(
      report([group("story", "fix-it.", 30), group("story", "other", 10)], [cell(0, 0, 30), cell(0, 1, 10)]),
      "day",
      "story",
      "cost",
      NOW,
    );
    expect(findingText(shown, "in all", "", NAMED, NOW)).toBe(`$40.00 in all. 75${THIN}% of it is “fix-it”.`);
  });

  it("does not call a small part of very many the most of it", () => {
    const shown = usageBars(
      report(
        [group("model", "m1", 3), group("model", null, 97, { rest_of: 45 })],
        [cell(0, 0, 3), cell(0, 1, 97)],
      ),
      "day",
      "model",
      "cost",
      NOW,
    );
    expect(findingText(shown, "in all", "", NAMED, NOW)).toBe(
      `$100.00 in all. The largest part is m1, 3${THIN}%.`,
    );
  });
});

describe("comparisons", () => {
  it("take yesterday up to the same time and last week up to the same weekday and time", () => {
    expect(pairOf("day", NOW)).toEqual({
      now: { from: at("2026-11-18T23:00:00Z"), to: NOW },
      before: { from: at("2026-11-17T23:00:00Z"), to: at("2026-11-18T15:51:08Z") },
    });
    expect(pairOf("week", NOW)).toEqual({
      now: { from: at("2026-11-15T23:00:00Z"), to: NOW },
      before: { from: at("2026-11-08T23:00:00Z"), to: at("2026-11-12T15:51:08Z") },
    });
    // When clocks change in between, the two ranges end at the same time of day but have different lengths.
    const { now, before } = pairOf("day", at("2026-10-25T11:00:00Z"));
    expect(now.to - now.from - (before.to - before.from)).toBe(3_600_000);
  });

  it.each([
    [sum(52.18), sum(46.6), "$52.18", `12${THIN}% more than yesterday by 16:51, $46.60`],
    [sum(10), sum(20, "priced"), "$10.00", `50${THIN}% less than yesterday by 16:51, ≈${THIN}$20.00`],
    [sum(10), sum(10), "$10.00", "as much as yesterday by 16:51, $10.00"],
    [sum(10), null, "$10.00", "nothing yesterday by 16:51"],
    [null, sum(10), "nothing", "$10.00 yesterday by 16:51"],
    [null, null, "nothing", "nothing yesterday by 16:51 either"],
    [
      sum(30, "lower_bound"),
      sum(10),
      `≥${THIN}$30.00`,
      "at least 3.0 times as much as yesterday by 16:51, $10.00",
    ],
    [
      sum(5, "lower_bound"),
      sum(10),
      `≥${THIN}$5.00`,
      `50${THIN}% less than yesterday by 16:51, $10.00, as far as it is known yet`,
    ],
    [sum(30), sum(10, "lower_bound"), "$30.00", `≥${THIN}$10.00 yesterday by 16:51`],
    [sum(0), sum(0), "$0.00", "as much as yesterday by 16:51, $0.00"],
    [sum(5), sum(0), "$5.00", "$0.00 yesterday by 16:51"],
    [sum(0, "lower_bound"), null, "cost not known", "nothing yesterday by 16:51"],
    [sum(5), sum(0, "lower_bound"), "$5.00", "the cost yesterday by 16:51 is not known"],
    [
      sum(0, "unpriced", 3000),
      sum(0, "unpriced", 1000),
      `3.00${THIN}k tokens`,
      `3.0 times as much as yesterday by 16:51, 1.00${THIN}k tokens`,
    ],
  ])("say what can be said", (current, before, value, words) => {
    expect(comparison("day", "cost", NOW, current, before)).toEqual({ name: "Today so far", value, words });
  });

  it("say that tokens are at least so many while a run goes on", () => {
    const before = sum(1, "reported", 2000);
    expect(comparison("day", "tokens", NOW, sum(0, "lower_bound", 3000), before)).toMatchObject({
      value: `≥${THIN}3.00${THIN}k tokens`,
      words: `at least 50${THIN}% more than yesterday by 16:51, 2.00${THIN}k tokens`,
    });
    expect(comparison("day", "tokens", NOW, sum(0, "lower_bound", 1000), before).words).toBe(
      `50${THIN}% less than yesterday by 16:51, 2.00${THIN}k tokens, as far as it is known yet`,
    );
  });

  it("say the weekday of the week before", () => {
    expect(comparison("week", "tokens", NOW, sum(1, "reported", 2000), sum(1, "reported", 1000)).words).toBe(
      `2.0 times as much as last week by Thursday 16:51, 1.00${THIN}k tokens`,
    );
    expect(differenceText(25.4)).toBe("25 times as much as");
  });
});

describe("names of groups", () => {
  it.each([
    ["model", null, 0, "Not reported by model"],
    ["model", "", 0, "Not reported by model"],
    ["model", null, 45, "45 others"],
    ["model", null, 1, "1 other"],
    ["agent", "claude", 0, "Claude"],
    ["agent", "aider", 0, "aider"],
    ["project", "/home/ada/src/parcel-api/.git", 0, "parcel-api"],
    ["story", "gone-1", 0, "gone-1"],
    ["class", "cache_read", 0, "Cache read"],
  ] as const)("of %s %s", (by, value, rest_of, text) => {
    expect(groupName(group(by, value, 1, { rest_of }), by, NAMED).text).toBe(text);
  });
});

describe("labels of the value axis", () => {
  it.each([
    [50, 25, "cost", "$50"],
    [0.5, 0.25, "cost", "$0.50"],
    [0.002, 0.0005, "cost", "$0.0020"],
    [5, 2.5, "cost", "$5.00"],
    [0.00075, 0.00025, "cost", "$0.00075"],
    [6000, 2000, "cost", "$6,000"],
    [20_000_000, 5e6, "tokens", `20${THIN}M`],
    [2_500_000, 5e5, "tokens", `2.5${THIN}M`],
    [200_000, 5e4, "tokens", `200${THIN}k`],
    [400, 100, "tokens", "400"],
    [0, 1, "tokens", "0"],
  ] as const)("%s in steps of %s %s", (value, step, measure, text) => {
    expect(scaleText(value, step, measure)).toBe(text);
  });
});

describe("the history of a limit window", () => {
  const point = (
    time: string,
    utilization: number | null,
    resets: string | null,
    status: "allowed" | "rejected" = "allowed",
  ) => ({ at: time, utilization, status, resets_at: resets });
  const history = (change: Partial<LimitHistory>): LimitHistory => ({
    account: "a",
    agent: null,
    account_name: null,
    window: "w",
    name: { label: "w", length_ms: null, model: null, is_extra: false },
    points: [],
    holds: [],
    ...change,
  });
  const span = { from: at("2026-11-13T00:00:00Z"), to: NOW };

  it("is one bar for each window, with the highest use that was heard of", () => {
    const line = limitLine(
      history({
        points: [
          point("2026-11-18T08:00:00Z", 0.2, "2026-11-18T12:00:00Z"),
          point("2026-11-18T10:00:00Z", 0.84, "2026-11-18T12:00:20Z"),
          point("2026-11-18T11:00:00Z", null, "2026-11-18T12:00:00Z"),
          point("2026-11-19T15:00:00Z", 0.5, "2026-11-19T19:00:00Z"),
        ],
      }),
      [],
      span,
      NOW,
    );
    expect(line.bars).toEqual([
      {
        from: at("2026-11-18T08:00:00Z"),
        to: at("2026-11-18T12:00:00Z"),
        used: 0.84,
        isFull: false,
        isReset: true,
      },
      {
        from: at("2026-11-19T15:00:00Z"),
        to: at("2026-11-19T19:00:00Z"),
        used: 0.5,
        isFull: false,
        isReset: false,
      },
    ]);
    expect(limitFinding(line)).toBe(`2 windows, the fullest 84${THIN}%.`);
  });

  it("begins when the window did, where its length is known", () => {
    const line = limitLine(
      history({ name: lasting(5), points: [point("2026-11-19T15:50:00Z", 0.9, "2026-11-19T18:00:00Z")] }),
      [],
      span,
      NOW,
    );
    expect(line.bars).toEqual([
      expect.objectContaining({ from: at("2026-11-19T13:00:00Z"), to: at("2026-11-19T18:00:00Z") }),
    ]);
  });

  it("does without resets and without figures", () => {
    const line = limitLine(
      history({
        points: [
          point("2026-11-18T01:00:00Z", null, null),
          point("2026-11-18T02:00:00Z", null, null),
          point("2026-11-19T02:00:00Z", null, null),
        ],
      }),
      [],
      span,
      NOW,
    );
    expect(line.bars.map((bar) => [bar.used, bar.isReset])).toEqual([
      [null, false],
      [null, false],
    ]);
    expect(limitFinding(line)).toBe("2 windows, use not known.");
  });

  it("says how often and how long an account was held, one still being held included", () => {
    const line = limitLine(
      history({
        holds: [
          { from: "2026-11-18T10:00:00Z", to: "2026-11-18T11:00:00Z" },
          { from: "2026-11-19T15:00:00Z", to: null },
        ],
      }),
      [],
      span,
      NOW,
    );
    expect(limitFinding(line)).toBe(`Held 2 times, 1${THIN}h\u00a051 in all.`);
    expect(limitFinding(limitLine(history({}), [], span, NOW))).toBe("Nothing was heard of it in this time.");
  });
});
