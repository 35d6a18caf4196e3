import { expect, test } from "vitest";
import { currentSection } from "./currentSection";

const heads = (...tops: number[]) => tops.map((top, n) => ({ id: "abcd"[n] ?? "", top }));

test("the section is read whose head came to the top last", () => {
  const page = { height: 600, isAtEnd: false };
  expect(currentSection(heads(20, 300, 900), "c", page)).toBe("a");
  expect(currentSection(heads(-400, 79, 500), "a", page)).toBe("b");
  expect(currentSection(heads(-900, -300, 80), "a", page)).toBe("b");
  expect(currentSection(heads(120, 300), "b", page)).toBe("a");
  expect(currentSection([], "a", page)).toBe("a");
});

test("at the end it is the last, or the one that was chosen there", () => {
  const page = { height: 600, isAtEnd: true };
  expect(currentSection(heads(-900, -300, 100, 400), "a", page)).toBe("d");
  expect(currentSection(heads(-900, -300, 100, 400), "c", page)).toBe("c");
  expect(currentSection(heads(-900, -300, 100, 400), "d", page)).toBe("d");
});
