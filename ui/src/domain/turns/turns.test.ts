import { describe, expect, it } from "vitest";
import { at, START, storyView } from "../../ipc/fake/shape";
import type { Cost, ModelShare, StoryUsage, TurnUsage } from "../../ipc/protocol";
import { valueAxis } from "../chart/valueAxis";
import { highest, nearest, turnBars, turnColumns } from "./bars";
import { contextAt, contextFinding, contextPlot } from "./context";
import { seriesOf } from "./series";
import { turnsOf, type Turn } from "./turns";
import { findingOf, notesOf, readoutOf, timesText } from "./words";

const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, " ");
const runs = storyView({
  id: 1,
  project: "p",
  title: "t",
  state: "running",
  branch: null,
  segments: [["running", -100]],
  runs: [{ from: -100, to: -60, outcome: { kind: "crashed", code: null, signal: 9 } }, { from: -50 }],
}).runs;
const [over, live] = [runs[0]?.id ?? "", runs[1]?.id ?? ""];

const share = (
  model: string,
  tokens: number,
  micros: number,
  basis: Cost["basis"] = "reported",
): ModelShare => ({
  model,
  tokens: { input: tokens, output: 0, cache_read: 0, cache_write: 0 },
  cost: { micros, basis },
});
const turn = (from: number, to: number, models: ModelShare[], part: Partial<TurnUsage> = {}): TurnUsage => ({
  run: over,
  seq: 1,
  from: at(from),
  to: at(to),
  turns: 1,
  models,
  ...part,
});
const usage = (turns: TurnUsage[], part: Partial<StoryUsage> = {}): StoryUsage => ({
  turns,
  context: [],
  compacted: [],
  context_window: null,
  ...part,
});
const turns = (...of: TurnUsage[]) => turnsOf(usage(of), runs);
const AXIS = { from: START - 100 * 60_000, to: START, now: START, width: 400 };

function bars(of: readonly Turn[], measure: "cost" | "tokens" = "cost") {
  const series = seriesOf(of);
  const all = turnBars(of, series, measure, AXIS);
  const values = valueAxis(highest(all), 10, 110, 1e-6);
  return { series, all, drawn: turnColumns(all, series.length, values, AXIS, 40) };
}

const THREE = turns(
  turn(-100, -90, [share("opus", 900, 800_000), share("haiku", 100, 200_000)]),
  turn(-90, -70, [share("opus", 100, 3_000_000)]),
  turn(-50, -40, [share("opus", 500, 500_000)], { run: live }),
);

describe("turnsOf", () => {
  it("numbers turns over the whole story, folded ones too, and sums up their models", () => {
    const of = turns(
      turn(-100, -90, [share("a", 5, 100), share("b", 2, 30)]),
      turn(-90, -80, [share("a", 1, 1)], { turns: 5 }),
      turn(-50, -40, [], { run: live }),
    );
    expect(of.map(({ first, last, sum }) => [first, last, sum.tokens.input, sum.cost_micros])).toEqual([
      [1, 1, 7, 130],
      [2, 6, 1, 1],
      [7, 7, 0, 0],
    ]);
  });

  it("tells a turn that runs from one whose run ended without a result, and counts one of which nothing is known", () => {
    const of = turns(
      turn(-70, -60, [share("a", 1, 0, "lower_bound")], { seq: null }),
      turn(-50, -1, [share("a", 1, 0, "lower_bound")], { seq: null, run: live }),
    );
    expect(of.map(({ phase }) => phase)).toEqual(["no_result", "runs"]);
    const began = turns(turn(-50, -1, [share("", 0, 0, "lower_bound")], { seq: null, run: live }));
    expect(began.map(({ last, phase }) => [last, phase])).toEqual([[1, "runs"]]);
    expect(findingOf(began, "cost")).toBe("No turn has used anything yet.");
  });

  it("has no stretch of time that ends before it begins", () => {
    const [back] = turns(turn(-10, -20, [share("a", 1, 1)]));
    const [odd] = turns({ ...turn(-10, -20, [share("a", 1, 1)]), from: "soon" });
    expect([back, odd].map((each) => each && each.to - each.from)).toEqual([0, 0]);
  });
});

describe("seriesOf", () => {
  it("has the dearest first, whatever is shown", () => {
    expect(seriesOf(THREE).map(({ name, tone, sum }) => [name, tone, sum.cost_micros])).toEqual([
      ["opus", 1, 4_300_000],
      ["haiku", 2, 200_000],
    ]);
  });

  it("puts the least of many together and loses nothing", () => {
    const of = turns(
      turn(
        -100,
        -90,
        Array.from({ length: 9 }, (_, n) => share(n === 8 ? "" : `m${n}`, 10, 1000 * (9 - n))),
      ),
    );
    const series = seriesOf(of);
    expect(series.map(({ name, tone }) => `${name} ${tone}`)).toEqual([
      "m0 1",
      "m1 2",
      "m2 3",
      "m3 4",
      "5 others rest",
    ]);
    expect(series.at(-1)?.whole).toBe("m4, m5, m6, m7, Not reported by model");
    expect(series.reduce((sum, each) => sum + (each.sum.cost_micros ?? 0), 0)).toBe(45_000);
  });
});

describe("bars", () => {
  it("end where their results came, as wide as the turn within limits, and stack to its sum", () => {
    const { all, drawn } = bars(THREE);
    expect(drawn.map(({ x, width }) => [Math.round(x + width), width])).toEqual([
      [80, 14],
      [160, 14],
      [280, 14],
    ]);
    expect(all.map((bar) => bar.parts.map((part) => part.value))).toEqual([[0.8, 0.2], [3], [0.5]]);
    expect(drawn.map(({ blocks }) => blocks.length)).toEqual([2, 1, 1]);
  });

  it("mark what is provisional, priced and unpriced", () => {
    const of = turns(
      turn(-100, -90, [share("a", 9, 90, "priced")]),
      turn(-90, -80, [share("a", 9, 0, "unpriced")]),
      turn(-70, -60, [share("a", 9, 90, "lower_bound")], { seq: null }),
      turn(-50, -1, [share("a", 9, 0, "lower_bound")], { seq: null, run: live }),
    );
    const marks = (measure: "cost" | "tokens") =>
      bars(of, measure).all.map((bar) => [bar.parts[0]?.edge ?? "none", bar.isCapped, bar.phase]);
    expect(marks("cost")).toEqual([
      ["estimate", false, "past"],
      ["none", true, "past"],
      ["open", false, "past"],
      ["none", true, "now"],
    ]);
    expect(marks("tokens")).toEqual([
      ["firm", false, "past"],
      ["firm", false, "past"],
      ["open", false, "past"],
      ["open", false, "now"],
    ]);
  });

  it.each([1, 2, 7, 40, 400, 4000])(
    "of %d turns neither overlap nor leave the axis, and keep every turn once",
    (n) => {
      const of = turns(
        ...Array.from({ length: n }, (_, k) =>
          turn(-100 + (99 * k) / n, -100 + (99 * (k + 1)) / n, [share("a", 1, 1000)]),
        ),
        turn(-0.4, 0, [share("a", 1, 1)], { seq: null, run: live }),
      );
      const { all, drawn } = bars(of);
      expect(all.flatMap((bar) => bar.turns)).toEqual(of);
      expect(all.reduce((sum, bar) => sum + (bar.sum.cost_micros ?? 0), 0)).toBe(1000 * n + 1);
      expect(drawn.length).toBeLessThanOrEqual(102);
      for (const [k, each] of drawn.entries()) {
        const before = drawn[k - 1];
        expect(each.width).toBeGreaterThanOrEqual(3);
        expect(each.x).toBeGreaterThanOrEqual(before ? before.x + before.width + 0.999 : 39);
        expect(each.x + each.width).toBeLessThanOrEqual(440.001);
      }
      expect(all.at(-1)?.turns.length).toBe(1);
    },
  );

  it("are read by the pointer where they are nearest", () => {
    const { drawn } = bars(THREE);
    expect([0, 79, 110, 125, 279, 999].map((x) => nearest(drawn, x))).toEqual([0, 0, 0, 1, 2, 2]);
    expect(nearest([], 10)).toBe(-1);
  });
});

describe("words", () => {
  it("say what the chart finds", () => {
    expect(plain(findingOf(THREE, "cost"))).toBe("3 turns, $4.50; the most expensive was turn 2 with $3.00.");
    expect(plain(findingOf(THREE, "tokens"))).toBe(
      "3 turns, 1.60 k tokens; the largest was turn 1 with 1.00 k tokens.",
    );
    expect(plain(findingOf(turns(turn(-9, -8, [share("a", 1, 340_000)])), "cost"))).toBe("1 turn, $0.34.");
    expect(findingOf([], "cost")).toBe("No turn yet.");
  });

  it("say what is not known whole", () => {
    const of = turns(
      turn(-100, -90, [share("a", 9, 0, "unpriced")], { turns: 3 }),
      turn(-70, -60, [share("b", 9, 90_000, "lower_bound")], { seq: null }),
      turn(-50, -1, [share("b", 9, 0, "lower_bound")], { seq: null, run: live }),
    );
    expect(plain(findingOf(of, "cost"))).toBe(
      "5 turns, ≥ $0.09. Turn 4 ended without a result, and is known in part only. " +
        "Turn 5 is provisional until its result comes. 3 turns have tokens without a price.",
    );
    const { all } = bars(of);
    expect(all.map((bar) => notesOf(bar).join(" "))).toEqual([
      "3 turns are listed as one, because the story has so many turns.",
      "It ended without a result, and is known in part only.",
      "It is provisional until its result comes.",
    ]);
  });

  it("make no chart's finding of turns that used nothing", () => {
    const nothing = turns(turn(-100, -90, []), turn(-80, -70, [share("a", 0, 0)]));
    expect(findingOf(nothing, "tokens")).toBe("2 turns ended without using any tokens.");
    expect(findingOf(nothing.slice(0, 1), "cost")).toBe("1 turn ended without using any tokens.");
  });

  it("tell times as finely as they need", () => {
    const times = (from: number, to: number, part: Partial<TurnUsage> = {}) => {
      const [bar] = bars(turns(turn(from, to, [share("a", 1, 1)], part))).all;
      return bar && plain(timesText(bar, START));
    };
    expect([
      times(-100, -90),
      times(-0.1, -0.07),
      times(-0.2, -0.1),
      times(-9, -8.5),
      times(-30 * 60, -10),
    ]).toEqual([
      "15:11 to 15:21, 10 min",
      "16:51:02 to 16:51:03, 1.8 s",
      "16:50 to 16:51, 6.0 s",
      "16:42:08 to 16:42:38, 30 s",
      "Wed 10:51 to 16:41, 1 d 5 h",
    ]);
    expect(times(-13, -4, { seq: null, run: live })).toBe("16:38 to now, 13 min");
  });

  it("read a bar out whole", () => {
    const { all, series } = bars(THREE);
    const [first] = all;
    expect(first && plain(readoutOf(first, series, START, "61 %"))).toBe(
      "Turn 1, 15:11 to 15:21, 10 min, $1.00, reported by the agent. Input 1,000, output 0, cache read 0, " +
        "cache write 0. opus $0.80, haiku $0.20. context 61 %",
    );
  });
});

describe("context", () => {
  const reported = usage([], {
    context: [
      { at: at(-100), tokens: 50_000 },
      { at: at(-50), tokens: 150_000 },
      { at: at(-25), tokens: 20_000 },
    ],
    compacted: [at(-25)],
    context_window: 200_000,
  });

  it("is a line of steps below its window, with a mark where it was compacted", () => {
    const plot = contextPlot(reported, AXIS, START, 40, 0, 100);
    expect(plot).toEqual({
      path: "M40 75H240V25H340V90H440",
      end: { x: 440, y: 90 },
      compacted: [340],
      top: 200_000,
      topY: 0,
    });
  });

  it("makes no window up, and none that is smaller than what was in it", () => {
    expect(contextPlot({ ...reported, context_window: null }, AXIS, START, 40, 0, 100)).toMatchObject({
      top: 150_000,
      topY: 0,
    });
    expect(contextPlot({ ...reported, context_window: 75_000 }, AXIS, START, 40, 0, 100)).toMatchObject({
      top: 75_000,
      topY: 50,
    });
    expect(contextPlot({ ...reported, context_window: 0 }, AXIS, START, 40, 0, 100)).toMatchObject({
      top: 150_000,
    });
    expect(contextPlot(usage([]), AXIS, START, 40, 0, 100)).toMatchObject({
      path: "",
      end: null,
      compacted: [],
    });
  });

  it("draws no more points than there are places, and keeps the fullest of each", () => {
    const many = usage([], {
      context: Array.from({ length: 20_000 }, (_, n) => ({
        at: at(-100 + n / 200),
        tokens: n === 9_001 ? 199_000 : 1000 + (n % 7),
      })),
      context_window: 200_000,
    });
    const { path } = contextPlot(many, AXIS, START, 40, 0, 100);
    expect(path.split("V").length).toBeLessThanOrEqual(1 + 2 * 801);
    expect(path).toContain("V0.5");
  });

  it("is known at a time, and said in a sentence", () => {
    expect(
      [-101, -100, -30, 0].map((minute) => contextAt(reported, START + minute * 60_000)?.tokens ?? null),
    ).toEqual([null, 50_000, 150_000, 20_000]);
    expect(plain(contextFinding(reported))).toBe(
      "Context, as last reported: 20.0 k of 200 k tokens, 10 %; 75 % at its fullest. Compacted or begun anew once.",
    );
    expect(plain(contextFinding({ ...reported, context_window: null }))).toBe(
      "Context, as last reported: 20.0 k tokens; 150 k tokens at its fullest. Compacted or begun anew once. How much fits is not known.",
    );
    expect(contextFinding(usage([]))).toBe("The agent does not report how full its context is.");
  });
});
