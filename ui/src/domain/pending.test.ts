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
    for (const state of ["draft", "done"] as const) expect(said(state)).toBe("sent when its next run starts");
    for (const state of ["in_terminal", "archived"] as const) expect(said(state)).toBe("not sent");
  });

  it("is sent with the next run where that is about to start", () => {
    expect(said("done", { waits: { by: "job", job: "git", since: at(-1) } })).toBe(
      "sent when its next run starts",
    );
  });

  it("waits for a person after a stop and a bad end, but not after a gate that failed", () => {
    const waits = "waits until you resume the story";
    expect(said("stopped", { reason: "you" })).toBe(waits);
    expect(said("needs_you", { reason: "crashed" })).toBe(waits);
    expect(said("needs_you", { reason: "gate_failed" })).toBe("sent when its next run starts");
    expect(said("stopped", { waits: { by: "job", job: "git", since: at(-1) } })).toBe(
      "sent when its next run starts",
    );
  });

  it("says of all but the first that others go before them", () => {
    const view = storyView({
      id: 1,
      project: "p",
      title: "t",
      state: "running",
      branch: null,
      segments: [["running", -9]],
    });
    expect(sentWhen(view, START, true)).toBe("sent after the one before it");
    const { story } = view;
    expect(sentWhen({ ...view, story: { ...story, state: "stopped" } }, START, true)).toBe(
      "waits until you resume the story",
    );
  });
});
