import { describe, expect, it } from "vitest";
import { afternoon } from "../ipc/fake/afternoon";
import { at, START, storyView, type RunSketch, type Segment, type Sketch } from "../ipc/fake/shape";
import { axisOf, boardAxis, nowLabelX, ticksOf, xOf, type Axis } from "./axis";
import { drawStrip, stripSource, type Drawing } from "./strip";

const MIN = 60_000;
/** One minute is three pixels wide; now is at 540. */
const axis: Axis = { from: START - 180 * MIN, to: START + 60 * MIN, now: START, width: 720 };

function draw(segments: Segment[], more: Partial<Sketch> = {}): Drawing {
  const last = segments.at(-1)?.[0] ?? "draft";
  return drawStrip(
    stripSource(storyView({ id: 1, project: "p", title: "t", state: last, branch: null, segments, ...more })),
    axis,
  );
}

const bars = ({ bars }: Drawing) =>
  bars.map(({ draw, x, width, past }) => `${draw} ${x} ${width}${past ? " past" : ""}`);

describe("boardAxis", () => {
  it("closes the margin when nothing is fixed", () => {
    const running = afternoon().filter((view) => view.story.state === "running");
    const open = boardAxis(running, START, 600);
    expect(Math.round(xOf(open, open.now))).toBe(600);
    const held = boardAxis(afternoon(), START, 600);
    expect(Math.round(xOf(held, held.now))).toBe(450);
  });

  it("shows the least past that holds what is going on", () => {
    const young = (minutes: number) => [
      storyView({
        id: 1,
        project: "p",
        title: "t",
        state: "running",
        branch: null,
        segments: [["running", -minutes]],
      }),
    ];
    const past = (minutes: number) => {
      const { now, from } = boardAxis(young(minutes), START, 600);
      return (now - from) / MIN;
    };
    expect([past(0.3), past(2), past(9), past(16), past(40), past(100), past(900)]).toEqual([
      2, 5, 15, 30, 60, 180, 180,
    ]);
  });

  it("moves on by whole pixels", () => {
    const perPixel = (240 * MIN) / 720;
    const starts = new Set(
      Array.from({ length: 40 }, (_, n) => axisOf(START + n * 1000, 180 * MIN, 60 * MIN, 720).from),
    );
    expect(starts.size).toBeLessThanOrEqual(Math.ceil((40 * 1000) / perPixel) + 1);
  });

  it("has guides by the second for a story of seconds, and names the days of a long one", () => {
    const labels = (past: number, room = 130) =>
      ticksOf(axisOf(START, past, 0, 1200), { room })
        .map((tick) => tick.label)
        .filter(Boolean);
    expect(labels(20_000)).toEqual(["16:50:50", "16:50:55", "16:51:00", "16:51:05"]);
    expect(labels(72 * 60 * MIN)).toEqual(["Tue", "12:00", "Wed", "12:00", "Thu", "12:00"]);
  });

  it("puts guides at round times and labels where they have room", () => {
    const ticks = ticksOf(axis);
    expect(ticks.map((tick) => new Date(tick.at).getMinutes() % 30)).toEqual(ticks.map(() => 0));
    const labelled = ticks.filter((tick) => tick.label !== null);
    expect(labelled.map((tick) => tick.label)).toContain("16:30");
    expect(labelled.every((tick) => Math.abs(tick.x - 540) >= 38)).toBe(true);
    expect(ticksOf({ ...axis, width: 20 })).toEqual([]);
  });

  it("puts no label where that of now covers a part of it, also at the edge and with seconds", () => {
    for (const [past, half] of [
      [60 * MIN, 15],
      [20_000, 25],
    ] as const)
      for (let at = START; at < START + past; at += past / 97) {
        const moving = axisOf(at, past, 0, 900);
        const now = nowLabelX(moving, 1);
        const near = ticksOf(moving).filter(
          ({ label, x }) => label !== null && Math.abs(now - x) < half + 20,
        );
        expect(near).toEqual([]);
      }
  });
});

describe("drawStrip", () => {
  it("fades every stretch but the one that touches now", () => {
    expect(
      bars(
        draw([
          ["running", -74],
          ["waiting", -52],
          ["running", -46],
        ]),
      ),
    ).toEqual(["bar 318 65 past", "tall 384 17 past", "bar 402 138"]);
  });

  it("draws a short stretch wide enough to be seen, and within the axis", () => {
    const [tall] = draw([
      ["running", -10],
      ["waiting", -0.1],
    ]).bars.slice(-1);
    expect(tall).toMatchObject({ draw: "tall", width: 4, x: 536 });
    expect(
      draw([
        ["running", -10],
        ["gating", -8],
        ["running", -7.9],
      ]).bars[1]?.width,
    ).toBe(4.5);
  });

  it("hatches a limit on to a post at its reset", () => {
    const held = draw(
      [
        ["running", -96],
        ["limited", -22],
      ],
      { until: 51 },
    );
    expect(bars(held).slice(1)).toEqual(["hatch 474 66", "ahead 540 153"]);
    expect(held.bars.at(-1)?.post).toBe(true);
    expect(draw([["limited", -22]], { until: 500 }).bars.at(-1)).toMatchObject({
      draw: "ahead",
      width: 180,
      post: false,
    });
    expect(draw([["limited", -22]], { until: -1 }).bars).toHaveLength(1);
  });

  it("draws the line from a bad end to now, after the glyph of a crash", () => {
    const crashed = draw([
      ["running", -120],
      ["needs_you", -27, "crashed"],
    ]);
    expect(crashed.bars.at(-1)).toMatchObject({ draw: "owed", x: 474, width: 66, post: true });
    expect(crashed.pins).toEqual([{ glyph: "crashed", tone: "crashed", x: 459, place: "end" }]);
    const failed = draw([
      ["running", -120],
      ["needs_you", -27, "gate_failed"],
    ]);
    expect(failed.bars.at(-1)).toMatchObject({ draw: "owed", x: 462 });
    expect(failed.pins).toEqual([]);
  });

  it("draws an end that was followed by more as an idle line", () => {
    expect(
      bars(
        draw([
          ["running", -120],
          ["done", -60, "checked"],
          ["running", -30],
        ]),
      )[1],
    ).toBe("idle 363 87 past");
    expect(
      draw([
        ["running", -120],
        ["done", -60, "checked"],
      ]).bars,
    ).toHaveLength(1);
    expect(
      draw([
        ["running", -120],
        ["stopped", -60, "you"],
      ]).pins,
    ).toMatchObject([{ glyph: "stopped", x: 360 }]);
  });

  it("marks the results of gates above", () => {
    const { pins } = draw([["running", -60]], {
      runs: [
        { from: -40, to: -38, kind: "gate", outcome: { kind: "crashed", code: 1, signal: null } },
        { from: -20, to: -18, kind: "gate", outcome: { kind: "succeeded" } },
        { from: -1, kind: "gate" },
      ],
    });
    expect(pins).toEqual([
      { glyph: "failed", tone: "failed", x: 426, place: "above" },
      { glyph: "done", tone: "done", x: 486, place: "above" },
    ]);
  });

  it("draws the last of several results that would cover each other", () => {
    const gate = (to: number, kind: "succeeded" | "failed"): RunSketch => ({
      from: to - 1,
      to,
      kind: "gate",
      outcome: kind === "failed" ? { kind, why: "other" } : { kind },
    });
    const { pins } = draw([["running", -60]], {
      runs: [gate(-40, "succeeded"), gate(-38, "failed"), gate(-20, "succeeded")],
    });
    expect(pins.map((pin) => pin.glyph)).toEqual(["failed", "done"]);
  });

  it("makes one darker tick of several in three pixels", () => {
    const view = storyView({
      id: 1,
      project: "p",
      title: "t",
      state: "running",
      branch: null,
      segments: [["running", -60]],
    });
    const source = {
      ...stripSource(view),
      ticks: [-50, -49.9, -49.8, -20, -190].map((minutes) => Date.parse(at(minutes))),
    };
    const { ticks, dense } = drawStrip(source, axis);
    expect([ticks.length, dense.length]).toEqual([1, 1]);
  });

  it("leaves out what is before the axis", () => {
    expect(
      draw([
        ["running", -400],
        ["done", -300, "checked"],
      ]).bars,
    ).toEqual([]);
  });
});
