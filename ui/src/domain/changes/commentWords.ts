// The words for a comment: where it is, how it stands, and what became of its lines.

import { m } from "../../paraglide/messages";
import type { Comment, CommentState, LineRange } from "../../ipc/protocol";
import { visibleText } from "../visible";
import type { Target } from "./comments";
import type { ChangeRow } from "./rows";

export const STATES: Record<CommentState, string> = {
  open: m.comment_open(),
  queued: m.comment_queued(),
  sent: m.comment_sent(),
  addressed: m.comment_addressed(),
  resolved: m.comment_resolved(),
};

/** Where a comment is: its lines among the shown ones, and in the list its path, too. */
export function whereWords(comment: Comment, isAmongLines: boolean): string {
  const { path, side, line, last_line, shown, anchor } = comment;
  const now = line === null || last_line === null ? null : { first: line, last: last_line };
  const lines = (isAmongLines ? shown?.lines : now) ?? null;
  const where = lineWords(anchor.lines === null ? null : (lines ?? anchor.lines), side === "before");
  return isAmongLines ? where : m.comment_in_file({ path: visibleText(path, "path"), place: where });
}

/** What a new comment is on. */
export function targetWords({ path, side, lines }: Target): string {
  return m.comment_in_file({ path: visibleText(path, "path"), place: lineWords(lines, side === "before") });
}

/** A line, for a screen reader. */
export function rowWords(row: ChangeRow | undefined): string {
  const line = row?.kind === "line" ? row.line : row?.kind === "pair" ? (row.right ?? row.left) : null;
  if (line === null) return "";
  const [n, isBefore] = line.new === null ? [line.old ?? 0, true] : [line.new, false];
  return m.review_line_said({ place: lineWords({ first: n, last: n }, isBefore), text: line.text });
}

function lineWords(lines: LineRange | null, isBefore: boolean): string {
  if (lines === null) return m.comment_whole_file();
  const { first, last } = lines;
  if (first === last) return isBefore ? m.comment_line_before({ n: first }) : m.comment_line({ n: first });
  return isBefore ? m.comment_lines_before({ first, last }) : m.comment_lines({ first, last });
}

/** What became of its lines; nothing if they are as they were. Among the lines it is said of those that are shown. */
export function placeWords(comment: Comment, isAmongLines: boolean): string {
  const { anchor, shown } = comment;
  const place = isAmongLines && shown !== null ? shown.place : comment.place;
  const was = lineWords(anchor.lines, anchor.side === "before");
  switch (place) {
    case "same":
      return "";
    case "moved":
      return anchor.path === comment.path
        ? m.comment_moved({ place: was })
        : m.comment_moved_file({ path: visibleText(anchor.path, "path"), place: was });
    case "changed":
      return anchor.lines === null ? m.comment_file_changed() : m.comment_changed({ place: was });
    case "removed":
      return m.comment_removed({ place: was });
    case "gone":
      return m.comment_gone();
    case "unknown":
      return m.comment_unknown();
  }
}
