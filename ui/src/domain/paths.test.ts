import { expect, test } from "vitest";
import { withPaths } from "./paths";

test.each([
  ["", ["/a/notes.txt"], "/a/notes.txt "],
  ["Read", ["/a/notes.txt"], "Read /a/notes.txt "],
  ["Read ", ["/a/my notes.txt", "/b"], 'Read "/a/my notes.txt" /b '],
  ["Read\n", ["/b"], "Read\n/b "],
])("%j with %j", (text, paths, whole) => {
  expect(withPaths(text, paths)).toBe(whole);
});
