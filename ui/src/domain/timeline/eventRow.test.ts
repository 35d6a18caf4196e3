import { describe, expect, it } from "vitest";
import { rowOfEvent } from "./eventRow";
import type { Row } from "./row";

const at = (second: number) => new Date(second * 1000).toISOString();
const text = (run: string, seq: number, second: number): Row => ({
  kind: "text",
  key: `${run}:${seq}`,
  at: at(second),
  run,
  pos: null,
  text: "",
  open: false,
});
const rows = [text("a", 1, 10), text("b", 1, 15), text("a", 4, 20), text("b", 3, 25), text("a", 9, 30)];

describe("rowOfEvent", () => {
  it("is the event's own row, else the last of its run before it", () => {
    expect([
      rowOfEvent(rows, "a", 4, 20_000),
      rowOfEvent(rows, "a", 7, 29_000),
      rowOfEvent(rows, "b", null, 99_000),
      rowOfEvent(rows, "a", null, 12_000),
    ]).toEqual([2, 2, 3, 0]);
  });

  it("is none before the run's first row, and in another run", () => {
    expect([
      rowOfEvent(rows, "a", 1000, 9_000),
      rowOfEvent(rows, "c", 1, 99_000),
      rowOfEvent([], "a", 1, 0),
    ]).toEqual([-1, -1, -1]);
  });
});
