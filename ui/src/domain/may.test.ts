import { describe, expect, it } from "vitest";
import { START, STATES, storyView, type Sketch } from "../ipc/fake/shape";
import type { Reason, Run, Story, StoryState, StoryView } from "../ipc/protocol";
import {
  whyNotArchive,
  whyNotDeleteLogs,
  whyNotInterrupt,
  whyNotResume,
  whyNotResumeElsewhere,
  whyNotRunGates,
  whyNotStop,
  whyNotUnarchive,
} from "./may";

function view(state: StoryState, reason: Reason | null = null, more: Partial<Sketch> = {}): StoryView {
  return storyView({
    id: 1,
    project: "p",
    title: "Parse GPX",
    state,
    branch: null,
    segments: [reason === null ? [state, -9] : [state, -9, reason]],
    ...more,
  });
}

type WhyNot = (view: StoryView, now: number) => string | null;

/** The states in which it can be done, and the reasons in the others. */
function table(whyNot: WhyNot) {
  const why = STATES.map((state) => whyNot(view(state), START));
  return {
    can: STATES.filter((_, n) => why[n] === null),
    reasons: [...new Set(why.filter((each) => each !== null))],
  };
}

it.each<[string, WhyNot, StoryState[], string[]]>([
  [
    "stop",
    whyNotStop,
    ["queued", "starting", "running", "waiting", "limited", "gating", "in_terminal"],
    ["nothing runs"],
  ],
  ["interrupt", whyNotInterrupt, ["running"], ["no turn runs"]],
  [
    "archive",
    whyNotArchive,
    ["draft", "done", "needs_you", "stopped"],
    ["it is not over", "it is in the archive"],
  ],
  ["resume", whyNotResume, ["done", "needs_you", "stopped"], ["it is not over", "it is in the archive"]],
  ["unarchive", whyNotUnarchive, ["archived"], ["it is not in the archive"]],
])("says in which states a person can %s, and why not in the others", (_, whyNot, can, reasons) => {
  expect(table(whyNot)).toEqual({ can, reasons });
});

it("says that a conversation which did not begin cannot go on elsewhere", () => {
  const begun = view("done");
  expect(whyNotResumeElsewhere({ ...begun, story: { ...begun.story, session: "s" } })).toBeNull();
  expect(whyNotResumeElsewhere({ ...begun, story: { ...begun.story, session: null } })).toBe(
    "no conversation has begun",
  );
});

describe("the gates of a story", () => {
  const gated = (state: StoryState, change: Partial<Story> = {}, runs: Sketch["runs"] = AFTER_GATE) => {
    const made = view(state, state === "needs_you" ? "gate_failed" : null, { runs: runs ?? [] });
    return { ...made, story: { ...made.story, gates: ["npm test"], ...change } };
  };
  const AFTER_GATE: NonNullable<Sketch["runs"]> = [
    { from: -9, to: -4, outcome: { kind: "succeeded" } },
    { from: -4, to: -3, kind: "gate", outcome: { kind: "failed", why: "other" } },
  ];

  it("run again where they ran after the agent's last run and nothing runs", () => {
    for (const state of ["needs_you", "done", "stopped"] as const)
      expect(whyNotRunGates(gated(state), START), state).toBeNull();
  });

  it.each<[string, StoryView]>([
    ["it has no gates", gated("done", { gates: [] })],
    ["it is in the archive", gated("archived")],
    ["it is not over", gated("gating", {}, [{ from: -4, kind: "gate" }])],
    ["it is not over", gated("running", {}, [{ from: -4 }])],
    ["no gate has run since its agent's last run", gated("stopped", {}, AFTER_GATE.slice(0, 1))],
  ])("say why not: %s", (why, shown) => {
    expect(whyNotRunGates(shown, START)).toBe(why);
  });
});

describe("the logs of a story", () => {
  const now = START;
  const done = view("done", "unchecked", { runs: [{ from: -9, to: -1, outcome: { kind: "succeeded" } }] });
  const withStory = (change: Partial<Story>): StoryView => ({ ...done, story: { ...done.story, ...change } });
  const withRuns = (change: Partial<Run>): StoryView => ({
    ...done,
    runs: done.runs.map((run) => ({ ...run, ...change })),
  });

  it("can be deleted when it is over and nothing waits in it", () => {
    const can = STATES.filter((state) => whyNotDeleteLogs(withStory({ state }), now) === null);
    expect(can).toEqual(["done", "needs_you", "stopped", "archived"]);
    expect(whyNotDeleteLogs(withStory({ state: "running" }), now)).toBe("it is not over");
    expect(whyNotDeleteLogs(withStory({ queued_prompts: 1 }), now)).toBe("prompts wait in it");
    expect(whyNotDeleteLogs(withStory({ open_questions: 1 }), now)).toBe("it asks something");
    expect(whyNotDeleteLogs(withStory({ rereading: true }), now)).toBe("its logs are being read");
    const job = { by: "job", job: "git", since: new Date(now - 60_000).toISOString() } as const;
    expect(whyNotDeleteLogs({ ...done, waits_for: job }, now)).toBe("it is not over");
  });

  it("are deleted once, and again when a later run has some", () => {
    expect(whyNotDeleteLogs(withRuns({ state: "running" }), now)).toBe("it is not over");
    const deleted = withRuns({ logs_deleted: "2026-11-19T12:00:00.000Z" });
    expect(whyNotDeleteLogs(deleted, now)).toBe("it has no logs");
    expect(whyNotDeleteLogs({ ...done, runs: [] }, now)).toBe("it has no logs");
  });
});
