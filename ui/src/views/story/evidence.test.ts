import { expect, test } from "vitest";
import { EVIDENCE, Recorder } from "../../domain/timeline/recorder";
import { storyView } from "../../ipc/fake/shape";
import type { JournalEvent } from "../../ipc/protocol";
import { basisOf } from "./evidence";

const changed = (state: "running" | "needs_you", reason: "crashed" | null): JournalEvent => ({
  type: "state_changed",
  state,
  reason,
  detail: null,
  about: null,
  since: "",
  until: null,
  evidence: EVIDENCE,
  notifies: null,
});
const view = storyView({
  id: 1,
  project: "p",
  title: "t",
  state: "needs_you",
  reason: "crashed",
  branch: null,
  segments: [
    ["running", -9],
    ["needs_you", -5, "crashed"],
  ],
  runs: [
    { from: -9, to: -5, outcome: { kind: "crashed", code: null, signal: 9 } },
    { from: -4, to: -3, kind: "gate" },
  ],
});

test("a state rests on the run of its newest entry", () => {
  const run = view.runs[1]?.id ?? "";
  const { journal } = new Recorder()
    .run(run)
    .notes(changed("running", null), changed("needs_you", "crashed"), changed("running", null));
  const basis = basisOf(view, journal);
  expect(basis.run?.id).toBe(run);
  expect(basis.entry?.seq).toBe(4);
});

test("without an entry it rests on the last run of an agent", () => {
  expect(basisOf(view, [])).toEqual({ run: view.runs[0], entry: null });
});
