import { expect, test } from "vitest";
import { exactOf } from "./ask";

test("what is allowed is exactly what the machine will read", () => {
  expect(exactOf({ is: "command", text: "rm -rf x\nls", cwd: "/" })).toBe("rm -rf x\nls");
  const diff = { hunks: [] };
  expect(exactOf({ is: "change", files: [{ path: "/a", act: "edit", diff }, { path: "/b", act: "edit", moved_to: "/c", diff }] })).toBe("/a\n/b\n/c");
  expect(exactOf({ is: "query", text: "root", within: "/etc" })).toBe("root");
  expect(exactOf({ is: "other", words: "first" })).toBe("");
});
