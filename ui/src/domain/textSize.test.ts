import { expect, test } from "vitest";
import { nextTextSize } from "./textSize";

test.each([
  [100, 1, 110],
  [100, -1, 90],
  [200, 1, 200],
  [80, -1, 80],
  [150, 0, 100],
  [110, 2, 150],
  [115, 1, 125],
  [10, -1, 80],
])("from %i %% by %i steps to %i %%", (now, steps, next) => {
  expect(nextTextSize(now, steps)).toBe(next);
});
