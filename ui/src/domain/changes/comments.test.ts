import { expect, test } from "vitest";
import type { ChangedFile, Comment, CommentSide, LineRange } from "../../ipc/protocol";
import { diffOf, scripted } from "../../ipc/fake/changes/script";
import { commentsOn, elsewhere, targetOf, withComments, type Editing } from "./comments";
import { fileRows, readFile, type ChangeRow, type Layout } from "./rows";
import { blocksOf } from "./steps";

const script = [" one", "-two", "-three", "+2", "+3", "+4", " five", " six"];
const made = scripted("src/a.rs", script);
const rowsOf = (layout: Layout = "unified") =>
  fileRows({ file: made.file, index: 0, state: readFile(diffOf(made, 0, true)), isFolded: false, layout });

function comment(n: number, side: CommentSide, lines: LineRange | null, path = "src/a.rs"): Comment {
  const anchor = { path, side, object: "o", blob: "b", lines, quote: "" };
  const shown = { path, lines, place: "same" as const };
  const place = { line: lines?.first ?? null, last_line: lines?.last ?? null, place: "same" as const };
  const sent = { state: "open" as const, at: "2026-11-30T12:00:00.000Z", sent_at: null, prompt: null };
  return { id: `c${n}`, story: "s", n, path, side, text: "Why?", anchor, shown, ...place, ...sent };
}
const at = (first: number, last = first): LineRange => ({ first, last });

const names = (rows: readonly ChangeRow[]) =>
  rows.map((row) => {
    if (row.kind === "line") return `${row.line.old ?? ""}:${row.line.new ?? ""}`;
    if (row.kind === "pair") return `${row.left?.old ?? ""}|${row.right?.new ?? ""}`;
    return row.kind === "comment" ? `#${row.comment.n}` : row.kind;
  });

test("a comment is on the later lines of its rows, on earlier ones if all were removed, or on the file", () => {
  const rows = rowsOf();
  const on = (from: number, to: number) => {
    const target = targetOf(rows.slice(from, to), [made.file]);
    return target && `${target.side} ${target.lines?.first ?? ""}-${target.lines?.last ?? ""}`;
  };
  expect(names(rows)).toEqual(["head", "1:1", "2:", "3:", ":2", ":3", ":4", "4:5", "5:6"]);
  expect(on(1, 2)).toBe("after 1-1");
  expect(on(2, 4)).toBe("before 2-3");
  expect(on(1, 4)).toBe("before 1-3");
  expect(on(2, 7)).toBe("after 2-4");
  expect(on(0, 1)).toBe("after -");
  expect(on(0, 0)).toBeNull();
  const gone: ChangedFile = { ...made.file, new: null, old_path: "src/was.rs" };
  expect(targetOf(rows.slice(0, 1), [gone])).toEqual({
    file: "src/a.rs",
    side: "before",
    path: "src/was.rs",
    lines: null,
  });
});

test("comments stand below their last line, and below the head if that is not shown", () => {
  const comments = [
    comment(1, "after", at(3, 4)),
    comment(2, "before", at(2)),
    comment(3, "after", null),
    comment(4, "after", at(90)),
    comment(5, "after", at(3, 4)),
  ];
  const own = commentsOn(made.file, comments);
  expect(own.map(({ n }) => n)).toEqual([3, 2, 1, 5, 4]);
  const editing: Editing = {
    file: "src/a.rs",
    side: "after",
    path: "src/a.rs",
    lines: at(5),
    id: null,
    object: "o",
  };
  const rows = withComments(rowsOf(), made.file, own, editing);
  expect(names(rows)).toEqual([
    "head",
    "#3",
    "#4",
    "1:1",
    "2:",
    "#2",
    "3:",
    ":2",
    ":3",
    ":4",
    "#1",
    "#5",
    "4:5",
    "editor",
    "5:6",
  ]);
  expect(blocksOf(rows)).toEqual([{ from: 4, to: 10, file: 0 }]);
  const beside = withComments(rowsOf("split"), made.file, own, { ...editing, id: "c1" });
  expect(names(beside)).toEqual([
    "head",
    "#3",
    "#4",
    "1|1",
    "2|2",
    "#2",
    "3|3",
    "|4",
    "#1",
    "#5",
    "4|5",
    "5|6",
  ]);
});

test("what is on another file, or on none that is shown, is elsewhere", () => {
  const comments = [comment(1, "after", at(3)), comment(2, "after", at(3), "src/b.rs")];
  const hidden = { ...comment(3, "after", at(3)), shown: null };
  expect(elsewhere([made.file], [...comments, hidden]).map(({ n }) => n)).toEqual([2, 3]);
});
