import { expect, test } from "vitest";
import { countLines, cutAt, endOf } from "./longText";

test("a text is cut behind a line, or where there is room for it", () => {
  const line = `${"a".repeat(99)}\n`;
  expect(cutAt(line.repeat(10), 1000)).toBe(1000);
  expect(cutAt(line.repeat(12), 1000)).toBe(1200);
  expect(cutAt(line.repeat(30), 1050)).toBe(1000);
  expect(cutAt(line + "x".repeat(5000), 1000)).toBe(1000);
  expect(cutAt("x".repeat(500), 100)).toBe(100);
  expect(cutAt(`${"x".repeat(99)}😀${"x".repeat(99)}`, 100)).toBe(99);
});

test("a short line takes as much room as a row of a table wants", () => {
  expect(cutAt("a\n".repeat(12), 800)).toBe(24);
  expect(cutAt("a\n".repeat(13), 800)).toBe(20);
});

test("its lines are counted, and its last ones are known", () => {
  expect([countLines("a"), countLines("a\nb"), countLines("a\nb\n"), countLines("")]).toEqual([1, 2, 2, 1]);
  expect(endOf(Array.from({ length: 40 }, (_, n) => String(n)).join("\n")).split("\n")[0]).toBe("28");
  expect(endOf("x".repeat(9000))).toHaveLength(2000);
});
