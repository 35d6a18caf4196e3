// What an agent said that it changed, beside what changed. Pure.

import type { ChangedFile } from "../../ipc/protocol";
import type { Rows } from "../timeline/fold";
import type { CallRow, Row } from "../timeline/row";
import { turnOf } from "./turn";

/** The index of the file that a tool call names, by a path that is absolute or relative to any folder; -1 if none is it. */
export function fileNamed(files: readonly ChangedFile[], path: string): number {
  const said = path.replaceAll("\\", "/").replace(/^(?:\.\/)+/, "");
  const isIt = (own: string | null) => own !== null && (said === own || said.endsWith(`/${own}`));
  const found = files.flatMap(({ path: now, old_path }, index) => {
    const by = isIt(now) ? now : isIt(old_path) ? old_path : null;
    return by === null ? [] : [{ index, length: by.length }];
  });
  // Of `a.ts` and `src/a.ts` the longer one is meant.
  return found.sort((a, b) => b.length - a.length)[0]?.index ?? -1;
}

/** How many of the files no tool call names. */
export function unsaid(files: readonly ChangedFile[]): number {
  return files.filter(({ said }) => said === false).length;
}

/**
 * The newest step that says that it changed a file, after the calls of the subagents in which it stands; empty if no loaded step says it.
 * With a turn only its steps count. A call that failed changed nothing.
 */
export function stepOf(
  rows: Pick<Rows, "rows" | "below">,
  files: readonly ChangedFile[],
  { path: own }: ChangedFile,
  turn: number | null,
): readonly CallRow[] {
  const isSaid = ({ subject, result }: CallRow) =>
    subject.is === "change" &&
    result?.ok === true &&
    subject.files
      .flatMap(({ path, moved_to }) => (moved_to === undefined ? [path] : [path, moved_to]))
      .some((path) => files[fileNamed(files, path)]?.path === own);
  const within = (list: readonly Row[]): readonly CallRow[] => {
    for (const row of list.toReversed()) {
      if (row.kind !== "call") continue;
      const below = row.steps > 0 ? within(rows.below(row.run, row.call)) : [];
      if (below.length > 0) return [row, ...below];
      if (isSaid(row)) return [row];
    }
    return [];
  };
  return within(turn === null ? rows.rows : rows.rows.filter((row) => turnOf(rows.rows, row) === turn));
}
