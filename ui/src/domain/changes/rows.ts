// The rows of a file in a change: its head, the lines of its parts, and between them what is collapsed and can be opened. Pure.

import type { ChangedFile, Comment, Fault, FileDiff, FileKind, NotShownWhy } from "../../ipc/protocol";
import { linesOf, type DiffLine } from "../timeline/diff";
import type { Target } from "./comments";

/** How lines are set. */
export type Layout = "unified" | "split";

/** What the page knows of a file's lines. */
export type FileState =
  | { readonly is: "pending" }
  | { readonly is: "failed"; readonly fault: Fault }
  | {
      readonly is: "read";
      readonly diff: FileDiff;
      /** The lines of the parts, with a line of the kind `hunk` before each part. */
      readonly lines: readonly DiffLine[];
      /** The unchanged lines that were opened, by their later number. */
      readonly opened: ReadonlyMap<number, string>;
    };

export type ReadFile = Extract<FileState, { is: "read" }>;

/** Unchanged lines that are collapsed. */
export type Gap = {
  /** The later number of the first one. */
  readonly first: number;
  readonly count: number;
  /** What is to be added to a later number for the earlier one. */
  readonly shift: number;
  /** The heading of the part below: the function around it. */
  readonly heading: string;
  /** Whether lines are shown above it, and below it. */
  readonly above: boolean;
  readonly below: boolean;
};

/** A sentence in place of lines, or after them. */
export type FileNote =
  | { readonly of: "folded" }
  | { readonly of: "not_shown"; readonly why: NotShownWhy }
  | { readonly of: "lossy" }
  | { readonly of: "cut"; readonly lines: number }
  | { readonly of: "no_newline"; readonly side: "old" | "new" }
  | { readonly of: "more" };

/** The name of a row within its file: what it is, or the numbers of its line. */
type RowName =
  | ChangeRow["kind"]
  | FileNote["of"]
  | `gap${number}`
  | `pending${number}`
  | `${string}:${string}`
  | `${string}|${string}`;

type RowOf<Kind extends string, More = unknown> = {
  readonly kind: Kind;
  readonly key: string;
  /** The index of its file. */
  readonly file: number;
} & More;

export type ChangeRow =
  | RowOf<"head">
  | RowOf<"line", { readonly line: DiffLine }>
  | RowOf<"pair", { readonly left: DiffLine | null; readonly right: DiffLine | null }>
  | RowOf<"gap", { readonly gap: Gap }>
  | RowOf<"note", { readonly note: FileNote }>
  | RowOf<"images", { readonly diff: FileDiff }>
  | RowOf<"problem", { readonly fault: Fault }>
  | RowOf<"comment", { readonly comment: Comment }>
  /** Where a new comment is written. */
  | RowOf<"editor", { readonly target: Target }>
  /** A place for a line that is not read yet. */
  | RowOf<"pending">;

/** What a file's rows are made of. */
export type FileView = {
  readonly file: ChangedFile;
  readonly index: number;
  readonly state: FileState;
  readonly isFolded: boolean;
  readonly layout: Layout;
};

/** The most places for lines that are not read yet: more would only make the scroll bar jump once. */
const MOST_PENDING = 400;
/** How many unchanged lines stand around a change. */
export const CONTEXT = 3;

/** What was read of a file. */
export function readFile(diff: FileDiff): ReadFile {
  return {
    is: "read",
    diff: withoutReturns(diff),
    lines: linesOf(withoutReturns(diff).diff).lines,
    opened: new Map(),
  };
}

/** The file with the next part of its lines. */
export function longer(file: ReadFile, next: FileDiff): ReadFile {
  const hunks = [...file.diff.diff.hunks, ...next.diff.hunks];
  const diff = {
    ...next,
    cut_lines: file.diff.cut_lines + next.cut_lines,
    lossy: file.diff.lossy || next.lossy,
  };
  return { ...readFile({ ...diff, diff: { hunks } }), opened: file.opened };
}

/** The file with some of its collapsed lines. */
export function withOpened(file: ReadFile, first: number, lines: readonly string[]): ReadFile {
  const opened = new Map(file.opened);
  for (const [n, text] of lines.entries()) opened.set(first + n, text);
  return { ...file, opened };
}

/** Whether every line ends with a carriage return: then none is shown, because none differs. */
function withoutReturns(diff: FileDiff): FileDiff {
  const { hunks } = diff.diff;
  const all = hunks.flatMap(({ pieces }) => pieces.flatMap(({ text }) => text.split("\n")));
  if (all.length === 0 || !all.every((line) => line.endsWith("\r"))) return diff;
  const bare = hunks.map((hunk) => ({
    ...hunk,
    pieces: hunk.pieces.map((piece) => ({ ...piece, text: piece.text.replaceAll(/\r(?=\n|$)/g, "") })),
  }));
  return { ...diff, diff: { hunks: bare } };
}

/** The rows of a file. */
export function fileRows(view: FileView): ChangeRow[] {
  const { file, index, state, isFolded } = view;
  const key = (rest: RowName) => `${file.path}\0${rest}`;
  const head: ChangeRow = { kind: "head", key: key("head"), file: index };
  const note = (one: FileNote): ChangeRow => ({ kind: "note", key: key(one.of), file: index, note: one });
  if (isSubmodule(file)) return [head, note({ of: "not_shown", why: "submodule" })];
  if (isFolded) return file.folded === null ? [head] : [head, note({ of: "folded" })];
  switch (state.is) {
    case "pending":
      return [
        head,
        ...Array.from({ length: pendingLines(file) }, (_, n): ChangeRow => ({
          kind: "pending",
          key: key(`pending${n}`),
          file: index,
        })),
      ];
    case "failed":
      return [head, { kind: "problem", key: key("problem"), file: index, fault: state.fault }];
    case "read":
      return [head, ...readRows(view, state, key, note)];
  }
}

/** How many lines a file that is not read yet has, as far as its counts say it. */
function pendingLines({ added, removed }: ChangedFile): number {
  return Math.min(MOST_PENDING, Math.max(1, added + removed + (added + removed === 0 ? 0 : 2 * CONTEXT)));
}

export function isSubmodule({ old, new: now }: ChangedFile): boolean {
  const is = (kind: FileKind | undefined) => kind === "submodule";
  return is(old?.kind) || is(now?.kind);
}

type Keys = (rest: RowName) => string;
type Notes = (note: FileNote) => ChangeRow;

function readRows(view: FileView, state: ReadFile, key: Keys, note: Notes): ChangeRow[] {
  const { diff } = state;
  const { index } = view;
  if (diff.old_image !== null || diff.new_image !== null)
    return [{ kind: "images", key: key("images"), file: index, diff }];
  if (diff.not_shown !== null) return [note({ of: "not_shown", why: diff.not_shown })];
  const without =
    diff.old_without_newline === diff.new_without_newline
      ? null
      : diff.old_without_newline
        ? ("old" as const)
        : ("new" as const);
  return [
    ...(diff.lossy ? [note({ of: "lossy" })] : []),
    ...(diff.cut_lines > 0 ? [note({ of: "cut", lines: diff.cut_lines })] : []),
    ...partRows(view, state, key),
    ...(diff.next !== null ? [note({ of: "more" })] : []),
    ...(without === null || diff.next !== null ? [] : [note({ of: "no_newline", side: without })]),
  ];
}

/** The rows of the changed parts, with what is between them. */
function partRows(view: FileView, state: ReadFile, key: Keys): ChangeRow[] {
  const rows: ChangeRow[] = [];
  let next = { old: 1, new: 1 };
  for (const part of partsOfFile(state)) {
    rows.push(...gapRows(view, state, key, { next, until: part.new, heading: part.heading }));
    rows.push(...lineRows(view, key, part.lines));
    next = part.end;
  }
  const last = state.diff.new_lines;
  if (last !== null && state.diff.next === null)
    rows.push(...gapRows(view, state, key, { next, until: last + 1, heading: null }));
  return rows;
}

type Part = {
  readonly heading: string;
  readonly lines: readonly DiffLine[];
  readonly new: number;
  readonly end: { readonly old: number; readonly new: number };
};

function partsOfFile({ diff, lines }: ReadFile): Part[] {
  const heads = lines.flatMap((line, n) => (line.kind === "hunk" ? [n] : []));
  return heads.map((at, n) => {
    const own = lines.slice(at + 1, heads[n + 1]);
    const start = diff.diff.hunks[n]?.start ?? { old: 1, new: 1 };
    const count = (kind: DiffLine["kind"]) => own.filter((line) => line.kind !== kind).length;
    return {
      heading: lines[at]?.text ?? "",
      lines: own,
      new: start.new,
      end: { old: Math.max(1, start.old) + count("add"), new: Math.max(1, start.new) + count("del") },
    };
  });
}

type Between = {
  readonly next: { readonly old: number; readonly new: number };
  /** The later number of the line after it. */
  readonly until: number;
  /** The heading of the part below; null at the end of the file. */
  readonly heading: string | null;
};

/** The lines between two parts: those that were opened, and what is still collapsed. */
function gapRows(view: FileView, state: ReadFile, key: Keys, between: Between): ChangeRow[] {
  const { next, until, heading } = between;
  const shift = next.old - next.new;
  const rows: ChangeRow[] = [];
  let at = next.new;
  while (at < until) {
    const text = state.opened.get(at);
    if (text !== undefined) {
      const line: DiffLine = { kind: "same", old: at + shift, new: at, text, mark: null };
      rows.push(...lineRows(view, key, [line]));
      at += 1;
      continue;
    }
    const first = at;
    while (at < until && !state.opened.has(at)) at += 1;
    const gap: Gap = {
      first,
      count: at - first,
      shift,
      heading: at === until ? (heading ?? "") : "",
      above: first > 1,
      below: at < until || heading !== null,
    };
    rows.push({ kind: "gap", key: key(`gap${first}`), file: view.index, gap });
  }
  return rows;
}

/** The name of a line within its file. */
export function lineName({ old, new: now }: DiffLine): `${string}:${string}` {
  return `${old ?? ""}:${now ?? ""}`;
}

function lineRows({ index, layout }: FileView, key: Keys, lines: readonly DiffLine[]): ChangeRow[] {
  const file = index;
  if (layout === "unified")
    return lines.map((line): ChangeRow => ({ kind: "line", key: key(lineName(line)), file, line }));
  return pairs(lines).map(([left, right]): ChangeRow => ({
    kind: "pair",
    key: key(`${left ? lineName(left) : ""}|${right ? lineName(right) : ""}`),
    file,
    left,
    right,
  }));
}

/** Removed lines beside the added lines that follow them; an unchanged line stands on both sides. */
export function pairs(lines: readonly DiffLine[]): [left: DiffLine | null, right: DiffLine | null][] {
  const rows: [DiffLine | null, DiffLine | null][] = [];
  let [dels, adds]: [DiffLine[], DiffLine[]] = [[], []];
  const flush = () => {
    for (let n = 0; n < Math.max(dels.length, adds.length); n += 1)
      rows.push([dels[n] ?? null, adds[n] ?? null]);
    [dels, adds] = [[], []];
  };
  for (const line of lines) {
    if (line.kind === "del" && adds.length > 0) flush();
    if (line.kind === "del") dels.push(line);
    else if (line.kind === "add") adds.push(line);
    else {
      flush();
      rows.push([line, line]);
    }
  }
  flush();
  return rows;
}
