import { expect, test } from "vitest";
import type { Diff, HunkStart, Piece } from "../../ipc/protocol";
import { linesOf } from "./diff";

const summaries = (diff: Diff) =>
  linesOf(diff).lines.map(({ kind, old, new: now, text }) => `${kind} ${old ?? "-"} ${now ?? "-"} ${text}`);
const hunk = (start: HunkStart | null, ...pieces: [Piece["side"], string][]) => ({
  start,
  pieces: pieces.map(([side, text]) => ({ side, text })),
});
const changed = (before: string, after: string): Diff => ({
  hunks: [hunk({ old: 1, new: 1 }, ["removed", before], ["added", after])],
});

test("a change gives its lines with their numbers", () => {
  const pieces = hunk(
    { old: 18, new: 18 },
    ["same", "same"],
    ["removed", "    let s = raw;"],
    ["added", "    let s = raw.trim();\n    let s = collapse(s);"],
    ["same", "after"],
  );
  const diff = { hunks: [{ ...pieces, heading: "fn normalise" }] };
  expect(summaries(diff)).toEqual([
    "hunk - - fn normalise",
    "same 18 18 same",
    "del 19 -     let s = raw;",
    "add - 19     let s = raw.trim();",
    "add - 20     let s = collapse(s);",
    "same 20 21 after",
  ]);
  expect(linesOf(diff)).toMatchObject({ added: 2, removed: 1 });
});

test("where the place is not said, lines have no numbers, and each part has its own head", () => {
  const one = hunk(null, ["removed", "a"], ["added", ""]);
  expect(summaries({ hunks: [one, one] })).toEqual([
    "hunk - - ",
    "del - - a",
    "add - - ",
    "hunk - - ",
    "del - - a",
    "add - - ",
  ]);
  expect(linesOf({ hunks: [] })).toEqual({ lines: [], added: 0, removed: 0 });
});

test("of a changed line the part that differs is marked", () => {
  const marks = (diff: Diff) =>
    linesOf(diff)
      .lines.slice(1)
      .map(({ text, mark }) => mark && text.slice(...mark));
  expect(marks(changed("let s = raw.replace();", "let s = raw.trim();"))).toEqual(["replace", "trim"]);
  expect(marks(changed("let s = raw.replace(1);", "let s = raw.trim();"))).toEqual(["replace(1)", "trim()"]);
  expect(marks(changed("let total = compute(7);", "let total = calculate(7);"))).toEqual([
    "compute",
    "calculate",
  ]);
  expect(marks(changed("runs-on: ubuntu-22.04", "runs-on: ubuntu-24.04"))).toEqual(["22", "24"]);
  expect(marks(changed("call(first)", "call(first, second)"))).toEqual(["", ", second"]);
});

test("lines with nothing in common are not marked", () => {
  expect(linesOf(changed("alpha", "omega = 1")).lines.map(({ mark }) => mark)).toEqual([null, null, null]);
});
