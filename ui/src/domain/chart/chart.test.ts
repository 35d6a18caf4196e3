import { describe, expect, it } from "vitest";
import { columnAt, columns, tornPath, toneOf, type StackedBar } from "./columns";
import { labelsShown } from "./labels";
import { scaleText, unitOf } from "../usage/scaleText";
import { valueAxis } from "./valueAxis";

const bar = (values: readonly number[], change: Partial<StackedBar> = {}): StackedBar => ({
  parts: values.map((value, series) => ({ series, value, edge: "firm" })),
  isCapped: false,
  phase: "past",
  ...change,
});

describe("the value axis", () => {
  it("has three or four guides above zero and room for the largest, whatever it is", () => {
    for (let max = 1e-6; max < 1e13; max *= 1.13) {
      const axis = valueAxis(max, 10, 200, 1e-12);
      expect(axis.guides.length, String(max)).toBeGreaterThanOrEqual(3);
      expect(axis.guides.length, String(max)).toBeLessThanOrEqual(4);
      expect(axis.guides.at(-1)?.value).toBeGreaterThanOrEqual(max * 0.999_999);
      expect(axis.y(0)).toBeCloseTo(200);
      expect(axis.y(max)).toBeGreaterThanOrEqual(9.99);
    }
  });

  it.each(["tokens", "cost"] as const)(
    "has labels that differ, each the value of its guide: %s",
    (measure) => {
      for (let n = 1; n < 3000; n += n < 60 ? 1 : 37) {
        const { guides, step } = valueAxis(n * unitOf(measure), 10, 200, unitOf(measure));
        const labels = guides.map(({ value }) => scaleText(value, step, measure));
        expect(new Set([...labels, "0"]).size, labels.join(" ")).toBe(guides.length + 1);
        expect(
          guides.every(({ value }) => Number.isInteger(Math.round((value / unitOf(measure)) * 1e6) / 1e6)),
          labels.join(" "),
        ).toBe(true);
      }
    },
  );

  it("has a zero line alone where there is nothing", () => {
    expect(valueAxis(0, 10, 200, 1)).toMatchObject({ guides: [], zero: 200 });
    expect(valueAxis(NaN, 10, 200, 1).y(5)).toBe(200);
  });
});

describe("columns", () => {
  const axis = valueAxis(100, 0, 100, 1);

  it("stack their parts from the zero line without overlap, to scale", () => {
    const [column] = columns([bar([30, 20, 10])], 3, axis, 0, 100);
    const blocks = column?.blocks ?? [];
    expect(blocks.map((block) => block.series)).toEqual([0, 1, 2]);
    expect(blocks.map((block) => Math.round(block.y))).toEqual([70, 50, 40]);
    blocks.forEach((block, n) => {
      const below = blocks[n - 1]?.y ?? axis.zero;
      expect(block.y + block.height).toBeLessThanOrEqual(below);
    });
  });

  it("share the axis evenly, and no bar is wider than it can be read", () => {
    const drawn = columns(
      Array.from({ length: 62 }, () => bar([1])),
      1,
      axis,
      40,
      900,
    );
    expect(drawn.map((column) => column.room)).toEqual(
      Array.from({ length: 62 }, () => expect.closeTo(860 / 62)),
    );
    expect(Math.max(...columns([bar([1])], 1, axis, 40, 900).map((column) => column.width))).toBe(44);
    expect(drawn[0]?.left).toBeCloseTo(40);
    expect(columnAt(drawn, 40)).toBe(0);
    expect(columnAt(drawn, 899)).toBe(61);
    expect(columnAt(drawn, 5000)).toBe(61);
    expect(columnAt([], 5)).toBe(-1);
  });

  it("show what is tiny beside what is huge as one pixel, in the tone of its largest part", () => {
    const [tiny, none] = columns([bar([0.001, 0.05]), bar([])], 2, axis, 0, 100);
    expect(tiny?.blocks).toEqual([expect.objectContaining({ series: 1, height: 1, y: 99 })]);
    expect(none?.blocks).toEqual([]);
    expect(none?.top).toBe(100);
  });

  it("put a cap of one height on what has no value, above the rest or on the zero line", () => {
    const [above, alone] = columns(
      [bar([50], { isCapped: true }), bar([], { isCapped: true })],
      1,
      axis,
      0,
      100,
    );
    expect(above?.cap).toEqual({ y: 42, height: 6 });
    expect(alone?.cap).toEqual({ y: 94, height: 6 });
  });

  it("are as sure as the least sure of their parts", () => {
    const parts = [
      { series: 0, value: 1, edge: "firm" as const },
      { series: 1, value: 1, edge: "open" as const },
      { series: 2, value: 1, edge: "estimate" as const },
    ];
    expect(columns([bar([], { parts })], 3, axis, 0, 100)[0]?.edge).toBe("open");
    expect(columns([bar([], { parts: parts.slice(0, 1) })], 3, axis, 0, 100)[0]?.edge).toBe("firm");
  });

  it("have a torn edge that stays within the block", () => {
    const path = tornPath({ series: 0, x: 10, y: 20, width: 12, height: 30, edge: "open" });
    const ys = [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map((match) => Number(match[1]));
    expect(Math.min(...ys)).toBe(20);
    expect(Math.max(...ys)).toBe(50);
    expect(new Set(ys).size).toBe(3);
  });

  it("have five tones and one for all others", () => {
    expect([0, 4, 5].map((series) => toneOf(series, false))).toEqual([1, 5, "rest"]);
    expect(toneOf(2, true)).toBe("rest");
  });
});

describe("labels", () => {
  it("stand evenly apart through the present one, each with room", () => {
    const labels = Array.from({ length: 30 }, (_, n) => `Fri ${n}`);
    const shown = labelsShown(labels, { room: 30, through: 29 });
    expect(shown.flatMap((stands, n) => (stands ? [n] : []))).toEqual(
      Array.from({ length: 15 }, (_, n) => 2 * n + 1),
    );
  });

  it("stand at round distances, and give way to the chosen one", () => {
    const labels = Array.from({ length: 24 }, (_, n) => `${n}:00`);
    const at = (chosen: number) =>
      labelsShown(labels, { room: 9, round: [1, 2, 3, 6, 12], chosen }).flatMap((stands, n) =>
        stands ? [n] : [],
      );
    expect(at(-1)).toEqual([0, 6, 12, 18]);
    expect(at(14)).toEqual([0, 6, 14]);
  });

  it("have more room when the text is larger", () => {
    const labels = Array.from({ length: 12 }, () => "Nov");
    expect(labelsShown(labels, { room: 30, scale: 1 }).filter(Boolean)).toHaveLength(12);
    expect(labelsShown(labels, { room: 30, scale: 2 }).filter(Boolean)).toHaveLength(6);
    expect(labelsShown([], { room: 0 })).toEqual([]);
  });
});
