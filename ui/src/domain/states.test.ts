import { describe, expect, it } from "vitest";
import type { Activity, Actor, Reason, StopReason, StoryState, StoryView, ToolKind } from "../ipc/protocol";
import { START, STATES, storyView, type Sketch } from "../ipc/fake/shape";
import { everyState } from "../ipc/fake/states";
import { GLYPHS } from "../parts/glyphs";
import {
  displayOf,
  isLive,
  isQuiet,
  needsPerson,
  reasonText,
  sinceWords,
  spanTone,
  spanWord,
  spokenReason,
} from "./states";

function view(state: StoryState, reason?: Reason, more: Partial<Sketch> = {}): StoryView {
  return storyView({
    id: 1,
    project: "p",
    title: "t",
    state,
    ...(reason ? { reason } : {}),
    branch: null,
    segments: [[state, -116]],
    ...more,
  });
}

const EDITS: Activity = { tool: "Edit", kind: "edit", subject: "src/a.ts" };
const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, " ");
const words = (each: StoryView) => {
  const display = displayOf(each, START);
  return [display.glyph, plain(display.word), plain(reasonText(display))];
};

describe("displayOf", () => {
  it("says for how long nothing came, before what is done, and the same for ears without the time", () => {
    const silent = (each: StoryView): StoryView => ({
      ...each,
      waits_for: {
        by: "run",
        run: "r1",
        slug: "t.1",
        silent_since: new Date(START - 30 * 60_000).toISOString(),
      },
    });
    expect(words(silent(view("running")))).toEqual(["working", "Working", "nothing for 30 min"]);
    const edits = silent(view("running", undefined, { activity: EDITS }));
    expect(words(edits)).toEqual(["working", "Working", "nothing for 30 min, Edit src/a.ts"]);
    expect(spokenReason(displayOf(edits, START))).toBe("nothing came for a while, Edit src/a.ts");
    expect(words(silent(view("gating")))[2]).toMatch(/^nothing for 30 min/);
    const retrying = {
      attempt: 2,
      max: 10,
      until: new Date(START + 60_000).toISOString(),
      error: "overloaded",
      status: 529,
    } as const;
    expect(words({ ...silent(view("running")), retrying })[2]).not.toContain("nothing");
  });

  it("says the words of the look", () => {
    expect(words(view("running", undefined, { activity: EDITS }))).toEqual([
      "working",
      "Working",
      "Edit src/a.ts",
    ]);
    expect(words(view("running", undefined, { activity: EDITS, paused: true }))[2]).toBe(
      "held: disk full, make room",
    );
    const retrying = {
      attempt: 2,
      max: 10,
      until: new Date(START + 14_000).toISOString(),
      status: 429,
      error: "rate_limit",
    } as const;
    expect(words(view("running", undefined, { activity: EDITS, retrying }))[2]).toBe(
      "retries in 14 s: too many requests (429)",
    );
    expect(
      words(
        view("running", undefined, {
          activity: EDITS,
          retrying: { ...retrying, until: new Date(START).toISOString() },
        }),
      )[2],
    ).toBe("retries now, no answer yet: too many requests (429)");
    expect(
      words(view("running", undefined, { activity: EDITS, retrying: { ...retrying, until: "soon" } }))[2],
    ).toBe("retries: too many requests (429)");
    expect(words(view("waiting", "question"))).toEqual(["waiting", "Waiting for you", "question"]);
    expect(words(view("waiting", "prompt"))).toEqual(["waiting", "Waiting for you", "for what comes next"]);
    expect(words(view("limited", undefined, { until: 50 + 52 / 60 }))).toEqual([
      "limited",
      "Limited until 17:42",
      "resumes by itself in 50:52",
    ]);
    expect(words(view("limited", undefined, { until: 50 + 52 / 60, resumes: false }))[2]).toBe(
      "resets in 50:52, then needs a prompt",
    );
    const held = view("limited", undefined, { until: 50 + 52 / 60, resumes: false });
    expect(words({ ...held, story: { ...held.story, queued_prompts: 1 } })[2]).toBe(
      "resumes by itself in 50:52",
    );
    expect(words(view("done", "checked"))).toEqual(["done", "Done 14:55", "gate passed"]);
    expect(words(view("stopped", "you"))).toEqual(["stopped", "Stopped by you 14:55", ""]);
    expect(
      words(
        view("needs_you", "gate_failed", {
          detail: "gate 1: exit code 1",
          gates: ["a"],
          gateEnd: "exit code 1",
          runs: [
            { from: -9, to: -8 },
            { from: -8, to: -7, kind: "gate", outcome: { kind: "failed", why: "other" } },
          ],
        }),
      ),
    ).toEqual(["failed", "Gate failed", "exit code 1"]);
    const setUp = (of: number, ended: string) =>
      ({ kind: "set_up", number: 1, of, command: "npm ci", words: ended }) as const;
    const prepared = displayOf(view("starting", undefined, { about: setUp(2, "") }), START);
    expect([prepared.word, prepared.code]).toEqual(["Set-up 1 of 2", "npm ci"]);
    expect(words(view("starting", undefined, { about: setUp(1, "") }))[1]).toBe("Set-up");
    expect(words(view("needs_you", "setup_failed", { about: setUp(1, "exit code 1") }))).toEqual([
      "failed",
      "Set-up failed",
      "exit code 1",
    ]);
    const stopped = (reason: Reason, by: Actor, why: StopReason) =>
      words(view("stopped", reason, { about: { kind: "stopped", by, why } })).slice(1);
    expect(stopped("you", "you", "window")).toEqual(["Stopped by you 14:55", "in the window"]);
    expect(stopped("engine", "musher", "time_limit")).toEqual([
      "Stopped by Musher 14:55",
      "it took longer than it was given",
    ]);
    expect(stopped("system", "system", "keeper_terminated")[0]).toBe("Stopped by the system 14:55");
    // As earlier versions recorded it, which had no other reason.
    expect(stopped("engine", "system", "keeper_terminated")[0]).toBe("Stopped by the system 14:55");
    expect(stopped("you", "you", { words: "enough" })[1]).toBe("enough");
    expect(words(view("needs_you", "crashed"))).toEqual(["crashed", "Crashed", "the work is on disk"]);
    expect(words(view("needs_you", "no_result"))).toEqual(["failed", "No result", "ended without an answer"]);
  });

  it("shows done without a check in another colour and says so", () => {
    expect(displayOf(view("done", "unchecked"), START)).toMatchObject({
      tone: "unchecked",
      reason: "not checked, no gate",
    });
    expect(displayOf(view("done", "checked"), START).tone).toBe("done");
  });

  it("knows no reset, and one that has passed", () => {
    expect(words(view("limited"))).toEqual(["limited", "Limited", "reset not known, tried again by itself"]);
    expect(displayOf(view("limited", undefined, { until: -1 }), START).reason).toBe(
      "reset passed, waiting for the agent to confirm",
    );
    expect(words(view("limited", undefined, { until: 0, resumes: false }))).toEqual([
      "limited",
      "Limit reset 16:51",
      "reset passed, needs a prompt",
    ]);
  });

  it("takes no time for a reset that the provider did not name", () => {
    const guessed = (resumes: boolean) =>
      view("limited", undefined, {
        until: 5,
        resumes,
        runs: [{ from: -9, to: -1, outcome: { kind: "limited", window: null, name: null, until: null } }],
      });
    expect(words(guessed(true))).toEqual(["limited", "Limited", "reset not known, tried again in 5:00"]);
    expect(words(guessed(false))).toEqual(["limited", "Limited", "reset not known, needs a prompt"]);
  });

  it("says nothing to ears that changes each second", () => {
    const counted = everyState().filter(
      (each) => each.story.state === "limited" || each.retrying !== null || each.waits_for !== null,
    );
    expect(counted.length).toBeGreaterThan(1);
    for (const each of counted)
      expect(spokenReason(displayOf(each, START)), each.story.title).toBe(
        spokenReason(displayOf(each, START + 1000)),
      );
    expect(spokenReason(displayOf(view("limited", undefined, { until: 50 }), START))).toBe(
      "resumes by itself",
    );
    expect(spokenReason(displayOf(view("running", undefined, { activity: EDITS }), START))).toBe(
      "Edit src/a.ts",
    );
  });

  it("keeps what a machine reads apart from words", () => {
    const working = (tool: string, kind: ToolKind, subject: string) => {
      const activity = { tool, kind, subject };
      const { reason, code } = displayOf(view("running", undefined, { activity }), START);
      return [reason, code];
    };
    expect(working("Bash", "command", "cargo test -p address")).toEqual(["Bash", "cargo test -p address"]);
    expect(working("github create_issue", "mcp", "Trailing space")).toEqual([
      "github create_issue",
      "Trailing space",
    ]);
    expect(working("Task", "agent", "Look for callers")).toEqual(["Task: Look for callers", undefined]);
    expect(working("TodoWrite", "plan", "")).toEqual(["TodoWrite", undefined]);
  });

  it("says why for every reason, with a word of its own", () => {
    const displays = everyState().map((each) => [each.story.reason, displayOf(each, START)] as const);
    const needs = displays.filter(
      ([reason]) => reason !== null && !["question", "prompt", "you", "engine", "system"].includes(reason),
    );
    for (const [reason, display] of needs) expect(reasonText(display), reason ?? "").not.toBe("");
    for (const [reason, display] of needs)
      expect(display.word === "Failed", reason ?? "").toBe(reason === "other");
    expect(new Set(needs.map(([reason]) => reason)).size).toBe(24);
  });

  it("tells how long a state lasts, or how long ago what is over ended", () => {
    const since = (state: StoryState, minutes: number) => {
      const each = view(state, undefined, { segments: [[state, -minutes]] });
      return plain(sinceWords(each.story, displayOf(each, START), START));
    };
    expect([
      since("running", 4),
      since("needs_you", 16),
      since("done", 16),
      since("stopped", 0.5),
      since("running", 0),
    ]).toEqual(["for 4 min", "for 16 min", "16 min ago", "just now", "just now"]);
  });

  it("counts the gate that runs", () => {
    const gating = view("gating", undefined, {
      gates: ["a", "b", "c"],
      segments: [
        ["running", -88],
        ["gating", -3],
      ],
      runs: [
        { from: -88, to: -3 },
        { from: -3, to: -2, kind: "gate", outcome: { kind: "succeeded" } },
        { from: -2, kind: "gate" },
      ],
    });
    expect(words(gating)).toEqual(["gate", "Gate 2 of 3", "b"]);
  });

  it("counts gates anew after the agent worked again", () => {
    const again = view("gating", undefined, {
      gates: ["a", "b"],
      segments: [["gating", -3]],
      runs: [
        { from: -9, to: -8 },
        { from: -8, to: -7, kind: "gate" },
        { from: -7, to: -6, kind: "gate" },
        { from: -6, to: -3 },
        { from: -3, kind: "gate" },
      ],
    });
    expect(words(again)).toEqual(["gate", "Gate 1 of 2", "a"]);
  });

  it("has a glyph that is drawn and a word for every state", () => {
    for (const state of STATES) {
      const display = displayOf(view(state), START);
      expect(GLYPHS[display.glyph].length, state).toBeGreaterThan(0);
      expect(display.word, state).not.toBe("");
      expect(spanWord(state, null, true), state).not.toBe("");
      expect(spanTone(state), state).not.toBe("");
    }
  });
});

describe("states", () => {
  it("are told apart by what they mean", () => {
    expect(STATES.filter((state) => needsPerson(view(state).story))).toEqual(["waiting", "needs_you"]);
    expect(STATES.filter((state) => isQuiet(displayOf(view(state), START)))).toEqual([
      "draft",
      "queued",
      "done",
      "stopped",
      "archived",
    ]);
    expect(STATES.filter(isLive)).toEqual(["starting", "running", "waiting", "gating", "in_terminal"]);
  });
});
