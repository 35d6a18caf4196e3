import { expect, test } from "vitest";
import { baseText, behindText, copiedText, fewText, lfsText, notCopiedText } from "./newWorktree";

const base = { name: "main", commit: "1f8a2c0b9d3e4f5a", fetched: false };
const upstream = (behind: number, ahead: number) => ({ name: "origin/main", behind, ahead });

test("what a worktree begins from is said with how far it is behind", () => {
  expect(baseText(base)).toBe("main (1f8a2c0b9d)");
  expect(baseText({ ...base, fetched: true })).toBe("main (1f8a2c0b9d), fetched just before");
  expect(behindText(base)).toBe("");
  expect(behindText({ ...base, upstream: upstream(0, 3) })).toBe("");
  expect(behindText({ ...base, upstream: upstream(4, 0) })).toBe(
    "4 behind origin/main, as far as it was fetched",
  );
  expect(behindText({ ...base, upstream: upstream(1234, 1), fetched: true })).toBe(
    "1,234 behind origin/main and 1 ahead of it",
  );
});

test("what was copied is named, and what was not with its reason", () => {
  expect(fewText({ names: [], more: 0 })).toBe("");
  const files = { names: [".env", "a.key"], more: 2 };
  expect(copiedText({ files, bytes: 1200, left: [], more_left: 0 })).toBe(
    "Copied into the worktree: .env, a.key and 2 more, 1.2\u202fkB",
  );
  const left = [
    { path: "a", why: "leads_out" },
    { path: "b", why: "not_ignored" },
  ] as const;
  expect(notCopiedText({ files, bytes: 0, left: [...left], more_left: 1 })).toBe(
    "Not copied: a (a link that leads out of the worktree), b (git does not ignore it there) and 1 more",
  );
  expect(lfsText({ names: ["a.bin"], more: 0 })).toBe(
    "Files of Git LFS without their content in the new worktree: a.bin. To fetch them: git lfs pull",
  );
});
