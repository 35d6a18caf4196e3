import { describe, expect, it } from "vitest";
import { afternoon } from "../ipc/fake/afternoon";
import { START, storyView } from "../ipc/fake/shape";
import type { StoryState, StoryView } from "../ipc/protocol";
import { elapsed } from "./elapsed";

describe("the time of a story's runs", () => {
  it("does not grow between them", () => {
    const minutes = (runs: [from: number, to: number | null][], state: StoryState) => {
      const view = storyView({
        id: 1,
        project: "p",
        title: "t",
        state,
        branch: null,
        segments: [[state, -1]],
        runs: runs.map(([from, to]) => ({
          from,
          ...(to === null ? {} : { to, outcome: { kind: "succeeded" } }),
        })),
      });
      return (elapsed(view, START)?.active ?? NaN) / 60_000;
    };
    expect(minutes([[-60, -58]], "done")).toBe(2);
    expect(
      minutes(
        [
          [-600, -588],
          [-60, -57],
        ],
        "done",
      ),
    ).toBe(15);
    expect(
      minutes(
        [
          [-600, -588],
          [-60, null],
        ],
        "running",
      ),
    ).toBe(72);
    // A gate began before the agent's process was gone.
    expect(
      minutes(
        [
          [-60, -50],
          [-51, -45],
        ],
        "done",
      ),
    ).toBe(15);
  });

  it("goes on until now while something goes on, and until the end otherwise", () => {
    const byId = new Map(afternoon().map((each) => [each.story.title.split(" ")[0], each]));
    const minutes = (name: string) => {
      const each = byId.get(name);
      const { active, held } = (each && elapsed(each, START)) ?? { active: -60_000, held: 0 };
      return [Math.round(active / 60_000), Math.round(held / 60_000)];
    };
    expect([minutes("Replace"), minutes("Retry"), minutes("Return"), minutes("Parse")]).toEqual([
      [74, 0],
      [74, 22],
      [55, 0],
      [93, 0],
    ]);
    const draft = storyView({ id: 1, project: "p", title: "t", state: "draft", branch: null, segments: [] });
    expect(elapsed(draft, START)).toBeNull();
  });

  it("tells the time that a limit held a story apart, also while it goes on", () => {
    const story = (state: StoryState, segments: [StoryState, number][], ends: number | null) =>
      storyView({
        id: 1,
        project: "p",
        title: "t",
        state,
        branch: null,
        segments,
        runs: [{ from: -60, ...(ends === null ? {} : { to: ends, outcome: { kind: "succeeded" } }) }],
      });
    const minutes = (each: StoryView) => {
      const { active, held } = elapsed(each, START) ?? { active: 0, held: 0 };
      return [active / 60_000, held / 60_000];
    };
    expect(
      minutes(
        story(
          "limited",
          [
            ["running", -60],
            ["limited", -45],
          ],
          -45,
        ),
      ),
    ).toEqual([15, 45]);
    const twice: [StoryState, number][] = [
      ["running", -60],
      ["limited", -50],
      ["running", -40],
      ["limited", -30],
      ["running", -10],
    ];
    expect(minutes(story("running", twice, null))).toEqual([30, 30]);
    expect(minutes(story("done", [...twice, ["done", -5]], -5))).toEqual([25, 30]);
    // Held before its first run and stopped while it was held.
    expect(
      minutes(
        story(
          "stopped",
          [
            ["limited", -90],
            ["running", -60],
            ["limited", -20],
            ["stopped", -4],
          ],
          -20,
        ),
      ),
    ).toEqual([40, 0]);
  });
});
