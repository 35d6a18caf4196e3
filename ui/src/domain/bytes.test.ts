import { expect, test } from "vitest";
import { bytes } from "./bytes";

test.each([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1000, "1.0\u202fkB"],
  [99_949, "99.9\u202fkB"],
  [99_950, "100\u202fkB"],
  [999_499, "999\u202fkB"],
  [999_500, "1.0\u202fMB"],
  [3_200_000_000, "3.2\u202fGB"],
  [5e15, "5,000\u202fTB"],
])("%i is %s", (n, text) => {
  expect(bytes(n)).toBe(text);
});
