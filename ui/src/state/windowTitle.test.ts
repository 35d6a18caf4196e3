import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WindowTitle } from "./windowTitle";

let changes: string[] = [];
let title: WindowTitle;

beforeEach(() => {
  vi.useFakeTimers();
  document.title = "Musher";
  changes = [];
  vi.spyOn(document, "title", "set").mockImplementation((text) => {
    changes.push(text);
  });
  vi.spyOn(document, "title", "get").mockImplementation(() => changes.at(-1) ?? "Musher");
  title = new WindowTitle();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("WindowTitle", () => {
  it("changes at once, and then at most once a second, to what was said last", () => {
    for (const text of ["1", "2", "3"]) title.set(text);
    expect(changes).toEqual(["1"]);
    vi.advanceTimersByTime(899);
    title.set("4");
    expect(changes).toEqual(["1"]);
    vi.advanceTimersByTime(101);
    expect(changes).toEqual(["1", "4"]);
    for (let n = 0; n < 100; n += 1) {
      title.set(`n${n}`);
      vi.advanceTimersByTime(100);
    }
    expect(changes.length).toBeLessThanOrEqual(2 + 10_000 / 900);
    vi.advanceTimersByTime(1000);
    expect(changes.at(-1)).toBe("n99");
  });

  it("goes with a clock that ticks on whole seconds, from the second tick on", () => {
    title.set("first");
    vi.advanceTimersByTime(400);
    for (let tick = 1; tick <= 4; tick += 1) {
      title.set(`tick ${tick}`);
      expect(changes.at(-1)).toBe(tick === 1 ? "first" : `tick ${tick}`);
      vi.advanceTimersByTime(1000 - (tick % 2));
    }
    expect(changes).toEqual(["first", "tick 2", "tick 3", "tick 4"]);
  });

  it("does not change to what it is already", () => {
    title.set("Musher");
    title.set("a");
    title.set("b");
    title.set("a");
    vi.advanceTimersByTime(5000);
    expect(changes).toEqual(["a"]);
  });

  it("changes nothing after it was stopped", () => {
    title.set("a");
    title.set("b");
    title.stop();
    vi.advanceTimersByTime(5000);
    expect(changes).toEqual(["a"]);
  });
});
