import { describe, expect, it } from "vitest";
import type { Row } from "./row";
import { stepFrom } from "./step";

const rows = Array.from({ length: 10 }, (_, n): Row => ({
  key: `r${n}`,
  at: "",
  run: null,
  pos: null,
  kind: "text",
  text: "",
  open: false,
}));

describe("stepFrom", () => {
  it("goes on from the selected row, and not beyond the ends", () => {
    expect([1, -1, 20, -20].map((by) => stepFrom(rows, "r5", { first: 0, last: 2 }, by))).toEqual([
      6, 4, 9, 0,
    ]);
  });

  it("begins at what is in view where none is selected", () => {
    expect([
      stepFrom(rows, null, { first: 3, last: 6 }, 1),
      stepFrom(rows, null, { first: 3, last: 6 }, -1),
    ]).toEqual([3, 6]);
    expect([stepFrom(rows, "gone", null, 1), stepFrom(rows, "gone", null, -1)]).toEqual([0, 9]);
  });
});
