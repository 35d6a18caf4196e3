import { expect, test } from "vitest";
import { clip, linesOf } from "./clip";

const ten = Array.from({ length: 10 }, (_, k) => `line ${k}`);

test("a long output shows its beginning or its end and counts the rest", () => {
  expect(clip(ten, { most: 3, from: "start" })).toEqual({ lines: ten.slice(0, 3), before: 0, after: 7 });
  expect(clip(ten, { most: 3, from: "end" })).toEqual({ lines: ten.slice(7), before: 7, after: 0 });
});

test("one line too many is shown rather than counted", () => {
  expect(clip(ten, { most: 9, from: "start" })).toEqual({ lines: ten, before: 0, after: 0 });
});

test("blank lines at the end are no lines", () => {
  expect(clip(linesOf("a\r\nb\n\n\n"), { most: 1, from: "start" })).toEqual({
    lines: ["a", "b"],
    before: 0,
    after: 0,
  });
});

test("an endless line is cut and says how much is missing", () => {
  expect(clip(["x".repeat(5000)], { most: 3, from: "start" }).lines[0]).toMatch(
    /^x{2000}… 3,000 more characters$/,
  );
});
