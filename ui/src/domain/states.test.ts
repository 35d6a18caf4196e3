import { describe, expect, it } from "vitest";
import type { Reason, StoryState, StoryView } from "../ipc/protocol";
import { START, storyView, type Sketch } from "../ipc/fake/shape";
import { GLYPHS } from "../parts/glyphs";
import { canStop, faceOf, isLive, isQuiet, needsPerson, spanTone, spanWord } from "./states";

const STATES: StoryState[] = [
  "draft", "queued", "starting", "running", "waiting", "limited", "gating", "in_terminal", "done", "needs_you", "stopped", "archived",
];

function view(state: StoryState, reason?: Reason, more: Partial<Sketch> = {}): StoryView {
  return storyView({ id: 1, project: "p", title: "t", state, ...(reason ? { reason } : {}), branch: null, segments: [[state, -116]], ...more });
}

const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, " ");
const words = (each: StoryView) => { const { glyph, word, reason } = faceOf(each, START); return [glyph, plain(word), plain(reason)]; };

describe("faceOf", () => {
  it("says the words of the look", () => {
    expect(words(view("running", undefined, { activity: "Edit  src/a.ts" }))).toEqual(["working", "Working", "Edit  src/a.ts"]);
    expect(words(view("waiting", "question"))).toEqual(["waiting", "Waiting for you", "question"]);
    expect(words(view("waiting", "prompt"))).toEqual(["waiting", "Waiting for you", "for what comes next"]);
    expect(words(view("limited", undefined, { until: 50.87 }))).toEqual(["limited", "Limited until 17:42", "resumes by itself in 50:52"]);
    expect(words(view("limited", undefined, { until: 50.87, resumes: false }))[2]).toBe("resets in 50:52, then say what comes next");
    expect(words(view("done", "checked"))).toEqual(["done", "Done 14:55", "gate passed"]);
    expect(words(view("stopped", "you"))).toEqual(["stopped", "Stopped by you 14:55", ""]);
    expect(words(view("needs_you", "gate_failed"))).toEqual(["failed", "Gate failed", ""]);
    expect(words(view("needs_you", "crashed"))).toEqual(["crashed", "Crashed", "the work is on disk"]);
    expect(words(view("needs_you", "no_result"))).toEqual(["failed", "No result", "ended without an answer"]);
  });

  it("shows done without a check in another colour and says so", () => {
    expect(faceOf(view("done", "unchecked"), START)).toMatchObject({ tone: "unchecked", reason: "not checked, no gate" });
    expect(faceOf(view("done", "checked"), START).tone).toBe("done");
  });

  it("knows no reset, and one that has passed", () => {
    expect(words(view("limited"))).toEqual(["limited", "Limited", "no reset known, tried again by itself"]);
    expect(faceOf(view("limited", undefined, { until: -1 }), START).reason).toBe("reset, resumes in a moment");
  });

  it("counts the gate that runs", () => {
    const gating = view("gating", undefined, {
      gates: ["a", "b", "c"], segments: [["running", -88], ["gating", -3]],
      runs: [{ from: -88, to: -3 }, { from: -3, to: -2, kind: "gate", outcome: { kind: "succeeded" } }, { from: -2, kind: "gate" }],
    });
    expect(words(gating)).toEqual(["gate", "Gate 2 of 3", "b"]);
  });

  it("counts gates anew after the agent worked again", () => {
    const again = view("gating", undefined, {
      gates: ["a", "b"], segments: [["gating", -3]],
      runs: [{ from: -9, to: -8 }, { from: -8, to: -7, kind: "gate" }, { from: -7, to: -6, kind: "gate" }, { from: -6, to: -3 }, { from: -3, kind: "gate" }],
    });
    expect(words(again)).toEqual(["gate", "Gate 1 of 2", "a"]);
  });

  it("has a glyph that is drawn and a word for every state", () => {
    for (const state of STATES) {
      const face = faceOf(view(state), START);
      expect(GLYPHS[face.glyph].length, state).toBeGreaterThan(0);
      expect(face.word, state).not.toBe("");
      expect(spanWord(state, null, true), state).not.toBe("");
      expect(spanTone(state), state).not.toBe("");
    }
  });
});

describe("states", () => {
  it("are told apart by what they mean", () => {
    expect(STATES.filter((state) => needsPerson(view(state).story))).toEqual(["waiting", "needs_you"]);
    expect(STATES.filter(isQuiet)).toEqual(["draft", "queued", "done", "stopped", "archived"]);
    expect(STATES.filter(isLive)).toEqual(["starting", "running", "waiting", "gating", "in_terminal"]);
    expect(STATES.filter(canStop)).toEqual(["queued", "starting", "running", "waiting", "limited", "gating", "in_terminal"]);
  });
});
