import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WindowTitle } from "./windowTitle";

let changes: string[] = [];
let title: WindowTitle;

beforeEach(() => {
  vi.useFakeTimers();
  document.title = "Musher";
  changes = [];
  vi.spyOn(document, "title", "set").mockImplementation((text) => { changes.push(text); });
  vi.spyOn(document, "title", "get").mockImplementation(() => changes.at(-1) ?? "Musher");
  title = new WindowTitle();
});
afterEach(() => { vi.useRealTimers(); });

describe("WindowTitle", () => {
  it("changes at once, and then at most once a second, to what was said last", () => {
    for (const text of ["1", "2", "3"]) title.set(text);
    expect(changes).toEqual(["1"]);
    vi.advanceTimersByTime(999);
    title.set("4");
    expect(changes).toEqual(["1"]);
    vi.advanceTimersByTime(1);
    expect(changes).toEqual(["1", "4"]);
    for (let n = 0; n < 100; n += 1) {
      title.set(`n${n}`);
      vi.advanceTimersByTime(100);
    }
    expect(changes.length).toBeLessThanOrEqual(13);
    vi.advanceTimersByTime(1000);
    expect(changes.at(-1)).toBe("n99");
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
