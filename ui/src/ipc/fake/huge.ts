// Large data for the board and the timeline: six hundred stories in twenty-four projects, and one story with a hundred thousand events.

import { storyView, type Sketch } from "./shape";
import type { StoryView } from "../protocol";

const VERBS = [
  "Move",
  "Replace",
  "Retry",
  "Parse",
  "Port",
  "Fuzz",
  "Drop",
  "Cache",
  "Split",
  "Rename",
  "Inline",
  "Document",
];
const THINGS = [
  "the session store",
  "address validation",
  "carrier polling",
  "the legacy date picker",
  "GPX extensions",
  "map tiles",
  "the route list",
  "label purchases",
];

export function hugeBoard(count = 600): StoryView[] {
  return Array.from({ length: count }, (_, n) => storyView(sketch(n)));
}

function sketch(n: number): Sketch {
  const title = `${VERBS[n % VERBS.length] ?? ""} ${THINGS[(n * 5) % THINGS.length] ?? ""} (${n + 1})`;
  const base = {
    id: n + 1,
    project: `service-${String((n * 7) % 24).padStart(2, "0")}`,
    title,
    branch: `feat/work-${n + 1}`,
    model: "sonnet-4.8",
    tokens: 1 + (n % 9) / 3,
    dollars: 1 + (n % 13),
  };
  const from = -20 - ((n * 17) % 150);
  const ticks: [number, number, number][] = [[from, -8, 2.1]];
  if (n % 67 === 3)
    return {
      ...base,
      state: "needs_you",
      reason: "no_result",
      segments: [
        ["running", from],
        ["needs_you", -8, "no_result"],
      ],
      ticks,
      runs: [{ from, to: -8, outcome: { kind: "no_result" } }],
    };
  if (n % 19 === 4)
    return {
      ...base,
      state: "running",
      activity: { tool: "Bash", kind: "command", subject: "npm test" },
      segments: [["running", from]],
      ticks,
      runs: [{ from }],
    };
  if (n % 31 === 5)
    return {
      ...base,
      state: "stopped",
      reason: "you",
      segments: [
        ["running", from],
        ["stopped", -8, "you"],
      ],
      ticks,
      runs: [{ from, to: -8, outcome: { kind: "stopped", by: "you" } }],
    };
  return {
    ...base,
    state: "done",
    reason: n % 3 ? "checked" : "unchecked",
    segments: [
      ["running", from],
      ["done", -8, n % 3 ? "checked" : "unchecked"],
    ],
    ticks,
    runs: [{ from, to: -8, outcome: { kind: "succeeded" } }],
  };
}

/** A story that worked for three days, with a tool call and its result every five seconds. */
export function longStory(): StoryView {
  const from = -72 * 60;
  return storyView({
    id: 1,
    project: "parcel-api",
    title: "Translate the whole API to the new error type",
    state: "running",
    model: "opus-4.8",
    branch: "refactor/errors",
    activity: { tool: "Bash", kind: "command", subject: "cargo nextest run --workspace" },
    tokens: 412,
    dollars: 318.4,
    segments: [["running", from]],
    ticks: [[from, 0, 0.08]],
    runs: [{ from }],
  });
}
