import { expect, test } from "vitest";
import { unsentOf } from "./unsent";

test.each([
  ["nothing more was written", "first thought", "first thought", ""],
  ["it goes on behind", "first thought and second thought", "first thought", "and second thought"],
  ["a new line was begun", "first thought\n\nsecond", "first thought", "second"],
  ["it was emptied", "", "first thought", ""],
  ["it was written anew", "another thought", "first thought", "another thought"],
  ["words were put before it", "My first thought", "first thought", "My first thought"],
])("%s", (_, now, sent, left) => {
  expect(unsentOf(now, sent)).toBe(left);
});
