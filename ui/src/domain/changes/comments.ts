// Comments among the lines of a change: what a new one would be on, and between which rows each one stands. Pure.

import type { ChangedFile, Comment, CommentId, CommentSide, LineRange } from "../../ipc/protocol";
import type { ChangeRow } from "./rows";

/** What a comment is on, or is to be on. */
export type Target = {
  /** The path of the file in the list of changes. */
  readonly file: string;
  readonly side: CommentSide;
  /** Its path on that side. */
  readonly path: string;
  /** The lines; null for the whole file. */
  readonly lines: LineRange | null;
};

/** The comment that is being written. */
export type Editing = Target & {
  /** The comment that is changed; null for a new one. */
  readonly id: CommentId | null;
  /** The object of the state in which the lines are: what is shown may be another one until it is made. */
  readonly object: string;
};

/** The path of a file on a side; null if it is not there. */
export function pathOn({ path, old_path, old, new: now }: ChangedFile, side: CommentSide): string | null {
  if (side === "after") return now === null ? null : path;
  return old === null ? null : (old_path ?? path);
}

/** A comment on the whole file: as it is, or as it was if it is gone. */
export function wholeFile(file: ChangedFile): Target {
  const side: CommentSide = file.new === null ? "before" : "after";
  return { file: file.path, side, path: pathOn(file, side) ?? file.path, lines: null };
}

/**
 * What a comment on these rows of one file would be on: their later lines, or, if lines were removed and none added, their earlier ones. A
 * row without a line stands for the whole file; null if there is no row.
 */
export function targetOf(rows: readonly ChangeRow[], files: readonly ChangedFile[]): Target | null {
  const file = files[rows[0]?.file ?? -1];
  if (!file) return null;
  const own = rows.filter((row) => row.file === rows[0]?.file);
  const isOfRemoved = own.some(hasRemoved) && !own.some(hasAdded);
  const sides = isOfRemoved ? (["before", "after"] as const) : (["after", "before"] as const);
  for (const side of sides) {
    const numbers = own.flatMap((row) => numberOn(row, side) ?? []);
    const path = pathOn(file, side);
    if (numbers.length > 0 && path !== null) {
      const lines = { first: Math.min(...numbers), last: Math.max(...numbers) };
      return { file: file.path, side, path, lines };
    }
  }
  return wholeFile(file);
}

const hasRemoved = (row: ChangeRow) =>
  (row.kind === "line" && row.line.kind === "del") || (row.kind === "pair" && row.left?.kind === "del");
const hasAdded = (row: ChangeRow) =>
  (row.kind === "line" && row.line.kind === "add") || (row.kind === "pair" && row.right?.kind === "add");

/** The number of a row's line on a side, if it has one there. */
export function numberOn(row: ChangeRow | undefined, side: CommentSide): number | null {
  if (row?.kind === "line") return side === "after" ? row.line.new : row.line.old;
  if (row?.kind === "pair") return side === "after" ? (row.right?.new ?? null) : (row.left?.old ?? null);
  return null;
}

/** The comments that are on a file of the shown changes, in the order of lines. */
export function commentsOn(file: ChangedFile, comments: readonly Comment[]): readonly Comment[] {
  const own = comments.filter(({ shown, side }) => shown !== null && shown.path === pathOn(file, side));
  return own.sort((a, b) => lineOf(a) - lineOf(b) || a.n - b.n);
}
const lineOf = ({ shown }: Comment) => shown?.lines?.last ?? 0;

/** The rows of a file with its comments, each below the last of its lines; below the head if that is not shown. */
export function withComments(
  rows: readonly ChangeRow[],
  file: ChangedFile,
  comments: readonly Comment[],
  editing: Editing | null,
): readonly ChangeRow[] {
  const isNew = editing !== null && editing.id === null;
  if (comments.length === 0 && !isNew) return rows;
  const index = rows[0]?.file ?? 0;
  const after = new Map<number, ChangeRow[]>();
  const put = (side: CommentSide, line: number | null, row: ChangeRow) => {
    const at = line === null ? 0 : rows.findLastIndex((each) => numberOn(each, side) === line);
    const place = Math.max(0, at);
    after.set(place, [...(after.get(place) ?? []), row]);
  };
  for (const comment of comments) {
    const key = `${file.path}\0comment ${comment.id}`;
    put(comment.side, comment.shown?.lines?.last ?? null, { kind: "comment", key, file: index, comment });
  }
  if (isNew)
    put(editing.side, editing.lines?.last ?? null, {
      kind: "editor",
      key: `${file.path}\0editor`,
      file: index,
      target: editing,
    });
  return rows.flatMap((row, at) => [row, ...(after.get(at) ?? [])]);
}

/** The comments that are not among the shown changes. */
export function elsewhere(files: readonly ChangedFile[], comments: readonly Comment[]): readonly Comment[] {
  const shown = new Set(files.flatMap((file) => commentsOn(file, comments)));
  return comments.filter((comment) => !shown.has(comment));
}
