import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Clock } from "./clock.svelte";

const NOON = Date.parse("2026-11-19T12:00:00.400Z");
let clock: Clock;

/** Makes the page visible or hidden, as a browser does. */
function show(state: DocumentVisibilityState): void {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue(state);
  document.dispatchEvent(new Event("visibilitychange"));
}
const seconds = () => (clock.now - NOON) / 1000;

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
  clock = new Clock();
  clock.tell(NOON);
  clock.start();
});
afterEach(() => {
  clock.stop();
  vi.useRealTimers();
});

describe("Clock", () => {
  it("ticks on the minute while nothing near is shown", () => {
    vi.advanceTimersByTime(59_500);
    expect(seconds()).toBe(0);
    expect(clock.moment() - NOON).toBe(59_500);
    vi.advanceTimersByTime(100);
    expect(seconds()).toBe(59.6);
    expect(vi.getTimerCount()).toBe(1);
  });

  it("ticks as often as the quickest asks, at once, on whole seconds, and no longer than it asks", () => {
    vi.advanceTimersByTime(10_000);
    const endSlow = clock.every(12_000);
    const end = clock.every(1000);
    expect(seconds()).toBe(10);
    vi.advanceTimersByTime(600);
    expect(seconds()).toBe(10.6);
    vi.advanceTimersByTime(3000);
    expect(seconds()).toBe(13.6);
    end();
    vi.advanceTimersByTime(1000);
    expect(seconds()).toBe(14.6);
    vi.advanceTimersByTime(8900);
    expect(seconds()).toBe(14.6);
    vi.advanceTimersByTime(100);
    expect(seconds()).toBe(23.6);
    endSlow();
    expect(vi.getTimerCount()).toBe(1);
  });

  it("does not tick because the same is asked again and again", () => {
    clock.every(1000)();
    vi.advanceTimersByTime(300);
    for (let n = 0; n < 5; n += 1) clock.every(1000)();
    expect(seconds()).toBe(0);
    vi.advanceTimersByTime(300);
    expect(seconds()).toBe(0.6);
  });

  it("does not tick while the page is hidden, and looks at once when it is shown", () => {
    clock.every(1000);
    show("hidden");
    vi.advanceTimersByTime(120_000);
    expect([seconds(), vi.getTimerCount()]).toEqual([0, 0]);
    show("visible");
    expect(seconds()).toBe(120);
    vi.advanceTimersByTime(600);
    expect(seconds()).toBe(120.6);
  });

  it("counts from the wall clock: over sleep, and after the clock was set", () => {
    clock.every(1000);
    // Timers stop while a machine sleeps; the wall clock does not.
    vi.setSystemTime(NOON + 3_600_000);
    vi.advanceTimersByTime(600);
    expect(seconds()).toBeCloseTo(3600.6, 3);
    vi.setSystemTime(NOON - 7_200_000);
    window.dispatchEvent(new Event("focus"));
    expect(seconds()).toBe(-7200);
  });

  it("takes the engine's time over the page's, and does not tick with each batch", () => {
    clock.tell(NOON + 90_000);
    expect(seconds()).toBe(90);
    vi.advanceTimersByTime(5000);
    clock.tell(NOON + 95_200);
    expect(seconds()).toBe(90);
    vi.advanceTimersByTime(25_000);
    expect(seconds()).toBeCloseTo(119.8, 3);
  });

  it("does nothing after it was stopped", () => {
    clock.every(1000);
    clock.stop();
    vi.advanceTimersByTime(5000);
    expect([seconds(), vi.getTimerCount()]).toEqual([0, 0]);
  });
});
