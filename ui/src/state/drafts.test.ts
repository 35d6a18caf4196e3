import { beforeEach, expect, it, vi } from "vitest";
import { keepDraft, keptDraft, letOldDraftsGo } from "./drafts";

const DAY = 86_400_000;

beforeEach(() => {
  localStorage.clear();
  vi.useRealTimers();
});

it("is found by its name until it is taken away", () => {
  keepDraft({ of: "story", id: "a" }, "And add a test");
  keepDraft({ of: "question", id: "a" }, ["x"]);
  expect([
    keptDraft({ of: "story", id: "a" }),
    keptDraft({ of: "question", id: "a" }),
    keptDraft({ of: "story", id: "c" }),
  ]).toEqual(["And add a test", ["x"], undefined]);
  keepDraft({ of: "story", id: "a" }, undefined);
  expect(keptDraft({ of: "story", id: "a" })).toBeUndefined();
});

it("is let go after two months, with what cannot be read, and nothing else is", () => {
  const now = Date.now();
  keepDraft({ of: "new-story" }, "x");
  localStorage.setItem("theme", "dark");
  localStorage.setItem("draft:odd", "{");
  localStorage.setItem("draft:story old", JSON.stringify({ at: now - 61 * DAY, is: "y" }));
  letOldDraftsGo(now);
  expect([
    keptDraft({ of: "new-story" }),
    keptDraft({ of: "story", id: "old" }),
    localStorage.getItem("draft:odd"),
    localStorage.getItem("theme"),
  ]).toEqual(["x", undefined, null, "dark"]);
});

it("is not missed where there is no room for it", () => {
  const full = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  expect(() => {
    keepDraft({ of: "story", id: "a" }, "x");
  }).not.toThrow();
  full.mockRestore();
});
