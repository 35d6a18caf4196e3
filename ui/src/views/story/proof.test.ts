import { describe, expect, it } from "vitest";
import { everyState } from "../../ipc/fake/states";
import { endEvidence, NO_EVIDENCE } from "../../ipc/fake/timeline";
import { START } from "../../ipc/fake/shape";
import type { StoryView } from "../../ipc/protocol";
import { meaning, proofsOf } from "./proof";

const views = everyState();
const of = (state: string, reason: string | null = null): StoryView => {
  const found = views.find(({ story }) => story.state === state && story.reason === reason);
  if (!found) throw new Error(`no story is ${state}, ${reason ?? ""}`);
  return found;
};

function lines(view: StoryView): string[] {
  const basis = view.runs.findLast((run) => run.state === "ended") ?? null;
  const evidence = basis ? endEvidence(basis, view.story) : NO_EVIDENCE;
  return proofsOf(view, { journal: null, rows: [], evidence, basis, now: START }).flatMap((proof) =>
    proof.facts.map((fact) => `${proof.title} ${fact.name}: ${fact.text}`.replaceAll("\u202f", " ")),
  );
}

describe("proofsOf", () => {
  it("has the agent's end and every gate of a checked story", () => {
    expect(lines(of("done", "checked"))).toEqual([
      "Agent Result: none: the agent left without one",
      "Agent Exit: code 0 after 32 min",
      "Gate 1 Came to: passed",
      "Gate 1 Exit: code 0 after 1 min",
      "Gate 2 Came to: passed",
      "Gate 2 Exit: code 0 after 1 min",
      "Gate 2 Output: read to its end before the end was recorded",
    ]);
  });

  it("says what is not known yet of a process that lives", () => {
    expect(lines(of("running"))).toEqual([
      expect.stringMatching(/^Agent Process: \d+ lives, since /),
      "Agent Last word: none yet",
      "Agent Result: none yet",
    ]);
  });

  it("says that nobody knows how a lost run ended", () => {
    expect(lines(of("needs_you", "lost"))).toContain("Agent Exit: not known; it was gone after 34 min");
  });

  it("says where the time of a limit's end comes from", () => {
    const resets = views
      .filter(({ story, waits_for }) => story.state === "limited" && waits_for === null)
      .map((view) => lines(view).at(-1));
    expect(resets).toEqual([
      "Agent Reset: 17:42, in 50:52, according to the provider",
      "Agent Reset: 17:42, in 50:52, according to the provider",
      "Agent Reset: not known; next attempt 16:56, in 5:00, later each time",
      "Agent Reset: not known",
    ]);
  });

  it("has nothing to say where nothing was started", () => {
    expect(lines(of("draft"))).toEqual([]);
  });
});

describe("meaning", () => {
  it("is a sentence for every state; a bad end speaks for itself", () => {
    const silent = views.filter((view) => meaning(view) === "").map(({ story }) => story.state);
    expect(new Set(silent)).toEqual(new Set(["needs_you"]));
  });
});
