import { beforeEach, expect, it, vi } from "vitest";
import { keepDraft, keptDraft, letOldDraftsGo } from "./drafts";

const DAY = 86_400_000;

beforeEach(() => {
  localStorage.clear();
  vi.useRealTimers();
});

it("is found by its name until it is taken away", () => {
  keepDraft("story a", "And add a test");
  keepDraft("story b", ["x"]);
  expect([keptDraft("story a"), keptDraft("story b"), keptDraft("story c")]).toEqual([
    "And add a test",
    ["x"],
    undefined,
  ]);
  keepDraft("story a", undefined);
  expect(keptDraft("story a")).toBeUndefined();
});

it("is let go after two months, with what cannot be read, and nothing else is", () => {
  const now = Date.now();
  keepDraft("new", "x");
  localStorage.setItem("theme", "dark");
  localStorage.setItem("draft:odd", "{");
  localStorage.setItem("draft:old", JSON.stringify({ at: now - 61 * DAY, is: "y" }));
  letOldDraftsGo(now);
  expect([
    keptDraft("new"),
    keptDraft("old"),
    localStorage.getItem("draft:odd"),
    localStorage.getItem("theme"),
  ]).toEqual(["x", undefined, null, "dark"]);
});

it("is not missed where there is no room for it", () => {
  const full = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  expect(() => {
    keepDraft("story a", "x");
  }).not.toThrow();
  full.mockRestore();
});
