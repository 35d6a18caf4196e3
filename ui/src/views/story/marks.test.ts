import { expect, test } from "vitest";
import { START, storyView } from "../../ipc/fake/shape";
import { marksOf } from "./marks";

test("attempts and waits are named where there is room for it", () => {
  const view = storyView({
    id: 1,
    project: "p",
    title: "t",
    state: "running",
    branch: null,
    segments: [
      ["running", -240],
      ["limited", -200],
      ["running", -150],
      ["needs_you", -60, "crashed"],
      ["running", -59],
    ],
    runs: [{ from: -240, to: -60, outcome: { kind: "crashed", code: null, signal: 9 } }, { from: -59 }],
  });
  const marks = marksOf(view, null, { from: START - 250 * 60_000, to: START, now: START, width: 1000 });
  expect(marks.map(({ x, text }) => [x, text.replaceAll("\u202f", " ")])).toEqual([
    [40, "Attempt 1"],
    [200, "held 50 min"],
    [760, "crashed"],
  ]);
  expect(marks[0]?.room).toBe(154);
});
