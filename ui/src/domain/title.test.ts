import { describe, expect, it } from "vitest";
import { afternoon } from "../ipc/fake/afternoon";
import { AGENTS, START, storyView, type Sketch } from "../ipc/fake/shape";
import type { StoryView } from "../ipc/protocol";
import { titleOf } from "./title";

const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, " ");
const title = (stories: StoryView[], part: Partial<Parameters<typeof titleOf>[0]> = {}) =>
  plain(titleOf({ stories, agents: AGENTS, now: START, isFresh: true, isShown: true, ...part }));

let ids = 0;
const story = (state: Sketch["state"], part: Partial<Sketch> = {}) =>
  storyView({
    id: (ids += 1),
    project: "p",
    title: "t",
    state,
    branch: null,
    segments: [[state, -22]],
    ...part,
  });
const limited = (until: number | null, part: Partial<Sketch> = {}) =>
  story("limited", { ...(until === null ? {} : { until }), ...part });

describe("titleOf", () => {
  it("says the most urgent first, and the program's name last", () => {
    expect(title(afternoon())).toBe("3 need you · Codex limited 50:52 · Musher");
    expect(title([story("waiting", { reason: "question" }), limited(12 + 41 / 60)])).toBe(
      "1 needs you · Claude limited 12:41 · Musher",
    );
    expect(title([story("running"), story("gating"), story("done")])).toBe("2 working · Musher");
    expect(title([story("done"), story("draft")])).toBe("Musher");
    expect(title([])).toBe("Musher");
    expect(title([story("running", { paused: true }), story("needs_you")])).toBe(
      "Disk full · 1 needs you · Musher",
    );
  });

  it("counts to the first reset that is known", () => {
    expect(title([limited(90), limited(30)])).toBe("Claude limited 30:00 · Musher");
    expect(title([limited(90), limited(0.5, { agent: "codex" })])).toBe(
      "2 agents limited, first 30 s · Musher",
    );
    expect(title([limited(null), limited(5)])).toBe("Claude limited 5:00 · Musher");
    expect(title([limited(null)])).toBe("Claude limited · Musher");
    expect(title([limited(null), limited(null, { agent: "codex" })])).toBe("2 agents limited · Musher");
    expect(title([limited(-1)])).toBe("Claude reset passed · Musher");
  });

  it("takes no time for a reset that the provider did not name", () => {
    expect(
      title([
        limited(5, {
          runs: [{ from: -9, to: -1, outcome: { kind: "limited", window: null, name: null, until: null } }],
        }),
      ]),
    ).toBe("Claude limited · Musher");
  });

  it("says nothing that may be old", () => {
    expect(title(afternoon(), { isShown: false })).toBe("Musher");
    expect(title(afternoon(), { isFresh: false })).toBe("State not known · Musher");
  });
});
