import { describe, expect, it } from "vitest";
import { at, START, storyView, type Sketch } from "../ipc/fake/shape";
import type { StoryState } from "../ipc/protocol";
import { sentWhen } from "./pending";

function said(state: StoryState, more: Partial<Sketch> = {}): string {
  return sentWhen(
    storyView({ id: 1, project: "p", title: "t", state, branch: null, segments: [[state, -116]], ...more }),
    START,
  );
}

describe("a prompt that waits", () => {
  it("says when it is sent, by what the story does", () => {
    expect(said("running")).toBe("sent when this turn ends");
    expect(said("waiting")).toBe("sent when this turn ends");
    expect(said("starting")).toBe("sent when the agent has started");
    expect(said("gating")).toBe("sent when the gates are through");
    expect(said("limited")).toBe("sent when the limit resets");
    for (const state of ["draft", "done", "needs_you", "stopped"] as const)
      expect(said(state)).toBe("sent when the story goes on");
    for (const state of ["in_terminal", "archived"] as const) expect(said(state)).toBe("not sent");
  });

  it("is sent with the next run where that is about to start", () => {
    expect(said("done", { waits: { by: "job", job: "git", since: at(-1) } })).toBe(
      "sent when its next run starts",
    );
  });
});
