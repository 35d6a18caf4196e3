import { expect, test } from "vitest";
import { afternoon } from "./afternoon";
import { START } from "./shape";
import { everyState } from "./states";
import { storyUsageOf } from "./storyUsage";
import { storyBasis } from "./basis";
import { sumOf } from "../../domain/usage/amount";
import { turnsOf } from "../../domain/turns/turns";

test("the head of a fake story and its turns say alike how sure its cost is", () => {
  for (const view of [...afternoon(), ...everyState()]) {
    const { story, runs } = view;
    const agents = runs.filter((run) => run.kind === "agent");
    if (agents.length === 0) continue;
    expect(story.cost_basis, story.title).toBe(storyBasis(runs));
    expect(
      agents
        .filter((run) => run.ended_at === null)
        .map((run) => run.cost_basis)
        .every((basis) => basis === "lower_bound" || basis === "unpriced"),
      story.title,
    ).toBe(true);
    const turns = turnsOf(storyUsageOf(view, START), runs);
    if (turns.length > 0)
      expect(sumOf(turns.map((turn) => turn.sum)).cost_basis, story.title).toBe(story.cost_basis);
  }
});
