import { expect, test } from "vitest";
import { directionOf } from "./direction";

test.each([
  ["שלום world", "rtl"],
  ["1. **می‌خواهم**", "rtl"],
  ["hello שלום", "ltr"],
  ["", "ltr"],
  ["42 %", "ltr"],
  ["重点", "ltr"],
])("%s is written %s", (text, way) => {
  expect(directionOf(text)).toBe(way);
});
