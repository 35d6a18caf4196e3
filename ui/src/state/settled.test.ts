import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { watchPointer } from "./restingPointer";
import { RESTING, Settled, SETTLING, TYPING } from "./settled.svelte";

let settled: Settled;
let end: () => void;

const pointer = (kind: "pointerdown" | "pointermove", x: number) =>
  dispatchEvent(new PointerEvent(kind, { screenX: x, screenY: 300 }));
/** Whether it accepts an answer after these milliseconds more. */
function after(milliseconds: number): boolean {
  vi.advanceTimersByTime(milliseconds);
  return settled.is;
}

beforeEach(() => {
  vi.useFakeTimers();
  end = watchPointer();
  settled = new Settled();
});
afterEach(() => {
  settled.end();
  end();
  vi.useRealTimers();
});

it("accepts no answer for a moment, and after a typed letter for a longer one", () => {
  settled.restart();
  expect([after(SETTLING - 1), after(1)]).toEqual([false, true]);
  settled.restart(TYPING);
  settled.restart();
  expect([after(TYPING - 1), after(1)]).toEqual([false, true]);
});

it("waits longer under a pointer that was just pressed and rests, the hand's own trembling aside", () => {
  pointer("pointerdown", 100);
  settled.restart();
  pointer("pointermove", 103);
  expect([after(RESTING - 1), after(1)]).toEqual([false, true]);
});

it("waits no longer once the pointer was moved", () => {
  pointer("pointerdown", 100);
  settled.restart();
  vi.advanceTimersByTime(SETTLING);
  pointer("pointermove", 160);
  expect(after(1)).toBe(true);
  settled.restart();
  expect(after(SETTLING)).toBe(true);
});

it("takes a press of long ago for no sign of where the hand is", () => {
  pointer("pointerdown", 100);
  vi.advanceTimersByTime(5_000);
  settled.restart();
  expect(after(SETTLING)).toBe(true);
});
