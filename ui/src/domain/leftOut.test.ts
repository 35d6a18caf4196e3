import { expect, test } from "vitest";
import { leftOutText } from "./leftOut";

test.each([
  [0, [], 0, ""],
  [1, [], 0, "What is not in git is not in the new worktree: 1 uncommitted file."],
  [
    1200,
    [".env", "node_modules/"],
    0,
    "What is not in git is not in the new worktree: 1,200 uncommitted files; ignored .env, node_modules/.",
  ],
  [0, ["a.o"], 12, "What is not in git is not in the new worktree: ignored a.o and 12 more."],
  [
    null,
    [],
    0,
    "What is not in git is not in the new worktree: uncommitted files, if there are any (git did not say).",
  ],
])("what a new worktree lacks is named: %j %j %j", (changed, names, more, text) => {
  expect(leftOutText(changed, { names, more })).toBe(text);
});
