// A packed report is the same after unpacking.

import { expect, test } from "vitest";
import { unpacked } from "./packed";
import type { PackedUsage } from "../../ipc/protocol";

const PACKED: PackedUsage = {
  rereading_runs: 4,
  from: "2026-11-27T23:00:00.000Z",
  to: "2026-11-28T23:00:00.000Z",
  starts: ["2026-11-27T23:00:00.000Z"],
  groups: [],
  whole: {
    bases: [
      { basis: "unpriced", tokens: { input: 3, output: 0, cache_read: 0, cache_write: 0 }, cost_micros: 0 },
    ],
    runs: 1,
    turns: 2,
  },
  cells: {
    step: [0, 0],
    group: [0, 1],
    input: [1, 2],
    output: [3, 4],
    cache_read: [5, 6],
    cache_write: [7, 8],
    cost_micros: [null, 9],
    cost_basis: ["reported", "lower_bound"],
    runs: [1, 1],
    turns: [2, 0],
    unpriced_tokens: [0, 3],
    is_partial: [0, 1],
  },
};

test("cells have their fields again", () => {
  const { cells, ...rest } = unpacked(PACKED);
  expect(rest).toEqual({
    from: PACKED.from,
    to: PACKED.to,
    starts: PACKED.starts,
    groups: [],
    whole: PACKED.whole,
    rereading_runs: 4,
  });
  expect(cells).toEqual([
    {
      step: 0,
      group: 0,
      tokens: { input: 1, output: 3, cache_read: 5, cache_write: 7 },
      cost_micros: null,
      cost_basis: "reported",
      runs: 1,
      turns: 2,
      unpriced_tokens: 0,
      is_partial: false,
    },
    {
      step: 0,
      group: 1,
      tokens: { input: 2, output: 4, cache_read: 6, cache_write: 8 },
      cost_micros: 9,
      cost_basis: "lower_bound",
      runs: 1,
      turns: 0,
      unpriced_tokens: 3,
      is_partial: true,
    },
  ]);
});

test("columns of different lengths are refused", () => {
  const cut = { ...PACKED, cells: { ...PACKED.cells, turns: [2] } };
  expect(() => unpacked(cut)).toThrow("has no cell 1");
});
