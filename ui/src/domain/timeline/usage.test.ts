import { expect, test } from "vitest";
import { storyView } from "../../ipc/fake/shape";
import { basisWords, usageOf } from "./usage";

test("usage is given by run with the engine's own sum", () => {
  const { story, runs } = storyView({
    id: 1,
    project: "p",
    title: "t",
    state: "running",
    branch: null,
    tokens: 2,
    dollars: 4,
    segments: [["running", -9]],
    runs: [
      { from: -9, to: -6, outcome: { kind: "succeeded" } },
      { from: -6, to: -5, kind: "gate" },
      { from: -4 },
    ],
  });
  const usage = usageOf(
    story,
    runs.map((run, n) => (n === 0 ? { ...run, cost_basis: "unpriced" } : run)),
  );
  expect(usage.rows.map(({ name, live, basis }) => [name, live, basis])).toEqual([
    ["Attempt 1", false, "unpriced"],
    ["Attempt 2", true, "lower_bound"],
  ]);
  expect(usage.total.cost_micros).toBe(4_000_000);
  expect(usage.unpriced).toBe(1);
  expect(basisWords("priced")).toBe("estimated, because the model's own price is not known");
});

test("a live run has used nothing only while it has neither tokens nor cost", () => {
  const unused = (tokens: number, dollars: number, isLive: boolean) => {
    const view = storyView({
      id: 1,
      project: "p",
      title: "t",
      state: "running",
      branch: null,
      tokens,
      dollars,
      segments: [["running", -9]],
      runs: [{ from: -4, ...(isLive ? {} : { to: -3, outcome: { kind: "succeeded" } }) }],
    });
    const used = { tokens: view.story.tokens, cost_micros: view.story.cost_micros };
    const { rows, total } = usageOf(
      view.story,
      view.runs.map((run) => ({ ...run, ...used })),
    );
    return [rows[0]?.isUnused, total.isUnused];
  };
  expect(unused(0, 0, true)).toEqual([true, true]);
  expect(unused(0, 0.01, true)).toEqual([false, false]);
  expect(unused(1, 0, true)).toEqual([false, false]);
  expect(unused(0, 0, false)).toEqual([false, false]);
});
