import { expect, test } from "vitest";
import { escaped } from "./ascii.js";

/** What an expression is worth. */
const worth = (code: string): unknown => new Function(`return ${code}`)();

test.each([
  String.raw`"Größe … 👍"`,
  String.raw`"“quoted” \"…\""`,
  String.raw`${"`a ${1 + 1} – b\u2028`"}`,
  String.raw`({ größe: 1, "é": 2 })`,
  String.raw`/^[à-ÿ👍]+$/u.test("é👍")`,
  String.raw`"a–b–c".split(/–/).length`,
])("%s means the same in ASCII", (code) => {
  const ascii = escaped(code);
  expect(ascii).toMatch(/^[\0-\x7F]*$/);
  expect(worth(ascii)).toEqual(worth(code));
});

test("what an escape would change is refused", () => {
  expect(() => escaped("/\\–/")).toThrow("write it without");
  expect(() => escaped("String.raw`–`")).toThrow("write it without");
});
