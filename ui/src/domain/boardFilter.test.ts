import { expect, it } from "vitest";
import { storyView } from "../ipc/fake/shape";
import type { StoryState } from "../ipc/protocol";
import { filterFor, wantedBy } from "./boardFilter";

const STATES: StoryState[] = [
  "running",
  "gating",
  "starting",
  "waiting",
  "needs_you",
  "limited",
  "done",
  "queued",
];
const stories = STATES.map((state, n) =>
  storyView({ id: n + 1, project: "p", title: state, state, branch: null, segments: [[state, -n]] }),
);
const found = (filter: string) => {
  const { words, stories: wanted } = wantedBy(filter, stories);
  return [words, wanted.map((view) => view.story.state)];
};

it("takes the kinds that the foot counts, and words beside them", () => {
  expect(found(filterFor("running"))).toEqual([[], ["running", "gating", "starting"]]);
  expect(found("is:limited Login")).toEqual([["login"], ["limited"]]);
  expect(found("IS:needs-you")).toEqual([[], ["waiting", "needs_you"]]);
  expect(found("is:running is:limited")).toEqual([[], []]);
});

it("takes what it does not know for words", () => {
  expect(found("is:constructor is: this")).toEqual([["is:constructor", "is:", "this"], STATES]);
  expect(found("  ")).toEqual([[], STATES]);
});
