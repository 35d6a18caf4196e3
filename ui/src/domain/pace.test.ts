import { describe, expect, it } from "vitest";
import { limits } from "../ipc/fake/afternoon";
import { at, START, storyView, type Sketch } from "../ipc/fake/shape";
import type { Limit } from "../ipc/protocol";
import { agePace, axisPace, countdownPace, endPace, limitPace, quickest, storyPace } from "./pace";

const S = 1000;
const M = 60 * S;
const inSeconds = (seconds: number) => at(seconds / 60);

function pace(part: Partial<Sketch>): number {
  return storyPace(
    storyView({
      id: 1,
      project: "p",
      title: "t",
      state: "running",
      branch: null,
      segments: [["running", -30]],
      ...part,
    }),
    START,
  );
}

describe("paces", () => {
  it("are a second near a known end, which is begun before its border, and a minute else", () => {
    const seconds = [2 * 3600, 3661, 3660, 3600, 60, 1, 0.5, 0, -5];
    expect(seconds.map((each) => countdownPace(inSeconds(each), START))).toEqual([M, M, S, S, S, S, S, M, M]);
    expect([countdownPace(null, START), countdownPace("soon", START)]).toEqual([M, M]);
  });

  it("are a second shortly before an end that is not counted down to", () => {
    expect([180, 121, 120, 1, 0, -1].map((each) => endPace(inSeconds(each), START))).toEqual([
      M,
      M,
      S,
      S,
      M,
      M,
    ]);
    expect(endPace(null, START)).toBe(M);
  });

  it("are a second while an age is told in seconds", () => {
    expect([5, 0, -1, -60, -61, -3600].map((each) => agePace(inSeconds(each), START))).toEqual([
      S,
      S,
      S,
      S,
      M,
      M,
    ]);
  });

  it("are a pixel of an axis, in whole seconds", () => {
    const axis = (minutes: number, width: number) => axisPace({ from: 0, to: minutes * M, now: 0, width });
    expect([axis(180, 900), axis(2, 900), axis(180, 0), axis(60 * 24 * 7, 900), axis(7, 180)]).toEqual([
      12 * S,
      5 * S,
      M,
      M,
      5 * S,
    ]);
  });

  it("are the quickest of what is shown", () => {
    expect([quickest(), quickest(M, 12 * S), quickest(S, M), quickest(0)]).toEqual([M, 12 * S, S, S]);
  });

  it("follow what a story says", () => {
    expect(pace({})).toBe(M);
    expect(pace({ segments: [["running", -0.5]] })).toBe(S);
    expect(pace({ runs: [{ from: -0.5 }] })).toBe(S);
    expect(
      pace({ retrying: { attempt: 2, max: 10, until: inSeconds(20), status: 529, error: "overloaded" } }),
    ).toBe(S);
    expect(pace({ state: "limited", segments: [["limited", -22]], until: 50 })).toBe(S);
    expect(pace({ state: "limited", segments: [["limited", -22]], until: 90 })).toBe(M);
    expect(pace({ state: "limited", segments: [["limited", -22]], until: -1 })).toBe(M);
    // A time that this state does not count down to.
    expect(pace({ state: "done", segments: [["done", -22]], until: 50 })).toBe(M);
  });

  it("follow what a limit says", () => {
    const [limit] = limits();
    const of = (part: Partial<Limit>) => limit && limitPace({ ...limit, ...part }, START);
    expect(of({ status: "rejected", resets_at: at(50) })).toBe(S);
    expect(of({ status: "allowed", resets_at: at(50) })).toBe(M);
    expect(of({ status: "allowed", resets_at: at(1) })).toBe(S);
    expect(of({ status: "rejected", resets_at: null })).toBe(M);
    expect(of({ status: "rejected", resets_at: at(-1) })).toBe(M);
  });
});
