import { describe, expect, it } from "vitest";
import { at, START, storyView, type Sketch } from "../ipc/fake/shape";
import { everyState } from "../ipc/fake/states";
import type { JobKind, StoryState, StoryView, WaitsFor } from "../ipc/protocol";
import { needOf } from "./needs";
import { storyPace } from "./pace";
import { whyNotStop } from "./may";
import { displayOf, isQuiet, reasonText, sinceWords, spokenReason } from "./states";
import { goesOnByItself, isAboutToStart, waitOf } from "./waits";

const plain = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, " ");

function view(state: StoryState, waits: WaitsFor, more: Partial<Sketch> = {}): StoryView {
  return storyView({
    id: 1,
    project: "p",
    title: "t",
    state,
    branch: null,
    segments: [[state, -116]],
    waits,
    ...more,
  });
}

const job = (kind: JobKind, seconds: number): WaitsFor => ({
  by: "job",
  job: kind,
  since: at(-seconds / 60),
});
const place: WaitsFor = { by: "place", story: "s", slug: "label-retry" };
const words = (each: StoryView) => {
  const display = displayOf(each, START);
  return [display.glyph, plain(display.word), plain(reasonText(display))];
};

describe("the second line", () => {
  it("says the work that the next run waits for, and for how long", () => {
    const said = (kind: JobKind, seconds: number) => words(view("done", job(kind, seconds)))[2];
    expect(said("git", 12)).toBe("waits for git, 12 s");
    expect(said("keeper", 75)).toBe("waits for the process to start, 1 min");
    expect(said("program", 2)).toBe("waits for the agent's version check, 2 s");
    expect(said("store", 3)).toBe("waits for Musher's store, 3 s");
  });

  it("does not show work that is younger than a second and a half, nor work of a time that cannot be read", () => {
    const before = words(view("done", { by: "person", state: "done" }));
    for (const seconds of [-1, 0, 1, 1.4])
      expect(words(view("done", job("git", seconds))), String(seconds)).toEqual(before);
    expect(words(view("done", { by: "job", job: "git", since: "soon" }))).toEqual(before);
    expect(words(view("done", job("git", 1.5)))[2]).toBe("waits for git, 1 s");
  });

  it("says the other causes", () => {
    const reset = { until: -1 };
    expect(words(view("limited", { by: "turn", at: at(50) }, reset))[2]).toBe(
      "its turn comes after others: 17:41",
    );
    expect(words(view("limited", { by: "turn", at: at(-1) }, reset))[2]).toBe("its turn comes next");
    expect(words(view("limited", place, reset))).toEqual([
      "limited",
      "Limit reset 16:50",
      "waits for label-retry, which works in the same worktree",
    ]);
    expect(words(view("stopped", { by: "fault" }))[2]).toBe("Musher could not decide (fault)");
    expect(words(view("running", { by: "fault" }))).toEqual([
      "working",
      "Working",
      "Musher could not decide (fault)",
    ]);
  });

  it("says which run tries a limit once its reset has passed", () => {
    const held = (minutes: number, tried_by: string | null) =>
      words(
        view("limited", { by: "hold", account: "a", until: at(minutes), tried_by }, { until: minutes }),
      )[2];
    expect(held(-1, "label-retry.2")).toBe("reset passed, label-retry.2 tries first");
    expect(held(-1, null)).toBe("reset passed, waiting for the agent to confirm");
    expect(held(5, "label-retry.2")).toBe("resumes by itself in 5:00");
  });

  it("does not say again what the state says", () => {
    const known: WaitsFor[] = [
      { by: "run", run: "r", slug: "t.1" },
      { by: "answer", question: "q" },
      { by: "limit", until: at(5), goes_on: true },
      { by: "person", state: "done" },
      { by: "nothing" },
    ];
    for (const waits of known) {
      for (const state of ["running", "waiting", "limited", "done", "stopped"] as const) {
        const { waits_for: _, ...rest } = view(state, waits);
        expect(displayOf(view(state, waits), START), `${waits.by} ${state}`).toEqual(
          displayOf({ ...rest, waits_for: null }, START),
        );
      }
    }
  });

  it("does not hide that the disk is full", () => {
    expect(words(view("done", job("git", 9), { paused: true }))).toEqual([
      "done",
      "Done 14:55",
      "held: disk full, make room",
    ]);
  });

  it("says nothing to ears that changes each second", () => {
    expect(spokenReason(displayOf(view("done", job("git", 12)), START))).toBe("waits for git");
  });
});

describe("the first line", () => {
  it("says that a story at rest is about to start, since the work began", () => {
    for (const state of ["draft", "queued", "limited", "done", "needs_you", "stopped"] as const) {
      const each = view(state, job("git", 12));
      const display = displayOf(each, START);
      expect(
        [display.glyph, display.tone, display.word, plain(sinceWords(each.story, display, START))],
        state,
      ).toEqual(["starting", "starting", "Starting", "for 12 s"]);
      expect(isQuiet(display), state).toBe(false);
      expect(
        [isAboutToStart(each, START), goesOnByItself(each, START), whyNotStop(each, START)],
        state,
      ).toEqual([true, true, null]);
    }
  });

  it("says that a story at rest is queued while another one works in its worktree", () => {
    for (const state of ["draft", "done", "needs_you", "stopped"] as const) {
      expect(words(view(state, place)), state).toEqual([
        "queued",
        "Queued",
        "waits for label-retry, which works in the same worktree",
      ]);
      expect(
        [isAboutToStart(view(state, place), START), goesOnByItself(view(state, place), START)],
        state,
      ).toEqual([false, true]);
    }
  });

  it("stays that of a state in which something goes on", () => {
    expect(words(view("gating", job("keeper", 3), { gates: ["npm test"] }))).toEqual([
      "gate",
      "Gate",
      "waits for the process to start, 3 s",
    ]);
    expect(isAboutToStart(view("gating", job("keeper", 3)), START)).toBe(false);
  });
});

describe("what can be done", () => {
  const offers = (waits: WaitsFor) =>
    needOf(
      view("needs_you", waits, {
        reason: "crashed",
        detail: "killed by signal 9",
        runs: [{ from: -9, to: -5 }],
      }),
      undefined,
      [],
      START,
    );

  it("is to stop a story that needed a person and is about to start", () => {
    expect(offers(job("git", 12))).toMatchObject({
      rest: "",
      buttons: [{ action: "stop" }, { action: "open" }],
    });
    expect(offers(place).buttons.map((each) => each.action)).toEqual(["open"]);
  });

  it("is what it was before, where nothing goes on by itself", () => {
    expect(offers(job("git", 1)).buttons.map((each) => each.action)).toEqual(["resume", "open"]);
    expect(offers({ by: "fault" }).buttons.map((each) => each.action)).toEqual(["resume", "open"]);
  });
});

describe("its time", () => {
  it("counts each second in the first minute of a job, and shortly before a turn", () => {
    const pace = (waits: WaitsFor) => storyPace(view("done", waits), START) / 1000;
    expect([
      pace(job("git", 12)),
      pace(job("git", 75)),
      pace({ by: "turn", at: at(1) }),
      pace({ by: "turn", at: at(9) }),
    ]).toEqual([1, 60, 1, 60]);
  });
});

describe("the prepared stories", () => {
  it("show every cause that has words", () => {
    const shown = everyState().filter((each) => waitOf(each, START) !== null);
    expect(new Set(shown.map((each) => each.waits_for?.by))).toEqual(
      new Set(["job", "place", "turn", "hold", "fault"]),
    );
  });
});
