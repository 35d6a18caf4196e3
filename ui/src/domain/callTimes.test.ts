import { expect, it } from "vitest";
import { callTimes, callTimesOf } from "./callTimes";

it("gives the times back in whole seconds after the first", () => {
  const first = Date.parse("2026-11-18T11:06:40.250Z");
  const times = [first, first + 2_000, first + 7_999];
  expect(callTimesOf(times)).toEqual({ first, gaps: [2, 5] });
  expect(callTimes(callTimesOf(times))).toEqual([first, first + 2_000, first + 7_000]);
  expect(callTimes(callTimesOf([]))).toEqual([]);
});
