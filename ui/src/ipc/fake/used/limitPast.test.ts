import { expect, test } from "vitest";
import { limits } from "../afternoon";
import { START } from "../shape";
import { limitPast } from "./limitPast";

test("the past of a window ends with what its bar says now", () => {
  const past = limitPast(START - 7 * 24 * 3_600_000, START);
  for (const { account, window, utilization } of limits()) {
    const points = past.find((line) => line.account === account && line.window === window)?.points ?? [];
    expect(points.at(-1)?.utilization, `${account} ${window}`).toBe(utilization);
  }
});
