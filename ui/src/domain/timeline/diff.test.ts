import { expect, test } from "vitest";
import { diffOf, readDiff } from "./diff";

const told = (lines: ReturnType<typeof readDiff>["lines"]) =>
  lines.map(({ kind, old, new: now, text }) => `${kind} ${old ?? "-"} ${now ?? "-"} ${text}`);

test("a unified diff gives its lines with their numbers", () => {
  const diff = readDiff("@@ -18,3 +18,4 @@ fn normalise\n same\n-    let s = raw.replace(' ', \"\");\n+    let s = raw.trim();\n+    let s = collapse(s);\n after\n\\ No newline at end of file\n");
  expect(told(diff.lines)).toEqual([
    "hunk - - fn normalise",
    "same 18 18 same",
    "del 19 -     let s = raw.replace(' ', \"\");",
    "add - 19     let s = raw.trim();",
    "add - 20     let s = collapse(s);",
    "same 20 21 after",
  ]);
  expect([diff.added, diff.removed]).toEqual([2, 1]);
});

test("of a changed line the part that differs is marked", () => {
  const { lines } = readDiff("@@ -1 +1 @@\n-let s = raw.replace();\n+let s = raw.trim();\n");
  expect(lines.slice(1).map(({ text, mark }) => mark && text.slice(...mark))).toEqual(["replace", "trim"]);
  const call = readDiff("@@ -1 +1 @@\n-let s = raw.replace(1);\n+let s = raw.trim();\n");
  expect(call.lines.slice(1).map(({ text, mark }) => mark && text.slice(...mark))).toEqual(["replace(1)", "trim()"]);
});

test("lines with nothing in common are not marked", () => {
  const { lines } = readDiff("@@ -1 +1 @@\n-alpha\n+omega = 1\n");
  expect(lines.map(({ mark }) => mark)).toEqual([null, null, null]);
});

test("what is no diff gives no lines", () => {
  expect(readDiff("hello\n+not a change").lines).toEqual([]);
});

test("an edit shows what it replaces within what stays", () => {
  const diff = diffOf("a\nb\nc", "a\nB\nB2\nc");
  expect(told(diff.lines)).toEqual(["same 1 1 a", "del 2 - b", "add - 2 B", "add - 3 B2", "same 3 4 c"]);
});

test("a new file is all added, an empty one is nothing", () => {
  expect(diffOf("", "a\nb")).toMatchObject({ added: 2, removed: 0 });
  expect(diffOf("", "").lines).toEqual([]);
});
