import { expect, test } from "vitest";
import type { Work } from "../ipc/protocol";
import { linesOfWork, workWords } from "./work";

const work: Work = { checkpoint: 4, files: 5, added: 120, removed: 8, ahead: 3, behind: 1, unpushed: 2 };

test("what is known is said, and nothing of what is not", () => {
  expect(workWords(work)).toBe("5 files, 3 commits ahead, 1 behind, 2 not pushed");
  expect(workWords({ ...work, files: 1, ahead: 1, behind: 0, unpushed: null })).toBe(
    "1 file, 1 commit ahead",
  );
  expect(workWords({ ...work, files: null, ahead: null, behind: null, unpushed: null })).toBe("");
});

test("lines are shown if some are known to differ", () => {
  expect(linesOfWork(work)).toEqual({ added: 120, removed: 8 });
  expect(linesOfWork({ ...work, added: null })).toBeNull();
  expect(linesOfWork({ ...work, added: 0, removed: 0 })).toBeNull();
  expect(linesOfWork(undefined)).toBeNull();
});
