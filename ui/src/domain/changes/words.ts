// The words for changes: what is compared, what became of a file, why its lines are not shown. Pure.

import { bytes } from "../bytes";
import { clock, count } from "../format";
import { visibleText } from "../visible";
import type {
  ChangedFile,
  ChangeEnd,
  ChangePoint,
  ChangeScope,
  ChangeStatus,
  FileKind,
  FileSide,
  FoldedWhy,
  NotShownWhy,
} from "../../ipc/protocol";
import { isSubmodule, type FileNote } from "./rows";
import { m } from "../../paraglide/messages";

export type ScopeName = ChangeScope["of"];

export const SCOPES: Record<ScopeName, string> = {
  base: m.changes_scope_base(),
  turn: m.changes_scope_turn(),
  looked: m.changes_scope_looked(),
  uncommitted: m.changes_scope_uncommitted(),
  commit: m.changes_scope_commit(),
  checkpoints: m.changes_scope_checkpoints(),
};

const NONE: Record<ScopeName, string> = {
  base: m.changes_none_base(),
  turn: m.changes_none_turn(),
  looked: m.changes_none_looked(),
  uncommitted: m.changes_none_uncommitted(),
  commit: m.changes_none_commit(),
  checkpoints: m.changes_none_checkpoints(),
};

/** What is said if a scope has no changes. */
export function noneWords(scope: ScopeName, neverLooked: boolean): string {
  return scope === "looked" && neverLooked ? m.changes_none_never_looked() : NONE[scope];
}

export const STATUS: Record<ChangeStatus, string> = {
  added: m.changes_added(),
  removed: m.changes_removed(),
  changed: m.changes_changed(),
  renamed: m.changes_renamed(),
  other_kind: m.changes_other_kind(),
};

/** The letter of a status, as git has it. */
export const LETTERS: Record<ChangeStatus, string> = {
  added: "A",
  removed: "D",
  changed: "M",
  renamed: "R",
  other_kind: "T",
};

const KINDS: Record<FileKind, string> = {
  file: m.changes_kind_file(),
  executable: m.changes_kind_executable(),
  link: m.changes_kind_link(),
  submodule: m.changes_kind_submodule(),
};

const FOLDED: Record<FoldedWhy, string> = {
  generated: m.changes_folded_generated(),
  huge: m.changes_folded_huge(),
  binary: m.changes_folded_binary(),
  missing: m.changes_folded_missing(),
};

/** The two states that are compared: `main` to checkpoint 4. */
export function endsWords(from: ChangeEnd, to: ChangeEnd, now: number): string {
  return m.changes_from_to({ from: pointWords(from.is, now), to: pointWords(to.is, now) });
}

export function pointWords(point: ChangePoint, now: number): string {
  switch (point.is) {
    case "base":
      return m.changes_point_base({ name: point.name });
    case "beginning":
      return m.changes_point_beginning({ time: clock(Date.parse(point.at), now) });
    case "checkpoint":
      return m.changes_point_checkpoint({ n: point.n, time: clock(Date.parse(point.at), now) });
    case "head":
      return point.branch === null
        ? m.changes_point_head()
        : m.changes_point_head_of({ branch: point.branch });
    case "commit":
      return m.changes_point_commit({ subject: point.subject });
    case "parent":
      return m.changes_point_parent();
    case "nothing":
      return m.changes_point_nothing();
  }
}

/** What differs of a file besides its lines: its path, what kind of entry it is, its permissions. */
export function factsOf(file: ChangedFile): string[] {
  const { old, new: now, old_path } = file;
  const facts: string[] = [];
  if (old_path !== null) facts.push(m.changes_was_path({ path: visibleText(old_path, "path") }));
  if (old !== null && now !== null) facts.push(...sideFacts(old, now));
  else {
    const only = now ?? old;
    if (only !== null && only.kind !== "file") facts.push(KINDS[only.kind]);
  }
  return facts;
}

function sideFacts(old: FileSide, now: FileSide): string[] {
  const facts: string[] = [];
  if (old.kind !== now.kind) facts.push(m.changes_kind_now({ old: KINDS[old.kind], now: KINDS[now.kind] }));
  else if (now.kind === "link" || now.kind === "submodule") facts.push(KINDS[now.kind]);
  const [before, after] = [old.permissions ?? "", now.permissions ?? ""];
  if (before !== after)
    facts.push(m.changes_permissions({ old: before || m.changes_usual(), now: after || m.changes_usual() }));
  return facts;
}

/** What stands in place of lines, or after them. */
export function noteWords(note: FileNote, file: ChangedFile): string {
  switch (note.of) {
    case "folded":
      return file.folded === null ? "" : [FOLDED[file.folded], sizeWords(file)].filter(Boolean).join(" ");
    case "not_shown":
      return notShownWords(note.why, file);
    case "lossy":
      return m.changes_lossy();
    case "cut":
      return m.changes_cut_lines({ count: note.lines });
    case "no_newline":
      return { old: m.changes_no_newline_old(), new: m.changes_no_newline_new() }[note.side];
    case "more":
      return m.changes_more_lines();
  }
}

function notShownWords(why: NotShownWhy, file: ChangedFile): string {
  switch (why) {
    case "binary":
      return [FOLDED.binary, sizeWords(file)].filter(Boolean).join(" ");
    case "missing":
      return FOLDED.missing;
    case "too_large":
      return [m.changes_too_large(), sizeWords(file)].filter(Boolean).join(" ");
    case "submodule":
      return submoduleWords(file);
    case "same_content":
      return m.changes_same_content();
    case "only_white_space":
      return m.changes_only_white_space();
  }
}

function submoduleWords({ old, new: now }: ChangedFile): string {
  const id = (side: FileSide | null) =>
    side?.kind === "submodule" && side.object !== null ? side.object.slice(0, 12) : null;
  const [from, to] = [id(old), id(now)];
  if (from !== null && to !== null) return m.changes_submodule({ from, to });
  if (to !== null) return m.changes_submodule_added({ to });
  return from === null ? m.changes_kind_submodule() : m.changes_submodule_removed({ from });
}

/** The sizes of both sides, where they are known. */
export function sizeWords({ old, new: now, folded, added, removed }: ChangedFile): string {
  if (folded === "huge" || folded === "generated")
    return added + removed === 0 ? "" : m.changes_lines({ added: count(added), removed: count(removed) });
  const [from, to] = [old?.size ?? null, now?.size ?? null];
  if (from !== null && to !== null) return m.changes_sizes({ from: bytes(from), to: bytes(to) });
  const only = to ?? from;
  return only === null ? "" : m.changes_size({ size: bytes(only) });
}

/** What a screen reader reads of a file in the tree. */
export function fileWords(file: ChangedFile): string {
  const { path, status, added, removed } = file;
  const counts =
    file.binary || isSubmodule(file)
      ? ""
      : m.changes_counts({ added: count(added), removed: count(removed) });
  const reviewed = { yes: m.review_reviewed(), changed_since: m.review_changed_since(), no: "" };
  return [
    visibleText(path, "path"),
    STATUS[status],
    counts,
    file.said === false ? m.changes_unsaid() : "",
    reviewed[file.reviewed],
  ]
    .filter(Boolean)
    .join(", ");
}
