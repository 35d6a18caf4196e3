import { expect, test } from "vitest";
import type { ChangedFile, Changes } from "../../ipc/protocol";
import type { CallRow, Row } from "../timeline/row";
import { changed, fileDiff, part } from "./changed";
import { copiedText } from "./copied";
import { hitsIn, patternOf } from "./find";
import { languageOf } from "./language";
import { placeOf, rowAt } from "./place";
import { fileRows, readFile, withOpened, type Layout } from "./rows";
import { fileNamed, stepOf, unsaid } from "./said";
import { segmentsOf } from "./segments";
import { changedSince } from "./since";
import { blocksOf, headsOf, nextOf } from "./steps";
import { spansByLine } from "./syntax";
import { noneWords } from "./words";

const state = readFile(
  fileDiff([part(3, 3, [" a", "-b", "+c", "+d", " e"]), part(20, 21, [" f", "-g", " h"])], { new_lines: 30 }),
);
const rowsOf = (layout: Layout) =>
  [changed("a.ts"), changed("b.png", { folded: "binary" })].flatMap((file, index) =>
    fileRows({ file, index, state, isFolded: file.folded !== null, layout }),
  );

test("the keys go through changes, and through files that show none", () => {
  for (const layout of ["unified", "split"] as const) {
    const rows = rowsOf(layout);
    const blocks = blocksOf(rows);
    expect(blocks).toHaveLength(3);
    expect(rows[blocks[2]?.from ?? 0]?.kind).toBe("head");
    expect(blocks.map(({ file }) => file)).toEqual([0, 0, 1]);
  }
  const rows = rowsOf("unified");
  expect(blocksOf(rows)[0]).toMatchObject({ from: 3, to: 6 });
  const heads = headsOf(rows);
  expect(nextOf(heads, 0, 1)).toBe(heads[1]);
  expect(nextOf(heads, 0, -1)).toBeUndefined();
});

test("words are found in every line that is shown, opened ones, too; a capital letter counts", () => {
  const read = withOpened(
    readFile(fileDiff([part(2, 2, [" Alpha", "-beta alpha", "+beta"])], { new_lines: 9 })),
    5,
    ["alpha"],
  );
  const found = (words: string) =>
    hitsIn(read, 7, patternOf(words) ?? /$^/u).map(({ line, start, end }) => `${line} ${start}-${end}`);
  expect(found("alpha")).toEqual([":2 0-5", "3: 5-10", ":5 0-5"]);
  expect(found("Alpha")).toEqual([":2 0-5"]);
  expect(patternOf("")).toBeNull();
  expect(found("a.*(")).toEqual([]);
});

test("a line's syntax, its changed part and what was found are cut at each other's borders", () => {
  const segments = segmentsOf({
    text: "let total = 7;",
    spans: [{ start: 0, end: 3, hue: "keyword" }],
    mark: [4, 9],
    hits: [{ start: 2, end: 6, isCurrent: true }],
  });
  expect(segments.map(({ text, hue, isMarked, found }) => [text, hue, isMarked, found])).toEqual([
    ["le", "keyword", false, "no"],
    ["t", "keyword", false, "current"],
    [" ", null, false, "current"],
    ["to", null, true, "current"],
    ["tal", null, true, "no"],
    [" = 7;", null, false, "no"],
  ]);
});

test("a tree of syntax gives the spans of each line by its number", () => {
  const text = (value: string) => ({ type: "text", value });
  const root = {
    type: "root",
    children: [
      text("a = "),
      { type: "element", properties: { className: ["hljs-string"] }, children: [text("'one\ntwo'")] },
      text(";"),
    ],
  };
  expect([...spansByLine(root, [7, 9])]).toEqual([
    [7, [{ start: 4, end: 8, hue: "string" }]],
    [9, [{ start: 0, end: 4, hue: "string" }]],
  ]);
});

test.each([
  ["src/a.rs", "rust"],
  ["Dockerfile", "dockerfile"],
  [".bashrc", "bash"],
  ["web/App.svelte", "xml"],
  [String.raw`"docs/\377.py"`, "python"],
  ["LICENSE", null],
  ["a.constructor", null],
])("the language of %s is %s", (path, language) => {
  expect(languageOf(path)).toBe(language);
});

test("a path that a tool call names is the changed file with the longest path that it ends with", () => {
  const files = [changed("a.ts"), changed("src/a.ts"), changed("new.ts", { old_path: "src/old.ts" })];
  expect(fileNamed(files, "/home/ada/repo/src/a.ts")).toBe(1);
  expect(fileNamed(files, "./a.ts")).toBe(0);
  expect(fileNamed(files, String.raw`C:\repo\src\old.ts`)).toBe(2);
  expect(fileNamed(files, "/home/ada/repo/data.ts")).toBe(-1);
  expect(unsaid([changed("a", { said: false }), changed("b", { said: null }), changed("c")])).toBe(1);
});

test("the step of a file is the newest of its turn that did not fail, with the calls around it", () => {
  const base = { at: "2026-01-01T10:00:00Z", run: "r1", pos: null } as const;
  const turn = (number: number): Row => ({
    ...base,
    kind: "turn",
    key: `t${number}`,
    text: "",
    by: "you",
    number,
    before: 0,
    tokens: null,
    ends: [],
  });
  const step = (key: string, path: string, change: Partial<CallRow> = {}): CallRow => ({
    ...base,
    kind: "call",
    key,
    call: key,
    tool: "Edit",
    toolKind: "edit",
    title: path,
    subject: { is: "change", files: [{ path, act: "edit", diff: { hunks: [] } }] },
    result: {
      ok: true,
      denied: false,
      text: "",
      output: null,
      images: [],
      duration_ms: null,
      cut: false,
      at: base.at,
    },
    ask: null,
    task: null,
    refusal: null,
    steps: 0,
    doing: null,
    open: false,
    ...change,
  });
  const [a, b, other] = [changed("a.ts"), changed("src/a.ts"), changed("c.ts")];
  const all = [a, b, other];
  const agent = step("agent", "c.ts", { steps: 1 });
  const rows = {
    rows: [
      turn(1),
      step("s1", "/repo/src/a.ts"),
      agent,
      { ...turn(2), at: "2026-01-01T11:00:00Z" },
      { ...step("s2", "/repo/a.ts", { result: null }), at: "2026-01-01T11:00:01Z" },
    ],
    below: () => [step("s3", "src/a.ts")],
  };
  const keys = (file: ChangedFile, turn: number | null) =>
    stepOf(rows, all, file, turn).map(({ key }) => key);
  expect(keys(b, null)).toEqual(["agent", "s3"]);
  expect(keys(b, 2)).toEqual([]);
  expect(keys(a, null)).toEqual([]);
  expect(keys(other, 1)).toEqual(["agent"]);
  expect(stepOf({ ...rows, below: () => [] }, all, b, 1).map(({ key }) => key)).toEqual(["s1"]);
});

test("what is copied are the lines as they are in the file, and of lines in part what is seen", () => {
  expect(
    copiedText([
      { exact: null, seen: "tail" },
      { exact: "", seen: "" },
      { exact: "\u200bwhole", seen: "ZWSPwhole" },
    ]),
  ).toBe("tail\n\n\u200bwhole");
});

test("the files that changed since are counted by what is in them", () => {
  const end = { object: "1", is: { is: "nothing" } } as const;
  const answer = (files: ChangedFile[], object = "1"): Changes => ({
    from: end,
    to: { ...end, object },
    turn: null,
    never_looked: false,
    is_outdated: false,
    added: 0,
    removed: 0,
    files,
    more_files: 0,
    renames_by_content_only: false,
    left_out: [],
    more_left_out: 0,
  });
  const other = changed("b", { new: { kind: "file", object: "other", size: null } });
  expect(changedSince(answer([changed("a")]), answer([changed("a")], "2"))).toBe(0);
  expect(changedSince(answer([changed("a"), changed("b")]), answer([other, changed("c")]))).toBe(3);
});

test("the reader's place is found in the other layout, by its line", () => {
  const [unified, split] = [rowsOf("unified"), rowsOf("split")];
  const files = [changed("a.ts"), changed("b.png", { folded: "binary" })];
  const index = unified.findIndex((row) => row.kind === "line" && row.line.text === "d");
  const place = placeOf(unified, files, index, 5);
  expect(place).toMatchObject({ path: "a.ts", line: 5, within: 5 });
  const there = place && rowAt(split, files, place);
  const row = split[there?.index ?? -1];
  expect(row?.kind === "pair" && row.right?.text).toBe("d");
  expect(place && rowAt(unified, files, place)).toEqual({ index, within: 5 });
  expect(place && rowAt(split, [], place)).toBeNull();
});

test("nothing new is said of the time since a person looked only if they did", () => {
  expect(noneWords("looked", false)).toBe("Nothing has changed since you looked.");
  expect(noneWords("looked", true)).toBe("Nothing has changed since the story began.");
});
