import { describe, expect, it } from "vitest";
import { START, storyView } from "../ipc/fake/shape";
import type { StoryState, StoryView } from "../ipc/protocol";
import { arrange, type Group } from "./board";
import { filterFor, found } from "./boardFilter";
import { SearchTexts } from "./searchTexts";

const NOW = START;
const view = (id: number, title: string, state: StoryState = "running", project = "p"): StoryView =>
  storyView({ id, project, title, state, branch: `b-${id}`, segments: [[state, -5]] });
const titles = (groups: readonly Group[]) =>
  groups.map((group) => group.stories.map((each) => each.story.title));
const texts = new SearchTexts();
const find = (groups: readonly Group[], filter: string) =>
  titles(found(groups, filter, (each) => texts.of(each, NOW)));

describe("found", () => {
  const groups = arrange([
    view(1, "Make the PARSER faster"),
    view(2, "Write the ledger", "stopped"),
    view(3, "Parse dates", "running", "q"),
  ]);

  it.each([
    ["", [["Make the PARSER faster", "Write the ledger"], ["Parse dates"]]],
    ["  ", [["Make the PARSER faster", "Write the ledger"], ["Parse dates"]]],
    ["parse", [["Make the PARSER faster"], ["Parse dates"]]],
    ["the PARSE", [["Make the PARSER faster"]]],
    ["b-2", [["Write the ledger"]]],
    ["stopped", [["Write the ledger"]]],
    ["parse ledger", []],
  ])("finds %j", (filter, right) => {
    expect(find(groups, filter)).toEqual(right);
  });

  it("keeps the groups' order, and leaves a group without any story out", () => {
    expect(found(groups, "dates", (each) => texts.of(each, NOW)).map((group) => group.id)).toEqual([
      groups[1]?.id,
    ]);
  });
});

describe("SearchTexts", () => {
  it("says what the story's state is called at that time", () => {
    const stopped = view(4, "Wait", "stopped");
    const before = texts.of(stopped, NOW);
    expect(texts.of(stopped, NOW + 1000)).toBe(before);
    // A time that is not today is shown with its day.
    expect(texts.of(stopped, NOW + 2 * 86_400_000)).not.toBe(before);
  });
});

describe("kinds", () => {
  const states: StoryState[] = ["running", "gating", "starting", "waiting", "limited", "done", "queued"];
  const groups = arrange(states.map((state, n) => view(n + 10, `login ${state}`, state)));
  const kinds = (filter: string) =>
    found(groups, filter, (each) => texts.of(each, NOW)).flatMap((group) =>
      group.stories.map((each) => each.story.state),
    );

  it.each([
    [filterFor("running"), ["running", "gating", "starting"]],
    ["is:limited Login", ["limited"]],
    ["is:limited logout", []],
    ["IS:needs-you", ["waiting"]],
    ["is:running is:limited", []],
    ["is:done", ["done"]],
    ["is:queued", ["queued"]],
    ["is:stopped", []],
    ["is:draft", []],
    ["is:constructor", []],
    ["is:runs", []],
    ["is:run", ["running", "gating", "starting", "waiting", "limited", "done", "queued"]],
    ["is:", ["running", "gating", "starting", "waiting", "limited", "done", "queued"]],
  ])("finds %j", (filter, right) => {
    expect(kinds(filter).toSorted()).toEqual(right.toSorted());
  });
});
