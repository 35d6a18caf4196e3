import { expect, test } from "vitest";
import { countLines, cutAt, endOf } from "./longText";

test("a text is cut behind a line, or where there is room for it", () => {
  expect(cutAt("a\n".repeat(50), 100)).toBe(100);
  expect(cutAt("a\n".repeat(60), 100)).toBe(120);
  expect(cutAt(`${"abcdef\n".repeat(30)}`, 100)).toBe(98);
  expect(cutAt("x".repeat(500), 100)).toBe(100);
  expect(cutAt(`${"x".repeat(99)}😀${"x".repeat(99)}`, 100)).toBe(99);
});

test("its lines are counted, and its last ones are known", () => {
  expect([countLines("a"), countLines("a\nb"), countLines("a\nb\n"), countLines("")]).toEqual([1, 2, 2, 1]);
  expect(endOf(Array.from({ length: 40 }, (_, n) => String(n)).join("\n")).split("\n")[0]).toBe("28");
  expect(endOf("x".repeat(9000))).toHaveLength(2000);
});
