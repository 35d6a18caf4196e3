import { describe, expect, test } from "vitest";
import { changed, fileDiff, part } from "./changed";
import {
  fileRows,
  longer,
  pairs,
  readFile,
  withOpened,
  type ChangeRow,
  type FileState,
  type FileView,
} from "./rows";

const view = (state: FileState, change: Partial<FileView> = {}): FileView => ({
  file: changed("src/a.ts"),
  index: 4,
  state,
  isFolded: false,
  layout: "unified",
  ...change,
});
const drawn = (rows: readonly ChangeRow[]) =>
  rows.map((row) => {
    if (row.kind === "line")
      return `${row.line.old ?? "."} ${row.line.new ?? "."} ${row.line.kind} ${row.line.text}`;
    if (row.kind === "gap") return `gap ${row.gap.first}+${row.gap.count} ${row.gap.heading}`.trim();
    if (row.kind === "note") return `note ${row.note.of}`;
    return row.kind;
  });
const two = fileDiff(
  [part(10, 10, [" a", "-b", "+c", " d"], "fn one"), part(30, 30, [" e", "+f", " g"], "fn two")],
  { old_lines: 40, new_lines: 41 },
);

test("between the parts and around them unchanged lines are collapsed, with the heading of what follows", () => {
  expect(drawn(fileRows(view(readFile(two))))).toEqual([
    "head",
    "gap 1+9 fn one",
    "10 10 same a",
    "11 . del b",
    ". 11 add c",
    "12 12 same d",
    "gap 13+17 fn two",
    "30 30 same e",
    ". 31 add f",
    "31 32 same g",
    "gap 33+9",
  ]);
});

test("opened lines stand in their place, with both of their numbers", () => {
  const opened = withOpened(withOpened(readFile(two), 13, ["x", "y"]), 33, ["z"]);
  expect(drawn(fileRows(view(opened)))).toEqual([
    "head",
    "gap 1+9 fn one",
    "10 10 same a",
    "11 . del b",
    ". 11 add c",
    "12 12 same d",
    "13 13 same x",
    "14 14 same y",
    "gap 15+15 fn two",
    "30 30 same e",
    ". 31 add f",
    "31 32 same g",
    "32 33 same z",
    "gap 34+8",
  ]);
});

test("keys of rows are their own", () => {
  const keys = fileRows(view(readFile(two))).map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

test("side by side, removed lines stand beside the added ones, and the longer side has the rest", () => {
  const [rows] = [
    readFile(fileDiff([part(1, 1, [" a", "-b", "-c", "+d", " e", "+f", "-g"])])).lines.slice(1),
  ];
  expect(pairs(rows).map((pair) => pair.map((line) => line?.text ?? "·").join("|"))).toEqual([
    "a|a",
    "b|d",
    "c|·",
    "e|e",
    "·|f",
    "g|·",
  ]);
});

describe("in place of lines", () => {
  test.each<[string, Partial<FileView>, string[]]>([
    ["a file that the person folded has its head", { isFolded: true }, ["head"]],
    [
      "one with a reason says it",
      { isFolded: true, file: changed("Cargo.lock", { folded: "generated" }) },
      ["head", "note folded"],
    ],
    [
      "a submodule says its commits",
      { file: changed("sub", { new: { kind: "submodule", object: "1", size: null } }) },
      ["head", "note not_shown"],
    ],
    [
      "an error stands in the place of the file",
      { state: { is: "failed", fault: { code: "git", message: "m", hint: "h" } } },
      ["head", "problem"],
    ],
    [
      "before it is read it has as many places as it has lines",
      { state: { is: "pending" }, file: changed("a", { added: 2, removed: 0 }) },
      ["head", ...Array<string>(8).fill("pending")],
    ],
    [
      "without lines there is a reason",
      { state: readFile(fileDiff([], { not_shown: "same_content" })) },
      ["head", "note not_shown"],
    ],
    [
      "an image is shown",
      {
        state: readFile(
          fileDiff([], { not_shown: "binary", new_image: { media_type: "image/png", size: 1, base64: "" } }),
        ),
      },
      ["head", "images"],
    ],
    [
      "what is not exact is said before the lines",
      {
        state: readFile(
          fileDiff([part(1, 1, ["-a", "+b"])], {
            lossy: true,
            cut_lines: 1,
            new_lines: 1,
            old_without_newline: true,
          }),
        ),
      },
      ["head", "note lossy", "note cut", "1 . del a", ". 1 add b", "note no_newline"],
    ],
  ])("%s", (_, change, expected) => {
    expect(drawn(fileRows(view({ is: "pending" }, change)))).toEqual(expected);
  });
});

test("a long file goes on where it was left, and what is collapsed at its end is shown when it is whole", () => {
  const first = readFile(fileDiff([part(1, 1, ["-a", "+b"])], { next: 2, new_lines: 9 }));
  expect(drawn(fileRows(view(first)))).toEqual(["head", "1 . del a", ". 1 add b", "note more"]);
  const whole = longer(first, fileDiff([part(5, 5, ["-c", "+d"])], { new_lines: 9 }));
  expect(drawn(fileRows(view(whole)))).toEqual([
    "head",
    "1 . del a",
    ". 1 add b",
    "gap 2+3",
    "5 . del c",
    ". 5 add d",
    "gap 6+4",
  ]);
});

test("a carriage return is shown only where some lines have none", () => {
  const text = (lines: string[]) =>
    readFile(fileDiff([part(1, 1, lines)]))
      .lines.slice(1)
      .map((line) => line.text);
  expect(text([" a\r", "-b\r", "+c\r"])).toEqual(["a", "b", "c"]);
  expect(text([" a\r", "-b\r", "+c"])).toEqual(["a\r", "b\r", "c"]);
});
